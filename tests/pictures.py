"""What every picture must keep: no text cut at the edge, none too small to read, none over another."""

from itertools import combinations

import matplotlib


def texts(picture):
    """Return the texts of a picture that are seen; ticks beyond the ends of an axis are not."""
    beyond = set()
    for axes in picture.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            beyond |= {tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high}
    found = picture.findobj(matplotlib.text.Text)
    return [text for text in found if text.get_visible() and text.get_text().strip() and text not in beyond]


def words(picture):
    """Return what the texts of a picture say."""
    return [text.get_text() for text in texts(picture)]


def check_text(picture):
    """Fail on a text that leaves the picture, is smaller than 9 points or covers another one."""
    picture.draw_without_rendering()
    width, height = picture.bbox.size
    boxes = []
    for text in texts(picture):
        box = text.get_window_extent()
        assert -1 <= box.x0 <= box.x1 <= width + 1, text.get_text()
        assert -1 <= box.y0 <= box.y1 <= height + 1, text.get_text()
        assert text.get_fontsize() >= 9, text.get_text()
        boxes.append((text.get_text(), box))
    for (one, first), (other, second) in combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        # Boxes have room for strokes below and above the letters; a pixel or two of that may be shared.
        assert across <= 3 or down <= 3, f"{one!r} covers {other!r}"
