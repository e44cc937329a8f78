"""botocore's signer with our SigV4 in it: the same signatures, with keys that are kept for a day.

Hooks that choose a signer go before it, and what they add to a request is signed as botocore does.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import time
from functools import lru_cache
from hashlib import sha256
from typing import Any

from ..wire.aws.sigv4 import SERVICE, SigningKeys, authorize
from .plain import plain_endpoint
from .sdk import AUTH_TYPE_MAPS, SIGNED_HEADERS_BLACKLIST, SigV4Auth

_SIGNATURE = "trueup-v4"
_NOT_SIGNED = frozenset(SIGNED_HEADERS_BLACKLIST)
_UNUSUAL = frozenset(
    {"authorization", "date", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"}
)
"""Headers that a signer sets or minds, so that a hook that wrote them means something by it."""

_keys_of = lru_cache(maxsize=16)(SigningKeys)
"""By secret and region: botocore makes a signer for each request."""


def offer_signer() -> None:
    """Put the signer where botocore looks for it, under a name of its own."""
    AUTH_TYPE_MAPS[_SIGNATURE] = KeptKeysAuth


def choose_signer(signature_version: str, **_: Any) -> str | None:
    """A handler of `choose-signer`: ours, where botocore would take the one it stands for."""
    return _SIGNATURE if signature_version == "v4" else None


class KeptKeysAuth(SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """Signs plain requests; all others are botocore's."""

    def __init__(self, credentials: Any, service_name: str, region_name: str) -> None:
        super().__init__(credentials, service_name, region_name)
        self._is_ours = credentials is not None and service_name == SERVICE
        self._region = region_name

    def add_auth(self, request: Any) -> None:
        """Sign `request`, by the time it is."""
        if not self._is_ours or not self.sign(request, int(time.time())):
            super().add_auth(request)

    def sign(self, request: Any, epoch_s: int) -> bool:
        """Add the headers of a signature; False where botocore has to, and nothing was added."""
        values = _values_to_sign(request.headers)
        endpoint = plain_endpoint(request.url)
        if endpoint is None or not _is_plain(request) or not _UNUSUAL.isdisjoint(values):
            return False
        credentials, headers = self.credentials, request.headers
        second = _keys_of(credentials.secret_key, self._region).at(epoch_s)
        request.context["timestamp"] = second.stamp  # as botocore does, for hooks
        values.setdefault("host", endpoint.authority)
        values["x-amz-date"] = headers["X-Amz-Date"] = second.stamp
        if credentials.token:
            values["x-amz-security-token"] = headers["X-Amz-Security-Token"] = credentials.token
        names = sorted(values)
        signed = ";".join(names)
        lines = "".join([f"{name}:{values[name]}\n" for name in names])
        canonical = f"POST\n/\n\n{lines}\n{signed}\n{sha256(request.data).hexdigest()}"
        headers["Authorization"] = authorize(credentials.access_key, second, signed, canonical)
        return True


def _values_to_sign(headers: Any) -> dict[str, str]:
    """By lower-case name, each as it is signed. botocore's rule says which."""
    values: dict[str, str] = {}
    for name, text in headers.items():
        lower = name.lower()
        if lower not in _NOT_SIGNED:
            trimmed = " ".join(text.split())
            values[lower] = f"{values[lower]},{trimmed}" if lower in values else trimmed
    return values


def _is_plain(request: Any) -> bool:
    """Whether there is a body to sign, and nothing but it."""
    return (
        request.method == "POST"
        and type(request.data) is bytes
        and not request.params
        and request.context.get("payload_signing_enabled", True)
    )
