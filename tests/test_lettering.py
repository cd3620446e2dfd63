"""Pictures and pages show every script, and a sign for what nothing can show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from xml.dom import minidom

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mineralmap as mm
from mineralmap.figures import lettering
from mineralmap.text import legible

SCRIPTS = {
    "Devanagari": "मोनाज़ाइट क्षेत्र",
    "Tamil": "மணவாளக்குறிச்சி",
    "Telugu": "విశాఖపట్నం",
    "Japanese or Chinese": "日本のレアアース",
}
#: Half a surrogate pair, control characters and what is no character.
NOTHING = ["\ud83d", "\udc00", "\x00", "\x1b[2J", "\x7f", "\x9f", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff"]
JOINS = mpl.__version_info__ >= (3, 11)


def _points(texts):
    number = len(texts)
    frame = pd.DataFrame({"lat": range(10, 10 + number), "lon": range(72, 72 + number)})
    return mm.maps.explore(frame.assign(place=pd.Series(texts, dtype=object)), column="place", title=texts[0])


def _words(svg):
    """Return the texts of a picture; a picture that is no XML fails."""
    return [
        "".join(node.data for node in text.childNodes if node.nodeType == node.TEXT_NODE)
        for text in minidom.parseString(svg.encode()).getElementsByTagName("text")
    ]


def test_a_picture_shows_each_script_in_a_font_that_has_it():
    picture = _points(list(SCRIPTS.values())).to_figure()
    words = _words(picture.to_svg())
    for script, text in SCRIPTS.items():
        assert text in words if JOINS or script.startswith("Japanese") else f"[no font for {script}]" in words
    # Nothing is cut at the edges.
    page = picture.bbox
    for text in picture.findobj(mpl.text.Text):
        box = text.get_window_extent()
        assert not text.get_text() or (box.x0 >= page.x0 and box.x1 <= page.x1), text.get_text()
    assert picture.to_png(dpi=40).startswith(b"\x89PNG")


@pytest.mark.once
def test_without_fonts_a_word_says_so_and_no_letter_warns():
    code = (
        "import sys, warnings; warnings.simplefilter('error')\n"
        "sys.modules['justmytype_intl_south_asia'] = sys.modules['matplotlib_fontja'] = None\n"
        "from mineralmap.figures.lettering import width_of, letter\n"
        "from matplotlib.text import Text\n"
        f"for text in {[*SCRIPTS.values(), 'Lucknow लखनऊ उत्तर, 2026', 'ok 🙂']!r}:\n"
        "    print(letter(Text(0, 0, text)).get_text(), width_of(text, 10) > 10)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout.splitlines() == [
        *(f"[no font for {script}] True" for script in SCRIPTS),
        "Lucknow [no font for Devanagari], 2026 True",
        "ok \ufffd True",
    ], done.stderr


def test_what_nothing_can_show_is_a_sign_in_maps_pictures_and_notebooks(tmp_path):
    texts = [f"a{one}b" for one in NOTHING]
    page_map = _points(texts)
    page_map.save(tmp_path / "map.html")
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert page == legible(page)
    assert "\\u0000" not in page
    shown = page_map.to_figure()._repr_mimebundle_()
    assert "a\ufffdb" in _words(shown["image/svg+xml"])
    # As a kernel sends it.
    json.dumps([shown, page_map._repr_html_()], ensure_ascii=False).encode()
    # A backslash and what follows it are text, where they look like a code in a script.
    assert r"C:\\u0000 \\b" in _points([r"C:\u0000 \b"]).to_html()


LETTERS = st.one_of(
    st.text(max_size=12),
    st.text(st.characters(), max_size=6),
    st.text(st.sampled_from("कि्षமணிక్షా日本लख\u200d\u200c\ufe0f\u0300aé\t\n\r $_^\\{}"), max_size=12),
    st.lists(st.sampled_from([*NOTHING, "🙂", "שלום", "مرحبا", "ไทย", "\u202e", "\u2028"]), max_size=5).map(
        "".join
    ),
)


@settings(max_examples=int(os.environ.get("HYPOTHESIS_PROFILE") == "nightly") * 5_000 or 120, deadline=None)
@given(LETTERS)
def test_any_text_can_be_measured_and_drawn_without_a_warning(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = lettering.letter(mpl.text.Text(0, 0, text))
        assert lettering.width_of(text, 10) >= 0
        figure = mpl.figure.Figure(figsize=(1, 1), dpi=20)
        figure.add_artist(drawn)
        figure.draw_without_rendering()
    assert drawn.get_text() == legible(drawn.get_text())


@settings(max_examples=200, deadline=None)
@given(st.text(), st.lists(st.sampled_from([*NOTHING, "\\", "\\u0000", '"', "\b", "\f", "\n"])))
def test_a_script_holds_any_text_and_a_sign_for_what_is_none(text, more):
    text += "".join(more)
    script = mm.maps.page.to_script({"a": text})
    assert script == legible(script)
    assert json.loads(script)["a"] == legible(text)
