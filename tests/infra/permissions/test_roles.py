"""Who verifies reads no item; who deploys may make every type of resource that a stack has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.permissions.evaluator import Asked, Decision, evaluate, placed
from tests.infra.permissions.shop import KEY, NAMES, ORDERS, TABLES
from tests.infra.stacks import STACKS
from trueup import (
    DynamoDB,
    Function,
    Infrastructure,
    Layer,
    Model,
    RdsPostgres,
    Relational,
    RestApi,
    Route,
    Table,
    UsagePlan,
)
from trueup.engines.dynamodb.permissions import NEEDS
from trueup.infra import cloudformation, stack_of
from trueup.infra.permissions.deploy import deploy_policy
from trueup.infra.permissions.files import permissions_file
from trueup.infra.permissions.functions import Deployed, policy_of
from trueup.infra.permissions.verify import verify_policy
from trueup.infra.values import Stack
from trueup.lifecycle.generated import State

WORK = Function("work", handler="app:work", reads=[ORDERS.get], stream=ORDERS)
LAYER = Layer("shop", target="dynamodb", tables=TABLES, functions=[WORK])
DEPLOYED = Deployed(LAYER, NAMES, "beta")
STACK = stack_of(LAYER, NAMES, stage="beta")
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/beta-orders"


MOST_CHARACTERS = 10_240
"""Of the policies within a role, without spaces."""


def is_allowed(policy: Any, action: str, resource: str, **context: str) -> bool:
    found = evaluate(placed(policy), Asked(action, resource, context))
    return found is Decision.ALLOWED


def test_verifier_may_do_what_verify_needs_on_each_table_and_index() -> None:
    policy = verify_policy(DEPLOYED)
    need = next(need for need in NEEDS if need.command == "diff, verify")
    for action in need.on_tables:
        assert is_allowed(policy, action, TABLE)
    for action in need.on_indexes:
        assert is_allowed(policy, action, f"{TABLE}/index/ByStatus")
    assert is_allowed(policy, "kms:DescribeKey", KEY)


def test_verifier_reads_no_item_and_changes_nothing() -> None:
    for statement in placed(verify_policy(DEPLOYED))["Statement"]:
        for action in statement["Action"]:
            _, _, name = action.partition(":")
            assert name.startswith(("Describe", "List", "GetResourcePolicy")) or name == "GET"
    assert not is_allowed(verify_policy(DEPLOYED), "dynamodb:DescribeTable", f"{TABLE}s")


def test_deployer_may_make_each_type_of_a_stack_under_its_names() -> None:
    policy = deploy_policy(STACK)
    function = "arn:aws:lambda:eu-west-1:123456789012:function:shop-beta-work"
    queue = "arn:aws:sqs:eu-west-1:123456789012:shop-beta-work-dead-letters"
    role = "arn:aws:iam::123456789012:role/shop-beta-WorkRole-X"
    assert is_allowed(policy, "dynamodb:CreateTable", TABLE)
    assert is_allowed(policy, "lambda:CreateFunction", function)
    assert is_allowed(policy, "sqs:CreateQueue", queue)
    assert is_allowed(policy, "iam:CreateRole", role)
    for action, resource in (
        ("dynamodb:CreateTable", f"{TABLE}s"),
        ("lambda:CreateFunction", f"{function}s"),
        ("sqs:CreateQueue", f"{queue}s"),
        ("iam:CreateRole", role.replace("shop", "other")),
        ("dynamodb:GetItem", TABLE),
        ("ec2:CreateVpc", "*"),
    ):
        assert not is_allowed(policy, action, resource), action


def test_deployer_passes_roles_to_the_services_that_take_them_on_only() -> None:
    role = "arn:aws:iam::123456789012:role/shop-beta-WorkRole-X"
    for service, expected in (("lambda", True), ("ec2", False)):
        context = {"iam:PassedToService": f"{service}.amazonaws.com"}
        assert is_allowed(deploy_policy(STACK), "iam:PassRole", role, **context) is expected
    assert not is_allowed(deploy_policy(STACK), "iam:PassRole", role)


class Row(Model):
    """A row of a table of PostgreSQL."""

    id: str


def hosted_layer() -> Layer:
    """A layer with an API, and a PostgreSQL in a network of its own."""
    rows = Table("rows", Row, partition="id", relational=Relational())
    api = RestApi("jobs", plans=[UsagePlan("free", clients=["one"], quota=10)])
    infrastructure = Infrastructure(api=api, database=RdsPostgres())
    function = Function("job", handler="a:b", database=True, route=Route("GET", "/jobs"))
    return Layer(
        "jobs",
        target="postgres",
        tables=[rows],
        functions=[function],
        infrastructure=infrastructure,
    )


def hosted() -> Stack:
    return stack_of(hosted_layer(), {"rows": "rows"}, stage="beta")


def test_file_shows_all_that_the_role_of_a_function_has(tmp_path: Path) -> None:
    """The network of a database needs actions on all resources, which the code is denied."""
    stack = hosted()
    deployed = Deployed(hosted_layer(), {"rows": "rows"}, "beta")
    file = json.loads(permissions_file(stack, deployed, tmp_path).text)
    role = cloudformation(stack)["Resources"]["JobRole"]
    policies = [one["PolicyDocument"]["Statement"] for one in role["Properties"]["Policies"]]
    shown = file["functions"]["job"]["Statement"]
    assert [(one["Effect"], one["Action"]) for one in shown] == [
        (one["Effect"], one["Action"]) for some in policies for one in some
    ]
    assert ("Deny", "*") in [(one["Effect"], one["Resource"]) for one in shown]


def test_every_service_that_stacks_use_is_allowed_to_the_deployer() -> None:
    stack = hosted()
    services = {one.type.split("::")[1].lower() for one in stack.resources}
    allowed = {
        action.partition(":")[0]
        for statement in placed(deploy_policy(stack))["Statement"]
        for action in statement["Action"]
    }
    assert {"rds", "ec2", "apigateway", "lambda", "iam", "logs", "cloudwatch"} <= services
    assert services <= allowed


@pytest.mark.parametrize("name", sorted(STACKS.keys() - {"every"}))
def test_policies_of_every_stack_fit_into_a_role(name: str) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    text = json.dumps(placed(deploy_policy(STACKS[name])), separators=(",", ":"))
    assert len(text) <= MOST_CHARACTERS


def test_network_is_made_in_the_region_of_the_stack_only() -> None:
    policy = deploy_policy(hosted())
    for region, expected in (("eu-west-1", True), ("us-east-1", False)):
        context = {"aws:RequestedRegion": region}
        assert is_allowed(policy, "ec2:CreateVpc", "*", **context) is expected


def test_file_has_every_policy_and_fills_in_the_account(tmp_path: Path) -> None:
    file = permissions_file(STACK, DEPLOYED, tmp_path, region="cn-north-1", account="1" * 12)
    assert file.path == tmp_path / "shop-beta.permissions.json"
    assert file.state is State.MISSING
    assert "${AWS::" not in file.text
    written = json.loads(file.text)
    assert list(written) == ["//", "functions", "verify", "deploy"]  # nothing is called by hand
    [statement] = [
        one for one in written["functions"]["work"]["Statement"] if "GetItem" in str(one)
    ]
    assert statement["Resource"].startswith("arn:aws-cn:dynamodb:cn-north-1:111111111111:table/")


def test_file_without_an_account_keeps_the_words_of_cloudformation(tmp_path: Path) -> None:
    file = permissions_file(STACK, DEPLOYED, tmp_path / "p.json")
    assert file.path == tmp_path / "p.json"
    assert json.loads(file.text)["functions"]["work"] == json.loads(
        json.dumps(policy_of(WORK, DEPLOYED))
    )


@pytest.mark.parametrize("name", ["alias/orders", KEY])
def test_verifier_looks_up_the_key_that_is_declared(name: str) -> None:
    sealed = Table(
        "sealed",
        ORDERS.model,
        partition="customer",
        dynamodb=DynamoDB(encryption="customer", kms_key_arn=name),
    )
    layer = Layer("l", target="dynamodb", tables=[sealed])
    policy = json.dumps(verify_policy(Deployed(layer, {"sealed": "sealed"})))
    assert policy.count("kms:DescribeKey") == 1
