"""Passwords that a function gives, a secret of AWS, or IAM: asked for each connection, renewed once
when they are refused, and shown nowhere."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from botocore.session import get_session

import trueup
from tests.wire.server import Answer, FaultServer, reply, sending
from trueup import Layer, NeedsOperator
from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.aws.configuration import Options
from trueup.engines.dynamodb.wire.aws.service import SECRETS_MANAGER
from trueup.engines.dynamodb.wire.blocking import DirectWire
from trueup.errors import ErrorCode, InvalidCall, Unavailable
from trueup.testing.ministack import running_ministack
from trueup.testing.postgres import DATABASE, USER, PostgresServer, running_postgres
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.refusals import Refusal, refused
from trueup.testing.suite.tables import PEOPLE, Person

pytestmark = pytest.mark.server

LAYER = Layer("logins", target="postgres", tables=[PEOPLE])
FLAVOURS = pytest.mark.parametrize("flavour", list(Flavour))
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf"
CANARY = "hunter2-%C3%A4-'\\"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_else_knows_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", "/nowhere")
    for name in ("DB_HOST", "DB_PORT", "DB_NAME", "DB_SECRET_ARN"):
        monkeypatch.delenv(name, raising=False)


class Role:
    """The role of a server, whose password is changed as a rotation does."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.password = server.password

    def rotate(self, password: str = "") -> str:
        """Give the role another password."""
        new = password or uuid4().hex
        with psycopg.connect(
            host=self._server.host,
            port=self._server.port,
            dbname=DATABASE,
            user=USER,
            password=self.password,
            autocommit=True,
        ) as connection:
            literal = psycopg.sql.Literal(new)
            connection.execute(psycopg.sql.SQL("ALTER ROLE trueup PASSWORD {}").format(literal))
        self.password = new
        return new


@pytest.fixture
def role(server: PostgresServer) -> Iterator[Role]:
    made = Role(server)
    yield made
    made.rotate(server.password)


def use(url: str, flavour: Flavour, calls: int = 1, **options: Any) -> trueup.ConnectionCounts:
    """Make calls at the same time, and return how many connections that took."""

    async def awaiting() -> trueup.ConnectionCounts:
        async with trueup.connect_async(url, LAYER, **options) as db:
            await db.create_tables()
            people = db.repository(PEOPLE)
            await asyncio.gather(*(people.put(Person(id=f"{n}")) for n in range(calls)))
            return db.connections

    if flavour is Flavour.ASYNC:
        return asyncio.run(awaiting())
    with trueup.connect(url, LAYER, **options) as db:
        db.create_tables()
        db.repository(PEOPLE).put(Person(id="a"))
        return db.connections


@FLAVOURS
def test_function_is_called_for_each_connection(
    server: PostgresServer, role: Role, flavour: Flavour
) -> None:
    asked: list[str] = []

    def password() -> str:
        asked.append(role.password)
        return role.password

    counts = use(f"{server.url}&pool=3", flavour, calls=20, password=password)
    assert len(asked) == counts.opened >= 1


@pytest.mark.case("P42")
def test_pool_grows_after_the_first_password_expired(server: PostgresServer, role: Role) -> None:
    async def grow() -> None:
        url = f"{server.url}&pool=5"
        async with trueup.connect_async(url, LAYER, password=lambda: role.password) as db:
            await db.create_tables()
            role.rotate()
            people = db.repository(PEOPLE)
            await asyncio.gather(*(people.get(f"{n}") for n in range(20)))
            assert db.connections.opened > 1

    asyncio.run(grow())


@pytest.mark.case("P42")
@FLAVOURS
def test_password_that_is_refused_is_asked_for_once_more(
    server: PostgresServer, role: Role, flavour: Flavour
) -> None:
    given = ["stale", role.password]
    use(server.url, flavour, password=lambda: given.pop(0))
    assert given == []


