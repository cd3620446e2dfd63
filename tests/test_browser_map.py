"""The maps as people meet them: in a real Chromium, with the network closed."""

import io
import re

import pandas as pd
import pytest
from map_pages import MAP, RANGE, SIZES, clean, free_pin, go_to, now_shown, story_of, title_of_story
from PIL import Image

import mineralmap as mm
from mineralmap import codebook, shading, stages
from mineralmap.text import format_date

pytestmark = pytest.mark.browser


# ------------------------------------------------------------------------------------- the page


@SIZES
def test_it_opens_without_a_network(opened, size):
    seen = opened(size=size)
    page = seen.page
    assert page.locator("path.mm-state").count() == 36
    assert page.locator(".mm-initiative").count() > 10
    items = mm.load_initiatives(scope="rare_earth")
    projects = items[items["group"] == "project"]
    running = int((projects["stage"] == "operating").sum())
    title = page.locator(".mm-title h1").inner_text()
    assert title.startswith(f"{len(projects)} rare-earth projects in India: {running} operating")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    clean(seen)


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
    clean(seen)


@SIZES
def test_a_pin_and_a_state_tell_their_sources(opened, size):
    seen = opened(size=size)
    page = seen.page
    centre = page.evaluate(f"{MAP}.getCenter().toString()")
    free_pin(page).click()
    story = story_of(page)
    assert page.evaluate(f"{MAP}.getCenter().toString()") == centre, "nothing moves because a story opens"
    assert page.locator("path.mm-ring").count() == 1, "the chosen sign is ringed"
    links = story.locator("a[href^='http']").evaluate_all("(all) => all.map((one) => [one.rel, one.target])")
    assert links
    assert set(map(tuple, links)) == {("noopener noreferrer", "_blank")}
    page.keyboard.press("Escape")
    story.wait_for(state="hidden")
    assert page.locator("path.mm-ring").count() == 0
    page.evaluate("() => [...document.querySelectorAll('.mm-list')].forEach((one) => (one.open = true))")
    page.wait_for_function(
        """() => { const kerala = [...document.querySelectorAll(".mm-list button")]
        .find((one) => one.textContent.startsWith("Kerala:")); if (kerala) kerala.click(); return kerala; }"""
    )
    story_of(page)
    assert title_of_story(page) == "Kerala"
    assert page.locator("path.mm-flash").count() == 1, "its outline is drawn"
    assert story.locator("a[rel='noopener noreferrer']").count() > 0
    # The close button stays in view however long the story is.
    close = page.locator(".mm-x:visible")
    assert close.count() == 1
    page.locator(".mm-story").evaluate("(one) => one.scrollIntoView(false)")
    box = close.bounding_box()
    assert 0 <= box["y"] <= size[1] - box["height"]
    close.click()
    story.wait_for(state="hidden")
    clean(seen)


