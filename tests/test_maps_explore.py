"""Frames of points on the map: what is drawn, what is refused, how small it is."""

import folium
import geopandas as gpd
import numpy as np
import page_data
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

import mineralmap as mm

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


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


def _call(page, name):
    """Return what the page hands over to one of its scripts."""
    (data,) = page_data.calls(page.to_html(), name)
    return data


def _data(page):
    return page_data.layer(page.to_html(), "points")


def _counts(text):
    """Decode whole numbers: five bits per character, the sixth says that more follows."""
    numbers, value, shift = [], 0, 0
    for char in text:
        group = _ALPHABET.index(char)
        value |= (group & 31) << shift
        shift += 5
        if group < 32:
            numbers.append(value)
            value = shift = 0
    return numbers


def _codes(text, width):
    values = [_ALPHABET.index(char) for char in text]
    return [
        sum(64 ** (width - 1 - k) * values[at + k] for k in range(width))
        for at in range(0, len(values), width)
    ]


def _points(data):
    """Decode the points of a page: longitude and latitude."""
    points = data["points"]
    rows, east = _counts(points["rows"]), iter(_counts(points["east"]))
    north = iter(_codes(points["north"], points["width"]))
    lon, lat, row = [], [], 0
    for distance, count in zip(rows[::2], rows[1::2], strict=True):
        row += distance
        x = points["x0"]
        for _ in range(count):
            x += next(east)
            lon.append(x / points["steps"] - 180)
            lat.append((row * points["height"] + points["y0"] + next(north)) / points["steps"] - 90)
    assert len(lon) == points["n"]
    return np.array(lon), np.array(lat)


def _column(data, name):
    """Decode one column of the pop-ups."""
    column = next(one for one in data["columns"] if one["name"] == name)
    if "texts" in column:
        return column["texts"].split("\n") if isinstance(column["texts"], str) else column["texts"]
    codes = _codes(column["codes"], column["width"])
    if "kinds" in column:
        return [column["kinds"][code] for code in codes]
    return [(column["low"] + code - 1) / 10 ** column["decimals"] if code else None for code in codes]


def _legend(page):
    """Return the title of the legend, and its markers and words, a row per class."""
    ((_, legend, _),) = page_data.layers(page.to_html(), "points")
    return legend["title"], [(row["key"]["look"], row["words"]) for row in legend["rows"]]


def _words(page):
    return [words for _, words in _legend(page)[1]]


def _classes(page):
    """Return the words of the class of each point."""
    words = _words(page)
    return [words[code] for code in _codes(_data(page)["codes"], 1)]


def test_it_is_a_folium_map_with_the_same_bytes_each_time(tmp_path):
    pages = [mm.maps.explore(_frame(), column="kind").to_html() for _ in range(2)]
    assert isinstance(mm.maps.explore(_frame()), folium.Map)
    assert pages[0] == pages[1]
    picture = mm.maps.explore(_frame(), column="tonnes").to_png(tmp_path / "points.png")
    assert "50 points" in picture.alt
    assert (tmp_path / "points.png").read_bytes().startswith(b"\x89PNG")


@given(
    points=st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=30),
    size=st.sampled_from([1, 0.01, 1e-4]),
)
def test_every_point_is_where_it_was_and_keeps_its_row(points, size):
    lon, lat = (size * np.array([point[axis] for point in points]) for axis in (0, 1))
    data = _data(mm.maps.explore(pd.DataFrame({"lat": lat, "lon": lon, "row": np.arange(len(points))})))
    x, y = _points(data)
    order = np.array(_column(data, "Row"), dtype=int)
    assert sorted(order) == list(range(len(points)))
    assert np.abs(x - lon[order]).max(initial=0) <= 0.5 / 20_000 + 1e-9
    assert np.abs(y - lat[order]).max(initial=0) <= 0.5 / 20_000 + 1e-9


@pytest.mark.parametrize("n", [200, 5_000, 300_000])
def test_a_point_takes_at_most_eight_bytes_with_its_class(n):
    data = _data(mm.maps.explore(_frame(n), column="kind", popup=["kind"]))
    texts = [data["points"][name] for name in ("rows", "east", "north")] + [data["codes"]]
    assert sum(map(len, texts)) / n <= 8


