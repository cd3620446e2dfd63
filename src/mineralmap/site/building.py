"""The notebooks and the tables as a static site, with every map as a file of its own.

The site asks no network. It is built beside its place and put there in one step, whole or not at
all; the same notebooks give the same bytes.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.validator import iter_validate

from ..errors import check_option
from ..folders import check_replaceable, working_folder, written_whole
from ..paths import notebooks_folder
from ..text import shorten
from .notebook_pages import Page, add_stories
from .rendering import NAVIGATION, Site
from .running import run_notebooks
from .table_site import add_tables

__all__ = ["export"]

MARK = '<meta name="generator" content="mineralmap export">'
_OURS = re.compile(
    r"[^./][^/]*\.html|changes\.atom|(?:maps|state|project|actor|partner)/[^/]+\.html"
    r"|pictures/[^/]+\.(?:svg|png|jpg)|assets/[^/]+\.(?:css|js|png)"
    r"|data/(?:[^/]+/)?[^/]+\.(?:csv|geojson|xlsx|sqlite|parquet)"
)
#: Pages that are no notebook's; one of such a name would be overwritten.
_TAKEN = {name.removesuffix(".html") for name, _ in NAVIGATION} | {
    *("events", "sources", "facilities", "deposits", "report"),
}


def export(
    out: str | Path,
    notebooks: str | Path | None = None,
    *,
    run: bool = True,
    only: str | None = None,
    on_progress: Callable[[str], object] | None = None,
) -> Path:
    """Write the notebooks and the tables as a static site that can be read offline.

    Parameters
    ----------
    out : str or Path
        Folder to write: ``index.html``, a page for each notebook, a page for each state, project, actor
        and partner country, the tables to sort and to download, ``maps/`` with every interactive map as a
        single file, ``pictures/`` with the still ones. A site written earlier is replaced.
    notebooks : str or Path, optional
        Folder of notebooks; the shipped ones if left out. They are run in a copy and stay as they are.
    run : bool, default True
        Run the notebooks; if not, their stored outputs are taken.
    only : {"stories", "tables"}, optional
        Only the pages of the notebooks, or only those made from the tables; both if left out.
    on_progress : callable, optional
        Called with a line of text for each notebook that was run.

    Returns
    -------
    Path
        The folder that was written.

    Raises
    ------
    ValueError
        A notebook stops with an error, has no output, has the name of another page, or shows something
        that asks the network; or ``only`` has another value.
    OSError
        ``out`` holds something else than a site written earlier, or there is no notebook to show.

    Notes
    -----
    Needs what ``pip install "mineralmap[lab]"`` brings. HTML in an output is taken as it is, but the
    pages run no scripts but the site's own; maps (frames with a ``srcdoc``) keep theirs, in their own
    files. Controls that need a kernel become a line of text, and progress bars (stderr) are left out.
    """
    out = Path(out).absolute()
    if only is not None:
        check_option("only", only, ("stories", "tables"))
    source = notebooks_folder() if notebooks is None else Path(notebooks)
    names = [] if only == "tables" else _names(source)
    check_replaceable(out, mark=("index.html", MARK), ours=_OURS, what="an exported site")
    with written_whole(out) as part:
        site = Site(MARK, tables=only != "stories")
        stories = _stories(site, source, names, run, on_progress) if names else []
        add_tables(site, stories)
        site.write(part)
    return out


def _names(source: Path) -> list[str]:
    """Return the names of the notebooks of a folder; none may be that of another page."""
    # Hidden files are no notebooks: some systems leave one beside each file.
    names = sorted(path.name for path in source.glob("*.ipynb") if not path.name.startswith("."))
    if not names:
        raise FileNotFoundError(f"{source} holds no notebook (*.ipynb)")
    for name in names:
        if name.removesuffix(".ipynb") in _TAKEN:
            raise ValueError(f"{source / name}: another page of the site has that name; rename the notebook")
    return names


def _stories(
    site: Site,
    source: Path,
    names: list[str],
    run: bool,
    on_progress: Callable[[str], object] | None,
) -> list[Page]:
    """Add the pages of the notebooks, from a copy of their folder."""
    with working_folder(Path(tempfile.gettempdir()), "mineralmap-") as scratch:
        folder = scratch / "notebooks"
        # Copied with fresh permissions: an installed package may be read-only.
        ignored = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(source, folder, ignore=ignored, copy_function=shutil.copyfile)
        folder.chmod(0o755)
        return add_stories(site, _read(folder, names, run, on_progress), folder)


def _read(
    folder: Path, names: list[str], run: bool, on_progress: Callable[[str], object] | None
) -> dict[str, NotebookNode]:
    """Return the notebooks by the name of their file, run if asked, each without an error."""
    notebooks = {name: _notebook(folder / name) for name in names}
    if run:
        run_notebooks(notebooks, folder, on_progress=on_progress)
    for name, notebook in notebooks.items():
        code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
        outputs = [output for cell in code for output in cell.outputs]
        for output in outputs:
            if output.output_type == "error":
                raise ValueError(f"{name} stops with an error: {output.ename}: {output.evalue}")
        if code and not outputs:
            raise ValueError(f"{name} has no stored output; export it without --no-run")
    return notebooks


def _notebook(path: Path) -> NotebookNode:
    """Return a notebook that is what the format says."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
        fault = next(iter_validate(notebook, relax_add_props=True), None)
    except Exception as error:  # of many kinds: the file may hold anything
        raise ValueError(
            f"{path.name} is no notebook: {type(error).__name__}: {shorten(str(error))}"
        ) from error
    if fault is not None:
        raise ValueError(f"{path.name} is no sound notebook: {shorten(fault.message)}")
    return notebook
