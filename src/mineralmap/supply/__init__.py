"""From the sand to the car, with ranges; who mines the world's rare earths; Japan's dependence on China.

Every factor is a row of ``chain_factors``. Where the row has a range the factor is drawn from it
(triangular with its peak at the row's value; flat where there is none); where it has one figure it
stays that figure and is flagged, for a spread of our own would be an invention. So a result is at
least as uncertain as its range says, never less.
"""

from __future__ import annotations

from .bottlenecks import LINKS, UPTO, bottleneck, capacities
from .factors import DRAWS, QUANTILES, SEED, chain, factor_ranges
from .market_shares import (
    FIRST_WORLD_YEAR,
    japan_change,
    japan_lines,
    world_concentration,
    world_shares,
    world_years,
)

__all__ = [
    "DRAWS",
    "FIRST_WORLD_YEAR",
    "LINKS",
    "QUANTILES",
    "SEED",
    "UPTO",
    "bottleneck",
    "capacities",
    "chain",
    "factor_ranges",
    "japan_change",
    "japan_lines",
    "world_concentration",
    "world_shares",
    "world_years",
]
