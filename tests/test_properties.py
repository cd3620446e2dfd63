"""Laws that hold for any input: broken tables are reported, and time only ever adds."""

import graphlib
import shutil

import good_tables
import pandas as pd
import pytest
from histories import frame, on_day
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import mineralmap as mm
from mineralmap import codebook, sheets, stages
from mineralmap.validation import rules

pytestmark = pytest.mark.once
LAW = settings.default
FEW = settings(LAW, max_examples=LAW.max_examples // 4)

SPECS = codebook.tables()
TABLES = sorted(SPECS)
GOOD = good_tables.good()
FILLED = [name for name in TABLES if GOOD[name]]
#: Columns whose cells follow a form, so that any other text breaks a rule.
FORMED = ("id", "ids", "number", "integer", "date", "partial_date", "boolean", "url")


def formed(column):
    return column.type in FORMED or bool(column.values)


def cells(condition):
    """Return (table, number of the row, column) of the good tables for which a condition holds."""
    return [
        (name, number, column.name)
        for name in FILLED
        for number, row in enumerate(GOOD[name])
        for column in SPECS[name].columns
        if condition(column, row[column.name])
    ]


FORMED_CELLS = cells(lambda column, value: formed(column) and value)
REQUIRED_CELLS = cells(lambda column, value: column.required)
ANY_CELLS = cells(lambda column, value: column.type != "verbatim")
HARD_TEXT = st.text(
    st.sampled_from("aA1 ;,\"'\n\r\t=+-@\0\x1b<>&{}$%_.:/\\-NaIN\u202e\ufeff\ufffdé日न𝄞"), max_size=40
)


def checked(folder, tables):
    """Validate tables; whatever they hold, there is a report that can be read."""
    report = mm.validate(good_tables.write(folder, tables))
    assert all(len(str(fault)) < 1500 and fault.rule for fault in report.faults)
    assert str(report)
    assert report._repr_html_()
    assert len(report.to_frame()) == len(report.faults)
    return report


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "tables"


# ---------------------------------------------------------------------- what breaks a rule is reported


@LAW
@given(data=st.data())
def test_text_without_the_form_of_its_column_is_reported(folder, data):
    tables = good_tables.good()
    name, number, column = data.draw(st.sampled_from(FORMED_CELLS))
    garbled = data.draw(st.sampled_from(["~", "x y", "<b>", "12,5", "31/12/2020", "\u200b", "é"]))
    tables[name][number][column] = garbled
    faults = checked(folder, tables).faults
    row = number + 2
    assert any((f.file, f.row, f.column, f.value) == (f"{name}.csv", row, column, garbled) for f in faults)


@LAW
@given(cell=st.sampled_from(REQUIRED_CELLS))
def test_a_required_cell_left_empty_is_reported(folder, cell):
    tables = good_tables.good()
    name, number, column = cell
    tables[name][number][column] = ""
    faults = checked(folder, tables).faults
    assert any((f.file, f.row, f.column) == (f"{name}.csv", number + 2, column) for f in faults)


@LAW
@given(data=st.data())
def test_a_hidden_character_is_reported(folder, data):
    tables = good_tables.good()
    name, number, column = data.draw(st.sampled_from(ANY_CELLS))
    value = tables[name][number][column]
    at = data.draw(st.integers(0, len(value)))
    hidden = data.draw(st.sampled_from("\0\x07\x1b\u202e\ufffd\ufeff\n\u2028"))
    assume(value or not hidden.isspace())  # a cell of white space alone is an empty one, where codes stand
    tables[name][number][column] = value[:at] + hidden + value[at:]
    faults = checked(folder, tables).faults
    assert any((f.file, f.row, f.column) == (f"{name}.csv", number + 2, column) for f in faults)


@LAW
@given(data=st.data())
def test_a_row_that_is_there_twice_is_reported(folder, data):
    tables = good_tables.good()
    name = data.draw(st.sampled_from([name for name in FILLED if SPECS[name].key]))
    number = data.draw(st.integers(0, len(tables[name]) - 1))
    tables[name].insert(data.draw(st.integers(0, len(tables[name]))), dict(tables[name][number]))
    assert any("already" in fault.rule for fault in checked(folder, tables).faults)


@FEW
@given(data=st.data())
def test_a_row_that_others_name_is_missed(folder, data):
    tables = good_tables.good()
    name = data.draw(st.sampled_from(["initiatives", "events", "sources", "partners"]))
    gone = tables[name].pop(data.draw(st.integers(0, len(tables[name]) - 1)))
    key = gone[SPECS[name].key[0]]
    assert any(key in str(fault) for fault in checked(folder, tables).faults)


@FEW
@given(data=st.data())
def test_swapped_coordinates_are_reported(folder, data):
    tables = good_tables.good()
    points = [row for name in FILLED for row in tables[name] if row.get("lat")]
    row = data.draw(st.sampled_from(points))
    row["lat"], row["lon"] = row["lon"], row["lat"]
    assert any("swapped" in fault.hint for fault in checked(folder, tables).faults)


@LAW
@given(data=st.data())
def test_a_file_cut_off_anywhere_is_reported(folder, data):
    """A file that lacks no more than its last line break, or a part of its last cell, is whole."""
    good_tables.write(folder, GOOD)
    # Every row of these is named by another table, so that even a cut between two rows shows.
    path = folder / data.draw(st.sampled_from(["events.csv", "initiatives.csv", "sources.csv"]))
    content = path.read_bytes()
    kept = data.draw(st.integers(0, len(content.rstrip().rpartition(b",")[0])))
    path.write_bytes(content[:kept])
    report = mm.validate(folder)
    assert any(fault.file for fault in report.faults)


@FEW
@given(data=st.data())
def test_a_column_that_is_dropped_doubled_or_renamed_is_reported(folder, data):
    good_tables.write(folder, GOOD)
    path = folder / f"{data.draw(st.sampled_from(TABLES))}.csv"
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    names = header.split(",")
    at = data.draw(st.integers(0, len(names) - 1))
    names[at] = data.draw(
        st.sampled_from(["", names[at] + "s", names[at].upper(), names[at - 1], f" {names[at]}"])
    )
    path.write_text(",".join(names) + "\n" + rest, encoding="utf-8")
    assert any(fault.file == path.name and fault.row == 1 for fault in mm.validate(folder).faults)


# ------------------------------------------------------- whatever comes, there is a report, no error


@LAW
@given(data=st.data())
def test_any_text_in_any_cell_gives_a_report_and_what_passes_can_be_loaded(folder, data):
    tables = good_tables.good()
    for _ in range(data.draw(st.integers(1, 4))):
        name, number, column = data.draw(st.sampled_from(cells(lambda column, value: True)))
        tables[name][number][column] = data.draw(HARD_TEXT)
    report = checked(folder, tables)
    broken = {fault.file for fault in report.faults}
    for name, spec in SPECS.items():
        if spec.file not in broken:
            loaded = mm.data.frame_of(sheets.read_table(folder, spec), spec)
            assert len(loaded) == len(tables[name])


@LAW
@given(data=st.data())
def test_any_bytes_in_a_file_give_a_report(folder, data):
    good_tables.write(folder, GOOD)
    path = folder / f"{data.draw(st.sampled_from(TABLES))}.csv"
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 200)))
    path.write_bytes(content[:start] + data.draw(st.binary(max_size=20)) + content[end:])
    report = mm.validate(folder)
    assert str(report)
    assert report._repr_html_()


