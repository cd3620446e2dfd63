"""From the sand to the car, with ranges; who mines the world's rare earths; Japan's dependence on China.

Every factor is a row of ``chain_factors``. Where the row has a range the factor is drawn from it
(triangular with its peak at the row's value; flat where there is none); where it has one figure it
stays that figure and is flagged, for a spread of our own would be an invention. So a result is at
least as uncertain as its range says, never less.
"""

from ._binding import LINKS, STATUSES, binding, capacities
from ._chain import DRAWS, QUANTILES, SEED, chain, factor_ranges
from ._japan import japan_change, japan_line, japan_lines
from ._world import FIRST_WORLD_YEAR, world_concentration, world_shares

__all__ = [
    "DRAWS",
    "FIRST_WORLD_YEAR",
    "LINKS",
    "QUANTILES",
    "SEED",
    "STATUSES",
    "binding",
    "capacities",
    "chain",
    "factor_ranges",
    "japan_change",
    "japan_line",
    "japan_lines",
    "world_concentration",
    "world_shares",
]
