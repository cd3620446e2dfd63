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


def share_picture() -> Path:
    """Return the still map of India that a link to the site shows."""
    for folder in (tried := _beside("docs")):
        if (folder / "india.png").is_file():
            return folder / "india.png"
    raise FileNotFoundError(
        f"the picture of mineralmap's site is missing: neither {tried[0]} nor {tried[1]} holds india.png. "
        "Reinstall the package."
    )


def example_feed() -> Path:
    """Return the small feed of invented headlines."""
    for folder in (tried := _beside("data")):
        if (folder / "example_feed.xml").is_file():
            return folder / "example_feed.xml"
    raise FileNotFoundError(
        f"the example feed of mineralmap is missing: neither {tried[0]} nor {tried[1]} holds it. "
        "Reinstall the package."
    )


def codebook_folder() -> Path:
    """Return the folder of the codebook: that of the data, else the shipped one."""
    own = data_folder() / "codebook"
    if own.is_dir():
        return own
    for folder in _beside("data"):
        if (folder / "codebook").is_dir():
            return folder / "codebook"
    raise LayerError("the folder data/codebook of mineralmap is missing. Reinstall the package.")
