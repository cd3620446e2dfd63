"""The stories as still pictures (matplotlib), for paper, for GitHub and for a notebook without a kernel.

Each figure says its finding in the title, what is plotted with unit and date in the subtitle, and
its source under the axis. Stages have the colours and signs of the maps.
"""

from __future__ import annotations

import io
import textwrap

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.path import Path

from . import datasets, ladder, style
from .errors import UnknownIdError

__all__ = ["Picture", "india_map", "monazite", "timeline"]

_SOURCE = "Source: mineralmap tables, CC BY 4.0"
_FONT = ["DejaVu Sans"]


class Picture(Figure):
    """A figure that shows itself in a notebook as SVG, the same bytes for the same picture.

    Attributes
    ----------
    alt : str
        What the picture shows, for those who do not see it.
    """

    alt = ""

    def to_svg(self):
        """Return the picture as SVG text."""
        page = io.StringIO()
        with matplotlib.rc_context({"svg.hashsalt": "mineralmap", "svg.fonttype": "path"}):
            self.savefig(page, format="svg", metadata={"Date": None, "Title": self.alt})
        return page.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/svg+xml": self.to_svg(), "text/plain": repr(self)}

    def __repr__(self):
        return f"Picture: {self.alt}"


def _sign(stage):
    """Return matplotlib marker settings for a stage, the still twin of the map's sign."""
    star = Path.unit_regular_star(5, innerCircle=0.5)
    flag = Path([(-0.6, -1), (-0.6, 1), (0.9, 1), (0.45, 0.5), (0.9, 0), (-0.6, 0)])
    marker = {"construction": "s", "operating": star, "in_force": flag}.get(stage, "o")
    grey = stage in ladder.EXITS
    look = {
        "marker": marker,
        "markerfacecolor": style.STAGE_COLOURS[stage],
        "markeredgecolor": style.GREY if grey else style.INK,
        "markeredgewidth": 1.0,
    }
    if stage == "agreement":
        look.update(markerfacecolor="white")
    if stage == "mou":
        look.update(fillstyle="left", markerfacecolor=style.INK, markerfacecoloralt="white")
    return look


#: What is drawn over the round sign, and its size as a share of it.
_OVER = {
    "announced": ("o", 0.3),
    "agreement": (Path.wedge(90, 360), 1.0),
    "suspended": ("x", 0.6),
    "cancelled": (Path([(-1, -1), (1, 1)]), 0.65),
}


def _draw_sign(axes, x, y, stage, size, zorder=5, **kwargs):
    look = _sign(stage)
    size = size * (1.35 if stage == "operating" else 1)
    axes.plot([x], [y], linestyle="none", markersize=size, zorder=zorder, **look, **kwargs)
    over, share = _OVER.get(stage, (None, 0))
    if over is not None:
        axes.plot(
            [x],
            [y],
            linestyle="none",
            marker=over,
            markersize=size * share,
            color=style.GREY if stage in ladder.EXITS else style.INK,
            markeredgewidth=1.0 if stage in ladder.EXITS else 0,
            zorder=zorder + 0.1,
            **kwargs,
        )


def _frame(width, height, title, subtitle, source):
    """Return a figure and its axes, with the finding above and the source below."""
    figure = Picture(figsize=(width, height), facecolor="white")
    figure.alt = f"{title}. {subtitle}"
    wrap = int(width * 11.2)
    heading = "\n".join(textwrap.wrap(title, wrap))
    lines = "\n".join(textwrap.wrap(subtitle, int(wrap * 1.3)))
    top = 1 - 0.12 / height
    figure.text(0.02, top, heading, va="top", fontsize=13, fontweight="bold", family=_FONT)
    below = top - (0.235 * (heading.count("\n") + 1)) / height
    figure.text(0.02, below, lines, va="top", fontsize=10, color="#444444", linespacing=1.25, family=_FONT)
    foot = "\n".join(textwrap.wrap(source, int(wrap * 1.25)))
    figure.text(0.02, 0.06 / height, foot, va="bottom", fontsize=9, color="#666666", family=_FONT)
    head = below - (0.21 * (lines.count("\n") + 1) + 0.1) / height
    foot_height = (0.16 * (foot.count("\n") + 1) + 0.1) / height
    axes = figure.add_axes((0.02, foot_height, 0.96, head - foot_height))
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, labelsize=9.5)
    return figure, axes


