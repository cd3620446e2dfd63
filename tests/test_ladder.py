"""The stage of an initiative, on small threads written out by hand."""

import pandas as pd
import pytest

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
