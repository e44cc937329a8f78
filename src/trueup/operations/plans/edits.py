"""Plans of edits: what differs between an item as it was read and as it shall be, and no more.

An edit is written only if the item is still as it was read: by its version, or, in a table without
versions, by the values of its attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import and_
from typing import Any

from ..._dataclass import dataclass
from ...errors import ErrorCode, InvalidCall, NeedsOperator
from ...expressions import Assign, Change, Condition, Item, Missing, Remove
from ...expressions.condition import Comparison, Op
from ...expressions.values import equal
from ...model.declarations.base import Model
from ...model.translation.encode import field_codecs
from ..actions import STORED, Expect, Get, Guard, Returning, Update
from ..exactly import required
from ..left_out import only_entity
from ..operation import Operation, send
from .checks import check_changes
from .context import TableContext
from .stamps import stamped
from .writes import next_version


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item to be changed: its model, what that becomes again, and the attributes that are
    stored."""

    model: Any
    encoded: Item
    stored: Item


def plan_read(context: TableContext, key: Any) -> Get:
    """The action that reads an item to change it: as it is stored, and consistent."""
    now = context.visible_at(include_expired=False)
    return Get(context.table, context.key(key), STORED, consistent=True, now_epoch_s=now)


def read_item(context: TableContext, action: Get) -> Operation[ReadItem]:
    """The item that is to be changed. Raises NotFound if there is none."""
    stored = required(context, action, (yield from send(context.engine.compile(action))))
    read = context.codec.read(stored)
    found = only_entity(read, "raise", context.table.model, context.entity)
    model = required(context, action, found)
    return ReadItem(model, context.codec.encode(model), stored)


def plan_modified(context: TableContext, read: ReadItem, changed: Model | None) -> Update | None:
    """The update that makes the item that was read what it shall be; None if it is that already.
    changed: None if the model that was read was changed itself."""
    after = read.model if changed is None else changed
    return _plan(context, read.encoded, after, _as_stored(context, read), type(read.model), "new")


def plan_save(
    context: TableContext, item: Model, read: Model, returning: Returning = "new"
) -> Update | None:
    """The update that writes what differs between two models of an item; None if nothing does.

    Without a version, the attributes that it writes must still be as they were read.
    """
    for given in (item, read):
        if not isinstance(given, Model):
            raise _wrong_type(context, "save takes the model to write, and read= as it was read")
    before = context.codec.encode(read)
    changed = [str(one.path.segments[0]) for one in _changes(before, context.codec.encode(item))]
    conditions = list(_as_read(context, type(read), before, changed))
    return _plan(context, before, item, conditions, type(read), returning)


def _plan(
    context: TableContext,
    before: Item,
    item: Model,
    conditions: list[Condition],
    model: type[Model],
    returning: Returning,
) -> Update | None:
    context.check_entity(model)
    if type(item) is not model:
        raise _wrong_type(context, f"a {model.__name__} was read, and no other model follows it")
    found = tuple(_changes(before, context.codec.encode(item)))
    if not found:
        return None
    _check_fixed(context, found)
    changes = tuple(_changes(before, context.codec.encode(stamped(context, item, is_put=False))))
    check_changes(context.engine.rules, context.table, changes)
    table = context.table
    version, raised = next_version(context, item, None, create=False)
    if table.version is not None:
        conditions = []
    if table.has_entities:
        conditions = [context.codec.is_entity(model), *conditions]
    guard = Guard(
        Expect.SOMETHING,
        version,
        reduce(and_, conditions) if conditions else None,
        context.now_epoch_s(),
    )
    return Update(table, table.key_of(before), (*changes, *raised), {}, guard, returning)


def _changes(before: Item, after: Item) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        path = TableContext.attribute_path(name)
        if name not in after:
            yield Remove(path)
        elif name not in before or not equal(before[name], after[name]):
            yield Assign(path, after[name])


def _check_fixed(context: TableContext, changes: tuple[Change, ...]) -> None:
    table = context.table
    fixed = {key.attribute for key in table.key}
    fixed |= {one.attribute for one in (table.version, table.created, table.updated) if one}
    for change in changes:
        if change.path.segments[0] in fixed:
            raise InvalidCall(
                f"the attribute {change.path} differs from what was read",
                code=ErrorCode.KEY_CHANGED,
                where=context.where,
                fix="leave keys, versions and times of writes as they are; to move an item, put it "
                "under its new key and delete the old one in one transaction",
            )


def _as_stored(context: TableContext, read: ReadItem) -> list[Condition]:
    """That every attribute is as it is stored, and none that the model knows has come."""
    model: type[Model] = type(read.model)
    names = {codec.attribute for codec in field_codecs(model)} - read.stored.keys()
    key = {attribute.attribute for attribute in context.table.key}
    same: list[Condition] = [
        Comparison(Op.EQ, context.attribute_path(name), value)
        for name, value in sorted(read.stored.items())
        if name not in key
    ]
    return same + [Missing(context.attribute_path(name)) for name in sorted(names)]


def _as_read(
    context: TableContext, model: type[Model], before: Item, changed: list[str]
) -> Iterator[Condition]:
    """That each of these attributes is what a model was read from; those that follow others are
    left out."""
    composed = {codec.attribute for codec in field_codecs(model) if codec.template}
    for name in changed:
        if name in composed or name in context.codec.derived:
            continue
        path = context.attribute_path(name)
        same = Comparison(Op.EQ, path, before.get(name))
        is_absent = before.get(name) is None or _is_read_from_nothing(context, before, name)
        yield same | Missing(path) if is_absent else same


def _is_read_from_nothing(context: TableContext, before: Item, name: str) -> bool:
    """Whether an item without an attribute is read as if it had this value: its default."""
    without = {attribute: value for attribute, value in before.items() if attribute != name}
    try:
        again = context.codec.encode(context.codec.decode(without))
    except (InvalidCall, NeedsOperator):
        return False
    return name in again and equal(again[name], before[name])


def _wrong_type(context: TableContext, what: str) -> InvalidCall:
    return InvalidCall(
        what,
        code=ErrorCode.WRONG_TYPE,
        where=context.where,
        fix="give models of this table, of one entity",
    )
