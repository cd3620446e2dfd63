"""The still twin of the map of the partner countries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .. import codebook, data, style
from ..geography import great_circle
from ..shading import MAIN_SCOPE
from ..stages import Day, as_date, known_as_of
from ..text import format_date, join_words, pluralize
from ..ties import partner_ties
from .canvas import PAGE, PLAIN, TABLES, Picture, key, new_figure, on_phone, two_widths
from .ground import Window, draw_base_map, settle, widened
from .map_marks import SIDES, Names
from .overlays import draw_overlays, read_overlays

_WORLD: Window = (-130.0, -45.0, 158.0, 78.0)
_INDIA = "IND"
#: Japan has the colour of added layers on the map of India.
_ADDED = style.OKABE_ITO["black"]
#: As many countries are named on a phone.
_ON_PHONE = 6
#: Names lie beside their dot, or at the end of a line in one of sixteen directions.
_AROUND = np.vstack([SIDES, SIDES[4:] * (1, 0.5), SIDES[4:] * (0.5, 1)])


@two_widths
def partners_map(
    events: pd.DataFrame | None = None,
    *,
    as_of: Day | None = None,
    title: str | None = None,
    perspective: str = "india",
    partners: pd.DataFrame | None = None,
    overlays: Sequence[Any] = (),
) -> Picture:
    """Draw the still twin of `mineralmap.maps.partners`: who has rare-earth events with India, and how many.

    Parameters
    ----------
    events : DataFrame, optional
        As from `mineralmap.load_events`; the shipped ones if left out. Only those of rare earths count.
    as_of : str or date, optional
        Only events known on this day.
    title : str, optional
        The finding; by default who has most events.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.
    partners : DataFrame, optional
        As from `mineralmap.load_partners`; the shipped table if left out. A country without a capital
        is in the subtitle, not on the map.
    overlays : sequence
        Elements of folium that were added to the interactive map, as for `india_map`.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.partners_map(as_of="2025-07-30")
    """
    events = data.load_events() if events is None else events
    events = known_as_of(events[events["scope"] == MAIN_SCOPE], as_of)
    rows = _counted(events, data.shipped("partners", partners))
    placed, added = rows[rows["capital_lat"].notna()], read_overlays(overlays, _WORLD)
    total = int(events["partners"].astype(bool).sum())
    lost = join_words([f"{row.name} ({row.n})" for row in rows[rows["capital_lat"].isna()].itertuples()])
    figure, body = new_figure(
        PAGE,
        (2.0 if on_phone() else 4.2) + 0.3 * bool(added.shapes),
        title or _finding(rows, total),
        _subtitle(rows, total, events, as_of) + (f" No capital known: {lost}." if lost else "") + added.words,
        f"{codebook.labels('perspective')[perspective]}. Source: {TABLES}",
        grow=True,
    )
    if added.shapes:
        key(body.legend, [(Line2D([], [], color=_ADDED, lw=3), "Added layers")], loc="outside lower left")
    axes = body.subplots()
    window = widened(_WORLD, settle(figure, axes))
    india = _draw_ground(axes, perspective, window, rows["iso3"])
    draw_overlays(axes, added, _ADDED)
    names = Names(axes, india)
    _draw_ties(names, placed)
    names.inside(india, "India", (PLAIN, 9), fontweight="bold")
    figure.alt += "".join(f" {row.name} {row.n}." for row in rows.itertuples())
    return figure


def _draw_ground(axes: Axes, perspective: str, window: Window, tied: Iterable[str]) -> Any:
    """Draw the world, with India in one colour and its partners in another; return India's shape."""
    drawn = draw_base_map(axes, perspective, window, dict.fromkeys(tied, style.LAND_LINE))
    india = gpd.GeoSeries([drawn.union_all()])
    india.plot(ax=axes, aspect=None, color=style.RAMP[-1])
    axes.set(xlabel="", ylabel="", xlim=window[::2], ylim=window[1::2])
    return india.iloc[0]


