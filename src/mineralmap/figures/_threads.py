"""Pictures of when: threads of initiatives over time, and how far they got."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd

from .. import follow, ladder, style
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


def ladder_over_time(initiatives, events, as_of=None, since=None):
    """Draw how many initiatives stood on each rung, month by month.

    Parameters
    ----------
    initiatives : DataFrame
        Those to count, as from `mineralmap.load_initiatives` with a ``scope``.
    events : DataFrame
        As from `mineralmap.load_events`, of all scopes.
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
    day = ladder.closing_day(events, as_of)
    steps = ladder.counting_steps(events, initiatives)
    moves = ladder.moves(ladder.known_on(steps, day))
    order = [*reversed(ladder.LADDER), *ladder.EXITS]
    if moves.empty:
        raise ValueError(f"no initiative has a step by {style.date_words(day)}: there is nothing to draw")
    left = ladder.as_date(since) if since is not None else moves["counts_from"].min()
    days = [*pd.date_range(left, day, freq="ME"), day]
    counts = pd.DataFrame({stage: _standing(moves, stage, days) for stage in order}, index=days)
    now = counts.iloc[-1]
    everyone = int(moves["initiative_id"].nunique())
    laws = everyone - int(now.sum())
    low = int(now[["talks", "announced", "mou"]].sum())
    figure, axes = framed(
        9.5,
        5.6,
        f"Of {everyone} initiatives, {now['operating']} are operating; {low} are talks, plans or memoranda",
        f"Initiatives by the stage that was certain at the end of each month, until {style.date_words(day)}. "
        f"{style.count_words(laws, 'law, scheme or curb', 'laws, schemes and curbs')} in force not drawn. "
        "Growth is also growth of reporting and of the search.",
        SOURCE,
    )
    box = axes.get_position()
    axes.set_position([0.06, box.y0 + 0.045, 0.77, box.height - 0.06])
    base = np.zeros(len(days))
    labels = []
    for stage in order:
        top = base + counts[stage].to_numpy()
        # Months without a change only make the picture heavy.
        kept = _corners(base, top)
        layer = ([days[at] for at in kept], base[kept], top[kept])
        axes.fill_between(
            *layer, step="post", facecolor=style.STAGE_COLOURS[stage], edgecolor=style.INK, lw=0.4
        )
        if stage == "talks":
            # White on white: a few dots show that this is a part of the pile.
            axes.fill_between(*layer, step="post", facecolor="none", edgecolor="#b9c2cc", hatch="..", lw=0)
        if now[stage]:
            labels.append(((base[-1] + top[-1]) / 2, f"{style.STAGE_WORDS[stage][0]}  {now[stage]}", stage))
        base = top
    axes.set_xlim(left, day)
    marks = range(day.year, left.year, -2)
    axes.set_xticks([pd.Timestamp(year, 1, 1) for year in marks], [str(year) for year in marks])
    axes.set_ylim(0, base.max() * 1.03)
    _side_labels(axes, labels, base.max() * 1.03)
    axes.grid(axis="y", color="#e6e8ea", lw=0.8)
    axes.set_axisbelow(True)
    axes.spines["bottom"].set_visible(True)
    axes.spines["bottom"].set_color("#b9c2cc")
    return figure


def _corners(*lines):
    """Return where any of the lines changes, with both ends."""
    changed = np.any([np.diff(line) != 0 for line in lines], axis=0)
    return np.flatnonzero(np.concatenate([[True], changed[:-1], [True]]))


def _standing(moves, stage, days):
    """Return how many initiatives stand at a stage on each day."""
    came = np.sort(moves.loc[moves["stage"] == stage, "counts_from"].to_numpy())
    went = np.sort(moves.loc[moves["stage_before"] == stage, "counts_from"].to_numpy())
    at = pd.DatetimeIndex(days).to_numpy()
    return np.searchsorted(came, at, side="right") - np.searchsorted(went, at, side="right")


