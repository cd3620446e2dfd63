"""The still twins of the maps: what they name, how India fills them, and what a user added."""

import json
from itertools import combinations

import folium
import numpy as np
import pandas as pd
import pytest
import shapely
from folium.plugins import HeatMap
from matplotlib.text import Text
from pictures import check_text, words

import mineralmap as mm
from mineralmap import figures
from mineralmap.codebook import labels

# They take long, and say the same with every version: `make test` alone draws them.
pytestmark = pytest.mark.once

THEN = "2016-06-01"


@pytest.fixture(scope="module")
def initiatives():
    return mm.load_initiatives(scope="rare_earth")


@pytest.fixture(scope="module")
def pictures(initiatives):
    none = mm.load_deposits().head(0)
    return {
        "india": figures.india_map(),
        "then": figures.india_map(as_of=THEN),
        "de facto": figures.india_map(perspective="natural_earth"),
        "UP": figures.india_map(states="UP"),
        "TN": figures.india_map(states="Tamil Nadu", deposits=none),
        "two": figures.india_map(states=["IN-KL", "IN-AP"]),
        "empty": figures.india_map(initiatives.head(0)),
        "partners": figures.partners_map(),
        "partners then": figures.partners_map(as_of=THEN),
        "monazite": figures.monazite(),
    }


NAMES = [
    *("india", "then", "de facto", "UP", "TN", "two", "empty"),
    *("partners", "partners then", "monazite"),
]


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_or_lies_over_another(pictures, name):
    check_text(pictures[name])
    assert "  " not in pictures[name].alt


@pytest.mark.parametrize("name", ["then", "TN", "partners"])
def test_on_a_phone_no_text_is_cut_either(pictures, name):
    picture = pictures[name].narrow()
    check_text(picture)
    wanted = {"then": "AP", "TN": "Tamil Nadu", "partners": "Japan, "}[name]
    assert any(text.replace("\n", " ").startswith(wanted) for text in words(picture))


def names_on(axes):
    """Return the texts that belong to axes: name -> box in pixels."""
    axes.get_figure(root=True).draw_without_rendering()
    return {
        text.get_text().replace("\n", " "): text.get_window_extent()
        for text in axes.findobj(Text)
        if text.get_text().strip()
    }


@pytest.mark.parametrize("name", ["india", "then", "two", "partners"])
def test_names_lie_inside_the_frame_and_clear_of_each_other(pictures, name):
    axes = pictures[name].axes[0]
    found = names_on(axes)
    assert len(found) > 8
    for box in found.values():
        assert axes.bbox.x0 <= box.x0 < box.x1 <= axes.bbox.x1
        assert axes.bbox.y0 <= box.y0 < box.y1 <= axes.bbox.y1
    assert not any(
        one.padded(-1).overlaps(other.padded(-1)) for one, other in combinations(found.values(), 2)
    )


def test_the_states_of_the_stories_are_named_larger_and_the_places_where_something_is(pictures):
    picture = pictures["india"]
    texts = {text.get_text().replace("\n", " "): text for text in picture.findobj(Text)}
    plain = texts["Rajasthan"].get_fontsize()
    for name in ("Uttar Pradesh", "Tamil Nadu", "Andhra Pradesh"):
        assert texts[name].get_fontweight() == "bold"
        assert texts[name].get_fontsize() > plain
    first = list(labels("place").values())[:8]
    assert set(first) <= set(texts)
    assert "Chennai" not in texts, "no project has its pin there"
    assert set(first) <= set(picture.alt.replace(",", " ").replace(".", " ").split())
    # Nothing was at Bhopal in 2016.
    assert "Bhopal" not in words(pictures["then"])


@pytest.mark.parametrize("name", ["india", "then", "empty", "de facto"])
def test_india_fills_the_frame(pictures, name):
    axes = pictures[name].axes[0]
    pictures[name].draw_without_rendering()
    view = "natural_earth" if name == "de facto" else "india"
    west, south, east, north = mm.load_states(perspective=view).total_bounds
    (x0, y0), (x1, y1) = axes.transData.transform([(west, south), (east, north)])
    assert y1 - y0 >= 0.85 * axes.bbox.height
    assert (x0 + x1) / 2 == pytest.approx((axes.bbox.x0 + axes.bbox.x1) / 2, abs=2)
    assert axes.bbox.width > 0.9 * pictures[name].bbox.width, "no blank band beside the map"


