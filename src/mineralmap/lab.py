"""Open JupyterLab on a fresh copy of the notebooks."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

from .errors import not_installed
from .paths import notebooks_folder

try:
    import nbformat
    from jupyterlab.labapp import main  # type: ignore[import-untyped]
    from nbformat.sign import NotebookNotary
except ModuleNotFoundError as error:
    raise not_installed(error, "lab") from error

__all__ = ["copy_notebooks", "open_lab"]

DEFAULT = "mineralmap-notebooks"
#: Settings of JupyterLab: no request to the network, no question for news, root is allowed (containers).
SETTINGS = Path(__file__).with_name("jupyter")


def copy_notebooks(folder: str | Path | None = None) -> Path:
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
    if folder is None:
        names = (DEFAULT if number == 1 else f"{DEFAULT}-{number}" for number in count(1))
        folder = next(name for name in names if not os.path.lexists(name))
    target = Path(folder).absolute()
    if target.is_dir():
        if held := sorted(path.name for path in target.iterdir()):
            raise FileExistsError(
                f"{target} already holds {held[0]!r}, and no file is overwritten. Name another folder, "
                f"or open this one as it is: jupyter lab {target}"
            )
    elif os.path.lexists(target):
        raise FileExistsError(f"{target} is a file; name another folder")
    # Fresh permissions: an installed package may be read-only.
    ignored = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(
        notebooks_folder(), target, ignore=ignored, copy_function=shutil.copyfile, dirs_exist_ok=True
    )
    target.chmod(0o755)
    notary = NotebookNotary()
    with closing(notary.store):
        for path in sorted(target.glob("*.ipynb")):
            notary.sign(nbformat.read(path, as_version=4))
    return target


def open_lab(folder: str | Path | None = None, *, arguments: Sequence[str] = ()) -> int | None:
    """Copy the notebooks and run JupyterLab on the copy until it is stopped.

    Parameters
    ----------
    folder : str or Path, optional
        As in `copy_notebooks`.
    arguments : sequence of str
        Arguments for JupyterLab, such as ``--no-browser`` or ``--port=8890``.
    """
    target = copy_notebooks(folder)
    print(f"The notebooks were copied to {target}", flush=True)
    own = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ["JUPYTER_CONFIG_PATH"] = f"{own}{os.pathsep}{SETTINGS}" if own else str(SETTINGS)
    # The kernel and the server look at the command line, too; it must be theirs and not ours.
    sys.argv = ["jupyter-lab", str(target), *arguments]
    status: int | None = main()
    return status
