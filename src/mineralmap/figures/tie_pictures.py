"""Pictures of who: partner countries by states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import codebook, style
from ..stages import Day, as_date
from ..text import format_date, join_words, pluralize
from ..ties import UNION, matrix
from .canvas import FAINT, LEAD, PAGE, SMALL, SOFT, Picture, fold, new_figure, on_phone, plain, two_widths

#: Height of a line of small type, and of a row, inches.
_LINE, _ROW = 0.175, 0.26


@two_widths
def partner_matrix(ties: pd.DataFrame, *, as_of: Day | None = None) -> Picture:
    """Draw how many reported events tie each partner to states: a row of dots for each partner.

    Parameters
    ----------
    ties : DataFrame
        As from `mineralmap.ties.partner_ties`, of events of one scope.
    as_of : str or date, optional
        Day to write on the picture; the newest tie if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. The partner with most events of states is on top, in words; partners
        with a single event that names no state share a line.

    Raises
    ------
    ValueError
        If there is no tie.

    Examples
    --------
    >>> import mineralmap as mm
    >>> ties = mm.ties.partner_ties(mm.load_events(scope="rare_earth"))
    >>> picture = mm.figures.partner_matrix(ties)
    """
    if ties.empty:
        raise ValueError("no event names a partner: there is nothing to draw")
    counts = matrix(ties)
    states = counts.drop(columns=UNION, errors="ignore")
    counts = counts.assign(of_states=_n_events(ties[ties["state_iso"].notna()]), total=_n_events(ties))
    counts = counts.fillna({"of_states": 0}).astype({"of_states": int, "total": int})
    counts = counts.sort_values(["of_states", "total"], ascending=False, kind="stable")
    day = ties["last_date"].max() if as_of is None else as_date(as_of)
    single = counts[(counts["of_states"] == 0) & (counts["total"] == 1)].index
    single = single if len(single) < len(counts) else single[1:]
    names = codebook.labels("country")
    rest = [names.get(code, code) for code in single]
    foot = fold(f"One event, no state named: {join_words(rest)}", _room(), SMALL) if rest else ""
    first, *others = counts.index.drop(single)
    words = [_where(counts.loc[code, states.columns], 1.25 if on_phone() else 6) for code in others]
    lead = _lead_words(counts.loc[first], states.columns)
    steps = [0.78 + _high(lead), *(max(_ROW, _high(one) + 0.08) for one in words)]
    end = sum(steps) + (0.2 + _high(foot) if foot else 0)
    figure, body = new_figure(
        PAGE,
        end + 0.1,
        _matrix_title(counts, names, ties),
        "One dot is one reported event that names the partner. Filled: in a state, or a state's government "
        "takes part; hollow: no state named. An event of two states is one dot, counted at both names. "
        f"Newest: {format_date(day)}.",
        grow=True,
    )
    axes = plain(body.subplots())
    axes.set(xlim=(0, _room()), ylim=(end, 0), xticks=[], yticks=[])
    colour = codebook.colours("country").get(first, style.INK)
    look: dict[str, Any] = {"fontsize": SMALL, "color": SOFT}
    axes.text(0, 0, f"{names.get(first, first)}", va="top", fontsize=LEAD, fontweight="bold", color=colour)
    axes.text(0, 0.27, lead, va="top", **look)
    _draw_dots(
        axes,
        0.1,
        0.42 + _high(lead),
        counts.loc[first],
        colour,
        min(0.13, (_room() - 0.1) / counts["total"].max()),
    )
    left, step = (1.53, 0.1) if on_phone() else (1.5, 0.13)
    for code, said, y in zip(others, words, np.cumsum(steps)[:-1] + np.array(steps[1:]) / 2, strict=True):
        axes.text(0, y, f"{names.get(code, code)} {counts.loc[code, 'total']}", va="center", fontsize=SMALL)
        colour = codebook.colours("country").get(code, style.GREY)
        end = _draw_dots(axes, left, y, counts.loc[code], colour, min(step, 0.8 / counts.loc[code, "total"]))
        axes.text(end + 0.1, y, said, va="center", **look)
    axes.text(0, sum(steps) + 0.1, foot, va="top", **look)
    return figure


def _n_events(ties: pd.DataFrame) -> pd.Series:
    """Return how many events name each partner; one that names two states counts once."""
    return ties.groupby("partner")["event_ids"].agg(lambda cells: len(set().union(*cells)))


def _room() -> float:
    return 3.5 if on_phone() else 9.0


def _high(words: str) -> float:
    return _LINE * (1 + words.count("\n"))


def _where(counts: pd.Series, room: float) -> str:
    """Return the states that a partner is tied to, the most events first."""
    labels = codebook.labels("state")
    tied = counts[counts > 0].sort_values(ascending=False, kind="stable")
    return fold(", ".join(f"{labels.get(code, code)} {n}" for code, n in tied.items()), room, SMALL)


def _lead_words(counts: pd.Series, states: pd.Index) -> str:
    """Return how many events the first partner has, and in which states."""
    words, tied = pluralize(counts["total"], "event"), counts["of_states"]
    if not tied:
        return fold(f"{words}, none of them names a state", _room(), SMALL)
    named = f"{tied} of them {'names' if tied == 1 else 'name'} a state"
    return fold(f"{words}, {named}: {_where(counts[states], 99)}", _room(), SMALL)


def _draw_dots(axes: Axes, left: float, y: float, counts: pd.Series, colour: str, step: float) -> float:
    """Draw a dot for each event, those of states first, and return where they end."""
    end = left
    for number in range(counts["total"]):
        tied = number < counts["of_states"]
        look: dict[str, Any] = {"mfc": colour if tied else style.PAPER, "mec": colour if tied else FAINT}
        axes.plot(end, y, "o", ms=min(7.5, 60 * step), **look)
        end += step
    return end


def _matrix_title(counts: pd.DataFrame, names: dict[str, str], ties: pd.DataFrame) -> str:
    of_states = counts["of_states"]
    tied = int((of_states > 0).sum())
    if not tied:
        return f"No event ties one of {pluralize(len(counts), 'partner')} to a state"
    top = names.get(of_states.index[0], of_states.index[0])
    if tied == 1:
        by = pluralize(of_states.iloc[0], "event")
        return f"1 of {pluralize(len(counts), 'partner')} is tied to a state: {top}, by {by}"
    events = len(set().union(*ties.loc[ties["state_iso"].notna(), "event_ids"]))
    return (
        f"{tied} of {len(counts)} partners are tied to a state; {top} is in {of_states.iloc[0]} of the "
        f"{pluralize(events, 'event')} that name a state"
    )
