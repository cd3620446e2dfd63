"""The map as a page of text: self-contained, deterministic, safe; and what it carries."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import folium
import js_lib_leaflet
import numpy as np
import page_data
import pandas as pd
import pytest
import shapely

import mineralmap as mm
from mineralmap import shading, stages
from mineralmap.outlines import simplify_coverage

DRAWN = ("rare_earth", "critical_minerals")


@pytest.fixture(scope="module")
def india():
    return mm.maps.india()


@pytest.fixture(scope="module")
def payload(india):
    return page_data.payload(india)


def _python(code, **environment):
    """Run Python in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# --------------------------------------------------------------------------------------- the page


def test_it_is_a_folium_map_in_one_file(india, tmp_path):
    assert isinstance(india, folium.Map)
    india.save(tmp_path / "map.html")
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"], "no half-written file is left"
    assert " at 0x" not in repr(india)
    assert " at 0x" not in india._repr_html_()


def test_the_page_names_no_address_to_load_from(india):
    page = india.to_html()
    loads = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?!data:)[^\"'> ]+", page)
    assert loads == []
    assert "url(images" not in page
    assert "@import" not in page
    assert page == india.to_html(), "rendering twice gives the same page"


@pytest.mark.once
def test_two_processes_with_other_hash_seeds_give_the_same_bytes(root, tmp_path):
    """The second one has a data folder without a base map, which gets it from its own layers."""
    shutil.copytree(root / "data", tmp_path / "data")
    (tmp_path / "data" / "basemap.json").unlink()
    code = (
        "import hashlib, mineralmap as mm\n"
        "for page in (mm.maps.india(as_of='2025-07-30'), mm.maps.coast(perspective='natural_earth')):\n"
        "    print(hashlib.sha256(page.to_html().encode()).hexdigest())"
    )
    one = _python(code, PYTHONHASHSEED="1")
    other = _python(code, PYTHONHASHSEED="2", MINERALMAP_DATA=str(tmp_path / "data"))
    assert len(one.stdout.split()) == 2, one.stderr
    assert one.stdout == other.stdout, f"run `make refresh`: {other.stderr}"


@pytest.mark.once
def test_a_changed_leaflet_is_refused(tmp_path):
    shutil.copytree(Path(js_lib_leaflet.__file__).parent, tmp_path / "js_lib_leaflet")
    script = tmp_path / "js_lib_leaflet" / "static" / "js_lib_leaflet" / "leaflet.js"
    script.write_text(script.read_text(encoding="utf-8") + "//", encoding="utf-8")
    path = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    done = _python("import mineralmap as mm; mm.maps.OfflineMap().to_html()", PYTHONPATH=path)
    assert re.search(r"LayerError: leaflet.js .* is not Leaflet 1\.9\.4: expected .*Reinstall", done.stderr)


def test_hostile_text_cannot_leave_its_string():
    title = "</title></script><b>{{ 7 * 7 }}{% raise %}{# x #}${1}`\u2028\u2029\u0085&lt;<!--"
    html = mm.maps.india(title=title).to_html()
    (data,) = page_data.calls(html, "title")
    assert data["titles"] == [[0, title]], "neither run by Jinja nor lost"
    raw = re.search(r"mineralmap\.title\(.*$", html, re.MULTILINE).group(0)
    assert not set("<>&`\u2028\u2029\u0085") & set(raw)
    assert "</script><b>" not in html


def test_an_untrusted_notebook_reads_a_hint(india):
    html = india._repr_html_()
    assert "trust the notebook" in html[: html.index("<iframe")]


