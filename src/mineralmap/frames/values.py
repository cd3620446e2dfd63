"""What any column of any frame says: which cells are missing, which kind they are, and each in words."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from .. import codebook
from ..errors import unknown_name
from ..text import format_date

_LISTS = (tuple, list, set, frozenset, np.ndarray, pd.Series, pd.Index)


def is_missing(value: object) -> bool:
    """Tell whether a cell is missing: None, NA, NaT or NaN.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.frames.is_missing(float("nan")), mm.frames.is_missing("")
    (True, False)
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, (str, int)):  # most cells
        return False
    if isinstance(value, Decimal):  # one that signals would raise
        return value.is_nan()
    return bool(types.is_scalar(value) and pd.isna(value))


def is_unknown(value: object) -> bool:
    """Tell whether a cell says nothing: it is missing, or an empty text."""
    return not value.strip() if isinstance(value, str) else is_missing(value)


def cell_text(value: object) -> str:
    """Return a cell as text; a missing one as nothing.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.frames.cell_text(None), mm.frames.cell_text(3)
    ('', '3')
    """
    return "" if is_missing(value) else str(value)


def check_columns(frame: Any, *names: object) -> None:
    """Raise for the first column that a frame lacks, or has twice.

    Parameters
    ----------
    frame : DataFrame or iterable
        The frame, or the names of its columns.
    *names : object
        What is asked for.

    Raises
    ------
    UnknownNameError
        If there is no such column.
    ValueError
        If there are several of this name.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.frames.check_columns(mm.load_ports(), "name")  # no error: the column is there
    """
    columns = list(getattr(frame, "columns", frame))
    for name in names:
        if name not in columns:
            raise unknown_name("column", name, columns)
        if columns.count(name) > 1:
            raise ValueError(f"there are {columns.count(name)} columns {name!r}: rename all but one")


def as_frame(data: Any) -> pd.DataFrame:
    """Return a frame of pandas: it as it is, a GeoSeries as its geometry, a table of Arrow without a loss."""
    if isinstance(data, pd.DataFrame):
        return data
    if isinstance(data, pd.Series) and str(data.dtype) == "geometry":
        return data.rename("geometry").to_frame()
    if type(data).__module__.partition(".")[0] == "pyarrow" and hasattr(data, "to_pandas"):
        return data.to_pandas(types_mapper=exact_types().get)
    raise TypeError(f"a DataFrame, GeoDataFrame or pyarrow Table is needed, not {type(data).__name__}")


@cache
def exact_types() -> dict[Any, Any]:
    """Return the types of whole numbers of Arrow: by themselves a gap makes them floats, which round."""
    import pyarrow as pa  # noqa: PLC0415 - optional; who has an Arrow column has it

    names = [f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)]
    return {pa.type_for_alias(name.lower()): pd.api.types.pandas_dtype(name) for name in names}


def plain(values: pd.Series) -> pd.Series:
    """Return a column in one of few types: numbers, dates, categories of such, text, or objects.

    Objects that are all numbers or dates become such, where that loses nothing.
    """
    values = unpacked(values)
    return _inferred(values) if types.is_object_dtype(values.dtype) else values


def unpacked(values: pd.Series) -> pd.Series:
    """Return a column of Arrow or a sparse one as one of numpy or a masked one; others as they are."""
    kind = values.dtype
    if isinstance(kind, pd.ArrowDtype):
        array = values.array.__arrow_array__()
        filled = array.to_pandas(types_mapper=exact_types().get)
        return unpacked(filled.set_axis(values.index).rename(values.name))
    if isinstance(kind, pd.SparseDtype):
        return unpacked(values.sparse.to_dense())
    if types.is_object_dtype(kind):
        try:
            values.isna()
        except InvalidOperation:  # of a Decimal that signals where it is looked at
            cells = [None if is_missing(cell) else cell for cell in values]
            return pd.Series(cells, index=values.index, dtype=object, name=values.name)
    return values.astype(object) if types.is_complex_dtype(kind) else values


def _inferred(values: pd.Series) -> pd.Series:
    """Return a column of objects as what they all are; mixed ones stay objects."""
    found = types.infer_dtype(values)
    change = _CHANGES.get(found)
    if change is None:
        return values
    known = [not is_missing(value) for value in values]
    try:
        changed = change(values.where(known, None))
    except (TypeError, ValueError, OverflowError):
        return values
    return changed.rename(values.name)


def _whole(values: pd.Series) -> pd.Series:
    try:
        return values.astype("Int64")
    except OverflowError:
        return values.astype("UInt64")


def _floats(values: pd.Series) -> pd.Series:
    floats = values.astype("float64")
    same = all(is_missing(cell) or number == cell for number, cell in zip(floats, values, strict=True))
    return floats if same else values


_CHANGES: dict[str, Callable[[pd.Series], pd.Series]] = {
    "integer": _whole,
    "floating": _floats,
    "mixed-integer-float": _floats,
    "boolean": lambda values: values.astype("boolean"),
    "date": pd.to_datetime,
    "datetime": pd.to_datetime,
    "datetime64": pd.to_datetime,
}


def is_number(values: pd.Series) -> bool:
    """Tell whether the cells of a column are numbers; true and false are kinds."""
    return bool(types.is_numeric_dtype(values) and not types.is_bool_dtype(values))


def is_date(values: pd.Series) -> bool:
    """Tell whether the cells of a column are dates."""
    return bool(types.is_datetime64_any_dtype(values))


