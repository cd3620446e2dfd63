"""What folium's own layers and plugins need on our page: their libraries, and a script element each."""

from __future__ import annotations

import importlib
import re
from collections import OrderedDict
from functools import cache
from typing import Any

import folium
from branca.element import CssLink, Element, JavascriptLink, Link

#: What folium puts into every page though few guests use it, by the words of a guest that asks for it. A
#: pop-up asks jQuery for one thing, which our own script does; every icon says that it is not rotated.
_NEEDS = {
    r"\$\.|\$\((?!`)|jQuery": ("jquery",),
    r"L\.AwesomeMarkers": ("awesome_markers", "awesome_markers_css", "glyphicons_css"),
    r"fa-rotate-[1-9]": ("awesome_rotate_css",),
    r"\bglyphicon": ("glyphicons_css",),
    r"""['" ]fa[srb]?['" ]|\bfa-(?!rotate)[a-z]{2}""": ("awesome_markers_font_css",),
}
#: Files that an inlined style sheet names beside those that stand in it: older forms of the same.
_BESIDE = re.compile(r"""url\(\s*['"]?(?:\.\./|images/|//)[^)]*\)""")
#: Of the sheet of these icons only what draws them: the rest of it restyles the elements of any page.
_GLYPHICONS = re.compile(r"/\*.*?\*/|@font-face\{[^}]*\}|[^{}]*glyphicon[^{}]*\{[^}]*\}", re.DOTALL)
_ID = re.compile(r"_([0-9a-f]{32})(?![0-9a-f])")
_FENCE = "</script>\n<script>"


class Verbatim(Element):  # type: ignore[misc]  # folium and branca count as untyped
    """Text of the page that no template engine reads: fast, and nothing in it can be a template."""

    def __init__(self, html: str) -> None:
        super().__init__("")
        self.html = html

    def render(self, **kwargs: Any) -> str:
        """Return the text as it is."""
        return self.html


@cache
def _carried() -> dict[str, str]:
    """Return the files that folium names, by address, as the package folium-offline carries them."""
    try:
        elements = importlib.import_module("offlinefolium.elements")
    except ImportError:  # as in a browser; then they come from the network
        return {}
    return dict(vars(elements).get("_res", {}))


@cache
def _inlined(url: str) -> str | None:
    """Return a file as an element of the page; None where the package does not have it."""
    text = _carried().get(url)
    if text is None:
        return None
    text = re.sub(r"^/[/*][#@] ?sourceMappingURL=.*$", "", text.strip(), flags=re.MULTILINE)
    # None of them ends its own element; one that did would be no style sheet or script.
    if "glyphicons" in url:
        text = "".join(_GLYPHICONS.findall(text))
    if ".css" in url:
        return "<style>" + _BESIDE.sub("url(data:,)", text) + "</style>"
    return f"<script>{text}</script>"


def _needed(figure: Element) -> dict[str, Link]:
    """Return what folium would put into every page, as far as what was added to the map asks for it."""
    parts = [
        part for where in (figure.header, figure.html, figure.script) for part in where._children.values()
    ]
    links = [part for part in parts if isinstance(part, JavascriptLink)]
    text = "".join(part.render() for part in parts if not isinstance(part, (Verbatim, Link)))
    # A plugin draws its signs from the font of icons without saying so in the page.
    icons = "".join(_inlined(link.url) or "" for link in links)
    found: dict[str, Link] = {}
    for words, names in _NEEDS.items():
        if re.search(words, text) or ("['\" ]fa" in words and re.search(words, icons)):
            scripts, styles = dict(folium.Map.default_js), dict(folium.Map.default_css)
            for name in names:
                found[name] = JavascriptLink(scripts[name]) if name in scripts else CssLink(styles[name])
    return {name: link for name, link in found.items() if name not in figure.header._children}


def foreign(figure: Element) -> list[Element]:
    """Return what stands in a page, is not ours and may name an address."""
    head = {**_needed(figure), **figure.header._children}
    parts = [part for name, part in head.items() if name not in ("meta_http", "leaflet", "leaflet_css")]
    parts += [*figure.html._children.values(), *figure.script._children.values()]
    return [
        part
        for part in parts
        if not isinstance(part, Verbatim) and not (isinstance(part, Link) and _inlined(part.url))
    ]


class _Header(Element):  # type: ignore[misc]  # folium and branca count as untyped
    """The head of a page, in which what folium would link to is said in place."""

    def __init__(self, figure: Element) -> None:
        super().__init__("")
        self.figure = figure
        self._children = figure.header._children

    def render(self, **kwargs: Any) -> str:
        """Return the head: our scripts first, then what guests share, for others build on these."""
        children = self._children
        ours = {name: part for name, part in children.items() if isinstance(part, Verbatim)}
        texts: dict[str, None] = {}
        for name, part in {**ours, **_needed(self.figure), **children}.items():
            # Ours is Leaflet already; a second one would know nothing of what the first has learnt.
            if name not in ("leaflet", "leaflet_css"):
                carried = _inlined(part.url) if isinstance(part, (JavascriptLink, CssLink)) else None
                # Two plugins may name the same file by different addresses: each text stands once.
                texts[carried or part.render(**kwargs)] = None
        return "\n".join(texts)


def _fence(figure: Element, page: Element, ours: tuple[type, ...]) -> None:
    """Give each guest a script element of its own, so that its error ends no other's script.

    What a guest did not come to declare is declared before the layer control names it.
    """
    children: list[Any] = list(page._children.values())
    guests = [child for child in children if not isinstance(child, ours)]
    fences = {child.get_name(): _FENCE for child in guests}
    if guests:
        names = ",".join(child.get_name() for child in guests if isinstance(child, folium.map.Layer))
        declared = f"</script>\n<script>var {names};{_FENCE}" if names else _FENCE
        after = children[children.index(guests[-1]) + 1 :]
        fences.update({child.get_name(): declared for child in after})
    script = figure.script
    if next(iter(script._children)) != page.get_name():
        fences[page.get_name()] = _FENCE
    parts: OrderedDict[str, Any] = OrderedDict()
    for name, part in script._children.items():
        if name in fences:
            parts[f"fence_{name}"] = Verbatim(fences[name])
        parts[name] = part
    script._children = parts


def settle(figure: Element, page: Element, ours: tuple[type, ...]) -> None:
    """Let the guests of a map that was just rendered work, and work alone.

    Parameters
    ----------
    figure : Element
        What holds the rendered parts: ``header``, ``html`` and ``script``.
    page : Element
        The map, its children in the order in which they were rendered.
    ours : tuple of type
        The classes of our own children.
    """
    _fence(figure, page, ours)
    # A part of a larger page hands its head up.
    while getattr(figure, "_parent", None) is not None:
        figure = figure._parent
    if not isinstance(figure.header, _Header):
        figure.header = _Header(figure)


def numbered(page: str, ids: set[str]) -> str:
    """Return a page with numbers in place of the ids by chance that folium gives to elements.

    Parameters
    ----------
    page : str
        The page as HTML.
    ids : set of str
        The ids of its elements; what only looks like one stays as it is.

    Returns
    -------
    str
    """
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        if match[1] not in ids:
            return match[0]
        return "_" + numbers.setdefault(match[1], str(len(numbers)))

    return _ID.sub(number, page)
