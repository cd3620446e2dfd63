"""Work spread over threads, in order: numpy, GEOS and Arrow let the others run while they work."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def count_workers(workers: int | None) -> int:
    """Return the number of threads: as asked for, or one for each core that this process may use."""
    if workers is None:
        allowed = getattr(os, "sched_getaffinity", None)
        return len(allowed(0)) if allowed else os.cpu_count() or 1
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ValueError(f"workers must be a whole number from 1 on, or None for all cores; got {workers!r}")
    return workers


@contextmanager
def spread(
    work: Callable[[T], R], items: Iterable[T], workers: int, stop: Callable[[], object] = bool
) -> Iterator[Iterator[R]]:
    """Give the results of the work on each item, in order; no more items than workers are held.

    Parameters
    ----------
    work : callable
        Done in one of the threads.
    items : iterable
        Taken one by one, in the caller's thread.
    workers : int
        Number of threads; with 1 there is none, and the work is done as its results are taken.
    stop : callable, optional
        Called when no more results are wanted, before what is at work is waited for.
    """
    if workers == 1:
        yield map(work, items)
        return
    waiting: deque[Future[R]] = deque()

    def results() -> Iterator[R]:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    with ThreadPoolExecutor(workers) as pool:
        try:
            yield results()
        finally:
            stop()
            for one in waiting:
                one.cancel()
