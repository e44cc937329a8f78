"""Rules of relational tables."""

from __future__ import annotations

from collections.abc import Iterator

from ...schema.severity import Severity
from ..rule import Rule
from .declared import DeclaredTable

UNINDEXED_REFERENCE = Rule(
    "D015",
    Severity.MEDIUM,
    "A reference has no index",
    "Each deletion of a row that is referred to reads the whole table that refers to it, under "
    "a lock.",
    "declare an Index or a SqlIndex that begins with the fields of the reference",
    "https://www.postgresql.org/docs/15/ddl-constraints.html#DDL-CONSTRAINTS-FK",
)
TIME_WITHOUT_ZONE = Rule(
    "D016",
    Severity.MEDIUM,
    "A time is stored without its zone",
    "The same instant is read as another one by a session in another time zone.",
    "leave the field out of types=: its column is then of timestamptz",
    "https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29",
)

SET_NULL_REFUSED = Rule(
    "D109",
    Severity.HIGH,
    "A reference is cleared in a column that is never empty",
    "NOT NULL refuses the clearing, and with it each deletion of a row that is referred to.",
    "let the field be None, name others in set_fields=, or declare another on_delete=",
    "https://www.postgresql.org/docs/15/ddl-constraints.html#DDL-CONSTRAINTS-FK",
)


def unindexed_reference(declared: DeclaredTable) -> Iterator[str]:
    """References whose fields no index begins with; the tenant's alone finds nothing quickly."""
    relational, table = declared.table.relational, declared.table
    if relational is None:
        return
    starts = [(table.partition, *filter(None, [table.sort]))]
    starts += [(*one.partition_fields, *one.sort_fields) for one in table.indexes]
    starts += [one.field_names for one in relational.unique if not one.where]
    starts += [
        tuple(column.field for column in one.index_columns)
        for one in relational.indexes
        if not one.where
    ]
    for reference in relational.references:
        fields = set(reference.field_names)
        first = fields - {relational.tenant} or fields
        if not any(start[:1] and start[0] in first for start in starts) and not any(
            set(start[: len(fields)]) == fields for start in starts
        ):
            yield (
                f"no index of {table.name} begins with {', '.join(reference.field_names)}, which "
                f"refers to {reference.table}"
            )


def time_without_zone(declared: DeclaredTable) -> Iterator[str]:
    """Columns of timestamp."""
    relational = declared.table.relational
    for name, type_ in (relational.types if relational else {}).items():
        words = " ".join(type_.lower().split())
        if words == "timestamp" or words.startswith("timestamp(") or "without time zone" in words:
            yield f"{name} of {declared.table.name} is of {type_}"


def set_null_refused(declared: DeclaredTable) -> Iterator[str]:
    """References that set NULL where the column is NOT NULL."""
    relational = declared.table.relational
    if relational is None:
        return
    for reference in relational.references:
        fields = reference.field_names
        cleared = set(fields) if reference.on_update == "set null" else set()
        if reference.on_delete == "set null":
            cleared |= set(reference.set_fields or fields)
        found = [name for name in fields if name in cleared and _is_required(declared, name)]
        if found:
            yield (
                f"the reference of {declared.table.name} to {reference.table} sets NULL in "
                f"{', '.join(found)}, which is NOT NULL"
            )


def _is_required(declared: DeclaredTable, name: str) -> bool:
    """Whether the column is NOT NULL; one with a default of the database is."""
    relational, attribute = declared.table.relational, declared.attributes.get(name)
    is_given = relational is not None and name in {*relational.defaults, *relational.identity}
    return attribute is not None and (not attribute.nullable or is_given)


RULES = {
    UNINDEXED_REFERENCE: unindexed_reference,
    TIME_WITHOUT_ZONE: time_without_zone,
    SET_NULL_REFUSED: set_null_refused,
}
