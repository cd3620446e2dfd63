"""Names and frame, an address, what one takes away, and all people: in a real Chromium."""

import io
import json
import os
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from map_pages import MAP, SCREENS, clean, free_pin, go_to, story_of, title_of_story
from PIL import Image

import mineralmap as mm
from mineralmap import codebook

pytestmark = pytest.mark.browser


# --------------------------------------------------------------------------------- names and frame


SIZES_OF_INDIA = [(980, 620), (390, 844), (1400, 900), (1920, 1080), (700, 450)]


# All sizes (a notebook, a phone, a desk, a wide screen, 200 %) for one map, the outer two for the others.
@pytest.mark.parametrize(
    ("name", "size"),
    [
        *(("india", size) for size in SIZES_OF_INDIA),
        *((name, size) for name in ("coast", "partners", "state") for size in ((390, 844), (980, 620))),
    ],
    ids=str,
)
def test_names_lie_apart_and_inside_and_panels_beside_the_map(opened, name, size):
    make = {"india": mm.maps.india, "coast": mm.maps.coast, "partners": mm.maps.partners}
    page = opened(name, make.get(name, lambda: mm.maps.state("IN-UP")), size=size).page
    page.wait_for_timeout(200)
    boxes = page.evaluate(
        """() => [...document.querySelectorAll(".mm-name, .mm-partner, .leaflet-control")]
        .filter((one) => one.style.visibility !== "hidden").map((one) => {
        const { left, top, right, bottom } = one.getBoundingClientRect();
        return [one.textContent || one.className, left, top, right, bottom]; })"""
    )
    frame = page.locator(".mm-canvas").bounding_box()
    far = name == "partners"
    names = [box for box in boxes if box[3] > box[1]]
    for text, left, top, right, bottom in names:
        if far or "Japan, " in text:
            continue
        assert frame["x"] - 1 <= left < right <= frame["x"] + frame["width"] + 1, f"{text} is cut"
        assert frame["y"] - 1 <= top < bottom <= frame["y"] + frame["height"] + 1, f"{text} is cut"
    for number, one in enumerate(names):
        for other in names[:number]:
            wide, high = (
                min(one[3], other[3]) - max(one[1], other[1]),
                min(one[4], other[4]) - max(one[2], other[2]),
            )
            assert wide < 3 or high < 3, f"{one[0]!r} lies over {other[0]!r}"
    shown = {text for text, *_ in names}
    if name == "india":
        # In one line, in two, or as letters.
        for state, letters in (("Uttar", "UP"), ("Tamil", "TN"), ("Andhra", "AP")):
            assert any(text.startswith(state) or text == letters for text in shown), state
        india = page.evaluate(
            """() => { const tops = [], bottoms = [];
            for (const path of document.querySelectorAll("path.mm-state")) {
            const box = path.getBoundingClientRect(); tops.push(box.top); bottoms.push(box.bottom); }
            return Math.max(...bottoms) - Math.min(...tops); }"""
        )
        if size[0] > 700:
            assert india >= 0.85 * frame["height"], "India fills the height that the panels leave"
    if size[0] > 700:
        side = page.locator(".mm-side").bounding_box()
        assert side["x"] >= frame["x"] + frame["width"] - 1, "the panels are beside the map"
        rows = page.locator(".mm-key .mm-row, .mm-key .mm-strip").count()
        assert 0 < rows <= 12, "a short key"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_zoom_keeps_india_in_the_middle(opened):
    page = opened().page
    before = page.evaluate(f"{MAP}.getCenter()")
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(500)
    after = page.evaluate(f"{MAP}.getCenter()")
    assert abs(before["lat"] - after["lat"]) < 0.5
    assert abs(before["lng"] - after["lng"]) < 0.5
    assert 19 < before["lat"] < 25
    assert 80 < before["lng"] < 86


def test_what_runs_unconfirmed_is_hollow(opened):
    page = opened().page
    seconds = page.locator(".mm-sign i path").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('fill'))"
    )
    assert "#ffffff" in seconds, "from afar it stands beside what covers it"
    page.evaluate(f"void {MAP}.setView([8.9, 76.5], 11, {{ animate: false }})")
    items = mm.load_initiatives(scope="rare_earth")
    running = items[(items["stage"] == "operating") & items["lat"].between(8.7, 9.2)]
    assert running["unconfirmed"].any()
    fills = page.locator(".mm-initiative path").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('fill'))"
    )
    assert "#ffffff" in fills
    green = codebook.colours("stage")["operating"]
    assert (green in fills) == (~running["unconfirmed"]).any()


