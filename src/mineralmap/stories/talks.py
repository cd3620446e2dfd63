"""A state and a partner country: whether their talks brought rare-earth plants."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from .. import claims, codebook, data, stages
from .. import tables as shown
from ..frames import filter_rows, group_words
from ..prose import Paragraph, answer, day_words, paragraph
from ..stages import Day
from ..tables import Link, Table
from ..text import format_date
from . import talks_lore as lore
from .basis import APPROVED, Story, confirmed_words, plural, titled

__all__ = ["Talks"]

_TALKS = "up-japan-rare-earth-magnet-talks"
#: Kinds of event that bring something: a company, technology, money, works, material.
_VENTURES = ("jv", "agreement", "investment", "plant", "supply_contract")


class Talks(Story):
    """The story of a state and a partner country since a day.

    Parameters
    ----------
    state : str
        Its code or name: ``"IN-UP"``, ``"UP"``, ``"Uttar Pradesh"``.
    partner : str
        A country's code or name: ``"JPN"``, ``"Japan"``.
    since : str or date
        What was known then is compared with what is known at ``as_of``.
    as_of : str or date, optional
        A day; everything in the tables if left out.

    Raises
    ------
    UnknownNameError
        If there is no such state or country.
    ValueError
        If a day is none, or ``since`` is later than ``as_of``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> story = mm.stories.Talks(state="UP", partner="Japan", since="2025-07-31")
    >>> len(story.ventures)
    0
    """

    def __init__(self, *, state: str, partner: str, since: Day, as_of: Day | None = None) -> None:
        super().__init__(as_of=as_of)
        self.code, self.partner = codebook.state_code(state), codebook.country_code(partner)
        self.name = codebook.labels("state")[self.code]
        (self.partner_name,) = self.country_names([[self.partner]])
        self.since = stages.as_date(since, "since")
        if self.as_of is not None and self.since > self.as_of:
            raise ValueError(f"since must not be later than as_of; got {since!r} and {as_of!r}")
        #: Whether it is the case of which the report of July 2025 told, and of which more is told here.
        self.is_the_report = (self.code, self.partner) == ("IN-UP", "JPN")
        self.RESTS_ON = lore.RESTS_ON if self.is_the_report else {}
        self.here = filter_rows(self.initiatives, states=self.code)
        with_partner = filter_rows(filter_rows(self.events, states=self.code), partners=self.partner)
        days = stages.last_day(with_partner["date"], with_partner["date_precision"])
        #: The events that name both, of any subject, after the day.
        self.later = with_partner[days > self.since]
        self.rare_later = self.later[self.later["scope"] == "rare_earth"]
        self.ventures = filter_rows(self.rare_later, kind=_VENTURES)

    @cached_property
    def projects(self) -> pd.DataFrame:
        """The rare-earth projects that name the state, those that have come furthest first."""
        found = self.here[self.here["group"] == "project"]
        rank = found["stage"].map(stages.stage_rank).astype(float).fillna(-1)
        return found.assign(rank=rank).sort_values(["rank", "initiative_id"], ascending=[False, True])

    @cached_property
    def verdict(self) -> str:
        """The verdict on the claim that the talks are tied to the Quad's initiative."""
        return claims.shipped_claims()["talks-tied-to-quad"].check(as_of=self.as_of).verdict

    def answer(self) -> Paragraph:
        """Answer the question: what followed on rare earths, what else, and what the state has."""
        other = self.later[self.later["scope"] != "rare_earth"]
        newest = list(other["event_id"].iloc[:-4:-1])
        projects = (
            "rare-earth "
            + plural(len(self.projects), "project is", "projects are")
            + " linked to {name}, {running:none} of them "
        )
        return answer(
            "In part: {after} these rare-earth events between {name} and {partner} were found: {ventures}."
            if len(self.ventures)
            else "No, none has been reported: {after} no joint venture, technology transfer or investment in"
            " rare earths between {name} and {partner} was found"
            + ("" if self.rare_later.empty else ", only {rare}")
            + (
                "; the {other:words} "
                + plural(len(other), "event", "events")
                + " that followed "
                + plural(len(other), "is", "are")
                + " on other subjects."
                if len(other)
                else "."
            ),
            "{n:Words} " + projects + "in operation."
            if len(self.projects)
            else "No rare-earth project in our data is linked to {name}.",
            self._third_in_short(),
            confidence="medium",
            because="it rests on what was not found, and some pages could be read only in part"
            if self.ventures.empty
            else "each event has its own sources",
            events=[
                *self.ventures["event_id"],
                *(["up-japan-delegation-rare-earth-talks-2025-07"] if self._talks_known else []),
                *newest,
                *self.projects["last_event_id"].iloc[:2],
            ],
            as_of=self.as_of,
            after=self._after,
            name=self.name,
            partner=self.partner_name,
            ventures=list(self.ventures["title"]),
            rare=list(self.rare_later["title"]),
            other=len(other),
            n=len(self.projects),
            running=self.n_running,
        )

    @property
    def n_running(self) -> int:
        """How many of the projects operate by the last report."""
        return int((self.projects["stage"] == "operating").sum())

    @property
    def _talks_known(self) -> bool:
        return self.is_the_report and _TALKS in self.stage_of

    @property
    def _after(self) -> str:
        """The time since when something may have followed, in words."""
        talks = self.facts.get("up-japan-delegation-rare-earth-talks-2025-07") if self._talks_known else None
        if talks and (talks.date.year, talks.date.month) == (self.since.year, self.since.month):
            return f"since the talks of {format_date(talks.date, 'month')}"
        return f"after {format_date(self.since)}"

    @property
    def _test(self) -> str:
        """What the fixed test of the claim says."""
        said = (
            "the question stays open."
            if self.verdict == "not decidable"
            else f'the verdict is "{self.verdict}".'
        )
        return f"By our fixed test, which asks for a text that names the tie, {said}"

    def _third_in_short(self) -> str | None:
        if not self._talks_known:
            return None
        if self.verdict == "not decidable":
            return (
                "That the talks belong to the national dialogue with Japan or to the Quad's minerals"
                " initiative is not shown:"
                " subject and month are the same, a text that ties them was not found."
            )
        return f"That the talks are tied to the Quad's minerals initiative is {self.verdict}."

    def in_short(self) -> list[Paragraph]:
        """Answer the three questions of the report in two sentences each, with their sources.

        Returns
        -------
        list of Paragraph
            Which rare-earth assets the state has or plans; what came of the talks; whether they are tied
            to the national dialogue and the Quad's initiative (nothing for another state or partner).
        """
        labels = {code: label.lower() for code, label in codebook.labels("stage").items()}
        works = [f"{row.title} ({labels[row.stage]})" for row in self.projects.itertuples()]
        assets = paragraph(
            "{n:Words} rare-earth " + plural(len(works), "project", "projects") + ": {works}."
            if works
            else "None: no rare-earth project in our data is linked to {name}.",
            None
            if not works
            else "{running:None} of them operates."
            if self.n_running < 2
            else "{running:Words} of them operate.",
            "Sources: {pages}." if works else None,
            n=len(works),
            works=works,
            name=self.name,
            running=self.n_running,
            pages=[self.page(one) for one in self.projects["last_event_id"]],
        )
        newest = self.later.iloc[:-4:-1]
        talks = paragraph(
            "None was found:" if self.ventures.empty else "In part ({ventures}):",
            "after {since} {n:words} "
            + plural(len(self.later), "event names", "events name")
            + " {name} and {partner}"
            + (", {rare:none} of them on rare earths." if len(self.later) else "."),
            "The newest: {newest}." if len(newest) else None,
            ventures=list(self.ventures["title"]),
            n=len(self.later),
            name=self.name,
            partner=self.partner_name,
            since=self.since,
            rare=len(self.rare_later),
            newest=[
                Link(self.page(row.event_id).url, f"{row.title}, {format_date(row.date, row.date_precision)}")
                for row in newest.itertuples()
            ],
        )
        third = self._third_in_short()
        if third is None:
            return [assets, talks]
        events = [one for one, _ in (*lore.DIALOGUE, *lore.QUAD) if one in self.facts]
        tie = paragraph(
            third,
            self._test,
            "Sources: {pages}.",
            pages=[self.page(one) for one in events[-3:]],
        )
        return [assets, talks, tie]

    def then_and_now(self) -> Table:
        """Show the rare-earth initiatives that name the state: their stage then and now, the newest event."""
        labels, types = codebook.labels("stage"), codebook.labels("type")
        before = data.load_initiatives(as_of=self.since)
        then = dict(zip(before["initiative_id"], before["stage"].astype(str), strict=True))
        rows = []
        for row in self.newest_first(self.here).itertuples():
            last = self.facts[row.last_event_id]
            was = then.get(row.initiative_id)
            rows.append(
                (
                    row.title,
                    types[row.type],
                    labels[was] if was else "not yet known",
                    labels[row.stage],
                    f"{titled(last)}, {format_date(last.date, last.date_precision)}",
                    self.page(row.last_event_id),
                )
            )
        day = format_date(self.since)
        heads = ("What", "Type", f"Stage on {day}", "Stage now", "Newest event", "Source")
        return Table(heads, rows, f"Rare-earth projects and talks linked to {self.name}, then and now")

    @cached_property
    def own(self) -> pd.DataFrame:
        """What a state, company or partner drives there, with an event of late; rare earths first."""
        named = filter_rows(self.every, states=self.code)
        local = ~named["level"].isin(["national", "multilateral"]) & (named["scope"] != "context")
        recent = self.events.loc[self.events["date"] >= self.start, "initiative_id"]
        found = named[local & named["initiative_id"].isin(recent)]
        return found.sort_values(["scope", "stage", "initiative_id"])

    @property
    def start(self) -> pd.Timestamp:
        """The left end of the picture: the first day of the year before ``since``."""
        return pd.Timestamp(self.since.year - 1, 1, 1)

    def headline(self) -> str:
        """Return the title of the picture."""
        month = format_date(self.since, "month")
        followed = (
            "no rare-earth event" if self.rare_later.empty else f"{len(self.rare_later)} rare-earth events"
        )
        return f"{self.name}: after {month} {followed} with {self.partner_name}"

    def assets(self) -> Paragraph:
        """Say which rare-earth projects the state has or plans."""
        labels = {code: label.lower() for code, label in codebook.labels("stage").items()}
        works = [
            f"{row.title}"
            f" ({labels[row.stage]}{', ' + confirmed_words(row) if row.stage == 'operating' else ''})"
            for row in self.projects.itertuples()
        ]
        told = self.narrate(lore.ASSETS, lines=True) if self.is_the_report else None
        return Paragraph(
            paragraph(
                "{groups} on rare earths {are} linked to {name}."
                if len(self.here)
                else "Nothing on rare earths in our data is linked to {name}.",
                "The projects: {works}." if works else None,
                APPROVED if (self.projects["stage"] == "approved").any() else None,
                groups=group_words(self.here["group"]),
                are=plural(len(self.here)),
                name=self.name,
                works=works,
            ).text
            + (f"\n\n{told.text}" if told else "")
        )

    def talks(self) -> Paragraph | None:
        """Tell the talks of the report; None for another state or partner."""
        return self.narrate(lore.TALKS, lines=True) if self.is_the_report else None

    def followed(self) -> Paragraph:
        """Say how many events followed, on what subject, and what they brought."""
        minerals = int((self.later["scope"] == "critical_minerals").sum())
        told = self.narrate(lore.AFTER, lines=True) if self.is_the_report else None
        party = int(self.later["party_only"].sum())
        head = paragraph(
            "After {since} {n:words} "
            + plural(len(self.later), "event in our data names", "events in our data name")
            + " {name} and {partner}.",
            None
            if self.later.empty
            else "{rare:None} "
            + plural(max(len(self.rare_later), 1))
            + " about rare earths"
            + (", {minerals:words} about other critical minerals." if minerals else "."),
            "For "
            + ("all {party}" if party == len(self.later) > 1 else "{party:words} of them")
            + " the only source is a government or company involved."
            if party
            else None,
            since=self.since,
            n=len(self.later),
            name=self.name,
            partner=self.partner_name,
            rare=len(self.rare_later),
            minerals=minerals,
            party=party,
        )
        return Paragraph(head.text + (f"\n\n{told.text}" if told else ""))

    def later_table(self) -> Table | None:
        """Show the events that followed, the newest first; None if there is none."""
        if self.later.empty:
            return None
        caption = f"Events that name {self.name} and {self.partner_name}, after {format_date(self.since)}"
        return shown.events(self.later, caption=caption, rows=15)

    def third_question(self) -> Paragraph | None:
        """Tell what the national dialogue and the Quad did; None for another state or partner."""
        if not self._talks_known:
            return None
        parts = [
            "## Third question: are the talks part of the national dialogue with Japan, or of the Quad's"
            " minerals initiative?",
            *(
                f"**{name}.** {told.text}"
                for name, steps in (("The dialogue", lore.DIALOGUE), ("The Quad", lore.QUAD))
                if (told := self.narrate(steps))
            ),
        ]
        return Paragraph("\n\n".join(parts))

    def weighed(self) -> Table | None:
        """Show what speaks for a tie and what against it, oldest first; None for another state or partner."""
        if not self._talks_known:
            return None
        known = [one for one in lore.WEIGHED if one.event_id in self.facts]
        known.sort(key=lambda one: (not one.speaks_for, self.facts[one.event_id].date))
        rows = []
        for one in known:
            row = self.facts[one.event_id]
            when = format_date(row.date, row.date_precision)
            side = "for" if one.speaks_for else "against"
            rows.append((side, when, titled(row), one.why, self.page(one.event_id)))
        heads = ("Speaks", "Date", "What happened", "Why it counts", "Source")
        return Table(heads, rows, "What speaks for a tie, and what against it")

    def conclusion(self) -> Paragraph | None:
        """Weigh the reasons; None for another state or partner."""
        if not self._talks_known:
            return None
        return paragraph(
            "**With the national dialogue: contact, not membership.** Japan's embassy and ministries met"
            " the state and a company in"
            " it within days of the conference that the embassy hosted in New Delhi. No text found makes the state's talks a"
            " part of the national"
            " work on rare earths"
            + (", and what followed with Japan leaves rare earths out." if self._left_out else "."),
            "\n\n**With the Quad: the same subject in the same month,** and one line in a"
            " company's statement about a visit, seen only in one copy of it."
            if "up-lohum-japan-delegation-2025-07" in self.facts
            else None,
            f"\n\nThis is our reading. {self._test}",
        )

    @property
    def _left_out(self) -> bool:
        return len(self.later) > 0 and self.rare_later.empty

    def unknown(self) -> Paragraph:
        """List what is not known, and what would change the answer."""
        newest = [row for row in self.facts.values() if row.initiative_id == "rare-earth-magnet-scheme"]
        report = self.is_the_report
        lines = [
            (
                True,
                "Talks of companies that nobody reported, and what happened after {day}. No page found is"
                " no proof that nothing"
                " happened.",
            ),
            (
                self._talks_known,
                "What the first report on the talks said: it could not be read, only a summary of it.",
            ),
            (
                report and "lohum-up-magnet-plant" in self.stage_of,
                "The site of the Lohum plant, its licence, and whether a Japanese partner comes in.",
            ),
            (
                report and newest,
                "Who wins in the Centre's magnet scheme, and where they build (newest event: {scheme}).",
            ),
            (
                report and "nawatola-laband-rare-earth-block" in self.stage_of,
                "The licence, the resource and the grade of the block in Sonbhadra.",
            ),
            (
                report and "up-japan-projects-launch-2026-08" in self.facts,
                "The firms and products behind the projects and memoranda of {launch}.",
            ),
            (not report, "Whether a rare-earth project of {name} will have a partner from {partner}."),
            (
                self._talks_known,
                "A text of the Quad, the Centre or the state that names the talks as a part of the larger"
                " work.",
            ),
        ]
        launch = self.facts.get("up-japan-projects-launch-2026-08")
        return paragraph(
            "\n".join(f"- {line}" for holds, line in lines if holds),
            day=day_words(self.as_of),
            scheme=f"{newest[-1].title}, {format_date(newest[-1].date, newest[-1].date_precision)}"
            if newest
            else "",
            launch=format_date(launch.date, "month") if launch else "",
            name=self.name,
            partner=self.partner_name,
        )
