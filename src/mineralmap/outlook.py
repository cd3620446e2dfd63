"""The outlook: what a reader should expect next of each initiative, and since when it is inactive.

Everything is inferred from stages and dates by the rules below; nothing is a forecast. How often
initiatives do climb is in `mineralmap.follow_through`. What each code means is in the codebook:
vocabulary ``expectation``, and ``next_evidence`` of the stages.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .attestation import tells
from .codebook import codes, labels, signals, vocabulary
from .data import shipped
from .stages import (
    STAGES,
    Day,
    inactivity,
    known_as_of,
    resolve_as_of,
    resolve_scopes,
    stage_events,
    stage_rank,
)

__all__ = ["next_expected", "next_stages", "next_words", "outlook"]

#: What to expect where nothing waits on a rung below operating.
_OF_STAGE = {"operating": "running", "suspended": "halted", "settled": "ended"}
_BESIDE = (*_OF_STAGE, *(stage for stage in STAGES if stage in codes("expectation")))


#: Which stages come next where there is no ladder, by the family of the stage.
_AFTER = {
    "request": ("suspended", "operating"),
    "exit": ("construction", "operating"),
    "standing": ("approved", "in_force", "ended"),
    "dispute": ("open", "settled"),
    "dialogue": ("talks", "mou", "agreement", "active"),
}

_KEYS = ("initiative_id", "title", "type", "level", "scope")


def next_expected(stage: str, activity: str) -> str:
    """Return what to expect next (code of the vocabulary ``expectation``).

    Parameters
    ----------
    stage, activity : str
        As in the columns ``stage`` and ``inactivity`` of `mineralmap.stages.inactivity`.
    """
    if activity in ("inactive", "presumed_shelved", "unconfirmed"):
        return activity
    return _OF_STAGE.get(stage, stage) if stage in _BESIDE else "next_step"


def next_stages(stage: str) -> tuple[str, ...]:
    """Return the stages that a next step from one would bring: the rungs above; of what runs, its halt.

    Parameters
    ----------
    stage : str
        Code of the vocabulary ``stage``.

    Examples
    --------
    >>> from mineralmap.outlook import next_stages
    >>> next_stages("approved")
    ('construction', 'operating')
    """
    ladder = codes("stage", "ladder")
    if stage in ladder:
        return ladder[ladder.index(stage) + 1 :] or ("suspended",)
    return _AFTER.get(vocabulary("stage")[stage].family, ())


def next_words(stage: str) -> tuple[str, ...]:
    """Return the words of a headline that would tell such a step, three of each act of the codebook.

    Parameters
    ----------
    stage : str
        Code of the vocabulary ``stage``.

    Examples
    --------
    >>> from mineralmap.outlook import next_words
    >>> next_words("approved")[:2]
    ('foundation stone', 'lays foundation')
    """
    acts = [one for one in signals() if one.group == "act" and one.means[1] in next_stages(stage)]
    return tuple(term for act in acts for term in act.terms[:3])


def outlook(
    events: pd.DataFrame | None = None,
    initiatives: pd.DataFrame | None = None,
    *,
    as_of: Day | None = None,
    scope: str | Iterable[str] | None = ("rare_earth", "critical_minerals"),
    event_sources: pd.DataFrame | None = None,
    sources: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return what to expect next of each initiative, since when it is inactive, and its last page.

    Parameters
    ----------
    events, initiatives, event_sources, sources : DataFrame, optional
        As from the loaders of these names, the events of all scopes; the shipped tables if left out.
    as_of : str or date, optional
        Judge as on this day, from what was certain by then; the last day of the newest event if left
        out.
    scope : str or sequence of str, optional
        Scope of the initiatives to list; None for all.

    Returns
    -------
    DataFrame
        One row per initiative with an event by ``as_of``, in the order of the vocabulary
        ``expectation``, then by falling rung, then the newest report first: ``initiative_id,
        title, type, level, scope, stage, expectation`` (code), ``expectation_label, next_evidence`` (what
        would move it), ``next_words`` (tuple: words of a headline that would tell it),
        ``inactive_since`` (last day of the period of the newest event),
        ``inactive_years, last_event_id, last_event, source_id, publisher, published, url`` (a page of
        the newest event that tells of it: the last one dated by ``as_of``, else the first after
        it; missing if there is none), ``n_events, event_ids``.

    Raises
    ------
    UnknownNameError
        If the scope is not known.
    ValueError
        If ``as_of`` is not a date.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.outlook()["expectation"].iloc[0]
    'next_step'
    """
    events, initiatives = shipped("events", events), shipped("initiatives", initiatives)
    day = resolve_as_of(events, as_of)
    keys = [name for name in _KEYS if name in initiatives.columns]
    listed = initiatives.loc[initiatives["scope"].isin(resolve_scopes(scope)), keys]
    known = known_as_of(stage_events(events, listed), day).sort_values(["date", "event_id"])
    frame = listed.merge(inactivity(known, as_of=day).reset_index(), on="initiative_id")
    stages = frame["stage"].astype("str")
    expected = [next_expected(*pair) for pair in zip(stages, frame["inactivity"].astype("str"), strict=True)]
    evidence = {code: entry.next_evidence for code, entry in vocabulary("stage").items()}
    frame = frame.assign(
        expectation=pd.Categorical(expected, categories=codes("expectation"), ordered=True),
        expectation_label=[labels("expectation")[code] for code in expected],
        next_evidence=stages.map(evidence),
        next_words=stages.map(next_words),
        last_event=frame["last_event_id"].map(known.set_index("event_id")["title"]),
        event_ids=frame["initiative_id"].map(known.groupby("initiative_id")["event_id"].agg(tuple)),
        rank=stages.map(stage_rank).fillna(-1),
    )
    frame = frame.assign(n_events=frame["event_ids"].map(len))
    pages = _last_pages(shipped("event_sources", event_sources), shipped("sources", sources), day)
    frame = frame.merge(pages, on="last_event_id", how="left")
    order = ["expectation", "rank", "inactive_since", "initiative_id"]
    frame = frame.sort_values(order, ascending=[True, False, False, True], ignore_index=True)
    columns = [
        *keys,
        "stage",
        "expectation",
        "expectation_label",
        "next_evidence",
        "next_words",
        "inactive_since",
    ]
    columns += ["inactive_years", "last_event_id", "last_event", *_PAGE, "n_events", "event_ids"]
    return frame[columns]


_PAGE = ["source_id", "publisher", "published", "url"]


def _last_pages(event_sources: pd.DataFrame, sources: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return one page per event that tells of it: the last one dated by ``day``, else the first after."""
    pages = tells(event_sources).merge(sources[_PAGE], on="source_id")
    pages = pages.sort_values(["published", "source_id"], na_position="first")
    late = pages["published"].fillna("") > f"{day:%Y-%m-%d}"
    by_then = pages[~late].drop_duplicates("event_id", keep="last")
    pages = pd.concat([by_then, pages[late]]).drop_duplicates("event_id")
    return pages.rename(columns={"event_id": "last_event_id"})[["last_event_id", *_PAGE]]