def test_a_failed_save_leaves_the_old_file(tmp_path, india, monkeypatch):
    target = tmp_path / "map.html"
    target.write_text("old")

    def fail(self, data):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="disk full"):
        india.save(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_still_twin_needs_no_browser(tmp_path, india):
    picture = india.to_png(tmp_path / "map.png")
    data = (tmp_path / "map.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert india.get_root().title.split(": ", 1)[1] in picture.alt
    india.to_png(tmp_path / "again.png")
    assert (tmp_path / "again.png").read_bytes() == data
    assert {path.name for path in tmp_path.iterdir()} == {"map.png", "again.png"}
    with pytest.raises(ValueError, match="still twin"):
        mm.maps.OfflineMap().to_png(tmp_path / "x.png")


# ------------------------------------------------------------------------------------ what it carries


def test_background_is_never_drawn(payload):
    titles = {row["title"] for row in (*payload["initiatives"], *payload["events"])}
    assert not titles & set(mm.load_initiatives(scope="context")["title"])
    assert not titles & set(mm.load_events(scope="context")["title"])


def test_every_step_on_the_map_leads_to_a_page(payload):
    assert all(event["pages"] for event in payload["events"])
    assert all(page["url"].startswith("http") for page in payload["pages"])


def test_a_map_of_the_past_shows_only_what_was_known(payload):
    day = "2025-07-30"
    then = page_data.payload(mm.maps.india(as_of=day))
    assert {event["title"] for event in then["events"]} <= set(mm.load_events(as_of=day)["title"])
    assert len(then["events"]) < len(payload["events"])
    summaries = dict(
        zip(*(mm.load_initiatives(as_of=day)[name] for name in ("title", "summary")), strict=True)
    )
    for row in then["initiatives"]:
        assert row["summary"] == mm.frames.cell_text(summaries[row["title"]])


@pytest.mark.parametrize("as_of", ["2012-12-31", "2025-07-30", None])
def test_the_slider_knows_what_the_loader_knows(payload, as_of):
    """Stages, places and highest rungs in the page are those of `load_initiatives` on that day."""
    last = payload["last"] if as_of is None else (stages.as_date(as_of) - pd.Timestamp(0)).days
    shown = {
        payload["initiatives"][version["initiative"]]["title"]: version
        for version in payload["versions"]
        if version["day"] <= last
    }
    expected = mm.load_initiatives(as_of=as_of, scope=DRAWN)
    assert set(shown) == set(expected["title"])
    for row in expected.itertuples():
        version = shown[row.title]
        assert version["stage"] == row.stage
        assert version["highest"] == mm.frames.cell_text(row.highest_stage)
        assert set(version["states"].split()) == set(row.states)
        assert set(version["partners"].split()) == set(row.partners)
        if version["place"] < 0:
            assert pd.isna(row.lat)
        else:
            lat, lon, _, accuracy = payload["places"][version["place"]]
            assert (lat, lon, accuracy) == (row.lat, row.lon, row.location_accuracy)


def test_the_title_follows_the_day(india):
    (data,) = page_data.calls(india.to_html(), "title")
    for day in ("2015-01-01", "2024-06-30", "2025-07-30"):
        number = (pd.Timestamp(day) - pd.Timestamp(0)).days
        shown = [text for since, text in data["titles"] if since <= number][-1]
        assert shown == shading.finding(mm.load_initiatives(as_of=day), mm.load_partners())


def test_arcs_count_rare_earth_ties_only(india, payload):
    (data,) = page_data.calls(india.to_html(), "layers.arcs")
    counts = {row["iso3"]: len(row["events"]) for row in data["partners"]}
    expected = mm.load_events(scope="rare_earth")["partners"].explode().value_counts()
    assert counts == {code: int(n) for code, n in expected.items()}
    ties = [(row, tie) for row in data["partners"] for tie in row["ties"]]
    for row, tie in ties:
        assert tie["starts"][-1][0] <= min(payload["events"][n]["day"] for n in tie["events"])
        line = np.vstack(page_data.lines(india, tie["starts"][0][1], data["steps"]))
        assert np.allclose(line[-1], [row["lon"], row["lat"]], atol=0.01), "it ends at the capital"
        if not tie["who"]:
            assert np.allclose(line[0], [77.2, 28.6], atol=0.05), "the Union's begin at New Delhi"


def test_sites_have_the_names_and_places_of_their_tables(india):
    layers = {data["kind"]: data for data in page_data.calls(india.to_html(), "layers.sites")}
    for kind, table in (("deposit", mm.load_deposits()), ("facility", mm.load_facilities())):
        placed = table[table["lat"].notna()]
        rows = [(site["lat"], site["lon"], site["name"]) for site in layers[kind]["sites"]]
        assert rows == list(zip(placed["lat"], placed["lon"], placed["name"], strict=True))
    deposits = mm.load_deposits().dropna(subset=["lat"])
    known = deposits[["monazite_mt", "reo_t"]].notna().any(axis=1)
    assert [site["look"] for site in layers["deposit"]["sites"]] == [0 if one else 1 for one in known]


@pytest.mark.parametrize("perspective", ["india", "natural_earth"])
def test_areas_come_back_from_their_arcs(perspective):
    page_map = mm.maps.explore(pd.DataFrame({"lat": [20.0], "lon": [80.0]}), perspective=perspective)
    html = page_map.to_html()
    (data,), (world,) = page_data.calls(html, "layers.states"), page_data.calls(html, "layers.world")
    shapes = [state["shape"] for state in data["states"]]
    frame = mm.load_states(perspective=perspective)
    assert [state["code"] for state in data["states"]] == list(frame["state_iso"])
    simple = simplify_coverage(frame.geometry.to_numpy(), 0.01, 2e-4)
    for back, given, code in zip(
        page_data.areas(page_map, data, shapes), simple, frame["state_iso"], strict=True
    ):
        assert shapely.area(back) == pytest.approx(shapely.area(given), rel=0.02, abs=2e-3), code
        assert shapely.hausdorff_distance(back, given) < 0.03, code
    for packed, drawn in ((data, shapes), (world, world["shapes"])):
        used = [max(n, ~n) for polygons in drawn for rings in polygons for ring in rings for n in ring]
        numbers, uses = np.unique(used, return_counts=True)
        assert list(numbers) == list(range(len(packed["arcs"]))), "no arc is idle"
        assert uses.max() == 2, "a border of two is kept once"


def test_simplified_states_still_fit_together():
    simple = simplify_coverage(mm.load_states().geometry.to_numpy(), 0.01)
    assert shapely.is_valid(simple).all()
    assert shapely.coverage_is_valid(simple)


# ----------------------------------------------------------------------------------------- recipes


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mm.maps.india(view="moon"), "'india', 'partners' or 'south'"),
        (lambda: mm.maps.india(color_by="gdp"), "'monazite' or 'initiatives'"),
        (lambda: mm.maps.india(perspective="un"), "'india' or 'natural_earth'"),
        (lambda: mm.maps.state("Utter Pradesh"), "Uttar Pradesh"),
        (lambda: mm.maps.india(as_of="July 2025"), "as_of must be a date"),
        (lambda: mm.maps.india(harbours=pd.DataFrame()), "takes no harbours"),
    ],
)
def test_a_wrong_option_is_named(call, message):
    with pytest.raises((ValueError, KeyError, TypeError), match=message):
        call()


