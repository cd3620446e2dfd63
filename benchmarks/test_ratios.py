"""Ours beside its peer, the same work on the same data in one run; `make bench` writes RESULTS.md from it.

Each pair is a group of pytest-benchmark: ``ours`` and ``peer``. What a peer is and how it is set stands in
its name; libraries, tables and points are loaded before, but where a whole process is measured.
"""

import subprocess
import sys
from functools import cache, partial
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import mineralmap as mm
from mineralmap.tagging.units import Units

ROOT = Path(__file__).resolve().parent.parent
BOX = (68.1, 97.5, 6.7, 37.1)
FIRST_MAP = "import mineralmap as mm; mm.maps.india().save(r'{}')"
STACK = "import folium, geopandas, matplotlib.pyplot, pandas"


@cache
def points(count):
    """Return points even over the bounding box of India, with a day each."""
    rng = np.random.default_rng(1)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 2000, count), unit="D")
    return pd.DataFrame(
        {"lon": rng.uniform(*BOX[:2], count), "lat": rng.uniform(*BOX[2:], count), "date": days}
    )


def python(source):
    """Return a call that runs a process to its end."""
    return partial(subprocess.run, [sys.executable, "-c", source], check=True, capture_output=True)


def explode():
    """Return the plain job that the answers are measured by: explode twice, group, count."""
    rare = mm.load_events(scope="rare_earth")
    return lambda: rare.explode("partners").explode("states").groupby("partners").size()


def follow_through():
    events, initiatives = mm.load_events(), mm.load_initiatives()
    return partial(mm.follow_through.follow_through, events, initiatives)


def located(workers, to="state"):
    """Return the look-up of ten million points, without what a frame costs."""
    grid, frame = Units(to).grid, points(10_000_000)
    lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
    return partial(grid.locate, lon, lat, workers)


def joined():
    import geopandas as gpd

    frame, states = points(1_000_000), mm.load_states()[["state_iso", "geometry"]]
    where = gpd.GeoDataFrame(geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)
    return lambda: where.sjoin(states, how="left", predicate="within")


@cache
def tagged():
    return mm.tag(points(10_000_000))


def parquet(folder):
    """Return a file of ten million rows in ten groups."""
    path = folder / "points.parquet"
    if not path.exists():
        frame = points(10_000_000).drop(columns="date").assign(id=np.arange(10_000_000))
        frame.to_parquet(path, row_group_size=1_000_000)
    return path


def copied(folder):
    """Return the copy of the file by pyarrow, group by group, with the same compression."""
    import pyarrow.parquet as pq

    def copy():
        file = pq.ParquetFile(path)
        with pq.ParquetWriter(folder / "copy.parquet", file.schema_arrow) as writer:
            for number in range(file.num_row_groups):
                writer.write_table(file.read_row_group(number))

    path = parquet(folder)
    return copy


def rewritten(folder):
    return partial(mm.tag, parquet(folder), out=folder / "tagged.parquet")


def shaded():
    """Return datashader's count of the points in cells as large as ours will be, compiled before."""
    ds = pytest.importorskip("datashader")
    frame, canvas = points(10_000_000), ds.Canvas(plot_width=588, plot_height=608)
    return lambda: canvas.points(frame, "lon", "lat", ds.count())


def layer(count):
    """Return folium's own way for many points: one GeoJSON, drawn on a canvas, with pop-ups."""
    import folium
    import geopandas as gpd

    frame = points(count).drop(columns="date").assign(v=np.arange(count))
    where = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)

    def build():
        page = folium.Map([22.5, 80], zoom_start=5, prefer_canvas=True)
        marker = folium.CircleMarker(radius=3)
        folium.GeoJson(where, marker=marker, popup=folium.GeoJsonPopup(["v"])).add_to(page)
        return page.get_root().render()

    return build


def explored(count):
    frame = points(count).drop(columns="date").assign(v=np.arange(count))
    return lambda: mm.maps.explore(frame).to_html()


def nbval(folder):
    """Return strict nbval on a folder of notebooks, two at a time."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", str(folder)]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-n", "2", "--dist", "loadfile"]
    return partial(subprocess.run, command, cwd=ROOT, check=True, capture_output=True)


def imports(folder):
    """Return nbval on as many notebooks of one cell that imports the four libraries."""
    folder = folder / "stack"
    folder.mkdir(exist_ok=True)
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        nbformat.write(new_notebook(cells=[new_code_cell(STACK)]), folder / path.name)
    return nbval(folder)


#: What is measured -> ours, the peer's name, the peer, at most so many times the peer, rounds. What takes an
#: argument is given a folder.
PAIRS = {
    "import mineralmap": (
        lambda: python("import mineralmap"),
        "import geopandas",
        lambda: python("import geopandas"),
        0.1,
        15,
    ),
    "the first map of the real data, saved, from a cold process": (
        lambda folder: python(FIRST_MAP.format(folder / "india.html")),
        "import folium",
        lambda: python("import folium"),
        1.05,
        9,
    ),
    "load_initiatives()": (lambda: mm.load_initiatives, "explode twice, group, count", explode, 3, 15),
    "follow_through(...)": (follow_through, "explode twice, group, count", explode, 20, 15),
    "claims.check_all()": (lambda: mm.claims.check_all, "explode twice, group, count", explode, 10, 15),
    "tag, a million points to states": (
        lambda: partial(mm.tag, points(1_000_000)),
        "geopandas.sjoin, within",
        joined,
        1 / 8,
        5,
    ),
    "look up ten million points, states, two threads": (
        lambda: partial(located(2)),
        "one thread",
        lambda: located(1),
        1 / 1.8,
        15,
    ),
    "look up ten million points, districts, two threads": (
        lambda: located(2, "district"),
        "one thread",
        lambda: located(1, "district"),
        1 / 1.8,
        9,
    ),
    "aggregate ten million by state and month": (
        lambda: partial(mm.aggregate, tagged(), by=["state_iso", "month"]),
        "the same, one thread",
        lambda: partial(mm.aggregate, tagged(), by=["state_iso", "month"], workers=1),
        1 / 1.8,
        5,
    ),
    "tag, Parquet to Parquet, ten million rows": (
        rewritten,
        "pyarrow's copy, same compression",
        copied,
        1.5,
        5,
    ),
    "explore, ten million points to a map of cells": (
        lambda: explored(10_000_000),
        "datashader, count in cells of the same size, compiled before",
        shaded,
        2,
        5,
    ),
    "explore, 100,000 points with pop-ups": (
        lambda: explored(100_000),
        "folium.GeoJson on canvas",
        lambda: layer(100_000),
        1 / 20,
        3,
    ),
    "strict nbval on the notebooks": (
        lambda: nbval(ROOT / "notebooks"),
        "on as many that import four libraries",
        imports,
        1.3,
        3,
    ),
}


@pytest.mark.parametrize("side", ["ours", "peer"])
@pytest.mark.parametrize("what", PAIRS)
def test_ratio(what, side, benchmark, tmp_path_factory):
    ours, name, peer, wanted, rounds = PAIRS[what]
    benchmark.group = what
    benchmark.extra_info.update(side=side, peer=name, wanted=wanted)
    make = ours if side == "ours" else peer
    call = make(tmp_path_factory.getbasetemp()) if make.__code__.co_argcount else make()
    benchmark.pedantic(call, rounds=rounds, warmup_rounds=1)
