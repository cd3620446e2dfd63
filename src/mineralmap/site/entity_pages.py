"""A page for every project, state, actor and partner country, made from the tables."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from .. import codebook
from ..frames import distinct, is_missing
from ..shading import MAIN_SCOPE
from ..tables import link
from ..text import format_date, pluralize
from .records import Records, group
from .rendering import Site

__all__ = ["add_entity_pages"]

#: The width and height, in pixels, of a frame into which a state should fit: between a phone's and a desk's.
_FRAME = (420, 340)
#: How many of those named beside an actor are listed.
_BESIDE = 10


def add_entity_pages(site: Site, records: Records) -> None:
    """Add the pages of all projects, states, actors and partner countries."""
    _add_projects(site, records)
    _add_states(site, records)
    _add_actors(site, records)
    _add_partners(site, records)


def _sections(**held: tuple[object, str]) -> list[tuple[str, str]]:
    """Return the ids and names of the sections that a page has."""
    return [(key, words) for key, (there, words) in held.items() if there]


def _counted(rows: list[Any]) -> str:
    """Return in words how many rare-earth projects there are and how many of them run."""
    main = [row for row in rows if row.scope == MAIN_SCOPE and row.group == "project"]
    running = [row for row in main if row.stage == "operating"]
    confirmed = sum(not row.unconfirmed for row in running)
    if not main:
        return "no rare-earth project"
    words = pluralize(len(main), "rare-earth project")
    if not running:
        return f"{words}, of which none runs"
    ending = "" if confirmed == len(running) else f" ({confirmed or 'none'} confirmed within two years)"
    return f"{words}, of which {pluralize(len(running), 'runs', 'run')}{ending}"


# --------------------------------------------------------------------------------------------- projects


def _add_projects(site: Site, records: Records) -> None:
    conflicts = group(records.tables["conflicts"], "event_id")
    facilities = group(records.tables["facilities"], "initiative_id")

    def source_note(cell: Any) -> str:
        """Return the source of a reading as words in brackets, linked where it is a page of the tables."""
        if is_missing(cell):
            return ""
        page = records.sources.get(cell)
        words = link(page.url, page.publisher).to_html() if page else escape(cell)
        return Markup(" ({})").format(Markup(words))

    for key, row in records.projects.items():
        story = records.histories[key]
        linked = [
            (words, records.projects[other], note) for words, other, note in records.linked.get(key, ())
        ]
        drawn = records.drawn(row)
        site.add(
            f"project/{key}.html",
            "project.html.j2",
            row=row,
            since=format_date(row.stage_since, records.events_by_id[row.stage_event_id].date_precision),
            events=[records.events_by_id[one] for one in story.events["event_id"]],
            unknown=story.unknown,
            conflicts=conflicts,
            facilities=facilities.get(key, ()),
            next=records.outlook[key],
            drawn=drawn,
            linked=linked,
            related=records.related(row),
            source_note=source_note,
            sections=_sections(
                facts=(True, "Facts"),
                next=(True, "What to expect next"),
                map=(drawn, "Map"),
                events=(True, "Events and sources"),
                unknown=(True, "What is not known"),
                related=(True, "Related"),
                cite=(True, "Cite"),
            ),
        )


# ----------------------------------------------------------------------------------------------- states


def _view(bounds: tuple[float, float, float, float]) -> str:
    """Return the part of a map's address that shows a rectangle (west, south, east, north; degrees)."""
    west, south, east, north = bounds

    def mercator(lat: float) -> float:
        return math.degrees(math.asinh(math.tan(math.radians(lat))))

    high = mercator(north) - mercator(south)
    zooms = (
        math.log2(size * 360 / (256 * span)) for size, span in zip(_FRAME, (east - west, high), strict=True)
    )
    zoom = min(8.0, math.floor(min(zooms) * 2) / 2)
    return f"{(south + north) / 2:.3f},{(west + east) / 2:.3f},{zoom:.1f}"


