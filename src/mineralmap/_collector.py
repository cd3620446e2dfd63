"""The garbage collector, held back while many small objects are made that all live on."""

from __future__ import annotations

import gc
from contextlib import contextmanager


@contextmanager
def held_back():
    """Do not look for garbage inside; also a decorator.

    Rows and steps are thousands of tuples that stay. Each few hundred of them make the collector
    walk through all that pandas and folium have loaded, which took a seventh of the time of a first
    map. Nested uses and a collector that was off before are left as they were.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
