"""explain() gives the whole history of an initiative, changes() what is new since a day."""

import good_tables
import pandas as pd
import pytest

import mineralmap as mm

HOSTILE = "<script>alert('x')</script> {{ 7*7 }} \"quoted\" & $x$"


def frames(rows):
    """Return hand-made rows as frames like those of the loaders."""
    made = {name: mm.data.frame_of(rows[name], table) for name, table in mm.codebook.tables().items()}
    pages = (made[name] for name in ("event_sources", "sources", "conflicts"))
    attested = mm.attestation.attest(made["events"]["event_id"], *pages)
    owners = [("Owner",)] * len(made["initiatives"])
    return made | {
        "events": made["events"].join(attested),
        "initiatives": made["initiatives"].assign(owners=owners),
    }


def explain(ident, as_of=None, rows=None):
    return mm.explain(ident, as_of=as_of, tables=frames(rows or good_tables.good()))


def changes(since, until=None, scope=None, rows=None):
    return mm.changes(since, until=until, scope=scope, tables=frames(rows or good_tables.good()))


def background_step(tables):
    """Add a step of the plant that is background only, before all others and after them."""
    plant = good_tables.find(tables, "ev-plant-2023")
    for ident, day in (("ev-bg-2019", "2019-02-03"), ("ev-bg-2024", "2024-02-03")):
        step = plant | {"event_id": ident, "date": day, "date_precision": "day", "scope": "context",
                        "stage": "suspended", "follows": ""}  # fmt: skip
        tables["events"].append(step)
        tables["event_sources"].append(
            {
                **dict.fromkeys(mm.codebook.table("event_sources").names, ""),
                **{"event_id": ident, "source_id": "src-1", "role": "background"},
                **{"origin": "paper", "party": "false"},
            }
        )
    return tables


# ---------------------------------------------------------------------------------------- explain


@pytest.mark.once
def test_every_initiative_has_a_history():
    events = mm.load_events()
    known = mm.history.histories()
    assert set(known) == set(mm.load_initiatives()["initiative_id"])
    for ident, history in known.items():
        html, text = history._repr_html_(), repr(history)
        assert "<table>" in html
        assert str(history.initiative["title"]) in text
        for words in ("nan", "NaT", "None", "<NA>"):
            assert f": {words}" not in text
            assert f">{words}<" not in html
        assert len(history.pages) == len(history.events) == (events["initiative_id"] == ident).sum()
        assert all(history.pages.values())
    some = list(known)[::40]
    assert list(mm.history.histories(some)) == some
    assert [repr(mm.explain(one)) for one in some] == [repr(known[one]) for one in some]


def test_the_thread_of_one_initiative():
    history = explain("plant-one")
    assert list(history.events["event_id"]) == ["ev-plant-2023", "ev-mou-2021", "ev-talks-2020"]
    text = repr(history)
    assert "Stage: Operating, since June 2023" in text, "no day is invented for a month"
    assert "Last confirmed: June 2023, by The ministry" in text
    said = "1 independent origin; confidence high | A paper (2024-09-27) <https://example.org/1>"
    assert f"2020 | Talks are held | Talks | {said}" in text
    assert "Operating | 1 independent origin, a party's own word; confidence high | The ministry" in text
    assert "Type: Plant" in text
    assert "Where sources disagree" in text
    assert "capacity | 500 | 600 | 500 | closer to the event" in text
    assert "Corrected since it was first recorded" in text
    assert history.unknown == [
        "The exact site: the point is placed at the town named, not the site.",
        "Money: no step gives an amount.",
        "2 steps of 3 rest on a single origin.",
        "Sources differ on: capacity.",
    ]
    for line in history.unknown:
        assert line in history._repr_html_()


def test_an_initiative_that_none_but_one_paper_reports():
    assert "Last confirmed: never, by two independent origins" in repr(explain("fund-one"))


def test_an_event_leads_to_its_initiative():
    assert explain("ev-mou-2021").initiative["initiative_id"] == "plant-one"


def test_a_thread_on_an_earlier_day_shows_nothing_later():
    then = explain("plant-one", as_of="2023-06-29")
    assert list(then.events["event_id"]) == ["ev-mou-2021", "ev-talks-2020"]
    assert "Stage: Memorandum, since 4 May 2021" in repr(then)
    assert "The plant runs" not in repr(then) + then._repr_html_()
    assert "capacity | 500" not in repr(then)


def test_background_is_shown_but_moves_nothing():
    rows = background_step(good_tables.good())
    history = explain("plant-one", rows=rows)
    assert len(history.events) == 5
    assert "Stage: Operating, since June 2023" in repr(history)
    with pytest.raises(
        mm.errors.UnknownNameError, match=r"has no step that counts by 2019-12-31; the next is of 2020"
    ):
        explain("plant-one", "2019-12-31", rows)


def test_ids_that_are_no_longer_not_yet_or_never():
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
        ("plant-on", None, "there is no initiative or event 'plant-on'; did you mean 'plant-one'"),
        ("?", None, "there is no initiative or event '?'"),
        (None, None, "there is no initiative or event 'None'"),
        (["plant-one"], None, "there is no initiative or event"),
    ):
        with pytest.raises(mm.errors.UnknownNameError) as error:
            explain(ident, as_of)
        assert str(error.value).startswith(words)


