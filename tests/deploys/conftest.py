"""One emulator for all tests of deployments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deploys.account import Account
from trueup.testing.ministack import running_ministack


@pytest.fixture(scope="session")
def account() -> Iterator[Account]:
    with running_ministack("") as server:
        yield Account(server)
