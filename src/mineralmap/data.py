"""The tables, one loader each, made from the codebook.

Every loader returns a fresh copy: a frame can be changed without harm to the next caller. Text is
``str`` with missing values, lists are tuples of str, dates are ``datetime64``, vocabularies are
categoricals in their own order. Units are in the column names or in the column beside the value.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from . import attestation, codebook, stages
from .cells import LISTS, Column, Row, Table
from .errors import UnknownNameError, unknown_name
from .frames import distinct, filter_rows, is_missing
from .paths import data_folder
from .sheets import read_table
from .stages import Day
from .text import fold

if TYPE_CHECKING:
    import geopandas as gpd

    # What `__getattr__` makes of tables with a point is more than a DataFrame.
    load_deposits: Callable[[], gpd.GeoDataFrame]
    load_facilities: Callable[[], gpd.GeoDataFrame]
    load_partners: Callable[[], gpd.GeoDataFrame]
    load_ports: Callable[[], gpd.GeoDataFrame]


_TRUTH = {"true": True, "false": False}
#: The type of a loader, which its decorator keeps.
_Loader = TypeVar("_Loader")


def _array(values: list[str], column: Column) -> Any:
    """Return one column of text cells in its right type; an empty cell is missing."""
    if column.type in LISTS:
        cells = np.empty(len(values), dtype=object)
        cells[:] = [tuple(value.split(";")) if value else () for value in values]
        return cells
    if column.type in ("number", "integer"):
        numbers = np.array([float(value) if value else np.nan for value in values])
        return numbers if column.type == "number" else pd.array(numbers, dtype="Int64")
    if column.type == "boolean":
        return pd.array([_TRUTH.get(value) for value in values], dtype="boolean")
    texts = pd.array([value or None for value in values], dtype="str")
    if column.type == "date":
        return pd.to_datetime(texts, format="%Y-%m-%d")
    if column.values and column.type == "text":
        return pd.Categorical(texts, categories=list(column.values))
    return texts


def frame_of(rows: list[Row], table: Table) -> pd.DataFrame:
    """Return checked text rows of a table as a typed DataFrame.

    Examples
    --------
    >>> import mineralmap as mm
    >>> from mineralmap.paths import data_folder
    >>> from mineralmap.sheets import read_table
    >>> spec = mm.codebook.table("ports")
    >>> rows = read_table(data_folder() / "tables", spec)
    >>> mm.data.frame_of(rows, spec)["lat"].dtype.name
    'float64'
    """
    return pd.DataFrame({c.name: _array([row[c.name] for row in rows], c) for c in table.columns})


@cache
def _cached_table(name: str) -> pd.DataFrame:
    table = codebook.table(name)
    return frame_of(read_table(data_folder() / "tables", table), table)


def coordinates(frame: pd.DataFrame) -> tuple[str, str] | None:
    """Return the names of the columns of latitude and longitude of a table; None if it has none.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.data.coordinates(mm.load_ports())
    ('lat', 'lon')
    """
    found = [next((name for name in frame.columns if name.endswith(end)), None) for end in ("lat", "lon")]
    return (found[0], found[1]) if found[0] and found[1] else None


def _with_points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a table with a latitude and a longitude as points in EPSG:4326; no point, no geometry."""
    import geopandas as gpd  # noqa: PLC0415 - heavy, and only some tables have points

    lat, lon = coordinates(frame) or ("lat", "lon")
    geo = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame[lon], frame[lat], crs="EPSG:4326"))
    # shapely makes POINT EMPTY of missing coordinates, which many tools take for a place.
    geo.loc[frame[lat].isna(), "geometry"] = None
    return geo


def _plain(name: str) -> pd.DataFrame:
    """Return a copy of a table without geometry."""
    return (_cached_facilities() if name == "facilities" else _cached_table(name)).copy()


def _load(name: str) -> pd.DataFrame:
    frame = _plain(name)
    has_points = any(column.name == "geometry" for column in codebook.table(name).computed)
    return _with_points(frame) if has_points else frame


# ------------------------------------------------------------------------------- loaders and their words


def _columns_in_words(table: Table) -> str:
    """Return the columns of a table as lines of a docstring."""
    lines = []
    for column in (*table.columns, *table.computed):
        unit = f" Unit: {column.unit}." if column.unit else ""
        lines += textwrap.wrap(f"``{column.name}``: {column.doc}{unit}", 92, subsequent_indent="  ")
    return textwrap.indent("\n".join(lines), " " * 8).strip()


