"""Small words for people: counts, dates, lists, and hints for what was mistyped."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

__all__ = [
    "PRECISION_OF",
    "fold",
    "format_date",
    "format_partial",
    "join_words",
    "legible",
    "near_hint",
    "pluralize",
    "shorten",
]

# Names of our own: strftime follows the machine's language.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def pluralize(number: float, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: ``1 event``, ``3 events``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.text.pluralize(1, "plant or mine", "plants and mines"), mm.text.pluralize(1200, "event")
    ('1 plant or mine', '1,200 events')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def format_date(day: date, precision: str = "day", *, short: bool = False) -> str:
    """Return a date in words at its own precision: ``4 July 2025``, ``July 2025`` or ``2025``.

    With ``short`` the month has three letters, as on the maps: ``4 Jul 2025``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> from datetime import date
    >>> mm.text.format_date(date(2025, 7, 4), short=True), mm.text.format_date(date(2025, 7, 1), "month")
    ('4 Jul 2025', 'July 2025')
    """
    if precision == "year":
        return f"{day.year}"
    name = MONTHS[day.month - 1]
    month = f"{name[:3] if short else name} {day.year}"
    return month if precision == "month" else f"{day.day} {month}"


#: Length of a day of a page -> its precision: YYYY, YYYY-MM or YYYY-MM-DD.
PRECISION_OF = {4: "year", 7: "month", 10: "day"}


def format_partial(day: str, *, short: bool = False) -> str:
    """Return a day of a page (YYYY, YYYY-MM or YYYY-MM-DD) in words; anything else as it is.

    Examples
    --------
    >>> from mineralmap.text import format_partial
    >>> format_partial("2025-07"), format_partial("soon")
    ('July 2025', 'soon')
    """
    try:
        return format_date(date.fromisoformat(f"{day}-01-01"[:10]), PRECISION_OF[len(day)], short=short)
    except (KeyError, ValueError):
        return day


def join_words(words: Sequence[str], last: str = "and") -> str:
    """Return a list in words: ``a``, ``a and b``, ``a, b and c``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.text.join_words(["Japan", "France", "Peru"])
    'Japan, France and Peru'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


# No file of text, no XML and no page may hold these: control characters, halves of a surrogate pair, and the
# code points that are no characters.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    f"{''.join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))}]"
)


def legible(text: str) -> str:
    """Return a text with the sign for a lost character in place of each that nothing can show.

    Examples
    --------
    >>> from mineralmap.text import legible
    >>> legible(f"sand{chr(0)} and half of a pair: {chr(0xD83D)}")
    'sand� and half of a pair: �'
    """
    # A quick look: most texts hold nothing but what can be seen, and breaks of lines.
    return text if text.replace("\n", "").replace("\r", "").isprintable() else _NO_TEXT.sub("\ufffd", text)


_NO_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Return a text as it is compared: words in small letters, without accents and signs; "&" is "and".

    Examples
    --------
    >>> from mineralmap.text import fold
    >>> fold("Jammu & Kashmir")
    'jammu and kashmir'
    """
    if not text.isascii():
        text = "".join(
            sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
        )
    return _NO_WORD.sub(" ", text.casefold().replace("&", " and ")).strip()


def mentions(text: str, names: Iterable[str]) -> bool:
    """Tell whether a text has one of some names in it, in small letters or large."""
    folded = text.casefold()
    return any(name.casefold() in folded for name in names)


def shorten(text: str, length: int = 80) -> str:
    """Return a text that fits into a message: cut, with its length, if it is longer.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.text.shorten("Rare earths in beach sand", 11)
    'Rare earths... (25 characters)'
    """
    return text if len(text) <= length else f"{text[:length]}... ({len(text):,} characters)"


def near_words(word: str, known: Iterable[str], n: int = 1, cutoff: float = 0.6) -> list[str]:
    """Return the entries of ``known`` that are spelt much like ``word``, the nearest first."""
    # The comparison is quadratic in the length of the words, and no long one is a slip of the pen.
    if len(word) > 200:
        return []
    folded = {entry.casefold(): entry for entry in known if len(entry) <= 200}
    return [folded[near] for near in difflib.get_close_matches(word.casefold(), folded, n, cutoff)]


def near_hint(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the hint that names the entry of ``known`` nearest to ``word``, or an empty text.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.text.near_hint("load_event", ["load_events", "cite"])
    "did you mean 'load_events'?"
    """
    near = near_words(word, known, cutoff=cutoff)
    return f"did you mean {near[0]!r}?" if near else ""
