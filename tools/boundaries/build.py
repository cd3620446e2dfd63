"""The whole build: fetch, make every layer, check, and only then put the folder in place."""

import os
import shutil
import tempfile
from pathlib import Path

from . import coast, india, inputs, world
from .layers import write_layer


def build(out, cache=None):
    """Build all layers into a folder, whole or not at all.

    Parameters
    ----------
    out : path-like
        The folder to fill. Files in it that the builder does not make (the README) are kept.
    cache : path-like, optional
        A folder that keeps the downloaded packages. Without it they go to a temporary folder.

    Returns
    -------
    str
        A report, one line a layer.
    """
    out = Path(out).resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    # The stage lies beside the target, so that putting it in place is a rename.
    with (
        tempfile.TemporaryDirectory() as work,
        tempfile.TemporaryDirectory(dir=out.parent, prefix=".build-") as beside,
    ):
        work, stage = Path(work), Path(beside) / "stage"
        stage.mkdir()
        inputs.fetch(cache or work / "cache", work / "files")
        report = _layers(work / "files", stage)
        shutil.copyfile(work / "files" / inputs.LICENCE, stage / "LICENSE.adarvmaps.txt")
        inputs.write_inputs(stage / "inputs.csv")
        _put_in_place(stage, out, Path(beside) / "old")
    return report


def _layers(files, stage):
    districts = india.districts(files / inputs.DISTRICTS)
    states = india.states(districts)
    detailed = world.natural_earth(files / inputs.COUNTRIES)
    countries = world.simplified(detailed)
    frames = {
        "india_states": states,
        "india_states_ne": india.states_natural_earth(files / inputs.ADMIN1),
        "india_districts": districts,
        "countries": world.indian_view(countries, states),
        "countries_ne": countries,
        "coastline": coast.coastline(states, detailed, files / inputs.OCEAN),
    }
    return "\n".join(write_layer(frame, stage, name) for name, frame in frames.items())


def _put_in_place(stage, out, old):
    if not out.exists():
        os.replace(stage, out)
        return
    made = {path.name for path in stage.iterdir()}
    for path in out.iterdir():
        if path.name not in made:
            shutil.copytree(path, stage / path.name) if path.is_dir() else shutil.copy2(
                path, stage / path.name
            )
    os.replace(out, old)
    try:
        os.replace(stage, out)
    except OSError:
        os.replace(old, out)
        raise
