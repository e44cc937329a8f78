"""The time in signatures: our clock, corrected by the server's if ours is wrong.

AWS refuses a signature whose time differs by more than some minutes. Such a refusal carries the
server's time; later requests are signed by it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ..http.reply import Reply

SMALLEST_CORRECTION_S = 60
"""The least difference to correct: below it, a refusal has another reason, such as a wrong key."""

LARGEST_CORRECTION_S = 24 * 3600
"""The largest correction: enough for a clock in another time zone. An attacker who can make us sign
for any time can use the signature then, and a clock that is off by years accepts no certificate."""

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

    skew_s: server time minus ours; 0 until a refusal shows that ours is wrong.
    """

    __slots__ = ("_time", "skew_s")

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._time = now
        self.skew_s = 0

    def now_epoch_s(self) -> int:
        """The time to sign with."""
        return int(self._time()) + self.skew_s

    def correct(self, reply: Reply) -> bool:
        """Learn from a refusal; return whether the request may succeed if it is signed again."""
        if not any(code in reply.body for code in _CODES):
            return False
        server_epoch_s = parse_date(reply.headers.get(b"date", b""))
        if server_epoch_s is None or self._agrees(server_epoch_s):
            return False
        skew_s = server_epoch_s - int(self._time())
        if abs(skew_s) > LARGEST_CORRECTION_S:
            return False
        self.skew_s = skew_s
        return True

    def _agrees(self, server_epoch_s: int) -> bool:
        return abs(server_epoch_s - self.now_epoch_s()) < SMALLEST_CORRECTION_S


def parse_date(text: bytes) -> int | None:
    """Epoch seconds of `Thu, 20 Nov 2025 10:00:00 GMT`, in any locale; None if the text is no date.

    Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    """
    from email.utils import parsedate_to_datetime  # 10 ms, needed only after a refusal

    try:
        date = parsedate_to_datetime(text.decode("latin-1"))
    except (ValueError, OverflowError):
        return None
    return int(date.timestamp()) if date.tzinfo else None
