"""The chain from monazite to cars, what limits it, world shares, Japan's dependence."""

import numpy as np
import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import supply
from mineralmap.errors import UnknownNameError


def factor(name, low, value, high, confidence="high", derived="no"):
    return {
        "factor": name,
        "low": low,
        "value": value,
        "high": high,
        "unit": "",
        "derived": derived,
        "source_url": f"https://example.org/{name}",
        "confidence": confidence,
    }


@pytest.fixture
def factors():
    """A chain without ranges: 1,000 t of monazite make 18 t of magnets."""
    nan = float("nan")
    return pd.DataFrame(
        [
            factor("monazite_production_india", nan, 1000, nan),
            factor("monazite_processing_capacity_irel", nan, 5000, nan),
            factor("chain_1_reo_in_monazite", nan, 50, nan),
            factor("chain_2_reo_recovered_of_contained", nan, 80, nan),
            factor("chain_3_ndpr_in_reo", nan, 1.5, nan, "low", "yes"),
            factor("chain_4_magnets_per_t_ndpr_oxide", nan, 3, nan),
            factor("chain_5_magnet_per_electric_car", nan, 2, nan),
            factor("rare_earth_in_ndfeb", 30, nan, 30),
            factor("neodymium_output_irel_fy2025", 1, nan, 1),
            factor("neodymium_output_irel_fy2026_expected", nan, 4, nan),
            factor("neodymium_output_irel_fy2027_planned", nan, 40, nan),
        ]
    )


@pytest.fixture
def facilities():
    rows = [
        ("metal-now", "metal", "operating", 100, "t/yr NdPr metal"),
        ("magnet-built", "magnet", "construction", 500, "t/yr NdFeB magnets"),
        ("samarium", "magnet", "operating", 3, "t/yr SmCo magnets"),
        ("nameless", "metal", "operating", np.nan, None),
    ]
    return pd.DataFrame(rows, columns=["facility_id", "kind", "status", "capacity_value", "capacity_unit"])


def test_the_chain_by_hand(factors):
    table = supply.chain(factors).set_index("stage")
    by_hand = {
        "monazite mined": 1000,
        "rare-earth oxides contained": 500,
        "rare-earth oxides recovered": 400,
        "NdPr oxide": 6,
        "NdFeB magnets": 18,
        "electric cars": 9000,
    }
    for stage, value in by_hand.items():
        assert table.loc[stage, ["low", "median", "high"]].tolist() == pytest.approx([value] * 3)
    assert table.loc["electric cars", "rows"][0] == "monazite_production_india"
    assert "https://example.org/chain_3_ndpr_in_reo" in table.loc["NdPr oxide", "source_urls"]
    assert not any("ndpr" in row for row in table.loc["rare-earth oxides recovered", "rows"])


def test_a_single_figure_stays_and_is_flagged(factors):
    ranges = supply.factor_ranges(factors).set_index("factor")
    assert (ranges["distribution"] == "fixed").all()
    assert "one figure, no range" in ranges.loc["monazite_mined", "caveats"]
    assert "low confidence" in ranges.loc["ndpr_share", "caveats"]
    chain = supply.chain(factors).set_index("stage")
    assert any(why.startswith("ndpr_share") for why in chain.loc["NdFeB magnets", "caveats"])


def test_the_same_seed_gives_the_same_numbers_and_ranges_add_up():
    factors = mm.load_chain_factors()
    one, two = supply.chain(factors), supply.chain(factors)
    pd.testing.assert_frame_equal(one, two)
    other = supply.chain(factors, seed=1)
    assert not np.allclose(one["median"].iloc[-1], other["median"].iloc[-1], rtol=1e-9)
    assert np.allclose(one["median"], other["median"], rtol=0.02), "the seed does not carry the result"
    # No draw lies outside the product of the ends.
    ranges = supply.factor_ranges(factors).set_index("factor")
    ends = ranges.loc[["monazite_mined", "reo_content", "recovery", "ndpr_share", "magnets_per_oxide"]]
    magnets = one.set_index("stage").loc["NdFeB magnets"]
    assert ends["low"].prod() <= magnets["low"] <= magnets["high"] <= ends["high"].prod()


def test_a_triangle_has_the_mean_of_a_triangle(factors):
    draws = supply.chain(factors, overrides={"monazite_mined": (0, 300, 900)}, n=200_000)
    # The median of a triangle on 0, 300, 900 lies right of its peak: 900 - sqrt(900 * 600 / 2).
    assert draws["median"].iloc[0] == pytest.approx(900 - (900 * 600 / 2) ** 0.5, rel=0.01)


def test_own_factors_and_their_faults(factors):
    twice = supply.chain(factors, overrides={"monazite_mined": 2000}).set_index("stage")
    assert twice.loc["NdFeB magnets", "median"] == pytest.approx(36)
    assert "monazite_production_india" not in twice.loc["NdFeB magnets", "rows"]
    with pytest.raises(UnknownNameError, match="did you mean 'ndpr_share'"):
        supply.chain(factors, overrides={"ndpr_shar": 1})
    with pytest.raises(ValueError, match="low <= peak <= high"):
        supply.chain(factors, overrides={"ndpr_share": (3, 2, 4)})
    with pytest.raises(UnknownNameError, match="chain_3_ndpr_in_reo"):
        supply.chain(factors[factors["factor"] != "chain_3_ndpr_in_reo"])


