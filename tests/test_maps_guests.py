"""Sizes, bounds, names and libraries of maps to which folium's own layers were added."""

import hashlib
import re

import folium
import numpy as np
import pandas as pd
import pytest
from folium import plugins
from hypothesis import given, settings
from hypothesis import strategies as st

import mineralmap as mm

POINTS = [[20.0, 78.0], [22.0, 80.0]]
SQUARE = {"type": "Polygon", "coordinates": [[[76, 20], [78, 20], [78, 22], [76, 20]]]}
GUESTS = {
    "cluster": lambda: plugins.FastMarkerCluster(POINTS),
    "heat in time": lambda: plugins.HeatMapWithTime([POINTS, POINTS]),
    "heat": lambda: plugins.HeatMap(POINTS),
    "draw": lambda: plugins.Draw(export=True),
    "full screen": lambda: plugins.Fullscreen(),
    "small map": lambda: plugins.MiniMap(tile_layer=folium.TileLayer("data:,{z}{x}{y}", attr="x")),
    "search": lambda: plugins.Geocoder(),
    "icon": lambda: folium.Marker(POINTS[0], icon=folium.Icon(prefix="fa", icon="cloud", angle=30)),
    "shape": lambda: folium.GeoJson(SQUARE, tooltip="square"),
    "pop-up": lambda: folium.Marker(POINTS[1], popup=folium.Popup("words", lazy=True)),
    "time": lambda: plugins.TimestampedGeoJson({"type": "FeatureCollection", "features": []}),
    "tags": lambda: plugins.TagFilterButton(["a", "b"]),
    "control": lambda: folium.LayerControl(position="bottomleft"),
    "scale": lambda: folium.LinearColormap(["red", "blue"], vmin=0, vmax=1),
}


def _small():
    return mm.maps.explore(pd.DataFrame({"lat": [20.0, 22.0], "lon": [78.0, 80.0]}))


@given(st.lists(st.sampled_from(sorted(GUESTS)), max_size=6, unique=True))
@settings(deadline=None, max_examples=settings().max_examples if settings().max_examples > 100 else 5)
def test_any_guests_in_any_order_give_a_page_that_asks_nothing_and_is_the_same_again(names):
    page_map = _small()
    for name in names:
        GUESTS[name]().add_to(page_map)
    page = page_map.to_html()
    assert not re.findall(r"<(?:script|link)[^>]+(?:src|href)=", page)
    assert page_map.to_html() == page
    again = _small()
    for name in names:
        GUESTS[name]().add_to(again)
    assert again.to_html() == page


@pytest.mark.parametrize(
    ("height", "said"),
    [
        (400, "height:400px"),
        (np.float64(410.5), "height:410.5px"),
        ("400", "height:400px"),
        ("50vh", "height:50vh"),
        ("60%", "aspect-ratio:100/60"),
    ],
)
def test_a_height_is_a_number_or_a_length(height, said):
    page_map = mm.maps.OfflineMap(height=height)
    page_map.get_root().width = 800
    assert f"width:800px;{said}" in page_map._repr_html_()[:200]


@pytest.mark.parametrize("height", ["tall", 0, -3, None, float("nan"), [1], "620px;x:y", '9px"'])
def test_what_is_no_height_is_refused(height):
    with pytest.raises(ValueError, match="height must be a number of pixels"):
        mm.maps.OfflineMap(height=height)


def test_tiles_are_as_for_folium_and_bounds_are_those_of_guests_or_of_the_first_view():
    assert "L.tileLayer(" not in mm.maps.OfflineMap(tiles=None).to_html()
    tiled = mm.maps.OfflineMap(tiles="https://example.org/{z}", attr="x")
    assert "https://example.org/{z}" in tiled.to_html()
    page_map = _small()
    assert page_map.get_bounds() == [[20.0, 78.0], [22.0, 80.0]]
    folium.Marker([10, 70]).add_to(page_map)
    assert page_map.get_bounds() == [[10, 70], [10, 70]]


def test_the_parts_of_a_page_stay_filled_and_what_looks_like_an_id_stays_as_it_is():
    digest = hashlib.md5(b"a row of one's own").hexdigest()
    page_map = mm.maps.OfflineMap()
    folium.Marker([20, 78], tooltip=f"file_{digest}").add_to(page_map)
    page = page_map.to_html()
    assert f"file_{digest}" in page
    assert page_map.get_name() not in page
    root = page_map.get_root()
    for part in (root.header, root.html, root.script):
        assert page_map.get_name() in part.render()
    page_map.render()
    assert page_map.to_html() == page


def test_two_maps_are_two():
    one, other = mm.maps.OfflineMap(), mm.maps.OfflineMap()
    assert one.get_name() != other.get_name()
    assert one.to_html() == other.to_html()
    figure = folium.Figure()
    figure.add_child(one)
    figure.add_child(other)
    assert figure.render().count("= L.map(") == 2
