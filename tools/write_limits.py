"""Write the numbers of docs/known-limits.md, each between its two marks, from the tables.

python tools/write_limits.py
"""

import sys
from pathlib import Path

import mineralmap as mm
from mineralmap.text import format_date, join_words, pluralize

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from write_quality import headlines, newest, share  # noqa: E402
from write_readme import render, single  # noqa: E402

TARGET = ROOT / "docs" / "known-limits.md"


def searched():
    """Return when and for how many subjects was searched."""
    coverage = mm.load_coverage()
    first, last = (format_date(day) for day in (coverage["searched_on"].min(), coverage["searched_on"].max()))
    return f"{pluralize(len(coverage), 'subject')}, searched between {first} and {last}"


def unsearched():
    """Return the states and union territories that no search names."""
    named = {code for codes in mm.load_coverage()["states"] for code in codes}
    names = [label for code, label in mm.codebook.labels("state").items() if code not in named]
    return f"{len(names)} states and union territories ({join_words(names)})"


def languages():
    """Return how many pages are marked as written in another language than English."""
    sources = mm.load_sources()
    words = sources["publisher"].fillna("") + " " + sources["title"].fillna("")
    # "(Hindi release)" and "Bhasha" are such marks, too; "(translation of Detik)" is a page in English.
    marked = words.str.contains(
        r"\b(?:Hindi|Bhasha|Japanese\)|Chinese\)|Tamil\)|Malayalam|Marathi|Telugu|German\)|Italian\))"
    )
    foreign = words.str.contains("[\u0900-\u0dff\u3040-\u30ff\u4e00-\u9fff]")
    return share(int((marked | foreign).sum()), len(sources))


def read():
    """Return how many pages were read whole, in part, and as a headline."""
    kinds = mm.load_sources()["read_as"].astype("str")
    return join_words(
        [
            f"{share(int((kinds == code).sum()), len(kinds))} {words}"
            for code, words in (
                ("full", "whole"),
                ("excerpt", "in parts"),
                ("headline", "as a headline only"),
            )
        ]
    )


def places():
    """Return how many rare-earth events have a point, and how many of these are the site itself."""
    events = mm.load_events(scope="rare_earth")
    sites = int((events["location_accuracy"] == "site").sum())
    placed = share(int(events["lat"].notna().sum()), len(events))
    return f"{placed} have a point, {sites} of them the site itself"


def disputed():
    """Return how many conflicts between sources are recorded."""
    return pluralize(len(mm.load_conflicts()), "disagreement")


WRITERS = {
    function.__name__: function
    for function in (newest, searched, unsearched, languages, read, headlines, single, places, disputed)
}

if __name__ == "__main__":
    TARGET.write_text(render(TARGET.read_text(encoding="utf-8"), WRITERS), encoding="utf-8")
