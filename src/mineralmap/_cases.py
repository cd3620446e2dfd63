"""The cases of `mineralmap.follow`: who entered low, and how the watch over each one ended."""

from __future__ import annotations

from . import ladder

#: The rungs at which a case can enter.
ENTRIES = ladder.LADDER[:3]
#: What a halt or a silence can be taken for.
READINGS = ("watched", "never", "censored")


def entries(events, as_of=None):
    """Return how and when each initiative entered.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`; see `mineralmap.ladder.counting_steps`.
    as_of : str or date, optional
        Later events are not seen.

    Returns
    -------
    DataFrame
        One row an initiative: ``initiative_id, entry`` (stage at the end of the first day),
        ``entered`` (that day), ``entry_event_ids, partners, segments, kinds`` (tuples, of the events
        of that day), ``n_events`` (by ``as_of``).
    """
    known = ladder.known_on(events, as_of)
    known = known.assign(day=ladder.last_day(known["date"], known["date_precision"]))
    known = known.sort_values(["day", "event_id"])
    first = known[known["day"] == known.groupby("initiative_id")["day"].transform("min")]
    threads = first.groupby("initiative_id", sort=True)

    def united(cells):
        return tuple(dict.fromkeys(part for cell in cells for part in cell))

    frame = threads.agg(
        entered=("day", "first"),
        entry_event_ids=("event_id", tuple),
        partners=("partners", united),
        segments=("segments", united),
        kinds=("kind", lambda cells: tuple(dict.fromkeys(cells))),
    )
    # The stage at the end of the first day is where the moves of that day end.
    moved = ladder.moves(first).drop_duplicates("initiative_id", keep="last")
    frame.insert(0, "entry", moved.set_index("initiative_id")["stage"])
    return frame.assign(n_events=known.groupby("initiative_id").size()).reset_index()


def check_option(value, allowed, name):
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")


def cases(events, target, entry=ENTRIES, as_of=None, halts="watched", silent="watched"):
    """Return the cases for one target: who entered below it, and how the watch ended.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`; see `mineralmap.ladder.counting_steps`.
    target : str
        A rung of the ladder.
    entry : sequence of str
        Rungs at which a case may enter; those not below the target are left out.
    as_of : str or date, optional
        End of watching; the last day of the newest event if left out.
    halts : {"watched", "never", "censored"}
        What a case that is suspended, cancelled or in force at the end means: still watched; will
        never reach the target; watched until the halt only.
    silent : {"watched", "never", "censored"}
        The same for a case without a step for two years (`mineralmap.ladder.silence`);
        ``censored`` watches it until its last step only.

    Returns
    -------
    DataFrame
        One row a case: ``initiative_id, entry, entered, entry_event_ids, partners, segments, kinds,
        n_events, jumped`` (seen in operation with no step between), ``target, reached`` (bool),
        ``event_id`` (the step that reached it, missing if none), ``until`` (day of that step, or end
        of the watch), ``years`` (of 365.25 days), ``end`` (``reached``, ``watched``, ``halted`` or
        ``silent``).

    Raises
    ------
    ValueError
        If the target is no rung or a reading is not known.
    """
    return cases_of(watched_threads(events, as_of), target, entry, halts, silent)


def watched_threads(events, as_of=None):
    """Return what every target needs: entries, moves, silence and the day on which watching ended."""
    day = ladder.closing_day(events, as_of)
    known = ladder.known_on(events, day)
    frame = entries(known).set_index("initiative_id")
    if known.empty:
        frame["jumped"] = frame["n_events"].astype(bool)
        return frame, None, None, day
    steps, quiet = ladder.moves(known), ladder.silence(known, day)
    steps = steps.assign(rung=steps["stage"].map(ladder.rung))
    jumps = steps[(steps["stage"] == ladder.LADDER[-1]) & steps["stage_before"].isin(ENTRIES)]
    frame = frame.assign(jumped=frame.index.isin(jumps["initiative_id"]))
    return frame, steps, quiet.reindex(frame.index), day


def cases_of(watched, target, entry=ENTRIES, halts="watched", silent="watched"):
    import pandas as pd

    check_option(target, ladder.LADDER, "target")
    check_option(halts, READINGS, "halts")
    check_option(silent, READINGS, "silent")
    frame, steps, quiet, day = watched
    goal = ladder.rung(target)
    below = [stage for stage in entry if ladder.rung(stage) is not None and ladder.rung(stage) < goal]
    frame = frame[frame["entry"].isin(below)]
    if frame.empty:
        extra = {"target": "str", "reached": bool, "event_id": "str", "until": "datetime64[us]"}
        kinds = {**extra, "years": float, "end": "str"}
        return frame.assign(**{name: pd.Series(dtype=kind) for name, kind in kinds.items()}).reset_index()
    high = steps[steps["rung"] >= goal].drop_duplicates("initiative_id")
    high = high.set_index("initiative_id").reindex(frame.index)
    reached = high["event_id"].notna()
    until = high["counts_from"].where(reached, day)
    quiet = quiet.reindex(frame.index)
    halted = ~reached & quiet["stage"].isin([*ladder.EXITS, "in_force"])
    mute = ~reached & quiet["silence"].isin(["silent", "presumed_shelved"])
    if halts == "censored":
        last = steps.drop_duplicates("initiative_id", keep="last").set_index("initiative_id")
        until = until.mask(halted, last["counts_from"].reindex(frame.index))
    if silent == "censored":
        until = until.mask(mute, quiet["silent_since"])
    # One who never will stays in the count for as long as anybody is watched.
    longest = (day - frame["entered"]).max() + pd.Timedelta(days=1)
    never = (halted & (halts == "never")) | (mute & (silent == "never"))
    until = until.mask(never, frame["entered"] + longest)
    found = frame.assign(
        target=target,
        reached=reached,
        event_id=high["event_id"],
        until=until,
        years=(until - frame["entered"]).dt.days / 365.25,
        end=pd.Series("watched", index=frame.index)
        .mask(reached, "reached")
        .mask(halted, "halted")
        .mask(mute, "silent"),
    )
    return found.reset_index()


def own_steps(events, initiatives):
    """Return the steps of the initiatives that are more than background."""
    return ladder.counting_steps(events, initiatives[initiatives["scope"] != "context"])


def left_out(frame, entry, running_before):
    """Return who is no case, and why."""
    import pandas as pd

    above = [stage for stage in ladder.LADDER if stage not in ENTRIES]
    reasons = {
        "first seen above mou": frame["entry"].isin(above),
        "first seen halted, cancelled or in force": ~frame["entry"].isin(ladder.LADDER),
        "entered at a rung not asked for": frame["entry"].isin(set(ENTRIES) - set(entry)),
    }
    gone = tuple(sorted(running_before))
    rows = [("ran before it was first seen, by the caller's list", len(gone), gone)]
    rows += [(why, int(mask.sum()), tuple(frame.loc[mask, "initiative_id"])) for why, mask in reasons.items()]
    return pd.DataFrame(rows, columns=["reason", "n", "initiative_ids"]).astype({"reason": "str"})
