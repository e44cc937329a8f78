"""One layer, and templates that say the same in three formats; mutations change one of them.

`mutations/plan.json` was made by Terraform 1.11.4 and the provider `hashicorp/aws` 5.100.0 from
`mutations/hcl`, and completed as that says.
"""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trueup import DynamoDB, ExpiresAt, Index, Layer, Model, Table
from trueup.schema.tables import TableSchema
from trueup.templates.documents.files import read_document
from trueup.templates.reading import read_template
from trueup.templates.template import Template
from trueup.templates.terraform.instances import plain
from trueup.templates.verification import declared_in_templates

FOLDER = Path(__file__).with_name("mutations")
UNCHANGED: Mapping[str, Any] = {}
NAMES = {"Orders": "beta-orders", "Units": "beta-units"}
WRITTEN = FOLDER / "orders.template.yaml"
FORMATS = ("cloudformation", "cdk.out", "terraform")


class Order(Model):
    """An item with an expiry."""

    customer: str
    number: int
    day: str = ""
    state: str = ""
    total: int = 0
    expires_at: ExpiresAt | None = None


class Left(Model):
    """The same by another expiry."""

    customer: str
    number: int
    day: str = ""
    state: str = ""
    total: int = 0
    left_at: ExpiresAt | None = None


class Unit(Model):
    """An item without one."""

    customer: str
    day: str = ""


POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "dynamodb:GetItem"}
    ],
}
SETTINGS: Mapping[str, Any] = {
    "max_read_request_units": 10,
    "max_write_request_units": 5,
    "warm_read_units_per_second": 13_000,
    "warm_write_units_per_second": 5_000,
    "table_class": "infrequent_access",
    "pitr_days": 7,
    "encryption": "customer",
    "kms_key_arn": "arn:aws:kms:eu-west-1:000000000000:key/a",
    "deletion_protection": True,
    "contributor_insights": "throttled_keys",
    "resource_policy": POLICY,
    "tags": {"team": "shop"},
}
BY_DAY: Mapping[str, Any] = {"partition": "day", "sort": "number", "projection": ["total"]}
LOCAL = Index("Local", partition="customer", sort="day", local=True)
UNITS = Table(
    "Units",
    Unit,
    partition="customer",
    indexes=[Index("ByDay", partition="day")],
    dynamodb=DynamoDB(billing="provisioned", read_units=3, write_units=2, pitr_days=0),
)


def layer(mutation: Mapping[str, Any] = {}) -> Layer:
    """The layer, or what a mutation of the declaration makes of it; "none" is None."""
    indexes = [Index("ByDay", **BY_DAY | mutation.get("index", {})), LOCAL]
    if "more" in mutation:
        indexes.append(Index("More", **mutation["more"]))
    settings = SETTINGS | mutation.get("dynamodb", {})
    options: dict[str, Any] = {
        "partition": "customer",
        "sort": "number",
        "indexes": indexes,
        "stream": "NEW_IMAGE",
        "dynamodb": DynamoDB(**{k: v for k, v in settings.items() if v != "none"}),
        **mutation.get("options", {}),
    }
    given: dict[str, Any] = {k: None if v == "none" else v for k, v in options.items()}
    model: Any = Left if mutation.get("model") == "Left" else Order
    return Layer("shop", target="dynamodb", tables=[Table("Orders", model, **given), UNITS])


def declared(one: Layer | None = None) -> Mapping[str, TableSchema]:
    """The tables of a layer, as templates can say them."""
    return declared_in_templates(one or layer(), NAMES)


def mutations(side: str) -> list[dict[str, Any]]:
    """The mutations of a file of data."""
    found = tomllib.loads((FOLDER / f"{side}.toml").read_text(encoding="utf-8"))
    listed: list[dict[str, Any]] = found["mutation"]
    return listed


def stack() -> dict[str, Any]:
    """The template, in long forms of functions."""
    whole: Any = plain(read_document(WRITTEN))
    return dict(whole)


def plan() -> Any:
    """The plan of Terraform."""
    return copy.deepcopy(json.loads((FOLDER / "plan.json").read_text(encoding="utf-8")))


def planned(whole: Any) -> dict[str, Any]:
    """The values of the resources of a plan, by their last names."""
    listed = whole["planned_values"]["root_module"]["resources"]
    return {
        one["name"] if "policy" not in one["type"] else "policy": one["values"] for one in listed
    }


def mutate(tree: Any, mutation: Mapping[str, Any]) -> None:
    """Change a document at a path."""
    change(tree, mutation["at"], mutation.get("set"))
    if "without" in mutation:
        change(tree, mutation["without"], None)


def change(tree: Any, at: str, value: Any) -> None:
    """Set what is at a path, or remove it, if the value is None."""
    *path, last = at.split(".")
    for name in path:
        tree = tree[int(name)] if name.isdigit() else tree[name]
    key: Any = int(last) if isinstance(tree, list) else last
    if value is None:
        del tree[key]
    else:
        tree[key] = value


def written(folder: Path, kind: str, document: Any) -> Template:
    """A template in a format, read from files."""
    if kind == "cdk.out":
        path = folder / "cdk.out"
        path.mkdir()
        properties = {"templateFile": "Shop.template.json"}
        artifact = {"type": "aws:cloudformation:stack", "properties": properties}
        text = json.dumps({"version": "53.0.0", "artifacts": {"Shop": artifact}})
        (path / "manifest.json").write_text(text, encoding="utf-8")
        (path / "Shop.template.json").write_text(json.dumps(document), encoding="utf-8")
        return read_template(path)
    path = folder / ("a.yaml" if kind == "cloudformation" else "plan.json")
    path.write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML, too
    return read_template(path)


def document(kind: str) -> Any:
    """The whole of a format."""
    return plan() if kind == "terraform" else stack()
