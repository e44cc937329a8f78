"""What may hide, change or drop a table of CloudFormation is never green: found, or unknown."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.templates.truth import declared, stack, written
from trueup import DeclarationError
from trueup.schema.facts import Unknown, dotted
from trueup.templates.reading import read_template
from trueup.templates.verification import verify_templates

Edit = Callable[[dict[str, Any]], object]
INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/more.yaml"}}
ORDERS = "beta-orders"


def findings(folder: Path, edit: Edit) -> Mapping[str, object]:
    """What does not agree, by table and path, of the truth after an edit."""
    whole = copy.deepcopy(stack())
    edit(whole)
    template = written(folder, "cloudformation", whole)
    found = verify_templates(declared(), [template], resources={}).findings
    return {
        f"{one.table} {dotted(one.difference.path) if one.difference.path else ''}".strip(): (
            one.difference.found
        )
        for one in found
        if one.verdict != "agrees"
    }


def orders(whole: dict[str, Any]) -> dict[str, Any]:
    table: dict[str, Any] = whole["Resources"]["Orders"]
    return table


def adding(kind: str, **properties: Any) -> Edit:
    resource = {"Type": kind, "Properties": properties}
    return lambda whole: whole["Resources"].update(Other=resource)


HIDING: Mapping[str, tuple[Edit, str]] = {
    "root include": (lambda whole: whole.update({"Fn::Transform": INCLUDE}), "s3://bucket"),
    "include in a resource": (lambda whole: orders(whole).update({"Fn::Transform": INCLUDE}), "s3"),
    "resource that is included": (
        lambda whole: whole["Resources"].update(More={"Fn::Transform": INCLUDE}),
        "s3://bucket",
    ),
    "macro by a parameter": (
        lambda whole: whole.update(Transform={"Name": {"Ref": "Macro"}}),
        "!Ref Macro",
    ),
    "module": (adding("Acme::Data::Table::MODULE"), "Acme::Data::Table::MODULE"),
    "stacks of other accounts": (adding("AWS::CloudFormation::StackSet"), "StackSet"),
    "product": (adding("AWS::ServiceCatalog::CloudFormationProvisionedProduct"), "Other"),
    "replica by a custom resource": (
        adding("Custom::DynamoDBReplica", TableName={"Ref": "Orders"}),
        "Custom::DynamoDBReplica",
    ),
    "custom resource with a table": (
        adding("Custom::Copy", Of={"Fn::GetAtt": ["Orders", "Arn"]}),
        "Custom::Copy",
    ),
    "call of DynamoDB by the CDK": (
        adding("Custom::AWS", Create='{"service":"DynamoDB","action":"updateTable"}'),
        "Custom::AWS",
    ),
}


@pytest.mark.parametrize("name", HIDING)
def test_what_may_hold_or_change_tables_is_unknown(tmp_path: Path, name: str) -> None:
    edit, quoted = HIDING[name]
    found = findings(tmp_path, edit)
    assert any(isinstance(one, Unknown) and quoted in one.why for one in found.values()), found


@pytest.mark.parametrize("kind", ["Custom::S3AutoDeleteObjects", "AWS::SQS::Queue"])
def test_other_resources_hide_nothing(tmp_path: Path, kind: str) -> None:
    assert findings(tmp_path, adding(kind, ServiceToken="arn:aws:lambda:::function:x")) == {}


@pytest.mark.parametrize("policy", [None, "Delete"])
def test_table_that_a_replacement_drops_is_not_kept(tmp_path: Path, policy: str | None) -> None:
    def edit(whole: dict[str, Any]) -> None:
        orders(whole).update(DeletionPolicy="Retain", UpdateReplacePolicy=policy)
        if policy is None:
            del orders(whole)["UpdateReplacePolicy"]

    [path] = [name for name in findings(tmp_path, edit) if "removal" in name]
    assert path == f"{ORDERS} removal"


@pytest.mark.parametrize(
    ("at", "value", "path"),
    [
        ("PointInTimeRecoverySpec", {}, "PointInTimeRecoverySpec"),
        ("TimeToLiveSpecification", {"AttributeName": "x", "Enable": True}, "ttl"),
    ],
)
def test_property_that_nobody_knows_is_unknown(
    tmp_path: Path, at: str, value: object, path: str
) -> None:
    found = findings(tmp_path, lambda whole: orders(whole)["Properties"].update({at: value}))
    assert isinstance(found[f"{ORDERS} {path}"], Unknown)


def test_property_of_an_index_that_nobody_knows_is_unknown(tmp_path: Path) -> None:
    def edit(whole: dict[str, Any]) -> None:
        orders(whole)["Properties"]["GlobalSecondaryIndexes"][0]["Foo"] = 1

    assert list(findings(tmp_path, edit)) == [f"{ORDERS} GlobalSecondaryIndexes.0.Foo"]


def test_tag_and_table_that_are_said_twice_are_refused(tmp_path: Path) -> None:
    def tag(whole: dict[str, Any]) -> None:
        orders(whole)["Properties"]["Tags"].append({"Key": "team", "Value": "other"})

    with pytest.raises(DeclarationError, match="repeats team"):
        findings(tmp_path, tag)

    def table(whole: dict[str, Any]) -> None:
        whole["Resources"]["Again"] = copy.deepcopy(orders(whole))

    with pytest.raises(DeclarationError, match=r"Again has the name of Orders at .*a.yaml:\d+"):
        findings(tmp_path, table)


def as_global(whole: dict[str, Any], *regions: object, **parts: Any) -> None:
    """Make the table a global one, with replicas that say what the table said."""
    orders(whole)["Type"] = "AWS::DynamoDB::GlobalTable"
    own = orders(whole)["Properties"]
    names = (
        "PointInTimeRecoverySpecification",
        "DeletionProtectionEnabled",
        "Tags",
        "TableClass",
        "ResourcePolicy",
        "ContributorInsightsSpecification",
    )
    said = {name: own.pop(name) for name in names if name in own}
    own["Replicas"] = [{**said, "Region": region} for region in regions]
    own["Replicas"][-1].update(parts)


@pytest.mark.parametrize("parts", [{}, {"DeletionProtectionEnabled": False}])
def test_replica_beside_the_stacks_own_is_unknown(tmp_path: Path, parts: dict[str, Any]) -> None:
    def edit(whole: dict[str, Any]) -> None:
        as_global(whole, {"Ref": "AWS::Region"}, "us-east-1", **parts)

    found = findings(tmp_path, edit)
    assert isinstance(found[f"{ORDERS} replicas.us-east-1"], Unknown)
    assert f"{ORDERS} deletion_protection" not in found


def test_table_without_a_replica_in_the_stacks_region_is_unknown(tmp_path: Path) -> None:
    whole = copy.deepcopy(stack())
    as_global(whole, "us-east-1")
    path = written(tmp_path, "cloudformation", whole).file
    template = read_template(Path(path), {"AWS::Region": "eu-west-1"})
    found = verify_templates(declared(), [template], resources={}).findings
    [whole_table] = [one for one in found if one.table == ORDERS and not one.difference.path]
    assert isinstance(whole_table.difference.found, Unknown)
    assert "eu-west-1" in whole_table.difference.found.why
