"""Write docs/datasets.md: every public dataset with its columns, units, source, licence and two rows.

    python tools/write_dataset_docs.py            write it
    python tools/write_dataset_docs.py --check    exit status 1 if it is not up to date

The tables are described by `mineralmap.schema`; what only the loaders add, and the boundary layers,
are described here. A column that nobody describes stops the tool.
"""

import inspect
import sys
from pathlib import Path

import mineralmap as mm
from mineralmap import checks, schema
from mineralmap._paths import data_folder

TARGET = Path(__file__).resolve().parent.parent / "docs" / "datasets.md"
LONGEST_EXAMPLE = 40

INTRO = """# The datasets

Every dataset is a function that returns a fresh table: `import mineralmap as mm; events = mm.load_events()`.
This page says for each what the columns mean, in which unit, and where the rows come from. The examples are
the first two rows, long text cut. How the rows are coded (the ladder, scopes, witnesses, places) is told in
[`data/tables/README.md`](../data/tables/README.md), the terms of every part in
[`data/NOTICE.md`](../data/NOTICE.md). The same schema for programs is
[`data/datapackage.json`](../data/datapackage.json); `mineralmap validate` checks all of it.

An empty cell means unknown, never zero. Coordinates are EPSG:4326, in degrees. States are ISO 3166-2:IN
codes, countries ISO 3166-1 alpha-3 codes. `mm.cite()` says how to cite.

*Written by `tools/write_dataset_docs.py`: change the schema or the tables, then run it again.*
"""

TYPES = {
    "text": "text",
    "verbatim": "text",
    "id": "text (id)",
    "ids": "tuple of ids",
    "list": "tuple of text",
    "number": "number",
    "integer": "whole number",
    "date": "date",
    "partial_date": "text: year, month or day",
    "boolean": "true or false",
    "url": "text (web address)",
    "state": "text (state code)",
    "states": "tuple of state codes",
    "iso3s": "tuple of country codes",
}
#: The loader of each table that is not named load_<table>.
LOADERS = {"india_magnet_imports": "load_magnet_imports"}
#: Where the rows come from, unless each row names its page in source_url.
SOURCES = {
    "initiatives": "our grouping of the events; their pages stand in `sources`.",
    "events": "the pages in `sources`, linked by `event_sources`.",
    "sources": "the pages themselves; an address may have changed since it was read.",
    "event_sources": "our reading of the pages.",
    "conflicts": "the pages named in `source_a` and `source_b`.",
    "withdrawn": "our own record.",
    "corrections": "our own record; `source_url` where a page shows the correction.",
    "coverage": "our own record of what was searched.",
    "initiative_links": "our reading of the events of both initiatives.",
}
_POINT = ("point", "degrees", "The point, EPSG:4326; missing where there is none.")
_STAGE = "vocabulary"
#: Columns that the loader adds: name -> (type, unit, meaning).
ADDED = {
    "initiatives": {
        "stage": (_STAGE, "", "Stage on the day asked for, computed from the events."),
        "stage_since": ("date", "", "First day of the period of the event that made it so."),
        "stage_event_id": ("text (id)", "", "That event."),
        "highest_stage": (_STAGE, "", "Highest rung of the ladder ever reached; missing if none."),
        "last_step": (_STAGE, "", "Stage of the newest event."),
        "last_event_id": ("text (id)", "", "The newest event."),
        "first_date": ("date", "", "Date of the first event."),
        "last_date": ("date", "", "Date of the newest event."),
        "n_events": ("whole number", "events", "Number of events that count."),
        "states": ("tuple of state codes", "", "States of all events."),
        "partners": ("tuple of country codes", "", "Countries of all events."),
        "blocs": ("tuple of text", "", "Groups of countries of all events."),
        "place_name": ("text", "", "Place of the newest event on the ground that has a point."),
        "lat": ("number", "degrees", "Latitude of that place."),
        "lon": ("number", "degrees", "Longitude of that place."),
        "location_accuracy": ("text", "", "How precise that place is; none where there is no point."),
        "last_confirmed": (
            "date",
            "",
            "Date of the newest step that two witnesses report, or that those who act state themselves.",
        ),
        "disputed": ("tuple of text", "", "Fields on which sources differ."),
    },
    "events": {
        "n_witnesses": ("whole number", "witnesses", "Number of independent witnesses; an upper bound."),
        "single_source": ("true or false", "", "Fewer than two witnesses."),
        "best_source_kind": ("vocabulary", "", "Strongest kind of page; missing if there is none."),
        "disputed": ("tuple of text", "", "Fields on which sources differ."),
    },
    **{name: {"geometry": _POINT} for name in ("deposits", "facilities", "ports", "partners")},
}

