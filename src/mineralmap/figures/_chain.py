"""Pictures of the chain: from sand to cars with ranges, what binds it, who mines, Japan's dependence."""

from __future__ import annotations

import textwrap

from .. import datasets, style, supply
from ._base import SOURCE, framed

_LINE = "#b9c2cc"
_NOT = "#767676"
#: Countries drawn by themselves; the same colours in every year.
_COUNTRIES = {
    "CHN": "#3f3f3f",
    "USA": style.OKABE_ITO["sky"],
    "AUS": style.OKABE_ITO["orange"],
    "MMR": style.OKABE_ITO["yellow"],
    "IND": style.OCHRE,
}
_REST = "#d9d9d9"


def _figure(value):
    """Return a number with two leading digits: the factors know no third."""
    digits = max(len(f"{int(value)}") - 2, 0)
    return f"{round(value, -digits):,.0f}"


def _newest(frame):
    """Return the newest date that a page of these rows carries."""
    return frame["source_date"].dropna().max()


def _span(low, high):
    return _figure(low) if _figure(low) == _figure(high) else f"{_figure(low)} to {_figure(high)}"


def supply_chain(factors=None, monazite=None):
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
    factors = datasets.load_chain_factors() if factors is None else factors
    monazite = datasets.load_monazite() if monazite is None else monazite
    chain = supply.chain(factors, monazite)
    ground, flow = chain.iloc[0], chain.iloc[1:].reset_index(drop=True)
    at = flow.set_index("stage")
    magnets, cars = at.loc["NdFeB magnets"], at.loc["electric cars"]
    mined = at.loc["monazite mined", "median"]
    ranges = supply.factor_ranges(factors)
    fixed = [f.replace("_", " ") for f in ranges.loc[ranges["distribution"] == "fixed", "factor"]]
    newest = _newest(factors[factors["factor"].isin(flow["rows"].iloc[-1])])
    height = 6.0
    figure, axes = framed(
        9.5,
        height,
        f"The monazite India mines in a year could make {_span(magnets['low'], magnets['high'])} t of "
        f"magnets, enough for {_span(cars['low'], cars['high'])} electric cars",
        f"If every later step ran. Middle and 90 % range of {supply.DRAWS:,} draws; the bar shows the range "
        f"as a share of the middle. In the ground: {ground['median'] / 1e6:g} Mt, "
        f"{_figure(ground['median'] / mined)} times a year's mining. Kept as one figure, for the sources "
        f"give no range: {', '.join(fixed) or 'nothing'}.",
        f"Source: chain_factors, each row with its page, the newest of {newest}. The share of NdPr is a "
        f"benchmark, not an analysis of Indian monazite. {SOURCE.removeprefix('Source: ')}",
    )
    box = axes.get_position()
    axes.set_position([0.56, box.y0 + 0.5 / height, 0.41, box.height - 0.55 / height])
    for number, row in enumerate(flow.itertuples()):
        low, high = 100 * row.low / row.median, 100 * row.high / row.median
        axes.plot([100, 100], [number - 0.28, number + 0.28], color=style.INK, lw=2, zorder=3)
        axes.barh(number, high - low, left=low, height=0.36, color=style.STAGE_COLOURS["mou"], zorder=2)
        axes.text(
            -0.03,
            number - 0.12,
            f"{_figure(row.median)} {row.unit}",
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=11,
            fontweight="bold",
        )
        said = "one figure, no range" if row.low == row.high else f"{_span(row.low, row.high)}"
        axes.text(
            -0.03,
            number + 0.2,
            said,
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=9.5,
            color="#444444",
        )
        figure.text(
            0.02,
            axes.get_position().y1 - (number + 0.5) / len(flow) * axes.get_position().height,
            row.stage[0].upper() + row.stage[1:],
            fontsize=11,
            va="center",
        )
    axes.set_ylim(len(flow) - 0.5, -0.5)
    axes.set_xlim(0, max(200, 105 * (flow["high"] / flow["median"]).max()))
    axes.set_yticks([])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f} %")
    axes.set_xlabel("range, as a share of the middle", fontsize=9.5)
    axes.grid(axis="x", color="#e6e8ea", lw=0.8, zorder=0)
    axes.set_axisbelow(True)
    return figure


