"""Self-contained interactive maps: Leaflet inlined, no tiles, no request, the same bytes every time.

Everything here is folium: what a recipe returns is a `folium.Map`, and folium layers can be added.
"""

from .explore import explore
from .page import OfflineMap
from .recipes import coast, india, partners, state

__all__ = ["OfflineMap", "coast", "explore", "india", "partners", "state"]
