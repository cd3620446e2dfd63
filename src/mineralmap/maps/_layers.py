"""What each layer of the map draws, as plain data for ``assets/mineralmap.js``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from .. import geography, style
from ..partners import edges
from . import _pack

#: Small territories that a polygon of this size does not show.
_DOTTED = ("IN-AN", "IN-CH", "IN-DH", "IN-DL", "IN-LD", "IN-PY")
NEW_DELHI = (77.209, 28.614)
_STATE_TOLERANCE = 0.01
_WORLD_TOLERANCE = 0.1
_WORLD_SPECK = 0.1


def _text(value):
    """Return a cell as text; a missing one as nothing."""
    return "" if value is None or value is pd.NA or value != value else str(value)


def _number(value):
    return f"{value:,.10g}"


# ---------------------------------------------------------------------------- threads and pages


def store(initiatives, events, sources, links, conflicts):
    """Return the threads, pages and words that pins, states and arcs share.

    Parameters
    ----------
    initiatives, events, sources, links, conflicts : DataFrame
        As from the loaders of the same names (``links``: `load_event_sources`); context is left
        out by the caller.
    """
    used = links[links["event_id"].isin(events["event_id"])]
    pages = sources[sources["source_id"].isin(used["source_id"])].sort_values("source_id")
    number_of_page = {source_id: number for number, source_id in enumerate(pages["source_id"])}
    pages_of = {
        event_id: sorted(number_of_page[one] for one in group)
        for event_id, group in used.groupby("event_id")["source_id"]
    }
    witnesses = count_witnesses(used)
    disputed = conflicts.groupby("event_id").size()
    number_of_event, steps = {}, []
    for event in events.itertuples():
        number_of_event[event.event_id] = len(steps)
        steps.append(
            {
                "date": style.date_words(event.date, event.date_precision),
                "title": event.title,
                "stage": event.stage,
                "confidence": event.confidence,
                "witnesses": int(witnesses.get(event.event_id, 0)),
                "conflicts": int(disputed.get(event.event_id, 0)),
                "pages": pages_of.get(event.event_id, []),
            }
        )
    precision = events.set_index("event_id")["date_precision"]
    newest_first = events.sort_values(["date", "event_id"], ascending=[False, True])
    thread_of = newest_first.groupby("initiative_id")["event_id"].agg(list)
    items = []
    for item in initiatives.itertuples():
        pinned = item.lat == item.lat
        items.append(
            {
                "id": item.initiative_id,
                "title": item.title,
                "summary": _text(item.summary),
                "scope": item.scope,
                "level": style.LEVEL_WORDS[item.level],
                "stage": item.stage,
                "since": style.date_words(item.stage_since, precision[item.stage_event_id]),
                "highest": _text(item.highest_stage),
                "states": list(item.states),
                "partners": list(item.partners),
                "lat": item.lat if pinned else None,
                "lon": item.lon if pinned else None,
                "precision": item.location_accuracy,
                "accuracy": style.ACCURACY_WORDS[item.location_accuracy],
                "place": _text(item.place_name),
                "events": [number_of_event[one] for one in thread_of[item.initiative_id]],
            }
        )
    return {
        "initiatives": items,
        "events": steps,
        "pages": [[page.url, page.publisher, _text(page.published)] for page in pages.itertuples()],
        "style": {
            "colours": style.STAGE_COLOURS,
            "words": style.STAGE_WORDS,
            "scopes": style.SCOPE_WORDS,
            "order": ["cancelled", "suspended", "in_force", *_ladder()],
            "ink": style.INK,
            "grey": style.GREY,
        },
        "attribution": "mineralmap tables (CC BY 4.0); boundaries: see NOTICE; world: Natural Earth",
    }


def _ladder():
    from ..ladder import LADDER

    return LADDER


def count_witnesses(links):
    """Return the number of independent witnesses of each event.

    Copies of one story share a witness; background (``context-...``) is none, and a rewrite
    without a named agency (``agency-unspecified``) counts only where the event has no other.
    """
    named = links.loc[~links["witness"].str.startswith("context-"), ["event_id", "witness"]]
    vague = named["witness"] == "agency-unspecified"
    sure = named[~vague].groupby("event_id")["witness"].nunique()
    rest = named[vague & ~named["event_id"].isin(sure.index)].groupby("event_id")["witness"].nunique()
    return pd.concat([sure, rest])


# --------------------------------------------------------------------------------------- ground


def world(countries):
    """Return the other countries: India is drawn by its states, Antarctica not at all."""
    others = countries[~countries["iso3"].isin(["IND", "ATA"])]
    simple = _pack.simplify_coverage(others.geometry.to_numpy(), _WORLD_TOLERANCE, _WORLD_SPECK)
    return {
        "shapes": [shape for one in simple for shape in [_pack.pack_polygons(one)] if shape],
        "steps": _pack.STEPS,
        "fill": style.LAND,
        "line": style.LAND_LINE,
    }


def states(frame, fills, labels, figures, focus=()):
    """Return the states with a fill, a label and figures for the pop-up each.

    Parameters
    ----------
    frame : GeoDataFrame
        As from `mineralmap.load_states`.
    fills, labels, figures : dict
        By state code: a colour, a short text, and a list of dicts (text, url, publisher).
    focus : sequence of str
        Codes of the states that the map is about: they are outlined and named, the others fade.
    """
    simple = _pack.simplify_coverage(frame.geometry.to_numpy(), _STATE_TOLERANCE, 2e-4)
    outline = shapely.boundary(shapely.coverage_union_all(simple))
    rows, names = [], []
    chosen = [shape for code, shape in zip(frame["state_iso"], simple, strict=True) if code in focus]
    edge = shapely.boundary(shapely.union_all(chosen)) if chosen else None
    near = set(focus)
    for code in focus:
        near |= set(geography.neighbours(frame, code))
    for row, shape in zip(frame.itertuples(), simple, strict=True):
        code = row.state_iso
        point = shapely.point_on_surface(shape)
        fill = fills.get(code, style.NONE_NAMED)
        if code in near:
            at = [round(point.y, 3), round(point.x, 3)]
            names.append({"at": at, "text": row.state, "focus": code in focus})
        rows.append(
            {
                "code": code,
                "name": row.state,
                "fill": fill if not focus or code in focus else style.faded(fill),
                "label": labels.get(code, ""),
                "figures": figures.get(code, []),
                "shape": _pack.pack_polygons(shape),
                "dot": [round(point.y, 3), round(point.x, 3)] if code in _DOTTED else None,
            }
        )
    return {
        "states": rows,
        "outline_shape": _pack.pack_lines(outline),
        "names": names,
        "focus_shape": _pack.pack_lines(edge) if edge is not None else [],
        "focus_line": "#3b3b3b",
        "steps": _pack.STEPS,
        "line": "#cfc8b8",
        "outline": style.OUTLINE,
        "hover": "#333333",
    }


def shore(coastline, codes):
    """Return the coast of the given states as lines."""
    here = coastline[coastline["state_iso"].isin(codes)]
    simple = shapely.simplify(here.geometry.to_numpy(), _STATE_TOLERANCE)
    lines = [line for one in simple for line in _pack.pack_lines(one)]
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
    return {"spots": spots, "colour": style.OCHRE}


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
            lines = [_after("Operator: ", row.operator, "."), _after("Status: ", row.status, "."), capacity]
        lines.append(style.ACCURACY_WORDS[row.location_accuracy].capitalize() + ".")
        spots.append(
            {
                "lat": row.lat,
                "lon": row.lon,
                "name": row.name if kind == "facility" else f"Port of {row.name}",
                "lines": [line for line in lines if line],
                "url": _text(row.source_url),
                "publisher": _text(row.source_publisher) or "named in the table",
            }
        )
    return {"spots": spots, "colour": "#3f3f3f" if kind == "port" else style.INK}


def _origins(events, initiatives, states_frame):
    """Return where the arcs of each (partner, state) begin: at the plant where one is placed.

    Of the initiatives of the pair that have a point in a place of their own, the one with the most
    events; else a point inside the state.
    """
    placed = initiatives.loc[initiatives["lat"].notna(), ["initiative_id", "lat", "lon"]]
    rows = events[["initiative_id", "partners", "states"]].explode("partners").explode("states")
    rows = rows.dropna().merge(placed, on="initiative_id")
    ranked = (
        rows.groupby(["partners", "states", "lat", "lon"]).size().sort_values(ascending=False, kind="stable")
    )
    inside = shapely.point_on_surface(states_frame.geometry.to_numpy())
    points = {code: (point.x, point.y) for code, point in zip(states_frame["state_iso"], inside, strict=True)}
    at_plants = {}
    for partner, code, lat, lon in ranked.index:
        at_plants.setdefault((partner, code), (lon, lat))
    return lambda partner, code: at_plants.get((partner, code), points[code])


def arcs(events, initiatives, partners, states_frame):
    """Return the arcs to partner capitals: from a plant or a state, or from New Delhi.

    New Delhi stands for the Union where no event of the pair names a state.
    """
    ties = edges(events)
    names = dict(zip(states_frame["state_iso"], states_frame["state"], strict=True))
    origin = _origins(events, initiatives, states_frame)
    known = partners.set_index("iso3")
    rows = []
    for iso3, group in ties.groupby("partner", sort=True):
        if iso3 not in known.index:
            continue
        partner = known.loc[iso3]
        end = (partner["capital_lon"], partner["capital_lat"])
        drawn, with_states = [], []
        for tie in group.itertuples():
            national = tie.state_iso != tie.state_iso
            start = NEW_DELHI if national else origin(iso3, tie.state_iso)
            who = "the Union" if national else names[tie.state_iso]
            drawn.append(
                {
                    "lines": [_pack.pack_line(line) for line in geography.great_circle(start, end, 300)],
                    "weight": round(float(np.clip(1 + 0.4 * (tie.n_events - 1), 1, 4)), 1),
                    "dashed": national,
                    "label": f"{partner['name']} and {who}: "
                    + style.count_words(tie.n_events, "rare-earth event"),
                }
            )
            with_states += [] if national else [f"{who} ({tie.n_events})"]
        total = len({one for ids in group["event_ids"] for one in ids})
        only_union = int(group.loc[group["state_iso"].isna(), "n_events"].sum())
        text = f"{style.count_words(total, 'rare-earth event')}: {only_union} without a state"
        text += f"; with {', '.join(with_states)}." if with_states else "; none names a state."
        rows.append(
            {
                "iso3": iso3,
                "name": partner["name"],
                "lat": partner["capital_lat"],
                "lon": partner["capital_lon"],
                "colour": style.PARTNER_COLOURS.get(iso3, style.OTHER_PARTNER),
                "blocs": ", ".join(partner["blocs"]),
                "count": total,
                "text": text,
                "arcs": drawn,
            }
        )
    # The busiest partner keeps its label's place where labels crowd.
    rows.sort(key=lambda row: (-row["count"], row["iso3"]))
    return {"partners": rows, "steps": _pack.STEPS}
