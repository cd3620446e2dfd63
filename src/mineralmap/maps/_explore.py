"""A map of any frame of points, up to a million, in one file."""

from __future__ import annotations

from functools import partial

import folium
import numpy as np

from .. import datasets, style
from ..errors import UnknownIdError
from . import _layers, _points
from ._base import Layer, OfflineMap, Script
from ._recipes import _INDIA

__all__ = ["explore"]

#: What a pop-up of events or initiatives says, in this order.
_TOLD = (
    "title",
    "date",
    "stage",
    "stage_since",
    "scope",
    "level",
    "states",
    "partners",
    "place_name",
    "location_accuracy",
    "summary",
    "confidence",
)
_SIGNS = {"colours": style.STAGE_COLOURS, "ink": style.INK, "grey": style.GREY}
_HIDDEN = ("lat", "lon", "date_precision")


def explore(frame, by=None, popup=None, title=None, perspective="india", height="620px"):
    """Draw any frame of points on the ground of the other maps.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Events or initiatives (filtered as you like), or any rows with points: a geometry of points
        in EPSG:4326, or columns ``lat`` and ``lon`` in degrees. Up to about a million rows; rows
        without a point are counted in the line below the title, not drawn.
    by : str, optional
        Column that colours the points: numbers in five classes of equal count, dates by year,
        anything else by its most frequent values.
    popup : sequence of str, optional
        Columns told in the pop-up, the first as its heading; by default the telling ones of events
        and initiatives, of other frames the first twelve. Events bring their sources.
    title : str, optional
        The title line.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.
    height : str, default "620px"
        Height in a notebook.

    Returns
    -------
    OfflineMap
        A `folium.Map`. The points take 8 bytes each or less in the file, what the pop-ups say
        comes on top; no point is off by more than 4 m.

    Raises
    ------
    CRSError
        If a geometry is not in EPSG:4326.
    LayerError
        If the frame has no points, or points off the globe.
    UnknownIdError
        If a column is not there.

    Examples
    --------
    >>> import mineralmap as mm
    >>> page = mm.maps.explore(mm.load_events(scope="rare_earth"), by="stage")
    """
    columns = _check_columns(frame, by, popup)
    lon, lat = _points.coordinates(frame)
    known = ~(np.isnan(lon) | np.isnan(lat))
    missing = int((~known).sum())
    lon, lat = lon[known], lat[known]
    packed, order = _points.pack_points(lon, lat)
    rows = frame[known].iloc[order]
    codes, legend = _points.classes(None if by is None else rows[by], by)
    number = style.count_words(len(rows), "point")
    lines = [] if title is None else [number]
    title = title or number + ("" if by is None else f", by {str(by).replace('_', ' ')}")
    data = {
        "points": packed,
        "codes": None if codes is None else _points.pack_codes(codes.astype(np.int64), 1),
        "legend": legend,
        "style": _SIGNS,
        "columns": [_points.pack_column(_dated(rows, name), name) for name in columns],
        "heading": _points._heading(columns[0]) if columns else "",
        "pages": _pages(rows),
        "name": "Points",
    }
    if missing:
        lines.append(f"{style.count_words(missing, 'row')} without a point not drawn")
    lines.append(style.PERSPECTIVE_WORDS[perspective])

    page = OfflineMap(title=f"mineralmap: {title}", height=height, scripts=("points.js",))
    page._still = partial(_still, title, lines, lon[order], lat[order], codes, legend, perspective)
    page.add_child(
        Script("ground", {"attribution": "Boundaries: see NOTICE of mineralmap. World: Natural Earth"})
    )
    page.add_child(Layer("world", _layers.world(perspective), "Other countries", control=False))
    ground = _layers.states(perspective, {}, {}, {})
    page.add_child(Layer("states", ground, "States", control=False))
    page.add_child(Layer("points", data, "Points"))
    page.add_child(Script("title", {"titles": [[0, title]], "lines": lines}))
    page.add_child(Script("views", {"views": _views(lon, lat)}))
    page.add_child(folium.LayerControl(position="topleft", collapsed=True))
    if by is not None:
        page.add_child(Script("legend", {"ramp": {**legend, "note": "", "shapes": True}, "style": _SIGNS}))
    page.add_child(Script("table", {}))
    return page


