"""refused(): a block that must raise one of our errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from ....errors import ErrorCode, TransactionCancelled, TrueupError
from ....operations import BatchIncomplete, BatchResult


@dataclass(slots=True)
class Refusal:
    """The error that a block raised; None until then."""

    error: TrueupError | None = None

    def says(self, *texts: str) -> bool:
        """Whether the message has all of these texts."""
        return all(text in str(self.error) for text in texts)

    @property
    def reasons(self) -> list[type]:
        """The types of a cancelled transaction's reasons, one for each action."""
        assert isinstance(self.error, TransactionCancelled)
        return [type(reason) for reason in self.error.reasons]

    @property
    def result(self) -> BatchResult[Any]:
        """The result of an incomplete batch."""
        assert isinstance(self.error, BatchIncomplete)
        return self.error.result

    @property
    def failures(self) -> list[tuple[int, ErrorCode]]:
        """The positions of a batch that were not written, with their error codes."""
        return [(one.position, one.error.code) for one in self.result.failures if one.error]


@contextmanager
def refused(expected: type[TrueupError] | ErrorCode) -> Iterator[Refusal]:
    """A block that must raise this error, or an error with this code."""
    kind = TrueupError if isinstance(expected, ErrorCode) else expected
    refusal = Refusal()
    with pytest.raises(kind) as caught:
        yield refusal
    refusal.error = caught.value
    if isinstance(expected, ErrorCode):
        assert caught.value.code is expected
