"""validate(): the rules between rows and tables, layers, and the report."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date

import good_tables
import pandas as pd
import pytest
import shapely

import mineralmap as mm

LAYER = "india_states"


@pytest.fixture
def tables():
    return good_tables.good()


@pytest.fixture
def layer(tmp_path, root):
    """Return a copy of a sound layer."""
    for file in (root / "data" / "shapefiles").glob(f"{LAYER}.*"):
        shutil.copy(file, tmp_path)
    return tmp_path / f"{LAYER}.shp"


def messages(tmp_path, tables):
    return [str(fault) for fault in mm.validate(good_tables.write(tmp_path / "tables", tables)).faults]


def only(found, *words):
    (message,) = found
    for word in words:
        assert word in message, message
    return message


# ------------------------------------------------------------------------------------ good tables


def test_the_shipped_tables_hold():
    report = mm.validate()
    assert report.ok, report
    assert not report.not_checked
    assert set(report.checked) == {table.file for table in mm.codebook.tables().values()}


def test_the_shipped_layers_hold(root):
    report = mm.validate(root / "data" / "shapefiles")
    assert report.ok, report
    assert report.checked[f"{LAYER}.shp"] == 36


def test_good_tables_say_what_was_checked(tmp_path, tables):
    report = mm.validate(good_tables.write(tmp_path, tables))
    assert report.ok
    assert str(report).startswith(f"No fault found ({len(tables)} files, ")
    assert "  events.csv: 5 rows" in str(report)
    assert "  ports.csv: 1 row\n" in str(report)
    report.raise_for_faults()


def test_a_table_without_rows_is_said_to_have_none(tmp_path, tables):
    tables["ports"] = []
    report = mm.validate(good_tables.write(tmp_path, tables))
    assert report.ok
    assert "  ports.csv: no rows" in str(report)
    tables["events"] = []
    only(
        [m for m in messages(tmp_path / "more", tables) if m.startswith("initiatives.csv, row 2")],
        "(plant-one), column initiative_id: 'plant-one': has no event",
    )


# ------------------------------------------------------------------------------- all faults at once


def test_ten_faults_give_ten_messages_and_nothing_is_written(tmp_path, tables):
    cells = [
        ("ev-law-2022", "date", "0025-09-26"),
        ("ev-talks-2020", "kind", "chat"),
        ("ev-talks-2020", "title", "NA"),
        ("ev-mou-2021", "states", "IN-OR"),
        ("ev-mou-2021", "summary", "=cmd"),
        ("ev-mou-2021", "follows", "ev-talks-2021"),
        ("src-1", "url", "javascript:alert(1)"),
        ("beach-1", "lon", ""),
        ("chennai", "lat", "80.3"),
        ("works-1", "capacity_unit", ""),
    ]
    for ident, column, value in cells:
        good_tables.find(tables, ident)[column] = value
    good_tables.find(tables, "chennai")["lon"] = "13.1"
    folder = good_tables.write(tmp_path, tables)
    before = {path: path.read_bytes() for path in folder.rglob("*")}
    report = mm.validate(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*")} == before
    frame = report.to_frame()
    assert sorted(zip(frame["id"], frame["column"], strict=True)) == sorted(cell[:2] for cell in cells)
    assert list(frame) == ["file", "row", "id", "column", "value", "rule", "hint"]
    assert frame["row"].notna().all()
    assert frame["rule"].ne("").all()
    for fault in report.faults:
        assert str(fault) in str(report)
    assert str(report).startswith("10 faults found (")
    with pytest.raises(mm.errors.TableError, match="10 faults found"):
        report.raise_for_faults()


def test_faults_come_in_the_order_of_files_and_rows(tmp_path, tables):
    good_tables.find(tables, "ev-fund-2024")["amount_unit"] = ""
    good_tables.find(tables, "ev-mou-2021")["initiative_id"] = "plant-on"
    good_tables.find(tables, "reo_in_monazite")["low"] = "58"
    report = mm.validate(good_tables.write(tmp_path, tables))
    assert [(fault.file, fault.row) for fault in report.faults] == [
        ("chain_factors.csv", 2),
        ("events.csv", 3),
        ("events.csv", 6),
    ]


def test_the_report_in_a_notebook_is_escaped(tmp_path, tables):
    good_tables.find(tables, "ev-mou-2021")["kind"] = "<script>alert(1)</script>"
    html = mm.validate(good_tables.write(tmp_path, tables))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert ">Hint</th>" in html


# ----------------------------------------------------------------------------- rules between rows

RULES = [
    # changes: (row, column, cell); file, row, column and words of the one message
    ([("ev-mou-2021", "initiative_id", "plant-on")],
     "events.csv, row 3 (ev-mou-2021), column initiative_id: 'plant-on': "
     "'plant-on' is not in initiatives.csv [did you mean 'plant-one'?]"),
    ([("ev-mou-2021", "follows", "ev-talks-2020;ev-gone")],
     "row 3 (ev-mou-2021), column follows: 'ev-talks-2020;ev-gone': 'ev-gone' is not in events.csv"),
    ([("plants", "partners", "IND;JPN")],
     "coverage.csv, row 2 (plants), column partners: 'IND;JPN': India is not a"),
    ([("ev-mou-2021", "partners", "USA")], "column partners: 'USA': 'USA' is not in partners.csv"),
    ([("works-1", "partner_iso3", "USA")],
     "facilities.csv, row 2 (works-1), column partner_iso3: 'USA': 'USA' is not in partners.csv"),
    ([("ev-fund-2024", "kind", "resource_estimate")],
     "row 6 (ev-fund-2024), column stage: 'proposed': does not fit the kind of step "
     "[a step of kind resource_estimate is one of announced, active, unchanged]"),
    ([("ev-law-2022", "title", "x" * 101)], "column title: 'xxxx"),
    ([("law-one", "title", "x" * 101)], "initiatives.csv, row 3 (law-one), column title: 'xxx"),
    ([("ev-plant-2023", "date", "2023-06-15")],
     "column date: '2023-06-15': is known to the month only [write 2023-06-01]"),
    ([("ev-talks-2020", "date", "2020-06-01")], "is known to the year only [write 2020-01-01]"),
    ([("ev-fund-2024", "date", "2099-01-01"), ("src-1", "published", "2099-01-02")],
     "(ev-fund-2024), column date: '2099-01-01': lies in the future [today is "),
    ([("ev-fund-2024", "date", f"{date.today():%Y}-01-01"), ("ev-fund-2024", "date_precision", "year"),
      ("src-1", "published", "2099")],
     "(ev-fund-2024), column date_precision: 'year': the year is not over [give the month by which"),
    ([("ev-mou-2021", "date", "2019-12-31")],
     "column follows: 'ev-talks-2020': follows 'ev-talks-2020', which is dated later (2020-01-01)"),
    ([("ev-law-2022", "follows", "ev-law-2022")],
     "(ev-law-2022), column follows: 'ev-law-2022': the chain returns to this step"),
    ([("ev-fund-2024", "scope", "rare_earth")],
     "column scope: 'rare_earth': is wider than the scope of its initiative (critical_minerals)"),
    ([("fund-one", "scope", "context")],
     "events.csv, row 6 (ev-fund-2024), column scope: 'critical_minerals': is wider than the scope of its "),
    ([("ev-plant-2023", "lat", "")], "(ev-plant-2023), column lat: is empty beside its other half"),
    ([("ev-plant-2023", "location_accuracy", "state")],
     "location_accuracy: 'state': has a point but no known place [a point is one of site, town, district"),
    ([("ev-mou-2021", "location_accuracy", "site")], "says that the place is known, but there is no point"),
    ([("ev-plant-2023", "lat", "83.20"), ("ev-plant-2023", "lon", "17.70")],
     "events.csv, row 4 (ev-plant-2023), column lat: '83.20': the point 83.20, 17.70 is not in IN-AP "
     "[latitude and longitude are swapped]"),
    ([("ev-plant-2023", "states", "IN-UP")], "the point 17.70, 83.20 is not in IN-UP [it lies in IN-AP]"),
    ([("beach-1", "lon", "88.20")],
     "deposits.csv, row 2 (beach-1), column lat: '17.70': the point 17.70, 88.20 is not in IN-AP "
     "[it lies in none of the states]"),
    ([("JPN", "capital_lat", "45.69"), ("JPN", "capital_lon", "9.69")],
     "partners.csv, row 2 (JPN), column capital_lat: '45.69': the point 45.69, 9.69 is not in JPN "
     "[it lies in ITA]"),
    ([("ev-fund-2024", "amount_unit", "")],
     "events.csv, row 6 (ev-fund-2024), column amount_unit: is empty beside its other half"),
    ([("works-1", "capacity_value", "")], "facilities.csv, row 2 (works-1), column capacity_value: is empty"),
    ([("imports-1", "value", "5")], "row 2 (imports-1), column value_unit: is empty beside"),
    ([("src-1", "url", "http://example.org/2?a=1&b=2#c")],
     "sources.csv, row 3 (src-2), column url: 'http://example.org/2?a=1&b=2#c': is in row 2 already"),
    ([("ev-old", "replaced_by", "ev-mou-2012")],
     "withdrawn.csv, row 2 (ev-old), column replaced_by: 'ev-mou-2012': 'ev-mou-2012' is no event and no "),
    ([("ev-old", "id", "ev-law-2022")], "column id: 'ev-law-2022': was withdrawn, yet a row has it"),
    ([("plant-one", "linked_id", "plant-one")],
     "initiative_links.csv, row 2 (plant-one), column linked_id: 'plant-one': is the initiative itself"),
    ([("reo_in_monazite", "high", "50")], "column low: '55': low, value and high are not in order"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "words"), RULES)
def test_a_rule_between_rows(tmp_path, tables, edits, words):
    for ident, column, value in edits:
        rows = (row for name in tables for row in tables[name] if column in row)
        row = next(r for r in rows if ident in (*list(r.values())[:1],))
        row[column] = value
    only(messages(tmp_path, tables), words)


def link(tables, event_id, source_id):
    """Return the row of event_sources that joins the two."""
    rows = tables["event_sources"]
    return next(row for row in rows if (row["event_id"], row["source_id"]) == (event_id, source_id))


SAYS_SO = [
    # the link, what it says instead; words of the one message
    (("ev-fund-2024", "src-1"), {"role": "announces"},
     "events.csv, row 6 (ev-fund-2024), column event_id: 'ev-fund-2024': no page in event_sources.csv"),
    (("ev-mou-2021", "src-1"), {"why_independent": ""},
     "event_sources.csv, row 4 (ev-mou-2021), column origin: 'release-ministry': is beside 'a-paper', "
     "without a reason in why_independent [copies, digests and the parties to one act are one origin]"),
    (("ev-mou-2021", "src-1"), {"origin": "agency-unspecified"},
     "row 3 (ev-mou-2021), column origin: 'agency-unspecified': may be a copy of the other reports "
     "[give the page the origin of the others]"),
    (("ev-mou-2021", "src-1"), {"origin": "release-ministry"},
     "row 4 (ev-mou-2021), column party: 'true': row 3 says 'false' for the same origin"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "changed", "words"), SAYS_SO)
def test_a_rule_about_who_says_so(tmp_path, tables, key, changed, words):
    link(tables, *key).update(changed)
    only(messages(tmp_path, tables), words)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([("src-1", "published", "2024-09-25")],
         "row 7 (ev-fund-2024), column role: 'reports': the page is of 2024-09-25, before the event "
         "(2024-09-26) [write announces or background]"),
        ([("src-1", "published", "")],
         "sources.csv, row 2 (src-1), column published: has no date and is not marked undated"),
        ([("src-2", "published", "2024")], "row 3 (src-2), column published: '2024': is marked undated"),
        ([("src-1", "read_as", "headline")],
         "row 2 (ev-talks-2020), column confidence: 'high': only headlines were read [at most medium"),
        ([("src-1", "kind", "forum"), ("src-1", "publisher", "Posts")],
         "row 2 (ev-talks-2020), column event_id: 'ev-talks-2020': only posts of a forum report it"),
        ([("second", "parent", "first")],
         "actors.csv, row 2 (first), column parent: 'second': the chain of parents returns to this one"),
        ([("second", "other_names", "First company")],
         "actors.csv, row 3 (second), column other_names: 'First company': 'First company' means 'first'"),
        ([("plant-one", "lead_actors", "first;third")],
         "initiatives.csv, row 2 (plant-one), column lead_actors: 'first;third': 'third' is not in actors"),
        ([("law-one", "type", "plant")],
         "events.csv, row 5 (ev-law-2022), column stage: 'in_force': is no stage of a plant [one of talks, "),
        ([("ev-talks-2020", "stage", "unchanged")],
         "row 2 (ev-talks-2020), column stage: 'unchanged': moves nothing, yet it is the first step"),
        ([("works-1", "status", "operating")],
         "row 2 (works-1), column status: 'operating': is written beside an initiative [it follows"),
        ([("works-1", "initiative_id", "law-one"), ("plant-one", "scope", "critical_minerals")],
         "row 2 (works-1), column initiative_id: 'law-one': names an initiative of type law [a "
         "separation facility is built by a "),
        ([("works-1", "initiative_id", ""), ("works-1", "status", "operating")],
         "initiatives.csv, row 2 (plant-one), column initiative_id: 'plant-one': runs, but it is no facility "
         "[give it a row in facilities.csv]"),
        ([("works-1", "state_iso", "IN-UP"), ("works-1", "lat", ""), ("works-1", "lon", ""),
          ("works-1", "location_accuracy", "state")],
         "row 2 (works-1), column state_iso: 'IN-UP': no step of 'plant-one' names this state"),
    ],
)  # fmt: skip
def test_a_rule_about_pages_actors_types_and_works(tmp_path, tables, cells, words):
    for ident, column, value in cells:
        good_tables.find(tables, ident)[column] = value
    found = messages(tmp_path, tables)
    assert any(words in message for message in found), found


def test_who_only_repeats_is_not_the_origin(tmp_path, tables):
    good_tables.find(tables, "src-1").update(kind="aggregator")
    found = messages(tmp_path, tables)
    assert len(found) == 3
    assert "column origin: 'a-paper': the page only repeats (aggregator), so it is not the origin" in found[0]


def test_one_initiative_builds_one_facility(tmp_path, tables):
    tables["facilities"].append(tables["facilities"][0] | {"facility_id": "works-2"})
    only(
        messages(tmp_path, tables),
        "facilities.csv, row 3 (works-2), column initiative_id: 'plant-one': 'plant-one' is that of row 2",
    )


def test_a_facility_has_a_status_of_one_sort(tmp_path, tables):
    tables["facilities"].append(
        tables["facilities"][0] | {"facility_id": "works-2", "initiative_id": "", "status": ""}
    )
    only(messages(tmp_path, tables), "row 3 (works-2), column status: must not be empty: no initiative is")


def test_circles_of_any_length_are_found(tmp_path, tables):
    for ident, before in (("ev-talks-2020", "ev-plant-2023"), ("ev-mou-2021", "ev-talks-2020")):
        good_tables.find(tables, ident)["follows"] = before
    for row in tables["events"]:
        row["date"], row["date_precision"] = "2020-01-01", "year"
    found = messages(tmp_path, tables)
    assert sum("the chain returns to this step" in message for message in found) == 3


def test_links_between_tables_that_are_cut(tmp_path, tables):
    tables["event_sources"] = [row for row in tables["event_sources"] if row["source_id"] != "src-1"]
    found = messages(tmp_path, tables)
    assert len(found) == 3
    assert "events.csv, row 2 (ev-talks-2020), column event_id: 'ev-talks-2020': has no source" in found[0]
    assert "sources.csv, row 2 (src-1), column source_id: 'src-1': no event rests on this page" in found[2]


def test_a_second_preferred_row(tmp_path, tables):
    tables["world_ree"].append(tables["world_ree"][0] | {"row_id": "jpn-2020-b"})
    only(
        messages(tmp_path, tables),
        "world_ree.csv, row 3 (jpn-2020-b), column preferred: 'true': row 2 is preferred already for JPN, ",
    )


def test_conflicts_name_known_pages(tmp_path, tables):
    tables["conflicts"][0]["source_b"] = "src-9;a book"
    only(
        messages(tmp_path, tables),
        "conflicts.csv, row 2 (ev-plant-2023), column source_b",
        "'src-9' is not in",
    )


# ------------------------------------------------------------------------------- files and folders


def test_one_file_alone_is_checked_and_the_rest_is_said(tmp_path, tables):
    good_tables.find(tables, "beach-1").update(lat="83.2", lon="17.7")
    folder = good_tables.write(tmp_path, tables)
    only(map(str, mm.validate(folder / "deposits.csv").faults), "latitude and longitude are swapped")
    report = mm.validate(folder / "events.csv")
    assert report.ok
    assert list(report.checked) == ["events.csv"]
    assert any(
        "initiative_id names rows of initiatives.csv (needs initiatives.csv" in r for r in report.not_checked
    )
    assert "not checked: " in str(report)
    assert "not checked: " in report._repr_html_()


def test_a_damaged_table_does_not_make_the_others_look_wrong(tmp_path, tables):
    folder = good_tables.write(tmp_path, tables)
    (folder / "sources.csv").write_text("", encoding="utf-8")
    report = mm.validate(folder)
    only(map(str, report.faults), "sources.csv: is empty")
    assert any("(needs sources.csv whole)" in rule for rule in report.not_checked)


def test_a_file_of_an_unknown_name(tmp_path, tables):
    folder = good_tables.write(tmp_path, tables)
    (folder / "port.csv").write_text("a,b\n", encoding="utf-8")
    (folder / "zzz.csv").write_text("a,b\n", encoding="utf-8")
    found = list(map(str, mm.validate(folder).faults))
    assert found[0] == "port.csv: is not the name of a table [did you mean 'ports.csv'?]"
    assert found[1].startswith("zzz.csv: is not the name of a table [tables: initiatives, events")


def test_a_folder_named_like_a_table(tmp_path, tables):
    folder = good_tables.write(tmp_path, tables)
    (folder / "ports.csv").unlink()
    (folder / "ports.csv").mkdir()
    only(map(str, mm.validate(folder).faults), "ports.csv: is a folder, not a CSV file")


def test_a_folder_without_tables(tmp_path):
    only(map(str, mm.validate(tmp_path).faults), "holds no CSV file", "name a folder of tables")


def test_a_path_that_does_not_exist(tmp_path):
    (tmp_path / "tables").mkdir()
    only(
        map(str, mm.validate(tmp_path / "tabels").faults), "tabels: does not exist", "did you mean 'tables'?"
    )
    only(
        map(str, mm.validate(tmp_path / "x" / "y").faults),
        "y: does not exist",
        f"looked for it at {tmp_path}",
    )


def test_a_shipped_table_that_is_missing_is_a_fault(tmp_path, tables, root):
    good_tables.write(tmp_path / "tables", tables)
    (tmp_path / "tables" / "coverage.csv").unlink()
    (tmp_path / "shapefiles").symlink_to(root / "data" / "shapefiles")
    code = "import mineralmap as mm; print(*mm.validate().faults, sep='\\n')"
    env = os.environ | {"MINERALMAP_DATA": str(tmp_path)}
    found = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    only(found.stdout.splitlines(), "coverage.csv: the file is missing")


# ------------------------------------------------------------------------------------------ layers


@pytest.mark.parametrize("end", [".dbf", ".shx", ".prj", ".cpg", ".shp"])
def test_a_layer_that_lacks_a_file(layer, end):
    layer.with_suffix(end).unlink()
    for path in (layer, layer.parent):
        only(map(str, mm.validate(path).faults), f"{LAYER}.shp: is not a sound layer", f"lacks {LAYER}{end}")


@pytest.mark.parametrize("end", [".dbf", ".shx", ".prj", ".shp"])
@pytest.mark.parametrize("keep", [0.0, 0.5])
def test_a_layer_with_a_file_cut_off(layer, end, keep):
    path = layer.with_suffix(end)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    only(map(str, mm.validate(layer).faults), f"{LAYER}.shp: is not a sound layer [")


def test_a_layer_in_another_encoding(layer):
    layer.with_suffix(".cpg").write_text("ISO-8859-1", encoding="ascii")
    only(map(str, mm.validate(layer).faults), f"{LAYER}.cpg must say UTF-8")


def test_a_layer_without_crs_or_in_another_one(layer):
    from pyproj import CRS

    layer.with_suffix(".prj").write_text("", encoding="ascii")
    only(map(str, mm.validate(layer).faults), "must be in EPSG:4326; its .prj says nothing")
    layer.with_suffix(".prj").write_text(CRS(3857).to_wkt("WKT1_ESRI"), encoding="ascii")
    only(map(str, mm.validate(layer).faults), "must be in EPSG:4326; its .prj says ", "3857")


def test_a_layer_whose_prj_lies(layer):
    prj = layer.with_suffix(".prj").read_bytes()
    mm.boundaries.read_layer(layer).to_crs(3857)[["state", "geometry"]].to_file(layer, encoding="utf-8")
    layer.with_suffix(".prj").write_bytes(prj)
    only(map(str, mm.validate(layer).faults), "must be in degrees (EPSG:4326); it reaches from 7.58")


# --------------------------------------------------------------------------------- the Data Package


def test_the_published_description_is_the_one_of_the_code(root):
    published = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert published == mm.datapackage(), "run make refresh"


def test_the_columns_that_the_loaders_give_are_the_declared_ones():
    for table in mm.codebook.tables().values():
        frame = mm.data.frame_of([], table)
        assert list(frame) == table.names
        assert isinstance(frame, pd.DataFrame)


# frictionless and what it imports still use calls that others have marked as deprecated.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
def test_frictionless_finds_the_data_package_sound(root):
    import frictionless

    report = frictionless.validate(str(root / "data" / "datapackage.json"))
    assert report.valid, report.to_summary()
    assert len(report.tasks) == len(mm.codebook.tables())


def test_to_validate_leaves_the_boundaries_of_the_loaders_as_they_are():
    mm.validate()
    for layer in (mm.load_states(), mm.load_countries()):
        assert not shapely.is_prepared(layer.geometry.array).any()


def test_a_step_or_page_that_cannot_be_read_hides_no_other_fault(tmp_path, tables):
    first, *_, last = [row for row in tables["events"] if row["initiative_id"] == "plant-one"]
    first["stage"], last["stage"] = "aproved", "in_force"
    link(tables, "ev-mou-2021", "src-1")["source_id"] = "src-9"
    found = "\n".join(messages(tmp_path, tables))
    for words in (
        "'aproved': 'aproved' is not in",
        "'in_force': is no stage of a plant",
        "'src-9' is not in sources",
    ):
        assert words in found, found


def test_a_long_title_is_told(tmp_path, tables):
    good_tables.find(tables, "plant-one")["title"] = "a title " * 20
    found = messages(tmp_path, tables)
    assert any("column title" in one and "characters; a title has at most" in one for one in found), found
