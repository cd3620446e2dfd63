"""The same answer from a real cluster of processes on loopback, also when a worker is killed."""

import os
import signal
import threading
import time

import numpy as np
import pandas as pd
import pytest

import mineralmap as mm
from mineralmap.tagging import summary

dd = pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")

PARTITIONS = 24


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Return a client of two worker processes; a nanny starts a killed worker again."""
    import dask

    with (
        dask.config.set({"temporary-directory": str(tmp_path_factory.mktemp("dask"))}),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("points")
    rng = np.random.default_rng(5)
    for number in range(PARTITIONS):
        frame = pd.DataFrame(
            {
                "lon": rng.uniform(70, 90, 5_000),
                "lat": rng.uniform(8, 30, 5_000),
                "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 400, 5_000), "D"),
            }
        )
        frame.loc[::97, "lon"] = np.nan
        frame.to_parquet(folder / f"{number:02}.parquet")
    return folder


def _bytes(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def _slowly(frame, folder):
    """Write one partition and say so, slowly enough that a worker can be killed in the middle."""
    (folder / f"{os.getpid()}-{frame.index.size}-{time.time_ns()}").touch()
    time.sleep(0.2)
    return frame


def test_cluster_gives_the_same_bytes_and_counts(client, source, tmp_path):
    tagged = mm.tag(dd.read_parquet(source), to="district")
    tagged.to_parquet(tmp_path / "cluster", write_index=False)
    tagged.to_parquet(tmp_path / "here", write_index=False, compute_kwargs={"scheduler": "sync"})
    assert len(_bytes(tmp_path / "here")) == PARTITIONS
    assert _bytes(tmp_path / "cluster") == _bytes(tmp_path / "here")
    whole = mm.tag(pd.read_parquet(source), to="district")
    by = ["district_id", "month"]
    pd.testing.assert_frame_equal(mm.aggregate(tagged, by=by), mm.aggregate(whole, by=by))
    assert summary(tagged, to="district") == summary(whole, to="district")


def test_tagging_is_lazy_and_checked_first(source):
    points = dd.read_parquet(source)
    tagged = mm.tag(points)
    assert list(tagged.columns) == ["lon", "lat", "date", "state_iso", "state_status"]
    assert tagged["state_iso"].cat.known
    with pytest.raises(mm.errors.UnknownNameError, match="'Lon'"):
        mm.tag(points, lon="Lon")
    with pytest.raises(ValueError, match="'lon' must hold numbers"):
        mm.tag(points.astype({"lon": bool}))


@pytest.mark.once
def test_killed_worker_changes_nothing(client, source, tmp_path):
    (started := tmp_path / "started").mkdir()
    tagged = mm.tag(dd.read_parquet(source))
    tagged.to_parquet(tmp_path / "here", write_index=False, compute_kwargs={"scheduler": "sync"})
    slow = tagged.map_partitions(_slowly, started, meta=tagged._meta)
    job = threading.Thread(
        target=slow.to_parquet, args=(tmp_path / "cluster",), kwargs={"write_index": False}
    )
    job.start()
    while job.is_alive() and len(list(started.iterdir())) < PARTITIONS // 4:
        time.sleep(0.01)
    victim = int(max(started.iterdir(), key=lambda path: path.stat().st_mtime_ns).name.split("-")[0])
    os.kill(victim, signal.SIGKILL)
    assert job.is_alive(), "the job was over before the worker was killed"
    job.join(timeout=120)
    assert not job.is_alive()
    assert {int(path.name.split("-")[0]) for path in started.iterdir()} - {victim}
    assert len(_bytes(tmp_path / "here")) == PARTITIONS
    assert _bytes(tmp_path / "cluster") == _bytes(tmp_path / "here")
