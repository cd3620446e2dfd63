"""Loaded at start by every Python that a test starts: sockets reach loopback only."""

import pytest_socket

pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
