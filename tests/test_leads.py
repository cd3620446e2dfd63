"""A feed of headlines in, candidate events out: every format, broken and hostile ones, and the drafts."""

import csv
import gzip
import json
import shutil
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mineralmap as mm
from mineralmap import cli

MAGNETS = "Japan and Uttar Pradesh sign memorandum on rare earth magnet plant"
OTHER = "Cricket: rain ends play in Chennai"
ROWS = [
    {"title": MAGNETS, "url": "https://example.org/1", "publisher": "Paper", "published": "2026-11-02"},
    {"title": OTHER, "url": "https://example.org/2", "publisher": "Paper", "published": "2026-11-03"},
]
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>
<item><title>{MAGNETS}</title><link>https://example.org/1</link>
<pubDate>Mon, 02 Nov 2026 05:00:00 GMT</pubDate></item>
<item><title>{OTHER}</title><link>https://example.org/2</link></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><entry><title>{MAGNETS}</title>
<link href="https://example.org/1"/><updated>2026-11-02T05:00:00Z</updated></entry>
<entry><title>{OTHER}</title></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Paper",
        "items": [
            {"title": one["title"], "url": one["url"], "date_published": f"{one['published']}T05:00:00Z"}
            for one in ROWS
        ],
    }
)
GDELT_LIST = json.dumps(
    {
        "articles": [
            {
                **ROWS[0],
                "publisher": None,
                "published": None,
                "domain": "Paper",
                "seendate": "20261102T0500Z",
            },
            {"title": OTHER, "url": "https://example.org/2"},
        ]
    }
)
GRAPH = "\n".join(
    "\t".join(["1", day, "1", "Paper", url, *[""] * 21, f"<PAGE_TITLE>{title}</PAGE_TITLE>"])
    for title, url, day in (
        (MAGNETS, "https://example.org/1", "20261102000000"),
        (OTHER, "x", "20261103000000"),
    )
)


def as_csv(rows=ROWS, sign=","):
    """Return rows as a CSV with another order and other names of the columns."""
    return (
        pd.DataFrame(rows)
        .rename(columns={"title": "Headline", "published": "Date"})
        .to_csv(sep=sign, index=False)
    )


def only(found):
    """Return the one lead that there must be, after looking at what every format must carry."""
    assert len(found) == 1
    lead = found.iloc[0]
    assert (lead["title"], lead["url"], lead["publisher"]) == (MAGNETS, "https://example.org/1", "Paper")
    assert lead["published"] == pd.Timestamp("2026-11-02")
    assert found.attrs["read"] == 2
    return lead


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rss", RSS),
        ("a.xml", ATOM),
        ("feed", RSS),
        ("a.json", JSON_FEED),
        ("list.json", GDELT_LIST),
        ("a.jsonl", "\n".join(map(json.dumps, ROWS))),
        ("a.csv", as_csv()),
        ("a.tsv", as_csv(sign="\t")),
        ("excel.csv", "\ufeff" + as_csv(sign=";")),
        ("x.gkg.csv", GRAPH),
    ],
)
def test_every_format_says_the_same_as_a_file_as_text_packed_and_in_a_folder(name, text, tmp_path):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    lead = only(mm.leads(file))
    only(mm.leads(text))
    packed = tmp_path / "packed" / f"{name}.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(text.encode()))
    only(mm.leads(packed.parent))
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr(name, text)
    only(mm.leads(str(tmp_path / "one.zip")))
    assert (lead["scope"], lead["kind"], lead["stage"]) == ("rare_earth", "mou", "active")
    assert (lead["states"], lead["partners"]) == (("IN-UP",), ("JPN",))
    assert lead["initiative_id"] == "up-japan-rare-earth-magnet-talks"
    assert "rare earth magnet (title +4)" in lead["why"]


def test_a_table_is_read_as_parquet_and_as_a_frame(tmp_path):
    frame = pd.DataFrame(ROWS).assign(published=lambda one: pd.to_datetime(one["published"]))
    frame.to_parquet(tmp_path / "a.parquet")
    only(mm.leads(tmp_path / "a.parquet"))
    only(mm.leads(frame))
    assert len(mm.leads([frame, RSS])) == 2


def test_a_list_of_feeds_opens_files_and_names_addresses(tmp_path):
    (tmp_path / "a.rss").write_text(RSS)
    (tmp_path / "mine.opml").write_text(
        '<opml version="2.0"><body><outline text="x"><outline type="rss" xmlUrl="a.rss"/></outline>'
        '<outline xmlUrl="https://example.org/feed"/><outline xmlUrl="gone.rss"/></body></opml>'
    )
    found = mm.leads(tmp_path / "mine.opml")
    only(found)
    assert found.attrs["faults"] == 2
    assert "https://example.org/feed: fetch it first" in found.attrs["named"][0]


