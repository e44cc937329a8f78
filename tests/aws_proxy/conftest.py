"""A proxy before the session's server, for each test, and names that no other test has."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.aws_proxy.client import Client
from tests.aws_proxy.proxy import AwsProxy, aws_before
from trueup.testing.cleanup import drop_tables


@pytest.fixture
def aws(server: tuple[str, int]) -> Iterator[AwsProxy]:
    with aws_before(server) as proxy:
        yield proxy


@pytest.fixture
def client(aws: AwsProxy) -> Client:
    return Client(aws.port)


@pytest.fixture
def name(dynamodb_url: str) -> Iterator[str]:
    """The name of a table that is not there."""
    prefix = f"trueup-aws-{uuid4().hex[:12]}-"
    try:
        yield f"{prefix}orders"
    finally:
        drop_tables(dynamodb_url, prefix)
