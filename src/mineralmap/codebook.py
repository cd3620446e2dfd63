"""What a column means and what a code means: the one place that says so.

Two tables hold it, ``data/codebook/columns.csv`` (a row per column) and ``vocabularies.csv`` (a row
per code). From them come the types and docstrings of the loaders, the rules of cells, the pages that
describe the tables, and the labels, colours and markers of maps, figures and tables.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from .cells import TYPES, Column, Fault, Row, Table, check_rows
from .errors import TableError, check_option, unknown_name
from .paths import codebook_folder
from .sheets import read_rows
from .text import fold, join_words, near_hint

__all__ = [
    "Code",
    "Signal",
    "codes",
    "colours",
    "country_code",
    "labels",
    "resolve",
    "signals",
    "spellings",
    "state_code",
    "state_codes",
    "table",
    "tables",
    "to_code",
    "vocabulary",
]

_REQUIRED = ("key", "yes", "no", "computed")
#: Columns of the codebook's own two tables.
_COLUMNS = Table(
    "columns",
    "What each column of each table is; the row named * is the table itself.",
    (
        Column("table", "text", required=True),
        Column("name", "text", required=True),
        Column("type", "text", required=True, values=("table", *TYPES)),
        Column("required", "text", required=True, values=_REQUIRED),
        Column("vocabulary", "list"),
        Column("unit"),
        Column("reference"),
        Column("low", "number"),
        Column("high", "number"),
        Column("meaning", required=True),
    ),
    ("table", "name"),
)
_VOCABULARIES = Table(
    "vocabularies",
    "What each code is.",
    (
        Column("vocabulary", "text", required=True),
        Column("code", "verbatim", required=True),  # "none" is a code of some
        Column("order", "integer", required=True),
        Column("label", required=True),
        Column("explanation"),
        Column("family"),
        Column("colour"),
        Column("marker", "verbatim"),
        Column("other_names", "list"),
        Column("allows", "list"),
        Column("next_evidence"),
    ),
    ("vocabulary", "code"),
)
#: What a group of words in a headline is; see `Signal`.
SIGNAL_GROUPS = ("subject", "tie", "country", "state", "act", "against", "ignore", "empty", "score", "match")
_SIGNALS = Table(
    "signals",
    "Words that a headline is judged by, and what they weigh.",
    (
        Column("group", "text", required=True, values=SIGNAL_GROUPS),
        Column("code", "text", required=True),
        Column("weight", "number"),
        Column("means"),
        Column("terms", "list"),
    ),
    ("group", "code"),
)
#: A marker: parts joined by ";", each a role and a path of absolute M, L, C and Z on a ground of 16 by 16.
_PART = re.compile(r"(fill|paper|ink|line)( ?[MLC][0-9. ]+| ?Z)+")
#: What a stage can be: a rung, a request to halt, a way out, a state of a rule, of a dispute or of a
#: dialogue, or a step that moves nothing.
STAGE_FAMILIES = ("ladder", "request", "exit", "standing", "dispute", "dialogue", "still")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Code:
    """One entry of a vocabulary.

    Attributes
    ----------
    code, label, explanation : str
        The code as in the tables, its name for people, and what it means.
    family : str
        The group of codes that one rule holds for, as ``ladder`` of the stages.
    colour : str
        ``#rrggbb``, or empty.
    marker : str
        Sign on maps and figures, or empty: parts joined by ``;``, each a role (``fill``: in the colour,
        outlined; ``paper``: white, outlined; ``ink``: in ink; ``line``: a stroke) and an SVG path of
        absolute M, L, C and Z on a ground of 16 by 16.
    other_names : tuple of str
        Old codes, other names and spellings that mean this one.
    allows : tuple of str
        Of a kind of event or a type of initiative: the stages that it can have; of a sign: those that it
        shows. In the file a family stands for all of its stages.
    next_evidence : str
        Of a stage: what would move an initiative from it.

    Examples
    --------
    >>> import mineralmap as mm
    >>> one = mm.codebook.vocabulary("stage")["mou"]
    >>> one.label, one.family
    ('Memorandum', 'ladder')
    """

    code: str
    label: str
    explanation: str = ""
    family: str = ""
    colour: str = ""
    marker: str = ""
    other_names: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    next_evidence: str = ""


@dataclass(frozen=True)
class Signal:
    """A group of words that `mineralmap.leads` judges a headline by: one row of ``signals.csv``.

    Attributes
    ----------
    group : str
        ``subject`` what it is about, ``tie`` what ties it to India or to governments, ``country`` and
        ``state`` other words for one, ``act`` what happens, ``against`` what speaks against it, ``ignore``
        names of the tables that mean too much else, ``empty`` words that tell nothing;
        ``score`` and ``match`` are numbers of the rules.
    code : str
        Its name; of a country or a state its code.
    weight : float
        Points in the score.
    means : tuple of str
        Of a subject its scope; of an act its kind and its stage.
    terms : tuple of str
        The words.

    Examples
    --------
    >>> import mineralmap as mm
    >>> [one.means for one in mm.codebook.signals() if one.code == "monazite"]
    [('rare_earth',)]
    """

    group: str
    code: str
    weight: float = 0.0
    means: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _vocabulary_faults(rows: list[Row]) -> Iterator[Fault]:
    """Yield what single cells cannot show: order, colours, markers, names that mean two codes."""

    def fault(row: Row, column: str, rule: str, hint: str = "") -> Fault:
        return Fault("vocabularies.csv", row["_row"], row["code"], column, row[column], rule, hint)

    known = {name: {row["code"] for row in rows if row["vocabulary"] == name} for name in _names(rows)}
    shown = {row["code"]: {*_split(row["allows"])} for row in rows if row["vocabulary"] == "sign"}
    meant: dict[tuple[str, str], str] = {}
    orders: dict[tuple[str, str], int] = {}
    for row in rows:
        place = row["vocabulary"], row["order"]
        if place in orders:
            yield fault(row, "order", f"row {orders[place]} of this vocabulary has the same order")
        orders.setdefault(place, row["_row"])
        if row["colour"] and not _COLOUR.fullmatch(row["colour"]):
            yield fault(row, "colour", "is not a colour", "write it as #1a2b3c")
        for part in _split(row["marker"]):
            if not _PART.fullmatch(part):
                hint = "fill, paper, ink or line, then a path of absolute M, L, C and Z"
                yield fault(row, "marker", f"has the part {part!r}, which is not a role and a path", hint)
        for name in (row["code"], row["label"], *_split(row["other_names"])):
            other = meant.setdefault((row["vocabulary"], name.casefold()), row["code"])
            if other != row["code"]:
                yield fault(row, "other_names", f"{name!r} means {other!r} already")
        if row["vocabulary"] == "stage" and not row["colour"]:
            yield fault(row, "colour", "must not be empty: a stage is drawn")
        if row["vocabulary"] == "stage" and row["family"] not in STAGE_FAMILIES:
            yield fault(row, "family", f"is none of {', '.join(STAGE_FAMILIES)}")
        signs = [code for code, named in shown.items() if named & {row["code"], row["family"]}]
        if row["vocabulary"] == "stage" and shown and len(signs) != 1:
            yield fault(row, "code", f"is drawn by {join_words(signs) or 'no sign'}, not by one")
        for stage in _split(row["allows"]):
            if stage not in known.get("stage", ()) and stage not in STAGE_FAMILIES:
                hint = near_hint(stage, known.get("stage", ()))
                yield fault(row, "allows", f"{stage!r} is not in the vocabulary 'stage'", hint)


def _column_faults(rows: list[Row], vocabularies: set[str]) -> Iterator[Fault]:
    """Yield what single cells cannot show: vocabularies and columns that are not there."""

    def fault(row: Row, column: str, rule: str, hint: str = "") -> Fault:
        row_id = f"{row['table']}.{row['name']}"
        return Fault("columns.csv", row["_row"], row_id, column, row[column], rule, hint)

    named = {f"{row['table']}.{row['name']}" for row in rows if row["required"] != "computed"}
    for row in rows:
        if (row["name"] == "*") != (row["type"] == "table"):
            yield fault(row, "type", "a row named * is the table itself, and no other row is of type table")
        if f"{row['table']}.*" not in named:
            yield fault(row, "table", "has no row named * that says what the table is")
        vocabulary_name = _split(row["vocabulary"])[:1]
        if vocabulary_name and vocabulary_name[0] not in vocabularies:
            hint = near_hint(vocabulary_name[0], vocabularies)
            yield fault(row, "vocabulary", "is not a vocabulary of vocabularies.csv", hint)
        if row["reference"] and row["reference"] not in named:
            yield fault(row, "reference", "is no column", near_hint(row["reference"], named))
        if row["low"] and row["high"] and float(row["low"]) > float(row["high"]):
            yield fault(row, "low", "is above high")


def _names(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(row["vocabulary"] for row in rows))


def read_codebook(folder: Path) -> tuple[dict[str, Table], dict[str, dict[str, Code]]]:
    """Read and check the two tables of a codebook.

    Parameters
    ----------
    folder : path
        Holds ``columns.csv`` and ``vocabularies.csv``.

    Returns
    -------
    tables : dict
        Name -> `Table`, in the order of the file.
    vocabularies : dict
        Name -> dict of code -> `Code`, in their order.

    Raises
    ------
    TableError
        With every fault: file, row, column, value and rule.
    """
    rows, faults = {}, []
    for spec in (_COLUMNS, _VOCABULARIES):
        rows[spec.name], broken = read_rows(folder / spec.file, spec)
        faults += [*broken, *check_rows(rows[spec.name], spec)]
    if not faults:
        faults += _vocabulary_faults(rows["vocabularies"])
        faults += _column_faults(rows["columns"], {row["vocabulary"] for row in rows["vocabularies"]})
    if faults:
        raise TableError(faults)
    vocabularies: dict[str, dict[str, Code]] = {name: {} for name in _names(rows["vocabularies"])}
    for row in sorted(rows["vocabularies"], key=lambda row: int(row["order"])):
        cells = {key: row[key] for key in row if key not in ("_row", "vocabulary", "order")}
        cells |= {key: _split(row[key]) for key in ("other_names", "allows")}
        vocabularies[row["vocabulary"]][row["code"]] = Code(**cells)
    stages = vocabularies.get("stage", {})
    for entries in vocabularies.values():
        for code, entry in entries.items():
            named = {*entry.allows}
            allowed = (one.code for one in stages.values() if named & {one.code, one.family})
            entries[code] = replace(entry, allows=tuple(allowed))
    return _tables_of(rows["columns"], vocabularies), vocabularies


def _tables_of(rows: list[Row], vocabularies: dict[str, dict[str, Code]]) -> dict[str, Table]:
    aliases = {name: _aliases(entries) for name, entries in vocabularies.items()}
    found = {}
    for head in (row for row in rows if row["name"] == "*"):
        columns: dict[bool, list[Column]] = {True: [], False: []}
        key = []
        for row in rows:
            if row["table"] != head["table"] or row["name"] == "*":
                continue
            # A vocabulary may be widened by single codes: "state;IN".
            name, *more = _split(row["vocabulary"]) or ("",)
            computed = row["required"] == "computed"
            columns[computed].append(
                Column(
                    name=row["name"],
                    type=row["type"],
                    doc=row["meaning"],
                    required=row["required"] in ("key", "yes"),
                    vocabulary=name,
                    values=(*vocabularies.get(name, ()), *more),
                    aliases=aliases.get(name, {}),
                    unit=row["unit"],
                    reference=row["reference"],
                    low=float(row["low"] or -math.inf),
                    high=float(row["high"] or math.inf),
                    computed=computed,
                )
            )
            key += [row["name"]] if row["required"] == "key" else []
        found[head["table"]] = Table(
            head["table"], head["meaning"], tuple(columns[False]), tuple(key), tuple(columns[True])
        )
    return found


def _aliases(entries: dict[str, Code]) -> dict[str, str]:
    """Return every folded name of every code: itself, its label and its other names."""
    return {
        name.casefold(): entry.code
        for entry in entries.values()
        for name in (*entry.other_names, entry.label, entry.code)
    }


@cache
def _codebook() -> tuple[dict[str, Table], dict[str, dict[str, Code]]]:
    return read_codebook(codebook_folder())


def tables() -> dict[str, Table]:
    """Return every table, by name, in the order of the codebook.

    Examples
    --------
    >>> import mineralmap as mm
    >>> "events" in mm.codebook.tables()
    True
    """
    return dict(_codebook()[0])


def table(name: str) -> Table:
    """Return one table, or raise `UnknownNameError` with the near names.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.codebook.table("events").key
    ('event_id',)
    """
    known = _codebook()[0]
    if name not in known:
        raise unknown_name("table", name, known)
    return known[name]


def vocabulary(name: str) -> dict[str, Code]:
    """Return the entries of one vocabulary, code -> `Code`, in their order.

    Examples
    --------
    >>> import mineralmap as mm
    >>> list(mm.codebook.vocabulary("date_precision"))
    ['day', 'month', 'year']
    """
    known = _codebook()[1]
    if name not in known:
        raise unknown_name("vocabulary", name, known)
    return dict(known[name])


def codes(name: str, family: str | None = None) -> tuple[str, ...]:
    """Return the codes of a vocabulary in their order, or those of one family of it.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.codebook.codes("stage", "ladder")
    ('talks', 'announced', 'mou', 'agreement', 'approved', 'construction', 'operating')
    """
    return tuple(code for code, entry in vocabulary(name).items() if family in (None, entry.family))


def labels(name: str) -> dict[str, str]:
    """Return code -> label for people.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.codebook.labels("date_precision")
    {'day': 'Day', 'month': 'Month', 'year': 'Year'}
    """
    return {code: entry.label for code, entry in vocabulary(name).items()}


def colours(name: str) -> dict[str, str]:
    """Return code -> colour, of the codes that have one.

    Examples
    --------
    >>> import mineralmap as mm
    >>> sorted(mm.codebook.colours("stage"))[:2]
    ['active', 'agreement']
    """
    return {code: entry.colour for code, entry in vocabulary(name).items() if entry.colour}


def _signal_faults(rows: list[Row]) -> Iterator[Fault]:
    """Yield what single cells cannot show: codes and meanings that no vocabulary has."""

    def fault(row: Row, column: str, rule: str, hint: str = "") -> Fault:
        return Fault("signals.csv", row["_row"], row["code"], column, row[column], rule, hint)

    for row in rows:
        group, means = row["group"], row["means"].split("/")
        if group in ("country", "state") and row["code"] not in vocabulary(group):
            yield fault(
                row, "code", f"is not in the vocabulary {group!r}", near_hint(row["code"], vocabulary(group))
            )
        if group in ("score", "match") and not row["weight"]:
            yield fault(row, "weight", "must not be empty: it is a number of the rules")
        if group == "subject" and not (len(means) == 1 and means[0] in vocabulary("scope")):
            yield fault(row, "means", "is not one scope", near_hint(row["means"], vocabulary("scope")))
        if group == "act" and not (
            len(means) == 2
            and means[0] in vocabulary("kind")
            and means[1] in vocabulary("kind")[means[0]].allows
        ):
            yield fault(row, "means", "is not a kind of event and a stage that it can have", "as mou/mou")


def read_signals(folder: Path) -> tuple[Signal, ...]:
    """Read and check ``signals.csv`` of a codebook; raise `TableError` with every fault.

    Parameters
    ----------
    folder : path
        Holds the file.

    Returns
    -------
    tuple of Signal
        In the order of the file.
    """
    rows, faults = read_rows(folder / _SIGNALS.file, _SIGNALS)
    faults += check_rows(rows, _SIGNALS)
    if faults := faults or list(_signal_faults(rows)):
        raise TableError(faults)
    return tuple(
        Signal(
            row["group"],
            row["code"],
            float(row["weight"] or 0),
            tuple(row["means"].split("/")) if row["means"] else (),
            _split(row["terms"]),
        )
        for row in rows
    )


@cache
def signals() -> tuple[Signal, ...]:
    """Return the words that a headline is judged by, in the order of ``signals.csv``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> next(one.terms[0] for one in mm.codebook.signals() if one.group == "subject")
    'rare earth'
    """
    return read_signals(codebook_folder())


@cache
def _names_of(name: str) -> dict[str, str]:
    return {fold(one): code for one, code in _aliases(vocabulary(name)).items()}


def spellings(countries: Collection[str] | None = None) -> list[tuple[str, ...]]:
    """Return groups of words that mean one thing, for a search: label first, then the other names.

    Parameters
    ----------
    countries : collection of str, optional
        Only these codes of the countries; places, subjects and states are always all there.

    Examples
    --------
    >>> import mineralmap as mm
    >>> [group[0] for group in mm.codebook.spellings() if "Vizag" in group]
    ['Visakhapatnam']
    """
    kept = [
        *(entry for name in ("place", "subject", "state") for entry in vocabulary(name).values()),
        *(entry for code, entry in vocabulary("country").items() if countries is None or code in countries),
    ]
    return [(entry.label, *entry.other_names) for entry in kept if entry.other_names]


def resolve(name: str, text: str) -> str:
    """Return the code that a text means: a code, an old one, a name or a spelling of it.

    Small letters, accents, hyphens, blanks and "&" for "and" make no difference.

    Parameters
    ----------
    name : str
        The vocabulary.
    text : str
        As ``"IN-UP"``, ``"UP"``, ``"Uttar Pradesh"`` or ``"IN-OR"`` of the states.

    Raises
    ------
    UnknownNameError
        If no code is meant; the message names the near ones.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.codebook.resolve("state", "Orissa")
    'IN-OD'
    """
    found = _meant(name, text)
    if found is None:
        raise unknown_name(name.replace("_", " "), text, _known_names(name))
    return found


def _meant(name: str, text: object) -> str | None:
    return _names_of(name).get(fold(text)) if isinstance(text, str) else None


def _known_names(name: str) -> list[str]:
    """Return codes, labels and other names of a vocabulary; short other names are near to too much."""
    entries = vocabulary(name)
    others = (one for entry in entries.values() for one in entry.other_names if len(one) > 3)
    return [*entries, *(entry.label for entry in entries.values()), *others]


def state_code(text: str) -> str:
    """Return the ISO 3166-2:IN code in force that a text means, as ``"IN-UP"``; see `resolve`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.codebook.state_code("UP")
    'IN-UP'
    """
    return resolve("state", text)


def state_codes(states: str | Iterable[str]) -> list[str]:
    """Return the codes of one state, or of several; see `state_code`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.codebook.state_codes("Goa"), mm.codebook.state_codes(["UP", "Orissa"])
    (['IN-GA'], ['IN-UP', 'IN-OD'])
    """
    # What is neither a text nor several is refused by its name, as a text would be.
    named = [states] if isinstance(states, str) or not isinstance(states, Iterable) else states
    return [state_code(one) for one in named]


def country_code(text: str) -> str:
    """Return the ISO 3166-1 alpha-3 code that a text means, as ``"JPN"``; see `resolve`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.codebook.country_code("Japan")
    'JPN'
    """
    return resolve("country", text)


#: What `to_code` gives a code for.
_PLACES = ("state", "country")


def to_code(text: str, *, kind: str | None = None) -> str:
    """Return the code that joins the tables for a state of India or a country.

    Parameters
    ----------
    text : str
        A code, an old one, a name or a spelling of it; as in `resolve`, small letters and accents make no
        difference.
    kind : {"state", "country"}, optional
        What it names; either if left out.

    Returns
    -------
    str
        ISO 3166-2:IN code in force of a state, ISO 3166-1 alpha-3 of a country.

    Raises
    ------
    UnknownNameError
        If nothing is meant; the message names the near ones.
    ValueError
        If ``kind`` is neither, or if a state and a country are meant, as by ``"UK"``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.to_code("Orissa"), mm.to_code("Japan"), mm.to_code("UK", kind="country")
    ('IN-OD', 'JPN', 'GBR')

    A column of names, before a merge:

    >>> import pandas as pd
    >>> pd.Series(["Tamilnadu", "Jammu & Kashmir"]).map(mm.to_code).to_list()
    ['IN-TN', 'IN-JK']
    """
    if kind is not None:
        check_option("kind", kind, _PLACES)
        return resolve(kind, text)
    found = {name: code for name in _PLACES if (code := _meant(name, text))}
    if len(found) > 1:
        words = join_words([f"{code} ({labels(name)[code]})" for name, code in found.items()])
        raise ValueError(f'{text!r} means {words}: say kind="state" or kind="country"')
    for code in found.values():
        return code
    raise unknown_name("state or country", text, [one for name in _PLACES for one in _known_names(name)])
