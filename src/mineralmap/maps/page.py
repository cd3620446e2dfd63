"""A folium map that needs no network: Leaflet is inlined, there are no tiles."""

from __future__ import annotations

import base64
import io
import json
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure, MacroElement

from .. import style, text
from ..folders import write_whole
from .encode import ALPHABET
from .leaflet import leaflet
from .policy import CLOSED, SANDBOX, allow_named, policy_tag

if TYPE_CHECKING:
    from ..figures import Picture

#: Our scripts, in the order in which they build on each other.
_SCRIPTS = (
    *("core.js", "folium_compat.js", "time.js", "state.js", "frame.js", "names.js", "story.js", "layers.js"),
    *("pins.js", "arcs.js", "finder.js", "tables.js", "share.js", "slider.js"),
)
#: From the Nicobars to Ladakh, from Gujarat to Arunachal Pradesh: south-west and north-east, degrees.
INDIA = [[6.7, 68.0], [37.15, 97.45]]
#: What the scripts take from Python, so that it is said once.
_SETTINGS = {
    "alphabet": ALPHABET,
    "months": [month[:3] for month in text.MONTHS],
    "ink": style.INK,
    "grey": style.GREY,
    "paper": style.PAPER,
    "chosen": style.CHOSEN,
    # Seen from further than this zoom, the signs of India would hide India; from the near one on a sign
    # says the exact stage.
    "farZoom": 3.75,
    "nearZoom": 7,
    "india": INDIA,
}


#: Comments that fill their lines, and what begins a line: for readers of the source, not of the page.
_FOR_READERS = re.compile(r"^[ \t]*(?:/\*.*?\*/[ \t]*$\n?|//[^\n]*\n)|^[ \t]+|^\n", re.DOTALL | re.MULTILINE)


def _asset(name: str) -> str:
    """Return a text file of our own from the package, without its comments and indentation."""
    text = (resources.files(__package__) / "assets" / name).read_text(encoding="utf-8")
    return _FOR_READERS.sub("", text)


def _data_uri(name: str) -> str:
    return "data:image/png;base64," + base64.b64encode(leaflet()[f"images/{name}"]).decode("ascii")


