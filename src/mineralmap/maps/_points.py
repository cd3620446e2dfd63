"""Many points packed small: where they are, what colours them, what their pop-ups say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from .. import style
from ..errors import CRSError, LayerError
from . import _pack
from ._threads import text

#: Steps a degree: half a step is 2.8 m along each axis, so no point is off by more than 4 m.
STEPS = 20_000
#: At most so many kinds get a colour of their own; the others share grey.
_KINDS = 8
_COLUMNS = 12


def coordinates(frame):
    """Return longitude and latitude (two float arrays, degrees) of a frame of points.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Either a geometry of points in EPSG:4326, or columns ``lat`` and ``lon``. Missing points
        are NaN.

    Raises
    ------
    CRSError
        If a geometry is not in EPSG:4326.
    LayerError
        If there are neither points nor columns, or if a coordinate is off the globe.
    """
    if getattr(frame, "_geometry_column_name", None) in frame.columns:
        lon, lat = _from_geometry(frame.geometry)
    elif {"lat", "lon"} <= set(frame.columns):
        lon, lat = (
            pd.to_numeric(frame[name]).to_numpy("float64", na_value=np.nan) for name in ("lon", "lat")
        )
    else:
        raise LayerError(
            "the frame has no points: expected a GeoDataFrame of points or columns 'lat' and 'lon' in "
            f"degrees; got {', '.join(map(str, frame.columns))}"
        )
    off = ~(np.isnan(lon) | np.isnan(lat)) & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    if off.any():
        some = ", ".join(f"row {at}: ({lat[at]:g}, {lon[at]:g})" for at in np.flatnonzero(off)[:5])
        raise LayerError(f"{off.sum()} points are off the globe (latitude, longitude): {some}")
    return lon, lat


def _from_geometry(geometry):
    import shapely

    if geometry.crs is None or geometry.crs.to_epsg() != 4326:
        raise CRSError(f"the points must be in EPSG:4326; they have {geometry.crs}. Use frame.to_crs(4326).")
    shapes = geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    if not np.isin(kinds, (-1, 0)).all():
        found = sorted(set(geometry[~np.isin(kinds, (-1, 0))].geom_type))
        raise LayerError(f"the map draws points; got {', '.join(found)}. Use frame.representative_point().")
    return shapely.get_x(shapes), shapely.get_y(shapes)


def pack_points(lon, lat):
    """Return points as text, and the order in which they stand in it.

    Parameters
    ----------
    lon, lat : float arrays (n)
        Degrees, EPSG:4326, none missing.

    Returns
    -------
    dict
        ``text`` and what is needed to read it. The points stand in rows of equal latitude range
        (``height`` steps), in each row from west to east: for each row its distance from the one
        before and its number of points, for each point its step eastward and, in ``width``
        characters, its height in the row. The browser finds a point by row and bisection.
    order : int array (n)
        Number of the point in each place.
    """
    x = np.rint((lon + 180) * STEPS).astype(np.int64)
    y = np.rint((lat + 90) * STEPS).astype(np.int64)
    x0, y0 = (int(x.min()), int(y.min())) if len(x) else (0, 0)
    x, y = x - x0, y - y0
    width = min((2, 3, 4), key=lambda one: _expected_length(x, y, one))
    height = 64**width
    row, inside = np.divmod(y, height)
    order = np.argsort((row << 24) + x, kind="stable")
    head = {"x0": x0, "y0": y0, "steps": STEPS, "width": width, "height": height, "n": len(order)}
    return {**head, "text": _write(x[order], row[order], inside[order], width)}, order


def _expected_length(x, y, width):
    """Return about how many characters a point takes if its height in the row takes ``width``."""
    n = max(len(x), 1)
    rows = min(n, int(y.max(initial=0)) // 64**width + 1)
    step = (int(x.max(initial=0)) + 1) * rows / n
    return width + max(1.0, np.log2(step + 1) / 5) + 2 * rows / n


def _write(x, row, inside, width):
    """Write rows: distance from the row before, count, then for each point its step and its height."""
    if not len(x):
        return ""
    first = np.flatnonzero(np.r_[True, np.diff(row) != 0])
    step = np.diff(x, prepend=0)
    step[first] = x[first]
    rows = np.diff(row[first], prepend=0)
    counts = np.diff(np.r_[first, len(x)])
    # Where each value begins in the one stream of characters, so that all are placed at once.
    of_step, of_rows, of_counts = _lengths(step), _lengths(rows), _lengths(counts)
    whole = of_step + width
    whole[first] += of_rows + of_counts
    ends = np.cumsum(whole)
    starts = ends - width - of_step
    codes = np.zeros(int(ends[-1]), dtype=np.uint8)
    _place(codes, starts, step, of_step)
    _place(codes, starts[first] - of_counts, counts, of_counts)
    _place(codes, starts[first] - of_counts - of_rows, rows, of_rows)
    for place in range(width):
        codes[ends - 1 - place] = inside >> (6 * place) & 63
    return np.frombuffer(_pack.ALPHABET.encode(), dtype=np.uint8)[codes].tobytes().decode("ascii")


def _lengths(values):
    """Return how many characters of five bits each whole number from 0 takes."""
    return np.maximum(1, -(-_bits(values) // 5))


def _place(codes, starts, values, lengths):
    """Write whole numbers into ``codes``: five bits a character, the sixth says "more follows"."""
    for place in range(int(lengths.max())):
        here = lengths > place
        more = np.where(lengths[here] > place + 1, 0x20, 0)
        codes[starts[here] + place] = (values[here] >> (5 * place) & 0x1F) + more


def _bits(values):
    """Return how many bits each whole number needs."""
    return np.frexp(values.astype(np.float64))[1]


def pack_codes(numbers, width):
    """Return whole numbers (array) as text of ``width`` characters each."""
    shifts = 6 * np.arange(width - 1, -1, -1)
    codes = (numbers[:, None] >> shifts & 63).astype(np.uint8)
    return np.frombuffer(_pack.ALPHABET.encode(), dtype=np.uint8)[codes].tobytes().decode("ascii")


# --------------------------------------------------------------------------------------- columns


def classes(values, name):
    """Return the class of each point and its colours.

    Parameters
    ----------
    values : Series or None
        Numbers (five classes of equal count), dates (by year) or kinds (the eight most frequent).
    name : str
        Heading of the legend.

    Returns
    -------
    codes : uint8 array (n)
    legend : dict
        ``title`` and ``steps``: a colour and words for each class.
    """
    if values is None:
        return None, {"title": "", "steps": [[style.INK, "point"]]}
    if pd.api.types.is_datetime64_any_dtype(values):
        return _number_classes(values.dt.year.to_numpy("float64", na_value=np.nan), name, "{:.0f}".format)
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return _number_classes(values.to_numpy("float64", na_value=np.nan), name)
    texts, numbers = _kinds_of(values, name)
    counts = pd.Series(np.bincount(numbers, minlength=len(texts)), index=texts, dtype="int64").drop(
        "", errors="ignore"
    )
    common = sorted(counts.index, key=lambda word: (-counts[word], word))[:_KINDS]
    colours = list(style.OKABE_ITO.values())
    steps = [[colours[(at + 5) % len(colours)], word] for at, word in enumerate(common)]
    stages = [one for one, words in style.STAGE_WORDS.items() if words[0] in counts.index]
    if name == "stage":
        steps = [[style.STAGE_COLOURS[one], style.STAGE_WORDS[one][0]] for one in stages]
    number = {word: at for at, (_, word) in enumerate(steps)}
    rest = [word for word in counts.index if word not in number]
    of_text = np.array([number.get(word, len(steps)) for word in texts], dtype=np.uint8)
    if rest:
        steps.append([style.GREY, style.count_words(len(rest), "other value")])
    if "" in texts:
        steps.append(["#c9c9c9", "not known"])
        of_text[texts.index("")] = len(steps) - 1
    legend = {"title": _heading(name), "steps": steps, "stages": stages if name == "stage" else []}
    return of_text[numbers], legend


#: One hue from pale to dark, for numbers.
_BLUES = ("#b3cbe6", "#83a9d3", "#4f82bd", "#2a5a97", "#0b2f66")


def _in_digits(value):
    # No exponents: "3,800,000", not "3.8e+06".
    return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.6g}"


def _number_classes(values, name, words=_in_digits):
    known = np.isfinite(values)
    # Each bound is a value that occurs: "over 2016.2" means nothing to a reader of years.
    shares = np.linspace(0, 1, 6)
    edges = np.quantile(values[known], shares, method="inverted_cdf") if known.any() else np.zeros(1)
    edges = np.unique(edges)
    inner = edges[1:-1]
    codes = np.searchsorted(inner, values, side="left").astype(np.uint8)
    bounds = list(pairwise(edges)) or [(edges[0], edges[0])]
    colours = _BLUES[-len(bounds) :]
    steps = [
        [
            colour,
            words(low) if low == high else f"{'' if at == 0 else 'over '}{words(low)} to {words(high)}",
        ]
        for at, (colour, (low, high)) in enumerate(zip(colours, bounds, strict=True))
    ]
    if not known.all():
        steps.append(["#c9c9c9", "not known"])
        codes[~known] = len(steps) - 1
    return codes, {"title": _heading(name), "steps": steps}


def _heading(name):
    return str(name).replace("_", " ").strip().capitalize()


def in_words(values, name):
    """Return the cells of one column as a list of texts, codes in plain words."""
    words = _WORDS.get(name)
    if pd.api.types.is_datetime64_any_dtype(values):
        return ["" if day is pd.NaT else style.date_words(day) for day in values]
    if words is None and name in ("states", "partners", "state_iso", "iso3"):
        words = _names()
    if pd.api.types.is_float_dtype(values):
        return [
            "" if value != value else f"{value:,.10g}"
            for value in values.to_numpy("float64", na_value=np.nan)
        ]
    if words is None and pd.api.types.is_string_dtype(values):
        return values.fillna("").tolist()
    look = (lambda code: words.get(code, text(code))) if words else text
    return [
        ", ".join(look(one) for one in cell)
        if isinstance(cell, (tuple, list, set, frozenset))
        else look(cell)
        for cell in values
    ]


_WORDS = {
    "stage": {one: words[0] for one, words in style.STAGE_WORDS.items()},
    "highest_stage": {one: words[0] for one, words in style.STAGE_WORDS.items()},
    "last_step": {one: words[0] for one, words in style.STAGE_WORDS.items()},
    "scope": style.SCOPE_WORDS,
    "level": style.LEVEL_WORDS,
    "location_accuracy": style.ACCURACY_WORDS,
    "blocs": style.BLOC_WORDS,
}


def _names():
    from .. import datasets

    partners, states = datasets.load_partners(), datasets.load_states()
    names = dict(zip(partners["iso3"], partners["name"], strict=True))
    return {**names, **dict(zip(states["state_iso"], states["state"], strict=True))}


def _kinds_of(values, name):
    """Return the distinct texts of a column, sorted, and the number of each cell's text."""
    try:
        codes, kinds = pd.factorize(values, use_na_sentinel=False)
    except TypeError:  # lists and the like cannot be told apart quickly
        codes, kinds = np.arange(len(values)), values
    words = np.array(in_words(pd.Series(kinds), name), dtype=object)
    again, texts = pd.factorize(words, sort=True)
    return list(texts), again[codes]


