"""Write data/basemap.json, the boundaries and great circles as the maps draw them, and its digest.

python tools/write_basemap.py
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import mineralmap as mm
from mineralmap import codebook, geography, stages
from mineralmap.maps import basemap, encode, layers

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "data" / "basemap.json"
DIGEST = ROOT / "src" / "mineralmap" / "maps" / "basemap_digest.py"


def great_circles() -> dict[str, list[str]]:
    """Return the great circles of the shipped events, packed, as `basemap.great_circle_lines` finds them."""
    events = mm.load_events(scope="rare_earth")
    versions = stages.versions(mm.load_events(), mm.load_initiatives())
    capitals = {row.iso3: (row.capital_lon, row.capital_lat) for row in mm.load_partners().itertuples()}
    routes = {
        (start, capitals[tie.partner])
        for view in codebook.codes("perspective")
        for tie, starts in layers.tie_starts(events, versions, view)
        for _, start in starts
        if tie.partner in capitals
    }
    return {
        basemap.great_circle_key(*route): [
            encode.pack_line(line) for line in geography.great_circle(*route, step_km=300)
        ]
        for route in sorted(routes)
    }


def write(content: dict[str, Any]) -> None:
    """Write the file, one line per part: a change shows where it is."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace(',"', ',\n"')
    TARGET.write_text(text + "\n", encoding="utf-8")


def write_digest() -> None:
    """Write by what the package knows the file, and the layers that it was made of."""
    kept = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    DIGEST.write_text(
        '"""Of data/basemap.json and of its layers; written by `make refresh`."""\n\n'
        f'KEPT = "{kept}"\nLAYERS = "{basemap.layers_digest()}"\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    views: dict[str, Any] = {view: basemap.build_basemap(view) for view in codebook.codes("perspective")}
    # The great circles begin at points of this base map, which is made anew while the file is another one.
    write(views)
    districts = {state["code"]: basemap.build_districts(state["code"]) for state in views["india"]["states"]}
    write({**views, "districts": districts, "great_circles": great_circles()})
    write_digest()
    print(f"wrote {TARGET.name}")
