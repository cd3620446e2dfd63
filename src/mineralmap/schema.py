"""The rules of every table, in one place: columns, types, vocabularies, keys and references.

`TABLES` is the declaration. The loaders take their column types from it, `check` takes its rules
from it and the published ``data/datapackage.json`` is written from it. A check reports every fault
at once, each with file, row, id, column, value, rule and a hint.
"""

from __future__ import annotations

import csv
import datetime
import difflib
import io
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from .errors import TableError, UnknownIdError
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


@dataclass(frozen=True)
class Table:
    """One table: its file, its columns and its key."""

    name: str
    doc: str
    columns: tuple
    key: tuple
    licence: str = "CC-BY-4.0"
    fold: tuple = field(default=())

    @property
    def file(self) -> str:
        """Name of the CSV file below ``data/tables``."""
        return f"{self.name}.csv"

    @property
    def names(self) -> list[str]:
        """Column names in the order of the file."""
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Fault:
    """One broken rule, at one place."""

    file: str
    row: int | None
    id: str
    column: str
    value: str
    rule: str
    hint: str = ""

    def __str__(self):
        where = self.file + (f", row {self.row}" if self.row else "")
        where += f" ({self.id})" if self.id else ""
        what = f", column {self.column}" if self.column else ""
        value = f": {_short(self.value)!r}" if self.value != "" else ""
        return f"{where}{what}{value}: {self.rule}" + (f" [{self.hint}]" if self.hint else "")


def _short(value, length=80):
    return value if len(value) <= length else f"{value[:length]}... ({len(value)} characters)"


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
            C("partners", "iso3s", "Countries that take part, host or supply (ISO 3166-1 alpha-3)."),
            C("blocs", "list", "Groups of countries.", values=BLOCS),
            C("actors", "list", "Who takes part."),
            C("segments", "list", "Parts of the chain.", values=tuple(SEGMENTS)),
            C("minerals", "list", "Minerals and elements named."),
            C("place_name", "text", "Place as named by the sources."),
            _LAT,
            _LON,
            _ACCURACY,
            C("amount_value", "number", "Money."),
            C("amount_unit", "text", "Unit of the money."),
            C("amount_what", "text", "What the money is for."),
            C("capacity_value", "number", "Capacity or tonnage."),
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
            C("state_iso", "state", "ISO 3166-2:IN, or IN for the whole country.", True),
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
            C("state_iso", "states", "One or more states.", True),
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
            C("partner_iso3", "iso3s", "Country of a foreign owner (ISO 3166-1 alpha-3)."),
            C("state_iso", "state", "ISO 3166-2:IN; empty where no place is named."),
            _LAT,
            _LON,
            _ACCURACY,
            C("kind", "text", "Part of the chain.", True),
            C("status", "text", "What the source says of it."),
            C("year", "text", "Year of start, or planned start."),
            C("capacity_value", "number", "Capacity."),
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


