"""Indian districts and states: one clean coverage, so that districts dissolve to states."""

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .grid import settle
from .tables import table

# Equal-area, in metres, for cleaning, simplifying and measuring.
ALBERS = "+proj=aea +lat_1=12 +lat_2=32 +lat_0=22 +lon_0=82.5 +datum=WGS84 +units=m +no_defs"
GAP_M = 2000
TOLERANCE_M, ISLAND_TOLERANCE_M = 700, 200
INNER_TOLERANCE_M = 1500  # borders between districts of one state, so that the file stays small
CRUMB_M2, CRUMB_DEG2 = (
    2e5,
    1e-5,
)  # smaller parts are leavings of overlaps (and, after rounding, of simplifying)
PUDDLE_DEG2 = 8e-5  # about 1 km2: smaller holes are creeks that simplifying and rounding closed off
ISLANDS = ("IN-AN", "IN-LD")  # kept in finer detail: at 700 m most of their islands would be triangles


def districts(path):
    """Return the cleaned, simplified districts: dist_id, district, state_iso, state, geometry."""
    raw = gpd.read_file(path).to_crs(ALBERS)
    raw["geometry"] = shapely.coverage_clean(shapely.force_2d(raw.geometry.values), gap_width=GAP_M)
    raw = raw[~raw.is_empty].sort_values("OBJECTID", ignore_index=True)
    loose = raw.STATE_UT.isna()
    whole = _give(raw[~loose].reset_index(drop=True), raw.geometry[loose])
    units = table("units").set_index("input_name")
    whole["state_iso"] = whole.STATE_UT.map(units.state_iso)
    whole["state"] = whole.STATE_UT.map(units.state)
    whole["district"] = _names(whole)
    whole["dist_id"] = [_district_id(*row) for row in zip(whole.DIST_LGD, whole.OBJECTID, strict=True)]
    whole = _drop_islets(whole[["dist_id", "district", "state_iso", "state", "geometry"]])
    whole = _sweep(whole, CRUMB_M2)

    island = whole.state_iso.isin(ISLANDS)
    for group, tolerance in ((~island, TOLERANCE_M), (island, ISLAND_TOLERANCE_M)):
        whole.loc[group, "geometry"] = shapely.coverage_simplify(whole.geometry[group].values, tolerance)
    for _, group in whole.groupby("state_iso"):
        inner = shapely.coverage_simplify(group.geometry.values, INNER_TOLERANCE_M, simplify_boundary=False)
        whole.loc[group.index, "geometry"] = inner
    whole = whole.to_crs(4326)
    whole["geometry"] = settle(whole.geometry.values)
    whole = _sweep(_give(whole, _puddles(whole)), CRUMB_DEG2)
    return whole.sort_values(["state_iso", "dist_id"], ignore_index=True)


def states(dissolved):
    """Dissolve districts to the 36 units, with their type and official area."""
    frame = gpd.GeoDataFrame(
        [
            (iso, shapely.coverage_union_all(group.geometry.values))
            for iso, group in dissolved.groupby("state_iso")
        ],
        columns=["state_iso", "geometry"],
        crs=4326,
    )
    return _dress(frame)


def states_natural_earth(path):
    """Return Natural Earth's admin-1 units of India under today's codes, otherwise as they are."""
    with open(path, encoding="utf-8") as file:
        features = json.load(file)["features"]
    codes = table("units").set_index("ne_code").state_iso
    rows = [
        (codes[f["properties"]["iso_3166_2"]], shapely.from_geojson(json.dumps(f["geometry"])))
        for f in features
        if f["properties"]["adm0_a3"] == "IND"
    ]
    frame = gpd.GeoDataFrame(rows, columns=["state_iso", "geometry"], crs=4326)
    frame["geometry"] = settle(frame.geometry.values)
    return _dress(frame)


