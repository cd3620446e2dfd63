"""Write data/basemap.json, the boundaries as the maps draw them, from the layers.

python tools/write_basemap.py
"""

import json
from pathlib import Path

from mineralmap import codebook
from mineralmap.maps import basemap

TARGET = Path(__file__).resolve().parent.parent / "data" / "basemap.json"


def basemap_text() -> str:
    """Return the content of the file."""
    views = {view: basemap.build_basemap(view) for view in codebook.codes("perspective")}
    # One line per part: a change shows where it is.
    return json.dumps(views, ensure_ascii=False, separators=(",", ":")).replace(',"', ',\n"') + "\n"


if __name__ == "__main__":
    TARGET.write_text(basemap_text(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
