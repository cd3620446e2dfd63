"""All tables as files of other programs: a workbook, a database, Parquet and GeoJSON.

Every file holds the same flat tables (`mineralmap.frames.flatten`), and `mineralmap.data.restore` gives
them back as their loaders do. The same tables give the same bytes.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from . import codebook, data
from .cells import LISTS, Column, Table
from .citation import RELEASED, TITLE, cite
from .data import coordinates
from .errors import not_installed
from .folders import check_replaceable, written_whole
from .frames import flatten

try:
    import pyarrow  # noqa: F401  pandas writes Parquet with it
    import xlsxwriter
except ModuleNotFoundError as error:
    raise not_installed(error, "export") from error

__all__ = ["export_data", "flat_tables", "geojson", "write_files", "write_sqlite", "write_workbook"]

_MARK = "mineralmap export --data"
_OURS = re.compile(
    r"README\.txt|mineralmap\.xlsx|mineralmap\.sqlite|parquet/\w+\.parquet|geojson/\w+\.geojson"
)
_README = """The tables of mineralmap, written by `{mark}`.

mineralmap.xlsx     a workbook: a sheet per table; `columns` and `codes` say what columns and codes mean
mineralmap.sqlite   a database with primary and foreign keys; a list has a table of its own, too
parquet/            a file per table
geojson/            a file per table with places, EPSG:4326; what has no known place has no geometry

An empty cell is unknown, never zero. Entries of a list are joined by ";". Dates are of the first day of
their period; `date_precision` says how precisely they are known.