def stars(picture):
    """Return the fills of the running signs on the map."""
    star = 11  # corners and the way back
    lines = (line for line in picture.axes[0].get_lines() if not isinstance(line.get_marker(), str))
    return [line.get_markerfacecolor() for line in lines if len(line.get_marker().vertices) == star]


def test_what_runs_unconfirmed_is_hollow(initiatives):
    one = initiatives[(initiatives["stage"] == "operating") & initiatives["lat"].notna()].head(1)
    green = mm.codebook.colours("sign")["running"]
    assert stars(figures.india_map(one.assign(unconfirmed=False))) == [green]
    assert stars(figures.india_map(one.drop(columns="unconfirmed"))) == [green]
    stale = figures.india_map(one.assign(unconfirmed=True))
    assert stars(stale) == ["#ffffff"]
    assert "Running, not confirmed for two years" in words(stale)
    assert "1 of what runs unconfirmed" in stale.alt


def test_several_at_one_place_are_one_sign_with_their_number(initiatives):
    three = initiatives[initiatives["lat"].notna()].head(3).assign(lat=22.0, lon=79.0, unconfirmed=False)
    picture = figures.india_map(three.assign(stage=["talks", "operating", "mou"]))
    assert len(stars(picture)) == 1
    assert "3" in words(picture)
    assert "Talk" not in words(picture), "the key has only what is drawn"
    assert "of what runs" not in picture.alt


def test_the_key_is_short_and_has_only_what_is_drawn(pictures, initiatives):
    strip = pictures["india"].axes[1]
    assert len([text for text in strip.texts if not text.get_text().replace(".", "").isdigit()]) <= 12
    assert "Monazite in situ, million tonnes, 2013" in words(pictures["india"])
    # Uttar Pradesh is not in the list: there is no shading to explain.
    assert not any("Monazite" in text for text in words(pictures["UP"]))
    assert not any("deposit" in text for text in words(pictures["TN"]))
    assert not set(labels("sign").values()) & set(words(pictures["empty"]))


def test_a_pin_outside_the_frame_is_counted(pictures, initiatives):
    placed = int(initiatives["lat"].notna().sum())
    inside = int((initiatives["group"] == "project").sum())
    said = f"{placed} of {len(initiatives)} initiatives have a known place and are drawn"
    assert f"{said}; {inside} of the {len(initiatives)} are projects in India." in pictures["india"].alt
    assert "outside this map" not in pictures["india"].alt


def test_a_map_of_states_counts_what_names_them_and_shades_only_them(pictures, initiatives):
    own = initiatives[[bool({"IN-KL", "IN-AP"} & set(codes)) for codes in initiatives["states"]]]
    placed = int(own["lat"].notna().sum())
    said = f"{placed} of the {len(own)} initiatives that name Kerala or Andhra Pradesh have a known place"
    assert said in pictures["two"].alt
    assert pictures["two"].alt.startswith("Kerala and Andhra Pradesh: ")
    assert "not in the list" not in words(pictures["two"]), "the key lists only what holds"
    assert "over 3 to 4" in words(pictures["two"])
    main = own[own["group"] == "project"]
    alone = figures.india_map(main, states=["IN-KL", "IN-AP"]).alt
    assert f"of the {len(main)} projects that name Kerala or Andhra Pradesh" in alone
    none = figures.india_map(initiatives.head(0), states="UP")
    assert "No initiative to show" in none.alt


@pytest.mark.parametrize("name", ["UP", "two"])
def test_no_sign_is_cut_at_the_edge_of_a_frame(pictures, name):
    axes = pictures[name].axes[0]
    pictures[name].draw_without_rendering()
    scale = pictures[name].dpi / 72
    signs = [line for line in axes.get_lines() if not isinstance(line.get_marker(), str)]
    assert signs
    for line in signs:
        x, y = axes.transData.transform((line.get_xdata()[0], line.get_ydata()[0]))
        half = 0.4 * line.get_markersize() * scale
        assert axes.bbox.x0 <= x - half < x + half <= axes.bbox.x1
        assert axes.bbox.y0 <= y - half < y + half <= axes.bbox.y1


def test_a_small_hollow_star_stands_beside_a_sign_that_holds_an_unconfirmed_one(initiatives):
    two = initiatives[(initiatives["stage"] == "operating") & initiatives["lat"].notna()].head(2)
    picture = figures.india_map(two.assign(lat=22.0, lon=79.0, unconfirmed=[True, False]))
    assert sorted(stars(picture)) == sorted(["#ffffff", mm.codebook.colours("sign")["running"]])
    assert {"Running", "Running, not confirmed for two years", "2"} <= set(words(picture))


SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {},
            "geometry": json.loads(shapely.to_geojson(shapely.box(79, 20, 81, 22))),
        },
        {"type": "Feature", "properties": {}, "geometry": None},
    ],
}


def added():
    """Return layers of a user: some that a picture can draw, and two that it cannot."""
    group = folium.FeatureGroup("Mine")
    folium.CircleMarker([15, 76]).add_to(group)
    folium.PolyLine([[15, 76], [17, 78]]).add_to(group)
    return [
        folium.Marker([20, 80]),
        folium.Circle([21, 80], radius=100),
        folium.Polygon([[[23, 77], [24, 78], [23, 79]]]),
        folium.Rectangle([[18, 75], [19, 76]]),
        folium.GeoJson(SQUARE, name="Square"),
        group,
        folium.TileLayer("OpenStreetMap", name="Streets"),
        HeatMap([[20, 80]]),
        folium.Marker([-33, 151]),
    ]


@pytest.mark.parametrize("draw", [figures.india_map, figures.partners_map])
def test_layers_of_a_user_are_drawn_or_named(draw):
    picture = draw(overlays=added())
    said = "Added, but not drawn here: Streets, HeatMap"
    missing = said if draw is figures.partners_map else f"{said}, Marker"
    assert f"{missing}." in picture.alt
    assert f"{missing}." in " ".join(" ".join(words(picture)).split())
    assert "Added layers" in words(picture)
    check_text(picture)
    assert draw(overlays=added()).to_svg() == picture.to_svg()
    bare = draw()
    assert "Added" not in bare.alt
    assert "Added layers" not in words(bare)
    assert bare.axes[0].get_xlim() == pytest.approx(picture.axes[0].get_xlim(), abs=3)


def test_a_map_that_a_user_drew_on_has_it_in_its_twin():
    page = mm.maps.india()
    folium.Marker([20, 80]).add_to(page)
    assert "Added layers" in words(page.to_figure())


def test_the_partners_are_named_with_their_events(pictures):
    events = mm.load_events(scope="rare_earth")
    counts = events.explode("partners").dropna(subset="partners").groupby("partners")["event_id"].nunique()
    names = dict(zip(mm.load_partners()["iso3"], mm.load_partners()["name"], strict=True))
    found = words(pictures["partners"])
    assert f"{names['JPN']}, {counts['JPN']} events" in found
    for code, n in counts.items():
        assert any(text.startswith(f"{names[code]}, {n}") for text in found), code
    assert f"Japan is in {counts['JPN']} of India's" in pictures["partners"].alt
    largest = max(pictures["partners"].axes[0].texts, key=Text.get_fontsize)
    assert largest.get_text().startswith("Japan")


def test_partners_are_those_known_on_the_day_and_background_is_none(pictures):
    events = mm.stages.known_as_of(mm.load_events(scope="rare_earth"), THEN)
    known = {code for cell in events["partners"] for code in cell}
    assert pictures["partners then"].alt.count("Japan") >= 2
    assert ("Russia" in pictures["partners then"].alt) == ("RUS" in known)
    background = mm.load_events().assign(scope="context")
    assert figures.partners_map(background).alt.startswith("No rare-earth event ties India")
    table = mm.load_partners()
    away = figures.partners_map(partners=table[table["iso3"] != "RUS"])
    assert "No capital known: Russia" in away.alt


def test_the_newest_figure_of_a_state_is_a_mark_beside_its_bar(pictures):
    table = mm.load_monazite()
    newer = table[(table["split_in_source"] == "partial") & (table["as_of"] > "2013-05")]
    row = newer[newer["state_iso"] == "IN-OD"].iloc[-1]
    assert any(
        text.endswith(f" ({row['as_of'][:4]}: {row['monazite_mt']:.2f})")
        for text in words(pictures["monazite"])
    )
    assert f"{row['state']}: {row['monazite_mt']:g} in {row['as_of'][:4]}" in pictures["monazite"].alt
    split = table[(table["split_in_source"] == "complete") | (table["state_iso"] == "IN")]
    assert "Thin mark" not in figures.monazite(split).alt


def test_states_are_named_under_points_and_a_flat_window_has_no_blank_band():
    frame = pd.DataFrame({"lat": [9.0, 34.0], "lon": [70.0, 95.0]})
    assert {"Rajasthan", "Maharashtra"} <= {
        text.replace("\n", " ") for text in words(mm.maps.explore(frame).to_figure())
    }
    world = mm.maps.explore(mm.load_partners()).to_figure()
    assert np.abs(world.axes[0].get_ylim()).max() <= 90
