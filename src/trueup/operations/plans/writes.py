"""Plans of writes: an item or changes, with their guard, become the action that is compiled."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

from ...errors import ErrorCode, InvalidCall
from ...expressions import (
    Add,
    Assign,
    Change,
    Condition,
    Item,
    Missing,
    Remove,
    undecided,
    without_reference,
)
from ...model.declarations.base import Model
from ...model.translation.encode import field_codecs
from ..actions import OPEN, Check, Delete, Expect, Guard, Put, Returning, Update
from .context import TableContext, only_value
from .derived import derived_changes
from .item_checks import check_key
from .options import with_options
from .stamps import stamp_changes, stamped


class VersionOption(Enum):
    """Values of `version=` that are no numbers."""

    ANY = "any"
    """Write over any stored version; the version is still raised."""


ANY_VERSION: Final = VersionOption.ANY

VersionGiven = int | VersionOption | None


@with_options
def plan_put(
    context: TableContext,
    value: Model,
    expect: Expect = Expect.ANYTHING,
    /,
    *,
    only_if: Condition | bool | None = None,
    returning: Returning = None,
) -> Put:
    """The action that writes a whole item.

    expect: NOTHING creates the item. Otherwise, on a versioned table, the stored version must be
    the model's; the stored item gets the next version.
    """
    item = context.codec.encode(stamped(context, value))
    context.check_entity(type(value))
    check_key(context.engine.rules, context.table, context.table.key_of(item))
    version = _raise_version(context, item)
    guard = OPEN
    create = expect is Expect.NOTHING
    if create or version is not None or only_if is not None or context.table.expires is not None:
        guard = Guard(
            expect=expect,
            version=None if create else version,
            condition=_bound(context, only_if),
            now_epoch_s=context.now_epoch_s(),
        )
    return Put(context.table, item, guard, returning)


def _raise_version(context: TableContext, item: Item) -> int | None:
    """Write the next version into the item; return the version that the write is based on."""
    if context.table.version is None:
        return None
    attribute = context.table.version.attribute
    based_on = item.get(attribute) or 0
    assert isinstance(based_on, int)
    item[attribute] = based_on + 1
    return based_on


@with_options
def plan_update(
    context: TableContext,
    key: Any,
    changes: Sequence[Change],
    expect: Expect = Expect.SOMETHING,
    /,
    *,
    only_if: Condition | bool | None = None,
    version: VersionGiven = None,
    returning: Returning = None,
) -> Update:
    """The action that changes parts of an item.

    expect: ANYTHING creates the item if none is stored; the changes must then fill its required
    fields. Composed attributes and index keys whose parts change are rewritten in the same write.
    """
    create = expect is Expect.ANYTHING
    bound = context.changes(changes)
    plain = context.key(key)
    _check_unchanged(context, bound)
    context.check_key_of_entity(plain)
    model = context.entity or context.model_of_paths(changes)
    bound += stamp_changes(context, model, create=create)
    keys = dict(zip((attribute.attribute for attribute in context.table.key), plain, strict=True))
    bound += derived_changes(context, model, keys, bound)
    expected, raised = next_version(context, key, version, create)
    initial: Item = {**keys, **context.codec.entity_item(model)}
    if create:
        _check_complete(context, model, initial, bound)
    guard = Guard(
        expect=expect,
        version=expected,
        condition=entity_condition(context, only_if),
        now_epoch_s=context.now_epoch_s(),
    )
    return Update(
        context.table,
        plain,
        (*bound, *raised),
        initial,
        guard,
        returning,
    )


def entity_condition(context: TableContext, only_if: Condition | bool | None) -> Condition | None:
    """The caller's condition, narrowed to the entity, so that no other entity is changed."""
    bound = _bound(context, only_if)
    if context.entity is None or context.table.discriminator is None:
        return bound
    nothing = Missing(context.attribute_path(context.table.discriminator))
    ours = nothing | context.codec.is_entity(context.entity)
    return ours if bound is None else ours & bound


