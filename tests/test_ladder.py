"""The stage of an initiative, on small threads written out by hand."""

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import ladder


def thread(*steps, initiative="x"):
    rows = []
    for number, step in enumerate(steps):
        date, stage, *rest = step
        precision = rest[0] if rest else "day"
        follows = rest[1] if len(rest) > 1 else ()
        rows.append((f"{initiative}-{number}", initiative, date, precision, stage, follows))
    frame = pd.DataFrame(
        rows, columns=["event_id", "initiative_id", "date", "date_precision", "stage", "follows"]
    )
    return frame.assign(date=pd.to_datetime(frame["date"]))


def stage(*steps, as_of=None):
    return ladder.stages(thread(*steps), as_of).iloc[0]


def test_a_meeting_about_a_running_plant_leaves_it_running():
    now = stage(("2016-01-01", "operating"), ("2020-01-01", "talks"))
    assert (now["stage"], now["highest_stage"], now["last_step"]) == ("operating", "operating", "talks")
    assert now["stage_since"] == pd.Timestamp("2016-01-01")


def test_talks_do_not_end_a_suspension_but_an_approval_does():
    halted = [("2022-07-01", "approved"), ("2024-10-01", "suspended"), ("2024-10-20", "talks")]
    assert stage(*halted)["stage"] == "suspended"
    assert stage(*halted)["highest_stage"] == "approved"
    resumed = stage(*halted, ("2026-06-10", "approved"))
    assert (resumed["stage"], resumed["stage_since"]) == ("approved", pd.Timestamp("2026-06-10"))


def test_after_a_suspension_the_climb_starts_from_the_new_rung():
    now = stage(("2016-01-01", "operating"), ("2018-01-01", "suspended"), ("2020-01-01", "mou"))
    assert (now["stage"], now["highest_stage"]) == ("mou", "operating")


def test_a_law_stays_in_force_until_it_is_suspended():
    assert stage(("2025-12-15", "in_force"), ("2026-03-20", "approved"))["stage"] == "in_force"
    curb = stage(("2025-10-09", "in_force"), ("2025-11-07", "suspended"))
    assert curb["stage"] == "suspended"
    assert pd.isna(curb["highest_stage"])


@pytest.mark.parametrize(
    ("precision", "day_before", "day"),
    [
        ("day", "2025-06-30", "2025-07-01"),
        ("month", "2025-07-30", "2025-07-31"),
        ("year", "2025-12-30", "2025-12-31"),
    ],
)
def test_an_event_counts_from_the_last_day_of_its_period(precision, day_before, day):
    events = thread(("2025-07-01" if precision != "year" else "2025-01-01", "mou", precision))
    assert ladder.stages(events, day_before).empty
    assert len(ladder.stages(events, day)) == 1


def test_steps_of_one_day_follow_their_chain():
    events = thread(("2025-06-13", "talks", "day", ("x-1",)), ("2025-06-13", "suspended"))
    assert ladder.stages(events).iloc[0]["last_step"] == "talks"


def test_moves_are_the_changes_only():
    moves = ladder.moves(
        thread(("2012-11-16", "mou"), ("2014-08-28", "announced"), ("2025-06-13", "suspended"))
    )
    assert moves["stage"].tolist() == ["mou", "suspended"]
    assert moves["stage_before"].tolist()[1:] == ["mou"]


@pytest.mark.parametrize("bad", ["2025-7", "30 July 2025", "2025-02-31", ""])
def test_a_date_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="as_of must be a date"):
        ladder.as_date(bad)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2022-02-27", "heard"),
        ("2022-02-28", "silent"),
        ("2024-02-28", "silent"),
        ("2024-02-29", "presumed_shelved"),
    ],
)
def test_silence_counts_from_the_last_day_of_the_last_step(day, said):
    events = thread(("2019-05-01", "announced"), ("2020-02-01", "talks", "month"))
    row = ladder.silence(events, day).iloc[0]
    assert row["silent_since"] == pd.Timestamp("2020-02-29")
    assert row["silence"] == said


@pytest.mark.parametrize("last", ["operating", "in_force", "suspended", "cancelled"])
def test_what_runs_applies_or_was_ended_is_not_waiting(last):
    assert ladder.silence(thread(("2010-01-01", last)), "2025-01-01").iloc[0]["silence"] == "not_waiting"


def test_a_background_step_moves_no_initiative_that_is_more():
    events = thread(("2020-01-01", "talks"), ("2021-01-01", "operating"))
    events["scope"] = ["rare_earth", "context"]
    initiatives = pd.DataFrame({"initiative_id": ["x"], "scope": ["rare_earth"]})
    assert ladder.counting_steps(events, initiatives)["event_id"].tolist() == ["x-0"]
    background = initiatives.assign(scope="context")
    assert len(ladder.counting_steps(events, background)) == 2
    assert ladder.counting_steps(events, initiatives.assign(initiative_id="y")).empty


def test_the_watch_ends_on_the_last_day_of_the_newest_event():
    events = thread(("2025-07-01", "talks", "month"), ("2025-07-15", "mou"))
    assert ladder.closing_day(events) == pd.Timestamp("2025-07-31")
    assert ladder.closing_day(events, "2025-07-20") == pd.Timestamp("2025-07-20")
    with pytest.raises(ValueError, match="hand in as_of"):
        ladder.closing_day(events.iloc[:0])


def test_silence_and_stages_agree_on_the_real_tables():
    events = mm.load_events()
    for day in (None, "2025-07-30"):
        quiet, stages = ladder.silence(events, day), ladder.stages(events, day)
        assert quiet.index.equals(stages.index)
        assert (quiet["stage"] == stages["stage"]).all()
        assert (quiet["last_event_id"] == stages["last_event_id"]).all()


def test_silence_of_nothing_is_an_empty_table():
    assert ladder.silence(thread(("2020-01-01", "talks")), "2019-01-01").empty


def test_the_order_of_two_steps_does_not_hang_on_later_events():
    # The month-long step that one of them follows is certain only at the end of January.
    events = thread(
        ("2007-01-01", "talks", "month"),
        ("2007-01-01", "mou", "day", ("x-0",)),
        ("2007-01-01", "suspended"),
    )
    assert ladder.stages(events, "2007-01-01").iloc[0]["stage"] == "suspended"
    assert ladder.stages(events).iloc[0]["stage"] == "suspended"
    assert ladder.moves(events)["stage"].tolist() == ["mou", "suspended"]


def test_the_last_day_of_a_period_with_missing_precision_and_with_a_zone():
    date = pd.Series(pd.to_datetime(["2024-02-01", "2024-01-01", "2024-03-05", None]))
    precision = pd.Series(["month", "year", None, "day"], dtype="string")
    want = pd.Series(pd.to_datetime(["2024-02-29", "2024-12-31", "2024-03-05", None]))
    pd.testing.assert_series_equal(ladder.last_day(date, precision), want, check_dtype=False)
    zoned = ladder.last_day(date.dt.tz_localize("Asia/Kolkata"), precision.astype("category"))
    pd.testing.assert_series_equal(zoned, want.dt.tz_localize("Asia/Kolkata"), check_dtype=False)
