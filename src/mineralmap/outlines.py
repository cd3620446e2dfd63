"""Outlines drawn with fewer points, so that neighbours still fit together."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import later

shapely = later.load("shapely")  # maps of the shipped layers need none of it

__all__ = ["simplify_coverage"]


def simplify_coverage(geometries: Any, tolerance: float, min_part_area: float = 0.0) -> np.ndarray:
    """Return polygons with fewer points whose common borders stay common.

    Parameters
    ----------
    geometries : array of Polygon or MultiPolygon
        A coverage in degrees (EPSG:4326): neighbours have the same vertices along their border.
    tolerance : float
        In degrees: details below it are dropped.
    min_part_area : float, default 0
        Parts below this area (square degrees) are left out, but the largest part of each stays.

    Returns
    -------
    array of Polygon or MultiPolygon
    """
    simple: np.ndarray = shapely.coverage_simplify(np.asarray(geometries), tolerance)
    if not min_part_area:
        return simple
    return np.array([_large_parts(geometry, min_part_area) for geometry in simple], dtype=object)


def _large_parts(geometry: Any, min_part_area: float) -> Any:
    parts = shapely.get_parts(geometry)
    areas = shapely.area(parts)
    return shapely.multipolygons(parts[(areas >= min_part_area) | (areas == areas.max())])
