"""The still pictures: the same bytes, no cut text, the data's own numbers."""

import os
import re
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
    coast = mm.stages.built(mm.filter_rows(initiatives, states=["IN-KL", "IN-TN", "IN-OD"]))
    return {
        "india": figures.india_map(),
        "state": figures.india_map(states="Andhra Pradesh", title="Andhra Pradesh"),
        "monazite": figures.monazite(),
        "timeline": figures.timeline(events, up, title="Uttar Pradesh", as_of=THEN),
        "coast": figures.timeline(events, coast, title="A coast", since="2012-01-01"),
        "stages": figures.stages_over_time(events, initiatives),
        "stages then": figures.stages_over_time(events, initiatives, as_of=THEN),
        "follow": figures.follow_through(shares),
        "follow one": figures.follow_through(shares, entry="mou"),
        "curves": figures.follow_curves(shares),
        "curves one": figures.follow_curves(shares, entry="mou", targets=("agreement", "operating")),
        "states": figures.stage_timeline(events, initiatives),
        "states then": figures.stage_timeline(events, initiatives, as_of=THEN),
        "matrix": figures.partner_matrix(partner_ties),
        "leaders": figures.lead_shares(led, as_of=THEN),
        "supply chain": figures.supply_chain(),
        "bottleneck": figures.bottleneck(),
        "world output": figures.world_output(),
        "japan": figures.japan_dependence(),
        "how far": figures.how_far(),
        "how far then": figures.how_far(as_of=THEN),
        "runs": figures.what_runs(),
        "runs then": figures.what_runs(as_of="2018-01-01"),
    }


NAMES = [
    *("india", "state", "monazite", "timeline", "coast", "stages", "stages then", "follow", "follow one"),
    *("curves", "curves one", "states", "states then", "matrix", "leaders", "supply chain", "bottleneck"),
    *("world output", "japan", "how far", "how far then", "runs", "runs then"),
]


def said(picture):
    """Return all that a picture says as one line."""
    return " ".join(" ".join(words(picture)).split())


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_whole_and_names_its_source(pictures, name):
    picture = pictures[name]
    check_text(picture)
    assert len(picture.alt) > 40
    assert "mineralmap tables, CC BY 4.0" in said(picture)


@pytest.mark.once
@pytest.mark.parametrize("name", [one for one in NAMES if not one.endswith((" one", " then"))])
def test_a_phone_gets_a_drawing_of_its_own(pictures, name):
    """It is 360 pixels wide, no word is small, cut or over another, and its title is wrapped."""
    wide, narrow = pictures[name], pictures[name].narrow()
    assert narrow.get_figwidth() * 96 == 360
    check_text(narrow)
    # Pixels; the names on a map are smaller than other words.
    least = 12 if name in ("india", "state") else 13
    assert all(text.get_fontsize() * 96 / 72 >= least for text in texts(narrow))
    # A map of a state has another frame on a phone, and so other signs in it.
    same = 1 if name == "state" else 2
    assert narrow.alt.split(". ")[:same] == wide.alt.split(". ")[:same]
    title = next(text for text in words(narrow) if narrow.alt.startswith(text.split("\n")[0]))
    assert "\n" in title or len(title) < 36


def test_a_notebook_gets_the_picture_with_its_finding_as_title(pictures):
    picture = pictures["monazite"]
    shown = picture._repr_mimebundle_()
    assert picture.alt.split(".")[0] in shown["image/svg+xml"]
    assert picture.alt in shown["text/plain"]
    assert picture.alt.split(".")[0] in shown[figures.NARROW]


def test_words_in_a_notebook_are_text_in_the_typeface_of_the_maps(pictures):
    for name in ("india", "leaders"):
        svg = pictures[name].to_svg()
        assert "<text" in svg
        assert "Helvetica Neue" in svg
        assert "Bitstream" not in svg


def test_a_picture_that_was_drawn_by_hand_has_one_width():
    with pytest.raises(ValueError, match="one drawing only"):
        figures.Picture().narrow()


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
def test_another_process_draws_the_same_bytes(capsys):
    exec(SCRIPT, {})
    here = capsys.readouterr().out
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    run = [sys.executable, "-c", SCRIPT]
    there = subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout
    assert here == there
    assert len(here.split()) == 3


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
        assert pictures[name].alt.startswith(f"Of {len(stages)} projects, {running} are reported to operate")
        for picture in (pictures[name], pictures[name].narrow()):
            assert f"Talks  {(stages == 'talks').sum()}" in words(picture)
            halted = (stages == "suspended").sum()
            assert (f"Suspended  {halted}" in words(picture)) == bool(halted)


