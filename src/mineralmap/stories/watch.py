"""What changed since a day, what to expect next, and what is overdue: the page to come back to."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import Any

import pandas as pd

from .. import codebook, history, stages
from ..frames import filter_rows, group_words, is_missing
from ..outlook import outlook
from ..prose import Paragraph, answer, paragraph
from ..shading import MAIN_SCOPE
from ..stages import Day
from ..tables import Link, Table
from ..tables import events as events_table
from ..text import format_date, pluralize
from .bidders import SCHEME
from .known import Known, event_day

__all__ = ["WhatChanged"]

#: What to expect of something that nobody has reported on for years, or that may have stopped.
_OVERDUE = ("inactive", "presumed_shelved", "unconfirmed", "silent", "halt_requested")
#: What falls silent in two years without an event.
_WAITING = ("next_step", "active")


class WhatChanged(Known):
    """What changed in rare earths since a day, and what to watch.

    Parameters
    ----------
    since : str or date
        The last day that the reader knows.
    as_of : str or date, optional
        The last day to look at; everything in the tables if left out.

    Raises
    ------
    ValueError
        If ``since`` is no day, or is later than ``as_of``; if no event was known by then.

    Examples
    --------
    >>> import mineralmap as mm
    >>> story = mm.stories.WhatChanged(since="2010-01-01", as_of="2011-03-01")
    >>> story.headline()
    '2 Jan 2010 to 1 Mar 2011: 4 rare-earth events; new: 2 projects'
    """

    RESTS_ON = MappingProxyType(
        {"repm-bids-2026-08": ("Bids are no award: prices, quantities and sites are not given",)}
    )

    def __init__(self, *, since: Day, as_of: Day | None = None) -> None:
        super().__init__(as_of=as_of)
        #: As from `mineralmap.changes`.
        self.changes = history.changes(since, until=self.day, scope=MAIN_SCOPE)
        #: The first day that is new to the reader, and a day from which the years before can be drawn.
        self.first_day = self.changes.since + pd.Timedelta(days=1)
        self.draw_from = min(self.changes.since - pd.DateOffset(months=18), self.rare_events["date"].max())

    @cached_property
    def outlook(self) -> pd.DataFrame:
        """As from `mineralmap.outlook`, of rare earths, with the group of each."""
        frame = outlook(as_of=self.day, scope=MAIN_SCOPE)
        groups = self.initiatives[["initiative_id", "group"]]
        frame = frame.merge(groups, on="initiative_id")
        return frame.sort_values(["inactive_since", "initiative_id"], ascending=[False, True])

    @property
    def overdue_rows(self) -> pd.DataFrame:
        """Return what nobody has reported on for years, or what may have stopped."""
        return self.outlook[self.outlook["expectation"].isin(_OVERDUE)]

    @property
    def moved(self) -> pd.DataFrame:
        """Changes of stage of what was known before."""
        return self.changes.transitions[self.changes.transitions["stage_before"].notna()]

    @property
    def touched(self) -> pd.DataFrame:
        """The dozen initiatives with the newest events: those since the day, or, if there is none, before it."""
        events = self.changes.events if len(self.changes.events) else self.rare_events.iloc[::-1]
        newest = events["initiative_id"].drop_duplicates().head(12)
        return self.initiatives[self.initiatives["initiative_id"].isin(newest)]

    def headline(self) -> str:
        """Return the finding in a line, for the picture."""
        days = f"{format_date(self.first_day, short=True)} to {format_date(self.day, short=True)}"
        new = self.changes.new_initiatives["group"]
        words = f"{days}: {pluralize(len(self.changes.events), 'rare-earth event')}"
        return f"{words}; new: {group_words(new)}" if len(new) else words

    def _news(self) -> tuple[str, dict[str, Any]]:
        """Return the newest change of stage or new project as a sentence with its values; empty if none."""
        if self.changes.transitions.empty:
            return "", {}
        row, labels = self.changes.transitions.iloc[0], codebook.labels("stage")
        new = is_missing(row["stage_before"])
        values = {"move_title": row["title"], "move_to": labels[row["stage"]].lower()}
        values["move_day"] = event_day(self.facts[row["event_id"]])
        values["move_from"] = "" if new else labels[row["stage_before"]].lower()
        said = 'is new, at "{move_to}"' if new else 'moved from "{move_from}" to "{move_to}"'
        return "The newest change: {move_title} " + said + " ({move_day}).", values

    def answer(self) -> Paragraph:
        """Say what is newest, how much changed, and how much has been silent for long."""
        events, moved = self.changes.events, self.moved["initiative_id"].nunique()
        quiet, n = self.overdue_rows, len(events)
        single = int(events["single_source"].sum())
        news, values = self._news()
        scheme = filter_rows(events, initiative_id=SCHEME)
        return answer(
            news or None,
            "In the Centre's magnet scheme: {scheme} ({scheme_day})." if len(scheme) else None,
            "No rare-earth event is known from {first} to {last}." if not n
            else ("One rare-earth event was" if n == 1 else "{n:Words} rare-earth events were")
            + " reported from {first} to {last}; {new} "
            + ("is" if len(self.changes.new_initiatives) == 1 else "are") + " new, and {moved:none} changed stage.",
            "Silent for long, or in doubt: {quiet}." if len(quiet) else "Nothing has been silent for long.",
            first=self.first_day,
            last=self.day,
            n=n,
            new=group_words(self.changes.new_initiatives["group"]),
            moved=moved,
            **values,
            scheme=scheme["title"].iloc[0] if len(scheme) else "",
            scheme_day=event_day(scheme.iloc[0]) if len(scheme) else "",
            quiet=group_words(quiet["group"]),
            confidence="medium",
            because=f"{single} of {n} events have a single independent source" if single
            else "what no page reported is not here",
            events=list(events["event_id"].head(6)),
            as_of=self.as_of,
        )  # fmt: skip

    def moves(self) -> Table:
        """Return the changes of stage and what is new, newest first, with sources."""
        rows, labels = self.changes.transitions, codebook.labels("stage")
        pages = self.links(rows["event_id"])
        titles = self.events.set_index("event_id")["title"]
        cells = [
            (
                format_date(row.counts_from),
                row.title,
                "new" if is_missing(row.stage_before) else labels[row.stage_before],
                labels[row.stage],
                titles[row.event_id],
                pages.get(row.event_id, ()),
            )
            for row in rows.itertuples()
        ]
        columns = ("Certain from", "Project", "From", "To", "By the event", "Sources")
        return Table(columns, cells[:30], "What is new or changed stage, newest first", len(cells))

    def events_table(self) -> Table:
        """Return the events since the day, newest first, with sources."""
        return events_table(self.changes.events, caption="All events since then, newest first", rows=30)

    def _listed(self, rows: pd.DataFrame, caption: str, shown: int) -> Table:
        labels = codebook.labels("stage")
        cells = [
            (
                format_date(row.inactive_since),
                row.title,
                labels[row.stage],
                row.next_evidence,
                "" if is_missing(row.url) else Link(row.url, row.publisher),
            )
            for row in rows.head(shown).itertuples()
        ]
        columns = ("Last event", "Project", "Stage", "What would move it", "Source")
        return Table(columns, cells, caption, len(rows))

    def next_expected(self) -> Table:
        """Return the projects that wait and were heard of within two years, newest first."""
        waiting = self.outlook[self.outlook["expectation"] == "next_step"]
        return self._listed(waiting, "Heard of within two years: what would be the next news", 15)

    def overdue(self) -> Table:
        """Return what was not heard of for two years or more, and what may have stopped, newest first."""
        return self._listed(self.overdue_rows, "Silent for long, or in doubt", 30)

    def overdue_words(self) -> Paragraph:
        """Say what counts as silent for long or in doubt, and how many are."""
        counts = self.outlook["expectation"].value_counts()
        number = {name: int(counts.get(name, 0)) for name in _OVERDUE}
        return paragraph(
            "One rule for all: a project that waits is inactive after {years:words} years without an event and presumed shelved after"
            " {shelved:words}, though nobody said so; a dialogue is silent after {years:words}; what runs is unconfirmed when for"
            " {years:words} years nobody has confirmed it.",
            "By {day} that makes {inactive:none} inactive, {presumed_shelved:none} presumed shelved, {silent:none} silent and"
            " {unconfirmed:none} unconfirmed.",
            ("For one project a halt was requested; no report says whether it happened." if number["halt_requested"] == 1
             else "For {halt_requested:words} projects a halt was requested; no report says whether it happened.")
            if number["halt_requested"] else None,
            years=stages.INACTIVE_YEARS,
            shelved=stages.SHELVED_YEARS,
            day=self.day_words,
            **number,
        )  # fmt: skip

    def due_soon(self) -> Table:
        """Return what falls silent within a year if nothing is reported, the soonest first."""
        waiting = self.outlook[self.outlook["expectation"].isin(_WAITING)]
        turns = waiting["inactive_since"] + pd.DateOffset(years=stages.INACTIVE_YEARS)
        soon = waiting.assign(turns=turns)[turns <= self.day + pd.DateOffset(years=1)]
        cells = [
            (
                format_date(row.turns),
                row.title,
                "silent" if row.expectation == "active" else "inactive",
                row.last_event,
                "" if is_missing(row.url) else Link(row.url, row.publisher),
            )
            for row in soon.sort_values(["turns", "initiative_id"]).itertuples()
        ]
        columns = ("On", "Project", "Turns", "Last event", "Source")
        return Table(
            columns, cells[:15], "What falls silent within a year if nothing is reported", len(cells)
        )

    def not_known(self) -> Paragraph:
        """Say in a short list what this page cannot tell."""
        coverage = filter_rows(self.changes.events, single_source=True)
        return paragraph(
            "- What happened and was not reported, or was reported on a page that was not read.",
            "\n- Anything after {day}.",
            "\n- Whether the {single} events since then that have a single independent source will be confirmed by another."
            if len(coverage) > 1 else None,
            "\n- Why something is silent: stopped, or only not written about.",
            "\n- The prices, sites and awards of the magnet tender." if "repm-bids-2026-08" in set(self.rare_events["event_id"]) else None,
            day=self.day_words,
            single=len(coverage),
        )  # fmt: skip