def _documented(name: str) -> Callable[[_Loader], _Loader]:
    """Fill ``{columns}`` in a loader's docstring with the columns of its table."""

    def fill(function: _Loader) -> _Loader:
        if function.__doc__:  # python -OO drops docstrings
            table = codebook.table(name)
            function.__doc__ = function.__doc__.replace("{columns}", _columns_in_words(table))
        return function

    return fill


_DOC = """Load the table ``{name}``.

{doc}

Returns
-------
{kind}
    {shape}

    {columns}

Raises
------
TableError
    If the file breaks a rule of the codebook.

Notes
-----
Source: ``data/tables/{name}.csv`` (CC BY 4.0).
"""


def _loader(name: str) -> Callable[[], pd.DataFrame]:
    """Return the loader of a table, with a docstring made from the codebook."""
    table = codebook.table(name)

    def load() -> pd.DataFrame:
        return _load(name)

    geo = any(column.name == "geometry" for column in table.computed)
    load.__name__ = load.__qualname__ = f"load_{name}"
    load.__doc__ = _DOC.format(
        name=name,
        doc=table.doc,
        kind="GeoDataFrame" if geo else "DataFrame",
        shape=f"One row per {' and '.join(table.key) or 'row of the file'}"
        + ("; EPSG:4326." if geo else "."),
        columns=_columns_in_words(table).replace("\n    ", "\n"),
    )
    return load


# Named, for mypy cannot store what a module's __getattr__ returns if it is spelt out there.
TableLoader = Callable[[], pd.DataFrame]


