"""A folium map that needs no network: Leaflet is inlined, there are no tiles."""

from __future__ import annotations

import base64
import io
import json
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.elements import ElementAddToElement

from .. import style, text
from ..folders import write_whole
from . import guests
from .encode import ALPHABET
from .guests import Verbatim
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


#: Spaces of a style sheet that tell nothing; before a colon one does, as in ".page :focus".
_LOOSE = re.compile(r"(?<=[:;,{}])\s+|\s+(?=[{}])")


def _tight(css: str) -> str:
    """Return a style sheet without comments, and without spaces that tell nothing."""
    return _LOOSE.sub("", _FOR_READERS.sub("", css)).replace(";}", "}")


def _data_uri(name: str) -> str:
    return "data:image/png;base64," + base64.b64encode(leaflet()[f"images/{name}"]).decode("ascii")


@cache
def _script(name: str) -> str:
    """Return one of the page's scripts: Leaflet with its pictures, ours, or one that some maps add."""
    if name == "mineralmap_js":
        scripts = "\n".join(map(_asset, _SCRIPTS))
        return f"var mineralmapSettings = {to_script(_SETTINGS)};\n{scripts}"
    if name != "mineralmap_leaflet_js":
        return _asset(name)
    icons = {
        "iconUrl": _data_uri("marker-icon.png"),
        "iconRetinaUrl": _data_uri("marker-icon-2x.png"),
        "shadowUrl": _data_uri("marker-shadow.png"),
    }
    code = leaflet()["leaflet.js"].decode("utf-8").replace("//# sourceMappingURL=leaflet.js.map", "")
    return f"{code};L.Icon.Default.imagePath = '';L.Icon.Default.mergeOptions({json.dumps(icons)});"


def _script_names(extra: Sequence[str]) -> tuple[str, ...]:
    return ("mineralmap_leaflet_js", "mineralmap_js", *extra)


@cache
def _link(name: str) -> str:
    """Return a script as an address, for programs that load what a map names as its scripts."""
    return "data:text/javascript;base64," + base64.b64encode(_script(name).encode("utf-8")).decode("ascii")


@cache
def _styles() -> dict[str, str]:
    """Return the page's style sheets, by name: Leaflet's and ours."""
    css = _tight(leaflet()["leaflet.css"].decode("utf-8"))
    # Pictures that the style sheet names by file would be asked for: put them in. The third one only tells
    # Leaflet where its pictures lie, and it is told so below.
    for image in ("layers.png", "layers-2x.png"):
        css = css.replace(f"url(images/{image})", f"url({_data_uri(image)})")
    css = css.replace("url(images/marker-icon.png)", "none")
    values = {"ink": style.INK, "sea": style.SEA, "chosen": style.CHOSEN, "face": style.TYPEFACE}
    shared = "".join(f"--mm-{name}:{value};" for name, value in values.items())
    return {
        "mineralmap_leaflet_css": css,
        "mineralmap_css": f":root{{{shared}}}\n{_tight(_asset('mineralmap.css'))}",
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


_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]{1,5}|%)?")


def css_size(value: object, name: str) -> str:
    """Return a length as CSS writes it: a bare number counts pixels, as in folium."""
    said = "".join(map(str, value)) if isinstance(value, tuple) else str(value).strip()
    match = _SIZE.fullmatch(said)
    if match is None or not float(match[1]):
        raise ValueError(f"{name} must be a number of pixels, or a length as '620px' or '60%'; got {value!r}")
    return match[1] + (match[2] or "px")


