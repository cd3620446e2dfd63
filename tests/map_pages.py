"""What the tests in a browser share: where things are on the page of a map, and how one gets there."""

import pytest

SCREENS = [(1400, 900), (390, 844)]
SIZES = pytest.mark.parametrize("size", SCREENS, ids=["desk", "phone"])
RANGE = ".mm-time input[type=range]"


def clean(seen):
    assert seen.left_the_machine() == []
    assert seen.errors == []


def go_to(page, day):
    """Put the map on a day, as one who writes it into the field."""
    words = page.evaluate(
        """(day) => { const field = document.querySelector(".mm-exact");
        field.value = day; field.dispatchEvent(new Event("change"));
        return mineralmap.dayWords(mineralmap.dayOf(day)); }""",
        day,
    )
    page.wait_for_function("(words) => document.querySelector('.mm-exact').value === words", arg=words)


def story_of(page):
    """Return the open story, or fail."""
    story = page.locator(".mm-story")
    story.wait_for()
    return story


def title_of_story(page):
    """Return the title of the open story: in the sheet's head on a phone."""
    return page.locator(".mm-story-head h2").evaluate("(one) => one.textContent")


# By name: in a closed frame a look at each value of the window would ask for its storage, too.
MAP = "window[Object.keys(window).find((name) => /^map_\\d+$/.test(name))]"


def now_shown(page):
    """Return title -> stage of what the map holds, read from its table."""
    page.get_by_role("button", name="Table", exact=True).click()
    rows = page.locator(".mm-tables table").first.locator("tbody tr")
    cells = rows.evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    page.get_by_role("button", name="Back to the map").click()
    return {row[0]: row[1] for row in cells}


def free_pin(page):
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