{citation}
https://creativecommons.org/licenses/by/4.0/
"""


def flat_tables(tables: Mapping[str, pd.DataFrame] | None = None) -> dict[str, pd.DataFrame]:
    """Return every table, flat, by name: what the files hold.

    Parameters
    ----------
    tables : mapping of str to DataFrame, optional
        Name of a table -> a frame like that of its loader, in the place of the shipped one.

    Returns
    -------
    dict
        Name -> DataFrame, in the order of the codebook; a point is in its columns of latitude and longitude.

    Raises
    ------
    UnknownNameError
        If a name is that of no table.

    Examples
    --------
    >>> from mineralmap import exports
    >>> ports = exports.flat_tables()["ports"]
    >>> "geometry" in ports.columns
    False
    """
    given = dict(tables or {})
    for name in given:
        codebook.table(name)
    every = {name: data.shipped(name, given.get(name), geometry=False) for name in codebook.tables()}
    if "world_ree" not in given:
        every["world_ree"] = data.load_world_ree(preferred=False)
    return {name: flatten(frame.drop(columns="geometry", errors="ignore")) for name, frame in every.items()}


def export_data(folder: str | Path, *, tables: Mapping[str, pd.DataFrame] | None = None) -> Path:
    """Write all tables as a workbook, a SQLite database, Parquet and GeoJSON.

    Parameters
    ----------
    folder : str or Path
        Folder to write: ``mineralmap.xlsx, mineralmap.sqlite, parquet/, geojson/, README.txt``. One
        written earlier is replaced, whole or not at all.
    tables : mapping of str to DataFrame, optional
        As in `flat_tables`.

    Returns
    -------
    Path
        The folder that was written.

    Raises
    ------
    OSError
        ``folder`` holds something else than tables exported earlier.

    Notes
    -----
    Needs what ``pip install "mineralmap[export]"`` brings. A text that begins like a formula stays a text.

    Examples
    --------
    >>> import pandas as pd
    >>> import mineralmap as mm
    >>> folder = mm.exports.export_data("my-tables")  # doctest: +SKIP
    >>> events = mm.restore(pd.read_parquet(folder / "parquet/events.parquet"), "events")  # doctest: +SKIP
    """
    out = Path(folder).absolute()
    check_replaceable(out, mark=("README.txt", _MARK), ours=_OURS, what="exported tables")
    frames = flat_tables(tables)
    with written_whole(out) as part:
        (part / "README.txt").write_text(_README.format(mark=_MARK, citation=cite()), encoding="utf-8")
        write_files(frames, part)
    return out


def write_files(frames: Mapping[str, pd.DataFrame], folder: str | Path) -> None:
    """Write flat tables in all formats into a folder that is there and holds none of them.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        As from `flat_tables`.
    folder : str or Path
        Gets ``mineralmap.xlsx, mineralmap.sqlite, parquet/, geojson/``.

    Examples
    --------
    >>> from mineralmap import exports
    >>> exports.write_files(exports.flat_tables(), "downloads")  # doctest: +SKIP
    """
    folder = Path(folder)
    write_workbook(frames, folder / "mineralmap.xlsx")
    write_sqlite(frames, folder / "mineralmap.sqlite")
    (folder / "parquet").mkdir()
    (folder / "geojson").mkdir()
    for name, frame in frames.items():
        frame.to_parquet(folder / "parquet" / f"{name}.parquet", engine="pyarrow", index=False)
        if coordinates(frame):
            (folder / "geojson" / f"{name}.geojson").write_text(geojson(frame, name), encoding="utf-8")


# -------------------------------------------------------------------------------- what the codebook says


def _columns() -> pd.DataFrame:
    """Return what every column means."""
    rows = [
        (table.name, one.name, one.type, one.computed, one.vocabulary, one.unit, one.reference, one.doc)
        for table in codebook.tables().values()
        for one in (*table.columns, *table.computed)
    ]
    names = ["table", "column", "type", "computed", "vocabulary", "unit", "reference", "meaning"]
    return pd.DataFrame(rows, columns=names).replace("", None)


def _codes() -> pd.DataFrame:
    """Return what every code means."""
    used = dict.fromkeys(_columns()["vocabulary"].dropna())
    rows = [
        (name, one.code, one.label, one.explanation, ";".join(one.other_names))
        for name in used
        for one in codebook.vocabulary(name).values()
    ]
    names = ["vocabulary", "code", "label", "explanation", "other_names"]
    return pd.DataFrame(rows, columns=names).replace("", None)


def _values(cells: pd.Series, *, iso: bool) -> list[Any]:
    """Return cells as values of Python, None if missing; days as text in ISO 8601 if asked for."""
    if iso and cells.dtype.kind == "M":
        cells = cells.dt.strftime("%Y-%m-%d")
    cells = cells.astype("object")
    return list(cells.where(cells.notna(), None))


def _rows(frame: pd.DataFrame, *, iso: bool) -> Iterator[tuple[Any, ...]]:
    return zip(*(_values(frame[name], iso=iso) for name in frame.columns), strict=True)


# --------------------------------------------------------------------------------------------- the files


def write_workbook(frames: Mapping[str, pd.DataFrame], path: str | Path) -> None:
    """Write flat tables as an XLSX workbook: a sheet per table, then what columns and codes mean.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Name of a sheet -> a table, as from `flat_tables`.
    path : str or Path
        The file.

    Examples
    --------
    >>> from mineralmap import exports
    >>> exports.write_workbook(exports.flat_tables(), "mineralmap.xlsx")  # doctest: +SKIP
    """
    # A text is written as a text, whatever it begins with.
    as_they_are = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), as_they_are | {"default_date_format": "yyyy-mm-dd"}) as workbook:
        # Without a day of creation the file would have that of its writing.
        workbook.set_properties(
            {"title": TITLE, "comments": str(cite()), "created": datetime.fromisoformat(RELEASED)}
        )
        bold = workbook.add_format({"bold": True})
        for name, frame in {**frames, "columns": _columns(), "codes": _codes()}.items():
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, list(frame.columns), bold)
            for number, row in enumerate(_rows(frame, iso=False), start=1):
                for at, value in enumerate(row):
                    if value is not None and sheet.write(number, at, value):
                        cell = f"{name}, row {number}, {frame.columns[at]}"
                        raise ValueError(
                            f"{cell}: Excel cannot hold it, it has {len(str(value)):,} characters"
                        )
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
            sheet.set_column(0, len(frame.columns) - 1, 18)


def geojson(frame: pd.DataFrame, name: str) -> str:
    """Return a flat table with places as GeoJSON: a point per row, or no geometry where none is known.

    Parameters
    ----------
    frame : DataFrame
        As from `flat_tables`, with latitude and longitude (EPSG:4326, degrees).
    name : str
        Name of the table.

    Examples
    --------
    >>> from mineralmap import exports
    >>> text = exports.geojson(exports.flat_tables()["ports"], "ports")
    >>> text[:45]
    '{"type": "FeatureCollection", "name": "ports"'
    """
    places = coordinates(frame)
    if places is None:
        raise ValueError(f"{name} has no columns of latitude and longitude")
    lat, lon = places
    features = []
    for row in _rows(frame, iso=True):
        cells = dict(zip(frame.columns, row, strict=True))
        point = {"type": "Point", "coordinates": [cells[lon], cells[lat]]}
        place = None if cells[lat] is None or cells[lon] is None else point
        feature = {"type": "Feature", "geometry": place, "properties": cells}
        features.append(json.dumps(feature, ensure_ascii=False, allow_nan=False))
    head = json.dumps({"type": "FeatureCollection", "name": name}, ensure_ascii=False)[:-1]
    return head + ', "features": [\n' + ",\n".join(features) + "\n]}\n"


def write_sqlite(frames: Mapping[str, pd.DataFrame], path: str | Path) -> None:
    """Write flat tables as a SQLite database with the keys of the codebook.

    A column of lists is text, joined by ";", and its entries are in a table of their own, too:
    ``events_states`` has ``event_id, position, entry``. ``codebook_columns`` and ``codebook_codes`` say
    what columns and codes mean. Days are text in ISO 8601, true and false are 1 and 0.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Name of a table of the codebook -> a table, as from `flat_tables`.
    path : str or Path
        The file; it must not be there yet.

    Examples
    --------
    >>> from mineralmap import exports
    >>> exports.write_sqlite(exports.flat_tables(), "mineralmap.sqlite")  # doctest: +SKIP
    """
    with closing(sqlite3.connect(path)) as database, database:
        for name, frame in frames.items():
            table = codebook.table(name)
            _fill(database, name, frame, _keys(table, frames))
            if len(table.key) == 1:
                for column in (*table.columns, *table.computed):
                    if column.type in LISTS and column.name in frame.columns:
                        _fill_list(database, table, column, frame, frames)
        for name, frame in (("codebook_columns", _columns()), ("codebook_codes", _codes())):
            _fill(database, name, frame, [f"PRIMARY KEY ({_quoted(frame.columns[:2])})"])


def _quoted(names: Iterable[str]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def _keys(table: Table, frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return the constraints of a table: its key, and what its columns refer to."""
    keys = [f"PRIMARY KEY ({_quoted(table.key)})"] if table.key else []
    if table.name == "actors":
        keys.append('UNIQUE ("name")')  # lists of actors hold names
    return keys + [
        _refers(column.name, *column.reference.split("."))
        for column in table.columns
        if column.reference.partition(".")[0] in frames and column.type not in LISTS
    ]


