"""Types of attributes that are no keys, from items that are read only where this is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from ...model.declarations.base import Model
from ...model.declarations.indexes import Index
from ...model.declarations.layer import Layer, Target
from ...model.declarations.names import stored_as
from ...model.declarations.table import Table
from ...repository import Repository
from ...schema.tables import AttributeSchema, TableSchema

_KINDS: Mapping[str, Any] = {"S": str, "N": Decimal, "B": bytes}
_NUMBERS = {"int", "Decimal"}


def sampling_layer(schema: TableSchema, target: Target) -> tuple[Layer, Table[Model]]:
    """A layer of one table whose model has the keys only: all else is read as it is stored."""
    fields = {key.name: f"f{number}" for number, key in enumerate(schema.attributes)}
    keys = {key.name for key in schema.key}
    body: dict[str, Any] = {"__annotations__": {}}
    for attribute in schema.attributes:
        field = fields[attribute.name]
        body["__annotations__"][field] = _annotation(attribute, is_key=attribute.name in keys)
        if attribute.name not in keys:
            body[field] = None
    table: Table[Model] = Table(
        schema.name,
        type("Sampled", (Model,), body),
        partition=fields[schema.partition[0].name],
        sort=fields[schema.sort[0].name] if schema.sort else None,
        indexes=[
            Index(
                index.name,
                partition=[fields[key.name] for key in index.partition],
                sort=[fields[key.name] for key in index.sort],
            )
            for index in schema.indexes.values()
            if not index.is_local
        ],
    )
    return Layer("sampled", target=target, tables=[table]), table


def sampled_types(repository: Repository[Model], count: int) -> dict[str, str]:
    """The annotations that the first items of a table show, for attributes that are no keys."""
    items = [item.model_extra or {} for item in repository.scan(limit=count)]
    return types_of(items)


def types_of(items: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The annotation of each attribute, as far as the items agree; optional if some lack it."""
    names = dict.fromkeys(name for item in items for name in item)
    return {name: _type_of([item.get(name) for item in items]) for name in names}


def _type_of(values: Iterable[Any]) -> str:
    seen = {_name(value) for value in values}
    optional = " | None" if "None" in seen else ""
    seen.discard("None")
    if seen and seen <= _NUMBERS:
        seen = {"Decimal"} if len(seen) > 1 else seen
    return f"{seen.pop() if len(seen) == 1 else 'Any'}{optional}"


def _name(value: Any) -> str:
    """The annotation of one value. Lists, sets and maps are not looked into."""
    match value:
        case None:
            return "None"
        case list():
            return "list[Any]"
        case dict():
            return "dict[str, Any]"
        case set() | frozenset():
            return f"set[{_type_of(value)}]"
        case Decimal() if value == value.to_integral_value():
            return "int"
        case _:
            return type(value).__name__


def _annotation(attribute: AttributeSchema, *, is_key: bool) -> Any:
    kind = _KINDS[attribute.kind]
    return Annotated[kind if is_key else kind | None, stored_as(attribute.name)]
