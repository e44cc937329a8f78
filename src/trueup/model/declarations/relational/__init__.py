"""What only relational tables have: types and constraints of columns, triggers, tenants."""

from .constraints import Check, Exclude, ReferenceAction, References, Unique
from .indexes import IndexColumn, SqlIndex
from .named_types import SqlComposite, SqlDomain, SqlSequence
from .objects import ObjectKind, SqlObject
from .privileges import Grant, Revoke
from .settings import Relational
from .triggers import CountUpdates, TouchOnUpdate, Transitions

__all__ = [
    "Check",
    "CountUpdates",
    "Exclude",
    "Grant",
    "IndexColumn",
    "ObjectKind",
    "ReferenceAction",
    "References",
    "Relational",
    "Revoke",
    "SqlComposite",
    "SqlDomain",
    "SqlIndex",
    "SqlObject",
    "SqlSequence",
    "TouchOnUpdate",
    "Transitions",
    "Unique",
]
