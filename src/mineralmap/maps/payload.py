"""What one page carries: initiatives, their versions and events, pages, and the words for all codes.

The versions are copied from `mineralmap.stages.versions`; the script on the page picks by day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import pandas as pd

from .. import attestation, codebook, stages, style
from ..citation import Citation
from ..data import pages_of
from ..frames import cell_text, distinct, is_missing
from ..shading import MAIN_SCOPE
from ..text import format_date, join_words, mentions
from .encode import pack_rows, pack_sorted

#: Scopes that are drawn: background never is.
SCOPES = tuple(code for code in codebook.codes("scope") if code not in codebook.codes("scope", "background"))
#: What marks a point that is not the site: a soft ring around a town, a larger soft disc for a district.
HALOS = {
    "town": {"radius": 11, "rim": True, "opacity": 0.12, "words": "ring: the town, not the site"},
    "district": {"radius": 18, "rim": False, "opacity": 0.1, "words": "disc: the district only"},
}
_NOUNS = {"initiative": "rare-earth initiative", "event": "rare-earth event"}
_RUNS = stages.LADDER[-1]


def day_number(day: pd.Timestamp) -> int:
    """Return a day as the number of days since 1970-01-01."""
    return int((day - pd.Timestamp(0)).days)


def _day_numbers(days: pd.Series) -> list[int]:
    return [int(day) for day in days.to_numpy("datetime64[D]").astype("int64")]


def event_numbers(events: pd.DataFrame) -> dict[str, int]:
    """Return the number of each event in the payload: newest first."""
    newest_first = events.sort_values(["date", "event_id"], ascending=[False, True])
    return {event_id: number for number, event_id in enumerate(newest_first["event_id"])}


def sign_looks() -> dict[str, dict[str, Any]]:
    """Return for each sign its words, marker and colours, in their order."""
    return {
        code: {
            "label": sign.label,
            "words": sign.explanation,
            "marker": sign.marker,
            "colour": sign.colour,
            "ink": style.darker(sign.colour),
        }
        for code, sign in codebook.vocabulary("sign").items()
    }


def stage_looks() -> dict[str, dict[str, Any]]:
    """Return for each stage its words, marker and colours, its sign, and its place in lists."""
    exits, ladder, every = stages.EXITS, stages.LADDER, stages.STAGES
    ranked = [*reversed(exits), *(stage for stage in every if stage not in (*exits, *ladder)), *ladder]
    return {
        code: {
            "label": stage.label,
            "marker": stage.marker,
            "colour": stage.colour,
            "ink": style.stage_ink(code),
            "sign": stages.SIGN_OF[code],
            "rank": ranked.index(code),
        }
        for code, stage in codebook.vocabulary("stage").items()
    }


def build_payload(
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    versions: pd.DataFrame,
    *,
    tables: dict[str, pd.DataFrame],
    names: dict[str, str],
    as_of: stages.Day | None = None,
    focus: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the initiatives, events and pages of one map; ``mm.load`` of the page unpacks it.

    Parameters
    ----------
    events, initiatives : DataFrame
        What is drawn, as from the loaders; background is left out by the caller.
    versions : DataFrame
        As from `mineralmap.stages.versions`, of these initiatives.
    tables : dict
        ``sources``, ``event_sources``, ``conflicts``, ``actors`` and ``landmarks``, as from the loaders.
    names : dict
        Code of a state or a partner -> its name.
    as_of : str or date, optional
        The last day of the map; that of the newest step if left out.
    focus : sequence of str
        Only initiatives that name one of these states are drawn, on every day.
    """
    number_of_event = event_numbers(events)
    events = events.set_index("event_id", drop=False).loc[list(number_of_event)]
    number_of = {key: number for number, key in enumerate(initiatives["initiative_id"])}
    pages, of_events = _pages(events["event_id"], tables)
    steps = _events(events, number_of, of_events, tables)
    places: dict[tuple[Any, ...], int] = {}
    versions = _with_silence(versions, stages.last_day(events["date"], events["date_precision"]).max())
    rows = _versions(versions, number_of, number_of_event, places)
    codes = {code for cells in (*versions["states"], *versions["partners"]) for code in cells}
    days = [step["day"] for step in steps]
    newest = "" if events.empty else _short(events["date"].iloc[0], events["date_precision"].iloc[0])
    terms: dict[str, int] = {}
    return {
        "initiatives": pack_rows(_initiatives(initiatives, events, terms)),
        "versions": pack_rows(rows),
        "events": pack_rows(steps),
        "pages": {**pack_rows(pages), "url": pack_sorted([page["url"] for page in pages])},
        "places": [[*place, _named(place[2])] for place in places],
        "names": {code: names[code] for code in sorted(codes) if code in names},
        "focus": list(focus),
        "first": min(days, default=0),
        "last": max(days, default=0) if as_of is None else day_number(stages.as_date(as_of)),
        "whole": as_of is None,
        "newest": newest,
        "gap": _gap(tables, as_of),
        "terms": list(terms),
        "spellings": _spellings(terms, tables["actors"], codes),
        "landmarks": [
            [steps[number_of_event[row.event_id]]["day"], row.label]
            for row in tables["landmarks"].itertuples()
            if row.event_id in number_of_event
        ],
        "cite": "" if events.empty else str(Citation(events["date"].iloc[0].date().isoformat())),
        **_words(),
    }


