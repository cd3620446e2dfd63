"""The tables as pages: to sort, to filter, and each row with its sources and its permalink."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .. import codebook
from ..frames import cell_text, is_missing
from ..shading import MAIN_SCOPE
from ..tables import link
from ..text import format_date, pluralize
from .records import Records, group
from .rendering import Site

__all__ = ["add_table_pages"]


class To(NamedTuple):
    """A text that leads somewhere: to a page of the site, or into the web."""

    text: str
    href: str = ""


class Cell(NamedTuple):
    """A cell: what is read, and by what it is sorted."""

    parts: Sequence[To]
    key: str | float | None = None


class Column(NamedTuple):
    """A heading; one of few values can be chosen from a list."""

    name: str
    choice: bool = False
    number: bool = False


def _cell(*parts: To | str, key: str | float | None = None) -> Cell:
    return Cell([To(part) if isinstance(part, str) else part for part in parts if part], key)


def _day(date: Any, precision: str = "day") -> Cell:
    return _cell("" if is_missing(date) else format_date(date, precision), key=f"{date:%Y-%m-%d}")


def _count(value: Any, unit: str = "") -> Cell:
    if is_missing(value):
        return _cell(key=-1.0)
    return _cell(f"{value:,.10g}" + (f" {unit}" if unit else ""), key=float(value))


def _word(code: Any, vocabulary: str) -> Cell:
    return _cell(codebook.labels(vocabulary).get(code, cell_text(code)))


def _outside(url: Any, text: Any) -> To:
    page = link(cell_text(url), cell_text(text) or "source")
    return To(page.text, page.url) if page.is_web else To(cell_text(text))


def _doubt(row: Any) -> str:
    """Return the mark of what runs and was not confirmed for two years."""
    unconfirmed = not is_missing(row.unconfirmed) and bool(row.unconfirmed)
    return " (not confirmed for two years)" if unconfirmed else ""


def _states(codes: Iterable[str]) -> list[To]:
    return [To(codebook.labels("state")[one], f"state/{one}.html") for one in codes]


def _partners(codes: Iterable[str]) -> list[To]:
    return [To(codebook.labels("country")[one], f"partner/{one}.html") for one in codes]


def _project(records: Records, key: str) -> To:
    return To(records.projects[key].title, f"project/{key}.html")


def add_table_pages(site: Site, records: Records) -> None:
    """Add the pages of projects, events, sources, facilities, actors, deposits, partners and states."""
    for make in (_projects, _events, _sources, _facilities, _actors, _deposits, _partner_table, _state_table):
        make(site, records)


def _add(site: Site, address: str, title: str, intro: str, columns: list[Column], rows: list[Any]) -> None:
    site.add(address, "table.html.j2", title=title, intro=intro, columns=columns, rows=rows)


def _projects(site: Site, records: Records) -> None:
    columns = [
        *(Column("Project"), Column("Stage", choice=True), Column("Since"), Column("Type", choice=True)),
        *(Column("Subject", choice=True), Column("States"), Column("Partner countries"), Column("Led by")),
        Column("Events", number=True),
    ]
    rows = [
        (
            key,
            [
                _cell(_project(records, key)),
                _cell(
                    codebook.labels("stage")[row.stage] + _doubt(row),
                    key=f"{codebook.codes('stage').index(row.stage):02}",
                ),
                _day(row.stage_since, records.events_by_id[row.stage_event_id].date_precision),
                _word(row.type, "type"),
                _word(row.scope, "scope"),
                _cell(*_states(row.states)),
                _cell(*_partners(row.partners)),
                _cell(*(To(name, f"actor/{records.actor_ids[name]}.html") for name in row.lead_actors)),
                _count(row.n_events),
            ],
        )
        for key, row in records.projects.items()
    ]
    intro = (
        "What is planned, built, ruled, disputed or talked about, each with its stage as of the newest "
        "event. “Background” is never counted as a rare-earth partnership."
    )
    _add(site, "projects.html", "Projects, laws, dialogues and disputes", intro, columns, rows)


def _events(site: Site, records: Records) -> None:
    columns = [
        *(Column("Date"), Column("What happened"), Column("Project"), Column("Stage", choice=True)),
        *(Column("Subject", choice=True), Column("States"), Column("Partner countries"), Column("Sources")),
    ]
    rows = [
        (
            row.event_id,
            [
                _day(row.date, row.date_precision),
                _cell(To(row.title, f"project/{row.initiative_id}.html#{row.event_id}")),
                _cell(_project(records, row.initiative_id)),
                _word(row.stage, "stage"),
                _word(row.scope, "scope"),
                _cell(*_states(row.states)),
                _cell(*_partners(row.partners)),
                _cell(*(_outside(page.url, page.publisher) for page in records.pages.get(row.event_id, ()))),
            ],
        )
        for row in records.events
    ]
    intro = "Every dated step of every project, newest first, with the pages that report it."
    _add(site, "events.html", "Events", intro, columns, rows)


def _sources(site: Site, records: Records) -> None:
    columns = [
        *(Column("Page"), Column("Publisher"), Column("Published"), Column("Kind", choice=True)),
        *(Column("Read", choice=True), Column("Events", number=True)),
    ]
    used = group(records.tables["event_sources"], "source_id")
    rows = [
        (
            key,
            [
                _cell(_outside(row.url, row.title)),
                _cell(row.publisher),
                _cell(cell_text(row.published) or "no date", key=cell_text(row.published)),
                _word(row.kind, "source_kind"),
                _word(row.read_as, "read_as"),
                _used(records, [one.event_id for one in used.get(key, ())]),
            ],
        )
        for key, row in records.sources.items()
    ]
    intro = (
        "The pages on which the events rest. A title in square brackets is a description of ours. "
        "“Read” says how much of the page was read."
    )
    _add(site, "sources.html", "Sources", intro, columns, rows)


def _used(records: Records, events: list[str]) -> Cell:
    """Return the events that a page supports: their number, and the way to the first of them."""
    named = [
        To(f"{number}", f"project/{records.events_by_id[one].initiative_id}.html#{one}")
        for number, one in enumerate(events, start=1)
    ]
    return _cell(*named, key=float(len(named)))


def _facilities(site: Site, records: Records) -> None:
    columns = [
        *(Column("Mine, plant or laboratory"), Column("Kind", choice=True), Column("Status", choice=True)),
        *(Column("State", choice=True), Column("Run by"), Column("Capacity"), Column("Source")),
    ]
    rows = []
    for row in records.tables["facilities"]:
        target = "" if is_missing(row.initiative_id) else f"project/{row.initiative_id}.html"
        size = [] if is_missing(row.capacity_value) else [f"{row.capacity_value:,.10g}"]
        size += [cell_text(cell) for cell in (row.capacity_unit, row.capacity_what) if size]
        cells = [
            _cell(To(row.name, target)),
            _cell(cell_text(row.kind)),
            _cell(codebook.labels("facility_status").get(row.status, "") + _doubt(row)),
            _cell(*_states([] if is_missing(row.state_iso) else [row.state_iso])),
            _cell(cell_text(row.operator)),
            _cell(" ".join(filter(None, size))),
            _cell(_outside(row.source_url, row.source_publisher)),
        ]
        rows.append((row.facility_id, cells))
    intro = "What is on the ground or is to be, from sand to magnet."
    _add(site, "facilities.html", "Mines, plants and laboratories", intro, columns, rows)


def _actors(site: Site, records: Records) -> None:
    columns = [
        *(Column("Name"), Column("Also called"), Column("Kind", choice=True), Column("Country", choice=True)),
        *(Column("State"), Column("Projects led", number=True), Column("Events", number=True)),
    ]
    led, named = group(records.projects.values(), "lead_actors"), group(records.events, "actors")
    rows = [
        (
            key,
            [
                _cell(To(row.name, f"actor/{key}.html")),
                _cell("; ".join(row.other_names)),
                _word(row.kind, "actor_kind"),
                _word(row.country, "country"),
                _cell(*_states([] if is_missing(row.state_iso) else [row.state_iso])),
                _count(len(led.get(row.name, ()))),
                _count(len(named.get(row.name, ()))),
            ],
        )
        for key, row in sorted(records.actors.items(), key=lambda item: item[1].name.casefold())
    ]
    intro = "Companies, ministries, states, laboratories, governments and groups that take part."
    _add(site, "actors.html", "Companies and bodies", intro, columns, rows)


def _deposits(site: Site, records: Records) -> None:
    columns = [
        *(Column("Deposit"), Column("State", choice=True), Column("Setting", choice=True)),
        *(Column("Monazite, million t", number=True), Column("Rare-earth oxides, t", number=True)),
        *(Column("Held by"), Column("Source")),
    ]
    rows = [
        (
            row.deposit_id,
            [
                _cell(row.name),
                _cell(*_states([row.state_iso])),
                _cell(row.setting),
                _count(row.monazite_mt),
                _count(row.reo_t),
                _cell(cell_text(row.operator)),
                _cell(_outside(row.source_url, row.source_publisher)),
            ],
        )
        for row in records.tables["deposits"]
    ]
    intro = "Deposits of monazite and other rare-earth minerals. An empty cell is not known, never zero."
    _add(site, "deposits.html", "Deposits", intro, columns, rows)


def _partner_table(site: Site, records: Records) -> None:
    columns = [
        *(Column("Country"), Column("Rare-earth events", number=True), Column("Projects", number=True)),
        *(Column("Groups of countries"), Column("Mine output, t of oxides", number=True), Column("Source")),
    ]
    main = [event for event in records.events if event.scope == MAIN_SCOPE]
    events, projects = group(main, "partners"), group(records.projects.values(), "partners")
    blocs = codebook.labels("bloc")
    rows = [
        (
            key,
            [
                _cell(To(row.name, f"partner/{key}.html")),
                _count(len(events.get(key, ()))),
                _count(len(projects.get(key, ()))),
                _cell(", ".join(blocs[one] for one in row.blocs)),
                _count(row.ree_production_t),
                _cell(_outside(row.source_url, row.source_publisher)),
            ],
        )
        for key, row in records.partners.items()
    ]
    intro = "Countries that take part in a project, host it or supply it. Background events are not counted."
    _add(site, "partners.html", "Partner countries", intro, columns, rows)


def _state_table(site: Site, records: Records) -> None:
    # The last count with a full split: figures of other years must not stand beside these.
    full = [row for row in records.tables["monazite"] if row.split_in_source == "complete"]
    counted = {row.state_iso: row for row in full if row.as_of == max(one.as_of for one in full)}
    year = "".join(f" in {row.as_of[:4]}" for row in [*counted.values()][:1])
    columns = [
        *(Column("State"), Column("Rare-earth projects", number=True), Column("of which run", number=True)),
        Column("All projects and laws", number=True),
        Column(f"Monazite{year}, million t", number=True),
        *(Column("Partner countries"),),
    ]
    projects, events = group(records.projects.values(), "states"), group(records.events, "states")
    labels, proper = codebook.labels("country"), {row.initiative_id for row in records.main}
    rows = []
    for code, name in codebook.labels("state").items():
        main = [row for row in projects.get(code, ()) if row.initiative_id in proper]
        ties = {one for row in events.get(code, ()) if row.scope == MAIN_SCOPE for one in row.partners}
        cells = [
            _cell(To(name, f"state/{code}.html")),
            _count(len(main)),
            _count(sum(row.stage == "operating" for row in main)),
            _count(len(projects.get(code, ()))),
            _count(counted[code].monazite_mt if code in counted else None),
            _cell(*_partners(sorted(ties, key=labels.__getitem__))),
        ]
        rows.append((code, cells))
    without = sum(not cells[1].key for _, cells in rows)
    intro = (
        f"All 36 states and union territories. {pluralize(without, 'has', 'have')} no rare-earth project in "
        "the tables; their pages say what was searched."
    )
    _add(site, "states.html", "States", intro, columns, rows)
