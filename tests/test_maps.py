"""The map as a page of text: self-contained, deterministic, safe; and its geometry."""

import hashlib
import os
import re
import subprocess
import sys

import folium
import numpy as np
import pytest
import shapely

import mineralmap as mm
from mineralmap.maps import _base, _layers, _pack


@pytest.fixture(scope="module")
def india():
    return mm.maps.india()


def test_it_is_a_folium_map_in_one_small_file(india, tmp_path):
    assert isinstance(india, folium.Map)
    india.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").stat().st_size <= 900_000
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


def _context_free(page_data):
    context = set(mm.load_initiatives(scope="context")["title"])
    return not context & {item["title"] for item in page_data["initiatives"]}


def _store(as_of=None):
    scopes = ("rare_earth", "critical_minerals")
    return _layers.store(
        mm.load_initiatives(as_of, scope=scopes),
        mm.load_events(scopes, as_of),
        mm.load_sources(),
        mm.load_event_sources(),
        mm.load_conflicts(),
    )


def test_context_is_never_drawn(india):
    import json

    data = json.loads(
        next(child.data for child in india._children.values() if getattr(child, "call", "") == "load")
    )
    assert _context_free(data)
    ids = {item["id"] for item in data["initiatives"]}
    assert not ids & set(mm.load_initiatives(scope="context")["initiative_id"])
    titles = {event["title"] for event in data["events"]}
    assert not titles & set(mm.load_events(scope="context")["title"])


def test_only_known_places_are_pins():
    for item in _store()["initiatives"]:
        assert (item["lat"] is not None) == (item["precision"] in mm.schema.PINNED), item["id"]


def test_every_step_on_the_map_leads_to_a_page():
    data = _store()
    assert all(event["pages"] for event in data["events"])
    assert all(url.startswith("http") for url, *_ in data["pages"])


def test_a_map_of_the_past_shows_only_what_was_known():
    then = _store("2025-07-30")
    titles = set(mm.load_events(as_of="2025-07-30")["title"])
    assert {event["title"] for event in then["events"]} <= titles


def test_arcs_count_rare_earth_ties_only():
    events = mm.load_events(scope="rare_earth")
    arcs = _layers.arcs(events, mm.load_initiatives(), mm.load_partners(), mm.load_states())
    counts = {row["iso3"]: row["count"] for row in arcs["partners"]}
    expected = events["partners"].explode().value_counts()
    assert counts == {code: int(n) for code, n in expected.items()}
    national = [arc for row in arcs["partners"] for arc in row["arcs"] if arc["dashed"]]
    for arc in national:
        start = _pack.unpack_line(arc["lines"][0])[0]
        assert np.allclose(start, _layers.NEW_DELHI, atol=0.001)


def test_witnesses_are_counted_honestly():
    import pandas as pd

    links = pd.DataFrame(
        [
            ("a", "pti"),
            ("a", "pti"),
            ("a", "reuters"),
            ("a", "context-x"),
            ("a", "agency-unspecified"),
            ("b", "agency-unspecified"),
            ("c", "context-y"),
        ],
        columns=["event_id", "witness"],
    )
    assert _layers.count_witnesses(links).to_dict() == {"a": 2, "b": 1}


def test_packing_gives_the_line_back():
    rng = np.random.default_rng(7)
    line = np.column_stack([rng.uniform(-180, 180, 500), rng.uniform(-90, 90, 500)])
    back = _pack.unpack_line(_pack.pack_line(line))
    assert np.abs(back - line).max() <= 0.5 / _pack.STEPS + 1e-12


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
