"""Where India's rare earths are, and how far the plans have come."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import Any

import pandas as pd

from .. import codebook, data, stages
from ..frames import filter_rows, group_words
from ..prose import Paragraph, answer, day_words, paragraph
from ..stages import Day
from ..tables import Table
from ..text import format_date, join_words
from .basis import Story, confirmed_words, plural, when_words
from .coasts import Coasts

__all__ = ["India"]

_IREL = "IREL (India) Limited"
_MAGNET_PLANT, _WASHING = "irel-visakhapatnam-magnet-plant", "alappad-beach-washing"
_SUPPLY, _REQUEST = "india-japan-rare-earth-supply", "ap-rare-earth-export-suspension-2025-06"


class India(Story):
    """The story of all India; see `Story` for its parameters.

    Examples
    --------
    >>> import mineralmap as mm
    >>> story = mm.stories.India(as_of="2025-07-30")
    >>> story.answer().text.startswith("**Answer.** ")
    True
    """

    RESTS_ON = MappingProxyType(
        {
            "ap-irel-repm-plant-dedicated-2023-05": ("samarium-cobalt",),
            _REQUEST: ("not a confirmed halt",),
        }
    )

    def __init__(self, *, as_of: Day | None = None) -> None:
        super().__init__(as_of=as_of)
        self.projects = self.initiatives[self.initiatives["group"] == "project"]
        self.operating = self.running(self.initiatives)
        self.stale = self.operating[self.operating["unconfirmed"]]

    @cached_property
    def _sure(self) -> pd.DataFrame:
        return self.operating.drop(self.stale.index)

    def answer(self) -> Paragraph:
        """Answer the question: what runs, who confirms it, and how far the rest has come."""
        sure, known = self._sure, len(self.operating)
        others = len(self.projects) - known
        coasts = Coasts(as_of=self.as_of)
        tied = self.country_names(self.operating["partners"])
        irel = len(filter_rows(self.operating, lead_actors=_IREL)) if known else 0
        newest = next(sure.itertuples(), None)
        return answer(
            "Mostly in the coastal sands of {beaches}, by the monazite counted there."
            if coasts.share > 0.5
            else "Where most lies was not known: there was no full count of India's monazite by state.",
            "Of {total:words} rare-earth "
            + plural(len(self.projects), "project", "projects")
            + " {running:none} "
            + plural(known)
            + " reported to operate"
            + (
                ", {irel:none} of them run by the Centre-owned company IREL, alone or with others."
                if irel
                else "."
            ),
            None
            if not known
            else "That was confirmed in the last two years for {sure:none} of them, most recently {newest}."
            if newest
            else "That was confirmed for none of them in the last two years.",
            None
            if not tied
            else "{tied} " + plural(len(tied), "is the only partner country", "are the partner countries"),
            None
            if not tied
            else "with a part in one of them."
            if any(sure["partners"])
            else "with a part in one of them, but in none that is confirmed.",
            f"Of the other {{others}} {plural(others, 'project', 'projects')} {self._not_running}."
            if others
            else None,
            confidence="medium" if known else "low",
            because=f"{len(self.stale)} of the {known} {plural(len(self.stale), 'was', 'were')} not"
            f" confirmed in two years"
            if len(self.stale)
            else "magnets and recycling rest on fewer sources than the mines",
            events=self.confirming(self.operating),
            as_of=self.as_of,
            running=known,
            irel=irel,
            sure=len(sure),
            newest=when_words(newest.last_confirmed, newest.confirmed_precision) if newest else "",
            tied=tied,
            others=others,
            total=len(self.projects),
            beaches=coasts.beach_names,
        )

    @property
    def _not_running(self) -> str:
        """How many of the projects are at the stages below operating, and how many were halted."""
        stage = self.projects["stage"]
        counts = (
            (int(stage.isin(["talks", "announced", "mou"]).sum()), "{are} talks, plans or memoranda"),
            (int(stage.isin(["agreement", "approved"]).sum()), "{have} an agreement or an approval"),
            (int((stage == "construction").sum()), "{are} being built"),
            (
                int(stage.isin([*stages.EXITS, stages.HALT_REQUESTED]).sum()),
                "{are} halted, cancelled or asked to halt",
            ),
        )
        return join_words(
            [
                paragraph(f"{{n:words}} {words}", n=n, are=plural(n), have=plural(n, "has", "have")).text
                for n, words in counts
                if n
            ]
        )

    def what_runs(self) -> Paragraph:
        """Say what makes magnets, and what must not be counted twice."""
        runs = set(self.operating["initiative_id"])
        makes = filter_rows(self.rare_events, stage="operating", segments="magnet")["initiative_id"]
        plants = self.operating[self.operating["initiative_id"].isin(makes)]
        others = plants[plants["initiative_id"] != _MAGNET_PLANT]
        design = self.facts.get("ap-irel-repm-plant-dedicated-2023-05")
        return paragraph(
            '"Operates" means that output is reported, not that it is large; "confirmed", that two'
            " independent sources, or those who run it, reported that it runs. Nobody inspected it for us.",
            "The magnet plant in Visakhapatnam makes samarium-cobalt magnets, {design} tonnes a year by"
            " design."
            if _MAGNET_PLANT in runs and design
            else None,
            "No event reports a plant in India that makes sintered neodymium magnets for sale."
            if others.empty
            else "Other plants reported to make magnets: {plants}.",
            "The washing of beach sand at Alappad is counted apart, although it is a part of the mining"
            " around Chavara."
            if _WASHING in runs
            else None,
            "Not confirmed for two years: {stale}." if len(self.stale) else None,
            design=int(design.capacity_value) if design else 0,
            plants=list(others["title"]),
            stale=list(self.stale["title"]),
        )

    def running_table(self) -> Table:
        """Show what operates: leader, states, since when, when confirmed and by whom."""
        states = codebook.labels("state")
        rows = [
            (
                row.title,
                tuple(row.lead_actors),
                tuple(states[code] for code in row.states),
                confirmed_words(row),
                tuple(row.confirmed_by),
                self.page(row.last_event_id),
            )
            for row in self.operating.itertuples()
        ]
        heads = (
            "Project",
            "Who runs it",
            "States named",
            "Confirmed",
            "By these publishers",
            "Newest source",
        )
        return Table(heads, rows, "Rare-earth projects that operate by the last report")

    def by_stage(self) -> pd.Series:
        """Count the projects by stage, in the order of the codebook."""
        counts = self.projects["stage"].astype(str).value_counts()
        return counts.reindex([one for one in stages.STAGES if one in counts.index])

    def how_far(self) -> Paragraph:
        """Say how many projects are at each stage, and what else there is."""
        labels = {code: label.lower() for code, label in codebook.labels("stage").items()}
        rest = self.initiatives.loc[self.initiatives["group"] != "project", "group"]
        asked = int((self.projects["stage"] == stages.HALT_REQUESTED).sum())
        return paragraph(
            "{n:Words} rare-earth projects in India: {stages}.",
            "Beside them there are {rest}; these cannot be built and are not counted here."
            if len(rest)
            else None,
            "For {asked:words} "
            + plural(asked, "project", "projects")
            + " a halt was requested; no report says whether it happened."
            if asked
            else None,
            asked=asked,
            n=len(self.projects),
            stages=[f"{number} {labels[stage]}" for stage, number in self.by_stage().items()],
            rest=group_words(rest),
        )

    def _newest(self, initiative_id: str) -> str | None:
        own = [row for row in self.facts.values() if row.initiative_id == initiative_id]
        return f"{own[-1].title}, {format_date(own[-1].date, own[-1].date_precision)}" if own else None

    def unknown(self) -> Paragraph:
        """List what is not known, and what would change the answer."""
        rare, coverage = self.rare_events, data.load_coverage()
        scheme, mine = self._newest("rare-earth-magnet-scheme"), self._newest("irel-kanniyakumari-mine")
        lines: list[tuple[Any, str]] = [
            (
                True,
                "What nobody reported, and what happened after {day}. Failures are reported less than plans.",
            ),
            (
                True,
                "How true a single report is: {single} of {n} rare-earth events have a single source; for"
                " {party} it is the company or government concerned.",
            ),
            (len(self.stale), "Whether these still run: {stale}."),
            (scheme, "What will come of the Centre's scheme for magnets (newest event: {scheme})."),
            (mine, "Whether the mine planned in Kanniyakumari will be cleared (newest event: {mine})."),
            (
                self.stage_of.get(_SUPPLY) == stages.HALT_REQUESTED,
                "Whether rare earths for Japan stopped after the request that was reported {request}.",
            ),
            (
                self.projects["lat"].isna().any(),
                "Where {unplaced} of the {known} projects are: they have no place that could be marked.",
            ),
            (
                True,
                "What is in a state that was not searched: the {subjects} searches are in"
                " `mineralmap.load_coverage()`.",
            ),
        ]
        return paragraph(
            "\n".join(f"- {line}" for holds, line in lines if holds),
            day=day_words(self.as_of),
            single=int(rare["single_source"].sum()),
            party=int(rare["party_only"].sum()),
            n=len(rare),
            stale=list(self.stale["title"]),
            scheme=scheme,
            mine=mine,
            request=self.when(_REQUEST) if _REQUEST in self.facts else "",
            unplaced=int(self.projects["lat"].isna().sum()),
            known=len(self.projects),
            subjects=len(coverage),
        )
