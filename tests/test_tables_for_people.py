"""Tables for people are escaped, linked and in plain words."""

import pandas as pd

import mineralmap as mm
from mineralmap import tables


def test_text_of_a_table_is_never_markup():
    data = pd.DataFrame(
        {"name": ["<img src=x onerror=alert(1)>"], "page": [tables.link("javascript:alert(1)", "<b>")]}
    )
    shown = tables.frame(data, columns={"name": "<i>Name", "page": "Page"}, caption="<script>")
    html = shown._repr_html_()
    assert "<img" not in html
    assert "<script>" not in html
    assert "<i>" not in html
    assert "href" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_two_dollars_are_no_formula():
    html = tables.Table(("Price",), [("$2 or $3",)])._repr_html_()
    assert "$2 or $3" in html
    assert "mathjax_ignore" in html
    assert "mathjax_ignore" in tables.framed("$2 or $3")


def test_events_are_shown_with_working_links_and_words():
    events = mm.load_events(scope="rare_earth")
    table = tables.events(events, caption="Steps", rows=3)
    html = table._repr_html_()
    assert html.count("<tr>") == 4
    assert 'rel="noopener noreferrer"' in html
    assert f"{len(events) - 3} more rows not shown" in html
    assert "rare_earth" not in html
    assert "Steps" in repr(table)


def test_pages_are_looked_up_in_the_tables_that_are_passed():
    events = mm.load_events(scope="rare_earth").head(1)
    event_id = events["event_id"].iloc[0]
    links = mm.load_event_sources()
    links = links[links["event_id"] == event_id].head(1)
    pages = mm.load_sources()
    pages = pages[pages["source_id"].isin(links["source_id"])].assign(
        publisher="My paper", url="https://example.org/a"
    )
    table = tables.events(events, event_sources=links, sources=pages)
    assert [str(link) for link in table.rows[0][-1]] == ["My paper <https://example.org/a>"]


def test_initiatives_show_stage_and_highest_stage():
    table = tables.initiatives(mm.load_initiatives(scope="rare_earth"), rows=5)
    assert "Highest stage" in table._repr_html_()
    assert len(table.rows) == 5
    assert {row[1] for row in table.rows} <= set(mm.codebook.labels("stage").values())


def test_headings_and_captions_of_any_kind_are_shown():
    table = mm.tables.Table([1, None], [["a", "b"]], caption=2026)
    assert "<caption" in table.to_html()
    assert "2026" in table.to_html()
    assert str(table).startswith("2026\n1 | None\n")
