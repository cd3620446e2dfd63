"""Which state or district a point lies in: the rule, exactness, and the same answer on every engine."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import mineralmap as mm
from mineralmap.tagging import STATUSES, Grid, summary

LAYERS = {
    "states": lambda: (mm.load_states(), "state_iso", {}),
    "states, Natural Earth": lambda: (
        mm.load_states(perspective="natural_earth"),
        "state_iso",
        {"perspective": "natural_earth"},
    ),
    "districts": lambda: (mm.load_districts(), "district_id", {"to": "district"}),
}


def _points(units, n, seed=7):
    """Return points, most of them corners of units, or on or very near a border, and some anywhere."""
    rng = np.random.default_rng(seed)
    few = n // 7
    left, bottom, right, top = units.total_bounds
    anywhere = np.column_stack([rng.uniform(left - 1, right + 1, few), rng.uniform(bottom - 1, top + 1, few)])
    edges = shapely.boundary(units.geometry.array)[rng.integers(0, len(units), few)]
    on_edge = shapely.line_interpolate_point(edges, rng.uniform(0, 1, few), normalized=True)
    near = shapely.get_coordinates(on_edge)
    corners = shapely.get_coordinates(units.geometry.array)
    moved = [near + rng.normal(0, step, near.shape) for step in (1e-13, 1e-9, 1e-6, 1e-3)]
    xy = np.concatenate([anywhere, near, *moved, corners[rng.integers(0, len(corners), few)]])
    return pd.DataFrame(xy, columns=["lon", "lat"])


def _by_sjoin(points, units, column):
    """Return the first code (sorted) and the status of each point, by geopandas.sjoin."""
    where = gpd.GeoDataFrame(geometry=gpd.points_from_xy(points["lon"], points["lat"]), crs=4326)
    units = units[[column, "geometry"]]
    touched = where.sjoin(units, predicate="intersects")[column].groupby(level=0).min()
    inside = where.sjoin(units, predicate="within").index
    status = pd.Series("outside", index=points.index)
    status.loc[touched.index] = "border"
    status.loc[inside] = "inside"
    return touched.reindex(points.index), status


@pytest.mark.parametrize("layer", LAYERS)
def test_agrees_with_sjoin_on_every_point(layer):
    units, column, options = LAYERS[layer]()
    points = _points(units, 10_000)
    tagged = mm.tag(points, **options)
    code, status = _by_sjoin(points, units, column)
    level = options.get("to", "state")
    assert tagged[column].astype("str").equals(code.astype("str").rename(column))
    assert (tagged[f"{level}_status"].astype("str") == status).all()
    assert {"inside", "border", "outside"} == set(status)


@pytest.mark.parametrize("cell", [0.03, 5.0])
def test_answer_does_not_depend_on_the_cells(cell):
    states = mm.load_states().sort_values("state_iso")
    points = _points(states, 10_000, seed=3).to_numpy().T.copy()
    codes = states["state_iso"].tolist()
    usual = Grid(states.geometry.array, codes).locate(*points)
    other = Grid(states.geometry.array, codes, cell=cell).locate(*points)
    assert all(np.array_equal(*pair) for pair in zip(usual, other, strict=True))


# Corners on a coarse lattice make many points fall on edges, corners and cell borders.
_STEP = st.integers(0, 12).map(lambda number: number / 4)


@settings(max_examples=5 * settings.default.max_examples)
@given(
    cut=st.lists(st.tuples(_STEP, _STEP), min_size=2, max_size=4, unique=True),
    points=st.lists(st.tuples(_STEP, _STEP), min_size=1, max_size=30),
    cell=st.sampled_from([0.1, 0.25, 0.7, 10.0]),
)
def test_any_division_of_a_square(cut, points, cell):
    square = shapely.box(0, 0, 3, 3)
    pieces = shapely.get_parts(
        shapely.polygonize(
            [shapely.unary_union([square.boundary, shapely.intersection(shapely.LineString(cut), square)])]
        )
    )
    x, y = np.array(points, dtype=float).T.copy()
    unit, status = Grid(pieces, [str(number) for number in range(len(pieces))], cell=cell).locate(x, y)
    for number, (lon, lat) in enumerate(points):
        point = shapely.Point(lon, lat)
        touched = np.flatnonzero(shapely.intersects(pieces, point))
        inside = np.flatnonzero(shapely.contains(pieces, point))
        first = inside[0] if len(inside) else touched[0] if len(touched) else -1
        word = "inside" if len(inside) else "border" if len(touched) else "outside"
        assert (unit[number], STATUSES[status[number]]) == (first, word)


def test_known_cities_lie_in_their_states(root):
    cities = pd.read_csv(root / "tests" / "cities.csv", comment="#", keep_default_na=False)
    assert len(cities) == 100
    tagged = mm.tag(cities.rename(columns={"state_iso": "expected"}))
    wrong = tagged[tagged["state_iso"].astype("str") != tagged["expected"]]
    assert wrong.empty, wrong.to_string()


def test_district_lies_in_the_state_of_the_point():
    points = _points(mm.load_states(), 5_000)
    tagged = mm.tag(mm.tag(points), to="district")
    state_of = mm.load_districts().set_index("district_id")["state_iso"]
    inside = tagged[(tagged["state_status"] == "inside") & (tagged["district_status"] == "inside")]
    assert (inside["district_id"].astype("str").map(state_of) == inside["state_iso"].astype("str")).all()
    # A district adds borders inside a state, and takes none away.
    assert (tagged["district_id"].isna() == tagged["state_iso"].isna()).all()


ODD = pd.DataFrame(
    {
        "lon": [84.95, 72.0, 2.35, np.nan, np.inf, -np.inf, 84.95, 1e308, 180.5, -180.0, 84.95],
        "lat": [19.35, 15.0, 48.85, 20.0, 20.0, 20.0, np.nan, 20.0, 20.0, -90.0, 90.001],
        "what": [
            "Chatrapur",
            "sea",
            "Paris",
            "no lon",
            "inf",
            "-inf",
            "no lat",
            "huge",
            "far",
            "edge",
            "lat",
        ],
    }
)
ODD_STATUS = ["inside", "outside", "outside", *["invalid"] * 6, "outside", "invalid"]


def test_unplaceable_points_are_counted_and_never_raise():
    tagged = mm.tag(ODD)
    assert tagged["state_status"].tolist() == ODD_STATUS
    assert tagged["state_iso"].dropna().tolist() == ["IN-OD"]
    assert summary(tagged) == {"inside": 1, "border": 0, "outside": 3, "invalid": 7}
    assert sum(mm.aggregate(tagged, by="state_iso")["n"]) == len(ODD)


def test_shared_border_takes_the_first_code():
    states = mm.load_states().set_index("state_iso")["geometry"]
    shared = shapely.intersection(states["IN-JH"], states["IN-BR"])
    corner = shapely.get_coordinates(shared)[0]
    tagged = mm.tag(pd.DataFrame([corner], columns=["lon", "lat"]))
    assert tagged.loc[0, "state_iso"] == "IN-BR"
    assert tagged.loc[0, "state_status"] == "border"


def _nulls(frame):
    """Return the frame as Arrow, with nulls where NaN was."""
    return pa.Table.from_pandas(frame, preserve_index=False)


def test_same_answer_on_every_engine(tmp_path):
    points = pd.concat([_points(mm.load_states(), 4_000), ODD[["lon", "lat"]]], ignore_index=True)
    expected = mm.tag(points)
    file = tmp_path / "points.parquet"
    points.to_parquet(file)
    mm.tag(file, out=tmp_path / "tagged.parquet")
    geo = gpd.GeoDataFrame(points, geometry=gpd.points_from_xy(points["lon"], points["lat"]), crs=4326)
    dask = pytest.importorskip("dask.dataframe")
    answers = {
        "arrow": mm.tag(_nulls(points)).to_pandas(),
        "parquet": pd.read_parquet(tmp_path / "tagged.parquet"),
        "geopandas": mm.tag(geo),
        "dask": mm.tag(dask.from_pandas(points, npartitions=3)).compute(scheduler="sync"),
    }
    for engine, answer in answers.items():
        for column in ("state_iso", "state_status"):
            assert answer[column].astype("str").equals(expected[column].astype("str")), (engine, column)
        assert summary(answer) == summary(expected)


def test_answer_does_not_depend_on_the_workers(tmp_path):
    rng = np.random.default_rng(1)  # more points than one thread takes at once
    many = {"lon": rng.uniform(68, 98, 270_000), "lat": rng.uniform(6, 38, 270_000), "date": "2025-07-01"}
    points = pd.concat([ODD[["lon", "lat"]], pd.DataFrame(many)], ignore_index=True)
    one = mm.tag(points, workers=1)
    pd.testing.assert_frame_equal(mm.tag(points, workers=3), one)
    as_arrow = mm.tag(_nulls(points[["lon", "lat"]]), workers=3).to_pandas()
    assert (as_arrow["state_status"].astype(str) == one["state_status"].astype(str)).all()
    for number in range(3):
        part = points.iloc[number * 1_000 : (number + 1) * 1_000]
        (tmp_path / "in").mkdir(exist_ok=True)
        part.to_parquet(tmp_path / "in" / f"{number}.parquet", index=False, row_group_size=300)
    reports = [mm.tag(tmp_path / "in", out=tmp_path / f"out{n}", workers=n) for n in (1, 2, 5)]
    assert len({str(report.counts) for report in reports}) == 1
    for name in ("0", "1", "2"):
        made = {(tmp_path / f"out{n}" / f"{name}.parquet").read_bytes() for n in (1, 2, 5)}
        assert len(made) == 1
    by = ["state_iso", "month"]
    counts = mm.aggregate(one.iloc[:3_000], by=by)
    for workers in (1, 2, 5):
        pd.testing.assert_frame_equal(mm.aggregate(tmp_path / "out1", by=by, workers=workers), counts)
    for wrong in (0, -1, 1.5, True, "2"):
        with pytest.raises(ValueError, match="workers must be a whole number"):
            mm.tag(ODD, workers=wrong)


def test_input_is_left_as_it_was_and_rows_keep_their_place():
    points = ODD.set_index(pd.Index(list("kjihgfedcba"), name="key"))
    before = points.copy()
    tagged = mm.tag(points)
    pd.testing.assert_frame_equal(points, before)
    pd.testing.assert_frame_equal(tagged[before.columns], before)
    shapes = mm.load_states()
    mm.tag(ODD)
    assert not shapely.is_prepared(shapes.geometry.array).any()


@pytest.mark.parametrize("kind", ["float32", "int64", "Int64", "Float64", "float64[pyarrow]"])
def test_any_type_of_number(kind):
    points = pd.DataFrame({"lon": pd.Series([85, 72], dtype=kind), "lat": pd.Series([20, 15], dtype=kind)})
    assert mm.tag(points)["state_iso"].astype("str").fillna("-").tolist() == ["IN-OD", "-"]


def test_no_rows():
    empty = mm.tag(ODD.iloc[:0])
    assert len(empty) == 0
    assert summary(empty) == dict.fromkeys(STATUSES, 0)
    table = mm.tag(_nulls(ODD.iloc[:0].astype({"lon": float, "lat": float})))
    assert table.num_rows == 0
    assert summary(table) == dict.fromkeys(STATUSES, 0)


class TestCrs:
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([84.95, 72.0], [19.35, 15.0]), crs=4326)

    def test_refused_or_reprojected_on_request(self):
        metres = self.points.to_crs(7755)
        with pytest.raises(mm.errors.CRSError, match="reproject=True"):
            mm.tag(metres)
        tagged = mm.tag(metres, reproject=True)
        assert tagged["state_status"].tolist() == ["inside", "outside"]
        assert tagged.crs == metres.crs

    def test_missing_is_never_guessed(self):
        for reproject in (False, True):
            with pytest.raises(mm.errors.CRSError, match="no CRS"):
                mm.tag(self.points.set_crs(None, allow_override=True), reproject=reproject)

    def test_crs84_is_the_same_thing(self):
        points = self.points.set_crs("OGC:CRS84", allow_override=True)
        assert mm.tag(points)["state_status"].tolist() == ["inside", "outside"]

    @pytest.mark.parametrize("points", [ODD, _nulls(ODD), "points.parquet"], ids=["pandas", "arrow", "path"])
    def test_columns_have_none_to_reproject(self, points):
        with pytest.raises(mm.errors.CRSError, match="GeoDataFrame"):
            mm.tag(points, reproject=True)

    def test_empty_and_missing_points_are_invalid(self):
        points = gpd.GeoDataFrame(geometry=[None, shapely.Point()], crs=4326)
        assert mm.tag(points)["state_status"].tolist() == ["invalid", "invalid"]

    def test_only_points(self):
        with pytest.raises(ValueError, match="POLYGON"):
            mm.tag(mm.load_states().drop(columns="state_iso"))


BROKEN = {
    "unknown column": (lambda: mm.tag(ODD, lon="Lon"), mm.errors.UnknownNameError, "no column 'Lon'.*'lon'"),
    "unknown level": (lambda: mm.tag(ODD, to="village"), ValueError, "'state' or 'district'; got 'village'"),
    "unknown view": (lambda: mm.tag(ODD, perspective="mars"), ValueError, "natural_earth"),
    "districts of another view": (
        lambda: mm.tag(ODD, to="district", perspective="natural_earth"),
        ValueError,
        "'india' only",
    ),
    "twice the same column": (
        lambda: mm.tag(pd.concat([ODD, ODD[["lon"]]], axis=1)),
        ValueError,
        "2 columns 'lon'",
    ),
    "boolean": (lambda: mm.tag(ODD.assign(lon=True)), ValueError, "'lon' must hold numbers.*bool"),
    "boolean in arrow": (lambda: mm.tag(_nulls(ODD.assign(lon=True))), ValueError, "'lon' must hold numbers"),
    "tagged twice": (
        lambda: mm.tag(mm.tag(ODD)),
        ValueError,
        "already have .*'state_iso' and 'state_status'",
    ),
    "out in memory": (lambda: mm.tag(ODD, out="x"), ValueError, "out="),
    "a list": (lambda: mm.tag([1, 2]), TypeError, "not list"),
    "count by nothing": (lambda: mm.aggregate(ODD, by=[]), ValueError, "at least one"),
    "count by n": (lambda: mm.aggregate(ODD, by=["n"]), ValueError, "'n'"),
    "count by what is not there": (
        lambda: mm.aggregate(ODD, by="state"),
        mm.errors.UnknownNameError,
        "'state'",
    ),
    "month without dates": (lambda: mm.aggregate(ODD, by="month"), mm.errors.UnknownNameError, "'date'"),
    "month of numbers": (lambda: mm.aggregate(ODD, by="month", date="lon"), ValueError, "must hold dates"),
    "summary untagged": (lambda: summary(ODD), mm.errors.UnknownNameError, "state_status"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_calls_say_what_is_wrong(name):
    call, error, words = BROKEN[name]
    with pytest.raises(error, match=words):
        call()


EVENTS = pd.DataFrame(
    {
        "lon": [84.95, 84.96, 77.2, 72.0, 84.95, np.nan],
        "lat": [19.35, 19.36, 28.6, 15.0, 19.35, 1.0],
        "date": pd.to_datetime(["2025-07-01", "2025-07-31", "2025-08-15", None, "1969-12-31", "2025-08-01"]),
        "stage": pd.Categorical(["mou", "mou", "talks", "mou", None, "talks"]),
        "partners": [("JPN", "USA"), ("JPN",), (), None, ("AUS",), ("JPN",)],
        "amount": [1, 2, 1, 2, 1, 2],
    }
)


def test_counts_are_what_a_reader_counts():
    counts = mm.aggregate(mm.tag(EVENTS), by=["state_iso", "month"])
    rows = [tuple(row) for row in counts.astype(object).fillna("-").itertuples(index=False)]
    assert rows == [
        ("IN-DL", "2025-08", 1),
        ("IN-OD", "1969-12", 1),
        ("IN-OD", "2025-07", 2),
        ("-", "2025-08", 1),
        ("-", "-", 1),
    ]
    partners = mm.aggregate(EVENTS, by="partners").astype(object).fillna("-")
    assert partners.to_numpy().tolist() == [["AUS", 1], ["JPN", 3], ["USA", 1], ["-", 2]]


@pytest.mark.parametrize(
    "by",
    [["state_iso"], ["state_iso", "month"], ["stage", "partners"], ["amount"], ["month", "state_status"]],
)
def test_same_counts_on_every_engine(tmp_path, by):
    expected = mm.aggregate(mm.tag(EVENTS), by=by)
    as_text = EVENTS.assign(date=EVENTS["date"].dt.strftime("%Y-%m-%d"))
    as_days = EVENTS.assign(date=[None if pd.isna(day) else day.date() for day in EVENTS["date"]])
    for number, frame in enumerate((EVENTS, as_text, as_days)):
        table = _nulls(frame)
        file, out = tmp_path / f"{number}.parquet", tmp_path / f"tagged{number}.parquet"
        pq.write_table(table, file, row_group_size=2)
        mm.tag(file, out=out)
        pd.testing.assert_frame_equal(mm.aggregate(out, by=by), expected)
        pd.testing.assert_frame_equal(mm.aggregate(mm.tag(table), by=by), expected)
    dask = pytest.importorskip("dask.dataframe")
    with_lists = EVENTS.assign(partners=EVENTS["partners"].astype(object))
    import dask as core

    with core.config.set({"dataframe.convert-string": False, "scheduler": "sync"}):
        frame = mm.tag(dask.from_pandas(with_lists, npartitions=3))
        pd.testing.assert_frame_equal(mm.aggregate(frame, by=by), expected)


def test_real_events_are_placed_where_the_table_says():
    events = mm.load_events()
    placed = mm.tag(events[events["lat"].notna()])
    inside = placed[placed["state_status"].isin(["inside", "border"])]
    agree = [
        code in states for code, states in zip(inside["state_iso"], inside["states"], strict=True) if states
    ]
    assert np.mean(agree) > 0.9
    assert mm.aggregate(placed, by="state_iso")["n"].sum() == len(placed)


def test_a_unit_on_another_plane_is_no_invalid_position():
    grid = Grid(np.array([shapely.box(1000, 1000, 1010, 1010)]), ["a"], cell=0.1)
    unit, status = grid.locate(np.array([1005.0, 0.0, 500.0]), np.array([1005.0, 0.0, 5.0]))
    assert unit.tolist() == [0, -1, -1]
    assert [STATUSES[one] for one in status] == ["inside", "outside", "invalid"]


def test_months_are_counted_as_recorded_and_what_is_no_date_is_missing():
    days = ["2026-01-31", "2026-01", "no day", None]
    with pytest.warns(UserWarning, match="1 row without a date that can be read, the first in row 2"):
        counted = mm.aggregate(pd.DataFrame({"date": days}), by=["month"])
    assert counted.fillna("").to_dict("list") == {"month": ["2026-01", ""], "n": [2, 2]}
    late = pd.to_datetime(["2026-01-31T23:30", "2026-02-01T00:30"]).tz_localize("Asia/Kolkata")
    counted = mm.aggregate(pd.DataFrame({"date": late}), by=["month"])
    assert counted.to_dict("list") == {"month": ["2026-01", "2026-02"], "n": [1, 1]}


def test_what_is_counted_by_keeps_its_kind():
    frame = pd.DataFrame({"grade": [0.5, 0.5, None], "whole": [2.0, 3.0, None], "flag": [True, False, True]})
    grades, whole, flags = (mm.aggregate(frame, by=[name]) for name in frame)
    assert (str(grades["grade"].dtype), grades["grade"].tolist()) == ("Float64", [0.5, pd.NA])
    assert (str(whole["whole"].dtype), whole["whole"].tolist()) == ("Int64", [2, 3, pd.NA])
    assert (flags["flag"].dtype, flags["n"].tolist()) == (bool, [1, 2])
    texts = [pd.Series(["a", None, "a"], dtype=kind) for kind in (object, "str", "category")]
    nothing = [pd.Series([None] * 3, dtype=kind) for kind in (object, "str")]
    for several in (texts, nothing):
        counts = [mm.aggregate(pd.DataFrame({"key": one}), by="key") for one in several]
        assert {str(one["key"].dtype) for one in counts} == {"str"}
    for kind in (object, "str"):
        empty = mm.aggregate(pd.DataFrame({"key": pd.Series(["", None, " ", "a"], dtype=kind)}), by="key")
        assert empty["n"].tolist() == [1, 3], "an empty text is a missing one"
    ends = np.array([2**63 - 1, 1], dtype="uint64")
    assert str(mm.aggregate(pd.DataFrame({"id": ends}), by="id")["id"].dtype) == "Int64"
    day = pd.Timestamp("2026-01-31").date()
    assert mm.aggregate(pd.DataFrame({"day": [day, day]}), by="day")["day"].tolist() == [day]
    lists = pd.Series([np.array([1, 2**53 + 1]), None, {2**53 + 1}], dtype=object)
    counted = mm.aggregate(pd.DataFrame({"id": lists}), by="id")
    assert counted.to_numpy().tolist() == [[1, 1], [2**53 + 1, 2], [pd.NA, 1]]


def test_states_are_counted_by_themselves_and_threads_change_nothing(monkeypatch):
    assert mm.aggregate(mm.tag(EVENTS)).columns.tolist() == ["state_iso", "n"]
    ids = pd.array([2**53 + 1, None, 3, 2**53 + 1, None, 3], "Int64")
    tagged = mm.tag(EVENTS).assign(id=ids[: len(EVENTS)])
    keys = (["state_iso", "month"], ["partners"], ["id", "stage"], ["amount"])
    whole = [mm.aggregate(tagged, by=by) for by in keys]
    monkeypatch.setattr("mineralmap.tagging.counting._BLOCK", 2)
    for by, counts in zip(keys, whole, strict=True):
        for workers in (1, 3):
            pd.testing.assert_frame_equal(mm.aggregate(tagged, by=by, workers=workers), counts)
    none = mm.aggregate(tagged.head(0), by=["state_iso", "month"])
    assert (len(none), none.columns.tolist()) == (0, ["state_iso", "month", "n"])


def test_the_report_of_a_job_counts_files_points_and_what_failed():
    report = mm.tagging.Report("out", failed=[("bad.parquet", "is damaged")])
    report.add(1000, {"inside": 990, "border": 0, "outside": 7, "invalid": 3}, resumed=True)
    report.add(234, {"inside": 234, "border": 0, "outside": 0, "invalid": 0}, resumed=False)
    assert str(report).split("\n") == [
        "1,234 points in 2 files -> out: 1,224 inside, 0 border, 7 outside, 3 invalid",
        "1,000 of them were finished by an earlier run",
        "not tagged: bad.parquet: is damaged",
    ]


def test_lines_and_areas_are_refused_with_what_to_do():
    areas = mm.load_states()[["geometry"]].iloc[:2]
    with pytest.raises(
        ValueError, match=r"only points are placed; .* holds MULTIPOLYGON and POLYGON: take rep"
    ):
        mm.tag(areas)
