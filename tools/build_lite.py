"""Build a JupyterLite site with mineralmap in it: notebooks that run in the browser.

    .venv-lite/bin/python tools/build_lite.py [--out DIR]

Asks no network: `make lite` has fetched the packages of tools/lite-requirements.txt, the wheels of
tools/lite/wheels.txt and the npm package of tools/lite/package.json before. No package index has numpy and
pandas compiled for the browser, so these keep their place in Pyodide's own distribution: a reader's browser
fetches them from there.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_LOCK, PYODIDE_VERSION

ROOT = Path(__file__).resolve().parent.parent
LITE = ROOT / "tools" / "lite"
CORE = LITE / "node_modules" / "pyodide"
#: Those of tools/lite/wheels.txt.
WHEELS = Path(sys.prefix) / "wheels"


def own_wheel(folder):
    """Build the wheel of this checkout into a folder."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    subprocess.run([*pip, *options, str(ROOT)], check=True)


def name_of(wheel):
    """Return the normalized name of a wheel's package."""
    return re.sub(r"[-_.]+", "-", wheel.name.partition("-")[0]).lower()


def place_pyodide(wheels, pyodide, index):
    """Copy Pyodide's core, with its list of packages saying where each of them is.

    A wheel of ours that the list names lies beside it, under its own version and hash; every other one is in
    Pyodide's distribution. Wheels that the list does not name go to the folder `index`, for piplite to find.
    """
    version = json.loads((CORE / "package.json").read_text(encoding="utf-8"))["version"]
    if version != PYODIDE_VERSION:
        raise SystemExit(f"the kernel wants Pyodide {PYODIDE_VERSION}; tools/lite/package.json has {version}")
    shutil.copytree(CORE, pyodide, ignore=shutil.ignore_patterns("*.map", "*.html", "*.d.ts"))
    lock = json.loads((CORE / PYODIDE_LOCK).read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package["file_name"] = f"{PYODIDE_CDN_URL}/{package['file_name']}"
    index.mkdir(parents=True)
    for wheel in sorted(wheels.glob("*.whl")):
        package = lock["packages"].get(name_of(wheel))
        if package is None:
            shutil.copy2(wheel, index)
            continue
        shutil.copy2(wheel, pyodide)
        package["file_name"] = wheel.name
        package["version"] = wheel.name.split("-")[1]
        package["sha256"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (pyodide / PYODIDE_LOCK).write_text(json.dumps(lock), encoding="utf-8")


def build(out):
    """Build the site into a folder, whole or not at all.

    Parameters
    ----------
    out : path-like
        Replaced if it is there.
    """
    if missing := [str(folder) for folder in (CORE, WHEELS) if not folder.is_dir()]:
        raise SystemExit(f"{' and '.join(missing)} missing: make lite fetches what this needs")
    out = Path(out).resolve()
    # Beside the target, so that putting it in place is a rename.
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".lite-") as work:
        work = Path(work)
        shutil.copytree(WHEELS, work / "wheels")
        own_wheel(work / "wheels")
        place_pyodide(work / "wheels", work / "lite" / "static" / "pyodide", work / "lite" / "pypi")
        options = ["--contents", str(LITE / "contents"), "--apps", "lab", "--no-sourcemaps"]
        jupyter = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(work / "lite")]
        run = subprocess.run(
            [*jupyter, *options, "--output-dir", str(work / "site")],
            cwd=work, capture_output=True, text=True,
        )  # fmt: skip
        if run.returncode:
            raise SystemExit(run.stdout + run.stderr)
        if out.exists():
            os.replace(out, work / "old")
        os.replace(work / "site", out)


def main(argv=None):
    """Run the builder from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Build the notebooks that run in the browser.")
    parser.add_argument("--out", type=Path, default=ROOT / "lite", help="where the site goes")
    out = parser.parse_args(argv).out
    build(out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.0f} MB. How to open it: docs/in-the-browser.md")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
