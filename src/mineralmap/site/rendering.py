"""The pages of the site as they are made: one frame for all, every text of a table escaped."""

from __future__ import annotations

import hashlib
import math
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .. import citation, codebook, style
from ..frames import cell_text, is_missing
from ..maps.policy import SANDBOX
from ..stages import SIGN_OF
from ..tables import link
from ..text import format_date, format_partial, join_words, legible, pluralize

__all__ = ["Site"]

#: The pages that every page leads to: address and name.
NAVIGATION = (
    ("index.html", "Map and answers"),
    ("states.html", "States"),
    ("projects.html", "Projects"),
    ("partners.html", "Partner countries"),
    ("actors.html", "Companies and bodies"),
    ("changes.html", "What changed"),
    ("claims.html", "Claims checked"),
    ("data.html", "Data"),
    ("glossary.html", "Glossary"),
)
_ASSETS = ("site.css", "page.js", "tables.js", "search.js")


def _sign(stage: str) -> Markup:
    """Return the sign of a stage as on the maps; it says nothing by itself."""
    return Markup('<i class="sign sign-{}"></i>').format(SIGN_OF[stage])


def _sign_styles() -> str:
    """Return the signs as rules of a style sheet: each once for all pages."""
    rules = []
    for code, sign in codebook.vocabulary("sign").items():
        ink = style.darker(sign.colour)
        looks = {
            "fill": f"fill='{sign.colour}' stroke='{ink}'",
            "paper": f"fill='#fff' stroke='{ink}'",
            "ink": f"fill='{ink}'",
            "line": f"fill='none' stroke='{ink}' stroke-width='2'",
        }
        parts = (part.partition(" ") for part in sign.marker.split(";"))
        paths = "".join(f"<path {looks[role]} d='{path}'/>" for role, _, path in parts)
        drawn = quote(
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>{paths}</svg>", safe=" =/:'"
        )
        rules.append(f'.sign-{code} {{ background-image: url("data:image/svg+xml,{drawn}"); }}\n')
    return "".join(rules)


def _number(value: float) -> str:
    """Return a number as a newspaper prints it."""
    return f"{value:,.10g}" if math.isfinite(value) else ""


def _iri(url: str) -> str:
    """Return an address in which nothing is left that a feed may not hold, as a blank or a bracket."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*")


def _label(code: Any, vocabulary: str) -> str:
    """Return the name of a code; a code that the vocabulary lacks as it is."""
    return codebook.labels(vocabulary).get(code, cell_text(code))


class Site:
    """The files of a site: address -> content.

    Parameters
    ----------
    mark : str
        HTML for the head of each page, by which a later export knows its own site.
    tables : bool
        Whether the site has the pages that are made from the tables.
    """

    def __init__(self, mark: str, *, tables: bool = True) -> None:
        self.files: dict[str, bytes] = {}
        self.tables = tables
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "label": _label,
            "words": join_words,
            "number": _number,
            "written": partial(format_partial, short=True),
            "text": cell_text,
            "sign": _sign,
            "iri": _iri,
        }
        self._environment.tests |= {
            "missing": is_missing,
            "web": lambda url: link(url, "").is_web,
        }
        self._environment.globals |= {
            "mark": Markup(mark),
            "sandbox": SANDBOX,
            "site": citation.TITLE,
            "cite": str(citation.cite()),
            "navigation": NAVIGATION if tables else NAVIGATION[:1],
            "with_tables": tables,
            "day": format_date,
            "plural": pluralize,
            "vocabulary": codebook.vocabulary,
        }
        for name in _ASSETS:
            content = (resources.files(__package__) / "assets" / name).read_text(encoding="utf-8")
            self.files[f"assets/{name}"] = content.encode()
        head = f":root {{ --face: {style.TYPEFACE}; }}\n{_sign_styles()}"
        self.files["assets/site.css"] = head.encode() + self.files["assets/site.css"]

    def share(self, **values: Any) -> None:
        """Give every page of the tables these values and functions."""
        self._environment.globals |= values

    def add(self, address: str, template: str, *, seed: str = "", **values: Any) -> None:
        """Render a page.

        Parameters
        ----------
        address : str
            Where it is in the site.
        template : str
            Name of its template.
        seed : str
            What the page holds of HTML that is not ours. The scripts of the page are known by a word made
            from it, so that nothing in it can know the word and run as one of them.
        **values
            For the template.
        """
        nonce = hashlib.sha256(legible(seed or address).encode()).hexdigest()[:24]
        root = "../" * address.count("/")
        rendered = self._environment.get_template(template).render(
            address=address, root=root, nonce=nonce, **values
        )
        self.files[address] = legible(rendered).encode()

    def macro(self, template: str, name: str, **values: Any) -> Any:
        """Return a macro of a template, to be called for a part of many pages."""
        return getattr(self._environment.get_template(template).make_module(values), name)

    def write(self, target: Path) -> None:
        """Write the files into an empty folder."""
        for name, content in self.files.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(content)
