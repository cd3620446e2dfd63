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
    PAGE,
    RULE,
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
_GROUPS = {False: "Confirmed in the last two years", True: "Not confirmed in the last two years, or never"}


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

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.what_runs(as_of="2025-07-30")
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
    running = running.assign(stale=~is_recent(running["last_confirmed"], day))
    rows, heads, height = _rows(running, data.shipped("facilities", facilities), day)
    figure, body = new_figure(
        PAGE,
        height + 0.55,
        _finding(len(running), int((~running["stale"]).sum())),
        _subtitle(running, day),
        grow=True,
    )
    axes = plain(body.subplots(), "" if on_phone() else "x")
    rule = day - pd.DateOffset(years=INACTIVE_YEARS)
    span = day - min(running["last_confirmed"].fillna(day).min(), day - pd.DateOffset(years=_YEARS))
    axes.set(xlim=(day - 1.06 * span, day), ylim=(height, 0), yticks=[])
    name_years(axes)
    _mark_rule(axes, rule, day)
    for row in rows:
        _draw_row(axes, row)
    for y, words in heads:
        _say_beside(axes, y, words, fontstyle="italic", color=SOFT)
    figure.alt += "".join(f" {_flat(row)}." for row in rows)
    return figure


def _finding(known: int, sure: int) -> str:
    """Return the title: how many run by the last report, and how many of them are confirmed."""
    run = f"{pluralize(known, 'rare-earth project')} reportedly {'runs' if known == 1 else 'run'}"
    if sure == known:
        who = "it was" if known == 1 else "all were"
    else:
        who = "none was" if not sure else f"{sure} {'was' if sure == 1 else 'were'}"
    return f"{run}; {who} confirmed in the last two years"


def _subtitle(running: pd.DataFrame, day: pd.Timestamp) -> str:
    """Return what is plotted, and as of which day; of signs only those that are drawn."""
    by_year = (running["confirmed_precision"] == "year").any()
    hollow = running.loc[running["stale"], "last_confirmed"].notna().any()
    return (
        "A star is the day on which it was last confirmed that a project runs: by those who run or own it, "
        f"or by two independent sources. {'Hollow: two years ago or longer. ' if hollow else ''}"
        f"{'A bar: only the year is known. ' if by_year else ''}As of {format_date(day)}."
    )


def _rows(
    running: pd.DataFrame, facilities: pd.DataFrame, day: pd.Timestamp
) -> tuple[list[_Row], list[tuple[float, str]], float]:
    """Return the rows and the words over the groups with their places in inches, and the height of all."""
    ends = last_day(running["last_confirmed"], running["confirmed_precision"]).clip(upper=day)
    known = facilities.dropna(subset=["initiative_id"]).drop_duplicates("initiative_id")
    homes = known.set_index("initiative_id")["state_iso"].to_dict()
    order = running.assign(end=ends).sort_values("title")
    order = order.sort_values("last_confirmed", ascending=False, kind="stable")
    rows: list[_Row] = []
    heads, foot = [], 0.0
    for stale, words in _GROUPS.items():
        group = order[order["stale"] == stale]
        if len(group):
            foot += _HEAD
            heads.append((foot - 0.12, words))
        for item in group.itertuples():
            name, where, said = _words(item, homes.get(item.initiative_id))
            above, beside = _high(name) + _high(where), _high(said)
            # On a phone the words are above the star, else beside it.
            strip = 0.12 if is_missing(item.last_confirmed) else 0.4
            y = foot + (above + beside + 0.17 if on_phone() else max(above, beside) / 2 + 0.07)
            rows.append(_Row(name, where, said, item.last_confirmed, item.end, stale, y))
            foot += above + beside + strip if on_phone() else max(above, beside) + 0.14
    return rows, heads, foot + 0.05


def _high(words: str) -> float:
    return _LINE * (1 + words.count("\n")) if words else 0.0


def _words(item: Any, home: str | None) -> tuple[str, str, str]:
    """Return what the works are called, where they stand, and when and by whom they were confirmed."""
    labels = codebook.labels("state")
    where = join_words([labels.get(code, code) for code in ([home] if home else item.states)])
    name = item.title.removesuffix(f", {where}")
    said = "never confirmed"
    if not is_missing(item.last_confirmed):
        when = format_date(item.last_confirmed, item.confirmed_precision, short=True)
        said = ", ".join([when, join_words(item.confirmed_by)]) if item.confirmed_by else when
    if on_phone():
        return fold(f"{name}, {where}" if where else name, 3.4, SMALL), "", fold(said, 3.4, SMALL)
    return fold(name, 2.7, SMALL), where, fold(said, 2.9, SMALL)


def _flat(row: _Row) -> str:
    """Return the words of a row as one line."""
    return " ".join(f"{', '.join(filter(None, [row.name, row.where]))}: {row.said}".split())


def _mark_rule(axes: Axes, rule: pd.Timestamp, day: pd.Timestamp) -> None:
    """Shade the last two years, and name the day on which they begin."""
    axes.axvspan(rule, day, color=style.RAMP[0], lw=0, zorder=0)
    # On a phone the line would run through words.
    if not on_phone():
        axes.axvline(dates.date2num(rule), color=style.OCHRE, lw=1.2, zorder=0.5)  # type: ignore[no-untyped-call]
    look: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    look |= {"fontsize": SMALL, "fontweight": "bold", "color": style.OCHRE, "ha": "right"}
    axes.annotate("two years ago", (rule, 1), (0, 4), **look)


def _draw_row(axes: Axes, row: _Row) -> None:
    """Draw the star of one of the works, and its words: beside it, on a phone above."""
    if not is_missing(row.day):
        when = dates.date2num([row.day, row.end])  # type: ignore[no-untyped-call]
        bar = codebook.colours("sign")[_RUNNING]
        axes.plot(when, [row.y, row.y], color=bar, lw=3, alpha=0.5, solid_capstyle="butt", zorder=2)
        draw_sign(axes, when[0], row.y, _RUNNING, size=15, hollow=row.stale)
    if not (on_phone() and is_missing(row.day)):
        axes.plot(axes.get_xlim(), [row.y, row.y], color=RULE, lw=0.8, zorder=0.8)
    ink = SOFT if row.stale else _GREEN
    look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "fontsize": SMALL, "linespacing": 1.15}
    if on_phone():
        foot = row.y - 0.12
        axes.text(0, foot - _high(row.said), row.name, va="bottom", color=style.STRONG, **look)
        axes.text(0, foot, row.said, va="bottom", color=ink, **look)
        return
    axes.text(1.03, row.y, row.said, va="center", color=ink, **look)
    lines = [*((line, style.STRONG) for line in row.name.split("\n")), (row.where, SOFT)]
    for number, (line, colour) in enumerate(lines):
        _say_beside(axes, row.y + _LINE * (number - (len(lines) - 1) / 2), line, color=colour)


def _say_beside(axes: Axes, y: float, line: str, **look: Any) -> None:
    """Write a line that ends left of the axes; on a phone it begins at their left edge."""
    x, side = (0, "left") if on_phone() else (-0.02, "right")
    look |= {"fontsize": SMALL, "va": "center", "ha": side, "transform": axes.get_yaxis_transform()}
    axes.text(x, y, line, **look)