def test_events_and_initiatives_go_in_as_they_are():
    events = mm.load_events(scope="rare_earth")
    page = mm.maps.explore(events, column="stage")
    data = _data(page)
    placed = events[events["lat"].notna()]
    assert data["points"]["n"] == len(placed)
    assert [column["name"] for column in data["columns"]][:2] == ["Title", "Date"]
    stages = mm.codebook.vocabulary("stage").values()
    drawn = [stage for stage in stages if stage.code in set(placed["stage"])]
    assert _words(page) == [stage.label for stage in drawn]
    assert [look["marker"] for look, _ in _legend(page)[1]] == [stage.marker for stage in drawn]
    labels = mm.codebook.labels("stage")
    assert sorted(_classes(page)) == sorted(labels[stage] for stage in placed["stage"])
    assert sorted(_column(data, "Title")) == sorted(placed["title"])
    missing = len(events) - len(placed)
    assert f"{missing} rows without a point not drawn" in _call(page, "title")["lines"]
    assert _data(mm.maps.explore(mm.load_initiatives(), column="level"))["points"]["n"] > 0


def test_events_lead_to_their_pages_also_those_of_tables_of_ones_own():
    data = _data(mm.maps.explore(mm.load_events()))
    assert all(url.startswith("http") for url, _ in data["pages"]["pages"])
    assert all(data["pages"]["of"]), "every event leads to a page"
    own = pd.DataFrame({"event_id": ["mine", "other"], "lat": [20.0, 21.0], "lon": [80.0, 81.0]})
    links = pd.DataFrame({"event_id": ["mine"], "source_id": ["page"], "role": ["reports"]})
    sources = pd.DataFrame({"source_id": ["page"], "url": ["https://a.example/1"], "publisher": ["A"]})
    pages = _data(mm.maps.explore(own, event_sources=links, sources=sources))["pages"]
    assert pages == {"pages": [["https://a.example/1", "A"]], "of": [[0], []]}


def test_a_frame_of_geometries_is_the_same_as_one_of_columns():
    frame = _frame()
    geo = gpd.GeoDataFrame(
        frame.drop(columns=["lat", "lon"]), geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326
    )
    assert _data(mm.maps.explore(geo))["points"] == _data(mm.maps.explore(frame))["points"]
    geo.loc[3, "geometry"] = None
    assert _data(mm.maps.explore(geo))["points"]["n"] == len(frame) - 1


def _views(page):
    """Return the names of the views, and the box of the one on which the page opens."""
    views = _call(page, "views")["views"]
    return [view["name"] for view in views], views[0]["bounds"]


def _outside(page):
    return [line for line in _call(page, "title")["lines"] if "outside" in line]


def test_an_outlier_abroad_does_not_move_the_view_from_india():
    frame = _frame()
    abroad = pd.DataFrame({"lat": [-26.2], "lon": [28.0], "kind": ["mine"], "tonnes": [1.0]})
    page = mm.maps.explore(pd.concat([frame, abroad], ignore_index=True))
    assert _views(page) == (["India", "Points in India", "All points"], mm.maps.recipes.INDIA)
    assert _outside(page) == ["1 point lies outside the frame around India: see All points"]
    assert _data(page)["points"]["n"] == len(frame) + 1, "it is drawn"
    two = mm.maps.explore(pd.concat([frame, abroad, abroad], ignore_index=True), title="Mines")
    assert _outside(two) == ["2 points lie outside the frame around India: see All points"]


def test_points_of_one_region_fill_the_map():
    frame = pd.DataFrame({"lat": [9.0, 9.5, 11.0], "lon": [76.0, 76.5, 77.0]})
    page = mm.maps.explore(frame)
    assert _views(page) == (["All points", "India"], [[9.0, 76.0], [11.0, 77.0]])
    assert _outside(page) == []
    lone = mm.maps.explore(frame.head(1))
    assert _views(lone)[1] == [[8.5, 75.5], [9.5, 76.5]], "with some ground around it"


def test_a_map_of_the_world_opens_on_all_of_it():
    page = mm.maps.explore(mm.load_partners().rename(columns={"capital_lat": "lat", "capital_lon": "lon"}))
    lon, lat = _points(_data(page))
    (south, west), (north, east) = _views(page)[1]
    assert _views(page)[0] == ["All points", "India"]
    assert ((lon >= west - 1e-4) & (lon <= east + 1e-4)).all()
    assert ((lat >= south - 1e-4) & (lat <= north + 1e-4)).all()
    assert _outside(page) == []
    assert _views(mm.maps.explore(_frame().iloc[:0])) == (["India"], mm.maps.recipes.INDIA)


