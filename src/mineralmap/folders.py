"""Files and folders that are written whole or not at all; a folder replaces only one of its own kind."""

from __future__ import annotations

import ctypes
import errno
import glob
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where nothing that was left behind is looked for
    fcntl = None  # type: ignore[assignment]


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


#: A file that says that a folder is ours and not finished.
_UNFINISHED = ".mineralmap-unfinished"


@contextmanager
def _naming(asked: str | Path) -> Iterator[None]:
    """Let an error of the file system name the path that was asked for, not one of our own."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(asked)) from error


# ---------------------------------------------------------------------------------------------- files


def write_whole(path: str | bytes | os.PathLike[str], data: bytes) -> None:
    """Write a file whole or not at all, also where others write it at the same time.

    What is there keeps its mode, a symbolic link leads on to the new file, and what is no file, as a
    device or a pipe, is written to.

    Parameters
    ----------
    path : path
        ``~`` is the home of the user.
    data : bytes
        All that the file will hold.

    Raises
    ------
    OSError
        It names the path asked for.
    """
    asked = os.path.expanduser(os.fsdecode(path))
    target = Path(os.path.realpath(asked))
    with _naming(asked):
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        # A name of its own for each writer, and none that a user would choose.
        unfinished = target.with_name(f".mineralmap-{secrets.token_hex(8)}")
        try:
            unfinished.write_bytes(data)
            with suppress(FileNotFoundError):
                shutil.copymode(target, unfinished)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)


# -------------------------------------------------------------------------------------------- folders


@contextmanager
def working_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Give a folder that is removed at the end, and remove those that killed processes left.

    Of the folders of the same place and prefix, only those are removed that bear our file and that no
    living process holds.

    Parameters
    ----------
    parent : Path
        Where to make it.
    prefix : str
        How its name begins.
    """
    for dead in _left_behind(parent, prefix):
        shutil.rmtree(dead, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        with _held(folder):
            # Only now, so that a folder with this file is one that somebody holds, or that was left behind.
            (folder / _UNFINISHED).touch()
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _left_behind(parent: Path, prefix: str) -> Iterator[Path]:
    """Give the working folders that nobody holds, each held while one looks at it."""
    for mark in sorted(parent.glob(f"{glob.escape(prefix)}*/{_UNFINISHED}")):
        with _held(mark.parent) as free:
            if free:
                yield mark.parent


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold a folder as long as this process lives, and tell whether it was free."""
    if fcntl is None:
        yield False
        return
    with ExitStack() as stack:
        try:
            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # another holds it, or the file system knows no locks
            yield False
        else:
            yield True


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of ``out`` at the end, in one step.

    If anything fails on the way, ``out`` stays as it was. Of two at once the later one is kept.
    """
    prefix = f".{out.name}-"
    with ExitStack() as stack:
        with _naming(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            # A run that was killed between the two steps of `put_in_place` left the old one in its folder.
            for dead in _left_behind(out.parent, prefix):
                kept = displaced(dead / "new")
                if kept.is_dir() and not os.path.lexists(out):
                    kept.rename(out)
            part = stack.enter_context(working_folder(out.parent, prefix))
            made = part / "new"
            made.mkdir()
        yield made
        with _naming(out):
            _replace(out, made)


def _replace(out: Path, made: Path) -> None:
    """Put the finished folder in its place; what was there comes back if that fails."""
    with suppress(FileNotFoundError):
        made.chmod(out.stat().st_mode & 0o7777)
    for attempt in count():
        try:
            put_in_place(made, out)
            return
        except OSError:
            # Another run may have put its own there in between: then that one is the old one.
            if attempt > 10 or not os.path.lexists(out):
                raise


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
