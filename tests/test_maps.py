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
from hypothesis import given
from hypothesis import strategies as st

import mineralmap as mm
from mineralmap import geography, shading, stages
from mineralmap.data import load_landmarks
from mineralmap.maps.basemap import name_room
from mineralmap.maps.encode import ALPHABET, pack_sorted
from mineralmap.outlines import simplify_coverage
from mineralmap.text import MONTHS, format_date

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
def test_another_process_with_another_hash_seed_gives_the_same_bytes(root, tmp_path, capsys):
    """It has a data folder without a base map, which gets it from its own layers."""
    shutil.copytree(root / "data", tmp_path / "data")
    (tmp_path / "data" / "basemap.json").unlink()
    code = (
        "import hashlib, mineralmap as mm\n"
        "for page in (mm.maps.india(as_of='2025-07-30'), mm.maps.coast(perspective='natural_earth')):\n"
        "    print(hashlib.sha256(page.to_html().encode()).hexdigest())"
    )
    exec(code, {})
    here = capsys.readouterr().out
    other = _python(code, PYTHONHASHSEED="2", MINERALMAP_DATA=str(tmp_path / "data"))
    assert len(here.split()) == 2
    assert here == other.stdout, f"run `make refresh`: {other.stderr}"


@pytest.mark.once
def test_a_changed_leaflet_is_refused(tmp_path):
    shutil.copytree(Path(js_lib_leaflet.__file__).parent, tmp_path / "js_lib_leaflet")
    script = tmp_path / "js_lib_leaflet" / "static" / "js_lib_leaflet" / "leaflet.js"
    script.write_text(script.read_text(encoding="utf-8") + "//", encoding="utf-8")
    path = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    draw, alone = (
        "import mineralmap as mm; print(mm.maps.OfflineMap().to_html())",
        "import sys; sys.modules['xstatic.pkg.leaflet'] = None;",
    )
    done = _python(alone + draw, PYTHONPATH=path)
    assert re.search(
        r"LayerError: .*leaflet.js of django-js-lib-leaflet.* is not what .*Install it", done.stderr
    )
    # Another package has it, an older one that is known, too.
    assert "Leaflet 1.9.3" in _python(draw, PYTHONPATH=path).stdout
    picture = tmp_path / "js_lib_leaflet" / "static" / "js_lib_leaflet" / "images" / "layers.png"
    shutil.copy(Path(js_lib_leaflet.__file__).parent / "static" / "js_lib_leaflet" / "leaflet.js", script)
    picture.write_bytes(picture.read_bytes() + b"x")
    done = _python(alone + draw, PYTHONPATH=path)
    assert "images/layers.png of django-js-lib-leaflet" in done.stderr
    done = _python("import sys; sys.modules['js_lib_leaflet'] = None;" + alone + draw)
    assert re.search(
        r'LayerError: maps need Leaflet, and no package .* pip install .*"django-js', done.stderr
    )


@given(st.lists(st.text(st.sampled_from("ab/\U00020000\U00020001\u0939"), max_size=70), max_size=6))
def test_packed_addresses_are_read_as_a_script_counts_them(texts):
    before = b""
    for text, packed in zip(sorted(texts), pack_sorted(sorted(texts)), strict=True):
        # slice() of a script counts units of UTF-16.
        before = before[: 2 * ALPHABET.index(packed[0])] + packed[1:].encode("utf-16-le")
        assert before.decode("utf-16-le") == text


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
    assert "trust this notebook" in html[: html.index("<iframe")]


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


@pytest.mark.once
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
            lat, lon, _, accuracy, _ = payload["places"][version["place"]]
            assert (lat, lon, accuracy) == (row.lat, row.lon, row.location_accuracy)


def _number(day):
    """Return a day as the page writes it."""
    return (pd.Timestamp(day) - pd.Timestamp(0)).days


def _title_on(page_map, day):
    (data,) = page_data.calls(page_map.to_html(), "title")
    return [text for since, text in data["titles"] if since <= _number(day)][-1]


def _operating(projects):
    """Say how many projects operate, and of how many of these nobody has said so for two years."""
    running = projects[projects["stage"] == "operating"]
    lapsed = running["unconfirmed"].sum()
    words = f", {lapsed} of them unconfirmed for two years" if lapsed else ""
    return f"{len(running) or 'none'} operating{words}"


