"""The pictures of the chain: the data's own numbers, nothing cut, nothing joined that must not be."""

import matplotlib
import numpy as np
import pytest
from pictures import check_text

import mineralmap as mm

NAMES = ("supply_chain", "bottleneck", "world_output", "japan_dependence")


@pytest.fixture(scope="module")
def pictures():
    return {name: getattr(mm.figures, name)() for name in NAMES}


def texts(picture):
    return [text.get_text() for text in picture.findobj(matplotlib.text.Text) if text.get_visible()]


@pytest.mark.parametrize("name", NAMES)
def test_same_bytes_and_no_text_leaves_the_picture(pictures, name):
    picture = pictures[name]
    assert picture.to_svg() == picture.to_svg()
    assert any(text.startswith("Source: ") for text in texts(picture))
    check_text(picture)


def test_bars_of_the_chain_are_its_ranges(pictures):
    chain = mm.supply.chain(mm.load_chain_factors())
    bars = pictures["supply_chain"].axes[0].patches
    assert len(bars) == len(chain)
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]
    expected = [(100 * row.low / row.median, 100 * row.high / row.median) for row in chain.itertuples()]
    assert np.allclose(ends, expected)


def test_a_missing_capacity_is_said_and_not_drawn_as_zero(pictures):
    table = mm.supply.capacities(mm.load_chain_factors(), mm.load_facilities())
    missing = int((table["binds"] == "no capacity known").sum())
    said = [text for text in texts(pictures["bottleneck"]) if "no capacity known" in text]
    assert sum(text.startswith("runs today") for text in said) == missing


def test_columns_of_the_world_add_up(pictures):
    bars = pictures["world_output"].axes[0].patches
    tops = {}
    for bar in bars:
        tops.setdefault(round(bar.get_x(), 3), []).append(bar.get_height())
    assert len(tops) == len(mm.supply.world_concentration(mm.load_world_ree()))
    assert all(sum(parts) == pytest.approx(100) for parts in tops.values())


def test_a_strip_holds_one_definition_and_a_press_figure_no_line(pictures):
    lines = mm.supply.japan_lines(mm.load_japan_dependence())
    strips = pictures["japan_dependence"].axes[1:]
    assert len(strips) == lines["line"].nunique()
    points = sum(line.get_marker() == "o" for strip in strips for line in strip.get_lines())
    assert points == len(lines.drop_duplicates(["line", "year", "share_from_china_pct"]))
    joined = sum(len(line.get_xdata()) > 1 for strip in strips for line in strip.get_lines())
    several = lines[lines["joined"]].groupby("line")["year"].nunique() > 1
    assert joined == several.sum()
