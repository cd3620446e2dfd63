"""Write the codebook as pages: data/tables/README.md (columns and codes) and docs/datasets.md (the loaders).

python tools/write_codebook_pages.py

What is said of tables, columns and codes comes from data/codebook; what only the boundary layers have
is described here. How rows are coded is written by hand, in docs/coding.md.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import mineralmap as mm
from mineralmap import codebook
from mineralmap.frames import cell_text
from mineralmap.text import format_date, join_words, pluralize

ROOT = Path(__file__).resolve().parents[1]
LONGEST_EXAMPLE = 40
#: A longer vocabulary is named in the description of a column, and not spelt out.
LONGEST_VOCABULARY = 15

TABLES = """# The tables

One row is one fact. Text is UTF-8, lines end with LF, dates are ISO 8601, an unknown value is an empty cell
(never zero, never a word). Entries of a list inside a cell are separated by `;`. Codes join the tables:
ISO 3166-2:IN for states, ISO 3166-1 alpha-3 for countries. Read the files as text
(`pandas.read_csv(path, dtype=str, keep_default_na=False)`) or with the loaders of `mineralmap`
([`docs/datasets.md`](../../docs/datasets.md)). How a row is coded, table by table, is told in
[`docs/coding.md`](../../docs/coding.md). The numbers that must hold are in `tests/expectations.csv`.

*Written by `make refresh` from `data/codebook/`: change the codebook or the tables, not this page.*
"""

DATASETS = """# The datasets

Every dataset is a function that returns a fresh table: `import mineralmap as mm; events = mm.load_events()`.
This page says for each what the columns mean, in which unit, and where the rows come from. The examples are
the first two rows, long text cut. The vocabularies are in
[`data/tables/README.md`](../data/tables/README.md#vocabularies), how rows are coded (types, stages,
who says so, places) is in [`coding.md`](coding.md), the terms of every part are in
[`data/NOTICE.md`](../data/NOTICE.md). The same description for programs is
[`data/datapackage.json`](../data/datapackage.json); `mineralmap validate` checks all of it.

An empty cell means unknown, never zero. Coordinates are EPSG:4326, in degrees. States are ISO 3166-2:IN
codes, countries ISO 3166-1 alpha-3 codes. `mm.cite()` says how to cite.

*Written by `make refresh` from `data/codebook/` and the loaders.*
"""

LAYERS = """# The boundaries

