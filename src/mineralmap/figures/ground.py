"""What lies under every still map: sea, countries and states in a window, and the page that it fills."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes

from .. import style
from ..boundaries import load_countries, load_states
from ..outlines import simplify_coverage
from .canvas import Picture

#: West, south, east, north in degrees (EPSG:4326).
Window = tuple[float, float, float, float]


def around(frame: gpd.GeoDataFrame, ground: float = 0.03) -> Window:
    """Return west, south, east and north of some states with a share of their size as ground around them."""
    west, south, east, north = frame.total_bounds
    pad = ground * max(east - west, north - south)
    return west - pad, south - pad, east + pad, north + pad


def stretch(window: Window) -> float:
    """Return how much longer a degree of latitude is than one of longitude in the middle of a window."""
    return 1 / max(0.2, float(np.cos(np.radians((window[1] + window[3]) / 2))))


def shape_of(window: Window) -> float:
    """Return the shape of a window as drawn: width to height."""
    west, south, east, north = window
    return (east - west) / (north - south) / stretch(window)


def widened(window: Window, shape: float) -> Window:
    """Return a window widened on both sides to a shape (width to height, as drawn)."""
    west, south, east, north = window
    own = shape_of(window)
    more_x = max(0.0, shape / own - 1) * (east - west) / 2
    more_y = max(0.0, own / shape - 1) * (north - south) / 2
    return west - more_x, south - more_y, east + more_x, north + more_y


def settle(figure: Picture, axes: Axes) -> float:
    """Lay the page out once and for all, and return the shape that it leaves to the axes.

    What is drawn afterwards moves nothing, so that names can be placed to the point.
    """
    axes.set(xticks=[], yticks=[])  # a map has none, and room for them would stay empty
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return float(axes.bbox.width / axes.bbox.height)


def draw_base_map(
    axes: Axes, perspective: str, window: Window, fills: Mapping[str, str] | None = None
) -> gpd.GeoDataFrame:
    """Draw sea, countries and states in a window, and set the axes to it.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.
    window : tuple of float
        West, south, east, north in degrees.
    fills : dict, optional
        Code of a state or of another country -> colour.

    Returns
    -------
    GeoDataFrame
        The states in the window, as drawn.
    """
    west, south, east, north = window
    fills = fills or {}
    # A picture of this size shows no more; the file is a tenth. What is outside would only weigh.
    fine = max(0.02, (east - west) / 1_000)
    states = load_states(perspective=perspective)
    shapes = simplify_coverage(states.geometry.to_numpy(), fine, fine / 30)
    states = states.set_geometry(shapes, crs=states.crs).cx[west:east, south:north]
    countries = load_countries(perspective=perspective)
    countries = countries[countries["iso3"] != "IND"].clip((west - 8, south - 8, east + 8, north + 8))
    countries = countries.set_geometry(countries.geometry.simplify(fine))
    others = countries[~countries.geometry.is_empty]
    look = {"ax": axes, "linewidth": 0.5, "aspect": None}
    if len(others):
        colours = [fills.get(code, style.LAND) for code in others["iso3"]]
        others.plot(color=colours, edgecolor=style.LAND_LINE, **look)
    if len(states):
        colours = [fills.get(code, style.NONE_NAMED) for code in states["state_iso"]]
        states.plot(color=colours, edgecolor=style.STATE_LINE, **look)
    axes.set_facecolor(style.SEA)
    axes.spines[:].set_visible(False)
    axes.set_aspect(stretch(window), anchor="C")
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], xlabel="", ylabel="")
    return states
