"""The stage of an initiative, on small histories written out by hand."""

import pandas as pd
import pytest
from histories import history, initiatives_of, on_day

import mineralmap as mm
from mineralmap import stages


def stage(*steps, as_of=None):
    return on_day(history(*steps), as_of).iloc[0]


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
    events = history(("2025-07-01" if precision != "year" else "2025-01-01", "mou", precision))
    assert on_day(events, day_before).empty
    assert len(on_day(events, day)) == 1


def test_steps_of_one_day_follow_their_chain():
    events = history(("2025-06-13", "talks", "day", ("x-1",)), ("2025-06-13", "suspended"))
    assert on_day(events).iloc[0]["last_step"] == "talks"


def test_transitions_are_the_changes_only():
    found = stages.transitions(
        history(("2012-11-16", "mou"), ("2014-08-28", "announced"), ("2025-06-13", "suspended"))
    )
    assert found["stage"].tolist() == ["mou", "suspended"]
    assert found["stage_before"].tolist()[1:] == ["mou"]


@pytest.mark.parametrize(
    "bad", ["2025-7", "30 July 2025", "2025-02-31", "", 2025, 20250730, 1.5, True, None, pd.NaT]
)
def test_a_date_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="as_of must be a date"):
        stages.as_date(bad)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2022-02-27", "active"),
        ("2022-02-28", "inactive"),
        ("2024-02-28", "inactive"),
        ("2024-02-29", "presumed_shelved"),
    ],
)
def test_inactivity_counts_from_the_last_day_of_the_last_step(day, said):
    events = history(("2019-05-01", "announced"), ("2020-02-01", "talks", "month"))
    row = stages.inactivity(events, as_of=day).iloc[0]
    assert row["inactive_since"] == pd.Timestamp("2020-02-29")
    assert row["inactivity"] == said


@pytest.mark.parametrize("last", ["operating", "in_force", "suspended", "cancelled"])
def test_what_runs_applies_or_was_ended_is_not_waiting(last):
    assert (
        stages.inactivity(history(("2010-01-01", last)), as_of="2025-01-01").iloc[0]["inactivity"]
        == "not_waiting"
    )


def test_a_background_step_moves_no_initiative_that_is_more():
    events = history(("2020-01-01", "talks"), ("2021-01-01", "operating"))
    events["scope"] = ["rare_earth", "context"]
    initiatives = initiatives_of(events)
    assert stages.stage_events(events, initiatives)["event_id"].tolist() == ["x-0"]
    background = initiatives.assign(scope="context")
    assert len(stages.stage_events(events, background)) == 2
    assert stages.stage_events(events, initiatives.assign(initiative_id="y")).empty


def test_the_observation_ends_on_the_last_day_of_the_newest_event():
    events = history(("2025-07-01", "talks", "month"), ("2025-07-15", "mou"))
    assert stages.resolve_as_of(events) == pd.Timestamp("2025-07-31")
    assert stages.resolve_as_of(events, "2025-07-20") == pd.Timestamp("2025-07-20")
    with pytest.raises(ValueError, match="give as_of"):
        stages.resolve_as_of(events.iloc[:0])


def test_inactivity_and_stages_agree_on_the_real_tables():
    events = mm.load_events()
    for day in (None, "2025-07-30"):
        counting = stages.stage_events(events, mm.load_initiatives())
        quiet = stages.inactivity(counting, as_of=day)
        now = mm.load_initiatives(as_of=day).set_index("initiative_id")
        assert quiet.index.equals(now.index)
        assert (quiet["stage"] == now["stage"]).all()
        assert (quiet["last_event_id"] == now["last_event_id"]).all()


def test_inactivity_of_nothing_is_an_empty_table():
    assert stages.inactivity(history(("2020-01-01", "talks")), as_of="2019-01-01").empty


def test_the_order_of_two_steps_does_not_hang_on_later_events():
    # The month-long step that one of them follows is certain only at the end of January.
    events = history(
        ("2007-01-01", "talks", "month"),
        ("2007-01-01", "mou", "day", ("x-0",)),
        ("2007-01-01", "suspended"),
    )
    assert on_day(events, "2007-01-01").iloc[0]["stage"] == "suspended"
    assert on_day(events).iloc[0]["stage"] == "suspended"
    assert stages.transitions(events)["stage"].tolist() == ["mou", "suspended"]


