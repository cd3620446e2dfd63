"""The still pictures: the same bytes, no cut text, the data's own numbers."""

import pytest
from pictures import check_text

import mineralmap as mm


@pytest.fixture(scope="module")
def pictures():
    up = mm.load_initiatives(scope="rare_earth")
    up = up[up["states"].map(lambda codes: "IN-UP" in codes)]
    return {
        "india": mm.figures.india_map(),
        "state": mm.figures.india_map(states="IN-AP", title="Andhra Pradesh"),
        "monazite": mm.figures.monazite(),
        "timeline": mm.figures.timeline(up, mm.load_events(), "Uttar Pradesh", as_of="2025-07-30"),
    }


@pytest.mark.parametrize("name", ["india", "state", "monazite", "timeline"])
def test_every_picture_is_the_same_bytes_twice_and_says_what_it_shows(pictures, name):
    picture = pictures[name]
    assert picture.to_svg() == picture.to_svg()
    assert len(picture.alt) > 20
    assert picture.alt.split(".")[0] in picture.to_svg(), "the title of the SVG"
    assert "0x" not in repr(picture)


@pytest.mark.parametrize("name", ["india", "state", "monazite", "timeline"])
def test_no_text_leaves_the_picture(pictures, name):
    picture = pictures[name]
    check_text(picture)


def test_monazite_bars_are_the_rows_of_the_table(pictures):
    table = mm.load_monazite()
    rows = table[(table["as_of"] == "2013-05") & (table["state_iso"] != "IN")]
    bars = sorted(bar.get_width() for bar in pictures["monazite"].axes[0].patches)
    assert bars == sorted(rows["monazite_mt"])
    with pytest.raises(mm.errors.UnknownIdError, match="2013-05"):
        mm.figures.monazite("2026")
