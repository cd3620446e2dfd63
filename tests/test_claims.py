"""Claims: verdicts follow from rows; a past day knows only its own pages; own claims are easy."""

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import claims
from mineralmap.errors import UnknownNameError


@pytest.fixture(scope="module")
def now():
    return claims.check_all().set_index("claim_id")


@pytest.fixture(scope="module")
def then():
    return claims.check_all(as_of="2025-07-30").set_index("claim_id")


def test_every_claim_of_the_table_has_a_check_and_a_verdict(now, then):
    for table in (now, then):
        assert list(table.index) == list(mm.load_claims()["claim_id"])
        assert table["verdict"].notna().all()
        assert table["why"].str.endswith(".").all()
        assert not table["why"].str.contains("No check is written").any()
        assert (table["would_decide"] != "").all()
        # Without an event there is nothing to count.
        counted = table[table["event_ids"].map(bool)]
        assert counted["figures"].map(bool).all()


def test_a_claim_without_a_check_is_not_decidable():
    table = mm.load_claims().iloc[:1].assign(claim_id="new-claim")
    row = claims.check_all(tables={"claims": table}).iloc[0]
    assert (row["claim_id"], row["verdict"]) == ("new-claim", "not decidable")
    assert "No check is written" in row["why"]


def test_verdicts_that_a_reader_of_the_sources_would_give(now):
    """Facts that no news can turn soon: a map, a running plant, a published law."""
    assert now.loc["neighbours-monazite-coast", "verdict"] == "contradicted"
    assert now.loc["ap-foreign-investment", "verdict"] == "supported"
    assert now.loc["critical-list-begun", "verdict"] == "supported"
    assert now.loc["up-seeks-japan", "verdict"] == "supported"


def test_ids_exist_and_every_event_leads_to_a_page(now):
    events = set(mm.load_events()["event_id"])
    sources = set(mm.load_sources()["source_id"])
    japan = set(mm.load_japan_dependence()["estimate_id"])
    for row in now.itertuples():
        assert set(row.event_ids) <= events
        assert set(row.source_ids) <= sources
        assert bool(row.event_ids) == bool(row.source_ids)
        assert row.event_ids or row.rows, row.Index
        for one in row.rows:
            table, _, key = one.partition(": ")
            assert table in {"japan_dependence", "monazite", "states"}
            assert table != "japan_dependence" or key in japan


def test_a_past_day_knows_only_its_events_and_pages(then):
    known = set(mm.load_events(as_of="2025-07-30")["event_id"])
    published = mm.load_sources().set_index("source_id")["published"]
    for row in then.itertuples():
        assert set(row.event_ids) <= known
        for one in row.source_ids:
            assert pd.isna(published[one]) or published[one][:10] <= "2025-07-30", one


def test_a_page_without_a_date_or_of_a_whole_year_is_not_known_on_a_day_of_it():
    dates = claims.Evidence(as_of="2025-07-30")["japan_dependence"]["source_date"]
    assert dates.notna().all()
    assert "2025" not in set(dates)
    assert claims.Evidence()["japan_dependence"]["source_date"].isna().any()


def test_rows_are_known_when_what_they_refer_to_is():
    early, late = claims.Evidence(as_of="2015-01-01"), claims.Evidence()
    for name, columns in {
        "event_sources": {"event_id": "events", "source_id": "sources"},
        "conflicts": {"event_id": "events"},
        "initiative_links": {"initiative_id": "initiatives", "linked_id": "initiatives"},
    }.items():
        assert 0 < len(early[name]) < len(late[name])
        for column, table in columns.items():
            key = {"events": "event_id", "sources": "source_id", "initiatives": "initiative_id"}[table]
            assert set(early[name][column]) <= set(early[table][key])


def test_lucknow_was_open_on_the_day_of_the_report(now, then):
    assert then.loc["talks-in-lucknow", "verdict"] == "not decidable"
    # One release of the state is behind the reports of both places.
    figures = now.loc["talks-in-lucknow", "figures"]
    assert max(figures.values()) < 2
    assert now.loc["talks-in-lucknow", "verdict"] == "not decidable"


def test_bad_day_double_id_and_unknown_table_are_refused():
    with pytest.raises(ValueError, match="as_of must be a date"):
        claims.check_all(as_of="July 2025")
    mine = claims.claim("talks-in-lucknow", "x", "me", "2026-01-01")(lambda tables: None)
    with pytest.raises(ValueError, match="share the id 'talks-in-lucknow'"):
        claims.check_all(extra=[mine])
    with pytest.raises(UnknownNameError, match="did you mean 'events'"):
        claims.check_all(tables={"event": mm.load_events()})


