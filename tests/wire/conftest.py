"""What tests of the botocore wire share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.handlers import BUILTIN_HANDLERS

Hook = Callable[[str, Callable[..., object]], None]


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Hook:
    """Registers a handler for sessions yet to be made, as moto does."""
    handlers = list(BUILTIN_HANDLERS)
    monkeypatch.setattr("botocore.handlers.BUILTIN_HANDLERS", handlers)
    monkeypatch.setattr("botocore.session.handlers.BUILTIN_HANDLERS", handlers)

    def register(event: str, handler: Callable[..., object]) -> None:
        handlers.append((event, handler))

    return register