def test_the_year_of_most_new_projects_is_called_out(pictures):
    projects = [
        len(mm.stages.built(mm.load_initiatives(as_of=day, scope="rare_earth")))
        for day in ("2024-12-31", "2025-12-31")
    ]
    assert f"2025: from {projects[0]} to {projects[1]} projects" in words(pictures["stages"])


def marks(picture):
    """Return the marks of a picture that are not of its key."""
    return [line for axes in picture.axes for line in axes.get_lines() if line.get_linestyle() == "None"]


def test_what_came_later_is_dark_and_the_rest_grey(events, initiatives):
    up = mm.filter_rows(initiatives, states="UP")
    before, after = (
        figures.timeline(events, up, title="UP", as_of=day) for day in ("2000-01-01", "2030-01-01")
    )
    inks = [{line.get_markeredgecolor() for line in marks(picture)} for picture in (before, after)]
    assert len(inks[1]) == 1
    assert not inks[0] & inks[1]


def test_each_line_ends_in_the_words_of_its_stage_in_two_groups(pictures, initiatives):
    up = mm.filter_rows(initiatives, states="UP")
    labels = mm.codebook.labels("stage")
    ends = [f"{labels[row.stage]}{', unconfirmed' if row.unconfirmed else ''}" for row in up.itertuples()]
    assert all(words(pictures["timeline"]).count(end) >= ends.count(end) for end in ends)
    assert {"With a step after 30 July 2025", "Without one"} <= set(words(pictures["timeline"]))


def test_a_step_that_moves_nothing_repeats_the_sign_of_the_stage(events, initiatives):
    """So the last sign is that of the words at the end, and the key names it."""
    one = initiatives[initiatives["stage"] == "approved"].head(1)
    steps = events[events["initiative_id"] == one["initiative_id"].iloc[0]]
    last = steps.sort_values("date").tail(1)
    quiet = {"event_id": "later", "date": pd.Timestamp(2030, 1, 1), "date_precision": "day"}
    longer = pd.concat([steps, last.assign(**quiet, stage="unchanged", follows=[()])], ignore_index=True)
    same = pd.concat([steps, last.assign(**quiet, stage="approved", follows=[()])], ignore_index=True)
    drawn = [
        [mark.get_marker() for mark in marks(figures.timeline(rows, one, title="One"))]
        for rows in (longer, same)
    ]
    assert drawn[0] == drawn[1]
    assert words(figures.timeline(longer, one, title="One")).count("Approved") == 2


def test_a_step_before_the_day_is_grey_and_heads_no_group_of_later_ones(pictures, events, initiatives):
    up = mm.filter_rows(initiatives, states="UP")
    late = set(events.loc[events["date"] > THEN, "initiative_id"])
    places = {
        text.get_text().replace("\n", " "): text.get_position()[1]
        for text in texts(pictures["timeline"].narrow())
    }
    for row in up.itertuples():
        assert (places[row.title] < places["Without one"]) == (row.initiative_id in late)


def test_the_narrowest_step_is_the_title_in_tonnes_of_magnets(pictures):
    table = supply.capacities(mm.load_chain_factors(), mm.load_facilities())
    most = table.loc[table["limits"] == "limits", "magnets_high"].iloc[0]
    assert f"at most about {round(most, 1 - len(str(int(most))) + 1):,.0f} t" in pictures["bottleneck"].alt
    assert "samarium-cobalt" in pictures["bottleneck"].alt


def test_days_of_pages_are_written_out(pictures):
    for name in ("supply chain", "bottleneck", "world output"):
        assert not re.search(r"\d{4}-\d\d", said(pictures[name]))


def test_the_unconfirmed_star_is_hollow_in_the_row_of_its_state(pictures, initiatives):
    faces = [mark.get_markerfacecolor() for mark in marks(pictures["states"])]
    assert mm.style.PAPER in faces
    assert "Operating, unconfirmed" in words(pictures["states"])


def test_background_is_drawn_on_request(events):
    here = mm.filter_rows(mm.load_initiatives(), states="UP")
    without, whole = (
        said(figures.timeline(events, here, title="UP", background=wish)) for wish in (False, True)
    )
    count = [sum(title in words for title in here["title"]) for words in (without, whole)]
    assert count[1] - count[0] == here["scope"].eq("context").sum()


def test_an_arrow_says_that_there_was_something_before(pictures, events, initiatives):
    assert "An arrow: there are earlier steps" in pictures["coast"].alt
    everything = figures.timeline(events, mm.filter_rows(initiatives, states="UP"), title="UP")
    assert "arrow" not in everything.alt


