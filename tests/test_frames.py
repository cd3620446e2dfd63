"""Any frame of a user: what is read, what is said of it, and that no cell stops the rest."""

import datetime
import json
import re
import warnings
from collections import Counter

import any_frames
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import mineralmap as mm

pytestmark = pytest.mark.once
#: What a frame that cannot be read may raise; each names what is wrong.
REFUSED = (ValueError, mm.errors.UnknownNameError)


def points_of(page):
    """Return what the layer of points draws, and its legend."""
    (layer,) = (one for one in page._children.values() if getattr(one, "kind", "") == "points")
    return json.loads(layer.data), json.loads(layer.about)["legend"]


def drawn(frame, **options):
    return points_of(mm.maps.explore(frame, **options))


def lines(frame):
    """Return the lines below the title."""
    (script,) = (
        one for one in mm.maps.explore(frame)._children.values() if "titles" in getattr(one, "data", "")
    )
    return json.loads(script.data)["lines"]


def words(column, **options):
    """Return the words of the key for a column of points in India."""
    frame = pd.DataFrame({"lat": np.linspace(20, 25, len(column)), "lon": 78.0, "v": column})
    return [row["words"] for row in drawn(frame, column="v", **options)[1]["rows"]]


def texts(column):
    """Return the cells of a column of the pop-ups, for columns that are not packed as numbers."""
    if "texts" in column:
        return column["texts"].split("\n") if isinstance(column["texts"], str) else column["texts"]
    return column.get("kinds")


def quietly(call, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return call(*args, **options)


def tried(call, *args, **options):
    """Return the answer of a call, or None and what its documented error says."""
    try:
        return quietly(call, *args, **options), ""
    except REFUSED as error:
        return None, str(error)


# ------------------------------------------------------------------------------------- coordinates


@given(
    cells=st.lists(st.tuples(any_frames.written("lat"), any_frames.written("lon")), min_size=1, max_size=8)
)
def test_degrees_are_read_however_they_are_written_and_every_row_is_counted(cells):
    frame = pd.DataFrame(
        {
            name: pd.Series([cell[at][1] for cell in cells], dtype=object)
            for at, name in enumerate(["lat", "lon"])
        }
    )
    wanted = pd.DataFrame([[cell[0][0], cell[1][0]] for cell in cells], columns=["lat", "lon"], dtype=float)
    tagged, exact = quietly(mm.tag, frame), quietly(mm.tag, wanted)
    known = wanted.notna().all(axis=1)
    assert ((tagged["state_status"] != "invalid") == known).all()
    # Numbers of 32 bits and sums of minutes are off by a metre at most.
    assert (tagged["state_status"] == exact["state_status"]).mean() >= 0.5
    page = mm.maps.explore(frame)
    assert points_of(page)[0]["points"]["n"] == known.sum()
    told = [
        int(count) for count in re.findall(r"^(\d+) rows?.* not drawn", "\n".join(lines(frame)), re.MULTILINE)
    ]
    assert sum(told) == (~known).sum()


@given(
    cells=any_frames.geometries(),
    crs=st.sampled_from(["EPSG:4326", "OGC:CRS84", "+proj=longlat +datum=WGS84"]),
)
def test_geometries_that_are_points_are_placed_and_the_others_counted(cells, crs):
    shapes, good = cells
    frame = gpd.GeoDataFrame({"v": range(len(shapes))}, geometry=shapes, crs=crs)
    kinds = {shape.geom_type for shape in shapes if shape is not None and not shape.is_empty}
    if not any(good) and kinds - {"Point"} and "Point" not in kinds:  # a point without a place is one, too
        for call in (mm.maps.explore, mm.tag):
            with pytest.raises(mm.errors.LayerError, match="only points"):
                call(frame)
        return
    assert drawn(frame)[0]["points"]["n"] == sum(good)
    assert (quietly(mm.tag, frame)["state_status"] != "invalid").tolist() == good


@given(column=st.integers(0, 4).flatmap(any_frames.columns))
def test_degrees_of_any_type_are_read_or_refused_alike_by_maps_and_tags(column):
    frame = pd.DataFrame({"lat": column, "lon": 78.0})
    page, said = tried(mm.maps.explore, frame)
    tagged, same = tried(mm.tag, frame)
    assert said == same
    assert ("column 'lat'" in said) == (page is None)
    if page is not None:
        assert points_of(page)[0]["points"]["n"] == (tagged["state_status"] != "invalid").sum()


@pytest.mark.parametrize("crs", [None, 3857])
def test_another_crs_or_none_is_refused_in_the_same_words(crs):
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(78, 20)], crs=crs)
    said = set()
    for call in (mm.maps.explore, mm.tag):
        with pytest.raises(
            mm.errors.CRSError, match=r"set_crs\(4326\)" if crs is None else r"to_crs\(4326\)"
        ) as error:
            call(frame)
        said.add(str(error.value))
    assert len(said) == 1


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("lat ", "lon"),
        ("Latitude", "Longitude"),
        ("LAT", "lng"),
        ("latitude_deg", "Long."),
        ("decimalLatitude", "LONG"),
    ],
)
def test_columns_called_otherwise_are_read_and_the_rename_is_named(lat, lon):
    frame = pd.DataFrame({lat: [20.0], lon: [78.0], "v": 1})
    assert [column["name"] for column in drawn(frame)[0]["columns"]] == ["V"]
    assert f"{lat!r}: 'lat'" in lines(frame)[0]
    with pytest.warns(UserWarning, match=re.escape(f"{lat!r}: 'lat'")):
        assert mm.tag(frame)["state_iso"].tolist() == ["IN-MH"]
    with pytest.warns(UserWarning, match="rename"):
        assert mm.tag(pa.Table.from_pandas(frame))["state_iso"].to_pylist() == ["IN-MH"]


