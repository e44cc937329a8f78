"""Each example runs on a SQLite file, and on the DynamoDB that the tests start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from trueup.testing.cleanup import drop_tables

TABLES = ("Orders", "Stock", "Bookings", "Holds")


@pytest.fixture(params=["sqlite", "dynamodb"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """An empty database, which DATABASE_URL names."""
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/example.db" if is_file else request.getfixturevalue("dynamodb_url")
    monkeypatch.setenv("DATABASE_URL", url)
    yield url
    for table in () if is_file else TABLES:
        drop_tables(url, table)
