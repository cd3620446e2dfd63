"""How well an event is attested: independent witnesses, the best kind of page, disputes.

Copies of one story share a witness, so many pages can be one witness. Background
(``context-...``) is none, and a rewrite that names no agency (``agency-unspecified``) counts only
where an event has no other witness.
"""

from __future__ import annotations

__all__ = ["BEST_FIRST", "confirmed", "count_witnesses", "of_events", "of_initiatives", "united"]

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


def united(keys, cells):
    """Return for each key the union of its tuples, in order of first appearance.

    Parameters
    ----------
    keys : Series of str
    cells : Series of tuple

    Returns
    -------
    dict
        Key -> tuple. Plain lists: a frame for each of hundreds of short groups takes ten times as long.
    """
    found = {}
    for key, cell in zip(keys, cells, strict=True):
        if key != key:  # a missing key is none
            continue
        found.setdefault(key, {}).update(dict.fromkeys(cell))
    return {key: tuple(parts) for key, parts in found.items()}


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

    named = {}
    for event_id, witness in zip(links["event_id"], links["witness"], strict=True):
        if isinstance(witness, str) and not witness.startswith("context-"):
            named.setdefault(event_id, set()).add(witness)
    # A rewrite that names no agency is a witness only where it is the only one.
    counts = {one: max(len(found - {"agency-unspecified"}), 1) for one, found in sorted(named.items())}
    index = pd.Index(counts.keys(), dtype="str", name="event_id")
    return pd.Series(list(counts.values()), index=index, name="witness", dtype="int64")


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

    rank = {kind: number for number, kind in enumerate(BEST_FIRST)}
    rank_of_page = dict(
        zip(sources["source_id"], map(rank.get, sources["kind"].astype("object")), strict=True)
    )
    best = {}
    for event_id, source_id, witness in zip(
        links["event_id"], links["source_id"], links["witness"], strict=True
    ):
        number = rank_of_page.get(source_id)
        background = isinstance(witness, str) and witness.startswith("context-")
        if number is not None and not background:
            best[event_id] = min(best.get(event_id, number), number)
    witnesses = event_ids.map(count_witnesses(links)).fillna(0).astype("int64")
    fields = united(conflicts["event_id"], conflicts["field"].map(lambda name: (name,)))
    disputed = event_ids.map(lambda one: fields.get(one, ()))
    return pd.DataFrame(
        {
            "n_witnesses": witnesses,
            "single_source": witnesses < 2,
            "best_source_kind": pd.Categorical.from_codes(
                [best.get(one, -1) for one in event_ids], BEST_FIRST, ordered=True
            ),
            "disputed": disputed.astype("object"),
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
    import pandas as pd

    fields = united(events["initiative_id"], events["disputed"])
    index = pd.Index(sorted(fields), dtype="str", name="initiative_id")
    newest = events[confirmed(events)].groupby("initiative_id")["date"].max()
    return pd.DataFrame(
        {
            "last_confirmed": newest.reindex(index),
            "disputed": pd.Series([fields[one] for one in index], index=index, dtype="object"),
        }
    )
