"""Run notebooks in this process's Python, several at a time."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from nbclient import NotebookClient
from nbclient.util import ensure_async
from nbformat import NotebookNode

__all__ = ["run_notebooks"]

# The kernel colours its tracebacks for a terminal.
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def run_notebooks(
    notebooks: Mapping[str, NotebookNode],
    folder: str | Path,
    *,
    on_progress: Callable[[str], object] | None = None,
) -> None:
    """Run notebooks, as many at a time as there are cores, at most four.

    Parameters
    ----------
    notebooks : mapping
        Name of the file -> notebook (nbformat 4); each gets its new outputs in place.
    folder : str or Path
        Working folder of the kernels.
    on_progress : callable, optional
        Called with a line of text for each notebook that was run.

    Raises
    ------
    ValueError
        A notebook stops with an error: its name, and what the cell and its traceback say. The others
        are stopped.
    """
    stop: list[Callable[[], object]] = []

    async def work() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        stop.append(lambda: loop.call_soon_threadsafe(task.cancel))
        slots = asyncio.Semaphore(min(os.cpu_count() or 1, 4))
        clients: list[NotebookClient] = []
        try:
            async with asyncio.TaskGroup() as group:
                for name, notebook in notebooks.items():
                    group.create_task(_run(name, notebook, Path(folder), slots, clients, on_progress))
        finally:
            # Where one notebook fails, another can be stopped in the midst of its own ending.
            for client in clients:
                await _end(client)

    # A thread has a loop of its own even when a notebook calls this, and leaves Ctrl-C to the caller.
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(lambda: asyncio.run(work()))
        try:
            job.result()
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        except KeyboardInterrupt:
            # It may have ended by itself in between.
            with suppress(RuntimeError):
                for end in stop:
                    end()
            raise


async def _run(
    name: str,
    notebook: NotebookNode,
    folder: Path,
    slots: asyncio.Semaphore,
    clients: list[NotebookClient],
    on_progress: Callable[[str], object] | None,
) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        # The kernel warns of its own open port, which is on this machine only.
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    client.create_kernel_manager()
    clients.append(client)
    async with slots:
        try:
            # Without it the debugger of the kernel writes a note into the outputs of some systems.
            environment = {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
            # The kernel is ended here: nbclient forgets one whose ending is cut short.
            await client.async_execute(env=environment, cleanup_kc=False)
        except Exception as error:
            text = _COLOURS.sub("", str(error))
            raise ValueError(f"{name} was not run to its end; nothing was written.\n{text}") from error
        finally:
            await _end(client)
    if on_progress:
        on_progress(f"{name}: run")


async def _end(client: NotebookClient) -> None:
    if client.kc is not None:
        client.kc.stop_channels()
    if client.km is not None and client.km.has_kernel:
        await ensure_async(client.km.shutdown_kernel(now=True))
