"""Follow-through: Kaplan and Meier against a published trial, the rules on threads written by hand."""

import numpy as np
import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import follow, ladder, survival

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
    found = curve[curve["n_reached"] > 0]
    assert {
        time: (row.n_at_risk, row.n_reached, round(1 - row.share, 3))
        for time, row in zip(found.index, found.itertuples(), strict=True)
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


def test_the_log_rank_test_of_the_trial_is_as_published():
    times, fates = TREATED + PLACEBO, RELAPSED + [True] * 21
    statistic, p = survival.logrank(times, fates, [True] * 21 + [False] * 21)
    assert statistic**2 == pytest.approx(16.8, abs=0.05)
    assert p == pytest.approx(4e-5, abs=0.5e-5)


def test_nobody_yet_has_an_exact_upper_limit_and_no_warning():
    curve = survival.curve([1.0] * 20, [False] * 20)
    assert (curve["share"] == 0).all()
    assert curve["high"].iloc[-1] == pytest.approx(1 - 0.025 ** (1 / 20))
    done, still, share, low, high, refused = survival.shares([3.0] * 20, [False] * 20, [2])[0]
    assert (done, still, share, low, refused) == (0, 20, 0, 0, None)
    assert high == pytest.approx(1 - 0.025 ** (1 / 20))


def test_small_numbers_and_times_that_few_were_watched_for_are_refused():
    few = survival.shares([1.0] * 9, [True] * 9, [2])[0]
    assert np.isnan(few[2])
    assert "9 cases" in few[-1]
    early = survival.shares([1.0] * 12 + [3.0] * 4, [False] * 16, [2])[0]
    assert "4 still watched" in early[-1]
    # All fates known: nobody left to watch, and yet nothing to guess.
    assert survival.shares([1.0] * 12, [True] * 12, [2])[0][2] == 1


@pytest.mark.parametrize(("years", "reached"), [([], []), ([1.0], [True, False]), ([-1.0], [True])])
def test_a_curve_of_nothing_is_refused(years, reached):
    with pytest.raises(ValueError):
        survival.curve(years, reached)


def test_holm_by_hand():
    adjusted = survival.holm(pd.Series([0.01, np.nan, 0.04, 0.03]))
    assert adjusted.dropna().tolist() == pytest.approx([0.03, 0.06, 0.06])


def steps(**threads):
    """Events from ``name=[(date, stage, precision), ...]``."""
    rows = []
    for name, thread in threads.items():
        for number, (date, stage, *precision) in enumerate(thread):
            rows.append((f"{name}-{number}", name, date, (*precision, "day")[0], stage))
    frame = pd.DataFrame(rows, columns=["event_id", "initiative_id", "date", "date_precision", "stage"])
    return frame.assign(
        date=pd.to_datetime(frame["date"]),
        scope="rare_earth",
        kind="plant",
        follows=[()] * len(frame),
        partners=[()] * len(frame),
        segments=[()] * len(frame),
    )


def case(thread, target, as_of="2024-01-01", **options):
    found = follow.cases(steps(x=thread), target, as_of=as_of, **options)
    return found.iloc[0] if len(found) else None


def test_a_skipped_rung_counts_as_reached():
    found = case([("2020-01-01", "talks"), ("2021-01-01", "construction")], "agreement")
    assert found["reached"]
    assert (found["event_id"], found["years"]) == ("x-1", 366 / 365.25)


def test_who_is_first_seen_above_a_memorandum_or_off_the_ladder_is_no_case():
    for stage in ("agreement", "operating", "suspended", "in_force"):
        assert case([("2020-01-01", stage), ("2021-01-01", "operating")], "operating") is None


def test_entry_is_the_rung_at_the_end_of_the_first_day():
    thread = [("2020-01-01", "talks"), ("2020-01-01", "mou"), ("2021-01-01", "agreement")]
    assert case(thread, "agreement")["entry"] == "mou"
    assert case(thread, "mou") is None


def test_vague_dates_count_from_their_last_day():
    found = case([("2020-01-01", "talks", "year"), ("2021-06-01", "mou", "month")], "mou")
    assert found["entered"] == pd.Timestamp("2020-12-31")
    assert found["until"] == pd.Timestamp("2021-06-30")
    assert not case([("2020-01-01", "talks"), ("2021-06-01", "mou", "month")], "mou", "2021-06-29")["reached"]


def test_who_has_not_reached_it_is_watched_to_the_end():
    found = case([("2020-01-01", "talks"), ("2020-02-01", "mou")], "agreement")
    assert (found["reached"], found["end"], found["until"]) == (False, "silent", pd.Timestamp("2024-01-01"))


def test_a_halt_can_be_read_in_three_ways():
    thread = [("2020-01-01", "announced"), ("2021-01-01", "cancelled")]
    assert case(thread, "operating")["until"] == pd.Timestamp("2024-01-01")
    assert case(thread, "operating", halts="censored")["until"] == pd.Timestamp("2021-01-01")
    assert case(thread, "operating", halts="never")["until"] > pd.Timestamp("2024-01-01")
    resumed = [*thread, ("2022-01-01", "operating")]
    assert case(resumed, "operating", halts="censored")["reached"]


def test_silence_can_be_read_in_three_ways():
    thread = [("2020-01-01", "announced"), ("2021-01-01", "talks")]
    assert case(thread, "mou", silent="censored")["until"] == pd.Timestamp("2021-01-01")
    assert case(thread, "mou", silent="never")["until"] > pd.Timestamp("2024-01-01")
    fresh = case(thread, "mou", as_of="2022-12-31", silent="censored")
    assert (fresh["end"], fresh["until"]) == ("watched", pd.Timestamp("2022-12-31"))


def many(n_reached, n, level="company", start=0):
    """Return threads that were seen in talks in 2020, and some with a memorandum a year later."""
    threads = {}
    for number in range(start, start + n):
        thread = [("2020-01-01", "talks")]
        if number - start < n_reached:
            thread.append(("2020-12-31", "mou"))
        threads[f"{level}{number}"] = thread
    return threads


def initiatives_of(events, **levels):
    names = sorted(set(events["initiative_id"]))
    level = [
        next((to for start, to in levels.items() if name.startswith(start)), "company") for name in names
    ]
    return pd.DataFrame({"initiative_id": names, "level": level, "scope": "rare_earth"})


def test_shares_without_censoring_are_plain_fractions():
    events = steps(**many(3, 12))
    result = follow.follow_through(events, initiatives_of(events), as_of="2023-01-01", years=(1, 2))
    row = result.table[(result.table["entry"] == "talks") & (result.table["target"] == "mou")].iloc[0]
    assert (row["n"], row["n_reached"], row["share"]) == (12, 3, 0.25)
    assert 0 < row["low"] < 0.25 < row["high"] < 1
    assert len(row["event_ids"]) == 12 + 3
    memoranda = result.table[result.table["entry"] == "mou"]
    assert memoranda["share"].isna().all()
    assert memoranda["refused"].str.contains("0 cases").all()
    assert "reported" in result.selection
    assert "Entry" in result.rules


def test_background_initiatives_and_background_steps_do_not_count():
    events = steps(**many(0, 12), far=[("2020-01-01", "talks")])
    initiatives = initiatives_of(events)
    initiatives.loc[initiatives["initiative_id"] == "far", "scope"] = "context"
    extra = events[events["initiative_id"] == "company0"].assign(
        event_id="aside", date=pd.Timestamp("2020-06-01"), stage="operating", scope="context"
    )
    result = follow.follow_through(pd.concat([events, extra]), initiatives, as_of="2023-01-01")
    assert result.cases["initiative_id"].nunique() == 12
    assert not result.cases["reached"].any()


def test_a_group_is_formed_by_what_was_known_on_entry():
    events = steps(**many(6, 24))
    late = events["event_id"].str.endswith("-1")
    joined = events.assign(partners=[("JPN",) if one else () for one in late])
    result = follow.compare(joined, initiatives_of(events), "JPN", "mou", as_of="2023-01-01")
    assert result.table["group"].tolist() == ["without JPN"]
    first = events["initiative_id"].isin([f"company{number}" for number in range(12)])
    named = events.assign(partners=[("JPN",) if one else () for one in first])
    table = follow.compare(named, initiatives_of(events), "JPN", "mou", as_of="2023-01-01").table
    assert table.set_index("group")["n"].to_dict() == {"with JPN": 12, "without JPN": 12}
    assert table["p"].nunique() == 1
    assert (table["p"] == table["p_holm"]).all(), "two halves of one split are one test"
    assert (table["p"] < 0.05).all()


def test_a_jump_to_output_is_marked_and_one_reading_leaves_it_out():
    """A plan for an old mine, then its output: it may have run all the time."""
    events = steps(
        **many(0, 12),
        mine=[("2020-01-01", "announced"), ("2022-01-01", "operating")],
        plant=[("2020-01-01", "announced"), ("2021-01-01", "construction"), ("2022-01-01", "operating")],
    )
    result = follow.follow_through(events, initiatives_of(events), as_of="2026-01-01")
    jumped = result.cases.groupby("initiative_id")["jumped"].first()
    assert jumped[jumped].index.tolist() == ["mine"]
    rows = result.sensitivity
    rows = rows[(rows["target"] == "operating") & (rows["years"] == 5)].set_index("reading")
    assert rows.loc["as the rules say", ["n", "n_reached"]].tolist() == [14, 2]
    assert rows.loc["without jumps from entry to output (a lower bound)", ["n", "n_reached"]].tolist() == [
        13,
        1,
    ]
    without = follow.follow_through(
        events, initiatives_of(events), as_of="2026-01-01", running_before=["mine"]
    )
    assert "mine" not in set(without.cases["initiative_id"])
    named = without.left_out[without.left_out["reason"].str.startswith("ran before")].iloc[0]
    assert (named["n"], named["initiative_ids"]) == (1, ("mine",))
    with pytest.raises(mm.errors.UnknownIdError, match="mines"):
        follow.follow_through(events, initiatives_of(events), running_before=["mines"])


def test_small_groups_are_counted_but_not_tested():
    events = steps(**many(2, 12), **many(1, 4, "state"))
    table = follow.compare(events, initiatives_of(events, state="state"), "level", "mou").table
    assert table["n"].tolist() == [12, 4]
    assert table["p"].isna().all()
    assert table["refused"].str.contains("fewer than 10 on a side").all()


def test_wrong_options_are_named():
    events = steps(**many(1, 2))
    with pytest.raises(ValueError, match="target must be one of talks"):
        follow.cases(events, "in_force")
    with pytest.raises(ValueError, match="halts must be one of watched"):
        follow.cases(events, "mou", halts="dead")
    with pytest.raises(ValueError, match="entry must be one of"):
        follow.follow_through(events, initiatives_of(events), entry="approved")
    with pytest.raises(mm.errors.UnknownIdError, match="'JPN'"):
        follow.compare(events, initiatives_of(events), by="Japan")


@pytest.fixture(scope="module")
def real():
    return follow.follow_through(mm.load_events(), mm.load_initiatives(scope="rare_earth"))


def test_on_the_real_tables_a_higher_rung_is_never_reached_more_often(real):
    """Of one set of cases; pooled entries change with the target, so single rungs are looked at."""
    for (entry, years), rows in real.table.groupby(["entry", "years"]):
        if entry != "any":
            assert rows["n_reached"].is_monotonic_decreasing, (entry, years)
            assert rows["n"].nunique() == 1
    known = real.table.dropna(subset="share")
    assert ((known["low"] <= known["share"]) & (known["share"] <= known["high"])).all()
    assert (real.table["share"].isna() == real.table["refused"].notna()).all()


def test_on_the_real_tables_every_initiative_is_a_case_or_left_out(real):
    everyone = set(mm.load_initiatives(scope="rare_earth")["initiative_id"])
    out = {one for ids in real.left_out["initiative_ids"] for one in ids}
    assert set(real.cases["initiative_id"]) | out == everyone
    assert not set(real.cases["initiative_id"]) & out
    assert set(real.event_ids) <= set(mm.load_events()["event_id"])


def test_the_first_reading_of_the_sensitivity_is_the_result(real):
    first = real.sensitivity[real.sensitivity["reading"] == "as the rules say"]
    pooled = real.table[real.table["entry"] == "any"]
    key = ["target", "years"]
    pair = first.merge(pooled, on=key, suffixes=("", "_table"))
    assert len(pair) == len(first) == len(pooled)
    assert pair["share"].equals(pair["share_table"])
    assert real.sensitivity["reading"].nunique() > 5


def test_a_later_view_forgets_nothing_of_an_earlier_one():
    events, initiatives = mm.load_events(), mm.load_initiatives(scope="rare_earth")
    then = follow.cases(ladder.counting_steps(events, initiatives), "mou", as_of="2025-07-30")
    now = follow.cases(ladder.counting_steps(events, initiatives), "mou")
    assert (then["until"] <= pd.Timestamp("2025-07-30")).all()
    both = then.merge(now, on="initiative_id", suffixes=("_then", "_now"))
    assert len(both) == len(then)
    reached = both[both["reached_then"]]
    assert (reached["until_then"] == reached["until_now"]).all()
