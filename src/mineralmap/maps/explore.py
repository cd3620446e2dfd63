"""A map of any frame of points, of any size, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import codebook, data
from ..errors import check_option
from ..frames import check_columns
from ..text import format_date, pluralize
from . import layers
from .page import Layer, OfflineMap, Script
from .point_cells import COUNT, count_in_cells
from .point_classes import classify
from .point_columns import encode_column, is_number
from .point_encoding import coordinates, encode_codes, encode_points
from .recipes import INDIA

if TYPE_CHECKING:
    from ..figures import Picture

__all__ = ["explore"]

#: What a pop-up of events or initiatives says, in this order.
POPUP_COLUMNS = (
    *("title", "date", "stage", "stage_since", "scope", "level", "states", "partners"),
    *("place_name", "location_accuracy", "summary", "confidence"),
)
_NOT_SHOWN = ("lat", "lon", "date_precision")
#: The number of points in a cell in words. A name of our own, which no table has.
_HERE = " here"

_ATTRIBUTION = "Boundaries: see NOTICE of mineralmap. World: Natural Earth"

_Floats = NDArray[np.float64]


def explore(
    frame: pd.DataFrame,
    *,
    column: str | None = None,
    popup: Sequence[str] | None = None,
    title: str | None = None,
    perspective: str = "india",
    height: str | float = "620px",
    max_points: int = 3_000_000,
    sources: pd.DataFrame | None = None,
    event_sources: pd.DataFrame | None = None,
) -> OfflineMap:
    """Draw any frame of points on the base map of the other maps.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Events or initiatives (filtered as you like), or any rows with points: a geometry of points
        in EPSG:4326, or columns ``lat`` and ``lon`` in degrees. Any number of rows; rows without a
        point are counted in the line below the title, not drawn.
    column : str, optional
        Column that colours the points: stages as everywhere, numbers in five classes of equal
        count, dates by year, anything else by its most frequent values.
    popup : sequence of str, optional
        Columns of the pop-up, the first as its heading; by default the telling ones of events and
        initiatives, of other frames the first twelve. Events bring their sources.
    title : str, optional
        The title line.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.
    height : str or float, default "620px"
        Height in a notebook: a number in pixels, "60%" of the width.
    max_points : int, default 3,000,000
        Up to so many points each is drawn. More are counted in the cells of a grid (at most
        500,000, of 0.01 degrees or more), and the line below the title says so: each cell is one
        sign at its centre, coloured by its number of points, or by the mean or the most frequent
        value of ``column`` in it; ``popup`` is not shown.
    sources, event_sources : DataFrame, optional
        Where the pages of events are found; the shipped tables if left out.

    Returns
    -------
    OfflineMap
        A `folium.Map`. The points take 8 bytes each or less in the file, the pop-ups come on top;
        no point is off by more than 4 m.

    Raises
    ------
    CRSError
        If a geometry is not in EPSG:4326.
    LayerError
        If the frame has no points, or points off the globe.
    UnknownNameError
        If a column is not there.

    Examples
    --------
    >>> import mineralmap as mm
    >>> page = mm.maps.explore(mm.load_events(scope="rare_earth"), column="stage")
    """
    perspectives = codebook.labels("perspective")
    check_option("perspective", perspective, perspectives)
    check_columns(frame, *([] if column is None else [column]), *(popup or ()))
    lon, lat = coordinates(frame)
    known = ~(np.isnan(lon) | np.isnan(lat))
    lon, lat, rows = lon[known], lat[known], frame[known]
    number, missing = pluralize(len(rows), "point"), len(frame) - len(rows)
    lines = [] if title is None else [number]
    columns = _popup_columns(frame) if popup is None else list(popup)
    if len(rows) > max_points:
        rows, line = _cells(lon, lat, None if column is None else rows[column])
        lines.append(line)
        title = title or f"{number} in {pluralize(len(rows), 'cell')}"
        lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
        # The last column colours the cells: their count, or what the given one is in them.
        columns = [_HERE] if column is None else [_HERE, rows.columns[-1]]
        column = rows.columns[-1]
    else:
        title = title or number + ("" if column is None else f", by {str(column).replace('_', ' ')}")
    if missing:
        lines.append(f"{pluralize(missing, 'row')} without a point not drawn")
    views = _views(lon, lat)
    lines += [*_outside_words(lon, lat, views[0]), perspectives[perspective]]

    points, order = encode_points(lon, lat)
    rows = rows.iloc[order]
    classes, legend = classify(None if column is None else rows[column])
    content = {
        "points": points,
        "codes": None if classes is None else encode_codes(classes, 1),
        "looks": legend["looks"],
        "columns": [encode_column(_dated(rows, name)) for name in columns],
        "pages": _pages(rows, event_sources, sources),
        "name": "Points",
    }
    drawn = {"title": title, "lines": lines, "lon": lon[order], "lat": lat[order], "classes": classes}
    page = OfflineMap(
        title=f"mineralmap: {title}",
        height=height,
        scripts=("points.js",),
        draw_figure=partial(_figure, views[0]["bounds"], **drawn, legend=legend, perspective=perspective),
    )
    own = Layer("points", content, "Points", legend=_legend(legend) if column is not None else None)
    for child in _parts(own, perspective, {"titles": [[0, title]], "lines": lines}, views):
        page.add_child(child)
    return page


def _parts(own: Layer, perspective: str, titles: dict[str, Any], views: list[dict[str, Any]]) -> list[Any]:
    """Return what the page is made of, in its order."""
    return [
        Script("prepare", {"attribution": _ATTRIBUTION}),
        Script("title", titles),
        Script("views", {"views": views}),
        layers.world(perspective),
        layers.states(perspective),
        own,
        folium.LayerControl(position="topright", collapsed=True),
        Script("key", {}),
        Script("table", {}),
        Script("share", {}),
        Script("guests", {}),
    ]


def _legend(legend: dict[str, Any]) -> dict[str, Any]:
    pairs = zip(legend["looks"], legend["steps"], strict=True)
    rows = [{"key": {"look": look, "size": 16}, "words": words, "when": ""} for look, (_, words) in pairs]
    return {"title": legend["title"], "rows": rows, "note": ""}


def _cells(lon: _Floats, lat: _Floats, values: pd.Series | None) -> tuple[pd.DataFrame, str]:
    """Return the cells that hold points, and the line that says that these are counted, not drawn."""
    if values is None:
        what = "number of points"
    elif is_number(values):
        what = f"mean {values.name}"
        values = values.rename(what)
    else:
        what = f"most frequent {values.name}"
    cells, size = count_in_cells(lon, lat, values)
    cells.insert(0, _HERE, [pluralize(count, "point") for count in cells[COUNT]])
    return cells, (
        f"Counted in {len(cells):,} cells of {size:g} degrees (about {size * 111:.0f} km), for they are too "
        f"many to draw one by one; each cell has the colour of the {what.replace('_', ' ')} in it"
    )


def _popup_columns(frame: pd.DataFrame) -> list[Any]:
    if "title" in frame.columns:
        return [name for name in POPUP_COLUMNS if name in frame.columns]
    shape = getattr(frame, "_geometry_column_name", None)
    return [name for name in frame.columns if name != shape and name not in _NOT_SHOWN][: len(POPUP_COLUMNS)]


def _dated(rows: pd.DataFrame, name: Any) -> pd.Series:
    """Return a column; the dates of events in words at their own precision."""
    if name != "date" or "date_precision" not in rows.columns:
        return rows[name]
    pairs = zip(rows["date"], rows["date_precision"], strict=True)
    words = ["" if day is pd.NaT else format_date(day, precision, short=True) for day, precision in pairs]
    return pd.Series(words, index=rows.index, dtype="object", name=name)


def _pages(
    rows: pd.DataFrame, event_sources: pd.DataFrame | None, sources: pd.DataFrame | None
) -> dict[str, Any] | None:
    """Return the pages of events: their addresses and publishers, and for each row their numbers."""
    if "event_id" not in rows.columns:
        return None
    found = data.pages_of(
        rows["event_id"], data.shipped("event_sources", event_sources), data.shipped("sources", sources)
    )
    pages = sorted({(page.url, page.publisher) for group in found.values() for page in group})
    number = {url: at for at, (url, _) in enumerate(pages)}
    numbers = {event_id: sorted({number[page.url] for page in group}) for event_id, group in found.items()}
    return {"pages": pages, "of": [numbers.get(event_id, []) for event_id in rows["event_id"]]}


def _views(lon: _Floats, lat: _Floats) -> list[dict[str, Any]]:
    """Return the views of a map of points: it opens on a region that holds all of them, else on India.

    Where most of them lie abroad, it opens on all.
    """
    (south, west), (north, east) = INDIA
    in_india = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    india = {"name": "India", "bounds": INDIA}
    if not len(lon):
        return [india]
    frame = _around(lon, lat)
    every = {"name": "All points", "bounds": frame}
    if 2 * in_india.sum() < len(lon):
        return [every, india]
    if in_india.all():
        (low, left), (high, right) = frame
        region = 2 * (high - low) < north - south and 2 * (right - left) < east - west
        return [every, india] if region else [india, every]
    inside = {"name": "Points in India", "bounds": _around(lon[in_india], lat[in_india])}
    return [india, inside, every]


def _around(lon: _Floats, lat: _Floats) -> list[list[float]]:
    """Return south-west and north-east of points, with some ground around a lone one."""
    west, east, south, north = (float(bound) for bound in (lon.min(), lon.max(), lat.min(), lat.max()))
    pad = max(0.0, 1 - (east - west), 1 - (north - south)) / 2
    # Web Mercator ends at 85 degrees.
    return [
        [min(max(south - pad, -85.0), 83.0), west - pad],
        [max(min(north + pad, 85.0), -83.0), east + pad],
    ]


def _outside_words(lon: _Floats, lat: _Floats, view: dict[str, Any]) -> list[str]:
    """Return the line that counts the points outside India where the map opens on it; nothing if none is."""
    (south, west), (north, east) = INDIA
    outside = int(((lon < west) | (lon > east) | (lat < south) | (lat > north)).sum())
    if view["bounds"] != INDIA or not outside:
        return []
    verb = "lies" if outside == 1 else "lie"
    return [f"{pluralize(outside, 'point')} {verb} outside the frame around India: see All points"]


def _figure(bounds: list[list[float]], **content: Any) -> Picture:
    """Draw the still twin: the same points on the same base map."""
    from ..figures import points_map  # noqa: PLC0415 - heavy, and a map without its picture needs none of it

    (south, west), (north, east) = bounds
    # A lone point needs some ground to be recognised by.
    pad = max(0.05 * max(east - west, north - south), 3 - (north - south) / 2)
    window = (west - pad, max(south - pad, -85.0), east + pad, min(north + pad, 85.0))
    return points_map(window=window, **content)
