"""Where the rows of any frame lie: one rule for maps and tagging, and what is said of the rows.

A frame has its points as a geometry in EPSG:4326, or in two columns of degrees. Numbers are taken as they
are, without a copy; texts are read cell by cell, so that the answer does not depend on the rows beside.
No cell raises: what cannot be read has no point, and is counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from .. import later
from ..errors import CRSError, LayerError, UnknownNameError, unknown_name
from ..text import fold, join_words, pluralize
from .values import check_columns, is_unknown, unpacked

shapely = later.load("shapely")  # columns of degrees need none of it

#: South-west and north-east of a frame around India, in degrees.
INDIA = ((6.7, 68.0), (37.15, 97.45))

Floats = NDArray[np.float64]
Rows = NDArray[np.bool_]

#: Words for the two columns as people write them, and what may stand beside.
_CALLED = {
    "lat": {"lat", "latitude", "decimallatitude"},
    "lon": {"lon", "lng", "long", "longitude", "decimallongitude"},
}
_BESIDE = {"deg", "degree", "degrees", "decimal", "dd", "gps", "wgs84"}
#: What frames call columns of which nobody knows that they are degrees.
_PERHAPS = {"lat": {"y"}, "lon": {"x"}}
_LETTERS = {"lat": "NS", "lon": "EW"}


@dataclass
class Points:
    """Where the rows of a frame lie.

    Attributes
    ----------
    lon, lat : float arrays (n)
        Degrees; NaN where there is no point. What lies beyond the globe stands as it was given.
    columns : tuple
        Names of the columns that were read.
    notes : list of str
        What was done that the frame does not say by itself.
    unread : dict
        Why -> the rows (bool array) for which a point cannot be read.
    """

    lon: Floats
    lat: Floats
    columns: tuple[Any, ...] = ()
    notes: list[str] = field(default_factory=list)
    unread: dict[str, Rows] = field(default_factory=dict)

    @cached_property
    def on_globe(self) -> Rows:
        """Tell which rows have a point on the globe; a comparison with NaN is false."""
        return (np.abs(self.lon) <= 180) & (np.abs(self.lat) <= 90)

    def unreadable(self, done: str) -> list[str]:
        """Return a sentence for each reason why rows cannot be ``done`` ("drawn"), with their number."""
        words, told = [], np.zeros(len(self.lon), dtype=bool)
        for why, rows in self.unread.items():
            if count := int((rows & ~told).sum()):
                words.append(f"{pluralize(count, 'row')} not {done}, for {why}")
            told |= rows
        return words

    def left_out(self, done: str) -> list[str]:
        """Return the sentences of all rows that are not ``done``: missing, beyond the globe, unreadable."""
        if self.on_globe.all():
            return []
        known = ~(np.isnan(self.lon) | np.isnan(self.lat))
        missing = int(np.all([~known, *(~rows for rows in self.unread.values())], axis=0).sum())
        beyond = known & ~self.on_globe
        found = [f"{pluralize(missing, 'row')} without a point not {done}"] if missing else []
        if beyond.any():
            at = int(np.flatnonzero(beyond)[0])
            swapped = bool((beyond & (np.abs(self.lat) <= 180) & (np.abs(self.lon) <= 90)).any())
            hint = ": are latitude and longitude swapped?" if swapped else ""
            found.append(
                f"{pluralize(int(beyond.sum()), 'row')} beyond the globe not {done}, the first in row {at} "
                f"(latitude {self.lat[at]:.10g}, longitude {self.lon[at]:.10g}){hint}"
            )
        return found + self.unreadable(done)

    def doubts(self) -> list[str]:
        """Return what is likely wrong with points that can be placed: swapped, or zero for unknown."""
        (south, west), (north, east) = INDIA
        lon, lat, found = self.lon, self.lat, []
        if (lat >= west).any():  # a quick look: most frames have nothing there
            swapped = (lat >= west) & (lat <= east) & (lon >= south) & (lon <= north)
            # In a table of the whole world a few points in the Arctic are no slip.
            inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
            abroad = self.on_globe & ~inside & ~swapped & ~((lat == 0) & (lon == 0))
            if swapped.any() and swapped.sum() >= abroad.sum():
                count, at = int(swapped.sum()), int(np.flatnonzero(swapped)[0])
                found.append(
                    f"{pluralize(count, 'row')} would lie in or near India with latitude and longitude "
                    f"swapped, the first in row {at} (latitude {lat[at]:.10g}, longitude {lon[at]:.10g}): "
                    "swap them if so"
                )
        if (lat == 0).any() and (zero := (lat == 0) & (lon == 0)).any():
            verb = "is" if zero.sum() == 1 else "are"
            found.append(
                f"{pluralize(int(zero.sum()), 'row')} {verb} at latitude 0, longitude 0, in the sea off "
                f"Africa, the first in row {int(np.flatnonzero(zero)[0])}: leave unknown points empty"
            )
        return found


def read_points(
    frame: pd.DataFrame, *, lon: str = "lon", lat: str = "lat", reproject: bool = False
) -> Points:
    """Return where the rows of a frame lie.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        A geometry of points, or two columns of degrees.
    lon, lat : str
        Names of the two columns; for these names also "Longitude", "LNG", "lat " and the like are taken,
        and a note says so.
    reproject : bool
        Reproject points that are not in EPSG:4326.

    Raises
    ------
    CRSError
        If a geometry has no CRS, or another one than EPSG:4326 without ``reproject``.
    LayerError
        If a geometry has no points at all, but others.
    UnknownNameError
        If there are no such columns.
    ValueError
        If a column is of a type that is no degrees, or is there twice.
    """
    at = _geometry_place(frame, (lon, lat))
    if at is not None:
        return _of_geometry(frame.iloc[:, at], reproject)
    if reproject:
        raise CRSError("reproject=True needs a GeoDataFrame that knows its CRS; columns of numbers have none")
    names, notes = find_columns(frame.columns, lon, lat)
    points = Points(np.empty(0), np.empty(0), names, notes)
    points.lon, points.lat = (
        degrees(frame[name], axis, points) for name, axis in zip(names, _CALLED_IN_ORDER, strict=True)
    )
    return points


_CALLED_IN_ORDER = ("lon", "lat")


# ------------------------------------------------------------------------------------- the columns


def find_columns(
    names: Iterable[Any], lon: str = "lon", lat: str = "lat"
) -> tuple[tuple[Any, Any], list[str]]:
    """Return the names of the columns of longitude and latitude, and a note if they are called otherwise."""
    names = list(names)
    found = tuple(
        _called(names, wanted, axis) for wanted, axis in zip((lon, lat), _CALLED_IN_ORDER, strict=True)
    )
    renamed = {name: wanted for name, wanted in zip(found, (lon, lat), strict=True) if name != wanted}
    words = [f"{wanted} is read from column {name!r}" for name, wanted in renamed.items()]
    notes = [f"{join_words(words)}, as rename(columns={renamed!r}) would have it"] if renamed else []
    return (found[0], found[1]), notes


def _called(names: list[Any], wanted: str, axis: str) -> Any:
    """Return the column that is meant: the very name, else the only one that is called so."""
    if wanted in names or wanted != axis:
        check_columns(names, wanted)
        return wanted
    alike = [name for name in names if isinstance(name, str) and _bare(name) in _CALLED[axis]]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise ValueError(
            f"{axis} may be any of the columns {join_words([repr(one) for one in alike], 'or')}: "
            f"rename one, as frame.rename(columns={{{alike[0]!r}: {axis!r}}})"
        )
    perhaps = [name for name in names if isinstance(name, str) and _bare(name) in _PERHAPS[axis]]
    error = unknown_name("column", wanted, names)
    if perhaps:
        hint = f"; if {perhaps[0]!r} is in degrees: frame.rename(columns={{{perhaps[0]!r}: {axis!r}}})"
        raise UnknownNameError(f"there is no column {wanted!r}{hint}")
    raise error


def _bare(name: str) -> str:
    return " ".join(word for word in fold(name).split() if word not in _BESIDE)


# ------------------------------------------------------------------------------------- degrees


def degrees(values: pd.Series, axis: str, points: Points) -> Floats:
    """Return a column of degrees as floats, NaN where there is none; what was done is told to ``points``."""
    kind = values.dtype
    if kind == np.float64:
        floats: Floats = values.to_numpy()  # no copy
        return floats
    if isinstance(kind, pd.CategoricalDtype):
        categories = pd.Series(values.cat.categories)
        values = pd.Series([*categories, None], dtype=object, name=values.name).take(values.cat.codes)
    elif types.is_numeric_dtype(kind) and not types.is_bool_dtype(kind) and not types.is_complex_dtype(kind):
        numbers: Floats = values.to_numpy("float64", na_value=np.nan)
        return numbers
    elif not (types.is_object_dtype(kind) or types.is_string_dtype(kind) or _is_decimal(kind)):
        raise ValueError(
            f"column {values.name!r} must hold numbers (degrees) or texts of such; its type is {kind}"
        )
    return _read(values, axis, points)


def _is_decimal(kind: Any) -> bool:
    return isinstance(kind, pd.ArrowDtype) and kind.type in (Decimal, type(None))


def _read(values: pd.Series, axis: str, points: Points) -> Floats:
    """Return cells of any kind as degrees."""
    cells = unpacked(values).to_numpy(object)
    found = np.full(len(cells), np.nan)
    if types.infer_dtype(cells) == "string":
        # Plain numbers, which most texts are, all at once; the others cell by cell.
        found = pd.to_numeric(values, errors="coerce").to_numpy("float64", na_value=np.nan, copy=True)
        found[~np.isfinite(found)] = np.nan
    odd, cannot = np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
    for at in np.flatnonzero(np.isnan(found)).tolist():
        cell = cells[at]
        number = _number(cell)
        if number is None and not is_unknown(cell):
            number = _in_words(cell, axis) if isinstance(cell, str) else None
            odd[at] = number is not None
            cannot[at] = number is None and not _says_unknown(cell)
        if number is not None:
            found[at] = number
    if odd.any():
        at = int(np.flatnonzero(odd)[0])
        points.notes.append(
            f"column {values.name!r}: {pluralize(int(odd.sum()), 'text')} read as degrees, the first in row "
            f"{at}: {cells[at]!r} as {found[at]:.10g}"
        )
    if cannot.any():
        at = int(np.flatnonzero(cannot)[0])
        first = f"the first in row {at}: {_short(cells[at])}"
        points.unread[f"column {values.name!r} holds no degrees, {first}"] = cannot
    return found


def _short(cell: Any) -> str:
    text = repr(cell)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _number(cell: Any) -> float | None:
    """Return a cell that is a number, or the plain text of one; None for everything else."""
    if isinstance(cell, str):
        try:
            number = float(cell)
        except ValueError:
            return None
        return number if np.isfinite(number) and "_" not in cell else None
    if isinstance(cell, (bool, np.bool_)) or not isinstance(cell, (Real, Decimal, Fraction)):
        return None
    try:
        number = float(cell)
    except (OverflowError, ValueError):  # beyond the globe in any case
        number = float("inf")
    return number


def _says_unknown(cell: Any) -> bool:
    return isinstance(cell, str) and cell.strip().casefold() in _NO_WORDS


_NO_WORDS = {"nan", "na", "n/a", "#n/a", "null", "none", "nil", "nat", "<na>", "-", "--", "?", "unknown"}
_COUNT = r"([0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)"
#: One number with a point or a comma, or degrees, minutes and seconds; N, S, E or W before or behind.
_ANGLE = re.compile(
    rf"([NSEW])?\s*([+-])?\s*{_COUNT}\s*(?:(°|D(?:EG)?\.?|:|\s)\s*(?:{_COUNT}\s*(?:['M:]|\s)?\s*"
    rf"(?:{_COUNT}\s*(?:\"|'')?\s*)?)?)?\s*([NSEW])?"
)
#: Behind minutes with an "m" the letter means seconds, not the south.
_SECONDS = re.compile(rf"M\s*{_COUNT}\s*S")
_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "′": "'", "’": "'", "‘": "'", "″": '"', "”": '"', "“": '"', "º": "°", "˚": "°"}
)


def _in_words(text: str, axis: str) -> float | None:
    """Return degrees that are written with a comma, a letter or minutes; None if they are none."""
    # Signs first: NFKC makes letters of some.
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS).strip().upper()
    if len(text) > 60:
        return None
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    match = _ANGLE.fullmatch(_SECONDS.sub(r"M\1", text))
    if match is None:
        return None
    before, sign, whole, mark, minutes, seconds, behind = match.groups()
    letter = before or behind
    if (before and behind) or (letter and (sign == "-" or letter not in _LETTERS[axis])):
        return None
    parts = [float(part.replace(",", ".")) for part in (whole, minutes, seconds) if part]
    # "20 30" may be anything: minutes need a sign, a letter or seconds.
    if len(parts) == 2 and not mark.strip() and not letter:
        return None
    if any(part >= 60 for part in parts[1:]) or any(part % 1 for part in parts[:-1]):
        return None
    number: float = sum(part / 60**place for place, part in enumerate(parts))
    return -number if sign == "-" or (letter and letter in "SW") else number


# ------------------------------------------------------------------------------------- geometries


def _geometry_place(frame: pd.DataFrame, names: tuple[str, str]) -> int | None:
    """Return the place of the geometry: the active one, or without columns of degrees the only one."""
    columns = list(frame.columns)
    active = getattr(frame, "_geometry_column_name", None)
    if active is not None and active in columns:
        check_columns(columns, active)
        return columns.index(active)
    shapes = [at for at, kind in enumerate(frame.dtypes) if str(kind) == "geometry"]
    return shapes[0] if len(shapes) == 1 and not set(names) <= set(columns) else None


def _of_geometry(geometry: Any, reproject: bool) -> Points:
    """Return the points of a column of geometries."""
    name, crs = geometry.name, geometry.array.crs
    if crs is None:
        raise CRSError(
            f"the geometry {name!r} has no CRS, and none is guessed: set_crs(4326) if it is in degrees, else "
            "set_crs(...) of what it is in, then to_crs(4326)"
        )
    # CRS84, and what files say in other words, is EPSG:4326 with the axes as geopandas has them for both.
    if not crs.equals(4326, ignore_axis_order=True):
        if not reproject:
            raise CRSError(
                f"the points must be in EPSG:4326; they are in {crs.name}. Use frame.to_crs(4326), or with "
                "mineralmap.tag reproject=True."
            )
        geometry = geometry.array.to_crs(4326)
    shapes = np.array(geometry, dtype=object)
    shapes[shapely.is_empty(shapes)] = None  # GEOS raises on the coordinates of an empty point
    kinds = shapely.get_type_id(shapes)
    lone = (kinds == shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    shapes[lone] = shapely.get_geometry(shapes[lone], 0)
    other = ~np.isin(kinds, (shapely.GeometryType.MISSING, shapely.GeometryType.POINT)) & ~lone
    points = Points(shapely.get_x(shapes), shapely.get_y(shapes), (name,))
    if other.any():
        found = sorted({shapely.GeometryType(kind).name for kind in kinds[other]})
        hint = f"{join_words(found)}: take representative_point() of it"
        if not (kinds == shapely.GeometryType.POINT).any() and not lone.any():
            raise LayerError(f"only points are placed; the geometry {name!r} holds {hint}")
        points.unread[f"the geometry {name!r} holds {hint}"] = other
    return points
