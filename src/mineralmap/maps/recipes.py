"""Ready maps: of India, of one state, of the monazite coast, of the partners' world."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import folium
import pandas as pd

from .. import codebook, geography, stages
from ..data import shipped
from ..errors import check_option
from ..frames import filter_rows
from ..shading import MAIN_SCOPE, finding_of, initiative_shading, monazite_shading, projects, titles_by_day
from ..text import join_words, pluralize
from . import layers
from .basemap import basemap
from .page import Layer, OfflineMap, Script
from .payload import SCOPES, build_payload, day_number, event_numbers

if TYPE_CHECKING:
    from ..figures import Picture

Bounds = list[list[float]]
#: Makes the title of a day from the versions of rare-earth projects that hold on it.
Sentence = Callable[[list[Any], pd.Timestamp], str]

INDIA: Bounds = [[6.5, 67.5], [37.0, 97.5]]
_VIEWS: dict[str, tuple[str, Bounds]] = {
    "india": ("India", INDIA),
    "partners": ("Partners' world", [[-42.0, -125.0], [72.0, 155.0]]),
    "south": ("Monazite coast", [[7.6, 74.0], [22.4, 88.5]]),
}
_ATTRIBUTION = "Data: mineralmap tables (CC BY 4.0). Boundaries: see NOTICE. World: Natural Earth"
_BESIDE = ("sources", "event_sources", "conflicts", "partners", "monazite")
_TABLES = (*_BESIDE, "deposits", "facilities", "ports")

__all__ = ["INDIA", "MapOptions", "coast", "india", "partners", "state"]


class MapOptions(TypedDict, total=False):
    """Options that every ready map takes; see `india`."""

    as_of: stages.Day | None
    perspective: str
    color_by: str
    title: str | None
    height: str
    sources: pd.DataFrame
    event_sources: pd.DataFrame
    conflicts: pd.DataFrame
    partners: pd.DataFrame
    monazite: pd.DataFrame
    deposits: pd.DataFrame
    facilities: pd.DataFrame
    ports: pd.DataFrame


@dataclass(frozen=True)
class _Recipe:
    """What tells one ready map from another."""

    views: list[tuple[str, Bounds]]
    #: Only what names one of these states is drawn.
    codes: list[str] | None = None
    #: The title where none is given; the finding if left out.
    sentence: Sentence | None = None
    extra: tuple[Layer, ...] = ()
    show_ports: bool = False


def india(
    events: pd.DataFrame | None = None,
    initiatives: pd.DataFrame | None = None,
    *,
    view: str = "india",
    states: str | Iterable[str] | None = None,
    **options: Unpack[MapOptions],
) -> OfflineMap:
    """Draw India's rare-earth initiatives, deposits and partner countries.

    Parameters
    ----------
    events, initiatives : DataFrame, optional
        As from `mineralmap.load_events` and `mineralmap.load_initiatives`, filtered as you like; the
        shipped tables if left out.
    view : {"india", "partners", "south"}
        Where the map opens.
    states : str or sequence of str, optional
        Only initiatives and events that name one of these states, by code or name.
    as_of : str or date, optional
        Stages and events as known on this day; everything in the tables if left out.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries; it is written on the map.
    color_by : {"monazite", "initiatives"}
        What shades the states: monazite in situ (Mt, as of the newest estimate split by state), or the
        number of rare-earth projects that name the state.
    title : str, optional
        The title line; by default the finding, which follows the day of the time slider.
    height : str, default "620px"
        Height in a notebook.
    sources, event_sources, conflicts, partners, monazite, deposits, facilities, ports : DataFrame
        Tables of your own, as from their loaders; the shipped ones if left out.

    Returns
    -------
    OfflineMap
        A `folium.Map` in one file: no tiles, no request. Background is never drawn; initiatives whose
        place is not known are in their state's pop-up, not on the map.

    Raises
    ------
    UnknownNameError
        If a state is not known.
    ValueError
        If an option has another value, or ``as_of`` is not a date.
    """
    check_option("view", view, _VIEWS)
    wanted = [states] if isinstance(states, str) else states
    codes = None if wanted is None else [codebook.state_code(code) for code in wanted]
    views = [_VIEWS[view], *(_VIEWS[name] for name in _VIEWS if name != view)]
    return _draw(_Recipe(views, codes), events, initiatives, **options)


def state(
    code: str,
    events: pd.DataFrame | None = None,
    initiatives: pd.DataFrame | None = None,
    **options: Unpack[MapOptions],
) -> OfflineMap:
    """Draw one state with its districts: the initiatives that name it and the partners tied to it.

    Parameters
    ----------
    code : str
        A state, as ``"UP"``, ``"Uttar Pradesh"`` or ``"IN-UP"``.
    events, initiatives, **options
        As for `india`.

    Returns
    -------
    OfflineMap

    Raises
    ------
    UnknownNameError
        If there is no such state; the message names near ones.
    """
    from .. import boundaries  # noqa: PLC0415 - heavy, and the other maps need none of it

    code = codebook.state_code(code)
    frame = boundaries.load_states(perspective=options.get("perspective", "india"))
    outline = frame[frame["state_iso"] == code]
    west, south, east, north = (float(number) for number in outline.total_bounds)
    name = outline["state"].iloc[0]

    def sentence(items: list[Any], day: pd.Timestamp) -> str:
        number, running = _named_and_running(items, {code}, day)
        return f"{name}: {pluralize(number, 'rare-earth project')}, {running}"

    views = [(name, [[south, west], [north, east]]), _VIEWS["india"], _VIEWS["partners"]]
    districts = layers.districts(boundaries.load_districts(states=code))
    return _draw(_Recipe(views, [code], sentence, (districts,)), events, initiatives, **options)


def coast(
    events: pd.DataFrame | None = None,
    initiatives: pd.DataFrame | None = None,
    **options: Unpack[MapOptions],
) -> OfflineMap:
    """Draw the monazite coasts: deposits, ports, plants and the initiatives of the coastal states.

    Parameters
    ----------
    events, initiatives, **options
        As for `india`.

    Returns
    -------
    OfflineMap
    """
    beaches = set(geography.beach_states(shipped("monazite", options.get("monazite"))))

    def sentence(items: list[Any], day: pd.Timestamp) -> str:
        number, running = _named_and_running(items, beaches, day)
        named = pluralize(number, "rare-earth project names", "rare-earth projects name")
        return f"{named} a state of the monazite beaches; {running}"

    recipe = _Recipe([_VIEWS["south"], _VIEWS["india"]], sentence=sentence, show_ports=True)
    return _draw(recipe, events, initiatives, **options)


def partners(
    events: pd.DataFrame | None = None,
    initiatives: pd.DataFrame | None = None,
    **options: Unpack[MapOptions],
) -> OfflineMap:
    """Draw the partner countries and their rare-earth ties with India.

    Parameters
    ----------
    events, initiatives, **options
        As for `india`; here the number of initiatives shades the states by default.

    Returns
    -------
    OfflineMap
    """
    options.setdefault("color_by", "initiatives")
    return india(events, initiatives, view="partners", **options)


def _named_and_running(items: list[Any], codes: set[str], day: pd.Timestamp) -> tuple[int, str]:
    """Return how many of the projects name one of the states, and in words how many of these operate."""
    named = [item for item in items if codes.intersection(item.states)]
    running = [item for item in named if item.stage == "operating"]
    recent = stages.is_recent(
        pd.Series([item.last_confirmed for item in running], dtype="datetime64[s]"), day
    )
    stale = len(running) - int(recent.sum())
    lapsed = f", {stale} of them unconfirmed for two years" if stale else ""
    return len(named), f"{len(running) or 'none'} operating{lapsed}"


def _chosen(
    events: pd.DataFrame, initiatives: pd.DataFrame, as_of: stages.Day | None, codes: list[str] | None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return what is drawn: events, initiatives and versions, without background."""
    events = events[events["scope"].isin(SCOPES)]
    history = stages.versions(events, initiatives[initiatives["scope"].isin(SCOPES)])
    now = stages.join_versions(initiatives, history, as_of=as_of)
    if codes is not None:
        now = filter_rows(now, states=codes)
    if as_of is not None:
        history = history[history["from_day"] <= stages.as_date(as_of)]
        events = stages.known_as_of(events, as_of)
    ids = set(now["initiative_id"])
    return events[events["initiative_id"].isin(ids)], now, history[history["initiative_id"].isin(ids)]