def test_nothing_to_draw_is_an_error(events, initiatives, partner_ties, shares):
    for draw in (
        lambda: figures.timeline(events, initiatives.head(1), title="None", since="2100-01-01"),
        lambda: figures.partner_matrix(partner_ties.head(0)),
        lambda: figures.lead_shares(ties.lead_shares(events.head(0), initiatives)),
        lambda: figures.japan_dependence(mm.load_japan_dependence().head(1)),
        lambda: figures.follow_through(shares, entry="operating"),
        lambda: figures.what_runs(as_of="1990-01-01"),
        lambda: figures.how_far(as_of="1990-01-01"),
        lambda: figures.what_runs(initiatives.head(0)),
    ):
        with pytest.raises(ValueError, match="nothing to draw"):
            draw()


def test_one_dot_is_one_project_that_began_low(shares, pictures):
    dots = sum(len(line.get_xdata()) for line in marks(pictures["follow"]))
    assert dots == shares.cohort["initiative_id"].nunique()
    ran = shares.cohort.loc[shares.cohort["target"].eq("operating"), "reached"].sum()
    assert f"{ran}  later reported to run" in words(pictures["follow"])


def test_parts_of_a_bar_of_leaders_add_up(pictures):
    parts = {}
    for bar in pictures["leaders"].axes[0].patches:
        parts.setdefault(round(bar.get_y(), 3), []).append(bar.get_width())
    assert all(sum(widths) == pytest.approx(100) for widths in parts.values())


def test_nothing_to_count_is_an_error(events, initiatives):
    with pytest.raises(ValueError, match="nothing to draw"):
        figures.stages_over_time(events, initiatives, as_of="1900-01-01")


def test_the_curves_say_their_n_or_that_it_is_too_small(shares, pictures):
    table = shares.table
    pooled = table[(table["entry"] == "any") & (table["target"] == "mou")].iloc[0]
    assert any(text.startswith(f"n = {pooled['n']}\n") for text in words(pictures["curves"]))
    memoranda = table[(table["entry"] == "mou") & (table["target"] == "agreement")].iloc[0]
    assert any(text.startswith(f"n = {memoranda['n']}") for text in words(pictures["curves one"]))


def test_each_panel_says_how_many_were_still_observed_at_its_own_target(shares, pictures):
    table = shares.table[shares.table["entry"] == "any"]
    panels = pictures["curves"].axes
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
    picture = figures.follow_curves(followed(*days), entry="announced", targets=targets)
    assert picture.alt.startswith(f"{title}. ")


def test_the_matrix_has_a_dot_for_each_event(partner_ties, pictures):
    """An event of two states is one dot."""
    counts = ties.matrix(partner_ties)
    events = partner_ties.explode("event_ids").drop_duplicates(["partner", "event_ids"])
    totals = events.groupby("partner").size()
    single = counts.drop(columns=ties.UNION).sum(axis=1).eq(0) & totals.reindex(counts.index).eq(1)
    dots = marks(pictures["matrix"])
    assert len(dots) == totals[counts.index[~single]].sum()
    named = events[events["partner"] == "JPN"]
    assert f"{len(named)} events, " in said(pictures["matrix"])
    names = mm.codebook.labels("country")
    assert all(names[code] in said(pictures["matrix"]) for code in counts.index)


def test_a_national_programme_over_several_states_is_in_no_row_of_a_state(initiatives, pictures):
    wide = initiatives["level"].isin(["national", "multilateral"]) & (initiatives["states"].map(len) > 1)
    up = mm.stages.built(mm.filter_rows(initiatives[~wide], states="UP"))
    assert mm.text.pluralize(len(up), "project") in words(pictures["states"])


def test_bars_of_the_chain_are_its_middles_and_the_last_is_the_need(pictures):
    factors = mm.load_chain_factors()
    chain = supply.chain(factors).set_index("stage").drop(index="electric cars")
    bars = pictures["supply chain"].axes[0].patches
    assert np.allclose([bar.get_width() for bar in bars[: len(chain)]], chain["median"])
    need = factors.set_index("factor").loc["india_magnet_requirement_2025", "high"]
    assert bars[-1].get_x() + bars[-1].get_width() == need


def test_a_missing_capacity_is_said_and_not_drawn_as_zero(pictures):
    table = supply.capacities(mm.load_chain_factors(), mm.load_facilities())
    unknown = [text for text in words(pictures["bottleneck"]) if text.startswith("None known to run")]
    assert len(unknown) == table["magnets_median"].isna().sum()


def test_columns_of_the_world_add_up(pictures):
    tops = {}
    for bar in pictures["world output"].axes[0].patches:
        tops.setdefault(round(bar.get_x(), 3), []).append(bar.get_height())
    assert len(tops) == len(supply.world_concentration(mm.load_world_ree()))
    assert all(sum(parts) == pytest.approx(100) for parts in tops.values())


