"""A folder of files that is written whole or not at all, and replaces only one of its own kind."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def check_replaceable(out: Path, *, mark: tuple[str, str], ours: re.Pattern[str], what: str) -> None:
    """Refuse to replace anything but a folder that was written here earlier.

    Parameters
    ----------
    out : Path
        The folder to write.
    mark : tuple of str
        Name of a file in it, and a text near the head of that file by which it is known.
    ours : Pattern
        Matches the path within ``out``, with "/", of each file that may be there.
    what : str
        What is written, for the message: ``"an exported site"``.

    Raises
    ------
    FileExistsError
        If something else is there; the message names it.
    """
    if not os.path.lexists(out):
        return
    if not out.is_dir() or out.is_symlink():
        raise FileExistsError(f"{out} exists and is no folder; name another place for {what}")
    held = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir())
    name, text = mark
    known = (out / name).is_file() and text in (out / name).read_text("utf-8", errors="replace")[:1000]
    foreign = held if not known else [path for path in held if not ours.fullmatch(path)]
    if foreign:
        raise FileExistsError(
            f"{out} holds {foreign[0]!r}, which is not part of {what}; "
            "nothing was written: name another folder, or empty this one"
        )


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """Give an empty folder beside ``out`` that takes its place at the end, in one step.

    If anything fails on the way, ``out`` stays as it was.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield part
        # mkdtemp closes its folder to others; what is exported is there to be read.
        part.chmod(0o755)
        put_in_place(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def put_in_place(new: Path, out: Path) -> None:
    """Give a finished file or folder its name in one step; ``new`` is then what was there, if anything.

    Where the system cannot swap two names, a folder that is replaced is missing for a moment, and comes
    back if the second step fails.
    """
    if not out.is_dir():
        os.replace(new, out)
    elif not _swap(new, out):
        old = displaced(new)
        out.rename(old)
        try:
            new.rename(out)
        except OSError:
            old.rename(out)
            raise
        old.rename(new)


def displaced(new: Path) -> Path:
    """Return where `put_in_place` keeps the old folder between its two steps, if it needs two."""
    return new.with_name(f"{new.name}-old")


def _swap(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system (other than Linux) or the disk cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)
