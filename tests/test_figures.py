"""The still pictures: the same bytes, no cut text, the data's own numbers."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from pictures import check_text, texts, words

import mineralmap as mm
from mineralmap import figures, follow_through, supply, ties

THEN = "2025-07-30"


@pytest.fixture(scope="module")
def events():
    return mm.load_events()


@pytest.fixture(scope="module")
def initiatives():
    return mm.load_initiatives(scope="rare_earth")


@pytest.fixture(scope="module")
def shares(events, initiatives):
    return follow_through.follow_through(events, initiatives)


@pytest.fixture(scope="module")
def partner_ties(events):
    return ties.partner_ties(mm.filter_rows(events, scope="rare_earth"))


@pytest.fixture(scope="module")
def pictures(events, initiatives, shares, partner_ties):
    rare = mm.filter_rows(events, scope="rare_earth")
    led = ties.lead_shares(rare, initiatives, unit="initiatives", pool=10)
    up = mm.filter_rows(initiatives, states="UP")
    return {
        "india": figures.india_map(),
        "state": figures.india_map(states="Andhra Pradesh", title="Andhra Pradesh"),
        "monazite": figures.monazite(),
        "timeline": figures.timeline(events, up, title="Uttar Pradesh", as_of=THEN),
        "stages": figures.stages_over_time(events, initiatives),
        "stages then": figures.stages_over_time(events, initiatives, as_of=THEN),
        "follow": figures.follow_through(shares),
        "follow one": figures.follow_through(shares, entry="mou", targets=("agreement", "operating")),
        "states": figures.stage_timeline(events, initiatives),
        "states then": figures.stage_timeline(events, initiatives, as_of=THEN),
        "matrix": figures.partner_matrix(partner_ties),
        "leaders": figures.lead_shares(led, as_of=THEN),
        "supply chain": figures.supply_chain(),
        "bottleneck": figures.bottleneck(),
        "world output": figures.world_output(),
        "japan": figures.japan_dependence(),
    }


NAMES = [
    *("india", "state", "monazite", "timeline", "stages", "stages then", "follow", "follow one"),
    *("states", "states then", "matrix", "leaders", "supply chain", "bottleneck", "world output", "japan"),
]


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_whole_and_names_its_source(pictures, name):
    picture = pictures[name]
    check_text(picture)
    assert len(picture.alt) > 40
    assert any("mineralmap tables" in text for text in words(picture))


def test_a_notebook_gets_the_picture_with_its_finding_as_title(pictures):
    picture = pictures["monazite"]
    shown = picture._repr_mimebundle_()
    assert picture.alt.split(".")[0] in shown["image/svg+xml"]
    assert picture.alt in shown["text/plain"]


SCRIPT = """
import hashlib
import mineralmap as mm
from mineralmap import figures, supply
up = mm.filter_rows(mm.load_initiatives(scope="rare_earth"), states="UP")
for picture in (
    figures.india_map(states="UP"),
    figures.timeline(mm.load_events(), up, title="Uttar Pradesh"),
    figures.supply_chain(),
):
    print(hashlib.sha256(picture.to_svg().encode()).hexdigest())
