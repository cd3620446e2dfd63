"""Whether talks become plants: what became of the projects that were first reported as words."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import Any

import pandas as pd

from .. import attestation, codebook, follow_through, stages
from ..frames import group_words
from ..prose import Paragraph, answer, paragraph
from ..stages import Day
from ..tables import Table
from ..text import pluralize
from .known import Known

__all__ = ["TalksToPlants"]

#: Years after which the share is given in words.
_YEARS = 5
_UP_TALKS = "up-japan-rare-earth-magnet-talks"


class TalksToPlants(Known):
    """What became of the rare-earth projects that were first reported as talks, plans or memoranda.

    Parameters
    ----------
    as_of : str or date, optional
        Only what was known on this day; everything in the tables if left out.

    Raises
    ------
    ValueError
        If no event was known by that day.

    Examples
    --------
    >>> import mineralmap as mm
    >>> story = mm.stories.TalksToPlants(as_of="2011-03-01")
    >>> story.now()
    By 1 March 2011, 2 of 8 projects were still words: talks, plans or memoranda.
    """

    RESTS_ON = MappingProxyType(
        {
            "repm-bids-2026-08": ("Bids are no award",),
            "ts-midwest-magnet-plant-2025-06": ("by December 2025",),
            "in-lohum-ecms-approval-2026-03": ("Electronics scheme approves Lohum",),
        }
    )

    def __init__(self, *, as_of: Day | None = None) -> None:
        super().__init__(as_of=as_of)
        frame = follow_through.entries(self.events, self.projects, as_of=self.day)
        #: How each project was first reported, by its id.
        self.entered = frame.set_index("initiative_id")

    @cached_property
    def ran_before(self) -> list[str]:
        """Works that ran already when a plan of theirs was first reported: an enlargement is no case."""
        ran = self.events[self.events["stage"] == stages.LADDER[-1]]
        since = ran.groupby("initiative_id")["date"].min()
        low = self.entered[self.entered["entry"].isin(follow_through.ENTRIES)]
        return [one for one in low.index if one in since.index and since[one] <= low.loc[one, "entered"]]

    @cached_property
    def result(self) -> follow_through.FollowThrough:
        """As from `mineralmap.follow_through.follow_through`."""
        return follow_through.follow_through(
            self.events, self.projects, as_of=self.day, running_before=self.ran_before
        )

    @cached_property
    def reached(self) -> pd.DataFrame:
        """The cases that reached a stage, a row per case and stage."""
        cohort = self.result.cohort
        return cohort[cohort["reached"]].sort_values(["years", "initiative_id"])

    def rate(self, target: str, entry: str = "any") -> Any:
        """Return the share that reached a stage in five years: a row of ``result.table``."""
        table = self.result.table
        mine = table[(table["entry"] == entry) & (table["target"] == target) & (table["years"] == _YEARS)]
        return next(mine.itertuples())

    @property
    def young(self) -> int:
        """How many cases were first reported in the last five years."""
        cases = self.result.cohort.drop_duplicates("initiative_id")
        return int((cases["entered"] > self.day - pd.DateOffset(years=_YEARS)).sum())

    def answer(self) -> Paragraph:
        """Say how many projects that began as words came to run, and how long it took."""
        if self.result.cohort.empty:
            none = "No rare-earth project in India had been first reported as talks, a plan or a memorandum by that day."
            return answer(none, confidence="low", as_of=self.as_of)
        ran, agreed = self.rate("operating"), self.rate("agreement")
        later = self.reached[(self.reached["target"] == "operating") & (self.reached["years"] > _YEARS)]
        far = self.reached[self.reached["target"].isin(["operating", "construction"])]
        unknown, n = ran.share != ran.share, ran.n
        return answer(
            "Too early to say:" if unknown else "Some do:" if ran.n_reached else "So far not within five years:",
            "of {n} rare-earth " + ("project" if n == 1 else "projects")
            + " in India first reported as talks, plans or memoranda",
            ("too few could be followed for five years" if unknown
             else "{reached:none} started running within five years, and {observed} more were followed that long"
             if ran.n_reached else "{observed} could be followed that long, and none of them ran by then")
            + ("; {later:words} ran later, after {years} years." if len(later) else "."),
            None if agreed.share != agreed.share
            else "About {share:.0%} (between {low:.0%} and {high:.0%}) had an agreement, an approval or more by then.",
            n=n,
            reached=ran.n_reached,
            observed=ran.n_at_risk,
            later=len(later),
            years=[f"{number:.1f}" for number in later["years"]],
            share=agreed.share,
            low=agreed.low,
            high=agreed.high,
            confidence="low",
            because=f"cases are few, {self.young} of {n} are younger than five years, and failures are reported less than plans",
            events=list(dict.fromkeys(far.sort_values("target")["event_id"])),
            as_of=self.as_of,
        )  # fmt: skip

    def now(self) -> Paragraph:
        """Say how many projects are still words, and that talks of governments are counted apart."""
        words = self.projects["stage"].isin(follow_through.ENTRIES)
        dialogues = self.initiatives[self.initiatives["group"] == "dialogue"]
        return paragraph(
            "By {day}, {words} of {projects} were still words: talks, plans or memoranda.",
            "Talks between governments are not among them: {dialogues} "
            + ("is" if len(dialogues) == 1 else "are") + " counted apart"
            + (", that of Uttar Pradesh with Japan among them" if _UP_TALKS in set(dialogues["initiative_id"]) else "")
            + ", for a dialogue builds nothing itself."
            if len(dialogues) else None,
            day=self.day_words,
            words=int(words.sum()),
            projects=pluralize(len(self.projects), "project"),
            dialogues=group_words(dialogues["group"]),
        )  # fmt: skip

    def stage_table(self) -> Table:
        """Return the stages: what each means, what is there, and what would move it on."""
        rows = [
            (
                stage.label,
                stage.explanation,
                group_words(self.initiatives.loc[self.initiatives["stage"] == code, "group"]),
                stage.next_evidence,
            )
            for code, stage in codebook.vocabulary("stage").items()
            if stage.family != "still"
        ]
        columns = ("Stage", "What it means", "What is there", "What would move one on")
        return Table(columns, rows, f"The stages, and what was there on {self.day_words}")

    def climbed(self) -> Paragraph:
        """Say how many cases came as far as building, and how many of these to run."""
        far = self.reached[self.reached["target"].isin(["construction", "operating"])]
        runs, n_built = far[far["target"] == "operating"], int((far["target"] == "construction").sum())
        slow = self.reached[
            (self.reached["entry"] == "talks")
            & (self.reached["target"] == "approved")
            & (self.reached["years"] > _YEARS)
        ]
        return paragraph(
            "{built:Words} of the {n} came as far as building," if n_built else "None of the {n} came as far as building.",
            None if not n_built else "and none of them started running." if runs.empty
            else ("and it started running." if n_built == 1 else "and all of them started running.") if len(runs) == n_built
            else "and {runs:words} of them started running.",
            "None ran before five years were over." if len(runs) and (runs["years"] > _YEARS).all() else None,
            "Begun as talks and approved only later: {slow}." if len(slow) else None,
            built=n_built,
            runs=len(runs),
            n=self.rate("operating").n,
            slow=[f"{self.titles[row.initiative_id]} (after {row.years:.1f} years)" for row in slow.itertuples()],
        )  # fmt: skip

    def climbed_table(self) -> Table:
        """Return the cases that reached construction or more, with the event and its sources."""
        far = self.reached[self.reached["target"].isin(["construction", "operating"])]
        far = far.sort_values(["target", "until", "initiative_id"])
        pages, labels = self.links(far["event_id"], most=3), codebook.labels("stage")
        event_titles = self.events.set_index("event_id")["title"]
        rows = [
            (
                self.titles[row.initiative_id],
                f"{labels[row.entry]}, {row.entered.year}",
                labels[row.target],
                event_titles[row.event_id],
                f"{row.years:.1f}",
                pages.get(row.event_id, ()),
            )
            for row in far.itertuples()
        ]
        columns = ("Project", "First reported as", "Came to", "By the event", "Years", "Sources")
        return Table(columns, rows, "Projects that began as words and came as far as building")

    def not_counted(self) -> Paragraph:
        """Say which projects are no cases: first reported at a later stage, or running before."""
        entry = self.entered["entry"]
        above = int(entry.isin(set(stages.LADDER) - set(follow_through.ENTRIES)).sum())
        beside = int((~entry.isin(stages.LADDER)).sum())
        running = self.working.set_index("initiative_id")
        counted = running.index.isin(set(self.result.cohort["initiative_id"])).sum()
        first = entry.reindex(running.index) == stages.LADDER[-1]
        old = sorted(set(self.entered.loc[running.index[first], "entered"].dt.strftime("%Y")))
        outside = self.initiatives[self.initiatives["group"] == "abroad"]
        return paragraph(
            "Of {all} in India {apart:none} "
            + ("was" if above + beside == 1 else "were")
            + " first reported at a later stage" + (" ({above:none}) or by a halt or a bid ({beside:none})" if beside else "")
            + (", and {before} may have run before " + ("its" if len(self.ran_before) == 1 else "their") + " plan was reported."
               if self.ran_before else "."),
            "{n_running:Words} " + ("project is" if len(running) == 1 else "projects are")
            + " reported to run; {counted:none} of them began as words."
            if len(running) else None,
            "{old:Words} already ran when first listed, in {old_years}."
            if first.sum() else None,
            "Not counted: {outside}." if len(outside) else None,
            all=pluralize(len(entry), "project"),
            apart=above + beside,
            above=above,
            beside=beside,
            before=[self.titles[one] for one in self.ran_before],
            n_running=len(running),
            counted=int(counted),
            old=int(first.sum()),
            old_years=old,
            outside=group_words(outside["group"]),
        )  # fmt: skip

    def running_table(self) -> Table:
        """Return what runs by the last report: how it was first reported, and who confirms it."""
        labels, cases = codebook.labels("stage"), set(self.result.cohort["initiative_id"])
        rows = self.working.join(self.entered[["entry", "entered"]], on="initiative_id")
        cells = [
            (
                row.title,
                f"{labels[row.entry]}, {row.entered.year}",
                "yes" if row.initiative_id in cases else "no",
                attestation.confirmation(row),
            )
            for row in rows.sort_values(["entered", "title"]).itertuples()
        ]
        columns = ("Runs by the last report", "First reported as", "Began as words", "Confirmed")
        return Table(columns, cells, "How those that run were first reported, and who confirms that they run")

    def not_known(self) -> Paragraph:
        """Say in a short list what the shares cannot tell."""
        low = int(self.projects["stage"].isin(follow_through.ENTRIES).sum())
        events = set(self.events["event_id"])
        stage = self.initiatives.set_index("initiative_id")["stage"].astype(str)
        return paragraph(
            "- Talks that ended without a word in any paper count as still waiting; nobody knows how many they are.",
            "\n- What will become of the {low} now at talks, a plan or a memorandum: a share of the past is no forecast for one project."
            if low else None,
            "\n- Who wins the Centre's magnet scheme: bids were opened, no award is known." if "repm-bids-2026-08" in events else None,
            "\n- Whether Lohum builds its plant in Uttar Pradesh: approved under the electronics scheme, no building was found."
            if stage.get("lohum-up-magnet-plant") == "approved" else None,
            "\n- Whether the magnet plant in Hyderabad runs: the company had named a date, and no page says that it does."
            if "ts-midwest-magnet-plant-2025-06" in events and stage.get("midwest-hyderabad-magnet-plant") != "operating" else None,
            "\n- Which project came of which dialogue, how large it is, and why one stopped.",
            low=low,
        )  # fmt: skip
