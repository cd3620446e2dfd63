"""``import mineralmap`` is cheap, says what there is, and helps with misspelt names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mineralmap as mm

ROOT = Path(__file__).resolve().parents[1]


def test_import_loads_nothing_heavy():
    code = (
        "import sys, mineralmap; heavy = {'pandas', 'geopandas', 'folium', 'matplotlib', 'numpy', 'shapely',"
        " 'pyproj', 'branca', 'pyogrio', 'scipy'} & set(sys.modules); print(sorted(heavy)); dir(mineralmap)"
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


def test_every_table_of_the_codebook_has_its_loader():
    assert {f"load_{name}" for name in mm.codebook.tables()} <= set(mm.__all__)


def test_misspelt_name_is_helped():
    with pytest.raises(AttributeError, match="did you mean 'load_events'"):
        mm.load_event  # noqa: B018


def test_modules_have_names_of_their_own():
    names = [
        path.stem for path in (ROOT / "src" / "mineralmap").rglob("*.py") if path.stem not in ("__init__",)
    ]
    assert sorted(names) == sorted(set(names))


def functions_of(path):
    """Yield (name, lines without the docstring) of every function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node, clean=False) is not None
            doc = first.end_lineno - first.lineno + 1 if documented else 0
            yield node.name, node.end_lineno - node.lineno + 1 - doc


@pytest.mark.once
def test_no_function_is_longer_than_a_page():
    long = [
        (path.name, name, lines)
        for path in sorted((ROOT / "src" / "mineralmap").rglob("*.py"))
        for name, lines in functions_of(path)
        if lines > 60
    ]
    assert long == []
