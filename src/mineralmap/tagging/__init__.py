"""Tag points with the state or district they lie in, and count them: ten rows or a hundred million.

The rule, the same for every kind of table:

- ``inside``: the point lies in the interior of one unit and gets its code.
- ``border``: it lies exactly on the edge of one unit or more, and gets the first code in
  alphabetical order. An edge on the sea or on another country counts as part of the unit.
- ``outside``: it lies in no unit: offshore (there is no tolerance), abroad, or in a hole. No code.
- ``invalid``: longitude or latitude is missing, not finite, or beyond 180 or 90 degrees. No code.

Two columns are added: ``state_iso`` and ``state_status``, or ``district_id`` and
``district_status``. Edges are straight in longitude and latitude, as the layers draw them.
"""

from __future__ import annotations

from os import PathLike

from ..errors import CRSError
from ._grid import STATUSES
from ._layer import NO_CRS, Layer

__all__ = ["STATUSES", "aggregate", "summary", "tag"]


def _engine(points):
    """Return "path", "dask", "arrow" or "pandas", without importing the libraries."""
    if isinstance(points, (str, PathLike)):
        return "path"
    home = type(points).__module__.partition(".")[0]
    if home in ("dask", "dask_expr") and hasattr(points, "map_partitions") and hasattr(points, "columns"):
        return "dask"
    if home == "pyarrow" and hasattr(points, "to_batches"):
        return "arrow"
    if hasattr(points, "columns") and hasattr(points, "iloc"):
        return "pandas"
    raise TypeError(
        f"points must be a DataFrame, GeoDataFrame, pyarrow Table, dask DataFrame or the path of Parquet "
        f"files, not {type(points).__name__}"
    )


def tag(
    points,
    to="state",
    lon="lon",
    lat="lat",
    *,
    perspective="india",
    to_crs=False,
    out=None,
    memory_mb=1000,
    progress=False,
):
    """Add to each point the code of the state or district that it lies in.

    Parameters
    ----------
    points : DataFrame, GeoDataFrame, pyarrow.Table, dask DataFrame, or path
        A GeoDataFrame is placed by its geometry, everything else by two columns of degrees. A path is
        a Parquet file or a folder of them (``*.parquet``, at any depth).
    to : {"state", "district"}
        The level of the units.
    lon, lat : str
        Columns of longitude and latitude, EPSG:4326, degrees; any type of number.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries, as in `mineralmap.load_states`; districts have the first only.
    to_crs : bool, default False
        Reproject the points of a GeoDataFrame that is not in EPSG:4326. Its own geometry stays as it
        is. A missing CRS is never guessed.
    out : path, optional
        For a path only, and needed there: the file or the folder to write. It is replaced in one
        step at the end, so a killed job leaves the old output or none; the next call with the same
        arguments picks up the finished parts, which lie beside it in ``<out>.unfinished-...``.
    memory_mb : float, default 1000
        For a path only: about how much memory a step may take on top of the libraries (MB).
    progress : bool, default False
        For a path only: show a progress bar on stderr, if that is a terminal.

    Returns
    -------
    DataFrame, GeoDataFrame, pyarrow.Table or dask DataFrame
        As given (dask: lazy, by partition), with two columns more, text from a fixed list
        (categorical or dictionary): ``state_iso`` (ISO 3166-2:IN) and ``state_status``, or
        ``district_id`` and ``district_status``. Rows keep their order.
    mineralmap.tagging.Report
        For a path: rows, counts by status, and each file that failed with the reason.

    Raises
    ------
    CRSError
        If the points have no CRS, or another one than EPSG:4326 without ``to_crs``.
    UnknownIdError
        If a column, a level or a perspective is not known.
    ValueError
        If a column is not numeric, a geometry is not a point, a name is taken, ``out`` is missing or
        unfit, or a Parquet file cannot be read (in a folder: only if all of them fail).
    TypeError
        If ``points`` is something else.

    Notes
    -----
    Each point has one of four statuses, the same on every engine; no row raises an error:

    - ``inside``: in the interior of one unit, whose code it gets.
    - ``border``: exactly on an edge. Of the units that meet there it gets the first code in
      alphabetical order; an edge on the sea or on another country belongs to its unit.
    - ``outside``: in no unit: offshore (there is no tolerance), abroad, or in a hole. No code.
    - ``invalid``: longitude or latitude missing, not finite, or beyond 180 or 90 degrees. No code.

    `mineralmap.tagging.summary` counts them. Source of the boundaries: ``data/NOTICE.md``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> mines = pd.DataFrame({"lon": [84.95, 80.0, None], "lat": [19.35, 5.0, 20.0]})
    >>> tagged = mm.tag(mines)
    >>> tagged["state_iso"].astype(object).fillna("-").tolist()
    ['IN-OD', '-', '-']
    >>> tagged["state_status"].tolist()
    ['inside', 'outside', 'invalid']
    """
    engine = _engine(points)
    layer = Layer(to, perspective)
    if to_crs and engine in ("path", "arrow"):
        raise CRSError(NO_CRS)
    if engine == "path":
        from ._parquet import tag_path

        return tag_path(points, out, layer, lon, lat, memory_mb=memory_mb, progress=progress)
    if out is not None:
        raise ValueError("out= is for the path of Parquet files; a table in memory is returned")

    from ._frames import tag_frame, tag_table

    if engine == "arrow":
        return tag_table(points, layer, lon, lat)
    if engine == "dask":
        # The empty frame that dask keeps of every partition is checked here, before any work.
        meta = tag_frame(points._meta, layer, lon, lat, to_crs)
        return points.map_partitions(tag_frame, layer, lon, lat, to_crs, meta=meta)
    return tag_frame(points, layer, lon, lat, to_crs)


