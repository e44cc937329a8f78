"""Objects beside the tables as SQL: types and sequences from their facts, others as declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ....schema.facts import Value
from ....schema.mentions import before_tables, by_mention, is_named, kind_and_name, words
from ....schema.tables import TableSchema
from ..payload import Statement
from ..values.names import quote, unless
from .declared_sql import Declares
from .relational import part

_UNCHECKED = Statement("SET LOCAL check_function_bodies = off")
_CHECKED = Statement("SET LOCAL check_function_bodies = on")
"""Around functions that read tables which are not there yet, since these call them.
Source: https://www.postgresql.org/docs/15/runtime-config-client.html"""

_SAID_BY_TABLES = ("columns", "constraints", "indexes")


class Objects:
    """The objects of tables, each once: those that come before the tables, and the others."""

    def __init__(self, tables: Sequence[TableSchema]) -> None:
        self._tables = tables
        self._of = {name: table for table in tables for name in part(table, "objects")}
        self._all = {name: part(table, "objects")[name] for name, table in self._of.items()}
        said = " ".join(words(part(table, one)) for table in tables for one in _SAID_BY_TABLES)
        self._early = before_tables(self._all, said)

    def before_tables(self) -> Iterator[Statement]:
        """The statements of those that tables use."""
        early = [self._statement(name) for name in self._early]
        reads = any(
            kind_and_name(name)[0] == "function" and self._reads(str(self._all[name]))
            for name in self._early
        )
        yield from (_UNCHECKED, *early, _CHECKED) if reads else early

    def after_tables(self) -> Iterator[tuple[TableSchema, Statement]]:
        """The statements of the others, each with its table."""
        for name in by_mention(self._all):
            if name not in self._early:
                yield self._of[name], self._statement(name)

    def _reads(self, statement: str) -> bool:
        return any(is_named(f"view {table.name}", statement) for table in self._tables)

    def _statement(self, name: str) -> Statement:
        return object_statement(self._of[name].name, name, self._all[name])


def object_statement(table: str, name: str, value: Value) -> Statement:
    """The statement that makes an object; a type or a sequence of that name may be there."""
    declares = Declares(table, f"the object {name!r}", reads_rows=True)
    if not isinstance(value, Mapping):
        return Statement(str(value), declares=declares)
    sql = type_sql(name, value)
    is_sequence = name.startswith("sequence ")
    return Statement(sql if is_sequence else unless("duplicate_object", sql), declares=declares)


def type_sql(name: str, value: Mapping[str, Value]) -> str:
    """The SQL that makes a domain, a composite type or a sequence in an empty schema."""
    kind, called = kind_and_name(name)
    if kind == "sequence":
        return f"CREATE SEQUENCE IF NOT EXISTS {quote(called)} {' '.join(sequence_parts(value))}"
    if kind == "domain":
        return " ".join(_domain(called, value))
    fields = value["fields"]
    assert isinstance(fields, Mapping)
    listed = ", ".join(f"{quote(one)} {type_}" for one, type_ in fields.items())
    return f"CREATE TYPE {quote(called)} AS ({listed})"


def sequence_parts(value: Mapping[str, Value]) -> Iterator[str]:
    """What CREATE and ALTER say of a sequence."""
    yield f"AS {value['type']} INCREMENT BY {value['increment']}"
    yield f"MINVALUE {value['minimum']} MAXVALUE {value['maximum']} START WITH {value['start']}"
    yield f"CACHE {value['cache']} {'CYCLE' if value['cycle'] else 'NO CYCLE'}"


def _domain(name: str, value: Mapping[str, Value]) -> Iterator[str]:
    yield f"CREATE DOMAIN {quote(name)} AS {value['type']}"
    if value["collation"]:
        yield f"COLLATE {quote(str(value['collation']))}"
    if value["default"]:
        yield f"DEFAULT {value['default']}"
    if value["required"]:
        yield "NOT NULL"
    checks = value["checks"]
    assert isinstance(checks, Mapping)
    for one, check in checks.items():
        yield f"CONSTRAINT {quote(one)} {check}"
