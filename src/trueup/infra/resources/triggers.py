"""Change records as triggers of functions, and the queue of those that no call could handle.

By default Lambda would send a bad record again and again until it leaves the stream, a day later,
and hold up all behind it; and then lose it.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ...model.declarations.functions import ChangesOf, Function
from ..names import dead_letters_name, resource_id
from ..permissions.functions import Deployed
from ..values import Attribute, Property, Resource

MAPPING = "AWS::Lambda::EventSourceMapping"
QUEUE = "AWS::SQS::Queue"
LONGEST_KEPT_S = 1_209_600
"""How long a queue keeps a message: 14 days, the longest there is."""

_MADE_OR_CHANGED = {"eventName": ["INSERT", "MODIFY"]}
_REMOVED_BY_SOMEBODY = {
    "eventName": ["REMOVE"],
    "userIdentity": {"principalId": [{"exists": False}]},
}
"""Only records of items that expired say who removed them: DynamoDB itself.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html"""


def table_id(table: str) -> str:
    """The logical name of a table's resource."""
    return resource_id(table, "Table")


def trigger_resources(
    function: Function, function_id: str, deployed: Deployed, tags: Sequence[Property]
) -> Iterator[Resource]:
    """The queue of dead letters and the mapping, if the function handles change records."""
    changes = function.changes
    if changes is None:
        return
    queue = resource_id(function.name, "DeadLetters")
    yield Resource(
        queue,
        QUEUE,
        {
            "QueueName": dead_letters_name(deployed.name_of(function)),
            "SqsManagedSseEnabled": True,
            "MessageRetentionPeriod": LONGEST_KEPT_S,
            "Tags": tags,
        },
    )
    properties: dict[str, Property] = {
        "FunctionName": Attribute(function_id),
        "EventSourceArn": Attribute(table_id(changes.table.name), "StreamArn"),
        **_handling(changes),
        "DestinationConfig": {"OnFailure": {"Destination": Attribute(queue, "Arn")}},
        "MetricsConfig": {"Metrics": ["EventCount", "ErrorCount"]},
        "Tags": tags,
    }
    yield Resource(resource_id(function.name, "Changes"), MAPPING, properties)


def _handling(changes: ChangesOf) -> dict[str, Property]:
    """From the oldest record on, in batches; a failed one is halved, and given up in the end."""
    patterns = [] if changes.with_expired else [_MADE_OR_CHANGED, _REMOVED_BY_SOMEBODY]
    filters: Property = [{"Pattern": json.dumps(one, sort_keys=True)} for one in patterns]
    return {
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": changes.batch_size,
        "MaximumBatchingWindowInSeconds": changes.window_s,
        "ParallelizationFactor": changes.parallel,
        "BisectBatchOnFunctionError": True,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MaximumRetryAttempts": changes.retries,
        "MaximumRecordAgeInSeconds": changes.oldest_s,
        **({"FilterCriteria": {"Filters": filters}} if patterns else {}),
    }
