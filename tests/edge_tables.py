"""Tables at the edges of every rule: what `validate` still passes, pushed as far as it goes."""

from __future__ import annotations

import datetime
import random

import good_tables

import mineralmap as mm
from mineralmap import codebook
from mineralmap.cells import LISTS

SPECS = codebook.tables()
LONGEST_TITLE = 100


def edges(column, row):
    """Return the values at the edges of the rules of one column."""
    today = datetime.date.today()
    free = [] if column.required else [""]
    if column.reference or column.name.endswith(("lat", "lon")):
        return free
    if column.values:
        many = [";".join(column.values)] if column.type in LISTS else []
        return [*free, *many, column.values[0], column.values[-1], random.choice(column.values)]
    return free + {
        "number": [*(str(n) for n in (column.low, column.high) if abs(n) < 1e300)]
        + (["-1e15", "-1e-9"] if column.low < -1e300 else [])
        + (["1e308", "1e15", "1e-9", "123456789.123456789"] if column.high > 1e300 else []),
        "integer": ["0", "1", "-1", "999999999999999999999", "2100", str(2**53 + 1)],
        "date": ["1900-01-01", "2000-02-29", today.isoformat(), "2100-12-31"],
        "partial_date": ["1900", "1900-01", "2100-12-31", f"{today.year}", "2100", "2013-05-01"],
        "boolean": ["true", "false"],
        "url": ["http://a", "https://example.org/" + "ü" * 3000, "https://example.org/\U00020000/b"],
        "list": ["x", ";".join(f"entry {n}" for n in range(200))],
        "verbatim": ["x", " ", "=1+1", "a\nb", "NA"],
        "text": ["x", "0", "é", "'", "$x$ <b>&amp;{}%s \\", "x" * LONGEST_TITLE, "word " * 1999 + "end"],
        "id": [], "ids": [],
    }[column.type]  # fmt: skip


def _named(column, cell):
    return cell.split(";") if column.type in LISTS else [cell]


def settle(tables):
    """Take away what names a row that is gone, and what no row needs any more."""
    while True:
        before = {name: len(rows) for name, rows in tables.items()}
        for name, spec in SPECS.items():
            for column in spec.columns:
                if not column.reference:
                    continue
                target, key = column.reference.split(".")
                known = {row[key] for row in tables[target]}
                kept = []
                for row in tables[name]:
                    found = [one for one in _named(column, row[column.name]) if one in known]
                    if len(found) < len(_named(column, row[column.name])) and row[column.name]:
                        row[column.name] = ";".join(found)
                    if row[column.name] or not column.required:
                        kept.append(row)
                tables[name] = kept
        used = {row["initiative_id"] for row in tables["events"]}
        tables["initiatives"] = [row for row in tables["initiatives"] if row["initiative_id"] in used]
        used = {row["source_id"] for row in tables["event_sources"]}
        tables["sources"] = [row for row in tables["sources"] if row["source_id"] in used]
        told = {row["event_id"] for row in tables["event_sources"] if row["role"] in ("reports", "restates")}
        tables["events"] = [row for row in tables["events"] if row["event_id"] in told]
        for row in tables["facilities"]:
            row["status"] = "" if row["initiative_id"] else row["status"] or "operating"
        if before == {name: len(rows) for name, rows in tables.items()}:
            return tables


def _copy(tables):
    return {name: [dict(row) for row in rows] for name, rows in tables.items()}


def push(tables, chance):
    """Return the tables with one thing pushed to an edge, and what it was."""
    tables = _copy(tables)
    name = chance.choice([name for name in SPECS if tables[name]] or list(SPECS))
    rows = tables[name]
    if not rows:
        return tables, "nothing left"
    if chance.random() < 0.12:
        kept = chance.choice([0, 1, 1, 2])
        tables[name] = chance.sample(rows, min(kept, len(rows)))
        return settle(tables), f"{name}: {kept} rows"
    column = chance.choice(SPECS[name].columns)
    several = chance.sample(rows, chance.choice([1, 1, len(rows)]))
    values = edges(column, several[0])
    if not values:
        return tables, "no edge"
    value = chance.choice(values)
    for row in several:
        row[column.name] = value
    return tables, f"{name}.{column.name} x {len(several)}: {value[:40]!r}"


def edge_tables(folder, seed, start=None, pushes=60):
    """Write tables with many things at an edge that `validate` passes; return them and what was pushed."""
    chance = random.Random(seed)
    random.seed(seed)
    tables, done = start or good_tables.good(), []
    good_tables.write(folder / "tables", tables)
    for _ in range(pushes):
        pushed, what = push(tables, chance)
        if pushed == tables:
            continue
        good_tables.write(folder / "tables", pushed)
        if mm.validate(folder / "tables").ok:
            tables = pushed
            done.append(what)
    good_tables.write(folder / "tables", tables)
    return tables, done
