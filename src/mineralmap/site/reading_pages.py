"""The pages that are no page of a row: what changed and its feed, claims, glossary, data, errors, index."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from .. import citation, claims, codebook, history
from ..shading import MAIN_SCOPE
from ..text import format_date, join_words, pluralize
from .downloads import downloads
from .records import Records, group
from .rendering import Site
from .structured import claim_reviews, dataset

__all__ = ["add_index", "add_reading_pages", "glossary_terms"]

#: How far back the page of changes goes from the newest event.
_MONTHS = 6
#: How many of the newest events the index shows.
_NEWEST = 6
_BEGUN = ("new project, law or dialogue", "new projects, laws and dialogues")
_READABLE = (
    ("projects.html", "Projects, laws, dialogues and disputes", "stage, type, leaders, states and partners"),
    ("events.html", "Events", "every dated step with the pages that report it"),
    ("sources.html", "Sources", "every page that was read, with publisher, day and kind"),
    ("facilities.html", "Mines, plants and laboratories", "what is on the ground, or is to be"),
    ("deposits.html", "Deposits", "monazite and other rare-earth minerals"),
    ("actors.html", "Companies and bodies", "who takes part, with other names and owners"),
    ("partners.html", "Partner countries", "events, groups of countries, output"),
    ("states.html", "States", "all 36, with projects, monazite and partners"),
)
#: Vocabularies of the glossary: title and a sentence before them.
_WORDS = {
    "stage": ("Stages", "How far a project has come, by its newest event. Only what can be built climbs."),
    "type": ("Types of project", "What a project is."),
    "kind": ("Kinds of event", "What sort of step an event is."),
    "scope": ("Subjects", "What is counted as rare earths, and what is not."),
    "inactivity": ("When nothing is heard", ""),
    "location_accuracy": ("How precise a place is", "A place that no page gives is left empty."),
    "date_precision": ("How precise a date is", ""),
    "role": ("What a page does for an event", "Only a page that reports it counts as a source of its own."),
    "source_kind": ("Kinds of publisher", ""),
    "read_as": ("How much of a page was read", ""),
    "segment": ("Parts of the chain", ""),
    "level": ("Who leads", ""),
    "relation": ("What one project is to another", ""),
    "verdict": ("Verdicts on claims", ""),
    "facility_status": ("Status of a mine or plant", ""),
    "bloc": ("Groups of countries", ""),
}
#: Materials and units, as the tables use them.
_TERMS = (
    ("Rare earths", "The fifteen lanthanides, with yttrium and scandium; also REE.", "rare_earths"),
    ("REO", "Rare-earth oxides: the form in which rare earths are counted, in tonnes.", ""),
    ("Monazite", "A heavy mineral of beach sands that holds rare earths and thorium.", "monazite"),
    ("NdPr", "Neodymium and praseodymium, the rare earths that go into NdFeB magnets.", "neodymium"),
    ("NdFeB", "The alloy of neodymium, iron and boron of which permanent magnets are made.", ""),
    ("Magnets", "Here rare-earth permanent magnets (REPM): of NdFeB or of SmCo.", "magnets"),
    ("Samarium-cobalt", "SmCo: a magnet alloy of samarium and cobalt.", "samarium"),
    ("Heavy rare earths", "Dysprosium, terbium and others; they are added to NdFeB.", "dysprosium"),
    ("Mt", "Million tonnes.", ""),
    ("Crore, lakh", "Ten million, and a hundred thousand, as Indian sources count money.", ""),
    (
        "Independent source",
        "A report with an origin of its own: copies of one text, and all words of the parties to one act, "
        "count once.",
        "",
    ),
    (
        "Last confirmed",
        "The newest day on which two independent sources, or those who act, report a step; of what runs, "
        "that it runs. After two years without it, it is marked as not confirmed.",
        "",
    ),
)


def urn(key: str) -> str:
    """Return the name of a row for feeds: the same for the same id, in every copy of the site."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"mineralmap:{key}").urn


def add_reading_pages(site: Site, records: Records) -> None:
    """Add what changed, claims, glossary, data and the page for errors."""
    _add_changes(site, records)
    _add_claims(site, records)
    _add_glossary(site)
    site.add("report.html", "report.html.j2")
    site.add("data.html", "data.html.j2", readable=_READABLE, files=downloads(site))


