"""AsyncRepository: typed access to one table.

The methods only choose an operation and run it; `operations` decides what is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, overload

from ..expressions import At, Change, Condition
from ..model.declarations.base import Model
from ..model.translation.decode import OnUnreadable, Readable, Unreadable
from ..operations import batching, paging
from ..operations.actions import Expect, Neighbour, Update, WriteResult
from ..operations.exactly import required
from ..operations.left_out import only_entity
from ..operations.operation import Request, send
from ..operations.plans import reads, writes
from ..operations.plans.context import TableContext
from ..operations.plans.set_changes import perform_update
from ..operations.runner import AsyncRunner
from .bulk._async import AsyncBulkWrites
from .edits._async import AsyncEdits
from .options import (
    CountOptions,
    GetOptions,
    QueryOptions,
    ScanOptions,
    VersionedOptions,
    WriteOptions,
)
from .patterns import plan_pattern
from .previews import RequestPreview
from .results._async import AsyncResults
from .results.collection import Collection

if TYPE_CHECKING:
    from ..geo import Point

M = TypeVar("M", bound=Model)
P = TypeVar("P", bound=Model)


class AsyncRepository(AsyncBulkWrites[M], AsyncEdits[M]):
    """Typed access to the items of one table.

    A key is passed as its values in order, as a mapping of field names, or as a model. If a method
    takes more arguments, several values go into a tuple: `update(("a", "b"), ...)`.

    Every method raises InvalidCall for invalid input, WriteRefused if the stored item forbids the
    write, RetryableError if the call may be repeated, and NeedsOperator if the database or its
    contents need attention.
    """

    def __init__(self, runner: AsyncRunner, context: TableContext) -> None:
        self._runner = runner
        self._context = context
        self._requests = RequestPreview(context)

    def __repr__(self) -> str:
        return f"AsyncRepository({self._context})"

    @property
    def requests(self) -> RequestPreview:
        """The exact requests that these methods would send, as values; nothing is sent."""
        return self._requests

    def within(self, seconds: float) -> AsyncRepository[M]:
        """The same repository with another time limit for each call, in seconds."""
        return AsyncRepository(replace(self._runner, timeout_s=seconds), self._context)

    @overload
    async def get(
        self, *key: Any, on_unreadable: Readable = ..., **options: Unpack[GetOptions]
    ) -> M | None: ...
    @overload
    async def get(
        self, *key: Any, on_unreadable: Literal["raw"], **options: Unpack[GetOptions]
    ) -> M | Unreadable | None: ...
    @overload
    async def get(
        self,
        *key: Any,
        projection: type[P],
        on_unreadable: Readable = ...,
        **options: Unpack[GetOptions],
    ) -> P | None: ...
    async def get(self, *key: Any, **options: Any) -> Any:
        """The item with this key, or None if there is none or it has expired.

        projection: a model of some of the attributes; only these attributes are read.
        on_unreadable: of an item that fits no model: "raise" NeedsOperator, "skip" it, which gives
            None, or give it "raw", as an `Unreadable`.
        options: see `GetOptions`.
        """
        request = self._requests.get(*key, **options)
        item = await self._runner.run(send(request), "get")
        return self._only_entity(item, options.get("on_unreadable"))

    @overload
    async def require(self, *key: Any, **options: Unpack[GetOptions]) -> M: ...
    @overload
    async def require(self, *key: Any, projection: type[P], **options: Unpack[GetOptions]) -> P: ...
    async def require(self, *key: Any, **options: Any) -> Any:
        """The item with this key. Raises NotFound if there is none or it has expired.

        projection, options: as for `get`.
        """
        action = reads.plan_get(self._context, key, **options)
        request = self._context.engine.compile(action)
        item = self._only_entity(await self._runner.run(send(request), "require"), "raise")
        return required(self._context, action, item)

    def _only_entity(self, item: Any, on_unreadable: OnUnreadable | None) -> Any:
        """The item; None if it is left out, or of another entity than this repository's."""
        return only_entity(item, on_unreadable, self._context.table.model, self._context.entity)

    async def exists(self, *key: Any, consistent: bool = False) -> bool:
        """Whether an item with this key is stored and has not expired."""
        request = self._requests.exists(*key, consistent=consistent)
        item = await self._runner.run(send(request), "exists")
        return self._only_entity(item, "raw") is not None

    @overload
    async def get_many(
        self,
        keys: Iterable[Any],
        *,
        on_unreadable: Readable = ...,
        **options: Unpack[GetOptions],
    ) -> list[M | None]: ...
    @overload
    async def get_many(
        self,
        keys: Iterable[Any],
        *,
        on_unreadable: Literal["raw"],
        **options: Unpack[GetOptions],
    ) -> list[M | Unreadable | None]: ...
    @overload
    async def get_many(
        self,
        keys: Iterable[Any],
        *,
        projection: type[P],
        on_unreadable: Readable = ...,
        **options: Unpack[GetOptions],
    ) -> list[P | None]: ...
    async def get_many(self, keys: Iterable[Any], **options: Any) -> Any:
        """The items with these keys, in the order of the keys, None for absent items.

        keys: any number; keys may repeat.
        projection, on_unreadable, options: as for `get`.
        """
        given = list(batching.iterate(self._context, keys))
        action = reads.plan_get_many(self._context, given, **options)
        items = await self._runner.run(batching.get_many(self._context, action), "get_many")
        return [self._only_entity(item, options.get("on_unreadable")) for item in items]

    @overload
    def query(
        self,
        partition: Any,
        *,
        on_unreadable: Readable = ...,
        **options: Unpack[QueryOptions],
    ) -> AsyncResults[M]: ...
    @overload
    def query(
        self,
        partition: Any,
        *,
        on_unreadable: Literal["raw"],
        **options: Unpack[QueryOptions],
    ) -> AsyncResults[M | Unreadable]: ...
    @overload
    def query(
        self,
        partition: Any,
        *,
        projection: type[P],
        on_unreadable: Readable = ...,
        **options: Unpack[QueryOptions],
    ) -> AsyncResults[P]: ...
    def query(self, partition: Any, **options: Any) -> AsyncResults[Any]:
        """The items of a partition of the table or an index, in order of the sort key.

        partition: the value of the partition key; a tuple if it has several attributes; a mapping
            of field names if it is composed.
        projection: a model of some of the attributes; only these attributes are read.
        on_unreadable: of items that fit no model: "raise" NeedsOperator, "skip" them, which
            `skipped` counts, or give them "raw", as `Unreadable`.
        options: see `QueryOptions`.
        """
        plan = reads.plan_query(self._context, partition, **options)
        return AsyncResults(self._runner, self._context, plan, "query")

    async def collection(self, partition: Any, **options: Unpack[QueryOptions]) -> Collection[M]:
        """The items of a partition, grouped by their entities: all that a user has, in one query.

        partition, options: as for `query`.
        """
        return Collection(await self.query(partition, **options).all())

    async def count(self, partition: Any, **options: Unpack[CountOptions]) -> int:
        """The number of items of a query with these options; see `query`."""
        plan = reads.plan_query(self._context, partition, **options)
        return await self._runner.run(paging.count(self._context, plan), "count")

    async def count_all(self, **options: Unpack[ScanOptions]) -> int:
        """The number of items of a scan with these options. Reads the whole table, at its cost.

        options: see `ScanOptions`.
        """
        plan = reads.plan_scan(self._context, **options)
        return await self._runner.run(paging.count(self._context, plan), "count_all")

    def pattern(self, name: str, *given: Any, **options: Unpack[QueryOptions]) -> AsyncResults[M]:
        """The answer to a declared access pattern.

        given: a value for each field of the pattern, in order. options: as for `query`, without
        those that the pattern fixes.
        """
        plan = plan_pattern(self._context, name, given, options)
        return AsyncResults(self._runner, self._context, plan, "pattern")

    @overload
    def scan(
        self, *, on_unreadable: Readable = ..., **options: Unpack[ScanOptions]
    ) -> AsyncResults[M]: ...
    @overload
    def scan(
        self, *, on_unreadable: Literal["raw"], **options: Unpack[ScanOptions]
    ) -> AsyncResults[M | Unreadable]: ...
    @overload
    def scan(
        self,
        *,
        projection: type[P],
        on_unreadable: Readable = ...,
        **options: Unpack[ScanOptions],
    ) -> AsyncResults[P]: ...
    def scan(self, **options: Any) -> AsyncResults[Any]:
        """Every item of the table, in no particular order. Reads the whole table, at its cost.

        on_unreadable: as for `query`. options: see `ScanOptions`.
        """
        plan = reads.plan_scan(self._context, **options)
        return AsyncResults(self._runner, self._context, plan, "scan")

    async def nearest(
        self,
        path: At[Any],
        centre: Point,
        *,
        limit: int,
        filter: Condition | bool | None = None,
        include_expired: bool = False,
    ) -> list[Neighbour[M]]:
        """The items nearest to a point, each with its distance on the earth, the nearest first.

        On PostgreSQL; an index of method "gist" serves it.

        path: of a geometry, as `at(Model.location)`; items without it are left out.
        limit: the most that are read. There are no pages: ask for more with a higher limit.
        filter: a condition on other attributes, of those that SQL decides.
        include_expired: show items whose expiry has passed.
        """
        options: Any = {"limit": limit, "filter": filter, "include_expired": include_expired}
        request = self._requests.nearest(path, centre, **options)
        return await self._runner.run(send(request), "nearest")

    async def create(self, item: M, **options: Unpack[WriteOptions]) -> WriteResult[M]:
        """Store a new item. Raises AlreadyExists if an item with its key is stored.

        options: see `WriteOptions`.
        """
        return await self._write(self._requests.create(item, **options), "create")

    async def put(self, item: M, **options: Unpack[WriteOptions]) -> WriteResult[M]:
        """Store an item, replacing any item with its key.

        On a versioned table the stored version must be the item's, else VersionConflict is raised;
        the stored item has the next version, which `returning="new"` returns. The argument is not
        changed.

        options: see `WriteOptions`.
        """
        return await self._write(self._requests.put(item, **options), "put")

    async def update(
        self, key: Any, *changes: Change, **options: Unpack[VersionedOptions]
    ) -> WriteResult[M]:
        """Change parts of a stored item: `update(key, at(Order.status).assign("open"))`.

        key: its value, a tuple, a mapping, or the model that was read, with its version.
        options: see `VersionedOptions`.

        Raises NotFound if no item is stored; an update never creates items.
        """
        action = writes.plan_update(self._context, key, changes, **options)
        return await self._update(action, changes, "update")

    async def update_or_create(
        self, key: Any, *changes: Change, **options: Unpack[VersionedOptions]
    ) -> WriteResult[M]:
        """Change parts of an item, or create it from them if none is stored or it has expired.

        options: see `VersionedOptions`.
        """
        action = writes.plan_update(self._context, key, changes, Expect.ANYTHING, **options)
        return await self._update(action, changes, "update_or_create")

    async def _update(
        self, action: Update, changes: tuple[Change, ...], name: str
    ) -> WriteResult[M]:
        operation = perform_update(self._context, action, changes)
        result: WriteResult[M] = await self._runner.run(operation, name)
        return result

    async def delete(self, *key: Any, **options: Unpack[VersionedOptions]) -> WriteResult[M]:
        """Remove an item. A missing item is no error: `existed` says whether there was an item.

        options: see `VersionedOptions`.
        """
        return await self._write(self._requests.delete(*key, **options), "delete")

    async def _write(self, request: Request[Any], name: str) -> WriteResult[M]:
        result: WriteResult[M] = await self._runner.run(send(request), name)
        return result
