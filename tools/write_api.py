"""Write docs/api/, every public name with its signature, docstring and example, and docs/commands.md.

python tools/write_api.py

A page is a module. What there is, is read from the package as it is imported: the face, `__all__` of its
modules, numpydoc docstrings, `#:` comments over constants, and the parsers of the command line. Loaders that
come from the codebook get their example here.
"""

# ruff: noqa: SLF001  argparse has no public way to what a parser holds

from __future__ import annotations

import argparse
import importlib
import inspect
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mineralmap as mm
from mineralmap import cli

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "api"
COMMANDS = ROOT / "docs" / "commands.md"
WRITTEN = "*Written by `make refresh` from the code: change a docstring, not this page.*"
#: A signature that is longer has a line for each parameter.
WIDTH = 100
#: Sections that are lists of names; the others are text.
LISTS = {"Parameters", "Returns", "Yields", "Raises", "Attributes", "Warns"}


@dataclass
class Page:
    """A module and its public names."""

    module: Any
    names: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name of the module in the package."""
        return str(self.module.__name__).removeprefix("mineralmap.")

    def links(self, file: str = "", ticks: str = "") -> dict[str, str]:
        """Return a link to each name; of two that differ in capitals alone the second has a number."""
        found: dict[str, str] = {}
        seen: Counter[str] = Counter()
        for name in self.names:
            again = seen[name.lower()]
            seen[name.lower()] += 1
            found[name] = f"[{ticks}{name}{ticks}]({file}#{name.lower()}{f'-{again}' * bool(again)})"
        return found


def public_names(module: Any) -> dict[str, Any]:
    """Return the public names of a module: those of ``__all__``, or what it defines without an underscore."""
    names = getattr(module, "__all__", None)
    if names is None:
        names = [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
        ]
    return {name: getattr(module, name) for name in sorted(names, key=str.casefold)}


def home_of(value: Any) -> str:
    """Return the room that a name of the face is from, as ``tagging`` of ``mineralmap.tagging.counting``."""
    return value.__module__.split(".")[1]


def pages() -> dict[str, Page]:
    """Return every page by its module; one that is not public has its names of the face alone."""
    face = {name: getattr(mm, name) for name in sorted(mm.__all__)}
    found = {
        name: Page(value, public_names(value)) for name, value in face.items() if inspect.ismodule(value)
    }
    for name, value in face.items():
        if inspect.ismodule(value):
            continue
        home = home_of(value)
        page = found.get(home) or found.setdefault(home, Page(importlib.import_module(f"mineralmap.{home}")))
        page.names.setdefault(name, value)
    return {name: page for name, page in sorted(found.items()) if page.names}


# ------------------------------------------------------------------------------------------- docstrings


def sections(doc: str) -> dict[str, str]:
    """Return the sections of a numpydoc docstring by their heads; the text before them has the head ""."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}\n", doc, flags=re.MULTILINE)
    return {head: text.strip("\n") for head, text in zip(["", *parts[1::2]], parts[::2], strict=True)}


def prose(text: str) -> str:
    """Return text of a docstring as Markdown: code in one pair of ticks, nothing taken for HTML."""
    text = re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))
    return re.sub(r"(`[^`]*`)|<", lambda found: found[1] or "&lt;", text)


def paragraphs(text: str) -> str:
    """Return paragraphs as Markdown; indented lines stay code, lines of a list stay lines."""
    blocks = []
    for block in re.split(r"\n\s*\n", text):
        if block.startswith(">>>"):
            blocks.append(f"```python\n{block}\n```")
        elif re.match(r"\s*(\d+\.|-|\*) ", block):
            blocks.append("\n".join(map(prose, re.split(r"\n(?=\d+\.|-|\*)", block))))
        else:
            blocks.append(prose(block))
    return "\n\n".join(blocks)


def entries(text: str) -> str:
    """Return a section that lists names as a Markdown list: the name, its type, and what it is."""
    lines: list[str] = []
    for block in re.split(r"\n(?=\S)", text):
        head, _, body = block.partition("\n")
        name, _, kind = head.partition(" : ")
        name = re.sub(r"\\?\*", r"\\*", name)
        words = prose(inspect.cleandoc(body)) if body.strip() else ""
        said = f"**{name}**" + f" ({prose(kind)})" * bool(kind)
        lines.append(f"- {said}" + f": {words}" * bool(words))
    return "\n".join(lines)


