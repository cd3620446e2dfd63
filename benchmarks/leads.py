"""How well and how fast `mineralmap.leads` reads a feed, beside what a person would take without it.

    python benchmarks/leads.py HEADLINES.csv LABELS.csv [COPIES.csv]

HEADLINES has the columns id, date, title, first_sentence, url, publisher and stratum ("stream" is complete
and unfiltered); LABELS judges some of them: id, relevant (1 or 0), scope, initiative_id (or "new"), basis
(headline, first_sentence or body: what shows it); COPIES gives the number of the story (columns id, story)
to headlines that share theirs with another, among those judged (column judged: 1 for each that was read).
None of the three is part of the project. The titles of the pages of the tables need no file.

The peers, in the same process on the same headlines: scikit-learn's TF-IDF with the nearest page title of
the tables, and rapidfuzz on those titles. Both say how near a headline is to a page that the tables have;
their limit is set where it serves them best on these labels, which favours them. Processor seconds, since
they do not depend on what else the machine does.
"""

import itertools
import sys
import time
from contextlib import contextmanager

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer

import mineralmap as mm
from mineralmap.attestation import tells
from mineralmap.leads.copies import stories
from mineralmap.leads.projects import shipped_projects
from mineralmap.leads.signals import numbers, shipped_signals


@contextmanager
def timed(name, into):
    """Note the processor seconds of what is done."""
    start = time.process_time()
    yield
    into[name] = time.process_time() - start


def page_titles():
    """Return the titles of the pages with the initiatives that they tell of and the events."""
    pages = tells(mm.data.shipped("event_sources")).merge(mm.data.shipped("sources"), on="source_id")
    pages = pages.dropna(subset=["title"])
    owners = mm.data.shipped("events").set_index("event_id")["initiative_id"]
    pages = pages.assign(initiative_id=pages["event_id"].map(owners), day=pages["published"])
    pages = pages.groupby("source_id").agg(
        title=("title", "first"), day=("day", "first"), events=("event_id", set), right=("initiative_id", set)
    )
    return pages.reset_index()


def precision_recall(chosen, relevant):
    """Return both as a text."""
    right = int((chosen & relevant).sum())
    return f"{right / max(chosen.sum(), 1):.2f} | {right / max(relevant.sum(), 1):.2f}"


def best_limit(score, relevant):
    """Return the limit with the best F1."""
    limits = np.unique(np.quantile(score, np.linspace(0, 1, 200)))
    f1 = [2 * ((score >= one) & relevant).sum() / ((score >= one).sum() + relevant.sum()) for one in limits]
    return limits[int(np.argmax(f1))]


def relevance(headlines, labels, found, near):
    """Print precision, recall and false alarms."""
    seen = labels[labels["basis"] != "body"]
    relevant = seen["relevant"].to_numpy() == 1
    stream = headlines["stratum"].to_numpy() == "stream"
    judged = dict(zip(labels["id"], labels["relevant"], strict=True))
    plain = r"rare.?earth|critical.?mineral|permanent.?magnet|monazite"
    ways = {
        "plain pattern": headlines["title"].str.contains(plain, case=False).to_numpy(),
        "`mm.leads`": headlines["id"].isin(found["id"]).to_numpy(),
    }
    rows = headlines["id"].map(dict(zip(headlines["id"], range(len(headlines)), strict=True)))
    places = seen["id"].map(dict(zip(headlines["id"], rows, strict=True))).to_numpy()
    for name, score in near.items():
        ways[name] = score >= best_limit(score[places], relevant)
    print("\n| way | precision | recall | alarms in the stream | judged false |\n|---|---|---|---|---|")
    for name, chosen in ways.items():
        alarms = headlines.loc[chosen & stream, "id"]
        false = sum(judged.get(one) == 0 for one in alarms)
        right = precision_recall(chosen[places], relevant)
        print(f"| {name} | {right} | {len(alarms)} of {stream.sum():,} | {false} |")


def fields(labels, found):
    """Print how often scope and initiative are right, where a lead was found."""
    kept = labels[(labels["relevant"] == 1) & (labels["basis"] != "body")].merge(
        found, on="id", suffixes=("", "_found")
    )
    scope = kept["scope"] == kept["scope_found"]
    named = kept[kept["initiative_id"] != ""]
    pages = page_titles().explode("right")
    # What was new to the labels has been taken into the tables since: the page says to which initiative.
    since = (
        pages.merge(mm.data.shipped("sources")[["source_id", "url"]], on="source_id")
        .groupby("url")["right"]
        .agg(set)
    )
    right = [
        one.initiative_id_found == one.initiative_id or one.initiative_id_found in since.get(one.url, ())
        for one in named.itertuples()
    ]
    print(f"\nscope right: {scope.mean():.2f} of {len(kept)}")
    print(f"initiative or `new` right: {np.mean(right):.2f} of {len(right)}")


