"""Pictures of where: the still twin of the map, and monazite by state."""

from __future__ import annotations

import numpy as np

from .. import datasets, ladder, style
from ..errors import UnknownIdError
from ._base import SOURCE, draw_sign, framed


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
    figure, axes = framed(
        8,
        4.4,
        f"{lead[0]} and {lead[1]} held {both / total:.0%} of India's known monazite in {as_of[:4]}",
        f"Monazite in situ, million tonnes, as of {as_of}; {total:g} Mt in all. "
        "The last full split by state: the national total was "
        f"{newest['monazite_mt']:g} Mt in {newest['as_of'][:4]}.",
        f"Source: {states['source_publisher'].iloc[0]} (figures of the Department of Atomic Energy); "
        + SOURCE.removeprefix("Source: "),
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
    from ..maps import _recipes

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
    figure, axes = framed(
        9.5,
        8.6,
        title or _recipes.headline(initiatives, datasets.plain_table("partners")),
        f"{style.count_words(len(pinned), 'initiative')} of {len(initiatives)} shown at a known place; "
        f"the others are known to the state or to the country only. Stages as of {style.date_words(newest)}.",
        f"{style.PERSPECTIVE_WORDS[perspective]}. Monazite: Department of Atomic Energy, 2013. {SOURCE}",
    )
    box = axes.get_position()
    axes.set_position([0.0, box.y0, 0.76, box.height])
    window = (west - pad, south - pad, east + pad, north + pad)
    frame = draw_ground(axes, perspective, window, fills, fill_box=False)
    focus = frame[frame["state_iso"].isin(focus["state_iso"])]
    focus.dissolve().boundary.plot(ax=axes, color=style.OUTLINE, linewidth=0.9)
    axes.set(xlabel="", ylabel="")  # geopandas names the axes again
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
        draw_sign(axes, row.lon, row.lat, row.stage, 8)
    _map_key(figure, legend, deposits)
    return figure


def draw_ground(axes, perspective, window, fills=None, fill_box=True):
    """Draw sea, countries and states in a window, and set the axes to it.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    perspective : {"india", "natural_earth"}
    window : tuple of float
        West, south, east, north in degrees.
    fills : dict, optional
        State code -> colour.
    fill_box : bool, default True
        Widen the window to the shape of the axes; else the axes shrink to that of the window.

    Returns
    -------
    GeoDataFrame
        The states in the window, as drawn.
    """
    from ..maps import _pack

    west, south, east, north = window
    stretch = 1 / max(0.2, np.cos(np.radians((south + north) / 2)))
    if fill_box:
        width, height = axes.get_window_extent().size
        lacks_x = max(0.0, (north - south) * stretch * width / height - (east - west)) / 2
        lacks_y = max(0.0, (east - west) * height / width / stretch - (north - south)) / 2
        west, east, south, north = west - lacks_x, east + lacks_x, south - lacks_y, north + lacks_y
    # A picture of this size shows no more; the file is a tenth. What lies outside would only weigh.
    fine = max(0.03, (east - west) / 1_000)
    states = datasets.load_states(perspective)
    states = states.set_geometry(
        _pack.simplify_coverage(states.geometry.to_numpy(), fine, fine / 30), crs=states.crs
    ).cx[west:east, south:north]
    countries = datasets.load_countries(perspective)
    countries = countries.clip((west - 8, south - 8, east + 8, north + 8))
    countries = countries.set_geometry(countries.geometry.simplify(fine))
    others = countries[(countries["iso3"] != "IND") & ~countries.geometry.is_empty]
    if len(others):
        others.plot(ax=axes, color=style.LAND, edgecolor=style.LAND_LINE, linewidth=0.5)
    if len(states):
        colours = [(fills or {}).get(code, style.NONE_NAMED) for code in states["state_iso"]]
        states.plot(ax=axes, color=colours, edgecolor="#cfc8b8", linewidth=0.5)
    axes.set_facecolor(style.SEA)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(stretch, adjustable="box", anchor="C" if fill_box else "W")
    axes.set(xticks=[], yticks=[], xlabel="", ylabel="")
    return states


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
        draw_sign(key, 0.06, y, stage, 8)
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