def _draw(
    recipe: _Recipe,
    events: pd.DataFrame | None,
    initiatives: pd.DataFrame | None,
    *,
    as_of: stages.Day | None = None,
    perspective: str = "india",
    color_by: str = "monazite",
    title: str | None = None,
    height: str = "620px",
    **given: pd.DataFrame,
) -> OfflineMap:
    check_option("color_by", color_by, ("monazite", "initiatives"))
    if unknown := set(given) - set(_TABLES):
        raise TypeError(f"a map takes no {join_words(sorted(unknown))}; tables are {join_words(_TABLES)}")
    tables = {name: shipped(name, given.get(name), geometry=False) for name in _TABLES}
    events, initiatives, versions = _chosen(
        shipped("events", events), shipped("initiatives", initiatives), as_of, recipe.codes
    )
    main = initiatives[initiatives["scope"] == MAIN_SCOPE]
    names = dict(zip(tables["partners"]["iso3"], tables["partners"]["name"], strict=True))
    sentence = recipe.sentence or (lambda items, _: finding_of(items, names))
    titles = [[0, title]] if title is not None else _titles(projects(main), versions, sentence)
    last_title = str(titles[-1][1])
    shading = (
        monazite_shading(tables["monazite"]) if color_by == "monazite" else initiative_shading(initiatives)
    )
    states = layers.states(perspective, shading, recipe.codes or ())
    drawn, in_legend = _layers(recipe, events, versions, tables, states, perspective)
    state_names = {state["code"]: state["name"] for state in basemap(perspective)["states"]}
    data = build_payload(
        events,
        initiatives,
        versions,
        tables=tables,
        names={**names, **state_names},
        as_of=as_of,
        focus=recipe.codes or (),
    )
    draw_figure = partial(
        _draw_figure,
        initiatives=main,
        title=last_title,
        as_of=as_of,
        perspective=perspective,
        states=recipe.codes,
        monazite=tables["monazite"],
        deposits=tables["deposits"],
    )
    page = OfflineMap(title=f"mineralmap: {last_title}", height=height, draw_figure=draw_figure)
    panels = [Script("title", {"titles": titles, "lines": [codebook.labels("perspective")[perspective]]})]
    panels += _panels(recipe, in_legend)
    for child in (Script("prepare", {"attribution": _ATTRIBUTION}), Script("load", data), *drawn, *panels):
        page.add_child(child)
    return page


