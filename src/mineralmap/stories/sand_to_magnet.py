"""How far India's own rare earths would reach, from beach sand to magnets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from .. import data, supply
from ..frames import distinct, is_missing, row_of
from ..prose import Paragraph, answer, paragraph
from ..supply.factors import Override
from ..tables import Link, Table
from ..tables import frame as frame_table
from ..text import format_date, join_words
from .known import state_facts

__all__ = ["SandToMagnet"]

_STEPS = {"mine": "Mine", "separation": "Cracking or separation", "metal": "Metal", "magnet": "Magnets"}
_STATUS = ("operating", "construction", "planned", "suspended", "closed")
_FACTORS = (
    "Monazite mined in a year",
    "Oxide in monazite",
    "Share of it recovered",
    "NdPr in the oxide",
    "Magnets made of NdPr oxide",
    "Magnets in an electric car",
)
_NARROW = {"limits": "the narrowest known", "may limit": "may be as narrow"}
_COUNTED = {
    "operating": "The table counts only what runs.",
    "construction": "The table also counts what is being built.",
    "planned": "The table also counts what is being built or planned.",
}


#: A report that does not fit the output of neodymium on which the narrowest step rests.
_RIVAL = "ndpr_oxide_output_irel"
_WASHING = "alappad-beach-washing"


def _of_output(narrowest: pd.Series) -> bool:
    """Say whether a step is measured by what it made, not by what it could make."""
    return bool(narrowest["rows"]) and "_output_" in narrowest["rows"][0]


def _two(number: float) -> float:
    """Return a number with two digits: the factors know no third."""
    return float(f"{number:.2g}")


def _span(low: float, high: float) -> str:
    return "" if low != low else f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


_TOYOTSU = "toyotsu-rare-earths-india-visakhapatnam"


class SandToMagnet:
    """What a year's monazite could become, and which step of the chain is the narrowest.

    Parameters
    ----------
    upto : {"operating", "construction", "planned"}
        Count what runs; or also what is being built; or also what is planned.
    own : dict, optional
        Factors of your own, as ``overrides`` of `mineralmap.supply.factor_ranges`.

    Raises
    ------
    ValueError
        If ``upto`` is none of the three, or a range is out of order.
    UnknownNameError
        If a factor is not known.

    Examples
    --------
    >>> import mineralmap as mm
    >>> story = mm.stories.SandToMagnet(upto="planned", own={"monazite_mined": 10000})
    >>> story.flow_table().rows[0][:2]
    ['monazite mined', 't/yr']
    """

    def __init__(self, *, upto: str = "operating", own: Mapping[str, Override] | None = None) -> None:
        self.upto, self.own = upto, dict(own or {})
        self.factors, self.facilities = data.load_chain_factors(), data.load_facilities()
        self.number = self.factors.set_index("factor")
        #: As from `mineralmap.supply.chain`.
        self.flow = supply.chain(self.factors, overrides=self.own)
        #: As from `mineralmap.supply.capacities`, of what is counted.
        self.table = self._capacities(upto)

    def _capacities(self, upto: str) -> pd.DataFrame:
        frame = supply.capacities(self.factors, self.facilities, upto=upto, overrides=self.own)
        return frame.set_index("link")

    @cached_property
    def links_of_chain(self) -> pd.DataFrame:
        """The facilities that are a step of the chain."""
        return self.facilities[self.facilities["kind"].isin(list(_STEPS))]

    @property
    def running(self) -> pd.DataFrame:
        """The mines and plants of the chain that run by the last report."""
        return self.links_of_chain[self.links_of_chain["status"] == "operating"]

    def plants(self) -> gpd.GeoDataFrame:
        """Return the mines and plants with a known place, for the map, with their ``step``."""
        placed = self.links_of_chain[self.links_of_chain["lat"].notna()]
        return placed.assign(step=placed["kind"].map(_STEPS))

    def headline(self) -> str:
        """Return the finding of the map in a line."""
        unsure, magnets = int(self.running["unconfirmed"].eq(True).sum()), self._magnets
        return (
            f"{len(self.running)} mines and plants run by the last report, {unsure or 'none'} of them unconfirmed; "
            + ("no" if len(magnets) == len(self._cobalt) else "a")
            + " running plant for neodymium magnets is known"
        )

    @property
    def _magnets(self) -> pd.DataFrame:
        return self.running[self.running["kind"] == "magnet"]

    @property
    def _cobalt(self) -> pd.DataFrame:
        return self._magnets[self._magnets["capacity_unit"].fillna("").str.contains("SmCo")]

    def _figure(self, factor: str, column: str = "value") -> float:
        """Return a figure of a row, on which a sentence rests."""
        number = row_of(self.number.reset_index(), "chain_factors", factor)[column]
        if is_missing(number) or number <= 0:
            raise ValueError(
                f"the row {factor!r} of chain_factors has no {column} above 0: there is nothing to tell"
            )
        return float(number)

    def _page(self, factor: str) -> Link:
        row = row_of(self.factors, "chain_factors", factor)
        return Link(row["source_url"], row["source_publisher"])

    def answer(self) -> Paragraph:
        """Say how many magnets a year's monazite could become, and which step is the narrowest."""
        today = self._capacities("operating")
        made, mined = (self.flow.set_index("stage").loc[one] for one in ("NdFeB magnets", "monazite mined"))
        low, high = _two(made["low"]), _two(made["high"])
        need = self._figure("india_magnet_demand_2025")
        most = self._figure("india_magnet_requirement_2025", "high")
        narrowest = today[today["limits"] == "limits"].iloc[0]
        whole = {"metal": "the metal", "magnets": "the magnets themselves"}
        unknown = [whole.get(link, link) for link in today.index[today["limits"] == "no capacity known"]]
        chain_rows = self.factors[self.factors["factor"].str.startswith("chain_")]
        weak = int(chain_rows["note"].str.startswith("Weak:").sum())
        return answer(
            "The {mined} tonnes of monazite a year that India "
            + ("is taken to mine" if "monazite_mined" in self.own else "produced or processed, by a report of {reported},")
            + " could become about {made} tonnes of neodymium magnets if every later step ran: at"
            " most {share:.0%} of the {need} tonnes that the country is reported to need ({page_low}, {page_high}).",
            "Of the steps with a known output or capacity, {narrowest} is the narrowest: "
            + ("reported output" if _of_output(narrowest) else "its capacity")
            + " would do for about {enough} tonnes ({page_narrow})"
            + (", and no running capacity is known for {unknown}." if unknown else "."),
            "A rival report, that IREL makes {rival} tonnes of NdPr oxide a year ({page_rival}), would change this." if self._rival_changes(today) else None,
            "These figures use factors of your own." if self.own else None,
            mined=_span(*(_two(mined[end]) for end in ("low", "high"))),
            reported=str(self.number.at["monazite_production_india", "source_date"])[:4],
            rival=int(self._figure(_RIVAL)),
            page_rival=self._page(_RIVAL),
            made=_span(low, high),
            share=high / need,
            need=_span(need, most),
            narrowest=str(narrowest.name),
            enough=_span(_two(narrowest["magnets_low"]), _two(narrowest["magnets_high"])),
            unknown=join_words(unknown, "or"),
            page_low=self._page("india_magnet_demand_2025"),
            page_high=self._page("india_magnet_requirement_2025"),
            page_narrow=self._page(narrowest["rows"][0]) if narrowest["rows"] else "",
            confidence="low",
            because=f"{weak} of {len(chain_rows)} steps rest on the design of one plant, on monazite that is not known to be Indian, or on estimates",
        )  # fmt: skip

    def _rival_changes(self, today: pd.DataFrame) -> bool:
        """Say whether the rival report of IREL's output would take separation from being the narrowest step."""
        links = today[today["magnets_high"].notna()]
        at = self.flow.set_index("stage")
        per_tonne = at.at["NdFeB magnets", "median"] / at.at["NdPr oxide", "median"]
        rival = self._figure(_RIVAL) * per_tonne
        limits = list(links.index[links["limits"] == "limits"])
        return limits == ["separation"] and bool(rival > links["magnets_high"].drop("separation").min())

    def by_status(self) -> Table:
        """Return the mines and plants by step and status."""
        counts = self.links_of_chain.groupby(["kind", "status"], observed=True).size().unstack(fill_value=0)
        counts = counts.reindex(index=list(_STEPS), columns=list(_STATUS), fill_value=0)
        unsure = self.running[self.running["unconfirmed"].eq(True)].groupby("kind", observed=True).size()
        counts.insert(1, "unsure", unsure.reindex(list(_STEPS), fill_value=0))
        return frame_table(
            counts.rename(index=_STEPS).rename_axis("step").reset_index(),
            columns={"step": "Step", "operating": "Operating", "unsure": "Of these unconfirmed"}
            | {status: status.capitalize() for status in _STATUS[1:]},
            caption="Mines and plants by step and status, those without a known place too",
        )

    def confirmed(self) -> Paragraph:
        """Say which mines and plants are confirmed to run, and what the magnet and metal plants make."""
        unsure = self.running["unconfirmed"].eq(True)
        sure = self.running[~unsure].sort_values("last_confirmed")
        days = [format_date(row.last_confirmed, row.confirmed_precision) for row in sure.itertuples()] or [""]
        lapsed = [
            f"{row.name} ("
            + ("never confirmed" if is_missing(row.last_confirmed)
               else f"last in {format_date(row.last_confirmed, row.confirmed_precision)}") + ")"
            for row in self.running.loc[unsure, ["name", "last_confirmed", "confirmed_precision"]].itertuples(index=False)
        ]  # fmt: skip
        metal = self.running[self.running["kind"] == "metal"]
        recycling = self.facilities.query("kind == 'recycling' and status == 'operating'")["name"]
        only_cobalt = len(self._magnets) == len(self._cobalt) == 1
        return paragraph(
            '"Operating" says that work is reported, not that output is large.',
            ("Of the {n:words} mines and plants that run by the last report {sure:words} " + ("is" if len(sure) == 1 else "are") + " confirmed, "
             + ("in {last}" if days[0] == days[-1] else "between {first} and {last}") + ", by {who}.") if len(sure)
            else "None of the {n:words} mines and plants that run by the last report is confirmed.",
            "Unconfirmed: {lapsed}." if lapsed else None,
            "No magnet plant is reported to run." if self._magnets.empty
            else "The one magnet plant that runs makes samarium-cobalt magnets, {tonnes} tonnes a year by design; it is not in the sums below."
            if only_cobalt
            else "Of the magnet plants that run ({magnet}) {cobalt:none} make samarium-cobalt magnets, which are not in the sums below.",
            "The washing of beach sand at Alappad is counted apart, though it is a part of the mining around Chavara."
            if _WASHING in set(self.running["facility_id"]) else None,
            "Recycling is not in this chain: {recycling} " + ("runs" if len(recycling) == 1 else "run") + ", too, by the last report."
            if len(recycling) else None,
            "No metal plant is reported to run." if metal.empty
            else "Of the metal plants that run ({metal}) {pilot:none} have no capacity that we found and so are not in the sums below.",
            n=len(self.running),
            sure=len(sure),
            first=days[0],
            last=days[-1],
            who=list(distinct(sure["confirmed_by"])),
            recycling=list(recycling),
            lapsed=join_words(lapsed),
            tonnes=int(self._cobalt["capacity_value"].sum()),
            magnet=len(self._magnets),
            cobalt=len(self._cobalt),
            metal=len(metal),
            pilot=int(metal["capacity_value"].isna().sum()),
        )  # fmt: skip

    def flow_table(self, *, full: bool = False) -> Table:
        """Return what a year's monazite could become; ``full``: the cracking plant's design in its place."""
        flow, caption = self.flow, "From the monazite of a year: middle and 90 % range, two digits"
        if full:
            design = self._figure("monazite_processing_capacity_irel")
            flow = supply.chain(self.factors, overrides={**self.own, "monazite_mined": design})
            caption = f"If the cracking plant in Odisha ran full, {design:,.0f} t of monazite a year: a supposition, not a plan"
        rows = [
            (stage.stage, stage.unit, _two(stage.low), _two(stage.median), _two(stage.high))
            for stage in flow.itertuples()
        ]
        return Table(("What", "Unit", "Low", "Middle", "High"), rows, caption)

    def factor_table(self) -> Table:
        """Return the factors of the sum, why each is weak, and its source."""
        ranges = supply.factor_ranges(self.factors, overrides=self.own)
        publisher = dict(zip(self.factors["source_url"], self.factors["source_publisher"], strict=True))
        rows = [
            (word, row.unit, row.low, row.peak, row.high, row.caveats, tuple(Link(url, publisher[url]) for url in row.source_urls))
            for word, row in zip(_FACTORS, ranges.itertuples(), strict=True)
        ]  # fmt: skip
        return Table(
            ("Factor", "Unit", "Low", "Peak", "High", "Why it is weak", "Source"),
            rows,
            "The factors of the sum",
        )

    def other_figures(self) -> Paragraph:
        """Say which figures of others do not fit these."""
        world = data.load_world_ree()
        mined = world["preferred"] & (world["metric"] == "mine_production")
        india = world[mined & (world["iso3"] == "IND")].sort_values("year")
        india = india[india["value"].notna()]
        usgs = india["value"].iloc[-1] if len(india) else 0.0
        unchanged = india["value"].eq(usgs)[::-1].cummin()[::-1]  # the last run of years with one figure
        at = self.flow.set_index("stage")
        held = [_two(at.at["rare-earth oxides contained", end]) for end in ("low", "high")]
        return paragraph(
            None if india.empty else "Other figures do not fit these. The US Geological Survey counts {usgs} tonnes of oxide for India in every year since {since},",
            None if india.empty else "more than" if usgs > held[1] else "against",
            None if india.empty else "the {held} that {mined} tonnes of monazite hold; it notes that the Department of Atomic Energy does not disclose the output.",
            "One report says that the Centre-owned company IREL makes {oxide} tonnes of NdPr oxide a year ({page_oxide}); an"
            " official of IREL named {neodymium} tonnes of neodymium for the fiscal year 2025 ({page_neodymium}), on which the next picture rests.",
            usgs=int(usgs),
            since=str(india.loc[unchanged, "year"].min()),
            held=_span(*held),
            mined=_span(*(_two(at.at["monazite mined", end]) for end in ("low", "high"))),
            oxide=int(self._figure("ndpr_oxide_output_irel")),
            neodymium=_span(*(self._figure("neodymium_output_irel_fy2025", end) for end in ("low", "high"))),
            page_oxide=self._page("ndpr_oxide_output_irel"),
            page_neodymium=self._page("neodymium_output_irel_fy2025"),
        )  # fmt: skip

    def capacity_table(self) -> Table:
        """Return the capacity of each step in tonnes of magnets, with its sources."""
        pages = self.factors.set_index("factor")[["source_url", "source_publisher"]]
        named = self.facilities.set_index("facility_id")[["source_url", "name"]]
        rows = []
        for row in self.table.itertuples():
            own_rows: tuple[Any, ...] = row.rows[:1] if not row.facility_ids else ()
            rests_on = [pages.loc[one] for one in own_rows] + [named.loc[one] for one in row.facility_ids]
            enough = _span(_two(row.magnets_low), _two(row.magnets_high))
            cells = (row.label, _span(row.capacity_low, row.capacity_high), row.unit, enough)
            rows.append(
                (*cells, _NARROW.get(row.limits, row.limits), tuple(Link(*page) for page in rests_on))
            )
        columns = (
            "Step",
            "Capacity or output",
            "Unit",
            "Enough for magnets (t a year)",
            "Which is narrow",
            "Source",
        )
        return Table(columns, rows, f"Counted up to: {self.upto}. Empty: not known")

    def if_built(self) -> Paragraph:
        """Say which step would be the narrowest if all plans were built, and how uncertain the need is."""
        plans = self._capacities("planned")
        last = plans.index[plans["limits"] == "limits"][0]
        magnets = self.facilities[self.facilities["facility_id"].isin(plans.at["magnets", "facility_ids"])]
        planned = magnets.loc[magnets["status"] != "operating", "capacity_value"].sum()
        enough = _two(plans.at["mining", "magnets_high"])
        return paragraph(
            '"Not known" is not zero. But a step that does not run stops all that follow.',
            _COUNTED[self.upto],
            "If all plans were built, {last} would be the narrowest: the magnet plants that are planned or being built and name a size add up"
            " to {planned} tonnes a year, the Centre's magnet scheme is for {scheme} ({page_scheme}), and the monazite of a year is enough for"
            " about {enough} at most.",
            "The rest would have to come from more mining, recycling or imports." if enough < planned else None,
            "India's need is itself uncertain: {demand} tonnes by one report ({page_demand}), {requirement} by another ({page_requirement}).",
            last=str(last),
            planned=int(planned),
            scheme=int(self._figure("repm_scheme_capacity")),
            enough=int(enough),
            demand=int(self._figure("india_magnet_demand_2025")),
            requirement=_span(*(self._figure("india_magnet_requirement_2025", end) for end in ("low", "high"))),
            page_scheme=self._page("repm_scheme_capacity"),
            page_demand=self._page("india_magnet_demand_2025"),
            page_requirement=self._page("india_magnet_requirement_2025"),
        )  # fmt: skip

    def not_known(self) -> Paragraph:
        """Say in a short list what the sum cannot tell."""
        toyotsu = row_of(self.facilities, "facilities", _TOYOTSU)
        return paragraph(
            "- What India separates by plant and year: we found no figure. The sum says what could be made, not what will be.",
            "\n- How much of Indian monazite's rare earths is NdPr: the sum takes the middle between a benchmark of other countries and a"
            " supplier's sheet that does not say where the ore came from.",
            "\n- How much neodymium IREL makes now: {expected} tonnes were forecast for the fiscal year 2026, and a later edition dropped the figure.",
            "\n- What the plant of Toyotsu near Visakhapatnam makes"
            + ("" if is_missing(toyotsu["capacity_value"]) else ", {capacity:,.0f} tonnes by design")
            + (", and whether it still runs." if not is_missing(toyotsu["unconfirmed"]) and toyotsu["unconfirmed"] else "."),
            "\n- Recycling, imported oxide and deposits in hard rock: they are not in the sum.",
            expected=int(self._figure("neodymium_output_irel_fy2026_expected")),
            capacity=toyotsu["capacity_value"],
        )  # fmt: skip

    def check(self) -> None:
        """Make sure of the facts that the story states in words.

        Raises
        ------
        AssertionError
            If one is no longer so.
        """
        number, today = self.number, self._capacities("operating")
        ndpr = str(number.at["chain_3_ndpr_in_reo", "note"])
        toyotsu = row_of(self.facilities, "facilities", _TOYOTSU)
        rests_on = str(number.at["neodymium_output_irel_fy2026_expected", "note"])
        state_facts(
            {
                "NdPr is the middle of a benchmark and a supplier's sheet": "supplier" in ndpr
                and "midpoint" in ndpr,
                "separation rests on the official of IREL": today.at["separation", "rows"][0]
                == "neodymium_output_irel_fy2025",
                "washing at Alappad is a part of the mining around Chavara": "part of the mining around Chavara"
                in str(self.facilities.set_index("facility_id").at[_WASHING, "note"]),
                "monazite is produced or processed by a dated report": "4,000 t per annum"
                in str(number.at["monazite_production_india", "note"]),
                "a later edition dropped the forecast": "dropped the 200" in rests_on,
                "the capacity of Toyotsu today is not published": "capacity today is not published"
                in str(toyotsu["note"]).lower(),
            }
        )
