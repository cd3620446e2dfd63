"""Follow-through: of what entered as talks, announced or a memorandum, what share climbed, and when.

It is the base rate for "will the talks become plants?". The share is one minus Kaplan and Meier's
estimate, so that initiatives which are still young count for as long as they were observed.

The rules, in the order in which they are used:

1. **Entry.** An initiative enters on the first day on which an event of it is certain (the rule of
   `mineralmap.stages`), at the stage it has at the end of that day. One that is first seen above
   ``mou``, or that starts with a halt or as a law, was never seen waiting: it is not in the cohort.
   The counts of those excluded are in the result.
2. **Reaching.** It reaches a stage on the first day on which it is on that stage or above. A skipped
   stage counts as reached with the one above it.
3. **Observation.** Who has not reached the stage is observed until ``as_of`` (censored there). A halt
   and inactivity do not end the observation, because halted initiatives do resume; other assumptions
   (``sensitivity``) are shown beside each result.
4. **Groups** are formed by what was known on the day of entry. A partner who joins later joins what
   has already come far, and would make every partner look good.
5. **Skipped stages.** An initiative may be seen in operation with no step between: a plan to enlarge
   an old mine is reported, and later its output. It may have run before it was first seen, and then
   does not belong in the cohort. Leave those out that you know of (``running_before``); one
   assumption leaves out every one that skipped.
6. **Small numbers.** No share for fewer than ten cases, nor for a time at which fewer than five
   were still observed, unless the fate of every case is known by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy  # loads scipy.stats when it is first used, so pictures and maps do not wait for it

from .codebook import codes, country_code
from .errors import check_option, unknown_name
from .frames import union_tuples
from .stages import (
    EXITS,
    LADDER,
    Day,
    built,
    inactivity,
    known_as_of,
    last_day,
    resolve_as_of,
    stage_events,
    stage_rank,
    transitions,
)
from .survival import MIN_CASES, censored, curve, shares
from .text import pluralize

#: The stages at which an initiative can enter.
ENTRIES = LADDER[:3]
#: What a halt or inactivity can be taken for.
ENDINGS = ("observed", "never", "censored")
#: One that names none of these segments on entry was hardly going to become a plant.
CHAIN = codes("segment", "chain")
#: Older initiatives were found by looking back from what became of them; newer ones hardly.
RECENT_YEARS = 5
#: The assumption of the shares themselves, and the one without every initiative that skipped to output.
AS_THE_RULES_SAY = "as the rules say"
WITHOUT_SKIPS = "without jumps from entry to output (a lower bound)"
#: What every share in this module has in common.
SELECTION = (
    "Only what was reported is in the tables. Talks that led nowhere are reported less than plants, and "
    "older projects were found by looking back from what became of them: both make these shares too "
    "high, the more so the longer the time. A step that no page reported counts as not taken, which makes "
    "them too low. Initiatives are not independent: one company or one budget may be behind several."
)

__all__ = [
    "AS_THE_RULES_SAY",
    "CHAIN",
    "ENTRIES",
    "SELECTION",
    "WITHOUT_SKIPS",
    "FollowThrough",
    "compare",
    "entries",
    "follow_through",
]

_Array = npt.NDArray[Any]


@dataclass(frozen=True)
class FollowThrough:
    """Shares that climbed, with all that is needed to trace and to doubt them.

    Attributes
    ----------
    table : DataFrame
        One row per entry, target and time: ``entry`` (a stage, or ``any`` for all together),
        ``target, years, n`` (cases), ``n_reached`` (by then), ``n_at_risk`` (still observed then),
        ``share, low, high`` (missing where refused), ``refused`` (why), ``event_ids`` (tuple: those
        of the entries, and the steps that reached the target by then).
    curves : DataFrame
        ``entry, target`` and the columns of `curve`; only where there are enough cases.
    cohort : DataFrame
        One row per case and target: ``initiative_id`` and the columns of `entries`,
        ``skipped_stages`` (seen in operation with no step between), ``target, reached`` (bool),
        ``event_id`` (the step that reached it, missing if none), ``until`` (day of that step, or end
        of the observation), ``years`` (from entry, of 365.25 days), ``end`` (``reached``,
        ``observed``, ``halted`` or ``inactive``).
    sensitivity : DataFrame
        The shares of all entries together under other assumptions: ``assumption`` (in words; the
        first is `AS_THE_RULES_SAY`), ``target`` and the further columns of ``table``.
    excluded : DataFrame
        ``reason, n, initiative_ids``: initiatives that are no cases.
    as_of : Timestamp
        The day on which the observation ended.
    selection : str
        What the shares cannot show.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events()
    >>> initiatives = mm.load_initiatives(scope="rare_earth")
    >>> result = mm.follow_through.follow_through(events, initiatives)
    >>> result.table.columns[:4].tolist()
    ['entry', 'target', 'years', 'n']
    """

    table: pd.DataFrame
    curves: pd.DataFrame
    cohort: pd.DataFrame
    sensitivity: pd.DataFrame
    excluded: pd.DataFrame
    as_of: pd.Timestamp
    selection: str = SELECTION

    def __repr__(self) -> str:
        n = self.cohort["initiative_id"].nunique()
        return f"FollowThrough: {n} projects observed until {self.as_of:%Y-%m-%d}"


class _Histories(NamedTuple):
    """Who entered and what became of each, as arrays with a place per initiative.

    Plain arrays: a frame for each of a hundred groups would take most of the time.
    """

    frame: pd.DataFrame  # as from `entries`, with skipped_stages
    day: np.datetime64
    rank: _Array  # of the entry; -1 off the ladder
    entered: _Array
    reached_on: _Array  # a row per rank of the ladder
    reached_by: _Array
    halted: _Array
    inactive: _Array
    last_move: _Array
    inactive_since: _Array


class _Fates(NamedTuple):
    """How the observation of each case ended, for one target."""

    at: _Array  # place in _Histories
    reached: _Array
    event_id: _Array
    until: _Array
    years: _Array
    end: _Array

    def where(self, mask: _Array) -> _Fates:
        return _Fates(*(cells[mask] for cells in self))


def entries(events: pd.DataFrame, initiatives: pd.DataFrame, *, as_of: Day | None = None) -> pd.DataFrame:
    """Return how and when each initiative entered.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`.
    initiatives : DataFrame
        The initiatives to look at (``initiative_id, scope``).
    as_of : str or date, optional
        Later events are not seen.

    Returns
    -------
    DataFrame
        One row per initiative: ``initiative_id, entry`` (stage at the end of the first day),
        ``entered`` (that day), ``entry_event_ids, partners, segments`` (tuples, of the events of that
        day), ``n_events`` (by ``as_of``).

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events()
    >>> initiatives = mm.load_initiatives(scope="rare_earth")
    >>> mm.follow_through.entries(events, initiatives).columns[:3].tolist()
    ['initiative_id', 'entry', 'entered']
    """
    known = known_as_of(stage_events(events, initiatives), as_of)
    return _entries(known, transitions(known)).reset_index()


def _entries(known: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    counts_from = last_day(known["date"], known["date_precision"])
    entered = counts_from.groupby(known["initiative_id"]).min()
    # The stage at the end of the first day is where the moves of that day end.
    moved = moves[moves["counts_from"] == moves["initiative_id"].map(entered)]
    stage = moved.drop_duplicates("initiative_id", keep="last").set_index("initiative_id")["stage"]
    frame = pd.DataFrame({"entry": stage.reindex(entered.index), "entered": entered})
    shown = ["initiative_id", "event_id", "partners", "segments"]
    first = known.loc[counts_from == known["initiative_id"].map(entered), shown].sort_values("event_id")
    first = first.assign(entry_event_ids=[(event_id,) for event_id in first["event_id"]])
    for name in ("entry_event_ids", "partners", "segments"):
        found = union_tuples(first["initiative_id"], first[name])
        frame[name] = pd.Series([found[key] for key in frame.index], index=frame.index, dtype="object")
    return frame.assign(n_events=known.groupby("initiative_id").size())


def _days(cells: pd.Series) -> Any:
    return cells.to_numpy("datetime64[D]")


def _histories(known: pd.DataFrame, now: pd.DataFrame, day: pd.Timestamp) -> _Histories:
    """Return what every target and every assumption needs, computed once.

    ``now`` is the `inactivity` of all initiatives on that day.
    """
    moves = transitions(known)
    frame = _entries(known, moves)
    now = now.reindex(frame.index)
    ranks = [stage_rank(stage) for stage in moves["stage"]]
    reached_on = np.full((len(LADDER), len(frame)), np.datetime64("NaT", "D"), "datetime64[D]")
    reached_by = np.full((len(LADDER), len(frame)), None, dtype=object)
    at = frame.index.get_indexer(moves["initiative_id"])
    # Backwards, so that the first move to a stage or above is written last and stays.
    for place, rank, since, event_id in reversed(
        list(zip(at, ranks, _days(moves["counts_from"]), moves["event_id"], strict=True))
    ):
        if rank is not None:
            reached_on[: rank + 1, place], reached_by[: rank + 1, place] = since, event_id
    jumps = (moves["stage"] == LADDER[-1]) & moves["stage_before"].isin(ENTRIES)
    last = moves.drop_duplicates("initiative_id", keep="last").set_index("initiative_id")["counts_from"]
    return _Histories(
        frame=frame.assign(skipped_stages=frame.index.isin(moves.loc[jumps, "initiative_id"])),
        day=np.datetime64(day, "D"),
        rank=np.array([-1 if (rank := stage_rank(stage)) is None else rank for stage in frame["entry"]], int),
        entered=_days(frame["entered"]),
        reached_on=reached_on,
        reached_by=reached_by,
        halted=now["stage"].isin([*EXITS, "in_force"]).to_numpy(bool),
        inactive=now["inactivity"].isin(["inactive", "presumed_shelved"]).to_numpy(bool),
        last_move=_days(last.reindex(frame.index)),
        inactive_since=_days(now["inactive_since"]),
    )


def _fates(
    histories: _Histories,
    goal: int,
    entry: Sequence[str],
    halts: str = "observed",
    inactive: str = "observed",
) -> _Fates:
    """Return the cases that entered below the target of rank ``goal``, and how each ended."""
    below = [rank for stage in entry if (rank := stage_rank(stage)) is not None and rank < goal]
    at = np.flatnonzero(np.isin(histories.rank, below))
    entered = histories.entered[at]
    reached_on = histories.reached_on[goal, at]
    reached = ~np.isnat(reached_on)
    halted, idle = ~reached & histories.halted[at], ~reached & histories.inactive[at]
    until = np.where(reached, reached_on, histories.day)
    if halts == "censored":
        until = np.where(halted, histories.last_move[at], until)
    if inactive == "censored":
        until = np.where(idle, histories.inactive_since[at], until)
    # One who never will stays in the count for as long as anybody is observed.
    longest = (histories.day - entered).astype(int).max(initial=0) + 1
    never = (halted & (halts == "never")) | (idle & (inactive == "never"))
    until = np.where(never, entered + longest, until)
    return _Fates(
        at=at,
        reached=reached,
        event_id=histories.reached_by[goal, at],
        until=until,
        years=(until - entered).astype(int) / 365.25,
        end=np.select([idle, halted, reached], ["inactive", "halted", "reached"], "observed"),
    )


_MEASURES = ["years", "n", "n_reached", "n_at_risk", "share", "low", "high", "refused", "event_ids"]


def _measured(
    histories: _Histories, fates: _Fates, years: Sequence[float], confidence: float
) -> list[tuple[Any, ...]]:
    """Return a row of `_MEASURES` for each time."""
    used = histories.frame["entry_event_ids"].to_numpy()[fates.at]
    entered = {event_id for ids in used for event_id in ids}
    rows = []
    for time, row in zip(years, shares(fates.years, fates.reached, years, confidence), strict=True):
        taken = fates.event_id[fates.reached & (fates.years <= time)]
        rows.append((time, len(fates.at), *row, tuple(sorted(entered.union(taken)))))
    return rows


def _as_stages(entry: str | Iterable[str]) -> tuple[str, ...]:
    chosen = (entry,) if isinstance(entry, str) else tuple(entry)
    for stage in chosen:
        check_option("entry", stage, ENTRIES)
    return tuple(stage for stage in ENTRIES if stage in chosen)


def _counted(initiatives: pd.DataFrame) -> pd.DataFrame:
    """Return the initiatives that are more than background and can be built."""
    return built(initiatives[initiatives["scope"] != "context"])


def follow_through(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    *,
    entry: str | Sequence[str] = ENTRIES,
    as_of: Day | None = None,
    years: Sequence[float] = (1, 2, 5),
    confidence: float = 0.95,
    halts: str = "observed",
    inactive: str = "observed",
    running_before: Iterable[str] = (),
) -> FollowThrough:
    """Return what share of the initiatives that entered low reached each higher stage in time.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`, of all scopes.
    initiatives : DataFrame
        The initiatives to count (``initiative_id, scope``), as from `mineralmap.load_initiatives`
        with a ``scope``, or a part of it. Context initiatives are left out.
    entry : sequence of str
        Stages of entry, among ``talks``, ``announced`` and ``mou``.
    as_of : str or date, optional
        End of the observation; the last day of the newest event passed if left out.
    years : sequence of float
        Times after entry.
    confidence : float
        Level of the intervals.
    halts : {"observed", "never", "censored"}
        What a case that is suspended, cancelled or in force at the end means: still observed; will
        never reach the target; observed until the halt only.
    inactive : {"observed", "never", "censored"}
        The same for a case without a step for two years (`mineralmap.stages.inactivity`);
        ``censored`` observes it until its last step only.
    running_before : sequence of str
        Ids of initiatives that ran before they were first seen; left out and named in the result.

    Returns
    -------
    FollowThrough
        Shares with intervals, n, curves, cohort, sensitivity, and what they cannot show.

    Raises
    ------
    ValueError
        If an entry is none of the three, or ``halts`` or ``inactive`` is not known.
    UnknownNameError
        If an id of ``running_before`` is not among the initiatives.

    Examples
    --------
    >>> import mineralmap as mm
    >>> result = mm.follow_through.follow_through(mm.load_events(), mm.load_initiatives(scope="rare_earth"))
    >>> bool((result.table["low"].fillna(0) <= result.table["high"].fillna(1)).all())
    True
    """
    entry, years = _as_stages(entry), sorted(years)
    check_option("halts", halts, ENDINGS)
    check_option("inactive", inactive, ENDINGS)
    gone = tuple(sorted(running_before))
    for initiative_id in set(gone) - set(initiatives["initiative_id"]):
        raise unknown_name("initiative", initiative_id, initiatives["initiative_id"])
    day = resolve_as_of(events, as_of)
    counted = _counted(initiatives[~initiatives["initiative_id"].isin(gone)])
    known = known_as_of(stage_events(events, counted), day)
    now = inactivity(known, as_of=day)
    histories = _histories(known, now, day)
    # Only the precision is dropped: what was not certain by the end of the observation stays out.
    early = _histories(known.assign(date_precision="day"), now, day)
    goals = range(LADDER.index(entry[0]) + 1, len(LADDER))
    fates = {goal: _fates(histories, goal, entry, halts, inactive) for goal in goals}
    rows, curves = [], []
    for name in [*(["any"] if len(entry) > 1 else []), *entry]:
        for goal in goals:
            group = fates[goal]
            if name != "any":
                if goal <= LADDER.index(name):
                    continue
                group = group.where(histories.rank[group.at] == LADDER.index(name))
            rows += [(name, LADDER[goal], *row) for row in _measured(histories, group, years, confidence)]
            if len(group.at) >= MIN_CASES:
                points = curve(group.years, group.reached, confidence=confidence)
                curves.append(points.assign(entry=name, target=LADDER[goal]))
    shape = ["entry", "target", "years", "n_at_risk", "n_reached", "n_censored", "share", "low", "high"]
    table = pd.DataFrame(rows, columns=["entry", "target", *_MEASURES])
    lines = pd.concat(curves, ignore_index=True)[shape] if curves else pd.DataFrame(columns=shape)
    return FollowThrough(
        table=table.astype({"refused": "str"}),
        curves=lines,
        cohort=_cohort(histories, fates),
        sensitivity=_sensitivity(histories, early, goals, entry, years, confidence),
        excluded=_excluded(histories, entry, gone),
        as_of=day,
    )


def _cohort(histories: _Histories, fates: dict[int, _Fates]) -> pd.DataFrame:
    every = _Fates(*(np.concatenate(cells) for cells in zip(*fates.values(), strict=True)))
    target = np.repeat([LADDER[goal] for goal in fates], [len(group.at) for group in fates.values()])
    columns = {name: cells for name, cells in every._asdict().items() if name != "at"}
    frame = histories.frame.iloc[every.at].reset_index().assign(target=target, **columns)
    kinds = {"target": "str", "event_id": "str", "until": histories.frame["entered"].dtype, "end": "str"}
    return frame.astype(kinds)


def _sensitivity(
    histories: _Histories,
    early: _Histories,
    goals: Iterable[int],
    entry: Sequence[str],
    years: Sequence[float],
    confidence: float,
) -> pd.DataFrame:
    """Return the shares of all entries together under other assumptions."""
    frame = histories.frame
    recent = pd.Timestamp(histories.day) - pd.DateOffset(years=RECENT_YEARS)
    chain = frame["segments"].map(lambda names: not set(CHAIN).isdisjoint(names))
    subsets = {
        f"only projects of the last {RECENT_YEARS} years": frame["entered"] >= recent,
        "only those that name a step of the chain on entry": chain,
        "only those with a second report (an upper bound)": frame["n_events"] > 1,
        WITHOUT_SKIPS: ~frame["skipped_stages"],
    }
    read_otherwise: dict[str, tuple[_Histories, dict[str, str]]] = {
        AS_THE_RULES_SAY: (histories, {}),
        "a halt is final": (histories, {"halts": "never"}),
        "a halt ends the observation": (histories, {"halts": "censored"}),
        "two years without a report are a failure": (histories, {"inactive": "never"}),
        "two years without a report end the observation": (histories, {"inactive": "censored"}),
        "vague dates read as the first day": (early, {}),
    }
    rows = []
    for goal in goals:
        groups = {
            name: (source, _fates(source, goal, entry, **options))
            for name, (source, options) in read_otherwise.items()
        }
        every = groups[AS_THE_RULES_SAY][1]
        groups |= {
            name: (histories, every.where(mask.to_numpy(bool)[every.at])) for name, mask in subsets.items()
        }
        for name, (source, group) in groups.items():
            rows += [(name, LADDER[goal], *row) for row in _measured(source, group, years, confidence)]
    table = pd.DataFrame(rows, columns=["assumption", "target", *_MEASURES])
    return table.astype({"refused": "str"})


def _excluded(histories: _Histories, entry: Sequence[str], gone: tuple[str, ...]) -> pd.DataFrame:
    """Return who is no case, and why."""
    stage = histories.frame["entry"]
    reasons = {
        "first seen above mou": stage.isin(LADDER[len(ENTRIES) :]),
        "first seen halted, cancelled or in force": ~stage.isin(LADDER),
        "entered at a stage not asked for": stage.isin(set(ENTRIES) - set(entry)),
    }
    rows = [("ran before it was first seen, by the caller's list", len(gone), gone)]
    rows += [(why, int(mask.sum()), tuple(stage.index[mask])) for why, mask in reasons.items()]
    return pd.DataFrame(rows, columns=["reason", "n", "initiative_ids"]).astype({"reason": "str"})


def compare(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    *,
    by: str = "level",
    target: str = "agreement",
    entry: str | Sequence[str] = ENTRIES,
    as_of: Day | None = None,
    years: float = 2,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare the follow-through of groups, each with all other cases (log-rank).

    Parameters
    ----------
    events, initiatives, entry, as_of, confidence
        As for `follow_through`.
    by : str
        ``level`` (who leads), ``segments``, ``partners``, or one partner, as ``"JPN"`` or
        ``"Japan"``, for the cases with and without it. Partners and segments are those named on the
        day of entry; a case with two is in two groups.
    target : str
        The stage to reach.
    years : float
        Time at which shares are given; the test uses the whole curves.

    Returns
    -------
    DataFrame
        One row per group, the largest first: ``group, n, n_reached`` (ever), ``share, low, high`` (at
        ``years``), ``n_others, share_others, statistic, p`` (log-rank, two-sided), ``p_holm``
        (corrected for the number of groups tested), ``refused, event_ids``. Refused where a side has
        fewer than `MIN_CASES` cases or nobody has reached the target. `SELECTION` says what the
        shares cannot show.

    Raises
    ------
    UnknownNameError
        If ``by`` is neither a column nor a country.
    ValueError
        If the target is no stage of the ladder.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events()
    >>> initiatives = mm.load_initiatives(scope="rare_earth")
    >>> groups = mm.follow_through.compare(events, initiatives, by="Japan", target="mou")
    >>> groups.columns[:3].tolist()
    ['group', 'n', 'n_reached']
    """
    check_option("target", target, LADDER)
    partner = None if by in ("level", "segments", "partners") else country_code(by)
    day = resolve_as_of(events, as_of)
    known = known_as_of(stage_events(events, _counted(initiatives)), day)
    histories = _histories(known, inactivity(known, as_of=day), day)
    cases = _fates(histories, LADDER.index(target), _as_stages(entry))
    groups = _groups(histories.frame.iloc[cases.at], initiatives, partner or by, partner is not None)
    rows = []
    for name in sorted({name for names in groups for name in names}):
        inside = np.array([name in names for names in groups], dtype=bool)
        group, others = cases.where(inside), cases.where(~inside)
        _, n, _, _, share, low, high, refused, event_ids = _measured(histories, group, [years], confidence)[0]
        share_others = shares(others.years, others.reached, [years], confidence)[0][2]
        n_others = len(others.at)
        statistic = p = nan
        if min(n, n_others) < MIN_CASES:
            refused = f"{pluralize(n, 'case')} against {n_others}: fewer than {MIN_CASES} on a side"
        elif not cases.reached.any():
            refused = "nobody has reached the target"
        else:
            sides = (censored(side.years, side.reached) for side in (group, others))
            with np.errstate(invalid="ignore"):
                test = scipy.stats.logrank(*sides)
            statistic, p = float(test.statistic), float(test.pvalue)
            if np.isnan(p):
                refused = "no step was taken while both sides were observed"
        share_row = (share, low, high, n_others, share_others, statistic, p)
        rows.append((name, n, int(group.reached.sum()), *share_row, refused, event_ids))
    columns = ["group", "n", "n_reached", "share", "low", "high", "n_others", "share_others"]
    table = pd.DataFrame(rows, columns=[*columns, "statistic", "p", "refused", "event_ids"])
    table = table.sort_values(["n", "group"], ascending=[False, True], ignore_index=True)
    # Two halves of one split are one test.
    halves = len(table) == 2 and all(len(names) == 1 for names in groups)
    table.insert(table.columns.get_loc("refused"), "p_holm", _holm(table["p"], 1 if halves else None))
    return table.astype({"refused": "str"})


def _groups(
    frame: pd.DataFrame, initiatives: pd.DataFrame, by: str, one_partner: bool
) -> list[tuple[str, ...]]:
    """Return the group or groups of each case, by what was known on the day of entry."""
    if by == "level":
        levels = initiatives.set_index("initiative_id")["level"].astype("str")
        return [(level,) for level in levels.reindex(frame.index)]
    if one_partner:
        return [(f"with {by}",) if by in codes else (f"without {by}",) for codes in frame["partners"]]
    return [names or ("none named",) for names in frame[by]]


def _holm(p: pd.Series, tests: int | None) -> pd.Series:
    """Return p-values corrected for several tests at once (Holm's step-down method)."""
    known = p.dropna().sort_values()
    factors = [max((tests or len(known)) - place, 1) for place in range(len(known))]
    return (known * factors).cummax().clip(upper=1).reindex(p.index)