def test_a_strip_holds_one_measure_of_two_years_or_more(pictures):
    table = mm.load_japan_dependence()
    lines, several = supply.japan_lines(table), supply.japan_change(table)["line"]
    strips = pictures["japan"].axes
    assert len(strips) == len(several)
    assert f" {lines['line'].nunique() - len(several)} measures with one year only" in pictures["japan"].alt
    drawn = [line for strip in strips for line in strip.get_lines()]
    points = lines[lines["line"].isin(several)].drop_duplicates(["line", "year", "share_from_china_pct"])
    assert sum(line.get_marker() == "o" for line in drawn) == len(points)
    assert sum(len(line.get_xdata()) > 1 for line in drawn) == len(strips)


def runs_on(day=None):
    """Return the rare-earth projects that run on a day."""
    known = mm.load_initiatives(as_of=day, scope="rare_earth")
    return known[(known["group"] == "project") & (known["stage"] == "operating")]


def said_of(row):
    """Return when, and by whom, it was last confirmed that a project runs, as its picture says it."""
    if not row.confirmed_by:
        return "never confirmed"
    when = mm.text.format_date(row.last_confirmed, row.confirmed_precision, short=True)
    return f"{when}, {mm.text.join_words(row.confirmed_by)}"


@pytest.mark.parametrize(("name", "day"), [("runs", None), ("runs then", "2018-01-01")])
def test_what_runs_is_named_with_the_day_last_confirmed_and_by_whom(pictures, name, day):
    running = runs_on(day)
    sure = len(running) - running["unconfirmed"].sum()
    count = f"{sure} were" if sure else "none was"
    title = f"{len(running)} rare-earth projects reportedly run; {count} confirmed in the last two years"
    assert pictures[name].alt.startswith(f"{title}. ")
    for picture in (pictures[name], pictures[name].narrow()):
        for row in running.itertuples():
            assert row.title.split(",")[0] in said(picture)
            assert said_of(row) in said(picture)
            assert said_of(row) in picture.alt


def test_what_nobody_confirmed_for_two_years_is_apart_and_hollow(pictures):
    groups = ["Confirmed in the last two years", "Not confirmed in the last two years, or never"]
    for name, day in (("runs", None), ("runs then", "2018-01-01")):
        running, picture = runs_on(day), pictures[name]
        stars = [mark for mark in marks(picture) if mark.get_marker() != "None"]
        hollow = [mark.get_markerfacecolor() == mm.style.PAPER for mark in stars]
        dated = running[running["last_confirmed"].notna()]
        assert sorted(hollow) == sorted(dated["unconfirmed"])
        heads = {text.get_text(): text.get_position()[1] for text in texts(picture)}
        rows = dict(zip((mark.get_ydata()[0] for mark in stars), hollow, strict=True))
        assert all(stale == (y > heads[groups[1]]) for y, stale in rows.items())
        assert (groups[0] in heads) == bool((~running["unconfirmed"]).any())


def test_the_last_confirmed_is_on_top(pictures):
    days = [mark.get_xdata()[0] for mark in marks(pictures["runs"])]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("stale", [False, True])
def test_a_single_project_runs_in_the_singular(stale):
    running = runs_on()
    picture = figures.what_runs(running[running["unconfirmed"] == stale].head(1))
    sure = "none was" if stale else "it was"
    assert picture.alt.startswith(f"1 rare-earth project reportedly runs; {sure} confirmed")


def test_the_works_stand_where_the_table_of_facilities_says():
    none = mm.load_facilities().head(0)
    plant = runs_on().query("initiative_id == 'toyotsu-visakhapatnam-plant'")
    names = [mm.codebook.labels("state")[code] for code in plant["states"].iloc[0]]
    assert f"Visakhapatnam, {mm.text.join_words(names)}:" in figures.what_runs(plant, facilities=none).alt
    assert "Visakhapatnam, Andhra Pradesh:" in figures.what_runs(plant).alt


def test_users_frames_are_drawn_as_they_are(initiatives):
    none = mm.load_deposits().head(0)
    one = initiatives[initiatives["lat"].notna()].head(1)
    picture = figures.india_map(one, deposits=none)
    assert "Deposits" not in " ".join(words(picture))
    assert "1 of 1 project has a known place and is drawn" in picture.alt


def test_stage_markers_are_those_of_the_codebook(events, initiatives):
    """Every stage has a marker of its own, and each of its parts is drawn."""
    parts = {code: entry.marker.count(";") + 1 for code, entry in mm.codebook.vocabulary("stage").items()}
    one = initiatives.head(1)
    step = events[events["initiative_id"] == one["initiative_id"].iloc[0]].head(1)
    for stage, number in parts.items():
        picture = figures.timeline(step.assign(stage=stage), one, title="One step", since="2000-01-01")
        markers = [line for line in picture.axes[0].get_lines() if line.get_linestyle() == "None"]
        assert len(markers) == number, stage