def read_rows(path, spec):
    """Read a CSV as text cells, without guessing.

    Returns
    -------
    rows : list of dict
        One dict a row, every value a str.
    faults : list of Fault
        Faults of the file itself: encoding, header, number of cells.
    """
    path = Path(path)
    name = path.name

    def fault(rule, row=None, value="", hint="", column=""):
        return Fault(name, row, "", column, value, rule, hint)

    if path.is_dir():
        return [], [fault("is a folder, not a CSV file")]
    if not path.exists():
        return [], [fault("the file is missing", hint=f"expected at {path}")]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = f"byte {error.start}: save the file as UTF-8"
        return [], [fault("is not UTF-8 text", hint=hint)]
    if not text.strip():
        return [], [fault("is empty", hint="expected the header " + ",".join(spec.names))]
    limit = csv.field_size_limit(16 * 1024 * 1024)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return [], [
            fault("cannot be read as CSV", hint=f"{error}; look for an open quote or a truncated end")
        ]
    finally:
        csv.field_size_limit(limit)
    header, *body = lines
    faults = []
    double = sorted({column for column in header if header.count(column) > 1})
    faults += [fault("stands twice in the header", 1, column=column) for column in double]
    for column in spec.names:
        if column not in header:
            near = difflib.get_close_matches(column, header, n=1)
            faults.append(
                fault("is missing in the header", 1, column=column, hint=f"found {near[0]!r}" if near else "")
            )
    faults += [
        fault("is not a column of this table", 1, column=column, hint="columns: " + ", ".join(spec.names))
        for column in dict.fromkeys(header)
        if column not in spec.names
    ]
    if faults:
        return [], faults
    rows = []
    for number, cells in enumerate(body, start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            rule = f"has {len(cells)} cells where the header has {len(header)}"
            faults.append(fault(rule, number, hint="a comma or a quote is missing or too many"))
            continue
        rows.append({**dict(zip(header, cells, strict=True)), "_row": number})
    return rows, faults


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_URL = re.compile(r"https?://[^\s<>\"`\\]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_NULLS = {"na", "n/a", "nan", "null", "none", "nat", "-"}
LONGEST_CELL = 10_000


def state_hint(code):
    """Return the hint for a wrong state code: the code in force, if the old one is known."""
    bare = code.removeprefix("IN-").upper()
    if bare in OLD_STATE_CODES:
        return f"the code in force is IN-{OLD_STATE_CODES[bare]}"
    if bare in STATE_CODES:
        return f"write IN-{bare}"
    return "ISO 3166-2:IN, as IN-UP"


def _check_value(column, value):
    """Yield (rule, hint) for each rule that one non-empty cell breaks."""
    if _CONTROL.search(value):
        yield "holds a control or direction-changing character", "retype the text"
    if len(value) > LONGEST_CELL:
        yield f"is longer than {LONGEST_CELL:,} characters", ""
        return
    if column.type == "verbatim":
        return
    if value != value.strip():
        yield "begins or ends with white space", ""
    if value.strip().lower() in _NULLS and value not in column.values:
        yield "is a word for 'unknown'", "leave the cell empty"
        return
    if value[0] in "=@" or (value[0] in "+-" and column.type not in ("number", "integer")):
        yield "begins like a spreadsheet formula", "begin with a letter or a digit"
    check = _TYPES.get(column.type)
    if check:
        yield from check(column, value)
    if column.values:
        for part in value.split(";") if column.type == "list" else [value]:
            if part not in column.values:
                near = difflib.get_close_matches(part, column.values, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else "one of " + ", ".join(column.values)
                yield f"{part!r} is not in the vocabulary", hint


def _check_id(column, value):
    for part in value.split(";") if column.type == "ids" else [value]:
        if not _ID.fullmatch(part):
            yield "is not an id", "letters, digits, '-', '_' and '.' only"


def _check_number(column, value):
    try:
        number = float(value)
    except ValueError:
        yield "is not a number", "digits with a point for decimals, no thousands separator"
        return
    if not math.isfinite(number):
        yield "is not a finite number", ""
    elif not column.low <= number <= column.high:
        hint = "are latitude and longitude swapped?" if column.name in ("lat", "lon") else ""
        yield f"lies outside {column.low:g} to {column.high:g}", hint
    if column.type == "integer" and number != int(number):
        yield "is not a whole number", ""


def _check_date(column, value):
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        yield "is not a date", "write YYYY-MM-DD"
        return
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        yield "is not a day of the calendar", ""
        return
    if not 1900 <= day.year <= 2100:
        yield "lies outside 1900 to 2100", "is the year typed right?"


def _check_partial(column, value):
    if not _PARTIAL.fullmatch(value):
        yield "is not a year, month or day", "write YYYY, YYYY-MM or YYYY-MM-DD"


def _check_url(column, value):
    if not _URL.fullmatch(value):
        yield "is not a web address", "only http:// and https:// links, without spaces or quotes"


def _check_state(column, value):
    if value == "IN":
        return
    for code in value.split(";") if column.type == "states" else [value]:
        if not (code.startswith("IN-") and code[3:] in STATE_CODES):
            yield f"{code!r} is not a state code in force", state_hint(code)


def _check_iso3(column, value):
    for code in value.split(";"):
        if not re.fullmatch(r"[A-Z]{3}", code):
            yield f"{code!r} is not an ISO 3166-1 alpha-3 code", "three capital letters, as JPN"
        elif code == "IND":
            yield "India is not a partner of itself", ""


def _check_list(column, value):
    if any(part != part.strip() or not part for part in value.split(";")):
        yield "has an empty or padded entry", "separate entries by ';' without blanks"


def _check_boolean(column, value):
    if value not in ("true", "false"):
        yield "is neither true nor false", ""


_TYPES = {
    "id": _check_id,
    "ids": _check_id,
    "number": _check_number,
    "integer": _check_number,
    "date": _check_date,
    "partial_date": _check_partial,
    "url": _check_url,
    "state": _check_state,
    "states": _check_state,
    "iso3s": _check_iso3,
    "list": _check_list,
    "boolean": _check_boolean,
}


def check_rows(rows, spec, file=None):
    """Return the faults of the cells and keys of one table."""
    file = file or spec.file
    faults = []
    seen = {}
    for row in rows:
        ident = row.get(spec.key[0], "") if spec.key else ""
        for column in spec.columns:
            value = row[column.name]
            if value == "":
                if column.required:
                    faults.append(Fault(file, row["_row"], ident, column.name, "", "must not be empty"))
                continue
            faults += [
                Fault(file, row["_row"], ident, column.name, value, rule, hint)
                for rule, hint in _check_value(column, value)
            ]
        if spec.key:
            key = tuple(row[name] for name in spec.key)
            if key in seen:
                rule = f"the key stands in row {seen[key]} already"
                faults.append(Fault(file, row["_row"], ident, "+".join(spec.key), ";".join(key), rule))
            seen.setdefault(key, row["_row"])
    return faults


def load_rows(folder, name):
    """Read and check one table; raise `TableError` with every fault, or return its rows."""
    spec = table(name)
    rows, faults = read_rows(Path(folder) / spec.file, spec)
    faults += check_rows(rows, spec)
    if faults:
        raise TableError(faults)
    return rows
