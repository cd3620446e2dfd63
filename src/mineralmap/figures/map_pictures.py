"""Pictures of where: the still twins of the maps of India and of points, and monazite by state."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .. import codebook, data, geography, style
from ..boundaries import load_coastline, load_states
from ..errors import unknown_name
from ..frames import cell_text
from ..shading import (
    MAIN_SCOPE,
    Shading,
    india_title,
    monazite_shading,
    monazite_split,
    named_and_running,
    projects,
)
from ..stages import SIGN_OF, Day, as_date
from ..text import format_date, join_words, pluralize
from .canvas import (
    PAGE,
    TABLES,
    Entry,
    Picture,
    draw_marker,
    heading,
    key,
    new_figure,
    on_phone,
    plain,
    stage_legend,
    two_widths,
)
from .ground import Window, around, draw_base_map, settle, shape_of, widened
from .map_marks import (
    Item,
    Names,
    Sign,
    badge_item,
    collect_signs,
    deposit_item,
    draw_diamond,
    draw_key,
    draw_signs,
    key_height,
    line_item,
    lines_of,
    name_places,
    name_states,
    places_of,
    runs_at,
    shading_items,
    sign_item,
)
from .overlays import Added, draw_overlays, read_overlays

#: More points than this are small dots in one picture inside the picture, else the file grows with each.
_MANY_POINTS = 3_000
#: Names keep clear of as many points.
_CLEAR = 300
#: As many places are named on one map.
_PLACES = 8
#: Where the signs of the whole country would lie over each other: west, south, east, north.
_TIP: Window = (75.35, 7.45, 78.5, 10.4)
_ADDED = style.OKABE_ITO["vermilion"]
#: Height of the map in the map, in points.
_INSET = 139.5


@two_widths
def monazite(monazite: pd.DataFrame | None = None, *, as_of: str | None = None) -> Picture:
    """Draw the monazite in situ by state as bars.

    Parameters
    ----------
    monazite : DataFrame, optional
        As from `mineralmap.load_monazite`; the shipped table if left out.
    as_of : str, optional
        Date of an estimate whose source splits the whole national total by state; the newest one if
        left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.

    Raises
    ------
    UnknownNameError
        If no complete split of that date is in the table.
    ValueError
        If no estimate splits the total by state.

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.monazite(as_of="2013-05")
    """
    table = data.shipped("monazite", monazite)
    rows = monazite_split(table, as_of)
    if rows.empty and as_of is not None:
        dates = sorted(set(table.loc[table["split_in_source"] == "complete", "as_of"]))
        raise unknown_name("date of a complete split by state", as_of, dates)
    states = rows[(rows["state_iso"] != "IN") & (rows["monazite_mt"] > 0)].sort_values("monazite_mt")
    if states.empty:
        raise ValueError("no estimate splits India's monazite by state: there is nothing to draw")
    printed = rows.loc[rows["state_iso"] == "IN", "monazite_mt"].dropna()
    total = printed.iloc[0] if len(printed) else states["monazite_mt"].sum()
    later = _later(table, states)
    day, lead = rows["as_of"].iloc[0], states.iloc[:-3:-1]
    held = f"held {100 * lead['monazite_mt'].sum() / total:.0f} % of" if total else "held"
    publisher = next(iter(lead["source_publisher"].dropna()), "monazite")
    figure, body = new_figure(
        PAGE,
        3.2,
        f"{join_words(lead['state'].tolist())} {held} India's known monazite in {day[:4]}",
        f"Monazite in situ, million tonnes, as of {_in_full(day)}; {total:g} Mt in all. "
        f"The last full split by state{_newest_total(table)}."
        + " Thin mark: a newer figure of that state alone."
        * bool(len(later)),
        f"Source: {publisher} (figures of the Department of Atomic Energy)"
        + "".join(f"; {row.as_of[:4]}: {cell_text(row.source_publisher)}" for row in later.itertuples())
        + f". {TABLES}",
        grow=True,
    )
    axes = plain(body.subplots())
    coastal = states["setting"].fillna("").str.contains("beach")
    axes.barh(
        states["state"],
        states["monazite_mt"],
        color=np.where(coastal, style.RAMP[3], style.RAMP[1]),
        height=0.66,
    )
    inland = "  (inland placers)" if on_phone() else "  (inland river placers)"
    labels = {
        row.state: f"{row.monazite_mt:.2f}{'' if beach else inland}"
        for row, beach in zip(states.itertuples(), coastal, strict=True)
    }
    ends = dict(zip(states["state"], states["monazite_mt"], strict=True))
    for row in later.itertuples():
        at = states["state"].tolist().index(row.state)
        axes.plot([row.monazite_mt] * 2, [at - 0.33, at + 0.33], color=style.STRONG, lw=1.6)
        # One label for both, right of the mark, so that neither is struck through.
        labels[row.state] += f" ({row.as_of[:4]}: {row.monazite_mt:.2f})"
        ends[row.state] = max(ends[row.state], row.monazite_mt)
    for at, (state, words) in enumerate(labels.items()):
        look: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 10}
        axes.annotate(words, (ends[state], at), (4, 0), **look)
    axes.set_xlim(0, (1.8 if on_phone() else 1.1) * max([*states["monazite_mt"], *later["monazite_mt"]]))
    axes.set_xticks([])
    figure.alt += "".join(
        f" {row.state}: {row.monazite_mt:g} in {row.as_of[:4]}." for row in later.itertuples()
    )
    return figure


def _newest_total(table: pd.DataFrame) -> str:
    """Return the newest national total in words, as the end of a sentence; nothing if there is none."""
    national = table[(table["state_iso"] == "IN") & table["monazite_mt"].notna()].sort_values("as_of").tail(1)
    return "".join(
        f": the national total was {row.monazite_mt:g} Mt in {row.as_of[:4]}" for row in national.itertuples()
    )


def _in_full(day: str) -> str:
    """Return a date of a table ("2013", "2013-05" or "2013-05-31") in words."""
    return format_date(pd.Timestamp(day), ("year", "month", "day")[day.count("-")])


def _later(table: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Return the newest row of each state that is newer than the split, and no part of one."""
    newer = table[(table["as_of"] > states["as_of"].max()) & table["state_iso"].isin(states["state_iso"])]
    newer = newer[(newer["split_in_source"] != "complete") & newer["monazite_mt"].notna()]
    newer = newer.sort_values("as_of")
    return newer.drop_duplicates("state_iso", keep="last")


