"""URLs: each says which engine and where, or is refused by what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueup.engines.connect import ENGINES, find_driver
from trueup.engines.dynamodb.driver import DynamoUrl
from trueup.engines.sqlite.driver import SqliteUrl
from trueup.errors import ErrorCode
from trueup.testing.suite.harness.refusals import refused


@pytest.mark.parametrize(
    ("url", "meaning"),
    [
        ("sqlite://", SqliteUrl(None, False)),
        ("SQLite://", SqliteUrl(None, False)),
        ("sqlite:///a/b.db", SqliteUrl(Path("a/b.db"), False)),
        ("sqlite:////a%20b.db?mode=ro", SqliteUrl(Path("/a b.db"), True)),
        pytest.param("sqlite:///:memory:", SqliteUrl(None, False), marks=pytest.mark.fault("F19")),
        pytest.param(
            "sqlite:///../x%20%252F.db",
            SqliteUrl(Path("../x %2F.db"), False),
            marks=pytest.mark.fault("F26"),
        ),
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
        ("dynamodb://[::1]:8000", DynamoUrl("", "http://[::1]:8000", "", "direct")),
        ("dynamodb://localhost:1?tls=true", DynamoUrl("", "https://localhost:1", "", "direct")),
        ("dynamodb://db:8000?tls=false", DynamoUrl("", "http://db:8000", "", "direct", True)),
        ("dynamodb://?tls=false", DynamoUrl("", "", "", "direct", True)),
        (
            "dynamodb://dynamodb.eu-west-1.amazonaws.com",
            DynamoUrl("eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com", "", "direct"),
        ),
        (
            "dynamodb://vpce-1-2.dynamodb.cn-north-1.vpce.amazonaws.com.cn?region=cn-north-1",
            DynamoUrl(
                "cn-north-1",
                "https://vpce-1-2.dynamodb.cn-north-1.vpce.amazonaws.com.cn",
                "",
                "direct",
            ),
        ),
    ],
)
def test_url_means_this(url: str, meaning: object) -> None:
    assert find_driver(url)[1] == meaning


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "no engine serves it"),
        ("mysql://host/db", "no engine serves it"),
        ("sqlite://shop.db", "the name of a file follows three slashes"),
        ("sqlite://host/file.db", "the name of a file follows three slashes"),
        ("sqlite:///a.db?mode=rw", "the option mode is ro"),
        ("sqlite:///a.db?foo=1", "there is no option foo"),
        ("postgresql://host/shop?user=x&hunter2", "a name that no option has"),
        ("postgresql://host/shop?user=x&hunter2=a", "a name that no option has"),
        ("sqlite:///a#b.db", "it has a fragment"),
        ("dynamodb://eu-west-1/path", "it has a path after the region or host"),
        ("dynamodb://eu-west-1?region=us-east-1", "it names a region twice"),
        ("dynamodb://eu-west-1?wire=other", "the option wire is direct or botocore"),
        ("dynamodb://host:1?tls=no", "the option tls is true or false"),
        ("dynamodb://host:0", "its port is 0"),
        ("dynamodb://host:65536", "its port is no number from 1 to 65535"),
        ("dynamodb://host:http", "its port is no number from 1 to 65535"),
        ("dynamodb://user:hunter2@host:1", "it names a user"),
        ("dynamodb://host:1?region=a&region=b", "an option is given twice"),
        ("dynamodb://[::1", "its host is no address"),
        ("dynamodb://user:s3cr3t@host\u2100", "its host is no address"),
    ],
)
def test_url_is_refused_by_what_is_wrong_with_it_and_not_shown(url: str, problem: str) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        find_driver(url)
    assert refusal.says(problem)
    assert not refusal.says("hunter2")
    assert refusal.error
    assert refusal.error.__context__ is None


@pytest.mark.fault("F26")
@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("sqlite:///tenants/admin%00.db", "control character"),
        ("sqlite:///tenants/ad\nmin.db", "control character"),
        ("sqlite:///tenants/ad%0Amin.db", "control character"),
        ("sqlite:///tenants/ad%7fmin.db", "control character"),
        ("sqlite:///tenants/ad%C2%85min.db", "control character"),
        ("sqlite:///a.db?mode=r%00o", "control character"),
        ("dynamodb://?profile=be\tta", "control character"),
        ("sqlite:///tenants/%ff.db", "not UTF-8"),
        ("sqlite:///%2Fetc/x.db", "a dot or a slash of its path is encoded"),
        ("sqlite:///tenants/a%2fb.db", "a dot or a slash of its path is encoded"),
        ("sqlite:///tenants/%2E%2e/x.db", "a dot or a slash of its path is encoded"),
        ("sqlite:x.db", "two slashes follow"),
        ("sqlite:/x.db", "two slashes follow"),
        ("sqlite://///x.db", "has four slashes"),
        ("sqlite:///", "it names no file"),
        ("sqlite://?mode=ro", "the option mode is for files"),
        ("sqlite:///:memory:?mode=ro", "the option mode is for files"),
    ],
)
def test_url_that_would_open_another_file_than_it_seems_to_is_refused(
    url: str, problem: str
) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        find_driver(url)
    assert refusal.says(problem)


@pytest.mark.fault("F24")
@pytest.mark.parametrize(
    ("host", "hint"),
    [
        ("eu-west1", ", perhaps eu-west-1"),
        ("EU-WEST-1", ", perhaps eu-west-1"),
        ("euwest1", ", perhaps eu-west-1"),
        ("us_gov_east_1", ", perhaps us-gov-east-1"),
        ("ap-southeast2?tls=false", ", perhaps ap-southeast-2"),
        ("dynamodb", ""),
        ("beta?tls=true", ""),
    ],
)
def test_name_without_dot_and_port_is_a_misspelt_region(host: str, hint: str) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        find_driver(f"dynamodb://{host}")
    name = host.partition("?")[0].lower()
    assert refusal.says(f"{name!r} is neither a region{hint}, nor a host with a port")


@pytest.mark.fault("F24")
@pytest.mark.parametrize(
    "host",
    [
        "dynamodb.eu-west-1.amazonaws.com",
        "db:8000",
        "10.0.0.7:8000",
        "127.0.0.1.example.com:8000",
        "localhost.example.com",
        "127.1:8000",
        "[::2]:8000",
        "[::ffff:127.0.0.1]:8000",
    ],
)
def test_endpoint_of_another_machine_has_tls(host: str) -> None:
    assert find_driver(f"dynamodb://{host}")[1].endpoint_url == f"https://{host}"


@pytest.mark.parametrize("scheme", ENGINES)
def test_error_for_an_unknown_scheme_shows_the_urls_of_every_engine(scheme: str) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        find_driver("mysql://host/db")
    assert refusal.says(f"use {scheme}://")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql+psycopg", "POSTGRES"])
def test_schemes_of_other_libraries_are_told_from_ours(scheme: str) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        find_driver(f"{scheme}://host/db")
    assert refusal.says("did you mean postgresql://?")
