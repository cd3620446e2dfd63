"""Write tests/expectations.csv from the tables; changing it is the review of a change of the data.

    python tools/write_expectations.py && git diff tests/expectations.csv

The measures are those of tests/test_tables.py; a pair of table and measure that the file has is kept.
"""

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import test_tables  # noqa: E402


def main():
    """Compute every measure of the file and write it whole."""
    tables = test_tables.read_tables()
    pairs = dict.fromkeys(test_tables.PAIRS)
    named = {table for table, _ in pairs}
    pairs |= {(table, "rows"): None for table in tables if table not in named}
    rows = [
        (table, measure, group, value)
        for table, measure in pairs
        for group, value in test_tables.MEASURES[measure](tables, table).items()
    ]
    with (ROOT / "tests" / "expectations.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("table", "measure", "group", "value"))
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main()
