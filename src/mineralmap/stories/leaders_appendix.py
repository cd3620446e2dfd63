"""The tests behind `leaders`: whether the share of states, Centre or companies follows a steady trend."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from .. import codebook
from ..prose import Paragraph, paragraph
from ..tables import Table
from ..ties import CAVEATS, lead_trends
from .leaders import WhoLeads

__all__ = ["LeadTrends"]

_TESTED = ("national", "company", "state")


class LeadTrends:
    """Tests for a steady trend of who leads the new projects, for several choices of years.

    Parameters
    ----------
    story : WhoLeads

    Examples
    --------
    >>> import mineralmap as mm
    >>> trends = mm.stories.LeadTrends(mm.stories.WhoLeads(as_of="2011-03-01"))
    >>> "too few cases" in trends.words().text
    True
    """

    def __init__(self, story: WhoLeads) -> None:
        new, first = story.new, story.new["first_date"]
        self._story = story
        #: What is tested -> the projects.
        self.choices = {
            "All years, with the old works": story.projects,
            "All years": new,
            "First reported in 2015 or later": new[first >= "2015-01-01"],
            "First reported in 2020 or later": new[first >= "2020-01-01"],
        }

    @cached_property
    def trends(self) -> dict[str, pd.DataFrame]:
        """What is tested -> as from `mineralmap.ties.lead_trends`, by level."""
        return {
            words: lead_trends(self._story.rare_events, some).set_index("level", drop=False)
            for words, some in self.choices.items()
        }

    @property
    def tests(self) -> list[tuple[str, Any]]:
        """(what is tested, result) for the Centre, companies and states."""
        return [
            (words, test)
            for words, found in self.trends.items()
            for test in found.loc[list(_TESTED)].itertuples()
        ]

    def words(self) -> Paragraph:
        """Say how many tests find a trend, and how many still do after the correction."""
        known = sorted(test.p for _, test in self.tests if test.p == test.p)
        low = sum(p < 0.05 for p in known)
        after = next((i for i, p in enumerate(known) if p * (len(known) - i) >= 0.05), len(known))
        sure = [
            (words[0].lower() + words[1:], test.odds_ratio)
            for words, test in self.tests
            if test.level == "state" and test.p in known[:after]
        ]
        ways = sorted({"rises" if odds > 1 else "falls" for _, odds in sure})
        return paragraph(
            "The odds are the projects that a state, the Centre or a company leads against those that it does not lead; the factor says"
            " how they change from one year to the next: above 1 they grow, below 1 they shrink.",
            "A small p means that chance alone would seldom show such a trend; below 0.05 is the usual mark.",
            "There are too few cases for a test." if not known
            else "None of the {tests:words} tests has a p below 0.05." if not low
            else "The p of {low:words} of the {tests:words} tests is below 0.05; after a correction for so many tests (Holm's)"
            " {after:none} still " + ("is." if after == 1 else "are."),
            "For the states nothing is decided." if not sure
            else "For the states it holds after the correction among the projects {sure}: their share {ways}.",
            "A rise followed by a fall does not show in such a test." if known else None,
            tests=len(known),
            low=low,
            after=after,
            sure=[words for words, _ in sure],
            ways=ways,
        )  # fmt: skip

    def table(self) -> Table:
        """Return the tests."""
        labels = codebook.labels("level")
        rows = [(words, labels[test.level], test.k, test.n, *_numbers(test)) for words, test in self.tests]
        columns = ("Projects", "Whose share", "Led", "of", "Factor a year (95 % interval)", "p")
        return Table(columns, rows, "Trend of who leads the new projects")

    def caveats(self) -> Paragraph:
        """Say what shares and trends cannot show."""
        return paragraph("{caveats}", caveats=" ".join(CAVEATS))


def _numbers(test: Any) -> tuple[str, str]:
    """Return the factor with its interval, and p; or why there is none."""
    if test.p != test.p:
        return test.refused, ""
    factor = f"{test.odds_ratio:.2f} ({test.low:.2f} to {test.high:.2f})"
    return factor, "under 0.001" if test.p < 0.001 else f"{test.p:.3f}"
