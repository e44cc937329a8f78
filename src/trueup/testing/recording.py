"""A recorder for tests of handlers: it fails a test whose handler does more than it declares.

AWS would deny the same call in production, since policies come from the same declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from ..infra.permissions.tables import Call, calls_of
from ..model.declarations.access import Access
from ..model.declarations.functions import Function
from ..model.description.check import describe
from ..operations.events import RequestEvent, RequestStarted

_ACTIONS = {
    "Get": "GetItem",
    "BatchGet": "BatchGetItem",
    "TransactGet": "GetItem",
    "TransactGetItems": "GetItem",
    "Count": "Query",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "Check": "ConditionCheckItem",
    "BatchWrite": "BatchWriteItem",
}
"""Actions of other engines, and those of transactions, in the words of DynamoDB's policies."""
_UPDATES = ("save", "update", "update_or_create")


class Database(Protocol):
    """What is recorded: a `Database` or an `AsyncDatabase`."""

    def subscribe(self, subscriber: Callable[[RequestEvent], None]) -> None:
        """Send the subscriber every event."""
        ...

    def unsubscribe(self, subscriber: Callable[[RequestEvent], None]) -> None:
        """Send it no more."""
        ...


class UndeclaredCall(AssertionError):
    """A handler called what its function does not declare. calls: what, on which table."""

    def __init__(self, function: Function, calls: Sequence[Call], declared: frozenset[Call]):
        known = "\n".join(f"  {one}" for one in sorted(map(str, declared))) or "  nothing"
        called = "\n".join(f"  {one}" for one in dict.fromkeys(calls))
        super().__init__(
            f"the function {function.name!r} called what it does not declare\n{called}\n"
            f"it declares\n{known}\n"
            f"add it to reads= or writes= at {function.declared_at}, or do not call it"
        )
        self.calls = tuple(calls)


@dataclass
class Recording:
    """What a handler called, as long as the block lasts, beside what its function declares."""

    function: Function
    called: list[Call] = field(default_factory=list)
    undeclared: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_access = {
            one: calls_of(one, describe(one.table)) for one in self.function.accesses
        }
        self.declared: frozenset[Call] = frozenset().union(*self._by_access.values())

    @property
    def uncalled(self) -> tuple[Access, ...]:
        """What is declared, and was not called: none of its actions was asked for."""
        return tuple(
            access for access, calls in self._by_access.items() if not calls & {*self.called}
        )

    def hear(self, event: RequestEvent) -> None:
        """Note the calls of a request. Raises UndeclaredCall before it is sent."""
        if not isinstance(event, RequestStarted):
            return
        calls = [one for one in _calls(event) if not self._is_told(one, event)]
        self.called += calls
        beyond = [one for one in calls if one not in self.declared]
        self.undeclared += beyond
        if beyond:
            raise UndeclaredCall(self.function, beyond, self.declared)

    def _is_told(self, call: Call, event: RequestEvent) -> bool:
        """Whether a call is none of the handler's own: SQL of its database, or the look at an item
        that an update failed on, without which the error says less."""
        if not call.table:
            return self.function.database
        is_look = event.operation in _UPDATES and call.action == "GetItem"
        return is_look and call not in self.declared


@contextmanager
def recorded(db: Database, function: Function) -> Iterator[Recording]:
    """Record what the block calls in a database, for a test of a function's handler.

    Works on every engine: `sqlite://` is enough. Reads and writes count as the permissions that
    they need, so that `create` and `put` of a table are one.

    Raises UndeclaredCall at the first call that the function does not declare, and at the end of
    the block if the handler caught it.
    """
    recording = Recording(function)
    db.subscribe(recording.hear)
    try:
        yield recording
    finally:
        db.unsubscribe(recording.hear)
    if recording.undeclared:
        raise UndeclaredCall(function, recording.undeclared, recording.declared)


def _calls(event: RequestEvent) -> list[Call]:
    """The actions of a request, as policies know them: one for each table, or part."""
    parts = event.parts or [(event.action, table) for table in event.table.split(", ")]
    return [Call(table, _ACTIONS.get(name, name), event.index or "") for name, table in parts]
