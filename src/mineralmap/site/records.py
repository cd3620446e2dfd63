"""Every table read once, and what leads from one row to another: states, actors, partners, projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from .. import attestation, boundaries, codebook, data, geography, history
from ..frames import is_missing
from ..outlook import outlook
from ..shading import MAIN_SCOPE

__all__ = ["Records", "group"]


def group(rows: Iterable[Any], column: str) -> Mapping[str, list[Any]]:
    """Return the rows by the entries of a column: a code or a list of them; a missing one is none."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        cell = getattr(row, column)
        for entry in cell if isinstance(cell, tuple) else () if is_missing(cell) else (cell,):
            found[entry].append(row)
    return found


class Records:
    """The tables as rows (named tuples), and their ties.

    Attributes
    ----------
    tables : dict
        Name of a table -> its rows.
    events : list
        Newest first.
    projects : dict
        Id -> the initiative with its stage; sorted by title.
    actors, sources, partners, events_by_id : dict
        Id -> row.
    """

    def __init__(self) -> None:
        self.frames = {name: data.shipped(name, geometry=False) for name in codebook.tables()}
        self.tables = {name: list(frame.itertuples(index=False)) for name, frame in self.frames.items()}
        events = sorted(self.tables["events"], key=lambda row: row.event_id)
        self.events = sorted(events, key=lambda row: row.date, reverse=True)
        rows = sorted(self.tables["initiatives"], key=lambda row: (row.title, row.initiative_id))
        self.projects = {row.initiative_id: row for row in rows}
        self.events_by_id = {row.event_id: row for row in self.events}
        self.actors = {row.actor_id: row for row in self.tables["actors"]}
        self.sources = {row.source_id: row for row in self.tables["sources"]}
        partners = sorted(self.tables["partners"], key=lambda row: row.name)
        # India has a row for its own output and reserves; it is no partner of itself.
        self.partners = {row.iso3: row for row in partners if row.iso3 != "IND"}
        #: The frames of events and initiatives name actors; no two share a name.
        self.actor_ids = {row.name: row.actor_id for row in self.tables["actors"]}

    @property
    def newest(self) -> Any:
        """The newest event; None if there is none."""
        return self.events[0] if self.events else None

    @cached_property
    def pages(self) -> dict[str, list[Any]]:
        """Event id -> its pages, those that report it first."""
        frames = self.frames
        return data.pages_of(self.events_by_id, frames["event_sources"], frames["sources"])

    @cached_property
    def histories(self) -> dict[str, history.InitiativeHistory]:
        """Project id -> its history."""
        return history.histories()

    @cached_property
    def outlook(self) -> dict[str, Any]:
        """Project id -> what to expect next."""
        return {row.initiative_id: row for row in outlook(scope=None).itertuples(index=False)}

    @cached_property
    def neighbours(self) -> dict[str, list[str]]:
        """State -> the states at its borders."""
        return {code: geography.neighbours(self.outlines, code) for code in codebook.codes("state")}

    @cached_property
    def outlines(self) -> Any:
        """The states, with their outlines."""
        return boundaries.load_states()

    @cached_property
    def linked(self) -> dict[str, list[tuple[str, str, str]]]:
        """Project id -> (what it is to the other, id of the other, a note); both ways."""
        words = codebook.labels("relation")
        found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for row in self.tables["initiative_links"]:
            note = "" if is_missing(row.note) else row.note
            found[row.initiative_id].append((f"this {words[row.relation]}", row.linked_id, note))
            found[row.linked_id].append((f"{words[row.relation]} this", row.initiative_id, note))
        return found

    def drawn(self, project: Any) -> bool:
        """Tell whether the maps draw a project: background they do not."""
        return project.scope not in codebook.codes("scope", "background")

    def projects_with(self, column: str, entry: str) -> list[Any]:
        """Return the projects that have an entry in a list: rare earths first, then by title."""
        rows = [row for row in self.projects.values() if entry in getattr(row, column)]
        order = codebook.codes("scope")
        return sorted(rows, key=lambda row: (order.index(row.scope), row.title))

    def related(self, project: Any, most: int = 8) -> list[Any]:
        """Return the projects that share the most with one: leaders count most, then places and partners."""
        linked = {other for _, other, _ in self.linked.get(project.initiative_id, ())}
        weights = {"lead_actors": 4, "partners": 1, "states": 1}
        found = []
        for row in self.projects.values():
            if row.initiative_id == project.initiative_id or row.initiative_id in linked:
                continue
            score = sum(
                weight * len({*getattr(row, name)} & {*getattr(project, name)})
                for name, weight in weights.items()
            )
            if score and row.scope == project.scope:
                found.append((-score, row.title, row))
        return [row for _, _, row in sorted(found, key=lambda one: one[:2])[:most]]

    @cached_property
    def main(self) -> list[Any]:
        """The rare-earth projects proper: what can be built in India."""
        return [row for row in self.projects.values() if row.scope == MAIN_SCOPE and row.group == "project"]

    def gap(self) -> pd.Timestamp:
        """Return the day of the newest page that was seen."""
        return attestation.newest_page(self.frames["sources"], self.frames["coverage"])
