"""What each layer of the map draws, as plain data for the scripts in ``assets``."""

from __future__ import annotations

import numpy as np

from .. import datasets, geography, style
from ..partners import edges
from . import _pack
from ._ground import ground
from ._threads import text as _text

#: Small territories that a polygon of this size does not show.
_DOTTED = ("IN-AN", "IN-CH", "IN-DH", "IN-DL", "IN-LD", "IN-PY")
PORT_GREY = "#3f3f3f"
NEW_DELHI = (77.209, 28.614)
_DISTRICT_TOLERANCE = 0.01


def _number(value):
    return f"{value:,.10g}"


# --------------------------------------------------------------------------------------- ground


def world(perspective):
    """Return the other countries: India is drawn by its states, Antarctica not at all."""
    return {**ground(perspective)["world"], "fill": style.LAND, "line": style.LAND_LINE}


def states(perspective, fills, labels, figures, focus=(), tops=None):
    """Return the states with a fill, a label and figures for the pop-up each.

    Parameters
    ----------
    perspective : str
        Whose view of the boundaries.
    fills, labels, figures : dict
        By state code: a colour, a short text, and a list of dicts (text, url, publisher).
    focus : sequence of str
        Codes of the states that the map is about: they are outlined and named, the others fade.
    tops : sequence of int, optional
        Upper bounds of the steps where the fill counts initiatives; it then follows the day.
    """
    areas = ground(perspective)["areas"]
    shapes = areas["shapes"]
    near = set(focus)
    for code in focus:
        near |= set(geography.neighbours(datasets.load_states(perspective), code))
    rows = []
    for state, shape in zip(ground(perspective)["states"], shapes, strict=True):
        code = state["code"]
        rows.append(
            {
                "code": code,
                "name": state["name"],
                "fill": fills.get(code, style.NONE_NAMED),
                "label": labels.get(code, ""),
                "figures": figures.get(code, []),
                "shape": shape,
                "at": state["at"],
                "dot": code in _DOTTED,
                "named": code in near,
            }
        )
    chosen = [shape for row, shape in zip(rows, shapes, strict=True) if row["code"] in focus]
    return {
        "states": rows,
        "arcs": areas["arcs"],
        "steps": areas["steps"],
        "edge": _pack.edges_of(shapes),
        "focus": list(focus),
        "focus_edge": _pack.edges_of(chosen),
        "ramp": None if tops is None else {"tops": list(tops), "colours": [style.NONE_NAMED, *style.RAMP]},
        "land": style.LAND,
        "line": "#cfc8b8",
        "outline": style.OUTLINE,
        "strong": "#3b3b3b",
    }


def districts(codes):
    """Return the borders between the districts of some states, and a name inside each."""
    import shapely

    frame = datasets.load_districts()
    frame = frame[frame["state_iso"].isin(codes)]
    simple = _pack.simplify_coverage(frame.geometry.to_numpy(), _DISTRICT_TOLERANCE)
    packed = _pack.pack_areas(simple)
    outer = set(_pack.edges_of(packed["shapes"]))
    points = shapely.point_on_surface(simple)
    return {
        "lines": [arc for number, arc in enumerate(packed["arcs"]) if number not in outer],
        "names": [
            {"at": [round(point.y, 3), round(point.x, 3)], "text": name}
            for name, point in zip(frame["district"], points, strict=True)
        ],
        "steps": packed["steps"],
        "colour": "#b9b1a0",
    }


def shore(perspective, codes):
    """Return the coast of the given states as lines."""
    coast = ground(perspective)["shore"]
    lines = [line for code, own in coast.items() if code in codes for line in own]
    return {"lines": lines, "steps": _pack.STEPS, "colour": style.OCHRE}


# ------------------------------------------------------------------------------ points and arcs


def deposits(frame):
    """Return the deposits that have a point; the area of a sign follows the monazite or REO tonnage."""
    spots = []
    for row in frame[frame["lat"].notna()].itertuples():
        tonnes, what = _tonnage(row)
        lines = [f"{row.setting[:1].upper()}{row.setting[1:]} deposit" + _after("; ", row.status) + "."]
        lines.append(what or "Tonnage of monazite or rare-earth oxide: not known.")
        if row.other_tonnage_mt == row.other_tonnage_mt:
            lines.append(f"{_number(row.other_tonnage_mt)} Mt {_text(row.other_tonnage_what)}.")
        lines.append(_after("Operator: ", row.operator, "."))
        lines.append(style.ACCURACY_WORDS[row.location_accuracy].capitalize() + ".")
        spots.append(
            {
                "lat": row.lat,
                "lon": row.lon,
                "name": row.name,
                "known": tonnes is not None,
                "size": 11 if tonnes is None else round(float(np.clip(8 + 12 * np.sqrt(tonnes), 9, 26)), 1),
                "lines": [line for line in lines if line],
                "url": _text(row.source_url),
                "publisher": _text(row.source_publisher) or "named in the table",
            }
        )
    return {"kind": "deposit", "word": "Deposit", "plural": "Deposits", "spots": spots, "colour": style.OCHRE}


def _tonnage(row):
    """Return the tonnage in Mt that sizes a deposit, and the words for it."""
    if row.monazite_mt == row.monazite_mt:
        return row.monazite_mt, f"Monazite: {_number(row.monazite_mt)} Mt."
    if row.reo_t == row.reo_t:
        return row.reo_t / 1e6, f"Rare-earth oxides in situ: {_number(row.reo_t)} t."
    return None, ""


