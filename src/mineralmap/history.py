"""The history of one initiative, and what changed between two days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from . import codebook, data, stages
from . import tables as shown
from .errors import UnknownNameError
from .frames import cell_text, distinct, group_words, is_missing
from .stages import Day
from .text import format_date, join_words, pluralize

__all__ = ["Changes", "InitiativeHistory", "changes", "explain", "histories"]

_CORRECTED = "Corrected since it was first recorded"
#: A list of corrections of this length is folded: most readers want the steps.
_FOLDED_FROM = 4
#: Rows of each table of `Changes` that are shown.
_MOST_ROWS = 30


@dataclass(frozen=True, eq=False, repr=False)
class InitiativeHistory:
    """One initiative: stage, steps with pages, disputes, and what is not known.

    It shows itself in a notebook; every text of the tables is escaped.

    Attributes
    ----------
    initiative : Series
        Its row, as from `mineralmap.load_initiatives`.
    events : DataFrame
        Its steps, newest first.
    pages : dict
        Event id -> list of its pages, as from `mineralmap.data.pages_of`.
    conflicts, corrections : DataFrame
        Rows that concern its steps.

    Examples
    --------
    >>> import mineralmap as mm
    >>> plant = mm.explain("lohum-up-magnet-plant")
    >>> plant.initiative["states"]
    ('IN-UP',)
    """

    initiative: pd.Series
    events: pd.DataFrame
    pages: dict[str, list[Any]]
    conflicts: pd.DataFrame
    corrections: pd.DataFrame

    @property
    def unknown(self) -> list[str]:
        """What the tables do not know of it, in words."""
        words = []
        accuracy = codebook.vocabulary("location_accuracy")[self.initiative["location_accuracy"]]
        if accuracy.family != "point":
            words.append("Where it stands: no site, town or district is recorded.")
        elif accuracy.code != "site":
            words.append(f"The exact site: the point is {accuracy.label}.")
        if self.events["amount_value"].isna().all():
            words.append("Money: no step gives an amount.")
        if self.events["capacity_value"].isna().all():
            words.append("Size: no step gives a capacity or a tonnage.")
        if single := int(self.events["single_source"].sum()):
            words.append(f"{pluralize(single, 'step')} of {len(self.events)} rest on a single origin.")
        if self.initiative["unconfirmed"]:
            words.append("Whether it still runs: nobody has confirmed it for two years.")
        if open_fields := distinct(self.events["disputed"]):
            words.append(f"Sources differ on: {', '.join(open_fields)}.")
        return words

    def _facts(self) -> Iterator[tuple[str, str]]:
        row, stage_labels = self.initiative, codebook.labels("stage")
        precision = self.events.set_index("event_id")["date_precision"]
        since = format_date(row["stage_since"], precision[row["stage_event_id"]])
        if not is_missing(row.get("type")):
            yield "Type", codebook.labels("type")[row["type"]]
        yield "Stage", f"{stage_labels[row['stage']]}, since {since}"
        if not is_missing(row["highest_stage"]) and row["highest_stage"] != row["stage"]:
            yield "Highest stage", stage_labels[row["highest_stage"]]
        yield "Scope", codebook.labels("scope")[row["scope"]]
        yield "Level", codebook.labels("level")[row["level"]]
        for name in ("states", "partners"):
            if row[name]:
                yield name.capitalize(), ", ".join(row[name])
        yield "Last confirmed", self._last_confirmed()

    def _last_confirmed(self) -> str:
        day = self.initiative["last_confirmed"]
        if is_missing(day):
            return "never, by two independent origins or by those who act"
        day = format_date(day, self.initiative["confirmed_precision"])
        return f"{day}, by {join_words(self.initiative['confirmed_by'])}"

    def _steps(self) -> shown.Table:
        stage_labels = codebook.labels("stage")
        # Only the columns needed: to iterate over a short and wide frame is slow.
        columns = ["event_id", "date", "date_precision", "title", "stage", "confidence"]
        columns += ["n_witnesses", "party_only"]
        rows = [
            (
                format_date(event.date, event.date_precision),
                event.title,
                stage_labels[event.stage],
                _attested(event),
                tuple(_dated_link(page) for page in self.pages[event.event_id]),
            )
            for event in self.events[columns].itertuples()
        ]
        titles = ("Date", "What happened", "Stage", "Who says so, confidence", "Pages")
        return shown.Table(titles, rows, "Steps, newest first")

    def _tables(self) -> Iterator[shown.Table]:
        yield self._steps()
        if len(self.conflicts):
            rows = self.conflicts[["field", "value_a", "value_b", "chosen", "why"]].to_numpy()
            yield shown.Table(
                ("On", "One reading", "Another", "Taken", "Why"), rows, "Where sources disagree"
            )
        if len(self.corrections):
            rows = self.corrections[["column", "old", "new", "why"]].to_numpy()
            yield shown.Table(("Column", "Was", "Is", "Why"), rows, _CORRECTED)

    def _repr_html_(self) -> str:
        facts = "".join(f"<li>{escape(name)}: {escape(words)}</li>" for name, words in self._facts())
        unknown = "".join(f"<li>{escape(words)}</li>" for words in self.unknown)
        summary = cell_text(self.initiative["summary"])
        return shown.framed(
            f"<h3>{escape(self.initiative['title'])}</h3>"
            + (f"<p>{escape(summary)}</p>" if summary else "")
            + f"<ul>{facts}</ul>"
            + "".join(_folded(table) for table in self._tables())
            + (f"<p>Not known:</p><ul>{unknown}</ul>" if unknown else "")
        )

    def __repr__(self) -> str:
        lines = [self.initiative["title"], *(f"  {name}: {words}" for name, words in self._facts()), ""]
        for table in self._tables():
            lines += [repr(table), ""]
        lines += [f"Not known: {words}" for words in self.unknown]
        return "\n".join(lines).rstrip()


def _attested(event: Any) -> str:
    """Return who reports a step, in words."""
    party = ", a party's own word" if event.party_only else ""
    return f"{pluralize(event.n_witnesses, 'independent origin')}{party}; confidence {event.confidence}"


def _dated_link(page: Any) -> shown.Link:
    """Return a page with its date, and with its role where it does not report the step."""
    said = [] if is_missing(page.published) else [page.published]
    said += [] if page.role == "reports" else [codebook.labels("role")[page.role].lower()]
    return shown.link(page.url, page.publisher + (f" ({', '.join(said)})" if said else ""))


def _folded(table: shown.Table) -> str:
    if table.caption != _CORRECTED or len(table.rows) < _FOLDED_FROM:
        return table.to_html()
    summary = f"{escape(table.caption)} ({len(table.rows)} cells)"
    return f"<details><summary>{summary}</summary>{table.to_html()}</details>"


def histories(
    initiative_ids: Iterable[str] | None = None,
    *,
    as_of: Day | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, InitiativeHistory]:
    """Return the histories of many initiatives at once; each table is read and cut once for all.

    Parameters
    ----------
    initiative_ids : iterable of str, optional
        Which initiatives; every one that has a step that counts by ``as_of`` if left out.
    as_of : str or date, optional
        Only what was known on this day.
    tables : mapping of str to DataFrame, optional
        Name of a table -> a frame like that of its loader, in the place of the shipped one.

    Returns
    -------
    dict
        ``initiative_id`` -> `InitiativeHistory`, sorted; an id without a step by then is absent.

    Examples
    --------
    >>> import mineralmap as mm
    >>> found = mm.history.histories(["lohum-up-magnet-plant"], as_of="2026-03-31")
    >>> list(found)
    ['lohum-up-magnet-plant']
    """
    frames = data.Frames(tables)
    current = frames.initiatives(as_of=as_of)
    if initiative_ids is not None:
        current = current[current["initiative_id"].isin(list(initiative_ids))]
    steps = frames["events"]
    steps = stages.known_as_of(steps[steps["initiative_id"].isin(current["initiative_id"])], as_of)
    steps = steps.sort_values(["date", "event_id"], ascending=[False, True])
    pages, conflicts, corrections = (
        frames.pages_of(steps["event_id"]),
        frames["conflicts"],
        frames["corrections"],
    )
    # A change of wording changes no fact.
    corrections = corrections[~corrections["why"].str.startswith("wording")]
    # Rows by their places: to compare a whole column for each of hundreds of initiatives is slow.
    of = steps.groupby("initiative_id").indices
    clashes, mended = conflicts.groupby("event_id").indices, corrections.groupby("id").indices
    found = {}
    for number, initiative_id in enumerate(current["initiative_id"]):
        own = steps.take(of[initiative_id]).reset_index(drop=True)
        event_ids = list(own["event_id"])
        found[initiative_id] = InitiativeHistory(
            current.iloc[number],
            own,
            {event_id: pages.get(event_id, []) for event_id in event_ids},
            _rows_of(conflicts, clashes, event_ids),
            # One change can concern several rows.
            _rows_of(corrections, mended, [*event_ids, initiative_id]).drop_duplicates(
                ["column", "old", "new", "why"]
            ),
        )
    return found


def _rows_of(frame: pd.DataFrame, places: Mapping[str, Any], keys: Iterable[str]) -> pd.DataFrame:
    """Return the rows of some keys in the order of the frame; ``places`` has their numbers by key."""
    return frame.take(sorted(number for key in keys for number in places.get(key, ())))


def explain(
    initiative_id: str, *, as_of: Day | None = None, tables: Mapping[str, pd.DataFrame] | None = None
) -> InitiativeHistory:
    """Return the whole history of one initiative, or of the initiative of one event.

    Parameters
    ----------
    initiative_id : str
        Id of an initiative, or of an event.
    as_of, tables
        As in `histories`.

    Returns
    -------
    InitiativeHistory
        It shows itself in a notebook; every text of the tables is escaped.

    Raises
    ------
    UnknownNameError
        If there is no such id by that day; a withdrawn id names what replaces it.

    Examples
    --------
    >>> import mineralmap as mm
    >>> history = mm.explain("up-japan-rare-earth-magnet-talks", as_of="2025-07-31")
    >>> history.initiative["stage"]
    'active'
    """
    frames, wanted = data.Frames(tables), str(initiative_id)
    events = frames["events"]
    named = events[(events["initiative_id"] == wanted) | (events["event_id"] == wanted)]
    ids = stages.known_as_of(named, as_of)["initiative_id"].iloc[:1]
    if found := histories(ids, as_of=as_of, tables=tables):
        return found[ids.iloc[0]]
    if as_of is not None:
        day = stages.as_date(as_of)
        certain = stages.last_day(named["date"], named["date_precision"])
        if len(later := certain[certain > day]):
            raise UnknownNameError(
                f"{wanted!r} has no step that counts by {day.date()}; the next is of {later.min().date()}"
            )
    events = stages.known_as_of(events, as_of)
    known = [*events["initiative_id"].unique(), *events["event_id"]]
    raise UnknownNameError(data.unknown_id_message("initiative or event", wanted, known, frames["withdrawn"]))


@dataclass(frozen=True, eq=False, repr=False)
class Changes:
    """What happened between two days; it shows itself in a notebook.

    Attributes
    ----------
    since, until : Timestamp
        The last day before the period, and its last day.
    new_initiatives : DataFrame
        Initiatives whose first step falls into the period.
    events : DataFrame
        Steps of the period, newest first.
    transitions : DataFrame
        Changes of stage in the period, newest first: ``initiative_id, title, counts_from, event_id,
        stage_before, stage``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.changes("2025-07-01", until="2025-07-31").events["date"].dt.year.unique().tolist()
    [2025]
    """

    since: pd.Timestamp
    until: pd.Timestamp
    new_initiatives: pd.DataFrame
    events: pd.DataFrame
    transitions: pd.DataFrame
    _frames: data.Frames

    def _head(self) -> str:
        return (
            f"After {format_date(self.since)}, until {format_date(self.until)}: "
            f"{group_words(self.new_initiatives['group'])} begun, "
            f"{pluralize(len(self.events), 'step')}, "
            f"{pluralize(len(self.transitions), 'move')} of stage"
        )

    def _tables(self) -> Iterator[shown.Table]:
        labels = codebook.labels("stage")
        rows = [
            (
                format_date(move.counts_from),
                move.title,
                "new" if is_missing(move.stage_before) else labels[move.stage_before],
                labels[move.stage],
            )
            for move in self.transitions.head(_MOST_ROWS).itertuples()
        ]
        titles = ("Certain from", "Initiative", "From", "To")
        yield shown.Table(titles, rows, "Moves of stage", len(self.transitions))
        yield shown.events(
            self.events,
            caption="Steps",
            rows=_MOST_ROWS,
            event_sources=self._frames["event_sources"],
            sources=self._frames["sources"],
        )

    def _repr_html_(self) -> str:
        html = "".join(table.to_html() for table in self._tables())
        return shown.framed(f"<p>{escape(self._head())}</p>{html}")

    def __repr__(self) -> str:
        return "\n\n".join([self._head(), *(repr(table) for table in self._tables())])


def changes(
    since: Day,
    *,
    until: Day | None = None,
    scope: str | Iterable[str] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Changes:
    """Return what a reader should know since last time.

    Parameters
    ----------
    since : str or date
        Last day that the reader knows; steps certain by then are left out.
    until : str or date, optional
        Last day of the period; the newest event if left out.
    scope : str or sequence of str, optional
        As in `mineralmap.load_events`.
    tables : mapping of str to DataFrame, optional
        As in `histories`.

    Returns
    -------
    Changes
        New initiatives, steps with their pages, and moves of stage.

    Raises
    ------
    ValueError
        If a day is not a date, or ``until`` lies before ``since``.
    UnknownNameError
        If the scope is not known.

    Examples
    --------
    >>> import mineralmap as mm
    >>> july = mm.changes(since="2025-06-30", until="2025-07-31", scope="rare_earth")
    >>> "up-japan-rare-earth-magnet-talks" in set(july.new_initiatives["initiative_id"])
    True
    """
    frames = data.Frames(tables)
    steps = frames["events"]
    scopes = stages.resolve_scopes(scope)
    steps = steps[steps["scope"].isin(scopes)]
    start = stages.as_date(since, "since")
    if until is not None:
        end = stages.as_date(until, "until")
    else:
        end = start if steps.empty else max(stages.resolve_as_of(steps), start)
    if end < start:
        raise ValueError(f"until ({end.date()}) lies before since ({start.date()})")
    steps = stages.known_as_of(steps, end)
    known = frames.initiatives(as_of=end, scope=scopes)
    moves = stages.transitions(stages.stage_events(steps, known))
    moves = moves[moves["counts_from"] > start]
    moves.insert(1, "title", moves["initiative_id"].map(known.set_index("initiative_id")["title"]))
    # Newest first, also of two moves on one day.
    moves = moves.iloc[::-1].sort_values(["counts_from"], ascending=False, kind="stable", ignore_index=True)
    new = moves.loc[moves["stage_before"].isna(), "initiative_id"]
    inside = steps[stages.last_day(steps["date"], steps["date_precision"]) > start]
    return Changes(
        start,
        end,
        known[known["initiative_id"].isin(new)].reset_index(drop=True),
        inside.sort_values(["date", "event_id"], ascending=[False, True], ignore_index=True),
        moves,
        frames,
    )
