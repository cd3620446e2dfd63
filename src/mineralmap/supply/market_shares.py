"""Who mines the world's rare earths, and how much of Japan's imports come from China."""

from __future__ import annotations

from math import nan

import pandas as pd

#: Before this year the table lacks countries, India among them: no share can be formed.
FIRST_WORLD_YEAR = 2017
#: How far the countries may differ from the printed total, in per cent. USGS rounds both; in 2024 more.
_WORLD_TOLERANCE_PCT = {2024: 1.2}
_WORLD_TOLERANCE_DEFAULT_PCT = 0.3


def _mined(world: pd.DataFrame) -> pd.DataFrame:
    return world[(world["metric"] == "mine_production") & world["preferred"] & world["value"].notna()]


def world_years(world: pd.DataFrame) -> list[int]:
    """Return the years of which shares can be formed: from 2017 on, with some output of a country.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.supply.world_years(mm.load_world_ree())[0]
    2017
    """
    mined = _mined(world)
    mined = mined[(mined["iso3"] != "WLD") & (mined["year"] >= FIRST_WORLD_YEAR) & (mined["value"] > 0)]
    return sorted({int(year) for year in mined["year"]})


def world_shares(world: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return each country's share of the world's mine production of one year.

    Parameters
    ----------
    world : DataFrame
        As from `mineralmap.load_world_ree`.
    year : int
        From 2017 on.

    Returns
    -------
    DataFrame
        Largest first: ``iso3`` (OTH: all others), ``country, year, output_t`` (t REO), ``share_pct``
        (of the sum of the rows), ``estimated, row_id, source_url``.

    Raises
    ------
    ValueError
        If the year is before 2017 or not in the table.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.supply.world_shares(mm.load_world_ree(), 2024)["country"].iloc[0]
    'China'
    """
    if year < FIRST_WORLD_YEAR:
        raise ValueError(
            f"no shares before {FIRST_WORLD_YEAR}: the rows of {year} lack countries (India among them), "
            "so a share would be too high"
        )
    rows = _mined(world)
    rows = rows[(rows["year"] == year) & (rows["iso3"] != "WLD")]
    if not (rows["value"] > 0).any():
        raise ValueError(f"no mine production of {year} in the table")
    rows = rows.assign(share_pct=100 * rows["value"] / rows["value"].sum())
    rows = rows.rename(columns={"value": "output_t"}).sort_values("output_t", ascending=False, kind="stable")
    columns = ["iso3", "country", "year", "output_t", "share_pct", "estimated", "row_id", "source_url"]
    return rows[columns].reset_index(drop=True)


def world_concentration(world: pd.DataFrame) -> pd.DataFrame:
    """Return how concentrated the world's mine production is, a row per year from 2017.

    Parameters
    ----------
    world : DataFrame
        As from `mineralmap.load_world_ree`.

    Returns
    -------
    DataFrame
        ``year, hhi_low, hhi_high`` (Herfindahl-Hirschman index, 0 to 10,000; "others" as very many
        and as one), ``top_country, top_share_pct, n_countries`` (with output), ``sum_t, printed_t``
        (USGS's own total), ``gap_pct`` (of the sum against it), ``within`` (the allowed gap),
        ``row_ids``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.supply.world_concentration(mm.load_world_ree())["top_country"].unique().tolist()
    ['China']
    """
    mined = _mined(world)
    rows = []
    for year in world_years(world):
        shares = world_shares(world, year)
        printed = float(mined.loc[(mined["year"] == year) & (mined["iso3"] == "WLD"), "value"].sum()) or nan
        squares = shares["share_pct"] ** 2
        named = shares["iso3"] != "OTH"
        gap = 100 * (shares["output_t"].sum() / printed - 1)
        rows.append(
            {
                "year": year,
                "hhi_low": squares[named].sum(),
                "hhi_high": squares.sum(),
                "top_country": shares["country"].iloc[0],
                "top_share_pct": shares["share_pct"].iloc[0],
                "n_countries": int((named & (shares["output_t"] > 0)).sum()),
                "sum_t": shares["output_t"].sum(),
                "printed_t": printed,
                "gap_pct": gap,
                "within": abs(gap) <= _WORLD_TOLERANCE_PCT.get(year, _WORLD_TOLERANCE_DEFAULT_PCT),
                "row_ids": tuple(shares["row_id"]),
            }
        )
    return pd.DataFrame(rows)


def japan_lines(japan: pd.DataFrame) -> pd.DataFrame:
    """Return China's share of Japan's imports, each definition a line of its own.

    Parameters
    ----------
    japan : DataFrame
        As from `mineralmap.load_japan_dependence`.

    Returns
    -------
    DataFrame
        The rows of the table by ``line`` (the definition) and year, with ``joined``: whether the
        points of the line may be joined. Rounded figures of the press are no series. Lines count
        different things (oxides, metals, magnets, value or weight) and must not be joined.

    Examples
    --------
    >>> import mineralmap as mm
    >>> "joined" in mm.supply.japan_lines(mm.load_japan_dependence())
    True
    """
    lines = japan.assign(line=japan["measure"])
    lines["joined"] = ~lines["line"].str.contains("no series", regex=False)
    return lines.sort_values(["line", "year", "estimate_id"], ignore_index=True)


def japan_change(japan: pd.DataFrame) -> pd.DataFrame:
    """Return how China's share changed within each definition that has two years or more.

    Parameters
    ----------
    japan : DataFrame
        As from `mineralmap.load_japan_dependence`.

    Returns
    -------
    DataFrame
        ``line, first_year, first_pct, last_year, last_pct, change_points, lowest_year, lowest_pct,
        rise_from_lowest_points, n, estimate_ids``. A year with several figures is their median;
        a figure of low confidence counts only where a year has no other.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.supply.japan_change(mm.load_japan_dependence()).columns[:3].tolist()
    ['line', 'first_year', 'first_pct']
    """
    lines = japan_lines(japan)
    used = ["line", "year", "confidence", "share_from_china_pct", "estimate_id"]
    rows = lines.loc[lines["joined"], used]
    rows = rows.assign(low=rows["confidence"] == "low")
    rows = rows[~rows["low"] | rows.groupby(["line", "year"])["low"].transform("all")]
    medians = rows.groupby(["line", "year"])["share_from_china_pct"].median()
    changes = []
    for line, estimates in rows.sort_values(["line", "low"], kind="stable").groupby("line")["estimate_id"]:
        years = medians[line]
        if len(years) < 2:
            continue
        first, last, lowest = years.iloc[0], years.iloc[-1], years.min()
        ends = (int(years.index[0]), first, int(years.index[-1]), last, last - first)
        ids = tuple(estimates)
        changes.append((line, *ends, int(years.idxmin()), lowest, last - lowest, len(ids), ids))
    columns = ["line", "first_year", "first_pct", "last_year", "last_pct", "change_points", "lowest_year"]
    columns += ["lowest_pct", "rise_from_lowest_points", "n", "estimate_ids"]
    return pd.DataFrame(changes, columns=columns)