_STATE = {
    "state_iso": ("text (state code)", "", "ISO 3166-2:IN code in force."),
    "state": ("text", "", "English name."),
}
_STATE_TYPE = _STATE | {"type": ("text", "", "state, or union territory.")}
_INDIA_LICENCE = "derived from adarvmaps 0.1.42, MIT, (c) 2025 ADARV."
#: loader -> (what it is, source and licence, columns); from data/shapefiles/README.md.
LAYERS = {
    "load_states": (
        '`india_states.shp` (Government of India\'s view) or, with `perspective="natural_earth"`, '
        "`india_states_ne.shp` (de facto view).",
        "Government of India's view: districts, cleaned and dissolved; "
        + _INDIA_LICENCE
        + " De facto view: Natural "
        "Earth, public domain. Areas: as published, see `official_area_source`.",
        _STATE_TYPE
        | {
            "official_area_km2": ("number", "km2", "Published area; never computed from the polygon."),
            "official_area_source": ("text", "", "Key in `tools/official_area_sources.csv`."),
            "geometry": ("polygons", "degrees", "The state or union territory."),
        },
    ),
    "load_districts": (
        "`india_districts.shp`: districts of about 2025; they dissolve exactly to the states.",
        "districts, cleaned and simplified at 700 m; " + _INDIA_LICENCE,
        {
            "district_id": (
                "text (id)",
                "",
                "`LGD-` and the Local Government Directory's code, or `OBJ-` and the input's number.",
            ),
            "district": ("text", "", "Name."),
            **_STATE,
            "geometry": ("polygons", "degrees", "The district."),
        },
    ),
    "load_countries": (
        "`countries.shp` (India as in `load_states`, taken out of its neighbours) or, with "
        '`perspective="natural_earth"`, `countries_ne.shp`.',
        "Natural Earth 1:50 million, public domain; India's outline " + _INDIA_LICENCE,
        {
            "iso3": (
                "text (country code)",
                "",
                "ISO 3166-1 alpha-3; where there is none, Natural Earth's code.",
            ),
            "country": ("text", "", "English name."),
            "geometry": ("polygons", "degrees", "The country."),
        },
    ),
    "load_coastline": (
        "`coastline.shp`: the sea-facing shore of each coastal unit, exactly on the edges of `load_states`.",
        "edges of the states that are nearer to Natural Earth's 1:10 million ocean (public domain) than to "
        "foreign land; " + _INDIA_LICENCE,
        _STATE_TYPE | {"geometry": ("lines", "degrees", "The shore.")},
    ),
}


def loader_of(table):
    return LOADERS.get(table, f"load_{table}")


