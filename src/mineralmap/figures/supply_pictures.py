"""Pictures of the supply chain: sand to cars with ranges, its narrowest link, who mines, Japan's imports."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from .. import codebook, data, style, supply
from ..text import join_words
from .canvas import GRID, RULE, SOFT, TABLES, Picture, new_figure, plain, spread

#: Countries drawn by themselves; the same colours in every year.
_COUNTRIES = {
    "CHN": "#3f3f3f",
    "USA": style.OKABE_ITO["sky"],
    "AUS": style.OKABE_ITO["orange"],
    "MMR": style.OKABE_ITO["yellow"],
    "IND": style.OCHRE,
}
_REST = "#d9d9d9"


def _rounded(value: float) -> str:
    """Return a number with two leading digits: the factors know no third."""
    digits = max(len(f"{int(value)}") - 2, 0)
    return f"{round(value, -digits):,.0f}"


def _span(low: float, high: float) -> str:
    return " to ".join(dict.fromkeys((_rounded(low), _rounded(high))))


def _newest(frame: pd.DataFrame) -> str:
    """Return the newest date that a page of these rows carries."""
    return str(frame["source_date"].dropna().max())


def supply_chain(factors: pd.DataFrame | None = None, monazite: pd.DataFrame | None = None) -> Picture:
    """Draw what one year's monazite could become, stage by stage, with its range.

    Parameters
    ----------
    factors : DataFrame, optional
        As from `mineralmap.load_chain_factors`; the shipped table if left out.
    monazite : DataFrame, optional
        As from `mineralmap.load_monazite`; the shipped table if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    factors = data.shipped("chain_factors", factors)
    chain = supply.chain(factors, data.shipped("monazite", monazite))
    ground, flow = chain.iloc[0], chain.iloc[1:].reset_index(drop=True)
    magnets, cars = (flow.set_index("stage").loc[stage] for stage in ("NdFeB magnets", "electric cars"))
    ranges = supply.factor_ranges(factors)
    fixed = [name.replace("_", " ") for name in ranges.loc[ranges["distribution"] == "fixed", "factor"]]
    newest = _newest(factors[factors["factor"].isin(flow["rows"].iloc[-1])])
    figure, body = new_figure(
        9.5,
        6.0,
        f"The monazite India mines in a year could make {_span(magnets['low'], magnets['high'])} t of "
        f"magnets, enough for {_span(cars['low'], cars['high'])} electric cars",
        f"If every later step ran. Middle and 90 % range of {supply.DRAWS:,} draws; the bar shows the range "
        f"as a share of the middle. In the ground: {ground['median'] / 1e6:g} Mt, "
        f"{_rounded(ground['median'] / flow['median'].iloc[0])} times a year's mining. Kept as one figure, "
        f"for the sources give no range: {', '.join(fixed) or 'nothing'}.",
        f"Source: chain_factors, each row with its page, the newest of {newest}. The share of NdPr lies "
        f"between a benchmark and a supplier's sheet; no analysis of Indian monazite was found. {TABLES}",
    )
    words, axes = body.subplots(1, 2, sharey=True, width_ratios=(1.1, 1))
    plain(axes, "x")
    words.set_axis_off()
    shares = 100 * flow[["low", "high"]].div(flow["median"], axis=0)
    fill = codebook.colours("stage")["mou"]
    axes.barh(flow.index, shares["high"] - shares["low"], left=shares["low"], height=0.36, color=fill)
    axes.vlines([100] * len(flow), flow.index - 0.28, flow.index + 0.28, color=style.INK, lw=2)
    for row in flow.itertuples():
        words.text(0, row.Index, row.stage[0].upper() + row.stage[1:], fontsize=11, va="center")
        value = f"{_rounded(row.median)} {row.unit}"
        spread_words = "one figure, no range" if row.low == row.high else _span(row.low, row.high)
        words.text(1, row.Index - 0.04, value, ha="right", va="bottom", fontsize=11, fontweight="bold")
        words.text(1, row.Index + 0.08, spread_words, ha="right", va="top", fontsize=9.5, color=SOFT)
    axes.set_ylim(len(flow) - 0.5, -0.5)
    axes.set_xlim(0, max(200, 1.05 * shares["high"].max()))
    axes.set_xticks(range(0, int(axes.get_xlim()[1]) + 1, 50))
    axes.xaxis.set_major_formatter("{x:.0f} %")
    axes.set_xlabel("range, as a share of the middle", fontsize=9.5)
    return figure