@FLAVOURS
def test_password_that_is_refused_twice_is_an_error(
    server: PostgresServer, flavour: Flavour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked: list[str] = []

    def password() -> str:
        asked.append(CANARY)
        return CANARY

    with refused(ErrorCode.CREDENTIALS_REFUSED) as refusal:
        use(server.url, flavour, password=password)
    assert len(asked) == 2
    check_silent(refusal, caplog, CANARY)


def check_silent(refusal: Refusal, caplog: pytest.LogCaptureFixture, secret: str) -> None:
    """Neither an error nor a log has the secret."""
    error = refusal.error
    assert error is not None
    while error is not None:
        assert secret not in repr(error)
        assert secret not in str(error)
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    assert secret not in caplog.text


@pytest.mark.parametrize(
    "password", [CANARY, " ", "a' sslmode='disable", "x" * 900, "\n\t", "ä\U0001f600"]
)
def test_any_password_is_sent_as_it_is(server: PostgresServer, role: Role, password: str) -> None:
    role.rotate(password)
    use(server.url, Flavour.SYNC, password=lambda: password)


def test_nothing_that_is_shown_has_the_password(server: PostgresServer, role: Role) -> None:
    role.rotate(CANARY)
    with trueup.connect(server.url, LAYER, password=lambda: CANARY) as db:
        runner = vars(db)["_runner"]
        shown = repr(db) + repr(runner) + repr(runner.wire) + repr(db.connections)
    assert CANARY not in shown


class Broken(Exception):
    pass


def failing() -> str:
    raise Broken


@pytest.mark.parametrize(
    ("password", "said"),
    [
        (failing, "raised Broken"),
        *((value, "no text that can be sent") for value in ("", None, b"a", "a\0b", "\ud800")),
    ],
)
@FLAVOURS
def test_function_that_gives_no_password_is_an_error(
    server: PostgresServer, flavour: Flavour, password: Any, said: str
) -> None:
    with refused(NeedsOperator) as refusal:
        use(server.url, flavour, password=password if callable(password) else lambda: password)
    assert refusal.says(said)
    assert refusal.error is not None
    assert refusal.error.__cause__ is refusal.error.__context__ is None


def test_error_of_ours_passes_through_the_function(server: PostgresServer) -> None:
    def busy() -> str:
        raise Unavailable("the vault is closed", fix="wait")

    with refused(Unavailable) as refusal:
        use(server.url, Flavour.SYNC, password=busy)
    assert refusal.says("the vault is closed")


def test_function_that_takes_too_long_ends_in_time_in_asyncio(server: PostgresServer) -> None:
    done = threading.Event()

    def slow() -> str:
        done.wait(20)
        return ""

    async def connect() -> None:
        begun = time.monotonic()
        try:
            with refused(ErrorCode.DEADLINE_EXCEEDED):
                await trueup.connect_async(server.url, LAYER, password=slow, timeout_s=0.2)
        finally:
            done.set()
        assert time.monotonic() - begun < 5

    asyncio.run(connect())


@pytest.mark.parametrize("url", ["sqlite://", "dynamodb://eu-west-1"])
def test_engine_without_passwords_refuses_one(url: str) -> None:
    layer = Layer("logins", target="dynamodb", tables=[PEOPLE])
    with refused(ErrorCode.INVALID_OPTION) as refusal:
        trueup.connect(url, layer, password=lambda: "")
    assert refusal.says("takes no password")


def test_second_source_of_a_password_is_refused() -> None:
    for option in ("secret=s&region=eu-west-1", "user=app&auth=iam"):
        with refused(ErrorCode.INVALID_OPTION):
            trueup.connect(f"postgresql://localhost/shop?{option}", LAYER, password=lambda: "")


class Vault:
    """A Secrets Manager with one secret."""

    def __init__(self, wire: DirectWire, name: str) -> None:
        self._wire = wire
        self.arn = str(self._call("CreateSecret", Name=name, SecretString="{}")["ARN"])

    def put(self, secret: object) -> None:
        text = secret if isinstance(secret, str) else json.dumps(secret)
        self._call("PutSecretValue", SecretId=self.arn, SecretString=text)

    def _call(self, operation: str, **parameters: str) -> dict[str, Any]:
        body = json.dumps(parameters | {"ClientRequestToken": uuid4().hex * 2}).encode()
        payload = HttpPayload(operation, body, SECRETS_MANAGER)
        reply = self._wire.perform(payload, time.monotonic() + 10)
        assert reply.status == 200, reply.body
        found: dict[str, Any] = json.loads(reply.body)
        return found


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with running_ministack("secretsmanager") as made:
        yield f"http://{made.host}:{made.port}"


@pytest.fixture
def vault(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with closing(DirectWire(Options(region="us-east-1"))) as wire:
        yield Vault(wire, f"shop/{uuid4().hex}")


def login(role: Role) -> dict[str, Any]:
    return {"engine": "postgres", "username": USER, "password": role.password}


def of_secret(server: PostgresServer, vault: Vault) -> str:
    return f"{server.url.partition('?')[0]}?secret={quote(vault.arn, safe='')}"


@pytest.mark.req("D1")
@FLAVOURS
def test_user_and_password_come_from_a_secret_that_rotates(
    server: PostgresServer, role: Role, vault: Vault, flavour: Flavour
) -> None:
    vault.put(login(role))
    url = of_secret(server, vault)
    use(url, flavour)

    async def rotate() -> None:
        async with trueup.connect_async(f"{url}&pool=5", LAYER) as db:
            role.rotate()
            vault.put(login(role))
            await asyncio.gather(*(db.repository(PEOPLE).get(f"{n}") for n in range(20)))
            assert db.connections.opened > 1

    asyncio.run(rotate())


@pytest.mark.req("D8", "D9")
@FLAVOURS
def test_environment_names_the_server_and_the_secret(
    server: PostgresServer,
    role: Role,
    vault: Vault,
    flavour: Flavour,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vault.put(login(role) | {"host": "203.0.113.1", "port": 1, "dbname": "other"})
    monkeypatch.setenv("DB_HOST", server.host)
    monkeypatch.setenv("DB_PORT", str(server.port))
    monkeypatch.setenv("DB_NAME", DATABASE)
    monkeypatch.setenv("DB_SECRET_ARN", vault.arn)
    use("postgresql://env", flavour)


def test_secret_gives_what_the_environment_leaves_out(
    server: PostgresServer, role: Role, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = {"host": server.host, "port": str(server.port), "dbname": DATABASE}
    vault.put(login(role) | where)
    monkeypatch.setenv("DB_SECRET_ARN", vault.arn)
    assert use("postgresql://env?pool=1", Flavour.SYNC).most == 1
    vault.put(login(role))
    with refused(ErrorCode.CANNOT_OPEN) as refusal:
        use("postgresql://env", Flavour.SYNC)
    assert refusal.says("names a host and a database")


def test_environment_without_a_secret_leaves_user_and_password_to_libpq(
    server: PostgresServer, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_HOST", server.host)
    monkeypatch.setenv("DB_PORT", str(server.port))
    monkeypatch.setenv("DB_NAME", DATABASE)
    monkeypatch.setenv("PGUSER", USER)
    monkeypatch.setenv("PGPASSWORD", role.password)
    use("postgresql://env", Flavour.SYNC)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "DB_HOST is not set"),
        ({"DB_HOST": "db"}, "DB_NAME is not set"),
        ({"DB_HOST": "db", "DB_NAME": "shop", "DB_PORT": "x"}, "DB_PORT is no number"),
        ({"DB_HOST": "db", "DB_NAME": "shop", "DB_PORT": "0"}, "DB_PORT is no number"),
        ({"DB_HOST": "one,two", "DB_NAME": "shop"}, "DB_HOST is no name of a host"),
        ({"DB_HOST": "me@db", "DB_NAME": "shop"}, "DB_HOST is no name of a host"),
        ({"DB_SECRET_ARN": "shop/app"}, "DB_SECRET_ARN is no ARN"),
        ({"DB_SECRET_ARN": SECRET_ARN, "url": "&user=app"}, "DB_SECRET_ARN has the user"),
        ({"DB_SECRET_ARN": SECRET_ARN, "url": "&user=app&auth=iam"}, "DB_SECRET_ARN has the user"),
        ({"DB_SECRET_ARN": SECRET_ARN, "url": "&region=us-gov-1"}, "is in another region"),
    ],
)
def test_environment_that_does_not_say_enough_is_refused(
    variables: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with refused(InvalidCall) as refusal:
        trueup.connect(f"postgresql://env?pool=1{variables.get('url', '')}", LAYER)
    assert refusal.says(said)


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (CANARY, "no JSON object"),
        ([CANARY], "no JSON object"),
        ({"password": CANARY}, "no username"),
        ({"username": "app", "password": [CANARY]}, "a password that is no text"),
        ({"username": "app", "password": f"{CANARY}\0"}, "a password that is no text"),
        ({"username": "app", "password": f"{CANARY}\ud800"}, "a password that is no text"),
        ({"username": "app", "password": CANARY, "port": "many"}, "a port that is no number"),
    ],
)
def test_secret_of_another_form_is_refused_without_what_it_holds(
    server: PostgresServer,
    vault: Vault,
    caplog: pytest.LogCaptureFixture,
    secret: object,
    said: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    vault.put(secret)
    with refused(ErrorCode.CREDENTIALS_REFUSED) as refusal:
        trueup.connect(of_secret(server, vault), LAYER)
    assert refusal.says(said)
    check_silent(refusal, caplog, CANARY)


def test_secret_that_is_not_there_is_an_error(server: PostgresServer, vault: Vault) -> None:
    url = of_secret(server, vault).rpartition("=")[0]
    with refused(ErrorCode.CANNOT_OPEN) as refusal:
        trueup.connect(f"{url}=nobody&region=us-east-1", LAYER)
    assert refusal.says("there is no such secret")


def test_vault_that_does_not_answer_is_unavailable(
    server: PostgresServer, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1")
    with refused(Unavailable) as refusal:
        trueup.connect(of_secret(server, vault), LAYER)
    assert refusal.says("Secrets Manager does not answer")


def answering(body: object, status: bytes = b"200 OK") -> Answer:
    """Secrets Manager's reply, whatever it is asked."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return sending(lambda _: reply(text, status=status))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    with FaultServer() as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", made.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
        yield made


def test_secret_is_read_once_for_many_connections(
    server: PostgresServer, role: Role, aws: FaultServer
) -> None:
    aws.otherwise = answering({"SecretString": json.dumps(login(role))})
    url = f"{server.url.partition('?')[0]}?secret={SECRET_ARN}&pool=5"
    assert use(url, Flavour.ASYNC, calls=20).opened > 1
    assert [json.loads(body) for body in aws.bodies] == [{"SecretId": SECRET_ARN}]
    head = aws.heads[0].decode()
    assert "X-Amz-Target: secretsmanager.GetSecretValue" in head
    assert "/eu-west-1/secretsmanager/aws4_request" in head


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (answering({}, b"500 Oh"), ErrorCode.UNAVAILABLE, "failed"),
        (answering({"__type": "ThrottlingException"}, b"400 No"), ErrorCode.THROTTLED, "too often"),
        (
            answering({"__type": "AccessDeniedException", "message": CANARY}, b"400 No"),
            ErrorCode.ACCESS_DENIED,
            "secretsmanager:GetSecretValue",
        ),
        (answering({"__type": f"#{CANARY}"}, b"400 No"), ErrorCode.ACCESS_DENIED, "not be read"),
        (answering(b"{" + CANARY.encode()), ErrorCode.CREDENTIALS_REFUSED, "is no JSON"),
        (answering([CANARY]), ErrorCode.CREDENTIALS_REFUSED, "is no JSON"),
        (answering({"SecretString": 1}), ErrorCode.CREDENTIALS_REFUSED, "is no JSON"),
        (answering({"SecretBinary": CANARY}), ErrorCode.CREDENTIALS_REFUSED, "is no JSON"),
    ],
)
def test_reply_without_a_secret_is_an_error_without_what_it_holds(
    server: PostgresServer,
    aws: FaultServer,
    caplog: pytest.LogCaptureFixture,
    answer: Answer,
    code: ErrorCode,
    said: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    aws.otherwise = answer
    with refused(code) as refusal:
        trueup.connect(f"{server.url.partition('?')[0]}?secret={SECRET_ARN}", LAYER)
    assert refusal.says(said)
    check_silent(refusal, caplog, CANARY)


@FLAVOURS
def test_token_of_iam_is_the_password(
    server: PostgresServer, role: Role, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token is good for one second here, as it is signed with the time: so is the attempt."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    rds = get_session().create_client("rds", region_name="eu-west-1")

    def refusal() -> str:
        token = rds.generate_db_auth_token(server.host, server.port, USER)
        role.rotate(token)
        try:  # the second may be over
            use(f"{server.url}&auth=iam&region=eu-west-1", flavour)
        except NeedsOperator as error:
            return f"{error!r} {error}".replace(token, "TOKEN")
        return ""

    said = refusal()
    for _ in range(10):
        if not said:
            return
        assert "credentials-refused" in said
        assert "TOKEN" not in said
        said = refusal()
    pytest.fail("no token was accepted")


def test_token_needs_a_user_credentials_and_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    with refused(ErrorCode.INVALID_URL):
        trueup.connect("postgresql://localhost/shop?auth=iam", LAYER)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with refused(ErrorCode.CREDENTIALS_REFUSED) as refusal:
        trueup.connect("postgresql://localhost/shop?user=app&auth=iam", LAYER)
    assert refusal.says("NoRegionError")
