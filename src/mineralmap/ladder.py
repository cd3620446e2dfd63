"""The stage of an initiative on any date, computed from its events.

The ladder is talks < announced < mou < agreement < approved < construction < operating. An
initiative may leave it (suspended, cancelled); laws, schemes and curbs stand beside it (in_force).

The rule, in the order of the events:

1. An event of the ladder lifts the initiative to its rung, never down: a meeting about a running
   plant leaves it running. ``highest_stage`` keeps the highest rung ever reached.
2. ``suspended`` and ``cancelled`` hold until an act ends them: a memorandum or a higher rung
   (``mou`` up to ``operating``) starts the climb anew from its own rung. Talks and announcements
   do not end a suspension.
3. ``in_force`` holds for a law, a scheme or a curb until it is suspended or cancelled.

An event counts from the last day of its period: one known to the month counts from the last day
of that month, one known to the year from 31 December. So nothing is shown before it is certain to
have happened, and what is known on one day is always known on every later day.

Silence has one rule, too (see `silence`): an initiative that waits on a rung below ``operating`` is
``silent`` when no step was reported for 2 years, and ``presumed_shelved`` after 4. It is an
inference from missing reports and never changes a stage.
"""

from __future__ import annotations

#: The rungs, lowest first.
LADDER = ("talks", "announced", "mou", "agreement", "approved", "construction", "operating")
#: The ways to leave the ladder.
EXITS = ("suspended", "cancelled")
#: Every stage that an event can have.
STAGES = (*LADDER, *EXITS, "in_force")

#: Years without a reported step after which a waiting initiative is silent, and presumed shelved.
SILENT_YEARS, SHELVED_YEARS = 2, 4
#: What `silence` can say; ``not_waiting``: it runs, applies, or has left the ladder.
SILENCES = ("heard", "silent", "presumed_shelved", "not_waiting")

_RUNG = {stage: number for number, stage in enumerate(LADDER)}
_ENDS_SUSPENSION = frozenset(LADDER[LADDER.index("mou") :])

__all__ = [
    "EXITS",
    "LADDER",
    "SHELVED_YEARS",
    "SILENCES",
    "SILENT_YEARS",
    "STAGES",
    "as_date",
    "closing_day",
    "counting_steps",
    "known_on",
    "last_day",
    "moves",
    "rung",
    "silence",
    "stages",
]


def rung(stage):
    """Return the number of a rung, 0 for talks up to 6 for operating; None for what is no rung."""
    return _RUNG.get(stage)


def as_date(as_of):
    """Return ``as_of`` as a normalised pandas Timestamp.

    Parameters
    ----------
    as_of : str, date, datetime or Timestamp
        A day, as ``"2025-07-30"``. A text must be a full ISO date.

    Raises
    ------
    ValueError
        If the text is not a date of the form YYYY-MM-DD.
    """
    import pandas as pd

    if isinstance(as_of, str):
        try:
            stamp = pd.to_datetime(as_of, format="%Y-%m-%d")
        except ValueError:
            raise ValueError(f"as_of must be a date as '2025-07-30'; got {as_of!r}") from None
    else:
        stamp = pd.Timestamp(as_of)
    if stamp is pd.NaT:
        raise ValueError("as_of must be a date as '2025-07-30'; got a missing value")
    return stamp.tz_localize(None).normalize()


def last_day(date, precision):
    """Return the last day of each event's period (datetime64, shape of ``date``).

    Parameters
    ----------
    date : Series of datetime64
        The first day of the period.
    precision : Series of str
        ``day``, ``month`` or ``year``.
    """
    import numpy as np
    import pandas as pd

    # Numpy's calendar: offsets of pandas take ten times as long.
    zone = getattr(date.dtype, "tz", None)
    local = date if zone is None else date.dt.tz_localize(None)
    first, one_day = local.to_numpy("datetime64[D]"), np.timedelta64(1, "D")
    month = (first.astype("datetime64[M]") + 1).astype("datetime64[D]") - one_day
    year = (first.astype("datetime64[Y]") + 1).astype("datetime64[D]") - one_day
    to_month, to_year = (precision.eq(one).fillna(False).to_numpy(bool) for one in ("month", "year"))
    last = np.select([to_month, to_year], [month, year], first).astype(local.dtype)
    last = pd.Series(last, index=date.index, name=date.name)
    return last if zone is None else last.dt.tz_localize(zone)


