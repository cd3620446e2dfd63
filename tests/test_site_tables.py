"""The pages made from the tables: whole, linked, honest, found by the search, and usable by all."""

from __future__ import annotations

import html
import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

import mineralmap as mm
from mineralmap import codebook
from mineralmap.site import export
from mineralmap.site.downloads import downloads
from mineralmap.site.rendering import Site

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "tools" / "scripts" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.once
INSIDE = re.compile(r'\b(?:href|src|content)="((?!https?:)[^"]*?\.[a-z]+(?:#[^"]*)?|#[^"]+)"')
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the site with one small story beside the pages of the tables."""
    folder = tmp_path_factory.mktemp("site")
    story = new_notebook(
        cells=[
            new_markdown_cell(
                "# Where is cerium?\n\n**Answer.** Nowhere, says [a page](https://example.org)."
            )
        ]
    )
    (folder / "own").mkdir()
    nbformat.write(story, folder / "own" / "cerium.ipynb")
    return export(folder / "site", folder / "own", run=False)


@pytest.fixture(scope="module")
def pages(site):
    """Return address -> HTML of every page but the maps."""
    found = {path.relative_to(site).as_posix(): path for path in site.rglob("*.html")}
    return {name: path.read_text() for name, path in found.items() if not name.startswith("maps/")}


def _linked_data(page):
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [json.loads(block) for block in blocks]


# ----------------------------------------------------------------------------------- whole and linked


def test_every_row_has_its_page(site):
    def names(folder):
        return {path.stem for path in (site / folder).glob("*.html")}

    assert names("state") == set(codebook.codes("state"))
    assert names("project") == set(mm.load_initiatives()["initiative_id"])
    assert names("actor") == set(mm.load_actors()["actor_id"])
    assert names("partner") == set(mm.load_partners()["iso3"]) - {"IND"}
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 25e6


def test_every_link_inside_leads_somewhere(site, pages):
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    ids = {name: set(re.findall(r'\bid="([^"]*)"', page)) for name, page in pages.items()}
    drawn = set(mm.load_initiatives(scope=["rare_earth", "critical_minerals"])["initiative_id"])
    reached = {"index.html"}
    for name, page in pages.items():
        folder = Path(name).parent
        for found in set(
            re.findall(r'\b(?:href|src|content)="((?!https?:)[^"]*?\.[a-z]+(?:#[^"]*)?|#[^"]+)"', page)
        ):
            parts = urlsplit(html.unescape(found))
            target = os.path.normpath(folder / unquote(parts.path)) if parts.path else name
            assert target in files, f"{name} links to {found}"
            reached.add(target)
            if target.startswith("maps/"):
                said = parse_qs(parts.fragment)
                assert not said.keys() - {"open", "state", "view", "partner", "leader"}, found
                assert set(said.get("open", ())) <= drawn, f"{name}: {found}"
            elif parts.fragment and target != "report.html":
                assert unquote(parts.fragment) in ids[target], f"{name} links to {found}"
    assert reached >= set(pages), "each page can be reached"
    assert reached >= {name for name in files if name.startswith(("maps/", "data/"))}


def test_a_page_says_what_it_is(pages):
    titles = {}
    for name, page in pages.items():
        assert page.startswith('<!DOCTYPE html>\n<html lang="en">'), name
        assert re.search(r'<meta name="description" content="[^"]{15,}', page), name
        assert page.count("<h1") == 1, name
        assert "report.html#page=" in page, name
        words = re.sub(r"<[^>]+>", "|", page)
        assert not re.search(r"(?<![\w-])(?:nan|NaN|NaT|<NA>)(?![\w-])|\|None\|", words), name
        titles.setdefault(re.search(r"<title>(.*?)</title>", page)[1], []).append(name)
    assert [names for names in titles.values() if len(names) > 1] == []


# -------------------------------------------------------------------------------- answers with sources


def test_every_event_stands_on_the_page_of_its_project_with_all_its_sources(pages):
    sources = mm.load_event_sources().merge(mm.load_sources(), on="source_id")
    for event in mm.load_events().itertuples():
        page = pages[f"project/{event.initiative_id}.html"]
        own = page[page.index(f'<article class="event" id="{event.event_id}"') :]
        own = html.unescape(own[: own.index("</article>")])
        assert event.title in own
        assert event.summary in own
        for url in sources.loc[sources["event_id"] == event.event_id, "url"]:
            assert f'href="{url}"' in own, event.event_id


def test_states_partners_and_actors_list_their_events_with_sources(pages):
    events = mm.load_events()
    for folder, column in (("state", "states"), ("partner", "partners")):
        for code in ("IN-UP", "IN-TN") if folder == "state" else ("JPN", "AUS"):
            page = pages[f"{folder}/{code}.html"]
            found = set(re.findall(r"project/[a-z0-9-]+\.html#([a-z0-9-]+)", page))
            assert found == {row.event_id for row in events.itertuples() if code in getattr(row, column)}
            assert page.count('<ul class="sources">') == len(found)
    page = pages["actor/toyota-tsusho.html"]
    assert "Led" not in page
    assert "Leads:" in page


def test_a_state_without_projects_says_so_and_what_was_searched(pages):
    named = {code for cell in mm.load_initiatives()["states"] for code in cell}
    without = set(codebook.codes("state")) - named
    assert without
    for code in without:
        assert "No project in the tables names" in pages[f"state/{code}.html"]
    searched = {code for cell in mm.load_coverage()["states"] for code in cell}
    for code in codebook.codes("state"):
        page = pages[f"state/{code}.html"]
        assert ("No search was made for" in page) == (code not in searched)
        assert "searches for all of India" in page


def test_a_project_says_its_stage_its_doubts_and_what_is_next(pages):
    outlook = mm.outlook(scope=None).set_index("initiative_id")
    for row in mm.load_initiatives().itertuples():
        page = html.unescape(pages[f"project/{row.initiative_id}.html"])
        assert ("not confirmed for two years" in page.partition('id="facts"')[0]) == row.unconfirmed
        since = "by a report of" if row.stage == "operating" else "since"
        assert f'{since} <a href="#{row.stage_event_id}">' in page
        assert outlook.loc[row.initiative_id, "next_evidence"] in page
        assert ('src="../maps/overview.html#open=' in page) == (row.scope != "context")
    for row in mm.load_conflicts().itertuples():
        owner = mm.load_events().set_index("event_id").loc[row.event_id, "initiative_id"]
        assert f"Sources differ on {row.field}:" in html.unescape(pages[f"project/{owner}.html"])


# ------------------------------------------------------------------------------------- for machines


def test_the_feed_has_the_changes_under_names_that_stay(site):
    feed = ET.parse(site / "changes.atom").getroot()
    entries = feed.findall(f"{ATOM}entry")
    newest = mm.load_events()["date"].max()
    changed = mm.changes(newest - mm.data.pd.DateOffset(months=6)).events
    assert [one.findtext(f"{ATOM}title") for one in entries[:3]] == list(changed["title"][:3])
    assert len(entries) == len(changed)
    names = [one.findtext(f"{ATOM}id") for one in [feed, *entries]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", name) for name in names)
    days = [one.findtext(f"{ATOM}updated") for one in [feed, *entries]]
    assert days == sorted(days, reverse=True)
    assert days[0] == f"{newest.date()}T00:00:00Z"
    assert all(re.fullmatch(r"\S+", link.get("href")) for link in feed.iter(f"{ATOM}link"))


def test_the_tables_and_the_claims_are_described_for_machines(site, pages):
    (dataset,) = _linked_data(pages["index.html"])
    assert dataset["@type"] == "Dataset"
    assert dataset["version"] == mm.__version__
    files = {one["contentUrl"] for one in dataset["distribution"]}
    assert files == {path.relative_to(site).as_posix() for path in (site / "data").rglob("*.*")}
    assert "data/events.csv" in files
    reviews = _linked_data(pages["claims.html"])
    checked = mm.claims.check_all()
    assert [one["claimReviewed"] for one in reviews] == list(checked["text"])
    assert [one["reviewRating"]["alternateName"] for one in reviews] == list(checked["verdict"].astype(str))


def test_what_is_downloaded_is_what_is_in_the_tables(site):
    for table in codebook.tables().values():
        assert (site / "data" / table.file).read_bytes() == (
            ROOT / "data" / "tables" / table.file
        ).read_bytes()
    points = json.loads((site / "data" / "geojson" / "initiatives.geojson").read_text())["features"]
    placed = {one["properties"]["initiative_id"] for one in points if one["geometry"]}
    items = mm.load_initiatives()
    assert placed == set(items.loc[items["lat"].notna(), "initiative_id"])
    for name in ("mineralmap.xlsx", "mineralmap.sqlite", "parquet/events.parquet"):
        assert f'href="data/{name}"' in (site / "data.html").read_text()


def test_whatever_is_added_below_data_is_offered():
    site = Site("")
    site.files["data/all_tables.xlsx"] = b"x" * 2000
    (found,) = downloads(site)
    assert (found.address, found.name, found.format) == ("data/all_tables.xlsx", "all tables", "Excel")


def test_the_code_is_described_in_codemeta():
    described = json.loads((ROOT / "codemeta.json").read_text())
    assert (described["name"], described["version"]) == ("mineralmap", mm.__version__)


def test_text_of_a_table_is_never_markup():
    hostile = "<script>alert('x')</script>\" onload=\"y"
    site = Site("")
    site.share(records=None)
    site.add("a.html", "table.html.j2", title=hostile, intro=hostile, columns=[], rows=[(hostile, [])])
    page = site.files["a.html"].decode()
    assert "<script>alert" not in page
    assert '" onload="y' not in page


# ---------------------------------------------------------------------------------------- in a browser

#: Short ones of their kind: what axe looks at grows with the page, what it finds does not.
KINDS = (
    *("project/lohum-research-centre.html", "deposits.html", "index.html"),
    *("state/IN-SK.html", "actor/lohum.html", "partner/KAZ.html"),
)


def _faults(page):
    page.evaluate(AXE.read_text())
    return page.evaluate(
        """async () => {
        const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
        const options = { iframes: false, preload: false, runOnly: { type: "tag", values } };
        const { violations } = await axe.run(document, options);
        return violations.flatMap(({ id, nodes }) =>
        nodes.map((one) => id + ": " + one.html.slice(0, 160))); }"""
    )


@pytest.mark.browser
def test_pages_fit_and_all_can_use_them(site, watched):
    if not AXE.is_file():
        reason = "axe-core is not installed (make lint-scripts)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    watch = watched()
    page = watch.page
    # The maps have tests of their own, and one page opens its map below.
    page.route("**/maps/*.html", lambda route: route.fulfill(content_type="text/html", body="<p>map</p>"))
    for number, name in enumerate(KINDS):
        page.goto((site / name).as_uri())
        for (width, height), scheme in (((390, 844), "dark"), ((1400, 900), "light")):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            # What is not read twice, or at all, is made of the same parts.
            if number < (5 if width > 390 else 2):
                assert _faults(page) == [], (name, width)
            if folder := os.environ.get("MINERALMAP_PICTURES"):
                page.screenshot(path=f"{folder}/site-{name.replace('/', '-')}-{width}.png")
    assert watch.left_the_machine() == []
    assert watch.errors == []


@pytest.mark.browser
def test_the_search_finds_what_people_ask_for(site, watched):
    watch = watched()
    page = watch.page
    page.route("**/maps/*.html", lambda route: route.fulfill(content_type="text/html", body="<p>map</p>"))
    page.goto((site / "state" / "IN-SK.html").as_uri())
    page.keyboard.press("/")
    field = page.locator("#search")
    wanted = {
        **{"Toyota": "Toyota Tsusho", "Vizag": "Visakhapatnam", "tender": "Magnet tender", "Lohum": "Lohum"},
        **{"neodymium": "neodymium", "NFTDC": "NFTDC", "Quad": "Quad", "Kanyakumari": "Kanniyakumari"},
        **{"magnet scheme": "REPM", "Orissa": "Odisha", "UP": "Uttar Pradesh", "Hindustan Zinc": "Zinc"},
        **{"IREL": "IREL (India) Limited", "cerium": "Where is cerium?", "thorium": "thorium"},
        **{"dysprosium": "Dysprosium", "20 bids": "20 bids", "Chavara": "Chavara", "Yamanashi": "Yamanashi"},
        **{"recycling": "recycling"},
    }
    field.fill("Toyota")
    page.locator('#found[data-of="Toyota"]').wait_for()
    shown = page.evaluate(
        """async (wanted) => { const field = document.querySelector("#search"), shown = {};
        for (const typed of wanted) {
            field.value = typed;
            field.dispatchEvent(new Event("input"));
            const said = document.querySelector("#found");
            while (said.dataset.of !== typed) await new Promise((done) => setTimeout(done, 10));
            const links = [...document.querySelectorAll(".results a")].slice(0, 8);
            shown[typed] = links.map((one) => one.textContent).join("|"); }
        return shown; }""",
        list(wanted),
    )
    for typed, title in wanted.items():
        assert title.casefold() in shown[typed].casefold(), typed
    assert "found" in page.locator("#found").inner_text()
    field.fill("xyzzy")
    page.get_by_text("Nothing found").wait_for()
    page.keyboard.press("Escape")
    assert field.input_value() == ""
    assert not page.locator(".results").is_visible()
    field.fill("Orissa")
    page.locator('#found[data-of="Orissa"]').wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent").startswith("Odisha")
    page.keyboard.press("Enter")
    page.wait_for_url("**/state/IN-OD.html")
    assert watch.left_the_machine() == []
    assert watch.errors == []


@pytest.mark.browser
def test_a_table_is_sorted_and_filtered_and_a_row_reported(site, watched):
    watch = watched()
    page = watch.page
    page.goto((site / "projects.html").as_uri())
    rows = page.locator("tbody tr:not([hidden])")
    page.get_by_role("button", name="Events").click()
    page.get_by_role("button", name="Events").click()
    counts = [int(text) for text in page.locator("tbody tr td:nth-child(9)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    page.get_by_role("combobox", name="Stage").select_option("Operating")
    operating = mm.load_initiatives().query("stage == 'operating' and not unconfirmed")
    assert rows.count() == len(operating)
    page.get_by_label("Filter rows").fill("kerala")
    assert 0 < rows.count() < len(operating)
    assert "rows shown" in page.locator(".tools + p").inner_text()
    row = rows.first.get_attribute("id")
    rows.first.get_by_role("link", name="Error?").click()
    report = page.get_by_label("The report").input_value()
    assert report.startswith(f"Page: projects.html\nRow: {row}\n")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto((site / "project" / f"{row}.html").as_uri())
    page.get_by_role("button", name="Copy citation").click()
    page.get_by_text("Copied").wait_for()
    assert str(mm.cite()) in page.evaluate("navigator.clipboard.readText()")
    frame = page.locator("iframe")
    frame.scroll_into_view_if_needed()
    story = frame.content_frame.locator(".mm-story h2")
    story.wait_for(timeout=30_000)
    assert story.inner_text() == page.locator("h1").inner_text(), "the one map, opened at this project"
    assert watch.left_the_machine() == []
    assert watch.errors == []
