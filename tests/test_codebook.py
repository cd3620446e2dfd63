"""The codebook: names are understood, and a broken row of it is one clear error."""

import csv
import re
import shutil

import pytest

import mineralmap as mm
from mineralmap import codebook


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UP", "IN-UP"),
        ("Uttar Pradesh", "IN-UP"),
        (" in-up ", "IN-UP"),
        ("IN-OR", "IN-OD"),
        ("Orissa", "IN-OD"),
    ],
)
def test_a_state_is_understood(text, code):
    assert codebook.state_code(text) == code


@pytest.mark.parametrize(("text", "code"), [("Japan", "JPN"), ("jpn", "JPN"), ("UK", "GBR"), ("UAE", "ARE")])
def test_a_country_is_understood(text, code):
    assert codebook.country_code(text) == code


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            lambda: codebook.state_code("Utar Pradesh"),
            "no state 'Utar Pradesh'; did you mean 'Uttar Pradesh'",
        ),
        (lambda: codebook.country_code("Jappan"), "no country 'Jappan'; did you mean 'Japan'"),
        (lambda: codebook.state_code(None), "no state None"),
        (lambda: codebook.table("evnts"), "no table 'evnts'; did you mean 'events'"),
        (lambda: codebook.vocabulary("stages"), "no vocabulary 'stages'; did you mean 'stage'"),
    ],
)
def test_an_unknown_name_names_the_near_ones(ask, words):
    with pytest.raises(mm.errors.UnknownNameError, match=re.escape(words)):
        ask()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Orissa", "IN-OD"),
        ("IN-OR", "IN-OD"),
        ("jammu & kashmir", "IN-JK"),
        ("NCT of Delhi", "IN-DL"),
        ("Japan", "JPN"),
        ("jpn", "JPN"),
        ("Cote d’Ivoire", "CIV"),
        ("Türkiye", "TUR"),
    ],
)
def test_a_name_becomes_the_code_that_joins_tables(text, code):
    assert mm.to_code(text) == code
    assert mm.to_code(text, kind="state" if code.startswith("IN-") else "country") == code
    assert mm.to_code(code) == code


def test_a_name_of_a_state_and_a_country_asks_which():
    with pytest.raises(ValueError, match=r"means IN-UK \(Uttarakhand\) and GBR \(United Kingdom\): say kind"):
        mm.to_code("UK")
    assert (mm.to_code("UK", kind="state"), mm.to_code("UK", kind="country")) == ("IN-UK", "GBR")
    with pytest.raises(ValueError, match="kind must be 'state' or 'country'; got 'district'"):
        mm.to_code("Pune", kind="district")
    with pytest.raises(mm.errors.UnknownNameError, match="state or country 'Orisa'; did you mean 'Orissa'"):
        mm.to_code("Orisa")
    with pytest.raises(mm.errors.UnknownNameError, match="there is no state 'Japan'"):
        mm.to_code("Japan", kind="state")


def test_every_state_of_the_boundaries_has_its_code_and_name():
    states = mm.load_states()
    assert dict(zip(states["state_iso"], states["state"], strict=True)) == codebook.labels("state")
    countries = set(mm.load_countries()["iso3"]) | set(mm.load_countries(perspective="natural_earth")["iso3"])
    assert countries == set(codebook.codes("country"))
    partners = mm.load_partners()
    named = codebook.labels("country")
    assert all(named[code] == name for code, name in zip(partners["iso3"], partners["name"], strict=True))


def test_codes_are_in_their_order_and_by_family():
    assert codebook.codes("stage", "ladder")[0] == "talks"
    assert codebook.codes("stage", "ladder")[-1] == "operating"
    assert set(codebook.codes("stage")) > set(codebook.codes("stage", "exit"))
    assert set(codebook.colours("stage")) == set(codebook.codes("stage"))


