"""Paragraphs whose numbers, names and dates are computed when they are shown.

A notebook's sentence that counts is written with places for its values; so it is true for any day,
state or partner that the notebook is run with, and a rerun compares it with the stored one.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from datetime import date
from typing import Any

from . import codebook, data, stages
from .errors import unknown_name
from .frames import is_missing
from .stages import Day
from .tables import Link
from .text import format_date, format_partial, join_words

__all__ = ["Paragraph", "answer", "day_words", "paragraph"]

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
    """Text in Markdown; it shows itself in a notebook.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.prose.Paragraph("**Bold** text.")
    **Bold** text.
    """

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


def answer(
    *parts: str | None,
    confidence: str,
    because: str = "",
    events: Iterable[str] = (),
    as_of: Day | None = None,
    most: int = 6,
    **values: Any,
) -> Paragraph:
    """Return the answer of a story: its sentences, then its sources, one day and one badge.

    Parameters
    ----------
    *parts : str or None
        Sentences as in `paragraph`; the first begins with what is asked.
    confidence : str
        ``"high"``, ``"medium"`` or ``"low"``: how sure the answer is.
    because : str, optional
        Why it is no surer, in a few words.
    events : iterable of str
        The ids of the events on which the answer rests, the weightiest first; a page of each is linked.
    as_of : str or date, optional
        The day of the answer; if left out, that of the newest event of any subject.
    most : int, default 6
        How many pages are linked at most.
    **values
        As in `paragraph`.

    Returns
    -------
    Paragraph

    Raises
    ------
    UnknownNameError
        If an event is not in the tables, or the confidence is none of the three.
    KeyError
        If a place has no value.

    Notes
    -----
    Sources: the pages of the events, as `mineralmap.load_sources` gives them.

    Examples
    --------
    >>> import mineralmap as mm
    >>> said = mm.answer("Three plants run.", confidence="medium", because="one source", as_of="2025-07-30")
    >>> type(said).__name__
    'Paragraph'
    """
    known = codebook.codes("confidence")
    if confidence not in known:
        raise unknown_name("confidence", confidence, known)
    # Without an event there is no day to tell.
    day = day_words(as_of) if as_of is not None or len(data.load_events()) else ""
    pages: dict[str, Link] = {}
    for event_id in events:
        page = data.shipped_pages(event_id)[0]
        published = "" if is_missing(page.published) else f" ({format_partial(page.published, short=True)})"
        pages.setdefault(page.url, Link(page.url, page.publisher + published))
    return paragraph(
        "**Answer.**",
        *parts,
        "\n\nSources: {pages}." if pages else None,
        None if not day else "\n\n*Data to {day}.*" if as_of is None else "\n\n*As of {day}.*",
        "" if day else "\n\n",
        "*Confidence: {confidence}" + ("; {because}.*" if because else ".*"),
        **values,
        pages=list(pages.values())[:most],
        day=day,
        confidence=confidence,
        because=because,
    )


def day_words(as_of: Day | None = None) -> str:
    """Return a day in words: the one given, or that of the newest event in the tables.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.prose.day_words("2025-07-30")
    '30 July 2025'
    """
    if as_of is not None:
        return format_date(stages.as_date(as_of))
    events = data.load_events()
    if events.empty:
        raise ValueError("without an event there is no newest one: give as_of")
    newest = events.iloc[-1]
    return format_date(newest["date"], newest["date_precision"])
