"""The rules of every table, in one place: columns, types, vocabularies, keys and references.

`TABLES` is the declaration. The loaders take their column types from it, `mineralmap.checks`
takes its rules from it, and the published ``data/datapackage.json`` is written from it.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass

from .errors import UnknownIdError
from .ladder import STAGES

#: ISO 3166-2:IN codes in force, without the prefix.
STATE_CODES = [
    "AN",
    "AP",
    "AR",
    "AS",
    "BR",
    "CG",
    "CH",
    "DH",
    "DL",
    "GA",
    "GJ",
    "HP",
    "HR",
    "JH",
    "JK",
    "KA",
    "KL",
    "LA",
    "LD",
    "MH",
    "ML",
    "MN",
    "MP",
    "MZ",
    "NL",
    "OD",
    "PB",
    "PY",
    "RJ",
    "SK",
    "TN",
    "TR",
    "TS",
    "UK",
    "UP",
    "WB",
]
#: Codes that were in force before, and the ones that stand in their place.
OLD_STATE_CODES = {"OR": "OD", "TG": "TS", "UT": "UK", "CT": "CG", "DN": "DH", "DD": "DH"}

SCOPES = ("rare_earth", "critical_minerals", "context")
LEVELS = ("state", "national", "company", "multilateral")
KINDS = [
    "talks",
    "mou",
    "agreement",
    "jv",
    "supply_contract",
    "investment",
    "plant",
    "auction",
    "exploration",
    "resource_estimate",
    "research",
    "policy",
    "restriction",
]
PRECISIONS = ("day", "month", "year")
ACCURACIES = ("site", "town", "district", "state", "none")
#: The accuracies that become pins.
PINNED = ("site", "town", "district")
CONFIDENCES = ("high", "medium", "low")
SOURCE_KINDS = (
    "government",
    "company",
    "wire",
    "newspaper",
    "trade_press",
    "think_tank",
    "aggregator",
    "forum",
)
SEGMENTS = [
    "exploration",
    "mining",
    "separation",
    "metal",
    "magnet",
    "recycling",
    "ev",
    "trade",
    "finance",
    "research",
    "policy",
]
BLOCS = ("QUAD", "MSP", "IPEF", "G7", "G20", "BRICS", "EU", "FORGE", "PAX SILICA", "BRICS partner")


@dataclass(frozen=True)
class Column:
    """One column: its name, type and rules.

    ``type`` is one of text, verbatim (a cell as it stood, free of most rules), id, ids, list, number,
    integer, date, partial_date (a year, a month or a day), boolean, url, state, states or iso3s.
    """

    name: str
    type: str = "text"
    doc: str = ""
    required: bool = False
    values: tuple = ()
    unit: str = ""
    ref: str = ""
    low: float = -math.inf
    high: float = math.inf
    whole_country: bool = False  # a state column that may say IN, for the whole of India


@dataclass(frozen=True)
class Table:
    """One table: its file, its columns and its key."""

    name: str
    doc: str
    columns: tuple
    key: tuple
    licence: str = "CC-BY-4.0"

    @property
    def file(self) -> str:
        """Name of the CSV file below ``data/tables``."""
        return f"{self.name}.csv"

    @property
    def names(self) -> list[str]:
        """Column names in the order of the file."""
        return [column.name for column in self.columns]


def _columns(*columns):
    return tuple(columns)


C = Column  # short, for the declarations below
_LAT = C("lat", "number", "Latitude, EPSG:4326.", unit="degrees", low=-90, high=90)
_LON = C("lon", "number", "Longitude, EPSG:4326.", unit="degrees", low=-180, high=180)
_ACCURACY = C("location_accuracy", "text", "How precise the point is.", True, ACCURACIES)
_CONFIDENCE = C("confidence", "text", "How sure the reading is.", True, CONFIDENCES)
_NOTE = C("note", "text", "What a user of the row should know.")
_SOURCE = (
    C("source_url", "url", "Address of the page the row rests on."),
    C("source_publisher", "text", "Who published that page."),
    C("source_date", "text", "Date the page carries; empty if it shows none."),
)


def _tables():
    yield Table(
        "initiatives",
        "Things that can climb the ladder: a plant, a venture, a scheme, a partnership, a mine, a policy.",
        _columns(
            C("initiative_id", "id", "Key; never reused.", True),
            C("title", "text", "Name in plain words.", True),
            C("summary", "text", "The whole thread in a sentence or two."),
            C(
                "level",
                "text",
                "Who leads: a state, the Union, a company, or several countries.",
                True,
                LEVELS,
            ),
            C("scope", "text", "rare_earth, critical_minerals (not rare earths), or context.", True, SCOPES),
            C("lead_actors", "list", "Who leads it."),
        ),
        ("initiative_id",),
    )
    yield Table(
        "events",
        "Dated, sourced steps of the initiatives.",
        _columns(
            C("event_id", "id", "Key; never reused.", True),
            C(
                "initiative_id",
                "id",
                "The initiative it is a step of.",
                True,
                ref="initiatives.initiative_id",
            ),
            C("date", "date", "First day of the period in which it happened.", True),
            C("date_precision", "text", "How precisely the date is known.", True, PRECISIONS),
            C("kind", "text", "What sort of step.", True, tuple(KINDS)),
            C("stage", "text", "Rung of the ladder that the step stands on.", True, STAGES),
            C("scope", "text", "The step's own scope; never wider than its initiative's.", True, SCOPES),
            C("title", "text", "What happened, in at most 100 characters.", True),
            C("summary", "text", "What happened, in a sentence or two.", True),
            C("states", "states", "States where it lies or that take part (ISO 3166-2:IN)."),
            C(
                "partners",
                "iso3s",
                "Countries that take part, host or supply (ISO 3166-1 alpha-3).",
                ref="partners.iso3",
            ),
            C("blocs", "list", "Groups of countries.", values=BLOCS),
            C("actors", "list", "Who takes part."),
            C("segments", "list", "Parts of the chain.", values=tuple(SEGMENTS)),
            C("minerals", "list", "Minerals and elements named."),
            C("place_name", "text", "Place as named by the sources."),
            _LAT,
            _LON,
            _ACCURACY,
            C("amount_value", "number", "Money.", low=0),
            C("amount_unit", "text", "Unit of the money."),
            C("amount_what", "text", "What the money is for."),
            C("capacity_value", "number", "Capacity or tonnage.", low=0),
            C("capacity_unit", "text", "Unit of the capacity."),
            C("capacity_what", "text", "What the capacity is of."),
            _CONFIDENCE,
            _NOTE,
            C("follows", "ids", "The step or steps before it.", ref="events.event_id"),
        ),
        ("event_id",),
    )
    yield Table(
        "sources",
        "Pages that the events rest on, one row a page.",
        _columns(
            C("source_id", "id", "Key.", True),
            C("url", "url", "Address of the page.", True),
            C("publisher", "text", "Who published it.", True),
            C("title", "text", "Title as on the page; in square brackets: a description of ours."),
            C("published", "text", "Date the page or its address carries; empty if it shows none."),
            C("kind", "text", "Sort of publisher.", True, SOURCE_KINDS),
        ),
        ("source_id",),
    )
    yield Table(
        "event_sources",
        "Which page supports what of which event.",
        _columns(
            C("event_id", "id", "The event.", True, ref="events.event_id"),
            C("source_id", "id", "The page.", True, ref="sources.source_id"),
            C("supports", "text", "What the page supports."),
            C("witness", "text", "Origin of the report: copies of one story share it.", True),
        ),
        ("event_id", "source_id"),
    )
    yield Table(
        "conflicts",
        "Where sources disagree, and what was chosen.",
        _columns(
            C("event_id", "id", "The event.", True, ref="events.event_id"),
            C("field", "text", "What they disagree on.", True),
            C("value_a", "text", "One reading.", True),
            C("source_a", "text", "Its source: an id of sources, or words."),
            C("value_b", "text", "The other reading.", True),
            C("source_b", "text", "Its source: an id of sources, or words."),
            C("chosen", "text", "The reading taken into the tables.", True),
            C("why", "text", "Why.", True),
        ),
        (),
    )
    yield Table(
        "claims",
        "Claims that others made, in words of our own; `mineralmap.claims` checks them.",
        _columns(
            C("claim_id", "id", "Key.", True),
            C("text", "text", "What is claimed, in our own words.", True),
            C("made_by", "text", "Who claims it.", True),
            C("published_in", "text", "Where.", True),
            C("date", "date", "Day from which the claim stands.", True),
            C("source_url", "url", "Address of the page that claims it.", True),
            _NOTE,
        ),
        ("claim_id",),
    )
    yield Table(
        "withdrawn",
        "Ids that are no longer in the tables, and their heirs.",
        _columns(
            C("id", "id", "The id withdrawn.", True),
            C("replaced_by", "ids", "The id or ids that stand in its place."),
            C("why", "text", "Why.", True),
            C("collection", "text", "Which collection of rows it came from."),
        ),
        ("id",),
    )
    yield Table(
        "corrections",
        "Cells that were changed after they were first recorded.",
        _columns(
            C("id", "id", "Id of the row.", True),
            C("column", "text", "The column.", True),
            C("old", "verbatim", "What stood there."),
            C("new", "verbatim", "What stands there now."),
            C("why", "text", "Why.", True),
            C("source_url", "url", "Page that shows it, if any."),
            C("date", "date", "Day of the correction.", True),
        ),
        (),
    )
    yield Table(
        "coverage",
        "What was searched, for which places and periods, and until when.",
        _columns(
            C("subject", "text", "What was looked for.", True),
            C("states", "states", "States it concerns."),
            C("partners", "iso3s", "Countries it concerns."),
            C("period_from", "partial_date", "Start of the period searched."),
            C("period_until", "partial_date", "End of the period searched."),
            C("searched_on", "date", "Day of the search.", True),
            C("n_queries", "integer", "Number of queries; empty if not counted.", low=0),
            C("n_found", "integer", "Number of events found; empty if not counted.", low=0),
            C("newest_page", "partial_date", "Date of the newest page met."),
            _NOTE,
        ),
        (),
    )
    yield Table(
        "initiative_links",
        "Initiatives that depend on each other.",
        _columns(
            C("initiative_id", "id", "The initiative.", True, ref="initiatives.initiative_id"),
            C("linked_id", "id", "The other one.", True, ref="initiatives.initiative_id"),
            C(
                "relation",
                "text",
                "How the first stands to the other.",
                True,
                ("feeds", "uses_technology_of", "part_of", "funded_by"),
            ),
            _NOTE,
        ),
        ("initiative_id", "linked_id", "relation"),
    )
    yield Table(
        "monazite",
        "Monazite resources in situ, by state and for India (state_iso IN), as of several years.",
        _columns(
            C("state_iso", "state", "ISO 3166-2:IN, or IN for the whole country.", True, whole_country=True),
            C("state", "text", "Name.", True),
            C("as_of", "partial_date", "Year, month or day of the estimate.", True),
            C("monazite_mt", "number", "Monazite in situ.", unit="Mt", low=0),
            C("total_mt_in_source", "number", "National total in the same source.", unit="Mt", low=0),
            C("setting", "text", "Kind of placer."),
            C(
                "split_in_source",
                "text",
                "Whether the source splits the total by state.",
                True,
                ("complete", "partial", "none"),
            ),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("state_iso", "as_of", "source_url"),
    )
    yield Table(
        "ree_hardrock",
        "Rare-earth oxides in hard rock, by state.",
        _columns(
            C("estimate_id", "id", "Key.", True),
            C(
                "state_iso",
                "states",
                "One or more states, or IN for the whole country.",
                True,
                whole_country=True,
            ),
            C("state", "text", "Name.", True),
            C("as_of", "partial_date", "Date of the estimate.", True),
            C("quantity", "number", "Tonnage.", low=0),
            C("unit", "text", "Its unit.", True),
            C("what", "text", "What it counts.", True),
            C("n_deposits", "integer", "Number of deposits counted.", low=0),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("estimate_id",),
    )
    yield Table(
        "deposits",
        "Deposits of monazite and other rare-earth minerals.",
        _columns(
            C("deposit_id", "id", "Key.", True),
            C("name", "text", "Name.", True),
            C("state_iso", "state", "ISO 3166-2:IN.", True),
            _LAT,
            _LON,
            _ACCURACY,
            C("setting", "text", "Beach, teri (red dune), inland placer or hard rock.", True),
            C("monazite_mt", "number", "Monazite; empty if unknown.", unit="Mt", low=0),
            C("reo_t", "number", "Rare-earth oxides; empty if unknown.", unit="t REO", low=0),
            C("other_tonnage_mt", "number", "Another tonnage the source gives.", unit="Mt", low=0),
            C("other_tonnage_what", "text", "What that tonnage counts."),
            C("operator", "text", "Who holds or works it."),
            C("status", "text", "What the source says of it."),
            C("coord_source", "text", "Where the point comes from."),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("deposit_id",),
    )
    yield Table(
        "facilities",
        "Mines, plants and laboratories of the rare-earth chain.",
        _columns(
            C("facility_id", "id", "Key.", True),
            C("name", "text", "Name.", True),
            C("operator", "text", "Who runs it."),
            C(
                "partner_iso3",
                "iso3s",
                "Country of a foreign owner (ISO 3166-1 alpha-3).",
                ref="partners.iso3",
            ),
            C("state_iso", "state", "ISO 3166-2:IN; empty where no place is named."),
            _LAT,
            _LON,
            _ACCURACY,
            C("kind", "text", "Part of the chain.", True),
            C("status", "text", "What the source says of it."),
            C("year", "text", "Year of start, or planned start."),
            C("capacity_value", "number", "Capacity.", low=0),
            C("capacity_unit", "text", "Its unit."),
            C("capacity_what", "text", "What it is a capacity of."),
            C("coord_source", "text", "Where the point comes from."),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("facility_id",),
    )
    yield Table(
        "ports",
        "Sea ports near the placers.",
        _columns(
            C("port_id", "id", "Key.", True),
            C("name", "text", "Name.", True),
            C("state_iso", "state", "ISO 3166-2:IN.", True),
            _LAT,
            _LON,
            _ACCURACY,
            C("unlocode", "text", "UN/LOCODE."),
            C("wpi_number", "text", "Number in the World Port Index."),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("port_id",),
    )
    yield Table(
        "partners",
        "Partner countries: capital, blocs, and their own rare-earth output and reserves.",
        _columns(
            C("iso3", "id", "ISO 3166-1 alpha-3.", True),
            C("name", "text", "Name.", True),
            C("capital", "text", "Capital.", True),
            C("capital_lat", "number", "Latitude of the capital.", True, unit="degrees", low=-90, high=90),
            C("capital_lon", "number", "Longitude of the capital.", True, unit="degrees", low=-180, high=180),
            C("blocs", "list", "Groups of countries it belongs to.", values=BLOCS),
            C("ree_production_t", "number", "Mine output.", unit="t REO", low=0),
            C("production_year", "integer", "Year of that output."),
            C("ree_reserves_t", "number", "Reserves.", unit="t REO", low=0),
            C("reserves_year", "integer", "Year of those reserves."),
            C("reserves_text", "text", "Reserves as printed where no number is given."),
            C("bloc_sources", "text", "Pages for the membership of blocs."),
            C("coord_source", "text", "Where the point comes from."),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("iso3",),
    )
    yield Table(
        "world_ree",
        "World mine production and reserves of rare earths (USGS), vintages side by side.",
        _columns(
            C("row_id", "id", "Key.", True),
            C("iso3", "text", "ISO 3166-1 alpha-3, or WORLD and the like.", True),
            C("country", "text", "Name.", True),
            C("year", "integer", "Year.", True),
            C("metric", "text", "What is counted.", True),
            C("value", "number", "Value; empty where the source prints words."),
            C("value_text", "text", "The words printed."),
            C("unit", "text", "Unit.", True),
            C("estimated", "boolean", "Estimated by the source.", True),
            C("revised", "boolean", "Revised against an earlier edition.", True),
            C("edition", "text", "Edition of the source.", True),
            C("preferred", "boolean", "The one row to use for this country, year and metric.", True),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("row_id",),
    )
    yield Table(
        "japan_dependence",
        "China's share of Japan's rare-earth imports; every definition is its own series.",
        _columns(
            C("estimate_id", "id", "Key.", True),
            C("year", "integer", "Year.", True),
            C("period", "text", "Part of the year.", True),
            C("share_from_china_pct", "number", "Share.", True, unit="%", low=0, high=100),
            C("qualifier", "text", "exact, lower bound, upper bound or about.", True),
            C("measure", "text", "What is counted: never join two measures.", True),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("estimate_id",),
    )
    yield Table(
        "india_magnet_imports",
        "India's magnet imports; every definition is its own series.",
        _columns(
            C("import_id", "id", "Key.", True),
            C("fiscal_year", "text", "Fiscal year, April to March.", True),
            C("period", "text", "Part of the year.", True),
            C("tonnes", "number", "Quantity.", unit="t", low=0),
            C("value", "number", "Value.", low=0),
            C("value_unit", "text", "Its unit."),
            C("tonnes_from_china", "number", "Of which from China.", unit="t", low=0),
            C("share_china_qty_pct", "number", "China's share by quantity.", unit="%", low=0, high=100),
            C("share_china_value_pct", "number", "China's share by value.", unit="%", low=0, high=100),
            C("definition", "text", "What is counted: never join two definitions.", True),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("import_id",),
    )
    yield Table(
        "chain_factors",
        "Factors from monazite to magnets, each with a range and a source.",
        _columns(
            C("factor", "id", "Key.", True),
            C("low", "number", "Low end."),
            C("value", "number", "Best value."),
            C("high", "number", "High end."),
            C("unit", "text", "Unit.", True),
            C("derived", "text", "Whether the value is derived by us from figures of the source.", True),
            *_SOURCE,
            _CONFIDENCE,
            _NOTE,
        ),
        ("factor",),
    )


#: name -> Table, in the order in which they are published.
TABLES = {table.name: table for table in _tables()}


def table(name) -> Table:
    """Return the declaration of a table, or raise `UnknownIdError` with the near names."""
    if name in TABLES:
        return TABLES[name]
    near = difflib.get_close_matches(str(name), TABLES, n=1)
    raise UnknownIdError(f"unknown table {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))


def state_hint(code):
    """Return the hint for a wrong state code: the code in force, if the old one is known."""
    bare = code.upper().removeprefix("IN-")
    if bare in OLD_STATE_CODES:
        return f"the code in force is IN-{OLD_STATE_CODES[bare]}"
    if bare in STATE_CODES:
        return f"write IN-{bare}"
    return "ISO 3166-2:IN, as IN-UP"
