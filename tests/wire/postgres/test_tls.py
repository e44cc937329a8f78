"""Encryption: a server that cannot prove who it is gets no password and no item."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

import trueup
from trueup import ErrorCode, Layer
from trueup.testing.postgres import PostgresServer, running_postgres
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import PEOPLE, Person

pytestmark = pytest.mark.server

LAYER = Layer("tls", target="postgres", tables=[PEOPLE])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA) -> Path:
    made = tmp_path_factory.mktemp("tls")
    authority.cert_pem.write_to_path(made / "ca.pem")
    trustme.CA().cert_pem.write_to_path(made / "other.pem")
    return made


@pytest.fixture(scope="module")
def server(authority: trustme.CA) -> Iterator[PostgresServer]:
    """A server that is `localhost`, and nobody else."""
    certificate = authority.issue_cert("localhost")
    with running_postgres(certificate=certificate.private_key_and_cert_chain_pem.bytes()) as made:
        yield made


@pytest.fixture(autouse=True)
def password(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", server.password)


def url(server: PostgresServer, host: str, root: Path) -> str:
    return server.url.replace("127.0.0.1", host) + f"&sslrootcert={root}"


def test_server_that_proves_who_it_is_is_used(server: PostgresServer, folder: Path) -> None:
    with trueup.connect(url(server, "localhost", folder / "ca.pem"), LAYER) as db:
        db.create_tables()
        db.repository(PEOPLE).put(Person(id="a"))
        assert db.repository(PEOPLE).exists("a")


@pytest.mark.parametrize(
    ("host", "root"),
    [("localhost", "other.pem"), ("127.0.0.1", "ca.pem")],
    ids=["authority", "host"],
)
def test_server_that_cannot_is_refused(
    server: PostgresServer, folder: Path, host: str, root: str
) -> None:
    with refused(ErrorCode.CANNOT_OPEN) as refusal:
        trueup.connect(url(server, host, folder / root), LAYER)
    assert refusal.says("no encrypted connection")
