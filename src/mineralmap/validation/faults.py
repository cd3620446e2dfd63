"""What every rule between rows works on: tables as text rows, and the fault of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from .. import codebook
from ..cells import Fault, Row

Tables: TypeAlias = Mapping[str, Sequence[Row]]
Faults: TypeAlias = Iterator[Fault]


def fault(table: str, row: Row, column: str, rule: str, hint: str = "") -> Fault:
    """Return a broken rule at a cell of a row."""
    spec = codebook.table(table)
    row_id = row[spec.key[0]] if spec.key else row[spec.columns[0].name]
    return Fault(spec.file, row["_row"], row_id, column, row.get(column, ""), rule, hint)


def split(cell: str) -> list[str]:
    """Return the entries of a list in a cell."""
    return cell.split(";") if cell else []


def named(tables: Tables, table: str, column: str) -> set[str]:
    """Return the ids that a column names, in small letters.

    An id in other capitals is a fault of its own cell; that the row it means is not named is no second one.
    """
    return {row[column].casefold() for row in tables[table]}


def in_circles(links: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the ids to which their own chain of links returns.

    Two walks, each over every link once (Kosaraju's), for a chain can be thousands long: what can be reached
    backwards within what is left, in the order in which the first walk ended, is one circle.
    """
    ended: list[str] = []
    seen: set[str] = set()
    for start in links:
        stack = [(start, iter(links[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            one, rest = stack[-1]
            following = next((link for link in rest if link in links and link not in seen), None)
            if following is None:
                ended.append(one)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(links[following])))
    backwards: dict[str, list[str]] = {}
    for one, linked in links.items():
        for link in linked:
            backwards.setdefault(link, []).append(one)
    found = {one for one, linked in links.items() if one in linked}
    left = set(links)
    for start in reversed(ended):
        group, front = [], [start] if start in left else []
        left.discard(start)
        while front:
            group.append(one := front.pop())
            nearer = [link for link in backwards.get(one, ()) if link in left]
            left.difference_update(nearer)
            front += dict.fromkeys(nearer)
        found.update(group if len(group) > 1 else ())
    return found


def period_end(row: Row) -> str:
    """Return the last day of the row's period as text that sorts like a date."""
    cut = {"month": 7, "year": 4}.get(row["date_precision"], 10)
    return f"{row['date'][:cut]}-99"