def _inside(words: str) -> str:
    """Return words as they are written inside a sentence; NdPr keeps its capitals."""
    return words if words.startswith("Nd") else words[0].lower() + words[1:]


#: How the three states of the world are named.
_UPTO_WORDS = {"operating": "runs today", "construction": "and being built", "planned": "and all plans"}
#: Rows that tell how many magnets India needs now.
_NEED = ("india_magnet_demand_2025", "india_magnet_requirement_2025")


def bottleneck(factors: pd.DataFrame | None = None, facilities: pd.DataFrame | None = None) -> Picture:
    """Draw the capacity of each link of the chain in tonnes of magnets a year: today, built, planned.

    Parameters
    ----------
    factors : DataFrame, optional
        As from `mineralmap.load_chain_factors`; the shipped table if left out.
    facilities : DataFrame, optional
        As from `mineralmap.load_facilities`; the shipped table if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    factors, facilities = data.shipped("chain_factors", factors), data.shipped("facilities", facilities)
    tables = {
        upto: supply.capacities(factors, facilities, upto=upto).set_index("link") for upto in supply.UPTO
    }
    figure, body = new_figure(
        9.5,
        5.4,
        _bottleneck_title(tables["operating"]["limits"], tables["planned"]["limits"]),
        "Capacity of each link, turned into tonnes of NdFeB magnets a year (logarithmic scale, 90 % ranges). "
        "Mining: reported output. Separation: neodymium reported for FY2025, expected for FY2026, planned "
        "for FY2027. Plans are as announced.",
        f"Source: chain_factors and facilities, the newest page of {_newest(facilities)}. Left out: "
        "samarium-cobalt magnets, the plant of Toyotsu (fed by IREL, for Japan), the magnet scheme (no "
        f"plants named). {TABLES}",
    )
    axes = plain(body.subplots())
    axes.set_xscale("log")
    need = factors.loc[factors["factor"].isin(_NEED), ["low", "value", "high"]]
    low, high = need.min(axis=None), need.max(axis=None)
    axes.axvspan(low, high, color=style.RAMP[0], zorder=0)
    said: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": 9, "color": style.OCHRE}
    axes.text((low * high) ** 0.5, -0.62, "India's need in 2025,\nas reported", **said)
    for number, link in enumerate(supply.LINKS):
        _draw_link(axes, number, {upto: table.loc[link] for upto, table in tables.items()})
        axes.axhline(number + 0.5, color=GRID, lw=0.8 if link != list(supply.LINKS)[-1] else 0, zorder=0)
    axes.set_yticks(range(len(supply.LINKS)), supply.LINKS.values(), fontsize=10.5)
    axes.set_ylim(len(supply.LINKS) - 0.5, -0.55)
    axes.set_xlim(20, 12_000)
    axes.set_xticks([30, 100, 300, 1000, 3000, 10_000])
    axes.xaxis.set_major_formatter("{x:,.0f} t")
    axes.minorticks_off()
    return figure


def _bottleneck_title(today: pd.Series, planned: pd.Series) -> str:
    def narrowest(limits: pd.Series) -> str:
        return _inside(supply.LINKS[limits.index[limits == "limits"][0]])

    unknown = list(today.index[today == "no capacity known"])
    title = f"Today {narrowest(today)} is the narrowest link"
    if unknown:
        title = f"Today no capacity is known for {join_words(unknown)}"
    return f"{title}; if every plan is built, {narrowest(planned)} is the narrowest"


def _draw_link(axes: Axes, number: int, rows: Mapping[str, Any]) -> None:
    """Draw one link: a range and its middle for what runs, what is also built, what is also planned."""
    colours = codebook.colours("stage")
    faces = (colours["operating"], colours["agreement"], style.PAPER)
    before = None
    for place, (upto, row) in enumerate(rows.items()):
        y, words = number + (place - 1) * 0.26, _UPTO_WORDS[upto]
        capacity, middle = row["capacity_high"], row["magnets_median"]
        if pd.isna(middle):
            axes.text(22, y, f"{words}: no capacity known", va="center", fontsize=9, color="#767676")
        elif capacity != before:  # else nothing is added
            axes.plot([row["magnets_low"], row["magnets_high"]], [y, y], color=style.INK, lw=3, alpha=0.35)
            axes.plot(middle, y, "o", ms=8, mfc=faces[place], mec=style.INK, zorder=3)
            narrow = row["limits"] == "limits"
            said = f"{words}: {_rounded(middle)} t{', the narrowest known' if narrow else ''}"
            x = max(row["magnets_high"] * 1.09, middle * 1.13)
            axes.text(x, y, said, va="center", fontsize=9, fontweight="bold" if narrow else "normal")
            if upto == "operating" and rows["planned"]["limits"] == "limits":
                later = "the narrowest once all plans are built"
                axes.text(row["magnets_high"] * 1.09, y + 0.26, later, va="center", fontsize=9)
        before = capacity


def world_output(world: pd.DataFrame | None = None) -> Picture:
    """Draw each country's share of the world's mine production, a column a year from 2017.

    Parameters
    ----------
    world : DataFrame, optional
        As from `mineralmap.load_world_ree`; the shipped table if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    world = data.shipped("world_ree", world)
    by_year = supply.world_concentration(world)
    shares = {int(year): supply.world_shares(world, int(year)).set_index("iso3") for year in by_year["year"]}
    years, newest = list(shares), shares[max(shares)]
    parts = pd.DataFrame({year: table["share_pct"] for year, table in shares.items()})
    parts = parts.reindex([*_COUNTRIES, "rest"]).fillna(0.0)
    parts.loc["rest"] = 100 - parts.sum()
    figure, body = new_figure(
        9.5,
        5.4,
        f"{newest['country'].iloc[0]} mined {newest['share_pct'].iloc[0]:.0f} % of the world's rare earths "
        f"in {years[-1]}, India {newest['share_pct'].get('IND', float('nan')):.1f} %",
        "Share of mine production (rare-earth oxide content), per cent; most figures are estimates of the "
        "USGS. Above each column its concentration (Herfindahl-Hirschman index, 10,000: one country). No "
        f"shares before {supply.FIRST_WORLD_YEAR}, for countries are missing there.{_late(world, years[0])}",
        f"Source: USGS Mineral Commodity Summaries, the newest copy of {_newest(world)}. {TABLES}",
    )
    axes = plain(body.subplots())
    foot = parts.cumsum() - parts
    for code, row in parts.iterrows():
        look: dict[str, Any] = {"color": _COUNTRIES.get(code, _REST), "edgecolor": "white", "linewidth": 0.6}
        bars = axes.bar(range(len(years)), row, 0.74, foot.loc[code], **look)
        labels = [f"{share:.0f}" if share >= 5 else "" for share in row]
        ink = "white" if code == "CHN" else "#222222"
        axes.bar_label(bars, labels, label_type="center", fontsize=9, color=ink)
    # The last bars are on top of the columns.
    axes.bar_label(bars, [f"{hhi:,.0f}" for hhi in by_year["hhi_high"]], padding=3, fontsize=9, color=SOFT)
    _name_parts(axes, parts[years[-1]], newest["country"].to_dict(), len(years) - 0.5)
    axes.set_xticks(range(len(years)), [str(year) for year in years])
    axes.set_xlim(-0.5, len(years) - 0.55)
    axes.set_ylim(0, 106)
    axes.set_yticks([])
    return figure


