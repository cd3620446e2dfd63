"""The stories that the notebooks tell, one module per question.

A story is made with the parameters of its notebook (day, state, partner); its methods return paragraphs
and tables that are true for them. Every number, name and date comes from the tables when it is asked for.
"""

from .coasts import Coasts
from .india import India
from .state import State
from .talks import Talks

__all__ = ["Coasts", "India", "State", "Talks"]
