"""Broken files and broken cells: the message that a curator sees for each."""

import csv
from dataclasses import replace

import good_tables
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mineralmap import cells, codebook, sheets
from mineralmap.errors import TableError

EVENTS = codebook.table("events")


@pytest.fixture
def path(tmp_path):
    """Return the path of a good events.csv."""
    return good_tables.write(tmp_path, good_tables.good()) / "events.csv"


def faults_of(path, table=EVENTS):
    rows, faults = sheets.read_rows(path, table)
    return [*faults, *cells.check_rows(rows, table)]


def messages(path, table=EVENTS):
    return [str(fault) for fault in faults_of(path, table)]


def only(path, *words):
    """Assert that there is one message, and that it has the words."""
    (message,) = messages(path)
    for word in words:
        assert word in message, message
    assert len(message) < 1000
    return message


def broken_cell(column, value, ident="ev-mou-2021"):
    """Return the messages for one cell of a good table, read from a file."""
    tables = good_tables.good()
    good_tables.find(tables, ident)[column] = value
    (name,) = (name for name, rows in tables.items() if any(row.get(column) == value for row in rows))
    table = codebook.table(name)
    for number, row in enumerate(tables[name], start=2):
        row["_row"] = number
    return [str(fault) for fault in cells.check_rows(tables[name], table)]


# ------------------------------------------------------------------------------------ good files


def test_a_good_file_has_no_fault_and_keeps_every_cell(path):
    rows, faults = sheets.read_rows(path, EVENTS)
    assert not faults
    want = good_tables.good()["events"]
    assert [{name: row[name] for name in EVENTS.names} for row in rows] == want
    assert [row["_row"] for row in rows] == list(range(2, len(want) + 2))


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_ends_are_accepted(path, ending):
    want = sheets.read_rows(path, EVENTS)
    path.write_bytes(path.read_bytes().replace(b"\n", ending.encode()))
    assert sheets.read_rows(path, EVENTS) == want


def test_a_byte_order_mark_is_accepted(path):
    want = sheets.read_rows(path, EVENTS)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert sheets.read_rows(path, EVENTS) == want


def test_quotes_and_commas_in_a_cell_are_kept(path):
    rows, _ = sheets.read_rows(path, EVENTS)
    assert rows[1]["title"] == 'A "memorandum", signed'


# ---------------------------------------------------------------------------------- broken files


def test_a_file_cut_off_within_a_row(path):
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("The plant runs") + 5], encoding="utf-8")
    found = messages(path)
    assert any(
        "events.csv, row 4" in m and "cells where the header has" in m and "cut off" in m for m in found
    )


def test_a_file_cut_off_within_a_quoted_cell(path):
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("memorandum") + 3], encoding="utf-8")
    only(
        path, "events.csv, row 3", "cannot be read as CSV from here on", "quote that is not closed", "cut off"
    )


def test_latin_1_is_refused_with_its_line_and_text(path):
    text = path.read_text(encoding="utf-8").replace("The plant runs", "Café São Paulo")
    path.write_bytes(text.encode("latin-1"))
    only(path, "events.csv, row 4", "Café", "is not UTF-8", "save the file as CSV UTF-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16_is_refused(path, encoding):
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    only(path, "events.csv", "save the file as CSV UTF-8")


def test_a_header_that_is_there_twice(path):
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",summary,", ",title,", 1), encoding="utf-8")
    found = messages(path)
    assert "events.csv, row 1, column title: is twice in the header" in found
    assert any("column summary: is missing in the header" in message for message in found)


def test_a_misspelt_header_names_the_near_one_and_the_other_cells_are_checked(path):
    text = path.read_text(encoding="utf-8")
    text = text.replace(",summary,", ",sumary,", 1).replace("2021-05-04", "2021-02-31")
    path.write_text(text, encoding="utf-8")
    found = messages(path)
    assert (
        "events.csv, row 1, column sumary: is not a column of this table [did you mean 'summary'?]" in found
    )
    assert any("row 3 (ev-mou-2021), column date: '2021-02-31'" in message for message in found)
    assert len(found) == 2


def test_a_column_without_a_name(path):
    text = path.read_text(encoding="utf-8").replace("\n", ",\n")
    path.write_text(text, encoding="utf-8")
    only(path, "row 1, column (no name)", "is not a column", "delete it")


def test_a_file_without_a_header(path):
    text = path.read_text(encoding="utf-8")
    path.write_text(text.split("\n", 1)[1], encoding="utf-8")
    only(path, "events.csv, row 1", "the header names no column", "expected event_id,initiative_id")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n"])
def test_an_empty_file(path, content):
    path.write_bytes(content)
    only(path, "events.csv", "is empty", "expected the header event_id,")


def test_a_folder_in_place_of_a_file(path):
    path.unlink()
    path.mkdir()
    only(path, "events.csv", "is a folder, not a CSV file")


def test_a_missing_file(path):
    path.unlink()
    only(path, "events.csv", "the file is missing", f"expected at {path}")


