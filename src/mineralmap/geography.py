"""Neighbours, coasts and distances, from frames that the caller hands in.

Distances are geodesics on the WGS 84 ellipsoid, in km. They are as good as the outlines: the borders
and the shore of this library are drawn to about 700 m, so nothing below 1 km should be quoted.
"""

from __future__ import annotations

from .errors import CRSError, UnknownIdError

__all__ = [
    "distance_km",
    "distance_to_coast",
    "great_circle",
    "is_coastal",
    "monazite_coast",
    "nearest",
    "neighbours",
    "units_at",
]


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


def units_at(units, lon, lat, id_column="state_iso"):
    """Return the units in which a point lies.

    Parameters
    ----------
    units : GeoDataFrame
        States, districts or countries, EPSG:4326.
    lon, lat : float
        Degrees, EPSG:4326.
    id_column : str, default "state_iso"
        Column that names a unit.

    Returns
    -------
    list
        Names, sorted. Empty at sea and abroad. The rule on borders: a unit owns its border, so a
        point on a common border lies in every unit that meets there.

    Raises
    ------
    ValueError
        If the point is not on the globe.
    CRSError
        If the units are not in EPSG:4326.
    """
    from shapely import Point

    _check_crs(units, "units")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"lon must be -180 to 180 and lat -90 to 90; got lon={lon!r}, lat={lat!r}")
    return sorted(units.loc[units.geometry.intersects(Point(lon, lat)), id_column])


def distance_km(start, end):
    """Return the length of the geodesic between two points in km.

    Parameters
    ----------
    start, end : tuple of float
        Longitude and latitude, EPSG:4326, degrees.
    """
    from pyproj import Geod

    return Geod(ellps="WGS84").inv(*start, *end)[2] / 1000


def nearest(frame, targets, id_column):
    """Return for each shape the nearest target and the geodesic distance to it.

    Parameters
    ----------
    frame : GeoDataFrame
        Points, lines or areas, EPSG:4326; a few hundred at most.
    targets : GeoDataFrame
        Ports, deposits, a coastline and so on, EPSG:4326. Targets without a geometry are passed over.
    id_column : str
        Column of ``targets`` that names a target.

    Returns
    -------
    DataFrame
        With the index of ``frame``: ``id_column`` (nearest target; of several the one
        that runs along the shape, then by name), ``distance_km``
        (0 where they touch), ``lon, lat`` (nearest point of the target, degrees). Missing where
        ``frame`` has no geometry.

    Raises
    ------
    CRSError
        If a frame is not in EPSG:4326.
    ValueError
        If no target has a geometry.

    Notes
    -----
    The nearest points are sought in an equidistant projection centred on each shape, which is exact
    for a point and right to a small part of the size for an area; the distance between them is the
    geodesic.
    """
    import numpy as np
    import pandas as pd
    import shapely
    from pyproj import Geod, Transformer

    _check_crs(frame, "frame")
    _check_crs(targets, "targets")
    targets = targets[targets.geometry.notna() & ~targets.geometry.is_empty].sort_values(id_column)
    if targets.empty:
        raise ValueError("no target has a geometry")
    # A long straight edge bends in the projection; short pieces of it hardly do.
    shapes, names = shapely.segmentize(targets.geometry.to_numpy(), 0.1), targets[id_column].to_numpy()
    geod = Geod(ellps="WGS84")
    rows = []
    for shape in frame.geometry:
        if shape is None or shape.is_empty:
            rows.append((None, np.nan, np.nan, np.nan))
            continue
        lon0, lat0 = shape.centroid.coords[0]
        plane = Transformer.from_crs(
            "EPSG:4326", f"+proj=aeqd +lon_0={lon0} +lat_0={lat0} +ellps=WGS84", always_xy=True
        )

        def flat(xy, plane=plane):
            return np.column_stack(plane.transform(*xy.T))

        own, others = shapely.transform(shapely.segmentize(shape, 0.1), flat), shapely.transform(shapes, flat)
        apart = shapely.distance(own, others)
        ties = np.flatnonzero(apart <= apart.min() + 1e-6)
        # A state also touches its neighbour's shore, at one point; its own runs along it.
        along = shapely.length(shapely.intersection(own, others[ties])) if len(ties) > 1 else [0]
        at = int(ties[np.argmax(along)])
        ends = shapely.get_coordinates(shapely.shortest_line(own, others[at]))
        lon, lat = plane.transform(*ends.T, direction="INVERSE")
        rows.append((names[at], geod.inv(lon[0], lat[0], lon[1], lat[1])[2] / 1000, lon[1], lat[1]))
    found = pd.DataFrame(rows, columns=[id_column, "distance_km", "lon", "lat"], index=frame.index)
    return found.astype({id_column: targets[id_column].dtype})


def distance_to_coast(frame, coastline):
    """Return for each shape the distance to the shore of India, and whose shore it is.

    Parameters
    ----------
    frame : GeoDataFrame
        Points, lines or areas, EPSG:4326.
    coastline : GeoDataFrame
        As from `mineralmap.load_coastline`.

    Returns
    -------
    DataFrame
        As from `nearest`: ``state_iso`` (whose shore), ``distance_km, lon, lat``. A point at sea has a
        distance, too. The shore of other countries, which may be nearer, is not in the layer.
    """
    return nearest(frame, coastline, "state_iso")


def monazite_coast(coastline, monazite, as_of=None):
    """Return the states along the monazite coast: those with a sea coast and beach monazite.

    Parameters
    ----------
    coastline : GeoDataFrame
        As from `mineralmap.load_coastline`.
    monazite : DataFrame
        As from `mineralmap.load_monazite`.
    as_of : str, optional
        An estimate that splits the national total by state; the newest complete one if left out.

    Returns
    -------
    DataFrame
        One row a state, largest first: ``state_iso, state, as_of, monazite_mt`` (Mt in situ),
        ``setting, source_url``. States with inland placers only (river sands) are not among them,
        whether or not they have a coast.

    Raises
    ------
    UnknownIdError
        If no complete split of that date is in the table.
    """
    whole = monazite[(monazite["split_in_source"] == "complete") & (monazite["state_iso"] != "IN")]
    dates = sorted(set(whole["as_of"]))
    if as_of is None and dates:
        as_of = dates[-1]
    if as_of not in dates:
        raise UnknownIdError(f"no complete split of {as_of!r} by state; there is one of {', '.join(dates)}")
    rows = whole[whole["as_of"] == as_of]
    on_beach = rows["setting"].fillna("").str.contains("beach") & rows["state_iso"].isin(
        coastline["state_iso"]
    )
    columns = ["state_iso", "state", "as_of", "monazite_mt", "setting", "source_url"]
    return rows.loc[on_beach, columns].sort_values("monazite_mt", ascending=False, ignore_index=True)


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
