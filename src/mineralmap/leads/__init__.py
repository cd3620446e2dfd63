"""What has happened since: a feed of headlines in, candidate events out.

`leads` reads a feed, judges each headline by the words of ``data/codebook/signals.csv`` and says to which
initiative it belongs; `draft` turns one into rows that a person completes. Nothing enters the tables by
itself, nothing is asked of the network, and no model is needed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

from .. import codebook, data
from ..outlook import next_stages
from ..stages import Day, as_date
from .copies import stories
from .drafts import Draft, draft
from .feeds import Faults, Item, read
from .projects import Match, shipped_projects
from .signals import Judged, numbers, shipped_signals

__all__ = ["Draft", "draft", "leads"]

COLUMNS = (
    "score", "why", "published", "title", "publisher", "url", "scope", "states", "partners", "actors", "kind",
    "stage", "initiative_id", "initiative", "next_best", "next_step", "event_id", "story", "copies", "text",
)  # fmt: skip
_TYPES = {
    **dict.fromkeys(("why", "title", "publisher", "url", "scope", "kind", "stage"), "str"),
    **dict.fromkeys(("initiative_id", "initiative", "event_id", "text"), "str"),
    "score": "float64",
    "published": "datetime64[us]",
    "next_step": "bool",
}
#: Subjects and ties in the order in which `why` names them.
_ORDER = ("subject", "state", "place", "actor", "country", "tie", "act", "against")


def leads(feed: Any, *, since: Day | None = None, progress: bool = False) -> pd.DataFrame:
    r"""Find in a feed the headlines that may be events, and say to which initiative they belong.

    Parameters
    ----------
    feed : path, str, bytes, DataFrame or iterable of them
        RSS, Atom, JSON Feed, CSV or TSV or Parquet with a column of headlines, files of GDELT, an OPML that
        names files; packed by gzip or zip or not. A path, a folder of such files, or the text of a feed.
        Addresses are refused: fetch them first.
    since : str or date, optional
        Only items of this day or later; items without a day are kept.
    progress : bool, default False
        Show on the error stream how many items were read, if there are many.

    Returns
    -------
    DataFrame
        One row per lead, best first: ``score`` (points), ``why`` (the words that count, and where),
        ``published`` (day, or missing), ``title, publisher, url`` as in the feed, in plain text; ``scope,
        states, partners, actors`` (codes; tuples) that it names, ``kind, stage`` that its words suggest;
        ``initiative_id`` it belongs to, or ``"new"`` where it fits none, ``initiative`` (title),
        ``next_best`` (tuple of the ids that come next), ``next_step`` (bool: its words are those of the
        initiative's next step, `mineralmap.outlook`), ``event_id`` (event in the tables that it tells again,
        or whose page it is; missing if none), ``story`` (number, the same for copies of one story; the
        first of a story has the best score) and ``copies`` (headlines of that story), ``text`` (summary in
        the feed).
        ``attrs``: ``read`` (items), ``faults`` (how much could not be read), ``named`` (the first of it).

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the feed is an address, or ``since`` is not a date.
    TypeError
        If the feed is none of the above.
    ImportError
        If the package that reads such a feed is not installed; the message says how to.

    Notes
    -----
    What a word weighs is in ``data/codebook/signals.csv``; a lead has at least the points of its row
    ``threshold``. How often that is right is in ``docs/leads.md``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> found = mm.leads("title\nIndia and Japan sign a pact on rare earth magnets\nGold falls\n")
    >>> found[["scope", "partners", "kind"]].to_dict("records")
    [{'scope': 'rare_earth', 'partners': ('JPN',), 'kind': 'agreement'}]
    """
    first = None if since is None else as_date(since)
    signals, faults = shipped_signals(), Faults()
    threshold = numbers("score")["threshold"]
    kept: list[tuple[Item, Judged, pd.Timestamp | None]] = []
    with _counting(progress) as count:
        for item in read(feed, faults, count):
            judged = signals.judge(item.title, item.text)
            if judged is None or judged.score < threshold:
                continue
            day = pd.Timestamp(item.published) if item.published else None
            if first is None or day is None or day >= first:
                kept.append((item, judged, day))
        number = count.number
    rows = _rows(kept) if kept else []
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame = frame.sort_values(["score", "published"], ascending=False, kind="stable", ignore_index=True)
    frame = _by_story(frame).astype(_TYPES)
    frame.attrs = {"read": number, "faults": faults.count, "named": list(faults.named)}
    return frame


class _Counter:
    """Count items, and say so now and then."""

    def __init__(self, shown: bool) -> None:
        self.number, self._shown = 0, shown

    def __call__(self) -> None:
        self.number += 1
        if self._shown and self.number % 10_000 == 0:
            print(f"\r{self.number:,} headlines read", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._shown and self.number >= 10_000:
            print(f"\r{self.number:,} headlines read", file=sys.stderr)


@contextmanager
def _counting(shown: bool) -> Iterator[_Counter]:
    count = _Counter(shown)
    try:
        yield count
    finally:
        count.close()


def _by_story(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the stories numbers by their best headline, and count the copies."""
    order = {story: number for number, story in enumerate(dict.fromkeys(frame["story"]), start=1)}
    frame["story"] = frame["story"].map(order).astype("int64")
    frame["copies"] = frame.groupby("story")["story"].transform("size").astype("int64")
    return frame


