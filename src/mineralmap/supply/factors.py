"""From monazite to magnets and cars: the factors, their ranges, and the draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from ..errors import unknown_name
from ..frames import distinct

#: Same draws every time; any integer would do.
SEED = 20250730
#: Enough for the second digit of a 5 % quantile.
DRAWS = 20_000
#: A range holds 90 % of the draws.
QUANTILES = (0.05, 0.5, 0.95)

#: A factor of one's own: a number, or low, peak (None: flat) and high.
Override = float | tuple[float, float | None, float]


@dataclass(frozen=True)
class Factor:
    """One factor of the chain and the row it rests on; ``scale`` turns the row's unit into its own."""

    name: str
    unit: str
    row: str
    scale: float = 1.0


FACTORS = {
    factor.name: factor
    for factor in (
        Factor("monazite_mined", "t monazite/yr", "monazite_production_india"),
        Factor("reo_content", "t REO/t monazite", "chain_1_reo_in_monazite", 0.01),
        Factor("recovery", "t REO recovered/t REO contained", "chain_2_reo_recovered_of_contained", 0.01),
        Factor("ndpr_share", "t NdPr oxide/t REO", "chain_3_ndpr_in_reo", 0.01),
        Factor("magnets_per_oxide", "t NdFeB magnets/t NdPr oxide", "chain_4_magnets_per_t_ndpr_oxide"),
        Factor("kg_per_car", "kg magnets/electric car", "chain_5_magnet_per_electric_car"),
    )
}

#: Stage of the chain, its unit, and the factor that leads to it from the stage before.
_STAGES = (
    ("monazite mined", "t/yr", "monazite_mined"),
    ("rare-earth oxides contained", "t REO/yr", "reo_content"),
    ("rare-earth oxides recovered", "t REO/yr", "recovery"),
    ("NdPr oxide", "t/yr", "ndpr_share"),
    ("NdFeB magnets", "t/yr", "magnets_per_oxide"),
    ("electric cars", "cars/yr", "kg_per_car"),
)


def _row(factors: pd.DataFrame, name: str) -> pd.Series:
    rows = factors[factors["factor"] == name]
    if rows.empty:
        raise unknown_name("row of chain_factors", name, factors["factor"])
    return rows.iloc[0]


def low_and_high(factors: pd.DataFrame, name: str) -> tuple[float, float]:
    """Return the lowest and the highest figure of a row; one of them may be the only one."""
    figures = _row(factors, name)[["low", "value", "high"]].astype("float64")
    if not figures.max() > 0:
        raise ValueError(f"the row {name!r} of chain_factors has no figure above 0: there is nothing to draw")
    return figures.min(), figures.max()


def _range(factor: Factor, factors: pd.DataFrame) -> tuple[float, float, float]:
    """Return low, peak (NaN: flat) and high of a factor, in its own unit."""
    low, high = low_and_high(factors, factor.row)
    peak = float(_row(factors, factor.row)["value"])
    return low * factor.scale, peak * factor.scale, high * factor.scale


