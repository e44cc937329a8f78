"""Deletes of what a query finds: each item on the condition that the query would find it still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from operator import and_
from typing import Any

from ..._kinds import fits
from ...errors import (
    ConditionFailed,
    ErrorCode,
    InvalidCall,
    NotFound,
    TrueupError,
    VersionConflict,
)
from ...expressions import Condition, Item
from ...expressions.condition import Comparison, Op
from ..actions import BatchWritten, Delete, Guard
from ..batch_result import DeletedItems
from ..paging import PageStream
from .context import TableContext
from .options import with_options
from .reads import ReadPlan, check_projected, find_index, plan_query
from .writes import entity_condition


@with_options
def plan_delete_where(
    context: TableContext,
    partition: Any,
    limit: int,
    *,
    index: str | None = None,
    sort: Condition | bool | Mapping[str, Any] | None = None,
    filter: Condition | bool | None = None,
    after: str | None = None,
    page_size: int | None = None,
) -> ReadPlan:
    """The query of what is deleted: items as they are stored, which need not be readable."""
    if not fits(int)(limit):
        raise InvalidCall(
            "delete_where without a limit would delete whatever there is",
            code=ErrorCode.INVALID_OPTION,
            where=context.where,
            fix="give limit=, the most items to delete; the result's cursor goes on after them",
        )
    described = find_index(context, index)
    if described is not None and context.table.version is not None:
        check_projected(context, described, frozenset({context.table.version.attribute}))
    return plan_query(
        replace(context, as_stored=True),
        partition,
        index=index,
        sort=sort,
        filter=filter,
        limit=limit,
        after=after,
        page_size=page_size,
    )


def delete_of(
    context: TableContext, index: str | None, filter: Condition | bool | None
) -> Callable[[Item], Delete]:
    """Plans the delete of an item that was found: if it has the version that was found, or, in a
    table without versions, if the filter is true and its keys of the index are the same."""
    table = context.table
    described = find_index(context, index)
    given = entity_condition(context, filter)
    is_checked = described is not None and table.version is None
    names = [key.attribute for key in described.attributes] if described and is_checked else []

    def plan(item: Item) -> Delete:
        key = table.key_of(item)
        version = item.get(table.version.attribute, 0) if table.version else None
        conditions: list[Condition] = [] if given is None else [given]
        conditions += [
            Comparison(Op.EQ, context.attribute_path(name), item[name])
            for name in names
            if name not in {attribute.attribute for attribute in table.key}
        ]
        guard = Guard(
            version=version if isinstance(version, int) else None,
            condition=reduce(and_, conditions) if conditions else None,
            now_epoch_s=context.now_epoch_s(),
        )
        return Delete(table, key, guard)

    return plan


def take_found(stream: PageStream, most: int) -> list[Item]:
    """The items that can be taken without another read, at most this many."""
    found: list[Item] = []
    while len(found) < most and not stream.is_done and not stream.needs_refill:
        found.append(stream.take())
    return found


def counted(result: DeletedItems, written: BatchWritten) -> DeletedItems:
    """The result with some more outcomes. Raises the first error that is no refusal."""
    refused = [error for error in written.errors if error is not None]
    others = [error for error in refused if not _is_changed(error)]
    result = DeletedItems(
        result.deleted + len(written.errors) - len(refused),
        result.skipped + len(refused) - len(others),
    )
    if others:
        others[0].add_note(f"{result.deleted} items were deleted before this; call again to go on")
        raise others[0]
    return result


def _is_changed(error: TrueupError) -> bool:
    """Whether others have changed the item since it was found."""
    return isinstance(error, ConditionFailed | NotFound | VersionConflict)
