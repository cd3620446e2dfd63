"""A notebook as HTML: prose, folded code, tables, pictures with their text, frames for maps."""

from __future__ import annotations

import base64
import re
from functools import cache
from html import escape, unescape
from urllib.parse import quote, unquote, urlsplit

import jinja2
import mistune

from ._requests import check_no_request

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_FRAME = re.compile(r"<iframe\b[^>]*>", re.DOTALL)
_BITMAPS = ("image/png", "image/jpeg")


@cache
def _environment():
    loader = jinja2.PackageLoader("mineralmap.website", "templates")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def template(name):
    """Return a template of the site."""
    return _environment().get_template(name)


def _attribute(tag, name):
    found = re.search(rf'\s{name}="([^"]*)"', tag, re.DOTALL)
    return unescape(found[1]) if found else ""


def _data_uri(mime, content):
    if isinstance(content, str):
        content = content.encode()
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


class _Markdown(mistune.HTMLRenderer):
    """Markdown with headings in order and links that lead to the pages of the site.

    A link to a notebook of the site leads to its page. One to any other file would lead nowhere:
    its words stay and the link goes.
    """

    def __init__(self, page):
        super().__init__(escape=False)
        self.page, self.level, self.ids, self.attachments = page, 0, set(), {}

    def heading(self, text, level, **attrs):
        """Return a heading: the first is the title, none skips a level."""
        level = 1 if not self.level else max(2, min(level, self.level + 1))
        self.level = level
        words = re.sub(r"<[^>]*>", "", text)
        if level == 1:
            self.page.title = unescape(words)
        slug = stem = re.sub(r"[^\w]+", "-", unescape(words).lower()).strip("-") or "part"
        number = 1
        while slug in self.ids:
            number += 1
            slug = f"{stem}-{number}"
        self.ids.add(slug)
        return f'<h{level} id="{slug}">{text}</h{level}>\n'

    def link(self, text, url, title=None):
        """Return a link that works in the site, or its words."""
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "mailto"):
            return f'<a href="{escape(url)}" rel="noopener noreferrer">{text}</a>'
        name = unquote(parts.path).removeprefix("./")
        mark = f"#{quote(parts.fragment)}" if parts.fragment else ""
        if not name and mark:
            return f'<a href="{mark}">{text}</a>'
        if name.endswith(".ipynb") and (stem := name.removesuffix(".ipynb")) in self.page.stems:
            return f'<a href="{quote(stem)}.html{mark}">{text}</a>'
        return text

    def image(self, text, url, title=None):
        """Return a picture that is attached to the cell; any other one is left to its words."""
        files = self.attachments.get(unquote(url.removeprefix("attachment:")), {})
        alt = re.sub(r"<[^>]*>", "", text)
        for mime, content in files.items():
            uri = f"data:{mime};base64,{''.join(content.split())}"
            return f'<img src="{escape(uri)}" alt="{alt}">'
        if url.startswith("data:image/"):
            return f'<img src="{escape(url)}" alt="{alt}">'
        raise ValueError(
            f"{self.page.stem}.ipynb: the picture {url!r} is a file of its own; attach it to its cell instead"
        )


