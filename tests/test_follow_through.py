"""Follow-through: Kaplan and Meier against a published trial, the rules on histories written by hand."""

import numpy as np
import pandas as pd
import pytest
from histories import history
from histories import initiatives_of as of_level

import mineralmap as mm
from mineralmap import follow_through, survival

# Weeks in remission of 42 children, 6-MP against placebo; a plus in the paper is False here.
# Freireich, E. J. et al. (1963), Blood 21, 699-716; the table as in Gehan (1965), Biometrika 52, 203-233.
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# time: at risk, relapses, share still in remission (as printed by R's survfit and in the textbooks).
PUBLISHED = {
    6: (21, 3, 0.857),
    7: (17, 1, 0.807),
    10: (15, 1, 0.753),
    13: (12, 1, 0.690),
    16: (11, 1, 0.627),
    22: (7, 1, 0.538),
    23: (6, 1, 0.448),
}
PUBLISHED_PLACEBO = {1: 0.9048, 4: 0.6667, 8: 0.3810, 11: 0.2857, 15: 0.1429, 22: 0.0476, 23: 0.0}


def test_the_leukaemia_trial_comes_out_as_published():
    curve = survival.curve(TREATED, RELAPSED).set_index("years")
    steps = curve[curve["n_reached"] > 0]
    assert {
        time: (row.n_at_risk, row.n_reached, round(1 - row.share, 3))
        for time, row in zip(steps.index, steps.itertuples(), strict=True)
    } == PUBLISHED
    placebo = survival.curve(PLACEBO, [True] * 21).set_index("years")
    for time, left in PUBLISHED_PLACEBO.items():
        assert 1 - placebo.loc[time, "share"] == pytest.approx(left, abs=5e-5)


def test_the_band_is_greenwoods_on_the_log_log_scale():
    """Worked by hand at week 10: the variance sum is 3/(21x18) + 1/(17x16) + 1/(15x14)."""
    row = survival.curve(TREATED, RELAPSED).set_index("years").loc[10]
    left = 18 / 21 * 16 / 17 * 14 / 15
    width = 1.959964 * np.sqrt(3 / (21 * 18) + 1 / (17 * 16) + 1 / (15 * 14)) / np.log(left)
    assert row["low"] == pytest.approx(1 - left ** np.exp(width), abs=1e-6)
    assert row["high"] == pytest.approx(1 - left ** np.exp(-width), abs=1e-6)


def test_a_curve_starts_at_nobody_and_an_exact_upper_limit_without_a_warning():
    curve = survival.curve([1.0] * 20, [False] * 20)
    assert (curve["share"] == 0).all()
    assert curve["years"].tolist() == [0, 1]
    assert curve["n_at_risk"].tolist() == [20, 20]
    assert curve["high"].tolist() == pytest.approx([1 - 0.025 ** (1 / 20)] * 2)
    assert survival.curve([0.0, 1.0], [True, True])["years"].tolist() == [0, 1]


@pytest.mark.parametrize(("years", "reached"), [([], []), ([1.0], [True, False]), ([-1.0], [True])])
def test_a_curve_of_nothing_is_refused(years, reached):
    with pytest.raises(ValueError):
        survival.curve(years, reached)


def events_of(**initiatives):
    """Events from ``name=[(date, stage, precision), ...]``."""
    events = pd.concat(
        [history(*steps, initiative=name) for name, steps in initiatives.items()], ignore_index=True
    )
    return events.assign(segments=[()] * len(events))


def many(n_reached, n, name="company", start="2020-01-01", step="2020-12-31"):
    """Return initiatives seen in talks on one day, and some with a memorandum on another."""
    talks = (start, "talks")
    return {f"{name}{number}": [talks, (step, "mou")][: 1 + (number < n_reached)] for number in range(n)}


def result_of(as_of="2024-01-01", options=(), **initiatives):
    events = events_of(**initiatives)
    return follow_through.follow_through(events, of_level(events), as_of=as_of, **dict(options))


def case(steps, target, as_of="2024-01-01", **options):
    """Return the one case of a history, or None if it is not in the cohort."""
    cohort = result_of(as_of, options, x=steps).cohort
    cohort = cohort[cohort["target"] == target]
    return cohort.iloc[0] if len(cohort) else None


