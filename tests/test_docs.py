"""The documentation: whole, true to the code and the tables, and without a broken link."""

from __future__ import annotations

import ast
import inspect
import re
import runpy
import sys
from collections import Counter
from pathlib import Path

import pytest

import mineralmap as mm
from mineralmap import cli, errors

# The pages say the same with every version of Python and of the libraries; how these show a frame may differ.
pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])


def tool(name):
    """Return the names of one of the tools."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return runpy.run_path(str(ROOT / "tools" / f"{name}.py"))
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def api():
    return tool("write_api")


def sections(page):
    """Return heading -> texts of a page; two headings may differ in capitals alone."""
    parts = re.split(
        r"^## (.+)\n", (DOCS / "api" / f"{page}.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def modules():
    """Return the public modules by name, with their public names."""
    found = {}
    for name in mm.__all__:
        module = getattr(mm, name)
        if inspect.ismodule(module) and getattr(module, "__all__", None):
            found[name] = module.__all__
    return found


# ----------------------------------------------------------------------------------------- the reference


def test_every_name_of_the_face_and_of_the_public_modules_has_a_section():
    face = {name for name in mm.__all__ if not inspect.ismodule(getattr(mm, name))}
    contents = (DOCS / "api" / "README.md").read_text(encoding="utf-8")
    assert {name for name in face if f"| [`{name}`](" not in contents} == set()
    for module, names in modules().items():
        assert set(names) <= set(sections(module)), module


def test_every_function_and_class_has_an_example():
    for path in sorted((DOCS / "api").glob("*.md")):
        if path.name == "README.md":
            continue
        found = sections(path.stem)
        lacks = {name for name, text in found.items() if "**Example" not in text}
        assert lacks == set(), path.stem


def test_the_examples_of_the_loaders_that_the_tool_writes_hold():
    for name, text in sections("data").items():
        if written := re.search(rf">>> mm\.{name}\(\)\.columns\[:4\]\.tolist\(\)\n(.*)", text):
            assert getattr(mm, name)().columns[:4].tolist() == ast.literal_eval(written[1])


def help_of(capsys, *words):
    """Return what a command says of itself."""
    with pytest.raises(SystemExit):
        cli.main([*words, "--help"])
    return capsys.readouterr().out


def test_every_command_and_option_is_on_its_page(capsys):
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    commands = re.search(r"\{([\w,-]+)\}", help_of(capsys))[1].split(",")
    assert {"validate", "tag", "lab", "export"} <= set(commands)
    for name in commands:
        section = page.split(f"## mineralmap {name}\n")[1].split("\n## ")[0]
        options = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", help_of(capsys, name))) - {"--help"}
        assert {option for option in options if f"`{option}`" not in section} == set(), name


def test_the_reference_is_that_of_the_code(api):
    texts = api["texts"]()
    assert set(texts) == {*(DOCS / "api").glob("*.md"), DOCS / "commands.md"}
    stale = [path.name for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run: make refresh ARGS=api"


# ------------------------------------------------------------------------------- pages with code and numbers


@pytest.mark.parametrize("name", ["quick-start.md", "own-events.md"])
def test_the_code_of_a_page_runs_and_prints_what_is_below_it(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    assert tool("write_howto")["render"](text) == text, "run: make refresh ARGS=howto"


def test_the_numbers_of_the_limits_are_those_of_the_tables():
    limits, text = tool("write_limits"), (DOCS / "known-limits.md").read_text(encoding="utf-8")
    assert limits["render"](text, limits["WRITERS"]) == text, "run: make refresh ARGS=limits"
    assert set(re.findall(r"<!-- refresh: (\w+) -->", text)) == set(limits["WRITERS"])


# -------------------------------------------------------------------------------------------- the errors


def strings():
    """Return every text of the code, the parts of one message together."""
    found = []
    for path in (ROOT / "src" / "mineralmap").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.append(
                    "\0".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


def test_every_exception_is_on_the_page_of_errors_with_its_builtin():
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    classes = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, Exception)]
    assert len(classes) >= 4
    for one in classes:
        assert f"| `{one.__name__}` | `{one.__base__.__name__}` |" in page


def test_every_message_on_the_page_of_errors_is_one_of_the_code():
    page, known = (DOCS / "errors.md").read_text(encoding="utf-8"), strings()
    cells = re.findall(r"^\| (.+?) \|", page, re.MULTILINE)
    quoted = [code for cell in cells for code in re.findall("`(.+?)`", cell)]
    assert len(quoted) > 30
    # What stands for a value of the reader's is no part of the message.
    parts = [
        part.strip(" :()")
        for message in quoted
        for part in re.split(r"\.\.\.|'[^']*'|\b[A-Z]{4,}\b|\w*Error:?|\b\d\b", message)
    ]
    assert [part for part in parts if len(part) > 4 and part not in known] == []


# ---------------------------------------------------------------------------------------------- the links


def prose(path):
    """Return a page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(path):
    """Return the anchors of the headings of a page, as code hosts make them."""
    found, seen = set(), Counter()
    for head in re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def test_every_link_inside_leads_to_a_page_and_a_heading():
    broken, known = [], {}
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?://)([^)\s]+)\)", prose(page)):
            name, _, anchor = target.partition("#")
            path = (page.parent / name).resolve() if name else page
            if not path.exists() or (anchor and anchor not in known.setdefault(path, anchors(path))):
                broken.append((page.name, target))
    assert broken == []


def test_the_contents_name_every_page():
    contents = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
    assert {name for name in pages if f"({name})" not in contents} == set()
    assert "(docs/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_each_tracker_has_a_page_of_its_own_as_its_source():
    text = (DOCS / "other-trackers.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| **")]
    assert len(rows) == 6
    for row in rows:
        assert "](https://" in row.rsplit("|", 2)[1]
