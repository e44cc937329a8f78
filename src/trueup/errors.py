"""Every error that Trueup raises: one root, and families by what the caller does next.

TrueupError
├── DeclarationError        fix the declaration   (a model, table or layer is wrong)
│   ├── ConfigurationError    pyproject.toml, a variable or an option is wrong
│   └── UnsupportedByEngine   the engine does not support the declaration or the call
├── InvalidCall            fix the call          (a key, value, expression, option or size)
│   ├── CursorRefused         a cursor of another query, damaged or forged
│   └── TransactionAborted    an error had undone the session's transaction
├── Blocked               allow it, or do not   (a guard refused; `allowed_by` is the option)
├── WriteRefused          handle the condition  (a condition on the stored item was false)
│   ├── ConditionFailed     `only_if` was false
│   ├── AlreadyExists       `create` found an item
│   ├── NotFound            `update`, `require` or `one` found no item
│   ├── VersionConflict     others wrote first
│   ├── ConstraintRefused     a constraint of the table refuses the item
│   └── TransactionCancelled  an action was refused; `reasons` has one entry per action
├── BatchIncomplete        look at `result`      (some items of a batch were not written)
├── RetryableError          try again, later
│   ├── Throttled           the database asks for fewer requests; `reasons` says why
│   ├── Unavailable         others hold a lock, or the database did not answer
│   │   └── TransactionConflict  transactions got in each other's way; this one was undone
│   └── DeadlineExceeded    the time of the call ran out; nothing was applied
├── OutcomeUnknown          look before trying again (it may be applied)
│   └── ReplyLost             the network or the server failed before the reply
├── NeedsOperator           ask an operator       (missing table, read-only file, full disk, ...)
└── InternalError           report a bug

`BatchIncomplete` is in `operations/batch_result.py`, with the result that it carries.

Every error says what happened, where, and what to do. It has a stable `code` with a page in the
documentation (`docs/errors/<code>.md`), pickles, and never holds the contents of an item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, Never

from ._dataclass import dataclass
from ._visible import visible

_LAYOUT = "\n\t"  # of the problems of a declaration


class ErrorCode(StrEnum):
    """The stable name of an error; each has a page in the documentation."""

    # fix the declaration
    DECLARATION = "declaration"
    UNSUPPORTED = "unsupported"
    MISSING_EXTRA = "missing-extra"
    CONFIGURATION = "configuration"
    LAYER_NOT_LOADED = "layer-not-loaded"
    INVALID_TEMPLATE = "invalid-template"
    MIGRATION_INVALID = "migration-invalid"
    INVALID_SCHEMA_LOCK = "invalid-schema-lock"
    # fix the call
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    WRONG_TYPE = "wrong-type"
    INVALID_VALUE = "invalid-value"
    INVALID_NUMBER = "invalid-number"
    INVALID_TEXT = "invalid-text"
    NAIVE_DATETIME = "naive-datetime"
    FRACTIONAL_SECONDS = "fractional-seconds"
    MILLISECOND_EXPIRY = "millisecond-expiry"
    INVALID_KEY = "invalid-key"
    EMPTY_KEY = "empty-key"
    KEY_TOO_LONG = "key-too-long"
    KEY_CHANGED = "key-changed"
    MISSING_PARTS = "missing-parts"
    COMPOSED_MISMATCH = "composed-mismatch"
    RESERVED_SEPARATOR = "reserved-separator"
    ITEM_TOO_LARGE = "item-too-large"
    TOO_DEEP = "too-deep"
    TOO_MANY_ACTIONS = "too-many-actions"
    TRANSACTION_TOO_LARGE = "transaction-too-large"
    DUPLICATE_ACTION = "duplicate-action"
    INVALID_EXPRESSION = "invalid-expression"
    NOT_A_CONDITION = "not-a-condition"
    INVALID_UPDATE = "invalid-update"
    INVALID_OPTION = "invalid-option"
    UNKNOWN_INDEX = "unknown-index"
    NOT_PROJECTED = "not-projected"
    VERSION_REQUIRED = "version-required"
    READ_IN_TRANSACTION = "read-in-transaction"
    INVALID_SQL = "invalid-sql"
    COLUMNS_DIFFER = "columns-differ"
    SEVERAL_ROWS = "several-rows"
    TRANSACTION_ABORTED = "transaction-aborted"
    TENANT_REQUIRED = "tenant-required"
    OTHER_TENANT = "other-tenant"
    CURSOR_REFUSED = "cursor-refused"
    INVALID_URL = "invalid-url"
    CLOSED = "closed"
    USAGE = "usage"
    # allow it, or do not
    PROTECTED_STAGE = "protected-stage"
    NOT_CONFIRMED = "not-confirmed"
    FILE_EXISTS = "file-exists"
    LOCKED = "locked"
    UNKNOWN_LOCK = "unknown-lock"
    STATE_UNUSABLE = "state-unusable"
    STALE_PLAN = "stale-plan"
    STALE_SCHEMA_LOCK = "stale-schema-lock"
    NOT_ALLOWED = "not-allowed"
    VERSIONED_STAGE = "versioned-stage"
    MIGRATION_HISTORY = "migration-history"
    MIGRATION_UNPROVED = "migration-unproved"
    MIGRATION_INTERRUPTED = "migration-interrupted"
    MIGRATION_FORWARD_ONLY = "migration-forward-only"
    # handle the condition
    CONDITION_FAILED = "condition-failed"
    ALREADY_EXISTS = "already-exists"
    NOT_FOUND = "not-found"
    VERSION_CONFLICT = "version-conflict"
    TRANSACTION_CANCELLED = "transaction-cancelled"
    CONSTRAINT_REFUSED = "constraint-refused"
    # look at the result
    BATCH_INCOMPLETE = "batch-incomplete"
    # try again
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    TRANSACTION_CONFLICT = "transaction-conflict"
    DEADLINE_EXCEEDED = "deadline-exceeded"
    OUTCOME_UNKNOWN = "outcome-unknown"
    # ask an operator
    TABLE_NOT_FOUND = "table-not-found"
    SCHEMA_MISMATCH = "schema-mismatch"
    UNREADABLE_ITEM = "unreadable-item"
    READ_ONLY = "read-only"
    DISK_FULL = "disk-full"
    CORRUPT_FILE = "corrupt-file"
    CANNOT_OPEN = "cannot-open"
    ACCESS_DENIED = "access-denied"
    CREDENTIALS_REFUSED = "credentials-refused"
    ROW_SECURITY_OFF = "row-security-off"
    LOCK_LOST = "lock-lost"
    ENGINE_FAILED = "engine-failed"
    # go on
    INTERRUPTED = "interrupted"
    # report a bug
    INTERNAL = "internal"


class ErrorCategory(StrEnum):
    """The kind of an error, for callers that need no finer distinction."""

    THROTTLING = "throttling"
    CONDITIONAL_CHECK_FAILED = "conditional-check-failed"
    ITEM_NOT_FOUND = "item-not-found"
    VALIDATION_ERROR = "validation-error"
    SERVICE_ERROR = "service-error"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an error, as far as it is known: `sqlite, table Orders, index ByDay`.

    table: one table, or those of a transaction. attribute: a stored name, or a path of them.
    key: text that is safe to log (the names of key attributes, or values marked loggable).
    note: any other place: a file, an endpoint, a setting.
    """

    engine: str = ""
    table: str = ""
    index: str = ""
    attribute: str = ""
    key: str = ""
    note: str = ""

    def __str__(self) -> str:
        return ", ".join(
            text if name in ("engine", "note") else f"{name} {text}"
            for name, text in self.to_dict().items()
        )

    def to_dict(self) -> dict[str, str]:
        """The known parts of the place, by field name."""
        return {name: text for name in self.__match_args__ if (text := getattr(self, name))}

    @classmethod
    def of_table(cls, engine: str, name: str, physical: str) -> Place:
        """A table, with its name in the database if that is another one."""
        note = "" if physical == name else f"physical name {physical}"
        return cls(engine, table=name, note=note)

    def within(self, attribute: str) -> Place:
        """The same place, seen from the item that holds it in `attribute`."""
        path = f"{attribute}.{self.attribute}" if self.attribute else attribute
        return replace(self, attribute=path)


