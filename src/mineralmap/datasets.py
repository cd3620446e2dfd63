"""The tables and the boundaries, one documented function a dataset.

Every loader returns a fresh copy: a frame can be changed without harm to the next caller. Text is
``str`` with missing values, lists are tuples of str, dates are ``datetime64``, vocabularies are
categoricals in their own order. Units stand in the column names or in the column beside the value.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from . import checks, ladder, schema
from ._collector import held_back
from ._paths import data_folder
from .errors import CRSError, LayerError, UnknownIdError

PERSPECTIVES = ("india", "natural_earth")

__all__ = [
    "PERSPECTIVES",
    "having",
    "load_chain_factors",
    "load_claims",
    "load_coastline",
    "load_conflicts",
    "load_corrections",
    "load_countries",
    "load_coverage",
    "load_deposits",
    "load_districts",
    "load_event_sources",
    "load_events",
    "load_facilities",
    "load_initiative_links",
    "load_initiatives",
    "load_japan_dependence",
    "load_magnet_imports",
    "load_monazite",
    "load_partners",
    "load_ports",
    "load_ree_hardrock",
    "load_sources",
    "load_states",
    "load_withdrawn",
    "load_world_ree",
]


# ---------------------------------------------------------------------------------------- tables


def _array(values, column):
    """Return one column of text cells in its right type; an empty cell is missing."""
    import numpy as np
    import pandas as pd

    if column.type in ("list", "ids", "states", "iso3s"):
        cells = np.empty(len(values), dtype=object)
        cells[:] = [tuple(value.split(";")) if value else () for value in values]
        return cells
    if column.type in ("number", "integer"):
        numbers = np.array([float(value) if value else np.nan for value in values])
        return numbers if column.type == "number" else pd.array(numbers, dtype="Int64")
    if column.type == "boolean":
        return pd.array([{"true": True, "false": False}.get(value) for value in values], dtype="boolean")
    if column.type == "date":
        return pd.to_datetime(pd.array([value or None for value in values], dtype="str"), format="%Y-%m-%d")
    if column.values:
        number = {value: at for at, value in enumerate(column.values)}
        codes = [number.get(value, -1) for value in values]
        return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(column.values)))
    return pd.array([value or None for value in values], dtype="str")


def frame_of(rows, name):
    """Return checked text rows of table ``name`` as a typed DataFrame."""
    import pandas as pd

    spec = schema.table(name)
    return pd.DataFrame({c.name: _array([row[c.name] for row in rows], c) for c in spec.columns})


@cache
@held_back()
def _cached_table(name):
    return frame_of(checks.load_rows(data_folder() / "tables", name), name)


def plain_table(name):
    """Return a copy of one table, without geometry; for the library itself."""
    return _cached_table(name).copy()


def _check_scope(scope):
    if scope is None:
        return None
    scopes = (scope,) if isinstance(scope, str) else tuple(scope)
    for one in scopes:
        if one not in schema.SCOPES:
            raise UnknownIdError(f"unknown scope {one!r}; one of {', '.join(schema.SCOPES)}")
    return scopes


def load_events(scope=None, as_of=None):
    """Load the events: dated, sourced steps of the initiatives.

    Parameters
    ----------
    scope : str or sequence of str, optional
        ``"rare_earth"``, ``"critical_minerals"``, ``"context"``, or several; all if left out. A
        context event is background and never counts as a rare-earth partnership.
    as_of : str or date, optional
        Only events that are certain to have happened by the end of this day (see
        `mineralmap.ladder` for dates known to the month or the year).

    Returns
    -------
    DataFrame
        One row an event, sorted by date, then id. Columns: ``event_id, initiative_id, date`` (first
        day of the period), ``date_precision, kind, stage, scope, title, summary, states`` (tuple of
        ISO 3166-2:IN), ``partners`` (tuple of ISO 3166-1 alpha-3), ``blocs, actors, segments,
        minerals, place_name, lat, lon`` (EPSG:4326, degrees), ``location_accuracy, amount_value,
        amount_unit, amount_what, capacity_value, capacity_unit, capacity_what, confidence, note,
        follows`` (tuple of event ids), and from the pages: ``n_witnesses`` (independent ones),
        ``single_source`` (fewer than two), ``best_source_kind`` (strongest first), ``disputed``
        (tuple of the fields on which sources differ).

    Raises
    ------
    UnknownIdError
        If the scope is not known.
    ValueError
        If ``as_of`` is not a date.

    Notes
    -----
    Source: ``data/tables/events.csv`` (CC BY 4.0); the pages stand in `load_sources`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events(scope="rare_earth", as_of="2025-07-30")
    >>> bool((events["scope"] == "rare_earth").all())
    True
    """
    scopes = _check_scope(scope)
    events = _events()
    if scopes:
        events = events[events["scope"].isin(scopes)]
    return ladder.known_on(events, as_of).sort_values(["date", "event_id"], ignore_index=True)


@cache
@held_back()
def _cached_events():
    """Return the events with how well each is attested."""
    from . import trust

    events = plain_table("events")
    attested = trust.of_events(
        events["event_id"], plain_table("event_sources"), plain_table("sources"), plain_table("conflicts")
    )
    return events.join(attested)


def _events():
    return _cached_events().copy()


def load_initiatives(as_of=None, scope=None):
    """Load the initiatives, each with its stage as computed from its events.

    Parameters
    ----------
    as_of : str or date, optional
        The stage on this day, from the events certain to have happened by then; initiatives
        without such an event are left out. The newest state if left out.
    scope : str or sequence of str, optional
        As in `load_events`, here the scope of the initiative.

    Returns
    -------
    DataFrame
        One row an initiative, sorted by id. Columns: ``initiative_id, title, summary`` (missing
        where ``as_of`` cuts the thread, for it tells the whole of it), ``level, scope,
        lead_actors, stage, stage_since, stage_event_id, highest_stage, last_step, last_event_id,
        first_date, last_date, n_events, states, partners, blocs`` (united over the events seen),
        ``place_name, lat, lon, location_accuracy`` (of the newest event on the ground that has a
        point; ``none`` and missing where there is none), ``last_confirmed`` (date of the newest
        step that two witnesses report or that a government or company states itself),
        ``disputed`` (tuple of the fields on which sources differ).

    Raises
    ------
    UnknownIdError
        If the scope is not known.
    ValueError
        If ``as_of`` is not a date.

    Notes
    -----
    Sources: ``data/tables/initiatives.csv`` and ``events.csv`` (CC BY 4.0). The rule of the stage
    is in `mineralmap.ladder`; a context event counts only in a context initiative. Places of talks
    and signings are not places of initiatives.

    Examples
    --------
    >>> import mineralmap as mm
    >>> now = mm.load_initiatives()
    >>> then = mm.load_initiatives(as_of="2025-07-30")
    >>> len(then) < len(now)
    True
    """
    import pandas as pd

    from . import trust

    scopes = _check_scope(scope)
    initiatives = plain_table("initiatives").set_index("initiative_id")
    everything = _events()
    # A step that is background only moves no initiative that is more than background.
    background = everything["initiative_id"].map(initiatives["scope"]) == "context"
    everything = everything[(everything["scope"] != "context") | background]
    events = ladder.known_on(everything, as_of)
    frame = initiatives.join(ladder.stages(events), how="inner")
    for column in ("states", "partners", "blocs"):
        found = trust.united(events["initiative_id"], events[column])
        frame[column] = pd.Series([found[one] for one in frame.index], index=frame.index, dtype="object")
    whole = everything.groupby("initiative_id").size()
    frame["summary"] = frame["summary"].where(frame["n_events"] == whole.reindex(frame.index))
    # A programme of the Union in several states stands at no single place.
    one_place = ~(frame["level"].isin(["national", "multilateral"]) & (frame["states"].map(len) > 1))
    frame = frame.join(_places(events[events["initiative_id"].isin(frame.index[one_place])]))
    frame["location_accuracy"] = frame["location_accuracy"].fillna("none")
    frame = frame.join(trust.of_initiatives(events))
    if scopes:
        frame = frame[frame["scope"].isin(scopes)]
    return frame.rename_axis("initiative_id").sort_index().reset_index()


#: Kinds of event that take place where the initiative stands; a meeting or a signing does not.
_ON_THE_GROUND = (
    "plant",
    "exploration",
    "auction",
    "investment",
    "resource_estimate",
    "research",
    "jv",
    "restriction",
    "supply_contract",
)


def _places(events):
    """Return the place of each initiative that has one: its newest event on the ground with a point."""
    on_ground = events[
        events["kind"].isin(_ON_THE_GROUND)
        & events["location_accuracy"].isin(schema.PINNED)
        & events["lat"].notna()
        & events["states"].astype(bool)
    ]
    newest = on_ground.sort_values(["date", "event_id"]).drop_duplicates("initiative_id", keep="last")
    return newest.set_index("initiative_id")[["place_name", "lat", "lon", "location_accuracy"]]


def load_sources(event_id=None):
    """Load the pages that the events rest on.

    Parameters
    ----------
    event_id : str, optional
        Only the pages of this event, with what each supports and its witness.

    Returns
    -------
    DataFrame
        One row a page, sorted by id: ``source_id, url, publisher, title, published, kind``. With
        ``event_id`` also ``supports`` and ``witness``: copies of one story share a witness.

    Raises
    ------
    UnknownIdError
        If there is no such event; a withdrawn id names its heir.
    """
    sources = plain_table("sources").sort_values("source_id", ignore_index=True)
    if event_id is None:
        return sources
    check_event_id(event_id)
    links = plain_table("event_sources")
    links = links.loc[links["event_id"] == event_id, ["source_id", "supports", "witness"]]
    return sources.merge(links, on="source_id").sort_values("source_id", ignore_index=True)


def check_event_id(event_id):
    """Return ``event_id`` if it names an event; else raise `UnknownIdError` with heir or near ids."""
    import difflib

    known = _cached_table("events")["event_id"]
    if (known == event_id).any():
        return event_id
    gone = _cached_table("withdrawn").set_index("id")
    if event_id in gone.index:
        row = gone.loc[event_id]
        raise UnknownIdError(
            f"event {event_id!r} was withdrawn; it is replaced by "
            f"{', '.join(row['replaced_by'])} ({row['why']})"
        )
    near = difflib.get_close_matches(str(event_id), list(known), n=3)
    hint = f"; near ids: {', '.join(near)}" if near else ""
    raise UnknownIdError(f"there is no event {event_id!r}{hint}")


def load_event_sources():
    """Load which page supports what of which event.

    Returns
    -------
    DataFrame
        ``event_id, source_id, supports, witness``; one row a pair.
    """
    return plain_table("event_sources")


def load_conflicts():
    """Load the places where sources disagree, and what was chosen.

    Returns
    -------
    DataFrame
        ``event_id, field, value_a, source_a, value_b, source_b, chosen, why``.
    """
    return plain_table("conflicts")


def load_claims():
    """Load the claims that `mineralmap.claims` checks.

    Returns
    -------
    DataFrame
        ``claim_id, text`` (in our own words), ``made_by, published_in, date, source_url, note``.
    """
    return plain_table("claims")


def load_withdrawn():
    """Load the ids that are no longer in the tables, and the ids that replace them.

    Returns
    -------
    DataFrame
        ``id, replaced_by, why, collection``.
    """
    return plain_table("withdrawn")


def load_corrections():
    """Load the cells that were changed after they were first recorded.

    Returns
    -------
    DataFrame
        ``id, column, old, new, why, source_url, date``.
    """
    return plain_table("corrections")


def load_coverage():
    """Load what was searched: which places and periods, and until when.

    Returns
    -------
    DataFrame
        ``subject, states`` (tuple), ``partners`` (tuple), ``period_from, period_until, searched_on,
        n_queries, n_found, newest_page, note``. It tells "searched, none found" from "not searched".
    """
    return plain_table("coverage")


def load_initiative_links():
    """Load which initiatives depend on each other.

    Returns
    -------
    DataFrame
        ``initiative_id, linked_id, relation`` (feeds, uses_technology_of, part_of, funded_by), ``note``.
    """
    return plain_table("initiative_links")


def load_monazite():
    """Load the monazite resources by state and for India.

    Returns
    -------
    DataFrame
        ``state_iso`` (``IN`` for the whole country), ``state, as_of, monazite_mt`` (Mt in situ),
        ``total_mt_in_source, setting, split_in_source`` (complete, partial, none), ``source_url,
        source_publisher, source_date, confidence, note``.

    Notes
    -----
    The split by state is complete for 2013 only; later rows must not be added up to a total.
    """
    return plain_table("monazite")


def load_ree_hardrock():
    """Load the rare-earth oxides in hard rock by state (``quantity`` in ``unit``; see ``what``)."""
    return plain_table("ree_hardrock")


def _points(name):
    """Return a table with lat and lon as a GeoDataFrame in EPSG:4326; no point, no geometry."""
    import geopandas as gpd

    frame = plain_table(name)
    points = gpd.points_from_xy(frame["lon"], frame["lat"], crs="EPSG:4326")
    geo = gpd.GeoDataFrame(frame, geometry=points)
    # shapely makes POINT EMPTY of missing coordinates, which many tools take for a place.
    geo.loc[frame["lat"].isna(), "geometry"] = None
    return geo


def load_deposits():
    """Load the deposits as points.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; ``deposit_id, name, state_iso, lat, lon, location_accuracy, setting,
        monazite_mt`` (Mt), ``reo_t`` (t REO), ``other_tonnage_mt, other_tonnage_what, operator,
        status, coord_source, source_url, source_publisher, source_date, confidence, note,
        geometry``. An unknown tonnage is missing, never zero; a deposit without a point has no
        geometry.
    """
    return _points("deposits")


def load_facilities():
    """Load mines, plants and laboratories of the chain as points.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; ``facility_id, name, operator, partner_iso3`` (tuple), ``state_iso, lat, lon,
        location_accuracy, kind, status, year, capacity_value, capacity_unit, coord_source,
        source_url, source_publisher, source_date, confidence, note, geometry``.
    """
    return _points("facilities")


def load_ports():
    """Load the sea ports near the placers as points.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; ``port_id, name, state_iso, lat, lon, location_accuracy, unlocode, wpi_number,
        source_url, source_publisher, source_date, confidence, note, geometry``. Source: NGA World
        Port Index (US public domain).
    """
    return _points("ports")


def load_partners():
    """Load the partner countries, with a point for each capital.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; ``iso3, name, capital, capital_lat, capital_lon, blocs`` (tuple),
        ``ree_production_t`` (t REO), ``production_year, ree_reserves_t`` (t REO), ``reserves_year,
        reserves_text, bloc_sources, coord_source, source_url, source_publisher, source_date,
        confidence, note, geometry``.
    """
    import geopandas as gpd

    frame = plain_table("partners")
    points = gpd.points_from_xy(frame["capital_lon"], frame["capital_lat"], crs="EPSG:4326")
    return gpd.GeoDataFrame(frame, geometry=points)


def load_world_ree(preferred=True):
    """Load world mine production and reserves of rare earths (USGS).

    Parameters
    ----------
    preferred : bool, default True
        Only the one preferred row a country, year and metric; else all vintages side by side.

    Returns
    -------
    DataFrame
        ``iso3, country, year, metric, value, value_text, unit, estimated, revised, edition,
        preferred, source_url, source_publisher, source_date, confidence, note``.
    """
    frame = plain_table("world_ree")
    return frame[frame["preferred"]].reset_index(drop=True) if preferred else frame


def load_japan_dependence():
    """Load China's share of Japan's rare-earth imports in percent; never join two ``measure``s."""
    return plain_table("japan_dependence")


def load_magnet_imports():
    """Load India's magnet imports in tonnes; never join two ``definition``s."""
    return plain_table("india_magnet_imports")