@two_widths
def india_map(
    initiatives: pd.DataFrame | None = None,
    *,
    as_of: Day | None = None,
    title: str | None = None,
    perspective: str = "india",
    states: str | Sequence[str] | None = None,
    deposits: pd.DataFrame | None = None,
    monazite: pd.DataFrame | None = None,
    overlays: Sequence[Any] = (),
) -> Picture:
    """Draw the still twin of `mineralmap.maps.india`: states by monazite, initiatives by sign.

    Parameters
    ----------
    initiatives : DataFrame, optional
        As from `mineralmap.load_initiatives`; the rare-earth ones as of ``as_of`` if left out. What runs
        is hollow where ``unconfirmed`` says so.
    as_of : str or date, optional
        Stages as known on this day.
    title : str, optional
        The finding; by default that of the interactive map.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.
    states : str or sequence of str, optional
        Frame these states (codes or names) instead of the whole country; only they are shaded.
    deposits, monazite : DataFrame, optional
        As from the loaders of the same names; the shipped tables if left out. An empty frame of
        deposits draws none.
    overlays : sequence
        Elements of folium that were added to the interactive map. Markers, circles, lines, areas and
        GeoJSON are drawn; the subtitle names the others.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.india_map(as_of="2025-07-30", states="Uttar Pradesh")
    """
    if initiatives is None:
        initiatives = data.load_initiatives(as_of=as_of, scope=MAIN_SCOPE)
    monazite, deposits = data.shipped("monazite", monazite), data.shipped("deposits", deposits)
    frame = load_states(perspective=perspective)
    focus = [] if states is None else codebook.state_codes(states)
    window, inner = _windows(frame, focus)
    pinned, added = _within(initiatives, inner), read_overlays(overlays, window)
    shading = _shading(monazite, focus)
    figure, body = new_figure(
        PAGE,
        6.25 if on_phone() else 8.3,
        title or _title(initiatives, focus, _day(initiatives, as_of)),
        _subtitle(initiatives, pinned, focus, as_of) + added.words,
        _source(perspective, monazite if shading.fills else None),
        grow=True,
    )
    sheet = _Sheet(figure, body, window)
    drawing = _Drawing(
        pinned, _within(deposits, inner), _coast(monazite, window), shading, added, focus, perspective
    )
    sheet.fit(drawing)
    figure.alt += _draw(sheet, drawing)
    return figure