def monazite(as_of="2013-05"):
    """Draw the monazite in situ by state as bars.

    Parameters
    ----------
    as_of : str, default "2013-05"
        An estimate whose source splits the whole national total by state.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.

    Raises
    ------
    UnknownIdError
        If no complete split of that date stands in the table.
    """
    table = datasets.load_monazite()
    rows = table[(table["as_of"] == as_of) & (table["split_in_source"] == "complete")]
    states = rows[rows["state_iso"] != "IN"].sort_values("monazite_mt")
    if states.empty:
        dates = sorted(set(table.loc[table["split_in_source"] == "complete", "as_of"]))
        raise UnknownIdError(f"no complete split of {as_of!r} by state; there is one of {', '.join(dates)}")
    total = rows.loc[rows["state_iso"] == "IN", "monazite_mt"].iloc[0]
    newest = table[table["state_iso"] == "IN"].sort_values("as_of").iloc[-1]
    coastal = states["setting"].fillna("").str.contains("beach")
    lead = list(states["state"].iloc[::-1][:2])
    both = states["monazite_mt"].iloc[-2:].sum()
    figure, axes = _frame(
        8,
        4.4,
        f"{lead[0]} and {lead[1]} held {both / total:.0%} of India's known monazite in {as_of[:4]}",
        f"Monazite in situ, million tonnes, as of {as_of}; {total:g} Mt in all. "
        "The last full split by state: the national total was "
        f"{newest['monazite_mt']:g} Mt in {newest['as_of'][:4]}.",
        f"Source: {states['source_publisher'].iloc[0]} (figures of the Department of Atomic Energy); "
        + _SOURCE.removeprefix("Source: "),
    )
    axes.set_position([0.17, axes.get_position().y0, 0.8, axes.get_position().height])
    colours = [style.RAMP[3] if sea else style.RAMP[1] for sea in coastal]
    axes.barh(states["state"], states["monazite_mt"], color=colours, height=0.66)
    for number, row in enumerate(states.itertuples()):
        note = "" if coastal.iloc[number] else "  (inland river placers)"
        axes.text(row.monazite_mt + 0.04, number, f"{row.monazite_mt:.2f}{note}", va="center", fontsize=10)
    axes.set_xlim(0, states["monazite_mt"].max() * 1.15)
    axes.set_xticks([])
    return figure


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
    figure, axes = _frame(9.5, height, title, subtitle, _SOURCE)
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
            _draw_sign(axes, step.date, number, step.stage, 9, alpha=pale)
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
    _stage_key(figure, used, 0.30 / height)
    return figure


def _stage_key(figure, stages, bottom):
    """Put a row of signs with their words along the foot of a figure."""
    axes = figure.add_axes((0.02, bottom, 0.96, 0.34 / figure.get_size_inches()[1]))
    axes.set_axis_off()
    axes.set_xlim(0, len(stages))
    axes.set_ylim(-1, 1)
    for number, stage in enumerate(stages):
        _draw_sign(axes, number + 0.08, 0, stage, 8)
        axes.text(number + 0.17, 0, style.STAGE_WORDS[stage][0], va="center", fontsize=9)


