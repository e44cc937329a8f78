"""Declared access patterns as questions that an engine can ask of rows of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter

from ...engines.open_tables import OpenTables
from ...model.declarations.table import Table
from ...model.description.tables import TableDescription
from ...operations.operation import Request
from ...repository.previews import RequestPreview
from ...schema.behaviour import Question


def questions_of(opened: OpenTables, table: Table[Any]) -> Iterator[Question]:
    """The questions of a table whose values are those of columns."""
    description = opened.open_layer.layer.describe(table)
    tenant = [description.tenant.name] if description.tenant else []
    for pattern in description.patterns.values():
        index = description.index(pattern.index)
        keys = index.partition if index else (description.partition,)
        given = pattern.given or tuple(key.name for key in keys)
        names = (*given, *tenant)
        attributes = {one.name: one.attribute for one in description.attributes}
        if not all(name in attributes for name in names):
            continue  # a composed key is no column of a relational table

        def ask(
            texts: Sequence[str], names: Sequence[str] = names, name: str = pattern.name
        ) -> Request[Any]:
            values = [_value(description, *pair) for pair in zip(names, texts, strict=True)]
            layer = opened.open_layer
            if tenant:
                layer = layer.for_tenant(values.pop())
            return RequestPreview(layer.context(table)).pattern(name, *values)

        yield Question(
            description.name,
            pattern.name,
            pattern.index,
            tuple(attributes[name] for name in names),
            ask,
        )


def _value(description: TableDescription, name: str, text: str) -> Any:
    """The value of a field, of its text."""
    for model in description.models.values():
        if name in model.model_fields:
            kind: Any = model.model_fields[name].annotation
            return TypeAdapter(kind).validate_python(text)
    return text
