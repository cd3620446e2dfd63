"""Read a CSV as text and check its cells: every fault, each with its place and a hint.

What a column is (`Column`) and what a table is (`Table`) come from `mineralmap.codebook`; the rules
between rows and between tables are in `mineralmap.validation`.
"""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import TableError
from .text import near_hint, near_words, shorten

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


def _read_text(path: Path, table: Table, fault: Callable[..., Fault]) -> tuple[str, Fault | None]:
    """Return the text of a file and its fault, one of them empty."""
    if path.is_dir():
        return "", fault("is a folder, not a CSV file")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return "", fault("the file is missing", hint=f"expected at {path}")
    except OSError as error:
        return "", fault("cannot be opened", hint=str(error.strerror))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        around = content[max(error.start - 20, 0) : error.start + 20].decode("latin-1")
        return "", fault("is not UTF-8 text", line, around, hint="save the file as CSV UTF-8")
    if not text.strip():
        return "", fault("is empty", hint="expected the header " + ",".join(table.names))
    if "\0" in text.partition("\n")[0]:
        return "", fault("has NUL bytes in its header", hint="save the file as CSV UTF-8, not UTF-16")
    return text, None


def _split_cells(text: str) -> tuple[list[list[str]], str]:
    """Return the rows as lists of cells, and what stopped the reading, if something did."""
    lines: list[list[str]] = []
    limit = csv.field_size_limit(len(text) + 1)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            lines.append(cells)
    except csv.Error as error:
        return lines, str(error)
    finally:
        csv.field_size_limit(limit)
    return lines, ""


def _header_faults(header: list[str], table: Table, fault: Callable[..., Fault]) -> Iterator[Fault]:
    if not set(header) & set(table.names):
        other = next((mark for mark in (";", "\t") if len(header) == 1 and mark in header[0]), None)
        hint = (
            f"cells are separated by commas, not by {other!r}"
            if other
            else "expected " + ",".join(table.names)
        )
        yield fault("the header names no column of this table", 1, ",".join(header), hint=hint)
        return
    for column in sorted({column for column in header if header.count(column) > 1}):
        yield fault("is twice in the header", 1, column=column)
    for column in table.names:
        if column not in header:
            near = near_words(column, header)
            hint = f"found {near[0]!r}" if near else ""
            yield fault("is missing in the header", 1, column=column, hint=hint)
    for column in dict.fromkeys(header):
        if column not in table.names:
            hint = near_hint(column, table.names) or "columns: " + ", ".join(table.names)
            yield fault("is not a column of this table", 1, column=column or "(no name)", hint=hint)


def read_rows(path: str | Path, table: Table) -> tuple[list[Row], list[Fault]]:
    """Read a CSV as text cells, without guessing.

    Parameters
    ----------
    path : path
        The file: UTF-8 (a byte order mark is accepted), lines that end with LF or CRLF.
    table : Table
        What the table is.

    Returns
    -------
    rows : list of dict
        One dict per row that could be read: column -> str, and ``_row``, its number as a spreadsheet
        counts (the header is row 1). A column that the header lacks is absent.
    faults : list of Fault
        Faults of the file itself: encoding, header, number of cells.
    """
    path = Path(path)

    def fault(rule: str, row: int | None = None, value: str = "", hint: str = "", column: str = "") -> Fault:
        return Fault(path.name, row, "", column, value, rule, hint)

    text, broken = _read_text(path, table, fault)
    if broken:
        return [], [broken]
    lines, stop = _split_cells(text)
    header, *body = lines or [[]]
    faults = list(_header_faults(header, table, fault)) if lines else []
    rows = []
    # Where each column is; of a name that is there twice the last.
    place = {name: at for at, name in enumerate(header)}
    place = {name: place[name] for name in table.names if name in place}
    for number, cells in enumerate(body, start=2):
        if not any(cells):
            faults.append(fault("the row is empty", number, hint="delete it"))
        elif len(cells) != len(header):
            rule = f"has {len(cells)} cells where the header has {len(header)}"
            faults.append(
                fault(rule, number, hint="a comma or a quote is missing or too many, or the end is cut off")
            )
        else:
            row: Row = {name: cells[at] for name, at in place.items()}
            row["_row"] = number
            rows.append(row)
    if stop:
        hint = f"{stop}: look for a quote that is not closed, or an end that is cut off"
        faults.append(fault("cannot be read as CSV from here on", len(lines) + 1, hint=hint))
    elif not text.endswith(("\n", "\r")):
        hint = "is the end cut off? end the last row with a line break"
        faults.append(fault("the file ends within a row", len(lines), hint=hint))
    return rows, faults


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTIAL = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_URL = re.compile(r"https?://[\w.-]+(:[0-9]+)?([/?#][^\s<>\"`\\]*)?", re.IGNORECASE)
_BREAKS = r"\r\n\v\f\x85\u2028\u2029"
# Control characters, invisible ones that change the direction or hide, and the sign of a lost character.
_CONTROLS = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffd"
_BREAK, _CONTROL, _ODD = (re.compile(f"[{signs}]") for signs in (_BREAKS, _CONTROLS, _BREAKS + _CONTROLS))
_NULLS = {"na", "n/a", "#n/a", "nan", "null", "nil", "none", "nat", "unknown", "?", "-", "--"}
LONGEST_CELL = 10_000


