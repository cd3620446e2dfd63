"""What folium draws on a map of its own is drawn on ours, with the network closed; ours stays beside it."""

import json

import branca
import folium
import pandas as pd
import pytest
from folium import plugins
from map_pages import MAP, clean, story_of

import mineralmap as mm

pytestmark = [pytest.mark.browser, pytest.mark.once]

POINTS = [[14 + i, 77 + i / 2] for i in range(8)]


def _square(at):
    ring = [[at, 20], [at + 1.5, 20], [at + 1.5, 22], [at, 22], [at, 20]]
    about = {"type": "Feature", "id": str(at), "properties": {"code": str(at)}}
    return {**about, "geometry": {"type": "Polygon", "coordinates": [ring]}}


SQUARES = {"type": "FeatureCollection", "features": [_square(at) for at in (76, 78, 80)]}


def _small(n=3):
    """Return a small map of points."""
    return mm.maps.explore(pd.DataFrame({"lat": [20.0, 22, 24][:n], "lon": [78.0, 80, 82][:n]}))


def _counts(page, *selectors):
    return [page.locator(one).count() for one in selectors]


@pytest.fixture
def shown(watched, tmp_path):
    """Return a function that opens a map, or the text of a page, and watches it."""

    def show(content, size=(1400, 900)):
        path = tmp_path / "page.html"
        path.write_text(content if isinstance(content, str) else content.to_html(), encoding="utf-8")
        seen = watched(*size)
        seen.page.goto(path.as_uri())
        return seen

    return show


def _guests_of_all_sorts(page_map):
    """Add what needs jQuery, d3, the fonts of icons and plugins; and two layers that fail."""
    page_map.keep_in_front(folium.GeoJson(SQUARES, name="Front").add_to(page_map))
    broken = folium.JsCode("function () { throw new Error('mine'); }")
    folium.GeoJson(SQUARES, on_each_feature=broken, name="Broken").add_to(page_map)
    folium.GeoJson(SQUARES, on_each_feature=folium.JsCode("function ( {"), name="No script").add_to(page_map)
    values = pd.DataFrame({"code": ["76", "78", "80"], "v": [1, 5, 9]})
    folium.Choropleth(
        SQUARES, data=values, columns=["code", "v"], key_on="feature.properties.code", name="Choropleth"
    ).add_to(page_map)
    folium.Marker([24, 88], icon=folium.Icon(color="red", icon="plane", prefix="fa")).add_to(page_map)
    folium.Marker([10, 90], popup=folium.Popup("<b>mine</b> &amp; yours"), tooltip="hint").add_to(page_map)
    for guest in (
        plugins.FastMarkerCluster([[9.0, 88 + i / 9] for i in range(5)], name="Cluster"),
        plugins.HeatMapWithTime([POINTS, POINTS[:4]], name="Heat in time"),
        plugins.HeatMap(POINTS, name="Heat"),
        *(plugins.Fullscreen(), plugins.Draw(export=True), plugins.MousePosition(), folium.LatLngPopup()),
        plugins.FloatImage("data:image/gif;base64,R0lGODlhAQABAAAAACw=", bottom=5, left=5),
    ):
        guest.add_to(page_map)


def test_guests_of_all_sorts_are_drawn_and_a_broken_one_takes_nothing_away(shown):
    page_map = mm.maps.india()
    _guests_of_all_sorts(page_map)
    seen = shown(page_map)
    page = seen.page
    page.locator(".awesome-marker-icon-red .fa-plane").wait_for()
    page.locator(".legend svg .tick").first.wait_for()
    assert seen.left_the_machine() == []
    assert sorted(error.split(":")[-1].strip() for error in seen.errors)[-1] == "mine"
    assert len(seen.errors) == 2
    # Their libraries are there, and what they draw.
    marks = (".marker-cluster", "canvas.heatmap-canvas, canvas.leaflet-heatmap-layer", ".timecontrol-play")
    assert all(_counts(page, *marks, ".leaflet-control-mouseposition", ".leaflet-draw"))
    font = page.locator(".fa-plane").evaluate("(one) => getComputedStyle(one).fontFamily")
    assert "Font Awesome" in font
    # Ours are there: the control names all that did not fail.
    names = page.locator(".leaflet-control-layers-overlays label").all_inner_texts()
    assert {"Front", "Choropleth", "Cluster", "Heat in time"} <= {name.strip() for name in names}
    assert "No script" not in {name.strip() for name in names}
    assert _counts(page, ".mm-title h1", ".mm-time", ".mm-key") == [1, 1, 1]
    # What floats over the page floats over the map.
    export = page.locator("#export")
    assert _counts(page, ".mm-canvas > #export", ".mm-canvas > img") == [1, 1]
    export.click(trial=True)

    # The keyboard meets no state, for a list has them, and has a way past the map.
    assert _counts(page, ".mm-state:not([tabindex='-1'])") == [0]
    page.locator(".mm-save summary").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip the map"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.type") == "search"

    # A click on a state opens its story, and reaches the map.
    at = page.evaluate(
        "() => { const map = " + MAP + "; const at = map.latLngToContainerPoint([26.5, 72]);"
        " const box = map.getContainer().getBoundingClientRect(); return [at.x + box.x, at.y + box.y]; }"
    )
    page.mouse.click(*at)
    story_of(page)
    assert "Latitude: 26." in page.locator(".leaflet-popup-content").inner_text()
    # In full screen the table is seen.
    page.locator(".leaflet-control-zoom-fullscreen").click()
    page.wait_for_function(
        "() => document.fullscreenElement && document.fullscreenElement.matches('.mm-page')"
    )
    page.get_by_role("button", name="Table", exact=True).click()
    assert page.locator(".mm-tables").is_visible()


