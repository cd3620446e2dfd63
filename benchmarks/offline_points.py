"""Who puts a million points into one HTML file that draws with the network closed.

Run in an environment that has mineralmap, playwright and pillow, with src/ on the path; the peers may be
in an environment of their own (bokeh, plotly, pydeck, lonboard, jupyter-scatter, keplergl, datamapplot,
folium, folium-offline, geopandas, mapclassify)::

    PYTHONPATH=src python benchmarks/offline_points.py --peers PYTHON [--assets FOLDER] [--points 1000000]
        [--patience 60] [--shots FOLDER] [--only NAME ...] [--browser /usr/bin/chromium]

The points lie evenly in the box of India, each with a name for its pop-up. Each tool writes the file as its
manual says for a file that stands alone, in a process of its own, within 180 s and a limit of memory; what
is imported or compiled at the first call is not counted, as a page of four points is made first. Chromium
opens the file and is refused all that is not in it; a page has 60 s. Drawn is the end of the first picture
that stays the same for one second and is not the picture of the four points, which stand in the corners of
the same box, so that both pages show the same view; seconds include the taking of pictures. What took under
ten seconds is done three times, and the median told. WebGL is drawn by SwiftShader, without a graphics card.

``--assets`` is where datamapplot keeps the scripts that its offline mode puts into the page, as its own
command fetches them; without it datamapplot looks in its own place. ``--shots`` keeps a picture of each
page, as it was when it counted as drawn or when patience ended. Prints Markdown.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import io
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

WEST, SOUTH, EAST, NORTH = 68.1, 6.7, 97.5, 37.1
WIDTH, HEIGHT = 1280, 800
#: Seconds after which a build is ended.
BUILD_LIMIT = 180
#: Seconds that a picture has to stay the same; that a page of four points is given in any case.
STILL, SETTLE = 1, 5
#: Seconds after which a picture is asked for again.
ONE_PICTURE = 20
#: What took less is done three times.
QUICK = 10
#: The share of the window that a million points change at least, as against the four.
SEEN = 0.02
LOCAL = ("file:", "data:", "blob:", "about:", "chrome")


# ----------------------------------------------------------------------------------- the same points


def points(n):
    """Return n points with names, the first four in the corners of the box."""
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(WEST, EAST, n).round(5), rng.uniform(SOUTH, NORTH, n).round(5)
    lon[:4], lat[:4] = [WEST, EAST, EAST, WEST], [SOUTH, SOUTH, NORTH, NORTH]
    return pd.DataFrame({"lat": lat, "lon": lon, "name": [f"point {number}" for number in range(n)]})


def as_geo(frame):
    import geopandas as gpd

    places = gpd.points_from_xy(frame["lon"], frame["lat"])
    return gpd.GeoDataFrame(frame[["name"]], geometry=places, crs=4326)


def ours(frame, path):
    import mineralmap as mm

    mm.maps.explore(frame, popup=["name"], height="780px").save(path)


def plotly_map(frame, path):
    import plotly.graph_objects as go

    layer = go.Scattermap(lon=frame["lon"], lat=frame["lat"], text=frame["name"], marker={"size": 3})
    middle = {"lon": (WEST + EAST) / 2, "lat": (SOUTH + NORTH) / 2}
    # The one style that the manual says asks for nothing.
    page = go.Figure(layer).update_layout(map={"style": "white-bg", "center": middle, "zoom": 3.3})
    page.write_html(path, include_plotlyjs=True)


def plotly_plot(frame, path):
    import plotly.graph_objects as go

    layer = go.Scattergl(
        x=frame["lon"], y=frame["lat"], text=frame["name"], mode="markers", marker={"size": 3}
    )
    go.Figure(layer).write_html(path, include_plotlyjs=True)


def bokeh(frame, path):
    from bokeh.embed import file_html
    from bokeh.models import ColumnDataSource, HoverTool
    from bokeh.plotting import figure
    from bokeh.resources import INLINE

    plot = figure(width=WIDTH - 20, height=HEIGHT - 20, output_backend="webgl")
    plot.scatter("lon", "lat", source=ColumnDataSource(frame), size=3)
    plot.add_tools(HoverTool(tooltips="@name"))
    Path(path).write_text(file_html(plot, INLINE, "points"), encoding="utf-8")


def pydeck(frame, path):
    import pydeck as pdk

    layer = pdk.Layer(
        "ScatterplotLayer",
        frame,
        get_position=["lon", "lat"],
        get_fill_color=[30, 90, 160],
        radius_units="'pixels'",
        get_radius=1.5,
        pickable=True,
    )
    view = pdk.ViewState(longitude=(WEST + EAST) / 2, latitude=(SOUTH + NORTH) / 2, zoom=3.8)
    page = pdk.Deck([layer], initial_view_state=view, map_provider=None, tooltip={"text": "{name}"})
    page.to_html(str(path), offline=True, notebook_display=False)


def lonboard(frame, path):
    from lonboard import Map, ScatterplotLayer

    layer = ScatterplotLayer.from_geopandas(as_geo(frame), radius_units="pixels", get_radius=1.5)
    Map([layer], basemap=None).to_html(path)


def jupyter_scatter(frame, path):
    import jscatter
    from ipywidgets.embed import dependency_state, embed_minimal_html

    plot = jscatter.Scatter(data=frame, x="lon", y="lat", width=WIDTH - 100, height=HEIGHT - 40)
    plot.tooltip(enable=True, properties=["name"])
    widget = plot.show()
    embed_minimal_html(path, views=[widget], state=dependency_state([widget]), drop_defaults=False)


def kepler(frame, path):
    from keplergl import KeplerGl

    KeplerGl(data={"points": frame}).save_to_html(file_name=str(path), read_only=True)


def data_map(frame, path):
    import datamapplot

    page = datamapplot.create_interactive_plot(
        frame[["lon", "lat"]].to_numpy(),
        hover_text=frame["name"].to_numpy(),
        inline_data=True,
        offline_mode=True,
        noise_color="#1e5aa0",
    )
    page.save(path)


def canvas_map():
    import offlinefolium

    page = offlinefolium.Map(tiles=None, prefer_canvas=True)
    page.options["max_zoom"] = 18  # without tiles none is set, and clusters need one
    page.fit_bounds([[SOUTH, WEST], [NORTH, EAST]])
    return page


def folium_geojson(frame, path):
    import offlinefolium

    page = canvas_map()
    dot = offlinefolium.CircleMarker(radius=2, weight=0, fill_opacity=1)
    popup = offlinefolium.GeoJsonPopup(["name"])
    offlinefolium.GeoJson(as_geo(frame).to_json(), marker=dot, popup=popup).add_to(page)
    page.save(path)


def folium_cluster(frame, path):
    from offlinefolium.plugins import FastMarkerCluster

    callback = "function (row) { return L.circleMarker([row[0], row[1]], {radius: 4}).bindPopup(row[2]); }"
    page = canvas_map()
    FastMarkerCluster(frame.to_numpy().tolist(), callback=callback).add_to(page)
    page.save(path)


def geopandas_explore(frame, path):
    import offlinefolium

    sys.modules["folium"] = offlinefolium  # explore imports folium by name when it is called
    page = canvas_map()
    style = {"radius": 2, "weight": 0, "fillOpacity": 1}
    as_geo(frame).explore(m=page, popup=["name"], tooltip=False, marker_kwds=style)
    page.save(path)


#: Name -> how it is made, and the packages that make it.
TOOLS = {
    "mineralmap": (ours, ["mineralmap"]),
    "bokeh, WebGL": (bokeh, ["bokeh"]),
    "plotly scattermap": (plotly_map, ["plotly"]),
    "plotly scattergl": (plotly_plot, ["plotly"]),
    "pydeck": (pydeck, ["pydeck"]),
    "datamapplot": (data_map, ["datamapplot"]),
    "folium-offline, GeoJson on canvas": (folium_geojson, ["folium-offline"]),
    "folium-offline, FastMarkerCluster": (folium_cluster, ["folium-offline"]),
    "geopandas explore on folium-offline": (geopandas_explore, ["geopandas", "folium-offline"]),
    "lonboard": (lonboard, ["lonboard"]),
    "jupyter-scatter": (jupyter_scatter, ["jupyter-scatter"]),
    "keplergl": (kepler, ["keplergl"]),
}


# ------------------------------------------------------------------------------------------ building


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:  # from a folder of sources
        return sys.modules[package].__version__


def make(tool, n, path, few):
    """Make the page of four points and that of n, and print the seconds and the version."""
    build, packages = TOOLS[tool]
    build(points(4), few)
    frame, times = points(n), []
    while len(times) < 3 and (not times or times[0] < QUICK):
        start = time.perf_counter()
        build(frame, path)
        times.append(time.perf_counter() - start)
        print(json.dumps({"seconds": times, "version": " + ".join(map(version, packages))}), flush=True)


def limited(gigabytes):
    """Return what sets a limit of address space in a process that starts."""
    size = int(gigabytes * 2**30)
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))


def last_json(text):
    lines = [line for line in (text or "").splitlines() if line.startswith('{"seconds"')]
    return json.loads(lines[-1]) if lines else {}


def built(tool, args, path, few):
    """Return what is known of a build: seconds and version, or why there is no file."""
    python = sys.executable if tool == "mineralmap" else args.peers
    command = [python, __file__, "--make", tool, "--points", str(args.points), "--to", str(path), str(few)]
    environment = dict(os.environ)
    if args.assets:
        environment["XDG_DATA_HOME"] = str(args.assets.resolve())
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=limited(args.memory),
    ) as process:
        try:
            out, errors = process.communicate(timeout=BUILD_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            out, errors = process.communicate()
            return {"failed": f"build over {BUILD_LIMIT} s", **last_json(out)}
    print(errors, file=sys.stderr)
    if process.returncode:
        lines = errors.strip().splitlines() or [f"ended with {process.returncode}"]
        memory = "MemoryError" in errors or "Unable to allocate" in errors or process.returncode == -9
        return {"failed": "build out of memory" if memory else f"build: {lines[-1][:120]}"}
    return last_json(out)


# ----------------------------------------------------------------------------------------- measuring


def pixels(picture):
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(np.int16)


def changed(one, other):
    """Return the share of pixels that are not the same colour to the eye, nor white as a page that waits."""
    differ, coloured = np.abs(one - other).max(axis=2) > 16, one.min(axis=2) < 239
    return float((differ & coloured).mean())


def pictured(page, seconds):
    """Return a picture of a page, or None if it gave none in time."""
    from playwright.sync_api import Error

    try:
        return pixels(page.screenshot(timeout=seconds * 1000))
    except Error as error:  # busy for longer, or no frame yet
        if "Timeout" in str(error) or "Unable to capture" in str(error):
            return None
        raise


def watched(page, start, patience, few=None):
    """Return the last picture of a page, and the seconds from its opening until it was drawn, or None.

    Without the picture of the four points, any picture that stays the same counts after five seconds.
    """
    last, since = None, 0.0
    while (left := patience - (time.perf_counter() - start)) > 0:
        picture = pictured(page, min(left, ONE_PICTURE))
        now = time.perf_counter() - start
        if picture is None:
            page.wait_for_timeout(50)
            continue
        if last is None or not np.array_equal(picture, last):
            last, since = picture, now
        elif now - since >= STILL and (changed(last, few) >= SEEN if few is not None else now >= SETTLE):
            return last, since
        page.wait_for_timeout(50)
    return last, None


def blank(picture):
    return np.ptp(picture, axis=(0, 1)).max() < 8


def why_not(picture, patience, few):
    """Return in a word why a page does not count as drawn."""
    if picture is not None and changed(picture, few) >= SEEN:
        return f"not still in {patience:.0f} s"
    if blank(few):
        return "blank, with four points too"
    return f"four points are drawn, but these not in {patience:.0f} s"


def opened(browser, path, patience, few=None):
    """Open a page without a network.

    Returns the last picture, the seconds until it was drawn or None, why it was not, and the hosts that it
    asked for.
    """
    from playwright.sync_api import Error

    context, hosts, crashed = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}), set(), []

    def refuse(route):
        hosts.add(route.request.url.split("/")[2])
        route.abort()

    context.route(re.compile(f"^(?!{'|'.join(LOCAL)})"), refuse)
    page = context.new_page()
    page.on("crash", lambda _: crashed.append(True))
    page.on("pageerror", lambda error: print(f"{path.name}: {error}"[:300], file=sys.stderr))
    try:
        page.screenshot()  # the browser has started
        start = time.perf_counter()
        page.goto(path.resolve().as_uri(), wait_until="commit", timeout=patience * 1000)
        picture, seconds = watched(page, start, patience, few)
        failed = why_not(picture, patience, few) if seconds is None and few is not None else None
        return picture, seconds, failed, hosts
    except Error as error:
        return None, None, "page crashed" if crashed else str(error).splitlines()[0], hosts
    finally:
        context.close()


def keep(folder, name, picture):
    from PIL import Image

    if folder and picture is not None:
        folder.mkdir(parents=True, exist_ok=True)
        slug = re.sub(r"\W+", "-", name.lower())
        Image.fromarray(picture.astype(np.uint8)).save(folder / f"{slug}.png")


def launched(playwright, args):
    return playwright.chromium.launch(
        executable_path=args.browser,
        args=[
            "--no-sandbox",
            "--enable-unsafe-swiftshader",
            "--host-resolver-rules=MAP * ~NOTFOUND",
        ],
    )


def looked_at(playwright, tool, args, path, few_path):
    """Return the seconds until drawn, or why not, with the share of the window changed and the hosts."""
    browser = launched(playwright, args)  # of its own: what one tool fills does not burden the next
    try:
        few, _, _, hosts = opened(browser, few_path, args.patience)
        keep(args.shots, f"{tool} four", few)
        times = []
        while len(times) < 3 and (not times or times[0] < QUICK):
            picture, seconds, failed, asked = opened(browser, path, args.patience, few)
            hosts |= asked
            if failed:
                break
            times.append(seconds)
        keep(args.shots, tool, picture)
    finally:
        browser.close()
    if few is None:
        failed = failed or "no picture of four points"
    share = 0.0 if picture is None or few is None else changed(picture, few)
    return {"drawn": times, "failed": failed, "share": share, "hosts": sorted(hosts)}


# -------------------------------------------------------------------------------------------- report


def told(seconds):
    return f"{statistics.median(seconds):.1f}" if seconds else "-"


def row(tool, build, size, look):
    """Return a line of the table."""
    failed = build.get("failed") or look.get("failed")
    hosts = ", ".join(look.get("hosts", ()))
    reason = "; ".join(
        part for part in (failed, hosts and f"asks for {hosts}{'' if failed else ', in vain'}") if part
    )
    verdict = ("no" if failed else "yes") + (f": {reason}" if reason else "")
    drawn = [] if failed else look["drawn"]
    cells = [tool, build.get("version", "-"), told(build.get("seconds")), f"{size:.0f}" if size else "-"]
    share = f"{look['share']:.0%}" if "share" in look else "-"
    return f"| {' | '.join([*cells, verdict, told(drawn), share])} |"


def measured(playwright, tool, args, folder):
    path, few = folder / "many.html", folder / "few.html"
    for left in (path, few):
        left.unlink(missing_ok=True)
    build = built(tool, args, path, few)
    size, look = 0, {}
    if "failed" not in build:
        size = path.stat().st_size / 1e6
        look = looked_at(playwright, tool, args, path, few)
    return row(tool, build, size, look)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--peers", default=sys.executable, help="the interpreter that has the peers")
    parser.add_argument("--assets", type=Path, help="folder for the scripts of datamapplot")
    parser.add_argument("--shots", type=Path, help="folder for pictures of the pages")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="tools whose names start so")
    parser.add_argument("--patience", type=float, default=60, help="seconds that a page is given")
    parser.add_argument("--memory", type=float, default=12, help="gigabytes of address space of a build")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--make", choices=TOOLS, help=argparse.SUPPRESS)
    parser.add_argument("--to", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.make:
        make(args.make, args.points, *args.to)
        return
    from playwright.sync_api import sync_playwright

    print(
        f"{args.points:,} points, {os.cpu_count()} cores, no graphics card, "
        f"Python {platform.python_version()}.\n\n"
        "| tool | version | build, s | MB | drawn offline | s until drawn | of the window changed |\n"
        "|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for tool in TOOLS:
            if not args.only or tool.startswith(tuple(args.only)):
                print(measured(playwright, tool, args, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
