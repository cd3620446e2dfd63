"""Follow-through: of what entered as talks, announced or a memorandum, what share climbed, and when.

It is the base rate for "will the talks become plants?". The share is one minus Kaplan and Meier's
estimate, so that threads which are still young count for as long as they were watched.

The rules, in the order in which they are used:

1. **Entry.** An initiative enters on the first day on which a step of it is certain (the rule of
   `mineralmap.ladder`), at the rung it stands on at the end of that day. One that is first seen
   above ``mou``, or that starts with a halt or as a law, was never seen waiting: it is no case here.
   The counts of those left out stand in the result.
2. **Reaching.** It reaches a rung on the first day on which it stands on that rung or above. A
   skipped rung counts as reached with the one above it.
3. **Watching.** Who has not reached the rung is watched until ``as_of`` (censored there). A halt
   and a silence do not end the watch, because halted threads do resume; the other readings
   (`sensitivity`) stand beside each result.
4. **Groups** are formed by what was known on the day of entry. A partner who joins later joins what
   has already come far, and would make every partner look good.
5. **Jumps.** A thread may be seen in operation with no step between: a plan to enlarge an old mine
   is reported, and later its output. It may have run before it was first seen, and then is no case
   at all. Leave those out that you know of (``running_before``); one reading leaves out every jump.
6. **Small numbers.** No share for fewer than ten cases, nor for a time at which fewer than five
   were still watched, unless the fate of every case is known by then (`mineralmap.survival`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import ladder, style, survival
from ._cases import ENTRIES, cases, cases_of, check_option, entries, left_out, own_steps, watched_threads
from .errors import UnknownIdError
from .survival import MIN_CASES

if TYPE_CHECKING:
    import pandas as pd

#: A thread that names none of these on entry was hardly going to become a plant.
CHAIN = ("mining", "separation", "metal", "magnet", "recycling")
#: Older threads were found by looking back from what became of them; newer ones hardly.
RECENT_YEARS = 5
#: The reading that leaves out every thread seen in operation with no step between.
WITHOUT_JUMPS = "without jumps from entry to output (a lower bound)"
#: How every share in this module was made.
RULES = __doc__
#: What every share in this module has in common.
SELECTION = (
    "Only what was reported is in the tables. Talks that led nowhere are reported less than plants, and "
    "older threads were found by looking back from what became of them: both make these shares too high, "
    "the more so the longer the time. A step that no page reported counts as not taken, which makes them "
    "too low. Threads are not independent: one company or one budget may stand behind several."
)

__all__ = [
    "CHAIN",
    "ENTRIES",
    "RULES",
    "SELECTION",
    "WITHOUT_JUMPS",
    "Comparison",
    "FollowThrough",
    "cases",
    "compare",
    "entries",
    "follow_through",
    "sensitivity",
]


@dataclass(frozen=True)
class FollowThrough:
    """Shares that climbed, with all that is needed to trace and to doubt them.

    Attributes
    ----------
    table : DataFrame
        One row a pair of entry and target at a time: ``entry`` (a rung, or ``any`` for all
        together), ``target, years, n`` (cases), ``n_reached`` (by then), ``n_at_risk`` (still
        watched then), ``share, low, high`` (95 % unless told; missing where refused), ``refused``
        (why), ``event_ids`` (tuple: entries, and the steps that reached the target by then).
    curves : DataFrame
        ``entry, target`` and the columns of `survival.curve`; only where there are enough cases.
    cases : DataFrame
        As from `cases`, for every target.
    sensitivity : DataFrame
        As from `sensitivity`: the same shares under other readings.
    left_out : DataFrame
        ``reason, n, initiative_ids``: initiatives that are no cases.
    as_of : Timestamp
        The day on which watching ended.
    selection, rules : str
        What the shares cannot show, and how they were made.
    """

    table: pd.DataFrame
    curves: pd.DataFrame
    cases: pd.DataFrame
    sensitivity: pd.DataFrame
    left_out: pd.DataFrame
    as_of: pd.Timestamp
    selection: str = SELECTION
    rules: str = RULES

    @property
    def event_ids(self):
        """Ids of the events that the shares rest on (tuple, sorted)."""
        return _used(self.cases)

    def __repr__(self):
        n = self.cases["initiative_id"].nunique()
        return f"FollowThrough: {n} initiatives watched until {self.as_of:%Y-%m-%d}"


@dataclass(frozen=True)
class Comparison:
    """Groups of cases set against all others.

    Attributes
    ----------
    table : DataFrame
        One row a group: ``group, n, n_reached`` (ever), ``share, low, high`` (at ``years``),
        ``n_others, share_others, statistic, p`` (log-rank, two-sided), ``p_holm`` (for the number
        of groups tested), ``refused``, ``event_ids``.
    curves : DataFrame
        ``group`` and the columns of `survival.curve`.
    cases : DataFrame
        As from `cases`, with ``groups`` (tuple).
    by, target : str
        What was compared.
    years : float
        The time at which shares are given.
    selection : str
        What the shares cannot show.
    """

    table: pd.DataFrame
    curves: pd.DataFrame
    cases: pd.DataFrame
    by: str
    target: str
    years: float
    as_of: pd.Timestamp
    selection: str = SELECTION

    @property
    def event_ids(self):
        """Ids of the events that the comparison rests on (tuple, sorted)."""
        return _used(self.cases)

    def __repr__(self):
        return f"Comparison by {self.by}: {len(self.table)} groups, {len(self.cases)} cases"


def _used(cases):
    ids = {one for many in cases["entry_event_ids"] for one in many} | set(cases["event_id"].dropna())
    return tuple(sorted(ids))


_COLUMNS = ["n", "n_reached", "n_at_risk", "share", "low", "high", "refused", "event_ids"]


def _measured(found, years, confidence):
    """Return a row of `_COLUMNS` for each time."""
    entered = {one for many in found["entry_event_ids"] for one in many}
    rows = []
    for time, row in zip(
        years, survival.shares(found["years"], found["reached"], years, confidence), strict=True
    ):
        taken = found.loc[found["reached"] & (found["years"] <= time), "event_id"]
        rows.append((len(found), *row, tuple(sorted(entered | set(taken)))))
    return rows


def _text(frame, columns):
    return frame.astype(dict.fromkeys(columns, "str"))


def follow_through(
    events,
    initiatives,
    entry=ENTRIES,
    as_of=None,
    years=(1, 2, 5),
    confidence=0.95,
    halts="watched",
    silent="watched",
    running_before=(),
):
    """Return what share of the initiatives that entered low reached each higher rung in time.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`, of all scopes.
    initiatives : DataFrame
        The initiatives to count (``initiative_id, scope``), as from `mineralmap.load_initiatives`
        with a ``scope``, or a part of it. Context initiatives are left out.
    entry : sequence of str
        Rungs of entry, among ``talks``, ``announced`` and ``mou``.
    as_of : str or date, optional
        End of watching; the last day of the newest event handed in if left out.
    years : sequence of float
        Times after entry.
    confidence : float
        Level of the intervals.
    halts, silent : str
        As for `cases`; `sensitivity` shows them side by side.
    running_before : sequence of str
        Ids of initiatives that ran before they were first seen; left out and named in the result.

    Returns
    -------
    FollowThrough
        Shares with intervals, n, curves, cases, sensitivity, and what they cannot show.

    Raises
    ------
    ValueError
        If an entry is none of the three, or a reading is not known.
    UnknownIdError
        If an id of ``running_before`` is not among the initiatives.

    Examples
    --------
    >>> import mineralmap as mm
    >>> from mineralmap import follow
    >>> result = follow.follow_through(mm.load_events(), mm.load_initiatives(scope="rare_earth"))
    >>> bool((result.table["low"].fillna(0) <= result.table["high"].fillna(1)).all())
    True
    """
    import pandas as pd

    entry = (entry,) if isinstance(entry, str) else tuple(entry)
    for one in entry:
        check_option(one, ENTRIES, "entry")
    unknown = sorted(set(running_before) - set(initiatives["initiative_id"]))
    if unknown:
        raise UnknownIdError(f"not among the initiatives: {', '.join(unknown)}")
    day = ladder.closing_day(events, as_of)
    steps = own_steps(events, initiatives[~initiatives["initiative_id"].isin(running_before)])
    watched = watched_threads(steps, day)
    lowest = min(map(ladder.rung, entry))
    rows, curves, everyone = [], [], []
    for target in ladder.LADDER[lowest + 1 :]:
        found = cases_of(watched, target, entry, halts, silent)
        everyone.append(found)
        groups = {"any": found} if len(entry) > 1 else {}
        groups.update({one: found[found["entry"] == one] for one in entry})
        for name, some in groups.items():
            if name != "any" and ladder.rung(name) >= ladder.rung(target):
                continue
            measured = _measured(some, years, confidence)
            rows += [(name, target, time, *row) for time, row in zip(years, measured, strict=True)]
            if len(some) >= MIN_CASES:
                curve = survival.curve(some["years"], some["reached"], confidence)
                curves.append(curve.assign(entry=name, target=target))
    table = pd.DataFrame(rows, columns=["entry", "target", "years", *_COLUMNS])
    start = ["entry", "target", "years", "n_at_risk", "n_reached", "n_censored", "share", "low", "high"]
    curves = pd.concat(curves, ignore_index=True)[start] if curves else pd.DataFrame(columns=start)
    return FollowThrough(
        _text(table, ["entry", "target", "refused"]).sort_values(
            ["entry", "target", "years"], key=_in_order, ignore_index=True
        ),
        _text(curves, ["entry", "target"]),
        pd.concat(everyone, ignore_index=True),
        _readings(ladder.known_on(steps, day), watched, entry, years, confidence),
        left_out(watched[0].reset_index(), entry, running_before),
        day,
    )


def _in_order(column):
    order = {"any": -1, **{stage: number for number, stage in enumerate(ladder.LADDER)}}
    return column.map(order) if column.name in ("entry", "target") else column


def sensitivity(events, initiatives, entry=ENTRIES, as_of=None, years=(1, 2, 5), confidence=0.95):
    """Return the shares of all entries together under other readings of the same events.

    Parameters
    ----------
    events, initiatives, entry, as_of, years, confidence
        As for `follow_through`.

    Returns
    -------
    DataFrame
        ``reading`` (in words; the first is the one of `follow_through`), ``target, years, n,
        n_reached, n_at_risk, share, low, high, refused, event_ids``.
    """
    entry = (entry,) if isinstance(entry, str) else tuple(entry)
    day = ladder.closing_day(events, as_of)
    known = ladder.known_on(own_steps(events, initiatives), day)
    return _readings(known, watched_threads(known, day), entry, years, confidence)


def _readings(known, watched, entry, years, confidence):
    import pandas as pd

    day = watched[-1]
    recent = day - pd.DateOffset(years=RECENT_YEARS)
    # Only the precision is dropped: what was not certain by the end of the watch stays out.
    early = watched_threads(known.assign(date_precision="day"), day)
    others = {
        "a halt is final": (watched, {"halts": "never"}),
        "a halt ends the watch": (watched, {"halts": "censored"}),
        "two years of silence are a failure": (watched, {"silent": "never"}),
        "two years of silence end the watch at the last step": (watched, {"silent": "censored"}),
        "vague dates read as the first day": (early, {}),
    }
    rows = []
    lowest = min(map(ladder.rung, entry))
    for target in ladder.LADDER[lowest + 1 :]:
        found = cases_of(watched, target, entry)
        chain = found["segments"].map(lambda names: not set(CHAIN).isdisjoint(names)).astype(bool)
        readings = {
            "as the rules say": found,
            **{name: cases_of(frame, target, entry, **options) for name, (frame, options) in others.items()},
            f"only threads of the last {RECENT_YEARS} years": found[found["entered"] >= recent],
            "only threads that name a step of the chain on entry": found[chain],
            "only threads with a second report (an upper bound)": found[found["n_events"] > 1],
            WITHOUT_JUMPS: found[~found["jumped"]],
        }
        for name, some in readings.items():
            measured = _measured(some, years, confidence)
            rows += [(name, target, time, *row) for time, row in zip(years, measured, strict=True)]
    table = pd.DataFrame(rows, columns=["reading", "target", "years", *_COLUMNS])
    return _text(table, ["reading", "target", "refused"])


def _groups(found, initiatives, by):
    """Return the group or groups of each case, by what was known on the day of entry."""
    if by == "level":
        levels = initiatives.set_index("initiative_id")["level"].astype("str")
        return found["initiative_id"].map(levels).map(lambda level: (level,))
    if by == "segments":
        return found["segments"].map(lambda names: names or ("none named",))
    if by == "partners":
        return found["partners"].map(lambda codes: codes or ("none named",))
    return found["partners"].map(lambda codes: (f"with {by}",) if by in codes else (f"without {by}",))


def compare(
    events, initiatives, by="level", target="agreement", entry=ENTRIES, as_of=None, years=2, confidence=0.95
):
    """Compare the follow-through of groups, each with all other cases (log-rank).

    Parameters
    ----------
    events, initiatives, entry, as_of, confidence
        As for `follow_through`.
    by : str
        ``level`` (who leads), ``segments``, ``partners``, or one partner's code, as ``"JPN"``, for
        the cases with and without it. Partners and segments are those named on the day of entry; a
        case with two stands in two groups.
    target : str
        The rung to reach.
    years : float
        Time at which shares are given; the test uses the whole curves.

    Returns
    -------
    Comparison
        Refused where a side has fewer than `MIN_CASES` cases or nobody has reached the target.

    Raises
    ------
    UnknownIdError
        If ``by`` is neither a column nor a code of three capitals.
    """
    import pandas as pd

    if by not in ("level", "segments", "partners") and not (len(by) == 3 and by.isupper()):
        raise UnknownIdError(f"cannot group by {by!r}: level, segments, partners, or a code such as 'JPN'")
    day = ladder.closing_day(events, as_of)
    found = cases(own_steps(events, initiatives), target, entry, day)
    found = found.assign(groups=_groups(found, initiatives, by))
    names = sorted({name for names in found["groups"] for name in names})
    rows, curves = [], []
    for name in names:
        inside = found["groups"].map(lambda groups, name=name: name in groups)
        some, others = found[inside], found[~inside]
        n, _, _, share, low, high, refused, ids = _measured(some, [years], confidence)[0]
        share_others = _measured(others, [years], confidence)[0][3]
        statistic = p = float("nan")
        if min(len(some), len(others)) < MIN_CASES:
            sides = f"{style.count_words(len(some), 'case')} against {len(others)}"
            refused = f"{sides}: fewer than {MIN_CASES} on a side"
        elif not found["reached"].any():
            refused = "nobody has reached the target"
        else:
            statistic, p = survival.logrank(found["years"], found["reached"], inside)
        if len(some) >= MIN_CASES:
            curves.append(survival.curve(some["years"], some["reached"], confidence).assign(group=name))
        reached = int(some["reached"].sum())
        rows.append(
            (name, n, reached, share, low, high, len(others), share_others, statistic, p, refused, ids)
        )
    columns = ["group", "n", "n_reached", "share", "low", "high", "n_others", "share_others"]
    table = pd.DataFrame(rows, columns=[*columns, "statistic", "p", "refused", "event_ids"])
    table = _text(table, ["group", "refused"]).sort_values(
        ["n", "group"], ascending=[False, True], ignore_index=True
    )
    # Two halves of one split are one test.
    tests = 1 if len(names) == 2 and found["groups"].map(len).eq(1).all() else int(table["p"].notna().sum())
    table.insert(table.columns.get_loc("refused"), "p_holm", survival.holm(table["p"], tests))
    shape = ["group", "years", "n_at_risk", "n_reached", "n_censored", "share", "low", "high"]
    curves = pd.concat(curves, ignore_index=True)[shape] if curves else pd.DataFrame(columns=shape)
    return Comparison(table, _text(curves, ["group"]), found, by, target, years, day)
