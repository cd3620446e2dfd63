"""Ready maps: of India, of one state, of the monazite coast, of the partners' world."""

from __future__ import annotations

import folium

from .. import datasets, ladder, style
from ..errors import UnknownIdError
from . import _layers
from ._base import Layer, OfflineMap, Script

_INDIA = [[6.5, 67.5], [37.0, 97.5]]
_PARTNERS = [[-42.0, -125.0], [72.0, 155.0]]
_SOUTH = [[7.6, 74.0], [22.4, 88.5]]
#: Upper bounds of the five steps for monazite, in Mt.
_MONAZITE_STEPS = (0.5, 1.5, 2.0, 3.0, 4.0)
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
    return (
        fills,
        labels,
        {},
        {"title": "Rare-earth initiatives that name the state", "steps": steps, "note": note},
    )


def headline(initiatives, partners):
    """Return the finding that titles the map, from the initiatives shown.

    It names the partner countries of the rare-earth initiatives whose stage is operating.
    """
    main = initiatives[(initiatives["scope"] == "rare_earth") & (initiatives["stage"] == "operating")]
    names = partners.set_index("iso3")["name"]
    countries = sorted({names.get(code, code) for codes in main["partners"] for code in codes})
    if not countries:
        return "No partner country has a rare-earth initiative in operation in India"
    if len(countries) == 1:
        return f"{countries[0]} is the only partner with a rare-earth initiative in operation in India"
    return (
        f"{', '.join(countries[:-1])} and {countries[-1]} have rare-earth initiatives in operation in India"
    )


def _subtitle(initiatives, events, as_of, perspective):
    shown = events[events["scope"] == "rare_earth"]
    main = initiatives[initiatives["scope"] == "rare_earth"]
    pinned = int(main["lat"].notna().sum())
    day = ladder.as_date(as_of) if as_of is not None else events["date"].max()
    return [
        ("As of " if as_of is not None else "Newest event: ") + style.date_words(day),
        f"{style.count_words(len(main), 'rare-earth initiative')} ({pinned} with a place to pin), "
        f"{style.count_words(len(shown), 'event')}",
        style.PERSPECTIVE_WORDS[perspective],
    ]


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
        The title line; by default the finding, from the data shown.
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
    return _draw(as_of, perspective, shade, title or _state_title(name, code, as_of), views, [code], height)


def _state_title(name, code, as_of):
    main = datasets.load_initiatives(as_of, scope="rare_earth")
    main = main[main["states"].map(lambda codes: code in codes)]
    running = int((main["stage"] == "operating").sum())
    what = style.count_words(len(main), "rare-earth initiative")
    return f"{name}: {what}, {running or 'none'} operating"


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
    return _draw(
        as_of,
        perspective,
        "monazite",
        title,
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


def _draw(as_of, perspective, shade, title, views, codes, height, ports=False):
    frame = datasets.load_states(perspective)
    countries = datasets.load_countries(perspective)
    capitals = datasets.load_partners()
    monazite = datasets.load_monazite()
    scopes = ("rare_earth", "critical_minerals")
    initiatives = datasets.load_initiatives(as_of, scope=scopes)
    events = datasets.load_events(scope=scopes, as_of=as_of)
    if codes is not None:
        initiatives = initiatives[initiatives["states"].map(lambda names: bool(set(names) & set(codes)))]
    events = events[events["initiative_id"].isin(initiatives["initiative_id"])]
    # An event may be narrower than its initiative: the thread is whole only without it.
    initiatives = initiatives[initiatives["initiative_id"].isin(events["initiative_id"])]
    tied = events[events["scope"] == "rare_earth"]
    if codes is not None:
        tied = tied[tied["states"].map(lambda names: bool(set(names) & set(codes)))]
        tied = tied.assign(states=tied["states"].map(lambda names: tuple(n for n in names if n in codes)))

    fills, labels, figures, ramp = _monazite(monazite) if shade == "monazite" else _counts(initiatives)
    labels = {code: labels.get(code, ramp["steps"][0][1]) for code in frame["state_iso"]}
    # White means "not in the list" for monazite: say so in words, too.
    if shade == "monazite":
        labels = {
            code: text if text != "not in the list" else "no monazite listed" for code, text in labels.items()
        }

    title = title or headline(initiatives, capitals)
    lines = _subtitle(initiatives, events, as_of, perspective)
    page = OfflineMap(title=f"mineralmap: {title}", height=height)
    data = _layers.store(
        initiatives, events, datasets.load_sources(), datasets.load_event_sources(), datasets.load_conflicts()
    )
    page.add_child(Script("load", data))
    page.add_child(Layer("world", _layers.world(countries), "Other countries", control=False))
    page.add_child(
        Layer("states", _layers.states(frame, fills, labels, figures, codes or ()), "States", control=False)
    )
    beaches = monazite["setting"].fillna("").str.contains("coastal beach") & (monazite["state_iso"] != "IN")
    beach_states = sorted(set(monazite.loc[beaches, "state_iso"]))
    page.add_child(Layer("shore", _layers.shore(datasets.load_coastline(), beach_states), "Monazite coast"))
    page.add_child(
        Layer("arcs", _layers.arcs(tied, initiatives, capitals, frame), "Ties with other countries")
    )
    if ports:
        page.add_child(Layer("spots", _layers.places(datasets.load_ports(), "port"), "Ports"))
    page.add_child(Layer("deposits", _layers.deposits(datasets.load_deposits()), "Deposits"))
    page.add_child(
        Layer("pins", {"scope": "critical_minerals", "size": 15}, "Other critical minerals", show=False)
    )
    page.add_child(Layer("pins", {"scope": "rare_earth", "size": 18}, "Rare-earth initiatives"))
    page.add_child(Script("views", {"views": [{"name": name, "bounds": bounds} for name, bounds in views]}))
    page.add_child(
        Script(
            "legend",
            {
                "ramp": ramp,
                "stages": list(ladder.STAGES),
                "deposits": True,
                "arcs": True,
                "ports": ports,
                "ochre": style.OCHRE,
                "japan": style.PARTNER_COLOURS["JPN"],
                "other": style.OTHER_PARTNER,
            },
        )
    )
    page.add_child(Script("unplaced", {"open": codes is not None}))
    page.add_child(folium.LayerControl(position="topleft", collapsed=True))
    page.add_child(Script("title", {"title": title, "lines": lines}))
    return page