# ------------------------------------------------------------------------------- one's own claim


def test_a_claim_of_ones_own_in_ten_lines():
    @mm.claims.claim("odisha-magnets", "Odisha has cleared a magnet plant.", made_by="me", date="2026-03-01")
    def odisha(tables):
        found = mm.filter_rows(tables["events"], states="IN-OD", segments="magnet", stage="approved")
        return mm.claims.Finding(
            "supported" if len(found) else "not decidable",
            f"{len(found)} approval of a magnet plant in Odisha is recorded.",
            figures={"approvals": len(found)},
            event_ids=tuple(found["event_id"]),
        )

    table = claims.check_all(extra=[odisha]).set_index("claim_id")
    assert table.loc["odisha-magnets", "verdict"] == "supported"
    assert table.loc["odisha-magnets", "source_ids"]
    assert odisha.check(as_of="2025-07-30").verdict == "not decidable"


def test_a_check_that_breaks_its_rules_is_told():
    def made(finding):
        return claims.claim("mine", "x", "me", "2026-01-01")(lambda tables: finding)

    with pytest.raises(ValueError, match="one of supported, contradicted, mixed, not decidable"):
        made(claims.Finding("true", "because")).check()
    with pytest.raises(ValueError, match="must return a Finding"):
        made(None).check()
    late = mm.load_events().sort_values("date")["event_id"].iloc[-1]
    with pytest.raises(ValueError, match="not known on that day"):
        made(claims.Finding("supported", "because", event_ids=(late,))).check(as_of="2020-01-01")


# ---------------------------------------------------------------------- rules on hand-made tables


def frame(name, rows):
    """Return rows of text, whole or in part, as a frame like that of a loader."""
    table = mm.codebook.table(name)
    return mm.data.frame_of([{column: row.get(column, "") for column in table.names} for row in rows], table)


def made(*rows):
    """Return initiatives and their events from (id, level, scope, stages, partners, states, year)."""
    initiatives, events = [], []
    for ident, level, scope, stages, partners, states, year in rows:
        row = {"initiative_id": ident, "title": ident, "type": "plant", "level": level, "scope": scope}
        initiatives.append(row)
        events += [
            {
                "event_id": f"{ident}-{number}",
                "initiative_id": ident,
                "date": f"{year}-06-{number:02d}",
                "date_precision": "day",
                "kind": "plant",
                "stage": stage,
                "scope": scope,
                "states": states,
                "partners": partners,
                "segments": "separation",
                "location_accuracy": "none",
            }
            for number, stage in enumerate(stages.split(), 1)
        ]
    return {"initiatives": frame("initiatives", initiatives), "events": frame("events", events)}


def check(claim_id, tables):
    return claims.shipped_claims()[claim_id].check(tables=tables)


def test_investment_rule():
    def verdict(*rows):
        return check("tn-foreign-investment", made(*rows)).verdict

    runs = ("a", "company", "rare_earth", "operating", "JPN", "IN-TN", 2020)
    halted = ("b", "company", "rare_earth", "operating suspended", "JPN", "IN-TN", 2020)
    assert verdict(runs) == "supported"
    assert verdict(halted) == "mixed"
    assert verdict(runs, halted) == "supported"
    talks = ("c", "state", "rare_earth", "talks", "JPN", "IN-TN", 2020)
    background = ("d", "company", "context", "operating", "JPN", "IN-TN", 2020)
    at_home = ("e", "company", "rare_earth", "operating", "", "IN-TN", 2020)
    elsewhere = ("f", "company", "rare_earth", "operating", "JPN", "IN-AP", 2020)
    assert verdict(talks, background, at_home, elsewhere) == "not decidable"


def led_by_states(*years):
    """Return initiatives of states and Union from (year, how many a state leads, how many)."""
    rows = [
        (f"{year}-{k}", "state" if k < led else "national", "rare_earth", "talks", "", "", year)
        for year, led, n in years
        for k in range(n)
    ]
    return check("strategy-decentralising", made(*rows))


