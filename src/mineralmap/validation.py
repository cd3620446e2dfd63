"""Validate the shipped tables or one's own: all faults at once, and what was checked."""

from __future__ import annotations

from html import escape
from pathlib import Path

from . import checks, rules, schema
from ._paths import data_folder
from .checks import Fault, near_hint, short
from .errors import CRSError, LayerError
from .style import count_words

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
        Rules that were not run, for a table that they need is missing or cannot be read whole.
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
        rows = count_words(sum(self.checked.values()), "row")
        files, run = count_words(len(self.checked), "file"), count_words(len(self.rules), "rule")
        found = "No fault" if self.ok else count_words(len(self.faults), "fault")
        return f"{found} found ({files}, {rows}, {run} between rows)."

    def __str__(self):
        lines = [self._head(), *(f"  {fault}" for fault in self.faults)]
        if self.ok:
            lines += [
                f"  {file}: {count_words(rows, 'row') if rows else 'no rows'}"
                for file, rows in self.checked.items()
            ]
        lines += [f"  not checked: {rule}" for rule in self.not_checked]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self):
        names = ("File", "Row", "Id", "Column", "Value", "Rule", "Hint")
        cells = [
            [f.file, f.row or "", short(f.id), short(f.column), short(f.value), f.rule, f.hint]
            for f in self.faults
        ]
        head = "".join(f'<th scope="col">{name}</th>' for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in cells
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if cells else ""
        missing = "".join(f"<li>not checked: {escape(r)}</li>" for r in self.not_checked)
        return f"<p>{escape(self._head())}</p>{table}" + (f"<ul>{missing}</ul>" if missing else "")


def _files(path):
    """Return the files to be read, and the faults of the folder itself."""
    if path.suffix == ".shp" or path.is_file():
        return [path], []
    if not path.exists():
        near = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = near_hint(path.name, near) or f"looked for it at {path}"
        return [], [Fault(path.name, None, "", "", "", "does not exist", hint)]
    tables = sorted(path.glob("*.csv"))
    layers = {one.with_suffix(".shp") for one in path.iterdir() if one.suffix in (".shp", ".shx", ".dbf")}
    # A folder of layers may hold CSV files of its own, which are no tables.
    named = any(one.stem in schema.TABLES for one in tables)
    files = [*(tables if named or not layers else []), *sorted(layers)]
    if not files:
        hint = "name a folder of tables, one CSV named as its table"
        return [], [Fault(path.name, None, "", "", "", "holds no CSV file and no boundary layer", hint)]
    return files, []


def _named(path):
    """Return the table that a file is, or the fault that its name is none."""
    if path.stem in schema.TABLES:
        return path.stem, None
    hint = near_hint(path.name, [spec.file for spec in schema.TABLES.values()])
    hint = hint or "tables: " + ", ".join(schema.TABLES)
    return None, Fault(path.name, None, "", "", "", "is not the name of a table", hint)


def _check_layer(path):
    """Return the number of rows of a boundary layer, and its faults."""
    from .datasets import read_layer

    try:
        return len(read_layer(path)), []
    except (LayerError, CRSError) as error:
        return 0, [Fault(path.name, None, "", "", "", "is not a sound layer", str(error))]


def validate(path=None):
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
    shipped = path is None
    path = data_folder() / "tables" if shipped else Path(path)
    files, faults = _files(path)
    if shipped:
        files = [path / spec.file for spec in schema.TABLES.values()]
    tables, checked = {}, {}
    for file in files:
        if file.suffix == ".shp":
            checked[file.name], broken = _check_layer(file)
            faults += broken
            continue
        name, fault = _named(file)
        if fault:
            faults.append(fault)
            continue
        spec = schema.TABLES[name]
        rows, broken = checks.read_rows(file, spec)
        faults += [*broken, *checks.check_rows(rows, spec, file.name)]
        checked[file.name] = len(rows)
        # A table that could not be read whole would make the others look wrong.
        if not broken:
            tables[name] = rows
    run, left = [], []
    for what, needed, rule in rules.RULES:
        if needed <= set(tables):
            faults += rule(tables)
            run.append(what)
        elif needed & {Path(name).stem for name in checked}:
            lacking = ", ".join(schema.TABLES[name].file for name in sorted(needed - set(tables)))
            left.append(f"{what} (needs {lacking} whole)")
    order = {file.name: place for place, file in enumerate(files)}
    faults.sort(key=lambda fault: (order.get(fault.file, -1), fault.row or 0))
    return Report(faults, checked, run, left)