def pack_column(values, name):
    """Return one column for the pop-ups, packed: numbers, few kinds of text, or texts.

    ``{"lo", "d", "w", "c"}`` are numbers of ``d`` decimals (code 0 is missing, code 1 is ``lo``),
    ``{"v", "w", "c"}`` texts by number, ``{"t"}`` texts, a line each or in a list.
    """
    heading = _heading(name)
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        packed = _pack_decimals(values.to_numpy("float64", na_value=np.nan))
        if packed:
            return {"name": heading, **packed}
    few = min(4096, 0.7 * len(values))
    if _n_kinds(values) > few:
        return {"name": heading, "t": _joined(in_words(values, name))}
    kinds, codes = _kinds_of(values, name)
    width = 1 if len(kinds) <= 64 else 2
    return {"name": heading, "v": kinds, "w": width, "c": pack_codes(codes.astype(np.int64), width)}


def _joined(texts):
    """Return texts as one, a line each, which a browser reads faster than a list; or as a list."""
    joined = "\n".join(texts)
    return joined if joined.count("\n") == len(texts) - 1 else texts


def _n_kinds(values):
    """Return the number of distinct cells; cells that cannot be compared all count as distinct."""
    try:
        return values.nunique(dropna=False)
    except TypeError:
        return len(values)


def _pack_decimals(numbers):
    """Return numbers of few decimals as whole ones, or None where that loses anything."""
    known = np.isfinite(numbers)
    given = numbers[known]
    for decimals in range(7):
        whole = np.rint(given * 10**decimals)
        if np.array_equal(whole / 10**decimals, given):
            break
    else:
        return None
    low = whole.min(initial=0) if len(whole) == 0 else whole.min()
    codes = np.zeros(len(numbers))
    codes[known] = whole - low + 1
    if codes.max(initial=0) >= 2**47 or np.abs(whole).max(initial=0) >= 2**53:
        return None
    codes = codes.astype(np.int64)
    width = max(1, -(-int(codes.max(initial=0)).bit_length() // 6))
    return {"lo": int(low), "d": decimals, "w": width, "c": pack_codes(codes, width)}