def _side_labels(axes, labels, top):
    """Write labels with their sign right of the axes, at least a line apart."""
    line = top * 0.055
    places = np.array([label[0] for label in labels], dtype=float)
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + line)
    places -= max(0, places[-1] - top + line / 2)
    trans = axes.get_yaxis_transform()
    for place, (_, text, stage) in zip(places, labels, strict=True):
        draw_sign(axes, 1.03, place, stage, 8, transform=trans, clip_on=False)
        axes.text(1.055, place, text, transform=trans, va="center", fontsize=10)


def follow_through(result, entry="any", targets=("mou", "agreement", "construction", "operating"), until=5):
    """Draw what share of threads that entered low reached higher rungs, with bands.

    Parameters
    ----------
    result : mineralmap.follow.FollowThrough
        As from `mineralmap.follow.follow_through`.
    entry : str
        A rung of entry, or ``any``.
    targets : sequence of str
        Rungs, one panel each.
    until : float
        Right end in years; must be one of the result's times.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. A curve ends where fewer than five threads were still watched;
        too few threads give an empty panel that says so.
    """
    from ..survival import MIN_AT_RISK

    table = result.table[result.table["entry"] == entry]
    words = {"any": "talks, plans or memoranda", "announced": "plans", "mou": "memoranda"}.get(entry, entry)
    last = table[(table["target"] == targets[-1]) & (table["years"] == until)].iloc[0]
    figure, axes = framed(
        10,
        4.9,
        _follow_title(last, words, until, result),
        f"Share of initiatives that had reached the rung or a higher one, by years since they were first "
        f"seen as {words} (Kaplan-Meier, 95 % band; watched until {style.date_words(result.as_of)}). "
        "Young threads count for as long as they were watched. Talks that led nowhere are reported less, and "
        "older threads were found by looking back: true shares are likely lower.",
        SOURCE,
    )
    box = axes.get_position()
    axes.remove()
    width = 0.225
    for number, target in enumerate(targets):
        panel = figure.add_axes((0.055 + number * 0.238, box.y0 + 0.14, width - 0.02, box.height - 0.19))
        rows = table[table["target"] == target]
        curve = result.curves[(result.curves["entry"] == entry) & (result.curves["target"] == target)]
        n = int(rows["n"].iloc[0]) if len(rows) else 0
        top = " or higher" if target != ladder.LADDER[-1] else ""
        panel.set_title(f"{style.STAGE_WORDS[target][0]}{top}", fontsize=10.5, loc="left", fontweight="bold")
        panel.set_xlim(0, until)
        panel.set_ylim(0, 1)
        panel.set_xticks([0, 1, 2, until])
        panel.set_yticks([0, 0.25, 0.5, 0.75, 1])
        panel.set_yticklabels(["0", "25", "50", "75", "100 %"] if number == 0 else [])
        panel.grid(color="#e6e8ea", lw=0.8)
        panel.set_axisbelow(True)
        panel.spines[:].set_visible(False)
        panel.tick_params(length=0, labelsize=9.5)
        if curve.empty:
            panel.text(
                until / 2, 0.5, f"n = {n}: too few\nfor a curve", ha="center", va="center", fontsize=10
            )
            continue
        _draw_curve(panel, curve, rows, until, MIN_AT_RISK)
        _under_curve(panel, result, rows, target, n, entry, until)
    figure.text(0.055, box.y0 + 0.005, "Years since first seen; below them how many were still watched.",
                fontsize=9.5, color="#444444")  # fmt: skip
    return figure


