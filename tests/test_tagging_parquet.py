"""Parquet of any size: bounded memory, killed jobs, bad files, and outputs that are whole or not there."""

import contextlib
import errno
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import mineralmap as mm
from mineralmap.cli import main
from mineralmap.tagging import summary


def _table(rows, seed=0, **columns):
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(70, 90, rows), rng.uniform(8, 30, rows)
    lon[::97], lat[::101] = np.nan, np.inf
    return pa.table({"lon": lon, "lat": lat, "id": np.arange(rows), **columns})


def _write(path, rows=1_000, group=400, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(_table(rows, **options), path, row_group_size=group)
    return path


def _same(table, other):
    """Tell whether two tables hold the same values; NaN equals NaN."""
    return table.to_pandas().equals(other.to_pandas())


def _leftovers(folder):
    return [path.name for path in folder.iterdir() if "unfinished" in path.name]


def test_file_keeps_rows_columns_and_codec(tmp_path):
    table = _table(5_000, name=[f"n{number}" for number in range(5_000)])
    table = table.replace_schema_metadata({"made by": "a user"})
    source, out = tmp_path / "in.parquet", tmp_path / "new" / "out.parquet"
    pq.write_table(table, source, row_group_size=700, compression="zstd")
    report = mm.tag(source, out=out, to="district")
    written = pq.read_table(out)
    assert _same(written.select(table.column_names), table)
    assert written.schema.metadata[b"made by"] == b"a user"
    assert pq.read_metadata(out).row_group(0).column(0).compression == "ZSTD"
    expected = mm.tag(table, to="district")
    for column in ("district_id", "district_status"):
        assert written[column].to_pylist() == expected[column].to_pylist()
    assert report.counts == summary(out, to="district") == summary(expected, to="district")
    assert (report.files, report.rows, report.failed, report.resumed_rows) == (1, 5_000, [], 0)
    assert _leftovers(out.parent) == []


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"use_dictionary": ["kind"], "column_encoding": {"id": "DELTA_BINARY_PACKED"}},
        {"use_dictionary": ["kind"], "use_byte_stream_split": ["lon", "lat"], "compression": "gzip"},
        {"use_dictionary": False, "column_encoding": {"kind": "DELTA_BYTE_ARRAY"}, "store_schema": False},
        {"use_dictionary": ["kind"], "store_decimal_as_integer": True},
    ],
    ids=["as usual", "differences", "split bytes", "texts", "decimals as numbers"],
)
def test_output_is_the_input_and_two_columns_of_codes(tmp_path, written):
    rows = 50_000
    kinds = pa.array([f"kind {number % 50}" for number in range(rows)])
    words = pa.array([[f"word {number % 9}"] * (number % 3) for number in range(rows)])
    price = pa.array(range(rows), pa.int32()).cast(pa.decimal128(12, 2))
    table = _table(rows, kind=kinds, words=words, price=price)
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(table, source, **written)
    mm.tag(source, out=out)
    same = ["id", "kind", "words", "price"]
    assert pq.read_table(out).select(same).equals(table.select(same))
    codes = rows * (6 + 2) / 8  # 36 states, and four statuses
    assert out.stat().st_size <= source.stat().st_size + 1.1 * codes + 5_000
    before, after = (pq.read_metadata(path).row_group(0) for path in (source, out))
    for number in range(3):
        kept = {"DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"} & set(before.column(number).encodings)
        assert kept <= set(after.column(number).encodings)


def test_counts_and_view_are_in_the_footer(tmp_path):
    source = _write(tmp_path / "in.parquet", rows=3_000)
    report = mm.tag(source, out=tmp_path / "states.parquet", perspective="natural_earth")
    mm.tag(tmp_path / "states.parquet", out=tmp_path / "both.parquet", to="district")
    notes = pq.read_metadata(tmp_path / "both.parquet").metadata
    state = json.loads(notes[b"mineralmap.tag.state"])
    assert state == {"counts": report.counts, "perspective": "natural_earth"}
    assert json.loads(notes[b"mineralmap.tag.district"])["perspective"] == "india"


def test_values_do_not_depend_on_the_memory(tmp_path):
    source = _write(tmp_path / "in.parquet", rows=30_000, group=6_000)
    for memory in (0.02, 1_000):
        mm.tag(source, out=tmp_path / f"{memory}.parquet", memory_mb=memory)
    assert _same(pq.read_table(tmp_path / "0.02.parquet"), pq.read_table(tmp_path / "1000.parquet"))
    assert pq.read_metadata(tmp_path / "0.02.parquet").num_row_groups > 20


