"""The notebooks as a static site: an index, a page for each, and every map as a file of its own.

The site asks no network. It is built beside its place and put there in one step, whole or not at
all; the same notebooks give the same bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from .._paths import notebooks_folder

__all__ = ["export"]

_MARK = '<meta name="generator" content="mineralmap export">'
# The kernel colours its tracebacks for a terminal.
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_OURS = re.compile(r"maps|pictures|[^.].*\.html")


def export(out, notebooks=None, run=True, tell=None):
    """Write the notebooks as a static site that can be read offline.

    Parameters
    ----------
    out : str or Path
        Folder to write: ``index.html``, a page for each notebook, ``maps/`` with every interactive
        map as a single file, ``pictures/`` for the index. A site written earlier is replaced.
    notebooks : str or Path, optional
        Folder of notebooks; the shipped ones if left out. They are run in a copy and stay as they are.
    run : bool, default True
        Run the notebooks; if not, their stored outputs are taken.
    tell : callable, optional
        Called with a line of text for each notebook that was run.

    Returns
    -------
    Path
        The folder that was written.

    Raises
    ------
    ValueError
        A notebook stops with an error, has no output, or shows something that asks the network.
    ImportError
        The extra ``lab`` is not installed.
    OSError
        ``out`` holds something else than a site written earlier, or there is no notebook to show.

    Notes
    -----
    Needs what ``pip install "mineralmap[lab]"`` brings. HTML in an output is taken as it is, but the
    pages forbid scripts; maps (frames with a ``srcdoc``) keep theirs, in their own files. Controls
    that need a kernel become a line of text, and progress bars (stderr) are left out.
    """
    if missing := [name for name in ("nbclient", "mistune") if find_spec(name) is None]:
        raise ImportError(
            f"{missing[0]} is not installed. Install what it needs with: "
            'python -m pip install "mineralmap[lab]"'
        )
    out = Path(out).absolute()
    source = notebooks_folder() if notebooks is None else Path(notebooks)
    names = sorted(path.name for path in source.glob("*.ipynb"))
    if not names:
        raise FileNotFoundError(f"{source} holds no notebook (*.ipynb)")
    if "index.ipynb" in names:
        raise ValueError(
            f"{source / 'index.ipynb'}: the index of the site has that name; rename the notebook"
        )
    _check_replaceable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mineralmap-") as scratch:
        folder = Path(scratch) / "notebooks"
        # Copied with fresh permissions: an installed package may be read-only.
        shutil.copytree(
            source,
            folder,
            ignore=shutil.ignore_patterns(".*", "__pycache__"),
            copy_function=shutil.copyfile,
        )
        pages = _read(folder, names, run, tell or (lambda line: None))
        part = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            _write(part, pages)
            _put(part, out)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return out


def _check_replaceable(out):
    """Refuse to replace anything but a site that this module wrote."""
    if not os.path.lexists(out):
        return
    if not out.is_dir() or out.is_symlink():
        raise FileExistsError(f"{out} exists and is no folder; name another place for the site")
    held = sorted(path.name for path in out.iterdir())
    index = out / "index.html"
    ours = index.is_file() and _MARK in index.read_text(encoding="utf-8", errors="replace")[:1000]
    strange = held if not ours else [name for name in held if not _OURS.fullmatch(name)]
    if strange:
        raise FileExistsError(
            f"{out} holds {strange[0]!r}, which is not part of an exported site; "
            "nothing was written: name another folder, or empty this one"
        )


def _read(folder, names, run, tell):
    """Return the notebooks as ``{stem: notebook}``, run if asked."""
    import nbformat

    found = {name: nbformat.read(folder / name, as_version=4) for name in names}
    if run:
        _run(found, folder, tell)
    for name, notebook in found.items():
        _check_outputs(name, notebook)
    return {Path(name).stem: notebook for name, notebook in found.items()}


def _run(notebooks, folder, tell):
    """Run ``{name: notebook}`` in ``folder``, as many at a time as there are cores, at most four."""
    stop = []

    async def work():
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        stop.append(lambda: loop.call_soon_threadsafe(task.cancel))
        await _run_all(notebooks, folder, tell)

    # A thread has a loop of its own even when a notebook calls this, and leaves Ctrl-C to the caller.
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(lambda: asyncio.run(work()))
        try:
            job.result()
        except KeyboardInterrupt:
            for end in stop:
                end()
            raise


async def _run_all(notebooks, folder, tell):
    places, faults = asyncio.Semaphore(min(os.cpu_count() or 1, 4)), []

    async def one(name, notebook):
        async with places:
            # After a fault no other notebook is begun; those that run end by themselves.
            if faults:
                return
            try:
                await _run_one(notebook, folder)
            except Exception as error:
                faults.append((name, error))
            else:
                tell(f"{name}: run")

    await asyncio.gather(*(one(name, notebook) for name, notebook in notebooks.items()))
    if faults:
        name, error = faults[0]
        told = _COLOURS.sub("", str(error))
        raise ValueError(f"{name} was not run to its end; nothing was written.\n{told}") from error


async def _run_one(notebook, folder):
    from nbclient import NotebookClient

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        # The kernel warns of its own open port, which is on this machine only.
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    # Without it the debugger of the kernel writes a note into the outputs of some systems.
    await client.async_execute(env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"})


def _check_outputs(name, notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    outputs = [output for cell in code for output in cell.outputs]
    for output in outputs:
        if output.output_type == "error":
            raise ValueError(f"{name} stops with an error: {output.ename}: {output.evalue}")
    if code and not outputs:
        raise ValueError(f"{name} has no stored output; export it without --no-run")


def _write(part, notebooks):
    """Write the site into an empty folder."""
    from .. import citation
    from ._render import Page, template

    pages = [Page(stem, notebook, set(notebooks)) for stem, notebook in notebooks.items()]
    files = {}
    common = {"mark": _MARK, "site": citation.TITLE, "cite": str(citation.cite()), "pages": pages}
    for number, page in enumerate(pages):
        before = pages[number - 1] if number else None
        after = pages[number + 1] if number + 1 < len(pages) else None
        files[f"{page.stem}.html"] = template("page.html").render(
            common, page=page, before=before, after=after
        )
        files |= {f"maps/{name}": text for name, text in page.maps.items()}
        if page.picture:
            files[f"pictures/{page.picture_name}"] = page.picture
    files["index.html"] = template("index.html").render(common)
    for name, text in files.items():
        path = part / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    # mkdtemp closes its folder to others; a site is there to be read.
    part.chmod(0o755)


def _put(part, out):
    """Put the finished folder in its place; what stood there comes back if that fails."""
    if not out.exists():
        part.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    try:
        kept = out.rename(old / out.name)
        try:
            part.rename(out)
        except OSError:
            kept.rename(out)
            raise
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(old)
