"""Tables of DynamoDB as resources.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...engines.dynamodb.ddl.body import create_body, insights_body, recovery_body, ttl_body
from ...engines.dynamodb.policies import with_resources
from ...model.declarations.dynamodb import DynamoDB
from ...schema.facts import Value, known
from ...schema.tables import IndexSchema, TableSchema
from ..values import ARNS, PLACE, Property, Resource

TABLE = "AWS::DynamoDB::Table"


def table_resource(
    table: TableSchema,
    resource_id: str,
    settings: DynamoDB,
    *,
    is_protected: bool,
    after: str = "",
    tags: Mapping[str, str],
) -> Resource:
    """A table.

    settings: the declared ones, for those that no schema has. is_protected: whether the stage keeps
        its tables, and refuses to drop them, unless the declaration says otherwise.
    after: the id of the table with indexes before it: DynamoDB makes few of them at once.
    tags: beside those that the declaration has, in any case.
    """
    body: dict[str, Any] = create_body(table)
    declared = table.facts.get("deletion_protection")
    protects = is_protected if declared is None else bool(declared)
    is_kept = protects if settings.removal is None else settings.removal == "keep"
    properties: dict[str, Property] = {
        "TableName": body.pop("TableName"),
        **{name: value for name, value in body.items() if name not in _RENAMED},
        **_renamed(table, body),
        "DeletionProtectionEnabled": protects,
        **dict(_attached(table, settings.former_ttl)),
        "Tags": _tags(table, tags),
    }
    return Resource(
        resource_id, TABLE, properties, depends_on=(after,) if after else (), is_kept=is_kept
    )


_RENAMED = ("StreamSpecification", "SSESpecification", "GlobalSecondaryIndexes", "Tags")


def _renamed(table: TableSchema, body: Mapping[str, Any]) -> dict[str, Property]:
    """The parameters that CloudFormation calls otherwise than the API."""
    found: dict[str, Property] = {}
    if "StreamSpecification" in body:
        view = body["StreamSpecification"]["StreamViewType"]
        found["StreamSpecification"] = {"StreamViewType": view}
    if "SSESpecification" in body:
        encryption = dict(body["SSESpecification"])
        found["SSESpecification"] = {"SSEEnabled": encryption.pop("Enabled"), **encryption}
    if "GlobalSecondaryIndexes" in body:
        found["GlobalSecondaryIndexes"] = [
            {**index, **_index_insights(table.indexes[index["IndexName"]])}
            for index in body["GlobalSecondaryIndexes"]
        ]
    return found


def _index_insights(index: IndexSchema) -> dict[str, Property]:
    insights = index.facts.get("contributor_insights")
    return {} if insights is None else {"ContributorInsightsSpecification": _insights(insights)}


def _attached(table: TableSchema, former_ttl: str) -> Iterator[tuple[str, Property]]:
    """What the API attaches by requests of its own. former_ttl: a template that did not name it any
    more would leave the expiry on."""
    expiry = known(table.ttl)
    if expiry is not None:
        yield from ttl_body(expiry, enabled=True).items()
    elif former_ttl:
        yield from ttl_body(former_ttl, enabled=False).items()
    yield from recovery_body(table.facts.get("pitr")).items()
    insights = table.facts.get("contributor_insights")
    if insights is not None:
        yield "ContributorInsightsSpecification", _insights(insights)
    policy = table.facts.get("resource_policy")
    if isinstance(policy, str) and policy:
        document = json.loads(with_resources(policy, f"{ARNS}:dynamodb:{PLACE}:table/{table.name}"))
        yield "ResourcePolicy", {"PolicyDocument": document}


def _insights(insights: Value) -> dict[str, Property]:
    body = insights_body(insights)
    found: dict[str, Property] = {"Enabled": body["ContributorInsightsAction"] == "ENABLE"}
    if "ContributorInsightsMode" in body:
        found["Mode"] = body["ContributorInsightsMode"]
    return found


def _tags(table: TableSchema, tags: Mapping[str, str]) -> Sequence[Property]:
    declared = table.facts.get("tags")
    own = declared if isinstance(declared, Mapping) else {}
    taken = {name.lower() for name in own}
    merged = {name: value for name, value in tags.items() if name.lower() not in taken}
    merged |= {name: str(value) for name, value in own.items()}
    return [{"Key": name, "Value": value} for name, value in sorted(merged.items())]