def test_a_plugin_that_styles_all_paths_leaves_ours_and_tiles_are_seen_through_the_land(shown):
    page_map = _small()
    days = {str(1_700_000_000 + 86_400 * day): {"color": "#ff0000", "opacity": 0.7} for day in range(2)}
    styles = {str(at): days for at in (76, 78, 80)}
    plugins.TimeSliderChoropleth(json.dumps(SQUARES), styledict=styles, name="Slider").add_to(page_map)
    tile = "data:image/gif;base64,R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="
    folium.TileLayer(tile, attr="x", name="Tiles", overlay=True).add_to(page_map)
    page_map.get_root().html.add_child(folium.Element("<h3>A heading of one's own</h3>"))
    seen = shown(page_map)
    page = seen.page
    page.locator("path[id*='feature-76']").wait_for(state="attached")
    look = """(one) => [getComputedStyle(one).fillOpacity, one.getAttribute("stroke-dasharray")]"""
    assert page.locator("path.mm-state").first.evaluate(look) == ["0", None]
    assert page.locator("path[id*='feature-76']").get_attribute("fill") == "#ff0000"
    # The slider and the heading stand above our page, which ends where the window ends.
    slider = page.locator("[id^=slider_] input")
    assert slider.is_visible()
    foot = page.locator(".mm-page").evaluate("(one) => one.getBoundingClientRect().bottom")
    assert abs(foot - 900) < 2
    page.locator(".leaflet-control-layers-overlays input").evaluate_all(
        "(all) => all.forEach((one) => one.click())"
    )
    assert page.locator(".mm-tiled").count() == 0
    clean(seen)


def test_two_maps_in_one_page_and_maps_hidden_at_first(shown):
    figure = branca.element.Figure()
    for number, page_map in enumerate((_small(), _small(2)), start=1):
        figure.add_subplot(1, 2, number).add_child(page_map)
    plain = folium.Map([20, 78], zoom_start=4, tiles=None)
    folium.Marker([20, 78]).add_to(plain)
    figure.add_child(plain)
    seen = shown(figure.render())
    titles = seen.page.locator(".mm-title h1").all_inner_texts()
    assert titles == ["3 points", "2 points"]
    assert _counts(seen.page, "canvas.mm-points", "img.leaflet-marker-icon") == [2, 1]
    clean(seen)

    fitted = _small(0)
    folium.FitBounds([[12, 72], [14, 74]]).add_to(fitted)
    frames = _small()._repr_html_() + fitted._repr_html_()
    page = shown(f"<!doctype html><meta charset=utf-8><details><summary>x</summary>{frames}</details>").page
    page.wait_for_timeout(150)
    page.locator("summary").click()
    page.wait_for_timeout(250)
    bounds = f"() => {{ const b = {MAP}.getBounds(); return [b.getSouth(), b.getWest(), b.getNorth()]; }}"
    middle, fit = ([round(one) for one in frame.evaluate(bounds)] for frame in page.frames[1:])
    assert middle[0] <= 20
    assert 24 <= middle[2] <= 30
    assert (fit[0], fit[2]) == (12, 14)


def test_a_page_made_of_the_parts_and_a_program_that_reads_the_templates(shown):
    page_map = _small()
    folium.Marker([20, 80], icon=folium.Icon(color="blue")).add_to(page_map)
    root = page_map.get_root()
    root.render()
    head, body, script = (part.render() for part in (root.header, root.html, root.script))
    seen = shown(f"<html><head>{head}</head><body>{body}<script>{script}</script></body></html>")
    assert _counts(seen.page, "canvas.mm-points", ".awesome-marker-icon-blue") == [1, 1]
    clean(seen)

    # As a frame of Streamlit does: scripts by their address, code by template, names of its own.
    page_map = _small()
    page_map._id = "div"
    root = page_map.get_root()
    root.render()

    def code(one):
        parts = [code(child) for child in one._children.values()]
        script = getattr(one._template.module, "script", None)  # noqa: SLF001 - its own way
        return "\n".join([script(one, {}) if script else "", *parts])

    links = "".join(f'<script src="{url}"></script>' for _, url in page_map.default_js)
    seen = shown(
        f"<html><body>{links}<div id=map_div style=height:500px></div><script>{code(page_map)}</script>"
    )
    assert _counts(seen.page, "canvas.mm-points", ".mm-title h1") == [1, 1]
    clean(seen)
