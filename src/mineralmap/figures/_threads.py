"""Pictures of when: threads of initiatives over time."""

from __future__ import annotations

import textwrap

from .. import ladder, style
from ._base import SOURCE, draw_sign, framed, stage_key


def timeline(initiatives, events, title, as_of=None, since=None):
    """Draw threads over time: one line an initiative, one sign an event.

    Parameters
    ----------
    initiatives : DataFrame
        As from `mineralmap.load_initiatives`; drawn in the given order, first on top.
    events : DataFrame
        As from `mineralmap.load_events`.
    title : str
        The finding.
    as_of : str or date, optional
        A day to mark; later events are drawn pale.
    since : str or date, optional
        Left end of the axis; the earliest event if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    from matplotlib import dates

    events = events[events["initiative_id"].isin(initiatives["initiative_id"])]
    height = 1.75 + 0.4 * len(initiatives) + 0.5
    newest = events["date"].max()
    subtitle = (
        "Each sign is a reported step, placed at its date; the shape says its stage. "
        f"Newest event shown: {style.date_words(newest)}; n = {len(events)} events."
    )
    figure, axes = framed(9.5, height, title, subtitle, SOURCE)
    box = axes.get_position()
    axes.set_position([0.36, box.y0 + 0.82 / height, 0.61, box.height - 0.92 / height])
    day = ladder.as_date(as_of) if as_of is not None else None
    left = ladder.as_date(since) if since is not None else events["date"].min()
    for number, item in enumerate(initiatives.itertuples()):
        steps = events[events["initiative_id"] == item.initiative_id].sort_values(["date", "event_id"])
        shown = steps[steps["date"] >= left]
        if shown.empty:
            continue
        axes.plot(
            [shown["date"].min(), shown["date"].max()], [number, number], color="#b9c2cc", lw=1.2, zorder=1
        )
        for step in shown.itertuples():
            pale = 0.3 if day is not None and step.date > day else 1.0
            draw_sign(axes, step.date, number, step.stage, 9, alpha=pale)
    axes.set_yticks(range(len(initiatives)))
    axes.set_yticklabels(["\n".join(textwrap.wrap(name, 40)) for name in initiatives["title"]])
    axes.set_ylim(len(initiatives) - 0.4, -0.6)
    span = (newest - left) / 25
    axes.set_xlim(left - span, newest + span)
    axes.xaxis.set_major_locator(dates.AutoDateLocator(maxticks=8))
    axes.xaxis.set_major_formatter(
        dates.ConciseDateFormatter(axes.xaxis.get_major_locator(), show_offset=False)
    )
    axes.grid(axis="x", color="#e6e8ea", lw=0.8)
    axes.set_axisbelow(True)
    if day is not None:
        axes.axvline(day, color=style.OKABE_ITO["vermilion"], lw=1.2, zorder=0.5)
        axes.annotate(
            style.date_words(day),
            (day, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, 2),
            textcoords="offset points",
            fontsize=9,
            color=style.OKABE_ITO["vermilion"],
        )
    used = [stage for stage in ladder.STAGES if stage in set(events["stage"].astype(str))]
    stage_key(figure, used, 0.30 / height)
    return figure
