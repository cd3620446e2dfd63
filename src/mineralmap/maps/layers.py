"""What each layer of the map draws, as plain data for the scripts in ``assets``.

A layer brings its name, its markers and its part of the legend. To add one of points, return `_sites`
from a function here and put it into a recipe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import pandas as pd

from .. import codebook, stages, style
from ..frames import cell_text, is_missing
from ..outlines import simplify_coverage
from ..shading import MAIN_SCOPE, Shading
from ..text import format_date, join_words
from ..ties import partner_ties
from .basemap import DISTRICT_TOLERANCE, basemap, district_lines, great_circle_lines
from .encode import STEPS, outline, pack_areas
from .page import Layer
from .payload import HALOS, day_number, sign_looks

#: Small territories that a polygon of this size does not show.
_DOTTED = ("IN-AN", "IN-CH", "IN-DH", "IN-DL", "IN-LD", "IN-PY")
_NEW_DELHI = (77.209, 28.614)
_PORT_GREY = "#3f3f3f"
_SITES_TITLE = "Deposits and coast"
#: Markers on a ground of 16 by 16, as in the codebook: diamond, diamond in outline, works, ring.
_DEPOSIT = {"marker": "fill M8 1 L15 8 L8 15 L1 8 Z", "colour": style.OCHRE, "ink": style.OCHRE, "width": 1.6}
_UNKNOWN_DEPOSIT = {**_DEPOSIT, "colour": style.PAPER}
_FACILITY = {
    "marker": "paper M2 14 L2 6 L6 9 L6 6 L10 9 L10 2 L14 2 L14 14 Z",
    "colour": style.PAPER,
    "ink": style.INK,
    "width": 1.8,
}
_PORT = {
    "marker": "line M8 3 L8 13 M5 6 L11 6 M3 9 C3 11.8 5.2 13.4 8 13.4 C10.8 13.4 13 11.8 13 9",
    "colour": _PORT_GREY,
    "ink": _PORT_GREY,
    "width": 1.8,
}

LegendRow = dict[str, Any]
_TALK, _RUNNING = stages.SIGN_OF[stages.LADDER[0]], stages.SIGN_OF[stages.LADDER[-1]]
#: Longitude and latitude.
_Point = tuple[float, float]


def _legend(title: str, rows: list[LegendRow], *, note: str = "") -> dict[str, Any]:
    """Return the part of the key that a layer brings."""
    return {"title": title, "rows": rows, "note": note}


def _row(key: dict[str, Any], words: str, when: str = "") -> LegendRow:
    """Return a row of the key; with ``when`` it is there only while the layer shows that."""
    return {"key": key, "words": words, "when": when}


# ------------------------------------------------------------------------------------- base map


def world(perspective: str) -> Layer:
    """Return the other countries: India is drawn by its states, Antarctica not at all."""
    data = {**basemap(perspective)["world"], "fill": style.LAND, "line": style.LAND_LINE}
    return Layer("world", data, "Other countries", control=False)


def states(perspective: str, shading: Shading | None = None, focus: Sequence[str] = ()) -> Layer:
    """Return the states with a name, a fill, a label and figures for the story each.

    Parameters
    ----------
    perspective : str
        Whose view of the boundaries.
    shading : Shading, optional
        What fills them; plain ground if left out.
    focus : sequence of str
        Codes of the states that the map is about: they are outlined and named, the others fade.
    """
    base = basemap(perspective)
    shapes = base["areas"]["shapes"]
    # Without a focus, the states that have a colour of their own are those that the stories are about.
    outlined = focus or tuple(codebook.colours("state"))
    outer = [shape for state, shape in zip(base["states"], shapes, strict=True) if state["code"] in outlined]
    # The many small enclaves of Puducherry would blot the coast.
    enclaves = {
        arc
        for state, shape in zip(base["states"], shapes, strict=True)
        if state["code"] in _DOTTED and state["code"] not in focus
        for arc in _outline_of(shape)
    }
    shading = shading or Shading({}, {}, {}, {}, "")
    rows = [
        {
            **state,
            "fill": shading.fills.get(state["code"], style.NONE_NAMED),
            "label": shading.labels.get(state["code"], shading.unlisted),
            "figures": shading.figures.get(state["code"], []),
            "shape": shape,
            "dot": state["code"] in _DOTTED,
        }
        for state, shape in zip(base["states"], shapes, strict=True)
    ]
    counts = {"bounds": shading.bounds, "colours": style.RAMP, "none": style.NONE_NAMED}
    data = {
        "states": rows,
        "arcs": base["areas"]["arcs"],
        "steps": base["areas"]["steps"],
        "edge": outline(shapes),
        "focus": list(focus),
        "outlined": list(outlined),
        # Each state's own outline, so that the border between two of them is drawn as well.
        "outlines": sorted({arc for shape in outer for arc in _outline_of(shape)} - enclaves),
        "counts": {**counts, "unlisted": shading.unlisted} if shading.bounds else None,
        "land": style.LAND,
        "line": style.STATE_LINE,
        "outline": style.OUTLINE,
        "strong": style.STRONG,
    }
    key = shading.key
    legend = _legend(key["title"], [_row({"strip": key["steps"]}, "")], note=key["note"]) if key else None
    return Layer("states", data, "States", control=False, legend=legend)


def _outline_of(shape: Any) -> set[int]:
    return {max(arc, ~arc) for rings in shape for ring in rings for arc in ring}


def districts(code: str) -> Layer:
    """Return the borders between the districts of a state, and a name inside each."""
    return Layer(
        "districts", {**district_lines(code), "colour": "#b9b1a0"}, "Districts (Government of India's view)"
    )


def shaded_districts(frame: Any, shading: Shading) -> Layer:
    """Return the districts filled by numbers of one's own.

    Parameters
    ----------
    frame : GeoDataFrame
        As from `mineralmap.load_districts`.
    shading : Shading
        Fills and labels by ``district_id``.
    """
    frame = frame[frame["district_id"].isin([*shading.fills])]
    packed = pack_areas(simplify_coverage(frame.geometry.to_numpy(), DISTRICT_TOLERANCE))
    rows = [
        {
            "name": row.district,
            "fill": shading.fills[row.district_id],
            "label": shading.labels[row.district_id],
        }
        for row in frame.itertuples()
    ]
    data = {**packed, "rows": rows, "line": style.STATE_LINE}
    legend = _legend(shading.key["title"], [_row({"strip": shading.key["steps"]}, "")])
    return Layer("areas", data, shading.key["title"], legend=legend)


def shore(perspective: str, codes: Sequence[str]) -> Layer:
    """Return the coast of the given states as lines."""
    coasts = basemap(perspective)["shore"]
    lines = [line for code in sorted({*codes} & {*coasts}) for line in coasts[code]]
    row = _row({"line": style.OCHRE, "width": 2}, "Coast of states with monazite beaches", "any")
    data = {"lines": lines, "steps": STEPS, "colour": style.OCHRE}
    return Layer("shore", data, "Monazite coast", legend=_legend(_SITES_TITLE, [row]))


# ---------------------------------------------------------------------------------- initiatives


def pins(scope: str) -> Layer:
    """Return the initiatives of one scope: the payload has them, the script draws what a day shows."""
    main = scope == MAIN_SCOPE
    label = codebook.labels("scope")[scope]
    if main:
        looks = sign_looks()
        rows = [
            _row(
                {"look": look, "size": 20 if code == _RUNNING else 15},
                f"{look['label']}: {look['words']}",
                code,
            )
            for code, look in looks.items()
        ]
        hollow = {"look": {**looks[_RUNNING], "hollow": True}, "size": 20}
        rows.insert(
            [*looks].index(_RUNNING) + 1,
            _row(hollow, "Hollow: runs by the last report, unconfirmed for two years", "unconfirmed"),
        )
        rows.append(_row({"badge": "3"}, "number of initiatives here", "several"))
        rows += [
            _row({"halo": halo["radius"], "rim": halo["rim"]}, str(halo["words"]), accuracy)
            for accuracy, halo in HALOS.items()
        ]
    else:
        plain = {**sign_looks()[_TALK], "hollow": True, "dashed": True}
        rows = [_row({"look": plain, "size": 15}, f"dashed: {label[:1].lower()}{label[1:]}", "any")]
    name = "Rare-earth initiatives" if main else label
    return Layer("pins", {"scope": scope}, name, show=main, legend=_legend("Initiatives", rows))


# --------------------------------------------------------------------- deposits, facilities, ports


def _sites(
    kind: str,
    words: tuple[str, str],
    looks: Sequence[dict[str, Any]],
    sites: list[dict[str, Any]],
    rows: list[LegendRow],
    *,
    show: bool,
) -> Layer:
    """Return a layer of points that do not follow the day.

    Parameters
    ----------
    kind : str
        Ends the class of the marker, ``mm-<kind>``.
    words : tuple of str
        What one of them is called, and the name of the layer.
    looks : sequence of dict
        Their markers.
    sites : list of dict
        See `_site`.
    rows : list
        Rows of the legend.
    """
    data = {"kind": kind, "word": words[0], "plural": words[1], "looks": looks, "sites": sites}
    return Layer("sites", data, words[1], show=show, legend=_legend(_SITES_TITLE, rows))


def _site(row: Any, lines: Iterable[str], name: str, size: float = 13, look: int = 0) -> dict[str, Any]:
    """Return one point, what its story says without empty lines, and the size and number of its marker."""
    accuracy = codebook.labels("location_accuracy")[row.location_accuracy]
    return {
        "lat": row.lat,
        "lon": row.lon,
        "name": name,
        "look": look,
        "size": size,
        "lines": [line for line in (*lines, f"{_capital(accuracy)}.") if line],
        "url": cell_text(row.source_url),
        "publisher": cell_text(row.source_publisher) or "named in the table",
    }


def deposits(frame: pd.DataFrame) -> Layer:
    """Return the deposits that have a point; one whose tonnage is not known is hollow."""
    sites = []
    for row in frame[frame["lat"].notna()].itertuples():
        tonnage = _tonnage(row)
        other_tonnage = "" if is_missing(row.other_tonnage_mt) else f"{_number(row.other_tonnage_mt)} Mt"
        lines = [
            f"{_capital(row.setting)} deposit{_after('; ', row.status)}.",
            tonnage or "Tonnage of monazite or rare-earth oxide: not known.",
            other_tonnage and f"{other_tonnage} {cell_text(row.other_tonnage_what)}.",
            _after("Operator: ", row.operator, "."),
        ]
        sites.append(_site(row, lines, row.name, size=9, look=int(not tonnage)))
    rows = [_row({"look": _DEPOSIT, "size": 9}, "Deposit (hollow: tonnage not known)", "any")]
    return _sites("deposit", ("Deposit", "Deposits"), (_DEPOSIT, _UNKNOWN_DEPOSIT), sites, rows, show=True)


def _tonnage(row: Any) -> str:
    """Return the tonnage of a deposit in words."""
    if not is_missing(row.monazite_mt):
        return f"Monazite: {_number(row.monazite_mt)} Mt."
    return "" if is_missing(row.reo_t) else f"Rare-earth oxides in situ: {_number(row.reo_t)} t."


def _confirmed(row: Any) -> str:
    """Return who last confirmed that a facility runs, and when; nothing of one that has no initiative."""
    if row.stage != stages.LADDER[-1]:
        return ""
    if is_missing(row.last_confirmed):
        return "Nobody has confirmed that it runs."
    day = format_date(row.last_confirmed, row.confirmed_precision, short=True)
    words = f"Last confirmed {day} by {join_words(row.confirmed_by)}"
    return words + ("; unconfirmed for two years." if row.unconfirmed else ".")


def facilities(frame: pd.DataFrame) -> Layer:
    """Return the facilities that have a point."""
    sites = []
    for row in frame[frame["lat"].notna()].itertuples():
        capacity = "" if is_missing(row.capacity_value) else _number(row.capacity_value)
        lines = [
            f"{_capital(cell_text(row.kind))}{_after('; ', row.status)}{_after(', ', row.year)}.",
            _confirmed(row),
            _after("Operator: ", row.operator, "."),
            capacity and f"Capacity: {capacity} {cell_text(row.capacity_unit)}.",
        ]
        sites.append(_site(row, lines, row.name))
    rows = [_row({"look": _FACILITY, "size": 13}, "Mine, plant or laboratory", "any")]
    words = ("Facility", "Mines, plants and laboratories")
    return _sites("facility", words, (_FACILITY,), sites, rows, show=False)


def ports(frame: pd.DataFrame, *, show: bool = False) -> Layer:
    """Return the sea ports that have a point."""
    sites = [
        _site(row, [_after("UN/LOCODE ", row.unlocode, ".")], f"Port of {row.name}")
        for row in frame[frame["lat"].notna()].itertuples()
    ]
    rows = [_row({"look": _PORT, "size": 12}, "Sea port", "any")]
    return _sites("port", ("Sea port", "Ports"), (_PORT,), sites, rows, show=show)


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _after(before: str, value: object, end: str = "") -> str:
    words = cell_text(value)
    return f"{before}{words}{end}" if words else ""


# ----------------------------------------------------------------------------------------- arcs


def _plants(events: pd.DataFrame, versions: pd.DataFrame) -> dict[tuple[str, str], list[tuple[int, _Point]]]:
    """Return where each (partner, state) has plants: first day and point, most events first."""
    sites: dict[str, dict[_Point, int]] = {}
    placed = versions.loc[versions["lat"].notna(), ["initiative_id", "lat", "lon", "from_day"]]
    for row in placed.itertuples():
        sites.setdefault(row.initiative_id, {}).setdefault((row.lon, row.lat), day_number(row.from_day))
    counts: Counter[tuple[tuple[str, str], _Point]] = Counter()
    first: dict[tuple[tuple[str, str], _Point], int] = {}
    for event in events[["initiative_id", "partners", "states"]].itertuples():
        for site, day in sites.get(event.initiative_id, {}).items():
            for pair in product(event.partners, event.states):
                counts[pair, site] += 1
                first[pair, site] = min(day, first.get((pair, site), day))
    plants: dict[tuple[str, str], list[tuple[int, _Point]]] = {}
    for pair, site in sorted(counts, key=lambda key: (-counts[key], key[1])):
        plants.setdefault(pair, []).append((first[pair, site], site))
    return plants


def tie_starts(
    events: pd.DataFrame, versions: pd.DataFrame, perspective: str
) -> list[tuple[Any, list[tuple[int, _Point]]]]:
    """Return the ties with partner countries, and from which day on the arc of each begins where.

    Parameters
    ----------
    events : DataFrame
        Rare-earth events, as from `mineralmap.load_events`.
    versions : DataFrame
        As from `mineralmap.stages.versions`.
    perspective : str
        Whose view of the boundaries.

    Returns
    -------
    list of tuple
        A row of `mineralmap.ties.partner_ties`, and for it the days (see `day_number`) with the
        longitude and latitude, the newest first.

    Notes
    -----
    New Delhi stands for the Union where no event of the pair names a state. An arc begins at a
    plant from the day on which its place is known, before that at a point inside the state.
    """
    inside = {state["code"]: tuple(state["at"][::-1]) for state in basemap(perspective)["states"]}
    plants = _plants(events, versions)
    last_days = stages.last_day(events["date"], events["date_precision"])
    days = dict(zip(events["event_id"], map(day_number, last_days), strict=True))
    rows = []
    for tie in partner_ties(events).itertuples():
        first_day = min(days[event_id] for event_id in tie.event_ids)
        if is_missing(tie.state_iso):
            candidates = [(0, _NEW_DELHI)]
        else:
            state = codebook.state_code(tie.state_iso)
            candidates = [*plants.get((tie.partner, state), []), (0, inside[state])]
        starts: list[tuple[int, _Point]] = []
        # The best place of all that are known on a day: later ones in the list are earlier in time.
        for day, point in candidates:
            if not starts or day < starts[-1][0]:
                starts.append((day, point))
            if day <= first_day:
                break
        rows.append((tie, starts))
    return rows


def arcs(
    events: pd.DataFrame,
    versions: pd.DataFrame,
    numbers: dict[str, int],
    partners: pd.DataFrame,
    perspective: str,
) -> Layer:
    """Return the arcs to partner capitals: from a plant or a state, or from New Delhi.

    Parameters
    ----------
    events, versions, perspective
        As for `tie_starts`.
    numbers : dict
        Event id -> its number in the payload.
    partners : DataFrame
        As from `mineralmap.load_partners`; ties with others are not drawn.
    """
    state_names = {state["code"]: state["name"] for state in basemap(perspective)["states"]}
    partner_of = {partner.iso3: partner for partner in partners.itertuples()}
    rows: dict[str, dict[str, Any]] = {}
    for tie, starts in tie_starts(events, versions, perspective):
        if tie.partner not in partner_of:
            continue
        row = rows.setdefault(tie.partner, _partner_row(partner_of[tie.partner]))
        drawn = {
            "who": state_names.get(cell_text(tie.state_iso), ""),
            "events": sorted(numbers[event_id] for event_id in tie.event_ids),
            # The last one is no plant: a point inside the state, or New Delhi.
            "starts": [
                [day, great_circle_lines(start, (row["lon"], row["lat"])), day > 0] for day, start in starts
            ],
        }
        row["ties"].append(drawn)
        row["events"] = sorted({*row["events"], *drawn["events"]})
    # The busiest partner keeps its label's place where labels crowd.
    busiest = sorted(rows.values(), key=lambda row: (-len(row["events"]), row["iso3"]))
    data = {"partners": busiest, "steps": STEPS, "first": list(codebook.colours("country"))}
    return Layer("arcs", data, "Ties with other countries", legend=_tie_legend(rows))


def _partner_row(partner: Any) -> dict[str, Any]:
    blocs = codebook.labels("bloc")
    return {
        "iso3": partner.iso3,
        "name": partner.name,
        "lat": partner.capital_lat,
        "lon": partner.capital_lon,
        "colour": codebook.colours("country").get(partner.iso3, style.OTHER_PARTNER),
        "blocs": [blocs.get(bloc, bloc) for bloc in partner.blocs],
        "ties": [],
        "events": [],
    }


def _tie_legend(drawn: Iterable[str]) -> dict[str, Any]:
    labels, colours = codebook.labels("country"), codebook.colours("country")
    dashed = "; dashed: no plant named"
    rows = [
        _row({"line": colours[code], "width": 2}, f"Tie with {labels[code]}{dashed}", code)
        for code in sorted(drawn)
        if code in colours
    ]
    rows.append(_row({"line": style.OTHER_PARTNER, "width": 2}, f"Tie with another country{dashed}", "other"))
    return _legend("Rare-earth ties", rows)
