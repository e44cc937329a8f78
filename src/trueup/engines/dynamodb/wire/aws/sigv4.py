"""Requests as bytes, signed with AWS Signature Version 4 in the Authorization header.

Stable parts are computed once: the key and its scope per day, the text per second.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hmac
import time
from hashlib import sha256

from ....._dataclass import dataclass
from .credentials import Credentials
from .endpoint import Endpoint
from .service import DYNAMODB, Service


@dataclass(frozen=True, slots=True)
class _DayKey:
    """The parts of a signature that depend on the day: the signing key, in an HMAC to be copied,
    and its scope."""

    date: str
    keyed: hmac.HMAC
    scope: str


@dataclass(frozen=True, slots=True)
class SigningMoment:
    """The parts of a signature that depend on the second. stamp: the value of X-Amz-Date."""

    epoch_s: int
    stamp: str
    day: _DayKey


class SigningKeys:
    """The keys of one secret for one region and service. Any number of threads may share them: they
    replace the parts that depend on time as a whole."""

    __slots__ = ("_region", "_scope", "_second", "_secret_key")

    def __init__(self, secret_key: str, region: str, scope: str) -> None:
        self._secret_key = secret_key
        self._region = region
        self._scope = scope
        self._second = self._begin_second(0, None)

    def at(self, epoch_s: int) -> SigningMoment:
        """The parts to sign with in this second."""
        second = self._second
        if second.epoch_s != epoch_s:
            self._second = second = self._begin_second(epoch_s, second.day)
        return second

    def _begin_second(self, epoch_s: int, day: _DayKey | None) -> SigningMoment:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(epoch_s))
        if day is None or day.date != stamp[:8]:
            day = self._begin_day(stamp[:8])
        return SigningMoment(epoch_s, stamp, day)

    def _begin_day(self, date: str) -> _DayKey:
        parts = (date, self._region, self._scope, "aws4_request")
        key = f"AWS4{self._secret_key}".encode()
        for part in parts:
            key = hmac.digest(key, part.encode("ascii"), "sha256")
        return _DayKey(date, hmac.new(key, digestmod="sha256"), "/".join(parts))


def _authorize(access_key: str, second: SigningMoment, signed: str, canonical: str) -> str:
    """The value of the header Authorization.

    signed: the names of the headers in `canonical`, which is the request in its canonical form.
    """
    day = second.day
    text = (
        f"AWS4-HMAC-SHA256\n{second.stamp}\n{day.scope}\n{sha256(canonical.encode()).hexdigest()}"
    )
    signature = day.keyed.copy()
    signature.update(text.encode("ascii"))
    return (
        f"AWS4-HMAC-SHA256 Credential={access_key}/{day.scope}, "
        f"SignedHeaders={signed}, Signature={signature.hexdigest()}"
    )


class Signer:
    """Signs requests of one identity to one service; any number of threads may share it.

    agent: the header User-Agent. where: the endpoint, for errors.
    """

    __slots__ = (
        "_canonical_end",
        "_canonical_start",
        "_head_end",
        "_head_start",
        "_keys",
        "_signed",
        "_target",
        "credentials",
        "endpoint",
        "where",
    )

    def __init__(
        self,
        credentials: Credentials,
        endpoint: Endpoint,
        agent: str = "trueup",
        service: Service = DYNAMODB,
    ) -> None:
        self.credentials = credentials
        self.endpoint = endpoint
        self.where = endpoint.where
        token = credentials.token
        names = ["content-type", "host", "x-amz-date"]
        names += ["x-amz-security-token"] if token else []
        names += ["x-amz-target"] if service.target else []
        self._signed = ";".join(names)
        authority = endpoint.authority
        self._canonical_start = (
            f"POST\n/\n\ncontent-type:{service.content_type}\nhost:{authority}\nx-amz-date:"
        )
        self._canonical_end = f"x-amz-security-token:{token}\n" if token else ""
        self._head_start = (
            f"POST / HTTP/1.1\r\nHost: {authority}\r\nContent-Type: {service.content_type}\r\n"
            f"User-Agent: {agent}\r\nAccept-Encoding: identity\r\n"
        )
        self._head_end = f"X-Amz-Security-Token: {token}\r\n" if token else ""
        self._keys = SigningKeys(credentials.secret_key, endpoint.region, service.scope)
        self._target = service.target

    def request(self, target: str, body: bytes, epoch_s: int) -> bytes:
        """The bytes of a signed call, head and body.

        target: the operation, such as `GetItem`.
        """
        stamp, authorization = self.sign(target, body, epoch_s)
        named = f"X-Amz-Target: {self._target}.{target}\r\n" if self._target else ""
        head = (
            f"{self._head_start}{named}X-Amz-Date: {stamp}\r\n{self._head_end}"
            f"Authorization: {authorization}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body

    def sign(self, target: str, body: bytes, epoch_s: int) -> tuple[str, str]:
        """The values of the headers X-Amz-Date and Authorization."""
        second = self._keys.at(epoch_s)
        named = f"x-amz-target:{self._target}.{target}\n" if self._target else ""
        canonical = (
            f"{self._canonical_start}{second.stamp}\n{self._canonical_end}"
            f"{named}\n{self._signed}\n{sha256(body).hexdigest()}"
        )
        return second.stamp, _authorize(
            self.credentials.access_key, second, self._signed, canonical
        )
