"""Tag what is in memory: frames of pandas and geopandas, tables and batches of pyarrow."""

from __future__ import annotations

from ..errors import CRSError, UnknownIdError
from ._grid import STATUSES
from ._layer import NO_CRS


def check_columns(names, *wanted):
    """Raise for the first wanted column that is not among the names, or is there twice."""
    import difflib

    names = list(names)
    for name in wanted:
        if name not in names:
            words = [str(one) for one in names]
            near = difflib.get_close_matches(str(name), words, n=3, cutoff=0.4) or words[:10]
            raise UnknownIdError(f"there is no column {name!r}; there are: {', '.join(near) or 'none'}")
        if names.count(name) > 1:
            raise ValueError(f"there are {names.count(name)} columns {name!r}: rename all but one")


# ---------------------------------------------------------------------------- pandas, geopandas


def tag_frame(frame, layer, lon, lat, to_crs=False):
    """Return a copy of a DataFrame or GeoDataFrame with the two columns of a layer."""
    import pandas as pd

    layer.check_new(frame.columns)
    x, y = _frame_coordinates(frame, lon, lat, to_crs)
    # An empty frame, as dask keeps of every partition, needs the codes but no grid.
    unit, status = layer.grid.locate(x, y) if len(frame) else ([], [])
    tagged = frame.copy(deep=False)
    for name, codes, words in (
        (layer.column, unit, layer.codes),
        (layer.status_column, status, STATUSES),
    ):
        tagged[name] = pd.Categorical.from_codes(codes, categories=list(words), validate=False)
    return tagged


def _frame_coordinates(frame, lon, lat, to_crs):
    import sys

    geopandas = sys.modules.get("geopandas")  # no GeoDataFrame without it
    if geopandas is not None and isinstance(frame, geopandas.GeoDataFrame):
        return _geometry_coordinates(frame.geometry, to_crs)
    if to_crs:
        raise CRSError(NO_CRS)
    check_columns(frame.columns, lon, lat)
    return _numbers(frame[lon]), _numbers(frame[lat])


def _numbers(column):
    import numpy as np
    from pandas.api import types

    if isinstance(column.dtype, np.dtype) and column.dtype == np.float64:
        return column.to_numpy()
    if not types.is_numeric_dtype(column.dtype) or types.is_bool_dtype(column.dtype):
        raise ValueError(
            f"column {column.name!r} must hold numbers (degrees); its type is {column.dtype}. "
            "Convert it first: pandas.to_numeric(column, errors='coerce')"
        )
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _geometry_coordinates(points, to_crs):
    import numpy as np
    import shapely

    if points.crs is None:
        raise CRSError("the GeoDataFrame has no CRS, and none is guessed: set it with set_crs(...)")
    # OGC:CRS84 is EPSG:4326 with the axes in the order that geopandas uses for both.
    if points.crs.to_epsg() != 4326 and points.crs.to_authority() != ("OGC", "CRS84"):
        if not to_crs:
            raise CRSError(
                f"points must be in EPSG:4326; they are in {points.crs.name}. "
                "Pass to_crs=True to have them reprojected."
            )
        points = points.to_crs(4326)
    kinds = np.unique(shapely.get_type_id(points.array))
    if not set(kinds.tolist()) <= {-1, 0}:  # missing, point
        names = [shapely.GeometryType(int(kind)).name for kind in kinds if kind > 0]
        raise ValueError(
            f"only points are tagged; the geometry also holds {', '.join(names)}. "
            "Choose a point of each first, as with representative_point()"
        )
    # GEOS raises on the coordinates of an empty point; those of a missing one are NaN.
    shapes = np.asarray(points.array)
    shapes = np.where(shapely.is_empty(shapes), None, shapes)
    return shapely.get_x(shapes), shapely.get_y(shapes)


# --------------------------------------------------------------------------------------- pyarrow


def check_arrow_schema(schema, layer, lon, lat):
    """Refuse a schema that lacks the columns of degrees, or has columns of our names."""
    import pyarrow as pa

    if lon not in schema.names and b"geo" in (schema.metadata or {}):
        raise UnknownIdError(
            f"there is no column {lon!r}; this is GeoParquet: read it with geopandas.read_parquet "
            "and tag that, or write columns of degrees"
        )
    check_columns(schema.names, lon, lat)
    layer.check_new(schema.names)
    for name in (lon, lat):
        kind = schema.field(name).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
            raise ValueError(f"column {name!r} must hold numbers (degrees); its type is {kind}")


def tagged_schema(schema, layer):
    """Return a schema with the two columns of a layer behind the others."""
    import pyarrow as pa

    code = pa.from_numpy_dtype(layer.grid.dtype)
    for name, index in ((layer.column, code), (layer.status_column, pa.int8())):
        schema = schema.append(pa.field(name, pa.dictionary(index, pa.string())))
    return schema


def tag_table(table, layer, lon, lat):
    """Return a pyarrow Table with the two columns of a layer."""
    import pyarrow as pa

    check_arrow_schema(table.schema, layer, lon, lat)
    schema = tagged_schema(table.schema, layer)
    return pa.Table.from_batches(
        [tag_batch(batch, schema, layer, lon, lat)[0] for batch in table.to_batches()], schema
    )


def tag_batch(batch, schema, layer, lon, lat):
    """Return a RecordBatch with the two columns of a layer, and the status of each row by number."""
    import pyarrow as pa

    unit, status = layer.grid.locate(_doubles(batch.column(lon)), _doubles(batch.column(lat)))
    code = pa.DictionaryArray.from_arrays(
        pa.array(unit, mask=unit < 0), pa.array(layer.grid.codes, pa.string())
    )
    word = pa.DictionaryArray.from_arrays(pa.array(status), pa.array(STATUSES, pa.string()))
    return pa.RecordBatch.from_arrays([*batch.columns, code, word], schema=schema), status


def _doubles(array):
    import pyarrow as pa
    import pyarrow.compute as pc

    # Not safe in Arrow's sense: a whole number beyond 2**53 is rounded, not an error in mid-job.
    array = pc.cast(array, pa.float64(), safe=False)
    return pc.fill_null(array, float("nan")).to_numpy(zero_copy_only=False)
