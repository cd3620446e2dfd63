"""Write the pictures that the README shows.

python tools/write_pictures.py
"""

from pathlib import Path

import mineralmap as mm

DOCS = Path(__file__).resolve().parent.parent / "docs"

if __name__ == "__main__":
    target = DOCS / "india.png"
    mm.figures.india_map().savefig(target, dpi=110, metadata={"Software": None})
    print(f"wrote {target.name}")
