"""Tables as CreateTable is asked for them, and the rules that AWS documents for that request.

Written from AWS's pages and the service's own model, without a look at what Trueup checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import botocore.session

Body: TypeAlias = dict[str, Any]

_API = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference"
_GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"
_CREATE = f"{_API}/API_CreateTable.html"


@dataclass(frozen=True)
class IndexSpec:
    """An index: the names of its attributes. projected: None for all, empty for the keys."""

    name: str
    partition: tuple[str, ...]
    sort: tuple[str, ...] = ()
    projected: tuple[str, ...] | None = None
    is_local: bool = False


@dataclass(frozen=True)
class TableSpec:
    """A table: the names of its attributes."""

    name: str
    partition: str
    sort: str | None = None
    indexes: tuple[IndexSpec, ...] = ()

    def body(self, kinds: dict[str, str]) -> Body:
        """The request that makes it. kinds: of each attribute, `S`, `N` or `B`."""
        sort = () if self.sort is None else (self.sort,)
        keys = [self.partition, *sort]
        body: Body = {
            "TableName": self.name,
            "KeySchema": _key_schema((self.partition,), sort),
            "BillingMode": "PAY_PER_REQUEST",
        }
        for index in self.indexes:
            used = (*index.partition, *index.sort)
            described = {
                "IndexName": index.name,
                "KeySchema": _key_schema(index.partition, index.sort),
                "Projection": _projection(index, {*used, *keys}),
            }
            kind = "LocalSecondaryIndexes" if index.is_local else "GlobalSecondaryIndexes"
            body.setdefault(kind, []).append(described)
            keys += used
        body["AttributeDefinitions"] = [
            {"AttributeName": name, "AttributeType": kinds[name]} for name in dict.fromkeys(keys)
        ]
        return body


def _key_schema(partition: tuple[str, ...], sort: tuple[str, ...]) -> list[Body]:
    pairs = [(name, "HASH") for name in partition] + [(name, "RANGE") for name in sort]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in pairs]


def _projection(index: IndexSpec, keys: set[str]) -> Body:
    if index.projected is None:
        return {"ProjectionType": "ALL"}
    others = sorted(set(index.projected) - keys)
    if not others:
        return {"ProjectionType": "KEYS_ONLY"}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": others}


@dataclass(frozen=True)
class Rule:
    """One rule of CreateTable. is_broken: whether a request breaks it."""

    name: str
    source: str
    is_broken: Callable[[Body], bool]


def _indexes(body: Body) -> list[Body]:
    return [*body.get("GlobalSecondaryIndexes", ()), *body.get("LocalSecondaryIndexes", ())]


def _names(index: Body, kind: str) -> list[str]:
    return [key["AttributeName"] for key in index["KeySchema"] if key["KeyType"] == kind]


def _non_keys(index: Body) -> int:
    return len(index["Projection"].get("NonKeyAttributes", ()))


def _has_a_key_twice(keyed: Body) -> bool:
    names = [key["AttributeName"] for key in keyed["KeySchema"]]
    return len(set(names)) < len(names)


def _has_an_index_twice(body: Body) -> bool:
    names = [index["IndexName"] for index in _indexes(body)]
    return len(set(names)) < len(names)


def _has_another_partition(body: Body) -> bool:
    own = _names(body, "HASH")
    return any(_names(index, "HASH") != own for index in body.get("LocalSecondaryIndexes", ()))


def _breaks_the_model(body: Body) -> bool:
    return any(_out_of_bounds(_service_model().operation_model("CreateTable").input_shape, body))


def _out_of_bounds(shape: Any, value: Any) -> Iterator[bool]:
    """Lengths and patterns of the service's own model, which botocore has and does not check."""
    bounds = shape.metadata
    if isinstance(value, str | list):
        yield not bounds.get("min", 0) <= len(value) <= bounds.get("max", len(value))
    if isinstance(value, str) and shape.name in ("TableName", "TableArn"):
        # The member takes an ARN too; a name has the lengths and the pattern of TableName.
        yield not 3 <= len(value) <= 255 or re.fullmatch(r"[a-zA-Z0-9_.-]+", value) is None
    elif isinstance(value, str) and "pattern" in bounds:
        yield re.fullmatch(bounds["pattern"], value) is None
    if isinstance(value, list):
        for one in value:
            yield from _out_of_bounds(shape.member, one)
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _out_of_bounds(shape.members[name], one)


@cache
def _service_model() -> Any:
    return botocore.session.Session().get_service_model("dynamodb")


RULES = (
    Rule("lengths and patterns", "botocore, dynamodb/2012-08-10/service-2.json", _breaks_the_model),
    Rule(
        "at most 20 global indexes",
        _CREATE,
        lambda body: len(body.get("GlobalSecondaryIndexes", ())) > 20,
    ),
    Rule(
        "at most 5 local indexes",
        _CREATE,
        lambda body: len(body.get("LocalSecondaryIndexes", ())) > 5,
    ),
    Rule(
        "at most 100 projected attributes in all",
        f"{_GUIDE}/Constraints.html",
        lambda body: sum(map(_non_keys, _indexes(body))) > 100,
    ),
    Rule(
        "at most 4 partition attributes",
        f"{_GUIDE}/GSI.DesignPattern.MultiAttributeKeys.html",
        lambda body: any(len(_names(index, "HASH")) > 4 for index in _indexes(body)),
    ),
    Rule(
        "at most 4 sort attributes",
        f"{_GUIDE}/GSI.DesignPattern.MultiAttributeKeys.html",
        lambda body: any(len(_names(index, "RANGE")) > 4 for index in _indexes(body)),
    ),
    Rule(
        "a local index needs a sort key of the table",
        "https://github.com/aws-cloudformation/cfn-lint/issues/3110",
        lambda body: "LocalSecondaryIndexes" in body and not _names(body, "RANGE"),
    ),
    Rule(
        "a local index has one sort attribute",
        f"{_GUIDE}/LSI.html",
        lambda body: any(
            len(_names(index, "RANGE")) != 1 for index in body.get("LocalSecondaryIndexes", ())
        ),
    ),
    Rule("a local index has the partition key", f"{_GUIDE}/LSI.html", _has_another_partition),
    Rule(
        "no attribute is twice in a key",
        "https://github.com/architect/dynalite/blob/master/test/createTable.js",
        lambda body: any(map(_has_a_key_twice, [body, *_indexes(body)])),
    ),
    Rule(
        "no two indexes have one name", f"{_API}/API_GlobalSecondaryIndex.html", _has_an_index_twice
    ),
)


def broken_rules(body: Body) -> list[str]:
    """The names of the rules that a request breaks."""
    return [rule.name for rule in RULES if rule.is_broken(body)]