class Page:
    """What a notebook gives to the site.

    Attributes
    ----------
    title : str
        The first heading, or the name of the file.
    lead : str
        The first paragraph, as HTML.
    body : str
        The whole page below the head, as HTML.
    maps : dict
        File name -> page of each interactive map.
    picture, picture_name, picture_alt : str
        The first still picture (SVG), its file name and what it shows; empty if there is none.
    """

    def __init__(self, stem, notebook, stems):
        self.stem, self.stems, self.href = stem, stems, f"{quote(stem)}.html"
        self.title, self.lead, self.maps = stem.replace("_", " "), "", {}
        self.picture, self.picture_name, self.picture_alt = "", f"{stem}.svg", ""
        self._markdown = _Markdown(self)
        self._read = mistune.create_markdown(
            renderer=self._markdown, plugins=["table", "strikethrough", "footnotes", "url"]
        )
        body = "".join(self._cell(cell) for cell in notebook.cells)
        if "<h1" not in body:
            body = f"<h1>{escape(self.title)}</h1>\n{body}"
        self.body = body
        check_no_request(body, f"{stem}.ipynb")

    def _cell(self, cell):
        source = cell.source
        if cell.cell_type == "markdown":
            self._markdown.attachments = cell.get("attachments", {})
            html = _wide(self._read(source))
            if not self.lead and (first := re.search(r"<p>(.*?)</p>", html, re.DOTALL)):
                # The words alone: in the index they stand inside a list of links.
                self.lead = re.sub(r"</?(?:a|img)\b[^>]*>", "", first[1])
            return f"<section>\n{html}</section>\n"
        if cell.cell_type != "code":
            return ""
        code = (
            '<details class="code"><summary>Code</summary>'
            f'<pre tabindex="0"><code>{escape(source)}</code></pre></details>\n'
            if source.strip()
            else ""
        )
        return code + "".join(self._output(output) for output in cell.outputs)

    def _output(self, output):
        if output.output_type == "stream":
            return f"<pre>{escape(output.text)}</pre>\n" if output.name == "stdout" else ""
        data = output.get("data", {})
        if "application/vnd.jupyter.widget-view+json" in data:
            return '<p class="note">Here a control stands in JupyterLab; it needs a running notebook.</p>\n'
        if html := data.get("text/html"):
            frames = [tag for tag in _FRAME.findall(html) if _attribute(tag, "srcdoc")]
            return "".join(map(self._map, frames)) if frames else _wide(html)
        if svg := data.get("image/svg+xml"):
            return self._picture(svg)
        for mime in _BITMAPS:
            if mime in data:
                uri = f"data:{mime};base64,{''.join(data[mime].split())}"
                return _figure(uri, _alt(data.get("text/plain", "")))
        if text := data.get("text/markdown"):
            return _wide(self._read(text))
        if text := data.get("text/plain"):
            return f"<pre>{escape(text)}</pre>\n"
        return ""

    def _picture(self, svg):
        svg = svg[svg.find("<svg") :]
        found = _TITLE.search(svg)
        alt = unescape(found[1]).strip() if found else "Picture without a description"
        check_no_request(svg, f"{self.stem}.ipynb")
        if not self.picture:
            self.picture, self.picture_alt = svg, alt
        return _figure(_data_uri("image/svg+xml", svg), alt)

    def _map(self, tag):
        page, title = _attribute(tag, "srcdoc"), _attribute(tag, "title") or "Interactive map"
        check_no_request(page, f"{self.stem}.ipynb")
        # The language is for screen readers; folium's page does not name it.
        page = re.sub(r"<html(?=\s*>)", '<html lang="en"', page, count=1)
        name = f"{self.stem}-{len(self.maps) + 1}.html"
        self.maps[name] = page
        href, words = f"maps/{quote(name)}", escape(title.removeprefix("mineralmap: "))
        return (
            f'<figure class="map"><iframe src="{href}" title="{escape(title)}" loading="lazy"></iframe>'
            f'<figcaption>{words}. <a href="{href}">Open the map on its own</a></figcaption></figure>\n'
        )


def _alt(text):
    """Return what a picture shows; a bare ``<Figure size ...>`` says nothing."""
    text = text.removeprefix("Picture: ").strip()
    return "Picture without a description" if not text or text.startswith("<") else text


def _figure(uri, alt):
    words = escape(alt)
    return (
        f'<figure class="picture"><div class="wide" tabindex="0" role="group" aria-label="Picture">'
        f'<img src="{uri}" alt="{words}"></div></figure>\n'
    )


def _wide(html):
    """Let each table scroll by itself, so that the page never does so sideways."""
    html = html.replace("<table", '<div class="wide" tabindex="0" role="group" aria-label="Table"><table')
    return html.replace("</table>", "</table></div>")
