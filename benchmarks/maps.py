"""The same map by mineralmap and by its peers: 36 states, N points with pop-ups, everything local.

Run in an environment that has folium, geopandas, mapclassify, matplotlib, bokeh, topojson,
playwright and django-js-lib-leaflet, with src/ on the path::

    PYTHONPATH=src python benchmarks/maps.py --assets FOLDER [--quick]

``FOLDER`` keeps the scripts that the peers load from the network (fetched once with ``npm pack``);
Chromium is given these files and no network. Build is the time to make the map and write the file;
load is the time from opening the file until all is drawn. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

import folium
import folium.plugins
import geopandas as gpd
import numpy as np
import pandas as pd
from playwright.sync_api import TimeoutError, sync_playwright

import mineralmap as mm
from mineralmap.maps import basemap, point_encoding
from mineralmap.outlines import simplify_coverage

PACKAGES = (
    "leaflet@1.9.3",
    "jquery@3.7.1",
    "bootstrap@5.2.2",
    "leaflet.awesome-markers@2.0.5",
    "@fortawesome/fontawesome-free@6.2.0",
    "leaflet.markercluster@1.1.0",
    "jquery-ui-dist@1.12.1",
)
SIZES = (200, 10_000, 100_000, 1_000_000)
#: Seconds after which a page counts as not drawn.
PATIENCE = 45
#: The largest N at which a peer still ends in reasonable time.
LIMITS = {"folium, a marker per point": 10_000, "geopandas explore": 100_000}


def fetch(folder):
    """Return name of file -> path of the peers' scripts, fetched once."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        target = folder / package.replace("/", "_")
        if not target.exists():
            packed = subprocess.run(
                ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
            )
            with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
                archive.extractall(target, filter="data")
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in (".js", ".css")]
    # Of two files of one name the built one is asked for.
    files = {path.name: path for path in sorted(found, key=lambda path: "dist" in path.parts)}
    return {**files, "jquery-3.7.1.min.js": files["jquery.min.js"]}


# ---------------------------------------------------------------------------------- the same map


def points(n):
    rng = np.random.default_rng(7)
    kinds = rng.choice(["mine", "plant", "magnet", "port"], n)
    return pd.DataFrame(
        {
            "lat": rng.uniform(8, 34, n).round(5),
            "lon": rng.uniform(69, 96, n).round(5),
            "name": [f"point {number}" for number in range(n)],
            "kind": kinds,
        }
    )


def states():
    frame = mm.load_states()
    shapes = simplify_coverage(frame.geometry.to_numpy(), 0.01, 2e-4)
    return gpd.GeoDataFrame(frame[["state_iso", "state"]], geometry=shapes, crs=4326)


def as_geo(frame):
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)


def ours(frame, states_layer, path):
    mm.maps.explore(frame, column="kind", popup=["name", "kind"]).save(path)


def plain(frame, states_layer, path):
    page = folium.Map([22, 80], zoom_start=5, tiles=None)
    folium.GeoJson(states_layer).add_to(page)
    for row in frame.itertuples():
        folium.CircleMarker([row.lat, row.lon], radius=3, popup=f"{row.name}, {row.kind}").add_to(page)
    page.save(path)


def geojson(frame, states_layer, path):
    page = folium.Map([22, 80], zoom_start=5, tiles=None, prefer_canvas=True)
    folium.GeoJson(states_layer).add_to(page)
    folium.GeoJson(
        as_geo(frame), marker=folium.CircleMarker(radius=3), popup=folium.GeoJsonPopup(["name", "kind"])
    ).add_to(page)
    page.save(path)


def cluster(frame, states_layer, path):
    page = folium.Map([22, 80], zoom_start=5, tiles=None)
    page.options["max_zoom"] = 18
    folium.GeoJson(states_layer).add_to(page)
    callback = (
        "function (row) { var marker = L.marker(new L.LatLng(row[0], row[1]));"
        "marker.bindPopup(row[2] + ', ' + row[3]); return marker; }"
    )
    folium.plugins.FastMarkerCluster(
        frame[["lat", "lon", "name", "kind"]].values.tolist(), callback=callback
    ).add_to(page)
    page.save(path)


