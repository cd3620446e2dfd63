"""Which link of the chain binds: what is known of their capacities, in one unit."""

from __future__ import annotations

from ..errors import UnknownIdError
from ._chain import DRAWS, FACTORS, QUANTILES, SEED, draw, ends, factor_ranges

_FACTOR_ROW = {factor.name: factor.row for factor in FACTORS}
LINKS = ("lease", "cracking", "separation", "metal", "magnets")
STATUSES = ("operating", "construction", "planned")
#: Rows of chain_factors that tell a link's capacity or output, from each status on.
_LINK_ROWS = {
    "lease": {"operating": "monazite_production_india"},
    "cracking": {"operating": "monazite_processing_capacity_irel"},
    "separation": {
        "operating": "neodymium_output_irel_fy2025",
        "construction": "neodymium_output_irel_fy2026_expected",
        "planned": "neodymium_output_irel_fy2027_planned",
    },
}
#: Row of the rare-earth metal in a magnet, from which metal is turned into magnets.
_ALLOY = "rare_earth_in_ndfeb"
#: Units of facilities that can be turned into NdFeB magnets. Samarium-cobalt is another magnet.
_FACILITY_UNITS = {"t/yr NdPr metal": "metal", "t/yr NdFeB magnets": "magnets", "t/yr magnets": "magnets"}


def capacities(factors, facilities, upto="operating", given=None, n=DRAWS, seed=SEED):
    """Compare the links of the chain in one unit: tonnes of NdFeB magnets a year.

    Parameters
    ----------
    factors : DataFrame
        As from `mineralmap.load_chain_factors`.
    facilities : DataFrame
        As from `mineralmap.load_facilities`.
    upto : {"operating", "construction", "planned"}
        Count facilities that run, or also those being built, or also plans. For separation the
        reported output of neodymium of FY2025, the one expected for FY2026, the plan for FY2027.
    given, n, seed
        As in `chain`.

    Returns
    -------
    DataFrame
        One row a link, in the order of the chain: ``link, capacity_low, capacity_high, unit,
        magnets_low, magnets_median, magnets_high`` (t NdFeB/yr; missing where no capacity is known, which is
        not zero), ``binds`` (``binds``, ``may bind`` where its range overlaps that of the one that
        binds, ``no capacity known``, or empty), ``rows`` (of chain_factors), ``facility_ids``.

    Raises
    ------
    UnknownIdError
        If ``upto`` is not a status.

    Notes
    -----
    Separation is counted by reported neodymium, not by nameplate: the plants exist and run below
    it. Whether "neodymium" means metal or oxide is not said; the range covers both. The plant of
    Toyotsu is left out, for its feed is IREL's and its product goes to Japan. The magnet
    scheme's 6,000 t/yr are left out until plants are named: they may be the plants already counted.
    """
    import numpy as np
    import pandas as pd

    if upto not in STATUSES:
        raise UnknownIdError(f"unknown status {upto!r}; one of {', '.join(STATUSES)}")
    counted = STATUSES[: STATUSES.index(upto) + 1]
    draws = draw(factor_ranges(factors, given), n, seed)
    alloy_low, alloy_high = ends(factors, _ALLOY)
    rng = np.random.default_rng([seed, len(FACTORS)])
    per_metal = 100 / rng.uniform(alloy_low, alloy_high, n)
    as_metal = rng.random(n) < 0.5
    per_monazite = draws["reo_content"] * draws["recovery"] * draws["ndpr_share"] * draws["magnets_per_oxide"]
    into_magnets = {
        "lease": per_monazite,
        "cracking": per_monazite,
        "separation": np.where(as_metal, per_metal, draws["magnets_per_oxide"]),
        "metal": per_metal,
        "magnets": np.ones(n),
    }
    units = {"lease": "t monazite/yr", "cracking": "t monazite/yr", "separation": "t neodymium/yr"}
    units |= {"metal": "t NdPr metal/yr", "magnets": "t NdFeB magnets/yr"}
    plants = facilities[facilities["status"].isin(counted) & facilities["capacity_value"].notna()]
    plants = plants.assign(link=plants["capacity_unit"].map(_FACILITY_UNITS))
    out = []
    for link in LINKS:
        rows, ids, low, high = (), (), float("nan"), float("nan")
        if link in _LINK_ROWS:
            newest = [_LINK_ROWS[link][status] for status in counted if status in _LINK_ROWS[link]][-1]
            rows = (newest,)
            low, high = ends(factors, newest)
        elif not (here := plants[plants["link"] == link]).empty:
            ids = tuple(here["facility_id"])
            low = high = float(here["capacity_value"].sum())
        magnets = rng.uniform(low, high, n) * into_magnets[link] if low == low else np.full(n, np.nan)
        if link in ("lease", "cracking"):
            rows += tuple(_FACTOR_ROW[name] for name in ("reo_content", "recovery", "ndpr_share"))
        if link in ("lease", "cracking", "separation"):
            rows += (_FACTOR_ROW["magnets_per_oxide"],)
        if link == "separation" or (link == "metal" and ids):
            rows += (_ALLOY,)
        q = np.quantile(magnets, QUANTILES)
        out.append((link, low, high, units[link], *q, rows, ids))
    columns = ["link", "capacity_low", "capacity_high", "unit"]
    columns += ["magnets_low", "magnets_median", "magnets_high", "rows", "facility_ids"]
    frame = pd.DataFrame(out, columns=columns)
    frame.insert(7, "binds", _mark(frame))
    return frame


def _mark(frame):
    """Return for each link whether it is the narrowest."""
    least = frame["magnets_median"].idxmin()
    reach = frame.loc[least, "magnets_high"]
    marks = []
    for row in frame.itertuples():
        if row.magnets_median != row.magnets_median:
            marks.append("no capacity known")
        elif row.Index == least:
            marks.append("binds")
        else:
            marks.append("may bind" if row.magnets_low <= reach else "")
    return marks


def binding(table):
    """Say in a sentence which link of the chain binds.

    Parameters
    ----------
    table : DataFrame
        As from `capacities`.
    """
    unknown = list(table.loc[table["binds"] == "no capacity known", "link"])
    narrow = table[table["binds"] == "binds"].iloc[0]
    text = (
        f"Of the links with a known capacity {narrow['link']} binds: enough for "
        f"{narrow['magnets_low']:,.0f} to {narrow['magnets_high']:,.0f} t of NdFeB magnets a year"
    )
    also = list(table.loc[table["binds"] == "may bind", "link"])
    text += f"; {' and '.join(also)} may bind as well" if also else ""
    if unknown:
        text += f"; no capacity is known for {' and '.join(unknown)}, which come before all if there is none"
    return text + "."
