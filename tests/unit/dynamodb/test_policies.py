"""Policies that allow the same are one text, however they are spelt."""

from __future__ import annotations

import json
from typing import Any

import pytest

from trueup.engines.dynamodb.policies import canonical, with_resources

ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/Jobs"
STATEMENT: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": ["dynamodb:GetItem", "dynamodb:Query"],
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}},
}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"Principal": {"AWS": ["111122223333"]}},
        {"Action": ["dynamodb:Query", "dynamodb:GetItem", "dynamodb:Query"]},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"Resource": [f"{ARN}/index/*", ARN]},
    ],
    ids=str,
)
def test_policy_in_other_words_is_the_same(changed: dict[str, Any]) -> None:
    assert canonical(policy(STATEMENT | changed), ARN) == canonical(policy(STATEMENT))


@pytest.mark.parametrize(
    "changed",
    [
        {"Effect": "Deny"},
        {"Principal": "*"},
        {"Action": "dynamodb:*"},
        {"Condition": {}},
        {"Resource": ARN},
        {"Resource": "*"},
    ],
    ids=str,
)
def test_policy_that_allows_other_things_is_another(changed: dict[str, Any]) -> None:
    assert canonical(policy(STATEMENT | changed), ARN) != canonical(policy(STATEMENT))


def test_statements_come_in_any_order_and_one_needs_no_list() -> None:
    other = {**STATEMENT, "Sid": "b"}
    assert canonical(policy(STATEMENT, other)) == canonical(policy(other, STATEMENT))
    assert canonical({**policy(), "Statement": STATEMENT}) == canonical(policy(STATEMENT))
    everybody = {**STATEMENT, "Principal": {"AWS": "*"}}
    assert canonical(policy(everybody)) == canonical(policy({**STATEMENT, "Principal": "*"}))


def test_empty_policy_is_none() -> None:
    assert canonical({}) is None


def test_statement_without_resource_is_sent_about_the_table() -> None:
    told = canonical(policy(STATEMENT, {**STATEMENT, "Resource": "*"}))
    assert told is not None
    resources = [one["Resource"] for one in json.loads(with_resources(told, ARN))["Statement"]]
    assert sorted(resources) == [["*"], [ARN, f"{ARN}/index/*"]]
    assert canonical(json.loads(with_resources(told, ARN)), ARN) == told
