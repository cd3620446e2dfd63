"""The maps as people meet them: in a real Chromium, with the network closed."""

import io
import json
import re

import folium
import folium.plugins
import numpy as np
import pandas as pd
import pytest
from PIL import Image

import mineralmap as mm
from mineralmap import codebook, shading, stages
from mineralmap.text import format_date

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [(1400, 900), (390, 844)], ids=["desk", "phone"])
RANGE = ".mm-time input[type=range]"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return a function that saves a map once and gives its address."""
    folder, files = tmp_path_factory.mktemp("maps"), {}

    def save(name, make):
        if name not in files:
            files[name] = folder / f"{name}.html"
            make().save(files[name])
        return files[name].as_uri()

    return save


@pytest.fixture
def opened(saved, watched):
    """Return a function that opens a saved map and watches it."""

    def open_map(name="india", make=mm.maps.india, size=(1400, 900)):
        seen = watched(*size)
        seen.page.goto(saved(name, make))
        seen.page.wait_for_selector(".mm-title")
        return seen

    return open_map


def _clean(seen):
    assert seen.left_the_machine() == []
    assert seen.errors == []


def _drag_to(page, day):
    """Put the slider on a day, as a drag does."""
    page.evaluate(
        """([selector, day]) => { const range = document.querySelector(selector);
        range.value = mineralmap.dayOf(day); range.dispatchEvent(new Event("input", { bubbles: true })); }""",
        [RANGE, day],
    )
    page.wait_for_function(
        "(day) => document.querySelector('.mm-time input[type=date]').value === day", arg=day
    )


def _now_shown(page):
    """Return title -> stage of what the map holds, read from its table."""
    page.get_by_role("button", name="Show as table").click()
    rows = page.locator(".mm-tables table").first.locator("tbody tr")
    cells = rows.evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    page.get_by_role("button", name="Back to the map").click()
    return {row[0]: row[1] for row in cells}


def _pin(page):
    """Return a pin that lies free: a click in its middle meets it."""
    page.evaluate("document.querySelectorAll('.mm-free').forEach((one) => one.classList.remove('mm-free'))")
    found = page.evaluate(
        """() => { for (const pin of document.querySelectorAll(".mm-initiative")) {
        const box = pin.getBoundingClientRect();
        const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (at && pin.contains(at)) { pin.classList.add("mm-free"); return true; } } return false; }"""
    )
    assert found, "no pin lies free"
    return page.locator(".mm-free")


# ------------------------------------------------------------------------------------- the page


@SIZES
def test_it_opens_without_a_network(opened, size):
    seen = opened(size=size)
    page = seen.page
    assert page.locator("path.mm-state").count() == 36
    assert page.locator(".mm-initiative").count() > 10
    assert page.locator(".mm-title h1").inner_text() == shading.finding(
        mm.load_initiatives(), mm.load_partners()
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    _clean(seen)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("state", lambda: mm.maps.state("IN-UP")),
        ("coast", mm.maps.coast),
        ("partners", mm.maps.partners),
        ("natural_earth", lambda: mm.maps.india(perspective="natural_earth", as_of="2024-12-31")),
        ("explore", lambda: mm.maps.explore(mm.load_initiatives(scope="rare_earth"), column="stage")),
    ],
)
def test_every_recipe_opens_without_a_network(opened, name, make):
    seen = opened(name, make)
    assert seen.page.locator(".leaflet-mm-states-pane path").count() >= 36
    _clean(seen)


@SIZES
def test_a_pin_and_a_state_tell_their_sources(opened, size):
    seen = opened(size=size)
    page = seen.page
    _pin(page).click()
    popup = page.locator(".mm-popup")
    popup.wait_for()
    links = popup.locator("a[href^='http']").evaluate_all("(all) => all.map((one) => [one.rel, one.target])")
    assert links
    assert set(map(tuple, links)) == {("noopener noreferrer", "_blank")}
    box = popup.bounding_box()
    assert box["width"] <= 360
    page.keyboard.press("Escape")
    popup.wait_for(state="detached")
    page.evaluate(
        """document.querySelector('path.mm-state[aria-label^=Kerala]').dispatchEvent(
        new MouseEvent('click', { bubbles: true, clientX: 200, clientY: 600 }))"""
    )
    popup.wait_for()
    assert popup.locator("h2").inner_text() == "Kerala"
    assert popup.locator("a[rel='noopener noreferrer']").count() > 0
    _clean(seen)


def test_the_keyboard_reaches_pins_states_and_controls(opened):
    seen = opened()
    page = seen.page
    reached = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => { const one = document.activeElement;
                return ["mm-initiative", "mm-state", "mm-partner", "mm-deposit"]
                .find((name) => one.classList.contains(name)) || one.type || one.tagName; }"""
            )
        )
        if {
            "mm-initiative",
            "mm-state",
            "mm-partner",
            "mm-deposit",
            "range",
            "date",
            "SUMMARY",
            "button",
        } <= reached:
            break
    else:
        pytest.fail(f"the keyboard reached only {sorted(reached)}")
    pin = page.locator(".mm-initiative").first
    pin.focus()
    page.keyboard.press("Enter")
    page.locator(".mm-popup").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "dialog"
    page.keyboard.press("Escape")
    page.locator(".mm-popup").wait_for(state="detached")
    assert page.evaluate("document.activeElement.classList.contains('mm-initiative')"), "focus goes back"
    _clean(seen)


