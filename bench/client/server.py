"""The server, a process of its own: `python -m bench.client.server CERTIFICATE`.

Says the port it listens on, on a line of its own, replays canned replies 3 ms after each request,
and ends when its standard input does, so that it never outlives whoever started it.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from typing import cast

from .replies import UNKNOWN, make_replies, name_of

LATENCY_S = 0.003
_HEAD_END = b"\r\n\r\n"


class Replaying(asyncio.Protocol):
    """One connection. replies: complete ones, by name."""

    def __init__(self, replies: dict[str, bytes]) -> None:
        self._replies = replies
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._received += data
        while (request := _complete(self._received)) is not None:
            head, body = request
            self._received = self._received[len(head) + len(_HEAD_END) + len(body) :]
            target = _header(head, b"x-amz-target").rpartition(b".")[2].decode()
            reply = self._replies.get(name_of(target, body), self._replies[UNKNOWN])
            asyncio.get_running_loop().call_later(LATENCY_S, self._transport.write, reply)


def _complete(received: bytes) -> tuple[bytes, bytes] | None:
    """Head and body of the first request; None while it has not come as a whole."""
    head, end, rest = received.partition(_HEAD_END)
    if not end:
        return None
    length = int(_header(head, b"content-length") or 0)
    return (head, rest[:length]) if len(rest) >= length else None


def _header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.lower() == name:
            return value.strip()
    return b""


def _context(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate)
    return context


async def serve(certificate: str) -> None:
    """Listen until standard input ends."""
    loop = asyncio.get_running_loop()
    replies = make_replies()
    listening = await loop.create_server(
        lambda: Replaying(replies), "127.0.0.1", 0, ssl=_context(certificate)
    )
    print(listening.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