def test_columns_that_may_be_meant_are_not_guessed():
    with pytest.raises(mm.errors.LayerError, match=r"frame.rename\(columns={'x': 'lon'}\)"):
        mm.maps.explore(pd.DataFrame({"y": [20.0], "x": [78.0]}))
    with pytest.raises(ValueError, match=r"'Latitude' or 'LAT': rename one, as .*{'Latitude': 'lat'}"):
        mm.tag(pd.DataFrame({"Latitude": [20.0], "LAT": [20.0], "lon": [78.0]}))
    for lat in (True, 1j, pd.Timedelta(1), pd.Timestamp(0)):
        for call in (mm.maps.explore, mm.tag):
            with pytest.raises(ValueError, match="column 'lat' must hold numbers"):
                call(pd.DataFrame({"lat": [lat], "lon": [78.0]}))
    for other in ([1], None, {}, "x"):
        with pytest.raises(TypeError, match=f"not {type(other).__name__}"):
            mm.maps.explore(other)


def test_rows_that_are_likely_wrong_are_named():
    frame = pd.DataFrame({"lat": [20.0, 77.9, 0, 816.4, np.nan], "lon": [78.0, 14.8, 0, 81.1, 78]})
    said = "; ".join(lines(frame))
    assert "1 row would lie in or near India with latitude and longitude swapped, the first in row 1" in said
    assert "1 row is at latitude 0, longitude 0" in said
    assert "1 row beyond the globe not drawn, the first in row 3 (latitude 816.4, longitude 81.1)" in said
    assert "1 row without a point not drawn" in said
    with pytest.warns(UserWarning, match="swapped|latitude 0") as caught:
        mm.tag(frame)
    assert len(caught) == 2
    zeros = pd.DataFrame({"lat": [0.0, 0, 20], "lon": [0.0, 0, 78]})
    assert "2 rows are at latitude 0, longitude 0" in "; ".join(lines(zeros))
    world = pd.DataFrame({"lat": [69.6, 40.7, 51.5], "lon": [18.9, -74, 0.1]})
    assert not any("swapped" in line for line in lines(world)), "a town in Norway is no slip"


# ------------------------------------------------------------------------------------- any column


