"""Notebooks as HTML: nbconvert and the templates make a page; here it is fitted into the site."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets.config import Config

from ..figures import NARROW
from ..text import legible
from .foreign_html import alone, kept_in, map_frame, parse, plain_prose
from .rendering import Site

__all__ = ["Page", "add_stories"]

_PICTURES = {"image/svg+xml": ".svg", "image/png": ".png", "image/jpeg": ".jpg"}
_WIDGET = "application/vnd.jupyter.widget-view+json"
_CONTROL = "*Here a control is shown in JupyterLab; it needs a running notebook.*"
_NO_WORDS = "Picture without a description"
#: A page of as many sections has a list of them.
_LONG = 4
#: Length of what shows a page in a line or two.
_DESCRIPTION = 200
#: Of the forms that an output has, the first of these is shown.
_PRIORITY = [_WIDGET, "text/html", *_PICTURES, "text/markdown", "text/plain"]


@dataclass
class Page:
    """A notebook in the site: its address and title, its cells, and what the index shows of it."""

    href: str
    title: str
    body: str
    lead: str
    picture: str
    picture_alt: str
    narrow: str
    description: str


def add_stories(site: Site, notebooks: Mapping[str, NotebookNode], folder: Path) -> list[Page]:
    """Add the pages of notebooks, their maps and their pictures.

    Parameters
    ----------
    site : Site
    notebooks : mapping
        Name of the file -> notebook with its outputs.
    folder : Path
        Where the pictures are that prose shows; they become part of the page.

    Returns
    -------
    list of Page
        In their order.

    Raises
    ------
    ValueError
        A page shows something that asks the network, or a picture that is not there.
    """
    exporter = HTMLExporter(
        template_name="mineralmap",
        extra_template_basedirs=[str(Path(__file__).with_name("templates"))],
        preprocessors=[OutputFiles],
        exclude_anchor_links=True,  # and with them the ids, which the headings get below
        config=Config(NbConvertBase={"display_data_priority": _PRIORITY}),
    )
    stems = {name.removesuffix(".ipynb") for name in notebooks}
    pages: list[Page] = []
    for name, notebook in notebooks.items():
        metadata = {"name": name.removesuffix(".ipynb"), "path": str(folder)}
        # Not HTMLExporter's: it reads the page by a parser that some pages hold up for minutes.
        html, resources = TemplateExporter.from_notebook_node(
            exporter, notebook, resources={"metadata": metadata, "outputs": {}}
        )
        pages.append(_page(html, metadata["name"], stems, folder))
        site.files |= resources["outputs"]
    _tell_apart(pages)
    for page, before, after in zip(pages, [None, *pages], [*pages[1:], None], strict=False):
        address = unquote(page.href)
        site.add(address, "page.html.j2", seed=page.body, page=page, before=before, after=after)
    return pages


# -------------------------------------------------------------------------------- outputs that become files


class OutputFiles(Preprocessor):
    """Move every still picture and every interactive map of a notebook into a file of its own."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Put the files into ``resources["outputs"]``, their names into the metadata of the output."""
        name = f"{resources['metadata']['name']}.ipynb"
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            shown = next((kind for kind in _PRIORITY if kind in data), "")
            if shown == _WIDGET:
                output.data = {"text/markdown": _CONTROL}
            elif shown == "text/html":
                frames = parse(data[shown], name, frames=True).select("iframe[srcdoc]")
                output.metadata["maps"] = [_map(frame, resources) for frame in frames]
            elif shown in _PICTURES:
                if shown == "image/svg+xml":
                    parse(data[shown], name)
                output.metadata |= _picture(data, shown, resources)
        return cell, resources


def _add(resources: dict[str, Any], folder: str, ending: str, content: bytes) -> str:
    """Add a file under the next number, and return its name in the site."""
    number = 1 + sum(
        name.startswith(f"{folder}/") and "-narrow." not in name for name in resources["outputs"]
    )
    name = f"{folder}/{resources['metadata']['name']}-{number}{ending}"
    resources["outputs"][name] = content
    return name


def _map(frame: Tag, resources: dict[str, Any]) -> dict[str, str]:
    # The language is for screen readers; folium's page does not name it.
    page = re.sub(r"<html(?=\s*>)", '<html lang="en"', str(frame["srcdoc"]), count=1)
    page = alone(page, f"{resources['metadata']['name']}.ipynb")
    title = str(frame.get("title") or "Interactive map").removeprefix("mineralmap: ")
    file = _add(resources, "maps", ".html", page.encode())
    return {"file": file, "title": title, "frame": map_frame(file, title)}


def _picture(data: Mapping[str, str], kind: str, resources: dict[str, Any]) -> dict[str, str]:
    if kind == "image/svg+xml":
        svg = legible(data[kind][data[kind].find("<svg") :])
        title = re.search(r"<title>(.*?)</title>", svg, re.DOTALL)
        alt, content = unescape(title[1]).strip() if title else "", svg.encode()
    else:
        alt, content = data.get("text/plain", "").removeprefix("Picture: "), _bitmap(data[kind], resources)
    if not alt or alt.startswith("<"):  # a bare <Figure size ...> says nothing
        alt = _NO_WORDS
    shown = {"picture": _add(resources, "pictures", _PICTURES[kind], content), "alt": alt}
    if NARROW in data:
        name = shown["picture"].replace(_PICTURES[kind], "-narrow.svg")
        resources["outputs"][name] = legible(data[NARROW][data[NARROW].find("<svg") :]).encode()
        shown["narrow"] = name
    return shown


