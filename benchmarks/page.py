"""Maps in Chromium: how soon the overview can be used, what dragging keeps, frames while points are moved.

    python benchmarks/page.py [--runs 9] [--browser /usr/bin/chromium] [PAGE ...]

Pages are opened in turn, the shipped map of India if none is named; so a page of an earlier version can be
compared in the same run. Interactive is the time from the start of the navigation until the page is
loaded and two frames are drawn. Memory is the heap of the scripts and the number of nodes after
garbage is collected, before and after 200 steps of the time slider. Frames are those that Chromium's own
trace counts as drawn while maps of points are dragged about and zoomed with the wheel, without a graphics
card, at full speed of the processor. Prints Markdown.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

import mineralmap as mm

SLOWED, DRAGS = 4, 200
POINTS = (1_000, 100_000, 1_000_000)
#: Milliseconds from the navigation until two frames after the page is loaded.
READY = """new Promise((done) => {
  const after = () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
  if (document.readyState === "complete") after(); else addEventListener("load", after);
})"""
DRAG = """async (steps) => {
  const range = document.querySelector(".mm-time input[type=range]");
  for (let step = 0; step < steps; step++) {
    range.value = (step * 37) % 1000;
    range.dispatchEvent(new Event("input"));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  range.value = 1000;
  range.dispatchEvent(new Event("input"));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def opened(browser, path, slowed=SLOWED):
    """Return a page that was opened, its session, and the milliseconds until it could be used."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    page.goto(path.resolve().as_uri(), wait_until="commit")
    return page, session, page.evaluate(READY)


def kept(page, session):
    """Return the megabytes of the scripts' heap and the nodes that are left after garbage is collected."""
    session.send("HeapProfiler.collectGarbage")
    counts = session.send("Memory.getDOMCounters")
    heap = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    return heap, counts["nodes"], counts["jsEventListeners"]


def moved(page):
    """Drag the map to and fro and zoom it in and out; the seconds that it took are asked of the trace."""
    page.mouse.move(500, 450)
    page.mouse.down()
    for step in range(120):
        page.mouse.move(500 + 150 * np.sin(step / 10), 450 + 80 * np.cos(step / 10))
        page.wait_for_timeout(8)
    page.mouse.up()
    for step in range(8):
        page.keyboard.press("+" if step < 4 else "-")
        page.wait_for_timeout(300)


def drawn(browser, path):
    """Return frames a second while the map is moved, and the share of the frames that were dropped."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri())
    page.evaluate(READY)
    page.locator(".leaflet-container").focus()
    browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline.frame"])
    moved(page)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    page.close()
    at = {
        name: [one["ts"] for one in events if one["name"] == name] for name in ("DrawFrame", "DroppedFrame")
    }
    seconds = (max(at["DrawFrame"]) - min(at["DrawFrame"])) / 1e6
    dropped = len(at["DroppedFrame"])
    return len(at["DrawFrame"]) / seconds, dropped / (len(at["DrawFrame"]) + dropped)


def print_frames(browser, folder):
    """Print how smoothly maps of points are moved."""
    rng = np.random.default_rng(1)
    print("\n| points | frames a second | dropped |\n|---|---|---|")
    for count in POINTS:
        path = Path(folder) / f"{count}.html"
        frame = pd.DataFrame({"lon": rng.uniform(69, 96, count), "lat": rng.uniform(8, 34, count)})
        mm.maps.explore(frame).save(path)
        runs = [drawn(browser, path) for _ in range(3)]
        rate, dropped = (statistics.median(one) for one in zip(*runs, strict=True))
        print(f"| {count:,} | {rate:.0f} | {100 * dropped:.0f} % |")


def main():
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Time the overview map in Chromium.")
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = args.pages
        if not pages:
            pages = [Path(folder) / "india.html"]
            mm.maps.india().save(pages[0])
        browser = playwright.chromium.launch(executable_path=args.browser, args=["--no-sandbox"])
        taken = {path: [] for path in pages}
        for run in range(args.runs + 1):
            for path in pages:
                page, _, milliseconds = opened(browser, path)
                page.close()
                if run:
                    taken[path].append(milliseconds)
        print("| page | bytes | interactive, ms: median | least | most |\n|---|---|---|---|---|")
        for path, times in taken.items():
            row = [statistics.median(times), min(times), max(times)]
            print(f"| {path.name} | {path.stat().st_size:,} | {' | '.join(f'{one:.0f}' for one in row)} |")
        print("\n| page | drags | heap, MB | nodes | listeners |\n|---|---|---|---|---|")
        for path in pages:
            page, session, _ = opened(browser, path, slowed=1)
            page.evaluate(DRAG, 20)  # what is made at the first step stays
            for drags in (0, DRAGS, DRAGS):
                page.evaluate(DRAG, drags)
                heap, nodes, listeners = kept(page, session)
                print(f"| {path.name} | {drags} | {heap:.2f} | {nodes:,} | {listeners:,} |")
        print_frames(browser, folder)
        browser.close()


if __name__ == "__main__":
    main()
