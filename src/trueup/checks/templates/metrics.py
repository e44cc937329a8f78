"""The metrics of DynamoDB, by their dimensions.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

from __future__ import annotations

OF_ACCOUNT = (
    *("UserErrors", "AccountMaxReads", "AccountMaxWrites"),
    *("AccountMaxTableLevelReads", "AccountMaxTableLevelWrites"),
    "AccountProvisionedReadCapacityUtilization",
    "AccountProvisionedWriteCapacityUtilization",
    "MaxProvisionedTableReadCapacityUtilization",
    "MaxProvisionedTableWriteCapacityUtilization",
)
"""Those without dimensions: one series in an account and region."""

NEED_OPERATION = (
    *("SystemErrors", "ThrottledRequests", "SuccessfulRequestLatency", "ReturnedItemCount"),
    "FaultInjectionServiceInducedErrors",
)
"""Those with TableName and Operation, and with no series for TableName alone."""

_EVENTS = tuple(
    f"{direction}{cause}Events"
    for direction in ("Read", "Write")
    for cause in (
        *("Throttle", "KeyRangeThroughputThrottle", "MaxOnDemandThroughputThrottle"),
        *("ProvisionedThroughputThrottle", "AccountLimitThrottle"),
    )
)
SUMS = (
    *_EVENTS,
    *("SystemErrors", "UserErrors", "ThrottledRequests", "ConditionalCheckFailedRequests"),
    *("TransactionConflict", "TimeToLiveDeletedItemCount", "OnlineIndexThrottleEvents"),
)
"""Those that count events: their sum says how many."""

METRICS = (
    *OF_ACCOUNT,
    *NEED_OPERATION,
    *SUMS,
    *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
    *("ProvisionedReadCapacityUnits", "ProvisionedWriteCapacityUnits"),
    *("OnDemandMaxReadRequestUnits", "OnDemandMaxWriteRequestUnits"),
    *("ReturnedBytes", "ReturnedRecordsCount", "ConsumedChangeDataCaptureUnits"),
    *("OnlineIndexConsumedWriteCapacity", "OnlineIndexPercentageProgress"),
    *("AgeOfOldestUnreplicatedRecord", "FailedToReplicateRecordCount"),
    *("ThrottledPutRecordCount", "PendingReplicationCount", "ReplicationLatency"),
)
