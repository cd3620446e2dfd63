"""Paragraphs whose numbers, names and dates are computed when they are shown.

A notebook's sentence that counts is written with places for its values; so it is true for any day,
state or partner that the notebook is run with, and a rerun compares it with the stored one.
"""

from __future__ import annotations

import re
import string
from datetime import date
from typing import Any

from .tables import Link
from .text import format_date, join_words

__all__ = ["Paragraph", "paragraph"]

_SMALL = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
#: What Markdown could take for markup in a text of the tables; a dollar sign could begin a formula.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


class _Formatter(string.Formatter):
    """Fill in values as a newspaper would write them."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Link):
            address = value.url.replace("(", "%28").replace(")", "%29")  # a bracket would end the link
            return f"[{_escaped(value.text)}]({address})" if value.is_web else _escaped(value.text)
        if isinstance(value, (list, tuple)):
            parts = [self.format_field(part, format_spec) for part in value]
            # An entry with a comma of its own would be read as two.
            return "; ".join(parts) if any(", " in part for part in parts) else join_words(parts)
        if isinstance(value, date) and not format_spec:
            return format_date(value)
        if format_spec.casefold() in ("words", "none"):
            zero = "none" if format_spec.casefold() == "none" else "no"
            words = (zero, *_SMALL)[int(value)] if 0 <= value <= len(_SMALL) else f"{int(value):,}"
            return words.capitalize() if format_spec[0].isupper() else words
        if isinstance(value, str):
            return format(_escaped(value), format_spec)
        return format(value, format_spec or ",")  # a year is no count: give it as text


class Paragraph:
    """Text in Markdown; it shows itself in a notebook."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


def paragraph(*parts: str | None, **values: Any) -> Paragraph:
    """Return a paragraph with its values filled in.

    Parameters
    ----------
    *parts : str or None
        Sentences in Markdown, joined by blanks; a place ``{name}`` takes a value. A sentence whose
        condition does not hold is left out: give None.
    **values
        Counts (with thousands; ``{n:words}`` spells up to twelve, ``{n:none}`` does and
        says ``none`` for 0 where no noun follows, ``{n:Words}`` and ``{n:None}`` begin a sentence),
        dates (``4 July 2025``), texts of the tables (escaped), links (`mineralmap.tables.link`), and
        lists of these (``a, b and c``).

    Returns
    -------
    Paragraph
        It shows itself in a notebook as Markdown.

    Raises
    ------
    KeyError
        If a place has no value.

    Examples
    --------
    >>> paragraph("{n:Words} of {total} initiatives run.", n=7, total=1010)
    Seven of 1,010 initiatives run.
    """
    text = " ".join(part for part in parts if part)
    return Paragraph(_Formatter().vformat(text, (), values))
