"""Pictures of where: the still twins of the maps, and monazite by state."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .. import codebook, data, style
from ..boundaries import load_countries, load_states
from ..errors import unknown_name
from ..frames import group_words
from ..outlines import simplify_coverage
from ..shading import MAIN_SCOPE, finding, monazite_shading, monazite_split
from ..stages import STAGES, Day, as_date, stage_rank
from ..text import format_date, join_words
from .canvas import (
    TABLES,
    Entry,
    Picture,
    draw_marker,
    heading,
    key,
    new_figure,
    plain,
    stage_entries,
    stage_legend,
)

Window = tuple[float, float, float, float]

#: More points than this are small dots in one picture inside the picture, else the file grows with each.
_MANY_POINTS = 3_000


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
    """
    table = data.shipped("monazite", monazite)
    rows = monazite_split(table, as_of)
    if rows.empty:
        dates = sorted(set(table.loc[table["split_in_source"] == "complete", "as_of"]))
        raise unknown_name("date of a complete split by state", as_of, dates)
    states = rows[rows["state_iso"] != "IN"].sort_values("monazite_mt")
    total = rows.loc[rows["state_iso"] == "IN", "monazite_mt"].iloc[0]
    newest = table[table["state_iso"] == "IN"].sort_values("as_of").iloc[-1]
    day, lead = rows["as_of"].iloc[0], states.iloc[:-3:-1]
    figure, body = new_figure(
        8,
        4.4,
        f"{join_words(lead['state'].tolist())} held {lead['monazite_mt'].sum() / total:.0%} of India's known "
        f"monazite in {day[:4]}",
        f"Monazite in situ, million tonnes, as of {day}; {total:g} Mt in all. The last full split by state: "
        f"the national total was {newest['monazite_mt']:g} Mt in {newest['as_of'][:4]}.",
        f"Source: {lead['source_publisher'].iloc[0]} (figures of the Department of Atomic Energy). {TABLES}",
    )
    axes = plain(body.subplots())
    coastal = states["setting"].fillna("").str.contains("beach")
    bars = axes.barh(
        states["state"],
        states["monazite_mt"],
        color=np.where(coastal, style.RAMP[3], style.RAMP[1]),
        height=0.66,
    )
    notes = np.where(coastal, "", "  (inland river placers)")
    labels = [f"{mt:.2f}{note}" for mt, note in zip(states["monazite_mt"], notes, strict=True)]
    axes.bar_label(bars, labels, padding=4, fontsize=10)
    axes.set_xlim(0, 1.1 * states["monazite_mt"].max())
    axes.set_xticks([])
    return figure


