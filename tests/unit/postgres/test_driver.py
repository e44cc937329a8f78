"""URLs of PostgreSQL, and what they mean for a connection."""

from __future__ import annotations

import pytest

from trueup import ErrorCode
from trueup.engines.connect import find_driver
from trueup.engines.postgres.login.urls import PostgresUrl
from trueup.testing.suite.harness.refusals import refused

SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hunter2"


def parameters(url: str) -> dict[str, str]:
    return dict(find_driver(url)[1].parameters)


def test_server_elsewhere_is_reached_encrypted_and_checked() -> None:
    found = parameters("postgresql://db.example.com:6432/shop%20one?user=app")
    assert found == {
        "host": "db.example.com",
        "port": "6432",
        "dbname": "shop one",
        "user": "app",
        "sslmode": "verify-full",
        "sslrootcert": "system",
        "gssencmode": "disable",
    }


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_server_on_this_machine_may_speak_plainly(host: str) -> None:
    assert parameters(f"postgresql://{host}/shop")["sslmode"] == "prefer"


@pytest.mark.parametrize("host", ["localhost.example.com", "127.0.0.1.example.com", "10.0.0.1"])
def test_what_looks_like_this_machine_is_none(host: str) -> None:
    assert parameters(f"postgresql://{host}/shop")["sslmode"] == "verify-full"


def test_server_on_this_machine_is_checked_if_a_certificate_is_given() -> None:
    found = parameters("postgresql://localhost/shop?sslrootcert=/etc/ca.pem")
    assert (found["sslmode"], found["sslrootcert"]) == ("verify-full", "/etc/ca.pem")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://localhost",
        "postgresql:///shop",
        "postgresql://localhost/a/b",
        "postgresql://localhost:0/shop",
        "postgresql://localhost:x/shop",
        "postgresql://one,two/shop",
        "postgresql://me:hunter2@localhost/shop",
        "postgresql://localhost/shop?password=hunter2",
        "postgresql://localhost/shop?sslmode=disable",
        "postgresql://localhost/shop?pooler=maybe",
        "postgresql://localhost/shop?secret=",
        "postgresql://localhost/shop?secret=hunter2",
        "postgresql://localhost/shop?secret=hunter2&region=eu-west-1&user=app",
        "postgresql://localhost/shop?secret=hunter2&region=eu-west-1&auth=iam",
        f"postgresql://localhost/shop?secret={SECRET_ARN}&region=us-east-1",
        "postgresql://localhost/shop?auth=iam",
        "postgresql://localhost/shop?auth=md5&user=app",
        "postgresql://localhost/shop?region=eu-west-1",
        "postgresql://env:5432",
    ],
)
def test_url_that_cannot_be_used_is_refused_without_what_it_holds(url: str) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        find_driver(url)
    assert not refusal.says("hunter2")
    assert refusal.says("postgresql://host:5432/database")


def in_environment(**variables: str) -> dict[str, str]:
    url: PostgresUrl = find_driver("postgresql://env")[1]
    return url.in_environment(variables).parameters


@pytest.mark.req("D10", "D11")
def test_environment_names_the_database_and_perhaps_the_port() -> None:
    found = in_environment(DB_HOST="db.example.com", DB_NAME="domainflow")
    assert (found["host"], found["port"], found["dbname"]) == (
        "db.example.com",
        "5432",
        "domainflow",
    )
    assert found["sslmode"] == "verify-full"
    found = in_environment(DB_HOST="db.example.com", DB_NAME="domainflow", DB_PORT="6432")
    assert found["port"] == "6432"


def test_database_on_a_host_called_env_is_no_environment() -> None:
    url: PostgresUrl = find_driver("postgresql://env/shop")[1]
    assert url.in_environment({"DB_HOST": "db.example.com"}).host == "env"


def test_region_may_say_again_what_the_arn_of_the_secret_says() -> None:
    url: PostgresUrl = find_driver(
        f"postgresql://localhost/shop?secret={SECRET_ARN}&region=eu-west-1"
    )[1]
    assert (url.secret, url.region) == (SECRET_ARN, "eu-west-1")