def render(doc: str) -> list[str]:
    """Return a docstring as parts of a page; the examples last."""
    parts = []
    found = sections(doc)
    for head, text in found.items():
        if not head:
            parts.append(paragraphs(text))
        elif head == "Examples":
            continue
        else:
            parts += [f"**{head}**", entries(text) if head in LISTS else paragraphs(text)]
    if "Examples" in found:
        parts += ["**Example**", f"```python\n{found['Examples']}\n```"]
    return [part for part in parts if part.strip()]


# --------------------------------------------------------------------------------------------- entries


def signature(name: str, value: Any) -> str:
    """Return the call of a function or class as it is written in code."""
    try:
        found = inspect.signature(value)
    except ValueError:
        return name
    parts, seen_star = [], False
    for one in found.parameters.values():
        if one.name in ("self", "cls"):
            continue
        if one.kind is one.KEYWORD_ONLY and not seen_star:
            parts.append("*")
        seen_star |= one.kind in (one.KEYWORD_ONLY, one.VAR_POSITIONAL)
        words = f"{one}".split(":")[0].split("=")[0].strip()
        if one.annotation is not one.empty:
            words += f": {type_name(one.annotation)}"
        if one.default is not one.empty:
            words += f" = {quoted(one.default)}"
        parts.append(words)
    back = found.return_annotation
    end = "" if back is inspect.Signature.empty or inspect.isclass(value) else f" -> {type_name(back)}"
    short = f"{name}({', '.join(parts)}){end}"
    if len(short) <= WIDTH:
        return short
    return f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){end}"


def type_name(annotation: Any) -> str:
    """Return an annotation as it is written."""
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def quoted(default: Any) -> str:
    """Return a default as it is written in code."""
    text = repr(default).replace("'", '"')
    return "..." if text.startswith("<") else text


def methods(value: type) -> list[str]:
    """Return the public methods and properties that a class of ours defines."""
    parts = []
    for name, member in vars(value).items():
        target = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if name.startswith("_") or not inspect.isfunction(target) or not target.__doc__:
            continue
        title = name if isinstance(member, property) else signature(name, target)
        parts.append(f"```python\n.{title}\n```")
        parts += render(inspect.getdoc(target) or "")
    return ["**Methods and properties**", *parts] if parts else []


def example_of(name: str, value: Any, page: str) -> list[str]:
    """Return an example for a name whose docstring has none: a loader of the codebook, or a constant."""
    if callable(value) and not name.startswith("load_"):
        return []
    if not callable(value):
        return ["**Example**", f"```python\n>>> mm.{page}.{name}\n{cut(repr(value))}\n```"]
    columns = list(value().columns)
    return [
        "**Example**",
        f"```python\n>>> import mineralmap as mm\n>>> mm.{name}().columns[:4].tolist()\n{columns[:4]!r}\n```",
    ]


def cut(text: str, width: int = 160) -> str:
    """Return a text that fits on a line; without an address of the memory."""
    text = re.sub(r" at 0x[0-9a-f]+", "", " ".join(text.split()))
    return text if len(text) <= width else text[:width] + "..."


def comment_of(name: str, module: Any) -> str:
    """Return what the `#:` comment over a constant says, in the module or in a room of it."""
    folder = Path(module.__file__)
    files = sorted(folder.parent.glob("*.py")) if folder.name == "__init__.py" else [folder]
    for path in files:
        text = path.read_text(encoding="utf-8")
        if found := re.search(rf"((?:^#: .*\n)+){name}\b[^\n]*=", text, re.MULTILINE):
            return prose(re.sub(r"^#: ?", "", found[1], flags=re.MULTILINE))
    return ""


