"""The verification over TLS, with user and password from a secret."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
import trustme

from systems.domainflow import handlers, verify
from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.aws.configuration import Options
from trueup.engines.dynamodb.wire.aws.service import SECRETS_MANAGER
from trueup.engines.dynamodb.wire.blocking import DirectWire
from trueup.testing.ministack import running_ministack
from trueup.testing.postgres import PostgresServer, create_database, running_postgres

pytestmark = pytest.mark.server
DATABASE = "domainflow"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[PostgresServer]:
    """A server that speaks TLS, and is `localhost`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("localhost").private_key_and_cert_chain_pem.bytes()
    with running_postgres(certificate=certificate) as made:
        create_database(made, DATABASE, ["postgis"])
        yield made


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with running_ministack("secretsmanager") as made:
        yield f"http://{made.host}:{made.port}"


@pytest.fixture(autouse=True)
def _in_lambda(
    server: PostgresServer, folder: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment of the function, and of whoever verifies it."""
    for name, value in {
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/nowhere",
        "DB_HOST": "localhost",
        "DB_PORT": str(server.port),
        "DB_NAME": DATABASE,
        "COLUMNS": "200",
        handlers.URL: f"postgresql://env?pool=2&sslrootcert={folder / 'ca.pem'}",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DB_SECRET_ARN", secret_of(server))


def secret_of(server: PostgresServer) -> str:
    """The ARN of a secret that has the login of the database's owner."""
    login = json.dumps({"username": "trueup", "password": server.password})
    body = {"Name": uuid4().hex, "SecretString": login, "ClientRequestToken": uuid4().hex * 2}
    payload = HttpPayload("CreateSecret", json.dumps(body).encode(), SECRETS_MANAGER)
    with closing(DirectWire(Options(region="us-east-1"))) as wire:
        reply = wire.perform(payload, time.monotonic() + 10)
    return str(json.loads(reply.body)["ARN"])


@pytest.mark.req("D62", "D103")
def test_secret_is_read_and_the_connection_is_encrypted(
    capsys: pytest.CaptureFixture[str], server: PostgresServer
) -> None:
    handlers.initialise({}, None)
    assert verify.main([]) == 0
    printed = capsys.readouterr().out
    assert "✓ 'tenants' secret resolvable: user and password are read from the secret" in printed
    assert "✓ 'tenants' connection encrypted: over TLS, to a server that shows a certificate" in (
        printed
    )
    assert server.password not in printed


@pytest.mark.req("D62", "D103")
def test_connection_without_a_certificate_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On this machine nobody has to show one; the verification asks for it all the same."""
    monkeypatch.setenv(handlers.URL, "postgresql://env?pool=2")
    handlers.initialise({}, None)
    assert verify.main([]) == 1
    printed = capsys.readouterr().out
    assert re.findall(r"^✗ .*", printed, re.MULTILINE)[0].startswith(
        "✗ 'tenants' connection encrypted: declared over TLS"
    )
    assert "found the server showed no certificate" in printed


@pytest.mark.req("D62", "D103")
def test_secret_that_is_gone_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf"
    monkeypatch.setenv("DB_SECRET_ARN", arn)
    assert verify.main([]) == 1
    assert "there is no such secret" in capsys.readouterr().out


def test_server_of_another_authority_gets_no_password(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trustme.CA().cert_pem.write_to_path(folder / "other.pem")
    other = f"postgresql://env?pool=2&sslrootcert={folder / 'other.pem'}"
    monkeypatch.setenv(handlers.URL, other)
    assert verify.main([]) == 1
    assert "no encrypted connection" in capsys.readouterr().out