@st.composite
def frames(draw):
    n = draw(st.integers(0, 6))
    names = draw(st.lists(any_frames.NAMES, min_size=1, max_size=4))
    columns = [draw(any_frames.columns(n)) for _ in names]
    spots = [pd.Series(np.linspace(10, 30, n)), pd.Series(np.linspace(70, 90, n))]
    frame = pd.concat([*spots, *columns], axis=1)
    frame.columns = pd.Index(["lat", "lon", *names], dtype=object)
    return frame


@given(frame=frames(), at=st.integers(0, 9), most=st.sampled_from([0, 3_000_000]))
def test_any_column_colours_points_fills_pop_ups_and_tables(frame, at, most):
    n, name = len(frame), frame.columns[2 + at % (len(frame.columns) - 2)]
    table = mm.tables.frame(frame, rows=99)
    assert len(table.rows) == n
    assert table.to_html()
    assert repr(table)
    page, said = tried(mm.maps.explore, frame, column=name, max_points=most)
    if page is None:
        assert list(frame.columns).count(name) > 1, said  # which is meant cannot be told
        return
    data, legend = points_of(page)
    assert all(len(column.get("codes", "x" * n)) for column in data["columns"] if n)
    if name is not None:
        rows = [row["words"] for row in legend["rows"]]
        assert len(set(rows)) == len(rows), "no two lines of the key are equal"
        assert len(data["codes"]) == data["points"]["n"]


@given(column=st.integers(0, 6).flatmap(any_frames.columns))
def test_a_column_of_any_kind_is_counted_right_or_refused_by_name(column):
    frame = pd.DataFrame({"key": column})
    counts, said = tried(mm.aggregate, frame, by="key")
    if counts is None:
        assert "column 'key'" in said
        return
    if any(pd.api.types.is_list_like(cell) for cell in column.astype(object)):
        return
    assert counts["n"].sum() == len(frame)
    if str(column.dtype) == "geometry":
        return
    wanted = Counter(_key(cell) for cell in column.astype(object))
    got = Counter({})
    for key, n in zip(counts["key"], counts["n"], strict=True):
        got[_key(key)] += n
    assert got == wanted


def _key(cell):
    if mm.frames.is_missing(cell) or (isinstance(cell, str) and not cell.strip()):
        return None
    return cell


@given(
    numbers=st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), max_size=9),
    kind=st.sampled_from(["Int64", "int64[pyarrow]", object]),
)
def test_ids_keep_every_digit_on_every_engine(numbers, kind):
    wanted = Counter(numbers)
    frame = pd.DataFrame({"post": pd.Series(numbers, dtype=kind)})
    table = pa.table({"post": pa.array(numbers, pa.int64())})
    for tagged in (frame, table):
        counts = mm.aggregate(tagged, by="post")
        keys = [None if pd.isna(key) else int(key) for key in counts["post"]]
        assert dict(zip(keys, counts["n"], strict=True)) == wanted
        known = [key for key in keys if key is not None]
        assert known == sorted(known)


@given(days=st.lists(st.one_of(st.none(), any_frames.DATES), max_size=6), zone=any_frames.ZONES)
def test_months_are_those_on_the_wall_in_every_form(days, zone):
    aware = [None if day is None else day.replace(tzinfo=zone) for day in days]
    wanted = Counter(None if day is None else f"{day:%Y-%m}" for day in days)
    forms = {
        "objects": pd.Series(aware, dtype=object),
        "texts": pd.Series([None if day is None else day.isoformat() for day in aware], dtype=object),
        "dates": pd.Series([None if day is None else day.date() for day in days], dtype=object),
        "mixed": pd.Series([day if at % 2 else aware[at] for at, day in enumerate(days)], dtype=object),
        "pandas": pd.Series(days, dtype="datetime64[us]"),
        "arrow": pd.Series(days, dtype=pd.ArrowDtype(pa.timestamp("us"))),
        "periods": pd.Series(pd.PeriodIndex(days, freq="D")) if days else pd.Series([], dtype="period[D]"),
    }
    for form, dates in forms.items():
        counts = mm.aggregate(pd.DataFrame({"date": dates}), by="month")
        assert {
            None if key != key else key: n for key, n in zip(counts["month"], counts["n"], strict=True)
        } == wanted, form


