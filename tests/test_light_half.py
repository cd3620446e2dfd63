"""What runs without geopandas, shapely, pyproj, scipy, matplotlib and pyarrow, as in a browser."""

import json
import subprocess
import sys
from html import unescape

import pytest

import mineralmap as mm

pytestmark = pytest.mark.once

#: One Python that finds none of the heavy packages. It runs the cells of the notebooks for the browser, but
#: not those that install, and prints what each cell shows, and a few answers more.
CODE = """
import ast, importlib.machinery, json, pathlib, sys
from contextlib import redirect_stdout
from io import StringIO

HEAVY = ("geopandas", "shapely", "pyproj", "pyogrio", "scipy", "matplotlib", "PIL", "pyarrow")

class Light(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] in HEAVY else super().find_spec(name, path, target)

sys.meta_path[:] = [Light if one is importlib.machinery.PathFinder else one for one in sys.meta_path]
import mineralmap as mm

def shown(cell, names):
    body = ast.parse("".join(cell["source"])).body
    last = body.pop().value if isinstance(body[-1], ast.Expr) else ast.parse("None", mode="eval").body
    with redirect_stdout(StringIO()) as printed:
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        value = eval(compile(ast.Expression(last), "cell", "eval"), names)
    return printed.getvalue() + (value._repr_html_() if hasattr(value, "_repr_html_") else "")

def missing(run):
    try:
        run()
    except ModuleNotFoundError as error:
        return str(error).split("\\n")[0]

notebooks = []
for path in sys.argv[1:]:
    names, cells = {}, json.loads(pathlib.Path(path).read_text("utf-8"))["cells"]
    code = [one for one in cells if one["cell_type"] == "code" and "tags" not in one["metadata"]]
    notebooks.append([shown(cell, names) for cell in code])
print(json.dumps({
    "notebooks": notebooks,
    "refused": [name for name in mm.__all__ if name.startswith("load_") and missing(getattr(mm, name))],
    "maps": [one.to_html() for one in (mm.maps.coast(), mm.maps.partners(), mm.maps.state("UP"))],
    "reason": missing(mm.claims.shipped_claims()["neighbours-monazite-coast"].check),
}))
"""


@pytest.fixture(scope="module")
def light(root):
    """Return what the cells show where none of the heavy packages is."""
    notebooks = sorted((root / "tools" / "lite" / "contents").glob("*.ipynb"))
    command = [sys.executable, "-W", "error", "-c", CODE, *notebooks]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_notebooks_for_the_browser_show_what_an_installation_shows(light):
    (version, stages, tables, columns), (events, explained, found, changes, claims, india) = light[
        "notebooks"
    ]
    assert version == f"mineralmap {mm.__version__}\n"
    assert dict(line.split(maxsplit=1) for line in stages.splitlines()) == mm.codebook.labels("stage")
    assert [line.split()[0] for line in tables.splitlines()] == list(mm.codebook.tables())
    assert len(columns.splitlines()) == len(mm.codebook.table("events").columns)
    newest = mm.load_events(scope="rare_earth").sort_values("date").iloc[-1]
    assert newest["title"][:40] in unescape(events)  # pandas cuts what is long
    assert explained == mm.explain("lohum-up-magnet-plant")._repr_html_()
    assert found == mm.search("Toyota")._repr_html_()
    assert changes == mm.changes(since="2026-07-01")._repr_html_()
    checked = mm.claims.check_all()
    checked = checked[checked["claim_id"] != "neighbours-monazite-coast"]
    assert claims == mm.claims.as_table(checked)._repr_html_()
    assert india == mm.maps.india()._repr_html_()


def test_the_coast_and_the_partners_are_drawn_as_in_an_installation(light):
    maps = (mm.maps.coast(), mm.maps.partners(), mm.maps.state("UP"))
    assert light["maps"] == [one.to_html() for one in maps]


def test_only_points_and_boundaries_need_geopandas(light):
    spatial = "coastline countries deposits districts facilities partners ports states"
    assert sorted(light["refused"]) == [f"load_{name}" for name in spatial.split()]
    # The one claim about neighbours and coasts compares boundaries.
    assert light["reason"] == "No module named 'geopandas'"