def test_a_state_is_understood_by_name_and_has_its_districts():
    html = mm.maps.state("Kerala").to_html()
    (districts,) = page_data.calls(html, "layers.districts")
    assert len(districts["names"]) == len(mm.load_districts(states="IN-KL"))
    assert html == mm.maps.state("KL").to_html()
    (states,) = page_data.calls(html, "layers.states")
    named = {state["code"] for state in states["states"] if state["named"]}
    assert named == {"IN-KL", *mm.neighbours(mm.load_states(), "IN-KL")}


def test_a_table_of_ones_own_brings_its_own_pages():
    events = mm.load_events(scope="rare_earth").head(3).assign(title=["one", "two", "three"])
    sources = mm.load_sources().head(1).assign(url="https://example.org/mine", publisher="Mine")
    links = pd.DataFrame(
        {"event_id": events["event_id"], "role": "reports", "origin": "mine", "party": False}
    )
    links = links.assign(source_id=sources["source_id"].iloc[0])
    data = page_data.payload(mm.maps.india(events, sources=sources, event_sources=links))
    assert {event["title"] for event in data["events"]} == {"one", "two", "three"}
    assert data["pages"] == [
        {"url": "https://example.org/mine", "publisher": "Mine"}
        | {"published": mm.frames.cell_text(sources["published"].iloc[0])}
    ]
    assert {title for row in data["initiatives"] for title in [row["title"]]} == set(
        mm.load_initiatives().set_index("initiative_id").loc[events["initiative_id"], "title"]
    )


def test_a_map_without_an_event_is_a_map():
    data = page_data.payload(mm.maps.india(mm.load_events().head(0)))
    assert data["initiatives"] == data["events"] == data["versions"] == []


# ----------------------------------------------------------------------------------------- shading


def test_the_shading_takes_the_newest_split_and_has_no_upper_end():
    table = mm.load_monazite()
    newer = shading.monazite_split(table).assign(as_of="2031-05")
    newer["monazite_mt"] = newer["monazite_mt"] * 3
    shade = shading.monazite_shading(pd.concat([table, newer]))
    assert shade.key["title"].endswith("2031")
    largest = newer.loc[newer["state_iso"] != "IN"].nlargest(1, "monazite_mt").iloc[0]
    assert shade.fills[largest["state_iso"]] == shade.key["steps"][-1][0]
    assert f"to {np.ceil(largest['monazite_mt']):g}" in shade.key["steps"][-1][1]
    assert "(2031)" in shade.labels[largest["state_iso"]]
    none = shading.monazite_shading(table[table["split_in_source"] != "complete"])
    assert none.fills == {}
    assert none.figures


def test_the_shading_by_initiatives_counts_rare_earth_projects_only():
    shade = shading.initiative_shading(mm.load_initiatives())
    projects = shading.projects(mm.load_initiatives())
    named = projects["states"].explode().dropna().value_counts()
    assert set(shade.fills) == set(named.index)
    assert shade.labels[named.index[0]] == f"{named.iloc[0]} rare-earth projects"
    assert shade.bounds[-1] >= named.iloc[0]
    assert shading.initiative_shading(mm.load_initiatives().head(0)).fills == {}


def test_initiatives_of_ones_own_without_a_type_are_projects():
    own = mm.load_initiatives(scope="rare_earth").drop(columns=["type", "group"])
    data = page_data.payload(mm.maps.india(mm.load_events(), own))
    assert {row["group"] for row in data["initiatives"]} == {"project"}
    assert {row["type"] for row in data["initiatives"]} == {""}