def _counted(events: pd.DataFrame, partners: pd.DataFrame) -> pd.DataFrame:
    """Return the partner countries with ``n``, the number of their events, most first."""
    ties = partner_ties(events)
    ties = ties[ties["partner"] != _INDIA]
    counts = {
        partner: len({event_id for cell in cells for event_id in cell})
        for partner, cells in ties.groupby("partner")["event_ids"]
    }
    rows = pd.DataFrame(
        {"iso3": pd.array(list(counts), dtype="str"), "n": pd.array(list(counts.values()), dtype="int64")}
    )
    labels = codebook.labels("country")
    known = partners.set_index("iso3")[["capital_lat", "capital_lon"]]
    rows = rows.join(known, on="iso3").assign(name=[labels.get(code, code) for code in rows["iso3"]])
    return rows.sort_values(["n", "name"], ascending=[False, True], ignore_index=True)


def _subtitle(rows: pd.DataFrame, total: int, events: pd.DataFrame, as_of: Day | None) -> str:
    words = f"{pluralize(len(rows), 'country', 'countries')} in {pluralize(total, 'rare-earth event')}"
    words += _until(events, as_of)
    if rows["n"].sum() > total:
        words += "; an event that names several countries counts for each"
    named = " Those with most are named." if on_phone() and len(rows) > _ON_PHONE else ""
    return f"{words}. Names, dots and arcs grow with the number.{named}"


def _until(events: pd.DataFrame, as_of: Day | None) -> str:
    """Return up to which day the events are counted; by default that of the newest one."""
    if as_of is not None:
        return f" up to {format_date(as_date(as_of))}"
    newest = events.sort_values(["date", "event_id"]).tail(1)
    return "".join(f" up to {format_date(row.date, row.date_precision)}" for row in newest.itertuples())


def _finding(rows: pd.DataFrame, total: int) -> str:
    """Return the title: who has most events, and who comes next."""
    if rows.empty:
        return "No rare-earth event ties India to another country"
    most, others = rows[rows["n"] == rows["n"].max()], rows[rows["n"] < rows["n"].max()]
    if len(most) > 3:
        return f"{len(most)} countries lead with {pluralize(most['n'].iloc[0], 'rare-earth event')} each"
    leaders, events = join_words(most["name"].tolist()), pluralize(total, "rare-earth event")
    if others.empty and len(most) == 1:
        return f"{leaders} is in all of India's {events} with other countries"
    second = others[others["n"] == others["n"].max()]
    follow = f"; next is {second['name'].iloc[0]} with {second['n'].iloc[0]}" if len(second) == 1 else ""
    verb, each = ("is", "") if len(most) == 1 else ("are", " each")
    return f"{leaders} {verb} in {most['n'].iloc[0]}{each} of India's {events} with other countries{follow}"


def _draw_ties(names: Names, rows: pd.DataFrame) -> None:
    """Draw arcs from India's capital, dots and names; the largest is named first."""
    axes, colours = names.axes, codebook.colours("country")
    partners = data.load_partners()
    # Arcs begin in India's capital; a table without that row has none.
    india = partners.loc[partners["iso3"] == _INDIA, ["capital_lon", "capital_lat"]].astype(float)
    start = next(india.itertuples(index=False, name=None), None)
    most = rows["n"].max()
    for row in rows[::-1].itertuples():
        colour = colours.get(row.iso3, style.OTHER_PARTNER)
        share, end = row.n / most, (row.capital_lon, row.capital_lat)
        for line in great_circle(start, end) if start is not None else ():
            axes.plot(*line.T, color=colour, lw=0.6 + 3 * share, alpha=0.75, zorder=3)
            for point in line[::2]:
                names.block(point[0], point[1], 3, softly=True)
        axes.scatter(*end, (3.5 + 7 * share) ** 2, colour, edgecolors="white", linewidths=0.6, zorder=6)
        names.block(*end, 5 + 7 * share)
    if start is not None:
        names.block(start[0], start[1], 8)
    for number, row in enumerate(rows.head(_ON_PHONE if on_phone() else None).itertuples()):
        share = row.n / most
        words = f"{row.name}, {row.n}" + (f" event{'s' * (row.n > 1)}" if not number else "")
        look = {"fontsize": 9 + (2 if on_phone() else 4) * share, "zorder": 7 + share}
        look |= {"fontweight": "bold"} if share > 0.5 else {}
        look["color"] = style.darker(colours[row.iso3]) if row.iso3 in colours else style.STRONG
        names.beside(row.capital_lon, row.capital_lat, words, 4 + 3.5 * share, 14, _AROUND, **look)
