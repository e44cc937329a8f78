"""The attributes of a table: a row for each, as it is stored and as programs see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ...model.description.tables import Attribute, IndexDescription, TableDescription
from ...model.translation.encode import FieldCodec, field_codecs
from ...model.translation.shapes import ListOf, MapOf, Record, Shape
from ...schema.facts import Value
from ..documented import DocumentedTable
from ..text.markdown import code, codes, listed, sentence, sentences, table
from ..values.words import python_type, stored_type, value_words

Row: TypeAlias = tuple[str, str, str, str, str]
_HEAD = ("attribute", "type", "in Python", "value", "meaning")


def attribute_table(documented: DocumentedTable) -> str:
    """Every attribute that an item can have."""
    described = documented.table
    rows: list[Row] = []
    for attribute in described.attributes:
        column = documented.columns.get(attribute.attribute, "")
        rows += (_in_column(column, row) for row in _rows(described, attribute))
    return table(_HEAD, [*rows, *_derived_rows(described)])


def _in_column(column: Value, row: Row) -> Row:
    """The row of an attribute with the type of its column, and with what the database fills in."""
    name, stored, in_python, value, meaning = row
    if not isinstance(column, Mapping) or "." in name or "[]" in name:
        return row
    given = column.get("default") or column.get("generated")
    by = f"If it is not given, {code(str(given))} of the database." if given else ""
    return name, code(str(column.get("type", stored))), in_python, value, sentences(meaning, by)


def field_of(described: TableDescription, name: str) -> FieldInfo:
    """The field called `name`, of the first model that has it."""
    models = [*described.models.values(), described.model]
    return next(model.model_fields[name] for model in models if name in model.model_fields)


def _rows(described: TableDescription, attribute: Attribute) -> Iterator[Row]:
    """A row for an attribute; one for each form that it has in different entities."""
    forms: dict[Row, list[str]] = {}
    nested: dict[Row, None] = {}
    for entity, model in described.models.items():
        for codec in field_codecs(model):
            if codec.name == attribute.name:
                row = _row(codec, model, (), tuple(_roles(described, attribute)))
                forms.setdefault(row, []).append(entity)
                nested |= dict.fromkeys(_nested_rows(codec.attribute, codec.shape, (model,)))
    for row, entities in forms.items():
        is_of_all = len(entities) == len(described.models)
        yield row if is_of_all else (*row[:4], sentences(row[4], f"Of {codes(entities)}."))
    yield from nested


def _row(
    codec: FieldCodec, model: type[BaseModel], prefix: Sequence[str], roles: Sequence[str]
) -> Row:
    field = model.model_fields[codec.name]
    return (
        code("".join((*prefix, codec.attribute))),
        stored_type(codec.shape),
        code(f"{codec.name}: {python_type(field)}"),
        value_words(field, codec.shape),
        sentences(sentence(field.description or ""), *roles),
    )


def _nested_rows(path: str, shape: Shape, outer: tuple[type[BaseModel], ...]) -> Iterator[Row]:
    """Rows for the attributes of nested models: `address.city`, `lines[].sku`."""
    match shape:
        case ListOf(element):
            yield from _nested_rows(f"{path}[]", element, outer)
        case MapOf(element):
            yield from _nested_rows(f"{path}.*", element, outer)
        case Record(model) if model not in outer:
            for codec in field_codecs(model):
                yield _row(codec, model, (path, "."), ())
                inner = f"{path}.{codec.attribute}"
                yield from _nested_rows(inner, codec.shape, (*outer, model))
        case _:
            return


def _roles(described: TableDescription, attribute: Attribute) -> Iterator[str]:
    for role, places in _places(described, attribute.attribute):
        if places:
            yield f"{role} of {listed(places)}."
    if described.expires and described.expires.attribute == attribute.attribute:
        yield "The item expires then (TTL)."


def _places(described: TableDescription, name: str) -> Iterable[tuple[str, list[str]]]:
    """The table and the indexes in whose partition key, then sort key, an attribute is."""
    table_key = ("the table", described.key[:1], described.key[1:])
    indexes = [
        (code(one.name), one.physical_partition, one.sort) for one in described.indexes.values()
    ]
    found: dict[str, list[str]] = {"Partition key": [], "Sort key": []}
    for place, *parts in (table_key, *indexes):
        for places, keys in zip(found.values(), parts, strict=True):
            if name in {key.attribute for key in keys}:
                places.append(place)
    return found.items()


def _derived_rows(described: TableDescription) -> Iterator[Row]:
    """The attributes that no field has, as Trueup writes them."""
    if described.discriminator is not None:
        names = codes(described.models)
        yield code(described.discriminator), "String", "", f"one of {names}", "Names the entity."
    for index in described.indexes.values():
        if index.shard is not None:
            meaning = f"Partition key of {code(index.name)}; Trueup writes it."
            yield code(index.shard.attribute), "String", "", shard_words(index), meaning


def shard_words(index: IndexDescription) -> str:
    """What the partition key of a sharded index is made of."""
    partition = codes(key.attribute for key in index.partition)
    return f"made of {partition} and one of {index.shards} shards"
