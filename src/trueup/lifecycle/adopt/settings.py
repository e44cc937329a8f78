"""The keywords of `DynamoDB(...)` that say what a live table's facts say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ...model.declarations.dynamodb import DynamoDB
from ...schema.facts import Unknown, Value

_FOREIGN_TAGS = ("aws:",)


def dynamodb_settings(facts: Mapping[str, Value], *, protect: bool) -> dict[str, Any]:
    """The keywords, without those that say what `DynamoDB()` says.

    protect: whether the stage protects tables, which an undeclared deletion protection follows.
    Facts that could not be read are left out, and so are those that nobody declares: the
    throughput to which AWS warmed the table, and whether keys are watched.
    """
    known = {name: value for name, value in facts.items() if not isinstance(value, Unknown)}
    told: dict[str, Any] = {}
    if isinstance(billing := known.get("billing"), Mapping):
        told |= {"billing": billing["mode"], **{k: v for k, v in billing.items() if k != "mode"}}
    if isinstance(encryption := known.get("encryption"), Mapping):
        told |= _encryption(encryption)
    if isinstance(tags := known.get("tags"), Mapping):
        told["tags"] = {k: v for k, v in tags.items() if not k.startswith(_FOREIGN_TAGS)}
    if known.get("deletion_protection", protect) != protect:
        told["deletion_protection"] = known["deletion_protection"]
    if "table_class" in known:
        told["table_class"] = known["table_class"]
    if isinstance(recovery := known.get("pitr"), Mapping):
        days = recovery.get("days") if recovery["enabled"] else 0
        told |= {"pitr_days": days} if isinstance(days, int) else {}
    if isinstance(policy := known.get("resource_policy"), str):
        told["resource_policy"] = json.loads(policy)
    defaults = DynamoDB()
    order = [one.name for one in fields(DynamoDB) if one.name in told]
    return {name: told[name] for name in order if told[name] != getattr(defaults, name)}


def _encryption(encryption: Mapping[str, Value]) -> dict[str, Value]:
    if encryption.get("type") != "kms":
        return {}
    if encryption.get("key") is None or encryption.get("owner") == "aws":
        return {"encryption": "aws_managed"}
    return {"encryption": "customer", "kms_key_arn": encryption["key"]}