def india_map(
    initiatives: pd.DataFrame | None = None,
    *,
    as_of: Day | None = None,
    title: str | None = None,
    perspective: str = "india",
    states: str | Sequence[str] | None = None,
    deposits: pd.DataFrame | None = None,
    monazite: pd.DataFrame | None = None,
    partners: pd.DataFrame | None = None,
) -> Picture:
    """Draw the still twin of `mineralmap.maps.india`: states by monazite, initiatives by stage.

    Parameters
    ----------
    initiatives : DataFrame, optional
        As from `mineralmap.load_initiatives`; the rare-earth ones as of ``as_of`` if left out.
    as_of : str or date, optional
        Stages as known on this day.
    title : str, optional
        The finding; by default that of the interactive map.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.
    states : str or sequence of str, optional
        Frame these states (codes or names) instead of the whole country.
    deposits, monazite, partners : DataFrame, optional
        As from the loaders of the same names; the shipped tables if left out. An empty frame of
        deposits draws none.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    if initiatives is None:
        initiatives = data.load_initiatives(as_of=as_of, scope=MAIN_SCOPE)
    monazite, deposits = data.shipped("monazite", monazite), data.shipped("deposits", deposits)
    shading = monazite_shading(monazite)
    frame = load_states(perspective=perspective)
    wanted = [states] if isinstance(states, str) else states
    codes = frame["state_iso"] if wanted is None else [codebook.state_code(one) for one in wanted]
    window = _around(frame[frame["state_iso"].isin(codes)])
    west, south, east, north = window
    pinned = initiatives[initiatives["lon"].between(west, east) & initiatives["lat"].between(south, north)]
    day = initiatives["last_date"].max() if as_of is None else as_date(as_of)
    verb = "is" if len(pinned) == 1 else "are"
    groups = initiatives["group"] if "group" in initiatives.columns else ["project"] * len(initiatives)
    figure, body = new_figure(
        9.5,
        8.6,
        title or finding(initiatives, data.shipped("partners", partners)),
        f"Of {group_words(groups)} {len(pinned)} {verb} shown at a known place; the others are "
        f"known to the state or to the country only. Stages as of {format_date(day)}.",
        f"{codebook.labels('perspective')[perspective]}. Monazite: Department of Atomic Energy, "
        f"{monazite_split(monazite)['as_of'].max()[:4]}. Source: {TABLES}",
    )
    axes = body.subplots()
    drawn = draw_base_map(axes, perspective, window, shading.fills)
    focus = drawn[drawn["state_iso"].isin(codes)].dissolve().boundary
    focus.plot(ax=axes, color=style.OUTLINE, linewidth=0.9, aspect=None)
    axes.set(xlabel="", ylabel="")  # geopandas names the axes again
    _draw_deposits(axes, deposits)
    # A higher stage covers a lower one at the same place.
    ranks = pinned["stage"].map(stage_rank).astype(float).fillna(-1)
    for row in pinned.assign(rank=ranks).sort_values(["rank", "initiative_id"]).itertuples():
        draw_marker(axes, row.lon, row.lat, row.stage)
    seen = set(pinned["stage"])
    entries = [heading("Initiatives, by stage"), *stage_entries(one for one in STAGES if one in seen)]
    if len(deposits):
        entries += [heading("Deposits"), (_diamond(style.OCHRE), "tonnage known")]
        entries += [(_diamond("white"), "tonnage not known")]
    entries += [heading(textwrap.fill(shading.key["title"], 24))]
    entries += [(_swatch(colour), words) for colour, words in shading.key["steps"]]
    key(body.legend, entries, loc="outside right upper")
    return figure


def _around(frame: gpd.GeoDataFrame) -> Window:
    """Return west, south, east and north of some states with a little ground around them."""
    west, south, east, north = frame.total_bounds
    pad = 0.04 * max(east - west, north - south)
    return west - pad, south - pad, east + pad, north + pad


def _draw_deposits(axes: Axes, deposits: pd.DataFrame) -> None:
    known = deposits["monazite_mt"].notna() | deposits["reo_t"].notna()
    look: dict[str, Any] = {"marker": "D", "s": 16, "edgecolors": style.OCHRE, "linewidths": 1, "zorder": 4}
    axes.scatter(deposits["lon"], deposits["lat"], c=np.where(known, style.OCHRE, "white"), **look)


def _diamond(fill: str) -> Line2D:
    return Line2D([], [], marker="D", markersize=4.5, mfc=fill, mec=style.OCHRE, ls="none")


def _swatch(colour: str, marker: str = "s") -> Line2D:
    return Line2D([], [], marker=marker, markersize=9, mfc=colour, mec="#a9a294", mew=0.6, ls="none")


def draw_base_map(
    axes: Axes, perspective: str, window: Window, fills: Mapping[str, str] | None = None
) -> gpd.GeoDataFrame:
    """Draw sea, countries and states in a window, and set the axes to it.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    perspective : {"india", "natural_earth"}
    window : tuple of float
        West, south, east, north in degrees.
    fills : dict, optional
        State code -> colour.

    Returns
    -------
    GeoDataFrame
        The states in the window, as drawn.
    """
    west, south, east, north = window
    # A picture of this size shows no more; the file is a tenth. What is outside would only weigh.
    fine = max(0.03, (east - west) / 1_000)
    states = load_states(perspective=perspective)
    shapes = simplify_coverage(states.geometry.to_numpy(), fine, fine / 30)
    states = states.set_geometry(shapes, crs=states.crs).cx[west:east, south:north]
    countries = load_countries(perspective=perspective)
    countries = countries[countries["iso3"] != "IND"].clip((west - 8, south - 8, east + 8, north + 8))
    countries = countries.set_geometry(countries.geometry.simplify(fine))
    others = countries[~countries.geometry.is_empty]
    look = {"ax": axes, "linewidth": 0.5, "aspect": None}
    if len(others):
        others.plot(color=style.LAND, edgecolor=style.LAND_LINE, **look)
    if len(states):
        colours = [(fills or {}).get(code, style.NONE_NAMED) for code in states["state_iso"]]
        states.plot(color=colours, edgecolor=style.STATE_LINE, **look)
    axes.set_facecolor(style.SEA)
    axes.spines[:].set_visible(False)
    axes.set_aspect(_stretch(window), anchor="NW")
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], xlabel="", ylabel="")
    return states


def _stretch(window: Window) -> float:
    """Return how much longer a degree of latitude is than one of longitude in the middle of a window."""
    return 1 / max(0.2, float(np.cos(np.radians((window[1] + window[3]) / 2))))


def _widened(window: Window, shape: float) -> Window:
    """Return a window widened to a shape (width to height, as drawn)."""
    west, south, east, north = window
    stretch = _stretch(window)
    more_x = max(0.0, (north - south) * stretch * shape - (east - west)) / 2
    more_y = max(0.0, (east - west) / shape / stretch - (north - south)) / 2
    return west - more_x, south - more_y, east + more_x, north + more_y


def points_map(
    title: str,
    lines: Sequence[str],
    lon: np.ndarray,
    lat: np.ndarray,
    classes: np.ndarray | None,
    legend: Mapping[str, Any],
    perspective: str,
    window: Window,
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

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    # The points are the caller's: only the base map has a source that we can name.
    source = f"{lines[-1]}. Base map: mineralmap and Natural Earth"
    figure, body = new_figure(9.5, 8.6, title, "; ".join(lines[:-1]), source)
    many = len(lon) > _MANY_POINTS
    # Dots of many points have the colour of their stage only, so their key shows colours, too.
    stages = [] if many else list(legend.get("stages") or [])
    rest = legend["steps"][len(stages) :] if legend["title"] else []
    axes = body.subplots()
    draw_base_map(axes, perspective, _widened(window, 1.05 if rest else 1.2))
    classes = np.zeros(len(lon), dtype=np.uint8) if classes is None else classes
    entries: list[Entry] = [heading(textwrap.fill(legend["title"], 32))]
    for number, (colour, words) in enumerate(legend["steps"]):
        here = classes == number
        if number < len(stages):
            for x, y in zip(lon[here], lat[here], strict=True):
                # A higher stage covers a lower one at the same place, with all its parts.
                draw_marker(axes, x, y, stages[number], zorder=4 + 0.3 * number)
        elif here.any():
            size, edge = (2, 0) if many else (26, 0.7)
            look: dict[str, Any] = {"linewidths": edge, "edgecolors": "white", "rasterized": many}
            axes.scatter(lon[here], lat[here], size, colour, zorder=4, **look)
            entries.append((_swatch(colour, "o"), textwrap.fill(words, 32)))
    if stages:
        stage_legend(body, stages)
    if rest and len(entries) > 1:
        key(body.legend, entries, loc="outside right upper")
    return figure