No boundary is an endorsement: two views are offered, so that a map can say whose view it draws. How the
layers are made, and their known flaws, is told in
[`data/shapefiles/README.md`](../data/shapefiles/README.md).
"""

TYPES = {
    "code": "code",
    "id": "text (id)",
    "ids": "tuple of ids",
    "list": "tuple of text",
    "integer": "whole number",
    "partial_date": "text: year, month or day",
    "boolean": "true or false",
    "url": "text (web address)",
    "verbatim": "text",
}
#: Where rows come from that do not name their page in source_url.
SOURCES = {
    "initiatives": "our grouping of the events; their pages are in `sources`",
    "events": "the pages in `sources`, linked by `event_sources`",
    "sources": "the pages themselves; an address may have changed since it was read",
    "event_sources": "our reading of the pages",
    "conflicts": "the pages named in `source_a` and `source_b`",
    "initiative_links": "our reading of the events of both initiatives",
}

_STATE = {
    "state_iso": ("code", "", "ISO 3166-2:IN code in force."),
    "state": ("text", "", "English name."),
}
_STATE_TYPE = _STATE | {"type": ("text", "", "state, or union territory.")}
_INDIA_LICENCE = "derived from adarvmaps 0.1.42, MIT, (c) 2025 ADARV."
#: loader -> (what it is, source and licence, columns)
BOUNDARIES = {
    "load_states": (
        '`india_states.shp` (Government of India\'s view) or, with `perspective="natural_earth"`, '
        "`india_states_ne.shp` (de facto view).",
        f"Government of India's view: districts, cleaned and dissolved; {_INDIA_LICENCE} De facto view: "
        "Natural Earth, public domain. Areas: as published, see `official_area_source`.",
        _STATE_TYPE
        | {
            "official_area_km2": ("number", "km2", "Published area; never computed from the polygon."),
            "official_area_source": ("text", "", "Key in `tools/official_area_sources.csv`."),
            "geometry": ("polygons", "degrees", "The state or union territory."),
        },
    ),
    "load_districts": (
        "`india_districts.shp`: districts of about 2025; they dissolve exactly to the states.",
        f"districts, cleaned and simplified at 700 m; {_INDIA_LICENCE}",
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
        f"Natural Earth 1:50 million, public domain; India's outline {_INDIA_LICENCE}",
        {
            "iso3": ("code", "", "ISO 3166-1 alpha-3; where there is none, Natural Earth's code."),
            "country": ("text", "", "English name."),
            "geometry": ("polygons", "degrees", "The country."),
        },
    ),
    "load_coastline": (
        "`coastline.shp`: the sea-facing shore of each coastal unit, exactly on the edges of `load_states`.",
        "edges of the states that are nearer to Natural Earth's 1:10 million ocean (public domain) than to "
        f"foreign land; {_INDIA_LICENCE}",
        _STATE_TYPE | {"geometry": ("lines", "degrees", "The shore.")},
    ),
}


def grid(head, rows):
    """Return a Markdown table."""
    cells = [
        [" ".join(cell.split()).replace("|", "\\|").replace("<", "&lt;") for cell in row] for row in rows
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *cells])


def meaning(column):
    """Return what a column means, with its vocabulary, its reference and whether it can be empty."""
    words = [column.doc]
    if column.vocabulary and (column.computed or len(column.values) > LONGEST_VOCABULARY):
        words.append(f"Vocabulary: `{column.vocabulary}`.")
    elif column.values:
        words.append(f"{'Entries from' if column.type == 'list' else 'One of'} {', '.join(column.values)}.")
    if column.reference:
        words.append(f"Names a row of `{column.reference.split('.')[0]}`.")
    if column.required:
        words.append("Never empty.")
    return " ".join(words)


# ------------------------------------------------------------------------------- data/tables/README.md


def describe_vocabulary(name):
    """Return the codes of a vocabulary; a long one without explanations as running text."""
    entries = codebook.vocabulary(name).values()
    if sum(bool(entry.explanation) for entry in entries) > len(entries) / 2:
        rows = [(f"`{entry.code}`", entry.label, entry.explanation) for entry in entries]
        words = grid(["code", "label", "meaning"], rows)
    else:
        same = all(entry.code == entry.label for entry in entries)
        words = ", ".join(f"`{entry.code}`" + f" {entry.label}" * (not same) for entry in entries) + "."
    return f"### {name}\n\n{words}"


def gaps():
    """Return what the tables themselves say of their gaps."""
    events, coverage = mm.load_events(), mm.load_coverage()
    digests = events["best_source_kind"].isin(["aggregator", "forum"])
    weak = [f"`{event_id}`" for event_id in sorted(events.loc[digests, "event_id"])]
    searched = {state for states in coverage["states"] for state in states}
    names = sorted(label for code, label in codebook.labels("state").items() if code not in searched)
    return f"""## Gaps

The newest event is of {format_date(events["date"].max())}; of later months nothing is known. A state,
country or month inside a row of `coverage.csv` and without an event means: searched, none found (which is no
proof that there was none). States that no row of it names were not searched by name, and would show only in
national lists: {join_words(names)}.

