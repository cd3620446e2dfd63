"""The tables as files of other programs: everything reads back as it was."""

import csv
import hashlib
import io
import json
import sqlite3
import time
from contextlib import closing

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import mineralmap as mm
from mineralmap import cli, exports

#: Counted from the tables: what no version of a library changes.
pytestmark = pytest.mark.once
TABLES = list(mm.codebook.tables())


def whole(name):
    """Return a table as its loader gives it, every row of it."""
    return mm.load_world_ree(preferred=False) if name == "world_ree" else getattr(mm, f"load_{name}")()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return exports.export_data(tmp_path_factory.mktemp("export") / "tables")


@pytest.fixture(scope="module")
def sheets(folder):
    return read_sheets(folder / "mineralmap.xlsx")


@pytest.fixture(scope="module")
def database(folder):
    with closing(sqlite3.connect(folder / "mineralmap.sqlite")) as connection:
        yield connection


def read_sheets(path):
    return pd.read_excel(path, sheet_name=None, dtype=object, keep_default_na=False, na_values=[""])


def same(flat, name, want):
    got = mm.restore(flat, name)
    assert_frame_equal(got[list(want)], want)
    assert type(got) is type(want)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.once
def test_every_sheet_reads_back_equal(name, sheets):
    same(sheets[name], name, whole(name))


@pytest.mark.parametrize("name", TABLES)
def test_every_table_reads_back_equal(name, folder, database):
    want = whole(name)
    same(pd.read_parquet(folder / "parquet" / f"{name}.parquet"), name, want)
    same(pd.read_sql(f'SELECT * FROM "{name}"', database), name, want)
    points = folder / "geojson" / f"{name}.geojson"
    assert points.exists() == any(column.endswith("lat") for column in want)
    if points.exists():
        same(gpd.read_file(points), name, want)


def test_what_has_no_place_has_no_geometry(folder):
    features = json.loads((folder / "geojson" / "events.geojson").read_text("utf-8"))["features"]
    events = mm.load_events()
    assert len(features) == len(events)
    for feature, lat, lon in zip(features, events["lat"], events["lon"], strict=True):
        assert feature["geometry"] == (
            None if pd.isna(lat) else {"type": "Point", "coordinates": [lon, lat]}
        )  # longitude first


def test_the_database_has_keys_that_hold(database):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for name in TABLES:
        keys = [row[1] for row in database.execute(f'PRAGMA table_info("{name}")') if row[5]]
        assert keys == list(mm.codebook.table(name).key)
    targets = {row[2] for row in database.execute("PRAGMA foreign_key_list(event_sources)")}
    assert targets == {"events", "sources"}
    (count,) = database.execute("SELECT count(*) FROM events_states WHERE entry = 'IN-UP'").fetchone()
    assert count == len(mm.filter_rows(mm.load_events(), states="UP"))
    query = "SELECT kind FROM events_actors JOIN actors ON actors.name = entry WHERE event_id = ?"
    event = mm.load_events().query("actors.str.len() > 1").iloc[0]
    assert len(database.execute(query, [event["event_id"]]).fetchall()) == len(event["actors"])


@pytest.mark.once
def test_columns_and_codes_are_explained(sheets, database):
    described = set(zip(sheets["columns"]["table"], sheets["columns"]["column"], strict=True))
    for name in TABLES:
        assert {(name, column) for column in sheets[name].columns} <= described
    codes = sheets["codes"].query("vocabulary == 'stage'").set_index("code")["label"].to_dict()
    assert codes == mm.codebook.labels("stage")
    query = "SELECT label FROM codebook_codes WHERE code = 'IN-OD'"
    assert database.execute(query).fetchall() == [("Odisha",)]


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def few(monkeypatch):
    """Let an export be of two tables: to write all of them takes two seconds."""
    names = ("ports", "claims")
    frames = {name: mm.flatten(mm.data.shipped(name, geometry=False)) for name in names}
    monkeypatch.setattr(exports, "flat_tables", lambda tables=None: frames)


def test_the_same_tables_give_the_same_bytes_whatever_the_day(few, tmp_path, monkeypatch):
    before = digests(exports.export_data(tmp_path / "tables"))
    later = time.time() + 400 * 86400
    monkeypatch.setattr(time, "time", lambda: later)
    assert digests(exports.export_data(tmp_path / "tables")) == before, "what was exported is replaced"
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


# ---------------------------------------------------------------------------- whatever a cell may hold