def test_every_button_and_pin_has_a_name(opened):
    page = opened().page
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, select, [role=button], summary")]
        .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.title))
        .filter((one) => !one.closest("label"))
        .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


def test_the_layer_control_works(opened):
    seen = opened()
    page = seen.page
    page.locator(".leaflet-control-layers").hover(position={"x": 5, "y": 5})
    for name, sign in (
        ("Ports", ".mm-port"),
        ("Mines, plants and laboratories", ".mm-facility"),
        ("Deposits", ".mm-deposit"),
    ):
        shown = page.locator(f".leaflet-mm-sites-pane {sign}")
        before = shown.count()
        assert (before > 0) == (name == "Deposits"), "facilities and ports are off at first"
        page.locator(".leaflet-control-layers label", has_text=name).locator("input").click()
        assert (shown.count() > 0) != (before > 0), name
    _clean(seen)


def test_places_show_how_exact_they_are(opened):
    page = opened().page
    items = mm.load_initiatives(scope="rare_earth")
    drawn = items[items["lat"].notna()]
    kinds = set(drawn["location_accuracy"])
    assert (page.locator("path.mm-town").count() > 0) == ("town" in kinds)
    assert (page.locator("path.mm-district").count() > 0) == ("district" in kinds)
    counted = [int(text or 1) for text in _badges(page)]
    assert sum(counted) == len(drawn), "every placed initiative is in a pin, and in one only"
    assert page.locator(".mm-unplaced button").count() == int(items["lat"].isna().sum())
    # As close as can be, places that differ by a kilometre or more stand apart.
    page.evaluate(
        """() => { const map = Object.values(window).find((one) => one instanceof L.Map);
        map.setView([22, 80], 12, { animate: false }); }"""
    )
    places = drawn.groupby([drawn["lat"].round(2), drawn["lon"].round(2)]).ngroups
    assert abs(page.locator(".mm-initiative").count() - places) <= 2, "one pin a place, none elsewhere"
    assert sum(int(text or 1) for text in _badges(page)) == len(drawn)


def _badges(page):
    """Return the number on each pin, nothing where it holds one initiative."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".mm-initiative")]
        .map((pin) => (pin.querySelector("b") || {}).textContent || "")"""
    )


@pytest.mark.parametrize("size", [(1400, 900), (390, 844)])
def test_no_pin_covers_another_and_a_joined_one_tells_all(opened, size):
    seen = opened("coast", mm.maps.coast, size=size)
    page = seen.page
    middles = page.evaluate(
        """() => [...document.querySelectorAll(".mm-initiative")].map((pin) => {
        const box = pin.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })"""
    )
    apart = [np.hypot(a[0] - b[0], a[1] - b[1]) for at, a in enumerate(middles) for b in middles[:at]]
    assert min(apart) >= 12
    page.evaluate(
        """() => [...document.querySelectorAll(".mm-initiative")].find((pin) =>
        / around /.test(pin.getAttribute("aria-label") || pin.title || "")).focus()"""
    )
    page.keyboard.press("Enter")
    popup = page.locator(".mm-popup")
    popup.wait_for()
    number = int(popup.locator("h2").first.inner_text().split()[0])
    assert popup.locator("details").count() == number > 1
    _clean(seen)