def row_of(result, target, years, entry="any"):
    table = result.table
    return table[
        (table["entry"] == entry) & (table["target"] == target) & (table["years"] == years)
    ].squeeze()


def test_a_skipped_stage_counts_as_reached():
    found = case([("2020-01-01", "talks"), ("2021-01-01", "construction")], "agreement")
    assert found["reached"]
    assert (found["event_id"], found["years"], found["end"]) == ("x-1", 366 / 365.25, "reached")


@pytest.mark.parametrize("stage", ["agreement", "operating", "suspended", "in_force"])
def test_who_is_first_seen_above_a_memorandum_or_off_the_ladder_is_excluded_and_counted(stage):
    result = result_of(x=[("2020-01-01", stage), ("2021-01-01", "operating")])
    assert result.cohort.empty
    assert [ids for ids in result.excluded["initiative_ids"] if ids] == [("x",)]


def test_entry_is_the_stage_at_the_end_of_the_first_day():
    steps = [("2020-01-01", "talks"), ("2020-01-01", "mou"), ("2021-01-01", "agreement")]
    found = case(steps, "agreement")
    assert (found["entry"], found["entry_event_ids"]) == ("mou", ("x-0", "x-1"))
    assert case(steps, "mou") is None


def test_vague_dates_count_from_their_last_day():
    found = case([("2020-01-01", "talks", "year"), ("2021-06-01", "mou", "month")], "mou")
    assert found["entered"] == pd.Timestamp("2020-12-31")
    assert found["until"] == pd.Timestamp("2021-06-30")
    assert not case([("2020-01-01", "talks"), ("2021-06-01", "mou", "month")], "mou", "2021-06-29")["reached"]


def test_who_has_not_reached_it_is_observed_to_the_end():
    found = case([("2020-01-01", "talks"), ("2020-02-01", "mou")], "agreement")
    assert (found["reached"], found["end"], found["until"]) == (False, "inactive", pd.Timestamp("2024-01-01"))


def test_a_halt_can_be_taken_for_three_things():
    steps = [("2020-01-01", "announced"), ("2021-01-01", "cancelled")]
    assert case(steps, "operating")["until"] == pd.Timestamp("2024-01-01")
    assert case(steps, "operating", halts="censored")["until"] == pd.Timestamp("2021-01-01")
    assert case(steps, "operating", halts="never")["until"] > pd.Timestamp("2024-01-01")
    assert case([*steps, ("2022-01-01", "operating")], "operating", halts="censored")["reached"]


def test_inactivity_can_be_taken_for_three_things():
    steps = [("2020-01-01", "announced"), ("2021-01-01", "talks")]
    assert case(steps, "mou", inactive="censored")["until"] == pd.Timestamp("2021-01-01")
    assert case(steps, "mou", inactive="never")["until"] > pd.Timestamp("2024-01-01")
    fresh = case(steps, "mou", as_of="2022-12-31", inactive="censored")
    assert (fresh["end"], fresh["until"]) == ("observed", pd.Timestamp("2022-12-31"))


def test_shares_without_censoring_are_plain_fractions():
    result = result_of("2023-01-01", {"years": (2, 1)}, **many(3, 12))
    row = row_of(result, "mou", 1, "talks")
    assert (row["n"], row["n_reached"], row["share"]) == (12, 3, 0.25)
    assert 0 < row["low"] < 0.25 < row["high"] < 1
    assert len(row["event_ids"]) == 12 + 3
    memoranda = result.table[result.table["entry"] == "mou"]
    assert memoranda["share"].isna().all()
    assert memoranda["refused"].str.contains("0 cases").all()
    assert "reported" in result.selection


def test_small_numbers_and_times_that_few_were_observed_for_are_refused():
    few = row_of(result_of(**many(9, 9)), "mou", 2)
    assert np.isnan(few["share"])
    assert "9 cases, fewer than 10" in few["refused"]
    mixed = {**many(0, 12, "young", "2023-01-01"), **many(0, 4, "old")}
    assert "4 still observed" in row_of(result_of(**mixed), "mou", 2)["refused"]
    # Every fate is known: nobody is left to observe, and yet there is nothing to guess.
    assert row_of(result_of(**many(12, 12)), "mou", 2)["share"] == 1
    nobody = row_of(result_of("2023-06-01", **many(0, 20)), "mou", 2)
    assert (nobody["share"], nobody["low"]) == (0, 0)
    assert nobody["high"] == pytest.approx(1 - 0.025 ** (1 / 20))


