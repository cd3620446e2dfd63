"""Damaged layers, a kept base map that is not ours, a clock that lags, errors from another process."""

import concurrent.futures
import datetime
import json
import random
import shutil

import geopandas as gpd
import good_tables
import pytest

import mineralmap as mm
from mineralmap import boundaries, cli, sheets
from mineralmap.errors import CRSError, LayerError, TableError
from mineralmap.maps import basemap

pytestmark = pytest.mark.once
ENDS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@pytest.fixture
def layers(root, tmp_path):
    """Return a copy of the layers."""
    shutil.copytree(root / "data" / "shapefiles", tmp_path / "shapefiles")
    return tmp_path / "shapefiles"


def write(frame, path):
    frame.to_file(path, encoding="utf-8")
    path.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")


STATES = mm.load_states().rename(
    columns={"official_area_km2": "area_km2", "official_area_source": "area_src"}
)
CHANGES = {
    "one row": (lambda frame: frame.head(1), "lacks IN-AP"),
    "no codes": (lambda frame: frame.drop(columns="state_iso"), "lacks state_iso; it has state"),
    "no names": (lambda frame: frame.drop(columns="state"), "lacks state"),
    "an empty name": (lambda frame: frame.assign(state=[None, *frame["state"][1:]]), "has no state in"),
    "an old code": (lambda frame: frame.replace({"state_iso": {"IN-OD": "IN-OR"}}), "has 'IN-OR' in"),
    "a code twice": (lambda frame: frame.replace({"state_iso": {"IN-OD": "IN-UP"}}), "has IN-UP in two rows"),
    "points": (lambda frame: frame.set_geometry(frame.representative_point()), "has shapes of type Point"),
    "a bow tie": (
        lambda frame: frame.set_geometry(
            gpd.GeoSeries.from_wkt(["POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"] * len(frame), crs=4326)
        ),
        "has 36 unsound shapes, the first in row 1: Self-intersection",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_layer_that_cannot_be_drawn_is_a_fault_that_says_why(tmp_path, name):
    change, words = CHANGES[name]
    write(change(STATES), tmp_path / "india_states.shp")
    (fault,) = mm.validate(tmp_path).faults
    assert words in fault.hint


@pytest.mark.filterwarnings("ignore")  # of the readers below
def test_random_damage_to_a_layer_is_a_layer_error_or_can_be_drawn(layers, monkeypatch):
    """A flipped, a lost or an added byte: the readers below have an error of their own for each."""
    monkeypatch.setattr(boundaries, "data_folder", lambda: layers.parent)
    chance, refused = random.Random(16), 0
    for _ in range(60):
        path = (layers / chance.choice(["india_states", "coastline"])).with_suffix(chance.choice(ENDS))
        good = path.read_bytes()
        damaged = bytearray(good)
        at = chance.randrange(min(len(good), chance.choice([100, len(good)])))
        damaged[at : at + chance.choice([0, 1, 1, 8])] = chance.randbytes(chance.choice([0, 1, 1, 8]))
        path.write_bytes(damaged if chance.random() < 0.8 else good[:at])
        try:
            boundaries.read_layer(path.with_suffix(".shp"))
        except (LayerError, CRSError):
            refused += 1
        path.write_bytes(good)
    assert refused > 20


def test_a_damaged_layer_of_the_data_is_said_in_one_line(layers, monkeypatch, capsys):
    monkeypatch.setattr(boundaries, "data_folder", lambda: layers.parent)
    boundaries._cached_layer.cache_clear()  # noqa: SLF001 - the shipped layer is read already
    mm.validation.rules._shapes.cache_clear()  # noqa: SLF001
    (layers / "india_states.dbf").write_bytes((layers / "india_states.dbf").read_bytes()[:900])
    try:
        assert cli.main(["validate"]) == 2
    finally:
        boundaries._cached_layer.cache_clear()  # noqa: SLF001
    assert "mineralmap validate: the layer india_states" in capsys.readouterr().err


@pytest.mark.parametrize("changed", ["basemap.json", "layer"])
def test_a_kept_base_map_is_drawn_only_as_the_package_knows_it(root, layers, monkeypatch, changed):
    folder = layers.parent
    kept = json.loads((root / "data" / "basemap.json").read_text(encoding="utf-8"))
    if changed == "layer":
        shutil.copy(root / "data" / "basemap.json", folder)
        states = STATES.replace({"state": {"Goa": "Elsewhere"}})
        write(states, layers / "india_states.shp")
    else:
        kept["india"]["states"][0]["name"] = "Elsewhere"
        (folder / "basemap.json").write_text(json.dumps(kept), encoding="utf-8")
    monkeypatch.setattr(basemap, "data_folder", lambda: folder)
    basemap._kept.cache_clear()  # noqa: SLF001 - the shipped one is read already
    try:
        assert basemap._kept() == {}  # noqa: SLF001
    finally:
        basemap._kept.cache_clear()  # noqa: SLF001


class _Early(datetime.date):
    @classmethod
    def today(cls):
        return cls(2025, 1, 1)


def test_a_clock_that_lags_makes_no_fault_and_a_day_to_come_is_still_one(monkeypatch, tmp_path):
    monkeypatch.setattr(mm.validation.rules.datetime, "date", _Early)
    assert mm.validate().ok
    tables = good_tables.good()
    good_tables.find(tables, "ev-law-2022")["date"] = "2099-01-01"
    (fault,) = mm.validate(good_tables.write(tmp_path, tables) / "events.csv").faults
    assert "lies in the future" in fault.rule


def _fail(folder):
    sheets.read_table(folder, mm.codebook.table("events"))


def test_faults_come_whole_from_another_process(tmp_path):
    tables = good_tables.good()
    good_tables.find(tables, "ev-law-2022")["date"] = "4 May"
    good_tables.write(tmp_path, tables)
    with pytest.raises(TableError) as here:
        _fail(tmp_path)
    with concurrent.futures.ProcessPoolExecutor(1) as pool, pytest.raises(TableError) as there:
        pool.submit(_fail, tmp_path).result()
    assert str(there.value) == str(here.value)
    assert there.value.faults == here.value.faults
