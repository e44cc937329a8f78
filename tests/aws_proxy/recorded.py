"""What was sent: the requests that change tables, in order."""

from __future__ import annotations

from collections.abc import Iterable

from tests.aws_proxy.call import Json
from tests.faults.proxy import Asked

CHANGES = frozenset(
    {
        *("CreateTable", "UpdateTable", "DeleteTable", "RestoreTableFromBackup"),
        *("UpdateTimeToLive", "UpdateContinuousBackups", "UpdateContributorInsights"),
        *("TagResource", "UntagResource", "PutResourcePolicy", "DeleteResourcePolicy"),
        *("CreateBackup", "DeleteBackup"),
    }
)
"""The actions that change a table or what is attached to it, its items aside."""


def changes(asked: Iterable[Asked], table: str = "") -> list[tuple[str, Json]]:
    """The requests that change tables, each with its parameters. table: only of those whose name
    ends so, as the names of tests begin with something else each time."""
    found = [(one.target, one.parameters) for one in asked if one.target in CHANGES]
    return [(target, given) for target, given in found if _names(given).endswith(table)]


def index_changes(asked: Iterable[Asked]) -> list[list[tuple[str, str]]]:
    """What each UpdateTable does to indexes: `[("Create", "by-day")]`, say."""
    return [
        [
            (kind, change["IndexName"])
            for update in given.get("GlobalSecondaryIndexUpdates") or ()
            for kind, change in update.items()
        ]
        for target, given in changes(asked)
        if target == "UpdateTable"
    ]


def _names(given: Json) -> str:
    name = given.get("TableName") or given.get("TargetTableName") or given.get("ResourceArn")
    return str(name or "")
