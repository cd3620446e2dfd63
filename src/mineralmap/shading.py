"""What shades the states of a map, and the sentence that titles it: for maps and figures alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pandas as pd

from . import codebook, style
from .errors import check_option
from .frames import cell_text, is_missing
from .stages import INACTIVE_YEARS, LADDER
from .text import join_words, pluralize

__all__ = [
    "MAIN_SCOPE",
    "Shading",
    "finding",
    "india_title",
    "initiative_shading",
    "monazite_shading",
    "monazite_split",
    "named_and_running",
    "number_shading",
    "projects",
    "titles_by_day",
]

#: The scope that the map is about; others are drawn beside it.
MAIN_SCOPE = codebook.codes("scope", "main")[0]
#: Upper bounds of the classes below the highest one: monazite in Mt, number of initiatives.
_MONAZITE_BOUNDS = (0.5, 1.5, 2.0, 3.0)
_COUNT_BOUNDS = (1, 3, 6, 10)


@dataclass(frozen=True)
class Shading:
    """How the states of a map are filled, and what that means.

    Attributes
    ----------
    fills : dict
        Code of a state -> colour; a state that is not among them stays white.
    labels : dict
        Code of a state -> a few words for the tooltip.
    figures : dict
        Code of a state -> list of dicts (``text, url, publisher``) for the pop-up.
    key : dict
        ``title``, ``steps`` (a list of colour and words, white first) and ``note``.
    unlisted : str
        The words for a state without a fill.
    bounds : tuple of int
        Upper bounds of the classes where the fill counts initiatives, and so follows the day.
    """

    fills: dict[str, str]
    labels: dict[str, str]
    figures: dict[str, list[dict[str, str]]]
    key: dict[str, Any]
    unlisted: str
    bounds: tuple[int, ...] = field(default=())


def monazite_split(monazite: pd.DataFrame, as_of: str | None = None) -> pd.DataFrame:
    """Return the rows of an estimate whose source splits the national total over all states.

    Parameters
    ----------
    monazite : DataFrame
        As from `mineralmap.load_monazite`.
    as_of : str, optional
        Date of the estimate as in the table; the newest one with a complete split if left out.

    Returns
    -------
    DataFrame
        The rows of the states and that of the whole country (``IN``); empty if there are none.
    """
    complete = monazite[monazite["split_in_source"] == "complete"]
    wanted = complete["as_of"].max() if as_of is None else as_of
    return complete[complete["as_of"] == wanted]


def monazite_shading(monazite: pd.DataFrame) -> Shading:
    """Return the shading of the states by monazite in situ (Mt), as of the newest complete split.

    Parameters
    ----------
    monazite : DataFrame
        As from `mineralmap.load_monazite`.
    """
    figures: dict[str, list[dict[str, str]]] = {}
    of_states = monazite[(monazite["state_iso"] != "IN") & monazite["monazite_mt"].notna()]
    of_states = of_states.sort_values(["state_iso", "as_of"])
    for row in of_states.itertuples():
        text = f"Monazite in situ, {row.as_of[:4]}: {row.monazite_mt:g} Mt"
        text += "." if pd.isna(row.total_mt_in_source) else f" of {row.total_mt_in_source:g} Mt in India."
        figure = {
            "text": text,
            "url": row.source_url,
            "publisher": cell_text(row.source_publisher) or "source",
        }
        figures.setdefault(row.state_iso, []).append(figure)
    split = monazite_split(monazite)
    year = "" if split.empty else split["as_of"].iloc[0][:4]
    tonnes = split[split["state_iso"] != "IN"].set_index("state_iso")["monazite_mt"].dropna()
    largest = tonnes.max() if len(tonnes) else 0.0
    bounds = (*_MONAZITE_BOUNDS, max(_MONAZITE_BOUNDS[-1] + 1, math.ceil(largest)))
    words = [f"up to {bounds[0]:g}", *(f"over {low:g} to {high:g}" for low, high in pairwise(bounds))]
    return Shading(
        fills={code: _class_colour(mt, bounds) for code, mt in tonnes.items()},
        labels={code: f"monazite {mt:g} Mt ({year})" for code, mt in tonnes.items()},
        figures=figures,
        key={
            "title": f"Monazite in situ, million tonnes, {year}".removesuffix(", "),
            "steps": _steps("not in the list", words),
            "note": _monazite_note(monazite, split, year),
        },
        unlisted="no monazite listed",
    )


def _monazite_note(monazite: pd.DataFrame, split: pd.DataFrame, year: str) -> str:
    """Return the note that says how old the split is, and what the newest national total is."""
    notes = []
    if year:
        total = split.loc[split["state_iso"] == "IN", "monazite_mt"].dropna()
        whole = f" ({total.iloc[0]:g} Mt)" if len(total) else ""
        notes.append(f"{year} is the last year with a full split by state{whole}.")
    national = monazite[(monazite["state_iso"] == "IN") & monazite["monazite_mt"].notna()].sort_values(
        "as_of"
    )
    if len(national):
        newest = national.iloc[-1]
        notes.append(f"National total in {newest['as_of'][:4]}: {newest['monazite_mt']:g} Mt.")
    return " ".join(notes)


def initiative_shading(initiatives: pd.DataFrame) -> Shading:
    """Return the shading of the states by the number of rare-earth projects that name them.

    Parameters
    ----------
    initiatives : DataFrame
        As from `mineralmap.load_initiatives`.
    """
    main = projects(initiatives)
    counts = {code: int(n) for code, n in main["states"].explode().dropna().value_counts().items()}
    bounds = (*_COUNT_BOUNDS, max(_COUNT_BOUNDS[-1] + 1, *counts.values(), 0))
    lows = [1, *(bound + 1 for bound in bounds[:-1])]
    words = [f"{high}" if low == high else f"{low} to {high}" for low, high in zip(lows, bounds, strict=True)]
    return Shading(
        fills={code: _class_colour(n, bounds) for code, n in counts.items()},
        labels={code: pluralize(n, "rare-earth project") for code, n in counts.items()},
        figures={},
        key={
            "title": "Rare-earth projects that name the state",
            "steps": _steps("none in the tables", words),
            "note": "A project that names several states counts in each; laws and dialogues do not. "
            "None in the tables is no proof of none.",
        },
        unlisted="no rare-earth project in the tables",
        bounds=bounds,
    )


def number_shading(
    values: pd.Series, name: str, *, unit: str = "", classing: str | Sequence[float] = "quantiles"
) -> Shading:
    """Return the shading by numbers of one's own, in at most five classes.

    Parameters
    ----------
    values : Series
        Numbers by code of a state or district; a missing one stays white.
    name : str
        What is shaded.
    unit : str
        Its unit.
    classing : {"quantiles", "equal"} or sequence of float
        Classes of about equal count, of equal width, or the upper bounds of the classes.

    Raises
    ------
    ValueError
        If it holds no number, or the bounds are not one to five rising numbers that reach the largest.
    """
    numbers = pd.to_numeric(values, errors="coerce")
    if len(strange := values[numbers.isna() & values.notna()]):
        raise ValueError(f"shade must hold numbers; got {strange.iloc[0]!r} for {strange.index[0]}")
    known = numbers.replace([np.inf, -np.inf], np.nan).dropna().astype(float)
    if known.empty:
        raise ValueError("shade holds no number: give a Series of numbers by code")
    bounds = _bounds(known.to_numpy(), classing)
    lows = [float(known.min()), *bounds[:-1]]
    words = [f"over {_plain(low)} to {_plain(high)}" for low, high in zip(lows, bounds, strict=True)]
    # The lowest class has both of its ends, and one number alone has no range.
    words[0] = words[0].removeprefix("over ") if lows[0] < bounds[0] else _plain(bounds[0])
    after = f" {unit}" if unit else ""
    return Shading(
        fills={code: _class_colour(value, bounds) for code, value in known.items()},
        labels={code: f"{name}: {_plain(value)}{after}" for code, value in known.items()},
        figures={},
        key={"title": f"{name}, {unit}".removesuffix(", "), "steps": _steps("no value", words), "note": ""},
        unlisted=f"{name}: no value",
    )


def _plain(value: float) -> str:
    # No exponents: "3,800,000", not "3.8e+06".
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.5g}"


def _bounds(values: Any, classing: str | Sequence[float]) -> list[float]:
    """Return the upper bounds of the classes; the last one is the largest value or above it."""
    most = len(style.RAMP)
    if isinstance(classing, str):
        check_option("classing", classing, ("quantiles", "equal"))
        shares = np.arange(1, most + 1) / most
        if classing == "quantiles":
            edges = np.quantile(values, shares, method="inverted_cdf")
        else:
            edges = values.min() + shares * (values.max() - values.min())
        edges[-1] = values.max()  # rounding may leave it just below
        return [float(edge) for edge in np.unique(edges)]
    try:
        bounds = [float(bound) for bound in classing]
    except (TypeError, ValueError):
        bounds = []
    rising = all(low < high for low, high in pairwise(bounds))
    if not (0 < len(bounds) <= most and rising and bounds[-1] >= values.max()):
        raise ValueError(
            f"classing must be 'quantiles', 'equal' or one to {most} rising upper bounds, the last at least "
            f"{values.max():g}; got {classing!r}"
        )
    return bounds


def _class_colour(value: float, bounds: Sequence[float]) -> str:
    fewer = len(style.RAMP) - len(bounds)
    return style.RAMP[fewer + next(at for at, bound in enumerate(bounds) if value <= bound)]


def _steps(none: str, words: Sequence[str]) -> list[list[str]]:
    colours = style.RAMP[-len(words) :] if len(words) < len(style.RAMP) else style.RAMP
    return [[style.NONE_NAMED, none], *([colour, text] for colour, text in zip(colours, words, strict=True))]


def finding(initiatives: pd.DataFrame, partners: pd.DataFrame) -> str:
    """Return the sentence that titles the map of the given initiatives.

    It names the partner countries of the rare-earth projects that operate by the last report, and the year
    in which that was last confirmed.

    Parameters
    ----------
    initiatives : DataFrame
        As from `mineralmap.load_initiatives`, or the rows of `mineralmap.stages.versions` for the
        rare-earth initiatives on one day.
    partners : DataFrame
        As from `mineralmap.load_partners`.
    """
    main = projects(initiatives)
    return finding_of(main.itertuples(), dict(zip(partners["iso3"], partners["name"], strict=True)))


def india_title(items: Iterable[Any], day: pd.Timestamp) -> str:
    """Return the title of the map of India: how many projects there are on a day, and how many run.

    Parameters
    ----------
    items : iterable
        Rows of the rare-earth projects, with ``stage, states`` and ``last_confirmed``.
    day : Timestamp
        The day.
    """
    number, running = named_and_running(items, day)
    return f"{pluralize(number, 'rare-earth project')} in India: {running}"


def named_and_running(
    items: Iterable[Any], day: pd.Timestamp, codes: AbstractSet[str] | None = None
) -> tuple[int, str]:
    """Return how many of the projects name one of the states, and in words how many of these operate."""
    named = [item for item in items if codes is None or not codes.isdisjoint(item.states)]
    running = [item for item in named if item.stage == LADDER[-1]]
    stale = sum(not _lapse(item.last_confirmed) > day for item in running)
    lapsed = f", {stale} of them unconfirmed for two years" if stale else ""
    return len(named), f"{len(running) or 'none'} operating{lapsed}"


@lru_cache(maxsize=1024)  # the titles of all days ask for the same few days
def _lapse(confirmed: Any) -> pd.Timestamp:
    """Return the day from which on what was confirmed is so no more; missing if it never was."""
    return pd.Timestamp(confirmed) + pd.DateOffset(years=INACTIVE_YEARS)


def projects(initiatives: pd.DataFrame) -> pd.DataFrame:
    """Return the rare-earth projects in India; rows without a scope or a group are kept as they are."""
    for name, wanted in (("scope", MAIN_SCOPE), ("group", "project")):
        if name in initiatives.columns:
            initiatives = initiatives[initiatives[name] == wanted]
    return initiatives


def finding_of(rows: Iterable[Any], names: dict[str, str]) -> str:
    """Return the sentence of `finding` for rows with ``stage, partners`` and ``last_confirmed``."""
    running = [row for row in rows if row.stage == "operating" and row.partners]
    countries = sorted({names.get(code, code) for row in running for code in row.partners})
    if not countries:
        return "No partner country has a rare-earth project that is reported to run in India"
    days = [row.last_confirmed for row in running if not is_missing(row.last_confirmed)]
    confirmed = f"last confirmed in {max(days).year}" if days else "never confirmed"
    if len(countries) == 1:
        only = f"{countries[0]} is the only partner with a rare-earth project reported to run in India"
        return f"{only}, {confirmed}"
    return f"{join_words(countries)} have rare-earth projects reported to run in India, {confirmed}"


def titles_by_day(
    versions: pd.DataFrame,
    sentence: Callable[[list[Any], pd.Timestamp], str],
    until: pd.Timestamp | None = None,
) -> list[tuple[pd.Timestamp, str]]:
    """Return the title as of each day on which it changes.

    Parameters
    ----------
    versions : DataFrame
        As from `mineralmap.stages.versions`, of the initiatives that the title is about.
    sentence : callable
        Makes the title of the versions that hold on a day, and that day: a named tuple with
        ``initiative_id, stage, states, partners, last_confirmed`` per initiative.
    until : Timestamp, optional
        The last day; that of the newest version if left out.

    Returns
    -------
    list of tuple
        The first day of each title, and the title. The first one holds before all others.
    """
    titles = [(pd.Timestamp.min, sentence([], pd.Timestamp.min))]
    latest: dict[str, Any] = {}
    columns = ["from_day", "initiative_id", "stage", "states", "partners", "last_confirmed"]
    of_day = {
        day: list(rows)
        for day, rows in groupby(
            versions[columns].sort_values(columns[:2]).itertuples(), key=lambda row: row.from_day
        )
    }
    # What was confirmed to run is unconfirmed after two years, though nothing happens on that day.
    running = versions.loc[versions["stage"] == "operating", "last_confirmed"].dropna()
    lapses = running + pd.DateOffset(years=INACTIVE_YEARS)
    last = versions["from_day"].max() if until is None else until
    for day in sorted({*of_day, *lapses[lapses <= last]}):
        latest.update({row.initiative_id: row for row in of_day.get(day, ())})
        title = sentence([latest[key] for key in sorted(latest)], day)
        if title != titles[-1][1]:
            titles.append((day, title))
    return titles
