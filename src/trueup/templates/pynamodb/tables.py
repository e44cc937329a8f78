"""Models of PynamoDB as tables to declare: keys, indexes, and the types of all attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Literal

from ..._dataclass import dataclass
from ...lifecycle.adopt.code import Adopted
from ...lifecycle.adopt.tables import as_adopted, fits_pattern
from ...schema.engine import LiveTable
from ...schema.facts import Value
from ...schema.tables import AttributeSchema, IndexSchema, TableSchema
from .classes import Assigned, Declared, Source, called, is_true, options, refused

Kind = Literal["S", "N", "B"]

_KINDS: Mapping[str, Kind] = {
    "UnicodeAttribute": "S",
    "UTCDateTimeAttribute": "S",
    "JSONAttribute": "S",
    "DiscriminatorAttribute": "S",
    "NumberAttribute": "N",
    "TTLAttribute": "N",
    "VersionAttribute": "N",
    "BinaryAttribute": "B",
}
_TYPES: Mapping[str, str] = {
    **{name: {"S": "str", "N": "Decimal", "B": "bytes"}[kind] for name, kind in _KINDS.items()},
    "VersionAttribute": "Version",
    "BooleanAttribute": "bool",
    "UnicodeSetAttribute": "set[str]",
    "NumberSetAttribute": "set[Decimal]",
    "BinarySetAttribute": "set[bytes]",
    "ListAttribute": "list[Any]",
    "MapAttribute": "dict[str, Any]",
    "DynamicMapAttribute": "dict[str, Any]",
}
"""How values are stored. PynamoDB stores dates as its own texts, and JSON as a text."""
_INDEXES = {"GlobalSecondaryIndex": False, "LocalSecondaryIndex": True}


@dataclass(frozen=True, slots=True)
class _Attribute:
    """An attribute. field: its name in the class. kind: the class of PynamoDB, or of the team."""

    field: str
    stored: str
    kind: str
    node: ast.expr
    place: str

    @property
    def is_hash(self) -> bool:
        return is_true(options(self.node).get("hash_key"))

    @property
    def is_range(self) -> bool:
        return is_true(options(self.node).get("range_key"))

    @property
    def is_nullable(self) -> bool:
        return is_true(options(self.node).get("null"))


def adopt_models(source: Source, *, pattern: str, protect: bool) -> list[Adopted]:
    """Every model with a table whose name fits the pattern, as it would be declared.

    Raises DeclarationError (invalid-template) for a model whose name or key the text does not tell,
    and if there is no model.
    """
    models = source.models()
    if not models:
        raise refused("PATH", "there is no model of PynamoDB whose Meta has a table_name")
    found = [_adopted(source, one, pattern, protect=protect) for one in models]
    return [one for one in found if fits_pattern(one.schema.name, pattern)]


def _adopted(source: Source, model: Declared, pattern: str, *, protect: bool) -> Adopted:
    place = f"{model.file}:{model.line}"
    meta = source.meta(model)
    name = source.text(_value(meta, "table_name"))
    if not name:
        raise refused(place, f"the text does not tell the table_name of {model.name}")
    attributes = list(_attributes(source, model))
    indexes = {one.name: one for one in _indexes(source, model, attributes)}
    schema = TableSchema(
        name,
        _key(attributes, place, is_hash=True),
        _key(attributes, place, is_hash=False),
        indexes,
        ttl=next((one.stored for one in attributes if one.kind == "TTLAttribute"), None),
        stream=source.text(_value(meta, "stream_view_type")) or None,
        facts=dict(_facts(source, meta)),
        source=place,
    )
    found = as_adopted(LiveTable(schema), pattern, protect=protect)
    types = {one.stored: _type(one) for one in attributes if one.kind != "TTLAttribute"}
    return Adopted(schema, found.name, found.settings, types, found.left_out)


def _value(assigned: Mapping[str, Assigned], name: str) -> ast.expr | None:
    return assigned[name].value if name in assigned else None


def _attributes(source: Source, model: Declared) -> Iterator[_Attribute]:
    for field, said in source.assigned(model).items():
        kind = called(said.value)
        if kind.endswith("Attribute"):
            stored = source.text(options(said.value).get("attr_name")) or field
            yield _Attribute(field, stored, kind, said.value, f"{said.file}:{said.line}")


def _type(one: _Attribute) -> str:
    optional = " | None" if one.is_nullable else ""
    return f"{_TYPES.get(one.kind, 'Any')}{optional}"


def _key(attributes: list[_Attribute], place: str, *, is_hash: bool) -> tuple[AttributeSchema, ...]:
    found = [one for one in attributes if (one.is_hash if is_hash else one.is_range)]
    if len(found) > 1 or (is_hash and not found):
        raise refused(place, "it has no key of one hash_key, and one range_key at most")
    return tuple(_keyed(one) for one in found)


def _keyed(one: _Attribute) -> AttributeSchema:
    if one.kind not in _KINDS:
        raise refused(one.place, f"a key is stored by {one.kind}, which this does not know")
    return AttributeSchema(one.stored, _KINDS[one.kind])


def _indexes(
    source: Source, model: Declared, attributes: list[_Attribute]
) -> Iterator[IndexSchema]:
    stored = {one.field: one.stored for one in attributes}
    for field, said in source.assigned(model).items():
        declared = source.named(called(said.value), said.file)
        if declared is None:
            continue
        is_local = next((v for base, v in _INDEXES.items() if source.derives(declared, base)), None)
        if is_local is None:
            continue
        keys = list(_attributes(source, declared))
        meta = source.meta(declared)
        place = f"{declared.file}:{declared.line}"
        yield IndexSchema(
            source.text(_value(meta, "index_name")) or field,
            _key(keys, place, is_hash=True),
            _key(keys, place, is_hash=False),
            projection=_projection(source, _value(meta, "projection"), stored),
            is_local=is_local,
        )


def _projection(
    source: Source, node: ast.expr | None, stored: Mapping[str, str]
) -> frozenset[str] | None:
    """The attributes that an index holds in addition to the keys; None for all."""
    kind = called(node) if node is not None else ""
    if kind == "KeysOnlyProjection":
        return frozenset()
    if kind != "IncludeProjection" or not isinstance(node, ast.Call):
        return None
    listed = next(iter(node.args), options(node).get("non_key_attributes"))
    elements = listed.elts if isinstance(listed, ast.List | ast.Tuple) else ()
    names = filter(None, (source.text(one) for one in elements))
    return frozenset(stored.get(name, name) for name in names)


def _facts(source: Source, meta: Mapping[str, Assigned]) -> Iterator[tuple[str, Value]]:
    """The billing, if the class says it. PynamoDB provisions units unless it is told not to."""
    if source.text(_value(meta, "billing_mode")) == "PAY_PER_REQUEST":
        yield "billing", {"mode": "on_demand"}
        return
    units = {
        name: value.value.value
        for name, value in (
            ("read_units", meta.get("read_capacity_units")),
            ("write_units", meta.get("write_capacity_units")),
        )
        if value is not None
        and isinstance(value.value, ast.Constant)
        and isinstance(value.value.value, int)
    }
    if len(units) == 2:
        yield "billing", {"mode": "provisioned", **units}
