"""Operations: how things are done, without waiting."""

from .batching import BatchResult, Outcome
from .engine import Capabilities, Engine, Limits, Rules
from .events import Event, Finished, Retried, Started
from .operation import Gather, Operation, Request, Sleep
from .run import AsyncRunner, AsyncWire, Runner, Wire, run, run_async
from .plans.writes import ANY_VERSION

__all__ = [
    "ANY_VERSION",
    "AsyncRunner",
    "AsyncWire",
    "BatchResult",
    "Capabilities",
    "Engine",
    "Event",
    "Finished",
    "Gather",
    "Limits",
    "Operation",
    "Outcome",
    "Request",
    "Retried",
    "Rules",
    "Runner",
    "Sleep",
    "Started",
    "Wire",
    "run",
    "run_async",
]
