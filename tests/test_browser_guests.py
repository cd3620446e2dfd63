"""What others bring to a map in a real Chromium: hostile text, points, a notebook."""

import re

import numpy as np
import pandas as pd
import pytest
from map_pages import clean, story_of, title_of_story

import mineralmap as mm

pytestmark = pytest.mark.browser


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
    names = (*names, "actors", "landmarks")
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
          const popup = document.querySelector(".mm-story");
          if (popup.hidden) continue;
          texts.push(popup.textContent);
          popup.querySelectorAll("details").forEach((part) => (part.open = true));
          for (const link of popup.querySelectorAll("a")) {
            if (!/^https?:/.test(link.href)) window.ran = link.href;
          }
        }
        const buttons = [".mm-views", ".mm-list", ".mm-results", ".mm-filters", ".mm-notes"]
          .map((one) => one + " button").join();
        for (const one of document.querySelectorAll(buttons)) fire(one, "click");
        await new Promise((done) => setTimeout(done, 300));
        const runs = (one) => [...one.attributes].some((name) => /^on/i.test(name.name));
        const handlers = [...document.querySelectorAll("*")].filter(runs).length;
        const odd = document.querySelectorAll("body img[src='x'], .mm-map script, .mm-map style, "
          + ".mm-map table, .mm-tables table table, .mm-map [autofocus]").length;
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
        """() => { const search = document.querySelector(".mm-find input[type=search]");
        search.value = "window"; search.dispatchEvent(new Event("input")); }"""
    )
    page.locator(".mm-results button").first.wait_for()
    hunt = _hunt(page)
    page.get_by_role("button", name="Table", exact=True).evaluate("(one) => one.click()")
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
    clean(seen)


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
        shown.add(title_of_story(page).strip())
    assert page.evaluate("window.ran") is None
    assert page.locator(".mm-story img, .mm-title img, .mm-key img").count() == 0
    assert {re.sub(r"\s+", " ", text).strip() for text in HOSTILE[:10]} <= {
        re.sub(r"\s+", " ", t) for t in shown
    }
    clean(seen)


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
        story = story_of(page)
        assert title_of_story(page) == str(row)
        assert f"{frame['tonnes'][row]:.1f}" in story.inner_text()
        page.keyboard.press("Escape")
        story.wait_for(state="hidden")
    page.locator("canvas.mm-points").focus()
    page.keyboard.press("Enter")
    story_of(page)
    inked = page.evaluate(
        """() => { const canvas = document.querySelector("canvas.mm-points");
        const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return image.data.some((value) => value); }"""
    )
    assert inked
    clean(seen)


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
    story_of(page)
    assert title_of_story(page) == "7 points"
    clean(seen)


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
    frame.locator(".mm-story a[rel='noopener noreferrer']").first.wait_for()


def test_where_frames_are_not_allowed_the_hint_is_read(watched):
    html = mm.maps.india()._repr_html_()
    page = watched().page
    page.set_content(re.sub(r"<iframe.*?</iframe>", "", html, flags=re.DOTALL))
    assert "trust this notebook" in page.locator("p").inner_text()
    assert page.locator("p").is_visible()
