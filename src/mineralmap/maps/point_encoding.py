"""Points by the million as short text: where they are; ``assets/points.js`` decodes it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import later
from ..errors import CRSError, LayerError
from .encode import ALPHABET

shapely = later.load("shapely")  # maps of the shipped layers need none of it

#: Steps per degree: half a step is 2.8 m along each axis, so no point is off by more than 4 m.
STEPS = 20_000
_CHARACTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)


def coordinates(frame: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of a frame of points.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Either a geometry of points in EPSG:4326, or columns ``lat`` and ``lon``.

    Returns
    -------
    lon, lat : float arrays (n)
        Degrees; NaN where there is no point.

    Raises
    ------
    CRSError
        If a geometry is not in EPSG:4326.
    LayerError
        If there are neither points nor columns, or if a coordinate is off the globe.
    """
    if getattr(frame, "_geometry_column_name", None) in frame.columns:
        lon, lat = _geometry_coordinates(frame.geometry)
    elif {"lat", "lon"} <= set(frame.columns):
        lon, lat = (
            pd.to_numeric(frame[name]).to_numpy("float64", na_value=np.nan) for name in ("lon", "lat")
        )
    else:
        raise LayerError(
            "the frame has no points: expected a GeoDataFrame of points or columns 'lat' and 'lon' in "
            f"degrees; got {', '.join(map(str, frame.columns))}"
        )
    off = ~(np.isnan(lon) | np.isnan(lat)) & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    if off.any():
        first = ", ".join(f"row {at}: ({lat[at]:g}, {lon[at]:g})" for at in np.flatnonzero(off)[:5])
        raise LayerError(f"{off.sum()} points are off the globe (latitude, longitude): {first}")
    return lon, lat


def _geometry_coordinates(geometry: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if geometry.crs is None or geometry.crs.to_epsg() != 4326:
        raise CRSError(f"the points must be in EPSG:4326; they have {geometry.crs}. Use frame.to_crs(4326).")
    shapes = geometry.to_numpy()
    other = ~np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.MISSING, shapely.GeometryType.POINT))
    if other.any():
        found = ", ".join(sorted(set(geometry[other].geom_type)))
        raise LayerError(f"the map draws points; got {found}. Use frame.representative_point().")
    return shapely.get_x(shapes), shapely.get_y(shapes)


def encode_points(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[dict[str, Any], NDArray[np.int64]]:
    """Return points as text, and the order in which they stand in it.

    Parameters
    ----------
    lon, lat : float arrays (n)
        Degrees, EPSG:4326, none missing.

    Returns
    -------
    dict
        Three texts and what is needed to read them. The points stand in rows of equal latitude
        range (``height`` steps), each row from west to east, so that a browser finds a point by row
        and bisection: ``rows`` has the distance of each row from the one before and its number of
        points, ``east`` the steps eastward from point to point, ``north`` the height of each point
        in its row in ``width`` characters.
    order : int array (n)
        Number of the point in each place.
    """
    x = np.rint((lon + 180) * STEPS).astype(np.int64)
    y = np.rint((lat + 90) * STEPS).astype(np.int64)
    x0, y0 = (int(x.min()), int(y.min())) if len(x) else (0, 0)
    x, y = x - x0, y - y0
    width = min((2, 3, 4), key=lambda characters: _expected_length(x, y, characters))
    height = 64**width
    row, north = np.divmod(y, height)
    order = np.argsort((row << 24) + x, kind="stable")
    x, row, north = x[order], row[order], north[order]
    first = np.flatnonzero(np.diff(row, prepend=-1))
    east = np.diff(x, prepend=0)
    east[first] = x[first]
    rows = np.column_stack([np.diff(row[first], prepend=0), np.diff(first, append=len(x))])
    texts = {
        "rows": encode_counts(rows.ravel()),
        "east": encode_counts(east),
        "north": encode_codes(north, width),
    }
    head = {"x0": x0, "y0": y0, "steps": STEPS, "width": width, "height": height, "n": len(order)}
    return {**head, **texts}, order


def _expected_length(x: NDArray[np.int64], y: NDArray[np.int64], width: int) -> float:
    """Return about how many characters a point takes if its height in the row takes ``width``."""
    n = max(len(x), 1)
    rows = min(n, int(y.max(initial=0)) // int(64**width) + 1)
    step = (int(x.max(initial=0)) + 1) * rows / n
    return width + max(1.0, math.log2(step + 1) / 5) + 2 * rows / n


def encode_counts(numbers: NDArray[np.int64]) -> str:
    """Return whole numbers from 0 as text: five bits per character, the sixth says "more follows"."""
    places = max(1, -(-int(numbers.max(initial=0)).bit_length() // 5))
    rest = numbers[:, None] >> 5 * np.arange(places)
    codes = (rest & 31).astype(np.uint8) | (rest > 31).astype(np.uint8) << 5
    used = rest > 0
    used[:, 0] = True
    return _to_text(codes[used])


def encode_codes(numbers: NDArray[np.integer[Any]], width: int) -> str:
    """Return whole numbers from 0 as text of ``width`` characters of six bits each."""
    return _to_text(numbers[:, None] >> 6 * np.arange(width - 1, -1, -1) & 63)


def _to_text(codes: NDArray[Any]) -> str:
    return str(_CHARACTERS[codes].tobytes(), "ascii")