def _panels(recipe: _Recipe, in_legend: list[Layer]) -> list[Any]:
    """Return what is around the map, below the title."""
    return [
        Script("slider", {}),
        Script("views", {"views": [{"name": name, "bounds": bounds} for name, bounds in recipe.views]}),
        folium.LayerControl(position="topleft", collapsed=True),
        Script("legend", {"sections": layers.join_legends(in_legend)}),
        Script("filters", {}),
        Script("initiativeTable", {}),
        Script("table", {}),
        Script("unplaced", {"open": recipe.codes is not None}),
    ]


def _titles(initiatives: pd.DataFrame, versions: pd.DataFrame, sentence: Sentence) -> list[list[Any]]:
    """Return the title of each day on which it changes, from what concerns these initiatives."""
    versions = versions[versions["initiative_id"].isin(initiatives["initiative_id"])]
    return [[day_number(day), text] for day, text in titles_by_day(versions, sentence)]


def _layers(
    recipe: _Recipe,
    events: pd.DataFrame,
    versions: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    states: Layer,
    perspective: str,
) -> tuple[list[Layer], list[Layer]]:
    """Return the layers from the lowest to the highest, and those of the legend in its order."""
    ties = layers.arcs(
        _tied(events, recipe.codes), versions, event_numbers(events), tables["partners"], perspective
    )
    shore = layers.shore(perspective, geography.beach_states(tables["monazite"]))
    ports = layers.ports(tables["ports"], show=recipe.show_ports)
    facilities, deposits = layers.facilities(tables["facilities"]), layers.deposits(tables["deposits"])
    pinned = set(versions.loc[versions["lat"].notna(), "stage"])
    pins = [layers.pins(scope, pinned) for scope in SCOPES]
    below = [layers.world(perspective), states, *recipe.extra, shore]
    return (
        [*below, ties, ports, facilities, deposits, *reversed(pins)],
        [states, *pins, deposits, shore, facilities, ports, ties],
    )


def _tied(events: pd.DataFrame, codes: list[str] | None) -> pd.DataFrame:
    """Return the rare-earth events; on a map of states only those that name them, and no other state."""
    tied = events[events["scope"] == MAIN_SCOPE]
    if codes is None:
        return tied
    tied = filter_rows(tied, states=codes)
    narrowed = [tuple(code for code in cell if code in codes) for cell in tied["states"]]
    return tied.assign(states=pd.Series(narrowed, index=tied.index, dtype="object"))


def _draw_figure(**options: Any) -> Picture:
    """Draw the still twin of a map."""
    from ..figures import india_map  # noqa: PLC0415 - heavy, and a map without its picture needs none of it

    return india_map(**options)