def _windows(frame: gpd.GeoDataFrame, focus: Sequence[str]) -> tuple[Window, Window]:
    """Return the window of a map, and the part of it in which no sign is cut at the edge."""
    if not focus:
        window = around(frame, 0.01 if on_phone() else 0.03)
        return window, window
    own = frame[frame["state_iso"].isin(focus)]
    return around(own, 0.05), around(own, 0.015 if on_phone() else 0.03)


def _title(initiatives: pd.DataFrame, focus: Sequence[str], day: pd.Timestamp) -> str:
    """Return the title: how many projects there are in India, or in the states of a map, and how many run."""
    items = projects(initiatives).itertuples()
    if not focus:
        return india_title(items, day)
    number, running = named_and_running(items, day, set(focus))
    return f"{_named(focus)}: {pluralize(number, 'rare-earth project')}, {running}"


def _named(focus: Sequence[str]) -> str:
    """Return the names of states, or how many there are of many."""
    labels = codebook.labels("state")
    return join_words([labels[code] for code in focus]) if len(focus) < 4 else f"{len(focus)} states"


def _shading(monazite: pd.DataFrame, focus: Collection[str]) -> Shading:
    """Return the shading of the states; on a map of states that have no value, none."""
    shading = monazite_shading(monazite)
    return shading if shading.fills.keys() & (focus or shading.fills) else Shading({}, {}, {}, {}, "")


def _within(frame: pd.DataFrame, window: Window) -> pd.DataFrame:
    west, south, east, north = window
    return frame[frame["lon"].between(west, east) & frame["lat"].between(south, north)]


def _in_tip(sign: Sign) -> bool:
    west, south, east, north = _TIP
    return west < sign.lon < east and south < sign.lat < north


def _coast(monazite: pd.DataFrame, window: Window) -> gpd.GeoDataFrame:
    """Return the coast of the states with monazite beaches, as far as a map shows it."""
    west, south, east, north = window
    coast = load_coastline()
    coast = coast[coast["state_iso"].isin(geography.beach_states(monazite))].cx[west:east, south:north]
    return coast.set_geometry(coast.geometry.simplify((east - west) / 3_000))


def _day(initiatives: pd.DataFrame, as_of: Day | None) -> pd.Timestamp:
    return initiatives["last_date"].max() if as_of is None else as_date(as_of)


