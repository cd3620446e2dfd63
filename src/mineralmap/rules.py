"""The rules between rows and between tables, each a function that yields the rows that break it.

A rule takes the tables as text rows (name -> list of dict) and yields faults. It runs only where
every table that it needs is at hand; what could not be checked is said in the report.
"""

from __future__ import annotations

import datetime
from functools import partial

from . import schema
from .checks import Fault

#: Which stages a step of each kind can stand on.
_PLANS = frozenset({"talks", "announced", "mou", "agreement"})
_WORKS = frozenset({"approved", "construction", "operating"})
_ENDS = frozenset({"suspended", "cancelled"})
STAGES_OF_KIND = {
    "talks": {"talks", "announced"},
    "mou": {"announced", "mou", "approved", *_ENDS},
    "agreement": {"announced", "agreement", "approved", *_ENDS},
    "jv": _PLANS | _WORKS | _ENDS,
    "supply_contract": _PLANS | {"operating"} | _ENDS,
    "investment": _PLANS | _WORKS | _ENDS,
    "plant": {"announced"} | _WORKS | _ENDS,
    "auction": {"talks", "announced", "approved", *_ENDS},
    "exploration": _PLANS | {"approved"} | _ENDS,
    "resource_estimate": {"announced"},
    "research": _PLANS | _WORKS | _ENDS,
    "policy": {"talks", "announced", "approved", "in_force", *_ENDS},
    "restriction": {"announced", "approved", "in_force", *_ENDS},
}
LONGEST_TITLE = 100
#: Points may lie this far outside the simplified polygon of their state (about 11 km).
TOLERANCE_DEGREES = 0.1
_WIDTH = {"context": 0, "critical_minerals": 1, "rare_earth": 1}


def _fault(table, row, column, rule, hint=""):
    spec = schema.TABLES[table]
    ident = row[spec.key[0]] if spec.key else row[spec.columns[0].name]
    return Fault(spec.file, row["_row"], ident, column, row.get(column, ""), rule, hint)


def _split(cell):
    return cell.split(";") if cell else []


