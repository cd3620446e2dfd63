"""Which link of the chain is the narrowest: what is known of their capacities, in one unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan, nan

import numpy as np
import pandas as pd

from ..errors import check_option
from ..text import join_words
from .factors import DRAWS, FACTORS, QUANTILES, SEED, Override, draw_factors, factor_ranges, low_and_high

#: What is counted: what runs; also what is being built; also what is planned.
UPTO = ("operating", "construction", "planned")
#: Row of the rare-earth metal in a magnet, from which metal is turned into magnets.
_ALLOY = "rare_earth_in_ndfeb"


@dataclass(frozen=True)
class _Link:
    """A link of the chain: where its capacity is stated, and the factors from there to magnets."""

    label: str
    unit: str
    #: Rows of chain_factors that state its capacity or output, from each of `UPTO` on.
    stated: dict[str, str] = field(default_factory=dict)
    factors: tuple[str, ...] = ()
    #: Units of the facilities that belong to it; samarium-cobalt is another magnet.
    facility_units: tuple[str, ...] = ()


_CRACKED = ("reo_content", "recovery", "ndpr_share", "magnets_per_oxide")
_SEPARATED = {
    "operating": "neodymium_output_irel_fy2025",
    "construction": "neodymium_output_irel_fy2026_expected",
    "planned": "neodymium_output_irel_fy2027_planned",
}
_LINKS = {
    "mining": _Link(
        "Mining of monazite", "t monazite/yr", {"operating": "monazite_production_india"}, _CRACKED
    ),
    "cracking": _Link(
        "Cracking of monazite", "t monazite/yr", {"operating": "monazite_processing_capacity_irel"}, _CRACKED
    ),
    "separation": _Link(
        "Separation of neodymium", "t neodymium/yr", _SEPARATED, ("magnets_per_oxide", _ALLOY)
    ),
    "metal": _Link("NdPr metal", "t NdPr metal/yr", {}, (_ALLOY,), ("t/yr NdPr metal",)),
    "magnets": _Link("NdFeB magnets", "t NdFeB magnets/yr", {}, (), ("t/yr NdFeB magnets", "t/yr magnets")),
}
#: Link -> its label, in the order of the chain.
LINKS = {name: link.label for name, link in _LINKS.items()}


def capacities(
    factors: pd.DataFrame,
    facilities: pd.DataFrame,
    *,
    upto: str = "operating",
    overrides: Mapping[str, Override] | None = None,
    n: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Compare the links of the chain in one unit: tonnes of NdFeB magnets a year.

    Parameters
    ----------
    factors : DataFrame
        As from `mineralmap.load_chain_factors`.
    facilities : DataFrame
        As from `mineralmap.load_facilities`.
    upto : {"operating", "construction", "planned"}
        Count facilities that run, or also those being built, or also plans. For separation the
        reported output of neodymium of FY2025, the one expected for FY2026, the plan for FY2027.
    overrides, n, seed
        As in `chain`.

    Returns
    -------
    DataFrame
        One row per link, in the order of the chain: ``link, label`` (both as in `LINKS`),
        ``capacity_low, capacity_high, unit, magnets_low, magnets_median, magnets_high`` (t NdFeB/yr;
        missing where no capacity is known, which is not zero), ``limits`` (``limits``; ``may limit``
        where its range overlaps that of the one that limits; ``no capacity known``; or empty),
        ``rows`` (of chain_factors), ``facility_ids``.

    Raises
    ------
    ValueError
        If ``upto`` is none of the three.
    UnknownNameError
        If ``factors`` lacks a row.

    Notes
    -----
    Separation is counted by reported neodymium, not by nameplate: the plants exist and run below
    it. Whether "neodymium" means metal or oxide is not said; the range covers both. The plant of
    Toyotsu is left out, for its feed is IREL's and its product goes to Japan. The magnet
    scheme's 6,000 t/yr are left out until plants are named: they may be the plants already counted.

    Examples
    --------
    >>> import mineralmap as mm
    >>> table = mm.supply.capacities(mm.load_chain_factors(), mm.load_facilities(), n=1000)
    >>> table["link"].tolist() == list(mm.supply.LINKS)
    True
    """
    check_option("upto", upto, UPTO)
    counted = UPTO[: UPTO.index(upto) + 1]
    ranges = factor_ranges(factors, overrides=overrides)
    rows_of = {_ALLOY: (_ALLOY,), **ranges.set_index("factor")["rows"]}
    rng = np.random.default_rng([seed, len(FACTORS)])
    into_magnets = _into_magnets(draw_factors(ranges, n, seed), low_and_high(factors, _ALLOY), n, rng)
    plants = facilities[facilities["status"].isin(counted) & facilities["capacity_value"].notna()]
    table = []
    for name, link in _LINKS.items():
        rows: tuple[str, ...] = ()
        low = high = nan
        ids = tuple(plants.loc[plants["capacity_unit"].isin(link.facility_units), "facility_id"])
        if link.stated:
            rows = ([link.stated[status] for status in counted if status in link.stated][-1],)
            low, high = low_and_high(factors, rows[0])
        elif ids:
            low = high = float(plants.loc[plants["facility_id"].isin(ids), "capacity_value"].sum())
        magnets = np.full(n, nan) if isnan(low) else rng.uniform(low, high, n) * into_magnets[name]
        if not isnan(low):
            rows += sum((rows_of[factor] for factor in link.factors), ())
        table.append((name, link.label, low, high, link.unit, *np.quantile(magnets, QUANTILES), rows, ids))
    names = ["link", "label", "capacity_low", "capacity_high", "unit"]
    names += ["magnets_low", "magnets_median", "magnets_high", "rows", "facility_ids"]
    frame = pd.DataFrame(table, columns=names)
    frame.insert(names.index("rows"), "limits", _limits(frame))
    return frame


