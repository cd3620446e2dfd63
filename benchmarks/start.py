"""How soon things begin: whole processes, ours against the libraries that they stand on.

    python benchmarks/start.py [--rounds 9]

Each round starts every command once, one after the other, so that what else the machine does falls
on all of them. A first round is thrown away: it writes the bytecode and fills the disk cache, which
a user has, too. Printed are processor seconds (user and system), the least and the median, the most
memory, and the share of the least ones: what else a machine does can only add to them.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

FIRST_MAP = "import mineralmap as mm, sys; mm.maps.india().save(sys.argv[1])"


def spent(command, env):
    """Return the processor seconds and the megabytes that a process takes; it must succeed."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


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
            "import folium": [*python, "import folium"],
        }
        taken = {name: [] for name in commands}
        for number in range(args.rounds + 1):
            for name, command in commands.items():
                found = spent(command, env)
                if number:
                    taken[name].append(found)
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; ", end="")
    print(f"{args.rounds} rounds; load {os.getloadavg()[0]:.1f}.\n")
    print("| whole process | CPU s, least | median | MB | against | share, least | wanted | reached |")
    print("| --- | ---: | ---: | ---: | --- | ---: | ---: | --- |")
    names = list(commands)
    for ours, peer, wanted in zip(names[::2], names[1::2], (0.1, 0.3, 1.05), strict=True):
        (least, middle, memory), (beside, _, of_peer) = (
            (min(cpu), statistics.median(cpu), statistics.median(mb))
            for cpu, mb in (zip(*taken[name], strict=True) for name in (ours, peer))
        )
        share = least / beside
        against = f"{peer}: {beside:.3f} s, {of_peer:.0f} MB"
        print(
            f"| {ours} | {least:.3f} | {middle:.3f} | {memory:.0f} | {against} | {share:.2f} "
            f"| at most {wanted} | {'yes' if share <= wanted else '**no**'} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