def _follow_title(row, words, until, result):
    began, within = f"threads that began as {words}", f"within {until:g} years"
    rung = style.STAGE_WORDS[row["target"]][0].lower()
    did = "came to run" if row["target"] == ladder.LADDER[-1] else f"reached {rung} or higher"
    if np.isnan(row["share"]):
        return f"Too few {began} to say how many {did} {within}"
    if not row["n_reached"]:
        # Nobody has left the watch by the step, so those at risk are those watched that long.
        own = result.cases[result.cases["target"] == row["target"]]
        own = own if row["entry"] == "any" else own[own["entry"] == row["entry"]]
        later = int(own["reached"].sum())
        told = f"None of {row['n']} {began} {did} {within}; {row['n_at_risk']} were watched that long"
        return f"{told}, and {later} did so later" if later else told
    other = result.sensitivity
    # The readings pool all entries, so they bound a single one only if it was asked for alone.
    same = (other["reading"] == follow.WITHOUT_JUMPS) & (other["target"] == row["target"])
    fewest = other.loc[same & (other["years"] == row["years"]), "n_reached"].iloc[0]
    whole = row["n"] == other.loc[other["target"] == row["target"], "n"].max()
    jumps = whole and fewest < row["n_reached"]
    count = f"{fewest} to {row['n_reached']}" if jumps else f"{row['n_reached']}"
    doubt = ", by how jumps in the reports are read" if jumps else ""
    return f"Of {row['n']} {began}, {count} {did} {within}{doubt}"


def _draw_curve(panel, curve, rows, until, floor):
    """Draw one curve with its band, until fewer than ``floor`` are still watched."""
    held = curve[(curve["n_at_risk"] >= floor) & (curve["years"] <= until)]
    cut = curve.loc[curve["n_at_risk"] < floor, "years"]
    end = min(until, cut.min() if len(cut) else until)
    years = [*held["years"], end]
    wide = {name: [*held[name], held[name].iloc[-1]] for name in ("share", "low", "high")}
    panel.fill_between(years, wide["low"], wide["high"], step="post", color="#c9d8ea", lw=0)
    panel.step(years, wide["share"], where="post", color=style.INK, lw=2, solid_capstyle="butt")
    for row in rows.itertuples():
        if not np.isnan(row.share) and row.years <= end:
            panel.plot([row.years], [row.share], "o", color=style.INK, ms=5)
            panel.text(row.years - 0.07, row.share + 0.03, f"{row.share:.0%}", ha="right", fontsize=9.5)


def _under_curve(panel, result, rows, target, n, entry, until):
    """Write n, the range of the other readings, and how many were still watched."""
    said = [f"n = {n}"]
    other = result.sensitivity
    other = other[(other["target"] == target) & (other["years"] == until)]["share"].dropna()
    if entry == "any" and len(other) > 1:
        low, high = f"{other.min():.0%}", f"{other.max():.0%}"
        said.append(f"over all readings,\nat {until:g} years: {low if low == high else f'{low} to {high}'}")
    panel.text(0.12, 0.97, "\n".join(said), va="top", fontsize=9, color="#444444")
    still = {0: n, **dict(zip(rows["years"], rows["n_at_risk"], strict=True))}
    ticks = panel.get_xticks()
    panel.set_xticklabels([f"{tick:g}\n{still.get(tick, '')}" for tick in ticks], linespacing=1.5)


def stage_timeline(initiatives, events, states=("IN-UP", "IN-TN", "IN-AP"), as_of=None, since="2009-01-01"):
    """Draw how far the initiatives of some states have come, one panel a state.

    Parameters
    ----------
    initiatives : DataFrame
        As from `mineralmap.load_initiatives` with a ``scope``. Programmes of the Union, and of
        several countries, that lie in more than one state are left out.
    events : DataFrame
        As from `mineralmap.load_events`, of all scopes.
    states : sequence of str
        ISO 3166-2:IN.
    as_of : str or date, optional
        Right end; the last day of the newest event if left out.
    since : str or date
        Left end.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`. Thin lines are initiatives; the thick one is the highest rung
        on which one stands.
    """
    from .. import datasets

    day, left = ladder.closing_day(events, as_of), ladder.as_date(since)
    names = datasets.load_states().set_index("state_iso")["state"]
    wide = initiatives["level"].isin(["national", "multilateral"]) & (initiatives["states"].map(len) > 1)
    local = initiatives[~wide]
    moves = ladder.moves(ladder.known_on(ladder.counting_steps(events, local), day))
    own = {code: moves[moves["initiative_id"].isin(_of_state(local, code))] for code in states}
    tops = {code: _highest(some, day) for code, some in own.items()}
    title = "Highest stage now: " + ", ".join(_top_words(names[code], tops[code]) for code in states)
    height = 1.6 + 2.4 * len(states)
    figure, axes = framed(
        9.5,
        height,
        title,
        f"Initiatives of each state by stage, as certain on each day until {style.date_words(day)}. Thin: "
        "one initiative; thick: the highest rung on which one stands. A line ends where it is halted; "
        "national programmes over several states are left out.",
        SOURCE,
    )
    box = axes.get_position()
    axes.remove()
    step = box.height / len(states)
    for number, code in enumerate(states):
        panel = figure.add_axes((0.13, box.y1 - (number + 1) * step + 0.045, 0.84, step - 0.085))
        _draw_state(panel, own[code], tops[code], initiatives, code, (left, day))
        n = own[code]["initiative_id"].nunique()
        panel.set_title(
            f"{names[code]}: {style.count_words(n, 'initiative')}",
            loc="left",
            fontsize=10.5,
            fontweight="bold",
        )
    return figure


