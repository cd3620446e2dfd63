"""Neighbours, coasts, beaches and great circles, from frames that the caller passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from .codebook import state_code
from .errors import CRSError, unknown_name

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["beach_states", "great_circle", "is_coastal", "neighbours"]


def neighbours(states: gpd.GeoDataFrame, code: str) -> list[str]:
    """Return the states that share a border with one state.

    Parameters
    ----------
    states : GeoDataFrame
        As from `mineralmap.load_states`, EPSG:4326.
    code : str
        ISO 3166-2:IN, an old code or a name: ``"IN-UP"``, ``"UP"``, ``"Uttar Pradesh"``.

    Returns
    -------
    list of str
        Codes, sorted. Meeting at a single point counts as a border.

    Raises
    ------
    UnknownNameError
        If no state is meant, or it is not among ``states``.
    CRSError
        If the states are not in EPSG:4326.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.neighbours(mm.load_states(), "Goa")
    ['IN-KA', 'IN-MH']
    """
    if states.crs is None or states.crs.to_epsg() != 4326:
        raise CRSError(f"states must be in EPSG:4326; it has {states.crs}. Use states.to_crs(4326).")
    wanted = state_code(code)
    own = states["state_iso"] == wanted
    if not own.any():
        raise unknown_name("state", wanted, states["state_iso"])
    touching = states.geometry.intersects(states.loc[own, "geometry"].iloc[0])
    return sorted(states.loc[touching & ~own, "state_iso"])


def is_coastal(coastline: pd.DataFrame, code: str) -> bool:
    """Tell whether a state or union territory has a sea coast.

    Parameters
    ----------
    coastline : GeoDataFrame
        As from `mineralmap.load_coastline` (``state_iso``).
    code : str
        As for `neighbours`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.geography.is_coastal(mm.load_coastline(), "Odisha")
    True
    """
    return state_code(code) in set(coastline["state_iso"])


def beach_states(monazite: pd.DataFrame) -> list[str]:
    """Return the states whose monazite lies on beaches: the one rule for maps, figures and claims.

    Parameters
    ----------
    monazite : DataFrame
        As from `mineralmap.load_monazite`, or rows of it (``state_iso, setting``).

    Returns
    -------
    list of str
        ISO 3166-2:IN, sorted. The rows of all India do not count, for they mix beaches and rivers. A
        state with inland placers only (river sands) is none, whether or not it has a coast.

    Examples
    --------
    >>> import mineralmap as mm
    >>> "IN-KL" in mm.geography.beach_states(mm.load_monazite())
    True
    """
    on_beach = monazite["setting"].fillna("").str.contains("beach") & (monazite["state_iso"] != "IN")
    return sorted(set(monazite.loc[on_beach, "state_iso"]))


def great_circle(
    start: tuple[float, float], end: tuple[float, float], *, step_km: float = 100.0
) -> list[npt.NDArray[np.float64]]:
    """Return the great circle between two points as lines, split at the date line.

    Parameters
    ----------
    start, end : tuple of float
        Longitude and latitude, EPSG:4326, degrees.
    step_km : float, default 100
        Distance between the points of the line.

    Returns
    -------
    list of ndarray
        One array (n x 2, lon and lat) or, across the date line, two that meet at +-180 degrees.

    Examples
    --------
    >>> import mineralmap as mm
    >>> lines = mm.geography.great_circle((139.7, 35.7), (-118.2, 34.1))  # Tokyo to Los Angeles
    >>> len(lines)
    2
    """
    from pyproj import Geod  # noqa: PLC0415 - heavy, and maps of the shipped tables draw no new line

    geod = Geod(ellps="WGS84")
    length_m = geod.inv(*start, *end)[2]
    inner = geod.npts(*start, *end, max(int(length_m / 1000 / step_km), 1))
    line = np.array([start, *inner, end], dtype=float)
    jumps = np.flatnonzero(np.abs(np.diff(line[:, 0])) > 180)
    if not len(jumps):
        return [line]
    at = jumps[0]
    before, after = line[at], line[at + 1]
    side = 180.0 if before[0] > 0 else -180.0
    share = (side - before[0]) / (after[0] + 2 * side - before[0])
    crossing = before[1] + share * (after[1] - before[1])
    return [
        np.vstack([line[: at + 1], [side, crossing]]),
        np.vstack([[-side, crossing], line[at + 1 :]]),
    ]
