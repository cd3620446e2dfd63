"""Strategies for the frames of users: columns of any kind, coordinates however written, any geometry."""

from __future__ import annotations

import datetime
import decimal
import fractions
import uuid
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from hypothesis import strategies as st

#: Cells that say nothing, of every sort.
MISSING = st.sampled_from(
    [None, float("nan"), pd.NaT, pd.NA, "", "  ", np.float64("nan"), decimal.Decimal("nan")]
)
#: Texts that people write in a cell of degrees and that are none.
NO_DEGREES = st.sampled_from(
    ["north", "12,345.67", "20 30", "91N E", "--5", "20°75'", "1_0", "inf", "0x14", "20.5.1", "½", "E", "°"]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DATES = st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2250, 1, 1))
ZONES = st.sampled_from(
    [None, datetime.UTC, *(datetime.timezone(datetime.timedelta(minutes=one)) for one in (330, -480))]
)
SCALARS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.integers(2**53 - 2, 2**53 + 2),
    st.floats(),
    st.booleans(),
    TEXT,
    st.decimals(),
    st.fractions(),
    st.binary(max_size=4),
    st.dates(),
    st.times(),
    st.builds(lambda day, zone: day.replace(tzinfo=zone), DATES, ZONES),
    st.timedeltas(),
    st.builds(np.datetime64, st.dates()),
    st.builds(np.float32, st.floats(width=32)),
    st.builds(uuid.UUID, int=st.integers(0, 2**128 - 1)),
    st.builds(pd.Period, DATES, st.sampled_from(["Y", "M", "D"])),
    st.builds(shapely.Point, st.floats(-9, 9), st.floats(-9, 9)),
    MISSING,
)
LISTS = st.one_of(
    st.lists(SCALARS, max_size=3),
    st.lists(SCALARS, max_size=3).map(tuple),
    st.lists(TEXT, max_size=3).map(np.array),
    st.frozensets(st.integers(0, 9), max_size=3),
    st.dictionaries(TEXT, SCALARS, max_size=2),
    st.lists(st.lists(st.integers(0, 3), max_size=2), max_size=2),
)


def _typed(cells, kind):
    """Return a column of one type; nothing where the cells do not fit."""
    return cells.map(lambda found: pd.Series(found, dtype=kind))


@cache
def columns(n):
    """Return columns of n cells: each dtype of pandas and Arrow, and objects of one kind or mixed."""

    def of(cells):
        return st.lists(cells, min_size=n, max_size=n)

    gap = st.none()
    arrow = pd.ArrowDtype
    whole = st.integers(-(2**63), 2**63 - 1)
    kinds = [
        _typed(of(st.floats()), "float64"),
        _typed(of(st.floats(width=32)), "float32"),
        _typed(of(st.sampled_from([0, 0, 0, 0, 1, 5, 1000, 10**6])), "int64"),
        _typed(of(whole), "int64"),
        _typed(of(st.integers(0, 2**64 - 1)), "uint64"),
        _typed(of(st.integers(2015, 2026) | gap), "Int64"),
        _typed(of(whole | gap), "Int64"),
        _typed(of(st.floats(allow_nan=False) | gap), "Float64"),
        _typed(of(st.booleans()), "bool"),
        _typed(of(st.booleans() | gap), "boolean"),
        _typed(of(TEXT | gap), "str"),
        _typed(of(TEXT | gap), "category"),
        _typed(of(st.integers(0, 3) | gap), "category"),
        _typed(of(DATES | gap), "datetime64[us]"),
        _typed(of(DATES | gap), "datetime64[us, UTC]"),
        _typed(of(DATES | gap), "datetime64[us, Asia/Kolkata]"),
        _typed(of(st.timedeltas(datetime.timedelta(-9), datetime.timedelta(9)) | gap), "timedelta64[us]"),
        _typed(of(st.complex_numbers()), "complex128"),
        _typed(of(st.floats()), pd.SparseDtype("float64")),
        _typed(of(whole | gap), arrow(pa.int64())),
        _typed(of(st.integers(0, 2**64 - 1) | gap), arrow(pa.uint64())),
        _typed(of(TEXT | gap), arrow(pa.string())),
        _typed(of(st.dates() | gap), arrow(pa.date32())),
        _typed(of(DATES | gap), arrow(pa.timestamp("us", "Asia/Kolkata"))),
        _typed(of(st.booleans() | gap), arrow(pa.bool_())),
        _typed(of(st.decimals(-9999, 9999, places=2) | gap), arrow(pa.decimal128(9, 2))),
        _typed(of(st.lists(st.integers(0, 9), max_size=3) | gap), arrow(pa.list_(pa.int64()))),
        _typed(
            of(st.fixed_dictionaries({"a": st.integers(0, 9)}) | gap), arrow(pa.struct({"a": pa.int64()}))
        ),
        _typed(
            of(st.sampled_from(["low", "mid", "high"]) | gap),
            pd.CategoricalDtype(["low", "mid", "high"], True),
        ),
        of(st.floats(-9, 9) | gap).map(lambda found: pd.Series(gpd.points_from_xy(found, found))),
    ]
    same = [_typed(of(cells | MISSING), object) for cells in (whole, st.booleans(), TEXT, st.dates(), DATES)]
    mixed = [_typed(of(cells), object) for cells in (SCALARS, LISTS, SCALARS | LISTS)]
    return st.one_of(*kinds, *same, *mixed)