def describe(name: str, value: Any, page: Page) -> str:
    """Return the section of one name."""
    on_face = getattr(mm, name, None) is value if name in mm.__all__ else False
    call = f"mm.{name}" if on_face else f"mm.{page.name}.{name}"
    parts = [f"## {name}"]
    if callable(value):
        doc = inspect.getdoc(value) or ""
        parts += [f"```python\n{signature(call, value)}\n```", *render(doc)]
        if inspect.isclass(value):
            parts += methods(value)
        if "Examples" not in sections(doc):
            parts += example_of(name, value, page.name)
    else:
        parts += [comment_of(name, page.module), *example_of(name, value, page.name)]
    return "\n\n".join(part for part in parts if part)


def summary(value: Any, name: str, module: Any) -> str:
    """Return the first line of what a name is."""
    words = inspect.getdoc(value) if callable(value) else comment_of(name, module)
    return prose((words or "").split("\n\n")[0]).replace("|", "\\|")


# ----------------------------------------------------------------------------------------------- pages


def page_text(page: Page) -> str:
    """Return the page of a module."""
    head = f"# mineralmap.{page.name}"
    about = paragraphs(inspect.cleandoc(page.module.__doc__ or ""))
    listed = ", ".join(page.links().values())
    body = [describe(name, value, page) for name, value in page.names.items()]
    return "\n\n".join([head, about, WRITTEN, listed, *body]) + "\n"


def contents(found: dict[str, Page]) -> str:
    """Return the page that lists every name."""
    parts = [
        "# API reference",
        "`import mineralmap as mm`. Every public name, one page per module; the examples are run by the "
        "tests. What a column means is in [`datasets.md`](../datasets.md), what an error means in "
        "[`errors.md`](../errors.md).",
        WRITTEN,
        "## The face",
        "These are called as `mm.name`.",
    ]
    face = [
        f"| {page.links(f'{home}.md', '`')[name]} | {summary(value, name, page.module)} |"
        for home, page in found.items()
        for name, value in page.names.items()
        if name in mm.__all__ and getattr(mm, name) is value
    ]
    parts.append("\n".join(["| name | what it does |", "| --- | --- |", *sorted(face)]))
    parts += ["## The modules", "These are called as `mm.module.name`."]
    for name, page in found.items():
        if name not in mm.__all__ or not inspect.ismodule(getattr(mm, name)):
            continue
        listed = ", ".join(page.links(f"{name}.md", "`").values())
        first = prose(inspect.cleandoc(page.module.__doc__ or "").split("\n\n")[0])
        parts.append(f"**[{name}]({name}.md)**: {first} {listed}.")
    return "\n\n".join(parts) + "\n"


def commands_page() -> str:
    """Return the command line, from its parsers."""
    parser = cli._parser()
    choices = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction)).choices
    parts = ["# The command line", prose(parser.description or ""), WRITTEN, helped(parser)]
    for name, command in choices.items():
        parts += [f"## mineralmap {name}", prose(command.description or ""), helped(command)]
    parts.append(
        "Exit status: 0 done; 1 faults were found or files failed, each is named; 2 not done, the message "
        "says why; 130 stopped by Ctrl-C. What the messages mean is in [`errors.md`](errors.md)."
    )
    return "\n\n".join(parts) + "\n"


def helped(parser: argparse.ArgumentParser) -> str:
    """Return the usage of a parser and its options as a table."""
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction | argparse._HelpAction):
            continue
        names = ", ".join(f"`{one}`" for one in action.option_strings)
        value = str(action.metavar or (action.dest.upper() if names else action.dest))
        takes = action.nargs != 0 and not action.choices
        label = names + f" `{value}`" * takes if names else f"`{value}`"
        words = [", ".join(f"`{one}`" for one in action.choices)] if action.choices else []
        rows.append(f"| {label} | {'; '.join([*words, prose(action.help or '')])} |")
    table = "\n".join(["| argument | what it does |", "| --- | --- |", *rows])
    return f"    {usage}\n\n{table}"


def texts() -> dict[Path, str]:
    """Return every page that is written, by its path."""
    found = pages()
    named = {FOLDER / f"{name}.md": page_text(page) for name, page in found.items()}
    return {FOLDER / "README.md": contents(found), **named, COMMANDS: commands_page()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    written = texts()
    # The page of a module that is gone goes with it.
    for path in set(FOLDER.glob("*.md")) - set(written):
        path.unlink()
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
