"""What colours the points: classes of numbers, years or kinds, with a colour and a marker for each."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import codebook, style
from ..text import pluralize
from .payload import stage_looks
from .point_columns import distinct_texts, heading, is_date, is_number, to_floats, vocabulary_of

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
        Numbers (five classes of equal count), dates (by year) or kinds (those of a vocabulary with
        colours as there, else the eight most frequent).

    Returns
    -------
    classes : uint8 array (n), or None if all are one class
    legend : dict
        ``title``; ``steps``, a colour and words for each class; ``looks``, a marker for each;
        ``stages``, the codes of the first classes if they are stages.
    """
    stages: list[codebook.Code] = []
    if values is None:
        classes, steps = None, [[style.INK, "point"]]
    elif is_date(values):
        classes, steps = _number_classes(to_floats(values.dt.year), "{:.0f}".format)
    elif is_number(values):
        classes, steps = _number_classes(to_floats(values), _in_digits)
    else:
        texts, numbers = distinct_texts(values)
        if vocabulary_of(values.name) == "stage":
            stages = [one for one in codebook.vocabulary("stage").values() if one.label in texts]
        classes, steps = _kind_classes(texts, numbers, stages)
    looks = [stage_looks()[stage.code] for stage in stages]
    for at in range(len(looks), len(steps)):
        shape = POINT_SHAPES[at % len(POINT_SHAPES)]
        looks.append({"marker": shape, "colour": steps[at][0], "ink": style.INK, "width": 1})
    title = "" if values is None else heading(values.name)
    return classes, {"title": title, "steps": steps, "looks": looks, "stages": [one.code for one in stages]}


def _in_digits(value: float) -> str:
    # No exponents: "3,800,000", not "3.8e+06".
    return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.6g}"


def _number_classes(values: NDArray[np.float64], words: Callable[[float], str]) -> tuple[Classes, Steps]:
    known = np.isfinite(values)
    # Each bound is a value that occurs: "over 2016.2" means nothing to a reader of years.
    shares = np.linspace(0, 1, 6)
    edges = np.quantile(values[known], shares, method="inverted_cdf") if known.any() else np.zeros(1)
    edges = np.unique(edges)
    classes = np.searchsorted(edges[1:-1], values, side="left").astype(np.uint8)
    bounds = list(pairwise(edges)) or [(edges[0], edges[0])]
    ranges = [words(low) if low == high else f"{words(low)} to {words(high)}" for low, high in bounds]
    ranges[1:] = [f"over {one}" for one in ranges[1:]]
    steps = [list(step) for step in zip(_BLUES[-len(bounds) :], ranges, strict=True)]
    if not known.all():
        classes[~known] = len(steps)
        steps.append(_NOT_KNOWN)
    return classes, steps


def _kind_classes(
    texts: list[str], numbers: NDArray[np.int64], stages: list[codebook.Code]
) -> tuple[Classes, Steps]:
    counts = dict(zip(texts, np.bincount(numbers, minlength=len(texts)).tolist(), strict=True))
    missing = counts.pop("", 0)
    if stages:
        steps = [[one.colour, one.label] for one in stages]
    else:
        common = sorted(counts, key=lambda text: (-counts[text], text))[:_KINDS]
        colours = list(style.OKABE_ITO.values())
        steps = [[colours[(at + 5) % len(colours)], text] for at, text in enumerate(common)]
    class_of = {text: at for at, (_, text) in enumerate(steps)}
    if n_others := len(counts) - len(class_of):
        class_of = {text: class_of.get(text, len(steps)) for text in counts}
        steps.append([style.GREY, pluralize(n_others, "other value")])
    if missing:
        class_of[""] = len(steps)
        steps.append(_NOT_KNOWN)
    return np.array([class_of[text] for text in texts], dtype=np.uint8)[numbers], steps
