"""Open JupyterLab on a fresh copy of the notebooks."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from ._paths import notebooks_folder

__all__ = ["copy_notebooks", "open_lab"]

DEFAULT = "mineralmap-notebooks"


def copy_notebooks(folder=None):
    """Copy the notebooks of the installed package into a new folder.

    Parameters
    ----------
    folder : str or Path, optional
        Folder to make; it may exist if it is empty. If left out, ``mineralmap-notebooks`` in the
        current folder, or the first free name after it (``mineralmap-notebooks-2`` ...).

    Returns
    -------
    Path
        The folder. No file that existed was changed.

    Raises
    ------
    FileExistsError
        ``folder`` is a file, or holds something.

    Notes
    -----
    The copies are marked as trusted for the reader's own JupyterLab, so that the stored maps are
    drawn before anything is run; they come from the package that the reader installed.
    """
    source = notebooks_folder()
    target = Path(folder) if folder is not None else _free(Path(DEFAULT))
    target = target.absolute()
    if target.is_dir():
        if held := sorted(path.name for path in target.iterdir()):
            raise FileExistsError(
                f"{target} already holds {held[0]!r}, and no file is overwritten. Name another folder, "
                f"or open this one as it is: jupyter lab {target}"
            )
    elif os.path.lexists(target):
        raise FileExistsError(f"{target} is a file; name another folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        # Fresh permissions: an installed package may be read-only.
        shutil.copytree(
            source,
            part,
            ignore=shutil.ignore_patterns(".*", "__pycache__"),
            copy_function=shutil.copyfile,
            dirs_exist_ok=True,
        )
        part.chmod(0o755)
        if target.is_dir():
            target.rmdir()
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    _trust(target)
    return target


def _free(path):
    if not os.path.lexists(path):
        return path
    return next(other for n in count(2) if not os.path.lexists(other := path.with_name(f"{path.name}-{n}")))


def _trust(folder):
    import nbformat
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    try:
        for path in sorted(folder.glob("*.ipynb")):
            notary.sign(nbformat.read(path, as_version=4))
    finally:
        notary.store.close()


def open_lab(folder=None, extra=()):
    """Copy the notebooks and run JupyterLab on the copy until it is stopped.

    Parameters
    ----------
    folder : str or Path, optional
        As in `copy_notebooks`.
    extra : sequence of str
        Arguments for JupyterLab, such as ``--no-browser`` or ``--port=8890``.

    Raises
    ------
    ImportError
        JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        raise ImportError(
            'JupyterLab is not installed. Install it with: python -m pip install "mineralmap[lab]"'
        )
    target = copy_notebooks(folder)
    print(f"The notebooks were copied to {target}", flush=True)
    # JupyterLab asks on its first start whether it may fetch news: no, unless the reader has said yes.
    settings = str(Path(__file__).with_name("jupyter"))
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        filter(None, [os.environ.get("JUPYTER_CONFIG_PATH"), settings])
    )
    # No request for news or for a catalogue of extensions: the notebooks need no network.
    arguments = [str(target), "--LabApp.news_url=None", "--LabApp.extension_manager=readonly"]
    # Jupyter refuses to run as root (as in a container) unless told that it is meant.
    if hasattr(os, "getuid") and os.getuid() == 0:
        arguments.append("--allow-root")
    from jupyterlab.labapp import main

    # The kernel and the server look at the command line, too; it must be theirs and not ours.
    sys.argv = ["jupyter-lab", *arguments, *extra]
    return main()
