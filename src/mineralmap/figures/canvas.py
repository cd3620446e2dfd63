"""What every picture is made of: the page with finding and source, in two widths; markers, and the key."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial, wraps
from threading import RLock
from typing import Any, Literal, ParamSpec

import matplotlib
import numpy as np
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Text
from PIL import Image

from .. import codebook, style
from ..text import legible
from .lettering import letter, width_of

TABLES = "mineralmap tables, CC BY 4.0"
#: Greys of lines that carry no value.
GRID = "#e6e8ea"
RULE = "#b9c2cc"
SOFT = "#444444"
FAINT = "#a3abb4"
#: Sizes of type in points; the smallest is 13 pixels where a page shows the picture at its own size.
SMALL, PLAIN, LEAD = 9.75, 10.5, 14.0
#: matplotlib's settings are of the whole process: one thread at a time changes them and puts them back.
_SETTINGS_OF_ALL = RLock()
#: Inches of a picture on a phone (360 pixels) and on a page.
PHONE, PAGE = 3.75, 9.5

_HALO = "[id^=halo] text{paint-order:stroke;stroke:#fff;stroke-width:2.5px}"

_ON_PHONE: ContextVar[bool] = ContextVar("on_phone", default=False)
_P = ParamSpec("_P")


class Picture(Figure):
    """A figure that shows itself in a notebook as SVG, the same bytes for the same picture.

    Attributes
    ----------
    alt : str
        What the picture shows, for those who do not see it.

    Examples
    --------
    >>> import mineralmap as mm
    >>> picture = mm.figures.monazite()
    >>> picture.to_svg().startswith("<?xml")
    True
    """

    alt = ""
    _again: Callable[[], Picture] | None = None

    def narrow(self) -> Picture:
        """Return the same picture drawn for a phone, 360 pixels wide.

        Raises
        ------
        ValueError
            If the picture has one drawing only.
        """
        if self._again is None:
            raise ValueError("this picture has one drawing only")
        before = _ON_PHONE.set(True)
        try:
            return self._again()
        finally:
            _ON_PHONE.reset(before)

    def draw(self, renderer: Any) -> None:
        """Draw the picture; every text is as given, in fonts that have its letters."""
        for text in self.findobj(Text):
            letter(text)
        super().draw(renderer)

    def to_svg(self) -> str:
        """Return the picture as SVG text; its words are text, in the typeface of the site and the maps."""
        page = io.StringIO()
        with (
            _SETTINGS_OF_ALL,
            matplotlib.rc_context({"svg.hashsalt": "mineralmap", "svg.fonttype": "none"}),
            self._halos_by_style() as halos,
        ):
            self.savefig(page, format="svg", metadata={"Date": None, "Title": legible(self.alt)})
        # Comments and line breaks are a tenth of the text, and show nothing.
        svg = re.sub(r"\s*\n\s*", " ", re.sub(r"<!--.*?-->", "", page.getvalue(), flags=re.DOTALL))
        # Laid out in DejaVu Sans, which comes with matplotlib and is the widest of these: so no word is cut.
        svg = re.sub(r"'DejaVu Sans'[^;\"]*", style.TYPEFACE, svg)
        return svg.replace("</style>", f"{_HALO}</style>", 1) if halos else svg

    @contextmanager
    def _halos_by_style(self) -> Iterator[list[Text]]:
        """Let the style sheet draw the paper round words: matplotlib would turn those words into outlines."""
        haloed = [text for text in self.findobj(Text) if text.get_path_effects()]
        effects = [text.get_path_effects() for text in haloed]
        try:
            for number, text in enumerate(haloed):
                text.set_path_effects([])
                text.set_gid(f"halo-{number}")
            yield haloed
        finally:
            for text, own in zip(haloed, effects, strict=True):
                text.set_path_effects(own)
                text.set_gid(None)

    def to_png(self, dpi: int = 96) -> bytes:
        """Return the picture as PNG, the same bytes for the same picture and versions of the libraries.

        Parameters
        ----------
        dpi : int, default 96
            Dots per inch; at 96 the picture is as wide as the SVG on a page.
        """
        page = io.BytesIO()
        # 256 colours are a quarter of the bytes, and no picture has more to say.
        self.savefig(page, format="png", dpi=dpi, metadata={"Software": None})
        image = Image.open(page).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        page = io.BytesIO()
        image.save(page, "png", optimize=True)
        return page.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        # JupyterLab shows an SVG only in a notebook that is trusted; until then it shows the PNG.
        shown = {"image/svg+xml": self.to_svg(), "image/png": base64.b64encode(self.to_png()).decode()}
        shown["text/plain"] = repr(self)
        return shown if self._again is None else {**shown, NARROW: self.narrow().to_svg()}

    def __getstate__(self) -> Any:
        # geopandas draws areas with a class inside a function, which adds nothing and which no other process
        # finds.
        for drawn in self.findobj(Collection):
            if "<locals>" in type(drawn).__qualname__:
                drawn.__class__ = type(drawn).__bases__[0]
        return super().__getstate__()

    def __repr__(self) -> str:
        return legible(f"Picture: {self.alt}")


#: Under this type a notebook carries the drawing for phones; nothing but the site shows it.
NARROW = "application/vnd.mineralmap.narrow+svg"


def on_phone() -> bool:
    """Return whether the picture that is being drawn is the one for a phone."""
    return _ON_PHONE.get()


def two_widths(draw: Callable[_P, Picture]) -> Callable[_P, Picture]:
    """Let a picture remember how it was drawn, so that `Picture.narrow` can draw it for a phone."""

    @wraps(draw)
    def remembered(*args: _P.args, **kwargs: _P.kwargs) -> Picture:
        picture = draw(*args, **kwargs)
        picture._again = partial(remembered, *args, **kwargs)  # noqa: SLF001
        return picture

    return remembered


def fold(words: str, inches: float, size: float = PLAIN, weight: str = "normal") -> str:
    """Return words with line breaks, so that no line is longer; a line break in them stays."""
    lines = []
    for paragraph in words.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width_of(longer, size, weight) > 72 * inches:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(lines)


def new_figure(
    width: float,
    height: float,
    title: str,
    subtitle: str,
    source: str = f"Source: {TABLES}",
    *,
    grow: bool = False,
) -> tuple[Picture, SubFigure]:
    """Return a picture and the part of it to draw in, with the finding above and the source below.

    Parameters
    ----------
    width, height : float
        Inches. On a phone the width is the phone's.
    title : str
        The finding.
    subtitle : str
        What is plotted, with unit and date.
    source : str
        The line under the picture.
    grow : bool
        The height is that of the drawing, and the words come on top of it; always so on a phone.
    """
    width = PHONE if on_phone() else width
    layout = ConstrainedLayoutEngine(
        rect=(0.02, 0.005, 0.96, 0.99), w_pad=0.05, h_pad=0.07, hspace=0.05, wspace=0.03
    )
    figure = Picture(figsize=(width, height), facecolor="white", layout=layout)
    figure.alt = f"{title}. {subtitle}"
    # A part of a figure has room for one text above and one below, and its keys are beside all of it.
    page: Any = figure.subfigures()
    titled = page.subfigures()
    room, line = 0.94 * width, {"x": 0, "ha": "left"}
    lead = 13 if on_phone() else LEAD
    texts = [
        page.suptitle(fold(title, room, lead, "bold"), fontsize=lead, fontweight="bold", **line),
        page.supxlabel(fold(source, room, SMALL), fontsize=SMALL, color="#666666", **line),
        titled.suptitle(fold(subtitle, room), fontsize=PLAIN, color=SOFT, linespacing=1.25, **line),
    ]
    for text in texts:
        letter(text)
    if grow or on_phone():
        taken = sum(text.get_window_extent().height for text in texts) / figure.dpi
        figure.set_figheight(height + taken + 0.5)
    return figure, titled.subfigures()


def plain(axes: Axes, grid: Literal["", "x", "y", "both"] = "") -> Axes:
    """Take frame and tick marks from the axes; draw a grid along ``x``, ``y`` or ``both``."""
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL)
    axes.tick_params(axis="x", pad=7)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis=grid, color=GRID, lw=0.8)
    return axes


def name_years(axes: Axes) -> None:
    """Write the years below an axis of days, few of them on a phone."""
    locator = dates.AutoDateLocator(minticks=2, maxticks=4 if on_phone() else 8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    words = dates.ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(words)


def bold_title(axes: Axes, title: str) -> None:
    """Name a panel, above it on the left."""
    axes.set_title(title, loc="left", fontsize=PLAIN, fontweight="bold")


def spread(places: Iterable[float], gap: float, top: float = np.inf) -> np.ndarray:
    """Return rising places moved so that they are at least ``gap`` apart and end below ``top``."""
    moved = np.array(list(places), dtype=float)
    for number in range(1, len(moved)):
        moved[number] = max(moved[number], moved[number - 1] + gap)
    return moved - max(0.0, moved[-1] - top + gap / 2) if len(moved) else moved


@cache
def marker_parts(marker: str) -> tuple[tuple[str, Path], ...]:
    """Return the parts of a marker of the codebook: role, and outline in half grounds from the centre.

    Parameters
    ----------
    marker : str
        As in `mineralmap.codebook.Code`: SVG paths of absolute M, L, C and Z on a ground of 16 by 16.
    """
    parts = []
    for part in marker.split(";"):
        role, _, outline = part.partition(" ")
        vertices, kinds = [], []
        for command, numbers in re.findall(r"([MLCZ])([^MLCZ]*)", outline):
            # Z goes back to where the part began; matplotlib wants a vertex for it and ignores it.
            points = np.array(numbers.split() or [8, 8], dtype=float).reshape(-1, 2)
            vertices.append((points - 8) / (8, -8))
            kind = {"M": Path.MOVETO, "L": Path.LINETO, "C": Path.CURVE4, "Z": Path.CLOSEPOLY}[command]
            kinds += [kind] * len(points)
        parts.append((role, Path(np.concatenate(vertices), kinds)))
    return tuple(parts)


def _marker_looks(stage: str, size: float, *, past: bool = False) -> list[dict[str, Any]]:
    """Return the settings of a line's markers for each part of a stage's marker; the past is grey."""
    code = codebook.vocabulary("stage")[stage]
    ink = FAINT if past else style.stage_ink(stage)
    faces = {"fill": "#e4e7ea" if past else code.colour, "paper": style.PAPER, "ink": ink, "line": "none"}
    return [
        {
            "linestyle": "none",
            "marker": outline,
            # matplotlib scales each outline by its farthest vertex.
            "markersize": size * np.abs(outline.vertices).max(),
            "markerfacecolor": faces[role],
            "markeredgecolor": ink,
            "markeredgewidth": 0 if role == "ink" else size / 12,
        }
        for role, outline in marker_parts(code.marker)
    ]


def draw_marker(
    axes: Axes,
    x: Any,
    y: Any,
    stage: str,
    *,
    size: float = 12,
    past: bool = False,
    zorder: float = 5,
    **kwargs: Any,
) -> None:
    """Draw the marker of a stage, as on the maps.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    x, y : number or date
        Where.
    stage : str
        A code of the stages.
    size : float
        Edge of the marker's ground in points; a round marker is two thirds of it wide.
    past : bool
        Draw it grey, for what was there before.
    zorder : float
        Its parts are drawn from here up to a third above.
    **kwargs
        As for `matplotlib.axes.Axes.plot`.
    """
    for number, look in enumerate(_marker_looks(stage, size, past=past)):
        axes.plot([x], [y], zorder=zorder + 0.1 * number, **look, **kwargs)


Entry = tuple[Any, str]


def stage_entries(stages: Iterable[str]) -> list[Entry]:
    """Return rows of a key: the marker and the name of each stage."""
    labels = codebook.labels("stage")
    return [(tuple(Line2D([], [], **look) for look in _marker_looks(s, 12)), labels[s]) for s in stages]


def heading(text: str) -> Entry:
    """Return the row of a key that names those below it."""
    return None, text


def key(place: Callable[..., Legend], entries: Sequence[Entry], **kwargs: Any) -> Legend:
    """Draw a key.

    Parameters
    ----------
    place : callable
        The method ``legend`` of the axes or of the part of a figure.
    entries : sequence of tuple
        What is drawn (an artist, a tuple of artists, or None for a heading), and its words.
    **kwargs
        As for ``legend``.
    """
    handles = [Line2D([], [], linestyle="none") if handle is None else handle for handle, _ in entries]
    look = {"frameon": False, "fontsize": SMALL, "handlelength": 1, "borderaxespad": 0, "borderpad": 0}
    drawn = place(
        handles,
        ["." for _ in entries],
        handler_map={tuple: HandlerTuple(ndivide=1)},
        **{**look, "handletextpad": 0.6, "labelspacing": 0.6, **kwargs},
    )
    # Set afterwards: matplotlib leaves out a label that begins with "_".
    for number, (text, (handle, words)) in enumerate(zip(drawn.get_texts(), entries, strict=True)):
        text.set_text(f"\n{words}" if handle is None and number else words)
        text.set_fontweight("bold" if handle is None else "normal")
    return drawn


def stage_legend(body: SubFigure, stages: Sequence[str], counts: Mapping[str, int] | None = None) -> None:
    """Put the markers of stages with their names (and numbers) along the foot."""
    if not stages:
        return
    columns = 2 if on_phone() else len(stages) if len(stages) <= 7 else (len(stages) + 1) // 2
    entries = [
        (drawn, words if counts is None else f"{words}  {counts[stage]}")
        for stage, (drawn, words) in zip(stages, stage_entries(stages), strict=True)
    ]
    key(body.legend, entries, loc="outside lower left", ncols=columns, columnspacing=1.6)
