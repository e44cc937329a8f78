"""Trueup: declare tables once, as typed Python; everything else is derived and checked.

Names are loaded when they are first used, so that `import trueup` costs next to nothing.
"""

from importlib import import_module
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

_HOME = {
    "engines": ("connect", "connect_async"),
    "errors": (
        "AlreadyExists",
        "Busy",
        "Code",
        "ConditionError",
        "ConditionFailed",
        "CursorRefused",
        "DeadlineExceeded",
        "DeclarationError",
        "InternalError",
        "NotFound",
        "OperatorError",
        "OutcomeUnknown",
        "RequestError",
        "RetryableError",
        "TransactionCancelled",
        "TrueupError",
        "UnsupportedByEngine",
        "VersionConflict",
    ),
    "expressions": ("Condition", "Update", "at", "not_"),
    "model": (
        "AccessPattern",
        "DynamoDB",
        "ExpiresAt",
        "Index",
        "Layer",
        "Model",
        "Relational",
        "Table",
        "Version",
        "WholeSeconds",
        "composed",
        "expires_in",
        "from_environment",
        "loggable",
        "named",
    ),
    "operations": ("ANY_VERSION", "BatchResult", "Event", "Finished", "Outcome", "Started"),
    "repository": (
        "AsyncRepository",
        "AsyncResults",
        "Repository",
        "Requests",
        "Results",
        "WriteResult",
    ),
    "repository.database": ("AsyncDatabase", "Database"),
    "repository.write_set": ("AsyncTransaction", "Transaction"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_MODULE_OF)


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
]
