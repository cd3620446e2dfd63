"""The picture of how far the projects have come: a bar for each stage."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import codebook, data, style
from ..shading import MAIN_SCOPE, projects
from ..stages import EXITS, HALT_REQUESTED, LADDER, SIGN_OF, Day, resolve_as_of
from ..text import format_date, pluralize
from .canvas import PAGE, PLAIN, SOFT, Picture, fold, new_figure, on_phone, plain, two_widths

#: What runs on top, then down to talks; what was halted is last.
_ORDER = (*reversed(LADDER), HALT_REQUESTED, *EXITS)
_STEP = 0.34


@two_widths
def how_far(initiatives: pd.DataFrame | None = None, *, as_of: Day | None = None) -> Picture:
    """Draw how many rare-earth projects in India are at each stage, what runs on top.

    Parameters
    ----------
    initiatives : DataFrame, optional
        As from `mineralmap.load_initiatives` with the same ``as_of``; the shipped ones if left out.
    as_of : str or date, optional
        The day of the stages; the last day of the newest event if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. A stage without a project has no bar and no row.

    Raises
    ------
    ValueError
        If there is no project.

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.how_far(as_of="2025-07-30")
    """
    if initiatives is None:
        initiatives = data.load_initiatives(as_of=as_of, scope=MAIN_SCOPE)
    day = resolve_as_of(data.load_events(), as_of)
    counts = projects(initiatives)["stage"].astype(str).value_counts()
    order = [stage for stage in _ORDER if stage in counts.index]
    if not order:
        raise ValueError(f"there is no rare-earth project by {format_date(day)}: nothing to draw")
    total, running = int(counts.sum()), int(counts.get(LADDER[-1], 0))
    step = 0.5 if on_phone() else _STEP
    figure, body = new_figure(
        PAGE,
        step * len(order) + 0.2,
        f"{running} of {pluralize(total, 'rare-earth project')} in India"
        f" {'operates' if running == 1 else 'operate'}",
        f"Number of projects by stage, by the last report. As of {format_date(day)}.",
        grow=True,
    )
    axes = plain(body.subplots())
    colours, vocabulary = codebook.colours("sign"), codebook.vocabulary("stage")
    for place, stage in enumerate(order):
        words = vocabulary[stage]
        name = f"{words.label} ({words.explanation})"
        y = -step * place
        # On a phone the words are above the bar, else beside it.
        axes.barh(y, counts[stage], 0.16 if on_phone() else 0.22, color=colours[SIGN_OF[stage]])
        axes.annotate(str(counts[stage]), (counts[stage], y), (4, 0), textcoords="offset points", va="center")
        if on_phone():
            axes.text(0, y + 0.13, fold(name, 3.3), va="bottom", fontsize=PLAIN, color=SOFT)
        else:
            look: dict[str, Any] = {
                "transform": axes.get_yaxis_transform(),
                "ha": "right",
                "va": "center",
                "fontsize": PLAIN,
            }
            axes.text(-0.01, y, name, color=style.STRONG, **look)
    top = 0.42 if on_phone() else 0.2
    axes.set(xlim=(0, 1.08 * counts.max()), ylim=(-step * (len(order) - 1) - 0.15, top), xticks=[], yticks=[])
    figure.alt += "".join(f" {vocabulary[stage].label}: {counts[stage]}." for stage in order)
    return figure
