"""The history of every initiative: which stage and place it had from which day on.

What can be built stands on the ladder: talks < announced < mou < agreement < approved <
construction < operating; it may leave it (suspended, cancelled). The ``type`` of an initiative says
what it is (see `mineralmap.codebook`): a law or a scheme is proposed, in force or ended, a dispute open
or settled, a dialogue active or silent.

The rule, in the order of the events:

1. An event of the ladder lifts the initiative to its rung, never down: a meeting about a running
   plant leaves it running. ``highest_stage`` keeps the highest rung ever reached.
2. ``suspended`` and ``cancelled`` hold until an act ends them: a memorandum or a higher rung
   (``mou`` up to ``operating``) starts the climb again from its own rung. Talks and announcements
   do not end a suspension. ``halt_requested`` holds in the same way: somebody asked for a halt, and
   nobody reports whether it came.
3. ``in_force`` holds until it is suspended or ended: a bill to amend a law leaves it in force.
4. A step that is ``unchanged`` moves nothing: a hearing put off, a bid. Nor does a protest or a court
   case (``open``, ``settled``) in the thread of something else than a dispute.
5. A dialogue without a step for 2 years is ``silent`` from the day on which they are over (`on_day`).

An event counts from the last day of its period: one known to the month counts from the last day
of that month, one known to the year from 31 December. So nothing is shown before it is certain to
have happened, and what is known on one day is always known on every later day.

The place of an initiative is that of its newest event on the ground that has a point; a national or
multilateral programme in several states has none (`has_no_single_place`).

Inactivity has one rule, too (see `inactivity`): an initiative that waits on a rung below
``operating`` is ``inactive`` when no step was reported for 2 years, and ``presumed_shelved`` after
4. What operates is ``unconfirmed`` when for 2 years neither two independent origins nor those who run
it have said that it does. Both are inferences from missing reports and never change a stage.

`versions` computes all of this once, for all days; everything else reads its rows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from datetime import MAXYEAR, MINYEAR, date
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from . import codebook
from .attestation import confirmed
from .cells import has_date_form

__all__ = [
    "BUILT_TYPES",
    "EXITS",
    "HALT_REQUESTED",
    "INACTIVE_YEARS",
    "LADDER",
    "SHELVED_YEARS",
    "SITE_KINDS",
    "STAGES",
    "WORKS",
    "as_date",
    "built",
    "current",
    "falls_silent",
    "has_no_single_place",
    "inactivity",
    "is_recent",
    "join_versions",
    "known_as_of",
    "last_day",
    "not_halted",
    "on_day",
    "resolve_as_of",
    "resolve_scopes",
    "stage_events",
    "stage_rank",
    "transitions",
    "versions",
    "within",
]

#: The rungs, lowest first.
LADDER = codebook.codes("stage", "ladder")
#: The ways to leave the ladder.
EXITS = codebook.codes("stage", "exit")
#: A halt was asked for, and nobody reports whether it came.
(HALT_REQUESTED,) = codebook.codes("stage", "request")
#: Every stage that an initiative can have.
STAGES = codebook.codes("stage")
#: Types of initiative that can be built, in India or abroad.
BUILT_TYPES = (*codebook.codes("type", "project"), *codebook.codes("type", "abroad"))
#: Types that are works: what runs is counted among them.
WORKS = ("mine", "plant")
#: Kinds of event that take place where the initiative is; a meeting or a signing does not.
SITE_KINDS = codebook.codes("kind", "site")
#: Years without a reported step after which a waiting initiative is inactive, and presumed shelved.
INACTIVE_YEARS, SHELVED_YEARS = 2, 4

_RANK: dict[object, int] = {stage: number for number, stage in enumerate(LADDER)}
_FAMILY = {code: entry.family for code, entry in codebook.vocabulary("stage").items()}
_HOLDS = frozenset({*EXITS, HALT_REQUESTED})
_ENDS_A_HALT = frozenset(LADDER[LADDER.index("mou") :])
_ACCURACIES = codebook.codes("location_accuracy")
_PINNED = codebook.codes("location_accuracy", "point")
#: Stage -> the sign that shows it on a map: five families, told apart at a glance, and one for the rest.
SIGN_OF = {stage: sign.code for sign in codebook.vocabulary("sign").values() for stage in sign.allows}
_WIDE_LEVELS = codebook.codes("level", "wide")

#: What says a day: an ISO text, a date, a datetime or a Timestamp.
Day: TypeAlias = str | date


def stage_rank(stage: object) -> int | None:
    """Return the number of a rung, 0 for talks up to 6 for operating; None for what is no rung.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.stages.stage_rank("mou"), mm.stages.stage_rank("suspended")
    (2, None)
    """
    return _RANK.get(stage)


def as_date(day: Day, name: str = "as_of") -> pd.Timestamp:
    """Return a day as a normalised pandas Timestamp.

    Parameters
    ----------
    day : str, date, datetime or Timestamp
        As ``"2025-07-30"``. A text must be a full ISO date.
    name : str
        What the message of the error calls it.

    Raises
    ------
    ValueError
        If it is a number, missing, or a text of another form than YYYY-MM-DD.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.stages.as_date("2025-07-30")
    Timestamp('2025-07-30 00:00:00')
    """
    stamp = pd.NaT
    if isinstance(day, str) and has_date_form(day):  # "2025-7-30" is a slip, too
        with contextlib.suppress(ValueError):
            stamp = pd.Timestamp(date.fromisoformat(day))
    elif isinstance(day, date):
        stamp = pd.Timestamp(day)
    elif isinstance(day, np.datetime64) and np.datetime_data(day)[0] not in ("Y", "M", "generic"):
        stamp = pd.to_datetime(day, errors="coerce")
    if stamp is pd.NaT or not MINYEAR <= stamp.year <= MAXYEAR:
        raise ValueError(f"{name} must be a date as '2025-07-30'; got {day!r}")
    return stamp.tz_localize(None).normalize()


def last_day(days: pd.Series, precision: pd.Series) -> pd.Series:
    """Return the last day of each event's period (datetime64, shape of ``days``).

    Parameters
    ----------
    days : Series of datetime64
        The first day of the period.
    precision : Series of str
        ``day``, ``month`` or ``year``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> days = pd.Series(pd.to_datetime(["2025-06-01", "2025-01-01"]))
    >>> mm.stages.last_day(days, pd.Series(["month", "year"])).dt.strftime("%Y-%m-%d").tolist()
    ['2025-06-30', '2025-12-31']
    """
    # Numpy's calendar: offsets of pandas take ten times as long.
    zone = getattr(days.dtype, "tz", None)
    local = days if zone is None else days.dt.tz_localize(None)
    first, one_day = local.to_numpy("datetime64[D]"), np.timedelta64(1, "D")
    month = (first.astype("datetime64[M]") + np.timedelta64(1, "M")).astype("datetime64[D]") - one_day
    year = (first.astype("datetime64[Y]") + np.timedelta64(1, "Y")).astype("datetime64[D]") - one_day
    to_month, to_year = (precision.eq(one).fillna(False).to_numpy(bool) for one in ("month", "year"))
    last = np.select([to_month, to_year], [month, year], first).astype(local.dtype)
    found = pd.Series(last, index=days.index, name=days.name)
    return found if zone is None else found.dt.tz_localize(zone)


def known_as_of(events: pd.DataFrame, as_of: Day | None = None) -> pd.DataFrame:
    """Return the events that are certain to have happened by the end of ``as_of``; all if left out.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> steps = pd.DataFrame(
    ...     {
    ...         "event_id": ["a-1", "a-2"],
    ...         "initiative_id": "a",
    ...         "date": pd.to_datetime(["2024-03-01", "2025-06-01"]),
    ...         "date_precision": ["day", "month"],
    ...         "stage": ["mou", "construction"],
    ...         "follows": [(), ()],
    ...     }
    ... )
    >>> mm.stages.known_as_of(steps, "2025-06-15")["event_id"].tolist()  # June is not over
    ['a-1']
    """
    if as_of is None:
        return events
    return events[last_day(events["date"], events["date_precision"]) <= as_date(as_of)]


def within(events: pd.DataFrame, since: Day | None = None, until: Day | None = None) -> pd.DataFrame:
    """Return the events of a span of days, both ends included; an end that is left out is open.

    An event known to the month or the year counts on the last day of it, as everywhere.

    Raises
    ------
    ValueError
        If an end is not a date, or ``since`` is later than ``until``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> spring = mm.stages.within(mm.load_events(), "2025-03-01", "2025-05-31")
    >>> bool((spring["date"] >= "2025-03-01").all())
    True
    """
    if since is None and until is None:
        return events
    first = pd.Timestamp.min if since is None else as_date(since, "since")
    last = pd.Timestamp.max if until is None else as_date(until, "until")
    if first > last:
        raise ValueError(f"since must not be later than until; got {since!r} and {until!r}")
    return events[last_day(events["date"], events["date_precision"]).between(first, last)]


def resolve_as_of(events: pd.DataFrame, as_of: Day | None = None) -> pd.Timestamp:
    """Return the day to judge from: ``as_of``, or the last day of the newest event's period.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.stages.resolve_as_of(mm.load_events(), "2025-07-30")
    Timestamp('2025-07-30 00:00:00')
    """
    if as_of is not None:
        return as_date(as_of)
    if events.empty:
        raise ValueError("without an event there is no newest one: give as_of")
    return last_day(events["date"], events["date_precision"]).max()


def resolve_scopes(scope: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the scopes asked for, all if None; an unknown one is an `UnknownNameError`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.stages.resolve_scopes("rare_earth")
    ('rare_earth',)
    """
    if scope is None:
        return codebook.codes("scope")
    return tuple(codebook.resolve("scope", one) for one in ([scope] if isinstance(scope, str) else scope))


