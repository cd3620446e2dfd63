"""The command ``mineralmap``: each subcommand imports what it needs when it runs.

A subcommand is a function here that fills its parser, and a function that runs it and returns the
exit status. ``mineralmap --help`` imports nothing heavy.
"""

from __future__ import annotations

import argparse
import sys

from . import __version__


def _parser():
    parser = argparse.ArgumentParser(
        prog="mineralmap",
        description="Sourced tables and maps of India's rare-earth initiatives and their partner countries.",
    )
    parser.add_argument("--version", action="version", version=f"mineralmap {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", required=True)
    _add_validate(commands)
    return parser


def _add_validate(commands):
    command = commands.add_parser(
        "validate",
        help="check tables against their rules and report every fault",
        description="Check tables against their rules. Exit status 0 if they hold, 1 if not.",
    )
    command.add_argument(
        "path", nargs="?", help="a folder of tables, or one CSV file; the shipped tables if left out"
    )
    command.set_defaults(run=_validate)


def _validate(args):
    from .validation import validate

    report = validate(args.path)
    print(report)
    return 0 if report.ok else 1


def main(argv=None):
    """Run the command line and return the exit status."""
    args = _parser().parse_args(argv)
    try:
        return args.run(args)
    except (OSError, ValueError, KeyError) as error:
        print(f"mineralmap {args.command}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
