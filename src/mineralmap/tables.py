"""Tables for people: plain headings, dates in words, stages by their names, links that work.

What these functions return shows itself in a notebook; every text of a table is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from . import codebook, data
from .frames import cell_text, check_columns, is_missing
from .frames.times import day_words
from .frames.values import as_frame, cell_words, number_words, plain, scalar_words
from .text import pluralize

__all__ = ["Folded", "Link", "Table", "events", "frame", "framed", "initiatives", "link"]

_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LEFT = ' style="text-align:left;vertical-align:top"'


class Link:
    """A text that leads to a page.

    Parameters
    ----------
    url : str
        Address; shown as a link only if it is http(s).
    text : str
        What a reader sees; "source" if it is missing.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.tables.Link("https://example.org/", "a page").text
    'a page'
    """

    def __init__(self, url: str, text: str) -> None:
        self.url = cell_text(url)
        self.text = cell_text(text) or ("source" if self.url else "")

    def __str__(self) -> str:
        return f"{self.text} <{self.url}>"

    @property
    def is_web(self) -> bool:
        """Whether the address is http(s), so that it may become a link."""
        return bool(_WEB.fullmatch(self.url))

    def to_html(self) -> str:
        """Return the link as safe HTML."""
        if not self.is_web:
            return escape(self.text)
        return (
            f'<a href="{escape(self.url)}" target="_blank" rel="noopener noreferrer">{escape(self.text)}</a>'
        )


def link(url: str, text: str) -> Link:
    """Return ``text`` that leads to ``url`` in a table; only http(s) addresses become links.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.tables.link("https://example.org/", "a page").url
    'https://example.org/'
    """
    return Link(url, text)


def framed(html: str) -> str:
    """Return ready HTML shielded from MathJax: two dollar signs in a text are money, not a formula.

    Examples
    --------
    >>> import mineralmap as mm
    >>> isinstance(mm.tables.framed("<p>$7,280 crore$</p>"), str)
    True
    """
    return f'<div class="tex2jax_ignore mathjax_ignore">{html}</div>'


class Table:
    """Rows to be read by a person, in a notebook or as text.

    Parameters
    ----------
    columns : sequence of str
        Headings in plain words.
    rows : sequence of sequence
        Cells; `link` makes a link, a tuple a list.
    caption : str
        What the table shows.
    total : int, optional
        How many rows there are in all, if not all are shown.

    Examples
    --------
    >>> import mineralmap as mm
    >>> print(mm.tables.Table(("Plant", "Stage"), [("Lohum", "Announced")], "An example"))
    An example
    Plant | Stage
    Lohum | Announced
    """

    def __init__(
        self,
        columns: Iterable[str],
        rows: Iterable[Iterable[Any]],
        caption: str = "",
        total: int | None = None,
    ) -> None:
        self.columns, self.caption = [str(name) for name in columns], cell_text(caption)
        self.rows = [list(row) for row in rows]
        self.total = len(self.rows) if total is None else total

    def to_html(self) -> str:
        """Return the table as HTML, every text escaped; the same bytes for the same rows."""
        caption = f'<caption style="text-align:left">{escape(self.caption)}</caption>' if self.caption else ""
        head = "".join(f'<th scope="col"{_LEFT}>{escape(str(name))}</th>' for name in self.columns)
        lines = ("".join(f"<td{_LEFT}>{_cell_html(cell)}</td>" for cell in row) for row in self.rows)
        body = "".join(f"<tr>{line}</tr>\n" for line in lines)
        more = f"<p>{self._more()}</p>" if self._more() else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>{more}"

    def _more(self) -> str:
        hidden = self.total - len(self.rows)
        return f"{pluralize(hidden, 'more row')} not shown." if hidden > 0 else ""

    def _repr_html_(self) -> str:
        return framed(self.to_html())

    def __repr__(self) -> str:
        lines = [self.caption, " | ".join(self.columns)]
        lines += [" | ".join(_cell_words(cell) for cell in row) for row in self.rows]
        return "\n".join(line for line in [*lines, self._more()] if line)


class Folded:
    """Sections that open with a click, in a notebook or as text; every text is escaped.

    Parameters
    ----------
    sections : iterable of (str, sequence of str or Table)
        The line that is always seen, and what it opens: paragraphs of plain text, and tables.

    Examples
    --------
    >>> Folded([("Seven run", ["By the last report.", Table(["Plant"], [["Aluva"]])])])
    Seven run
    By the last report.
    Plant
    Aluva
    """

    def __init__(self, sections: Iterable[tuple[str, Sequence[str | Table]]]) -> None:
        self.sections = [(head, list(parts)) for head, parts in sections]

    def to_html(self) -> str:
        """Return the sections as HTML; the same bytes for the same sections."""
        return "\n".join(
            f"<details><summary>{escape(head)}</summary>"
            + "".join(
                part.to_html() if isinstance(part, Table) else f"<p>{escape(part)}</p>" for part in parts
            )
            + "</details>"
            for head, parts in self.sections
        )

    def _repr_html_(self) -> str:
        return framed(self.to_html())

    def __repr__(self) -> str:
        return "\n\n".join("\n".join([head, *map(str, parts)]) for head, parts in self.sections)


def _cell_html(cell: Any) -> str:
    if isinstance(cell, Link):
        return cell.to_html()
    if isinstance(cell, (tuple, list)):
        return "; ".join(_cell_html(part) for part in cell)
    return escape(_cell_words(cell))


def _cell_words(cell: Any) -> str:
    return cell_words(cell, lambda one: number_words(one, ",") if _is_float(one) else scalar_words(one), "; ")


def _is_float(cell: Any) -> bool:
    return isinstance(cell, float) and not is_missing(cell)


def frame(
    data: pd.DataFrame, *, columns: Mapping[str, str] | None = None, caption: str = "", rows: int = 10
) -> Table:
    """Show a DataFrame with plain headings.

    Parameters
    ----------
    data : DataFrame or pyarrow.Table
    columns : dict, optional
        Column name -> heading, in the order to show; all columns if left out.
    caption : str
        What the table shows.
    rows : int, default 10
        How many rows to show at most.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> print(mm.tables.frame(pd.DataFrame({"n": [1, 2]}), columns={"n": "Number"}))
    Number
    1
    2
    """
    data = as_frame(data)
    check_columns(data, *(columns or ()))
    names = list(data.columns)
    places = [names.index(name) for name in columns] if columns else range(len(names))
    headings = columns.values() if columns else [str(name).replace("_", " ") for name in names]
    shown = [_as_given(data.iloc[:, at]).head(rows) for at in places]
    return Table(headings, zip(*shown, strict=True), caption, len(data))


def _as_given(values: pd.Series) -> pd.Series:
    """Return a column as it is; whole numbers that are floats for a gap only are whole again."""
    values = plain(values)
    if values.dtype == "float64" and values.isna().any():
        known = values.dropna()
        if ((known == known.round()) & (known.abs() <= 2**53)).all():
            return values.astype("Int64")
    return values


def _page_links(
    event_ids: Collection[str], event_sources: pd.DataFrame | None, sources: pd.DataFrame | None
) -> dict[str, list[Link]]:
    pages = data.pages_of(
        event_ids, data.shipped("event_sources", event_sources), data.shipped("sources", sources)
    )
    return {event_id: [link(page.url, page.publisher) for page in found] for event_id, found in pages.items()}


def _stage_words(stage: Any) -> str:
    """Return the name of a stage; words that are no stage as they are."""
    return codebook.labels("stage").get(cell_text(stage), cell_text(stage))


def _first(links: Sequence[Link], most: int) -> tuple[Link | str, ...]:
    hidden = len(links) - most
    return (*links[:most], f"and {hidden} more") if hidden > 0 else tuple(links)


def events(
    frame: pd.DataFrame,
    *,
    caption: str = "",
    rows: int = 10,
    newest_first: bool = True,
    pages: int = 3,
    event_sources: pd.DataFrame | None = None,
    sources: pd.DataFrame | None = None,
) -> Table:
    """Show events: date, what happened, stage, how sure, and links to the pages.

    Parameters
    ----------
    frame : DataFrame
        As from `mineralmap.load_events`.
    caption : str
        What the table shows.
    rows : int, default 10
        How many rows to show at most.
    newest_first : bool, default True
        Order by date.
    pages : int, default 3
        How many pages to link for each event at most; a count names the others.
    event_sources, sources : DataFrame, optional
        Where the pages are looked up; the shipped tables if left out.

    Examples
    --------
    >>> import mineralmap as mm
    >>> shown = mm.tables.events(mm.filter_rows(mm.load_events(), states="Uttar Pradesh"), rows=3)
    >>> len(shown.rows)
    3
    """
    shown = frame.sort_values(["date", "event_id"], ascending=[not newest_first, True]).head(rows)
    links = _page_links(set(shown["event_id"]), event_sources, sources)
    cells = [
        (
            day_words(event.date, event.date_precision),
            event.title,
            _stage_words(event.stage),
            event.confidence,
            _first(links.get(event.event_id, []), pages),
        )
        for event in shown.itertuples()
    ]
    return Table(("Date", "What happened", "Stage", "Confidence", "Sources"), cells, caption, len(frame))


def initiatives(
    frame: pd.DataFrame,
    *,
    caption: str = "",
    rows: int = 10,
    events: pd.DataFrame | None = None,
    event_sources: pd.DataFrame | None = None,
    sources: pd.DataFrame | None = None,
) -> Table:
    """Show initiatives: title, stage now and since when, highest stage, last step, last page.

    Parameters
    ----------
    frame : DataFrame
        As from `mineralmap.load_initiatives`, in the order to show.
    caption : str
        What the table shows.
    rows : int, default 10
        How many rows to show at most.
    events, event_sources, sources : DataFrame, optional
        Where the precision of dates and the pages are looked up; the shipped tables if left out.

    Examples
    --------
    >>> import mineralmap as mm
    >>> shown = mm.tables.initiatives(mm.filter_rows(mm.load_initiatives(), states="UP"), rows=3)
    >>> len(shown.rows)
    3
    """
    shown = frame.head(rows)
    precision = data.shipped("events", events).set_index("event_id")["date_precision"]
    links = _page_links(set(shown["last_event_id"]), event_sources, sources)
    cells = [
        (
            item.title,
            _stage_words(item.stage),
            day_words(item.stage_since, precision.get(item.stage_event_id)),
            _stage_words(item.highest_stage),
            day_words(item.last_date, precision.get(item.last_event_id)),
            tuple(links.get(item.last_event_id, [])[:2]),
        )
        for item in shown.itertuples()
    ]
    columns = ("Initiative", "Stage", "Since", "Highest stage", "Last step", "Pages of the last step")
    return Table(columns, cells, caption, len(frame))
