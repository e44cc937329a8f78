"""From a write as a caller writes it to the action an engine compiles."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

from ...errors import (Code, RequestError, place)
from ...expressions import (Add, Assign, Condition, Item, Missing, Remove)
from ...expressions import Update as Change
from ...model.declarations.base import Model
from ...model.translation.encode import field_codecs
from .context import Access
from .derived import derived_changes
from ..actions import (OPEN, Check, Delete, Expect, Guard, Put, Returning, Update)


class VersionOption(Enum):
    """Versions that are not numbers."""

    ANY = "any"
    """Write whatever version is stored; it is raised all the same."""


ANY_VERSION: Final = VersionOption.ANY

VersionGiven = int | VersionOption | None


def plan_put(
    access: Access,
    value: Model,
    *,
    only_if: Condition | bool | None = None,
    returning: Returning = None,
    create: bool = False,
) -> Put:
    """The action that writes a whole item.

    create: only where none is stored. On a versioned table the stored version must be the
    model's, and the stored item gets the next one.
    """
    item = access.codec.encode(value)
    access.check_entity(type(value))
    access.check_item_key(item)
    version = _raise_version(access, item)
    guard = OPEN
    if create or version is not None or only_if is not None or access.table.expires is not None:
        guard = Guard(
            expect=Expect.NOTHING if create else Expect.ANYTHING,
            version=None if create else version,
            condition=_bound(access, only_if),
            now_epoch_s=access.now_epoch_s(),
        )
    return Put(access.table, item, guard, _checked_returning(access, returning))


def _raise_version(access: Access, item: Item) -> int | None:
    """Write the next version into the item; give the one it is based on."""
    if access.table.version is None:
        return None
    wire = access.table.version.wire
    based_on = item.get(wire) or 0
    assert isinstance(based_on, int)
    item[wire] = based_on + 1
    return based_on


def plan_update(
    access: Access,
    key: Any,
    changes: Sequence[Change],
    *,
    only_if: Condition | bool | None = None,
    version: VersionGiven = None,
    returning: Returning = None,
    create: bool = False,
) -> Update:
    """The action that changes parts of an item.

    create: begin an item where none is stored; the changes must then fill its required fields.
    Composed attributes and index keys whose parts change are rewritten in the same write.
    """
    plain = access.key(key if isinstance(key, tuple) else (key,))
    bound = access.binder.updates(changes)
    _check_unchanged(access, bound)
    model = access.entity or access.model_of_paths(changes)
    keys = dict(zip((one.wire for one in access.table.key), plain, strict=True))
    bound += derived_changes(access, model, keys, bound)
    expected, raised = _next_version(access, key, version, create)
    initial: Item = {**keys, **access.codec.entity_item(model)}
    if create:
        _check_complete(access, model, initial, bound)
    guard = Guard(
        expect=Expect.ANYTHING if create else Expect.SOMETHING,
        version=expected,
        condition=_entity_condition(access, only_if),
        now_epoch_s=access.now_epoch_s(),
    )
    return Update(
        access.table,
        plain,
        (*bound, *raised),
        initial,
        guard,
        _checked_returning(access, returning),
    )


def _entity_condition(access: Access, only_if: Condition | bool | None) -> Condition | None:
    """The caller's condition; an item of another entity is not touched by mistake."""
    bound = _bound(access, only_if)
    if access.entity is None or access.table.discriminator is None:
        return bound
    nothing = Missing(access.wire_path(access.table.discriminator))
    ours = nothing | access.codec.is_entity(access.entity)
    return ours if bound is None else ours & bound


def _check_unchanged(access: Access, changes: Sequence[Change]) -> None:
    fixed = {one.wire for one in access.table.key} | access.codec.derived
    if access.table.version:
        fixed.add(access.table.version.wire)
    for change in changes:
        if change.path.segments[0] in fixed:
            raise RequestError(
                f"the attribute {change.path} cannot be changed by an update",
                code=Code.KEY_CHANGED,
                where=place(access.engine.rules.engine, table=access.table.name),
                fix="keys, versions and derived attributes are fixed; to move an item, put it "
                "under its new key and delete the old one in one transaction",
            )


def _next_version(
    access: Access, key: Any, version: VersionGiven, create: bool
) -> tuple[int | None, tuple[Change, ...]]:
    """The version that is expected, and the change that raises it."""
    field = access.table.version
    if field is None:
        if version is not None:
            raise RequestError(
                "version= was given, but the table has no version",
                code=Code.INVALID_OPTION,
                where=access.where,
                fix="declare a field of type Version, or leave version= out",
            )
        return None, ()
    if version is None and isinstance(key, Model):
        version = getattr(key, field.name)
    if version is None and create:
        version = ANY_VERSION
    if version is None:
        raise RequestError(
            "a versioned item is changed without saying which version this is based on",
            code=Code.VERSION_REQUIRED,
            where=access.where,
            fix="pass the model that was read, or version=n, or version=ANY_VERSION",
        )
    path = access.wire_path(field.wire)
    if isinstance(version, int):
        return version, (Assign(path, version + 1),)
    return None, (Add(path, 1),)


def _check_complete(
    access: Access, model: type[Model], initial: Item, changes: Sequence[Change]
) -> None:
    """Refuse to begin an item that could not be read back."""
    present = set(initial) | {
        str(change.path.segments[0]) for change in changes if not isinstance(change, Remove)
    }
    required = [
        codec.name
        for codec in field_codecs(model)
        if model.model_fields[codec.name].is_required()
        and not codec.is_set
        and codec.wire not in present
    ]
    if required:
        raise RequestError(
            f"an item begun by this update would lack {', '.join(required)}",
            code=Code.MISSING_PARTS,
            where=access.where,
            fix="assign every field that has no default, or use update",
        )


def plan_delete(
    access: Access,
    key: Any,
    *,
    only_if: Condition | bool | None = None,
    version: VersionGiven = None,
    returning: Returning = None,
) -> Delete:
    """The action that removes an item; on a versioned table the stored version is checked."""
    plain = access.key(key if isinstance(key, tuple) else (key,))
    expected, _ = _next_version(access, key, version, create=False)
    guard = Guard(
        version=expected,
        condition=_entity_condition(access, only_if),
        now_epoch_s=access.now_epoch_s(),
    )
    if returning == "new":
        raise _bad_returning(access, "a delete leaves no new item to return")
    return Delete(access.table, plain, guard, _checked_returning(access, returning))


def plan_check(access: Access, key: Any, condition: Condition | bool) -> Check:
    """The action that writes nothing and lets a transaction pass only if the condition holds."""
    guard = Guard(condition=_bound(access, condition), now_epoch_s=access.now_epoch_s())
    return Check(access.table, access.key(key if isinstance(key, tuple) else (key,)), guard)


def _bound(access: Access, condition: Condition | bool | None) -> Condition | None:
    return None if condition is None else access.binder.condition(condition)


def _checked_returning(access: Access, returning: Returning) -> Returning:
    if returning not in (None, "old", "new"):
        raise _bad_returning(access, f"there is no returning={returning!r}")
    return returning


def _bad_returning(access: Access, what: str) -> RequestError:
    return RequestError(
        what, code=Code.INVALID_OPTION, where=access.where, fix="use 'old', 'new', or leave it out"
    )