@pytest.mark.parametrize("rows", [0, 1])
def test_tiny_files(tmp_path, rows):
    source = _write(tmp_path / "in.parquet", rows=rows)
    assert mm.tag(source, out=tmp_path / "out.parquet").rows == rows
    assert pq.read_table(tmp_path / "out.parquet").num_rows == rows
    assert mm.aggregate(tmp_path / "out.parquet", by="state_iso")["n"].sum() == rows


# ------------------------------------------------------------------------------- memory

_PEAK = """
import sys, mineralmap as mm
mm.tag(sys.argv[1], out=sys.argv[2], memory_mb=float(sys.argv[3]))
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) / 1000)
"""


def _peak_mb(*args):
    run = subprocess.run(
        [sys.executable, "-c", _PEAK, *map(str, args)], capture_output=True, text=True, check=True
    )
    return float(run.stdout)


@pytest.mark.once
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_stays_within_the_bound(tmp_path):
    tiny = _peak_mb(_write(tmp_path / "tiny.parquet"), tmp_path / "o1.parquet", 120)
    rng = np.random.default_rng(0)
    # 400 MB of text that does not compress, in one row group.
    text = pa.array([rng.bytes(1000).hex() for _ in range(20_000)] * 10)
    pq.write_table(_table(200_000, text=text), tmp_path / "wide.parquet", use_dictionary=False)
    wide = _peak_mb(tmp_path / "wide.parquet", tmp_path / "o2.parquet", 120)
    assert wide - tiny < 120


# -------------------------------------------------------------------------------- kills

_JOB = "import sys, mineralmap as mm; mm.tag(sys.argv[1], out=sys.argv[2])"


_COMMAND = "import sys, mineralmap.cli; sys.exit(mineralmap.cli.main())"


