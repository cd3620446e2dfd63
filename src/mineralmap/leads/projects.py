"""The initiative that a headline belongs to: the rows of the tables compared with its words.

For each initiative the words of its title, its events and their pages are counted. A headline is near to it
by the rare words that both have, by what both name (companies, countries, states, places), by what happens
and by the days between it and the nearest event. What each weighs is in ``data/codebook/signals.csv``,
group ``match``.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from .. import data
from ..attestation import tells
from ..frames import is_missing
from .signals import Signals, numbers, shipped_signals

#: How much a word counts by where it is.
_TITLE, _SUMMARY, _EVENT, _EVENT_SUMMARY, _CODE = 3.0, 1.0, 2.0, 0.7, 1.5
#: A word that no initiative has says as much as one that a single one has.
_UNKNOWN = 5.5
#: A word said often says little more than one said a few times, less so where much is said (BM25).
_SATURATION, _LENGTH, _USUAL_LENGTH = 2.0, 0.3, 120.0
#: So many initiatives, those with the most words in common, are compared in full.
_CANDIDATES = 40
_GROUPS = ("actor", "country", "state", "place", "act")


@dataclass(frozen=True, slots=True)
class _Event:
    event_id: str
    day: pd.Timestamp
    words: dict[str, float]
    lines: tuple[frozenset[str], ...]  # of its title and of each page


@dataclass(frozen=True, slots=True)
class _Project:
    type: str
    title: frozenset[str]
    own: dict[str, float]
    events: tuple[_Event, ...]

    def words(self, without: Collection[str] = ()) -> dict[str, float]:
        """Return how much each word counts, without some of the events."""
        words = dict(self.own)
        for event in self.events:
            if event.event_id not in without:
                for word, weight in event.words.items():
                    words[word] = words.get(word, 0.0) + weight
        return words


@dataclass(frozen=True, slots=True)
class Match:
    """An initiative that a headline may belong to: its points, and the rarest words that both have."""

    initiative_id: str
    points: float
    common: tuple[str, ...]


def _count(into: dict[str, float], words: Iterable[str], weight: float) -> None:
    for word in words:
        into[word] = into.get(word, 0.0) + weight


_RELEASE = re.compile(r"[?&]PRID=(\d+)", re.IGNORECASE)


def address(url: str) -> str:
    """Return an address as it is compared: no scheme, no "www.", no query; a release of PIB by its number."""
    host, _, path = url.partition("://")[2].partition("/")
    release = _RELEASE.search(path)
    if release and host.endswith("pib.gov.in"):
        return f"pib {release[1]}"
    return f"{host.removeprefix('www.')}/{re.split('[?#]', path)[0].rstrip('/')}".casefold()


def _known_pages() -> dict[str, dict[str, str]]:
    """Return address -> initiative -> event that the page tells of, what it reports first."""
    events = data.shipped("events")[["event_id", "initiative_id"]]
    links = data.shipped("event_sources").merge(data.shipped("sources")[["source_id", "url"]], on="source_id")
    links = links.merge(events, on="event_id")
    links = links.assign(beside=links["role"] != "reports").sort_values("beside", kind="stable")
    found: dict[str, dict[str, str]] = {}
    for url, initiative, event in zip(links["url"], links["initiative_id"], links["event_id"], strict=True):
        found.setdefault(address(url), {}).setdefault(initiative, event)
    return found


def _of(group: str, words: Iterable[str]) -> set[str]:
    return {word for word in words if word.startswith(f"{group}:")}


def _share(part: set[str], whole: set[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


class Projects:
    """All initiatives, ready to be compared with a headline."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        pages = tells(data.shipped("event_sources")).merge(data.shipped("sources"), on="source_id")
        titles = pages.dropna(subset=["title"]).groupby("event_id")["title"].agg(list).to_dict()
        events: dict[str, list[_Event]] = {}
        for row in data.shipped("events").itertuples():
            event = self._event(row, titles.get(row.event_id, []))
            events.setdefault(str(row.initiative_id), []).append(event)
        self._projects = {
            str(row.initiative_id): self._project(row, tuple(events.get(str(row.initiative_id), ())))
            for row in data.shipped("initiatives").itertuples()
        }
        self._words = {key: one.words() for key, one in self._projects.items()}
        self._having: dict[str, list[str]] = {}
        for key, words in self._words.items():
            for word in words:
                self._having.setdefault(word, []).append(key)
        total = len(self._projects)
        self._rarity = {
            word: math.log(1 + (total - len(keys) + 0.5) / (len(keys) + 0.5))
            for word, keys in self._having.items()
        }
        self._acts = self._act_shares()
        self._pages = _known_pages()

    def _project(self, row: Any, events: tuple[_Event, ...]) -> _Project:
        own: dict[str, float] = {}
        # The id is a short name of its own.
        title = self._signals.words(row.title) | self._signals.words(row.initiative_id.replace("-", " "))
        _count(own, title, _TITLE)
        _count(own, self._signals.words("" if is_missing(row.summary) else row.summary), _SUMMARY)
        _count(own, (f"actor:{one}" for one in row.lead_actors), _CODE)
        return _Project(str(row.type), title, own, events)

    def _event(self, row: Any, pages: list[str]) -> _Event:
        words: dict[str, float] = {}
        lines = tuple(self._signals.words(line) for line in (row.title, *pages))
        for line in lines:
            _count(words, line, _EVENT)
        _count(words, self._signals.words("" if is_missing(row.summary) else row.summary), _EVENT_SUMMARY)
        for group, codes in (("state", row.states), ("country", row.partners), ("actor", row.actors)):
            _count(words, (f"{group}:{code}" for code in codes), _CODE)
        _count(words, self._signals.words("" if is_missing(row.place_name) else row.place_name), _CODE)
        return _Event(str(row.event_id), row.date, words, lines)

    def _act_shares(self) -> dict[str, dict[str, float]]:
        """Return type of initiative -> act -> how much more often its headlines tell it than all do (log)."""
        by_type: dict[str, Counter[str]] = {}
        for project in self._projects.values():
            counts = by_type.setdefault(project.type, Counter())
            for event in project.events:
                counts.update(word for line in event.lines for word in _of("act", line))
                counts["all"] += len(event.lines)
        whole = sum(by_type.values(), Counter())
        usual = {act: whole[act] / whole["all"] for act in whole if act != "all"}
        return {
            kind: {
                # As if two more had been told in the usual way: a type of few events says little.
                act: math.log((counts[act] + 2 * share) / (counts["all"] + 2) / share)
                for act, share in usual.items()
            }
            for kind, counts in by_type.items()
        }

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._rarity.get(word, _UNKNOWN) for word in words)

    def features(
        self, words: frozenset[str], day: pd.Timestamp | None, key: str, without: Collection[str] = ()
    ) -> dict[str, float]:
        """Return what a headline and an initiative have in common, by the names of the group ``match``."""
        project = self._projects[key]
        there = project.words(without) if without else self._words[key]
        common = [word for word in words if word in there]
        whole = self._weight(words) or 1.0
        drag = _SATURATION * (1 - _LENGTH + _LENGTH * sum(there.values()) / _USUAL_LENGTH)
        said = sum(self._rarity[w] * there[w] * (_SATURATION + 1) / (there[w] + drag) for w in common)
        named = {group: _of(group, words) for group in _GROUPS}
        title = {group: _of(group, project.title) for group in ("country",)}

        def strange(group: str) -> float:
            """Return which part of what the headline names of a group the initiative has not."""
            return _share(named[group] - there.keys(), named[group]) if _of(group, there) else 0.0

        gaps = (
            [abs((day - one.day).days) for one in project.events if one.event_id not in without]
            if day
            else []
        )
        acts = self._acts[project.type]
        return {
            "words": said / whole,
            "covered": self._weight(common) / whole,
            "title": self._weight(word for word in common if word in project.title) / 5,
            "title_missing": _share(set(project.title - words), set(project.title)),
            **{
                group: self._weight(named[group] & there.keys()) / 5
                for group in ("actor", "country", "place")
            },
            "other_country": strange("country"),
            "other_state": strange("state"),
            "country_missing": _share(title["country"] - words, title["country"]),
            "act": sum(acts.get(word, 0.0) for word in named["act"]),
            "near_month": math.exp(-min(gaps) / 30) if gaps else 0.0,
        }

    def points(self, features: dict[str, float]) -> float:
        """Return the points of a pair."""
        weights = numbers("match")
        return sum(weights[name] * value for name, value in features.items())

    def nearest(
        self,
        words: frozenset[str],
        day: pd.Timestamp | None = None,
        *,
        count: int = 3,
        without: Collection[str] = (),
    ) -> list[Match]:
        """Return the initiatives that a headline may belong to, the likeliest first.

        Parameters
        ----------
        words : frozenset of str
            As from `Signals.words`.
        day : Timestamp, optional
            Of the page.
        count : int, default 3
            So many.
        without : collection of str
            Ids of events to leave out, for measuring.
        """
        overlap: dict[str, float] = {}
        for word in words:
            _count(overlap, self._having.get(word, ()), self._rarity.get(word, 0.0))
        found = []
        for key in heapq.nlargest(_CANDIDATES, overlap, key=overlap.__getitem__):
            found.append((self.points(self.features(words, day, key, without)), key))
        return [Match(key, points, self._common(words, key)) for points, key in heapq.nlargest(count, found)]

    def _common(self, words: frozenset[str], key: str) -> tuple[str, ...]:
        shared = sorted(words & self._words[key].keys(), key=lambda word: (-self._rarity[word], word))
        return tuple(shared[:4])

    def page(self, url: str) -> dict[str, str]:
        """Return initiative -> event of a page that the tables have, by its address; nothing if none."""
        return self._pages.get(address(url), {}) if url else {}

    def told(self, words: frozenset[str], day: pd.Timestamp | None, key: str) -> str | None:
        """Return the event of an initiative that a headline tells again, or None.

        It is told again if most of the weight of the words is that of the event's title or of one of its
        pages, and the page is not far from its day.
        """
        limits, best = numbers("score"), (0.0, "")
        for event in self._projects[key].events:
            if day is not None and abs((day - event.day).days) > limits["same_event_days"]:
                continue
            for line in event.lines:
                weight = self._weight(words & line)
                alike = weight / math.sqrt((self._weight(words) or 1) * (self._weight(line) or 1))
                best = max(best, (alike, event.event_id))
        return best[1] if best[0] >= limits["same_event"] else None


@cache
def shipped_projects() -> Projects:
    """Return the initiatives of the shipped tables."""
    return Projects(shipped_signals())
