"""Tag frames of pandas and geopandas, by two columns of degrees or by their geometry."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api import types

from ..errors import CRSError, unknown_name
from .grid import STATUSES, Array
from .units import Units

NO_CRS = "reproject=True needs a GeoDataFrame that knows its CRS; columns of numbers have none"


def check_columns(names: Iterable[object], *wanted: str) -> None:
    """Raise for the first wanted column that is not among the names, or is there twice."""
    names = list(names)
    for name in wanted:
        if name not in names:
            raise unknown_name("column", name, names)
        if names.count(name) > 1:
            raise ValueError(f"there are {names.count(name)} columns {name!r}: rename all but one")


def tag_frame(frame: pd.DataFrame, units: Units, lon: str, lat: str, reproject: bool = False) -> pd.DataFrame:
    """Return a copy of a DataFrame or GeoDataFrame with the two columns of the units."""
    units.check_free(frame.columns)
    if isinstance(frame, gpd.GeoDataFrame):
        x, y = _coordinates(frame.geometry, reproject)
    elif reproject:
        raise CRSError(NO_CRS)
    else:
        check_columns(frame.columns, lon, lat)
        x, y = _degrees(frame[lon]), _degrees(frame[lat])
    unit, status = units.locate(x, y)
    tagged = frame.copy(deep=False)
    for name, numbers, words in zip(units.columns, (unit, status), (units.grid.codes, STATUSES), strict=True):
        tagged[name] = pd.Categorical.from_codes(numbers, categories=list(words), validate=False)
    return tagged


def _degrees(column: pd.Series) -> Array:
    if column.dtype == np.float64:
        floats: Array = column.to_numpy()  # no copy
        return floats
    if not types.is_numeric_dtype(column.dtype) or types.is_bool_dtype(column.dtype):
        raise ValueError(
            f"column {column.name!r} must hold numbers (degrees); its type is {column.dtype}. "
            "Convert it first: pandas.to_numeric(column, errors='coerce')"
        )
    numbers: Array = column.to_numpy(dtype="float64", na_value=np.nan)
    return numbers


def _coordinates(points: gpd.GeoSeries, reproject: bool) -> tuple[Array, Array]:
    if points.crs is None:
        raise CRSError("the GeoDataFrame has no CRS, and none is guessed: set it with set_crs(...)")
    # OGC:CRS84 is EPSG:4326 with the axes in the order that geopandas uses for both.
    if points.crs.to_epsg() != 4326 and points.crs.to_authority() != ("OGC", "CRS84"):
        if not reproject:
            raise CRSError(
                f"points must be in EPSG:4326; they are in {points.crs.name}. "
                "Pass reproject=True to have them reprojected."
            )
        points = points.to_crs(4326)
    shapes = np.asarray(points.array)
    kinds = set(np.unique(shapely.get_type_id(shapes)).tolist()) - {-1, 0}  # missing, point
    if kinds:
        names = [shapely.GeometryType(kind).name for kind in sorted(kinds)]
        raise ValueError(
            f"only points are tagged; the geometry also holds {', '.join(names)}. "
            "Choose a point of each first, as with representative_point()"
        )
    # GEOS raises on the coordinates of an empty point; those of a missing one are NaN.
    shapes = shapes.copy()
    shapes[shapely.is_empty(shapes)] = None
    return shapely.get_x(shapes), shapely.get_y(shapes)
