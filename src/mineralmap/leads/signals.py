"""What a headline says by the words of the codebook: subjects, places, companies, acts, and its score.

The words and what they weigh are rows of ``data/codebook/signals.csv``, the names of the vocabularies of
states, countries and places, and those of the table of actors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from .. import codebook, data
from ..frames import is_missing
from ..text import fold

_PLACES = ("state", "country", "place")


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the codebook found in a headline."""

    group: str  # as of `codebook.Signal`, or place, or actor
    code: str
    weight: float
    means: tuple[str, ...]
    term: str
    field: str = "title"

    @property
    def token(self) -> str:
        """How headlines that name the same thing by other words are compared."""
        return f"{self.group}:{self.code}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A headline with its score, what counts in it, and the words by which it is compared."""

    score: float
    hits: tuple[Hit, ...]
    words: frozenset[str]

    def codes(self, group: str) -> tuple[str, ...]:
        """Return the codes of one group that the headline names."""
        return tuple(dict.fromkeys(hit.code for hit in self.hits if hit.group == group))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return a word as it is compared: without the ending of a plural."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "su" else word


def _stems(text: str) -> list[str]:
    return [stem(word) for word in fold(text).split()]


@cache
def numbers(group: str) -> dict[str, float]:
    """Return the numbers of the rules, by name: group ``score`` or ``match`` of the signals."""
    return {one.code: one.weight for one in codebook.signals() if one.group == group}


@cache
def empty_words() -> frozenset[str]:
    """Return the words that tell nothing of a headline."""
    return frozenset(stem(term) for one in codebook.signals() if one.group == "empty" for term in one.terms)


def _named() -> Iterator[tuple[str, Hit]]:
    """Yield every term with what it says: the signals, the names of places, those of actors."""
    points, ignored = numbers("score"), set()
    for one in codebook.signals():
        if one.group == "ignore":
            ignored = {fold(term) for term in one.terms}
        elif one.terms and one.group != "empty":
            weight = one.weight or points.get(one.group, 0.0)
            yield from ((term, Hit(one.group, one.code, weight, one.means, term)) for term in one.terms)
    weights = {(one.group, one.code): one.weight for one in codebook.signals() if one.weight}
    taken = ignored | {"india"}
    for group in _PLACES:
        for code, entry in codebook.vocabulary(group).items():
            names = [name for name in (entry.label, *entry.other_names) if len(name) > 3]
            weight = weights.get((group, code), points[group])
            means = (entry.family,) if group == "place" and entry.family else ()
            for name in names:
                if fold(name) not in taken:
                    yield name, Hit(group, code, weight, means, name)
            taken |= {fold(name) for name in names} if group != "place" else set()
    actors = data.shipped("actors")
    rows = zip(actors["actor_id"], actors["name"], actors["other_names"], actors["country"], strict=True)
    for actor_id, name, others, country in rows:
        home = () if is_missing(country) else (str(country),)
        for one in (name, *others):
            if len(fold(one)) > 2 and fold(one) not in taken:
                yield one, Hit("actor", actor_id, points["actor"], home, one)


@dataclass(frozen=True, slots=True)
class _Term:
    words: tuple[str, ...]
    hits: list[Hit]
    exact: re.Pattern[str] | None  # in capitals alone: "UP" is a state, "up" is not


