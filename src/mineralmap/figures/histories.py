"""Pictures of when: the steps of initiatives, how many were at each stage, how far those of a state came."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes

from .. import codebook, style
from ..stages import (
    EXITS,
    HALT_REQUESTED,
    LADDER,
    STAGES,
    Day,
    as_date,
    built,
    has_no_single_place,
    known_as_of,
    last_day,
    resolve_as_of,
    stage_events,
    stage_rank,
    transitions,
)
from ..text import format_date, pluralize
from .canvas import RULE, Picture, bold_title, draw_marker, new_figure, plain, spread, stage_legend


def timeline(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    *,
    title: str,
    as_of: Day | None = None,
    since: Day | None = None,
) -> Picture:
    """Draw initiatives over time: a line for each one, a marker for each event.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`.
    initiatives : DataFrame
        As from `mineralmap.load_initiatives`; drawn in the given order, first on top.
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

    Raises
    ------
    ValueError
        If none of the initiatives has an event.
    """
    events = events[events["initiative_id"].isin(initiatives["initiative_id"])]
    if events.empty:
        raise ValueError("none of these initiatives has an event: there is nothing to draw")
    last = events.loc[events["date"].idxmax()]
    newest = last["date"]
    left = events["date"].min() if since is None else as_date(since, "since")
    events = events[events["date"] >= left]
    events = events.assign(certain=last_day(events["date"], events["date_precision"]))
    figure, body = new_figure(
        9.5,
        2.25 + 0.4 * len(initiatives),
        title,
        "Each marker is a reported step, placed at its date; the shape says its stage. "
        f"Newest event shown: {format_date(newest, last['date_precision'])}; "
        f"n = {pluralize(len(events), 'event')}.",
    )
    axes = plain(body.subplots(), "x")
    day = None if as_of is None else as_date(as_of)
    for number, initiative_id in enumerate(initiatives["initiative_id"]):
        steps = events[events["initiative_id"] == initiative_id]
        steps = steps.sort_values(["date", "event_id"])
        axes.plot(steps["date"], [number] * len(steps), color=RULE, lw=1.2, zorder=1)
        for step in steps.itertuples():
            pale = 0.3 if day is not None and step.certain > day else 1.0
            draw_marker(axes, step.date, number, step.stage, alpha=pale)
    axes.set_yticks(range(len(initiatives)), [textwrap.fill(name, 40) for name in initiatives["title"]])
    axes.set_ylim(len(initiatives) - 0.4, -0.6)
    axes.set_xlim(left - (newest - left) / 25, newest + (newest - left) / 25)
    locator = dates.AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    words = dates.ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(words)
    if day is not None:
        look: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        look |= {"color": style.OKABE_ITO["vermilion"], "fontsize": 9}
        axes.axvline(day, color=look["color"], lw=1.2, zorder=0.5)
        axes.annotate(format_date(day), (day, 1), (3, 2), **look)
    stage_legend(body, [stage for stage in STAGES if (events["stage"] == stage).any()])
    return figure


def stages_over_time(
    events: pd.DataFrame, initiatives: pd.DataFrame, *, as_of: Day | None = None, since: Day | None = None
) -> Picture:
    """Draw how many initiatives were at each stage, month by month: those that can be built.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`, of all scopes.
    initiatives : DataFrame
        Those to count, as from `mineralmap.load_initiatives` with a ``scope``.
    as_of : str or date, optional
        Right end; the last day of the newest event if left out.
    since : str or date, optional
        Left end; the first event if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.

    Raises
    ------
    ValueError
        If none of the initiatives has a step by then.
    """
    day = resolve_as_of(events, as_of)
    moves = transitions(known_as_of(stage_events(events, built(initiatives)), day))
    if moves.empty:
        raise ValueError(f"no initiative has a step by {format_date(day)}: there is nothing to draw")
    left = moves["counts_from"].min() if since is None else as_date(since, "since")
    counts = _counts_by_month(moves, left, day)
    now, everyone = counts.iloc[-1], moves["initiative_id"].nunique()
    low = sum(now[stage] for stage in LADDER[: LADDER.index("mou") + 1])
    figure, body = new_figure(
        9.5,
        5.6,
        f"Of {everyone} projects, {now['operating']} are operating; {low} are talks, plans or memoranda",
        f"Projects by the stage that was certain at the end of each month, until {format_date(day)}. "
        "Laws, schemes, dialogues and disputes are not drawn. Growth is also growth of reporting and of the "
        "search.",
    )
    axes = plain(body.subplots(), "y")
    fills = codebook.colours("stage")
    look: dict[str, Any] = {"step": "post", "edgecolor": style.INK, "lw": 0.4}
    pile = axes.stackplot(counts.index, counts.to_numpy().T, colors=[fills[one] for one in counts], **look)
    # White on white: a few dots show that the talks are a part of the pile.
    pile[list(counts).index("talks")].set(hatch="..", edgecolor=RULE)
    top = 1.03 * counts.sum(axis=1).max()
    axes.set_ylim(0, top)
    axes.set_xlim(left, day)
    years = range(day.year, left.year, -2)
    axes.set_xticks([pd.Timestamp(year, 1, 1) for year in years], [str(year) for year in years])
    axes.spines["bottom"].set(visible=True, color=RULE)
    _name_layers(axes, now, top)
    return figure


def _counts_by_month(moves: pd.DataFrame, left: pd.Timestamp, day: pd.Timestamp) -> pd.DataFrame:
    """Return how many initiatives are at each stage (columns, bottom of the pile first) at month ends."""
    changes = [
        pd.crosstab(moves["counts_from"], moves[name].astype("str")) for name in ("stage", "stage_before")
    ]
    counts = changes[0].sub(changes[1], fill_value=0).fillna(0).cumsum().astype(int)
    counts = counts.reindex(columns=[*reversed(LADDER), HALT_REQUESTED, *EXITS], fill_value=0)
    ends = [*pd.date_range(left, day, freq="ME"), day]
    counts = counts.reindex(ends, method="ffill").fillna(0).astype(int)
    # Months without a change only make the picture heavy.
    changed = counts.diff().ne(0).any(axis=1)
    changed.iloc[-1] = True
    return counts[changed]


def _name_layers(axes: Axes, now: pd.Series, top: float) -> None:
    """Write the name, marker and number of each layer right of the pile, a line apart."""
    middles = (now.cumsum() - now / 2)[now > 0]
    beside, labels = axes.get_yaxis_transform(), codebook.labels("stage")
    for stage, place in zip(middles.index, spread(middles, 0.055 * top, top), strict=True):
        draw_marker(axes, 1.03, place, stage, transform=beside, clip_on=False)
        words = f"{labels[stage]}  {now[stage]}"
        axes.text(1.055, place, words, transform=beside, va="center", fontsize=10)


def stage_timeline(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    *,
    states: Sequence[str] = ("IN-UP", "IN-TN", "IN-AP"),
    as_of: Day | None = None,
    since: Day = "2009-01-01",
) -> Picture:
    """Draw how far the initiatives of some states have come, one panel per state.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`, of all scopes.
    initiatives : DataFrame
        As from `mineralmap.load_initiatives` with a ``scope``. Programmes of the Union, and of
        several countries, that are in more than one state are left out.
    states : sequence of str
        Codes or names of states.
    as_of : str or date, optional
        Right end; the last day of the newest event if left out.
    since : str or date
        Left end.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. Thin lines are initiatives; the thick one is the highest stage
        at which one is.
    """
    day, left = resolve_as_of(events, as_of), as_date(since, "since")
    pairs = zip(initiatives["level"], initiatives["states"], strict=True)
    wide = np.array([has_no_single_place(level, codes) for level, codes in pairs], dtype=bool)
    local = initiatives[~wide].set_index("initiative_id", drop=False)
    moves = transitions(known_as_of(stage_events(events, local), day))
    places, names = moves["initiative_id"].map(local["states"]), codebook.labels("state")
    codes = [codebook.state_code(state) for state in states]
    own = {code: moves[[code in place for place in places]] for code in codes}
    highest = {code: _highest(rows) for code, rows in own.items()}
    figure, body = new_figure(
        9.5,
        1.6 + 2.4 * len(codes),
        "Highest stage now: " + ", ".join(f"{names[one]} {_top_words(highest[one])}" for one in codes),
        f"Initiatives of each state by stage, as certain on each day until {format_date(day)}. Thin: "
        "one initiative; thick: the highest stage at which one is. A line ends where it is halted; "
        "national programmes over several states are left out.",
    )
    panels = body.subplots(len(codes), 1, sharex=True, squeeze=False)[:, 0]
    for code, panel in zip(codes, panels, strict=True):
        n = own[code]["initiative_id"].nunique()
        bold_title(panel, f"{names[code]}: {pluralize(n, 'initiative')}")
        colour = codebook.colours("state").get(code, style.INK)
        _draw_lines(plain(panel, "both"), own[code], highest[code], day, colour)
        _name_climbs(panel, highest[code], local["title"], left, day)
    panels[-1].set_xlim(left, day + (day - left) / 60)
    return figure


def _ranks(stages: pd.Series) -> pd.Series:
    """Return the rung of each stage; missing off the ladder."""
    return stages.map(stage_rank).astype(float)


def _highest(moves: pd.DataFrame) -> pd.DataFrame:
    """Return the highest rung at which any initiative is (-1 if none), and whose, when it changes."""
    ranked = moves.assign(rank=_ranks(moves["stage"]).fillna(-1))
    if ranked.empty:
        return pd.DataFrame({"rank": [], "initiative_id": []})
    ranks = ranked.pivot_table(index="counts_from", columns="initiative_id", values="rank", aggfunc="last")
    # Of two on the same rung the one that comes later in the table is named.
    ranks = ranks[ranks.columns[::-1]].ffill()
    frame = pd.DataFrame({"rank": ranks.max(axis=1), "initiative_id": ranks.idxmax(axis=1)})
    return frame[(frame != frame.shift()).any(axis=1)]


def _top_words(highest: pd.DataFrame) -> str:
    if highest.empty or highest["rank"].iloc[-1] < 0:
        return "none"
    return codebook.labels("stage")[LADDER[int(highest["rank"].iloc[-1])]].lower()


def _draw_lines(
    panel: Axes, moves: pd.DataFrame, highest: pd.DataFrame, day: pd.Timestamp, colour: str
) -> None:
    """Draw each initiative of a state as a thin line of steps, and the highest one as a thick line."""

    def steps(when: pd.Series | pd.Index, ranks: pd.Series, **look: Any) -> None:
        panel.step([*when, day], [*ranks, ranks.iloc[-1]], where="post", **look)

    for _, own in moves.groupby("initiative_id"):
        steps(own["counts_from"], _ranks(own["stage"]), color="#9aa5b1", lw=0.9)
    if len(highest):
        steps(highest.index, highest["rank"].replace(-1, np.nan), color=colour, lw=2.6)
    panel.set_ylim(-0.5, len(LADDER) - 0.2)
    labels = codebook.labels("stage")
    panel.set_yticks(range(len(LADDER)), [labels[stage] for stage in LADDER])


def _name_climbs(
    panel: Axes, highest: pd.DataFrame, titles: pd.Series, left: pd.Timestamp, day: pd.Timestamp
) -> None:
    """Mark each new highest stage with its year, and name the initiative where it climbs no further."""
    climbs = highest[highest["rank"] > highest["rank"].cummax().shift(fill_value=-1)]
    following = climbs["initiative_id"].shift(-1)
    for when, rank, initiative_id, next_id in zip(
        climbs.index, climbs["rank"], climbs["initiative_id"], following, strict=True
    ):
        if when >= left:
            draw_marker(panel, when, rank, LADDER[int(rank)])
        at = max(when, left)
        late = at > left + (day - left) * 0.62
        title = "" if initiative_id == next_id else f"{titles[initiative_id]}, "
        panel.annotate(
            f"{title}{when.year}",
            (at, rank),
            xytext=(-7 if late else 7, 6),
            textcoords="offset points",
            ha="right" if late else "left",
            fontsize=9,
            color="#333333",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6},
        )
