"""HTML that others wrote, as notebooks show it: what a page of the site may hold of it, and what not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from ..maps.policy import CLOSED, SANDBOX, policy_tag
from ..text import legible, shorten

__all__ = ["alone", "kept_in", "map_frame", "parse", "plain_prose"]

#: What the file of a map that is not ours may do: all that needs no address.
_FENCED = (
    "default-src 'none';script-src 'unsafe-inline' 'unsafe-eval';style-src 'unsafe-inline';"
    "img-src data: blob:;media-src data: blob:;font-src data:;connect-src data: blob:;worker-src blob:;"
    "base-uri 'none';form-action 'none'"
)
# What a browser follows by itself; a link that a reader clicks is no request of the page.
_FOLLOWED = ("src", "srcset", "href", "xlink:href", "poster", "data", "background")
#: As browsers read it: "https:host" and "\\host" are addresses, too.
_OUTSIDE = re.compile(r"(?:https?|ftp|wss?):|[/\\]{2}", re.IGNORECASE)
_OUTSIDE_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?\s*(?:https?:)?//[^\s'\")]*", re.IGNORECASE)
#: A browser leaves these out of an address.
_LEFT_OUT = re.compile(r"^[\x00-\x20]+|[\t\r\n]")
_FRAMES = ("iframe", "frame", "frameset", "object", "embed", "applet", "portal", "fencedframe")
#: What draws a page into it, takes the rest of the page for text, or says something of the page as a whole.
_NOT_IN_A_PAGE = (*_FRAMES, "meta", "base", "link", "plaintext", "xmp", "noembed", "noframes", "noscript")
#: The one frame that a page has: a map of the site, as `map_frame` writes it.
_OUR_FRAME = (
    rf'iframe loading="lazy" sandbox="{SANDBOX}" src="maps/[^"<>/]+" '
    r"""title=(?:"[^"<]*"|'[^'<]*')></iframe>"""
)
_STRAY = re.compile(rf"<(?!{_OUR_FRAME})(?=(?:{'|'.join(_NOT_IN_A_PAGE)})[\s/>])", re.IGNORECASE)
_DOCTYPE = re.compile(r"\s*<!doctype[^>]*>", re.IGNORECASE)
#: What words have that stand among other pages' words.
_INLINE = ("strong", "em", "b", "i", "code", "sub", "sup", "br")
_NO_WORDS = ("script", "style", "template", "svg", "math", "textarea", "title", "select", *_NOT_IN_A_PAGE)


def map_frame(file: str, title: str) -> str:
    """Return the frame of a map; what runs in it cannot reach the page."""
    tag = BeautifulSoup("", "lxml").new_tag("iframe", attrs={"loading": "lazy", "sandbox": SANDBOX})
    tag["src"], tag["title"] = quote(file), title
    return str(tag)


def _fragment(html: str) -> BeautifulSoup:
    """Return HTML as a tree. lxml's parser takes twice as long for twice the text, whatever stands in it."""
    tree = BeautifulSoup(f"<html><body>{legible(html)}</body></html>", "lxml")
    for tag in tree.find_all(["html", "body", "head"]):
        tag.unwrap()
    # lxml's parser does not know that these have no end, and puts what follows into them.
    for tag in tree.find_all(["source", "track", "wbr"]):
        for child in reversed(list(tag.contents)):
            tag.insert_after(child.extract())
    return tree


def parse(html: str, name: str, *, frames: bool = False) -> BeautifulSoup:
    """Return HTML for a page of the site as a tree.

    Parameters
    ----------
    html : str
        A part of a page.
    name : str
        Of the notebook, for the message.
    frames : bool
        Whether it may have frames with pages in them, which will become files.

    Raises
    ------
    ValueError
        It asks the network, leads the reader away, moves the addresses of the page, or shows another file
        in a frame.
    """
    tree = _fragment(html)
    _check(tree, name)
    for tag in tree.find_all(_FRAMES):
        held = frames and tag.has_attr("srcdoc")
        if not held and not re.match(_OUR_FRAME, str(tag)[1:]):
            raise ValueError(
                f"{name} shows another page in a frame ({_shown(tag)}); only outputs do, as maps"
            )
    for tag in tree.find_all(["meta", "link"]):
        tag.decompose()
    return tree


def alone(page: str, name: str) -> str:
    """Return the page of a map, as a frame shows it, as a file that asks for nothing.

    Parameters
    ----------
    page : str
        The HTML of the whole page.
    name : str
        Of the notebook, for the message.

    Raises
    ------
    ValueError
        As for `parse`. Scripts are not read, but the page's policy, which is put in here, holds for them.
    """
    page = legible(page)
    _check(BeautifulSoup(page, "lxml"), name)
    start = doctype.end() if (doctype := _DOCTYPE.match(page)) else 0
    if policy_tag(CLOSED) in page[start : start + 500]:
        return page
    return f'{page[:start]}<meta charset="utf-8">{policy_tag(_FENCED)}{page[start:]}'


def kept_in(html: str) -> str:
    """Return a part of a page in which nothing can lead away from it, however a browser reads it.

    Where a browser sees a tag that the parser took for text, the tag becomes text.
    """
    return _STRAY.sub("&lt;", html)


def plain_prose(html: str) -> str:
    """Return the words of HTML with no more than their emphasis, so that they can stand in any page."""
    tree = _fragment(html)
    for text in tree.find_all(string=lambda text: isinstance(text, PreformattedString)):
        text.extract()
    for tag in tree.find_all(_NO_WORDS):
        tag.decompose()
    for tag in tree.find_all(True):
        tag.attrs = {}
        if tag.name not in _INLINE:
            tag.unwrap()
    return kept_in(str(tree))


def _check(tree: BeautifulSoup, name: str) -> None:
    if outside := next(_outside_requests(tree), None):
        raise ValueError(
            f"{name} shows something that asks the network ({outside[:200]}); "
            "the site must be readable offline"
        )
    for tag in tree.find_all(["base", "meta"]):
        if tag.name == "base" or str(tag.get("http-equiv", "")).strip().lower() == "refresh":
            raise ValueError(f"{name} shows something that leads away from its page ({_shown(tag)})")


def _shown(tag: Tag) -> str:
    return shorten(str(tag), 120)


def _outside_requests(tree: BeautifulSoup) -> Iterator[str]:
    """Yield the addresses that a browser would ask for by itself."""
    for tag in tree.find_all(True):
        for name, value in tag.attrs.items():
            text = " ".join(value) if isinstance(value, list) else value
            if name == "style":
                yield from _OUTSIDE_STYLE.findall(text)
            elif name == "srcdoc":
                yield from _outside_requests(BeautifulSoup(legible(text), "lxml"))
            elif name in _FOLLOWED and tag.name not in ("a", "area"):
                address = _LEFT_OUT.sub("", text)
                if _OUTSIDE.match(address):
                    yield address
        if tag.name == "style":
            yield from _OUTSIDE_STYLE.findall(tag.get_text())
