"""The still twin of `mineralmap.maps.explore`: any points on the ground of the other pictures."""

from __future__ import annotations

import textwrap

import numpy as np

from ._base import draw_sign, framed, stage_key
from ._places import draw_ground

#: Characters of a line of the key.
_KEY = 32
#: More points than this are small dots in one picture inside the picture, else the file grows with each.
_MANY = 3_000


def points_map(title, lines, lon, lat, codes, legend, perspective, window):
    """Draw points by class.

    Parameters
    ----------
    title, lines : str and list of str
        The finding, and what is said below it; the last line names the boundary view.
    lon, lat : float arrays (n)
        Degrees, EPSG:4326.
    codes : int array (n) or None
        The class of each point.
    legend : dict
        ``title``, ``steps`` (a colour and words for each class) and, where the classes are stages of
        the ladder, ``stages``.
    perspective : {"india", "natural_earth"}
        Whose view of the boundaries.
    window : tuple of float
        West, south, east, north in degrees.

    Returns
    -------
    Picture
        A `matplotlib.figure.Figure`.
    """
    # The points are the caller's: only the ground has a source that we can name.
    foot = f"{lines[-1]}. Ground: mineralmap and Natural Earth"
    figure, axes = framed(9.5, 8.6, title, "; ".join(lines[:-1]), foot)
    box = axes.get_position()
    many, marks = len(lon) > _MANY, []
    # Dots of many points have the colour of their stage only, so their key shows colours, too.
    stages = [] if many else legend.get("stages") or []
    foot = 0.055 if stages else 0
    if stages:
        stage_key(figure, stages, box.y0)
    rest = legend["steps"][len(stages) :] if legend["title"] else []
    key = 0
    if rest:
        # The key stands beside the map and takes the room that its longest line needs.
        heading = textwrap.fill(legend["title"], _KEY)
        words = [textwrap.fill(step[1], _KEY) for step in rest]
        longest = max(len(line) for text in (heading, *words) for line in text.splitlines() or [""])
        key = 0.06 + 0.0086 * longest
    axes.set_position([box.x0, box.y0 + foot, box.width - key, box.height - foot])
    draw_ground(axes, perspective, window)
    codes = np.zeros(len(lon), dtype=np.uint8) if codes is None else codes
    for number, (colour, _) in enumerate(legend["steps"]):
        here = codes == number
        if number < len(stages) and not many:
            for x, y in zip(lon[here], lat[here], strict=True):
                # A higher rung covers a lower one at the same place, with all its parts.
                draw_sign(axes, x, y, stages[number], 8, zorder=4 + 0.3 * number)
        elif here.any():
            look = {"s": 2, "linewidths": 0} if many else {"s": 26, "linewidths": 0.7, "edgecolors": "white"}
            dots = axes.scatter(lon[here], lat[here], c=colour, rasterized=many, zorder=4, **look)
            if rest:
                marks.append((dots, words[number - len(stages)]))
    if marks:
        place = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0), "borderaxespad": 0}
        key = axes.legend(
            [dots for dots, _ in marks],
            ["." for _ in marks],
            title=heading,
            fontsize=9,
            markerscale=4 if many else 1.2,
            frameon=False,
            alignment="left",
            handletextpad=0.3,
            **place,
        )
        # Set afterwards: matplotlib hides a label that begins with "_".
        for text, (_, label) in zip(key.get_texts(), marks, strict=True):
            text.set_text(label)
    return figure