def known_on(events, as_of=None):
    """Return the events that are certain to have happened by the end of ``as_of``.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`.
    as_of : str or date, optional
        A day; all events if left out.
    """
    if as_of is None:
        return events
    return events[last_day(events["date"], events["date_precision"]) <= as_date(as_of)]


def _ordered(events):
    """Sort events by the day from which they count; ties by the chain ``follows``, then by id."""
    day = last_day(events["date"], events["date_precision"])
    depth = _chain_depth(events, day)
    frame = events.assign(counts_from=day, _depth=depth)
    # Of two steps on one day without a chain between them the higher rung is the later one.
    frame["_rung"] = frame["stage"].astype(str).map(_RUNG).fillna(len(LADDER))
    frame = frame.sort_values(["counts_from", "date", "_depth", "_rung", "event_id"], kind="stable")
    return frame.drop(columns=["_depth", "_rung"])


def _threads(events):
    """Return (initiative_id, steps) sorted by id; a step is (counts_from, date, event_id, stage).

    Plain lists: a frame for each of hundreds of short threads would take most of the time.
    """
    frame = _ordered(events)
    # Numpy's dates: a pandas Timestamp costs thirty times as much to make.
    columns = (frame[name].to_numpy() for name in ("initiative_id", "counts_from", "date", "event_id"))
    threads = {}
    for initiative_id, *step in zip(*columns, frame["stage"].astype(str), strict=True):
        threads.setdefault(initiative_id, []).append(tuple(step))
    return sorted(threads.items())


def _chain_depth(events, day):
    """Return how many events come before each one in its chain (a cycle counts once).

    Only those count that are certain by the event's own day: so the order of two steps is the
    same whether later events are known or not.
    """
    before = dict(zip(events["event_id"], events["follows"], strict=True))
    since = dict(zip(events["event_id"], day.to_numpy(), strict=True))
    depths = []
    for event_id in events["event_id"]:
        seen, front = set(), [event_id]
        while front:
            steps = {one for one in before[front.pop()] if one in before and since[one] <= since[event_id]}
            front += steps - seen
            seen |= steps
        depths.append(len(seen))
    return depths


def _step(now, new):
    """Return the stage after an event of stage ``new`` on an initiative at stage ``now``."""
    if now is None or new in EXITS or new == "in_force":
        return new
    if now in EXITS:
        return new if new in _ENDS_SUSPENSION else now
    if now == "in_force":
        return now
    return new if _RUNG[new] > _RUNG[now] else now


def moves(events):
    """Return every move of every initiative: the days on which its stage changed.

    Parameters
    ----------
    events : DataFrame
        Needs ``event_id, initiative_id, date, date_precision, stage, follows``.

    Returns
    -------
    DataFrame
        One row a move: ``initiative_id, counts_from`` (the day from which the move is certain),
        ``event_id, stage_before`` (missing for the first), ``stage``.
    """
    import pandas as pd

    rows = []
    for initiative_id, steps in _threads(events):
        now = None
        for counts_from, _, event_id, stage in steps:
            after = _step(now, stage)
            if after != now:
                rows.append((initiative_id, counts_from, event_id, now, after))
            now = after
    return pd.DataFrame(
        rows, columns=["initiative_id", "counts_from", "event_id", "stage_before", "stage"]
    ).astype(
        {
            **dict.fromkeys(("initiative_id", "event_id", "stage_before", "stage"), "str"),
            "counts_from": events["date"].dtype,
        }
    )