@cache
def _header(extra_scripts: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the page's header elements, by name: Leaflet, our style sheet and our script."""
    css = _FOR_READERS.sub("", leaflet()["leaflet.css"].decode("utf-8"))
    # Pictures that the style sheet names by file would be asked for: put them in. The third one only tells
    # Leaflet where its pictures lie, and it is told so below.
    for image in ("layers.png", "layers-2x.png"):
        css = css.replace(f"url(images/{image})", f"url({_data_uri(image)})")
    css = css.replace("url(images/marker-icon.png)", "none")
    icons = {
        "iconUrl": _data_uri("marker-icon.png"),
        "iconRetinaUrl": _data_uri("marker-icon-2x.png"),
        "shadowUrl": _data_uri("marker-shadow.png"),
    }
    values = {"ink": style.INK, "sea": style.SEA, "chosen": style.CHOSEN, "face": style.TYPEFACE}
    shared = "".join(f"--mm-{name}:{value};" for name, value in values.items())
    script = leaflet()["leaflet.js"].decode("utf-8").replace("//# sourceMappingURL=leaflet.js.map", "")
    scripts = "\n".join(_asset(name) for name in (*_SCRIPTS, *extra_scripts))
    return {
        "mineralmap_leaflet_css": f"<style>{css}</style>",
        "mineralmap_leaflet_js": f"<script>{script}</script>",
        "mineralmap_icons": (
            "<script>L.Icon.Default.imagePath = '';"
            f"L.Icon.Default.mergeOptions({json.dumps(icons)});</script>"
        ),
        "mineralmap_css": f"<style>:root{{{shared}}}\n{_asset('mineralmap.css')}</style>",
        "mineralmap_js": f"<script>var mineralmapSettings = {to_script(_SETTINGS)};\n{scripts}</script>",
    }


_ENCODING = '<meta charset="utf-8">'
_LONG_ENCODING = '<meta http-equiv="content-type" content="text/html; charset=UTF-8" />'
#: What folium puts into the page's viewport.
_NO_ZOOM = ", maximum-scale=1.0, user-scalable=no"
#: A control character as JSON writes it; a backslash that is one stands before, so that it is passed over.
_JSON_CONTROL = re.compile(r"(\\\\)|\\(?:[bf]|u00[01][0-9a-f])")
_JINJA_OPENERS = re.compile(r"\{(?=[{%#])")


def to_script(value: object) -> str:
    """Return ``value`` as JSON that is safe inside a script and inside a Jinja template.

    Characters that nothing can show have the sign for a lost one. No ``<`` or ``&`` can end the script or
    begin markup, no U+2028 ends a line, and no ``{{`` is left for branca's second rendering (in JSON it can
    only be inside strings).
    """
    script = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    script = text.legible(_JSON_CONTROL.sub(lambda found: found[1] or "\ufffd", script))
    for char in "<>&\u2028\u2029\u0085`":
        script = script.replace(char, f"\\u{ord(char):04x}")
    return _JINJA_OPENERS.sub(r"\\u007b", script)


class _Figure(Figure):  # type: ignore[misc]  # folium and branca count as untyped
    """A figure whose rendering leaves the tree as it was, so that it can be rendered again."""

    def render(self, **kwargs: Any) -> str:
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
            maps = self._closed()
            added = bool(self._parts()) or any(one.added() for one in maps)
            page = str(super().render(**kwargs))
            policy = allow_named(str(part.render()) for part in self._parts()) if added else CLOSED
        finally:
            for element, children in kept:
                element._children = children
        # folium names no language and bars the fingers' zoom.
        page = page.replace("<html>", '<html lang="en">', 1).replace(_NO_ZOOM, "", 1)
        # The encoding is looked for in the first thousand bytes only, and a title can be long.
        head = _ENCODING + (policy_tag(policy) if maps else "")
        return text.legible(page.replace(_LONG_ENCODING, "", 1).replace("<head>", f"<head>{head}", 1))

    def _parts(self) -> list[Element]:
        """Return what stands in the page by itself, but for our own texts."""
        named = [one for root in (self.header, self.html, self.script) for one in root._children.items()]
        return [part for name, part in named if name != "meta_http" and not isinstance(part, _Verbatim)]

    def _closed(self) -> list[OfflineMap]:
        """Return the maps of the page, if it shall keep to itself: none where one of them is trusted."""
        maps = [child for child in self._children.values() if isinstance(child, OfflineMap)]
        return [] if any(one.trusted for one in maps) else maps

    def _repr_html_(self, **kwargs: Any) -> str:
        """Return the page in a frame; where frames are not allowed, the hint below it is read."""
        page = escape(self.render(**kwargs))
        sandbox = f' sandbox="{SANDBOX}"' if self._closed() else ""
        return (
            f'<div style="position:relative;height:{self.height}">'
            "<p>An interactive map is stored here. JupyterLab shows it once you trust this notebook: "
            "choose View, then Activate Command Palette, type trust and press Enter. Or run the cell: Shift "
            "and Enter.</p>"
            f'<iframe title="{text.legible(self.title)}" srcdoc="{page}" allowfullscreen{sandbox} '
            'style="position:absolute;left:0;top:0;width:100%;height:100%;border:0"></iframe></div>'
        )

    def __repr__(self) -> str:
        return "<mineralmap figure>"


class OfflineMap(folium.Map):  # type: ignore[misc]  # folium and branca count as untyped
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
    scripts : sequence of str
        Further script files of ours that the page needs.
    draw_figure : callable, optional
        Returns the still twin of the map, see `to_figure`.
    **kwargs
        As for `folium.Map`. There are no tiles unless you add some.

    Notes
    -----
    folium's layers and plugins can be added as usual. Plugins that bring scripts of their own load
    them from the network, as folium does.

    The page keeps to itself: a policy in it forbids every request. If you add something, the policy allows
    the addresses that it names (as of tiles or of a plugin's script), the map's own folder or server, and no
    other. In a notebook the frame of the map is closed to the page around it. ``page.trusted = True`` before
    the map is shown or saved leaves both out: for a layer whose script makes up addresses as it runs.

    Attributes
    ----------
    trusted : bool
        Whether the page goes without a policy, and its frame without a fence; False at first.

    Examples
    --------
    >>> import mineralmap as mm
    >>> import folium
    >>> page = mm.maps.OfflineMap(location=[22, 79], zoom_start=5, title="My map")
    >>> _ = folium.Marker([19.35, 84.95], tooltip="Chhatrapur").add_to(page)
    """

    def __init__(
        self,
        location: Sequence[float] = (22.5, 80.0),
        zoom_start: int = 5,
        *,
        title: str = "mineralmap",
        height: str = "620px",
        scripts: Sequence[str] = (),
        draw_figure: Callable[..., Picture] | None = None,
        **kwargs: Any,
    ) -> None:
        # folium gives the limits of the zoom to the tiles only; without tiles the map needs them.
        limits = {"min_zoom": kwargs.pop("min_zoom", 1), "max_zoom": kwargs.pop("max_zoom", 12)}
        # The buttons stand over the sea, not over the north of India.
        options = {"zoom_snap": 0.1, "scroll_wheel_zoom": False, "zoom_control": "bottomright"}
        super().__init__(location=location, zoom_start=zoom_start, tiles=None, **{**options, **kwargs})
        self.options.update(limits)
        self.default_js: list[Any] = []
        self.default_css: list[Any] = []
        # branca puts the title into the page as it is.
        figure = _Figure(height=height, title=escape(title))
        self.trusted = False
        self._draw_figure = draw_figure
        self._scripts = tuple(scripts)
        figure.add_child(self, name="map")
        self._counter = 0
        self._id = "0"

    def add_child(self, child: Element, name: str | None = None, index: int | None = None) -> OfflineMap:
        """Add a child; our own elements take their id from a counter, not from chance."""
        if isinstance(child, (Script, Layer, folium.LayerControl)):
            self._counter += 1
            child._id = str(self._counter)
        super().add_child(child, name=name, index=index)
        return self

    def render(self, **kwargs: Any) -> None:
        """Put Leaflet and our own script into the page, then the map."""
        figure = self.get_root()
        for name, html in _header(self._scripts).items():
            figure.header.add_child(_Verbatim(html), name=name)
        # The layer control names all layers: it must come after those that a user adds, too.
        children: list[tuple[str, Any]] = list(self._children.items())
        children.sort(key=lambda item: isinstance(item[1], folium.LayerControl))
        self._children: OrderedDict[str, Any] = OrderedDict(children)
        super().render(**kwargs)

    def added(self) -> list[Element]:
        """Return what a user added to the map."""
        own = (Script, Layer, folium.LayerControl)
        return [child for child in self._children.values() if not isinstance(child, own)]

    def to_html(self) -> str:
        """Return the whole page as text; it makes no request when opened, but for what you added to it."""
        return str(self.get_root().render())

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:
        """Write the page to a file, whole or not at all.

        Parameters
        ----------
        outfile : path or file object
            Where to write; ``~`` is your home. An existing file is replaced only when the new one is
            complete, and keeps its mode; a symbolic link stays one. A file object may be binary or of text.
        close_file : bool, default True
            Close a file object when it is written; one in memory (`io.BytesIO`, `io.StringIO`) stays open to
            be read.
        **kwargs
            As for `folium.Map.save`.
        """
        page = self.get_root().render(**kwargs)
        if isinstance(outfile, (str, bytes, os.PathLike)):
            write_whole(outfile, page.encode("utf-8"))
            return
        try:
            outfile.write(page.encode("utf-8"))
        except TypeError:
            outfile.write(page)
        if close_file and not isinstance(outfile, (io.BytesIO, io.StringIO)):
            outfile.close()

    def to_figure(self) -> Picture:
        """Return the still twin of the map, for print and for pages that show no scripts.

        Returns
        -------
        Picture
            A `matplotlib.figure.Figure` whose ``alt`` says what it shows.

        Raises
        ------
        ValueError
            If the map is not one of the ready maps.

        Notes
        -----
        No browser is asked: matplotlib draws the same data. Markers, lines and areas that were added to the
        map are drawn, too; the picture names what it cannot draw.
        """
        if self._draw_figure is None:
            raise ValueError("only a map made by mineralmap.maps has a still twin; this one is bare")
        return self._draw_figure(overlays=self.added())

    def to_png(self, path: str | Path, *, dpi: int = 144) -> Picture:
        """Write the still twin of the map as a PNG picture, whole or not at all.

        Parameters
        ----------
        path : path
            Where to write.
        dpi : int, default 144
            Dots per inch.

        Returns
        -------
        Picture
            The `matplotlib.figure.Figure` that was written; its ``alt`` says what it shows.

        Raises
        ------
        ValueError
            If the map is not one of the ready maps; see `to_figure`.
        """
        picture = self.to_figure()
        write_whole(path, picture.to_png(dpi=dpi))
        return picture

    def __repr__(self) -> str:
        return "<mineralmap map>"


class _Verbatim(Element):  # type: ignore[misc]  # folium and branca count as untyped
    """Text of the page that no template engine reads: fast, and nothing in it can be a template."""

    def __init__(self, html: str) -> None:
        super().__init__("")
        self.html = html

    def render(self, **kwargs: Any) -> str:
        """Return the text as it is."""
        return self.html


_NO_TEMPLATE = folium.template.Template("")


class Script(MacroElement):  # type: ignore[misc]  # folium and branca count as untyped
    """A piece of our own script on the map: ``mineralmap.<call>(map, <data>)``."""

    _template = _NO_TEMPLATE

    def __init__(self, call: str, data: object) -> None:
        super().__init__()
        self._name = f"mineralmap_{call}"
        self.call = call
        self.data = to_script(data)

    def render(self, **kwargs: Any) -> None:
        """Put the call into the page's script."""
        code = f"mineralmap.{self.call}({self._parent.get_name()}, {self.data});"
        self.get_root().script.add_child(_Verbatim(code), name=self.get_name())


class Layer(folium.map.Layer):  # type: ignore[misc]  # folium and branca count as untyped
    """A layer of the map that our own script draws with ``mineralmap.layers.<kind>``.

    Parameters
    ----------
    kind : str
        Name of the function among ``mineralmap.layers`` in ``assets``.
    data : object
        What it draws, as JSON.
    name : str
        Name in the layer control.
    show : bool, default True
        Whether it is shown at the start.
    control : bool, default True
        Whether the layer control names it.
    legend : dict, optional
        Its part of the key, shown while the layer is: ``title``, ``rows`` (a key, words, and if only
        what is drawn now is named, what it depends on) and ``note``.
    """

    _template = _NO_TEMPLATE

    def __init__(
        self,
        kind: str,
        data: object,
        name: str,
        *,
        show: bool = True,
        control: bool = True,
        legend: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name=name, overlay=True, control=control, show=show)
        self._name = f"mineralmap_{kind}"
        self.kind = kind
        self.data = to_script(data)
        self.legend = legend
        self.title = name

    def render(self, **kwargs: Any) -> None:
        """Put the layer into the page's script; folium adds it to the map where it is shown."""
        about = to_script({"kind": self.kind, "name": self.title, "legend": self.legend})
        call = f"mineralmap.layer({self._parent.get_name()}, {about}, {self.data})"
        self.get_root().script.add_child(_Verbatim(f"var {self.get_name()} = {call};"), name=self.get_name())
        super().render(**kwargs)