@given(day=st.one_of(any_frames.SCALARS, any_frames.LISTS, st.dates().map(str)))
def test_a_day_is_a_day_or_refused_with_the_form_to_write(day):
    found, said = tried(mm.stages.as_date, day, "since")
    if found is None:
        assert "since must be a date as '2025-07-30'" in said
        assert not isinstance(day, (pd.Timestamp, datetime.date)) or day is pd.NaT
        return
    assert found == found.normalize()
    assert isinstance(day, (str, datetime.date, np.datetime64))
    if isinstance(day, str):
        assert found.date().isoformat() == day


# ------------------------------------------------------------------------------------- told apart


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        ([0, 1, 0, 1], ["0", "1"]),
        ([0] * 95 + [1, 5, 7, 1000, 3000], ["0", "1", "5", "over 5 to 1000", "3000"]),
        ([2019, 2021, np.nan, 2019], ["2019", "2021", "not known"]),
        ([1234567890123456789, 1234567890123456790], [f"1,234,567,890,123,456,{end}" for end in (789, 790)]),
        ([100000.1, 100000.4], ["100,000.1", "100,000.4"]),
        ([np.inf, -np.inf, 1.0], ["-inf", "1", "inf"]),
        ([-(2**63), 1], ["-9,223,372,036,854,775,808", "1"]),
        ([np.nan, np.nan], ["not known"]),
        (pd.Categorical(["mine", None, "plant"]), ["mine", "plant", "not known"]),
        (pd.Categorical(["b", "c", "a"], ["c", "a", "b", "none"], ordered=True), ["c", "a", "b"]),
        (["Uttarkashi", "Uttarkashi ", "e\u0301", "\u00e9"], ["Uttarkashi", "\u00e9"]),
        ([None, "", " ", pd.NA, np.nan, pd.NaT, "x"], ["x", "not known"]),
        ([np.array([1, 2]), [1, 2], {"a": [1]}, None], ["1, 2", "a: 1", "not known"]),
        ([True, 1, "1", 1.0], ["1", "True"]),
    ],
)  # fmt: skip
def test_the_key_tells_values_apart_and_nothing_else(column, rows):
    assert words(column) == rows


def test_own_words_stand_beside_the_stages():
    frame = pd.DataFrame({"lat": 20.0, "lon": 78.0, "stage": ["Phase I", "mou", "Phase II", "Phase II"]})
    assert [row["words"] for row in drawn(frame, column="stage")[1]["rows"]] == [
        "Memorandum",
        "Phase II",
        "Phase I",
    ]


def test_headings_ids_and_times_stay_as_given():
    names = ["Capacity (MW)", "TREO %", "CO", "U3O8", "pH", "ore_grade"]
    frame = pd.DataFrame([[20.0, 78.0, *range(6)]], columns=["lat", "lon", *names])
    assert [column["name"] for column in drawn(frame)[0]["columns"]] == [*names[:5], "Ore grade"]
    frame = pd.DataFrame(
        {
            "lat": 20.0,
            "lon": 78.0,
            "origin": pd.to_datetime(["2025-07-31T23:30:00+05:30"]),
            "id": [2**63 - 1],
            "x": np.inf,
        }
    )
    assert [texts(column) for column in drawn(frame)[0]["columns"]] == [
        ["31 July 2025, 23:30 +05:30"],
        [str(2**63 - 1)],
        ["inf"],
    ]
    table = mm.tables.frame(
        pd.DataFrame(
            {
                "year": [2021, None],
                "id": pd.array([2**63 - 1, None], "Int64"),
                "at": [datetime.time(23, 30), None],
            }
        )
    )
    assert repr(table).splitlines()[1:] == [f"2021 | {2**63 - 1} | 23:30", " |  | "]


def test_a_column_twice_is_shown_and_refused_only_by_name():
    frame = pd.DataFrame([[20.0, 78.0, "a", "b"]], columns=["lat", "lon", "v", "v"])
    assert [texts(column) for column in drawn(frame)[0]["columns"]] == [["a"], ["b"]]
    assert "a | b" in repr(mm.tables.frame(frame))
    for call in (
        lambda: mm.maps.explore(frame, column="v"),
        lambda: mm.maps.explore(frame, popup=["v"]),
        lambda: mm.aggregate(frame, by="v"),
        lambda: mm.tables.frame(frame, columns={"v": "V"}),
    ):
        with pytest.raises(ValueError, match="there are 2 columns 'v': rename all but one"):
            call()


