"""Who is tied to whom, how concentrated the ties are, and who leads.

A tie is an event with a partner country; ties of a state and ties of the Union alone are kept apart.
Pass events of one scope: a context event is no tie. Who leads is the ``level`` of the initiative: a
state, the Union (``national``), a company, or several countries.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import inf, nan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from . import later
from .codebook import codes
from .errors import check_option

scipy = later.load("scipy")  # who draws ties on a map does not wait for statistics, nor needs them

#: Fewer ties than this give no concentration.
MIN_TIES = 10
#: Column of `matrix` for ties that name no state.
UNION = "Union"
#: Fewer cases than this in a period give no share.
MIN_PERIOD = 5
#: Fewer cases than this, or fewer years, give no trend.
MIN_TREND, MIN_YEARS = 20, 5
#: What shares and trends of who leads cannot show.
CAVEATS = (
    "Only reported steps are counted. Recent years were searched more closely than early ones, so "
    "their cases weigh more in the result.",
    "Who leads is one judgement per initiative (its level), also where several work together.",
    "Local papers report states and companies, national ones the Union: a change of the press looks "
    "like a change of policy.",
    "A straight line in the log-odds is assumed; a rise followed by a fall would not show.",
    "A share of cases says nothing of money or tonnes, nor who decides: mining of monazite is by law "
    "the Union's.",
)

__all__ = [
    "CAVEATS",
    "MIN_PERIOD",
    "MIN_TIES",
    "MIN_TREND",
    "MIN_YEARS",
    "UNION",
    "Concentration",
    "concentration",
    "lead_shares",
    "lead_trends",
    "matrix",
    "partner_ties",
]


def partner_ties(events: pd.DataFrame) -> pd.DataFrame:
    """Count the events that tie each partner country to a state, or to the Union alone.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`; pass ``scope="rare_earth"`` to count rare-earth ties only.

    Returns
    -------
    DataFrame
        One row per pair, sorted by partner, then state: ``partner`` (ISO 3166-1 alpha-3),
        ``state_iso`` (missing where no event of the pair names a state: the tie is the Union's),
        ``n_events, first_date, last_date, event_ids`` (tuple).

    Notes
    -----
    An event that names two states counts for both. An event without a state is never given to one.

    Examples
    --------
    >>> import mineralmap as mm
    >>> ties = mm.ties.partner_ties(mm.load_events(scope="rare_earth"))
    >>> ties.columns.tolist()
    ['partner', 'state_iso', 'n_events', 'first_date', 'last_date', 'event_ids']
    """
    rows = events.loc[events["partners"].astype(bool), ["event_id", "date", "partners", "states"]]
    cells = (rows.sort_values(["date", "event_id"])[name].to_numpy() for name in rows)
    # A plain dict: maps wait for it, and a frame per pair takes five times as long.
    pairs: dict[tuple[str, str], list[tuple[Any, str]]] = {}
    for event_id, day, partners, states in zip(*cells, strict=True):
        named = (states if isinstance(states, tuple) else ()) or ("",)
        for pair in product(partners, named):
            pairs.setdefault(pair, []).append((day, event_id))
    # The tie of the Union alone comes last.
    order = sorted(pairs, key=lambda pair: (pair[0], pair[1] == "", pair[1]))
    steps = [pairs[pair] for pair in order]
    days = [[day for day, _ in of_pair] for of_pair in steps]
    return pd.DataFrame(
        {
            "partner": pd.array([partner for partner, _ in order], dtype="str"),
            "state_iso": pd.array([state or None for _, state in order], dtype="str"),
            "n_events": pd.array([len(of_pair) for of_pair in steps], dtype="int64"),
            "first_date": pd.Series([np.fmin.reduce(known) for known in days], dtype=events["date"].dtype),
            "last_date": pd.Series([np.fmax.reduce(known) for known in days], dtype=events["date"].dtype),
            "event_ids": pd.Series(
                [tuple(event_id for _, event_id in of_pair) for of_pair in steps], dtype=object
            ),
        }
    )


def matrix(ties: pd.DataFrame, *, weight: str = "n_events") -> pd.DataFrame:
    """Return ties as a table, partners by states.

    Parameters
    ----------
    ties : DataFrame
        As from `partner_ties`; its ``event_ids`` say what each cell rests on.
    weight : str
        Column of numbers to show.

    Returns
    -------
    DataFrame
        Partners (ISO 3166-1 alpha-3) down, states (ISO 3166-2:IN) across, `UNION` last; both by
        falling sum, equal sums by code. No tie is 0. An event that names two states counts in both
        columns, so rows do not add up to events.

    Examples
    --------
    >>> import mineralmap as mm
    >>> ties = mm.ties.partner_ties(mm.load_events(scope="rare_earth"))
    >>> "JPN" in mm.ties.matrix(ties).index
    True
    """
    wide = ties.assign(state_iso=ties["state_iso"].fillna(UNION)).pivot_table(
        index="partner", columns="state_iso", values=weight, aggfunc="sum", fill_value=0
    )
    order = {
        axis: wide.sum(axis=axis).sort_index().sort_values(ascending=False, kind="stable").index
        for axis in (0, 1)
    }
    columns = sorted(order[0], key=lambda code: code == UNION)
    return wide.astype(int).loc[order[1], columns].rename_axis(columns=None)


@dataclass(frozen=True)
class Concentration:
    """How concentrated the ties are on few partners (Herfindahl and Hirschman's index).

    Attributes
    ----------
    hhi : float
        Sum of squared shares, from 1/(number of partners) to 1; missing if refused. Multiply by
        10,000 for the scale of competition authorities.
    equal_partners : float
        1 / ``hhi``: as many partners with equal shares would give the same index.
    n, n_partners : int
        Ties counted, partners.
    shares : DataFrame
        ``partner, weight`` (ties; a part of one where a tie is shared), ``share, event_ids``.
    unit : str
        ``events`` or ``initiatives``.
    refused : str or None
        Why there is no index.

    Examples
    --------
    >>> import mineralmap as mm
    >>> found = mm.ties.concentration(mm.load_events(scope="rare_earth"))
    >>> 0 < found.hhi <= 1
    True
    """

    hhi: float
    equal_partners: float
    n: int
    n_partners: int
    shares: pd.DataFrame
    unit: str
    refused: str | None = None

    def __repr__(self) -> str:
        index = self.refused or f"{self.hhi:.3f}"
        return f"Concentration of {self.n_partners} partners over {self.n} {self.unit}: {index}"


def concentration(events: pd.DataFrame, *, unit: str = "events") -> Concentration:
    """Return how concentrated the ties are on few partners.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`, of one scope. Events without a partner do not count.
    unit : {"events", "initiatives"}
        What has one vote. A long initiative has many events and one vote: show both.

    Returns
    -------
    Concentration
        Refused for fewer than `MIN_TIES` ties.

    Notes
    -----
    A tie with several partners is split evenly among them, so that a forum of five countries does
    not weigh five times a treaty with one.

    Raises
    ------
    ValueError
        If the unit is neither.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events(scope="rare_earth")
    >>> found = mm.ties.concentration(events, unit="initiatives")
    >>> found.shares.columns.tolist()
    ['partner', 'weight', 'share', 'event_ids']
    """
    check_option("unit", unit, _KEYS)
    key = _KEYS[unit]
    rows = events.loc[events["partners"].astype(bool), ["event_id", "initiative_id", "partners"]]
    rows = rows.explode("partners").rename(columns={"partners": "partner"}).sort_values("event_id")
    votes = rows.drop_duplicates([key, "partner"])
    votes = votes.assign(weight=1 / votes.groupby(key)["partner"].transform("size"))
    n = int(votes[key].nunique())
    weights = votes.groupby("partner")["weight"].sum()
    shares = pd.DataFrame(
        {
            "weight": weights,
            "share": weights / max(n, 1),
            "event_ids": rows.groupby("partner")["event_id"].agg(tuple),
        }
    )
    shares = shares.rename_axis("partner").reset_index()
    shares = shares.sort_values(["weight", "partner"], ascending=[False, True], ignore_index=True)
    if n < MIN_TIES:
        refused = f"{n} {unit}, fewer than {MIN_TIES}"
        return Concentration(nan, nan, n, len(shares), shares, unit, refused)
    hhi = float((shares["share"] ** 2).sum())
    return Concentration(hhi, 1 / hhi, n, len(shares), shares, unit)


_KEYS = {"events": "event_id", "initiatives": "initiative_id"}


def _cases(events: pd.DataFrame, initiatives: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return one row per case: ``event_id, year, level``; an initiative is a case at its first event."""
    check_option("unit", unit, _KEYS)
    levels = initiatives.set_index("initiative_id")["level"].astype("str")
    rows = events.sort_values(["date", "event_id"]).drop_duplicates(_KEYS[unit])
    rows = rows.assign(year=rows["date"].dt.year, level=rows["initiative_id"].map(levels))
    return rows.loc[rows["level"].notna(), ["event_id", "year", "level"]]


