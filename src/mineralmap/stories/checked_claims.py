"""Which claims about India's rare earths hold, and which could be known to hold on the day of the report."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from .. import claims, data, stages
from ..prose import Paragraph, answer, day_words, paragraph
from ..stages import Day
from ..supply import japan_change
from ..tables import Folded, Link, Table
from ..tables import events as events_table
from ..text import format_date, join_words
from .known import state_facts

__all__ = ["CheckedClaims"]

#: The verdicts besides "supported", in the order of the answer.
_OTHERS = ("contradicted", "mixed", "not decidable")


class CheckedClaims:
    """The claims, what the tables say of each now, and what they said on an earlier day.

    Parameters
    ----------
    then : str or date
        The day to compare with, as that of the newspaper report behind the claims.
    as_of : str or date, optional
        Only what was known on this day; everything in the tables if left out.

    Raises
    ------
    ValueError
        If a day is no date, or there is no claim.

    Examples
    --------
    >>> import mineralmap as mm
    >>> story = mm.stories.CheckedClaims(then="2025-07-30")
    >>> len(story.then_and_now().rows) == len(mm.load_claims())
    True
    """

    def __init__(self, *, then: Day, as_of: Day | None = None) -> None:
        self.then, self.as_of = stages.as_date(then, "then"), as_of
        self.events = data.load_events(as_of=as_of)
        #: As from `mineralmap.claims.check_all`, supported ones first.
        self.checked = claims.check_all(as_of=as_of).sort_values(["verdict", "claim_id"])
        self.now = self.checked.set_index("claim_id")
        if self.now.empty:
            raise ValueError("the table of claims has no row: there is nothing to tell")

    @cached_property
    def before(self) -> pd.DataFrame:
        """The same on the earlier day, by the id of the claim."""
        return claims.check_all(as_of=self.then).set_index("claim_id")

    def figure(self, claim_id: str, name: str) -> Any:
        """Return a figure behind a verdict; 0 if nothing was known."""
        return self.now.at[claim_id, "figures"].get(name, 0) if claim_id in self.now.index else 0

    def answer(self) -> Paragraph:
        """Say how many claims hold, which is contradicted, and which is left open though sources speak of it."""
        counts = self.now["verdict"].value_counts()
        supported = [
            f'"{text.rstrip(".")}"' for text in self.now.loc[self.now["verdict"] == "supported", "text"]
        ]
        others = [
            paragraph("{n:words} " + ("is" if counts[one] == 1 else "are") + f" {one}", n=counts[one]).text
            for one in _OTHERS
            if counts.get(one, 0)
        ]
        contradicted = [
            text.rstrip(".") for text in self.now.loc[self.now["verdict"] == "contradicted", "text"]
        ]
        against = self.now.loc[self.now["verdict"] == "contradicted", "links"]
        pages = [Link(*one) for links in against for one in links][:2]
        table = data.load_claims()
        origin, cited = table.iloc[0], table["made_by"].str.contains("citing")
        lucknow, japan = (
            self.figure("talks-in-lucknow", f"origins for {place}") for place in ("Lucknow", "Japan")
        )
        verdict = self.now["verdict"].get("talks-in-lucknow")
        open_place = verdict == "not decidable" and lucknow + japan
        return answer(
            "{held:None} of {n} claims " + ("is" if len(supported) == 1 else "are") + " supported" + (": {supported}." if supported else "."),
            "Of the others {counted}." if others else None,
            "All are on one page ({page}): {own:words} its own, {cited:words} from a newspaper report of {report} that it cites.",
            'Contradicted: "{texts}" ({pages_against}).' if pages else 'Contradicted: "{texts}".' if contradicted else None,
            "Where the talks with Japan took place is open: {lucknow:none} of the independent sources "
            + ("says" if lucknow == 1 else "say") + " Lucknow, {japan:none} " + ("says" if japan == 1 else "say") + " Japan."
            if open_place else None,
            n=len(self.now),
            page=Link(origin["source_url"], origin["published_in"]),
            report=table["date"].min(),
            held=len(supported),
            supported="; ".join(supported),
            counted=join_words(others),
            cited=int(cited.sum()),
            own=int((~cited).sum()),
            texts='"; "'.join(contradicted),
            pages_against=pages,
            lucknow=lucknow,
            japan=japan,
            confidence="medium",
            because='low wherever the verdict is "not decidable", for what nobody reported is not in our data',
            events=self._weightiest(),
            as_of=self.as_of,
        )  # fmt: skip

    def _weightiest(self) -> list[str]:
        """Return an event of each verdict that was reached, the claims with few events first."""
        decided = self.now[(self.now["verdict"] != "not decidable") & self.now["event_ids"].astype(bool)]
        order = decided.sort_values("event_ids", key=lambda cells: cells.map(len), kind="stable")
        return [ids[0] for ids in order["event_ids"]]

    def table(self) -> Table:
        """Return every claim with its verdict, the reason and the sources."""
        return claims.as_table(self.checked, caption=f"{len(self.checked)} claims, supported ones first")

    def then_and_now(self) -> Table:
        """Return the verdicts on the earlier day and now."""
        day = format_date(self.then)
        rows = [
            (self.now.at[one, "text"], str(self.before.at[one, "verdict"]), str(self.now.at[one, "verdict"]), self.before.at[one, "why"])
            for one in self.now.index
        ]  # fmt: skip
        columns = ("Claim", f"On {day}", f"On {day_words(self.as_of)}", f"Why, on {day}")
        return Table(columns, rows, "The verdicts by what was known on two days")

    def changed(self) -> Paragraph:
        """Say which verdicts changed between the two days."""
        before, now = self.before["verdict"].astype(str), self.now["verdict"].astype(str)
        days = [self.then, stages.resolve_as_of(data.load_events(), self.as_of)]
        if days[1] < days[0]:
            before, now, days = now, before, days[::-1]
        moved = [one for one in self.now.index if before[one] != now[one]]
        same = self.now.index.difference(moved)
        shifted = [one for one in same if self.before.at[one, "figures"] != self.now.at[one, "figures"]]
        return paragraph(
            ("Between {first} and {last} {moved:words} " + ("verdicts" if len(moved) > 1 else "verdict") + " changed: {changes}.")
            if moved else "No verdict changed between {first} and {last}.",
            "For {shifted:words} of the others the evidence changed but not the verdict." if shifted else None,
            "For a past day only pages dated by then are used, so an early verdict may reflect missing pages.",
            first=format_date(days[0]),
            last=format_date(days[1]),
            moved=len(moved),
            changes="; ".join(f'"{self.now.at[one, "text"].rstrip(".")}" ({before[one]}, then {now[one]})' for one in moved),
            shifted=len(shifted),
        )  # fmt: skip

    def evidence(self) -> Folded:
        """Return what each verdict rests on, folded: the reason, the events with their sources, other tables."""
        sections = []
        for row in self.checked.itertuples():
            seen = self.events[self.events["event_id"].isin(row.event_ids)]
            parts: list[str | Table] = [row.why]
            parts += [f"What would decide it: {row.would_decide}"] if row.would_decide else []
            parts += [events_table(seen, caption="Events it rests on", rows=6)] if len(seen) else []
            sections.append((f"{row.verdict.capitalize()}: {row.text}", [*parts, *self._more(row.claim_id)]))
        return Folded(sections)

    def _more(self, claim_id: str) -> list[Table]:
        """Return what a verdict rests on besides events."""
        if claim_id == "talks-in-lucknow":
            conflicts = data.load_conflicts()
            of_claim = conflicts["event_id"].isin(self.now.at[claim_id, "event_ids"]) & (
                conflicts["field"] == "place"
            )
            rows = conflicts.loc[of_claim, ["value_a", "value_b", "chosen", "why"]].itertuples(index=False)
            return [Table(("One reading", "Another", "Taken", "Why"), rows, "The readings of the place")]
        if claim_id == "neighbours-monazite-coast":
            links = [Link(*one) for one in self.now.at[claim_id, "links"]]
            return [Table(("Source",), [(link,) for link in links], "Pages on the monazite")] if links else []
        if claim_id == "japan-leaves-china":
            change = japan_change(claims.Evidence(as_of=self.as_of)["japan_dependence"])
            cells = [
                (row.line, f"{row.first_pct:g}% in {row.first_year}", f"{row.last_pct:g}% in {row.last_year}", round(row.change_points, 1))
                for row in change.itertuples()
            ]  # fmt: skip
            columns = ("What is counted", "First", "Last", "Change (points)")
            return [
                Table(
                    columns, cells, "China's share of Japan's rare-earth imports, each definition by itself"
                )
            ]
        return []

    def origins(self) -> Table:
        """Return where the claims come from."""
        table = data.load_claims()
        rows = [
            (made_by, number, Link(url, name))
            for (made_by, name, url), number in table.groupby(["made_by", "published_in", "source_url"])
            .size()
            .items()
        ]
        return Table(("Made by", "Claims", "Page"), rows, "Where the claims come from")

    def not_known(self) -> Paragraph:
        """Say in a short list what the verdicts cannot tell."""
        return paragraph(
            "- What the newspaper itself wrote on {report}: its page could not be read, and the page that makes the claims only in part.",
            "\n- Whether a claim that is not decidable is true: what nobody reported is not in our data, and a verdict is about these alone.",
            "\n- Whether another fair reader would ask for one independent source or three, for one measure or ten: a rule is a choice.",
            report=data.load_claims()["date"].min(),
        )

    def check(self) -> None:
        """Make sure of the facts that the story states in words.

        Raises
        ------
        AssertionError
            If one is no longer so.
        """
        conflicts = data.load_conflicts()
        place = conflicts[conflicts["field"] == "place"]
        table = data.load_claims()
        state_facts(
            {
                "a reading of the place is Lucknow": "Lucknow" in {*place["value_a"], *place["value_b"]},
                "all claims are on one page": table["source_url"].nunique() == 1,
                "the page cites the report": table["note"]
                .str.contains("the day of the newspaper report")
                .any(),
            }
        )