def _subtitle(
    initiatives: pd.DataFrame, pinned: pd.DataFrame, focus: Sequence[str], as_of: Day | None
) -> str:
    """Return how many initiatives a map shows, what they are, and as of which day."""
    day = _day(initiatives, as_of)
    words = "" if pd.isna(day) else f" As of {format_date(day)}."
    if initiatives.empty:
        return f"No initiative to show.{words}"
    if focus:
        return f"{_of_states(initiatives, pinned, focus)}{words}"
    noun, total, shown = _noun(initiatives), len(initiatives), len(pinned)
    placed = int(initiatives["lat"].notna().sum())
    parts = [f"{shown} of {pluralize(total, noun)} {_are_drawn(shown)}"]
    if placed > shown:
        parts.append(f"{pluralize(placed - shown, 'lies', 'lie')} outside this map")
    inside = int((initiatives["group"] == "project").sum()) if "group" in initiatives.columns else 0
    if 0 < inside < total:
        parts.append(f"{inside} of the {total} {'is a project' if inside == 1 else 'are projects'} in India")
    letters = _letters() if on_phone() else ""
    return f"{'; '.join(parts)}.{words}{letters}"


def _noun(initiatives: pd.DataFrame) -> str:
    """Return what to call initiatives: projects, if all are."""
    grouped = "group" in initiatives.columns and bool((initiatives["group"] == "project").all())
    return "project" if grouped else "initiative"


def _are_drawn(number: int) -> str:
    return "has a known place and is drawn" if number == 1 else "have a known place and are drawn"


def _of_states(initiatives: pd.DataFrame, pinned: pd.DataFrame, focus: Sequence[str]) -> str:
    """Return how many of the initiatives that name some states a map shows, and how many others."""
    own, here = (
        int(rows["states"].map(lambda codes: not set(focus).isdisjoint(codes)).sum())
        for rows in (initiatives, pinned)
    )
    # Jammu and Kashmir is one name.
    labels = codebook.labels("state")
    place = join_words([labels[code] for code in focus], "or") if len(focus) < 4 else f"these {_named(focus)}"
    noun = _noun(initiatives)
    if not own:
        words = f"No {noun} names {place}"
    elif own == 1:
        words = f"One {noun} names {place}" + (" and is drawn" if here else ", and is not drawn")
    else:
        words = f"{here or 'None'} of the {own} {noun}s that name {place} {_are_drawn(here)}"
    others = len(pinned) - here
    return words + (f"; {pluralize(others, 'other lies', 'others lie')} in the frame." if others else ".")


def _letters() -> str:
    """Return what the letters of the states mean that have letters on a phone."""
    labels, codes = codebook.labels("state"), list(codebook.colours("state"))
    return "".join(f" {code[-2:]}: {labels[code]}{';' * (code != codes[-1])}" for code in codes) + "."


def _source(perspective: str, monazite: pd.DataFrame | None) -> str:
    view = codebook.labels("perspective")[perspective]
    year = "" if monazite is None else monazite_split(monazite)["as_of"].max()[:4]
    return f"{view}.{year and f' Monazite: Department of Atomic Energy, {year}.'} Source: {TABLES}"


@dataclass(frozen=True)
class _Drawing:
    """What a map of India shows."""

    pinned: pd.DataFrame
    deposits: pd.DataFrame
    coast: gpd.GeoDataFrame
    shading: Shading
    added: Added
    focus: Sequence[str]
    perspective: str

    def fills(self) -> dict[str, str]:
        """Return the fills of the states; around those that the map is about, all others are plain land."""
        fills = dict(self.shading.fills)
        return fills | {
            code: style.LAND for code in codebook.codes("state") if self.focus and code not in self.focus
        }

    def items(self, signs: Sequence[Sign]) -> list[Item]:
        """Return the key of what is drawn."""
        order = list(codebook.codes("sign"))
        heads = {(order.index(sign.code), sign.hollow): sign for sign in signs}
        heads |= {(order.index(sign.code), True): replace(sign, hollow=True) for sign in signs if sign.stale}
        items = [sign_item(heads[at]) for at in sorted(heads)]
        if any(len(sign.places) > 1 for sign in signs):
            items.append(badge_item("number of initiatives here"))
        known = _tonnage_known(self.deposits)
        if len(known):
            # The signs have lines of their own.
            below = not any(len(sign.places) > 1 for sign in signs)
            entry = deposit_item(bool(known.any()), bool(not known.all()))
            items.append(entry._replace(new_line=below))
        if len(self.coast):
            items.append(line_item(style.OCHRE, 2, "coast with monazite beaches"))
        if self.added.shapes:
            items.append(line_item(_ADDED, 3, "Added layers"))
        if not self.shading.fills:
            return items
        fills = self.shading.fills
        only = {fills.get(code, style.NONE_NAMED) for code in self.focus} if self.focus else None
        return items + shading_items(self.shading.key, only)


