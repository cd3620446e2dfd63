"""The picture of what runs: the works, the day on which each was last confirmed, and by whom."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes

from .. import codebook, data, style
from ..frames import is_missing
from ..shading import MAIN_SCOPE, projects
from ..stages import INACTIVE_YEARS, LADDER, SIGN_OF, Day, is_recent, last_day, resolve_as_of
from ..text import format_date, join_words, pluralize
from .canvas import (
    GRID,
    PAGE,
    SMALL,
    SOFT,
    Picture,
    fold,
    name_years,
    new_figure,
    on_phone,
    plain,
    two_widths,
)
from .map_marks import draw_sign

#: Height of a line of small type, and of the words over a group, inches.
_LINE, _HEAD = 0.165, 0.32
#: Years that the axis shows at least, so that there is room left of the rule.
_YEARS = 4
_RUNNING = SIGN_OF[LADDER[-1]]
_GREEN = style.darker(codebook.colours("sign")[_RUNNING])
_GROUPS = {False: "Confirmed in the last two years", True: "Unconfirmed for two years"}


class _Row(NamedTuple):
    """One of the works, with its words in lines."""

    name: str
    where: str
    said: str
    day: pd.Timestamp
    end: pd.Timestamp
    stale: bool
    #: Inches from the top of the axes.
    y: float


@two_widths
def what_runs(
    initiatives: pd.DataFrame | None = None,
    *,
    as_of: Day | None = None,
    facilities: pd.DataFrame | None = None,
) -> Picture:
    """Draw the rare-earth projects that are reported to run, each at the day last confirmed, and by whom.

    Parameters
    ----------
    initiatives : DataFrame, optional
        As from `mineralmap.load_initiatives` with the same ``as_of``; the shipped ones if left out.
    as_of : str or date, optional
        Right end, and the day from which two years are counted; the last day of the newest event if left
        out.
    facilities : DataFrame, optional
        As from `mineralmap.load_facilities`: the state in which the works stand. The shipped table if
        left out; of what is not in it the states of its events are named.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. The last confirmed is on top; what was not confirmed for two years
        is in a group of its own, with hollow signs.

    Raises
    ------
    ValueError
        If none of the projects is reported to run.
    """
    day = resolve_as_of(data.load_events(), as_of)
    if initiatives is None:
        initiatives = data.load_initiatives(as_of=as_of, scope=MAIN_SCOPE)
    running = projects(initiatives)
    running = running[running["stage"] == LADDER[-1]]
    if running.empty:
        raise ValueError(
            f"no rare-earth project is reported to run by {format_date(day)}: there is nothing to draw"
        )
    stale = ~is_recent(running["last_confirmed"], day)
    rows, heads, height = _rows(running.assign(stale=stale), data.shipped("facilities", facilities), day)
    by_year = (running["confirmed_precision"] == "year").any()
    figure, body = new_figure(
        PAGE,
        height + 0.55,
        _finding(len(running), int((~stale).sum())),
        "A star is the day on which it was last confirmed that a project runs: by those who run or own it, or by "
        f"two independent origins. {'A bar: only the year is known. ' if by_year else ''}"
        f"{'Hollow: two years ago or longer. ' if any(row.stale and row.end is not pd.NaT for row in rows) else ''}"
        f"As of {format_date(day)}.",
        grow=True,
    )
    axes = plain(body.subplots(), "x")
    rule = day - pd.DateOffset(years=INACTIVE_YEARS)
    span = day - min(running["last_confirmed"].min(), day - pd.DateOffset(years=_YEARS))
    axes.set(xlim=(day - 1.06 * span, day), ylim=(height, 0), yticks=[])
    name_years(axes)
    _mark_rule(axes, rule, day)
    for row in rows:
        _draw_row(axes, row)
    for y, words in heads:
        _say_beside(axes, y, words, fontstyle="italic", color=SOFT)
    figure.alt += "".join(f" {_flat(row)}." for row in rows)
    return figure