@pytest.fixture
def folder(tmp_path, root):
    """Return a copy of the codebook."""
    return shutil.copytree(root / "data" / "codebook", tmp_path / "codebook")


def change(folder, file, chosen, column, value):
    """Change one cell of a codebook: the first row that ``chosen`` accepts; return its number in the file."""
    path = folder / file
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    number = next(at for at, row in enumerate(rows) if chosen(row))
    rows[number][column] = value
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return number + 2


def test_the_shipped_codebook_is_sound(folder):
    tables, vocabularies = codebook.read_codebook(folder)
    assert set(tables) == set(codebook.tables())
    assert "stage" in vocabularies


CODE = "vocabularies.csv"
COLUMN = "columns.csv"
BROKEN = [
    (CODE, lambda r: r["code"] == "mou", "colour", "blue", "(stage), column colour: 'blue'", "as #1a2b3c"),
    (CODE, lambda r: r["code"] == "mou", "colour", "", "column colour", "a stage is drawn"),
    (CODE, lambda r: r["code"] == "mou", "marker", "fill M1 1 q2", "column marker", "not a role and a path"),
    (CODE, lambda r: r["code"] == "mou", "family", "rung", "column family", "ladder, request, exit"),
    (CODE, lambda r: r["code"] == "mou", "order", "1", "column order: '1'", "has the same order"),
    (CODE, lambda r: r["code"] == "mou", "order", "third", "column order: 'third'", "is not a number"),
    (CODE, lambda r: r["code"] == "mou", "label", "", "column label", "must not be empty"),
    (CODE, lambda r: r["code"] == "IN-UP", "other_names", "UP;AP", "column other_names", "means"),
    (CODE, lambda r: r["code"] == "talk", "allows", "talkss", "column allows", "mean 'talks'?"),
    (CODE, lambda r: r["code"] == "plant", "allows", "operatin", "column allows", "mean 'operating'?"),
    (COLUMN, lambda r: r["name"] == "kind", "vocabulary", "kinds", "column vocabulary: 'kinds'", "'kind'"),
    (COLUMN, lambda r: r["name"] == "lat", "type", "float", "column type: 'float'", "not in the vocabulary"),
    (COLUMN, lambda r: r["low"] == "-90", "low", "95", "column low: '95'", "is above high"),
    (COLUMN, lambda r: r["reference"], "reference", "initiativs.id", "column reference", "is no column"),
    (COLUMN, lambda r: r["name"] == "*", "name", "", "column name", "must not be empty"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "chosen", "column", "value", "where", "why"), BROKEN)
def test_a_broken_row_is_one_clear_error(folder, file, chosen, column, value, where, why):
    number = change(folder, file, chosen, column, value)
    with pytest.raises(mm.errors.TableError) as error:
        codebook.read_codebook(folder)
    message = next(str(f) for f in error.value.faults if f.row == number and f.column == column)
    assert message.startswith(f"{file}, row {number}")
    assert where.split(", ")[-1] in message
    assert why in message


@pytest.mark.parametrize(
    ("sign", "stages", "stage", "words"),
    [
        ("talk", "talks", "announced", "is drawn by no sign, not by one"),
        ("paper", "mou;agreement;approved;talks", "talks", "is drawn by talk and paper, not by one"),
        ("paper", "ladder", "operating", "is drawn by paper and running, not by one"),
    ],
)
def test_a_stage_has_one_sign(folder, sign, stages, stage, words):
    change(folder, CODE, lambda r: r["code"] == sign and r["vocabulary"] == "sign", "allows", stages)
    with pytest.raises(mm.errors.TableError) as error:
        codebook.read_codebook(folder)
    (fault,) = (fault for fault in error.value.faults if fault.id == stage)
    assert fault.column == "code"
    assert words in str(fault)


def test_every_shipped_stage_has_one_sign():
    shown = [stage for sign in codebook.vocabulary("sign").values() for stage in sign.allows]
    assert sorted(shown) == sorted(codebook.codes("stage"))
