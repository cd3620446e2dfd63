"""Tag Parquet files in bounded memory, so that a killed job can go on where it stopped.

A job works in a folder of its own beside the output, named after everything that decides the
result: the files, their sizes and times, the boundaries, the arguments. There, ``drafts`` holds what
is being written, ``parts`` the finished parts of a large file, ``files`` the finished files; each
gets its name in one step. At the end ``files`` becomes the output, again in one step.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import UnknownIdError
from ._grid import STATUSES
from ._layer import counts_of, layer_digest

#: A part is one row group or more, up to about this many rows; what is lost by a kill is one part.
PART_ROWS = 2_000_000
#: Rows of a batch, at most and at least, whatever the memory; a batch is a row group of the output.
_MOST, _LEAST = 1_000_000, 1_000
# A batch in memory is read, tagged and encoded: this share of the bound leaves room for all of it.
_SHARE = 1 / 8
#: Written into the folder of results; readers of Parquet pass over names that begin with "_".
NOTE = "_tagging.json"
_CODECS = ("snappy", "gzip", "brotli", "zstd")
# Errors that a bad input does not cause: the disk is full, too many files are open, and the like.
_NOT_THE_FILE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def _pyarrow():
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ImportError("Parquet needs pyarrow: pip install 'mineralmap[parquet]'") from error
    return pa, pq


@dataclass
class Report:
    """What a job over Parquet files did.

    Attributes
    ----------
    out : Path
        The file or folder written.
    files, rows : int
        Files and rows that were tagged.
    counts : dict
        Points by status: inside, border, outside, invalid.
    failed : list of (str, str)
        Each file that could not be tagged, and why; it has no output.
    resumed_rows : int
        Rows that an earlier, killed job had already finished.
    """

    out: Path
    files: int = 0
    rows: int = 0
    counts: dict = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    failed: list = field(default_factory=list)
    resumed_rows: int = 0

    def __str__(self):
        shares = ", ".join(f"{count:,} {status}" for status, count in self.counts.items())
        lines = [
            f"{self.rows:,} points in {self.files} file{'s' * (self.files != 1)} -> {self.out}: {shares}"
        ]
        if self.resumed_rows:
            lines.append(f"{self.resumed_rows:,} of them were finished by an earlier run")
        lines += [f"not tagged: {name}: {why}" for name, why in self.failed]
        return "\n".join(lines)


def _sources(path):
    """Return the root and the Parquet files of a path; hidden names and those with "_" are no data."""
    path = Path(path)
    if path.is_file():
        return path.parent, [path]
    if not path.is_dir():
        raise FileNotFoundError(f"there is no file or folder {path}")
    files = [
        file
        for file in sorted(path.rglob("*.parquet"))
        if file.is_file() and not any(part[0] in "._" for part in file.relative_to(path).parts)
    ]
    if not files:
        raise FileNotFoundError(f"the folder {path} holds no *.parquet file")
    return path, files


def _open(pq, file):
    # Streamed through a small buffer: a row group may be larger than the memory allowed.
    return pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)


# ------------------------------------------------------------------------------------ the job


def tag_path(path, out, layer, lon, lat, *, memory_mb, progress):
    """Tag a file or a folder; see `mineralmap.tag`."""
    _, pq = _pyarrow()
    root, files = _sources(path)
    if out is None:
        raise ValueError("out= is missing: the file or folder to write the tagged Parquet to")
    if not memory_mb > 0:
        raise ValueError(f"memory_mb must be positive, not {memory_mb}")
    out = Path(out)
    folder = Path(path).is_dir()
    _check_out(Path(path), out, folder)
    work = _work_folder(root, files, out, layer, lon, lat)
    job = _Job(pq, work, layer, lon, lat, memory_mb * 1e6 * _SHARE, Report(out))
    with _bar(pq, files, progress) as job.bar:
        for file in files:
            name = str(file.relative_to(root))
            try:
                job.tag_file(file, name)
            except _faults() as error:
                if getattr(error, "errno", None) in _NOT_THE_FILE:
                    raise
                if not folder:
                    shutil.rmtree(work)
                    kind = UnknownIdError if isinstance(error, UnknownIdError) else ValueError
                    raise kind(f"{file}: {_reason(error)}") from error
                job.report.failed.append((name, _reason(error)))
    if not job.report.files:
        shutil.rmtree(work)
        what = "\n".join(f"  {name}: {why}" for name, why in job.report.failed[:5])
        raise ValueError(f"none of the {len(files)} files could be tagged:\n{what}")
    _publish(work / "files", out, files[0].name, job.report, folder)
    _remove_work(out)
    return job.report


def _faults():
    """Return the exceptions that a damaged or unfit file raises."""
    pa, _ = _pyarrow()
    return (pa.ArrowException, OSError, ValueError, KeyError)


def _reason(error):
    text = " ".join(str(error).split())
    return text[:300] or type(error).__name__


def _check_out(path, out, folder):
    source, target = path.resolve(), out.resolve()
    if source == target or (folder and (source in target.parents or target in source.parents)):
        raise ValueError(f"the output {out} must lie apart from the input {path}")
    if not folder and out.is_dir():
        raise ValueError(f"{out} is a folder, but the input is one file: name a file to write")
    if folder and out.exists() and not _is_ours(out):
        raise ValueError(
            f"{out} exists and was not written by this command (it holds no {NOTE}): name a new folder"
        )


def _is_ours(out):
    return out.is_dir() and ((out / NOTE).is_file() or not any(out.iterdir()))


def _work_folder(root, files, out, layer, lon, lat):
    """Return the folder of this very job; what an earlier run of it finished is there."""
    from .. import __version__

    known = [(str(file.relative_to(root)), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    plan = [__version__, layer_digest(layer), layer.to, layer.perspective, lon, lat, PART_ROWS, known]
    key = hashlib.sha256(json.dumps(plan).encode()).hexdigest()[:12]
    work = out.with_name(f"{out.name}.unfinished-{key}")
    work.mkdir(parents=True, exist_ok=True)
    return work


def _remove_work(out):
    """Remove the work folders of this output, also those of earlier jobs with other arguments."""
    for folder in out.parent.iterdir():
        if folder.name.startswith(f"{out.name}.unfinished-") and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)


def _publish(made, out, name, report, folder):
    """Give the finished output its name, in one step."""
    if not folder:
        os.replace(made / name, out)
        return
    note = {"rows": report.rows, "counts": report.counts, "failed": dict(report.failed)}
    (made / NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    old = None
    if out.exists():  # a folder cannot be replaced while it holds something: move it aside first
        old = made.parent / "replaced"
        if old.exists():
            shutil.rmtree(old)
        os.replace(out, old)
    os.replace(made, out)


def _bar(pq, files, progress):
    """Return a progress bar over the rows of all files that can be opened."""
    if not progress:
        return _NoBar()
    try:
        from tqdm import tqdm
    except ImportError as error:
        raise ImportError("the progress bar needs tqdm: pip install 'mineralmap[parquet]'") from error
    total = 0
    for file in files:
        try:
            total += pq.read_metadata(file).num_rows
        except _faults():
            continue  # named in the report when its turn comes
    # disable=None: only on a terminal.
    return tqdm(total=total, unit=" points", unit_scale=True, disable=None, desc="tagging")


class _NoBar:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def update(self, rows):
        pass


@dataclass
class _Job:
    pq: object
    work: Path
    layer: object
    lon: str
    lat: str
    batch_bytes: float
    report: Report
    bar: object = None

    @property
    def key(self):
        """Key of the counts in the footer of a file."""
        return f"mineralmap.tag.{self.layer.to}"

    def tag_file(self, source, name):
        """Write the tagged copy of one file, part by part."""
        from ._frames import check_arrow_schema

        target = self.work / "files" / name
        if target.exists():
            self._count(target, resumed=True)
            self.report.files += 1
            return
        with _open(self.pq, source) as file:
            check_arrow_schema(file.schema_arrow, self.layer, self.lon, self.lat)
            parts = _parts(file.metadata)
            if len(parts) == 1:
                self._in_one_step(target, self._tagged_batches(file, parts[0]), file)
            else:
                self._tag_parts(file, parts, name, target)
        self._count(target)
        self.report.files += 1

    def _tag_parts(self, file, parts, name, target):
        paths = [self.work / "parts" / f"{name}.{number:05d}" for number in range(len(parts))]
        for groups, path in zip(parts, paths, strict=True):
            if path.exists():
                rows = self.pq.read_metadata(path).num_rows
                self.report.resumed_rows += rows
                self.bar.update(rows)
            else:
                self._in_one_step(path, self._tagged_batches(file, groups), file)
        self._in_one_step(target, self._joined_batches(paths), file)
        for path in paths:
            path.unlink()

    def _count(self, target, resumed=False):
        """Add the counts in the footer of a finished file to the report."""
        metadata = self.pq.read_metadata(target)
        for status, count in json.loads(metadata.metadata[self.key.encode()])["counts"].items():
            self.report.counts[status] += count
        self.report.rows += metadata.num_rows
        if resumed:
            self.report.resumed_rows += metadata.num_rows
            self.bar.update(metadata.num_rows)

    def _in_one_step(self, path, batches, file):
        """Write batches and their counts to a file that gets its name when it is whole."""
        import pyarrow as pa

        from ._frames import tagged_schema

        schema = tagged_schema(file.schema_arrow, self.layer)
        counts = dict.fromkeys(STATUSES, 0)
        # Its own name for each process: two at the same job must not write into one file.
        draft = self.work / "drafts" / str(os.getpid())
        for folder in (draft.parent, path.parent):
            folder.mkdir(parents=True, exist_ok=True)
        with self.pq.ParquetWriter(draft, schema, compression=_codec(file.metadata)) as writer:
            for batch, found in batches:
                for status, count in found.items():
                    counts[status] += count
                if batch is not None:
                    table = pa.Table.from_batches([batch], schema)
                    # A row group a table: a writer of batches would hold many of them in memory.
                    writer.write_table(table, row_group_size=max(len(table), 1))
            note = {"counts": counts, "perspective": self.layer.perspective}
            writer.add_key_value_metadata({**self._notes(file), self.key: json.dumps(note)})
        os.replace(draft, path)

    def _notes(self, file):
        """Return what the footer of the input says beside its schema, as an earlier tagging."""
        known = {b"ARROW:schema", self.key.encode(), *(file.schema_arrow.metadata or {})}
        notes = file.metadata.metadata or {}
        return {key.decode(): value.decode() for key, value in notes.items() if key not in known}

    def _tagged_batches(self, file, groups):
        from ._frames import tag_batch, tagged_schema

        schema = tagged_schema(file.schema_arrow, self.layer)
        size = self._batch_rows(file, groups)
        for batch in file.iter_batches(batch_size=size, row_groups=groups):
            tagged, status = tag_batch(batch, schema, self.layer, self.lon, self.lat)
            yield tagged, counts_of(status)
            self.bar.update(len(status))

    def _joined_batches(self, paths):
        for path in paths:
            with _open(self.pq, path) as part:
                size = self._batch_rows(part, range(part.num_row_groups))
                for batch in part.iter_batches(batch_size=size):
                    yield batch, {}
                yield None, json.loads(part.metadata.metadata[self.key.encode()])["counts"]

    def _batch_rows(self, file, groups):
        """Return how many rows make a batch that fits, judged by the footer and by a first look."""
        groups = list(groups)
        if not groups:
            return _LEAST
        stored = max(
            file.metadata.row_group(group).total_byte_size / max(file.metadata.row_group(group).num_rows, 1)
            for group in groups
        )
        first = next(file.iter_batches(batch_size=_LEAST, row_groups=groups[:1]), None)
        seen = first.nbytes / len(first) if first is not None and len(first) else 1
        return int(min(max(self.batch_bytes / max(stored, seen, 1), _LEAST), _MOST))


def _parts(metadata):
    """Return the row groups of each part; at least one part, which may be empty."""
    parts, rows = [[]], 0
    for group in range(metadata.num_row_groups):
        here = metadata.row_group(group).num_rows
        if parts[-1] and rows + here > PART_ROWS:
            parts.append([])
            rows = 0
        parts[-1].append(group)
        rows += here
    return parts


def _codec(metadata):
    """Return the compression of the input, so that the output is about as large."""
    if metadata.num_row_groups and metadata.num_columns:
        codec = metadata.row_group(0).column(0).compression.lower()
        if codec == "uncompressed":
            return "none"
        if codec in _CODECS:
            return codec
    return "snappy"


# ------------------------------------------------------------------------------------- counting


def count_path(path, by, date):
    """Count the rows of a Parquet file or folder, reading only the columns that it takes."""
    from . import _counts

    pa, pq = _pyarrow()
    total = []
    for file in _sources(path)[1]:
        try:
            with _open(pq, file) as opened:
                columns = _counts.needed_columns(opened.schema_arrow.names, by, date)
                batches = opened.iter_batches(batch_size=1 << 20, columns=columns)
                piece = _counts.count_batches(batches, by, date)
                if piece is None:  # no rows
                    piece = _counts.count_table(opened.schema_arrow.empty_table(), by, date)
        except (pa.ArrowException, OSError) as error:
            raise ValueError(f"{file} cannot be counted: {_reason(error)}") from error
        total = [_counts.add_up([*total, piece], by)]
    return total[0]
