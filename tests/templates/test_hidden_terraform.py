"""What may hide, change or drop a table of Terraform is never green: it is found, or unknown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.templates.truth import declared, plan, written
from trueup import DeclarationError, DynamoDB, Layer, Model, Table
from trueup.schema.facts import Unknown, dotted
from trueup.templates.reading import read_template
from trueup.templates.template import Template
from trueup.templates.verification import declared_in_templates, verify_templates


class Note(Model):
    id: str


NOTES = Table("Notes", Note, partition="id", dynamodb=DynamoDB(tags={"team": "shop"}))
LAYER = Layer("shop", target="dynamodb", tables=[NOTES])
ADDRESS = "aws_dynamodb_table.notes"
BODY: Mapping[str, Any] = {
    "name": "Notes",
    "hash_key": "id",
    "attribute": [{"name": "id", "type": "S"}],
    "billing_mode": "PAY_PER_REQUEST",
    "deletion_protection_enabled": True,
    "point_in_time_recovery": {"enabled": True, "recovery_period_in_days": 35},
    "lifecycle": {"prevent_destroy": True},
    "tags": {"team": "shop"},
}
PROVIDED = {"aws": {"default_tags": {"tags": {"team": "other"}}}}


def configuration(
    folder: Path, body: Mapping[str, Any] = {}, more: Mapping[str, Any] = {}, **parts: Any
) -> Template:
    """The table with other arguments, beside other resources, in a configuration."""
    own: Mapping[str, Any] = {"aws_dynamodb_table": {"notes": {**BODY, **body}}, **more}
    path = folder / "main.tf.json"
    path.write_text(json.dumps({"resource": own, **parts}), encoding="utf-8")
    return read_template(path)


def findings(template: Template) -> Mapping[str, object]:
    """What does not agree, by table and path."""
    declared = declared_in_templates(LAYER, {"Notes": "Notes"}, protect=True)
    found = verify_templates(declared, [template], resources={}).findings
    return {
        f"{one.table} {dotted(one.difference.path) if one.difference.path else ''}".strip(): (
            one.difference.found
        )
        for one in found
        if one.verdict != "agrees"
    }


def test_table_as_declared_agrees(tmp_path: Path) -> None:
    assert findings(configuration(tmp_path)) == {}


UNKNOWN: Mapping[str, Mapping[str, Any]] = {
    "dynamic index": {"dynamic": {"global_secondary_index": {"for_each": [1], "content": {}}}},
    "dynamic expiry": {"dynamic": [{"ttl": {"for_each": [1], "content": {}}}]},
    "stream by a variable": {"stream_enabled": "${var.q}", "stream_view_type": "NEW_IMAGE"},
    "kept by a variable": {"lifecycle": {"prevent_destroy": "${var.q}"}},
    "everything is ignored": {"lifecycle": {"prevent_destroy": True, "ignore_changes": "all"}},
    "protection is ignored": {
        "lifecycle": {"prevent_destroy": True, "ignore_changes": ["deletion_protection_enabled"]}
    },
    "other provider": {"provider": "aws.us"},
    "other region": {"region": "us-east-1"},
    "replica": {"replica": [{"region_name": "us-east-1"}]},
    "throughput by a dynamic block": {
        "dynamic": {"on_demand_throughput": {"for_each": [1], "content": {}}}
    },
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_argument_that_does_not_decide_is_unknown(tmp_path: Path, name: str) -> None:
    found = findings(configuration(tmp_path, UNKNOWN[name]))
    assert found
    assert all(isinstance(one, Unknown) for one in found.values()), found


def test_flags_may_be_texts(tmp_path: Path) -> None:
    off = {"lifecycle": {"prevent_destroy": "false"}}
    assert findings(configuration(tmp_path, off)) == {"Notes removal": "drop"}
    on = {"lifecycle": {"prevent_destroy": "true"}, "stream_enabled": "false"}
    assert findings(configuration(tmp_path, on)) == {}


TABLE_NAME = {"table_name": f"${{{ADDRESS}.name}}"}
TABLE_ARN = {"resource_arn": f"${{{ADDRESS}.arn}}"}


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("aws_dynamodb_table_replica", {"global_table_arn": f"${{{ADDRESS}.arn}}"}),
        ("aws_dynamodb_global_secondary_index", {**TABLE_NAME, "index_name": "Hidden"}),
        ("aws_dynamodb_tag", {**TABLE_ARN, "key": "team", "value": "other"}),
        ("aws_dynamodb_tag", {"resource_arn": "${var.arn}", "key": "team", "value": "other"}),
        ("aws_cloudformation_stack_set", {"name": "x"}),
        ("aws_servicecatalog_provisioned_product", {"name": "x"}),
        ("aws_dynamodb_global_table", {"name": "Other"}),
    ],
)
def test_resource_beside_the_table_is_seen(
    tmp_path: Path, kind: str, arguments: dict[str, str]
) -> None:
    found = findings(configuration(tmp_path, more={kind: {"x": arguments}}))
    assert any(isinstance(one, Unknown) for one in found.values())


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        ("module", {"x": {"source": "./x"}}),
        ("removed", [{"from": ADDRESS}]),
        ("import", [{"to": ADDRESS, "id": "Notes"}]),
        ("moved", [{"from": "aws_dynamodb_table.old", "to": ADDRESS}]),
    ],
)
def test_block_that_is_not_read_is_unknown(tmp_path: Path, kind: str, block: Any) -> None:
    [why] = findings(configuration(tmp_path, **{kind: block})).values()
    assert isinstance(why, Unknown)
    assert why.why.startswith(kind)


def test_resources_in_a_list_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "main.tf.json"
    other = {"aws_dynamodb_table": {"other": {**BODY, "name": "Other"}}}
    own = {"aws_dynamodb_table": {"notes": [BODY]}}
    path.write_text(json.dumps({"resource": [other, own]}), encoding="utf-8")
    assert findings(read_template(path)) == {"Other": "a table"}
    path.write_text(json.dumps({"resource": [own, own]}), encoding="utf-8")
    with pytest.raises(DeclarationError, match=f"{ADDRESS} is there twice, first in line 1"):
        read_template(path)


def test_files_of_variables_are_in_force(tmp_path: Path) -> None:
    variable = {"p": {"default": True}}
    body = {"deletion_protection_enabled": "${var.p}"}
    (tmp_path / "terraform.tfvars.json").write_text('{"p": false}', encoding="utf-8")
    found = findings(configuration(tmp_path, body, variable=variable))
    assert found == {"Notes deletion_protection": False}
    (tmp_path / "x.auto.tfvars").write_text("p = true\n", encoding="utf-8")
    [why] = findings(configuration(tmp_path, body, variable=variable)).values()
    assert isinstance(why, Unknown)
    assert "x.auto.tfvars" in why.why
    template = read_template(tmp_path / "main.tf.json", {"p": "true"})
    assert findings(template) == {}


def test_tags_of_the_provider_are_below_those_of_the_table(tmp_path: Path) -> None:
    assert findings(configuration(tmp_path, provider=PROVIDED)) == {}
    found = findings(configuration(tmp_path, {"tags": {}}, provider=PROVIDED))
    assert found == {"Notes tags.team": "other"}


Edit = Callable[[Any], object]


def changing(change: Mapping[str, Any]) -> Edit:
    """A plan with a change of the table."""
    changes = [{"address": "aws_dynamodb_table.orders", "change": change}]
    return lambda whole: whole.update(resource_changes=changes)


PLANS: Mapping[str, Edit] = {
    "errored": lambda whole: whole.update(errored=True),
    "not complete": lambda whole: whole.update(complete=False),
    "put off": lambda whole: whole.update(
        deferred_changes=[{"reason": "x", "resource_change": {"address": "aws_dynamodb_table.y"}}]
    ),
    "all is unknown": changing({"actions": ["create"], "after_unknown": True}),
    "protection is unknown": changing({"after_unknown": {"deletion_protection_enabled": True}}),
    "replaced": changing({"actions": ["delete", "create"]}),
}


@pytest.mark.parametrize("name", PLANS)
def test_plan_that_does_not_decide_is_unknown(tmp_path: Path, name: str) -> None:
    whole = plan()
    before = len(unknown(written(tmp_path, "terraform", whole)))
    PLANS[name](whole)
    assert len(unknown(written(tmp_path, "terraform", whole))) > before


def unknown(template: Template) -> list[str]:
    found = verify_templates(declared(), [template], resources={}).findings
    return [dotted(one.difference.path) for one in found if one.verdict == "unknown"]


@pytest.mark.parametrize("part", [{"status": "tainted"}, {"deposed": "abc"}])
def test_state_with_a_table_that_goes_is_unknown(tmp_path: Path, part: dict[str, str]) -> None:
    values = {**BODY, "point_in_time_recovery": [BODY["point_in_time_recovery"]]}
    instances = [{"attributes": values, **part}]
    if "deposed" in part:
        instances.append({"attributes": values})
    table = {"mode": "managed", "type": "aws_dynamodb_table", "name": "notes"}
    path = tmp_path / "terraform.tfstate"
    document = {"terraform_version": "1.9.0", "resources": [{**table, "instances": instances}]}
    path.write_text(json.dumps(document), encoding="utf-8")
    [why] = findings(read_template(path)).values()
    assert isinstance(why, Unknown)
    assert ADDRESS in why.why