# -------------------------------------------------------------------------------------- an address


def test_an_address_brings_back_what_was_seen(opened, saved):
    seen = opened()
    page = seen.page
    go_to(page, "2025-07-30")
    page.locator(".mm-filters > summary").click()
    page.get_by_label("Partner", exact=True).select_option(label="Japan")
    page.evaluate(f"void {MAP}.setView([17.6, 83.1], 8, {{ animate: false }})")
    free_pin(page).click()
    title = title_of_story(page)
    page.wait_for_function("() => location.hash.includes('open=')")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(".mm-story")
    assert title_of_story(page) == title
    assert page.locator(".mm-day").inner_text() == "As of 30 Jul 2025"
    assert "Only: Japan" in page.locator(".mm-title p").inner_text()
    assert page.evaluate(f"{MAP}.getZoom()") == 8
    wrong = "#day=2025-99-99&view=a,b,c&state=<img src=x>&open=none&nonsense=1"
    page.goto("about:blank")
    page.goto(saved("india", mm.maps.india) + wrong)
    page.wait_for_selector(".mm-title")
    assert page.locator(".mm-title img").count() == 0
    clean(seen)


def test_link_citation_picture_and_points_can_be_taken_away(opened):
    seen = opened()
    page = seen.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(f"void {MAP}.setView([17.6, 83.1], 9, {{ animate: false }})")
    page.locator(".mm-list summary").first.click()
    page.locator(".mm-list button").first.click()
    page.get_by_role("button", name="Copy citation").click()
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(title_of_story(page) + ": ")
    assert str(mm.cite()).split(". Version")[0] in copied
    assert re.search(r"https?://", copied)
    page.locator(".mm-save summary").click()
    page.get_by_role("button", name="Copy link to this view").click()
    page.get_by_text("Copied").first.wait_for()
    assert "view=17.6" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Points (GeoJSON)").click()
    points = json.loads(waited.value.path().read_text(encoding="utf-8"))
    ids = {one["properties"].get("initiative_id") for one in points["features"]} - {None}
    items = mm.load_initiatives(scope="rare_earth")
    assert ids == set(items.loc[items["lat"].notna(), "initiative_id"])
    assert gpd.GeoDataFrame.from_features(points, crs="EPSG:4326").total_bounds[0] > 60
    with page.expect_download() as waited:
        page.get_by_role("button", name="Picture (PNG)").click()
    picture = Image.open(waited.value.path()).convert("RGB")
    assert picture.size == (2800, 1800)
    seen_now = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    small = picture.resize(seen_now.size)
    apart = np.abs(np.asarray(small, dtype=int) - np.asarray(seen_now, dtype=int)).max(axis=2) > 60
    assert apart.mean() < 0.02, "the picture is what is seen: slider, fields and story, without the menu"
    clean(seen)


# ---------------------------------------------------------------------------------- for all people

RECIPES = ("india", "state", "coast", "partners", "explore")
AXE = Path(__file__).resolve().parents[1] / "tools" / "scripts" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [
        *((name, SCREENS[at % 2], "light") for at, name in enumerate(RECIPES)),
        ("india", SCREENS[1], "light"),
        ("india", SCREENS[0], "dark"),
    ],
    ids=str,
)
def test_axe_finds_nothing(opened, name, size, scheme):
    if not AXE.is_file():
        reason = "axe-core is not installed (make lint-scripts)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    make = {
        "india": mm.maps.india,
        "state": lambda: mm.maps.state("IN-UP"),
        "coast": mm.maps.coast,
        "partners": mm.maps.partners,
        "explore": lambda: mm.maps.explore(mm.load_initiatives(scope="rare_earth"), column="stage"),
    }
    page = opened(name, make[name], size=size).page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.add_script_tag(path=AXE)

    def faults():
        return page.evaluate(
            """async () => {
            const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
            const { violations } = await axe.run({ runOnly: { type: "tag", values } });
            return violations.flatMap(({ id, nodes }) =>
            nodes.map((one) => [id, one.html.slice(0, 160), one.failureSummary].join(" | "))); }"""
        )

    def assert_none(when):
        found = faults()
        assert not found, when + "\n" + "\n\n".join(found)

    assert_none("as it opens")
    if name != "explore":
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")
        if size[0] < 700:
            page.get_by_role("button", name="Search", exact=True).click()
        assert_none("filters and lists open")
        page.evaluate("() => document.querySelector('.mm-list button').click()")
        story_of(page)
        assert_none("a story open")
    page.get_by_role("button", name="Table", exact=True).evaluate("(one) => one.click()")
    assert_none("the table open")
