"""A grid over the units: most cells lie wholly in one unit, the rest are tested exactly.

An edge of a unit marks every cell that it touches, with a margin far wider than any rounding. A
cell that no edge touches lies wholly in one unit or in none, so its number is the answer for every
point in it. Only points in marked cells are tested against polygons, by the exact predicates of
GEOS, so the answer never depends on the size of the cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from ..threads import spread

#: Status of a point, by number. The words are the categories of the status column.
STATUSES = ("inside", "border", "outside", "invalid")
INSIDE, BORDER, OUTSIDE, INVALID = range(4)

# Side of a cell in degrees: about 1 km, the best of those tried on 36 states and 780 districts
# (benchmarks/RESULTS.md): finer cells leave fewer exact tests, but take longer to build.
CELL = 0.01
# An edge also marks the cells within this share of a cell's side (about 1 mm): more than the
# rounding of a coordinate, so a point is never looked up in a cell that an edge touches unmarked.
_MARGIN = 1e-6
# Points looked up at once: the temporary arrays stay in the processor's cache, and the interpreter's
# lock, which other threads wait for, is held between the calls of numpy and GEOS only.
_CHUNK = 1 << 17
_NONE, _MARKED, _RIM = -1, -2, -3

Array = NDArray[Any]


class Grid:
    """Units under a grid.

    Parameters
    ----------
    geometries : array of Polygon or MultiPolygon
        The units, EPSG:4326 (or any plane); they may touch, but not overlap.
    codes : sequence of str
        The code of each unit. Where units meet, the first of them in this order is taken.
    cell : float, default 0.01
        Side of a cell in the units of the coordinates.

    Examples
    --------
    >>> import mineralmap as mm
    >>> states = mm.load_states()
    >>> grid = mm.tagging.Grid(states.geometry.array, states["state_iso"], cell=0.5)
    >>> type(grid).__name__
    'Grid'
    """

    def __init__(self, geometries: Any, codes: Sequence[str], *, cell: float = CELL) -> None:
        self.codes = tuple(codes)
        # The type that pandas and Arrow take for so many categories: one byte for the states.
        self.dtype = np.dtype(np.int8 if len(self.codes) < 128 else np.int16)
        # Prepared copies of our own: preparing changes the objects that the caller holds.
        self.units = shapely.from_wkb(shapely.to_wkb(np.asarray(geometries)))
        shapely.prepare(self.units)
        # The inner indexes of GEOS are built at the first question. Ask it now, before threads do.
        firsts = shapely.get_coordinates(shapely.point_on_surface(self.units)).T
        shapely.contains_xy(self.units, *firsts)
        shapely.intersects_xy(self.units, *firsts)
        left, bottom, right, top = shapely.total_bounds(self.units)
        # Two rings of empty cells around everything: points far away are looked up there.
        self._x0, self._y0, self._scale = left - 2 * cell, bottom - 2 * cell, 1 / cell
        self._columns = int((right - left) * self._scale) + 5
        self._rows = int((top - bottom) * self._scale) + 5
        cells, units = self._marked_cells(*edges(self.units))
        self._marked, first, count = np.unique(cells, return_index=True, return_counts=True)
        # The units that have an edge in each marked cell, a row per cell.
        self._candidates = np.full((len(self._marked), count.max()), _NONE, dtype=self.dtype)
        slot = np.arange(len(cells)) - np.repeat(first, count)
        self._candidates[np.repeat(np.arange(len(count)), count), slot] = units
        self._cells = np.full(self._rows * self._columns, _NONE, dtype=self.dtype)
        self._cells[self._marked] = _MARKED
        self._fill()
        # What lies beyond the grid, or is no number, is looked up in the outermost cells.
        around = self._cells.reshape(self._rows, self._columns)
        around[[0, -1]] = around[:, [0, -1]] = _RIM

    def _marked_cells(self, start: Array, end: Array, unit: Array) -> tuple[Array, Array]:
        """Return each pair of a cell and a unit with an edge in it, sorted, once."""
        origin = np.array([self._x0, self._y0])
        start, end = (start - origin) * self._scale, (end - origin) * self._scale
        # One piece of an edge for each row of cells that it crosses ...
        low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
        edge, row = _spans(low - _MARGIN, high + _MARGIN)
        (u0, v0), (u1, v1) = start[edge].T, end[edge].T
        slope = np.divide(u1 - u0, v1 - v0, out=np.zeros_like(u0), where=v1 != v0)
        below = np.clip(row - _MARGIN, low[edge], high[edge])
        above = np.clip(row + 1 + _MARGIN, low[edge], high[edge])
        at_below = u0 + (below - v0) * slope
        at_above = np.where(v1 == v0, u1, u0 + (above - v0) * slope)
        # ... and for each piece every cell from its left end to its right end.
        piece, column = _spans(
            np.minimum(at_below, at_above) - _MARGIN, np.maximum(at_below, at_above) + _MARGIN
        )
        keys = (row[piece] * self._columns + column) * len(self.units) + unit[edge[piece]]
        cells, units = np.divmod(np.unique(keys), len(self.units))
        return cells, units

    def _fill(self) -> None:
        """Give each run of unmarked cells in a row its unit: one exact test per run is enough.

        A run starts right of a marked cell, so its unit has an edge there or there is none.
        """
        ends = np.flatnonzero(np.diff(self._marked) > 1)
        ends = ends[self._marked[ends] // self._columns == self._marked[ends + 1] // self._columns]
        begin, stop = self._marked[ends] + 1, self._marked[ends + 1]
        row, column = np.divmod(begin, self._columns)
        x, y = self._x0 + (column + 0.5) / self._scale, self._y0 + (row + 0.5) / self._scale
        unit, _ = self._test(ends, x, y)
        run, cell = _spans(begin, stop - 1)
        self._cells[cell] = unit[run]

    def _test(self, marked: Array, x: Array, y: Array) -> tuple[Array, Array]:
        """Test points in marked cells exactly: the unit of each, and its status."""
        unit = np.full(len(x), _NONE, dtype=self.dtype)
        status = np.full(len(x), OUTSIDE, dtype=np.int8)
        left = np.arange(len(x))
        # Few points lie on a border: ask who holds the point inside, and only then who touches it.
        for covers, found in ((shapely.contains_xy, INSIDE), (shapely.intersects_xy, BORDER)):
            for candidates in self._candidates.T:
                candidate = candidates[marked[left]]
                some = candidate >= 0
                at, candidate = left[some], candidate[some]
                hit = covers(self.units[candidate], x[at], y[at])
                unit[at[hit]], status[at[hit]] = candidate[hit], found
                left = left[unit[left] == _NONE]
        return unit, status

    def locate(self, lon: Array, lat: Array, workers: int = 1) -> tuple[Array, Array]:
        """Return the unit and the status of each point.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (n,)
            Degrees, EPSG:4326; NaN and infinities are allowed.
        workers : int, default 1
            Number of threads that share the work.

        Returns
        -------
        unit : ndarray of int8 or int16 (as ``dtype``), shape (n,)
            Position in ``codes``, or -1.
        status : ndarray of int8, shape (n,)
            Position in `STATUSES`.
        """
        unit = np.empty(len(lon), dtype=self.dtype)
        status = np.empty(len(lon), dtype=np.int8)

        def locate_share(first: int) -> None:
            # The same arrays for each chunk: memory that is given back has to be cleared by the system anew.
            work = np.empty(_CHUNK), np.empty(_CHUNK, dtype=np.int32), np.empty(_CHUNK, dtype=np.int32)
            for begin in range(first, len(lon), shares * _CHUNK):
                part = slice(begin, begin + _CHUNK)
                self._locate_chunk(lon[part], lat[part], unit[part], status[part], work)

        shares = max(min(workers, -(-len(lon) // _CHUNK)), 1)
        with spread(locate_share, range(0, shares * _CHUNK, _CHUNK), shares) as done:
            for _ in done:
                pass
        return unit, status

    def _locate_chunk(
        self, lon: Array, lat: Array, unit: Array, status: Array, work: tuple[Array, ...]
    ) -> None:
        """Write the unit and the status of some points, in arrays of the work's own."""
        where, cell, column = (array[: len(lon)] for array in work)
        self._whole(lat, self._y0, self._rows, where, cell)
        self._whole(lon, self._x0, self._columns, where, column)
        cell *= np.int32(self._columns)
        cell += column
        # No cell lies beyond the grid; "clip" only spares numpy a check.
        np.take(self._cells, cell, mode="clip", out=unit)
        if len(rim := np.flatnonzero(unit == _RIM)):
            unit[rim] = _NONE
        np.multiply(unit == _NONE, np.int8(OUTSIDE), out=status)
        if len(rim):  # a comparison with NaN is false, so a missing number is no position
            status[rim[~((np.abs(lon[rim]) <= 180) & (np.abs(lat[rim]) <= 90))]] = INVALID
        if len(near := np.flatnonzero(unit == _MARKED)):
            # Neighbours one after the other find the indexes of GEOS in the cache: a sixth faster.
            near = near[np.argsort(cell[near])]
            marked = np.searchsorted(self._marked, cell[near])
            unit[near], status[near] = self._test(marked, lon[near], lat[near])

    def _whole(self, degrees: Array, origin: float, count: int, where: Array, into: Array) -> None:
        """Write the row or column of each value; of what lies beyond, or is missing, that of the rim."""
        with np.errstate(over="ignore", invalid="ignore"):
            np.subtract(degrees, origin, out=where)
            np.multiply(where, self._scale, out=where)
        # fmin and fmax pass over NaN, which a cast to whole numbers would not.
        np.fmax(np.fmin(where, count - 1, out=where), 0, out=where)
        np.copyto(into, where, casting="unsafe")


def edges(units: Array) -> tuple[Array, Array, Array]:
    """Return start and end (n x 2) of every edge of the units, and whose it is."""
    parts, unit_of_part = shapely.get_parts(units, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    return points[:-1][same], points[1:][same], unit_of_part[part_of_ring[ring[:-1][same]]]


def _spans(low: Array, high: Array) -> tuple[Array, Array]:
    """Return for each i every whole number from floor(low[i]) to floor(high[i]), and i with it."""
    first = np.floor(low).astype(np.int64)
    count = np.floor(high).astype(np.int64) - first + 1
    which = np.repeat(np.arange(len(first)), count)
    return which, first[which] + np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
