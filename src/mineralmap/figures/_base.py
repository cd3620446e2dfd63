"""What every picture is made of: the frame with finding and source, the signs of the stages."""

from __future__ import annotations

import io
import re

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from .. import ladder, style

SOURCE = "Source: mineralmap tables, CC BY 4.0"
_FONT = ["DejaVu Sans"]


class Picture(Figure):
    """A figure that shows itself in a notebook as SVG, the same bytes for the same picture.

    Attributes
    ----------
    alt : str
        What the picture shows, for those who do not see it.
    """

    alt = ""

    def draw(self, renderer):
        """Draw the picture; a ``$`` in a text is a dollar, never the start of a formula."""
        for text in self.findobj(Text):
            text.set_parse_math(False)
        super().draw(renderer)

    def to_svg(self):
        """Return the picture as SVG text."""
        page = io.StringIO()
        with matplotlib.rc_context({"svg.hashsalt": "mineralmap", "svg.fonttype": "path"}):
            self.savefig(page, format="svg", metadata={"Date": None, "Title": self.alt})
        # Comments and line breaks are a tenth of the text, and show nothing.
        return re.sub(r"\s*\n\s*", " ", re.sub(r"<!--.*?-->", "", page.getvalue(), flags=re.DOTALL))

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/svg+xml": self.to_svg(), "text/plain": repr(self)}

    def __repr__(self):
        return f"Picture: {self.alt}"


def _sign(stage):
    """Return matplotlib marker settings for a stage, the still twin of the map's sign."""
    star = Path.unit_regular_star(5, innerCircle=0.5)
    flag = Path([(-0.6, -1), (-0.6, 1), (0.9, 1), (0.45, 0.5), (0.9, 0), (-0.6, 0)])
    marker = {"construction": "s", "operating": star, "in_force": flag}.get(stage, "o")
    grey = stage in ladder.EXITS
    look = {
        "marker": marker,
        "markerfacecolor": style.STAGE_COLOURS[stage],
        "markeredgecolor": style.GREY if grey else style.INK,
        "markeredgewidth": 1.0,
    }
    if stage == "agreement":
        look.update(markerfacecolor="white")
    if stage == "mou":
        look.update(fillstyle="left", markerfacecolor=style.INK, markerfacecoloralt="white")
    return look


#: What is drawn over the round sign, and its size as a share of it.
_OVER = {
    "announced": ("o", 0.3),
    "agreement": (Path.wedge(90, 360), 1.0),
    "suspended": ("x", 0.6),
    "cancelled": (Path([(-1, -1), (1, 1)]), 0.65),
}


def draw_sign(axes, x, y, stage, size, zorder=5, **kwargs):
    look = _sign(stage)
    size = size * (1.35 if stage == "operating" else 1)
    axes.plot([x], [y], linestyle="none", markersize=size, zorder=zorder, **look, **kwargs)
    over, share = _OVER.get(stage, (None, 0))
    if over is not None:
        axes.plot(
            [x],
            [y],
            linestyle="none",
            marker=over,
            markersize=size * share,
            color=style.GREY if stage in ladder.EXITS else style.INK,
            markeredgewidth=1.0 if stage in ladder.EXITS else 0,
            zorder=zorder + 0.1,
            **kwargs,
        )


def wrapped(text, width, size, weight="normal"):
    """Break a text into lines that are no wider than ``width`` inches, by the measure of its font."""
    font = FontProperties(family=_FONT, size=size, weight=weight)

    def fits(words):
        # The measure is in points; a small part is kept for the rounding of glyphs.
        line = " ".join(words)
        return text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] <= 70.5 * width

    words, lines, likely = text.split(), [], 1
    while words:
        # To measure is slow: begin with as many words as the line before held.
        count = min(likely, len(words))
        while count < len(words) and fits(words[: count + 1]):
            count += 1
        while count > 1 and not fits(words[:count]):
            count -= 1
        lines.append(" ".join(words[:count]))
        words, likely = words[count:], count
    return "\n".join(lines)


def framed(width, height, title, subtitle, source):
    """Return a figure and its axes, with the finding above and the source below."""
    figure = Picture(figsize=(width, height), facecolor="white")
    figure.alt = f"{title}. {subtitle}"
    heading = wrapped(title, 0.96 * width, 13, "bold")
    lines = wrapped(subtitle, 0.96 * width, 10)
    top = 1 - 0.12 / height
    figure.text(0.02, top, heading, va="top", fontsize=13, fontweight="bold", family=_FONT)
    below = top - (0.235 * (heading.count("\n") + 1)) / height
    figure.text(0.02, below, lines, va="top", fontsize=10, color="#444444", linespacing=1.25, family=_FONT)
    foot = wrapped(source, 0.96 * width, 9)
    figure.text(0.02, 0.06 / height, foot, va="bottom", fontsize=9, color="#666666", family=_FONT)
    head = below - (0.21 * (lines.count("\n") + 1) + 0.1) / height
    foot_height = (0.16 * (foot.count("\n") + 1) + 0.1) / height
    axes = figure.add_axes((0.02, foot_height, 0.96, head - foot_height))
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, labelsize=9.5)
    return figure, axes


def stage_key(figure, stages, bottom):
    """Put the signs with their words along the foot of a figure, in two rows where one is too short."""
    width = 0.96 * figure.get_size_inches()[0]
    axes = figure.add_axes((0.02, bottom, 0.96, 0.4 / figure.get_size_inches()[1]))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(-1, 1)
    # Inches: the sign, its word at 9 points, and a gap.
    needs = [0.38 + 0.078 * len(style.STAGE_WORDS[stage][0]) for stage in stages]
    rows = [list(zip(stages, needs, strict=True))]
    if sum(needs) > width:
        half = (len(stages) + 1) // 2
        rows = [rows[0][:half], rows[0][half:]]
    for number, row in enumerate(rows):
        x, y = 0.08, 0 if len(rows) == 1 else 0.55 - 1.1 * number
        for stage, need in row:
            draw_sign(axes, x, y, stage, 8)
            axes.text(x + 0.13, y, style.STAGE_WORDS[stage][0], va="center", fontsize=9)
            x += need
