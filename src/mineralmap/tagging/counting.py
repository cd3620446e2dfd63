"""Count tagged points: partial counts of pieces, added up, the same on every engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from ..text import pluralize
from .columns import check_columns
from .grid import STATUSES
from .threads import spread

_MONTH = "month"


@dataclass
class Report:
    """What a job over Parquet files did.

    Attributes
    ----------
    out : Path
        The file or folder written.
    files, rows : int
        Files and rows that were tagged.
    counts : dict
        Points by status: inside, border, outside, invalid.
    failed : list of (str, str)
        Each file that could not be tagged, and why; it has no output.
    resumed_rows : int
        Rows of the files that an earlier, killed job had already finished.

    Examples
    --------
    >>> import mineralmap as mm
    >>> from pathlib import Path
    >>> print(mm.tagging.Report(Path("out.parquet")))
    0 points in 0 files -> out.parquet: 0 inside, 0 border, 0 outside, 0 invalid
    """

    out: Path
    files: int = 0
    rows: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    failed: list[tuple[str, str]] = field(default_factory=list)
    resumed_rows: int = 0

    def add(self, rows: int, counts: dict[str, int], resumed: bool) -> None:
        """Add a finished file."""
        self.files += 1
        self.rows += rows
        self.resumed_rows += rows if resumed else 0
        self.counts = {status: number + counts[status] for status, number in self.counts.items()}

    def __str__(self) -> str:
        shares = ", ".join(f"{count:,} {status}" for status, count in self.counts.items())
        lines = [
            f"{pluralize(self.rows, 'point')} in {pluralize(self.files, 'file')} -> {self.out}: {shares}"
        ]
        if self.resumed_rows:
            lines.append(f"{self.resumed_rows:,} of them were finished by an earlier run")
        return "\n".join(lines + [f"not tagged: {name}: {why}" for name, why in self.failed])


def needed_columns(names: Iterable[object], by: Sequence[str], date: str) -> list[str]:
    """Return the columns that counting reads; "month" comes from the dates if there is none."""
    names = list(names)
    wanted = [date if name == _MONTH and _MONTH not in names else name for name in by]
    check_columns(names, *wanted)
    return list(dict.fromkeys(wanted))


def count_frame(frame: pd.DataFrame, by: Sequence[str], date: str) -> pd.DataFrame:
    """Return the counts of one piece: the columns ``by`` and ``n``."""
    columns = needed_columns(frame.columns, by, date)
    keys = pd.DataFrame(frame[columns])
    if _MONTH in by and _MONTH not in columns:
        keys[_MONTH] = _months(keys[date])
    keys = keys[list(by)]
    for name in by:
        if keys[name].dtype == object and keys[name].map(types.is_list_like).any():
            keys = keys.explode(name, ignore_index=True)
    counts = keys.groupby(list(by), dropna=False, observed=True, sort=False).size().rename("n").reset_index()
    categories = counts.select_dtypes("category").columns
    return counts.astype(dict.fromkeys(categories, object))


def _months(dates: pd.Series) -> np.ndarray[Any, Any]:
    """Return the first day of each month; what is no date is missing."""
    if not types.is_datetime64_any_dtype(dates.dtype):
        if types.is_numeric_dtype(dates.dtype):
            raise ValueError(f"column {dates.name!r} must hold dates; its type is {dates.dtype}")
        dates = pd.to_datetime(dates.astype(object), format="ISO8601", errors="coerce")
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)  # the month on the wall where it was recorded
    months: np.ndarray[Any, Any] = dates.to_numpy("datetime64[M]").astype("datetime64[s]")
    return months


def add_up(counts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the sum of the counts of several pieces, one below the other in one frame."""
    return counts.groupby(list(by), dropna=False, sort=False)["n"].sum().reset_index()


def count_pieces(
    pieces: Iterable[pd.DataFrame], by: Sequence[str], date: str, workers: int = 1
) -> pd.DataFrame:
    """Return the counts of several frames, of which no more are held than there are workers."""
    total = pd.DataFrame()
    with spread(partial(count_frame, by=by, date=date), pieces, workers) as counted:
        for counts in counted:
            total = add_up(pd.concat([total, counts], ignore_index=True), by) if len(total) else counts
    return total


def count_dask(frame: Any, by: Sequence[str], date: str) -> pd.DataFrame:
    """Return the counts of a dask DataFrame, partition by partition, in a tree."""
    frame = frame[needed_columns(frame.columns, by, date)]
    merge = partial(add_up, by=by)
    return frame.reduction(
        partial(count_frame, by=by, date=date),
        aggregate=merge,
        combine=merge,
        meta=count_frame(frame._meta, by, date),
    ).compute()


def finish_counts(counts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return counts in their final order and types, which do not depend on the engine."""
    counts = counts.astype({"n": "int64"})
    for name in by:
        column = counts[name]
        if types.is_datetime64_any_dtype(column.dtype) and name == _MONTH:
            counts[name] = column.dt.strftime("%Y-%m").astype("str")
        elif column.dtype == object or types.is_string_dtype(column.dtype):
            if types.infer_dtype(column, skipna=True) in ("string", "empty"):
                counts[name] = column.astype("str")
        elif types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype):
            # A missing number makes whole numbers floats on some engines: Int64 holds both.
            numbers = column.astype("Float64")
            counts[name] = numbers.astype("Int64" if (numbers.dropna() % 1 == 0).all() else "Float64")
    return counts.sort_values(list(by), ignore_index=True)
