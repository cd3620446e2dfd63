"""Who India's partners in rare earths are, how far each has come, and one of them more closely."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType

import pandas as pd

from .. import attestation, codebook, stages
from ..frames import filter_rows, group_words
from ..prose import Paragraph, answer, paragraph
from ..stages import Day
from ..tables import Link, Table
from ..tables import events as events_table
from ..tables import initiatives as initiatives_table
from ..text import join_words
from ..ties import partner_ties
from .known import Known, country_words, event_day

__all__ = ["Partners"]

#: So many countries with the second most events are named.
_FEW = 3
#: What governments sign in a dialogue, the stronger first.
_SIGNED = ("agreement", "mou")


class Partners(Known):
    """India's partner countries in rare earths; every sentence is true for the day and the partner.

    Parameters
    ----------
    partner : str, default "JPN"
        The country to look at more closely, by code or name.
    as_of : str or date, optional
        Only what was known on this day; everything in the tables if left out.

    Raises
    ------
    UnknownNameError
        If there is no such country.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.stories.Partners(partner="Indonesia", as_of="2025-07-30").closer()
    No rare-earth event with Indonesia is known by 30 July 2025.
    """

    RESTS_ON = MappingProxyType(
        {
            "ap-rare-earth-export-suspension-2025-06": ("no halt is confirmed",),
            "repm-bids-2026-08": ("Bids are no award: prices, quantities and sites are not given",),
        }
    )

    def __init__(self, *, partner: str = "JPN", as_of: Day | None = None) -> None:
        super().__init__(as_of=as_of)
        self.partner = codebook.country_code(partner)
        #: One row per event and partner.
        self.named = self.rare_events.explode("partners").dropna(subset=["partners"])
        #: What has a partner country.
        self.shared = self.initiatives[self.initiatives["partners"].astype(bool)]

    @cached_property
    def ties(self) -> pd.DataFrame:
        """As from `mineralmap.ties.partner_ties`."""
        return partner_ties(self.rare_events)

    @cached_property
    def order(self) -> list[str]:
        """The partner countries, those with most events first."""
        counts = self.named["partners"].value_counts().sort_index()
        return list(counts.sort_values(ascending=False, kind="stable").index)

    @cached_property
    def works(self) -> pd.DataFrame:
        """The projects that run with a partner, by the last report."""
        reported = self.named.loc[self.named["stage"] == stages.LADDER[-1], "initiative_id"]
        runs = self.shared[self.shared["stage"] == stages.LADDER[-1]]
        return runs[runs["initiative_id"].isin(reported)]

    def answer(self) -> Paragraph:
        """Say who the partners are, who has most events, and what runs with one."""
        if not self.order:
            none = "No country had a rare-earth event with India that was known by that day."
            return answer(none, confidence="low", as_of=self.as_of)
        counts = self.named["partners"].value_counts()
        first = [code for code in self.order if counts[code] == counts.max()]
        behind = counts.drop(first)
        second = [code for code in self.order if code in behind and behind[code] == behind.max()]
        lead = (
            "{first} is the only country named with India in rare-earth events ({n_first})"
            if len(self.order) == 1
            else ("{first} is named most, in {n_first}" if len(first) == 1 else "{first} are named most, each in {n_first}")
            + " of {n} rare-earth events that link India to {n_countries} countries"
        )  # fmt: skip
        if 0 < len(second) <= _FEW:
            lead += ", ahead of {second} ({n_second}" + (" each)" if len(second) > 1 else ")")
        running = [f"{row.title}, {attestation.confirmation(row)}" for row in self.works.itertuples()]
        unsure = self.works["unconfirmed"].any()
        newest = filter_rows(self.rare_events, partners=first)["event_id"].tail(3)
        return answer(
            lead + ".",
            ("One project with a partner was reported to run: {running}." if len(running) == 1
             else "{n_running:Words} projects with a partner were reported to run: {running}.")
            if running else "No project with a partner was reported to run.",
            n_countries=len(self.order),
            second=[country_words(code) for code in second],
            n_second=int(counts[second].max()) if second else 0,
            first=[country_words(code) for code in first],
            n_first=int(counts.max()),
            n=self.named["event_id"].nunique(),
            n_running=len(running),
            running=running,
            confidence="medium" if running and not unsure else "low",
            because="whether what was reported to run still runs is not confirmed"
            if unsure else "most events have a single independent source",
            events=[*self.works["stage_event_id"], *reversed(newest.to_list())],
            as_of=self.as_of,
        )  # fmt: skip

    @cached_property
    def _reached(self) -> dict[str, pd.DataFrame]:
        """Country -> the events of the highest stage that its projects reached, halted ones apart."""
        going = stages.not_halted(stages.built(self.shared))["initiative_id"]
        own = self.named[self.named["initiative_id"].isin(going) & self.named["stage"].isin(stages.LADDER)]
        ranks = own["stage"].astype(str).map(stages.stage_rank)
        highest = ranks.groupby(own["partners"]).transform("max")
        return dict(list(own[ranks == highest].groupby("partners")))

    def furthest(self, code: str) -> pd.DataFrame:
        """Return the events of the highest stage that projects with a country reached, halted ones apart."""
        return self._reached.get(code, self.named.iloc[:0])

    @cached_property
    def _papers(self) -> pd.DataFrame:
        """The events of dialogues that have a partner in rare earths, a row per country."""
        dialogues = self.shared.loc[self.shared["group"] == "dialogue", "initiative_id"]
        papers = self.events[self.events["initiative_id"].isin(dialogues)]
        return papers[papers["scope"] != "context"].explode("partners")

    def signed(self, code: str) -> str:
        """Return the strongest kind of text that was signed with a country in a dialogue, in words."""
        kinds = self._papers.loc[self._papers["partners"] == code, "kind"]
        strongest = next((kind for kind in _SIGNED if (kinds == kind).any()), None)
        if strongest:
            return codebook.labels("kind")[strongest]
        return "talks, nothing signed" if len(kinds) else ""

    def countries(self) -> Table:
        """Return one row per country: events, what they are of, how far it came, the newest event."""
        stage_names, state_names = codebook.labels("stage"), codebook.labels("state")
        newest = {code: self.named[self.named["partners"] == code].iloc[-1] for code in self.order}
        pages = self.links([row["event_id"] for row in newest.values()], most=1)
        rows = []
        for code, last in newest.items():
            own, reached = self.named[self.named["partners"] == code], self.furthest(code)
            of = self.shared["initiative_id"].isin(own["initiative_id"])
            named = sorted(set(own["states"].explode().dropna()))
            rows.append(
                (
                    codebook.labels("country").get(code, code),
                    len(own),
                    group_words(self.shared.loc[of, "group"]),
                    stage_names[reached["stage"].iloc[-1]] if len(reached) else "",
                    self.signed(code),
                    tuple(state_names[one] for one in named),
                    event_day(last),
                    tuple(Link(page.url, last["title"]) for page in pages.get(last["event_id"], ()))
                    or last["title"],
                )
            )
        columns = [
            "Country",
            "Events",
            "They are of",
            "Furthest project",
            "Signed in dialogues",
            "States named",
        ]
        columns += ["Date", "Newest event"]
        return Table(columns, rows, f"Partner countries in rare earths, as of {self.day_words}")

    def states_or_centre(self) -> Paragraph:
        """Say how many events with a partner are linked to a state, and what states lead."""
        bound = self.rare_events[self.rare_events["partners"].astype(bool)]
        of_state = bound[bound["states"].astype(bool)]
        led = self.shared[self.shared["level"] == "state"].sort_values("stage_since")
        names, kinds = codebook.labels("state"), codebook.labels("group")
        who = [
            f"the {kinds[row.group]} of {join_words([names[code] for code in row.states])} with "
            f"{join_words([country_words(code) for code in row.partners])}"
            for row in led.itertuples()
        ]
        n_named, n_bound = len(of_state), len(bound)
        return paragraph(
            "Of {n_bound} " + ("event" if n_bound == 1 else "events")
            + " with a partner country {n_named:none} " + ("is" if n_named == 1 else "are") + " linked to a state.",
            "A link does not mean that the state leads." if n_named else None,
            "States lead {led:none} of the {shared} undertakings with a partner country ({groups})" + (": {who}." if who else ".")
            if len(self.shared) else None,
            "They lead no project with a partner." if who and "project" not in set(led["group"]) else None,
            n_bound=n_bound,
            n_named=n_named,
            shared=len(self.shared),
            groups=group_words(self.shared["group"]),
            led=len(led),
            who=who,
        )  # fmt: skip

    def leads(self) -> Table:
        """Return who leads what has a partner country, counted."""
        entries = codebook.vocabulary("group")
        groups = [group for group in entries if (self.shared["group"] == group).any()]
        led = self.shared.groupby(["level", "group"], observed=False).size().unstack(fill_value=0)
        rows = [
            (codebook.labels("level")[level], *(int(led.loc[level, group]) for group in groups))
            for level in led.index
        ]
        headings = ("Who leads", *(entries[group].other_names[0].capitalize() for group in groups))
        return Table(headings, rows, "Who leads what has a partner country")

    def closer(self) -> Paragraph:
        """Say how far one partner has come, and what the newest event with it is."""
        own = self.named[self.named["partners"] == self.partner]
        name = country_words(self.partner)
        if own.empty:
            return paragraph(
                "No rare-earth event with {name} is known by {day}.", name=name, day=self.day_words
            )
        reached, last, n = self.furthest(self.partner), own.iloc[-1], len(own)
        projects = list(dict.fromkeys(self.titles[one] for one in reached["initiative_id"]))
        n_named = int(own["states"].astype(bool).sum())
        of = self.shared[self.shared["initiative_id"].isin(own["initiative_id"])]
        words = self.signed(self.partner)
        return paragraph(
            "{name_first} has {n} rare-earth " + ("event" if n == 1 else "events") + " with India since {since},",
            "on {groups};",
            "{n_named:none} of them " + ("is" if n_named == 1 else "are") + " linked to a state.",
            "The furthest a project came is \"{stage}\": {projects}." if len(reached)
            else "No project with it is in our data, halted ones apart.",
            "The strongest text signed in a dialogue is: {signed}." if words in codebook.labels("kind").values()
            else "In dialogues nothing was signed that is known." if words else None,
            "The newest event: {title} ({day}).",
            name_first=name[0].upper() + name[1:],
            n=n,
            since=str(own["date"].dt.year.min()),
            groups=group_words(of["group"]),
            n_named=n_named,
            stage=codebook.labels("stage")[reached["stage"].iloc[-1]] if len(reached) else "",
            projects=projects,
            signed=words.lower(),
            title=last["title"],
            day=event_day(last),
        )  # fmt: skip

    def closer_projects(self) -> Table:
        """Return what the partner has a share in, the newest event first."""
        own = filter_rows(self.shared, partners=self.partner)
        order = own.sort_values(["last_date", "initiative_id"], ascending=[False, True])
        what = f"With {country_words(self.partner)}, the one with the newest event first"
        return initiatives_table(order, caption=what)

    def closer_events(self) -> Table:
        """Return the newest events with the partner, with their sources."""
        own = filter_rows(self.rare_events, partners=self.partner)
        return events_table(own, caption=f"The newest events with {country_words(self.partner)}")

    def not_known(self) -> Paragraph:
        """Say in a short list what the tables cannot tell of the partners."""
        bound = self.rare_events[self.rare_events["partners"].astype(bool)]
        single = int(bound["single_source"].sum())
        unsure = list(self.works.loc[self.works["unconfirmed"], "title"])
        return paragraph(
            "- Company talks that nobody reported are not here, and a country with many events is one that is written about much.",
            "\n- {single} of {n} events with a partner have a single independent source; for {party} it is a company or government concerned."
            if single else None,
            "\n- Whether these run today: {unsure}." if unsure else None,
            "\n- A request to stop the supply to Japan was reported; whether it was followed was not found."
            if self._supply_stage() == "halt_requested" else None,
            "\n- What was offered in the magnet tender's bids: prices, sites and awards are not known."
            if "repm-bids-2026-08" in set(self.rare_events["event_id"]) else None,
            "\n- An event without a state may still concern one.",
            single=single,
            party=int((bound["single_source"] & bound["party_only"]).sum()),
            n=len(bound),
            unsure=unsure,
        )  # fmt: skip

    def _supply_stage(self) -> str:
        """Return the stage of the supply to Japan; nothing before it began."""
        supply = self.initiatives[self.initiatives["initiative_id"] == "india-japan-rare-earth-supply"]
        return "".join(supply["stage"].astype(str))
