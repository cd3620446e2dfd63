"""Pictures of when: the steps of initiatives, how many were at each stage, how far those of a state came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.lines import Line2D

from .. import codebook, style
from ..stages import (
    EXITS,
    HALT_REQUESTED,
    LADDER,
    SIGN_OF,
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
from ..text import format_date, join_words, pluralize
from .canvas import (
    FAINT,
    PAGE,
    PLAIN,
    RULE,
    SMALL,
    SOFT,
    Picture,
    draw_marker,
    fold,
    key,
    marker_parts,
    name_years,
    new_figure,
    on_phone,
    plain,
    spread,
    stage_entries,
    stage_legend,
    two_widths,
)
from .map_marks import draw_sign

#: Height of a line of small type, inches.
_LINE = 0.165


@two_widths
def timeline(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    *,
    title: str,
    as_of: Day | None = None,
    since: Day | None = None,
    background: bool = False,
) -> Picture:
    """Draw initiatives over time: a line for each one, a mark for each event, its stage in words at the end.

    A mark shows the stage that held after the event: a step that moved nothing repeats the one before.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`: all those of the initiatives, for early steps tell the stage of
        later ones; ``since`` leaves out marks.
    initiatives : DataFrame
        As from `mineralmap.load_initiatives`; drawn in the given order, in two groups.
    title : str
        The finding.
    as_of : str or date, optional
        A day to mark: events after it are drawn dark, earlier ones grey, and initiatives with a later
        event are on top. If left out, those that run or are being built are on top.
    since : str or date, optional
        Left end of the axis; the earliest event if left out. An arrow marks an initiative with earlier ones.
    background : bool
        Draw initiatives of the scope ``context``, too. If there are no others they are drawn anyhow.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.

    Raises
    ------
    ValueError
        If none of the initiatives has an event to draw.

    Examples
    --------
    >>> import mineralmap as mm
    >>> here = mm.filter_rows(mm.load_initiatives(scope="rare_earth"), states="Uttar Pradesh")
    >>> picture = mm.figures.timeline(mm.load_events(), here, title="Rare earths in Uttar Pradesh")
    """
    main = initiatives[background | initiatives["scope"].ne("context").to_numpy()]
    initiatives = main if len(main) else initiatives
    events = _with_stage_held(events[events["initiative_id"].isin(initiatives["initiative_id"])], initiatives)
    left = events["date"].min() if since is None else as_date(since, "since")
    drawn = events[events["date"] >= left]
    if drawn.empty:
        raise ValueError("none of these initiatives has an event: there is nothing to draw")
    last, day = drawn.loc[drawn["date"].idxmax()], None if as_of is None else as_date(as_of)
    drawn = drawn.assign(past=False if day is None else drawn["date"] <= day)
    early = set(events.loc[events["date"] < left, "initiative_id"])
    newest = format_date(last["date"], last["date_precision"])
    groups = _groups(initiatives, drawn, day)
    rows, height = _rows(groups)
    figure, body = new_figure(
        PAGE,
        height + 0.75,
        title,
        "Each mark is a reported step at its date; its shape and colour tell the stage that held after it, "
        f"and the words at the end the last one. {'' if day is None else _shades(drawn, day)}"
        f"{'An arrow: there are earlier steps. ' if early & set(drawn['initiative_id']) else ''}"
        f"{pluralize(len(drawn), 'event')}, the newest of {newest}.",
        grow=True,
    )
    axes = plain(body.subplots(), "x")
    span = max(last["date"] - left, pd.Timedelta(days=730))
    axes.set(xlim=(last["date"] - 1.04 * span, last["date"] + span / 25), ylim=(height, 0), yticks=[])
    for row, y in rows:
        steps = drawn[drawn["initiative_id"] == row["initiative_id"]].sort_values(["date", "event_id"])
        _draw_steps(axes, y, steps, earlier=row["initiative_id"] in early)
    _name_rows(axes, groups, rows)
    _date_axis(axes, day)
    stage_legend(body, [one for one in STAGES if (drawn["held"] == one).any()])
    return figure


def _shades(drawn: pd.DataFrame, day: pd.Timestamp) -> str:
    """Say what is dark and what grey; a step whose month or year has that day in it may be of later."""
    unsure = drawn["past"] & (last_day(drawn["date"], drawn["date_precision"]) > day)
    also = ", or on an unknown day of that month or year" if unsure.any() else ""
    return f"Dark: after {format_date(day)}; grey: before{also}. "


def _with_stage_held(events: pd.DataFrame, initiatives: pd.DataFrame) -> pd.DataFrame:
    """Return the events by initiative and date, with the stage that held after each of them (``held``)."""
    events = events.sort_values(["initiative_id", "date", "event_id"])
    certain = last_day(events["date"], events["date_precision"])
    # A step known to the month may be drawn before one that was certain earlier.
    certain = certain.groupby(events["initiative_id"]).cummax()
    moves = transitions(stage_events(events, initiatives)).astype({"stage": "str"})
    held = dict(iter(moves.groupby("initiative_id")))
    stages = []
    for initiative_id, stage, day in zip(events["initiative_id"], events["stage"], certain, strict=True):
        rows = held.get(initiative_id)
        before = [] if rows is None else rows.loc[rows["counts_from"] <= day, "stage"].tolist()
        stages.append(before[-1] if before else str(stage))
    return events.assign(held=stages)


def _groups(
    initiatives: pd.DataFrame, drawn: pd.DataFrame, day: pd.Timestamp | None
) -> dict[str, pd.DataFrame]:
    """Return the initiatives with a step in two groups, by the words over them; none over a single group."""
    initiatives = initiatives[initiatives["initiative_id"].isin(drawn["initiative_id"])]
    if day is None:
        first = initiatives["stage"].isin(["operating", "construction"])
        words = "Reported to run or being built", "All others"
    else:
        first = initiatives["initiative_id"].isin(drawn.loc[~drawn["past"], "initiative_id"])
        words = f"With a step after {format_date(day)}", "Without one"
    groups = {words[0]: initiatives[first], words[1]: initiatives[~first]}
    groups = {name: rows for name, rows in groups.items() if len(rows)}
    return groups if len(groups) > 1 else {"": initiatives}


def _title_lines(row: pd.Series) -> str:
    return fold(row["title"], 3.3 if on_phone() else 3.1, SMALL)


def _end_words(row: pd.Series) -> str:
    """Return the last stage in words, and whether an operation is unconfirmed."""
    stage = str(row["stage"])
    words = codebook.labels("stage").get(stage, stage) + (", unconfirmed" if row.get("unconfirmed") else "")
    return fold(words, 0.95 if on_phone() else 2, SMALL)


def _rows(groups: Mapping[str, pd.DataFrame]) -> tuple[list[tuple[pd.Series, float]], float]:
    """Return each initiative with the place of its line, in inches from the top, and the height of all."""
    placed, foot = [], 0.0
    for name, rows in groups.items():
        foot += 0.42 if name else 0.0
        for _, row in rows.iterrows():
            words = _LINE * (1 + _title_lines(row).count("\n"))
            # On a phone the words are above the line, else beside it.
            below = 0.4 + 0.12 * _end_words(row).count("\n")
            high = words + below if on_phone() else max(words + 0.12, 0.36)
            placed.append((row, foot + (words + 0.18 if on_phone() else high / 2)))
            foot += high
    return placed, foot + 0.1


def _draw_steps(axes: Axes, y: float, steps: pd.DataFrame, *, earlier: bool) -> None:
    """Draw the line of an initiative and its marks."""
    if steps.empty:
        return
    left, when = axes.get_xlim()[0], dates.date2num(steps["date"])  # type: ignore[no-untyped-call]
    later = when[~steps["past"]]
    if earlier:
        axes.plot([left, when[0]], [y, y], color=RULE, lw=1.2, zorder=1)
        axes.plot(left, y, marker=4, ms=7, color=FAINT, clip_on=False)
    axes.plot(when, [y] * len(when), color=RULE, lw=1.2, zorder=1)
    axes.plot(later, [y] * len(later), color=style.INK, lw=1.6, zorder=1.5)
    for number, step in enumerate(steps.itertuples()):
        draw_marker(axes, step.date, y, step.held, past=step.past, zorder=5 + number)


def _name_rows(axes: Axes, groups: Mapping[str, pd.DataFrame], rows: list[tuple[pd.Series, float]]) -> None:
    """Write the initiatives left of their lines (on a phone above) and their stages right of them."""
    look: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "fontsize": SMALL}
    # The paper behind words hides the lines of the years and of the day.
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    heads = dict(zip(np.cumsum([0, *map(len, groups.values())]), groups, strict=False))
    for number, (row, y) in enumerate(rows):
        words = _title_lines(row)
        top = y - 0.18 - _LINE * (1 + words.count("\n")) if on_phone() else y - 0.18
        if on_phone():
            axes.text(0, y - 0.14, words, va="bottom", bbox=paper, **look)
        else:
            _say_right(axes, y, words)
        end = axes.text(1.02, y, _end_words(row), va="center", fontweight="bold", **look)
        end.set_color(style.darker(style.stage_ink(str(row["stage"])), 0.8))
        if on_phone():
            end.set(y=y - 0.09, va="top")
        if heads.get(number):
            x, side = (0, "left") if on_phone() else (-0.02, "right")
            head = {"color": SOFT, "style": "italic", "bbox": paper, **look}
            axes.text(x, top - 0.05, heads[number], va="bottom", ha=side, **head)


def _say_right(axes: Axes, y: float, words: str) -> None:
    """Write lines that end left of the axes, each for itself: so they end there in every typeface."""
    lines = words.split("\n")
    for number, line in enumerate(lines):
        at = y + _LINE * (number - (len(lines) - 1) / 2)
        beside = axes.get_yaxis_transform()
        axes.text(-0.02, at, line, fontsize=SMALL, va="center", ha="right", transform=beside)


def _date_axis(axes: Axes, day: pd.Timestamp | None) -> None:
    """Write the years below, and mark a day."""
    name_years(axes)
    if day is None:
        return
    axes.axvline(dates.date2num(day), color=style.INK, lw=1.2, zorder=0.5)  # type: ignore[no-untyped-call]
    low, high = axes.get_xlim()
    right = dates.date2num(day) > (low + high) / 2  # type: ignore[no-untyped-call]
    look: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    look |= {"color": style.INK, "fontsize": SMALL, "fontweight": "bold", "ha": "right" if right else "left"}
    axes.annotate(format_date(day), (day, 1), (3 if right else -3, 3), **look)


@two_widths
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

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events()
    >>> initiatives = mm.load_initiatives(scope="rare_earth")
    >>> picture = mm.figures.stages_over_time(events, initiatives, since="2020-01-01")
    """
    day = resolve_as_of(events, as_of)
    moves = transitions(known_as_of(stage_events(events, built(initiatives)), day))
    if moves.empty:
        raise ValueError(f"no initiative has a step by {format_date(day)}: there is nothing to draw")
    # A single day has no width.
    left = min(moves["counts_from"].min(), day - pd.DateOffset(months=1))
    left = left if since is None else as_date(since, "since")
    counts = _counts_by_month(moves, left, day)
    now, everyone = counts.iloc[-1], moves["initiative_id"].nunique()
    low = sum(now[stage] for stage in LADDER[: LADDER.index("mou") + 1])
    figure, body = new_figure(
        PAGE,
        3.6 if on_phone() else 4.3,
        f"Of {pluralize(everyone, 'project')}, {now['operating']} {'is' if now['operating'] == 1 else 'are'} "
        f"reported to operate; {low} {'is' if low == 1 else 'are'} talks, plans or memoranda",
        f"Projects by the stage known at the end of each month, until {format_date(day)}. "
        "Laws, schemes, dialogues and disputes are not drawn. Growth is also growth of reporting and of the "
        "search.",
        grow=True,
    )
    axes = plain(body.subplots(), "y")
    fills = codebook.colours("stage")
    look: dict[str, Any] = {"step": "post", "edgecolor": "white", "lw": 0.7}
    pile = axes.stackplot(counts.index, counts.to_numpy().T, colors=[fills[one] for one in counts], **look)
    # White on white: a line round it shows that the talks are a part of the pile.
    pile[list(counts).index("talks")].set(edgecolor=codebook.colours("sign")["talk"], lw=0.9, zorder=2)
    top = 1.03 * counts.sum(axis=1).max()
    axes.set(xlim=(left, day), ylim=(0, top))
    axes.locator_params(axis="y", integer=True)
    years = range(day.year, left.year, -4 if on_phone() else -2)
    axes.set_xticks([pd.Timestamp(year, 1, 1) for year in years], [str(year) for year in years])
    axes.spines["bottom"].set(visible=True, color=RULE)
    if on_phone():
        stage_legend(body, [stage for stage in STAGES if now.get(stage, 0)], now)
    else:
        _name_layers(axes, now, top)
    _call_out(axes, counts.sum(axis=1), left, day)
    return figure


def _counts_by_month(moves: pd.DataFrame, left: pd.Timestamp, day: pd.Timestamp) -> pd.DataFrame:
    """Return how many initiatives are at each stage (columns, bottom of the pile first) at month ends."""
    changes = [
        pd.crosstab(moves["counts_from"], moves[name].astype("str")) for name in ("stage", "stage_before")
    ]
    counts = changes[0].sub(changes[1], fill_value=0).fillna(0).cumsum().astype(int)
    counts = counts.reindex(columns=[*reversed(LADDER), HALT_REQUESTED, *EXITS], fill_value=0)
    ends = pd.date_range(left, day, freq="ME").union([day])
    counts = counts.reindex(ends, method="ffill").fillna(0).astype(int)
    # Months without a change only make the picture heavy.
    changed = counts.diff().ne(0).any(axis=1)
    changed.iloc[-1] = True
    return counts[changed]


def _name_layers(axes: Axes, now: pd.Series, top: float) -> None:
    """Write the name, marker and number of each layer right of the pile, a line apart."""
    middles = (now.cumsum() - now / 2)[now > 0]
    beside, labels = axes.get_yaxis_transform(), codebook.labels("stage")
    for stage, place in zip(middles.index, spread(middles, 0.06 * top, top), strict=True):
        draw_marker(axes, 1.03, place, stage, transform=beside, clip_on=False)
        words = f"{labels[stage]}  {now[stage]}"
        axes.text(1.055, place, words, transform=beside, va="center", fontsize=SMALL)


def _call_out(axes: Axes, total: pd.Series, left: pd.Timestamp, day: pd.Timestamp) -> None:
    """Shade the calendar year in which most was added, and say how many were there before and after."""
    ends = [pd.Timestamp(year, 12, 31) for year in range(left.year - 1, day.year)] + [day]
    at = total.reindex(total.index.union(ends)).ffill().fillna(0).astype(int)[ends]
    grown = at.diff()[at.shift(fill_value=0) > 0]
    if grown.empty or grown.max() <= 0:
        return
    year = grown.idxmax()
    begin = pd.Timestamp(year.year, 1, 1)
    axes.axvspan(max(begin, left), year, color=style.RAMP[0], lw=0, zorder=0)
    before = at[ends[ends.index(year) - 1]]
    words = (
        f"{year.year}: {before} to {at[year]}"
        if on_phone()
        else f"{year.year}: from {before} to {at[year]} projects"
    )
    late = begin > left + (day - left) / 2
    axes.annotate(
        words,
        (begin if late else year, 0.99),
        (-6 if late else 6, 0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top",
        fontsize=PLAIN,
        fontweight="bold",
        color=style.OCHRE,
    )


@two_widths
def stage_timeline(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    *,
    states: str | Sequence[str] = ("IN-UP", "IN-TN", "IN-AP"),
    as_of: Day | None = None,
) -> Picture:
    """Draw how far the initiatives of some states have come: a row a state, a mark an initiative.

    Parameters
    ----------
    events : DataFrame
        As from `mineralmap.load_events`, of all scopes.
    initiatives : DataFrame
        As from `mineralmap.load_initiatives` with a ``scope``. Programmes of the Union, and of
        several countries, that are in more than one state are left out.
    states : str or sequence of str
        Code or name of a state, or of several; the one that came furthest is drawn on top.
    as_of : str or date, optional
        Stages as certain on this day; the last day of the newest event if left out.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events()
    >>> initiatives = mm.load_initiatives(scope="rare_earth")
    >>> picture = mm.figures.stage_timeline(events, initiatives, states=["UP", "TN"])
    """
    day = resolve_as_of(events, as_of)
    pairs = zip(initiatives["level"], initiatives["states"], strict=True)
    wide = np.array([has_no_single_place(level, codes) for level, codes in pairs], dtype=bool)
    local = built(initiatives[~wide]).set_index("initiative_id", drop=False)
    moves = transitions(known_as_of(stage_events(events, local), day))
    now = (
        moves.drop_duplicates("initiative_id", keep="last").set_index("initiative_id")["stage"].astype("str")
    )
    local = local.loc[now.index].assign(stage=now, rank=now.map(stage_rank).astype(float).fillna(-1))
    codes = codebook.state_codes(states)
    if not codes:
        raise ValueError("no state is named: there is nothing to draw")
    own = {
        code: local[local["states"].map(lambda cell, code=code: code in cell).astype(bool)].sort_values(
            "rank"
        )
        for code in codes
    }
    # sorted keeps the given order of equals.
    order = sorted(codes, key=lambda code: own[code]["rank"].max() if len(own[code]) else -2, reverse=True)
    own, names = {code: own[code] for code in order}, codebook.labels("state")
    heights = [_state_height(names[code], rows) for code, rows in own.items()]
    figure, body = new_figure(
        PAGE,
        sum(heights) + 0.75,
        _states_title({names[code]: rows for code, rows in own.items()}),
        f"One mark is one project at the stage known on {format_date(day)}. Laws, dialogues, disputes "
        "and national programmes over several states are not drawn; a project of two states is in both.",
        grow=True,
    )
    axes = plain(body.subplots())
    axes.set(xlim=(0, 1), ylim=(sum(heights), 0), xticks=[], yticks=[])
    _name_families(axes)
    foot = 0.0
    for (code, rows), height in zip(own.items(), heights, strict=True):
        _draw_state(axes, foot, names[code], codebook.colours("state").get(code, style.INK), rows)
        foot += height
        axes.axhline(foot, color=RULE, lw=0.8)
    _marks_legend(body, local.loc[list(dict.fromkeys(_ids(own)))])
    return figure


def _states_title(own: Mapping[str, pd.DataFrame]) -> str:
    """Return the finding: in which states something runs, is being built, or neither."""
    came: dict[str, list[str]] = {}
    runs = "projects that are reported to run"
    for name, rows in own.items():
        top = rows["rank"].max() if len(rows) else -2
        if top == stage_rank(LADDER[-1]):
            said = runs
        elif top == stage_rank("construction"):
            said = "none that runs, but building has begun"
        else:
            said = "none being built" if len(rows) else "no project"
        came.setdefault(said, []).append(name)
    if [own[name]["rank"].eq(stage_rank(LADDER[-1])).sum() for name in came.get(runs, [])] == [1]:
        came = {"a project that is reported to run" if it == runs else it: at for it, at in came.items()}
    return "; ".join(f"{join_words(at)} {'has' if len(at) == 1 else 'have'} {it}" for it, at in came.items())


def _is_hollow(rows: pd.DataFrame) -> pd.Series:
    """Tell which projects run by the last report, and nobody has confirmed it for two years."""
    known = rows["unconfirmed"] if "unconfirmed" in rows.columns else pd.Series(False, index=rows.index)
    return known.astype(bool) & rows["stage"].eq(LADDER[-1])


def _marks_legend(body: SubFigure, rows: pd.DataFrame) -> None:
    """Put the marks that are drawn along the foot, the hollow star among them."""
    hollow = _is_hollow(rows)
    entries = stage_entries([one for one in STAGES if rows.loc[~hollow, "stage"].eq(one).any()])
    if hollow.any():
        sign = codebook.vocabulary("sign")[SIGN_OF[LADDER[-1]]]
        look: dict[str, Any] = {"ls": "none", "mfc": style.PAPER, "mec": style.darker(sign.colour)}
        star = tuple(
            Line2D([], [], marker=path, ms=10, mew=1.2, **look) for _, path in marker_parts(sign.marker)
        )
        entries.append((star, "Operating, unconfirmed"))
    columns = 2 if on_phone() else min(4, len(entries))
    key(body.legend, entries, loc="outside lower left", ncols=columns, columnspacing=1.6)


_SHORT = ("Talk", "Paper", "Built", "Runs", "Halted")
_FAMILIES = ("talk", "paper", "building", "running", "halted")
#: Edge of the ground of a mark in a state's row, inches.
_MARK = 0.2


def _ids(own: Mapping[str, pd.DataFrame]) -> list[str]:
    return [one for rows in own.values() for one in rows["initiative_id"]]


def _furthest(rows: pd.DataFrame) -> tuple[str, list[str]]:
    """Return the highest stage in words, and what is at it."""
    top = rows[(rows["rank"] == rows["rank"].max()) & (rows["rank"] >= 0)]
    if top.empty:
        return "none", []
    titles = [
        f"{row['title']} (unconfirmed)"
        if row.get("unconfirmed") and row["stage"] == "operating"
        else row["title"]
        for _, row in top.iterrows()
    ]
    return codebook.labels("stage")[top["stage"].iloc[0]].lower(), titles


def _columns() -> tuple[float, float, int]:
    """Return the left end and the width of the families' columns (shares of the axes), and marks a line."""
    left = 0.0 if on_phone() else 0.19
    step = (1 - left) / len(_FAMILIES)
    return left, step, int(step * (3.5 if on_phone() else 9) / _MARK) - 1


def _named(rows: pd.DataFrame) -> str:
    """Return the names of what came furthest, three at most."""
    titles = _furthest(rows)[1]
    more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
    words = "; ".join(titles[:3]) + more
    return fold(f"Furthest: {words}", 3.4 if on_phone() else 7.1, SMALL) if titles else ""


def _state_height(name: str, rows: pd.DataFrame) -> float:
    """Return the height of a state's row: its marks, and the names of what came furthest."""
    most = rows["stage"].map(SIGN_OF).value_counts().reindex(_FAMILIES).max()
    lines = -(-int(0 if pd.isna(most) else most) // _columns()[2])
    named = _named(rows)
    high = _MARK * max(lines, 1) + (_LINE * (1 + named.count("\n")) + 0.1 if named else 0) + 0.2
    return max(_head(name) + high, 0.5 + 0.18 * (1 + _state_name(name).count("\n")))


def _state_name(name: str) -> str:
    return fold(name, 2.3 if on_phone() else 1.35, PLAIN, "bold")


def _head(name: str) -> float:
    """Return the height over the marks of a state: of the numbers, on a phone also of its name."""
    return 0.5 + 0.18 * _state_name(name).count("\n") if on_phone() else 0.3


def _name_families(axes: Axes) -> None:
    """Write the families of stages over the columns."""
    left, step, _ = _columns()
    axes.set_xticks([left + number * step for number in range(len(_FAMILIES))])
    labels = codebook.labels("sign")
    axes.set_xticklabels(
        _SHORT if on_phone() else [fold(labels[one], 1.1, SMALL) for one in _FAMILIES], ha="left"
    )
    axes.xaxis.tick_top()


def _draw_state(axes: Axes, top: float, name: str, colour: str, rows: pd.DataFrame) -> None:
    """Draw a state's name, the marks of its initiatives by family, and the names of what came furthest."""
    left, step, per_line = _columns()
    head, title = top + _head(name), _state_name(name)
    n = pluralize(len(rows), "project")
    look: dict[str, Any] = {"va": "top", "fontsize": SMALL}
    axes.text(0, top + 0.08, title, **{**look, "fontsize": PLAIN}, fontweight="bold", color=colour)
    if on_phone():
        axes.text(1, top + 0.08, n, ha="right", color=SOFT, **look)
    else:
        axes.text(0, top + 0.12 + 0.18 * (1 + title.count("\n")), n, color=SOFT, **look)
    width, foot = (3.5 if on_phone() else 9), head + _MARK
    for number, family in enumerate(_FAMILIES):
        marks = rows[rows["stage"].map(SIGN_OF) == family]
        x = left + number * step
        axes.text(x, head - 0.2, str(len(marks) or "–"), **look, color=SOFT)
        for place, (stage, hollow) in enumerate(zip(marks["stage"], _is_hollow(marks), strict=True)):
            line, column = divmod(place, per_line)
            at = x + (column + 0.45) * _MARK / width, head + (line + 0.5) * _MARK
            if hollow:
                draw_sign(axes, *at, family, size=11, hollow=True)
            else:
                draw_marker(axes, *at, stage, clip_on=False)
            foot = max(foot, head + (line + 1) * _MARK)
    if named := _named(rows):
        axes.text(left, foot + 0.08, named, color=SOFT, **look)
