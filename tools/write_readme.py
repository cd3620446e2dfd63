"""Write the numbers and the table of claims of README.md, each between its two marks.

    <!-- refresh: newest -->2 July 2026<!-- /refresh -->

python tools/write_readme.py
"""

import re
from pathlib import Path

import mineralmap as mm
from mineralmap.frames import group_words
from mineralmap.text import format_date, join_words, pluralize

TARGET = Path(__file__).resolve().parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- refresh: (\w+) -->)(.*?)(<!-- /refresh -->)", re.DOTALL)


def newest():
    """Return the date of the newest event."""
    return format_date(mm.load_events()["date"].max())


def counts():
    """Return how much there is."""
    numbers = [
        pluralize(len(mm.load_events()), "event"),
        pluralize(len(mm.load_sources()), "page"),
        pluralize(len(mm.load_deposits()), "deposit"),
        pluralize(len(mm.load_facilities()), "plant or mine", "plants and mines"),
    ]
    return ", ".join(numbers[:-1]) + " and " + numbers[-1]


def groups():
    """Return how many rare-earth initiatives there are of each group."""
    return group_words(mm.load_initiatives(scope="rare_earth")["group"])


def running():
    """Return how many rare-earth mines and plants run, and how many of them are confirmed."""
    now = mm.load_initiatives(scope="rare_earth")
    runs = now[now["type"].isin(mm.stages.WORKS) & (now["stage"] == "operating")]
    stale = runs[runs["unconfirmed"]]
    words = f"{len(runs)} rare-earth mines and plants are reported to run"
    first = runs[~runs["unconfirmed"]].sort_values("last_confirmed").iloc[0]
    since = format_date(first["last_confirmed"], first["confirmed_precision"])
    words += f", {len(runs) - len(stale)} of them confirmed in {since} or later"
    return words + (
        f"; unconfirmed for two years: {join_words(sorted(stale['title']))}" if len(stale) else ""
    )


def single():
    """Return how many of the steps in rare earths one origin alone reports."""
    steps = mm.load_events(scope="rare_earth")
    party = int((steps["party_only"] & steps["single_source"]).sum())
    alone = f"{int(steps['single_source'].sum())} of {len(steps)}"
    return f"{alone} rest on one origin, {party} of them on the word of one who takes part"


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


def answers():
    """Return the three questions of the report with their answers, each of two sentences."""
    questions = (
        "Which rare-earth assets does the state have, or plan?",
        "Did the talks become ventures, technology transfer or investment?",
        "Are they tied to the India-Japan dialogue and the Quad's minerals initiative?",
    )
    story = mm.stories.Talks(state="IN-UP", partner="JPN", since="2025-07-31")
    lines = zip(questions, story.in_short(), strict=True)
    return "\n" + "".join(
        f"{n}. **{question}** {told}\n" for n, (question, told) in enumerate(lines, start=1)
    )


WRITERS = {
    function.__name__: function for function in (newest, counts, groups, running, single, claims, answers)
}


def render(text, writers=WRITERS):
    """Return a text with every marked block written from the tables."""

    def block(match):
        if match[2] not in writers:
            raise SystemExit(f"no writer of the block {match[2]!r}; there are {', '.join(writers)}")
        return match[1] + writers[match[2]]() + match[4]

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    TARGET.write_text(render(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