class Signals:
    """All terms, ready to be found."""

    def __init__(self, named: Iterable[tuple[str, Hit]]) -> None:
        self._latin: dict[str, list[_Term]] = {}
        self._others: list[tuple[str, Hit]] = []
        terms: dict[tuple[str, ...], _Term] = {}
        for text, hit in named:
            words = tuple(stem(word) for word in fold(text).split())
            # Scripts that put no blanks between words are searched sign by sign.
            if not words or not all(word.isascii() for word in words):
                self._others.append((text, hit))
            elif words in terms:
                terms[words].hits.append(hit)
            else:
                capitals = text.isupper() and text.isascii() and len(text) < 5
                exact = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)") if capitals else None
                terms[words] = _Term(words, [hit], exact)
        for term in sorted(terms.values(), key=lambda term: -len(term.words)):
            self._latin.setdefault(term.words[0], []).append(term)
        self._subjects = {
            term.words[0] for term in terms.values() if any(hit.group == "subject" for hit in term.hits)
        }
        self._other_subjects = [term for term, hit in self._others if hit.group == "subject"]

    def find(self, text: str, words: list[str] | None = None) -> tuple[list[Hit], list[str]]:
        """Return what a text names, the longest names first where they overlap, and its other words."""
        words, at = _stems(text) if words is None else words, 0
        hits: list[Hit] = []
        rest: list[str] = []
        while at < len(words):
            length = 1
            for term in self._latin.get(words[at], ()):
                length = len(term.words)
                if (length == 1 or tuple(words[at : at + length]) == term.words) and (
                    term.exact is None or term.exact.search(text)
                ):
                    hits += term.hits
                    # What a thing is called is compared, too: "magnet plant" is a plant.
                    rest += words[at : at + length] if term.hits[0].group not in _PLACES else []
                    break
            else:
                length = 1
                rest.append(words[at])
            at += length
        if not text.isascii():
            hits += [hit for term, hit in self._others if term in text]
        return hits, rest

    def words(self, text: str) -> frozenset[str]:
        """Return the words by which a text is compared: what it names, and its other words."""
        hits, rest = self.find(text)
        return _compared(hits, rest)

    def judge(self, title: str, text: str = "") -> Judged | None:
        """Return a headline with its score; None if it names no subject."""
        words, more_words = _stems(title), _stems(text)
        # Most headlines have no word with which a subject begins: no more is asked of them.
        if (
            self._subjects.isdisjoint(words)
            and self._subjects.isdisjoint(more_words)
            and not any(term in title or term in text for term in self._other_subjects)
        ):
            return None
        hits, rest = self.find(title, words)
        more = self.find(text, more_words)[0]
        if not any(hit.group == "subject" for hit in (*hits, *more)):
            return None
        share = numbers("score")["text"]
        found: dict[tuple[str, str], Hit] = {}
        for hit in (
            *hits,
            *(Hit(one.group, one.code, one.weight * share, one.means, one.term, "text") for one in more),
        ):
            known = found.get((hit.group, hit.code))
            if known is None or abs(hit.weight) > abs(known.weight):
                found[hit.group, hit.code] = hit
        counted = tuple(found.values())
        # What happens is told in the title; a summary has much beside it.
        named = (hit for hit in counted if hit.field == "title" or hit.group != "act")
        return Judged(_score(counted), counted, _compared(named, rest))


def _compared(hits: Iterable[Hit], rest: Iterable[str]) -> frozenset[str]:
    empty = empty_words()
    return frozenset((*(hit.token for hit in hits), *(word for word in rest if word not in empty)))


def _score(hits: tuple[Hit, ...]) -> float:
    """Return the points: the best subjects, tie, country and act, less what speaks against it."""
    best: dict[str, list[float]] = {}
    for hit in hits:
        best.setdefault(hit.group, []).append(hit.weight)
    subjects = sorted(best["subject"], reverse=True)
    ties = [max(best[group]) for group in ("tie", "state", "place", "actor") if group in best]
    score = subjects[0] + sum(subjects[1:2]) / 2 + max(ties, default=0.0)
    # A state and a company say more than either alone.
    named = sum(group in best for group in ("state", "place", "actor"))
    score += 0.5 * max(named - 1, 0) + max(best.get("country", [0.0]))
    acts = best.get("act", [0.0])
    return score + max(acts) + 0.25 * (len(acts) > 1) + sum(best.get("against", ()))


@cache
def shipped_signals() -> Signals:
    """Return the signals of the codebook and the shipped names."""
    return Signals(_named())
