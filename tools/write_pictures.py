"""Write the pictures that the README shows.

python tools/write_pictures.py
"""

from pathlib import Path

import mineralmap as mm

DOCS = Path(__file__).resolve().parent.parent / "docs"

if __name__ == "__main__":
    target = DOCS / "india.png"
    target.write_bytes(mm.figures.india_map().to_png(dpi=110))
    print(f"wrote {target.name}")
