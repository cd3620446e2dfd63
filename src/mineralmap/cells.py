"""The rules of a single cell: every fault, each with its place and a hint.

What a column is (`Column`) and what a table is (`Table`) come from `mineralmap.codebook`; the rules
between rows and between tables are in `mineralmap.validation`.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .text import near_words, shorten

Row = dict[str, Any]  # column -> text of the cell, and "_row", its number in the file
Broken = Iterator[tuple[str, str]]  # (rule, hint)

#: Types of a column; the lists separate their entries by ";".
TYPES = (
    "text",
    "verbatim",  # a cell as it was, free of most rules
    "code",  # an entry of a vocabulary that stays text, as a state
    "id",
    "ids",
    "list",
    "number",
    "integer",
    "date",
    "partial_date",  # a year, a month or a day
    "boolean",
    "url",
)
LISTS = ("list", "ids")


@dataclass(frozen=True)
class Column:
    """One column: its name, type and rules.

    Attributes
    ----------
    values : tuple of str
        The entries that a cell may have; empty if free.
    aliases : mapping
        Other name of an entry -> the entry, for hints.
    reference : str
        ``table.column`` that the cell must name, or empty.
    computed : bool
        Not in the file: the loader adds it.
    """

    name: str
    type: str = "text"
    doc: str = ""
    required: bool = False
    vocabulary: str = ""
    values: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    unit: str = ""
    reference: str = ""
    low: float = -math.inf
    high: float = math.inf
    computed: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its name, what a row is, its columns and its key."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    computed: tuple[Column, ...] = ()

    @property
    def file(self) -> str:
        """Name of the CSV file below ``data/tables``."""
        return f"{self.name}.csv"

    @property
    def names(self) -> list[str]:
        """Column names in the order of the file."""
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Fault:
    """One broken rule, at one place."""

    file: str
    row: int | None
    id: str
    column: str
    value: str
    rule: str
    hint: str = ""

    def __str__(self) -> str:
        where = self.file + (f", row {self.row}" if self.row else "")
        where += f" ({_printable(shorten(self.id, 60))})" if self.id else ""
        what = f", column {_printable(shorten(self.column, 60))}" if self.column else ""
        value = f": {shorten(self.value)!r}" if self.value != "" else ""
        return f"{where}{what}{value}: {self.rule}" + (f" [{self.hint}]" if self.hint else "")


def _printable(text: str) -> str:
    """Return a text with its control characters spelt out, for they could move a terminal's cursor."""
    return text if text.isprintable() else repr(text)[1:-1]


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTIAL = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_URL = re.compile(r"https?://[\w.-]+(:[0-9]+)?([/?#][^\s<>\"`\\]*)?", re.IGNORECASE)
_BREAKS = r"\r\n\v\f\x85\u2028\u2029"
# Control characters, invisible ones that change the direction or hide, and the sign of a lost character.
_CONTROLS = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffd"
_BREAK, _CONTROL, _ODD = (re.compile(f"[{signs}]") for signs in (_BREAKS, _CONTROLS, _BREAKS + _CONTROLS))
#: What Excel, LibreOffice and Google Sheets show in the place of a value that they cannot give.
_ERROR = re.compile(r"#(REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|ERROR!|#+)|Err:[0-9]{3}")
_AND = re.compile(r"\band\b|&")
#: Near names are looked for so many values of a column: where more are wrong none is a slip of the pen.
_HINTED = 20
_NULLS = {"na", "n/a", "#n/a", "nan", "null", "nil", "none", "nat", "unknown", "?", "-", "--"}
LONGEST_CELL = 10_000
#: A number is zero, or of such a size: sums and quotients of the cells stay finite and whole.
SMALLEST, LARGEST = 1e-9, 1e15


