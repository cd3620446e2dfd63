"""From a lead to the three rows of an event: filled as far as a headline carries, never further."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .. import codebook, data
from ..frames import cell_text, is_missing
from ..validation.rules import DRAFT_NOTE
from .projects import address

__all__ = ["Draft", "draft"]

_FILES = ("events", "sources", "event_sources")


@dataclass(frozen=True)
class Draft:
    r"""The rows of one event, not complete: ``validate`` refuses them until what is empty is filled.

    Attributes
    ----------
    rows : dict
        Table (``events``, ``sources``, ``event_sources``) -> column -> text of the cell. A page that the
        tables have already has no row in ``sources``, an event that they have none in ``events``.
    missing : dict
        Table -> the columns that must be filled.

    Examples
    --------
    >>> import mineralmap as mm
    >>> feed = "title,url,date\nJapan and India sign rare earth pact,https://example.org/a,2026-11-01\n"
    >>> made = mm.draft(mm.leads(feed).iloc[0])
    >>> made.rows["sources"]["read_as"], made.missing["events"][:2]
    ('headline', ('title', 'summary'))
    """

    rows: dict[str, dict[str, str]]
    missing: dict[str, tuple[str, ...]]

    def to_csv(self, table: str) -> str:
        """Return the row of a table as a line of its CSV file; an empty text if it needs none."""
        if table not in self.rows:
            return ""
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(self.rows[table].values())
        return line.getvalue()

    def __str__(self) -> str:
        lines = []
        for table in _FILES:
            if table in self.rows:
                lines.append(f"data/tables/{table}.csv\n    {self.to_csv(table).rstrip()}")
                if self.missing.get(table):
                    lines.append(f"    to fill in: {', '.join(self.missing[table])}")
            else:
                lines.append(f"data/tables/{table}.csv has this {'event' if table == 'events' else 'page'}")
        return "\n".join(lines)


def draft(lead: Mapping[str, Any] | pd.Series) -> Draft:
    r"""Return the rows of an event, its source and their link, as far as a lead carries.

    What the headline does not say stays empty: title and summary in our own words, what the page supports.
    The page is marked as read by its headline alone.

    Parameters
    ----------
    lead : Series or mapping
        A row of `leads`, as ``found.iloc[0]``.

    Returns
    -------
    Draft
        Its text shows the lines to add and what is to be filled in.

    Raises
    ------
    ValueError
        If the lead has no address: an event needs a page.

    Examples
    --------
    >>> import mineralmap as mm
    >>> feed = "title,url,date\nIndia and Japan sign pact on rare earths,https://example.org/a,2026-11-01\n"
    >>> mm.draft(mm.leads(feed).iloc[0]).rows["events"]["partners"]
    'JPN'
    """
    cells = dict(lead)
    url = cell_text(cells.get("url", "")).strip()
    if not url:
        raise ValueError("the lead has no address (url); an event needs a page")
    pages = data.shipped("sources")
    known = pages.loc[pages["url"].map(address) == address(url), "source_id"]
    digest = hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()
    source_id = known.iloc[0] if len(known) else f"src-{digest[:8]}"
    day = "" if is_missing(cells.get("published")) else f"{cells['published']:%Y-%m-%d}"
    told = cell_text(cells.get("event_id", ""))
    event = {"event_id": told} if told else _event(cells, day)
    rows = {
        "events": event,
        "sources": _source(cells, url, source_id, day),
        "event_sources": {"event_id": event["event_id"], "source_id": source_id, "role": "reports"},
    }
    if told:
        del rows["events"]
    if len(known):
        del rows["sources"]
    filled = {name: {one: rows[name].get(one, "") for one in codebook.table(name).names} for name in rows}
    missing = {
        name: tuple(
            column.name
            for column in codebook.table(name).columns
            if column.required and not filled[name][column.name]
        )
        for name in filled
    }
    return Draft(filled, missing)


def _listed(value: Any) -> str:
    return ";".join(value) if isinstance(value, list | tuple) else cell_text(value)


def _event(cells: Mapping[str, Any], day: str) -> dict[str, str]:
    initiative = cell_text(cells.get("initiative_id", ""))
    known = set(data.shipped("partners")["iso3"])
    event = {
        "initiative_id": "" if initiative == "new" else initiative,
        # A page tells on its day what happened on it or before.
        "date": f"{day[:7]}-01" if day else "",
        "date_precision": "month" if day else "",
        "kind": cell_text(cells.get("kind", "")),
        "stage": cell_text(cells.get("stage", "")),
        "scope": cell_text(cells.get("scope", "")),
        "states": _listed(cells.get("states", ())),
        "partners": ";".join(code for code in cells.get("partners", ()) if code in known),
        "actors": _listed(cells.get("actors", ())),
        "location_accuracy": "none",
        "note": DRAFT_NOTE,
    }
    taken, stem = set(data.shipped("events")["event_id"]), initiative or "new"
    name = re.sub(r"-+", "-", f"{stem}-{event['kind'] or 'event'}-{day[:7] or 'undated'}".replace("_", "-"))
    event["event_id"] = next(
        one for one in (name, *(f"{name}-{n}" for n in range(2, 1000))) if one not in taken
    )
    return event


def _source(cells: Mapping[str, Any], url: str, source_id: str, day: str) -> dict[str, str]:
    publisher, kind = cell_text(cells.get("publisher", "")), ""
    pages = data.shipped("sources")
    # Who publishes at this address, and what sort of publisher it is, the tables may know.
    hosts = pages["url"].map(lambda one: address(one).partition("/")[0].partition(" ")[0])
    same = pages[hosts == address(url).partition("/")[0].partition(" ")[0]]
    names = same["publisher"].value_counts(normalize=True)
    if len(names) and names.iloc[0] > 0.5:  # else the address is that of a collection
        publisher, kind = names.index[0], str(same["kind"].astype("str").mode().iloc[0])
    return {
        "source_id": source_id,
        "url": url,
        "publisher": publisher,
        "title": cell_text(cells.get("title", "")),
        "published": day,
        "undated": "false" if day else "true",
        "kind": kind,
        "read_as": "headline",
    }
