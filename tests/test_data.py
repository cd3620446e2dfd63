"""The loaders: types, copies, filters and helpful errors."""

import pandas as pd
import pytest

import mineralmap as mm

LOADERS = [name for name in mm.__all__ if name.startswith("load_")]


@pytest.mark.parametrize("name", LOADERS)
def test_every_loader_gives_a_fresh_documented_frame(name):
    loader = getattr(mm, name)
    frame, other = loader(), loader()
    assert len(frame)
    assert loader.__doc__
    frame.iloc[0, 0] = "changed"
    assert other.iloc[0, 0] != "changed"
    assert loader().iloc[0, 0] != "changed"


@pytest.mark.parametrize(
    "name",
    [
        "load_states",
        "load_districts",
        "load_countries",
        "load_coastline",
        "load_deposits",
        "load_facilities",
        "load_ports",
        "load_partners",
    ],
)
def test_every_layer_has_its_crs(name):
    assert getattr(mm, name)().crs.to_epsg() == 4326


def test_types():
    events = mm.load_events()
    assert pd.api.types.is_datetime64_any_dtype(events["date"])
    assert isinstance(events["states"].iloc[0], tuple)
    assert events["lat"].dtype == "float64"
    assert list(events["stage"].cat.categories) == list(mm.stages.STAGES)
    assert mm.load_deposits()["monazite_mt"].isna().any(), "an unknown tonnage is missing, not zero"
    unplaced = mm.load_deposits()
    assert unplaced[unplaced["lat"].isna()].geometry.isna().all()


def test_scope_filters_and_unknown_scope_is_refused():
    events = mm.load_events()
    parts = [mm.load_events(scope=scope) for scope in mm.codebook.codes("scope")]
    assert sum(map(len, parts)) == len(events)
    assert len(mm.load_events(scope=["rare_earth", "context"])) == len(parts[0]) + len(parts[2])
    with pytest.raises(
        mm.errors.UnknownNameError, match=r"there is no scope 'rare'; did you mean 'rare_earth'"
    ):
        mm.load_events(scope="rare")


def test_as_of_never_shows_a_later_event():
    for day in ("2012-12-31", "2025-07-30", "2026-03-31"):
        events = mm.load_events(as_of=day)
        last = mm.stages.last_day(events["date"], events["date_precision"])
        assert (last <= pd.Timestamp(day)).all()
        initiatives = mm.load_initiatives(as_of=day)
        assert (initiatives["last_date"] <= pd.Timestamp(day)).all()
        scope = events["initiative_id"].map(mm.load_initiatives().set_index("initiative_id")["scope"])
        counted = events[(events["scope"] != "context") | (scope == "context")]
        assert initiatives["n_events"].sum() == len(counted)


def test_a_summary_is_left_out_where_the_history_is_cut():
    then, now = mm.load_initiatives(as_of="2025-07-30"), mm.load_initiatives()
    joined = then.merge(now, on="initiative_id", suffixes=("_then", "_now"))
    cut = joined["n_events_then"] < joined["n_events_now"]
    assert cut.any()
    assert joined.loc[cut, "summary_then"].isna().all()
    assert (joined.loc[~cut, "summary_then"].fillna("") == joined.loc[~cut, "summary_now"].fillna("")).all()


def test_a_meeting_place_is_not_the_place_of_an_initiative():
    initiatives = mm.load_initiatives().set_index("initiative_id")
    assert initiatives.loc["up-japan-rare-earth-magnet-talks", "location_accuracy"] == "none"
    assert initiatives.loc["lohum-up-magnet-plant", "location_accuracy"] == "none", "its site is not known"
    assert initiatives.loc["central-critical-mineral-auctions", "location_accuracy"] == "none"
    assert initiatives.loc["toyotsu-visakhapatnam-plant", "location_accuracy"] in ("site", "town")


def test_sources_of_one_event():
    events = mm.load_events()
    event_id = events.loc[events["n_witnesses"] > 0, "event_id"].iloc[0]
    pages = mm.load_sources(event_id=event_id)
    assert len(pages)
    assert pages["url"].str.match("https?://").all()
    assert {"supports", "role", "origin", "party", "why_independent"} <= set(pages)
    assert pages["role"].iloc[0] == "reports", "pages that report the event come first"


def test_pages_of_the_government_and_of_companies_come_first():
    sources = mm.load_sources().set_index("source_id")["kind"].astype("str")
    links = mm.load_event_sources()
    kinds = mm.codebook.codes("source_kind")
    found = mm.data.pages_of(links["event_id"], links, mm.load_sources())
    for pages in found.values():
        reporting = [kinds.index(page.kind) for page in pages if page.role == "reports"]
        assert reporting == sorted(reporting)
        roles = [page.role for page in pages]
        assert roles == sorted(roles, key=mm.codebook.codes("role").index)
    assert set(sources.index) == {page.source_id for pages in found.values() for page in pages}


