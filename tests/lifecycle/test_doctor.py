"""Doctor: findings about real databases, and about those that nobody reaches."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import trueup
from trueup import Index, Layer, Model, Table
from trueup.engines.checks import Finding, Verdict
from trueup.engines.connect import find_driver
from trueup.engines.dynamodb.driver import DynamoUrl, open_wire
from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.aws.service import IAM
from trueup.lifecycle.doctor import Examined, check_installation, examine, exit_code
from trueup.testing.ministack import running_ministack


class Order(Model):
    id: str
    status: str = ""


ORDERS = Table("Orders", Order, partition="id", indexes=[Index("ByStatus", partition="status")])
LAYER = Layer("shop", target="dynamodb", tables=[ORDERS])


def found(url: str, **options: Any) -> dict[str, Finding]:
    clock = options.pop("clock", time.time)
    examined = Examined(url, LAYER, options.pop("table_names", {}), **options)
    return {finding.check: finding for finding in examine(examined, clock)}


def verdicts(findings: dict[str, Finding]) -> dict[str, str]:
    return {name: finding.verdict.value for name, finding in findings.items()}


def test_file_that_is_in_order(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    with trueup.connect(url, LAYER) as db:
        db.create_tables()
    findings = found(url, state_table="Orders")
    assert verdicts(findings) == {
        "installation": "good",
        "extras": "good",
        "server": "good",
        "file": "good",
        "state table": "good",
        "writable": "good",
    }
    assert exit_code(list(findings.values())) == 0


def test_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    findings = found(f"sqlite:///{tmp_path}/shop.db", state_table="state")
    assert findings["file"].found == "not there yet; its folder may be written"
    assert findings["file"].where == f"{tmp_path}/shop.db"
    assert list(tmp_path.iterdir()) == []
    assert exit_code(list(findings.values())) == 0


def test_state_table_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    with trueup.connect(url, LAYER) as db:
        db.create_tables()
    assert found(url, state_table="state")["state table"].verdict is Verdict.NOT_NEEDED


def test_database_in_memory_has_no_file() -> None:
    assert found("sqlite://")["file"].verdict is Verdict.NOT_NEEDED


def test_file_of_another_application_is_found(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_bytes(b"no database, but longer than a header" * 100)
    findings = found(f"sqlite:///{tmp_path}/shop.db")
    assert findings["file"].verdict is Verdict.BAD
    assert exit_code(list(findings.values())) == 2


@pytest.mark.parametrize(
    ("path", "words"),
    [("none/shop.db", "there is no folder"), ("shop.db?mode=ro", "there is none")],
)
def test_file_that_cannot_be_made_is_found(tmp_path: Path, path: str, words: str) -> None:
    finding = found(f"sqlite:///{tmp_path}/{path}")["file"]
    assert finding.verdict is Verdict.BAD
    assert words in finding.found


def test_url_that_nobody_serves_is_found() -> None:
    assert found("mysql://localhost")["database"].verdict is Verdict.BAD


@pytest.fixture
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIADOCTOR")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sesame")


@pytest.mark.usefixtures("_keys")
def test_port_where_nobody_listens_is_unknown_within_seconds() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started_s = time.monotonic()
    findings = found(f"dynamodb://127.0.0.1:{port}")
    assert time.monotonic() - started_s < 5
    assert findings["endpoint"].verdict is Verdict.UNKNOWN
    assert f"http://127.0.0.1:{port} cannot be reached" in findings["endpoint"].found
    assert "start the server there" in findings["endpoint"].fix
    assert exit_code(list(findings.values())) == 1


@pytest.mark.usefixtures("_keys")
def test_server_that_never_answers_is_unknown_within_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started_s = time.monotonic()
        findings = found(f"dynamodb://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - started_s < 8
    assert findings["endpoint"].verdict is Verdict.UNKNOWN


@pytest.mark.req("M17")
def test_region_that_nobody_names_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    finding = found("dynamodb://")["region"]
    assert (finding.verdict, finding.found) == (Verdict.BAD, "no region is set")
    assert "AWS_REGION" in finding.fix


@pytest.mark.req("M17")
def test_missing_credentials_are_found(
    dynamodb_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    finding = found(dynamodb_url)["credentials"]
    assert finding.verdict is Verdict.BAD
    assert "no AWS credentials were found" in finding.found
    assert "AWS_ACCESS_KEY_ID" in finding.fix


@pytest.fixture(scope="module")
def ministack() -> Iterator[str]:
    with running_ministack("dynamodb,sts,iam") as server:
        yield server.url


@pytest.mark.server
@pytest.mark.req("M17")
@pytest.mark.usefixtures("_keys")
def test_emulator_and_its_root_user(ministack: str) -> None:
    findings = found(ministack, state_table="state")
    assert findings["server"].found.startswith("ministack 1.")
    assert findings["credentials"].found == "arn:aws:iam::000000000000:root"
    assert findings["permissions"].found == "the root user, whom no policy limits"
    assert findings["state table"].verdict is Verdict.NOT_NEEDED
    assert findings["clock"].verdict is Verdict.GOOD
    assert exit_code(list(findings.values())) == 0


@pytest.mark.server
@pytest.mark.usefixtures("_keys")
@pytest.mark.parametrize(("off_s", "words"), [(400, "ahead of"), (-400, "behind")])
def test_wrong_clock_is_found(ministack: str, off_s: int, words: str) -> None:
    finding = found(ministack, clock=lambda: time.time() + off_s)["clock"]
    assert finding.verdict is Verdict.BAD
    assert words in finding.found


def iam(url: str, action: str, **fields: str) -> str:
    _, where = find_driver(url)
    assert isinstance(where, DynamoUrl)
    body = urlencode({"Action": action, "Version": "2010-05-08", **fields}).encode()
    with closing(open_wire("direct", where.options)) as wire:
        reply = wire.perform(HttpPayload(action, body, IAM), time.monotonic() + 10)
    assert reply.status == 200, reply.body
    return reply.body.decode()


POLICY = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action":
["dynamodb:GetItem", "dynamodb:Query"], "Resource": "arn:aws:dynamodb:*:*:table/shop-Orders*"}]}"""


