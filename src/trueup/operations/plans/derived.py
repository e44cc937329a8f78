"""Derived attributes of an update: composed texts and the shards of indexes follow a change.

If a part is neither in the key nor assigned by the same update, the new text is unknown without a
read, and the update is refused with the names of the missing parts. A change that would move the
item to another key is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import ErrorCode, InvalidCall
from ...expressions import Assign, Change, Remove
from ...expressions.values import Kind, PlainValue
from ...model.declarations.base import Model
from ...model.declarations.templates import render
from ...model.description.tables import IndexDescription
from ...model.keys.shards import shard_key, shard_number
from ...model.translation.encode import FieldCodec, field_codecs
from ...model.translation.shapes import kind_of_shape
from .context import TableContext


def derived_changes(
    context: TableContext, model: type[Model], keys: Mapping[str, Any], changes: Sequence[Change]
) -> tuple[Change, ...]:
    """The changes of composed attributes and shards that follow from `changes`."""
    if not context.codec.derives(model):
        return ()
    touched = {str(change.path.segments[0]) for change in changes}
    _refuse_own_changes(context, model, touched)
    after = _known_after({**_key_parts(model, keys), **keys}, changes)
    attributes = {codec.name: codec.attribute for codec in field_codecs(model)}
    found: list[Change] = []
    for codec in field_codecs(model):
        parts = {name: attributes[name] for name in codec.template.fields} if codec.template else {}
        if touched.isdisjoint(parts.values()):
            continue
        if codec.attribute in keys:
            _refuse_moved_key(
                context,
                codec,
                parts,
                keys,
                {attribute: after.get(attribute) for attribute in touched},
            )
        else:
            after[codec.attribute] = text = _composed_text(context, codec, parts, after)
            touched.add(codec.attribute)
            found.append(_write(context, codec.attribute, text))
    for index in context.table.indexes.values():
        if index.shard and touched & {key.attribute for key in index.partition}:
            found.append(
                _write(context, index.shard.attribute, _shard_text(context, index, keys, after))
            )
    return tuple(found)


def _key_parts(model: type[Model], keys: Mapping[str, Any]) -> dict[str, PlainValue]:
    """The texts that composed keys were built from; numbers cannot be recovered from them."""
    codecs = {codec.name: codec for codec in field_codecs(model)}
    return {
        codecs[name].attribute: text
        for codec in codecs.values()
        if codec.template and codec.attribute in keys
        for name, text in codec.template.parse(keys[codec.attribute]).items()
        if kind_of_shape(codecs[name].shape) is Kind.S
    }


def _known_after(before: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, PlainValue]:
    """The values that are known after the changes, by attribute name."""
    known = dict(before)
    for change in changes:
        attribute = str(change.path.segments[0])
        known.pop(attribute, None)
        if len(change.path.segments) == 1:
            if isinstance(change, Assign):
                known[attribute] = change.value
            elif isinstance(change, Remove):
                known[attribute] = None
    return known


def _composed_text(
    context: TableContext,
    codec: FieldCodec,
    parts: Mapping[str, str],
    after: Mapping[str, PlainValue],
) -> str | None:
    """The new text. parts: field name to attribute name."""
    assert codec.template is not None
    missing = [name for name, attribute in parts.items() if attribute not in after]
    if missing:
        raise _missing(context, codec.name, missing)
    return codec.template.build({name: after[attribute] for name, attribute in parts.items()})


def _refuse_moved_key(
    context: TableContext,
    codec: FieldCodec,
    parts: Mapping[str, str],
    keys: Mapping[str, Any],
    changed: Mapping[str, PlainValue],
) -> None:
    """Refuse to assign a part of the primary key any value but its present value.

    changed: attribute name to new value; None if unknown.
    """
    assert codec.template is not None
    before = codec.template.parse(keys[codec.attribute])
    for part in codec.template.parts:
        value = changed.get(parts[part.field])
        kept = value is not None and render(value, part) == before[part.field]
        if parts[part.field] in changed and not kept:
            raise InvalidCall(
                f"a change of {part.field!r} would change the key attribute {codec.attribute!r}",
                code=ErrorCode.KEY_CHANGED,
                where=context.where,
                fix="to move an item, put it under its new key and delete the old one in one "
                "transaction",
            )


def _shard_text(
    context: TableContext,
    index: IndexDescription,
    keys: Mapping[str, Any],
    after: Mapping[str, PlainValue],
) -> str | None:
    missing = [key.name for key in index.partition if key.attribute not in after]
    if missing:
        raise _missing(context, f"{index.name} (an index)", missing)
    values = [after[key.attribute] for key in index.partition]
    if any(value is None for value in values):
        return None
    shard = shard_number([keys[key.attribute] for key in context.table.key], index.shards)
    return shard_key(index, values, shard)


def _write(context: TableContext, attribute: str, text: str | None) -> Change:
    path = context.attribute_path(attribute)
    return Remove(path) if text is None else Assign(path, text)


def _refuse_own_changes(context: TableContext, model: type[Model], touched: set[str]) -> None:
    """Refuse to change a composed attribute itself: it would no longer match its parts."""
    composed = [codec.attribute for codec in field_codecs(model) if codec.template]
    for attribute in composed:
        if attribute in touched:
            raise InvalidCall(
                f"the composed attribute {attribute!r} is changed instead of its parts",
                code=ErrorCode.INVALID_UPDATE,
                where=replace(context.where, attribute=attribute),
                fix="change the parts; the composed attribute follows in the same write",
            )


def _missing(context: TableContext, what: str, missing: Sequence[str]) -> InvalidCall:
    return InvalidCall(
        f"{what} is built from attributes of which this update does not tell: {', '.join(missing)}",
        code=ErrorCode.MISSING_PARTS,
        where=context.where,
        fix="assign them in the same update, or read the item and put it whole",
    )