def test_events_of_gdelt_have_the_words_of_their_address():
    row = [""] * 61
    row[1], row[60] = (
        "20261102",
        "https://example.org/news/india-japan-sign-pact-on-rare-earth-magnets-5.html",
    )
    lead = mm.leads("\t".join(row) + "\n" + "\t".join([""] * 61)).iloc[0]
    assert lead["title"] == "india japan sign pact on rare earth magnets"
    assert lead["published"] == pd.Timestamp("2026-11-02")


def test_an_address_is_refused_and_nothing_is_asked_of_the_network():
    with pytest.raises(ValueError, match="fetch it first"):
        mm.leads("https://example.org/feed.xml")
    with pytest.raises(FileNotFoundError, match=r"no feed nowhere\.rss"):
        mm.leads("nowhere.rss")
    with pytest.raises(TypeError, match="a feed is a path"):
        mm.leads(5)
    entity = '<!DOCTYPE r [<!ENTITY x SYSTEM "https://example.org/x">]>' + RSS.partition("?>")[2]
    mm.leads(entity)  # sockets are closed: a request would fail the test


def test_a_broken_item_is_counted_and_named_and_the_rest_is_read(tmp_path):
    rows = [*ROWS, {"title": "", "publisher": "Paper"}, {"title": None, "url": "https://example.org/"}]
    found = mm.leads(as_csv(rows))
    assert (len(found), found.attrs["faults"]) == (1, 2)
    assert found.attrs["named"][0] == "the text, row 4: has no headline"
    cut = mm.leads(RSS[: RSS.index("</channel>")])
    assert len(cut) == 1
    assert "is damaged after item 2" in cut.attrs["named"][0]
    (tmp_path / "a.rss").write_text(RSS)
    (tmp_path / "b.csv").write_text("name_of_town,inhabitants\nAluva,1\n")
    (tmp_path / "c.json").write_text("{")
    (tmp_path / "d.parquet").write_bytes(b"PAR1 no")
    (tmp_path / "e.gz").write_bytes(b"\x1f\x8b broken")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    mixed = mm.leads(tmp_path)
    assert len(mixed) == 1
    assert mixed.attrs["faults"] == 4
    assert all(str(tmp_path) in one for one in mixed.attrs["named"])


def test_hostile_text_is_plain_text():
    title = f"{MAGNETS} <script>alert(1)</script>&lt;img src=x onerror=alert(2)&gt; \x1b[31m \u202e \x00"
    lead = mm.leads([pd.DataFrame([{**ROWS[0], "title": title, "summary": "<b>=cmd()</b>"}])]).iloc[0]
    assert lead["title"] == f"{MAGNETS} alert(1) [31m"
    assert lead["text"] == "=cmd()"
    html = (
        mm.stories.Followed(pd.DataFrame([{**ROWS[0], "url": "javascript:alert(1)"}])).table()._repr_html_()
    )
    assert "javascript:" not in html


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["title", "url", "date", "summary", "source", "x"]),
            st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.dates(), st.binary(max_size=5)),
        ),
        max_size=4,
    )
)
def test_any_frame_is_read_or_named(rows):
    found = mm.leads(pd.DataFrame([{"title": MAGNETS}, *rows]))
    assert len(found) >= 1
    assert found.attrs["read"] == len(rows) + 1


@given(st.one_of(st.text(), st.binary(), st.binary().map(b"PAR1".__add__)))
def test_any_text_is_read_or_named(text):
    feed = text if isinstance(text, bytes) else f"\n{text}"
    assert mm.leads(feed).attrs["faults"] >= 0


def test_since_leaves_out_older_headlines_and_keeps_those_without_a_day():
    rows = [{**ROWS[0], "published": day} for day in ("2026-10-31", "2026-11-01", "")]
    assert mm.leads(as_csv(rows), since="2026-11-01")["published"].isna().sum() == 1
    assert len(mm.leads(as_csv(rows), since="2026-11-01")) == 2
    with pytest.raises(ValueError, match="2025-07-30"):
        mm.leads(as_csv(rows), since="soon")


def test_what_only_sounds_alike_is_no_lead():
    for title in (
        "Mosquito magnet? Study reveals why some people attract more bites",
        "Hindustan Zinc shares jump 7% in two sessions",
        "SCCL gets another boost with coal block allocation",
        "Ravens receiver out after quad strain",
        "Stock of the day: rare earth shares rally, says brokerage",
    ):
        assert mm.leads(f"title\n{title!r}\n").empty, title


def test_an_event_that_the_tables_have_is_told_again_by_a_page_of_other_words():
    found = mm.leads("title,date\nCentre gets 20 bids for the sintered rare earth magnet scheme,2026-08-14\n")
    assert found["event_id"].tolist() == ["repm-bids-2026-08"]


