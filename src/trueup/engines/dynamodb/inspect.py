"""Live tables as schemas.

Tags are not read: that is slow and needs its own permission.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from ...errors import Place
from ...operations.operation import Operation, Request, send
from ...schema.engine import LiveTable
from ...schema.facts import Unknown, Value
from ...schema.tables import AttributeSchema, IndexSchema, TableSchema
from .codec.values import decode_body, reading
from .ddl.body import NO_MAXIMUM, TABLE_CLASSES
from .errors import NOT_FOUND, UNKNOWN_OPERATION, read_failure
from .requests.replies import request_of, succeeded
from .wire.http.reply import Reply

R = TypeVar("R")

_ACTIVE = "ACTIVE"
_DEFAULT_PITR_DAYS = 35
_NOT_READ = Unknown("it was not read")


def inspect_table(table: str, name: str, where: Place) -> Operation[LiveTable | None]:
    """A live table, None if it does not exist. table: its logical name; name: its physical name.

    TTL and backups are read only if the table is usable, as DynamoDB requires.
    """
    live = yield from send(describe_request(table, name, where))
    if live is None or not live.is_usable:
        return live
    ttl = yield from send(ttl_request(table, name, where))
    pitr_days = yield from send(_backups_request(table, name, where))
    days = Unknown("the server has no continuous backups") if pitr_days is None else pitr_days
    facts: dict[str, Value] = {**live.schema.facts, "pitr_days": days}
    return replace(live, schema=replace(live.schema, ttl=ttl, facts=facts))


def list_tables(where: Place) -> Operation[list[str]]:
    """The names of all tables, sorted."""
    found: list[str] = []
    start: str | None = None
    while True:
        page = yield from send(_list_request(start, where))
        found += page["TableNames"]
        start = page.get("LastEvaluatedTableName")
        if start is None:
            return sorted(found)


def _list_request(start: str | None, where: Place) -> Request[Mapping[str, Any]]:
    body = {} if start is None else {"ExclusiveStartTableName": start}

    def decode(reply: Reply) -> Mapping[str, Any]:
        with reading():
            return decode_body(succeeded(reply, "ListTables", where))

    return request_of("ListTables", "", body, decode)


def describe_request(table: str, name: str, where: Place) -> Request[LiveTable | None]:
    """The request that describes a table; None if it does not exist."""
    return _request("DescribeTable", table, name, where, _described, unless=NOT_FOUND)


def ttl_request(table: str, name: str, where: Place) -> Request[str | None]:
    """The request for the TTL attribute; None if TTL is off."""
    return _request("DescribeTimeToLive", table, name, where, _ttl)


def _backups_request(table: str, name: str, where: Place) -> Request[int | None]:
    """The request for the days to which a table can be restored; None if the server has no
    backups, like DynamoDB Local."""
    action = "DescribeContinuousBackups"
    return _request(action, table, name, where, _pitr_days, unless=UNKNOWN_OPERATION)


def _request(
    action: str,
    table: str,
    name: str,
    where: Place,
    read: Callable[[Mapping[str, Any]], R],
    unless: str = "",
) -> Request[R | None]:
    """A request that describes something. unless: the error code that means None."""

    def decode(reply: Reply) -> R | None:
        if unless and reply.status != 200 and read_failure(reply).code == unless:
            return None
        body = decode_body(succeeded(reply, action, where))
        with reading():
            return read(body)

    return request_of(action, table, {"TableName": name}, decode)


def _described(body: Mapping[str, Any]) -> LiveTable:
    table = body["Table"]
    return LiveTable(read_table(table), all(status == _ACTIVE for status in _statuses(table)))


def _ttl(body: Mapping[str, Any]) -> str | None:
    described = body.get("TimeToLiveDescription", {})
    is_on = described.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return described.get("AttributeName") if is_on else None


def _pitr_days(body: Mapping[str, Any]) -> int:
    described = body.get("ContinuousBackupsDescription", {})
    recovery = described.get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        return 0
    return int(recovery.get("RecoveryPeriodInDays", _DEFAULT_PITR_DAYS))


def read_table(described: Mapping[str, Any]) -> TableSchema:
    """The schema in a table's description, which has no TTL, backups and tags."""
    kinds = {
        attribute["AttributeName"]: attribute["AttributeType"]
        for attribute in _list(described, "Attribute")
    }
    partition, sort = _key(described["KeySchema"], kinds)
    local = [_index(index, kinds, True) for index in _list(described, "LocalSecondaryIndex")]
    wide = [_index(index, kinds, False) for index in _list(described, "GlobalSecondaryIndex")]
    stream = described.get("StreamSpecification") or {}
    return TableSchema(
        name=described["TableName"],
        partition=partition,
        sort=sort,
        indexes={index.name: index for index in (*local, *wide)},
        ttl=_NOT_READ,
        stream=stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
        facts=_facts(described),
    )


