"""The times of writes: what `CreatedAt` and `UpdatedAt` fields become."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeVar

from ...expressions import Assign, AssignIfMissing, Change
from ...model.declarations.base import Model
from ...model.description.tables import Attribute
from ...model.translation.scalars import encode_datetime
from .context import TableContext

M = TypeVar("M", bound=Model)


def stamped(context: TableContext, value: M, *, is_put: bool = True) -> M:
    """The model as it is written: its last write is now, and so is its first one if the model does
    not say when that was, and it is put."""
    created, updated = context.table.created, context.table.updated
    if created is None and updated is None:
        return value
    now, times = _now(context), dict[str, datetime]()
    if updated := _of(type(value), updated):
        times[updated.name] = now
    if is_put and (created := _of(type(value), created)) and vars(value).get(created.name) is None:
        times[created.name] = now
    return value.model_copy(update=times) if times else value


def stamp_changes(context: TableContext, model: type[Model], *, create: bool) -> tuple[Change, ...]:
    """The changes of an update: the last write is now, and if it may create the item, so is the
    first one of an item that knows none."""
    return tuple(_stamp_changes(context, model, create))


def _stamp_changes(context: TableContext, model: type[Model], create: bool) -> Iterator[Change]:
    created, updated = context.table.created, context.table.updated
    if updated := _of(model, updated):
        path = context.attribute_path(updated.attribute)
        yield Assign(path, encode_datetime(_now(context)))
    if create and (created := _of(model, created)):
        path = context.attribute_path(created.attribute)
        yield AssignIfMissing(path, encode_datetime(_now(context)))


def _of(model: type[Model], attribute: Attribute | None) -> Attribute | None:
    """The attribute, if this model of the table has it."""
    return attribute if attribute and attribute.name in model.model_fields else None


def _now(context: TableContext) -> datetime:
    return datetime.fromtimestamp(context.clock(), UTC)
