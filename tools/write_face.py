"""Write the loaders of the codebook's tables into src/mineralmap/__init__.pyi, between their two marks.

python tools/write_face.py
"""

import re
from pathlib import Path

from mineralmap import codebook

TARGET = Path(__file__).resolve().parents[1] / "src" / "mineralmap" / "__init__.pyi"
BLOCK = re.compile(r"(?<=# loaders of the codebook's tables\n).*?(?=# end of loaders\n)", re.DOTALL)


def render(stub: str) -> str:
    """Return the text of the stub with one import per table of the codebook."""
    names = sorted(f"load_{name}" for name in codebook.tables())
    lines = "".join(f"from .data import {name} as {name}\n" for name in names)
    rendered, count = BLOCK.subn(lines + "\n", stub)
    if count != 1:
        raise SystemExit(f"{TARGET.name} lacks its marks '# loaders ...' and '# end of loaders'")
    return rendered


if __name__ == "__main__":
    TARGET.write_text(render(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
