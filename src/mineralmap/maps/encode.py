"""Geometry and rows packed small: shared borders once, numbers as text that needs no escape.

Coordinates are rounded to a step, each point is kept as its difference from the one before, and
each difference is written in a few characters of five bits. A border that two areas share is
written once, as an arc, and the rings name their arcs. ``assets/core.js`` unpacks all of it.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np

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


def _grid(coordinates, steps):
    """Return coordinates (n x 2, lon and lat) as whole steps (lat, lon)."""
    return np.rint(np.asarray(coordinates)[:, ::-1] * steps).astype(np.int64)


def _changes(rows):
    """Tell which rows differ from the row before; the first does."""
    return np.r_[True, np.any(np.diff(rows, axis=0) != 0, axis=1)]


def _pack_grids(grids):
    """Return lines of whole steps as texts, all at once: `pack_numbers` of their differences."""
    if not grids:
        return []
    steps = np.concatenate(
        [np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)) for grid in grids]
    )
    numbers = steps.ravel()
    numbers = np.where(numbers < 0, ~(numbers << 1), numbers << 1)
    # One column a character: the five bits, and the sixth where more follows.
    columns, more, rest = [], [], numbers
    while not more or more[-1].any():
        columns.append((rest & 0x1F) | np.where(rest >= 0x20, 0x20, 0))
        more.append(rest >= 0x20)
        rest = rest >> 5
    used = np.column_stack([np.ones(len(numbers), dtype=bool), *more[:-1]])
    text = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)[np.column_stack(columns)][used].tobytes().decode()
    lengths = used.sum(axis=1).reshape(-1, 2).sum(axis=1)
    ends = np.cumsum(lengths)[np.cumsum([len(grid) for grid in grids]) - 1].tolist()
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def pack_line(coordinates, steps=STEPS):
    """Return one line (n x 2, lon and lat in degrees) as text."""
    grid = _grid(coordinates, steps)
    return _pack_grids([grid[_changes(grid)]])[0]


def unpack_line(text, steps=STEPS):
    """Return the coordinates (n x 2, lon and lat in degrees) of a packed line."""
    points = np.cumsum(np.asarray(unpack_numbers(text), dtype=np.int64).reshape(-1, 2), axis=0)
    return points[:, ::-1] / steps


def pack_lines(geometry, steps=STEPS):
    """Return a (Multi)LineString as a list of packed lines."""
    import shapely

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
    rings, corner, grid = _rings(geometries, steps)
    many = _meets_many(rings, corner)
    arcs, grids = {}, []

    def number(arc):
        """Return the number of an arc, ``~n`` if it is known the other way round."""
        back = arc[::-1].tobytes()
        if back in arcs:
            return ~arcs[back]
        forth = arc.tobytes()
        if forth not in arcs:
            arcs[forth] = len(grids)
            grids.append(grid[arc])
        return arcs[forth]

    packed = [
        [[[number(arc) for arc in _cut(corner[ring], many)] for ring in polygon] for polygon in area]
        for area in rings
    ]
    return {"arcs": _pack_grids(grids), "shapes": packed, "steps": steps}


def _rings(geometries, steps):
    """Return the rings as whole steps, open at their ends.

    Returns
    -------
    areas : list
        For each area its polygons, for each its rings (the outer one first), for each the slice of
        ``corner`` that it holds. What falls together in a point or a line at this step is no area.
    corner : array of int
        The numbers of the rings' corners, one ring after the other.
    grid : array (n x 2)
        The corners, each once, sorted: lat and lon in whole steps.
    """
    import shapely

    parts, area_of = shapely.get_parts(np.asarray(geometries, dtype=object), return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return [[] for _ in geometries], np.zeros(0, dtype=np.int64), np.zeros((0, 2), dtype=np.int64)
    rows = np.column_stack([ring_of, _grid(points, steps)])
    rows = rows[_changes(rows)]
    first = np.searchsorted(rows[:, 0], np.arange(len(rings)))
    last = np.r_[first[1:], len(rows)] - 1
    # The point that closes a ring is its first one again.
    closing = last[(last > first) & np.all(rows[first] == rows[last], axis=1)]
    rows = np.delete(rows, closing, axis=0)
    grid, corner = np.unique(rows[:, 1:], axis=0, return_inverse=True)
    starts = np.searchsorted(rows[:, 0], np.arange(len(rings) + 1)).tolist()
    areas = [[] for _ in geometries]
    outer = None
    for number, part in enumerate(part_of.tolist()):
        ring = slice(starts[number], starts[number + 1])
        is_area = ring.stop - ring.start > 2
        if part != outer:
            outer, polygon = part, []
            if is_area:
                areas[area_of[part]].append(polygon)
        if is_area:
            polygon.append(ring)
    return areas, corner.ravel(), grid


def _meets_many(areas, corner):
    """Tell for each corner whether it is more than a bend: it has not just two neighbours."""
    ends = [corner[ring] for area in areas for polygon in area for ring in polygon]
    if not ends:
        return np.zeros(0, dtype=bool)
    one = np.concatenate(ends)
    other = np.concatenate([np.roll(ring, -1) for ring in ends])
    size = int(corner.max()) + 1
    pairs = np.unique(np.r_[one * size + other, other * size + one])
    return np.bincount(pairs // size, minlength=size) != 2


def _cut(ring, many):
    """Return the arcs of a ring (numbers of its corners), cut where three or more borders meet."""
    nodes = np.flatnonzero(many[ring])
    # A lone ring, or one that another area shares whole: begin at the same corner for both.
    start = nodes[0] if len(nodes) else np.argmin(ring)
    turned = np.r_[ring[start:], ring[: start + 1]]
    cuts = [0, *(nodes[1:] - start).tolist(), len(ring)]
    return [turned[a : b + 1] for a, b in pairwise(cuts)]


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
    import shapely

    simple = shapely.coverage_simplify(np.asarray(geometries), tolerance)
    if smallest:
        simple = np.array([_without_specks(geometry, smallest) for geometry in simple], dtype=object)
    return simple


def _without_specks(geometry, smallest):
    import shapely

    parts = shapely.get_parts(geometry)
    areas = shapely.area(parts)
    return shapely.multipolygons(parts[(areas >= smallest) | (areas == areas.max())])
