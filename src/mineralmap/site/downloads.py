"""What can be taken away: the tables as CSV, and in the formats of other programs."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .. import codebook
from ..exports import flat_tables, write_files
from ..paths import data_folder
from .rendering import Site

__all__ = ["add_downloads", "downloads"]

#: What a file is, by its ending.
_FORMATS = {
    "csv": "CSV",
    "geojson": "GeoJSON",
    "xlsx": "Excel",
    "parquet": "Parquet",
    "sqlite": "SQLite",
    "json": "JSON",
}


class Download(NamedTuple):
    """A file of the site that a reader can take away."""

    address: str
    name: str
    format: str
    size: int
    words: str


def add_downloads(site: Site) -> None:
    """Add the tables as they are in the project, and in the formats of other programs."""
    tables = data_folder() / "tables"
    for table in codebook.tables().values():
        site.files[f"data/{table.file}"] = (tables / table.file).read_bytes()
    with TemporaryDirectory(prefix="mineralmap-") as scratch:
        folder = Path(scratch)
        write_files(flat_tables(), folder)
        for path in folder.rglob("*.*"):
            site.files[f"data/{path.relative_to(folder).as_posix()}"] = path.read_bytes()


def downloads(site: Site) -> list[Download]:
    """Return every file below ``data/`` of the site: the one list of downloads, for readers and machines."""
    described = {table.name: table.doc for table in codebook.tables().values()}
    described["mineralmap"] = "All tables in one file, with what their columns and codes mean."
    found = []
    for address, content in sorted(site.files.items()):
        if not address.startswith("data/"):
            continue
        stem, _, ending = address.rpartition("/")[2].rpartition(".")
        words, file_format = described.get(stem, ""), _FORMATS.get(ending, ending)
        found.append(Download(address, stem.replace("_", " "), file_format, len(content), words))
    # What holds all tables comes first.
    return sorted(found, key=lambda file: file.name != "mineralmap")
