"""Pictures of threads, follow-through, partners and leaders: whole text, the data's own numbers."""

import matplotlib
import pandas as pd
import pytest
from pictures import check_text

import mineralmap as mm
from mineralmap import follow, partners


@pytest.fixture(scope="module")
def data():
    events, initiatives = mm.load_events(), mm.load_initiatives(scope="rare_earth")
    return events, initiatives, follow.follow_through(events, initiatives)


@pytest.fixture(scope="module")
def pictures(data):
    events, initiatives, result = data
    rare = events[events["scope"] == "rare_earth"]
    ties = partners.edges(rare)
    led = partners.leaders(rare, initiatives, unit="initiatives", pool=10)
    return {
        "ladder": mm.figures.ladder_over_time(initiatives, events),
        "ladder then": mm.figures.ladder_over_time(initiatives, events, as_of="2025-07-30"),
        "follow": mm.figures.follow_through(result),
        "follow one": mm.figures.follow_through(result, entry="mou", targets=("agreement", "operating")),
        "states": mm.figures.stage_timeline(initiatives, events),
        "states then": mm.figures.stage_timeline(initiatives, events, as_of="2025-07-30"),
        "matrix": mm.figures.partner_matrix(ties, mm.load_partners(), mm.load_states()),
        "leaders": mm.figures.leaders(led, as_of="2026-07-02"),
    }


NAMES = ["ladder", "ladder then", "follow", "follow one", "states", "states then", "matrix", "leaders"]


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_the_same_bytes_twice(pictures, name):
    picture = pictures[name]
    assert picture.to_svg() == picture.to_svg()
    assert len(picture.alt) > 40


@pytest.mark.parametrize("name", NAMES)
def test_no_text_leaves_the_picture_and_none_is_tiny(pictures, name):
    picture = pictures[name]
    check_text(picture)


def said(picture):
    return {text.get_text() for text in picture.findobj(matplotlib.text.Text)}


def test_the_pile_is_as_high_as_the_stages_say(pictures):
    for name, day in (("ladder", None), ("ladder then", "2025-07-30")):
        stages = mm.load_initiatives(day, "rare_earth")["stage"].astype("str")
        assert pictures[name].alt.startswith(f"Of {len(stages)} initiatives, {(stages == 'operating').sum()}")
        assert f"Talks  {(stages == 'talks').sum()}" in said(pictures[name])


def test_the_curves_say_their_n_or_that_it_is_too_small(data, pictures):
    table = data[2].table
    pooled = table[(table["entry"] == "any") & (table["target"] == "mou")].iloc[0]
    assert any(text.startswith(f"n = {pooled['n']}\n") for text in said(pictures["follow"]))
    memoranda = table[(table["entry"] == "mou") & (table["target"] == "agreement")].iloc[0]
    start = f"n = {memoranda['n']}"
    assert any(text.startswith(start) for text in said(pictures["follow one"]))


def followed(*days_of_output):
    """Follow 12 plans of 2010, of which some ran on a later day."""
    rows = [(f"plan{number}", "2010-01-01", "announced") for number in range(12)]
    for number, day in enumerate(days_of_output):
        rows += [(f"plan{number}", "2011-01-01", "construction"), (f"plan{number}", day, "operating")]
    events = pd.DataFrame(rows, columns=["initiative_id", "date", "stage"])
    events = events.assign(
        event_id=[f"step{number}" for number in range(len(events))],
        date=pd.to_datetime(events["date"]),
        date_precision="day",
        scope="rare_earth",
        kind="plant",
        **{name: [()] * len(events) for name in ("follows", "partners", "segments")},
    )
    initiatives = events[["initiative_id", "scope"]].drop_duplicates()
    return follow.follow_through(events, initiatives, as_of="2021-01-01")


@pytest.mark.parametrize(
    ("days", "targets", "title"),
    [
        (["2012-01-01"], ("operating",), "Of 12 threads that began as plans, 1 came to run within 5 years"),
        (
            ["2018-01-01"],
            ("operating",),
            "None of 12 threads that began as plans came to run within 5 years; 12 were watched that long, "
            "and 1 did so later",
        ),
        ([], ("operating",), "None of 12 threads that began as plans came to run within 5 years; "
                             "12 were watched that long"),
        (
            ["2018-01-01"],
            ("mou", "construction"),
            "Of 12 threads that began as plans, 1 reached construction or higher within 5 years",
        ),
    ],
)  # fmt: skip
def test_the_title_tells_none_within_from_none_at_all(days, targets, title):
    picture = mm.figures.follow_through(followed(*days), entry="announced", targets=targets)
    assert picture.alt.startswith(f"{title}. ")


def test_the_matrix_shows_the_counts(data, pictures):
    events = data[0]
    counts = partners.matrix(partners.edges(events[events["scope"] == "rare_earth"]))
    numbers = [int(text) for text in map(str.strip, _numbers(pictures["matrix"]))]
    assert sorted(numbers) == sorted(counts.to_numpy()[counts.to_numpy() > 0].tolist())


def _numbers(picture):
    return [t.get_text() for t in picture.findobj(matplotlib.text.Text) if t.get_text().strip().isdigit()]


def test_a_national_programme_over_several_states_is_in_no_state_panel(data, pictures):
    _, initiatives, _ = data
    wide = initiatives["level"].isin(["national", "multilateral"]) & (initiatives["states"].map(len) > 1)
    up = initiatives[~wide & initiatives["states"].map(lambda codes: "IN-UP" in codes)]
    words = mm.style.count_words(len(up), "initiative")
    assert f"Uttar Pradesh: {words}" in {axes.get_title(loc="left") for axes in pictures["states"].axes}