def _inside(words):
    """Return words as they stand inside a sentence; NdPr keeps its capitals."""
    return words if words.startswith("Nd") else words[0].lower() + words[1:]


#: How the three states of the world are drawn: words, face of the sign.
_UPTO = {
    "operating": ("runs today", style.STAGE_COLOURS["operating"]),
    "construction": ("and being built", style.STAGE_COLOURS["agreement"]),
    "planned": ("and all plans", "white"),
}
_LINK_WORDS = {
    "lease": "Mining of monazite",
    "cracking": "Cracking of monazite",
    "separation": "Separation of neodymium",
    "metal": "NdPr metal",
    "magnets": "NdFeB magnets",
}
#: Rows that tell how many magnets India needs now.
_NEED = ("india_magnet_demand_2025", "india_magnet_requirement_2025")


def bottleneck(factors=None, facilities=None):
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
    factors = datasets.load_chain_factors() if factors is None else factors
    facilities = datasets.load_facilities() if facilities is None else facilities
    tables = {upto: supply.capacities(factors, facilities, upto) for upto in _UPTO}
    narrow = {upto: table.set_index("link")["binds"] for upto, table in tables.items()}
    today, plans = narrow["operating"], narrow["planned"]
    unknown = [one for one in today.index if today[one] == "no capacity known"]
    last = _inside(_LINK_WORDS[plans.index[plans == "binds"][0]])
    if unknown:
        title = f"Today no capacity is known for {' and '.join(unknown)}"
    else:
        title = f"Today {_inside(_LINK_WORDS[today.index[today == 'binds'][0]])} is the narrowest link"
    title += f"; if every plan is built, {last} is the narrowest"
    need = factors[factors["factor"].isin(_NEED)][["low", "value", "high"]]
    height = 5.4
    figure, axes = framed(
        9.5,
        height,
        title,
        "Capacity of each link, turned into tonnes of NdFeB magnets a year (logarithmic scale, 90 % ranges). "
        "Mining: reported output. Separation: neodymium reported for FY2025, expected for FY2026, planned "
        "for FY2027. Plans are as announced.",
        f"Source: chain_factors and facilities, the newest page of {_newest(facilities)}. Left out: "
        "samarium-cobalt magnets, the plant of Toyotsu (fed by IREL, for Japan), the magnet scheme (no "
        "plants named). " + SOURCE.removeprefix("Source: "),
    )
    box = axes.get_position()
    axes.set_position([0.25, box.y0 + 0.45 / height, 0.72, box.height - 0.75 / height])
    axes.set_xscale("log")
    links = list(supply.LINKS)
    axes.axvspan(need.min(axis=None), need.max(axis=None), color=style.RAMP[0], zorder=0)
    middle = (need.min(axis=None) * need.max(axis=None)) ** 0.5
    axes.text(
        middle,
        -0.62,
        "India's need in 2025,\nas reported",
        ha="center",
        va="bottom",
        fontsize=9,
        color=style.OCHRE,
    )
    for number, link in enumerate(links):
        for place, upto in enumerate(_UPTO):
            row = tables[upto].set_index("link").loc[link]
            words, face = _UPTO[upto]
            y = number + (place - 1) * 0.26
            before = tables[list(_UPTO)[place - 1]].set_index("link").loc[link] if place else None
            if row["magnets_median"] != row["magnets_median"]:
                axes.text(22, y, f"{words}: no capacity known", va="center", fontsize=9, color=_NOT)
                continue
            if before is not None and before["capacity_high"] == row["capacity_high"]:
                continue  # nothing is added: the sign above stands
            axes.plot([row["magnets_low"], row["magnets_high"]], [y, y], color=style.INK, lw=3, alpha=0.35)
            axes.plot(row["magnets_median"], y, "o", ms=8, mfc=face, mec=style.INK, zorder=3)
            mark = ", the narrowest known" if row["binds"] == "binds" else ""
            if upto == "operating" and narrow["planned"][link] == "binds":
                beside = row["magnets_high"] * 1.09
                axes.text(beside, y + 0.26, "the narrowest once all plans are built", va="center", fontsize=9)
            axes.text(
                max(row["magnets_high"] * 1.09, row["magnets_median"] * 1.13),
                y,
                f"{words}: {_figure(row['magnets_median'])} t{mark}",
                va="center",
                fontsize=9,
                fontweight="bold" if mark else "normal",
            )
    axes.set_yticks(range(len(links)), [_LINK_WORDS[link] for link in links], fontsize=10.5)
    axes.set_ylim(len(links) - 0.5, -0.55)
    axes.set_xlim(20, 12_000)
    axes.set_xticks([30, 100, 300, 1000, 3000, 10_000])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f} t")
    axes.xaxis.set_minor_formatter(lambda value, _: "")
    axes.tick_params(which="minor", length=0)
    for edge in range(len(links) - 1):
        axes.axhline(edge + 0.5, color="#e6e8ea", lw=0.8, zorder=0)
    return figure


