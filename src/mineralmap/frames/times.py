"""Dates in any column: the time on the wall where it was recorded."""

from __future__ import annotations

import datetime
import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from ..text import format_date, pluralize
from .values import cell_text, is_unknown, plain, scalar_words

#: Year, month and day of ISO 8601, with or without signs between, and what follows them.
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})([T ].*)?)?|([0-9]{2})([0-9]{2})(T.*)?)")


def read_day(cell: Any) -> datetime.date | None:
    """Return the day of a cell: a date, a time, or a text in ISO 8601 that begins with year and month."""
    if isinstance(cell, np.datetime64):
        cell = pd.Timestamp(cell)
    if isinstance(cell, datetime.date) and cell is not pd.NaT:
        return cell
    match = _ISO.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if match is None or not (match[2] or match[5]):
        return None
    try:
        return datetime.date(int(match[1]), int(match[2] or match[5]), int(match[3] or match[6] or 1))
    except ValueError:
        return None


def day_words(cell: Any, precision: Any, *, short: bool = False) -> str:
    """Return the day of a cell in words at its precision; what is no day as it is."""
    day = read_day(cell)
    return scalar_words(cell) if day is None else format_date(day, cell_text(precision), short=short)


def months(values: pd.Series) -> tuple[NDArray[Any], list[str]]:
    """Return the first day of each month, NaT where there is none, and a note on what is no date.

    The month is that on the wall where the time was recorded.

    Raises
    ------
    ValueError
        If the column is of numbers or of another type that holds no dates.
    """
    dates = plain(values)
    if isinstance(dates.dtype, pd.PeriodDtype):
        dates = dates.dt.to_timestamp()
    if not types.is_datetime64_any_dtype(dates.dtype):
        kind = dates.dtype
        texts = types.is_object_dtype(kind) or types.is_string_dtype(kind)
        texts = texts or isinstance(kind, pd.CategoricalDtype)
        if not texts and dates.notna().any():
            raise ValueError(f"column {values.name!r} must hold dates; its type is {values.dtype}")
        return _read(dates)
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)
    # Each day once: numpy asks the calendar, which takes ten times as long as to count days.
    codes, days = pd.factorize(dates.to_numpy().astype("datetime64[D]").view("int64"))
    return days.view("datetime64[D]").astype("datetime64[M]").astype("datetime64[s]")[codes], []


def _read(values: pd.Series) -> tuple[NDArray[Any], list[str]]:
    """Return the months of cells of any kind, and a note on those that are no date."""
    values = values.astype(object)
    # Each distinct text once; but equal objects are one moment, and not one time on the wall.
    same = types.infer_dtype(values) == "string"
    codes, cells = pd.factorize(values) if same else (np.arange(len(values)), values.to_numpy())
    days = [read_day(cell) for cell in cells]
    found = [None if day is None else f"{day.year:04}-{day.month:02}" for day in days] + [None]
    bad = np.array(
        [day is None and not is_unknown(cell) for day, cell in zip(days, cells, strict=True)] + [False]
    )[codes]
    notes = []
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        notes = [
            f"column {values.name!r}: {pluralize(int(bad.sum()), 'row')} without a date that can be read, "
            f"the first in row {at}: {str(cells[codes[at]])[:40]!r}; write YYYY-MM-DD"
        ]
    return np.array(found, dtype="datetime64[s]")[codes], notes