def _refers(column: str, table: str, key: str) -> str:
    return f"FOREIGN KEY ({_quoted([column])}) REFERENCES {_quoted([table])} ({_quoted([key])})"


def _fill(database: sqlite3.Connection, name: str, frame: pd.DataFrame, keys: list[str]) -> None:
    """Make one table and its rows."""
    kinds = {"f": "REAL", "i": "INTEGER", "u": "INTEGER", "b": "INTEGER"}
    columns = [f"{_quoted([one])} {kinds.get(frame[one].dtype.kind, 'TEXT')}" for one in frame.columns]
    database.execute(f"CREATE TABLE {_quoted([name])} ({', '.join([*columns, *keys])})")
    places = ", ".join("?" * len(columns))
    database.executemany(f"INSERT INTO {_quoted([name])} VALUES ({places})", _rows(frame, iso=True))


def _fill_list(
    database: sqlite3.Connection,
    table: Table,
    column: Column,
    frame: pd.DataFrame,
    frames: Mapping[str, pd.DataFrame],
) -> None:
    """Make the table of the entries of a column of lists."""
    (key,) = table.key
    parts = [
        (row_id, position, entry)
        for row_id, cell in zip(frame[key], _values(frame[column.name], iso=True), strict=True)
        for position, entry in enumerate(cell.split(";") if cell else (), start=1)
    ]
    target, _, target_key = column.reference.partition(".")
    keys = [f"PRIMARY KEY ({_quoted([key, 'position'])})", _refers(key, table.name, key)]
    if target in frames:
        keys.append(_refers("entry", target, "name" if target == "actors" else target_key))
    entries = pd.DataFrame(parts, columns=[key, "position", "entry"])
    _fill(database, f"{table.name}_{column.name}", entries, keys)
