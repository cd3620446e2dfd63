"""What spreadsheets make of a table: one fault for one cause, with the hint that mends it."""

import csv
import io
import os
import zipfile

import good_tables
import pytest

import mineralmap as mm
from mineralmap import codebook

NAMES = codebook.table("events").names
WIDE = len(NAMES)
POINT = ("lat", "lon", "location_accuracy")


@pytest.fixture
def folder(tmp_path):
    """Return a folder of good tables."""
    return good_tables.write(tmp_path / "tables", good_tables.good())


def as_csv(rows, mark=",", end="\n", quoting=csv.QUOTE_MINIMAL):
    file = io.StringIO()
    csv.writer(file, delimiter=mark, lineterminator=end, quoting=quoting).writerows(rows)
    return file.getvalue()


def rows_of(folder):
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def only(folder, *words):
    """Assert that validation finds one fault, and that it has the words."""
    found = [str(fault) for fault in mm.validate(folder).faults]
    assert len(found) == 1, found
    for word in words:
        assert word in found[0]
    assert len(found[0]) < 1500
    return found[0]


def test_a_last_line_without_a_break_is_whole_and_hides_no_other_fault(folder):
    path = folder / "events.csv"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    report = mm.validate(folder)
    assert report.ok
    assert not report.not_checked
    path.write_bytes(path.read_bytes().replace(b"plant-one,2021", b"plant-two,2021"))
    only(folder, "'plant-two' is not in initiatives.csv")