def _tonnage_known(deposits: pd.DataFrame) -> pd.Series:
    return deposits["monazite_mt"].notna() | deposits["reo_t"].notna()


class _Sheet:
    """The page of a map: the key in lines above it, the map, and room for a map in the map."""

    def __init__(self, figure: Picture, body: SubFigure, window: Window) -> None:
        self.axes: Axes = body.subplots()
        settle(figure, self.axes)
        self.box = self.axes.get_position()
        self.width, self.height = (72 * length / figure.dpi for length in self.axes.bbox.size)
        self.window = window
        self.strip, self.tip = body.add_axes((0, 0, 1, 1)), body.add_axes((0, 0, 1, 1), zorder=3)
        self.lines: list[list[Item]] = []
        self.signs: list[Sign] = []
        self.tip_signs: list[Sign] = []

    def fit(self, drawing: _Drawing) -> None:
        """Divide the page between key and map, so that the map fills what the key leaves."""
        high = 50.0
        # The key lists the signs, what shares a sign hangs on the scale, and that on the key's height.
        for _ in range(2):
            self._divide(high)
            self.signs = collect_signs(drawing.pinned, self.axes)
            crowded = any(len(sign.spots) > 1 and _in_tip(sign) for sign in self.signs)
            inset = crowded and not drawing.focus and not on_phone()
            self.tip_signs = collect_signs(_within(drawing.pinned, _TIP), self.tip) if inset else []
            self.lines = lines_of(drawing.items([*self.signs, *self.tip_signs]), self.width)
            high = key_height(self.lines)
        if not self.tip_signs:
            self.tip.remove()
        self.high = high

    def _divide(self, high: float) -> None:
        left, foot, width, height = self.box.bounds
        share = 1 - high / self.height
        self.axes.set_position((left, foot, width, height * share))
        self.strip.set_position((left, foot + height * share, width, height * (1 - share)))
        west, south, east, north = widened(self.window, self.width / (self.height * share))
        self.axes.set(xlim=(west, east), ylim=(south, north))
        tall = _INSET / self.height
        wide = _INSET / self.width * shape_of(_TIP)
        self.tip.set_position((left + 0.008 * width, foot + 0.01 * height, wide * width, tall * height))
        self.tip.set(xlim=_TIP[::2], ylim=_TIP[1::2])


def _draw(sheet: _Sheet, drawing: _Drawing) -> str:
    """Draw map, key and inset, and return what they show in words."""
    drawn = _draw_land(sheet.axes, drawing)
    names = Names(sheet.axes, drawn.union_all())
    every = places_of(sheet.signs)
    # Where something runs, the place is named in any case.
    places = [place for n, place in enumerate(every) if n < _PLACES or runs_at(sheet.signs, place)]
    here, named = sheet.signs, list[str]()
    if sheet.tip_signs:
        names.block_box(sheet.tip.get_window_extent())
        named = _draw_tip(sheet, drawing, places)
        here = [sign for sign in here if not _in_tip(sign)]
    # What the inset shows beside a sign has no room on the map itself.
    inset = bool(sheet.tip_signs)
    draw_signs(names, [replace(sign, stale=[]) if inset and _in_tip(sign) else sign for sign in sheet.signs])
    _draw_deposits(names, drawing.deposits)
    strong = drawing.focus or codebook.colours("state")
    first = drawn["state_iso"].isin(strong) & on_phone()
    # On a phone there is room for a few names, and these are what the map is about.
    name_states(names, drawn[first], strong, letters=on_phone() and not drawing.focus)
    named += name_places(names, here, places, 3 if on_phone() else 1)
    name_states(names, drawn[~first], strong)
    draw_overlays(sheet.axes, drawing.added, _ADDED)
    draw_key(sheet.strip, sheet.lines, sheet.width, sheet.high)
    return _in_words(drawing, named)