def explore(frame, states_layer, path):
    page = states_layer.explore(tiles=None, prefer_canvas=True)
    as_geo(frame).explore(m=page, column="kind", popup=["name", "kind"], tooltip=False)
    page.save(path)


def bokeh(frame, states_layer, path):
    from bokeh.embed import file_html
    from bokeh.models import ColumnDataSource, GeoJSONDataSource, HoverTool
    from bokeh.plotting import figure
    from bokeh.resources import INLINE

    plot = figure(width=1300, height=850)
    plot.patches("xs", "ys", source=GeoJSONDataSource(geojson=states_layer.to_json()), fill_color="#f1efe9")
    drawn = plot.scatter("lon", "lat", source=ColumnDataSource(frame), size=4)
    plot.add_tools(HoverTool(renderers=[drawn], tooltips=[("name", "@name"), ("kind", "@kind")]))
    Path(path).write_text(file_html(plot, INLINE, "bokeh"), encoding="utf-8")


MAPS = {
    "mineralmap": (ours, "document.querySelector('canvas.mm-points')"),
    "folium, a marker per point": (plain, "document.querySelector('path.leaflet-interactive')"),
    "folium GeoJson on canvas": (geojson, "document.querySelector('.leaflet-overlay-pane canvas')"),
    "folium FastMarkerCluster": (cluster, "document.querySelector('.marker-cluster, .leaflet-marker-icon')"),
    "geopandas explore": (explore, "document.querySelector('.leaflet-overlay-pane canvas')"),
    "bokeh": (bokeh, "window.Bokeh && Bokeh.documents.length && Bokeh.documents[0].is_idle"),
}


# -------------------------------------------------------------------------------------- measuring


