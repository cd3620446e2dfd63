"""Who leads: the Centre, the states or companies; and whether that shifts."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType

import pandas as pd

from .. import attestation, codebook, follow_through, stages
from ..frames import group_words
from ..prose import Paragraph, answer, paragraph
from ..stages import Day
from ..tables import Table
from ..tables import initiatives as initiatives_table
from ..ties import lead_shares
from .known import Known

__all__ = ["WhoLeads"]

_ORDER = ("national", "company", "state", "multilateral")
#: Level -> who that is, in a sentence.
_WHO = {
    "national": "the Centre",
    "company": "companies",
    "state": "states",
    "multilateral": "several countries together",
}
_IREL, _CENTRE = "IREL (India) Limited", "Government of India"


class WhoLeads(Known):
    """Who leads the rare-earth projects, schemes and dialogues.

    Parameters
    ----------
    as_of : str or date, optional
        Only what was known on this day; everything in the tables if left out.
    pool : int, default 15
        Years are joined until a period holds as many new projects.

    Raises
    ------
    ValueError
        If no event was known by that day.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.stories.WhoLeads(as_of="2011-03-01").periods()
    ['none of 4 from 2004 to 2010']
    """

    RESTS_ON = MappingProxyType(
        {
            "states-supreme-court-mmdr-2026-08": ("Supreme Court",),
            "in-rare-earth-corridors-budget-2026-02": ("corridor",),
        }
    )

    def __init__(self, *, as_of: Day | None = None, pool: int = 15) -> None:
        super().__init__(as_of=as_of)
        self.pool = pool
        #: Group -> its rows: projects, schemes and laws, dialogues and disputes are unlike things.
        self.by_group = {
            group: self.initiatives[self.initiatives["group"] == group]
            for group in codebook.vocabulary("group")
        }
        first = follow_through.entries(self.events, self.projects, as_of=self.day)
        ran = set(first.loc[first["entry"] == stages.LADDER[-1], "initiative_id"])
        #: The projects that are new: what the first report found running is not.
        self.new = self.projects[~self.projects["initiative_id"].isin(ran)]

    @cached_property
    def shares(self) -> pd.DataFrame:
        """As from `mineralmap.ties.lead_shares`, of the new projects."""
        return lead_shares(self.rare_events, self.new, unit="initiatives", pool=self.pool)

    @property
    def _of_irel(self) -> pd.Series:
        return self.projects["lead_actors"].map(lambda names: _IREL in names).astype(bool)

    @property
    def _of_centre(self) -> pd.Series:
        """Of the projects that companies lead: whether the Centre owns one of the leaders."""
        company = self.projects[self.projects["level"] == "company"]
        return company["owners"].map(lambda names: _CENTRE in names).astype(bool)

    def led_by_states(self, group: str) -> pd.DataFrame:
        """Return what states lead of a group."""
        rows = self.by_group[group]
        return rows[rows["level"] == "state"]

    def periods(self) -> list[str]:
        """Return what states led of the new projects: before, in and after their best period."""
        of_states = self.shares[self.shares["level"] == "state"].reset_index(drop=True)
        if of_states.empty:
            return []
        top = int(of_states["share"].fillna(0).idxmax())
        before, peak, after = of_states[:top], of_states.loc[top], of_states[top + 1 :]
        one_year = peak["first_year"] == peak["last_year"]
        years = f"in {peak['period']}" if one_year else f"from {peak['first_year']} to {peak['last_year']}"
        words = [f"{peak['k'] or 'none'} of {peak['n']} {years}"]
        if len(before):
            last = before["last_year"].max()
            words.insert(0, f"{before['k'].sum() or 'none'} of {before['n'].sum()} up to {last}")
        if len(after):
            words.append(f"{after['k'].sum() or 'none'} of {after['n'].sum()} since")
        return words

    def answer(self) -> Paragraph:
        """Say who leads most projects, and in how many of the companies' the Centre is among the leaders."""
        levels = self.projects["level"].value_counts().rename(index=str)
        levels = levels[levels > 0].sort_values(ascending=False, kind="stable")
        runs, own = self.working, self.led_by_states("project").sort_values("last_date", ascending=False)
        first, *rest = levels.index
        # Those who own a company lead in another way: said at once, or "companies" misleads.
        at_once = first == "company" and self._of_centre.sum()
        others = [f"{_WHO[one]} {levels[one]}" for one in rest]
        if rest:
            others[0] = f"{_leads(rest[0])} {levels[rest[0]]}"
        said = _leads(first)
        return answer(
            said[0].upper() + said[1:] + " {top} of {n} projects"
            + (", but in {of_centre} of these a company or laboratory of the Centre is among the leaders" if at_once else "")
            + ("; {others}." if others else "."),
            top=int(levels.iloc[0]),
            n=len(self.projects),
            of_centre=int(self._of_centre.sum()),
            others=", ".join(others),
            confidence="medium",
            because="who leads is one judgement per project, and the trend turns with the years chosen",
            events=[*own["last_event_id"].head(3), *runs["stage_event_id"].head(2)],
            as_of=self.as_of,
        )  # fmt: skip

    def table(self) -> Table:
        """Return what there is, by group and stage, and who leads."""
        labels, rows = codebook.labels("stage"), []
        for group, held in self.by_group.items():
            if held.empty:
                continue
            counts = held.groupby(["stage", "level"], observed=True).size().unstack(fill_value=0)
            counts = counts.reindex(columns=list(_ORDER), fill_value=0)
            name = codebook.vocabulary("group")[group].other_names[0].capitalize()
            there = [stage for stage in stages.STAGES if stage in counts.index]
            rows += [(name, labels[stage], *map(int, counts.loc[stage])) for stage in there]
            rows.append((name, "all", *map(int, counts.sum())))
        levels = codebook.labels("level")
        caption = f"What there is in rare earths, and who leads it, as of {self.day_words}"
        return Table(("What", "Stage", *(levels[level] for level in _ORDER)), rows, caption)

    def not_private(self) -> Paragraph:
        """Say how many company-led projects have a company of a government among their leaders."""
        company = self.projects[self.projects["level"] == "company"]
        of_irel = int((self._of_irel & (self.projects["stage"] == stages.LADDER[-1])).sum())
        of_state = company["owners"].map(
            lambda names: any(one.startswith("Government of ") and one != _CENTRE for one in names)
        )
        return paragraph(
            "In {k:none} of the {n} projects that companies lead a company or laboratory of the Centre is among the leaders"
            + (", in {other:words} one owned by another government." if of_state.sum() else ".")
            if len(company) else "Companies lead no project.",
            "The Centre-owned company IREL is among those who run {irel:words} of the {running:words} that run by the last report."
            if len(self.working) > 1 and of_irel else None,
            "Ownership is traced to the top parent; a firm with no known parent counts as its own owner.",
            k=int(self._of_centre.sum()),
            n=len(company),
            other=int(of_state.sum()),
            irel=of_irel,
            running=len(self.working),
        )  # fmt: skip

    def owned_table(self) -> Table:
        """Return how much of it is the Centre's own: projects in India."""
        company, runs = self.projects["level"] == "company", self.projects["stage"] == stages.LADDER[-1]
        of_centre = self.projects["owners"].map(lambda names: _CENTRE in names).astype(bool)
        sure = runs & ~self.projects["unconfirmed"]
        rows = [
            (words, int((kept & among).sum()), int(among.sum()))
            for words, kept, among in (
                ("Company-led, the Centre owns one of those who lead", of_centre, company),
                ("Any leader, IREL among those who lead", self._of_irel, company | ~company),
                ("Runs by the last report, IREL among those who lead", self._of_irel, runs),
                ("Confirmed in the last two years to run, IREL among those who lead", self._of_irel, sure),
            )
        ]
        return Table(
            ("What", "Projects", "of"), rows, "How much of it is the Centre's own, projects in India"
        )

    def states_table(self) -> Table:
        """Return what states lead, with the sources."""
        own = self.initiatives[self.initiatives["level"] == "state"]
        own = own.sort_values(["group", "stage", "title"], ascending=[True, False, True])
        return initiatives_table(own, caption=f"What states lead: {group_words(own['group'])}", rows=30)

    def states(self) -> Paragraph:
        """Say what states lead, what of it runs, and which of their laws are in force."""
        own, laws = self.led_by_states("project"), self.led_by_states("policy")
        running = own[own["stage"] == stages.LADDER[-1]]
        in_force = laws[laws["stage"] == "in_force"]
        return paragraph(
            "States lead {counted}.",
            "Led by a state and running by the last report: {running}." if len(running) else "No project that a state leads runs.",
            "Led by a state and in force: {in_force}." if len(in_force) else None,
            "States are named far more often than they lead: of the {named} projects linked to a state they lead {led:none}."
            if self._named > 2 * len(own) else None,
            running="; ".join(f"{row.title} ({attestation.confirmation(row)})" for row in running.itertuples()),
            in_force="; ".join(in_force["title"]),
            counted=[
                f"{len(self.led_by_states(group)) or 'none'} of {group_words(rows['group'])}"
                for group, rows in self.by_group.items()
                if len(rows) and group != "abroad"
            ],
            named=self._named,
            led=len(own),
        )  # fmt: skip

    @property
    def _named(self) -> int:
        return int(self.projects["states"].astype(bool).sum())

    def shift(self) -> Paragraph:
        """Say in which period the share of states was highest, and who leads what came after."""
        of_states = self.shares[self.shares["level"] == "state"].reset_index(drop=True)
        if of_states.empty or not of_states["k"].sum():
            return paragraph(
                "States led none of the new projects that were known by {day}.", day=self.day_words
            )
        top = int(of_states["share"].fillna(0).idxmax())
        peak, after = of_states.loc[top], of_states[top + 1 :]
        year = int(self.new["first_date"].dt.year.max())
        of_year = self.new[self.new["first_date"].dt.year == year]
        own = of_year[of_year["level"] == "state"]
        laws = self.by_group["policy"]
        recent = laws[laws["first_date"].dt.year >= year - 1]
        own_laws = recent[recent["level"] == "state"]
        return paragraph(
            "Of the new projects states led {periods}.",
            "Their share was highest in {period}, and lower before and after." if 0 < top < len(of_states) - 1
            else "Their share was highest in {period}.",
            "After {last} far more is reported: {after} projects are new, states lead {led:none} of them."
            if after["n"].sum() > peak["n"] else None,
            "States lead {own:none} of the {of_year} that are new in {year}" + (": {titles}." if len(own) else "."),
            "Besides, states began {own_laws:none} of the {laws} schemes and laws that are new since {before}"
            + (": {law_titles}." if len(own_laws) else ".") if len(recent) else None,
            periods=self.periods(),
            period=peak["period"],
            last=str(peak["last_year"]),
            after=int(after["n"].sum()),
            led=int(after["k"].sum()),
            own=len(own),
            of_year=len(of_year),
            year=str(year),
            titles="; ".join(own["title"]),
            own_laws=len(own_laws),
            laws=len(recent),
            before=str(year - 1),
            law_titles="; ".join(own_laws["title"]),
        )  # fmt: skip

    def not_known(self) -> Paragraph:
        """Say in a short list what counting leaders cannot tell."""
        events = set(self.events["event_id"])
        return paragraph(
            "- Who decides: a leader on paper may depend on another's ore, licence or money.",
            "\n- How large a project is: a count says nothing of tonnes or money.",
            "\n- Whether states act more, or are only written about more: local papers report states and companies, national ones the Centre.",
            "\n- Who will lease, pay for and own the rare-earth corridors that the Centre proposed."
            if "in-rare-earth-corridors-budget-2026-02" in events else None,
            "\n- What the courts will say to the bar on new state taxes on minerals: some states want to go to the Supreme Court."
            if "states-supreme-court-mmdr-2026-08" in events else None,
        )  # fmt: skip


def _leads(level: str) -> str:
    return f"{_WHO[level]} {'leads' if level == 'national' else 'lead'}"
