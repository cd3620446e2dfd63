"""Pictures of supply: sand to magnets with ranges, the narrowest link, who mines, Japan's imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.lines import Line2D

from .. import codebook, data, style, supply
from ..text import format_partial, pluralize
from .canvas import (
    PAGE,
    PLAIN,
    RULE,
    SMALL,
    SOFT,
    TABLES,
    Picture,
    fold,
    key,
    new_figure,
    on_phone,
    plain,
    spread,
    two_widths,
)

#: Countries in colour; the others are named and grey.
_IN_COLOUR = {"CHN": style.OKABE_ITO["orange"], "IND": style.INK}
_COUNTRIES = ("CHN", "IND", "USA", "AUS", "MMR")
_REST = "#d5dade"
#: Rows that tell how many magnets India needs now.
_NEED = ("india_magnet_demand_2025", "india_magnet_requirement_2025")
#: What runs, what is also being built, and what is also planned: its words, its fill.
_UPTO = {
    "operating": ("runs", codebook.colours("sign")["running"]),
    "construction": ("with what is being built", codebook.colours("sign")["building"]),
    "planned": ("with all plans", codebook.colours("stage")["announced"]),
}


def _rounded(value: float) -> str:
    """Return a number with two leading digits: the factors know no third."""
    digits = max(len(f"{int(value)}") - 2, 0)
    return f"{round(value, -digits):,.0f}"


def _span(low: float, high: float) -> str:
    return " to ".join(dict.fromkeys((_rounded(low), _rounded(high))))


def _newest(frame: pd.DataFrame) -> str:
    """Return the newest date that a page of these rows carries, in words."""
    days = frame["source_date"].dropna().astype(str)
    if days.empty:
        return "no day"
    return format_partial(max(days))


def _need(factors: pd.DataFrame) -> tuple[float, float]:
    """Return the least and the most magnets that India is reported to need, tonnes a year; or no number."""
    need = factors.loc[factors["factor"].isin(_NEED), ["low", "value", "high"]]
    return need.min(axis=None), need.max(axis=None)


def _bars(body: SubFigure, height: float, most: float) -> Axes:
    """Return axes for bars from zero in tonnes, with places in inches from the top."""
    axes = plain(body.subplots(), "x")
    axes.set(xlim=(0, most), ylim=(height, 0), yticks=[])
    axes.locator_params(axis="x", nbins=3 if on_phone() else 7)
    axes.xaxis.set_major_formatter("{x:,.0f} t")
    return axes


def _room() -> float:
    """Return the inches that words over a bar may take."""
    return 3.3 if on_phone() else 8.6


def _high(words: str) -> float:
    """Return the inches that lines of words take."""
    return 0.19 * (1 + words.count("\n"))


def _say(axes: Axes, y: float, name: str, words: str) -> None:
    """Write the words over a bar: a name in bold, and below it the rest."""
    axes.text(0, y, name, va="top", fontsize=PLAIN, fontweight="bold")
    axes.text(0, y + _high(name), words, va="top", fontsize=SMALL, color=SOFT)


@two_widths
def supply_chain(factors: pd.DataFrame | None = None, monazite: pd.DataFrame | None = None) -> Picture:
    """Draw what one year's monazite could become, in tonnes with ranges, against India's need of magnets.

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

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.supply_chain()
    """
    factors = data.shipped("chain_factors", factors)
    chain = supply.chain(factors, data.shipped("monazite", monazite)).set_index("stage")
    ground, magnets, cars = chain.iloc[0], chain.loc["NdFeB magnets"], chain.loc["electric cars"]
    flow = chain.iloc[1:].drop(index="electric cars")
    ranges, (low, high) = supply.factor_ranges(factors), _need(factors)
    fixed = [name.replace("_", " ") for name in ranges.loc[ranges["distribution"] == "fixed", "factor"]]
    newest = _newest(factors[factors["factor"].isin(cars["rows"])])
    rows = [(stage, *_flow_words(stage, row, cars)) for stage, row in flow.iterrows()]
    if low == low:
        name = f"India's need of magnets in 2025: {_span(low, high)} t"
        rows.append(("", fold(name, _room(), PLAIN, "bold"), "as reported; the dark end is the range"))
    steps = [0.46 + _high(name) + _high(words) for _, name, words in rows]
    figure, body = new_figure(
        PAGE,
        sum(steps) + 0.45,
        f"The monazite India mines in a year could make {_span(magnets['low'], magnets['high'])} t of magnets"
        + (f"; India is reported to need {_span(low, high)} t" if low == low else ""),
        "Tonnes a year if every later step ran, best estimate; the line shows the likely range, 90 %. In the "
        f"ground: {ground['median'] / 1e6:g} Mt, "
        f"{_rounded(ground['median'] / flow['median'].iloc[0])} times a year's mining. Kept as one figure, "
        f"for the sources give no range: {', '.join(fixed) or 'nothing'}.",
        f"Source: chain_factors, each row with its page, the newest of {newest}. The share of NdPr lies "
        f"between a benchmark and a supplier's sheet; no analysis of Indian monazite was found. {TABLES}",
        grow=True,
    )
    axes = _bars(body, sum(steps), 1.08 * max(flow["high"].max(), high if low == low else 0))
    top = 0.0
    for (stage, name, words), step in zip(rows, steps, strict=True):
        _say(axes, top + 0.06, name, words)
        top += step
        look: dict[str, Any] = {"height": 0.22, "zorder": 3}
        if not stage:
            axes.barh(top - 0.26, low, color=style.RAMP[1], **look)
            axes.barh(top - 0.26, high - low, left=low, color=style.RAMP[3], **look)
            continue
        row = flow.loc[stage]
        axes.barh(top - 0.26, row["median"], color=style.BLUES[4 if stage == magnets.name else 2], **look)
        _whisker(axes, top - 0.26, row["low"], row["high"])
    return figure


def _flow_words(stage: Any, row: pd.Series, cars: pd.Series) -> tuple[str, str]:
    """Return the name and middle of a stage, and its range."""
    words = "one figure, no range" if row["low"] == row["high"] else f"{_span(row['low'], row['high'])} t"
    if stage == "NdFeB magnets":
        words += f", enough for {_span(cars['low'], cars['high'])} electric cars"
    name = f"{stage[0].upper()}{stage[1:]}: {_rounded(row['median'])} t"
    return fold(name, _room(), PLAIN, "bold"), fold(words, _room(), SMALL)


def _whisker(axes: Axes, y: float, low: float, high: float) -> None:
    """Draw the range of a bar through its end."""
    if low < high:
        axes.plot([low, high], [y, y], color=style.STRONG, lw=1.4, marker="|", ms=7, zorder=5)


@two_widths
def bottleneck(factors: pd.DataFrame | None = None, facilities: pd.DataFrame | None = None) -> Picture:
    """Draw the capacity of each link of the chain in tonnes of magnets a year: running, being built, planned.

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

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.bottleneck()
    """
    factors, facilities = data.shipped("chain_factors", factors), data.shipped("facilities", facilities)
    tables = {
        upto: supply.capacities(factors, facilities, upto=upto).set_index("link") for upto in supply.UPTO
    }
    links = {link: {upto: table.loc[link] for upto, table in tables.items()} for link in supply.LINKS}
    said = {link: _link_words(rows) for link, rows in links.items()}
    steps = [0.46 + _high("") + _high(words) for words in said.values()]
    low, high = _need(factors)
    figure, body = new_figure(
        PAGE,
        sum(steps) + (1.3 if on_phone() else 0.7),
        _bottleneck_title(tables["operating"], low, high),
        "Each step of the chain, turned into tonnes of neodymium magnets a year: best estimate; the "
        "line shows the likely range (90 %) with all plans. Mining: reported output. Separation: neodymium "
        "reported for FY2025, expected for FY2026, planned for FY2027. Plans are as announced."
        f"{_samarium(facilities)}",
        f"Source: chain_factors and facilities, the newest page of {_newest(facilities)}. Left out: "
        "the plant of Toyotsu (fed by IREL, for Japan), the magnet scheme (no "
        f"plants named). {TABLES}",
        grow=True,
    )
    most = max(table["magnets_high"].max() for table in tables.values())
    axes = _bars(body, sum(steps), 1.08 * max(most, high if high == high else 0))
    square: dict[str, Any] = {"marker": "s", "ls": "none", "ms": 9, "mec": RULE}
    swatches: list[Any] = [
        (Line2D([], [], color=fill, **square), words[0].upper() + words[1:]) for words, fill in _UPTO.values()
    ]
    if high == high:
        axes.axvspan(low, high, color=style.RAMP[0], lw=0, zorder=0)
        words = f"India's need in 2025, as reported: {_span(low, high)} t"
        swatches.append((Line2D([], [], color=style.RAMP[0], **square), fold(words, _room() - 0.3, SMALL)))
    top = 0.0
    for link, step in zip(supply.LINKS, steps, strict=True):
        _say(axes, top + 0.06, _step_name(link), said[link])
        _draw_link(axes, top + step - 0.26, links[link])
        top += step
    key(body.legend, swatches, loc="outside lower left", ncols=1 if on_phone() else 4, columnspacing=1.6)
    return figure


#: What India does at each link.
_DOES = {
    "mining": "mines monazite",
    "cracking": "can crack monazite",
    "separation": "separates neodymium",
    "metal": "can make NdPr metal",
    "magnets": "has works",
}


def _bottleneck_title(today: pd.DataFrame, low: float, high: float) -> str:
    """Return the finding: how many magnets the narrowest known link is enough for, and the need."""
    narrow = today[today["limits"] == "limits"].iloc[0]
    most = _rounded(narrow["magnets_high"])
    kind = "magnets" if narrow.name == "separation" else "neodymium magnets"
    title = f"India {_DOES[str(narrow.name)]} for at most about {most} t of {kind} a year"
    return f"{title}; it is reported to need {_span(low, high)} t" if low == low else title


def _samarium(facilities: pd.DataFrame) -> str:
    """Say what is reported of samarium-cobalt magnets, if such a plant runs: they are not counted here."""
    is_other = facilities["capacity_unit"].fillna("").str.contains("SmCo")
    plants = facilities[is_other & (facilities["status"] == "operating")]
    if plants.empty:
        return ""
    return (
        f" {pluralize(len(plants), 'plant')} for samarium-cobalt magnets "
        f"({_rounded(plants['capacity_value'].sum())} t a year) {'runs' if len(plants) == 1 else 'run'} by "
        "the last report; these are other magnets and not counted."
    )


def _step_name(link: str) -> str:
    return supply.LINKS[link].replace("NdFeB", "Neodymium")


def _link_words(rows: Mapping[str, Any]) -> str:
    """Return what runs, what does with what is being built, and what with all plans, each as a range."""
    parts, before = [], None
    for upto, row in rows.items():
        words, capacity = _UPTO[upto][0], row["capacity_high"]
        if pd.isna(row["magnets_median"]):
            parts.append("none known to run" if upto == "operating" else f"{words}: none known")
        elif capacity != before:  # else nothing is added
            narrow = " (the narrowest known)" if row["limits"] == "limits" else ""
            parts.append(f"{words}: {_span(row['magnets_low'], row['magnets_high'])} t{narrow}")
        elif upto == "planned" and row["limits"] == "limits":
            parts.append(f"{words} still the same (then the narrowest)")
        before = capacity
    parts = [parts[0][0].upper() + parts[0][1:], *parts[1:]]
    return fold("; ".join(parts), _room(), SMALL)


def _draw_link(axes: Axes, y: float, rows: Mapping[str, Any]) -> None:
    """Draw one link: a bar for what runs, longer by what is being built, and by what is planned."""
    start = 0.0
    for upto, row in rows.items():
        end = row["magnets_median"]
        if pd.notna(end) and end > start:
            axes.barh(y, end - start, 0.22, start, color=_UPTO[upto][1], ec=RULE, lw=0.6, zorder=3)
            start = end
    if start:
        last = rows["planned"]
        _whisker(axes, y, last["magnets_low"], last["magnets_high"])


@two_widths
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

    Raises
    ------
    ValueError
        If the table has no mine production from 2017 on.

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.world_output()
    """
    world = data.shipped("world_ree", world)
    by_year = supply.world_concentration(world)
    if by_year.empty:
        raise ValueError(f"no mine production from {supply.FIRST_WORLD_YEAR} on: there is nothing to draw")
    shares = {int(year): supply.world_shares(world, int(year)).set_index("iso3") for year in by_year["year"]}
    years, newest = list(shares), shares[max(shares)]
    parts = pd.DataFrame({year: table["share_pct"] for year, table in shares.items()})
    parts = parts.reindex([*_COUNTRIES, "rest"]).fillna(0.0)
    parts.loc["rest"] = 100 - parts.sum()
    figure, body = new_figure(
        PAGE,
        4.0,
        f"{newest['country'].iloc[0]} mined {newest['share_pct'].iloc[0]:.0f} % of the world's rare earths "
        f"in {years[-1]}"
        + (f", India {newest.at['IND', 'share_pct']:.1f} %" if "IND" in newest.index else ""),
        "Share of mine production (rare-earth oxide content), per cent of the sum of the countries; most "
        "figures are estimates of the USGS. No "
        f"shares before {supply.FIRST_WORLD_YEAR}, for countries are missing there.{_late(world, years[0])}",
        f"Source: USGS Mineral Commodity Summaries, the newest copy of {_newest(world)}. {TABLES}",
        grow=True,
    )
    axes = plain(body.subplots())
    foot, shown = parts.cumsum() - parts, range(len(years))[:: -2 if on_phone() else -1]
    for code, row in parts.iterrows():
        look: dict[str, Any] = {"color": _IN_COLOUR.get(code, _REST), "edgecolor": "white", "linewidth": 0.6}
        bars = axes.bar(range(len(years)), row, 0.78, foot.loc[code], **look)
        if code == "CHN":
            said = [f"{share:.0f}" if number in shown else "" for number, share in enumerate(row)]
            axes.bar_label(bars, said, label_type="center", fontsize=SMALL)
    _name_parts(axes, parts[years[-1]], newest["country"].to_dict(), len(years) - 0.5)
    axes.set_xticks(shown, [str(years[number]) for number in shown])
    axes.set_xlim(-0.5, len(years) - 0.55)
    axes.set_ylim(0, 100)
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
    places = spread(middles, 6.5 if on_phone() else 5.2)
    for y, middle, (code, share) in zip(places, middles, parts.items(), strict=True):
        axes.plot([x - 0.1, x + 0.05], [middle, y], color=RULE, lw=0.8, clip_on=False)
        words = f"{names.get(str(code), 'All others')}  {share:.1f} %"
        weight = "bold" if code in _IN_COLOUR else "normal"
        axes.text(x + 0.1, y, words, va="center", fontsize=SMALL, fontweight=weight)


