"""Tag points with their state, side by side: mineralmap, geopandas.sjoin, dask, and databases.

    python benchmarks/tagging.py [--points 10000000] [--big 100000000] [--repeat 5] [--peers PYTHON]

Each measurement runs in a process of its own, which first loads the points and then reports the
seconds of the tagging alone (by the clock, and of the processor: the second is hardly changed by what
else the machine does) and the peak of resident memory above what it held when it began; for dask,
the peak of all workers, points included. The
points are even over the bounding box of India; `--land` draws them from within the states. The
databases need an interpreter that has the packages duckdb and duckdb-extension-spatial (of one version),
chdb and sedonadb; without it their lines are left out. Each has points and units in its own memory before
it is timed, and makes a table of a row for each point.
"""

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_BOX = (68.1, 97.5, 6.7, 37.1)


def points(count, land=False, seed=1):
    """Return longitudes and latitudes."""
    import numpy as np

    rng = np.random.default_rng(seed)
    if not land:
        return rng.uniform(*_BOX[:2], count), rng.uniform(*_BOX[2:], count)
    import pandas as pd

    import mineralmap as mm

    lon, lat = points(4 * count, seed=seed)
    inside = mm.tag(pd.DataFrame({"lon": lon, "lat": lat}))["state_status"] == "inside"
    return lon[inside][:count], lat[inside][:count]


def _units(to):
    """Return the states or the districts, and the name of the column of their codes."""
    import mineralmap as mm

    return (mm.load_states(), "state_iso") if to == "state" else (mm.load_districts(), "district_id")


def _held_mb(what="VmHWM"):
    """Return the peak of resident memory, or what is resident now ("VmRSS")."""
    return int(Path("/proc/self/status").read_text().split(f"{what}:")[1].split()[0]) / 1000


def _measured(run, answer=None):
    # The high-water mark starts again here; "5" is the kernel's word for it.
    Path("/proc/self/clear_refs").write_text("5")
    before, begin, busy = _held_mb("VmRSS"), time.perf_counter(), time.process_time()
    result = run()
    seconds, busy = time.perf_counter() - begin, time.process_time() - busy
    found = {"s": seconds, "cpu": busy, "mb": _held_mb() - before}
    return found | {"answer": answer(result) if answer else None}


def _count(series):
    return {str(key): int(value) for key, value in series.value_counts().items()}


# ----------------------------------------------------------------- one measurement per process


def one_mineralmap(args):
    """Tag a DataFrame; the first call, with reading and building the grid, is measured too."""
    import pandas as pd

    import mineralmap as mm

    lon, lat = points(args.points, args.land)
    frame = pd.DataFrame({"lon": lon, "lat": lat})
    begin = time.perf_counter()
    mm.tag(frame.iloc[:10], to=args.to)
    first = time.perf_counter() - begin
    found = _measured(lambda: mm.tag(frame, to=args.to), lambda tagged: _count(tagged[_units(args.to)[1]]))
    return found | {"first": first}


def one_sjoin(args):
    """Join with geopandas; making the points from the columns is measured apart."""
    import geopandas as gpd

    units, column = _units(args.to)
    units = units[[column, "geometry"]]
    lon, lat = points(args.points, args.land)
    begin = time.perf_counter()
    where = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    making = time.perf_counter() - begin
    found = _measured(
        lambda: where.sjoin(units, how="left", predicate="within"), lambda joined: _count(joined[column])
    )
    return found | {"making": making}


def one_loop(args):
    """Test each unit in turn with prepared polygons, box first: the plain way, without a grid."""
    import numpy as np
    import shapely

    units, column = _units(args.to)
    shapes = units.geometry.array.copy()
    shapely.prepare(shapes)
    lon, lat = points(args.points, args.land)

    def run():
        code = np.full(len(lon), -1, dtype=np.int16)
        for number, (shape, box) in enumerate(zip(shapes, shapely.bounds(shapes), strict=True)):
            at = np.flatnonzero((lon >= box[0]) & (lon <= box[2]) & (lat >= box[1]) & (lat <= box[3]))
            code[at[shapely.contains_xy(shape, lon[at], lat[at])]] = number
        return code

    return _measured(run, lambda code: _count(units[column].reset_index(drop=True).reindex(code)))


