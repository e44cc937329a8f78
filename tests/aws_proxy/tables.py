"""Tables that take a while to be created, changed and deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.aws_proxy.call import Call, Json, body_of, with_body
from tests.aws_proxy.refused import Refused, in_use, invalid, not_found
from tests.aws_proxy.state import Handler, State
from tests.aws_proxy.table import Index, Table
from tests.aws_proxy.update_rules import changed_indexes, check_update
from tests.faults.proxy import Reply

PROTECTION_PAUSE_S = 15.0
"""The time before the protection of a table can change again, measured: DDB-TABLE-003."""

_UPDATING = ("BillingMode", "ProvisionedThroughput", "StreamSpecification", "TableClass")


def create(state: State, call: Call) -> Reply:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html"""
    known = state.tables.get(call.table)
    if known is not None and known.status == "CREATING":
        raise in_use(f"Table is being created: {call.table}")
    if known is not None and known.gone is not None:
        raise Refused("ResourceInUseException", f"Table already exists: {call.table}")
    reply = call.forward()
    return _begun(state, call, call.table, reply) if reply.status == 200 else reply


def restore(state: State, call: Call) -> Reply:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html"""
    arn = call.parameters.get("BackupArn", "")
    if state.backups.get(arn, 0) > 0:
        raise Refused("BackupInUseException", f"Backup is being created: {arn}")
    reply = call.forward()
    name = call.parameters.get("TargetTableName", "")
    return _begun(state, call, name, reply) if reply.status == 200 else reply


def _begun(state: State, call: Call, name: str, reply: Reply) -> Reply:
    looks = state.looks
    table = Table({"creation": looks.creation, "tags": looks.tags, "backups": looks.backups})
    state.tables[name] = table
    asked = call.parameters
    if "WarmThroughput" in asked:
        table.warm[""] = asked["WarmThroughput"]
    body = body_of(reply)
    if policy := asked.get("ResourcePolicy"):
        # Dropped by ministack.
        arn = body["TableDescription"]["TableArn"]
        call.ask("PutResourcePolicy", ResourceArn=arn, Policy=policy)
    shown = table.shown(body["TableDescription"])
    return with_body(reply, {**body, "TableDescription": shown})


def describe(state: State, call: Call) -> Reply:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html"""
    table = state.table(call.table)
    if table.gone is not None:
        if not table.look("deletion"):
            del state.tables[call.table]
            raise not_found(f"Table: {call.table} not found")
        return Reply(200, json.dumps({"Table": table.gone}).encode(), "DELETING")
    reply = call.forward()
    if reply.status != 200:
        return reply
    shown = in_order(state, table.shown(body_of(reply)["Table"]))
    table.look_at_all()
    return with_body(reply, {"Table": shown})


