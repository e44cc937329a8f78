"""The schema of a declared table on DynamoDB, with the facts that only DynamoDB has."""

from __future__ import annotations

from dataclasses import replace

from ....model.declarations.dynamodb import DynamoDB
from ....model.description.tables import TableDescription
from ....schema.declared import declared_schema
from ....schema.facts import Value
from ....schema.tables import TableSchema


def declared(table: TableDescription, name: str) -> TableSchema:
    """The schema of a declared table. name: its physical name."""
    return replace(declared_schema(table, name), facts=facts_of(table.dynamodb))


def facts_of(dynamodb: DynamoDB) -> dict[str, Value]:
    """The declared facts, in the same form as `inspect.py` gives those of a live table."""
    facts: dict[str, Value] = {
        "billing": _billing(dynamodb),
        "table_class": dynamodb.table_class,
        "encryption": _encryption(dynamodb),
        "deletion_protection": bool(dynamodb.deletion_protection),
        "pitr_days": dynamodb.pitr_days,
    }
    return {**facts, "tags": dict(dynamodb.tags)} if dynamodb.tags else facts


def _billing(dynamodb: DynamoDB) -> dict[str, Value]:
    if dynamodb.billing == "provisioned":
        return {
            "mode": "provisioned",
            "read_units": dynamodb.read_units,
            "write_units": dynamodb.write_units,
        }
    return {
        "mode": "on_demand",
        "max_read_request_units": dynamodb.max_read_request_units,
        "max_write_request_units": dynamodb.max_write_request_units,
    }


def _encryption(dynamodb: DynamoDB) -> dict[str, Value]:
    """The declared KMS key; of a live table, DynamoDB names the key but not its owner."""
    if dynamodb.encryption == "owned":
        return {"type": "owned"}
    if dynamodb.encryption == "customer":
        return {"type": "kms", "key": dynamodb.kms_key_arn}
    return {"type": "kms"}
