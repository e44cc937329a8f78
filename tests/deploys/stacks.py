"""The stacks that are deployed, and the part of each that the emulator takes."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from systems.pdfjobs.tables import layer as pdfjobs
from tests.infra.test_templates import NAMES, SHOP
from trueup import DynamoDB, Index, Layer, Model, Scaling, Table
from trueup.infra import cloudformation, stack_of

GAPS: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("emulator_gaps.toml").read_text(encoding="utf-8")
)
LEFT_OUT = "left-out"
"""What stands for a value of what is left out."""


class Metric(Model):
    """What is counted."""

    id: str
    day: str = ""


SCALED = Layer(
    "ops",
    target="dynamodb",
    tables=[
        Table(
            "Metrics",
            Metric,
            partition="id",
            indexes=[Index("ByDay", partition="day")],
            dynamodb=DynamoDB(
                billing="provisioned",
                read_units=5,
                write_units=5,
                scaling=Scaling(least=5, most=100, target_percent=70),
            ),
        )
    ],
)
LAYERS: Mapping[str, tuple[Layer, Mapping[str, str]]] = {
    "pdfjobs": (pdfjobs, {table.name: table.name for table in pdfjobs.tables}),
    "shop": (SHOP, NAMES),
    "scaled": (SCALED, {"Metrics": "metrics"}),
}


def template(name: str) -> dict[str, Any]:
    """The template of a layer, as it is for AWS."""
    layer, names = LAYERS[name]
    return cloudformation(stack_of(layer, names, stage="dev"))


def taken(whole: Mapping[str, Any]) -> dict[str, Any]:
    """The template without the types, properties and attributes that the emulator has not."""
    gone = {id for id, one in whole["Resources"].items() if _is_gap(one)}
    found: dict[str, Any] = _without(whole, gone)
    found["Resources"] = {
        id: {**one, "DependsOn": [other for other in one.get("DependsOn", ()) if other not in gone]}
        for id, one in found["Resources"].items()
        if id not in gone
    }
    return found


def _is_gap(resource: Mapping[str, Any]) -> bool:
    refused = GAPS["properties"].get(resource["Type"], {})
    return resource["Type"] in GAPS["types"] or bool(refused.keys() & resource["Properties"])


def _without(value: Any, gone: set[str]) -> Any:
    """A value with what refers to parts that are left out replaced."""
    match value:
        case {"Ref": str(id)} if id in gone:
            return LEFT_OUT
        case {"Fn::GetAtt": [str(id), str(name)]} if id in gone or name in GAPS["attributes"]:
            return LEFT_OUT
        case {"Fn::Sub": str(text)} if any(f"${{{id}" in text for id in gone):
            return LEFT_OUT
        case dict():
            return {name: _without(one, gone) for name, one in value.items()}
        case list():
            return [_without(one, gone) for one in value]
        case _:
            return value


def body(made: Mapping[str, Any]) -> str:
    """The text of a template."""
    return json.dumps(made)


def scaled_text() -> str:
    """The resources of the scaled table but for its alarms and their dashboard, as YAML."""
    yaml: Any = import_module("yaml")  # which has no types of its own
    found = {
        id: one
        for id, one in template("scaled")["Resources"].items()
        if not one["Type"].startswith("AWS::CloudWatch::")
    }
    text: str = yaml.safe_dump(found, sort_keys=False, width=10_000)
    return text


GOLDEN = Path(__file__).with_name("golden") / "scaled.yaml"

if __name__ == "__main__":
    GOLDEN.write_text(scaled_text(), encoding="utf-8")
