"""Which headlines are copies of one story: much the same words within a few days."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd

from .signals import numbers

Words = Sequence[frozenset[str]]


class _Alike:
    """How much of what two texts say is the same: the cosine of their words, the rare ones counting more."""

    def __init__(self, words: Words) -> None:
        counts = Counter(word for one in words for word in one)
        self._words = words
        self._weight = {word: math.log(1 + len(words) / count) ** 2 for word, count in counts.items()}
        self._size = [math.sqrt(self._sum(one)) or 1.0 for one in words]

    def _sum(self, words: Iterable[str]) -> float:
        return sum(self._weight[word] for word in words)

    def __call__(self, one: int, other: int) -> float:
        return self._sum(self._words[one] & self._words[other]) / self._size[one] / self._size[other]


def stories(titles: Words, texts: Words, days: Sequence[pd.Timestamp | None]) -> list[int]:
    """Return for each headline the place of the first one that tells the same story.

    A headline is a copy of an earlier one if the cosine of their titles and that of their titles with
    summaries, less a little for each day between them, reach the limit (``copy``, ``copy_day`` and
    ``copy_days`` of the signals). It is compared with the first of a story alone, so that a chain of
    reports on what came next is not one story.

    Parameters
    ----------
    titles, texts : sequence of frozenset of str
        Words of each title, and of each title with its summary, as from `Signals.words`.
    days : sequence of Timestamp or None
        Of each; one without a day can be a copy of any.

    Returns
    -------
    list of int
        As long as ``titles``.
    """
    limits, first = numbers("score"), list(range(len(titles)))
    by_title, by_text = _Alike(titles), _Alike(texts)
    firsts: dict[str, list[int]] = defaultdict(list)  # word -> the first headlines of stories that have it
    order = sorted(first, key=lambda at: (days[at] is None, days[at] or pd.Timestamp(0), at))
    for at in order:
        best = (limits["copy"], -1)
        for other in {other for word in titles[at] for other in firsts[word]}:
            day, other_day = days[at], days[other]
            gap = 0 if day is None or other_day is None else (day - other_day).days
            if gap <= limits["copy_days"]:
                alike = by_title(at, other) + by_text(at, other) - limits["copy_day"] * gap
                best = max(best, (alike, other))
        if best[1] >= 0:
            first[at] = best[1]
        else:
            for word in titles[at]:
                firsts[word].append(at)
    return first
