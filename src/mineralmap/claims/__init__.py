"""Claims that others made, and what the tables say of them on a given day.

A claim is data (its text in our words, who made it, when) and a check: a function of the tables as
they were known on a day, which returns a verdict, a sentence why, the figures it used and the ids of
the events. A verdict follows from rows and a stated rule, and "not decidable" is a verdict: absence
from the tables is no proof of absence.

A shipped claim is a row of ``claims.csv`` and a check that is marked with its key by `check_for`.
Your own claim takes ten lines:

>>> import mineralmap as mm
>>> @mm.claims.claim("odisha-magnets", "Odisha has cleared a magnet plant.", made_by="me", date="2026-03-01")
... def odisha_magnets(tables):
...     found = mm.filter_rows(tables["events"], states="IN-OD", segments="magnet", stage="approved")
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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
import pandas as pd

from .. import data
from .. import tables as shown
from ..stages import Day
from . import checks_countries, checks_uttar_pradesh  # noqa: F401  they register their checks
from .evidence import Evidence, evidence_of
from .findings import CHECKS, VERDICTS, Check, Finding, check_for, no_check

__all__ = [
    "VERDICTS",
    "Claim",
    "Evidence",
    "Finding",
    "as_table",
    "check_all",
    "check_for",
    "claim",
    "shipped_claims",
]


@dataclass(frozen=True)
class Claim:
    """A claim and its check; made with `claim`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> one = mm.claims.shipped_claims()["up-seeks-japan"]
    >>> one.check(as_of="2025-07-01").verdict
    'mixed'
    """

    claim_id: str
    text: str
    made_by: str
    date: str
    rule: Check = field(repr=False)
    published_in: str = ""
    source_url: str = ""

    def check(
        self,
        *,
        as_of: Day | None = None,
        tables: Mapping[str, pd.DataFrame] | Evidence | None = None,
    ) -> Finding:
        """Check the claim against the tables.

        Parameters
        ----------
        as_of : str or date, optional
            Only what was known on this day; everything if left out.
        tables : mapping of str to DataFrame, optional
            Tables of your own in the place of shipped ones, as in `check_all`; or `Evidence`, which is
            cut at a day already.

        Returns
        -------
        Finding

        Raises
        ------
        ValueError
            If the check returns no known verdict, or rests on an event that was not known then.
        """
        evidence = evidence_of(as_of, tables)
        finding = self.rule(evidence)
        broken = f"the check of {self.claim_id!r}"
        if not isinstance(finding, Finding):
            raise ValueError(f"{broken} must return a Finding; got {finding!r}")
        if finding.verdict not in VERDICTS:
            raise ValueError(f"{broken} returned {finding.verdict!r}; one of {', '.join(VERDICTS)}")
        if unknown := sorted(set(finding.event_ids) - set(evidence["events"]["event_id"])):
            raise ValueError(f"{broken} rests on {', '.join(unknown)}, not known on that day")
        # Plain numbers: a NumPy scalar prints as such in every table.
        figures = {
            name: value.item() if isinstance(value, np.generic) else value
            for name, value in finding.figures.items()
        }
        pages = finding.source_ids or evidence.pages_of(finding.event_ids)
        return replace(finding, figures=figures, source_ids=pages)


def claim(
    claim_id: str, text: str, made_by: str, date: str, published_in: str = "", source_url: str = ""
) -> Callable[[Check], Claim]:
    """Make a `Claim` of the function that checks it (a decorator).

    Parameters
    ----------
    claim_id, text, made_by, date : str
        Key, the claim in your own words, who made it, and when (YYYY-MM-DD).
    published_in, source_url : str
        Where it was made.

    Notes
    -----
    The function takes the tables as they were known on a day, an `Evidence`, and returns a `Finding`.
    See the example at the head of the module.

    Examples
    --------
    >>> import mineralmap as mm
    >>> @mm.claims.claim("an-example", "An example.", made_by="me", date="2026-03-01")
    ... def an_example(tables):
    ...     return mm.claims.Finding("not decidable", "Nothing was looked up.")
    >>> an_example.check().why
    'Nothing was looked up.'
    """

    def made(rule: Check) -> Claim:
        return Claim(claim_id, text, made_by, date, rule, published_in, source_url)

    return made


def shipped_claims(claims: pd.DataFrame | None = None) -> dict[str, Claim]:
    """Return the claims of the table, each with its check.

    Parameters
    ----------
    claims : DataFrame, optional
        As from `mineralmap.load_claims`; the shipped table if left out.

    Returns
    -------
    dict
        ``claim_id`` -> `Claim`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.claims.shipped_claims()["up-seeks-japan"].text
    'Uttar Pradesh seeks Japanese partners in rare earths, electric vehicles and pharma.'
    """
    return {
        row.claim_id: Claim(
            row.claim_id,
            row.text,
            row.made_by,
            f"{row.date:%Y-%m-%d}",
            CHECKS.get(row.claim_id, no_check),
            row.published_in,
            row.source_url,
        )
        for row in data.shipped("claims", claims).itertuples()
    }


def check_all(
    *,
    as_of: Day | None = None,
    extra: Sequence[Claim] = (),
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Check every claim of the table, and your own.

    Parameters
    ----------
    as_of : str or date, optional
        Only what was known on this day: events, and reference rows whose page carries a date up to
        then. Everything if left out.
    extra : sequence of Claim
        Claims of your own.
    tables : mapping of str to DataFrame, optional
        Name of a table -> a frame like that of its loader, in the place of the shipped one.

    Returns
    -------
    DataFrame
        One row per claim: ``claim_id, text, made_by, date, verdict`` (categorical), ``why, figures``
        (dict), ``event_ids, source_ids, rows, links`` (tuples), ``would_decide``. `as_table` shows it.

    Raises
    ------
    ValueError
        If ``as_of`` is not a date, two claims share an id, or a check breaks its rules.
    UnknownNameError
        If ``tables`` names no table.

    Examples
    --------
    >>> import mineralmap as mm
    >>> table = mm.claims.check_all().set_index("claim_id")
    >>> str(table.loc["neighbours-monazite-coast", "verdict"])
    'contradicted'
    """
    evidence = evidence_of(as_of, tables)
    claims = shipped_claims((tables or {}).get("claims"))
    for one in extra:
        if one.claim_id in claims:
            raise ValueError(f"two claims share the id {one.claim_id!r}")
        claims[one.claim_id] = one
    names = ["claim_id", "text", "made_by", "date", *(part.name for part in fields(Finding))]
    rows = []
    for one in claims.values():
        finding = one.check(tables=evidence)
        found = {part.name: getattr(finding, part.name) for part in fields(finding)}
        head = {"claim_id": one.claim_id, "text": one.text, "made_by": one.made_by, "date": one.date}
        rows.append(head | found)
    return pd.DataFrame(rows, columns=names).astype({"verdict": pd.CategoricalDtype(VERDICTS)})


