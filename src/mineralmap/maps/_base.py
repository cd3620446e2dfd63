"""A folium map that needs no network: Leaflet is inlined, there are no tiles."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import OrderedDict
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path

import folium
from branca.element import Element, Figure, MacroElement

from ..errors import LayerError

#: Leaflet 1.9.4 as its authors published it, carried by the package django-js-lib-leaflet.
_LEAFLET_PACKAGE = "js_lib_leaflet"
_LEAFLET_SHA256 = {
    "leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
    "leaflet.css": "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
}


@cache
def _leaflet(name):
    """Return one file of Leaflet as bytes; the two that run are checked against their hash."""
    data = (resources.files(_LEAFLET_PACKAGE) / "static" / "js_lib_leaflet" / name).read_bytes()
    expected = _LEAFLET_SHA256.get(name)
    found = hashlib.sha256(data).hexdigest()
    if expected and found != expected:
        raise LayerError(
            f"{name} of the package django-js-lib-leaflet is not Leaflet 1.9.4: expected sha256 {expected}, "
            f"got {found}. Reinstall django-js-lib-leaflet==1.9.4.1."
        )
    return data


@cache
def _asset(name):
    """Return a text file of our own from the package."""
    return (resources.files(__package__) / "assets" / name).read_text(encoding="utf-8")


def _data_uri(name):
    return "data:image/png;base64," + base64.b64encode(_leaflet(f"images/{name}")).decode("ascii")


def _raw(text):
    """Protect text from Jinja: branca renders whatever it is given as a template."""
    return "{% raw %}" + text.replace("{% endraw", "{%- endraw") + "{% endraw %}"


@cache
def _header():
    """Return the page's header elements, by name: Leaflet, our style sheet and our script."""
    css = _leaflet("leaflet.css").decode("utf-8")
    # Pictures that the style sheet names by file would be asked for: put them in.
    for image in ("layers.png", "layers-2x.png", "marker-icon.png"):
        css = css.replace(f"url(images/{image})", f"url({_data_uri(image)})")
    icons = {
        "iconUrl": _data_uri("marker-icon.png"),
        "iconRetinaUrl": _data_uri("marker-icon-2x.png"),
        "shadowUrl": _data_uri("marker-shadow.png"),
    }
    script = _leaflet("leaflet.js").decode("utf-8").replace("//# sourceMappingURL=leaflet.js.map", "")
    return {
        "mineralmap_leaflet_css": f"<style>{_raw(css)}</style>",
        "mineralmap_leaflet_js": f"<script>{_raw(script)}</script>",
        "mineralmap_icons": (
            "<script>L.Icon.Default.imagePath = '';"
            f"L.Icon.Default.mergeOptions({json.dumps(icons)});</script>"
        ),
        "mineralmap_css": f"<style>{_raw(_asset('mineralmap.css'))}</style>",
        "mineralmap_js": f"<script>{_raw(_asset('mineralmap.js'))}</script>",
    }


_JINJA_OPENERS = re.compile(r"\{(?=[{%#])")