def test_the_keyboard_reaches_pins_states_and_controls(opened):
    seen = opened()
    page = seen.page
    reached = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => { const one = document.activeElement;
                return ["mm-initiative", "mm-partner"]
                .find((name) => one.classList.contains(name)) || one.type || one.tagName; }"""
            )
        )
        if {"mm-initiative", "mm-partner", "range", "text", "search", "SUMMARY", "button"} <= reached:
            break
    else:
        pytest.fail(f"the keyboard reached only {sorted(reached)}")
    pin = page.locator(".mm-initiative").first
    pin.focus()
    page.keyboard.press("Enter")
    story_of(page)
    assert page.evaluate("document.activeElement.closest('.mm-story') !== null"), "the focus is in the story"
    page.keyboard.press("Escape")
    page.locator(".mm-story").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.classList.contains('mm-initiative')"), "focus goes back"
    clean(seen)


def test_every_button_and_pin_has_a_name(opened):
    page = opened().page
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, select, [role=button], summary")]
        .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.title))
        .filter((one) => !one.closest("label, [hidden]"))
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
    clean(seen)


def test_places_show_how_exact_they_are(opened):
    page = opened().page
    items = mm.load_initiatives(scope="rare_earth")
    drawn = items[items["lat"].notna()]
    kinds = set(drawn["location_accuracy"])
    counted = [int(text or 1) for text in _badges(page)]
    assert sum(counted) == len(drawn), "every placed initiative is in a pin, and in one only"
    assert _unplaced(page).startswith(f"{int(items['lat'].isna().sum())} without")
    # As close as can be, places that differ by a kilometre or more stand apart.
    page.evaluate(
        """() => { const map = Object.values(window).find((one) => one instanceof L.Map);
        map.setView([22, 80], 12, { animate: false }); }"""
    )
    assert (page.locator("path.mm-town").count() > 0) == ("town" in kinds)
    assert (page.locator("path.mm-district").count() > 0) == ("district" in kinds)
    places = drawn.groupby([drawn["lat"].round(2), drawn["lon"].round(2)]).ngroups
    assert abs(page.locator(".mm-initiative").count() - places) <= 2, "one pin a place, none elsewhere"
    assert sum(int(text or 1) for text in _badges(page)) == len(drawn)


def _unplaced(page):
    return page.locator(".mm-list summary").first.evaluate("(one) => one.textContent")


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
    # Targets are squares: 24 pixels wide, 32 under a finger.
    apart = [max(abs(a[0] - b[0]), abs(a[1] - b[1])) for at, a in enumerate(middles) for b in middles[:at]]
    assert min(apart) >= (24 if size[0] > 700 else 32) - 1
    page.evaluate(
        """() => [...document.querySelectorAll(".mm-initiative")].find((pin) =>
        / around /.test(pin.getAttribute("aria-label") || pin.title || "")).focus()"""
    )
    page.keyboard.press("Enter")
    story = story_of(page)
    number = int(title_of_story(page).split()[0])
    assert story.locator("details").count() == number > 1
    clean(seen)


def test_a_partner_tells_its_blocs_and_its_scale_is_shown(opened):
    seen = opened("partners", mm.maps.partners)
    page = seen.page
    page.evaluate(
        "[...document.querySelectorAll('.mm-partner')]"
        ".find((one) => one.textContent.startsWith('Japan')).focus()"
    )
    page.keyboard.press("Enter")
    text = story_of(page).inner_text()
    assert "the Quad" in text
    assert "rare-earth events" in text
    assert re.search(r"\d+ km", page.locator(".leaflet-control-scale").inner_text())
    line = page.locator(".mm-title p").inner_text()
    assert re.match(
        r"Newest event \d+ [A-Z][a-z]{2} \d{4}; no page after \d+ [A-Z][a-z]{2} \d{4} was seen", line
    )
    assert page.locator(".mm-title h1").inner_text() == shading.finding(
        mm.load_initiatives(), mm.load_partners()
    )
    assert page.locator(".mm-initiative").count() == 0, "from afar the signs would hide India"
    clean(seen)


# ----------------------------------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("day", "size"), [("2025-07-30", (1400, 900)), ("2019-06-15", (390, 844))], ids=["desk", "phone"]
)
def test_the_slider_shows_what_was_known(opened, size, day):
    seen = opened(size=size)
    page = seen.page
    go_to(page, day)
    then = mm.load_initiatives(as_of=day, scope="rare_earth")
    known = set(mm.load_events(scope=("rare_earth", "critical_minerals"))["initiative_id"])
    then = then[then["initiative_id"].isin(known)]
    words = format_date(pd.Timestamp(day), short=True)
    assert page.locator(".mm-day").inner_text() == f"As of {words}"
    assert f"As known on {words}" in page.locator(".mm-title p").inner_text()
    projects = then[then["group"] == "project"]
    assert page.locator(".mm-title h1").inner_text().startswith(f"{len(projects)} rare-earth project")
    expected = {row.title: codebook.labels("stage")[row.stage] for row in then.itertuples()}
    assert now_shown(page) == expected
    unplaced = int(then["lat"].isna().sum())
    assert _unplaced(page).startswith(f"{unplaced} without")
    events = mm.load_events(scope="rare_earth", as_of=day)
    events = events[events["partners"].map(bool)]
    partners = {code for codes in events["partners"] for code in codes}
    names = mm.load_partners().set_index("iso3")["name"]
    labels = page.locator(".mm-partner").evaluate_all("(all) => all.map((one) => one.textContent)")
    japan = int(events["partners"].map(lambda codes: "JPN" in codes).sum())
    assert [label.split(" event")[0] for label in labels] == [f"Japan, {japan}"], "over India the first alone"
    page.evaluate(f"void {MAP}.setView([20, 60], 2, {{ animate: false }})")
    labels = page.locator(".mm-partner").evaluate_all("(all) => all.map((one) => one.textContent)")
    assert {re.sub(r" \d+$", "", label) for label in labels} == {names[code] for code in partners}
    page.get_by_role("button", name="Now", exact=True).click()
    assert page.locator(".mm-day").inner_text().startswith("Now: ")
    clean(seen)


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
    page.locator(".mm-list summary").first.click()
    page.locator(".mm-list button", has_text=title).first.click()
    assert step["title"] in story_of(page).inner_text()
    go_to(page, "2025-07-30")
    assert step["title"] not in story_of(page).inner_text()
    assert title in story_of(page).inner_text()
    page.locator(RANGE).focus()
    page.keyboard.press("Home")
    page.locator(".mm-story").wait_for(state="hidden")
    clean(seen)


def test_it_plays_pauses_and_takes_arrow_keys(opened):
    seen = opened()
    page = seen.page
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "() => mineralmap.readDay(document.querySelector('.mm-exact').value) > mineralmap.dayOf('2009-01-01')"
    )
    page.get_by_role("button", name="Pause").click()
    day = page.locator(".mm-day").inner_text()
    page.wait_for_timeout(600)
    assert page.locator(".mm-day").inner_text() == day
    go_to(page, "2025-07-30")
    page.locator(RANGE).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.mm-day').textContent === 'As of 31 Jul 2025'")
    assert page.locator(RANGE).get_attribute("aria-valuetext") == "As of 31 Jul 2025"
    page.keyboard.press("PageUp")
    assert page.locator(".mm-day").inner_text() != "As of 31 Jul 2025", "the next day with a step"
    field = page.locator(".mm-exact")
    for written in ("2025-01-02", "3 Jan 2025", "4 January 2025"):
        field.fill(written)
        field.press("Enter")
        day = format_date(pd.Timestamp(written), short=True)
        page.wait_for_function(
            "(day) => document.querySelector('.mm-day').textContent === `As of ${day}`", arg=day
        )
    field.fill("the day before")
    field.press("Enter")
    assert field.input_value() == "4 Jan 2025", "what is no day changes nothing"
    # The years since 2024 have half of the bar.
    page.evaluate(
        """(selector) => { const range = document.querySelector(selector);
        range.value = 500; range.dispatchEvent(new Event("input", { bubbles: true })); }""",
        RANGE,
    )
    page.wait_for_function("() => document.querySelector('.mm-day').textContent === 'As of 1 Jan 2024'")
    page.get_by_role("button", name=re.compile("^pact with Japan")).click()
    assert "Nov 2012" in page.locator(".mm-day").inner_text(), "a note leads to its day"
    clean(seen)


def test_a_map_of_the_past_ends_there(opened):
    page = opened("past", lambda: mm.maps.india(as_of="2025-07-30")).page
    assert page.locator(".mm-day").inner_text() == "As of 30 Jul 2025"
    then = mm.load_initiatives(as_of="2025-07-30", scope="rare_earth")
    assert set(now_shown(page)) <= set(then["title"])


# --------------------------------------------------------------------------- filters and search


@SIZES
def test_filters_and_search(opened, size):
    seen = opened(size=size)
    page = seen.page
    if size[0] < 700:
        page.get_by_role("button", name="Search", exact=True).click()
    page.locator(".mm-filters > summary").click()
    items = mm.load_initiatives(scope="rare_earth")

    def choose(name, **option):
        page.get_by_label(name, exact=True).select_option(**option)

    choose("Partner", label="Japan")
    with_japan = items[items["partners"].map(lambda codes: "JPN" in codes)]
    assert set(now_shown(page)) == set(with_japan["title"])
    assert "Only: Japan" in page.locator(".mm-title p").inner_text()
    choose("State", label="Uttar Pradesh")
    in_state = with_japan[with_japan["states"].map(lambda codes: "IN-UP" in codes)]
    assert set(now_shown(page)) == set(in_state["title"])
    page.get_by_role("button", name="Show all").click()
    choose("Stage", label="Running")
    running = items[items["stage"] == "operating"]
    assert now_shown(page) == dict.fromkeys(running["title"], "Operating")
    choose("Type", label=codebook.labels("type")["plant"])
    assert set(now_shown(page)) == set(running.loc[running["type"] == "plant", "title"])
    page.get_by_role("button", name="Show all").click()
    choose("Leader", label="Government of Japan")
    led = items[items["owners"].map(lambda owners: "Government of Japan" in owners)]
    assert set(now_shown(page)) == set(led["title"])
    page.get_by_role("button", name="Show all").click()
    choose("Step of the chain", label=codebook.labels("segment")["magnet"])
    magnets = items[items["segments"].map(lambda segments: "magnet" in segments)]
    assert set(now_shown(page)) == set(magnets["title"])
    page.get_by_role("button", name="Show all").click()
    assert len(now_shown(page)) == len(items)
    search = page.get_by_label("Search all that is written")
    search.fill("kollam")
    page.locator(".mm-results button").first.wait_for()
    assert page.locator(".mm-searching .mm-hit").count() > 0, "what is found is marked on the map"
    page.locator(".mm-results button").first.click()
    story_of(page)
    if size[0] < 700:
        page.locator(".mm-x:visible").click()
        page.get_by_role("button", name="Search", exact=True).click()
    search.fill("<b>no such place</b>")
    page.wait_for_function("() => document.querySelector('.mm-find [role=status]').textContent === '0 found'")
    assert page.locator(".mm-results button").count() == 0
    clean(seen)


# ------------------------------------------------------------------------------ table and print


def test_the_table_holds_what_is_drawn(opened):
    seen = opened()
    page = seen.page
    page.get_by_role("button", name="Table", exact=True).click()
    tables = page.locator(".mm-tables table")
    captions = tables.locator("caption").all_inner_texts()
    assert any(text.startswith("Initiatives") for text in captions)
    assert any(text.startswith("Rare-earth ties") for text in captions)
    assert not any(text.startswith("Ports") for text in captions), "what is off is not in the table"
    assert tables.first.locator("th[scope=col]").count() == 8
    assert tables.first.locator("a[rel='noopener noreferrer']").count() > 10
    page.keyboard.press("Escape")
    assert not page.locator(".mm-tables").is_visible()
    clean(seen)


def test_the_table_is_sorted_filtered_and_saved(opened):
    page = opened().page
    page.get_by_role("button", name="Table", exact=True).click()
    first = page.locator(".mm-tables table").first

    def column(number):
        return first.locator(f"tbody tr > :nth-child({number})").all_inner_texts()

    first.locator("thead button", has_text="Since").click()
    days = [pd.to_datetime(text, format="%d %b %Y") for text in column(3) if len(text.split()) == 3]
    assert days == sorted(days), "by the day, not by its letters"
    first.locator("thead button", has_text="Since").click()
    assert first.locator("th[aria-sort=descending]").count() == 1
    assert column(3)[0].split()[-1] == "2026"
    page.get_by_label("Only rows with").fill("magnet")
    rows = first.locator("tbody tr").all_inner_texts()
    assert 0 < len(rows) < 100
    assert all("magnet" in row.lower() for row in rows)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save as CSV").first.click()
    table = pd.read_csv(waited.value.path())
    assert len(table) == len(rows)
    assert list(table.columns) == [text.strip(" ▲▼") for text in first.locator("thead th").all_inner_texts()]
    assert table["Its sources"].str.contains("<https?://", regex=True).all()


@SIZES
def test_paper_has_map_legend_and_tables_but_no_controls(opened, size, tmp_path):
    seen = opened(size=size)
    page = seen.page
    page.emulate_media(media="print")
    page.locator(".mm-tables table").first.wait_for()
    for hidden in (".mm-time", ".leaflet-control-zoom", ".mm-filters", ".mm-tools"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator(".mm-key .mm-in").is_visible()
    map_box, table_box = page.locator(".mm-map").bounding_box(), page.locator(".mm-tables").bounding_box()
    assert table_box["y"] >= map_box["y"] + map_box["height"] - 1, "the tables are below the map"
    page.emulate_media(media="screen")
    assert not page.locator(".mm-tables").is_visible()
    clean(seen)


def test_reduced_motion_is_heeded(opened):
    page = opened().page
    page.emulate_media(reduced_motion="reduce")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.leaflet-map-pane')).transitionDuration")
        == "0s"
    )


def test_the_search_finds_companies_and_subjects_of_steps(opened):
    page = opened("india").page
    search = page.get_by_label("Search all that is written")

    def found(wanted):
        search.fill("")
        page.wait_for_function("() => document.querySelector('.mm-find [role=status]').textContent === ''")
        search.fill(wanted)
        page.wait_for_function("() => document.querySelector('.mm-find [role=status]').textContent !== ''")
        return page.locator(".mm-results button").all_inner_texts()

    wanted = ("Toyota", "Hindustan Zinc", "tender", "magnet scheme", "neodymium", "NFTDC", "recycling")
    for one in wanted:
        assert found(one), one
    # People's words for a place, a company and a state lead to the same.
    for ours, theirs in (("Visakhapatnam", "Vizag"), ("Kanniyakumari", "Kanyakumari"), ("Odisha", "Orissa")):
        assert set(found(theirs)) == set(found(ours)) != set(), theirs
    assert "Uttar Pradesh (state)" in found("UP")
    assert not any("Kattupalli" in text for text in found("UP")), "a code is no part of a word"


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
        /^[3-9] initiatives (around|at) (Chavara|Alappad)/.test(pin.getAttribute("aria-label"))).focus()"""
    )
    page.keyboard.press("Enter")
    popup = story_of(page)
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