def as_table(
    checked: pd.DataFrame, *, caption: str = "", pages: int = 3, sources: pd.DataFrame | None = None
) -> shown.Table:
    """Show checked claims to a person: claim, verdict, why, what would decide it, pages.

    Parameters
    ----------
    checked : DataFrame
        As from `check_all`.
    caption : str
        What the table shows.
    pages : int, default 3
        How many pages to link for each claim at most; a count names the others.
    sources : DataFrame, optional
        Where the pages are looked up; the shipped table if left out.

    Returns
    -------
    mineralmap.tables.Table

    Examples
    --------
    >>> import mineralmap as mm
    >>> checked = mm.claims.check_all(tables={"claims": mm.load_claims().tail(1)})
    >>> mm.claims.as_table(checked, caption="The claims").columns
    ['Claim', 'Verdict', 'Why', 'What would decide it', 'Sources']
    """
    page = data.shipped("sources", sources).set_index("source_id")[["url", "publisher"]].T.to_dict("list")
    cells = []
    for row in checked.itertuples():
        found = [*(tuple(page[one]) for one in row.source_ids), *row.links]
        links = [shown.link(*one) for one in dict.fromkeys(found)]
        more = [f"and {len(links) - pages} more"] if len(links) > pages else []
        cells.append((row.text, str(row.verdict), row.why, row.would_decide, (*links[:pages], *more)))
    return shown.Table(("Claim", "Verdict", "Why", "What would decide it", "Sources"), cells, caption)
