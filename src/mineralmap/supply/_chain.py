"""From monazite to magnets and cars: the factors, their ranges, and the draws."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import UnknownIdError

#: Same draws every time; any integer would do.
SEED = 20250730
#: Enough for the second digit of a 5 % quantile.
DRAWS = 20_000
#: A range holds 90 % of the draws.
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class _Factor:
    """One factor of the chain and the row it rests on; ``scale`` turns the row's unit into its own."""

    name: str
    unit: str
    row: str
    scale: float = 1.0


FACTORS = (
    _Factor("monazite_mined", "t monazite/yr", "monazite_production_india"),
    _Factor("reo_content", "t REO/t monazite", "chain_1_reo_in_monazite", 0.01),
    _Factor("recovery", "t REO recovered/t REO contained", "chain_2_reo_recovered_of_contained", 0.01),
    _Factor("ndpr_share", "t NdPr oxide/t REO", "chain_3_ndpr_in_reo", 0.01),
    _Factor("magnets_per_oxide", "t NdFeB magnets/t NdPr oxide", "chain_4_magnets_per_t_ndpr_oxide"),
    _Factor("kg_per_car", "kg magnets/electric car", "chain_5_magnet_per_electric_car"),
)
_BY_NAME = {factor.name: factor for factor in FACTORS}


def row_of(factors, name):
    """Return one row of the table of factors."""
    found = factors[factors["factor"] == name]
    if found.empty:
        raise UnknownIdError(f"chain_factors lacks the row {name!r}, which the chain needs")
    return found.iloc[0]


def ends(factors, name):
    """Return the lowest and the highest figure of a row; one of them may be the only one."""
    figures = row_of(factors, name)[["low", "value", "high"]].astype("float64")
    return figures.min(), figures.max()


def _range(factor, factors):
    """Return low, peak (None: flat) and high of a factor, in its own unit."""
    peak = float(row_of(factors, factor.row)["value"])
    low, high = (end * factor.scale for end in ends(factors, factor.row))
    return low, None if peak != peak else peak * factor.scale, high


def _weak(factor, factors):
    """Return why a factor is weak, in words; empty if it is not."""
    row = row_of(factors, factor.row)
    low, _, high = _range(factor, factors)
    why = []
    if low == high:
        why.append("one figure, no range")
    if row["derived"] == "yes":
        why.append("our arithmetic on the source")
    if row["confidence"] == "low":
        why.append("low confidence")
    if high > 2 * low:
        why.append("sources differ more than twofold")
    return tuple(why)


def _given(given):
    """Return a user's own factors as (low, peak, high)."""
    import difflib

    found = {}
    for name, value in (given or {}).items():
        if name not in _BY_NAME:
            near = difflib.get_close_matches(str(name), _BY_NAME, n=1)
            raise UnknownIdError(
                f"unknown factor {name!r}; one of {', '.join(_BY_NAME)}"
                + (f"; did you mean {near[0]!r}?" if near else "")
            )
        low, peak, high = (value, value, value) if isinstance(value, (int, float)) else value
        if not 0 <= low <= (low if peak is None else peak) <= high:
            raise ValueError(f"{name}: give (low, peak, high) with 0 <= low <= peak <= high; got {value!r}")
        found[name] = (low, peak, high)
    return found


def factor_ranges(factors, given=None):
    """Return the factors of the chain with their ranges and the rows that they rest on.

    Parameters
    ----------
    factors : DataFrame
        As from `mineralmap.load_chain_factors`.
    given : dict, optional
        Factors of your own in place of the table's: name -> number or (low, peak, high); a peak of
        None makes the range flat.

    Returns
    -------
    DataFrame
        One row a factor: ``factor, unit, low, peak`` (missing if flat), ``high, distribution``
        (fixed, triangular, uniform), ``rows`` (tuple of keys of chain_factors; empty if given),
        ``weak`` (tuple of reasons), ``source_urls`` (tuple).

    Raises
    ------
    UnknownIdError
        If the table lacks a row, or ``given`` names no factor.
    ValueError
        If a given range is out of order.
    """
    import pandas as pd

    own = _given(given)
    out = []
    for factor in FACTORS:
        low, peak, high = own.get(factor.name) or _range(factor, factors)
        kind = "fixed" if low == high else "uniform" if peak is None else "triangular"
        mine = factor.name in own
        out.append(
            {
                "factor": factor.name,
                "unit": factor.unit,
                "low": low,
                "peak": float("nan") if peak is None else peak,
                "high": high,
                "distribution": kind,
                "rows": () if mine else (factor.row,),
                "weak": ("given by the caller",) if mine else _weak(factor, factors),
                "source_urls": () if mine else (row_of(factors, factor.row)["source_url"],),
            }
        )
    return pd.DataFrame(out)


