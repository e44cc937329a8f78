"""URLs of PostgreSQL, and what they mean for a connection."""

from __future__ import annotations

import pytest

from trueup import ErrorCode
from trueup.engines.connect import find_driver
from trueup.testing.suite.harness.refusals import refused


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
    ],
)
def test_url_that_cannot_be_used_is_refused_without_what_it_holds(url: str) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        find_driver(url)
    assert not refusal.says("hunter2")
    assert refusal.says("postgresql://host:5432/database")
