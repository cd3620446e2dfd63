"""What the columns of any frame say: headings, cells in words, and columns as short text."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import codebook
from ..frames import cell_text
from ..text import format_date
from .point_encoding import encode_codes

_LISTS = (tuple, list, set, frozenset)


def heading(name: object) -> str:
    """Return the name of a column as a heading."""
    return str(name).replace("_", " ").strip().capitalize()


def is_number(values: pd.Series) -> bool:
    """Tell whether the cells of a column are numbers; true and false are kinds."""
    return bool(pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values))


def is_date(values: pd.Series) -> bool:
    """Tell whether the cells of a column are dates."""
    return bool(pd.api.types.is_datetime64_any_dtype(values))


def to_floats(values: pd.Series) -> NDArray[np.float64]:
    """Return a column of numbers; NaN where one is missing."""
    floats: NDArray[np.float64] = values.to_numpy("float64", na_value=np.nan)
    return floats


@cache
def vocabulary_of(name: object) -> str:
    """Return the vocabulary of the columns of this name; "" if none, or if the tables differ in it."""
    columns = (one for table in codebook.tables().values() for one in (*table.columns, *table.computed))
    found = {one.vocabulary for one in columns if one.name == name} - {""}
    return found.pop() if len(found) == 1 else ""


def column_texts(values: pd.Series) -> list[str]:
    """Return the cells of one column as texts: codes by their labels, lists with commas, "" if missing."""
    if is_date(values):
        return ["" if day is pd.NaT else format_date(day) for day in values]
    if pd.api.types.is_float_dtype(values):
        return ["" if np.isnan(value) else f"{value:,.10g}" for value in to_floats(values).tolist()]
    vocabulary = vocabulary_of(values.name)
    if not vocabulary and pd.api.types.is_string_dtype(values):
        texts: list[str] = values.fillna("").tolist()
        return texts
    labels = codebook.labels(vocabulary) if vocabulary else {}

    def word(cell: Any) -> str:
        text = cell_text(cell)
        return labels.get(text, text)

    return [", ".join(map(word, cell)) if isinstance(cell, _LISTS) else word(cell) for cell in values]


def distinct_texts(values: pd.Series) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts of a column, sorted, and the number of each cell's text."""
    codes: NDArray[np.int64]
    try:
        codes, kinds = pd.factorize(values, use_na_sentinel=False)
    except TypeError:  # lists and the like cannot be told apart quickly
        codes, kinds = np.arange(len(values)), values
    words = np.array(column_texts(pd.Series(kinds, name=values.name)), dtype=object)
    numbers, texts = pd.factorize(words, sort=True)
    return list(texts), numbers[codes]


def encode_column(values: pd.Series) -> dict[str, Any]:
    """Return one column for the pop-ups as short text: numbers, few kinds of text, or texts.

    Returns
    -------
    dict
        ``name`` (the heading), and one of: ``low, decimals, width, codes``, numbers (code 0 is
        missing, code 1 is ``low``); ``kinds, width, codes``, texts by number; ``texts``, one per
        line, or a list where a text has several lines.
    """
    name = {"name": heading(values.name)}
    if is_number(values) and (decimals := _encode_decimals(to_floats(values))):
        return {**name, **decimals}
    try:
        n_kinds = values.nunique(dropna=False)
    except TypeError:  # cells that cannot be compared all count as distinct
        n_kinds = len(values)
    if n_kinds <= min(4096, 0.7 * len(values)):
        kinds, codes = distinct_texts(values)
        width = 1 if len(kinds) <= 64 else 2
        return {**name, "kinds": kinds, "width": width, "codes": encode_codes(codes, width)}
    texts = column_texts(values)
    # A browser reads one long text faster than a list.
    joined = "\n".join(texts)
    return {**name, "texts": joined if joined.count("\n") == len(texts) - 1 else texts}


def _encode_decimals(numbers: NDArray[np.float64]) -> dict[str, Any] | None:
    """Return numbers of few decimals as whole ones, or None where that loses anything."""
    known = np.isfinite(numbers)
    given = numbers[known]
    for decimals in range(7):
        whole = np.rint(given * 10**decimals)
        if np.array_equal(whole / 10**decimals, given):
            break
    else:
        return None
    low = whole.min() if len(whole) else 0.0
    codes = np.zeros(len(numbers))
    codes[known] = whole - low + 1
    largest = codes.max(initial=0)
    if largest >= 2**47 or np.abs(whole).max(initial=0) >= 2**53:
        return None
    width = max(1, -(-int(largest).bit_length() // 6))
    text = encode_codes(codes.astype(np.int64), width)
    return {"low": int(low), "decimals": decimals, "width": width, "codes": text}