def _is_null(text: str) -> bool:
    """Tell whether a text is a word for 'unknown'; ``Na`` is sodium."""
    # No such word is longer than ten characters; most texts are, so they need no more than a look.
    return text != "Na" and (len(text) < 10 or text[0].isspace()) and text.strip().lower() in _NULLS


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an id."""
    return _ID.fullmatch(text) is not None


def has_date_form(text: str) -> bool:
    """Tell whether a text has the form YYYY-MM-DD, so that it sorts like a date."""
    return _DATE.fullmatch(text) is not None


#: Types of one form and no other rule of their own; of what is of none of them each value is checked.
_FORMS = {"id": _ID, "ids": _ID, "url": _URL} | dict.fromkeys(
    ("text", "verbatim", "code", "list"), re.compile("")
)


def _suspects(column: Column, values: list[str]) -> list[str]:
    """Return the values that may break a rule: a quick look clears nearly all of them."""
    joined = "".join(values)
    # What is printable holds no break, no control and no space but " ".
    form = _FORMS.get(column.type)
    if form is None or not joined.isprintable() or "\ufffd" in joined:
        return values
    known, any_text = frozenset(column.values), not form.pattern

    def plain(part: str) -> bool:
        return bool(
            part
            and (part in known if known else part.lower() not in _NULLS)
            and (any_text or form.fullmatch(part))
            and part[0] not in "=@+-# "
            and part[-1] != " "
            and part[:4] != "Err:"
        )

    if column.type not in LISTS:
        return [value for value in values if len(value) > LONGEST_CELL or not plain(value)]
    lists = [(value, value.split(";")) for value in values]
    return [
        value
        for value, parts in lists
        if len(value) > LONGEST_CELL or len(parts) != len({*parts}) or not all(map(plain, parts))
    ]


def _check_value(column: Column, value: str, *, near: bool) -> Broken:
    """Yield (rule, hint) for each rule that one non-empty cell breaks, with near entries if asked for."""
    if len(value) > LONGEST_CELL:
        yield f"is longer than {LONGEST_CELL:,} characters", "was a quote forgotten?"
        return
    odd = _ODD.search(value)  # one search for what few cells have
    if odd and _CONTROL.search(value):
        yield "holds an invisible, direction-changing or lost character", "retype the text"
    if column.type == "verbatim":
        return
    if column.type in LISTS and (meant := _meant_entries(column, value)):
        yield f"{shorten(value)!r} is no list of entries", f"separate entries by ';': write {meant}"
        return
    # Where there is a vocabulary, what is padded or broken is none of it.
    if odd and not column.values and _BREAK.search(value):
        yield "holds a line break", "write the cell in one line"
    if not column.values and (value[0].isspace() or value[-1].isspace()):
        yield "begins or ends with white space", "" if value.strip() else "leave the cell empty"
        value = value.strip()
        if not value:
            return
    parts = value.split(";") if column.type in LISTS else [value]
    for part in parts:
        if _is_null(part) and part not in column.values:
            yield "is a word for 'unknown'", "leave the cell empty"
            return
    if _ERROR.fullmatch(value):
        yield "is an error of a spreadsheet", "write the value, or leave the cell empty"
        return
    if value[0] in "=@" or (value[0] in "+-" and column.type not in ("number", "integer")):
        yield "begins like a spreadsheet formula", "begin with a letter or a digit"
    if len(parts) > 1 and len(parts) != len(set(parts)):
        yield "names an entry twice", ""
    check = _CHECKS.get(column.type)
    if check:
        yield from check(column, value)
    if column.values:
        unknown = [part for part in dict.fromkeys(parts) if part.strip() and part not in column.values]
        for part in unknown[:_HINTED]:
            yield f"{shorten(part)!r} is not in the vocabulary", _entry_hint(column, part, near=near)
        if len(unknown) > _HINTED:
            yield f"{len(unknown) - _HINTED:,} more entries are not in the vocabulary", ""


def _entry(column: Column, text: str) -> str | None:
    """Return the entry of the column's vocabulary that a text means by one of its names."""
    text = text.strip()
    return text if text in column.values else column.aliases.get(text.casefold())