def one_duckdb(args):
    """Join with duckdb spatial, two threads; runs in the interpreter that has it, without mineralmap."""
    import duckdb
    import duckdb_extension_spatial

    folder = Path(duckdb_extension_spatial.__file__).parent / "extensions"
    extension = next(folder.rglob("spatial.duckdb_extension"))
    con = duckdb.connect(config={"allow_unsigned_extensions": "true", "threads": 2})
    con.execute(f"load '{extension}'")
    con.execute(f"create table p as select * from '{args.file}'")
    con.execute(f"create table u as select code, st_geomfromwkb(wkb) as shape from '{args.units}'")
    query = (
        "create table r as select p.id, min(u.code) as code from p left join u "
        "on st_within(st_point(p.lon, p.lat), u.shape) group by p.id"
    )
    found = _measured(lambda: con.execute(query))
    if args.out:
        con.execute(f"copy (select * from r order by id) to '{args.out}' (format parquet)")
    return found


def one_chdb(args):
    """Look up in chDB's polygon dictionary, all cores."""
    import pyarrow.parquet as pq
    import shapely
    from chdb import session

    con = session.Session()
    con.query("create table u (key Array(Array(Array(Array(Float64)))), code String) engine=Memory")
    for unit in pq.read_table(args.units).to_pylist():
        parts = shapely.get_parts(shapely.from_wkb(unit["wkb"]))
        rings = [[part.exterior, *part.interiors] for part in parts]
        key = [[shapely.get_coordinates(ring).tolist() for ring in part] for part in rings]
        con.query(f"insert into u values ({key}, '{unit['code']}')")
    con.query(
        "create dictionary d (key Array(Array(Array(Array(Float64)))), code String) primary key key "
        "source(clickhouse(table 'u')) lifetime(0) layout(polygon())"
    )
    con.query(f"create table p engine=Memory as select * from file('{args.file}')")
    con.query("select dictGetOrDefault('d', 'code', (78.0, 20.0), '')")  # reads the units
    query = "select id, dictGetOrDefault('d', 'code', (lon, lat), '') as code from p"
    found = _measured(lambda: con.query(f"create table r engine=Memory as {query}"))
    if args.out:
        con.query(f"select id, nullIf(code, '') as code from r order by id into outfile '{args.out}'")
    return found


def one_sedonadb(args):
    """Join with Apache SedonaDB, all cores."""
    import sedonadb

    con = sedonadb.connect()
    con.read_parquet(args.file).to_memtable().to_view("p")
    con.read_parquet(args.units).to_view("raw")
    con.sql("select code, st_geomfromwkb(wkb) as shape from raw").to_memtable().to_view("u")
    query = "select p.id, u.code from p left join u on st_within(st_point(p.lon, p.lat), u.shape)"
    joined = []
    found = _measured(lambda: joined.append(con.sql(query).to_memtable()))
    if args.out:
        joined[0].to_view("r")
        con.sql("select * from r order by id").to_parquet(args.out, single_file_output=True)
    return found


