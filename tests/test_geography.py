"""Neighbours, coasts and great circles."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

import mineralmap as mm
from mineralmap import geography


def test_up_has_its_nine_neighbours():
    found = mm.neighbours(mm.load_states(), "IN-UP")
    assert found == sorted(f"IN-{code}" for code in ["UK", "HP", "HR", "DL", "RJ", "MP", "CG", "JH", "BR"])


def test_neighbours_are_mutual():
    states = mm.load_states()
    all_of = {code: set(mm.neighbours(states, code)) for code in states["state_iso"]}
    assert all(code in all_of[other] for code, others in all_of.items() for other in others)


def test_layers_without_the_right_crs_are_refused():
    states = mm.load_states()
    with pytest.raises(mm.errors.CRSError, match=r"states.to_crs\(4326\)"):
        mm.neighbours(states.to_crs(3857), "IN-UP")
    with pytest.raises(mm.errors.UnknownIdError, match="IN-TS"):
        mm.neighbours(states, "IN-TG")


def test_no_neighbour_of_up_has_a_coast():
    coast = mm.load_coastline()
    assert not any(geography.is_coastal(coast, code) for code in mm.neighbours(mm.load_states(), "IN-UP"))
    assert geography.is_coastal(coast, "IN-AP")


def test_a_great_circle_keeps_its_ends_and_its_length():
    start, end = (77.209, 28.614), (139.692, 35.690)
    (line,) = geography.great_circle(start, end)
    assert np.allclose(line[[0, -1]], [start, end])
    length = Geod(ellps="WGS84").line_length(*line.T) / 1000
    assert length == pytest.approx(5840, rel=0.01)  # Delhi to Tokyo


def test_an_arc_over_the_date_line_is_split():
    west, east = geography.great_circle((139.692, 35.690), (-118.24, 34.05))
    assert west[-1, 0] == 180
    assert east[0, 0] == -180
    assert west[-1, 1] == pytest.approx(east[0, 1])
    for part in (west, east):
        assert np.abs(np.diff(part[:, 0])).max() < 90
    back = geography.great_circle((-118.24, 34.05), (139.692, 35.690))
    assert back[0][-1, 0] == -180


def points(*pairs):
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*zip(*pairs, strict=True)), crs="EPSG:4326")


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        # Vincenty's own worked line, from Flinders Peak to Buninyong (GRS 80, which differs by less).
        ((144 + 25 / 60 + 29.52440 / 3600, -(37 + 57 / 60 + 3.72030 / 3600)),
         (143 + 55 / 60 + 35.38390 / 3600, -(37 + 39 / 60 + 10.15610 / 3600)), 54.972271),
        ((0, 0), (1, 0), 111.319491),  # one degree of the equator: 6378.137 x pi / 180
        ((0, -90), (0, 90), 20003.931459),  # half a meridian of WGS 84
    ],
)  # fmt: skip
def test_distances_are_the_known_ones(start, end, km):
    assert geography.distance_km(start, end) == pytest.approx(km, abs=1e-5)


def test_a_known_city_pair():
    """Delhi to Mumbai is about 1,150 km as the crow flies."""
    assert geography.distance_km((77.209, 28.614), (72.878, 19.076)) == pytest.approx(1150, rel=0.01)


def test_a_point_lies_in_its_state_on_a_border_in_both_and_at_sea_in_none():
    states = mm.load_states()
    assert geography.units_at(states, 80.95, 26.85) == ["IN-UP"]
    assert geography.units_at(states, 88.0, 15.0) == []
    up, mp = (states.loc[states["state_iso"] == code, "geometry"].iloc[0] for code in ("IN-UP", "IN-MP"))
    corner = shapely.get_coordinates(up.intersection(mp))[3]
    assert {"IN-UP", "IN-MP"} <= set(geography.units_at(states, *corner))
    with pytest.raises(ValueError, match="lon must be"):
        geography.units_at(states, 26.85, 180.95 - 80)


def test_the_nearest_port_is_the_one_that_a_full_search_finds():
    deposits, ports = mm.load_deposits(), mm.load_ports()
    found = geography.nearest(deposits, ports, "port_id")
    assert list(found.index) == list(deposits.index)
    for place, row in zip(deposits.geometry, found.itertuples(), strict=True):
        if place is None:
            assert np.isnan(row.distance_km)
            continue
        every = {
            port.port_id: geography.distance_km((place.x, place.y), (port.lon, port.lat))
            for port in ports.itertuples()
        }
        assert row.port_id == min(every, key=every.get)
        assert row.distance_km == pytest.approx(min(every.values()), abs=1e-6)


def test_the_foot_of_a_perpendicular_is_found_between_the_corners_of_a_shore():
    shore = gpd.GeoDataFrame(
        {"state_iso": ["IN-XX"]}, geometry=[shapely.LineString([(80, 10), (80, 20)])], crs="EPSG:4326"
    )
    row = geography.distance_to_coast(points((81, 15)), shore).iloc[0]
    assert (row["lon"], row["state_iso"]) == (pytest.approx(80, abs=1e-6), "IN-XX")
    assert row["lat"] == pytest.approx(15, abs=0.01)
    assert row["distance_km"] == pytest.approx(107.5, abs=0.2)  # a degree of longitude at 15 N


def test_coastal_states_touch_their_own_shore_and_no_other_does():
    states, coast = mm.load_states(), mm.load_coastline()
    found = geography.distance_to_coast(states, coast)
    shore = states["state_iso"].isin(coast["state_iso"])
    assert (found.loc[shore, "distance_km"] < 1e-6).all()
    assert found.loc[shore, "state_iso"].tolist() == states.loc[shore, "state_iso"].tolist()
    assert (found.loc[~shore, "distance_km"] > 1).all()


def test_beach_deposits_lie_by_the_sea_and_those_of_hard_rock_do_not():
    deposits = mm.load_deposits()
    far = geography.distance_to_coast(deposits, mm.load_coastline())["distance_km"]
    assert far[deposits["setting"] == "beach"].max() < 25
    assert far[deposits["setting"] == "hard rock"].min() > 25


def test_the_monazite_coast_is_coastal_and_holds_no_river_placer():
    coast, monazite = mm.load_coastline(), mm.load_monazite()
    found = geography.monazite_coast(coast, monazite)
    assert found["monazite_mt"].is_monotonic_decreasing
    assert found["state_iso"].isin(coast["state_iso"]).all()
    assert {"IN-AP", "IN-TN", "IN-OD", "IN-KL"} <= set(found["state_iso"])
    # West Bengal has a coast, but its monazite of 2013 lies in rivers.
    assert not {"IN-WB", "IN-JH"} & set(geography.monazite_coast(coast, monazite, "2013-05")["state_iso"])
    up = mm.neighbours(mm.load_states(), "IN-UP")
    assert not set(up) & set(found["state_iso"])
    with pytest.raises(mm.errors.UnknownIdError, match="2013-05"):
        geography.monazite_coast(coast, monazite, "2026")


def test_distances_need_the_right_crs_and_a_target():
    place = points((80, 20))
    with pytest.raises(mm.errors.CRSError, match="targets"):
        geography.nearest(place, mm.load_ports().to_crs(3857), "port_id")
    with pytest.raises(ValueError, match="no target"):
        geography.nearest(place, mm.load_ports().iloc[:0], "port_id")
