"""Write the numbers of docs/data-quality.md, each between its two marks, and print them.

python tools/write_quality.py

The second coding and the list for the recall are in data/quality; what they are is told on the page.
"""

import csv
import sys
from collections import Counter
from pathlib import Path

import mineralmap as mm
from mineralmap.citation import RELEASED
from mineralmap.claims.intervals import wilson
from mineralmap.text import format_date, pluralize

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from write_codebook_pages import grid  # noqa: E402
from write_readme import render  # noqa: E402

TARGET = ROOT / "docs" / "data-quality.md"
#: Kinds of page that are the word of those who act.
OFFICIAL = mm.codebook.codes("source_kind", "party")
#: Fields of the second coding whose values are codes, so that chance agreement can be told.
CODED = ("type", "kind", "stage", "scope", "date_precision", "location_accuracy", "role")


def rows_of(name):
    """Return the rows of a file of data/quality."""
    with (ROOT / "data" / "quality" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table(head, rows):
    """Return a Markdown table between two line ends."""
    return f"\n{grid(head, [map(str, row) for row in rows])}\n"


def share(part, whole):
    """Return a share in words: ``12 of 40 (30 %)``."""
    return f"{part:,} of {whole:,} ({part / whole:.0%})" if whole else "none"


def pages():
    """Return the pages by kind of publisher, of all events and of those on rare earths."""
    sources = mm.load_sources().set_index("source_id")
    links = mm.load_event_sources()
    rare = links[links["event_id"].isin(mm.load_events(scope="rare_earth")["event_id"])]
    own = sources.loc[rare["source_id"].unique(), "kind"].astype("str")
    every = sources["kind"].astype("str")
    labels = mm.codebook.labels("source_kind")
    rows = [
        (label, share((every == kind).sum(), len(every)), share((own == kind).sum(), len(own)))
        for kind, label in labels.items()
    ]
    uses = [all_of["source_id"].map(sources["kind"].astype("str")) for all_of in (links, rare)]
    for words, both in (
        ("of governments and companies", (every, own)),
        ("the same, a page counted for each event", uses),
    ):
        rows.append((words, *(share(kinds.isin(OFFICIAL).sum(), len(kinds)) for kinds in both)))
    return table(("kind of page", "all events", "rare-earth events"), rows)


def read_as():
    """Return how much of the pages was read."""
    found = mm.load_sources()["read_as"].astype("str")
    labels = mm.codebook.vocabulary("read_as").items()
    rows = [(one.explanation, share((found == code).sum(), len(found))) for code, one in labels]
    return table(("what was read", "pages"), rows)


def origins():
    """Return how the events are attested."""
    rows = []
    for scope, label in mm.codebook.labels("scope").items():
        events = mm.load_events(scope=scope)
        n = events["n_witnesses"]
        parts = [n.eq(0).sum(), n.eq(1).sum(), n.ge(2).sum(), (events["party_only"] & n.eq(1)).sum()]
        rows.append((label, len(events), *parts))
    head = ("scope", "events", "told later only", "one origin", "two or more", "one, a party's own word")
    return table(head, rows)


def newest():
    """Return how new the newest event and page are, beside the day of the release."""
    events, sources = mm.load_events(), mm.load_sources()
    days = sources["published"].dropna()
    page = days[days.str.len() == 10].max()
    age = (mm.stages.as_date(RELEASED) - mm.stages.as_date(page)).days
    return (
        f"newest event {format_date(events['date'].max())}, newest page {page}, "
        f"{pluralize(age, 'day')} before the release of {RELEASED}"
    )


def headlines():
    """Return how many events rest on headlines alone."""
    kinds = mm.load_sources().set_index("source_id")["read_as"].astype("str")
    links = mm.attestation.reports(mm.load_event_sources())
    alone = links["source_id"].map(kinds).eq("headline").groupby(links["event_id"]).all()
    return share(int(alone.sum()), len(mm.load_events()))


def kappa(pairs):
    """Return Cohen's kappa of pairs of codes; nothing where chance alone would agree always."""
    n = len(pairs)
    observed = sum(one == other for one, other in pairs) / n
    left, right = (Counter(side) for side in zip(*pairs, strict=True))
    chance = sum(left[code] * right[code] for code in left) / n**2
    return None if chance == 1 else (observed - chance) / (1 - chance)


def second_coding(name):
    """Return how far one round of the second coding agrees with the tables, field by field."""
    by_field = {}
    for row in rows_of("second_coding"):
        if row["round"] == name:
            by_field.setdefault(row["field"], []).append(row)
    rows = []
    for field, found in by_field.items():
        pairs = [(row["table"], row["second"]) for row in found]
        same = sum(one == other for one, other in pairs)
        value = kappa(pairs) if field in CODED else None
        changed = sum(row["settled"] != row["table"] for row in found)
        beyond = "" if value is None else f"{value:.2f}"
        rows.append((field, share(same, len(found)), beyond, changed))
    every = [row for found in by_field.values() for row in found]
    changed = sum(row["settled"] != row["table"] for row in every)
    events = len({row["event_id"] for row in every})
    rows.append(
        (
            f"all, {pluralize(events, 'event')}",
            share(same_of(every), len(every)),
            "",
            share(changed, len(every)),
        )
    )
    return table(("field", "agree", "Cohen's kappa", "changed after"), rows)


def same_of(rows):
    """Return how many values of the second coder are those of the table."""
    return sum(row["table"] == row["second"] for row in rows)


def text():
    """Return the coding from full texts."""
    return second_coding("text")


def text_again():
    """Return the coding from full texts by the clearer rules."""
    return second_coding("text, again")


def random():
    """Return the coding of events drawn at random, without their pages."""
    return second_coding("random")


def recall():
    """Return how many events of a list that was made without the tables are in them."""
    found = rows_of("recall")
    periods = {"before 2022": ("0", "2022"), "2022 to 2025": ("2022", "2026"), "2026": ("2026", "9")}
    rows = []
    for name, (low, high) in {"all": ("0", "9"), **periods}.items():
        own = [row for row in found if low <= row["date"] < high]
        present = sum(row["verdict"] == "present" for row in own)
        low_share, high_share = wilson(present, len(own))
        partly = sum(row["verdict"] == "partly" for row in own)
        rows.append(
            (
                name,
                len(own),
                present,
                partly,
                len(own) - present - partly,
                f"{low_share:.0%} to {high_share:.0%}",
            )
        )
    return table(("period", "events", "present", "partly", "missing", "present, 95 % interval"), rows)


WRITERS = {
    f.__name__: f for f in (pages, read_as, origins, newest, headlines, text, text_again, random, recall)
}

if __name__ == "__main__":
    TARGET.write_text(render(TARGET.read_text(encoding="utf-8"), WRITERS), encoding="utf-8")
    for name, write in WRITERS.items():
        print(f"{name}: {write()}")