def one_dask(args):
    """Tag (or join) on a cluster of processes: the work on the partitions, which are there already.

    Seconds are the median of three calls on one cluster.
    """
    import dask
    import dask.dataframe as dd
    import distributed
    import pandas as pd

    import mineralmap as mm

    if args.join:
        units = mm.load_states()[["state_iso", "geometry"]]
    each = args.points // args.partitions

    def made(number):
        lon, lat = points(each, args.land, seed=100 + number)
        return pd.DataFrame({"lon": lon, "lat": lat})

    def joined(frame):
        import geopandas as gpd

        where = gpd.GeoDataFrame(geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)
        tagged = where.sjoin(units, how="left", predicate="within")
        return frame.assign(state_iso=tagged["state_iso"].to_numpy())

    with (
        dask.config.set({"temporary-directory": tempfile.gettempdir(), "dataframe.convert-string": False}),
        distributed.LocalCluster(
            n_workers=args.workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        meta = made(0).iloc[:0]
        frame = dd.from_map(made, range(args.partitions), meta=meta).persist()
        distributed.wait(frame)

        def tagged():
            if args.join:
                return frame.map_partitions(joined, meta=meta.assign(state_iso=""))["state_iso"].count()
            return mm.tag(frame, to=args.to)[f"{args.to}_status"].count()

        # A first call loads the libraries and reads the layers in every process; it is not counted.
        client.run(_warm, args.to)
        tagged().compute()
        runs, busy = [], sum(client.run(time.process_time).values())
        for number in range(1, 4):
            begin = time.perf_counter()
            # Another number each time: a cluster that still holds the result of a call would not repeat it.
            count = int((tagged() + number).compute()) - number
            runs.append(time.perf_counter() - begin)
        busy = (sum(client.run(time.process_time).values()) - busy) / len(runs)
        seconds, memory = statistics.median(runs), client.run(_held_mb)
    return {"s": seconds, "cpu": busy, "mb": sum(memory.values()), "answer": {"rows": count}}


def _warm(to):
    import pandas as pd

    import mineralmap as mm

    mm.tag(pd.DataFrame({"lon": [77.0], "lat": [20.0]}), to=to)


def one_cell(args):
    """Build the grid with cells of a given side, and look up points on it."""
    from mineralmap.tagging import Grid

    units, column = _units(args.to)
    lon, lat = points(args.points, args.land)
    begin = time.process_time()
    grid = Grid(units.geometry.array, units[column].tolist(), cell=args.cell)
    build = time.process_time() - begin
    return _measured(lambda: grid.locate(lon, lat)) | {"build": build}


def one_parquet(args):
    """Tag a Parquet file into another one."""
    import mineralmap as mm

    found = _measured(lambda: mm.tag(args.file, to=args.to, out=args.out), lambda report: report.counts)
    return found | {"total_mb": _held_mb()}


def one_copy(args):
    """Copy a Parquet file with pyarrow alone, row group by row group, with the same compression."""
    import pyarrow.parquet as pq

    def run():
        file = pq.ParquetFile(args.file)
        codec = file.metadata.row_group(0).column(0).compression
        with pq.ParquetWriter(args.out, file.schema_arrow, compression=codec) as writer:
            for number in range(file.num_row_groups):
                writer.write_table(file.read_row_group(number))

    return _measured(run) | {"total_mb": _held_mb()}


def one_threads(args):
    """Look points up with one thread and with several, in turn; the least of ten runs each."""
    import numpy as np

    from mineralmap.tagging.units import Units

    grid, seconds = Units(args.to).grid, {}
    lon, lat = (np.ascontiguousarray(values) for values in points(args.points, args.land))
    for _ in range(10):
        for workers in (1, args.workers):
            begin = time.perf_counter()
            grid.locate(lon, lat, workers)
            seconds.setdefault(workers, []).append(time.perf_counter() - begin)
    least = [min(seconds[workers]) for workers in (1, args.workers)]
    return {"s": least[1], "cpu": 0, "mb": 0, "times": least[0] / least[1]}


PEERS = {
    "duckdb": "duckdb spatial, st_within, 2 threads",
    "chdb": "chDB, polygon dictionary, all cores",
    "sedonadb": "Apache SedonaDB, st_within, all cores",
}
ONE = {name.removeprefix("one_"): run for name, run in list(globals().items()) if name.startswith("one_")}


# ------------------------------------------------------------------------------- all of them


def _run(name, python=sys.executable, **options):
    given = {key: value for key, value in options.items() if value is not None}
    words = [word for key, value in given.items() for word in (f"--{key}", str(value)) if word != "True"]
    run = subprocess.run(
        [python, __file__, "--one", name, *words], capture_output=True, text=True, env=os.environ
    )
    if run.returncode:
        raise SystemExit(f"{name} failed:\n{run.stderr[-2000:]}")
    return json.loads(run.stdout.strip().splitlines()[-1])


def _line(label, runs):
    seconds, busy = [run["s"] for run in runs], [run["cpu"] for run in runs]
    middle = statistics.median(seconds), statistics.median(run["mb"] for run in runs)
    print(
        f"| {label} | {middle[0]:.2f} | {min(seconds):.2f}-{max(seconds):.2f} "
        f"| {statistics.median(busy):.2f} "
        f"| {middle[1]:,.0f} | {len(runs)} |",
        flush=True,
    )
    return (*middle, statistics.median(busy))


def _write_points(path, count):
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    step, writer = 1_000_000, None
    for start in range(0, count, step):
        rows = min(step, count - start)
        lon, lat = points(rows, seed=1000 + start // step)
        table = pa.table({"id": np.arange(start, start + rows), "lon": lon, "lat": lat})
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


def _write_units(path, to="state"):
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    units, column = _units(to)
    wkb = pa.array(shapely.to_wkb(units.geometry.array), pa.binary())
    pq.write_table(pa.table({"code": pa.array(units[column].astype(object)), "wkb": wkb}), path)


def _agree(folder, python, count):
    """Tag the same random and near-border points with all engines and compare every point."""
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely

    import mineralmap as mm

    states = mm.load_states()[["state_iso", "geometry"]]
    rng = np.random.default_rng(11)
    lon, lat = points(count, seed=12)
    edges = shapely.boundary(states.geometry.array)[rng.integers(0, len(states), 100_000)]
    at = shapely.line_interpolate_point(edges, rng.uniform(0, 1, 100_000), normalized=True)
    near = shapely.get_coordinates(at) + rng.normal(0, 1, (100_000, 2)) * 10.0 ** rng.uniform(
        -14, -2, (100_000, 1)
    )
    corners = shapely.get_coordinates(states.geometry.array)[:10_000]
    frame = pd.DataFrame(np.concatenate([np.column_stack([lon, lat]), near, corners]), columns=["lon", "lat"])
    frame.insert(0, "id", np.arange(len(frame)))
    ours = mm.tag(frame)
    border = ours["state_status"].to_numpy() == "border"
    ours = ours["state_iso"].astype(object)
    where = gpd.GeoDataFrame(geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)
    answers = {}
    for predicate in ("within", "intersects"):
        joined = where.sjoin(states, predicate=predicate)["state_iso"].groupby(level=0).min()
        answers[f"geopandas.sjoin, {predicate}"] = joined.reindex(frame.index).astype(object)
    frame.to_parquet(folder / "agree.parquet", index=False)
    for name in PEERS if python else ():
        out = folder / f"{name}.parquet"
        _run(name, python, file=folder / "agree.parquet", units=folder / "units.parquet", out=out)
        answers[PEERS[name]] = pd.read_parquet(out)["code"].astype(object)
    print(f"\n{len(frame):,} points, {border.sum():,} of them exactly on a border")
    print("| against | differ off the border | differ on the border |\n|---|---|---|")
    for name, answer in answers.items():
        differ = (ours.fillna("-") != answer.fillna("-")).to_numpy()
        print(f"| {name} | {(differ & ~border).sum():,} | {(differ & border).sum():,} |", flush=True)


def _growth(args, ours):
    """Print how the time grows with the number of points."""
    sizes = {args.points: (ours[0], ours[2])}
    for count, repeat in ((args.points // 10, args.repeat), (args.big, 3)):
        runs = [_run("mineralmap", points=count) for _ in range(repeat if count else 0)]
        if runs:
            sizes[count] = tuple(statistics.median(run[key] for run in runs) for key in ("s", "cpu"))
    low, high = min(sizes), max(sizes)
    print("\n| points | median s | CPU s |\n|---|---|---|")
    for count in sorted(sizes):
        print(f"| {count:,} | {sizes[count][0]:.3f} | {sizes[count][1]:.3f} |")
    by_clock, by_cpu = (
        math.log(slow / quick) / math.log(high / low)
        for quick, slow in zip(sizes[low], sizes[high], strict=True)
    )
    print(f"\ngrowth exponent from {low:,} to {high:,}: {by_clock:.3f} (CPU: {by_cpu:.3f})")


def _cells():
    """Print what the side of a cell does: to build, and to tag a million points on land."""
    print(
        "\n| cell, degrees | layer | build CPU s | tag 1,000,000 points on land, CPU s |\n|---|---|---|---|"
    )
    for cell in (0.04, 0.02, 0.01, 0.005):
        for to in ("state", "district"):
            runs = [_run("cell", points=1_000_000, to=to, land=True, cell=cell) for _ in range(3)]
            build, tag = (statistics.median(run[key] for run in runs) for key in ("build", "cpu"))
            print(f"| {cell} | {to} | {build:.2f} | {tag:.3f} |", flush=True)


def everything(args):
    """Print the tables of benchmarks/RESULTS.md."""
    n, repeat, python = args.points, args.repeat, args.peers
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"\n{n:,} points\n| engine | median s | spread | CPU s | extra MB | runs |\n|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        folder = Path(folder)
        _write_units(folder / "units.parquet")
        found = {}
        for to in ("state", "district"):
            for land in (None, True):
                label = f"mineralmap, {to}" + (", points on land only" if land else "")
                found[to, land] = _line(
                    label, [_run("mineralmap", points=n, to=to, land=land) for _ in range(repeat)]
                )
        few = max(repeat // 2, 1)
        joined = _line("geopandas.sjoin, state", [_run("sjoin", points=n) for _ in range(few)])
        _line("prepared polygons in a loop, state", [_run("loop", points=n) for _ in range(few)])
        _line(
            "prepared polygons in a loop, district",
            [_run("loop", points=n, to="district") for _ in range(few)],
        )
        if python:
            _write_points(folder / "p.parquet", n)
            options = {"file": folder / "p.parquet", "units": folder / "units.parquet"}
            for name, words in PEERS.items():
                _line(f"{words}, state", [_run(name, python, **options) for _ in range(few)])
        dask = {}
        for workers in (1, 2):
            options = {"points": 4 * n, "workers": workers}
            dask[workers] = _line(
                f"dask, mineralmap, {4 * n:,} points, {workers} worker(s)",
                [_run("dask", **options) for _ in range(few + 1)],
            )
        _line("dask, geopandas.sjoin, 2 workers", [_run("dask", points=n, workers=2, join=True)])
        for to in ("state", "district"):
            print(f"{to}, two threads against one: {_run('threads', points=n, to=to)['times']:.2f} times")
        ours = found["state", None]
        print(
            f"\nfaster than geopandas.sjoin: {joined[0] / ours[0]:.1f} times (CPU: {joined[2] / ours[2]:.1f})"
        )
        print(f"extra memory: {ours[1] / joined[1]:.3f} of geopandas.sjoin's")
        for land in (None, True):
            clock, _, busy = (
                a / b for a, b in zip(found["district", land], found["state", land], strict=True)
            )
            where = "points on land only" if land else "points all over the box"
            print(f"districts take {clock:.2f} times the states (CPU: {busy:.2f}), {where}")
        print(f"dask, 2 workers against 1: {dask[1][0] / dask[2][0]:.2f} times")
        first = statistics.median(_run("mineralmap", points=1000)["first"] for _ in range(3))
        print(f"ten points in a fresh process (layers read, grid built): {first:.2f} s")
        _growth(args, ours)
        _cells()
        if args.big:
            _write_points(folder / "big.parquet", args.big)
            files = {"file": folder / "big.parquet", "out": folder / "big.out.parquet"}
            _line("Parquet, pyarrow's copy", [_run("copy", **files) for _ in range(few)])
            _line("Parquet, tagged", [_run("parquet", **files) for _ in range(few)])
            found = _run("parquet", **files)
            print(
                f"Parquet, {args.big:,} rows: {found['s']:.1f} s, "
                f"{found['total_mb']:,.0f} MB in all at most ({found['mb']:,.0f} on top of the libraries)"
            )
        _agree(folder, python, n)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--big", type=int, default=0, help="rows of the Parquet file; 0 leaves it out")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--peers", help="an interpreter with the databases")
    parser.add_argument("--folder", help="where to put large files for a while")
    parser.add_argument("--one", choices=ONE, help=argparse.SUPPRESS)
    parser.add_argument("--to", default="state")
    parser.add_argument("--land", action="store_true")
    parser.add_argument("--join", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=2, help=argparse.SUPPRESS)
    parser.add_argument("--partitions", type=int, default=40, help=argparse.SUPPRESS)
    parser.add_argument("--cell", type=float, default=0.01, help=argparse.SUPPRESS)
    for name in ("--file", "--out", "--units"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(ONE[args.one](args)))
    else:
        everything(args)


if __name__ == "__main__":
    main()
