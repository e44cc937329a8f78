"""Live tables: what DescribeTable says, as a layout.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..._dataclass import dataclass
from ...errors import Place
from ...operations.operation import Request
from .codec.values import decode_body
from .ddl.layout import Attribute, IndexLayout, TableLayout
from .requests.replies import plain_request

_ACTIVE = "ACTIVE"


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A table as it is. is_ready: it and all of its indexes can be used."""

    layout: TableLayout
    is_ready: bool


def describe_request(table: str, name: str, where: Place) -> Request[LiveTable]:
    """The request that looks at a table. table: its logical name, name: the physical one.

    Raises NeedsOperator (table-not-found) where there is none.
    """

    def decode(body: bytes) -> LiveTable:
        return read_table(decode_body(body)["Table"])

    return plain_request("DescribeTable", table, where, {"TableName": name}, decode)


def describe_expiry_request(table: str, name: str, where: Place) -> Request[str | None]:
    """The request for the attribute that TTL looks at; None where TTL is off."""

    def decode(body: bytes) -> str | None:
        described = decode_body(body).get("TimeToLiveDescription", {})
        is_on = described.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
        attribute: str | None = described.get("AttributeName") if is_on else None
        return attribute

    return plain_request("DescribeTimeToLive", table, where, {"TableName": name}, decode)


def read_table(described: Mapping[str, Any]) -> LiveTable:
    """A table from its description."""
    kinds = {one["AttributeName"]: one["AttributeType"] for one in _list(described, "Attribute")}
    partition, sort = _key(described["KeySchema"], kinds)
    local = [_index(one, kinds, True) for one in _list(described, "LocalSecondaryIndex")]
    wide = [_index(one, kinds, False) for one in _list(described, "GlobalSecondaryIndex")]
    stream = described.get("StreamSpecification") or {}
    layout = TableLayout(
        name=described["TableName"],
        partition=partition[0],
        sort=sort[0] if sort else None,
        indexes={index.name: index for index in (*local, *wide)},
        stream=stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
    )
    return LiveTable(layout, all(status == _ACTIVE for status in _statuses(described)))


def _list(described: Mapping[str, Any], what: str) -> Sequence[Mapping[str, Any]]:
    name = "AttributeDefinitions" if what == "Attribute" else f"{what}es"
    return described.get(name) or ()


def _statuses(described: Mapping[str, Any]) -> Iterator[str]:
    yield described["TableStatus"]
    for index in _list(described, "GlobalSecondaryIndex"):
        yield index.get("IndexStatus", _ACTIVE)


def _key(
    schema: Sequence[Mapping[str, str]], kinds: Mapping[str, str]
) -> tuple[tuple[Attribute, ...], tuple[Attribute, ...]]:
    """The partition attributes and the sort attributes, in order."""
    names: dict[str, list[Attribute]] = {"HASH": [], "RANGE": []}
    for one in schema:
        names[one["KeyType"]].append((one["AttributeName"], kinds[one["AttributeName"]]))
    return tuple(names["HASH"]), tuple(names["RANGE"])


def _index(described: Mapping[str, Any], kinds: Mapping[str, str], is_local: bool) -> IndexLayout:
    partition, sort = _key(described["KeySchema"], kinds)
    projection = described.get("Projection") or {}
    is_whole = projection.get("ProjectionType") == "ALL"
    return IndexLayout(
        name=described["IndexName"],
        partition=partition,
        sort=sort,
        projection=None if is_whole else frozenset(projection.get("NonKeyAttributes") or ()),
        is_local=is_local,
    )
