"""Geometry packed small: lines as text in the polyline code of five-bit groups.

Coordinates are rounded to a step, each point is kept as its difference from the one before, and
each difference is written in a few printable characters. A shared border takes about a third of
the bytes that GeoJSON takes; ``mineralmap.js`` unpacks it.
"""

from __future__ import annotations

import numpy as np
import shapely

#: Steps a degree: 0.001 degrees is about 110 m, finer than a pixel on any overview.
STEPS = 1000


def pack_line(coordinates):
    """Return one line or ring (n x 2, lon and lat in degrees) as text."""
    steps = np.rint(np.asarray(coordinates)[:, ::-1] * STEPS).astype(np.int64)
    moved = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    keep = np.any(moved != 0, axis=1)
    keep[0] = True
    text = []
    for number in moved[keep].ravel().tolist():
        number = ~(number << 1) if number < 0 else number << 1
        while number >= 0x20:
            text.append(chr((0x20 | (number & 0x1F)) + 63))
            number >>= 5
        text.append(chr(number + 63))
    return "".join(text)


def unpack_line(text):
    """Return the coordinates (n x 2, lon and lat in degrees) of a packed line."""
    numbers, value, shift = [], 0, 0
    for char in text:
        group = ord(char) - 63
        value |= (group & 0x1F) << shift
        shift += 5
        if group < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    points = np.cumsum(np.asarray(numbers, dtype=np.int64).reshape(-1, 2), axis=0)
    return points[:, ::-1] / STEPS


def pack_polygons(geometry):
    """Return a (Multi)Polygon as a list of polygons, each a list of packed rings."""
    return [
        [pack_line(shapely.get_coordinates(ring)) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in shapely.get_parts(geometry)
    ]


def pack_lines(geometry):
    """Return a (Multi)LineString as a list of packed lines."""
    return [pack_line(shapely.get_coordinates(line)) for line in shapely.get_parts(geometry)]


def simplify_coverage(geometries, tolerance, smallest=0.0):
    """Return polygons simplified so that common borders stay common.

    Parameters
    ----------
    geometries : array of Polygon or MultiPolygon
    tolerance : float
        In degrees.
    smallest : float, default 0
        Parts below this area (square degrees) are left out, but the largest part of each stays.
    """
    simple = shapely.coverage_simplify(np.asarray(geometries), tolerance)
    if smallest:
        simple = np.array([_without_specks(geometry, smallest) for geometry in simple], dtype=object)
    return simple


def _without_specks(geometry, smallest):
    parts = shapely.get_parts(geometry)
    areas = shapely.area(parts)
    return shapely.multipolygons(parts[(areas >= smallest) | (areas == areas.max())])
