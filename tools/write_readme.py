"""Write the numbers and the table of claims of README.md, each between its two marks.

    <!-- refresh: newest -->2 July 2026<!-- /refresh -->

python tools/write_readme.py
"""

import re
from pathlib import Path

import mineralmap as mm
from mineralmap.text import format_date, pluralize

TARGET = Path(__file__).resolve().parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- refresh: (\w+) -->)(.*?)(<!-- /refresh -->)", re.DOTALL)


def newest():
    """Return the date of the newest event."""
    return format_date(mm.load_events()["date"].max())


def counts():
    """Return how much there is."""
    numbers = [
        pluralize(len(mm.load_events()), "event"),
        pluralize(len(mm.load_initiatives()), "initiative"),
        pluralize(len(mm.load_sources()), "page"),
        pluralize(len(mm.load_deposits()), "deposit"),
        pluralize(len(mm.load_facilities()), "plant or mine", "plants and mines"),
    ]
    return ", ".join(numbers[:-1]) + " and " + numbers[-1]


def single():
    """Return how many of the steps in rare earths one witness alone reports."""
    steps = mm.load_events(scope="rare_earth")
    return f"{int(steps['single_source'].sum())} of the {len(steps)} rare-earth steps"


def claims():
    """Return the claims with their verdicts, as the rows of a table."""
    texts = mm.load_claims().set_index("claim_id")["text"]
    labels = mm.codebook.labels("verdict")
    verdicts = mm.claims.check_all()
    rows = [
        f"| {texts[row.claim_id].removesuffix('.')} | {labels[str(row.verdict)].lower()} |"
        for row in verdicts.itertuples()
    ]
    return "\n" + "\n".join(["| claim | verdict |", "| --- | --- |", *rows]) + "\n"


WRITERS = {function.__name__: function for function in (newest, counts, single, claims)}


def render(text):
    """Return the text of the README with every marked block written from the tables."""

    def block(match):
        if match[2] not in WRITERS:
            raise SystemExit(f"README.md: no writer of {match[2]!r}; there are {', '.join(WRITERS)}")
        return match[1] + WRITERS[match[2]]() + match[4]

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    TARGET.write_text(render(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