def test_nul_bytes(path):
    path.write_bytes(path.read_bytes().replace(b"It happened.", b"It\0happened.", 1))
    message = only(path, "row 2 (ev-talks-2020), column summary", "invisible", "retype")
    assert "\0" not in message
    path.write_bytes(b"\0" * 100)
    only(path, "NUL bytes")


@pytest.mark.parametrize(("change", "count"), [(lambda row: row + ",", 1), (lambda row: row[:-2], -1)])
def test_too_many_and_too_few_cells(path, change, count):
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] = change("ev-law-2022,law-one" + "," * (len(EVENTS.names) - 2))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    wide = len(EVENTS.names)
    n_cells = wide + 1 if count == 1 else wide - 2
    only(path, f"row 5: has {n_cells} cells where the header has {wide}", "a comma or a quote")


def test_a_cell_of_ten_megabytes_gives_a_short_message(path):
    # At its usual limit of 131 kB the reader of CSV stops; the limit of others is left as it was.
    limit = csv.field_size_limit()
    text = path.read_text(encoding="utf-8")
    for place in ("The plant runs", "ev-plant-2023", "2023-06-01", "17.70", "event_id"):
        path.write_text(text.replace(place, "9" * 10_000_000), encoding="utf-8")
        found = messages(path)  # at once: no work that is quadratic in the length of a cell
        assert any("10,000,000 characters" in message for message in found)
        assert max(map(len, found)) < 1000
    assert csv.field_size_limit() == limit


# ---------------------------------------------------------------------------------- broken cells

CASES = [
    # the row, the column, the cell, words of the message
    ("ev-mou-2021", "date", "2021-02-31", "is not a day of the calendar"),
    ("ev-mou-2021", "date", "0025-09-26", "lies outside 1900 to 2100 [is the year typed right?]"),
    ("ev-mou-2021", "date", "26.09.2025", "is not a date [write YYYY-MM-DD]"),
    ("ev-mou-2021", "date", "2025-9-26", "write YYYY-MM-DD"),
    ("ev-mou-2021", "date", "２０２１-05-04", "write YYYY-MM-DD"),
    ("rock-1", "as_of", "2021-02-29", "is not a day of the calendar"),
    ("rock-1", "as_of", "2021-13", "is not a day of the calendar"),
    ("rock-1", "as_of", "0213", "lies outside 1900 to 2100"),
    ("rock-1", "as_of", "about 2013", "write YYYY, YYYY-MM or YYYY-MM-DD"),
    ("ev-mou-2021", "kind", "memorandum", "'memorandum' is not in the vocabulary [write mou]"),
    ("ev-mou-2021", "kind", "restricton", "did you mean 'restriction'?"),
    ("ev-mou-2021", "kind", "xyz", "'xyz' is not in the vocabulary [one of talks, mou"),
    ("ev-mou-2021", "blocs", "QUAD;quad", "'quad' is not in the vocabulary [write QUAD]"),
    ("ev-mou-2021", "title", "NA", "is a word for 'unknown' [leave the cell empty]"),
    ("ev-mou-2021", "minerals", "nan", "leave the cell empty"),
    ("ev-mou-2021", "minerals", "Nd;N/A", "leave the cell empty"),
    ("ev-mou-2021", "lat", "NaN", "leave the cell empty"),
    ("ev-mou-2021", "title", "", "must not be empty"),
    ("ev-mou-2021", "title", " A title", "white space"),
    ("ev-mou-2021", "title", "=cmd|' /C calc'!A0", "begins like a spreadsheet formula"),
    ("ev-mou-2021", "note", "@SUM(A1)", "spreadsheet formula"),
    ("ev-mou-2021", "note", "-2+3", "spreadsheet formula"),
    ("ev-mou-2021", "summary", "one\nline", "holds a line break [write the cell in one line]"),
    ("ev-mou-2021", "summary", "one\u2028line", "holds a line break"),
    ("ev-mou-2021", "summary", "to the \u202eleft", "direction-changing"),
    ("ev-mou-2021", "summary", "S\ufffdo Paulo", "lost character"),
    ("ev-mou-2021", "states", "IN-XX", "'IN-XX' is not in the vocabulary [one of IN-AN, IN-AP,"),
    ("ev-mou-2021", "states", "IN-UP;Odisha", "'Odisha' is not in the vocabulary [write IN-OD]"),
    ("ev-mou-2021", "states", "in-up", "[write IN-UP]"),
    ("ev-mou-2021", "states", "Utar Pradesh", "[did you mean 'IN-UP'?]"),
    ("ev-mou-2021", "states", "AP", "[write IN-AP]"),
    ("ev-mou-2021", "states", "IN", "'IN' is not in the vocabulary"),
    ("ev-mou-2021", "states", "IN-UP;IN-UP", "names an entry twice"),
    ("ev-mou-2021", "partners", "Japan", "'Japan' is not in the vocabulary [write JPN]"),
    ("ev-mou-2021", "minerals", "Nd;;Pr", "has an empty or padded entry"),
    ("ev-mou-2021", "event_id", "ev mou 2021", "'ev mou 2021' is not an id"),
    ("ev-mou-2021", "lat", "91", "lies outside -90 to 90 [are latitude and longitude swapped?]"),
    ("ev-mou-2021", "amount_value", "1,000", "is not a number [digits with a point"),
    ("ev-mou-2021", "amount_value", "1_000", "is not a number"),
    ("ev-mou-2021", "amount_value", "Rs 5", "is not a number"),
    ("ev-mou-2021", "amount_value", "-5", "lies outside 0 to inf"),
    ("ev-mou-2021", "amount_value", "1e999", "is not a finite number"),
    ("ev-mou-2021", "amount_value", "9" * 9_999, "is not a finite number"),
    ("jpn-2020", "year", "2020.5", "is not a whole number"),
    ("jpn-2020", "year", "9" * 9_999, "is not a finite number"),
    ("jpn-2020", "preferred", "yes", "is neither true nor false"),
    ("src-1", "url", "javascript:alert(1)", "is not a web address [only http:// and https:// links"),
    ("src-1", "url", "ftp://example.org/1", "is not a web address"),
    ("src-1", "url", "https:///no-host", "is not a web address"),
    ("src-1", "url", 'https://example.org/"><script>', "is not a web address"),
    ("src-1", "url", "https://good.example@evil.example/", "is not a web address"),
    ("src-1", "url", "data:text/html,x", "is not a web address"),
]  # fmt: skip


