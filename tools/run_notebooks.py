"""Run notebooks top to bottom and store their outputs, the same bytes for the same results.

    python tools/run_notebooks.py [NOTEBOOK ...]      all of notebooks/ if none is named

A notebook is written only when every cell of it ran; warnings and errors on stderr stop it.
"""

import argparse
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
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
    return notebook


def run(path):
    """Run one notebook in its own folder and write it back, whole or not at all."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(
        notebook,
        timeout=300,
        coalesce_streams=True,
        kernel_name="python3",
        resources={"metadata": {"path": path.parent}},
    ).execute()
    noise = [
        output.text
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    ]
    if noise:
        raise RuntimeError(f"{path.name} writes to stderr:\n" + "".join(noise))
    part = path.with_suffix(".part")
    try:
        nbformat.write(tidy(notebook), part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def main():
    """Run the notebooks named on the command line."""
    parser = argparse.ArgumentParser(description="Run notebooks and store their outputs.")
    parser.add_argument("notebooks", nargs="*", type=Path)
    named = parser.parse_args().notebooks
    # The kernel's own notes on ports and debuggers are no result.
    os.environ.update(PYDEVD_DISABLE_FILE_VALIDATION="1", JUPYTER_PLATFORM_DIRS="1")
    for path in named or sorted((ROOT / "notebooks").glob("*.ipynb")):
        run(path.resolve())
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
