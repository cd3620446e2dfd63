"""Read back what a saved map carries: the calls of our scripts and their data."""

from __future__ import annotations

import json
import re

import numpy as np
import shapely


def calls(html, name):
    """Return the data of every ``mineralmap.<name>(map, data)`` in a page."""
    found = re.findall(rf"mineralmap\.{re.escape(name)}\(\w+, (.*)\);$", html, re.MULTILINE)
    return [json.loads(text) for text in found]


def layers(html, kind):
    """Return name, legend and data of every ``mineralmap.layer(map, about, data)`` of one kind."""
    read = json.JSONDecoder().raw_decode
    found = []
    for call in re.finditer(r"= mineralmap\.layer\(\w+, ", html):
        about, end = read(html, call.end())
        data, _ = read(html, end + len(", "))
        if about["kind"] == kind:
            found.append((about["name"], about["legend"], data))
    return found


def layer(html, kind):
    """Return the data of the one layer of a kind."""
    ((_, _, data),) = layers(html, kind)
    return data


def _alphabet(html):
    text = re.search(r"mineralmapSettings = (\{.*\});$", html, re.MULTILINE).group(1)
    return {char: value for value, char in enumerate(json.loads(text)["alphabet"])}


def _rows(columns, values):
    """Return packed columns as rows."""
    cells = {}
    for name, column in columns.items():
        if isinstance(column, dict):
            width, codes = column["w"], [values[char] for char in column["c"]]
            numbers = np.reshape(codes, (-1, width)) @ 64 ** np.arange(width)[::-1]
            column = [column["v"][number] for number in numbers]
        cells[name] = column
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]


def payload(page_map):
    """Return what a map of initiatives carries, its tables as lists of rows."""
    html = page_map.to_html()
    (data,) = calls(html, "load")
    values = _alphabet(html)
    tables = ("initiatives", "versions", "events", "pages")
    read = {**data, **{name: _rows(data[name], values) for name in tables}}
    before = ""
    for page in read["pages"]:
        # The first character says how much an address shares with the one before.
        page["url"] = before = before[: values[page["url"][0]]] + page["url"][1:]
    terms = data["terms"]
    spellings = [
        [terms[one] if isinstance(one, int) else one for one in group] for group in data["spellings"]
    ]
    return {**read, "spellings": spellings}


def _line(text, values, steps):
    numbers, value, shift = [], 0, 0
    for char in text:
        value |= (values[char] & 31) << shift
        shift += 5
        if values[char] < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return np.cumsum(np.reshape(numbers, (-1, 2)), axis=0)[:, ::-1] / steps


def lines(page_map, texts, steps):
    """Return packed lines as arrays of longitude and latitude."""
    values = _alphabet(page_map.to_html())
    return [_line(text, values, steps) for text in texts]


def areas(page_map, data, shapes):
    """Return packed areas as polygons."""
    arcs = lines(page_map, data["arcs"], data["steps"])

    def ring(numbers):
        pieces = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])

    return np.array(
        [
            shapely.MultiPolygon(
                [shapely.Polygon(ring(rings[0]), [ring(one) for one in rings[1:]]) for rings in polygons]
            )
            for polygons in shapes
        ]
    )
