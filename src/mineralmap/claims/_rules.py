"""What the checks share: choosing rows, rungs, and intervals of shares."""

from __future__ import annotations

from .. import ladder

_RUNG = {stage: number for number, stage in enumerate(ladder.LADDER)}


def having(frame, **cells):
    """Return the rows whose cells hold given values.

    Parameters
    ----------
    frame : DataFrame
    **cells : str or collection of str
        Column -> value. A cell that is a tuple must contain the value; of several values one is enough.

    Raises
    ------
    UnknownIdError
        If the frame has no such column.
    """
    import numpy as np

    from ..errors import UnknownIdError

    for column, wanted in cells.items():
        if column not in frame.columns:
            raise UnknownIdError(f"there is no column {column!r}; columns: {', '.join(frame.columns)}")
        values = {wanted} if isinstance(wanted, str) else set(wanted)
        held = (set(cell) if isinstance(cell, tuple) else {cell} for cell in frame[column])
        # An array, for an empty list would choose columns.
        frame = frame[np.array([bool(values & cell) for cell in held], dtype=bool)]
    return frame


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


def wilson(successes, n, z=1.959964):
    """Return the 95 % interval of a share (Wilson 1927)."""
    import math

    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


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
