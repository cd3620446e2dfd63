"""One search over all that a person looks up: projects, actors, places, events, pages.

Words are compared as in `mineralmap.text.fold`; other names and spellings come from the codebook and the
table of actors, as in the search of the maps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from . import codebook, data
from .cells import LISTS, Column
from .claims.evidence import Evidence
from .errors import unknown_name
from .frames import cell_text, is_missing, union_tuples
from .stages import Day, as_date
from .text import fold, near_words

__all__ = ["search"]

#: What is searched, in the order in which equally good rows are shown; the states are in the codebook.
TABLES = (
    "initiatives",
    "actors",
    "facilities",
    "deposits",
    "partners",
    "states",
    "ports",
    "claims",
    "events",
    "sources",
)
COLUMNS = ("table", "id", "title", "column", "excerpt", "initiative_ids", "url", "date")
_TITLES = ("title", "name", "text")
#: Vocabularies whose words a reader types; those of the others ("high", "town") are in every second row.
_TYPED = ("state", "country", "bloc", "segment", "type", "kind", "actor_kind", "source_kind")
_PASSED_OVER = ("confirmed_by", "disputed", "coord_source", "source_date", "bloc_sources")
#: How well a cell matches: it is what was asked for, a word begins so, it is inside, all words are there.
_EXACT, _BEGINS, _INSIDE, _SCATTERED = range(4)
_EXCERPT = 140


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell that is searched: its column, its text, and its entries as they are compared."""

    column: str
    text: str
    folded: tuple[str, ...]
    is_title: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row that can be found."""

    table: str
    id: str
    title: str
    cells: tuple[_Cell, ...]
    initiative_ids: tuple[str, ...]
    url: str
    date: str
    words: str  # all cells as they are compared: most rows are passed over by one look at it


def search(
    query: str,
    *,
    tables: str | Iterable[str] | None = None,
    as_of: Day | None = None,
    limit: int | None = 50,
) -> pd.DataFrame:
    """Search all tables that a person looks things up in.

    Parameters
    ----------
    query : str
        One word or several; of several each must be in the row. Small letters, accents and hyphens make no
        difference, and other names and spellings of the tables are understood: ``"Vizag"`` finds
        Visakhapatnam, ``"Orissa"`` finds Odisha, ``"NFTDC"`` the full name.
    tables : str or iterable of str, optional
        Only these: initiatives, actors, facilities, deposits, partners, states, ports, claims, events,
        sources.
    as_of : str or date, optional
        Only what was known on this day: events that are certain by then, pages and rows whose page carries
        a date up to it.
    limit : int or None, default 50
        At most so many rows; all of them if None.

    Returns
    -------
    DataFrame
        One row per row found, best first: a name that is the query, one in which a word begins with it, one
        that has it inside; then the other cells in the same order. ``table, id, title, column`` (where it
        was found), ``excerpt, initiative_ids`` (tuple: the initiatives it belongs to), ``url`` (of the row's
        page; of an event or initiative the first of its newest event), ``date`` (text: a year, a month or a
        day). ``attrs["found"]`` is the number of rows found, ``attrs["near"]`` lists near words where a
        single word finds nothing.

    Raises
    ------
    ValueError
        If the query has no letter or digit, ``as_of`` is not a date, or ``limit`` is below 1.
    UnknownNameError
        If there is no such table.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.search("Orissa", tables="states")[["id", "title"]].to_dict("list")
    {'id': ['IN-OD'], 'title': ['Odisha']}
    >>> mm.search("Toyotta").attrs["near"][0]
    'Toyota'
    """
    words = fold(query).split() if isinstance(query, str) else []
    if not words:
        raise ValueError(f"a search needs a word; got {query!r}")
    if limit is not None and limit < 1:
        raise ValueError(f"limit must be at least 1, or None; got {limit!r}")
    chosen = [tables] if isinstance(tables, str) else TABLES if tables is None else list(tables)
    for name in chosen:
        if name not in TABLES:
            raise unknown_name("table to search", name, TABLES)
    entries, spellings = _index(None if as_of is None else as_date(as_of))
    phrase, terms = _alternatives(" ".join(words), spellings), _terms(words, spellings)
    hits = [
        (rank, entry, columns, excerpt)
        for entry in entries
        if entry.table in chosen and (hit := _match(entry, phrase, terms))
        for rank, columns, excerpt in [hit]
    ]
    # Newest first among rows that are equally good.
    hits.sort(key=lambda hit: hit[1].id)
    hits.sort(key=lambda hit: hit[1].date, reverse=True)
    hits.sort(key=lambda hit: (hit[0], TABLES.index(hit[1].table)))
    rows = [
        (
            one.table,
            one.id,
            one.title,
            columns,
            excerpt,
            one.initiative_ids,
            one.url or None,
            one.date or None,
        )
        for _, one, columns, excerpt in hits[:limit]
    ]
    text = dict.fromkeys(COLUMNS, "str") | {"initiative_ids": "object"}
    found = pd.DataFrame(rows, columns=list(COLUMNS)).astype(text)
    found.attrs = {"found": len(hits)}
    if not hits and len(words) == 1:
        found.attrs["near"] = _near(words[0], entries)
    return found


# ------------------------------------------------------------------------------------------ the comparison


def _is_short(term: str) -> bool:
    """Tell whether a term is no more than a code or a symbol, which is in too many words."""
    return all(len(word) < 4 for word in term.split())


def _alternatives(term: str, spellings: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what is looked for: the term as typed, and other spellings of the same thing."""
    others = tuple(one for one in spellings.get(term, ()) if one != term and not _is_short(one))
    # A code counts by itself only where it means nothing else.
    return others if others and _is_short(term) else (term, *others)


