"""Rules of the columns of relational tables: what a name promises, and what a type cannot keep."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.declarations.relational import TouchOnUpdate
from ...model.description.tables import Attribute
from ...model.translation.shapes import Leaf, ListOf, Scalar, SetOf
from ...schema.severity import Severity
from ..rule import Rule
from .declared import DeclaredTable

_WIKI = "https://wiki.postgresql.org/wiki/Don%27t_Do_This"
_TOUCHED = re.compile(r"(last_)?(updated|modified|changed)(_at|_on)?")
_IDS = re.compile(r"(.*_)?ids")
_MONEY = re.compile(
    r"(.*_)?(price|amount|cost|fee|balance|salary|wage|revenue|tax|vat|refund)"
    r"(_(eur|usd|gbp|chf|net|gross|total|due|paid))?"
)
_INEXACT = re.compile(r"(real|float[48]?|double precision|money)\b.*", re.IGNORECASE)
_BYTE_ORDER = ("C", "POSIX", "ucs_basic", "C.UTF-8", "C.utf8")
_TIMES = (Scalar(Leaf.DATETIME), Scalar(Leaf.SECONDS))

DEFAULT_AND_NULL = Rule(
    "D103",
    Severity.MEDIUM,
    "A column with a default may be NULL all the same",
    "A default is for rows that leave the column out, and none that say NULL: each query has to "
    "handle what the default was to prevent.",
    "leave None out of the field's type: its column is then NOT NULL",
    "https://www.postgresql.org/docs/15/ddl-constraints.html#id-1.5.4.6.6",
)
NULL_IN_UNIQUE = Rule(
    "D104",
    Severity.MEDIUM,
    "A field of a unique constraint may be NULL",
    "Rows that lack it never equal each other, so that the others may repeat.",
    "leave None out of the field's type, or declare nulls_distinct=False",
    "https://www.postgresql.org/docs/15/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS",
)
UNTOUCHED = Rule(
    "D105",
    Severity.MEDIUM,
    "A column is called as a time of changes, and no trigger sets it",
    "It keeps the time of the insertion unless each program that writes remembers it.",
    "declare TouchOnUpdate of the field, or call it otherwise",
    "https://www.postgresql.org/docs/15/plpgsql-trigger.html",
)
IDS_IN_A_LIST = Rule(
    "D106",
    Severity.LOW,
    "A column holds a list of identifiers",
    "PostgreSQL checks no reference within a list: what is deleted stays in it.",
    "declare a table of pairs with two References, or accept this where they refer to nothing",
    "https://www.postgresql.org/docs/15/ddl-constraints.html#DDL-CONSTRAINTS-FK",
)
INEXACT_MONEY = Rule(
    "D107",
    Severity.HIGH,
    "An amount of money is no exact number",
    "Sums of binary fractions differ by cents, and the type money by the setting lc_monetary.",
    "declare a Decimal with max_digits and decimal_places: its column is then numeric",
    f"{_WIKI}#Don.27t_use_money",
)
OWN_COLLATION = Rule(
    "D108",
    Severity.LOW,
    "A key is sorted by a collation of the system",
    "An upgrade of libc or of ICU may change its order: indexes then miss rows that are there.",
    'leave the field out of collations=: its column then has "C", the order of bytes',
    "https://wiki.postgresql.org/wiki/Locale_data_changes",
)


def default_and_null(declared: DeclaredTable) -> Iterator[str]:
    """Optional fields of Python with a default that is a value."""
    relational = declared.table.relational
    if relational is None:
        return
    given = relational.made_by_the_database
    for one in declared.attributes.values():
        if one.nullable and one.has_default and one.is_null and one.name not in given:
            yield f"{one.name} of {declared.table.name} has a default, and may be NULL"


def null_in_unique(declared: DeclaredTable) -> Iterator[str]:
    """Constraints over several fields; one over a single optional field is mostly meant so."""
    relational = declared.table.relational
    if relational is None:
        return
    given = relational.made_by_the_database
    for unique in relational.unique:
        absent = [
            name
            for name in unique.field_names
            if name in declared.attributes
            and declared.attributes[name].nullable
            and name not in given
        ]
        if absent and unique.nulls_distinct and not unique.where and len(unique.field_names) > 1:
            yield (
                f"{', '.join(absent)} may be NULL in the constraint of {declared.table.name} over "
                f"{', '.join(unique.field_names)}"
            )


def untouched(declared: DeclaredTable) -> Iterator[str]:
    """Times without a trigger of ours, of a table without a trigger of somebody's that names it."""
    relational = declared.table.relational
    if relational is None:
        return
    touched = {one.field for one in relational.triggers if isinstance(one, TouchOnUpdate)}
    own = " ".join(one.statement for one in relational.objects if one.kind != "view")
    for one in declared.attributes.values():
        is_kept = one.name in touched or one.name in relational.generated
        named = re.search(rf"\b{re.escape(one.attribute)}\b", own)
        if _TOUCHED.fullmatch(one.name) and one.shape in _TIMES and not is_kept and not named:
            yield f"no trigger of {declared.table.name} sets {one.name}"


def ids_in_a_list(declared: DeclaredTable) -> Iterator[str]:
    """Lists of UUIDs, and of texts and numbers that are called ids."""
    for one in declared.attributes.values() if declared.table.relational else ():
        if isinstance(one.shape, ListOf | SetOf) and _is_id(one, one.shape):
            yield f"{one.name} of {declared.table.name} is a list of identifiers"


def _is_id(attribute: Attribute, shape: ListOf | SetOf) -> bool:
    element = shape.element
    if element == Scalar(Leaf.UUID):
        return True
    is_plain = element in (Scalar(Leaf.TEXT), Scalar(Leaf.INTEGER))
    return is_plain and bool(_IDS.fullmatch(attribute.name))


def inexact_money(declared: DeclaredTable) -> Iterator[str]:
    """Amounts by their names, of binary fractions or of the type money."""
    relational = declared.table.relational
    if relational is None:
        return
    for one in declared.attributes.values():
        type_ = relational.types.get(one.name)
        is_inexact = _INEXACT.fullmatch(type_) if type_ else one.shape == Scalar(Leaf.FLOAT)
        if _MONEY.fullmatch(one.name) and is_inexact:
            yield f"{one.name} of {declared.table.name} is of {type_ or 'double precision'}"


def own_collation(declared: DeclaredTable) -> Iterator[str]:
    """Collations of fields in keys, constraints and indexes."""
    table, relational = declared.table, declared.table.relational
    if relational is None:
        return
    sorted_by = {table.partition, *filter(None, [table.sort])}
    sorted_by |= {name for one in relational.unique for name in one.field_names}
    for index in table.indexes:
        sorted_by |= {*index.partition_fields, *index.sort_fields}
    sorted_by |= {column.field for one in relational.indexes for column in one.index_columns}
    for name, collation in relational.collations.items():
        if name in sorted_by and collation not in _BYTE_ORDER:
            yield f"{name} of {table.name} is in an index, by the collation {collation}"


RULES = {
    DEFAULT_AND_NULL: default_and_null,
    NULL_IN_UNIQUE: null_in_unique,
    UNTOUCHED: untouched,
    IDS_IN_A_LIST: ids_in_a_list,
    INEXACT_MONEY: inexact_money,
    OWN_COLLATION: own_collation,
}
