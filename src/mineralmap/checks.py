"""Check tables against their rules: every fault at once, each with its place and a hint.

The rules of single cells come from `mineralmap.schema`; the rules between rows and between tables
(references, threads, places inside their state) stand here.
"""

from __future__ import annotations

import csv
import datetime
import difflib
import io
import math
import re
from dataclasses import dataclass
from pathlib import Path

from . import schema
from .errors import TableError
from .schema import STATE_CODES, state_hint


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

    def __str__(self):
        where = self.file + (f", row {self.row}" if self.row else "")
        where += f" ({self.id})" if self.id else ""
        what = f", column {self.column}" if self.column else ""
        value = f": {_short(self.value)!r}" if self.value != "" else ""
        return f"{where}{what}{value}: {self.rule}" + (f" [{self.hint}]" if self.hint else "")


def _short(value, length=80):
    return value if len(value) <= length else f"{value[:length]}... ({len(value)} characters)"


def read_rows(path, spec):
    """Read a CSV as text cells, without guessing.

    Returns
    -------
    rows : list of dict
        One dict a row, every value a str.
    faults : list of Fault
        Faults of the file itself: encoding, header, number of cells.
    """
    path = Path(path)
    name = path.name

    def fault(rule, row=None, value="", hint="", column=""):
        return Fault(name, row, "", column, value, rule, hint)

    if path.is_dir():
        return [], [fault("is a folder, not a CSV file")]
    if not path.exists():
        return [], [fault("the file is missing", hint=f"expected at {path}")]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = f"byte {error.start}: save the file as UTF-8"
        return [], [fault("is not UTF-8 text", hint=hint)]
    if not text.strip():
        return [], [fault("is empty", hint="expected the header " + ",".join(spec.names))]
    limit = csv.field_size_limit(16 * 1024 * 1024)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return [], [
            fault("cannot be read as CSV", hint=f"{error}; look for an open quote or a truncated end")
        ]
    finally:
        csv.field_size_limit(limit)
    header, *body = lines
    faults = []
    double = sorted({column for column in header if header.count(column) > 1})
    faults += [fault("stands twice in the header", 1, column=column) for column in double]
    for column in spec.names:
        if column not in header:
            near = difflib.get_close_matches(column, header, n=1)
            faults.append(
                fault("is missing in the header", 1, column=column, hint=f"found {near[0]!r}" if near else "")
            )
    faults += [
        fault("is not a column of this table", 1, column=column, hint="columns: " + ", ".join(spec.names))
        for column in dict.fromkeys(header)
        if column not in spec.names
    ]
    if faults:
        return [], faults
    rows = []
    for number, cells in enumerate(body, start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            rule = f"has {len(cells)} cells where the header has {len(header)}"
            faults.append(fault(rule, number, hint="a comma or a quote is missing or too many"))
            continue
        rows.append({**dict(zip(header, cells, strict=True)), "_row": number})
    return rows, faults


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_URL = re.compile(r"https?://[^\s<>\"`\\]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_NULLS = {"na", "n/a", "nan", "null", "none", "nat", "-"}
LONGEST_CELL = 10_000


def _check_value(column, value):
    """Yield (rule, hint) for each rule that one non-empty cell breaks."""
    if _CONTROL.search(value):
        yield "holds a control or direction-changing character", "retype the text"
    if len(value) > LONGEST_CELL:
        yield f"is longer than {LONGEST_CELL:,} characters", ""
        return
    if column.type == "verbatim":
        return
    if value != value.strip():
        yield "begins or ends with white space", ""
    if value.strip().lower() in _NULLS and value not in column.values:
        yield "is a word for 'unknown'", "leave the cell empty"
        return
    if value[0] in "=@" or (value[0] in "+-" and column.type not in ("number", "integer")):
        yield "begins like a spreadsheet formula", "begin with a letter or a digit"
    check = _TYPES.get(column.type)
    if check:
        yield from check(column, value)
    if column.values:
        for part in value.split(";") if column.type == "list" else [value]:
            if part not in column.values:
                near = difflib.get_close_matches(part, column.values, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else "one of " + ", ".join(column.values)
                yield f"{part!r} is not in the vocabulary", hint


def _check_id(column, value):
    for part in value.split(";") if column.type == "ids" else [value]:
        if not _ID.fullmatch(part):
            yield "is not an id", "letters, digits, '-', '_' and '.' only"


def _check_number(column, value):
    try:
        number = float(value)
    except ValueError:
        yield "is not a number", "digits with a point for decimals, no thousands separator"
        return
    if not math.isfinite(number):
        yield "is not a finite number", ""
    elif not column.low <= number <= column.high:
        hint = "are latitude and longitude swapped?" if column.name in ("lat", "lon") else ""
        yield f"lies outside {column.low:g} to {column.high:g}", hint
    if column.type == "integer" and number != int(number):
        yield "is not a whole number", ""


def _check_date(column, value):
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        yield "is not a date", "write YYYY-MM-DD"
        return
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        yield "is not a day of the calendar", ""
        return
    if not 1900 <= day.year <= 2100:
        yield "lies outside 1900 to 2100", "is the year typed right?"


def _check_partial(column, value):
    if not _PARTIAL.fullmatch(value):
        yield "is not a year, month or day", "write YYYY, YYYY-MM or YYYY-MM-DD"


def _check_url(column, value):
    if not _URL.fullmatch(value):
        yield "is not a web address", "only http:// and https:// links, without spaces or quotes"


def _check_state(column, value):
    if value == "IN":
        return
    for code in value.split(";") if column.type == "states" else [value]:
        if not (code.startswith("IN-") and code[3:] in STATE_CODES):
            yield f"{code!r} is not a state code in force", state_hint(code)


def _check_iso3(column, value):
    for code in value.split(";"):
        if not re.fullmatch(r"[A-Z]{3}", code):
            yield f"{code!r} is not an ISO 3166-1 alpha-3 code", "three capital letters, as JPN"
        elif code == "IND":
            yield "India is not a partner of itself", ""


def _check_list(column, value):
    if any(part != part.strip() or not part for part in value.split(";")):
        yield "has an empty or padded entry", "separate entries by ';' without blanks"


def _check_boolean(column, value):
    if value not in ("true", "false"):
        yield "is neither true nor false", ""


_TYPES = {
    "id": _check_id,
    "ids": _check_id,
    "number": _check_number,
    "integer": _check_number,
    "date": _check_date,
    "partial_date": _check_partial,
    "url": _check_url,
    "state": _check_state,
    "states": _check_state,
    "iso3s": _check_iso3,
    "list": _check_list,
    "boolean": _check_boolean,
}


def check_rows(rows, spec, file=None):
    """Return the faults of the cells and keys of one table."""
    file = file or spec.file
    faults = []
    seen = {}
    for row in rows:
        ident = row.get(spec.key[0], "") if spec.key else ""
        for column in spec.columns:
            value = row[column.name]
            if value == "":
                if column.required:
                    faults.append(Fault(file, row["_row"], ident, column.name, "", "must not be empty"))
                continue
            faults += [
                Fault(file, row["_row"], ident, column.name, value, rule, hint)
                for rule, hint in _check_value(column, value)
            ]
        if spec.key:
            key = tuple(row[name] for name in spec.key)
            if key in seen:
                rule = f"the key stands in row {seen[key]} already"
                faults.append(Fault(file, row["_row"], ident, "+".join(spec.key), ";".join(key), rule))
            seen.setdefault(key, row["_row"])
    return faults


def load_rows(folder, name):
    """Read and check one table; raise `TableError` with every fault, or return its rows."""
    spec = schema.table(name)
    rows, faults = read_rows(Path(folder) / spec.file, spec)
    faults += check_rows(rows, spec)
    if faults:
        raise TableError(faults)
    return rows