def india_map(initiatives=None, title=None, as_of=None, perspective="india", states=None, deposits=True):
    """Draw the still twin of `mineralmap.maps.india`: states by monazite, initiatives by stage.

    Parameters
    ----------
    initiatives : DataFrame, optional
        As from `mineralmap.load_initiatives`; the rare-earth ones as of ``as_of`` if left out.
    title : str, optional
        The finding; by default that of the interactive map.
    as_of : str or date, optional
        Stages as known on this day.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.
    states : str or sequence of str, optional
        Frame these states (ISO 3166-2:IN) instead of the whole country.
    deposits : bool, default True
        Draw the deposits, too.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    from .maps import _pack, _recipes

    if initiatives is None:
        initiatives = datasets.load_initiatives(as_of, scope="rare_earth")
    frame = datasets.load_states(perspective)
    fills, _, _, legend = _recipes._monazite(datasets.load_monazite())
    codes = (states,) if isinstance(states, str) else states
    if codes is not None:
        for code in codes:
            datasets.check_state(code)
    focus = frame if codes is None else frame[frame["state_iso"].isin(codes)]
    west, south, east, north = focus.total_bounds
    pad = 0.04 * max(east - west, north - south)
    pinned = initiatives[initiatives["lat"].notna()]
    inside = pinned["lon"].between(west - pad, east + pad) & pinned["lat"].between(south - pad, north + pad)
    pinned = pinned[inside]
    newest = ladder.as_date(as_of) if as_of is not None else initiatives["last_date"].max()
    figure, axes = _frame(
        9.5,
        8.6,
        title or _recipes.headline(initiatives, datasets.load_partners()),
        f"{style.count_words(len(pinned), 'initiative')} of {len(initiatives)} shown at a known place; "
        f"the others are known to the state or to the country only. Stages as of {style.date_words(newest)}.",
        f"{style.PERSPECTIVE_WORDS[perspective]}. Monazite: Department of Atomic Energy, 2013. {_SOURCE}",
    )
    box = axes.get_position()
    axes.set_position([0.0, box.y0, 0.76, box.height])
    countries = datasets.load_countries(perspective)
    # A picture of this size shows no more; the file is a tenth.
    frame = frame.set_geometry(_pack.simplify_coverage(frame.geometry.to_numpy(), 0.03, 1e-3), crs=frame.crs)
    focus = frame[frame["state_iso"].isin(focus["state_iso"])]
    world = (west - 8, south - 8, east + 8, north + 8)
    countries = countries.clip(world)
    countries = countries.set_geometry(countries.geometry.simplify(0.03))
    countries[countries["iso3"] != "IND"].plot(
        ax=axes, color=style.LAND, edgecolor=style.LAND_LINE, linewidth=0.5
    )
    frame.plot(
        ax=axes,
        color=[fills.get(code, style.NONE_NAMED) for code in frame["state_iso"]],
        edgecolor="#cfc8b8",
        linewidth=0.5,
    )
    focus.dissolve().boundary.plot(ax=axes, color=style.OUTLINE, linewidth=0.9)
    if deposits:
        spots = datasets.load_deposits().dropna(subset=["lat"])
        known = spots["monazite_mt"].notna() | spots["reo_t"].notna()
        for rows, fill in ((spots[known], style.OCHRE), (spots[~known], "white")):
            axes.scatter(
                rows["lon"],
                rows["lat"],
                marker="D",
                s=16,
                c=fill,
                edgecolors=style.OCHRE,
                linewidths=1,
                zorder=4,
            )
    order = {stage: number for number, stage in enumerate(ladder.LADDER)}
    ranked = pinned.assign(_rank=pinned["stage"].astype(str).map(order).fillna(-1))
    for row in ranked.sort_values(["_rank", "initiative_id"]).itertuples():
        _draw_sign(axes, row.lon, row.lat, row.stage, 8)
    axes.set_facecolor(style.SEA)
    axes.set_xlim(west - pad, east + pad)
    axes.set_ylim(south - pad, north + pad)
    axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)), adjustable="box", anchor="W")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set(xlabel="", ylabel="")
    _map_key(figure, legend, deposits)
    return figure


def _map_key(figure, legend, deposits):
    """Put the key of the still map on its right side."""
    key = figure.add_axes((0.765, 0.06, 0.23, 0.78))
    key.set_axis_off()
    key.set_xlim(0, 1)
    key.set_ylim(0, 1)
    y = 0.99
    key.text(0, y, "Initiatives, by stage", fontsize=9.5, fontweight="bold", va="top")
    y -= 0.055
    for stage in ladder.STAGES:
        _draw_sign(key, 0.06, y, stage, 8)
        key.text(0.15, y, style.STAGE_WORDS[stage][0], fontsize=9, va="center")
        y -= 0.036
    y -= 0.02
    if deposits:
        key.text(0, y, "Deposits", fontsize=9.5, fontweight="bold", va="top")
        y -= 0.055
        for fill, text in ((style.OCHRE, "tonnage known"), ("white", "tonnage not known")):
            key.plot([0.06], [y], marker="D", markersize=5, mfc=fill, mec=style.OCHRE, ls="none")
            key.text(0.15, y, text, fontsize=9, va="center")
            y -= 0.036
        y -= 0.02
    key.text(0, y, "Monazite in situ, Mt, 2013", fontsize=9.5, fontweight="bold", va="top")
    y -= 0.055
    for colour, text in legend["steps"]:
        key.plot([0.06], [y], marker="s", markersize=9, mfc=colour, mec="#a9a294", mew=0.6, ls="none")
        key.text(0.15, y, text, fontsize=9, va="center")
        y -= 0.036
