"""Count tagged points: partial counts of pieces, added up, the same on every engine."""

from __future__ import annotations

from ._frames import check_columns

_MONTH = "month"
#: Rows turned into pandas at once.
_BATCH = 1 << 20


def needed_columns(names, by, date):
    """Return the columns that counting reads; "month" comes from the dates if there is none."""
    wanted = [date if name == _MONTH and _MONTH not in names else name for name in by]
    check_columns(names, *wanted)
    return list(dict.fromkeys(wanted))


def count_frame(frame, by, date):
    """Return the counts of one piece: the columns ``by`` and ``n``."""
    import pandas as pd

    columns = needed_columns(frame.columns, by, date)
    keys = pd.DataFrame(frame[columns])
    if _MONTH in by and _MONTH not in columns:
        keys[_MONTH] = _months(keys[date])
    keys = keys[by]
    for name in by:
        if keys[name].dtype == object and keys[name].map(_is_list).any():
            keys = keys.explode(name, ignore_index=True)
    counts = keys.groupby(by, dropna=False, observed=True, sort=False).size().rename("n").reset_index()
    for name in by:
        if isinstance(counts[name].dtype, pd.CategoricalDtype):
            counts[name] = counts[name].astype(object)
    return counts


def _is_list(value):
    import numpy as np

    return isinstance(value, (list, tuple, set, np.ndarray))


def _months(dates):
    """Return the first day of each month; what is no date is missing."""
    import pandas as pd

    if not pd.api.types.is_datetime64_any_dtype(dates.dtype):
        if pd.api.types.is_numeric_dtype(dates.dtype):
            raise ValueError(f"column {dates.name!r} must hold dates; its type is {dates.dtype}")
        dates = pd.to_datetime(dates.astype(object), format="ISO8601", errors="coerce")
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)  # the month on the wall where it was recorded
    return dates.to_numpy("datetime64[M]").astype("datetime64[s]")


def add_up(pieces, by):
    """Return the sum of several counts."""
    import pandas as pd

    everything = pd.concat(list(pieces), ignore_index=True)
    return everything.groupby(by, dropna=False, sort=False)["n"].sum().reset_index()


def finished(counts, by):
    """Return counts in their final order and types, which do not depend on the engine."""
    import pandas as pd

    counts = counts.copy()
    for name in by:
        column = counts[name]
        if pd.api.types.is_datetime64_any_dtype(column.dtype) and name == _MONTH:
            counts[name] = column.dt.strftime("%Y-%m").astype("str")
        elif column.dtype == object or pd.api.types.is_string_dtype(column.dtype):
            if pd.api.types.infer_dtype(column, skipna=True) in ("string", "empty"):
                counts[name] = column.astype("str")
        elif pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
            # A missing number makes whole numbers floats on some engines: Int64 holds both.
            numbers = column.astype("Float64")
            counts[name] = numbers.astype("Int64" if (numbers.dropna() % 1 == 0).all() else "Float64")
    counts["n"] = counts["n"].astype("int64")
    return counts.sort_values(by, ignore_index=True)


def count_batches(batches, by, date):
    """Return the counts of record batches, adding up as it goes."""
    total = None
    for batch in batches:
        piece = count_frame(batch.to_pandas(), by, date)
        total = piece if total is None else add_up([total, piece], by)
    return total


def count_table(table, by, date):
    """Count the rows of a pyarrow Table."""
    table = table.select(needed_columns(table.schema.names, by, date))
    if not table.num_rows:
        return count_frame(table.to_pandas(), by, date)
    return count_batches(table.to_batches(max_chunksize=_BATCH), by, date)


def count_dask(frame, by, date):
    """Count the rows of a dask DataFrame, partition by partition, in a tree."""
    from functools import partial

    frame = frame[needed_columns(frame.columns, by, date)]
    merge = partial(add_up_frame, by=by)
    return frame.reduction(
        partial(count_frame, by=by, date=date),
        aggregate=merge,
        combine=merge,
        meta=count_frame(frame._meta, by, date),
    ).compute()


def add_up_frame(counts, by):
    """Add up counts that stand below each other in one frame."""
    return add_up([counts], by)
