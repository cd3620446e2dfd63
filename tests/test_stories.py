"""The stories of notebooks 01 to 04: true for any day, state and partner, by counts made here."""

import json
import random
import re
import runpy
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mineralmap as mm
from mineralmap.stories import Coasts, India, State, Talks

#: Counted from the tables: what no version of a library changes.
pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[1]
STATES = list(mm.codebook.labels("state"))
WORDS = [
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
MONTHS = list(mm.text.MONTHS)
DATE = re.compile(rf"(?:(\d{{1,2}}) )?({'|'.join(MONTHS)}) (\d{{4}})")
#: Family of stages -> how the answer of a state says it.
FAMILIES = {
    ("talks", "announced"): r"(?:is|are) at talks or plans",
    ("mou", "agreement", "approved"): r"ha(?:s|ve) a memorandum",
    ("construction",): r"(?:is|are) being built",
    ("suspended",): r"(?:is|are) suspended",
    ("cancelled",): r"(?:was|were) cancelled",
    ("halt_requested",): r"a halt was requested",
}
#: Stages -> how the answer on all India says them.
GROUPS = {
    ("talks", "announced", "mou"): r"(?:is|are) talks, plans or memoranda",
    ("agreement", "approved"): r"ha(?:s|ve) an agreement or an approval",
    ("construction",): r"(?:is|are) being built",
    ("halt_requested", "suspended", "cancelled"): r"(?:is|are) halted, cancelled or asked to halt",
}


def random_days(n, seed=14):
    """Return days, half of them since 2020, where most events are."""
    chosen = random.Random(seed)
    spans = [(date(2003, 10, 1), date(2019, 12, 31)), (date(2020, 1, 1), date(2026, 9, 28))]
    days = [date.fromordinal(chosen.randint(*(day.toordinal() for day in spans[i % 2]))) for i in range(n)]
    return [day.isoformat() for day in days]


SHORT, LONG = random_days(2), random_days(20, seed=41)


def said(shown):
    """Return what is shown without its links, whose words are those of publishers."""
    return (
        "" if shown is None else re.sub(r"\[(?:\\.|[^\]\\])*\]\([^)]*\)", "", repr(shown)).replace("\\", "")
    )


def number(word):
    word = word.lower().replace(",", "")
    return WORDS.index("none" if word == "no" else word) if word in [*WORDS, "no"] else int(word)


def found(pattern, text, default=None):
    match = re.search(pattern, text)
    if match is None:
        assert default is not None, f"{pattern} is not in: {text}"
        return default
    return number(match[1])


@cache
def rare(as_of):
    """Return the rare-earth projects of a day."""
    frame = mm.load_initiatives(as_of=as_of, scope="rare_earth")
    return frame[frame["group"] == "project"]


@cache
def events_of(as_of, scope=None):
    return mm.load_events(as_of=as_of, scope=scope)


def naming(frame, code, column="states"):
    # An array, for an empty list would choose columns.
    return frame[np.array([code in codes for codes in frame[column]], dtype=bool)]


def everything(story):
    """Return all that a story shows, apart from what was searched, which is no news of a day."""
    passed_over = {"check", "searched_table", "narrate", "when", "page", "reference", "project_table"}
    passed_over |= {"running", "by_sign", "confirming", "country_names", "newest_first"}
    names = [
        name
        for name in dir(story)
        if not name.startswith("_") and name not in passed_over and callable(getattr(story, name))
    ]
    return {name: said(getattr(story, name)()) for name in names}


def assert_nothing_later(texts, as_of):
    """No date of a sentence or a table is after the day."""
    dated = [row.title for row in events_of(as_of).itertuples() if DATE.search(row.title)]
    for name, text in texts.items():
        # A title may name a day to come: a deadline, a reservation that ends.
        for title in dated:
            text = text.replace(title, "")
        for day, month, year in DATE.findall(text):
            named = date(int(year), MONTHS.index(month) + 1, int(day or 1))
            assert named <= date.fromisoformat(as_of), f"{name} names {named}: {text}"


def assert_state(code, as_of=None):
    """The numbers of a state's answer are those of the tables."""
    story = State(state=code, as_of=as_of)
    text, name = said(story.answer()), mm.codebook.labels("state")[code]
    projects = naming(rare(as_of), code)
    if projects.empty:
        assert f"**Answer.** {name} has no rare-earth project in our data" in text
    else:
        assert found(rf"\*\* {name} has ([\w,]+) rare-earth projects? linked to it:", text) == len(projects)
        assert (
            found(r": (\w+) (?:is|are) reported to operate", text) == (projects["stage"] == "operating").sum()
        )
        for stages, words in FAMILIES.items():
            assert found(rf"(\w+) {words}", text, default=0) == projects["stage"].isin(stages).sum(), words
    events = naming(events_of(as_of, "rare_earth"), code)
    partners = {mm.codebook.labels("country")[one] for codes in events["partners"] for one in codes}
    listed = re.search(r"rare-earth events (?:is|are) ([^.;]+)", text)
    assert (
        {one.removeprefix("the ") for one in re.split(", | and ", listed[1])} == partners
        if listed
        else not partners
    )
    return story


def test_every_state_has_a_page_whose_numbers_are_those_of_the_tables():
    for code in STATES:
        story = assert_state(code)
        assert story.name in said(story.answer())
        assert said(story.unknown()).startswith("- ")
    assert len(STATES) == 36


def test_every_part_of_a_state_is_shown_where_there_is_nothing_and_where_there_is_most():
    for code in ("IN-LA", "IN-GA", "IN-AP", "IN-TN"):
        shown = everything(State(state=code))
        assert all(shown[name] for name in ("what_runs", "in_the_ground", "who_leads", "neighbours_table"))
        assert bool(shown["own_story"]) == (code in ("IN-AP", "IN-TN"))
        searched = State(state=code).searched_table()
        assert len(searched.rows) == len(naming(mm.load_coverage(), code))


def test_a_neighbour_is_counted_as_its_own_page_counts_it():
    for row in State(state="Odisha").neighbours_table().rows:
        own = State(state=row[0])
        assert row[2:] == [len(own.projects), len(own.operating)]
        assert (row[1] == "yes") == (row[0] in ("Andhra Pradesh", "West Bengal"))


def assert_day(as_of):
    """Every story of a day is true for it: its own numbers, and no later date."""
    projects, india, coasts = rare(as_of), everything(India(as_of=as_of)), Coasts(as_of=as_of)
    text = india["answer"]
    running = projects[projects["stage"] == "operating"]
    others = len(projects) - len(running)
    assert found(r"Of (\S+) rare-earth projects?", text) == len(projects)
    assert found(r"rare-earth projects? (\w+) (?:is|are) reported to operate", text) == len(running)
    assert ("Mostly in the coastal sands of " in text) == (len(coasts.split) > 0)
    irel = sum("IREL (India) Limited" in leaders for leaders in running["lead_actors"])
    assert found(r"operate, (\w+) of them run by", text, default=0) == irel
    sure = (
        found(r"last two years for (\w+) of them|(?:confirmed for none of them)", text, default=0)
        if "years for" in text
        else 0
    )
    assert sure == (~running["unconfirmed"]).sum()
    if others:
        assert found(r"Of the other ([\d,]+) projects?", text) == others
        for stages, words in GROUPS.items():
            assert found(rf"(\w+) {words}", text, default=0) == projects["stage"].isin(stages).sum(), words
    shown = everything(coasts)
    assert_nothing_later(india, as_of)
    assert_nothing_later(shown, as_of)
    coastal = running[[bool({*codes} & {*coasts.beaches}) for codes in running["states"]]]
    text = shown["answer"]
    assert found(r"(\w+) mines? (?:or|and) plants? (?:is|are) reported to operate", text) == len(coastal)
    assert found(r"beaches, (\w+) of them confirmed", text) == (~coastal["unconfirmed"]).sum()


def assert_state_on(code, as_of):
    assert_nothing_later(everything(assert_state(code, as_of)), as_of)


def assert_talks(code, partner, since, as_of):
    """The events that followed are those of the tables."""
    story = Talks(state=code, partner=partner, since=since, as_of=as_of)
    events = naming(naming(events_of(as_of), code), partner, "partners")
    later = events[mm.stages.last_day(events["date"], events["date_precision"]) > pd.Timestamp(since)]
    assert found(r"\d{4} (\w+) events? in our data names?", said(story.followed())) == len(later)
    assert len(story.later_table().rows if len(later) else ()) == min(len(later), 15)
    text = said(story.answer())
    assert text.startswith("**Answer.** In part:" if len(story.ventures) else "**Answer.** No, none")
    projects = naming(rare(as_of), code)
    assert found(r"(\w+) rare-earth projects? (?:in our data )?(?:is|are) linked to ", text) == len(projects)
    shown = everything(story)
    assert ("dialogue" in shown["third_question"]) == (story.is_the_report and bool(shown["weighed"]))
    return shown


@pytest.mark.parametrize("as_of", SHORT)
def test_every_sentence_is_true_for_another_day(as_of):
    assert_day(as_of)
    for code in random.Random(as_of).sample(STATES, 2):
        assert_state_on(code, as_of)


@pytest.mark.once
@pytest.mark.parametrize(("number", "as_of"), list(enumerate(LONG)))
def test_every_sentence_is_true_for_twenty_days_and_all_states(number, as_of):
    """The states take turns, so that each of them has its day."""
    assert_day(as_of)
    for code in STATES[number :: len(LONG)]:
        assert_state_on(code, as_of)
    partner = ("JPN", "USA")[number % 2]
    assert_nothing_later(assert_talks(STATES[number % 36], partner, "2003-01-01", as_of), as_of)


@pytest.mark.parametrize(
    ("code", "partner", "since", "as_of"),
    [
        ("IN-UP", "JPN", "2025-07-31", None),
        ("IN-UP", "JPN", "2025-01-31", "2025-07-30"),
        ("IN-UP", "DEU", "2025-01-31", None),
        ("IN-AP", "JPN", "2015-01-01", "2024-12-31"),
        ("IN-TN", "CAN", "2025-07-31", None),
        ("IN-LA", "JPN", "2025-07-31", None),
    ],
)
def test_talks_are_true_for_another_state_and_partner(code, partner, since, as_of):
    shown = assert_talks(code, partner, since, as_of)
    for name in ("talks", "third_question", "weighed", "conclusion"):
        assert not shown[name] or (code, partner) == ("IN-UP", "JPN"), name


def test_the_shipped_answers_link_their_sources_and_show_one_badge():
    told = (India(), Coasts(), State(state="TN"), State(state="AP"))
    pages = set(mm.load_sources()["url"])
    for story in (*told, Talks(state="UP", partner="Japan", since="2025-07-31")):
        text = story.answer().text
        links = re.findall(r"Sources: (.+?)\. ?\n", text)[0]
        assert set(re.findall(r"\]\((\S+?)\)", links)) <= pages
        assert text.count("*Confidence: ") == text.count("*Data to ") == 1
        story.check()


def test_one_agencys_word_on_shipments_is_not_counted_as_a_plant_that_runs():
    """The page of Andhra Pradesh says so."""
    row = mm.load_events().set_index("event_id").loc["ap-toyotsu-shipments-2024"]
    plant = mm.load_initiatives().set_index("initiative_id").loc[row["initiative_id"]]
    assert "not counted as a confirmation that the plant ran" in State(state="AP").own_story().text
    assert row["single_source"]
    assert plant["last_confirmed"] < row["date"]


def test_a_changed_row_stops_the_sentence_that_rests_on_it(monkeypatch):
    events = mm.load_events()
    row = events["event_id"] == "tn-kk-human-chain-2024-10"
    monkeypatch.setattr(mm.data, "load_events", lambda **_: events.assign(note=events["note"].mask(row, "")))
    India().check()
    with pytest.raises(AssertionError, match="tn-kk-human-chain-2024-10 no longer says 'one newspaper'"):
        State(state="Tamil Nadu").check()
    monkeypatch.setattr(mm.data, "load_events", lambda **_: events[~row])
    with pytest.raises(AssertionError, match="tn-kk-human-chain-2024-10 is gone"):
        State(state="Tamil Nadu").check()


def test_a_story_refuses_what_it_cannot_tell():
    with pytest.raises(ValueError, match=r"no event was known by 2001-01-01; the first ones are of 2003"):
        India(as_of="2001-01-01")
    with pytest.raises(mm.errors.UnknownNameError, match="Tamil Nadu"):
        State(state="Tamil Nad")
    with pytest.raises(ValueError, match="since must not be later than as_of"):
        Talks(state="UP", partner="Japan", since="2026-01-01", as_of="2025-01-01")


def test_a_state_at_a_glance_is_one_notebook_for_all():
    runs = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(ROOT.glob("notebooks/04_state_*.ipynb"))
    ]
    first, *others = (
        [
            (cell["cell_type"], "".join(cell["source"]))
            for cell in run["cells"]
            if "parameters" not in cell["metadata"].get("tags", [])
        ]
        for run in runs
    )
    assert others
    assert all(other == first for other in others)


