"""A state or a partner country is named in one way everywhere: by code, old code or name."""

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import codebook, stories
from mineralmap.errors import UnknownNameError

pytestmark = pytest.mark.once
EVENTS, OF_STATES = mm.load_events(scope="rare_earth"), mm.load_states()

#: What takes a state -> what it gives, in a form that can be compared.
TAKE_A_STATE = {
    "maps.state": mm.maps.state,
    "maps.india": lambda one: mm.maps.india(states=one),
    "shade": lambda one: mm.maps.india(shade=pd.Series({one: 1.0}, name="x")),
    "load_districts": lambda one: mm.load_districts(states=one)["district_id"].tolist(),
    "load_sources": lambda one: mm.load_sources(state=one)["source_id"].tolist(),
    "filter_rows, a list": lambda one: mm.filter_rows(EVENTS, states=one)["event_id"].tolist(),
    "filter_rows, a code": lambda one: mm.filter_rows(mm.load_ports(), state_iso=one)["port_id"].tolist(),
    "neighbours": lambda one: mm.neighbours(OF_STATES, one),
    "is_coastal": lambda one: mm.geography.is_coastal(mm.load_coastline(), one),
    "india_map": lambda one: mm.figures.india_map(states=one),
    "stage_timeline": lambda one: mm.figures.stage_timeline(EVENTS, mm.load_initiatives(), states=one),
    "State": lambda one: stories.State(state=one).answer().text,
    "Talks": lambda one: stories.Talks(state=one, partner="JPN", since="2025-07-31").headline(),
    "state_codes": codebook.state_codes,
}
TAKE_A_PARTNER = {
    "load_sources": lambda one: mm.load_sources(partner=one)["source_id"].tolist(),
    "filter_rows, a list": lambda one: mm.filter_rows(EVENTS, partners=one)["event_id"].tolist(),
    "filter_rows, a code": lambda one: mm.filter_rows(mm.load_partners(), iso3=one)["name"].tolist(),
    "Talks": lambda one: stories.Talks(state="UP", partner=one, since="2025-07-31").headline(),
    "Partners": lambda one: stories.Partners(partner=one).answer().text,
    "World": lambda one: stories.World(country=one).answer().text,
}
CASES = [
    *((name, take, ("IN-TN", "tamil  nadu"), "Tamil Nado") for name, take in TAKE_A_STATE.items()),
    *((name, take, ("JPN", " japan"), "Jappan") for name, take in TAKE_A_PARTNER.items()),
]


@pytest.mark.parametrize(
    ("take", "right", "wrong"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_name_is_understood_and_a_slip_names_the_near_one(take, right, wrong):
    said = take(right[1])
    # A map or a picture takes long to draw, and which state it shows is tested elsewhere.
    assert isinstance(said, mm.maps.page.OfflineMap | mm.figures.Picture) or said == take(right[0])
    with pytest.raises(UnknownNameError, match=r"did you mean '(Tamil Nadu|Japan)"):
        take(wrong)
    with pytest.raises(UnknownNameError, match=r"there is no (state|country) '?5"):
        take(5)