def load_seconds(browser, path, drawn, files, missing):
    """Return the seconds from opening a file until it is drawn."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})

    def local(route):
        name = route.request.url.split("?")[0].rsplit("/", 1)[-1]
        if name in files:
            route.fulfill(path=files[name])
        else:
            missing.add(route.request.url)
            route.fulfill(status=204)

    page.route(re.compile("^https?://"), local)
    start = time.perf_counter()
    try:
        page.goto(Path(path).as_uri(), wait_until="load", timeout=PATIENCE * 1000)
        page.wait_for_function(drawn, timeout=PATIENCE * 1000)
        # Two frames: what was asked for is on the screen.
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return time.perf_counter() - start
    except TimeoutError:
        return float("inf")
    finally:
        page.close()


def measure(browser, files, folder, sizes):
    rows, missing, states_layer = [], set(), states()
    for make, _ in MAPS.values():  # imports and first calls are not part of the build
        make(points(10), states_layer, folder / "warm.html")
    for name, (make, drawn) in MAPS.items():
        for n in sizes:
            if n > LIMITS.get(name, 1_000_000) or (n > 100_000 and name not in ("mineralmap", "bokeh")):
                continue
            frame, path = points(n), folder / "map.html"
            start = time.perf_counter()
            make(frame, states_layer, path)
            built = time.perf_counter() - start
            repeat = 3 if n <= 10_000 or name == "mineralmap" else 1
            loads = [load_seconds(browser, path, drawn, files, missing) for _ in range(repeat)]
            rows.append((name, n, built, statistics.median(loads), path.stat().st_size))
            print(f"<!-- {name}, {n}: {built:.2f} s, {rows[-1][3]:.2f} s -->", flush=True)
    return rows, missing


def geometry():
    """Return the sizes in bytes of our packed layers and of the same layers as quantised TopoJSON."""
    import topojson

    countries = mm.load_countries()
    others = countries[~countries["iso3"].isin(["IND", "ATA"])]
    layers = {
        "states": (states()[["geometry"]], basemap.basemap("india")["areas"]),
        "other countries": (
            others[["geometry"]].set_geometry(simplify_coverage(others.geometry.to_numpy(), 0.12, 0.1)),
            basemap.basemap("india")["world"],
        ),
    }
    rows = []
    for name, (frame, packed) in layers.items():
        west, south, east, north = frame.total_bounds
        grid = int(max(east - west, north - south) * packed["steps"])
        topology = topojson.Topology(frame, prequantize=grid, topology=True).to_json()
        mine = len(json.dumps({"arcs": packed["arcs"], "shapes": packed["shapes"]}, separators=(",", ":")))
        rows.append((name, mine, len(json.dumps(json.loads(topology), separators=(",", ":")))))
    return rows


def position(n=100_000):
    """Return bytes per point and the largest error in metres."""
    frame = points(n)
    lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
    packed, _ = point_encoding.encode_points(lon, lat)
    # Rounding to the grid is the only loss (tests/test_maps_script.py reads the text back).
    grid = [
        np.rint((values + off) * point_encoding.STEPS) / point_encoding.STEPS - off
        for values, off in ((lon, 180), (lat, 90))
    ]
    north = (grid[1] - lat) * 111_320
    east = (grid[0] - lon) * 111_320 * np.cos(np.radians(lat))
    size = sum(len(packed[part]) for part in ("rows", "east", "north"))
    return size / n, float(np.hypot(north, east).max())


# ---------------------------------------------------------------------------------------- report


def figure_of(value):
    return f"over {PATIENCE}" if value == float("inf") else f"{value:.2f}"


def report(rows, overview, topo, missing):
    sizes = sorted({row[1] for row in rows})
    of = {(row[0], row[1]): row[2:] for row in rows}
    print(
        f"\n{os.cpu_count()} cores, Python {platform.python_version()}, "
        f"folium {folium.__version__}; one run.\n"
    )
    for title, at, unit in (("Build, s", 0, 1), ("Load until drawn, s", 1, 1), ("File, MB", 2, 1e6)):
        print(f"| {title} | " + " | ".join(f"{n:,}" for n in sizes) + " |")
        print("|---" * (len(sizes) + 1) + "|")
        for name in MAPS:
            cells = [figure_of(of[name, n][at] / unit) if (name, n) in of else "-" for n in sizes]
            print(f"| {name} | " + " | ".join(cells) + " |")
        print()
    size, error = position()
    targets = [
        ("overview of the real data, kB", overview / 1000, "at most 600", overview <= 600_000),
        ("bytes per point (100,000)", size, "at most 8", size <= 8),
        ("largest error of a position, m", error, "at most 5", error <= 5),
    ]
    for name, mine, theirs in topo:
        targets.append(
            (
                f"{name}: packed / TopoJSON ({mine:,} / {theirs:,} bytes)",
                mine / theirs,
                "at most 1.5",
                mine <= 1.5 * theirs,
            )
        )
    if ("folium GeoJson on canvas", 100_000) in of:
        share = of["folium GeoJson on canvas", 100_000][0] / of["mineralmap", 100_000][0]
        targets.append(("build of 100,000: folium GeoJson / ours", share, "at least 20", share >= 20))
    share = of["mineralmap", 10_000][1] / of["geopandas explore", 10_000][1]
    targets.append(("load of 10,000: ours / explore", share, "at most 0.5", share <= 0.5))
    if ("mineralmap", 1_000_000) in of:
        share = of["mineralmap", 1_000_000][1] / of["mineralmap", 200][1]
        targets.append(("load of ours: 1,000,000 / 200", share, "at most 3", share <= 3))
    print("| Target | Measured | Wanted | Reached |\n|---|---|---|---|")
    for name, value, wanted, reached in targets:
        print(f"| {name} | {value:,.3g} | {wanted} | {'yes' if reached else 'no'} |")
    if missing:
        names = sorted({url.rsplit("/", 1)[-1] for url in missing})
        print(f"\nServed empty, for want of a local copy: {', '.join(names)}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assets", type=Path, required=True, help="folder for the peers' scripts")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--quick", action="store_true", help="up to 10,000 points only")
    arguments = parser.parse_args()
    files = fetch(arguments.assets)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(
            executable_path=arguments.browser,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"],
        )
        rows, missing = measure(browser, files, folder, SIZES[:2] if arguments.quick else SIZES)
        browser.close()
        mm.maps.india().save(folder / "india.html")
        overview = (folder / "india.html").stat().st_size
        report(rows, overview, geometry(), missing)


if __name__ == "__main__":
    main()
