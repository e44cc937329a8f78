"""The columns of a table: one of the right type for each declared attribute, and one for the rest.

A value that its column cannot hold exactly (another kind, or NULL where NULL differs from absent)
stands in the column for the rest instead, so that every item reads back as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum

from ..._dataclass import dataclass
from ...errors import ErrorCode, Place, UnsupportedByEngine
from ...expressions.values import Kind
from ...model.description.tables import KeyAttribute, TableDescription
from ...model.translation.encode import field_codecs
from ...model.translation.shapes import Leaf, Scalar, Shape, kind_of_shape
from ...schema.declared import declared_schema
from ...schema.tables import AttributeSchema, IndexSchema, TableSchema
from .names import MORE_COLUMN, MOST_BYTES, column_name, short_name


class Form(Enum):
    """The form in which a column holds plain values."""

    TEXT = "text"
    NUMBER = "numeric"
    BOOLEAN = "boolean"
    BYTES = "bytea"
    INSTANT = "timestamp with time zone"
    SECONDS = "timestamp(0) with time zone"
    JSON = "jsonb"

    @property
    def definition(self) -> str:
        """The type in a definition of a column. Text has the order of its bytes, as keys have."""
        return 'text COLLATE "C"' if self is Form.TEXT else self.value


_BY_KIND = {
    Kind.S: Form.TEXT,
    Kind.N: Form.NUMBER,
    Kind.B: Form.BYTES,
    Kind.BOOL: Form.BOOLEAN,
}
_BY_LEAF = {Leaf.DATETIME: Form.INSTANT, Leaf.SECONDS: Form.SECONDS}


@dataclass(frozen=True, slots=True)
class Column:
    """The column of an attribute. is_key: whether it belongs to the primary key."""

    attribute: str
    name: str
    form: Form
    is_key: bool = False


def columns_of(table: TableDescription) -> tuple[Column, ...]:
    """The columns of a table: its key, its fields in declared order, what is derived from them."""
    forms = _forms(table)
    key = {one.attribute for one in table.key}
    names = dict.fromkeys(one.attribute for one in table.key) | dict.fromkeys(forms)
    return tuple(
        Column(attribute, column_name(attribute), forms[attribute], attribute in key)
        for attribute in names
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


def declared(table: TableDescription, name: str) -> TableSchema:
    """The schema of a table in the database: its indexes all hold whole items, and it has no
    stream."""
    schema = declared_schema(table, name)
    indexes = {
        name: replace(index, projection=None, is_local=False)
        for name, index in schema.indexes.items()
    }
    facts = {"columns": {column.name: column.form.value for column in columns_of(table)}}
    return replace(schema, indexes=indexes, stream=None, facts=facts)


def index_name(table: TableSchema, index: IndexSchema) -> str:
    """The name of an index in the database: indexes of all tables share one name space."""
    return short_name(f"{table.name}.{index.name}")


def key_name(table: TableSchema) -> str:
    """The name of the primary key's index."""
    return short_name(f"{table.name}.key")


def index_order(table: TableSchema, index: IndexSchema) -> tuple[AttributeSchema, ...]:
    """The attributes of an index: its own, then the primary key's, to order equal sort keys."""
    return tuple(dict.fromkeys((*index.attributes, *table.key)))


def check_names(tables: Mapping[str, TableSchema]) -> None:
    """Refuse all names that PostgreSQL cannot have or tell apart, together.

    tables: by their place of declaration and name there, for messages.

    Raises:
        UnsupportedByEngine: `problems` has a line for each name.
    """
    problems = [*_name_problems(tables)]
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


def _names_of(table: TableSchema) -> Sequence[str]:
    indexes = [index_name(table, index) for index in table.indexes.values()]
    return (table.name, key_name(table), *indexes)


def _attribute_names(table: TableSchema) -> Sequence[str]:
    columns = table.facts.get("columns")
    return tuple(columns) if isinstance(columns, Mapping) else ()


MORE = Column("", MORE_COLUMN, Form.JSON)
