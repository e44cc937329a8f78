"""The function that migrates the database: it repeats, names who is at work, and ends in time."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

import trueup
from systems.conftest import opened as connected
from systems.pdfjobs import handlers
from systems.pdfjobs.migrate import FOLDER, files, migrate, version_at, version_of
from systems.pdfjobs.service import JobService
from systems.pdfjobs.tables import layer
from tests.wire.server import FaultServer, reply, sending
from trueup import Blocked, ErrorCode, InvalidCall, TrueupError
from trueup.engines.connect import find_driver
from trueup.migrations.guards import Allowed
from trueup.migrations.opening import open_migrations
from trueup.migrations.proving.proofs import read_proofs
from trueup.migrations.runner import Run, up
from trueup.testing.postgres import PostgresServer

LATEST = version_of(files())
NAMES = [one.name for one in files()]


class Context:
    """What Lambda gives to a handler."""

    aws_request_id = "8f5e"

    def __init__(self, remaining_ms: int = 60_000) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms


@pytest.fixture(autouse=True)
def _url(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(handlers.URL, empty_url)


@pytest.mark.req("C96")
def test_function_brings_an_empty_database_to_the_last_version_once(empty_url: str) -> None:
    first, again = handlers.migrate({}, Context()), handlers.migrate({}, Context())
    assert first == {"version": LATEST, "applied": NAMES}
    assert again == {"version": LATEST, "applied": []}
    with trueup.connect(empty_url, layer) as db:
        job = JobService(db).submit("client-acme", "https://files.example.com/1.pdf")
    assert job.client_id == "client-acme"


VARIABLES = {"HOST": "host", "PORT": "port", "NAME": "dbname"}


@pytest.mark.req("CT17")
def test_ten_at_once_apply_each_file_once(empty_url: str) -> None:
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda _: handlers.migrate({}, Context()), range(10)))
    assert {one["version"] for one in replies} == {LATEST}
    assert sorted(name for one in replies for name in one["applied"]) == NAMES
    with open_migrations(empty_url) as database:
        assert version_at(database) == LATEST


@pytest.mark.req("CT17")
def test_run_beside_another_is_refused_and_names_it(
    empty_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with open_migrations(empty_url) as other, other.lock(0):
        [(process,)] = other.query("SELECT pg_backend_pid()")
        with caplog.at_level(logging.ERROR), pytest.raises(Blocked) as refused:
            handlers.migrate({}, Context(7_000))
        assert version_at(other) == version_of([])
    assert refused.value.code is ErrorCode.LOCKED
    assert f"pid {process}" in str(refused.value)
    assert json.loads(caplog.messages[-1]) == {
        "event": "migration-failed",
        "handler": "migrate",
        "request_id": "8f5e",
        "code": "locked",
        "category": refused.value.category,
        "where": str(refused.value.where),
    }


def test_run_ends_in_its_time_and_leaves_nothing_half_done(empty_url: str) -> None:
    first, second = files()[:2]
    with open_migrations(empty_url) as database:
        proofs = read_proofs(FOLDER)
        up(Run(database, files(), proofs, Allowed(), "tests", lambda _: None), first.version)
    with connected(empty_url) as blocking, blocking.transaction():
        blocking.execute("LOCK TABLE job_results")
        with pytest.raises(TrueupError):
            migrate(empty_url, 1.0)
    with open_migrations(empty_url) as database:
        assert version_at(database) == version_of([first])
    assert migrate(empty_url, 60).applied[:1] == [second.name]


def test_payload_is_refused() -> None:
    with pytest.raises(InvalidCall, match="takes no payload"):
        handlers.migrate({"down": 1}, Context())


def test_login_comes_from_the_secret_and_is_told_nowhere(
    empty_url: str,
    server_of_proofs: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The variables are those that the stack gives to the function."""
    there: dict[str, str] = dict(find_driver(empty_url)[1].parameters)
    password = server_of_proofs.password
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pdfjobs-AbCdEf"
    login = json.dumps({"username": there["user"], "password": password})
    secret = json.dumps({"ARN": arn, "SecretString": login}).encode()
    environment = {
        **{f"DB_{name}": there[key] for name, key in VARIABLES.items()},
        "DB_SECRET_ARN": arn,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/nowhere",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name in (handlers.URL, "PGPASSWORD"):
        monkeypatch.delenv(name)
    with FaultServer(otherwise=sending(lambda _: reply(secret))) as vault:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", vault.url)
        with caplog.at_level(logging.DEBUG):
            assert handlers.migrate({}, Context())["version"] == LATEST
            monkeypatch.setenv("DB_NAME", "none")
            with pytest.raises(TrueupError) as failed:
                handlers.migrate({}, Context())
        assert vault.bodies
    assert json.loads(caplog.messages[-1])["event"] == "migration-failed"
    assert password not in caplog.text + str(failed.value)
