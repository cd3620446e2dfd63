"""The rules between rows and between tables, each a function that yields the rows that break it.

A rule takes the tables as text rows (name -> list of dict) and yields faults. It runs only where
every table that it needs is at hand; what could not be checked is said in the report.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import shapely

from .. import boundaries, codebook
from ..cells import has_date_form, is_id
from ..paths import data_folder
from ..sheets import read_rows
from ..text import near_hint, shorten
from . import facility_rules, source_rules
from .faults import Faults, Tables, fault, in_circles, named, period_end, split

#: What holds, the tables needed, and the function that checks it.
Rule = tuple[str, set[str], Callable[[Tables], Faults]]

LONGEST_TITLE = 100
#: Points may be this far outside the simplified polygon of their state (about 11 km).
TOLERANCE_DEGREES = 0.1
#: A scope is wider than those that come after it in the codebook.
_WIDTH = {scope: -order for order, scope in enumerate(codebook.codes("scope"))}
#: The accuracies that become pins.
PINNED = codebook.codes("location_accuracy", "point")


def references(tables: Tables, table: str, column: str, target: str, key: str) -> Faults:
    """Every id in a column names a row of the other table."""
    known = {row[key] for row in tables[target]}
    hints: dict[str, str] = {}
    for row in tables[table]:
        for value in split(row[column]):
            # What is no id at all is a fault of its cell.
            if value in known or not is_id(value):
                continue
            # Where many are wrong none is a slip of the pen, and near ids are slow to find.
            if value not in hints:
                hints[value] = near_hint(value, known) if len(hints) < 20 else ""
            rule = f"{shorten(value)!r} is not in {target}.csv"
            yield fault(table, row, column, rule, hints[value])


def stage_fits_kind(tables: Tables) -> Faults:
    """A law can be in force, a plant cannot; talks are no approval."""
    kinds, stages = codebook.vocabulary("kind"), codebook.codes("stage")
    for row in tables["events"]:
        kind = kinds.get(row["kind"])
        if kind and row["stage"] in stages and row["stage"] not in kind.allows:
            hint = f"a step of kind {row['kind']} is one of {', '.join(kind.allows)}"
            yield fault("events", row, "stage", "does not fit the kind of step", hint)


def titles_are_short(tables: Tables, table: str) -> Faults:
    """A title fits on a line."""
    for row in tables[table]:
        if len(row["title"]) > LONGEST_TITLE:
            rule = f"has {len(row['title'])} characters; a title has at most {LONGEST_TITLE}"
            yield fault(table, row, "title", rule)


def dates_fit_precision(tables: Tables) -> Faults:
    """A date known to the month is written as its first day, one known to the year as 1 January."""
    for row in tables["events"]:
        end = {"month": "-01", "year": "-01-01"}.get(row["date_precision"], "")
        if has_date_form(row["date"]) and not row["date"].endswith(end):
            hint = f"write {row['date'][: 10 - len(end)]}{end}"
            yield fault("events", row, "date", f"is known to the {row['date_precision']} only", hint)


def dates_are_past(tables: Tables) -> Faults:
    """A step is what has happened; what is planned is in its note."""
    today = _today(tables)
    for row in tables["events"]:
        if has_date_form(row["date"]) and row["date"] > today:
            yield fault("events", row, "date", "lies in the future", f"today is {today}")
        elif row["date_precision"] == "year" and row["date"][:4] == today[:4]:
            # It would count from a day that has not come.
            hint = "give the month by which it was reported, or wait"
            yield fault("events", row, "date_precision", "the year is not over", hint)


#: Note of an event that was made from a headline and not completed (`mineralmap.draft`).
DRAFT_NOTE = "Draft from a headline: complete it from the page, then delete this note."


def drafts_are_completed(tables: Tables) -> Faults:
    """A row made from a headline is completed by a person."""
    for row in tables["events"]:
        if row["note"] == DRAFT_NOTE:
            yield fault("events", row, "note", "the row is a draft", "read the page, then delete the note")


def _today(tables: Tables) -> str:
    """Return the day of the clock, or that of the newest search where the clock lags behind it."""
    clock = datetime.date.today().isoformat()
    if not any(row["date"] > clock for row in tables["events"]):
        return clock
    searches = tables.get("coverage")
    if searches is None:
        searches, _ = read_rows(data_folder() / "tables" / "coverage.csv", codebook.table("coverage"))
    days = (str(row.get("searched_on", "")) for row in searches)
    return max([clock, *(day for day in days if has_date_form(day))])


def steps_follow_in_time(tables: Tables) -> Faults:
    """A step is not dated before the one it follows, and no chain returns to its start."""
    by_id = {row["event_id"]: row for row in tables["events"]}
    circles = in_circles({one: split(row["follows"]) for one, row in by_id.items()})
    for row in tables["events"]:
        for before in split(row["follows"]):
            if before not in by_id or not (
                has_date_form(row["date"]) and has_date_form(by_id[before]["date"])
            ):
                continue
            if by_id[before]["date"] > period_end(row):
                rule = f"follows {shorten(before)!r}, which is dated later ({by_id[before]['date']})"
                yield fault("events", row, "follows", rule)
        if row["event_id"] in circles:
            yield fault("events", row, "follows", "the chain returns to this step")


def scope_is_not_wider(tables: Tables) -> Faults:
    """An event of a context initiative is context; a step may be narrower than its initiative."""
    scope = {row["initiative_id"]: row["scope"] for row in tables["initiatives"]}
    for row in tables["events"]:
        own, whole = row["scope"], scope.get(row["initiative_id"])
        if own in _WIDTH and whole in _WIDTH and _WIDTH[own] > _WIDTH[whole]:
            rule = f"is wider than the scope of its initiative ({whole})"
            yield fault("events", row, "scope", rule)


def points_are_whole(tables: Tables, table: str) -> Faults:
    """Latitude and longitude come together, and with an accuracy that says a place is known."""
    for row in tables[table]:
        has = bool(row["lat"]), bool(row["lon"])
        pinned = row["location_accuracy"] in PINNED
        if has[0] != has[1]:
            empty = "lon" if has[0] else "lat"
            yield fault(table, row, empty, "is empty beside its other half")
        elif has[0] and not pinned:
            hint = f"a point is one of {', '.join(PINNED)}; for the others leave lat and lon empty"
            yield fault(table, row, "location_accuracy", "has a point but no known place", hint)
        elif pinned and not has[0]:
            rule = "says that the place is known, but there is no point"
            yield fault(table, row, "location_accuracy", rule)


@cache
def _shapes(layer: str) -> dict[str, Any]:
    """Return code -> prepared polygon of the states or the countries."""
    if layer == "states":
        frame, code = boundaries.load_states(), "state_iso"
    else:
        frame, code = boundaries.load_countries(), "iso3"
    # Copies of our own: to prepare them changes the objects, which the next caller of the loader gets, too.
    shapes = shapely.from_wkb(shapely.to_wkb(frame.geometry.to_numpy()))
    shapely.prepare(shapes)
    return dict(zip(frame[code], shapes, strict=True))


def points_lie_inside(
    tables: Tables, table: str, column: str, layer: str = "states", lat: str = "lat", lon: str = "lon"
) -> Faults:
    """A point lies in one of the states, or in the country, that its row names, within the tolerance."""
    shapes = _shapes(layer)

    def outside(own: list[Any], y: float, x: float) -> bool:
        return bool(min(shapely.distance(own, shapely.Point(x, y))) > TOLERANCE_DEGREES)

    for row in tables[table]:
        own = [shapes[code] for code in split(row[column]) if code in shapes]
        y, x = _degrees(row[lat], 90), _degrees(row[lon], 180)
        if not own or y is None or x is None or not outside(own, y, x):
            continue
        found = [code for code, shape in shapes.items() if shapely.contains_xy(shape, x, y)]
        hint = f"it lies in {found[0]}" if found else f"it lies in none of the {layer}"
        if not outside(own, x, y):
            hint = "latitude and longitude are swapped"
        rule = f"the point {shorten(row[lat], 20)}, {shorten(row[lon], 20)} is not in {row[column]}"
        yield fault(table, row, lat, rule, hint)


def _degrees(text: str, most: float) -> float | None:
    """Return an angle, or None if it is none; the rule of the cell has said so already."""
    number = _float(text)
    return number if number is not None and abs(number) <= most else None


def _float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def india_is_no_partner(tables: Tables, table: str, column: str) -> Faults:
    """A partner is another country."""
    for row in tables[table]:
        if "IND" in split(row[column]):
            yield fault(table, row, column, "India is not a partner of itself")


def numbers_have_units(tables: Tables, table: str, value: str, unit: str) -> Faults:
    """A number without its unit says nothing, and a unit without a number neither."""
    for row in tables[table]:
        if bool(row[value]) != bool(row[unit]):
            empty = unit if row[value] else value
            yield fault(table, row, empty, "is empty beside its other half")


def events_have_sources(tables: Tables) -> Faults:
    """Each step leads to at least one page."""
    linked = named(tables, "event_sources", "event_id")
    for row in tables["events"]:
        if row["event_id"].casefold() not in linked:
            yield fault("events", row, "event_id", "has no source in event_sources.csv")


def sources_are_used_once(tables: Tables) -> Faults:
    """Each page is there once, and some event rests on it."""
    used = named(tables, "event_sources", "source_id")
    first: dict[str, int] = {}
    for row in tables["sources"]:
        if row["source_id"].casefold() not in used:
            yield fault("sources", row, "source_id", "no event rests on this page")
        if row["url"] in first:
            yield fault("sources", row, "url", f"is in row {first[row['url']]} already")
        first.setdefault(row["url"], row["_row"])


def initiatives_have_events(tables: Tables) -> Faults:
    """An initiative without a step has no stage."""
    used = named(tables, "events", "initiative_id")
    for row in tables["initiatives"]:
        if row["initiative_id"].casefold() not in used:
            yield fault("initiatives", row, "initiative_id", "has no event")


def withdrawn_ids_stay_away(tables: Tables) -> Faults:
    """A withdrawn id is never used again, and what replaces it exists."""
    known = {row["event_id"] for row in tables["events"]} | {
        row["initiative_id"] for row in tables["initiatives"]
    }
    gone = {row["id"] for row in tables["withdrawn"]}
    for row in tables["withdrawn"]:
        if row["id"] in known:
            yield fault("withdrawn", row, "id", "was withdrawn, yet a row has it")
        for replacement in split(row["replaced_by"]):
            if replacement not in known | gone:
                yield fault(
                    "withdrawn", row, "replaced_by", f"{shorten(replacement)!r} is no event and no initiative"
                )


def conflict_sources_exist(tables: Tables) -> Faults:
    """Where a conflict names a page by its id, the page is in the table."""
    known = {row["source_id"] for row in tables["sources"]}
    for row in tables["conflicts"]:
        for column in ("source_a", "source_b"):
            for word in split(row[column]):
                if word.strip().startswith("src-") and word.strip() not in known:
                    yield fault("conflicts", row, column, f"{shorten(word.strip())!r} is not in sources.csv")


def links_join_two(tables: Tables) -> Faults:
    """An initiative does not depend on itself."""
    for row in tables["initiative_links"]:
        if row["initiative_id"] == row["linked_id"]:
            yield fault("initiative_links", row, "linked_id", "is the initiative itself")


def ranges_are_ordered(tables: Tables) -> Faults:
    """Of a range the low end is not above the value, nor the value above the high end."""
    for row in tables["chain_factors"]:
        numbers = [
            number for number in (_float(row[c]) for c in ("low", "value", "high")) if number is not None
        ]
        if numbers != sorted(numbers):
            yield fault("chain_factors", row, "low", "low, value and high are not in order")


def one_preferred_row(tables: Tables) -> Faults:
    """One row a country, year and metric is the preferred one."""
    seen: dict[tuple[str, ...], int] = {}
    for row in tables["world_ree"]:
        key = row["iso3"], row["year"], row["metric"]
        if row["preferred"] != "true":
            continue
        if key in seen:
            yield fault(
                "world_ree", row, "preferred", f"row {seen[key]} is preferred already for {', '.join(key)}"
            )
        seen.setdefault(key, row["_row"])


def _reference_rules() -> Iterator[Rule]:
    for table in codebook.tables().values():
        for column in table.columns:
            if column.reference:
                target, key = column.reference.split(".")
                rule = partial(references, table=table.name, column=column.name, target=target, key=key)
                yield f"{table.file}: {column.name} names rows of {target}.csv", {table.name, target}, rule


def _column_rules() -> Iterator[Rule]:
    """Yield the rules that hold in every table that has the columns."""
    for name, table in codebook.tables().items():
        names = set(table.names)
        if name in ("events", "initiatives"):
            yield f"{table.file}: titles are short", {name}, partial(titles_are_short, table=name)
        if {"lat", "lon", "location_accuracy"} <= names:
            rule = partial(points_are_whole, table=name)
            yield f"{table.file}: points are whole and as precise as stated", {name}, rule
            column = "states" if "states" in names else "state_iso"
            rule = partial(points_lie_inside, table=name, column=column)
            yield f"{table.file}: points lie in their state", {name}, rule
        for spec in table.columns:
            if spec.vocabulary == "country" and spec.type == "list":
                rule = partial(india_is_no_partner, table=name, column=spec.name)
                yield f"{table.file}: {spec.name} are other countries", {name}, rule
            if spec.name.endswith("_unit"):
                stem = spec.name.removesuffix("_unit")
                value = stem if stem in names else f"{stem}_value"
                rule = partial(numbers_have_units, table=name, value=value, unit=spec.name)
                yield f"{table.file}: {value} has its unit", {name}, rule


_PAGES = {"events", "event_sources", "sources"}
_WORKS = {"facilities", "initiatives"}
#: All rules, in the order in which they are run.
RULES: list[Rule] = [
    *_reference_rules(),
    *_column_rules(),
    ("stages fit the kind of step", {"events"}, stage_fits_kind),
    ("stages fit the type of initiative", {"events", "initiatives"}, source_rules.stages_fit_type),
    ("dates fit their precision", {"events"}, dates_fit_precision),
    ("no step lies in the future", {"events"}, dates_are_past),
    ("drafts are completed", {"events"}, drafts_are_completed),
    ("steps follow in time, without a circle", {"events"}, steps_follow_in_time),
    ("scopes are not wider than the initiative's", {"events", "initiatives"}, scope_is_not_wider),
    (
        "capitals lie in their country",
        {"partners"},
        partial(
            points_lie_inside,
            table="partners",
            column="iso3",
            layer="countries",
            lat="capital_lat",
            lon="capital_lon",
        ),
    ),
    ("events have sources", {"events", "event_sources"}, events_have_sources),
    ("a page tells of each event", {"events", "event_sources"}, source_rules.events_are_told),
    ("no report is older than its event", _PAGES, source_rules.reports_are_not_older),
    ("who repeats is no origin", _PAGES, source_rules.repeaters_name_another),
    ("second origins have reasons", {"event_sources"}, source_rules.second_origins_have_reasons),
    ("origins are of one side", {"event_sources"}, source_rules.origins_are_of_one_side),
    ("nothing rests on posts or headlines alone", _PAGES, source_rules.nothing_rests_on_forums),
    ("pages have a date or none", {"sources"}, source_rules.pages_have_dates),
    *(
        (
            f"{table}.csv: {column} can be an entry of a list",
            {table},
            partial(source_rules.listed_names_are_whole, table=table, column=column),
        )
        for table, column in (("actors", "name"), ("sources", "publisher"), ("conflicts", "field"))
    ),
    ("names mean one actor", {"actors"}, source_rules.actors_have_one_name),
    ("facilities have one status", {"facilities"}, facility_rules.one_status),
    ("one facility an initiative", _WORKS, facility_rules.one_facility_each),
    ("what runs has a facility", {*_WORKS, "events"}, facility_rules.running_has_facility),
    ("sources are used, once each", {"sources", "event_sources"}, sources_are_used_once),
    ("initiatives have events", {"events", "initiatives"}, initiatives_have_events),
    ("withdrawn ids stay away", {"events", "initiatives", "withdrawn"}, withdrawn_ids_stay_away),
    ("conflicts name known pages", {"conflicts", "sources"}, conflict_sources_exist),
    ("links join two initiatives", {"initiative_links"}, links_join_two),
    ("ranges are in order", {"chain_factors"}, ranges_are_ordered),
    ("one preferred row of the world table", {"world_ree"}, one_preferred_row),
]
