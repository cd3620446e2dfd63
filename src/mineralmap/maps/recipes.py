"""Ready maps: of India, of one state, of the monazite coast, of the partners' world."""

from __future__ import annotations

from collections import defaultdict
from functools import partial

import folium

from .. import datasets, style
from .._collector import held_back
from ..errors import UnknownIdError
from . import _layers, _threads
from ._base import Layer, OfflineMap, Script
from ._ground import ground

_INDIA = [[6.5, 67.5], [37.0, 97.5]]
_PARTNERS = [[-42.0, -125.0], [72.0, 155.0]]
_SOUTH = [[7.6, 74.0], [22.4, 88.5]]
#: Upper bounds of the five steps for monazite, in Mt.
_MONAZITE_STEPS = (0.5, 1.5, 2.0, 3.0, 4.0)
_ATTRIBUTION = "Data: mineralmap tables (CC BY 4.0). Boundaries: see NOTICE. World: Natural Earth"
#: The one year for which the sources split the national total over all states.
_SPLIT_YEAR = "2013-05"

__all__ = ["coast", "india", "partners", "state"]


def _monazite(monazite):
    """Return fills, labels and pop-up figures by state, and the legend."""
    fills, labels, figures = {}, {}, {}
    rows = monazite[monazite["state_iso"] != "IN"].sort_values(["state_iso", "as_of"])
    for row in rows.itertuples():
        when = f"{row.as_of[:4]}"
        figures.setdefault(row.state_iso, []).append(
            {
                "text": f"Monazite in situ, {when}: {row.monazite_mt:g} Mt "
                f"of {row.total_mt_in_source:g} Mt in India.",
                "url": row.source_url,
                "publisher": row.source_publisher,
            }
        )
    for row in rows[rows["as_of"] == _SPLIT_YEAR].itertuples():
        step = next(i for i, top in enumerate(_MONAZITE_STEPS) if row.monazite_mt <= top)
        fills[row.state_iso] = style.RAMP[step]
        labels[row.state_iso] = f"monazite {row.monazite_mt:g} Mt (2013)"
    newest = monazite[monazite["state_iso"] == "IN"].sort_values("as_of").iloc[-1]
    lows = (0, *_MONAZITE_STEPS[:-1])
    steps = [["#ffffff", "not in the list"]]
    steps += [
        [colour, f"up to {top:g}" if low == 0 else f"over {low:g} to {top:g}"]
        for colour, low, top in zip(style.RAMP, lows, _MONAZITE_STEPS, strict=True)
    ]
    legend = {
        "title": "Monazite in situ, million tonnes, 2013",
        "steps": steps,
        "note": (
            "2013 is the last year with a full split by state (11.93 Mt). "
            f"National total in {newest['as_of'][:4]}: {newest['monazite_mt']:g} Mt."
        ),
    }
    return fills, labels, figures, legend


def _counts(initiatives):
    """Return fills, labels, no figures and the legend for the number of rare-earth initiatives."""
    main = initiatives[initiatives["scope"] == "rare_earth"]
    number = main["states"].explode().dropna().value_counts()
    tops = (1, 3, 6, 10, max(11, int(number.max()) if len(number) else 11))
    fills = {
        code: style.RAMP[next(i for i, top in enumerate(tops) if n <= top)] for code, n in number.items()
    }
    labels = {code: style.count_words(int(n), "rare-earth initiative") for code, n in number.items()}
    lows = (0, *tops[:-1])
    steps = [["#ffffff", "none in the tables"]]
    steps += [
        [colour, f"{top}" if low + 1 == top else f"{low + 1} to {top}"]
        for colour, low, top in zip(style.RAMP, lows, tops, strict=True)
    ]
    note = "An initiative that names several states counts in each. None in the tables is no proof of none."
    title = "Rare-earth initiatives that name the state"
    return fills, labels, {}, {"title": title, "steps": steps, "note": note, "tops": tops}