def _periods(counts: pd.Series, pool: int) -> list[list[int]]:
    """Join years, oldest first, until each period holds ``pool`` cases; what is left joins the last."""
    periods: list[list[int]] = [[]]
    for year in counts.index:
        if counts.loc[periods[-1]].sum() >= pool:
            periods.append([])
        periods[-1].append(year)
    if len(periods) > 1 and counts.loc[periods[-1]].sum() < pool:
        last = periods.pop()
        periods[-1] += last
    return periods if len(counts) else []


def lead_shares(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    *,
    unit: str = "events",
    pool: int = 1,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the shares of cases led by states, by the Union, by companies and by several countries.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`, of one scope.
    initiatives : DataFrame
        Needs ``initiative_id, level``. Events of others are left out.
    unit : {"events", "initiatives"}
        An initiative is one case, in the year of its first event among those passed.
    pool : int, default 1
        Join years, oldest first, until each period holds as many cases.
    confidence : float
        Level of the intervals (Wilson's).

    Returns
    -------
    DataFrame
        One row per period and level: ``period`` (as ``2009-2014``), ``first_year, last_year, level,
        k`` (cases of the level), ``n`` (all cases), ``share, low, high`` (missing below `MIN_PERIOD`
        cases), ``refused, event_ids``.

    Notes
    -----
    Events of one initiative are not independent, so the intervals of ``unit="events"`` are too
    narrow; those of ``unit="initiatives"`` are the honest ones.

    Raises
    ------
    ValueError
        If the unit is neither.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events(scope="rare_earth")
    >>> shares = mm.ties.lead_shares(events, mm.load_initiatives(), pool=30)
    >>> shares["level"].unique().tolist()
    ['state', 'national', 'company', 'multilateral']
    """
    cases = _cases(events, initiatives, unit)
    rows: list[tuple[Any, ...]] = []
    for years in _periods(cases.groupby("year").size(), pool):
        of_period = cases[cases["year"].isin(years)]
        n, name = len(of_period), "-".join(map(str, dict.fromkeys((years[0], years[-1]))))
        for level in codes("level"):
            event_ids = tuple(of_period.loc[of_period["level"] == level, "event_id"])
            k, result = len(event_ids), (nan, nan, nan, f"{n} cases, fewer than {MIN_PERIOD}")
            if n >= MIN_PERIOD:
                result = (
                    k / n,
                    *scipy.stats.binomtest(k, n).proportion_ci(confidence, method="wilson"),
                    None,
                )
            rows.append((name, years[0], years[-1], level, k, n, *result, event_ids))
    columns = ["period", "first_year", "last_year", "level", "k", "n", "share", "low", "high", "refused"]
    frame = pd.DataFrame(rows, columns=[*columns, "event_ids"])
    return frame.astype({"period": "str", "level": pd.CategoricalDtype(codes("level")), "refused": "str"})


def lead_trends(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    *,
    unit: str = "initiatives",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Test for each level whether its share of the cases changes over the years.

    The row of the states says whether the strategy is being decentralised.

    Parameters
    ----------
    events, initiatives, confidence
        As for `lead_shares`.
    unit : {"initiatives", "events"}
        Initiatives are the honest unit; events of one initiative are not independent.

    Returns
    -------
    DataFrame
        One row per level: ``level, k`` (cases of the level), ``n`` (all cases), ``z, p`` (Cochran and
        Armitage's test for a linear trend, two-sided), ``odds_ratio, low, high`` (factor by which the
        odds change a year, by logistic regression, with Wald's interval; infinite where the years are
        parted so cleanly that no slope fits best), ``refused, event_ids`` (of all cases). Refused for
        fewer than `MIN_TREND` cases or `MIN_YEARS` years, or where no case or every case is of the
        level. `CAVEATS` says what the test cannot show.

    Raises
    ------
    ValueError
        If the unit is neither.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events(scope="rare_earth")
    >>> mm.ties.lead_trends(events, mm.load_initiatives())["level"].tolist()
    ['state', 'national', 'company', 'multilateral']
    """
    cases = _cases(events, initiatives, unit)
    years = cases["year"].to_numpy(float)
    n, n_years = len(cases), len(set(years))
    rows: list[tuple[Any, ...]] = []
    for level in codes("level"):
        led = (cases["level"] == level).to_numpy(float)
        k, refused = int(led.sum()), None
        if n < MIN_TREND:
            refused = f"{n} cases, fewer than {MIN_TREND}"
        elif n_years < MIN_YEARS:
            refused = f"{n_years} years, fewer than {MIN_YEARS}"
        elif k in (0, n):
            refused = f"{k} of {n} cases are of the level {level!r}"
        numbers = (nan,) * 5 if refused else _linear_trend(years, led, confidence)
        rows.append((level, k, n, *numbers, refused, tuple(sorted(cases["event_id"]))))
    columns = ["level", "k", "n", "z", "p", "odds_ratio", "low", "high", "refused", "event_ids"]
    return pd.DataFrame(rows, columns=columns).astype({"level": "str", "refused": "str"})


def _linear_trend(
    years: npt.NDArray[np.float64], led: npt.NDArray[np.float64], confidence: float
) -> tuple[float, float, float, float, float]:
    """Return z and p of the trend, and the odds ratio of a year with its interval."""
    centred = years - years.mean()
    # Cochran and Armitage's statistic is the correlation of the two, scaled.
    z = float(np.corrcoef(centred, led)[0, 1] * sqrt(len(led)))
    p = 2 * scipy.stats.norm.sf(abs(z))
    design = np.column_stack([np.ones_like(centred), centred])

    def score(line: npt.NDArray[np.float64]) -> Any:
        return design.T @ (scipy.special.expit(design @ line) - led)

    def information(line: npt.NDArray[np.float64]) -> Any:
        fitted = scipy.special.expit(design @ line)
        return design.T @ (design * (fitted * (1 - fitted))[:, None])

    fit = scipy.optimize.root(score, [scipy.special.logit(led.mean()), 0.0], jac=information, tol=1e-12)
    if not fit.success or np.linalg.cond(information(fit.x)) > 1e12:
        return z, p, inf if z > 0 else 0.0, 0.0, inf
    width = scipy.stats.norm.ppf((1 + confidence) / 2) * sqrt(np.linalg.inv(information(fit.x))[1, 1])
    slope = fit.x[1]
    return z, p, float(np.exp(slope)), float(np.exp(slope - width)), float(np.exp(slope + width))