def _stop_when(condition, words, out, sent):
    """Start a job, stop it as soon as its folder meets the condition; return its status and words."""
    job = subprocess.Popen([*map(str, words)], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while job.poll() is None and time.monotonic() < deadline:
        if condition(out.with_name(f"{out.name}.unfinished-tag")):
            break
        time.sleep(0.0005)
    job.send_signal(sent)
    said = job.communicate()[1]
    return job.returncode, said


def _kill_when(condition, source, out):
    """Start the job, kill it as soon as its folder meets the condition, and tell whether it was alive."""
    status, _ = _stop_when(condition, [sys.executable, "-c", _JOB, source, out], out, signal.SIGKILL)
    return status == -signal.SIGKILL


def _begun(work):
    with contextlib.suppress(FileNotFoundError):  # it is finished meanwhile
        return any(path.stat().st_size for path in work.glob("drafts/*"))
    return False


def _finished(count):
    # os.walk passes over folders that the job removes meanwhile.
    return lambda work: (
        sum(name.endswith(".parquet") for *_, names in os.walk(work) for name in names) >= count
    )


@pytest.mark.once
def test_killed_file_keeps_the_old_output(tmp_path):
    source, out = _write(tmp_path / "in.parquet", rows=500_000, group=10_000), tmp_path / "out.parquet"
    whole = tmp_path / "whole.parquet"
    mm.tag(source, out=whole)
    out.write_bytes(b"the old output")
    assert _kill_when(_begun, source, out), "the job was over before it could be killed"
    assert out.read_bytes() == b"the old output"
    mm.tag(source, out=out)
    assert out.read_bytes() == whole.read_bytes()
    assert _leftovers(tmp_path) == []


@pytest.mark.once
def test_killed_folder_keeps_the_old_output_and_goes_on(tmp_path):
    for number in range(60):
        _write(tmp_path / "in" / f"{number:02}.parquet", rows=2_000, seed=number, group=500)
    out, whole = tmp_path / "out", tmp_path / "whole"
    mm.tag(tmp_path / "in", out=whole)
    mm.tag(_write(tmp_path / "other" / "old.parquet").parent, out=out)
    before = (out / "old.parquet").read_bytes()
    for count in (3, 40):
        assert _kill_when(_finished(count), tmp_path / "in", out)
        assert [path.name for path in out.glob("*.parquet")] == ["old.parquet"]
        assert (out / "old.parquet").read_bytes() == before
    report = mm.tag(tmp_path / "in", out=out)
    assert report.resumed_rows >= 40 * 2_000
    assert report.counts == summary(out)
    made = {path.name: path.read_bytes() for path in out.iterdir()}
    assert made == {path.name: path.read_bytes() for path in whole.iterdir()}
    assert _leftovers(tmp_path) == []


@pytest.mark.once
def test_files_of_another_job_are_not_picked_up(tmp_path):
    names = [f"{number:02}.parquet" for number in range(60)]
    for name in names:
        _write(tmp_path / "in" / name)
    assert _kill_when(_finished(3), tmp_path / "in", tmp_path / "out")
    for name in names:
        _write(tmp_path / "in" / name, seed=1)  # other points under the same name
    report = mm.tag(tmp_path / "in", out=tmp_path / "out")
    assert report.resumed_rows == 0
    for name in names[:3]:
        written = pq.read_table(tmp_path / "out" / name, columns=["lon", "lat", "id"])
        assert _same(written, _table(1_000, seed=1))
    assert _leftovers(tmp_path) == []


@pytest.mark.once
def test_old_output_or_new_one_whenever_the_command_is_stopped(tmp_path):
    for number in range(8):
        _write(tmp_path / "in" / f"{number}.parquet", rows=2_000, seed=number)
    whole, out = tmp_path / "whole", tmp_path / "out"
    mm.tag(tmp_path / "in", out=whole)
    mm.tag(_write(tmp_path / "other" / "old.parquet").parent, out=out)
    old, new = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in (out, whole))
    stops = [
        (_begun, signal.SIGKILL),
        (_finished(3), signal.SIGINT),
        (_finished(8), signal.SIGTERM),
        (lambda work: (work / "ready").exists(), signal.SIGKILL),
    ]
    for stage, sent in stops:
        words = [sys.executable, "-c", _COMMAND, "tag", tmp_path / "in", out, "--quiet"]
        status, said = _stop_when(stage, words, out, sent)
        assert {path.name: path.read_bytes() for path in out.iterdir()} in (old, new)
        assert "Traceback" not in said
        assert status in (0, -sent if sent == signal.SIGKILL else 130)  # told to end is told to stop
    mm.tag(tmp_path / "in", out=out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == new
    assert _leftovers(tmp_path) == []


# ------------------------------------------------------------------------- two at once

_HELD = """
import sys, time
from pathlib import Path
from mineralmap.tagging import jobs
with jobs.sole_job(Path(sys.argv[1]), "a plan"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_job_at_a_time_and_a_dead_one_is_succeeded(tmp_path):
    source, out = _write(tmp_path / "in.parquet", rows=10), tmp_path / "out.parquet"
    (tmp_path / "link").symlink_to(out)
    with subprocess.Popen([sys.executable, "-c", _HELD, out], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        for name in (out, tmp_path / "link"):
            with pytest.raises(BlockingIOError, match=rf"written by process {other.pid} on .* since 20\d\d-"):
                mm.tag(source, out=name)
        assert mm.tag(source, out=tmp_path / "elsewhere.parquet").rows == 10
        other.kill()
    assert _leftovers(tmp_path) == ["out.parquet.unfinished-tag"]
    assert mm.tag(source, out=out).rows == 10
    assert _leftovers(tmp_path) == []


def test_jobs_in_threads_publish_what_they_report(tmp_path):
    for number in range(8):
        _write(tmp_path / "in" / f"{number}.parquet", rows=50 * number, seed=number)
    reports, refused = [], []

    def work(to):
        try:
            reports.append(mm.tag(tmp_path / "in", out=tmp_path / "out", to=to))
        except BlockingIOError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=work, args=(to,)) for to in ("state", "district") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) + len(refused) == 8
    assert reports
    note = json.loads((tmp_path / "out" / "_tagging.json").read_text())
    assert {report.rows for report in reports} == {note["rows"], len(pd.read_parquet(tmp_path / "out"))}
    assert note["counts"] in [report.counts for report in reports]
    assert all(f"process {os.getpid()} on" in said or "another process" in said for said in refused)
    assert _leftovers(tmp_path) == []


# ------------------------------------------------------------------------------ bad files


def _truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _corrupt(path):
    data = bytearray(path.read_bytes())
    data[4:200] = bytes(196)  # pages of the first column; the footer is whole
    path.write_bytes(data)


BAD = {
    "cut off": (_truncate, "Parquet"),
    "damaged inside": (_corrupt, ""),
    "empty": (lambda path: path.write_bytes(b""), "Parquet"),
    "text": (lambda path: path.write_text("lon,lat\n85,20\n" * 20), "read_csv"),
    "no longitude": (lambda path: pq.write_table(_table(9).drop(["lon"]), path), "no column 'lon'"),
    "tagged before": (lambda path: pq.write_table(mm.tag(_table(9)), path), "already have"),
}


def test_bad_files_are_named_and_the_others_tagged(tmp_path, capsys):
    for number in range(20):
        _write(tmp_path / "in" / f"year={number % 3}" / f"{number:03}.parquet", rows=20, seed=number)
    reasons = {}
    for kind, (spoil, why) in BAD.items():
        bad = _write(tmp_path / "in" / "year=1" / f"{kind}.parquet", rows=20)
        spoil(bad)
        reasons[str(bad.relative_to(tmp_path / "in"))] = why
    assert main(["tag", str(tmp_path / "in"), str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().out
    assert "20 files" in printed
    failed = json.loads((tmp_path / "out" / "_tagging.json").read_text())["failed"]
    assert failed.keys() == reasons.keys()
    for name, why in reasons.items():
        assert f"not tagged: {name}: {failed[name]}" in printed
        assert why in failed[name]
    made = sorted(path.name for path in (tmp_path / "out").rglob("*.parquet"))
    assert made == [f"{number:03}.parquet" for number in range(20)]
    assert sum(summary(tmp_path / "out").values()) == 20 * 20
    assert _leftovers(tmp_path) == []


def test_counting_names_the_bad_file(tmp_path):
    mm.tag(_write(tmp_path / "in" / "a.parquet").parent, out=tmp_path / "out")
    _truncate(tmp_path / "out" / "a.parquet")
    with pytest.raises(ValueError, match=r"a\.parquet cannot be counted"):
        mm.aggregate(tmp_path / "out", by="state_iso")


def test_only_bad_files_leave_the_old_output(tmp_path):
    source, out = _write(tmp_path / "in.parquet"), tmp_path / "out.parquet"
    out.write_bytes(b"old")
    _truncate(source)
    with pytest.raises(ValueError, match=r"in\.parquet: "):
        mm.tag(source, out=out)
    with pytest.raises(mm.errors.UnknownNameError, match=r"in2\.parquet: there is no column 'x'"):
        mm.tag(_write(tmp_path / "in2.parquet"), out=out, lon="x")
    _truncate(_write(tmp_path / "in" / "a.parquet"))
    with pytest.raises(ValueError, match=r"none of 1 file could.*\n.*a\.parquet"):
        mm.tag(tmp_path / "in", out=tmp_path / "new")
    assert out.read_bytes() == b"old"
    assert not (tmp_path / "new").exists()
    assert _leftovers(tmp_path) == []


def test_full_disk_is_not_blamed_on_a_file_and_does_not_stay_full(tmp_path, monkeypatch):
    for name in "ab":
        _write(tmp_path / "in" / f"{name}.parquet", rows=3_000, group=3_000)
    written = []

    def full(writer, *args, **options):
        written.append(write(writer, *args, **options))
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    write = pq.ParquetWriter.write_table
    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(OSError, match="No space left"):
        mm.tag(tmp_path / "in", out=tmp_path / "out", workers=1)
    left = sorted(path.name for path in (tmp_path / "out.unfinished-tag").rglob("*") if path.is_file())
    assert left == ["a.parquet", "mineralmap-tag.lock"]
    monkeypatch.undo()
    assert mm.tag(tmp_path / "in", out=tmp_path / "out").resumed_rows == 3_000
    assert _leftovers(tmp_path) == []


def test_output_is_never_written_over_what_is_not_ours(tmp_path):
    source = _write(tmp_path / "in" / "a.parquet")
    precious = tmp_path / "precious"
    _write(precious / "b.parquet")
    refused = [
        (source, None, "out= is missing"),
        (source, source, "apart from the input"),
        (source.parent, source.parent, "apart from the input"),
        (source.parent, source.parent / "sub", "apart from the input"),
        (source.parent, precious, "not written by this command"),
        (source, precious, "is a folder"),
        (source.parent, precious / "b.parquet", "not written by this command"),
    ]
    for points, out, words in refused:
        with pytest.raises(ValueError, match=words):
            mm.tag(points, out=out)
    with pytest.raises(ValueError, match="positive"):
        mm.tag(source, out=tmp_path / "x", memory_mb=0)
    with pytest.raises(FileNotFoundError, match="nothing"):
        mm.tag(tmp_path / "nothing", out=tmp_path / "x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="holds no"):
        mm.tag(tmp_path / "empty", out=tmp_path / "x")
    assert sorted(path.name for path in precious.iterdir()) == ["b.parquet"]
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_folder_that_is_not_ours_is_left_alone(tmp_path, kind):
    source = _write(tmp_path / "in" / "a.parquet", rows=10)
    out, points = tmp_path / "out", source if kind == "file" else source.parent
    for name in ("out.unfinished-thesis", "out.unfinished-0123456789ab"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("years of work")
    mm.tag(points, out=out)
    (tmp_path / "out.unfinished-tag").mkdir()
    (tmp_path / "out.unfinished-tag" / "files").write_text("years of work")
    with pytest.raises(FileExistsError, match=r"out\.unfinished-tag is in the way"):
        mm.tag(points, out=out)
    assert len(list(tmp_path.glob("out.unfinished-*/*"))) == 3


def test_what_is_no_file_is_neither_read_nor_replaced(tmp_path):
    source, pipe = _write(tmp_path / "in.parquet", rows=10), tmp_path / "pipe"
    os.mkfifo(pipe)
    for out in (pipe, "/dev/null"):
        with pytest.raises(ValueError, match="cannot be replaced"):
            mm.tag(source, out=out)
    with pytest.raises(ValueError, match="device or a pipe"):
        mm.tag(pipe, out=tmp_path / "out.parquet")
    assert pipe.is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "pipe"]


def test_what_stands_behind_a_link_is_replaced_and_keeps_its_mode(tmp_path):
    source, kept = _write(tmp_path / "in.parquet", rows=10), tmp_path / "shelf" / "kept.parquet"
    kept.parent.mkdir()
    kept.write_text("old")
    kept.chmod(0o600)
    (tmp_path / "out.parquet").symlink_to(kept)
    mm.tag(source, out=tmp_path / "out.parquet")
    assert (tmp_path / "out.parquet").is_symlink()
    assert pq.read_metadata(kept).num_rows == 10
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["kept.parquet"]


def test_a_partition_of_our_name_is_refused(tmp_path):
    _write(tmp_path / "in" / "state_iso=IN-UP" / "a.parquet", rows=10)
    _write(tmp_path / "in" / "year=2025" / "b.parquet", rows=10)
    report = mm.tag(tmp_path / "in", out=tmp_path / "out")
    assert [name for name, why in report.failed if "already have a column 'state_iso'" in why] == [
        str(Path("state_iso=IN-UP") / "a.parquet")
    ]
    assert len(pd.read_parquet(tmp_path / "out")) == report.rows == 10
    assert mm.tag(tmp_path / "in", out=tmp_path / "districts", to="district").rows == 20


def test_a_table_of_another_kind_is_sent_to_pandas(tmp_path):
    (tmp_path / "points.csv").write_text("lon,lat\n85,20\n" * 20)
    for points in (tmp_path / "points.csv", tmp_path):
        with pytest.raises((ValueError, FileNotFoundError), match=r"read_csv.*mm\.tag\(frame\)"):
            mm.tag(points, out=tmp_path.parent / "out")
    with pytest.raises(ValueError, match="not a Parquet file"):
        mm.aggregate(tmp_path / "points.csv")


def test_hidden_files_are_no_data(tmp_path):
    for name in ("a.parquet", "_metadata.parquet", ".tmp/b.parquet", "sub/c.parquet"):
        _write(tmp_path / "in" / name, rows=10)
    assert mm.tag(tmp_path / "in", out=tmp_path / "out").files == 2
    assert len(pd.read_parquet(tmp_path / "out")) == 20


# ----------------------------------------------------------------------------- command line


def test_command_tags_and_counts(tmp_path, capsys):
    source, out = _write(tmp_path / "in.parquet", rows=3_000), tmp_path / "out.parquet"
    assert main(["tag", str(source), str(out), "--to", "district", "--memory", "100"]) == 0
    printed = capsys.readouterr()
    counts = summary(out, to="district")
    assert printed.out.startswith(f"3,000 points in 1 file -> {out}: {counts['inside']:,} inside")
    assert main(["tag", str(source), str(out), "--lon", "Lon"]) == 2
    assert "there is no column 'Lon'" in capsys.readouterr().err


def test_progress_bar_counts_every_row(tmp_path, monkeypatch):
    tqdm = pytest.importorskip("tqdm")
    bars = []

    class Seen(tqdm.tqdm):
        def __init__(self, *args, **options):
            super().__init__(*args, **{**options, "disable": False, "file": io.StringIO()})
            bars.append(self)

    monkeypatch.setattr(tqdm, "tqdm", Seen)
    _write(tmp_path / "in" / "a.parquet", rows=2_500)
    _write(tmp_path / "in" / "b.parquet", rows=10)
    (tmp_path / "in" / "bad.parquet").write_bytes(b"no")
    mm.tag(tmp_path / "in", out=tmp_path / "out", progress=True)
    assert [(bar.n, bar.total) for bar in bars] == [(2_510, 2_510)]
