"""Who is tied to whom, how concentrated the ties are, and who leads.

A tie is an event with a partner country; ties of a state and ties of the Union alone are kept apart.
Pass events of one scope: a context event is no tie. Who leads is the ``level`` of the initiative: a
state, the Union (``national``), a company, or several countries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._leaders import (
    CAVEATS,
    MIN_PERIOD,
    MIN_TREND,
    MIN_YEARS,
    Trend,
    leaders,
    linear_trend,
    trend,
)

if TYPE_CHECKING:
    import pandas as pd

#: Fewer ties than this give no concentration.
MIN_TIES = 10
#: Column of `matrix` for ties that name no state.
UNION = "Union"

__all__ = [
    "CAVEATS",
    "MIN_PERIOD",
    "MIN_TIES",
    "MIN_TREND",
    "MIN_YEARS",
    "UNION",
    "Concentration",
    "Trend",
    "concentration",
    "edges",
    "leaders",
    "linear_trend",
    "matrix",
    "trend",
]


def edges(events):
    """Count the events that tie each partner country to a state, or to the Union alone.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`; pass ``scope="rare_earth"`` to count rare-earth ties only.

    Returns
    -------
    DataFrame
        One row a pair, sorted by partner, then state: ``partner`` (ISO 3166-1 alpha-3),
        ``state_iso`` (missing where no event of the pair names a state: the tie is the Union's),
        ``n_events, first_date, last_date, event_ids`` (tuple).

    Notes
    -----
    An event that names two states counts for both. An event without a state is never given to one.
    """
    import pandas as pd

    rows = events.loc[events["partners"].astype(bool), ["event_id", "date", "partners", "states"]]
    rows = rows.sort_values(["date", "event_id"])
    pairs = {}
    for event_id, day, partners, states in zip(*(rows[name].to_numpy() for name in rows), strict=True):
        for partner in partners:
            for state in (states if isinstance(states, tuple) else ()) or ("",):
                pairs.setdefault((partner, state), []).append((day, event_id))
    # The tie of the Union alone comes last.
    order = sorted(pairs, key=lambda pair: (pair[0], pair[1] == "", pair[1]))
    found = [pairs[pair] for pair in order]
    return pd.DataFrame(
        {
            "partner": pd.array([partner for partner, _ in order], dtype="str"),
            "state_iso": pd.array([state or None for _, state in order], dtype="str"),
            "n_events": pd.array([len(steps) for steps in found], dtype="int64"),
            "first_date": pd.Series([steps[0][0] for steps in found], dtype=events["date"].dtype),
            "last_date": pd.Series([_last(steps) for steps in found], dtype=events["date"].dtype),
            "event_ids": pd.Series([tuple(one for _, one in steps) for steps in found], dtype="object"),
        }
    )


def _last(steps):
    """Return the last known date of steps that are sorted by it; a missing one stands behind all others."""
    known = [day for day, _ in steps if day == day]
    return known[-1] if known else steps[-1][0]


def matrix(ties, weight="n_events"):
    """Return ties as a table, partners by states.

    Parameters
    ----------
    ties : DataFrame
        As from `edges`; its ``event_ids`` say what stands behind each cell.
    weight : str
        Column of numbers to show.

    Returns
    -------
    DataFrame
        Partners (ISO 3166-1 alpha-3) down, states (ISO 3166-2:IN) across, `UNION` last; both by
        falling sum, ties by code. No tie is 0. An event that names two states counts in both
        columns, so rows do not add up to events.
    """
    named = ties.assign(state_iso=ties["state_iso"].fillna(UNION))
    wide = named.pivot_table(
        index="partner", columns="state_iso", values=weight, aggfunc="sum", fill_value=0
    ).astype(int)
    rows = wide.sum(axis=1).sort_index().sort_values(ascending=False, kind="stable").index
    columns = wide.sum(axis=0).sort_index().sort_values(ascending=False, kind="stable").index
    columns = [code for code in columns if code != UNION] + [code for code in columns if code == UNION]
    return wide.loc[rows, columns].rename_axis(columns=None)


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
    """

    hhi: float
    equal_partners: float
    n: int
    n_partners: int
    shares: pd.DataFrame
    unit: str
    refused: str | None = None

    @property
    def event_ids(self):
        """Ids of the events counted (tuple, sorted)."""
        return tuple(sorted({one for ids in self.shares["event_ids"] for one in ids}))

    def __repr__(self):
        said = self.refused or f"{self.hhi:.3f}"
        return f"Concentration of {self.n_partners} partners over {self.n} {self.unit}: {said}"


def concentration(events, unit="events"):
    """Return how concentrated the ties are on few partners.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`, of one scope. Events without a partner do not count.
    unit : {"events", "initiatives"}
        What has one vote. A long thread has many events and one initiative: show both.

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
    """
    from math import nan

    import pandas as pd

    if unit not in ("events", "initiatives"):
        raise ValueError(f"unit must be events or initiatives; got {unit!r}")
    rows = events.loc[events["partners"].astype(bool), ["event_id", "initiative_id", "partners"]]
    rows = rows.explode("partners").rename(columns={"partners": "partner"})
    key = "event_id" if unit == "events" else "initiative_id"
    votes = rows.drop_duplicates([key, "partner"])
    votes = votes.assign(weight=1 / votes.groupby(key)["partner"].transform("size"))
    weights = votes.groupby("partner")["weight"].sum()
    ids = rows.sort_values("event_id").groupby("partner")["event_id"].agg(tuple)
    n = int(votes[key].nunique())
    shares = pd.DataFrame({"weight": weights, "share": weights / max(n, 1), "event_ids": ids})
    shares = shares.rename_axis("partner").reset_index()
    shares = shares.sort_values(["weight", "partner"], ascending=[False, True], ignore_index=True)
    if n < MIN_TIES:
        refused = f"{n} {unit}, fewer than {MIN_TIES}"
        return Concentration(nan, nan, n, len(shares), shares, unit, refused)
    hhi = float((shares["share"] ** 2).sum())
    return Concentration(hhi, 1 / hhi, n, len(shares), shares, unit)
