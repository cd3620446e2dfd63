# The public face. lazy_loader reads it at run time, editors and type checkers as they write.
from . import attestation as attestation
from . import claims as claims
from . import codebook as codebook
from . import data as data
from . import errors as errors
from . import figures as figures
from . import follow_through as follow_through
from . import frames as frames
from . import geography as geography
from . import history as history
from . import maps as maps
from . import stages as stages
from . import style as style
from . import supply as supply
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

# loaders of the codebook's tables
from .data import load_chain_factors as load_chain_factors
from .data import load_claims as load_claims
from .data import load_conflicts as load_conflicts
from .data import load_corrections as load_corrections
from .data import load_coverage as load_coverage
from .data import load_deposits as load_deposits
from .data import load_event_sources as load_event_sources
from .data import load_events as load_events
from .data import load_facilities as load_facilities
from .data import load_india_magnet_imports as load_india_magnet_imports
from .data import load_initiative_links as load_initiative_links
from .data import load_initiatives as load_initiatives
from .data import load_japan_dependence as load_japan_dependence
from .data import load_monazite as load_monazite
from .data import load_partners as load_partners
from .data import load_ports as load_ports
from .data import load_ree_hardrock as load_ree_hardrock
from .data import load_sources as load_sources
from .data import load_withdrawn as load_withdrawn
from .data import load_world_ree as load_world_ree

# end of loaders
from .frames import filter_rows as filter_rows
from .geography import neighbours as neighbours
from .history import changes as changes
from .history import explain as explain
from .outlook import outlook as outlook
from .tagging import aggregate as aggregate
from .tagging import tag as tag
from .validation import validate as validate

__version__: str
