"""The sea-facing shore of each coastal state, taken from the final polygons edge by edge."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from .india import ALBERS

AROUND_INDIA = (60, 0, 105, 42)


def coastline(states, countries, ocean_path):
    """Return one MultiLineString a coastal unit: state_iso, state, type.

    An edge of the outline either meets another country or the sea. It is shore if Natural Earth's
    ocean is nearer than any foreign land: a rule without a threshold, since the two sources differ
    by many km on tidal flats.
    """
    edges, owner = _outer_edges(states)
    middles = gpd.GeoSeries(shapely.centroid(edges), crs=4326).to_crs(ALBERS).values
    abroad = countries[~countries.iso3.isin(["IND", "KAS"])].geometry.values
    ocean = gpd.read_file(ocean_path).geometry.values
    shore = _distance(middles, ocean) < _distance(middles, abroad)

    rows = []
    for index, unit in states.iterrows():
        mine = edges[shore & (owner == index)]
        if len(mine):
            line = shapely.line_merge(shapely.multilinestrings(mine))
            rows.append(
                (unit.state_iso, unit.state, unit.type, shapely.multilinestrings(shapely.get_parts(line)))
            )
    return gpd.GeoDataFrame(rows, columns=["state_iso", "state", "type", "geometry"], crs=4326)


def _outer_edges(states):
    # The edges that occur once in the coverage, holes of the outline left out (an enclave has no sea).
    outline = shapely.coverage_union_all(states.geometry.values)
    shells = {pair for part in shapely.get_parts(outline) for pair in _pairs(part.exterior)}
    edges, owner = [], []
    for index, shape in enumerate(states.geometry):
        for part in shapely.get_parts(shape):
            for ring in (part.exterior, *part.interiors):
                mine = [pair for pair in _pairs(ring) if pair in shells]
                edges += mine
                owner += [index] * len(mine)
    return shapely.linestrings(np.array([sorted(edge) for edge in edges])), np.array(owner)


def _pairs(ring):
    points = list(map(tuple, shapely.get_coordinates(ring)))
    return [frozenset(pair) for pair in pairwise(points)]


def _distance(points, areas):
    """Distance in metres to the nearest of the areas, zero inside."""
    areas = [a for a in shapely.intersection(areas, shapely.box(*AROUND_INDIA)) if not a.is_empty]
    flat = gpd.GeoSeries(areas, crs=4326).to_crs(ALBERS).values
    inside = np.zeros(len(points), dtype=bool)
    for area in flat:
        shapely.prepare(area)
        inside |= shapely.contains(area, points)
    lines = shapely.get_parts(shapely.boundary(flat))
    pieces = np.concatenate([_segments(line) for line in lines])
    found, distance = shapely.STRtree(pieces).query_nearest(points, return_distance=True, all_matches=False)
    out = np.empty(len(points))
    out[found[0]] = distance
    return np.where(inside, 0, out)


def _segments(line):
    xy = shapely.get_coordinates(line)
    return shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
