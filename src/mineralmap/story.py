"""The whole thread of one initiative, and what changed between two days."""

from __future__ import annotations

import difflib
from html import escape

from . import datasets, ladder, style, trust
from .errors import UnknownIdError
from .show import Table, link

__all__ = ["Changes", "Story", "changes", "explain"]


_CORRECTED = "Corrected since it was first recorded"


def _framed(html):
    """Keep a notebook from reading two dollar signs as the ends of a formula."""
    return f'<div class="tex2jax_ignore mathjax_ignore">{html}</div>'


class Story:
    """One initiative: stage, thread with pages, disputes, and what is not known.

    Attributes
    ----------
    initiative : Series
        Its row, as from `mineralmap.load_initiatives`.
    events : DataFrame
        Its steps, newest first.
    sources : dict
        Event id -> DataFrame of pages, as from `mineralmap.load_sources`.
    conflicts, corrections : DataFrame
        Rows that concern its steps.
    unknown : list of str
        What the tables do not know, in words.
    """

    def __init__(self, initiative, events, sources, conflicts, corrections):
        self.initiative, self.events, self.sources = initiative, events, sources
        self.conflicts, self.corrections = conflicts, corrections
        self.unknown = _unknown(initiative, events)

    def _facts(self):
        row = self.initiative
        precision = self.events.set_index("event_id")["date_precision"]
        since = style.date_words(row["stage_since"], precision[row["stage_event_id"]])
        yield "Stage", f"{style.STAGE_WORDS[row['stage']][0]}, since {since}"
        if row["highest_stage"] == row["highest_stage"] and row["highest_stage"] != row["stage"]:
            yield "Highest stage", style.STAGE_WORDS[row["highest_stage"]][0]
        yield "Scope", style.SCOPE_WORDS[row["scope"]]
        yield "Level", style.LEVEL_WORDS[row["level"]]
        if row["states"]:
            yield "States", ", ".join(row["states"])
        if row["partners"]:
            yield "Partners", ", ".join(row["partners"])
        yield "Last confirmed", self._last_confirmed()

    def _last_confirmed(self):
        day = self.initiative["last_confirmed"]
        if day != day:
            return "never, by two witnesses or by those who act"
        same_day = self.events[trust.confirmed(self.events) & (self.events["date"] == day)]
        return style.date_words(day, same_day["date_precision"].iloc[0])

    def _steps(self):
        rows = []
        for event in self.events.itertuples():
            pages = self.sources[event.event_id]
            links = tuple(
                link(
                    page.url,
                    f"{page.publisher}{f' ({page.published})' if page.published == page.published else ''}",
                )
                for page in pages.itertuples()
            )
            trust = f"{style.count_words(event.n_witnesses, 'witness', 'witnesses')}, {event.confidence}"
            rows.append(
                (
                    style.date_words(event.date, event.date_precision),
                    event.title,
                    style.STAGE_WORDS[event.stage][0],
                    trust,
                    links,
                )
            )
        return Table(
            ("Date", "What happened", "Stage", "Witnesses, confidence", "Pages"), rows, "Steps, newest first"
        )

    def _disputes(self):
        rows = [
            (row.field, row.value_a, row.value_b, row.chosen, row.why) for row in self.conflicts.itertuples()
        ]
        return Table(("On", "One reading", "Another", "Taken", "Why"), rows, "Where sources disagree")

    def _changed(self):
        rows = [(row.column, row.old, row.new, row.why) for row in self.corrections.itertuples()]
        return Table(("Column", "Was", "Is", "Why"), rows, _CORRECTED)

    def _tables(self):
        yield self._steps()
        if len(self.conflicts):
            yield self._disputes()
        if len(self.corrections):
            yield self._changed()

    @staticmethod
    def _folded(table):
        """Fold a long list of corrections: most readers want the steps."""
        html = table._repr_html_()
        if table.caption != _CORRECTED or len(table.rows) < 4:
            return html
        return (
            f"<details><summary>{escape(table.caption)} ({len(table.rows)} cells)</summary>{html}</details>"
        )

    def _repr_html_(self):
        facts = "".join(f"<li>{escape(name)}: {escape(words)}</li>" for name, words in self._facts())
        unknown = "".join(f"<li>{escape(words)}</li>" for words in self.unknown)
        summary = self.initiative["summary"]
        return _framed(
            f"<h3>{escape(self.initiative['title'])}</h3>"
            + (f"<p>{escape(summary)}</p>" if summary == summary else "")
            + f"<ul>{facts}</ul>"
            + "".join(self._folded(table) for table in self._tables())
            + (f"<p>Not known:</p><ul>{unknown}</ul>" if unknown else "")
        )

    def __repr__(self):
        lines = [self.initiative["title"], *(f"  {name}: {words}" for name, words in self._facts()), ""]
        for table in self._tables():
            lines += [repr(table), ""]
        lines += [f"Not known: {words}" for words in self.unknown]
        return "\n".join(lines).rstrip()


