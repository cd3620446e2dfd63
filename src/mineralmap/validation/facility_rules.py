"""The rules about works: a facility and the initiative that built it are one thing, with one status."""

from __future__ import annotations

from dataclasses import replace

from .. import codebook, stages
from ..cells import has_date_form
from ..data import frame_of
from ..text import join_words, shorten
from .faults import Faults, Tables, fault, split

#: Kinds of facility -> the types of initiative that build one.
_TYPES = {"mine": ("mine", "block", "venture"), "R&D": ("pilot",)}
_OTHER = ("plant", "venture", "pilot")


def one_status(tables: Tables) -> Faults:
    """The status of a facility is that of its initiative, or it is written; never both."""
    for row in tables["facilities"]:
        if row["initiative_id"] and row["status"]:
            hint = f"it follows from {row['initiative_id']}: leave it empty"
            yield fault("facilities", row, "status", "is written beside an initiative", hint)
        if not row["initiative_id"] and not row["status"]:
            hint = "name the initiative, or write " + join_words(codebook.codes("facility_status"))
            yield fault("facilities", row, "status", "must not be empty: no initiative is named", hint)


def one_facility_each(tables: Tables) -> Faults:
    """An initiative builds one facility, of its own sort."""
    types = {row["initiative_id"]: row["type"] for row in tables["initiatives"]}
    first: dict[str, int] = {}
    for row in tables["facilities"]:
        initiative_id = row["initiative_id"]
        if not initiative_id or initiative_id not in types:
            continue
        if initiative_id in first:
            rule = f"{shorten(initiative_id)!r} is that of row {first[initiative_id]} already"
            yield fault("facilities", row, "initiative_id", rule)
        first.setdefault(initiative_id, row["_row"])
        fitting = _TYPES.get(row["kind"], _OTHER)
        if types[initiative_id] not in fitting:
            hint = f"a {row['kind']} facility is built by a {join_words(fitting)}"
            rule = f"names an initiative of type {types[initiative_id]}"
            yield fault("facilities", row, "initiative_id", rule, hint)


def running_has_facility(tables: Tables) -> Faults:
    """A rare-earth mine or plant that runs is a facility, in a state that its events name."""
    events = [
        row
        for row in tables["events"]
        if has_date_form(row["date"])
        and row["stage"] in stages.STAGES
        and row["date_precision"] in codebook.codes("date_precision")
    ]
    if not events:
        return
    names = ("event_id", "initiative_id", "date", "date_precision", "stage", "follows")
    spec = codebook.table("events")
    spec = replace(spec, columns=tuple(column for column in spec.columns if column.name in names))
    moves = stages.transitions(frame_of(events, spec)).drop_duplicates("initiative_id", keep="last")
    running = set(moves.loc[moves["stage"] == stages.LADDER[-1], "initiative_id"])
    facilities = {row["initiative_id"]: row for row in tables["facilities"] if row["initiative_id"]}
    for row in tables["initiatives"]:
        works = row["type"] in stages.WORKS and row["scope"] == "rare_earth"
        if works and row["initiative_id"] in running and row["initiative_id"] not in facilities:
            hint = "give it a row in facilities.csv"
            yield fault("initiatives", row, "initiative_id", "runs, but it is no facility", hint)
    named: dict[str, set[str]] = {}
    for row in events:
        named.setdefault(row["initiative_id"], set()).update(split(row["states"]))
    for initiative_id, row in facilities.items():
        if row["state_iso"] and row["state_iso"] not in named.get(initiative_id, {row["state_iso"]}):
            rule = f"no step of {shorten(initiative_id)!r} names this state"
            yield fault("facilities", row, "state_iso", rule)
