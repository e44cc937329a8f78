"""The proof, by the types of its values, that a model's item reads back equal.

To read an item costs as much as to make it, and most need no trial: a text in a field of texts,
without constraints or validators, reads back. pydantic's schema of a model says what it does with a
field; what is not known here is left to the trial (`read_back.py`).

Source: https://docs.pydantic.dev/latest/api/pydantic_core_schema/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, Flag
from functools import cache
from types import NoneType
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ..._dataclass import dataclass
from ..declarations.fields import Composer, ExpiresAt, WholeSeconds
from .encode import FieldCodec, adapter_of, field_codecs

Proof = Callable[[Any], bool]
"""Whether a value that was encoded surely reads back equal; if not, only reading tells."""

Schema = Mapping[str, Any]

_SCALARS: dict[str, type] = {
    "str": str,
    "int": int,
    "float": float,
    "decimal": Decimal,
    "bool": bool,
    "bytes": bytes,
    "date": date,
    "datetime": datetime,
    "uuid": UUID,
}
_ELEMENTS_OF_SETS = frozenset({str, int, bytes})
"""Not datetimes: two that Python calls unequal can be the same instant, which is stored once."""

_WITHOUT_EFFECT = frozenset({"metadata", "microseconds_precision", "ref"})
_KNOWN_OF_MODELS = frozenset(
    {"cls", "config", "custom_init", "frozen", "metadata", "ref", "root_model", "schema", "type"}
)
_KNOWN_OF_CONFIGS = frozenset(
    {"extra_fields_behavior", "frozen", "from_attributes", "hide_input_in_errors", "strict"}
    | {"title", "validate_by_alias", "validate_by_name", "validate_default"}
)
_KNOWN_OF_ENUMS = frozenset({"cls", "members", "missing", "sub_type", "type"})


@dataclass(frozen=True, slots=True)
class _Proven:
    """Values of exactly these classes read back equal if they pass the proof, if there is one."""

    classes: frozenset[type]
    proof: Proof | None = None


@cache
def proof_of(model: type[BaseModel]) -> Proof:
    """The proof for instances of exactly this model, whose composed attributes are rebuilt."""
    schema = _schema_of(model)
    definitions: dict[str, Schema] = {}
    if schema["type"] == "definitions":
        # Of all types that may be recursive, only models are looked at on demand.
        definitions = {one["ref"]: one for one in schema["definitions"] if one["type"] == "model"}
        schema = _resolved(schema["schema"], definitions)
    if not _is_read_by_fields(schema):
        return _unproven
    fields = schema["schema"]["fields"]
    found = {
        codec.name: _field(codec, fields[codec.name], definitions) for codec in field_codecs(model)
    }
    if None in found.values():
        return _unproven
    return _all_of({name: proven for name, proven in found.items() if proven and proven.classes})


def _schema_of(model: type[BaseModel]) -> Schema:
    return model.__pydantic_core_schema__


def _all_of(fields: Mapping[str, _Proven]) -> Proof:
    """The proof for a model of these fields."""
    classes = [(name, proven.classes) for name, proven in fields.items()]
    proofs = [(name, proven.proof) for name, proven in fields.items() if proven.proof]

    def proof(value: BaseModel) -> bool:
        values = value.__dict__
        for name, proven in classes:
            if type(values.get(name, ...)) not in proven:
                return False
        for name, inner in proofs:
            if not inner(values[name]):
                return False
        return not value.__pydantic_extra__

    return proof


def _unproven(_: Any) -> bool:
    return False


def _resolved(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    return definitions.get(schema.get("schema_ref", ""), schema)


def _is_read_by_fields(schema: Schema) -> bool:
    """Whether it is a model that pydantic reads field by field, without a user's code."""
    return (
        schema["type"] == "model"
        and schema.keys() <= _KNOWN_OF_MODELS
        and schema.get("config", {}).keys() <= _KNOWN_OF_CONFIGS
        and not (schema.get("custom_init") or schema.get("root_model"))
        and schema["schema"]["type"] == "model-fields"
    )


def _field(codec: FieldCodec, field: Schema, definitions: Mapping[str, Schema]) -> _Proven | None:
    if codec.template:
        return _Proven(frozenset()) if _is_only_composed(field["schema"]) else None
    if field.get("validation_alias", codec.name) != codec.attribute:
        return None
    proven = _proven(field["schema"], definitions)
    if proven is None or codec.required or not codec.null:
        return proven
    # None is not stored in an index key, and then the default is read.
    return _Proven(proven.classes - {NoneType}, proven.proof)


