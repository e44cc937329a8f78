"""What is not known is said where a rule needs it, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueup.checks.problem import Problem
from trueup.checks.templates.lint import template_problems
from trueup.templates.reading import read_template

TABLE = """
Parameters: {Mode: {Type: String}, Recover: {Type: String}, Name: {Type: String}}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      TableName: !Ref Name
      BillingMode: %(mode)s
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: %(recover)s}
%(more)s
"""
CAPPED = "      OnDemandThroughput: {MaxReadRequestUnits: 5}"


def found(folder: Path, **parameters: str) -> list[Problem]:
    values = {"mode": "PAY_PER_REQUEST", "recover": "true", "more": ""}
    file = folder / "template.yaml"
    given = {name: value for name, value in parameters.items() if name[0].isupper()}
    file.write_text(TABLE % (values | parameters), encoding="utf-8")
    return list(template_problems(read_template(file, given)))


def test_unknown_name_of_a_table_is_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_unknown_switch_is_not_known_at_its_line(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, recover="!Ref Recover")
    assert (problem.code, problem.is_unknown, problem.line) == ("T021", True, 13)
    assert problem.what == (
        "Orders: not known whether point-in-time recovery is off; !Ref Recover: the parameter "
        "Recover has no value; give --parameter Recover=…"
    )


@pytest.mark.parametrize(("value", "codes"), [("true", []), ("false", ["T021"])])
def test_given_parameter_decides(tmp_path: Path, value: str, codes: list[str]) -> None:
    problems = found(tmp_path, recover="!Ref Recover", Recover=value)
    assert [(one.code, one.is_unknown) for one in problems] == [(code, False) for code in codes]


def test_unknown_mode_leaves_its_rules_unknown_and_no_others(tmp_path: Path) -> None:
    problems = found(tmp_path, mode="!Ref Mode", more=CAPPED)
    assert {one.code for one in problems} == {"T030", "T031", "T035"}
    assert all(one.is_unknown for one in problems)


@pytest.mark.case("S40")
@pytest.mark.parametrize("value", ["true", '"true"', "'True'"])
def test_true_as_text_counts_as_on(tmp_path: Path, value: str) -> None:
    assert found(tmp_path, recover=value) == []


@pytest.mark.case("S40")
@pytest.mark.parametrize("value", ['"yes"', "1"])
def test_another_text_or_number_is_a_mistake_with_its_line(tmp_path: Path, value: str) -> None:
    (problem,) = found(tmp_path, recover=value)
    assert (problem.code, problem.line, problem.is_unknown) == ("T001", 13, False)


def test_part_that_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("Transform: Custom\nResources: {}\n", encoding="utf-8")
    (problem,) = template_problems(read_template(file))
    assert (problem.code, problem.is_unknown) == ("T002", True)
