"""Layers that a user added to an interactive map with folium, on its still twin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes

from .ground import Window


@dataclass(frozen=True)
class Added:
    """What was added, as shapes (EPSG:4326), and the names of what has none or lies elsewhere."""

    shapes: list[Any]
    missing: list[str]

    @property
    def words(self) -> str:
        """Return what the subtitle says of what is missing."""
        return f" Added, but not drawn here: {', '.join(self.missing)}." if self.missing else ""


def read_overlays(overlays: Iterable[Any], window: Window) -> Added:
    """Return what a still map can draw of folium's elements, and what it cannot.

    Parameters
    ----------
    overlays : iterable
        Elements of folium, as added to a map.
    window : tuple of float
        West, south, east, north of the map in degrees.
    """
    shapes, missing = [], []
    for element in overlays:
        found = list(_shapes(element))
        seen = [shape for shape in found if shape is not None and shape.intersects(shapely.box(*window))]
        shapes += seen
        if not seen or None in found:
            missing.append(_name(element))
    return Added(shapes, list(dict.fromkeys(missing)))


def _name(element: Any) -> str:
    """Return what a layer is called; folium's own names end with a number that no two runs share."""
    name = str(getattr(element, "layer_name", element._id))
    return type(element).__name__ if name.endswith(element._id) else name


def _shapes(element: Any) -> Iterator[Any]:
    """Yield the shapes of an element, and None for each part of it that has none."""
    import folium  # noqa: PLC0415 - heavy, and a picture without added layers needs none of it

    points = (folium.Marker, folium.CircleMarker, folium.Circle)
    if isinstance(element, folium.FeatureGroup):
        for child in element._children.values():
            yield from _shapes(child)
    elif isinstance(element, folium.GeoJson):
        yield from _of_geojson(element.data)
    elif isinstance(element, points) and element.location is not None:
        yield shapely.Point(element.location[::-1])
    elif isinstance(element, folium.Rectangle):
        (south, west), (north, east) = element.locations
        yield shapely.box(west, south, east, north)
    elif isinstance(element, (folium.PolyLine, folium.Polygon)):
        kind = shapely.Polygon if isinstance(element, folium.Polygon) else shapely.LineString
        yield from (kind(np.array(line, dtype=float)[:, ::-1]) for line in _lines(element.locations))
    else:
        yield None


def _lines(locations: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the lines of a folium element: one, or several in a list."""
    if np.isscalar(locations[0][0]):
        yield locations
    else:
        for part in locations:
            yield from _lines(part)


def _of_geojson(data: Mapping[str, Any]) -> Iterator[Any]:
    if "features" in data:
        for feature in data["features"]:
            yield from _of_geojson(feature)
    elif "geometry" in data:
        yield from _of_geojson(data["geometry"] or {})
    elif data:
        yield shapely.geometry.shape(data)


def draw_overlays(axes: Axes, added: Added, colour: str) -> None:
    """Draw what was added, in one colour of its own."""
    if not added.shapes:
        return
    parts = gpd.GeoSeries(added.shapes, crs=4326).explode(ignore_index=True)
    look = {"ax": axes, "aspect": None, "color": colour, "zorder": 5.5}
    limits = axes.get_xlim(), axes.get_ylim()
    for kind, more in (
        ("Polygon", {"alpha": 0.25, "edgecolor": colour, "linewidth": 1.4}),
        ("Line", {"linewidth": 1.8}),
        ("Point", {"markersize": 34, "edgecolor": "white", "linewidth": 0.8}),
    ):
        chosen = parts[parts.geom_type.str.contains(kind)]
        if len(chosen):
            chosen.plot(**look, **more)
    axes.set(xlim=limits[0], ylim=limits[1], xlabel="", ylabel="")
