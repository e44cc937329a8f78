"""Alarms of functions in AWS Lambda, of what reads streams for them, and of their dead letters.

Sources:
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from __future__ import annotations

from collections.abc import Iterator

from ..values import Attribute, Property, Resource
from .alarm import AWS, OURS, Alarm, Series

NAMESPACE = "AWS/Lambda"
_DEFAULT_TIMEOUT_S = 3


def function_alarms(function: Resource) -> Iterator[Alarm]:
    """The alarms of a function."""
    of = {"FunctionName": Attribute(function.id)}
    timeout_s = function.properties.get("Timeout", _DEFAULT_TIMEOUT_S)
    yield Alarm(
        "errors",
        (Series(NAMESPACE, "Errors", of),),
        0,
        *(3, 3),
        "ticket",
        "calls fail: the function's log group has the errors, with their correlation ids",
        AWS,
    )
    yield Alarm(
        "throttles",
        (Series(NAMESPACE, "Throttles", of),),
        0,
        *(5, 5),
        "ticket",
        "calls are refused for want of concurrency: see lambda-concurrency, or what is reserved",
        AWS,
    )
    if isinstance(timeout_s, int):
        yield Alarm(
            "duration",
            (Series(NAMESPACE, "Duration", of, "p90"),),
            800.0 * timeout_s,
            *(15, 15),
            "ticket",
            f"calls take most of the {timeout_s} seconds that they may: raise timeout_s, or "
            "do less in one call",
            AWS,
        )


def consumer_alarms(mapping: Resource, function: Property) -> Iterator[Alarm]:
    """The alarms of an event source mapping on a stream. function: the name of its function."""
    yield Alarm(
        "iterator-age",
        (Series(NAMESPACE, "IteratorAge", {"FunctionName": function}, "Maximum"),),
        60_000,
        *(5, 5),
        "page",
        "change records wait for more than a minute, and are lost after a day: look at the "
        "function's errors, then raise parallel=",
        OURS,
    )
    metrics = mapping.properties.get("MetricsConfig")
    if metrics is not None and "EventCount" in str(metrics):
        yield Alarm(
            "dropped-records",
            (
                Series(
                    NAMESPACE,
                    "DroppedEventCount",
                    {"EventSourceMappingUUID": Attribute(mapping.id, "Id")},
                ),
            ),
            0,
            *(1, 1),
            "page",
            "change records were given up: the dead letters name them",
            OURS,
        )


def dead_letter_alarms(queue: Resource) -> Iterator[Alarm]:
    """The alarm of a queue of dead letters."""
    of = {"QueueName": Attribute(queue.id, "QueueName")}
    yield Alarm(
        "dead-letters",
        (Series("AWS/SQS", "ApproximateNumberOfMessagesVisible", of, "Maximum"),),
        0,
        *(1, 1),
        "ticket",
        "messages were given up: read them, mend what they hit, and send them again",
        OURS,
    )