def test_a_partner_tells_its_blocs_and_its_scale_is_shown(opened):
    seen = opened("partners", mm.maps.partners)
    page = seen.page
    page.evaluate(
        "[...document.querySelectorAll('.mm-partner')]"
        ".find((one) => one.textContent.startsWith('Japan')).focus()"
    )
    page.keyboard.press("Enter")
    text = page.locator(".mm-popup").inner_text()
    assert "the Quad" in text
    assert "rare-earth events" in text
    assert re.search(r"\d+ km", page.locator(".leaflet-control-scale").inner_text())
    assert page.locator(".mm-title p").inner_text().startswith("Data as of ")
    _clean(seen)


# ----------------------------------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("day", "size"), [("2025-07-30", (1400, 900)), ("2019-06-15", (390, 844))], ids=["desk", "phone"]
)
def test_the_slider_shows_what_was_known(opened, size, day):
    seen = opened(size=size)
    page = seen.page
    _drag_to(page, day)
    then = mm.load_initiatives(as_of=day, scope="rare_earth")
    known = set(mm.load_events(scope=("rare_earth", "critical_minerals"))["initiative_id"])
    then = then[then["initiative_id"].isin(known)]
    words = format_date(pd.Timestamp(day))
    assert page.locator(".mm-day").inner_text() == f"As of {words}"
    assert f"As known on {words}" in page.locator(".mm-title p").inner_text()
    assert page.locator(".mm-title h1").inner_text() == shading.finding(then, mm.load_partners())
    expected = {row.title: codebook.labels("stage")[row.stage] for row in then.itertuples()}
    assert _now_shown(page) == expected
    unplaced = int(then["lat"].isna().sum())
    assert page.locator(".mm-unplaced button").count() == unplaced
    events = mm.load_events(scope="rare_earth", as_of=day)
    events = events[events["partners"].map(bool)]
    partners = {code for codes in events["partners"] for code in codes}
    names = mm.load_partners().set_index("iso3")["name"]
    labels = page.locator(".mm-partner").evaluate_all("(all) => all.map((one) => one.textContent)")
    assert {re.sub(r" \d+$", "", label) for label in labels} == {names[code] for code in partners}
    page.get_by_role("button", name="Now", exact=True).click()
    assert page.locator(".mm-day").inner_text().startswith("Now: ")
    _clean(seen)


def test_a_pop_up_stays_in_step_with_the_day(opened):
    seen = opened()
    page = seen.page
    events = mm.load_events(scope="rare_earth")
    days = stages.last_day(events["date"], events["date_precision"])
    late = events[
        (days > "2025-07-30")
        & events["initiative_id"].isin(events.loc[days <= "2025-07-30", "initiative_id"])
    ]
    items = mm.load_initiatives(scope="rare_earth").set_index("initiative_id")
    late = late[late["initiative_id"].map(items["lat"]).isna().fillna(False)]
    step = late.iloc[-1]
    title = items.loc[step["initiative_id"], "title"]
    page.locator(".mm-unplaced summary").click()
    page.locator(".mm-unplaced button", has_text=title).first.click()
    assert step["title"] in page.locator(".mm-popup").inner_text()
    _drag_to(page, "2025-07-30")
    assert step["title"] not in page.locator(".mm-popup").inner_text()
    assert title in page.locator(".mm-popup").inner_text()
    _drag_to(page, page.locator(".mm-time input[type=date]").get_attribute("min"))
    page.locator(".mm-popup").wait_for(state="detached")
    _clean(seen)


def test_it_plays_pauses_and_takes_arrow_keys(opened):
    seen = opened()
    page = seen.page
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "mineralmap.dayOf(document.querySelector('.mm-time input[type=date]').value)"
        " > mineralmap.dayOf('2009-01-01')"
    )
    page.get_by_role("button", name="Pause").click()
    day = page.locator(".mm-day").inner_text()
    page.wait_for_timeout(600)
    assert page.locator(".mm-day").inner_text() == day
    _drag_to(page, "2025-07-30")
    page.locator(RANGE).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.mm-day').textContent === 'As of 31 July 2025'")
    assert page.locator(RANGE).get_attribute("aria-valuetext") == "As of 31 July 2025"
    page.keyboard.press("PageUp")
    assert page.locator(".mm-day").inner_text() != "As of 31 July 2025", "the next day with a step"
    page.locator(".mm-time input[type=date]").fill("2025-01-02")
    page.wait_for_function("document.querySelector('.mm-day').textContent === 'As of 2 January 2025'")
    _clean(seen)