def draw(ranges, n, seed):
    """Return n draws of each factor; each has a generator of its own, so that one does not shift another."""
    import numpy as np

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


#: Stage of the chain, its unit, and the factors that lead to it, after those of the stage before.
_STAGES = (
    ("monazite mined", "t/yr", ("monazite_mined",)),
    ("rare-earth oxides contained", "t REO/yr", ("reo_content",)),
    ("rare-earth oxides recovered", "t REO/yr", ("recovery",)),
    ("NdPr oxide", "t/yr", ("ndpr_share",)),
    ("NdFeB magnets", "t/yr", ("magnets_per_oxide",)),
    ("electric cars", "cars/yr", ("kg_per_car",)),
)


def chain(factors, monazite=None, given=None, n=DRAWS, seed=SEED):
    """Follow India's monazite of one year to oxides, NdPr, magnets and electric cars.

    It says what the monazite mined could become if every later step ran, not what is made: see
    `capacities` for that.

    Parameters
    ----------
    factors : DataFrame
        As from `mineralmap.load_chain_factors`.
    monazite : DataFrame, optional
        As from `mineralmap.load_monazite`; then the first row is the newest national resource.
    given : dict, optional
        Factors of your own, see `factor_ranges`.
    n : int
        Number of draws.
    seed : int
        Seed of the draws; the same seed gives the same numbers.

    Returns
    -------
    DataFrame
        One row a stage: ``stage, unit, low, median, high`` (5, 50 and 95 % of the draws),
        ``factors, rows`` (all rows of chain_factors used up to here), ``weak`` (tuple of texts),
        ``source_urls``.

    Raises
    ------
    UnknownIdError
        If a row of the table or a factor is unknown.
    ValueError
        If a given range is out of order.

    Examples
    --------
    >>> import mineralmap as mm
    >>> table = mm.supply.chain(mm.load_chain_factors())
    >>> bool((table["low"] <= table["high"]).all())
    True
    """
    import numpy as np
    import pandas as pd

    ranges = factor_ranges(factors, given)
    draws = draw(ranges, n, seed)
    known = ranges.set_index("factor")
    out, running, used = [], np.ones(n), []
    if monazite is not None:
        out.append(_in_ground(monazite))
    for stage, unit, names in _STAGES:
        for name in names:
            # A car takes kilograms of what is counted in tonnes.
            running = running * 1000 / draws[name] if name == "kg_per_car" else running * draws[name]
            used.append(name)
        low, median, high = np.quantile(running, QUANTILES)
        part = known.loc[used]
        out.append(
            {
                "stage": stage,
                "unit": unit,
                "low": low,
                "median": median,
                "high": high,
                "factors": tuple(used),
                "rows": _flat(part["rows"]),
                "weak": tuple(f"{name}: {', '.join(why)}" for name, why in part["weak"].items() if why),
                "source_urls": _flat(part["source_urls"]),
            }
        )
    return pd.DataFrame(out)


def _flat(cells):
    return tuple(dict.fromkeys(one for cell in cells for one in cell))


def _in_ground(monazite):
    """Return the newest national total as the first stage of the chain."""
    national = monazite[monazite["state_iso"] == "IN"].sort_values("as_of")
    if national.empty:
        raise ValueError("monazite has no row of the whole country (state_iso 'IN')")
    newest = national.iloc[-1]
    tonnes = newest["monazite_mt"] * 1e6
    return {
        "stage": "monazite in the ground",
        "unit": "t",
        "low": tonnes,
        "median": tonnes,
        "high": tonnes,
        "factors": (),
        "rows": (f"monazite: IN, {newest['as_of']}",),
        "weak": ("resource in situ: what of it can be mined is not known",),
        "source_urls": (newest["source_url"],),
    }