FILES = {
    # the rows -> the text of the file; the words of the one fault
    "semicolons": (lambda rows: as_csv(rows, ";"), "by commas, not by ';'"),
    "semicolons, all quoted": (lambda rows: as_csv(rows, ";", quoting=csv.QUOTE_ALL), "not by ';'"),
    "a line that names the semicolon": (lambda rows: "sep=;\n" + as_csv(rows, ";"), "not by ';'"),
    "tabs": (lambda rows: as_csv(rows, "\t"), "not by '\\t'"),
    "bars": (lambda rows: as_csv(rows, "|", "\r\n"), "not by '|'"),
    "a line that names the comma": (lambda rows: "sep=,\n" + as_csv(rows), "row 2 [delete the rows above"),
    "a title": (lambda rows: as_csv([["Events"] + [""] * (WIDE - 1), [""] * WIDE, *rows]), "in row 3"),
    "a thousand empty rows": (
        lambda rows: as_csv(rows) + ("," * (WIDE - 1) + "\n") * 1000,
        "events.csv, row 7: 1,000 rows are empty: 7 to 1006 [delete them]",
    ),
    "rows of blanks": (lambda rows: as_csv(rows) + "\n \n\t\n", "3 rows are empty: 7 to 9"),
    "an empty row": (lambda rows: as_csv([*rows[:2], [""] * WIDE, *rows[2:]]), "row 3: the row is empty"),
    "empty rows between": (
        lambda rows: as_csv([one for row in rows for one in (row, [""] * WIDE)]),
        "6 rows are empty: 2, 4, 6, 8, 10 and 12",
    ),
    "empty columns": (
        lambda rows: as_csv([[*row, "", "", ""] for row in rows]),
        "column (no name): is not a column of this table [3 columns without a name and without a cell",
    ),
    "an empty column between": (
        lambda rows: as_csv([[*row[:3], "", *row[3:]] for row in rows]),
        "column 4 without a name and without a cell: delete it",
    ),
    "a comment beside the table": (
        lambda rows: as_csv([[*row, "", "ask Ravi" * (at == 3)] for at, row in enumerate(rows)]),
        "2 columns without a name: name or delete",
    ),
    "empty cells beyond the header": (
        lambda rows: as_csv([rows[0], *([*row, "", ""] for row in rows[1:])]),
        f"row 2: has {WIDE + 2} cells where the header has {WIDE}, so have 4 more rows: 3, 4, 5 and 6",
    ),
    "merged headers": (
        lambda rows: as_csv(
            [
                [name if name not in POINT else "Place" * (name == "lat") for name in NAMES],
                [name if name in POINT else "" for name in NAMES],
                *rows[1:],
            ]
        ),
        "the header is in two rows [write the name of each column in row 1, and delete row 2]",
    ),
    "a renamed column": (
        lambda rows: as_csv([["Title" if name == "title" else name for name in NAMES], *rows[1:]]),
        "column Title: is not a column of this table [did you mean 'title'?]",
    ),
    "a column that lost its name": (
        lambda rows: as_csv([["" if name == "title" else name for name in NAMES], *rows[1:]]),
        f"column title: is missing in the header [column {NAMES.index('title') + 1} has no name]",
    ),
    "a web page": (lambda rows: "<!DOCTYPE html><title>Sign in</title>", "is a web page"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_one_cause_is_one_fault(folder, name):
    change, words = FILES[name]
    (folder / "events.csv").write_text(change(rows_of(folder)), encoding="utf-8", newline="")
    only(folder, words)


def test_rows_below_a_title_are_checked_and_keep_their_numbers(folder):
    text = as_csv([["Events"], *rows_of(folder)]).replace("2021-05-04", "2021-02-31")
    (folder / "events.csv").write_text(text, encoding="utf-8", newline="")
    title, day = (str(fault) for fault in mm.validate(folder).faults)
    assert "the header is not in row 1 but in row 2" in title
    assert "row 4 (ev-mou-2021), column date: '2021-02-31'" in day


def _workbook(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")


def test_a_workbook_in_place_of_a_csv_is_said_to_be_one(folder, tmp_path):
    words = ("is a workbook, not a CSV file", "save each sheet of it as CSV UTF-8")
    _workbook(folder / "events.csv")
    only(folder, "events.csv: ", *words)
    (folder / "events.csv").rename(folder / "events.xlsx")
    only(folder, "events.xlsx: ", *words)
    only(folder / "events.xlsx", *words)
    (tmp_path / "alone").mkdir()
    _workbook(tmp_path / "alone" / "My tables.XLSX")
    only(tmp_path / "alone", "My tables.XLSX: ", *words)


def test_what_a_spreadsheet_keeps_beside_an_open_table_is_no_fault(folder):
    (folder / "~$events.xlsx").write_bytes(b"\0" * 165)
    assert mm.validate(folder).ok


CELLS = [
    # row, column, cell -> hint
    ("ev-mou-2021", "states", "IN-RJ, IN-MP", "separate entries by ';': write IN-RJ;IN-MP"),
    ("ev-mou-2021", "states", "IN-RJ; IN-MP", "write IN-RJ;IN-MP"),
    ("ev-mou-2021", "states", "IN-RJ\nIN-MP", "write IN-RJ;IN-MP"),
    ("ev-mou-2021", "states", "Rajasthan", "'Rajasthan' is not in the vocabulary [write IN-RJ]"),
    ("ev-mou-2021", "states", "rajasthan ", "'rajasthan ' is not in the vocabulary [write IN-RJ]"),
    ("ev-mou-2021", "states", "Rajasthan, Madhya Pradesh and Jammu and Kashmir", "write IN-RJ;IN-MP;IN-JK"),
    ("ev-mou-2021", "partners", "Japan & South Korea", "write JPN;KOR"),
    ("ev-mou-2021", "follows", "ev-talks-2020, ev-talks-2020", "write ev-talks-2020"),
    ("plant-one", "lead_actors", "first second", "write first;second"),
    ("beach-1", "state_iso", "Andhra Pradesh", "write IN-AP"),
    ("beach-1", "state_iso", "IN-AP, IN-TN", "one entry alone: IN-AP or IN-TN"),
    ("src-1", "undated", "FALSE", "is neither true nor false [write false]"),
    ("ev-mou-2021", "summary", "#REF!", "is an error of a spreadsheet"),
    ("ev-mou-2021", "summary", "#NAME?", "is an error of a spreadsheet"),
    ("ev-mou-2021", "summary", "########", "is an error of a spreadsheet"),
    ("ev-mou-2021", "note", " ", "begins or ends with white space [leave the cell empty]"),
    ("ev-law-2022", "event_id", "EV-MOU-2021", "differs from 'ev-mou-2021' in row 3 only in capitals"),
    ("ev-mou-2021", "initiative_id", "Plant-One", "did you mean 'plant-one'?"),
    ("ev-fund-2024", "initiative_id", "FUND-ONE", "did you mean 'fund-one'?"),
]  # fmt: skip


@pytest.mark.parametrize(("ident", "column", "value", "words"), CELLS)
def test_a_cell_as_people_write_it_is_one_fault_with_what_to_write(tmp_path, ident, column, value, words):
    tables = good_tables.good()
    good_tables.find(tables, ident)[column] = value
    if column == "event_id":
        for row in tables["event_sources"]:
            row["event_id"] = value if row["event_id"] == ident else row["event_id"]
    if column == "states":
        good_tables.find(tables, "works-1").update(initiative_id="", status="operating")
        tables["events"] = [
            row | {"stage": "construction"} if row["stage"] == "operating" else row
            for row in tables["events"]
        ]
    only(good_tables.write(tmp_path, tables), words)


def test_many_wrong_columns_or_cells_are_told_at_once(folder, tmp_path):
    """None of this takes a time that grows with the square of its size."""
    header = ",".join([*NAMES, *(f"c{number}" for number in range(40_000))])
    (folder / "events.csv").write_text(header + "\n", encoding="utf-8")
    only(folder / "events.csv", "40,000 columns are not columns of this table: c0, c1", "39,980 more")
    (folder / "events.csv").write_text(",".join(NAMES) + "," * 1_000_000 + "\n", encoding="utf-8")
    only(folder / "events.csv", "1,000,000 columns without a name and without a cell: delete them")
    tables = good_tables.good()
    find = good_tables.find(tables, "ev-mou-2021")
    find["states"] = ";".join(f"x{number}" for number in range(2000))
    tables["events"] += [find | {"event_id": f"e{number}", "states": f"y{number}"} for number in range(1000)]
    faults = mm.validate(good_tables.write(tmp_path / "more", tables) / "events.csv").faults
    assert len(faults) < 1100


@pytest.mark.parametrize("circle", [False, True])
def test_a_long_chain_of_steps_or_owners_is_followed_once(tmp_path, circle):
    tables = good_tables.good()
    step, actor = tables["events"][3], tables["actors"][1]
    count = 3000
    before = lambda number: "" if not number and not circle else f"e{(number - 1) % count}"  # noqa: E731
    tables["events"] = [step | {"event_id": f"e{n}", "follows": before(n)} for n in range(count)]
    tables["actors"] = [
        actor | {"actor_id": f"e{n}", "name": f"Company {n}", "other_names": "", "parent": before(n)}
        for n in range(count)
    ]
    good_tables.write(tmp_path, {name: tables[name] for name in ("events", "actors")})
    faults = mm.validate(tmp_path).faults
    told = [fault for fault in faults if "returns" in fault.rule]
    assert len(told) == len(faults) == (2 * count if circle else 0)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are made otherwise here")
def test_a_pipe_or_a_device_is_not_waited_for(folder):
    path = folder / "events.csv"
    path.unlink()
    os.mkfifo(path)
    only(folder, "events.csv: is a pipe or a device, not a file")
    only(path, "events.csv: is a pipe or a device, not a file")
    path.unlink()
    path.symlink_to("/dev/zero")
    only(folder, "events.csv: is a pipe or a device, not a file")
