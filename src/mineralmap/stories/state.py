"""A state at a glance: what runs, what is planned, what lies in the ground, who is behind it."""

from __future__ import annotations

from functools import cache, cached_property

import pandas as pd

from .. import boundaries, codebook, data, geography
from .. import tables as shown
from ..frames import distinct, filter_rows, group_words
from ..prose import Paragraph, answer, day_words, paragraph
from ..stages import HALT_REQUESTED, STAGES, Day
from ..tables import Table
from ..text import format_date, pluralize
from .basis import Story, by_confirmation, confirmed_words, plural
from .state_lore import LORE, RESTS_ON

__all__ = ["State", "around", "on_coast"]

#: Stages of projects -> how one of them and how several are said to be there, in the order of the answer.
_REST = (
    (("construction",), "is being built", "are being built"),
    (
        ("mou", "agreement", "approved"),
        "has a memorandum, an agreement or some official approval (not always a licence to start)",
        "have a memorandum, an agreement or some official approval (not always a licence to start)",
    ),
    (("talks", "announced"), "is at talks or plans", "are at talks or plans"),
    (("suspended",), "is suspended", "are suspended"),
    (("cancelled",), "was cancelled", "were cancelled"),
)


#: Level -> who leads, as a sentence says it.
_LED = {
    "state": "by the state",
    "national": "by the Centre",
    "company": "by companies",
    "multilateral": "by several countries",
}
#: Up to so many works are named in the answer.
_FEW = 3


@cache
def around(code: str) -> tuple[str, ...]:
    """Return the states that share a border with a state."""
    return tuple(geography.neighbours(boundaries.load_states(), code))


@cache
def _coastal() -> frozenset[str]:
    return frozenset(boundaries.load_coastline()["state_iso"])


def on_coast(code: str) -> bool:
    """Tell whether a state has a sea coast."""
    return code in _coastal()


