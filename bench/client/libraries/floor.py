"""The floor: bytes that were signed before go out, bytes come in, and nobody looks at them.

The bytes are those that Trueup sends for the same operation.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from functools import cached_property
from urllib.parse import urlsplit

from trueup import at
from trueup.engines.dynamodb.wire.aws.credentials import Credentials
from trueup.engines.dynamodb.wire.aws.endpoint import Endpoint
from trueup.engines.dynamodb.wire.aws.sigv4 import Signer

from ..names import NEW_AGE, NEW_NAME, ONE, PARTITION_100, PARTITION_1000, REGION
from .trueup import Customer
from .trueup import Library as Trueup

_BUFFER_BYTES = 1 << 20
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"Content-Length: "


class Library:
    """What is measured."""

    def __init__(self, url: str) -> None:
        """The authority to trust is in AWS_CA_BUNDLE, as for all."""
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        endpoint = Endpoint("https", parts.hostname, parts.port, REGION)
        self._signer = Signer(Credentials("access", "secret"), endpoint)
        self._trueup = Trueup(url)
        context = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
        connected = socket.create_connection((parts.hostname, parts.port))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context.wrap_socket(connected, server_hostname=parts.hostname)
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._sizes: dict[str, int] = {}

    def get(self) -> None:
        """As Trueup's."""
        self._exchange("get")

    def put(self) -> None:
        """As Trueup's."""
        self._exchange("put")

    def update(self) -> None:
        """As Trueup's."""
        self._exchange("update")

    def query_100(self) -> None:
        """As Trueup's."""
        self._exchange("query_100")

    def query_1000(self) -> None:
        """As Trueup's."""
        self._exchange("query_1000")

    def put_many_25(self) -> None:
        """As Trueup's."""
        self._exchange("put_many_25")

    def get_many_100(self) -> None:
        """As Trueup's."""
        self._exchange("get_many_100")

    def _exchange(self, operation: str) -> None:
        """The first exchange learns how many bytes the reply has; all others count them only."""
        data = self._signed[operation]
        self._socket.sendall(data)
        size_bytes = self._sizes.get(operation)
        if size_bytes is None:
            size_bytes = self._sizes[operation] = self._learn_size()
            return
        while size_bytes > 0:
            size_bytes -= self._socket.recv_into(self._buffer)

    def _learn_size(self) -> int:
        received = b""
        while _HEAD_END not in received:
            received += self._socket.recv(_BUFFER_BYTES)
        head = received.partition(_HEAD_END)[0]
        length = int(head.partition(_LENGTH)[2].partition(b"\r\n")[0])
        size_bytes = len(head) + len(_HEAD_END) + length
        while len(received) < size_bytes:
            received += self._socket.recv(_BUFFER_BYTES)
        return size_bytes

    @cached_property
    def _signed(self) -> dict[str, bytes]:
        show, customers = self._trueup.repository.requests, self._trueup.customers
        changes = at(Customer.name).assign(NEW_NAME), at(Customer.age).assign(NEW_AGE)
        requests = {
            "get": show.get(PARTITION_100, ONE),
            "put": show.put(customers[0]),
            "update": show.update((PARTITION_100, ONE), *changes),
            "query_100": show.query(PARTITION_100),
            "query_1000": show.query(PARTITION_1000),
            "put_many_25": show.put_many(customers),
            "get_many_100": show.get_many(list(self._trueup.keys)),
        }
        now_epoch_s = int(time.time())
        return {
            name: self._signer.request(request.payload.target, request.payload.body, now_epoch_s)
            for name, request in requests.items()
        }

    async def aclose(self) -> None:
        """Close the connection."""
        self._socket.close()
        await self._trueup.aclose()