def stages(events, as_of=None):
    """Return the stage of every initiative that has an event by ``as_of``.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`.
    as_of : str or date, optional
        A day; later events are not seen. All events if left out.

    Returns
    -------
    DataFrame
        Indexed by ``initiative_id``: ``stage``, ``stage_since`` (first day of the period of the
        event that made it so), ``stage_event_id``, ``highest_stage`` (highest rung ever, missing
        if none), ``last_step`` (stage of the newest event), ``last_event_id``, ``first_date``,
        ``last_date``, ``n_events``.
    """
    import pandas as pd

    columns = ["stage", "stage_since", "stage_event_id", "highest_stage", "last_step", "last_event_id"]
    columns += ["first_date", "last_date", "n_events"]
    known = known_on(events, as_of)
    rows = {}
    for initiative_id, steps in _threads(known):
        now = since = made_by = None
        for _, date, event_id, stage in steps:
            after = _step(now, stage)
            if after != now:
                now, since, made_by = after, date, event_id
        rungs = [stage for *_, stage in steps if stage in _RUNG]
        dates = [date for _, date, *_ in steps]
        *_, last_event_id, last_step = steps[-1]
        rows[initiative_id] = (
            now,
            since,
            made_by,
            max(rungs, key=_RUNG.get) if rungs else None,
            last_step,
            last_event_id,
            min(dates),
            max(dates),
            len(steps),
        )
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    frame.index = frame.index.rename("initiative_id").astype("str")
    kind = pd.CategoricalDtype(STAGES)
    return frame.astype(
        {
            **dict.fromkeys(("stage", "highest_stage", "last_step"), kind),
            **dict.fromkeys(("stage_event_id", "last_event_id"), "str"),
            **dict.fromkeys(("stage_since", "first_date", "last_date"), events["date"].dtype),
            "n_events": "int64",
        }
    )


def counting_steps(events, initiatives):
    """Return the events that can move an initiative of ``initiatives``.

    A step that is background only moves no initiative that is more than background.

    Parameters
    ----------
    events : DataFrame
        Needs ``initiative_id`` and ``scope``.
    initiatives : DataFrame
        Needs ``initiative_id`` and ``scope``.
    """
    own = events["initiative_id"].map(initiatives.set_index("initiative_id")["scope"].astype("str"))
    return events[own.notna() & ((events["scope"] != "context") | (own == "context"))]


def closing_day(events, as_of=None):
    """Return the day up to which threads were watched: ``as_of``, or the newest event's last day."""
    if as_of is not None:
        return as_date(as_of)
    if events.empty:
        raise ValueError("without an event there is no newest one: hand in as_of")
    return last_day(events["date"], events["date_precision"]).max()


def silence(events, as_of=None):
    """Tell since when each initiative is silent, by the one rule of this library.

    Parameters
    ----------
    events : DataFrame
        As for `stages`. Hand in all events of an initiative, else it looks silent.
    as_of : str or date, optional
        The day to judge from; the last day of the newest event if left out.

    Returns
    -------
    DataFrame
        Indexed by ``initiative_id``: ``stage, last_event_id, silent_since`` (last day of the period
        of the newest event), ``silent_years`` (of 365.25 days), ``silence``: ``heard``; ``silent``
        after 2 years; ``presumed_shelved`` after 4; ``not_waiting`` if it is operating, in force,
        suspended or cancelled.
    """
    import pandas as pd

    day = closing_day(events, as_of)
    known = _ordered(known_on(events, day))
    newest = known.drop_duplicates("initiative_id", keep="last").set_index("initiative_id").sort_index()
    last = moves(known).drop_duplicates("initiative_id", keep="last").set_index("initiative_id")["stage"]
    stage = last.reindex(newest.index).astype(pd.CategoricalDtype(STAGES))
    now = pd.DataFrame({"stage": stage, "last_event_id": newest["event_id"]})
    since = newest["counts_from"]
    waiting = now["stage"].isin(LADDER[:-1])
    said = pd.Series("not_waiting", index=now.index)
    said[waiting] = "heard"
    said[waiting & (since + pd.DateOffset(years=SILENT_YEARS) <= day)] = "silent"
    said[waiting & (since + pd.DateOffset(years=SHELVED_YEARS) <= day)] = "presumed_shelved"
    return now.assign(
        silent_since=since,
        silent_years=(day - since).dt.days / 365.25,
        silence=said.astype(pd.CategoricalDtype(list(SILENCES))),
    )
