"""What was known on a day: the tables for the checks of claims, and choosing rows of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from .. import codebook, data, stages
from ..cells import LISTS
from ..frames import union_tuples
from ..stages import Day
from ..text import PRECISION_OF

#: Scopes that the claims are about; the rest is background.
MINERALS = (*codebook.codes("scope", "main"), *codebook.codes("scope", "other"))
_LAYERS = ("states", "coastline")


def _known_pages(dates: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Return which dates of pages (a year, a month or a day, as text) surely lie on or before a day.

    A page without a date is not: it cannot be shown to have been there.
    """
    first = pd.to_datetime(dates, format="ISO8601")
    return stages.last_day(first, dates.str.len().map(PRECISION_OF)) <= day


class Evidence:
    """The tables as they were known on a day, by name: ``tables["events"]``; each is read at first use.

    Parameters
    ----------
    as_of : str or date, optional
        A day; everything if left out.
    tables : mapping of str to DataFrame, optional
        Tables of your own in the place of shipped ones, whole: they are cut here.

    Attributes
    ----------
    as_of : Timestamp or None

    Notes
    -----
    Events count from the last day of their period; ``initiatives`` stand as they did on the day, and have
    ``kinds`` besides (tuple, united over the events that count). Of every other table
    those rows are known whose page carries a date up to the day, and whose event, initiatives and page
    are known. The boundaries are ``states`` and ``coastline``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> known = mm.claims.Evidence(as_of="2012-12-31")
    >>> bool((known["events"]["date"] <= "2012-12-31").all())
    True
    """

    def __init__(self, *, as_of: Day | None = None, tables: Mapping[str, pd.DataFrame] | None = None) -> None:
        self.as_of = None if as_of is None else stages.as_date(as_of)
        given = dict(tables or {})
        self._layers = {name: given.pop(name) for name in _LAYERS if name in given}
        self._frames = data.Frames(given)
        self._cut: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._cut:
            cut = {"events": self._events, "initiatives": self._initiatives}.get(name)
            self._cut[name] = cut() if cut else self._known_rows(name)
        return self._cut[name].copy(deep=False)  # what a check writes into its frame stays there

    def _whole(self, name: str) -> pd.DataFrame:
        if name in self._layers:
            return self._layers[name]
        if name in _LAYERS:
            from .. import boundaries  # noqa: PLC0415 - brings geopandas, and few claims need a boundary

            return boundaries.load_states() if name == "states" else boundaries.load_coastline()
        return self._frames[name]

    def _events(self) -> pd.DataFrame:
        return stages.known_as_of(self._whole("events"), self.as_of)

    def _initiatives(self) -> pd.DataFrame:
        frame = self._frames.initiatives(as_of=self.as_of)
        steps = stages.stage_events(self["events"], frame)
        kinds = steps["kind"].astype("str").map(lambda kind: (kind,))
        return frame.assign(kinds=frame["initiative_id"].map(union_tuples(steps["initiative_id"], kinds)))

    def _known_rows(self, name: str) -> pd.DataFrame:
        frame = self._whole(name)
        if name in _LAYERS:
            return frame
        for dated in {"published", "source_date"} & {*frame.columns}:
            frame = frame if self.as_of is None else frame[_known_pages(frame[dated], self.as_of)]
        for column in codebook.table(name).columns:
            table, _, key = column.reference.partition(".")
            if table in ("events", "initiatives", "sources") and column.type not in LISTS:
                named = frame[column.name]
                # A facility that no initiative built names none.
                frame = frame[named.isna() | named.isin(self[table][key])]
        return frame

    @cached_property
    def first_steps(self) -> pd.DataFrame:
        """The first of `mineralmap.stages.transitions` of each initiative."""
        steps = stages.stage_events(self["events"], self["initiatives"])
        return stages.transitions(steps).drop_duplicates("initiative_id")

    @cached_property
    def _pages(self) -> dict[str, list[Any]]:
        sources = self._whole("sources")
        # A page without a date is shown with its event, though nothing rests on it alone on a past day.
        known = sources["published"].isna() | sources["source_id"].isin(self["sources"]["source_id"])
        return data.pages_of(
            self["events"]["event_id"], self._whole("event_sources"), sources.loc[known, ["source_id"]]
        )

    def pages_of(self, event_ids: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the pages of events; those known to be later than the day are left out."""
        return tuple(sorted({page.source_id for one in event_ids for page in self._pages.get(one, ())}))


@lru_cache(maxsize=4)
def _shipped(day: pd.Timestamp | None) -> Evidence:
    return Evidence(as_of=day)


def evidence_of(
    as_of: Day | None = None, tables: Mapping[str, pd.DataFrame] | Evidence | None = None
) -> Evidence:
    """Return the evidence of a day; what is cut of the shipped tables alone is kept for the next check."""
    if isinstance(tables, Evidence):
        return tables
    if tables:
        return Evidence(as_of=as_of, tables=tables)
    return _shipped(None if as_of is None else stages.as_date(as_of))


def at_least(initiatives: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return the initiatives that have ever reached a stage of the ladder."""
    return initiatives[initiatives["highest_stage"].isin(stages.LADDER[stages.stage_rank(stage) :])]


def with_partner(initiatives: pd.DataFrame) -> pd.DataFrame:
    """Return the initiatives that a partner country has a share in."""
    return initiatives[initiatives["partners"].astype(bool)]


def ids_of(initiatives: pd.DataFrame) -> tuple[str, ...]:
    """Return the ids of the events that made the stage of initiatives."""
    return tuple(sorted(initiatives["stage_event_id"]))


def links_of(rows: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return (address, publisher) of the pages that rows of a table rest on, each once."""
    pages = rows.reindex(columns=["source_url", "source_publisher"]).dropna()
    return tuple(dict.fromkeys(pages.itertuples(index=False, name=None)))