"""


@pytest.mark.once
def test_two_processes_draw_the_same_bytes():
    found = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = [sys.executable, "-c", SCRIPT]
        found.add(subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(found) == 1
    assert len(found.pop().split()) == 3


def test_a_dollar_in_a_title_is_no_formula():
    table = mm.load_japan_dependence().assign(measure="$2 a tonne and $3")
    picture = figures.japan_dependence(table)
    picture.draw_without_rendering()
    priced = [text for text in texts(picture) if "$2 a tonne and $3" in text.get_text()]
    assert priced
    assert not any(text.get_parse_math() for text in priced)


def test_monazite_bars_are_the_rows_of_the_table(pictures):
    table = mm.load_monazite()
    complete = table[table["split_in_source"] == "complete"]
    rows = complete[(complete["as_of"] == complete["as_of"].max()) & (complete["state_iso"] != "IN")]
    bars = sorted(bar.get_width() for bar in pictures["monazite"].axes[0].patches)
    assert bars == sorted(rows["monazite_mt"])
    with pytest.raises(mm.errors.UnknownNameError, match=complete["as_of"].max()):
        figures.monazite(as_of="2026")


def test_the_pile_is_as_high_as_the_stages_say(pictures):
    for name, day in (("stages", None), ("stages then", THEN)):
        projects = mm.stages.built(mm.load_initiatives(as_of=day, scope="rare_earth"))
        stages = projects["stage"].astype("str")
        running = (stages == "operating").sum()
        assert pictures[name].alt.startswith(f"Of {len(stages)} projects, {running} are operating")
        assert f"Talks  {(stages == 'talks').sum()}" in words(pictures[name])
        halted = (stages == "suspended").sum()
        assert (f"Suspended  {halted}" in words(pictures[name])) == bool(halted)


def test_nothing_to_count_is_an_error(events, initiatives):
    with pytest.raises(ValueError, match="nothing to draw"):
        figures.stages_over_time(events, initiatives, as_of="1900-01-01")


def test_the_curves_say_their_n_or_that_it_is_too_small(shares, pictures):
    table = shares.table
    pooled = table[(table["entry"] == "any") & (table["target"] == "mou")].iloc[0]
    assert any(text.startswith(f"n = {pooled['n']}\n") for text in words(pictures["follow"]))
    memoranda = table[(table["entry"] == "mou") & (table["target"] == "agreement")].iloc[0]
    assert any(text.startswith(f"n = {memoranda['n']}") for text in words(pictures["follow one"]))


def test_each_panel_says_how_many_were_still_observed_at_its_own_target(shares, pictures):
    table = shares.table[shares.table["entry"] == "any"]
    panels = pictures["follow"].axes
    for panel, target in zip(panels, ("mou", "agreement", "construction", "operating"), strict=True):
        rows = table[table["target"] == target]
        expected = [f"{year:g}\n{n}" for year, n in zip(rows["years"], rows["n_at_risk"], strict=True)]
        assert [label.get_text() for label in panel.get_xticklabels()][1:] == expected


def followed(*days_of_output):
    """Follow 12 plans of 2010, of which some ran on a later day."""
    rows = [(f"plan{number}", "2010-01-01", "announced") for number in range(12)]
    for number, day in enumerate(days_of_output):
        rows += [(f"plan{number}", "2011-01-01", "construction"), (f"plan{number}", day, "operating")]
    steps = pd.DataFrame(rows, columns=["initiative_id", "date", "stage"])
    steps = steps.assign(
        event_id=[f"step{number}" for number in range(len(steps))],
        date=pd.to_datetime(steps["date"]),
        date_precision="day",
        scope="rare_earth",
        kind="plant",
        **{name: [()] * len(steps) for name in ("follows", "partners", "segments")},
    )
    plans = steps[["initiative_id", "scope"]].drop_duplicates()
    return follow_through.follow_through(steps, plans, as_of="2021-01-01")


BEGAN = "12 projects that began as plans"


@pytest.mark.parametrize(
    ("days", "targets", "title"),
    [
        (["2012-01-01"], ("operating",), f"Of {BEGAN}, 1 came to run within 5 years"),
        (
            ["2018-01-01"],
            ("operating",),
            f"None of {BEGAN} came to run within 5 years; 12 were observed that long, and 1 did so later",
        ),
        ([], ("operating",), f"None of {BEGAN} came to run within 5 years; 12 were observed that long"),
        (
            ["2018-01-01"],
            ("mou", "construction"),
            f"Of {BEGAN}, 1 reached construction or higher within 5 years",
        ),
    ],
)
def test_the_title_tells_none_within_from_none_at_all(days, targets, title):
    picture = figures.follow_through(followed(*days), entry="announced", targets=targets)
    assert picture.alt.startswith(f"{title}. ")


def test_the_matrix_shows_the_counts(partner_ties, pictures):
    counts = ties.matrix(partner_ties).to_numpy()
    numbers = [int(text) for text in words(pictures["matrix"]) if text.isdigit()]
    assert sorted(numbers) == sorted(counts[counts > 0].tolist())


def test_a_national_programme_over_several_states_is_in_no_state_panel(initiatives, pictures):
    wide = initiatives["level"].isin(["national", "multilateral"]) & (initiatives["states"].map(len) > 1)
    up = mm.filter_rows(initiatives[~wide], states="UP")
    titles = {axes.get_title(loc="left") for axes in pictures["states"].axes}
    assert any(title.startswith(f"Uttar Pradesh: {len(up)} initiative") for title in titles)


def test_bars_of_the_chain_are_its_ranges(pictures):
    chain = supply.chain(mm.load_chain_factors())
    bars = [bar for axes in pictures["supply chain"].axes for bar in axes.patches]
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]
    assert np.allclose(ends, 100 * chain[["low", "high"]].div(chain["median"], axis=0))


def test_a_missing_capacity_is_said_and_not_drawn_as_zero(pictures):
    table = supply.capacities(mm.load_chain_factors(), mm.load_facilities())
    said = [text for text in words(pictures["bottleneck"]) if "no capacity known" in text]
    assert sum(text.startswith("runs today") for text in said) == table["magnets_median"].isna().sum()


def test_columns_of_the_world_add_up(pictures):
    tops = {}
    for bar in pictures["world output"].axes[0].patches:
        tops.setdefault(round(bar.get_x(), 3), []).append(bar.get_height())
    assert len(tops) == len(supply.world_concentration(mm.load_world_ree()))
    assert all(sum(parts) == pytest.approx(100) for parts in tops.values())


def test_a_strip_holds_one_definition_and_a_press_figure_no_line(pictures):
    lines = supply.japan_lines(mm.load_japan_dependence())
    strips = pictures["japan"].axes
    assert len(strips) == lines["line"].nunique()
    drawn = [line for strip in strips for line in strip.get_lines()]
    points = lines.drop_duplicates(["line", "year", "share_from_china_pct"])
    assert sum(line.get_marker() == "o" for line in drawn) == len(points)
    several = lines[lines["joined"]].groupby("line")["year"].nunique() > 1
    assert sum(len(line.get_xdata()) > 1 for line in drawn) == several.sum()


def test_users_frames_are_drawn_as_they_are(initiatives):
    none = mm.load_deposits().head(0)
    one = initiatives[initiatives["lat"].notna()].head(1)
    picture = figures.india_map(one, deposits=none)
    assert "Deposits" not in " ".join(words(picture))
    assert "Of 1 project 1 is shown" in picture.alt


def test_stage_markers_are_those_of_the_codebook(events, initiatives):
    """Every stage has a marker of its own, and each of its parts is drawn."""
    parts = {code: entry.marker.count(";") + 1 for code, entry in mm.codebook.vocabulary("stage").items()}
    one = initiatives.head(1)
    step = events[events["initiative_id"] == one["initiative_id"].iloc[0]].head(1)
    for stage, number in parts.items():
        picture = figures.timeline(step.assign(stage=stage), one, title="One step", since="2000-01-01")
        markers = [line for line in picture.axes[0].get_lines() if line.get_linestyle() == "None"]
        assert len(markers) == number, stage
