"""What the README says by hand; its numbers and verdicts are written by `make refresh`."""

import re
from pathlib import Path

import mineralmap as mm

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_map_comes_first_then_the_two_commands_then_the_questions():
    places = [
        README.index(words) for words in ("![Map of India", "make lab", "make test", "## Three questions")
    ]
    assert places == sorted(places)


def test_every_outside_link_is_a_source_of_the_tables():
    links = re.findall(r"\]\((https?://[^)\s]+)\)", README)
    assert links
    assert set(links) <= set(mm.load_sources()["url"])


def test_every_inside_link_exists():
    for target in re.findall(r"\]\((?!https?://)([^)\s#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_answers_on_uttar_pradesh_hold():
    initiatives = mm.load_initiatives(scope="rare_earth")
    here = initiatives[initiatives["states"].map(lambda codes: "IN-UP" in codes)].set_index("initiative_id")
    assert set(here.index) == {
        "batx-rocklink-magnet-recycling",
        "lohum-up-magnet-plant",
        "nawatola-laband-rare-earth-block",
        "up-japan-rare-earth-magnet-talks",
    }
    assert not here["stage"].isin(["construction", "operating"]).any()
    assert here.loc["up-japan-rare-earth-magnet-talks", "n_events"] == 1
