"""The command ``mineralmap``: each subcommand imports what it needs when it runs.

A subcommand is a function here that fills its parser, and a function that runs it and returns the
exit status. ``mineralmap --help`` imports nothing heavy.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from io import TextIOWrapper

from . import __version__

TYPE_CHECKING = False  # typing itself takes a while to import, in which Ctrl-C is not yet ours
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from typing import Any, TextIO


def _parser() -> argparse.ArgumentParser:
    import argparse

    parser = argparse.ArgumentParser(
        prog="mineralmap",
        description="Sourced tables and maps of India's rare-earth initiatives and their partner countries.",
    )
    parser.add_argument("--version", action="version", version=f"mineralmap {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", required=True)
    for add in (_add_validate, _add_tag, _add_leads, _add_lab, _add_export):
        add(commands)
    return parser


def _say(what: object, file: TextIO | None = None) -> None:
    """Print a text in which nothing can move the cursor of a terminal, as the name of a file could."""
    from .text import legible

    print(legible(str(what)), file=file, flush=True)


def _add_validate(commands: Any) -> None:
    command = commands.add_parser(
        "validate",
        help="check tables against their rules and report every fault",
        description="Check tables against their rules. Exit status 0 if they hold, 1 if not.",
    )
    command.add_argument(
        "path", nargs="?", help="a folder of tables, or one CSV file; the shipped tables if left out"
    )
    command.set_defaults(run=_validate)


def _validate(args: argparse.Namespace) -> int:
    from .validation import validate

    report = validate(args.path)
    _say(report)
    return 0 if report.ok else 1


def _add_tag(commands: Any) -> None:
    command = commands.add_parser(
        "tag",
        help="add the state or district to the points of Parquet files of any size",
        description="Add the state or district to points with longitude and latitude (EPSG:4326, degrees). "
        "The output is replaced in one step at the end; a job that was killed goes on where it stopped when "
        "the same command is given again. Exit status 0 if every file was tagged, 1 if some were not (each "
        "is named), 2 if nothing was done.",
    )
    command.add_argument("points", help="a Parquet file, or a folder of them")
    command.add_argument("out", help="the file, or the folder, to write")
    command.add_argument("--to", choices=("state", "district"), default="state", help="default: state")
    command.add_argument("--lon", default="lon", help="column of longitude; default: lon")
    command.add_argument("--lat", default="lat", help="column of latitude; default: lat")
    command.add_argument(
        "--perspective", choices=("india", "natural_earth"), default="india", help="whose boundaries"
    )
    command.add_argument(
        "--memory",
        type=float,
        default=1000,
        metavar="MB",
        help="memory on top of the libraries, about; default: 1000",
    )
    command.add_argument("--quiet", action="store_true", help="no progress bar")
    command.set_defaults(run=_tag)


def _tag(args: argparse.Namespace) -> int:
    from .tagging import tag

    report = tag(
        args.points,
        to=args.to,
        lon=args.lon,
        lat=args.lat,
        perspective=args.perspective,
        out=args.out,
        memory_mb=args.memory,
        progress=not args.quiet,
    )
    _say(report)
    return 1 if report.failed else 0


def _add_leads(commands: Any) -> None:
    command = commands.add_parser(
        "leads",
        help="find in feeds of headlines what may be events, and to which initiative they belong",
        description="Read feeds (RSS, Atom, JSON Feed, CSV, TSV, Parquet, GDELT, an OPML of files; packed or "
        "not) and list the headlines that may be events, best first. Addresses are not fetched. Exit "
        "status 0, also if nothing was found; 2 if a feed is not there.",
    )
    command.add_argument("feed", nargs="+", help="a file, or a folder of them")
    command.add_argument("--since", metavar="DAY", help="only headlines of this day (YYYY-MM-DD) or later")
    command.add_argument("--out", metavar="FILE", help="write all columns to a CSV file")
    command.add_argument(
        "--draft", type=int, metavar="N", help="print the rows of the Nth lead, to be completed"
    )
    command.set_defaults(run=_leads)


def _leads(args: argparse.Namespace) -> int:
    from .folders import write_whole
    from .frames import flatten
    from .leads import draft, leads
    from .text import pluralize

    found = leads(args.feed, since=args.since, progress=sys.stderr.isatty())
    for fault in found.attrs["named"]:
        _say(f"not read: {fault}", sys.stderr)
    if args.out:
        write_whole(args.out, flatten(found).to_csv(index_label="lead").encode())
    if args.draft is not None:
        if not 1 <= args.draft <= len(found):
            raise ValueError(f"--draft must be from 1 to {len(found)}, the number of leads; got {args.draft}")
        _say(draft(found.iloc[args.draft - 1]))
        return 0
    for row in found.drop_duplicates("story").itertuples():
        day = f"{row.published:%Y-%m-%d}" if row.published == row.published else "no date   "
        _say(f"{row.Index + 1:4} {row.score:5.1f} {day} {row.initiative_id}\n     {row.title}")
    read, unread = found.attrs["read"], found.attrs["faults"]
    print(f"{pluralize(len(found), 'lead')} in {pluralize(read, 'headline')}; {unread:,} not read")
    return 0


def _add_lab(commands: Any) -> None:
    command = commands.add_parser(
        "lab",
        usage="mineralmap lab [-h] [--no-browser] [DIR] [-- ARGUMENTS OF JUPYTERLAB]",
        help="open JupyterLab on a fresh copy of the notebooks",
        description="Copy the notebooks into a new folder and open JupyterLab on it. No file is overwritten. "
        "What is written after -- goes to JupyterLab as it is.",
    )
    command.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        help="a folder to make; ./mineralmap-notebooks, or the next free name, if left out",
    )
    command.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    command.set_defaults(run=_lab)


def _lab(args: argparse.Namespace) -> int:
    from .lab import open_lab

    return open_lab(args.folder, arguments=["--no-browser"] * args.no_browser + args.rest) or 0


def _add_export(commands: Any) -> None:
    command = commands.add_parser(
        "export",
        help="write notebooks and tables as a site to be read offline, or all tables as files",
        description="With OUT, run the notebooks and write a static site that asks no network: an index, a "
        "page for each notebook, each state, project, company and partner country, the tables to sort and to "
        "download, one search over all, each map as a file of its own. With --data, write all tables as an "
        "XLSX workbook, a SQLite database, Parquet and GeoJSON. One or both. What was exported earlier is "
        "replaced, whole or not at all.",
    )
    command.add_argument("out", metavar="OUT", nargs="?", help="the folder of the site")
    command.add_argument("--data", metavar="FOLDER", help="the folder of the tables")
    command.add_argument("--notebooks", metavar="DIR", help="folder of notebooks; default: the shipped ones")
    command.add_argument("--no-run", action="store_true", help="take the stored outputs")
    command.add_argument(
        "--only", choices=("stories", "tables"), help="only the pages of the notebooks, or of the tables"
    )
    command.set_defaults(run=_export)


def _export(args: argparse.Namespace) -> int:
    if args.out is None and args.data is None:
        raise ValueError("name the folder of the site (OUT), or that of the tables (--data FOLDER), or both")
    if args.data is not None:
        from .exports import export_data

        _let_ctrl_c_be_raised()
        _say(f"Tables written: {export_data(args.data)}")
    if args.out is not None:
        from .site import export

        _let_ctrl_c_be_raised()
        out = export(
            args.out,
            args.notebooks,
            run=not args.no_run,
            only=args.only,
            on_progress=_say,
        )
        _say(f"Open {out / 'index.html'}")
    return 0


@contextmanager
def _ended_like_interrupted() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does: what it began is cleared away."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


#: What to say when Ctrl-C ends a command.
_STOPPED = {
    "tag": "stopped; give the same command again to go on",
    "export": "stopped; nothing was written",
}


def _stopped(command: str) -> str:
    return f"{f'mineralmap {command}'.rstrip()}: {_STOPPED.get(command, 'stopped')}"


def _stop(*_: object) -> None:
    """End the process at Ctrl-C, wherever it is: an exception might be raised where nothing passes it on.

    So it is in the midst of an import, which may take it for a missing library, or in a callback.
    """
    line = f"{_stopped(' '.join(sys.argv[1:2]))}\n"
    if os.isatty(2):
        line = f"\n{line}"  # below the progress bar
    os.write(2, line.encode(errors="backslashreplace"))
    os._exit(130)


def _let_ctrl_c_be_raised() -> None:
    """From here on there is something to clean up at Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is _stop:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status; without ``argv`` it is that of this process."""
    if argv is None:
        signal.signal(signal.SIGINT, _stop)
        argv = sys.argv[1:]
    argv = list(argv)
    # What follows "--" is JupyterLab's; argparse would take its first word as the folder.
    cut = argv.index("--") if argv[:1] == ["lab"] and "--" in argv else len(argv)
    args = _parser().parse_args(argv[:cut])
    args.rest = argv[cut + 1 :]
    # A terminal of another encoding gets an escape for a character that it lacks, not an error.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with _ended_like_interrupted():
            status: int = args.run(args)
            sys.stdout.flush()
            return status
    except KeyboardInterrupt:
        print(_stopped(args.command), file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe (head, less) has seen enough: say nothing more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ImportError, OSError, ValueError, KeyError) as error:
        _say(f"mineralmap {args.command}: {error}", sys.stderr)
        return 2
    finally:
        if signal.getsignal(signal.SIGINT) is _stop:  # what is done is not stopped any more
            signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
