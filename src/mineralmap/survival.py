"""Shares over time where not every case was watched to its end, with bands and with refusals.

Kaplan and Meier's estimate and its log-log band are computed as by `scipy.stats.ecdf`, which makes objects
that cost fifty times the arithmetic; what is added are exact limits where nobody or everybody has reached,
and the refusal of a share that too few cases carry.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import nan
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy  # loads its parts when they are first used, so pictures and maps do not wait for them

from .text import pluralize

#: Fewer cases than this give no share and no curve.
MIN_CASES = 10
#: Fewer still observed at a time give no share at that time.
MIN_AT_RISK = 5

__all__ = ["MIN_AT_RISK", "MIN_CASES", "censored", "curve", "shares"]

_Array = npt.NDArray[Any]


def censored(years: _Array, reached: _Array) -> Any:
    """Return times as scipy's data: exact where reached, else cut off on the right.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import numpy as np
    >>> len(mm.survival.censored(np.array([1.0, 2.0]), np.array([True, False])))
    2
    """
    return scipy.stats.CensoredData(uncensored=years[reached], right=years[~reached])


def _limit_of_all(n: Any, confidence: float) -> Any:
    """Return Clopper and Pearson's lower limit of n out of n."""
    return ((1 - confidence) / 2) ** (1 / n)


def _kaplan_meier(years: _Array, reached: _Array, confidence: float) -> dict[str, _Array]:
    """Return the columns of `curve`."""
    times = np.union1d([0.0], years)
    at = np.searchsorted(times, years)
    n_reached, n_censored = (np.bincount(at[who], minlength=len(times)) for who in (reached, ~reached))
    at_risk = len(years) - np.cumsum(n_reached + n_censored) + n_reached + n_censored
    # The band is not defined where nobody or everybody has reached; those rows are filled in below.
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.cumprod((at_risk - n_reached) / at_risk)
        greenwood = np.cumsum(n_reached / (at_risk * (at_risk - n_reached)))
        width = scipy.special.ndtri(1 / 2 + confidence / 2) * np.sqrt(1 / np.log(left) ** 2 * greenwood)
        low, high = (1 - np.exp(-np.exp(np.log(-np.log(left)) + side)) for side in (-width, width))
    none, everybody = np.isclose(left, 1), np.isclose(left, 0)
    return {
        "years": times,
        "n_at_risk": at_risk,
        "n_reached": n_reached,
        "n_censored": n_censored,
        "share": np.where(none, 0.0, 1 - left),
        "low": np.select([none, everybody], [0, _limit_of_all(len(years), confidence)], low),
        "high": np.select([none, everybody], [1 - _limit_of_all(at_risk, confidence), 1], high),
    }


def curve(years: Iterable[float], reached: Iterable[bool], *, confidence: float = 0.95) -> pd.DataFrame:
    """Return Kaplan and Meier's estimate as the share that has reached, with its band.

    Parameters
    ----------
    years : array-like of float
        Time from entry to the step, or to the end of the observation.
    reached : array-like of bool
        Whether the step was taken at that time.
    confidence : float, default 0.95
        Level of the band, for each time on its own.

    Returns
    -------
    DataFrame
        One row per distinct time, from 0: ``years, n_at_risk`` (just before), ``n_reached,
        n_censored`` (at it), ``share`` (0 to 1), ``low, high``. Greenwood's variance on the log-log
        scale; where that is not defined (nobody or everybody has reached) Clopper and Pearson's exact
        limit for those at risk then, or for all.

    Raises
    ------
    ValueError
        If there is no case, or a time is negative or missing.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.survival.curve([1, 2, 3, 4], [True, False, True, False])["share"].round(3).tolist()
    [0.0, 0.25, 0.25, 0.625, 0.625]
    """
    times, fates = np.asarray(years, dtype=float), np.asarray(reached, dtype=bool)
    if not len(times) or len(times) != len(fates):
        raise ValueError(f"need one case at least, each with time and fate; got {len(times)}, {len(fates)}")
    if not (times >= 0).all():
        raise ValueError("times must be known, and 0 or more")
    return pd.DataFrame(_kaplan_meier(times, fates, confidence))


def shares(years: _Array, reached: _Array, at: Iterable[float], confidence: float) -> list[tuple[Any, ...]]:
    """Return ``n_reached, n_at_risk, share, low, high, refused`` for some times.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import numpy as np
    >>> years, reached = np.arange(1.0, 13.0), np.arange(12) % 2 == 0
    >>> n_reached, n_at_risk, *rest = mm.survival.shares(years, reached, [5.0], 0.95)[0]
    >>> int(n_reached), int(n_at_risk)
    (3, 7)
    """
    n, enough = len(years), len(years) >= MIN_CASES
    whole = _kaplan_meier(years, reached, confidence) if enough else {}
    rows: list[tuple[Any, ...]] = []
    for time in at:
        done, still = int((reached & (years <= time)).sum()), int((years > time).sum())
        result: tuple[Any, ...]
        if not enough:
            result = (nan, nan, nan, f"{pluralize(n, 'case')}, fewer than {MIN_CASES}")
        elif still < MIN_AT_RISK and n - done - still:
            result = (nan, nan, nan, f"{still} still observed, fewer than {MIN_AT_RISK}")
        elif done == 0:
            # Nobody yet: the exact limit for those who were observed the whole time.
            result = (0.0, 0.0, 1 - _limit_of_all(still, confidence), None)
        else:
            row = np.searchsorted(whole["years"], time, side="right") - 1
            result = (*(float(whole[name][row]) for name in ("share", "low", "high")), None)
        rows.append((done, still, *result))
    return rows