def _check_columns(frame, by, popup):
    wanted = [*([] if by is None else [by]), *(popup or ())]
    for name in wanted:
        if name not in frame.columns:
            raise UnknownIdError(
                f"there is no column {name!r}; one of {', '.join(str(one) for one in frame.columns)}"
            )
    if popup is not None:
        return list(popup)
    if "title" in frame.columns:
        return [name for name in _TOLD if name in frame.columns]
    shape = getattr(frame, "_geometry_column_name", None)
    return [name for name in frame.columns if name != shape and name not in _HIDDEN][: _points._COLUMNS]


def _dated(rows, name):
    """Return a column; the dates of events in words at their own precision."""
    if name != "date" or "date_precision" not in rows.columns:
        return rows[name]
    import pandas as pd

    pairs = zip(rows["date"], rows["date_precision"], strict=True)
    words = ["" if day is pd.NaT else style.date_words(day, precision) for day, precision in pairs]
    return pd.Series(words, index=rows.index, dtype="object")


def _pages(rows):
    """Return the pages of events: their addresses, and for each row their numbers."""
    if "event_id" not in rows.columns:
        return None
    links = datasets.load_event_sources()
    links = links[links["event_id"].isin(rows["event_id"])].merge(datasets.load_sources(), on="source_id")
    if links.empty:
        return None
    pages = sorted(set(zip(links["url"], links["publisher"], strict=True)))
    number = {url: at for at, (url, _) in enumerate(pages)}
    of = {one: sorted({number[url] for url in group}) for one, group in links.groupby("event_id")["url"]}
    return {"pages": [list(page) for page in pages], "of": [of.get(one, []) for one in rows["event_id"]]}


def _views(lon, lat):
    india = {"name": "India", "bounds": _INDIA}
    if not len(lon):
        return [india]
    west, east, south, north = (float(one) for one in (lon.min(), lon.max(), lat.min(), lat.max()))
    # A lone point needs some ground around it.
    pad = max(0.0, 1 - (east - west), 1 - (north - south)) / 2
    bounds = [[max(south - pad, -84.0), west - pad], [min(north + pad, 84.0), east + pad]]
    return [{"name": "All points", "bounds": bounds}, india]


def _still(title, lines, lon, lat, codes, legend, perspective):
    """Draw the still twin: the same points on the same ground."""
    from ..figures._base import SOURCE, framed

    figure, axes = framed(9.5, 8.6, title, "; ".join(lines[:-1]), f"{lines[-1]}. {SOURCE}")
    axes.set_facecolor(style.SEA)
    for frame, fill, line in (
        (datasets.load_countries(perspective), style.LAND, style.LAND_LINE),
        (datasets.load_states(perspective), style.NONE_NAMED, "#cfc8b8"),
    ):
        shapes = frame.set_geometry(frame.geometry.simplify(0.05))
        shapes.plot(ax=axes, color=fill, edgecolor=line, linewidth=0.5)
    codes = np.zeros(len(lon), dtype=np.uint8) if codes is None else codes
    for number, (colour, words) in enumerate(legend["steps"]):
        here = codes == number
        if here.any():
            size = 14 if len(lon) < 3000 else 2
            axes.scatter(lon[here], lat[here], s=size, c=colour, linewidths=0, label=words, rasterized=True)
    if legend["title"]:
        axes.legend(title=legend["title"], loc="upper right", fontsize=9, markerscale=1.5)
    (south, west), (north, east) = _views(lon, lat)[0]["bounds"]
    pad = 0.05 * max(east - west, north - south)
    axes.set_xlim(west - pad, east + pad)
    axes.set_ylim(south - pad, north + pad)
    axes.set_aspect(1 / max(0.2, np.cos(np.radians((south + north) / 2))), adjustable="datalim")
    axes.set(xticks=[], yticks=[], xlabel="", ylabel="")
    return figure