def _named(place_name: str) -> int:
    """Return the number of the codebook's place that a name tells first, as "Chavara, Kollam"; -1 if none."""
    places = codebook.vocabulary("place").values()
    return next(
        (at for at, one in enumerate(places) if mentions(place_name, (one.label, *one.other_names))), -1
    )


def _words() -> dict[str, Any]:
    """Return what the codebook says of the codes that the page shows."""
    return {
        "named": list(codebook.labels("place").values()),
        "signs": sign_looks(),
        "stages": stage_looks(),
        "scopes": {
            code: {"label": codebook.labels("scope")[code], "main": code == MAIN_SCOPE} for code in SCOPES
        },
        "accuracy": {
            code: {"label": label, "halo": HALOS.get(code)}
            for code, label in codebook.labels("location_accuracy").items()
        },
        "nouns": _NOUNS,
        "groups": {code: [one.label, *one.other_names] for code, one in codebook.vocabulary("group").items()},
        "runs": _RUNS,
        # What reports an event needs no word.
        "roles": ["", *(codebook.labels("role")[code].lower() for code in _ROLES[1:])],
    }


def _initiatives(
    initiatives: pd.DataFrame, events: pd.DataFrame, terms: dict[str, int]
) -> list[dict[str, Any]]:
    """Return the initiatives as rows; ``terms`` collects their names of all sorts, each once."""
    levels, types, segments = codebook.labels("level"), codebook.labels("type"), codebook.labels("segment")
    actors = {key: distinct(cells) for key, cells in events.groupby("initiative_id")["actors"]}

    def numbers(names: Iterable[str]) -> list[int]:
        return [terms.setdefault(name, len(terms)) for name in names]

    return [
        {
            "id": row.initiative_id,
            "title": row.title,
            "summary": cell_text(row.summary),
            "scope": row.scope,
            "level": levels.get(row.level, cell_text(row.level)),
            "type": types.get(cell_text(getattr(row, "type", "")), ""),
            "group": cell_text(row.group),
            "segments": numbers(segments.get(one, one) for one in row.segments),
            "leaders": numbers(row.owners),
            "actors": numbers(actors.get(row.initiative_id, ())),
        }
        for row in initiatives.itertuples()
    ]


def _spellings(terms: dict[str, int], actors: pd.DataFrame, codes: AbstractSet[str]) -> list[list[str | int]]:
    """Return groups of words that mean one thing, a number for a term: the search looks for all of them."""
    named = zip(actors["name"], actors["other_names"], strict=True)
    return [
        *([*group] for group in codebook.spellings(codes)),
        *([terms[name], *others] for name, others in named if name in terms and others),
    ]


def _gap(tables: dict[str, pd.DataFrame], as_of: stages.Day | None) -> str:
    """Return the day after which no page was seen; nothing on a map of an earlier day."""
    seen = attestation.newest_page(tables["sources"], tables["coverage"])
    return "" if as_of is not None or pd.isna(seen) else _short(seen)


def _short(day: pd.Timestamp, precision: str = "day") -> str:
    return format_date(day, precision, short=True)


#: Roles of pages in the order of the codebook: the place of one is written as its digit.
_ROLES = codebook.codes("role")