def _caveats(row: pd.Series, low: float, high: float) -> tuple[str, ...]:
    """Return why a factor is weak, in words; empty if it is not."""
    reasons = {
        "one figure, no range": low == high,
        "our arithmetic on the source": row["derived"] == "yes",
        "low confidence": row["confidence"] == "low",
        "sources differ more than twofold": high > 2 * low,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _own_ranges(overrides: Mapping[str, Override] | None) -> dict[str, tuple[float, float, float]]:
    """Return a user's own factors as (low, peak, high)."""
    ranges = {}
    for name, value in (overrides or {}).items():
        if name not in FACTORS:
            raise unknown_name("factor", name, FACTORS)
        low, peak, high = (value, value, value) if isinstance(value, int | float) else value
        if not 0 <= low <= (low if peak is None else peak) <= high:
            raise ValueError(f"{name}: give (low, peak, high) with 0 <= low <= peak <= high; got {value!r}")
        ranges[name] = (low, nan if peak is None else peak, high)
    return ranges


def factor_ranges(factors: pd.DataFrame, *, overrides: Mapping[str, Override] | None = None) -> pd.DataFrame:
    """Return the factors of the chain with their ranges and the rows that they rest on.

    Parameters
    ----------
    factors : DataFrame
        As from `mineralmap.load_chain_factors`.
    overrides : dict, optional
        Factors of your own in place of the table's: name -> number or (low, peak, high); a peak of
        None makes the range flat.

    Returns
    -------
    DataFrame
        One row per factor: ``factor, unit, low, peak`` (missing if flat), ``high, distribution``
        (fixed, triangular, uniform), ``rows`` (tuple of keys of chain_factors; empty if overridden),
        ``caveats`` (tuple of reasons why the factor is weak), ``source_urls`` (tuple).

    Raises
    ------
    UnknownNameError
        If the table lacks a row, or ``overrides`` names no factor.
    ValueError
        If a range of one's own is out of order.

    Examples
    --------
    >>> import mineralmap as mm
    >>> ranges = mm.supply.factor_ranges(mm.load_chain_factors())
    >>> set(ranges["distribution"]) <= {"fixed", "triangular", "uniform"}
    True
    """
    own = _own_ranges(overrides)
    rows = []
    for factor in FACTORS.values():
        if factor.name in own:
            low, peak, high = own[factor.name]
            basis: tuple[Any, ...] = ((), ("given by the caller",), ())
        else:
            low, peak, high = _range(factor, factors)
            row = _row(factors, factor.row)
            basis = ((factor.row,), _caveats(row, low, high), (row["source_url"],))
        shape = "fixed" if low == high else "uniform" if np.isnan(peak) else "triangular"
        rows.append((factor.name, factor.unit, low, peak, high, shape, *basis))
    names = ["factor", "unit", "low", "peak", "high", "distribution", "rows", "caveats", "source_urls"]
    return pd.DataFrame(rows, columns=names)


def draw_factors(ranges: pd.DataFrame, n: int, seed: int) -> dict[str, np.ndarray]:
    """Return n draws of each factor; each has a generator of its own, so that one does not shift another."""
    draws = {}
    for number, row in enumerate(ranges.itertuples()):
        rng = np.random.default_rng([seed, number])
        if row.distribution == "fixed":
            draws[row.factor] = np.full(n, row.low)
        elif row.distribution == "uniform":
            draws[row.factor] = rng.uniform(row.low, row.high, n)
        else:
            draws[row.factor] = rng.triangular(row.low, row.peak, row.high, n)
    return draws


def chain(
    factors: pd.DataFrame,
    monazite: pd.DataFrame | None = None,
    *,
    overrides: Mapping[str, Override] | None = None,
    n: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Follow India's monazite of one year to oxides, NdPr, magnets and electric cars.

    It says what the monazite mined could become if every later step ran, not what is made: see
    `capacities` for that.

    Parameters
    ----------
    factors : DataFrame
        As from `mineralmap.load_chain_factors`.
    monazite : DataFrame, optional
        As from `mineralmap.load_monazite`; then the first row is the newest national resource.
    overrides : dict, optional
        Factors of your own, see `factor_ranges`.
    n : int
        Number of draws.
    seed : int
        Seed of the draws; the same seed gives the same numbers.

    Returns
    -------
    DataFrame
        One row per stage: ``stage, unit, low, median, high`` (5, 50 and 95 % of the draws),
        ``factors, rows`` (all rows of chain_factors used up to here), ``caveats`` (tuple of texts),
        ``source_urls``.

    Raises
    ------
    UnknownNameError
        If a row of the table or a factor is unknown.
    ValueError
        If a range of one's own is out of order, or ``monazite`` has no national total.

    Examples
    --------
    >>> import mineralmap as mm
    >>> table = mm.supply.chain(mm.load_chain_factors())
    >>> bool((table["low"] <= table["high"]).all())
    True
    """
    ranges = factor_ranges(factors, overrides=overrides)
    draws = draw_factors(ranges, n, seed)
    known = ranges.set_index("factor")
    stages = [] if monazite is None else [_in_ground(monazite)]
    running = np.ones(n)
    used: tuple[str, ...] = ()
    for stage, unit, name in _STAGES:
        # A car takes kilograms of what is counted in tonnes.
        running = running * 1000 / draws[name] if name == "kg_per_car" else running * draws[name]
        used += (name,)
        basis = known.loc[list(used)]
        caveats = tuple(f"{factor}: {', '.join(why)}" for factor, why in basis["caveats"].items() if why)
        quantiles = np.quantile(running, QUANTILES)
        rows, urls = distinct(basis["rows"]), distinct(basis["source_urls"])
        stages.append((stage, unit, *quantiles, used, rows, caveats, urls))
    names = ["stage", "unit", "low", "median", "high", "factors", "rows", "caveats", "source_urls"]
    return pd.DataFrame(stages, columns=names)


def _in_ground(monazite: pd.DataFrame) -> tuple[Any, ...]:
    """Return the newest national total as the first stage of the chain."""
    national = monazite[monazite["state_iso"] == "IN"].sort_values("as_of")
    if national.empty:
        raise ValueError("monazite has no row of the whole country (state_iso 'IN')")
    newest = national.iloc[-1]
    tonnes = newest["monazite_mt"] * 1e6
    caveats = ("resource in situ: what of it can be mined is not known",)
    rows = (f"monazite: IN, {newest['as_of']}",)
    return (
        "monazite in the ground", "t", tonnes, tonnes, tonnes, (), rows, caveats, (newest["source_url"],),
    )  # fmt: skip
