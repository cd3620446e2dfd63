"""Write data/datapackage.json, the published description of the tables, from their declaration.

python tools/write_datapackage.py
"""

import json
from pathlib import Path

import mineralmap as mm

TARGET = Path(__file__).resolve().parent.parent / "data" / "datapackage.json"

if __name__ == "__main__":
    TARGET.write_text(json.dumps(mm.datapackage(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {TARGET.name}")
