"""The search over all tables: what a person types is found, best first."""

import pytest

import mineralmap as mm

pytestmark = pytest.mark.once
COLUMNS = ["table", "id", "title", "column", "excerpt", "initiative_ids", "url", "date"]


def found(query, **options):
    return mm.search(query, **options)


@pytest.mark.parametrize(
    ("query", "table", "row_id"),
    [
        ("Toyota", "actors", "toyota-tsusho"),
        ("Vizag", "initiatives", "toyotsu-visakhapatnam-plant"),
        ("tender", "events", "repm-bids-2026-08"),
        ("neodymium", "facilities", "ashvini-ndpr-metal-plant-pune"),
        ("NFTDC", "actors", "nftdc"),
        ("Lohum", "actors", "lohum"),
        ("Orissa", "states", "IN-OD"),
        ("IN-OR", "states", "IN-OD"),
        ("magnet scheme", "initiatives", "rare-earth-magnet-scheme"),
        ("Kanyakumari", "initiatives", "irel-kanniyakumari-mine"),
        ("  japan ", "partners", "JPN"),
        ("beach-sand", "deposits", None),
    ],
)
def test_what_a_person_types_is_found(query, table, row_id):
    rows = found(query, limit=None)
    assert list(rows.columns) == COLUMNS
    ids = rows.loc[rows["table"] == table, "id"]
    assert len(ids)
    assert row_id is None or row_id in set(ids)


def test_the_name_itself_comes_first_and_a_title_before_a_note():
    assert found("Odisha")["id"].iloc[0] == "IN-OD"
    assert found("lohum")["id"].iloc[0] == "lohum", "its short name is the query"
    rows = found("Visakhapatnam", tables=["events", "initiatives"], limit=None)
    titled = rows["title"].str.contains("Visakhapatnam|Atchutapuram|Anakapalli|Vizag")
    assert titled.iloc[0]
    assert not titled.iloc[-1]
    assert titled.is_monotonic_decreasing


def test_spellings_accents_and_letters_make_no_difference():
    assert found("VIZAG").equals(found("vizag"))
    assert set(found("Vizag", limit=None)["id"]) >= set(found("Visakhapatnam", tables="ports")["id"])
    assert found("Türkiye", limit=None).equals(found("turkiye", limit=None))
    assert found("Orissa", limit=None)["id"].to_list() == found("Odisha", limit=None)["id"].to_list()


def test_of_several_words_each_is_in_the_row():
    rows = found("Lohum Japan", limit=None)
    both = set(found("Lohum", limit=None)["id"]) & set(found("Japan", limit=None)["id"])
    assert set(rows["id"]) == both
    assert "lohum-japan-cooperation-talks" in both
    assert "Uttar Pradesh" in found("Uttar Pradesh talks")["title"].iloc[0], "two words can be one name"


def test_a_letter_is_no_beginning_of_a_word():
    assert found("q Toubro", limit=None).empty
    assert set(found("Larsen & T")["id"]) == set(found("Larsen & Toubro")["id"]), "as it is typed"


def test_a_row_leads_to_its_initiatives_and_to_a_page():
    rows = found("Toyota", limit=None).set_index("id")
    initiatives = set(mm.load_initiatives()["initiative_id"])
    assert all(set(ids) <= initiatives for ids in rows["initiative_ids"])
    assert "toyotsu-visakhapatnam-plant" in rows.loc["toyota-tsusho", "initiative_ids"]
    events = rows[rows["table"] == "events"]
    assert events["url"].str.match("https?://").all()
    first = events.index[0]
    assert events.loc[first, "url"] == mm.load_sources(event_id=first)["url"].iloc[0]
    assert events["date"].str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?").all()
    assert events.loc["ap-toyotsu-processing-2016-01", "date"] == "2016-01", "known to the month"


def test_an_excerpt_is_short_and_has_the_word():
    rows = found("revenue", limit=None)
    assert rows["excerpt"].str.len().max() <= 160
    cut = rows[rows["excerpt"].str.startswith("... ")]
    assert len(cut)
    assert cut["excerpt"].str.contains("revenue", case=False).all()
    assert set(found("prebid")["column"]) == {"event_id"}, "an id is found, too"


def test_only_what_was_known_on_a_day():
    then = found("Lohum", as_of="2025-06-30", limit=None)
    now = found("Lohum", limit=None)
    assert len(then) < len(now)
    dated = then[then["date"].notna()]
    assert (dated["date"].str.slice(0, 10) <= "2025-06-30").all()
    assert "lohum-research-centre" not in set(then["id"])
    assert found("Uttar Pradesh", tables="claims", as_of="2025-07-29").empty, "claimed on 30 July 2025"
    assert len(found("Uttar Pradesh", tables="claims", as_of="2025-07-30"))


def test_a_word_that_is_nowhere_names_the_near_ones():
    nothing = found("Toyotta")
    assert nothing.empty
    assert list(nothing.columns) == COLUMNS
    assert nothing.attrs["near"][0] == "Toyota"
    assert found("zzzz qqqq").attrs == {"found": 0}


def test_the_limit_leaves_the_best():
    assert found("Japan", limit=3).equals(found("Japan", limit=None).head(3))
    assert found("Japan", limit=3).attrs["found"] == len(found("Japan", limit=None))


@pytest.mark.parametrize("query", ["", "   ", "-;-", None])
def test_a_query_without_a_word_is_refused(query):
    with pytest.raises(ValueError, match="a search needs a word"):
        found(query)


def test_options_that_cannot_be_are_refused():
    with pytest.raises(mm.errors.UnknownNameError, match="no table to search 'event'; did you mean 'events'"):
        found("Japan", tables="event")
    with pytest.raises(ValueError, match="limit must be at least 1"):
        found("Japan", limit=0)
    with pytest.raises(ValueError, match="as_of must be a date"):
        found("Japan", as_of="2025")


@pytest.mark.parametrize("name", ["initiatives", "facilities", "partners", "ports", "events", "sources"])
def test_every_row_can_be_found_by_its_id(name):
    key = mm.codebook.table(name).key[0]
    frame = getattr(mm, f"load_{name}")()
    chosen = frame[key].iloc[:: len(frame) // 5]
    assert all(row_id in set(found(row_id, tables=name, limit=None)["id"]) for row_id in chosen)


def test_what_was_found_can_be_changed_without_harm():
    rows = found("Odisha")
    rows.loc[0, "title"] = "changed"
    assert found("Odisha")["title"].iloc[0] == "Odisha"
