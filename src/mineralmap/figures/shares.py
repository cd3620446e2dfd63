"""Pictures of shares: what became of early initiatives, by project and with bands, and who leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .. import codebook, style
from ..follow_through import WITHOUT_SKIPS, FollowThrough
from ..stages import LADDER, Day, as_date
from ..survival import MIN_AT_RISK
from ..text import format_date
from .canvas import (
    PAGE,
    PLAIN,
    SMALL,
    SOFT,
    Picture,
    bold_title,
    fold,
    key,
    new_figure,
    on_phone,
    plain,
    spread,
    two_widths,
)

_ENTRY_WORDS = {
    "any": "talks, plans or memoranda",
    "talks": "talks",
    "announced": "plans",
    "mou": "memoranda",
}
_BAND = "#c9d8ea"
#: How far a project came: the stage that gives its dot a colour, what it had to reach, and the words.
_CAME = (
    ("operating", ("operating",), "later reported to run"),
    ("construction", ("construction",), "came as far as building"),
    ("approved", ("approved",), "came as far as an approval"),
    ("mou", ("mou", "agreement"), "came as far as a signature"),
)
#: Dots in a line, and inches between them.
_DOTS = {False: (40, 0.22), True: (14, 0.25)}


@two_widths
def follow_through(result: FollowThrough, *, entry: str = "any") -> Picture:
    """Draw what became of the initiatives that entered low: a dot for each, in rows by how far it came.

    Parameters
    ----------
    result : mineralmap.follow_through.FollowThrough
        As from `mineralmap.follow_through.follow_through`.
    entry : str
        A stage of entry, or ``any``.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. The shares over time, with bands, are `follow_curves`.

    Raises
    ------
    ValueError
        If no initiative entered so.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events()
    >>> initiatives = mm.load_initiatives(scope="rare_earth")
    >>> result = mm.follow_through.follow_through(events, initiatives)
    >>> picture = mm.figures.follow_through(result)
    """
    cases = result.cohort
    cases = cases[(cases["entry"] == entry) | (entry == "any")]
    if cases.empty:
        raise ValueError(f"no project was first seen as {_ENTRY_WORDS.get(entry, entry)}: nothing to draw")
    rows = _by_reach(cases)
    n = cases["initiative_id"].nunique()
    per_line, step = _DOTS[on_phone()]
    heights = [0.42 + step * -(-len(ids) // per_line) for _, ids, _ in rows]
    seen = cases.drop_duplicates("initiative_id")["entered"]
    half = (result.as_of - seen.median()).days / 365.25
    figure, body = new_figure(
        PAGE,
        sum(heights) + 0.1,
        f"Of {n} projects that began as {_ENTRY_WORDS.get(entry, entry)}, {_came_words(rows)}",
        "One dot is one project, in the row of the furthest stage that was reported after it was first seen, "
        f"until {format_date(result.as_of)}; a later halt does not undo it. Half of them were first seen "
        f"less than {half:.1f} years before, and many had little time. "
        f"{_soon(cases)}Talks that led nowhere are reported less.",
        grow=True,
    )
    axes = plain(body.subplots())
    axes.set(xlim=(0, per_line * step), ylim=(sum(heights), 0), xticks=[], yticks=[])
    foot = 0.0
    for (words, ids, colour), height in zip(rows, heights, strict=True):
        axes.text(0, foot + 0.1, f"{len(ids)}  {words}", va="top", fontsize=PLAIN, fontweight="bold")
        foot += height
        if not ids:
            continue
        places = np.arange(len(ids))
        x, y = (places % per_line + 0.5) * step, foot - height + 0.42 + (places // per_line + 0.3) * step
        edge = SOFT if colour == style.PAPER else style.darker(colour)
        axes.plot(x, y, "o", ms=11, mfc=colour, mec=edge, mew=0.9, clip_on=False)
    return figure


_Row = tuple[str, list[str], str]
_FIVE = 5


def _by_reach(cases: pd.DataFrame) -> list[_Row]:
    """Return rows of what projects came to: the words, the projects, the colour; the furthest first."""
    colours, left = codebook.colours("stage"), list(dict.fromkeys(cases["initiative_id"]))
    rows: list[_Row] = []
    for stage, targets, words in _CAME:
        reached = set(cases.loc[cases["reached"] & cases["target"].isin(targets), "initiative_id"])
        rows.append((words, [one for one in left if one in reached], colours[stage]))
        left = [one for one in left if one not in reached]
    return [*rows, ("with no higher step reported", left, style.PAPER)]


def _soon(cases: pd.DataFrame) -> str:
    """Say how many of those that came to run did so within five years, as `follow_curves` counts them."""
    ran = cases[cases["target"].eq(LADDER[-1]) & cases["reached"]].drop_duplicates("initiative_id")
    if ran.empty:
        return ""
    return f"Of those reported to run, {(ran['years'] <= _FIVE).sum() or 'none'} did so within five years. "


def _came_words(rows: list[_Row]) -> str:
    """Return the finding: how many run, and of how many nothing higher was reported."""
    ran, still = len(rows[0][1]), len(rows[-1][1])
    did = f"{ran or 'none'} {'was' if ran < 2 else 'were'} later reported to run"
    return f"{did}; of {still or 'none'} no higher step is reported"


@two_widths
def follow_curves(
    result: FollowThrough,
    *,
    entry: str = "any",
    targets: Sequence[str] = ("mou", "agreement", "construction", "operating"),
    until: float = 5,
) -> Picture:
    """Draw what share of the initiatives that entered low reached higher stages, with bands.

    Parameters
    ----------
    result : mineralmap.follow_through.FollowThrough
        As from `mineralmap.follow_through.follow_through`.
    entry : str
        A stage of entry, or ``any``.
    targets : sequence of str
        Stages, one panel each.
    until : float
        Right end in years; must be one of the result's times.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. A curve ends where fewer than five initiatives were still
        observed; too few initiatives give an empty panel that says so.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events()
    >>> initiatives = mm.load_initiatives(scope="rare_earth")
    >>> result = mm.follow_through.follow_through(events, initiatives)
    >>> picture = mm.figures.follow_curves(result, targets=("operating",))
    """
    table = result.table[result.table["entry"] == entry]
    began = _ENTRY_WORDS.get(entry, entry)
    last = table[(table["target"] == targets[-1]) & (table["years"] == until)].iloc[0]
    shape = (len(targets), 1) if on_phone() else (1, len(targets))
    figure, body = new_figure(
        10,
        2.3 * len(targets) if on_phone() else 3.3,
        _follow_title(result, last, began),
        f"Share of projects that had reached the stage or a higher one, by years since they were first "
        f"seen as {began} (Kaplan-Meier, 95 % band; observed until {format_date(result.as_of)}). Young "
        "projects count for as long as they were observed. Talks that led nowhere are reported less, and "
        "older projects were found by looking back: true shares are likely lower.",
        grow=True,
    )
    panels = body.subplots(*shape, sharey=True, squeeze=False).ravel()
    for panel, target in zip(panels, targets, strict=True):
        higher = " or higher" if target != LADDER[-1] else ""
        bold_title(plain(panel, "both"), f"{codebook.labels('stage')[target]}{higher}")
        panel.set(xlim=(0, until), ylim=(0, 1), xticks=[0, 1, 2, until], yticks=[0, 0.25, 0.5, 0.75, 1])
        rows = table[table["target"] == target]
        curve = result.curves[(result.curves["entry"] == entry) & (result.curves["target"] == target)]
        if curve.empty:
            words = f"n = {rows['n'].max() if len(rows) else 0}: too few\nfor a curve"
            panel.text(until / 2, 0.5, words, ha="center", va="center", fontsize=SMALL)
            continue
        _draw_curve(panel, curve, rows, until)
        _describe_curve(panel, result, rows, until)
    panels[0].set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    foot = "Years since first seen; below them how many were still observed."
    body.supxlabel(fold(foot, 3.4 if on_phone() else 9, SMALL), x=0, ha="left", fontsize=SMALL, color=SOFT)
    return figure


def _follow_title(result: FollowThrough, row: pd.Series, words: str) -> str:
    """Return the finding: how many reached the last of the targets in time."""
    target, n, reached = row["target"], row["n"], row["n_reached"]
    began, within = f"projects that began as {words}", f"within {row['years']:g} years"
    did = f"reached {codebook.labels('stage')[target].lower()} or higher"
    if target == LADDER[-1]:
        did = "came to run"
    if np.isnan(row["share"]):
        return f"Too few {began} to say how many {did} {within}"
    if not reached:
        # Nobody has left the observation by the step, so those at risk are those observed that long.
        cases = result.cohort[(result.cohort["target"] == target)]
        later = int(cases.loc[cases["entry"].eq(row["entry"]) | (row["entry"] == "any"), "reached"].sum())
        title = f"None of {n} {began} {did} {within}; {row['n_at_risk']} were observed that long"
        return f"{title}, and {later} did so later" if later else title
    # The assumptions are for all entries together, so they bound a single one only if it was asked for alone.
    others = result.sensitivity[result.sensitivity["target"] == target]
    same = (others["assumption"] == WITHOUT_SKIPS) & (others["years"] == row["years"])
    fewest = others.loc[same, "n_reached"].iloc[0]
    if n < others["n"].max() or fewest >= reached:
        return f"Of {n} {began}, {reached} {did} {within}"
    if target == LADDER[-1]:
        were = "was" if reached == 1 else "were"
        return f"{within[0].upper()}{within[1:]} at most {reached} of {n} {began} {were} running"
    return f"Of {n} {began}, {fewest} to {reached} {did} {within}, by how jumps in the reports are read"


def _draw_curve(panel: Axes, curve: pd.DataFrame, rows: pd.DataFrame, until: float) -> None:
    """Draw one curve with its band, until too few are still observed."""
    thin = curve["n_at_risk"] < MIN_AT_RISK
    end = min(until, curve.loc[thin, "years"].min() if thin.any() else until)
    drawn = curve[~thin & (curve["years"] <= until)]
    drawn = pd.concat([drawn, drawn.iloc[[-1]].assign(years=end)])
    panel.fill_between(drawn["years"], drawn["low"], drawn["high"], step="post", color=_BAND, lw=0)
    panel.step(drawn["years"], drawn["share"], where="post", color=style.INK, lw=2, solid_capstyle="butt")
    for row in rows[rows["share"].notna() & (rows["years"] <= end)].itertuples():
        panel.plot(row.years, row.share, "o", color=style.INK, ms=5, clip_on=False)
        panel.text(row.years - 0.07, row.share + 0.03, f"{row.share:.0%}", ha="right", fontsize=SMALL)


def _describe_curve(panel: Axes, result: FollowThrough, rows: pd.DataFrame, until: float) -> None:
    """Write n, the range over the other assumptions, and how many were still observed."""
    n, target, entry = rows[["n", "target", "entry"]].iloc[0]
    words = [f"n = {n}"]
    others = result.sensitivity
    others = others[(others["target"] == target) & (others["years"] == until)]["share"].dropna()
    if entry == "any" and len(others) > 1:
        ends = dict.fromkeys(f"{share:.0%}" for share in (others.min(), others.max()))
        words.append(f"over all assumptions,\nat {until:g} years: {' to '.join(ends)}")
    panel.text(0.12, 0.97, "\n".join(words), va="top", fontsize=SMALL, color=SOFT)
    still = {0: n, **dict(zip(rows["years"], rows["n_at_risk"], strict=True))}
    ticks = panel.get_xticks()
    panel.set_xticks(ticks, [f"{tick:g}\n{still.get(tick, '')}" for tick in ticks], linespacing=1.5)


#: Who leads, in the order of the parts, and the colour of each: the states are what is asked about.
_LEVELS = {
    "state": style.OKABE_ITO["purple"],
    "national": "#8fa3b8",
    "company": "#c3ccd6",
    "multilateral": "#e8ebee",
}


_LEADERS = {
    "state": "State government",
    "national": "Central government",
    "company": "Company",
    "multilateral": "Several countries",
}


@two_widths
def lead_shares(
    shares: pd.DataFrame, *, as_of: Day | None = None, counted: str = "rare-earth events"
) -> Picture:
    """Draw who leads, one stacked bar a period: states, the Union, companies, several countries.

    Parameters
    ----------
    shares : DataFrame
        As from `mineralmap.ties.lead_shares`.
    as_of : str or date, optional
        Day to write on the picture.
    counted : str
        What the cases are, in words.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. Periods below the least number of cases say so.

    Raises
    ------
    ValueError
        If there is no period.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events()
    >>> initiatives = mm.load_initiatives(scope="rare_earth")
    >>> shares = mm.ties.lead_shares(events, initiatives, pool=30)
    >>> picture = mm.figures.lead_shares(shares)
    """
    if shares.empty:
        raise ValueError("there is no case of who leads: nothing to draw")
    periods = list(dict.fromkeys(shares["period"]))
    until = f" Until {format_date(as_date(as_of))}." if as_of is not None else ""
    table = shares.pivot_table(index="period", columns="level", values="share", aggfunc="first", dropna=False)
    table = 100 * table.reindex(index=periods, columns=list(_LEVELS))
    states = shares[shares["level"] == "state"].set_index("period")
    small = ((table > 0) & (table < _least())).any(axis=None)
    step = 0.78 if small else 0.66
    figure, body = new_figure(
        PAGE,
        step * len(periods) + 0.5,
        _lead_title(shares, counted),
        f"Share of {counted} by who leads the initiative, per cent of those of each period."
        f"{_off(shares)}{until}",
        grow=True,
    )
    axes = plain(body.subplots())
    places = step * (np.arange(len(periods)) + 0.62)
    start = np.zeros(len(periods))
    for level, colour in _LEVELS.items():
        values = table[level].fillna(0).to_numpy()
        bars = axes.barh(places, values, 0.3, start, color=colour, edgecolor="white", lw=0.8)
        texts = [f"{value:.0f} %" if value >= _least() else "" for value in values]
        axes.bar_label(bars, texts, label_type="center", fontsize=SMALL)
        start += values
    for place, period in zip(places, periods, strict=True):
        _label_small(axes, place, table.loc[period].fillna(0))
    for place, period in zip(places, periods, strict=True):
        k, n = states.loc[period, ["k", "n"]]
        words = f"{_dashed(period)}: {k} of {n} led by state governments"
        if table.loc[period].isna().all():
            words = f"{_dashed(period)}: n = {n}, too few for a share"
        axes.text(0, place - 0.2, words, va="bottom", fontsize=SMALL, color=SOFT)
    axes.set(xlim=(0, 100), ylim=(step * len(periods) + 0.05, 0), xticks=[], yticks=[])
    swatch: dict[str, Any] = {"marker": "s", "ls": "none", "ms": 9}
    used = [level for level in _LEVELS if table[level].fillna(0).any()]
    entries: list[Any] = [(Line2D([], [], color=_LEVELS[one], **swatch), _LEADERS[one]) for one in used]
    key(
        body.legend,
        entries,
        loc="outside upper left",
        ncols=2 if on_phone() else len(entries),
        columnspacing=1.6,
    )
    return figure


def _least() -> float:
    """Return the least share, in per cent, that has room for its number."""
    return 12 if on_phone() else 5


def _label_small(axes: Axes, y: float, values: pd.Series) -> None:
    """Write the shares that are too small for their numbers below them."""
    middles = values.cumsum() - values / 2
    small = values[(values > 0) & (values < _least())]
    places = spread(middles[small.index], _least(), 100)
    for x, value in zip(places, small, strict=True):
        axes.text(x, y + 0.17, f"{value:.0f} %", ha="center", va="top", fontsize=SMALL)


def _off(shares: pd.DataFrame) -> str:
    """Say how far the intervals of the states' shares reach from them."""
    known = shares[(shares["level"] == "state") & shares["share"].notna()]
    if known.empty:
        return ""
    reach = 100 * np.maximum(known["high"] - known["share"], known["share"] - known["low"])
    points = " to ".join(dict.fromkeys(f"{value:.0f}" for value in (reach.min(), reach.max())))
    return f" With so few cases a share can be off by {points} points either way (95 %)."


def _lead_title(shares: pd.DataFrame, counted: str) -> str:
    known = shares[(shares["level"] == "state") & shares["share"].notna()]
    if known.empty:
        return "Too few cases to say who leads"
    peak = known.loc[known["share"].idxmax()]
    title = f"State governments led {peak['k']} of {peak['n']} {counted} in {_dashed(peak['period'])}"
    states = shares[shares["level"] == "state"]
    later, earlier = (
        states[late]
        for late in (states["first_year"] > peak["last_year"], states["last_year"] < peak["first_year"])
    )
    rest, when = (later, "since") if len(later) else (earlier, "before")
    return f"{title}, and {rest['k'].sum() or 'none'} of {rest['n'].sum()} {when}" if len(rest) else title


def _dashed(period: str) -> str:
    return period.replace("-", "–")
