"""What the stories share: the tables as known on a day, sentences about single events, and their checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

import pandas as pd

from .. import codebook, data, stages
from ..claims import Evidence
from ..frames import distinct, is_missing
from ..prose import Paragraph, paragraph
from ..shading import MAIN_SCOPE
from ..stages import Day
from ..tables import Link, Table
from ..text import format_date

__all__ = [
    "APPROVED",
    "Steps",
    "Story",
    "by_confirmation",
    "confirmed_words",
    "plural",
    "titled",
    "when_words",
]

#: What the stage "approved" means, for a reader.
APPROVED = '"Approved" means that there is some official approval, not always a licence to start.'
_RUNNING = stages.LADDER[-1]
#: Countries whose name has an article in a sentence.
_WITH_ARTICLE = {"ARE", "CAF", "COD", "COG", "GBR", "NLD", "PHL", "USA"}
#: Events in the order of a story, each with its sentence; see `Story.narrate`.
Steps: TypeAlias = Iterable[tuple[str, str]]


def when_words(day: Any, precision: str = "day") -> str:
    """Return a date with its preposition: ``on 4 July 2025``, ``in July 2025`` or ``in 2025``."""
    return f"{'on' if precision == 'day' else 'in'} {format_date(day, precision)}"


def plural(number: int, one: str = "is", many: str = "are") -> str:
    """Return the word that fits a number."""
    return one if number == 1 else many


def titled(event: Any) -> str:
    """Return the title of an event, and that its place is disputed where it is."""
    return f"{event.title} (place disputed)" if "place" in event.disputed else str(event.title)


def confirmed_words(row: Any) -> str:
    """Say when it was last confirmed that one of the works runs, in short."""
    if not row.confirmed_by:
        return "never confirmed"
    when = format_date(row.last_confirmed, row.confirmed_precision)
    return f"last confirmed in {when}" if row.confirmed_precision != "day" else f"last confirmed {when}"


def by_confirmation(operating: pd.DataFrame) -> str:
    """Return what operates as sentences with places filled in: one for all that were confirmed on a day."""
    words = [confirmed_words(row) for row in operating.itertuples()]
    groups = operating["title"].groupby(words, sort=False)
    told = [paragraph("{said}: {works}.", said=said, works=list(group)).text for said, group in groups]
    text = " ".join(one[0].upper() + one[1:] for one in told)
    return text.replace("{", "{{").replace("}", "}}")  # it becomes a part of another paragraph


class _Known:
    """What was known on a day; made once for all stories of that day."""

    def __init__(self, day: pd.Timestamp | None) -> None:
        self.day = day
        self.events = data.load_events(as_of=day)
        self.every = data.load_initiatives(as_of=day)
        self.rare_events = self.events[self.events["scope"] == MAIN_SCOPE]
        self.initiatives = self.every[self.every["scope"] == MAIN_SCOPE]
        self.facts: dict[str, Any] = {row.event_id: row for row in self.events.itertuples()}
        stage = self.every["stage"].astype(str)
        self.stage_of: dict[str, str] = dict(zip(self.every["initiative_id"], stage, strict=True))

    @cached_property
    def tables(self) -> Evidence:
        """The reference tables."""
        return Evidence(as_of=self.day, tables=_without_points())


@cache
def _without_points() -> dict[str, pd.DataFrame]:
    names = ("deposits", "facilities", "monazite")
    return {name: data.shipped(name, geometry=False) for name in names}


@lru_cache(maxsize=4)
def _known(day: pd.Timestamp | None) -> _Known:
    return _Known(day)


class Story:
    """The tables as they were known on a day; what each story is made of.

    Parameters
    ----------
    as_of : str or date, optional
        A day; everything in the tables if left out.

    Raises
    ------
    ValueError
        If it is no date, or no event was known by then.
    """

    #: Event id -> phrases that its row must have, for sentences of the story rest on them.
    RESTS_ON: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def __init__(self, *, as_of: Day | None = None) -> None:
        self.as_of = None if as_of is None else stages.as_date(as_of)
        known = _known(self.as_of)
        #: Events and initiatives, those that are background included.
        self.events, self.every = known.events, known.every
        #: The rare-earth ones.
        self.rare_events, self.initiatives = known.rare_events, known.initiatives
        #: Event id -> its row (a named tuple); initiative id -> its stage.
        self.facts, self.stage_of = known.facts, known.stage_of
        if self.events.empty:
            first = data.load_events()["date"].dt.year.min()
            known_first = "" if is_missing(first) else f" by {as_of}; the first ones are of {first:.0f}"
            raise ValueError(f"no event was known{known_first}: there is nothing to tell")

    @property
    def day(self) -> pd.Timestamp:
        """The day of the story: the one given, or that of the newest event."""
        return stages.resolve_as_of(self.events, self.as_of)

    def reference(self, name: str) -> pd.DataFrame:
        """Return a table with the rows whose page is of the day or earlier, without geometry."""
        return _known(self.as_of).tables[name]

    def when(self, event_id: str) -> str:
        """Return the date of an event with its preposition."""
        row = self.facts[event_id]
        return when_words(row.date, row.date_precision)

    def page(self, event_id: str) -> Link:
        """Return the first page of an event as a link with its publisher's name."""
        first = data.shipped_pages(event_id)[0]
        return Link(first.url, first.publisher)

    def narrate(self, steps: Steps, *, heading: str = "", lines: bool = False) -> Paragraph | None:
        """Tell events in sentences, each with a page; those that were not known are left out.

        Parameters
        ----------
        steps : iterable of (str, str)
            Event id and sentence, without its full stop; it may name ``{when}`` (date with preposition),
            ``{amount}`` and ``{capacity}`` (numbers of the row).
        heading : str
            A heading above them.
        lines : bool
            A line of a list for each.

        Returns
        -------
        Paragraph or None
            None if no event was known.
        """
        parts, values = [], {}
        for number, (event_id, sentence) in enumerate(steps):
            if row := self.facts.get(event_id):
                places = {"when": self.when(event_id), "amount": row.amount_value}
                places["capacity"] = row.capacity_value
                said = paragraph(sentence, **{name: _whole(value) for name, value in places.items()}).text
                values[f"page{number}"] = self.page(event_id)
                said = said[:1].upper() + said[1:]
                parts.append(f"{'- ' if lines else ''}{said.replace('{', '{{')} ({{page{number}}}).")
        if not parts:
            return None
        head = f"## {heading}\n\n" if heading else ""
        return Paragraph(head + paragraph(("\n" if lines else " ").join(parts), **values).text)

    @staticmethod
    def running(initiatives: pd.DataFrame) -> pd.DataFrame:
        """Return the projects that run by the last report, the last confirmed first."""
        run = initiatives[(initiatives["group"] == "project") & (initiatives["stage"] == _RUNNING)]
        return run.sort_values(["last_confirmed", "initiative_id"], ascending=[False, True])

    @staticmethod
    def by_sign(projects: pd.DataFrame) -> pd.Series:
        """Count projects by the family of their stage: talk, paper, building, running, halted."""
        return projects["stage"].astype(str).map(stages.SIGN_OF).value_counts()

    def confirming(self, running: pd.DataFrame) -> list[str]:
        """Return the events that last confirmed that works run, in their order."""
        says_so = {
            (row.initiative_id, row.date): row.event_id
            for row in self.facts.values()
            if row.stage == _RUNNING and (row.party_only or not row.single_source)
        }
        days = zip(running["initiative_id"], running["last_confirmed"], strict=True)
        return [says_so[one] for one in days if one in says_so]

    def country_names(self, codes: Iterable[Iterable[str]]) -> list[str]:
        """Return the names of the countries in some cells for a sentence, each once, sorted."""
        labels = codebook.labels("country")
        names = sorted((labels[code], code) for code in distinct(codes))
        return [f"the {name}" if code in _WITH_ARTICLE else name for name, code in names]

    def newest_first(self, initiatives: pd.DataFrame) -> pd.DataFrame:
        """Return initiatives with the newest event first, projects before the rest."""
        order = ["group", "last_date", "initiative_id"]
        return initiatives.sort_values(order, ascending=[True, False, True])

    def project_table(self, initiatives: pd.DataFrame, caption: str) -> Table:
        """Show initiatives: what, stage and since when, partners, newest event with its pages."""
        labels, countries = codebook.labels("stage"), codebook.labels("country")
        rows = []
        for row in initiatives.itertuples():
            since, last = self.facts[row.stage_event_id], self.facts[row.last_event_id]
            stage = labels[row.stage] + (", unconfirmed for two years" if row.unconfirmed else "")
            rows.append(
                (
                    row.title,
                    stage,
                    format_date(row.stage_since, since.date_precision),
                    tuple(countries[code] for code in row.partners),
                    f"{titled(last)}, {format_date(last.date, last.date_precision)}",
                    self.page(row.last_event_id),
                )
            )
        heads = ("Project", "Stage", "Since", "Partner countries", "Newest event", "Source")
        return Table(heads, rows, caption)

    def check(self) -> None:
        """Stop if a row no longer says what a sentence of this story rests on.

        Raises
        ------
        AssertionError
            It names the events and the phrases that were not found.
        """
        events = data.load_events().set_index("event_id")
        lost = []
        for event_id, phrases in self.RESTS_ON.items():
            if event_id not in events.index:
                lost.append(f"{event_id} is gone")
                continue
            row = events.loc[event_id, ["title", "summary", "note"]].fillna("")
            said = " ".join(row).casefold()
            lost += [f"{event_id} no longer says {one!r}" for one in phrases if one.casefold() not in said]
        if lost:
            raise AssertionError(
                f"{type(self).__name__}: {'; '.join(lost)}. Mend the sentence, then the check."
            )


def _whole(value: Any) -> Any:
    """Return a number without a fraction as an integer, so that it is written without a point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