def _of_state(initiatives, code):
    return initiatives.loc[
        initiatives["states"].map(lambda codes: code in codes).astype(bool), "initiative_id"
    ]


def _highest(moves, day):
    """Return the highest rung that any initiative stands on, each time it changes."""
    now, rows = {}, []
    for when, some in moves.sort_values("counts_from", kind="stable").groupby("counts_from"):
        now.update(zip(some["initiative_id"], some["stage"].map(ladder.rung), strict=True))
        held = {key: value for key, value in now.items() if value is not None and value == value}
        best = max(held, key=lambda key: (held[key], key)) if held else None
        new = (when, held.get(best, -1), best)
        if not rows or rows[-1][1] != new[1]:
            rows.append(new)
    return pd.DataFrame(rows, columns=["counts_from", "rung", "initiative_id"])


def _top_words(name, tops):
    if tops.empty or tops["rung"].iloc[-1] < 0:
        return f"{name} none"
    return f"{name} {style.STAGE_WORDS[ladder.LADDER[int(tops['rung'].iloc[-1])]][0].lower()}"


def _draw_state(panel, moves, tops, initiatives, code, span):
    left, day = span
    colour = style.STATE_COLOURS.get(code, style.INK)
    for _, thread in moves.groupby("initiative_id"):
        rungs = thread["stage"].map(ladder.rung).astype(float)
        panel.step(
            [*thread["counts_from"], day], [*rungs, rungs.iloc[-1]], where="post", color="#9aa5b1", lw=0.9
        )
    held = tops["rung"].where(tops["rung"] >= 0).astype(float)
    if len(tops):
        panel.step([*tops["counts_from"], day], [*held, held.iloc[-1]], where="post", color=colour, lw=2.6)
    titles = initiatives.set_index("initiative_id")["title"]
    highs = tops[tops["rung"] > tops["rung"].cummax().shift(fill_value=-1)]
    later = highs["initiative_id"].shift(-1)
    for row, following in zip(highs.itertuples(), later, strict=True):
        if row.counts_from >= left:
            draw_sign(panel, row.counts_from, row.rung, ladder.LADDER[int(row.rung)], 8)
        at = max(row.counts_from, left)
        late = at > left + (day - left) * 0.62
        # A line that climbs on is named at its top only.
        title = "" if row.initiative_id == following else f"{titles[row.initiative_id]}, "
        words = f"{title}{row.counts_from.year}"
        panel.annotate(
            words,
            (at, row.rung),
            xytext=(-7 if late else 7, 6),
            textcoords="offset points",
            ha="right" if late else "left",
            fontsize=9,
            color="#333333",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6},
        )
    panel.set_xlim(left, day + (day - left) / 60)
    panel.set_ylim(-0.5, len(ladder.LADDER) - 0.2)
    panel.set_yticks(range(len(ladder.LADDER)))
    panel.set_yticklabels([style.STAGE_WORDS[stage][0] for stage in ladder.LADDER])
    panel.grid(color="#eef0f2", lw=0.8)
    panel.set_axisbelow(True)
    panel.spines[:].set_visible(False)
    panel.tick_params(length=0, labelsize=9.5)
