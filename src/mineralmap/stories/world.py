"""Who mines the world's rare earths, whether Japan still depends on China, and what India imports."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from .. import codebook, data, supply
from ..frames import row_of
from ..prose import Paragraph, answer, paragraph
from ..tables import Link, Table
from ..tables import frame as frame_table
from ..text import pluralize
from .known import country_words, state_facts

__all__ = ["World"]

_CHINA = "CHN"
#: Per cent of Japan's imports from which it is said to depend still on China.
_STILL = 25


def _part_of_year(period: str) -> str:
    """Return the months of a figure that is not of the whole year, for a bracket."""
    return "" if period == "year" else f"{period}; "


class World:
    """The world's mine output, China's share of Japan's imports, and India's imports of magnets.

    Parameters
    ----------
    country : str, default "IND"
        The country to set beside China, by code or name.

    Raises
    ------
    UnknownNameError
        If there is no such country.
    ValueError
        If the tables have no output, or no share, to tell of.

    Examples
    --------
    >>> import mineralmap as mm
    >>> story = mm.stories.World(country="Australia")
    >>> story.answer().text.startswith("**Answer.** China mined ")
    True
    """

    def __init__(self, *, country: str = "IND") -> None:
        self.country = codebook.country_code(country)
        self._world, self._japan = data.load_world_ree(), data.load_japan_dependence()
        years = supply.world_years(self._world)
        #: Year -> shares of the world's mine output, by country.
        self.shares = {year: supply.world_shares(self._world, year).set_index("iso3") for year in years}
        #: What is counted and its change, as from `mineralmap.supply.japan_change`.
        self.change = supply.japan_change(self._japan)
        if not years or self.lines.empty:
            raise ValueError(
                f"the tables have no mine output from {supply.FIRST_WORLD_YEAR} on, or no share of Japan's "
                "imports: there is nothing to tell"
            )

    def share(self, country: str, year: int, column: str = "share_pct") -> float | None:
        """Return a country's share of a year in per cent, or another column; None if it is not listed."""
        found = self.shares[year]
        return float(found.at[country, column]) if country in found.index else None

    @property
    def newest(self) -> int:
        """The newest year of the world's output."""
        return max(self.shares)

    @cached_property
    def lines(self) -> pd.DataFrame:
        """China's share of Japan's imports, the figures that may be joined to a line."""
        lines = supply.japan_lines(self._japan)
        return lines[lines["joined"]]

    @cached_property
    def one_year(self) -> pd.DataFrame:
        """The figures of the newest year that several definitions tell of, the lowest first."""
        per_year = self.lines.groupby("year")["line"].nunique()
        several = per_year.index[per_year > 1]
        year = (several if len(several) else per_year.index).max()
        return self.lines[self.lines["year"] == year].sort_values("share_from_china_pct")

    def _page(self, row: Any) -> Link:
        return Link(row.source_url, row.source_publisher)

    def answer(self) -> Paragraph:
        """Say how much China mines, and how much of Japan's imports is from China."""
        own, top = self.share(self.country, self.newest), self.share(_CHINA, self.newest) or 0.0
        low, high = self.one_year.iloc[0], self.one_year.iloc[-1]
        fell, rose = (self.change["change_points"] < 0).sum(), (self.change["change_points"] > 0).sum()
        of_year = self._world[self._world["year"] == self.newest]
        page = next(of_year[of_year["iso3"] == _CHINA].itertuples(), next(of_year.itertuples()))
        return answer(
            "China mined {top:.0f}% of the world's rare earths in {year} ({page_world})"
            + (", {name} {own:.1f}%." if own is not None and self.country != _CHINA else "."),
            "And yes, Japan still depends on it: by every figure found for {one_year}, China supplied {low:.0f}% ({low_of}{page_low}) to"
            " {high:.0f}% ({high_of}{page_high}) of what Japan imported, depending on what is counted.",
            "By {fell:none} of {counted:words} measures with figures for two years or more China's share fell, by {rose:none} it rose.",
            top=top,
            year=str(self.newest),
            name=country_words(self.country),
            own=own or 0.0,
            fell=int(fell),
            rose=int(rose),
            counted=len(self.change),
            one_year=str(int(low["year"])),
            low_of=_part_of_year(low["period"]),
            high_of=_part_of_year(high["period"]),
            low=low["share_from_china_pct"],
            high=high["share_from_china_pct"],
            page_world=self._page(page),
            page_low=self._page(low),
            page_high=self._page(high),
            confidence="medium",
            because="high that China mines most, low for any one share of Japan's imports",
        )  # fmt: skip

    def output_table(self) -> Table:
        """Return mine output and shares of China and the country, year by year."""
        name = codebook.labels("country")[self.country]
        rows = []
        for year, found in self.shares.items():
            cells: list[Any] = [str(year), float(found["output_t"].sum())]
            for code in dict.fromkeys((_CHINA, self.country)):
                share = self.share(code, year)
                cells += [self.share(code, year, "output_t"), None if share is None else round(share, 1)]
            rows.append(cells)
        heads = ["Year", "World (t REO)", "China (t REO)", "China's share (%)"]
        heads += [] if self.country == _CHINA else [f"{name} (t REO)", f"{name}, share (%)"]
        return Table(
            heads, rows, "Mine output in tonnes of rare-earth oxide (REO); shares of the sum of the countries"
        )

    def output(self) -> Paragraph:
        """Say how China's share moved, and what the figures do not count."""
        china = {year: self.share(_CHINA, year) or 0.0 for year in self.shares}
        first, lowest, last = min(china), min(china, key=lambda year: china[year]), max(china)
        mined = self._world["preferred"] & (self._world["metric"] == "mine_production")
        notes = self._world["note"].str.contains("quota", case=False, na=False)
        quotas = self._world.loc[mined & (self._world["iso3"] == _CHINA) & notes, "year"]
        entered = [year for year in self.shares if "MMR" in self.shares[year].index]
        return paragraph(
            "China's share",
            "fell from {at_first:.0f}% in {first} to {at_lowest:.0f}% in {lowest} and" if lowest > first else None,
            "was {back} {at_last:.0f}% in {last}.",
            "Part of the first fall is a matter of counting: Myanmar enters the table only in {entered}."
            if entered and min(entered) > first else None,
            "China's figures up to {quota} are its official quotas; undocumented output is not counted." if len(quotas) else None,
            "This is mining alone: there is no yearly series here for separation, metal or magnets.",
            at_first=china[first],
            first=str(first),
            at_lowest=china[lowest],
            lowest=str(lowest),
            back="back at" if first < lowest < last else "at",
            at_last=china[last],
            last=str(last),
            entered=str(min(entered)) if entered else "",
            quota=str(quotas.max()) if len(quotas) else "",
        )  # fmt: skip

    def japan_table(self) -> Table:
        """Return the shares of one year, a row per definition, with the source."""
        year, rows = int(self.one_year["year"].iloc[0]), self.one_year
        counted = pluralize(rows["line"].nunique(), "definition")
        return frame_table(
            rows.assign(page=[self._page(row) for row in rows.itertuples()]),
            columns={
                "line": "What is counted",
                "period": f"Period of {year}",
                "share_from_china_pct": "From China (%)",
                "qualifier": "As stated",
                "confidence": "Confidence",
                "page": "Source",
            },
            caption=f"One year, {counted}: China's share of Japan's rare-earth imports in {year}",
        )

    def _period(self, line: str, year: int) -> str:
        """Return the period of a figure in words."""
        found = self.lines[(self.lines["line"] == line) & (self.lines["year"] == year)]
        months = found["period"].iloc[0]
        return str(year) if months == "year" else f"{months} {year}"

    def japan(self) -> Paragraph:
        """Say which definitions fell and which rose, and what the newest figure is."""
        fell, rose = (self.change[sign * self.change["change_points"] > 0] for sign in (-1, 1))
        starts = fell["first_year"].agg(["min", "max"])
        newest = self.lines.sort_values("year", kind="stable").iloc[-1]
        stop = self._japan["note"].str.contains("stop of September 2010", na=False).any()
        return paragraph(
            "{n:Words} measures have figures for two years or more.",
            "By {fell:words} of them China's share fell; each of these starts between {starts[0]} and {starts[1]}"
            + (", about the time when China stopped shipments (September 2010)." if stop and starts["min"] <= 2010 <= starts["max"] else ".")
            if len(fell) else "By none of them China's share fell.",
            "By {rose:words} it rose: {rises}." if len(rose) else "By none it rose.",
            "They count different things, so no line is drawn from one to another.",
            'The newest figure is {latest:g}% for {period} ("{line}", {page}).',
            n=len(self.change),
            fell=len(fell),
            starts=[str(year) for year in starts],
            rose=len(rose),
            rises=[
                f"from {row.first_pct:g}% in {self._period(row.line, row.first_year)}"
                f" to {row.last_pct:g}% in {self._period(row.line, row.last_year)}"
                for row in rose.itertuples()
            ],
            latest=newest["share_from_china_pct"],
            period=self._period(newest["line"], newest["year"]),
            line=newest["line"],
            page=self._page(newest),
        )  # fmt: skip

    @cached_property
    def imports(self) -> pd.DataFrame:
        """India's imports of magnets; every definition is its own series."""
        return data.load_india_magnet_imports().sort_values(["definition", "fiscal_year"])

    def imports_table(self) -> Table:
        """Return India's imports of magnets, with the source of each row."""
        frame = self.imports
        amounts = zip(frame["value"], frame["value_unit"], strict=True)
        tonnes = ["" if mass != mass else f"{mass:,.10g}" for mass in frame["tonnes"]]
        value = ["" if amount != amount else f"{amount:,.10g} {unit}" for amount, unit in amounts]
        return frame_table(
            frame.assign(tonnes=tonnes, value=value, page=[self._page(row) for row in frame.itertuples()]),
            columns={
                "definition": "What is counted",
                "fiscal_year": "Fiscal year",
                "period": "Months",
                "tonnes": "Tonnes",
                "value": "Value",
                "share_china_qty_pct": "From China, by weight (%)",
                "share_china_value_pct": "by value (%)",
                "page": "Source",
            },
            caption="India's imports of magnets. Rows of different definitions must not be joined.",
            rows=20,
        )

    def india(self) -> Paragraph:
        """Say what India imports, by whose count, and what does not fit."""
        bought, need = data.load_india_magnet_imports(), data.load_chain_factors()
        together, alone, half = (
            row_of(bought, "india_magnet_imports", f"imports-{one}")
            for one in ("2024-25-a", "2024-25-d", "2025-26-a")
        )
        low = row_of(need, "chain_factors", "india_magnet_demand_2025")["value"]
        high = row_of(need, "chain_factors", "india_magnet_requirement_2025")["high"]
        return paragraph(
            "Imports of permanent magnets came to {together} tonnes in {year}, ferrite and rare-earth magnets together ({page_together}).",
            "For rare-earth magnets alone {publisher} gives about {alone} tonnes, {part:.0%} of that total, over {china:.0f}% from China ({page_alone}).",
            "No page read explains how {alone} tonnes of imports fit a need of {low} to {high} tonnes.",
            "In the months {months} of {half_year} imports of finished and unfinished magnets came to {half} tonnes ({page_half}).",
            together=int(together["tonnes"]),
            year=together["fiscal_year"],
            publisher="the rating agency CRISIL",
            alone=int(alone["tonnes"]),
            part=alone["tonnes"] / together["tonnes"],
            china=alone["share_china_qty_pct"],
            low=int(low),
            high=int(high),
            months=half["period"],
            half_year=half["fiscal_year"],
            half=int(half["tonnes"]),
            page_together=self._page(together),
            page_alone=self._page(alone),
            page_half=self._page(half),
        )  # fmt: skip

    def not_known(self) -> Paragraph:
        """Say in a short list what the figures cannot tell."""
        return paragraph(
            "- Who separates the oxides and makes the metal and the magnets: the series is of mines alone.",
            "\n- What is mined without a permit or a quota, in China and in Myanmar.",
            "\n- One share of Japan's imports that counts the same thing from year to year: the figures are those that pages print.",
            "\n- How much of India's imports is rare-earth magnets: customs counts them with ferrite.",
        )

    def check(self) -> None:
        """Make sure of the facts that the story states in words.

        Raises
        ------
        AssertionError
            If one is no longer so.
        """
        bought = self.imports.set_index("import_id")
        alone = bought.loc["imports-2024-25-d"]
        said = f"{alone['source_publisher']} {alone['note']} {alone['definition']}"
        state_facts(
            {
                "China mines more than any other country": self.shares[self.newest].index[0] == _CHINA,
                "Japan buys a quarter or more of its rare earths from China by every measure of the year": self.one_year[
                    "share_from_china_pct"
                ].min()
                >= _STILL,
                "CRISIL counts rare-earth magnets alone": "CRISIL" in said,
                "the table with one year is not the one with changes": set(self.one_year["line"])
                != set(self.change["line"]),
            }
        )