def test_decentralising_rule():
    # A share that steps up in 2024 shows with one year counted as recent only if the step is large.
    assert (
        led_by_states((2020, 2, 200), *((year, 30, 40) for year in (2024, 2025, 2026))).verdict == "supported"
    )
    fell = led_by_states((2020, 190, 200), *((year, 2, 40) for year in (2024, 2025, 2026)))
    assert fell.verdict == "contradicted"
    same = led_by_states((2020, 50, 100), *((year, 20, 40) for year in (2024, 2025, 2026)))
    assert same.verdict == "not decidable"
    few = led_by_states((2020, 1, 4), (2026, 2, 4))
    assert few.verdict == "not decidable"
    assert "say nothing" in few.why


def test_intervals_against_published_examples():
    # Newcombe 1998, Statistics in Medicine 17: table II, 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    figures = led_by_states((2020, 48, 80), (2026, 56, 70)).figures
    assert [figures[f"{end}, points"] for end in ("change", "low", "high")] == [20.0, 5.2, 33.4]
    # The same, of a single share: 81/263 by Wilson: 0.2553 to 0.3662.
    rows = [
        (f"x-{k}", "company", "rare_earth", "talks construction" if k < 81 else "talks", "JPN", "", 2020)
        for k in range(263)
    ]
    assert (
        "81 reached construction so far (95 % interval 26% to 37%)"
        in check("up-plant-possible", made(*rows)).why
    )


def test_japan_rule():
    deals = (
        ("x", "company", "context", "operating", "AUS;JPN", "", 2011),
        ("y", "company", "context", "agreement", "FRA;JPN", "", 2020),
    )

    def verdict(deals, *shares):
        lines = [
            {"estimate_id": f"{year}", "year": f"{year}", "share_from_china_pct": share, "measure": "weight"}
            for year, share in zip((2009, 2020), shares, strict=False)
        ]
        return check(
            "japan-leaves-china", made(*deals) | {"japan_dependence": frame("japan_dependence", lines)}
        ).verdict

    assert verdict(deals, "90", "60") == "supported"
    assert verdict(deals, "60", "90") == "mixed"
    assert verdict(deals[:1], "60", "90") == "contradicted"
    assert verdict(deals, "90") == "not decidable"
    assert verdict(deals, "60", "62") == "mixed", "less than the margin is no change"


def test_neighbours_rule(now):
    beach = {
        "state_iso": "IN-BR",
        "state": "Bihar",
        "as_of": "2030",
        "monazite_mt": "2",
        "setting": "coastal beach",
    }
    with_coast = {"coastline": pd.DataFrame({"state_iso": ["IN-BR"]}), "monazite": frame("monazite", [beach])}
    assert check("neighbours-monazite-coast", with_coast).verdict == "supported"
    near = mm.geography.neighbours(mm.load_states(), "IN-UP")
    assert now.loc["neighbours-monazite-coast", "figures"]["neighbours"] == len(near)


def test_the_table_for_people_is_escaped_and_links(now):
    table = claims.as_table(now.reset_index(), caption="Claims")
    html = table._repr_html_()
    assert html.count("<tr>") == len(now) + 1
    assert "<caption" in html
    assert 'href="https://' in html
    bad = now.reset_index().iloc[:1].assign(text="<script>alert(1)</script>")
    assert "<script>" not in claims.as_table(bad)._repr_html_()


@pytest.mark.parametrize("day", ["1930-01-01", "2010-01-01", "2015-01-01"])
def test_a_day_of_few_or_no_events_gives_verdicts_not_errors(day):
    found = mm.claims.check_all(as_of=day)
    assert len(found) == len(mm.load_claims())
    assert (
        found.set_index("claim_id").loc["japan-through-states", "verdict"] == "not decidable" or day > "2000"
    )


def test_rows_of_other_tables_bring_their_pages(now):
    links = now.loc["neighbours-monazite-coast", "links"]
    assert links, "the inland monazite has a page"
    table = claims.as_table(now.reset_index())._repr_html_()
    assert all(f'href="{url}"' in table for url, _ in links)
    assert now.loc["japan-leaves-china", "links"]


# --------------------------------------------------------------- the talks of the report, made by hand

TALKS = claims.checks_uttar_pradesh.TALKS


