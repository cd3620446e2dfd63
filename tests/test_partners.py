"""Ties between partners, states and the Union, on rows written out by hand."""

import numpy as np
import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import partners
from mineralmap.errors import UnknownIdError


def test_state_ties_and_national_ties_are_kept_apart():
    events = pd.DataFrame(
        {
            "event_id": ["a", "b", "c", "d"],
            "date": pd.to_datetime(["2012-11-16", "2014-08-28", "2025-08-29", "2020-01-01"]),
            "partners": [("JPN",), ("JPN",), ("JPN", "USA"), ()],
            "states": [(), ("IN-AP", "IN-OD"), (), ("IN-KL",)],
        }
    )
    ties = partners.edges(events)
    counted = {
        (tie.partner, tie.state_iso if isinstance(tie.state_iso, str) else None): tie.n_events
        for tie in ties.itertuples()
    }
    assert counted == {("JPN", "IN-AP"): 1, ("JPN", "IN-OD"): 1, ("JPN", None): 2, ("USA", None): 1}
    union = ties[ties["state_iso"].isna() & (ties["partner"] == "JPN")].iloc[0]
    assert union["event_ids"] == ("a", "c")
    assert union["first_date"] == pd.Timestamp("2012-11-16")


def events_of(rows):
    """Events from ``(event, initiative, date, partners)``."""
    frame = pd.DataFrame(rows, columns=["event_id", "initiative_id", "date", "partners"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


def test_the_matrix_keeps_the_union_apart_and_says_nothing_twice():
    ties = pd.DataFrame(
        {
            "partner": ["JPN", "JPN", "USA"],
            "state_iso": ["IN-AP", None, None],
            "n_events": [1, 2, 4],
        }
    )
    table = partners.matrix(ties)
    assert list(table.columns) == ["IN-AP", partners.UNION]
    assert list(table.index) == ["USA", "JPN"]
    assert table.loc["JPN"].tolist() == [1, 2]
    assert table.loc["USA", "IN-AP"] == 0


def test_concentration_by_hand():
    """Eight ties with Japan, two shared evenly with the USA: shares 0.9 and 0.1."""
    rows = [(f"e{number}", f"i{number // 2}", "2025-01-01", ("JPN",)) for number in range(8)]
    rows += [(f"e{number}", f"i{number}", "2025-01-01", ("JPN", "USA")) for number in (8, 9)]
    rows += [("e10", "i10", "2025-01-01", ())]
    found = partners.concentration(events_of(rows))
    assert found.n == 10
    assert found.hhi == pytest.approx(0.9**2 + 0.1**2)
    assert found.equal_partners == pytest.approx(1 / 0.82)
    assert found.shares["share"].tolist() == pytest.approx([0.9, 0.1])
    assert found.shares["event_ids"].iloc[1] == ("e8", "e9")
    assert set(found.event_ids) == {f"e{number}" for number in range(10)}


def test_a_thread_has_one_vote_if_initiatives_are_counted_and_few_are_refused():
    rows = [(f"e{number}", "one", "2025-01-01", ("JPN",)) for number in range(12)]
    assert partners.concentration(events_of(rows)).hhi == 1
    by_thread = partners.concentration(events_of(rows), "initiatives")
    assert (by_thread.n, by_thread.refused) == (1, "1 initiatives, fewer than 10")
    assert np.isnan(by_thread.hhi)
    assert len(by_thread.shares) == 1
    nobody = partners.concentration(events_of([("e", "i", "2025-01-01", ())]))
    assert (nobody.n, nobody.n_partners) == (0, 0)
    with pytest.raises(ValueError, match="unit"):
        partners.concentration(events_of(rows), "tonnes")


def led(levels):
    """Events and initiatives from ``{year: [level, ...]}``, an initiative each."""
    rows = [
        (f"e{year}-{n}", f"i{year}-{n}", f"{year}-01-01", ())
        for year in levels
        for n in range(len(levels[year]))
    ]
    events = events_of(rows)
    flat = [level for year in levels for level in levels[year]]
    return events, pd.DataFrame({"initiative_id": events["initiative_id"], "level": flat})


def test_shares_of_leaders_have_wilsons_interval():
    """Wilson's interval for 2 of 10 at 95 % is 0.0567 to 0.5098 (Newcombe 1998 gives the formula)."""
    frame = partners.leaders(*led({2025: ["state"] * 2 + ["national"] * 8}))
    row = frame[frame["level"] == "state"].iloc[0]
    assert (row["k"], row["n"], row["share"]) == (2, 10, 0.2)
    assert (round(row["low"], 4), round(row["high"], 4)) == (0.0567, 0.5098)
    assert frame["k"].sum() == 10
    assert row["event_ids"] == ("e2025-0", "e2025-1")


def test_thin_years_are_refused_or_pooled():
    events, initiatives = led(
        {2009: ["company"] * 2, 2012: ["state"] * 3, 2025: ["national"] * 6, 2026: ["state"]}
    )
    alone = partners.leaders(events, initiatives)
    assert alone.loc[alone["first_year"] == 2009, "share"].isna().all()
    assert alone.loc[alone["first_year"] == 2009, "refused"].str.contains("2 cases").all()
    pooled = partners.leaders(events, initiatives, pool=5)
    assert list(dict.fromkeys(pooled["period"])) == ["2009-2012", "2025-2026"]
    assert pooled["share"].notna().all()


def test_an_initiative_is_one_case_in_its_first_year():
    events = events_of([("a", "x", "2020-01-01", ()), ("b", "x", "2025-01-01", ())])
    initiatives = pd.DataFrame({"initiative_id": ["x"], "level": ["state"]})
    assert partners.leaders(events, initiatives)["k"].sum() == 2
    once = partners.leaders(events, initiatives, "initiatives")
    assert once["first_year"].unique().tolist() == [2020]


def test_the_trend_test_on_a_published_table():
    """Alcohol and malformation: Graubard and Korn (1987); Agresti, Categorical Data Analysis.

    The linear trend statistic is 6.57 (p 0.01); the logistic slope 0.3166 with standard error 0.1254.
    """
    z, p, slope, low, high = partners.linear_trend(
        [0, 0.5, 1.5, 4, 7], [48, 38, 5, 1, 1], [17114, 14502, 793, 127, 38]
    )
    assert z**2 == pytest.approx(6.57, abs=0.005)
    assert p == pytest.approx(0.0104, abs=5e-5)
    assert slope == pytest.approx(0.3166, abs=5e-5)
    assert (high - low) / 2 / 1.959964 == pytest.approx(0.1254, abs=5e-5)


def test_cleanly_parted_years_give_no_finite_slope():
    z, _, slope, low, high = partners.linear_trend([1, 2, 3, 4], [0, 0, 9, 9], [9, 9, 9, 9])
    assert z > 0
    assert slope == np.inf
    assert (low, high) == (-np.inf, np.inf)


def test_a_trend_is_found_named_and_refused_where_it_should_be():
    rising = {
        year: ["state"] * k + ["national"] * (10 - k)
        for year, k in zip(range(2019, 2025), range(1, 7), strict=True)
    }
    found = partners.trend(*led(rising))
    assert found.odds_ratio > 1
    assert found.p < 0.05
    assert found.caveats
    assert (found.n, found.k, len(found.event_ids)) == (60, 21, 60)
    assert "19 cases" in partners.trend(*led({2025: ["state"] * 19})).refused
    assert "2 years" in partners.trend(*led({2024: ["state"] * 19, 2025: ["national"] * 19})).refused
    none = partners.trend(*led({year: ["national"] * 5 for year in range(2019, 2025)}))
    assert "0 of 30" in none.refused
    assert np.isnan(none.p)
    with pytest.raises(UnknownIdError, match="state, national"):
        partners.trend(*led(rising), level="federal")


def test_on_the_real_tables_the_leaders_add_up():
    events, initiatives = mm.load_events("rare_earth"), mm.load_initiatives()
    frame = partners.leaders(events, initiatives)
    assert frame["k"].sum() == len(events)
    assert (frame.groupby("period")["k"].sum() == frame.groupby("period")["n"].first()).all()
    ids = [one for many in frame["event_ids"] for one in many]
    assert sorted(ids) == sorted(events["event_id"])


def test_a_missing_date_or_list_of_states_is_no_error():
    events = pd.DataFrame(
        {
            "event_id": ["a", "b", "c"],
            "date": pd.to_datetime(["2024-01-01", None, "2023-01-01"]),
            "partners": [("JPN",), ("JPN",), ("JPN",)],
            "states": [("IN-AP",), ("IN-AP",), None],
        }
    )
    ties = partners.edges(events).set_index("state_iso", drop=False)
    assert ties.loc["IN-AP", "n_events"] == 2
    assert ties.loc["IN-AP", "last_date"] == pd.Timestamp("2024-01-01")
    assert ties["event_ids"].tolist() == [("a", "b"), ("c",)]
