"""What a change costs by hand: each is made on a copy of the checkout, and its files are counted."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[1]
#: All steps but the pictures and notebooks, which take long and depend on no more than the tables, too.
STEPS = ("face", "expectations", "codebook", "datapackage", "citation", "readme")
FOLDERS = ("data", "docs", "src", "tools")
FILES = ("README.md", "CITATION.cff", "codemeta.json", "CHANGELOG.md", "pyproject.toml")


class Checkout:
    """A copy of the checkout, changed by hand, refreshed and used."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        passed_over = shutil.ignore_patterns("__pycache__", "node_modules")
        for name in FOLDERS:
            shutil.copytree(ROOT / name, folder / name, ignore=passed_over)
        for name in FILES:
            shutil.copy2(ROOT / name, folder / name)
        (folder / "tests").mkdir()
        for path in (ROOT / "tests").glob("*.*"):
            shutil.copy2(path, folder / "tests" / path.name)
        self.edited: set[str] = set()

    def edit(self, name: str, change) -> None:
        """Change one file by hand: a function from its old text ("" for a new file) to its new one."""
        path = self.root / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = change(old)
        assert new != old, f"nothing changed in {name}"
        path.write_text(new, encoding="utf-8")
        self.edited.add(name)

    def add_row(self, name: str, **cells: str) -> None:
        """Add one row to a CSV file where its first cell belongs; what is not given stays empty."""

        def change(old: str) -> str:
            header, *rows = csv.reader(io.StringIO(old))
            unknown = set(cells) - set(header)
            assert not unknown, f"{name} has no column {unknown}"
            new = [cells.get(column, "") for column in header]
            at = sum(row[0] <= new[0] for row in rows)
            lines = old.splitlines(keepends=True)
            return "".join([*lines[: at + 1], as_line(new), *lines[at + 1 :]])

        self.edit(name, change)

    def python(self, *command: str) -> str:
        """Run Python on the copy's package; return what it prints."""
        path = os.pathsep.join([str(self.root / "src"), str(ROOT / "tests" / "offline")])
        done = subprocess.run(
            [sys.executable, *command],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refresh(self, *steps: str) -> str:
        """Rewrite what is derived, after the tables were found without fault; return what changed."""
        return self.python("tools/refresh.py", *(steps or STEPS))

    def answer(self, code: str):
        """Return what an expression gives to a user of the changed package, by way of JSON."""
        return json.loads(self.python("-c", f"import json, mineralmap as mm\nprint(json.dumps({code}))"))


def as_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_what_is_committed_is_what_refresh_writes(checkout):
    told = checkout.refresh()
    assert "changed" not in told, told
    assert checkout.refresh() == told  # and the second time nothing is run


def add_event(checkout, stage="construction"):
    checkout.add_row(
        "data/tables/events.csv",
        event_id="zz-lohum-plant-begun-2026-10",
        initiative_id="lohum-up-magnet-plant",
        date="2026-10-20",
        date_precision="day",
        kind="plant",
        stage=stage,
        scope="rare_earth",
        title="Lohum begins to build its magnet plant in Uttar Pradesh",
        summary="The company said that it had begun to build.",
        states="IN-UP",
        actors="lohum",
        segments="magnet",
        minerals="NdFeB",
        place_name="Greater Noida",
        lat="28.47",
        lon="77.50",
        location_accuracy="town",
        confidence="high",
    )
    checkout.add_row(
        "data/tables/sources.csv",
        source_id="src-zzzz0001",
        url="https://www.example.org/lohum-begins",
        publisher="Example Times",
        title="Lohum begins to build",
        published="2026-10-21",
        undated="false",
        kind="newspaper",
        read_as="full",
    )
    checkout.add_row(
        "data/tables/event_sources.csv",
        event_id="zz-lohum-plant-begun-2026-10",
        source_id="src-zzzz0001",
        supports="fields",
        role="reports",
        origin="release-lohum",
        party="true",
    )


def test_an_event_is_three_tables(checkout):
    add_event(checkout)
    assert len(checkout.edited) == 3
    told = checkout.refresh()
    assert "events, by_stage, construction: " in told
    assert "README.md" in told
    assert "20 October 2026" in (checkout.root / "README.md").read_text(encoding="utf-8")
    now = "mm.load_initiatives().set_index('initiative_id').loc['lohum-up-magnet-plant']"
    drawn = "'Lohum begins to build' in mm.maps.india().get_root().render()"
    assert checkout.answer(f"[{now}['stage'], {now}['place_name'], {drawn}]") == [
        "construction",
        "Greater Noida",
        True,
    ]


def test_a_table_is_its_rows_and_their_meaning(checkout):
    checkout.edit(
        "data/tables/refineries.csv",
        lambda _: (
            "refinery_id,name,state_iso,capacity_t,source_url\n"
            "aluva,Refinery at Aluva,IN-KL,1500,https://www.example.org/aluva\n"
        ),
    )
    columns = [
        ("refineries", "*", "table", "no", "", "", "", "", "", "Plants that refine, made up."),
        ("refineries", "refinery_id", "id", "key", "", "", "", "", "", "Key."),
        ("refineries", "name", "text", "yes", "", "", "", "", "", "Name."),
        ("refineries", "state_iso", "code", "yes", "state", "", "", "", "", "ISO 3166-2:IN."),
        ("refineries", "capacity_t", "number", "no", "", "t/yr", "", "0", "", "Capacity."),
        ("refineries", "source_url", "url", "no", "", "", "", "", "", "The page."),
    ]
    checkout.edit("data/codebook/columns.csv", lambda old: old + "".join(as_line([*row]) for row in columns))
    assert len(checkout.edited) == 2
    told = checkout.refresh("face", "expectations", "codebook", "datapackage")
    assert "refineries, rows, : nothing -> 1" in told
    assert {"docs/datasets.md", "data/datapackage.json", "src/mineralmap/__init__.pyi"} <= set(told.split())
    total, words = checkout.answer(
        "[float(mm.load_refineries()['capacity_t'].sum()), mm.load_refineries.__doc__]"
    )
    assert total == 1500
    assert "Capacity." in words
    # Its cells are checked as those of any other.
    checkout.edit("data/tables/refineries.csv", lambda old: old.replace("IN-KL", "IN-ZZ"))
    assert "IN-ZZ" in checkout.answer("[str(fault) for fault in mm.validate().faults][0]")


def test_a_claim_is_its_row_and_its_check(checkout):
    checkout.add_row(
        "data/tables/claims.csv",
        claim_id="kerala-has-monazite",
        text="The sands of Kerala hold monazite.",
        made_by="Nobody",
        published_in="Nowhere",
        date="2026-01-01",
        source_url="https://www.example.org/kerala",
    )
    checkout.edit(
        "src/mineralmap/claims/checks_countries.py",
        lambda old: (
            old
            + '''

@check_for("kerala-has-monazite")
def kerala_has_monazite(tables: Evidence) -> Finding:
    """Supported if a row of the table of monazite is of Kerala."""
    rows = tables["monazite"]
    return Finding("supported" if (rows["state_iso"] == "IN-KL").any() else "not decidable", "By the table.")
'''
        ),
    )
    assert len(checkout.edited) == 2
    told = checkout.refresh("expectations", "readme")
    assert "claims, rows, : " in told
    assert "| The sands of Kerala hold monazite | supported |" in (checkout.root / "README.md").read_text()
    verdicts = "mm.claims.check_all().set_index('claim_id')['verdict']"
    assert checkout.answer(f"str({verdicts}['kerala-has-monazite'])") == "supported"


def test_a_layer_of_the_map_is_what_it_draws_and_where(checkout):
    checkout.edit(
        "src/mineralmap/maps/layers.py",
        lambda old: (
            old
            + '''

def laboratories(frame: pd.DataFrame) -> Layer:
    """Return the laboratories that have a point."""
    sites = [
        _site(row, ["Laboratory."], row.name, 11)
        for row in frame[frame["lat"].notna() & (frame["kind"] == "R&D")].itertuples()
    ]
    rows = [_row({"look": _FACILITY, "size": 11}, "Laboratory of its own", "any")]
    return _sites("laboratory", ("Laboratory", "Laboratories"), (_FACILITY,), sites, rows, show=True)
'''
        ),
    )
    checkout.edit(
        "src/mineralmap/maps/recipes.py",
        lambda old: old.replace(
            "    pins = [", '    laboratories = layers.laboratories(tables["facilities"])\n    pins = ['
        ).replace("        deposits,\n", "        laboratories,\n        deposits,\n"),
    )
    assert len(checkout.edited) == 2
    page = checkout.answer("mm.maps.india().get_root().render()")
    assert "Laboratory of its own" in page  # its row of the legend
    assert '"kind": "laboratory"' in page or '"kind":"laboratory"' in page


def test_a_stage_is_a_row_of_the_codebook(checkout):
    def change(old: str) -> str:
        header, *rows = csv.reader(io.StringIO(old))
        at = {column: header.index(column) for column in ("vocabulary", "code", "order", "allows")}
        for row in rows:
            if row[at["vocabulary"]] == "stage" and int(row[at["order"]]) > 6:
                row[at["order"]] = str(int(row[at["order"]]) + 1)
            # An event of this kind can have it, and the sign of what is being built shows it.
            if row[at["code"]] in ("plant", "building") and row[at["vocabulary"]] in ("kind", "sign"):
                row[at["allows"]] = row[at["allows"]].replace("construction", "construction;commissioning")
        built = next(row for row in rows if row[at["code"]] == "construction")
        new = built.copy()
        new[at["code"]], new[at["order"]] = "commissioning", "7"
        new[header.index("label")], new[header.index("explanation")] = "Trial runs", "no output for sale"
        rows.insert(rows.index(built) + 1, new)
        return "".join(as_line(row) for row in [header, *rows])

    checkout.edit("data/codebook/vocabularies.csv", change)
    assert len(checkout.edited) == 1
    # An event can now be on it, and maps, figures and pages say so.
    add_event(checkout, stage="commissioning")
    checkout.refresh("codebook")
    stages, drawn, now = checkout.answer(
        "[mm.stages.LADDER, 'Trial runs' in mm.maps.india().get_root().render(), "
        "mm.load_initiatives().set_index('initiative_id').loc['lohum-up-magnet-plant', 'stage']]"
    )
    assert stages.index("construction") + 1 == stages.index("commissioning") == stages.index("operating") - 1
    assert drawn
    assert now == "commissioning"
    assert "commissioning" in (checkout.root / "data" / "tables" / "README.md").read_text(encoding="utf-8")


def test_a_notebook_is_its_file(checkout):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Ports", "id": "a"},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "import mineralmap as mm\n\nlen(mm.load_ports())",
            "id": "b",
            "outputs": [],
            "execution_count": None,
        },
    ]
    (checkout.root / "notebooks").mkdir()
    checkout.edit(
        "notebooks/12_ports.ipynb",
        lambda _: json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
    )
    assert len(checkout.edited) == 1
    assert "notebooks/12_ports.ipynb" in checkout.refresh("notebooks")
    stored = json.loads((checkout.root / "notebooks" / "12_ports.ipynb").read_text(encoding="utf-8"))
    assert stored["cells"][1]["outputs"]