NOWHERE = Place()


class TrueupError(Exception):
    """The root of every error Trueup raises.

    code: stable name, also the name of its page in the documentation.
    category: one of five kinds. retryable: whether the same call may succeed later.
    what: what happened, one sentence.
    where: the engine, table, index, attribute or key, as far as they are known.
    fix: what the caller can do.
    native: the engine's own error code, if it has any.
    retry_after_s: the pause that the database asks for before the next attempt, if any.
    reply: the words of a server that refused, which may quote a value: for a debugger, never a log.
    reply_is_shown: whether they are known to hold no contents of an item; then the text has them.
    """

    default_code = ErrorCode.INTERNAL
    category = ErrorCategory.SERVICE_ERROR
    retryable = False
    retry_after_s: float | None = None
    reply = ""
    reply_is_shown = False

    def __init__(
        self,
        what: str,
        *,
        fix: str,
        where: Place = NOWHERE,
        code: ErrorCode | None = None,
        native: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix
        self.code = code or self.default_code
        self.native = native

    def __str__(self) -> str:
        native = f" ({visible(self.native)})" if self.native else ""
        lines = [f"[{self.code.value}] {visible(self.what, keep=_LAYOUT)}{native}"]
        if self.where != NOWHERE:
            lines.append(f"  where: {visible(str(self.where))}")
        if self.reply_is_shown:
            lines.append(f"  reply: {visible(self.reply)}")
        lines.append(f"  to do: {visible(self.fix, keep=_LAYOUT)}")
        return "\n".join(lines)

    def locate(self, place: Place) -> None:
        """Fill in the parts of the place that the error does not know."""
        self.where = Place(**(place.to_dict() | self.where.to_dict()))

    def to_dict(self) -> dict[str, Any]:
        """The error as a JSON value, for logs; like its text, without the contents of an item."""
        return {
            "code": self.code.value,
            "category": self.category.value,
            "retryable": self.retryable,
            "what": self.what,
            "where": self.where.to_dict(),
            "fix": self.fix,
            "native": self.native,
            "reply": self.reply if self.reply_is_shown else "",
            "retry_after_s": self.retry_after_s,
        }

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[TrueupError], args: tuple[Any, ...], state: dict[str, Any]) -> TrueupError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class DeclarationError(TrueupError):
    """A model, table or layer is declared wrongly. `problems` lists every problem found."""

    default_code = ErrorCode.DECLARATION
    category = ErrorCategory.VALIDATION_ERROR

    def __init__(
        self,
        what: str,
        *,
        fix: str,
        where: Place = NOWHERE,
        code: ErrorCode | None = None,
        native: str = "",
        problems: Sequence[str] = (),
    ) -> None:
        super().__init__(what, fix=fix, where=where, code=code, native=native)
        self.problems = tuple(problems)

    def to_dict(self) -> dict[str, Any]:
        """The error as a JSON value, with its problems."""
        return super().to_dict() | {"problems": list(self.problems)}


