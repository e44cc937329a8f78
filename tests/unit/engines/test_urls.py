"""URLs: each says which engine and where, or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueup.engines.urls import DynamoUrl, SqliteUrl, parse_url
from trueup.errors import ErrorCode
from trueup.testing.suite.harness.refusals import refused


@pytest.mark.parametrize(
    ("url", "meaning"),
    [
        ("sqlite://", SqliteUrl(None, False)),
        ("sqlite:///a/b.db", SqliteUrl(Path("a/b.db"), False)),
        ("sqlite:////a%20b.db?mode=ro", SqliteUrl(Path("/a b.db"), True)),
        ("dynamodb://eu-west-1", DynamoUrl("eu-west-1", "", "", "direct")),
        ("dynamodb://us-gov-west-1?wire=botocore", DynamoUrl("us-gov-west-1", "", "", "botocore")),
        ("dynamodb://", DynamoUrl("", "", "", "direct")),
        ("dynamodb://?profile=beta", DynamoUrl("", "", "beta", "direct")),
        ("dynamodb://local", DynamoUrl("", "http://127.0.0.1:8000", "", "direct")),
        ("dynamodb://localhost:5200", DynamoUrl("", "http://localhost:5200", "", "direct")),
        (
            "dynamodb://db.example.com:443?tls=true&region=eu-west-1",
            DynamoUrl("eu-west-1", "https://db.example.com:443", "", "direct"),
        ),
    ],
)
def test_url_means_this(url: str, meaning: object) -> None:
    assert parse_url(url) == meaning


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://host/db",
        "sqlite://host/file.db",
        "sqlite:///a.db?mode=rw",
        "sqlite:///a.db?cache=shared",
        "dynamodb://eu-west-1/path",
        "dynamodb://eu-west-1?region=us-east-1",
        "dynamodb://eu-west-1?wire=other",
        "dynamodb://host:1?tls=no",
        "dynamodb://user:secret@host:1",
        "dynamodb://host:1?region=a&region=b",
    ],
)
def test_url_that_no_engine_serves_is_refused_and_not_shown(url: str) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        parse_url(url)
    assert not refusal.says("secret")