def test_actors_are_ids_in_the_file_and_names_in_the_frame():
    names = set(mm.load_actors()["name"])
    events, initiatives = mm.load_events(), mm.load_initiatives()
    assert set().union(*events["actors"]) <= names
    assert set().union(*initiatives["lead_actors"]) <= names
    assert set().union(*initiatives["owners"]) <= names
    irel = initiatives.set_index("initiative_id").loc["irel-manavalakurichi-mine"]
    assert irel["lead_actors"] == ("IREL (India) Limited",)
    assert irel["owners"] == ("Government of India",)


def test_initiatives_and_facilities_agree_on_what_runs():
    now = mm.load_initiatives(scope="rare_earth")
    runs = now[now["type"].isin(mm.stages.WORKS) & (now["stage"] == "operating")]
    facilities = mm.load_facilities()
    works = facilities[
        (facilities["stage"] == "operating") & facilities["initiative_id"].isin(now["initiative_id"])
    ]
    assert set(runs["initiative_id"]) == set(works["initiative_id"])
    assert runs.loc[~runs["unconfirmed"], "confirmed_by"].map(len).all()


def test_a_facility_has_the_status_of_its_initiative_and_who_confirmed_it():
    facilities = mm.load_facilities()
    of_initiative = facilities[facilities["initiative_id"].notna()]
    now = mm.load_initiatives().set_index("initiative_id").loc[of_initiative["initiative_id"]]
    assert (of_initiative["stage"].to_numpy() == now["stage"].to_numpy()).all()
    assert (of_initiative["unconfirmed"].to_numpy() == now["unconfirmed"].to_numpy()).all()
    assert of_initiative["status"].notna().all()
    running = of_initiative[of_initiative["status"] == "operating"]
    assert set(running["stage"]) <= {"operating", "halt_requested"}
    assert running.loc[running["last_confirmed"].notna(), "confirmed_by"].map(len).all()
    assert facilities.loc[facilities["initiative_id"].isna(), "stage"].isna().all()


def test_an_unknown_event_is_helped_and_a_withdrawn_one_names_its_replacement():
    gone = mm.load_withdrawn().iloc[0]
    with pytest.raises(mm.errors.UnknownNameError) as error:
        mm.load_sources(event_id=gone["id"])
    assert gone["replaced_by"][0] in str(error.value)
    known = mm.load_events()["event_id"].iloc[0]
    with pytest.raises(mm.errors.UnknownNameError, match=known):
        mm.load_sources(event_id=known[:-1])


@pytest.mark.parametrize("name", ["IN-OR", "OR", "OD", "Odisha", "Orissa", "in-od"])
def test_a_state_is_understood_by_old_codes_and_names(name):
    assert set(mm.load_districts(states=name)["state_iso"]) == {"IN-OD"}


def test_an_unknown_state_names_the_near_ones():
    with pytest.raises(
        mm.errors.UnknownNameError, match="there is no state 'Utar Pradesh'; did you mean 'Uttar"
    ):
        mm.load_districts(states="Utar Pradesh")


def test_districts_of_some_states():
    assert set(mm.load_districts(states=["IN-UP", "IN-GA"])["state_iso"]) == {"IN-UP", "IN-GA"}


def test_unknown_perspective_is_refused():
    with pytest.raises(ValueError, match="perspective must be 'india' or 'natural_earth'; got 'un'"):
        mm.load_states(perspective="un")


def test_rows_are_chosen_by_what_their_cells_hold():
    items = mm.load_initiatives()
    chosen = mm.filter_rows(items, states="IN-AP", partners=["JPN", "KOR"])
    assert len(chosen)
    assert all("IN-AP" in states for states in chosen["states"])
    assert all({"JPN", "KOR"} & set(codes) for codes in chosen["partners"])
    assert list(mm.filter_rows(items.head(0), states="IN-AP").columns) == list(items.columns)
    world = mm.load_world_ree()
    assert set(mm.filter_rows(world, year=2023)["year"]) == {2023}
    assert mm.filter_rows(world, estimated=True)["estimated"].all()
    assert len(mm.filter_rows(items, states="Andhra Pradesh", partners="Japan")) == len(
        mm.filter_rows(items, states="IN-AP", partners="JPN")
    )
    with pytest.raises(
        mm.errors.UnknownNameError, match="there is no country 'Jappan'; did you mean 'Japan'"
    ):
        mm.filter_rows(items, partners="Jappan")
    with pytest.raises(mm.errors.UnknownNameError, match="there is no column 'state'; did you mean 'states'"):
        mm.filter_rows(items, state="IN-AP")