def test_the_resource_is_the_newest_national_total(factors):
    monazite = mm.load_monazite()
    table = supply.chain(factors, monazite)
    newest = monazite[monazite["state_iso"] == "IN"].sort_values("as_of").iloc[-1]
    assert table["median"].iloc[0] == pytest.approx(1e6 * newest["monazite_mt"])
    with pytest.raises(ValueError, match="whole country"):
        supply.chain(factors, monazite[monazite["state_iso"] != "IN"])


def test_what_limits_the_chain_by_hand(factors, facilities):
    today = supply.capacities(factors, facilities).set_index("link")
    # 1,000 t of monazite are 18 t of magnets; 1 t of neodymium is 3 (oxide) to 3.3 t (metal).
    assert today.loc["mining", "magnets_median"] == pytest.approx(18)
    assert today.loc["cracking", "magnets_median"] == pytest.approx(90)
    assert 3 <= today.loc["separation", "magnets_low"] <= today.loc["separation", "magnets_high"] <= 10 / 3
    assert today.loc["metal", "magnets_median"] == pytest.approx(100 / 0.3)
    assert today.loc["separation", "limits"] == "limits"
    assert today.loc["magnets", "limits"] == "no capacity known", "samarium-cobalt is another magnet"
    assert np.isnan(today.loc["magnets", "magnets_median"]), "unknown is not zero"
    assert today.loc["metal", "facility_ids"] == ("metal-now",)
    said = supply.bottleneck(today.reset_index())
    assert "separation limits the chain" in said
    assert "no capacity is known for magnets" in said
    assert today["label"].to_dict() == supply.LINKS
    plans = supply.capacities(factors, facilities, upto="planned").set_index("link")
    assert plans.loc["mining", "limits"] == "limits"
    assert plans.loc["magnets", "magnets_median"] == pytest.approx(500)
    with pytest.raises(ValueError, match="upto must be 'operating', 'construction' or 'planned'"):
        supply.capacities(factors, facilities, upto="someday")


def test_real_capacities_name_rows_and_plants_that_exist():
    factors, facilities = mm.load_chain_factors(), mm.load_facilities()
    for upto in supply.UPTO:
        table = supply.capacities(factors, facilities, upto=upto)
        assert list(table["link"]) == list(supply.LINKS)
        assert {row for rows in table["rows"] for row in rows} <= set(factors["factor"])
        assert {one for ids in table["facility_ids"] for one in ids} <= set(facilities["facility_id"])
        assert (table["limits"] == "limits").sum() == 1


# ------------------------------------------------------------------------------------- the world


def test_world_shares_add_up_to_the_totals_that_usgs_prints():
    table = supply.world_concentration(mm.load_world_ree())
    assert table["year"].iloc[0] == supply.FIRST_WORLD_YEAR
    assert table["within"].all(), table[["year", "gap_pct"]]
    assert (table["hhi_low"] <= table["hhi_high"]).all()
    shares = supply.world_shares(mm.load_world_ree(), 2025)
    assert shares["share_pct"].sum() == pytest.approx(100)
    assert shares["share_pct"].is_monotonic_decreasing


def world(rows):
    columns = ["iso3", "year", "value"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        country=frame["iso3"],
        metric="mine_production",
        preferred=True,
        estimated=False,
        row_id=frame["iso3"],
        source_url="https://example.org",
    )


def test_concentration_by_hand():
    table = world(
        [("CHN", 2020, 60), ("USA", 2020, 20), ("IND", 2020, 10), ("OTH", 2020, 10), ("WLD", 2020, 101)]
    )
    row = supply.world_concentration(table).iloc[0]
    assert row["hhi_low"] == pytest.approx(60**2 + 20**2 + 10**2)
    assert row["hhi_high"] == pytest.approx(60**2 + 20**2 + 10**2 + 10**2)
    assert row["gap_pct"] == pytest.approx(100 * (100 / 101 - 1))
    assert not row["within"]
    assert row["n_countries"] == 3


def test_no_shares_before_2017():
    with pytest.raises(ValueError, match="lack countries"):
        supply.world_shares(mm.load_world_ree(), 2016)
    with pytest.raises(ValueError, match="no mine production of 2099"):
        supply.world_shares(mm.load_world_ree(), 2099)


# ------------------------------------------------------------------------------------- Japan


def test_each_definition_is_a_line():
    table = mm.load_japan_dependence()
    lines = supply.japan_lines(table)
    assert len(lines) == len(table)
    assert lines.groupby("line")["measure"].nunique().eq(1).all()


def test_change_stays_inside_a_definition():
    rows = [
        ("a", 2009, 90, "weight", "low"),
        ("b", 2009, 80, "weight", "high"),
        ("c", 2015, 50, "weight", "high"),
        ("d", 2020, 60, "weight", "high"),
        ("e", 2020, 20, "value", "high"),
        ("f", 2009, 90, "rounded press figure, no series", "high"),
        ("g", 2020, 60, "rounded press figure, no series", "high"),
    ]
    table = pd.DataFrame(
        rows, columns=["estimate_id", "year", "share_from_china_pct", "measure", "confidence"]
    )
    change = supply.japan_change(table)
    assert list(change["line"]) == ["weight"]
    row = change.iloc[0]
    assert (row["first_pct"], row["last_pct"], row["change_points"]) == (80, 60, -20)
    assert (row["lowest_year"], row["rise_from_lowest_points"]) == (2015, 10)
    assert row["estimate_ids"] == ("b", "c", "d")
    assert supply.japan_change(table.iloc[:0]).empty
