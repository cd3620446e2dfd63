"""Leaflet as its authors published it, from an installed package that carries it, known by its hashes."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

from ..errors import LayerError

__all__ = ["leaflet"]

_PICTURES = {
    "images/layers.png": "1dbbe9d028e292f36fcba8f8b3a28d5e8932754fc2215b9ac69e4cdecf5107c6",
    "images/layers-2x.png": "066daca850d8ffbef007af00b06eac0015728dee279c51f3cb6c716df7c42edf",
    "images/marker-icon.png": "574c3a5cca85f4114085b6841596d62f00d7c892c7b03f28cbfa301deb1dc437",
    "images/marker-icon-2x.png": "00179c4c1ee830d3a108412ae0d294f55776cfeb085c60129a39aa6fc4ae2528",
    "images/marker-shadow.png": "264f5c640339f042dd729062cfc04c17f8ea0f29882b538e3848ed8f10edb4da",
}
#: What is installed with mineralmap comes first. The other stands in where that can be had no more: an older
#: Leaflet, with which the maps work, too. Package to install, module, folder, sha256 of every file.
_CARRIERS = (
    (
        "django-js-lib-leaflet==1.9.4.1",
        "js_lib_leaflet",
        "static/js_lib_leaflet",
        {
            "leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
            "leaflet.css": "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
            **_PICTURES,
        },
    ),
    (
        "XStatic-Leaflet==1.9.3.0",
        "xstatic.pkg.leaflet",
        "data",
        {
            "leaflet.js": "5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03",
            "leaflet.css": "90b693d86392a4779c861b28cf307e7e59c3fb35328c4d8b95f58f814d38c722",
            **_PICTURES,
        },
    ),
)


@cache
def leaflet() -> dict[str, bytes]:
    """Return the files of Leaflet by name, all from one package.

    Raises
    ------
    LayerError
        No package has them as their authors published them; the message says what was found, and what to
        install.
    """
    found = []
    for package, module, folder, hashes in _CARRIERS:
        try:
            place = resources.files(module).joinpath(*folder.split("/"))
            files = {name: place.joinpath(*name.split("/")).read_bytes() for name in hashes}
        except ModuleNotFoundError:
            continue
        except OSError as error:
            found.append(f"{package} lacks {error.filename or folder}")
            continue
        other = [name for name, data in files.items() if hashlib.sha256(data).hexdigest() != hashes[name]]
        if not other:
            return files
        found.append(f"{', '.join(other)} of {package} is not what Leaflet's authors published")
    raise LayerError(
        f"maps need Leaflet, and {'; '.join(found) or 'no package that carries it is installed'}. Install it "
        f'with: python -m pip install --force-reinstall "{_CARRIERS[0][0]}" (or, if that can be had no more, '
        f'"{_CARRIERS[1][0]}")'
    )
