"""The same rules hold whatever wrote the template: SAM, and Terraform's configurations."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueup.checks.problem import Problem
from trueup.checks.templates.lint import template_problems
from trueup.templates.reading import read_template

FORMS = Path(__file__).parent / "other_forms"
TERRAFORM = {
    "aws_cloudwatch_metric_alarm.errors": "T101",
    "aws_appautoscaling_target.reads": "T032 T033",
    "aws_dynamodb_table.orders": "T021",
    "aws_lambda_event_source_mapping.m": "T301 T302 T303 T304 T305",
    "aws_iam_role_policy.p": "T401 T402",
    "aws_iam_policy.tenant": "T403 T404",
    "aws_db_instance.d": "T701 T702 T705",
    "aws_db_proxy.proxy": "T703",
    "aws_security_group.g": "T704",
    "aws_security_group_rule.all": "T704",
    "aws_vpc_security_group_ingress_rule.open": "T704",
    "aws_api_gateway_api_key.k": "T603 T605",
    "aws_api_gateway_method.post": "T601",
    "aws_api_gateway_usage_plan.free": "T602",
    "aws_cloudwatch_log_group.logs": "T502",
    "aws_lambda_function.f": "T501",
}
SAM = {
    "Orders": "T020 T021",
    "Handle": "T501",
    "HandleChanges": "T301 T302 T303 T304 T305",
    "HandleRole": "T401 T402",
}


def problems(file: str) -> list[Problem]:
    return list(template_problems(read_template(FORMS / file)))


@pytest.mark.parametrize(("file", "expected"), [("main.tf.json", TERRAFORM), ("sam.yaml", SAM)])
def test_mistakes_are_found_in_any_form(file: str, expected: dict[str, str]) -> None:
    found: dict[str, list[str]] = {}
    for problem in problems(file):
        if not problem.is_unknown:
            found.setdefault(problem.of, []).append(problem.code)
    assert {of: " ".join(sorted(codes)) for of, codes in found.items()} == expected


def test_policy_that_terraform_computes_is_not_known() -> None:
    unknown = {one.of for one in problems("main.tf.json") if one.is_unknown}
    assert unknown == {"aws_iam_policy.drawn"}


def test_statement_of_a_sam_function_has_its_line() -> None:
    lines = [one.line for one in problems("sam.yaml") if one.of == "HandleRole"]
    assert lines == [14, 14]