def test_a_span_has_both_ends_and_a_month_counts_on_its_last_day():
    july = mm.load_events(since="2025-07-01", until="2025-07-31")
    of_month = july[july["date_precision"] == "month"]
    assert len(of_month), "July 2025, known to the month, is in a span that holds 31 July"
    short = mm.load_events(since="2025-07-01", until="2025-07-30")
    assert not set(of_month["event_id"]) & set(short["event_id"])
    late = mm.load_events(since="2025-07-31", until="2025-07-31")
    assert set(of_month["event_id"]) <= set(late["event_id"])
    day = july.loc[july["date_precision"] == "day", "date"].iloc[0]
    assert (mm.load_events(since=day, until=day)["date_precision"] != "year").all()
    of_year = mm.load_events().query("date_precision == 'year'").iloc[0]
    end = f"{of_year['date'].year}-12-31"
    assert of_year["event_id"] in set(mm.load_events(since=end, until=end)["event_id"])
    assert len(mm.load_events(until="2025-06-30")) + len(mm.load_events(since="2025-07-01")) == len(
        mm.load_events()
    )


def test_initiatives_with_an_event_in_a_span():
    span = {"since": "2025-07-01", "until": "2025-07-31"}
    moved, now = mm.load_initiatives(**span), mm.load_initiatives()
    events = mm.load_events(**span)
    assert 0 < len(moved) < len(now)
    assert set(moved["initiative_id"]) <= set(events["initiative_id"])
    pd.testing.assert_frame_equal(
        moved, now[now["initiative_id"].isin(moved["initiative_id"])].reset_index(drop=True)
    )
    assert mm.load_initiatives(as_of="2025-06-30", since="2025-07-01").empty, "nothing later was known"


@pytest.mark.parametrize("load", [mm.load_events, mm.load_initiatives])
def test_a_span_that_ends_before_it_begins_is_refused(load):
    with pytest.raises(ValueError, match="since must not be later than until; got '2025-08-01'"):
        load(since="2025-08-01", until="2025-07-01")
    with pytest.raises(ValueError, match="until must be a date as '2025-07-30'; got '2025'"):
        load(until="2025")


def test_sources_of_a_state_a_partner_an_initiative_and_an_actor():
    events = mm.load_events()
    pages = mm.load_sources(state="Orissa", partner="Japan")
    both = mm.filter_rows(events, states="IN-OD", partners="JPN")
    links = mm.load_event_sources()
    assert len(pages) == links["event_id"].isin(both["event_id"]).sum(), "a row per event and page"
    assert set(pages["event_id"]) == set(both["event_id"])
    assert {"supports", "role", "origin", "party", "why_independent"} <= set(pages)
    dates = pages["event_id"].map(events.set_index("event_id")["date"])
    assert dates.is_monotonic_decreasing, "newest event first"
    first = pages[pages["event_id"] == pages["event_id"].iloc[0]].drop(columns="event_id")
    pd.testing.assert_frame_equal(first, mm.load_sources(event_id=pages["event_id"].iloc[0]))
    assert len(mm.load_sources(state=["UP", "TN"])) > len(mm.load_sources(state="UP"))

    own = mm.load_sources(actor="nftdc")
    assert own.equals(mm.load_sources(actor="Non-Ferrous Materials Technology Development Centre"))
    assert set(mm.load_sources(actor="NFTDC", state="TS")["event_id"]) < set(own["event_id"])
    one = mm.load_initiatives().iloc[3]
    named = mm.load_sources(initiative=one["title"].upper())
    assert named.equals(mm.load_sources(initiative=one["initiative_id"]))
    steps = mm.filter_rows(events, initiative_id=one["initiative_id"])
    assert set(named["event_id"]) == set(steps["event_id"])


@pytest.mark.parametrize(
    ("criteria", "words"),
    [
        ({"state": "Orisa"}, "there is no state 'Orisa'; did you mean 'Orissa'"),
        ({"partner": "Jappan"}, "there is no country 'Jappan'; did you mean 'Japan'"),
        ({"actor": "Lohumm"}, "there is no actor 'Lohumm'; did you mean 'Lohum'"),
        ({"initiative": "lohum-magnet-plant"}, "did you mean 'lohum-up-magnet-plant'"),
        ({"state": "UP", "event_id": "x"}, "there is no event 'x'"),
    ],
)
def test_sources_of_what_is_not_known_name_the_near_ones(criteria, words):
    with pytest.raises(mm.errors.UnknownNameError, match=words):
        mm.load_sources(**criteria)


def test_what_is_written_into_a_frame_stays_in_it():
    loads = [mm.load_events, mm.load_initiatives, mm.load_facilities, mm.data.shipped_versions]
    for load in (*loads, lambda: mm.load_initiatives(as_of="2025-07-30")):
        frame, before = load(), load()
        for name in frame.columns:
            if frame[name].dtype == "category":
                frame[name].array[0] = frame[name].array[-1]  # past pandas, in the array itself
            frame.loc[frame.index[:3], name] = frame[name].to_numpy()[-3:]
        pd.testing.assert_frame_equal(load(), before)
