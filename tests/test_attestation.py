"""How well an event is attested: witnesses, the best kind of page, disputes, confirmation."""

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import attestation


def links(*rows):
    """Return links from ``(event, source, origin)`` and the role, if given; a ministry and a filing act."""
    whole = [(*row, "reports") if len(row) == 3 else row for row in rows]
    frame = pd.DataFrame(whole, columns=["event_id", "source_id", "origin", "role"])
    return frame.assign(party=frame["origin"].isin(["ministry", "filing"]))


SOURCES = pd.DataFrame(
    [
        ("s1", "newspaper"),
        ("s2", "aggregator"),
        ("s3", "government"),
        ("s4", "wire"),
        ("s5", "company"),
    ],
    columns=["source_id", "kind"],
).assign(publisher=["Paper", "Copy", "Ministry", "Agency", "Company"])
NO_CONFLICTS = pd.DataFrame({"event_id": [], "field": []}, dtype="str")


def attested(event_ids, rows, conflicts=NO_CONFLICTS):
    ids = pd.Series(event_ids, dtype="str")
    return attestation.attest(ids, links(*rows), SOURCES, conflicts).set_index(ids)


def test_copies_of_one_story_are_one_witness():
    rows = [("e", "s1", "pti"), ("e", "s2", "pti"), ("e", "s4", "pti")]
    assert attestation.count_witnesses(links(*rows)).to_dict() == {"e": 1}
    assert attestation.count_witnesses(links(*rows, ("e", "s3", "ministry"))).to_dict() == {"e": 2}


@pytest.mark.parametrize("role", [one for one in mm.codebook.codes("role") if one != "reports"])
def test_only_what_reports_an_event_bears_witness(role):
    rows = [("a", "s1", "usgs", role), ("b", "s1", "pti"), ("b", "s2", "ani", role)]
    assert attestation.count_witnesses(links(*rows)).to_dict() == {"b": 1}


def test_an_event_without_a_page_is_attested_by_nobody():
    row = attested(["e"], []).loc["e"]
    assert row["n_witnesses"] == 0
    assert row["single_source"]
    assert pd.isna(row["best_source_kind"])
    assert row["disputed"] == ()
    assert row["confirmed_by"] == ()
    assert not row["party_only"]


def test_who_reports_is_named_the_strongest_first_and_a_party_is_marked():
    rows = [
        ("a", "s2", "x"),
        ("a", "s1", "x"),
        ("b", "s3", "ministry"),
        ("c", "s3", "ministry"),
        ("c", "s1", "x"),
    ]
    frame = attested(["a", "b", "c"], rows)
    assert frame["confirmed_by"].to_dict() == {
        "a": ("Paper", "Copy"),
        "b": ("Ministry",),
        "c": ("Ministry", "Paper"),
    }
    assert frame["party_only"].to_dict() == {"a": False, "b": True, "c": False}


def test_the_best_kind_is_the_strongest_and_not_a_background_page():
    rows = [("a", "s2", "x"), ("a", "s1", "y"), ("b", "s2", "x"), ("b", "s3", "law", "background")]
    best = attested(["a", "b"], rows)["best_source_kind"]
    assert best.to_dict() == {"a": "newspaper", "b": "aggregator"}
    assert list(best.cat.categories) == list(attestation.SOURCE_RANK)
    assert best.cat.ordered


def test_disputed_fields_are_named_once_in_their_order():
    conflicts = pd.DataFrame({"event_id": ["e", "e", "e"], "field": ["date", "amount", "date"]})
    frame = attested(["e", "f"], [("e", "s1", "x")], conflicts)
    assert frame["disputed"].to_dict() == {"e": ("date", "amount"), "f": ()}


@pytest.mark.parametrize(
    ("rows", "sure"),
    [
        ([("e", "s1", "pti")], False),
        ([("e", "s1", "pti"), ("e", "s2", "ani")], True),
        ([("e", "s3", "ministry")], True),
        ([("e", "s5", "filing")], True),
        ([("e", "s1", "ministry")], True),
        ([("e", "s3", "pti")], False),
        ([("e", "s3", "ministry", "background"), ("e", "s1", "pti")], False),
    ],
)
def test_two_origins_or_the_word_of_those_who_act_confirm(rows, sure):
    assert attestation.confirmed(attested(["e"], rows)).to_list() == [sure]