def __getattr__(name: str) -> TableLoader:
    table = name.removeprefix("load_")
    if name.startswith("load_") and table in codebook.tables():
        globals()[name] = loader = _loader(table)
        return loader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _with_names(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a table whose column of ids of actors holds their names."""
    actors = _cached_table("actors")
    names = dict(zip(actors["actor_id"], actors["name"], strict=True))
    cells = np.empty(len(frame), dtype=object)
    # An id that is in no table is a fault of `validate`, not of the loader.
    cells[:] = [tuple(names.get(one, one) for one in cell) for cell in frame[column]]
    return frame.assign(**{column: pd.Series(cells, index=frame.index)})


def _owners(initiatives: pd.DataFrame) -> pd.Series:
    """Return the names of the topmost parents of those who lead each initiative (tuples)."""
    actors = _cached_table("actors").set_index("actor_id")
    parents: dict[str, str] = actors["parent"].dropna().to_dict()
    names: dict[str, str] = actors["name"].to_dict()

    def top(actor_id: str) -> str:
        seen = {actor_id}
        while (parent := parents.get(actor_id)) and parent not in seen:
            actor_id = parent
            seen.add(parent)
        return names.get(actor_id, actor_id)

    cells = np.empty(len(initiatives), dtype=object)
    cells[:] = [distinct([[top(one) for one in cell]]) for cell in initiatives["lead_actors"]]
    return pd.Series(cells, index=initiatives.index)


@cache
def _cached_initiatives() -> pd.DataFrame:
    """Return the initiatives with the names of those who lead them, and their owners."""
    initiatives = _cached_table("initiatives")
    return _with_names(initiatives.assign(owners=_owners(initiatives)), "lead_actors")


#: What a facility is while the initiative that built it stands on a stage.
_STATUS = {
    **dict.fromkeys(stages.LADDER[:-2], "planned"),
    **{stage: stage for stage in (*stages.LADDER[-2:], "suspended")},
    stages.HALT_REQUESTED: "operating",
    "cancelled": "closed",
}


@cache
def _cached_facilities() -> pd.DataFrame:
    """Return the facilities; the status of one that an initiative built is that of the initiative."""
    frame = _cached_table("facilities")
    columns = [
        "initiative_id",
        "stage",
        "last_confirmed",
        "confirmed_precision",
        "confirmed_by",
        "unconfirmed",
    ]
    whole = frame.merge(load_initiatives()[columns], on="initiative_id", how="left")
    computed = whole["stage"].astype("object").map(_STATUS)
    status = whole["status"].astype("object").where(whole["stage"].isna(), computed)
    whole["status"] = pd.Categorical(status, categories=codebook.codes("facility_status"))
    whole["unconfirmed"] = whole["unconfirmed"].astype("boolean")
    whole["confirmed_by"] = [cell if isinstance(cell, tuple) else () for cell in whole["confirmed_by"]]
    return whole


@cache
def _cached_events() -> pd.DataFrame:
    """Return the events with how well each is attested."""
    events = _with_names(_cached_table("events"), "actors")
    pages = (_cached_table(name) for name in ("event_sources", "sources", "conflicts"))
    whole = events.join(attestation.attest(events["event_id"], *pages))
    return whole.sort_values(["date", "event_id"], ignore_index=True)


@cache
def _cached_versions() -> pd.DataFrame:
    return stages.versions(_cached_events(), _cached_initiatives())


@lru_cache(maxsize=16)
def _cached_state(day: pd.Timestamp | None) -> pd.DataFrame:
    """Return the initiatives as they were on a day; what few days are asked for is asked for again."""
    return stages.join_versions(_cached_initiatives(), _cached_versions(), as_of=day)


@_documented("events")
def load_events(
    *,
    as_of: Day | None = None,
    scope: str | Iterable[str] | None = None,
    since: Day | None = None,
    until: Day | None = None,
) -> pd.DataFrame:
    """Load the events: dated, sourced steps of the initiatives.

    Parameters
    ----------
    as_of : str or date, optional
        Only events that are certain to have happened by the end of this day (see
        `mineralmap.stages` for dates known to the month or the year).
    scope : str or sequence of str, optional
        ``"rare_earth"``, ``"critical_minerals"``, ``"context"``, or several; all if left out. A
        context event is background and never counts as a rare-earth partnership.
    since, until : str or date, optional
        Only events from ``since`` to ``until``, both included. An event known to the month counts on the
        last day of that month, one known to the year on 31 December, as for ``as_of``: so "July 2025" is
        in a span that holds 31 July 2025, and ``date``, the first day of the period, may lie before
        ``since``. (`mineralmap.changes` takes as ``since`` the last day that the reader knows, and
        leaves it out.)

    Returns
    -------
    DataFrame
        One row per event, sorted by date, then id. Coordinates are EPSG:4326.

        {columns}

    Raises
    ------
    UnknownNameError
        If the scope is not known.
    ValueError
        If a day is not a date, or ``since`` is later than ``until``.

    Notes
    -----
    Source: ``data/tables/events.csv`` (CC BY 4.0); the pages are in `load_sources`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events(scope="rare_earth", as_of="2025-07-30")
    >>> bool((events["scope"] == "rare_earth").all())
    True
    >>> of_2025 = mm.load_events(since="2025-01-01", until="2025-12-31")
    >>> of_2025["date"].dt.year.unique().tolist()
    [2025]
    """
    events = _cached_events().copy()
    if scope is not None:
        events = events[events["scope"].isin(stages.resolve_scopes(scope))]
    return stages.within(stages.known_as_of(events, as_of), since, until).reset_index(drop=True)


@_documented("initiatives")
def load_initiatives(
    *,
    as_of: Day | None = None,
    scope: str | Iterable[str] | None = None,
    since: Day | None = None,
    until: Day | None = None,
) -> pd.DataFrame:
    """Load the initiatives, each with its stage as computed from its events.

    Parameters
    ----------
    as_of : str or date, optional
        The stage on this day, from the events certain to have happened by then; initiatives
        without such an event are left out. The newest state if left out.
    scope : str or sequence of str, optional
        As in `load_events`, here the scope of the initiative.
    since, until : str or date, optional
        Only initiatives with an event that counts for them from ``since`` to ``until``, by the rule of
        `load_events`. Their stage is still that of ``as_of``, not that of ``until``.

    Returns
    -------
    DataFrame
        One row per initiative, sorted by id. ``summary`` is missing where ``as_of`` cuts the history,
        for it tells the whole of it. Coordinates are EPSG:4326.

        {columns}

    Raises
    ------
    UnknownNameError
        If the scope is not known.
    ValueError
        If a day is not a date, or ``since`` is later than ``until``.

    Notes
    -----
    Sources: ``data/tables/initiatives.csv`` and ``events.csv`` (CC BY 4.0). The rules of stage and
    place are in `mineralmap.stages`.

    Examples
    --------
    >>> import mineralmap as mm
    >>> now = mm.load_initiatives()
    >>> then = mm.load_initiatives(as_of="2025-07-30")
    >>> len(then) < len(now)
    True
    >>> moved = mm.load_initiatives(since="2026-01-01")  # what had an event in 2026
    """
    found = _cached_state(None if as_of is None else stages.as_date(as_of)).copy()
    if scope is not None:
        found = found[found["scope"].isin(stages.resolve_scopes(scope))].reset_index(drop=True)
    if since is None and until is None:
        return found
    steps = stages.stage_events(stages.known_as_of(_cached_events(), as_of), found)
    ids = stages.within(steps, since, until)["initiative_id"]
    return found[found["initiative_id"].isin(ids)].reset_index(drop=True)


def _known_id(table: str, column: str, wanted: str, names: Iterable[Iterable[str]]) -> str:
    """Return the id of the row that a text names, by its id or by one of its names.

    Parameters
    ----------
    table, column : str
        The table and its column of ids.
    wanted : str
        An id or a name.
    names : iterable of iterable of str
        The names of each row of the table.
    """
    ids = _cached_table(table)[column]
    of_name: dict[str, str] = {fold(name): key for key, some in zip(ids, names, strict=True) for name in some}
    of_name |= {fold(key): key for key in ids}
    if not isinstance(wanted, str) or fold(wanted) not in of_name:
        known = [*ids, *(name for some in names for name in some)]
        raise UnknownNameError(unknown_id_message(table.removesuffix("s"), wanted, known))
    return of_name[fold(wanted)]


def _events_of(
    event_id: str | None,
    state: str | Iterable[str] | None,
    initiative: str | None,
    actor: str | None,
    partner: str | Iterable[str] | None,
) -> pd.Series:
    """Return the ids of the events that all criteria name; see `load_sources`."""
    events = _cached_events()
    if event_id is not None:
        if not (events["event_id"] == event_id).any():
            raise UnknownNameError(unknown_id_message("event", event_id, events["event_id"]))
        events = events[events["event_id"] == event_id]
    if initiative is not None:
        names = [[title] for title in _cached_initiatives()["title"]]
        initiative_id = _known_id("initiatives", "initiative_id", initiative, names)
        events = events[events["initiative_id"] == initiative_id]
    wanted: dict[str, Any] = {"states": state, "partners": partner}
    if actor is not None:
        actors = _cached_table("actors")
        names = [[name, *others] for name, others in zip(actors["name"], actors["other_names"], strict=True)]
        actor_id = _known_id("actors", "actor_id", actor, names)
        wanted["actors"] = actors.set_index("actor_id").loc[actor_id, "name"]
    chosen = filter_rows(events, **{column: value for column, value in wanted.items() if value is not None})
    return chosen["event_id"]


@_documented("sources")
def load_sources(
    *,
    event_id: str | None = None,
    state: str | Iterable[str] | None = None,
    initiative: str | None = None,
    actor: str | None = None,
    partner: str | Iterable[str] | None = None,
) -> pd.DataFrame:
    """Load the pages that the events rest on.

    Several criteria hold together: ``state="UP", partner="Japan"`` gives the pages of the events that
    name both.

    Parameters
    ----------
    event_id : str, optional
        Only the pages of this event, with what each supports, its role and its origin.
    state, partner : str or sequence of str, optional
        Only pages of events that name this state or partner country, or one of several, by code, old
        code or name.
    initiative : str, optional
        Only pages of the events of this initiative, by id or title.
    actor : str, optional
        Only pages of events in which this actor takes part, by id, name or one of its other names.

    Returns
    -------
    DataFrame
        Without a criterion one row per page, sorted by id. With one or more, one row per event and page,
        newest event first, then in the order of `pages_of`, with ``event_id, supports, role, origin,
        party, why_independent``: a page that two events rest on is there twice
        (``.drop_duplicates("source_id")`` leaves one). With ``event_id`` that column is left out.

        {columns}

    Raises
    ------
    UnknownNameError
        If there is no such event, initiative, actor, state or country; a withdrawn id names its
        replacement.

    Examples
    --------
    >>> import mineralmap as mm
    >>> pages = mm.load_sources(state="Orissa", partner="Japan")
    >>> {"IN-OD"} <= set(mm.filter_rows(mm.load_events(), event_id=pages["event_id"])["states"].explode())
    True
    >>> own = mm.load_sources(actor="Toyota Tsusho").drop_duplicates("source_id")
    """
    sources = _cached_table("sources")
    if event_id is None and all(one is None for one in (state, initiative, actor, partner)):
        return sources.sort_values("source_id", ignore_index=True)
    event_ids = _events_of(event_id, state, initiative, actor, partner)[::-1]
    links = _cached_table("event_sources")
    pages = _in_order(sources.merge(links[links["event_id"].isin(event_ids)], on="source_id"))
    if event_id is not None:
        return pages.drop(columns="event_id").reset_index(drop=True)
    newest_first = pages["event_id"].map({key: at for at, key in enumerate(event_ids)})
    return pages.iloc[newest_first.argsort(kind="stable")].reset_index(drop=True)


@_documented("world_ree")
def load_world_ree(*, preferred: bool = True) -> pd.DataFrame:
    """Load world mine production and reserves of rare earths (USGS).

    Parameters
    ----------
    preferred : bool, default True
        Only the one preferred row per country, year and metric; else all vintages side by side.

    Returns
    -------
    DataFrame
        {columns}

    Examples
    --------
    >>> import mineralmap as mm
    >>> len(mm.load_world_ree()) < len(mm.load_world_ree(preferred=False))
    True
    """
    frame = _load("world_ree")
    return frame[frame["preferred"]].reset_index(drop=True) if preferred else frame


# ------------------------------------------------------------------------------- frames for other modules


def shipped(name: str, given: pd.DataFrame | None = None, *, geometry: bool = True) -> Any:
    """Return the frame given, or the shipped table of this name where none is given.

    What takes frames names the shipped tables as its default through this function, so that a table of
    one's own brings its own pages. Without ``geometry`` the table is read as its CSV is: no geopandas is
    loaded, which takes longer than all else that a map needs.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mine = mm.load_ports().head(3)
    >>> mm.data.shipped("ports", mine) is mine
    True
    """
    if given is not None:
        return given
    if not geometry and name not in ("events", "initiatives"):
        return _plain(name)
    if name not in codebook.tables():
        raise unknown_name("table", name, codebook.tables())
    return (globals().get(f"load_{name}") or __getattr__(f"load_{name}"))()


def shipped_versions() -> pd.DataFrame:
    """Return `mineralmap.stages.versions` of the shipped tables, computed once.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.data.shipped_versions().columns[:3].tolist()
    ['initiative_id', 'from_day', 'stage']
    """
    return _cached_versions().copy()


def restore(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return a flat frame of a table with the types of its loader: what was exported, as it was.

    Parameters
    ----------
    frame : DataFrame
        As from `mineralmap.flatten`, also after a file of it was read, with text read as text
        (``pandas.read_csv(path, dtype=str)``, ``pandas.read_excel(path, dtype=object)``). It may have fewer
        columns; those that the table does not have stay as they are.
    table : str
        Name of the table.

    Returns
    -------
    DataFrame or GeoDataFrame
        Lists are tuples, codes are categories, points are geometries (made from latitude and longitude).

    Raises
    ------
    UnknownNameError
        If there is no such table.
    ValueError
        If a cell is not of the type of its column.

    Examples
    --------
    >>> import mineralmap as mm
    >>> events = mm.load_events()
    >>> mm.restore(mm.flatten(events), "events").equals(events)
    True
    """
    columns = {one.name: one for one in (*codebook.table(table).columns, *codebook.table(table).computed)}
    types = shipped(table, geometry=False).dtypes
    flat = frame.drop(columns="geometry", errors="ignore")
    whole = flat.assign(
        **{name: _restored(flat[name], columns[name], types[name]) for name in flat if name in columns}
    )
    return _with_points(whole) if "geometry" in columns and coordinates(whole) else pd.DataFrame(whole)


def _restored(cells: pd.Series, column: Column, kind: Any) -> pd.Series:
    """Return flat cells in the type of their column."""
    if column.type in LISTS:
        found = np.empty(len(cells), dtype=object)
        found[:] = [tuple(cell.split(";")) if isinstance(cell, str) else () for cell in cells]
        return pd.Series(found, index=cells.index)
    if kind.kind == "M":
        return pd.to_datetime(cells).astype(kind)
    if kind.kind == "b":
        # As a CSV has them, or as they are; a database has 1 and 0.
        values = [None if is_missing(cell) else _TRUTH.get(str(cell).lower(), cell) for cell in cells]
        return pd.Series(values, index=cells.index, dtype="boolean").astype(kind)
    if kind.kind in "fi":
        return pd.to_numeric(cells).astype(kind)
    return cells.astype("str").astype(kind)


class Frames:
    """The shipped tables by name, with frames of your own in the place of some.

    Parameters
    ----------
    given : mapping of str to DataFrame, optional
        Name of a table -> a frame like that of its loader.

    Raises
    ------
    UnknownNameError
        If a name is that of no table.

    Examples
    --------
    >>> import mineralmap as mm
    >>> frames = mm.data.Frames({"ports": mm.load_ports().head(3)})
    >>> len(frames["ports"])
    3
    """

    def __init__(self, given: Mapping[str, pd.DataFrame] | None = None) -> None:
        self._given = dict(given or {})
        for name in self._given:
            codebook.table(name)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return shipped(name, self._given.get(name))

    def initiatives(
        self, *, as_of: Day | None = None, scope: str | Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Return the initiatives as known on a day, as `load_initiatives`."""
        if self._given.keys() & {"events", "initiatives"}:
            return stages.current(self["events"], self["initiatives"], as_of=as_of, scope=scope)
        return load_initiatives(as_of=as_of, scope=scope)  # the shipped history is computed once for all days

    def pages_of(self, event_ids: Iterable[str]) -> dict[str, list[Any]]:
        """Return the pages of events, as `pages_of`."""
        if not self._given.keys() & {"events", "event_sources", "sources"}:
            shipped = _cached_pages()  # put in order once for all
            return {event_id: [*shipped[event_id]] for event_id in event_ids if event_id in shipped}
        return pages_of(event_ids, self["event_sources"], self["sources"])


def _in_order(pages: pd.DataFrame) -> pd.DataFrame:
    """Return pages of events in the order in which a reader should see them."""
    order = {column: codebook.codes(name) for column, name in (("role", "role"), ("kind", "source_kind"))}
    ranks = {
        f"_{column}": pages[column].astype("str").map({code: at for at, code in enumerate(codes)})
        for column, codes in order.items()
        if column in pages.columns
    }
    by = [*ranks, *(name for name in ("published", "source_id") if name in pages.columns)]
    return pages.assign(**ranks).sort_values(by).drop(columns=[*ranks])


def pages_of(
    event_ids: Iterable[str], event_sources: pd.DataFrame, sources: pd.DataFrame
) -> dict[str, list[Any]]:
    """Return the pages of events.

    Parameters
    ----------
    event_ids : iterable of str
    event_sources, sources : DataFrame
        As from the loaders of these names.

    Returns
    -------
    dict
        Event id -> list of named tuples, the columns of both tables: pages that report the event first,
        of these the government's and the companies' own.

    Examples
    --------
    >>> import mineralmap as mm
    >>> ids = mm.load_events()["event_id"].head(2)
    >>> found = mm.data.pages_of(ids, mm.load_event_sources(), mm.load_sources())
    >>> set(found) <= set(ids)
    True
    """
    links = event_sources[event_sources["event_id"].isin(set(event_ids))]
    pages = _in_order(links.merge(sources, on="source_id"))
    found: dict[str, list[Any]] = {}
    for page in pages.itertuples():
        found.setdefault(page.event_id, []).append(page)
    return found


@cache
def _cached_pages() -> dict[str, list[Any]]:
    tables = (_cached_table(name) for name in ("events", "event_sources", "sources"))
    events, *pages = tables
    return pages_of(events["event_id"], *pages)


def shipped_pages(event_id: str) -> list[Any]:
    """Return the pages of a shipped event, as `pages_of`; all are put in order once, for sentences name many.

    Raises
    ------
    UnknownNameError
        If there is no such event; a withdrawn id names its replacement.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.data.shipped_pages("quad-cmi-2025-07")[0].publisher
    'Ministry of External Affairs'
    """
    known = _cached_table("events")["event_id"]
    if not (known == event_id).any():
        raise UnknownNameError(unknown_id_message("event", event_id, known))
    return _cached_pages().get(event_id, [])


def unknown_id_message(
    what: str, wanted: object, known: Iterable[str], withdrawn: pd.DataFrame | None = None
) -> str:
    """Say why there is no such id: it was withdrawn, or it is mistyped.

    Parameters
    ----------
    what : str
        What the id should name, as ``"event"``.
    wanted : str
        The id.
    known : iterable of str
        The ids there are.
    withdrawn : DataFrame, optional
        As from `mineralmap.load_withdrawn`; the shipped table if left out.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.data.unknown_id_message("event", "my-evnt", ["my-event"])
    "there is no event 'my-evnt'; did you mean 'my-event'?"
    """
    gone = (_cached_table("withdrawn") if withdrawn is None else withdrawn).set_index("id")
    if wanted not in gone.index:
        return str(unknown_name(what, wanted, known))
    row = gone.loc[wanted]
    replacements = ", ".join(row["replaced_by"])
    fate = f"it is replaced by {replacements}" if replacements else "nothing replaces it"
    return f"{wanted!r} was withdrawn; {fate} ({row['why']})"
