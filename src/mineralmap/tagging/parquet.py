"""Tag Arrow tables, and Parquet files of any size in bounded memory; a killed job can go on.

Each file is written to a draft in the folder of the job (see `jobs`), and is a finished file when it is
whole. A finished file of the same plan is not tagged again. At the end all of them become the output in
one step.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import math
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from ..errors import UnknownNameError, not_installed

try:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    import tqdm
except ImportError as error:
    raise not_installed(error, "parquet") from error

from .. import __version__
from ..frames.points import Points, degrees, find_columns
from ..frames.values import exact_types
from ..text import pluralize
from ..threads import spread
from .counting import Report, count_pieces, needed_columns
from .grid import STATUSES, Array
from .jobs import sole_job
from .units import Units

#: Rows of a batch, at most and at least, whatever the memory; a batch is a row group of the output.
_MOST, _LEAST = 1_000_000, 1_000
# A batch in memory is read, tagged and encoded: this share of the bound leaves room for all of it.
_SHARE = 1 / 8
# Bytes of a number in Parquet.
_WIDTHS = {"INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8}
# Encodings that a writer takes only where it is told to.
_ON_REQUEST = {"BYTE_STREAM_SPLIT", "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"}
#: Written into the folder of results; readers of Parquet pass over names that begin with "_".
NOTE = "_tagging.json"
# What a damaged or unfit file raises ...
_FAULTS = (pa.ArrowException, OSError, ValueError, KeyError)
# ... and what it does not cause: the disk is full, too many files are open, and the like.
_NOT_THE_FILE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


#: The name of a file, and its rows, their statuses and whether it was finished before, or why it failed.
_Outcome = tuple[str, Exception | tuple[int, dict[str, int], bool]]


def tag_table(table: pa.Table, units: Units, lon: str, lat: str) -> tuple[pa.Table, Points]:
    """Return a pyarrow Table with the two columns of the units, and its points."""
    names = table.column_names
    if lon not in names and b"geo" in (table.schema.metadata or {}):
        raise UnknownNameError(
            f"there is no column {lon!r}; this is GeoParquet: read it with geopandas.read_parquet "
            "and tag that, or write columns of degrees"
        )
    (lon, lat), notes = find_columns(names, lon, lat)
    units.check_free(names)
    points = Points(np.empty(0), np.empty(0), (lon, lat), notes)
    points.lon, points.lat = _degrees(table, lon, "lon", points), _degrees(table, lat, "lat", points)
    unit, status = units.locate(points.lon, points.lat)
    codes = pa.array(unit, mask=unit < 0), units.grid.codes
    for name, (numbers, words) in zip(units.columns, (codes, (pa.array(status), STATUSES)), strict=True):
        column = pa.DictionaryArray.from_arrays(numbers, pa.array(words, pa.string()))
        table = table.append_column(name, column)
    return table, points


def _degrees(table: pa.Table, name: str, axis: str, points: Points) -> Array:
    column = table[name]
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return degrees(column.to_pandas().rename(name), axis, points)
    # Not safe in Arrow's sense: a whole number beyond 2**53 is rounded, not an error in mid-job.
    column = pc.fill_null(pc.cast(column, pa.float64(), safe=False), float("nan"))
    return np.asarray(column.to_numpy())


# ------------------------------------------------------------------------------------- the job


def tag_path(
    source: Path,
    out: Path,
    units: Units,
    lon: str,
    lat: str,
    *,
    memory_mb: float,
    progress: bool,
    workers: int,
) -> Report:
    """Tag a file or a folder; see `mineralmap.tag`."""
    files = _find_files(source)
    _check_out(source, out)
    if not memory_mb > 0:
        raise ValueError(f"memory_mb must be positive, not {memory_mb}")
    report, stopped, counting = Report(out), threading.Event(), threading.Lock()
    # A thread for each file, and two for the batches of a single one: more would wait for its writer.
    at_once = min(workers, len(files))
    batch_bytes, helpers = memory_mb * 1e6 * _SHARE / at_once, min(workers // at_once, 2)
    with sole_job(out, _plan(files, units, lon, lat)) as job, _bar(files.values(), progress) as bar:

        def advance(rows: int) -> None:
            if stopped.is_set():
                raise InterruptedError("the job was stopped")
            with counting:
                bar.update(rows)

        def tag_one(name: str) -> _Outcome:
            resumed = (job.files / name).exists()
            try:
                if not resumed:
                    units.check_free(part.partition("=")[0] for part in Path(name).parts[:-1])
                    with job.draft(name) as draft:
                        _tag_file(files[name], draft, units, lon, lat, batch_bytes, helpers, advance)
            except _FAULTS as error:
                if getattr(error, "errno", None) in _NOT_THE_FILE:
                    raise
                return name, error
            metadata = pq.read_metadata(job.files / name)
            advance(metadata.num_rows if resumed else 0)
            counts = json.loads(metadata.metadata[_note_key(units)])["counts"]
            return name, (metadata.num_rows, counts, resumed)

        with spread(tag_one, files, at_once, stopped.set) as outcomes:
            fault = _sum_up(outcomes, report)
        if not report.files:
            reasons = "\n".join(f"  {files[name]}: {why}" for name, why in report.failed[:5])
            kind = UnknownNameError if isinstance(fault, UnknownNameError) else ValueError
            raise kind(f"none of {pluralize(len(files), 'file')} could be tagged:\n{reasons}") from fault
        if source.is_dir():
            note = {"rows": report.rows, "counts": report.counts, "failed": dict(report.failed)}
            (job.files / NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
        job.publish(job.files if source.is_dir() else job.files / source.name)
    return report


def _sum_up(outcomes: Iterable[_Outcome], report: Report) -> Exception | None:
    """Put what became of each file into the report; return the last fault."""
    fault = None
    for name, found in outcomes:
        if isinstance(found, Exception):
            report.failed.append((name, " ".join(str(found).split())[:300] or type(found).__name__))
            fault = found
        else:
            report.add(*found)
    return fault


def _find_files(path: Path) -> dict[str, Path]:
    """Return the Parquet files of a path by name; hidden names and those with "_" are no data."""
    if path.is_file():
        return {path.name: path}
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is a device or a pipe; Parquet is read from files and folders")
    if not path.is_dir():
        raise FileNotFoundError(f"there is no file or folder {path}")
    names = sorted(file.relative_to(path) for file in path.rglob("*.parquet") if file.is_file())
    files = {str(name): path / name for name in names if not any(part[0] in "._" for part in name.parts)}
    if not files:
        raise FileNotFoundError(
            f"the folder {path} holds no *.parquet file. Read CSV, Excel and the like with pandas (read_csv, "
            "read_excel) and tag the frame: mm.tag(frame)"
        )
    return files


def _check_out(path: Path, out: Path) -> None:
    folder, source, target = path.is_dir(), path.resolve(), Path(os.path.realpath(out))
    if out.exists() and not (out.is_dir() or out.is_file()):
        raise ValueError(f"{out} is a device or a pipe, which cannot be replaced: name a file or a folder")
    if os.path.ismount(target):
        raise ValueError(f"{out} is where a disk is mounted, which cannot be replaced: name a folder in it")
    if source == target or (folder and (source in target.parents or target in source.parents)):
        raise ValueError(f"the output {out} must lie apart from the input {path}")
    if not folder and out.is_dir():
        raise ValueError(f"{out} is a folder, but the input is one file: name a file to write")
    ours = out.is_dir() and ((out / NOTE).is_file() or not any(out.iterdir()))
    if folder and out.exists() and not ours:
        raise ValueError(
            f"{out} exists and was not written by this command (it holds no {NOTE}): name a new folder"
        )


def _plan(files: dict[str, Path], units: Units, lon: str, lat: str) -> str:
    """Return a short name for all that decides the result: only files of the same plan belong together."""
    stats = [(name, file.stat().st_size, file.stat().st_mtime_ns) for name, file in files.items()]
    shapes = shapely.to_wkb(units.grid.units).tolist()
    plan = repr((__version__, units, units.grid.codes, shapes, lon, lat, stats))
    return hashlib.sha256(plan.encode()).hexdigest()


def _bar(files: Iterable[Path], progress: bool) -> tqdm.tqdm:
    """Return a progress bar over the rows of all files that can be opened."""
    total = 0
    for file in files if progress else ():
        with contextlib.suppress(*_FAULTS):  # named in the report when its turn comes
            total += pq.read_metadata(file).num_rows
    hidden = None if progress else True  # None: shown on a terminal only
    return tqdm.tqdm(total=total, unit=" points", unit_scale=True, disable=hidden, desc="tagging")


def _tag_file(
    source: Path,
    target: Path,
    units: Units,
    lon: str,
    lat: str,
    batch_bytes: float,
    helpers: int,
    advance: Callable[[int], object],
) -> None:
    """Write the tagged copy of a file, with the counts by status in its footer."""
    counts = dict.fromkeys(STATUSES, 0)
    with _open(source) as file:
        schema = tag_table(file.schema_arrow.empty_table(), units, lon, lat)[0].schema
        # What the footer of the input says, such as the counts of an earlier tagging, is kept.
        notes, ours = file.metadata.metadata or {}, (b"ARROW:schema", _note_key(units))
        schema = schema.with_metadata({key: note for key, note in notes.items() if key not in ours})

        def tag_batch(batch: pa.RecordBatch) -> pa.Table:
            return tag_table(pa.Table.from_batches([batch]), units, lon, lat)[0]

        # While this thread reads and writes, helpers tag what was read before.
        batches = file.iter_batches(batch_size=_batch_rows(file, batch_bytes / helpers))
        with (
            pq.ParquetWriter(target, schema, **_as_written(file.metadata, units)) as writer,
            spread(tag_batch, batches, helpers) as tables,
        ):
            for table in tables:
                # A row group a table: a writer of batches would hold many of them in memory.
                writer.write_table(table.replace_schema_metadata(schema.metadata), len(table) or 1)
                for found in table[units.columns[1]].value_counts().to_pylist():
                    counts[found["values"]] += found["counts"]
                advance(len(table))
                del table  # the next batch is read before this name has another table
            note = json.dumps({"counts": counts, "perspective": units.perspective})
            writer.add_key_value_metadata({_note_key(units): note})


def _note_key(units: Units) -> bytes:
    """Key of the counts in the footer of a file."""
    return f"mineralmap.tag.{units.to}".encode()


def _open(file: Path) -> pq.ParquetFile:
    with file.open("rb") as opened:
        if opened.read(4) not in (b"PAR1", b""):
            raise ValueError(
                "this is not a Parquet file. Read CSV, Excel and the like with pandas (read_csv, read_excel) "
                "and tag the frame: mm.tag(frame)"
            )
    # Streamed through a small buffer: a row group may be larger than the memory allowed.
    return pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)


def _batch_rows(file: pq.ParquetFile, batch_bytes: float) -> int:
    """Return how many rows make a batch that fits, judged by the footer and by a first look."""
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    row_bytes = max((group.total_byte_size / max(group.num_rows, 1) for group in groups), default=1)
    if first := next(file.iter_batches(batch_size=_LEAST), None):
        row_bytes = max(row_bytes, first.nbytes / len(first))
    return int(min(max(batch_bytes / max(row_bytes, 1), _LEAST), _MOST))


def _as_written(metadata: pq.FileMetaData, units: Units) -> dict[str, object]:
    """Return the options of a writer that encodes each column as the input does, so that none grows.

    Where a dictionary made numbers no smaller, the input gave it up on the way, and trying it again
    would take a third of the time of writing.
    """
    if not (metadata.num_row_groups and metadata.num_columns):
        return {}
    group = metadata.row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    codec = columns[0].compression.lower()
    dictionaries, encodings = list(units.columns), dict[str, str]()
    for number, column in enumerate(columns):
        path = column.path_in_schema
        # Old files name the entries of a list otherwise than they are written now.
        path = re.sub(r"\.list\.item\b", ".list.element", path)
        plain = _WIDTHS.get(column.physical_type, math.inf) * column.num_values
        if column.has_dictionary_page:
            if column.total_uncompressed_size < plain:
                dictionaries.append(path)
        # A decimal may be written with another width than it was read with, for which these are not made.
        elif metadata.schema.column(number).logical_type.type != "DECIMAL":
            encodings.update((path, name) for name in column.encodings if name in _ON_REQUEST)
    return {
        "compression": "none" if codec == "uncompressed" else codec,
        "use_dictionary": dictionaries,
        "column_encoding": encodings or None,
    }


# ------------------------------------------------------------------------------------- counting


def count_table(table: pa.Table, by: Sequence[str], date: str, workers: int) -> pd.DataFrame:
    """Count the rows of a pyarrow Table."""
    table = table.select(needed_columns(table.column_names, by, date))
    batches = table.to_batches(max_chunksize=_MOST) or [table]
    return count_pieces((_exact(batch) for batch in batches), by, date, workers)


def _exact(batch: pa.RecordBatch | pa.Table) -> pd.DataFrame:
    """Return a batch for pandas; whole numbers stay whole beside a gap."""
    return batch.to_pandas(types_mapper=exact_types().get)


def count_path(path: Path, by: Sequence[str], date: str, workers: int) -> pd.DataFrame:
    """Count the rows of a Parquet file or folder, reading only the columns that it takes."""

    def pieces() -> Iterator[pd.DataFrame]:
        for file in _find_files(path).values():
            try:
                with _open(file) as opened:
                    columns = needed_columns(opened.schema_arrow.names, by, date)
                    yield _exact(opened.schema_arrow.empty_table().select(columns))
                    for batch in opened.iter_batches(batch_size=_MOST, columns=columns):
                        yield _exact(batch)
            except (pa.ArrowException, OSError) as error:
                raise ValueError(f"{file} cannot be counted: {error}") from error

    return count_pieces(pieces(), by, date, workers)