def test_the_shipped_events_agree_with_their_pages():
    events = mm.load_events().set_index("event_id")
    pages = mm.load_event_sources()
    named = pages[pages["role"] == "reports"].groupby("event_id")["origin"].nunique()
    assert events["n_witnesses"].equals(
        named.reindex(events.index).fillna(0).astype("int64").rename("n_witnesses")
    )
    reasons = pages[pages["why_independent"].notna()].groupby("event_id")["origin"].nunique()
    assert (events["n_witnesses"] <= 1 + reasons.reindex(events.index).fillna(0)).all()
    assert (events["single_source"] == (events["n_witnesses"] < 2)).all()
    disputed = set(mm.load_conflicts()["event_id"])
    assert set(events.index[events["disputed"].map(bool)]) == disputed & set(events.index)


def test_missing_witnesses_and_kinds_are_no_error():
    rows = links(("a", "s1", None), ("b", "s2", "pti"), ("b", "s3", "ani"))
    assert attestation.count_witnesses(rows).to_dict() == {"b": 2}
    kinds = [None, "unheard of", "wire"]
    pages = pd.DataFrame({"source_id": ["s1", "s2", "s3"], "publisher": "P", "kind": kinds})
    none = pd.DataFrame({"event_id": pd.Series(dtype="str"), "field": pd.Series(dtype="str")})
    found = attestation.attest(pd.Series(["a", "b", "c"]), rows, pages, none)
    assert found["n_witnesses"].tolist() == [0, 2, 0]
    assert found["best_source_kind"].astype(object).where(
        found["best_source_kind"].notna(), None
    ).tolist() == [
        None,
        "wire",
        None,
    ]


def test_what_tells_of_an_event_is_also_what_tells_of_it_later():
    rows = links(*(("e", f"s{number}", "pti", role) for number, role in enumerate(mm.codebook.codes("role"))))
    assert set(attestation.tells(rows)["role"]) == {"reports", "restates"}


def test_one_origin_is_a_single_source_and_two_are_not_whatever_the_index():
    rows = links(("a", "s1", "pti"), ("b", "s1", "pti"), ("b", "s3", "ministry"))
    ids = pd.Series(["b", "a", "c"], index=[7, 3, 5], dtype="str")
    found = attestation.attest(ids, rows, SOURCES, NO_CONFLICTS)
    assert found["single_source"].to_dict() == {7: False, 3: True, 5: True}
    assert found["confirmed_by"].to_dict() == {7: ("Ministry", "Paper"), 3: ("Paper",), 5: ()}
    counted = attestation.count_witnesses(rows)
    assert (counted.name, counted.to_dict()) == ("n_witnesses", {"a": 1, "b": 2})


@pytest.mark.parametrize(
    ("day", "precision", "words"),
    [
        ("2026-04-01", "day", "last confirmed on 1 April 2026 by PIB and Mint"),
        ("2026-04-01", "month", "last confirmed in April 2026 by PIB and Mint"),
        ("2026-01-01", "year", "last confirmed in 2026 by PIB and Mint"),
        (None, "", "never confirmed"),
    ],
)
def test_when_and_by_whom_it_was_last_confirmed_is_a_sentence(day, precision, words):
    row = pd.Series({"confirmed_precision": precision, "confirmed_by": ("PIB", "Mint")})
    row["last_confirmed"] = pd.Timestamp(day)
    assert attestation.confirmation(row) == words


def test_the_newest_page_is_that_of_an_event_or_of_a_search():
    sources = pd.DataFrame({"published": ["2026-01-02", "2026", ""]})
    for met, newest in (("2026-03", "2026-03-01"), ("2025-12-31", "2026-01-02")):
        coverage = pd.DataFrame({"newest_page": [met, "no day"]})
        assert attestation.newest_page(sources, coverage) == pd.Timestamp(newest)
    assert attestation.newest_page(sources[2:], pd.DataFrame({"newest_page": [None]})) is pd.NaT
