"""Tables for people are escaped, linked and in plain words."""

import pandas as pd

import mineralmap as mm
from mineralmap import show


def test_text_of_a_table_is_never_markup():
    data = pd.DataFrame(
        {"name": ["<img src=x onerror=alert(1)>"], "page": [show.link("javascript:alert(1)", "<b>")]}
    )
    html = show.frame(data, {"name": "<i>Name", "page": "Page"}, caption="<script>")._repr_html_()
    assert "<img" not in html
    assert "<script>" not in html
    assert "<i>" not in html
    assert "href" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_events_are_shown_with_working_links_and_words():
    table = show.events(mm.load_events(scope="rare_earth"), caption="Steps", rows=3)
    html = table._repr_html_()
    assert html.count("<tr>") == 4
    assert 'rel="noopener noreferrer"' in html
    assert "rows not shown" in html
    assert "rare_earth" not in html
    assert "Steps" in repr(table)


def test_a_date_is_shown_at_its_own_precision():
    day = pd.Timestamp("2025-07-01")
    assert mm.style.date_words(day) == "1 July 2025"
    assert mm.style.date_words(day, "month") == "July 2025"
    assert mm.style.date_words(day, "year") == "2025"


def test_initiatives_show_stage_and_highest_stage():
    table = show.initiatives(mm.load_initiatives(scope="rare_earth"), rows=5)
    assert "Highest stage" in table._repr_html_()
    assert len(table.rows) == 5
