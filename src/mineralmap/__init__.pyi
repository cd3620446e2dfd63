# The public face: read at run time by __init__.py, and by editors and type checkers.
import geopandas as gpd
import pandas as pd

from . import attestation as attestation
from . import claims as claims
from . import codebook as codebook
from . import data as data
from . import errors as errors
from . import exports as exports
from . import figures as figures
from . import follow_through as follow_through
from . import frames as frames
from . import geography as geography
from . import history as history
from . import maps as maps
from . import prose as prose
from . import stages as stages
from . import stories as stories
from . import style as style
from . import supply as supply
from . import survival as survival
from . import tables as tables
from . import tagging as tagging
from . import text as text
from . import ties as ties
from . import validation as validation
from .boundaries import load_coastline as load_coastline
from .boundaries import load_countries as load_countries
from .boundaries import load_districts as load_districts
from .boundaries import load_states as load_states
from .citation import cite as cite
from .citation import datapackage as datapackage
from .codebook import to_code as to_code
from .data import load_events as load_events
from .data import load_initiatives as load_initiatives
from .data import load_sources as load_sources
from .data import load_world_ree as load_world_ree
from .data import restore as restore
from .frames import filter_rows as filter_rows
from .frames import flatten as flatten
from .geography import neighbours as neighbours
from .history import changes as changes
from .history import explain as explain
from .leads import draft as draft
from .leads import leads as leads
from .outlook import outlook as outlook
from .prose import answer as answer
from .prose import paragraph as paragraph
from .search import search as search
from .tagging import aggregate as aggregate
from .tagging import tag as tag
from .validation import validate as validate

__version__: str

# The other loaders, which mineralmap.data makes from the codebook; written by `make refresh`.
def load_actors() -> pd.DataFrame:
    """Load the table actors.

    Who takes part: companies, ministries, states, laboratories, governments.
    """

def load_chain_factors() -> pd.DataFrame:
    """Load the table chain_factors.

    Factors from monazite to magnets, each with a range and a source.
    """

def load_claims() -> pd.DataFrame:
    """Load the table claims.

    Claims that others made, in words of our own; `mineralmap.claims` checks them.
    """

def load_conflicts() -> pd.DataFrame:
    """Load the table conflicts.

    Where sources disagree, and what was chosen.
    """

def load_corrections() -> pd.DataFrame:
    """Load the table corrections.

    Cells that were changed after they were first recorded.
    """

def load_coverage() -> pd.DataFrame:
    """Load the table coverage.

    What was searched, for which places and periods, and until when.
    """

def load_deposits() -> gpd.GeoDataFrame:
    """Load the table deposits.

    Deposits of monazite and other rare-earth minerals.
    """

def load_event_sources() -> pd.DataFrame:
    """Load the table event_sources.

    Which page supports what of which event, in which role, and where its report comes from.
    """

def load_facilities() -> gpd.GeoDataFrame:
    """Load the table facilities.

    Mines, plants and laboratories of the rare-earth chain.
    """

def load_india_magnet_imports() -> pd.DataFrame:
    """Load the table india_magnet_imports.

    India's magnet imports; every definition is its own series.
    """

def load_initiative_links() -> pd.DataFrame:
    """Load the table initiative_links.

    Initiatives that depend on each other.
    """

def load_japan_dependence() -> pd.DataFrame:
    """Load the table japan_dependence.

    China's share of Japan's rare-earth imports; every definition is its own series.
    """

def load_landmarks() -> pd.DataFrame:
    """Load the table landmarks.

    Events that the time bar of the maps names, so that a reader finds her way in the years.
    """

def load_monazite() -> pd.DataFrame:
    """Load the table monazite.

    Monazite resources in situ, by state and for India (state_iso IN), as of several years.
    """

def load_partners() -> gpd.GeoDataFrame:
    """Load the table partners.

    Partner countries: capital, blocs, and their own rare-earth output and reserves.
    """

def load_ports() -> gpd.GeoDataFrame:
    """Load the table ports.

    Sea ports near the placers.
    """

def load_ree_hardrock() -> pd.DataFrame:
    """Load the table ree_hardrock.

    Rare-earth oxides in hard rock, by state.
    """

def load_withdrawn() -> pd.DataFrame:
    """Load the table withdrawn.

    Ids that are no longer in the tables, and their heirs.
    """