def _draw_land(axes: Axes, drawing: _Drawing) -> gpd.GeoDataFrame:
    """Draw states, outlines and the monazite coast; return the states."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    drawn = draw_base_map(axes, drawing.perspective, (west, south, east, north), drawing.fills())
    look = {"ax": axes, "aspect": None}
    if not drawing.focus:
        drawn.dissolve().boundary.plot(color=style.OUTLINE, linewidth=0.9, **look)
    strong = drawn[drawn["state_iso"].isin(drawing.focus or codebook.colours("state"))]
    if len(strong):
        strong.boundary.plot(color=style.STRONG, linewidth=1.2, **look)
    if len(drawing.coast):
        drawing.coast.plot(color=style.OCHRE, linewidth=1.8, **look)
    axes.set(xlabel="", ylabel="", xlim=(west, east), ylim=(south, north))  # geopandas names the axes again
    return drawn


def _draw_tip(sheet: _Sheet, drawing: _Drawing, places: Sequence[codebook.Code]) -> list[str]:
    """Draw the map of the southern tip, and return the places that it names."""
    drawn = _draw_land(sheet.tip, drawing)
    sheet.tip.spines[:].set(visible=True, color=style.GREY, linewidth=0.8)
    names = Names(sheet.tip, drawn.union_all())
    draw_signs(names, sheet.tip_signs)
    _draw_deposits(names, _within(drawing.deposits, _TIP))
    west, south, east, north = _TIP
    frame: dict[str, Any] = {"color": style.GREY, "lw": 0.8, "zorder": 5}
    sheet.axes.add_patch(Rectangle((west, south), east - west, north - south, fill=False, **frame))
    for corner in ((1, 1), (1, 0)):
        start = sheet.axes.transData.inverted().transform(sheet.tip.transAxes.transform(corner))
        end = (west, north if corner[1] else south)
        sheet.axes.plot(*zip(start, end, strict=True), **frame)
    return name_places(names, sheet.tip_signs, places)


def _draw_deposits(names: Names, deposits: pd.DataFrame) -> None:
    """Draw deposits, and keep names beside them where there is room."""
    known = _tonnage_known(deposits)
    for filled in (False, True):
        rows = deposits[known == filled]
        draw_diamond(names.axes, rows["lon"], rows["lat"], filled=filled)
    for row in deposits.itertuples():
        names.block(row.lon, row.lat, 6, softly=True)


def _in_words(drawing: _Drawing, places: Sequence[str]) -> str:
    """Return what a map shows, for those who do not see it."""
    labels, words = codebook.labels("sign"), []
    signs = drawing.pinned["stage"].map(SIGN_OF)
    counts = {label: int((signs == code).sum()) for code, label in labels.items()}
    parts = [f"{label[:1].lower()}{label[1:]} {n}" for label, n in counts.items() if n]
    if "unconfirmed" in drawing.pinned.columns and (stale := int(drawing.pinned["unconfirmed"].sum())):
        parts.append(f"{stale} of what runs unconfirmed for two years")
    if parts:
        words.append(f"Signs: {', '.join(parts)}")
    if places:
        words.append(f"Places named: {join_words(places)}")
    if drawing.shading.labels:
        names = codebook.labels("state")
        figures = [
            f"{names[code]} {label}"
            for code, label in drawing.shading.labels.items()
            if code in (drawing.focus or names)
        ]
        words.append(f"States shaded: {', '.join(figures)}")
    if len(drawing.deposits):
        words.append(pluralize(len(drawing.deposits), "deposit") + " as diamonds")
    return "".join(f" {sentence}." for sentence in words)


def points_map(
    title: str,
    lines: Sequence[str],
    lon: np.ndarray,
    lat: np.ndarray,
    classes: np.ndarray | None,
    legend: Mapping[str, Any],
    perspective: str,
    window: Window,
    overlays: Sequence[Any] = (),
) -> Picture:
    """Draw the still twin of `mineralmap.maps.explore`: points by class.

    Parameters
    ----------
    title, lines : str and sequence of str
        The finding, and what is said below it; the last line names the boundary view.
    lon, lat : float arrays (n)
        Degrees, EPSG:4326.
    classes : int array (n) or None
        The class of each point.
    legend : dict
        ``title``, ``steps`` (a colour and words for each class) and, where the first classes are
        stages, ``stages``.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.
    window : tuple of float
        West, south, east, north in degrees.
    overlays : sequence
        Elements of folium that were added to the interactive map, as for `india_map`.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import numpy as np
    >>> lon, lat = np.array([80.9, 84.9]), np.array([26.8, 19.4])
    >>> legend = {"title": "", "steps": [("#0072b2", "Point")]}
    >>> lines = ["2 points", "Government of India's view"]
    >>> window = (68.0, 6.0, 98.0, 38.0)
    >>> picture = mm.figures.points_map("Two points", lines, lon, lat, None, legend, "india", window)
    """
    # The points are the caller's: only the base map has a source that we can name.
    added = read_overlays(overlays, window)
    source = f"{lines[-1]}. Base map: mineralmap and Natural Earth"
    many = len(lon) > _MANY_POINTS
    # Dots of many points have the colour of their stage only, so their key shows colours, too.
    stages = [] if many else list(legend.get("stages") or [])
    classes = np.zeros(len(lon), dtype=np.uint8) if classes is None else classes
    shown = [(number, *step) for number, step in enumerate(legend["steps"]) if (classes == number).any()]
    listed = [step for step in shown if step[0] >= len(stages)] if legend["title"] else []
    beside = bool(listed or added.shapes)
    # As high as the window makes it: a world is flat, and beside the key there is less width.
    high = float(np.clip((6.9 if beside else 9.1) / shape_of(window), 3, 7.8))
    words = "; ".join(lines[:-1]) + added.words
    figure, body = new_figure(PAGE, high, title, words, source, grow=True)
    axes = body.subplots()
    entries: list[Entry] = [heading(textwrap.fill(legend["title"], 32))] if listed else []
    entries += [(_swatch(colour), textwrap.fill(words, 32)) for _, colour, words in listed]
    entries += [(_swatch(_ADDED), "Added layers")] if added.shapes else []
    if stages:
        stage_legend(body, stages)
    if beside:
        key(body.legend, entries, loc="outside right upper")
    drawn = draw_base_map(axes, perspective, widened(window, settle(figure, axes)))
    names = Names(axes, drawn.union_all())
    for x, y in zip(lon[:_CLEAR], lat[:_CLEAR], strict=True):
        names.block(x, y, 9)
    name_states(names, drawn, ())
    for number, colour, _ in shown:
        here = classes == number
        if number < len(stages):
            for x, y in zip(lon[here], lat[here], strict=True):
                # A higher stage covers a lower one at the same place, with all its parts.
                draw_marker(axes, x, y, stages[number], zorder=5 + 0.3 * number)
            continue
        size, edge = (2, 0) if many else (26, 0.7)
        look: dict[str, Any] = {"linewidths": edge, "edgecolors": "white", "rasterized": many}
        axes.scatter(lon[here], lat[here], size, colour, zorder=5, **look)
    draw_overlays(axes, added, _ADDED)
    return figure


def _swatch(colour: str) -> Line2D:
    return Line2D([], [], marker="o", markersize=9, mfc=colour, mec="#a9a294", mew=0.6, ls="none")
