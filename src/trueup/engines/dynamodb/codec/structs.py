"""Typed readers of DynamoDB's JSON, compiled once per model.

msgspec parses `{"name": {"S": "x"}}` into a struct per item with a field per attribute, in one
pass and without a dict for each value; a generated function reads all values in one call. If a
reply holds anything unexpected (another type, an unknown attribute), msgspec refuses the whole
reply and the generic codec reads it: the fast path is never less exact.

The only module that imports msgspec. ADR 0016 has the times.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, cached_property
from operator import attrgetter
from typing import Any

from pydantic import BaseModel

from ....expressions.values import exact_number
from ....model.translation.encode import FieldCodec, field_codecs
from ....model.translation.restore import absent_values
from ....model.translation.shapes import (
    Leaf,
    ListOf,
    MapOf,
    Record,
    Scalar,
    SetOf,
    Shape,
    kind_of_shape,
)
from ..wire.extra import missing_extra
from .plain_values import Getter, Plain, compile_plain

try:
    import msgspec
except ImportError as missing:
    raise missing_extra("msgspec") from missing

Decoder = Callable[[bytes], Any]
"""Returns the struct of a reply."""

NotExpected = msgspec.MsgspecError
"""The errors that a typed reader raises for a reply with another shape."""

ABSENT = msgspec.UNSET
_MISSING = msgspec.UnsetType

_TYPES: dict[Leaf, type] = {
    Leaf.INTEGER: int,
    Leaf.EPOCH: int,
    Leaf.NUMBER_ENUM: int,
    Leaf.NUMBER: Decimal,
    Leaf.FLOAT: float,
    Leaf.BOOLEAN: bool,
    Leaf.BYTES: bytes,
}
"""The Python types of leaves; other leaves are text."""


@cache
def _box(kind: str, content: Any, nullable: bool = False) -> type:
    """The struct of one value: `{"S": …}`, or also `{"NULL": true}` if nullable."""
    fields: list[Any] = [(kind, content)]
    if nullable:
        fields = [(kind, content | _MISSING, ABSENT), ("NULL", bool | _MISSING, ABSENT)]
    return msgspec.defstruct("Box", fields, frozen=True, gc=False, forbid_unknown_fields=True)


class _Value:
    """The reader of one shape. kind: the letters of its type.

    names: of loop variables and functions in the generated text, shared by a whole model.
    """

    __slots__ = ("_names", "_shape", "kind")

    def __init__(self, shape: Shape, names: _Names) -> None:
        kind = kind_of_shape(shape)
        if kind is None:
            raise _NotTyped
        self.kind = kind.value
        self._shape = shape
        self._names = names

    def _content(self) -> Any:
        """The msgspec type of the content of `{"S": …}`."""
        match self._shape:
            case Scalar(leaf):
                return _TYPES.get(leaf, str)
            case SetOf(element):
                return set[_TYPES.get(element.leaf, str)]  # type: ignore[misc]  # made at run time
            case ListOf(element):
                return list[_Value(element, self._names).box()]  # type: ignore[misc]  # see above
            case MapOf(element):
                return dict[str, _Value(element, self._names).box()]  # type: ignore[misc]  # see above
            case Record(model):
                return self._names.record(model).struct
            case _:
                raise _NotTyped

    def box(self, nullable: bool = False) -> type:
        return _box(self.kind, self._content(), nullable)

    def getter(self, box: str) -> str:
        """An expression of the plain value. box: an expression of the struct that holds it."""
        inner = f"{box}.{self.kind}"
        match self._shape:
            case ListOf(element):
                name = self._names.new_variable()
                value = _Value(element, self._names).getter(name)
                return f"[{value} for {name} in {inner}]"
            case MapOf(element):
                name = self._names.new_variable()
                value = _Value(element, self._names).getter(name)
                return f"{{k{name}: {value} for k{name}, {name} in {inner}.items()}}"
            case Record(model):
                return f"{self._names.function(model)}({inner})"
            case _:
                return inner

    def taken_or_null(self, box: str) -> str:
        """The same, if NULL may be stored instead."""
        return f"{self.getter(box)} if {box}.NULL is ABSENT else None"


class _Names:
    """The names in generated text: variables, and the functions of nested models."""

    def __init__(self, outer: tuple[type[BaseModel], ...]) -> None:
        self._outer = outer
        self._records: dict[type[BaseModel], TypedRecord] = {}
        self._variables = 0

    def new_variable(self) -> str:
        self._variables += 1
        return f"x{self._variables}"

    def record(self, model: type[BaseModel]) -> TypedRecord:
        """The record of a nested model; a model that contains itself has no struct."""
        if model in self._outer:
            raise _NotTyped
        if model not in self._records:
            self._records[model] = TypedRecord(model, (*self._outer, model))
        return self._records[model]

    def function(self, model: type[BaseModel]) -> str:
        self.record(model)
        return f"plain_{list(self._records).index(model)}"

    def functions(self) -> dict[str, Plain]:
        return {self.function(model): record.plain for model, record in self._records.items()}


class _NotTyped(Exception):
    """A signal within this module: no struct is possible, for example because the shape depends on
    the value."""


class TypedRecord:
    """The struct of a model, or of some of its attributes, and the function to plain values."""

    def __init__(
        self,
        model: type[BaseModel],
        outer: tuple[type[BaseModel], ...],
        attributes: frozenset[str] | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        """attributes: the model's attributes to read, None for all. extra: further attributes
        that are not the model's, with the letters of their type.

        plain: returns the plain values of a struct by attribute name: those present, and the
        values that the absence of others means."""
        codecs = [c for c in field_codecs(model) if attributes is None or c.attribute in attributes]
        names = _Names(outer)
        self._extra = extra or {}
        self._fields: list[tuple[str, Any, Any]] = []
        self._places: dict[str, tuple[str, str]] = {}
        self._takers: dict[tuple[str, ...], Callable[[Any], tuple[Any, ...]]] = {}
        absent = absent_values(model)
        getter = [self._add(codec, names, absent) for codec in codecs]
        self.plain = compile_plain(model.__name__, getter, ABSENT, names.functions())
        for attribute, kind in self._extra.items():
            if attribute not in self._places:
                self._new_field(
                    attribute, kind, _box(kind, {"N": Decimal, "B": bytes}.get(kind, str))
                )
        self.struct = msgspec.defstruct(
            model.__name__,
            self._fields,
            rename={field: attribute for attribute, (field, _) in self._places.items()},
            gc=False,
            forbid_unknown_fields=True,
        )

    def _add(self, codec: FieldCodec, names: _Names, absent: Mapping[str, Any]) -> Getter:
        value = _Value(self._shape(codec), names)
        nullable = codec.null and codec.optional
        field = self._new_field(codec.attribute, value.kind, value.box(nullable))
        box = f"s.{field}"
        when_absent = repr(absent[codec.attribute]) if codec.attribute in absent else ""
        text = value.taken_or_null(box) if nullable else value.getter(box)
        is_usual = codec.required and not codec.is_set
        return Getter(codec.attribute, field, text, when_absent, is_usual)

    def _shape(self, codec: FieldCodec) -> Shape:
        """Positions are exactly as stored, which may be more than a float can hold."""
        is_position = codec.attribute in self._extra and codec.shape == Scalar(Leaf.FLOAT)
        return Scalar(Leaf.NUMBER) if is_position else codec.shape

    def _new_field(self, attribute: str, kind: str, box: Any) -> str:
        if json.dumps(attribute, ensure_ascii=False) != f'"{attribute}"':
            raise _NotTyped  # msgspec's fields cannot have a name that JSON must escape
        field = f"f{len(self._fields)}"
        self._places[attribute] = field, kind
        self._fields.append((field, box | _MISSING, ABSENT))
        return field

    def values(self, attributes: tuple[str, ...], struct: Any) -> tuple[Any, ...]:
        """Scalar attributes of a struct as plain values; None for absent attributes."""
        take = self._takers.get(attributes)
        if take is None:
            take = self._takers[attributes] = attrgetter(
                *[".".join(self._places[w]) for w in attributes]
            )
        try:
            found = take(struct)
        except AttributeError:  # an attribute is absent
            found = tuple(self._value(self._places[attribute], struct) for attribute in attributes)
        each = found if type(found) is tuple else (found,)
        return tuple([value if type(value) is str else _scalar(value) for value in each])

    def _value(self, place: tuple[str, str], struct: Any) -> Any:
        box = getattr(struct, place[0])
        return ABSENT if box is ABSENT else getattr(box, place[1])


def _scalar(value: Any) -> Any:
    if value is ABSENT:
        return None
    return exact_number(value) if isinstance(value, Decimal) else value


class TypedReplies:
    """Readers of whole replies; each kind of reply is compiled on its first use."""

    def __init__(self, record: TypedRecord) -> None:
        self.record = record

    @cached_property
    def one(self) -> Decoder:
        """Reads the reply to a GetItem."""
        return _decoder("One", [("Item", self.record.struct | None, None)])

    @cached_property
    def page(self) -> Decoder:
        """Reads the reply to a Query or a Scan."""
        item = self.record.struct
        return _decoder(
            "Page",
            [
                ("Items", list[item], msgspec.field(default_factory=list)),  # type: ignore[valid-type]  # made at run time
                ("LastEvaluatedKey", dict[str, Any] | None, None),
                ("ConsumedCapacity", dict[str, Any] | None, None),
            ],
        )

    @cached_property
    def batch(self) -> Decoder:
        """Reads the reply to a BatchGetItem."""
        item = self.record.struct
        return _decoder(
            "Batch",
            [
                ("Responses", dict[str, list[item]], msgspec.field(default_factory=dict)),  # type: ignore[valid-type]  # see above
                ("UnprocessedKeys", dict[str, Any], msgspec.field(default_factory=dict)),
            ],
        )


def _decoder(name: str, fields: list[Any]) -> Decoder:
    """The decoder of a reply; not strict, as numbers are texts in DynamoDB's JSON."""
    reply = msgspec.defstruct(name, fields, gc=False)
    return msgspec.json.Decoder(reply, strict=False).decode


def typed_replies(
    model: type[BaseModel], attributes: frozenset[str] | None, extra: Mapping[str, str]
) -> TypedReplies | None:
    """The typed reader for items of one model; None if a shape depends on the value.

    attributes: the attributes to read, None for all. extra: further attributes, such as keys and
        derived ones, with the letters of their type.
    """
    try:
        return TypedReplies(TypedRecord(model, (model,), attributes, extra))
    except _NotTyped:
        return None
