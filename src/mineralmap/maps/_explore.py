"""A map of any frame of points, of any size, in one file."""

from __future__ import annotations

from functools import partial

import folium
import numpy as np
import pandas as pd

from .. import datasets, style
from ..errors import UnknownIdError
from . import _cells, _layers, _points
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


#: More points than this are counted in cells.
MOST_POINTS = 3_000_000


def explore(frame, by=None, popup=None, title=None, perspective="india", height="620px", most=MOST_POINTS):
    """Draw any frame of points on the ground of the other maps.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Events or initiatives (filtered as you like), or any rows with points: a geometry of points
        in EPSG:4326, or columns ``lat`` and ``lon`` in degrees. Any number of rows; rows without a
        point are counted in the line below the title, not drawn.
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
    most : int, default 3,000,000
        Up to so many points each is drawn. More are counted in the cells of a grid (at most
        500,000, of 0.01 degrees or more), and the line below the title says so: each cell is one
        sign at its centre, coloured by its number of points, or by the mean or the most frequent
        value of ``by`` in it; ``popup`` is not told.

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
    number = style.count_words(len(lon), "point")
    lines = [] if title is None else [number]
    if len(lon) > most:
        mean = by is not None and _cells.is_number(frame[by])
        name = f"mean {by}" if mean else by
        frame, size = _cells.counted(lon, lat, None if by is None else frame.loc[known, by], name)
        title = title or f"{number} in {style.count_words(len(frame), 'cell')}"
        lines.append(_of_cells(len(frame), size, name, mean))
        lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
        frame[_cells.HERE] = [style.count_words(one, "point") for one in frame[_cells.COUNT]]
        columns, by = [_cells.HERE, *([] if by is None else [name])], name or _cells.COUNT
    else:
        title = title or number + ("" if by is None else f", by {str(by).replace('_', ' ')}")
        frame = frame[known]
    packed, order = _points.pack_points(lon, lat)
    rows = frame.iloc[order]
    codes, legend = _points.classes(None if by is None else rows[by], by)
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


def _of_cells(n, size, by, mean):
    """Return the words that say that points are counted, not drawn one by one."""
    what = "the number of points" if by is None else f"the {'' if mean else 'most frequent '}{by}"
    return (
        f"Counted in {n:,} cells of {size:g} degrees (about {size * 111:.0f} km), for they are too many to "
        f"draw one by one; each cell has the colour of {what.replace('_', ' ')} in it"
    )


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
    from ..figures._points import points_map

    (south, west), (north, east) = _views(lon, lat)[0]["bounds"]
    # A lone point needs some ground to be recognised by.
    pad = max(0.05 * max(east - west, north - south), 3 - (north - south) / 2)
    window = (west - pad, max(south - pad, -85.0), east + pad, min(north + pad, 85.0))
    return points_map(title, lines, lon, lat, codes, legend, perspective, window)
