"""What runs without geopandas, shapely, pyproj, scipy and matplotlib, as in a browser."""

import json
import subprocess
import sys

import pytest

import mineralmap as mm

pytestmark = pytest.mark.once

#: One Python that finds none of the heavy packages; it prints what a reader would see.
CODE = """
import importlib.machinery, json, sys

HEAVY = ("geopandas", "shapely", "pyproj", "pyogrio", "scipy", "matplotlib", "PIL")

class Light(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] in HEAVY else super().find_spec(name, path, target)

sys.meta_path[:] = [Light if one is importlib.machinery.PathFinder else one for one in sys.meta_path]

import mineralmap as mm

def needs(run):
    try:
        run()
    except ModuleNotFoundError as error:
        return str(error).split("\\n")[0]

BOUNDARIES = "neighbours-monazite-coast"
claims = mm.load_claims()
checked = mm.claims.check_all(tables={"claims": claims[claims["claim_id"] != BOUNDARIES]})
print(json.dumps({
    "loaders": [n for n in mm.__all__ if n.startswith("load_") and not needs(getattr(mm, n))],
    "stages": mm.codebook.labels("stage"),
    "explained": str(mm.explain("lohum-up-magnet-plant")),
    "changes": str(mm.changes(since="2026-01-01")),
    "verdicts": dict(zip(checked["claim_id"], checked["verdict"])),
    "map": mm.maps.india().get_root().render(),
    "refused": needs(mm.claims.check_all),
}))
"""


def test_tables_histories_claims_and_the_map_of_india_need_pandas_and_folium_alone():
    run = subprocess.run([sys.executable, "-W", "error", "-c", CODE], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    light = json.loads(run.stdout)
    # Points and boundaries are what geopandas is for.
    spatial = {"coastline", "countries", "deposits", "districts", "facilities", "partners", "ports", "states"}
    loaders = {name for name in mm.__all__ if name.startswith("load_")}
    assert loaders - set(light["loaders"]) == {f"load_{name}" for name in spatial}
    assert light["stages"] == mm.codebook.labels("stage")
    assert light["explained"] == str(mm.explain("lohum-up-magnet-plant"))
    assert light["changes"] == str(mm.changes(since="2026-01-01"))
    # The only claim about neighbours and coasts reads the boundaries, and says what it lacks.
    checked = mm.claims.check_all().set_index("claim_id")["verdict"].astype("str")
    assert light["verdicts"] == checked.drop("neighbours-monazite-coast").to_dict()
    assert light["refused"] == "No module named 'geopandas'"
    assert light["map"] == mm.maps.india().get_root().render()
