"""What shades the states of a map: tonnes, counts, or numbers of one's own."""

import numpy as np
import page_data
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import mineralmap as mm
from mineralmap import shading, style


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


# --------------------------------------------------------------------------- numbers of one's own


def _states(page_map):
    """Return what the page says of each state, by code."""
    return {state["code"]: state for state in page_data.layer(page_map.to_html(), "states")["states"]}


def _legend(page_map, kind="states"):
    """Return title and strip of the legend of what is shaded."""
    ((_, legend, _),) = page_data.layers(page_map.to_html(), kind)
    (row,) = legend["rows"]
    return legend["title"], row["key"]["strip"]


def test_numbers_of_states_are_known_by_code_and_by_name():
    by_name = pd.Series({"Uttar Pradesh": 1.0, "Kerala": 2.5, "Orissa": 4.0}, name="Schools")
    by_code = by_name.set_axis(["UP", "IN-KL", "OD"])
    pages = [mm.maps.india(shade=shade, unit="thousand") for shade in (by_name, by_code)]
    assert pages[0].to_html() == pages[1].to_html()
    states = _states(pages[0])
    assert states["IN-KL"]["label"] == "Schools: 2.5 thousand"
    fills = [states[code]["fill"] for code in ("IN-UP", "IN-KL", "IN-OD")]
    assert fills == list(style.RAMP[-3:]), "the more, the darker"
    title, strip = _legend(pages[0])
    assert title == "Schools, thousand"
    assert [colour for colour, _ in strip] == [style.NONE_NAMED, *fills]


def test_a_missing_number_stays_white():
    shade = pd.Series({"UP": 1.0, "KL": np.nan, "TN": None, "AP": np.inf}, name="Schools")
    states = _states(mm.maps.india(shade=shade))
    assert [code for code, state in states.items() if state["fill"] != style.NONE_NAMED] == ["IN-UP"]
    assert {state["label"] for code, state in states.items() if code != "IN-UP"} == {"Schools: no value"}


def test_every_ready_map_takes_numbers():
    shade = pd.Series({"KL": 3}, name="Schools")
    assert _legend(mm.maps.coast(shade=shade))[0] == "Schools"
    assert _legend(mm.maps.partners(shade=shade))[0] == "Schools", "instead of the number of projects"
    assert _legend(mm.maps.india(shade=shade.rename(None)))[0] == "Your numbers"


def test_numbers_of_districts_fill_the_districts():
    frame = mm.load_districts(states="KL").sort_values("district_id")
    shade = pd.Series(range(len(frame)), index=frame["district_id"], name="Schools", dtype=float)
    shade.iloc[3] = np.nan
    page_map = mm.maps.state("KL", shade=shade)
    data = page_data.layer(page_map.to_html(), "areas")
    named = frame.set_index("district_id")["district"]
    expected = {named[key]: f"Schools: {value:g}" for key, value in shade.dropna().items()}
    assert {row["name"]: row["label"] for row in data["rows"]} == expected
    assert {row["fill"] for row in data["rows"]} == set(style.RAMP)
    shapes = frame.set_index("district")
    for row, area in zip(data["rows"], page_data.areas(page_map, data, data["shapes"]), strict=True):
        assert area.centroid.distance(shapes.geometry[row["name"]]) < 0.05
    assert _legend(page_map, "areas")[0] == "Schools"
    assert {state["fill"] for state in _states(page_map).values()} == {style.NONE_NAMED}
    assert [legend for _, legend, _ in page_data.layers(page_map.to_html(), "states")] == [None]