class _Figure(Figure):  # type: ignore[misc]  # folium and branca count as untyped
    """A figure that can be rendered again, and gives the same page for the same tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        #: What the last rendering added to the tree: the next one begins without it.
        self._added: list[tuple[Element, list[str]]] = []
        self._busy = False

    def _elements(self) -> Iterator[Element]:
        """Walk through the tree, and through what its elements hold beside their children."""
        stack: list[Any] = [self]
        seen = set()
        while stack:
            element = stack.pop()
            # Vega puts a template among the children.
            if not isinstance(element, Element) or id(element) in seen:
                continue
            seen.add(id(element))
            yield element
            held = [one for name, one in vars(element).items() if name not in ("_parent", "_children")]
            stack += [*element._children.values(), *held]

    @contextmanager
    def rendering(self) -> Iterator[None]:
        """Forget what an earlier rendering added, and note what this one adds."""
        if self._busy:
            yield
            return
        for element, names in self._added:
            for name in names:
                element._children.pop(name, None)
        before = [(element, set(element._children)) for element in self._elements()]
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
            self._added = [(one, [name for name in one._children if name not in old]) for one, old in before]

    def render(self, **kwargs: Any) -> str:
        """Return the page as HTML; its parts stay in ``header``, ``html`` and ``script``."""
        with self.rendering():
            maps = self._closed()
            added = bool(guests.foreign(self)) or any(one.added() for one in maps)
            page = guests.numbered(str(super().render(**kwargs)), {one._id for one in self._elements()})
            policy = allow_named(str(part.render()) for part in guests.foreign(self)) if added else CLOSED
        # folium names no language and bars the fingers' zoom.
        page = page.replace("<html>", '<html lang="en">', 1).replace(_NO_ZOOM, "", 1)
        # The encoding is looked for in the first thousand bytes only, and a title can be long.
        head = _ENCODING + (policy_tag(policy) if maps else "")
        return text.legible(page.replace(_LONG_ENCODING, "", 1).replace("<head>", f"<head>{head}", 1))

    def _closed(self) -> list[OfflineMap]:
        """Return the maps of the page, if it shall keep to itself: none where one of them is trusted."""
        maps = [child for child in self._children.values() if isinstance(child, OfflineMap)]
        return [] if any(one.trusted for one in maps) else maps

    def _repr_html_(self, **kwargs: Any) -> str:
        """Return the page in a frame; where frames are not allowed, the hint below it is read."""
        page = escape(self.render(**kwargs))
        width = css_size(self.width, "width")
        height = css_size(self.ratio if self.height is None else self.height, "height")
        # A share of a height that nobody knows is none: as in folium, it is one of the width.
        tall = f"aspect-ratio:100/{height[:-1]}" if height.endswith("%") else f"height:{height}"
        sandbox = f' sandbox="{SANDBOX}"' if self._closed() else ""
        return (
            f'<div style="position:relative;width:{width};{tall}">'
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
    height : str or float, default "620px"
        Height of the map in a notebook, a number in pixels, "60%" of its width; a saved map fills the window.
    tiles, attr : str or `folium.TileLayer`, optional
        Tiles below the map, as for `folium.Map`; none if left out. They ask the network.
    scripts : sequence of str
        Further script files of ours that the page needs.
    draw_figure : callable, optional
        Returns the still twin of the map, see `to_figure`.
    **kwargs
        As for `folium.Map`.

    Notes
    -----
    folium's layers and plugins can be added as usual. The scripts and styles that they name stand in the
    saved page, from the package folium-offline; what that lacks is loaded from the network, as folium does.

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
        height: str | float = "620px",
        tiles: str | folium.TileLayer | None = None,
        scripts: Sequence[str] = (),
        draw_figure: Callable[..., Picture] | None = None,
        **kwargs: Any,
    ) -> None:
        # folium gives the limits of the zoom to the tiles only; without tiles the map needs them.
        limits = {"min_zoom": kwargs.pop("min_zoom", 1), "max_zoom": kwargs.pop("max_zoom", 12)}
        # The buttons stand over the sea, not over the north of India.
        options = {"zoom_snap": 0.1, "scroll_wheel_zoom": False, "zoom_control": "bottomright"}
        super().__init__(location=location, zoom_start=zoom_start, tiles=tiles, **{**options, **kwargs})
        self.options.update(limits)
        #: What a program that draws the map itself is to load, as folium names it.
        self.default_js: list[Any] = [(name, _link(name)) for name in _script_names(scripts)]
        self.default_css: list[Any] = []
        # branca puts the title into the page as it is.
        figure = _Figure(height=css_size(height, "height"), title=escape(title))
        self.trusted = False
        self._draw_figure = draw_figure
        self._scripts = tuple(scripts)
        figure.add_child(self, name="map")

    def add_child(self, child: Element, name: str | None = None, index: int | None = None) -> OfflineMap:
        """Add a child; a layer control takes the place of an earlier one."""
        if isinstance(child, folium.LayerControl):
            for key in [key for key, one in self._children.items() if isinstance(one, folium.LayerControl)]:
                del self._children[key]
        super().add_child(child, name=name, index=index)
        return self

    def get_bounds(self) -> list[list[float | None]]:
        """Return the bounds of what was added to the map, or of its first view where nothing was."""
        bounds: list[list[float | None]] = super().get_bounds()
        if None not in bounds[0] + bounds[1]:
            return bounds
        views = (one for one in self._children.values() if isinstance(one, Script) and one.call == "views")
        return next((json.loads(one.data)["views"][0]["bounds"] for one in views), bounds)

    def render(self, **kwargs: Any) -> None:
        """Put Leaflet and our own script into the page, then the map."""
        figure = self.get_root()
        with figure.rendering() if isinstance(figure, _Figure) else nullcontext():
            # What comes last must know all that a user adds: the layer control, and what tidies up.
            children = sorted(self._children.items(), key=lambda item: _turn(item[1]))
            self._children: OrderedDict[str, Any] = OrderedDict(children)
            # The style sheets stand first: our scripts ask which typeface they name.
            for name, css in _styles().items():
                figure.header.add_child(Verbatim(f"<style>{css}</style>"), name=name)
            super().render(**kwargs)
            for name in _script_names(self._scripts):
                figure.header.add_child(Verbatim(f"<script>{_script(name)}</script>"), name=name)
            guests.settle(figure, self, OURS)

    def added(self) -> list[Element]:
        """Return what a user added to the map."""
        return [child for child in self._children.values() if not isinstance(child, OURS)]

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


def _turn(child: Element) -> int:
    """Return when a child of the map is drawn: what tidies up after all is the last."""
    if isinstance(child, Script) and child.call == "guests":
        return 2
    return int(isinstance(child, folium.LayerControl))


class Script(MacroElement):  # type: ignore[misc]  # folium and branca count as untyped
    """A piece of our own script on the map: ``mineralmap.<call>(map, <data>)``."""

    _template = folium.template.Template(
        "{% macro script(this, kwargs) %}"
        "mineralmap.{{ this.call }}({{ this._parent.get_name() }}, {{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(self, call: str, data: object) -> None:
        super().__init__()
        self._name = f"mineralmap_{call}"
        self.call = call
        self.data = to_script(data)

    def render(self, **kwargs: Any) -> None:
        """Put the call into the page's script."""
        code = Verbatim(self._template.module.script(self, kwargs))
        self.get_root().script.add_child(code, name=self.get_name())


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

    _template = folium.template.Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = "
        "mineralmap.layer({{ this._parent.get_name() }}, {{ this.about }}, {{ this.data }});"
        "{% endmacro %}"
    )

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
        self.about = to_script({"kind": kind, "name": name, "legend": legend})

    def render(self, **kwargs: Any) -> None:
        """Put the layer into the page's script; folium adds it to the map where it is shown."""
        code = Verbatim(self._template.module.script(self, kwargs))
        self.get_root().script.add_child(code, name=self.get_name())
        if self.show:
            names = {"element_name": self.get_name(), "element_parent_name": self._parent.get_name()}
            self.add_child(ElementAddToElement(**names), name=f"{self.get_name()}_add")
        for child in self._children.values():
            child.render(**kwargs)


#: What of a map's children is not a guest.
OURS = (Script, Layer, folium.LayerControl)