def test_background_initiatives_and_background_steps_do_not_count():
    events = events_of(**many(0, 12), far=[("2020-01-01", "talks")])
    initiatives = of_level(events)
    initiatives.loc[initiatives["initiative_id"] == "far", "scope"] = "context"
    extra = events[events["initiative_id"] == "company0"].assign(
        event_id="aside", date=pd.Timestamp("2020-06-01"), stage="operating", scope="context"
    )
    result = follow_through.follow_through(pd.concat([events, extra]), initiatives, as_of="2023-01-01")
    assert result.cohort["initiative_id"].nunique() == 12
    assert not result.cohort["reached"].any()


def compared(events, by, target="mou", **levels):
    initiatives = of_level(events)
    level = initiatives["initiative_id"].str.rstrip("0123456789")
    return follow_through.compare(
        events, initiatives.assign(level=level), by=by, target=target, as_of="2023-01-01"
    )


def test_a_group_is_formed_by_what_was_known_on_entry():
    events = events_of(**many(6, 24))
    later = events["event_id"].str.endswith("-1")
    joined = events.assign(partners=[("JPN",) if named else () for named in later])
    assert compared(joined, "JPN")["group"].tolist() == ["without JPN"]
    first = events["initiative_id"].isin([f"company{number}" for number in range(12)])
    named = events.assign(partners=[("JPN",) if named else () for named in first])
    table = compared(named, "Japan")
    assert table.set_index("group")["n"].to_dict() == {"with JPN": 12, "without JPN": 12}
    assert table["p"].nunique() == 1
    assert (table["p"] == table["p_holm"]).all(), "two halves of one split are one test"
    assert (table["p"] < 0.05).all()


def test_the_comparison_is_the_log_rank_test_corrected_for_the_number_of_groups():
    """The trial again, its weeks as days: chi-square 16.8; a third group makes it one of three tests."""

    def initiatives(name, days, fates):
        start = pd.Timestamp("2020-01-01")
        for number, (day, fate) in enumerate(zip(days, fates, strict=True)):
            entered = start if fate else pd.Timestamp("2023-01-01") - pd.Timedelta(days=day)
            steps = [(entered, "talks"), (entered + pd.Timedelta(days=day), "mou")]
            yield f"{name}{number}", steps[: 1 + fate]

    trial = {
        **dict(initiatives("state", TREATED, RELAPSED)),
        **dict(initiatives("company", PLACEBO, [True] * 21)),
    }
    two = compared(events_of(**trial), "level").set_index("group")
    assert two.loc["state", "statistic"] ** 2 == pytest.approx(16.8, abs=0.05)
    assert two.loc["state", "p"] == pytest.approx(4e-5, abs=0.5e-5)
    third = dict(initiatives("national", range(1, 22), [True] * 21))
    p = compared(events_of(**trial, **third), "level").set_index("group").sort_values("p")[["p", "p_holm"]]
    corrected = np.maximum.accumulate(p["p"].to_numpy() * [3, 2, 1]).clip(max=1)
    assert p["p_holm"].tolist() == pytest.approx(corrected.tolist())


def test_small_groups_are_counted_but_not_tested():
    table = compared(events_of(**many(2, 12), **many(1, 4, "state")), "level")
    assert table["n"].tolist() == [12, 4]
    assert table["p"].isna().all()
    assert table["refused"].str.contains("fewer than 10 on a side").all()


def test_a_comparison_without_a_common_time_is_refused_without_a_warning():
    """All of one side step on the day of entry, and the other side is not observed beyond it."""
    day = "2023-01-01"
    table = compared(events_of(**many(0, 10), **many(10, 10, "state", day, day)), "level")
    assert table["p"].isna().all()
    assert table["refused"].notna().all()


