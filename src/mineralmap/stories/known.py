"""What a story knows on its day, its links, and the facts that its words state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from typing import Any

import pandas as pd

from .. import codebook, data, stages
from ..data import Frames
from ..frames import cell_text
from ..prose import day_words
from ..shading import MAIN_SCOPE
from ..stages import Day
from ..tables import Link
from ..text import format_date

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


class Known:
    """What was known of rare earths on a day.

    Parameters
    ----------
    as_of : str or date, optional
        Only what was known on this day; everything in the tables if left out.
    """

    def __init__(self, *, as_of: Day | None = None) -> None:
        self.as_of = as_of
        self.all_events, self.events, self.initiatives = _tables(
            None if as_of is None else stages.as_date(as_of)
        )
        self.day = stages.resolve_as_of(data.load_events(), as_of)

    @property
    def day_words(self) -> str:
        """The day in words."""
        return day_words(self.as_of)

    @cached_property
    def projects(self) -> pd.DataFrame:
        """What is to be built in India."""
        return self.initiatives[self.initiatives["group"] == "project"]

    def need_projects(self) -> None:
        """Raise ValueError if no project was known, for then there is nothing to tell."""
        if self.projects.empty:
            raise ValueError(f"no rare-earth project is known by {self.day_words}: take a later day")

    @cached_property
    def running(self) -> pd.DataFrame:
        """The projects that run by the last report."""
        return self.projects[self.projects["stage"] == stages.LADDER[-1]]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Id of an initiative -> its title."""
        return dict(zip(self.initiatives["initiative_id"], self.initiatives["title"], strict=True))

    def links(self, event_ids: Iterable[str], most: int = 2) -> dict[str, tuple[Link, ...]]:
        """Return the first pages of events, as links."""
        pages = _pages()
        return {one: pages[one][:most] for one in event_ids if one in pages}


@lru_cache(maxsize=8)
def _tables(day: pd.Timestamp | None) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return events, rare-earth events and rare-earth initiatives of a day: read once for all its stories."""
    events = data.load_events(as_of=day)
    initiatives = data.load_initiatives(as_of=day, scope=MAIN_SCOPE)
    return events, events[events["scope"] == MAIN_SCOPE], initiatives


@cache
def _pages() -> dict[str, tuple[Link, ...]]:
    """Return the pages of every event, as links."""
    found = Frames().pages_of(data.load_events()["event_id"])
    return {one: tuple(Link(page.url, page.publisher) for page in pages) for one, pages in found.items()}


def state_facts(
    events: pd.DataFrame,
    *,
    says: Mapping[str, str] | None = None,
    dated: Mapping[str, str] | None = None,
    holds: Mapping[str, bool] | None = None,
    whole: bool = True,
) -> None:
    """Make sure of single facts that a story states in words.

    Parameters
    ----------
    events : DataFrame
        What was known on the day, of all scopes.
    says : mapping of str to str
        Id of an event -> words in its title, summary or note.
    dated : mapping of str to str
        Id of an event -> how its date begins, as ``2025-01``.
    holds : mapping of str to bool
        A fact in words -> whether it holds.
    whole : bool
        Whether every event must be there; on a past day a later one is not, nor is its sentence.

    Raises
    ------
    AssertionError
        If a fact is no longer so; it names each.
    """
    known = events.set_index("event_id")
    says, dated = dict(says or {}), dict(dated or {})
    wrong = [fact for fact, true in (holds or {}).items() if not true]
    if whole:
        wrong += [f"there is an event {one}" for one in {**says, **dated} if one not in known.index]
    for event_id, words in says.items():
        if event_id in known.index:
            text = " ".join(cell_text(known.at[event_id, name]) for name in ("title", "summary", "note"))
            wrong += [] if words.casefold() in text.casefold() else [f"{event_id} says {words!r}"]
    for event_id, begins in dated.items():
        if event_id in known.index and not f"{known.at[event_id, 'date']:%Y-%m-%d}".startswith(begins):
            wrong.append(f"{event_id} is of {begins}")
    if wrong:
        raise AssertionError("no longer so: " + "; ".join(wrong))
