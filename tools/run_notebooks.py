"""Run notebooks top to bottom and store their outputs, the same bytes for the same results.

    python tools/run_notebooks.py [NOTEBOOK ...]      all of notebooks/ if none is named

A notebook is written only when every cell of it ran; warnings and errors on stderr stop it.
"""

import sys
from pathlib import Path

import nbformat

from mineralmap.site import run_notebooks

ROOT = Path(__file__).resolve().parents[1]
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def tidy(notebook):
    """Drop what changes from run to run: times, versions; number the cells."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:02d}"
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})


def stderr_of(notebook):
    """Return what the cells wrote to stderr."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.get("name") == "stderr")


def main(paths):
    """Run the notebooks; write each that ran without a word on stderr."""
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        run_notebooks({path.name: notebook}, path.parent)
        if noise := stderr_of(notebook):
            raise SystemExit(f"{path.name} writes to stderr:\n{noise}")
        tidy(notebook)
        # Whole or not at all.
        part = path.with_suffix(".part")
        try:
            nbformat.write(notebook, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB", flush=True)


if __name__ == "__main__":
    main([Path(name).resolve() for name in sys.argv[1:]] or sorted((ROOT / "notebooks").glob("*.ipynb")))
