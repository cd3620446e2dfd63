"""What `validate` passes can be drawn: tables at the edges of every rule make all that is made of tables.

A few of them on every run, many with HYPOTHESIS_PROFILE=nightly.
"""

import os

import all_products
import edge_tables
import good_tables
import pytest

import mineralmap as mm
from mineralmap.errors import UnknownNameError

pytestmark = pytest.mark.once
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
EMPTY = {name: [] for name in mm.codebook.tables()}
#: What is made again and again in these takes too long for every run.
SLOW = ("map state", "map india ", "map states", "figure", "export", "flat", "search", "06", "trends")
SEEDS = range(200) if NIGHTLY else (7,)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder whose tables the package reads."""
    good_tables.write(tmp_path / "tables", EMPTY)
    all_products.use(tmp_path, monkeypatch)
    (tmp_path / "out").mkdir()
    yield tmp_path
    all_products.forget()


def failures(folder, *, everything):
    """Make all products of the tables of a folder; return what failed without saying what is not there."""
    all_products.forget()
    found = {}
    for name, make in all_products.products(folder / "out"):
        if name.startswith(SLOW) and not everything:
            continue
        try:
            all_products.shown(make(), rendered=everything)
        except (UnknownNameError, ValueError) as error:
            if not all_products.NOTHING.search(str(error)):
                found[name] = repr(error)
        except NameError as error:
            if not name[:2].isdigit():  # a cell of a notebook whose story has nothing to tell
                found[name] = repr(error)
        except Exception as error:
            found[name] = repr(error)
    return found


def test_tables_without_a_row_make_everything(folder):
    assert mm.validate(folder / "tables").ok
    assert failures(folder, everything=NIGHTLY) == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_at_the_edges_of_the_rules_make_everything(folder, seed):
    _, pushed = edge_tables.edge_tables(folder, seed, pushes=60 if NIGHTLY else 20)
    assert mm.validate(folder / "tables").ok
    assert failures(folder, everything=NIGHTLY) == {}, pushed


def _without(tables, name, keep):
    return {**tables, name: [row for row in tables[name] if keep(row)]}


@pytest.mark.parametrize(
    "change",
    [
        lambda tables: _without(tables, "monazite", lambda row: row["state_iso"] != "IN"),
        lambda tables: _without(tables, "monazite", lambda row: row["state_iso"] == "IN"),
        lambda tables: {**tables, "monazite": [row | {"monazite_mt": ""} for row in tables["monazite"]]},
        lambda tables: {**tables, "monazite": [row | {"monazite_mt": "1e15"} for row in tables["monazite"]]},
        lambda tables: {**tables, "monazite": [row | {"source_publisher": ""} for row in tables["monazite"]]},
    ],
    ids=["no total", "no state", "no number", "largest", "no publisher"],
)
def test_a_map_is_drawn_whatever_is_known_of_the_monazite(folder, change):
    good_tables.write(folder / "tables", change(good_tables.good()))
    assert mm.validate(folder / "tables").ok
    all_products.forget()
    for draw in (mm.maps.india, mm.maps.coast):
        all_products.shown(draw())


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("partners", "production_year", "999999999999999999999", "is no quantity"),
        ("partners", "production_year", "20", "lies outside 1900 to 2100"),
        ("partners", "ree_production_t", "1e300", "is no quantity: it is not between 1e-09 and 1e+15"),
        ("chain_factors", "low", "-1", "lies outside 0 to inf"),
        ("actors", "name", "First; Second", "holds ';', which separates entries"),
    ],
)
def test_what_cannot_be_drawn_is_a_fault_of_its_row(tmp_path, table, column, value, words):
    tables = good_tables.good()
    tables[table][0][column] = value
    (fault,) = mm.validate(good_tables.write(tmp_path, tables)).faults
    assert (fault.column, fault.row) == (column, 2)
    assert words in fault.rule
