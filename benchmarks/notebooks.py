"""Strict nbval on all notebooks, against as many notebooks that only import the library.

    python benchmarks/notebooks.py [--repeat 5] [--workers 2] [--notebooks DIR]

Each round times four runs of ``pytest --nbval -n 2 --dist loadfile``, one after the other, so that
what else the machine does falls on all of them: the notebooks; as many that hold one cell with
``import mineralmap`` (which is lazy and loads almost nothing); as many that import pandas, geopandas,
folium and matplotlib and nothing of ours; as many that import these four and load every
name of the library. Printed are the median seconds and the median of the ratios of the rounds. Target: 1.5.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent
LAZY = "import mineralmap as mm"
STACK = "import folium, geopandas, matplotlib.pyplot, pandas"
FULL = f"{STACK}\n{LAZY}\nfor name in mm.__all__:\n    getattr(mm, name)"


def write(folder, source, names):
    """Write one notebook of one cell for each name."""
    folder.mkdir()
    for name in names:
        nbformat.write(new_notebook(cells=[new_code_cell(source)]), folder / name)
    return folder


def seconds(folder, workers):
    """Return how long strict nbval takes on a folder of notebooks; they must pass."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", str(folder)]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    command += ["-n", str(workers), "--dist", "loadfile"]
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True)
    taken = time.perf_counter() - begin
    if done.returncode:
        sys.exit(f"{folder} does not pass:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return taken


def main():
    parser = argparse.ArgumentParser(description="Time strict nbval on the notebooks.")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks", metavar="DIR")
    args = parser.parse_args()
    names = sorted(path.name for path in args.notebooks.glob("*.ipynb"))
    with tempfile.TemporaryDirectory() as scratch:
        runs = {
            "the notebooks": args.notebooks,
            "`import mineralmap` only": write(Path(scratch) / "lazy", LAZY, names),
            "the four libraries imported": write(Path(scratch) / "stack", STACK, names),
            "the four and all of mineralmap loaded": write(Path(scratch) / "full", FULL, names),
        }
        times = {what: [] for what in runs}
        for number in range(args.repeat):
            for what, folder in runs.items():
                times[what].append(seconds(folder, args.workers))
            line = ", ".join(f"{what} {taken[-1]:.1f} s" for what, taken in times.items())
            print(f"round {number + 1}: {line}", file=sys.stderr, flush=True)
    ours = times["the notebooks"]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}"
    versions = f"Python {platform.python_version()}, nbval {version('nbval')}"
    print(f"{len(names)} notebooks, {args.workers} workers, {args.repeat} rounds; {versions}; {machine}.\n")
    print("| `pytest --nbval -n 2 --dist loadfile` on | median s | our notebooks take, times |")
    print("| --- | ---: | ---: |")
    for what, taken in times.items():
        ratio = statistics.median(a / b for a, b in zip(ours, taken, strict=True))
        print(f"| {what} | {statistics.median(taken):.1f} | {ratio:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