@pytest.fixture(scope="module")
def clerk(ministack: str) -> dict[str, str]:
    """A user and a role who may only read the items of one table; the user's keys."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        policy = {"PolicyName": "p", "PolicyDocument": POLICY}
        iam(ministack, "CreateUser", UserName="clerk")
        iam(ministack, "PutUserPolicy", UserName="clerk", **policy)
        made = iam(ministack, "CreateAccessKey", UserName="clerk")
        iam(ministack, "CreateRole", RoleName="lambda", AssumeRolePolicyDocument="{}")
        iam(ministack, "PutRolePolicy", RoleName="lambda", **policy)
    return {
        f"AWS_{variable}": made.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        for variable, tag in (
            ("ACCESS_KEY_ID", "AccessKeyId"),
            ("SECRET_ACCESS_KEY", "SecretAccessKey"),
        )
    }


PERMISSIONS = {
    "permissions: query": "good",
    "permissions: seed": "bad",
    "permissions: plan": "bad",
    "permissions: diff, verify": "bad",
    "permissions: adopt": "bad",
    "permissions: apply": "bad",
}


def test_missing_permissions_are_named_for_each_command(
    ministack: str, clerk: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in clerk.items():
        monkeypatch.setenv(name, value)
    findings = found(ministack, table_names={"Orders": "shop-Orders"}, state_table="state")
    assert findings["credentials"].found == "arn:aws:iam::000000000000:user/clerk"
    seen = verdicts(findings)
    assert {name: seen[name] for name in PERMISSIONS} == PERMISSIONS
    assert findings["permissions: seed"].found == (
        "not allowed: dynamodb:BatchGetItem, dynamodb:BatchWriteItem, dynamodb:PutItem on "
        "table/shop-Orders"
    )
    assert "dynamodb:Query on table/state" in findings["permissions: plan"].found
    assert "dynamodb:ListTables on *" in findings["permissions: adopt"].found
    assert "on table/state" in findings["permissions: apply"].found
    assert "in a policy of user/clerk" in findings["permissions: apply"].fix
    assert exit_code(list(findings.values())) == 2


@pytest.mark.server
@pytest.mark.req("I95")
@pytest.mark.usefixtures("_keys", "clerk")
@pytest.mark.parametrize("wire", ["direct", "botocore"])
def test_permissions_of_a_function_s_role_are_checked(ministack: str, wire: str) -> None:
    url = f"{ministack}?wire={wire}"
    role = "arn:aws:iam::000000000000:role/lambda"
    names = {"Orders": "shop-Orders"}
    seen = verdicts(found(url, table_names=names, principal=role))
    assert {name: seen[name] for name in PERMISSIONS} == PERMISSIONS
    other = found(url, principal=role)  # its policy is about another table
    assert other["permissions: query"].found == (
        "not allowed: dynamodb:GetItem, dynamodb:Query on table/Orders; dynamodb:Query on "
        "table/Orders/index/ByStatus"
    )


@pytest.mark.server
@pytest.mark.usefixtures("_keys")
def test_permissions_that_nobody_simulates_are_unknown(ministack: str) -> None:
    principal = "arn:aws:sts::000000000000:federated-user/ana"
    finding = found(ministack, principal=principal)["permissions"]
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.found == (
        "they cannot be simulated (it is no user and no role); DescribeTable is allowed on Orders"
    )


@pytest.mark.server
@pytest.mark.usefixtures("_keys")
def test_no_secret_is_shown(ministack: str) -> None:
    shown = str(list(found(ministack).values()))
    assert "sesame" not in shown
    assert "AKIADOCTOR" not in shown


def test_installation_names_what_the_engine_needs() -> None:
    (installation, extras) = check_installation("dynamodb")
    assert installation.found.startswith("Python 3.")
    assert extras.verdict is Verdict.GOOD
    assert "dynamodb" in extras.found
    told = set(extras.found.removeprefix("complete: ").split(", "))
    assert (
        {"dynamodb", "testing"}
        <= told
        <= set(metadata.metadata("trueup").get_all("Provides-Extra", []))
    )


def test_installation_names_what_is_not_installed() -> None:
    """The libraries of the benchmark have a place of their own."""
    (_, extras) = check_installation("bench")
    assert extras.verdict is Verdict.BAD
    assert extras.found.startswith("bench needs aiodynamo, ")
    assert "pytest" not in extras.found
    assert extras.fix == "pip install 'trueup[bench]'"
