"""Ready maps: of India, of one state, of the monazite coast, of the partners' world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import folium
import pandas as pd

from .. import codebook, geography, stages
from ..data import load_events, load_initiatives, shipped, shipped_versions
from ..errors import check_option, unknown_name
from ..frames import filter_rows
from ..shading import (
    MAIN_SCOPE,
    Shading,
    finding_of,
    india_title,
    initiative_shading,
    monazite_shading,
    named_and_running,
    number_shading,
    projects,
    titles_by_day,
)
from ..text import format_date, join_words, pluralize
from . import layers
from .basemap import basemap
from .page import INDIA, Layer, OfflineMap, Script
from .payload import SCOPES, build_payload, day_number, event_numbers

if TYPE_CHECKING:
    from ..figures import Picture

Bounds = list[list[float]]
#: Makes the title of a day from the versions of rare-earth projects that hold on it.
Sentence = Callable[[list[Any], pd.Timestamp], str]

_VIEWS: dict[str, tuple[str, Bounds]] = {
    "india": ("India", INDIA),
    "partners": ("Partners' world", [[-42.0, -125.0], [72.0, 155.0]]),
    "south": ("Monazite coast", [[7.6, 74.0], [22.4, 88.5]]),
}
#: The boundary view is named on every map.
_ATTRIBUTION = "Data: mineralmap tables (CC BY 4.0). {}. World: Natural Earth"
_BESIDE = (
    *("sources", "event_sources", "conflicts", "actors", "coverage"),
    *("landmarks", "partners", "monazite"),
)
_TABLES = (*_BESIDE, "deposits", "facilities", "ports")

__all__ = ["INDIA", "MapOptions", "coast", "india", "partners", "state"]


class MapOptions(TypedDict, total=False):
    """Options that every ready map takes; see `india`."""

    as_of: stages.Day | None
    since: stages.Day | None
    until: stages.Day | None
    perspective: str
    shade: str | pd.Series
    unit: str
    classing: str | Sequence[float]
    title: str | Sentence | None
    height: str | float
    sources: pd.DataFrame
    event_sources: pd.DataFrame
    conflicts: pd.DataFrame
    actors: pd.DataFrame
    coverage: pd.DataFrame
    landmarks: pd.DataFrame
    partners: pd.DataFrame
    monazite: pd.DataFrame
    deposits: pd.DataFrame
    facilities: pd.DataFrame
    ports: pd.DataFrame


@dataclass(frozen=True)
class _Recipe:
    """What tells one ready map from another."""

    views: list[tuple[str, Bounds]]
    #: The title where none is given.
    sentence: Sentence
    #: Only what names one of these states is drawn.
    codes: list[str] | None = None
    extra: tuple[Layer, ...] = ()
    show_ports: bool = False
    #: The figure that is the still twin.
    twin: str = "india_map"


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
    since, until : str or date, optional
        Only initiatives with a step from ``since`` to ``until``, both included; a step known to the month
        or year counts on its last day. What they were before stays in their stories.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries; it is written on the map.
    shade : {"monazite", "initiatives"} or Series
        What shades the states: monazite in situ (Mt, as of the newest estimate split by state), the number
        of rare-earth projects that name the state, or numbers of your own: a Series with a name, by code or
        name of a state, or by ``district_id`` of `mineralmap.load_districts`.
    unit : str, optional
        The unit of your own numbers.
    classing : {"quantiles", "equal"} or sequence of float
        Their classes: of about equal count, of equal width, or upper bounds.
    title : str or callable, optional
        The title line; by default the finding. A text stays as it is, whatever the day of the time slider;
        a function makes it anew for each day, from the rare-earth projects of that day (rows with
        ``initiative_id, stage, states, partners, last_confirmed``) and the day.
    height : str or float, default "620px"
        Height in a notebook: a number in pixels, "60%" of the width.
    sources, event_sources, conflicts, actors, coverage, landmarks, partners, monazite, deposits, \
facilities, ports : DataFrame
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
        If an option has another value, a day is not a date, or ``shade`` holds no number.

    Examples
    --------
    >>> import mineralmap as mm
    >>> page = mm.maps.india(as_of="2025-07-30", states=["UP", "TN", "AP"])
    >>> page.save("india.html")  # doctest: +SKIP
    """
    check_option("view", view, _VIEWS)
    codes = None if states is None else codebook.state_codes(states)
    views = [_VIEWS[view], *(_VIEWS[name] for name in _VIEWS if name != view)]
    return _draw(_Recipe(views, india_title, codes), events, initiatives, **options)


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

    Examples
    --------
    >>> import mineralmap as mm
    >>> page = mm.maps.state("Goa")
    """
    code = codebook.state_code(code)
    base = basemap(options.get("perspective", "india"))
    name = next(one["name"] for one in base["states"] if one["code"] == code)

    def sentence(items: list[Any], day: pd.Timestamp) -> str:
        number, running = named_and_running(items, day, {code})
        return f"{name}: {pluralize(number, 'rare-earth project')}, {running}"

    views = [(name, base["bounds"][code]), _VIEWS["india"], _VIEWS["partners"]]
    return _draw(_Recipe(views, sentence, [code], (layers.districts(code),)), events, initiatives, **options)


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

    Examples
    --------
    >>> import mineralmap as mm
    >>> page = mm.maps.coast(as_of="2025-07-30")
    """
    beaches = set(geography.beach_states(shipped("monazite", options.get("monazite"))))

    def sentence(items: list[Any], day: pd.Timestamp) -> str:
        number, running = named_and_running(items, day, beaches)
        named = pluralize(number, "rare-earth project names", "rare-earth projects name")
        return f"{named} a state of the monazite beaches; {running}"

    recipe = _Recipe([_VIEWS["south"], _VIEWS["india"]], sentence, show_ports=True)
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

    Examples
    --------
    >>> import mineralmap as mm
    >>> page = mm.maps.partners(as_of="2025-07-30")
    """
    options.setdefault("shade", "initiatives")
    table = shipped("partners", options.get("partners"), geometry=False)
    names = dict(zip(table["iso3"], table["name"], strict=True))
    recipe = _Recipe(
        [_VIEWS["partners"], _VIEWS["india"], _VIEWS["south"]],
        lambda items, _: finding_of(items, names),
        twin="partners_map",
    )
    return _draw(recipe, events, initiatives, **options)


def _chosen(
    events: pd.DataFrame | None,
    initiatives: pd.DataFrame | None,
    as_of: stages.Day | None,
    codes: list[str] | None,
    window: tuple[stages.Day | None, stages.Day | None],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return what is drawn: events, initiatives and versions, without background."""
    if events is None and initiatives is None:
        # The history of what is shipped is computed once for all maps.
        events, now, history = load_events(), load_initiatives(as_of=as_of), shipped_versions()
        now = now[now["scope"].isin(SCOPES)]
    else:
        events, initiatives = shipped("events", events), shipped("initiatives", initiatives)
        events = events[events["scope"].isin(SCOPES)]
        history = stages.versions(events, initiatives[initiatives["scope"].isin(SCOPES)])
        now = stages.join_versions(initiatives, history, as_of=as_of)
    events = events[events["scope"].isin(SCOPES)]
    if codes is not None:
        now = filter_rows(now, states=codes)
    if as_of is not None:
        history = history[history["from_day"] <= stages.as_date(as_of)]
        events = stages.known_as_of(events, as_of)
    if any(day is not None for day in window):
        now = now[now["initiative_id"].isin(stages.within(events, *window)["initiative_id"])]
    ids = set(now["initiative_id"])
    return events[events["initiative_id"].isin(ids)], now, history[history["initiative_id"].isin(ids)]