def to_script(value):
    """Return ``value`` as JSON that is safe inside a script and inside a Jinja template.

    No ``<`` or ``&`` can end the script or begin markup, no U+2028 ends a line, and no ``{{`` is
    left for branca's second rendering (in JSON it can stand inside strings only).
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029\u0085`":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return _JINJA_OPENERS.sub(r"\\u007b", text)


class _Figure(Figure):
    """A figure whose rendering leaves the tree as it was, so that it can be rendered again."""

    def render(self, **kwargs):
        """Return the page as HTML."""
        kept = []
        stack = [self]
        while stack:
            element = stack.pop()
            kept.append((element, OrderedDict(element._children)))
            stack += element._children.values()
            if isinstance(element, Figure):
                stack += [element.header, element.html, element.script]
        try:
            return super().render(**kwargs)
        finally:
            for element, children in kept:
                element._children = children

    def _repr_html_(self, **kwargs):
        """Return the page in a frame; where frames are not allowed, the hint below it is read."""
        page = escape(self.render(**kwargs))
        return (
            f'<div style="position:relative;height:{self.height}">'
            "<p>Interactive map. To see it, run this cell or trust the notebook (File, Trust Notebook). "
            "The still picture and the table beside it show the same.</p>"
            f'<iframe title="{escape(self.title)}" srcdoc="{page}" allowfullscreen '
            'style="position:absolute;left:0;top:0;width:100%;height:100%;border:0"></iframe></div>'
        )

    def __repr__(self):
        return "<mineralmap figure>"


class OfflineMap(folium.Map):
    """A `folium.Map` that opens without a network and gives the same bytes for the same data.

    Parameters
    ----------
    location : sequence of float, optional
        Latitude and longitude of the centre (EPSG:4326, degrees).
    zoom_start : int, optional
        Zoom level at the start.
    title : str, optional
        Title of the page, for the browser's tab and for screen readers.
    height : str, default "620px"
        Height of the map in a notebook; a saved map fills the window.
    **kwargs
        As for `folium.Map`. There are no tiles unless you add some.

    Notes
    -----
    folium's layers and plugins can be added as usual. Plugins that bring scripts of their own load
    them from the network, as folium does.
    """

    def __init__(self, location=(22.5, 80.0), zoom_start=5, title="mineralmap", height="620px", **kwargs):
        options = {"min_zoom": 1, "max_zoom": 12, "zoom_snap": 0.25, "scroll_wheel_zoom": False}
        super().__init__(location=location, zoom_start=zoom_start, tiles=None, **{**options, **kwargs})
        self.default_js, self.default_css = [], []
        figure = _Figure(height=height, title=title)
        figure.add_child(self, name="map")
        self._counter = 0
        self._id = "0"

    def add_child(self, child, name=None, index=None):
        """Add a child; our own elements take their id from a counter, not from chance."""
        own = type(child).__module__.startswith(__package__) or isinstance(child, folium.LayerControl)
        if own:
            self._counter += 1
            child._id = str(self._counter)
        return super().add_child(child, name=name, index=index)

    def render(self, **kwargs):
        """Put Leaflet and our own script into the page, then the map."""
        figure = self.get_root()
        for name, html in _header().items():
            figure.header.add_child(Element(html), name=name)
        super().render(**kwargs)

    def to_html(self):
        """Return the whole page as text; it makes no request when opened."""
        return self.get_root().render()

    def save(self, outfile, **kwargs):
        """Write the page to a file, whole or not at all.

        Parameters
        ----------
        outfile : path or binary file object
            Where to write; an existing file is replaced only when the new one is complete.
        **kwargs
            As for `folium.Map.save`.
        """
        if not isinstance(outfile, (str, bytes, Path)):
            super().save(outfile, **kwargs)
            return
        path = Path(outfile.decode() if isinstance(outfile, bytes) else outfile)
        page = self.get_root().render(**kwargs).encode("utf-8")
        part = path.with_name(path.name + ".part")
        try:
            part.write_bytes(page)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def __repr__(self):
        return "<mineralmap map>"


class Script(MacroElement):
    """A piece of our own script on the map: ``mineralmap.<call>(map, <data>)``."""

    _template = folium.template.Template(
        "{% macro script(this, kwargs) %}"
        "mineralmap.{{ this.call }}({{ this._parent.get_name() }}, {{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(self, call, data):
        super().__init__()
        self._name = f"mineralmap_{call}"
        self.call = call
        self.data = to_script(data)


class Layer(folium.map.Layer):
    """A layer of the map that our own script draws: ``mineralmap.layers.<kind>(map, <data>)``.

    Parameters
    ----------
    kind : str
        Name of the function in ``assets/mineralmap.js``.
    data : object
        What it draws, as JSON.
    name : str
        Name in the layer control.
    show : bool, default True
        Whether it is shown at the start.
    control : bool, default True
        Whether it stands in the layer control.
    """

    _template = folium.template.Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = mineralmap.layers.{{ this.kind }}"
        "({{ this._parent.get_name() }}, {{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(self, kind, data, name, show=True, control=True):
        super().__init__(name=name, overlay=True, control=control, show=show)
        self._name = f"mineralmap_{kind}"
        self.kind = kind
        self.data = to_script(data)
