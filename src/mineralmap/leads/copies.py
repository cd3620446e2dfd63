"""Which headlines are copies of one story: much the same words within a few days."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import pandas as pd

from .signals import numbers


def stories(words: Sequence[frozenset[str]], days: Sequence[pd.Timestamp | None]) -> list[int]:
    """Return for each headline the place of the first one that tells the same story.

    Two are copies if the rare words that both have are most of what they say (cosine) and they are at most
    a few days apart; copies of a copy are copies. Limits: ``copy`` and ``copy_days`` of the signals.

    Parameters
    ----------
    words : sequence of frozenset of str
        Of each headline, as from `Signals.words`.
    days : sequence of Timestamp or None
        Of each; one without a day can be a copy of any.

    Returns
    -------
    list of int
        As long as ``words``.
    """
    limits, first = numbers("score"), list(range(len(words)))

    def root(at: int) -> int:
        while first[at] != at:
            first[at] = first[first[at]]
            at = first[at]
        return at

    counts = Counter(word for one in words for word in one)
    rarity = {word: math.log(1 + len(words) / count) for word, count in counts.items()}
    sizes = [math.sqrt(sum(rarity[word] ** 2 for word in one)) or 1.0 for one in words]
    having: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(words):
        near: dict[int, float] = defaultdict(float)
        for word in one:
            for other in having[word]:
                near[other] += rarity[word] ** 2
            having[word].append(at)
        for other, weight in near.items():
            day, other_day = days[at], days[other]
            far = (
                day is not None
                and other_day is not None
                and abs((day - other_day).days) > limits["copy_days"]
            )
            if not far and weight / sizes[at] / sizes[other] >= limits["copy"]:
                low, high = sorted((root(at), root(other)))
                first[high] = low
    return [root(at) for at in range(len(words))]
