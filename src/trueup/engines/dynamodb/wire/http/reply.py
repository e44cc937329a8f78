"""Reply: the complete answer to a request."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from ....._dataclass import dataclass


def is_damaged(headers: Mapping[bytes, bytes], body: bytes) -> bool:
    """Whether a body differs from its checksum, if it has any. headers: by lower-case name."""
    checksum = headers.get(b"x-amz-crc32")
    return checksum is not None and checksum.strip() != b"%d" % zlib.crc32(body)


_NAME = re.compile(r"[0-9A-Za-z._:/=+-]{1,128}")
_MOST_DIGITS = 9


def name_in(text: str) -> str:
    """A server's code or id, which errors show; empty if it does not look like one, as it could
    have any length and content."""
    return text if _NAME.fullmatch(text) else ""


@dataclass(slots=True)
class Reply:
    """A complete reply, whatever its status.

    headers: by lower-case name. body: checked against its checksum, if there was any.
    clock_corrected: the request was refused because our clock is wrong; the next request is signed
        by the server's clock, so the same request may succeed if it is sent again.
    endpoint: the server, and the region it was asked for, of a reply that reports an error.
    """

    status: int
    headers: dict[bytes, bytes]
    body: bytes
    clock_corrected: bool = False
    endpoint: str = ""

    def text_headers(self) -> dict[str, str]:
        """The headers as text."""
        return {
            name.decode("latin-1"): value.decode("latin-1") for name, value in self.headers.items()
        }

    @property
    def request_id(self) -> str:
        """The id that AWS asks for in a support case; empty if the server sent none."""
        return name_in(self.headers.get(b"x-amzn-requestid", b"").decode("latin-1"))

    @property
    def retry_after_s(self) -> float | None:
        """The pause that the server asks for before the next attempt, in seconds.

        Sources:
            https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
            https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 (a date is not read)
        """
        for name, divisor in ((b"x-amz-retry-after", 1000), (b"retry-after", 1)):
            number = self.headers.get(name, b"")
            if number.isdigit() and len(number) <= _MOST_DIGITS:
                return int(number) / divisor
        return None
