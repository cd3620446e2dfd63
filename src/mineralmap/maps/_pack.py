"""Geometry and rows packed small: shared borders once, numbers as text that needs no escape.

Coordinates are rounded to a step, each point is kept as its difference from the one before, and
each difference is written in a few characters of five bits. A border that two areas share is
written once, as an arc, and the rings name their arcs. ``assets/core.js`` unpacks all of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import shapely

#: Steps a degree: 0.002 degrees is about 220 m, a fifth of a pixel where a state fills the map.
STEPS = 500
#: Sixty-four characters that JSON, HTML and Jinja leave as they are.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUE = {char: value for value, char in enumerate(ALPHABET)}


def pack_numbers(numbers):
    """Return whole numbers (a list) as text: five bits a character, the sixth says "more follows"."""
    text = []
    for number in numbers:
        number = ~(number << 1) if number < 0 else number << 1
        while number >= 0x20:
            text.append(ALPHABET[0x20 | (number & 0x1F)])
            number >>= 5
        text.append(ALPHABET[number])
    return "".join(text)


def unpack_numbers(text):
    """Return the whole numbers of a packed text."""
    numbers, value, shift = [], 0, 0
    for char in text:
        group = _VALUE[char]
        value |= (group & 0x1F) << shift
        shift += 5
        if group < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return numbers


def fixed(numbers, width):
    """Return whole numbers from 0 as text of ``width`` characters of six bits each."""
    return "".join(
        ALPHABET[number >> 6 * place & 63] for number in numbers for place in range(width - 1, -1, -1)
    )


def pack_rows(rows):
    """Return dicts of the same keys as columns; texts that repeat are written once.

    A column is a list, or ``{"v": values, "w": width, "c": codes}``: the text of row n is the value
    whose number stands in the ``width`` characters of ``codes`` from n * width on.
    """
    return {name: _column([row[name] for row in rows]) for name in (rows[0] if rows else ())}


def _column(cells):
    if not all(isinstance(cell, str) for cell in cells):
        return cells
    values = sorted(set(cells))
    if len(values) > min(4096, len(cells) * 0.7):
        return cells
    width = 1 if len(values) <= 64 else 2
    number = {value: at for at, value in enumerate(values)}
    return {"v": values, "w": width, "c": fixed([number[cell] for cell in cells], width)}


def front_coded(texts):
    """Return sorted texts, each as the number of characters shared with the one before, and the rest."""
    rows, before = [], ""
    for text in texts:
        shared = 0
        for one, other in zip(text, before, strict=False):
            if one != other:
                break
            shared += 1
        rows.append((shared, text[shared:]))
        before = text
    return rows


def _rounded(coordinates, steps):
    """Return coordinates (n x 2, lon and lat) as whole steps (lat, lon), none twice in a row."""
    grid = np.rint(np.asarray(coordinates)[:, ::-1] * steps).astype(np.int64)
    keep = np.r_[True, np.any(np.diff(grid, axis=0) != 0, axis=1)]
    return grid[keep]


def _pack_grid(grid):
    return pack_numbers(np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist())


def pack_line(coordinates, steps=STEPS):
    """Return one line (n x 2, lon and lat in degrees) as text."""
    return _pack_grid(_rounded(coordinates, steps))


def unpack_line(text, steps=STEPS):
    """Return the coordinates (n x 2, lon and lat in degrees) of a packed line."""
    points = np.cumsum(np.asarray(unpack_numbers(text), dtype=np.int64).reshape(-1, 2), axis=0)
    return points[:, ::-1] / steps


def pack_lines(geometry, steps=STEPS):
    """Return a (Multi)LineString as a list of packed lines."""
    return [pack_line(shapely.get_coordinates(line), steps) for line in shapely.get_parts(geometry)]


def pack_areas(geometries, steps=STEPS):
    """Return areas that share borders, each border written once.

    Parameters
    ----------
    geometries : sequence of Polygon or MultiPolygon
        A coverage: neighbours have the same vertices along their common border.
    steps : int
        Steps a degree.

    Returns
    -------
    dict
        ``arcs`` (packed lines), ``shapes`` (for each area its polygons, for each its rings, for
        each the numbers of its arcs; ``~n`` is arc ``n`` backwards) and ``steps``.
    """
    shapes = [
        [
            [_ring(ring, steps) for ring in (polygon.exterior, *polygon.interiors)]
            for polygon in shapely.get_parts(geometry)
        ]
        for geometry in geometries
    ]
    # What falls together in a point or a line at this step is no area any more.
    shapes = [[[r for r in rings if len(r) > 2] for rings in parts if len(rings[0]) > 2] for parts in shapes]
    beside = defaultdict(set)
    for ring in (ring for parts in shapes for rings in parts for ring in rings):
        for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
            beside[one].add(other)
            beside[other].add(one)
    arcs = {}

    def number(arc):
        back = arc[::-1]
        if back in arcs:
            return ~arcs[back]
        return arcs.setdefault(arc, len(arcs))

    packed = [
        [[[number(arc) for arc in _cut(ring, beside)] for ring in rings] for rings in parts]
        for parts in shapes
    ]
    return {"arcs": [_pack_grid(np.array(arc)) for arc in arcs], "shapes": packed, "steps": steps}


def _ring(ring, steps):
    """Return a ring as a list of whole steps, open at its end."""
    grid = [tuple(point) for point in _rounded(shapely.get_coordinates(ring), steps).tolist()]
    return grid[:-1] if grid[0] == grid[-1] else grid


def _cut(ring, beside):
    """Return the arcs of a ring, cut where three or more borders meet."""
    nodes = [at for at, point in enumerate(ring) if len(beside[point]) != 2]
    # A lone ring, or one that another area shares whole: begin at the same corner for both.
    start = nodes[0] if nodes else ring.index(min(ring))
    turned = ring[start:] + ring[:start] + [ring[start]]
    cuts = [at for at, point in enumerate(turned) if len(beside[point]) != 2 or at in (0, len(ring))]
    return [tuple(turned[a : b + 1]) for a, b in pairwise(cuts)]


def edges_of(shapes):
    """Return the numbers of the arcs that only one of the shapes has: their common outline."""
    uses = Counter(
        arc if arc >= 0 else ~arc for parts in shapes for rings in parts for ring in rings for arc in ring
    )
    return sorted(arc for arc, count in uses.items() if count == 1)


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