NAMES = st.one_of(
    st.sampled_from(
        ["stage", "date", "title", "event_id", "kind", "states", "level", "lat ", "LON", "v", "v", "n"]
    ),
    st.sampled_from(
        [
            None,
            0,
            1.5,
            ("a", "b"),
            float("nan"),
            "",
            " ",
            "a\nb",
            "pH",
            "TREO %",
            "CO",
            datetime.date(2025, 1, 1),
        ]
    ),
    TEXT,
)


@st.composite
def written(draw, axis):
    """Return degrees as floats and as somebody may have written them; None where that is no point."""
    if draw(st.integers(0, 5)) == 0:
        return None, draw(MISSING)
    if draw(st.integers(0, 9)) == 0:
        return None, draw(NO_DEGREES | st.booleans() | LISTS)
    low, high = ((6, 37) if axis == "lat" else (68, 97)) if draw(st.booleans()) else (-89, 89)
    sixths = draw(st.integers(low * 3600, high * 3600))
    value = sixths / 3600
    whole, rest = divmod(abs(sixths), 3600)
    letter = ("NS" if axis == "lat" else "EW")[value < 0]
    sign = "-" if value < 0 else ""
    ways = [
        value,
        str(value),
        f" {value!r} ",
        str(value).replace(".", ","),
        f"{abs(value)!r}{letter}",
        f"{letter} {abs(value)!r}°",
        f"{whole}°{rest // 60}'{rest % 60}\"{letter}",
        f"{sign}{whole}° {rest // 60}′ {rest % 60}″",
        f"{whole}:{rest // 60}:{rest % 60} {letter}",
        f"{whole} {rest // 60} {rest % 60} {letter.lower()}",
        f"{sign}{whole}d{rest // 60}m{rest % 60}s",
        f"{whole}º{rest // 60}’{rest % 60}’’{letter}",
        decimal.Decimal(sixths) / 3600,
        fractions.Fraction(sixths, 3600),
        np.float32(value),
    ]
    return value, draw(st.sampled_from(ways))


@st.composite
def geometries(draw):
    """Return a column of geometries, and which of them are points."""
    point = st.builds(shapely.Point, st.floats(-180, 180), st.floats(-90, 90))
    others = st.sampled_from(
        [shapely.LineString([(1, 1), (2, 2)]), shapely.box(0, 0, 1, 1), shapely.MultiPoint([(1, 1), (2, 2)])]
    )
    nothing = st.sampled_from(
        [None, shapely.Point(), shapely.Polygon(), shapely.Point(np.nan, 1), shapely.MultiPoint()]
    )
    lone = point.map(lambda one: shapely.MultiPoint([one]))
    deep = point.map(lambda one: shapely.Point(one.x, one.y, 5.0))
    placed = point | lone | deep
    cells = draw(
        st.lists(st.tuples(placed, st.just(True)) | st.tuples(others | nothing, st.just(False)), max_size=8)
    )
    return [cell for cell, _ in cells], [good for _, good in cells]