def headline(initiatives, partners):
    """Return the finding that titles the map, from the initiatives shown.

    It names the partner countries of the rare-earth initiatives whose stage is operating.
    """
    main = initiatives[(initiatives["scope"] == "rare_earth") & (initiatives["stage"] == "operating")]
    names = partners.set_index("iso3")["name"]
    return _finding({names.get(code, code) for codes in main["partners"] for code in codes})


def _finding(countries):
    countries = sorted(countries)
    if not countries:
        return "No partner country has a rare-earth initiative in operation in India"
    if len(countries) == 1:
        return f"{countries[0]} is the only partner with a rare-earth initiative in operation in India"
    return (
        f"{', '.join(countries[:-1])} and {countries[-1]} have rare-earth initiatives in operation in India"
    )


def _titles(data, sentence):
    """Return the title as of each day on which it changes: [[first day, text], ...].

    ``sentence`` makes the title of a list of rare-earth initiatives as known on a day, each with
    ``stage``, ``states`` and ``partners``.
    """
    moved, named = defaultdict(list), defaultdict(list)
    for number, item in enumerate(data["initiatives"]):
        if item["scope"] == "rare_earth":
            for version in item["versions"]:
                moved[version[0]].append((number, version[1]))
            for one in item["events"]:
                named[data["events"][one]["day"]].append((number, data["events"][one]))
    known = {}
    found = [[data["first"] - 1, sentence([])]]
    for day in sorted(moved.keys() | named.keys()):
        for number, stage in moved[day]:
            known.setdefault(number, {"states": set(), "partners": set()})["stage"] = stage
        for number, event in named[day]:
            known[number]["states"].update(event["states"])
            known[number]["partners"].update(event["partners"])
        text = sentence([known[number] for number in sorted(known)])
        if text != found[-1][1]:
            found.append([day, text])
    return found


def india(
    as_of=None, perspective="india", shade="monazite", title=None, view="india", states=None, height="620px"
):
    """Draw India's rare-earth initiatives, deposits and partner countries.

    Parameters
    ----------
    as_of : str or date, optional
        Stages and events as known on this day; everything in the tables if left out.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries; it is written on the map.
    shade : {"monazite", "initiatives"}
        What shades the states: monazite in situ (Mt, 2013), or the number of rare-earth
        initiatives that name the state.
    title : str, optional
        The title line; by default the finding, which follows the day of the time slider.
    view : {"india", "partners", "south"}
        Where the map opens.
    states : sequence of str, optional
        Only initiatives and events that name one of these states (ISO 3166-2:IN).
    height : str, default "620px"
        Height in a notebook.

    Returns
    -------
    OfflineMap
        A `folium.Map` in one file: no tiles, no request. Context is never drawn; initiatives whose
        place is not known stand in their state's pop-up, not on the map.

    Raises
    ------
    UnknownIdError
        If an option or a state is not known.
    ValueError
        If ``as_of`` is not a date.
    """
    views = {
        "india": ("India", _INDIA),
        "partners": ("Partners' world", _PARTNERS),
        "south": ("Monazite coast", _SOUTH),
    }
    if shade not in ("monazite", "initiatives"):
        raise UnknownIdError(f"unknown shade {shade!r}; one of monazite, initiatives")
    if view not in views:
        raise UnknownIdError(f"unknown view {view!r}; one of {', '.join(views)}")
    order = [view, *(name for name in views if name != view)]
    return _draw(as_of, perspective, shade, title, [views[name] for name in order], _codes(states), height)


def _codes(states):
    if states is None:
        return None
    return [datasets.check_state(code) for code in ((states,) if isinstance(states, str) else states)]


