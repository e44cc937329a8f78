"""What a table on PostgreSQL declares beyond others: `Table(…, relational=Relational(…))`."""

from .model.declarations.relational import (
    Check,
    CountUpdates,
    Exclude,
    IndexColumn,
    ObjectKind,
    ReferenceAction,
    References,
    Relational,
    SqlComposite,
    SqlDomain,
    SqlIndex,
    SqlObject,
    SqlSequence,
    TouchOnUpdate,
    Transitions,
    Unique,
)

__all__ = [
    "Check",
    "CountUpdates",
    "Exclude",
    "IndexColumn",
    "ObjectKind",
    "ReferenceAction",
    "References",
    "Relational",
    "SqlComposite",
    "SqlDomain",
    "SqlIndex",
    "SqlObject",
    "SqlSequence",
    "TouchOnUpdate",
    "Transitions",
    "Unique",
]