def references(tables, table, column, target, key):
    """Every id in a column names a row of the other table."""
    import difflib

    known = {row[key] for row in tables[target]}
    for row in tables[table]:
        for value in _split(row[column]):
            if value not in known:
                near = difflib.get_close_matches(value, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else ""
                yield _fault(table, row, column, f"{value!r} is not in {schema.TABLES[target].file}", hint)


def stage_fits_kind(tables):
    """A law can be in force, a plant cannot; talks are no approval."""
    for row in tables["events"]:
        allowed = STAGES_OF_KIND.get(row["kind"])
        if allowed and row["stage"] in schema.STAGES and row["stage"] not in allowed:
            names = ", ".join(stage for stage in schema.STAGES if stage in allowed)
            hint = f"a step of kind {row['kind']} is one of {names}"
            yield _fault("events", row, "stage", "does not fit the kind of step", hint)


def titles_are_short(tables):
    """A title fits on a line."""
    for table in ("events", "initiatives"):
        for row in tables.get(table, ()):
            if len(row["title"]) > LONGEST_TITLE:
                rule = f"has {len(row['title'])} characters; a title has at most {LONGEST_TITLE}"
                yield _fault(table, row, "title", rule)


def dates_fit_precision(tables):
    """A date known to the month is written as its first day, one known to the year as 1 January."""
    for row in tables["events"]:
        end = {"month": "-01", "year": "-01-01"}.get(row["date_precision"], "")
        if not row["date"].endswith(end):
            hint = f"write {row['date'][: 10 - len(end)]}{end}"
            yield _fault("events", row, "date", f"is known to the {row['date_precision']} only", hint)


def dates_are_past(tables):
    """A step is what has happened; what is planned stands in its note."""
    today = datetime.date.today().isoformat()
    for row in tables["events"]:
        if row["date"] > today:
            yield _fault("events", row, "date", "lies in the future", f"today is {today}")


def steps_follow_in_time(tables):
    """A step is not dated before the one it follows, and no chain returns to its start."""
    by_id = {row["event_id"]: row for row in tables["events"]}
    for row in tables["events"]:
        for before in _split(row["follows"]):
            if before in by_id and by_id[before]["date"] > _period_end(row):
                rule = f"follows {before!r}, which is dated later ({by_id[before]['date']})"
                yield _fault("events", row, "follows", rule)
        if _returns(row["event_id"], by_id):
            yield _fault("events", row, "follows", "the chain returns to this step")


def _period_end(row):
    """Return the last day of the row's period as text that sorts like a date."""
    cut = {"month": 7, "year": 4}.get(row["date_precision"], 10)
    return row["date"][:cut] + "-99"


def _returns(start, by_id):
    seen, front = set(), list(_split(by_id[start]["follows"]))
    while front:
        one = front.pop()
        if one == start:
            return True
        if one in by_id and one not in seen:
            seen.add(one)
            front += _split(by_id[one]["follows"])
    return False


def scope_is_not_wider(tables):
    """An event of a context initiative is context; a step may be narrower than its initiative."""
    scope = {row["initiative_id"]: row["scope"] for row in tables["initiatives"]}
    for row in tables["events"]:
        own, whole = row["scope"], scope.get(row["initiative_id"])
        if own in _WIDTH and whole in _WIDTH and own != whole and own != "context":
            rule = f"is not the scope of its initiative ({whole}), nor context"
            yield _fault("events", row, "scope", rule)


def points_are_whole(tables):
    """Latitude and longitude stand together, and with an accuracy that says a place is known."""
    for table in ("events", "deposits", "facilities", "ports"):
        for row in tables.get(table, ()):
            has = bool(row["lat"]), bool(row["lon"])
            pinned = row["location_accuracy"] in schema.PINNED
            if has[0] != has[1]:
                empty = "lon" if has[0] else "lat"
                yield _fault(table, row, empty, "is empty beside its other half")
            elif has[0] and not pinned:
                hint = f"a point is one of {', '.join(schema.PINNED)}; for the others leave lat and lon empty"
                yield _fault(table, row, "location_accuracy", "has a point but no known place", hint)
            elif pinned and not has[0]:
                yield _fault(
                    table, row, "location_accuracy", "says that the place is known, but there is no point"
                )


def points_lie_in_their_state(tables):
    """A point lies in one of the states that its row names, within the tolerance."""
    import numpy as np
    import shapely

    from .datasets import load_states

    states = load_states()
    shapes = dict(zip(states["state_iso"], states.geometry.to_numpy(), strict=True))
    for shape in shapes.values():
        shapely.prepare(shape)
    for table, column in (("events", "states"), ("deposits", "state_iso"), ("facilities", "state_iso"),
                          ("ports", "state_iso")):  # fmt: skip
        for row in tables.get(table, ()):
            named = [shapes[code] for code in _split(row[column]) if code in shapes]
            lat, lon = _float(row["lat"]), _float(row["lon"])
            if not named or lat is None or lon is None:
                continue
            if min(shapely.distance(named, shapely.Point(lon, lat))) <= TOLERANCE_DEGREES:
                continue
            inside = [code for code, shape in shapes.items() if shapely.contains_xy(shape, lon, lat)]
            swapped = -90 <= lon <= 90 and np.min(shapely.distance(named, shapely.Point(lat, lon))) == 0
            hint = f"it lies in {inside[0]}" if inside else "it lies in no Indian state"
            if swapped:
                hint = "latitude and longitude are swapped"
            rule = f"the point {row['lat']}, {row['lon']} is not in {row[column]}"
            yield _fault(table, row, "lat", rule, hint)


def _float(text):
    try:
        return float(text)
    except ValueError:
        return None


def numbers_have_units(tables):
    """A number without its unit says nothing, and a unit without a number neither."""
    for row in tables["events"]:
        for what in ("amount", "capacity"):
            value, unit = row[f"{what}_value"], row[f"{what}_unit"]
            if bool(value) != bool(unit):
                empty = f"{what}_unit" if value else f"{what}_value"
                yield _fault("events", row, empty, "is empty beside its other half")


def events_have_sources(tables):
    """Each step leads to at least one page."""
    linked = {row["event_id"] for row in tables["event_sources"]}
    for row in tables["events"]:
        if row["event_id"] not in linked:
            yield _fault("events", row, "event_id", "has no source in event_sources.csv")


def sources_are_used_once(tables):
    """Each page stands once, and some event rests on it."""
    used = {row["source_id"] for row in tables["event_sources"]}
    first = {}
    for row in tables["sources"]:
        if row["source_id"] not in used:
            yield _fault("sources", row, "source_id", "no event rests on this page")
        if row["url"] in first:
            yield _fault("sources", row, "url", f"stands in row {first[row['url']]} already")
        first.setdefault(row["url"], row["_row"])


def initiatives_have_events(tables):
    """An initiative without a step has no stage."""
    used = {row["initiative_id"] for row in tables["events"]}
    for row in tables["initiatives"]:
        if row["initiative_id"] not in used:
            yield _fault("initiatives", row, "initiative_id", "has no event")


def withdrawn_ids_stay_away(tables):
    """A withdrawn id is never used again, and its heirs exist."""
    known = {row["event_id"] for row in tables["events"]} | {
        row["initiative_id"] for row in tables["initiatives"]
    }
    gone = {row["id"] for row in tables["withdrawn"]}
    for row in tables["withdrawn"]:
        if row["id"] in known:
            yield _fault("withdrawn", row, "id", "was withdrawn, yet a row has it")
        for heir in _split(row["replaced_by"]):
            if heir not in known | gone:
                yield _fault("withdrawn", row, "replaced_by", f"{heir!r} is no event and no initiative")


def conflict_sources_exist(tables):
    """Where a conflict names a page by its id, the page stands in the table."""
    known = {row["source_id"] for row in tables["sources"]}
    for row in tables["conflicts"]:
        for column in ("source_a", "source_b"):
            for word in _split(row[column]):
                if word.strip().startswith("src-") and word.strip() not in known:
                    yield _fault("conflicts", row, column, f"{word.strip()!r} is not in sources.csv")


def ranges_are_ordered(tables):
    """Of a range the low end is not above the value, nor the value above the high end."""
    for row in tables["chain_factors"]:
        numbers = [
            number for number in (_float(row[c]) for c in ("low", "value", "high")) if number is not None
        ]
        if numbers != sorted(numbers):
            yield _fault("chain_factors", row, "low", "low, value and high are not in order")


def one_preferred_row(tables):
    """One row a country, year and metric is the preferred one."""
    seen = {}
    for row in tables["world_ree"]:
        key = row["iso3"], row["year"], row["metric"]
        if row["preferred"] != "true":
            continue
        if key in seen:
            yield _fault(
                "world_ree", row, "preferred", f"row {seen[key]} is preferred already for {', '.join(key)}"
            )
        seen.setdefault(key, row["_row"])


def _reference_rules():
    for spec in schema.TABLES.values():
        for column in spec.columns:
            if column.ref:
                target, key = column.ref.split(".")
                rule = partial(references, table=spec.name, column=column.name, target=target, key=key)
                yield f"{spec.file}: {column.name} names rows of {target}.csv", {spec.name, target}, rule


#: (what holds, tables needed, rule), in the order in which they are run.
RULES = [
    *_reference_rules(),
    ("stages fit the kind of step", {"events"}, stage_fits_kind),
    ("titles are short", {"events"}, titles_are_short),
    ("dates fit their precision", {"events"}, dates_fit_precision),
    ("no step lies in the future", {"events"}, dates_are_past),
    ("steps follow in time, without a circle", {"events"}, steps_follow_in_time),
    ("scopes are not wider than the initiative's", {"events", "initiatives"}, scope_is_not_wider),
    ("points are whole and as precise as stated", {"events"}, points_are_whole),
    ("points lie in their state", {"events"}, points_lie_in_their_state),
    ("numbers have units", {"events"}, numbers_have_units),
    ("events have sources", {"events", "event_sources"}, events_have_sources),
    ("sources are used, once each", {"sources", "event_sources"}, sources_are_used_once),
    ("initiatives have events", {"events", "initiatives"}, initiatives_have_events),
    ("withdrawn ids stay away", {"events", "initiatives", "withdrawn"}, withdrawn_ids_stay_away),
    ("conflicts name known pages", {"conflicts", "sources"}, conflict_sources_exist),
    ("ranges are in order", {"chain_factors"}, ranges_are_ordered),
    ("one preferred row of the world table", {"world_ree"}, one_preferred_row),
]
