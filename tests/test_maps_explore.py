"""Frames of points on the map: what is drawn, what is refused, how small it is."""

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import mineralmap as mm
from mineralmap.maps import _points


def _frame(n=50, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "lat": rng.uniform(8, 34, n),
            "lon": rng.uniform(69, 96, n),
            "kind": rng.choice(["mine", "plant"], n),
            "tonnes": rng.integers(0, 500, n) / 10,
        }
    )


def _data(page):
    import json

    return json.loads(
        next(one.data for one in page._children.values() if getattr(one, "kind", "") == "points")
    )


def test_it_is_a_folium_map_with_the_same_bytes_each_time(tmp_path):
    pages = [mm.maps.explore(_frame(), by="kind").to_html() for _ in range(2)]
    assert isinstance(mm.maps.explore(_frame()), folium.Map)
    assert pages[0] == pages[1]
    picture = mm.maps.explore(_frame(), by="tonnes").to_png(tmp_path / "points.png")
    assert "50 points" in picture.alt
    assert (tmp_path / "points.png").stat().st_size > 10_000


@pytest.mark.parametrize("n", [200, 5_000, 300_000])
def test_a_point_takes_at_most_eight_bytes_with_its_class(n):
    data = _data(mm.maps.explore(_frame(n), by="kind", popup=["kind"]))
    assert (len(data["points"]["text"]) + len(data["codes"])) / n <= 8


def test_a_world_of_points_takes_at_most_eight_bytes_each():
    rng = np.random.default_rng(2)
    packed, order = _points.pack_points(rng.uniform(-180, 180, 10_000), rng.uniform(-90, 90, 10_000))
    assert len(packed["text"]) / 10_000 <= 8
    assert sorted(order.tolist()) == list(range(10_000))


def test_events_and_initiatives_go_in_as_they_are():
    events = mm.load_events(scope="rare_earth")
    data = _data(mm.maps.explore(events, by="stage"))
    placed = int(events["lat"].notna().sum())
    assert data["points"]["n"] == placed
    assert [column["name"] for column in data["columns"]][:2] == ["Title", "Date"]
    assert set(data["legend"]["stages"]) == set(events.loc[events["lat"].notna(), "stage"].astype(str))
    assert all(url.startswith("http") for url, _ in data["pages"]["pages"])
    assert all(data["pages"]["of"]), "every event leads to a page"
    title = next(
        one for one in mm.maps.explore(events)._children.values() if getattr(one, "call", "") == "title"
    )
    missing = len(events) - placed
    assert f"{missing} rows without a point not drawn" in title.data
    assert _data(mm.maps.explore(mm.load_initiatives(), by="level"))["points"]["n"] > 0


def test_a_frame_of_geometries_is_the_same_as_one_of_columns():
    frame = _frame()
    geo = gpd.GeoDataFrame(
        frame.drop(columns=["lat", "lon"]), geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326
    )
    assert _data(mm.maps.explore(geo))["points"] == _data(mm.maps.explore(frame))["points"]
    geo.loc[3, "geometry"] = None
    assert _data(mm.maps.explore(geo))["points"]["n"] == len(frame) - 1


def test_no_points_at_all_is_a_map_too():
    page = mm.maps.explore(_frame().iloc[:0], by="kind")
    assert _data(page)["points"]["n"] == 0
    assert "0 points" in page.to_html()


@pytest.mark.parametrize("crs", [None, 3857, 7755])
def test_another_reference_system_is_refused(crs):
    geo = gpd.GeoDataFrame(geometry=[shapely.Point(78, 20)], crs=crs)
    with pytest.raises(mm.errors.CRSError, match=r"EPSG:4326.*to_crs\(4326\)"):
        mm.maps.explore(geo)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"latitude": [1]}), "columns 'lat' and 'lon' in degrees; got latitude"),
        (
            pd.DataFrame({"lat": [20, 95.0], "lon": [78, 78]}),
            r"1 points are off the globe.*row 1: \(95, 78\)",
        ),
        (pd.DataFrame({"lat": [20.0], "lon": [np.inf]}), r"off the globe.*\(20, inf\)"),
        (gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=4326), "got Polygon"),
    ],
)
def test_what_is_no_point_is_refused(frame, message):
    with pytest.raises(mm.errors.LayerError, match=message):
        mm.maps.explore(frame)


def test_an_unknown_column_is_named():
    with pytest.raises(mm.errors.UnknownIdError, match="no column 'stages'; one of lat, lon, kind, tonnes"):
        mm.maps.explore(_frame(), by="stages")
    with pytest.raises(mm.errors.UnknownIdError, match="no column 'x'"):
        mm.maps.explore(_frame(), popup=["x"])


def test_classes_are_told_in_words():
    frame = _frame(400)
    frame["kind"] = [f"kind {n % 11}" for n in range(400)]
    frame.loc[0, "kind"] = None
    codes, legend = _points.classes(frame["kind"], "kind")
    words = [text for _, text in legend["steps"]]
    assert words[-2:] == ["3 other values", "not known"]
    assert len(words) == 10
    assert codes[0] == 9
    for row in range(1, 12):
        expected = frame["kind"][row] if frame["kind"][row] in words else "3 other values"
        assert words[codes[row]] == expected
    numbers = pd.Series([1.0, 2, 3, 4, 5, np.nan])
    codes, legend = _points.classes(numbers, "tonnes_each")
    assert legend["title"] == "Tonnes each"
    assert legend["steps"][codes[5]][1] == "not known"
    assert (np.diff(codes[:5].astype(int)) >= 0).all()
    days = pd.Series(pd.to_datetime([f"{year}-02-03" for year in range(2001, 2021)]))
    assert _points.classes(days, "date")[1]["steps"][-1][1] == "over 2016 to 2020"