def load_chain_factors():
    """Load the factors from monazite to magnets: ``factor, low, value, high, unit`` and source."""
    return plain_table("chain_factors")


# ------------------------------------------------------------------------------------ boundaries

#: Short field names of the shapefiles -> clear names.
_CLEAR_NAMES = {
    "area_km2": "official_area_km2",
    "area_src": "official_area_source",
    "dist_id": "district_id",
}


def read_layer(path):
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
        If a file of the layer is missing (the message names each), damaged or not in UTF-8.
    CRSError
        If the layer is not in EPSG:4326, or its coordinates are no degrees.
    """
    import geopandas as gpd

    missing = [
        path.with_suffix(end).name
        for end in (".shp", ".shx", ".dbf", ".prj", ".cpg")
        if not path.with_suffix(end).exists()
    ]
    if missing:
        raise LayerError(f"the layer {path.stem} in {path.parent} lacks {', '.join(missing)}")
    if path.with_suffix(".cpg").read_bytes().strip().upper() != b"UTF-8":
        raise LayerError(f"{path.stem}.cpg must say UTF-8")
    try:
        layer = gpd.read_file(path)
    except RuntimeError as error:  # every error of the reader is one
        raise LayerError(f"the layer {path.stem} in {path.parent} cannot be read: {error}") from None
    if layer.crs is None or layer.crs.to_epsg() != 4326:
        raise CRSError(f"{path.name} must be in EPSG:4326; its .prj says {layer.crs or 'nothing'}")
    if layer.empty or len(layer.columns) < 2:
        raise LayerError(f"the layer {path.stem} has no rows or no fields: .shp or .dbf is cut off")
    lost = int(layer.geometry.isna().sum())
    if lost:
        raise LayerError(
            f"the layer {path.stem} has {lost} of {len(layer)} rows without a shape: .shp is cut off"
        )
    west, south, east, north = layer.total_bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise CRSError(
            f"{path.name} must be in degrees (EPSG:4326); "
            f"it reaches from {west:g}, {south:g} to {east:g}, {north:g}"
        )
    return layer.rename(columns=_CLEAR_NAMES)


@cache
def _cached_layer(name):
    return read_layer(data_folder() / "shapefiles" / f"{name}.shp")


def _check_perspective(perspective):
    if perspective not in PERSPECTIVES:
        raise UnknownIdError(f"unknown perspective {perspective!r}; one of {', '.join(PERSPECTIVES)}")
    return perspective


def load_states(perspective="india"):
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
    UnknownIdError
        If the perspective is not known.

    Notes
    -----
    Origin and licence: ``data/NOTICE.md``.
    """
    name = "india_states" if _check_perspective(perspective) == "india" else "india_states_ne"
    return _cached_layer(name).copy()