def _into_magnets(
    draws: dict[str, np.ndarray], alloy: tuple[float, float], n: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return draws of the tonnes of magnets from a tonne of each link's product."""
    per_metal = 100 / rng.uniform(*alloy, n)
    as_metal = rng.random(n) < 0.5
    per_monazite = draws["reo_content"] * draws["recovery"] * draws["ndpr_share"] * draws["magnets_per_oxide"]
    return {
        "mining": per_monazite,
        "cracking": per_monazite,
        "separation": np.where(as_metal, per_metal, draws["magnets_per_oxide"]),
        "metal": per_metal,
        "magnets": np.ones(n),
    }


def _limits(frame: pd.DataFrame) -> list[str]:
    """Return for each link whether it is the narrowest."""
    narrowest = frame["magnets_median"].idxmin()
    reach = frame.loc[narrowest, "magnets_high"]
    words: list[str] = np.select(
        [frame["magnets_median"].isna(), frame.index == narrowest, frame["magnets_low"] <= reach],
        ["no capacity known", "limits", "may limit"],
        "",
    ).tolist()
    return words


def bottleneck(table: pd.DataFrame) -> str:
    """Say in a sentence which link limits the chain.

    Parameters
    ----------
    table : DataFrame
        As from `capacities`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> table = mm.supply.capacities(mm.load_chain_factors(), mm.load_facilities(), n=1000)
    >>> isinstance(mm.supply.bottleneck(table), str)
    True
    """
    links = {kind: list(rows) for kind, rows in table.groupby("limits")["link"]}
    narrow = table[table["limits"] == "limits"].iloc[0]
    text = (
        f"Of the links with a known capacity {narrow['link']} limits the chain: enough for "
        f"{narrow['magnets_low']:,.0f} to {narrow['magnets_high']:,.0f} t of NdFeB magnets a year"
    )
    if also := links.get("may limit"):
        text += f"; {join_words(also)} may limit it as well"
    if unknown := links.get("no capacity known"):
        text += f"; no capacity is known for {join_words(unknown)}, which come before all if there is none"
    return f"{text}."
