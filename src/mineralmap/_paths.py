"""Where the data and the notebooks lie: in the installed package, or beside ``src/`` in a checkout."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from .errors import LayerError


@cache
def data_folder() -> Path:
    """Return the folder that holds ``tables/`` and ``shapefiles/``.

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
    here = Path(__file__).resolve().parent
    for folder in (here / "data", here.parents[1] / "data"):
        if (folder / "tables").is_dir():
            return folder
    raise LayerError(
        f"the data folder of mineralmap is missing: neither {here / 'data'} nor {here.parents[1] / 'data'} "
        "holds 'tables'. Reinstall the package."
    )


def notebooks_folder() -> Path:
    """Return the folder of the shipped notebooks."""
    here = Path(__file__).resolve().parent
    for folder in (here / "notebooks", here.parents[1] / "notebooks"):
        if any(folder.glob("*.ipynb")):
            return folder
    raise FileNotFoundError(
        f"the notebooks of mineralmap are missing: neither {here / 'notebooks'} nor "
        f"{here.parents[1] / 'notebooks'} holds one. Reinstall the package."
    )