def _late(world: pd.DataFrame, first: int) -> str:
    """Say which of the countries drawn are in the table only after the first year."""
    rows = world[(world["metric"] == "mine_production") & (world["year"] >= first)]
    begin = rows.groupby("iso3")["year"].min()
    names = rows.drop_duplicates("iso3").set_index("iso3")["country"]
    late = [code for code in _COUNTRIES if begin.get(code, first) > first]
    return "".join(f" {names[code]} is listed from {begin[code]} on." for code in late)


def _name_parts(axes: Axes, parts: pd.Series, names: Mapping[str, str], x: float) -> None:
    """Write the names of the last column's parts beside it, at least one line apart."""
    middles = parts.cumsum() - parts / 2
    for y, middle, (code, share) in zip(spread(middles, 5.2), middles, parts.items(), strict=True):
        axes.plot([x - 0.1, x + 0.05], [middle, y], color=RULE, lw=0.8, clip_on=False)
        name = names.get(str(code), "All others")
        axes.text(x + 0.1, y, f"{name}  {share:.1f} %", va="center", fontsize=9.5)


def japan_dependence(japan: pd.DataFrame | None = None) -> Picture:
    """Draw China's share of Japan's imports: each definition a strip of its own.

    Parameters
    ----------
    japan : DataFrame, optional
        As from `mineralmap.load_japan_dependence`; the shipped table if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    japan = data.shipped("japan_dependence", japan)
    lines, change = supply.japan_lines(japan), supply.japan_change(japan)
    fell, rose = int((change["change_points"] < 0).sum()), int((change["change_points"] > 0).sum())
    # Series first, the longest on top; single figures below.
    order = lines.groupby("line").agg(
        joined=("joined", "all"),
        last=("year", "max"),
        years=("year", lambda years: years.max() - years.min()),
    )
    order = order.sort_values(["joined", "years", "last"], ascending=False, kind="stable")
    figure, body = new_figure(
        9.5,
        1.75 + 0.62 * len(order),
        f"China's share of Japan's rare-earth imports fell in {fell} of {len(change)} definitions with two "
        f"years or more and rose in {rose}",
        "Per cent of imports that came from China. Each strip counts something else and runs from 0 to "
        f"100 %; no line joins two. Hollow: low confidence. n = {len(lines)} figures.",
        f"Source: japan_dependence, each figure with its page, the newest of {_newest(japan)}. {TABLES}",
    )
    strips = body.subplots(len(order), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for name, strip in zip(order.index, strips, strict=True):
        _draw_strip(plain(strip), lines[lines["line"] == name].sort_values(["year", "estimate_id"]))
        label = textwrap.fill(name, 46)
        strip.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9.5, linespacing=1.1)
    first, last = int(lines["year"].min()) - 1, int(lines["year"].max()) + 1
    strip.set(xlim=(first, last), ylim=(0, 100), yticks=[], xticks=range(first + 1, last, 2))
    return figure


def _draw_strip(strip: Axes, rows: pd.DataFrame) -> None:
    """Draw the figures of one definition, joined where they are a series."""
    colour = codebook.colours("country")["JPN"]
    strip.spines["bottom"].set(visible=True, color=RULE)
    if rows["joined"].all():
        middle = rows.groupby("year")["share_from_china_pct"].median()
        strip.plot(middle.index, middle, color=colour, lw=1.4, alpha=0.6)
    for row in rows.drop_duplicates(["year", "share_from_china_pct"]).itertuples():
        share, face = row.share_from_china_pct, style.PAPER if row.confidence == "low" else colour
        strip.plot(row.year, share, "o", ms=5.5, mec=colour, mfc=face, clip_on=False)
        bound = {"lower bound": ">", "upper bound": "<", "approximate": "~"}.get(row.qualifier, "")
        above = share <= 50
        strip.annotate(
            f"{bound}{share:.0f}",
            (row.year, share),
            xytext=(0, 5 if above else -5),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            fontsize=9,
        )