def test_the_events_read_back_plainly_are_drawn_as_they_were(tmp_path):
    events = mm.load_events(scope="rare_earth")
    key = [row["words"] for row in drawn(events, column="stage")[1]["rows"]]
    events.to_parquet(tmp_path / "events.parquet")
    events.to_csv(tmp_path / "events.csv", index=False)
    for back in (pd.read_parquet(tmp_path / "events.parquet"), pd.read_csv(tmp_path / "events.csv")):
        data, legend = drawn(back, column="stage")
        assert [row["words"] for row in legend["rows"]] == key
        (dates,) = (one for one in data["columns"] if one["name"] == "Date")
        assert "Sep 2003" in texts(dates)
        assert repr(mm.tables.events(back)) == repr(mm.tables.events(events))


def test_a_harbour_on_the_shore_has_its_nearest_state_and_the_distance():
    shore = pd.DataFrame(
        {"lat": [8.168941, 8.133, 20.9088, 20.0, None], "lon": [77.712608, 77.3, 71.5172, 78.0, 1]}
    )
    found = mm.tagging.nearest(shore)
    assert found["state_iso"].astype(object).fillna("-").tolist() == ["IN-TN", "IN-TN", "IN-GJ", "IN-MH", "-"]
    assert found["distance_km"].fillna(-1).round(2).tolist() == [0.11, 0.74, 1.56, 0, -1]
    assert mm.tagging.nearest(shore, to="district").columns.tolist() == ["district_id", "distance_km"]


@pytest.mark.parametrize(
    "day", [2025, 20250730, "2025-7-30", "July 2025", b"2025-07-30", ["2025-07-30"], True]
)
def test_a_number_or_a_vague_day_is_refused_wherever_a_day_is_taken(day):
    for call in (
        lambda: mm.load_events(as_of=day),
        lambda: mm.load_initiatives(since=day),
        lambda: mm.changes(since="2025-01-01", until=day),
        lambda: mm.claims.check_all(as_of=day),
        lambda: mm.maps.india(as_of=day),
    ):
        with pytest.raises(ValueError, match="must be a date as '2025-07-30'; got"):
            call()


def test_columns_of_ones_own_stay_in_the_pop_up():
    feed = pd.DataFrame({"url": ["u"], "title": ["A"], "category": ["c"], "lat": [20.0], "lon": [78.0]})
    assert [column["name"] for column in drawn(feed)[0]["columns"]] == ["Title", "Url", "Category"]
    events = mm.load_events().head(3).assign(url="u", lat=20.0, lon=78.0)
    assert [column["name"] for column in drawn(events)[0]["columns"]][-1] == "Url"


def test_what_cannot_be_counted_is_refused_by_name():
    for cells, what in (([{"a": 1}], "dict"), ([[["a"]]], "list"), ([True, 1], "true or false")):
        with pytest.raises(ValueError, match=f"column 'v' holds {what}"):
            mm.aggregate(pd.DataFrame({"v": pd.Series(cells, dtype=object)}), by="v")
    counts = mm.aggregate(pd.DataFrame({"v": ["high", 2, None, 2.0, ""]}), by="v")
    assert counts.fillna("-").to_numpy().tolist() == [[2, 2], ["high", 1], ["-", 2]]
    floats = mm.aggregate(pd.DataFrame({"v": [np.inf, -np.inf, 1e300, 1.0]}), by="v")["v"].tolist()
    assert floats == [-np.inf, 1.0, 1e300, np.inf]
    for kind in (object, "category", "Int64"):
        gap = pd.Series([None, 2**53 + 1, 2**53 + 1], dtype=object).astype(kind)
        assert mm.aggregate(pd.DataFrame({"v": gap}), by="v")["v"].tolist()[0] == 2**53 + 1
    ends = np.array([2**64 - 1, 2**63, 1, 1], dtype="uint64")
    assert mm.aggregate(pd.DataFrame({"v": ends}), by="v").to_numpy().tolist() == [
        [1, 2],
        [2**63, 1],
        [2**64 - 1, 1],
    ]