def test_the_last_day_of_a_period_with_missing_precision_and_with_a_zone():
    date = pd.Series(pd.to_datetime(["2024-02-01", "2024-01-01", "2024-03-05", None]))
    precision = pd.Series(["month", "year", None, "day"], dtype="string")
    want = pd.Series(pd.to_datetime(["2024-02-29", "2024-12-31", "2024-03-05", None]))
    pd.testing.assert_series_equal(stages.last_day(date, precision), want, check_dtype=False)
    zoned = stages.last_day(date.dt.tz_localize("Asia/Kolkata"), precision.astype("category"))
    pd.testing.assert_series_equal(zoned, want.dt.tz_localize("Asia/Kolkata"), check_dtype=False)


def placed(events, number, kind, lat, lon, states=("IN-AP",)):
    events.at[number, "states"] = states
    columns = ["kind", "lat", "lon", "location_accuracy", "place_name"]
    events.loc[number, columns] = [kind, lat, lon, "town", f"place {number}"]


def test_the_place_is_that_of_the_newest_step_on_the_ground():
    events = history(("2020-01-01", "announced"), ("2021-01-01", "mou"), ("2022-01-01", "talks"))
    placed(events, 0, "plant", 17.7, 83.2)
    placed(events, 2, "talks", 26.8, 80.9)  # where the meeting was
    assert on_day(events).loc["x", "place_name"] == "place 0"
    placed(events, 1, "investment", 13.1, 80.3)
    assert on_day(events).loc["x", ["place_name", "lat"]].tolist() == ["place 1", 13.1]
    assert on_day(events, "2020-06-30").loc["x", "place_name"] == "place 0"


@pytest.mark.parametrize(
    ("level", "accuracy"), [("national", "none"), ("multilateral", "none"), ("state", "town")]
)
def test_a_national_programme_in_several_states_has_no_place(level, accuracy):
    events = history(("2020-01-01", "announced"), ("2021-01-01", "approved"))
    placed(events, 0, "plant", 17.7, 83.2)
    events.at[1, "states"] = ("IN-TN",)
    assert on_day(events, level=level).loc["x", "location_accuracy"] == accuracy
    assert on_day(events, "2020-06-30", level=level).loc["x", "location_accuracy"] == "town", "one state then"


def test_an_initiative_is_confirmed_by_its_newest_sure_step():
    events = history(("2020-01-01", "announced"), ("2022-01-01", "mou"))
    assert on_day(events)["last_confirmed"].isna().all(), "without pages nothing is confirmed"
    events["n_witnesses"], events["party_only"] = [2, 1], [False, False]
    events["confirmed_by"] = [("A paper",), ("The ministry",)]
    events["disputed"] = [("date",), ("date", "place")]
    now = on_day(events).loc["x"]
    assert now["last_confirmed"] == pd.Timestamp("2020-01-01")
    assert now["confirmed_by"] == ("A paper",)
    assert now["disputed"] == ("date", "place")
    events["party_only"] = [False, True]
    assert on_day(events).loc["x", "last_confirmed"] == pd.Timestamp("2022-01-01")


def test_what_runs_is_confirmed_only_by_a_step_that_says_so_and_for_two_years():
    events = history(("2020-03-01", "operating"), ("2023-05-01", "announced"))
    events["n_witnesses"], events["party_only"] = 2, False
    initiatives = initiatives_of(events).assign(title="X", summary="All of it")
    versions = stages.versions(events, initiatives)

    def said(day):
        now = stages.join_versions(initiatives, versions, as_of=day).iloc[0]
        activity = stages.inactivity(stages.known_as_of(events, day), as_of=day)["inactivity"].iloc[0]
        return now["last_confirmed"], now["unconfirmed"], activity

    confirmed = pd.Timestamp("2020-03-01")
    assert said("2022-02-28") == (confirmed, False, "not_waiting")
    assert said("2022-03-01") == (confirmed, True, "unconfirmed")
    assert said("2023-06-01") == (confirmed, True, "unconfirmed"), "a plan confirms no output"
    events["n_witnesses"] = 1
    versions = stages.versions(events, initiatives)
    assert said("2020-03-02")[1:] == (True, "unconfirmed"), "one origin is none that confirms"