def test_a_map_of_the_past_ends_there(opened):
    page = opened("past", lambda: mm.maps.india(as_of="2025-07-30")).page
    assert page.locator(".mm-day").inner_text() == "As of 30 July 2025"
    then = mm.load_initiatives(as_of="2025-07-30", scope="rare_earth")
    assert set(_now_shown(page)) <= set(then["title"])


# --------------------------------------------------------------------------- filters and search


@SIZES
def test_filters_and_search(opened, size):
    seen = opened(size=size)
    page = seen.page
    page.locator(".mm-filters > summary").click()
    items = mm.load_initiatives(scope="rare_earth")
    page.get_by_label("Partner", exact=True).select_option(label="Japan")
    with_japan = items[items["partners"].map(lambda codes: "JPN" in codes)]
    assert set(_now_shown(page)) == set(with_japan["title"])
    assert "Only: Japan" in page.locator(".mm-title p").inner_text()
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("button", name="None").click()
    assert _now_shown(page) == {}
    assert page.locator(".mm-initiative").count() == 0
    page.get_by_label("Operating").check()
    running = items[items["stage"] == "operating"]
    assert _now_shown(page) == dict.fromkeys(running["title"], "Operating")
    page.get_by_role("button", name="Show all").click()
    page.locator(".mm-filters").get_by_label("Other critical minerals").check()
    assert len(_now_shown(page)) > len(items) - 5
    search = page.get_by_label("Search titles, steps and places")
    search.fill("kollam")
    assert page.locator(".mm-results button").count() > 0
    page.locator(".mm-results button").first.click()
    page.locator(".mm-popup").wait_for()
    search.fill("<b>no such place</b>")
    assert page.locator(".mm-results button").count() == 0
    assert page.locator(".mm-filters [role=status]").inner_text() == "0 found"
    _clean(seen)


# ------------------------------------------------------------------------------ table and print


def test_the_table_holds_what_is_drawn(opened):
    seen = opened()
    page = seen.page
    page.get_by_role("button", name="Show as table").click()
    tables = page.locator(".mm-tables table")
    captions = tables.locator("caption").all_inner_texts()
    assert any(text.startswith("Initiatives") for text in captions)
    assert any(text.startswith("Rare-earth ties") for text in captions)
    assert not any(text.startswith("Ports") for text in captions), "what is off is not in the table"
    assert tables.first.locator("th[scope=col]").count() == 8
    assert tables.first.locator("a[rel='noopener noreferrer']").count() > 10
    page.keyboard.press("Escape")
    assert not page.locator(".mm-tables").is_visible()
    _clean(seen)


@SIZES
def test_paper_has_map_legend_and_tables_but_no_controls(opened, size, tmp_path):
    seen = opened(size=size)
    page = seen.page
    page.emulate_media(media="print")
    page.locator(".mm-tables table").first.wait_for()
    for hidden in (".mm-time", ".leaflet-control-zoom", ".mm-filters", ".mm-view"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator(".mm-legend .mm-in").is_visible()
    map_box, table_box = page.locator(".folium-map").bounding_box(), page.locator(".mm-tables").bounding_box()
    assert table_box["y"] >= map_box["y"] + map_box["height"] - 1, "the tables are below the map"
    page.emulate_media(media="screen")
    assert not page.locator(".mm-tables").is_visible()
    _clean(seen)


def test_reduced_motion_is_heeded(opened):
    page = opened().page
    page.emulate_media(reduced_motion="reduce")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.leaflet-map-pane')).transitionDuration")
        == "0s"
    )


# --------------------------------------------------------------------------------- hostile text

