"""Citing is easy, and what is cited agrees everywhere."""

import datetime
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

import mineralmap as mm
from mineralmap import schema


@pytest.fixture(scope="module")
def cff(root):
    # PyYAML comes with Jupyter.
    return yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_citation_file_says_the_same(cff):
    citation = mm.cite()
    assert cff["cff-version"] == "1.2.0"
    assert cff["type"] == "dataset"
    assert str(cff["version"]) == citation.version
    assert str(cff["date-released"]) == citation.released
    assert cff["title"] == citation.title
    assert [author["name"] for author in cff["authors"]] == list(citation.authors)
    assert set(cff["license"]) == {"CC-BY-4.0", "MIT"}
    for licence in cff["license"]:
        assert licence.replace("-", " ") in citation.licence.replace("-", " ")


def test_the_version_is_the_one_of_the_package(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == mm.__version__ == mm.cite().version
    assert set(project["license"].split(" AND ")) == {"MIT", "CC-BY-4.0"}
    assert mm.datapackage()["version"] == mm.__version__


def test_a_line_tells_version_dates_and_licence():
    citation = mm.cite()
    newest = mm.load_events()["date"].max().date()
    assert citation.data_as_of == newest.isoformat()
    assert datetime.date.fromisoformat(citation.released) >= newest
    line = str(citation)
    for words in (
        citation.title,
        f"Version {mm.__version__}",
        citation.released,
        newest.isoformat(),
        "CC BY 4.0",
    ):
        assert words in line
    assert "\n" not in line
    assert repr(citation) == f"{line}\n\n{citation.bibtex}"


def test_the_bibtex_entry_can_be_read():
    citation = mm.cite()
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


def test_the_data_package_names_every_column_with_its_meaning(root):
    package = mm.datapackage()
    assert [resource["path"] for resource in package["resources"]] == [
        f"tables/{spec.file}" for spec in schema.TABLES.values()
    ]
    for resource, spec in zip(package["resources"], schema.TABLES.values(), strict=True):
        assert (root / "data" / resource["path"]).is_file()
        assert re.fullmatch(r"[a-z0-9-]+", resource["name"])
        assert resource["licenses"][0]["name"] == spec.licence
        assert [field["name"] for field in resource["schema"]["fields"]] == spec.names
        for field, column in zip(resource["schema"]["fields"], spec.columns, strict=True):
            assert field["description"]
            assert not column.unit or f"Unit: {column.unit}." in field["description"]
            assert bool(field.get("constraints", {}).get("required")) == column.required


def test_foreign_keys_of_the_data_package_lead_somewhere():
    package = mm.datapackage()
    columns = {
        resource["name"]: {field["name"] for field in resource["schema"]["fields"]}
        for resource in package["resources"]
    }
    keys = [key for resource in package["resources"] for key in resource["schema"].get("foreignKeys", [])]
    assert keys
    for key in keys:
        assert key["reference"]["fields"] in columns[key["reference"]["resource"]]


def test_the_page_of_the_datasets_is_up_to_date(root):
    tool = root / "tools" / "write_dataset_docs.py"
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    page = (root / "docs" / "datasets.md").read_text(encoding="utf-8")
    for loader in (name for name in mm.__all__ if name.startswith("load_")):
        assert page.count(f"\n## {loader}(") == 1
