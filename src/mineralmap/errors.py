"""The exceptions of mineralmap, each below the builtin that a caller would expect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .text import join_words, near_words

if TYPE_CHECKING:
    from .cells import Fault

__all__ = [
    "CRSError",
    "LayerError",
    "TableError",
    "UnknownNameError",
    "check_option",
    "not_installed",
    "unknown_name",
]


class TableError(ValueError):
    """A table breaks its rules; the message lists every fault that was found.

    Attributes
    ----------
    faults : list of mineralmap.cells.Fault
        One entry per fault: file, row, id, column, value, rule and hint.

    Examples
    --------
    >>> import mineralmap as mm
    >>> from mineralmap.cells import Fault
    >>> hint = "did you mean 'approved'?"
    >>> fault = Fault("events.csv", 3, "ev-1", "stage", "aproved", "is not in the vocabulary", hint)
    >>> print(mm.errors.TableError([fault]))
    1 fault found
      events.csv, row 3 (ev-1), column stage: 'aproved': is not in the vocabulary [did you mean 'approved'?]
    """

    #: How many faults the message spells out; all of them stay in ``faults``.
    SHOWN = 20

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        count = len(self.faults)
        lines = [f"{count} fault{'s' if count != 1 else ''} found"]
        lines += [f"  {fault}" for fault in self.faults[: self.SHOWN]]
        if count > self.SHOWN:
            lines.append(f"  ... and {count - self.SHOWN} more (see the attribute `faults`)")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[TableError], tuple[list[Fault]]]:
        # An exception is made anew from its message where it comes from another process.
        return type(self), (self.faults,)


class LayerError(ValueError):
    """A boundary layer is missing, incomplete or damaged.

    Examples
    --------
    >>> import mineralmap as mm
    >>> from pathlib import Path
    >>> from mineralmap.boundaries import read_layer
    >>> try:
    ...     read_layer(Path("nowhere/states.shp"))
    ... except mm.errors.LayerError as error:
    ...     print(str(error)[:80])
    the layer states in nowhere lacks states.shp, states.shx, states.dbf, states.prj
    """


class CRSError(ValueError):
    """Geometry has no coordinate reference system, or another one than the function takes.

    Examples
    --------
    >>> import mineralmap as mm
    >>> states = mm.load_states().to_crs(3857)
    >>> try:
    ...     mm.geography.neighbours(states, "UP")
    ... except mm.errors.CRSError as error:
    ...     print(str(error).split(";")[0])
    states must be in EPSG:4326
    """


class UnknownNameError(KeyError):
    """An id, a column or a code is not known; the message names the near ones.

    Examples
    --------
    >>> import mineralmap as mm
    >>> try:
    ...     mm.codebook.state_code("Utar Pradesh")
    ... except mm.errors.UnknownNameError as error:
    ...     print(str(error).split("; ")[1])
    did you mean 'Uttar Pradesh', 'Andhra Pradesh' or 'Madhya Pradesh'?
    """

    def __str__(self) -> str:
        # KeyError prints the repr of its argument, which would show the message in quotes.
        return str(self.args[0]) if self.args else ""


def unknown_name(what: str, wanted: object, known: Iterable[object]) -> UnknownNameError:
    """Return the error for a name that is not known, with the near ones, or all if they are few.

    Parameters
    ----------
    what : str
        What the name should be, as ``"column"``.
    wanted : object
        The name asked for.
    known : iterable
        Every name there is.

    Examples
    --------
    >>> import mineralmap as mm
    >>> print(mm.errors.unknown_name("column", "stge", ["stage", "date"]))
    there is no column 'stge'; did you mean 'stage' or 'date'?
    """
    names = [str(name) for name in known]
    near = near_words(str(wanted), names, n=3, cutoff=0.5)
    if near:
        hint = f"; did you mean {join_words([repr(name) for name in near], 'or')}?"
    else:
        hint = f"; there are {', '.join(map(repr, names))}" if 0 < len(names) <= 60 else ""
    return UnknownNameError(f"there is no {what} {wanted!r}{hint}")


def check_option(name: str, value: object, allowed: Iterable[object]) -> None:
    """Raise ValueError if an option has a value that it cannot have.

    Examples
    --------
    >>> import mineralmap as mm
    >>> try:
    ...     mm.errors.check_option("to", "village", ("state", "district"))
    ... except ValueError as error:
    ...     print(error)
    to must be 'state' or 'district'; got 'village'
    """
    values = list(allowed)
    if value not in values:
        raise ValueError(f"{name} must be {join_words([repr(one) for one in values], 'or')}; got {value!r}")


def not_installed(error: ImportError, extra: str) -> ImportError:
    """Return the error for an optional package that is missing, with the line that installs it.

    Parameters
    ----------
    error : ImportError
        What the import raised.
    extra : str
        The extra of mineralmap that brings the package, as ``"export"``.

    Examples
    --------
    >>> import mineralmap as mm
    >>> print(mm.errors.not_installed(ModuleNotFoundError(name="xlsxwriter"), "export"))
    xlsxwriter is not installed. Install it with: python -m pip install "mineralmap[export]"
    """
    package = str(error.name).partition(".")[0]
    return ImportError(
        f'{package} is not installed. Install it with: python -m pip install "mineralmap[{extra}]"',
        name=package,
    )
