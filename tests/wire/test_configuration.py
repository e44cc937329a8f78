"""What arrives at a server is what the URL, the environment and the profile say, in this order."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

import trueup
from tests.wire.server import FaultServer, reply, sending, silent
from trueup import DeadlineExceeded, Layer, Model, RetryPolicy, Table
from trueup.engines.dynamodb.wire.aws.configuration import Options, read_settings
from trueup.errors import ErrorCode
from trueup.testing.suite.harness.refusals import refused


class Note(Model):
    id: str


NOTES = Table("Notes", Note, partition="id")
LAYER = Layer("notes", target="dynamodb", tables=[NOTES])
NOWHERE = "http://127.0.0.1:1"
KEYS = {"AWS_ACCESS_KEY_ID": "AKenvironment", "AWS_SECRET_ACCESS_KEY": "SK"}
CONFIG = """
[default]
region = eu-central-1
endpoint_url = {url}
[profile beta]
region = eu-north-1
services = beta
[services beta]
dynamodb =
  endpoint_url = {url}
"""
SHARED = """
[default]
aws_access_key_id = AKdefault
aws_secret_access_key = SK
[beta]
aws_access_key_id = AKbeta
aws_secret_access_key = SK
aws_session_token = token-beta
"""


@dataclass(frozen=True, slots=True)
class Received:
    """What a request says of its sender."""

    key: str
    region: str
    token: str = ""


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of this session may sign with keys of their own."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """Finds nothing."""
    with FaultServer(otherwise=sending(lambda _: reply(b"{}"))) as running:
        yield running


@pytest.fixture
def files(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Profiles whose endpoint is the server."""
    (tmp_path / "config").write_text(CONFIG.format(url=server.url))
    (tmp_path / "credentials").write_text(SHARED)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")


@pytest.fixture(params=["direct", "botocore"])
def wire(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def call(url: str, wire: str) -> None:
    """Read one item."""
    wired = f"{url}{'&' if '?' in url else '?'}wire={wire}"
    with trueup.connect(wired, LAYER, retries=RetryPolicy.NONE) as db:
        assert db.repository(NOTES).get("a") is None


def received(server: FaultServer) -> Received:
    """Of the last request."""
    head = server.heads[-1].decode()
    signed = re.search(r"Credential=([^/]+)/\d+/([^/]+)/", head)
    assert signed is not None
    token = re.search(r"^x-amz-security-token: (\S+)", head, re.IGNORECASE | re.MULTILINE)
    return Received(signed[1], signed[2], token[1] if token else "")


def set_all(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], server: FaultServer) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, server.url if value == "SERVER" else value)