def _entries_joined(column: Column, text: str) -> list[str | None]:
    """Return the entries that a text joins by "and"; a name may hold one, so the longest is tried first."""
    words, found = _AND.split(text), list[str | None]()
    while words:
        lengths = range(min(len(words), 4), 0, -1)
        long = next((n for n in lengths if _entry(column, " and ".join(map(str.strip, words[:n])))), 1)
        found.append(_entry(column, " and ".join(map(str.strip, words[:long]))))
        words = words[long:]
    return found


def _meant_entries(column: Column, value: str) -> str:
    """Return a list as it should be written; nothing if it is separated well, or no list of entries.

    People write ", " or "and" between entries, and Excel makes a line break of Alt+Enter.
    """
    if column.values:
        if all(_entry(column, part) and part == part.strip() for part in value.split(";")):
            return ""
        parts = [part for part in re.split(r"[;,/|\n\r]", value) if part.strip()]
        meant = [entry for part in parts for entry in _entries_joined(column, part)]
        return ";".join(dict.fromkeys(one for one in meant if one)) if len(meant) > 1 and all(meant) else ""
    if column.type == "ids" and not all(_ID.fullmatch(part) for part in value.split(";")):
        ids = [part for part in re.split(r"[;,|\s]+", value) if part]
        return ";".join(dict.fromkeys(ids)) if len(ids) > 1 and all(map(_ID.fullmatch, ids)) else ""
    return ""


def _entry_hint(column: Column, part: str, *, near: bool) -> str:
    """Return the hint for what is no entry of the column's vocabulary: the entry that was meant."""
    if meant := _entry(column, part):
        return f"write {meant}"
    several = [_entry(column, one) for one in re.split(r"[;,/|\n\r]", part)]
    if len(several) > 1 and all(several):
        return f"one entry alone: {' or '.join(dict.fromkeys(one for one in several if one))}"
    if near and (found := near_words(part, column.aliases or column.values, cutoff=0.7)):
        return f"did you mean {column.aliases.get(found[0], found[0])!r}?"
    return "one of " + ", ".join(column.values) if len(column.values) <= 40 else ""


def _check_id(column: Column, value: str) -> Broken:
    for part in value.split(";") if column.type == "ids" else [value]:
        if not _ID.fullmatch(part):
            yield f"{shorten(part)!r} is not an id", "letters, digits, '-', '_' and '.' only"


def _check_number(column: Column, value: str) -> Broken:
    if not _NUMBER.fullmatch(value):
        yield "is not a number", "digits with a point for decimals, no thousands separator"
        return
    number = float(value)
    if not math.isfinite(number):
        yield "is not a finite number", ""
    elif number and not SMALLEST <= abs(number) <= LARGEST:
        yield f"is no quantity: it is not between {SMALLEST:g} and {LARGEST:g}", "is the unit right?"
    elif not column.low <= number <= column.high:
        swapped = column.name.endswith(("lat", "lon"))
        yield (
            f"lies outside {column.low:g} to {column.high:g}",
            ("are latitude and longitude swapped?" if swapped else ""),
        )
    if column.type == "integer" and not value.lstrip("+-").isdigit():
        yield "is not a whole number", "digits only"


def _check_date(column: Column, value: str) -> Broken:
    if not has_date_form(value):
        yield "is not a date", "write YYYY-MM-DD"
        return
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        yield "is not a day of the calendar", "is the month or the day typed right?"
        return
    if not 1900 <= day.year <= 2100:
        yield "lies outside 1900 to 2100", "is the year typed right?"


def _check_partial(column: Column, value: str) -> Broken:
    if not _PARTIAL.fullmatch(value):
        yield "is not a year, month or day", "write YYYY, YYYY-MM or YYYY-MM-DD"
        return
    yield from _check_date(column, value + "-01-01"[len(value) - 4 :])


