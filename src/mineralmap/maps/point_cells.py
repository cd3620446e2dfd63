"""More points than a map should carry, counted in the cells of a grid: a row per cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..frames.values import column_texts, is_date, is_number, plain, to_floats
from ..threads import count_workers, spread

#: Sides of a cell in hundredths of a degree, the finest first: about 1 km up to the size of a country.
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
#: Cells side by side at the finest size: the whole turn of the globe.
_COLUMNS = 36_000
#: Points that a thread counts at once; a box of no more cells is counted in place, the empty ones, too.
_BLOCK = 1 << 20
#: The column of the number of points. A name of our own, which no table has.
COUNT = "points in the cell "


def count_in_cells(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    values: pd.Series | None = None,
    max_cells: int = 500_000,
) -> tuple[pd.DataFrame, float]:
    """Return the cells of a grid that hold points.

    Parameters
    ----------
    lon, lat : float arrays (n)
        Degrees, EPSG:4326, none missing.
    values : Series (n), optional
        What colours the points: of numbers each cell gets the mean, of dates and kinds the most
        frequent (of several the first in their order; missing ones count as a kind of their own).
    max_cells : int, default 500,000
        The finest cells are taken that are no more than this.

    Returns
    -------
    cells : DataFrame
        A row per cell, from south-west: ``lat, lon`` (its centre, degrees), the number of points
        (``points in the cell``), and what ``values`` are in it under their own name.
    size : float
        Side of a cell in degrees.
    """
    size, cells, often = _fitting(lon, lat, max_cells)
    south, west = np.divmod(cells, _COLUMNS)
    centres = {"lat": (south + 0.5) * size / 100 - 90, "lon": (west + 0.5) * size / 100 - 180}
    frame = pd.DataFrame(centres).round(6).assign(**{COUNT: often})
    if values is not None:
        values = plain(values)
        index = pd.Index(cells).get_indexer(_numbers(lon, lat, size))
        frame[values.name] = (_means if is_number(values) else _most_frequent)(values, index, len(cells))
    return frame, size / 100


_Floats = NDArray[np.float64]
_Whole = NDArray[np.integer[Any]]


def _fitting(lon: _Floats, lat: _Floats, max_cells: int) -> tuple[int, _Whole, _Whole]:
    """Return the finest size of which no more cells hold points, their numbers, and the points in each."""
    # Some of the points show quickly which sizes are too fine.
    step = max(1, len(lon) // (2 * max_cells))
    some = lon[::step].copy(), lat[::step].copy()
    for size in _SIZES:
        for part in (some, (lon, lat)):
            cells, often = _counted(*part, size)
            if len(cells) > max_cells and size < _SIZES[-1]:
                break
        else:
            break
    return size, cells, often


def _counted(lon: _Floats, lat: _Floats, size: int) -> tuple[_Whole, _Whole]:
    """Return the numbers of the cells that hold points, in order, and how many each holds."""
    west, south = ([at.min(), at.max()] for at in (lon, lat))
    ends = _numbers(np.array(west), np.array(south), size)
    (low, high), (left, right) = np.divmod(ends, _COLUMNS)
    width = int(right - left) + 1
    if (cells := (int(high - low) + 1) * width) > _BLOCK:
        return np.unique(_numbers(lon, lat, size), return_counts=True)

    def count(first: int) -> _Whole:
        part = slice(first, first + _BLOCK)
        return np.bincount(_numbers(lon[part], lat[part], size, width) - corner, minlength=cells)

    corner = low * width + left
    with spread(count, range(0, len(lon), _BLOCK), count_workers(None)) as counts:
        often = sum(counts, start=np.zeros(cells, dtype=np.int64))
    taken = np.flatnonzero(often)
    row, column = np.divmod(taken, width)
    return (row + low) * _COLUMNS + column + left, often[taken]


def _numbers(lon: _Floats, lat: _Floats, size: int, width: int = _COLUMNS) -> _Whole:
    """Return the number of the cell of each point: its row times the cells side by side, and its column."""
    # The last row and column hold the pole and the date line, too.
    row = np.minimum((lat + 90) * 100, 17_999.5).astype(np.int32)
    column = np.minimum((lon + 180) * 100, 35_999.5).astype(np.int32)
    numbers: _Whole = row // size * np.int32(width) + column // size
    return numbers


def _means(values: pd.Series, index: NDArray[np.int64], n_cells: int) -> NDArray[np.float64]:
    numbers = to_floats(values)
    known = np.isfinite(numbers)
    total = np.bincount(index[known], numbers[known], minlength=n_cells)
    count = np.bincount(index[known], minlength=n_cells)
    means: NDArray[np.float64] = np.divide(total, count, out=np.full(n_cells, np.nan), where=count > 0)
    return means


def _most_frequent(values: pd.Series, index: NDArray[np.int64], n_cells: int) -> pd.Series:
    if is_date(values):
        values = values.dt.normalize()
    if values.dtype == object:  # lists and the like, or kinds that have no order
        values = pd.Series(column_texts(values), dtype="object")
    codes, kinds = pd.factorize(values, sort=True, use_na_sentinel=False)
    pairs, often = np.unique(index * len(kinds) + codes, return_counts=True)
    cell, kind = np.divmod(pairs, len(kinds))
    # The most frequent kind of each cell comes last, of equals the first.
    order = np.lexsort((-kind, often, cell))
    last = np.flatnonzero(np.diff(cell[order], append=n_cells))
    return pd.Series(kinds).iloc[kind[order][last]].array
