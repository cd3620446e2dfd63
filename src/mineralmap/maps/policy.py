"""What the page of a map may ask for: nothing, but for what the layers that a user added name."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from html import unescape

__all__ = ["CLOSED", "SANDBOX", "allow_named", "policy_tag"]

#: In a frame a map runs its scripts, opens pages, saves files and asks questions; the page around it is out
#: of its reach, for it counts as a page from elsewhere.
SANDBOX = "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals"

_NO_WAY_OUT = "base-uri 'none';form-action 'none'"
#: For a map of ours alone: what it needs is in it.
CLOSED = (
    "default-src 'none';script-src 'unsafe-inline';style-src 'unsafe-inline';img-src data: blob:;"
    f"{_NO_WAY_OUT}"
)
#: More than this are no list any more: then every address is as good as another.
_MOST = 60
#: An address as texts, scripts and JSON write it, up to the end of the host.
_ADDRESS = re.compile(
    r"\b(https?|wss?)://([^\s/\"'`<>\\?#,;()|]*)|[\"'(=]\s*//([^\s/\"'`<>\\?#,;()|]+)", re.IGNORECASE
)
#: What names an address that nobody asks for by itself: a link, and the name of a vocabulary.
_NOT_ASKED = re.compile(r"<a\b[^<>]*>|https?://www\.w3\.org/", re.IGNORECASE)
_HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[0-9]+)?", re.IGNORECASE)
#: A page inside an address, as `folium.IFrame` writes it.
_INSIDE = re.compile(r"data:text/html[^,\s]*;base64,([A-Za-z0-9+/]+)")
_ESCAPES = {r"\/": "/", r"\u003c": "<", r"\u003e": ">", r"\u0026": "&", r"\u0027": "'", r"\"": '"'}


def policy_tag(policy: str) -> str:
    """Return a content security policy as an element of the head."""
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'


def allow_named(texts: Iterable[str]) -> str:
    """Return the policy of a map to which a user has added something.

    It allows what stands in the page, its own folder or server, and the origins that the texts name.

    Parameters
    ----------
    texts : iterable of str
        What the user's elements put into the page.
    """
    named = sorted(set().union(*(origins(text) for text in texts)))
    if len(named) > _MOST:
        named = sorted({f"{one.partition('://')[0]}:" if "://" in one else one for one in named})
    listed = "".join(f" {one}" for one in named)
    return (
        f"default-src 'self' file: data: blob: 'unsafe-inline' 'unsafe-eval'{listed};"
        f"frame-src data: blob:{listed};object-src 'none';{_NO_WAY_OUT}"
    )


def origins(text: str) -> set[str]:
    """Return the origins that a text of a page names, as a policy writes them.

    A host with a placeholder becomes one with ``*``; a host that no policy can name opens its scheme.
    """
    for written, read in _ESCAPES.items():
        text = text.replace(written, read)
    found = set()
    for page in _INSIDE.findall(text):
        # Cut to whole groups of four: "A" is nothing, where the text ends within one.
        found |= origins(base64.b64decode(page + "A" * (-len(page) % 4)).decode("utf-8", "replace"))
    for scheme, host, bare in _ADDRESS.findall(_NOT_ASKED.sub(" ", unescape(text))):
        for one in (scheme,) if scheme else ("https", "http"):
            written = _host(host or bare)
            found.add(f"{one.lower()}://{written}" if written else f"{one.lower()}:")
    return found


def _host(text: str) -> str:
    """Return a host as a policy writes it; an empty text if it cannot."""
    host = text.rpartition("@")[2].rstrip(".").lower()
    if "{" in host or "$" in host or "%" in host:
        # Of "{s}.tile.example.org" any may be asked, and so may what stands before it.
        host = re.sub(r"^.*[{}$%][^.]*", "*", host)
        if host.count(".") < 2 and not host.startswith("*.localhost"):
            return ""
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""
    return host if _HOST.fullmatch(host) else ""
