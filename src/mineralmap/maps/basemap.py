"""What lies below every map: the states, the other countries and the shore, packed.

To simplify and pack the layers takes longer than all else that a map needs, so the result is kept
in ``data/basemap.json`` (written by ``make refresh``). It is believed only as the package knows it, and
beside the layers that it was made of: any other data folder gets its base map from its own layers.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from .. import codebook, geography, later
from ..errors import check_option
from ..outlines import simplify_coverage
from ..paths import data_folder
from .basemap_digest import KEPT, LAYERS
from .encode import outline, pack_areas, pack_line, pack_lines

shapely = later.load("shapely")  # maps of the shipped layers need none of it

#: Degrees, and square degrees for the smallest part that is drawn.
_STATE_TOLERANCE, _STATE_PART = 0.01, 2e-4
_WORLD_TOLERANCE, _WORLD_PART = 0.17, 0.25
_WORLD_STEPS = 50
DISTRICT_TOLERANCE = 0.01
#: Where a name is tried, from the south end of an area to its north end.
_PARALLELS = tuple(number / 40 for number in range(4, 37))


@cache
def _kept() -> dict[str, Any]:
    """Return what the file holds: the base map of each view, districts, great circles; empty if not ours."""
    try:
        content = (data_folder() / "basemap.json").read_bytes()
        if hashlib.sha256(content).hexdigest() != KEPT or layers_digest() != LAYERS:
            return {}
    except OSError:
        return {}
    kept: dict[str, Any] = json.loads(content)
    return kept


def layers_digest() -> str:
    """Return the digest of the layers that the base map is made of."""
    total = hashlib.sha256()
    for name in (
        "india_states",
        "india_states_ne",
        "countries",
        "countries_ne",
        "coastline",
        "india_districts",
    ):
        for end in (".shp", ".dbf"):
            total.update((data_folder() / "shapefiles" / f"{name}{end}").read_bytes())
    return total.hexdigest()


@cache
def basemap(perspective: str) -> dict[str, Any]:
    """Return the base map of one view of the boundaries, to be read only; see `build_basemap`."""
    check_option("perspective", perspective, codebook.codes("perspective"))
    return _kept().get(perspective) or build_basemap(perspective)


def district_lines(code: str) -> dict[str, Any]:
    """Return the districts of a state, to be read only; see `build_districts`."""
    return _kept().get("districts", {}).get(code) or build_districts(code)


def great_circle_lines(start: tuple[float, float], end: tuple[float, float]) -> list[str]:
    """Return the great circle between two points (lon, lat) as packed lines, split at the date line.

    Those of the shipped events are kept with the base map: to compute one takes another library.
    """
    lines: list[str] | None = _kept().get("great_circles", {}).get(great_circle_key(start, end))
    return lines or [pack_line(line) for line in geography.great_circle(start, end, step_km=300)]


def great_circle_key(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return under which key the base map keeps a great circle."""
    return " ".join(f"{number:.10g}" for number in (*start, *end))


def build_basemap(perspective: str) -> dict[str, Any]:
    """Make the base map of one view of the boundaries from its layers.

    Parameters
    ----------
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.

    Returns
    -------
    dict
        ``world`` (packed areas: India is drawn by its states, Antarctica not at all); ``states``
        (``code, name``, and what `name_room` says of each); ``areas`` (the states, packed); ``bounds``
        (south-west and north-east by state code) and ``shore`` (packed lines by state code).
    """
    from .. import boundaries  # noqa: PLC0415 - heavy, and a map of the shipped layers needs none of it

    frame = boundaries.load_states(perspective=perspective)
    states = simplify_coverage(frame.geometry.to_numpy(), _STATE_TOLERANCE, _STATE_PART)
    countries = boundaries.load_countries(perspective=perspective)
    others = countries[~countries["iso3"].isin(["IND", "ATA"])]
    world = simplify_coverage(others.geometry.to_numpy(), _WORLD_TOLERANCE, _WORLD_PART)
    coast = boundaries.load_coastline()
    lines = shapely.simplify(coast.geometry.to_numpy(), _STATE_TOLERANCE)
    return {
        "states": [
            {"code": code, "name": name, **name_room(shape)}
            for code, name, shape in zip(frame["state_iso"], frame["state"], states, strict=True)
        ],
        "areas": pack_areas(states),
        "bounds": {
            code: [[south, west], [north, east]]
            for code, (west, south, east, north) in zip(
                frame["state_iso"], frame.geometry.bounds.to_numpy().tolist(), strict=True
            )
        },
        "world": pack_areas(world, _WORLD_STEPS),
        "shore": {code: pack_lines(line) for code, line in zip(coast["state_iso"], lines, strict=True)},
    }


def build_districts(code: str) -> dict[str, Any]:
    """Make the districts of a state from their layer.

    Returns
    -------
    dict
        ``lines``, the packed borders between them, in ``steps`` per degree; ``names``, and what `name_room`
        says of each.
    """
    from .. import boundaries  # noqa: PLC0415 - heavy, and a map of the shipped layers needs none of it

    frame = boundaries.load_districts(states=code)
    shapes = simplify_coverage(frame.geometry.to_numpy(), DISTRICT_TOLERANCE)
    packed = pack_areas(shapes)
    outer = set(outline(packed["shapes"]))
    return {
        "lines": [arc for number, arc in enumerate(packed["arcs"]) if number not in outer],
        "names": [
            {"name": name, **name_room(shape)} for name, shape in zip(frame["district"], shapes, strict=True)
        ],
        "steps": packed["steps"],
    }


def name_room(shape: Any) -> dict[str, Any]:
    """Return where a name fits best inside an area, and how much room it has there.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        EPSG:4326.

    Returns
    -------
    dict
        ``at``: a point inside, lat and lon in degrees; ``room``: how wide the area is there, in degrees.
    """
    largest = max(shapely.get_parts(shape), key=shapely.area)
    best = (-1.0, 0.0, 0.0)
    south, north = shapely.bounds(largest)[[1, 3]]
    # A name is wide and low: of some parallels, that with the longest chord that is wide above and below.
    for share in _PARALLELS:
        lat = south + share * (north - south)
        chords = [_chord(largest, lat + step * (north - south)) for step in (-0.06, 0, 0.06)]
        west, east = max(west for west, _ in chords), min(east for _, east in chords)
        best = max(best, (east - west, lat, (west + east) / 2))
    room, lat, lon = best
    if room <= 0:
        point = shapely.point_on_surface(largest)
        room, lat, lon = 0.0, point.y, point.x
    return {"at": [round(float(lat), 3), round(float(lon), 3)], "room": round(float(room), 2)}


def _chord(shape: Any, lat: float) -> tuple[float, float]:
    """Return west and east of the longest part of a parallel that lies in an area."""
    west, _, east, _ = shapely.bounds(shape)
    inside = shapely.intersection(shape, shapely.LineString([(west - 1, lat), (east + 1, lat)]))
    lines = [part for part in shapely.get_parts(inside) if part.length > 0]
    if not lines:
        return 1.0, 0.0
    bounds = shapely.bounds(max(lines, key=shapely.length))
    return float(bounds[0]), float(bounds[2])