def _window_words(since: stages.Day | None, until: stages.Day | None) -> list[str]:
    """Return the line that says which steps are asked for; nothing if all are."""
    bounds = [("from", since, "since"), ("to", until, "until")]
    said = [
        f"{word} {format_date(stages.as_date(day, name), short=True)}"
        for word, day, name in bounds
        if day is not None
    ]
    return [f"Only what had a step {' '.join(said)}"] if said else []


def _draw(
    recipe: _Recipe,
    events: pd.DataFrame | None,
    initiatives: pd.DataFrame | None,
    *,
    as_of: stages.Day | None = None,
    since: stages.Day | None = None,
    until: stages.Day | None = None,
    perspective: str = "india",
    shade: str | pd.Series = "monazite",
    unit: str = "",
    classing: str | Sequence[float] = "quantiles",
    title: str | Sentence | None = None,
    height: str | float = "620px",
    **given: pd.DataFrame,
) -> OfflineMap:
    if unknown := set(given) - set(_TABLES):
        raise TypeError(f"a map takes no {join_words(sorted(unknown))}; tables are {join_words(_TABLES)}")
    tables = {name: shipped(name, given.get(name), geometry=False) for name in _TABLES}
    events, initiatives, versions = _chosen(events, initiatives, as_of, recipe.codes, (since, until))
    main = initiatives[initiatives["scope"] == MAIN_SCOPE]
    names = dict(zip(tables["partners"]["iso3"], tables["partners"]["name"], strict=True))
    if isinstance(title, str):
        titles: list[list[Any]] = [[0, title]]
    else:
        titles = _titles(projects(main), versions, title or recipe.sentence, as_of)
    last_title = str(titles[-1][1])
    shading, areas = _shaded(shade, unit, classing, tables["monazite"], initiatives)
    states = layers.states(perspective, shading, recipe.codes or ())
    drawn = _layers(recipe, events, versions, tables, [states, *areas], perspective)
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
        recipe,
        events=events,
        initiatives=main,
        title=None if title is None and recipe.twin == "partners_map" else last_title,
        as_of=events["date"].max() if as_of is None and len(events) else as_of,
        perspective=perspective,
        tables=tables,
    )
    page = OfflineMap(title=f"mineralmap: {last_title}", height=height, draw_figure=draw_figure)
    heading = {"titles": titles, "lines": _window_words(since, until)}
    for child in (*_frame(recipe, perspective, data, heading), *drawn, *_panels(recipe)):
        page.add_child(child)
    return page


