"""How well an event is attested: independent origins, a party's own word, the best page, disputes.

A page has a role for an event (vocabulary ``role``), and only one that reports it bears witness. Its
``origin`` is where the report comes from: copies, rewrites and digests of one text share it, and so do
all words of the parties to one act. An event has one origin unless its rows say in writing why another
is independent (``why_independent``); `mineralmap.validate` refuses a second one without a reason.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import codebook
from .frames import is_missing, union_tuples
from .text import format_date, join_words

__all__ = [
    "SOURCE_RANK",
    "attest",
    "confirmation",
    "confirmed",
    "count_witnesses",
    "newest_page",
    "reports",
    "tells",
]

#: Kind of page -> its rank, 0 for the strongest: those who act, those who report, those who repeat.
SOURCE_RANK = {kind: rank for rank, kind in enumerate(codebook.codes("source_kind"))}


def reports(event_sources: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of pages that report their event; the others bear no witness.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> pages = pd.DataFrame({"event_id": ["a", "a", "b"], "role": ["reports", "restates", "announces"]})
    >>> mm.attestation.reports(pages)["event_id"].tolist()
    ['a']
    """
    return event_sources[event_sources["role"] == "reports"]


def tells(event_sources: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of pages that report their event or tell of it later.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> pages = pd.DataFrame({"event_id": ["a", "a", "b"], "role": ["reports", "restates", "announces"]})
    >>> mm.attestation.tells(pages)["event_id"].tolist()
    ['a', 'a']
    """
    return event_sources[event_sources["role"].isin(["reports", "restates"])]


def count_witnesses(event_sources: pd.DataFrame) -> pd.Series:
    """Return the number of independent origins by event.

    Parameters
    ----------
    event_sources : DataFrame
        As from `mineralmap.load_event_sources`: ``event_id, role, origin``.

    Returns
    -------
    Series of int
        Indexed by ``event_id``; an event that no page reports is absent.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> pages = pd.DataFrame({"event_id": ["a", "a"], "role": "reports", "origin": ["pti", "ani"]})
    >>> mm.attestation.count_witnesses(pages).to_dict()
    {'a': 2}
    """
    counts = reports(event_sources).groupby("event_id")["origin"].nunique()
    return counts[counts > 0].astype("int64").rename("n_witnesses")


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
        independent origins), ``party_only`` (bool: every origin is the word of one who takes part),
        ``best_source_kind`` (categorical, strongest first, of the pages that report it), ``confirmed_by``
        (tuple of the publishers of these pages, the strongest kind first), ``disputed`` (tuple of the
        fields on which sources differ).

    Examples
    --------
    >>> import mineralmap as mm
    >>> frames = mm.load_event_sources(), mm.load_sources(), mm.load_conflicts()
    >>> events = mm.load_events(scope="rare_earth")
    >>> mm.attestation.attest(events["event_id"], *frames).columns.tolist()
    ['n_witnesses', 'single_source', 'party_only', 'best_source_kind', 'confirmed_by', 'disputed']
    """
    pages = reports(event_sources).merge(sources[["source_id", "publisher", "kind"]], on="source_id")
    pages["rank"] = pages["kind"].astype("str").map(SOURCE_RANK)
    pages = pages.sort_values(["event_id", "rank", "source_id"])
    by_event = pages.groupby("event_id")
    witnesses = event_ids.map(count_witnesses(event_sources)).fillna(0).astype("int64")
    party = by_event["party"].all()
    best = event_ids.map(by_event["rank"].min()).fillna(-1).astype("int64")
    who = union_tuples(pages["event_id"], ((name,) for name in pages["publisher"]))
    fields = union_tuples(conflicts["event_id"], ((name,) for name in conflicts["field"]))

    def tuples(found: dict[str, tuple[str, ...]]) -> pd.Series:
        cells = np.empty(len(event_ids), dtype=object)
        cells[:] = [found.get(one, ()) for one in event_ids]
        return pd.Series(cells, index=event_ids.index)

    return pd.DataFrame(
        {
            "n_witnesses": witnesses,
            "single_source": witnesses < 2,
            "party_only": event_ids.isin(party.index[party.astype(bool)]),
            "best_source_kind": pd.Categorical.from_codes(best, list(SOURCE_RANK), ordered=True),
            "confirmed_by": tuples(who),
            "disputed": tuples(fields),
        }
    )


def confirmed(events: pd.DataFrame) -> pd.Series:
    """Tell which events two independent origins report, or those who act state themselves.

    Parameters
    ----------
    events : DataFrame
        Events with the columns of `attest`.

    Returns
    -------
    Series of bool
        Indexed like ``events``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> mm.attestation.confirmed(pd.DataFrame({"n_witnesses": [1, 2], "party_only": [False, False]})).tolist()
    [False, True]
    """
    return (events["n_witnesses"] >= 2) | events["party_only"]


def confirmation(row: Any) -> str:
    """Say when, and by whom, it was last confirmed that a project runs.

    Parameters
    ----------
    row : named tuple or Series
        With ``last_confirmed, confirmed_precision`` and ``confirmed_by``, as from
        `mineralmap.load_initiatives`.

    Returns
    -------
    str
        As ``last confirmed on 1 April 2026 by Press Information Bureau``, or ``never confirmed``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> works = mm.load_initiatives(scope="rare_earth", as_of="2020-01-01")
    >>> plant = works[works["initiative_id"] == "toyotsu-visakhapatnam-plant"]
    >>> mm.attestation.confirmation(plant.iloc[0]).startswith("last confirmed in January 2016 by ")
    True
    """
    if is_missing(row.last_confirmed):
        return "never confirmed"
    when = format_date(row.last_confirmed, row.confirmed_precision)
    preposition = "on" if row.confirmed_precision == "day" else "in"
    return f"last confirmed {preposition} {when} by {join_words(row.confirmed_by)}"


def newest_page(sources: pd.DataFrame, coverage: pd.DataFrame) -> pd.Timestamp:
    """Return the day of the newest page that was read for an event, or met in a search.

    Parameters
    ----------
    sources, coverage : DataFrame
        As from the loaders of these names.

    Returns
    -------
    Timestamp
        NaT if no page has a day.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.attestation.newest_page(mm.load_sources(), mm.load_coverage()) >= mm.load_events()["date"].max()
    True
    """
    days = pd.concat([sources["published"], coverage["newest_page"]])
    return pd.to_datetime(days, format="ISO8601", errors="coerce").max()
