"""Geometry and rows packed small: shared borders once, numbers as text that needs no escape.

Coordinates are rounded to a step, each point is kept as its difference from the one before, and
each difference is written in a few characters of five bits. A border that two areas share is
written once, as an arc, and the rings name their arcs. ``assets/core.js`` unpacks all of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile
from typing import Any

import numpy as np

from .. import later

shapely = later.load("shapely")  # maps of the shipped layers need none of it

#: Steps per degree: 0.004 degrees is about 440 m, less than half of a pixel where a state fills the map.
STEPS = 250
#: Sixty-four characters that JSON, HTML and Jinja leave as they are.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

#: A corner of an outline in whole steps: latitude, longitude.
_Corner = tuple[int, int]


def pack_rows(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return dicts of the same keys as columns; texts and numbers that repeat are written once.

    A column is a list, or ``{"v": values, "w": width, "c": codes}``: the cell of row n is the value
    whose number is in the ``width`` characters of ``codes`` from n * width on.
    """
    return {name: _column([row[name] for row in rows]) for name in (rows[0] if rows else ())}


def _column(cells: list[Any]) -> Any:
    kinds = {type(cell) for cell in cells}
    if kinds not in ({str}, {int}):
        return cells
    values = sorted(set(cells))
    # A number is short as it is: it is worth a code of one character only.
    if len(values) > (64 if kinds == {int} else min(4096, len(cells) * 0.7)):
        return cells
    width = 1 if len(values) <= 64 else 2
    number = {value: at for at, value in enumerate(values)}
    codes = "".join(
        ALPHABET[number[cell] >> 6 * place & 63] for cell in cells for place in range(width - 1, -1, -1)
    )
    return {"v": values, "w": width, "c": codes}


def pack_sorted(texts: Sequence[str]) -> list[str]:
    """Return sorted texts without what each shares with the one before; its length (at most 63) leads.

    It ends before the first character of two units of UTF-16, for it is in those that a script counts.
    """
    packed = []
    for before, text in pairwise(["", *texts]):
        pairs = zip(before[:63], text, strict=False)
        same = takewhile(lambda pair: pair[0] == pair[1] < "\U00010000", pairs)
        shared = sum(1 for _ in same)
        packed.append(ALPHABET[shared] + text[shared:])
    return packed


def _pack_corners(corners: Sequence[Sequence[int]]) -> str:
    """Return points as the differences between them: five bits a character, the sixth says "more follows"."""
    text = []
    before: Sequence[int] = (0, 0)
    for corner in corners:
        for axis in (0, 1):
            number = corner[axis] - before[axis]
            number = ~(number << 1) if number < 0 else number << 1
            while number >= 0x20:
                text.append(ALPHABET[0x20 | (number & 0x1F)])
                number >>= 5
            text.append(ALPHABET[number])
        before = corner
    return "".join(text)


def _corners(coordinates: Any, steps: int) -> list[_Corner]:
    """Return coordinates (n x 2, lon and lat) as whole steps (lat, lon), none twice in a row."""
    grid = np.rint(np.asarray(coordinates)[:, ::-1] * steps).astype(np.int64)
    moved = np.r_[True, np.any(np.diff(grid, axis=0) != 0, axis=1)]
    return [tuple(corner) for corner in grid[moved].tolist()]


def pack_line(coordinates: Any, steps: int = STEPS) -> str:
    """Return one line (n x 2, lon and lat in degrees) as text."""
    return _pack_corners(_corners(coordinates, steps))


def pack_lines(geometry: Any, steps: int = STEPS) -> list[str]:
    """Return a (Multi)LineString as a list of packed lines."""
    return [pack_line(shapely.get_coordinates(line), steps) for line in shapely.get_parts(geometry)]


def pack_areas(geometries: Iterable[Any], steps: int = STEPS) -> dict[str, Any]:
    """Return areas that share borders, each border written once.

    Parameters
    ----------
    geometries : sequence of Polygon or MultiPolygon
        A coverage: neighbours have the same vertices along their common border.
    steps : int
        Steps per degree.

    Returns
    -------
    dict
        ``arcs`` (packed lines), ``shapes`` (for each area its polygons, for each its rings, for
        each the numbers of its arcs; ``~n`` is arc ``n`` backwards) and ``steps``.
    """
    areas = [_rings(geometry, steps) for geometry in geometries]
    nodes = _nodes(ring for polygons in areas for rings in polygons for ring in rings)
    numbers: dict[tuple[_Corner, ...], int] = {}

    def number(arc: tuple[_Corner, ...]) -> int:
        """Return the number of an arc, ``~n`` if it is known the other way round."""
        if arc[::-1] in numbers:
            return ~numbers[arc[::-1]]
        return numbers.setdefault(arc, len(numbers))

    shapes = [
        [[[number(arc) for arc in _arcs(ring, nodes)] for ring in rings] for rings in polygons]
        for polygons in areas
    ]
    return {"arcs": [_pack_corners(arc) for arc in numbers], "shapes": shapes, "steps": steps}


def _rings(geometry: Any, steps: int) -> list[list[list[_Corner]]]:
    """Return for each polygon its rings, the outer one first, open at their ends.

    What falls together in a point or a line at this step is no area.
    """
    polygons = []
    for polygon in shapely.get_parts(geometry):
        rings = [_corners(ring.coords, steps) for ring in (polygon.exterior, *polygon.interiors)]
        rings = [ring[:-1] if ring[0] == ring[-1] else ring for ring in rings]
        if len(rings[0]) > 2:
            polygons.append([rings[0], *(ring for ring in rings[1:] if len(ring) > 2)])
    return polygons


def _nodes(rings: Iterable[list[_Corner]]) -> set[_Corner]:
    """Return the corners at which three or more borders meet."""
    neighbours: defaultdict[_Corner, set[_Corner]] = defaultdict(set)
    for ring in rings:
        for start, end in pairwise([*ring, ring[0]]):
            neighbours[start].add(end)
            neighbours[end].add(start)
    return {corner for corner, others in neighbours.items() if len(others) != 2}


def _arcs(ring: list[_Corner], nodes: set[_Corner]) -> list[tuple[_Corner, ...]]:
    """Return the arcs of a ring, cut where three or more borders meet."""
    cuts = [at for at, corner in enumerate(ring) if corner in nodes]
    # A lone ring, or one that another area shares whole: begin at the same corner for both.
    start = cuts[0] if cuts else ring.index(min(ring))
    turned = [*ring[start:], *ring[: start + 1]]
    return [
        tuple(turned[first : last + 1])
        for first, last in pairwise([0, *(cut - start for cut in cuts[1:]), len(ring)])
    ]


def outline(shapes: Iterable[Any]) -> list[int]:
    """Return the numbers of the arcs that only one of the shapes has: their common outline."""
    uses = Counter(
        arc if arc >= 0 else ~arc for parts in shapes for rings in parts for ring in rings for arc in ring
    )
    return sorted(arc for arc, count in uses.items() if count == 1)
