"""How soon things begin: whole processes, ours against the libraries that they stand on.

    python benchmarks/start.py [--rounds 9]

Each round starts every command once, one after the other, so that what else the machine does falls
on all of them. A first round is thrown away: it writes the bytecode and fills the disk cache, which
a user has, too. Printed are the median seconds, their range, and the median of the ratios.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIRST_MAP = "import mineralmap as mm, sys; mm.maps.india().save(sys.argv[1])"


def seconds(command, env):
    """Return how long a process takes; it must succeed."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main():
    parser = argparse.ArgumentParser(description="Time the start of processes.")
    parser.add_argument("--rounds", type=int, default=9)
    args = parser.parse_args()
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    python = [sys.executable, "-c"]
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "import mineralmap": [*python, "import mineralmap"],
            "import geopandas": [*python, "import geopandas"],
            "mineralmap --help": [str(Path(sys.executable).with_name("mineralmap")), "--help"],
            "import pandas": [*python, "import pandas"],
            "the first map, saved": [*python, FIRST_MAP, str(Path(folder) / "india.html")],
            "import folium, geopandas": [*python, "import folium, geopandas"],
        }
        taken = {name: [] for name in commands}
        for number in range(args.rounds + 1):
            for name, command in commands.items():
                time_of = seconds(command, env)
                if number:
                    taken[name].append(time_of)
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; ", end="")
    print(f"{args.rounds} rounds; load {os.getloadavg()[0]:.1f}.\n")
    print("| whole process | median s | range | against | share, median | wanted | reached |")
    print("| --- | ---: | ---: | --- | ---: | ---: | --- |")
    names = list(commands)
    for ours, peer, wanted in zip(names[::2], names[1::2], (0.1, 0.3, 1.3), strict=True):
        shares = [a / b for a, b in zip(taken[ours], taken[peer], strict=True)]
        share = statistics.median(shares)
        middle, low, high = statistics.median(taken[ours]), min(taken[ours]), max(taken[ours])
        beside = f"{peer}, {statistics.median(taken[peer]):.3f} s"
        reached = "yes" if share <= wanted else "**no**"
        print(
            f"| {ours} | {middle:.3f} | {low:.3f}-{high:.3f} | {beside} | {share:.2f} "
            f"| at most {wanted} | {reached} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
