"""Claims: verdicts follow from rows; a past day knows only its own pages; own claims are easy."""

import pandas as pd
import pytest

import mineralmap as mm
from mineralmap import claims
from mineralmap.claims import _countries, _rules, _uttar_pradesh
from mineralmap.errors import UnknownIdError


@pytest.fixture(scope="module")
def now():
    return claims.check_all().set_index("claim_id")


@pytest.fixture(scope="module")
def then():
    return claims.check_all(as_of="2025-07-30").set_index("claim_id")


def test_every_claim_of_the_table_has_a_check_and_a_verdict(now, then):
    ids = set(mm.load_claims()["claim_id"])
    assert ids == set(_countries.CHECKS) | set(_uttar_pradesh.CHECKS)
    for table in (now, then):
        assert set(table.index) == ids
        assert table["verdict"].notna().all()
        assert table["why"].str.endswith(".").all()
        assert (table["would_decide"] != "").all()
        assert table["figures"].map(bool).all()


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
    tables = claims.Tables("2025-07-30")
    assert tables.japan["source_date"].notna().all()
    assert "2025" not in set(tables.japan["source_date"])
    assert claims.Tables().japan["source_date"].isna().any()


def test_lucknow_was_open_on_the_day_of_the_report(now, then):
    assert then.loc["talks-in-lucknow", "verdict"] == "not decidable"
    figures = now.loc["talks-in-lucknow", "figures"]
    assert figures["witnesses for Japan"] >= _uttar_pradesh.MIN_WITNESSES


def test_bad_day_and_double_id_are_refused():
    with pytest.raises(ValueError, match="as_of must be a date"):
        claims.check_all(as_of="July 2025")
    mine = claims.claim("talks-in-lucknow", "x", "me", "2026-01-01")(_uttar_pradesh.talks_in_lucknow)
    with pytest.raises(ValueError, match="share the id 'talks-in-lucknow'"):
        claims.check_all(extra=[mine])


# ------------------------------------------------------------------------------- one's own claim


def test_a_claim_of_ones_own_in_ten_lines():
    @mm.claims.claim("odisha-magnets", "Odisha has cleared a magnet plant.", made_by="me", date="2026-03-01")
    def odisha(tables, as_of):
        found = mm.claims.having(tables.events, states="IN-OD", segments="magnet", stage="approved")
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
        return claims.claim("mine", "x", "me", "2026-01-01")(lambda tables, as_of: finding)

    with pytest.raises(ValueError, match="one of supported, contradicted, mixed, not decidable"):
        made(claims.Finding("true", "because")).check()
    with pytest.raises(ValueError, match="must return a Finding"):
        made(None).check()
    late = mm.load_events().sort_values("date")["event_id"].iloc[-1]
    with pytest.raises(ValueError, match="not known on that day"):
        made(claims.Finding("supported", "because", event_ids=(late,))).check(as_of="2020-01-01")


def test_having_reads_tuples_and_text():
    frame = pd.DataFrame({"states": [("IN-UP", "IN-BR"), ()], "kind": ["mou", "talks"]})
    assert claims.having(frame, states="IN-BR").index.tolist() == [0]
    assert claims.having(frame, kind=("talks", "mou")).index.tolist() == [0, 1]
    assert list(claims.having(frame, kind="jv").columns) == ["states", "kind"], "no row keeps its columns"
    with pytest.raises(UnknownIdError, match="columns: states, kind"):
        claims.having(frame, state="IN-UP")


# ---------------------------------------------------------------------- rules on hand-made tables


class Hand:
    """Tables made by hand."""

    as_of = None

    def __init__(self, **frames):
        self.__dict__.update(frames)


def initiatives(rows):
    columns = ["initiative_id", "level", "scope", "stage", "highest_stage", "partners", "states", "year"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        title=frame["initiative_id"],
        stage_event_id=frame["initiative_id"],
        first_date=pd.to_datetime(frame["year"].astype(str) + "-06-01"),
        kinds=[("plant",)] * len(frame),
        segments=[("separation",)] * len(frame),
        blocs=[()] * len(frame),
    )


def test_investment_rule():
    check = _countries.CHECKS["tn-foreign-investment"]

    def verdict(*rows):
        return check(Hand(initiatives=initiatives(rows)), None).verdict

    here, jpn = ("IN-TN",), ("JPN",)
    runs = ("a", "company", "rare_earth", "operating", "operating", jpn, here, 2020)
    assert verdict(runs) == "supported"
    halted = ("a", "company", "rare_earth", "suspended", "operating", jpn, here, 2020)
    assert verdict(halted) == "mixed"
    assert verdict(runs, halted) == "supported"
    talks = ("a", "state", "rare_earth", "talks", "talks", jpn, here, 2020)
    background = ("a", "company", "context", "operating", "operating", jpn, here, 2020)
    at_home = ("a", "company", "rare_earth", "operating", "operating", (), here, 2020)
    elsewhere = ("a", "company", "rare_earth", "operating", "operating", jpn, ("IN-AP",), 2020)
    assert verdict(talks, background, at_home, elsewhere) == "not decidable"


