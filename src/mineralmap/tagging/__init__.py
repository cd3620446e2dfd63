"""Tag points with the state or district they lie in, and count them: ten rows or a hundred million.

The rule, the same for every kind of table, is in the notes of `tag`. Edges are straight in longitude
and latitude, as the layers draw them.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from ..errors import CRSError
from ..threads import count_workers
from .columns import NO_CRS, tag_frame, tag_partition
from .counting import Report, count_blocks, count_dask, finish_counts
from .grid import STATUSES, Grid
from .nearby import nearest
from .units import Units

__all__ = ["STATUSES", "Grid", "Report", "aggregate", "nearest", "summary", "tag"]


def tag(
    points: Any,
    *,
    to: str = "state",
    lon: str = "lon",
    lat: str = "lat",
    perspective: str = "india",
    reproject: bool = False,
    out: str | PathLike[str] | None = None,
    memory_mb: float = 1000,
    progress: bool = False,
    workers: int | None = None,
) -> Any:
    """Add to each point the code of the state or district that it lies in.

    Parameters
    ----------
    points : DataFrame, GeoDataFrame, pyarrow.Table, dask DataFrame, or path
        A GeoDataFrame is placed by its geometry, everything else by two columns of degrees. A path is
        a Parquet file or a folder of them (``*.parquet``, at any depth).
    to : {"state", "district"}
        The level of the units.
    lon, lat : str
        Columns of longitude and latitude, EPSG:4326, degrees: any type of number, or texts such as
        "20.5", "20,5" or "20°30'N". By default also "Longitude", "LNG", "lat " and the like.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries, as in `mineralmap.load_states`; districts have the first only.
    reproject : bool, default False
        Reproject the points of a GeoDataFrame that is not in EPSG:4326. Its own geometry stays as it
        is. A missing CRS is never guessed.
    out : path, optional
        For a path only, and needed there: the file or the folder to write. It is replaced in one
        step at the end, so a killed job leaves the old output or none; the next call with the same
        arguments skips the finished files, which lie beside it in ``<out>.unfinished-tag``. One job at a time
        works on an output.
    memory_mb : float, default 1000
        For a path only: about how much memory a step may take on top of the libraries (MB).
    progress : bool, default False
        For a path only: show a progress bar on stderr, if that is a terminal.
    workers : int, optional
        Number of threads; by default one for each core that the process may use. The answer does not
        depend on it. dask has workers of its own and takes none of these.

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
        If the points have no CRS, or another one than EPSG:4326 without ``reproject``.
    UnknownNameError
        If there is no such column.
    ValueError
        If an option has no such value, a column is of a type that is no degrees, no geometry is a
        point, a name is taken, or a Parquet file cannot be read (in a folder: only if all of them fail).
    TypeError
        If ``points`` is something else.
    BlockingIOError
        If another job is at work on ``out``; the message says which.

    Notes
    -----
    Each point has one of four statuses, the same on every engine; no row raises an error:

    - ``inside``: in the interior of one unit, whose code it gets.
    - ``border``: exactly on an edge. Of the units that meet there it gets the first code in
      alphabetical order; an edge on the sea or on another country belongs to its unit.
    - ``outside``: in no unit: offshore (there is no tolerance; `mineralmap.tagging.nearest` says how far),
      abroad, or in a hole. No code.
    - ``invalid``: longitude or latitude missing, unreadable, not finite, or beyond 180 or 90 degrees;
      a geometry that is no point. No code.

    A warning says what is not seen in the statuses: other columns or odd texts were read, and points
    that would lie in India with latitude and longitude swapped, or are at (0, 0). Parquet files and
    dask are tagged without such words.

    `mineralmap.tagging.summary` counts them. Source of the boundaries: ``data/NOTICE.md``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> tagged = mm.tag(pd.DataFrame({"lon": [84.95, 80.0, None], "lat": [19.35, 5.0, 20.0]}))
    >>> tagged["state_iso"].astype(object).fillna("-").tolist()
    ['IN-OD', '-', '-']
    >>> tagged["state_status"].tolist()
    ['inside', 'outside', 'invalid']
    """
    workers = count_workers(workers)
    engine, units = _engine(points), Units(to, perspective)
    if reproject and engine in ("path", "arrow"):
        raise CRSError(NO_CRS)
    if engine == "path":
        if out is None:
            raise ValueError("out= is missing: the file or folder to write the tagged Parquet to")
        source, target = Path(points), Path(out)
        options = {"memory_mb": memory_mb, "progress": progress, "workers": workers}
        return _parquet().tag_path(source, target, units, lon, lat, **options)
    if out is not None:
        raise ValueError("out= is for the path of Parquet files; a table in memory is returned")
    if engine == "dask":
        # The empty frame that dask keeps of every partition is checked here, before any work.
        meta = tag_partition(points._meta, units, lon, lat, reproject)
        return points.map_partitions(tag_partition, units, lon, lat, reproject, meta=meta)
    units = Units(to, perspective, workers)
    if engine == "arrow":
        tagged, placed = _parquet().tag_table(points, units, lon, lat)
    else:
        tagged, placed = tag_frame(points, units, lon, lat, reproject)
    # What the statuses do not say.
    for words in (*placed.notes, *placed.unreadable("placed"), *placed.doubts()):
        warnings.warn(words, stacklevel=2)
    return tagged


def _engine(points: Any) -> str:
    """Return "path", "dask", "arrow" or "pandas", without importing dask or pyarrow."""
    home = type(points).__module__.partition(".")[0]
    if isinstance(points, (str, PathLike)):
        return "path"
    if isinstance(points, pd.DataFrame):
        return "pandas"
    if home == "pyarrow" and hasattr(points, "append_column"):
        return "arrow"
    if home in ("dask", "dask_expr") and hasattr(points, "map_partitions") and hasattr(points, "columns"):
        return "dask"
    raise TypeError(
        f"points must be a DataFrame, GeoDataFrame, pyarrow Table, dask DataFrame or the path of Parquet "
        f"files, not {type(points).__name__}"
    )


def _parquet() -> ModuleType:
    from . import parquet  # noqa: PLC0415 - pyarrow is optional

    return parquet


def aggregate(
    tagged: Any,
    *,
    by: str | Sequence[str] = "state_iso",
    date: str = "date",
    workers: int | None = None,
) -> pd.DataFrame:
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
    workers : int, optional
        Number of threads for Parquet and Arrow; by default one for each core that the process may
        use. The answer does not depend on it.

    Returns
    -------
    DataFrame
        The columns ``by`` (as they are, ``month`` as ``YYYY-MM``) and ``n``, the number of rows; one
        row for each combination that occurs, sorted. A missing value (also an empty text) is a group of
        its own and comes last: unknown is not left out. Whole numbers keep every digit.

    Raises
    ------
    UnknownNameError
        If there is no such column.
    ValueError
        If ``date`` does not hold dates, a column of ``by`` holds what cannot be counted (dicts, lists
        within lists, true or false beside numbers), or a Parquet file cannot be read; it is named.
    TypeError
        If ``tagged`` is something else.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> mines = mm.tag(pd.DataFrame({"lon": [84.95, 84.96, 80.0], "lat": [19.35, 19.36, 5.0]}))
    >>> mm.aggregate(mines, by="state_iso")["n"].tolist()
    [2, 1]
    """
    by = [by] if isinstance(by, str) else list(by)
    if not by:
        raise ValueError("by= must name at least one column")
    if "n" in by or len(set(by)) < len(by):
        raise ValueError(f"by= must name different columns, none of them 'n'; given: {', '.join(by)}")
    engine, workers = _engine(tagged), count_workers(workers)
    if engine == "path":
        counts = _parquet().count_path(Path(tagged), by, date, workers)
    elif engine == "arrow":
        counts = _parquet().count_table(tagged, by, date, workers)
    elif engine == "dask":
        counts = count_dask(tagged, by, date)
    else:
        counts = count_blocks(tagged, by, date, workers)
    return finish_counts(counts, by)


def summary(tagged: Any, *, to: str = "state") -> dict[str, int]:
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
    UnknownNameError
        If the points were not tagged at this level.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import pandas as pd
    >>> points = mm.tag(pd.DataFrame({"lon": [84.95, 80.0], "lat": [19.35, 5.0]}))
    >>> mm.tagging.summary(points)
    {'inside': 1, 'border': 0, 'outside': 1, 'invalid': 0}
    """
    _, column = Units(to).columns
    counts = aggregate(tagged, by=column).set_index(column)["n"]
    return {status: int(counts.get(status, 0)) for status in STATUSES}
