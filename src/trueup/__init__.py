"""Trueup: declare tables once, as typed Python; everything else is derived and checked.

Names are loaded when they are first used, so that `import trueup` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engines import connect, connect_async
    from .errors import (
        AlreadyExists,
        Busy,
        Category,
        Code,
        ConditionError,
        ConditionFailed,
        CursorRefused,
        DeadlineExceeded,
        DeclarationError,
        InternalError,
        NotFound,
        OperatorError,
        OutcomeUnknown,
        ReplyLost,
        RequestError,
        RetryableError,
        Throttled,
        TransactionCancelled,
        TrueupError,
        UnsupportedByEngine,
        VersionConflict,
    )
    from .expressions import Condition, Update, at, not_
    from .model import (
        AccessPattern,
        DynamoDB,
        ExpiresAt,
        Index,
        Layer,
        Model,
        Relational,
        Table,
        Version,
        WholeSeconds,
        composed,
        expires_in,
        from_environment,
        loggable,
        named,
        parts_of,
    )
    from .operations import ANY_VERSION, BatchResult, Event, Finished, Outcome, Retried, Started
    from .repository import (
        AsyncRepository,
        AsyncResults,
        Repository,
        Requests,
        Results,
        WriteResult,
    )
    from .repository.batch import AsyncBatch, Batch
    from .repository.database import AsyncDatabase, Database
    from .repository.write_set import AsyncTransaction, Transaction
    from .resilience import NO_RETRIES, PATIENT, STANDARD, RetryPolicy


def __getattr__(name: str) -> Any:
    from ._lazy import load

    value = globals()[name] = load(name, __all__)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "ANY_VERSION",
    "NO_RETRIES",
    "PATIENT",
    "STANDARD",
    "AccessPattern",
    "AlreadyExists",
    "AsyncBatch",
    "AsyncDatabase",
    "AsyncRepository",
    "AsyncResults",
    "AsyncTransaction",
    "Batch",
    "BatchResult",
    "Busy",
    "Category",
    "Code",
    "Condition",
    "ConditionError",
    "ConditionFailed",
    "CursorRefused",
    "Database",
    "DeadlineExceeded",
    "DeclarationError",
    "DynamoDB",
    "Event",
    "ExpiresAt",
    "Finished",
    "Index",
    "InternalError",
    "Layer",
    "Model",
    "NotFound",
    "OperatorError",
    "Outcome",
    "OutcomeUnknown",
    "Relational",
    "ReplyLost",
    "Repository",
    "RequestError",
    "Requests",
    "Results",
    "Retried",
    "RetryPolicy",
    "RetryableError",
    "Started",
    "Table",
    "Throttled",
    "Transaction",
    "TransactionCancelled",
    "TrueupError",
    "UnsupportedByEngine",
    "Update",
    "Version",
    "VersionConflict",
    "WholeSeconds",
    "WriteResult",
    "at",
    "composed",
    "connect",
    "connect_async",
    "expires_in",
    "from_environment",
    "loggable",
    "named",
    "not_",
    "parts_of",
]