@pytest.mark.req("M71")
@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Received("AKdefault", "eu-central-1")),
        ({"AWS_PROFILE": "beta"}, Received("AKbeta", "eu-north-1", "token-beta")),
        (KEYS, Received("AKenvironment", "eu-central-1")),
        (KEYS | {"AWS_SESSION_TOKEN": "t"}, Received("AKenvironment", "eu-central-1", "t")),
        ({"AWS_DEFAULT_REGION": "eu-west-2"}, Received("AKdefault", "eu-west-2")),
        (
            {"AWS_PROFILE": "beta", "AWS_ENDPOINT_URL_DYNAMODB": "SERVER"},
            Received("AKbeta", "eu-north-1", "token-beta"),
        ),
    ],
    ids=["default profile", "profile", "keys", "token", "region", "endpoint"],
)
def test_what_nobody_says_is_what_boto3_takes(
    environ: dict[str, str],
    expected: Received,
    wire: str,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_all(monkeypatch, environ, server)
    client = boto3.session.Session().client("dynamodb")
    client.get_item(TableName="Notes", Key={"id": {"S": "a"}})
    client.close()
    assert received(server) == expected
    call("dynamodb://", wire)
    assert (len(server.heads), received(server)) == (2, expected)


@pytest.mark.req("M71", "M74")
@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        ("dynamodb://eu-west-3", {"AWS_REGION": "eu-west-1"}, Received("AKdefault", "eu-west-3")),
        ("dynamodb://?profile=beta", KEYS, Received("AKbeta", "eu-north-1", "token-beta")),
        (
            "dynamodb://eu-west-3?profile=beta",
            {"AWS_PROFILE": "default"},
            Received("AKbeta", "eu-west-3", "token-beta"),
        ),
        (
            "dynamodb://127.0.0.1:{port}?region=eu-west-3",
            {"AWS_ENDPOINT_URL_DYNAMODB": NOWHERE, "AWS_REGION": "eu-west-1"},
            Received("AKdefault", "eu-west-3"),
        ),
    ],
    ids=["region", "credentials of a profile", "both", "endpoint"],
)
def test_the_url_goes_before_environment_and_profile(
    url: str,
    environ: dict[str, str],
    expected: Received,
    wire: str,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_all(monkeypatch, environ, server)
    call(url.format(port=server.port), wire)
    assert received(server) == expected


@pytest.mark.req("M74")
@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("url", ["dynamodb://", "dynamodb://127.0.0.1:{port}"])
@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1"),
        ({"AWS_REGION": "eu-west-1", "AWS_PROFILE": "beta"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ({"AWS_PROFILE": "beta"}, "eu-north-1"),
    ],
    ids=["both variables", "variable and profile", "AWS_DEFAULT_REGION", "profile"],
)
def test_the_environment_says_the_region_also_of_an_endpoint(
    url: str,
    environ: dict[str, str],
    region: str,
    wire: str,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_all(monkeypatch, environ, server)
    call(url.format(port=server.port), wire)
    assert received(server).region == region


@pytest.mark.usefixtures("no_files")
def test_an_endpoint_without_any_region_is_signed_for_us_east_1(
    wire: str, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, KEYS, server)
    call(f"dynamodb://127.0.0.1:{server.port}", wire)
    assert received(server) == Received("AKenvironment", "us-east-1")


def wait_sync(url: str) -> None:
    with trueup.connect(url, LAYER, timeout_s=0.2) as db:
        db.repository(NOTES).get("a")


def wait_async(url: str) -> None:
    async def wait() -> None:
        async with await trueup.connect_async(url, LAYER, timeout_s=0.2) as db:
            await db.repository(NOTES).get("a")

    asyncio.run(wait())


@pytest.mark.req("M74")
@pytest.mark.usefixtures("no_files")
@pytest.mark.parametrize("wait", [wait_sync, wait_async], ids=["sync", "async"])
def test_the_time_for_a_call_is_that_of_connect(
    wait: Callable[[str], None], server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, KEYS, server)
    server.otherwise = silent
    started_s = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        wait(f"dynamodb://127.0.0.1:{server.port}")
    assert 0.2 <= time.monotonic() - started_s < 3


PLAIN = "http://db.example.com:8000"


@pytest.mark.fault("F24")
@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "endpoint_url"])
def test_an_endpoint_without_tls_on_another_machine_is_refused(
    name: str, wire: str, no_files: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in KEYS.items():
        monkeypatch.setenv(key, value)
    if name == "endpoint_url":
        (tmp_path / "config").write_text(f"[default]\nendpoint_url = {PLAIN}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    else:
        monkeypatch.setenv(name, PLAIN)
    with refused(ErrorCode.INVALID_URL) as refusal:
        call("dynamodb://eu-west-1", wire)
    assert refusal.says("http://db.example.com")
    assert refusal.says("?tls=false")
    url = f"dynamodb://eu-west-1?tls=false&wire={wire}"
    trueup.connect(url, LAYER).close()


@pytest.mark.fault("F24")
def test_permission_for_plain_text_that_nothing_needs_is_refused(
    wire: str, no_files: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in KEYS.items():
        monkeypatch.setenv(key, value)
    with refused(ErrorCode.INVALID_URL) as refusal:
        call("dynamodb://eu-west-1?tls=false", wire)
    assert refusal.says("the endpoint has TLS")


@pytest.mark.fault("F30")
@pytest.mark.parametrize("name", ["https_proxy", "HTTP_PROXY", "AWS_ENDPOINT_URL"])
def test_settings_do_not_show_passwords(name: str) -> None:
    environ = {name: "https://user:hunter2@proxy.example.com:3128", "AWS_CONFIG_FILE": "/nowhere"}
    settings = read_settings(Options(region="eu-west-1"), environ)
    assert "hunter2" not in repr(settings)
