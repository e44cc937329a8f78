"""Trueup: declare tables once, as typed Python; everything else is derived and checked.

Names are loaded when they are first used, so that `import trueup` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engines import connect, connect_async
    from .errors import (
        AlreadyExists,
        Busy,
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
        RequestError,
        RetryableError,
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
    from .operations import ANY_VERSION, BatchResult, Event, Finished, Outcome, Started
    from .repository import (
        AsyncRepository,
        AsyncResults,
        Repository,
        Requests,
        Results,
        WriteResult,
    )
    from .repository.database import AsyncDatabase, Database
    from .repository.write_set import AsyncTransaction, Transaction


def __getattr__(name: str) -> Any:
    from ._lazy import load

    value = globals()[name] = load(name, __all__)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "ANY_VERSION",
    "AccessPattern",
    "AlreadyExists",
    "AsyncDatabase",
    "AsyncRepository",
    "AsyncResults",
    "AsyncTransaction",
    "BatchResult",
    "Busy",
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
    "Repository",
    "RequestError",
    "Requests",
    "Results",
    "RetryableError",
    "Started",
    "Table",
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
