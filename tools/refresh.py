"""Rewrite everything that is derived from the tables, the codebook and the code; report what changed.

    python tools/refresh.py                    every step, in order
    python tools/refresh.py readme pictures    these steps alone
    python tools/refresh.py --check            write nothing; exit status 1 if a step would change a file

A step is a script of this folder and the files that it writes. A step is skipped when its inputs and its
files are as they were after its last run (.refresh.json has their digest); --force runs it all the same.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
STAMP = ROOT / ".refresh.json"


@dataclass(frozen=True)
class Step:
    """A script and the files that it writes, as patterns from the root."""

    script: str
    writes: tuple[str, ...]
    each: bool = False  # one run per file, with its name as the argument, so that the others can be skipped
    alone: bool = False  # in a process of its own: what it writes is read as the package is imported or used

    def files(self) -> list[Path]:
        return sorted(path for pattern in self.writes for path in ROOT.glob(pattern))


#: In the order in which one stands on the other.
STEPS = {
    "face": Step("write_face.py", ("src/mineralmap/__init__.pyi",), alone=True),
    "expectations": Step("write_expectations.py", ("tests/expectations.csv",)),
    "codebook": Step("write_codebook_pages.py", ("docs/datasets.md", "data/tables/README.md")),
    "datapackage": Step("write_datapackage.py", ("data/datapackage.json",)),
    "citation": Step("write_citation.py", ("CITATION.cff", "codemeta.json")),
    "basemap": Step(
        "write_basemap.py", ("data/basemap.json", "src/mineralmap/maps/basemap_digest.py"), alone=True
    ),
    "pictures": Step("write_pictures.py", ("docs/*.png",)),
    "readme": Step("write_readme.py", ("README.md",)),
    "quality": Step("write_quality.py", ("docs/data-quality.md",)),
    "api": Step("write_api.py", ("docs/api/*.md", "docs/commands.md")),
    "limits": Step("write_limits.py", ("docs/known-limits.md",)),
    "howto": Step("write_howto.py", ("docs/quick-start.md", "docs/own-events.md")),
    "notebooks": Step("run_notebooks.py", ("notebooks/*.ipynb",), each=True, alone=True),
}
#: Not checked unless named: eleven kernels take minutes, and `make test` runs the notebooks anyway.
SLOW = {"notebooks"}


def digest(paths: list[Path]) -> str:
    """Return one digest of the names and contents of files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def inputs() -> list[Path]:
    """Return what anything can be derived from: data, code and tools, without what a step writes."""
    written = {path for step in STEPS.values() for path in step.files()}
    folders = ("data/codebook", "data/tables", "data/shapefiles", "src/mineralmap", "tools")
    found = {path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    # The measures of the expectations, and what the package says of itself.
    found |= {ROOT / name for name in ("tests/test_tables.py", "pyproject.toml")}
    passed_over = {"__pycache__", "node_modules"}
    return sorted(path for path in found - written if not passed_over & set(path.parts))


def run(script: str, *args: str, alone: bool = False) -> None:
    """Run one of the tools; stop if it fails. Most share this process: to load the package takes longest."""
    path = ROOT / "tools" / script
    if alone:
        source = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
        command, env = [sys.executable, str(path), *args], os.environ | {"PYTHONPATH": source}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{done.stdout}{done.stderr}stopped at {script}")
        return
    with mock.patch.object(sys, "argv", [str(path), *args]), contextlib.redirect_stdout(io.StringIO()):
        try:
            runpy.run_path(str(path), run_name="__main__")
        except SystemExit as end:
            if end.code:
                raise


def stop_if_broken() -> None:
    """Stop with every fault of the tables: a broken row would be written into every page."""
    import mineralmap as mm

    report = mm.validate()
    if report.faults:
        raise SystemExit(str(report))


def changed_rows(before: bytes, after: bytes) -> list[str]:
    """Return each expectation that is new, gone or has another value, as a line."""
    old, new = (
        {tuple(row[:-1]): row[-1] for row in csv.reader(text.decode().splitlines())}
        for text in (before, after)
    )
    return [
        f"{', '.join(key)}: {old.get(key, 'nothing')} -> {new.get(key, 'nothing')}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def refresh(name: str, known: dict[str, str], common: str, force: bool) -> list[str]:
    """Run one step where it is due; return the files that changed."""
    step, changed = STEPS[name], []
    for part in [[path] for path in step.files()] if step.each else [step.files()]:
        label = f"{name} {part[0].name}" if step.each else name
        if not force and part and known.get(label) == common + digest(part):
            continue
        before = {path: path.read_bytes() for path in part}
        run(step.script, *(map(str, part) if step.each else ()), alone=step.alone)
        part = part if step.each else step.files()
        after = {path: path.read_bytes() for path in part}
        known[label] = common + digest(part)
        for path in part:
            if before.get(path) != after[path]:
                changed.append(str(path.relative_to(ROOT)))
                if path.name == "expectations.csv":
                    changed += [f"    {row}" for row in changed_rows(before.get(path, b""), after[path])]
    return changed


def check(steps: list[str]) -> int:
    """Run the steps in a copy of the checkout; return 1 if they change a file of it."""
    passed_over = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "build", "dist")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "checkout"
        shutil.copytree(ROOT, copy, ignore=passed_over)
        done = subprocess.run(
            [sys.executable, str(copy / "tools" / "refresh.py"), *steps], capture_output=True, text=True
        )
    print(done.stdout + done.stderr, end="")
    return int(done.returncode != 0 or "changed:" in done.stdout)


def main(argv: list[str] | None = None) -> int:
    """Run the steps named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description="Rewrite what is derived, and report what changed.")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(STEPS)}; all if left out")
    parser.add_argument("--check", action="store_true", help="write nothing, tell what would change")
    parser.add_argument("--force", action="store_true", help="run steps whose inputs are as they were, too")
    options = parser.parse_args(argv)
    if unknown := set(options.steps) - set(STEPS):
        parser.error(f"there is no step {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}")
    steps = [name for name in STEPS if name in options.steps or not options.steps]
    if options.check:
        return check([name for name in steps if name in options.steps or name not in SLOW])
    known = json.loads(STAMP.read_text(encoding="utf-8")) if STAMP.exists() else {}
    common = digest(inputs())
    sys.path.insert(0, str(ROOT / "src"))
    for name in steps:
        # Not before the face is written: this process reads it once, as it loads the package.
        if known.get("valid") != common and name != "face":
            stop_if_broken()
            known["valid"] = common
        changed = refresh(name, known, common, options.force)
        STAMP.write_text(json.dumps(known, indent=1), encoding="utf-8")
        print(f"{name}: " + ("changed:\n  " + "\n  ".join(changed) if changed else "as it was"), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
