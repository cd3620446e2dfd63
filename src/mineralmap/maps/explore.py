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
from ..errors import LayerError, UnknownNameError, check_option
from ..frames.points import Points, read_points
from ..frames.times import day_words
from ..frames.values import as_frame, cell_text, check_columns, is_number, plain
from ..text import pluralize
from . import layers
from .page import Layer, OfflineMap, Script
from .point_cells import COUNT, count_in_cells
from .point_classes import classify
from .point_columns import encode_column
from .point_encoding import encode_codes, encode_points
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
_TABLES = [codebook.tables()[name] for name in ("events", "initiatives")]
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
    frame : DataFrame, GeoDataFrame or pyarrow.Table
        Events or initiatives (filtered as you like), or any rows with points: a geometry of points
        in EPSG:4326, or columns ``lat`` and ``lon`` (also "Latitude", "LNG" and the like) in degrees:
        numbers, or texts such as "20.5", "20,5" or "20°30'N". Any number of rows; rows without a point
        on the globe are counted in the line below the title, not drawn, and points that seem to be
        swapped, or are at (0, 0), are named there.
    column : str, optional
        Column that colours the points: stages as everywhere, numbers in at most five classes of about
        equal count with round bounds (of few points, bounds that occur), dates by year, anything else by its
        most frequent values, in the order of the categories if they have one.
    popup : sequence of str, optional
        Columns of the pop-up, the first as its heading; by default the telling ones of events and
        initiatives with those of your own, of other frames the first twelve, a ``title`` first. Events
        bring their sources.
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
        If the frame has no points.
    TypeError
        If ``frame`` is no frame.
    UnknownNameError
        If a column is not there.
    ValueError
        If a column that is asked for is there twice, or one of degrees holds none.

    Examples
    --------
    >>> import mineralmap as mm
    >>> page = mm.maps.explore(mm.load_events(scope="rare_earth"), column="stage")
    """
    check_option("perspective", perspective, perspectives := codebook.labels("perspective"))
    frame = as_frame(frame)
    check_columns(frame, *([] if column is None else [column]), *(popup or ()))
    points = _points(frame)
    known = np.flatnonzero(points.on_globe)
    lon, lat = points.lon, points.lat
    if len(known) < len(frame):
        lon, lat = lon[known], lat[known]
    number = pluralize(len(known), "point")
    lines = [] if title is None else [number]
    colours = None if column is None else frame[column]
    columns = _popup_columns(frame, points) if popup is None else [frame[name] for name in popup]
    if len(known) > max_points:
        cells, line = _cells(lon, lat, None if colours is None else colours.iloc[known])
        lines.append(line)
        title = title or f"{number} in {pluralize(len(cells), 'cell')}"
        lon, lat = cells["lon"].to_numpy(), cells["lat"].to_numpy()
        # The last column colours the cells: their count, or what the given one is in them.
        frame, known, colours = cells, np.arange(len(cells)), cells.iloc[:, -1]
        columns = [cells[_HERE]] if column is None else [cells[_HERE], colours]
    else:
        title = title or number + ("" if column is None else f", by {str(column).replace('_', ' ')}")
    lines += [*points.left_out("drawn"), *points.notes, *points.doubts()]
    views = _views(lon, lat)
    lines += [*_outside_words(lon, lat, views[0]), perspectives[perspective]]

    encoded, order = encode_points(lon, lat)
    rows = known[order]
    classes, legend = classify(colours if colours is None else colours.iloc[rows])
    content = {
        "points": encoded,
        "codes": None if classes is None else encode_codes(classes, 1),
        "looks": legend["looks"],
        "columns": [encode_column(one.iloc[rows]) for one in columns],
        "pages": _pages(frame, rows, event_sources, sources),
        "name": "Points",
    }
    drawn = {"title": title, "lines": lines, "lon": lon[order], "lat": lat[order], "classes": classes}
    page = OfflineMap(
        title=f"mineralmap: {title}",
        height=height,
        scripts=("points.js",),
        draw_figure=partial(_figure, views[0]["bounds"], **drawn, legend=legend, perspective=perspective),
    )
    own = Layer("points", content, "Points", legend=None if colours is None else _legend(legend))
    for child in _parts(own, perspective, {"titles": [[0, title]], "lines": lines}, views):
        page.add_child(child)
    return page


def _parts(own: Layer, perspective: str, titles: dict[str, Any], views: list[dict[str, Any]]) -> list[Any]:
    """Return what the page is made of, in its order."""
    return [
        Script("prepare", {"attribution": _ATTRIBUTION}),
        Script("title", titles),
        # The buttons stand before the first view is drawn: what changes the map's height has it drawn twice.
        Script("table", {}),
        Script("share", {}),
        Script("views", {"views": views}),
        layers.world(perspective),
        layers.states(perspective),
        own,
        folium.LayerControl(position="topright", collapsed=True),
        Script("key", {}),
        Script("guests", {}),
    ]


def _legend(legend: dict[str, Any]) -> dict[str, Any]:
    pairs = zip(legend["looks"], legend["steps"], strict=True)
    rows = [{"key": {"look": look, "size": 16}, "words": words, "when": ""} for look, (_, words) in pairs]
    return {"title": legend["title"], "rows": rows, "note": ""}


def _cells(lon: _Floats, lat: _Floats, values: pd.Series | None) -> tuple[pd.DataFrame, str]:
    """Return the cells that hold points, and the line that says that these are counted, not drawn."""
    values = None if values is None else plain(values)
    if values is None:
        what = "number of points"
    elif is_number(values):
        what = f"mean {values.name}"
        values = values.rename(what)
    else:
        what = f"most frequent {values.name}"
    cells, size = count_in_cells(lon, lat, values)
    number, counts = pd.factorize(cells[COUNT])
    here = pd.Series([pluralize(count, "point") for count in counts.tolist()], dtype=object)
    cells.insert(0, _HERE, here.to_numpy()[number])
    return cells, (
        f"Counted in {len(cells):,} cells of {size:g} degrees (about {size * 111:.0f} km), for they are too "
        f"many to draw one by one; each cell has the colour of the {what.replace('_', ' ')} in it"
    )


def _points(frame: pd.DataFrame) -> Points:
    try:
        return read_points(frame)
    except UnknownNameError as error:
        raise LayerError(
            "the frame has no points: expected a GeoDataFrame of points or columns 'lat' and 'lon' in "
            f"degrees; {error}"
        ) from None


def _popup_columns(frame: pd.DataFrame, points: Points) -> list[pd.Series]:
    """Return the columns of the pop-up where none are named."""
    most, names = len(POPUP_COLUMNS), list(frame.columns)
    hidden = {*_NOT_SHOWN, *points.columns}
    shown = [at for at, name in enumerate(names) if name not in hidden]
    if {"event_id", "initiative_id"} & set(names):
        # The columns of the tables that tell least are left out; those of the user's own are not.
        ours = {one.name for table in _TABLES for one in (*table.columns, *table.computed)}
        own = [at for at in shown if names[at] not in ours]
        telling = [names.index(name) for name in POPUP_COLUMNS if name in names]
        shown = telling + own[:most]
    else:
        shown.sort(key=lambda at: names[at] != "title")
        shown = shown[:most]
    return [_dated(frame, at) for at in shown]


def _dated(frame: pd.DataFrame, at: int) -> pd.Series:
    """Return a column; the dates of events in words at their own precision."""
    values = frame.iloc[:, at]
    if frame.columns[at] != "date" or list(frame.columns).count("date_precision") != 1:
        return values
    pairs = zip(values, frame["date_precision"], strict=True)
    words = [day_words(*pair, short=True) for pair in pairs]
    return pd.Series(words, index=frame.index, dtype="object", name="date")


def _pages(
    frame: pd.DataFrame,
    rows: NDArray[np.int64],
    event_sources: pd.DataFrame | None,
    sources: pd.DataFrame | None,
) -> dict[str, Any] | None:
    """Return the pages of events: their addresses and publishers, and for each row their numbers."""
    if list(frame.columns).count("event_id") != 1:
        return None
    events = [cell_text(one) for one in frame["event_id"].iloc[rows]]
    found = data.pages_of(
        events, data.shipped("event_sources", event_sources), data.shipped("sources", sources)
    )
    pages = sorted({(page.url, page.publisher) for group in found.values() for page in group})
    number = {url: at for at, (url, _) in enumerate(pages)}
    numbers = {event_id: sorted({number[page.url] for page in group}) for event_id, group in found.items()}
    return {"pages": pages, "of": [numbers.get(event_id, []) for event_id in events]}


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
