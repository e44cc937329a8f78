"""From a read as a caller writes it to the action an engine compiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..._dataclass import dataclass
from ...errors import (Code, RequestError, UnsupportedByEngine, place)
from ...expressions.condition import (Condition, paths)
from ...model.declarations.base import Model
from ...model.translation.codec import shard_key
from ...model.description.tables import IndexDescription
from ...model.translation.encode import field_codecs
from ...model.declarations.patterns import Order
from .context import Access
from .cursor import question_of
from ..actions import (WHOLE, BatchGet, Get, Query, Scan, View)


@dataclass(frozen=True, slots=True)
class Question:
    """A query or scan over one or more physical partitions, and how far it was answered.

    parts: one action for each shard; most questions have one.
    entity: the name of the one that is read, "" for all. limit: items to return, None for all.
    """

    parts: tuple[Query | Scan, ...]
    entity: str
    limit: int | None
    ascending: bool

    @property
    def identity(self) -> str:
        """What its cursors are bound to. Made when it is asked for: most are read without any."""
        return question_of(self.parts[0], self.entity)


def plan_get(
    access: Access,
    key: Sequence[Any],
    *,
    consistent: bool = False,
    projection: type[Model] | None = None,
    include_expired: bool = False,
) -> Get:
    """The action that reads one item."""
    view = WHOLE if projection is None else view_of(access, projection, None)
    now = access.visible_at(include_expired)
    return Get(access.table, access.key(key), view, consistent, now)


def plan_get_many(
    access: Access,
    keys: Sequence[Any],
    *,
    consistent: bool = False,
    projection: type[Model] | None = None,
    include_expired: bool = False,
) -> BatchGet:
    """The action that reads several items; a key that is given twice is read once by engines."""
    view = WHOLE if projection is None else view_of(access, projection, None)
    plain = tuple(access.key(key if isinstance(key, tuple) else (key,)) for key in keys)
    return BatchGet(access.table, plain, view, consistent, access.visible_at(include_expired))


def plan_query(
    access: Access,
    partition: Any,
    *,
    index: str | None = None,
    sort: Condition | bool | None = None,
    filter: Condition | bool | None = None,
    order: Order = "ascending",
    limit: int | None = None,
    after: str | None = None,
    page_size: int | None = None,
    consistent: bool = False,
    projection: type[Model] | None = None,
    include_expired: bool = False,
) -> Question:
    """The question a query asks, one action for each shard of a sharded index."""
    described = find_index(access, index)
    check_consistent(access, described, consistent)
    values = access.partition(partition, described)
    keys = described.sort if described else access.table.key[1:]
    action = Query(
        table=access.table,
        index=described,
        partition=tuple(values),
        sort=() if sort is None else access.binder.sort(sort, keys),
        filter=entity_filter(access, filter, described),
        ascending=_is_ascending(access, order),
        page_size=_positive(access, "page_size", page_size),
        view=view_of(access, projection, described),
        consistent=consistent,
        now_epoch_s=access.visible_at(include_expired),
    )
    _check_no_key(access, action)
    return _question(access, _shards(action, values), limit, after)


def plan_scan(
    access: Access,
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
) -> Question:
    """The question a scan of one segment asks."""
    described = find_index(access, index)
    check_consistent(access, described, consistent)
    if not 0 <= segment < segments:
        raise _bad_option(
            access,
            f"segment {segment} of {segments} does not exist",
            f"give segment= from 0 to {max(segments, 1) - 1}",
        )
    action = Scan(
        table=access.table,
        index=described,
        filter=entity_filter(access, filter, described),
        segment=segment,
        segments=segments,
        page_size=_positive(access, "page_size", page_size),
        view=view_of(access, projection, described),
        consistent=consistent,
        now_epoch_s=access.visible_at(include_expired),
    )
    return _question(access, (action,), limit, after)


def _question(
    access: Access, parts: tuple[Query | Scan, ...], limit: int | None, after: str | None
) -> Question:
    _positive(access, "limit", limit)
    first = parts[0]
    entity = access.entity.__name__ if access.entity else ""
    ascending = not isinstance(first, Query) or first.ascending
    if after is not None:
        starts = access.cursors.read(question_of(first, entity), after, access.where)
        parts = tuple(
            part if start is None else replace(part, start=start)
            for part, start in zip(parts, starts, strict=True)
        )
    return Question(parts, entity, limit, ascending)


def _shards(action: Query, values: list[Any]) -> tuple[Query, ...]:
    """One action for each physical partition of a sharded index."""
    index = action.index
    if index is None or index.shard is None:
        return (action,)
    return tuple(
        replace(action, partition=(shard_key(index, values, shard),))
        for shard in range(index.shards)
    )


def find_index(access: Access, name: str | None) -> IndexDescription | None:
    """The index called `name`; None for the table itself."""
    if name is None or name in access.table.indexes:
        return access.table.index(name)
    known = ", ".join(access.table.indexes) or "none"
    raise RequestError(
        f"there is no index {name!r}",
        code=Code.UNKNOWN_INDEX,
        where=access.where,
        fix=f"the indexes are: {known}",
    )


def check_consistent(access: Access, index: IndexDescription | None, consistent: bool) -> None:
    """Refuse a consistent read of an index where the target cannot do one."""
    if not consistent or index is None or index.local:
        return
    if not access.engine.rules.capabilities.consistent_index_reads:
        raise UnsupportedByEngine(
            f"the index {index.name!r} cannot be read consistently on {access.engine.rules.whose}",
            where=access.where,
            fix="read without consistent=True, or query the table's own key",
        )


def view_of(access: Access, projection: type[Model] | None, index: IndexDescription | None) -> View:
    """What is read, refused where the index does not hold it.

    projection: a model with some of the table's attributes; None reads them all.
    """
    known = {codec.wire for model in access.table.models.values() for codec in field_codecs(model)}
    if projection is None:
        _check_projected(access, index, frozenset(known))
        return WHOLE
    wires = frozenset(codec.wire for codec in field_codecs(projection))
    if unknown := wires - known:
        raise RequestError(
            f"{projection.__name__} has attributes that the table has not: "
            f"{', '.join(sorted(unknown))}",
            code=Code.UNKNOWN_ATTRIBUTE,
            where=access.where,
            fix="a projection is a model of some of the table's attributes, under the same names",
        )
    _check_projected(access, index, wires)
    return View(projection, wires)


def _check_projected(access: Access, index: IndexDescription | None, wires: frozenset[str]) -> None:
    if index is None or index.projects(wires):
        return
    lacking = ", ".join(sorted(wires - (index.projection or frozenset())))
    raise RequestError(
        f"the index {index.name!r} does not hold {lacking}",
        code=Code.NOT_PROJECTED,
        where=place(access.engine.rules.engine, table=access.table.name, index=index.name),
        fix="read through projection=, a model of what the index holds, or project more",
    )


def entity_filter(
    access: Access, filter: Condition | bool | None, index: IndexDescription | None
) -> Condition | None:
    """The bound filter, narrowed to the one entity that is read.

    Refused where the index does not hold what it looks at: every item would seem to lack it.
    """
    bound = None if filter is None else access.binder.condition(filter)
    if access.entity is not None:
        only = access.codec.is_entity(access.entity)
        bound = only if bound is None else only & bound
    _check_projected(access, index, _wires_of(bound))
    return bound


def _wires_of(condition: Condition | None) -> frozenset[str]:
    """The attributes that a bound condition looks at."""
    read = () if condition is None else paths(condition)
    return frozenset(str(path.segments[0]) for path in read)


def _check_no_key(access: Access, action: Query) -> None:
    """Refuse a filter on the key of a query where the target takes none."""
    if access.engine.rules.capabilities.filters_on_keys:
        return
    keys = action.index.attributes if action.index else access.table.key
    for wire in sorted(_wires_of(action.filter) & {key.wire for key in keys}):
        raise RequestError(
            f"the filter looks at {wire!r}, which is part of the key that is queried",
            code=Code.INVALID_EXPRESSION,
            where=access.where,
            fix="give the condition on the sort key as sort=, and the partition as its value",
        )


def _is_ascending(access: Access, order: str) -> bool:
    if order not in ("ascending", "descending"):
        raise _bad_option(
            access, f"there is no order {order!r}", "use order='ascending' or order='descending'"
        )
    return order == "ascending"


def _positive(access: Access, name: str, value: int | None) -> int | None:
    if value is not None and (isinstance(value, bool) or value < 1):
        raise _bad_option(access, f"{name} is less than 1", f"give {name}= from 1, or leave it out")
    return value


def _bad_option(access: Access, what: str, fix: str) -> RequestError:
    return RequestError(what, code=Code.INVALID_OPTION, where=access.where, fix=fix)
