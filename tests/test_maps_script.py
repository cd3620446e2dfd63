"""The map's own scripts, each function by itself, in a real Chromium."""

import numpy as np
import page_data
import pandas as pd
import pytest

import mineralmap as mm

pytestmark = pytest.mark.browser

#: Cells of columns, and what the pop-up says of them; they repeat over the rows.
CELLS = {
    "whole": (pd.Series([-3, 5, 2**40], dtype="int64"), ["-3", "5", str(2**40)]),
    "gaps": (pd.Series([1, pd.NA, 7], dtype="Int64"), ["1", "", "7"]),
    "tonnes": (pd.Series([1.5, np.nan, 0.25]), ["1.50", "", "0.25"]),
    "fine": (pd.Series([0.1234567891, 2.0, np.nan]), ["0.1234567891", "2", ""]),
    "broken lines": (pd.Series(["two\nlines", "one", ""]), ["two\nlines", "one", ""]),
    "kind": (pd.Series(["mine", "plant", None]), ["mine", "plant", ""]),
    "hostile": (
        pd.Series(["</script>", "{{ 7 }}", "`${x}`"]),
        ["</script>", "{{ 7 }}", "`${x}`"],
    ),
    "stage": (pd.Series(["mou", "in_force", "mou"]), ["Memorandum", "In force", "Memorandum"]),
    "states": (
        pd.Series([("IN-KL", "IN-TN"), (), ("IN-KL",)]),
        ["Kerala, Tamil Nadu", "", "Kerala"],
    ),
}


def test_the_scripts_by_themselves(root, watched, tmp_path):
    rng = np.random.default_rng(11)
    lon, lat = rng.uniform(-180, 180, 3000), rng.uniform(-85, 85, 3000)
    lon[:1000], lat[:1000] = rng.uniform(76, 77, 1000), rng.uniform(8, 9, 1000)
    frame = pd.DataFrame({"lat": lat, "lon": lon, "row": range(3000)})
    frame = frame.assign(
        **{name: pd.concat([cells] * 1000, ignore_index=True) for name, (cells, _) in CELLS.items()}
    )
    page_map = mm.maps.explore(frame, popup=["row", *CELLS])
    page_map.save(tmp_path / "points.html")
    layer = page_data.layer(page_map.to_html(), "points")
    box = [76.2, 8.1, 76.7, 8.8]
    inside = (lon >= box[0]) & (lon <= box[2]) & (lat >= box[1]) & (lat <= box[3])
    given = {
        "layer": layer,
        "lon": lon.tolist(),
        "lat": lat.tolist(),
        "texts": [texts for _, texts in CELLS.values()],
        "box": box,
        "inside": np.flatnonzero(inside).tolist(),
    }
    page = watched().page
    page.goto((tmp_path / "points.html").as_uri())
    page.add_script_tag(content=(root / "tests" / "maps_script.js").read_text(encoding="utf-8"))
    assert page.evaluate("(given) => mapScriptTests(mineralmap, given)", given) == []