@two_widths
def japan_dependence(japan: pd.DataFrame | None = None) -> Picture:
    """Draw China's share of Japan's imports: a strip for each measure with figures for two years or more.

    Parameters
    ----------
    japan : DataFrame, optional
        As from `mineralmap.load_japan_dependence`; the shipped table if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.

    Raises
    ------
    ValueError
        If no measure has figures for two years.

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.japan_dependence()
    """
    japan = data.shipped("japan_dependence", japan)
    lines, change = supply.japan_lines(japan), supply.japan_change(japan)
    if change.empty:
        raise ValueError("no measure has figures for two years: there is nothing to draw")
    # The longest on top.
    change = change.assign(years=change["last_year"] - change["first_year"])
    order = change.sort_values(["years", "last_year"], ascending=False, kind="stable")["line"].tolist()
    drawn, left_out = lines[lines["line"].isin(order)], lines["line"].nunique() - len(order)
    single = pluralize(left_out, "measure")
    figure, body = new_figure(
        PAGE,
        (1.05 if on_phone() else 0.8) * len(order) + 0.3,
        _japan_title(change, lines),
        "Per cent of imports that came from China. Each strip counts something else, has figures "
        f"for two years or more and runs from 0 to 100 %. {_hollow_words(drawn)}{len(drawn)} figures in all."
        + (f" {single} with one year only {'is' if left_out == 1 else 'are'} not drawn." if left_out else ""),
        f"Source: japan_dependence, each figure with its page in the table. {TABLES}",
        grow=True,
    )
    strips = body.subplots(len(order), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for name, strip in zip(order, strips, strict=True):
        _draw_strip(plain(strip), drawn[drawn["line"] == name].sort_values(["year", "estimate_id"]))
        label = fold(name[0].upper() + name[1:], 2.9 if on_phone() else 8.4, SMALL, "bold")
        strip.set_title(label, loc="left", fontsize=SMALL, fontweight="bold", color=SOFT, pad=8)
    for share in (0, 100):
        beside = {"transform": strips[0].get_yaxis_transform(), "va": "center", "ha": "right"}
        strips[0].text(-0.01, share, f"{share} %", color=SOFT, fontsize=SMALL, **beside)
        strips[0].axhspan(share, share, color=RULE, lw=0.6, zorder=0)
    room = 3 if on_phone() else 1
    first, last = int(drawn["year"].min()) - room, int(drawn["year"].max()) + room
    step = 4 if on_phone() else 2
    strip.set(xlim=(first, last), ylim=(0, 100), yticks=[], xticks=range(first + room, last, step))
    return figure


def _hollow_words(drawn: pd.DataFrame) -> str:
    return "Hollow: low confidence. " if (drawn["confidence"] == "low").any() else ""


def _japan_title(change: pd.DataFrame, lines: pd.DataFrame) -> str:
    """Return the finding: how China's share moved by the newest measure, and by how many it fell."""
    fell, n = int((change["change_points"] < 0).sum()), pluralize(len(change), "measure")
    newest = change.sort_values("last_year", kind="stable").iloc[-1]
    points = newest["change_points"]
    moved = "rose" if points > 0 else "fell" if points < 0 else "did not move"
    ends = []
    for end in ("first", "last"):
        year, of_line = int(newest[f"{end}_year"]), lines[lines["line"] == newest["line"]]
        period = str(of_line.loc[of_line["year"] == year, "period"].iloc[0])
        when = f"{year}" if period == "year" else f"{period} {year}"
        ends.append(f"{newest[f'{end}_pct']:.0f}\N{NO-BREAK SPACE}% in {when}")
    return (
        f"By the newest measure China's share of Japan's rare-earth imports {moved}, from {ends[0]} to "
        f"{ends[1]}; by {fell} of {n} it fell"
    )


def _draw_strip(strip: Axes, rows: pd.DataFrame) -> None:
    """Draw the figures of one definition, joined where they are a series."""
    colour = codebook.colours("country")["JPN"]
    strip.spines["bottom"].set(visible=True, color=RULE)
    if rows["joined"].all():
        middle = rows.groupby("year")["share_from_china_pct"].median()
        strip.plot(middle.index, middle, color=colour, lw=1.4, alpha=0.6)
    rows = rows.drop_duplicates(["year", "share_from_china_pct"])
    for number, row in enumerate(rows.itertuples()):
        share, face = row.share_from_china_pct, style.PAPER if row.confidence == "low" else colour
        strip.plot(row.year, share, "o", ms=5.5, mec=colour, mfc=face, clip_on=False)
        bound = {"lower bound": ">", "upper bound": "<", "approximate": "~"}.get(row.qualifier, "")
        # The ends have their numbers beside them, what is between below; a phone has room for the ends.
        x, y, side = (0, -11, "center") if 0 < number < len(rows) - 1 else (7, 0, "left")
        if number == 0:
            x, side = -7, "right"
        if y == 0 or not on_phone():
            look: dict[str, Any] = {"textcoords": "offset points", "fontsize": SMALL, "va": "center"}
            strip.annotate(f"{bound}{share:.0f}", (row.year, share), (x, y), ha=side, **look)
