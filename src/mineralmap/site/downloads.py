"""What can be taken away: the tables as CSV, Excel and Parquet, the points as GeoJSON."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from .. import codebook
from ..frames import is_missing
from ..paths import data_folder
from .records import Records
from .rendering import Site

__all__ = ["add_downloads", "downloads"]

#: Tables that have points, and what a point of each is called.
_POINTS = {
    "initiatives": ("project", "title", "initiative_id"),
    "facilities": ("facility", "name", "facility_id"),
    "deposits": ("deposit", "name", "deposit_id"),
    "ports": ("port", "name", "port_id"),
}
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


def add_downloads(site: Site, records: Records) -> None:
    """Add the tables as they are in the project, in other formats, and one file of all points."""
    tables = data_folder() / "tables"
    for table in codebook.tables().values():
        site.files[f"data/{table.file}"] = (tables / table.file).read_bytes()
    features = [feature for name in _POINTS for feature in _features(records, name)]
    points = {"type": "FeatureCollection", "name": "mineralmap", "features": features}
    text = json.dumps(points, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    site.files["data/points.geojson"] = text.encode()
    _add_formats(site)


def _add_formats(site: Site) -> None:
    """Add the tables as a workbook and as Parquet, where what writes them is installed.

    The database is for `mineralmap export --data`: it is larger than all other files together.
    """
    try:
        from ..exports import flat_tables, write_workbook  # noqa: PLC0415 - needs an extra of its own
    except ImportError:
        return
    frames = flat_tables()
    with tempfile.TemporaryDirectory(prefix="mineralmap-") as folder:
        workbook = Path(folder) / "mineralmap.xlsx"
        write_workbook(frames, workbook)
        site.files["data/mineralmap.xlsx"] = workbook.read_bytes()
    for name, frame in frames.items():
        stream = io.BytesIO()
        frame.to_parquet(stream, engine="pyarrow", index=False)
        site.files[f"data/{name}.parquet"] = stream.getvalue()


def _features(records: Records, name: str) -> Iterable[dict[str, Any]]:
    kind, title, key = _POINTS[name]
    for row in records.tables[name]:
        if is_missing(row.lat):
            continue
        words = {"kind": kind, "id": getattr(row, key), "name": getattr(row, title)}
        for column in ("stage", "status", "location_accuracy", "source_url"):
            value = getattr(row, column, None)
            words |= {} if is_missing(value) else {column: str(value)}
        place = {"type": "Point", "coordinates": [row.lon, row.lat]}
        yield {"type": "Feature", "geometry": place, "properties": words}


def downloads(site: Site) -> list[Download]:
    """Return every file below ``data/`` of the site, whoever put it there: the one list of downloads.

    What writes further files (Excel, Parquet, SQLite) adds them to ``site.files`` before the page of
    the data is made; they are then listed there and described for machines on the index.
    """
    described = {table.file: table.doc for table in codebook.tables().values()}
    described |= {f"{table.name}.parquet": table.doc for table in codebook.tables().values()}
    described["mineralmap.xlsx"] = "All tables, a sheet for each, and what every column and code means."
    described["points.geojson"] = "Every project, facility, deposit and port that has a point, EPSG:4326."
    found = []
    for address, content in sorted(site.files.items()):
        if not address.startswith("data/"):
            continue
        name = address.removeprefix("data/")
        stem, _, ending = name.rpartition(".")
        words = described.get(name, "")
        found.append(
            Download(address, stem.replace("_", " "), _FORMATS.get(ending, ending), len(content), words)
        )
    # What holds all tables, or all points, comes first.
    return sorted(found, key=lambda file: file.name not in ("mineralmap", "points"))
