"""The schema of a declared table on DynamoDB, with the facts that only DynamoDB has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ....model.declarations.dynamodb import DynamoDB
from ....model.declarations.scaling import Scaling
from ....model.description.tables import TableDescription
from ....schema.declared import declared_schema
from ....schema.facts import Between, Value
from ....schema.tables import IndexSchema, TableSchema
from ..policies import canonical


def declared(table: TableDescription, name: str) -> TableSchema:
    """The schema of a declared table. name: its physical name."""
    schema = declared_schema(table, name)
    of_index = index_facts_of(table.dynamodb)
    indexes = {index.name: _with_facts(index, of_index) for index in schema.indexes.values()}
    return replace(schema, indexes=indexes, facts=facts_of(table.dynamodb))


def _with_facts(index: IndexSchema, facts: Mapping[str, Value]) -> IndexSchema:
    """An index with its facts: a local index has none of its own."""
    return index if index.is_local else replace(index, facts=facts)


def facts_of(dynamodb: DynamoDB) -> dict[str, Value]:
    """The declared facts, in the same form as the reader gives those of a live table."""
    facts: dict[str, Value] = {
        "billing": {"mode": dynamodb.billing, **_units(dynamodb)},
        "table_class": dynamodb.table_class,
        "encryption": _encryption(dynamodb),
        "deletion_protection": dynamodb.deletion_protection,
        "pitr": _recovery(dynamodb.pitr_days),
        **dict(_throughput_and_insights(dynamodb)),
    }
    if dynamodb.resource_policy is not None:
        facts["resource_policy"] = canonical(dynamodb.resource_policy)
    return {**facts, "tags": dict(dynamodb.tags)} if dynamodb.tags else facts


def index_facts_of(dynamodb: DynamoDB) -> dict[str, Value]:
    """The facts of each global index, which has the settings of its table."""
    return {"billing": _units(dynamodb), **dict(_throughput_and_insights(dynamodb))}


def _units(dynamodb: DynamoDB) -> dict[str, Value]:
    if dynamodb.billing == "provisioned":
        units: dict[str, Value] = {
            "read_units": dynamodb.read_units,
            "write_units": dynamodb.write_units,
        }
        return units | {
            f"{direction}_units": _scaled(getattr(dynamodb, f"{direction}_units"), scaling)
            for direction, scaling in dynamodb.scalings()
        }
    return {
        "max_read_request_units": dynamodb.max_read_request_units,
        "max_write_request_units": dynamodb.max_write_request_units,
    }


def _scaled(first: int, scaling: Scaling) -> Between:
    return Between(first, scaling.least, scaling.most)


def _throughput_and_insights(dynamodb: DynamoDB) -> Iterator[tuple[str, Value]]:
    if dynamodb.warm_read_units_per_second is not None:
        yield (
            "warm_throughput",
            {
                "read_units_per_second": dynamodb.warm_read_units_per_second,
                "write_units_per_second": dynamodb.warm_write_units_per_second,
            },
        )
    if dynamodb.contributor_insights == "off":
        yield "contributor_insights", {"enabled": False}
    elif dynamodb.contributor_insights is not None:
        mode = dynamodb.contributor_insights
        yield "contributor_insights", {"enabled": True, "mode": mode}


def _recovery(days: int) -> dict[str, Value]:
    return {"enabled": True, "days": days} if days else {"enabled": False}


def _encryption(dynamodb: DynamoDB) -> dict[str, Value]:
    if dynamodb.encryption == "owned":
        return {"type": "owned"}
    if dynamodb.encryption == "customer":
        return {"type": "kms", "key": dynamodb.kms_key_arn}
    return {"type": "kms", "owner": "aws"}
