"""The rules between rows and between tables, each a function that yields the rows that break it.

A rule takes the tables as text rows (name -> list of dict) and yields faults. It runs only where
every table that it needs is at hand; what could not be checked is said in the report.
"""

from __future__ import annotations

import datetime
import math
from functools import cache, partial

from . import schema
from .checks import Fault, is_date, near_hint, short

_PLANS = frozenset({"talks", "announced", "mou", "agreement"})
_WORKS = frozenset({"approved", "construction", "operating"})
_ENDS = frozenset({"suspended", "cancelled"})
#: Which stages a step of each kind can stand on.
STAGES_OF_KIND = {
    "talks": {"talks", "announced", *_ENDS},
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
_WIDTH = {"context": 0, "critical_minerals": 1, "rare_earth": 2}


def _fault(table, row, column, rule, hint=""):
    spec = schema.TABLES[table]
    ident = row[spec.key[0]] if spec.key else row[spec.columns[0].name]
    return Fault(spec.file, row["_row"], ident, column, row.get(column, ""), rule, hint)


def _split(cell):
    return cell.split(";") if cell else []


def references(tables, table, column, target, key):
    """Every id in a column names a row of the other table."""
    known = {row[key] for row in tables[target]}
    hints = {}
    for row in tables[table]:
        for value in _split(row[column]):
            if value in known:
                continue
            # Where many are wrong none is a slip of the pen, and near ids are slow to find.
            if value not in hints:
                hints[value] = near_hint(value, known) if len(hints) < 20 else ""
            rule = f"{short(value)!r} is not in {schema.TABLES[target].file}"
            yield _fault(table, row, column, rule, hints[value])


def stage_fits_kind(tables):
    """A law can be in force, a plant cannot; talks are no approval."""
    for row in tables["events"]:
        allowed = STAGES_OF_KIND.get(row["kind"])
        if allowed and row["stage"] in schema.STAGES and row["stage"] not in allowed:
            names = ", ".join(stage for stage in schema.STAGES if stage in allowed)
            hint = f"a step of kind {row['kind']} is one of {names}"
            yield _fault("events", row, "stage", "does not fit the kind of step", hint)


def titles_are_short(tables, table):
    """A title fits on a line."""
    for row in tables[table]:
        if len(row["title"]) > LONGEST_TITLE:
            rule = f"has {len(row['title'])} characters; a title has at most {LONGEST_TITLE}"
            yield _fault(table, row, "title", rule)


def dates_fit_precision(tables):
    """A date known to the month is written as its first day, one known to the year as 1 January."""
    for row in tables["events"]:
        end = {"month": "-01", "year": "-01-01"}.get(row["date_precision"], "")
        if is_date(row["date"]) and not row["date"].endswith(end):
            hint = f"write {row['date'][: 10 - len(end)]}{end}"
            yield _fault("events", row, "date", f"is known to the {row['date_precision']} only", hint)


def dates_are_past(tables):
    """A step is what has happened; what is planned stands in its note."""
    today = datetime.date.today().isoformat()
    for row in tables["events"]:
        if is_date(row["date"]) and row["date"] > today:
            yield _fault("events", row, "date", "lies in the future", f"today is {today}")


def steps_follow_in_time(tables):
    """A step is not dated before the one it follows, and no chain returns to its start."""
    by_id = {row["event_id"]: row for row in tables["events"]}
    for row in tables["events"]:
        for before in _split(row["follows"]):
            if before not in by_id or not (is_date(row["date"]) and is_date(by_id[before]["date"])):
                continue
            if by_id[before]["date"] > _period_end(row):
                rule = f"follows {short(before)!r}, which is dated later ({by_id[before]['date']})"
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
        if own in _WIDTH and whole in _WIDTH and _WIDTH[own] > _WIDTH[whole]:
            rule = f"is wider than the scope of its initiative ({whole})"
            yield _fault("events", row, "scope", rule)


def points_are_whole(tables, table):
    """Latitude and longitude stand together, and with an accuracy that says a place is known."""
    for row in tables[table]:
        has = bool(row["lat"]), bool(row["lon"])
        pinned = row["location_accuracy"] in schema.PINNED
        if has[0] != has[1]:
            empty = "lon" if has[0] else "lat"
            yield _fault(table, row, empty, "is empty beside its other half")
        elif has[0] and not pinned:
            hint = f"a point is one of {', '.join(schema.PINNED)}; for the others leave lat and lon empty"
            yield _fault(table, row, "location_accuracy", "has a point but no known place", hint)
        elif pinned and not has[0]:
            rule = "says that the place is known, but there is no point"
            yield _fault(table, row, "location_accuracy", rule)


@cache
def _shapes(layer):
    """Return code -> prepared polygon of the states or the countries."""
    import shapely

    from . import datasets

    if layer == "states":
        frame, code = datasets.load_states(), "state_iso"
    else:
        frame, code = datasets.load_countries(), "iso3"
    # Copies of our own: to prepare them changes the objects, which the next caller of the loader gets, too.
    shapes = shapely.from_wkb(shapely.to_wkb(frame.geometry.to_numpy()))
    shapely.prepare(shapes)
    return dict(zip(frame[code], shapes, strict=True))


def points_lie_inside(tables, table, column, layer="states", lat="lat", lon="lon"):
    """A point lies in one of the states, or in the country, that its row names, within the tolerance."""
    import shapely

    shapes = _shapes(layer)

    def outside(named, y, x):
        return min(shapely.distance(named, shapely.Point(x, y))) > TOLERANCE_DEGREES

    for row in tables[table]:
        named = [shapes[code] for code in _split(row[column]) if code in shapes]
        y, x = _degrees(row[lat], 90), _degrees(row[lon], 180)
        if not named or y is None or x is None or not outside(named, y, x):
            continue
        found = [code for code, shape in shapes.items() if shapely.contains_xy(shape, x, y)]
        hint = f"it lies in {found[0]}" if found else f"it lies in none of the {layer}"
        if not outside(named, x, y):
            hint = "latitude and longitude are swapped"
        rule = f"the point {short(row[lat], 20)}, {short(row[lon], 20)} is not in {row[column]}"
        yield _fault(table, row, lat, rule, hint)


def _degrees(text, most):
    """Return an angle, or None if it is none; the rule of the cell has told so already."""
    number = _float(text)
    return number if number is not None and abs(number) <= most else None


def _float(text):
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def countries_exist(tables, table, column):
    """A code of three letters is the code of a country."""
    known = _shapes("countries")
    for row in tables[table]:
        for code in _split(row[column]):
            if len(code) == 3 and code.isupper() and code not in known:
                yield _fault(
                    table, row, column, f"{code!r} is the code of no country", near_hint(code, known)
                )


def numbers_have_units(tables, table, value, unit):
    """A number without its unit says nothing, and a unit without a number neither."""
    for row in tables[table]:
        if bool(row[value]) != bool(row[unit]):
            empty = unit if row[value] else value
            yield _fault(table, row, empty, "is empty beside its other half")


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
                yield _fault(
                    "withdrawn", row, "replaced_by", f"{short(heir)!r} is no event and no initiative"
                )


def conflict_sources_exist(tables):
    """Where a conflict names a page by its id, the page stands in the table."""
    known = {row["source_id"] for row in tables["sources"]}
    for row in tables["conflicts"]:
        for column in ("source_a", "source_b"):
            for word in _split(row[column]):
                if word.strip().startswith("src-") and word.strip() not in known:
                    yield _fault("conflicts", row, column, f"{short(word.strip())!r} is not in sources.csv")


def links_join_two(tables):
    """An initiative does not depend on itself."""
    for row in tables["initiative_links"]:
        if row["initiative_id"] == row["linked_id"]:
            yield _fault("initiative_links", row, "linked_id", "is the initiative itself")


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


def _column_rules():
    """Yield the rules that hold in every table that has the columns."""
    for name, spec in schema.TABLES.items():
        names = set(spec.names)
        if name in ("events", "initiatives"):
            yield f"{spec.file}: titles are short", {name}, partial(titles_are_short, table=name)
        if {"lat", "lon", "location_accuracy"} <= names:
            rule = partial(points_are_whole, table=name)
            yield f"{spec.file}: points are whole and as precise as stated", {name}, rule
            column = "states" if "states" in names else "state_iso"
            rule = partial(points_lie_inside, table=name, column=column)
            yield f"{spec.file}: points lie in their state", {name}, rule
        for column in spec.columns:
            if column.type == "iso3s" or column.name == "iso3":
                rule = partial(countries_exist, table=name, column=column.name)
                if name != "world_ree":  # it has rows of the world and of the rest, too
                    yield f"{spec.file}: {column.name} are codes of countries", {name}, rule
            if column.name.endswith("_unit"):
                stem = column.name.removesuffix("_unit")
                value = stem if stem in names else f"{stem}_value"
                rule = partial(numbers_have_units, table=name, value=value, unit=column.name)
                yield f"{spec.file}: {value} has its unit", {name}, rule


#: (what holds, tables needed, rule), in the order in which they are run.
RULES = [
    *_reference_rules(),
    *_column_rules(),
    ("stages fit the kind of step", {"events"}, stage_fits_kind),
    ("dates fit their precision", {"events"}, dates_fit_precision),
    ("no step lies in the future", {"events"}, dates_are_past),
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
    ("sources are used, once each", {"sources", "event_sources"}, sources_are_used_once),
    ("initiatives have events", {"events", "initiatives"}, initiatives_have_events),
    ("withdrawn ids stay away", {"events", "initiatives", "withdrawn"}, withdrawn_ids_stay_away),
    ("conflicts name known pages", {"conflicts", "sources"}, conflict_sources_exist),
    ("links join two initiatives", {"initiative_links"}, links_join_two),
    ("ranges are in order", {"chain_factors"}, ranges_are_ordered),
    ("one preferred row of the world table", {"world_ree"}, one_preferred_row),
]