class UnsupportedByEngine(DeclarationError):
    """The engine, or the layer's target, does not support the declaration or the call."""

    default_code = ErrorCode.UNSUPPORTED


class ConfigurationError(DeclarationError):
    """A file, variable or option of the configuration is wrong."""

    default_code = ErrorCode.CONFIGURATION


class InvalidCall(TrueupError):
    """The call is wrong: a key, value, expression, option or size."""

    default_code = ErrorCode.INVALID_VALUE
    category = ErrorCategory.VALIDATION_ERROR


class CursorRefused(InvalidCall):
    """The cursor belongs to another query, is damaged, or its signature does not match."""

    default_code = ErrorCode.CURSOR_REFUSED


class TransactionAborted(InvalidCall):
    """An error inside a session undid its transaction, and the session went on: nothing that it did
    is stored."""

    default_code = ErrorCode.TRANSACTION_ABORTED


class Blocked(TrueupError):
    """A guard refused, and nothing was changed. `allowed_by` is the option that allows it, if any:
    `--auto-approve`."""

    default_code = ErrorCode.PROTECTED_STAGE
    category = ErrorCategory.VALIDATION_ERROR

    def __init__(
        self,
        what: str,
        *,
        fix: str,
        where: Place = NOWHERE,
        code: ErrorCode | None = None,
        allowed_by: str = "",
    ) -> None:
        super().__init__(what, fix=fix, where=where, code=code)
        self.allowed_by = allowed_by

    def to_dict(self) -> dict[str, Any]:
        """The error as a JSON value, with the option that allows it."""
        return super().to_dict() | {"allowed_by": self.allowed_by}


class WriteRefused(TrueupError):
    """The database refused a write because of the stored item."""

    default_code = ErrorCode.CONDITION_FAILED
    category = ErrorCategory.CONDITIONAL_CHECK_FAILED


