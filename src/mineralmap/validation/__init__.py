"""Validate the shipped tables or one's own: all faults at once, and what was checked."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

import pandas as pd

from .. import boundaries, cells, codebook, sheets
from ..cells import Fault
from ..errors import CRSError, LayerError, TableError
from ..paths import data_folder
from ..tables import Table, framed
from ..text import near_hint, pluralize, shorten
from .rules import RULES

__all__ = ["Report", "validate"]


class Report:
    """What a validation found.

    Attributes
    ----------
    faults : list of mineralmap.cells.Fault
        Every broken rule, in the order of the files and rows.
    checked : dict
        File -> number of rows read.
    rules : list of str
        The rules between rows and tables that were run.
    not_checked : list of str
        Rules that were not run, for a table that they need is missing or cannot be read whole.

    Examples
    --------
    >>> import mineralmap as mm
    >>> report = mm.validate()
    >>> report.ok, len(report.to_frame())
    (True, 0)
    """

    def __init__(
        self,
        faults: Iterable[Fault],
        checked: dict[str, int],
        rules: Iterable[str],
        not_checked: Iterable[str],
    ) -> None:
        self.faults, self.checked = list(faults), dict(checked)
        self.rules, self.not_checked = list(rules), list(not_checked)

    @property
    def ok(self) -> bool:
        """Whether no rule is broken."""
        return not self.faults

    def to_frame(self) -> pd.DataFrame:
        """Return the faults as a DataFrame: file, row, id, column, value, rule, hint."""
        names = ["file", "row", "id", "column", "value", "rule", "hint"]
        return pd.DataFrame(
            [[getattr(fault, name) for name in names] for fault in self.faults], columns=names
        )

    def raise_for_faults(self) -> None:
        """Raise `mineralmap.errors.TableError` if there is a fault."""
        if self.faults:
            raise TableError(self.faults)

    def _head(self) -> str:
        rows = pluralize(sum(self.checked.values()), "row")
        files, run = pluralize(len(self.checked), "file"), pluralize(len(self.rules), "rule")
        found = "No fault" if self.ok else pluralize(len(self.faults), "fault")
        return f"{found} found ({files}, {rows}, {run} between rows)."

    def __str__(self) -> str:
        lines = [self._head(), *(f"  {fault}" for fault in self.faults)]
        if self.ok:
            lines += [
                f"  {file}: {pluralize(rows, 'row') if rows else 'no rows'}"
                for file, rows in self.checked.items()
            ]
        lines += [f"  not checked: {rule}" for rule in self.not_checked]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = [
            (f.file, f.row or "", shorten(f.id), shorten(f.column), shorten(f.value), f.rule, f.hint)
            for f in self.faults
        ]
        table = Table(("File", "Row", "Id", "Column", "Value", "Rule", "Hint"), rows).to_html()
        missing = "".join(f"<li>not checked: {escape(rule)}</li>" for rule in self.not_checked)
        parts = [
            f"<p>{escape(self._head())}</p>",
            table if rows else "",
            f"<ul>{missing}</ul>" if missing else "",
        ]
        return framed("".join(parts))


def _file_fault(path: Path, rule: str, hint: str) -> Fault:
    return Fault(path.name, None, "", "", "", rule, hint)


def _files(path: Path) -> tuple[list[Path], list[Fault]]:
    """Return the files to be read, and the faults of the folder itself."""
    if path.suffix == ".shp" or (path.exists() and not path.is_dir()):
        return [path], []
    if not path.exists():
        near = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = near_hint(path.name, near) or f"looked for it at {path}"
        return [], [_file_fault(path, "does not exist", hint)]
    try:
        inside = sorted(path.iterdir())
    except OSError as error:
        return [], [_file_fault(path, "cannot be opened", str(error.strerror))]
    tables = [one for one in inside if one.suffix == ".csv"]
    layers = {one.with_suffix(".shp") for one in inside if one.suffix in (".shp", ".shx", ".dbf")}
    # A folder of layers may hold CSV files of its own, which are no tables; one of tables other workbooks.
    named = any(one.stem in codebook.tables() for one in tables)
    books = [one for one in inside if sheets.is_workbook(one)]
    tables += [one for one in books if one.stem in codebook.tables() or not tables]
    files = [*(tables if named or not layers else []), *sorted(layers)]
    if not files:
        hint = "name a folder of tables, one CSV named as its table"
        return [], [_file_fault(path, "holds no CSV file and no boundary layer", hint)]
    return files, []


def _check_layer(path: Path) -> tuple[int, list[Fault]]:
    """Return the number of rows of a boundary layer, and its faults."""
    try:
        return len(boundaries.read_layer(path)), []
    except (LayerError, CRSError) as error:
        return 0, [_file_fault(path, "is not a sound layer", str(error))]


def _check_tables(
    files: Iterable[Path],
) -> tuple[dict[str, list[cells.Row]], dict[str, int], list[Fault]]:
    """Return the tables that could be read whole, the number of rows of each file, and the faults."""
    whole: dict[str, list[cells.Row]] = {}
    checked: dict[str, int] = {}
    faults: list[Fault] = []
    known = codebook.tables()
    for file in files:
        if file.suffix == ".shp":
            checked[file.name], broken = _check_layer(file)
        elif sheets.is_workbook(file):
            broken = [sheets.workbook_fault(file)]
        elif file.stem in known:
            rows, broken = sheets.read_rows(file, known[file.stem])
            checked[file.name] = len(rows)
            # A table that could not be read whole would make the others look wrong.
            if not broken:
                whole[file.stem] = rows
            broken = [*broken, *cells.check_rows(rows, known[file.stem], file.name)]
        else:
            hint = near_hint(file.name, [table.file for table in known.values()])
            hint = hint or "tables: " + ", ".join(known)
            broken = [_file_fault(file, "is not the name of a table", hint)]
        faults += broken
    return whole, checked, faults


def validate(path: str | Path | None = None) -> Report:
    """Check tables against their rules and report every fault at once.

    Parameters
    ----------
    path : path, optional
        A folder of tables (one CSV named as its table) and boundary layers (``.shp``), or one of
        these files. The shipped tables, all of them, if left out.

    Returns
    -------
    Report
        ``ok``, ``faults``, ``checked``, ``to_frame()``; it shows itself in a notebook.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.validate().ok
    True
    """
    if path is None:
        folder = data_folder() / "tables"
        files = [folder / table.file for table in codebook.tables().values()]
        faults: list[Fault] = []
    else:
        files, faults = _files(Path(path))
    whole, checked, broken = _check_tables(files)
    faults += broken
    run, left = [], []
    for what, needed, rule in RULES:
        if needed <= set(whole):
            faults += rule(whole)
            run.append(what)
        elif needed & {Path(name).stem for name in checked}:
            lacking = ", ".join(f"{name}.csv" for name in sorted(needed - set(whole)))
            left.append(f"{what} (needs {lacking} whole)")
    order = {file.name: place for place, file in enumerate(files)}
    faults.sort(key=lambda fault: (order.get(fault.file, -1), fault.row or 0))
    return Report(faults, checked, run, left)
