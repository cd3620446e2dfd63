"""Tag Arrow tables, and Parquet files of any size in bounded memory; a killed job can go on.

A job works in a folder of its own beside the output, named after everything that decides the result:
the files, their sizes and times, the boundaries, the arguments. Each file is written to a draft there
and moved to ``files`` when it is whole; a file found there is not tagged again. At the end ``files``
becomes the output in one step.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import json
import os
import shutil
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
from ..text import pluralize
from .columns import check_columns
from .counting import Report, count_pieces, needed_columns
from .grid import STATUSES, Array
from .units import Units

#: Rows of a batch, at most and at least, whatever the memory; a batch is a row group of the output.
_MOST, _LEAST = 1_000_000, 1_000
# A batch in memory is read, tagged and encoded: this share of the bound leaves room for all of it.
_SHARE = 1 / 8
#: Written into the folder of results; readers of Parquet pass over names that begin with "_".
NOTE = "_tagging.json"
# What a damaged or unfit file raises ...
_FAULTS = (pa.ArrowException, OSError, ValueError, KeyError)
# ... and what it does not cause: the disk is full, too many files are open, and the like.
_NOT_THE_FILE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


def tag_table(table: pa.Table, units: Units, lon: str, lat: str) -> pa.Table:
    """Return a pyarrow Table with the two columns of the units."""
    names = table.column_names
    if lon not in names and b"geo" in (table.schema.metadata or {}):
        raise UnknownNameError(
            f"there is no column {lon!r}; this is GeoParquet: read it with geopandas.read_parquet "
            "and tag that, or write columns of degrees"
        )
    check_columns(names, lon, lat)
    units.check_free(names)
    unit, status = units.grid.locate(_degrees(table, lon), _degrees(table, lat))
    codes = pa.array(unit, mask=unit < 0), units.grid.codes
    for name, (numbers, words) in zip(units.columns, (codes, (pa.array(status), STATUSES)), strict=True):
        column = pa.DictionaryArray.from_arrays(numbers, pa.array(words, pa.string()))
        table = table.append_column(name, column)
    return table


def _degrees(table: pa.Table, name: str) -> Array:
    column = table[name]
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise ValueError(f"column {name!r} must hold numbers (degrees); its type is {kind}")
    # Not safe in Arrow's sense: a whole number beyond 2**53 is rounded, not an error in mid-job.
    column = pc.fill_null(pc.cast(column, pa.float64(), safe=False), float("nan"))
    return np.asarray(column.to_numpy())


# ------------------------------------------------------------------------------------- the job


def tag_path(
    source: Path, out: Path, units: Units, lon: str, lat: str, *, memory_mb: float, progress: bool
) -> Report:
    """Tag a file or a folder; see `mineralmap.tag`."""
    files = _find_files(source)
    _check_out(source, out)
    if not memory_mb > 0:
        raise ValueError(f"memory_mb must be positive, not {memory_mb}")
    report, work, fault = Report(out), _work_folder(out, files, units, lon, lat), None
    batch_bytes = memory_mb * 1e6 * _SHARE
    with _bar(files.values(), progress) as bar:
        for name, file in files.items():
            target = work / "files" / name
            resumed = target.exists()
            try:
                if not resumed:
                    # Its own draft for each process: two at the same job must not write into one file.
                    draft = work / f"draft-{os.getpid()}"
                    _tag_file(file, draft, units, lon, lat, batch_bytes, bar.update)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    os.replace(draft, target)
            except _FAULTS as error:
                if getattr(error, "errno", None) in _NOT_THE_FILE:
                    raise
                report.failed.append((name, " ".join(str(error).split())[:300] or type(error).__name__))
                fault = error
                continue
            metadata = pq.read_metadata(target)
            counts = json.loads(metadata.metadata[_note_key(units)])["counts"]
            report.add(metadata.num_rows, counts, resumed)
            bar.update(metadata.num_rows if resumed else 0)
    if not report.files:
        shutil.rmtree(work)
        reasons = "\n".join(f"  {files[name]}: {why}" for name, why in report.failed[:5])
        kind = UnknownNameError if isinstance(fault, UnknownNameError) else ValueError
        raise kind(f"none of {pluralize(len(files), 'file')} could be tagged:\n{reasons}") from fault
    _publish(work, source, report)
    return report


def _find_files(path: Path) -> dict[str, Path]:
    """Return the Parquet files of a path by name; hidden names and those with "_" are no data."""
    if path.is_file():
        return {path.name: path}
    if not path.is_dir():
        raise FileNotFoundError(f"there is no file or folder {path}")
    names = sorted(file.relative_to(path) for file in path.rglob("*.parquet") if file.is_file())
    files = {str(name): path / name for name in names if not any(part[0] in "._" for part in name.parts)}
    if not files:
        raise FileNotFoundError(f"the folder {path} holds no *.parquet file")
    return files


def _check_out(path: Path, out: Path) -> None:
    folder, source, target = path.is_dir(), path.resolve(), out.resolve()
    if source == target or (folder and (source in target.parents or target in source.parents)):
        raise ValueError(f"the output {out} must lie apart from the input {path}")
    if not folder and out.is_dir():
        raise ValueError(f"{out} is a folder, but the input is one file: name a file to write")
    ours = out.is_dir() and ((out / NOTE).is_file() or not any(out.iterdir()))
    if folder and out.exists() and not ours:
        raise ValueError(
            f"{out} exists and was not written by this command (it holds no {NOTE}): name a new folder"
        )


def _work_folder(out: Path, files: dict[str, Path], units: Units, lon: str, lat: str) -> Path:
    """Make the folder of this very job; the files that an earlier run of it finished are there."""
    stats = [(name, file.stat().st_size, file.stat().st_mtime_ns) for name, file in files.items()]
    shapes = shapely.to_wkb(units.grid.units).tolist()  # results of other boundaries must not be mixed
    plan = repr((__version__, units, units.grid.codes, shapes, lon, lat, stats))
    work = out.with_name(f"{out.name}.unfinished-{hashlib.sha256(plan.encode()).hexdigest()[:12]}")
    (work / "files").mkdir(parents=True, exist_ok=True)
    return work


def _publish(work: Path, source: Path, report: Report) -> None:
    """Give the finished output its name in one step, and remove every work folder of this output."""
    made, out = work / "files", report.out
    if source.is_dir():
        note = {"rows": report.rows, "counts": report.counts, "failed": dict(report.failed)}
        (made / NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    else:
        made = made / source.name
    if out.is_dir():  # a folder cannot be replaced while it holds something: move it aside first
        shutil.rmtree(work / "replaced", ignore_errors=True)
        os.replace(out, work / "replaced")
    os.replace(made, out)
    for folder in out.parent.glob(f"{glob.escape(out.name)}.unfinished-*"):
        shutil.rmtree(folder, ignore_errors=True)


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
    advance: Callable[[int], object],
) -> None:
    """Write the tagged copy of a file, with the counts by status in its footer."""
    counts = dict.fromkeys(STATUSES, 0)
    with _open(source) as file:
        schema = tag_table(file.schema_arrow.empty_table(), units, lon, lat).schema
        # What the footer of the input says, such as the counts of an earlier tagging, is kept.
        notes, ours = file.metadata.metadata or {}, (b"ARROW:schema", _note_key(units))
        schema = schema.with_metadata({key: note for key, note in notes.items() if key not in ours})
        with pq.ParquetWriter(target, schema, compression=_codec(file.metadata)) as writer:
            for batch in file.iter_batches(batch_size=_batch_rows(file, batch_bytes)):
                tagged = tag_table(pa.Table.from_batches([batch]), units, lon, lat)
                # A row group a table: a writer of batches would hold many of them in memory.
                writer.write_table(tagged.replace_schema_metadata(schema.metadata), len(batch) or 1)
                for found in tagged[units.columns[1]].value_counts().to_pylist():
                    counts[found["values"]] += found["counts"]
                advance(len(batch))
            note = json.dumps({"counts": counts, "perspective": units.perspective})
            writer.add_key_value_metadata({_note_key(units): note})


def _note_key(units: Units) -> bytes:
    """Key of the counts in the footer of a file."""
    return f"mineralmap.tag.{units.to}".encode()


def _open(file: Path) -> pq.ParquetFile:
    # Streamed through a small buffer: a row group may be larger than the memory allowed.
    return pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)


def _batch_rows(file: pq.ParquetFile, batch_bytes: float) -> int:
    """Return how many rows make a batch that fits, judged by the footer and by a first look."""
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    row_bytes = max((group.total_byte_size / max(group.num_rows, 1) for group in groups), default=1)
    if first := next(file.iter_batches(batch_size=_LEAST), None):
        row_bytes = max(row_bytes, first.nbytes / len(first))
    return int(min(max(batch_bytes / max(row_bytes, 1), _LEAST), _MOST))


def _codec(metadata: pq.FileMetaData) -> str:
    """Return the compression of the input, so that the output is about as large."""
    if not (metadata.num_row_groups and metadata.num_columns):
        return "snappy"
    codec = str(metadata.row_group(0).column(0).compression).lower()
    return "none" if codec == "uncompressed" else codec


# ------------------------------------------------------------------------------------- counting


def count_table(table: pa.Table, by: Sequence[str], date: str) -> pd.DataFrame:
    """Count the rows of a pyarrow Table."""
    table = table.select(needed_columns(table.column_names, by, date))
    batches = table.to_batches(max_chunksize=_MOST) or [table]
    return count_pieces((batch.to_pandas() for batch in batches), by, date)


def count_path(path: Path, by: Sequence[str], date: str) -> pd.DataFrame:
    """Count the rows of a Parquet file or folder, reading only the columns that it takes."""

    def pieces() -> Iterator[pd.DataFrame]:
        for file in _find_files(path).values():
            try:
                with _open(file) as opened:
                    columns = needed_columns(opened.schema_arrow.names, by, date)
                    yield opened.schema_arrow.empty_table().select(columns).to_pandas()
                    for batch in opened.iter_batches(batch_size=_MOST, columns=columns):
                        yield batch.to_pandas()
            except (pa.ArrowException, OSError) as error:
                raise ValueError(f"{file} cannot be counted: {error}") from error

    return count_pieces(pieces(), by, date)