def aggregate(tagged, by=("state_iso",), *, date="date"):
    """Count rows by the values of columns.

    Parameters
    ----------
    tagged : DataFrame, GeoDataFrame, pyarrow.Table, dask DataFrame, or path
        As `tag` returns or writes them. Parquet is streamed, dask is computed.
    by : str or sequence of str
        Columns to count by. ``"month"`` is taken from the column ``date`` if there is no such column.
        A column of lists (as ``partners`` of `mineralmap.load_events`) counts a row once for
        each of its entries, so the sum may exceed the number of rows.
    date : str, default "date"
        Column of dates (date, timestamp, or text in ISO 8601) for ``"month"``.

    Returns
    -------
    DataFrame
        The columns ``by`` (text, ``month`` as ``YYYY-MM``) and ``n``, the number of rows; one row
        for each combination that occurs, sorted. A missing value is a group of its own and comes
        last: unknown is not left out.

    Raises
    ------
    UnknownIdError
        If there is no such column.
    ValueError
        If ``date`` does not hold dates, or a Parquet file cannot be read; the file is named.
    TypeError
        If ``tagged`` is something else.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> mines = mm.tag(pd.DataFrame({"lon": [84.95, 84.96, 80.0], "lat": [19.35, 19.36, 5.0]}))
    >>> mm.aggregate(mines, by=["state_iso"])["n"].tolist()
    [2, 1]
    """
    from . import _counts

    by = [by] if isinstance(by, str) else list(by)
    if not by:
        raise ValueError("by= must name at least one column")
    if "n" in by or len(set(by)) < len(by):
        raise ValueError(f"by= must name different columns, none of them 'n'; given: {', '.join(by)}")
    engine = _engine(tagged)
    if engine == "path":
        from ._parquet import count_path

        counts = count_path(tagged, by, date)
    elif engine == "dask":
        counts = _counts.count_dask(tagged, by, date)
    elif engine == "arrow":
        counts = _counts.count_table(tagged, by, date)
    else:
        counts = _counts.count_frame(tagged, by, date)
    return _counts.finished(counts, by)


def summary(tagged, to="state"):
    """Count the points by status: how many were placed, and how many not and why.

    Parameters
    ----------
    tagged : DataFrame, GeoDataFrame, pyarrow.Table, dask DataFrame, or path
        As `tag` returns or writes them.
    to : {"state", "district"}
        The level that was tagged.

    Returns
    -------
    dict
        ``inside, border, outside, invalid``: number of points, zero included.

    Raises
    ------
    UnknownIdError
        If the points were not tagged at this level.
    """
    column = Layer(to).status_column
    counts = aggregate(tagged, by=[column]).set_index(column)["n"]
    return {status: int(counts.get(status, 0)) for status in STATUSES}


def __getattr__(name):
    if name == "Report":  # stands beside what writes it
        from ._parquet import Report

        return Report
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
