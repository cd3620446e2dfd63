"""Claims that others made, and what the tables say of them on a given day.

A claim is data (its text in our words, who made it, when) and a check: a function of the tables as
they stood on a day, which returns a verdict, a sentence why, the figures it used and the ids of the
events. A verdict follows from rows and a stated rule, and "not decidable" is a verdict: absence from
the tables is no proof of absence.

Your own claim takes ten lines:

>>> import mineralmap as mm
>>> @mm.claims.claim("odisha-magnets", "Odisha has cleared a magnet plant.", made_by="me", date="2026-03-01")
... def odisha_magnets(tables, as_of):
...     found = mm.claims.having(tables.events, states="IN-OD", segments="magnet", stage="approved")
...     return mm.claims.Finding(
...         "supported" if len(found) else "not decidable",
...         f"{len(found)} approval of a magnet plant in Odisha is recorded.",
...         figures={"approvals": len(found)},
...         event_ids=tuple(found["event_id"]),
...         would_decide="A page on a clearance by the state.",
...     )
>>> odisha_magnets.check(as_of="2025-07-30").verdict
'not decidable'
>>> table = mm.claims.check_all(extra=[odisha_magnets])
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ._rules import having
from ._tables import Tables

#: What a check may find. ``mixed``: part of the claim holds and part does not, or sources of equal
#: weight disagree. ``not decidable``: the rows neither carry nor rule it out.
VERDICTS = ("supported", "contradicted", "mixed", "not decidable")

__all__ = ["VERDICTS", "Claim", "Finding", "Tables", "as_table", "check_all", "claim", "having"]


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    verdict : str
        One of `VERDICTS`.
    why : str
        The rule and the numbers behind it, in a sentence or two.
    figures : dict
        Name -> number.
    event_ids : tuple of str
        Events that the verdict rests on.
    source_ids : tuple of str
        Their pages; filled in from the events if left out.
    rows : tuple of str
        Rows of other tables, as ``"monazite:IN-AP,2013-05"``.
    links : tuple of (str, str)
        Address and publisher of the pages of those rows; see `links_of`.
    would_decide : str
        What would settle it, or turn it.
    """

    verdict: str
    why: str
    figures: dict = field(default_factory=dict)
    event_ids: tuple = ()
    source_ids: tuple = ()
    rows: tuple = ()
    links: tuple = ()
    would_decide: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim and its check; made with `claim`."""

    claim_id: str
    text: str
    made_by: str
    date: str
    rule: object = field(repr=False)
    published_in: str = ""
    source_url: str = ""

    def check(self, as_of=None, tables=None):
        """Check the claim against the tables.

        Parameters
        ----------
        as_of : str or date, optional
            Only what was known on this day; everything if left out.
        tables : Tables, optional
            Tables of your own, cut at ``as_of`` already.

        Returns
        -------
        Finding

        Raises
        ------
        ValueError
            If the check returns no known verdict, or rests on an event that was not known then.
        """
        tables = Tables(as_of) if tables is None else tables
        finding = self.rule(tables, tables.as_of)
        if not isinstance(finding, Finding):
            raise ValueError(f"the check of {self.claim_id!r} must return a Finding; got {finding!r}")
        if finding.verdict not in VERDICTS:
            raise ValueError(
                f"the check of {self.claim_id!r} returned {finding.verdict!r}; one of {', '.join(VERDICTS)}"
            )
        unknown = sorted(set(finding.event_ids) - set(tables.events["event_id"]))
        if unknown:
            raise ValueError(
                f"the check of {self.claim_id!r} rests on {', '.join(unknown)}, not known on that day"
            )
        # Plain numbers: a NumPy scalar prints as such in every table.
        figures = {
            name: getattr(value, "item", lambda v=value: v)() for name, value in finding.figures.items()
        }
        pages = finding.source_ids or tables.pages_of(finding.event_ids)
        return replace(finding, figures=figures, source_ids=pages)


def claim(claim_id, text, made_by, date, published_in="", source_url=""):
    """Make a `Claim` of the function that checks it (a decorator).

    Parameters
    ----------
    claim_id, text, made_by, date : str
        Key, the claim in your own words, who made it, and when (YYYY-MM-DD).
    published_in, source_url : str
        Where it was made.

    Notes
    -----
    The function takes ``(tables, as_of)``: a `Tables` cut at that day, and the day (None: now). It
    returns a `Finding`. See the example at the head of the module.
    """

    def made(rule):
        return Claim(claim_id, text, made_by, date, rule, published_in, source_url)

    return made


def _own_claims():
    """Return the claims of the table, each with its check."""
    from .. import datasets
    from . import _countries, _uttar_pradesh

    rules = {**_countries.CHECKS, **_uttar_pradesh.CHECKS}
    for row in datasets.load_claims().itertuples():
        yield Claim(
            row.claim_id,
            row.text,
            row.made_by,
            f"{row.date:%Y-%m-%d}",
            rules.get(row.claim_id, _no_check),
            row.published_in,
            row.source_url,
        )


def _no_check(tables, as_of):
    return Finding("not decidable", "No check is written for this claim.", would_decide="A check.")


def check_all(as_of=None, extra=()):
    """Check every claim of the table, and your own.

    Parameters
    ----------
    as_of : str or date, optional
        Only what was known on this day: events, and reference rows whose page carries a date up to
        then. Everything if left out.
    extra : sequence of Claim
        Claims of your own.

    Returns
    -------
    DataFrame
        One row a claim: ``claim_id, text, made_by, date, verdict`` (categorical), ``why, figures``
        (dict), ``event_ids, source_ids, rows`` (tuples), ``would_decide``. `as_table` shows it.

    Raises
    ------
    ValueError
        If ``as_of`` is not a date, two claims share an id, or a check breaks its rules.

    Examples
    --------
    >>> import mineralmap as mm
    >>> table = mm.claims.check_all().set_index("claim_id")
    >>> str(table.loc["neighbours-monazite-coast", "verdict"])
    'contradicted'
    """
    import pandas as pd

    tables = Tables(as_of)
    claims = [*_own_claims(), *extra]
    ids = [one.claim_id for one in claims]
    if double := sorted({one for one in ids if ids.count(one) > 1}):
        raise ValueError(f"two claims share the id {double[0]!r}")
    found = [(one, one.check(tables=tables)) for one in claims]
    frame = pd.DataFrame(
        [
            {
                "claim_id": one.claim_id,
                "text": one.text,
                "made_by": one.made_by,
                "date": one.date,
                "verdict": finding.verdict,
                "why": finding.why,
                "figures": finding.figures,
                "event_ids": finding.event_ids,
                "source_ids": finding.source_ids,
                "rows": finding.rows,
                "links": finding.links,
                "would_decide": finding.would_decide,
            }
            for one, finding in found
        ]
    )
    return frame.astype({"verdict": pd.CategoricalDtype(VERDICTS)})


def as_table(checked, caption="", pages=3):
    """Show checked claims to a person: claim, verdict, why, what would decide it, pages.

    Parameters
    ----------
    checked : DataFrame
        As from `check_all`.
    caption : str
        What the table shows.
    pages : int, default 3
        How many pages to link for each claim at most; a count tells of the others.

    Returns
    -------
    mineralmap.show.Table
    """
    from .. import datasets, show

    sources = datasets.load_sources().set_index("source_id")
    cells = []
    for row in checked.itertuples():
        found = [(sources.at[one, "url"], sources.at[one, "publisher"]) for one in row.source_ids]
        links = [show.link(*page) for page in dict.fromkeys([*found, *row.links])]
        more = [f"and {len(links) - pages} more"] if len(links) > pages else []
        cells.append((row.text, str(row.verdict), row.why, row.would_decide, (*links[:pages], *more)))
    return show.Table(("Claim", "Verdict", "Why", "What would decide it", "Sources"), cells, caption)
