"""Who has the monazite, who may mine it, and what is on the coast."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import Any

import pandas as pd

from .. import codebook, data
from .. import tables as shown
from ..frames import distinct, filter_rows, group_words
from ..prose import Paragraph, answer, day_words, paragraph
from ..stages import Day
from ..tables import Link, Table
from ..text import pluralize
from .basis import Story, by_confirmation, plural
from .state import around, on_coast

__all__ = ["Coasts"]

_RULE, _ONLY_PUBLIC = "atomic-mineral-public-sector-rule", "bsm-public-sector-only-2019-02"
_UP = "IN-UP"

#: Short names in titles -> what they mean.
_SHORT = {
    "OSCOM": "OSCOM is IREL's Orissa Sand Complex.",
    "KMML": "KMML is Kerala Minerals and Metals Limited, a company of the state.",
}
#: The law on beach sand in five lines.
_LAW = (
    ("tn-beach-sand-mining-ban-2013-09", "{when} Tamil Nadu halted private quarries of beach sand"),
    ("amcr-2016-07", "{when} rules left sands with more than 0.75 % monazite to government companies"),
    (_ONLY_PUBLIC, "{when} that limit was set to zero"),
    (
        "bsm-delisting-proposal-2022-05",
        "{when} a draft proposed to take beach sand off the list of atomic minerals",
    ),
    (
        "private-monazite-exploration-plan-2026-01",
        "{when} a minister spoke of private firms in exploration, not in mining",
    ),
)


class Coasts(Story):
    """The story of the monazite coasts; see `Story` for its parameters.

    Examples
    --------
    >>> import mineralmap as mm
    >>> "monazite" in mm.stories.Coasts().answer().text
    True
    """

    RESTS_ON = MappingProxyType(
        {
            "tn-beach-sand-mining-ban-2013-09": ("private",),
            "amcr-2016-07": ("0.75%", "government companies"),
            _ONLY_PUBLIC: ("to zero", "only government companies"),
            "bsm-delisting-proposal-2022-05": ("A proposal",),
            "private-monazite-exploration-plan-2026-01": ("on exploring only",),
        }
    )

    def __init__(self, *, as_of: Day | None = None) -> None:
        super().__init__(as_of=as_of)
        #: Every estimate that was published by the day.
        self.monazite = self.reference("monazite")
        coastal = filter_rows(self.initiatives, states=list(self.beaches))
        self.named = coastal
        self.projects = coastal[coastal["group"] == "project"]
        self.operating = self.running(coastal)

    @cached_property
    def split(self) -> pd.DataFrame:
        """The last estimate that splits the whole total by state, the state with most first; maybe empty."""
        table = self.monazite
        full = table[(table["split_in_source"] == "complete") & (table["state_iso"] != "IN")]
        return full[full["as_of"] == full["as_of"].max()].sort_values("monazite_mt", ascending=False)

    @cached_property
    def beaches(self) -> tuple[str, ...]:
        """The states with monazite on beaches by the last split, the one with most first; or of any day."""
        full = self.split if len(self.split) else data.load_monazite()
        found = full[full["setting"].fillna("").str.contains("beach") & (full["state_iso"] != "IN")]
        return distinct([(code,) for code in found["state_iso"]])

    @property
    def beach_names(self) -> list[str]:
        """The names of the states with monazite on beaches, the one with most first."""
        return self._names(self.beaches)

    @property
    def share(self) -> float:
        """The share of these states in the last estimate that splits the whole total; 0 if none was known."""
        held = self.split.loc[self.split["state_iso"].isin(self.beaches), "monazite_mt"].sum()
        return float(held / self.split["monazite_mt"].sum()) if len(self.split) else 0.0

    @property
    def placed(self) -> pd.DataFrame:
        """The projects of companies and states that have a place, the oldest first."""
        own = self.projects["level"].isin(["company", "state"]) & self.projects["lat"].notna()
        return self.projects[own].sort_values(["first_date", "initiative_id"])

    def _names(self, codes: Any) -> list[str]:
        labels = codebook.labels("state")
        return [labels[code] for code in codes]

    def answer(self) -> Paragraph:
        """Answer the question: how much there is, where, who may mine it, and how little comes out."""
        total = self.monazite[self.monazite["state_iso"] == "IN"].sort_values("as_of")
        newest = total.iloc[-1] if len(total) else None
        made, n = self._made, len(self.operating)
        stale = int(self.operating["unconfirmed"].sum())
        count = (
            "No count of India's monazite was known."
            if newest is None
            else "The newest total, of {newest}, is {total} million tonnes in the ground ({page})."
        )
        where = (
            "{beaches} had {share:.0%} of India's monazite in the last full count by state, of {year}"
            if len(self.split)
            else "No full count of India's monazite by state was known"
        )
        may = ", but only government companies may mine it" if self.only_public else ""
        make = "about {made:,.0f} tonnes a year were produced or processed, by a report of {made_in}."
        runs = plural(n, "mine or plant is", "mines and plants are")
        return answer(
            f"{where}; why little comes out is not proven{may}.",
            count,
            f"{make[0].upper()}{make[1:]}" if made is not None else None,
            "{n:Words} "
            + runs
            + " reported to operate in the states of the monazite beaches, {sure:none} of them confirmed in"
            " the last two years.",
            confidence="high" if newest is not None and not stale else "medium",
            because="the last full count by state is old" if len(self.split) else "few reports were known",
            events=[
                *(one for one, _ in _LAW[1:3] if one in self.facts),
                *self.confirming(self.operating)[:3],
            ],
            as_of=self.as_of,
            total=0.0 if newest is None else float(newest["monazite_mt"]),
            newest="" if newest is None else str(newest["as_of"])[:4],
            page=None if newest is None else Link(newest["source_url"], newest["source_publisher"]),
            beaches=self.beach_names,
            share=self.share,
            year=self.year,
            made=0.0 if made is None else made["value"],
            made_in="" if made is None else str(made["source_date"])[:4],
            n=n,
            sure=n - stale,
        )

    @cached_property
    def _made(self) -> pd.Series | None:
        """What is made or processed in a year; None if that was not known."""
        factors = self.reference("chain_factors").set_index("factor")
        return (
            factors.loc["monazite_production_india"] if "monazite_production_india" in factors.index else None
        )

    @property
    def year(self) -> str:
        """The year of the last full count by state; nothing if there was none."""
        return str(self.split["as_of"].iloc[0])[:4] if len(self.split) else ""

    @property
    def only_public(self) -> bool:
        """Whether only government companies may mine beach sand."""
        return self.stage_of.get(_RULE) == "in_force" and _ONLY_PUBLIC in self.facts

    def what_runs(self) -> Paragraph:
        """Say which mines and plants operate in the coastal states, and how sure that is."""
        every = self.running(self.initiatives)
        elsewhere = list(every.loc[~every["initiative_id"].isin(self.operating["initiative_id"]), "title"])
        return paragraph(
            "These are reported to operate." if len(self.operating) else "None is reported to operate.",
            by_confirmation(self.operating),
            " ".join(
                meaning for short, meaning in _SHORT.items() if short in "".join(self.operating["title"])
            ),
            "Also reported to operate, in other states: {elsewhere}." if elsewhere else None,
            "At {made:,.0f} tonnes a year the monazite counted in the ground would last some {years:,.0f}"
            " years. That is a division"
            " of two rounded numbers and no forecast; the amount in the ground alone does not explain the"
            " small output."
            if self._years
            else None,
            elsewhere=elsewhere,
            years=self._years,
            made=0.0 if self._made is None else self._made["value"],
        )

    @property
    def _years(self) -> float:
        total = self.monazite[self.monazite["state_iso"] == "IN"].sort_values("as_of")["monazite_mt"]
        if self._made is None or total.empty:
            return 0.0
        years = float(total.iloc[-1]) * 1e6 / float(self._made["value"])
        return round(years, 2 - len(str(int(years))))

    def law(self) -> Paragraph:
        """Tell the law on beach sand in five lines, as far as it had come."""
        told = self.narrate(_LAW, lines=True)
        end = (
            ""
            if self.only_public
            else "It was not yet the rule that only government companies may mine beach sand."
        )
        return Paragraph("\n\n".join(part for part in (told.text if told else "", end) if part))

    def neighbours(self) -> Paragraph:
        """Say whether the neighbours of Uttar Pradesh have rich coastal sands, as a report said."""
        near = around(_UP)
        sea = [code for code in near if on_coast(code)]
        river = [code for code in near if code in set(self.split["state_iso"])]
        claims = data.load_claims()
        claim = claims.loc[claims["claim_id"] == "neighbours-monazite-coast", "date"]
        known = len(claim) and (self.as_of is None or claim.iloc[0] <= self.as_of)
        return paragraph(
            "A web page citing a newspaper report of {day} says that states next to Uttar Pradesh have"
            " coastal sands rich in monazite."
            if known
            else None,
            "Of its {n:words} neighbours {sea} " + plural(len(sea), "has", "have") + " a sea coast."
            if sea
            else "None of its {n:words} neighbours has a sea coast.",
            "{river} " + plural(len(river), "has", "have") + " monazite in river sands." if river else None,
            day=claim.iloc[0] if known else "",
            n=len(near),
            sea=self._names(sea),
            river=self._names(river),
        )

    def on_the_coast(self) -> Paragraph:
        """Say what names the coastal states, and what the picture shows."""
        return paragraph(
            "{groups} on rare earths are linked to {beaches}.",
            "The picture shows the {n} projects of companies and of states whose place is known, with all"
            " their events. The first"
            " mark of an old mine is the first page found on it, not its start.",
            beaches=self.beach_names,
            groups=group_words(self.named["group"]),
            n=len(self.placed),
        )

    def headline(self) -> str:
        """Return the title of the picture of the projects over time."""
        run = int((self.placed["stage"] == "operating").sum())
        built = int((self.placed["stage"] == "construction").sum())
        many = pluralize(len(self.placed), "project")
        works = f"{built or 'none'} {plural(max(built, 1))} being built"
        return f"On the monazite coast {run} of {many} with a place operate, and {works}"

    def estimates_table(self) -> Table:
        """Show every estimate of monazite."""
        found = self.monazite.sort_values(["state_iso", "as_of"])
        pages = [
            shown.link(*cell) for cell in zip(found["source_url"], found["source_publisher"], strict=True)
        ]
        heads = {"state": "Place", "as_of": "As of", "monazite_mt": "Monazite in situ (Mt)"}
        heads |= {"split_in_source": "Split by state in the source", "page": "Source"}
        caption = "Every estimate of monazite; rows of different dates must not be added up"
        return shown.frame(found.assign(page=pages), columns=heads, caption=caption, rows=len(found))

    def unknown(self) -> Paragraph:
        """List what is not known of the coasts."""
        deposits = self.reference("deposits")
        beach = deposits[deposits["setting"].isin(["beach", "teri"])]
        blank = int(beach["monazite_mt"].isna().sum())
        lines = [
            (True, "What nobody reported, and what happened after {day}."),
            (
                len(self.split),
                "How the monazite is split among the states today: later totals than that of {year} come"
                " without it.",
            ),
            (
                blank,
                "How much {blank} of the {beach} deposits in beaches and red dunes hold: their diamonds are"
                " hollow, which is"
                ' "not known", not "none".',
            ),
            (len(self.operating), "What each plant makes in a year."),
            (
                True,
                "Whether protest, law, land or money holds a project up: all are among the events, and no"
                " single cause is"
                " proven.",
            ),
        ]
        return paragraph(
            "\n".join(f"- {line}" for holds, line in lines if holds),
            day=day_words(self.as_of),
            year=self.year,
            blank=blank,
            beach=len(beach),
        )