def test_copies_of_one_story_share_a_number_and_later_news_does_not():
    rows = [
        {"title": "US State Department launches $250 million Pax Silica Fund", "published": "2026-03-23"},
        {"title": "U.S. launches $250 million Pax Silica Fund for chips", "published": "2026-03-24"},
        {"title": "India to join Pax Silica, says minister", "published": "2026-06-24"},
    ]
    found = mm.leads(pd.DataFrame(rows)).set_index("title")
    assert found.loc[rows[0]["title"], "story"] == found.loc[rows[1]["title"], "story"]
    assert found.loc[rows[2]["title"], "copies"] == 1


def test_words_of_other_scripts_are_found():
    found = mm.leads("title\nインドとレアアースの供給契約\nदुर्लभ मृदा चुंबक: उत्तर प्रदेश और जापान\n")
    assert found["scope"].tolist() == ["rare_earth", "rare_earth"]
    assert found["states"].tolist() == [("IN-UP",), ()]
    assert found["partners"].tolist() == [("JPN",), ()]


def test_a_draft_is_refused_until_a_person_has_completed_it(tmp_path, root):
    lead = mm.leads(as_csv()).iloc[0]
    draft = mm.draft(lead)
    assert draft.rows["sources"]["read_as"] == "headline"
    assert draft.rows["events"]["title"] == draft.rows["events"]["summary"] == ""
    tables = tmp_path / "tables"
    shutil.copytree(root / "data" / "tables", tables)
    for name in draft.rows:
        with (tables / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(draft.to_csv(name))
    report = mm.validate(tables)
    broken = {(fault.file, fault.column) for fault in report.faults}
    assert {("events.csv", "title"), ("events.csv", "summary"), ("event_sources.csv", "origin")} <= broken

    filled = {
        "events": {"title": "A", "summary": "B.", "confidence": "low"},
        "sources": {"kind": "newspaper"},
        "event_sources": {"origin": "paper-1", "party": "false"},
    }
    for name, cells in filled.items():
        path = tables / f"{name}.csv"
        head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        row = dict(zip(next(csv.reader([head])), next(csv.reader([lines[-1]])), strict=True)) | cells
        path.write_text("".join([head, *lines[:-1]]), encoding="utf-8")
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(row.values())
    rules = [str(fault) for fault in mm.validate(tables).faults]
    assert any("the row is a draft" in one for one in rules)
    assert any("headline" in one for one in rules), rules


def test_a_draft_of_a_page_that_the_tables_have_names_it():
    page = mm.load_sources().iloc[0]
    draft = mm.draft({"title": "x", "url": page["url"], "initiative_id": "new"})
    assert "sources" not in draft.rows
    assert draft.rows["event_sources"]["source_id"] == page["source_id"]
    assert "has this page" in str(draft)
    with pytest.raises(ValueError, match="needs a page"):
        mm.draft({"title": "x", "url": ""})


def test_the_command_lists_writes_and_drafts(tmp_path, capsys):
    (tmp_path / "a.rss").write_text(RSS)
    assert cli.main(["leads", str(tmp_path / "a.rss"), "--out", str(tmp_path / "out.csv")]) == 0
    said = capsys.readouterr().out
    assert MAGNETS in said
    assert "1 lead in 2 headlines; 0 not read" in said
    assert pd.read_csv(tmp_path / "out.csv")["partners"].tolist() == ["JPN"]
    assert cli.main(["leads", str(tmp_path / "a.rss"), "--draft", "1"]) == 0
    assert "to fill in: title, summary" in capsys.readouterr().out
    assert cli.main(["leads", str(tmp_path / "a.rss"), "--draft", "2"]) == 2
    assert cli.main(["leads", str(tmp_path / "none.rss")]) == 2


def test_the_example_is_said_to_be_invented_and_each_title_says_so():
    story = mm.stories.Followed()
    assert "none of them is true" in str(story.words())
    assert story.leads["title"].str.startswith("Invented: ").all()
    assert story.points()["lat"].notna().any()
    own = mm.stories.Followed(as_csv())
    assert "invented" not in str(own.words())


def test_faults_of_the_words_are_named_at_once(tmp_path, root):
    text = (root / "data" / "codebook" / "signals.csv").read_text(encoding="utf-8")
    bad = text.replace("subject,monazite,4,rare_earth", "subject,monazite,4,rare_erth")
    bad = bad.replace("act,mou,1,mou/mou", "act,mou,x,mou/operating").replace("country,JPN", "country,JAP")
    (tmp_path / "signals.csv").write_text(bad, encoding="utf-8")
    with pytest.raises(mm.errors.TableError) as caught:
        mm.codebook.read_signals(tmp_path)
    assert "(act), column weight: 'x'" in str(caught.value)
    (tmp_path / "signals.csv").write_text(bad.replace("mou,x,", "mou,1,"), encoding="utf-8")
    with pytest.raises(mm.errors.TableError) as caught:
        mm.codebook.read_signals(tmp_path)
    said = str(caught.value)
    assert said.startswith("3 faults found")
    assert "did you mean 'JPN'" in said or "country" in said
    assert "'rare_erth': is not one scope" in said
    assert "'mou/operating'" in said
