"""The check of a declaration: it gives a description, or every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from ..._dataclass import dataclass
from ..._kinds import field_misfits
from ...errors import DeclarationError, Place
from ...expressions.values import is_text
from ..declarations.entities import Entity
from ..declarations.fields import CREATED, EXPIRES, UPDATED, VERSION
from ..declarations.indexes import Index
from ..declarations.patterns import AccessPattern
from ..declarations.relational import Relational
from ..declarations.table import Table
from .answerable import unanswerable
from .entities import aliases_of, begins_of
from .fields import TableFields, field_problems, marker_problems
from .indexes import describe_index, index_problems
from .keys import key_attribute, table_key_problems
from .relational import relational_problems
from .stamps import stamp_problems
from .tables import TableDescription


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: a description, or problems."""

    description: TableDescription | None
    problems: tuple[str, ...]


def describe(table: Table[Any]) -> TableDescription:
    """The checked description. Raises DeclarationError, which names every problem of this table."""
    checked = check_table(table)
    if checked.description is None:
        raise DeclarationError(
            "a table is declared wrongly\n  " + "\n  ".join(checked.problems),
            where=Place(note=_place(table)),
            fix="fix every problem listed above",
            problems=list(checked.problems),
        )
    return checked.description


@cache
def check_table(table: Table[Any]) -> Checked:
    """Check a table, once. Its mistakes are returned, never raised."""
    kinds = tuple(f"{_place(table)}: {problem}" for problem in _kind_problems(table))
    if kinds:
        return Checked(None, kinds)
    fields = TableFields(table)
    description = _describe(table, fields)
    problems = [*_problems(table, fields)]
    if description:
        for pattern in table.patterns:
            problems += unanswerable(pattern, description)
    placed = tuple(f"{_place(table)}: {problem}" for problem in problems)
    return Checked(None if problems else description, placed)


def _kind_problems(table: Table[Any]) -> list[str]:
    """The problems of a declaration whose parts have the wrong types."""
    found = list(field_misfits(table))
    entities = () if found else [one for one in table.entities if isinstance(one, Entity)]
    parts = () if found else (*table.indexes, *table.patterns, *entities, table.dynamodb)
    for part in parts:
        misfits = _misfits(part)
        if isinstance(part, AccessPattern) and not misfits:
            misfits = [problem for example in part.examples for problem in _misfits(example)]
        found += misfits
    return found or _relational_misfits(table.relational)


def _relational_misfits(relational: Relational | None) -> list[str]:
    if relational is None:
        return []
    found = _misfits(relational)
    if found:
        return found
    constraints = (*relational.unique, *relational.references, *relational.checks)
    others = (
        *(*relational.exclusions, *relational.triggers, *relational.objects),
        *(*relational.domains, *relational.composites, *relational.sequences),
        *relational.grants,
    )
    found = [problem for part in (*constraints, *others) for problem in _misfits(part)]
    for index in relational.indexes:
        found += _misfits(index) or [
            problem for column in index.index_columns for problem in _misfits(column)
        ]
    return found


def _misfits(part: Any) -> list[str]:
    what = type(part).__name__ + (f" {part.name!r}" if isinstance(part, Index) else "")
    return [f"{what}: {problem}" for problem in field_misfits(part)]


def _place(table: Table[Any]) -> str:
    name: object = table.name
    return f"{table.declared_at}: " + (f"table {name!r}" if isinstance(name, str) else "a table")


def _problems(table: Table[Any], fields: TableFields) -> Iterator[str]:
    yield from field_problems(fields)
    yield from _table_problems(table)
    yield from table_key_problems(fields)
    for index in table.indexes:
        yield from index_problems(fields, index)
    yield from marker_problems(fields)
    yield from stamp_problems(fields)
    yield from relational_problems(fields)


def _table_problems(table: Table[Any]) -> Iterator[str]:
    if not table.name:
        yield "a table needs a name"
    for name in (table.name, *(index.name for index in table.indexes)):
        if not is_text(name):
            yield f"the name {name!r} holds half of a surrogate pair, which no database can store"
    for what, values in (("index", table.indexes), ("pattern", table.patterns)):
        names = [value.name for value in values]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"two declarations of the {what} {name!r}"
    for problem in table.dynamodb.problems():
        yield f"dynamodb: {problem}"


def _describe(table: Table[Any], fields: TableFields) -> TableDescription | None:
    """The description, as far as the declaration allows; None without a key."""
    partition = key_attribute(fields, table.partition)
    sort = key_attribute(fields, table.sort) if table.sort else None
    if partition is None or (table.sort and sort is None):
        return None
    keys = (partition, sort) if sort else (partition,)
    return TableDescription(
        name=table.name,
        model=table.model,
        models=fields.models,
        discriminator=(table.discriminator or None) if table.entities else None,
        aliases=aliases_of(table),
        begins=begins_of(table, {key.name: key.attribute for key in keys}),
        unknown_entities=table.unknown_entities,
        partition=partition,
        sort=sort,
        indexes={index.name: describe_index(fields, index, keys) for index in table.indexes},
        patterns={pattern.name: pattern for pattern in table.patterns},
        attributes=tuple(map(fields.attribute, fields.by_name)),
        expires=fields.the_one_with(EXPIRES),
        version=fields.the_one_with(VERSION),
        created=fields.the_one_with(CREATED),
        updated=fields.the_one_with(UPDATED),
        stream=table.stream,
        on_read=table.on_read,
        description=table.description,
        physical=table.physical,
        renamed_from=table.renamed_from,
        dynamodb=table.dynamodb,
        relational=table.relational,
        declared_at=table.declared_at,
    )