def test_points_at_a_pole_have_a_view_too():
    """The map ends at 85 degrees, but a point beyond it is no point outside India that All points shows."""
    page = mm.maps.explore(pd.DataFrame({"lat": [88.0, 86.0], "lon": [25.0, 26.0]}))
    (south, west), (north, east) = _views(page)[1]
    assert south < north <= 85
    assert west < east
    assert _outside(page) == []


@pytest.mark.parametrize("perspective", ["india", "natural_earth"])
def test_the_map_names_its_view_of_the_boundaries(perspective):
    lines = _call(mm.maps.explore(_frame(), perspective=perspective), "title")["lines"]
    assert mm.codebook.labels("perspective")[perspective] in lines


def test_no_points_at_all_is_a_map_too():
    page = mm.maps.explore(_frame().iloc[:0], column="kind")
    assert _data(page)["points"]["n"] == 0
    assert "0 points" in page.to_html()


@pytest.mark.parametrize("crs", [None, 3857, 7755])
def test_another_reference_system_is_refused(crs):
    geo = gpd.GeoDataFrame(geometry=[shapely.Point(78, 20)], crs=crs)
    with pytest.raises(mm.errors.CRSError, match=r"set_crs\(4326\)" if crs is None else r"to_crs\(4326\)"):
        mm.maps.explore(geo)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"lat ": [1]}), "no column 'lon'; there are 'lat '"),
        (pd.DataFrame({"y": [1], "x": [1]}), r"if 'x' is in degrees: frame.rename\(columns={'x': 'lon'}\)"),
        (gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=4326), "POLYGON.*representative_point"),
    ],
)
def test_what_is_no_point_is_refused(frame, message):
    with pytest.raises(mm.errors.LayerError, match=message):
        mm.maps.explore(frame)


def test_an_unknown_column_or_view_is_named():
    with pytest.raises(mm.errors.UnknownNameError, match=r"no column 'tonne'.*'tonnes'"):
        mm.maps.explore(_frame(), column="tonne")
    with pytest.raises(mm.errors.UnknownNameError, match="no column 'x'"):
        mm.maps.explore(_frame(), popup=["x"])
    with pytest.raises(ValueError, match="perspective must be 'india' or 'natural_earth'; got 'moon'"):
        mm.maps.explore(_frame(), perspective="moon")


def test_rare_kinds_share_a_class_and_missing_ones_have_their_own():
    frame = _frame(400).assign(kind=[f"kind {n % 11}" for n in range(400)])
    frame.loc[0, "kind"] = None
    page = mm.maps.explore(frame, column="kind")
    words = _words(page)
    assert words[-2:] == ["3 other values", "not known"]
    assert len(words) == len(set(words)) == 10
    for kind, found in zip(_column(_data(page), "Kind"), _classes(page), strict=True):
        assert found == ("not known" if not kind else kind if kind in words else "3 other values")


def test_numbers_and_dates_have_classes_in_their_order():
    frame = _frame(6).assign(tonnes_each=[1.0, 2, 3, 4, 5, np.nan])
    page = mm.maps.explore(frame, column="tonnes_each")
    assert _legend(page)[0] == "Tonnes each"
    pairs = list(zip(_column(_data(page), "Tonnes each"), _classes(page), strict=True))
    assert dict(pairs)[None] == "not known"
    order = [
        _words(page).index(found) for value, found in sorted(pair for pair in pairs if pair[0] is not None)
    ]
    assert order == sorted(order)
    days = _frame(20).assign(date=pd.to_datetime([f"{year}-02-03" for year in range(2001, 2021)]))
    assert _words(mm.maps.explore(days, column="date"))[-1] == "over 2016 to 2020"
    large = _frame(3).assign(t=[710_000.0, 3_800_000.0, 44_000_000.0])
    assert not any("e+" in words for words in _words(mm.maps.explore(large, column="t")))


# ------------------------------------------------------------------------------------------- cells


def _counted(lon, lat, values=None):
    """Return the cells of a page whose points are all counted: centre, number, value."""
    frame = pd.DataFrame({"lat": lat, "lon": lon})
    if values is not None:
        frame["value"] = values
    data = _data(mm.maps.explore(frame, column=None if values is None else "value", max_points=0))
    x, y = (one.round(6) for one in _points(data))
    counts = [int(text.split()[0].replace(",", "")) for text in _column(data, "Here")]
    return pd.DataFrame({"lon": x, "lat": y, "n": counts}), data