SIGNS = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters=";")
ODD = st.sampled_from(
    [
        *("=1+1", "{=1+1}", "+91 11", "-", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x.org", "007"),
        *("1e5", "NA", "true", "2025-01-01", " padded ", "'quoted'", "日本", 'a,b"c'),
    ]
)
TEXT = ODD | st.text(SIGNS, min_size=1, max_size=40)


def cell(column):
    """Return a strategy for the text of a cell, by the type of its column; empty is unknown."""
    if column.values:
        filled = st.sampled_from(column.values)
        if column.type in ("list", "ids"):
            filled = st.lists(filled, min_size=1, max_size=3, unique=True).map(";".join)
    else:
        filled = {
            "number": st.decimals(-(10**6), 10**6, places=4).map(str),
            "integer": st.integers(-(10**9), 10**9).map(str),
            "boolean": st.sampled_from(["true", "false"]),
            "date": st.dates(pd.Timestamp("1900-03-01").date(), pd.Timestamp("2100-12-31").date()).map(str),
            "list": st.lists(TEXT, min_size=1, max_size=3).map(";".join),
            "ids": st.lists(TEXT, min_size=1, max_size=3).map(";".join),
        }.get(column.type, TEXT)
    return filled if column.required else st.just("") | filled


@st.composite
def tables(draw):
    """Return the name of a table, and rows of it with anything in their cells."""
    table = mm.codebook.table(draw(st.sampled_from(["coverage", "world_ree", "deposits", "corrections"])))
    row = st.fixed_dictionaries({column.name: cell(column) for column in table.columns})
    unique = (lambda row: tuple(row[key] for key in table.key)) if table.key else None
    rows = draw(st.lists(row, min_size=1, max_size=4, unique_by=unique))
    return table.name, mm.data.frame_of(rows, table)


@pytest.mark.once
@settings(max_examples=settings.default.max_examples // 4)
@given(made=tables())
def test_whatever_is_in_a_cell_comes_back(made, tmp_path_factory):
    name, frame = made
    folder = tmp_path_factory.mktemp("any")
    flat = {name: mm.flatten(frame)}
    exports.write_files(flat, folder)
    want = mm.restore(flat[name], name)
    assert_frame_equal(pd.DataFrame(want[list(frame)]), frame)
    same(pd.read_parquet(folder / "parquet" / f"{name}.parquet"), name, want)
    with closing(sqlite3.connect(folder / "mineralmap.sqlite")) as connection:
        same(pd.read_sql(f'SELECT * FROM "{name}"', connection), name, want)
    with closing(openpyxl.load_workbook(folder / "mineralmap.xlsx", read_only=True)) as workbook:
        head, *rows = workbook[name].iter_rows()
        assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "b", "d"}, "no formula"
        values = [[cell.value for cell in row] for row in rows]
    read = pd.DataFrame(values, columns=[cell.value for cell in head])
    same(read.astype("object").reindex(columns=list(flat[name])), name, want)


@pytest.mark.parametrize("name", ["events", "initiatives", "ports", "states"])
def test_a_flat_frame_goes_everywhere(name, tmp_path):
    frame = mm.load_states() if name == "states" else whole(name)
    flat = mm.flatten(frame.head(20))
    assert type(flat) is pd.DataFrame
    flat.drop(columns="geometry", errors="ignore").to_excel(tmp_path / "a.xlsx", index=False)
    flat.to_parquet(tmp_path / "a.parquet")
    with closing(sqlite3.connect(":memory:")) as connection:
        flat.to_sql("a", connection)
    text = flat.to_csv(index=False)
    assert len(list(csv.reader(io.StringIO(text)))) == 21
    if name != "states":
        same(pd.read_csv(io.StringIO(text), dtype=str), name, frame.head(20))


def test_cells_of_your_own_become_plain():
    frame = pd.DataFrame(
        {
            "list": [["a", "b"], [], None],
            "mixed": [1, "two", None],
            "flag": [True, None, False],
            "when": pd.to_datetime(["2025-07-01T05:30+05:30"] * 3),
            "day": [pd.Timestamp("2025-07-01").date(), None, None],
        }
    )
    flat = mm.flatten(frame)
    assert flat["list"].to_list()[0] == "a;b"
    assert flat["list"].isna().to_list() == [False, True, True]
    assert flat["mixed"].to_list()[:2] == ["1", "two"]
    assert str(flat["flag"].dtype) == "boolean"
    assert flat["when"].iloc[0] == pd.Timestamp("2025-07-01"), "in UTC"
    assert flat["day"].iloc[0] == pd.Timestamp("2025-07-01")
    with pytest.raises(ValueError, match="'a;b' of a list holds ';'"):
        mm.flatten(pd.DataFrame({"list": [("a;b",)]}))
    with pytest.raises(ValueError, match="two columns have the name 'v'"):
        mm.flatten(pd.DataFrame([[1, 2]], columns=["v", "v"]))
    assert mm.flatten(frame.set_axis(list("xyz"))).index.tolist() == list("xyz")
    with pytest.raises(mm.errors.UnknownNameError, match="no table 'event'; did you mean 'events'"):
        mm.restore(flat, "event")


# ------------------------------------------------------------------------------------- whole or nothing


def test_files_of_others_are_not_replaced(folder, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.docx").write_text("years of work")
    with pytest.raises(FileExistsError, match=r"holds 'thesis\.docx', which is not part of exported tables"):
        exports.export_data(mine)
    before = digests(folder)
    assert "CC BY 4.0" in (folder / "README.txt").read_text("utf-8")
    (folder / "parquet" / "own.csv").write_text("a")
    with pytest.raises(FileExistsError, match=r"holds 'parquet/own\.csv'"):
        exports.export_data(folder)
    (folder / "parquet" / "own.csv").unlink()
    assert digests(folder) == before
    (tmp_path / "file").write_text("a")
    with pytest.raises(FileExistsError, match="exists and is no folder"):
        exports.export_data(tmp_path / "file")


def test_an_export_that_fails_changes_nothing(few, tmp_path, monkeypatch):
    folder = exports.export_data(tmp_path / "tables")
    before = digests(folder)
    too_long = {"ports": mm.flatten(mm.load_ports()).assign(note="x" * 40_000)}
    monkeypatch.setattr(exports, "flat_tables", lambda tables=None: too_long)
    with pytest.raises(ValueError, match=r"ports, row 1, note: Excel cannot hold it, it has 40,000 char"):
        exports.export_data(folder)
    assert digests(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_the_command_writes_tables_and_says_what_is_missing(tmp_path, capsys, monkeypatch):
    written = []
    monkeypatch.setattr(exports, "export_data", lambda folder: written.append(folder) or tmp_path)
    assert cli.main(["export", "--data", "tables"]) == 0
    assert written == ["tables"]
    assert capsys.readouterr().out == f"Tables written: {tmp_path}\n"
    assert cli.main(["export"]) == 2
    assert "name the folder of the site (OUT), or that of the tables" in capsys.readouterr().err
