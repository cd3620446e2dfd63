"""Who bids in the Centre's scheme for rare-earth magnets, and what else is known of the bidders."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from .. import codebook, data
from ..frames import distinct, filter_rows, is_missing
from ..prose import Paragraph, paragraph
from ..tables import Link, Table
from .known import Known, event_day

__all__ = ["SCHEME", "Bidders"]

#: The Centre's scheme for magnets.
SCHEME = "rare-earth-magnet-scheme"
_COMPANIES = ("state_run_company", "private_company", "foreign_company")


class Bidders(Known):
    """The bidders of the scheme for sintered rare-earth magnets: the firms that its auction events name.

    Parameters
    ----------
    as_of : str or date, optional
        Only what was known on this day; everything in the tables if left out.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.stories.Bidders(as_of="2016-05-05").words()
    No scheme of the Centre for magnets was known by 5 May 2016.
    """

    @cached_property
    def steps(self) -> pd.DataFrame:
        """The events of the scheme."""
        return filter_rows(self.rare_events, initiative_id=SCHEME)

    @cached_property
    def firms(self) -> pd.DataFrame:
        """The rows of the bidders in the table of actors."""
        actors = data.load_actors()
        named = distinct(filter_rows(self.steps, kind="auction")["actors"])
        return actors[actors["name"].isin(named) & actors["kind"].isin(_COMPANIES)]

    def _group(self, actor_id: str) -> set[str]:
        """Return the names of a firm, its parent, the parent's other firms, and the members of a consortium."""
        actors = data.load_actors().set_index("actor_id")
        actors = actors[actors["kind"].isin(_COMPANIES)]
        own = actors.loc[actor_id]
        tops = {actor_id, own["parent"]} & set(actors.index)
        # A consortium is named after its members, mostly by their shorter names.
        parts = {part.strip() for part in own["name"].split("-")}
        named = actors["other_names"].map(lambda names: not parts.isdisjoint(names))
        return set(actors.loc[actors.index.isin(tops) | actors["parent"].isin(tops) | named, "name"])

    @cached_property
    def own_projects(self) -> dict[str, pd.DataFrame]:
        """Id of a bidder -> the rare-earth projects that it, or a firm of its group, leads."""
        return {
            one: filter_rows(self.projects, lead_actors=self._group(one)) for one in self.firms["actor_id"]
        }

    def words(self) -> Paragraph:
        """Say how many bid, who they are, and what the newest event of the scheme is."""
        if self.steps.empty:
            return paragraph("No scheme of the Centre for magnets was known by {day}.", day=self.day_words)
        last = self.steps.iloc[-1]
        newest = "The newest event of the scheme: {title} ({day})."
        if self.firms.empty:
            none = "No bidder of the Centre's magnet scheme is known by {known}."
            return paragraph(none, newest, known=self.day_words, title=last["title"], day=event_day(last))
        kinds = self.firms["kind"].astype(str)
        leads = [one for one, frame in self.own_projects.items() if len(frame)]
        names = self.firms.set_index("actor_id")["name"]
        return paragraph(
            "{n:Words} " + ("firm or group is" if len(self.firms) == 1 else "firms and groups are") + " named as bidders:",
            "{state_run:none} of them state-run, {foreign:none} registered abroad.",
            "{n_leads:Words} of them, or firms of their group, lead a rare-earth project that is known: {leads}." if leads
            else "None of them leads a rare-earth project that is known.",
            newest,
            n=len(self.firms),
            state_run=int((kinds == "state_run_company").sum()),
            foreign=int((kinds == "foreign_company").sum()),
            n_leads=len(leads),
            leads="; ".join(names[one] for one in leads),
            title=last["title"],
            day=event_day(last),
        )  # fmt: skip

    def table(self) -> Table:
        """Return the bidders: what they are, of which country, their own projects, the source."""
        labels, countries = codebook.labels("actor_kind"), codebook.labels("country")
        stages = codebook.labels("stage")
        bids = filter_rows(self.steps, kind="auction")
        naming = [
            event.event_id for event in bids.itertuples() if set(event.actors) & set(self.firms["name"])
        ]
        pages = self.links(naming[-1:], most=1)
        source = next(iter(pages.values()), ())
        rows = [
            (
                row.name,
                labels[row.kind],
                "" if is_missing(row.country) else countries[row.country],
                tuple(f"{one.title} ({stages[one.stage]})" for one in self.own_projects[row.actor_id].itertuples()),
                source,
            )
            for row in self.firms.rename_axis(None).itertuples(index=False)
        ]  # fmt: skip
        columns = ("Bidder", "Kind", "Country", "Rare-earth projects it or its group leads", "Source")
        return Table(columns, rows, "Bidders of the Centre's magnet scheme")

    def steps_table(self) -> Table:
        """Return the events of the scheme, newest first, each with its first page."""
        pages = self.links(self.steps["event_id"], most=1)
        rows = [
            (
                event_day(row),
                tuple(Link(page.url, row.title) for page in pages.get(row.event_id, ())) or row.title,
            )
            for row in self.steps.iloc[::-1].itertuples()
        ]
        return Table(("Date", "Event"), rows, "The scheme, newest first")
