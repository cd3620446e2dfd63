"""Loaded at start by every Python that a test starts: a connection reaches loopback only."""

import socket
import sys

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


def _guarded(method):
    def connect(self, address, *args):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(_LOOPBACK):
            raise OSError(f"closed by the tests: a connection to {address[0]!r}; mineralmap asks no network")
        return method(self, address, *args)

    return connect


socket.socket.connect = _guarded(socket.socket.connect)
socket.socket.connect_ex = _guarded(socket.socket.connect_ex)

# jsonschema, which all of Jupyter loads, takes this where it is there, to check addresses with letters beyond
# ASCII. Its grammar takes seconds of every process, and neither a notebook nor a test has such an address.
sys.modules["rfc3987_syntax"] = None