def _is_null(text: str) -> bool:
    """Tell whether a text is a word for 'unknown'; ``Na`` is sodium."""
    # No such word is longer than ten characters; most texts are, so they need no more than a look.
    return text != "Na" and (len(text) < 10 or text[0].isspace()) and text.strip().lower() in _NULLS


def has_date_form(text: str) -> bool:
    """Tell whether a text has the form YYYY-MM-DD, so that it sorts like a date."""
    return _DATE.fullmatch(text) is not None


#: Types of one form and no other rule of their own, and what any text may be.
_FORMS, _ANY = {"id": _ID, "url": _URL}, re.compile("")


def _is_plain(value: str, form: re.Pattern[str]) -> bool:
    """Tell whether a text breaks no rule for sure: the quick answer for nearly all of them."""
    return bool(
        9 < len(value) <= LONGEST_CELL  # longer than any word for 'unknown'
        and (form is _ANY or form.fullmatch(value))
        and value[0] not in "=@+-"
        and not value[0].isspace()
        and not value[-1].isspace()
        and not _ODD.search(value)
    )


def _check_value(column: Column, value: str) -> Broken:
    """Yield (rule, hint) for each rule that one non-empty cell breaks."""
    if len(value) > LONGEST_CELL:
        yield f"is longer than {LONGEST_CELL:,} characters", "was a quote forgotten?"
        return
    odd = _ODD.search(value)  # one search for what few cells have
    if odd and _CONTROL.search(value):
        yield "holds an invisible, direction-changing or lost character", "retype the text"
    if column.type == "verbatim":
        return
    if odd and _BREAK.search(value):
        yield "holds a line break", "write the cell in one line"
    if value[0].isspace() or value[-1].isspace():
        yield "begins or ends with white space", ""
    parts = value.split(";") if column.type in LISTS else [value]
    for part in parts:
        if _is_null(part) and part not in column.values:
            yield "is a word for 'unknown'", "leave the cell empty"
            return
    if value[0] in "=@" or (value[0] in "+-" and column.type not in ("number", "integer")):
        yield "begins like a spreadsheet formula", "begin with a letter or a digit"
    if len(parts) > 1 and len(parts) != len(set(parts)):
        yield "names an entry twice", ""
    check = _CHECKS.get(column.type)
    if check:
        yield from check(column, value)
    if column.values:
        for part in parts:
            if part not in column.values:
                yield f"{shorten(part)!r} is not in the vocabulary", _entry_hint(column, part)


def _entry_hint(column: Column, part: str) -> str:
    """Return the hint for what is no entry of the column's vocabulary: the entry that was meant."""
    if meant := column.aliases.get(part.strip().casefold()):
        return f"write {meant}"
    if near := near_words(part, column.aliases or column.values, cutoff=0.7):
        return f"did you mean {column.aliases.get(near[0], near[0])!r}?"
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
    if any(part != part.strip() or not part for part in value.split(";")):
        yield "has an empty or padded entry", "separate entries by ';' without blanks"


def _check_boolean(column: Column, value: str) -> Broken:
    if value not in ("true", "false"):
        yield "is neither true nor false", ""


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
    form = _FORMS.get(column.type, None if column.type in _CHECKS else _ANY)
    there: Sequence[str] = [*(values - {""})]
    if form and not column.values:
        there = [value for value in there if not _is_plain(value, form)]
    broken = {value: found for value in there if (found := list(_check_value(column, value)))}
    if column.required and "" in values:
        broken[""] = [("must not be empty", "")]
    return broken


def check_rows(rows: Sequence[Row], table: Table, file: str | None = None) -> list[Fault]:
    """Return the faults of the cells and keys of one table.

    Parameters
    ----------
    rows : list of dict
        As from `read_rows`; a column that is absent is not checked.
    table : Table
    file : str, optional
        Name of the file to show; the table's own if left out.
    """
    file = file or table.file
    # Many cells repeat: each value of a column is checked once.
    broken = {column.name: _broken_values(column, rows) for column in table.columns}
    suspects = [name for name, values in broken.items() if values]
    keys = list(zip(*([row.get(name) for row in rows] for name in table.key), strict=True))
    if not suspects and len(set(keys)) == len(keys):
        return []  # the usual case, without a look at each row
    faults: list[Fault] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        row_id = row.get(table.key[0], "") if table.key else ""
        for name in suspects:
            value = row.get(name, "")
            faults += [
                Fault(file, row["_row"], row_id, name, value, rule, hint)
                for rule, hint in broken[name].get(value, ())
            ]
        key = tuple(row.get(name, "") for name in table.key)
        if any(key):
            if key in seen:
                rule = f"the key is in row {seen[key]} already"
                faults.append(Fault(file, row["_row"], row_id, "+".join(table.key), ";".join(key), rule))
            seen.setdefault(key, row["_row"])
    return faults


def read_table(folder: str | Path, table: Table) -> list[Row]:
    """Read and check one table; raise `TableError` with every fault, or return its rows."""
    rows, faults = read_rows(Path(folder) / table.file, table)
    faults += check_rows(rows, table)
    if faults:
        raise TableError(faults)
    return rows
