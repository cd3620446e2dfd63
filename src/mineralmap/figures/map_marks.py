"""The small things on still maps: signs and their numbers, names that keep clear of each other, the key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from .. import codebook, style
from ..codebook import Code
from ..stages import LADDER, SIGN_OF, stage_rank
from ..text import mentions
from .canvas import PLAIN, SMALL, marker_parts, on_phone
from .lettering import letter, width_of

_RUNNING = SIGN_OF[LADDER[-1]]
_Floats = npt.NDArray[np.float64]
#: Where a name lies beside its sign, the best side first: right, left, above, below, then the corners.
SIDES = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)], dtype=float)


#: The number beside a sign that stands for several.
_BADGE: dict[str, Any] = {
    "fontsize": 9,
    "fontweight": "bold",
    "path_effects": [],
    "bbox": {"boxstyle": "circle,pad=0.06", "fc": "white", "ec": style.GREY, "lw": 0.7},
}


# ---------------------------------------------------------------------------------------- signs


@dataclass(frozen=True)
class Sign:
    """One sign on a map, for one initiative or for several at one place.

    Attributes
    ----------
    lon, lat : float
        Where.
    code : str
        Of the vocabulary ``sign``.
    hollow : bool
        It runs by the last report, and nobody has confirmed that for two years.
    places : list of str
        What the places of all its initiatives are called, the highest first.
    spots : set of tuple
        Their points.
    stale : list of str
        The places of those that run unconfirmed, though the sign itself is of one that is confirmed.
    """

    lon: float
    lat: float
    code: str
    hollow: bool
    places: list[str] = field(default_factory=list)
    spots: set[tuple[float, float]] = field(default_factory=set)
    stale: list[str] = field(default_factory=list)

    @property
    def size(self) -> float:
        """Return the edge of its ground in points: what runs is the message, and larger."""
        return (18 if self.code == _RUNNING else 12) * (0.75 if on_phone() else 1)


def collect_signs(pinned: pd.DataFrame, axes: Axes) -> list[Sign]:
    """Return the signs of initiatives, the highest first; what would cover each other shares one.

    Parameters
    ----------
    pinned : DataFrame
        Initiatives with ``lat`` and ``lon``, and ``unconfirmed`` if that is known.
    axes : matplotlib.axes.Axes
        The map, set to its window.
    """
    hollow = pinned["unconfirmed"] if "unconfirmed" in pinned.columns else False
    rows = pinned.assign(
        rank=pinned["stage"].map(stage_rank).astype(float).fillna(-1), unconfirmed=hollow
    ).sort_values(["rank", "unconfirmed", "initiative_id"], ascending=[False, True, True])
    found: list[tuple[Sign, _Floats]] = []
    for row in rows.itertuples():
        spot = (float(row.lon), float(row.lat))
        sign = own = Sign(*spot, SIGN_OF[row.stage], bool(row.unconfirmed))
        at = axes.transData.transform(spot) * 72 / axes.figure.dpi
        for home, centre in found:
            if np.hypot(*(at - centre)) < 0.4 * (home.size + sign.size):
                sign = home
                break
        else:
            found.append((sign, at))
        sign.places.append(str(getattr(row, "place_name", "")))
        sign.spots.add(spot)
        if own.hollow and not sign.hollow:
            sign.stale.append(sign.places[-1])
    return [sign for sign, _ in found]


def draw_sign(
    axes: Axes, x: float, y: float, code: str, *, size: float, hollow: bool = False, zorder: float = 6
) -> None:
    """Draw a sign of the codebook; its edge is its colour, darkened."""
    entry = codebook.vocabulary("sign")[code]
    ink = style.darker(entry.colour)
    faces = {"fill": style.PAPER if hollow else entry.colour, "paper": style.PAPER, "ink": ink}
    for number, (role, outline) in enumerate(marker_parts(entry.marker)):
        width = 2.2 if role == "line" else size / 10 if hollow else size / 13
        axes.plot(
            [x],
            [y],
            linestyle="none",
            marker=outline,
            # matplotlib scales each outline by its farthest vertex.
            markersize=size * np.abs(outline.vertices).max(),
            markerfacecolor=faces.get(role, "none"),
            markeredgecolor=entry.colour if role == "line" else ink,
            markeredgewidth=width,
            # White around a sign keeps it apart from what lies under it.
            path_effects=[withStroke(linewidth=width + 1.6, foreground="white")],
            # A place at the edge of a map has a whole sign.
            clip_on=False,
            zorder=zorder + 0.1 * number,
        )


def draw_diamond(axes: Axes, x: Any, y: Any, *, filled: bool) -> None:
    """Draw deposits; filled where their tonnage is known."""
    look: dict[str, Any] = {"edgecolors": style.OCHRE, "linewidths": 0.9, "zorder": 5}
    axes.scatter(x, y, 15, style.OCHRE if filled else "white", marker="D", **look)


def sign_words(sign: Sign) -> str:
    """Return what a sign says in the key."""
    label = codebook.labels("sign")[sign.code]
    return f"{label}, not confirmed for two years" if sign.hollow else label


# ---------------------------------------------------------------------------------------- names


class Names:
    """Puts names on a map so that none lies over another one, over a sign or over the edge.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        The map, at its final place on the page.
    land : Polygon or MultiPolygon
        Where there are fills and borders under a name, in degrees; the sea is the better place.
    """

    def __init__(self, axes: Axes, land: Any) -> None:
        figure: Any = axes.get_figure(root=True)
        self.axes = axes
        self.scale = figure.dpi / 72
        width, height = figure.bbox.size
        self._renderer: Any = RendererAgg(width, height, figure.dpi)  # type: ignore[no-untyped-call]
        self._land = shapely.transform(land, axes.transData.transform)
        shapely.prepare(self._land)
        self._taken: list[Sequence[float]] = []
        self._avoided: list[Sequence[float]] = []

    def block(self, lon: float, lat: float, size: float, *, softly: bool = False) -> None:
        """Keep names off a sign, given its size in points; ``softly`` only where there is room beside it."""
        x, y = self.axes.transData.transform((lon, lat))
        half = size * self.scale / 2
        (self._avoided if softly else self._taken).append((x - half, y - half, x + half, y + half))

    def block_box(self, box: Any) -> None:
        """Keep names off a box of the page."""
        self._taken.append(box.extents)

    def _free(self, boxes: _Floats, taken: Sequence[Sequence[float]]) -> npt.NDArray[np.bool_]:
        frame = self.axes.bbox
        free: Any = (boxes[:, :2] >= (frame.x0 + 3, frame.y0 + 3)).all(axis=1) & (
            boxes[:, 2:] <= (frame.x1 - 3, frame.y1 - 3)
        ).all(axis=1)
        for box in taken:
            free &= (
                (boxes[:, 0] >= box[2])
                | (boxes[:, 2] <= box[0])
                | (boxes[:, 1] >= box[3])
                | (boxes[:, 3] <= box[1])
            )
        return np.asarray(free)

    def _text(self, words: str, **look: Any) -> tuple[Text, _Floats]:
        """Return a text that lies nowhere yet, and half of its width and height in pixels."""
        look = {"fontsize": SMALL, "color": style.STRONG, "zorder": 7, "linespacing": 1.05, **look}
        look.setdefault("path_effects", [withStroke(linewidth=2.2, foreground="white")])
        text = letter(self.axes.text(0, 0, words, ha="center", va="center", **look))
        box = text.get_window_extent(self._renderer)
        return text, np.array([box.width, box.height]) / 2

    def _keep(self, text: Text, centre: _Floats, half: _Floats, side: float = 0) -> None:
        # Held at the end that is near its sign, a name stays there in a narrower typeface, too.
        text.set_horizontalalignment(("center", "left", "right")[int(side)])
        at = centre - (half[0] * int(side), 0)
        text.set_position(tuple(self.axes.transData.inverted().transform(at)))
        self._taken.append((*(centre - half), *(centre + half)))

    def beside(
        self, lon: float, lat: float, words: str, gap: float, rings: int = 1, sides: Any = SIDES, **look: Any
    ) -> bool:
        """Name a point at a side of it that is free, and tell whether there was one.

        Parameters
        ----------
        lon, lat : float
            Where.
        words : str
            The name.
        gap : float
            From the point to the name, in points.
        rings : int
            How many times as far it may lie; from the second time on a thin line leads to it.
        sides : array (n, 2)
            Right and up; the best one first.
        **look
            As for `matplotlib.axes.Axes.text`.
        """
        text, half = self._text(words, **look)
        point = self.axes.transData.transform((lon, lat))
        reach = gap * self.scale * np.arange(1, 1 + rings)
        centres = np.concatenate([point + sides * (half * (1, 0.9) + far) for far in reach])
        boxes = np.hstack([centres - half, centres + half])
        free = self._free(boxes, self._taken)
        if not free.any():
            text.remove()
            return False
        # The nearest ring first; there beside small signs, then at sea, then the better side.
        clear = self._free(boxes, self._avoided)
        ashore = shapely.intersects(self._land, shapely.box(*boxes.T))
        ring = np.arange(len(boxes)) // len(sides)
        at = int(np.lexsort((ashore, ~clear, ring, ~free))[0])
        self._keep(text, centres[at], half, sides[at % len(sides)][0])
        if ring[at]:
            ends = np.array([point, np.clip(point, boxes[at, :2], boxes[at, 2:])])
            line = self.axes.transData.inverted().transform(ends)
            self.axes.plot(*line.T, color=style.GREY, lw=0.6, zorder=4.5)
        return True

    def badge(self, lon: float, lat: float, number: str, size: float) -> None:
        """Write a number at a corner of a sign of some size that no other sign covers."""
        text, half = self._text(number, **_BADGE, zorder=8)
        point = self.axes.transData.transform((lon, lat))
        centres = point + SIDES[[4, 5, 6, 7]] * (0.34 * size + 3) * self.scale
        boxes = np.hstack([centres - half, centres + half])
        others = [
            box for box in self._taken if not (box[0] < point[0] < box[2] and box[1] < point[1] < box[3])
        ]
        self._keep(text, centres[int(np.argmax(self._free(boxes, others)))], half + 2)

    def corner(self, lon: float, lat: float, size: float, small: float) -> tuple[float, float]:
        """Return where a small sign lies beside a larger one, clear of other signs, and keep names off it.

        Parameters
        ----------
        lon, lat : float
            Where the larger sign is.
        size, small : float
            The edges of their grounds in points.
        """
        point = self.axes.transData.transform((lon, lat))
        # Below first: the number of initiatives takes a place above.
        sides = SIDES[[3, 6, 7, 1, 0, 5, 4]]
        away = 0.4 * (size + small) * self.scale * sides / np.hypot(*sides.T)[:, np.newaxis]
        centres, half = point + away, small * self.scale * 0.4
        boxes = np.hstack([centres - half, centres + half])
        others = [
            box for box in self._taken if not (box[0] < point[0] < box[2] and box[1] < point[1] < box[3])
        ]
        at = int(np.argmax(self._free(boxes, others)))
        self._taken.append(tuple(boxes[at]))
        lon, lat = self.axes.transData.inverted().transform(centres[at])
        return float(lon), float(lat)

    def inside(self, area: Any, words: str, sizes: Sequence[float], **look: Any) -> bool:
        """Name an area (in degrees) inside it, in one line or two, and tell whether the name fits.

        Of several sizes, the first that fits is taken; where none does, the name may reach over the edge.
        """
        shape = shapely.transform(area, self.axes.transData.transform)
        shape = shapely.intersection(shape.simplify(1), shapely.box(*self.axes.bbox.extents))
        if shape.is_empty:
            return False
        shapely.prepare(shape)
        tries = []
        for size in sizes:
            for line in dict.fromkeys((words, _two_lines(words))):
                text, half = self._text(line, fontsize=size, **{"zorder": 4, **look})
                tries.append((*self._roomiest(shape, half, rough=len(sizes) > 1), text, half))
        share, centre, kept, half = max(tries, key=itemgetter(0))
        for _, _, text, _ in tries:
            if text is not kept or share < 0.3:
                text.remove()
        if share >= 0.3:
            self._keep(kept, centre, half)
        return share >= 0.3

    def _roomiest(self, shape: Any, half: _Floats, *, rough: bool) -> tuple[float, _Floats]:
        """Return the best free place of a box in a shape, and how much of the box lies inside there.

        It is 1 for what fits, and nearest to the middle of the shape; for what does not, it is computed if
        ``rough``, and else 0.
        """
        west, south, east, north = shape.bounds
        step = max(3.0, (east - west) / 30)
        grid = np.stack(np.meshgrid(np.arange(west, east, step), np.arange(south, north, step)), axis=-1)
        centres = grid.reshape(-1, 2)
        wide = np.hstack([centres - half - 3, centres + half + 3])
        centres = centres[self._free(wide, [*self._taken, *self._avoided])]
        if not len(centres):
            return 0.0, half
        # Letters do not fill the corners of their box.
        boxes = shapely.box(*(centres - 0.8 * half).T, *(centres + 0.8 * half).T)
        if (fits := shapely.covers(shape, boxes)).any():
            middle = shapely.get_point(shapely.maximum_inscribed_circle(shape, 4), 0)
            away = np.hypot(*(centres - np.array(middle.coords[0])).T)
            return 1.0, centres[int(np.argmin(np.where(fits, away, np.inf)))]
        if not rough:
            return 0.0, half
        share = shapely.area(shapely.intersection(shape, boxes)) / shapely.area(boxes)
        at = int(np.argmax(share))
        return min(0.99, float(share[at])), centres[at]


def _two_lines(words: str) -> str:
    """Return words broken into two lines of like length."""
    gaps = [at for at, letter in enumerate(words) if letter == " "]
    if not gaps:
        return words
    middle = min(gaps, key=lambda at: abs(at - len(words) / 2))
    return f"{words[:middle]}\n{words[middle + 1 :]}"


def _is_at(sign: Sign, names: Sequence[str]) -> bool:
    return mentions(" ".join(sign.places), names)


def places_of(signs: Iterable[Sign]) -> list[Code]:
    """Return the places of the codebook at which there is a sign, in its order."""
    signs = list(signs)
    places = codebook.vocabulary("place").values()
    return [one for one in places if any(_is_at(sign, (one.label, *one.other_names)) for sign in signs)]


def runs_at(signs: Iterable[Sign], place: Code) -> bool:
    """Tell whether something runs at a place of the codebook."""
    return any(sign.code == _RUNNING and _is_at(sign, (place.label,)) for sign in signs)


def name_places(names: Names, signs: Iterable[Sign], places: Iterable[Code], rings: int = 1) -> list[str]:
    """Name places beside their signs where there is room, the first ones first; return their names."""
    left, named = list(signs), list[str]()
    for place in places:
        here = [sign for sign in left if _is_at(sign, (place.label, *place.other_names))]
        # The place's own name counts for more than that of a suburb.
        own = [sign for sign in here if _is_at(sign, (place.label,))]
        for home in (own or here)[:1]:
            if names.beside(home.lon, home.lat, place.label, home.size / 2 + 1, rings, fontweight="bold"):
                left.remove(home)
                named.append(place.label)
    return named


def name_states(
    names: Names, states: gpd.GeoDataFrame, strong: Iterable[str], *, letters: bool = False
) -> list[str]:
    """Name the states in which their name fits, the strong ones first and larger; return their names.

    With ``letters`` the strong ones have the two letters of their code instead.
    """
    bounds = states.geometry.bounds
    room = (bounds["maxx"] - bounds["minx"]) * (bounds["maxy"] - bounds["miny"])
    rows = states.assign(weak=~states["state_iso"].isin(list(strong)), room=room)
    named = []
    for row in rows.sort_values(["weak", "room"], ascending=[True, False]).itertuples():
        look: dict[str, Any] = {"color": style.GREY} if row.weak else {"fontweight": "bold"}
        words = row.state_iso[-2:] if letters and not row.weak else row.state
        sizes = (9,) if row.weak else (SMALL, 9) if letters else (PLAIN + 1, SMALL)
        done = names.inside(row.geometry, words, sizes, **look)
        if not done and not row.weak:
            # A state that the map is about has its name, if need be at the end of a line.
            middle = row.geometry.representative_point()
            done = names.beside(middle.x, middle.y, words, 6, 14, **look)
        named += [row.state] * done
    return named


def draw_signs(names: Names, signs: Sequence[Sign]) -> None:
    """Draw signs with the lower ones under the higher ones, and the number where one stands for several."""
    for number, sign in enumerate(reversed(signs)):
        look: dict[str, Any] = {"size": sign.size, "hollow": sign.hollow, "zorder": 6 + number / 100}
        draw_sign(names.axes, sign.lon, sign.lat, sign.code, **look)
        names.block(sign.lon, sign.lat, sign.size * 0.75)
    for sign in signs:
        if sign.stale:
            small = 0.7 * sign.size
            beside = names.corner(sign.lon, sign.lat, sign.size, small)
            draw_sign(names.axes, *beside, sign.code, size=small, hollow=True, zorder=7)
    for sign in signs:
        if len(sign.places) > 1:
            names.badge(sign.lon, sign.lat, str(len(sign.places)), sign.size)


# ------------------------------------------------------------------------------------------ key


class Item(NamedTuple):
    """One entry of a key that runs in lines: its width in points, and what draws it at x and y."""

    width: float
    draw: Callable[[Axes, float, float], Any]
    below: float = 0
    new_line: bool = False


def _width(words: str) -> float:
    return width_of(words, SMALL)


def item(handle: Callable[[Axes, float, float], Any], words: str) -> Item:
    """Return an entry with a handle (drawn around its point) and words."""

    def draw(axes: Axes, x: float, y: float) -> None:
        handle(axes, x + 8, y)
        axes.text(x + 19, y, words, va="center", fontsize=SMALL)

    return Item(19 + _width(words), draw)


def sign_item(sign: Sign) -> Item:
    """Return the entry of a sign."""
    size = min(sign.size, 15)
    return item(
        lambda axes, x, y: draw_sign(axes, x, y, sign.code, size=size, hollow=sign.hollow), sign_words(sign)
    )


def deposit_item(filled: bool, hollow: bool) -> Item:
    """Return the entry of the deposits, some of which are filled, or hollow, or both."""
    words = "deposit" + " (hollow: tonnage not known)" * hollow if filled else "deposit, tonnage not known"

    def handle(axes: Axes, x: float, y: float) -> None:
        for at, kind in ((x - 4 * hollow, True),) * filled + ((x + 4 * filled, False),) * hollow:
            draw_diamond(axes, at, y, filled=kind)

    return item(handle, words)


def badge_item(words: str) -> Item:
    """Return the entry of the numbers beside signs."""
    look = {**_BADGE, "ha": "center", "va": "center", "color": style.STRONG}
    return item(lambda axes, x, y: axes.text(x, y, "2", **look), words)._replace(new_line=True)


def line_item(colour: str, width: float, words: str) -> Item:
    """Return the entry of a line."""
    return item(lambda axes, x, y: axes.plot([x - 8, x + 6], [y, y], color=colour, lw=width), words)


def shading_items(key: dict[str, Any], only: Collection[str] | None = None) -> list[Item]:
    """Return the entries of a shading: its title, and one strip of its classes with their bounds.

    Parameters
    ----------
    key : dict
        As in `mineralmap.shading.Shading`.
    only : collection of str, optional
        Colours: list only the classes that have one of these, each in words.
    """
    (none, unlisted), *steps = key["steps"]
    # The words of a class end with its upper bound.
    ticks = ["0", *(words.split()[-1] for _, words in steps)]
    edge: dict[str, Any] = {"ec": "#a9a294", "lw": 0.6}
    box = 26

    def draw(axes: Axes, x: float, y: float) -> None:
        for number, (colour, _) in enumerate(steps):
            axes.add_patch(Rectangle((x + 4 + box * number, y - 5), box, 10, fc=colour, **edge))
        for number, tick in enumerate(ticks):
            axes.text(x + 4 + box * number, y - 7, tick, ha="center", va="top", fontsize=SMALL)

    def swatch(axes: Axes, x: float, y: float, colour: str = none) -> None:
        axes.add_patch(Rectangle((x - 6, y - 5), 12, 10, fc=colour, **edge))

    def title(axes: Axes, x: float, y: float) -> None:
        axes.text(x, y, key["title"], va="center", fontsize=SMALL)

    words = Item(_width(key["title"]) - 8, title, new_line=True)
    if only is not None:
        shown = [step for step in (*steps, (none, unlisted)) if step[0] in only]
        return [words, *(item(partial(swatch, colour=colour), text) for colour, text in shown)]
    return [words, Item(box * len(steps) + 8, draw, 14), item(swatch, unlisted)]


def lines_of(items: Iterable[Item], width: float) -> list[list[Item]]:
    """Return the lines of a key of some width in points."""
    lines: list[list[Item]] = [[]]
    room = width
    for one in items:
        if lines[-1] and (one.new_line or one.width > room):
            lines.append([])
            room = width
        lines[-1].append(one)
        room -= one.width + 16
    return lines


def key_height(lines: Sequence[Sequence[Item]]) -> float:
    """Return the height of a key in points."""
    return 8 + sum(17 + max((one.below for one in line), default=0) for line in lines)


def draw_key(axes: Axes, lines: Sequence[Sequence[Item]], width: float, height: float) -> None:
    """Draw a key into axes of its own, of some width and height in points."""
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    y = height - 9
    for line in lines:
        x = 0.0
        for one in line:
            one.draw(axes, x, y)
            x += one.width + 16
        y -= 17 + max((one.below for one in line), default=0)
