"""The columns of a table: one of the right type for each declared attribute, and one for the rest.

A value that its column cannot hold exactly (another kind, or NULL where NULL differs from absent)
stands in the column for the rest instead, so that every item reads back as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ....errors import ErrorCode, Place, UnsupportedByEngine
from ....expressions.values import Kind
from ....model.declarations.relational import Relational
from ....model.description.tables import Attribute, KeyAttribute, TableDescription
from ....model.translation.encode import field_codecs
from ....model.translation.shapes import Leaf, Scalar, Shape, kind_of_shape
from ....schema.declared import declared_schema
from ....schema.facts import Path, Value
from ....schema.tables import AttributeSchema, IndexSchema, TableSchema
from ..relational.facts import former_names, relational_facts
from ..values.column_types import column_type
from ..values.names import MORE_COLUMN, MOST_BYTES, column_name, literal, quote, short_name
from ..values.types import PLAIN, Column, Form


def _next_number(table: str, attribute: Attribute) -> str:
    """The next number of an identity column."""
    named = literal(quote(table)), literal(column_name(attribute.attribute))
    return f"nextval(pg_get_serial_sequence({', '.join(named)}))"


_BY_KIND = {
    Kind.S: Form.TEXT,
    Kind.N: Form.NUMBER,
    Kind.B: Form.BYTES,
    Kind.BOOL: Form.BOOLEAN,
}
_BY_LEAF = {Leaf.DATETIME: Form.INSTANT, Leaf.SECONDS: Form.SECONDS}


def columns_of(table: TableDescription, name: str) -> tuple[Column, ...]:
    """The columns of a table: its key, its fields in declared order, what is derived from them.

    name: of the table in the database.
    """
    if table.relational is not None:
        return tuple(_strict_columns(table, table.relational, name))
    forms = _forms(table)
    key = {one.attribute for one in table.key}
    names = dict.fromkeys(one.attribute for one in table.key) | dict.fromkeys(forms)
    return tuple(
        Column(attribute, column_name(attribute), PLAIN[forms[attribute]], attribute in key)
        for attribute in names
    )


def _strict_columns(
    table: TableDescription, settings: Relational, table_name: str
) -> Iterator[Column]:
    """The columns of a relational table, in the order of its fields."""
    key = {one.attribute for one in table.key}
    for attribute in table.attributes:
        name = attribute.name
        yield Column(
            attribute.attribute,
            column_name(attribute.attribute),
            column_type(attribute, settings),
            is_key=attribute.attribute in key,
            is_nullable=attribute.nullable and name not in {*settings.defaults, *settings.identity},
            is_null=attribute.is_null,
            given=_next_number(table_name, attribute)
            if name in settings.identity
            else settings.defaults.get(name, ""),
            is_generated=name in settings.generated,
            is_strict=True,
        )


def _forms(table: TableDescription) -> dict[str, Form]:
    """The form of each attribute: that of its fields, if all models agree."""
    found: dict[str, set[Form]] = {}
    for model in dict.fromkeys((table.model, *table.models.values())):
        for codec in field_codecs(model):
            found.setdefault(codec.attribute, set()).add(_form_of(codec.shape))
    forms = {name: forms.pop() if len(forms) == 1 else Form.JSON for name, forms in found.items()}
    if table.discriminator:
        forms[table.discriminator] = Form.TEXT
    for index in (None, *table.indexes.values()):
        for key in table.position_keys(index):
            forms[key.attribute] = _key_form(key, forms.get(key.attribute))
    return forms


def _form_of(shape: Shape) -> Form:
    if isinstance(shape, Scalar) and shape.leaf in _BY_LEAF:
        return _BY_LEAF[shape.leaf]
    kind = kind_of_shape(shape)
    return Form.JSON if kind is None else _BY_KIND.get(kind, Form.JSON)


def _key_form(key: KeyAttribute, form: Form | None) -> Form:
    """A key has the form of its kind; that of an instant sorts as its text does."""
    is_instant = key.kind is Kind.S and form in (Form.INSTANT, Form.SECONDS)
    return form if form is not None and is_instant else _BY_KIND[key.kind]


def rest_column(table: TableDescription) -> Column | None:
    """The column for attributes that have none; None if the table has no such column."""
    if table.relational is None:
        return MORE
    name = table.relational.unknown_attributes
    return Column("", name, PLAIN[Form.JSON]) if name else None


def makes_values(table: TableDescription) -> bool:
    """Whether the database may store other values than are written: its own, or a trigger's."""
    settings = table.relational
    return settings is not None and bool(
        settings.made_by_the_database
        or settings.triggers
        or any(one.kind == "trigger" for one in settings.objects)
    )


