"""What lies below every map: the states, the other countries and the shore, packed.

To simplify and pack the layers takes longer than all else that a map needs, so the result is kept
in ``data/basemap.json`` (written by ``make refresh``). A data folder without that file gets its base
map from its own layers.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import shapely

from .. import codebook, geography
from ..errors import check_option
from ..outlines import simplify_coverage
from ..paths import data_folder
from .encode import pack_areas, pack_line, pack_lines

#: Degrees, and square degrees for the smallest part that is drawn.
_STATE_TOLERANCE, _STATE_PART = 0.01, 2e-4
_WORLD_TOLERANCE, _WORLD_PART = 0.12, 0.1
_WORLD_STEPS = 100


@cache
def _kept() -> dict[str, Any]:
    """Return the content of the file: the base map of each view, and great circles; empty without a file."""
    try:
        text = (data_folder() / "basemap.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    kept: dict[str, Any] = json.loads(text)
    return kept


@cache
def basemap(perspective: str) -> dict[str, Any]:
    """Return the base map of one view of the boundaries, to be read only; see `build_basemap`."""
    check_option("perspective", perspective, codebook.codes("perspective"))
    return _kept().get(perspective) or build_basemap(perspective)


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
        (``code, name``, and ``at``: a point inside, lat and lon in degrees, EPSG:4326); ``areas``
        (the states, packed); ``shore`` (packed lines by state code).
    """
    from .. import boundaries  # noqa: PLC0415 - heavy, and a map of the shipped layers needs none of it

    frame = boundaries.load_states(perspective=perspective)
    states = simplify_coverage(frame.geometry.to_numpy(), _STATE_TOLERANCE, _STATE_PART)
    countries = boundaries.load_countries(perspective=perspective)
    others = countries[~countries["iso3"].isin(["IND", "ATA"])]
    world = simplify_coverage(others.geometry.to_numpy(), _WORLD_TOLERANCE, _WORLD_PART)
    coast = boundaries.load_coastline()
    lines = shapely.simplify(coast.geometry.to_numpy(), _STATE_TOLERANCE)
    inside = shapely.point_on_surface(states)
    return {
        "states": [
            {"code": code, "name": name, "at": [round(point.y, 3), round(point.x, 3)]}
            for code, name, point in zip(frame["state_iso"], frame["state"], inside, strict=True)
        ],
        "areas": pack_areas(states),
        "world": pack_areas(world, _WORLD_STEPS),
        "shore": {code: pack_lines(line) for code, line in zip(coast["state_iso"], lines, strict=True)},
    }