HOSTILE = [
    "<script>window.ran = 1</script>",
    "</script><script>window.ran = 2</script>",
    "<img src=x onerror='window.ran = 3'>",
    "<svg onload='window.ran = 4'></svg>",
    "\" onmouseover='window.ran = 5' x=\"",
    "' autofocus onfocus='window.ran = 6' x='",
    "javascript:window.ran=7",
    "data:text/html,<script>window.ran=8</script>",
    "${window.ran = 9}",
    "`${window.ran = 10}`",
    "{{ 7 * 7 }}{% raise %}{# x #}",
    "{% endraw %}{{ 7 * 7 }}",
    "line\u2028window.ran = 11\u2029end",
    "<b><i>unbalanced</b><table>",
    "\u202egnp.exe\u202c abc",
    "<!-- <script>window.ran = 12</script>",
    "&lt;script&gt;window.ran = 13&lt;/script&gt;",
    "<a href='javascript:window.ran=14'>x</a>",
    "\\u003cscript\\u003ewindow.ran = 15",
    "]]></style><style>*{display:none}",
]
#: Columns that are codes, dates or numbers by the tables' own rules, and so are no free text.
_CODES = (
    "_id",
    "iso",
    "date",
    "lat",
    "lon",
    "scope",
    "stage",
    "level",
    "precision",
    "accuracy",
    "kind",
    "confidence",
    "partners",
    "states",
    "blocs",
    "status",
    "setting",
    "as_of",
    "split",
)


def _poisoned(frame, texts):
    frame = frame.copy()
    for number, name in enumerate(frame.columns):
        free = str(frame[name].dtype) in ("str", "string", "object") and not any(
            part in name for part in _CODES
        )
        if name in ("url", "source_url"):
            hostile = [
                "javascript:window.ran=20",
                "data:text/html,<script>window.ran=21</script>",
                " javascript:window.ran=22",
                "JaVaScRiPt:window.ran=23",
                "https://example.org/\"onclick='window.ran=24'",
            ]
            frame[name] = [hostile[row % len(hostile)] for row in range(len(frame))]
        elif free and name != "geometry" and not frame[name].map(lambda cell: isinstance(cell, tuple)).any():
            frame[name] = [texts[(row + number) % len(texts)] for row in range(len(frame))]
    return frame


def _poisoned_tables():
    """Return the shipped tables with hostile text in every field that is free text."""
    names = ("events", "initiatives", "sources", "conflicts", "deposits", "facilities", "ports", "partners")
    return {name: _poisoned(getattr(mm, f"load_{name}")(), HOSTILE) for name in (*names, "monazite")}


def _hunt(page):
    """Open, hover and click everything; return what ran, and all attributes that run."""
    return page.evaluate(
        """async () => {
        const fire = (one, kind) => one.dispatchEvent(
          new MouseEvent(kind, { bubbles: true, clientX: 300, clientY: 400 }));
        document.querySelectorAll("details").forEach((one) => (one.open = true));
        const texts = [];
        const all = [...document.querySelectorAll(".mm-state, .mm-pin, .mm-partner, .mm-arc, .mm-dot")];
        for (const one of all) {
          if (!one.isConnected) continue;
          for (const kind of ["mouseover", "mousemove", "click", "mouseout"]) fire(one, kind);
          const popup = document.querySelector(".mm-popup");
          if (!popup) continue;
          texts.push(popup.textContent);
          popup.querySelectorAll("details").forEach((part) => (part.open = true));
          for (const link of popup.querySelectorAll("a:not(.leaflet-popup-close-button)")) {
            if (!/^https?:/.test(link.href)) window.ran = link.href;
          }
        }
        const buttons = ".mm-view button, .mm-unplaced button, .mm-results button, .mm-filters button";
        for (const one of document.querySelectorAll(buttons)) fire(one, "click");
        await new Promise((done) => setTimeout(done, 300));
        const runs = (one) => [...one.attributes].some((name) => /^on/i.test(name.name));
        const handlers = [...document.querySelectorAll("*")].filter(runs).length;
        const odd = document.querySelectorAll("body img[src='x'], .folium-map script, .folium-map style, "
          + ".folium-map table, .mm-tables table table, .folium-map [autofocus]").length;
        return { ran: window.ran === undefined ? null : window.ran, handlers, odd, seen: all.length, texts };
        }"""
    )


