"""The curated tables: keys, references, vocabularies, laws, and the numbers in expectations.csv."""

import re
from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).parents[1] / "data" / "tables"
FILES = sorted(DATA.glob("*.csv"))
EXPECTED = pd.read_csv(Path(__file__).with_name("expectations.csv"), dtype=str, keep_default_na=False)

KEYS = {
    "initiatives": ["initiative_id"],
    "events": ["event_id"],
    "sources": ["source_id"],
    "event_sources": ["event_id", "source_id"],
    "conflicts": ["event_id", "field", "value_a", "value_b"],
    "claims": ["claim_id"],
    "coverage": ["subject"],
    "withdrawn": ["id"],
    "corrections": ["id", "column", "old"],
    "initiative_links": ["initiative_id", "linked_id", "relation"],
    "monazite": ["state_iso", "as_of"],
    "ree_hardrock": ["estimate_id"],
    "deposits": ["deposit_id"],
    "facilities": ["facility_id"],
    "ports": ["port_id"],
    "partners": ["iso3"],
    "world_ree": ["row_id"],
    "japan_dependence": ["estimate_id"],
    "india_magnet_imports": ["import_id"],
    "chain_factors": ["factor"],
}

SCOPES = ("rare_earth", "critical_minerals", "context")
ACCURACY = ("site", "town", "district", "state", "none")
CONFIDENCE = ("high", "medium", "low")
VOCABULARY = {
    ("initiatives", "level"): ("company", "national", "state", "multilateral"),
    ("initiatives", "scope"): SCOPES,
    ("events", "scope"): SCOPES,
    ("events", "date_precision"): ("day", "month", "year"),
    ("events", "kind"): (
        "policy",
        "talks",
        "mou",
        "plant",
        "auction",
        "restriction",
        "investment",
        "exploration",
        "resource_estimate",
        "research",
        "agreement",
        "jv",
        "supply_contract",
    ),
    ("events", "stage"): (
        "talks",
        "announced",
        "mou",
        "agreement",
        "approved",
        "construction",
        "operating",
        "suspended",
        "cancelled",
        "in_force",
    ),
    ("events", "location_accuracy"): ACCURACY,
    ("events", "confidence"): CONFIDENCE,
    ("deposits", "location_accuracy"): ACCURACY,
    ("facilities", "location_accuracy"): ACCURACY,
    ("facilities", "status"): ("operating", "construction", "planned", "suspended", "closed"),
    ("ports", "location_accuracy"): ACCURACY,
    ("sources", "kind"): (
        "newspaper",
        "wire",
        "aggregator",
        "trade_press",
        "government",
        "think_tank",
        "company",
        "forum",
    ),
    ("initiative_links", "relation"): ("feeds", "uses_technology_of", "part_of", "funded_by"),
    ("monazite", "split_in_source"): ("complete", "partial", "none"),
}
LISTS = {
    "segments": {
        "mining",
        "exploration",
        "separation",
        "policy",
        "trade",
        "magnet",
        "research",
        "finance",
        "recycling",
        "ev",
        "metal",
    },
    "blocs": {"", "QUAD", "MSP", "EU", "IPEF", "BRICS", "G20", "G7", "FORGE", "PAX SILICA"},
}
STATES = {
    "AN",
    "AP",
    "AR",
    "AS",
    "BR",
    "CG",
    "CH",
    "DH",
    "DL",
    "GA",
    "GJ",
    "HP",
    "HR",
    "JH",
    "JK",
    "KA",
    "KL",
    "LA",
    "LD",
    "MH",
    "ML",
    "MN",
    "MP",
    "MZ",
    "NL",
    "OD",
    "PB",
    "PY",
    "RJ",
    "SK",
    "TN",
    "TR",
    "TS",
    "UK",
    "UP",
    "WB",
}


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
    """Number of events with at least two independent witnesses, by scope (rules in data/tables/README.md)."""
    links = tables["event_sources"]
    links = links[~links["witness"].str.startswith("context-")]
    named = links[links["witness"] != "agency-unspecified"].groupby("event_id")["witness"].nunique()
    scope = tables["events"].set_index("event_id")["scope"]
    return scope[named[named >= 2].index].value_counts().to_dict()


