"""Live tables, read from PostgreSQL's catalogue, in the schema that the user creates tables in.

Source: https://www.postgresql.org/docs/15/catalogs.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Literal

from ....operations.operation import Request, unchanged
from ....schema.engine import LiveTable
from ....schema.facts import Path, Value
from ....schema.made import Made
from ....schema.tables import AttributeSchema, IndexSchema, TableSchema
from ..ddl.comments import said
from ..ddl.statements import create_statements, sparse_columns
from ..payload import MAKES, READS, Rows, SelectEach, Single, Statement, Steps, Transaction
from ..tables.layout import is_relational
from ..values.names import MORE_COLUMN, SCHEMA, column_name
from ..values.types import Form
from .catalogue import Facts
from .presence import PRESENT, lacking
from .shadow import Declaration, live_facts
from .shadow import read as read_each

_KINDS = "('r', 'p')"
_PRESENT = re.compile(r'("(?:[^"]|"")+"|\w+) IS NOT NULL')

_NAMES = f"""SELECT relname FROM pg_class
WHERE relnamespace = {SCHEMA} AND relkind IN {_KINDS} ORDER BY relname COLLATE "C" """

_COLUMNS = f"""SELECT c.relname, c.oid::text, c.reltuples::bigint, a.attname,
format_type(a.atttypid, a.atttypmod), l.collname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relnamespace = {SCHEMA} AND c.relkind IN {_KINDS} AND c.relname = ANY ($1::text[])
AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"""

_INDEXES = f"""SELECT c.relname, i.relname, x.indisprimary, x.indisunique AND NOT x.indisprimary,
x.indisvalid, m.amname, pg_get_expr(x.indpred, x.indrelid), obj_description(i.oid, 'pg_class'),
a.attname, x.indoption[k.n - 1] & 1
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_am m ON m.oid = i.relam
CROSS JOIN LATERAL generate_series(1, x.indnkeyatts) k(n)
LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k.n - 1]
WHERE c.relnamespace = {SCHEMA} AND c.relname = ANY ($1::text[])
ORDER BY c.relname, i.relname, k.n"""

_NUMBERS = re.compile(r"numeric\b|(small|big)?int(eger)?$|double precision$|real$")


def _kind(type_: str) -> Literal["S", "N", "B"]:
    """The kind of a key's column, by its type; what has none of its own is compared as text."""
    if _NUMBERS.match(type_):
        return "N"
    return "B" if type_ == Form.BYTES.value else "S"


def list_request() -> Request[list[str]]:
    """The request for the names of all tables."""
    payload = Single(_NAMES, ())
    return Request(
        "ListTables", "", payload, lambda rows: [name for (name,) in rows], after_loss=unchanged
    )


def inspect_request(
    names: Sequence[str],
    declared: Mapping[str, TableSchema],
    made: Made | None = None,
    *,
    all_facts: bool,
) -> Request[dict[str, LiveTable]]:
    """The request for the existing tables among `names`.

    declared: the tables of the layer; a live one that lacks their columns cannot be used.
    made: what a server made of them before; None if this one is to, and to undo it.
    all_facts: whether what relational tables say in SQL is compared with their declarations, which
        needs a role that may create a schema, or `made`. If not, one that lacks something has a
        problem.
    """
    wanted = (sorted(names),)
    selects = (Statement(_COLUMNS, wanted), Statement(_INDEXES, wanted))
    strict = [table for table in declared.values() if is_relational(table)]
    asked = [table for table in strict if table.name in names]

    def read(replies: Sequence[Rows], facts: Mapping[str, Facts]) -> dict[str, LiveTable]:
        columns, indexes, *present = replies
        lacks = lacking(asked, present[0]) if present else {}
        indexed = {name: list(rows) for name, rows in groupby(indexes, itemgetter(0))}
        found: dict[str, LiveTable] = {}
        for name, rows in groupby(columns, itemgetter(0)):
            said = dict(facts[name]) if name in facts else None
            former = said.pop("former", {}) if said else {}
            table = _Table(name, list(rows), indexed.get(name, []), declared.get(name), former)
            found[name] = table.live(said, lacks.get(name, ()))
        return found

    def compare() -> Steps[dict[str, LiveTable]]:
        replies = yield from read_each(selects)
        statements = [] if made else list(create_statements(strict))
        facts = yield from live_facts(Declaration(strict, statements, made), names)
        return read(replies, facts)

    if all_facts and asked:
        payload = Transaction(lambda: selects, compare, begin=READS if made else MAKES)
        return Request("DescribeTables", "", payload, lambda found: found, after_loss=unchanged)
    each = SelectEach((*selects, Statement(PRESENT, wanted)) if asked else selects)
    return Request(
        "DescribeTables", "", each, lambda replies: read(replies, {}), after_loss=unchanged
    )


