"""The index of the search: every project, event, name, place and page, and what is spelt in several ways."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .. import codebook
from ..frames import cell_text, distinct
from ..text import format_date
from .reading_pages import glossary_terms
from .records import Records
from .rendering import Site

__all__ = ["add_search_index"]

#: What is found, in the order of worth where two fit alike.
KINDS = (
    *("Story", "Project", "State", "Partner country", "Company or body", "Claim", "Word explained"),
    *("Deposit", "Mine, plant or laboratory", "Event", "Source"),
)
#: Of these, what else is searched are other names: one that is typed exactly leads the list.
_NAMED = ("State", "Partner country", "Company or body", "Word explained")
#: Kind, address, title, and what else is searched.
Row = tuple[str, str, str, str]


def add_search_index(site: Site, records: Records, stories: Sequence[Any]) -> None:
    """Add the index as a script: a page that lies on a disk may load a script, but read no file."""
    rows = [*_of_stories(stories), *_of_entities(records), *_of_rows(records)]
    index = {
        "kinds": list(KINDS),
        "named": [KINDS.index(kind) for kind in _NAMED],
        "rows": [[KINDS.index(kind), *rest] for kind, *rest in rows],
        "spellings": [list(group) for group in _spellings(records)],
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    # Both are line ends to older scripts.
    text = text.replace("\u2028", " ").replace("\u2029", " ")
    site.files["assets/search-index.js"] = f"window.mineralmapIndex={text};\n".encode()


def _joined(*cells: object) -> str:
    """Return texts and tuples of texts as one text, each part once."""
    parts = (cell if isinstance(cell, tuple) else (cell_text(cell),) for cell in cells)
    return " · ".join(part for part in distinct(parts) if part)


def _of_stories(stories: Sequence[Any]) -> Iterator[Row]:
    for page in stories:
        yield "Story", page.href, page.title, page.description


def _of_entities(records: Records) -> Iterator[Row]:
    states, countries = codebook.vocabulary("state"), codebook.vocabulary("country")
    labels = {
        name: codebook.labels(name) for name in ("state", "country", "bloc", "segment", "type", "stage")
    }
    for key, row in records.projects.items():
        events = records.histories[key].events
        words = _joined(
            *(row.summary, row.place_name, row.lead_actors, row.owners),
            *(distinct(events[column]) for column in ("actors", "minerals")),
            tuple(labels["state"][code] for code in row.states),
            tuple(labels["country"][code] for code in row.partners),
            tuple(labels["bloc"][code] for code in row.blocs),
            tuple(labels["segment"][code] for code in row.segments),
            *(labels["type"][row.type], labels["stage"][row.stage]),
        )
        yield "Project", f"project/{key}.html", row.title, words
    for code, state in states.items():
        yield "State", f"state/{code}.html", state.label, _joined(code, state.other_names)
    for code, row in records.partners.items():
        other = countries[code].other_names if code in countries else ()
        blocs = tuple(labels["bloc"][one] for one in row.blocs)
        yield "Partner country", f"partner/{code}.html", row.name, _joined(code, other, row.capital, blocs)
    for key, row in records.actors.items():
        yield "Company or body", f"actor/{key}.html", row.name, _joined(row.other_names, row.note)


def _of_rows(records: Records) -> Iterator[Row]:
    for row in records.tables["claims"]:
        yield "Claim", f"claims.html#{row.claim_id}", row.text, row.made_by
    for key, term, words, others in glossary_terms():
        yield "Word explained", f"glossary.html#{key}", term, _joined(words, tuple(others))
    for row in records.tables["deposits"]:
        yield (
            "Deposit",
            f"deposits.html#{row.deposit_id}",
            row.name,
            _joined(row.setting, row.operator, row.note),
        )
    for row in records.tables["facilities"]:
        words = _joined(row.kind, row.operator, row.note)
        yield "Mine, plant or laboratory", f"facilities.html#{row.facility_id}", row.name, words
    for row in records.events:
        title = f"{row.title} ({format_date(row.date, row.date_precision, short=True)})"
        words = _joined(row.summary, row.place_name, row.actors, row.minerals)
        yield "Event", f"project/{row.initiative_id}.html#{row.event_id}", title, words
    for key, row in records.sources.items():
        yield "Source", f"sources.html#{key}", row.title, row.publisher


def _spellings(records: Records) -> Iterable[Sequence[str]]:
    """Return groups of words that mean one thing: the search looks for all of them."""
    for name in ("place", "subject", "state", "country", "bloc"):
        for entry in codebook.vocabulary(name).values():
            if entry.other_names:
                yield entry.label, *entry.other_names
    for row in records.tables["actors"]:
        if row.other_names:
            yield row.name, *row.other_names