def test_an_assumption_leaves_out_what_skipped_to_output():
    """A plan for an old mine, then its output: it may have run all the time."""
    initiatives = {
        **many(0, 12),
        "mine": [("2020-01-01", "announced"), ("2022-01-01", "operating")],
        "plant": [("2020-01-01", "announced"), ("2021-01-01", "construction"), ("2022-01-01", "operating")],
    }
    result = result_of("2026-01-01", **initiatives)
    skipped = result.cohort.groupby("initiative_id")["skipped_stages"].first()
    assert skipped[skipped].index.tolist() == ["mine"]
    rows = result.sensitivity
    rows = rows[(rows["target"] == "operating") & (rows["years"] == 5)].set_index("assumption")
    assert rows.loc[follow_through.AS_THE_RULES_SAY, ["n", "n_reached"]].tolist() == [14, 2]
    assert rows.loc[follow_through.WITHOUT_SKIPS, ["n", "n_reached"]].tolist() == [13, 1]
    without = result_of("2026-01-01", {"running_before": ["mine"]}, **initiatives)
    assert "mine" not in set(without.cohort["initiative_id"])
    named = without.excluded[without.excluded["reason"].str.startswith("ran before")].iloc[0]
    assert (named["n"], named["initiative_ids"]) == (1, ("mine",))
    with pytest.raises(mm.errors.UnknownNameError, match="mines"):
        result_of(options={"running_before": ["mines"]}, **initiatives)


def test_wrong_options_are_named():
    events = events_of(**many(1, 2))
    with pytest.raises(ValueError, match="target must be 'talks'"):
        compared(events, "level", target="in_force")
    for options, message in (
        ({"halts": "dead"}, "halts must be 'observed'"),
        ({"inactive": "dead"}, "inactive must be 'observed'"),
        ({"entry": "approved"}, "entry must be"),
    ):
        with pytest.raises(ValueError, match=message):
            result_of(options=options, **many(1, 2))
    with pytest.raises(mm.errors.UnknownNameError, match="Japan"):
        compared(events, "Japann")


@pytest.fixture(scope="module")
def real():
    return follow_through.follow_through(mm.load_events(), mm.load_initiatives(scope="rare_earth"))


def test_on_the_real_tables_a_higher_stage_is_never_reached_more_often(real):
    """Of one set of cases; pooled entries change with the target, so single stages are looked at."""
    for (entry, years), rows in real.table.groupby(["entry", "years"]):
        if entry != "any":
            assert rows["n_reached"].is_monotonic_decreasing, (entry, years)
            assert rows["n"].nunique() == 1
    known = real.table.dropna(subset="share")
    assert ((known["low"] <= known["share"]) & (known["share"] <= known["high"])).all()
    assert (real.table["share"].isna() == real.table["refused"].notna()).all()


def test_on_the_real_tables_every_initiative_is_in_the_cohort_or_excluded(real):
    everyone = set(mm.stages.built(mm.load_initiatives(scope="rare_earth"))["initiative_id"])
    out = {initiative for ids in real.excluded["initiative_ids"] for initiative in ids}
    assert set(real.cohort["initiative_id"]) | out == everyone
    assert not set(real.cohort["initiative_id"]) & out
    used = {event_id for ids in real.table["event_ids"] for event_id in ids}
    assert used <= set(mm.load_events()["event_id"])


def test_the_first_assumption_is_the_result(real):
    first = real.sensitivity[real.sensitivity["assumption"] == follow_through.AS_THE_RULES_SAY]
    pooled = real.table[real.table["entry"] == "any"]
    pair = first.merge(pooled, on=["target", "years"], suffixes=("", "_table"))
    assert len(pair) == len(first) == len(pooled)
    assert pair["share"].equals(pair["share_table"])
    assert real.sensitivity["assumption"].nunique() > 5


def test_a_later_view_forgets_nothing_of_an_earlier_one(real):
    events, initiatives = mm.load_events(), mm.load_initiatives(scope="rare_earth")
    then = follow_through.follow_through(events, initiatives, as_of="2025-07-30").cohort
    assert (then["until"] <= pd.Timestamp("2025-07-30")).all()
    both = then.merge(real.cohort, on=["initiative_id", "target"], suffixes=("_then", "_now"))
    assert len(both) == len(then)
    reached = both[both["reached_then"]]
    assert (reached["until_then"] == reached["until_now"]).all()