def own_values(table: TableDescription) -> frozenset[str]:
    """The attributes whose values the database may give or change, but for the item's version."""
    settings = table.relational
    if settings is None:
        return frozenset()
    names = {*settings.made_by_the_database, *(one.field for one in settings.triggers)}
    version = table.version.name if table.version else ""
    return frozenset(one.attribute for one in table.attributes if one.name in names - {version})


def declared(table: TableDescription, names: Mapping[str, str]) -> TableSchema:
    """The schema of a table in the database: its indexes all hold whole items, and it has no
    stream. names: logical to physical names."""
    schema = declared_schema(table, names[table.name])
    columns = columns_of(table, schema.name)
    facts: Mapping[str, Value]
    former: Mapping[Path, str] = {}
    if table.relational is None:
        facts = {"columns": {column.name: column.type.name for column in columns}}
    else:
        facts = relational_facts(table, table.relational, columns, names)
        former = former_names(table, table.relational, columns)
    indexes = {
        index.name: replace(
            index, projection=None, is_local=False, facts=_index_facts(table, schema.name, index)
        )
        for index in schema.indexes.values()
    }
    return replace(schema, indexes=indexes, stream=None, facts=facts, former=former)


def _index_facts(table: TableDescription, name: str, index: IndexSchema) -> Mapping[str, Value]:
    """An index of a relational table has its declared name, if the table has its own too."""
    if table.relational is None:
        return {}
    return {"called": index.name if name == table.name else short_name(f"{name}.{index.name}")}


def is_relational(table: TableSchema) -> bool:
    """Whether a table has columns by its declaration, and not any items."""
    return "constraints" in table.facts


def index_name(table: TableSchema, index: IndexSchema) -> str:
    """The name of an index in the database: indexes of all tables share one name space."""
    called = index.facts.get("called")
    return called if isinstance(called, str) else short_name(f"{table.name}.{index.name}")


def key_name(table: TableSchema) -> str:
    """The name of the primary key's index."""
    return short_name(f"{table.name}{'_pkey' if is_relational(table) else '.key'}")


def index_order(table: TableSchema, index: IndexSchema) -> tuple[AttributeSchema, ...]:
    """The attributes of an index: its own, then the primary key's, to order equal sort keys. One of
    a relational table is as declared."""
    if is_relational(table):
        return index.attributes
    return tuple(dict.fromkeys((*index.attributes, *table.key)))


def check_names(tables: Mapping[str, TableSchema]) -> None:
    """Refuse all names that PostgreSQL cannot have or tell apart, together.

    tables: by their place of declaration and name there, for messages.

    Raises:
        UnsupportedByEngine: `problems` has a line for each name.
    """
    problems = [*_name_problems(tables), *_function_problems(tables)]
    if problems:
        raise UnsupportedByEngine(
            "PostgreSQL cannot hold these tables\n  " + "\n  ".join(problems),
            where=Place("postgres"),
            fix="give them other names",
            code=ErrorCode.UNSUPPORTED,
            problems=problems,
        )


def _name_problems(tables: Mapping[str, TableSchema]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for place, table in tables.items():
        if len(table.name.encode()) > MOST_BYTES:
            yield f"{place}: the name {table.name} is longer than {MOST_BYTES} bytes"
        for name in _names_of(table):
            if seen.setdefault(name, place) != place:
                yield f"{place}: the name {name} is also used at {seen[name]}"
        if any("\0" in name for name in (table.name, *table.indexes, *_attribute_names(table))):
            yield f"{place}: a name holds the character NUL"


def _function_problems(tables: Mapping[str, TableSchema]) -> Iterator[str]:
    """The functions of triggers that have the same name, and do not the same."""
    seen: dict[str, tuple[str, Value]] = {}
    for place, table in tables.items():
        functions = table.facts.get("functions")
        for name, sql in functions.items() if isinstance(functions, Mapping) else ():
            other, first = seen.setdefault(name, (place, sql))
            if sql != first:
                yield f"{place}: the function {name} has another source than that of {other}"


def _names_of(table: TableSchema) -> Sequence[str]:
    indexes = [index_name(table, index) for index in table.indexes.values()]
    return (table.name, key_name(table), *indexes)


def _attribute_names(table: TableSchema) -> Sequence[str]:
    columns = table.facts.get("columns")
    return tuple(columns) if isinstance(columns, Mapping) else ()


MORE = Column("", MORE_COLUMN, PLAIN[Form.JSON])
