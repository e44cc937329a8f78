"""The server that a test's proxy can stand before."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from trueup.engines.connect import find_driver
from trueup.engines.dynamodb.driver import DynamoUrl


@pytest.fixture(scope="session")
def server(dynamodb_url: str) -> tuple[str, int]:
    """Host and port of a server that a proxy can stand before."""
    _, where = find_driver(dynamodb_url)
    assert isinstance(where, DynamoUrl)
    endpoint = urlsplit(where.endpoint_url)
    if endpoint.scheme != "http" or endpoint.hostname is None:
        pytest.skip("faults are put into plain HTTP; DYNAMODB_URL names an endpoint with TLS")
    return endpoint.hostname, endpoint.port or 80
