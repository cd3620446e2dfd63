"""What the columns of any frame say on a map: headings, and columns as short text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..frames.values import cell_text, column_texts, distinct_texts, is_number, plain, to_floats
from .point_encoding import encode_codes


def heading(name: object) -> str:
    """Return the name of a column as a heading; capitals that it has are meant: "pH", "CO"."""
    words = " ".join(cell_text(name).replace("_", " ").split()) or "no name"
    return words[0].upper() + words[1:] if words.islower() else words


def encode_column(values: pd.Series) -> dict[str, Any]:
    """Return one column for the pop-ups as short text: numbers, few kinds of text, or texts.

    Returns
    -------
    dict
        ``name`` (the heading), and one of: ``low, decimals, width, codes``, numbers (code 0 is
        missing, code 1 is ``low``); ``kinds, width, codes``, texts by number; ``texts``, one per
        line, or a list where a text has several lines.
    """
    name, values = {"name": heading(values.name)}, plain(values)
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
    known = ~np.isnan(numbers)
    given = numbers[known]
    if not np.isfinite(given).all():
        return None
    for decimals in range(7):
        with np.errstate(over="ignore"):
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
