"""The stories that the notebooks tell, one module per question.

A story is made with the parameters of its notebook (day, state, partner); its methods return paragraphs
and tables that are true for them. Every number, name and date comes from the tables when it is asked for.
"""

from .bidders import Bidders
from .checked_claims import CheckedClaims
from .coasts import Coasts
from .followed import Followed
from .india import India
from .leaders import WhoLeads
from .leaders_appendix import LeadTrends
from .partners import Partners
from .plants import TalksToPlants
from .plants_appendix import PlantShares
from .sand_to_magnet import SandToMagnet
from .state import State
from .talks import Talks
from .watch import WhatChanged
from .world import World

__all__ = [
    "Bidders",
    "CheckedClaims",
    "Coasts",
    "Followed",
    "India",
    "LeadTrends",
    "Partners",
    "PlantShares",
    "SandToMagnet",
    "State",
    "Talks",
    "TalksToPlants",
    "WhatChanged",
    "WhoLeads",
    "World",
]