def first_day(records: Records) -> pd.Timestamp:
    """Return the day since which the page of changes tells."""
    if records.newest is None:
        return pd.Timestamp(1900, 1, 1)  # before any day that a table can hold
    return (records.newest.date - pd.DateOffset(months=_MONTHS)).normalize()


def _add_changes(site: Site, records: Records) -> None:
    found = history.changes(first_day(records))
    inside = set(found.events["event_id"])
    events = [event for event in records.events if event.event_id in inside]
    months = [
        (key, format_date(rows[0].date, "month"), rows)
        for key, run in groupby(events, key=lambda event: f"{event.date:%Y-%m}")
        for rows in [list(run)]
    ]
    summary = (
        f"Since {format_date(found.since)}: {pluralize(len(events), 'event')}, "
        f"{pluralize(len(found.new_initiatives), *_BEGUN)}, "
        f"{pluralize(len(found.transitions), 'change')} of stage, up to {format_date(found.until)}."
    )
    sections = [("stages", "Moved to another stage"), *((key, name) for key, name, _ in months)]
    site.add(
        "changes.html",
        "changes.html.j2",
        summary=summary,
        gap=records.gap(),
        moves=list(found.transitions.itertuples(index=False)),
        months=months,
        sections=sections,
    )
    author = join_words(citation.AUTHORS)
    site.add(
        "changes.atom",
        "changes.atom.j2",
        events=events,
        since=found.since,
        feed_id=urn("changes"),
        author=author,
        urn=urn,
    )


def _add_claims(site: Site, records: Records) -> None:
    checked = claims.check_all()
    rows = {row.claim_id: row for row in records.tables["claims"]}
    found = [
        {
            **row._asdict(),
            "note": rows[row.claim_id].note,
            "source_url": rows[row.claim_id].source_url,
            "verdict": str(row.verdict),
            "events": [records.events_by_id[one] for one in row.event_ids],
        }
        for row in checked.itertuples(index=False)
    ]
    counts = checked["verdict"].value_counts()
    words = [f"{counts[code]} {code}" for code in codebook.codes("verdict") if counts.get(code)]
    site.add(
        "claims.html",
        "claims.html.j2",
        claims=found,
        summary=f"{pluralize(len(found), 'claim')} that others made: {join_words(words)}.",
        reviews=claim_reviews(found),
    )


def glossary_terms() -> list[tuple[str, str, str, Sequence[str]]]:
    """Return id, term, meaning and other names of the materials and units."""
    subjects = codebook.vocabulary("subject")
    return [
        (
            re.sub(r"\W+", "-", term.casefold()),
            term,
            words,
            subjects[subject].other_names if subject else (),
        )
        for term, words, subject in _TERMS
    ]


def _add_glossary(site: Site) -> None:
    groups = [
        (name, title, intro, list(codebook.vocabulary(name).values()))
        for name, (title, intro) in _WORDS.items()
    ]
    sections = [("terms", "Materials and units"), *((name, title) for name, title, *_ in groups)]
    site.add("glossary.html", "glossary.html.j2", terms=glossary_terms(), groups=groups, sections=sections)


def add_index(site: Site, records: Records | None, stories: Sequence[Any]) -> None:
    """Add the index: the map, the questions with their answers, states, partners, the newest changes."""
    if records is None:
        site.add("index.html", "contents.html.j2", seed="".join(page.lead for page in stories), pages=stories)
        return
    states = group(records.main, "states")
    main = [event for event in records.events if event.scope == MAIN_SCOPE]
    partners = group(main, "partners")
    running = [row for row in records.main if row.stage == "operating"]
    confirmed = sum(not row.unconfirmed for row in running)
    named = len({code for row in records.main for code in row.states})
    site.add(
        "index.html",
        "contents.html.j2",
        seed="".join(page.lead for page in stories),
        pages=stories,
        summary=f"{pluralize(len(records.main), 'rare-earth project')} in {pluralize(named, 'state')}: "
        f"{len(running)} run, {confirmed} of them confirmed within the last two years.",
        gap=records.gap(),
        since=first_day(records),
        newest=main[:_NEWEST],
        state_counts=[
            (code, name, len(states.get(code, ()))) for code, name in codebook.labels("state").items()
        ],
        partner_counts=[
            (code, row.name, len(partners.get(code, ()))) for code, row in records.partners.items()
        ],
        dataset=dataset(records, downloads(site)),
    )
