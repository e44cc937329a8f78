"""Templates that say the same as the declaration, in other words: verify is silent."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.templates.truth import (
    NAMES,
    WRITTEN,
    change,
    declared,
    document,
    plan,
    planned,
    stack,
    written,
)
from trueup.cli.exit_codes import ExitCode
from trueup.cli.verify import exit_code
from trueup.schema.severity import Severity
from trueup.templates.reading import read_template
from trueup.templates.template import Template
from trueup.templates.verification import verify_templates

ORDERS = "Resources.Orders.Properties"
UNITS = "Resources.Units.Properties"
Way = Callable[[Path], Template]


def properties(whole: Any, table: str = "Orders") -> Any:
    return whole["Resources"][table]["Properties"]


def edited(*edits: tuple[str, Any], kind: str = "cloudformation", **parts: Any) -> Way:
    """The truth with other values at some paths, and other parts of a template."""

    def way(folder: Path) -> Template:
        whole = {**stack(), **parts}
        for at, value in edits:
            change(whole, at, value)
        return written(folder, kind, whole)

    return way


def shuffled(seed: int, kind: str) -> Way:
    """The truth with every list whose order says nothing, and every mapping, in another order."""

    def way(folder: Path) -> Template:
        return written(folder, kind, _shuffled(document(kind), random.Random(seed)))

    return way


def _shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        names = list(value)
        order.shuffle(names)
        return {name: _shuffled(value[name], order) for name in names}
    if isinstance(value, list):
        listed = [_shuffled(one, order) for one in value]
        order.shuffle(listed)
        return listed
    return value


def as_json(folder: Path) -> Template:
    path = folder / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(stack()).replace("\n", "\r\n").encode())
    return read_template(path)


def nested(folder: Path) -> Template:
    """The tables in a stack of their own."""
    written(folder, "cloudformation", stack())
    inner = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "a.yaml"}}
    path = folder / "root.json"
    path.write_text(json.dumps({"Resources": {"Data": inner}}), encoding="utf-8")
    return read_template(path)


def looped(folder: Path) -> Template:
    """One table by a loop of one."""
    whole = stack()
    table = whole["Resources"].pop("Units")
    body = {"${One}Table": table}
    whole["Resources"]["Fn::ForEach::Tables"] = ["One", ["Units"], body]
    whole["Transform"] = "AWS::LanguageExtensions"
    return written(folder, "cloudformation", whole)


def by_hand(folder: Path) -> Template:
    """The file as it is."""
    return read_template(WRITTEN)


def anchored(folder: Path) -> Template:
    """YAML in which equal parts are aliases, with comments and ends of lines of Windows."""
    text = WRITTEN.read_text(encoding="utf-8")
    for name, value in (("OnDemandThroughput", "maxima"), ("WarmThroughput", "warm")):
        before, first, second = text.split(f"{name}: {{")
        rest = second.partition("}")[2]
        text = f"{before}{name}: &{value} {{{first}{name}: *{value}{rest}"
    text = text.replace("Resources:", "# all that there is\nResources:   # here")
    path = folder / "a.yaml"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    return read_template(path)


def replicated(folder: Path) -> Template:
    """The table as a global table of one replica."""
    whole = stack()
    table = whole["Resources"]["Orders"]
    given = table["Properties"]
    table["Type"] = "AWS::DynamoDB::GlobalTable"
    replica: dict[str, Any] = {"Region": "eu-west-1"}
    for name in (
        "ContributorInsightsSpecification",
        "DeletionProtectionEnabled",
        "PointInTimeRecoverySpecification",
        "ResourcePolicy",
        "TableClass",
        "Tags",
    ):
        replica[name] = given.pop(name)
    index = given["GlobalSecondaryIndexes"][0]
    own: dict[str, Any] = {"IndexName": "ByDay"}
    own["ContributorInsightsSpecification"] = index.pop("ContributorInsightsSpecification")
    for source, target in ((given, replica), (index, own)):
        maxima = source.pop("OnDemandThroughput")
        unit = {"MaxWriteRequestUnits": maxima["MaxWriteRequestUnits"]}
        source["WriteOnDemandThroughputSettings"] = unit
        unit = {"MaxReadRequestUnits": maxima["MaxReadRequestUnits"]}
        target["ReadOnDemandThroughputSettings"] = unit
    replica["GlobalSecondaryIndexes"] = [own]
    key = given["SSESpecification"].pop("KMSMasterKeyId")
    replica["SSESpecification"] = {"KMSMasterKeyId": key}
    given["Replicas"] = [replica]
    return written(folder, "cloudformation", whole)


def listed(folder: Path) -> Template:
    """A plan whose index has its key as a list."""
    whole = plan()
    index = planned(whole)["orders"]["global_secondary_index"][0]
    index["key_schema"] = [
        {"attribute_name": index.pop("hash_key"), "key_type": "HASH"},
        {"attribute_name": index.pop("range_key"), "key_type": "RANGE"},
    ]
    return written(folder, "terraform", whole)


def stored(folder: Path) -> Template:
    """The values of the plan as a state."""
    whole = {"format_version": "1.0", "values": plan()["planned_values"]}
    return written(folder, "terraform", whole)


def configured(folder: Path) -> Template:
    """A plan with what providers write of what is off."""
    whole = plan()
    values = planned(whole)["units"]
    values |= {"ttl": [{"attribute_name": "gone", "enabled": False}], "stream_enabled": False}
    values |= {"point_in_time_recovery": [{"enabled": False}], "tags": {}, "tags_all": {}}
    return written(folder, "terraform", whole)


JOINED = {"Fn::Join": ["-", [{"Ref": "Stage"}, "orders"]]}
STAGE = {"Stage": {"Type": "String", "Default": "beta"}}
BY_STAGE = {"Stages": {"beta": {"days": 7, "class": "STANDARD_INFREQUENT_ACCESS"}}}
OTHERS = {"Jobs": {"Type": "AWS::SQS::Queue"}, "Site": {"Type": "AWS::S3::Bucket"}}

WAYS: dict[str, Way] = {
    "a template": by_hand,
    "a template in JSON": edited(),
    "cdk.out": edited(kind="cdk.out"),
    "a plan": lambda folder: written(folder, "terraform", plan()),
    "a state": stored,
    "JSON of Windows": as_json,
    "another order": shuffled(1, "cloudformation"),
    "another order in cdk.out": shuffled(2, "cdk.out"),
    "another order in a plan": shuffled(3, "terraform"),
    "a nested stack": nested,
    "a loop": looped,
    "aliases of YAML": anchored,
    "a global table": replicated,
    "keys of Terraform as lists": listed,
    "what is off in a plan": configured,
    "settings as texts": edited(
        (f"{ORDERS}.DeletionProtectionEnabled", "true"),
        (f"{ORDERS}.TimeToLiveSpecification.Enabled", "True"),
        (f"{ORDERS}.PointInTimeRecoverySpecification.RecoveryPeriodInDays", "7"),
        (f"{UNITS}.ProvisionedThroughput.ReadCapacityUnits", "3"),
    ),
    "a name of parts": edited((f"{ORDERS}.TableName", JOINED), Parameters=STAGE),
    "a name by Sub": edited(
        (f"{UNITS}.TableName", {"Fn::Sub": ["${S}-units", {"S": {"Ref": "Stage"}}]}),
        Parameters=STAGE,
    ),
    "values of a map": edited(
        (f"{ORDERS}.TableClass", {"Fn::FindInMap": ["Stages", {"Ref": "Stage"}, "class"]}),
        (
            f"{ORDERS}.PointInTimeRecoverySpecification.RecoveryPeriodInDays",
            {"Fn::FindInMap": ["Stages", {"Ref": "Stage"}, "days"]},
        ),
        Parameters=STAGE,
        Mappings=BY_STAGE,
    ),
    "a condition": edited(
        (f"{ORDERS}.DeletionProtectionEnabled", {"Fn::If": ["Keeps", True, False]}),
        (f"{UNITS}.StreamSpecification", {"Fn::If": ["Keeps", {"Ref": "AWS::NoValue"}, {}]}),
        Conditions={"Keeps": {"Fn::Equals": [{"Ref": "Stage"}, "beta"]}},
        Parameters=STAGE,
    ),
    "what is off, written": edited(
        (f"{UNITS}.TimeToLiveSpecification", {"AttributeName": "gone", "Enabled": False}),
        (f"{UNITS}.SSESpecification", {"SSEEnabled": False}),
        (f"{UNITS}.BillingMode", "PROVISIONED"),
        (f"{UNITS}.TableClass", "STANDARD"),
        (f"{UNITS}.DeletionProtectionEnabled", False),
        (f"{UNITS}.PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False}),
    ),
    "tags that are not declared": edited(
        (f"{ORDERS}.Tags", [{"Key": "cost", "Value": 1}, {"Key": "team", "Value": "shop"}])
    ),
    "an index that holds more": edited(
        (f"{ORDERS}.GlobalSecondaryIndexes.0.Projection", {"ProjectionType": "ALL"})
    ),
    "other resources": edited(
        *((f"Resources.{name}", resource) for name, resource in OTHERS.items()),
        Transform="AWS::Serverless-2016-10-31",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_in_other_words_is_no_difference(way: str, tmp_path: Path) -> None:
    found = verify_templates(declared(), [WAYS[way](tmp_path)], resources={})

    assert [one for one in found.findings if one.verdict != "agrees"] == []
    assert set(found.present) == set(NAMES.values())
    assert exit_code(found, Severity.LOW) is ExitCode.DONE


def test_there_are_twenty_ways() -> None:
    assert len(WAYS) >= 20
