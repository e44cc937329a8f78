"""The declared side of a stage: its tables, with what they leave to the stage."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .._kinds import misspelt
from ..errors import ErrorCode, InvalidCall, Place
from ..repository.database import OpenLayer
from ..schema.tables import TableSchema

PROTECTION = "deletion_protection"


def declared_tables(
    open_layer: OpenLayer, only: Collection[str] = (), *, protect: bool = False
) -> dict[str, TableSchema]:
    """The declared tables by physical name.

    only: logical names; empty for all. protect: whether the stage protects its tables.

    Raises InvalidCall (invalid-option) if the layer has no table of a name.
    """
    check_names(only, [table.name for table in open_layer.tables])
    schemas = (
        open_layer.engine.declared(table)
        for table in open_layer.tables
        if not only or table.name in only
    )
    return {schema.name: protected(schema, protect) for schema in schemas}


def protected(schema: TableSchema, protect: bool) -> TableSchema:
    """The schema in a stage: a protection that is left to the stage is on if the stage protects its
    tables, else not managed."""
    if schema.facts.get(PROTECTION, False) is not None:
        return schema
    others = {name: value for name, value in schema.facts.items() if name != PROTECTION}
    return replace(schema, facts=others | {PROTECTION: True} if protect else others)


def check_names(only: Collection[str], known: Collection[str], option: str = "--table") -> None:
    """Refuse names that are none of a layer's tables.

    Raises InvalidCall (invalid-option).
    """
    for name in sorted(only):
        if name not in known:
            raise InvalidCall(
                f"the layer has no table {name!r}; {misspelt(name, known, 'tables')}",
                where=Place(note=option),
                fix="name tables as they are declared",
                code=ErrorCode.INVALID_OPTION,
            )
