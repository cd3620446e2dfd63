"""Libraries that are imported when they are first used, by one thread or by many at once.

`importlib.util.LazyLoader`, and with it `lazy_loader.load`, shows a second thread a library whose import
is half done, and can leave it so for good (Python before 3.11.9 and 3.12.3).
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    def __getattr__(self, name: str) -> Any:
        found = self.__dict__[name] = getattr(import_module(self.__name__), name)
        return found


def load(name: str) -> Any:
    """Return what stands for a library until a name of it is asked for.

    Parameters
    ----------
    name : str
        Name of the library.

    Examples
    --------
    >>> from mineralmap import later
    >>> shapely = later.load("shapely")
    >>> shapely.Point(84.95, 19.35).x
    84.95
    """
    return _Later(name)
