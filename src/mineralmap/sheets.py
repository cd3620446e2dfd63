"""Read a CSV as text cells, and say what a spreadsheet has made of it: one fault for one cause.

What is wrong with the cells themselves is found by `mineralmap.cells`.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .cells import Fault, Row, Table, check_rows
from .errors import TableError
from .text import join_words, near_words, pluralize

__all__ = ["is_workbook", "read_rows", "read_table"]

_Cells = list[str]
_MakeFault = Callable[..., Fault]
_AS_CSV = "save each sheet of it as CSV UTF-8"
#: How a file begins that is no text -> what it is.
_BEGINNINGS = {
    b"PK\x03\x04": "a workbook",
    b"\xd0\xcf\x11\xe0": "a workbook",
    b"\x1f\x8b": "compressed",
    b"%PDF": "a PDF",
}
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers")
#: A header is looked for in so many rows; so many names are hinted at or listed.
_ROWS_ABOVE, _NAMED = 20, 20
_NO_NAME = "(no name)"


def is_workbook(path: Path) -> bool:
    """Tell whether a file is named as a workbook; what a spreadsheet keeps beside an open one is none.

    Examples
    --------
    >>> from pathlib import Path
    >>> from mineralmap.sheets import is_workbook
    >>> is_workbook(Path("events.xlsx")), is_workbook(Path("~$events.xlsx"))
    (True, False)
    """
    return path.suffix.lower() in _WORKBOOKS and not path.name.startswith(("~$", ".~"))


def workbook_fault(path: Path) -> Fault:
    """Return the fault of a workbook where a CSV file is asked for."""
    return Fault(path.name, None, "", "", "", "is a workbook, not a CSV file", _AS_CSV)


def _read_text(path: Path, table: Table, fault: _MakeFault) -> tuple[str, Fault | None]:
    """Return the text of a file and its fault, one of them empty."""
    if path.is_dir():
        return "", fault("is a folder, not a CSV file")
    if path.exists() and not path.is_file():  # to read a pipe or a device may never end
        return "", fault("is a pipe or a device, not a file", hint="save it as a CSV file")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return "", fault("the file is missing", hint=f"expected at {path}")
    except OSError as error:
        return "", fault("cannot be opened", hint=str(error.strerror))
    for beginning, what in _BEGINNINGS.items():
        if content.startswith(beginning):
            return "", fault(f"is {what}, not a CSV file", hint=_AS_CSV if "book" in what else "")
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
    if text.lstrip().startswith("<"):
        return "", fault("is a web page or XML, not a CSV file", hint="download the file itself")
    return text, None


def _split_cells(text: str) -> tuple[list[_Cells], str]:
    """Return the rows as lists of cells, and what stopped the reading, if something did."""
    lines: list[_Cells] = []
    limit = csv.field_size_limit(len(text) + 1)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            lines.append(cells)
    except csv.Error as error:
        return lines, str(error)
    finally:
        csv.field_size_limit(limit)
    return lines, ""


def _is_header(cells: Sequence[str], table: Table) -> bool:
    """Tell whether a row names at least half of the columns."""
    return 2 * len(set(cells) & set(table.names)) >= len(table.names)


def _other_separator(text: str, table: Table) -> str:
    """Return the sign that separates the cells in the place of the comma; nothing if none does."""
    for line in text[:100_000].splitlines()[:_ROWS_ABOVE]:
        for mark in ";\t|":
            if _is_header([cell.strip('" ') for cell in line.split(mark)], table):
                return mark
    return ""


def _find_header(lines: list[_Cells], table: Table, fault: _MakeFault) -> tuple[int, _Cells, list[Fault]]:
    """Return where the rows begin, the header above them, and its fault where it is not in row 1 alone."""
    first = lines[0] if lines else []
    if not _is_header(first, table):
        for at, cells in enumerate(lines[1:_ROWS_ABOVE], start=1):
            if _is_header(cells, table):
                rule = f"the header is not in row 1 but in row {at + 1}"
                return at + 1, cells, [fault(rule, 1, ",".join(first), hint="delete the rows above it")]
    second = lines[1] if len(lines) > 1 else []
    missing = set(table.names) - set(first)
    # A group of columns has a name above theirs, in a cell that was merged.
    if len(second) == len(first) and missing & set(second) and set(second) <= {*table.names, ""}:
        header = [below or above for above, below in zip(first, second, strict=True)]
        hint = "write the name of each column in row 1, and delete row 2"
        return 2, header, [fault("the header is in two rows", 1, hint=hint)]
    return 1, first, []


def _some(names: Sequence[object]) -> str:
    """Return the first of some names in words, and how many more there are."""
    more = [f"{len(names) - _NAMED:,} more"] if len(names) > _NAMED else []
    return join_words([*map(str, names[:_NAMED]), *more])


def _header_faults(header: _Cells, body: list[_Cells], table: Table, fault: _MakeFault) -> Iterator[Fault]:
    twice = sorted(name for name, count in Counter(header).items() if count > 1 and name)
    for name in twice[:_NAMED]:
        yield fault("is twice in the header", 1, column=name)
    known, there = set(table.names), set(header)
    missing = [name for name in table.names if name not in there]
    unknown = [name for name in dict.fromkeys(header) if name and name not in known]
    nameless = [at for at, name in enumerate(header) if not name]
    if len(unknown) > _NAMED:
        rule = f"{len(unknown):,} columns are not columns of this table: {_some(unknown)}"
        yield fault(rule, 1, hint="columns: " + ", ".join(table.names))
        unknown = []
    for name in unknown:
        meant = near_words(name, missing) or near_words(name, table.names)
        hint = f"did you mean {meant[0]!r}?" if meant else "columns: " + ", ".join(table.names)
        yield fault("is not a column of this table", 1, column=name, hint=hint)
        missing = [one for one in missing if one not in meant]  # one slip of the pen is one fault
    if len(nameless) == len(missing) == 1 and any(
        nameless[0] < len(row) and row[nameless[0]] for row in body
    ):
        hint = f"column {nameless[0] + 1} has no name"
        yield fault("is missing in the header", 1, column=missing[0], hint=hint)
        return
    for name in missing:
        yield fault("is missing in the header", 1, column=name)
    if nameless:
        empty = not any(at < len(row) and row[at].strip() for at in nameless for row in body)
        where = f"column {nameless[0] + 1}" if len(nameless) == 1 else f"{len(nameless):,} columns"
        hint = f"{where} without a name{' and without a cell' if empty else ''}: "
        hint += "delete it" if empty and len(nameless) == 1 else "delete them" if empty else "name or delete"
        yield fault("is not a column of this table", 1, column=_NO_NAME, hint=hint)


def _body_faults(
    empty: list[int], odd: dict[int, list[int]], wide: int, fault: _MakeFault
) -> Iterator[Fault]:
    """Yield one fault for all empty rows, and one for all rows of one wrong number of cells."""
    if len(empty) == 1:
        yield fault("the row is empty", empty[0], hint="delete it")
    elif empty:
        whole = empty[-1] - empty[0] + 1 == len(empty)
        where = f"{empty[0]} to {empty[-1]}" if whole else _some(empty)
        yield fault(f"{len(empty):,} rows are empty: {where}", empty[0], hint="delete them")
    for count, numbers in odd.items():
        more = f", so have {pluralize(len(numbers) - 1, 'more row')}: {_some(numbers[1:])}" * (
            len(numbers) > 1
        )
        hint = "a comma or a quote is missing or too many, or the end is cut off"
        yield fault(f"has {count} cells where the header has {wide}{more}", numbers[0], hint=hint)


def read_rows(path: str | Path, table: Table) -> tuple[list[Row], list[Fault]]:
    """Read a CSV as text cells, without guessing.

    Parameters
    ----------
    path : path
        The file: UTF-8 (a byte order mark is accepted), lines that end with LF or CRLF; the last line may
        end without.
    table : Table
        What the table is.

    Returns
    -------
    rows : list of dict
        One dict per row that could be read: column -> str, and ``_row``, its number as a spreadsheet
        counts (the header is row 1). A column that the header lacks is absent.
    faults : list of Fault
        Faults of the file itself: encoding, header, number of cells. One cause, as a thousand empty rows
        below the table, is one fault.
    """
    path = Path(path)

    def fault(rule: str, row: int | None = None, value: str = "", hint: str = "", column: str = "") -> Fault:
        return Fault(path.name, row, "", column, value, rule, hint)

    text, broken = _read_text(path, table, fault)
    if broken:
        return [], [broken]
    if mark := _other_separator(text, table):
        hint = f"cells are separated by commas, not by {mark!r}: save the file as CSV UTF-8"
        return [], [fault("the header names no column of this table", 1, hint=hint)]
    lines, stop = _split_cells(text)
    start, header, faults = _find_header(lines, table, fault)
    # Where each column is; of a name that is there twice the last.
    place = {name: at for at, name in enumerate(header)}
    place = {name: place[name] for name in table.names if name in place}
    # A cell of a row can be called as a column is.
    if lines and 4 * len(place) < len(table.names):
        hint = "expected " + ",".join(table.names)
        return [], [fault("the header names no column of this table", 1, ",".join(header), hint=hint)]
    rows: list[Row] = []
    empty: list[int] = []
    odd: dict[int, list[int]] = {}
    for number, cells in enumerate(lines[start:], start=start + 1):
        if not any(cells) or not any(cell.strip() for cell in cells):
            empty.append(number)
        elif len(cells) != len(header):
            odd.setdefault(len(cells), []).append(number)
        else:
            row: Row = {name: cells[at] for name, at in place.items()}
            row["_row"] = number
            rows.append(row)
    if lines:
        faults += _header_faults(header, lines[start:], table, fault)
    faults += _body_faults(empty, odd, len(header), fault)
    if stop:
        hint = f"{stop}: look for a quote that is not closed, or an end that is cut off"
        faults.append(fault("cannot be read as CSV from here on", len(lines) + 1, hint=hint))
    return rows, faults


def read_table(folder: str | Path, table: Table) -> list[Row]:
    """Read and check one table; raise `TableError` with every fault, or return its rows."""
    rows, faults = read_rows(Path(folder) / table.file, table)
    faults += check_rows(rows, table)
    if faults:
        raise TableError(faults)
    return rows
