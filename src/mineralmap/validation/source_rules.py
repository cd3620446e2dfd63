"""The rules about who says so: what a page can report, where a report comes from, and who takes part."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from .. import codebook
from ..cells import Row, has_date_form
from ..text import join_words, shorten
from .faults import Faults, Tables, fault, in_circles, period_end, split

#: Kinds of page that only repeat what others report.
_REPEATS = codebook.codes("source_kind", "repeats")
#: The key of an origin that a page does not tell.
UNNAMED = "agency-unspecified"


def _reports(tables: Tables) -> Mapping[str, list[Row]]:
    """Return event -> its links whose page reports it."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in tables["event_sources"]:
        if row["role"] == "reports":
            found[row["event_id"]].append(row)
    return found


def events_are_told(tables: Tables) -> Faults:
    """Some page reports each step, or tells of it later; an announcement alone does not show that it came."""
    told = {row["event_id"] for row in tables["event_sources"] if row["role"] in ("reports", "restates")}
    linked = {row["event_id"] for row in tables["event_sources"]}
    for row in tables["events"]:
        if row["event_id"] in linked - told:
            yield fault("events", row, "event_id", "no page in event_sources.csv reports or restates it")


def reports_are_not_older(tables: Tables) -> Faults:
    """A page that is older than the event can announce it, not report it."""
    published = {row["source_id"]: row["published"] for row in tables["sources"]}
    dates = {row["event_id"]: row["date"] for row in tables["events"] if has_date_form(row["date"])}
    for rows in _reports(tables).values():
        for row in rows:
            page, date = published.get(row["source_id"], ""), dates.get(row["event_id"], "")
            if page and date and page < date[: len(page)]:
                rule = f"the page is of {shorten(page, 20)}, before the event ({date})"
                yield fault("event_sources", row, "role", rule, "write announces or background")


def repeaters_name_another(tables: Tables) -> Faults:
    """A page that only repeats is never the origin of a report."""
    sources = {row["source_id"]: row for row in tables["sources"]}
    for rows in _reports(tables).values():
        for row in rows:
            source = sources.get(row["source_id"], {})
            own = re.sub(r"[^a-z0-9]", "", source.get("publisher", "").casefold())
            if source.get("kind") in _REPEATS and own and own in re.sub(r"[^a-z0-9]", "", row["origin"]):
                rule = f"the page only repeats ({source['kind']}), so it is not the origin"
                yield fault("event_sources", row, "origin", rule, f"name the other one, or {UNNAMED}")


def second_origins_have_reasons(tables: Tables) -> Faults:
    """An event has one origin unless its rows say why another is independent."""
    for rows in _reports(tables).values():
        reasons: dict[str, bool] = {}
        for row in rows:
            reasons[row["origin"]] = reasons.get(row["origin"], False) or bool(row["why_independent"])
        without = [origin for origin, has in reasons.items() if not has]
        for row in rows:
            if len(without) > 1 and row["origin"] in without[1:]:
                rule = f"is beside {shorten(without[0], 40)!r}, without a reason in why_independent"
                hint = "copies, digests and the parties to one act are one origin"
                yield fault("event_sources", row, "origin", rule, hint)
            if row["origin"] == UNNAMED and len(reasons) > 1:
                hint = "give the page the origin of the others"
                yield fault("event_sources", row, "origin", "may be a copy of the other reports", hint)


def origins_are_of_one_side(tables: Tables) -> Faults:
    """Whether an origin is the word of a party does not change from page to page."""
    for rows in _reports(tables).values():
        first: dict[str, Row] = {}
        for row in rows:
            other = first.setdefault(row["origin"], row)
            if other["party"] != row["party"]:
                rule = f"row {other['_row']} says {other['party']!r} for the same origin"
                yield fault("event_sources", row, "party", rule)


def nothing_rests_on_forums(tables: Tables) -> Faults:
    """No step rests on posts alone, nor surely on a headline alone."""
    sources = {row["source_id"]: row for row in tables["sources"]}
    events = {row["event_id"]: row for row in tables["events"]}
    for event_id, rows in _reports(tables).items():
        pages = [sources[row["source_id"]] for row in rows if row["source_id"] in sources]
        event = events.get(event_id)
        if not pages or event is None:
            continue
        if all(page["kind"] == "forum" for page in pages):
            yield fault("events", event, "event_id", "only posts of a forum report it")
        if all(page["read_as"] == "headline" for page in pages) and event["confidence"] == "high":
            hint = "at most medium until a page has been read"
            yield fault("events", event, "confidence", "only headlines were read", hint)


def pages_have_dates(tables: Tables) -> Faults:
    """A page has a date, or the mark that it shows none."""
    for row in tables["sources"]:
        if bool(row["published"]) == (row["undated"] == "true"):
            rule = "has no date and is not marked undated" if not row["published"] else "is marked undated"
            yield fault("sources", row, "published", rule)


def listed_names_are_whole(tables: Tables, table: str, column: str) -> Faults:
    """What the loaders put into lists holds no ";", by which lists are joined where they are written."""
    for row in tables[table]:
        if ";" in row[column]:
            yield fault(table, row, column, "holds ';', which separates entries", "write a comma")


def actors_have_one_name(tables: Tables) -> Faults:
    """A name means one actor, and nobody owns himself."""
    meant: dict[str, str] = {}
    parents = {row["actor_id"]: split(row["parent"]) for row in tables["actors"]}
    circles = in_circles(parents)
    for row in tables["actors"]:
        for name in (row["name"], *split(row["other_names"])):
            other = meant.setdefault(name.casefold(), row["actor_id"])
            if other != row["actor_id"]:
                yield fault("actors", row, "other_names", f"{shorten(name)!r} means {other!r} already")
        if row["actor_id"] in circles:
            yield fault("actors", row, "parent", "the chain of parents returns to this one")


def stages_fit_type(tables: Tables) -> Faults:
    """The stage of a step is one that its type of initiative can have, and the first one is a state of it."""
    types = codebook.vocabulary("type")
    own = {row["initiative_id"]: row["type"] for row in tables["initiatives"]}
    stages = codebook.vocabulary("stage")
    first: dict[str, Row] = {}
    for row in tables["events"]:
        entry = types.get(own.get(row["initiative_id"], ""))
        if entry is None or row["stage"] not in stages:
            continue
        if row["stage"] not in entry.allows or row["stage"] == "silent":
            hint = f"one of {join_words([one for one in entry.allows if one != 'silent'])}"
            yield fault("events", row, "stage", f"is no stage of a {entry.code}", hint)
        before = first.setdefault(row["initiative_id"], row)
        # A step counts from the last day of its period.
        if has_date_form(row["date"]) and _place(row) < _place(before):
            first[row["initiative_id"]] = row
    for initiative_id, row in first.items():
        family = stages[row["stage"]].family
        if family == "still" or (family == "dispute" and own[initiative_id] != "dispute"):
            hint = "the first step of an initiative says what it is"
            yield fault("events", row, "stage", "moves nothing, yet it is the first step", hint)


def _place(row: Row) -> tuple[str, int]:
    """Return the end of the step's period, and a number that is lower for a step that moves something."""
    return period_end(row), codebook.codes("stage").index(row["stage"])
