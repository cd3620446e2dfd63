"""What every picture must keep: the same bytes, no text cut at the edge, none too small to read."""

import matplotlib


def check_text(picture):
    """Fail on a text that leaves the picture or is smaller than 9 points."""
    picture.canvas.draw()
    renderer = picture._get_renderer()
    width, height = picture.bbox.size
    for text in picture.findobj(matplotlib.text.Text):
        if not text.get_visible() or not text.get_text().strip():
            continue
        box = text.get_window_extent(renderer)
        assert -1 <= box.x0 <= box.x1 <= width + 1, text.get_text()
        assert -1 <= box.y0 <= box.y1 <= height + 1, text.get_text()
        assert text.get_fontsize() >= 9, text.get_text()