def test_hostile_text_is_shown_and_never_run(watched, tmp_path):
    mm.maps.india(title=HOSTILE[1], **_poisoned_tables()).save(tmp_path / "map.html")
    seen = watched()
    page = seen.page
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.goto((tmp_path / "map.html").as_uri())
    page.locator(".leaflet-control-layers input").evaluate_all(
        "(all) => all.forEach((one) => one.checked || one.click())"
    )
    page.evaluate(
        """() => { const search = document.querySelector(".mm-filters input[type=search]");
        search.value = "window"; search.dispatchEvent(new Event("input")); }"""
    )
    hunt = _hunt(page)
    page.locator(".mm-view button", has_text="Show as table").evaluate("(one) => one.click()")
    table = page.locator(".mm-tables").inner_text()
    assert hunt["ran"] is None
    assert page.evaluate("window.ran") is None
    assert hunt["handlers"] == 0
    assert hunt["odd"] == 0
    assert hunt["seen"] > 50
    assert page.locator(".mm-tables a").evaluate_all("(all) => all.every((one) => /^https?:/.test(one.href))")
    shown = " ".join(hunt["texts"]) + table
    for text in ("<script>window.ran = 1</script>", "${window.ran = 9}", "{{ 7 * 7 }}", "&lt;script&gt;"):
        assert text in shown, f"{text} is not shown as text"
    _clean(seen)


def test_hostile_points_are_shown_and_never_run(watched, tmp_path):
    rng = np.random.default_rng(5)
    n = len(HOSTILE) * 3
    texts = [HOSTILE[row % len(HOSTILE)] for row in range(n)]
    frame = pd.DataFrame(
        {
            "lat": rng.uniform(10, 30, n),
            "lon": rng.uniform(70, 95, n),
            "name": texts,
            "kind<script>": texts[::-1],
        }
    )
    page_map = mm.maps.explore(frame, column="kind<script>", title=HOSTILE[2])
    page_map.save(tmp_path / "points.html")
    seen = watched()
    page = seen.page
    page.goto((tmp_path / "points.html").as_uri())
    shown = set()
    for row in range(n):
        page.evaluate(
            """([lat, lon]) => { const map = Object.values(window).find((one) => one instanceof L.Map);
            map.fire("click", { latlng: L.latLng(lat, lon), originalEvent: new MouseEvent("click") }); }""",
            [frame["lat"][row], frame["lon"][row]],
        )
        shown.add(page.locator(".mm-popup h2").last.inner_text().strip())
    assert page.evaluate("window.ran") is None
    assert page.locator(".mm-popup img, .mm-title img, .mm-legend img").count() == 0
    assert {re.sub(r"\s+", " ", text).strip() for text in HOSTILE[:10]} <= {
        re.sub(r"\s+", " ", t) for t in shown
    }
    _clean(seen)


# -------------------------------------------------------------------------------- frames of points


def test_a_point_is_found_by_click_and_by_key(watched, tmp_path):
    rng = np.random.default_rng(3)
    n = 20_000
    frame = pd.DataFrame(
        {
            "lat": rng.uniform(10, 30, n),
            "lon": rng.uniform(70, 95, n),
            "id": np.arange(n),
            "tonnes": rng.integers(0, 900, n) / 10,
        }
    )
    mm.maps.explore(frame, column="tonnes", popup=["id", "tonnes"]).save(tmp_path / "points.html")
    seen = watched()
    page = seen.page
    page.goto((tmp_path / "points.html").as_uri())
    for row in (0, 777, n - 1):
        at = page.evaluate(
            """([lat, lon]) => { const map = Object.values(window).find((one) => one instanceof L.Map);
            map.closePopup();
            map.setView([lat, lon], 11, { animate: false });
            const at = map.latLngToContainerPoint([lat, lon]);
            const box = map.getContainer().getBoundingClientRect(); return [at.x + box.x, at.y + box.y]; }""",
            [frame["lat"][row], frame["lon"][row]],
        )
        page.mouse.click(*at)
        popup = page.locator(".mm-popup")
        popup.wait_for()
        assert popup.locator("h2").inner_text() == str(row)
        assert f"{frame['tonnes'][row]:.1f}" in popup.inner_text()
        page.keyboard.press("Escape")
        popup.wait_for(state="detached")
    page.locator("canvas.mm-points").focus()
    page.keyboard.press("Enter")
    page.locator(".mm-popup").wait_for()
    inked = page.evaluate(
        """() => { const canvas = document.querySelector("canvas.mm-points");
        const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return image.data.some((value) => value); }"""
    )
    assert inked
    _clean(seen)