def _facts(described: Mapping[str, Any]) -> dict[str, Value]:
    table_class = (described.get("TableClassSummary") or {}).get("TableClass", "STANDARD")
    names = {value: name for name, value in TABLE_CLASSES.items()}
    return {
        "billing": _billing(described),
        "table_class": names.get(table_class, table_class),
        "encryption": _encryption(described.get("SSEDescription") or {}),
        "deletion_protection": bool(described.get("DeletionProtectionEnabled")),
        "pitr_days": _NOT_READ,
        "tags": _NOT_READ,
    }


def _billing(described: Mapping[str, Any]) -> Value:
    """The billing of a table; if it never was on-demand, it has units and no summary.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BillingModeSummary.html
    """
    mode = (described.get("BillingModeSummary") or {}).get("BillingMode")
    units = described.get("ProvisionedThroughput") or {}
    reads, writes = units.get("ReadCapacityUnits", 0), units.get("WriteCapacityUnits", 0)
    if mode == "PROVISIONED" or (mode is None and reads):
        return {"mode": "provisioned", "read_units": reads, "write_units": writes}
    maxima = described.get("OnDemandThroughput") or {}
    return {
        "mode": "on_demand",
        "max_read_request_units": _maximum(maxima.get("MaxReadRequestUnits")),
        "max_write_request_units": _maximum(maxima.get("MaxWriteRequestUnits")),
    }


def _maximum(units: int | None) -> int | None:
    return None if units == NO_MAXIMUM else units


def _encryption(described: Mapping[str, Any]) -> Value:
    if described.get("Status") in ("ENABLED", "ENABLING", "UPDATING"):
        return {"type": "kms", "key": described.get("KMSMasterKeyArn")}
    return {"type": "owned"}


def _list(described: Mapping[str, Any], what: str) -> Sequence[Mapping[str, Any]]:
    name = "AttributeDefinitions" if what == "Attribute" else f"{what}es"
    return described.get(name) or ()


def _statuses(described: Mapping[str, Any]) -> Iterator[str]:
    yield described["TableStatus"]
    for index in _list(described, "GlobalSecondaryIndex"):
        yield index.get("IndexStatus", _ACTIVE)


def _key(
    schema: Sequence[Mapping[str, str]], kinds: Mapping[str, Any]
) -> tuple[tuple[AttributeSchema, ...], tuple[AttributeSchema, ...]]:
    """The partition attributes and the sort attributes, in order."""
    names: dict[str, list[AttributeSchema]] = {"HASH": [], "RANGE": []}
    for attribute in schema:
        name = attribute["AttributeName"]
        names[attribute["KeyType"]].append(AttributeSchema(name, kinds[name]))
    return tuple(names["HASH"]), tuple(names["RANGE"])


def _index(described: Mapping[str, Any], kinds: Mapping[str, Any], is_local: bool) -> IndexSchema:
    partition, sort = _key(described["KeySchema"], kinds)
    projection = described.get("Projection") or {}
    is_whole = projection.get("ProjectionType") == "ALL"
    return IndexSchema(
        name=described["IndexName"],
        partition=partition,
        sort=sort,
        projection=None if is_whole else frozenset(projection.get("NonKeyAttributes") or ()),
        is_local=is_local,
    )
