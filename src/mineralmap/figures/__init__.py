"""The stories as still pictures (matplotlib), for paper, for GitHub and for a notebook without a kernel.

Each picture says its finding in the title, what is plotted with unit and date in the subtitle, and
its source under the axis. Stages have the colours and signs of the maps.
"""

from ._base import Picture
from ._chain import bottleneck, japan_dependence, supply_chain, world_output
from ._places import india_map, monazite
from ._threads import follow_through, ladder_over_time, stage_timeline, timeline
from ._ties import leaders, partner_matrix

__all__ = [
    "Picture",
    "bottleneck",
    "follow_through",
    "india_map",
    "japan_dependence",
    "ladder_over_time",
    "leaders",
    "monazite",
    "partner_matrix",
    "stage_timeline",
    "supply_chain",
    "timeline",
    "world_output",
]
