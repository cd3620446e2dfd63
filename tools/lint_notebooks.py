"""Check the notebooks: what prose may say, what a reader must be given, and nothing that was left behind.

    python tools/lint_notebooks.py [NOTEBOOK ...]      all of notebooks/ if none is named

Prints a line per fault (file, cell, rule, what is wrong) and exits with status 1 if there is one.
"""

import ast
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: What looks like a count or a date and is none that a table could give -> why.
ALLOWED = {
    "for two years": "the rule by which what operates is unconfirmed, in mineralmap.stages",
    "in two years": "the same rule",
    "last two years": "the same rule",
}
_SMALL = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion"
#: March and May are words, too; with a year they have a digit.
_MONTHS = "January|February|April|June|July|August|September|October|November|December"
_COUNT = re.compile(rf"\d[\d,.]*\b|\b(?:{_SMALL})\b|\b(?:{_MONTHS})\b", re.IGNORECASE)
#: Code, the targets of links, and the numbers of a list are no prose.
_NO_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)|^\s*\d+\.\s", re.MULTILINE)
_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
_ABSOLUTE = re.compile(r"(?<![\w/.:])/(?:home|Users|root|tmp|work|mnt|opt|var)/|\b[A-Z]:\\\\?\w")


class _Unnamed(HTMLParser):
    """Collect the frames and pictures of a piece of HTML that have no text in their place."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        name = {"iframe": "title", "img": "alt"}.get(tag)
        if name and not (dict(attrs).get(name) or "").strip():
            self.found.append(f"<{tag}> without {name}")


def _text(lines):
    return lines if isinstance(lines, str) else "".join(lines)


def _codes(cells):
    return [(number, cell) for number, cell in enumerate(cells, start=1) if cell["cell_type"] == "code"]


def head(notebook):
    """Title, parameters and kernel: what a reader and a program look for first."""
    cells, name = notebook["cells"], notebook["metadata"].get("kernelspec", {}).get("name")
    if name != "python3":
        yield 0, "kernel", f"the kernel is {name!r}; it must be 'python3', which every machine has"
    if not cells or cells[0]["cell_type"] != "markdown" or not _text(cells[0]["source"]).startswith("# "):
        yield 1, "title", "the first cell must be Markdown and begin with '# ' and the question"
    tagged = [n for n, cell in enumerate(cells, 1) if "parameters" in cell["metadata"].get("tags", [])]
    if tagged != [2]:
        where = f"it is {tagged}" if tagged else "there is none"
        yield 2, "parameters", f"one cell, right after the title, must have the tag 'parameters'; {where}"


def prose(notebook):
    """No count and no date in Markdown: a sentence that counts is computed (mineralmap.stories)."""
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "markdown":
            continue
        text = _NO_PROSE.sub(" ", _text(cell["source"]))
        for phrase in ALLOWED:
            text = text.replace(phrase, " ")
        for found in _COUNT.finditer(text):
            around = " ".join(text[max(0, found.start() - 30) : found.end() + 30].split())
            yield number, "prose", f"{found[0]!r} in '{around}': compute it, or leave it out"


def outputs(notebook):
    """The notebook was run from top to bottom, without an error, and shows its answer."""
    codes = _codes(notebook["cells"])
    for count, (number, cell) in enumerate(codes, start=1):
        if cell.get("execution_count") != count:
            was = cell.get("execution_count")
            yield (
                number,
                "outputs",
                f"the execution count is {was}, not {count}: run it from the top and store it",
            )
        for output in cell.get("outputs", []):
            if output["output_type"] == "error" or output.get("name") == "stderr":
                yield number, "outputs", "an error or a warning is stored"
    shown = [output.get("data", {}) for _, cell in codes[:2] for output in cell.get("outputs", [])]
    if not any(_text(data.get("text/markdown", "")).startswith("**Answer.**") for data in shown):
        yield 3, "outputs", "the second code cell must show the answer, which begins with '**Answer.**'"


def words_for_pictures(notebook):
    """Every figure and map has words in its place."""
    for number, cell in _codes(notebook["cells"]):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            plain = _text(data.get("text/plain", ""))
            if any(kind.startswith("image/") for kind in data) and not re.match("Picture: .{10}", plain):
                yield (
                    number,
                    "alternative text",
                    "a picture's text/plain must begin with 'Picture: ' and tell it",
                )
            for fault in _Unnamed(_text(data.get("text/html", ""))).found:
                yield number, "alternative text", fault


def leftovers(notebook):
    """Nothing unfinished, nothing of one machine, nothing that an editor left."""
    for number, cell in enumerate(notebook["cells"], start=1):
        source = _text(cell["source"])
        if not source.strip():
            yield number, "leftovers", "the cell is empty"
        if found := _UNFINISHED.search(source):
            yield number, "leftovers", f"{found[0]} is left"
        if found := _ABSOLUTE.search(source):
            yield number, "leftovers", f"{found[0]!r} is a path of one machine"
        if strange := sorted(set(cell["metadata"]) - {"tags"}):
            yield number, "leftovers", f"metadata of an editor: {', '.join(strange)}"
        if cell["cell_type"] == "code":
            try:
                ast.parse(source)
            except SyntaxError:
                yield number, "leftovers", "this is not Python"


RULES = (head, prose, outputs, words_for_pictures, leftovers)


def faults(path):
    """Return the faults of a notebook as lines."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    found = sorted((number, rule, why) for check in RULES for number, rule, why in check(notebook))
    return [
        f"{path.name}: {f'cell {number}: ' if number else ''}{rule}: {why}" for number, rule, why in found
    ]


def main(names=()):
    """Print the faults of the notebooks named, or of all; return 1 if there is one."""
    paths = [Path(name) for name in names] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    found = [line for path in paths for line in faults(path)]
    print("\n".join(found) if found else f"{len(paths)} notebooks: no fault")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