def talks(places=(), planned=(), quad="", linked=(), side=()):
    """Return tables of the talks.

    ``places``: (origin, place) of the pages on where they were; ``planned``: origins that told of the
    journey before it; ``quad``: the bloc of the talks; ``linked``: pairs of initiatives; ``side``: origins of
    another meeting in the state that names the Quad.
    """
    row = {"date_precision": "day", "scope": "rare_earth", "location_accuracy": "none", "stage": "talks"}
    own = row | {"initiative_id": TALKS, "kind": "talks", "partners": "JPN", "states": "IN-UP", "blocs": quad}
    other = row | {"kind": "policy", "blocs": "QUAD", "date": "2025-01-03"}
    events = [
        own | {"event_id": "plan", "date": "2025-01-01", "kind": "policy"},
        own | {"event_id": "talk", "date": "2025-01-02", "follows": "plan"},
        other | {"event_id": "q", "initiative_id": "q"},
        other | {"event_id": "p", "initiative_id": "plain", "blocs": ""},
    ]
    if side:
        events.append(
            other | {"event_id": "side", "initiative_id": "s", "partners": "JPN", "states": "IN-UP"}
        )
    pages = [
        *(("talk", origin, "") for origin, _ in places),
        *(("plan", origin, "A Planned delegation") for origin in planned),
        *(("side", origin, "") for origin in side),
        ("plan", "x", ""),
    ]
    differ = {"event_id": "talk", "field": "place", "source_b": "unread", "why": "Open."}
    rows = {
        "initiatives": [
            {"initiative_id": one, "type": "dialogue", "scope": "rare_earth"}
            for one in (TALKS, "plain", "q", "s")
        ],
        "events": events,
        "sources": [{"source_id": origin} for origin in {origin for _, origin, _ in pages}],
        "event_sources": [
            {"event_id": event, "source_id": one, "origin": one, "role": "reports", "supports": supports}
            for event, one, supports in pages
        ],
        "conflicts": [differ | {"value_a": place, "source_a": origin} for origin, place in places],
        "initiative_links": [{"initiative_id": one, "linked_id": two} for one, two in linked],
    }
    return {name: frame(name, cells) for name, cells in rows.items()}


def test_lucknow_rule():
    def found(places, planned=()):
        finding = check("talks-in-lucknow", talks(places, planned))
        return finding.verdict, *finding.figures.values()

    here = [("a", "Lucknow"), ("b", "a hotel in Lucknow")]
    there = [("c", "Tokyo"), ("d", "Osaka")]
    assert found(here) == ("supported", 2, 0)
    assert found(there + here[:1]) == ("contradicted", 1, 2)
    assert found(here + there) == ("mixed", 2, 2)
    assert found(here[:1] + there[:1]) == ("not decidable", 1, 1)
    assert found(here, planned=["e", "f", "g"]) == ("contradicted", 2, 3)
    none = check("talks-in-lucknow", made())
    assert (none.verdict, none.would_decide) == ("not decidable", "A report of the talks.")
    assert none.why == "No such talks were reported by that day."


def test_quad_rule():
    def found(**given):
        finding = check("talks-tied-to-quad", talks(**given))
        return finding.verdict, *finding.figures.values()

    assert found() == ("not decidable", 0, 0, 0, 0)
    assert found(linked=[(TALKS, "plain"), ("plain", "q")]) == ("not decidable", 0, 0, 0, 0)
    assert found(linked=[(TALKS, "q")]) == found(linked=[("q", TALKS)]) == ("supported", 1, 0, 0, 0)
    assert found(quad="QUAD", linked=[(TALKS, "q")])[:2] == ("supported", 3)
    assert found(side=["a"]) == ("not decidable", 0, 1, 1, 0)
    assert found(side=["a", "b"]) == ("mixed", 0, 1, 2, 0)


def test_the_table_of_claims_has_a_column_for_every_word_of_a_claim():
    one = claims.claim(
        "mine", "A text.", "me", "2026-01-01", published_in="Paper", source_url="https://a.example"
    )
    own = one(lambda tables: claims.Finding("not decidable", "Because."))
    assert (own.published_in, own.source_url) == ("Paper", "https://a.example")
    shipped = claims.shipped_claims()["talks-in-lucknow"]
    given = mm.load_claims().set_index("claim_id").loc["talks-in-lucknow"]
    assert (shipped.text, shipped.date) == (given["text"], f"{given['date']:%Y-%m-%d}")
    row = claims.check_all(tables={"claims": mm.load_claims().iloc[:0]}, extra=[own]).iloc[0]
    assert list(row.index[:4]) == ["claim_id", "text", "made_by", "date"]
    assert [*row[:4]] == ["mine", "A text.", "me", "2026-01-01"]
