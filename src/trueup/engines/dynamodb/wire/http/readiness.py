"""Waiting for one socket: `poll` where the system has it, else `select`."""

from __future__ import annotations

import math
import select
import socket
import sys
from collections.abc import Callable
from typing import TypeAlias

Wait: TypeAlias = Callable[[float], bool]
"""Waits at most so many seconds; whether something happened."""

if sys.platform == "win32":

    class Readiness:
        """What may happen on a socket. Closing and errors count as ready: the next call tells."""

        __slots__ = ("_socket",)

        def __init__(self, watched: socket.socket) -> None:
            self._socket = watched

        def has_event(self) -> bool:
            """Whether there is something to read, or the connection has ended. Does not wait."""
            return self.wait_readable(0)

        def wait_readable(self, timeout_s: float) -> bool:
            """Wait until there is something to read."""
            return any(select.select([self._socket], [], [self._socket], timeout_s))

        def wait_writable(self, timeout_s: float) -> bool:
            """Wait until there is room to write."""
            return any(select.select([], [self._socket], [self._socket], timeout_s))

else:

    class Readiness:
        """What may happen on a socket. Closing and errors count as ready: the next call tells."""

        __slots__ = ("_reading", "_socket")

        def __init__(self, watched: socket.socket) -> None:
            self._socket = watched
            self._reading = select.poll()
            self._reading.register(watched, select.POLLIN)

        def has_event(self) -> bool:
            """Whether there is something to read, or the connection has ended. Does not wait."""
            return bool(self._reading.poll(0))

        def wait_readable(self, timeout_s: float) -> bool:
            """Wait until there is something to read."""
            return bool(self._reading.poll(math.ceil(timeout_s * 1000)))

        def wait_writable(self, timeout_s: float) -> bool:
            """Wait until there is room to write."""
            writing = select.poll()
            writing.register(self._socket, select.POLLOUT)
            return bool(writing.poll(math.ceil(timeout_s * 1000)))