def test_the_title_of_india_counts_projects_and_follows_the_day(india):
    (data,) = page_data.calls(india.to_html(), "title")
    changes = [pd.Timestamp(0) + pd.Timedelta(days=since) for since, _ in data["titles"][1:]]
    days = [*changes[:: len(changes) // 12], *(day - pd.Timedelta(days=1) for day in changes[-3:])]
    for day in (pd.Timestamp("2012-12-31"), *days):
        projects = shading.projects(mm.load_initiatives(as_of=day))
        noun = "rare-earth project" + ("" if len(projects) == 1 else "s")
        assert _title_on(india, day) == f"{len(projects)} {noun} in India: {_operating(projects)}"


def test_the_title_of_a_day_to_come_knows_what_will_be_unconfirmed():
    """On a later day nothing new has happened, but what was confirmed to run is so no longer."""
    day = "2030-01-01"
    words = _operating(shading.projects(mm.load_initiatives(as_of=day)))
    assert _title_on(mm.maps.india(as_of=day), day).endswith(words)


def test_the_title_of_partners_is_the_finding_of_the_day():
    page_map = mm.maps.partners()
    for day in ("2015-01-01", "2024-06-30", "2025-07-30"):
        initiatives = mm.load_initiatives(as_of=day)
        assert _title_on(page_map, day) == shading.finding(initiatives, mm.load_partners())


def test_the_titles_of_a_state_and_of_the_coast_count_what_names_them():
    projects = shading.projects(mm.load_initiatives())
    beaches = set(geography.beach_states(mm.load_monazite()))
    for page_map, codes, start in (
        (mm.maps.state("Kerala"), {"IN-KL"}, "Kerala: {} rare-earth projects, "),
        (mm.maps.coast(), beaches, "{} rare-earth projects name a state of the monazite beaches; "),
    ):
        named = projects[projects["states"].map(lambda states, codes=codes: bool(codes & set(states)))]
        assert page_map.get_root().title == f"mineralmap: {start.format(len(named))}{_operating(named)}"


def test_arcs_count_rare_earth_ties_only(india, payload):
    data = page_data.layer(india.to_html(), "arcs")
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


def _named(payload, name):
    """Return the words of each initiative that the payload keeps as numbers, by its id."""
    terms = payload["terms"]
    return {row["id"]: [terms[number] for number in row[name]] for row in payload["initiatives"]}


def test_segments_leaders_and_actors_are_those_of_the_tables(payload):
    drawn = mm.load_initiatives(scope=DRAWN).set_index("initiative_id")
    labels = mm.codebook.labels("segment")
    assert len(set(payload["terms"])) == len(payload["terms"]), "each word once"
    assert _named(payload, "segments") == {
        key: [labels[one] for one in cell] for key, cell in drawn["segments"].items()
    }
    assert _named(payload, "leaders") == {key: list(cell) for key, cell in drawn["owners"].items()}
    events = mm.load_events(scope=DRAWN).explode("actors").dropna(subset="actors")
    actors = events.groupby("initiative_id")["actors"].agg(set).to_dict()
    assert {key: set(names) for key, names in _named(payload, "actors").items() if names} == actors


@pytest.mark.once
def test_landmarks_are_rows_of_their_table_on_the_day_of_their_event(payload):
    table = load_landmarks()
    events = mm.load_events().set_index("event_id")
    days = stages.last_day(events["date"], events["date_precision"])
    rows = [[_number(days[row.event_id]), row.label] for row in table.itertuples()]
    assert payload["landmarks"] == rows
    assert page_data.payload(mm.maps.state("UP", landmarks=table.head(0)))["landmarks"] == []
    then = page_data.payload(mm.maps.india(as_of="2019-12-31"))["landmarks"]
    assert then == [row for row in rows if row[0] <= _number("2019-12-31")], "none of later days"


def test_spellings_lead_from_one_name_to_the_other(payload):
    groups = payload["spellings"]
    assert any({"Visakhapatnam", "Vizag"} <= set(group) for group in groups)
    assert any({"Odisha", "Orissa"} <= set(group) for group in groups)
    terms = set(payload["terms"])
    others = {
        name: [name, *other_names]
        for name, other_names in mm.load_actors()[["name", "other_names"]].itertuples(index=False)
        if name in terms and other_names
    }
    assert "IREL (India) Limited" in others
    assert [group for group in groups if group[0] in others] == list(others.values())


def test_signs_and_stages_are_those_of_the_codebook(payload):
    signs, stage_codes = mm.codebook.vocabulary("sign"), mm.codebook.vocabulary("stage")
    assert list(payload["signs"]) == list(signs)
    for code, look in payload["signs"].items():
        sign = signs[code]
        assert (look["label"], look["words"]) == (sign.label, sign.explanation)
        assert (look["marker"], look["colour"]) == (sign.marker, sign.colour)
    shown = {code: look["sign"] for code, look in payload["stages"].items()}
    assert shown == {stage: sign.code for sign in signs.values() for stage in sign.allows}
    assert set(shown) == set(stage_codes)
    ladder = [payload["stages"][code]["rank"] for code in stages.LADDER]
    assert ladder == sorted(ladder), "the higher rung comes first in lists"


def test_the_key_says_what_the_signs_are(india):
    legends = {name: legend for name, legend, _ in page_data.layers(india.to_html(), "pins")}
    rows = [(row["when"], row["words"]) for row in legends["Rare-earth initiatives"]["rows"]]
    signs = mm.codebook.vocabulary("sign")
    assert [row for row in rows if row[0] in signs] == [
        (code, f"{sign.label}: {sign.explanation}") for code, sign in signs.items()
    ]
    assert {when for when, _ in rows} - set(signs) == {"unconfirmed", "several", "town", "district"}
    for _, legend, _ in page_data.layers(india.to_html(), "sites"):
        assert legend["title"] == "Deposits and coast", "they share one part of the key"


@pytest.mark.parametrize("perspective", ["india", "natural_earth"])
def test_the_map_names_its_view_of_the_boundaries(perspective):
    (data,) = page_data.calls(mm.maps.india(perspective=perspective).to_html(), "prepare")
    assert mm.codebook.labels("perspective")[perspective] in data["attribution"]


@pytest.mark.parametrize("as_of", [None, "2025-07-30"])
def test_the_page_says_of_when_it_is_and_how_to_cite_it(as_of):
    payload = page_data.payload(mm.maps.india(as_of=as_of))
    events = mm.load_events(as_of=as_of, scope=DRAWN)
    newest = events.sort_values(["date", "event_id"], ascending=[False, True]).iloc[0]
    words = format_date(newest["date"], newest["date_precision"], short=True)
    assert payload["newest"] == words
    assert newest["date"].date().isoformat() in payload["cite"]
    # A page can be met in a search without bearing a row: the map must not say that none was seen.
    days = [*mm.load_sources()["published"].dropna(), *mm.load_coverage()["newest_page"].dropna()]
    seen = max(pd.to_datetime(days, format="ISO8601"))
    assert payload["gap"] == ("" if as_of else format_date(seen, short=True))


def test_the_overview_is_no_heavier_than_a_picture(india):
    assert len(india.to_html().encode()) <= 650_000


def test_days_on_the_map_have_months_of_three_letters(payload):
    months = {month[:3] for month in MONTHS}
    assert set(payload["newest"].split()) & months
    assert not set(payload["newest"].split()) & (set(MONTHS) - months)


def test_a_name_stands_inside_its_state(india):
    frame = mm.load_states().set_index("state_iso")
    for state in page_data.layer(india.to_html(), "states")["states"]:
        lat, lon = state["at"]
        shape = frame.geometry[state["code"]]
        assert shapely.distance(shape, shapely.Point(lon, lat)) < 0.02, state["name"]
        west, _, east, _ = shapely.bounds(shape)
        assert 0 <= state["room"] <= east - west + 0.02


def test_the_room_for_a_name_is_the_longest_parallel_inside():
    room = name_room(shapely.box(70, 10, 74, 12))
    assert room["room"] == 4
    assert room["at"][1] == 72
    two = shapely.union_all([shapely.box(70, 10, 71, 14), shapely.box(71, 10, 79, 12)])
    assert name_room(two)["room"] == 9, "where the area is wide"
    apart = shapely.MultiPolygon([shapely.box(70, 10, 71, 11), shapely.box(80, 10, 84, 12)])
    assert 80 < name_room(apart)["at"][1] < 84, "in the largest part"


def test_sites_have_the_names_and_places_of_their_tables(india):
    layers = {data["kind"]: data for _, _, data in page_data.layers(india.to_html(), "sites")}
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
    data, world = page_data.layer(html, "states"), page_data.layer(html, "world")
    shapes = [state["shape"] for state in data["states"]]
    frame = mm.load_states(perspective=perspective)
    assert [state["code"] for state in data["states"]] == list(frame["state_iso"])
    simple = simplify_coverage(frame.geometry.to_numpy(), 0.01, 2e-4)
    for back, whole, code in zip(
        page_data.areas(page_map, data, shapes), simple, frame["state_iso"], strict=True
    ):
        assert shapely.area(back) == pytest.approx(shapely.area(whole), rel=0.02, abs=2e-3), code
        assert shapely.hausdorff_distance(back, whole) < 0.03, code
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
        (lambda: mm.maps.india(shade="gdp"), "shade must be 'monazite' or 'initiatives'; got 'gdp'"),
        (lambda: mm.maps.india(perspective="un"), "'india' or 'natural_earth'"),
        (lambda: mm.maps.state("Utter Pradesh"), "Uttar Pradesh"),
        (lambda: mm.maps.india(as_of="July 2025"), "as_of must be a date"),
        (lambda: mm.maps.india(since="2024-05"), "since must be a date as '2025-07-30'; got '2024-05'"),
        (lambda: mm.maps.state("KL", until="July 2025"), "until must be a date.*got 'July 2025'"),
        (lambda: mm.maps.india(harbours=pd.DataFrame()), "takes no harbours"),
    ],
)
def test_a_wrong_option_is_named(call, message):
    with pytest.raises((ValueError, KeyError, TypeError), match=message):
        call()