def test_dates_that_cannot_be_read_are_unknown_and_said():
    frame = pd.DataFrame({"date": ["soon", "2025", "2025-07", "20250731", "2025-07-31T23:00:00-08:00"]})
    with pytest.warns(UserWarning, match="column 'date': 2 rows .* the first in row 0: 'soon'"):
        counts = mm.aggregate(frame, by="month")
    assert counts.fillna("-").to_numpy().tolist() == [["2025-07", 3], ["-", 2]]


# ------------------------------------------------------------------------------------- one reading, in detail


def test_texts_read_as_degrees_or_not_are_counted_and_the_first_is_shown():
    frame = pd.DataFrame({"lat": ["20.5", "20°30'N", "21,5", "abc", "-", "def", None], "lon": 78.0})
    said = lines(frame)
    assert "column 'lat': 2 texts read as degrees, the first in row 1: \"20°30'N\" as 20.5" in said
    assert "2 rows not drawn, for column 'lat' holds no degrees, the first in row 3: 'abc'" in said
    assert "2 rows without a point not drawn" in said
    assert drawn(frame)[0]["points"]["n"] == 3


@pytest.mark.parametrize(
    ("text", "drawn_points"),
    [
        ("20°59'N", 1),
        ("20°60'N", 0),
        ("20.5°30'N", 0),
        ("20°30'60\"N", 0),
        ("20." + "0" * 56 + "N", 1),  # 60 signs
        ("20." + "0" * 57 + "N", 0),
        ("20 30", 0),
        ("20 30 10", 1),
        ("N20 30 N", 0),
        ("N 20 30", 1),
        ("78E", 0),
        ("-20N", 0),
    ],
)
def test_minutes_and_letters_are_read_by_rule(text, drawn_points):
    assert drawn(pd.DataFrame({"lat": [text], "lon": 78.0}))[0]["points"]["n"] == drawn_points


def test_the_geometry_that_is_meant_is_taken():
    points = gpd.GeoSeries([shapely.Point(78, 20)], crs=4326)
    away = gpd.GeoSeries([shapely.Point(10, 50)], crs=4326)
    frame = gpd.GeoDataFrame({"lat": [50.0], "lon": [10.0], "other": away, "spot": points}, geometry="spot")
    assert mm.tag(frame)["state_iso"].tolist() == ["IN-MH"], "the active one, whatever else is there"
    with pytest.raises(ValueError, match="there are 2 columns 'spot'"):
        mm.tag(frame.rename(columns={"other": "spot"}))
    plain = pd.DataFrame({"v": [1], "spot": points})
    assert mm.tag(plain)["state_iso"].tolist() == ["IN-MH"]
    assert mm.tag(plain.assign(lat=50.0, lon=10.0))["state_status"].tolist() == ["outside"], "degrees first"
    with pytest.raises(mm.errors.UnknownNameError, match="no column 'lon'"):
        mm.tag(plain.assign(other=away))
    assert drawn(points.to_frame("spot").set_geometry("spot"))[0]["points"]["n"] == 1
    assert drawn(points)[0]["points"]["n"] == 1


def test_a_missing_column_or_row_is_named_with_what_is_near():
    with pytest.raises(mm.errors.UnknownNameError, match="no column 'lat'; did you mean 'latt'"):
        mm.tag(pd.DataFrame({"latt": [20.0], "lon": [78.0]}))
    with pytest.raises(mm.errors.UnknownNameError, match=r"row of claims.*did you mean 'up-seeks-japan'"):
        mm.frames.row_of(mm.load_claims(), "claims", "up-seeks-japn")
    assert mm.frames.group_words([]) == "none"
    row = mm.frames.row_of(mm.load_claims(), "claims", "up-seeks-japan")
    assert row["claim_id"] == "up-seeks-japan"
    assert len(mm.filter_rows(mm.load_world_ree(), iso3="WLD")), "the world is no country, but has rows"


