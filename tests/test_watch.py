"""The watch list, on threads written out by hand and on the real tables."""

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import ladder, watch


def tables(**threads):
    """Return the four frames from ``name=[(date, stage), ...]``."""
    rows = [
        (f"{name}-{number}", name, date, "day", stage, "rare_earth", f"{name} {stage}", ())
        for name, steps in threads.items()
        for number, (date, stage) in enumerate(steps)
    ]
    columns = ["event_id", "initiative_id", "date", "date_precision", "stage", "scope", "title", "follows"]
    events = pd.DataFrame(rows, columns=columns)
    events["date"] = pd.to_datetime(events["date"])
    names = list(threads)
    initiatives = pd.DataFrame(
        {"initiative_id": names, "title": names, "level": "company", "scope": "rare_earth"}
    )
    pages = [(f"{event}", f"s{number}", "own") for number, event in enumerate(events["event_id"])]
    links = pd.DataFrame(pages, columns=["event_id", "source_id", "witness"])
    sources = pd.DataFrame(
        {
            "source_id": links["source_id"],
            "publisher": "Paper",
            "published": events["date"].dt.strftime("%Y-%m-%d"),
            "url": [f"https://example.org/{one}" for one in links["source_id"]],
        }
    )
    return initiatives, events, links, sources


def test_each_expectation_has_its_rule_and_its_place():
    listed = watch.watch(
        *tables(
            built=[("2025-01-01", "construction")],
            gone=[("2024-01-01", "cancelled")],
            halted=[("2024-06-01", "suspended")],
            law=[("2010-01-01", "in_force")],
            old=[("2020-01-01", "talks")],
            plant=[("2010-01-01", "operating")],
            quiet=[("2022-06-01", "mou")],
            talk=[("2025-01-02", "talks")],
        ),
        as_of="2025-06-01",
    )
    assert listed[["initiative_id", "expect"]].to_numpy().tolist() == [
        ["built", "next_step"],
        ["talk", "next_step"],
        ["halted", "halted"],
        ["quiet", "silent"],
        ["old", "presumed_shelved"],
        ["plant", "running"],
        ["law", "in_force"],
        ["gone", "cancelled"],
    ]
    assert listed["expect_words"].notna().all()


def test_every_stage_has_words_for_what_would_move_it():
    assert set(watch.MOVES_IT) == set(ladder.STAGES)
    said = {watch.expectation(stage, silence) for stage in ladder.STAGES for silence in ladder.SILENCES}
    assert said == set(watch.EXPECTATIONS)


def test_the_last_source_is_that_of_the_last_step_by_the_day():
    frames = tables(x=[("2023-01-01", "talks"), ("2024-01-01", "mou")])
    now = watch.watch(*frames, as_of="2024-06-01").iloc[0]
    assert (now["last_event_id"], now["last_event"], now["source_id"]) == ("x-1", "x mou", "s1")
    assert now["event_ids"] == ("x-0", "x-1")
    then = watch.watch(*frames, as_of="2023-06-01").iloc[0]
    assert (then["stage"], then["source_id"], then["n_events"]) == ("talks", "s0", 1)


def test_a_page_of_a_later_day_or_of_background_is_passed_over():
    initiatives, events, links, sources = tables(x=[("2023-01-01", "talks")])
    more = pd.DataFrame(
        {"event_id": "x-0", "source_id": ["late", "aside"], "witness": ["own", "context-essay"]}
    )
    pages = pd.DataFrame(
        {
            "source_id": ["late", "aside"],
            "publisher": "Paper",
            "published": ["2024-02-01", "2023-03-01"],
            "url": "https://example.org/other",
        }
    )
    frames = (initiatives, events, pd.concat([links, more]), pd.concat([sources, pages]))
    assert watch.watch(*frames, as_of="2023-06-01")["source_id"].tolist() == ["s0"]
    assert watch.watch(*frames, as_of="2024-06-01")["source_id"].tolist() == ["late"]
    only_late = (initiatives, events, more, pages)
    assert watch.watch(*only_late, as_of="2023-06-01")["source_id"].tolist() == ["late"]
    none = watch.watch(initiatives, events, more.iloc[1:], pages, as_of="2023-06-01")
    assert none["source_id"].isna().all()


@pytest.mark.parametrize("as_of", [None, "2025-07-30"])
def test_the_real_list_holds_each_initiative_once_with_its_stage_and_page(as_of):
    listed = mm.watchlist(as_of)
    initiatives = mm.load_initiatives(as_of, ["rare_earth", "critical_minerals"])
    stage = initiatives.set_index("initiative_id")["stage"].astype("str")
    assert sorted(listed["initiative_id"]) == sorted(stage.index)
    assert listed["stage"].astype("str").tolist() == stage[listed["initiative_id"]].tolist()
    assert listed["url"].notna().all()
    known = set(mm.load_events(as_of=as_of)["event_id"])
    assert all(set(ids) <= known for ids in listed["event_ids"])
    if as_of:
        assert (listed["silent_since"] <= pd.Timestamp(as_of)).all()
