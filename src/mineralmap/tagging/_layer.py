"""Which units points are tagged with, and what the new columns are called."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import cache

from ..errors import UnknownIdError
from ._grid import STATUSES, Grid

#: What to tag with -> the column of its code; the status stands in "<level>_status".
LEVELS = {"state": "state_iso", "district": "district_id"}
NO_CRS = "to_crs=True needs a GeoDataFrame that knows its CRS; columns of numbers have none"
_BUILDING = threading.Lock()


@dataclass(frozen=True)
class Layer:
    """A level of units in one view of the boundaries; small, so that it travels to other processes."""

    to: str
    perspective: str = "india"

    def __post_init__(self):
        if self.to not in LEVELS:
            raise UnknownIdError(f"cannot tag with {self.to!r}; one of {', '.join(LEVELS)}")
        from .. import datasets

        if self.perspective not in datasets.PERSPECTIVES:
            raise UnknownIdError(
                f"unknown perspective {self.perspective!r}; one of {', '.join(datasets.PERSPECTIVES)}"
            )
        if self.to == "district" and self.perspective != "india":
            raise ValueError(f"districts are known in the perspective 'india' only, not {self.perspective!r}")

    @property
    def column(self):
        """Name of the column of codes."""
        return LEVELS[self.to]

    @property
    def status_column(self):
        """Name of the column that says how the code came about."""
        return f"{self.to}_status"

    @property
    def grid(self):
        """The units under a grid; read and built once in each process."""
        with _BUILDING:  # the threads of a dask worker ask together
            return _grid(self)

    @property
    def codes(self):
        """The codes of the units, sorted; it needs no grid."""
        return _codes(self)

    def check_new(self, names):
        """Refuse a table that already has a column of one of our names."""
        taken = [name for name in (self.column, self.status_column) if name in set(names)]
        if taken:
            raise ValueError(
                f"the points already have a column {' and '.join(map(repr, taken))}: rename or drop it "
                "first, so that nothing is overwritten"
            )


def _units(layer):
    from .. import datasets

    if layer.to == "state":
        units = datasets.load_states(perspective=layer.perspective)
    else:
        units = datasets.load_districts()
    # Sorted, for on a shared border the first code is taken.
    return units.sort_values(layer.column)


@cache
def _codes(layer):
    return tuple(_units(layer)[layer.column])


@cache
def _grid(layer):
    units = _units(layer)
    return Grid(units.geometry.array, units[layer.column].tolist())


@cache
def layer_digest(layer):
    """Return a hash of the codes and the geometry: parts of other boundaries must not be mixed."""
    import shapely

    digest = hashlib.sha256("\n".join(layer.grid.codes).encode())
    for shape in shapely.to_wkb(layer.grid.units):
        digest.update(shape)
    return digest.hexdigest()


def counts_of(status):
    """Return how many points have each status, by name."""
    import numpy as np

    return dict(zip(STATUSES, np.bincount(status, minlength=len(STATUSES)).tolist(), strict=True))
