"""Ready maps: of India, of one state, of the monazite coast, of the partners' world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import folium
import pandas as pd

from .. import codebook, geography, stages
from ..data import shipped
from ..errors import check_option
from ..frames import filter_rows
from ..shading import MAIN_SCOPE, finding_of, initiative_shading, monazite_shading, titles_by_day
from ..text import pluralize
from . import layers
from .basemap import basemap
from .page import OfflineMap, Script
from .payload import SCOPES, build_payload, day_number, event_numbers

if TYPE_CHECKING:
    from ..figures import Picture

Bounds = list[list[float]]
Sentence = Callable[[list[Any]], str]

INDIA: Bounds = [[6.5, 67.5], [37.0, 97.5]]
_WORLD: Bounds = [[-42.0, -125.0], [72.0, 155.0]]
_SOUTH: Bounds = [[7.6, 74.0], [22.4, 88.5]]
_VIEWS = {
    "india": ("India", INDIA),
    "partners": ("Partners' world", _WORLD),
    "south": ("Monazite coast", _SOUTH),
}
_ATTRIBUTION = "Data: mineralmap tables (CC BY 4.0). Boundaries: see NOTICE. World: Natural Earth"
#: Tables beside events and initiatives that a map can be given.
_TABLES = ("sources", "event_sources", "conflicts", "partners", "monazite")
_SITE_TABLES = ("deposits", "facilities", "ports")

__all__ = ["INDIA", "coast", "india", "partners", "state"]


def india(
    events: pd.DataFrame | None = None,
    initiatives: pd.DataFrame | None = None,
    *,
    as_of: stages.Day | None = None,
    perspective: str = "india",
    color_by: str = "monazite",
    title: str | None = None,
    view: str = "india",
    states: str | Iterable[str] | None = None,
    height: str = "620px",
    **tables: pd.DataFrame,
) -> OfflineMap:
    """Draw India's rare-earth initiatives, deposits and partner countries.

    Parameters
    ----------
    events, initiatives : DataFrame, optional
        As from `mineralmap.load_events` and `mineralmap.load_initiatives`, filtered as you like; the
        shipped tables if left out.
    as_of : str or date, optional
        Stages and events as known on this day; everything in the tables if left out.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries; it is written on the map.
    color_by : {"monazite", "initiatives"}
        What shades the states: monazite in situ (Mt, as of the newest estimate split by state), or the
        number of rare-earth initiatives that name the state.
    title : str, optional
        The title line; by default the finding, which follows the day of the time slider.
    view : {"india", "partners", "south"}
        Where the map opens.
    states : str or sequence of str, optional
        Only initiatives and events that name one of these states, by code or name.
    height : str, default "620px"
        Height in a notebook.
    **tables : DataFrame
        Tables of your own in place of the shipped ones: ``sources, event_sources, conflicts,
        partners, monazite, deposits, facilities, ports``, as from their loaders.

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
    check_option("color_by", color_by, ("monazite", "initiatives"))
    check_option("view", view, _VIEWS)
    order = [view, *(name for name in _VIEWS if name != view)]
    wanted = None if states is None else [states] if isinstance(states, str) else list(states)
    codes = None if wanted is None else [codebook.state_code(code) for code in wanted]
    views = [_VIEWS[name] for name in order]
    return _draw(events, initiatives, tables, as_of, perspective, color_by, title, views, codes, height)