def _bitmap(encoded: str, resources: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(encoded)
    except ValueError as error:
        raise ValueError(f"{resources['metadata']['name']}.ipynb holds a damaged picture: {error}") from None


# ------------------------------------------------------------------------------- a page as part of the site


def _page(html: str, stem: str, stems: set[str], folder: Path) -> Page:
    """Return a rendered notebook with headings in order, and links and tables that work in the site."""
    body = parse(html, f"{stem}.ipynb")
    level = 0
    for heading in body.find_all(re.compile("^h[1-6]$")):
        # The first is the title, and none skips a level: so a screen reader can tell what is where.
        level = max(2, min(int(heading.name[1]), level + 1)) if level else 1
        heading.name, heading["id"] = (
            f"h{level}",
            "-".join(heading.get_text().split()),
        )  # as JupyterLab has it
    if not level:
        body.insert(0, title := body.new_tag("h1"))
        title.string = stem.replace("_", " ")
    for link in body.select("a[href]"):
        _fit_link(link, stems)
    for image in body.select("img:not([alt])"):
        image["alt"] = _NO_WORDS
    for image in body.select("section img"):
        image["src"] = _embedded(str(image.get("src", "")), folder, f"{stem}.ipynb")
    for table in body.find_all("table"):
        # Each scrolls by itself, so that the page never does so sideways.
        attributes = {"class": "wide", "tabindex": "0", "role": "group", "aria-label": "Table"}
        table.wrap(body.new_tag("div", attrs=attributes))
    name, lead = body.select("h1")[0].get_text(), _lead(body)
    _add_anchors(body)
    picture, narrow = body.select_one(".picture img"), body.select_one(".picture source")
    return Page(
        href=f"{quote(stem)}.html",
        title=name,
        body=kept_in(str(body)),
        lead=lead,
        picture=unquote(str(picture.get("src", ""))) if picture else "",
        picture_alt=str(picture.get("alt", "")) if picture else "",
        narrow=unquote(str(narrow.get("srcset", ""))) if narrow and picture in narrow.parent else "",  # type: ignore[operator]
        description=_plain(lead),
    )


def _embedded(address: str, folder: Path, name: str) -> str:
    """Return a picture of the prose as an address that holds it."""
    if address.startswith("data:"):
        return address
    kind = mimetypes.guess_type(address)[0] or "image/png"
    try:
        place = (folder / unquote(address)).resolve()
        # No file from elsewhere on the machine becomes part of a page.
        content = place.read_bytes() if place.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):
        content = None
    if content is None:
        raise ValueError(f"{name}: there is no picture {address!r} beside the notebook")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _tell_apart(pages: Sequence[Page]) -> None:
    """Add to a title that several pages have what only the name of its file has: one notebook, two states."""
    for title, number in Counter(page.title for page in pages).items():
        if number == 1:
            continue
        same = [page for page in pages if page.title == title]
        stems = [unquote(page.href).removesuffix(".html").split("_") for page in same]
        shared = sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, zip(*stems, strict=False)))
        for page, stem in zip(same, stems, strict=True):
            if own := " ".join(stem[shared:]).title():
                page.title = f"{own}: {title[0].lower()}{title[1:]}"


def _plain(html: str) -> str:
    """Return HTML as one line of text, cut at a word, for what shows a page in a line or two."""
    text = " ".join(BeautifulSoup(html, "lxml").get_text(" ").split()).removeprefix("Answer. ")
    return text if len(text) <= _DESCRIPTION else text[:_DESCRIPTION].rpartition(" ")[0] + " ..."


def _add_anchors(body: BeautifulSoup) -> None:
    """Give every heading below the title a link to itself, and a long page a list of its sections."""
    sections = body.select("h2[id]")
    if len(sections) >= _LONG:
        links = ((quote(str(one["id"])), escape(one.get_text())) for one in sections)
        items = "".join(f'<li><a href="#{key}">{words}</a></li>' for key, words in links)
        nav = f'<nav class="contents" aria-label="On this page"><ul>{items}</ul></nav>'
        sections[0].insert_before(BeautifulSoup(nav, "html.parser"))  # of our own, whole
    for heading in body.select("h2[id], h3[id], h4[id]"):
        words = heading.get_text()
        link = body.new_tag("a", attrs={"class": "anchor", "href": f"#{quote(str(heading['id']))}"})
        link["aria-label"] = f"Link to: {words}"
        link.string = "#"
        heading.extend([" ", link])


def _fit_link(link: Tag, stems: set[str]) -> None:
    """Lead a link to a notebook to its page; one to another file would lead nowhere: its words stay."""
    parts = urlsplit(str(link["href"]))
    name = unquote(parts.path).removeprefix("./")
    if parts.scheme in ("http", "https", "mailto"):
        link["rel"] = "noopener noreferrer"
    elif name.removesuffix(".ipynb") in stems:
        link["href"] = f"{quote(name.removesuffix('.ipynb'))}.html" + f"#{parts.fragment}" * bool(
            parts.fragment
        )
    elif name and not name.startswith("maps/"):
        link.unwrap()


def _lead(body: BeautifulSoup) -> str:
    """Return the answer, or else the first paragraph, as HTML of words alone: the index shows it."""
    prose = body.select("section p")
    answers = (text for text in prose if text.get_text().startswith("Answer."))
    return plain_prose(str(next(answers, prose[0] if prose else "")))