def _unknown(initiative, events):
    """Say in words what the tables do not know of an initiative."""
    words = []
    if initiative["location_accuracy"] not in ("site", "town", "district"):
        words.append("Where it stands: no site, town or district is recorded.")
    elif initiative["location_accuracy"] != "site":
        words.append(f"The exact site: the point is {style.ACCURACY_WORDS[initiative['location_accuracy']]}.")
    if events["amount_value"].isna().all():
        words.append("Money: no step gives an amount.")
    if events["capacity_value"].isna().all():
        words.append("Size: no step gives a capacity or a tonnage.")
    single = int(events["single_source"].sum())
    if single:
        words.append(f"{style.count_words(single, 'step')} of {len(events)} rest on a single witness.")
    open_fields = [field for fields in events["disputed"] for field in fields]
    if open_fields:
        words.append(f"Sources differ on: {', '.join(dict.fromkeys(open_fields))}.")
    return words


def explain(initiative_id, as_of=None):
    """Return the whole thread of one initiative, or of the initiative of one event.

    Parameters
    ----------
    initiative_id : str
        Id of an initiative, or of an event.
    as_of : str or date, optional
        Only what was known on this day.

    Returns
    -------
    Story
        It shows itself in a notebook; every text of the tables is escaped.

    Raises
    ------
    UnknownIdError
        If there is no such id by that day; a withdrawn id names its heir.
    """
    events = datasets.load_events(as_of=as_of)
    initiative_id = str(initiative_id)
    if (events["event_id"] == initiative_id).any():
        initiative_id = events.loc[events["event_id"] == initiative_id, "initiative_id"].iloc[0]
    initiatives = datasets.load_initiatives(as_of)
    found = initiatives[initiatives["initiative_id"] == initiative_id]
    if found.empty:
        raise UnknownIdError(_helped(initiative_id, initiatives, events, as_of))
    steps = events[events["initiative_id"] == initiative_id].sort_values(
        ["date", "event_id"], ascending=[False, True], ignore_index=True
    )
    pages = {event_id: datasets.load_sources(event_id) for event_id in steps["event_id"]}
    conflicts = datasets.load_conflicts()
    conflicts = conflicts[conflicts["event_id"].isin(steps["event_id"])]
    corrections = datasets.load_corrections()
    corrections = corrections[corrections["id"].isin([*steps["event_id"], initiative_id])]
    # A change of wording changes no fact.
    corrections = corrections[~corrections["why"].str.startswith("wording")]
    return Story(found.iloc[0], steps, pages, conflicts, corrections)


