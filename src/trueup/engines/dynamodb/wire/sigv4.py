"""Requests as bytes, signed with AWS Signature Version 4 in the Authorization header.

What stays the same is computed once: the key and its scope for a day, the text for a second.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from typing import TYPE_CHECKING

from .credentials import Credentials
from .endpoint import Endpoint

if TYPE_CHECKING:
    from _hashlib import HASH

SERVICE = "dynamodb"
API_VERSION = "DynamoDB_20120810"
CONTENT_TYPE = "application/x-amz-json-1.0"


_BLOCK_BYTES = 64
"""Of SHA-256."""


class _Key:
    """An HMAC of which the part that depends on the key is computed once.

    Source: https://www.rfc-editor.org/rfc/rfc2104 (section 4). Half the time of `hmac.digest`.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(_BLOCK_BYTES, b"\0")
        self._inner: HASH = sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer: HASH = sha256(bytes(byte ^ 0x5C for byte in padded))

    def hexdigest(self, message: bytes) -> str:
        """The code of a message."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.hexdigest()


@dataclass(frozen=True, slots=True)
class _Day:
    """What depends on the day: the signing key, and the scope it is good for."""

    date: str
    key: _Key
    scope: str


@dataclass(frozen=True, slots=True)
class _Second:
    """What depends on the second. Threads swap it as a whole."""

    epoch_s: int
    stamp: str
    day: _Day


class Signer:
    """Signs requests of one identity to one endpoint; any number of threads may share it.

    agent: what the header User-Agent says. where: the endpoint, for errors.
    """

    __slots__ = (
        "_canonical_end",
        "_canonical_start",
        "_head_end",
        "_head_start",
        "_second",
        "_signed",
        "credentials",
        "endpoint",
        "where",
    )

    def __init__(self, credentials: Credentials, endpoint: Endpoint, agent: str = "trueup") -> None:
        self.credentials = credentials
        self.endpoint = endpoint
        self.where = endpoint.where
        token = credentials.token
        names = ["content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target"]
        self._signed = ";".join(name for name in names if token or name != names[3])
        authority = endpoint.authority
        self._canonical_start = (
            f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{authority}\nx-amz-date:"
        )
        self._canonical_end = f"x-amz-security-token:{token}\n" if token else ""
        self._head_start = (
            f"POST / HTTP/1.1\r\nHost: {authority}\r\nContent-Type: {CONTENT_TYPE}\r\n"
            f"User-Agent: {agent}\r\nAccept-Encoding: identity\r\n"
        )
        self._head_end = f"X-Amz-Security-Token: {token}\r\n" if token else ""
        self._second = self._begin_second(0, None)

    def request(self, target: str, body: bytes, epoch_s: int) -> bytes:
        """One signed call, head and body, to be sent as it is.

        target: the operation, `GetItem` say.
        """
        stamp, authorization = self.sign(target, body, epoch_s)
        head = (
            f"{self._head_start}X-Amz-Target: {API_VERSION}.{target}\r\n"
            f"X-Amz-Date: {stamp}\r\n{self._head_end}Authorization: {authorization}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body

    def sign(self, target: str, body: bytes, epoch_s: int) -> tuple[str, str]:
        """The values of the headers X-Amz-Date and Authorization."""
        second = self._second
        if second.epoch_s != epoch_s:
            self._second = second = self._begin_second(epoch_s, second.day)
        day = second.day
        canonical = (
            f"{self._canonical_start}{second.stamp}\n{self._canonical_end}"
            f"x-amz-target:{API_VERSION}.{target}\n\n{self._signed}\n{sha256(body).hexdigest()}"
        )
        text = (
            f"AWS4-HMAC-SHA256\n{second.stamp}\n{day.scope}\n"
            f"{sha256(canonical.encode('ascii')).hexdigest()}"
        )
        signature = day.key.hexdigest(text.encode("ascii"))
        return second.stamp, (
            f"AWS4-HMAC-SHA256 Credential={self.credentials.access_key}/{day.scope}, "
            f"SignedHeaders={self._signed}, Signature={signature}"
        )

    def _begin_second(self, epoch_s: int, day: _Day | None) -> _Second:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(epoch_s))
        if day is None or day.date != stamp[:8]:
            day = self._begin_day(stamp[:8])
        return _Second(epoch_s, stamp, day)

    def _begin_day(self, date: str) -> _Day:
        parts = (date, self.endpoint.region, SERVICE, "aws4_request")
        key = f"AWS4{self.credentials.secret_key}".encode()
        for part in parts:
            key = digest(key, part.encode("ascii"), "sha256")
        return _Day(date, _Key(key), "/".join(parts))
