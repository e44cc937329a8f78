"""What a script says above its statements: what indexes, references, triggers, policies are for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from ...model.declarations.relational import (
    CountUpdates,
    References,
    Relational,
    TouchOnUpdate,
    Transitions,
)
from ...model.description.tables import IndexDescription, TableDescription
from ...schema.facts import Value
from ...schema.tables import TableSchema
from ..text.markdown import listed


def notes_of(
    described: TableDescription, schema: TableSchema, names: Mapping[str, str]
) -> dict[str, str]:
    """A sentence for each thing that a statement makes, by its words in `Declares`.

    names: logical to physical.
    """
    notes = {f"the index {one.name}": _index(described, one) for one in described.indexes.values()}
    relational = described.relational
    if relational is not None:
        notes |= dict(_sql_indexes(relational, schema))
        notes |= dict(_references(relational, schema, names))
        notes |= dict(_triggers(relational, schema))
        notes |= {f"the policy {one}": _policy(relational) for one in _policies(schema)}
    return {what: note for what, note in notes.items() if note}


def _index(described: TableDescription, index: IndexDescription) -> str:
    asked = [name for name, one in described.patterns.items() if one.index == index.name]
    patterns = f"Answers {listed(asked)}." if asked else "No access pattern names it."
    said = index.description.rstrip(".")
    return f"{said}. {patterns}" if said else patterns


def _sql_indexes(relational: Relational, schema: TableSchema) -> Iterator[tuple[str, str]]:
    """Indexes by any method, and constraints over a part of the rows, which are indexes, too."""
    partial = [one for one in relational.unique if one.where]
    made = _names(schema, "indexes")
    for name in made[: len(made) - len(partial)]:
        yield f"the index {name}", "For filters and SQL of one's own: no access pattern names it."
    for name, unique in zip(reversed(made), reversed(partial), strict=False):
        fields = listed(unique.field_names)
        yield f"the index {name}", f"No two rows with {unique.where} have the same {fields}."


def _references(
    relational: Relational, schema: TableSchema, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    constraints = _facts(schema, "constraints")
    made = [name for name, sql in constraints.items() if str(sql).startswith("FOREIGN KEY")]
    if len(made) == len(relational.references):
        for name, one in zip(made, relational.references, strict=True):
            other = names[one.table]
            yield f"the constraint {name}", _when_deleted(one, schema.name, other)


def _when_deleted(reference: References, table: str, other: str) -> str:
    """What the deletion of a row that is referred to does."""
    rows = f"the rows of {table} that refer to it"
    chosen = listed(tuple(reference.set_fields or reference.field_names))
    match reference.on_delete:
        case "cascade":
            return f"With a row of {other} go {rows}."
        case "set null":
            return f"When a row of {other} is deleted, {rows} lose {chosen}."
        case "set default":
            return f"When a row of {other} is deleted, {rows} get the default of {chosen}."
        case "no action" | "restrict":
            return f"A row of {other} cannot be deleted while rows of {table} refer to it."
        case _:
            assert_never(reference.on_delete)


def _triggers(relational: Relational, schema: TableSchema) -> Iterator[tuple[str, str]]:
    made = _names(schema, "triggers")
    if len(made) == len(relational.triggers):
        for name, one in zip(made, relational.triggers, strict=True):
            yield f"the trigger {name}", _acts(one)


def _acts(trigger: TouchOnUpdate | CountUpdates | Transitions) -> str:
    match trigger:
        case TouchOnUpdate(field):
            return f"Each update sets {field} to the time of its transaction."
        case CountUpdates(field):
            return f"Each update raises {field} by one, unless it sets another itself."
        case Transitions(field, allowed):
            ways = "; ".join(
                f"{_value(before)} to {listed([_value(one) for one in after], 'or')}"
                for before, after in allowed.items()
                if after
            )
            return f"{field} changes in these ways alone: {ways or 'never'}."
        case _:
            assert_never(trigger)


def _value(value: str | None) -> str:
    return "NULL" if value is None else value


def _policy(relational: Relational) -> str:
    return (
        f"A tenant reads and writes the rows alone whose {relational.tenant} is its own, which the "
        "setting trueup.tenant says."
    )


def _policies(schema: TableSchema) -> Sequence[str]:
    found = _facts(schema, "row_security").get("policies")
    return list(found) if isinstance(found, Mapping) else []


def _names(schema: TableSchema, fact: str) -> Sequence[str]:
    return list(_facts(schema, fact))


def _facts(schema: TableSchema, fact: str) -> Mapping[str, Value]:
    found = schema.facts.get(fact)
    return found if isinstance(found, Mapping) else {}
