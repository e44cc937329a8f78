"""Terraform has words for every type, and the provider has every argument that they write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.infra.every_type import EVERY
from tests.infra.stacks import STACKS
from tests.infra.terraform_schema import problems
from trueup import UnsupportedByEngine, infra
from trueup.infra import terraform
from trueup.infra.formats.terraform.configuration import KINDS
from trueup.infra.values import Attribute, Joined, Output, Resource, Stack


def every() -> Mapping[str, Mapping[str, Any]]:
    resources: Mapping[str, Mapping[str, Any]] = terraform(EVERY)["resource"]
    return resources


@pytest.mark.parametrize("name", STACKS)
def test_provider_has_every_argument(name: str) -> None:
    assert problems(terraform(STACKS[name])) == []


def test_every_type_that_stacks_make_has_words() -> None:
    folder = Path(infra.__file__).parent
    made = {
        found
        for path in folder.rglob("*.py")
        if not {"formats", "agreement"} & set(path.relative_to(folder).parts)
        for found in re.findall(r'"(AWS::\w+::\w+)"', path.read_text(encoding="utf-8"))
    }
    assert "AWS::DynamoDB::Table" in made
    assert made - set(KINDS) == set()


def test_every_type_with_words_is_checked() -> None:
    assert {one.type for one in EVERY.resources} == set(KINDS)


def test_type_without_words_is_refused_by_name() -> None:
    stack = Stack("s", "d", (Resource("Bucket", "AWS::S3::Bucket", {}),))
    with pytest.raises(UnsupportedByEngine, match="no words of Terraform for AWS::S3::Bucket"):
        terraform(stack)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Attribute("EveryTable", "Nothing"), "the attribute Nothing of EveryTable"),
        ("${AWS::StackName}-x", "StackName"),
        ({"Fn::ImportValue": "vpc"}, "the function Fn::ImportValue"),
    ],
)
def test_value_without_words_is_refused_by_name(value: Any, said: str) -> None:
    stack = Stack("s", "d", EVERY.resources, (Output("Value", value, "d"),))
    with pytest.raises(UnsupportedByEngine, match=re.escape(said)):
        terraform(stack)


def test_table_property_without_argument_is_refused_by_name() -> None:
    table = Resource("T", "AWS::DynamoDB::Table", {"TableName": "t", "VectorIndexes": []})
    with pytest.raises(UnsupportedByEngine, match="VectorIndexes"):
        terraform(Stack("s", "d", (table,)))


def test_policies_of_a_role_are_parts_that_its_function_waits_for() -> None:
    policy = every()["aws_iam_role_policy"]["every_role_tables"]
    assert policy["role"] == "${aws_iam_role.every_role.name}"
    assert "${aws_dynamodb_table.every_table.arn}/index/By" in policy["policy"]
    assert "$${aws:PrincipalTag/tenant}" in policy["policy"]
    waits = every()["aws_lambda_function"]["every_function"]["depends_on"]
    assert "aws_iam_role_policy.every_role_tables" in waits
    assert "aws_iam_role_policy_attachment.every_role_1" in waits


def test_deployment_waits_for_the_integration_of_its_method() -> None:
    assert every()["aws_api_gateway_deployment"]["every_deployment"]["depends_on"] == [
        "aws_api_gateway_method.every_method",
        "aws_api_gateway_integration.every_method",
        "aws_api_gateway_method_response.every_method_200",
        "aws_api_gateway_integration_response.every_method_200",
    ]


def test_methods_have_settings_by_path() -> None:
    settings = every()["aws_api_gateway_method_settings"]
    assert [one["method_path"] for one in settings.values()] == ["jobs/GET", "*/*"]
    [stage] = every()["aws_api_gateway_usage_plan"]["every_plan"]["api_stages"]
    assert stage["throttle"] == [{"path": "/jobs/GET", "rate_limit": 1, "burst_limit": 2}]


def test_generated_secret_stays_and_the_database_has_its_password() -> None:
    generated = every()["terraform_data"]["every_secret"]
    assert generated["lifecycle"] == {"ignore_changes": ["input"]}
    version = every()["aws_secretsmanager_secret_version"]["every_secret"]["secret_string"]
    assert '{"password": terraform_data.every_secret.output}' in version
    database = every()["aws_db_instance"]["every_database"]
    read = "jsondecode(aws_secretsmanager_secret_version.every_secret.secret_string)"
    assert database["password"] == f'${{{read}["password"]}}'
    assert database["allocated_storage"] == 20


def test_what_keeps_its_data_is_not_destroyed() -> None:
    assert every()["aws_dynamodb_table"]["every_table"]["lifecycle"]["prevent_destroy"]
    assert every()["aws_db_instance"]["every_database"]["skip_final_snapshot"] is True


def _misspelt(**changed: Any) -> list[str]:
    configuration = terraform(EVERY)
    body = configuration["resource"]["aws_sqs_queue"]["every_queue"]
    body |= changed
    return problems(configuration)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"queue_name": "x"}, "queue_name: no such argument"),
        ({"visibility_timeout_seconds": "long"}, "'long' is no number"),
        ({"tags": [{"Key": "a"}]}, "is no map(string)"),
        ({"name": "${aws_sqs_queue.other.name}"}, "no such resource"),
        ({"name": "${aws_sqs_queue.every_queue.size}"}, "no such attribute"),
        ({"name": "${var.topic}"}, "no such variable"),
        ({"depends_on": ["aws_sqs_queue.other"]}, "no such resource"),
    ],
)
def test_check_finds_a_wrong_argument(changed: dict[str, Any], found: str) -> None:
    assert found in "\n".join(_misspelt(**changed))


def test_check_finds_a_missing_argument() -> None:
    configuration = terraform(EVERY)
    configuration["resource"]["aws_lambda_function"]["every_function"].pop("role")
    [problem] = problems(configuration)
    assert problem == "aws_lambda_function.every_function.role: is missing"


def test_text_of_several_parts_is_one_reference() -> None:
    assert isinstance(EVERY.resources[1].properties["ResourceId"], Joined)
    target = every()["aws_appautoscaling_target"]["every_target"]
    assert target["resource_id"] == "table/${aws_dynamodb_table.every_table.name}"
    policy = every()["aws_appautoscaling_policy"]["every_scaling"]
    assert policy["resource_id"] == "${aws_appautoscaling_target.every_target.resource_id}"