def _after(before, value, end=""):
    text = _text(value)
    return f"{before}{text}{end}" if text else ""


def places(frame, kind):
    """Return facilities or ports that have a point."""
    spots = []
    for row in frame[frame["lat"].notna()].itertuples():
        if kind == "port":
            lines = [_after("UN/LOCODE ", row.unlocode, ".")]
        else:
            capacity = ""
            if row.capacity_value == row.capacity_value:
                capacity = f"Capacity: {_number(row.capacity_value)} {_text(row.capacity_unit)}."
            kind_words = _text(row.kind)
            lines = [
                f"{kind_words[:1].upper()}{kind_words[1:]}"
                + _after("; ", row.status)
                + _after(", ", row.year)
                + ".",
                _after("Operator: ", row.operator, "."),
                capacity,
            ]
        lines.append(style.ACCURACY_WORDS[row.location_accuracy].capitalize() + ".")
        spots.append(
            {
                "lat": row.lat,
                "lon": row.lon,
                "name": row.name if kind == "facility" else f"Port of {row.name}",
                "known": True,
                "size": 13,
                "lines": [line for line in lines if line],
                "url": _text(row.source_url),
                "publisher": _text(row.source_publisher) or "named in the table",
            }
        )
    if kind == "port":
        return {"kind": kind, "word": "Sea port", "plural": "Ports", "spots": spots, "colour": PORT_GREY}
    plural = "Mines, plants and laboratories"
    return {"kind": kind, "word": "Facility", "plural": plural, "spots": spots, "colour": style.INK}


def _origins(events, initiatives, places):
    """Return where each (partner, state) has plants: the place with the most events first.

    Parameters
    ----------
    events : DataFrame
    initiatives : list of dict
        As in `_threads.store`; their order is that of ``events["of"]``.
    places : list
        As in `_threads.store`.

    Returns
    -------
    dict
        (partner, state) -> list of (first day, lon, lat).
    """
    found = {}
    for event in events.itertuples():
        for version in initiatives[event.of]["versions"]:
            if version[-1] < 0:
                continue
            lat, lon = places[version[-1]][:2]
            for pair in ((partner, code) for partner in event.partners for code in event.states):
                days = found.setdefault(pair, {}).setdefault((lon, lat), [0, version[0]])
                days[0] += 1
                days[1] = min(days[1], version[0])
    return {
        pair: [(day, *at) for at, (_, day) in sorted(spots.items(), key=lambda one: (-one[1][0], one[0]))]
        for pair, spots in found.items()
    }


def arcs(events, data, partners, perspective):
    """Return the arcs to partner capitals: from a plant or a state, or from New Delhi.

    Parameters
    ----------
    events : DataFrame
        Rare-earth events, each with its number in ``data["events"]`` as ``number`` and that of
        its initiative as ``of``.
    data : dict
        As from `_threads.store`.
    partners : DataFrame
        As from `mineralmap.load_partners`.
    perspective : str
        Whose view of the boundaries.

    Notes
    -----
    New Delhi stands for the Union where no event of the pair names a state. An arc begins at a
    plant from the day on which its place is known, before that at a point inside the state.
    """
    names = {state["code"]: state["name"] for state in ground(perspective)["states"]}
    inside = {state["code"]: state["at"] for state in ground(perspective)["states"]}
    number = dict(zip(events["event_id"], events["number"], strict=True))
    plants = _origins(events, data["initiatives"], data["places"])
    known = {partner["iso3"]: partner for partner in partners.to_dict("records")}
    rows, of_partner = [], {}
    for tie in edges(events).itertuples():
        of_partner.setdefault(tie.partner, []).append(tie)
    for iso3, group in of_partner.items():
        if iso3 not in known:
            continue
        partner = known[iso3]
        end = (partner["capital_lon"], partner["capital_lat"])
        ties = []
        for tie in group:
            national = tie.state_iso != tie.state_iso
            numbers = sorted(number[one] for one in tie.event_ids)
            spots = [] if national else plants.get((iso3, tie.state_iso), [])
            start = NEW_DELHI if national else tuple(inside[tie.state_iso][::-1])
            starts = []
            # The best place of all that are known on a day: later ones in the list are earlier in time.
            for day, lon, lat in [*spots, (0, *start)]:
                if not starts or day < starts[-1][0]:
                    lines = geography.great_circle((lon, lat), end, 300)
                    starts.append([day, [_pack.pack_line(line) for line in lines]])
                if day <= min(data["events"][one]["day"] for one in numbers):
                    break
            ties.append(
                {"who": "" if national else names[tie.state_iso], "events": numbers, "starts": starts}
            )
        rows.append(
            {
                "iso3": iso3,
                "name": partner["name"],
                "lat": partner["capital_lat"],
                "lon": partner["capital_lon"],
                "colour": style.PARTNER_COLOURS.get(iso3, style.OTHER_PARTNER),
                "blocs": [style.BLOC_WORDS.get(bloc, bloc) for bloc in partner["blocs"]],
                "ties": ties,
            }
        )
    # The busiest partner keeps its label's place where labels crowd.
    rows.sort(key=lambda row: (-len({n for tie in row["ties"] for n in tie["events"]}), row["iso3"]))
    return {"partners": rows, "steps": _pack.STEPS}