def _add_states(site: Site, records: Records) -> None:
    of = {
        name: group(records.tables[name], "state_iso")
        for name in ("monazite", "ree_hardrock", "deposits", "facilities", "ports", "actors")
    }
    happened, searched = group(records.events, "states"), group(records.tables["coverage"], "states")
    everywhere = [row for row in records.tables["coverage"] if not row.states and not row.partners]
    outlines = {row.state_iso: row for row in records.outlines.itertuples(index=False)}
    for code, name in codebook.labels("state").items():
        rows = records.projects_with("states", code)
        with_partners = distinct(row.partners for row in happened.get(code, ()) if row.scope == MAIN_SCOPE)
        view = quote(_view(outlines[code].geometry.bounds), safe="")
        held = {key: found.get(code, []) for key, found in of.items()}
        ground = any(found for key, found in held.items() if key != "actors")
        number = len(happened.get(code, ()))
        events = pluralize(number, "event") if number else "no event"
        site.add(
            f"state/{code}.html",
            "state.html.j2",
            code=code,
            name=name,
            outline=outlines[code],
            summary=f"{name} has {_counted(rows)}; {events} in the tables "
            + ("names it." if number == 1 or not number else "name it."),
            neighbours=records.neighbours[code],
            with_partners=sorted(with_partners, key=codebook.labels("country").__getitem__),
            seated=[row.name for row in held["actors"]],
            fragment=f"#view={view}&state={code}",
            rows=rows,
            monazite=sorted(held["monazite"], key=lambda row: row.as_of, reverse=True),
            hardrock=held["ree_hardrock"],
            deposits=held["deposits"],
            facilities=held["facilities"],
            ports=held["ports"],
            happened=happened.get(code, []),
            searched=searched.get(code, []),
            everywhere=everywhere,
            sections=_sections(
                projects=(True, "Projects"),
                map=(True, "Map"),
                ground=(ground, "In the ground"),
                events=(True, "Events and sources"),
                around=(True, "Around it"),
                coverage=(True, "What was searched"),
            ),
        )


# ----------------------------------------------------------------------------------------------- actors


def _where(records: Records, row: Any, rows: list[Any]) -> dict[str, str] | None:
    """Return the view of the map for an actor: what it leads, or else the newest project it is part of."""
    drawn = [one for one in rows if records.drawn(one)]
    if any(row.name in one.owners for one in records.projects.values() if records.drawn(one)):
        fragment = f"#leader={quote(row.name, safe='')}"
        return {"fragment": fragment, "title": f"Projects led by {row.name} or by what it owns"}
    if not drawn:
        return None
    newest = max(drawn, key=lambda one: (one.last_date, one.initiative_id))
    return {
        "fragment": f"#open={newest.initiative_id}",
        "title": f"The newest of its projects: {newest.title}",
    }


def _add_actors(site: Site, records: Records) -> None:
    happened, children = group(records.events, "actors"), group(records.tables["actors"], "parent")
    led = group(records.projects.values(), "lead_actors")
    for key, row in records.actors.items():
        events, leads = happened.get(row.name, []), led.get(row.name, [])
        leading = {one.initiative_id for one in leads}
        others = dict.fromkeys(one.initiative_id for one in events if one.initiative_id not in leading)
        part = [records.projects[one] for one in others]
        beside = Counter(name for one in events for name in one.actors if name != row.name)
        where = _where(records, row, [*leads, *part])
        words = [codebook.labels("actor_kind")[row.kind]]
        words += [codebook.labels("country")[row.country]] if not is_missing(row.country) else []
        site.add(
            f"actor/{key}.html",
            "actor.html.j2",
            row=row,
            summary=f"{', '.join(words)}. Leads {pluralize(len(leads), 'project')}, takes part in "
            f"{pluralize(len(part), 'other', 'others')}; named in {pluralize(len(events), 'event')}.",
            parent=None if is_missing(row.parent) else records.actors.get(row.parent),
            children=children.get(key, ()),
            where=where,
            leads=leads,
            part=part,
            happened=events,
            beside=beside.most_common(_BESIDE),
            sections=_sections(
                projects=(True, "Projects"),
                map=(where, "Map"),
                facts=(True, "Facts"),
                events=(events, "Events and sources"),
                related=(beside, "Often named with it"),
            ),
        )


# --------------------------------------------------------------------------------------------- partners


def _add_partners(site: Site, records: Records) -> None:
    happened, seated = group(records.events, "partners"), group(records.tables["actors"], "country")
    searched = group(records.tables["coverage"], "partners")
    names = codebook.labels("country")
    for code, row in records.partners.items():
        rows, events = records.projects_with("partners", code), happened.get(code, [])
        main = [event for event in events if event.scope == MAIN_SCOPE]
        states = distinct(event.states for event in main)
        beside = {one for other in rows for one in other.partners} - {code}
        dependence = records.tables["japan_dependence"] if code == "JPN" else []
        number = f"{pluralize(len(main), 'rare-earth event')} of {len(events)}"
        named = pluralize(len(rows), "project, law or dialogue", "projects, laws and dialogues")
        site.add(
            f"partner/{code}.html",
            "partner.html.j2",
            row=row,
            summary=f"{row.name} is named by {named}: {_counted(rows)}; {number} in the tables.",
            with_states=sorted(states, key=codebook.labels("state").__getitem__),
            seated=[one.name for one in seated.get(code, ())],
            rows=rows,
            dependence=sorted(dependence, key=lambda one: (-one.year, one.estimate_id)),
            happened=events,
            beside=sorted(beside & records.partners.keys(), key=names.__getitem__),
            searched=searched.get(code, []),
            sections=_sections(
                projects=(True, "Projects"),
                map=(True, "Map"),
                dependence=(dependence, "Imports from China"),
                events=(True, "Events and sources"),
                facts=(True, "Facts"),
                related=(beside, "Countries in the same projects"),
                coverage=(True, "What was searched"),
            ),
        )
