"""Tag frames of pandas and geopandas, by two columns of degrees or by their geometry."""

from __future__ import annotations

import pandas as pd

from ..frames.points import Points, read_points
from .grid import STATUSES
from .units import Units

NO_CRS = "reproject=True needs a GeoDataFrame that knows its CRS; columns of numbers have none"


def tag_frame(
    frame: pd.DataFrame, units: Units, lon: str, lat: str, reproject: bool = False
) -> tuple[pd.DataFrame, Points]:
    """Return a copy of a DataFrame or GeoDataFrame with the two columns of the units, and its points."""
    units.check_free(frame.columns)
    points = read_points(frame, lon=lon, lat=lat, reproject=reproject)
    unit, status = units.locate(points.lon, points.lat)
    tagged = frame.copy(deep=False)
    for name, numbers, words in zip(units.columns, (unit, status), (units.grid.codes, STATUSES), strict=True):
        tagged[name] = pd.Categorical.from_codes(numbers, categories=list(words), validate=False)
    return tagged, points


def tag_partition(frame: pd.DataFrame, *args: object) -> pd.DataFrame:
    """Return a partition of dask with the two columns; a worker has nobody to speak to."""
    return tag_frame(frame, *args)[0]  # type: ignore[arg-type]
