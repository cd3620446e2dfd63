"""Run the Python of docs/quick-start.md and docs/own-events.md, and write what it prints below it.

python tools/write_howto.py

The blocks of a page run in order in one namespace, in a folder of their own. A block that is followed by a
block of text has its output there; any other block just has to run.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = tuple(ROOT / "docs" / name for name in ("quick-start.md", "own-events.md"))
BLOCK = re.compile(r"^```python\n(.*?)^```\n(\n```text\n.*?^```\n)?", re.MULTILINE | re.DOTALL)


def run(code: str, names: dict[str, object]) -> str:
    """Run a block of code; return what it prints, and its last expression as a console shows it."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, "<page>", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<page>", "eval"), names)
            if value is not None:
                print(repr(value))
    return "\n".join(line.rstrip() for line in printed.getvalue().splitlines())


def render(text: str) -> str:
    """Return a page with the output of its blocks as it is now."""
    names: dict[str, object] = {"__name__": "page"}

    def block(found: re.Match[str]) -> str:
        shown = run(found[1], names)
        return f"```python\n{found[1]}```\n" + (f"\n```text\n{shown}\n```\n" if found[2] else "")

    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return BLOCK.sub(block, text)
        finally:
            os.chdir(before)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(render(page.read_text(encoding="utf-8")), encoding="utf-8")
