"""What every picture is made of: the page with finding and source, the markers of the stages, the key."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Literal

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Text

from .. import codebook, style

TABLES = "mineralmap tables, CC BY 4.0"
#: Greys of lines that carry no value.
GRID = "#e6e8ea"
RULE = "#b9c2cc"
SOFT = "#444444"


class Picture(Figure):
    """A figure that shows itself in a notebook as SVG, the same bytes for the same picture.

    Attributes
    ----------
    alt : str
        What the picture shows, for those who do not see it.
    """

    alt = ""

    def draw(self, renderer: Any) -> None:
        """Draw the picture; a ``$`` in a text is a dollar, never the start of a formula."""
        for text in self.findobj(Text):
            text.set_parse_math(False)
        super().draw(renderer)

    def to_svg(self) -> str:
        """Return the picture as SVG text."""
        page = io.StringIO()
        with matplotlib.rc_context({"svg.hashsalt": "mineralmap", "svg.fonttype": "path"}):
            self.savefig(page, format="svg", metadata={"Date": None, "Title": self.alt})
        # Comments and line breaks are a tenth of the text, and show nothing.
        return re.sub(r"\s*\n\s*", " ", re.sub(r"<!--.*?-->", "", page.getvalue(), flags=re.DOTALL))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.to_svg(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Picture: {self.alt}"


def new_figure(
    width: float, height: float, title: str, subtitle: str, source: str = f"Source: {TABLES}"
) -> tuple[Picture, SubFigure]:
    """Return a picture and the part of it to draw in, with the finding above and the source below.

    Parameters
    ----------
    width, height : float
        Inches.
    title : str
        The finding.
    subtitle : str
        What is plotted, with unit and date.
    source : str
        The line under the picture.
    """
    inside = (0.02, 0.005, 0.96, 0.99)
    layout = ConstrainedLayoutEngine(rect=inside, w_pad=0.05, h_pad=0.07, hspace=0.05, wspace=0.03)
    figure = Picture(figsize=(width, height), facecolor="white", layout=layout)
    figure.alt = f"{title}. {subtitle}"
    # A part of a figure has room for one text above and one below, and its keys are beside all of it.
    page: Any = figure.subfigures()
    line: dict[str, Any] = {"x": 0, "ha": "left", "wrap": True}
    page.suptitle(title, fontsize=13, fontweight="bold", **line)
    page.supxlabel(source, fontsize=9, color="#666666", **line)
    titled = page.subfigures()
    titled.suptitle(subtitle, fontsize=10, color=SOFT, linespacing=1.25, **line)
    return figure, titled.subfigures()


def plain(axes: Axes, grid: Literal["", "x", "y", "both"] = "") -> Axes:
    """Take frame and tick marks from the axes; draw a grid along ``x``, ``y`` or ``both``."""
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=9.5)
    axes.tick_params(axis="x", pad=7)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis=grid, color=GRID, lw=0.8)
    return axes


def bold_title(axes: Axes, title: str) -> None:
    """Name a panel, above it on the left."""
    axes.set_title(title, loc="left", fontsize=10.5, fontweight="bold")


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
        for letter, numbers in re.findall(r"([MLCZ])([^MLCZ]*)", outline):
            # Z goes back to where the part began; matplotlib wants a vertex for it and ignores it.
            points = np.array(numbers.split() or [8, 8], dtype=float).reshape(-1, 2)
            vertices.append((points - 8) / (8, -8))
            kind = {"M": Path.MOVETO, "L": Path.LINETO, "C": Path.CURVE4, "Z": Path.CLOSEPOLY}[letter]
            kinds += [kind] * len(points)
        parts.append((role, Path(np.concatenate(vertices), kinds)))
    return tuple(parts)


def _marker_looks(stage: str, size: float) -> list[dict[str, Any]]:
    """Return the settings of a line's markers for each part of a stage's marker."""
    code = codebook.vocabulary("stage")[stage]
    ink = style.stage_ink(stage)
    faces = {"fill": code.colour, "paper": style.PAPER, "ink": ink, "line": "none"}
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
    axes: Axes, x: Any, y: Any, stage: str, *, size: float = 12, zorder: float = 5, **kwargs: Any
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
    zorder : float
        Its parts are drawn from here up to a third above.
    **kwargs
        As for `matplotlib.axes.Axes.plot`.
    """
    for number, look in enumerate(_marker_looks(stage, size)):
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
    look = {"frameon": False, "fontsize": 9, "handlelength": 1, "borderaxespad": 0, "borderpad": 0}
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


def stage_legend(body: SubFigure, stages: Sequence[str]) -> None:
    """Put the markers of stages with their names along the foot, in two rows where one is too short."""
    columns = len(stages) if len(stages) <= 7 else (len(stages) + 1) // 2
    key(body.legend, stage_entries(stages), loc="outside lower left", ncols=columns, columnspacing=1.6)
