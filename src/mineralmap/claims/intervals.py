"""How far chance alone could move a share, and the change between two shares."""

from __future__ import annotations

from math import hypot, sqrt
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)


# scipy's binomtest has it, too; but to import it takes longer than all checks together.
def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of ``n`` cases (Wilson 1927): low and high, 0 to 1."""
    share, spread = successes / n, _Z**2 / n
    middle, half = share + spread / 2, _Z * sqrt((share * (1 - share) + spread / 4) / n)
    return max((middle - half) / (1 + spread), 0.0), min((middle + half) / (1 + spread), 1.0)


def difference(successes_a: int, n_a: int, successes_b: int, n_b: int) -> tuple[float, float, float]:
    """Return share b less share a with its 95 % interval (Newcombe 1998, method 10)."""
    a, b = successes_a / n_a, successes_b / n_b
    (low_a, high_a), (low_b, high_b) = wilson(successes_a, n_a), wilson(successes_b, n_b)
    return b - a, b - a - hypot(b - low_b, high_a - a), b - a + hypot(high_b - b, a - low_a)