@pytest.mark.parametrize(
    ("classing", "words"),
    [
        ("quantiles", ["1 to 2", "over 2 to 4", "over 4 to 6", "over 6 to 8", "over 8 to 101"]),
        ("equal", ["1 to 21", "over 21 to 41", "over 41 to 61", "over 61 to 81", "over 81 to 101"]),
        ([5, 200.0], ["1 to 5", "over 5 to 200"]),
    ],
)
def test_the_classes_are_those_asked_for(classing, words):
    codes = mm.codebook.codes("state")[:10]
    shade = pd.Series([1, 2, 3, 4, 5, 6, 7, 8, 9, 101], index=codes, name="Schools")
    page_map = mm.maps.india(shade=shade, classing=classing)
    _, strip = _legend(page_map)
    assert strip == [
        [style.NONE_NAMED, "no value"],
        *([colour, text] for colour, text in zip(style.RAMP[-len(words) :], words, strict=True)),
    ]
    highs = [float(text.split()[-1]) for text in words]
    states = _states(page_map)
    for code, value in shade.items():
        expected = next(n for n, high in enumerate(highs, 1) if value <= high)
        assert states[code]["fill"] == strip[expected][0], value


@given(
    values=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40),
    classing=st.sampled_from(["quantiles", "equal"]),
)
@example(values=[17.3, 54.23, 31.11], classing="equal").via("least + (most - least) is below most")
def test_every_number_has_a_class_and_a_larger_one_no_lighter_fill(values, classing):
    shade = shading.number_shading(pd.Series(values), "Schools", classing=classing)
    classes = [style.RAMP.index(shade.fills[number]) for number in range(len(values))]
    assert [one for _, one in sorted(zip(values, classes, strict=True))] == sorted(classes)
    shown = [colour for colour, _ in shade.key["steps"][1:]]
    assert set(shade.fills.values()) <= set(shown) <= set(style.RAMP)
    if classing == "quantiles":
        assert max(classes) == len(style.RAMP) - 1, "the largest number is darkest"


def test_large_numbers_are_written_out():
    shade = pd.Series({"UP": 12_345.0, "KL": 1_234_567.0, "TN": 44_000_000.0}, name="People")
    page_map = mm.maps.india(shade=shade)
    states = _states(page_map)
    words = [*(states[code]["label"] for code in ("IN-UP", "IN-KL", "IN-TN"))]
    assert not any("e+" in text for text in (*words, *(text for _, text in _legend(page_map)[1])))


_TWO = pd.Series({"UP": 3.0, "KL": 1.0})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shade": pd.Series({"Utar Pradesh": 1})}, "no state 'Utar Pradesh'; did you mean 'Uttar Pradesh'"),
        ({"shade": pd.Series({"LGD-0": 1})}, "no district 'LGD-0'"),
        ({"shade": pd.Series({"LGD-588": 1, "KL": 1})}, "no district 'KL'"),
        ({"shade": pd.Series({"UP": 1, "Uttar Pradesh": 2})}, "more than one number for IN-UP"),
        ({"shade": pd.Series([1, 2], index=["LGD-588"] * 2)}, "more than one number for LGD-588"),
        ({"shade": pd.Series({"UP": np.nan})}, "shade holds no number"),
        ({"shade": pd.Series({"UP": "many", "KL": 1})}, "shade must hold numbers; got 'many' for IN-UP"),
        ({"shade": pd.Series(dtype=float)}, "shade holds no number"),
        ({"shade": {"UP": 1}}, "shade must be 'monazite', 'initiatives' or a Series; got a dict"),
        ({"shade": _TWO, "classing": "jenks"}, "classing must be 'quantiles' or 'equal'; got 'jenks'"),
        ({"shade": _TWO, "classing": [1, 2]}, "the last at least 3; got"),
        ({"shade": _TWO, "classing": ["a"]}, "one to 5 rising upper bounds"),
        ({"shade": _TWO, "classing": 5}, "one to 5 rising upper bounds"),
        ({"shade": _TWO, "classing": [4, 2, 5]}, "one to 5 rising upper bounds"),
        ({"shade": _TWO, "classing": []}, "one to 5 rising upper bounds"),
        ({"shade": _TWO, "classing": [1, 2, 3, 4, 5, 6]}, "one to 5 rising upper bounds"),
    ],
)
def test_what_cannot_shade_is_named(options, message):
    with pytest.raises((ValueError, KeyError), match=message):
        mm.maps.india(**options)