@given(
    points=st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(["a", "b", None])),
        min_size=1,
        max_size=40,
    ),
)
def test_every_point_is_counted_in_the_cell_around_it(points):
    lon, lat, kind = (list(one) for one in zip(*points, strict=True))
    cells, data = _counted(lon, lat, pd.Series(kind, dtype="object"))
    assert cells["n"].sum() == len(points)
    assert not cells.duplicated(["lat", "lon"]).any()
    for x, y, _ in points:
        near = (np.abs(cells["lon"] - x) <= 0.00503) & (np.abs(cells["lat"] - y) <= 0.00503)
        assert near.any()
    assert set(_column(data, "Value")) <= {value or "" for value in kind}


def test_a_cell_has_the_mean_of_numbers_and_the_most_frequent_kind():
    lon, lat = np.array([80.001, 80.002, 80.003, 85.0]), np.array([20.001, 20.002, 20.003, 25.0])
    cells, data = _counted(lon, lat, [1.0, 2.0, np.nan, np.nan])
    assert _column(data, "Mean value") == [1.5, None]
    assert cells[["lat", "lon"]].to_numpy().tolist() == [[20.005, 80.005], [25.005, 85.005]]
    assert _column(_counted(lon, lat, ["b", "a", "b", "c"])[1], "Value") == ["b", "c"]
    days = pd.to_datetime(["2025-01-02", "2025-01-02", None, None])
    assert _column(_counted(lon, lat, days)[1], "Value") == ["2 January 2025", ""]


def test_cells_are_no_more_than_a_browser_bears():
    rng = np.random.default_rng(3)
    page = mm.maps.explore(
        pd.DataFrame({"lat": rng.uniform(8, 34, 550_000), "lon": rng.uniform(69, 96, 550_000)}), max_points=1
    )
    assert _data(page)["points"]["n"] <= 500_000
    assert "of 0.02 degrees (about 2 km)" in _call(page, "title")["lines"][0]


def test_too_many_points_are_counted_and_the_map_says_so(tmp_path):
    frame = _frame(5_000)
    frame.loc[0, "lat"] = np.nan
    page = mm.maps.explore(frame, column="tonnes", popup=["kind"], max_points=1_000)
    data = _data(page)
    n_cells = len(_counted(frame["lon"][1:], frame["lat"][1:])[0])
    assert data["points"]["n"] == n_cells
    assert [column["name"] for column in data["columns"]] == ["Here", "Mean tonnes"]
    picture = page.to_png(tmp_path / "cells.png")
    assert f"4,999 points in {n_cells:,} cells" in picture.alt
    assert "the mean tonnes in it" in picture.alt
    assert "1 row without a point" in picture.alt
    assert "cells" not in mm.maps.explore(frame, max_points=4_999).to_figure().alt


def test_the_still_twin_of_points_has_no_warning_and_frames_them(caplog):
    for frame, column in ((_frame(1), None), (_frame(0), None), (mm.load_partners(), "ree_reserves_t")):
        page = mm.maps.explore(frame, column=column)
        picture = page.to_figure()
        axes = picture.axes[0]
        lon, lat = _points(_data(page))
        assert ((lon >= axes.get_xlim()[0]) & (lon <= axes.get_xlim()[1])).all()
        assert ((lat >= axes.get_ylim()[0]) & (lat <= axes.get_ylim()[1])).all()
        picture.to_svg()
    assert not caplog.records


def test_texts_of_data_are_no_formulas_and_none_is_hidden_in_the_picture():
    frame = pd.DataFrame(
        {"lat": [20, 21, 22.0], "lon": [80, 81, 82.0], "kind": ["_hidden", "$a_{", r"\frac $x$ <b>"]}
    )
    picture = mm.maps.explore(frame, column="kind", title="From $5 to $7 {a <x>").to_figure()
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
    drawn, counted = (mm.maps.explore(frame, column=name, max_points=most) for most in (40, 39))
    assert set(_words(drawn)) == set(_words(counted)) == legend
    assert _data(counted)["points"]["n"] == 2


def test_the_key_of_a_still_lists_what_is_no_stage_and_colours_where_signs_are_dots():
    frame = _frame(3).assign(stage=["mou", None, "aproved"])
    words = {text.get_text() for text in mm.maps.explore(frame, column="stage").to_figure().findobj(Text)}
    assert {"Memorandum", "not known", "aproved"} <= words
    many = _frame(4_000).assign(stage=["mou", "talks"] * 2_000)
    picture = mm.maps.explore(many, column="stage").to_figure()
    assert {"Memorandum", "Talks"} <= {text.get_text() for text in picture.findobj(Text)}
