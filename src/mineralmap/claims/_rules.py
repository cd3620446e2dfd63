"""What the checks share: choosing rows, rungs, and intervals of shares."""

from __future__ import annotations

from .. import ladder
from ..datasets import having
from ..survival import wilson

__all__ = ["at_least", "counted", "difference", "having", "ids_of", "links_of", "standing", "wilson"]

_RUNG = {stage: number for number, stage in enumerate(ladder.LADDER)}


def links_of(rows):
    """Return (address, publisher) of the pages that rows of a table rest on, each once, as a tuple."""
    pages = rows.reindex(columns=["source_url", "source_publisher"]).dropna()
    return tuple(dict.fromkeys(pages.itertuples(index=False, name=None)))


def at_least(frame, rung, column="highest_stage"):
    """Return the rows that have reached a rung of the ladder."""
    height = frame[column].astype("str").map(_RUNG)
    return frame[height >= _RUNG[rung]]


def standing(frame):
    """Return the initiatives that are neither suspended nor cancelled."""
    return frame[~frame["stage"].isin(ladder.EXITS)]


def ids_of(initiatives):
    """Return the ids of the events that made the stage of initiatives."""
    return tuple(sorted(initiatives["stage_event_id"]))


def difference(successes_a, n_a, successes_b, n_b):
    """Return share b less share a with its 95 % interval (Newcombe 1998, method 10)."""
    import math

    a, b = successes_a / n_a, successes_b / n_b
    (low_a, high_a), (low_b, high_b) = wilson(successes_a, n_a), wilson(successes_b, n_b)
    low = b - a - math.sqrt((b - low_b) ** 2 + (high_a - a) ** 2)
    high = b - a + math.sqrt((high_b - b) ** 2 + (a - low_a) ** 2)
    return b - a, low, high


def counted(number, noun):
    """Return a count with its noun."""
    from ..style import count_words

    return count_words(number, noun)