def world_output(world=None):
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
    world = datasets.load_world_ree() if world is None else world
    by_year = supply.world_concentration(world)
    years = [int(year) for year in by_year["year"]]
    newest = supply.world_shares(world, years[-1]).set_index("iso3")
    india = newest["share_pct"].get("IND", float("nan"))
    height = 5.4
    figure, axes = framed(
        9.5,
        height,
        f"{newest['country'].iloc[0]} mined {newest['share_pct'].iloc[0]:.0f} % of the world's rare earths "
        f"in {years[-1]}, India {india:.1f} %",
        "Share of mine production (rare-earth oxide content), per cent; most figures are estimates of the "
        "USGS. Above each column its concentration (Herfindahl-Hirschman index, 10,000: one country). No "
        f"shares before {supply.FIRST_WORLD_YEAR}, for countries are missing there.{_late(world, years[0])}",
        f"Source: USGS Mineral Commodity Summaries, the newest copy of {_newest(world)}. "
        + SOURCE.removeprefix("Source: "),
    )
    box = axes.get_position()
    axes.set_position([0.02, box.y0 + 0.3 / height, 0.78, box.height - 0.55 / height])
    for number, year in enumerate(years):
        shares = supply.world_shares(world, year).set_index("iso3")["share_pct"]
        foot = 0.0
        parts = {code: shares.get(code, 0.0) for code in _COUNTRIES}
        parts["rest"] = 100 - sum(parts.values())
        for code, share in parts.items():
            axes.bar(
                number,
                share,
                bottom=foot,
                width=0.74,
                color=_COUNTRIES.get(code, _REST),
                edgecolor="white",
                linewidth=0.6,
            )
            if share >= 5:
                dark = code == "CHN"
                axes.text(
                    number,
                    foot + share / 2,
                    f"{share:.0f}",
                    ha="center",
                    va="center",
                    fontsize=9,
                    color="white" if dark else "#222222",
                )
            foot += share
        axes.text(
            number,
            101.5,
            f"{by_year['hhi_high'].iloc[number]:,.0f}",
            ha="center",
            fontsize=9,
            color="#444444",
        )
    _name_parts(axes, parts, newest["country"], len(years) - 0.5)
    axes.set_xticks(range(len(years)), years)
    axes.set_xlim(-0.5, len(years) - 0.55)
    axes.set_ylim(0, 106)
    axes.set_yticks([])
    return figure


def _late(world, first):
    """Say which of the countries drawn stand in the table only after the first year."""
    rows = world[(world["metric"] == "mine_production") & (world["year"] >= first)]
    begin = rows.groupby("iso3")["year"].min()
    late = [code for code in _COUNTRIES if begin.get(code, first) > first]
    names = rows.drop_duplicates("iso3").set_index("iso3")["country"]
    return "".join(f" {names[code]} is listed from {begin[code]} on." for code in late)