def test_columns_of_other_names_are_read_where_they_are_named():
    frame = pd.DataFrame({"breite": ["20.0", "x"], "laenge": [78.0, 78.0], "lat": 50.0, "lon": 10.0})
    frame["breite"] = frame["breite"].astype("category")
    with pytest.warns(UserWarning, match="column 'breite' holds no degrees, the first in row 1: 'x'"):
        assert mm.tag(frame, lon="laenge", lat="breite")["state_iso"].tolist()[0] == "IN-MH"


def test_what_only_looks_like_a_table_is_refused():
    class Lookalike:
        def to_pandas(self):
            raise AssertionError("only a table of pyarrow is asked")

    with pytest.raises(TypeError, match="not Lookalike"):
        mm.maps.explore(Lookalike())


def test_cells_of_any_kind_are_put_in_words():
    cells = [
        (pd.Timestamp("2025-07-31 23:30"), "31 July 2025, 23:30"),
        (np.datetime64("2025-07-04"), "4 July 2025"),
        (datetime.time(23, 30, 5), "23:30:05"),
        (pa.scalar([1, 2]), "1, 2"),
        (np.array("x"), "x"),
        ({"a": [1, None]}, "a: 1"),
    ]
    frame = pd.DataFrame(
        {"lat": 20.0, "lon": 78.0, "v": pd.Series([cell for cell, _ in cells], dtype=object)}
    )
    (column,) = drawn(frame)[0]["columns"]
    assert texts(column) == [said for _, said in cells]
    repeated = pd.DataFrame({"lat": 20.0, "lon": 78.0, "v": list("baba")})
    assert drawn(repeated)[0]["columns"][0]["kinds"] == ["a", "b"]
    stages = pd.DataFrame({"lat": 20.0, "lon": 78.0, "stage": pd.Categorical(["mou", None, "mou"])})
    assert drawn(stages)[0]["columns"][0]["kinds"] == ["", "Memorandum"]
    assert not mm.frames.is_missing(np.array([np.nan])), "a cell with an unknown entry is a cell"


def test_degrees_beyond_the_globe_that_look_swapped_are_said_to_be():
    assert "swapped?" in lines(pd.DataFrame({"lat": [120.0, 20.0], "lon": [20.0, 78.0]}))[0]
    assert "swapped?" not in lines(pd.DataFrame({"lat": [200.0, 20.0], "lon": [20.0, 78.0]}))[0]


def test_a_table_of_arrow_and_objects_of_numbers_are_what_they_hold():
    page = pa.table({"lat": [20.0, 21.0], "lon": [78.0, 79.0], "id": pa.array([2**63, None], pa.uint64())})
    assert drawn(page)[0]["points"]["n"] == 2
    assert words(pd.Series([2**64 - 1, 1], dtype=object)) == ["1", "18,446,744,073,709,551,615"]
    assert words(pd.Series([2**53 + 1, 0.5, None], dtype=object)) == ["0.5", str(2**53 + 1), "not known"]
    tenths = pd.Series([number / 10 for number in range(1, 41)], dtype=object)
    assert words(tenths)[0] == "0.1 to 0.8", "classes of numbers, not forty kinds"


def test_a_date_that_is_none_stays_as_it_was_written():
    frame = pd.DataFrame(
        {"lat": 20.0, "lon": 78.0, "date": ["soon", "2025-07-04"], "date_precision": ["day", "month"]}
    )
    assert [texts(column) for column in drawn(frame)[0]["columns"]] == [["soon", "Jul 2025"]]
    frame["date"] = pd.Series([np.datetime64("2025-07-04"), "2025-13"], dtype=object)
    assert [texts(column) for column in drawn(frame)[0]["columns"]] == [["4 Jul 2025", "2025-13"]]


def test_the_bounds_of_the_key_are_round_where_few_points_lie_between():
    sizes = ["1 to 10", "over 10 to 100", "over 100 to 1000", "over 1000 to 10,000", "over 10,000 to 90,000"]
    assert words(np.geomspace(1, 90_000, 500)) == sizes
    assert words([1.25, 3.5, 7.75, 11.5, 20.25, 21.5])[3] == "over 7.75 to 20.25", (
        "of few points none is moved"
    )
