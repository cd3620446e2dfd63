"""How well an event is attested: witnesses, the best kind of page, disputes, confirmation."""

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import attestation


def links(*rows):
    return pd.DataFrame(rows, columns=["event_id", "source_id", "witness"])


SOURCES = pd.DataFrame(
    [
        ("s1", "newspaper"),
        ("s2", "aggregator"),
        ("s3", "government"),
        ("s4", "wire"),
        ("s5", "company"),
    ],
    columns=["source_id", "kind"],
)
NO_CONFLICTS = pd.DataFrame({"event_id": [], "field": []}, dtype="str")


def attested(event_ids, rows, conflicts=NO_CONFLICTS):
    ids = pd.Series(event_ids, dtype="str")
    return attestation.attest(ids, links(*rows), SOURCES, conflicts).set_index(ids)


def test_copies_of_one_story_are_one_witness():
    rows = [("e", "s1", "pti"), ("e", "s2", "pti"), ("e", "s4", "pti")]
    assert attestation.count_witnesses(links(*rows)).to_dict() == {"e": 1}
    assert attestation.count_witnesses(links(*rows, ("e", "s3", "ministry"))).to_dict() == {"e": 2}


def test_background_is_no_witness_and_an_unnamed_agency_only_where_there_is_no_other():
    rows = [("a", "s1", "context-usgs"), ("b", "s1", "agency-unspecified"), ("b", "s2", "agency-unspecified"),
            ("c", "s1", "agency-unspecified"), ("c", "s2", "pti")]  # fmt: skip
    assert attestation.count_witnesses(links(*rows)).to_dict() == {"b": 1, "c": 1}


def test_an_event_without_a_page_is_attested_by_nobody():
    row = attested(["e"], []).loc["e"]
    assert row["n_witnesses"] == 0
    assert row["single_source"]
    assert pd.isna(row["best_source_kind"])
    assert row["disputed"] == ()


def test_the_best_kind_is_the_strongest_and_not_a_background_page():
    rows = [("a", "s2", "x"), ("a", "s1", "y"), ("b", "s2", "x"), ("b", "s3", "context-law")]
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
        ([("e", "s3", "context-law"), ("e", "s1", "pti")], False),
    ],
)
def test_two_witnesses_or_the_word_of_those_who_act_confirm(rows, sure):
    assert attestation.confirmed(attested(["e"], rows)).to_list() == [sure]


def test_the_shipped_events_agree_with_their_pages():
    events = mm.load_events().set_index("event_id")
    pages = mm.load_event_sources()
    named = pages[~pages["witness"].str.startswith("context-")].groupby("event_id")["witness"].nunique()
    assert (events["n_witnesses"] <= named.reindex(events.index).fillna(0)).all()
    assert (events["single_source"] == (events["n_witnesses"] < 2)).all()
    disputed = set(mm.load_conflicts()["event_id"])
    assert set(events.index[events["disputed"].map(bool)]) == disputed & set(events.index)


def test_missing_witnesses_and_kinds_are_no_error():
    rows = links(("a", "s1", None), ("b", "s2", "pti"), ("b", "s3", "ani"))
    assert attestation.count_witnesses(rows).to_dict() == {"b": 2}
    pages = pd.DataFrame({"source_id": ["s1", "s2", "s3"], "kind": [None, "unheard of", "wire"]})
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
