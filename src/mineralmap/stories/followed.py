"""What a reader's own feed tells: candidate events, and the projects that they belong to."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from .. import codebook, data
from ..frames import is_missing
from ..leads import leads
from ..outlook import outlook
from ..paths import example_feed
from ..prose import Paragraph, paragraph
from ..stages import Day
from ..tables import Link, Table
from ..text import format_date
from .known import Known

__all__ = ["Followed"]


class Followed(Known):
    """The headlines of a feed that may be events, beside the projects of the tables.

    Parameters
    ----------
    feed : path, str, DataFrame or list of them, optional
        As in `mineralmap.leads`; a small feed of invented headlines if left out.
    since : str or date, optional
        Only headlines of this day or later.
    as_of : str or date, optional
        The projects as known on this day; everything in the tables if left out.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.stories.Followed().is_example
    True
    """

    def __init__(self, feed: Any = None, *, since: Day | None = None, as_of: Day | None = None) -> None:
        super().__init__(as_of=as_of)
        self.is_example = feed is None
        self._feed, self._since = example_feed() if feed is None else feed, since

    @cached_property
    def leads(self) -> pd.DataFrame:
        """As from `mineralmap.leads`."""
        return leads(self._feed, since=self._since)

    @cached_property
    def first_of_story(self) -> pd.DataFrame:
        """One lead per story, the best."""
        return self.leads.drop_duplicates("story")

    def headline(self) -> str:
        """Return the title of the map in a line."""
        what = "Invented headlines" if self.is_example else "Headlines of your feed"
        return f"{what} that may be events, at the places of their projects"

    def words(self) -> Paragraph:
        """Say what the feed is, how much was read, and how much may be news."""
        found, attrs = self.first_of_story, self.leads.attrs
        told = int(found["event_id"].notna().sum())
        new = int((found["initiative_id"] == "new").sum())
        following = int((found["next_step"] & found["event_id"].isna()).sum())
        copies = (
            "; with copies of one story counted once, {stories:words}" if len(found) < len(self.leads) else ""
        )
        return paragraph(
            "**The feed is an example: its headlines are invented, and none of them is true.** Set `feed` at the"
            " top to a file of your own." if self.is_example else None,
            "Of {read} headlines, {n:none} may tell an event" + copies + ".",
            "{told:Words} " + ("tells" if told == 1 else "tell") + " what the tables have already." if told else None,
            "{new:Words} " + ("fits" if new == 1 else "fit") + " no project that is known." if new else None,
            "{following:Words} would be the next step of " + ("its" if following == 1 else "their") + " project."
            if following else None,
            "{unread} could not be read; the first: {fault}." if attrs["faults"] else None,
            "A lead is a reason to read the page, not an event: nothing of it is in the tables.",
            read=attrs["read"],
            n=len(self.leads),
            stories=len(found),
            told=told,
            new=new,
            following=following,
            unread=attrs["faults"],
            fault=next(iter(attrs["named"]), ""),
        )  # fmt: skip

    def table(self) -> Table:
        """Return the leads, best first, with their projects and why they count."""
        kinds = codebook.labels("kind")
        rows = [
            (
                "" if is_missing(row.published) else format_date(row.published),
                Link(row.url, row.title) if row.url else row.title,
                "new" if row.initiative_id == "new" else row.initiative,
                "" if is_missing(row.kind) else kinds[row.kind],
                _news(row),
                row.why.partition(" | ")[0],
            )
            for row in self.first_of_story.head(40).itertuples()
        ]
        columns = ("Published", "Headline", "Project", "Kind", "Is it news?", "Words that count")
        return Table(columns, rows, "What may be events, best first", len(self.first_of_story))

    def points(self) -> pd.DataFrame:
        """Return the leads with the place of their project, for a map; most have none.

        Returns
        -------
        DataFrame
            One row per story: ``headline, project, score, published, url, stage`` (of the project), ``lat,
            lon`` (degrees, EPSG:4326; missing where the tables have no place).
        """
        every = data.load_initiatives(scope=None, as_of=self.day)
        places = every.set_index("initiative_id")[["title", "stage", "lat", "lon"]]
        works = data.load_facilities().dropna(subset=["lat", "initiative_id"])
        works = works.drop_duplicates("initiative_id").set_index("initiative_id")[["lat", "lon"]]
        places = places.assign(lat=places["lat"].fillna(works["lat"]), lon=places["lon"].fillna(works["lon"]))
        found = self.first_of_story.merge(
            places, left_on="initiative_id", right_index=True, how="left", suffixes=("", "_of")
        )
        found = found.rename(
            columns={"title": "headline", "title_of": "project", "stage_of": "stage", "stage": "suggested"}
        )
        return found[["headline", "project", "score", "published", "url", "stage", "lat", "lon"]]

    def table_of_next_words(self) -> Table:
        """Return for each project of the leads which words would be its next step."""
        expected = self.outlook_of(self.first_of_story["initiative_id"])
        labels = codebook.labels("stage")
        rows = [
            (row.title, labels[row.stage], row.next_evidence, ", ".join(row.next_words))
            for row in expected.itertuples()
        ]
        return Table(
            ("Project", "Stage", "What would move it", "Words that would tell it"), rows, "What to listen for"
        )

    def outlook_of(self, ids: pd.Series) -> pd.DataFrame:
        """Return the rows of the outlook of some initiatives."""
        frame = outlook(as_of=self.day, scope=None)
        return frame[frame["initiative_id"].isin(set(ids))]


def _news(row: Any) -> str:
    """Return in words whether the tables have it, and whether it would be the next step."""
    if not is_missing(row.event_id):
        return "no: told already"
    return "yes: the next step" if row.next_step else "perhaps"