def _name_parts(axes, parts, names, x):
    """Write the names of the last column's parts beside it, at least one line apart."""
    foot, last = 0.0, -99.0
    for code, share in parts.items():
        y = max(foot + share / 2, last + 5.2)
        name = names.get(code, "All others") if code != "rest" else "All others"
        axes.plot([x - 0.1, x + 0.05], [foot + share / 2, y], color=_LINE, lw=0.8, clip_on=False)
        axes.text(x + 0.1, y, f"{name}  {share:.1f} %", va="center", fontsize=9.5)
        foot, last = foot + share, y


def japan_dependence(table=None):
    """Draw China's share of Japan's imports: each definition a strip of its own.

    Parameters
    ----------
    table : DataFrame, optional
        As from `mineralmap.load_japan_dependence`; the shipped table if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    table = datasets.load_japan_dependence() if table is None else table
    lines = supply.japan_lines(table)
    change = supply.japan_change(table)
    fell, rose = int((change["change_points"] < 0).sum()), int((change["change_points"] > 0).sum())
    span = lines.groupby("line")["year"].agg(["min", "max"])
    # Series first, the longest on top; single figures below.
    order = span.assign(years=span["max"] - span["min"]).sort_values(["years", "max"], ascending=False).index
    order = sorted(order, key=lambda name: not lines.loc[lines["line"] == name, "joined"].all())
    each = 0.62
    height = 1.75 + each * len(order)
    figure, axes = framed(
        9.5,
        height,
        f"China's share of Japan's rare-earth imports fell in {fell} of {len(change)} definitions with two "
        f"years or more and rose in {rose}",
        "Per cent of imports that came from China. Each strip counts something else and runs from 0 to "
        f"100 %; no line joins two. Hollow: low confidence. n = {len(lines)} figures.",
        f"Source: japan_dependence, each figure with its page, the newest of {_newest(table)}. "
        + SOURCE.removeprefix("Source: "),
    )
    box = axes.get_position()
    axes.set_axis_off()
    left, width = 0.4, 0.58
    first, last = int(lines["year"].min()) - 1, int(lines["year"].max()) + 1
    top = box.y1 - 0.05 / height
    for number, name in enumerate(order):
        rows = lines[lines["line"] == name].sort_values(["year", "estimate_id"])
        strip = figure.add_axes((left, top - (number + 1) * each / height, width, 0.72 * each / height))
        strip.spines[["top", "right", "left"]].set_visible(False)
        strip.spines["bottom"].set_color(_LINE)
        strip.set_xlim(first, last)
        strip.set_ylim(0, 100)
        strip.set_yticks([])
        end = number == len(order) - 1
        strip.set_xticks(range(first + 1, last, 2) if end else [])
        strip.tick_params(length=0, labelsize=9)
        if rows["joined"].all():
            middle = rows.groupby("year")["share_from_china_pct"].median()
            strip.plot(middle.index, middle, color=style.PARTNER_COLOURS["JPN"], lw=1.4, alpha=0.6)
        for row in rows.drop_duplicates(["year", "share_from_china_pct"]).itertuples():
            weak = row.confidence == "low"
            strip.plot(
                row.year,
                row.share_from_china_pct,
                "o",
                ms=5.5,
                mec=style.PARTNER_COLOURS["JPN"],
                mfc="white" if weak else style.PARTNER_COLOURS["JPN"],
                clip_on=False,
            )
            sign = {"lower bound": ">", "upper bound": "<", "approximate": "~"}.get(row.qualifier, "")
            strip.annotate(
                f"{sign}{row.share_from_china_pct:.0f}",
                (row.year, row.share_from_china_pct),
                xytext=(0, -5 if row.share_from_china_pct > 50 else 5),
                textcoords="offset points",
                ha="center",
                va="top" if row.share_from_china_pct > 50 else "bottom",
                fontsize=9,
            )
        figure.text(
            0.02,
            top - (number + 0.62) * each / height,
            "\n".join(textwrap.wrap(name, 46)),
            va="center",
            fontsize=9.5,
            linespacing=1.1,
        )
    return figure
