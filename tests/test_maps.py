"""The map as a page of text: self-contained, deterministic, safe; and its geometry."""

import gc
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import folium
import numpy as np
import pytest
import shapely

import mineralmap as mm
from mineralmap.maps import _base, _ground, _layers, _pack, _recipes, _threads


@pytest.fixture(scope="module")
def india():
    return mm.maps.india()


def test_it_is_a_folium_map_in_one_small_file(india, tmp_path):
    assert isinstance(india, folium.Map)
    india.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").stat().st_size <= 600_000
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"], "no half-written file is left"


def test_the_page_names_no_address_to_load_from(india):
    page = india.to_html()
    loads = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?!data:)[^\"'> ]+", page)
    assert loads == []
    assert "url(images" not in page
    assert "@import" not in page


def test_rendering_twice_gives_the_same_page(india):
    assert india.to_html() == india.to_html()


def test_two_processes_with_other_hash_seeds_give_the_same_bytes():
    code = (
        "import hashlib, mineralmap as mm;"
        "print(hashlib.sha256(mm.maps.india(as_of='2025-07-30').to_html().encode()).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1


def test_no_object_address_is_shown(india):
    assert " at 0x" not in repr(india)
    assert " at 0x" not in india._repr_html_()


def test_a_changed_leaflet_is_refused(monkeypatch):
    monkeypatch.setitem(_base._LEAFLET_SHA256, "leaflet.js", "0" * 64)
    _base._leaflet.cache_clear()
    with pytest.raises(mm.errors.LayerError, match=r"expected sha256 0{64}, got db49d0.*Reinstall"):
        _base._leaflet("leaflet.js")
    _base._leaflet.cache_clear()


def test_leaflet_in_the_page_is_the_official_build(india):
    script = re.search(r"<script>(/\* @preserve.*?)</script>", india.to_html(), re.DOTALL).group(1)
    assert "Leaflet 1.9.4" in script
    assert hashlib.sha256(_base._leaflet("leaflet.js")).hexdigest().startswith("db49d009")


@pytest.mark.parametrize(
    "hostile",
    ["</script><b>", "{{ 7 * 7 }}", "{% raise %}", "{# x #}", "${1}", "`", "\u2028", "&lt;", "<!--"],
)
def test_text_cannot_leave_its_string(hostile):
    import json

    from jinja2 import Template

    text = _base.to_script({"title": hostile, "list": [{"a": {"b": hostile}}]})
    assert not set("<>&`\u2028") & set(text)
    rendered = Template(text).render()
    assert json.loads(rendered)["title"] == hostile
    assert json.loads(rendered)["list"][0]["a"]["b"] == hostile


def _scoped(as_of=None):
    scopes = ("rare_earth", "critical_minerals")
    initiatives, events = mm.load_initiatives(as_of, scope=scopes), mm.load_events(scopes, as_of)
    events = events[events["initiative_id"].isin(initiatives["initiative_id"])]
    return initiatives[initiatives["initiative_id"].isin(events["initiative_id"])], events


def _store(as_of=None):
    tables = mm.load_sources(), mm.load_event_sources(), mm.load_conflicts()
    return _threads.store(*_scoped(as_of), *tables, {}, as_of)


def test_context_is_never_drawn(india):
    data = _store()
    context = set(mm.load_initiatives(scope="context")["title"])
    assert not context & {item["title"] for item in data["initiatives"]}
    titles = {event["title"] for event in data["events"]}
    assert not titles & set(mm.load_events(scope="context")["title"])
    for title in sorted(context)[:20]:
        assert title not in india.to_html()


def test_every_step_on_the_map_leads_to_a_page():
    data = _store()
    assert all(event["pages"] for event in data["events"])
    assert all(page["url"].startswith("http") for page in data["pages"])


def test_a_map_of_the_past_shows_only_what_was_known():
    then = _store("2025-07-30")
    titles = set(mm.load_events(as_of="2025-07-30")["title"])
    assert {event["title"] for event in then["events"]} <= titles


def _on(item, day):
    """Return what the page shows of an initiative on a day (as `assets/time.js` picks it)."""
    return [version for version in item["versions"] if version[0] <= day][-1]


@pytest.mark.parametrize(
    "as_of", ["2012-12-31", "2019-06-15", "2023-11-30", "2025-07-30", "2026-02-28", None]
)
def test_the_slider_knows_what_the_loader_knows(as_of):
    """Stages, places and highest rungs in the page are those of `load_initiatives` on that day."""
    all_of_them, _ = _scoped()
    data = _store()
    by_id = dict(zip(all_of_them["initiative_id"], data["initiatives"], strict=True))
    day = data["last"] if as_of is None else _threads.day_number(mm.ladder.as_date(as_of))
    expected = mm.load_initiatives(as_of, scope=("rare_earth", "critical_minerals"))
    seen = {one for one, item in by_id.items() if item["versions"][0][0] <= day}
    # An initiative whose drawn events all are narrower than its scope is not drawn.
    expected = expected[expected["initiative_id"].isin(by_id)]
    assert seen == set(expected["initiative_id"])
    for row in expected.itertuples():
        _, stage, event, highest, place = _on(by_id[row.initiative_id], day)
        assert stage == row.stage, row.initiative_id
        assert highest == ("" if row.highest_stage != row.highest_stage else row.highest_stage)
        assert data["events"][event]["day"] <= day
        if place < 0:
            assert row.location_accuracy not in mm.schema.PINNED, row.initiative_id
        else:
            lat, lon, _, accuracy = data["places"][place]
            assert (lat, lon, accuracy) == (row.lat, row.lon, row.location_accuracy), row.initiative_id


def test_an_event_of_a_month_counts_from_its_last_day():
    data = _store()
    for event in data["events"]:
        words = event["date"].split()
        if len(words) < 3:
            day = np.datetime64(int(event["day"]), "D")
            assert (day + 1).astype("datetime64[M]") > day.astype("datetime64[M]"), event["title"]
        if len(words) == 1:
            assert str(np.datetime64(int(event["day"]), "D")).endswith("-12-31")


def test_the_title_follows_the_day():
    data = _store()
    names = dict(zip(mm.load_partners()["iso3"], mm.load_partners()["name"], strict=True))
    titles = _recipes._titles(data, lambda items: _recipes._finding(_recipes._running_with(items, names)))
    for day in ("2015-01-01", "2024-06-30", "2025-07-30"):
        number = _threads.day_number(mm.ladder.as_date(day))
        shown = [text for since, text in titles if since <= number][-1]
        assert shown == _recipes.headline(mm.load_initiatives(day), mm.load_partners())


def test_packed_rows_are_the_rows():
    data = _store()
    packed = _threads.packed(data)
    for name in ("initiatives", "events", "pages"):
        columns, rows = packed[name], data[name]
        for key, cells in columns.items():
            if isinstance(cells, dict):
                width = cells["w"]
                codes = [cells["c"][at : at + width] for at in range(0, len(cells["c"]), width)]
                numbers = [
                    sum(_pack._VALUE[c] * 64 ** (width - 1 - i) for i, c in enumerate(code)) for code in codes
                ]
                cells = [cells["v"][number] for number in numbers]
            if (name, key) != ("pages", "url") and key != "shared":
                assert cells == [row[key] for row in rows], (name, key)
    before, urls = "", []
    for shared, rest in zip(packed["pages"]["shared"], packed["pages"]["url"], strict=True):
        before = before[:shared] + rest
        urls.append(before)
    assert urls == [page["url"] for page in data["pages"]]


def test_arcs_count_rare_earth_ties_only():
    initiatives, events = _scoped()
    data = _store()
    tied = _recipes._tied(events, initiatives, None)
    arcs = _layers.arcs(tied, data, mm.load_partners(), "india")
    counts = {row["iso3"]: len({n for tie in row["ties"] for n in tie["events"]}) for row in arcs["partners"]}
    expected = events.loc[events["scope"] == "rare_earth", "partners"].explode().value_counts()
    assert counts == {code: int(n) for code, n in expected.items()}
    for tie in (tie for row in arcs["partners"] for tie in row["ties"]):
        assert tie["starts"][-1][0] <= min(data["events"][n]["day"] for n in tie["events"])
        if not tie["who"]:
            start = _pack.unpack_line(tie["starts"][0][1][0])[0]
            assert np.allclose(start, _layers.NEW_DELHI, atol=0.6 / _pack.STEPS)


def test_packing_gives_the_line_back():
    rng = np.random.default_rng(7)
    line = np.column_stack([rng.uniform(-180, 180, 500), rng.uniform(-90, 90, 500)])
    back = _pack.unpack_line(_pack.pack_line(line))
    assert np.abs(back - line).max() <= 0.5 / _pack.STEPS + 1e-12


def _unpacked(packed):
    arcs = [_pack.unpack_line(arc, packed["steps"]) for arc in packed["arcs"]]
    shapes = []
    for parts in packed["shapes"]:
        polygons = []
        for rings in parts:
            lines = []
            for ring in rings:
                pieces = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in ring]
                lines.append(np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])]))
            polygons.append(shapely.Polygon(lines[0], lines[1:]))
        shapes.append(shapely.MultiPolygon(polygons))
    return np.array(shapes)