class State(Story):
    """The story of one state or union territory.

    Parameters
    ----------
    state : str
        Its code or name: ``"IN-TN"``, ``"TN"``, ``"Tamil Nadu"``.
    as_of : str or date, optional
        A day; everything in the tables if left out.

    Raises
    ------
    UnknownNameError
        If there is no such state; the message names near ones.
    ValueError
        If ``as_of`` is no date, or no event was known by then.

    Examples
    --------
    >>> import mineralmap as mm
    >>> story = mm.stories.State(state="Goa")
    >>> "rare-earth project" in story.answer().text
    True
    """

    def __init__(self, *, state: str, as_of: Day | None = None) -> None:
        super().__init__(as_of=as_of)
        self.code = codebook.state_code(state)
        self.name = codebook.labels("state")[self.code]
        self.RESTS_ON = RESTS_ON.get(self.code, {})
        self.here = filter_rows(self.initiatives, states=self.code)
        self.projects = self.newest_first(self.here[self.here["group"] == "project"])
        self.operating = self.running(self.here)

    @cached_property
    def own_events(self) -> pd.DataFrame:
        """The rare-earth events that name the state."""
        return filter_rows(self.rare_events, states=self.code)

    @cached_property
    def searches(self) -> pd.DataFrame:
        """What was searched on the state."""
        return filter_rows(data.load_coverage(), states=self.code)

    @cached_property
    def foreign(self) -> pd.DataFrame:
        """Every initiative that names the state and a partner country, background included."""
        partnered = self.every[self.every["partners"].astype(bool)]
        return filter_rows(partnered, states=self.code)

    def answer(self) -> Paragraph:
        """Answer the question: how many projects, how far, and with whom."""
        single = int(self.own_events["single_source"].sum())
        if self.projects.empty:
            confidence = "medium" if len(self.searches) else "low"
            because = (
                "it rests on what was not found" if len(self.searches) else "no search for it is on record"
            )
        else:
            sure = len(self.operating) > 0 and not self.operating["unconfirmed"].any()
            confidence = "high" if sure else "medium"
            because = "what operates was confirmed in the last two years; the rest is as reported"
            if not sure:
                because = f"{single} of {pluralize(len(self.own_events), 'event')} have a single source"
        newest = list(self.own_events["event_id"])[::-1]
        lead, rests_on = self._own_lead()
        behind, leaders = self._behind()
        return answer(
            self._counted(),
            behind,
            self._with_whom(),
            lead,
            confidence=confidence,
            because=because,
            events=[*self.confirming(self.operating), *rests_on, *newest[:4]],
            as_of=self.as_of,
            most=4,
            name=self.name,
            n=len(self.projects),
            groups=group_words(self.here["group"]),
            searches=len(self.searches),
            running=len(self.operating),
            works=[f"{row.title}, {confirmed_words(row)}" for row in self.operating.itertuples()],
            countries=self.country_names(self.own_events["partners"]),
            leaders=leaders,
        )

    def _counted(self) -> str:
        if self.projects.empty:
            return (
                "{name} has no rare-earth project in our data"
                + (", though {groups} " + plural(len(self.here)) + " linked to it" if len(self.here) else "")
                + (
                    "; {searches:words} "
                    + plural(len(self.searches), "search", "searches")
                    + " looked there."
                    if len(self.searches)
                    else "; nobody searched for one there, so there may be some."
                )
            )
        stage = self.projects["stage"]
        rest = [
            paragraph("{n:words} {words}", n=n, words=plural(n, one, many)).text
            for codes, one, many in _REST
            if (n := int(stage.isin(codes).sum()))
        ]
        if asked := int((stage == HALT_REQUESTED).sum()):
            rest.append(paragraph("for {asked:words} a halt was requested", asked=asked).text)
        works = " ({works})" if 0 < len(self.operating) <= _FEW else ""
        runs = "{running:none} " + plural(max(len(self.operating), 1)) + " reported to operate" + works
        linked = (
            "{name} has {n:words} rare-earth "
            + plural(len(self.projects), "project", "projects")
            + " linked to it: "
        )
        return linked + "; ".join([runs, *rest]) + "."

    @cached_property
    def _leaders(self) -> pd.Series:
        """How many of the projects each leader leads, those with most first."""
        actors = pd.Series(
            [actor for cell in self.projects["lead_actors"] for actor in cell], dtype="object"
        ).value_counts()
        return actors[sorted(actors.index, key=lambda actor: (-actors[actor], actor))]

    def _behind(self) -> tuple[str | None, list[str]]:
        """Return a sentence on who leads the projects, with a place for their names, and the names."""
        often = self._leaders[self._leaders > 1][:3]
        if len(often):
            counts = [paragraph("{n:words}", n=n).text for n in often]
            named = [f"{actor} (in {count})" for actor, count in zip(often.index, counts, strict=True)]
            return "Most often behind them: {leaders}.", named
        leaders = list(self._leaders.index)
        if len(leaders) > 4:
            return "Each of those behind them leads one project.", leaders
        whose = plural(len(self.projects), "it", "them")
        return (f"Behind {whose}: {{leaders}}." if leaders else None), leaders

    def _with_whom(self) -> str:
        partners = distinct(self.own_events["partners"])
        if not partners:
            return "No event on rare earths there names a partner country."
        run = distinct(self.operating["partners"])
        named = (
            plural(len(partners), "The partner country", "The partner countries")
            + " named in its rare-earth events "
        )
        none = plural(
            len(partners), "; it has no part in what operates.", "; none of them has a part in what operates."
        )
        return named + plural(len(partners)) + " {countries}" + ("." if run or self.operating.empty else none)

    def _own_lead(self) -> tuple[str | None, list[str]]:
        """Return the one thing that only this state has, and the events on which it rests."""
        mine, request = "irel-kanniyakumari-mine", "ap-rare-earth-export-suspension-2025-06"
        chain, extended = "tn-kk-human-chain-2024-10", "tn-kk-reservation-extended-2026-06"
        if self.code == "IN-TN" and self.stage_of.get(mine) == "approved" and chain in self.facts:
            lead = "The mine that IREL plans in Kanniyakumari has approvals and protests against it; no"
            return f"{lead} clearance was found.", [one for one in (extended, chain) if one in self.facts]
        if self.code == "IN-AP" and request in self.facts:
            lead = f"A request to IREL to stop the exports to Japan was reported {self.when(request)}"
            return f"{lead}; that they stopped is not confirmed.", [request]
        return None, []

    def own_story(self) -> Paragraph | None:
        """Tell what only this state has, in sections; None where there is nothing of the kind."""
        told = []
        for section in LORE.get(self.code, ()):
            if part := self.narrate(section.steps, heading=section.heading):
                end = section.end
                after = f" {end[2]}" if end and self.stage_of.get(end[0]) == end[1] else ""
                told.append(part.text + after)
        return Paragraph("\n\n".join(told)) if told else None

    def what_runs(self) -> Paragraph:
        """Say what operates and who confirms it, what is being built, and what was halted."""
        labels = {code: label.lower() for code, label in codebook.labels("stage").items()}
        counts = self.projects["stage"].astype(str).value_counts()
        known = self.reference("facilities")
        free = filter_rows(known[known["initiative_id"].isna()], state_iso=self.code)
        return paragraph(
            "By stage: {stages}." if len(counts) else "No project in our data is there.",
            "These are reported to operate. " + by_confirmation(self.operating)
            if len(self.operating) > _FEW
            else None,
            "Laboratories and works beside the projects: {free}." if len(free) else None,
            stages=[f"{labels[one]} {counts[one]}" for one in STAGES if one in counts.index],
            free=list(free["name"]),
        )

    def projects_table(self) -> Table:
        """Show the projects that name the state, the one with the newest event first."""
        return self.project_table(self.projects, f"Rare-earth projects linked to {self.name}")

    def beside_projects(self) -> Table | None:
        """Show the schemes, laws, dialogues and disputes that name the state; None if there is none."""
        rest = self.newest_first(self.here[self.here["group"] != "project"])
        return (
            None
            if rest.empty
            else self.project_table(rest, f"On rare earths in {self.name}, not to be built")
        )

    def headline(self) -> str:
        """Return the title of the picture of the projects over time."""
        many = pluralize(len(self.projects), "rare-earth project")
        return f"{self.name}: {many}, {len(self.operating) or 'none'} in operation"

    @cached_property
    def _deposits(self) -> pd.DataFrame:
        return filter_rows(self.reference("deposits"), state_iso=self.code)

    def in_the_ground(self) -> Paragraph:
        """Say how much monazite the state has by the last full count, and which deposits."""
        monazite = self.reference("monazite")
        full = monazite[(monazite["split_in_source"] == "complete") & (monazite["state_iso"] != "IN")]
        split = full[full["as_of"] == full["as_of"].max()].set_index("state_iso")["monazite_mt"]
        held = split.get(self.code)
        place = 1 + int((split > held).sum()) if held is not None else 0
        deposits, known = self._deposits, int(self._deposits["monazite_mt"].notna().sum())
        return paragraph(
            "{name} had {held:.2f} of India's {total:.2f} million tonnes of monazite in the count of"
            " {year}, rank {place} of"
            " the {of} states listed; it is the last count with a full split by state."
            if held is not None
            else "The last full count of monazite by state, of {year}, does not list {name}."
            if len(split)
            else "No full count of monazite by state was known.",
            "No deposit there is in our data."
            if deposits.empty
            else "Our data have {n:words} "
            + plural(
                len(deposits),
                "deposit there; no tonnage of it was found.",
                "deposits there; a tonnage of monazite was found for {known:none} of them.",
            )
            if len(deposits) > 1 or not known
            else "Our data have one deposit there, with its tonnage of monazite.",
            name=self.name,
            held=held or 0.0,
            total=float(split.sum()),
            year=str(full["as_of"].max())[:4],
            place=place,
            of=len(split),
            n=len(deposits),
            known=known,
        )

    def deposits_table(self) -> Table | None:
        """Show the deposits; None if there is none."""
        found = self._deposits
        if found.empty:
            return None
        pages = [
            shown.link(*cell) for cell in zip(found["source_url"], found["source_publisher"], strict=True)
        ]
        heads = {"name": "Deposit", "setting": "Setting", "operator": "Who", "status": "Status"}
        heads |= {"monazite_mt": "Monazite (Mt)", "page": "Source"}
        caption = f"Deposits of {self.name}; an empty cell is not known, not none"
        return shown.frame(found.assign(page=pages), columns=heads, caption=caption, rows=len(found))

    def who_leads(self) -> Paragraph:
        """Say who leads the projects, and which countries are named."""
        levels = self.projects["level"].astype(str).value_counts()
        often = list(self._leaders.index)
        tied = self.foreign[self.foreign["scope"] == "rare_earth"]
        return paragraph(
            "The projects are led by {often}."
            if 0 < len(often) <= 4
            else "Named most often as leaders: {often}."
            if often
            else None,
            "Led {levels}." if len(levels) else None,
            "Nothing linked to {name} has a partner country."
            if self.foreign.empty
            else "{n:Words} "
            + plural(len(self.foreign), "initiative links", "initiatives link")
            + " the state with a partner country, "
            + (
                plural(len(tied), "on rare earths.", "on another subject.")
                if len(self.foreign) == 1
                else "{tied:none} of them on rare earths."
            ),
            often=often[:4],
            levels=[f"{words}: {levels[one]}" for one, words in _LED.items() if one in levels.index],
            name=self.name,
            n=len(self.foreign),
            tied=len(tied),
        )

    def partners_table(self) -> Table | None:
        """Show what names the state and a partner country, rare earths first; None if nothing does."""
        if self.foreign.empty:
            return None
        scope, stage, country = (codebook.labels(name) for name in ("scope", "stage", "country"))
        order = self.foreign.sort_values(
            ["scope", "last_date", "initiative_id"], ascending=[True, False, True]
        )
        rows = [
            (
                row.title,
                scope[row.scope],
                tuple(country[code] for code in row.partners),
                stage[row.stage],
                format_date(row.last_date, self.facts[row.last_event_id].date_precision),
                self.page(row.last_event_id),
            )
            for row in order.itertuples()
        ]
        heads = ("What", "Subject", "Partner countries", "Stage", "Newest event", "Source")
        return Table(heads, rows, f"What links {self.name} with a partner country")

    def neighbours_table(self) -> Table:
        """Show the neighbours: coast, projects, what operates there."""
        labels = codebook.labels("state")
        projects = self.initiatives[self.initiatives["group"] == "project"]
        named = [
            (states, stage == "operating")
            for states, stage in zip(projects["states"], projects["stage"], strict=True)
        ]
        rows = []
        for code in around(self.code):
            runs = [runs for states, runs in named if code in states]
            rows.append((labels[code], "yes" if on_coast(code) else "no", len(runs), sum(runs)))
        heads = ("Neighbour", "Sea coast", "Rare-earth projects linked to it", "Of these in operation")
        return Table(
            heads, rows, f"The neighbours of {self.name}" if rows else f"{self.name} has no neighbour on land"
        )

    def events_table(self) -> Table:
        """Show the newest rare-earth events that name the state, with their sources."""
        return shown.events(
            self.own_events, caption=f"Rare-earth events that name {self.name}, newest first", rows=15
        )

    def searched_table(self) -> Table:
        """Show what was searched on the state."""
        heads = {
            "subject": "Searched",
            "period_from": "From",
            "period_until": "Until",
            "note": "What was not found",
        }
        caption = f"Searches that name {self.name}" if len(self.searches) else f"No search names {self.name}"
        return shown.frame(self.searches, columns=heads, caption=caption, rows=len(self.searches))

    def unknown(self) -> Paragraph:
        """List what is not known of the state."""
        stale = self.operating[self.operating["unconfirmed"]]
        placeless = int(self.projects["lat"].isna().sum())
        waiting = self.projects[
            self.projects["stage"].isin(["talks", "announced", "mou", "agreement", "approved"])
        ]
        lines = [
            (True, "What nobody reported, and what happened after {day}."),
            (len(stale), "Whether these still run: {stale}."),
            (
                len(self.operating),
                "What each of the works there makes in a year.",
            ),
            (
                len(waiting),
                "Why {waiting:words} "
                + plural(len(waiting), "project is", "projects are")
                + " not running yet"
                ": law, protest, land and money all appear in the events, and no cause is proven.",
            ),
            (placeless, "Where {placeless:words} of the {n} projects are: no place is known."),
            (
                len(self._deposits),
                "How much of a deposit could be mined; a tonnage is what was counted in the ground.",
            ),
            (self.searches.empty, "Whether there is anything: nobody looked."),
        ]
        return paragraph(
            "\n".join(f"- {line}" for holds, line in lines if holds),
            day=day_words(self.as_of),
            stale=list(stale["title"]),
            waiting=len(waiting),
            placeless=placeless,
            n=len(self.projects),
        )