def stage_events(events: pd.DataFrame, initiatives: pd.DataFrame) -> pd.DataFrame:
    """Return the events that can move an initiative of ``initiatives``.

    A step that is background only moves no initiative that is more than background.

    Parameters
    ----------
    events, initiatives : DataFrame
        Both need ``initiative_id`` and ``scope``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> initiatives = mm.load_initiatives(scope="rare_earth")
    >>> moving = mm.stages.stage_events(mm.load_events(), initiatives)
    >>> set(moving["initiative_id"]) <= set(initiatives["initiative_id"])
    True
    """
    scopes = dict(zip(initiatives["initiative_id"], initiatives["scope"].astype("str"), strict=True))
    own = events["initiative_id"].map(scopes)
    return events[own.notna() & ((events["scope"] != "context") | (own == "context"))]


def built(initiatives: pd.DataFrame) -> pd.DataFrame:
    """Return what can be built, in India or abroad: what stands on the ladder.

    Parameters
    ----------
    initiatives : DataFrame
        With ``type``; a row without one is returned, too.

    Examples
    --------
    >>> import mineralmap as mm
    >>> found = mm.stages.built(mm.load_initiatives())
    >>> "law" in set(found["type"])
    False
    """
    if "type" not in initiatives.columns:
        return initiatives
    return initiatives[initiatives["type"].isin(BUILT_TYPES) | initiatives["type"].isna()]


