"""The time that signatures carry: ours, corrected by the server's where ours is wrong.

AWS refuses a signature that is more than some minutes old or early. Such a refusal carries the
server's time; from then on it is what we sign by.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ..http.reply import Reply

SMALLEST_CORRECTION_S = 60
"""A refusal with less difference has another reason: a wrong secret key, say."""

_CODES = (
    b"InvalidSignatureException",
    b"RequestExpired",
    b"RequestInTheFuture",
    b"RequestTimeTooSkewed",
    b"SignatureDoesNotMatch",
)
"""https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""


class SigningClock:
    """Epoch seconds by the server's clock, as far as it is known.

    skew_s: server time minus ours; 0 until a refusal showed that ours is wrong.
    """

    __slots__ = ("_time", "skew_s")

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._time = now
        self.skew_s = 0

    def now_epoch_s(self) -> int:
        """The second to sign with."""
        return int(self._time()) + self.skew_s

    def correct(self, reply: Reply) -> bool:
        """Learn from a refusal; whether the same request, signed again, has a chance."""
        if not any(code in reply.body for code in _CODES):
            return False
        server_epoch_s = parse_date(reply.headers.get(b"date", b""))
        if server_epoch_s is None or self._agrees(server_epoch_s):
            return False
        self.skew_s = server_epoch_s - int(self._time())
        return True

    def _agrees(self, server_epoch_s: int) -> bool:
        return abs(server_epoch_s - self.now_epoch_s()) < SMALLEST_CORRECTION_S


def parse_date(text: bytes) -> int | None:
    """Epoch seconds of `Thu, 20 Nov 2025 10:00:00 GMT`, in any locale; None for what is no date.

    Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    """
    from email.utils import parsedate_to_datetime  # 10 ms that only a refusal needs

    try:
        date = parsedate_to_datetime(text.decode("latin-1"))
    except (ValueError, OverflowError):
        return None
    return int(date.timestamp()) if date.tzinfo else None
