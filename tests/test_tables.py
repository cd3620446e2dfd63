"""The curated tables: the numbers in expectations.csv, and what no rule of `validate` holds."""

from pathlib import Path

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import codebook

DATA = Path(__file__).parents[1] / "data" / "tables"
FILES = sorted(DATA.glob("*.csv"))
EXPECTED = pd.read_csv(Path(__file__).with_name("expectations.csv"), dtype=str, keep_default_na=False)


def read_tables():
    return {f.stem: pd.read_csv(f, dtype=str, keep_default_na=False) for f in FILES}


@pytest.fixture(scope="module")
def tables():
    return read_tables()


@pytest.fixture(scope="module")
def events(tables):
    return tables["events"].set_index("event_id", drop=False)


def cells(column):
    """Split list cells; give (position, entry) without the empty ones."""
    parts = column.str.split(";").explode()
    return parts[parts != ""]


def count(column):
    return cells(column).value_counts().to_dict()


def rare_earth(tables):
    events = tables["events"]
    return events[events["scope"] == "rare_earth"]


def monazite(tables, country):
    """Sum of the state rows (country False) or the national row (country True), by date, in Mt."""
    rows = tables["monazite"]
    rows = rows[(rows["state_iso"] == "IN") == country]
    total = rows.assign(mt=rows["monazite_mt"].astype(float)).groupby("as_of")["mt"].sum()
    return {as_of: f"{mt:.2f}" for as_of, mt in total.items()}


def witnesses(tables):
    """Number of events with at least two independent origins, by scope (rules in docs/coding.md)."""
    links = tables["event_sources"]
    named = links[links["role"] == "reports"].groupby("event_id")["origin"].nunique()
    scope = tables["events"].set_index("event_id")["scope"]
    return scope[named[named >= 2].index].value_counts().to_dict()


def findings():
    """Return what the tables say of every claim: verdict, reason, figures, how many events and rows."""
    found = {}
    for row in mm.claims.check_all().itertuples():
        parts = {
            "": row.verdict,
            ", why": row.why,
            ", open": row.would_decide,
            ", events": len(row.event_ids),
        }
        parts |= {f": {name}": value for name, value in row.figures.items()}
        parts |= {f", rows {number}": one for number, one in enumerate(row.rows)}
        found |= {f"{row.claim_id}{part}": value for part, value in parts.items()}
    return found


MEASURES = {
    "rows": lambda t, name: {"": len(t[name])},
    "by_scope": lambda t, name: count(t[name]["scope"]),
    "by_type": lambda t, name: count(t[name]["type"]),
    "by_role": lambda t, name: count(t[name]["role"]),
    "by_read_as": lambda t, name: count(t[name]["read_as"]),
    "by_level": lambda t, name: count(t[name]["level"]),
    "by_stage": lambda t, name: count(t[name]["stage"]),
    "by_kind": lambda t, name: count(t[name]["kind"]),
    "by_confidence": lambda t, name: count(t[name]["confidence"]),
    "by_year": lambda t, name: count(t[name]["date"].str[:4]),
    "by_location_accuracy": lambda t, name: count(t[name]["location_accuracy"]),
    "rare_earth_by_stage": lambda t, name: count(rare_earth(t)["stage"]),
    "rare_earth_by_state": lambda t, name: count(rare_earth(t)["states"]),
    "rare_earth_by_year": lambda t, name: count(rare_earth(t)["date"].str[:4]),
    "rare_earth_by_partner": lambda t, name: count(rare_earth(t)["partners"]),
    "two_witnesses_by_scope": lambda t, name: witnesses(t),
    "findings": lambda t, name: findings(),
    "monazite_mt_sum_of_states": lambda t, name: monazite(t, country=False),
    "monazite_mt_national": lambda t, name: monazite(t, country=True),
}
PAIRS = list(EXPECTED[["table", "measure"]].drop_duplicates().itertuples(index=False, name=None))


@pytest.mark.parametrize(("table", "measure"), PAIRS, ids=lambda value: value)
def test_expectations(tables, table, measure):
    rows = EXPECTED[(EXPECTED["table"] == table) & (EXPECTED["measure"] == measure)]
    found = {group: str(value) for group, value in MEASURES[measure](tables, table).items()}
    assert found == dict(zip(rows["group"], rows["value"], strict=True)), (
        f"{table}.{measure} changed: if the data are right, change tests/expectations.csv with them"
    )


def test_every_table_has_an_expected_number_of_rows(tables):
    assert set(EXPECTED.loc[EXPECTED["measure"] == "rows", "table"]) == set(tables) == set(codebook.tables())


def test_split_of_2013_adds_up_to_the_national_total(tables):
    assert monazite(tables, country=False)["2013-05"] == monazite(tables, country=True)["2013-05"] == "11.93"


@pytest.mark.parametrize("name", codebook.tables())
def test_rows_are_sorted_by_their_first_column(tables, name):
    # So that a row has one place, and two people's additions seldom meet.
    first = tables[name].iloc[:, 0]
    assert first.tolist() == sorted(first)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_are_plain(path):
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf"), "byte order mark"
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.endswith(b"\n\n")
    raw.decode("utf-8")


def test_a_note_that_says_context_is_on_a_context_row(events):
    assert set(events.loc[events["note"].str.startswith("Context"), "scope"]) == {"context"}


def test_no_two_events_have_one_title(events):
    assert not events["title"][events["title"].duplicated()].tolist()


def test_an_amount_is_never_zero(events):
    for what in ("amount_value", "capacity_value"):
        assert (pd.to_numeric(events.loc[events[what] != "", what]) > 0).all(), "unknown is empty, never zero"


def test_the_request_of_june_2025_is_called_a_request(events):
    row = events.loc["ap-rare-earth-export-suspension-2025-06"]
    assert "Reported request to IREL" in row["title"]
    assert "reported request to IREL, not a confirmed halt" in row["summary"]