def _rows(kept: list[tuple[Item, Judged, pd.Timestamp | None]]) -> list[tuple[Any, ...]]:
    projects = shipped_projects()
    listed = data.shipped("initiatives").set_index("initiative_id")
    titles, types = listed["title"], listed["type"]
    stages = data.load_initiatives(scope=None).set_index("initiative_id")["stage"].astype("str")
    words = shipped_signals().words
    groups = stories(
        [words(item.title) for item, _, _ in kept],
        [words(f"{item.title} {item.text}") for item, _, _ in kept],
        [day for _, _, day in kept],
    )
    rows = []
    for (item, judged, day), story in zip(kept, groups, strict=True):
        near = projects.nearest(judged.words, day)
        known = bool(near) and near[0].points >= numbers("score")["new"]
        page = projects.page(item.url)
        # A page can tell of several initiatives: of these the nearest by its words, else the first.
        own = [one.initiative_id for one in near if one.initiative_id in page] or [*page]
        best = own[0] if own else near[0].initiative_id if known else None
        event = page.get(best) if best else None
        others = tuple(one.initiative_id for one in near if one.initiative_id != best)[:2]
        kind, stage = _act(judged)
        if best and stage:
            stage = _fitting(stage, types[best])
        rows.append(
            (
                round(judged.score, 2),
                _why(judged, near[0] if known and best == near[0].initiative_id else None),
                day,
                item.title,
                item.publisher,
                item.url,
                _scope(judged),
                _states(judged),
                _partners(judged),
                judged.codes("actor"),
                kind,
                stage,
                best or "new",
                titles[best] if best else "",
                others,
                bool(best and best in stages.index and stage in next_stages(stages[best])),
                event or (projects.told(judged.words, day, best) if best else None),
                story,
                1,
                item.text,
            )
        )
    return rows


def _why(judged: Judged, match: Match | None) -> str:
    """Return the words that count, and in which part; and what the initiative has of them."""
    hits = sorted(
        (hit for hit in judged.hits if hit.weight),
        key=lambda hit: (_ORDER.index(hit.group), -abs(hit.weight)),
    )
    words = [f"{hit.term} ({hit.field} {hit.weight:+.3g})" for hit in hits]
    said = "; ".join(words)
    if match is not None:
        said += f" | {match.points:.1f} for its initiative: {', '.join(match.common)}"
    return said


def _act(judged: Judged) -> tuple[str | None, str | None]:
    """Return the kind of event and the stage that the headline suggests: by its weightiest act.

    Of acts of one weight that counts which stands first in the codebook.
    """
    acts = {hit.code: hit for hit in judged.hits if hit.group == "act"}
    order = [acts[one.code] for one in codebook.signals() if one.group == "act" and one.code in acts]
    if not order:
        return None, None
    kind, stage = max(order, key=lambda hit: (hit.field == "title", hit.weight)).means
    return kind, stage


def _fitting(stage: str, kind: str) -> str:
    """Return the stage as an initiative of a type can have it: a dialogue is active, a dispute open."""
    allowed = codebook.vocabulary("type")[kind].allows
    return next((one for one in (stage, "active", "open", "unchanged") if one in allowed), stage)


def _is_indian(judged: Judged) -> bool:
    return any(
        hit.group in ("state", "place")
        or (hit.group == "tie" and hit.code == "india")
        or (hit.group == "actor" and "IND" in hit.means)
        for hit in judged.hits
    )


def _scope(judged: Judged) -> str:
    """Return the scope: of its best subject, or background where nothing ties it to India."""
    if not _is_indian(judged):
        return "context"
    scopes = [hit.means[0] for hit in judged.hits if hit.group == "subject" and hit.weight >= 2]
    return "rare_earth" if "rare_earth" in scopes else "critical_minerals"


def _states(judged: Judged) -> tuple[str, ...]:
    placed = [one for hit in judged.hits if hit.group == "place" for one in hit.means]
    return tuple(dict.fromkeys((*judged.codes("state"), *placed)))


def _partners(judged: Judged) -> tuple[str, ...]:
    owners = [
        one for hit in judged.hits if hit.group in ("tie", "actor") for one in hit.means if one != "IND"
    ]
    return tuple(dict.fromkeys((*judged.codes("country"), *owners)))
