"""The statistics behind `plants`: shares over time with bands, other assumptions, groups compared."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from .. import codebook, follow_through, survival
from ..prose import Paragraph, paragraph
from ..tables import Table
from .plants import TalksToPlants

__all__ = ["PlantShares"]


class PlantShares:
    """The shares by year, for readers who want the method.

    Parameters
    ----------
    story : TalksToPlants

    Examples
    --------
    >>> import mineralmap as mm
    >>> shares = mm.stories.PlantShares(mm.stories.TalksToPlants(as_of="2016-05-05"))
    >>> shares.groups_table().caption
    'Groups against each other'
    """

    def __init__(self, story: TalksToPlants) -> None:
        self._story, self._result = story, story.result

    def method(self) -> Paragraph:
        """Say how the shares are counted."""
        agreed, ran = self._story.rate("agreement"), self._story.rate("operating")
        return paragraph(
            "A project in India is a case if its first report finds it at talks, announced or a memorandum; young ones count for as long"
            " as they were observed (the method is Kaplan and Meier's).",
            None if agreed.share != agreed.share
            else 'So the share is not "reached" divided by "cases": {reached} of {n} gives {share:.0%}, not {plain:.0%}, because {short}'
            " of the others were observed for less than five years.",
            '"Still observed" counts those that were followed that long and had not reached the stage. No share is given for fewer'
            " than {cases:words} cases, nor for a time that fewer than {risk:words} were observed for.",
            'That no project started running within five years does not say "never": with {observed} observed that long, the true share'
            " could be up to {high:.0%}." if ran.share == 0 else None,
            reached=agreed.n_reached,
            n=agreed.n,
            share=agreed.share,
            plain=agreed.n_reached / max(agreed.n, 1),
            short=agreed.n - agreed.n_reached - agreed.n_at_risk,
            observed=ran.n_at_risk,
            high=ran.high,
            cases=survival.MIN_CASES,
            risk=survival.MIN_AT_RISK,
        )  # fmt: skip

    def shares(self, entry: str = "any") -> Table:
        """Return the shares by year of those first reported so: ``any`` for all, or a stage."""
        rates, labels = self._result.table, codebook.labels("stage")
        rows = rates[
            (rates["entry"] == entry) & rates["target"].isin(["agreement", "construction", "operating"])
        ]
        first = "talks, a plan or a memorandum" if entry == "any" else labels[entry].lower()
        cells = [(labels[row.target], *_share_cells(row)) for row in rows.itertuples()]
        return Table(("Stage or higher", *_SHARE_COLUMNS), cells, f"Of those first reported as {first}")

    def assumptions(self) -> Table:
        """Return the share with an agreement or more after five years, by assumption."""
        fifth = self._result.sensitivity
        fifth = fifth[(fifth["years"] == 5) & (fifth["target"] == "agreement")]
        cells = [(row.assumption, *_share_cells(row)) for row in fifth.itertuples()]
        return Table(
            ("Assumption", *_SHARE_COLUMNS), cells, "Agreement or higher by year five, by assumption"
        )

    @cached_property
    def _groups(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        story = self._story
        cases = story.projects[~story.projects["initiative_id"].isin(story.ran_before)]
        by_level, by_japan = (
            follow_through.compare(story.events, cases, by=by, as_of=story.day) for by in ("level", "JPN")
        )
        return by_level, by_japan

    def groups(self) -> Paragraph:
        """Say whether it matters who leads a project, or whether Japan is in it."""
        levels, japan = self._groups
        differ = levels[levels["p_holm"] < 0.05]
        return paragraph(
            "Does it matter who leads a project, or whether Japan is in it? The test compares all years, not only the fifth.",
            "For leaders there are too few cases to test." if levels["p"].isna().all()
            else "It finds a difference for those that are {differ}." if len(differ)
            else "It finds no difference between leaders: all that shows can be chance.",
            "For Japan there are too few cases to test." if japan["p"].isna().all()
            else "Those that name Japan differ from the others." if (japan["p_holm"] < 0.05).any()
            else "For Japan, too, all that shows can be chance.",
            "In the table p is the probability that chance alone makes a difference at least as large, corrected for several tests"
            " (Holm's method).",
            differ=[_group_words().get(group, group) for group in differ["group"]],
        )  # fmt: skip

    def groups_table(self) -> Table:
        """Return the groups, each against all other cases."""
        words = _group_words()
        rows = [
            (words.get(row.group, row.group), row.n, row.n_reached, "too few" if row.p_holm != row.p_holm else f"{row.p_holm:.2f}")
            for table in self._groups
            for row in table.itertuples()
        ]  # fmt: skip
        columns = ("Group", "Cases", "Agreement or higher, ever", "p against all others")
        return Table(columns, rows, "Groups against each other")

    def caveats(self) -> Paragraph:
        """Say what these shares cannot show."""
        return paragraph("{selection}", selection=self._result.selection)


_SHARE_COLUMNS = ("By year", "Cases", "Reached by then", "Still observed", "Share (95 % band)")


def _share_cells(row: Any) -> tuple[Any, ...]:
    share = row.refused if row.share != row.share else f"{row.share:.0%} ({row.low:.0%} to {row.high:.0%})"
    return f"{row.years:g}", row.n, row.n_reached, row.n_at_risk, share


def _group_words() -> dict[str, str]:
    """Return the groups that are compared, in words."""
    names = {"with JPN": "names Japan on entry", "without JPN": "does not name Japan"}
    return {**codebook.labels("level"), **names}
