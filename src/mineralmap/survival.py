"""Kaplan and Meier's estimate, read as the share that has taken a step by a time.

Few cases give no share, and a time that few were watched for gives none either: a number that
nobody should quote is not printed.
"""

from __future__ import annotations

#: Fewer cases than this give no share and no curve.
MIN_CASES = 10
#: Fewer still watched at a time give no share at that time.
MIN_AT_RISK = 5

__all__ = ["MIN_AT_RISK", "MIN_CASES", "curve", "holm", "logrank", "shares", "wilson"]


def curve(years, reached, confidence=0.95):
    """Return Kaplan and Meier's estimate as the share that has reached, with its band.

    Parameters
    ----------
    years : array-like of float
        Time from entry to the step, or to the end of watching.
    reached : array-like of bool
        Whether the step was taken at that time.
    confidence : float, default 0.95
        Level of the band, for each time on its own.

    Returns
    -------
    DataFrame
        One row a distinct time, from 0: ``years, n_at_risk`` (just before), ``n_reached, n_censored``
        (at it), ``share`` (0 to 1), ``low, high``. Greenwood's variance on the log-log scale; where
        that is not defined (nobody or everybody has reached) Clopper and Pearson's exact limit for
        those at risk then, or for all.

    Raises
    ------
    ValueError
        If there is no case, or a time is negative or missing.
    """
    import warnings

    import numpy as np
    import pandas as pd
    from scipy import stats

    years, reached = np.asarray(years, dtype=float), np.asarray(reached, dtype=bool)
    if not len(years) or len(years) != len(reached):
        raise ValueError(f"need one case at least, each with time and fate; got {len(years)}, {len(reached)}")
    if not (years >= 0).all():
        raise ValueError("times must be known, and 0 or more")
    left = stats.ecdf(_censored(years, reached)).sf
    with warnings.catch_warnings():
        # scipy warns where the log-log band is not defined; those rows are filled in below.
        warnings.simplefilter("ignore", RuntimeWarning)
        band = left.confidence_interval(confidence, method="log-log")
    times = left.quantiles
    at_risk = (years >= times[:, None]).sum(axis=1)
    same = years == times[:, None]
    share, low, high = 1 - left.probabilities, 1 - band.high.probabilities, 1 - band.low.probabilities
    none, everybody = np.isclose(share, 0), np.isclose(share, 1)
    low = np.select([none, everybody], [0, _exact(len(years), confidence)], low)
    high = np.select([none, everybody], [1 - _exact(at_risk, confidence), 1], high)
    frame = pd.DataFrame(
        {
            "years": times,
            "n_at_risk": at_risk,
            "n_reached": (same & reached).sum(axis=1),
            "n_censored": (same & ~reached).sum(axis=1),
            "share": np.where(none, 0.0, share),
            "low": low,
            "high": high,
        }
    )
    if times[0] == 0:
        return frame
    top = 1 - _exact(len(years), confidence)
    start = pd.DataFrame([(0.0, len(years), 0, 0, 0.0, 0.0, top)], columns=frame.columns)
    return pd.concat([start, frame], ignore_index=True)


def _censored(years, reached):
    from scipy import stats

    return stats.CensoredData(uncensored=years[reached], right=years[~reached])


def _exact(n, confidence):
    """Return Clopper and Pearson's lower limit of n out of n."""
    return ((1 - confidence) / 2) ** (1 / n)


def shares(years, reached, at, confidence=0.95):
    """Return the share that has reached at some times, or why it is refused.

    Parameters
    ----------
    years, reached, confidence
        As for `curve`.
    at : sequence of float
        Times, in the unit of ``years``.

    Returns
    -------
    list of tuple
        For each time ``(n_reached, n_at_risk, share, low, high, refused)``: counts by then and still
        watched then; NaN and a reason where there are fewer than `MIN_CASES` cases, or fewer than
        `MIN_AT_RISK` still watched while the fate of some is not known.
    """
    from math import nan

    import numpy as np

    years, reached = np.asarray(years, dtype=float), np.asarray(reached, dtype=bool)
    enough = len(years) >= MIN_CASES
    whole = curve(years, reached, confidence) if enough else None
    rows = []
    for time in at:
        done, still = int((reached & (years <= time)).sum()), int((years > time).sum())
        lost = len(years) - done - still
        if not enough:
            rows.append((done, still, nan, nan, nan, f"{len(years)} cases, fewer than {MIN_CASES}"))
        elif still < MIN_AT_RISK and lost:
            rows.append((done, still, nan, nan, nan, f"{still} still watched, fewer than {MIN_AT_RISK}"))
        else:
            row = whole[whole["years"] <= time].iloc[-1]
            # Nobody yet: the exact limit for those who were watched the whole time.
            high = 1 - _exact(still, confidence) if done == 0 else row["high"]
            rows.append((done, still, float(row["share"]), float(row["low"]), float(high), None))
    return rows


def wilson(successes, n, confidence=0.95):
    """Return the interval of a share of ``n`` cases (Wilson 1927): low and high, 0 to 1."""
    from math import sqrt
    from statistics import NormalDist

    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def logrank(years, reached, inside):
    """Return statistic and two-sided p-value of the log-rank test of ``inside`` against the others.

    Parameters
    ----------
    years, reached
        As for `curve`.
    inside : array-like of bool
        Who belongs to the first group.
    """
    import numpy as np
    from scipy import stats

    years, reached = np.asarray(years, dtype=float), np.asarray(reached, dtype=bool)
    inside = np.asarray(inside, dtype=bool)
    sides = [_censored(years[side], reached[side]) for side in (inside, ~inside)]
    test = stats.logrank(*sides)
    return float(test.statistic), float(test.pvalue)


def holm(p, tests=None):
    """Return p-values adjusted for several tests at once (Holm's step-down method).

    Parameters
    ----------
    p : Series of float
        Missing where no test was made.
    tests : int, optional
        How many tests there were; as many as there are p-values if left out.
    """
    known = p.dropna().sort_values()
    tests = len(known) if tests is None else tests
    factors = [max(tests - place, 1) for place in range(len(known))]
    return (known * factors).cummax().clip(upper=1).reindex(p.index)
