"""The ground of every map: the states, the other countries and the shore, packed.

To simplify and pack the layers takes longer than all else that a map needs, so the result is kept
in ``data/ground.json`` (written by ``make described``). It names the checksums of the layers that it
was made from; where they differ, as in a data folder of one's own, the ground is made anew.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

from .. import datasets
from .._paths import data_folder
from . import _pack

_STATE_TOLERANCE = 0.01
_STATE_SPECK = 2e-4
_WORLD_TOLERANCE = 0.12
_WORLD_STEPS = 100
_WORLD_SPECK = 0.1
#: What the kept ground was made with; raise the first number when its form changes.
_FORM = [1, _STATE_TOLERANCE, _STATE_SPECK, _WORLD_TOLERANCE, _WORLD_STEPS, _WORLD_SPECK, _pack.STEPS]
_ENDS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@cache
def ground(perspective):
    """Return the ground of one view of the boundaries.

    Returns
    -------
    dict
        ``layers`` (the checksum of each layer used) and ``form``; ``world`` (packed areas: India is
        drawn by its states, Antarctica not at all); ``states`` (``code, name``, and ``at``: a point
        inside, lat and lon in degrees, EPSG:4326); ``areas`` (the states, packed); ``shore`` (packed lines by
        state code). To be read only.
    """
    used = layers(perspective)
    try:
        kept = json.loads((data_folder() / "ground.json").read_text(encoding="utf-8"))[perspective]
    except (OSError, ValueError, KeyError, TypeError):
        kept = None
    # A layer with a missing file has no checksum: the loader says what is missing.
    fresh = isinstance(kept, dict) and kept.get("layers") == used and kept.get("form") == _FORM
    return kept if fresh and None not in used.values() else made(perspective)


def layers(perspective):
    """Return the checksum of each layer that the ground of a view is made from, None if incomplete."""
    ending = "" if perspective == "india" else "_ne"
    names = (f"india_states{ending}", f"countries{ending}", "coastline")
    return {name: _checksum(data_folder() / "shapefiles" / name) for name in names}


def _checksum(stem):
    found = hashlib.sha256()
    try:
        for end in _ENDS:
            found.update(stem.with_suffix(end).read_bytes())
    except OSError:
        return None
    return found.hexdigest()


def made(perspective):
    """Make the ground of one view from its layers; see `ground`."""
    import shapely

    frame = datasets.load_states(perspective)
    states = _pack.simplify_coverage(frame.geometry.to_numpy(), _STATE_TOLERANCE, _STATE_SPECK)
    countries = datasets.load_countries(perspective)
    others = countries[~countries["iso3"].isin(["IND", "ATA"])]
    world = _pack.simplify_coverage(others.geometry.to_numpy(), _WORLD_TOLERANCE, _WORLD_SPECK)
    coast = datasets.load_coastline()
    return {
        "layers": layers(perspective),
        "form": _FORM,
        "states": [
            {"code": code, "name": name, "at": [round(point.y, 3), round(point.x, 3)]}
            for code, name, point in zip(
                frame["state_iso"], frame["state"], shapely.point_on_surface(states), strict=True
            )
        ],
        "areas": _pack.pack_areas(states),
        "world": _pack.pack_areas(world, _WORLD_STEPS),
        "shore": {
            code: _pack.pack_lines(line)
            for code, line in zip(
                coast["state_iso"], shapely.simplify(coast.geometry.to_numpy(), _STATE_TOLERANCE), strict=True
            )
        },
    }
