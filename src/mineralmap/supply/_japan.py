"""Japan's dependence on China: each definition a line of its own."""

from __future__ import annotations

from ..errors import UnknownIdError


def japan_lines(table):
    """Return China's share of Japan's imports, each definition a line of its own.

    Parameters
    ----------
    table : DataFrame
        As from `mineralmap.load_japan_dependence`.

    Returns
    -------
    DataFrame
        The rows of the table by ``line`` (the definition) and year, with ``joined``: whether the
        points of the line may be joined. Rounded figures of the press are no series.
    """
    lines = table.assign(line=table["measure"])
    lines["joined"] = ~lines["line"].str.contains("no series", regex=False)
    return lines.sort_values(["line", "year", "estimate_id"], ignore_index=True)


def japan_line(table, measure):
    """Return the points of one definition; two are refused.

    Parameters
    ----------
    table : DataFrame
        As from `mineralmap.load_japan_dependence`.
    measure : str
        One of the ``line`` values of `japan_lines`.

    Raises
    ------
    ValueError
        If more than one definition is asked for: their shares count different things.
    UnknownIdError
        If there is no such definition.
    """
    import difflib

    if not isinstance(measure, str):
        raise ValueError(
            "one definition a line: the shares count different things (oxides, metals, magnets, value "
            f"or weight) and must not be joined; got {len(tuple(measure))} of them"
        )
    lines = japan_lines(table)
    found = lines[lines["line"] == measure]
    if found.empty:
        near = difflib.get_close_matches(measure, list(lines["line"].unique()), n=2, cutoff=0.4)
        raise UnknownIdError(f"there is no definition {measure!r}; near: {'; '.join(near) or 'none'}")
    return found.reset_index(drop=True)


def japan_change(table):
    """Return how China's share changed within each definition that has two years or more.

    Returns
    -------
    DataFrame
        ``line, first_year, first_pct, last_year, last_pct, change_points, lowest_year, lowest_pct,
        rise_from_lowest_points, n, estimate_ids``. A year with several figures is their median;
        a figure of low confidence counts only where a year has no other.
    """
    import pandas as pd

    out = []
    lines = japan_lines(table)
    for line, rows in lines[lines["joined"]].groupby("line"):
        better = rows[rows["confidence"] != "low"]
        rows = pd.concat([better, rows[~rows["year"].isin(better["year"])]])
        years = rows.groupby("year")["share_from_china_pct"].median()
        if len(years) < 2:
            continue
        out.append(
            {
                "line": line,
                "first_year": int(years.index[0]),
                "first_pct": years.iloc[0],
                "last_year": int(years.index[-1]),
                "last_pct": years.iloc[-1],
                "change_points": years.iloc[-1] - years.iloc[0],
                "lowest_year": int(years.idxmin()),
                "lowest_pct": years.min(),
                "rise_from_lowest_points": years.iloc[-1] - years.min(),
                "n": len(rows),
                "estimate_ids": tuple(rows["estimate_id"]),
            }
        )
    columns = ["line", "first_year", "first_pct", "last_year", "last_pct", "change_points", "lowest_year"]
    columns += ["lowest_pct", "rise_from_lowest_points", "n", "estimate_ids"]
    return pd.DataFrame(out, columns=columns)
