"""explain() tells the whole thread of an initiative, changes() what is new since a day."""

import good_tables
import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import datasets, story

HOSTILE = "<script>alert('x')</script> {{ 7*7 }} \"quoted\" & $x$"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Put the hand-made tables in the place of the shipped ones; call it after changing them."""
    caches = (datasets._cached_table, datasets._cached_events)

    def use(tables):
        good_tables.write(tmp_path / "tables", tables)
        monkeypatch.setattr(datasets, "data_folder", lambda: tmp_path)
        for cached in caches:
            cached.cache_clear()

    yield use
    for cached in caches:
        cached.cache_clear()


def background_step(tables):
    """Add a step of the plant that is background only, before all others and after them."""
    plant = good_tables.find(tables, "ev-plant-2023")
    for ident, day in (("ev-bg-2019", "2019-02-03"), ("ev-bg-2024", "2024-02-03")):
        step = plant | {"event_id": ident, "date": day, "date_precision": "day", "scope": "context",
                        "stage": "suspended", "follows": ""}  # fmt: skip
        tables["events"].append(step)
        tables["event_sources"].append(
            {"event_id": ident, "source_id": "src-1", "supports": "", "witness": "context-paper"}
        )
    return tables


# ---------------------------------------------------------------------------------------- explain


@pytest.fixture
def once(monkeypatch):
    """Compute the stages once, where a test asks for hundreds of stories of one day."""
    frame = mm.load_initiatives()
    monkeypatch.setattr(datasets, "load_initiatives", lambda as_of=None, scope=None: frame.copy())


@pytest.mark.usefixtures("once")
def test_every_initiative_can_be_told():
    events = mm.load_events()
    for ident in datasets.load_initiatives()["initiative_id"]:
        told = mm.explain(ident)
        html, text = told._repr_html_(), repr(told)
        assert "<table>" in html
        assert str(told.initiative["title"]) in text
        for words in ("nan", "NaT", "None", "<NA>"):
            assert f": {words}" not in text
            assert f">{words}<" not in html
        assert len(told.sources) == len(told.events) == (events["initiative_id"] == ident).sum()


def test_the_thread_of_one_initiative(small):
    small(good_tables.good())
    told = mm.explain("plant-one")
    assert list(told.events["event_id"]) == ["ev-plant-2023", "ev-mou-2021", "ev-talks-2020"]
    text = repr(told)
    assert "Stage: Operating, since June 2023" in text, "no day is invented for a month"
    assert "Last confirmed: June 2023" in text
    assert "2020 | Talks are held | Talks | 1 witness, high | A paper (2020) <https://example.org/1>" in text
    assert "Where sources disagree" in text
    assert "capacity | 500 | 600 | 500 | closer to the event" in text
    assert "Corrected since it was first recorded" in text
    assert told.unknown == [
        "The exact site: the point is placed at the town named, not the site.",
        "Money: no step gives an amount.",
        "2 steps of 3 rest on a single witness.",
        "Sources differ on: capacity.",
    ]
    for line in told.unknown:
        assert line in told._repr_html_()


def test_an_initiative_that_none_but_one_paper_reports(small):
    small(good_tables.good())
    assert "Last confirmed: never, by two witnesses" in repr(mm.explain("fund-one"))


def test_an_event_leads_to_its_initiative(small):
    small(good_tables.good())
    assert mm.explain("ev-mou-2021").initiative["initiative_id"] == "plant-one"


def test_a_thread_on_an_earlier_day_shows_nothing_later(small):
    small(good_tables.good())
    then = mm.explain("plant-one", as_of="2023-06-29")
    assert list(then.events["event_id"]) == ["ev-mou-2021", "ev-talks-2020"]
    assert "Stage: Memorandum, since 4 May 2021" in repr(then)
    assert "The plant runs" not in repr(then) + then._repr_html_()
    assert "capacity | 500" not in repr(then)


def test_background_is_shown_but_moves_nothing(small):
    small(background_step(good_tables.good()))
    told = mm.explain("plant-one")
    assert len(told.events) == 5
    assert "Stage: Operating, since June 2023" in repr(told)
    with pytest.raises(
        mm.errors.UnknownIdError, match=r"has no step that counts by 2019-12-31; the next is of 2020"
    ):
        mm.explain("plant-one", as_of="2019-12-31")


def test_ids_that_are_no_longer_not_yet_or_never(small):
    small(good_tables.good())
    for ident, as_of, words in (
        ("ev-old", None, "'ev-old' was withdrawn; it is replaced by ev-mou-2021 (same event)"),
        (
            "plant-one",
            "2020-12-30",
            "'plant-one' has no step that counts by 2020-12-30; the next is of 2020-12-31",
        ),
        (
            "ev-mou-2021",
            "2021-05-03",
            "'ev-mou-2021' has no step that counts by 2021-05-03; the next is of 2021-05-04",
        ),
        ("plant-on", None, "there is no initiative or event 'plant-on'; near ids: plant-one"),
        ("?", None, "there is no initiative or event '?'"),
        (None, None, "there is no initiative or event 'None'"),
        (["plant-one"], None, "there is no initiative or event"),
    ):
        with pytest.raises(mm.errors.UnknownIdError) as error:
            mm.explain(ident, as_of)
        assert str(error.value).startswith(words)


@pytest.mark.usefixtures("once")
def test_every_withdrawn_id_names_its_heir():
    for row in mm.load_withdrawn().itertuples():
        with pytest.raises(mm.errors.UnknownIdError) as error:
            mm.explain(row.id)
        assert "was withdrawn" in str(error.value)
        assert all(heir in str(error.value) for heir in row.replaced_by)


def test_hostile_text_stays_text(small):
    tables = good_tables.good()
    for name, columns in {
        "initiatives": ("title", "summary"),
        "events": ("title",),
        "sources": ("publisher", "published"),
        "conflicts": ("field", "value_a", "chosen", "why"),
        "corrections": ("column", "old", "why"),
    }.items():
        for row in tables[name]:
            row.update(dict.fromkeys(columns, HOSTILE))
    small(tables)
    for shown in (mm.explain("plant-one"), mm.changes("2019-01-01")):
        html = shown._repr_html_()
        assert "<script" not in html
        assert (
            "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; {{ 7*7 }} &quot;quoted&quot; &amp; $x$" in html
        )
        # A notebook sets what stands between two dollar signs as a formula, but not here.
        assert html.startswith('<div class="tex2jax_ignore mathjax_ignore">')
        assert HOSTILE in repr(shown)


def test_an_address_that_is_no_web_address_is_no_link():
    html = mm.show.Table(("Page",), [(mm.show.link("javascript:alert(1)", "here"),)])._repr_html_()
    assert "<a " not in html
    assert "here" in html


# ---------------------------------------------------------------------------------------- changes


def ids(frame, column="event_id"):
    return list(frame[column])


def test_what_happened_between_two_days(small):
    small(good_tables.good())
    news = mm.changes("2020-12-31", "2023-06-29")
    assert ids(news.events) == ["ev-law-2022", "ev-mou-2021"]
    assert ids(news.new_initiatives, "initiative_id") == ["law-one"]
    moves = news.moves.set_index("initiative_id")
    assert moves.loc["plant-one", ["title", "stage_before", "stage", "event_id"]].to_list() == [
        "A plant", "talks", "mou", "ev-mou-2021",
    ]  # fmt: skip
    assert pd.isna(moves.loc["law-one", "stage_before"])
    assert repr(news).startswith(
        "After 31 December 2020, until 29 June 2023: 1 new initiative, 2 steps, 2 moves of stage"
    )
    assert "4 May 2021 | A plant | Talks | Memorandum" in repr(news)
    assert "2 March 2022 | A law | new | In force" in repr(news)
    assert '<a href="https://example.org/1"' in news._repr_html_()


def test_a_month_and_a_year_count_from_their_last_day(small):
    small(good_tables.good())
    assert ids(mm.changes("2023-06-01", "2023-06-29").events) == []
    assert ids(mm.changes("2023-06-29", "2023-06-30").events) == ["ev-plant-2023"]
    assert ids(mm.changes("2019-12-31", "2020-12-30").events) == []
    assert ids(mm.changes("2020-12-30", "2020-12-31").events) == ["ev-talks-2020"]


def test_background_is_told_but_is_no_move_and_makes_nothing_old(small):
    small(background_step(good_tables.good()))
    news = mm.changes("2019-12-31", "2024-12-31")
    assert "ev-bg-2024" in ids(news.events)
    assert "plant-one" in ids(news.new_initiatives, "initiative_id"), "its first step that counts is of 2020"
    assert "suspended" not in ids(news.moves, "stage")
    assert ids(mm.changes("2019-01-01", "2019-12-31").moves) == []


def test_changes_of_one_scope(small):
    small(good_tables.good())
    assert ids(mm.changes("2019-01-01", scope="critical_minerals").events) == ["ev-fund-2024"]
    with pytest.raises(mm.errors.UnknownIdError, match="unknown scope"):
        mm.changes("2019-01-01", scope="rare")


def test_no_news_is_said(small):
    small(good_tables.good())
    for news in (
        mm.changes("2025-01-01"),
        mm.changes("2020-12-31", "2020-12-31"),
        mm.changes("2025-01-01", scope="context"),
    ):
        assert news.events.empty
        assert "0 new initiatives, 0 steps, 0 moves of stage" in repr(news)
        assert "0 steps" in news._repr_html_()


def test_days_that_make_no_span():
    with pytest.raises(ValueError, match=r"until \(2025-01-01\) lies before since \(2026-01-01\)"):
        mm.changes("2026-01-01", "2025-01-01")
    with pytest.raises(ValueError, match="must be a date as '2025-07-30'; got 'last year'"):
        mm.changes("last year")


def test_the_shipped_tables_since_a_year_and_since_ever():
    newest = mm.load_events()["date"].max()
    since = newest - pd.DateOffset(years=1)
    news = mm.changes(since)
    assert len(news.events)
    certain = mm.ladder.last_day(news.events["date"], news.events["date_precision"])
    assert (certain > since).all()
    assert f"{len(news.events)} steps" in news._repr_html_()
    assert all(news.moves["title"].notna())
    ever = mm.changes("1900-01-01")
    assert set(ever.events["event_id"]) == set(mm.load_events()["event_id"])
    assert set(ever.new_initiatives["initiative_id"]) == set(mm.load_initiatives()["initiative_id"])
    last = ever.moves.drop_duplicates("initiative_id").set_index("initiative_id")["stage"]
    now = mm.load_initiatives().set_index("initiative_id")["stage"].astype(str)
    assert last.reindex(now.index).to_dict() == now.to_dict()
    assert isinstance(ever, story.Changes)
