"""Where data, notebooks and the site's picture are: in the installed package, or beside ``src/``."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from .errors import LayerError


def _beside(name: str) -> list[Path]:
    """Return where a folder of the project can be: in the package, or at the root of the checkout."""
    here = Path(__file__).resolve().parent
    return [here / name, here.parents[1] / name]


@cache
def data_folder() -> Path:
    """Return the folder that holds ``codebook/``, ``tables/`` and ``shapefiles/``.

    The environment variable ``MINERALMAP_DATA`` names another folder of that layout, such as a copy
    of ``data/`` with a changed row, to see which notebooks' claims change with it. It is read once,
    when the first table or boundary is loaded.

    Raises
    ------
    LayerError
        The folder has no ``tables``.
    """
    if named := os.environ.get("MINERALMAP_DATA"):
        folder = Path(named).resolve()
        if (folder / "tables").is_dir():
            return folder
        raise LayerError(f"MINERALMAP_DATA names {named}, which has no folder 'tables'")
    for folder in (tried := _beside("data")):
        if (folder / "tables").is_dir():
            return folder
    raise LayerError(
        f"the data folder of mineralmap is missing: neither {tried[0]} nor {tried[1]} holds 'tables'. "
        "Reinstall the package."
    )


def notebooks_folder() -> Path:
    """Return the folder of the shipped notebooks."""
    for folder in (tried := _beside("notebooks")):
        if any(folder.glob("*.ipynb")):
            return folder
    raise FileNotFoundError(
        f"the notebooks of mineralmap are missing: neither {tried[0]} nor {tried[1]} holds one. "
        "Reinstall the package."
    )


def _shipped(folder: str, name: str, what: str) -> Path:
    """Return a single file that comes with the package."""
    for place in (tried := _beside(folder)):
        if (place / name).is_file():
            return place / name
    raise FileNotFoundError(
        f"{what} is missing: neither {tried[0]} nor {tried[1]} holds {name}. Reinstall the package."
    )


def share_picture() -> Path:
    """Return the still map of India that a link to the site shows."""
    return _shipped("docs", "india.png", "the picture of mineralmap's site")


def example_feed() -> Path:
    """Return the small feed of invented headlines."""
    return _shipped("data", "example_feed.xml", "the example feed of mineralmap")


def codebook_folder() -> Path:
    """Return the folder of the codebook: that of the data, else the shipped one."""
    own = data_folder() / "codebook"
    if own.is_dir():
        return own
    for folder in _beside("data"):
        if (folder / "codebook").is_dir():
            return folder / "codebook"
    raise LayerError("the folder data/codebook of mineralmap is missing. Reinstall the package.")
