"""Places where a demo can run: a file, a DynamoDB, or a ministack that is started for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from uuid import uuid4

MINISTACK = "dynamodb://ministack"
"""Stands for one that is started, and stopped afterwards."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a layer is opened. engine: in words. names: how tables are called there."""

    url: str
    engine: str
    names: str = "{table}"


@contextmanager
def place_at(url: str) -> Iterator[Place]:
    """The place that a URL names. Tables that a demo makes on a DynamoDB have names of their own
    there, and are dropped at the end."""
    if url == MINISTACK:
        from trueup.testing.ministack import ministack_version, running_ministack

        with running_ministack() as server, _test_credentials():
            yield Place(server.url, f"dynamodb (ministack {ministack_version()})")
    elif url.startswith("dynamodb:"):
        from trueup.testing.cleanup import drop_tables  # needs the extra `dynamodb`

        prefix = f"trueup-demo-{uuid4().hex[:8]}-"
        try:
            yield Place(url, "dynamodb", f"{prefix}{{table}}")
        finally:
            drop_tables(url, prefix)
    else:
        yield Place(url, "sqlite")


@contextmanager
def temporary_file() -> Iterator[Place]:
    """An SQLite file that goes away."""
    with TemporaryDirectory(prefix="trueup-demo-") as folder:
        yield Place(f"sqlite:///{folder}/demo.db", "sqlite")


@contextmanager
def _test_credentials() -> Iterator[None]:
    """An emulator looks at no signature, but a client wants a key to sign with."""
    given = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
