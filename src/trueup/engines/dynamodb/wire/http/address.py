"""Sockets that connect: every address of a name gets its share of the time."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from typing import Any, TypeAlias

from .....errors import Place
from ..errors import ConnectFailed

Address: TypeAlias = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]


def open_socket(host: str, port: int, end_s: float, where: Place) -> socket.socket:
    """A connected socket, by the first address that answers before `end_s` (monotonic).

    The lookup of the name takes as long as the system's resolver does: nothing bounds it.

    Raises:
        ConnectFailed: no address answered; `native` names the last reason.
    """
    try:
        # As bytes, so that Python does not import a codec: see reply_reader.py.
        name = host.encode("ascii")
        addresses: Sequence[Address] = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _failed("the host's name is not known", error, where) from error
    last: OSError | None = None
    for number, address in enumerate(addresses):
        share_s = (end_s - time.monotonic()) / (len(addresses) - number)
        try:
            return _connect(address, max(share_s, 0.001))
        except OSError as error:
            last = error
    raise _failed("the server could not be reached", last, where) from last


def set_options(connected: socket.socket) -> None:
    """Send small packets at once, and notice dead peers eventually."""
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def _connect(address: Address, timeout_s: float) -> socket.socket:
    family, kind, protocol, _, place = address
    opened = socket.socket(family, kind, protocol)
    try:
        opened.settimeout(timeout_s)
        opened.connect(place)
        set_options(opened)
    except BaseException:
        opened.close()
        raise
    return opened


def _failed(what: str, error: Exception | None, where: Place) -> ConnectFailed:
    return ConnectFailed(what, sent=False, where=where, native=type(error).__name__)