{pluralize(len(weak), "event")} rest on aggregators or forums alone: {join_words(weak)}."""


def tables_page():
    """Return the text of data/tables/README.md."""
    parts = [TABLES.rstrip()]
    for table in codebook.tables().values():
        key = join_words([f"`{name}`" for name in table.key])
        rows = [(f"`{column.name}`", meaning(column)) for column in table.columns]
        parts.append(f"## {table.file}\n\n{table.doc}{f' Key: {key}.' if key else ''}")
        parts.append(grid(["column", "meaning"], rows))
    columns = [column for table in codebook.tables().values() for column in (*table.columns, *table.computed)]
    used = dict.fromkeys(column.vocabulary for column in columns if column.vocabulary)
    parts += ["## Vocabularies", *map(describe_vocabulary, used), gaps()]
    return "\n\n".join(parts) + "\n"


# ------------------------------------------------------------------------------------ docs/datasets.md


def heading(loader, words):
    """Return the heading of a loader: its signature, and what a row is."""
    signature = inspect.signature(getattr(mm, loader))
    bare = [each.replace(annotation=inspect.Parameter.empty) for each in signature.parameters.values()]
    return f"## {loader}{inspect.Signature(bare)}\n\n{words}"


def example(value):
    """Return a value of a loaded frame as an example that fits into a cell."""
    value = getattr(value, "geom_type", value.date() if hasattr(value, "date") else value)
    text = ";".join(value) if isinstance(value, tuple) else " ".join(cell_text(value).split())
    text = text[:LONGEST_EXAMPLE] + "…" * (len(text) > LONGEST_EXAMPLE)
    return f"`{text.replace('|', '¦').replace('`', chr(39))}`" if text else ""


def describe(loader, words, facts, columns):
    """Return the section of a loader; ``columns`` is name -> (type, unit, meaning)."""
    frame = getattr(mm, loader)()
    if missing := set(frame).symmetric_difference(columns):
        raise SystemExit(f"{loader}: described or returned, but not both: {', '.join(sorted(missing))}")
    rows = [
        (f"`{name}`", *said, *(example(frame[name].iloc[at]) if at < len(frame) else "" for at in range(2)))
        for name, said in columns.items()
    ]
    head = ["column", "type", "unit", "meaning", "first row", "second row"]
    return f"{heading(loader, words)}\n\n{facts}\n\n{grid(head, rows)}"


def type_of(column):
    """Return the type of a column of a loaded frame, in words."""
    if column.name == "geometry":
        return "point"
    return "vocabulary" if column.values and column.type == "text" else TYPES.get(column.type, column.type)


def unit_of(column, table):
    """Return the unit of a column: its own, or the column beside it that holds it."""
    stem = column.name.removesuffix("_value")
    beside = [name for name in (f"{stem}_unit", f"{column.name}_unit", "unit") if name in table.names]
    return column.unit or (f"in `{beside[0]}`" if beside and column.type in ("number", "integer") else "")


def describe_table(table):
    """Return the section of the loader of a table."""
    named = "the page in `source_url` of each row" if "source_url" in table.names else "our own record"
    key = join_words([f"`{name}`" for name in table.key]) or "none"
    source = SOURCES.get(table.name, named)
    facts = f"File: `data/tables/{table.file}`. Key: {key}. Source: {source}. Licence: CC BY 4.0."
    if table.computed:
        added = ", ".join(f"`{column.name}`" for column in table.computed)
        facts += f"\n\nNot in the file, added by the loader: {added}."
    columns = {
        column.name: (
            type_of(column),
            unit_of(column, table),
            meaning(column),
        )
        for column in (*table.columns, *table.computed)
    }
    return describe(f"load_{table.name}", table.doc, facts, columns)


def describe_layer(loader):
    """Return the section of the loader of a boundary layer."""
    what, licence, columns = BOUNDARIES[loader]
    facts = f"Files in `data/shapefiles`: {what} Source and licence: {licence}"
    return describe(loader, inspect.getdoc(getattr(mm, loader)).split("\n")[0], facts, columns)


def datasets_page():
    """Return the text of docs/datasets.md."""
    tables = map(describe_table, codebook.tables().values())
    return "\n\n".join([DATASETS.rstrip(), *tables, LAYERS.rstrip(), *map(describe_layer, BOUNDARIES)]) + "\n"


if __name__ == "__main__":
    for name, page in (("data/tables/README.md", tables_page), ("docs/datasets.md", datasets_page)):
        (ROOT / name).write_text(page(), encoding="utf-8")
        print(f"wrote {name}")
