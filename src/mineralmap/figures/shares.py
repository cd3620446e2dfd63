"""Pictures of shares with their intervals: what became of early initiatives, and who leads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import codebook, style
from ..follow_through import WITHOUT_SKIPS, FollowThrough
from ..stages import LADDER, Day, as_date
from ..survival import MIN_AT_RISK
from ..text import format_date
from .canvas import SOFT, Picture, bold_title, new_figure, plain

_ENTRY_WORDS = {"any": "talks, plans or memoranda", "announced": "plans", "mou": "memoranda"}
_BAND = "#c9d8ea"


def follow_through(
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
    """
    table = result.table[result.table["entry"] == entry]
    began = _ENTRY_WORDS.get(entry, entry)
    last = table[(table["target"] == targets[-1]) & (table["years"] == until)].iloc[0]
    figure, body = new_figure(
        10,
        4.9,
        _follow_title(result, last, began),
        f"Share of projects that had reached the stage or a higher one, by years since they were first "
        f"seen as {began} (Kaplan-Meier, 95 % band; observed until {format_date(result.as_of)}). Young "
        "projects count for as long as they were observed. Talks that led nowhere are reported less, and "
        "older projects were found by looking back: true shares are likely lower.",
    )
    panels = body.subplots(1, len(targets), sharey=True, squeeze=False)[0]
    for panel, target in zip(panels, targets, strict=True):
        higher = " or higher" if target != LADDER[-1] else ""
        bold_title(plain(panel, "both"), f"{codebook.labels('stage')[target]}{higher}")
        panel.set(xlim=(0, until), ylim=(0, 1), xticks=[0, 1, 2, until], yticks=[0, 0.25, 0.5, 0.75, 1])
        rows = table[table["target"] == target]
        curve = result.curves[(result.curves["entry"] == entry) & (result.curves["target"] == target)]
        if curve.empty:
            words = f"n = {rows['n'].max() if len(rows) else 0}: too few\nfor a curve"
            panel.text(until / 2, 0.5, words, ha="center", va="center", fontsize=10)
            continue
        _draw_curve(panel, curve, rows, until)
        _describe_curve(panel, result, rows, until)
    panels[0].set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    foot = "Years since first seen; below them how many were still observed."
    body.supxlabel(foot, x=0, ha="left", fontsize=9.5, color=SOFT)
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
        panel.text(row.years - 0.07, row.share + 0.03, f"{row.share:.0%}", ha="right", fontsize=9.5)


def _describe_curve(panel: Axes, result: FollowThrough, rows: pd.DataFrame, until: float) -> None:
    """Write n, the range over the other assumptions, and how many were still observed."""
    n, target, entry = rows[["n", "target", "entry"]].iloc[0]
    words = [f"n = {n}"]
    others = result.sensitivity
    others = others[(others["target"] == target) & (others["years"] == until)]["share"].dropna()
    if entry == "any" and len(others) > 1:
        ends = dict.fromkeys(f"{share:.0%}" for share in (others.min(), others.max()))
        words.append(f"over all assumptions,\nat {until:g} years: {' to '.join(ends)}")
    panel.text(0.12, 0.97, "\n".join(words), va="top", fontsize=9, color=SOFT)
    still = {0: n, **dict(zip(rows["years"], rows["n_at_risk"], strict=True))}
    ticks = panel.get_xticks()
    panel.set_xticks(ticks, [f"{tick:g}\n{still.get(tick, '')}" for tick in ticks], linespacing=1.5)


#: Who leads, in the order of the panels, and the colour of each.
_LEVELS = {"state": "blue", "national": "orange", "company": "green"}


def lead_shares(
    shares: pd.DataFrame, *, as_of: Day | None = None, counted: str = "rare-earth events"
) -> Picture:
    """Draw the shares of cases led by states, by the Union and by companies, with intervals.

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
    """
    periods = list(dict.fromkeys(shares["period"]))
    until = f" Until {format_date(as_date(as_of))}." if as_of is not None else ""
    figure, body = new_figure(
        9.5,
        2.1 + 0.36 * len(periods),
        _lead_title(shares, counted),
        f"Share of {counted} by who leads the initiative, in per cent, with Wilson's 95 % interval; "
        f"cases led by several countries count in n and are not drawn.{until}",
    )
    panels, labels = body.subplots(1, len(_LEVELS), sharex=True, sharey=True), codebook.labels("level")
    for panel, (level, colour) in zip(panels, _LEVELS.items(), strict=True):
        rows = shares[shares["level"] == level].set_index("period").loc[periods].reset_index()
        bold_title(plain(panel, "x"), labels[level][0].upper() + labels[level][1:])
        known = rows[rows["share"].notna()]
        for number in rows.index.difference(known.index):
            panel.text(50, number, "too few", ha="center", va="center", fontsize=9, color="#777777")
        look = {"color": style.OKABE_ITO[colour], "zorder": 3}
        panel.hlines(known.index, 100 * known["low"], 100 * known["high"], lw=2.2, alpha=0.55, **look)
        panel.plot(100 * known["share"], known.index, "o", ms=7, **look)
    panel.set(xlim=(-3, 103), xticks=[0, 25, 50, 75], ylim=(len(periods) - 0.4, -0.6))
    names = [f"{_dashed(name)}  (n = {n})" for name, n in zip(periods, rows["n"], strict=True)]
    panel.set_yticks(range(len(periods)), names)
    return figure


def _lead_title(shares: pd.DataFrame, counted: str) -> str:
    known = shares[(shares["level"] == "state") & shares["share"].notna()]
    if known.empty:
        return "Too few cases to say who leads"
    low, high = known.loc[known["share"].idxmin()], known.loc[known["share"].idxmax()]
    return (
        f"States led {low['share']:.0%} to {high['share']:.0%} of {counted}, most in "
        f"{_dashed(high['period'])}; the intervals are wide"
    )


def _dashed(period: str) -> str:
    return period.replace("-", "–")
