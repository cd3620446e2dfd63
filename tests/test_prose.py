"""Paragraphs that count: values as a newspaper writes them, and text of the tables that is no markup."""

import datetime

import numpy as np
import pandas as pd
import pytest

import mineralmap as mm


@pytest.mark.parametrize(
    ("text", "value", "want"),
    [
        ("{x}", np.int64(12345), "12,345"),
        ("{x:words} plants", 7, "seven plants"),
        ("{x:words} plants", 0, "no plants"),
        ("{x:none} of them", 0, "none of them"),
        ("{x:Words} run", 12, "Twelve run"),
        ("{x:words}", 13, "13"),
        ("{x:.0%}", 0.256, "26%"),
        ("{x}", pd.Timestamp("2025-07-04"), "4 July 2025"),
        ("{x:%B %Y}", datetime.date(2025, 7, 4), "July 2025"),
        ("{x}", ("A", "B", "C"), "A, B and C"),
        ("{x}", ("A", "B, by the sea"), "A; B, by the sea"),
        ("{x}", "a*b_[c](d)<e> $5", r"a\*b\_\[c\](d)\<e\> \$5"),
        ("{x}", mm.tables.link("https://example.org/1", "A_page"), r"[A\_page](https://example.org/1)"),
        ("{x}", mm.tables.link("javascript:alert(1)", "A page"), "A page"),
    ],
)
def test_a_value_is_written_for_people(text, value, want):
    assert mm.paragraph(text, x=value).text == want


def test_a_sentence_whose_condition_does_not_hold_is_left_out():
    shown = mm.paragraph("One.", None, "Three." if True else None, "")
    assert repr(shown) == shown._repr_markdown_() == "One. Three."


def test_a_place_without_a_value_is_an_error():
    with pytest.raises(KeyError, match="n"):
        mm.paragraph("{n} plants")


def test_an_answer_names_its_sources_its_day_and_one_badge():
    shown = mm.answer(
        "{n:Words} run.",
        n=7,
        confidence="medium",
        because="two rest on one page",
        events=["quad-cmi-2025-07"],
    ).text
    assert shown.startswith("**Answer.** Seven run.")
    assert mm.load_sources(event_id="quad-cmi-2025-07")["url"].iloc[0] in shown
    assert f"*Data to {mm.prose.day_words()}.*" in shown
    assert "*Confidence: medium; two rest on one page.*" in shown
    assert "*As of 30 July 2025.*" in mm.answer("None runs.", confidence="low", as_of="2025-07-30").text


def test_an_answer_refuses_a_badge_and_an_event_that_do_not_exist():
    with pytest.raises(mm.errors.UnknownNameError, match="high"):
        mm.answer("None runs.", confidence="hihg")
    with pytest.raises(mm.errors.UnknownNameError, match="quad"):
        mm.answer("None runs.", confidence="low", events=["quad-cmi-2025-08"])
