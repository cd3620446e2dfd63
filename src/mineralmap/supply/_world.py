"""Who mines the world's rare earths: shares and concentration, from USGS's tables."""

from __future__ import annotations

#: Before this year the table lacks countries, India among them: no share can be formed.
FIRST_WORLD_YEAR = 2017
#: How far the countries may differ from the printed total, in per cent. USGS rounds both; in 2024 more.
WORLD_TOLERANCE_PCT = {2024: 1.2}
WORLD_TOLERANCE_DEFAULT_PCT = 0.3


def _output(world, year=None):
    rows = world[(world["metric"] == "mine_production") & world["preferred"] & world["value"].notna()]
    if year is None:
        return rows[rows["year"] >= FIRST_WORLD_YEAR]
    if year < FIRST_WORLD_YEAR:
        raise ValueError(
            f"no shares before {FIRST_WORLD_YEAR}: the rows of {year} lack countries (India among them), "
            "so a share would be too high"
        )
    rows = rows[rows["year"] == year]
    if rows.empty:
        raise ValueError(f"no mine production of {year} in the table")
    return rows


def world_shares(world, year):
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
    """
    rows = _output(world, year)
    rows = rows[rows["iso3"] != "WLD"]
    rows = rows.assign(share_pct=100 * rows["value"] / rows["value"].sum())
    rows = rows.rename(columns={"value": "output_t"}).sort_values("output_t", ascending=False, kind="stable")
    columns = ["iso3", "country", "year", "output_t", "share_pct", "estimated", "row_id", "source_url"]
    return rows[columns].reset_index(drop=True)


def world_concentration(world):
    """Return how concentrated the world's mine production is, a row a year from 2017.

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
    """
    import pandas as pd

    out = []
    for year in sorted(_output(world)["year"].unique()):
        shares = world_shares(world, int(year))
        total = _output(world, int(year))
        printed = float(total.loc[total["iso3"] == "WLD", "value"].sum()) or float("nan")
        squares = shares["share_pct"] ** 2
        named = shares["iso3"] != "OTH"
        gap = 100 * (shares["output_t"].sum() / printed - 1)
        out.append(
            {
                "year": int(year),
                "hhi_low": squares[named].sum(),
                "hhi_high": squares.sum(),
                "top_country": shares["country"].iloc[0],
                "top_share_pct": shares["share_pct"].iloc[0],
                "n_countries": int((named & (shares["output_t"] > 0)).sum()),
                "sum_t": shares["output_t"].sum(),
                "printed_t": printed,
                "gap_pct": gap,
                "within": abs(gap) <= WORLD_TOLERANCE_PCT.get(int(year), WORLD_TOLERANCE_DEFAULT_PCT),
                "row_ids": tuple(shares["row_id"]),
            }
        )
    return pd.DataFrame(out)
