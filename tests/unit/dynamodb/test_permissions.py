"""Whose policies are asked, for what, and how IAM's replies are read."""

from __future__ import annotations

import pytest

from trueup.engines.dynamodb.asking import Answer, allowed, arn_of_caller
from trueup.engines.dynamodb.permissions import (
    NEEDS,
    is_root,
    missing,
    policy_source,
    table_arn,
)
from trueup.engines.dynamodb.wire.http.reply import Reply

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders"


@pytest.mark.parametrize(
    ("caller", "source"),
    [
        ("arn:aws:iam::123456789012:user/ana", "arn:aws:iam::123456789012:user/ana"),
        ("arn:aws:iam::123456789012:role/a/b", "arn:aws:iam::123456789012:role/a/b"),
        (
            "arn:aws-cn:sts::123456789012:assumed-role/deploy/i-1",
            "arn:aws-cn:iam::123456789012:role/deploy",
        ),
        ("arn:aws:sts::123456789012:federated-user/ana", ""),
        ("arn:aws:iam::123456789012:root", ""),
    ],
)
def test_policies_are_those_of_the_user_or_the_role(caller: str, source: str) -> None:
    assert policy_source(caller) == source


def test_root_is_known() -> None:
    assert is_root("arn:aws:iam::123456789012:root")
    assert not is_root("arn:aws:iam::123456789012:user/root")


def test_table_is_in_the_account_of_the_caller() -> None:
    arn = table_arn("arn:aws-cn:sts::123456789012:assumed-role/a/b", "cn-north-1", "Orders")
    assert arn == "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/Orders"


def test_missing_actions_are_joined_by_resource() -> None:
    denied = [("dynamodb:GetItem", TABLE), ("dynamodb:Query", TABLE), ("dynamodb:Query", "a:b/c")]
    assert (
        missing(denied) == "dynamodb:GetItem, dynamodb:Query on table/Orders; dynamodb:Query on b/c"
    )


def reply(body: str, status: int = 200) -> Answer:
    return Answer(Reply(status, {}, body.encode()))


def result(action: str, decision: str, resource: str = TABLE, more: str = "") -> str:
    return (
        f"<member><EvalActionName>{action}</EvalActionName><EvalResourceName>{resource}"
        f"</EvalResourceName><EvalDecision>{decision}</EvalDecision>{more}</member>"
    )


def by_resource(**decisions: str) -> str:
    members = "".join(
        f"<member><EvalResourceName>{TABLE}/index/{name}</EvalResourceName>\n"
        f"<EvalResourceDecision>{decision}</EvalResourceDecision></member>"
        for name, decision in decisions.items()
    )
    return f"<ResourceSpecificResults>{members}</ResourceSpecificResults>"


def test_each_decision_of_a_simulation_is_read() -> None:
    """Of a simulation of several resources, each has a result of its own inside the action's."""
    body = (
        result("dynamodb:GetItem", "allowed")
        + result("dynamodb:PutItem", "implicitDeny")
        + result("dynamodb:DeleteItem", "explicitDeny")
        + result("dynamodb:Query", "allowed", "*", by_resource(A="allowed", B="implicitDeny"))
    )
    assert allowed(reply(body)) == {
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:Query", f"{TABLE}/index/A"),
    }


def test_reply_that_is_no_xml_allows_nothing() -> None:
    assert allowed(reply("{}")) == set()
    assert allowed(Answer(None)) == set()


@pytest.mark.parametrize(
    ("body", "status", "arn"),
    [
        ("<Arn>arn:aws:iam::1:user/a</Arn>", 200, "arn:aws:iam::1:user/a"),
        ("<Arn>arn:aws:iam::1:user/a</Arn>", 403, ""),
        ("<Arn>arn:aws:iam::1:user/\x1b[31m</Arn>", 200, ""),
        ("hello", 200, ""),
    ],
)
def test_caller_is_read_from_a_reply_of_sts(body: str, status: int, arn: str) -> None:
    assert arn_of_caller(reply(body, status)) == arn


def test_code_of_an_error_is_read() -> None:
    answer = reply("<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>", 403)
    assert answer.code == "ExpiredToken"


def test_every_command_has_its_needs_once() -> None:
    for need in NEEDS:
        assert len(set(need.on_tables)) == len(need.on_tables)