def test_points_that_are_too_many_are_counted_in_cells_and_the_map_says_so(watched, tmp_path):
    frame = pd.DataFrame(
        {"lat": [20.001] * 7 + [25.0] * 3, "lon": [80.001] * 7 + [85.0] * 3, "id": range(10)}
    )
    mm.maps.explore(frame, max_points=9).save(tmp_path / "cells.html")
    seen = watched()
    page = seen.page
    page.goto((tmp_path / "cells.html").as_uri())
    assert "10 points in 2 cells" in page.locator(".mm-title").inner_text()
    assert "Counted in 2 cells of 0.01 degrees" in page.locator(".mm-title").inner_text()
    at = page.evaluate(
        """() => { const map = Object.values(window).find((one) => one instanceof L.Map);
        map.setView([20.005, 80.005], 11, { animate: false });
        const at = map.latLngToContainerPoint([20.005, 80.005]);
        const box = map.getContainer().getBoundingClientRect(); return [at.x + box.x, at.y + box.y]; }"""
    )
    page.mouse.click(*at)
    popup = page.locator(".mm-popup")
    popup.wait_for()
    assert popup.locator("h2").inner_text() == "7 points"
    _clean(seen)


# --------------------------------------------------------------------------- folium goes on working


def test_folium_layers_and_pop_ups_work(watched, tmp_path):
    page_map = mm.maps.india()
    folium.Marker([20, 78], popup=folium.Popup("<b>mine</b> &amp; yours"), tooltip="hint").add_to(page_map)
    folium.Marker([24, 78], popup="red", icon=folium.Icon(color="red")).add_to(page_map)
    folium.CircleMarker([22, 79], radius=9, popup="circle").add_to(page_map)
    folium.GeoJson({"type": "Point", "coordinates": [79.0, 25.0]}, tooltip="geo").add_to(page_map)
    group = folium.FeatureGroup(name="Mine").add_to(page_map)
    folium.PolyLine([[20, 78], [24, 78]]).add_to(group)
    page_map.save(tmp_path / "map.html")
    seen = watched()
    page = seen.page
    page.goto((tmp_path / "map.html").as_uri())
    marker = page.locator("img.leaflet-marker-icon").first
    assert marker.get_attribute("src").startswith("data:")
    marker.dispatch_event("click")
    assert page.locator(".leaflet-popup-content b").inner_text() == "mine"
    assert page.locator(".mm-icon svg").count() == 1
    _clean(seen)


def test_plugins_without_assets_work_offline(watched, tmp_path):
    page_map = mm.maps.india()
    for plugin in (
        folium.plugins.FloatImage("data:image/gif;base64,R0lGODlhAQABAAAAACw=", bottom=5, left=5),
        folium.LatLngPopup(),
        folium.ClickForMarker("here"),
        folium.ColorLine([[20, 78], [22, 79]], [0.5], colormap=["red", "blue"]),
    ):
        page_map.add_child(plugin)
    page_map.save(tmp_path / "map.html")
    seen = watched()
    seen.page.goto((tmp_path / "map.html").as_uri())
    assert seen.page.locator("path.mm-state").count() == 36
    assert seen.errors == []


def test_plugins_with_assets_load_them_as_folium_does():
    plugins = folium.plugins
    properties = {"name": "a", "time": "2025-01-01"}
    point = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [78, 20]}}
    points = {"type": "FeatureCollection", "features": [{**point, "properties": properties}]}
    tiles = "https://example.org/{z}/{x}/{y}.png"

    def addresses(page_map):
        page = page_map.get_root().render()
        return set(re.findall(r"<(?:script|link)[^>]+(?:src|href)=\"(https?:[^\"]+)\"", page))

    def with_plugins(page_map):
        layer = folium.GeoJson(points).add_to(page_map)
        for plugin in (
            *(plugins.MarkerCluster(), plugins.Fullscreen(), plugins.Draw(), plugins.MousePosition()),
            plugins.HeatMap([[20, 78]]),
            plugins.Search(layer, search_label="name"),
            plugins.TimestampedGeoJson(json.dumps(points)),
            # A mini map wants tiles of its own; without, it would ask for them.
            plugins.MiniMap(tile_layer=folium.TileLayer(tiles, attr="x")),
        ):
            page_map.add_child(plugin)
        return addresses(page_map)

    ours, theirs = with_plugins(mm.maps.OfflineMap()), with_plugins(folium.Map())
    assert theirs - addresses(folium.Map()) <= ours
    assert ours <= theirs


# --------------------------------------------------------------------------------- in a notebook


