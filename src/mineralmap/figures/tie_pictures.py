"""Pictures of who: partner countries by states."""

from __future__ import annotations

import textwrap
from math import ceil

import pandas as pd

from .. import codebook, style
from ..stages import Day, as_date
from ..text import format_date
from ..ties import UNION, matrix
from .canvas import Picture, new_figure, plain


def partner_matrix(ties: pd.DataFrame, *, as_of: Day | None = None) -> Picture:
    """Draw how many reported events tie each partner to each state, or to the Union alone.

    Parameters
    ----------
    ties : DataFrame
        As from `mineralmap.ties.partner_ties`, of events of one scope.
    as_of : str or date, optional
        Day to write on the picture; the newest tie if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    counts = matrix(ties)
    day = ties["last_date"].max() if as_of is None else as_date(as_of)
    names, places = codebook.labels("country"), {**codebook.labels("state"), UNION: "No state named"}
    figure, body = new_figure(
        2.6 + 1.15 * max(len(counts.columns), 5),
        2.3 + 0.29 * len(counts),
        _matrix_title(counts, names),
        "Reported events that name the partner, by the state they lie in or whose government takes part; "
        f"an event that names two states counts in both. Newest: {format_date(day)}.",
    )
    axes = plain(body.subplots())
    # A gap sets the ties that name no state apart.
    places_x = [number + (0.25 if code == UNION else 0) for number, code in enumerate(counts.columns)]
    most = max(counts.to_numpy().max(), 1)
    for x, column in zip(places_x, counts.columns, strict=True):
        numbers = counts[column].tolist()
        shades = [ceil(n / most * (len(_BLUES) - 1)) for n in numbers]
        fills = [_BLUES[shade] if n else "white" for n, shade in zip(numbers, shades, strict=True)]
        cells = axes.barh(range(len(counts)), 1, left=x - 0.5, height=1, color=fills, ec="#dfe3e8", lw=0.7)
        texts = axes.bar_label(
            cells, [str(n) if n else "" for n in numbers], label_type="center", fontsize=10
        )
        for text, shade in zip(texts, shades, strict=True):
            text.set_color("white" if shade >= 4 else "black")
    axes.xaxis.tick_top()
    axes.set_xticks(places_x, [textwrap.fill(places.get(code, code), 10) for code in counts.columns])
    axes.set_yticks(range(len(counts)), [names.get(code, code) for code in counts.index], fontsize=10)
    colours = codebook.colours("country")
    for code, label in zip(counts.index, axes.get_yticklabels(), strict=True):
        if code in colours:
            label.set(color=colours[code], fontweight="bold")
    axes.margins(0.005)
    axes.invert_yaxis()
    return figure


_BLUES = style.BLUES[:6]


def _matrix_title(counts: pd.DataFrame, names: dict[str, str]) -> str:
    of_states = counts.drop(columns=UNION, errors="ignore").sum(axis=1)
    tied = int((of_states > 0).sum())
    if not tied:
        return f"None of {len(counts)} partners is tied to a state; all deal with the Union"
    top = of_states.idxmax()
    return (
        f"{tied} of {len(counts)} partners are tied to a state; {names.get(top, top)} has "
        f"{of_states[top]} of the {of_states.sum()} state ties"
    )
