"""The site: read offline at a desk and on a phone, written whole or not at all, and honest on a rerun."""

from __future__ import annotations

import csv
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mineralmap import cli, figures
from mineralmap.site import export, run_notebooks

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PHONE = (390, 844)


def _files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _write(path, *cells):
    path.parent.mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=list(cells)), path)


def _shown(**data):
    """Return a code cell with a stored output of these kinds."""
    mimes = {
        "html": "text/html",
        "svg": "image/svg+xml",
        "narrow": figures.NARROW,
        "plain": "text/plain",
        "png": "image/png",
        "markdown": "text/markdown",
        "widget": "application/vnd.jupyter.widget-view+json",
    }
    bundle = {mimes[name]: content for name, content in data.items()}
    return new_code_cell("x", outputs=[new_output("display_data", data=bundle)])


def _page(tmp_path, *cells):
    """Return the page of a notebook of these cells."""
    _write(tmp_path / "own" / "a.ipynb", *cells)
    return (export(tmp_path / "site", tmp_path / "own", run=False, only="stories") / "a.html").read_text()


# ------------------------------------------------------------------- the shipped notebooks, in a browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return export(tmp_path_factory.mktemp("site") / "site", run=False, only="stories")


@pytest.mark.browser
def test_every_page_is_read_offline_without_an_error(site, watched):
    desk = (1400, 900)
    watch = watched(*desk)
    page = watch.page
    for path in sorted(site.glob("*.html")):
        page.goto(path.as_uri())
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.title()
        levels = [
            int(name[1])
            for name in page.locator("h1,h2,h3,h4").evaluate_all("all => all.map(e => e.tagName)")
        ]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(below - above <= 1 for above, below in itertools.pairwise(levels)), path.name
        # Fetched at once, and not by scrolling, which would start every map on the way.
        page.evaluate("document.querySelectorAll('img').forEach((one) => (one.loading = 'eager'))")
        page.wait_for_function("() => [...document.images].every((one) => one.alt && one.naturalWidth > 0)")
        # One visit, two widths: the page adapts as a turned or narrowed window makes it.
        for width, height in (PHONE, desk):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
            if folder := os.environ.get("MINERALMAP_PICTURES"):
                page.screenshot(path=f"{folder}/site-{path.stem}-{width}.png")
    assert watch.left_the_machine() == []
    assert watch.errors == []


@pytest.mark.browser
def test_the_index_leads_to_a_story_its_map_and_its_print(site, watched):
    watch = watched(*PHONE)
    page = watch.page
    page.goto((site / "index.html").as_uri())
    assert page.locator(".stories li").count() == len(NOTEBOOKS)
    page.locator(".stories h3 a").first.click()
    assert page.url.endswith(f"{NOTEBOOKS[0].stem}.html")
    frame = page.locator("iframe").first
    frame.scroll_into_view_if_needed()
    frame.content_frame.locator("path.mm-state").first.wait_for(state="attached", timeout=30_000)
    page.emulate_media(media="print")
    assert page.locator("table").first.is_visible()
    assert page.locator(".picture img").first.is_visible()
    assert not frame.is_visible()
    assert not page.locator("details").first.is_visible()
    page.emulate_media(media="screen")
    page.goto(page.get_by_role("link", name="Open the map on its own").first.evaluate("(one) => one.href"))
    page.locator("path.mm-state").first.wait_for(state="attached", timeout=30_000)
    assert page.locator("path.mm-state").count() == 36
    assert page.locator("html").get_attribute("lang") == "en"
    assert watch.left_the_machine() == []
    assert watch.errors == []


class _Links(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.ids = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids.add(attrs.get("id"))
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])


def test_every_link_between_the_pages_leads_somewhere(site):
    pages = {path.relative_to(site).as_posix(): _Links(path) for path in site.rglob("*.html")}
    reached = set()
    for name, page in pages.items():
        for link in page.links if not name.startswith("maps/") else ():
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "mailto"), link
                continue
            target = unquote(parts.path) or name
            assert target in pages, f"{name} links to {link}"
            assert not parts.fragment or unquote(parts.fragment) in pages[target].ids, f"{name}: {link}"
            reached.add(target)
    assert reached == set(pages), "each page and each map can be reached"


def test_pages_of_one_notebook_have_titles_of_their_own(site):
    titles = re.findall(
        r"<h3><a href=[^>]+>([^<]+)</a></h3>", (site / "index.html").read_text(encoding="utf-8")
    )
    assert len(titles) == len(set(titles)) == len(NOTEBOOKS)
    assert any(title.startswith("Tamil Nadu: what runs in a state") for title in titles)


def test_the_index_shows_the_first_lines_and_the_first_picture_of_each(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        title = cells[0].source.splitlines()[0].removeprefix("# ").replace("'", "&#39;")
        assert title in index or f": {title[0].lower()}{title[1:]}" in index
        outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
        stills = [data["image/svg+xml"] for data in outputs if "image/svg+xml" in data]
        if stills:
            assert f'src="pictures/{path.stem}-1.svg"' in index
            shown = (site / "pictures" / f"{path.stem}-1.svg").read_text(encoding="utf-8")
            assert shown.startswith("<svg")
            assert stills[0].endswith(shown)
    assert index.count("<strong>Answer.</strong>") == len(NOTEBOOKS)


# ------------------------------------------------------------------------------ what a page is made of


@pytest.fixture
def stories(tmp_path):
    _write(
        tmp_path / "stories" / "01_one.ipynb",
        new_markdown_cell("# One & only\n\nThe *first* lines, with [a link](02_two.ipynb#The-end)."),
        new_code_cell(
            "print(6 * 7)\nopen('left.txt', 'w').close()", outputs=[new_output("stream", text="42\n")]
        ),
        new_code_cell(
            "import sys; print('noise', file=sys.stderr)",
            outputs=[new_output("stream", name="stderr", text="noise\n")],
        ),
        new_markdown_cell("#### Too deep\n\n# Not a title\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    )
    _write(tmp_path / "stories" / "02_two.ipynb", new_markdown_cell("No title here. [Lost](elsewhere.csv)"))
    return tmp_path / "stories"


def test_a_run_gives_the_same_bytes_and_leaves_the_notebooks_alone(stories, tmp_path, capsys):
    before = _files(stories)
    assert cli.main(["export", str(tmp_path / "a"), "--notebooks", str(stories), "--only", "stories"]) == 0
    assert "01_one.ipynb: run" in capsys.readouterr().out
    export(tmp_path / "b", stories, run=False, only="stories")
    assert _files(tmp_path / "a") == _files(tmp_path / "b")
    assert _files(stories) == before
    page = (tmp_path / "a" / "01_one.html").read_text()
    assert "<pre>42\n</pre>" in page
    assert "noise</pre>" not in page
    assert "noise\n</pre>" not in page


def test_prose_keeps_its_order_and_its_links(stories, tmp_path):
    site = export(tmp_path / "site", stories, run=False, only="stories")
    page = (site / "01_one.html").read_text()
    assert '<h1 id="One-&amp;-only">One &amp; only</h1>' in page
    assert '<h2 id="Too-deep">' in page
    assert '<h2 id="Not-a-title">' in page
    assert '<a href="02_two.html#The-end">a link</a>' in page
    other = (site / "02_two.html").read_text()
    assert ">02 two</h1>" in other
    assert "elsewhere.csv" not in other
    assert "Lost" in other
    assert "The <em>first</em> lines, with a link." in (site / "index.html").read_text()


def test_the_index_shows_the_answer_wherever_it_is_written(tmp_path):
    answer = "**Answer.** Seven, see [here](https://example.org).\n\nMore."
    page = _page(
        tmp_path, new_markdown_cell("# How many?\n\nAn introduction."), _shown(markdown=answer, plain="x")
    )
    assert "<strong>Answer.</strong> Seven, see <a" in page
    index = (tmp_path / "site" / "index.html").read_text()
    assert "<p><strong>Answer.</strong> Seven, see here.</p>" in index
    assert "introduction" not in index


def test_pictures_have_words_and_controls_a_note(tmp_path):
    svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><title>A &lt;rise&gt;</title></svg>'
    page = _page(
        tmp_path,
        _shown(svg=svg, plain="Picture: no"),
        _shown(png="iVBORw0KGgo=\n", plain="Picture: a bar"),
        _shown(html="<table><caption>c</caption></table>", plain="t"),
        _shown(widget={}, plain="x"),
    )
    assert 'alt="A &lt;rise&gt;"' in page
    assert 'alt="a bar"' in page
    assert "<caption>c</caption>" in page
    assert "it needs a running notebook" in page
    assert (tmp_path / "site" / "pictures" / "a-1.svg").read_text().startswith("<svg")


@pytest.mark.browser
def test_text_is_no_markup_and_a_script_in_an_output_does_not_run(tmp_path, watched):
    hostile = "<script>document.title = 'taken'</script>"
    frame = (
        f'<iframe title="\'&quot;>{hostile.replace("<", "&lt;")}" srcdoc="<html><p>map</p></html>"></iframe>'
    )
    stored = [new_output("stream", text=hostile), new_output("display_data", data={"text/plain": hostile})]
    _page(
        tmp_path,
        new_code_cell(f"'{hostile}'", outputs=stored),
        _shown(html=hostile),
        # Nor one from a file beside the page.
        _shown(html='<script src="taken.js"></script>'),
        _shown(html=frame),
        _shown(svg=f"<svg><title>{hostile.replace('<', '&lt;')}</title></svg>"),
    )
    (tmp_path / "site" / "taken.js").write_text("document.title = 'taken'")
    page = watched().page
    page.goto((tmp_path / "site" / "a.html").as_uri())
    assert page.title() == "a"
    assert page.locator("main script").count() == 2, "the outputs that are HTML"
    page.goto((tmp_path / "site" / "index.html").as_uri())
    assert page.locator("main script").count() == 0


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://example.org/x.js"></script>',
        '<link rel="stylesheet" href="//example.org/x.css">',
        '<p style="background: url(https://example.org/x.png)">',
        "<style>@import 'https://example.org/x.css';</style>",
        '<iframe srcdoc="&lt;img src=&quot;http://example.org/x.png&quot;&gt;"></iframe>',
    ],
)
def test_what_asks_the_network_is_named_and_nothing_is_written(tmp_path, html):
    with pytest.raises(ValueError, match=r"a\.ipynb shows something that asks the network .*example\.org"):
        _page(tmp_path, _shown(html=html))
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<meta http-equiv="Refresh" content="0;url=other.html">', "leads away from its page"),
        ('<base href="elsewhere/">', "leads away from its page"),
        ('<iframe src="file:///etc/hostname"></iframe>', "another page in a frame"),
        ('<object data="mine.html"></object>', "another page in a frame"),
        ('<iframe srcdoc="&lt;meta http-equiv=refresh content=0&gt;"></iframe>', "leads away from its page"),
        (r'<img src="https:/\\example.org/x">', "asks the network"),
        ('<img src="ht&#9;tps:example.org/x">', "asks the network"),
    ],
)
def test_what_would_lead_away_or_show_another_file_is_refused_by_name(tmp_path, html, said):
    with pytest.raises(ValueError, match=rf"a\.ipynb shows .*{said}"):
        _page(tmp_path, _shown(html=html))
    if "srcdoc" in html:
        return
    with pytest.raises(ValueError, match=rf"a\.ipynb shows .*{said}"):
        _page(tmp_path, new_markdown_cell(html))


def test_no_first_lines_blank_the_index_and_no_sign_is_lost(tmp_path):
    hostile = (
        "<plaintext>",
        "<xmp>",
        "<style>*{display:none}</style>",
        "<table><tr>",
        "<!-- ",
        "<b onclick=x>",
    )
    for number, tag in enumerate(hostile):
        _write(tmp_path / "own" / f"{number}.ipynb", new_markdown_cell(f"# t{number}\n\nlead {tag} word"))
    cells = [new_markdown_cell("# t\n\nlast \x00 \x1b \ufffe"), _shown(plain="\ud83d")]
    (tmp_path / "own" / "z.ipynb").write_text(json.dumps(new_notebook(cells=cells)))
    (tmp_path / "own" / "._z.ipynb").write_bytes(b"\0\5\26\7Mac OS X")
    site = export(tmp_path / "site", tmp_path / "own", run=False, only="stories")
    index = (site / "index.html").read_text(encoding="utf-8")
    main = index[index.index("<ol") : index.index("</ol>")]
    assert not set(re.findall(r"<(\w+)", main)) - {"ol", "li", "div", "h3", "a", "p", "b"}
    assert "onclick" not in main
    assert "last \ufffd \ufffd \ufffd" in main
    assert not (site / "._z.html").exists()
    for path in site.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<footer>" in text
        assert not re.search("<(?:plaintext|xmp|meta http-equiv=refresh)", text)
    assert "\ufffd" in (site / "z.html").read_text(encoding="utf-8")


def test_a_file_that_is_no_sound_notebook_is_named(tmp_path, capsys):
    (tmp_path / "own").mkdir()
    head = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": '
    for text in (
        *(
            "",
            "null",
            "[]",
            "{}",
            "\0",
            "{",
            head + "[{}]}",
            head + '[{"cell_type": "markdown", "metadata": {}}]}',
        ),
        head + '[{"cell_type": "code", "source": "1", "metadata": {}, "outputs": [{}]}]}',
        head + '[{"cell_type": "markdown", "id": "a", "metadata": {}, "source": 5}]}',
    ):
        (tmp_path / "own" / "a.ipynb").write_text(text)
        arguments = ["export", str(tmp_path / "site"), "--notebooks", str(tmp_path / "own"), "--no-run"]
        assert cli.main(arguments) == 2
        assert "a.ipynb is no" in capsys.readouterr().err, text
    with pytest.raises(ValueError, match=r"a\.ipynb holds a damaged picture"):
        _page(tmp_path, _shown(png="x", plain="x"))
    assert not (tmp_path / "site").exists()


def test_what_would_hold_a_parser_up_is_read_at_once(tmp_path):
    # Each of these took minutes.
    for tag in ("<a ", '<a b="', "<b", "<!--"):
        page = _page(tmp_path, _shown(html=tag * 20_000), new_markdown_cell(f"# t\n\n{tag * 5_000}"))
        assert "<footer>" in page


@pytest.mark.once
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_export_that_is_told_to_end_leaves_nothing(tmp_path):
    _write(
        tmp_path / "own" / "a.ipynb", new_code_cell("open('begun', 'w').close(); import time; time.sleep(60)")
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "mineralmap.cli", "export", "site", "--notebooks", "own"]
    job = subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "TMPDIR": str(scratch)}, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not list(scratch.glob("*/notebooks/begun")) and time.monotonic() < deadline:
        time.sleep(0.05)
    job.terminate()
    said = job.communicate(timeout=60)[1]
    assert job.returncode == 130, said
    assert "export: stopped; nothing was written" in said
    assert [one.name for one in scratch.glob("mineralmap-*")] == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["own", "scratch"]


def test_a_phone_is_shown_the_narrow_drawing_of_a_picture(tmp_path):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="9"><title>A rise</title></svg>'
    page = _page(tmp_path, _shown(svg=svg.format(900), narrow=svg.format(360)), _shown(svg=svg.format(800)))
    assert '<source media="(max-width: 600px)" srcset="pictures/a-1-narrow.svg"' in page
    assert page.count("<source") == 1
    pictures = {path.name: path.read_text() for path in (tmp_path / "site" / "pictures").iterdir()}
    assert set(pictures) == {"a-1.svg", "a-1-narrow.svg", "a-2.svg"}
    assert 'width="360"' in pictures["a-1-narrow.svg"]
    assert "a-1-narrow.svg" in (tmp_path / "site" / "index.html").read_text()


def test_a_picture_of_the_prose_is_put_into_the_page_and_a_missing_one_is_named(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    page = _page(tmp_path, new_markdown_cell("![a dot](dot.png)"))
    assert 'alt="a dot"' in page
    assert 'src="data:image/png;base64,iVBORw0KGgo=' in page
    with pytest.raises(ValueError, match=r"a\.ipynb: there is no picture 'gone\.png' beside the notebook"):
        _page(tmp_path, new_markdown_cell("![gone](gone.png)"))


# ---------------------------------------------------------------------------------- whole or not at all


def test_a_notebook_that_fails_leaves_the_old_site_as_it_was(stories, tmp_path, capsys):
    site = export(tmp_path / "site", stories, run=False, only="stories")
    before = _files(site)
    _write(stories / "03_bad.ipynb", new_code_cell("assert 1 == 2, 'the claim does not hold'"))
    assert cli.main(["export", str(site), "--notebooks", str(stories), "--only", "stories"]) == 2
    message = capsys.readouterr().err
    assert "03_bad.ipynb was not run to its end" in message
    assert "the claim does not hold" in message
    assert _files(site) == before
    assert {path.name for path in tmp_path.iterdir()} == {"site", "stories"}


def test_an_older_site_is_replaced_as_a_whole_and_a_folder_of_someone_else_is_not(stories, tmp_path):
    site = export(tmp_path / "site", stories, run=False, only="stories")
    (stories / "02_two.ipynb").unlink()
    export(site, stories, run=False, only="stories")
    assert not (site / "02_two.html").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"site", "stories"}
    (site / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"notes\.txt"):
        export(site, stories, run=False, only="stories")
    assert (site / "notes.txt").read_text() == "mine"
    (site / "notes.txt").unlink()
    (site / "project").mkdir()
    (site / "project" / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"project/mine\.txt"):
        export(site, stories, run=False, only="stories")
    own = tmp_path / "thesis"
    own.mkdir()
    (own / "index.html").write_text("mine")
    with pytest.raises(
        FileExistsError, match=r"thesis holds 'index\.html', which is not part of an exported"
    ):
        export(own, stories, run=False, only="stories")
    assert (own / "index.html").read_text() == "mine"


