"""The states or districts that points are tagged with: their codes, their columns, their grid."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from ..boundaries import load_districts, load_states
from ..errors import check_option
from .grid import Array, Grid

#: What to tag with -> the columns of the code and of the status, which says how the code came about.
LEVELS = {"state": ("state_iso", "state_status"), "district": ("district_id", "district_status")}
_BUILDING = threading.Lock()


def _new_lock() -> None:
    """Forget a lock that a thread of the parent held when this process was forked: nobody would open it."""
    global _BUILDING
    _BUILDING = threading.Lock()


if hasattr(os, "register_at_fork"):  # not on Windows, where no process is forked
    os.register_at_fork(after_in_child=_new_lock)


@dataclass(frozen=True)
class Units:
    """A level of units in one view of the boundaries; small, so that it travels to other processes."""

    to: str
    perspective: str = "india"
    #: How many threads look points up.
    workers: int = field(default=1, compare=False, repr=False)

    def __post_init__(self) -> None:
        check_option("to", self.to, LEVELS)
        if self.to == "district" and self.perspective != "india":
            raise ValueError(f"districts are known in the perspective 'india' only, not {self.perspective!r}")

    @property
    def columns(self) -> tuple[str, str]:
        """Names of the columns of the code and of the status."""
        return LEVELS[self.to]

    @property
    def grid(self) -> Grid:
        """The units under a grid; read and built once in each process."""
        with _BUILDING:  # the threads of a dask worker ask together
            return _grid(self)

    def locate(self, lon: Array, lat: Array) -> tuple[Array, Array]:
        """Return the unit and the status of each point, as `Grid.locate`."""
        return self.grid.locate(lon, lat, self.workers)

    def check_free(self, names: Iterable[object]) -> None:
        """Refuse a table that already has a column of one of our names."""
        if taken := [name for name in self.columns if name in set(names)]:
            raise ValueError(
                f"the points already have a column {' and '.join(map(repr, taken))}: rename or drop it "
                "first, so that nothing is overwritten"
            )


@cache
def _grid(units: Units) -> Grid:
    frame = load_districts() if units.to == "district" else load_states(perspective=units.perspective)
    frame = frame.sort_values(units.columns[0])  # on a shared border the first code is taken
    return Grid(frame.geometry.array, frame[units.columns[0]].tolist())
