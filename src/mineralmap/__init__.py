"""mineralmap: sourced tables and maps of India's rare-earth initiatives.

Nothing heavy is imported until it is used: ``import mineralmap`` loads neither pandas nor
geopandas, folium or matplotlib. What there is, is written in ``__init__.pyi``, where editors and type
checkers read it, too.

Examples
--------
>>> import mineralmap as mm
>>> events = mm.load_events(scope="rare_earth")
>>> mm.maps.india()  # doctest: +SKIP
"""

import lazy_loader

__version__ = "0.3.0"

# lazy_loader.attach_stub would do this, but it imports ast, which takes longer than all the rest.
_modules, _names = [], {}
with open(__file__.removesuffix("c") + "i", encoding="utf-8") as _stub:
    for _line in _stub:
        if _line.startswith("from ."):
            _, _home, _, _name, *_ = _line.split()
            (_modules if _home == "." else _names.setdefault(_home[1:], [])).append(_name)
        elif _line.startswith("def load_"):
            _names["data"].append(_line[4 : _line.index("(")])
_load, __dir__, __all__ = lazy_loader.attach(__name__, _modules, _names)


def __getattr__(name: str) -> object:
    if name not in __all__:
        from .text import near_hint  # noqa: PLC0415  only for what is misspelt

        hint = near_hint(name, __all__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}" + (f"; {hint}" if hint else ""))
    return _load(name)