def test_every_withdrawn_id_names_what_replaces_it():
    withdrawn = mm.load_withdrawn()
    for row in withdrawn.iloc[::10].itertuples():
        with pytest.raises(mm.errors.UnknownNameError, match="was withdrawn") as error:
            mm.explain(row.id)
        assert all(replacement in str(error.value) for replacement in row.replaced_by)


def test_hostile_text_stays_text():
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
    for shown in (explain("plant-one", rows=tables), changes("2019-01-01", rows=tables)):
        html = shown._repr_html_()
        assert "<script" not in html
        assert (
            "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; {{ 7*7 }} &quot;quoted&quot; &amp; $x$" in html
        )
        # A notebook sets what stands between two dollar signs as a formula, but not here.
        assert html.startswith('<div class="tex2jax_ignore mathjax_ignore">')
        assert HOSTILE in repr(shown)


# ---------------------------------------------------------------------------------------- changes


def ids(frame, column="event_id"):
    return list(frame[column])


def test_what_happened_between_two_days():
    news = changes("2020-12-31", "2023-06-29")
    assert ids(news.events) == ["ev-law-2022", "ev-mou-2021"]
    assert ids(news.new_initiatives, "initiative_id") == ["law-one"]
    moves = news.transitions.set_index("initiative_id")
    assert moves.loc["plant-one", ["title", "stage_before", "stage", "event_id"]].to_list() == [
        "A plant", "talks", "mou", "ev-mou-2021",
    ]  # fmt: skip
    assert pd.isna(moves.loc["law-one", "stage_before"])
    assert repr(news).startswith(
        "After 31 December 2020, until 29 June 2023: 1 scheme or law begun, 2 steps, 2 moves of stage"
    )
    assert "4 May 2021 | A plant | Talks | Memorandum" in repr(news)
    assert "2 March 2022 | A law | new | In force" in repr(news)
    assert '<a href="https://example.org/1"' in news._repr_html_()


def test_a_month_and_a_year_count_from_their_last_day():
    assert ids(changes("2023-06-01", "2023-06-29").events) == []
    assert ids(changes("2023-06-29", "2023-06-30").events) == ["ev-plant-2023"]
    assert ids(changes("2019-12-31", "2020-12-30").events) == []
    assert ids(changes("2020-12-30", "2020-12-31").events) == ["ev-talks-2020"]


def test_background_is_told_but_is_no_move_and_makes_nothing_old():
    rows = background_step(good_tables.good())
    news = changes("2019-12-31", "2024-12-31", rows=rows)
    assert "ev-bg-2024" in ids(news.events)
    assert "plant-one" in ids(news.new_initiatives, "initiative_id"), "its first step that counts is of 2020"
    assert "suspended" not in ids(news.transitions, "stage")
    assert ids(changes("2019-01-01", "2019-12-31", rows=rows).transitions) == []


def test_changes_of_one_scope():
    assert ids(changes("2019-01-01", scope="critical_minerals").events) == ["ev-fund-2024"]
    with pytest.raises(mm.errors.UnknownNameError, match="no scope 'rare'"):
        changes("2019-01-01", scope="rare")


def test_no_news_is_said():
    for news in (
        changes("2025-01-01"),
        changes("2020-12-31", "2020-12-31"),
        changes("2025-01-01", scope="context"),
    ):
        assert news.events.empty
        assert "none begun, 0 steps, 0 moves of stage" in repr(news)
        assert "0 steps" in news._repr_html_()


def test_days_that_make_no_span_and_tables_that_are_none():
    with pytest.raises(ValueError, match=r"until \(2025-01-01\) lies before since \(2026-01-01\)"):
        changes("2026-01-01", "2025-01-01")
    with pytest.raises(mm.errors.UnknownNameError, match="did you mean 'events'"):
        mm.changes("2025-01-01", tables={"event": mm.load_events()})
    with pytest.raises(ValueError, match="since must be a date as '2025-07-30'; got 'last year'"):
        changes("last year")


def test_the_shipped_tables_since_a_year_and_since_ever():
    newest = mm.load_events()["date"].max()
    since = newest - pd.DateOffset(years=1)
    news = mm.changes(since)
    assert len(news.events)
    certain = mm.stages.last_day(news.events["date"], news.events["date_precision"])
    assert (certain > since).all()
    assert f"{len(news.events)} steps" in news._repr_html_()
    assert all(news.transitions["title"].notna())
    ever = mm.changes("1900-01-01")
    assert set(ever.events["event_id"]) == set(mm.load_events()["event_id"])
    assert set(ever.new_initiatives["initiative_id"]) == set(mm.load_initiatives()["initiative_id"])
    last = ever.transitions.drop_duplicates("initiative_id").set_index("initiative_id")["stage"]
    # A dialogue falls silent without a move.
    now = mm.load_initiatives().set_index("initiative_id")["stage"].astype(str).replace("silent", "active")
    assert last.reindex(now.index).to_dict() == now.to_dict()
    assert isinstance(ever, mm.history.Changes)
