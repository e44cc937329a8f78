"""Backups, which a new table has only after a while, and their days, which the server drops.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html
What holds in each state was measured: DDB-TABLE-083, 084, 115, DDB-BACKUP-001.
"""

from __future__ import annotations

from tests.aws_proxy.call import Call, Json, body_of, with_body
from tests.aws_proxy.refused import backups_unavailable, invalid, table_not_found
from tests.aws_proxy.state import Handler, State
from tests.aws_proxy.table import Table
from tests.faults.proxy import Reply


def update(state: State, call: Call) -> Reply:
    table = _usable(state, call)
    if table.look("backups"):
        raise backups_unavailable(call.table)
    wanted = call.parameters.get("PointInTimeRecoverySpecification", {})
    days = wanted.get("RecoveryPeriodInDays")
    if days is not None and not wanted.get("PointInTimeRecoveryEnabled"):
        raise invalid(
            "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time "
            "recovery."
        )
    reply = call.forward()
    if reply.status != 200:
        return reply
    table.pitr_days = days or 35
    return _with_days(reply, table)


def describe(state: State, call: Call) -> Reply:
    table = _usable(state, call)
    reply = call.forward()
    if reply.status == 200 and table.look("backups"):
        recovery = {"PointInTimeRecoveryStatus": "DISABLED"}
        none: Json = {
            "ContinuousBackupsStatus": "DISABLED",
            "PointInTimeRecoveryDescription": recovery,
        }
        return with_body(reply, {"ContinuousBackupsDescription": none})
    return _with_days(reply, table) if reply.status == 200 else reply


def create(state: State, call: Call) -> Reply:
    if _usable(state, call).look("backups"):
        raise backups_unavailable(call.table)
    reply = call.forward()
    if reply.status != 200:
        return reply
    body = body_of(reply)
    arn = body["BackupDetails"]["BackupArn"]
    state.backups[arn] = state.looks.backup
    return with_body(reply, {"BackupDetails": _status(state, arn, body["BackupDetails"])})


def describe_backup(state: State, call: Call) -> Reply:
    reply = call.forward()
    if reply.status != 200:
        return reply
    body = body_of(reply)["BackupDescription"]
    arn = body["BackupDetails"]["BackupArn"]
    shown = {**body, "BackupDetails": _looked_at(state, arn, body["BackupDetails"])}
    return with_body(reply, {"BackupDescription": shown})


def list_backups(state: State, call: Call) -> Reply:
    """Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html"""
    reply = call.forward()
    if reply.status != 200:
        return reply
    body = body_of(reply)
    shown = [_looked_at(state, one["BackupArn"], one) for one in body["BackupSummaries"]]
    return with_body(reply, {**body, "BackupSummaries": shown})


def _looked_at(state: State, arn: str, details: Json) -> Json:
    shown = _status(state, arn, details)
    state.backups[arn] = max(0, state.backups.get(arn, 0) - 1)
    return shown


def _status(state: State, arn: str, details: Json) -> Json:
    return {**details, "BackupStatus": "CREATING" if state.backups.get(arn) else "AVAILABLE"}


def _usable(state: State, call: Call) -> Table:
    """The table, if it is there and not under creation or deletion."""
    table = state.table(call.table)
    live = state.described(call)
    if live is None or table.status in ("CREATING", "DELETING"):
        raise table_not_found(call.table)
    return table


def _with_days(reply: Reply, table: Table) -> Reply:
    shown = body_of(reply)["ContinuousBackupsDescription"]
    recovery = dict(shown["PointInTimeRecoveryDescription"])
    if recovery["PointInTimeRecoveryStatus"] == "ENABLED":
        recovery["RecoveryPeriodInDays"] = table.pitr_days
    shown = {**shown, "PointInTimeRecoveryDescription": recovery}
    return with_body(reply, {"ContinuousBackupsDescription": shown})


HANDLERS: dict[str, Handler] = {
    "UpdateContinuousBackups": update,
    "DescribeContinuousBackups": describe,
    "CreateBackup": create,
    "DescribeBackup": describe_backup,
    "ListBackups": list_backups,
}