def to_floats(values: pd.Series) -> NDArray[np.float64]:
    """Return a column of numbers; NaN where one is missing."""
    floats: NDArray[np.float64] = values.to_numpy("float64", na_value=np.nan)
    return floats


def known_numbers(values: pd.Series) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return the numbers of a column that are not missing, whole ones as such, and where they are."""
    known = values.notna().to_numpy(bool)
    kind = getattr(values.dtype, "numpy_dtype", values.dtype)
    return values[known].to_numpy(kind), known


# ------------------------------------------------------------------------------------- in words


@cache
def vocabulary_of(name: object) -> str:
    """Return the vocabulary of the columns of this name; "" if none, or if the tables differ in it."""
    columns = (one for table in codebook.tables().values() for one in (*table.columns, *table.computed))
    found = {one.vocabulary for one in columns if one.name == name} - {""}
    return found.pop() if len(found) == 1 else ""


def number_words(number: Any, thousands: str = "") -> str:
    """Return a number as text: whole ones with all their digits, others with ten of them or more."""
    if np.isfinite(number) and number == np.rint(number) and abs(number) < 1e15:
        return f"{number:{thousands}.0f}"
    if isinstance(number, np.floating) and not isinstance(number, float):  # 0.1 as given, not 0.1000000015
        return str(number)
    return f"{number:{thousands}}" if abs(number) >= 1e8 else f"{number:{thousands}.10g}"


def moment_words(moment: Any, timed: bool | None = None) -> str:
    """Return a date in words, with the time of the day and its zone if it has one, or as ``timed`` says."""
    clock = moment.time() if hasattr(moment, "time") else datetime.time()
    if not (clock != datetime.time() if timed is None else timed):
        return format_date(moment)
    away = moment.strftime("%z")
    zone = {"": "", "+0000": " UTC"}.get(away, f" {away[:3]}:{away[3:]}")
    return f"{format_date(moment)}, {_clock_words(clock)}{zone}"


def _clock_words(clock: datetime.time) -> str:
    return clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")


def cell_words(cell: Any, word: Callable[[Any], str] | None = None, between: str = ", ") -> str:
    """Return any cell in words: lists by their entries, dates with months, a missing one as nothing.

    Parameters
    ----------
    cell : object
    word : callable, optional
        What makes a text of a cell that is no list; `scalar_words` if left out.
    between : str
        What stands between the entries of a list.
    """
    word = word or scalar_words
    if hasattr(cell, "as_py"):  # a scalar of Arrow
        cell = cell.as_py()
    if isinstance(cell, np.ndarray) and not cell.ndim:
        cell = cell.item()
    if isinstance(cell, dict):
        pairs = [f"{scalar_words(name)}: {cell_words(one, word)}" for name, one in cell.items()]
        return between.join(pairs)
    if isinstance(cell, _LISTS):
        found = [cell_words(one, word) for one in cell]
        # The order of a set differs from run to run.
        found = sorted(found) if isinstance(cell, (set, frozenset)) else found
        return between.join(filter(None, found))
    return word(cell)


def scalar_words(cell: Any) -> str:
    """Return a cell that is no list in words."""
    if isinstance(cell, str):
        return cell
    if is_missing(cell):
        return ""
    if isinstance(cell, np.datetime64):
        cell = pd.Timestamp(cell)
    if isinstance(cell, datetime.date):
        return moment_words(cell)
    if isinstance(cell, datetime.time):
        return _clock_words(cell)
    if isinstance(cell, (float, np.floating)):
        return number_words(cell)
    return str(cell)


def _has_times(dates: pd.Series) -> bool:
    known = dates.dropna()
    return bool((known.dt.normalize() != known).any())


def column_texts(values: pd.Series) -> list[str]:
    """Return the cells of one column as texts: codes by their labels, lists with commas, "" if missing."""
    values = plain(values)
    if isinstance(values.dtype, pd.CategoricalDtype):
        texts = [*column_texts(pd.Series(values.cat.categories, name=values.name)), ""]
        return [texts[code] for code in values.cat.codes]
    if is_date(values):
        timed = _has_times(values)
        return ["" if moment is pd.NaT else moment_words(moment, timed) for moment in values]
    vocabulary = vocabulary_of(values.name)
    labels = codebook.labels(vocabulary) if vocabulary else {}

    def word(cell: Any) -> str:
        text = scalar_words(cell).strip()
        return labels.get(text, text)

    if types.is_string_dtype(values.dtype) and values.dtype != object:
        return [labels.get(text, text) for text in map(str.strip, values.fillna(""))]
    if types.is_float_dtype(values.dtype):  # each as numpy has it: 0.1 of 32 bits is 0.1
        kind = getattr(values.dtype, "numpy_dtype", values.dtype)
        return [scalar_words(number) for number in values.to_numpy(kind, na_value=np.nan)]
    return [cell_words(cell, word) for cell in values]


def distinct_texts(values: pd.Series) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts of a column, sorted, and the number of each cell's text."""
    values = plain(values)
    codes: NDArray[np.int64]
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes, used = pd.factorize(values.cat.codes)
        kinds = pd.Series([*values.cat.categories, None], dtype=object).take(used)  # -1: missing, the last
    elif values.dtype == object and types.infer_dtype(values) != "string":
        # Lists and the like cannot be told apart quickly, and True would be taken for 1.
        codes, kinds = np.arange(len(values)), values
    else:
        codes, kinds = pd.factorize(values, use_na_sentinel=False)
    words = np.array(column_texts(pd.Series(kinds, name=values.name)), dtype=object)
    numbers, texts = pd.factorize(words, sort=True)
    return list(texts), numbers[codes]
