"""Small work on frames whose cells can be tuples: choose rows, join tuples, read a cell as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from .. import codebook
from ..errors import unknown_name
from ..text import join_words, pluralize
from .values import cell_text, check_columns, is_missing

__all__ = [
    "cell_text",
    "check_columns",
    "distinct",
    "filter_rows",
    "flatten",
    "group_words",
    "is_missing",
    "row_of",
    "union_tuples",
]

#: Columns of codes that have names: "UP" and "Uttar Pradesh" are understood, and what is neither is refused.
_VOCABULARY_OF = {
    "states": "state",
    "state_iso": "state",
    "partners": "country",
    "partner": "country",
    "partner_iso3": "country",
    "iso3": "country",
}
#: What these columns hold besides.
_BESIDE = {"state_iso": ("IN",), "iso3": ("WLD", "OTH")}


def distinct(cells: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    """Return the union of tuples, in order of first appearance.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.frames.distinct([("IN-UP", "IN-TN"), ("IN-TN",)])
    ('IN-UP', 'IN-TN')
    """
    return tuple(dict.fromkeys(entry for cell in cells for entry in cell))


def group_words(groups: Iterable[object]) -> str:
    """Return how many of each group there are, in words: "46 projects, 31 schemes and laws and 4 disputes".

    Parameters
    ----------
    groups : iterable of str
        As in the column ``group`` of `mineralmap.load_initiatives`; a missing one is not counted.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.frames.group_words(["project", "project", "dispute"])
    '2 projects and 1 dispute'
    """
    found = Counter(one for one in groups if not is_missing(one))
    entries = codebook.vocabulary("group").items()
    words = [
        pluralize(found[code], entry.label, *entry.other_names) for code, entry in entries if found[code]
    ]
    return join_words(words) or "none"


def flatten(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame that every file format can hold: ``to_excel``, ``to_parquet``, ``to_csv``, ``to_sql``.

    Entries of a tuple or list are joined by ";", an empty one is a missing cell; categories are text; times
    with a zone are in UTC, without it; geometries are text (WKT). Numbers, dates, text and true or false stay
    as they are. `mineralmap.restore` gives the frame of a loader back from it.

    Parameters
    ----------
    frame : DataFrame
        Any table.

    Raises
    ------
    ValueError
        If an entry of a list holds ";" itself, or two columns have one name.

    Examples
    --------
    >>> import mineralmap as mm
    >>> flat = mm.flatten(mm.load_events(since="2026-01-01"))
    >>> flat["states"].dtype
    <StringDtype(na_value=nan)>
    >>> mm.flatten(mm.load_ports()).to_csv("ports.csv", index=False)  # doctest: +SKIP
    """
    if not frame.columns.is_unique:
        raise ValueError(f"two columns have the name {frame.columns[frame.columns.duplicated()][0]!r}")
    columns = [_flat_cells(frame[name]) for name in frame.columns]
    return pd.DataFrame(dict(zip(frame.columns, columns, strict=True)), index=frame.index)


def _flat_cells(cells: pd.Series) -> pd.Series:
    kind = cells.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return cells.astype(kind.categories.dtype)
    if isinstance(kind, pd.DatetimeTZDtype):
        return cells.dt.tz_convert("UTC").dt.tz_localize(None)
    if str(kind) == "geometry":
        return cells.to_wkt().astype("str")
    if kind != "object":
        return cells
    flat = pd.Series([_joined_entries(cell) for cell in cells], index=cells.index, dtype="object")
    inferred = pd.api.types.infer_dtype(flat)
    if inferred == "boolean":
        return flat.astype("boolean")
    if inferred in ("integer", "floating", "mixed-integer-float", "decimal", "date", "datetime"):
        return flat.infer_objects() if inferred not in ("date", "datetime") else pd.to_datetime(flat)
    # What is left is text, or a mixture that no format holds.
    return pd.Series([None if is_missing(cell) else str(cell) for cell in flat], cells.index, dtype="str")


def _joined_entries(cell: object) -> object:
    if not isinstance(cell, (tuple, list)):
        return None if is_missing(cell) else cell
    entries = [str(entry) for entry in cell]
    for entry in entries:
        if ";" in entry:
            raise ValueError(f"the entry {entry!r} of a list holds ';', by which entries are joined")
    return ";".join(entries) or None


def union_tuples(keys: Iterable[Any], cells: Iterable[Iterable[Any]]) -> dict[Any, tuple[Any, ...]]:
    """Return for each key the union of its tuples, in order of first appearance; a missing key is none.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.frames.union_tuples(["a", "a", "b"], [("x",), ("y",), ("x",)])
    {'a': ('x', 'y'), 'b': ('x',)}
    """
    # Plain lists: a frame for each of hundreds of short groups takes ten times as long.
    found: dict[Any, dict[Any, None]] = {}
    for key, cell in zip(keys, cells, strict=True):
        if not is_missing(key):
            found.setdefault(key, {}).update(dict.fromkeys(cell))
    return {key: tuple(entries) for key, entries in found.items()}


def _code_of(column: str, value: object) -> object:
    vocabulary = _VOCABULARY_OF.get(column)
    # The whole country and the groups of the world table are no entries of the vocabulary.
    if vocabulary is None or value in _BESIDE.get(column, ()):
        return value
    return codebook.resolve(vocabulary, value)  # type: ignore[arg-type]  # what is no text is refused there


def row_of(frame: pd.DataFrame, table: str, key: str) -> pd.Series:
    """Return the row of a table by the key in its first column; `UnknownNameError` if it has none.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.frames.row_of(mm.load_claims(), "claims", "up-seeks-japan")["claim_id"]
    'up-seeks-japan'
    """
    keys = frame.iloc[:, 0]
    if not (keys == key).any():
        raise unknown_name(f"row of {table}", key, keys)
    row: pd.Series = frame[keys == key].iloc[0]
    return row


def filter_rows(frame: pd.DataFrame, **cells: Any) -> pd.DataFrame:
    """Return the rows whose cells hold given values.

    Parameters
    ----------
    frame : DataFrame
        Any table, also one without a row.
    **cells : value or collection of values
        Column -> value. A cell that is a tuple must contain the value; of several values one is enough.
        States and countries are understood by code, old code or name.

    Raises
    ------
    UnknownNameError
        If the frame has no such column, or there is no such state or country.

    Examples
    --------
    >>> import mineralmap as mm
    >>> with_japan = mm.filter_rows(mm.load_initiatives(scope="rare_earth"), states="UP", partners="Japan")
    """
    check_columns(frame, *cells)
    # All criteria are asked before any row is taken: to take rows costs more than to choose them.
    places = np.arange(len(frame))
    for column, wanted in cells.items():
        several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
        values = {_code_of(column, value) for value in (wanted if several else [wanted])}
        holds = [
            not values.isdisjoint(cell) if isinstance(cell, tuple) else cell in values
            for cell in frame[column].astype("object").to_numpy()[places]
        ]
        places = places[np.array(holds, dtype=bool)]
    return frame.take(places)
