"""Checks of bound changes, so that the item can be read back.

None follows the rule of whole items: absent, or NULL if the field's default is not None.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from pydantic import BaseModel

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions import (
    Add,
    AddToSet,
    Append,
    Assign,
    AssignIfMissing,
    Change,
    Kind,
    Path,
    Remove,
    RemoveFromSet,
)
from .annotations import bare
from .declared_kinds import SPOKEN, declared_kind
from .encode import FieldCodec, field_codecs

_NUMBER, _LIST, _SET = "a number", "a list", "a set"
_CHANGED = {Add: _NUMBER, Append: _LIST, AddToSet: _SET, RemoveFromSet: _SET}
"""What each change of a part needs: on an absent attribute the change begins a value of its own,
which the attribute's type could not read."""

_METHODS = {
    _NUMBER: "add or subtract",
    _LIST: "append or prepend",
    _SET: "add_to_set or remove_from_set",
}


def normalise_change(
    update: Change, field: FieldCodec | None, index_keys: Container[str]
) -> Change:
    """The change to make: assigning None may remove the attribute.

    field: the field at the end of the path; None for an element of a list or map. index_keys:
        attributes that cannot be NULL.

    Raises:
        InvalidCall: (invalid-update) the change does nothing, or removes a required attribute.
    """
    if field is None:
        return update
    if isinstance(update, AssignIfMissing) and update.value == frozenset():
        raise _without_effect(update.path)
    if isinstance(update, Assign | AssignIfMissing) and update.value is None:
        is_key = len(update.path.segments) == 1 and field.attribute in index_keys
        if field.null and not is_key:
            return update
        if isinstance(update, Assign):
            return Remove(update.path)
        raise _without_effect(update.path)
    if isinstance(update, Remove) and field.required and not (field.is_set or field.optional):
        raise _refused(
            update.path,
            "a required attribute is removed, and the item could not be read back",
            "assign another value, or give the field a default",
        )
    return update


def refuse_unfit_change(update: Change, annotation: Any) -> None:
    """Refuse a change of a part of another kind of value than the attribute is declared with.

    annotation: the type at the end of the path. Raises InvalidCall (invalid-update).
    """
    needed = _CHANGED.get(type(update))
    declared = None if needed is None else _spoken_kind(annotation)
    if needed is None or declared is None or declared == needed:
        return
    raise _refused(
        update.path,
        f"{update.path} is {declared}, and the change is one of {needed}",
        f"use {_METHODS.get(declared, 'assign')}, or declare {needed}",
    )


def _spoken_kind(annotation: Any) -> str | None:
    """What values of a type are stored as; None if it depends on the value."""
    outer, kind = bare(annotation), declared_kind(annotation)
    if kind is Kind.L and (outer.is_tuple or (outer.is_a(tuple) and outer.kind is not tuple)):
        return "a tuple of a fixed length"
    return None if kind is None else SPOKEN[kind]


def refuse_part_of_composed(path: Path, owner: type[BaseModel] | None) -> None:
    """Refuse to change a composed attribute of a nested model, or a single part of it: the two
    would contradict each other. owner: the nested model that has the last segment."""
    if owner is None or len(path.segments) == 1:
        return
    name = path.segments[-1]
    for codec in field_codecs(owner):
        if codec.template and (name == codec.name or name in codec.template.fields):
            raise _refused(
                path,
                f"{owner.__name__}.{codec.name} is composed and would not match its parts",
                f"assign the whole {owner.__name__}",
            )


def _without_effect(path: Path) -> InvalidCall:
    what = "a value that is written as absent is assigned if nothing is there: nothing changes"
    return _refused(path, what, "leave the change out")


def _refused(path: Path, what: str, fix: str) -> InvalidCall:
    return InvalidCall(
        what, code=ErrorCode.INVALID_UPDATE, where=Place(attribute=str(path)), fix=fix
    )
