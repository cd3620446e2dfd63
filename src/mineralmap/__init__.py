"""mineralmap: sourced tables and maps of India's rare-earth initiatives.

Nothing heavy is imported until it is used: ``import mineralmap`` loads neither pandas nor
geopandas, folium or matplotlib.

Examples
--------
>>> import mineralmap as mm
>>> events = mm.load_events(scope="rare_earth")
>>> mm.maps.india()  # doctest: +SKIP
"""

import importlib

__version__ = "0.1.0"

# name -> the module that holds it; imported at first use.
_HOMES = {
    "aggregate": "tagging",
    "changes": "story",
    "cite": "citation",
    "datapackage": "citation",
    "explain": "story",
    "having": "datasets",
    "load_chain_factors": "datasets",
    "load_claims": "datasets",
    "load_coastline": "datasets",
    "load_conflicts": "datasets",
    "load_corrections": "datasets",
    "load_countries": "datasets",
    "load_coverage": "datasets",
    "load_deposits": "datasets",
    "load_districts": "datasets",
    "load_event_sources": "datasets",
    "load_events": "datasets",
    "load_facilities": "datasets",
    "load_initiative_links": "datasets",
    "load_initiatives": "datasets",
    "load_japan_dependence": "datasets",
    "load_magnet_imports": "datasets",
    "load_monazite": "datasets",
    "load_partners": "datasets",
    "load_ports": "datasets",
    "load_ree_hardrock": "datasets",
    "load_sources": "datasets",
    "load_states": "datasets",
    "load_withdrawn": "datasets",
    "load_world_ree": "datasets",
    "neighbours": "geography",
    "watchlist": "watch",
    "tag": "tagging",
    "validate": "validation",
}
_MODULES = (
    "checks",
    "claims",
    "datasets",
    "errors",
    "figures",
    "follow",
    "geography",
    "ladder",
    "maps",
    "partners",
    "rules",
    "schema",
    "show",
    "style",
    "supply",
    "survival",
    "tagging",
    "trust",
    "validation",
    "watch",
)

__all__ = [*_HOMES, *_MODULES, "__version__"]


def __getattr__(name):
    if name in _HOMES:
        value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    elif name in _MODULES:
        value = importlib.import_module(f".{name}", __name__)
    else:
        import difflib

        near = difflib.get_close_matches(name, __all__, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise AttributeError(f"module 'mineralmap' has no attribute {name!r}{hint}")
    globals()[name] = value
    return value


def __dir__():
    return sorted(__all__)
