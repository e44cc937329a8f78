"""Functions of CloudFormation: what they give, and how what is not known is quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.templates.written import read, read_resource
from trueup import DeclarationError
from trueup.schema.facts import Unknown
from trueup.templates.template import Unresolved


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("!Ref Stage", "dev"),
        ("!Ref Names", ["a", "b"]),
        ("!Ref Orders", "orders"),
        ("!Sub 'x-${Stage}'", "x-dev"),
        ("!Sub 'x-${!Stage}'", "x-${Stage}"),
        ("!Sub ['${A}-${Stage}', {A: !Ref Orders}]", "orders-dev"),
        ("!Sub 'arn:${AWS::Partition}:x'", "arn:${AWS::Partition}:x"),
        ("!Join ['-', [a, !Ref Stage, 3, true]]", "a-dev-3-true"),
        ("!Join ['-', !Ref Names]", "a-b"),
        ("!Split ['/', 'a/b']", ["a", "b"]),
        ("!Select [1, !Split ['/', 'a/b']]", "b"),
        ("!Select ['0', !Ref Names]", "a"),
        ("!FindInMap [Units, !Ref Stage, read]", 5),
        ("!FindInMap [Units, other, read, {DefaultValue: 7}]", 7),
        ("!Base64 abc", "YWJj"),
        ("!If [IsProd, a, b]", "b"),
        ("!If [IsOdd, a, b]", "a"),
        ("!If [IsEven, a, b]", "b"),
        ("!If [IsProd, a, !Ref AWS::NoValue]", "absent"),
        ("[a, !If [IsProd, b, !Ref AWS::NoValue], c]", ["a", "c"]),
        ("{Fn::Length: !Ref Names}", 2),
        ("{Fn::ToJsonString: {a: [1, !Ref Stage]}}", '{"a":[1,"dev"]}'),
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
        ("yes", True),
        ("'yes'", "yes"),
    ],
)
def test_an_expression_gives_its_value(expression: str, value: object, tmp_path: Path) -> None:
    found = read_resource(tmp_path, f"P: {expression}", Stage="dev").properties

    assert found.get("P", "absent") == value


@pytest.mark.parametrize(
    ("expression", "quoted"),
    [
        ("!Ref Stage", "!Ref Stage"),
        ("!Sub 'x-${Stage}'", "!Sub x-${Stage}"),
        ("!Sub ['x-${A}', {A: !Ref Stage}]", "!Sub [x-${A}, {A: !Ref Stage}]"),
        ("!Join ['-', [a, !Ref Stage]]", "!Join [-, [a, !Ref Stage]]"),
        ("!Split ['/', !Ref Stage]", "!Split [/, !Ref Stage]"),
        ("!Select [0, !Split ['/', !Ref Stage]]", "!Select [0, !Split [/, !Ref Stage]]"),
        ("!FindInMap [Units, !Ref Stage, read]", "!FindInMap [Units, !Ref Stage, read]"),
        ("!If [IsProd, a, b]", "!If [IsProd, a, b]"),
        ("!GetAtt Orders.Arn", "!GetAtt Orders.Arn"),
        ("!GetAZs eu-west-1", "!GetAZs eu-west-1"),
        ("!Cidr [10.0.0.0/16, 2, 8]", "!Cidr [10.0.0.0/16, 2, 8]"),
        ("!ImportValue other-Name", "!ImportValue other-Name"),
        ("!Transform {Name: 'AWS::Include'}", "!Transform {Name: AWS::Include}"),
        ("'{{resolve:ssm:/a}}'", "{{resolve:ssm:/a}}"),
    ],
)
def test_what_is_not_known_quotes_its_expression(
    expression: str, quoted: str, tmp_path: Path
) -> None:
    found = read_resource(tmp_path, f"P: {expression}").properties["P"]

    assert isinstance(found, Unresolved)
    assert found.why.startswith(f"{quoted}: ")


def test_an_if_whose_branches_are_equal_is_known(tmp_path: Path) -> None:
    assert read_resource(tmp_path, "P: !If [IsProd, a, a]").properties["P"] == "a"


def test_an_attribute_names_its_resource(tmp_path: Path) -> None:
    found = read_resource(tmp_path, "P: !GetAtt Orders.StreamArn").properties["P"]

    assert isinstance(found, Unresolved)
    assert (found.resource, found.attribute) == ("Orders", "StreamArn")


def test_a_parameter_tells_what_another_stack_exports(tmp_path: Path) -> None:
    found = read_resource(tmp_path, "P: !ImportValue other-Name", **{"other-Name": "orders"})

    assert found.properties["P"] == "orders"


@pytest.mark.parametrize(
    "expression",
    [
        "!Ref [a]",
        "!If [IsProd, a]",
        "!If [IsLost, a, b]",
        "!Select [7, [a]]",
        "!FindInMap [Units, other, read]",
        "!Join [a]",
        "!Sub [a]",
    ],
)
def test_what_no_deployment_takes_is_refused_with_its_line(expression: str, tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_resource(tmp_path, f"P: {expression}", Stage="dev")

    assert caught.value.code.value == "invalid-template"
    assert caught.value.where.note.endswith("a.yaml:17")


def test_a_value_that_a_parameter_does_not_allow_is_refused(tmp_path: Path) -> None:
    text = "Parameters: {Stage: {Type: String, AllowedValues: [dev]}}\nResources: {}"

    with pytest.raises(DeclarationError, match="the parameter Stage does not allow"):
        read(tmp_path, text, Stage="beta")


def test_a_parameter_that_is_read_from_ssm_has_no_default_here(tmp_path: Path) -> None:
    text = """
        Parameters: {Name: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /orders}}
        Resources: {A: {Type: T, Properties: {P: !Ref Name}}}
        """

    assert isinstance(read(tmp_path, text).resources["A"].properties["P"], Unknown)


def test_conditions_that_refer_to_each_other_are_refused(tmp_path: Path) -> None:
    text = """
        Conditions: {A: !Not [!Condition B], B: !Condition A}
        Resources: {A: {Type: T, Condition: A}}
        """

    with pytest.raises(DeclarationError, match="refers to itself"):
        read(tmp_path, text)


def test_resources_of_conditions(tmp_path: Path) -> None:
    text = """
        Parameters: {Stage: {Type: String}}
        Conditions: {IsProd: !Equals [!Ref Stage, prod], Never: !Equals [a, b]}
        Resources:
          Gone: {Type: T, Condition: Never}
          Perhaps: {Type: T, Condition: IsProd}
        """

    found = read(tmp_path, text).resources

    assert list(found) == ["Perhaps"]
    doubt = found["Perhaps"].attributes["Condition"]
    assert isinstance(doubt, Unresolved)
    assert "!Equals [!Ref Stage, prod]" in doubt.why


LOOP = """
    Transform: AWS::LanguageExtensions
    Parameters: {Account: {Type: String}}
    Mappings: {Tables: {'1': {names: [Orders, Customers]}}}
    Resources:
      Fn::ForEach::Tables:
        - Name
        - !FindInMap [Tables, !Ref Account, names]
        - Table${Name}:
            Type: AWS::DynamoDB::Table
            Properties: {TableName: !Sub 'shop-${Name}', Other: !Ref Name}
    """


def test_a_loop_is_written_out(tmp_path: Path) -> None:
    found = read(tmp_path, LOOP, Account="1")

    assert list(found.resources) == ["TableOrders", "TableCustomers"]
    assert found.resources["TableOrders"].properties == {
        "TableName": "shop-Orders",
        "Other": "Orders",
    }
    assert not found.unknown


def test_a_loop_over_what_is_not_known_is_unknown(tmp_path: Path) -> None:
    found = read(tmp_path, LOOP)

    assert not found.resources
    (why,) = found.unknown.values()
    assert "!FindInMap [Tables, !Ref Account, names]" in why


def test_macros_are_unknown(tmp_path: Path) -> None:
    found = read(tmp_path, "Transform: [AWS::LanguageExtensions, Ours]\nResources: {}")

    assert list(found.unknown) == ["Transform Ours"]


def test_a_property_knows_its_line(tmp_path: Path) -> None:
    text = """
        Parameters: {P: {Type: String, Default: a}}
        Conditions: {C: !Equals [!Ref P, a]}
        Resources:
          A:
            Type: T
            Properties:
              One:
                - Two: 1
                - !If
                  - C
                  - Three: !Ref P
                  - Four: 2
        """

    found = read(tmp_path, text).resources["A"]

    assert found.line == 5
    assert found.line_of("One") == 8
    assert found.line_of("One", "0", "Two") == 9
    assert found.line_of("One", "1", "Three") == 12
    assert found.line_of("One", "1", "Three", "deeper") == 12
    assert found.line_of("Other") == 5
