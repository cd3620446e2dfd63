"""Colours that maps, figures and tables share and that belong to no code.

The colours and markers of codes are in the codebook (`mineralmap.codebook.colours`). Numbers take one
hue from pale to dark, categories take Okabe and Ito's colours.
"""

from __future__ import annotations

from . import codebook, stages

#: Outlines of bars, lines and markers of no stage.
INK = "#0b2f66"
GREY = "#6b6b6b"

PAPER = "#ffffff"
#: One typeface in site, map and figure.
TYPEFACE = "'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
#: What a reader has opened or found on a map.
CHOSEN = "#e8590c"
SEA = "#e8eef3"
LAND = "#f1efe9"
LAND_LINE = "#dcd8cf"
STATE_LINE = "#cfc8b8"
OUTLINE = "#7d7668"
#: The outline and name of a state that a map is about.
STRONG = "#1d2530"
#: Fills of states, from few to many; a state without a value stays white.
RAMP = ("#f8f0db", "#f0dfb3", "#e5ca86", "#d8b25a", "#c4942c")
NONE_NAMED = "#ffffff"
OCHRE = "#8a5a00"
#: Numbers other than those of states, from few to many.
BLUES = ("#eef3f9", "#dbe6f3", "#b3cbe6", "#83a9d3", "#4f82bd", "#2a5a97", "#0b2f66")

#: Okabe and Ito: told apart by readers who do not see red and green alike.
OKABE_ITO = {
    "black": "#000000",
    "orange": "#e69f00",
    "sky": "#56b4e9",
    "green": "#009e73",
    "yellow": "#f0e442",
    "blue": "#0072b2",
    "vermilion": "#d55e00",
    "purple": "#cc79a7",
}
#: A partner country that has no colour of its own in the codebook.
OTHER_PARTNER = "#5f5f5f"


def stage_ink(stage: str) -> str:
    """Return the outline of a stage's marker: the colour of its family's sign, darkened.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.style.stage_ink("operating").startswith("#")
    True
    """
    return darker(codebook.colours("sign")[stages.SIGN_OF[stage]])


def darker(colour: str, share: float = 0.7) -> str:
    """Return a colour mixed with black: the outline of what it fills.

    Examples
    --------
    >>> import mineralmap as mm
    >>> mm.style.darker("#ffffff", 0.5)
    '#808080'
    """
    return "#" + "".join(f"{round(share * int(colour[at : at + 2], 16)):02x}" for at in (1, 3, 5))
