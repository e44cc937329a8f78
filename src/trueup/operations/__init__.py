"""Operations: database work as values and generators that never wait."""

from .actions import Neighbour, WriteResult
from .batch_result import BatchIncomplete, BatchResult, DeletedItems, ItemOutcome
from .connections import ConnectionCounts
from .engine import Capabilities, Engine, Limits, Rules
from .events import RequestEvent, RequestFinished, RequestRetried, RequestStarted
from .operation import Gather, Operation, Request, Sleep
from .plans.writes import ANY_VERSION
from .run import AsyncWire, Wire, run, run_async
from .runner import AsyncRunner, Runner

__all__ = [
    "ANY_VERSION",
    "AsyncRunner",
    "AsyncWire",
    "BatchIncomplete",
    "BatchResult",
    "Capabilities",
    "ConnectionCounts",
    "DeletedItems",
    "Engine",
    "Gather",
    "ItemOutcome",
    "Limits",
    "Neighbour",
    "Operation",
    "Request",
    "RequestEvent",
    "RequestFinished",
    "RequestRetried",
    "RequestStarted",
    "Rules",
    "Runner",
    "Sleep",
    "Wire",
    "WriteResult",
    "run",
    "run_async",
]