MEASURES = {
    "rows": lambda t, name: {"": len(t[name])},
    "by_scope": lambda t, name: count(t[name]["scope"]),
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
    assert set(EXPECTED.loc[EXPECTED["measure"] == "rows", "table"]) == set(tables) == set(KEYS)


def test_split_of_2013_adds_up_to_the_national_total(tables):
    assert monazite(tables, country=False)["2013-05"] == monazite(tables, country=True)["2013-05"] == "11.93"


@pytest.mark.parametrize("name", sorted(KEYS))
def test_keys_are_unique_filled_and_sorted(tables, name):
    table, key = tables[name], KEYS[name]
    assert not table[table.duplicated(key, keep=False)].to_dict("records")
    assert (table[key[0]] != "").all()
    assert table[key[0]].tolist() == sorted(table[key[0]])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_are_plain(path):
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf"), "byte order mark"
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.endswith(b"\n\n")
    raw.decode("utf-8")


@pytest.mark.parametrize(("table", "column"), VOCABULARY, ids=lambda value: value)
def test_vocabularies(tables, table, column):
    assert set(tables[table][column]) <= set(VOCABULARY[table, column])


@pytest.mark.parametrize("column", LISTS)
def test_list_vocabularies(events, column):
    assert set(cells(events[column])) <= LISTS[column]


def test_states_are_codes_in_force(tables):
    for table, column in (
        ("events", "states"),
        ("monazite", "state_iso"),
        ("ree_hardrock", "state_iso"),
        ("deposits", "state_iso"),
        ("facilities", "state_iso"),
        ("ports", "state_iso"),
    ):
        found = set(cells(tables[table][column])) - {"IN"}
        assert {code.removeprefix("IN-") for code in found} <= STATES, table
        assert all(code.startswith("IN-") for code in found), table


def test_references_hold(tables):
    t = tables
    initiatives, events, sources = (
        set(t[name][KEYS[name][0]]) for name in ("initiatives", "events", "sources")
    )
    assert set(t["events"]["initiative_id"]) == initiatives, "an initiative has at least one event"
    assert set(t["event_sources"]["event_id"]) == events, "an event has at least one source"
    assert set(t["event_sources"]["source_id"]) == sources, "a source supports at least one event"
    assert set(t["conflicts"]["event_id"]) <= events
    for column in ("source_a", "source_b"):
        ids = t["conflicts"][column][t["conflicts"][column].str.startswith("src-")]
        assert set(ids) <= sources
    links = t["initiative_links"]
    assert set(links["initiative_id"]) | set(links["linked_id"]) <= initiatives
    assert (links["initiative_id"] != links["linked_id"]).all()
    assert set(cells(t["events"]["partners"])) <= set(t["partners"]["iso3"])
    assert set(cells(t["facilities"]["partner_iso3"])) <= set(t["partners"]["iso3"])


def test_withdrawn_ids_are_not_reused_and_name_their_heirs(tables):
    living = set(tables["events"]["event_id"]) | set(tables["initiatives"]["initiative_id"])
    withdrawn = tables["withdrawn"]
    assert not set(withdrawn["id"]) & living
    assert set(cells(withdrawn["replaced_by"])) <= living
    assert (withdrawn["replaced_by"] != "").all()


def test_follows_exists_is_not_later_and_has_no_cycle(events):
    before = {event: [x for x in cell.split(";") if x] for event, cell in events["follows"].items()}
    date = events["date"]
    for event, others in before.items():
        for other in others:
            assert other in before, f"{event} follows {other}, which does not exist"
            assert date[other] <= date[event], f"{event} follows {other}, which is later"
            assert other != event
    done = set()

    def visit(event, path):
        assert event not in path, f"cycle: {' -> '.join((*path, event))}"
        if event not in done:
            for other in before[event]:
                visit(other, (*path, event))
            done.add(event)

    for event in before:
        visit(event, ())


def test_scope_of_an_event_is_never_wider_than_that_of_its_initiative(tables):
    rank = {scope: number for number, scope in enumerate(SCOPES)}
    scope = tables["initiatives"].set_index("initiative_id")["scope"]
    events = tables["events"]
    wider = events["scope"].map(rank) < events["initiative_id"].map(scope).map(rank)
    assert not events.loc[wider, "event_id"].tolist()


def test_context_rows_stay_context(tables):
    context = tables["initiatives"].query("scope == 'context'")["initiative_id"]
    rows = tables["events"]
    assert set(rows.loc[rows["initiative_id"].isin(context), "scope"]) == {"context"}
    says = rows["note"].str.startswith("Context")
    assert set(rows.loc[says, "scope"]) == {"context"}


def test_dates(events):
    dates = pd.to_datetime(events["date"], format="%Y-%m-%d")
    assert (dates.dt.strftime("%Y-%m-%d") == events["date"]).all()
    assert (dates[events["date_precision"] != "day"].dt.day == 1).all(), "first day of the period"
    assert (dates[events["date_precision"] == "year"].dt.month == 1).all(), "first day of the period"


def test_in_force_is_for_policies_and_restrictions_only(events):
    kinds = set(events.loc[events["stage"] == "in_force", "kind"])
    assert kinds <= {"policy", "restriction"}


def test_titles_fit(events):
    assert not events.loc[events["title"].str.len() > 100, "event_id"].tolist()
    assert (events["title"] != "").all()
    assert (events["summary"] != "").all()
    assert not events["title"][events["title"].duplicated()].tolist()


def test_the_request_of_june_2025_is_called_a_request(events):
    row = events.loc["ap-rare-earth-export-suspension-2025-06"]
    assert "Reported request to IREL" in row["title"]
    assert "reported request to IREL, not a confirmed halt" in row["summary"]


def test_numbers_are_numbers_with_a_unit(tables):
    events = tables["events"]
    for what in ("amount", "capacity"):
        value, unit = events[f"{what}_value"], events[f"{what}_unit"]
        assert ((value != "") == (unit != "")).all()
        assert (pd.to_numeric(value[value != ""]) > 0).all(), "unknown is empty, never zero"
    for column in ("monazite_mt", "total_mt_in_source"):
        pd.to_numeric(tables["monazite"][column])


@pytest.mark.parametrize("name", sorted(KEYS))
def test_no_words_for_missing_no_loose_blanks_no_leftovers(tables, name):
    leftover = re.compile(r"dossier|\bnotes_\w+|\bstored\b|merged twin|\bresearcher\b")
    for column in tables[name]:
        values = tables[name][column]
        assert not set(values) & {"NA", "N/A", "nan", "NaN", "None", "null", "-"}, column
        assert (values == values.str.strip()).all(), column
        if "url" not in column and column not in ("title", "publisher"):
            assert not values[values.str.contains(leftover)].tolist(), column


@pytest.mark.parametrize("name", sorted(KEYS))
def test_links_are_http(tables, name):
    for column in tables[name]:
        if column == "url" or column.endswith("_url"):
            links = tables[name][column]
            links = links[links != ""]
            assert links.str.fullmatch(r"https?://[^\s<>\"]+").all(), column


def test_urls_are_given_once(tables):
    urls = tables["sources"]["url"]
    assert not urls[urls.duplicated()].tolist()


POINTS = [
    ("events", "event_id", "states"),
    ("deposits", "deposit_id", "state_iso"),
    ("facilities", "facility_id", "state_iso"),
    ("ports", "port_id", "state_iso"),
]


@pytest.mark.parametrize(("name", "key", "states"), POINTS)
def test_only_site_town_and_district_have_a_point(tables, name, key, states):
    table = tables[name]
    pinned = table["location_accuracy"].isin(["site", "town", "district"])
    assert ((table["lat"] != "") == pinned).all()
    assert ((table["lat"] != "") == (table["lon"] != "")).all()
    assert pd.to_numeric(table.loc[pinned, "lat"]).between(-90, 90).all()
    assert pd.to_numeric(table.loc[pinned, "lon"]).between(-180, 180).all()


@pytest.mark.parametrize(("name", "key", "states"), POINTS)
def test_pins_lie_in_a_named_state(tables, name, key, states):
    mineralmap = pytest.importorskip("mineralmap")
    shapely = pytest.importorskip("shapely")
    if not list((DATA.parent / "shapefiles").glob("*.shp")):
        pytest.skip("the boundaries are not built yet")
    layer = mineralmap.load_states()
    codes = next(c for c in layer if layer[c].astype(str).str.fullmatch(r"IN-[A-Z]{2}").all())
    polygons = layer.set_index(codes).geometry
    table = tables[name]
    table = table[(table["lat"] != "") & (table[states] != "")]
    astray = {}
    for row in table.itertuples():
        point = shapely.Point(float(row.lon), float(row.lat))
        distance = min(polygons[code].distance(point) for code in getattr(row, states).split(";"))
        if distance > 0.1:
            astray[getattr(row, key)] = f"{distance:.2f} degrees"
    assert not astray
