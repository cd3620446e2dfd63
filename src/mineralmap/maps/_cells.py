"""More points than a map should carry, counted in cells of a grid: one row a cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ._points import in_words

#: Sides of a cell in hundredths of a degree, the finest first: about 1 km up to the size of a country.
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
#: The finest cells are taken that are no more than this.
MOST_CELLS = 500_000
#: Cells side by side at the finest size: enough for the whole turn of the globe.
_COLUMNS = 1 << 20
#: The column of the number of points. Names of our own, which no table has.
COUNT, HERE = "points in the cell ", " here"


def counted(lon, lat, values=None, name=None):
    """Return the cells of a grid that hold points.

    Parameters
    ----------
    lon, lat : float arrays (n)
        Degrees, EPSG:4326, none missing.
    values : Series (n), optional
        What colours the points: of numbers each cell gets the mean, of dates and kinds the most
        frequent (of several the first in their order; missing ones count as a kind of their own).
    name : str, optional
        Name of the column for it.

    Returns
    -------
    cells : DataFrame
        One row a cell, from south-west: ``lat, lon`` (its centre, degrees), the number of points
        (``points in the cell``), and ``name``.
    size : float
        Side of a cell in degrees.
    """
    # The last row and column hold the pole and the date line, too.
    row = np.minimum((lat + 90) * 100, 17_999.5).astype(np.int64)
    column = np.minimum((lon + 180) * 100, 35_999.5).astype(np.int64)
    cell = row * _COLUMNS + column
    finest = pd.unique(cell)
    size = next((one for one in SIZES if len(pd.unique(_coarser(finest, one))) <= MOST_CELLS), SIZES[-1])
    index, places = pd.factorize(_coarser(cell, size), sort=True)
    counts = np.bincount(index)
    row, column = np.divmod(places, _COLUMNS)
    lat, lon = ((one + 0.5) * size / 100 - start for one, start in ((row, 90), (column, 180)))
    frame = pd.DataFrame({"lat": lat.round(6), "lon": lon.round(6), COUNT: counts})
    if values is not None:
        frame[name] = _summed(values, index, counts)
    return frame, size / 100


def _coarser(cells, size):
    """Return the numbers of the cells of another size that hold cells of the finest one."""
    row, column = np.divmod(cells, _COLUMNS)
    return row // size * _COLUMNS + column // size


def is_number(values):
    """Tell whether the values of a Series have a mean; true and false are kinds."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _summed(values, index, counts):
    if is_number(values):
        known = values.to_numpy("float64", na_value=np.nan)
        there = np.isfinite(known)
        total = np.bincount(index[there], known[there], minlength=len(counts))
        n = np.bincount(index[there], minlength=len(counts))
        return np.divide(total, n, out=np.full(len(counts), np.nan), where=n > 0)
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.normalize()
    try:
        codes, kinds = pd.factorize(values, sort=True, use_na_sentinel=False)
    except TypeError:  # lists and the like, or kinds that have no order
        codes, kinds = pd.factorize(pd.Series(in_words(values, values.name), dtype="object"), sort=True)
    pairs, often = np.unique(index * len(kinds) + codes, return_counts=True)
    cell, kind = np.divmod(pairs, len(kinds))
    # The most frequent kind of each cell comes last, of equals the first.
    order = np.lexsort((-kind, often, cell))
    last = np.flatnonzero(np.r_[np.diff(cell[order]) != 0, True])
    return pd.Series(kinds).iloc[kind[order][last]].array