def _helped(wanted, initiatives, events, as_of):
    """Say why there is no such id: withdrawn, known only later, or mistyped."""
    gone = datasets.load_withdrawn().set_index("id")
    if wanted in gone.index:
        row = gone.loc[wanted]
        heirs = ", ".join(row["replaced_by"])
        fate = f"it is replaced by {heirs}" if heirs else "nothing replaces it"
        return f"{wanted!r} was withdrawn; {fate} ({row['why']})"
    if as_of is not None:
        whole, day = datasets.load_events(), ladder.as_date(as_of)
        steps = whole[(whole["initiative_id"] == wanted) | (whole["event_id"] == wanted)]
        certain = ladder.last_day(steps["date"], steps["date_precision"])
        later = certain[certain > day]
        if len(later):
            return f"{wanted!r} has no step that counts by {day.date()}; the next is of {later.min().date()}"
    near = difflib.get_close_matches(wanted, [*initiatives["initiative_id"], *events["event_id"]], n=3)
    return f"there is no initiative or event {wanted!r}" + (f"; near ids: {', '.join(near)}" if near else "")


class Changes:
    """What happened between two days.

    Attributes
    ----------
    new_initiatives : DataFrame
        Initiatives whose first step falls into the period.
    events : DataFrame
        Steps of the period, newest first.
    moves : DataFrame
        Stage moves of the period: ``initiative_id, title, counts_from, event_id, stage_before, stage``.
    """

    def __init__(self, since, until, new_initiatives, events, moves):
        self.since, self.until = since, until
        self.new_initiatives, self.events, self.moves = new_initiatives, events, moves

    def _head(self):
        return (
            f"After {style.date_words(self.since)}, until {style.date_words(self.until)}: "
            f"{style.count_words(len(self.new_initiatives), 'new initiative')}, "
            f"{style.count_words(len(self.events), 'step')}, "
            f"{style.count_words(len(self.moves), 'move')} of stage"
        )

    def _tables(self):
        from . import show

        rows = [
            (
                style.date_words(move.counts_from),
                move.title,
                "new" if move.stage_before != move.stage_before else style.STAGE_WORDS[move.stage_before][0],
                style.STAGE_WORDS[move.stage][0],
            )
            for move in self.moves.itertuples()
        ]
        yield Table(("Certain from", "Initiative", "From", "To"), rows[:30], "Moves of stage", len(rows))
        yield show.events(self.events, "Steps", rows=30)

    def _repr_html_(self):
        tables = "".join(table._repr_html_() for table in self._tables())
        return _framed(f"<p>{escape(self._head())}</p>{tables}")

    def __repr__(self):
        return "\n\n".join([self._head(), *(repr(table) for table in self._tables())])


def changes(since, until=None, scope=None):
    """Return what a reader should know since last time.

    Parameters
    ----------
    since : str or date
        Last day that the reader knows; steps certain by then are left out.
    until : str or date, optional
        Last day of the period; the newest event if left out.
    scope : str or sequence of str, optional
        As in `mineralmap.load_events`.

    Returns
    -------
    Changes
        New initiatives, steps with their pages, and moves of stage.

    Raises
    ------
    ValueError
        If ``until`` lies before ``since``.
    """
    events = datasets.load_events(scope)
    counts_from = ladder.last_day(events["date"], events["date_precision"])
    start = ladder.as_date(since)
    newest = counts_from.max() if len(events) else start
    end = ladder.as_date(until) if until is not None else max(newest, start)
    if end < start:
        raise ValueError(f"until ({end.date()}) lies before since ({start.date()})")
    inside = events[(counts_from > start) & (counts_from <= end)]
    known = datasets.load_initiatives(end, scope)
    titles = known.set_index("initiative_id")["title"]
    counting = ladder.counting_steps(events[counts_from <= end], known)
    moves = ladder.moves(counting)
    moves = moves[moves["counts_from"] > start]
    moves.insert(1, "title", moves["initiative_id"].map(titles))
    # Newest first, also of two moves on one day.
    moves = moves.iloc[::-1].sort_values(["counts_from"], ascending=False, kind="stable", ignore_index=True)
    new = known[known["initiative_id"].isin(moves.loc[moves["stage_before"].isna(), "initiative_id"])]
    return Changes(
        start,
        end,
        new.reset_index(drop=True),
        inside.sort_values(["date", "event_id"], ascending=[False, True], ignore_index=True),
        moves,
    )
