"""Frames of points on the map: what is drawn, what is refused, how small it is."""

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

import mineralmap as mm
from mineralmap.maps import _cells, _points


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


# ------------------------------------------------------------------------------------------- cells


@settings(deadline=None, max_examples=60)
@given(
    points=st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(["a", "b", None])),
        min_size=1,
        max_size=40,
    ),
    most=st.integers(1, 50),
)
def test_every_point_is_counted_in_the_cell_around_it(points, most):
    lon, lat, kind = (np.array(one) for one in zip(*points, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_cells, "MOST_CELLS", most)
        cells, size = _cells.counted(lon, lat, pd.Series(kind, dtype="object"), "kind")
    assert cells[_cells.COUNT].sum() == len(points)
    assert len(cells) <= most or size == 5
    assert not cells.duplicated(["lat", "lon"]).any()
    for x, y, _ in points:
        near = (np.abs(cells["lon"] - x) <= size / 2 + 1e-6) & (np.abs(cells["lat"] - y) <= size / 2 + 1e-6)
        assert near.any()
    assert set(cells["kind"].dropna()) <= set(kind[pd.notna(kind)])


def test_a_cell_has_the_mean_of_numbers_and_the_most_frequent_kind():
    lon, lat = np.array([80.001, 80.002, 80.003, 85.0]), np.array([20.001, 20.002, 20.003, 25.0])
    mean, size = _cells.counted(lon, lat, pd.Series([1.0, 2.0, np.nan, np.nan]), "t")
    assert size == 0.01
    assert mean["t"].tolist()[0] == 1.5
    assert np.isnan(mean["t"].tolist()[1])
    assert mean[["lat", "lon"]].to_numpy().tolist() == [[20.005, 80.005], [25.005, 85.005]]
    kinds, _ = _cells.counted(lon, lat, pd.Series(["b", "a", "b", "c"]), "kind")
    assert kinds["kind"].tolist() == ["b", "c"]
    days, _ = _cells.counted(
        lon, lat, pd.Series(pd.to_datetime(["2025-01-02", "2025-01-02", None, None])), "d"
    )
    assert days["d"][0] == pd.Timestamp("2025-01-02")
    assert days["d"][1] is pd.NaT


def test_too_many_points_are_counted_and_the_map_says_so(tmp_path):
    frame = _frame(5_000)
    frame.loc[0, "lat"] = np.nan
    page = mm.maps.explore(frame, by="tonnes", popup=["kind"], most=1_000)
    data = _data(page)
    cells, _ = _cells.counted(frame["lon"].to_numpy()[1:], frame["lat"].to_numpy()[1:])
    assert data["points"]["n"] == len(cells)
    assert [column["name"] for column in data["columns"]] == ["Here", "Mean tonnes"]
    picture = page.to_png(tmp_path / "cells.png")
    assert f"4,999 points in {len(cells):,} cells" in picture.alt
    assert "the mean tonnes in it" in picture.alt
    assert "1 row without a point" in picture.alt
    assert "cells" not in mm.maps.explore(frame, most=4_999).still().alt


def test_the_still_twin_of_points_has_no_warning_and_frames_them(tmp_path, caplog):
    for frame, by in ((_frame(1), None), (_frame(0), None), (mm.load_partners(), "ree_reserves_t")):
        picture = mm.maps.explore(frame, by=by).still()
        axes = picture.axes[0]
        lon, lat = _points.coordinates(frame)
        assert ((lon >= axes.get_xlim()[0]) & (lon <= axes.get_xlim()[1])).all()
        assert ((lat >= axes.get_ylim()[0]) & (lat <= axes.get_ylim()[1])).all()
        picture.to_svg()
    assert not caplog.records


def test_large_numbers_have_no_exponent_in_the_legend():
    _, legend = _points.classes(pd.Series([710_000.0, 3_800_000.0, 44_000_000.0]), "t")
    assert not any("e+" in words for _, words in legend["steps"])


def test_texts_of_data_are_no_formulas_and_none_is_hidden_in_the_picture():
    frame = pd.DataFrame(
        {"lat": [20, 21, 22.0], "lon": [80, 81, 82.0], "kind": ["_hidden", "$a_{", r"\frac $x$ <b>"]}
    )
    picture = mm.maps.explore(frame, by="kind", title="From $5 to $7 {a <x>").still()
    picture.to_svg()
    texts = [text.get_text() for text in picture.findobj(Text)]
    assert {"_hidden", "$a_{", r"\frac $x$ <b>", "From $5 to $7 {a <x>"} <= set(texts)
    assert not any(text.get_parse_math() for text in picture.findobj(Text))


@pytest.mark.parametrize(
    ("name", "values", "legend"),
    [
        ("kind", pd.Categorical([1, 2] * 20), {"1", "2"}),
        ("list", [["a", "b"], ["c"]] * 20, {"a, b", "c"}),
        ("here", ["x", "y"] * 20, {"x", "y"}),
        ("points in the cell", ["x", "y"] * 20, {"x", "y"}),
        ("flag", [True, False] * 20, {"True", "False"}),
        ("mixed", ["x", 2] * 20, {"x", "2"}),
    ],
)
def test_kinds_stay_kinds_where_points_are_counted(name, values, legend):
    frame = pd.DataFrame({"lat": [20.0, 25.0] * 20, "lon": [80.0, 85.0] * 20, name: values})
    drawn, counted = (_data(mm.maps.explore(frame, by=name, most=most)) for most in (40, 39))
    assert {words for _, words in drawn["legend"]["steps"]} == legend
    assert {words for _, words in counted["legend"]["steps"]} == legend
    assert counted["points"]["n"] == 2


def test_the_key_of_a_still_lists_what_is_no_stage_and_colours_where_signs_are_dots():
    frame = _frame(3).assign(stage=["mou", None, "aproved"])
    words = {text.get_text() for text in mm.maps.explore(frame, by="stage").still().findobj(Text)}
    assert {"Memorandum", "not known", "1 other value"} <= words
    many = _frame(4_000).assign(stage=["mou", "talks"] * 2_000)
    picture = mm.maps.explore(many, by="stage").still()
    assert {"Memorandum", "Talks"} <= {text.get_text() for text in picture.axes[0].get_legend().get_texts()}
