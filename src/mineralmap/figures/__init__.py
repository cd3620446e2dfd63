"""The stories as still pictures (matplotlib), for paper, for GitHub and for a notebook without a kernel.

Each picture says its finding in the title, what is plotted with unit and date in the subtitle, and
its source under the axis. Stages have the colours and signs of the maps.
"""

from ._base import Picture
from ._places import india_map, monazite
from ._threads import timeline

__all__ = ["Picture", "india_map", "monazite", "timeline"]
