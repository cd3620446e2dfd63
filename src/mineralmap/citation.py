"""How to cite the data, and the published description of the tables (Data Package)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from . import __version__, codebook, data
from .cells import LISTS, Column, Table

__all__ = ["Citation", "cite", "datapackage"]

TITLE = "mineralmap: sourced tables and maps of India's rare-earth initiatives"
AUTHORS = ("The mineralmap contributors",)
#: The day of the release; the version is in the package. CITATION.cff is written from both.
RELEASED = "2026-11-28"
LICENCES = ("CC-BY-4.0", "MIT")
KEYWORDS = ("rare earths", "critical minerals", "India", "Japan", "monazite")
_CC_BY = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
#: A longer vocabulary is named in the Data Package and not spelt out.
_LONGEST_ENUM = 40


@dataclass(frozen=True)
class Citation:
    """What to quote: version, day of the newest event, licence, and a BibTeX entry."""

    data_as_of: str
    title: str = TITLE
    authors: tuple[str, ...] = AUTHORS
    version: str = __version__
    released: str = RELEASED
    licence: str = "CC BY 4.0 (tables), MIT (code)"

    @property
    def bibtex(self) -> str:
        """Return a BibTeX entry."""
        lines = {
            "title": f"{{{self.title}}}",
            # Two braces keep a name of several words whole.
            "author": f"{{{{{' and '.join(self.authors)}}}}}",
            "year": f"{{{self.released[:4]}}}",
            "version": f"{{{self.version}}}",
            "note": f"{{Newest event {self.data_as_of}; {self.licence}}}",
        }
        body = ",\n".join(f"  {key} = {value}" for key, value in lines.items())
        return f"@misc{{mineralmap_{self.version.replace('.', '_')},\n{body}\n}}"

    def __str__(self) -> str:
        return (
            f"{'; '.join(self.authors)} ({self.released[:4]}). {self.title}. Version {self.version}, "
            f"released {self.released}; newest event {self.data_as_of}. {self.licence}."
        )

    def __repr__(self) -> str:
        return f"{self}\n\n{self.bibtex}"


def cite() -> Citation:
    """Return how to cite the tables.

    Returns
    -------
    Citation
        ``str()`` gives a line, ``.bibtex`` an entry; both agree with CITATION.cff.

    Examples
    --------
    >>> import mineralmap as mm
    >>> print(mm.cite())  # doctest: +ELLIPSIS
    The mineralmap contributors (...). mineralmap: sourced tables and maps ...
    """
    return Citation(data.load_events()["date"].max().date().isoformat())


def datapackage() -> dict[str, Any]:
    """Return the description of every table as a Data Package (the content of ``data/datapackage.json``).

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.datapackage()["profile"]
    'data-package'
    """
    return {
        "profile": "data-package",
        "name": "mineralmap",
        "title": TITLE,
        "version": __version__,
        "created": f"{RELEASED}T00:00:00Z",
        "licenses": [_CC_BY],
        "contributors": [{"title": name, "role": "author"} for name in AUTHORS],
        "keywords": list(KEYWORDS),
        "resources": [_resource(table) for table in codebook.tables().values()],
    }


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column, table) for column in table.columns]}
    schema["missingValues"] = [""]
    if table.key:
        schema["primaryKey"] = list(table.key)
    # Lists in a cell are joined by ";" and cannot be declared as foreign keys; `validate` checks them.
    keys = [column for column in table.columns if column.reference and column.type not in LISTS]
    if foreign := [
        {"fields": column.name, "reference": {"resource": target.replace("_", "-"), "fields": key}}
        for column in keys
        for target, key in [column.reference.split(".")]
    ]:
        schema["foreignKeys"] = foreign
    return {
        "name": table.name.replace("_", "-"),
        "path": f"tables/{table.file}",
        "profile": "tabular-data-resource",
        "title": table.doc,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "licenses": [_CC_BY],
        "schema": schema,
    }


def _field(column: Column, table: Table) -> dict[str, Any]:
    kind = column.type if column.type in ("number", "integer", "boolean", "date") else "string"
    field: dict[str, Any] = {"name": column.name, "type": kind, "description": _description(column)}
    if kind == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    rules: dict[str, Any] = {}
    if column.required:
        rules["required"] = True
    if table.key == (column.name,):
        rules["unique"] = True
    if column.values and column.type not in LISTS and len(column.values) <= _LONGEST_ENUM:
        rules["enum"] = list(column.values)
    bounds = {"minimum": column.low, "maximum": column.high}
    rules |= {
        name: int(bound) if bound.is_integer() else bound
        for name, bound in bounds.items()
        if math.isfinite(bound)
    }
    if rules:
        field["constraints"] = rules
    return field


def _description(column: Column) -> str:
    words = column.doc
    if column.unit:
        words += f" Unit: {column.unit}."
    if column.type in LISTS:
        words += " A list, separated by ';'."
        if column.values and len(column.values) <= _LONGEST_ENUM:
            words += f" Entries: {', '.join(column.values)}."
    return words