def _dress(frame):
    units = table("units")[["state_iso", "state", "type"]]
    areas = table("official_areas", folder="..").rename(
        columns={"official_area_km2": "area_km2", "source": "area_src"}
    )
    areas["area_km2"] = pd.to_numeric(areas.area_km2).astype("Int32")
    out = frame.merge(units, on="state_iso", validate="1:1").merge(
        areas, on="state_iso", how="left", validate="1:1"
    )
    columns = ["state_iso", "state", "type", "area_km2", "area_src", "geometry"]
    return out[columns].sort_values("state_iso", ignore_index=True)


def _give(owned, loose):
    # Each loose piece (a sliver between two states that the input labels DISPUTED and nobody owns, a crumb
    # or a puddle) goes to the district with the longest shared border: no land stays unowned.
    owned = owned.copy()
    tree = shapely.STRtree(owned.geometry.values)
    gifts = {}
    for piece in loose:
        near = np.sort(tree.query(piece, predicate="intersects"))
        if not len(near):  # it lies alone in the sea
            continue
        shared = shapely.length(shapely.intersection(piece.boundary, owned.geometry.values[near]))
        gifts.setdefault(int(near[np.argmax(shared)]), []).append(piece)
    for index, pieces in gifts.items():
        owned.loc[index, "geometry"] = shapely.coverage_union_all([owned.geometry[index], *pieces])
    return owned


def _puddles(frame):
    land = shapely.get_parts(shapely.coverage_union_all(frame.geometry.values))
    holes = [shapely.Polygon(ring) for part in land for ring in part.interiors]
    return [hole for hole in holes if shapely.area(hole) < PUDDLE_DEG2]


def _names(frame):
    fixed = table("district_names").set_index(["state_iso", "input"]).district.to_dict()
    clean = frame.DISTRICT.str.replace("_x000D_", "", regex=False).str.strip()
    unused = set(fixed) - set(zip(frame.state_iso, clean, strict=True))
    if unused:
        raise ValueError(f"district_names.csv corrects names that the input does not have: {sorted(unused)}")
    return [fixed.get(key) or _title(key[1]) for key in zip(frame.state_iso, clean, strict=True)]


def _title(name):
    return re.sub(r"\b(And|Of)\b", lambda m: m[0].lower(), name.replace("&", "and").title())


def _district_id(lgd, objectid):
    # The Local Government Directory's code; three units have none and take the input's own number.
    return f"LGD-{lgd}" if str(lgd).isdigit() else f"OBJ-{objectid:03d}"


def _drop_islets(frame):
    # A part is dropped only with the whole island it lies on: a part that touches a neighbour is no islet.
    land = shapely.get_parts(shapely.coverage_union_all(frame.geometry.values))
    tree = shapely.STRtree(land)
    kept = []
    for iso, geometry in zip(frame.state_iso, frame.geometry, strict=True):
        parts = shapely.get_parts(geometry)
        home = tree.query(shapely.point_on_surface(parts), predicate="within")[1]
        limit = 2e5 if iso in ISLANDS else 2e6
        keep = shapely.area(land[home]) >= limit
        kept.append(_keep(parts, keep)[0])
    return frame.set_geometry(gpd.GeoSeries(kept, index=frame.index, crs=frame.crs))


def _sweep(frame, limit):
    # Detached crumbs of a district go to the neighbour they touch most, so that no hole is left.
    kept, crumbs = [], []
    for geometry in frame.geometry:
        parts = shapely.get_parts(geometry)
        rest, gone = _keep(parts, shapely.area(parts) >= limit)
        kept.append(rest)
        crumbs += list(gone)
    swept = frame.set_geometry(gpd.GeoSeries(kept, index=frame.index, crs=frame.crs))
    return _give(swept, shapely.get_parts(shapely.coverage_union_all(crumbs)))


def _keep(parts, keep):
    # The largest part always stays: no district may vanish.
    keep[np.argmax(shapely.area(parts))] = True
    return shapely.multipolygons(parts[keep]) if keep.sum() > 1 else parts[keep][0], parts[~keep]
