"""What a stage says of its tables on DynamoDB, beside and above the declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from .._kinds import misspelt
from ..model.declarations.dynamodb import (
    Billing,
    ContributorInsights,
    DynamoDB,
    Encryption,
    Removal,
    TableClass,
)
from ..model.declarations.layer import Layer
from ..model.declarations.scaling import TARGET_PERCENT, Scaling

KEY = "dynamodb"
_OF_A_BILLING = (
    "read_units",
    "write_units",
    "max_read_request_units",
    "max_write_request_units",
    "scaling",
    "write_scaling",
)


class ScalingSettings(BaseModel):
    """`Scaling(...)` as a table of TOML."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    least: int
    most: int
    target_percent: int = TARGET_PERCENT


class TableSettings(BaseModel):
    """Settings of `DynamoDB(...)`, under the same names; those that are not given stay declared."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    billing: Billing | None = None
    read_units: int | None = None
    write_units: int | None = None
    max_read_request_units: int | None = None
    max_write_request_units: int | None = None
    table_class: TableClass | None = None
    pitr_days: int | None = None
    deletion_protection: bool | None = None
    removal: Removal | None = None
    encryption: Encryption | None = None
    kms_key_arn: str | None = None
    warm_read_units_per_second: int | None = None
    warm_write_units_per_second: int | None = None
    contributor_insights: ContributorInsights | None = None
    resource_policy: dict[str, Any] | None = None
    tags: dict[str, str] | None = None
    former_ttl: str | None = None
    scaling: ScalingSettings | None = None
    write_scaling: ScalingSettings | None = None

    def given(self) -> dict[str, Any]:
        """The settings that are there, as `DynamoDB` takes them."""
        return {
            name: _as_declared(getattr(self, name))
            for name in DynamoDB.__dataclass_fields__
            if name in self.model_fields_set
        }


def _as_declared(value: Any) -> Any:
    return Scaling(**value.model_dump()) if isinstance(value, ScalingSettings) else value


class DynamoDBSettings(TableSettings):
    """`[tool.trueup.stages.<name>.dynamodb]`. tables: of single ones, by their logical names."""

    tables: dict[str, TableSettings] = Field(default_factory=dict)


def staged_layer(layer: Layer, settings: DynamoDBSettings) -> tuple[Layer, list[str]]:
    """The layer with what a stage says of its tables, and what is wrong there.

    The stage goes before the declaration, and what it says of one table before what it says of all.
    Each problem begins with its key below the stage: `dynamodb.tables.Orders: ...`.
    """
    problems = list(_misplaced(layer, settings))
    staged: dict[str, DynamoDB] = {}
    for table in layer.tables if settings.model_fields_set else ():
        own = settings.tables.get(table.name)
        staged[table.name] = _staged(table.dynamodb, settings.given())
        if own is not None:
            staged[table.name] = _staged(staged[table.name], own.given())
        key = KEY if own is None else f"{KEY}.tables.{table.name}"
        problems += [
            f"{key}: of the table {table.name}, {problem}"
            for problem in staged[table.name].problems()
        ]
    return layer.with_dynamodb(staged), problems


def _misplaced(layer: Layer, settings: DynamoDBSettings) -> Iterator[str]:
    """Settings that no table can have."""
    if layer.target != "dynamodb" and settings.model_fields_set:
        yield f"{KEY}: the layer {layer.name} targets {layer.target}, which has no such settings"
    declared = {table.name: table for table in layer.tables}
    for name in settings.tables:
        if name not in declared:
            yield (
                f"{KEY}.tables.{name}: the layer {layer.name} has no such table; "
                f"{misspelt(name, declared, 'tables')}"
            )


def _staged(declared: DynamoDB, given: Mapping[str, Any]) -> DynamoDB:
    """Settings with others in their place: tags are added to each other. What only another billing,
    or another encryption, would need goes with that."""
    left: dict[str, None] = {}
    if given.get("billing", declared.billing) != declared.billing:
        left |= dict.fromkeys(_OF_A_BILLING)
    if given.get("encryption", declared.encryption) != declared.encryption:
        left["kms_key_arn"] = None
    tags = {**declared.tags, **given.get("tags", {})}
    return replace(declared, **{**left, **given, "tags": tags})