def update(state: State, call: Call) -> Reply:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html"""
    live = state.described(call)
    if live is None:
        return call.forward()
    table, asked = state.table(call.table), call.parameters
    check_update(asked, live)
    _check_protection_pause(state, table, asked, live)
    reply = call.forward()
    if reply.status != 200:
        return reply
    _remember(state, table, asked, live)
    body = body_of(reply)
    return with_body(reply, {"TableDescription": table.shown(body["TableDescription"])})


def _check_protection_pause(state: State, table: Table, asked: Json, live: Json) -> None:
    wanted, now_s = asked.get("DeletionProtectionEnabled"), state.clock.now_s()
    if wanted is None or wanted == live.get("DeletionProtectionEnabled", False):
        return
    changed_s = table.protection_changed_s
    if changed_s is not None and now_s - changed_s < PROTECTION_PAUSE_S:
        raise Refused(
            "ThrottlingException",
            f"Deletion protection setting for table {live['TableName']} modified within the "
            "previous 15000 milliseconds. Please try again later",
        )
    table.protection_changed_s = now_s


def _remember(state: State, table: Table, asked: Json, live: Json) -> None:
    """What an update leaves unfinished, and what of it the server drops."""
    looks = state.looks
    if any(name in asked for name in _UPDATING):
        table.left["update"] = looks.update
    if "SSESpecification" in asked:
        table.left["encryption"] = looks.encryption
    if "WarmThroughput" in asked:
        table.warm[""] = asked["WarmThroughput"]
    for kind, change in changed_indexes(asked):
        name = change["IndexName"]
        if kind == "Create":
            left = {"allocation": looks.allocation, "backfilling": looks.backfilling}
            table.indexes[name] = Index(left)
        else:
            table.warm.pop(name, None)
            last = next(i for i in live["GlobalSecondaryIndexes"] if i["IndexName"] == name)
            left = {"index_deletion": looks.index_deletion}
            table.indexes[name] = Index(left, last, live["AttributeDefinitions"])
        if table.indexes[name].is_done:
            del table.indexes[name]
    for change in asked.get("GlobalSecondaryIndexUpdates") or ():
        given = change.get("Update", {})
        if "WarmThroughput" in given:
            table.warm[given["IndexName"]] = given["WarmThroughput"]
        if "OnDemandThroughput" in given:
            table.on_demand[given["IndexName"]] = given["OnDemandThroughput"]


def delete(state: State, call: Call) -> Reply:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html

    A table that is DELETING is in use, measured: DDB-TABLE-008; the page says that it is no error.
    """
    live = state.described(call)
    if live is None:
        return call.forward()
    _check_deletion(live)
    for index in (None, *(i["IndexName"] for i in live.get("GlobalSecondaryIndexes") or ())):
        # The server keeps these for a later table of the name.
        named = {"IndexName": index} if index else {}
        call.ask(
            "UpdateContributorInsights",
            TableName=call.table,
            ContributorInsightsAction="DISABLE",
            **named,
        )
    call.ask("DeleteResourcePolicy", ResourceArn=live["TableArn"])
    reply = call.forward()
    if reply.status != 200:
        return reply
    if not state.looks.deletion:
        del state.tables[call.table]
        return reply
    gone = {**live, "TableStatus": "DELETING"}
    state.tables[call.table] = Table({"deletion": state.looks.deletion}, gone=gone)
    return with_body(reply, {"TableDescription": gone})


def _check_deletion(live: Json) -> None:
    if live.get("DeletionProtectionEnabled"):
        raise invalid(
            "Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first."
        )
    indexes = live.get("GlobalSecondaryIndexes") or ()
    if live["TableStatus"] in ("CREATING", "DELETING"):
        status = live["TableStatus"].lower().replace("ing", "ed")
        raise in_use(f"Table is being {status}: {live['TableName']}")
    if any(index["IndexStatus"] != "ACTIVE" for index in indexes):
        raise in_use("Cannot delete table while indexes are being created, updated, or deleted.")
    if live["TableStatus"] == "UPDATING":
        raise in_use(f"Table: {live['TableName']} is in the process of being updated.")


def in_order(state: State, shown: Json) -> Json:
    """A description with its lists in the order of AWS, or in another one if tests want that.

    Attributes come sorted by name, indexes as they were made, measured: DDB-TABLE-134.
    """
    ordered = dict(shown)
    ordered["AttributeDefinitions"] = _sorted(state, shown["AttributeDefinitions"])
    for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if name in shown:
            indexes = [_with_projection_in_order(state, index) for index in shown[name]]
            ordered[name] = state.shuffle(indexes)
    return ordered


def _with_projection_in_order(state: State, index: Mapping[str, Any]) -> Json:
    projection = dict(index.get("Projection") or {})
    if "NonKeyAttributes" in projection:
        projection["NonKeyAttributes"] = _sorted(state, projection["NonKeyAttributes"])
    return {**index, "Projection": projection}


def _sorted(state: State, values: list[Any]) -> list[Any]:
    return state.shuffle(sorted(values, key=str))


HANDLERS: dict[str, Handler] = {
    "CreateTable": create,
    "DescribeTable": describe,
    "UpdateTable": update,
    "DeleteTable": delete,
    "RestoreTableFromBackup": restore,
}
