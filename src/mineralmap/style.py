"""Colours, shapes and words that maps, figures and tables share.

One place, so that a stage looks the same in a pin, a legend, a figure and a table. Stages are an
order: one hue from pale to dark and a shape that fills up. Categories use Okabe and Ito's colours.
"""

from __future__ import annotations

#: What a reader sees instead of the code: (word, explanation).
STAGE_WORDS = {
    "talks": ("Talks", "a meeting or a request"),
    "announced": ("Announced", "a plan or an estimate"),
    "mou": ("Memorandum", "signed, not binding"),
    "agreement": ("Agreement", "signed, or a venture"),
    "approved": ("Approved", "or reserved, tendered"),
    "construction": ("Construction", "no output yet"),
    "operating": ("Operating", "output reported"),
    "suspended": ("Suspended", "a halt reported"),
    "cancelled": ("Cancelled", "or withdrawn"),
    "in_force": ("In force", "law, scheme or curb"),
}

#: Fill of each stage: lightness alone carries the order; the exits are grey.
STAGE_COLOURS = {
    "talks": "#ffffff",
    "announced": "#dbe6f3",
    "mou": "#b3cbe6",
    "agreement": "#83a9d3",
    "approved": "#4f82bd",
    "construction": "#2a5a97",
    "operating": "#0b2f66",
    "suspended": "#c9c9c9",
    "cancelled": "#ececec",
    "in_force": "#2a5a97",
}
INK = "#0b2f66"
GREY = "#6b6b6b"

PAPER = "#ffffff"
SEA = "#e8eef3"
LAND = "#f1efe9"
LAND_LINE = "#dcd8cf"
OUTLINE = "#7d7668"
#: White to one hue, five steps; none named stays white.
RAMP = ("#f8f0db", "#f0dfb3", "#e5ca86", "#d8b25a", "#c4942c")
OCHRE = "#8a5a00"
NONE_NAMED = "#ffffff"

#: Okabe and Ito. The same partner and state keep their colour in every map and figure.
OKABE_ITO = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
}
PARTNER_COLOURS = {"JPN": OKABE_ITO["vermilion"]}
OTHER_PARTNER = "#5f5f5f"
STATE_COLOURS = {
    "IN-UP": OKABE_ITO["blue"],
    "IN-TN": OKABE_ITO["green"],
    "IN-AP": OKABE_ITO["purple"],
}

SCOPE_WORDS = {
    "rare_earth": "Rare earths",
    "critical_minerals": "Other critical minerals",
    "context": "Background",
}
LEVEL_WORDS = {
    "state": "state-led",
    "national": "Union-led",
    "company": "company-led",
    "multilateral": "several countries",
}
ACCURACY_WORDS = {
    "site": "placed at the site",
    "town": "placed at the town named, not the site",
    "district": "placed in the district named, not at a site",
    "state": "only the state is known",
    "none": "no place named",
}
BLOC_WORDS = {
    "QUAD": "the Quad",
    "MSP": "the Minerals Security Partnership",
    "FORGE": "FORGE",
    "IPEF": "the Indo-Pacific Economic Framework",
    "G7": "the G7",
    "G20": "the G20",
    "BRICS": "BRICS",
    "BRICS partner": "BRICS (as partner country)",
    "EU": "the European Union",
    "PAX SILICA": "Pax Silica",
}
PERSPECTIVE_WORDS = {
    "india": "Boundaries: Government of India's view (no endorsement)",
    "natural_earth": "Boundaries: Natural Earth's de facto view (no endorsement)",
}


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def date_words(date, precision="day"):
    """Return a date in words at its own precision, as ``4 July 2025``, ``July 2025`` or ``2025``."""
    if precision == "year":
        return f"{date.year}"
    month = f"{_MONTHS[date.month - 1]} {date.year}"
    return month if precision == "month" else f"{date.day} {month}"


def count_words(number, noun, plural=None):
    """Return a count with its noun: ``1 event``, ``3 events``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