def state(code, as_of=None, perspective="india", shade="monazite", title=None, height="620px"):
    """Draw one state: the initiatives that name it and the partners tied to it.

    Parameters
    ----------
    code : str
        ISO 3166-2:IN, as ``"IN-UP"``.
    as_of, perspective, shade, title, height
        As for `india`.

    Returns
    -------
    OfflineMap
    """
    datasets.check_state(code)
    frame = datasets.load_states(perspective)
    here = frame[frame["state_iso"] == code]
    west, south, east, north = (float(number) for number in here.total_bounds)
    name = here["state"].iloc[0]
    views = [(name, [[south, west], [north, east]]), ("India", _INDIA), ("Partners' world", _PARTNERS)]

    def sentence(items):
        items = [item for item in items if code in item["states"]]
        running = sum(item["stage"] == "operating" for item in items)
        what = style.count_words(len(items), "rare-earth initiative")
        return f"{name}: {what}, {running or 'none'} operating"

    return _draw(as_of, perspective, shade, title or sentence, views, [code], height, subject=True)


def coast(as_of=None, perspective="india", title=None, height="620px"):
    """Draw the monazite coasts: deposits, ports, plants and the initiatives of the coastal states.

    Parameters
    ----------
    as_of, perspective, title, height
        As for `india`.

    Returns
    -------
    OfflineMap
    """
    shores = set(_beach_states(datasets.load_monazite()))

    def sentence(items):
        items = [item for item in items if shores & item["states"]]
        running = sum(item["stage"] == "operating" for item in items)
        what = style.count_words(len(items), "rare-earth initiative names", "rare-earth initiatives name")
        return f"{what} a state of the monazite beaches; {running or 'none'} of them operating"

    return _draw(
        as_of,
        perspective,
        "monazite",
        title or sentence,
        [("Monazite coast", _SOUTH), ("India", _INDIA)],
        None,
        height,
        ports=True,
    )


def partners(as_of=None, perspective="india", title=None, height="620px"):
    """Draw the partner countries and their rare-earth ties with India.

    Parameters
    ----------
    as_of, perspective, title, height
        As for `india`.

    Returns
    -------
    OfflineMap
    """
    return india(as_of, perspective, "initiatives", title, "partners", None, height)


