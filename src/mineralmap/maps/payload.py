"""The threads that pins, states and arcs share, and what each initiative was on every day."""

from __future__ import annotations

from collections import Counter, defaultdict

import pandas as pd

from .. import datasets, ladder, schema, style, trust
from . import _pack

_EPOCH = pd.Timestamp("1970-01-01")


def text(value):
    """Return a cell as text; a missing one as nothing."""
    return "" if value is None or value is pd.NA or value != value else str(value)


def day_number(day):
    """Return a day as the number of days since 1970-01-01."""
    return (day - _EPOCH).days


def day_numbers(days):
    """Return days (Series of datetime64) as numbers like those of `day_number`."""
    return (days - _EPOCH).dt.days


def store(initiatives, events, sources, links, conflicts, names, as_of=None, codes=()):
    """Return the threads, pages and words of one map.

    Parameters
    ----------
    initiatives, events, sources, links, conflicts : DataFrame
        As from the loaders of the same names (``links``: `load_event_sources`); context is left
        out by the caller.
    names : dict
        Code of a state or a partner -> its name.
    as_of : str or date, optional
        The last day of the map; that of the newest step if left out.
    codes : sequence of str
        Only initiatives that name one of these states are drawn, on every day.
    """
    used = links[links["event_id"].isin(events["event_id"])]
    pages = sources[sources["source_id"].isin(used["source_id"])].sort_values("url")
    number_of_page = {source_id: number for number, source_id in enumerate(pages["source_id"])}
    pages_of = defaultdict(list)
    for event_id, source_id in zip(used["event_id"], used["source_id"], strict=True):
        pages_of[event_id].append(number_of_page[source_id])
    witnesses = trust.count_witnesses(used).to_dict()
    disputed = Counter(conflicts["event_id"])
    days = day_numbers(ladder.last_day(events["date"], events["date_precision"])).tolist()
    number_of_event, steps, codes_seen = {}, [], set()
    number_of_item = {one: number for number, one in enumerate(initiatives["initiative_id"])}
    shown = ["event_id", "initiative_id", "date", "date_precision", "title", "stage", "scope", "confidence"]
    for event, day in zip(events[[*shown, "states", "partners"]].itertuples(), days, strict=True):
        number_of_event[event.event_id] = len(steps)
        codes_seen |= {*event.states, *event.partners}
        steps.append(
            {
                "of": number_of_item[event.initiative_id],
                "day": day,
                "date": style.date_words(event.date, event.date_precision),
                "title": event.title,
                "stage": event.stage,
                "scope": event.scope,
                "confidence": event.confidence,
                "witnesses": witnesses.get(event.event_id, 0),
                "conflicts": disputed[event.event_id],
                "pages": sorted(pages_of[event.event_id]),
                "states": list(event.states),
                "partners": list(event.partners),
            }
        )
    newest_first = events.sort_values(["date", "event_id"], ascending=[False, True])
    thread_of = defaultdict(list)
    for initiative_id, event_id in zip(newest_first["initiative_id"], newest_first["event_id"], strict=True):
        thread_of[initiative_id].append(number_of_event[event_id])
    places, versions = _versions(initiatives, events.assign(certain=days), number_of_event)
    items = [
        {
            "title": item.title,
            "summary": text(item.summary),
            "scope": item.scope,
            "level": style.LEVEL_WORDS[item.level],
            "events": thread_of[item.initiative_id],
            "versions": versions[item.initiative_id],
        }
        for item in initiatives.itertuples()
    ]
    newest = events.loc[events["date"].idxmax()] if len(events) else None
    last = (
        day_number(ladder.as_date(as_of)) if as_of is not None else max((s["day"] for s in steps), default=0)
    )
    return {
        "initiatives": items,
        "events": steps,
        "pages": [
            {"url": page.url, "publisher": page.publisher, "published": text(page.published)}
            for page in pages.itertuples()
        ],
        "places": places,
        "names": {code: names[code] for code in sorted(codes_seen) if code in names},
        "focus": list(codes),
        "first": min((step["day"] for step in steps), default=0),
        "last": last,
        "whole": as_of is None,
        "newest": "" if newest is None else style.date_words(newest["date"], newest["date_precision"]),
        "style": {
            "colours": style.STAGE_COLOURS,
            "words": style.STAGE_WORDS,
            "scopes": style.SCOPE_WORDS,
            "accuracy": style.ACCURACY_WORDS,
            "order": ["cancelled", "suspended", "in_force", *ladder.LADDER],
            "stages": list(ladder.STAGES),
            "ink": style.INK,
            "grey": style.GREY,
        },
    }


def packed(data):
    """Return a store with its rows packed into columns; ``mm.load`` unpacks them."""
    pages = [
        {**page, "shared": shared, "url": rest}
        for page, (shared, rest) in zip(
            data["pages"], _pack.front_coded([page["url"] for page in data["pages"]]), strict=True
        )
    ]
    rows = {"initiatives": data["initiatives"], "events": data["events"], "pages": pages}
    return {**data, **{name: _pack.pack_rows(table) for name, table in rows.items()}}


def _versions(initiatives, events, number_of_event):
    """Return the places, and for each initiative what it was from which day on.

    One entry a change: day, stage, number of the event that made it so, highest rung so far ("" if
    none), number of the place (-1 if none). It is the rule of `mineralmap.load_initiatives`, told
    for all days at once; the stages are those of `mineralmap.ladder.moves`.
    """
    moves_of, threads = defaultdict(list), defaultdict(list)
    moves = ladder.moves(events)
    for move in moves.assign(counts_from=day_numbers(moves["counts_from"])).itertuples():
        moves_of[move.initiative_id].append(move)
    seen = ["event_id", "initiative_id", "certain", "stage", "kind", "states", "place_name", "lat", "lon"]
    for event in events.sort_values(["date", "event_id"])[[*seen, "location_accuracy"]].itertuples():
        threads[event.initiative_id].append(event)
    places, versions = {}, {}
    for item in initiatives.itertuples():
        thread, found = threads[item.initiative_id], []
        for day in sorted({event.certain for event in thread}):
            known = [event for event in thread if event.certain <= day]
            move = [one for one in moves_of[item.initiative_id] if one.counts_from <= day][-1]
            rungs = [ladder.LADDER.index(one.stage) for one in known if one.stage in ladder.LADDER]
            place = _place(item.level, known)
            version = [
                move.stage,
                number_of_event[move.event_id],
                ladder.LADDER[max(rungs)] if rungs else "",
                -1 if place is None else places.setdefault(place, len(places)),
            ]
            if not found or found[-1][1:] != version:
                found.append([day, *version])
        versions[item.initiative_id] = found
    return [list(place) for place in places], versions


def _place(level, thread):
    """Return latitude, longitude, name and precision of the newest step on the ground, or None."""
    # A programme of the Union in several states stands at no single place.
    if level in ("national", "multilateral") and len({code for one in thread for code in one.states}) > 1:
        return None
    for event in reversed(thread):
        placed = event.location_accuracy in schema.PINNED and event.lat == event.lat
        if placed and event.kind in datasets._ON_THE_GROUND and event.states:
            return event.lat, event.lon, text(event.place_name), event.location_accuracy
    return None
