"""A job and its output: one at a time, whole or not at all, and what a killed one finished is used again.

While a job works, a folder ``OUT.unfinished-tag`` stands beside its output:

    mineralmap-tag.lock   held by the system for as long as the process lives; says whose it is
    files/                what is finished
    drafts/               the files that are being written
    ready                 the whole output on its way to its place, then what was there before

A killed job leaves the folder; the next job on the same output goes on with it, or clears it if its plan
is another one. A folder of that name without the lock's file is somebody else's and is not touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

from ..folders import displaced, put_in_place

if sys.platform == "win32":
    import msvcrt

    def _hold(file: TextIO) -> None:
        file.seek(1 << 30)  # what is locked cannot be read, and the words at the head are to be read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _hold(file: TextIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


LOCK = "mineralmap-tag.lock"


class Job:
    """The folder of the one job on an output.

    Parameters
    ----------
    out : Path
        The file or folder to write, without symbolic links.
    work : Path
        The folder beside it.
    """

    def __init__(self, out: Path, work: Path) -> None:
        self.out, self._work = out, work
        self.files, self._drafts, self._ready = work / "files", work / "drafts", work / "ready"

    def begin(self, *, goes_on: bool) -> None:
        """Clear what a killed job left, but for its finished files if this job goes on with them."""
        old = displaced(self._ready)
        if old.exists() and not os.path.lexists(self.out):
            old.rename(self.out)
        for left in (self._drafts, self._ready, old, *([] if goes_on else [self.files])):
            _remove(left)

    @contextmanager
    def draft(self, name: str) -> Iterator[Path]:
        """Give a path to write a file to; written without a fault, it is a finished file of that name."""
        path = self._drafts / hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()
        path.parent.mkdir(exist_ok=True)
        try:
            yield path
            (self.files / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, self.files / name)
        finally:
            path.unlink(missing_ok=True)

    def publish(self, made: Path) -> None:
        """Give the finished file or folder the name of the output in one step."""
        with suppress(FileNotFoundError):
            shutil.copymode(self.out, made)  # who could not read the old output cannot read the new one
        # A job that is killed after this finds in ``files`` nothing that it could take for its own.
        os.replace(made, self._ready)
        try:
            put_in_place(self._ready, self.out)
        except OSError:
            os.replace(self._ready, made)
            raise

    def end(self) -> None:
        """Leave nothing behind but finished files that wait for the rest."""
        for left in (self._drafts, self._ready):
            _remove(left)
        if not self.files.is_dir() or not any(self.files.iterdir()):
            _remove(self.files)
            with suppress(OSError):  # something of somebody else's is in the folder
                (self._work / LOCK).unlink()
                self._work.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def sole_job(out: Path, plan: str) -> Iterator[Job]:
    """Make or take over the folder of a job on ``out``; finished files of another plan are removed.

    Parameters
    ----------
    out : Path
        The file or folder to write.
    plan : str
        Whatever decides the result.

    Raises
    ------
    BlockingIOError
        If another job is at work on the same output.
    FileExistsError
        If a folder of somebody else has the name of the job's folder.
    """
    out = Path(os.path.realpath(out))  # one lock, whatever the name by which a job comes to its output
    work = out.with_name(f"{out.name}.unfinished-tag")
    with _lock(work, out) as lock:
        lock.seek(0)
        job = Job(out, work)
        job.begin(goes_on=_read(lock).get("plan") == plan)
        lock.seek(0)
        lock.truncate()
        since = datetime.now().astimezone().isoformat(" ", "seconds")
        json.dump({"process": os.getpid(), "host": socket.gethostname(), "since": since, "plan": plan}, lock)
        lock.flush()
        try:
            yield job
        finally:
            job.end()


def _lock(work: Path, out: Path) -> TextIO:
    """Return the file of the lock, held until it is closed."""
    while True:
        work.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # another job has just ended and removed the folder
            if (held := os.listdir(work)) and LOCK not in held:
                raise FileExistsError(
                    f"{work} is in the way: a job needs that name while it works, and this folder is of no "
                    "earlier job. Rename it, or name another output"
                )
            with ExitStack() as opened:
                file = opened.enter_context((work / LOCK).open("a+", encoding="utf-8"))
                try:
                    _hold(file)
                except (BlockingIOError, PermissionError):
                    file.seek(0)
                    raise BlockingIOError(_busy(out, _read(file))) from None
                if os.path.samestat(os.fstat(file.fileno()), os.stat(work / LOCK)):
                    opened.pop_all()
                    return file


def _read(lock: TextIO) -> dict[str, object]:
    """Return what the lock says; nothing if its process was killed before it had written."""
    with suppress(ValueError):
        said = json.load(lock)
        return said if isinstance(said, dict) else {}
    return {}


def _busy(out: Path, said: dict[str, object]) -> str:
    known = {"process", "host", "since"} <= said.keys()
    who = f"process {said['process']} on {said['host']} since {said['since']}" if known else "another process"
    return f"{out} is being written by {who}: wait until that has ended, or name another output"
