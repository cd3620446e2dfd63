"""Validate the shipped tables or one's own: all faults at once, and what was checked."""

from __future__ import annotations

import difflib
from html import escape
from pathlib import Path

from . import checks, rules, schema
from ._paths import data_folder
from .checks import Fault
from .errors import CRSError, LayerError

__all__ = ["Report", "validate"]


class Report:
    """What a validation found.

    Attributes
    ----------
    faults : list of mineralmap.checks.Fault
        Every broken rule, in the order of the files and rows.
    checked : dict
        File -> number of rows read.
    rules : list of str
        The rules between rows and tables that were run.
    not_checked : list of str
        Rules that need a table that was not there.
    """

    def __init__(self, faults, checked, rules_run, not_checked):
        self.faults, self.checked = list(faults), dict(checked)
        self.rules, self.not_checked = list(rules_run), list(not_checked)

    @property
    def ok(self):
        """Whether no rule is broken."""
        return not self.faults

    def to_frame(self):
        """Return the faults as a DataFrame: file, row, id, column, value, rule, hint."""
        import pandas as pd

        names = ["file", "row", "id", "column", "value", "rule", "hint"]
        return pd.DataFrame(
            [[getattr(fault, name) for name in names] for fault in self.faults], columns=names
        )

    def raise_for_faults(self):
        """Raise `mineralmap.errors.TableError` if there is a fault."""
        from .errors import TableError

        if self.faults:
            raise TableError(self.faults)

    def _head(self):
        files, rows = len(self.checked), sum(self.checked.values())
        read = f"{files} file{'s' if files != 1 else ''}, {rows:,} rows, {len(self.rules)} rules between rows"
        if self.ok:
            return f"No fault found ({read})."
        count = len(self.faults)
        return f"{count} fault{'s' if count != 1 else ''} found ({read})."

    def __str__(self):
        lines = [self._head(), *(f"  {fault}" for fault in self.faults)]
        if self.ok:
            lines += [f"  {file}: {rows:,} rows" for file, rows in self.checked.items()]
        lines += [f"  not checked, a table is missing: {rule}" for rule in self.not_checked]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self):
        names = ("File", "Row", "Id", "Column", "Value", "Rule", "Hint")
        cells = [
            [f.file, "" if f.row is None else f.row, f.id, f.column, f.value[:80], f.rule, f.hint]
            for f in self.faults
        ]
        head = "".join(f'<th scope="col">{name}</th>' for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in cells
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if cells else ""
        missing = "".join(f"<li>not checked, a table is missing: {escape(r)}</li>" for r in self.not_checked)
        return f"<p>{escape(self._head())}</p>{table}" + (f"<ul>{missing}</ul>" if missing else "")


def _files(path):
    """Return (name of table, path) of what is to be read, and faults of the folder itself."""
    if not path.exists():
        return [], [Fault(path.name, None, "", "", "", "does not exist", f"expected at {path}")]
    if path.is_file():
        return [path], []
    files = sorted(path.glob("*.csv"))
    if not files:
        return [], [Fault(path.name, None, "", "", "", "holds no CSV file", "name a folder of tables")]
    return files, []


def _named(path):
    """Return the table that a file is, or the fault that its name is none."""
    if path.stem in schema.TABLES:
        return path.stem, None
    near = difflib.get_close_matches(path.stem, schema.TABLES, n=1)
    hint = f"did you mean {near[0]}.csv?" if near else "tables: " + ", ".join(schema.TABLES)
    return None, Fault(path.name, None, "", "", "", "is not the name of a table", hint)


def _layer_faults(path):
    from .datasets import read_layer

    try:
        read_layer(path)
    except (LayerError, CRSError) as error:
        return [Fault(path.name, None, "", "", "", "is not a sound layer", str(error))]
    return []


def validate(path=None):
    """Check tables against their rules and report every fault at once.

    Parameters
    ----------
    path : path, optional
        A folder of tables, one CSV named as its table, or a boundary layer (``.shp``). The
        shipped tables if left out.

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
    path = Path(path) if path is not None else data_folder() / "tables"
    if path.suffix == ".shp":
        return Report(_layer_faults(path), {path.name: 0}, [], [])
    files, faults = _files(path)
    tables, checked = {}, {}
    for file in files:
        name, fault = _named(file)
        if fault:
            faults.append(fault)
            continue
        spec = schema.TABLES[name]
        rows, broken = checks.read_rows(file, spec)
        cells = checks.check_rows(rows, spec, file.name)
        faults += [*broken, *cells]
        checked[file.name] = len(rows)
        # A table that could not be read whole would make the others look wrong.
        if not broken:
            tables[name] = rows
    run, left = [], []
    for what, needed, rule in rules.RULES:
        if needed <= set(tables):
            faults += rule(tables)
            run.append(what)
        elif needed & set(tables):
            left.append(f"{what} (needs {', '.join(sorted(needed - set(tables)))})")
    return Report(faults, checked, run, left)
