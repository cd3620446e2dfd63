"""How well an event is attested: independent witnesses, the best kind of page, disputes.

Copies of one story share a witness, so many pages can be one witness. Background
(``context-...``) is none, and a rewrite that names no agency (``agency-unspecified``) counts only
where an event has no other witness.
"""

from __future__ import annotations

__all__ = ["BEST_FIRST", "confirmed", "count_witnesses", "of_events", "of_initiatives"]

#: Kinds of page, the strongest first: those who act, those who report, those who repeat.
BEST_FIRST = (
    "government",
    "company",
    "wire",
    "newspaper",
    "trade_press",
    "think_tank",
    "forum",
    "aggregator",
)
#: A page of one of these kinds confirms a step by itself: who acts speaks of the act.
_OWN_WORD = ("government", "company")


def count_witnesses(links):
    """Return the number of independent witnesses by event.

    Parameters
    ----------
    links : DataFrame
        As from `mineralmap.load_event_sources`: ``event_id, witness``.

    Returns
    -------
    Series of int
        Indexed by ``event_id``; an event without a witness is absent.
    """
    import pandas as pd

    named = links.loc[~links["witness"].str.startswith("context-"), ["event_id", "witness"]]
    vague = named["witness"] == "agency-unspecified"
    sure = named[~vague].groupby("event_id")["witness"].nunique()
    rest = named[vague & ~named["event_id"].isin(sure.index)].groupby("event_id")["witness"].nunique()
    return pd.concat([sure, rest])


def of_events(event_ids, links, sources, conflicts):
    """Return how well events are attested.

    Parameters
    ----------
    event_ids : Series of str
    links, sources, conflicts : DataFrame
        As from `load_event_sources`, `load_sources`, `load_conflicts`.

    Returns
    -------
    DataFrame
        Indexed like ``event_ids``: ``n_witnesses`` (int), ``single_source`` (bool: fewer than two
        independent witnesses), ``best_source_kind`` (categorical, strongest first), ``disputed``
        (tuple of the fields on which sources differ).
    """
    import pandas as pd

    order = pd.CategoricalDtype(BEST_FIRST, ordered=True)
    background = links["witness"].str.startswith("context-")
    kinds = links[~background].merge(sources[["source_id", "kind"]], on="source_id")
    best = kinds.assign(kind=kinds["kind"].astype(str).astype(order)).groupby("event_id")["kind"].min()
    witnesses = event_ids.map(count_witnesses(links)).fillna(0).astype("int64")
    fields = conflicts.groupby("event_id")["field"].agg(lambda names: tuple(dict.fromkeys(names)))
    disputed = event_ids.map(fields)
    return pd.DataFrame(
        {
            "n_witnesses": witnesses,
            "single_source": witnesses < 2,
            "best_source_kind": event_ids.map(best).astype(str).astype(order),
            "disputed": disputed.where(
                disputed.notna(), pd.Series([()] * len(disputed), index=disputed.index)
            ),
        }
    )


def confirmed(events):
    """Tell which events two independent witnesses report, or a government or a company states itself.

    Parameters
    ----------
    events : DataFrame
        Events with the columns of `of_events`.

    Returns
    -------
    Series of bool
        Indexed like ``events``.
    """
    return (events["n_witnesses"] >= 2) | events["best_source_kind"].isin(_OWN_WORD)


def of_initiatives(events):
    """Return when each initiative was last confirmed, and what is disputed about it.

    Parameters
    ----------
    events : DataFrame
        Events with the columns of `of_events`.

    Returns
    -------
    DataFrame
        Indexed by ``initiative_id``: ``last_confirmed`` (date of the newest `confirmed` step;
        missing if there is none), ``disputed`` (tuple of fields).
    """
    sure = events[confirmed(events)]
    threads = events.groupby("initiative_id")
    frame = threads["disputed"].agg(lambda cells: tuple(dict.fromkeys(f for cell in cells for f in cell)))
    return (
        sure.groupby("initiative_id")["date"]
        .max()
        .rename("last_confirmed")
        .to_frame()
        .join(frame.rename("disputed"), how="right")
    )