@pytest.mark.parametrize("perspective", ["india", "natural_earth"])
def test_areas_come_back_from_their_arcs(perspective):
    packed = _ground.ground(perspective)["areas"]
    shapes = _unpacked(packed)
    frame = mm.load_states(perspective)
    assert len(shapes) == len(frame)
    simple = _pack.simplify_coverage(frame.geometry.to_numpy(), 0.01, 2e-4)
    for back, given, code in zip(shapes, simple, frame["state_iso"], strict=True):
        assert shapely.area(back) == pytest.approx(shapely.area(given), rel=0.02, abs=2e-3), code
        assert shapely.hausdorff_distance(back, given) < 0.03, code
    used = [n for parts in packed["shapes"] for rings in parts for ring in rings for n in ring]
    assert {n if n >= 0 else ~n for n in used} == set(range(len(packed["arcs"]))), "no arc is idle"
    assert max(np.unique([n if n >= 0 else ~n for n in used], return_counts=True)[1]) == 2


def test_two_squares_share_one_arc():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    packed = _pack.pack_areas([left, right], 10)
    assert len(packed["arcs"]) == 3
    assert shapely.equals(_unpacked(packed), [left, right]).all()
    assert len(_pack.edges_of(packed["shapes"])) == 2
    hole = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    packed = _pack.pack_areas([hole, shapely.box(1, 1, 2, 2)], 10)
    assert len(packed["arcs"]) == 2, "a hole and what fills it share their ring"
    assert shapely.equals(_unpacked(packed), [hole, shapely.box(1, 1, 2, 2)]).all()