@FEW
@given(data=st.data())
def test_the_order_of_the_rows_does_not_matter(folder, data):
    tables = {name: data.draw(st.permutations(rows)) for name, rows in good_tables.good().items()}
    assert checked(folder, tables).ok


@FEW
@given(gone=st.sets(st.sampled_from(TABLES), min_size=1, max_size=len(TABLES) - 1))
def test_a_table_that_is_not_there_is_said_and_harms_no_other(folder, gone):
    if folder.exists():
        shutil.rmtree(folder)
    tables = {name: rows for name, rows in good_tables.good().items() if name not in gone}
    report = checked(folder, tables)
    assert report.ok
    asked = {name for _, needed, _ in rules.RULES if needed & set(tables) for name in needed - set(tables)}
    assert bool(report.not_checked) == bool(asked)


@FEW
@given(data=st.data())
def test_the_shipped_tables_cannot_lose_a_row_unnoticed(folder, data, root):
    shutil.copytree(root / "data" / "tables", folder, dirs_exist_ok=True)
    before = len(mm.validate(folder).faults)
    path = folder / data.draw(st.sampled_from(["events.csv", "initiatives.csv", "sources.csv"]))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = lines.pop(data.draw(st.integers(1, len(lines) - 1)))
    path.write_text("".join(lines), encoding="utf-8")
    report = mm.validate(folder)
    assert len(report.faults) > before
    assert gone.split(",")[0] in str(report)


