"""The findings as still pictures (matplotlib), for paper, for GitHub and for a notebook without a kernel.

Each picture says its finding in the title, what is plotted with unit and date in the subtitle, and
its source under the axis. Stages have the colours and markers of the maps. `Picture.narrow` is its drawing
for a phone.
"""

from .canvas import NARROW, Picture
from .histories import stage_timeline, stages_over_time, timeline
from .map_pictures import india_map, monazite, points_map
from .partner_maps import partners_map
from .running_pictures import what_runs
from .shares import follow_curves, follow_through, lead_shares
from .stage_bars import how_far
from .supply_pictures import bottleneck, japan_dependence, supply_chain, world_output
from .tie_pictures import partner_matrix

__all__ = [
    "NARROW",
    "Picture",
    "bottleneck",
    "follow_curves",
    "follow_through",
    "how_far",
    "india_map",
    "japan_dependence",
    "lead_shares",
    "monazite",
    "partner_matrix",
    "partners_map",
    "points_map",
    "stage_timeline",
    "stages_over_time",
    "supply_chain",
    "timeline",
    "what_runs",
    "world_output",
]
