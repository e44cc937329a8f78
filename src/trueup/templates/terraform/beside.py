"""Resources beside a table of Terraform that say a part of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...schema.facts import Unknown
from ..template import Resolved, TemplateResource, unresolved
from .instances import Instance
from .tables import TABLE, attached, insights, policy_document

BESIDE = (
    "aws_dynamodb_contributor_insights",
    "aws_dynamodb_global_secondary_index",
    "aws_dynamodb_resource_policy",
    "aws_dynamodb_table_replica",
    "aws_dynamodb_tag",
)
_TABLE_ARN = re.compile(r":table/([^/]+)$")
_POINTERS = ("table_name", "resource_arn", "global_table_arn")


def table_of(beside: Instance, resources: Mapping[str, TemplateResource]) -> str:
    """The address of the table that a resource is for; empty if it is not known."""
    for said in (beside.values.get(name) for name in _POINTERS):
        if isinstance(said, str):
            name = match[1] if (match := _TABLE_ARN.search(said)) else said
            for address, one in resources.items():
                if one.type == TABLE and one.properties.get("TableName") == name:
                    return address
    referred = [name for pointer in _POINTERS for name in beside.references.get(pointer, ())]
    module = beside.address.rpartition(f"{beside.type}.")[0]
    for address, one in resources.items():
        if one.type == TABLE and any(
            name.startswith(f"{address.removeprefix(module)}.") for name in referred
        ):
            return address
    return ""


def with_part(table: TemplateResource, beside: Instance) -> TemplateResource:
    """The table with what a resource beside it says."""
    return replace(table, properties=_properties(table.properties, beside))


def _properties(table: Mapping[str, Resolved], beside: Instance) -> Mapping[str, Resolved]:
    given = beside.values
    match beside.type:
        case "aws_dynamodb_resource_policy":
            policy = policy_document(given)
            said: Resolved = policy if isinstance(policy, Unknown) else {"PolicyDocument": policy}
            return {**table, "ResourcePolicy": said}
        case "aws_dynamodb_global_secondary_index":
            why = unresolved(beside.address, "an index that is a resource of its own is not read")
            return {**table, "GlobalSecondaryIndexes": why}
        case "aws_dynamodb_table_replica":
            listed = table.get("Replicas")
            known = listed if isinstance(listed, list) else []
            return {**table, "Replicas": [*known, {"Region": beside.address}]}
        case "aws_dynamodb_tag":
            return {**table, "Tags": _tagged(table.get("Tags"), beside)}
        case _:
            return attached(table, given.get("index_name"), insights(given))


def _tagged(tags: Resolved, beside: Instance) -> Resolved:
    """Tags with one more. Which is in force is not known, if the table has one of its key."""
    if isinstance(tags, Unknown):
        return tags
    key, value = beside.values.get("key"), beside.values.get("value")
    listed = tags if isinstance(tags, Sequence) and not isinstance(tags, str) else []
    others = [one for one in listed if not isinstance(one, Mapping) or one.get("Key") != key]
    if len(others) < len(listed):
        value = unresolved(beside.address, "the table has a tag of the same key")
    return [*others, {"Key": key, "Value": value}]
