"""Awaited: a blocking database behind the awaitable interface, so that a test is written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, cast

from ....repository import AsyncRepository, AsyncResults, Repository, Results
from ....repository.batch import AsyncBatch, Batch
from ....repository.database import AsyncDatabase, Database
from ....repository.session import (
    AsyncRows,
    AsyncSavepoint,
    AsyncSession,
    Rows,
    Savepoint,
    Session,
)
from ....repository.write_set import AsyncTransaction, Transaction

TWINS: dict[type, type] = {
    Batch: AsyncBatch,
    Database: AsyncDatabase,
    Repository: AsyncRepository,
    Results: AsyncResults,
    Rows: AsyncRows,
    Savepoint: AsyncSavepoint,
    Session: AsyncSession,
    Transaction: AsyncTransaction,
}
_BLOCKING_NAMES = {"aclose": "close"}
_END = object()


def as_awaitable(database: Database | AsyncDatabase) -> AsyncDatabase:
    """A database of either flavour with the awaitable interface."""
    return cast("AsyncDatabase", awaited(database))


def awaited(value: Any) -> Any:
    """A blocking handle or iterator with the awaitable interface; any other value unchanged."""
    if type(value) in TWINS:
        return Awaited(value)
    return AwaitedIterator(value) if isinstance(value, Iterator) else value


class AwaitedIterator:
    """A blocking iterator, for `async for`."""

    def __init__(self, blocking: Iterator[Any]) -> None:
        self._blocking = blocking

    def __aiter__(self) -> AwaitedIterator:
        return self

    async def __anext__(self) -> Any:
        # StopIteration may not leave a coroutine.
        item = next(self._blocking, _END)
        if item is _END:
            raise StopAsyncIteration
        return item


class Awaited(AwaitedIterator):
    """A blocking handle whose methods can be awaited like those of the awaitable handle."""

    def __init__(self, blocking: Any) -> None:
        super().__init__(blocking)
        self._twin = TWINS[type(blocking)]

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._blocking, _BLOCKING_NAMES.get(name, name))
        if not callable(found):
            return found
        method = getattr(self._twin, name, None)
        waits = iscoroutinefunction(method) or _gives_awaitable(method)
        return partial(_called_later if waits else _called, found)

    async def __aenter__(self) -> Any:
        return awaited(cast(Any, self._blocking).__enter__())

    async def __aexit__(self, *exception: Any) -> Any:
        return cast(Any, self._blocking).__exit__(*exception)


def _gives_awaitable(method: Any) -> bool:
    given = getattr(method, "__annotations__", {}).get("return", "")
    return str(given).startswith("Awaitable")


def _called(call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    return awaited(call(*map(_blocking, arguments), **options))


async def _called_later(call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    return awaited(call(*map(_blocking, arguments), **options))


def _blocking(argument: Any) -> Any:
    """A coroutine function that a test gives, as a plain function: it never has to wait."""
    if not iscoroutinefunction(argument):
        return argument

    def called(*arguments: Any) -> Any:
        coroutine = argument(*map(awaited, arguments))
        try:
            coroutine.send(None)
        except StopIteration as stop:
            return stop.value
        raise AssertionError("a blocking call waited")

    return called
