"""Neighbours, coasts, beaches and great circles."""

import numpy as np
import pytest
from pyproj import Geod

import mineralmap as mm
from mineralmap import geography


def test_up_has_its_nine_neighbours_by_any_of_its_names_and_none_has_a_coast():
    states, coast = mm.load_states(), mm.load_coastline()
    near = mm.neighbours(states, "IN-UP")
    assert near == sorted(f"IN-{code}" for code in ["UK", "HP", "HR", "DL", "RJ", "MP", "CG", "JH", "BR"])
    assert mm.neighbours(states, "UP") == mm.neighbours(states, "Uttar Pradesh") == near
    assert not any(geography.is_coastal(coast, code) for code in near)
    assert geography.is_coastal(coast, "Andhra Pradesh")


def test_neighbours_are_mutual():
    states = mm.load_states()
    all_of = {code: set(mm.neighbours(states, code)) for code in states["state_iso"]}
    assert all(code in all_of[other] for code, others in all_of.items() for other in others)


def test_layers_without_the_right_crs_and_states_that_are_not_there_are_refused():
    states = mm.load_states()
    with pytest.raises(mm.errors.CRSError, match=r"states.to_crs\(4326\)"):
        mm.neighbours(states.to_crs(3857), "IN-UP")
    with pytest.raises(mm.errors.UnknownNameError, match="Uttar Pradesh"):
        mm.neighbours(states, "Utar Pradesh")
    with pytest.raises(mm.errors.UnknownNameError, match="IN-UP"):
        mm.neighbours(states[states["state_iso"] != "IN-UP"], "UP")


def test_beach_states_have_a_coast_and_none_has_river_placers_only():
    coast, monazite = mm.load_coastline(), mm.load_monazite()
    beaches = geography.beach_states(monazite)
    assert {"IN-AP", "IN-TN", "IN-OD", "IN-KL"} <= set(beaches)
    assert all(geography.is_coastal(coast, code) for code in beaches)
    # West Bengal has a coast, but its monazite lies in rivers; all India is no state.
    assert not {"IN-WB", "IN-JH", "IN"} & set(beaches)
    assert not set(mm.neighbours(mm.load_states(), "UP")) & set(beaches)
    assert geography.beach_states(monazite.iloc[:0]) == []


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