class _Table:
    """A table in the catalogue. columns, indexes: rows of the two selects. former: names that
    parts have, by their declared paths."""

    def __init__(
        self,
        name: str,
        columns: Rows,
        indexes: Rows,
        declared: TableSchema | None,
        former: Mapping[Path, str],
    ) -> None:
        self.name = name
        self._declared = declared
        self._former = former
        self._renamed = {old: path[1] for path, old in former.items() if path[0] == "columns"}
        self._is_relational = declared is not None and is_relational(declared)
        [(_, self._identity, self._items, *_), *_] = columns
        self._types = {
            column: kind if collation in (None, "C", "default") else f"{kind} as {collation}"
            for *_, column, kind, collation in columns
        }
        self._indexes = {name: list(rows) for name, rows in groupby(indexes, itemgetter(1))}
        key = next((rows for rows in self._indexes.values() if rows[0][2]), [])
        self.said = said(key[0][7] if key else None)
        attributes, split = self._attributes(key), self.said.get("partition", 1)
        marks: Mapping[str, Value] = {"constraints": {}} if self._is_relational else {}
        self._keyed = TableSchema(name, attributes[:split], attributes[split:], facts=marks)

    def live(self, facts: Mapping[str, Value] | None, lacks: Sequence[str]) -> LiveTable:
        """All that the catalogue says. facts: of a relational table; None if they were not read.
        lacks: what it lacks."""
        return LiveTable(
            self._schema(facts or {}),
            problem=self._problem(lacks, is_compared=facts is not None),
            identity=self._identity,
            items=self._items if self._items >= 0 else None,
            is_whole=True,
        )

    def _schema(self, facts: Mapping[str, Value]) -> TableSchema:
        found = [self._index(full, rows) for full, rows in self._indexes.items()]
        columns = {name: kind for name, kind in self._types.items() if name != MORE_COLUMN}
        return replace(
            self._keyed,
            indexes={index.name: index for index in found if index is not None},
            ttl=self.said.get("ttl"),
            facts=facts if self._is_relational else {"columns": columns, **self._made()},
            former=self._former,
        )

    def _made(self) -> Mapping[str, Value]:
        """The objects that were made for a table that is no longer declared."""
        made = self.said.get("objects")
        return {"made": made} if made else {}

    def _problem(self, lacks: Sequence[str], *, is_compared: bool) -> str:
        if not self.said:
            return "it was not made by Trueup"
        if not self._is_relational and MORE_COLUMN not in self._types:
            if self._declared is None:
                return "it is one of columns: its declaration is written by hand, with relational="
            return "it is one of columns, and declared without relational="
        if self._declared is None or is_compared:
            return ""  # what it lacks is among the facts
        columns = self._declared.facts["columns"]
        assert isinstance(columns, Mapping)
        missing = ", ".join(name for name in columns if name not in self._types)
        if missing:
            return f"it lacks the columns {missing}"
        return f"it lacks what is declared: {', '.join(lacks)}" if lacks else ""

    def _index(self, full_name: str, rows: Rows) -> IndexSchema | None:
        """An index of ours by its own name and key; another one by its full name and columns."""
        _, _, is_primary, is_unique, is_valid, method, predicate, comment, *_ = rows[0]
        if is_primary:
            return None
        found = said(comment)
        if self._is_relational and not found:
            return None  # it is among the facts of the table
        attributes = self._attributes(rows)
        name = found.get("name", full_name.removeprefix(f"{self.name}."))
        oddities = [*_oddities(is_unique, is_valid, method, rows)]
        split = found.get("partition", 1)
        length = split + found.get("sort", len(attributes) - 1)
        index = IndexSchema(name, attributes[:split], attributes[split:length])
        if found and not oddities and self._holds(index, predicate):
            return replace(index, facts={"called": full_name}) if self._is_relational else index
        if not is_valid:
            return IndexSchema(name, (), facts={"called": full_name} if found else {})
        return replace(index, facts={"form": ", ".join(oddities) or "partial"})

    def _holds(self, index: IndexSchema, predicate: str | None) -> bool:
        """Whether an index holds the rows that have all its attributes, no more and no fewer."""
        text = predicate or ""
        present = [name.strip('"').replace('""', '"') for name in _PRESENT.findall(text)]
        rest = _PRESENT.sub("", text).replace("AND", "")
        is_bare = not rest.replace("(", "").replace(")", "").strip()
        return is_bare and sorted(present) == sorted(sparse_columns(self._keyed, index))

    def _attributes(self, rows: Rows) -> tuple[AttributeSchema, ...]:
        names = self.said.get("names", {})
        if self._declared is not None:
            there = {column_name(one.name): one.name for one in self._declared.attributes}
            names = names | {old: there.get(new, new) for old, new in self._renamed.items()}
        return tuple(
            AttributeSchema(names.get(column, column), _kind(self._types[column]))
            for column in (row[8] for row in rows)
            if column is not None
        )


def _oddities(is_unique: bool, is_valid: bool, method: str, rows: Rows) -> Iterator[str]:
    """What makes an index another one than those that we make."""
    if is_unique:
        yield "unique"
    if not is_valid:
        yield "not valid"
    if method != "btree":
        yield f"by {method}"
    for *_, column, descending in rows:
        if column is None:
            yield "of an expression"
        elif descending:
            yield f"{column} descending"
