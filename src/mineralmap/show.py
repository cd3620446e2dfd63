"""Tables for people: plain column names, dates in words, stages with their signs, links that work.

What these functions return shows itself in a notebook; every text of a table is escaped.
"""

from __future__ import annotations

import re
from html import escape

from . import style

__all__ = ["Table", "events", "frame", "initiatives", "link"]

_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


class Link:
    """A text that leads to a page; shown as a link if the address is http(s)."""

    def __init__(self, url, text):
        self.url, self.text = url, text

    def __str__(self):
        return f"{self.text} <{self.url}>"

    def to_html(self):
        """Return the link as safe HTML."""
        if not _WEB.fullmatch(str(self.url)):
            return escape(str(self.text))
        return (
            f'<a href="{escape(str(self.url))}" target="_blank" rel="noopener noreferrer">'
            f"{escape(str(self.text))}</a>"
        )


def link(url, text):
    """Return ``text`` that leads to ``url`` in a table; only http(s) addresses become links."""
    return Link(url, text)


def _html(cell):
    if isinstance(cell, Link):
        return cell.to_html()
    if isinstance(cell, (tuple, list)):
        return "; ".join(_html(part) for part in cell)
    return escape(_words(cell))


def _words(cell):
    if isinstance(cell, (tuple, list)):
        return "; ".join(_words(part) for part in cell)
    if cell is None or cell != cell:
        return ""
    if hasattr(cell, "strftime"):
        return style.date_words(cell)
    if isinstance(cell, float):
        return f"{cell:,.10g}"
    return str(cell)


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
    """

    def __init__(self, columns, rows, caption="", total=None):
        self.columns, self.rows, self.caption = list(columns), [list(row) for row in rows], caption
        self.total = len(self.rows) if total is None else total

    def _more(self):
        hidden = self.total - len(self.rows)
        return f"{hidden} more {'row' if hidden == 1 else 'rows'} not shown." if hidden > 0 else ""

    def _repr_html_(self):
        cell = ' style="text-align:left;vertical-align:top"'
        head = "".join(f'<th scope="col"{cell}>{escape(name)}</th>' for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td{cell}>{_html(value)}</td>" for value in row) + "</tr>\n"
            for row in self.rows
        )
        more = f"<p>{self._more()}</p>" if self._more() else ""
        caption = f'<caption style="text-align:left">{escape(self.caption)}</caption>' if self.caption else ""
        table = f"<table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>{more}"
        # Two dollar signs in a text are money, not a formula.
        return f'<div class="tex2jax_ignore mathjax_ignore">{table}</div>'

    def __repr__(self):
        lines = [self.caption] if self.caption else []
        lines.append(" | ".join(self.columns))
        lines += [" | ".join(_words(str(c) if isinstance(c, Link) else c) for c in row) for row in self.rows]
        return "\n".join([*lines, *filter(None, [self._more()])])


def frame(data, columns=None, caption="", rows=10):
    """Show a DataFrame with plain headings.

    Parameters
    ----------
    data : DataFrame
    columns : dict, optional
        Column name -> heading, in the order to show; all columns if left out.
    caption : str
        What the table shows.
    rows : int, default 10
        How many rows to show at most.
    """
    columns = columns or {name: str(name).replace("_", " ") for name in data.columns}
    shown = data[list(columns)].head(rows)
    return Table(columns.values(), shown.itertuples(index=False), caption, len(data))


def _pages(event_ids):
    """Return links to the pages of each event."""
    from . import datasets

    links = datasets.load_event_sources()
    links = links[links["event_id"].isin(event_ids)]
    pages = links.merge(datasets.load_sources(), on="source_id").sort_values(["event_id", "source_id"])
    found = {}
    for page in pages.itertuples():
        found.setdefault(page.event_id, []).append(link(page.url, page.publisher))
    return found


def events(data, caption="", rows=10, newest_first=True, pages=3):
    """Show events: date, what happened, stage, how sure, and links to the pages.

    Parameters
    ----------
    data : DataFrame
        As from `mineralmap.load_events`.
    caption : str
        What the table shows.
    rows : int, default 10
        How many rows to show at most.
    newest_first : bool, default True
        Order by date.
    pages : int, default 3
        How many pages to link for each event at most; a count tells of the others.
    """
    shown = data.sort_values(["date", "event_id"], ascending=[not newest_first, True]).head(rows)
    found = _pages(set(shown["event_id"]))
    cells = []
    for event in shown.itertuples():
        links = found.get(event.event_id, [])
        more = [f"and {len(links) - pages} more"] if len(links) > pages else []
        cells.append(
            (
                style.date_words(event.date, event.date_precision),
                event.title,
                style.STAGE_WORDS[event.stage][0],
                event.confidence,
                (*links[:pages], *more),
            )
        )
    return Table(("Date", "What happened", "Stage", "Confidence", "Sources"), cells, caption, len(data))


def initiatives(data, caption="", rows=10):
    """Show initiatives: title, stage now and since when, highest stage, last step, last page.

    Parameters
    ----------
    data : DataFrame
        As from `mineralmap.load_initiatives`, in the order to show.
    caption : str
        What the table shows.
    rows : int, default 10
        How many rows to show at most.
    """
    from . import datasets

    shown = data.head(rows)
    precision = datasets.load_events().set_index("event_id")["date_precision"]
    found = _pages(set(shown["last_event_id"]))
    cells = [
        (
            item.title,
            style.STAGE_WORDS[item.stage][0],
            style.date_words(item.stage_since, precision[item.stage_event_id]),
            "" if item.highest_stage != item.highest_stage else style.STAGE_WORDS[item.highest_stage][0],
            style.date_words(item.last_date, precision[item.last_event_id]),
            tuple(found.get(item.last_event_id, [])[:2]),
        )
        for item in shown.itertuples()
    ]
    columns = ("Initiative", "Stage", "Since", "Highest stage", "Last step", "Pages of the last step")
    return Table(columns, cells, caption, len(data))
