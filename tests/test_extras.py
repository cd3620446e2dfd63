"""What runs without each optional package: its own door names the line that installs it, all else works."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.once

#: The packages of every extra, as they are imported, and what each is for.
DOORS = [
    ("feedparser", "leads", "mm.leads(feed)"),
    ("pyarrow", "parquet", "mm.leads(parquet)"),
    ("pyarrow", "parquet", "mm.tag(parquet, out=out)"),
    ("pyarrow", "export", "mm.exports.export_data(out)"),
    ("tqdm", "parquet", "mm.tag(parquet, out=out)"),
    ("xlsxwriter", "export", "mm.exports.export_data(out)"),
    ("jupyterlab", "lab", "importlib.import_module('mineralmap.lab')"),
    ("bs4", "lab", "importlib.import_module('mineralmap.site')"),
    ("lxml", "lab", "importlib.import_module('mineralmap.site')"),
    ("nbclient", "lab", "importlib.import_module('mineralmap.site')"),
    ("nbconvert", "lab", "importlib.import_module('mineralmap.site')"),
    ("nbformat", "lab", "importlib.import_module('mineralmap.site')"),
]
#: All of them, and what is found where it is but has no door of its own.
ALL = sorted({name for name, _, _ in DOORS} | {"dask", "distributed", "matplotlib_fontja", "offlinefolium"})
ALL += ["justmytype_intl_south_asia"]

#: One Python; each case is a fork of it, so that none finds what another has imported.
CODE = """
import importlib.machinery, json, os, sys
from pathlib import Path
doors, everything = json.loads(sys.argv[3])
hidden = set(everything)  # now, too: pandas looks for pyarrow

class Part(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.split(".")[0] in hidden else super().find_spec(name, path, target)

sys.meta_path[:] = [Part if one is importlib.machinery.PathFinder else one for one in sys.meta_path]
import pandas as pd
import mineralmap as mm

feed, folder = Path(sys.argv[1]), Path(sys.argv[2])
parquet, out = folder / "points.parquet", folder / "out"
parquet.write_bytes(b"PAR1 that nobody reads PAR1")
points = pd.DataFrame({"lat": [26.85], "lon": [80.95]})

def light():
    import folium
    title = "Uttar Pradesh and Japan sign a deal on rare earth magnets"
    news = pd.DataFrame({"title": [title], "date": ["2026-01-02"]})
    page = mm.maps.explore(points, title="Places to see")
    folium.Marker([20, 80], icon=folium.Icon()).add_to(page)
    html = page.to_html()
    return {
        "tag": mm.tag(points, to="state")["state_iso"].tolist(),
        "aggregate": len(mm.aggregate(mm.tag(points), by=["state_iso"])),
        "leads": len(mm.leads(news)),
        "map": "Places to see" in html,
        "icons": "https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers" in html,
        "figure": "<svg" in mm.figures.how_far().to_svg(),
    }

def forked(names, run):
    hidden.clear()
    hidden.update(names)
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            answer = run()
            answer = answer if isinstance(answer, dict) else "no error"
        except ImportError as error:
            answer = str(error)
        except BaseException as error:
            answer = repr(error)
        os.write(theirs, json.dumps(answer).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours) as stream:
        answer = json.load(stream)
    os.waitpid(child, 0)
    return answer

print(json.dumps([
    *(forked([name], lambda door=door: eval(door)) for name, _, door in doors),
    forked(everything, light),
]))
"""


@pytest.fixture(scope="module")
def answers(root, tmp_path_factory):
    """Return what every door says without its package, and last what works without all of them."""
    folder = tmp_path_factory.mktemp("extras")
    command = [sys.executable, "-W", "error", "-c", CODE, root / "data" / "example_feed.xml", folder]
    run = subprocess.run([*command, json.dumps([DOORS, ALL])], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_each_missing_package_is_named_with_the_line_that_installs_it(answers):
    line = '{} is not installed. Install it with: python -m pip install "mineralmap[{}]"'
    assert answers[:-1] == [line.format(name, extra) for name, extra, _ in DOORS]


def test_all_else_works_without_any_of_them(answers):
    # What tables and claims need is shown by test_light_half.py. An icon of folium comes from the network
    # then, as folium's own do.
    whole = {"tag": ["IN-UP"], "aggregate": 1, "leads": 1, "map": True, "icons": True, "figure": True}
    assert answers[-1] == whole
