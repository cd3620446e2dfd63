"""``import mineralmap`` is cheap, and misspelt names are helped."""

import subprocess
import sys

import pytest

import mineralmap as mm


def test_import_loads_nothing_heavy():
    code = (
        "import sys, mineralmap; heavy = {'pandas', 'geopandas', 'folium', 'matplotlib', 'numpy', 'shapely',"
        " 'pyproj', 'branca', 'pyogrio'} & set(sys.modules); print(sorted(heavy)); dir(mineralmap)"
    )
    run = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def test_every_public_name_is_there():
    for name in mm.__all__:
        assert getattr(mm, name) is not None
    assert set(mm.__all__) <= set(dir(mm))


def test_misspelt_name_is_helped():
    with pytest.raises(AttributeError, match="did you mean 'load_events'"):
        mm.load_event  # noqa: B018