def test_decentralising_rule():
    def found(before, now, years=(2020, 2024, 2025, 2026)):
        rows = []
        for year in years:
            led, n = before if year < 2024 else now
            rows += [
                (
                    f"{year}-{k}",
                    "state" if k < led else "national",
                    "rare_earth",
                    "talks",
                    "talks",
                    (),
                    (),
                    year,
                )
                for k in range(n)
            ]
        frame = initiatives(rows)
        events = pd.DataFrame(
            {
                "event_id": frame["initiative_id"],
                "initiative_id": frame["initiative_id"],
                "date": frame["first_date"],
                "date_precision": "day",
                "stage": "talks",
                "follows": [()] * len(frame),
            }
        )
        return _countries.decentralising(Hand(initiatives=frame, events=events), None)

    # A share that steps up in 2024 shows with one year counted as recent only if the step is large.
    assert found((2, 200), (30, 40)).verdict == "supported"
    assert found((190, 200), (2, 40)).verdict == "contradicted"
    assert found((50, 100), (20, 40)).verdict == "not decidable"
    few = found((1, 4), (2, 4))
    assert few.verdict == "not decidable"
    assert "say nothing" in few.why


def test_japan_rule():
    lines = pd.DataFrame(
        [("a", 2009, 90.0, "weight", "high"), ("b", 2020, 60.0, "weight", "high")],
        columns=["estimate_id", "year", "share_from_china_pct", "measure", "confidence"],
    )
    deals = initiatives(
        [
            ("x", "company", "context", "operating", "operating", ("AUS", "JPN"), (), 2011),
            ("y", "company", "context", "agreement", "agreement", ("FRA", "JPN"), (), 2020),
        ]
    )

    def verdict(initiatives, japan):
        return _countries.japan_leaves_china(Hand(initiatives=initiatives, japan=japan), None).verdict

    assert verdict(deals, lines) == "supported"
    rising = lines.assign(share_from_china_pct=[60.0, 90.0])
    assert verdict(deals, rising) == "mixed"
    assert verdict(deals.iloc[:1], rising) == "contradicted"
    assert verdict(deals, lines.iloc[:1]) == "not decidable"
    flat = lines.assign(share_from_china_pct=[60.0, 62.0])
    assert verdict(deals, flat) == "mixed", "less than the margin is no change"


def test_neighbours_rule(now):
    tables = claims.Tables()
    with_coast = Hand(
        states=tables.states,
        coastline=pd.DataFrame({"state_iso": ["IN-BR"]}),
        monazite=pd.DataFrame(
            {
                "state_iso": ["IN-BR"],
                "state": ["Bihar"],
                "as_of": ["2030"],
                "monazite_mt": [2.0],
                "setting": ["coastal beach"],
            }
        ),
    )
    assert _uttar_pradesh.neighbours_monazite(with_coast, None).verdict == "supported"
    assert now.loc["neighbours-monazite-coast", "figures"]["neighbours"] == 9


def test_intervals_against_published_examples():
    # Newcombe 1998, Statistics in Medicine 17: table II, 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    change, low, high = _rules.difference(48, 80, 56, 70)
    assert change == pytest.approx(0.2)
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    # Newcombe 1998, Statistics in Medicine 17: 81/263 by Wilson: 0.2553 to 0.3662.
    assert _rules.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert _rules.wilson(0, 20)[0] == pytest.approx(0, abs=1e-12)


def test_the_table_for_people_is_escaped_and_links(now):
    table = claims.as_table(now.reset_index(), "Claims")
    html = table._repr_html_()
    assert html.count("<tr>") == len(now) + 1
    assert "<caption" in html
    assert 'href="https://' in html
    bad = now.reset_index().iloc[:1].assign(text="<script>alert(1)</script>")
    assert "<script>" not in claims.as_table(bad)._repr_html_()


def test_claims_are_lazy():
    import subprocess
    import sys

    code = "import sys, mineralmap; print([m for m in ('pandas', 'mineralmap.claims') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("day", ["1930-01-01", "2010-01-01", "2015-01-01"])
def test_a_day_of_few_or_no_events_gives_verdicts_not_errors(day):
    found = mm.claims.check_all(day)
    assert len(found) == len(mm.load_claims())
    assert (
        found.set_index("claim_id").loc["japan-through-states", "verdict"] == "not decidable" or day > "2000"
    )


def test_rows_of_other_tables_bring_their_pages(now):
    links = now.loc["neighbours-monazite-coast", "links"]
    assert links, "the inland monazite has a page"
    table = claims.as_table(claims.check_all(), "x")._repr_html_()
    assert all(f'href="{url}"' in table for url, _ in links)
    assert now.loc["japan-leaves-china", "links"]
