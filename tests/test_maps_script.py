"""The map's own scripts, without a map: under node where it is, else in Chromium."""

import json
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

from mineralmap.maps import _base, _pack, _points


@pytest.fixture(scope="module")
def given():
    """What Python packs, and what must come out of it."""
    rng = np.random.default_rng(11)
    lines = []
    for steps in (100, 500):
        line = np.column_stack([rng.uniform(-180, 180, 60), rng.uniform(-90, 90, 60)])
        expected = np.rint(line[:, ::-1] * steps).astype(int).tolist()
        lines.append([_pack.pack_line(line, steps), steps, expected])
    lon, lat = rng.uniform(-180, 180, 3000), rng.uniform(-85, 85, 3000)
    lon[:1000], lat[:1000] = rng.uniform(76, 77, 1000), rng.uniform(8, 9, 1000)
    packed, order = _points.pack_points(lon, lat)
    box = [76.2, 8.1, 76.7, 8.8]
    inside = (lon >= box[0]) & (lon <= box[2]) & (lat >= box[1]) & (lat <= box[3])
    cells = {
        "whole": pd.Series([-3, 5, 2**40], dtype="int64"),
        "gaps": pd.Series([1, pd.NA, 7], dtype="Int64"),
        "tonnes": pd.Series([1.5, np.nan, 0.25]),
        "fine": pd.Series([0.1234567891, 2.0, np.nan]),
        "lines": pd.Series(["two\nlines", "one", ""]),
        "one": pd.Series(["alone"]),
        "none": pd.Series(["", "a", "b"]),
        "kind": pd.Series(["mine", "plant", "mine", "mine", None] * 3),
        "texts": pd.Series(["</script>", "{{ 7 }}", "`${x}`"]),
        "stage": pd.Series(["mou", "mou", "in_force", "mou"]),
        "states": pd.Series([("IN-KL", "IN-TN"), (), ("IN-KL",)]),
    }
    expected = {
        "whole": ["-3", "5", str(2**40)],
        "gaps": ["1", "", "7"],
        "tonnes": ["1.50", "", "0.25"],
        "fine": ["0.1234567891", "2", ""],
        "lines": ["two\nlines", "one", ""],
        "one": ["alone"],
        "none": ["", "a", "b"],
        "kind": ["mine", "plant", "mine", "mine", ""] * 3,
        "texts": list(cells["texts"]),
        "stage": ["Memorandum", "Memorandum", "In force", "Memorandum"],
        "states": ["Kerala, Tamil Nadu", "", "Kerala"],
    }
    return {
        "lines": lines,
        "points": {
            "packed": packed,
            "order": order.tolist(),
            "lon": lon.tolist(),
            "lat": lat.tolist(),
            "box": box,
            "inside": np.flatnonzero(inside).tolist(),
        },
        "columns": [[_points.pack_column(cells[name], name), expected[name]] for name in cells],
    }


def _scripts(root):
    ours = "\n".join(_base._asset(name) for name in ("core.js", "time.js", "points.js"))
    return ours + (root / "tests" / "maps_script.js").read_text(encoding="utf-8")


@pytest.mark.skipif(
    shutil.which("node") is None, reason="node is not installed; Chromium runs the same tests"
)
def test_the_scripts_under_node(root, given, tmp_path):
    program = tmp_path / "tests.js"
    program.write_text(
        "var L = { Layer: { extend: () => class {} } };\n"
        + _scripts(root)
        + f"\nconsole.log(JSON.stringify(mapScriptTests(mineralmap, {json.dumps(given)})));",
        encoding="utf-8",
    )
    done = subprocess.run(["node", str(program)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


@pytest.mark.browser
def test_the_scripts_in_chromium(root, given, watched):
    page = watched().page
    page.set_content("<title>t</title>")
    page.add_script_tag(content="var L = { Layer: { extend: () => class {} } };\n" + _scripts(root))
    assert page.evaluate("(given) => mapScriptTests(mineralmap, given)", given) == []


def test_every_script_says_what_it_is_for():
    for name in (*_base.SCRIPTS, "points.js"):
        text = _base._asset(name)
        assert text.startswith("/* "), name
        assert "innerHTML" not in text.replace("box.innerHTML = String(html)", "").replace(
            "credit.innerHTML", ""
        )


def test_stripping_comments_keeps_the_code():
    whole = _base._script(("points.js",))
    assert "//" not in whole.replace("http://", "").replace("https?:\\/\\/", "")
    assert '"use strict"' in whole
    assert "mineralmap" in whole