def _is_only_composed(schema: Schema) -> bool:
    """Whether any text that the template builds is read."""
    match schema:
        case {
            "default_factory": Composer(check=check),
            "schema": {"function": {"function": function}, "schema": inner},
        }:
            text = _proven(inner, {})
            is_text = text is not None and str in text.classes and text.proof is None
            return check == function and is_text
        case _:
            return False


def _proven(schema: Schema, definitions: Mapping[str, Schema]) -> _Proven | None:
    """The values of a schema that read back equal; None if it is not known which."""
    schema = _resolved(schema, definitions)
    said = {name: fact for name, fact in schema.items() if name not in _WITHOUT_EFFECT}
    match said:
        case {"type": "model", "cls": model}:
            return _nested(model)
        case {"type": "default", "schema": inner}:
            return _proven(inner, definitions)
        case {"type": "nullable", "schema": inner, **more} if not more:
            return _or_none(_proven(inner, definitions))
        case {"type": "list" | "set", "items_schema": inner, **more} if not more:
            return _elements(said["type"], _proven(inner, definitions))
        case {"type": "dict", "keys_schema": keys, "values_schema": inner, **more} if not more:
            return _entries(_proven(keys, definitions), _proven(inner, definitions))
        case {"type": "enum", "cls": enum, "members": members} if said.keys() <= _KNOWN_OF_ENUMS:
            return _members(enum, members)
        case {"type": "datetime", "tz_constraint": "aware", **more} if not more:
            return _Proven(frozenset({datetime}))
        case {"type": "function-after"} if schema in _whole_seconds():
            return _Proven(frozenset({datetime}), lambda value: not value.microsecond)
        case {"type": "literal", "expected": texts} if set(map(type, texts)) == {str}:
            return _Proven(frozenset({str}), frozenset(texts).__contains__)
        case {"type": "int", "ge": least, **more} if not more:
            return _Proven(frozenset({int}), lambda value: value >= least)
        case {"type": kind, **more} if kind in _SCALARS and not more:
            return _Proven(frozenset({_SCALARS[kind]}))
        case _:
            return None


@cache
def _whole_seconds() -> Sequence[Schema]:
    return [adapter_of(annotation).core_schema for annotation in (ExpiresAt, WholeSeconds)]


def _nested(model: type[BaseModel]) -> _Proven | None:
    """A model inside another, or inside itself."""
    if any(codec.template for codec in field_codecs(model)):
        return None  # nothing rebuilds it
    return _Proven(frozenset({model}), _on_demand(model))


def _on_demand(model: type[BaseModel]) -> Proof:
    def proof(value: BaseModel) -> bool:
        return proof_of(model)(value)

    return proof


def _or_none(proven: _Proven | None) -> _Proven | None:
    if proven is None:
        return None
    proof = proven.proof
    inner: Proof | None = proof and (lambda value: value is None or proof(value))
    return _Proven(proven.classes | {NoneType}, inner)


def _elements(container: str, element: _Proven | None) -> _Proven | None:
    if element is None:
        return None
    each = _each(element)
    if container == "list":
        return _Proven(frozenset({list}), each)
    if element.classes <= _ELEMENTS_OF_SETS:
        # An empty set is not stored, and then the default is read.
        return _Proven(frozenset({set}), lambda value: bool(value) and each(value))
    return None


def _entries(key: _Proven | None, element: _Proven | None) -> _Proven | None:
    if element is None or key is None or key != _Proven(frozenset({str})):
        return None
    each_key, each = _each(key), _each(element)
    return _Proven(frozenset({dict}), lambda value: each_key(value) and each(value.values()))


def _each(element: _Proven) -> Proof:
    classes, proof = element.classes, element.proof
    if proof is None:
        return lambda values: classes.issuperset(map(type, values))
    return lambda values: classes.issuperset(map(type, values)) and all(map(proof, values))


def _members(enum: type[Enum], members: Sequence[Enum]) -> _Proven | None:
    """The members of an enum of texts or of whole numbers; a flag has more values than members."""
    is_known = {type(member.value) for member in members} in ({str}, {int})
    return _Proven(frozenset({enum})) if is_known and not issubclass(enum, Flag) else None
