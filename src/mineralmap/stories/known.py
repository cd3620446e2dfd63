"""What the stories of projects share besides `basis`: the day, the projects, links, and facts of other tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from .. import codebook, data, stages
from ..prose import day_words
from ..tables import Link
from ..text import format_date
from .basis import Story

__all__ = ["Known", "country_words", "event_day", "state_facts"]

#: Names of countries that take an article in a sentence.
_WITH_ARTICLE = ("United ", "Netherlands", "Philippines", "Democratic Republic", "Republic of")


def country_words(code: str) -> str:
    """Return a country as a sentence has it: ``the United States``."""
    name = codebook.labels("country").get(code, code)
    return f"the {name}" if name.startswith(_WITH_ARTICLE) else name


def event_day(row: Any) -> str:
    """Return the day of an event in words, at its own precision."""
    return format_date(row.date, row.date_precision)


def state_facts(facts: Mapping[str, bool]) -> None:
    """Raise AssertionError that names each fact (in words) that does not hold."""
    if wrong := [fact for fact, holds in facts.items() if not holds]:
        raise AssertionError("no longer so: " + "; ".join(wrong))


class Known(Story):
    """A story of projects, as they were known on a day.

    Parameters
    ----------
    as_of : str or date, optional
        Only what was known on this day; everything in the tables if left out.

    Raises
    ------
    ValueError
        If it is no date, or no event was known by then.
    """

    @property
    def day_words(self) -> str:
        """The day in words."""
        return day_words(self.as_of)

    @cached_property
    def projects(self) -> pd.DataFrame:
        """What is to be built in India."""
        return self.initiatives[self.initiatives["group"] == "project"]

    @cached_property
    def working(self) -> pd.DataFrame:
        """The projects that run by the last report."""
        return self.projects[self.projects["stage"] == stages.LADDER[-1]]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Id of an initiative -> its title."""
        return dict(zip(self.initiatives["initiative_id"], self.initiatives["title"], strict=True))

    def links(self, event_ids: Iterable[str], most: int = 2) -> dict[str, tuple[Link, ...]]:
        """Return the first pages of events, as links."""
        return {
            one: tuple(Link(page.url, page.publisher) for page in data.shipped_pages(one)[:most])
            for one in event_ids
        }
