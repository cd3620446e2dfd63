"""What colours the points: classes of numbers, years or kinds, with a colour and a marker for each."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import codebook, style
from ..frames.values import (
    column_texts,
    distinct_texts,
    is_date,
    is_number,
    known_numbers,
    plain,
    vocabulary_of,
)
from ..text import pluralize
from .payload import stage_looks
from .point_columns import heading

#: Markers of classes that are no codes, on a ground of 16 by 16: colour alone must not carry the meaning.
POINT_SHAPES = (
    "fill M3.5 8 C3.5 5.515 5.515 3.5 8 3.5 C10.485 3.5 12.5 5.515 12.5 8 "
    "C12.5 10.485 10.485 12.5 8 12.5 C5.515 12.5 3.5 10.485 3.5 8 Z",
    "fill M4 4 L12 4 L12 12 L4 12 Z",
    "fill M8 3 L13 8 L8 13 L3 8 Z",
    "fill M8 3.5 L12.7 12 L3.3 12 Z",
    "fill M8 12.5 L3.3 4 L12.7 4 Z",
)
#: At most so many kinds get a colour of their own; the others share grey.
_KINDS = 8
#: Numbers are in so many classes at most.
_STEPS = 5
_NOT_KNOWN = ["#c9c9c9", "not known"]
#: One hue from pale to dark, for numbers.
_BLUES = style.BLUES[2:]  # the two palest would not show on the land

Classes = NDArray[np.uint8]
Steps = list[list[str]]


def classify(values: pd.Series | None) -> tuple[Classes | None, dict[str, Any]]:
    """Return the class of each point, and what the classes are.

    Parameters
    ----------
    values : Series or None
        Numbers (at most five classes, of about equal count; few values, or one that many points share,
        have a class of their own), dates (by year) or kinds (those of a vocabulary with colours as there,
        else the eight most frequent).

    Returns
    -------
    classes : uint8 array (n), or None if all are one class
    legend : dict
        ``title``; ``steps``, a colour and words for each class; ``looks``, a marker for each;
        ``stages``, the codes of the first classes if they are stages.
    """
    stages: list[codebook.Code] = []
    values = None if values is None else plain(values)
    if values is None:
        classes, steps = None, [[style.INK, "point"]]
    elif is_date(values) or is_number(values):
        numbers, known = known_numbers(values.dt.year if is_date(values) else values)
        classes, steps = _number_classes(numbers, known)
    else:
        texts, places = _seen(*distinct_texts(values))
        if vocabulary_of(values.name) == "stage":
            stages = [one for one in codebook.vocabulary("stage").values() if one.label in texts]
        classes, steps = _kind_classes(texts, places, stages, _order(values))
    looks = [stage_looks()[stage.code] for stage in stages]
    for at in range(len(looks), len(steps)):
        shape = POINT_SHAPES[at % len(POINT_SHAPES)]
        looks.append({"marker": shape, "colour": steps[at][0], "ink": style.INK, "width": 1})
    title = "" if values is None else heading(values.name)
    return classes, {"title": title, "steps": steps, "looks": looks, "stages": [one.code for one in stages]}


def _in_digits(value: Any, digits: int) -> str:
    value = value.item()  # the least whole number of 64 bits has no absolute value in numpy
    # No exponents: "3,800,000", not "3.8e+06"; and no comma in a year.
    comma = "," if abs(value) >= 10_000 else ""
    if isinstance(value, int):
        return f"{value:{comma}d}"
    whole = 1e5 <= abs(value) < 1e15 and (digits == 6 or value.is_integer())
    return f"{value:{comma}.0f}" if whole else f"{value:{comma}.{digits}g}"


def _in_words(values: NDArray[Any]) -> list[str]:
    """Return numbers with as many digits as tell them apart."""
    words: list[str] = []
    for digits in (6, 9, 12, 17):
        words = [_in_digits(value, digits) for value in values]
        if len(set(words)) == len(words):
            break
    return words


def _number_classes(numbers: NDArray[Any], known: NDArray[np.bool_]) -> tuple[Classes, Steps]:
    ordered = np.sort(numbers)
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
    ends = np.array(_ends(np.diff(first, append=len(ordered))), dtype=np.int64)
    begins = [0, *(end + 1 for end in ends[:-1])]
    single = [begin == end for begin, end in zip(begins, ends, strict=False)]
    # Each bound is a value that occurs ("over 2016.2" means nothing to a reader of years), or a round one.
    bounds = ordered[first[ends]]
    for at in range(len(ends) - 1):
        if not (single[at] or single[at + 1]):
            # No further than a twentieth of the points, and never to a neighbour's bound.
            last, far = first[ends[at] + 1] - 1, len(ordered) // 20
            low = ordered[max(last - far, first[begins[at]])]
            high = ordered[min(last + far, first[ends[at + 1]])]
            bounds[at] = _rounder(bounds[at], max(low, bounds[at - 1]) if at else low, high)
    words = _in_words(np.append(ordered[:1], bounds) if len(single) and not single[0] else bounds)
    low = words.pop(0) if len(words) > len(bounds) else ""
    ranges = [
        word if single[at] else f"over {words[at - 1]} to {word}" if at else f"{low} to {word}"
        for at, word in enumerate(words)
    ]
    # From pale to dark, as far apart as there are colours.
    pale = 0 if len(ends) > 1 else len(_BLUES) - 1
    colours = [_BLUES[round(at)] for at in np.linspace(pale, len(_BLUES) - 1, len(ends))]
    steps = [list(step) for step in zip(colours, ranges, strict=True)]
    classes = np.full(len(known), len(steps), dtype=np.uint8)
    classes[known] = np.searchsorted(bounds[:-1], numbers, side="left")
    return classes, steps if known.all() else [*steps, _NOT_KNOWN]


def _rounder(value: Any, low: Any, high: Any) -> Any:
    """Return a number of few digits near a value, over ``low`` and below ``high``; else the value itself."""
    largest = max(abs(float(low)), abs(float(high)))
    if not 0 < largest < 2**53:  # floats hold whole numbers exactly up to here
        return value
    if low < 0 < high:
        return value.dtype.type(0)
    for digits in range(1, 7):
        decimals = digits - 1 - math.floor(math.log10(largest))
        if decimals > 0 and value.dtype.kind != "f":
            break
        nearest, step = round(float(value), decimals), 10.0**-decimals
        for one in (nearest, round(nearest - step, decimals), round(nearest + step, decimals)):
            if low < one < high:
                return value.dtype.type(one)
    return value


def _ends(counts: NDArray[np.int64]) -> list[int]:
    """Return the last of each class of distinct numbers in order, of which ``counts`` points have each."""
    total, last = np.cumsum(counts), len(counts) - 1
    ends: list[int] = []
    while (begin := ends[-1] + 1 if ends else 0) <= last:
        left = _STEPS - len(ends)
        if last - begin < left:
            return [*ends, *range(begin, last + 1)]
        taken = total[begin - 1] if begin else 0
        goal = taken + (total[-1] - taken) / left
        at = int(np.searchsorted(total, goal))
        # What would make the class far too large begins the next one.
        if at > begin and total[at] - goal > goal - total[at - 1]:
            at -= 1
        ends.append(min(at, last - left + 1))
    return ends


def _seen(texts: list[str], places: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
    """Take for one what a reader cannot tell apart: other blanks, or accents composed in another way."""
    seen = [" ".join(unicodedata.normalize("NFC", text).split()) for text in texts]
    numbers, distinct = pd.factorize(np.array(seen, dtype=object))
    return list(distinct), numbers[places]


def _order(values: pd.Series) -> list[str]:
    """Return the texts of an ordered category in its order; of other columns none."""
    if not getattr(values.dtype, "ordered", False):
        return []
    return _seen(column_texts(pd.Series(values.cat.categories, name=values.name)), np.empty(0, int))[0]


def _kind_classes(
    texts: list[str], places: NDArray[np.int64], stages: list[codebook.Code], order: list[str]
) -> tuple[Classes, Steps]:
    counts = dict(zip(texts, np.bincount(places, minlength=len(texts)).tolist(), strict=True))
    missing = counts.pop("", 0)
    steps = [[one.colour, one.label] for one in stages]
    # Own words beside stages are kinds, too.
    other = sorted(counts.keys() - {one.label for one in stages}, key=lambda text: (-counts[text], text))
    common = other[:_KINDS]
    if order:
        common.sort(key=order.index)
    colours = list(style.OKABE_ITO.values())
    steps += [[colours[(at + 5) % len(colours)], text] for at, text in enumerate(common)]
    class_of = {text: at for at, (_, text) in enumerate(steps)}
    if n_others := len(counts) - len(class_of):
        class_of = {text: class_of.get(text, len(steps)) for text in counts}
        steps.append([style.GREY, pluralize(n_others, "other value")])
    if missing:
        class_of[""] = len(steps)
        steps.append(_NOT_KNOWN)
    return np.array([class_of[text] for text in texts], dtype=np.uint8)[places], steps
