"""Countries of the world: Natural Earth's own view, and the same with India as India draws it."""

import json

import geopandas as gpd
import numpy as np
import shapely

from .grid import polygons_only, round_degrees, settle
from .tables import table

TOLERANCE = 0.095  # square root of the smallest triangle kept, in degrees at the equator
GRID_DEG = 1e-4
GAP_DEG2 = 0.2  # a larger hole beside India would be a mistake, not a mismatch of two sources


def natural_earth(path):
    """Return the 241 countries of Natural Earth 1:50m in full detail: iso3, country, geometry."""
    with open(path, encoding="utf-8") as file:
        topology = json.load(file)
    arcs = _arcs(topology)
    names = table("countries").set_index("input")
    rows = []
    for item in topology["objects"]["countries"]["geometries"]:
        known = names.loc[item["properties"]["name"]]
        polygons = [item["arcs"]] if item["type"] == "Polygon" else item["arcs"]
        shape = shapely.union_all([_polygon(rings, arcs) for rings in polygons])
        rows.append((known.iso3, known.country, shape))
    frame = gpd.GeoDataFrame(rows, columns=["iso3", "country", "geometry"], crs=4326)
    return frame.sort_values("iso3", ignore_index=True)


def simplified(frame):
    """Simplify countries as one coverage and round them, so that shared borders stay shared."""
    clean = shapely.coverage_clean(polygons_only(round_degrees(frame.geometry.values)))
    # In degrees the tolerance would shrink towards the poles and spend most vertices on the Arctic.
    flat = shapely.coverage_simplify(shapely.transform(clean, _equal_area), TOLERANCE)
    # Antarctica is closed along the pole; without vertices there its lower edge would span 360 degrees.
    round_world = shapely.segmentize(shapely.transform(flat, _degrees), 90)
    return frame.set_geometry(gpd.GeoSeries(settle(round_world), crs=4326))


def indian_view(countries, states):
    """Put India, as the states draw it, into the countries, and take it out of its neighbours."""
    india = shapely.coverage_union_all(states.geometry.values)
    frame = countries[countries.iso3 != "KAS"].set_index("iso3")
    for iso3 in frame.index[frame.intersects(india) & (frame.index != "IND")]:
        rest = shapely.difference(frame.geometry[iso3], india, grid_size=GRID_DEG)
        frame.loc[iso3, "geometry"] = _without_crumbs(rest)
    frame.loc["IND", "geometry"] = india
    frame = _close_gaps(frame)
    # Where two neighbours meet on an edge of India, India gains a vertex and moves by a few metres.
    near = frame.index[shapely.distance(frame.geometry.values, india) < 1]
    frame.loc[near, "geometry"] = settle(frame.geometry[near].values)
    return gpd.GeoDataFrame(frame.reset_index()[["iso3", "country", "geometry"]], crs=4326)


def _equal_area(xy):
    return np.column_stack([xy[:, 0], np.degrees(np.sin(np.radians(xy[:, 1])))])


def _degrees(xy):
    return np.column_stack([xy[:, 0], np.degrees(np.arcsin(np.clip(np.radians(xy[:, 1]), -1, 1)))])


def _close_gaps(frame):
    # Natural Earth and the Indian outline differ by a few km: what neither side holds goes to the neighbour.
    india = frame.geometry["IND"]
    near = frame.index[shapely.distance(frame.geometry.values, india) < 1]
    held = shapely.union_all(frame.geometry[near].values, grid_size=GRID_DEG)
    enclaves = shapely.union_all(_holes(india))
    neighbours = [iso3 for iso3 in near if iso3 != "IND"]
    for hole in _holes(held):
        if hole.area > GAP_DEG2 or not hole.intersects(india):
            continue
        shared = [_shared(hole, frame.geometry[n]) for n in neighbours]
        if max(shared) == 0:  # it touches India alone: an enclave of the nearest neighbour, or else a creek
            if not enclaves.contains(hole.representative_point()):
                continue
            shared = [-hole.distance(frame.geometry[n]) for n in neighbours]
        owner = neighbours[int(np.argmax(shared))]
        frame.loc[owner, "geometry"] = shapely.union(frame.geometry[owner], hole, grid_size=GRID_DEG)
    return frame


def _shared(hole, land):
    return hole.boundary.intersection(land.buffer(2 * GRID_DEG)).length


def _holes(shape):
    return [shapely.Polygon(ring) for part in shapely.get_parts(shape) for ring in part.interiors]


def _without_crumbs(shape):
    # Taking India out leaves threads a few hundred metres wide beyond the border: not land of anybody's map.
    parts = shapely.get_parts(shape)
    big = shapely.area(parts) > 0.01 * shapely.area(parts).max()
    return shapely.multipolygons(parts[big]) if big.sum() > 1 else parts[big][0]


def _arcs(topology):
    scale, move = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + move for arc in topology["arcs"]]


def _ring(indices, arcs):
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _polygon(rings, arcs):
    # world-atlas joins what Natural Earth cut at the date line, so rings jump from 180 to -180.
    # Unroll each ring, then cut it again and bring the pieces home.
    rings = [_unroll(_ring(ring, arcs)) for ring in rings]
    shape = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
    turns = [(x, shape.intersection(shapely.box(x - 180, -90, x + 180, 90))) for x in (-360, 0, 360)]
    return shapely.union_all([shapely.transform(part, lambda xy, x=x: xy - [x, 0]) for x, part in turns])


def _unroll(ring):
    turns = np.cumsum(np.round(np.diff(ring[:, 0], prepend=ring[0, 0]) / 360))
    ring = ring - np.column_stack([360 * turns, np.zeros(len(ring))])
    if turns[-1]:  # the ring goes round the pole: close it there
        ring = np.vstack([ring, [ring[-1, 0], -90], [ring[0, 0], -90]])
    return ring
