"""Neighbours, coasts and distances, from frames that the caller hands in."""

from __future__ import annotations

from .errors import CRSError, UnknownIdError

__all__ = ["great_circle", "is_coastal", "neighbours"]


def _check_crs(frame, name):
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        raise CRSError(f"{name} must be in EPSG:4326; it has {frame.crs}. Use {name}.to_crs(4326).")


def _check_code(states, code):
    if code not in set(states["state_iso"]):
        from .schema import state_hint

        raise UnknownIdError(f"{code!r} is not among the states given: {state_hint(str(code))}")


def neighbours(states, code):
    """Return the states that share a border with one state.

    Parameters
    ----------
    states : GeoDataFrame
        As from `mineralmap.load_states`.
    code : str
        ISO 3166-2:IN, as ``"IN-UP"``.

    Returns
    -------
    list of str
        Codes, sorted. Meeting at a single point counts as a border.

    Raises
    ------
    UnknownIdError
        If the code is not among the states.
    CRSError
        If the states are not in EPSG:4326.
    """
    _check_crs(states, "states")
    _check_code(states, code)
    here = states.loc[states["state_iso"] == code, "geometry"].iloc[0]
    touching = states.loc[states["geometry"].intersects(here) & (states["state_iso"] != code), "state_iso"]
    return sorted(touching)


def is_coastal(coastline, code):
    """Tell whether a state or union territory has a sea coast.

    Parameters
    ----------
    coastline : GeoDataFrame
        As from `mineralmap.load_coastline`.
    code : str
        ISO 3166-2:IN.
    """
    return code in set(coastline["state_iso"])


def great_circle(start, end, step_km=100.0):
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
    """
    import numpy as np
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    (lon0, lat0), (lon1, lat1) = start, end
    distance = geod.inv(lon0, lat0, lon1, lat1)[2]
    inner = geod.npts(lon0, lat0, lon1, lat1, max(int(distance / 1000 / step_km), 1))
    line = np.array([start, *inner, end], dtype=float)
    jumps = np.flatnonzero(np.abs(np.diff(line[:, 0])) > 180)
    if not len(jumps):
        return [line]
    at = jumps[0]
    before, after = line[at], line[at + 1].copy()
    side = 180.0 if before[0] > 0 else -180.0
    share = (side - before[0]) / (after[0] + 2 * side - before[0])
    crossing = before[1] + share * (after[1] - before[1])
    return [
        np.vstack([line[: at + 1], [side, crossing]]),
        np.vstack([[-side, crossing], line[at + 1 :]]),
    ]