def test_it_draws_in_a_notebook_exported_to_html(watched, tmp_path):
    import nbformat
    from nbconvert import HTMLExporter

    html = mm.maps.india()._repr_html_()
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("mm.maps.india()", outputs=[output])]
    )
    body, _ = HTMLExporter().from_notebook_node(notebook)
    (tmp_path / "notebook.html").write_text(body, encoding="utf-8")
    seen = watched()
    seen.page.goto((tmp_path / "notebook.html").as_uri(), wait_until="domcontentloaded")
    frame = seen.page.frame_locator("iframe[title^=mineralmap]")
    frame.locator(".mm-title").wait_for()
    assert frame.locator("path.mm-state").count() == 36
    frame.locator(".mm-initiative").first.focus()
    seen.page.keyboard.press("Enter")
    frame.locator(".mm-popup a[rel='noopener noreferrer']").first.wait_for()


def test_where_frames_are_not_allowed_the_hint_is_read(watched):
    html = mm.maps.india()._repr_html_()
    page = watched().page
    page.set_content(re.sub(r"<iframe.*?</iframe>", "", html, flags=re.DOTALL))
    assert "trust the notebook" in page.locator("p").inner_text()
    assert page.locator("p").is_visible()


def test_the_search_finds_companies_and_subjects_of_steps(opened):
    page = opened("india").page
    page.locator(".mm-filters summary").click()
    search = page.get_by_label("Search titles, steps and places")
    for wanted in ("Toyota", "Hindustan Zinc", "tender", "magnet scheme"):
        search.fill(wanted)
        page.wait_for_function("() => document.querySelectorAll('.mm-results button').length > 0")
        assert page.locator(".mm-results button").count(), wanted


def test_states_are_painted_after_any_sequence_of_views(opened):
    page = opened("india").page
    inland = """() => { const map = Object.values(window).find((one) => one instanceof L.Map);
        const at = map.latLngToContainerPoint([9.9, 78.4]), box = map.getContainer().getBoundingClientRect();
        return [at.x + box.left, at.y + box.top]; }"""
    for views in (("Partners' world", "Monazite coast"), ("India", "Partners' world", "India")):
        for view in views:
            page.get_by_role("button", name=view, exact=True).click()
            page.wait_for_timeout(900)
        x, y = page.evaluate(inland)
        picture = Image.open(io.BytesIO(page.screenshot(clip={"x": x, "y": y, "width": 3, "height": 3})))
        red, _, blue = picture.convert("RGB").getpixel((1, 1))
        assert red > blue + 40, f"Tamil Nadu is ochre, not the blue of the sea, after {views}"


def test_an_open_pop_up_of_joined_pins_keeps_what_is_still_shown(opened):
    page = opened("coast", mm.maps.coast).page
    page.evaluate(
        """() => [...document.querySelectorAll(".mm-initiative")].find((pin) =>
        /^[3-9] initiatives around Alappad/.test(pin.getAttribute("aria-label") || pin.title)).focus()"""
    )
    page.keyboard.press("Enter")
    popup = page.locator(".mm-popup")
    popup.wait_for()
    titles = popup.locator("details summary").all_inner_texts()
    page.evaluate(
        """() => { const map = Object.values(window).find((one) => one instanceof L.Map);
        map.setZoom(11, { animate: false }); map.fire("mineralmap:change");
        mineralmap.show(map, {}); }"""
    )
    assert popup.locator("details summary").all_inner_texts() == titles, "a zoom parts the pins, not the list"
    page.evaluate(
        """() => { const map = Object.values(window).find((one) => one instanceof L.Map);
        mineralmap.show(map, { day: mineralmap.dayOf("2015-01-01") }); }"""
    )
    left = popup.locator("details summary").all_inner_texts()
    assert 0 < len(left) < len(titles), "those that were known by then stay"


def test_a_pin_with_the_focus_keeps_it_when_it_joins_another(opened):
    page = opened("coast", mm.maps.coast).page
    kept = page.evaluate(
        """() => { const map = Object.values(window).find((one) => one instanceof L.Map);
        let lost = 0, seen = 0;
        map.setZoom(9, { animate: false });
        for (let n = 0; n < document.querySelectorAll(".mm-initiative").length; n += 3) {
            document.querySelectorAll(".mm-initiative")[n].focus();
            map.setZoom(5, { animate: false });
            seen++;
            if (!document.activeElement.classList.contains("mm-initiative")) lost++;
            map.setZoom(9, { animate: false });
        }
        return [seen, lost]; }"""
    )
    assert kept[0] > 8
    assert kept[1] == 0
