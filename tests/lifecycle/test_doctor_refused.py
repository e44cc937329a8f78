"""Doctor before a server that refuses: the credentials, the simulation, or the table."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping

import pytest

from tests.wire.server import FaultServer, reply
from trueup import Layer, Model, Table
from trueup.engines.checks import Finding, Verdict
from trueup.lifecycle.doctor import Examined, examine, exit_code


class Order(Model):
    id: str


LAYER = Layer("shop", target="dynamodb", tables=[Table("Orders", Order, partition="id")])
ROLE = "<Arn>arn:aws:sts::123456789012:assumed-role/deploy/i-1</Arn>"
DENIED = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"


def refusal(code: str) -> str:
    return json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"})


class Answers:
    """A server's replies, by a part of the request: a status and a body."""

    def __init__(self, replies: Mapping[str, tuple[str, str]]) -> None:
        self.replies = replies

    def __call__(self, connection: socket.socket, body: bytes) -> None:
        for part, (status, text) in self.replies.items():
            if part.encode() in body:
                connection.sendall(reply(text.encode(), status=status.encode()))
                return
        connection.sendall(reply(b"{}"))


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")


def found(**replies: tuple[str, str]) -> dict[str, Finding]:
    with FaultServer(otherwise=Answers(replies)) as server:
        url = f"dynamodb://127.0.0.1:{server.port}"
        findings = list(examine(Examined(url, LAYER, {})))
    return {finding.check: finding for finding in findings}


def test_simulation_that_is_not_allowed_leaves_permissions_unknown() -> None:
    findings = found(
        GetCallerIdentity=("200 OK", ROLE), SimulatePrincipalPolicy=("403 Forbidden", DENIED)
    )
    assert findings["credentials"].found == "arn:aws:sts::123456789012:assumed-role/deploy/i-1"
    permissions = findings["permissions"]
    assert permissions.verdict is Verdict.UNKNOWN
    assert permissions.found == (
        "they cannot be simulated (AccessDenied); DescribeTable is allowed on Orders"
    )
    assert "iam:SimulatePrincipalPolicy" in permissions.fix
    assert exit_code(list(findings.values())) == 1


def test_table_that_may_not_be_described_is_named() -> None:
    findings = found(
        GetCallerIdentity=("200 OK", ROLE),
        SimulatePrincipalPolicy=("403 Forbidden", DENIED),
        TableName=("400 Bad Request", refusal("AccessDeniedException")),
    )
    assert findings["permissions: plan, diff, verify"] == Finding(
        "permissions: plan, diff, verify",
        Verdict.BAD,
        "not allowed: dynamodb:DescribeTable on table/Orders",
        "allow that in a policy of the user or role that asks",
    )
    assert "DescribeTable is not allowed" in findings["permissions"].found
    assert exit_code(list(findings.values())) == 2


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredTokenException", "the credentials have expired"),
        ("UnrecognizedClientException", "DynamoDB does not know the credentials"),
    ],
)
def test_refused_credentials_are_found(code: str, words: str) -> None:
    findings = found(Limit=("400 Bad Request", refusal(code)))
    assert findings["credentials"].verdict is Verdict.BAD
    assert findings["credentials"].found == words
    assert "permissions" not in findings


def test_who_may_not_list_tables_is_still_known() -> None:
    findings = found(
        Limit=("400 Bad Request", refusal("AccessDeniedException")),
        GetCallerIdentity=("200 OK", "<Arn>arn:aws:iam::123456789012:root</Arn>"),
    )
    assert findings["permissions"].found == "the root user, whom no policy limits"


def test_server_without_sts_asks_nobody() -> None:
    findings = found(GetCallerIdentity=("404 Not Found", "what?"))
    assert findings["credentials"].verdict is Verdict.NOT_NEEDED
    assert findings["server"].found == "an emulator, or a server of your own"


def test_server_that_says_no_time_leaves_the_clock_unknown() -> None:
    assert found()["clock"].verdict is Verdict.UNKNOWN