def state(
    code: str,
    events: pd.DataFrame | None = None,
    initiatives: pd.DataFrame | None = None,
    *,
    as_of: stages.Day | None = None,
    perspective: str = "india",
    color_by: str = "monazite",
    title: str | None = None,
    height: str = "620px",
    **tables: pd.DataFrame,
) -> OfflineMap:
    """Draw one state with its districts: the initiatives that name it and the partners tied to it.

    Parameters
    ----------
    code : str
        A state, as ``"UP"``, ``"Uttar Pradesh"`` or ``"IN-UP"``.
    events, initiatives, as_of, perspective, color_by, title, height, **tables
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
    check_option("color_by", color_by, ("monazite", "initiatives"))
    check_option("perspective", perspective, codebook.codes("perspective"))
    frame = boundaries.load_states(perspective=perspective)
    outline = frame[frame["state_iso"] == code]
    west, south, east, north = (float(number) for number in outline.total_bounds)
    name = outline["state"].iloc[0]
    views = [(name, [[south, west], [north, east]]), _VIEWS["india"], _VIEWS["partners"]]

    def sentence(items: list[Any]) -> str:
        number, running = _named_and_running(items, {code})
        return f"{name}: {pluralize(number, 'rare-earth initiative')}, {running or 'none'} operating"

    return _draw(
        events,
        initiatives,
        tables,
        as_of,
        perspective,
        color_by,
        title or sentence,
        views,
        [code],
        height,
        [layers.districts(boundaries.load_districts(states=code))],
    )


def coast(
    events: pd.DataFrame | None = None,
    initiatives: pd.DataFrame | None = None,
    *,
    as_of: stages.Day | None = None,
    perspective: str = "india",
    title: str | None = None,
    height: str = "620px",
    **tables: pd.DataFrame,
) -> OfflineMap:
    """Draw the monazite coasts: deposits, ports, plants and the initiatives of the coastal states.

    Parameters
    ----------
    events, initiatives, as_of, perspective, title, height, **tables
        As for `india`.

    Returns
    -------
    OfflineMap
    """
    beaches = set(geography.beach_states(shipped("monazite", tables.get("monazite"))))

    def sentence(items: list[Any]) -> str:
        number, running = _named_and_running(items, beaches)
        named = pluralize(number, "rare-earth initiative names", "rare-earth initiatives name")
        return f"{named} a state of the monazite beaches; {running or 'none'} of them operating"

    views = [_VIEWS["south"], _VIEWS["india"]]
    return _draw(
        events,
        initiatives,
        tables,
        as_of,
        perspective,
        "monazite",
        title or sentence,
        views,
        None,
        height,
        show_ports=True,
    )


def partners(
    events: pd.DataFrame | None = None,
    initiatives: pd.DataFrame | None = None,
    *,
    as_of: stages.Day | None = None,
    perspective: str = "india",
    title: str | None = None,
    height: str = "620px",
    **tables: pd.DataFrame,
) -> OfflineMap:
    """Draw the partner countries and their rare-earth ties with India.

    Parameters
    ----------
    events, initiatives, as_of, perspective, title, height, **tables
        As for `india`.

    Returns
    -------
    OfflineMap
    """
    return india(
        events,
        initiatives,
        as_of=as_of,
        perspective=perspective,
        color_by="initiatives",
        title=title,
        view="partners",
        height=height,
        **tables,
    )


def _named_and_running(items: list[Any], codes: set[str]) -> tuple[int, int]:
    """Return how many of the versions name one of the states, and how many of these are operating."""
    named = [item for item in items if codes.intersection(item.states)]
    return len(named), sum(item.stage == "operating" for item in named)


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
    events: pd.DataFrame | None,
    initiatives: pd.DataFrame | None,
    given: dict[str, pd.DataFrame],
    as_of: stages.Day | None,
    perspective: str,
    color_by: str,
    title: str | Sentence | None,
    views: list[tuple[str, Bounds]],
    codes: list[str] | None,
    height: str,
    extra: Sequence[layers.Layer] = (),
    show_ports: bool = False,
) -> OfflineMap:
    """Draw a map; ``title`` is a text, or makes one of the versions that hold on a day."""
    unknown = set(given) - {*_TABLES, *_SITE_TABLES}
    if unknown:
        raise TypeError(f"a map takes no {', '.join(sorted(unknown))}; it takes {', '.join(_TABLES)}")
    tables = {name: shipped(name, given.get(name), geometry=False) for name in (*_TABLES, *_SITE_TABLES)}
    state_names = {state["code"]: state["name"] for state in basemap(perspective)["states"]}
    partner_names = dict(zip(tables["partners"]["iso3"], tables["partners"]["name"], strict=True))
    events, initiatives, versions = _chosen(
        shipped("events", events), shipped("initiatives", initiatives), as_of, codes
    )
    data = build_payload(
        events,
        initiatives,
        versions,
        tables=tables,
        names={**partner_names, **state_names},
        as_of=as_of,
        focus=codes or (),
    )
    main = initiatives[initiatives["scope"] == MAIN_SCOPE]
    if title is None or callable(title):
        sentence = title or partial(finding_of, names=partner_names)
        of_main = versions[versions["initiative_id"].isin(main["initiative_id"])]
        titles = [[day_number(day), text] for day, text in titles_by_day(of_main, sentence)]
    else:
        titles = [[0, title]]
    shading = (
        monazite_shading(tables["monazite"]) if color_by == "monazite" else initiative_shading(initiatives)
    )
    ground = layers.states(perspective, shading, codes or ())
    ties = layers.arcs(_tied(events, codes), versions, event_numbers(events), tables["partners"], perspective)
    shore = layers.shore(perspective, geography.beach_states(tables["monazite"]))
    ports = layers.ports(tables["ports"], show=show_ports)
    facilities, deposits = layers.facilities(tables["facilities"]), layers.deposits(tables["deposits"])
    pins = [layers.pins(scope) for scope in SCOPES]
    drawn = [layers.world(perspective), ground, *extra, shore, ties, ports, facilities, deposits]
    in_legend = [ground, *pins, deposits, shore, facilities, ports, ties]

    last_title = str(titles[-1][1])
    page = OfflineMap(
        title=f"mineralmap: {last_title}",
        height=height,
        draw_figure=partial(_draw_figure, main, last_title, as_of, perspective, codes, tables),
    )
    page.add_child(Script("prepare", {"attribution": _ATTRIBUTION}))
    page.add_child(Script("load", data))
    for layer in (*drawn, *reversed(pins)):
        page.add_child(layer)
    notes = [codebook.labels("perspective")[perspective]]
    page.add_child(Script("title", {"titles": titles, "lines": notes}))
    page.add_child(Script("slider", {}))
    page.add_child(Script("views", {"views": [{"name": name, "bounds": bounds} for name, bounds in views]}))
    page.add_child(folium.LayerControl(position="topleft", collapsed=True))
    page.add_child(Script("legend", {"sections": layers.join_legends(in_legend)}))
    page.add_child(Script("filters", {}))
    page.add_child(Script("initiativeTable", {}))
    page.add_child(Script("table", {}))
    page.add_child(Script("unplaced", {"open": codes is not None}))
    return page


def _tied(events: pd.DataFrame, codes: list[str] | None) -> pd.DataFrame:
    """Return the rare-earth events; on a map of states only those that name them, and no other state."""
    tied = events[events["scope"] == MAIN_SCOPE]
    if codes is None:
        return tied
    tied = filter_rows(tied, states=codes)
    return tied.assign(
        states=[tuple(code for code in cell if code in codes) for cell in tied["states"]],
    )


def _draw_figure(
    initiatives: pd.DataFrame,
    title: str,
    as_of: stages.Day | None,
    perspective: str,
    codes: list[str] | None,
    tables: dict[str, pd.DataFrame],
) -> Picture:
    """Draw the still twin of a map."""
    from ..figures import india_map  # noqa: PLC0415 - heavy, and a map without its picture needs none of it

    return india_map(initiatives=initiatives, title=title, as_of=as_of, perspective=perspective, states=codes)