# ------------------------------------------------------------------------------- the linter of notebooks


def test_the_linter_names_file_cell_and_rule(tmp_path, capsys):
    path = tmp_path / "broken.ipynb"
    data = {"image/svg+xml": "<svg/>", "text/plain": "<Figure>", "text/html": "<iframe srcdoc='x'></iframe>"}
    shown = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 2}
    cells = [
        ("markdown", "# Which?", {}),
        ("code", "as_of = None", {"tags": ["parameters"]}),
        (
            "markdown",
            "Seven plants run, as of 2 July 2026, none for two years. See `x[12]` and [this](a-2024.html).",
            {},
        ),
        ("code", "draw('/home/me/map.png')  # TODO", {"collapsed": True}),
        ("markdown", " ", {}),
    ]
    whole = []
    for kind, source, metadata in cells:
        cell = {"cell_type": kind, "source": source, "metadata": metadata}
        whole.append(cell | ({"execution_count": 3, "outputs": [shown]} if kind == "code" else {}))
    path.write_text(json.dumps({"cells": whole, "metadata": {"kernelspec": {"name": "mine"}}}))
    lint = runpy.run_path(str(ROOT / "tools" / "lint_notebooks.py"))
    assert lint["main"]([str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("broken.ipynb: ") for line in lines)
    wanted = [
        *(
            "kernel: the kernel is 'mine'",
            "cell 3: prose: 'Seven'",
            "cell 3: prose: '2026'",
            "cell 3: prose: 'July'",
        ),
        *("cell 4: alternative text: a picture's", "cell 4: alternative text: <iframe> without title"),
        *(
            "cell 4: leftovers: TODO",
            "cell 4: leftovers: '/home/'",
            "cell 4: leftovers: metadata of an editor: collapsed",
        ),
        *(
            "cell 2: outputs: the execution count is 3, not 1",
            "cell 5: leftovers: the cell is empty",
            "**Answer.**",
        ),
    ]
    assert [one for one in wanted if not any(one in line for line in lines)] == []
    assert not any("'12'" in line or "2024" in line or "'two'" in line for line in lines)
    own = sorted(str(path) for path in ROOT.glob("notebooks/0[1-4]*.ipynb"))
    assert lint["main"](own) == 0
