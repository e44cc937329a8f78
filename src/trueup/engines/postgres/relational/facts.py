"""What a relational table says in the database: its columns, constraints, indexes and triggers.

Each is SQL as it is executed. The catalogue prints the same in other words, so that `verify`
compares it with what the server makes of the declaration (`shadow.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....model.declarations.relational import Relational
from ....model.description.tables import Attribute, TableDescription
from ....schema.facts import Path, Value
from ..values.column_types import is_geometry
from ..values.types import Column
from .checks import checks_of
from .constraints import Naming, constraints_of
from .descriptions import descriptions_of
from .indexes import indexes_of
from .named_types import named_types
from .privileges import privileges_of
from .row_security import row_security
from .triggers import functions_of, triggers_of


def relational_facts(
    table: TableDescription,
    settings: Relational,
    columns: Sequence[Column],
    names: Mapping[str, str],
) -> Mapping[str, Value]:
    """The facts of a table, without those that it does not have. names: logical to physical."""
    naming = Naming(table, columns, names)
    found: dict[str, Value] = {
        "comment": table.description,
        "extensions": dict.fromkeys(_extensions(settings, columns), True),
        "types": _types(table, settings),
        "columns": _columns(table, settings, columns),
        "constraints": {
            **checks_of(table, settings, naming),
            **constraints_of(settings, naming),
        },
        "indexes": indexes_of(settings, naming),
        "functions": functions_of(settings, naming),
        "triggers": triggers_of(settings, naming),
        "row_security": row_security(settings, naming),
        "objects": {
            **dict(named_types(settings)),
            **{f"{one.kind} {one.name}": naming.named(one.statement) for one in settings.objects},
        },
        "privileges": privileges_of(settings),
        "descriptions": descriptions_of(settings, naming),
    }
    kept = ("comment", "columns", "constraints")
    facts = {name: value for name, value in found.items() if value or name in kept}
    return {**facts, "undeclared": []}


def former_names(
    table: TableDescription, settings: Relational, columns: Sequence[Column]
) -> Mapping[Path, str]:
    """The names that parts had before, by their paths among the facts."""
    fields = [attribute.name for attribute in table.attributes]
    named = dict(zip(fields, (column.name for column in columns), strict=True))
    found: dict[Path, str] = {
        ("columns", named[name]): old for name, old in settings.renamed_from.items()
    }
    found |= {("types", name): old for name, old in settings.enums_renamed_from.items()}
    for type_, labels in settings.labels_renamed_from.items():
        found |= {("types", type_, label): old for label, old in labels.items()}
    return found


def _extensions(settings: Relational, columns: Sequence[Column]) -> Sequence[str]:
    """The declared extensions, and PostGIS if the type of a column is its."""
    needed = {"postgis"} if any(is_geometry(column.type) for column in columns) else set()
    return sorted({*settings.extensions, *needed})


def _types(table: TableDescription, settings: Relational) -> dict[str, Value]:
    """The native enum types, with their labels in order."""
    choices = {one.name: list(one.constraints.choices) for one in table.attributes}
    return {type_: [str(one) for one in choices[name]] for name, type_ in settings.enums.items()}


def _columns(
    table: TableDescription, settings: Relational, columns: Sequence[Column]
) -> dict[str, Value]:
    found: dict[str, Value] = {
        column.name: _column(settings, attribute, column)
        for attribute, column in zip(table.attributes, columns, strict=True)
    }
    if settings.unknown_attributes:
        found[settings.unknown_attributes] = {"type": "jsonb", "required": False}
    return found


def _column(settings: Relational, attribute: Attribute, column: Column) -> Mapping[str, Value]:
    return {
        "type": column.type.name,
        "collation": column.type.collation or None,
        "required": not column.is_nullable,
        "default": settings.defaults.get(attribute.name),
        "generated": settings.generated.get(attribute.name),
        "identity": attribute.name in settings.identity,
        "comment": attribute.description or None,
    }
