"""Models and indexes of PynamoDB, and what their calls send."""

from __future__ import annotations

from collections.abc import Iterator

from ...._dataclass import dataclass
from ..uses import Site
from .values import (
    Arguments,
    Bound,
    ClassValue,
    FunctionValue,
    Hole,
    Instance,
    Method,
    PynamoIndex,
    Text,
    Value,
    Values,
    names_in,
)

_OF_MODELS = {
    "get": "get_item",
    "query": "query",
    "count": "query",
    "scan": "scan",
    "rate_limited_scan": "scan",
    "save": "put_item",
    "update": "update_item",
    "delete": "delete_item",
    "refresh": "get_item",
    "batch_get": "batch_get_item",
    "batch_write": "batch_write_item",
    "create_table": "create_table",
    "delete_table": "delete_table",
    "exists": "describe_table",
    "describe_table": "describe_table",
    "update_ttl": "update_time_to_live",
}
"""Source: https://pynamodb.readthedocs.io/en/stable/api.html"""
_CONDITIONS = {"condition": "ConditionExpression", "filter_condition": "FilterExpression"}


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What a call of a model sends."""

    operation: str
    tables: tuple[Text | Hole, ...]
    arguments: Arguments
    via: str = ""


def is_model(kind: ClassValue) -> bool:
    """Whether a class is a model of PynamoDB."""
    return kind.derives_from("pynamodb.models.Model")


def model_attribute(kind: ClassValue, name: str, found: Values) -> Values:
    """An attribute of a model: an index with its model, or a method of PynamoDB."""
    result: list[Value] = []
    for one in found:
        if isinstance(one, Instance) and one.kind.derives_from("SecondaryIndex"):
            result.append(PynamoIndex(kind, _index_name(one.kind)))
        else:
            result.append(Bound(kind, one) if isinstance(one, FunctionValue) else one)
    return tuple(result) or (Method(kind, name),)


def _index_name(kind: ClassValue) -> str:
    found = [one for one in _meta(kind, "index_name") if isinstance(one, Text) and not one.holes]
    return found[0].value if found else ""


def _meta(kind: ClassValue, name: str) -> Values:
    return tuple(
        value
        for meta in kind.lookup("Meta")
        if isinstance(meta, ClassValue)
        for value in meta.lookup(name)
    )


def model_calls(
    owner: ClassValue | PynamoIndex, name: str, arguments: Arguments, site: Site
) -> Iterator[ModelCall]:
    """The requests of a call, if the owner is a model or one of its indexes."""
    kind = owner.model if isinstance(owner, PynamoIndex) else owner
    operation = _OF_MODELS.get(name)
    if operation is None or not is_model(kind):
        return
    given = Arguments([], _named(arguments), arguments.is_whole)
    if isinstance(owner, PynamoIndex) and owner.name:
        given.named["IndexName"] = (Text(owner.name),)
    yield ModelCall(operation, names_in(_meta(kind, "table_name"), site), given, "pynamodb")


def _named(arguments: Arguments) -> dict[str, Values]:
    """The arguments under the names that DynamoDB has for them."""
    named = {_CONDITIONS.get(name, name): values for name, values in arguments.named.items()}
    if "limit" in named:
        named["Limit"] = named.pop("limit")
    return named
