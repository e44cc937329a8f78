"""Plans of reads: a key or a question becomes the action that an engine compiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..._dataclass import dataclass
from ...errors import ErrorCode, InvalidCall, UnsupportedByEngine
from ...expressions.condition import Condition, paths
from ...model.declarations.base import Model
from ...model.declarations.patterns import Order
from ...model.description.tables import IndexDescription
from ...model.keys.shards import shard_key
from ...model.translation.decode import OnUnreadable
from ...model.translation.encode import field_codecs
from ..actions import BatchGet, Get, Lock, Query, Scan, View
from .context import TableContext
from .cursor import plan_fingerprint, refused_cursor
from .options import with_options
from .positions import can_start

MOST_ITEMS = 2**31 - 1
"""The largest page or limit that every engine takes.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html"""

MOST_SEGMENTS = 1_000_000
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html"""


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A query or scan over one or more physical partitions, and the positions it starts from.

    parts: one action per shard; most reads have a single part.
    table: its physical name. entity: the name of the entity that is read, "" for all.
    limit: items to return, None for all.
    """

    parts: tuple[Query | Scan, ...]
    table: str
    entity: str
    limit: int | None
    ascending: bool

    @property
    def identity(self) -> str:
        """The identity that cursors are bound to. Lazy: most reads never create a cursor."""
        return plan_fingerprint(self.parts[0], self.table, self.entity)


@with_options
def plan_get(
    context: TableContext,
    key: Any,
    *,
    consistent: bool = False,
    projection: type[Model] | None = None,
    include_expired: bool = False,
    on_unreadable: OnUnreadable = "raise",
) -> Get:
    """The action that reads one item."""
    view = view_of(context, projection, None, on_unreadable)
    now = context.visible_at(include_expired)
    return Get(context.table, context.key(key), view, consistent, now)


@with_options
def plan_get_many(
    context: TableContext,
    keys: Sequence[Any],
    *,
    consistent: bool = False,
    projection: type[Model] | None = None,
    include_expired: bool = False,
    on_unreadable: OnUnreadable = "raise",
) -> BatchGet:
    """The action that reads several items; engines read a repeated key once."""
    view = view_of(context, projection, None, on_unreadable)
    plain = tuple(map(context.key, keys))
    return BatchGet(context.table, plain, view, consistent, context.visible_at(include_expired))


@with_options
def plan_query(
    context: TableContext,
    partition: Any,
    *,
    index: str | None = None,
    sort: Condition | bool | Mapping[str, Any] | None = None,
    filter: Condition | bool | None = None,
    order: Order = "ascending",
    limit: int | None = None,
    after: str | None = None,
    page_size: int | None = None,
    consistent: bool = False,
    projection: type[Model] | None = None,
    include_expired: bool = False,
    on_unreadable: OnUnreadable = "raise",
    lock: Lock | None = None,
) -> ReadPlan:
    """The plan of a query, one action for each shard of a sharded index."""
    described = find_index(context, index)
    check_consistent(context, described, consistent)
    values = context.partition(partition, described)
    keys = described.sort if described else context.table.key[1:]
    given = bound_filter(context, filter)
    _check_no_key(context, given, described)
    action = Query(
        table=context.table,
        index=described,
        partition=tuple(values),
        sort=() if sort is None else context.sort(sort, keys),
        filter=entity_filter(context, given, described),
        ascending=order == "ascending",
        page_size=_positive(context, "page_size", page_size),
        view=view_of(context, projection, described, on_unreadable),
        consistent=consistent,
        now_epoch_s=context.visible_at(include_expired),
        lock=lock,
    )
    check_lock(context, lock)
    return _plan(context, _shards(action, values), limit, after)


@with_options
def plan_scan(
    context: TableContext,
    *,
    index: str | None = None,
    filter: Condition | bool | None = None,
    segment: int = 0,
    segments: int = 1,
    limit: int | None = None,
    after: str | None = None,
    page_size: int | None = None,
    consistent: bool = False,
    projection: type[Model] | None = None,
    include_expired: bool = False,
    on_unreadable: OnUnreadable = "raise",
) -> ReadPlan:
    """The plan of a scan of one segment."""
    described = find_index(context, index)
    check_consistent(context, described, consistent)
    if not 0 <= segment < segments <= MOST_SEGMENTS:
        raise _bad_option(
            context,
            f"segment {segment} of {segments} does not exist",
            f"give segments= from 1 to {MOST_SEGMENTS}, and segment= from 0 to one less than it",
        )
    action = Scan(
        table=context.table,
        index=described,
        filter=entity_filter(context, bound_filter(context, filter), described),
        segment=segment,
        segments=segments,
        page_size=_positive(context, "page_size", page_size),
        view=view_of(context, projection, described, on_unreadable),
        consistent=consistent,
        now_epoch_s=context.visible_at(include_expired),
    )
    return _plan(context, (action,), limit, after)


def _plan(
    context: TableContext, parts: tuple[Query | Scan, ...], limit: int | None, after: str | None
) -> ReadPlan:
    _positive(context, "limit", limit)
    first = parts[0]
    entity = context.entity.__name__ if context.entity else ""
    ascending = not isinstance(first, Query) or first.ascending
    if after is not None:
        plan = plan_fingerprint(first, context.physical, entity)
        starts = context.cursors.read(plan, after, context.where)
        if not can_start(parts, starts):
            raise refused_cursor("it is forged: no item of this query stands there", context.where)
        parts = tuple(
            part if start is None else replace(part, start=start)
            for part, start in zip(parts, starts, strict=True)
        )
    return ReadPlan(parts, context.physical, entity, limit, ascending)


def _shards(action: Query, values: list[Any]) -> tuple[Query, ...]:
    """One action for each physical partition of a sharded index."""
    index = action.index
    if index is None or index.shard is None:
        return (action,)
    return tuple(
        replace(action, partition=(shard_key(index, values, shard),))
        for shard in range(index.shards)
    )


def find_index(context: TableContext, name: str | None) -> IndexDescription | None:
    """The index called `name`; None for the table itself."""
    if name is None or name in context.table.indexes:
        return context.table.index(name)
    known = ", ".join(context.table.indexes) or "none"
    raise InvalidCall(
        f"there is no index {name!r}",
        code=ErrorCode.UNKNOWN_INDEX,
        where=context.where,
        fix=f"the indexes are: {known}",
    )


def check_consistent(
    context: TableContext, index: IndexDescription | None, consistent: bool
) -> None:
    """Refuse a consistent read of an index if the target has none."""
    if not consistent or index is None or index.local:
        return
    if not context.engine.rules.capabilities.consistent_index_reads:
        raise UnsupportedByEngine(
            f"the index {index.name!r} cannot be read consistently on {context.engine.rules.whose}",
            where=context.where,
            fix="read without consistent=True, or query the table's own key",
        )


def check_lock(context: TableContext, lock: Lock | None) -> None:
    """Refuse to lock rows if the target cannot, or outside of a session, which would end at once.

    Raises UnsupportedByEngine, InvalidCall (invalid-option).
    """
    if lock is None:
        return
    if not context.engine.rules.capabilities.row_locks:
        rules = context.engine.rules
        is_own = rules.target in ("", rules.engine)
        target = "" if is_own else f" with the target {rules.target}"
        raise UnsupportedByEngine(
            f"{rules.engine}{target} has no locks of rows, which lock= asks for",
            where=context.where,
            fix="take an item by an update with only_if=: of many workers one succeeds",
        )
    if not context.in_session:
        raise _bad_option(
            context,
            "lock= outside of a session, whose end would free the rows at once",
            "use session.repository(table).query(…, lock=…), inside `with db.session()`",
        )


def view_of(
    context: TableContext,
    projection: type[Model] | None,
    index: IndexDescription | None,
    unreadable: OnUnreadable = "raise",
) -> View:
    """The view of a read; refused if the index lacks an attribute.

    projection: a model with some of the table's attributes; None reads all.
    """
    view = _readable_view(context, projection, index)
    return view if unreadable == "raise" else replace(view, unreadable=unreadable)


def _readable_view(
    context: TableContext, projection: type[Model] | None, index: IndexDescription | None
) -> View:
    if projection is None and (context.as_stored or index is None):
        return context.view
    known = {
        codec.attribute for model in context.table.models.values() for codec in field_codecs(model)
    }
    if projection is None:
        check_projected(context, index, frozenset(known))
        return context.view
    attributes = frozenset(codec.attribute for codec in field_codecs(projection))
    if unknown := attributes - known:
        raise InvalidCall(
            f"{projection.__name__} has attributes that the table has not: "
            f"{', '.join(sorted(unknown))}",
            code=ErrorCode.UNKNOWN_ATTRIBUTE,
            where=context.where,
            fix="a projection is a model of some of the table's attributes, under the same names",
        )
    check_projected(context, index, attributes)
    return View(projection, attributes)


def check_projected(
    context: TableContext, index: IndexDescription | None, attributes: frozenset[str]
) -> None:
    """Refuse an index that does not hold all of these attributes."""
    if index is None or index.projects(attributes):
        return
    lacking = ", ".join(sorted(attributes - (index.projection or frozenset())))
    raise InvalidCall(
        f"the index {index.name!r} does not hold {lacking}",
        code=ErrorCode.NOT_PROJECTED,
        where=replace(context.where, index=index.name),
        fix="read through projection=, a model of attributes that the index holds, or project more",
    )


def bound_filter(context: TableContext, filter: Condition | bool | None) -> Condition | None:
    """A caller's filter in stored names and plain values."""
    return None if filter is None else context.condition(filter)


