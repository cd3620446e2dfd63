"""The outlook, on histories written out by hand and on the real tables."""

import pandas as pd
import pytest
from histories import history, initiatives_of

import mineralmap as mm


def tables(**initiatives):
    """Return the four frames from ``name=[(date, stage), ...]``."""
    events = pd.concat(
        [history(*steps, initiative=name) for name, steps in initiatives.items()], ignore_index=True
    )
    events["title"] = events["initiative_id"] + " " + events["stage"]
    listed = initiatives_of(events)
    links = pd.DataFrame(
        {"event_id": events["event_id"], "source_id": [f"s{n}" for n in events.index], "role": "reports"}
    )
    sources = pd.DataFrame(
        {
            "source_id": links["source_id"],
            "publisher": "Paper",
            "published": events["date"].dt.strftime("%Y-%m-%d"),
            "url": "https://example.org/" + links["source_id"],
        }
    )
    frames = {"events": events, "initiatives": listed.assign(title=listed["initiative_id"])}
    return {**frames, "event_sources": links, "sources": sources}


def test_each_expectation_has_its_rule_and_its_place():
    listed = mm.outlook(
        **tables(
            built=[("2025-01-01", "construction")],
            gone=[("2024-01-01", "cancelled")],
            halted=[("2024-06-01", "suspended")],
            law=[("2010-01-01", "in_force")],
            old=[("2020-01-01", "talks")],
            plant=[("2010-01-01", "operating")],
            quiet=[("2022-06-01", "mou")],
            talk=[("2025-01-02", "talks")],
            later=[("2025-01-03", "talks")],
            asked=[("2010-01-01", "operating"), ("2025-01-01", "halt_requested")],
            bill=[("2025-01-01", "proposed")],
            court=[("2020-01-01", "open")],
            judged=[("2020-01-01", "open"), ("2021-01-01", "settled")],
            meeting=[("2024-01-01", "active")],
            hushed=[("2022-01-01", "active")],
        ),
        as_of="2025-06-01",
    )
    assert listed[["initiative_id", "expectation"]].to_numpy().tolist() == [
        ["built", "next_step"],
        ["later", "next_step"],
        ["talk", "next_step"],
        ["asked", "halt_requested"],
        ["halted", "halted"],
        ["quiet", "inactive"],
        ["old", "presumed_shelved"],
        ["plant", "running"],
        ["bill", "proposed"],
        ["law", "in_force"],
        ["court", "open"],
        ["meeting", "active"],
        ["hushed", "silent"],
        ["gone", "cancelled"],
        ["judged", "ended"],
    ]
    labels = mm.codebook.labels("expectation")
    assert listed["expectation_label"].tolist() == [labels[code] for code in listed["expectation"]]
    assert set(listed["expectation"]) == set(labels) - {"unconfirmed"}


def test_every_stage_has_words_for_what_would_move_it():
    steps = {stage: [("2025-01-01", stage)] for stage in mm.stages.STAGES if stage != "unchanged"}
    assert mm.outlook(**tables(**steps))["next_evidence"].str.len().gt(10).all()


def test_the_last_source_is_that_of_the_last_step_by_the_day():
    frames = tables(x=[("2023-01-01", "talks"), ("2024-01-01", "mou")])
    now = mm.outlook(**frames, as_of="2024-06-01").iloc[0]
    assert (now["last_event_id"], now["last_event"], now["source_id"]) == ("x-1", "x mou", "s1")
    assert now["event_ids"] == ("x-0", "x-1")
    then = mm.outlook(**frames, as_of="2023-06-01").iloc[0]
    assert (then["stage"], then["source_id"], then["n_events"]) == ("talks", "s0", 1)


def test_a_page_of_a_later_day_or_of_background_is_passed_over():
    frames = tables(x=[("2023-01-01", "talks")])
    links, sources = frames["event_sources"], frames["sources"]
    more = pd.DataFrame(
        {"event_id": "x-0", "source_id": ["late", "aside"], "role": ["reports", "background"]}
    )
    pages = pd.DataFrame(
        {
            "source_id": ["late", "aside"],
            "publisher": "Paper",
            "published": ["2024-02-01", "2023-03-01"],
            "url": "https://example.org/other",
        }
    )

    def last_page(links, sources, as_of):
        given = frames | {"event_sources": links, "sources": sources}
        return mm.outlook(**given, as_of=as_of)["source_id"].iloc[0]

    both = pd.concat([links, more]), pd.concat([sources, pages])
    assert last_page(*both, "2023-06-01") == "s0"
    assert last_page(*both, "2024-06-01") == "late"
    assert last_page(more, pages, "2023-06-01") == "late"
    assert pd.isna(last_page(more.iloc[1:], pages, "2023-06-01"))


@pytest.mark.parametrize("as_of", [None, "2025-07-30"])
def test_the_real_list_holds_each_initiative_once_with_its_stage_and_page(as_of):
    listed = mm.outlook(as_of=as_of)
    initiatives = mm.load_initiatives(as_of=as_of, scope=["rare_earth", "critical_minerals"])
    stage = initiatives.set_index("initiative_id")["stage"].astype("str")
    assert sorted(listed["initiative_id"]) == sorted(stage.index)
    assert listed["stage"].astype("str").tolist() == stage[listed["initiative_id"]].tolist()
    assert listed["url"].notna().all()
    known = set(mm.load_events(as_of=as_of)["event_id"])
    assert all(set(ids) <= known for ids in listed["event_ids"])
    if as_of:
        assert (listed["inactive_since"] <= pd.Timestamp(as_of)).all()


def test_the_scope_chooses_what_is_listed():
    assert set(mm.outlook(scope="context")["scope"]) == {"context"}
    assert len(mm.outlook(scope=None)) == len(mm.load_initiatives())
    with pytest.raises(mm.errors.UnknownNameError, match="rare_earth"):
        mm.outlook(scope="rare_erth")
