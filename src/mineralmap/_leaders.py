"""Who leads: shares of states, the Union and companies by year, and whether they change.

Reached through `mineralmap.partners`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import survival

if TYPE_CHECKING:
    import pandas as pd

#: Fewer cases than this in a period give no share.
MIN_PERIOD = 5
#: Fewer cases than this, or fewer years, give no trend.
MIN_TREND, MIN_YEARS = 20, 5
CAVEATS = (
    "Only reported steps are counted. Recent years were searched more closely than early ones, and "
    "most cases are of the last two years: they decide the result.",
    "Who leads is one judgement an initiative (its level), also where several work together.",
    "Local papers report states and companies, national ones the Union: a change of the press looks "
    "like a change of policy.",
    "A straight line in the log-odds is assumed; a rise followed by a fall would not show.",
    "A share of cases says nothing of money or tonnes, nor who decides: mining of monazite is by law "
    "the Union's.",
)


def _led(events, initiatives, unit):
    """Return one row a case: ``event_id, year, level``; an initiative is a case at its first event."""
    if unit not in ("events", "initiatives"):
        raise ValueError(f"unit must be events or initiatives; got {unit!r}")
    levels = initiatives.set_index("initiative_id")["level"].astype("str")
    rows = events[["event_id", "initiative_id", "date"]].sort_values(["date", "event_id"])
    if unit == "initiatives":
        rows = rows.drop_duplicates("initiative_id")
    rows = rows.assign(year=rows["date"].dt.year, level=rows["initiative_id"].map(levels))
    return rows[rows["level"].notna()]


def _periods(counts, pool):
    """Join years, oldest first, until each period holds ``pool`` cases; what is left joins the last."""
    periods, open_years, held = [], [], 0
    for year, n in counts.items():
        open_years.append(year)
        held += n
        if held >= pool:
            periods.append(open_years)
            open_years, held = [], 0
    if open_years and periods:
        periods[-1] = periods[-1] + open_years
    elif open_years:
        periods.append(open_years)
    return periods


def leaders(events, initiatives, unit="events", pool=None, confidence=0.95):
    """Return the shares of cases led by states, by the Union, by companies and by several countries.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`, of one scope.
    initiatives : DataFrame
        Needs ``initiative_id, level``. Events of others are left out.
    unit : {"events", "initiatives"}
        An initiative is one case, in the year of its first event among those handed in.
    pool : int, optional
        Join years, oldest first, until each period holds as many cases.
    confidence : float
        Level of the intervals (Wilson's).

    Returns
    -------
    DataFrame
        One row a period and level: ``period`` (as ``2009-2014``), ``first_year, last_year, level,
        k`` (cases of the level), ``n`` (all cases), ``share, low, high`` (missing below `MIN_PERIOD`
        cases), ``refused, event_ids``.

    Notes
    -----
    Events of one thread are not independent, so the intervals of ``unit="events"`` are too narrow;
    those of ``unit="initiatives"`` are the honest ones.
    """
    from math import nan

    import pandas as pd

    from .schema import LEVELS

    cases = _led(events, initiatives, unit)
    counts = cases.groupby("year").size()
    years = _periods(counts, pool) if pool else [[year] for year in counts.index]
    rows = []
    for some in years:
        held = cases[cases["year"].isin(some)]
        name = str(some[0]) if len(some) == 1 else f"{some[0]}-{some[-1]}"
        for level in LEVELS:
            own = held[held["level"] == level]
            share = low = high = nan
            refused = None
            if len(held) < MIN_PERIOD:
                refused = f"{len(held)} cases, fewer than {MIN_PERIOD}"
            else:
                share = len(own) / len(held)
                low, high = survival.wilson(len(own), len(held), confidence)
            ids = tuple(own["event_id"])
            rows.append((name, some[0], some[-1], level, len(own), len(held), share, low, high, refused, ids))
    columns = ["period", "first_year", "last_year", "level", "k", "n", "share", "low", "high", "refused"]
    frame = pd.DataFrame(rows, columns=[*columns, "event_ids"])
    return frame.astype(
        {"period": "str", "level": pd.CategoricalDtype(list(LEVELS), ordered=False), "refused": "str"}
    )


@dataclass(frozen=True)
class Trend:
    """A change of one level's share over the years.

    Attributes
    ----------
    level, unit : str
        Whose share, of what.
    n, k : int
        Cases, and cases of the level.
    first_year, last_year : int
        Years of the cases.
    z, p : float
        Cochran and Armitage's test for a linear trend, two-sided; missing if refused.
    odds_ratio, low, high : float
        Factor by which the odds change a year (logistic regression), with its interval.
    refused : str or None
        Why there is no test.
    caveats : tuple of str
        What the test cannot show.
    cases : DataFrame
        ``event_id, initiative_id, date, year, level``.
    """

    level: str
    unit: str
    n: int
    k: int
    first_year: int
    last_year: int
    z: float
    p: float
    odds_ratio: float
    low: float
    high: float
    cases: pd.DataFrame
    refused: str | None = None
    caveats: tuple = CAVEATS

    @property
    def event_ids(self):
        """Ids of the events counted (tuple, sorted)."""
        return tuple(sorted(self.cases["event_id"]))

    def __repr__(self):
        said = self.refused or f"odds x {self.odds_ratio:.2f} a year ({self.low:.2f} to {self.high:.2f})"
        return f"Trend of the {self.level} share, {self.k} of {self.n} {self.unit}: {said}"


def linear_trend(scores, hits, totals, confidence=0.95):
    """Test whether a share changes linearly with a score (Cochran and Armitage), and by how much.

    Parameters
    ----------
    scores : array-like of float
        The score of each group, as a year.
    hits, totals : array-like of int
        Cases with the property, and all cases, of each group.
    confidence : float
        Level of the interval.

    Returns
    -------
    z, p : float
        Statistic and two-sided p-value.
    slope, low, high : float
        Change of the log-odds for one unit of the score, with Wald's interval; infinite where the
        groups are parted so cleanly that no slope fits best.
    """
    from math import erfc, sqrt
    from statistics import NormalDist

    import numpy as np

    x, k, n = (np.asarray(values, dtype=float) for values in (scores, hits, totals))
    mean, share = (n * x).sum() / n.sum(), k.sum() / n.sum()
    x = x - mean
    spread = (n * x**2).sum()
    z = (x * k).sum() / np.sqrt(share * (1 - share) * spread)
    p = erfc(abs(z) / sqrt(2))  # both tails of the normal distribution
    # Newton's method for the two numbers of the logistic line.
    line = np.array([np.log(share / (1 - share)), 0.0])
    design = np.column_stack([np.ones_like(x), x])
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-np.clip(design @ line, -500, 500)))
        information = design.T @ (design * (n * fitted * (1 - fitted))[:, None])
        if np.linalg.cond(information) > 1e12:
            return z, p, np.sign(z) * np.inf, -np.inf, np.inf
        step = np.linalg.solve(information, design.T @ (k - n * fitted))
        line = line + step
        if np.abs(step).max() < 1e-10:
            break
    else:
        return z, p, np.sign(z) * np.inf, -np.inf, np.inf
    width = NormalDist().inv_cdf((1 + confidence) / 2) * np.sqrt(np.linalg.inv(information)[1, 1])
    return float(z), float(p), float(line[1]), float(line[1] - width), float(line[1] + width)


def trend(events, initiatives, level="state", unit="initiatives", confidence=0.95):
    """Test whether the share of one level changes over the years.

    With ``level="state"`` it asks whether the strategy is being decentralised.

    Parameters
    ----------
    events, initiatives, confidence
        As for `leaders`.
    level : {"state", "national", "company", "multilateral"}
        Whose share.
    unit : {"initiatives", "events"}
        Initiatives are the honest unit; events of one thread are not independent.

    Returns
    -------
    Trend
        Refused for fewer than `MIN_TREND` cases or `MIN_YEARS` years, or where no case or every case
        is of the level.

    Raises
    ------
    UnknownIdError
        If the level is not known.
    """
    from math import exp, nan

    from .errors import UnknownIdError
    from .schema import LEVELS

    if level not in LEVELS:
        raise UnknownIdError(f"unknown level {level!r}; one of {', '.join(LEVELS)}")
    cases = _led(events, initiatives, unit).reset_index(drop=True)
    hit = cases["level"] == level
    years = hit.groupby(cases["year"]).agg(["sum", "size"])
    n, k = len(cases), int(hit.sum())
    first, last = (int(years.index.min()), int(years.index.max())) if n else (0, 0)
    refused = None
    if n < MIN_TREND:
        refused = f"{n} cases, fewer than {MIN_TREND}"
    elif len(years) < MIN_YEARS:
        refused = f"{len(years)} years, fewer than {MIN_YEARS}"
    elif k in (0, n):
        refused = f"{k} of {n} cases are of the level {level!r}"
    if refused:
        return Trend(level, unit, n, k, first, last, nan, nan, nan, nan, nan, cases, refused)
    z, p, slope, low, high = linear_trend(years.index, years["sum"], years["size"], confidence)
    return Trend(level, unit, n, k, first, last, z, p, exp(slope), exp(low), exp(high), cases)
