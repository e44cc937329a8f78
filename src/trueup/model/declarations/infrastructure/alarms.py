"""Alarms of a layer: what is otherwise than by default. The defaults stand in `infra/alarms/`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, field

from ...._dataclass import dataclass
from ...._kinds import field_misfits

OPERATIONS = (
    *("GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem"),
    *("BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
)
"""Those that Trueup sends."""

_OTHERS = ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction", "GetRecords")
_NAME = re.compile(r"([A-Za-z0-9]+\.)?[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms of everything that a layer has in AWS.

    thresholds: the value beyond which an alarm is on, in the unit of its metric, by its kind:
        `{"read-throttles": 50}`. After the id of a resource it is that of this one alone, and goes
        before: `{"OrdersTable.latency-query": 80}`.
    without: kinds of alarms that are not made, each also of one resource alone.
    suppressor: the name or ARN of an alarm that is on during deployments. Pages and tickets of a
        table are then sent by its composite alarms only, which are silent meanwhile.
        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
    runbooks: the address of a page with a part for each kind of alarm: `https://…/runbooks` gives
        `https://…/runbooks#read-throttles` in the description.
    operations: those of DynamoDB whose errors are watched.
    injects_faults: whether AWS FIS makes requests fail here; what it does is then no system error.
    lambda_concurrency: the calls of functions that the account may have at once.
    dashboard: whether there is a dashboard of all that is watched.
    """

    _: KW_ONLY
    thresholds: Mapping[str, float] = field(default_factory=dict)
    without: Sequence[str] = ()
    suppressor: str = ""
    runbooks: str = ""
    operations: Sequence[str] = OPERATIONS
    injects_faults: bool = False
    lambda_concurrency: int = 1000
    dashboard: bool = True

    def problems(self) -> Iterator[str]:
        """What is wrong in the declaration. Names of alarms are compared with those of the stack
        when it is made."""
        kinds = list(field_misfits(self))
        yield from (f"alarms: {one}" for one in kinds or self._problems())

    def _problems(self) -> Iterator[str]:
        for name in (*self.thresholds, *self.without):
            if not _NAME.fullmatch(name):
                yield f"{name!r} is no name of an alarm: read-throttles, OrdersTable.read-throttles"
        for name, threshold in self.thresholds.items():
            if not 0 <= threshold < math.inf:
                yield f"thresholds=: {name!r} is {threshold}, and no metric is below 0 or endless"
            if without := {name, name.rpartition(".")[2]} & set(self.without):
                yield f"thresholds=: {name!r} has no effect, since without= names {min(without)!r}"
        known = (*OPERATIONS, *_OTHERS)
        for operation in self.operations:
            if operation not in known:
                yield f"operations=: {operation!r} is not one of {', '.join(known)}"
        if not self.operations:
            yield "operations= names none, so that no error is seen; leave it out"
        if self.lambda_concurrency < 1:
            yield f"lambda_concurrency={self.lambda_concurrency} is not at least 1"


DEFAULT_ALARMS = Alarms()
