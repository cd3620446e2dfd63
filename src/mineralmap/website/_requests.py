"""Find what would make a page ask the network."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Attributes that a browser follows by itself; a link that a reader clicks is no request of the page.
_FOLLOWED = {
    ("audio", "src"),
    ("embed", "src"),
    ("iframe", "src"),
    ("image", "href"),
    ("image", "xlink:href"),
    ("img", "src"),
    ("img", "srcset"),
    ("input", "src"),
    ("link", "href"),
    ("object", "data"),
    ("script", "src"),
    ("script", "href"),
    ("script", "xlink:href"),
    ("source", "src"),
    ("source", "srcset"),
    ("track", "src"),
    ("use", "href"),
    ("use", "xlink:href"),
    ("video", "poster"),
    ("video", "src"),
}
_AWAY = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?\s*(?:https?:)?//[^\s'\")]*", re.IGNORECASE)


class _Finder(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.inside = [], None

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        for name, value in attrs:
            if value and (tag, name) in _FOLLOWED and _AWAY.match(value):
                self.found.append(value.strip())
            if value and name == "style":
                self.found += _STYLE.findall(value)
            if value and (tag, name) == ("iframe", "srcdoc"):
                self.found += requests_of(value)

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "style":
            self.found += _STYLE.findall(data)


def requests_of(html):
    """Return the addresses that a browser would ask for by itself when it shows ``html``."""
    finder = _Finder()
    finder.feed(html)
    finder.close()
    return finder.found


def check_no_request(html, where):
    """Raise ValueError if showing ``html`` asks the network.

    Scripts are not read: the pages forbid them, and a map that loads more by script is for its maker
    to know.
    """
    if found := requests_of(html):
        raise ValueError(
            f"{where} shows something that asks the network ({found[0][:200]}); "
            "the site must be readable offline"
        )
