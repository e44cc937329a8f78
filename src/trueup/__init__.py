"""Trueup: declare tables once, as typed Python; everything else is derived and checked.

Names are loaded when they are first used, so that `import trueup` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .configuration import open_stage, open_stage_async
    from .engines import connect, connect_async
    from .errors import (
        AlreadyExists,
        Blocked,
        ConditionFailed,
        ConfigurationError,
        ConstraintRefused,
        CursorRefused,
        DeadlineExceeded,
        DeclarationError,
        ErrorCategory,
        ErrorCode,
        InternalError,
        InvalidCall,
        NeedsOperator,
        NotFound,
        OutcomeUnknown,
        Place,
        ReplyLost,
        RetryableError,
        Throttled,
        TransactionAborted,
        TransactionCancelled,
        TransactionConflict,
        TrueupError,
        Unavailable,
        UnsupportedByEngine,
        VersionConflict,
        WriteRefused,
    )
    from .expressions import Change, Condition, at, not_, present
    from .model import (
        AccessPattern,
        Alarms,
        ChangesOf,
        DynamoDB,
        Example,
        ExpiresAt,
        Function,
        Index,
        Infrastructure,
        Layer,
        Model,
        RdsPostgres,
        Relational,
        RestApi,
        Route,
        Scaling,
        Table,
        UsagePlan,
        Version,
        WholeSeconds,
        composed,
        expires_in,
        kept,
        loggable,
        name_from_environment,
        parts_of,
        stored_as,
    )
    from .operations import (
        ANY_VERSION,
        BatchIncomplete,
        BatchResult,
        ConnectionCounts,
        ItemOutcome,
        Neighbour,
        RequestEvent,
        RequestFinished,
        RequestRetried,
        RequestStarted,
        WriteResult,
    )
    from .repository import (
        AsyncRepository,
        AsyncResults,
        Repository,
        RequestPreview,
        Results,
    )
    from .repository.batch import AsyncBatch, Batch
    from .repository.database import AsyncDatabase, Database, open_database, open_database_async
    from .repository.session import AsyncRows, AsyncSession, Rows, Session
    from .repository.write_set import AsyncTransaction, Transaction
    from .resilience import RetryPolicy
    from .seeds import Seed


def __getattr__(name: str) -> Any:
    from ._lazy import load

    value = globals()[name] = load(name, __all__)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "ANY_VERSION",
    "AccessPattern",
    "Alarms",
    "AlreadyExists",
    "AsyncBatch",
    "AsyncDatabase",
    "AsyncRepository",
    "AsyncResults",
    "AsyncRows",
    "AsyncSession",
    "AsyncTransaction",
    "Batch",
    "BatchIncomplete",
    "BatchResult",
    "Blocked",
    "Change",
    "ChangesOf",
    "Condition",
    "ConditionFailed",
    "ConfigurationError",
    "ConnectionCounts",
    "ConstraintRefused",
    "CursorRefused",
    "Database",
    "DeadlineExceeded",
    "DeclarationError",
    "DynamoDB",
    "ErrorCategory",
    "ErrorCode",
    "Example",
    "ExpiresAt",
    "Function",
    "Index",
    "Infrastructure",
    "InternalError",
    "InvalidCall",
    "ItemOutcome",
    "Layer",
    "Model",
    "NeedsOperator",
    "Neighbour",
    "NotFound",
    "OutcomeUnknown",
    "Place",
    "RdsPostgres",
    "Relational",
    "ReplyLost",
    "Repository",
    "RequestEvent",
    "RequestFinished",
    "RequestPreview",
    "RequestRetried",
    "RequestStarted",
    "RestApi",
    "Results",
    "RetryPolicy",
    "RetryableError",
    "Route",
    "Rows",
    "Scaling",
    "Seed",
    "Session",
    "Table",
    "Throttled",
    "Transaction",
    "TransactionAborted",
    "TransactionCancelled",
    "TransactionConflict",
    "TrueupError",
    "Unavailable",
    "UnsupportedByEngine",
    "UsagePlan",
    "Version",
    "VersionConflict",
    "WholeSeconds",
    "WriteRefused",
    "WriteResult",
    "at",
    "composed",
    "connect",
    "connect_async",
    "expires_in",
    "kept",
    "loggable",
    "name_from_environment",
    "not_",
    "open_database",
    "open_database_async",
    "open_stage",
    "open_stage_async",
    "parts_of",
    "present",
    "stored_as",
]
