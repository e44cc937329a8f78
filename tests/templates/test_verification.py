"""Declarations beside templates: what our own templates say agrees; what differs has its line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from systems.iops.models import layer as iops
from systems.nexus.tables import layer as nexus
from tests.infra.test_templates import FULL, NAMES, SHOP
from tests.templates.written import read
from trueup import InvalidCall, Layer
from trueup.cli.checking.given import check_parameters
from trueup.infra import Format, stack_of, template_text
from trueup.lifecycle.verification import Verification, verify_tables
from trueup.schema.engine import LiveTable
from trueup.schema.facts import dotted
from trueup.schema.severity import Severity
from trueup.schema.tables import TableSchema
from trueup.schema.verify import Finding
from trueup.templates.reading import read_template
from trueup.templates.template import Template
from trueup.templates.three_ways import three_ways
from trueup.templates.verification import declared_in_templates, is_table, verify_templates


def verified(
    tables: Mapping[str, TableSchema], *templates: Template, **resources: str
) -> Verification:
    return verify_templates(tables, templates, resources=resources)


def faults(found: Verification) -> list[tuple[str, str]]:
    """What does not agree: the verdict and the fact."""
    return [
        (one.verdict, dotted(one.difference.path))
        for one in found.findings
        if one.verdict != "agrees"
    ]


@pytest.mark.parametrize("suffix", ["yaml", "json"])
@pytest.mark.parametrize("protect", [True, False])
@pytest.mark.parametrize("layer", [SHOP, nexus, iops], ids=["shop", "nexus", "iops"])
def test_our_own_template_agrees_with_its_declaration(
    layer: Layer, protect: bool, suffix: str, tmp_path: Path
) -> None:
    names = NAMES if layer is SHOP else {one.name: f"x-{one.name}" for one in layer.tables}
    stack = stack_of(layer, names, stage="beta", is_protected=protect)
    path = tmp_path / f"a.{suffix}"
    path.write_text(
        template_text(stack, Format.CLOUDFORMATION, is_json=suffix == "json"), encoding="utf-8"
    )

    found = verified(declared_in_templates(layer, names, protect=protect), read_template(path))

    assert faults(found) == []
    assert found.agreeing > 10 * len(layer.tables)
    assert len(found.present) == len(layer.tables)


SCHEMAS = declared_in_templates(SHOP, NAMES, protect=True)
OWN = template_text(
    stack_of(SHOP, NAMES, stage="beta", is_protected=True), Format.CLOUDFORMATION, is_json=True
)


def changed(folder: Path, old: str, new: str) -> Template:
    """Our template with one text in place of another, which it has once or more."""
    assert OWN.count(old)
    return read(folder, OWN.replace(old, new), "a.json")


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(OWN.splitlines(), 1) if text in line)


def only(found: Verification) -> Finding:
    (finding,) = [one for one in found.findings if one.verdict != "agrees"]
    return finding


def test_a_difference_has_the_line_of_its_property(tmp_path: Path) -> None:
    found = only(
        verified(
            SCHEMAS, changed(tmp_path, '"RecoveryPeriodInDays": 7', '"RecoveryPeriodInDays": 3')
        )
    )

    assert (found.difference.declared, found.difference.found) == (7, 3)
    assert found.found_at == f"{tmp_path}/a.json:{line_of('RecoveryPeriodInDays')}"
    assert found.severity is Severity.HIGH


def test_a_table_that_no_declaration_has_is_of_low_severity(tmp_path: Path) -> None:
    other = """
        Resources:
          Other:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: other
              AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
              KeySchema: [{AttributeName: id, KeyType: HASH}]
        """
    found = only(verified(SCHEMAS, read(tmp_path, OWN, "a.json"), read(tmp_path, other)))

    assert (found.table, found.verdict, found.severity) == ("other", "differs", Severity.LOW)
    assert found.found_at == f"{tmp_path}/a.yaml:3"


def test_a_table_of_two_stacks_is_verified_in_both(tmp_path: Path) -> None:
    spoilt = read(
        tmp_path, OWN.replace('"RecoveryPeriodInDays": 7', '"RecoveryPeriodInDays": 3'), "b.json"
    )
    fine = read(tmp_path, OWN, "a.json")

    for templates in ((fine, spoilt), (spoilt, fine)):
        found = verified(SCHEMAS, *templates)
        assert only(found).found_at.startswith(f"{tmp_path}/b.json:")
        assert only(found).mend.startswith(f"{only(found).found_at} is a generated file")
        live = verify_tables(SCHEMAS, lambda name: LiveTable(SCHEMAS[name]))
        assert only(three_ways(found, live)).lags == ("template",)


@pytest.mark.case("S13")
def test_a_table_under_another_name_is_missing_and_another_is_there(tmp_path: Path) -> None:
    found = verified(SCHEMAS, changed(tmp_path, '"TableName": "beta-orders"', '"TableName": "new"'))

    told = [
        (one.table, one.difference.declared, one.difference.found, one.severity)
        for one in found.findings
        if one.verdict != "agrees"
    ]
    assert told == [
        ("beta-orders", "a table", None, Severity.CRITICAL),
        ("new", None, "a table", Severity.LOW),
    ]


KEY = FULL.dynamodb.kms_key_arn


@pytest.mark.case("S5")
@pytest.mark.parametrize(
    ("key", "verdict"),
    [("a", []), ("alias/orders", [("unknown", "encryption.key")]),
     ("b", [("differs", "encryption.key")])],
)  # fmt: skip
def test_a_key_by_its_alias_is_not_known_without_kms(
    key: str, verdict: list[tuple[str, str]], tmp_path: Path
) -> None:
    found = verified(SCHEMAS, changed(tmp_path, f'"{KEY}"', f'"{key}"'))

    assert faults(found) == verdict
    if "alias" in key:
        assert "kms:DescribeKey" in only(found).difference.reason


@pytest.mark.case("S1")
def test_warm_throughput_that_is_not_declared_is_not_compared(tmp_path: Path) -> None:
    schema = SCHEMAS["beta-orders"]
    without = {name: value for name, value in schema.facts.items() if name != "warm_throughput"}
    indexes = {
        name: replace(index, facts={"billing": index.facts["billing"]} if index.facts else {})
        for name, index in schema.indexes.items()
    }
    tables = SCHEMAS | {schema.name: replace(schema, facts=without, indexes=indexes)}

    assert faults(verified(tables, read(tmp_path, OWN, "a.json"))) == []


@pytest.mark.case("S24")
def test_what_is_only_said_on_creation_is_not_compared(tmp_path: Path) -> None:
    template = json.loads(OWN)
    template["Resources"]["UnitsTable"]["Properties"]["ImportSourceSpecification"] = {
        "InputFormat": "CSV", "S3BucketSource": {"S3Bucket": "a"}
    }  # fmt: skip

    assert faults(verified(SCHEMAS, read(tmp_path, json.dumps(template), "a.json"))) == []


LOOP = """
    Transform: AWS::LanguageExtensions
    Parameters: {Account: {Type: String}}
    Mappings: {Tables: {'1': {names: [orders, units]}}}
    Resources:
      Fn::ForEach::Tables:
        - Name
        - !FindInMap [Tables, !Ref Account, names]
        - Table${Name}:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: !Sub beta-${Name}
              AttributeDefinitions: [{AttributeName: customer, AttributeType: S}]
              KeySchema: [{AttributeName: customer, KeyType: HASH}]
    """


@pytest.mark.case("S39")
def test_a_loop_that_is_not_known_leaves_tables_unknown(tmp_path: Path) -> None:
    found = verified(SCHEMAS, read(tmp_path, LOOP))

    assert faults(found)[:2] == [("unknown", "table"), ("unknown", "table")]
    assert "!FindInMap [Tables, !Ref Account, names]" in found.findings[0].difference.reason
    assert not found.differing()


@pytest.mark.case("S39")
def test_a_parameter_makes_the_tables_of_a_loop_known(tmp_path: Path) -> None:
    found = verified(SCHEMAS, read(tmp_path, LOOP, Account="1"))

    assert found.present == ("beta-orders", "beta-units")
    assert ("agrees", "key.partition") in [
        (one.verdict, dotted(one.difference.path)) for one in found.findings
    ]


def test_a_table_by_an_unknown_condition_is_unknown(tmp_path: Path) -> None:
    template = json.loads(OWN)
    template["Parameters"]["Stage"] = {"Type": "String"}
    template["Conditions"] = {"Is": {"Fn::Equals": [{"Ref": "Stage"}, "beta"]}}
    template["Resources"]["UnitsTable"]["Condition"] = "Is"
    text = json.dumps(template)

    finding = only(verified(SCHEMAS, read(tmp_path, text, "a.json")))
    assert (finding.table, finding.verdict) == ("beta-units", "unknown")
    assert "!Equals [!Ref Stage, beta]" in finding.difference.reason
    assert faults(verified(SCHEMAS, read(tmp_path, text, "a.json", Stage="beta"))) == []
    gone = only(verified(SCHEMAS, read(tmp_path, text, "a.json", Stage="prod")))
    assert (gone.verdict, gone.difference.found) == ("differs", None)


def without_name(table: str, name: object = None) -> str:
    """Our template with another name of a table, or none."""
    template = json.loads(OWN)
    del template["Resources"][table]["Properties"]["TableName"]
    if name is not None:
        template["Resources"][table]["Properties"]["TableName"] = name
    template["Parameters"]["Stage"] = {"Type": "String"}
    return json.dumps(template)


@pytest.mark.parametrize("name", [None, {"Fn::Sub": "${Stage}-units"}])
def test_a_table_whose_name_is_not_known_is_matched_by_its_key(
    name: object, tmp_path: Path
) -> None:
    template = read(tmp_path, without_name("UnitsTable", name), "a.json")

    finding = only(verified(SCHEMAS, template))
    assert (finding.table, finding.verdict) == ("beta-units", "unknown")
    assert finding.difference.path == ("name",)
    assert "UnitsTable was matched by its key" in finding.difference.reason


def test_a_resource_that_is_named_is_the_table(tmp_path: Path) -> None:
    template = read(tmp_path, without_name("UnitsTable"), "a.json")

    assert faults(verified(SCHEMAS, template, **{"beta-units": "UnitsTable"})) == []


def test_a_resource_of_the_cdk_is_named_without_its_hash(tmp_path: Path) -> None:
    text = without_name("UnitsTable").replace("UnitsTable", "UnitsTable1A2B3C4D")

    template = read(tmp_path, text, "a.json")
    assert faults(verified(SCHEMAS, template, **{"beta-units": "UnitsTable"})) == []


def test_a_table_that_several_may_be_is_unknown(tmp_path: Path) -> None:
    template = json.loads(without_name("UnitsTable"))
    template["Resources"]["Second"] = template["Resources"]["UnitsTable"]
    found = verified(SCHEMAS, read(tmp_path, json.dumps(template), "a.json"))

    unknown = found.findings[[one.table for one in found.findings].index("beta-units")]
    assert unknown.verdict == "unknown"
    assert "it may be UnitsTable, Second" in unknown.difference.reason


@pytest.mark.parametrize(
    ("indexes", "told"),
    [
        ([{"Ref": "Stage"}], [("unknown", "index.ByDay")]),
        ({"Ref": "Stage"}, [("unknown", "index.ByDay")]),
        (["ByDay", {"Ref": "Stage"}], [("unknown", "index")]),
        (["Other", {"Ref": "Stage"}], [("unknown", "index.ByDay"), ("differs", "index.Other")]),
    ],
)
def test_an_index_that_is_not_known_leaves_the_others_known(
    indexes: Any, told: list[tuple[str, str]], tmp_path: Path
) -> None:
    template = json.loads(OWN)
    template["Parameters"]["Stage"] = {"Type": "String"}
    properties = template["Resources"]["UnitsTable"]["Properties"]
    (own,) = properties["GlobalSecondaryIndexes"]
    if isinstance(indexes, list):
        indexes = [own | {"IndexName": one} if isinstance(one, str) else one for one in indexes]
    properties["GlobalSecondaryIndexes"] = indexes

    assert faults(verified(SCHEMAS, read(tmp_path, json.dumps(template), "a.json"))) == told


def test_macros_leave_no_template_green(tmp_path: Path) -> None:
    template = json.loads(OWN) | {"Transform": "Ours"}

    finding = only(verified(SCHEMAS, read(tmp_path, json.dumps(template), "a.json")))
    assert finding.verdict == "unknown"
    assert "Transform Ours" in finding.difference.reason


def test_pseudo_parameters_in_a_policy_of_the_tables_own_are_harmless(tmp_path: Path) -> None:
    assert "${AWS::Region}" in OWN

    given = {"AWS::Region": "eu-west-1", "AWS::AccountId": "1", "AWS::Partition": "aws"}
    for parameters in ({}, given):
        template = read(tmp_path, OWN, "a.json", **parameters)
        assert faults(verified(SCHEMAS, template)) == []


def test_each_of_two_templates_is_mended_in_its_own_file(tmp_path: Path) -> None:
    own = OWN.replace("Generated by trueup generate iac", "Written by hand")
    spoilt = own.replace('"RecoveryPeriodInDays": 7', '"RecoveryPeriodInDays": 3')
    found = verified(SCHEMAS, read(tmp_path, spoilt, "a.json"), read(tmp_path, spoilt, "b.json"))
    mends = [one.mend for one in found.differing()]

    assert all(f"/{name}.json:" in mend for name, mend in zip("ab", mends, strict=True))
    assert mends == [f"edit {one.found_at}" for one in found.differing()]


def test_a_variable_of_terraform_is_a_parameter(tmp_path: Path) -> None:
    text = '{"variable": {"the_stage": {"type": "string"}, "b": {"default": "c"}}, "resource": {}}'
    path = tmp_path / "a.tf.json"
    path.write_text(text, encoding="utf-8")
    given = {"the_stage": "prod"}
    template = read_template(path, given)

    assert template.parameters == {"the_stage": "prod", "b": "c"}
    check_parameters(given, [template])
    with pytest.raises(InvalidCall, match="no template has a parameter 'the_stge'"):
        check_parameters({"the_stge": "prod"}, [template])


def test_an_id_that_is_given_wins_over_a_name(tmp_path: Path) -> None:
    template = read(tmp_path, OWN, "a.json")
    name = "beta-orders"
    assert is_table("OrdersTable", template)
    assert not is_table("Nonsense", template)
    other = {"beta-other": replace(SCHEMAS[name], name="beta-other")}
    found = verify_templates(other, [template], resources={"beta-other": "OrdersTable"})
    [differing] = [one for one in found.differing() if one.difference.path == ("name",)]
    assert (differing.difference.found, differing.severity) == (name, Severity.CRITICAL)
