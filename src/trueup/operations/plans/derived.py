"""Derived attributes under an update: composed texts and the shards of indexes follow a change.

Where a part is neither given by the key nor assigned by the same update, the new text is not
known without reading; the update is then refused and names the missing parts. A change that would
move the item to another key is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import (Code, RequestError, place)
from ...expressions import (Assign, Remove, Update)
from ...expressions.values import (Kind, PlainValue)
from ...model.declarations.base import Model
from ...model.translation.codec import (shard_key, shard_number)
from ...model.description.tables import IndexDescription
from ...model.translation.encode import (FieldCodec, field_codecs)
from ...model.translation.shapes import kind_of_shape
from ...model.declarations.templates import render
from .context import Access


def derived_changes(
    access: Access, model: type[Model], keys: Mapping[str, Any], changes: Sequence[Update]
) -> tuple[Update, ...]:
    """The changes of composed attributes and shards that `changes` bring with them."""
    if not access.codec.derives(model):
        return ()
    touched = {str(change.path.segments[0]) for change in changes}
    _refuse_own_changes(access, model, touched)
    after = _known_after({**_key_parts(model, keys), **keys}, changes)
    wires = {codec.name: codec.wire for codec in field_codecs(model)}
    found: list[Update] = []
    for codec in field_codecs(model):
        parts = {name: wires[name] for name in codec.template.fields} if codec.template else {}
        if touched.isdisjoint(parts.values()):
            continue
        if codec.wire in keys:
            _refuse_moved_key(
                access, codec, parts, keys, {wire: after.get(wire) for wire in touched}
            )
        else:
            after[codec.wire] = text = _composed_text(access, codec, parts, after)
            touched.add(codec.wire)
            found.append(_write(access, codec.wire, text))
    for index in access.table.indexes.values():
        if index.shard and touched & {key.wire for key in index.partition}:
            found.append(_write(access, index.shard.wire, _shard_text(access, index, keys, after)))
    return tuple(found)


def _key_parts(model: type[Model], keys: Mapping[str, Any]) -> dict[str, PlainValue]:
    """The texts that composed keys were built from; what numbers were is not seen in them."""
    codecs = {codec.name: codec for codec in field_codecs(model)}
    return {
        codecs[name].wire: text
        for codec in codecs.values()
        if codec.template and codec.wire in keys
        for name, text in codec.template.parse(keys[codec.wire]).items()
        if kind_of_shape(codecs[name].shape) is Kind.S
    }


def _known_after(before: Mapping[str, Any], changes: Sequence[Update]) -> dict[str, PlainValue]:
    """The values that are known once the changes are made, by attribute name."""
    known = dict(before)
    for change in changes:
        wire = str(change.path.segments[0])
        known.pop(wire, None)
        if len(change.path.segments) == 1:
            if isinstance(change, Assign):
                known[wire] = change.value
            elif isinstance(change, Remove):
                known[wire] = None
    return known


def _composed_text(
    access: Access, codec: FieldCodec, parts: Mapping[str, str], after: Mapping[str, PlainValue]
) -> str | None:
    """The new text. parts: field name to attribute name."""
    assert codec.template is not None
    missing = [name for name, wire in parts.items() if wire not in after]
    if missing:
        raise _missing(access, codec.name, missing)
    return codec.template.build({name: after[wire] for name, wire in parts.items()})


def _refuse_moved_key(
    access: Access,
    codec: FieldCodec,
    parts: Mapping[str, str],
    keys: Mapping[str, Any],
    changed: Mapping[str, PlainValue],
) -> None:
    """A part of the primary key may be assigned what it is already, and nothing else.

    changed: attribute name to new value, None where that is not known.
    """
    assert codec.template is not None
    before = codec.template.parse(keys[codec.wire])
    for part in codec.template.parts:
        value = changed.get(parts[part.field])
        kept = value is not None and render(value, part) == before[part.field]
        if parts[part.field] in changed and not kept:
            raise RequestError(
                f"a change of {part.field!r} would change the key attribute {codec.wire!r}",
                code=Code.KEY_CHANGED,
                where=place(access.engine.rules.engine, table=access.table.name),
                fix="to move an item, put it under its new key and delete the old one in one "
                "transaction",
            )


def _shard_text(
    access: Access,
    index: IndexDescription,
    keys: Mapping[str, Any],
    after: Mapping[str, PlainValue],
) -> str | None:
    missing = [key.name for key in index.partition if key.wire not in after]
    if missing:
        raise _missing(access, f"{index.name} (an index)", missing)
    values = [after[key.wire] for key in index.partition]
    if any(value is None for value in values):
        return None
    shard = shard_number([keys[key.wire] for key in access.table.key], index.shards)
    return shard_key(index, values, shard)


def _write(access: Access, wire: str, text: str | None) -> Update:
    path = access.wire_path(wire)
    return Remove(path) if text is None else Assign(path, text)


def _refuse_own_changes(access: Access, model: type[Model], touched: set[str]) -> None:
    """A composed attribute that is changed itself would no longer be what its parts give."""
    composed = [codec.wire for codec in field_codecs(model) if codec.template]
    for wire in composed:
        if wire in touched:
            raise RequestError(
                f"the composed attribute {wire!r} is changed instead of its parts",
                code=Code.INVALID_UPDATE,
                where=place(access.engine.rules.engine, table=access.table.name, attribute=wire),
                fix="change the parts; the composed attribute follows in the same write",
            )


def _missing(access: Access, what: str, missing: Sequence[str]) -> RequestError:
    return RequestError(
        f"{what} is built from attributes of which this update does not tell: {', '.join(missing)}",
        code=Code.MISSING_PARTS,
        where=place(access.engine.rules.engine, table=access.table.name),
        fix="assign them in the same update, or read the item and put it whole",
    )
