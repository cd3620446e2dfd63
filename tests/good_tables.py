"""A small set of hand-made tables without a fault, to be broken by the tests."""

from __future__ import annotations

import copy
import csv

from mineralmap import codebook

_PAGE = {"source_url": "https://example.org/page", "source_publisher": "A paper", "confidence": "high"}
_STEP = {
    "date_precision": "day",
    "scope": "rare_earth",
    "summary": "It happened.",
    "location_accuracy": "none",
    "confidence": "high",
}
_READ = {"undated": "false", "read_as": "full"}
_LINK = {"role": "reports", "party": "false"}
_PARTY = {"origin": "release-ministry", "party": "true"}
# Visakhapatnam, Chennai and Tokyo are every point.
_VIZAG = {"lat": "17.70", "lon": "83.20", "location_accuracy": "town"}

_ROWS = {
    "initiatives": [
        {"initiative_id": "plant-one", "title": "A plant", "type": "plant", "level": "company",
         "scope": "rare_earth", "lead_actors": "first;second"},
        {"initiative_id": "law-one", "title": "A law", "type": "law", "level": "national",
         "scope": "rare_earth"},
        {"initiative_id": "fund-one", "title": "A fund", "type": "scheme", "level": "state",
         "scope": "critical_minerals"},
    ],
    "events": [
        {**_STEP, "event_id": "ev-talks-2020", "initiative_id": "plant-one", "date": "2020-01-01",
         "date_precision": "year", "kind": "talks", "stage": "talks", "title": "Talks are held",
         "states": "IN-AP", "partners": "JPN"},
        {**_STEP, "event_id": "ev-mou-2021", "initiative_id": "plant-one", "date": "2021-05-04",
         "kind": "mou", "stage": "mou", "title": 'A "memorandum", signed', "states": "IN-AP;IN-TN",
         "partners": "JPN;KOR", "blocs": "QUAD", "segments": "separation;magnet", "follows": "ev-talks-2020"},
        {**_STEP, **_VIZAG, "event_id": "ev-plant-2023", "initiative_id": "plant-one", "date": "2023-06-01",
         "date_precision": "month", "kind": "plant", "stage": "operating", "title": "The plant runs",
         "states": "IN-AP", "capacity_value": "500", "capacity_unit": "t/a", "follows": "ev-mou-2021"},
        {**_STEP, "event_id": "ev-law-2022", "initiative_id": "law-one", "date": "2022-03-02",
         "kind": "policy", "stage": "in_force", "title": "The law applies", "minerals": "Na;Nd"},
        {**_STEP, "event_id": "ev-fund-2024", "initiative_id": "fund-one", "date": "2024-09-26",
         "kind": "investment", "stage": "proposed", "scope": "critical_minerals", "title": "A fund starts",
         "states": "IN-UP", "amount_value": "10.5", "amount_unit": "Rs crore"},
    ],
    "actors": [
        {"actor_id": "first", "name": "First Company", "kind": "private_company", "country": "IND",
         "parent": "second"},
        {"actor_id": "second", "name": "Second Company", "other_names": "SC", "kind": "private_company"},
    ],
    "sources": [
        {**_READ, "source_id": "src-1", "url": "https://example.org/1", "publisher": "A paper",
         "title": "One", "published": "2024-09-27", "kind": "newspaper"},
        {**_READ, "source_id": "src-2", "url": "http://example.org/2?a=1&b=2#c", "publisher": "The ministry",
         "title": "Two", "undated": "true", "kind": "government"},
    ],
    "event_sources": [
        {**_LINK, "event_id": "ev-talks-2020", "source_id": "src-1", "origin": "a-paper"},
        {**_LINK, "event_id": "ev-mou-2021", "source_id": "src-1", "origin": "a-paper",
         "why_independent": "its reporter was there"},
        {**_LINK, **_PARTY, "event_id": "ev-mou-2021", "source_id": "src-2"},
        {**_LINK, **_PARTY, "event_id": "ev-plant-2023", "source_id": "src-2"},
        {**_LINK, **_PARTY, "event_id": "ev-law-2022", "source_id": "src-2"},
        {**_LINK, "event_id": "ev-fund-2024", "source_id": "src-1", "origin": "a-paper"},
    ],
    "conflicts": [
        {"event_id": "ev-plant-2023", "field": "capacity", "value_a": "500", "source_a": "src-1",
         "value_b": "600", "source_b": "a paper", "chosen": "500", "why": "closer to the event"},
    ],
    "claims": [
        {"claim_id": "claim-1", "text": "A plant runs.", "made_by": "A minister", "published_in": "A paper",
         "date": "2023-06-05", "source_url": "https://example.org/1"},
    ],
    "withdrawn": [
        {"id": "ev-old", "replaced_by": "ev-mou-2021", "why": "same event", "collection": "first"},
    ],
    "corrections": [
        {"id": "ev-mou-2021", "column": "capacity_value", "old": "=1+1", "new": "", "why": "no source",
         "date": "2026-01-02"},
    ],
    "coverage": [
        {"subject": "plants", "states": "IN-AP", "partners": "JPN", "period_from": "2008",
         "period_until": "2026-07", "searched_on": "2026-08-01", "n_queries": "3", "n_found": "0"},
    ],
    "initiative_links": [{"initiative_id": "plant-one", "linked_id": "law-one", "relation": "part_of"}],
    "monazite": [
        {**_PAGE, "state_iso": "IN", "state": "India", "as_of": "2013", "monazite_mt": "11.93",
         "split_in_source": "complete"},
        {**_PAGE, "state_iso": "IN-AP", "state": "Andhra Pradesh", "as_of": "2013-03", "monazite_mt": "3.7",
         "split_in_source": "complete"},
    ],
    "ree_hardrock": [
        {**_PAGE, "estimate_id": "rock-1", "state_iso": "IN-RJ", "state": "Rajasthan", "as_of": "2020-02-29",
         "quantity": "100", "unit": "t REO", "what": "oxide", "n_deposits": "2"},
    ],
    "deposits": [
        {**_PAGE, **_VIZAG, "deposit_id": "beach-1", "name": "A beach", "state_iso": "IN-AP",
         "setting": "beach", "monazite_mt": "0.5"},
    ],
    "facilities": [
        {**_PAGE, **_VIZAG, "facility_id": "works-1", "name": "Works", "initiative_id": "plant-one",
         "state_iso": "IN-AP", "partner_iso3": "JPN", "kind": "separation", "capacity_value": "500",
         "capacity_unit": "t/a"},
    ],
    "ports": [
        {**_PAGE, "port_id": "chennai", "name": "Chennai", "state_iso": "IN-TN", "lat": "13.1", "lon": "80.3",
         "location_accuracy": "site"},
    ],
    "partners": [
        {**_PAGE, "iso3": "JPN", "name": "Japan", "capital": "Tokyo", "capital_lat": "35.69",
         "capital_lon": "139.69", "blocs": "QUAD;G7"},
        {**_PAGE, "iso3": "KOR", "name": "South Korea", "capital": "Seoul", "capital_lat": "37.57",
         "capital_lon": "126.98"},
    ],
    "world_ree": [
        {**_PAGE, "row_id": "jpn-2020", "iso3": "JPN", "country": "Japan", "year": "2020",
         "metric": "mine_production", "value": "0", "unit": "t REO", "estimated": "false",
         "revised": "false", "edition": "MCS 2021", "preferred": "true"},
    ],
    "japan_dependence": [
        {**_PAGE, "estimate_id": "japan-2020", "year": "2020", "period": "year", "share_from_china_pct": "58",
         "qualifier": "about", "measure": "by weight"},
    ],
    "india_magnet_imports": [
        {**_PAGE, "import_id": "imports-1", "fiscal_year": "2020-21", "period": "April-March",
         "tonnes": "12400", "definition": "all magnets"},
    ],
    "chain_factors": [
        {**_PAGE, "factor": "reo_in_monazite", "low": "55", "value": "55", "high": "60",
         "unit": "% by weight", "derived": "no"},
    ],
}  # fmt: skip


def good():
    """Return table -> list of rows (column -> text), fresh and without a fault."""
    rows = copy.deepcopy(_ROWS)
    for name, spec in codebook.tables().items():
        rows[name] = [{column: row.get(column, "") for column in spec.names} for row in rows.get(name, [])]
    return rows


def find(tables, ident):
    """Return the row whose key begins with ``ident``."""
    for name, spec in codebook.tables().items():
        for row in tables[name]:
            if spec.key and row[spec.key[0]] == ident:
                return row
    raise KeyError(ident)


def write(folder, tables):
    """Write tables as CSV files, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, codebook.table(name).names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder
