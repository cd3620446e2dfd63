"""The site: read offline at a desk and on a phone, written whole or not at all, and honest on a rerun."""

from __future__ import annotations

import csv
import itertools
import os
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mineralmap import cli
from mineralmap.website import _run, export

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SIZES = [(1400, 900), (390, 844)]


def _files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _notebook(path, *cells):
    path.parent.mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=list(cells)), path)


def _shown(source="", **data):
    mimes = {"html": "text/html", "svg": "image/svg+xml", "plain": "text/plain", "png": "image/png"}
    bundle = {mimes[name]: content for name, content in data.items()}
    return new_code_cell(source, outputs=[new_output("display_data", data=bundle)])


# ------------------------------------------------------------------ the shipped notebooks, in a browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return export(tmp_path_factory.mktemp("site") / "site", run=False)


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_every_page_is_read_offline_without_an_error(site, watched, size):
    for path in sorted(site.glob("*.html")):
        watch = watched(*size)
        page = watch.page
        page.goto(path.as_uri())
        for frame in page.locator("iframe").all():
            frame.scroll_into_view_if_needed()
            frame.content_frame.locator("path.mm-state").first.wait_for(state="attached", timeout=30_000)
        assert watch.left_the_machine() == []
        assert watch.errors == [], path.name
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path.name
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.title()
        levels = [
            int(name[1])
            for name in page.locator("h1,h2,h3,h4").evaluate_all("all => all.map(e => e.tagName)")
        ]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(below - above <= 1 for above, below in itertools.pairwise(levels)), path.name
        for image in page.locator("img").all():
            assert image.get_attribute("alt")
            image.scroll_into_view_if_needed()
            page.wait_for_function("image => image.naturalWidth > 0", arg=image.element_handle())
        if folder := os.environ.get("MINERALMAP_PICTURES"):
            page.screenshot(path=f"{folder}/site-{path.stem}-{size[0]}.png")
        page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_every_map_is_a_file_that_draws_the_states(site, watched, size):
    maps = sorted((site / "maps").iterdir())
    assert maps
    for path in maps:
        watch = watched(*size)
        watch.page.goto(path.as_uri())
        watch.page.locator("path.mm-state").first.wait_for(state="attached", timeout=30_000)
        assert watch.page.locator("path.mm-state").count() == 36
        assert watch.left_the_machine() == []
        assert watch.errors == []
        assert watch.page.locator("html").get_attribute("lang") == "en"
        watch.page.context.close()


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


@pytest.mark.browser
def test_the_index_leads_to_a_story_and_its_map(site, watched):
    page = watched(390, 844).page
    page.goto((site / "index.html").as_uri())
    assert page.locator(".stories li").count() == len(NOTEBOOKS)
    page.locator(".stories h2 a").first.click()
    assert page.url.endswith(f"{NOTEBOOKS[0].stem}.html")
    page.get_by_text("Open the map on its own").first.click()
    page.locator("path.mm-state").first.wait_for(state="attached", timeout=30_000)


@pytest.mark.browser
def test_on_paper_the_tables_stay_and_the_frames_go(site, watched):
    page = watched().page
    page.goto((site / f"{NOTEBOOKS[0].stem}.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator("table").first.is_visible()
    assert page.locator(".picture img").first.is_visible()
    assert not page.locator("iframe").first.is_visible()
    assert not page.locator("details").first.is_visible()


def test_the_index_shows_the_first_lines_and_the_first_picture_of_each(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
        assert title.replace("'", "&#39;") in index
        stills = [
            output["data"]["image/svg+xml"]
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if "image/svg+xml" in output.get("data", {})
        ]
        if stills:
            assert f'src="pictures/{path.stem}.svg"' in index
            shown = (site / "pictures" / f"{path.stem}.svg").read_text(encoding="utf-8")
            assert shown.startswith("<svg")
            assert stills[0].endswith(shown)
    assert index.count("<strong>Answer.</strong>") == len(NOTEBOOKS)


# ------------------------------------------------------------------------------- what a page is made of


@pytest.fixture
def stories(tmp_path):
    folder = tmp_path / "stories"
    _notebook(
        folder / "01_one.ipynb",
        new_markdown_cell("# One & only\n\nThe *first* lines, with [a link](02_two.ipynb#The-end)."),
        new_code_cell("print(6 * 7)\nopen('left.txt', 'w').close()"),
        new_code_cell("import sys; print('noise', file=sys.stderr)"),
        new_markdown_cell("#### Too deep\n\n# Not a title\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    )
    _notebook(folder / "02_two.ipynb", new_markdown_cell("No title here. [Lost](elsewhere.csv)"))
    return folder


def test_a_run_gives_the_same_bytes_and_leaves_the_notebooks_alone(stories, tmp_path, capsys):
    before = _files(stories)
    assert cli.main(["export", str(tmp_path / "a"), "--notebooks", str(stories)]) == 0
    assert "01_one.ipynb: run" in capsys.readouterr().out
    export(tmp_path / "b", stories)
    assert _files(tmp_path / "a") == _files(tmp_path / "b")
    assert _files(stories) == before
    page = (tmp_path / "a" / "01_one.html").read_text()
    assert "<pre>42\n</pre>" in page
    assert "noise</pre>" not in page


def test_prose_keeps_its_order_and_its_links(stories, tmp_path):
    page = (export(tmp_path / "site", stories) / "01_one.html").read_text()
    assert '<h1 id="one-only">One &amp; only</h1>' in page
    assert '<h2 id="too-deep">' in page
    assert '<h2 id="not-a-title">' in page
    assert '<a href="02_two.html#The-end">a link</a>' in page
    other = (tmp_path / "site" / "02_two.html").read_text()
    assert "<h1>02 two</h1>" in other
    assert "elsewhere.csv" not in other
    assert "Lost" in other
    index = (tmp_path / "site" / "index.html").read_text()
    assert "The <em>first</em> lines, with a link." in index


def test_pictures_have_words_and_controls_a_note(tmp_path):
    folder = tmp_path / "own"
    svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><title>A &lt;rise&gt;</title></svg>'
    control = new_output(
        "display_data", data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "x"}
    )
    _notebook(
        folder / "a.ipynb",
        _shown("1", svg=svg, plain="Picture: no"),
        _shown("2", png="iVBORw0KGgo=\n", plain="Picture: a bar"),
        _shown("3", html="<table><caption>c</caption></table>", plain="t"),
        new_code_cell("4", outputs=[control]),
    )
    page = (export(tmp_path / "site", folder, run=False) / "a.html").read_text()
    assert 'alt="A &lt;rise&gt;"' in page
    assert 'alt="a bar"' in page
    assert "it needs a running notebook" in page
    assert (tmp_path / "site" / "pictures" / "a.svg").read_text().startswith("<svg")


@pytest.mark.browser
def test_a_script_in_an_output_does_not_run(tmp_path, watched):
    _notebook(tmp_path / "own" / "a.ipynb", _shown("1", html="<script>document.title = 'taken'</script>"))
    site = export(tmp_path / "site", tmp_path / "own", run=False)
    page = watched().page
    page.goto((site / "a.html").as_uri())
    assert page.title() == "a"


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
    _notebook(tmp_path / "own" / "a.ipynb", _shown("1", html=html))
    with pytest.raises(ValueError, match=r"a\.ipynb shows something that asks the network .*example\.org"):
        export(tmp_path / "site", tmp_path / "own", run=False)
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


# ---------------------------------------------------------------------------------- whole or not at all


def test_a_notebook_that_fails_leaves_the_old_site_as_it_was(stories, tmp_path, capsys):
    site = export(tmp_path / "site", stories)
    before = _files(site)
    _notebook(stories / "03_bad.ipynb", new_code_cell("assert 1 == 2, 'the claim does not hold'"))
    assert cli.main(["export", str(site), "--notebooks", str(stories)]) == 2
    told = capsys.readouterr().err
    assert "03_bad.ipynb was not run to its end" in told
    assert "the claim does not hold" in told
    assert _files(site) == before
    assert {path.name for path in tmp_path.iterdir()} == {"site", "stories"}


def test_an_older_site_is_replaced_as_a_whole(stories, tmp_path):
    site = export(tmp_path / "site", stories)
    (stories / "02_two.ipynb").unlink()
    export(site, stories)
    assert not (site / "02_two.html").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"site", "stories"}


def test_a_folder_of_someone_else_is_not_replaced(stories, tmp_path):
    own = tmp_path / "thesis"
    own.mkdir()
    (own / "index.html").write_text("mine")
    with pytest.raises(
        FileExistsError, match=r"thesis holds 'index\.html', which is not part of an exported"
    ):
        export(own, stories)
    assert (own / "index.html").read_text() == "mine"
    site = export(tmp_path / "site", stories)
    (site / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"notes\.txt"):
        export(site, stories)
    assert (site / "notes.txt").read_text() == "mine"


def test_stored_outputs_must_be_there_and_sound(stories, tmp_path):
    with pytest.raises(ValueError, match=r"01_one\.ipynb has no stored output; export it without --no-run"):
        export(tmp_path / "site", stories, run=False)
    error = new_output("error", ename="AssertionError", evalue="no", traceback=[])
    _notebook(stories / "01_one.ipynb", new_code_cell("x", outputs=[error]))
    with pytest.raises(ValueError, match=r"01_one\.ipynb stops with an error: AssertionError: no"):
        export(tmp_path / "site", stories, run=False)
    with pytest.raises(FileNotFoundError, match="holds no notebook"):
        export(tmp_path / "site", tmp_path)


# -------------------------------------------------------------------------- parameters, and other tables


def _rerun(notebook, folder):
    _run({"a.ipynb": notebook}, folder, lambda line: None)


def _parameters(notebook):
    return [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_one_cell_of_parameters_above_all_other_code(path):
    notebook = nbformat.read(path, as_version=4)
    (cell,) = _parameters(notebook)
    assert cell == next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert "=" in cell.source
    assert "import" not in cell.source


_DATED = [path for path in NOTEBOOKS if "as_of =" in _parameters(nbformat.read(path, as_version=4))[0].source]


@pytest.mark.parametrize("path", _DATED, ids=lambda path: path.stem)
def test_another_date_can_be_set_at_the_top(path):
    notebook = nbformat.read(path, as_version=4)
    (cell,) = _parameters(notebook)
    # Papermill puts the reader's values into a new cell below the one that is tagged.
    values = 'as_of = "2025-07-30"'
    if "since =" in cell.source:
        values += '\nsince = "2025-01-31"'
    notebook.cells.insert(notebook.cells.index(cell) + 1, new_code_cell(values))
    _rerun(notebook, path.parent)


def test_a_changed_row_fails_the_claims_that_rest_on_it_and_no_others(tmp_path, monkeypatch):
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    table = data / "tables" / "monazite.csv"
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    newest = max((row for row in rows if row["state_iso"] == "IN"), key=lambda row: row["as_of"])
    newest["monazite_mt"] = str(float(newest["monazite_mt"]) + 1)
    with table.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setenv("MINERALMAP_DATA", str(data))
    coasts = nbformat.read(ROOT / "notebooks" / "03_monazite_coasts.ipynb", as_version=4)
    with pytest.raises(ValueError, match=r"assert total == 13\.15"):
        _rerun(coasts, tmp_path)
    _rerun(nbformat.read(ROOT / "notebooks" / "02_uttar_pradesh_and_japan.ipynb", as_version=4), tmp_path)


def test_a_data_folder_without_tables_is_told(tmp_path, monkeypatch):
    from mineralmap import _paths
    from mineralmap.errors import LayerError

    monkeypatch.setenv("MINERALMAP_DATA", str(tmp_path))
    with pytest.raises(LayerError, match=r"MINERALMAP_DATA names .* which has no folder 'tables'"):
        _paths.data_folder.__wrapped__()
