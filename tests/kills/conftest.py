"""A site for each test, and one nursery for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.aws_proxy.client import Client
from tests.aws_proxy.looks import SLOW
from tests.aws_proxy.proxy import aws_before
from tests.kills.child import Nursery, open_nursery
from tests.kills.site import Site
from tests.kills.time import SharedTime
from trueup.testing.cleanup import drop_tables


@pytest.fixture(scope="session")
def nursery(dynamodb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    folder = tmp_path_factory.mktemp("children")
    with open_nursery(folder, "tests.kills.applying") as nursery:
        yield nursery


@pytest.fixture
def site(
    server: tuple[str, int], dynamodb_url: str, nursery: Nursery, tmp_path: Path
) -> Iterator[Site]:
    prefix = f"trueup-kills-{uuid4().hex[:12]}-"
    time = SharedTime(file=tmp_path / "time")
    try:
        with aws_before(server, SLOW) as aws:
            aws.state.clock = time
            yield Site(aws, prefix, time, nursery)
    finally:
        unprotect(Client(server[1]), prefix)
        drop_tables(dynamodb_url, prefix)


def unprotect(client: Client, prefix: str) -> None:
    """Let the tables be dropped."""
    for name in ("orders", "notes", "tags"):
        change = {"TableName": f"{prefix}{name}", "DeletionProtectionEnabled": False}
        client.raw("UpdateTable", **change)