@pytest.mark.parametrize(("ident", "column", "value", "words"), CASES)
def test_a_broken_cell(ident, column, value, words):
    found = broken_cell(column, value, ident)
    (message,) = [message for message in found if words in message]
    assert f", column {column}" in message
    assert ", row " in message
    # Of a broken key its own row shows the broken text.
    assert (f"({ident})" in message) != (column == "event_id")
    assert len(message) < 600


@pytest.mark.parametrize(
    ("old", "new"), [("OR", "OD"), ("TG", "TS"), ("UT", "UK"), ("CT", "CG"), ("DD", "DH")]
)
def test_an_old_state_code_names_the_new_one(old, new):
    (message,) = broken_cell("states", f"IN-{old}")
    assert f"'IN-{old}' is not in the vocabulary [write IN-{new}]" in message


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("minerals", "Na"),  # sodium
        ("location_accuracy", "none"),
        ("note", "Nandini; 'quoted' & <b>bold</b> {{ x }} ₹ 日本 हिन्दी"),
        ("note", "x" * cells.LONGEST_CELL),
        ("lon", "-5.5e1"),
        ("date", "2024-02-29"),
    ],
)
def test_odd_but_sound_cells(column, value):
    assert broken_cell(column, value) == []


def test_a_cell_as_it_was_may_look_like_anything_but_hide_nothing():
    assert broken_cell("old", "=1+1\nNA ", "ev-mou-2021") == []


def test_a_key_that_is_there_twice():
    tables = good_tables.good()
    rows = [dict(row, _row=number) for number, row in enumerate(tables["event_sources"] * 2, start=2)]
    found = [str(fault) for fault in cells.check_rows(rows, codebook.table("event_sources"))]
    assert len(found) == len(rows) // 2
    assert "row 8 (ev-talks-2020), column event_id+source_id: 'ev-talks-2020;src-1'" in found[0]
    assert "the key is in row 2 already" in found[0]


def test_reading_a_table_raises_every_fault_at_once(path):
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2021-05-04", "4 May").replace("IN-TN", "IN-OR"), encoding="utf-8")
    with pytest.raises(TableError, match="2 faults found") as error:
        sheets.read_table(path.parent, EVENTS)
    assert [fault.column for fault in error.value.faults] == ["date", "states"]


_ODD = ("na", "Na", "Err:502", "#REF!", "####", "=1", "-", " a", "a;a", "a;", "a, b", "2025", "x" * 10_001)


@given(st.data())
def test_what_many_cells_clear_is_what_each_cell_clears(data):
    """A quick look at a whole column decides like the rules that a cell meets beside a broken one."""
    table = codebook.table(data.draw(st.sampled_from(list(codebook.tables()))))
    column = data.draw(st.sampled_from(table.columns))
    words = [st.sampled_from(_ODD), st.text("aZ09;,. -_=@+#/:é\t\n\u200b\ufffd\xa0", min_size=1, max_size=12)]
    if column.values:
        words.append(st.lists(st.sampled_from(column.values), min_size=1, max_size=3).map(";".join))
    rows = [{column.name: data.draw(st.one_of(words)), "_row": 2}, {column.name: "\u200b", "_row": 3}]
    narrow = replace(table, columns=(column,), key=())
    alone, beside = (cells.check_rows(some, narrow) for some in (rows[:1], rows))
    assert {one.rule for one in alone} == {one.rule for one in beside if one.row == 2}