def load_districts(states=None):
    """Load the districts of India, in the Government of India's view.

    Parameters
    ----------
    states : str or sequence of str, optional
        ISO 3166-2:IN codes; all states if left out.

    Returns
    -------
    GeoDataFrame
        EPSG:4326: ``district_id, district, state_iso, state, geometry``.

    Raises
    ------
    UnknownIdError
        If a code is not in force; an old code names the new one.
    """
    districts = _cached_layer("india_districts")
    if states is not None:
        codes = (states,) if isinstance(states, str) else tuple(states)
        for code in codes:
            check_state(code)
        districts = districts[districts["state_iso"].isin(codes)]
    return districts.reset_index(drop=True).copy()


def check_state(code):
    """Return a state's code if it is in force, else raise `UnknownIdError` with a hint."""
    if isinstance(code, str) and code.startswith("IN-") and code[3:] in schema.STATE_CODES:
        return code
    raise UnknownIdError(f"{code!r} is not a state code in force: {schema.state_hint(str(code))}")


def load_countries(perspective="india"):
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
    UnknownIdError
        If the perspective is not known.
    """
    name = "countries" if _check_perspective(perspective) == "india" else "countries_ne"
    return _cached_layer(name).copy()


def load_coastline():
    """Load the shore of the coastal states and union territories.

    Returns
    -------
    GeoDataFrame
        13 rows, EPSG:4326: ``state_iso, state, type, geometry`` (MultiLineString). It lies on the
        edges of `load_states`; which edges face the sea was decided with Natural Earth's ocean.
    """
    from shapely import MultiLineString

    coast = _cached_layer("coastline").copy()
    # A shapefile keeps a line of one part as a LineString: make all of one type.
    coast["geometry"] = [
        shape if shape.geom_type == "MultiLineString" else MultiLineString([shape])
        for shape in coast.geometry
    ]
    return coast


# ---------------------------------------------------------------------------------------- choosing


def having(frame, **cells):
    """Return the rows whose cells hold given values.

    Parameters
    ----------
    frame : DataFrame
        Any table, also one without a row.
    **cells : value or collection of values
        Column -> value. A cell that is a tuple must contain the value; of several values one is enough.

    Raises
    ------
    UnknownIdError
        If the frame has no such column.

    Examples
    --------
    >>> import mineralmap as mm
    >>> with_japan = mm.having(mm.load_initiatives(scope="rare_earth"), states="IN-UP", partners="JPN")
    """
    import numpy as np

    for column, wanted in cells.items():
        if column not in frame.columns:
            raise UnknownIdError(f"there is no column {column!r}; columns: {', '.join(frame.columns)}")
        several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
        values = set(wanted) if several else {wanted}
        held = (set(cell) if isinstance(cell, tuple) else {cell} for cell in frame[column])
        # An array, for an empty list would choose columns.
        frame = frame[np.array([bool(values & cell) for cell in held], dtype=bool)]
    return frame
