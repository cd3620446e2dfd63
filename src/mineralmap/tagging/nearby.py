"""The unit nearest to a point that lies in none, and how far it is: for plants and mines on the shore."""

from __future__ import annotations

from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..frames.points import read_points
from ..frames.values import as_frame
from .grid import INVALID, OUTSIDE, Array, edges
from .units import Units

# The plane in which the nearest edge is looked for: Lambert's of the Survey of India, in metres.
_PLANE = 7755


def nearest(
    points: Any, *, to: str = "state", lon: str = "lon", lat: str = "lat", perspective: str = "india"
) -> pd.DataFrame:
    """Return the state or district nearest to each point, and how far away it is.

    Parameters
    ----------
    points : DataFrame, GeoDataFrame or pyarrow.Table
        As for `tag`.
    to : {"state", "district"}
        The level of the units.
    lon, lat : str
        Columns of longitude and latitude.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.

    Returns
    -------
    DataFrame
        A row per point, its index kept: ``state_iso`` or ``district_id``, and ``distance_km`` (WGS84, to the
        nearest point of the unit as the layer draws it, which is generalised); 0 for a point that lies
        in the unit. Both are missing where there is no point.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> shore = pd.DataFrame({"lat": [8.168941], "lon": [77.712608]})  # the Kudankulam plant
    >>> mm.tag(shore)["state_status"].tolist()
    ['outside']
    >>> mm.tagging.nearest(shore).round(1).to_numpy().tolist()
    [['IN-TN', 0.1]]
    """
    frame, units = as_frame(points), Units(to, perspective)
    placed = read_points(frame, lon=lon, lat=lat)
    unit, status = (one.astype(np.int64) for one in units.grid.locate(placed.lon, placed.lat))
    distance = np.where(status == INVALID, np.nan, 0.0)
    if len(out := _two(np.flatnonzero(status == OUTSIDE))):
        unit[out], distance[out] = _nearest(units, placed.lon[out], placed.lat[out])
    codes = pd.Categorical.from_codes(unit, categories=list(units.grid.codes))
    return pd.DataFrame({units.columns[0]: codes, "distance_km": distance}, index=frame.index)


def _two(places: Array) -> Array:
    """Return a single place twice: the oldest pyproj warns of arrays that hold one point."""
    return np.repeat(places, 2) if len(places) == 1 else places


def _nearest(units: Units, lon: Array, lat: Array) -> tuple[Array, Array]:
    from pyproj import Geod  # noqa: PLC0415 - heavy, and tagging needs none of it

    tree, lines, unit = _edge_tree(units)
    there = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326).to_crs(_PLANE).to_numpy()
    # Far from India the plane has no place for a point: the pole.
    good = np.isfinite(shapely.get_coordinates(there)).all(axis=1)
    some = _two(np.flatnonzero(good))
    edge, metres = np.zeros(len(there), dtype=np.int64), np.full(len(there), np.nan)
    if len(some):
        edge[some] = tree.nearest(there[some])
        ends = shapely.get_point(shapely.shortest_line(there[some], lines[edge[some]]), 1)
        shore = gpd.GeoSeries(ends, crs=_PLANE).to_crs(4326)
        metres[some] = Geod(ellps="WGS84").inv(lon[some], lat[some], shore.x, shore.y)[2]
    return np.where(good, unit[edge], -1), metres / 1000


@cache
def _edge_tree(units: Units) -> tuple[shapely.STRtree, Array, Array]:
    """Return a tree of the edges of all units in the plane, the edges, and whose each is."""
    start, end, unit = edges(units.grid.units)
    lines = gpd.GeoSeries(shapely.linestrings(np.stack([start, end], axis=1)), crs=4326)
    lines = lines.to_crs(_PLANE).to_numpy()
    return shapely.STRtree(lines), lines, unit