def test_a_notebook_may_not_have_the_name_of_another_page(tmp_path):
    _write(tmp_path / "own" / "projects.ipynb", new_markdown_cell("# Mine"))
    with pytest.raises(ValueError, match=r"projects\.ipynb: another page of the site has that name"):
        export(tmp_path / "site", tmp_path / "own", run=False)
    with pytest.raises(ValueError, match="only"):
        export(tmp_path / "site", tmp_path / "own", only="pages")


def test_a_long_story_has_a_list_of_its_sections_and_a_link_at_each(tmp_path):
    prose = "# Long\n\n" + "\n\n".join(f"## Part {number} & more\n\nText." for number in range(4))
    page = _page(tmp_path, new_markdown_cell(prose))
    assert '<a href="#Part-0-%26-more">Part 0 &amp; more</a>' in page
    assert 'aria-label="Link to: Part 3 &amp; more"' in page


def test_stored_outputs_must_be_there_and_sound(tmp_path):
    with pytest.raises(ValueError, match=r"a\.ipynb has no stored output; export it without --no-run"):
        _page(tmp_path, new_code_cell("1"))
    error = new_output("error", ename="AssertionError", evalue="no", traceback=[])
    with pytest.raises(ValueError, match=r"a\.ipynb stops with an error: AssertionError: no"):
        _page(tmp_path, new_code_cell("x", outputs=[error]))
    with pytest.raises(FileNotFoundError, match="holds no notebook"):
        export(tmp_path / "site", tmp_path)


# -------------------------------------------------------------------------- parameters, and other tables


def _parameters(notebook):
    return [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]


def test_each_notebook_has_one_cell_of_parameters_above_all_other_code():
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        (cell,) = _parameters(notebook)
        assert cell == next(cell for cell in notebook.cells if cell.cell_type == "code"), path.name
        assert "=" in cell.source
        assert "import" not in cell.source


@pytest.mark.once
def test_another_date_can_be_set_at_the_top(monkeypatch):
    """Each notebook with a date runs for another one, so none of its words rests on the newest event."""
    monkeypatch.chdir(ROOT / "notebooks")
    dated = 0
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        (parameters,) = _parameters(notebook)
        if "as_of =" not in parameters.source:
            continue
        dated += 1
        names = {}
        # One process for all: eleven kernels would only import the same libraries again.
        for number, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{path.name}, cell {number}", "exec"), names)
            if cell is parameters:
                names |= {"as_of": "2025-07-30"} | ({"since": "2025-01-31"} if "since" in names else {})
    assert dated


def _change(folder, table, key, **cells):
    """Write other cells into the row of a table whose first cells are ``key``."""
    path = folder / "tables" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    (row,) = [row for row in rows if tuple(row.values())[: len(key)] == key]
    row |= cells
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(row), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.once
def test_a_changed_number_changes_the_answer_and_a_changed_fact_stops_its_notebook(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("MINERALMAP_DATA", str(tmp_path / "data"))
    (coasts,) = (path for path in NOTEBOOKS if path.name.startswith("03"))
    notebook = nbformat.read(coasts, as_version=4)
    _change(tmp_path / "data", "monazite", ("IN", "India", "2026-04"), monazite_mt="99.5")
    run_notebooks({coasts.name: notebook}, tmp_path)
    assert "is 99.5 million tonnes in the ground" in str(notebook)
    _change(tmp_path / "data", "events", ("bsm-public-sector-only-2019-02",), summary="A notification.")
    with pytest.raises(ValueError, match="AssertionError"):
        run_notebooks({coasts.name: notebook}, tmp_path)