def left_out(pages, signals, projects):
    """Print how often the initiative of a page is found with the events of the page left out."""
    first = third = 0
    peer = {"TF-IDF": [0, 0], "rapidfuzz": [0, 0]}
    titles = pages["title"].str.strip("[]").tolist()
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2)).fit_transform(
        titles
    )
    nearness = {"TF-IDF": (vectors @ vectors.T).toarray()}
    nearness["rapidfuzz"] = process.cdist(titles, titles, scorer=fuzz.token_set_ratio).astype(float)
    for at, page in enumerate(pages.itertuples()):
        day = pd.Timestamp(page.day) if isinstance(page.day, str) and len(page.day) == 10 else None
        near = projects.nearest(signals.words(titles[at]), day, without=page.events)
        ids = [one.initiative_id for one in near]
        first += bool(set(ids[:1]) & page.right)
        third += bool(set(ids) & page.right)
        same = np.array([bool(one & page.events) for one in pages["events"]])
        for name, matrix in nearness.items():
            order = np.argsort(-np.where(same, -1.0, matrix[at]), kind="stable")
            ids = list(
                dict.fromkeys(one for other in order[:12] for one in sorted(pages["right"].iloc[other]))
            )[:3]
            peer[name][0] += bool(set(ids[:1]) & page.right)
            peer[name][1] += bool(set(ids) & page.right)
    n = len(pages)
    print(f"\n| {n} page titles, their events left out | first | in the first three |\n|---|---|---|")
    print(f"| `mm.leads` | {first / n:.2f} | {third / n:.2f} |")
    for name, (one, three) in peer.items():
        print(f"| {name}, nearest page | {one / n:.2f} | {three / n:.2f} |")


def copies(path, headlines, signals):
    """Print how well copies of a story are grouped, by pairs."""
    judged = pd.read_csv(path)
    judged = judged.merge(headlines, on="id").sort_values("date", ignore_index=True)
    groups = stories(
        [signals.words(one) for one in judged["title"]],
        [signals.words(f"{one.title} {one.first_sentence}") for one in judged.itertuples()],
        [pd.Timestamp(one) for one in judged["date"]],
    )

    def pairs(numbers):
        known = pd.Series(numbers).dropna()
        return {pair for _, one in known.groupby(known) for pair in itertools.combinations(one.index, 2)}

    true, made = pairs(judged["story"]), pairs(groups)
    right = len(true & made)
    print(
        f"\ncopies: {len(judged)} headlines, {len(true)} pairs judged the same story, {len(made)} made; "
        f"precision {right / max(len(made), 1):.2f}, recall {right / len(true):.2f}, "
        f"F1 {2 * right / (len(true) + len(made)):.2f}"
    )


def main(headlines_path, labels_path, copies_path=None):
    """Measure and print."""
    seconds = {}
    headlines = pd.read_csv(headlines_path).fillna("")
    labels = pd.read_csv(labels_path).fillna("")
    signals, projects = shipped_signals(), shipped_projects()
    with timed("`mm.leads` from the file", seconds):
        found = mm.leads(headlines_path)
    found = found.merge(
        headlines[["id", "url", "title", "date"]].drop_duplicates(["url", "title"]), on=["url", "title"]
    )
    pages = page_titles()
    near = {}
    with timed("TF-IDF, nearest page title", seconds):
        vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2))
        known = vectorizer.fit_transform(pages["title"])
        near["TF-IDF, nearest page title"] = (
            (vectorizer.transform(headlines["title"]) @ known.T).max(axis=1).toarray().ravel()
        )
    with timed("rapidfuzz, nearest page title", seconds):
        score = process.cdist(headlines["title"], pages["title"], scorer=fuzz.token_set_ratio, dtype=np.uint8)
        near["rapidfuzz, nearest page title"] = score.max(axis=1).astype(float)
    print(f"{len(headlines):,} headlines; limit {numbers('score')['threshold']} points")
    print("\n| way | processor s |\n|---|---|")
    for name, value in seconds.items():
        print(f"| {name} | {value:.1f} |")
    relevance(headlines, labels, found, near)
    fields(labels, found)
    left_out(pages, signals, projects)
    if copies_path:
        copies(copies_path, headlines, signals)


if __name__ == "__main__":
    main(*sys.argv[1:])
