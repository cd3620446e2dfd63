"""Citing is easy, and what is cited agrees everywhere."""

import datetime
import re

import pytest
import yaml

import mineralmap as mm
from mineralmap import codebook


@pytest.fixture(scope="module")
def citation():
    return mm.cite()


def test_the_citation_file_says_the_same(root, citation):
    # PyYAML comes with Jupyter.
    cff = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cff["cff-version"], cff["type"]) == ("1.2.0", "dataset")
    assert (cff["title"], str(cff["version"])) == (citation.title, citation.version)
    assert str(cff["date-released"]) == citation.released
    assert [author["name"] for author in cff["authors"]] == list(citation.authors)
    assert set(cff["license"]) == {"CC-BY-4.0", "MIT"}


def test_a_line_has_version_dates_and_licence(citation):
    newest = mm.load_events()["date"].max().date()
    assert citation.data_as_of == newest.isoformat()
    assert datetime.date.fromisoformat(citation.released) >= newest
    version = f"Version {mm.__version__}"
    line = str(citation)
    for words in (citation.title, version, citation.released, newest.isoformat(), "CC BY 4.0", "MIT"):
        assert words in line
    assert "\n" not in line
    assert repr(citation) == f"{line}\n\n{citation.bibtex}"


def test_the_bibtex_entry_can_be_read(citation):
    entry = re.fullmatch(r"@misc\{(\w+),\n(.*)\n\}", citation.bibtex, re.DOTALL)
    assert entry
    assert entry[1] == "mineralmap_" + mm.__version__.replace(".", "_")
    fields = dict(re.fullmatch(r"  (\w+) = \{(.*)\},?", line).groups() for line in entry[2].splitlines())
    # Two braces keep a name of several words whole.
    assert fields["author"] == f"{{{' and '.join(citation.authors)}}}"
    assert fields["title"] == citation.title
    assert fields["version"] == mm.__version__
    assert fields["year"] == citation.released[:4]
    assert citation.data_as_of in fields["note"]
    assert citation.bibtex.count("{") == citation.bibtex.count("}")
    assert not re.search(r"[&%$#_]", fields["title"]), "needs a backslash in BibTeX"


def test_the_data_package_has_every_column_with_its_meaning(root):
    package, tables = mm.datapackage(), codebook.tables().values()
    assert package["version"] == mm.__version__
    for resource, table in zip(package["resources"], tables, strict=True):
        assert (root / "data" / resource["path"]).is_file()
        assert re.fullmatch(r"[a-z0-9-]+", resource["name"])
        for field, column in zip(resource["schema"]["fields"], table.columns, strict=True):
            assert field["name"] == column.name
            assert field["description"].startswith(column.doc)
            assert not column.unit or f"Unit: {column.unit}." in field["description"]
            assert bool(field.get("constraints", {}).get("required")) == column.required


def test_foreign_keys_of_the_data_package_lead_somewhere():
    resources = {resource["name"]: resource["schema"] for resource in mm.datapackage()["resources"]}
    keys = [key for schema in resources.values() for key in schema.get("foreignKeys", [])]
    assert keys
    for key in keys:
        fields = resources[key["reference"]["resource"]]["fields"]
        assert key["reference"]["fields"] in {field["name"] for field in fields}