# --------------------------------------------------------------------------------------- chains


@LAW
@given(
    links=st.dictionaries(
        st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef"), max_size=2), min_size=1, max_size=6
    )
)
def test_a_circle_is_found_if_and_only_if_there_is_one(links):
    step = GOOD["events"][0]
    rows = [
        step | {"event_id": one, "follows": ";".join(sorted(before)), "_row": number}
        for number, (one, before) in enumerate(links.items(), start=2)
    ]
    faults = [f for f in rules.steps_follow_in_time({"events": rows}) if "returns" in f.rule]
    circle = set()
    try:
        graphlib.TopologicalSorter(links).prepare()
    except graphlib.CycleError as error:
        circle = set(error.args[1])
    assert bool(faults) == bool(circle)
    assert circle <= {fault.id for fault in faults}


def test_no_chain_of_the_shipped_events_is_a_circle():
    events = mm.load_events()
    before = dict(zip(events["event_id"], events["follows"], strict=True))
    graphlib.TopologicalSorter(before).prepare()


# ------------------------------------------------------------------------------------ as-of laws

DAYS = st.dates(pd.Timestamp("2007-01-01").date(), pd.Timestamp("2026-12-31").date())


@st.composite
def histories(draw):
    """Return events of two initiatives: any stages, dates and precisions."""
    rows = []
    for number in range(draw(st.integers(1, 12))):
        day = pd.Timestamp(draw(DAYS))
        precision = draw(st.sampled_from(codebook.codes("date_precision")))
        first = {"month": day.replace(day=1), "year": day.replace(month=1, day=1)}.get(precision, day)
        follows = (f"e{draw(st.integers(0, number - 1))}",) if number and draw(st.booleans()) else ()
        rows.append((f"e{number}", draw(st.sampled_from("ab")), first, precision, draw(STAGE), follows))
    return frame(rows)


STAGE = st.sampled_from([one for one in stages.STAGES if one != "silent"])


def known_stays_known(events, then, now):
    """Assert what holds between the stages of one day and of a later one."""
    earlier, later = on_day(events, then), on_day(events, now)
    assert set(earlier.index) <= set(later.index)
    later = later.loc[earlier.index]
    assert (earlier["n_events"] <= later["n_events"]).all()
    assert (earlier["first_date"] >= later["first_date"]).all()
    assert (earlier["last_date"] <= later["last_date"]).all()
    for before, after in zip(earlier["highest_stage"], later["highest_stage"], strict=True):
        if before == before:
            assert stages.stage_rank(after) >= stages.stage_rank(before)


