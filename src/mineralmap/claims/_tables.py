"""The tables as they stood on a day, for the checks of claims."""

from __future__ import annotations

from functools import cached_property

from .. import datasets, ladder


def _known(texts, day):
    """Return which dates of pages (a year, a month or a day, as text) are certain to lie on or before a day.

    A page without a date is not: it cannot be shown to have been there.
    """
    import pandas as pd

    ends = [pd.Period(text).end_time.normalize() if isinstance(text, str) else pd.NaT for text in texts]
    return pd.Series(ends, index=texts.index, dtype="datetime64[ns]") <= day


class Tables:
    """The tables, cut at a day; each is read at first use.

    Parameters
    ----------
    as_of : str or date, optional
        A day; everything if left out.

    Attributes
    ----------
    as_of : Timestamp or None
    events, initiatives : DataFrame
        As from the loaders with ``as_of``. ``initiatives`` has ``segments`` and ``kinds`` besides
        (tuples, united over the events seen).
    sources, event_sources, conflicts : DataFrame
        Pages that carry a date up to then, and what rests on them.
    monazite, facilities, japan : DataFrame
        Rows whose page carries a date up to then.
    links : DataFrame
        As from `mineralmap.load_initiative_links`, between initiatives known then.
    states, coastline : GeoDataFrame
    """

    def __init__(self, as_of=None):
        self.as_of = None if as_of is None else ladder.as_date(as_of)

    def _cut(self, frame, column):
        return frame if self.as_of is None else frame[_known(frame[column], self.as_of)]

    @cached_property
    def events(self):
        return datasets.load_events(as_of=self.as_of)

    @cached_property
    def initiatives(self):
        frame = datasets.load_initiatives(as_of=self.as_of)
        scope = self.events["initiative_id"].map(frame.set_index("initiative_id")["scope"])
        # The same steps as those that make the stage: background moves nothing that is more than that.
        steps = self.events[(self.events["scope"] != "context") | (scope == "context")]
        threads = steps.groupby("initiative_id")
        for name, column in (("segments", "segments"), ("kinds", "kind")):
            united = threads[column].agg(_united)
            frame[name] = frame["initiative_id"].map(united)
        return frame

    @cached_property
    def sources(self):
        return self._cut(datasets.load_sources(), "published")

    @cached_property
    def event_sources(self):
        links = datasets.load_event_sources()
        return links[
            links["event_id"].isin(self.events["event_id"])
            & links["source_id"].isin(self.sources["source_id"])
        ]

    @cached_property
    def conflicts(self):
        frame = datasets.load_conflicts()
        return frame[frame["event_id"].isin(self.events["event_id"])]

    @cached_property
    def links(self):
        frame = datasets.load_initiative_links()
        known = self.initiatives["initiative_id"]
        return frame[frame["initiative_id"].isin(known) & frame["linked_id"].isin(known)]

    @cached_property
    def monazite(self):
        return self._cut(datasets.load_monazite(), "source_date")

    @cached_property
    def facilities(self):
        return self._cut(datasets.load_facilities(), "source_date")

    @cached_property
    def japan(self):
        return self._cut(datasets.load_japan_dependence(), "source_date")

    @cached_property
    def states(self):
        return datasets.load_states()

    @cached_property
    def coastline(self):
        return datasets.load_coastline()

    def pages_of(self, event_ids):
        """Return the ids of the pages of events; those known to be later than the day are left out."""
        return tuple(sorted({page for one in event_ids for page in self._pages.get(one, ())}))

    @cached_property
    def _pages(self):
        """The pages of each event: those with a date up to the day, and those without one."""
        sources = datasets.load_sources()
        known = {*self.sources["source_id"], *sources.loc[sources["published"].isna(), "source_id"]}
        links = datasets.load_event_sources()
        pages = {}
        for event_id, source_id in zip(links["event_id"], links["source_id"], strict=True):
            if source_id in known:
                pages.setdefault(event_id, []).append(source_id)
        return pages


def _united(cells):
    """Return the values of text cells or of tuples, each once."""
    parts = (cell if isinstance(cell, tuple) else (str(cell),) for cell in cells)
    return tuple(dict.fromkeys(one for part in parts for one in part))