def not_halted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose ``stage`` is neither suspended nor cancelled.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> mm.stages.not_halted(pd.DataFrame({"stage": ["mou", "suspended"]}))["stage"].tolist()
    ['mou']
    """
    return frame[~frame["stage"].isin(EXITS)]


def has_no_single_place(level: str, states: Collection[str]) -> bool:
    """Tell whether a programme is too wide for a pin: national or multilateral, and in several states.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.stages.has_no_single_place("national", ("IN-OD", "IN-KL"))
    True
    """
    return level in _WIDE_LEVELS and len(states) > 1


#: What a step needs to move an initiative.
_MOVING = ["event_id", "initiative_id", "date", "date_precision", "stage", "follows"]


def _ordered(events: pd.DataFrame) -> pd.DataFrame:
    """Sort events by initiative and the day from which they count; ties by ``follows``, rung and id."""
    day = last_day(events["date"], events["date_precision"])
    # Of two steps on one day without a chain between them the higher rung is the later one.
    rank = [_RANK.get(stage, len(LADDER)) for stage in events["stage"]]
    keys = {"initiative_id": events["initiative_id"], "day": day, "date": events["date"]}
    keys |= {"depth": _chain_depth(events, day), "rank": rank, "event_id": events["event_id"]}
    # The keys alone are sorted: the events have many columns.
    order = pd.DataFrame(keys).reset_index(drop=True).sort_values([*keys], kind="stable").index
    return events.assign(counts_from=day).take(order)


def _chain_depth(events: pd.DataFrame, day: pd.Series) -> list[int]:
    """Return how many events come before each one in its chain (a cycle counts once).

    Only those count that are certain by the event's own day: so the order of two steps is the
    same whether later events are known or not.
    """
    before = dict(zip(events["event_id"], events["follows"], strict=True))
    since = dict(zip(events["event_id"], day.to_numpy(), strict=True))
    depths = []
    for event_id in events["event_id"]:
        seen: set[str] = set()
        front = [event_id]
        while front:
            steps = {one for one in before[front.pop()] if one in before and since[one] <= since[event_id]}
            front += steps - seen
            seen |= steps
        depths.append(len(seen))
    return depths


def _after(now: str | None, new: str) -> str:
    """Return the stage after an event of stage ``new`` on an initiative at stage ``now``."""
    # A first step that moves nothing, for it is known to the day and the one before it to the month.
    if now is None or new in EXITS or _FAMILY[now] == "still":
        return new
    family = _FAMILY[new]
    if family == "still" or (family == "dispute" and _FAMILY[now] != "dispute"):
        return now
    if family == "ladder":
        if now in _HOLDS:
            return new if new in _ENDS_A_HALT else now
        return new if now in _RANK and _RANK[new] > _RANK[now] else now
    # A bill about a law in force, or about one that is halted, leaves it so.
    return now if new == "proposed" and now in ("in_force", *EXITS) else new


def _typed(rows: list[Any], columns: list[str], dates: Any) -> pd.DataFrame:
    """Return rows of a history as a frame: days like those of the events, stages as categories."""
    kinds: dict[str, Any] = dict.fromkeys(columns, "object")
    kinds |= dict.fromkeys(
        ("stage", "stage_before", "highest_stage", "last_step"), pd.CategoricalDtype(STAGES)
    )
    kinds |= dict.fromkeys(("initiative_id", "event_id", "stage_event_id", "last_event_id"), "str")
    kinds |= {"place_name": "str", "location_accuracy": pd.CategoricalDtype(_ACCURACIES)}
    kinds |= dict.fromkeys(("lat", "lon"), "float64") | {"n_events": "int64"}
    kinds |= {"kind": pd.CategoricalDtype(codebook.codes("kind"))}
    kinds |= {"confirmed_precision": pd.CategoricalDtype(codebook.codes("date_precision"))}
    days = ("from_day", "counts_from", "stage_since", "first_date", "last_date", "last_confirmed")
    kinds |= dict.fromkeys(days, dates)
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    found = zip(columns, cells, strict=True)
    return pd.DataFrame({name: pd.Series([*some], dtype=kinds[name]) for name, some in found})


def transitions(events: pd.DataFrame) -> pd.DataFrame:
    """Return every transition of every initiative: the days on which its stage changed.

    Parameters
    ----------
    events : DataFrame
        Needs ``event_id, initiative_id, date, date_precision, stage, follows``; those that can move
        an initiative, as from `stage_events`.

    Returns
    -------
    DataFrame
        One row per transition: ``initiative_id, counts_from`` (the day from which it is certain),
        ``event_id, stage_before`` (missing for the first), ``stage``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> steps = pd.DataFrame(
    ...     {
    ...         "event_id": ["a-1", "a-2"],
    ...         "initiative_id": "a",
    ...         "date": pd.to_datetime(["2024-03-01", "2025-06-01"]),
    ...         "date_precision": ["day", "month"],
    ...         "stage": ["mou", "construction"],
    ...         "follows": [(), ()],
    ...     }
    ... )
    >>> mm.stages.transitions(steps)[["counts_from", "stage"]].astype(str).values.tolist()
    [['2024-03-01', 'mou'], ['2025-06-30', 'construction']]
    """
    return _transitions(_ordered(events[_MOVING]))


def _transitions(ordered: pd.DataFrame) -> pd.DataFrame:
    """Return the transitions of events that are in their order; see `transitions`."""
    columns = ["initiative_id", "counts_from", "event_id", "stage_before", "stage"]
    rows: list[tuple[Any, ...]] = []
    last_id, now = None, None
    steps = (ordered[name].to_numpy() for name in columns[:3])
    for initiative_id, day, event_id, stage in zip(*steps, ordered["stage"].astype(str), strict=True):
        now = now if initiative_id == last_id else None
        after = _after(now, stage)
        if after != now:
            rows.append((initiative_id, day, event_id, now, after))
        last_id, now = initiative_id, after
    return _typed(rows, columns, ordered["date"].dtype)


def versions(events: pd.DataFrame, initiatives: pd.DataFrame) -> pd.DataFrame:
    """Return what every initiative was from which day on, for all days at once.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`; steps that are background only are passed over.
    initiatives : DataFrame
        Needs ``initiative_id, scope, level``.

    Returns
    -------
    DataFrame
        One row per initiative and day on which a step of it became certain, sorted by both:
        ``initiative_id, from_day, stage, stage_since`` (first day of the period of the event that made
        it so), ``stage_event_id, kind`` (of that event), ``highest_stage`` (highest rung ever, missing
        if none), ``last_step`` (stage of the newest event), ``last_event_id, first_date, last_date,
        n_events, states, partners, blocs, segments`` (tuples), ``place_name, lat, lon`` (EPSG:4326),
        ``location_accuracy`` (of the newest event on the ground that has a point; ``none`` and missing
        where there is none), ``last_confirmed`` (date of the newest `confirmed` step; of what operates,
        of the newest that says so), ``confirmed_by`` (tuple of publishers), ``confirmed_precision`` (of
        that date), ``disputed`` (tuple of fields).

    Notes
    -----
    A national or multilateral programme in several states has no single place.

    Examples
    --------
    >>> import mineralmap as mm
    >>> history = mm.stages.versions(mm.load_events(), mm.load_initiatives())
    >>> history.columns[:4].tolist()
    ['initiative_id', 'from_day', 'stage', 'stage_since']
    """
    frame = _ordered(stage_events(events, initiatives))
    # A bare frame of events may come without its pages.
    known = {"n_witnesses", "party_only"} <= set(frame.columns)
    frame["_confirmed"] = confirmed(frame) if known else False
    empty = [()] * len(frame)
    for name in ("disputed", "confirmed_by", "segments"):
        frame[f"_{name}"] = frame[name] if name in frame.columns else empty
    for name in ("stage", "kind", "date_precision"):
        frame[name] = frame[name].astype(str)
    frame["_placed"] = (
        frame["kind"].isin(SITE_KINDS)
        & frame["location_accuracy"].isin(_PINNED)
        & frame["lat"].notna()
        & frame["states"].astype(bool)
    )
    # Numpy's dates and plain tuples: a pandas Timestamp costs thirty times as much to make.
    columns = [frame[name].to_numpy() for name in _STEP]
    levels = dict(zip(initiatives["initiative_id"], initiatives["level"], strict=True))
    rows: list[tuple[Any, ...]] = []
    for initiative_id, steps in groupby(zip(*columns, strict=True), key=lambda step: step[0]):
        rows += _versions_of(initiative_id, steps, levels[initiative_id])
    return _typed(rows, _VERSION, events["date"].dtype)


#: What `versions` needs of a step, in the order in which `_versions_of` reads it.
_STEP = ["initiative_id", "counts_from", "date", "event_id", "stage", "kind"]
_STEP += ["states", "partners", "blocs", "_segments", "_disputed"]
_STEP += ["_placed", "place_name", "lat", "lon", "location_accuracy"]
_STEP += ["_confirmed", "_confirmed_by", "date_precision"]
_VERSION = ["initiative_id", "from_day", "stage", "stage_since", "stage_event_id", "kind", "highest_stage"]
_VERSION += ["last_step", "last_event_id", "first_date", "last_date", "n_events", "states", "partners"]
_VERSION += ["blocs", "segments", "disputed", "place_name", "lat", "lon", "location_accuracy"]
_VERSION += ["last_confirmed", "confirmed_by", "confirmed_precision"]


def _versions_of(initiative_id: str, steps: Iterable[Any], level: str) -> Iterator[tuple[Any, ...]]:
    """Yield the versions of one initiative from its steps in order."""
    stage = since = made_by = made_as = highest = first = last = None
    confirmations: dict[bool, tuple[Any, tuple[str, ...], str]] = {}
    number = 0
    place: tuple[Any, ...] | None = None
    unions: list[dict[str, None]] = [{}, {}, {}, {}, {}]
    for day, group in groupby(steps, key=lambda step: step[1]):
        for _, _, date_, event_id, step, kind, *more in group:
            *lists, placed, name, lat, lon, accuracy, sure, who, how = more
            number += 1
            after = _after(stage, step)
            if after != stage:
                stage, since, made_by, made_as = after, date_, event_id, kind
            if step in _RANK and (highest is None or _RANK[step] > _RANK[highest]):
                highest = step
            first = date_ if first is None else min(first, date_)
            last = date_ if last is None else max(last, date_)
            last_step, last_event = step, event_id
            for union, entries in zip(unions, lists, strict=True):
                union.update(dict.fromkeys(entries))
            if placed and (place is None or (date_, event_id) > place[:2]):
                place = date_, event_id, name, lat, lon, accuracy
            # That it runs is confirmed by a step that says so, not by any other.
            for says_so in {False, step == LADDER[-1]} if sure else ():
                if says_so not in confirmations or not date_ < confirmations[says_so][0]:
                    confirmations[says_so] = date_, who, how
        lists_now = (tuple(union) for union in unions)
        states, *others = lists_now
        unplaced = place is None or has_no_single_place(level, states)
        where = (None, np.nan, np.nan, "none") if unplaced else place[2:]  # type: ignore[index]
        confirmation = confirmations.get(stage == LADDER[-1], (np.datetime64("NaT", "D"), (), None))
        head = (initiative_id, day, stage, since, made_by, made_as, highest)
        yield *head, last_step, last_event, first, last, number, states, *others, *where, *confirmation


def on_day(history: pd.DataFrame, as_of: Day | None = None) -> pd.DataFrame:
    """Return the last of `versions` of each initiative by a day, one row each; the newest if left out.

    A dialogue that has had no step for 2 years by then is silent.

    Examples
    --------
    >>> import mineralmap as mm
    >>> history = mm.stages.versions(mm.load_events(), mm.load_initiatives())
    >>> then = mm.stages.on_day(history, "2025-07-31")
    >>> "up-japan-rare-earth-magnet-talks" in set(then["initiative_id"])
    True
    """
    day = history["from_day"].max() if as_of is None else as_date(as_of)
    now = history[history["from_day"] <= day].drop_duplicates("initiative_id", keep="last")
    return now.assign(stage=now["stage"].mask(falls_silent(now) <= day, "silent"))


def falls_silent(history: pd.DataFrame) -> pd.Series:
    """Return the day from which each row of `versions` is silent if no other follows; of others missing.

    Examples
    --------
    >>> import mineralmap as mm
    >>> history = mm.stages.versions(mm.load_events(), mm.load_initiatives())
    >>> len(mm.stages.falls_silent(history)) == len(history)
    True
    """
    days = history["from_day"] + pd.DateOffset(years=INACTIVE_YEARS)
    return days.where(history["stage"] == "active")


def join_versions(
    initiatives: pd.DataFrame,
    history: pd.DataFrame,
    *,
    as_of: Day | None = None,
    scope: str | Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return the initiatives with what they were on a day, as `mineralmap.load_initiatives` does.

    Parameters
    ----------
    initiatives : DataFrame
        Rows with ``initiative_id, title, summary, level, scope, lead_actors``.
    history : DataFrame
        As from `versions`.
    as_of, scope
        As in `mineralmap.load_initiatives`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> initiatives = mm.load_initiatives()
    >>> history = mm.stages.versions(mm.load_events(), initiatives)
    >>> rows = initiatives[["initiative_id", "title", "summary", "level", "scope", "lead_actors"]]
    >>> "stage" in mm.stages.join_versions(rows, history, as_of="2012-12-31")
    True
    """
    own = [name for name in initiatives.columns if name == "initiative_id" or name not in history.columns]
    frame = initiatives[own].merge(on_day(history, as_of).drop(columns="from_day"), on="initiative_id")
    if as_of is not None:
        # The summary tells the whole of it.
        newest = history.drop_duplicates("initiative_id", keep="last").set_index("initiative_id")
        whole = frame["initiative_id"].map(newest["n_events"])
        frame["summary"] = frame["summary"].where(frame["n_events"] == whole)
    day = history["from_day"].max() if as_of is None else as_date(as_of)
    runs = frame["stage"] == LADDER[-1]
    frame["unconfirmed"] = runs & ~is_recent(frame["last_confirmed"], day)
    # Initiatives of one's own without a type are projects.
    if "type" not in frame.columns:
        frame["type"] = pd.Categorical([None] * len(frame), categories=codebook.codes("type"))
    types = frame["type"].astype("object")
    families = {code: entry.family for code, entry in codebook.vocabulary("type").items()}
    groups = types.map(families).fillna("project")
    frame["group"] = pd.Categorical(groups, categories=codebook.codes("group"))
    frame = frame[frame["scope"].isin(resolve_scopes(scope))]
    return frame.sort_values("initiative_id", ignore_index=True)


def is_recent(days: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Tell which days are less than `INACTIVE_YEARS` before a day; a missing one is not (Series of bool).

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> days = pd.Series(pd.to_datetime(["2020-01-01", "2025-01-01"]))
    >>> mm.stages.is_recent(days, pd.Timestamp("2025-07-30")).tolist()
    [False, True]
    """
    return days + pd.DateOffset(years=INACTIVE_YEARS) > day


def current(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    *,
    as_of: Day | None = None,
    scope: str | Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return the initiatives as known on a day, from frames; see `mineralmap.load_initiatives`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> found = mm.stages.current(mm.load_events(), mm.load_initiatives(), as_of="2012-12-31")
    >>> bool((found["last_date"] <= "2012-12-31").all())
    True
    """
    return join_versions(initiatives, versions(events, initiatives), as_of=as_of, scope=scope)


def inactivity(events: pd.DataFrame, *, as_of: Day | None = None) -> pd.DataFrame:
    """Tell since when each initiative is inactive, by the one rule of this library.

    Parameters
    ----------
    events : DataFrame
        As for `transitions`. Give all events of an initiative, else it looks inactive.
    as_of : str or date, optional
        The day to judge from; the last day of the newest event if left out.

    Returns
    -------
    DataFrame
        Indexed by ``initiative_id``: ``stage, last_event_id, inactive_since`` (last day of the period
        of the newest event), ``inactive_years`` (of 365.25 days), ``inactivity``: ``active``;
        ``inactive`` after 2 years; ``presumed_shelved`` after 4; ``unconfirmed`` if it operates and no
        `confirmed` step of the last 2 years says so; ``not_waiting`` if it operates, has left the
        ladder or stands beside it. A dialogue is ``silent`` after 2 years.

    Examples
    --------
    >>> import mineralmap as mm
    >>> found = mm.stages.inactivity(mm.load_events(), as_of="2026-09-28")
    >>> "presumed_shelved" in set(found["inactivity"])
    True
    """
    day = resolve_as_of(events, as_of)
    told = ["n_witnesses", "party_only"]
    known = _ordered(known_as_of(events[[*_MOVING, *(name for name in told if name in events.columns)]], day))
    newest = known.drop_duplicates("initiative_id", keep="last").set_index("initiative_id")
    last = _transitions(known).drop_duplicates("initiative_id", keep="last")
    stage = last.set_index("initiative_id")["stage"]
    since = newest["counts_from"]
    waiting = stage.isin(LADDER[:-1])
    quiet = since + pd.DateOffset(years=INACTIVE_YEARS) <= day
    stage = stage.mask((stage == "active") & quiet, "silent")
    shelved = since + pd.DateOffset(years=SHELVED_YEARS) <= day
    cases = {"presumed_shelved": waiting & shelved, "inactive": waiting & quiet, "active": waiting}
    if {*told} <= {*known.columns}:
        sure = known[confirmed(known) & (known["stage"] == LADDER[-1])]
        seen = sure.groupby("initiative_id")["date"].max().reindex(newest.index)
        cases["unconfirmed"] = (stage == LADDER[-1]) & ~is_recent(seen, day)
    said = np.select([*cases.values()], [*cases], "not_waiting")
    return pd.DataFrame(
        {
            "stage": stage,
            "last_event_id": newest["event_id"],
            "inactive_since": since,
            "inactive_years": (day - since).dt.days / 365.25,
            "inactivity": pd.Categorical(said, categories=codebook.codes("inactivity")),
        }
    )
