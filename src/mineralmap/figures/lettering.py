"""The letters of still pictures: each in a font that has it, or a plain word that says that there is none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from ..text import legible

__all__ = ["letter", "width_of"]

_MAIN = "DejaVu Sans"
#: What `pip install "mineralmap[scripts]"` brings: Noto Sans for four scripts of India, and a Japanese font.
_PACKAGES = ("justmytype_intl_south_asia", "matplotlib_fontja")
_LOST = "\ufffd"
#: Scripts whose letters change places and join: to draw them one by one would show other words.
_JOINED = (
    *("DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM"),
    *("SINHALA", "TIBETAN", "MYANMAR", "KHMER", "LAO", "THAI", "MEETEI", "OL"),
)
#: matplotlib joins them from this version on.
_JOINS = matplotlib.__version_info__ >= (3, 11)
#: First word of a letter's name in Unicode -> what people call the script, where that is another word.
_CALLED = {
    **dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH"), "Japanese or Chinese"),
    **{"HANGUL": "Korean", "MEETEI": "Meetei Mayek", "OL": "Ol Chiki"},
}


def letter(text: Text) -> Text:
    """Let a text of a picture be drawn as given: a ``$`` is a dollar, and every letter has its font.

    Parameters
    ----------
    text : matplotlib.text.Text
        It is changed in place, and returned.
    """
    text.set_parse_math(False)
    words, families = _lettered(text.get_text())
    if families:
        text.set_text(words)
        text.set_fontfamily(list(families))
    return text


def width_of(words: str, size: float, weight: str = "normal") -> float:
    """Return how wide words are in a picture, in points."""
    words, families = _lettered(words)
    font = FontProperties(family=list(families) or None, size=size, weight=weight)
    lines = words.split("\n")
    return max(float(text_to_path.get_text_width_height_descent(one, font, ismath=False)[0]) for one in lines)


@lru_cache(maxsize=4096)
def _lettered(words: str) -> tuple[str, tuple[str, ...]]:
    """Return words as they can be drawn, and the fonts for them; no fonts where the main one is enough."""
    if words.isascii() and words.replace("\n", "").isprintable():
        return words, ()
    drawn, families, before = list[str](), [_MAIN], ""
    for sign in legible(words):
        script, family = _script(sign), _family(sign)
        if script in _JOINED and script != before and unicodedata.category(sign)[0] == "M":
            # A mark that has no letter of its script to stand at.
            sign, script, family = _LOST, "", _MAIN
        if family and family not in families:
            families.append(family)
        drawn.append(sign if family else _instead(sign))
        before = script
    return _LACKING_RUN.sub(r"[no font for \1]", "".join(drawn)), tuple(families)


def _script(sign: str) -> str:
    """Return the first word of the name of a letter or mark: mostly that of its script."""
    return unicodedata.name(sign, "").partition(" ")[0] if unicodedata.category(sign)[0] in "LM" else ""


def _instead(sign: str) -> str:
    """Return what stands for a sign that no font has: for a letter its script, between two marks."""
    kind = unicodedata.category(sign)
    if kind == "Cf" or "VARIATION SELECTOR" in unicodedata.name(sign, ""):
        return ""  # shown by nothing anyway
    if kind[0] == "Z" or sign.isspace():
        return " "
    script = _script(sign)
    return f"\x02{_CALLED.get(script.partition('-')[0], script.title())}\x03" if script else _LOST


#: Letters of a script that have no font, one after the other or parted by blanks.
_LACKING_RUN = re.compile(r"\x02([^\x02\x03]+)\x03(?: *\x02\1\x03)*")


def _family(sign: str) -> str:
    """Return the font that draws a sign; an empty text if none does."""
    if sign == "\n":
        return _MAIN
    joined = _script(sign) in _JOINED or unicodedata.bidirectional(sign) in ("R", "AL")
    if joined and not _JOINS:
        return ""
    return next((family for family, signs in _fonts() if sign in signs), "")


@cache
def _fonts() -> list[tuple[str, frozenset[str]]]:
    """Return the fonts that pictures use, the main one first, with the signs that each has."""
    main = [
        font_manager.findfont(FontProperties(family=_MAIN, weight=weight)) for weight in ("normal", "bold")
    ]
    fonts = [(_MAIN, _signs(main[0]) & _signs(main[1]))]
    found = [Path(place).rglob("*.ttf") for name in _PACKAGES for place in _places(name)]
    for path in sorted(str(one) for paths in found for one in paths):
        entry = font_manager.ttfFontProperty(font_manager.get_font(path))
        # A name of our own, so that no figure of the user's finds another font than before; and there is one
        # weight for all, so that nothing is looked for in vain.
        family = f"mineralmap {entry.name}"
        for weight in (400, 700):
            font_manager.fontManager.ttflist.append(replace(entry, name=family, weight=weight))
        fonts.append((family, _signs(path)))
    return fonts


def _places(package: str) -> list[str]:
    """Return where an installed package lies, without importing it: one of them changes settings then."""
    spec = find_spec(package)
    return list(spec.submodule_search_locations or ()) if spec else []


def _signs(path: str) -> frozenset[str]:
    return frozenset(map(chr, font_manager.get_font(path).get_charmap()))