def _check_unchanged(context: TableContext, changes: Sequence[Change]) -> None:
    fixed = {attribute.attribute for attribute in context.table.key} | context.codec.derived
    table = context.table
    fixed |= {one.attribute for one in (table.version, table.created, table.updated) if one}
    for change in changes:
        if change.path.segments[0] in fixed:
            raise InvalidCall(
                f"the attribute {change.path} cannot be changed by an update",
                code=ErrorCode.KEY_CHANGED,
                where=context.where,
                fix="keys, versions, times of writes and derived attributes are fixed; to move an "
                "item, put it under its new key and delete the old one in one transaction",
            )


def next_version(
    context: TableContext, key: Any, version: VersionGiven, create: bool
) -> tuple[int | None, tuple[Change, ...]]:
    """The expected version, and the change that raises it; none for a table without versions."""
    field = context.table.version
    if field is None:
        if version is not None:
            raise InvalidCall(
                "version= was given, but the table has no version",
                code=ErrorCode.INVALID_OPTION,
                where=context.where,
                fix="declare a field of type Version, or leave version= out",
            )
        return None, ()
    given = only_value(key)
    if version is None and isinstance(given, Model):
        version = getattr(given, field.name)
    if version is None and create:
        version = ANY_VERSION
    if version is None:
        raise InvalidCall(
            "a versioned item is changed without saying which version this is based on",
            code=ErrorCode.VERSION_REQUIRED,
            where=context.where,
            fix="pass the model that was read, or version=n, or version=ANY_VERSION",
        )
    path = context.attribute_path(field.attribute)
    if isinstance(version, int):
        return version, (Assign(path, version + 1),)
    return None, (Add(path, 1),)


def _check_complete(
    context: TableContext, model: type[Model], initial: Item, changes: Sequence[Change]
) -> None:
    """Refuse to create an item that could not be read back."""
    present = set(initial) | {
        str(change.path.segments[0]) for change in changes if not isinstance(change, Remove)
    }
    required = [
        codec.name
        for codec in field_codecs(model)
        if model.model_fields[codec.name].is_required()
        and not codec.is_set
        and codec.attribute not in present
    ]
    if required:
        raise InvalidCall(
            f"an item begun by this update would lack {', '.join(required)}",
            code=ErrorCode.MISSING_PARTS,
            where=context.where,
            fix="assign every field that has no default, or use update",
        )


@with_options
def plan_delete(
    context: TableContext,
    key: Any,
    *,
    only_if: Condition | bool | None = None,
    version: VersionGiven = None,
    returning: Returning = None,
) -> Delete:
    """The action that removes an item; on a versioned table the stored version is checked."""
    plain = context.key(key)
    context.check_key_of_entity(plain)
    expected, _ = next_version(context, key, version, create=False)
    guard = Guard(
        version=expected,
        condition=entity_condition(context, only_if),
        now_epoch_s=context.now_epoch_s(),
    )
    if returning == "new":
        raise InvalidCall(
            "a delete leaves no new item to return",
            code=ErrorCode.INVALID_OPTION,
            where=context.where,
            fix="use returning='old', or leave it out",
        )
    return Delete(context.table, plain, guard, returning)


def plan_check(context: TableContext, key: Any, condition: Condition | bool) -> Check:
    """The action that writes nothing and lets a transaction pass only if the condition holds."""
    guard = Guard(condition=_bound(context, condition), now_epoch_s=context.now_epoch_s())
    return Check(context.table, context.key(key), guard)


def _bound(context: TableContext, condition: Condition | bool | None) -> Condition | None:
    """A condition that is decided on the item, once it is locked."""
    if condition is None:
        return None
    bound = context.condition(condition)
    found = undecided(bound)
    if found is not None:
        raise without_reference(found)
    return bound
