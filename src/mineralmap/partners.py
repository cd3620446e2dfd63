"""Who is tied to whom: partner countries, states and the Union, counted from events."""

from __future__ import annotations

__all__ = ["edges"]


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

    rows = events.loc[events["partners"].map(bool), ["event_id", "date", "partners", "states"]]
    rows = rows.assign(states=rows["states"].map(lambda codes: codes or (None,)))
    rows = rows.explode("partners").explode("states")
    rows = rows.rename(columns={"partners": "partner", "states": "state_iso"})
    rows = rows.sort_values(["date", "event_id"])
    groups = rows.groupby(["partner", "state_iso"], dropna=False, sort=True)
    counted = groups.agg(
        n_events=("event_id", "size"),
        first_date=("date", "min"),
        last_date=("date", "max"),
        event_ids=("event_id", tuple),
    ).reset_index()
    return counted.astype({"partner": "str", "state_iso": pd.StringDtype(na_value=float("nan"))})
