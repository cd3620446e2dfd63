"""Count tagged points: partial counts of pieces, added up, the same on every engine."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from numbers import Number
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from ..frames.times import months
from ..frames.values import check_columns, is_date, is_missing, is_unknown, plain, unpacked
from ..text import pluralize
from ..threads import spread
from .grid import STATUSES

_MONTH = "month"
#: Rows that a thread counts at once.
_BLOCK = 1 << 21


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
        if self.counts["outside"] and not (self.counts["inside"] or self.counts["border"]):
            lines.append("none lies in India: are latitude and longitude swapped, or in metres?")
        if self.resumed_rows:
            lines.append(f"{self.resumed_rows:,} of them were finished by an earlier run")
        return "\n".join(lines + [f"not tagged: {name}: {why}" for name, why in self.failed])


def needed_columns(names: Iterable[object], by: Sequence[str], date: str) -> list[str]:
    """Return the columns that counting reads; "month" comes from the dates if there is none."""
    names = list(names)
    wanted = [date if name == _MONTH and _MONTH not in names else name for name in by]
    check_columns(names, *wanted)
    return list(dict.fromkeys(wanted))


def count_blocks(frame: pd.DataFrame, by: Sequence[str], date: str, workers: int) -> pd.DataFrame:
    """Return the counts of a frame, whose rows are shared out to threads."""
    frame = frame[needed_columns(frame.columns, by, date)]
    # What is said of texts and objects names the row, and they keep threads waiting for each other anyway.
    slow = any(types.is_object_dtype(kind) or types.is_string_dtype(kind) for kind in frame.dtypes)
    if workers == 1 or slow:
        return count_frame(frame, by, date)
    blocks = (frame.iloc[first : first + _BLOCK] for first in range(0, max(len(frame), 1), _BLOCK))
    return count_pieces(blocks, by, date, workers)


def count_frame(frame: pd.DataFrame, by: Sequence[str], date: str) -> pd.DataFrame:
    """Return the counts of one piece: the columns ``by`` and ``n``."""
    columns = needed_columns(frame.columns, by, date)
    keys = pd.DataFrame(index=range(len(frame)))
    for name in by:
        if name in columns:
            keys[name] = unpacked(frame[name]).array
        else:
            keys[name], said = months(frame[date])
            for words in said:
                warnings.warn(words, stacklevel=2)
    for name in by:
        keys = _single(keys, name)
    coded, kinds = _coded(keys, by)
    counts = coded.groupby(list(by), dropna=False, sort=False).size().rename("n").reset_index()
    return _decoded(counts, kinds)


def _coded(keys: pd.DataFrame, by: Sequence[str]) -> tuple[pd.DataFrame, dict[str, list[Any]]]:
    """Return categories and objects as numbers, and what they stand for.

    Groups of pandas would make floats of whole numbers beside a gap, and round them.
    """
    coded, kinds = {}, {}
    for name in by:
        column = keys[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            coded[name], kinds[name] = column.cat.codes.to_numpy(), [*column.cat.categories, None]
        elif types.is_object_dtype(column.dtype):
            coded[name], found = pd.factorize(column.to_numpy(object))
            kinds[name] = [*found, None]  # -1, the missing one, is the last
        else:
            coded[name] = column.array
    return pd.DataFrame(coded), kinds


def _decoded(counts: pd.DataFrame, kinds: dict[str, list[Any]]) -> pd.DataFrame:
    return counts.assign(
        **{name: pd.Series(found, dtype=object).take(counts[name]).array for name, found in kinds.items()}
    )


#: What a key cannot be: it has no one value, or pandas changes it.
_UNCOUNTED = (dict, list, tuple, set, frozenset, np.ndarray, complex, np.complexfloating)


def _single(keys: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows once for each entry of a list; refuse what cannot be told apart."""
    column = keys[name]
    kind = types.infer_dtype(column) if column.dtype == object else "string"
    if not kind.startswith("mixed") and kind not in ("unknown-array", "complex"):
        return keys
    if column.map(types.is_list_like).any():
        # An array of whole numbers is floats where one is missing: entries stay as they are.
        keys = keys.assign(**{name: column.map(_as_list)}).explode(name, ignore_index=True)
    found = {type(cell) for cell in keys[name] if not is_missing(cell)}
    nested = sorted(one.__name__ for one in found if issubclass(one, _UNCOUNTED))
    if nested:
        raise ValueError(
            f"column {name!r} holds {' and '.join(nested)} in a cell or in a list, which cannot be counted: "
            "take out of it what is to be counted"
        )
    truth = any(issubclass(one, (bool, np.bool_)) for one in found)
    if truth and any(issubclass(one, Number) and not issubclass(one, (bool, np.bool_)) for one in found):
        raise ValueError(
            f"column {name!r} holds true or false beside numbers, which are equal (True is 1): "
            "make texts of them first, as with astype(str)"
        )
    return keys