def test_simplified_states_still_fit_together():
    states = mm.load_states()
    simple = _pack.simplify_coverage(states.geometry.to_numpy(), 0.01)
    assert shapely.is_valid(simple).all()
    assert shapely.coverage_is_valid(simple)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mm.maps.india(view="moon"), "one of india, partners, south"),
        (lambda: mm.maps.india(shade="gdp"), "one of monazite, initiatives"),
        (lambda: mm.maps.india(perspective="un"), "one of india, natural_earth"),
        (lambda: mm.maps.state("IN-TG"), "IN-TS"),
        (lambda: mm.maps.india(as_of="July 2025"), "as_of must be a date"),
    ],
)
def test_a_wrong_option_is_named(call, message):
    with pytest.raises((ValueError, KeyError), match=message):
        call()


def test_a_hostile_title_stays_text():
    title = "</title><script>alert(1)</script>{{ 7 * 7 }}\u2028"
    page = mm.maps.india(title=title).to_html()
    assert "<script>alert" not in page
    assert "{{ 7 * 7 }}" in page, "neither run by Jinja nor lost"


def test_districts_stand_on_the_map_of_a_state():
    page = mm.maps.state("IN-KL")
    data = _layers.districts(["IN-KL"])
    assert len(data["names"]) == len(mm.load_districts("IN-KL"))
    assert any(getattr(child, "kind", "") == "districts" for child in page._children.values())


