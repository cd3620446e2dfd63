"""Where the data lie: inside the installed package, or beside ``src/`` in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .errors import LayerError


@cache
def data_folder() -> Path:
    """Return the folder that holds ``tables/`` and ``shapefiles/``."""
    here = Path(__file__).resolve().parent
    for folder in (here / "data", here.parents[1] / "data"):
        if (folder / "tables").is_dir():
            return folder
    raise LayerError(
        f"the data folder of mineralmap is missing: neither {here / 'data'} nor {here.parents[1] / 'data'} "
        "holds 'tables'. Reinstall the package."
    )