def _pages(
    event_ids: pd.Series, tables: dict[str, pd.DataFrame]
) -> tuple[list[dict[str, str]], dict[str, tuple[list[int], str]]]:
    """Return the pages, each once, and for each event their numbers and roles, what reports it first."""
    # What is not shown is not carried through: a page has many columns.
    links = tables["event_sources"][["event_id", "source_id", "role"]]
    sources = tables["sources"][["source_id", "url", "publisher", "published", "kind"]]
    found = pages_of(event_ids, links, sources)
    every = {page.source_id: page for pages in found.values() for page in pages}
    number = {source_id: at for at, source_id in enumerate(sorted(every, key=lambda key: every[key].url))}
    rows = [
        {"url": page.url, "publisher": page.publisher, "published": cell_text(page.published)}
        for page in sorted(every.values(), key=lambda page: page.url)
    ]
    of_events = {
        event_id: (
            [number[page.source_id] for page in pages],
            "".join(str(_ROLES.index(page.role)) for page in pages),
        )
        for event_id, pages in found.items()
    }
    return rows, of_events


def _events(
    events: pd.DataFrame,
    number_of: dict[str, int],
    of_events: dict[str, tuple[list[int], str]],
    tables: dict[str, pd.DataFrame],
) -> list[dict[str, Any]]:
    links = tables["event_sources"]
    witnesses = attestation.count_witnesses(links).to_dict()
    outside = set(attestation.reports(links).query("not party")["event_id"])
    disputed = Counter(tables["conflicts"]["event_id"])
    days = _day_numbers(stages.last_day(events["date"], events["date_precision"]))
    shown = ["event_id", "initiative_id", "date_precision", "title", "stage", "scope", "confidence"]
    return [
        {
            "initiative": number_of[event.initiative_id],
            "day": day,
            "precision": event.date_precision,
            "title": event.title,
            "stage": event.stage,
            "scope": event.scope,
            "confidence": event.confidence,
            "witnesses": witnesses.get(event.event_id, 0),
            "party": "1" if event.event_id in witnesses and event.event_id not in outside else "",
            "conflicts": disputed[event.event_id],
            "pages": numbers,
            "roles": roles,
        }
        for event, day in zip(events[shown].itertuples(), days, strict=True)
        for numbers, roles in [of_events.get(event.event_id, ([], ""))]
    ]


def _versions(
    versions: pd.DataFrame,
    number_of: dict[str, int],
    number_of_event: dict[str, int],
    places: dict[tuple[Any, ...], int],
) -> list[dict[str, Any]]:
    """Return the versions as rows for the page; ``places`` collects the places, each once."""

    def place_number(row: Any) -> int:
        if pd.isna(row.lat):
            return -1
        place = (row.lat, row.lon, cell_text(row.place_name), row.location_accuracy)
        return places.setdefault(place, len(places))

    days = _day_numbers(versions["from_day"])
    runs = versions["stage"] == _RUNS
    # The day from which on what runs counts as unconfirmed; -1 if nobody confirmed it, or if it does not run.
    lapses = versions["last_confirmed"].where(runs) + pd.DateOffset(years=stages.INACTIVE_YEARS)
    lapsed = _day_numbers(lapses.fillna(pd.Timestamp("1969-12-31")))
    confirmers = [
        f"{_short(row.last_confirmed, row.confirmed_precision)} by {join_words(row.confirmed_by)}"
        if runs_now and not is_missing(row.last_confirmed)
        else ""
        for row, runs_now in zip(versions.itertuples(), runs, strict=True)
    ]
    shown = versions.select_dtypes(exclude="datetime")  # rows with dates are slow to make
    return [
        {
            "initiative": number_of[row.initiative_id],
            "day": day,
            "stage": row.stage,
            "event": number_of_event[row.stage_event_id],
            "highest": cell_text(row.highest_stage),
            "lapses": lapse,
            "confirmers": who,
            "place": place_number(row),
            "states": _joined(row.states),
            "partners": _joined(row.partners),
        }
        for row, day, lapse, who in zip(shown.itertuples(), days, lapsed, confirmers, strict=True)
    ]


def _with_silence(versions: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Return versions with one more for each day, up to the last, on which a dialogue fell silent."""
    following = versions.groupby("initiative_id")["from_day"].shift(-1).fillna(last + pd.Timedelta(days=1))
    days = stages.falls_silent(versions)
    quiet = versions.assign(from_day=days, stage="silent")[days < following]
    joined = pd.concat([versions, quiet.astype(versions.dtypes.to_dict())])
    return joined.sort_values(["initiative_id", "from_day"], kind="stable")


def _joined(codes: Iterable[str]) -> str:
    return " ".join(codes)
