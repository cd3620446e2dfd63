"""What a check finds, and how a check is tied to its claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import codebook

if TYPE_CHECKING:
    from .evidence import Evidence

#: What a check may find. ``mixed``: part of the claim holds and part does not, or sources of equal
#: weight disagree. ``not decidable``: the rows neither carry nor rule it out.
VERDICTS = codebook.codes("verdict")


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

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.claims.Finding("not decidable", "No page was found.").verdict
    'not decidable'
    """

    verdict: str
    why: str
    figures: dict[str, Any] = field(default_factory=dict)
    event_ids: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    would_decide: str = ""


#: A check: what was known on a day -> what it says of the claim.
Check = Callable[["Evidence"], Finding]
#: Key of a claim -> its check; filled by `check_for`.
CHECKS: dict[str, Check] = {}


def check_for(claim_id: str, **fixed: str) -> Callable[[Callable[..., Finding]], Callable[..., Finding]]:
    """Make a function the check of a row of ``claims.csv`` (a decorator).

    Parameters
    ----------
    claim_id : str
        Key of the claim.
    **fixed : str
        Arguments of the function besides the tables, where one rule checks several claims.

    Examples
    --------
    >>> import mineralmap as mm
    >>> @mm.claims.check_for("a-claim-of-my-own")
    ... def always_open(tables):
    ...     return mm.claims.Finding("not decidable", "An example.")
    """

    def register(rule: Callable[..., Finding]) -> Callable[..., Finding]:
        CHECKS[claim_id] = partial(rule, **fixed)
        return rule

    return register


def no_check(tables: Evidence) -> Finding:
    """Say that a claim of the table has no check yet."""
    return Finding("not decidable", "No check is written for this claim.", would_decide="A check.")