def _check_url(column: Column, value: str) -> Broken:
    if not _URL.fullmatch(value):
        yield "is not a web address", "only http:// and https:// links, without spaces or quotes"


def _check_list(column: Column, value: str) -> Broken:
    # A padded entry of a vocabulary is none of it, which is said already.
    if any(not part.strip() or (part != part.strip() and not column.values) for part in value.split(";")):
        yield "has an empty or padded entry", "separate entries by ';' without blanks"


def _check_boolean(column: Column, value: str) -> Broken:
    if value not in ("true", "false"):
        meant = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}
        known = meant.get(value.casefold())
        yield "is neither true nor false", f"write {known}" if known else ""


_CHECKS: dict[str, Callable[[Column, str], Broken]] = {
    "id": _check_id,
    "ids": _check_id,
    "number": _check_number,
    "integer": _check_number,
    "date": _check_date,
    "partial_date": _check_partial,
    "url": _check_url,
    "list": _check_list,
    "boolean": _check_boolean,
}


def _broken_values(column: Column, rows: Sequence[Row]) -> dict[str, list[tuple[str, str]]]:
    """Return the values of a column that break a rule, each with its (rule, hint) pairs."""
    values: set[str] = {row[column.name] for row in rows if column.name in row}
    broken: dict[str, list[tuple[str, str]]] = {}
    for value in _suspects(column, [*(values - {""})]):
        if found := list(_check_value(column, value, near=len(broken) < _HINTED)):
            broken[value] = found
    if column.required and "" in values:
        broken[""] = [("must not be empty", "")]
    return broken


def check_rows(rows: Sequence[Row], table: Table, file: str | None = None) -> list[Fault]:
    """Return the faults of the cells and keys of one table.

    Parameters
    ----------
    rows : list of dict
        As from `mineralmap.sheets.read_rows`; a column that is absent is not checked.
    table : Table
    file : str, optional
        Name of the file to show; the table's own if left out.
    """
    file = file or table.file
    # Many cells repeat: each value of a column is checked once.
    broken = {column.name: _broken_values(column, rows) for column in table.columns}
    suspects = [name for name, values in broken.items() if values]
    keys = [";".join(row.get(name, "") for name in table.key) for row in rows]
    if not suspects and (not table.key or len({key.casefold() for key in keys}) == len(keys)):
        return []  # the usual case, without a look at each row
    faults: list[Fault] = []
    # An id of its own is written in one way; what names another row is checked by that.
    own = [column.type == "id" and not column.reference and not column.values for column in table.columns
           if column.name in table.key]  # fmt: skip
    seen: dict[str, Row] = {}
    for row in rows:
        row_id = row.get(table.key[0], "") if table.key else ""
        for name in suspects:
            value = row.get(name, "")
            faults += [
                Fault(file, row["_row"], row_id, name, value, rule, hint)
                for rule, hint in broken[name].get(value, ())
            ]
        faults += _key_faults(row, table, file, seen, one_way=own == [True])
    return faults


def _key_faults(row: Row, table: Table, file: str, seen: dict[str, Row], *, one_way: bool) -> Iterator[Fault]:
    """Yield the fault of a key that an earlier row has, or has in other capitals where ids are their own."""
    cells = [row.get(name, "") for name in table.key]
    if not any(cells):
        return
    key, rule, hint = ";".join(cells), "", ""
    first = seen.setdefault(key, row)
    same = seen.setdefault(f"\0{key.casefold()}", row) if one_way else row
    if first is not row:
        rule = f"the key is in row {first['_row']} already"
    elif same is not row:
        other = same.get(table.key[0], "")
        rule = f"differs from {shorten(other, 60)!r} in row {same['_row']} only in capitals"
        hint = "is it the same? then write it in one way; else give it another id"
    if rule:
        yield Fault(file, row["_row"], row.get(table.key[0], ""), "+".join(table.key), key, rule, hint)
