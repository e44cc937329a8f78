"""The problems of relational settings: of one table, and of references between tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, takewhile

from ..declarations.fields import EXPIRES
from ..declarations.relational import Grant, References, Relational, Transitions
from ..translation.constraints import choices_of
from ..translation.shapes import Leaf, Scalar
from .fields import TableFields
from .renamed import rename_problems
from .tables import TableDescription
from .tenants import tenant_problems

_TEXTS = (Leaf.TEXT, Leaf.TEXT_ENUM)
_WHOLE = (Leaf.INTEGER, Leaf.NUMBER_ENUM)
_TIMES = (Leaf.DATETIME, Leaf.SECONDS)


_OF_FIELDS = (
    "types",
    "enums",
    "collations",
    "defaults",
    "identity",
    "generated",
    "renamed_from",
)
"""The settings that name fields."""


def relational_problems(fields: TableFields) -> Iterator[str]:
    """The problems of a table's relational settings, each with the setting's name."""
    settings = fields.table.relational
    if settings is None:
        return
    if fields.table.entities:
        yield "relational= is for tables of one model; give each entity a table of its own"
    if any(index.shards > 1 or index.local for index in fields.table.indexes):
        yield "relational= has no use for shards= and local= of an index; leave them out"
    for place, name in named_fields(settings):
        if name not in fields.by_name:
            yield f"relational: {place} names {name!r}, which is no field"
            continue
        yield from _misused(fields, place, name)
    yield from _unknown_values(fields, settings)
    yield from _unnamed(settings)
    yield from _same_as_the_key(fields, settings)
    yield from _unnamed_objects(settings)
    yield from _misplaced_grants(settings)
    yield from _misplaced_descriptions(settings)
    yield from _contradictions(fields, settings)
    yield from rename_problems(fields, settings)


def named_fields(settings: Relational) -> Iterator[tuple[str, str]]:
    """Every field that settings name, with the setting."""
    for setting in _OF_FIELDS:
        yield from ((f"{setting}=", name) for name in getattr(settings, setting))
    for unique in settings.unique:
        yield from (("Unique", name) for name in unique.field_names)
    for reference in settings.references:
        yield from (
            ("References", name) for name in (*reference.field_names, *reference.set_fields)
        )
    for exclusion in settings.exclusions:
        yield from (("Exclude", name) for name in exclusion.fields)
    for index in settings.indexes:
        names = [column.field for column in index.index_columns if column.field]
        yield from ((f"SqlIndex {index.name!r}", name) for name in (*names, *index.include))
    for grant in settings.grants:
        if isinstance(grant, Grant):
            yield from (("Grant", name) for name in grant.columns)
    for trigger in settings.triggers:
        yield type(trigger).__name__, trigger.field
    if settings.tenant:
        yield "tenant=", settings.tenant


_DESCRIBES = re.compile(r"\s*COMMENT\s+ON\b", re.IGNORECASE)


_WANTED: Mapping[str, tuple[tuple[Leaf, ...], str]] = {
    "enums=": ((Leaf.TEXT_ENUM,), "a choice of texts, by an Enum or a Literal"),
    "collations=": (_TEXTS, "a text"),
    "identity=": (_WHOLE, "a whole number"),
    "TouchOnUpdate": (_TIMES, "a datetime"),
    "CountUpdates": (_WHOLE, "a whole number"),
    "Transitions": (_TEXTS, "a text"),
    "tenant=": ((Leaf.TEXT, Leaf.UUID), "a text or a UUID"),
}


def _misused(fields: TableFields, place: str, name: str) -> Iterator[str]:
    """A field of a type that its setting has no use for."""
    if place not in _WANTED:
        return
    leaves, wanted = _WANTED[place]
    shape = fields.by_name[name].shape
    if not isinstance(shape, Scalar) or shape.leaf not in leaves:
        yield f"relational: {place} names {name!r}, which is not {wanted}"


def _unknown_values(fields: TableFields, settings: Relational) -> Iterator[str]:
    """Values that a field of choices can never have."""
    for trigger in settings.triggers:
        if not isinstance(trigger, Transitions) or trigger.field not in fields.by_name:
            continue
        choices = choices_of(fields.table.model.model_fields[trigger.field].annotation)
        named = dict.fromkeys([*trigger.allowed, *chain.from_iterable(trigger.allowed.values())])
        unknown = [
            f"{one!s}" for one in named if one is not None and choices and one not in choices
        ]
        said = f"relational: Transitions of {trigger.field!r} has"
        if unknown:
            yield (
                f"{said} {', '.join(map(repr, unknown))}, which the field cannot be; it is one of "
                f"{', '.join(map(repr, choices))}"
            )
        if None in named and not fields.by_name[trigger.field].optional:
            yield f"{said} None, which the field cannot be"


def _same_as_the_key(fields: TableFields, settings: Relational) -> Iterator[str]:
    """CREATE TABLE leaves out a UNIQUE over the columns of the key, in their order, so that a new
    table would lack what is declared.

    Source: https://www.postgresql.org/docs/15/sql-createtable.html
    """
    key = tuple(name for name in (fields.table.partition, fields.table.sort) if name)
    for unique in settings.unique:
        if unique.field_names == key and not unique.where and unique.nulls_distinct:
            yield (
                f"relational: the Unique over {', '.join(key)} is the key of the table, which is "
                "unique already, and PostgreSQL would leave it out; remove it"
            )


def _unnamed(settings: Relational) -> Iterator[str]:
    names = [unique.name for unique in settings.unique]
    names += [reference.name for reference in settings.references]
    names += [exclusion.name for exclusion in settings.exclusions]
    names += [check.name for check in settings.checks]
    for name, count in Counter(filter(None, names)).items():
        if count > 1:
            yield f"relational: two constraints are called {name!r}"
    for check in settings.checks:
        if not check.name or not check.condition.strip():
            yield "relational: a Check needs a name and a condition"
    if not all(unique.field_names for unique in settings.unique):
        yield "relational: a Unique names no field"
    if not all(reference.field_names for reference in settings.references):
        yield "relational: a References names no field"
    for index in settings.indexes:
        if not index.columns:
            yield f"relational: SqlIndex {index.name!r} has no column"
        if any(bool(one.field) == bool(one.expression) for one in index.index_columns):
            yield f"relational: a column of SqlIndex {index.name!r} is a field or an expression"


def _unnamed_objects(settings: Relational) -> Iterator[str]:
    for found in settings.objects:
        if not found.name or not found.statement.strip():
            yield "relational: an SqlObject needs a name and a statement"
        is_called = found.kind in ("function", "procedure")
        if is_called and found.name and not found.name.endswith(")"):
            yield f"relational: SqlObject {found.name!r} lacks its parameters' types, as in area()"
    named = (settings.domains, settings.composites, settings.sequences)
    for kind, names in zip(
        ("SqlDomain", "SqlComposite", "SqlSequence"),
        ([one.name for one in found] for found in named),
        strict=True,
    ):
        if not all(names):
            yield f"relational: an {kind} needs a name"


def _misplaced_descriptions(settings: Relational) -> Iterator[str]:
    for name in settings.enum_descriptions.keys() - set(settings.enums.values()):
        yield f"relational: enum_descriptions= names {name!r}, which is no type of enums="
    if settings.tenant_description and not settings.tenant:
        yield "relational: tenant_description= without tenant="
    for one in settings.objects:
        if _DESCRIBES.match(one.statement):
            yield (
                f"relational: the statement of SqlObject {one.name!r} is a COMMENT ON; describe "
                "things by description= of their declarations"
            )


def _misplaced_grants(settings: Relational) -> Iterator[str]:
    objects = {f"{one.kind} {one.name}" for one in settings.objects if one.kind != "trigger"}
    objects |= {f"domain {one.name}" for one in settings.domains}
    objects |= {f"composite type {one.name}" for one in settings.composites}
    objects |= {f"sequence {one.name}" for one in settings.sequences}
    said: dict[tuple[str, str, str], str] = {}
    for grant in settings.grants:
        kind = type(grant).__name__
        if grant.on and grant.on not in objects:
            yield f"relational: {kind} on {grant.on!r}, which is no object of the table"
        if grant.on and isinstance(grant, Grant) and grant.columns:
            yield f"relational: {kind} on {grant.on!r} has columns=, which a table alone has"
        for word in grant.words:
            if said.setdefault((grant.role, word, grant.on), kind) != kind:
                yield f"relational: {grant.role!r} is granted {word!r}, and it is revoked too"


def _contradictions(fields: TableFields, settings: Relational) -> Iterator[str]:
    givers = ("defaults", "identity", "generated")
    given = Counter(name for giver in givers for name in getattr(settings, giver))
    for name, count in given.items():
        if count > 1:
            yield f"relational: {name!r} has two of defaults=, identity= and generated="
    for name in (*settings.identity, *settings.generated):
        codec = fields.by_name.get(name)
        if codec is not None and not codec.optional:
            yield f"relational: the database gives {name!r}, so that it may be None until then"
    for name, count in Counter(one.function for one in settings.triggers if one.function).items():
        if count > 1:
            yield f"relational: two triggers have a function {name!r}; give each its own"
    for name in settings.enums.keys() & settings.types.keys():
        yield f"relational: {name!r} is in types= and in enums="
    for name in settings.enums.keys() & settings.collations.keys():
        yield f"relational: {name!r} is in enums= and in collations=; an enum has its own order"
    sorts = {name for index in fields.table.indexes for name in index.sort_fields}
    ordered = sorts | ({fields.table.sort} if fields.table.sort else set())
    for name in sorted(ordered & (settings.enums.keys() | settings.collations.keys())):
        yield (
            f"relational: {name!r} is a sort key, whose order is that of its bytes; "
            "leave it out of enums= and collations="
        )
    if settings.tenant:
        yield from tenant_problems(fields, settings)
    for name in fields.names_with(EXPIRES):
        if name in settings.types:
            yield f"relational: {name!r} is the expiry, a number; leave it out of types="


def reference_problems(
    table: TableDescription, tables: Mapping[str, TableDescription]
) -> Iterator[str]:
    """The problems of a table's references, and of enum types that tables share. tables: those of
    its layer, by name."""
    yield from _enum_problems(table, tables)
    for reference in table.relational.references if table.relational else ():
        problem = _reference_problem(reference, tables.get(reference.table))
        if problem:
            yield f"relational: References to {reference.table!r}: {problem}"


def _enum_problems(
    table: TableDescription, tables: Mapping[str, TableDescription]
) -> Iterator[str]:
    """The enum types that this table, or an earlier one, has with other values."""
    known: dict[str, Sequence[object]] = {}
    for other in takewhile(lambda one: one is not table, tables.values()):
        known |= {type_: choices for _, type_, choices in _enums(other)}
    for field, type_, choices in _enums(table):
        if known.setdefault(type_, choices) != choices:
            yield (
                f"relational: enums= makes {type_!r} of {field!r}, and of another field with other "
                "values; give it another name"
            )


def _enums(table: TableDescription) -> Iterator[tuple[str, str, Sequence[object]]]:
    """Fields, their enum types, and their values in order."""
    choices = {one.name: one.constraints.choices for one in table.attributes}
    enums = table.relational.enums if table.relational else {}
    yield from ((field, type_, choices.get(field, ())) for field, type_ in enums.items())


def _reference_problem(reference: References, other: TableDescription | None) -> str:
    if other is None:
        return "it is no table of the layer"
    if other.relational is None:
        return "it has no relational=, so that its rows cannot be referred to"
    targets = reference.target_fields or tuple(key.name for key in other.key)
    unknown = sorted(set(targets) - {attribute.name for attribute in other.attributes})
    if unknown:
        return f"it has no field {', '.join(unknown)}"
    if len(targets) != len(reference.field_names):
        return f"{len(reference.field_names)} fields cannot refer to {len(targets)}"
    return ""
