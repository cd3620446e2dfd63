"""The stories of notebooks 05 to 11: true for any day and partner, by counts made here from the tables."""

import functools
import random
import re

import pandas as pd
import pytest

import mineralmap as mm

#: Counted from the tables: what no version of a library changes.
pytestmark = pytest.mark.once
#: Seeded: a day that fails can be asked for again.
_CHANCE = random.Random(14)
_FIRST = pd.Timestamp("2009-01-01")
DAYS = [f"{_FIRST + pd.Timedelta(days=_CHANCE.randrange(6480)):%Y-%m-%d}" for _ in range(5)] + [None]
_NUMBERS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBERS += ["eleven", "twelve"]
_MONTHS = {f"{pd.Timestamp(2000, month, 1):%B}": month for month in range(1, 13)}
_DATE = re.compile(rf"(?:(\d{{1,2}}) )?({'|'.join(_MONTHS)}) (\d{{4}})")


def told(story):
    """Return every paragraph of a story, by the name of its method."""
    methods = {name: getattr(type(story), name) for name in dir(type(story)) if not name.startswith("_")}
    return {
        name: getattr(story, name)().text
        for name, method in methods.items()
        if getattr(method, "__annotations__", {}).get("return") == "Paragraph"
    }


def assert_nothing_later(paragraphs, day):
    """A sentence of a past day names no later date; a page may be younger than what it reports."""
    for text in paragraphs.values():
        text = re.sub(r"\n\nSources: .*", "", text)
        for number, month, year in _DATE.findall(text):
            named = pd.Timestamp(int(year), _MONTHS[month], int(number or 1))
            assert day is None or named <= pd.Timestamp(day), text


def counts_in(pattern, text):
    """Return the groups of a sentence as numbers, written in digits or spelt."""
    match = re.search(pattern, text)
    assert match, f"{pattern!r} is not in {text!r}"
    words = [one.casefold().replace(",", "") for one in match.groups()]
    return [_NUMBERS.index(one) if one in _NUMBERS else int(one) for one in words]


@functools.cache
def known(day):
    """Return the rare-earth events and initiatives of a day, as a reader would load them."""
    events = mm.load_events(as_of=day, scope="rare_earth")
    initiatives = mm.load_initiatives(as_of=day, scope="rare_earth")
    return events, initiatives, initiatives[initiatives["group"] == "project"]


@pytest.mark.parametrize("day", DAYS)
def test_partners_are_counted_as_the_tables_have_them(day):
    events, *_ = known(day)
    codes = [code for cell in events["partners"] for code in cell]
    story = mm.stories.Partners(as_of=day)
    said = told(story)
    assert_nothing_later(said, day)
    if len(set(codes)) > 1:
        pattern = r"in (\d+) of (\d+) rare-earth events that link India to (\d+) countries"
        most = max(codes.count(code) for code in codes)
        bound = sum(events["partners"].map(len) > 0)
        assert counts_in(pattern, said["answer"]) == [most, bound, len(set(codes))]
    bound = events[events["partners"].map(len) > 0]
    of_state = sum(bound["states"].map(len) > 0)
    pattern = r"Of (\S+) events? with a partner country (\S+) (?:is|are) linked to a state"
    assert counts_in(pattern, said["states_or_centre"]) == [len(bound), of_state]
    rows = [row[1] for row in story.countries().rows]
    assert rows == sorted((codes.count(code) for code in set(codes)), reverse=True)
    story.check()


@pytest.mark.parametrize("partner", ["JPN", "Russia", "USA", "China", "FRA"])
def test_any_partner_can_be_looked_at_more_closely(partner):
    day = DAYS[-2]
    own = mm.filter_rows(known(day)[0], partners=partner)
    closer = mm.stories.Partners(partner=partner, as_of=day).closer().text
    if own.empty:
        assert closer.startswith("No rare-earth event with ")
        return
    pattern = r"has (\S+) rare-earth events? with India since (\d+), on .*?; (\S+) of them"
    named = sum(own["states"].map(len) > 0)
    assert counts_in(pattern, closer) == [len(own), own["date"].dt.year.min(), named]
    assert own.iloc[-1]["title"].partition(" ")[0] in closer


def test_an_unknown_partner_is_one_clear_error():
    with pytest.raises(mm.errors.UnknownNameError, match="Indonesia"):
        mm.stories.Partners(partner="Indonesa")


@pytest.mark.parametrize("day", DAYS[3:])
def test_who_leads_adds_up(day):
    *_, projects = known(day)
    story = mm.stories.WhoLeads(as_of=day)
    said = told(story)
    assert_nothing_later(said, day)
    most = projects["level"].value_counts().max()
    assert counts_in(r"leads? (\S+) of (\S+) projects", said["answer"]) == [most, len(projects)]
    of_centre = story.owned_table().rows[0][1]
    if most == (projects["level"] == "company").sum() and of_centre:
        assert counts_in(r"but in (\S+) of these", said["answer"]) == [of_centre]
    (total,) = [row for row in story.table().rows if row[:2] == ["Projects", "all"]]
    assert sum(total[2:]) == len(projects)
    story.check()