@held_back()
def _draw(as_of, perspective, shade, title, views, codes, height, ports=False, subject=False):
    """Draw a map; ``title`` is a text, or makes one of the initiatives of a day (see `_titles`)."""
    states = {state["code"]: state["name"] for state in ground(perspective)["states"]}
    # Plain tables where no geometry is needed: geopandas takes a tenth of a second to load.
    partner_table = datasets.plain_table("partners")
    monazite = datasets.load_monazite()
    scopes = ("rare_earth", "critical_minerals")
    initiatives = datasets.load_initiatives(as_of, scope=scopes)
    events = datasets.load_events(scope=scopes, as_of=as_of)
    if codes is not None:
        initiatives = datasets.having(initiatives, states=codes)
    events = events[events["initiative_id"].isin(initiatives["initiative_id"])]
    # An event may be narrower than its initiative: the thread is whole only without it.
    initiatives = initiatives[initiatives["initiative_id"].isin(events["initiative_id"])]
    partner_names = dict(zip(partner_table["iso3"], partner_table["name"], strict=True))
    data = _threads.store(
        initiatives,
        events,
        datasets.load_sources(),
        datasets.load_event_sources(),
        datasets.load_conflicts(),
        {**partner_names, **states},
        as_of,
        codes or (),
    )
    if title is None or callable(title):
        titles = _titles(data, title or (lambda items: _finding(_running_with(items, partner_names))))
    else:
        titles = [[data["first"] - 1, title]]

    page = OfflineMap(title=f"mineralmap: {titles[-1][1]}", height=height)
    page._still = partial(_still, titles[-1][1], as_of, perspective, codes)
    page.add_child(Script("ground", {"attribution": _ATTRIBUTION}))
    page.add_child(Script("load", _threads.packed(data)))
    page.add_child(Layer("world", _layers.world(perspective), "Other countries", control=False))
    shading = _monazite(monazite) if shade == "monazite" else _counts(initiatives)
    page.add_child(_states_layer(states, perspective, shade, shading, codes or ()))
    if subject:
        page.add_child(Layer("districts", _layers.districts(codes), "Districts (Government of India's view)"))
    shore = _layers.shore(perspective, _beach_states(monazite))
    page.add_child(Layer("shore", shore, "Monazite coast"))
    ties = _layers.arcs(_tied(events, initiatives, codes), data, partner_table, perspective)
    page.add_child(Layer("arcs", ties, "Ties with other countries"))
    page.add_child(Layer("spots", _layers.places(datasets.plain_table("ports"), "port"), "Ports", show=ports))
    facilities = _layers.places(datasets.plain_table("facilities"), "facility")
    page.add_child(Layer("spots", facilities, "Mines, plants and laboratories", show=False))
    page.add_child(Layer("spots", _layers.deposits(datasets.plain_table("deposits")), "Deposits"))
    page.add_child(
        Layer("pins", {"scope": "critical_minerals", "size": 15}, "Other critical minerals", show=False)
    )
    page.add_child(Layer("pins", {"scope": "rare_earth", "size": 18}, "Rare-earth initiatives"))
    page.add_child(Script("title", {"titles": titles, "lines": [style.PERSPECTIVE_WORDS[perspective]]}))
    page.add_child(Script("slider", {}))
    page.add_child(Script("views", {"views": [{"name": name, "bounds": bounds} for name, bounds in views]}))
    page.add_child(folium.LayerControl(position="topleft", collapsed=True))
    page.add_child(Script("legend", _legend(shading[3])))
    page.add_child(Script("filters", {}))
    page.add_child(Script("initiativeTable", {}))
    page.add_child(Script("table", {}))
    page.add_child(Script("unplaced", {"open": codes is not None}))
    return page


def _beach_states(monazite):
    """Return the codes of the states whose monazite lies on beaches."""
    beaches = monazite["setting"].fillna("").str.contains("coastal beach") & (monazite["state_iso"] != "IN")
    return sorted(set(monazite.loc[beaches, "state_iso"]))


def _running_with(items, names):
    """Return the partner countries of the initiatives in operation."""
    running = [item for item in items if item["stage"] == "operating"]
    return {names.get(code, code) for item in running for code in item["partners"]}


def _states_layer(all_codes, perspective, shade, shading, codes):
    fills, labels, figures, ramp = shading
    # White means "not in the list": say so in words, too.
    none = "no monazite listed" if shade == "monazite" else ramp["steps"][0][1]
    labels = {code: labels.get(code, none) for code in all_codes}
    data = _layers.states(perspective, fills, labels, figures, codes, ramp.get("tops"))
    return Layer("states", data, "States", control=False)


def _tied(events, initiatives, codes):
    """Return the rare-earth events, numbered as in the store; only with the states of the map."""
    number = {one: n for n, one in enumerate(initiatives["initiative_id"])}
    tied = events.assign(number=range(len(events)), of=events["initiative_id"].map(number))
    tied = tied[tied["scope"] == "rare_earth"]
    if codes is not None:
        tied = datasets.having(tied, states=codes)
        tied = tied.assign(states=tied["states"].map(lambda names: tuple(n for n in names if n in codes)))
    return tied


def _legend(ramp):
    return {
        "ramp": {"title": ramp["title"], "steps": ramp["steps"], "note": ramp["note"]},
        "spots": True,
        "arcs": True,
        "ochre": style.OCHRE,
        "ink": style.INK,
        "grey": _layers.PORT_GREY,
        "japan": style.PARTNER_COLOURS["JPN"],
        "other": style.OTHER_PARTNER,
    }


def _still(title, as_of, perspective, codes):
    from ..figures import india_map

    return india_map(title=title, as_of=as_of, perspective=perspective, states=codes)