def _frame(recipe: _Recipe, perspective: str, data: dict[str, Any], heading: dict[str, Any]) -> list[Script]:
    """Return what takes room: first, so the map has its size and its view before anything is drawn on it."""
    attribution = _ATTRIBUTION.format(codebook.labels("perspective")[perspective])
    views = [{"name": name, "bounds": bounds} for name, bounds in recipe.views]
    return [
        Script("prepare", {"attribution": attribution}),
        Script("load", data),
        Script("title", heading),
        Script("slider", {}),
        Script("table", {}),
        Script("share", {}),
        Script("views", {"views": views}),
    ]


def _shaded(
    shade: str | pd.Series,
    unit: str,
    classing: str | Sequence[float],
    monazite: pd.DataFrame,
    initiatives: pd.DataFrame,
) -> tuple[Shading | None, list[Layer]]:
    """Return what fills the states, or the layer of the districts that numbers of one's own fill."""
    if isinstance(shade, str):
        check_option("shade", shade, ("monazite", "initiatives"))
        return (monazite_shading(monazite) if shade == "monazite" else initiative_shading(initiatives)), []
    if not isinstance(shade, pd.Series):
        raise ValueError(f"shade must be 'monazite', 'initiatives' or a Series; got a {type(shade).__name__}")
    name = str(shade.name or "Your numbers")
    if repeated := sorted({str(code) for code in shade.index[shade.index.duplicated()]}):
        raise ValueError(f"shade has more than one number for {join_words(repeated)}")
    if not shade.index.astype(str).str.startswith("LGD-").any():
        by_code = shade.set_axis([codebook.state_code(str(code)) for code in shade.index])
        if repeated := sorted(set(by_code.index[by_code.index.duplicated()])):
            raise ValueError(f"shade has more than one number for {join_words(repeated)}")
        return number_shading(by_code, name, unit=unit, classing=classing), []
    from .. import boundaries  # noqa: PLC0415 - heavy, and the other maps need none of it

    frame = boundaries.load_districts()
    if strange := sorted(set(shade.index.astype(str)) - set(frame["district_id"])):
        raise unknown_name("district", strange[0], frame["district_id"])
    shading = number_shading(shade, name, unit=unit, classing=classing)
    return None, [layers.shaded_districts(frame, shading)]


def _panels(recipe: _Recipe) -> list[Any]:
    """Return what is beside the map, and what one takes away."""
    return [
        folium.LayerControl(position="topright", collapsed=True),
        Script("finder", {}),
        Script("key", {}),
        Script("lists", {"open": recipe.codes is not None}),
        Script("initiativeTable", {}),
        Script("guests", {}),
    ]


def _titles(
    initiatives: pd.DataFrame, versions: pd.DataFrame, sentence: Sentence, as_of: stages.Day | None
) -> list[list[Any]]:
    """Return the title of each day on which it changes, from what concerns these initiatives."""
    versions = versions[versions["initiative_id"].isin(initiatives["initiative_id"])]
    until = None if as_of is None else stages.as_date(as_of)
    return [[day_number(day), text] for day, text in titles_by_day(versions, sentence, until)]


def _layers(
    recipe: _Recipe,
    events: pd.DataFrame,
    versions: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    ground: list[Layer],
    perspective: str,
) -> list[Layer]:
    """Return the layers from the lowest to the highest."""
    ties = layers.arcs(
        _tied(events, recipe.codes), versions, event_numbers(events), tables["partners"], perspective
    )
    shore = layers.shore(perspective, geography.beach_states(tables["monazite"]))
    ports = layers.ports(tables["ports"], show=recipe.show_ports)
    facilities, deposits = layers.facilities(tables["facilities"]), layers.deposits(tables["deposits"])
    pins = [layers.pins(scope) for scope in reversed(SCOPES)]
    return [
        layers.world(perspective),
        *ground,
        *recipe.extra,
        shore,
        ties,
        ports,
        facilities,
        deposits,
        *pins,
    ]


def _tied(events: pd.DataFrame, codes: list[str] | None) -> pd.DataFrame:
    """Return the rare-earth events; on a map of states only those that name them, and no other state."""
    tied = events[events["scope"] == MAIN_SCOPE]
    if codes is None:
        return tied
    tied = filter_rows(tied, states=codes)
    narrowed = [tuple(code for code in cell if code in codes) for cell in tied["states"]]
    return tied.assign(states=pd.Series(narrowed, index=tied.index, dtype="object"))


def _draw_figure(
    recipe: _Recipe,
    *,
    events: pd.DataFrame,
    initiatives: pd.DataFrame,
    tables: dict[str, Any],
    **options: Any,
) -> Picture:
    """Draw the still twin of a map."""
    from .. import figures  # noqa: PLC0415 - heavy, and a map without its picture needs none of it

    if recipe.twin == "partners_map":
        tied = events[events["scope"] == MAIN_SCOPE]
        return figures.partners_map(tied, partners=tables["partners"], **options)
    return figures.india_map(
        initiatives, states=recipe.codes, monazite=tables["monazite"], deposits=tables["deposits"], **options
    )
