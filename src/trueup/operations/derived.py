"""Derived attributes under an update: composed texts and the shards of indexes follow a change.

Where a part is neither given by the key nor assigned by the same update, the new text is not
known without reading; the update is then refused and names the missing parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import Code, RequestError, place
from ..expressions import Assign, Remove, Update
from ..expressions.values import PlainValue
from ..model.base import Model
from ..model.codec import shard_key, shard_number
from ..model.description import IndexDescription
from ..model.encode import field_codecs
from .access import Access


def derived_changes(
    access: Access, model: type[Model], keys: Mapping[str, Any], changes: Sequence[Update]
) -> tuple[Update, ...]:
    """The changes of composed attributes and shards that `changes` bring with them."""
    after = _known_after(keys, changes)
    touched = {str(change.path.segments[0]) for change in changes}
    found: list[Update] = []
    for wire, text in _composed_texts(access, model, touched, after):
        _refuse_own_change(access, wire, touched)
        after[wire] = text
        touched.add(wire)
        found.append(_write(access, wire, text))
    for index in access.table.indexes.values():
        if index.shard and touched & {key.wire for key in index.partition}:
            found.append(_write(access, index.shard.wire, _shard_text(access, index, keys, after)))
    return tuple(found)


def _known_after(keys: Mapping[str, Any], changes: Sequence[Update]) -> dict[str, PlainValue]:
    """The values that are known once the changes are made, by attribute name."""
    known = dict(keys)
    for change in changes:
        if len(change.path.segments) == 1:
            wire = str(change.path.segments[0])
            if isinstance(change, Assign):
                known[wire] = change.value
            elif isinstance(change, Remove):
                known[wire] = None
    return known


def _composed_texts(
    access: Access, model: type[Model], touched: set[str], after: Mapping[str, PlainValue]
) -> list[tuple[str, str | None]]:
    wires = {codec.name: codec.wire for codec in field_codecs(model)}
    texts = []
    for codec in field_codecs(model):
        if codec.template and touched & {wires[name] for name in codec.template.fields}:
            parts = {name: wires[name] for name in codec.template.fields}
            missing = [name for name, wire in parts.items() if wire not in after]
            if missing:
                raise _missing(access, codec.name, missing)
            values = {name: after[wire] for name, wire in parts.items()}
            texts.append((codec.wire, codec.template.build(values)))
    return texts


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


def _refuse_own_change(access: Access, wire: str, touched: set[str]) -> None:
    if wire in touched:
        raise RequestError(
            f"the composed attribute {wire!r} and its parts are changed at once",
            code=Code.INVALID_UPDATE,
            where=place(table=access.table.name, attribute=wire),
            fix="change the parts only; the composed attribute follows",
        )


def _missing(access: Access, what: str, missing: Sequence[str]) -> RequestError:
    return RequestError(
        f"{what} is built from attributes of which this update does not tell: {', '.join(missing)}",
        code=Code.MISSING_PARTS,
        where=place(access.engine.rules.engine, table=access.table.name),
        fix="assign them in the same update, or read the item and put it whole",
    )