class ConditionFailed(WriteRefused):
    """The condition `only_if` was false; nothing was written."""


class AlreadyExists(WriteRefused):
    """`create` found an item with the same key; nothing was written."""

    default_code = ErrorCode.ALREADY_EXISTS


class NotFound(WriteRefused):
    """`update`, `require` or `one` found no item (expired items count as absent); nothing was
    written."""

    default_code = ErrorCode.NOT_FOUND
    category = ErrorCategory.ITEM_NOT_FOUND


class VersionConflict(WriteRefused):
    """The stored version is not the version that the write is based on; nothing was written."""

    default_code = ErrorCode.VERSION_CONFLICT


class ConstraintRefused(WriteRefused):
    """A constraint of the table refuses the item: a reference, a check, an exclusion, a value that
    must be there. Nothing was written. Two items with the same unique values are AlreadyExists.

    constraint: its name in the database, or the name of the column that lacks a value.
    """

    default_code = ErrorCode.CONSTRAINT_REFUSED
    category = ErrorCategory.VALIDATION_ERROR

    def __init__(
        self,
        what: str,
        *,
        fix: str,
        where: Place = NOWHERE,
        native: str = "",
        constraint: str = "",
    ) -> None:
        super().__init__(what, fix=fix, where=where, native=native)
        self.constraint = constraint


class TransactionCancelled(WriteRefused):
    """A transaction wrote nothing. `reasons` has an error or None for each action, in order."""

    default_code = ErrorCode.TRANSACTION_CANCELLED

    def __init__(
        self,
        what: str,
        *,
        fix: str,
        where: Place = NOWHERE,
        native: str = "",
        reasons: Sequence[TrueupError | None] = (),
    ) -> None:
        super().__init__(what, fix=fix, where=where, native=native)
        self.reasons = tuple(reasons)

    def to_dict(self) -> dict[str, Any]:
        """The error as a JSON value; `reasons` has an error or None for each action, in order."""
        reasons = [None if reason is None else reason.to_dict() for reason in self.reasons]
        return super().to_dict() | {"reasons": reasons}


class RetryableError(TrueupError):
    """Nothing was applied; the same call may succeed later."""

    default_code = ErrorCode.UNAVAILABLE
    retryable = True


class Throttled(RetryableError):
    """The database asks for fewer requests. `reasons` has its own reasons, if any."""

    default_code = ErrorCode.THROTTLED
    category = ErrorCategory.THROTTLING

    def __init__(
        self,
        what: str,
        *,
        fix: str,
        where: Place = NOWHERE,
        native: str = "",
        reasons: Sequence[str] = (),
    ) -> None:
        super().__init__(what, fix=fix, where=where, native=native)
        self.reasons = tuple(reasons)

    def to_dict(self) -> dict[str, Any]:
        """The error as a JSON value, with the database's reasons."""
        return super().to_dict() | {"reasons": list(self.reasons)}


class Unavailable(RetryableError):
    """Others hold a lock that this call needs, or the database did not answer."""


class TransactionConflict(Unavailable):
    """Transactions got in each other's way, and this one was undone: do it anew, with what it then
    reads."""

    default_code = ErrorCode.TRANSACTION_CONFLICT


class DeadlineExceeded(RetryableError):
    """The time of the call ran out before it was done; nothing was applied."""

    default_code = ErrorCode.DEADLINE_EXCEEDED


class OutcomeUnknown(TrueupError):
    """The write may or may not have been applied, or the item it replaced is not known."""

    default_code = ErrorCode.OUTCOME_UNKNOWN


class ReplyLost(OutcomeUnknown):
    """The reply to a write was lost. Safe writes were resent without success; unsafe ones were not
    resent."""


class NeedsOperator(TrueupError):
    """Something outside the program needs attention: a table, a file, a disk, or stored data."""

    default_code = ErrorCode.ENGINE_FAILED


class InternalError(TrueupError):
    """A bug in Trueup; please report it with the message."""


def unhandled(value: Never) -> InternalError:
    """The error at the end of a `match` over a closed union, as in `raise unhandled(action)`.

    Type checkers refuse the call while a case is missing, as with `typing.assert_never`.
    """
    return InternalError(
        f"there is no case for a {type(value).__name__}",
        fix="report this with the call that was made",
    )
