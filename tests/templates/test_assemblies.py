"""What the CDK writes, and stacks that are nested in others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.templates.written import read
from trueup import DeclarationError
from trueup.schema.facts import Unknown
from trueup.templates.reading import read_template
from trueup.templates.tables import tables_of
from trueup.templates.template import Unresolved


def table(name: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": name,
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        },
        "Metadata": {"aws:cdk:path": "Dev/Orders/Resource"},
    }


def stack(name: str, **properties: str) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": "aws://123456789012/eu-west-1",
        "properties": {"templateFile": f"{name}.template.json", **properties},
    }


def write(path: Path, content: object) -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return path


def assembly(folder: Path, **artifacts: object) -> Path:
    write(folder / "manifest.json", {"version": "41.0.0", "artifacts": artifacts})
    return folder


REGIONAL = {"Fn::Join": ["-", ["orders", {"Ref": "AWS::Region"}, {"Ref": "AWS::StackName"}]]}


def test_a_stack_of_the_cdk_knows_its_region_and_its_name(tmp_path: Path) -> None:
    out = assembly(
        tmp_path / "cdk.out",
        Dev=stack("Dev", stackName="shop-dev"),
        **{"Dev.assets": {"type": "cdk:asset-manifest", "properties": {"file": "a.json"}}},
    )
    write(out / "Dev.template.json", {"Resources": {"Orders1A2B3C4D": table(REGIONAL)}})

    for path in (out, out / "manifest.json"):
        template = read_template(path)
        assert (template.form, list(template.resources)) == ("cdk", ["Orders1A2B3C4D"])
        (name,) = tables_of(template)
        assert name == "orders-eu-west-1-shop-dev"
    given = read_template(out, {"AWS::Region": "us-east-1"})
    assert list(tables_of(given)) == ["orders-us-east-1-shop-dev"]


def test_an_environment_that_is_not_known_leaves_names_unknown(tmp_path: Path) -> None:
    dev = stack("Dev") | {"environment": "aws://unknown-account/unknown-region"}
    out = assembly(tmp_path / "cdk.out", Dev=dev)
    write(out / "Dev.template.json", {"Resources": {"Orders": table(REGIONAL)}})

    assert not tables_of(read_template(out))


def test_several_stacks_and_nested_assemblies_are_one_template(tmp_path: Path) -> None:
    out = assembly(
        tmp_path / "cdk.out",
        A=stack("A"),
        **{"assembly-P": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "p"}}},
    )
    write(out / "A.template.json", {"Resources": {"T": table("a")}})
    inner = assembly(out / "p", B=stack("B"))
    write(inner / "B.template.json", {"Resources": {"T": table("b")}})

    template = read_template(out)

    assert list(template.resources) == ["A/T", "B/T"]
    assert list(tables_of(template)) == ["a", "b"]
    assert tables_of(template)["b"].schema.source == f"{out}/p/B.template.json:3"


@pytest.mark.parametrize("artifacts", [{}, {"A": stack("lost")}, {"A": 3}])
def test_an_assembly_that_lacks_something_is_refused(
    artifacts: dict[str, object], tmp_path: Path
) -> None:
    with pytest.raises(DeclarationError):
        read_template(assembly(tmp_path / "cdk.out", **artifacts))


def test_a_folder_that_is_no_assembly_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"no manifest\.json"):
        read_template(tmp_path)


def test_an_assembly_that_is_nested_in_itself_is_refused(tmp_path: Path) -> None:
    out = assembly(tmp_path, A={"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}})

    with pytest.raises(DeclarationError, match="nested more than 10 deep"):
        read_template(out)


NESTED = {
    "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
    "Resources": {
        "T": table({"Fn::Sub": "orders-${Stage}"}),
        "Policy": {"Type": "X", "Properties": {"On": {"Fn::GetAtt": ["T", "Arn"]}}},
    },
}
PARENT = """
Parameters: {Stage: {Type: String}, Where: {Type: String, Default: nested.json}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: !Ref Where
      Parameters: {Stage: !Ref Stage}
"""


def test_a_nested_stack_has_what_is_given_to_it(tmp_path: Path) -> None:
    write(tmp_path / "nested.json", NESTED)

    template = read(tmp_path, PARENT, Stage="beta")

    assert list(template.resources) == ["Inner", "Inner/T", "Inner/Policy"]
    assert list(tables_of(template)) == ["orders-beta"]
    pointed = template.resources["Inner/Policy"].properties["On"]
    assert isinstance(pointed, Unresolved)
    assert pointed.resource == "Inner/T"


def test_what_is_not_known_has_no_default_in_a_nested_stack(tmp_path: Path) -> None:
    write(tmp_path / "nested.json", NESTED)

    name = read(tmp_path, PARENT).resources["Inner/T"].properties["TableName"]

    assert isinstance(name, Unknown)
    assert "the parameter Stage has no value" in name.why


def test_a_nested_stack_by_an_unknown_condition_has_unknown_resources(tmp_path: Path) -> None:
    write(tmp_path / "nested.json", NESTED)
    text = PARENT.replace("    Properties:", "    Condition: IsProd\n    Properties:", 1)

    inner = read(tmp_path, text).resources["Inner/T"]

    assert isinstance(inner.attributes["Condition"], Unknown)
    assert list(read(tmp_path, text, Stage="dev").resources) == []


@pytest.mark.parametrize("where", ["lost.json", "https://example.com/a.json"])
def test_a_nested_stack_whose_file_is_not_here_is_unknown(where: str, tmp_path: Path) -> None:
    template = read(tmp_path, PARENT, Stage="dev", Where=where)

    assert list(template.unknown) == ["Inner"]
    assert where in template.unknown["Inner"]


def test_a_nested_stack_of_the_cdk_is_found_by_its_asset(tmp_path: Path) -> None:
    write(tmp_path / "nested.json", NESTED)
    text = PARENT.replace(
        "    Properties:", "    Metadata: {'aws:asset:path': nested.json}\n    Properties:", 1
    )

    assert "Inner/T" in read(tmp_path, text, Where="https://s3.amazonaws.com/x").resources


def test_a_nested_stack_of_the_cdk_is_found_by_what_is_published(tmp_path: Path) -> None:
    write(tmp_path / "nested.json", NESTED)
    published = {"source": {"path": "nested.json"}, "destinations": {"a": {"objectKey": "1f.json"}}}
    write(tmp_path / "A.assets.json", {"files": {"1f": published}})

    assert "Inner/T" in read(tmp_path, PARENT, Where="https://s3.amazonaws.com/x/1f.json").resources
    assert "Inner" in read(tmp_path, PARENT, Where="https://s3.amazonaws.com/x/2f.json").unknown


def test_a_stack_that_is_nested_in_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="nested in itself"):
        read(tmp_path, PARENT, Where="a.yaml")
