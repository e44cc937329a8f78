"""RequestPreview: the requests that a repository's calls would send, as values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, Unpack

from ..errors import ErrorCode, InvalidCall
from ..expressions import Change
from ..model.declarations.base import Model
from ..operations import batching, paging
from ..operations.actions import Action, Count, Expect
from ..operations.operation import Request
from ..operations.plans import deletes, edits, reads, writes
from ..operations.plans.context import TableContext
from ..operations.plans.nearest import plan_nearest
from .options import (
    CountOptions,
    DeleteWhereOptions,
    QueryOptions,
    ScanOptions,
    VersionedOptions,
    WriteOptions,
)
from .patterns import plan_pattern

T = TypeVar("T")


class RequestPreview:
    """The methods of a repository; each returns the exact first request of the call.

    A request's `payload` is the engine's own: SQL and parameters, or the body that is sent.
    """

    def __init__(self, context: TableContext) -> None:
        self._context = context

    def _compiled(self, action: Action) -> Request[Any]:
        return self._context.engine.compile(action)

    def _first_page(self, plan: reads.ReadPlan) -> Request[Any]:
        return paging.PageStream(self._context, plan).first_request()

    def _some(self, given: Iterable[T]) -> list[T]:
        """The items of a batch. Raises InvalidCall if there are none."""
        found = list(batching.iterate(self._context, given))
        if not found:
            raise InvalidCall(
                "a batch of nothing sends no request",
                code=ErrorCode.INVALID_OPTION,
                where=self._context.where,
                fix="give at least one",
            )
        return found

    def get(self, *key: Any, **options: Any) -> Request[Any]:
        """The request of `get`."""
        return self._compiled(reads.plan_get(self._context, key, **options))

    def require(self, *key: Any, **options: Any) -> Request[Any]:
        """The request of `require`."""
        return self.get(*key, **options)

    def exists(self, *key: Any, consistent: bool = False) -> Request[Any]:
        """The request of `exists`."""
        return self.get(*key, consistent=consistent, on_unreadable="raw")

    def get_many(self, keys: Iterable[Any], **options: Any) -> Request[Any]:
        """The first request of `get_many`."""
        action = reads.plan_get_many(self._context, self._some(keys), **options)
        return self._compiled(batching.split_keys(self._context, action)[0])

    def query(self, partition: Any, **options: Any) -> Request[Any]:
        """The first request of `query`."""
        return self._first_page(reads.plan_query(self._context, partition, **options))

    def collection(self, partition: Any, **options: Unpack[QueryOptions]) -> Request[Any]:
        """The first request of `collection`."""
        return self.query(partition, **options)

    def count(self, partition: Any, **options: Unpack[CountOptions]) -> Request[Any]:
        """The first request of `count`."""
        plan = reads.plan_query(self._context, partition, **options)
        return self._compiled(Count(plan.parts[0]))

    def count_all(self, **options: Unpack[ScanOptions]) -> Request[Any]:
        """The first request of `count_all`."""
        return self._compiled(Count(reads.plan_scan(self._context, **options).parts[0]))

    def pattern(self, name: str, *given: Any, **options: Unpack[QueryOptions]) -> Request[Any]:
        """The first request of `pattern`."""
        return self._first_page(plan_pattern(self._context, name, given, options))

    def scan(self, **options: Any) -> Request[Any]:
        """The first request of `scan`."""
        return self._first_page(reads.plan_scan(self._context, **options))

    def nearest(self, path: Any, centre: Any, *, limit: int, **options: Any) -> Request[Any]:
        """The request of `nearest`."""
        return self._compiled(plan_nearest(self._context, path, centre, limit=limit, **options))

    def create(self, item: Model, **options: Unpack[WriteOptions]) -> Request[Any]:
        """The request of `create`."""
        return self._compiled(writes.plan_put(self._context, item, Expect.NOTHING, **options))

    def put(self, item: Model, **options: Unpack[WriteOptions]) -> Request[Any]:
        """The request of `put`."""
        return self._compiled(writes.plan_put(self._context, item, **options))

    def update(
        self, key: Any, *changes: Change, **options: Unpack[VersionedOptions]
    ) -> Request[Any]:
        """The request of `update`."""
        return self._compiled(writes.plan_update(self._context, key, changes, **options))

    def update_or_create(
        self, key: Any, *changes: Change, **options: Unpack[VersionedOptions]
    ) -> Request[Any]:
        """The request of `update_or_create`."""
        action = writes.plan_update(self._context, key, changes, Expect.ANYTHING, **options)
        return self._compiled(action)

    def modify(self, key: Any, *_: Any, **__: Any) -> Request[Any]:
        """The first request of `modify`: the read. No function is called."""
        return self._compiled(edits.plan_read(self._context, key))

    def save(self, item: Model, *, read: Model) -> Request[Any]:
        """The request of `save`. Raises InvalidCall if nothing differs."""
        update = edits.plan_save(self._context, item, read)
        if update is None:
            raise InvalidCall(
                "nothing differs from what was read, so that nothing is sent",
                code=ErrorCode.INVALID_OPTION,
                where=self._context.where,
                fix="give an item that differs",
            )
        return self._compiled(update)

    def delete(self, *key: Any, **options: Unpack[VersionedOptions]) -> Request[Any]:
        """The request of `delete`."""
        return self._compiled(writes.plan_delete(self._context, key, **options))

    def put_many(self, items: Iterable[Model]) -> Request[Any]:
        """The first request of `put_many`."""
        planned = [writes.plan_put(self._context, item) for item in self._some(items)]
        return batching.first_request(self._context.engine, planned)

    def delete_many(self, keys: Iterable[Any]) -> Request[Any]:
        """The first request of `delete_many`."""
        planned = [writes.plan_delete(self._context, key) for key in self._some(keys)]
        return batching.first_request(self._context.engine, planned)

    def delete_where(
        self, partition: Any, *, limit: int, **options: Unpack[DeleteWhereOptions]
    ) -> Request[Any]:
        """The first request of `delete_where`: the query that finds the items."""
        return self._first_page(
            deletes.plan_delete_where(self._context, partition, limit, **options)
        )

    put_many_iter = put_many
    delete_many_iter = delete_many