def test_a_request_to_halt_is_no_halt_and_holds_until_it_runs_again():
    asked = [("2016-01-01", "operating"), ("2025-06-13", "halt_requested")]
    assert stage(*asked)["stage"] == "halt_requested"
    assert stage(*asked)["highest_stage"] == "operating"
    assert stage(*asked, ("2025-09-01", "talks"))["stage"] == "halt_requested"
    assert stage(*asked, ("2025-09-01", "suspended"))["stage"] == "suspended"
    assert stage(*asked, ("2025-09-01", "operating"))["stage"] == "operating"
    assert len(stages.not_halted(pd.DataFrame({"stage": ["halt_requested", "suspended"]}))) == 1


@pytest.mark.parametrize("step", ["unchanged", "open", "settled"])
def test_a_step_beside_the_ladder_moves_nothing(step):
    now = stage(("2024-09-01", "approved"), ("2024-10-01", step))
    assert (now["stage"], now["last_step"]) == ("approved", step)
    assert stage(("2020-01-01", "in_force"), ("2021-01-01", step))["stage"] == "in_force"


def test_a_dispute_opens_is_settled_and_can_open_again():
    assert stage(("2020-01-01", "open"), ("2021-01-01", "settled"))["stage"] == "settled"
    assert stage(("2020-01-01", "settled"), ("2021-01-01", "open"))["stage"] == "open"


def test_a_law_is_proposed_in_force_and_ended():
    law = [("2020-01-01", "proposed"), ("2021-01-01", "in_force")]
    assert stage(*law)["stage"] == "in_force"
    assert stage(*law, ("2022-01-01", "proposed"))["stage"] == "in_force", "a bill to amend it"
    assert stage(*law, ("2022-01-01", "suspended"), ("2023-01-01", "proposed"))["stage"] == "suspended"
    assert stage(*law, ("2022-01-01", "ended"))["stage"] == "ended"
    assert stage(*law, ("2022-01-01", "ended"), ("2023-01-01", "proposed"))["stage"] == "proposed"


def test_a_dialogue_is_silent_after_two_years_without_a_step():
    events = history(("2020-05-01", "active"), ("2021-06-01", "active"), ("2024-02-03", "active"))
    assert on_day(events, "2023-05-31").loc["x", "stage"] == "active"
    assert on_day(events, "2023-06-01").loc["x", "stage"] == "silent"
    assert on_day(events, "2024-02-03").loc["x", "stage"] == "active"
    assert stages.inactivity(events.iloc[:2], as_of="2023-06-01")["stage"].iloc[0] == "silent"


def test_what_can_be_built_is_told_from_what_cannot():
    kinds = pd.DataFrame({"type": ["mine", "law", "abroad", "dialogue", "dispute", "scheme", "supply"]})
    assert stages.built(kinds)["type"].tolist() == ["mine", "abroad", "supply"]


def test_the_state_of_initiatives_on_a_day_leaves_out_what_came_later():
    events = history(("2020-01-01", "talks"), ("2022-01-01", "approved"))
    frame = initiatives_of(events).assign(summary="")
    for day, stage in (("2021-12-31", "talks"), (None, "approved")):
        assert stages.current(events, frame, as_of=day)["stage"].tolist() == [stage]
    assert stages.current(events, frame, as_of="2019-12-31").empty


def test_what_follows_a_first_step_that_moved_nothing_is_the_stage():
    assert stage(("2020-01-01", "unchanged"), ("2021-01-01", "talks"))["stage"] == "talks"


def test_of_the_steps_of_one_day_the_highest_counts_last_in_any_order():
    day = "2020-01-01"
    for steps in (((day, "approved"), (day, "talks")), ((day, "talks"), (day, "approved"))):
        assert stage(*steps)[["stage", "last_step"]].tolist() == ["approved", "approved"]
