"""The exceptions of mineralmap, each below the builtin that a caller would expect."""

from __future__ import annotations

__all__ = ["CRSError", "LayerError", "TableError", "UnknownIdError"]


class TableError(ValueError):
    """A table breaks its rules; the message lists every fault that was found.

    Attributes
    ----------
    faults : list of mineralmap.checks.Fault
        One entry a fault: file, row, id, column, value, rule and hint.
    """

    #: How many faults the message spells out; all of them stay in ``faults``.
    SHOWN = 20

    def __init__(self, faults):
        self.faults = list(faults)
        count = len(self.faults)
        lines = [f"{count} fault{'s' if count != 1 else ''} found"]
        lines += [f"  {fault}" for fault in self.faults[: self.SHOWN]]
        if count > self.SHOWN:
            lines.append(f"  ... and {count - self.SHOWN} more (see the attribute `faults`)")
        super().__init__("\n".join(lines))


class LayerError(ValueError):
    """A boundary layer is missing, incomplete or damaged."""


class CRSError(ValueError):
    """Geometry has no coordinate reference system, or another one than the function takes."""


class UnknownIdError(KeyError):
    """An id, a code or an option is not known; the message names the near ones."""

    def __str__(self):
        # KeyError prints the repr of its argument, which would show the message in quotes.
        return str(self.args[0]) if self.args else ""