def entity_filter(
    context: TableContext, bound: Condition | None, index: IndexDescription | None
) -> Condition | None:
    """The bound filter, narrowed to the entity that is read.

    Refused if the index lacks an attribute of the filter: every item would seem to lack it.
    """
    if context.entity is not None:
        only = context.codec.is_entity(context.entity)
        bound = only if bound is None else only & bound
    check_projected(context, index, _wires_of(bound))
    return bound


def _wires_of(condition: Condition | None) -> frozenset[str]:
    """The attributes that a bound condition reads."""
    read = () if condition is None else paths(condition)
    return frozenset(str(path.segments[0]) for path in read)


def _check_no_key(
    context: TableContext, filter: Condition | None, index: IndexDescription | None
) -> None:
    """Refuse a caller's filter on the key of a query if the target does not support it."""
    if context.engine.rules.capabilities.filters_on_keys:
        return
    keys = index.attributes if index else context.table.key
    for attribute in sorted(_wires_of(filter) & {key.attribute for key in keys}):
        raise InvalidCall(
            f"the filter looks at {attribute!r}, which is part of the key that is queried",
            code=ErrorCode.INVALID_EXPRESSION,
            where=context.where,
            fix="give the condition on the sort key as sort=, and the partition as its value",
        )


def _positive(context: TableContext, name: str, value: int | None) -> int | None:
    if value is not None and not 1 <= value <= MOST_ITEMS:
        raise _bad_option(
            context,
            f"{name} is not from 1 to {MOST_ITEMS}",
            f"give {name}= in that range, or leave it out",
        )
    return value


def _bad_option(context: TableContext, what: str, fix: str) -> InvalidCall:
    return InvalidCall(what, code=ErrorCode.INVALID_OPTION, where=context.where, fix=fix)
