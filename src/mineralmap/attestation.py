"""How well an event is attested: independent witnesses, the best kind of page, disputes.

Copies of one story share a witness, so many pages can be one witness. Background is none, and a
rewrite that names no agency counts only where an event has no other witness.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from . import codebook
from .frames import union_tuples

__all__ = [
    "PRIMARY_KINDS",
    "SOURCE_RANK",
    "attest",
    "confirmed",
    "count_witnesses",
    "independent",
    "is_background",
]

#: Kind of page -> its rank, 0 for the strongest: those who act, those who report, those who repeat.
SOURCE_RANK = {kind: rank for rank, kind in enumerate(codebook.codes("source_kind"))}
#: A page of one of these kinds confirms a step by itself: who acts speaks of the act.
PRIMARY_KINDS = codebook.codes("source_kind", "party")
#: How the keys of witnesses begin that are background, and the key of an agency that a page does not name.
_BACKGROUND, _UNNAMED_AGENCY = "context-", "agency-unspecified"


def is_background(witness: pd.Series) -> pd.Series:
    """Tell which pages are background to an event and no witness of it (Series of bool)."""
    return witness.str.startswith(_BACKGROUND).fillna(False).astype(bool)


def independent(witnesses: Iterable[object]) -> set[str]:
    """Return the independent ones among the witnesses of an event; a missing one is none."""
    named = {one for one in witnesses if isinstance(one, str) and not one.startswith(_BACKGROUND)}
    return named - {_UNNAMED_AGENCY} or named


def count_witnesses(event_sources: pd.DataFrame) -> pd.Series:
    """Return the number of independent witnesses by event.

    Parameters
    ----------
    event_sources : DataFrame
        As from `mineralmap.load_event_sources`: ``event_id, witness``.

    Returns
    -------
    Series of int
        Indexed by ``event_id``; an event without a witness is absent.
    """
    named: dict[str, list[object]] = {}
    for event_id, witness in zip(event_sources["event_id"], event_sources["witness"], strict=True):
        named.setdefault(event_id, []).append(witness)
    counts = {event_id: len(independent(found)) for event_id, found in sorted(named.items())}
    counts = {event_id: n for event_id, n in counts.items() if n}
    index = pd.Index(counts.keys(), dtype="str", name="event_id")
    return pd.Series(list(counts.values()), index=index, name="n_witnesses", dtype="int64")


def attest(
    event_ids: pd.Series, event_sources: pd.DataFrame, sources: pd.DataFrame, conflicts: pd.DataFrame
) -> pd.DataFrame:
    """Return how well events are attested.

    Parameters
    ----------
    event_ids : Series of str
    event_sources, sources, conflicts : DataFrame
        As from the loaders of these names.

    Returns
    -------
    DataFrame
        Indexed like ``event_ids``: ``n_witnesses`` (int), ``single_source`` (bool: fewer than two
        independent witnesses), ``best_source_kind`` (categorical, strongest first), ``disputed``
        (tuple of the fields on which sources differ).
    """
    reports = event_sources[~is_background(event_sources["witness"])]
    ranks = reports["source_id"].map(
        dict(zip(sources["source_id"], sources["kind"].astype("str").map(SOURCE_RANK), strict=True))
    )
    best = ranks.groupby(reports["event_id"]).min()
    witnesses = event_ids.map(count_witnesses(event_sources)).fillna(0).astype("int64")
    fields = union_tuples(conflicts["event_id"], ((name,) for name in conflicts["field"]))
    return pd.DataFrame(
        {
            "n_witnesses": witnesses,
            "single_source": witnesses < 2,
            "best_source_kind": pd.Categorical.from_codes(
                event_ids.map(best).fillna(-1).astype("int64"), list(SOURCE_RANK), ordered=True
            ),
            "disputed": pd.Series(
                [fields.get(one, ()) for one in event_ids], index=event_ids.index, dtype="object"
            ),
        }
    )


def confirmed(events: pd.DataFrame) -> pd.Series:
    """Tell which events two independent witnesses report, or those who act state themselves.

    Parameters
    ----------
    events : DataFrame
        Events with the columns of `attest`.

    Returns
    -------
    Series of bool
        Indexed like ``events``.
    """
    return (events["n_witnesses"] >= 2) | events["best_source_kind"].isin(PRIMARY_KINDS)
