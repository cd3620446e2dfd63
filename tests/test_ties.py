"""Ties between partners, states and the Union, and who leads, on rows written out by hand."""

import numpy as np
import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import ties


def events_of(*rows):
    """Events from ``(event, initiative, date, partners, states)``; the last two may be left out."""
    rows = [(*row, (), ())[:5] if len(row) < 5 else row for row in rows]
    frame = pd.DataFrame(rows, columns=["event_id", "initiative_id", "date", "partners", "states"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


def test_state_ties_and_national_ties_are_kept_apart():
    found = ties.partner_ties(
        events_of(
            ("a", "i", "2012-11-16", ("JPN",), ()),
            ("b", "i", "2014-08-28", ("JPN",), ("IN-AP", "IN-OD")),
            ("c", "i", "2025-08-29", ("JPN", "USA"), ()),
            ("d", "i", "2020-01-01", (), ("IN-KL",)),
        )
    )
    pairs = zip(found["partner"], found["state_iso"].fillna("Union"), found["n_events"], strict=True)
    assert list(pairs) == [("JPN", "IN-AP", 1), ("JPN", "IN-OD", 1), ("JPN", "Union", 2), ("USA", "Union", 1)]
    union = found.iloc[2]
    assert union["event_ids"] == ("a", "c")
    assert (union["first_date"], union["last_date"]) == (
        pd.Timestamp("2012-11-16"),
        pd.Timestamp("2025-08-29"),
    )


def test_a_missing_date_or_list_of_states_is_no_error():
    events = events_of(
        ("a", "i", "2024-01-01", ("JPN",), ("IN-AP",)),
        ("b", "i", None, ("JPN",), ("IN-AP",)),
        ("c", "i", "2023-01-01", ("JPN",), None),
    )
    found = ties.partner_ties(events)
    assert found["event_ids"].tolist() == [("a", "b"), ("c",)]
    assert found["last_date"].iloc[0] == pd.Timestamp("2024-01-01")
    nothing = ties.partner_ties(events.iloc[:0])
    assert nothing.columns.tolist() == found.columns.tolist()
    assert nothing.empty


def test_the_matrix_keeps_the_union_apart_and_says_nothing_twice():
    table = ties.matrix(
        pd.DataFrame(
            {"partner": ["JPN", "JPN", "USA"], "state_iso": ["IN-AP", None, None], "n_events": [1, 2, 4]}
        )
    )
    assert list(table.columns) == ["IN-AP", ties.UNION]
    assert list(table.index) == ["USA", "JPN"]
    assert table.loc["JPN"].tolist() == [1, 2]
    assert table.loc["USA", "IN-AP"] == 0


def test_concentration_by_hand():
    """Eight ties with Japan, two shared evenly with the USA: shares 0.9 and 0.1."""
    rows = [(f"e{number}", f"i{number // 2}", "2025-01-01", ("JPN",)) for number in range(8)]
    rows += [(f"e{number}", f"i{number}", "2025-01-01", ("JPN", "USA")) for number in (8, 9)]
    rows += [("e10", "i10", "2025-01-01", ())]
    found = ties.concentration(events_of(*rows))
    assert found.n == 10
    assert found.hhi == pytest.approx(0.9**2 + 0.1**2)
    assert found.equal_partners == pytest.approx(1 / 0.82)
    assert found.shares["share"].tolist() == pytest.approx([0.9, 0.1])
    assert found.shares["event_ids"].iloc[1] == ("e8", "e9")


def test_an_initiative_has_one_vote_if_initiatives_are_counted_and_few_are_refused():
    events = events_of(*((f"e{number}", "one", "2025-01-01", ("JPN",)) for number in range(12)))
    assert ties.concentration(events).hhi == 1
    by_initiative = ties.concentration(events, unit="initiatives")
    assert (by_initiative.n, by_initiative.refused) == (1, "1 initiatives, fewer than 10")
    assert np.isnan(by_initiative.hhi)
    assert len(by_initiative.shares) == 1
    nobody = ties.concentration(events_of(("e", "i", "2025-01-01", ())))
    assert (nobody.n, nobody.n_partners) == (0, 0)
    with pytest.raises(ValueError, match="unit"):
        ties.concentration(events, unit="tonnes")


def led(levels):
    """Events and initiatives from ``{year: [level, ...]}``, an initiative each."""
    rows = [
        (f"e{year}-{n}", f"i{year}-{n}", f"{year}-01-01") for year in levels for n in range(len(levels[year]))
    ]
    events = events_of(*rows)
    level = [level for year in levels for level in levels[year]]
    return events, pd.DataFrame({"initiative_id": events["initiative_id"], "level": level})


def test_shares_of_who_leads_have_wilsons_interval():
    """Wilson's interval for 2 of 10 at 95 % is 0.0567 to 0.5098 (Newcombe 1998 gives the formula)."""
    frame = ties.lead_shares(*led({2025: ["state"] * 2 + ["national"] * 8}))
    row = frame[frame["level"] == "state"].iloc[0]
    assert (row["k"], row["n"], row["share"]) == (2, 10, 0.2)
    assert (round(row["low"], 4), round(row["high"], 4)) == (0.0567, 0.5098)
    assert frame["k"].sum() == 10
    assert row["event_ids"] == ("e2025-0", "e2025-1")


def test_thin_years_are_refused_or_pooled():
    frames = led({2009: ["company"] * 2, 2012: ["state"] * 3, 2025: ["national"] * 6, 2026: ["state"]})
    alone = ties.lead_shares(*frames)
    assert list(dict.fromkeys(alone["period"])) == ["2009", "2012", "2025", "2026"]
    assert alone.loc[alone["first_year"] == 2009, "share"].isna().all()
    assert alone.loc[alone["first_year"] == 2009, "refused"].str.contains("2 cases").all()
    pooled = ties.lead_shares(*frames, pool=5)
    assert list(dict.fromkeys(pooled["period"])) == ["2009-2012", "2025-2026"]
    assert pooled["share"].notna().all()
    assert list(dict.fromkeys(ties.lead_shares(*frames, pool=99)["period"])) == ["2009-2026"]
    assert ties.lead_shares(*led({})).empty


def test_an_initiative_is_one_case_in_its_first_year():
    events = events_of(("a", "x", "2020-01-01"), ("b", "x", "2025-01-01"))
    initiatives = pd.DataFrame({"initiative_id": ["x"], "level": ["state"]})
    assert ties.lead_shares(events, initiatives)["k"].sum() == 2
    once = ties.lead_shares(events, initiatives, unit="initiatives")
    assert once["first_year"].unique().tolist() == [2020]


def test_the_trend_test_on_a_published_table():
    """Alcohol and malformation: Graubard and Korn (1987); Agresti, Categorical Data Analysis.

    The scores are 0, 0.5, 1.5, 4 and 7 drinks. The linear trend statistic is 6.57 (p 0.01); the
    logistic slope 0.3166 with standard error 0.1254. Years carry the doubled scores, so slope and
    error are halved.
    """
    hits, totals = [48, 38, 5, 1, 1], [17114, 14502, 793, 127, 38]
    groups = zip([2000, 2001, 2003, 2008, 2014], hits, totals, strict=True)
    levels = {year: ["state"] * k + ["national"] * (n - k) for year, k, n in groups}
    row = ties.lead_trends(*led(levels)).set_index("level").loc["state"]
    assert row["z"] ** 2 == pytest.approx(6.57, abs=0.005)
    assert row["p"] == pytest.approx(0.0104, abs=5e-5)
    assert np.log(row["odds_ratio"]) == pytest.approx(0.3166 / 2, abs=5e-5)
    assert np.log(row["high"] / row["low"]) / 2 / 1.959964 == pytest.approx(0.1254 / 2, abs=5e-5)


def test_cleanly_parted_years_give_no_finite_slope():
    levels = {year: ["state" if year > 2020 else "national"] * 9 for year in range(2018, 2024)}
    rows = ties.lead_trends(*led(levels)).set_index("level")
    assert rows.loc["state", ["odds_ratio", "low", "high"]].tolist() == [np.inf, 0, np.inf]
    assert rows.loc["national", ["odds_ratio", "low", "high"]].tolist() == [0, 0, np.inf]
    assert (rows.loc["state", "z"] > 0) & (rows.loc["national", "z"] < 0)


def test_a_trend_is_found_named_and_refused_where_it_should_be():
    def of_states(levels, **options):
        return ties.lead_trends(*led(levels), **options).set_index("level").loc["state"]

    rising = {year: ["state"] * k + ["national"] * (10 - k) for k, year in enumerate(range(2019, 2025), 1)}
    found = of_states(rising)
    assert found["odds_ratio"] > 1
    assert found["p"] < 0.05
    assert (found["n"], found["k"], len(found["event_ids"])) == (60, 21, 60)
    assert "19 cases" in of_states({2025: ["state"] * 19})["refused"]
    assert "2 years" in of_states({2024: ["state"] * 19, 2025: ["national"] * 19})["refused"]
    none = of_states({year: ["national"] * 5 for year in range(2019, 2025)})
    assert "0 of 30" in none["refused"]
    assert np.isnan(none["p"])
    with pytest.raises(ValueError, match="unit"):
        of_states(rising, unit="tonnes")


def test_on_the_real_tables_every_event_is_led_by_one_level():
    events = mm.load_events(scope="rare_earth")
    frame = ties.lead_shares(events, mm.load_initiatives())
    assert (frame.groupby("period")["k"].sum() == frame.groupby("period")["n"].first()).all()
    ids = [event_id for many in frame["event_ids"] for event_id in many]
    assert sorted(ids) == sorted(events["event_id"])