def _cell(text):
    """Return a text as a cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def _example(value):
    text = checks.short(" ".join(str(value).split()), LONGEST_EXAMPLE).split("... (")[0]
    text += "…" if len(str(value)) > LONGEST_EXAMPLE else ""
    return f"`{text.replace('|', '¦').replace('`', chr(39))}`" if text else ""


def _shown(value):
    """Return a value of a loaded frame as the text of an example."""
    if isinstance(value, tuple):
        return ";".join(value)
    if value is None or value != value:
        return ""
    if hasattr(value, "geom_type"):
        return value.geom_type
    return value.date() if hasattr(value, "date") else value


def _table(lines):
    head = "| column | type | unit | meaning | first row | second row |\n|---|---|---|---|---|---|"
    return "\n".join([head, *("| " + " | ".join(cells) + " |" for cells in lines)])


def _heading(loader, words=None):
    function = getattr(mm, loader)
    words = words or inspect.getdoc(function).split("\n")[0]
    return f"## {loader}{inspect.signature(function)}\n\n{words}"


def _meaning(column):
    words = column.doc
    if column.values:
        words += " Entries from" if column.type == "list" else " One of"
        words += f" {', '.join(column.values)}."
    if column.ref:
        words += f" Names a row of `{column.ref.split('.')[0]}`."
    return words + (" Never empty." if column.required else "")


def _unit(column, spec):
    """Return the unit of a column: its own, or the column beside it that holds it."""
    if column.unit or column.type not in ("number", "integer"):
        return column.unit
    stem = column.name.removesuffix("_value")
    beside = [name for name in (f"{stem}_unit", f"{column.name}_unit", "unit") if name in spec.names]
    return f"in `{beside[0]}`" if beside else ""


def describe_table(spec):
    loader = loader_of(spec.name)
    frame = getattr(mm, loader)()
    added = ADDED.get(spec.name, {})
    if set(frame) != {*spec.names, *added}:
        raise SystemExit(f"{loader}: columns without a description: {set(frame) ^ {*spec.names, *added}}")
    rows, _ = checks.read_rows(data_folder() / "tables" / spec.file, spec)
    # The examples are the rows of the file, in the order of the file.
    first = [frame[frame[spec.key[0]] == row[spec.key[0]]].head(1) for row in rows[:2]] if added else []
    lines = [
        (
            f"`{column.name}`",
            "vocabulary" if column.values and column.type == "text" else TYPES[column.type],
            _cell(_unit(column, spec)),
            _cell(_meaning(column)),
            *(_example(row[column.name]) for row in rows[:2]),
        )
        for column in spec.columns
    ]
    lines += [
        (f"`{name}`", *map(_cell, words), *(_example(_shown(row[name].iloc[0])) for row in first))
        for name, words in added.items()
    ]
    key = ", ".join(f"`{name}`" for name in spec.key) if spec.key else "none"
    source = SOURCES.get(spec.name, "the page in `source_url` of each row.")
    facts = f"File: `data/tables/{spec.file}`. Key: {key}. Source: {source} Licence: {spec.licence}."
    if added:
        names = ", ".join(f"`{name}`" for name in added)
        facts += f"\n\nNot in the file, added by the loader: {names}."
    return f"{_heading(loader, spec.doc)}\n\n{facts}\n\n{_table(lines)}"


def describe_layer(loader):
    what, licence, columns = LAYERS[loader]
    frame = getattr(mm, loader)()
    if list(frame) != list(columns):
        raise SystemExit(f"{loader}: the columns are {list(frame)}, described are {list(columns)}")
    lines = [
        (f"`{name}`", *map(_cell, words), *(_example(_shown(frame[name].iloc[at])) for at in (0, 1)))
        for name, words in columns.items()
    ]
    facts = f"Files in `data/shapefiles`: {what} Source and licence: {licence}"
    return f"{_heading(loader)}\n\n{facts}\n\n{_table(lines)}"


def document():
    described = [*map(loader_of, schema.TABLES), *LAYERS]
    public = {name for name in mm.__all__ if name.startswith("load_")}
    if public != set(described):
        raise SystemExit(f"loaders without a description, or the other way round: {public ^ set(described)}")
    layers = (
        "# The boundaries\n\nNo boundary is an endorsement: two views are offered, so that a map can say "
        "whose view it draws. How the layers are made, and their known flaws, stand in "
        "[`data/shapefiles/README.md`](../data/shapefiles/README.md)."
    )
    parts = [
        INTRO.rstrip(),
        *map(describe_table, schema.TABLES.values()),
        layers,
        *map(describe_layer, LAYERS),
    ]
    return "\n\n".join(parts) + "\n"


def main(arguments):
    text = document()
    if arguments == ["--check"]:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if current == text:
            return 0
        print(f"{TARGET.name} is not up to date: run python tools/write_dataset_docs.py", file=sys.stderr)
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    print(f"wrote {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
