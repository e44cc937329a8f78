"""Making tables: created where they are missing, waited for, and compared with the declaration.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ....errors import ErrorCode, NeedsOperator
from ....operations.operation import NextRequest, Operation, Request, send, sleep, unchanged
from ..compile.table import TableCompiler
from ..errors import TABLE_IN_USE, read_failure
from ..inspect import LiveTable, describe_expiry_request, describe_request
from ..requests.replies import plain_request, request_of, succeeded
from ..wire.http.reply import Reply
from .layout import IndexLayout, TableLayout, differences, layout_of

FIRST_LOOK_S = 0.1
LONGEST_LOOK_S = 5.0
"""Pauses between looks at a table that is being created: doubling, up to this."""

MOST_LOOKS = 500


def create_tables(compilers: Sequence[TableCompiler]) -> Operation[None]:
    """Create the tables that are missing; doing it twice changes nothing.

    Raises NeedsOperator (schema-mismatch) where a table is there and differs, DeadlineExceeded
    where one is not ready within the time of the call.
    """
    for compiler in compilers:
        yield from send(create_request(compiler))
    for compiler in compilers:
        live = yield from _ready(compiler)
        yield from _settle_expiry(compiler, live)


def create_request(compiler: TableCompiler) -> Request[None]:
    """The request that creates one table. One that is there already is no error."""
    body = create_body(layout_of(compiler.table, compiler.name))

    def decode(reply: Reply) -> None:
        if reply.status != 200 and read_failure(reply).code == TABLE_IN_USE:
            return
        succeeded(reply, "CreateTable", compiler.where)

    return request_of("CreateTable", compiler.table.name, body, decode, after_loss=unchanged)


def create_body(layout: TableLayout) -> dict[str, Any]:
    """The parameters of CreateTable, paid for by request."""
    body: dict[str, Any] = {
        "TableName": layout.name,
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in layout.attributes.items()
        ],
        "KeySchema": _key_schema(layout.key[:1], layout.key[1:]),
        "BillingMode": "PAY_PER_REQUEST",
    }
    local = [_index_body(index, layout) for index in layout.indexes.values() if index.is_local]
    wide = [_index_body(index, layout) for index in layout.indexes.values() if not index.is_local]
    if local:
        body["LocalSecondaryIndexes"] = local
    if wide:
        body["GlobalSecondaryIndexes"] = wide
    if layout.stream is not None:
        body["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": layout.stream}
    return body


def _key_schema(
    partition: Sequence[tuple[str, str]], sort: Sequence[tuple[str, str]]
) -> list[dict[str, str]]:
    """Several of each are allowed for a global index.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
    """
    pairs = [(name, "HASH") for name, _ in partition] + [(name, "RANGE") for name, _ in sort]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in pairs]


def _index_body(index: IndexLayout, table: TableLayout) -> dict[str, Any]:
    partition = (table.partition,) if index.is_local else index.partition
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(partition, index.sort),
        "Projection": _projection(index.projection),
    }


def _projection(projection: frozenset[str] | None) -> dict[str, Any]:
    if projection is None:
        return {"ProjectionType": "ALL"}
    if not projection:
        return {"ProjectionType": "KEYS_ONLY"}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": sorted(projection)}


def _pauses() -> Iterator[float]:
    pause_s = FIRST_LOOK_S
    for _ in range(MOST_LOOKS):
        yield pause_s
        pause_s = min(LONGEST_LOOK_S, pause_s * 2)


def _ready(compiler: TableCompiler) -> Operation[LiveTable]:
    """Wait until the table and its indexes can be used."""
    request = describe_request(compiler.table.name, compiler.name, compiler.where)
    for pause_s in _pauses():
        live = yield from send(request)
        if live.is_ready:
            return live
        yield from sleep(pause_s)
    raise NeedsOperator(
        "the table does not become active",
        where=compiler.where,
        code=ErrorCode.ENGINE_FAILED,
        fix="look at the table in the console, or at DynamoDB's health dashboard",
    )


def _settle_expiry(compiler: TableCompiler, live: LiveTable) -> Operation[None]:
    """Compare with the declaration, then switch TTL on where it is off and should not be."""
    table, name, where = compiler.table.name, compiler.name, compiler.where
    declared = layout_of(compiler.table, name)
    expires = yield from send(describe_expiry_request(table, name, where))
    found = differences(declared, replace(live.layout, expires=expires))
    if found:
        raise NeedsOperator(
            f"the table {name!r} is there and differs: {'; '.join(found)}",
            where=where,
            code=ErrorCode.SCHEMA_MISMATCH,
            fix="use the declaration that the table was made from, or another name; nothing was "
            "changed",
        )
    if declared.expires is not None and expires is None:
        yield from send(_expiry_request(compiler, declared.expires))


def _expiry_request(compiler: TableCompiler, attribute: str) -> Request[None]:
    setting = {"Enabled": True, "AttributeName": attribute}
    body = {"TableName": compiler.name, "TimeToLiveSpecification": setting}
    name, table, where = "UpdateTimeToLive", compiler.table.name, compiler.where
    look = describe_expiry_request(table, compiler.name, where)

    def look_first(request: Request[None]) -> Request[None]:
        """Switching on what is on already is an error, and looks like any other."""

        def decode(reply: Reply) -> NextRequest[None] | None:
            return None if look.decode(reply) == attribute else NextRequest(request)

        return Request(look.action, table, look.payload, decode)

    return plain_request(name, table, where, body, lambda _: None, after_loss=look_first)
