"""What one UpdateTable may change, and when.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
The combinations that are refused were measured by the probes of the ACK project's controller, which
name them DDB-TABLE-174, 382 and 433.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.aws_proxy.refused import in_use, invalid_values, too_many_indexes_at_once

_ALONE = {
    "SSESpecification": "Server-Side Encryption",
    "TableClass": "TableClass",
    "DeletionProtectionEnabled": "DeletionProtection",
    "WarmThroughput": "WarmThroughput",
}
_FIELDS = (
    *_ALONE,
    "ProvisionedThroughput",
    "BillingMode",
    "GlobalSecondaryIndexUpdates",
    "StreamSpecification",
    "OnDemandThroughput",
)

Parameters = Mapping[str, Any]


def check_update(asked: Parameters, live: Parameters) -> None:
    """Raise Refused for an update that AWS would refuse. live: the table, as AWS describes it."""
    _check_combination(asked)
    _check_billing(asked, live)
    _check_stream(asked, live)
    _check_state(asked, live)


def changed_indexes(asked: Parameters) -> Sequence[tuple[str, Parameters]]:
    """The indexes that an update creates or deletes, each with "Create" or "Delete"."""
    updates = asked.get("GlobalSecondaryIndexUpdates") or ()
    pairs = (pair for update in updates for pair in update.items())
    return [(kind, change) for kind, change in pairs if kind != "Update"]


def _check_combination(asked: Parameters) -> None:
    given = [name for name in _FIELDS if name in asked]
    for name, words in _ALONE.items():
        if name in asked and len(given) > 1:
            raise invalid_values(f"{words} modification must be the only operation in the request")
    if "OnDemandThroughput" in asked and set(given) - {"OnDemandThroughput", "BillingMode"}:
        raise invalid_values("OnDemandThroughput modification must be the only operation")
    is_provisioned = "ProvisionedThroughput" in asked or asked.get("BillingMode") == "PROVISIONED"
    if is_provisioned and "StreamSpecification" in asked:
        raise invalid_values("You cannot modify stream status while updating table IOPS")
    changed = changed_indexes(asked)
    if changed and "ProvisionedThroughput" in asked:
        raise invalid_values("You cannot create or delete index while updating table IOPS")
    if changed and "StreamSpecification" in asked:
        raise invalid_values("You cannot create or delete index while changing stream status")
    if len(changed) > 1:
        raise too_many_indexes_at_once()


def _check_billing(asked: Parameters, live: Parameters) -> None:
    """A switch to units needs those of the table and of each index, measured: DDB-TABLE-152."""
    mode = (live.get("BillingModeSummary") or {}).get("BillingMode")
    if asked.get("BillingMode") != "PROVISIONED" or mode != "PAY_PER_REQUEST":
        return
    updates = asked.get("GlobalSecondaryIndexUpdates") or ()
    given = {update["Update"]["IndexName"] for update in updates if "Update" in update}
    for index in live.get("GlobalSecondaryIndexes") or ():
        if index["IndexName"] not in given:
            raise invalid_values(
                f"ProvisionedThroughput must be specified for index: {index['IndexName']}"
            )


def _check_stream(asked: Parameters, live: Parameters) -> None:
    """A stream's view never changes; it is disabled, then enabled. Measured: DDB-TABLE-050.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
    """
    wanted = asked.get("StreamSpecification")
    if wanted is None:
        return
    is_on = bool((live.get("StreamSpecification") or {}).get("StreamEnabled"))
    if wanted.get("StreamEnabled") and is_on:
        raise invalid_values(
            f"Table already has an enabled stream: TableName: {asked['TableName']}"
        )
    if not wanted.get("StreamEnabled") and not is_on:
        raise invalid_values(f"Table has no stream to disable: TableName: {asked['TableName']}")


def _check_state(asked: Parameters, live: Parameters) -> None:
    name, status = live["TableName"], live["TableStatus"]
    if status in ("CREATING", "DELETING"):
        raise in_use(f"Table is being {status.lower().replace('ing', 'ed')}: {name}")
    for kind, change in changed_indexes(asked):
        _check_other_indexes(kind, change["IndexName"], live)
    is_protection = "DeletionProtectionEnabled" in asked
    if status == "UPDATING" and not is_protection:
        raise in_use(f"Table: {name} is in the process of being updated.")


def _check_other_indexes(kind: str, name: str, live: Parameters) -> None:
    """One index at a time; only one that backfills may be deleted while it is created."""
    for index in live.get("GlobalSecondaryIndexes") or ():
        if index["IndexStatus"] not in ("CREATING", "DELETING"):
            continue
        if kind == "Create" or name != index["IndexName"]:
            raise too_many_indexes_at_once()
        if not index.get("Backfilling"):
            raise in_use(
                "Index creation is in resource allocation phase. Retry deletion during backfilling "
                f"phase or when the index is active. Table: {live['TableName']} Index: {name}"
            )
