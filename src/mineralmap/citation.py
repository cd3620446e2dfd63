"""How to cite the data, and the published description of the tables (Data Package)."""

from __future__ import annotations

from . import __version__, schema

__all__ = ["Citation", "cite", "datapackage"]

TITLE = "mineralmap: sourced tables and maps of India's rare-earth initiatives"
AUTHORS = ("The mineralmap contributors",)
RELEASED = "2026-11-26"
LICENCES = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
}
_TYPES = {
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
}


class Citation:
    """What to quote: version, date of the newest event, licence, and a BibTeX entry."""

    def __init__(self, data_as_of):
        self.title, self.authors, self.version = TITLE, AUTHORS, __version__
        self.released, self.data_as_of = RELEASED, data_as_of
        self.licence = "CC BY 4.0 (tables), MIT (code)"

    @property
    def bibtex(self):
        """Return a BibTeX entry."""
        lines = {
            "title": f"{{{self.title}}}",
            "author": f"{{{{{' and '.join(self.authors)}}}}}",
            "year": f"{{{self.released[:4]}}}",
            "version": f"{{{self.version}}}",
            "note": f"{{Newest event {self.data_as_of}; {self.licence}}}",
        }
        body = ",\n".join(f"  {key} = {value}" for key, value in lines.items())
        return f"@misc{{mineralmap_{self.version.replace('.', '_')},\n{body}\n}}"

    def __str__(self):
        return (
            f"{'; '.join(self.authors)} ({self.released[:4]}). {self.title}. Version {self.version}, "
            f"released {self.released}; newest event {self.data_as_of}. {self.licence}."
        )

    def __repr__(self):
        return f"{self}\n\n{self.bibtex}"


def cite():
    """Return how to cite the tables.

    Returns
    -------
    Citation
        ``str()`` gives a line, ``.bibtex`` an entry; both agree with CITATION.cff.

    Examples
    --------
    >>> import mineralmap as mm
    >>> print(mm.cite())  # doctest: +SKIP
    """
    from .datasets import load_events

    return Citation(load_events()["date"].max().date().isoformat())


def _field(column, spec):
    described = {
        "name": column.name,
        "type": _TYPES.get(column.type, "string"),
        "description": _described(column),
    }
    rules = {}
    if column.required:
        rules["required"] = True
    if column.values and column.type not in ("list",):
        rules["enum"] = list(column.values)
    if described["type"] in ("number", "integer"):
        rules |= {
            key: bound
            for key, bound in (("minimum", column.low), ("maximum", column.high))
            if abs(bound) < 1e9
        }
    if spec.key == (column.name,):
        rules["unique"] = True
    if column.type == "boolean":
        described |= {"trueValues": ["true"], "falseValues": ["false"]}
    if rules:
        described["constraints"] = rules
    return described


def _described(column):
    words = column.doc
    if column.unit:
        words += f" Unit: {column.unit}."
    if column.type in ("list", "ids", "states", "iso3s"):
        words += " A list, separated by ';'."
        if column.values:
            words += f" Entries: {', '.join(column.values)}."
    return words


def _resource(spec):
    described = {
        "fields": [_field(column, spec) for column in spec.columns],
        "missingValues": [""],
    }
    if spec.key:
        described["primaryKey"] = list(spec.key)
    # Lists in a cell are joined by ';' and cannot be declared as foreign keys; `validate` checks them.
    keys = [
        {"fields": column.name, "reference": {"resource": target, "fields": key}}
        for column in spec.columns
        if column.ref and column.type == "id"
        for target, key in [column.ref.split(".")]
    ]
    if keys:
        described["foreignKeys"] = keys
    return {
        "name": spec.name.replace("_", "-"),
        "path": f"tables/{spec.file}",
        "profile": "tabular-data-resource",
        "title": spec.doc,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "licenses": [_licence(spec.licence)],
        "schema": described,
    }


def _licence(name):
    title, path = LICENCES[name]
    return {"name": name, "title": title, "path": path}


def datapackage():
    """Return the description of every table as a Data Package (the content of ``data/datapackage.json``)."""
    return {
        "profile": "data-package",
        "name": "mineralmap",
        "title": TITLE,
        "version": __version__,
        "created": f"{RELEASED}T00:00:00Z",
        "licenses": [_licence("CC-BY-4.0")],
        "contributors": [{"title": name, "role": "author"} for name in AUTHORS],
        "keywords": ["rare earths", "critical minerals", "India", "Japan", "monazite"],
        "resources": [_resource(spec) for spec in schema.TABLES.values()],
    }