def _ids(page_map):
    return {row["id"] for row in page_data.payload(page_map)["initiatives"]}


@pytest.mark.once
@pytest.mark.parametrize(
    ("precision", "last"), [("day", "2024-03-01"), ("month", "2024-03-31"), ("year", "2024-12-31")]
)
def test_a_step_counts_on_the_last_day_of_its_period(precision, last):
    own = mm.load_events(scope="rare_earth").head(1)
    own = own.assign(date=pd.Timestamp("2024-03-01"), date_precision=precision)
    before, after = (str((pd.Timestamp(last) + pd.Timedelta(days=n)).date()) for n in (-1, 1))
    drawn = set(own["initiative_id"])
    assert _ids(mm.maps.india(own, since=last)) == _ids(mm.maps.india(own, until=last)) == drawn
    assert _ids(mm.maps.india(own, since=last, until=pd.Timestamp(last).date())) == drawn
    assert _ids(mm.maps.india(own, since=after)) == _ids(mm.maps.india(own, until=before)) == set()


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({"since": "2026-01-01"}, "Only what had a step from 1 Jan 2026"),
        ({"until": "2015-12-31"}, "Only what had a step to 31 Dec 2015"),
        (
            {"since": "2025-07-01", "until": "2025-07-31"},
            "Only what had a step from 1 Jul 2025 to 31 Jul 2025",
        ),
    ],
)
def test_a_window_of_days_keeps_what_moved_in_it_with_its_whole_story(window, words):
    page_map = mm.maps.india(**window)
    events = mm.load_events(scope=DRAWN)
    ends = {"month": pd.offsets.MonthEnd(0), "year": pd.offsets.YearEnd(0), "day": pd.Timedelta(0)}
    days = [
        day + ends[precision] for day, precision in zip(events["date"], events["date_precision"], strict=True)
    ]
    first, last = (pd.Timestamp(window.get(name, day)) for name, day in (("since", 0), ("until", "2200")))
    moved = set(events["initiative_id"][[first <= day <= last for day in days]])
    payload = page_data.payload(page_map)
    assert {row["id"] for row in payload["initiatives"]} == moved
    of_these = events[events["initiative_id"].isin(moved)]
    assert len(payload["events"]) == len(of_these) > len(moved)
    (title,) = page_data.calls(page_map.to_html(), "title")
    assert title["lines"] == [words]


def test_without_a_window_the_title_line_says_nothing_of_one(india):
    (title,) = page_data.calls(india.to_html(), "title")
    assert title["lines"] == []


def test_a_step_of_later_days_is_in_no_window_of_a_map_of_the_past():
    assert _ids(mm.maps.india(as_of="2020-01-01", since="2024-01-01")) == set()


def test_a_state_is_understood_by_name_and_has_its_districts():
    html = mm.maps.state("Kerala").to_html()
    districts = page_data.layer(html, "districts")
    assert len(districts["names"]) == len(mm.load_districts(states="IN-KL"))
    assert html == mm.maps.state("KL").to_html()
    assert page_data.layer(html, "states")["focus"] == ["IN-KL"], "the others fade"


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


def test_initiatives_of_ones_own_without_a_type_are_projects():
    own = mm.load_initiatives(scope="rare_earth").drop(columns=["type", "group"])
    data = page_data.payload(mm.maps.india(mm.load_events(), own))
    assert {row["group"] for row in data["initiatives"]} == {"project"}
    assert {row["type"] for row in data["initiatives"]} == {""}
