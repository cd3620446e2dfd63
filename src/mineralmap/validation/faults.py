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


def period_end(row: Row) -> str:
    """Return the last day of the row's period as text that sorts like a date."""
    cut = {"month": 7, "year": 4}.get(row["date_precision"], 10)
    return f"{row['date'][:cut]}-99"
