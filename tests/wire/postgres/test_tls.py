"""Encryption: a server that cannot prove who it is gets no password and no item."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from tests.wire.postgres.proxy import Proxy
from tests.wire.postgres.walk import opened
from trueup import ErrorCode
from trueup.engines.connect import find_driver
from trueup.engines.postgres.errors import Stage
from trueup.engines.postgres.payload import Statement
from trueup.engines.postgres.wire.blocking import PostgresWire
from trueup.testing.postgres import PostgresServer, running_postgres
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import PEOPLE, Person

pytestmark = pytest.mark.server
FLAVOURS = pytest.mark.parametrize("flavour", list(Flavour))


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


@pytest.fixture
def password(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", server.password)


def url(server: PostgresServer, host: str, root: Path) -> str:
    return server.url.replace("127.0.0.1", host) + f"&sslrootcert={root}"


def use(address: str, flavour: Flavour, prefix: str = "tls-") -> None:
    """Write an item and find it."""

    async def call() -> None:
        async with await opened(address, prefix, flavour) as db:
            await db.create_tables()
            await db.repository(PEOPLE).put(Person(id="a"))
            assert await db.repository(PEOPLE).exists("a")

    asyncio.run(call())


@FLAVOURS
@pytest.mark.parametrize("option", ["", "&pooler=true"])
@pytest.mark.usefixtures("password")
def test_server_that_proves_who_it_is_is_used(
    server: PostgresServer, folder: Path, flavour: Flavour, option: str
) -> None:
    use(url(server, "localhost", folder / "ca.pem") + option, flavour)


@FLAVOURS
@pytest.mark.parametrize(
    ("host", "root"),
    [("localhost", "other.pem"), ("127.0.0.1", "ca.pem"), ("localhost", "missing.pem")],
    ids=["authority", "host", "no authority"],
)
@pytest.mark.usefixtures("password")
def test_server_that_cannot_is_refused(
    server: PostgresServer, folder: Path, flavour: Flavour, host: str, root: str
) -> None:
    with refused(ErrorCode.CANNOT_OPEN) as refusal:
        use(url(server, host, folder / root), flavour)
    assert refusal.says("no encrypted connection")


@FLAVOURS
def test_server_without_encryption_gets_no_password(
    postgres_url: str, folder: Path, flavour: Flavour
) -> None:
    """Nor does one that somebody in between says to have none."""
    with Proxy(urlsplit(postgres_url).port or 5432) as proxy:
        with refused(ErrorCode.CANNOT_OPEN) as refusal:
            use(f"{proxy.of(postgres_url)}&sslrootcert={folder / 'ca.pem'}", flavour)
        assert refusal.says("no encrypted connection")
        assert [link.recording.startup for link in proxy.links] == [{}]


@FLAVOURS
def test_every_other_machine_has_to_prove_who_it_is(postgres_url: str, flavour: Flavour) -> None:
    """127.0.0.2 is not among the names of this machine, so that it stands for another."""
    target = urlsplit(postgres_url).port or 5432
    with Proxy(target, "127.0.0.2") as proxy:
        with refused(ErrorCode.CANNOT_OPEN) as refusal:
            use(proxy.of(postgres_url), flavour)
        assert refusal.says("no encrypted connection")
        assert [link.recording.startup for link in proxy.links] == [{}]


@pytest.mark.usefixtures("password")
def test_connection_is_encrypted(server: PostgresServer, folder: Path) -> None:
    driver, address = find_driver(url(server, "localhost", folder / "ca.pem"))
    wire = driver.open_wire(address, 10)
    assert isinstance(wire, PostgresWire)
    try:
        asked = Statement("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        [found] = wire.single(asked, Stage.NOTHING, time.monotonic() + 10, "")
    finally:
        wire.close()
    assert found == (True, "TLSv1.3")


@FLAVOURS
def test_password_itself_is_never_sent(postgres_url: str, prefix: str, flavour: Flavour) -> None:
    """A proof is: SCRAM."""
    with Proxy(urlsplit(postgres_url).port or 5432) as proxy:
        use(proxy.of(postgres_url), flavour, prefix)
        for link in proxy.links:
            first, *more = link.recording.proofs
            assert first.startswith(b"SCRAM-SHA-256\0")
            assert more
            assert os.environ["PGPASSWORD"].encode() not in first + b"".join(more)