def _terms(words: list[str], spellings: dict[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the terms of a query: the longest runs of words that are a name, else single words."""
    terms, at = [], 0
    while at < len(words):
        ends = range(len(words), at, -1)
        end = next((end for end in ends if " ".join(words[at:end]) in spellings), at + 1)
        terms.append(_alternatives(" ".join(words[at:end]), spellings))
        at = end
    return terms


def _level(cell: _Cell, term: tuple[str, ...]) -> int | None:
    """Return how well a cell matches a term, the lower the better; None if it does not."""
    if any(one in cell.folded for one in term):
        return _EXACT
    # A letter by itself begins every tenth word, so it must be one.
    begins = [f" {one} " if len(one) == 1 else f" {one}" for one in term]
    if any(one in f" {text} " for text in cell.folded for one in begins):
        return _BEGINS
    # Only what was typed: "auction" for "bid" is no part of a word.
    inside = not _is_short(term[0]) and any(term[0] in text for text in cell.folded)
    return _INSIDE if inside else None


def _match(
    entry: _Entry, phrase: tuple[str, ...], terms: list[tuple[str, ...]]
) -> tuple[tuple[bool, bool, int], str, str] | None:
    """Return (rank, columns, excerpt) of a row that has all terms; the lower the rank the better."""
    there = [any(one in entry.words for one in term) for term in (phrase, *terms)]
    if not there[0] and not all(there[1:]):
        return None
    best: tuple[tuple[bool, bool, int], str, str] | None = None
    places: dict[int, _Cell] = {}
    for cell in entry.cells:
        levels = [_level(cell, term) for term in terms]
        for number, found in enumerate(levels):
            if found is not None:
                places.setdefault(number, cell)
        level = _level(cell, phrase)
        if level is not None or None not in levels:
            rank = (False, not cell.is_title, _SCATTERED if level is None else level)
            if best is None or rank < best[0]:
                best = rank, cell.column, _excerpt(cell.text, terms[0])
    if best is None and len(places) == len(terms):
        cells = list(dict.fromkeys(places[number] for number in range(len(terms))))
        columns = ", ".join(dict.fromkeys(cell.column for cell in cells))
        return (
            (True, not any(cell.is_title for cell in cells), _SCATTERED),
            columns,
            _excerpt(places[len(terms) - 1].text, terms[-1]),
        )
    return best


def _excerpt(text: str, term: tuple[str, ...]) -> str:
    """Return the part of a text in which a term is."""
    if len(text) <= _EXCERPT:
        return text
    # Letter by letter, so that a place in it is a place in the text.
    plain = " " + "".join(fold(sign)[:1] or " " for sign in text)
    found = [at for one in term if (at := plain.find(f" {one}")) >= 0] or [plain.find(term[0].split()[0])]
    start = max(min(found) - _EXCERPT // 3, 0)
    start = text.find(" ", start) + 1 if start else 0
    end = text.rfind(" ", start, start + _EXCERPT) if len(text) > start + _EXCERPT else len(text)
    return ("... " if start else "") + text[start:end] + (" ..." if end < len(text) else "")


def _near(word: str, entries: Iterable[_Entry]) -> list[str]:
    """Return words of the names that are spelt much like one that finds nothing."""
    titles = (cell.text for entry in entries for cell in entry.cells if cell.is_title)
    known = {part.strip(".,;:()[]'\"") for text in titles for part in text.split()}
    return near_words(word, sorted(one for one in known if not _is_short(fold(one))), n=3, cutoff=0.7)


# ----------------------------------------------------------------------------------------------- the rows


@lru_cache(maxsize=8)
def _index(as_of: pd.Timestamp | None) -> tuple[list[_Entry], dict[str, tuple[str, ...]]]:
    """Return the rows as known on a day, and each folded name with those that mean the same."""
    points = ("deposits", "facilities", "partners", "ports")
    plain = {name: data.shipped(name, geometry=False) for name in points}
    known = Evidence(as_of=as_of, tables=plain)
    entries = [*_states(known)]
    for name in TABLES:
        if name != "states":
            entries += _entries(name, known)
    actors = known["actors"]
    named = zip(actors["name"], actors["other_names"], strict=True)
    spellings: dict[str, tuple[str, ...]] = {}
    coded = ((label, code) for name in ("state", "country") for code, label in codebook.labels(name).items())
    for group in [*codebook.spellings(), *coded, *((name, *others) for name, others in named)]:
        folded = tuple(dict.fromkeys(fold(one) for one in group))
        for one in folded:
            spellings[one] = tuple(dict.fromkeys((*spellings.get(one, ()), *folded)))
    return entries, spellings


def _states(known: Evidence) -> Iterator[_Entry]:
    """Return the states, which are in the codebook alone."""
    of_state = _initiatives_of(known, "states")
    for code, state in codebook.vocabulary("state").items():
        cells = [_cell("name", (state.label,), True), _cell("id", (code,), False)]
        if state.other_names:
            cells.append(_cell("other_names", state.other_names, True))
        yield _entry("states", code, state.label, cells, of_state.get(code, ()), "", "")


def _initiatives_of(known: Evidence, column: str) -> dict[Any, tuple[str, ...]]:
    """Return each entry of a list column of the initiatives -> the initiatives that have it."""
    initiatives = known["initiatives"]
    pairs = initiatives[["initiative_id", column]].explode(column).dropna()
    return union_tuples(pairs[column], [(one,) for one in pairs["initiative_id"]])


def _belongs(name: str, frame: pd.DataFrame, known: Evidence) -> Iterable[tuple[str, ...]]:
    """Return for each row of a table the initiatives that it belongs to."""
    events = known["events"]
    if "initiative_id" in frame.columns:
        return [() if is_missing(one) else (one,) for one in frame["initiative_id"]]
    if name == "partners":
        found, keys = _initiatives_of(known, "partners"), frame["iso3"]
    elif name == "actors":
        led, part = _initiatives_of(known, "lead_actors"), events[["initiative_id", "actors"]]
        part = part.explode("actors").dropna()
        own = union_tuples(part["actors"], [(one,) for one in part["initiative_id"]])
        found = {key: tuple(dict.fromkeys((*led.get(key, ()), *own.get(key, ())))) for key in {*led, *own}}
        keys = frame["name"]
    elif name == "sources":
        links = known["event_sources"].merge(events[["event_id", "initiative_id"]], on="event_id")
        found = union_tuples(links["source_id"], [(one,) for one in links["initiative_id"]])
        keys = frame["source_id"]
    else:
        return [()] * len(frame)
    return [found.get(key, ()) for key in keys]


def _entries(name: str, known: Evidence) -> Iterator[_Entry]:
    """Return the rows of a table."""
    frame, table = known[name], codebook.table(name)
    if name == "claims" and known.as_of is not None:
        frame = frame[frame["date"] <= known.as_of]
    title = next(one for one in _TITLES if one in frame.columns)
    columns = [one for one in (*table.columns, *table.computed) if _is_searched(one, table.key)]
    # What names a row comes first, and its id last: a reader knows the words.
    names = (title, "other_names")
    columns.sort(key=lambda one: (one.name not in names, one.name in table.key))
    texts = [_cells_of(column, frame[column.name], column.name in names) for column in columns]
    addresses = zip(*_addresses(name, frame, known), _belongs(name, frame, known), strict=True)
    ids = zip(frame[table.key[0]], frame[title], strict=True)
    for (row_id, words), (url, date, own), cells in zip(
        ids, addresses, zip(*texts, strict=True), strict=True
    ):
        yield _entry(name, row_id, words, [cell for cell in cells if cell], own, url, date)


def _entry(
    table: str, row_id: str, title: str, cells: list[_Cell], own: tuple[str, ...], url: str, date: str
) -> _Entry:
    words = "\n".join(text for cell in cells for text in cell.folded)
    return _Entry(table, row_id, title, tuple(cells), own, url, date, words)


def _is_searched(column: Column, key: tuple[str, ...]) -> bool:
    if column.name in _PASSED_OVER or column.type not in ("text", "code", "id", "ids", "list"):
        return False
    if column.name in key or column.reference == "actors.actor_id":
        return column.name != "parent"  # a list of actors holds their names
    return column.vocabulary in ("", *_TYPED) and (not column.reference or column.vocabulary != "")


def _cells_of(column: Column, cells: pd.Series, is_title: bool) -> list[_Cell | None]:
    """Return the cells of a column as they are searched; codes by code and label."""
    named = codebook.labels(column.vocabulary) if column.vocabulary else {}
    made: dict[Any, _Cell] = {}
    found: list[_Cell | None] = []
    for cell in cells:
        if is_missing(cell) or cell == ():
            found.append(None)
            continue
        if cell not in made:
            entries = cell if column.type in LISTS else (str(cell),)
            made[cell] = _cell(column.name, [named.get(one, one) for one in entries], is_title, entries)
        found.append(made[cell])
    return found


def _cell(column: str, texts: Iterable[str], is_title: bool, codes: Iterable[str] = ()) -> _Cell:
    texts = tuple(texts)
    folded = tuple(dict.fromkeys(fold(one) for one in (*texts, *codes)))
    return _Cell(column, "; ".join(texts), folded, is_title)


def _addresses(name: str, frame: pd.DataFrame, known: Evidence) -> tuple[list[str], list[str]]:
    """Return the address and the date of each row."""
    if name in ("events", "initiatives"):
        events = known["events"].set_index("event_id")
        event_ids = frame["event_id" if name == "events" else "last_event_id"]
        pages = data.pages_of(event_ids, known["event_sources"], known["sources"])
        urls = [pages[one][0].url if one in pages else "" for one in event_ids]
        steps = events.loc[event_ids, ["date", "date_precision"]].itertuples(index=False)
        length = {"year": 4, "month": 7, "day": 10}
        return urls, [day.date().isoformat()[: length[precision]] for day, precision in steps]
    of_url = next(one for one in ("url", "source_url") if one in frame.columns)
    of_date = next((one for one in ("published", "source_date", "date") if one in frame.columns), None)
    dates = [""] * len(frame) if of_date is None else frame[of_date]
    days = [one.date().isoformat() if isinstance(one, pd.Timestamp) else cell_text(one) for one in dates]
    return [cell_text(url) for url in frame[of_url]], days
