"""Everything that is made of the tables, by name: what `validate` passes must not stop one of them."""

from __future__ import annotations

import ast
import json
import re
import sys
from functools import partial
from pathlib import Path

import pandas as pd

import mineralmap as mm
from mineralmap import figures, maps, site

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: What these have read stays: only the tables change, not layers and codebook.
_KEPT = {"mineralmap.boundaries", "mineralmap.codebook", "mineralmap.paths", "mineralmap.maps.basemap"}
#: What is said instead of a picture or a story where there is no row for it; it is not a slip of the code.
NOTHING = re.compile(
    r"there is nothing to (draw|tell)|there is no row of |: nothing to draw|give as_of|lies before since"
)
#: What a cell that is unknown must not become.
_UNKNOWN = re.compile(r"(?<=[ >\"])((nan|NaT|<NA>|&lt;NA&gt;)(?=[ <\",.;:%])|None(?=[<\",.;:%]))")
DAY = "2023-07-30"


def use(folder, monkeypatch):
    """Let the package read the tables of ``folder``/tables; layers and codebook stay the shipped ones."""
    for module in (mm.data, mm.validation, mm.validation.rules, sys.modules["mineralmap.site.downloads"]):
        monkeypatch.setattr(module, "data_folder", lambda: folder)
    forget()


def forget():
    """Let the package forget the tables that it has read."""
    for name in [name for name in sys.modules if name.startswith("mineralmap")]:
        for value in list(vars(sys.modules[name]).values()):
            if hasattr(value, "cache_clear") and getattr(value, "__module__", "") not in _KEPT:
                value.cache_clear()


def shown(value, *, rendered=True):
    """Show a product in the forms that it has, and make sure that no missing cell is told as a word."""
    if isinstance(value, pd.DataFrame):
        words = ""
    elif isinstance(value, figures.Picture):
        if rendered:
            value.to_svg()
            value.narrow()
        words = value.alt
    elif hasattr(value, "to_html") and hasattr(value, "_repr_html_"):
        words = value.to_html()
        if hasattr(value, "to_figure"):
            # Of a map what is data and has blanks, not its scripts and outlines.
            words = "\n".join(re.findall(r'"[^"\\<]* [^"\\<]*"', words))
    elif hasattr(value, "_repr_html_"):
        words = value._repr_html_()
    else:
        words = repr(value) if hasattr(value, "_repr_markdown_") else ""
    found = _UNKNOWN.search(re.sub(r"<style.*?</style>|<script.*?</script>", "", words, flags=re.S))
    if found:
        around = words[max(found.start() - 80, 0) : found.end() + 40]
        raise AssertionError(f"an unknown cell is told as {found[0]}: {around}")


def _maps():
    states = mm.codebook.codes("state")
    yield "map india", maps.india
    yield "map india then", lambda: maps.india(as_of=DAY, since="2020-01-01", view="partners")
    yield "map india initiatives", lambda: maps.india(shade="initiatives", perspective="natural_earth")
    yield "map states", lambda: maps.india(states=states[:3])
    yield "map coast", maps.coast
    yield "map partners", maps.partners
    for code in ("IN-AP", "IN-LD", "IN-KL"):
        yield f"map state {code}", partial(maps.state, code)


def _pictures():
    def built():
        return mm.load_events(), mm.load_initiatives(scope="rare_earth")

    def rare():
        return mm.load_events(scope="rare_earth")

    yield "figure india_map", figures.india_map
    yield "figure india_map states", lambda: figures.india_map(states="IN-AP")
    yield "figure of a map", lambda: maps.india().to_figure()
    yield "figure monazite", figures.monazite
    yield "figure partners_map", figures.partners_map
    yield "figure timeline", lambda: figures.timeline(*built(), title="All", background=True)
    yield "figure stages_over_time", lambda: figures.stages_over_time(*built())
    yield "figure stage_timeline", lambda: figures.stage_timeline(*built())
    yield "figure follow_through", lambda: figures.follow_through(mm.follow_through.follow_through(*built()))
    yield "figure follow_curves", lambda: figures.follow_curves(mm.follow_through.follow_through(*built()))
    yield "figure lead_shares", lambda: figures.lead_shares(mm.ties.lead_shares(rare(), built()[1]))
    yield "figure partner_matrix", lambda: figures.partner_matrix(mm.ties.partner_ties(rare()))
    for name in ("what_runs", "how_far", "supply_chain", "bottleneck", "world_output", "japan_dependence"):
        yield f"figure {name}", getattr(figures, name)


def _lists(out):
    yield "claims", lambda: mm.claims.as_table(mm.claims.check_all())
    yield "claims then", lambda: mm.claims.as_table(mm.claims.check_all(as_of=DAY))
    yield (
        "answer",
        lambda: mm.answer("So it is.", events=mm.load_events()["event_id"], confidence="high"),
    )
    yield "changes", lambda: mm.changes("2020-06-30")
    yield "histories", lambda: [shown(one) for one in mm.history.histories().values()]
    yield "outlook", mm.outlook
    yield "search", lambda: [mm.search(word) for word in ("plant", "2023", "Andhra", "é")]
    yield "ties", lambda: mm.ties.concentration(mm.load_events(scope="rare_earth"))
    yield (
        "trends",
        lambda: mm.ties.lead_trends(mm.load_events(scope="rare_earth"), mm.load_initiatives()),
    )
    yield "compare", lambda: mm.follow_through.compare(mm.load_events(), mm.load_initiatives())
    yield "sources", lambda: mm.load_sources(state="IN-AP")
    yield "events", lambda: mm.tables.events(mm.load_events())
    yield "initiatives", lambda: mm.tables.initiatives(mm.load_initiatives())
    for name in mm.codebook.tables():
        yield f"frame {name}", lambda name=name: mm.tables.frame(mm.data.shipped(name))
        yield f"flat {name}", lambda name=name: mm.restore(mm.flatten(mm.data.shipped(name)), name)
    yield "export data", lambda: mm.exports.export_data(out / "data")
    yield "export site", lambda: site.export(out / "site", only="tables")


def _cells(path):
    """Return the code cells of a notebook: what comes before the last expression, it, and its words."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            last = tree.body.pop().value if isinstance(tree.body[-1], ast.Expr) else None
            code = compile(tree, path.name, "exec")
            yield code, last and compile(ast.Expression(last), path.name, "eval"), last and ast.unparse(last)


def _notebook(path):
    """Yield what the cells of a notebook show, but for its check of its own prose."""
    names = {}
    for before, last, words in _cells(path):
        # The maps and pictures are made above already.
        if words and re.search(r"check\(\)|mm\.cite|mm\.maps|mm\.figures", words):
            continue

        def show(before=before, last=last):
            exec(before, names)
            return eval(last, names) if last else None

        yield f"{path.stem} {words}", show
        if path.stem[:2] != "07" and "story" not in names and words:
            return  # the tables have nothing to tell of, and it has said so


def products(out):
    """Yield name -> a function that makes one product; ``out`` is a folder to write to."""
    yield from _maps()
    yield from _pictures()
    yield from _lists(out)
    for path in NOTEBOOKS:
        yield from _notebook(path)
