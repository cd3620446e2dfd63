"""Write data/ground.json, the boundaries as the maps draw them, from the layers.

python tools/write_ground.py
"""

import json
from pathlib import Path

from mineralmap.datasets import PERSPECTIVES
from mineralmap.maps import _ground

TARGET = Path(__file__).resolve().parent.parent / "data" / "ground.json"

if __name__ == "__main__":
    ground = {view: _ground.made(view) for view in PERSPECTIVES}
    text = json.dumps(ground, ensure_ascii=False, separators=(",", ":"))
    # One line a part: a change shows where it is.
    TARGET.write_text(text.replace(',"', ',\n"') + "\n", encoding="utf-8")
    print(f"wrote {TARGET.name}")
