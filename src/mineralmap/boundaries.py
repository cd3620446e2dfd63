"""The boundaries of India's states and districts, of the countries, and the shore.

Every loader returns a fresh copy in EPSG:4326. Origin and licence of the layers: ``data/NOTICE.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import codebook, later
from .errors import CRSError, LayerError, check_option
from .paths import data_folder
from .text import join_words, pluralize

if TYPE_CHECKING:
    import geopandas as gpd
else:  # whoever names the layers without reading one, as the claims do, needs neither
    gpd = later.load("geopandas")
shapely = later.load("shapely")

__all__ = ["load_coastline", "load_countries", "load_districts", "load_states", "read_layer"]

#: The files of one layer.
LAYER_ENDS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
#: Short field names of the shapefiles -> clear names.
_CLEAR_NAMES = {
    "area_km2": "official_area_km2",
    "area_src": "official_area_source",
    "dist_id": "district_id",
}


@dataclass(frozen=True)
class _Kind:
    """What a layer of the package holds, so that all that is drawn of it can be."""

    code: str
    vocabulary: str
    fields: tuple[str, ...]
    shapes: tuple[str, ...] = ("Polygon", "MultiPolygon")
    #: Codes that must be there; all of the vocabulary if None.
    needs: tuple[str, ...] | None = None
    once: bool = True


_STATES = _Kind("state_iso", "state", ("state", "type", "official_area_km2", "official_area_source"))
_COUNTRIES = _Kind("iso3", "country", ("country",), needs=("IND",))
#: The layers of the package, by the name of their file.
_KINDS = {
    "india_states": _STATES,
    "india_states_ne": _STATES,
    "india_districts": _Kind("state_iso", "state", ("district_id", "district", "state"), once=False),
    "countries": _COUNTRIES,
    "countries_ne": _COUNTRIES,
    "coastline": _Kind("state_iso", "state", ("state", "type"), ("LineString", "MultiLineString"), ()),
}


def read_layer(path: Path) -> gpd.GeoDataFrame:
    """Read one shapefile with its side files checked.

    Parameters
    ----------
    path : path
        The ``.shp`` file.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, with clear column names.

    Raises
    ------
    LayerError
        If a file of the layer is missing (the message names each), damaged or not in UTF-8, a shape is
        unsound, or a layer of the package lacks a field or a code.
    CRSError
        If the layer is not in EPSG:4326, or its coordinates are no degrees.
    """
    missing = [path.with_suffix(end).name for end in LAYER_ENDS if not path.with_suffix(end).is_file()]
    if missing:
        raise LayerError(f"the layer {path.stem} in {path.parent} lacks {', '.join(missing)}")
    if path.with_suffix(".cpg").read_bytes().strip().upper() != b"UTF-8":
        raise LayerError(f"{path.stem}.cpg must say UTF-8")
    try:
        layer = gpd.read_file(path)
    except ImportError:  # the reader is missing, and nothing is wrong with the layer
        raise
    except Exception as error:
        raise LayerError(f"the layer {path.stem} in {path.parent} cannot be read: {error}") from None
    if layer.crs is None or layer.crs.to_epsg() != 4326:
        raise CRSError(f"{path.name} must be in EPSG:4326; its .prj says {layer.crs or 'nothing'}")
    if layer.empty or len(layer.columns) < 2:
        raise LayerError(f"the layer {path.stem} has no rows or no fields: .shp or .dbf is cut off")
    if lost := int(layer.geometry.isna().sum()):
        raise LayerError(
            f"the layer {path.stem} has {lost} of {len(layer)} rows without a shape: .shp is cut off"
        )
    layer = layer.rename(columns=_CLEAR_NAMES)
    shapes = layer.geometry.to_numpy()
    west, south, east, north = layer.total_bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise CRSError(
            f"{path.name} must be in degrees (EPSG:4326); "
            f"it reaches from {west:g}, {south:g} to {east:g}, {north:g}"
        )
    _check_fields(layer, path.stem)
    broken = np.flatnonzero(~shapely.is_valid(shapes) | shapely.is_empty(shapes))
    if len(broken):
        why = shapely.is_valid_reason(shapes[broken[0]])
        raise LayerError(
            f"the layer {path.stem} has {pluralize(len(broken), 'unsound shape')}, the first in row "
            f"{broken[0] + 1}: {why}"
        )
    return layer


def _check_fields(layer: gpd.GeoDataFrame, name: str) -> None:
    """Raise LayerError if a layer of the package lacks a field, a code or a name."""
    kind = _KINDS.get(name)
    if kind is None:
        return
    if lacking := [field for field in (kind.code, *kind.fields) if field not in layer.columns]:
        raise LayerError(
            f"the layer {name} lacks {join_words(lacking)}; it has {join_words(list(layer.columns))}"
        )
    codes, known = layer[kind.code], codebook.codes(kind.vocabulary)
    if strange := [str(code) for code in codes if code not in known]:
        raise LayerError(
            f"the layer {name} has {strange[0]!r} in {kind.code}, which is no code of the codebook"
        )
    if kind.once and codes.duplicated().any():
        raise LayerError(f"the layer {name} has {codes[codes.duplicated()].iloc[0]} in two rows")
    needed = known if kind.needs is None else kind.needs
    if lacking := [code for code in needed if code not in set(codes)]:
        raise LayerError(f"the layer {name} lacks {join_words(lacking)} in {kind.code}")
    for field in kind.fields:
        # Of a number that it cannot read the reader makes 0.
        bad = codes[~(layer[field] > 0) if field == "official_area_km2" else layer[field].isna()]
        if len(bad):
            raise LayerError(f"the layer {name} has no {field} in the row of {bad.iloc[0]}")
    if strange := sorted(set(layer.geom_type) - set(kind.shapes)):
        raise LayerError(
            f"the layer {name} has shapes of type {strange[0]}; they must be {join_words(kind.shapes, 'or')}"
        )


@cache
def _cached_layer(name: str) -> gpd.GeoDataFrame:
    return read_layer(data_folder() / "shapefiles" / f"{name}.shp")


def _viewed(name: str, perspective: str) -> gpd.GeoDataFrame:
    """Return a copy of a layer that each view of the boundaries has its own of."""
    check_option("perspective", perspective, codebook.codes("perspective"))
    return _cached_layer(name if perspective == "india" else f"{name}_ne").copy()


def load_states(*, perspective: str = "india") -> gpd.GeoDataFrame:
    """Load the 28 states and 8 union territories of India.

    Parameters
    ----------
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries: the Government of India's, or Natural Earth's (de facto).
        Neither is an endorsement.

    Returns
    -------
    GeoDataFrame
        36 rows, EPSG:4326: ``state_iso`` (ISO 3166-2:IN), ``state, type`` (state or union
        territory), ``official_area_km2`` (km2, as published, not computed from the polygon),
        ``official_area_source, geometry``.

    Raises
    ------
    ValueError
        If the perspective is not known.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.load_states().shape[0]
    36
    """
    return _viewed("india_states", perspective)


def load_districts(*, states: str | Iterable[str] | None = None) -> gpd.GeoDataFrame:
    """Load the districts of India, in the Government of India's view.

    Parameters
    ----------
    states : str or sequence of str, optional
        Codes (ISO 3166-2:IN) or names; all states if left out.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: ``district_id, district, state_iso, state, geometry``.

    Raises
    ------
    UnknownNameError
        If there is no such state; the message names the near ones.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.load_districts(states="Goa")["district"].tolist()
    ['North Goa', 'South Goa', 'Kushavati']
    """
    districts = _cached_layer("india_districts")
    if states is not None:
        districts = districts[districts["state_iso"].isin(codebook.state_codes(states))]
    return districts.reset_index(drop=True).copy()


def load_countries(*, perspective: str = "india") -> gpd.GeoDataFrame:
    """Load the countries of the world.

    Parameters
    ----------
    perspective : {"india", "natural_earth"}
        Whose view of India's outer boundaries; see `load_states`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: ``iso3`` (ISO 3166-1 alpha-3), ``country, geometry``. Natural Earth 1:50 million.

    Raises
    ------
    ValueError
        If the perspective is not known.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.load_countries(perspective="natural_earth").crs.to_epsg()
    4326
    """
    return _viewed("countries", perspective)


def load_coastline() -> gpd.GeoDataFrame:
    """Load the shore of the coastal states and union territories.

    Returns
    -------
    GeoDataFrame
        13 rows, EPSG:4326: ``state_iso, state, type, geometry`` (MultiLineString). It lies on the
        edges of `load_states`; which edges face the sea was decided with Natural Earth's ocean.

    Examples
    --------
    >>> import mineralmap as mm
    >>> "Kerala" in set(mm.load_coastline()["state"])
    True
    """
    coast = _cached_layer("coastline").copy()
    # A shapefile keeps a line of one part as a LineString: make all of one type.
    coast["geometry"] = [
        shape if shape.geom_type == "MultiLineString" else shapely.MultiLineString([shape])
        for shape in coast.geometry
    ]
    return coast
