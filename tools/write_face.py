"""Write the loaders that are made from the codebook at the end of src/mineralmap/__init__.pyi.

python tools/write_face.py
"""

import re
import textwrap
from pathlib import Path

from mineralmap import codebook

TARGET = Path(__file__).resolve().parents[1] / "src" / "mineralmap" / "__init__.pyi"
MARK = "written by `make refresh`.\n"


def loader(table):
    """Return the declaration of a loader."""
    kind = "gpd.GeoDataFrame" if any(c.name == "geometry" for c in table.computed) else "pd.DataFrame"
    words = textwrap.indent(textwrap.fill(table.doc, 100), "    ")
    return f'def load_{table.name}() -> {kind}:\n    """Load the table {table.name}.\n\n{words}\n    """\n'


def render(stub):
    """Return the text of the stub with every loader that mineralmap.data does not spell out."""
    head, mark, _ = stub.partition(MARK)
    if not mark:
        raise SystemExit(f"{TARGET.name} lacks the comment that ends with {MARK!r}")
    spelt_out = set(re.findall(r"from \.data import (load_\w+)", head))
    tables = [table for name, table in sorted(codebook.tables().items()) if f"load_{name}" not in spelt_out]
    return head + mark + "\n".join(loader(table) for table in tables)


if __name__ == "__main__":
    TARGET.write_text(render(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
