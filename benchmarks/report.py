"""Write the table of `make bench` into RESULTS.md, and print what became slower beside its peer.

    python benchmarks/report.py MEASURED.json

MEASURED is what pytest-benchmark wrote for test_ratios.py. The ratios that RESULTS.md holds are those of
the run before: one that rose by a quarter, so that ours fell by a fifth, is printed.
"""

import json
import re
import sys
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- make bench -->\n", "<!-- end of make bench -->\n"
HEAD = "| what | ours, s | least to most | peer | its s | least to most | ratio | wanted | reached |"
ROW = re.compile(r"^\| ([^|]+) \|(?:[^|]*\|){5} ([0-9.]+) \|", re.MULTILINE)
#: A ratio that grew by so much is told.
WORSE = 1.25


def spread(stats):
    """Return the median and the span of the rounds as two cells."""
    return f"{stats['median']:.3g} | {stats['min']:.3g} to {stats['max']:.3g}"


def rows(measured):
    """Return a line for each pair, and its ratio."""
    groups = {}
    for one in measured["benchmarks"]:
        groups.setdefault(one["group"], {})[one["extra_info"]["side"]] = one
    for what, sides in groups.items():
        if len(sides) < 2:
            print(f"not measured, a side was skipped: {what}")
            continue
        ours, peer = sides["ours"]["stats"], sides["peer"]["stats"]
        about = sides["peer"]["extra_info"]
        ratio = ours["median"] / peer["median"]
        verdict = "yes" if ratio <= about["wanted"] else "**no**"
        yield (
            what,
            ratio,
            (
                f"| {what} | {spread(ours)} | {about['peer']} | {spread(peer)} "
                f"| {ratio:.3g} | {about['wanted']:.3g} | {verdict} |"
            ),
        )


def main():
    """Write the table and print what fell."""
    measured = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    machine = measured["machine_info"]
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(BEGIN)
    old, _, after = rest.partition(END)
    stored = {what: float(ratio) for what, ratio in ROW.findall(old)}
    found = list(rows(measured))
    for what, ratio, _ in found:
        if ratio > WORSE * stored.get(what, ratio):
            print(f"fell: {what}: {ratio:.3g} times the peer, {stored[what]:.3g} before")
    table = "\n".join([HEAD, f"|{'---|' * 9}", *(line for *_, line in found)])
    about = (
        f"`make bench`, {measured['datetime'][:10]}: {machine['cpu']['count']} cores, {machine['machine']}, "
        f"Python {machine['python_version']}, pytest-benchmark {measured['version']}. Seconds of the wall "
        "clock, medians of the\nrounds; the ratio is that of the medians.\n"
    )
    RESULTS.write_text(f"{before}{BEGIN}{about}\n{table}\n{END}{after}", encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