@pytest.mark.parametrize("day", DAYS[2:])
def test_what_changed_is_what_lies_between_the_two_days(day):
    events, initiatives, _ = known(day)
    until = pd.Timestamp(day) if day else mm.stages.resolve_as_of(mm.load_events())
    since = until - pd.DateOffset(years=1)
    story = mm.stories.WhatChanged(since=since, as_of=day)
    said = told(story)
    assert_nothing_later(said | told(mm.stories.Bidders(as_of=day)), day)
    certain = mm.stages.last_day(events["date"], events["date_precision"])
    n = ((certain > since) & (certain <= until)).sum()
    pattern = r"(\S+) rare-earth events? (?:was|were|is) "
    assert counts_in(pattern, said["answer"].replace("No ", "none ")) == [n]
    news = story.moves().rows
    assert not news or f"The newest change: {news[0][1]} " in said["answer"].replace("\\", "")
    assert story.events_table().total == n
    assert len(story.overdue().rows) <= len(initiatives)
    story.check()


@pytest.mark.parametrize("day", [DAYS[1], None])
def test_talks_are_followed_as_the_tables_have_them(day):
    *_, projects = known(day)
    story = mm.stories.TalksToPlants(as_of=day)
    said = told(story)
    assert_nothing_later(said, day)
    waiting = projects["stage"].isin(["talks", "announced", "mou"]).sum()
    assert counts_in(r"(\S+) of (\S+) projects? were still words", said["now"]) == [waiting, len(projects)]
    cases = story.result.cohort["initiative_id"].nunique()
    assert counts_in(r"of (\d+) rare-earth projects?", said["answer"]) == [cases]
    assert len(story.running_table().rows) == (projects["stage"] == "operating").sum()
    story.check()


def test_before_the_first_event_a_story_says_so():
    with pytest.raises(ValueError, match="no event was known by 1999-01-01; the first ones are of 2003"):
        mm.stories.WhoLeads(as_of="1999-01-01")


def test_the_bidders_are_those_that_the_release_names_with_what_their_groups_lead():
    (bids,) = mm.load_events().query("event_id == 'repm-bids-2026-08'").itertuples()
    leads = {row[0]: row[3] for row in mm.stories.Bidders().table().rows}
    assert set(leads) == set(bids.actors) - {"Ministry of Heavy Industries"}
    assert "Midwest magnet plant" in "; ".join(leads["Midwest Energy-Midwest Advanced Materials"])
    assert leads["Starteck Finance Limited"] == ()


@pytest.mark.parametrize("country", ["IND", "Australia", "China"])
def test_the_world_is_told_with_any_country(country):
    story = mm.stories.World(country=country)
    said = story.answer().text
    rows = mm.load_world_ree().query("metric == 'mine_production' and iso3 != 'WLD'")
    rows = rows[rows["year"] == story.newest].set_index("iso3")
    share = 100 * rows["value"] / rows["value"].sum()
    assert f"China mined {share['CHN']:.0f}%" in said
    code = mm.codebook.country_code(country)
    if code in share.index and code != "CHN":
        assert f"{share[code]:.1f}%" in said


def test_the_chain_is_told_with_factors_of_ones_own():
    assert told(mm.stories.SandToMagnet(upto="planned"))["if_built"]
    story = mm.stories.SandToMagnet(own={"monazite_mined": 8000})
    made = story.flow.set_index("stage").loc["NdFeB magnets", ["low", "high"]]
    low, high = (float(f"{one:.2g}") for one in made)
    assert f"about {low:,.0f} to {high:,.0f} tonnes" in story.answer().text
    assert "The 8,000 tonnes of monazite a year" in story.answer().text
    assert "factors of your own" in story.answer().text


def test_a_report_that_would_overturn_the_narrowest_step_is_named():
    story = mm.stories.SandToMagnet()
    assert "A rival report, that IREL makes 500 tonnes" in story.answer().text
    story.number.loc["ndpr_oxide_output_irel", "value"] = 50
    assert "rival" not in story.answer().text


def test_every_claim_has_its_verdict_then_and_now_and_its_evidence_folded():
    story = mm.stories.CheckedClaims(then="2025-07-30")
    said, rows = told(story), story.then_and_now().rows
    assert len(rows) == len(mm.load_claims())
    assert counts_in(r"2026 (\S+) verdicts? changed", said["changed"]) == [
        sum(row[1] != row[2] for row in rows)
    ]
    supported = [row[0].rstrip(".") for row in rows if row[2] == "supported"]
    assert counts_in(r"Answer\.\*\* (\S+) of (\d+) claims", said["answer"]) == [len(supported), len(rows)]
    assert all(f'"{one}"' in said["answer"] for one in supported)
    html = story.evidence().to_html()
    assert html.count("<details>") == len(rows)
    assert all(row[0] in html.replace("&#x27;", "'") for row in rows)


def test_what_a_section_folds_is_text_and_no_markup():
    folded = mm.tables.Folded([("<b>", ["<script>", mm.tables.Table(["<i>"], [["&"]])])])
    assert "<script>" not in folded.to_html()
    assert "<summary>&lt;b&gt;</summary><p>&lt;script&gt;</p>" in folded._repr_html_()


def test_a_fact_that_is_no_longer_so_stops_the_story_and_is_named(monkeypatch):
    world = mm.stories.World()
    world.imports = world.imports.replace({"CRISIL": "Another"}, regex=True)
    with pytest.raises(AssertionError, match="CRISIL counts rare-earth magnets alone"):
        world.check()
    monkeypatch.setattr(mm.stories.Partners, "RESTS_ON", {"repm-bids-2026-08": ("An award is made",)})
    with pytest.raises(AssertionError, match="repm-bids-2026-08 no longer says 'An award is made'"):
        mm.stories.Partners().check()