@LAW
@given(events=histories(), days=st.tuples(DAYS, DAYS))
def test_what_is_known_once_is_known_ever_after(events, days):
    then, now = sorted(days)
    earlier, later = stages.known_as_of(events, then), stages.known_as_of(events, now)
    assert set(earlier["event_id"]) <= set(later["event_id"])
    certain = stages.last_day(earlier["date"], earlier["date_precision"])
    assert (certain <= pd.Timestamp(then)).all()
    known_stays_known(events, then, now)


@LAW
@given(events=histories(), day=DAYS, seed=st.integers(0, 99))
def test_the_order_of_the_events_in_the_table_does_not_matter(events, day, seed):
    shuffled = events.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(on_day(events, day), on_day(shuffled, day))


@LAW
@given(events=histories(), day=DAYS)
def test_a_stage_comes_from_a_step_that_is_known(events, day):
    for initiative_id, row in on_day(events, day).iterrows():
        step = events.set_index("event_id").loc[row["stage_event_id"]]
        assert step["initiative_id"] == initiative_id
        # Silence comes from the absence of a step.
        assert step["stage"] == ("active" if row["stage"] == "silent" else row["stage"])
        assert step["date"] == row["stage_since"]
        assert stages.last_day(pd.Series([step["date"]]), pd.Series([step["date_precision"]]))[
            0
        ] <= pd.Timestamp(day)


@LAW
@given(events=histories())
def test_the_transitions_lead_to_the_stage_of_every_day(events):
    transitions = stages.transitions(events)
    for day in transitions["counts_from"].unique():
        made = transitions[transitions["counts_from"] <= day].drop_duplicates("initiative_id", keep="last")
        now = on_day(events, pd.Timestamp(day))["stage"].astype(str).replace("silent", "active")
        assert made.set_index("initiative_id")["stage"].to_dict() == now.to_dict()


@FEW
@given(days=st.tuples(DAYS, DAYS))
def test_the_shipped_tables_only_ever_learn(days):
    then, now = sorted(days)
    assert set(mm.load_events(as_of=then)["event_id"]) <= set(mm.load_events(as_of=now)["event_id"])
    earlier = mm.load_initiatives(as_of=then).set_index("initiative_id")
    later = mm.load_initiatives(as_of=now).set_index("initiative_id")
    assert set(earlier.index) <= set(later.index)
    later = later.loc[earlier.index]
    assert (earlier["n_events"] <= later["n_events"]).all()
    for column in ("states", "partners", "blocs"):
        pairs = zip(earlier[column], later[column], strict=True)
        assert all(set(before) <= set(after) for before, after in pairs)
    # What begins to run is confirmed anew.
    same = earlier[(earlier["stage"] == "operating") == (later["stage"] == "operating")]
    before, after = same["last_confirmed"].dropna(), later["last_confirmed"]
    assert (before <= after[before.index]).all()
    for before, after in zip(earlier["highest_stage"], later["highest_stage"], strict=True):
        assert before != before or stages.stage_rank(after) >= stages.stage_rank(before)


@FEW
@given(days=st.tuples(DAYS, DAYS, DAYS), scope=st.sampled_from([None, *codebook.codes("scope")]))
def test_two_spans_of_changes_add_up(days, scope):
    first, middle, last = sorted(days)
    assume(first < middle < last)
    whole = mm.changes(since=first, until=last, scope=scope)
    parts = [
        mm.changes(since=first, until=middle, scope=scope),
        mm.changes(since=middle, until=last, scope=scope),
    ]
    for rows, key in (
        (lambda part: part.events, ["event_id"]),
        (lambda part: part.transitions, ["initiative_id", "event_id", "stage"]),
        (lambda part: part.new_initiatives, ["initiative_id"]),
    ):
        got = [tuple(row) for part in parts for row in rows(part)[key].itertuples(index=False)]
        want = [tuple(row) for row in rows(whole)[key].itertuples(index=False)]
        assert sorted(got) == sorted(want)
    assert set(whole.new_initiatives["initiative_id"]) == set(
        whole.transitions.loc[whole.transitions["stage_before"].isna(), "initiative_id"]
    )
    assert str(whole)
