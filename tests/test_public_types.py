"""The types of the public face, as users' type checkers and editors see them."""

import os
import subprocess
import sys
from pathlib import Path

import jedi
import pytest

import mineralmap as mm

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[1]

#: What a user writes; a line that must be refused names mypy's code after "# refused:".
CODE = """\
from typing import assert_type

import mineralmap as mm

events = mm.load_events(as_of="2025-07-30", scope="rare_earth")
initiatives = mm.load_initiatives(scope=["rare_earth", "critical_minerals"])
assert_type(mm.neighbours(mm.load_states(perspective="india"), "IN-UP"), list[str])
assert_type(mm.__version__, str)
assert_type(str(mm.cite()), str)
assert_type(mm.codebook.labels("stage"), dict[str, str])
assert_type(mm.stages.stage_rank("talks"), int | None)
here = mm.filter_rows(events, states="Uttar Pradesh")
mm.maps.india().save("map.html")
mm.tag(here, to="state")
ports = mm.load_ports()
mm.load_event()  # refused: attr-defined
mm.load_events("2025-07-30")  # refused: call-arg
mm.load_states(perspectiv="india")  # refused: call-arg
mm.codebook.labels(3)  # refused: arg-type
"""


def test_user_code_is_checked_through_the_stubs(tmp_path):
    (tmp_path / "user.py").write_text(CODE, encoding="utf-8")
    # The settings and the cache of `make lint`: most has been looked at before.
    done = subprocess.run(
        [sys.executable, "-m", "mypy", str(tmp_path / "user.py")],
        cwd=ROOT,
        env=os.environ | {"MYPYPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    wanted = {
        (number, line.split("# refused: ")[1])
        for number, line in enumerate(CODE.splitlines(), start=1)
        if "# refused: " in line
    }
    found = {
        (int(line.split(":")[1]), line.rsplit("[", 1)[1].rstrip("]"))
        for line in done.stdout.splitlines()
        if ": error:" in line
    }
    assert found == wanted, done.stdout + done.stderr


@pytest.mark.parametrize("start", ["load_", "maps", "filter_r"])
def test_editors_see_the_names(start):
    offered = {name.name for name in jedi.Script(f"import mineralmap as mm\nmm.{start}").complete()}
    assert {name for name in mm.__all__ if name.startswith(start)} <= offered
