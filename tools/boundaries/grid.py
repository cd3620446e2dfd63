"""Rounding a coverage to the coordinate grid without breaking it."""

import numpy as np
import shapely

DECIMALS = 4  # of a degree: about 11 m


def round_degrees(geometry):
    """Round coordinates to the grid, each vertex alike, so that shared edges stay shared."""
    return shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS) + 0.0)


def polygons_only(geometries):
    """Make geometries valid: areas stay, the lines and points that a collapse leaves behind go."""
    valid = shapely.make_valid(geometries, method="structure", keep_collapsed=False)
    mixed = shapely.get_type_id(valid) == shapely.GeometryType.GEOMETRYCOLLECTION
    valid[mixed] = [_areas(shapely.get_parts(geometry)) for geometry in valid[mixed]]
    return valid


def _areas(parts):
    return shapely.union_all(parts[shapely.area(parts) > 0])


def settle(geometries):
    """Round to the grid and mend what rounding broke, until the coverage is valid on the grid."""
    geometries = round_degrees(geometries)
    for _ in range(5):
        if shapely.is_valid(geometries).all() and shapely.coverage_is_valid(geometries):
            return geometries
        # The default snapping distance matters: with 0, close borders once swallowed whole countries.
        geometries = round_degrees(shapely.coverage_clean(polygons_only(geometries)))
    raise ValueError("the coverage did not become valid on the grid")