def test_the_still_twin_needs_no_browser(tmp_path, india):
    picture = india.to_png(tmp_path / "map.png")
    data = (tmp_path / "map.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert india.get_root().title.split(": ", 1)[1] in picture.alt
    india.to_png(tmp_path / "again.png")
    assert (tmp_path / "again.png").read_bytes() == data
    assert {path.name for path in tmp_path.iterdir()} == {"map.png", "again.png"}


def test_a_bare_map_has_no_twin(tmp_path):
    with pytest.raises(mm.errors.LayerError, match="still twin"):
        mm.maps.OfflineMap().to_png(tmp_path / "x.png")


def test_an_untrusted_notebook_reads_a_hint(india):
    html = india._repr_html_()
    before_frame = html[: html.index("<iframe")]
    assert "trust the notebook" in before_frame


def test_a_failed_save_leaves_the_old_file(tmp_path, india, monkeypatch):
    target = tmp_path / "map.html"
    target.write_text("old")
    from pathlib import Path

    def fail(self, data):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="disk full"):
        india.save(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("perspective", ["india", "natural_earth"])
def test_the_kept_ground_is_the_one_that_the_layers_give(perspective):
    assert _ground.ground(perspective) == json.loads(json.dumps(_ground.made(perspective)))
    kept = json.loads((mm.datasets.data_folder() / "ground.json").read_text(encoding="utf-8"))
    assert kept[perspective]["layers"] == _ground.layers(perspective), "run `make described`"


def test_a_changed_layer_makes_the_ground_anew(tmp_path, monkeypatch):
    """A data folder of one's own may hold other boundaries beside an old ground.json."""
    shutil.copytree(mm.datasets.data_folder(), tmp_path / "data")
    for module in (mm.datasets, _ground):
        monkeypatch.setattr(module, "data_folder", lambda: tmp_path / "data")
    states = mm.load_states()
    states.geometry = states.geometry.translate(0.5, 0)
    named = {"official_area_km2": "area_km2", "official_area_source": "area_src"}
    states.rename(columns=named).to_file(
        tmp_path / "data" / "shapefiles" / "india_states.shp", encoding="utf-8"
    )
    for cached in (mm.datasets._cached_layer, _ground.ground):
        cached.cache_clear()
    try:
        moved = {one["code"]: one["at"] for one in _ground.ground("india")["states"]}
    finally:
        for cached in (mm.datasets._cached_layer, _ground.ground):
            cached.cache_clear()
    at = {
        one["code"]: one["at"]
        for one in json.loads((tmp_path / "data" / "ground.json").read_text(encoding="utf-8"))["india"][
            "states"
        ]
    }
    assert moved["IN-UP"][1] == pytest.approx(at["IN-UP"][1] + 0.5, abs=0.02)


def test_the_collector_is_as_before_after_a_map():
    assert gc.isenabled()
    mm.maps.india(as_of="2020-01-01")
    assert gc.isenabled()
    with pytest.raises(ValueError, match="as_of"):
        mm.maps.india(as_of="yesterday")
    assert gc.isenabled()
    gc.disable()
    try:
        mm.maps.india(as_of="2020-01-01")
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("text", ["[]", '{"india": null}', '{"india": {}}', "no JSON", None])
def test_a_spoilt_ground_is_made_anew(tmp_path, monkeypatch, text):
    shutil.copytree(mm.datasets.data_folder(), tmp_path / "data")
    kept = tmp_path / "data" / "ground.json"
    if text is None:
        kept.unlink()
    else:
        kept.write_text(text, encoding="utf-8")
    monkeypatch.setattr(_ground, "data_folder", lambda: tmp_path / "data")
    fresh = _ground.ground("india")
    _ground.ground.cache_clear()
    try:
        assert json.dumps(_ground.ground("india")) == json.dumps(fresh)
    finally:
        _ground.ground.cache_clear()


def test_nothing_packs_to_nothing():
    assert _pack.pack_areas([]) == {"arcs": [], "shapes": [], "steps": _pack.STEPS}
    assert _pack.pack_areas([shapely.MultiPolygon()])["shapes"] == [[]]
