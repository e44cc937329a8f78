"""Items of tables and indexes that are not there yet.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html (read and
    write operations only on an ACTIVE table)
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.aws_proxy.call import Call, Json, table_of
from tests.aws_proxy.refused import invalid, not_found
from tests.aws_proxy.state import Handler, State
from tests.faults.proxy import Reply


def pass_on(state: State, call: Call) -> Reply:
    """Byte for byte, unless a table is CREATING or the index that is read is not complete."""
    for name in _tables(call.parameters):
        if name in state.tables and state.tables[name].status == "CREATING":
            raise not_found("Table not found")
    index = call.parameters.get("IndexName")
    known = state.tables.get(call.table)
    if known is not None and index in known.indexes:
        raise invalid(f"Cannot read from backfilling global secondary index: {index}")
    return call.forward()


def _tables(parameters: Json) -> Iterator[str]:
    if "TableName" in parameters:
        yield table_of(parameters["TableName"])
    for name in parameters.get("RequestItems") or ():
        yield table_of(name)
    for action in parameters.get("TransactItems") or ():
        for body in action.values():
            yield table_of(body["TableName"])


_OF_ONE = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan")
_OF_MANY = ("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems")

HANDLERS: dict[str, Handler] = dict.fromkeys((*_OF_ONE, *_OF_MANY), pass_on)