def _as_list(cell: Any) -> Any:
    if isinstance(cell, dict):
        return [cell]  # refused by name, not counted by its keys
    return list(cell) if types.is_list_like(cell) else cell


def add_up(counts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the sum of the counts of several pieces, one below the other in one frame."""
    coded, kinds = _coded(counts, by)
    sums = coded.assign(n=counts["n"].array).groupby(list(by), dropna=False, sort=False)["n"].sum()
    return _decoded(sums.reset_index(), kinds)


def _joined(pieces: Sequence[pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Return counts one below the other; whole numbers do not become floats beside some."""
    mixed = [name for name in by if len({piece[name].dtype for piece in pieces}) > 1]
    return pd.concat([piece.astype(dict.fromkeys(mixed, object)) for piece in pieces], ignore_index=True)


def count_pieces(
    pieces: Iterable[pd.DataFrame], by: Sequence[str], date: str, workers: int = 1
) -> pd.DataFrame:
    """Return the counts of several frames, of which no more are held than there are workers."""
    total = pd.DataFrame()
    with spread(partial(count_frame, by=by, date=date), pieces, workers) as counted:
        for counts in counted:
            total = add_up(_joined([total, counts], by), by) if len(total) else counts
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
    counts = counts.astype({"n": "int64"}).reset_index(drop=True)
    for name in by:
        counts[name] = _final(counts[name])
    # An empty text and a missing cell are one group now.
    counts = add_up(counts, by)
    order = np.lexsort([_ranks(counts[name]) for name in reversed(by)])
    return counts.iloc[order].reset_index(drop=True)


def _final(column: pd.Series) -> pd.Series:
    """Return keys in a type that is the same for all engines."""
    if types.is_datetime64_any_dtype(column.dtype):
        return column.dt.strftime("%Y-%m").astype("str") if column.name == _MONTH else column
    if types.is_string_dtype(column.dtype) or column.dtype == object:
        cells = [None if is_unknown(cell) else cell for cell in column]
        column = pd.Series(cells, dtype=object)
        if types.infer_dtype(column) in ("string", "empty"):
            return column.astype("str")
        found = plain(column)
        column = column if is_date(found) else found  # dates stay dates
    if types.is_integer_dtype(column.dtype):
        # Most ids fit; those of 2**63 and more are unsigned.
        large = (column > np.iinfo("int64").max).any() if "u" in str(column.dtype).lower() else False
        return column.astype("UInt64" if large else "Int64")
    if types.is_float_dtype(column.dtype):
        # A missing number makes whole numbers floats on some engines. What floats hold exactly is whole.
        numbers = column.astype("Float64")
        known = numbers.dropna().to_numpy("float64")
        whole = bool((np.isfinite(known) & (np.abs(known) <= 2**53) & (known == np.rint(known))).all())
        return numbers.astype("Int64") if whole else numbers
    return column


def _ranks(column: pd.Series) -> np.ndarray[Any, Any]:
    """Return the place of each key in their order, the missing one last; of mixed kinds each by itself."""
    codes, keys = pd.factorize(column)
    try:
        order = np.argsort(pd.Series(keys).sort_values().index)
    except TypeError:
        numbers = [isinstance(key, Number) for key in keys]
        names = ["" if number else type(key).__name__ for key, number in zip(keys, numbers, strict=True)]
        values = [key if number else 0 for key, number in zip(keys, numbers, strict=True)]
        ranked = sorted(range(len(keys)), key=lambda at: (names[at], values[at], str(keys[at])))
        order = np.argsort(ranked)
    places: np.ndarray[Any, Any] = np.append(order, len(keys))[codes]
    return places
