"""Live tables, read from SQLite's catalogue.

The catalogue does not know where a partition key ends and a sort key begins: only that, and what is
unfinished, comes from the record. Changes by other programs are shown.
Source: https://www.sqlite.org/pragma.html#pragma_index_xinfo
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from ...operations.operation import Request
from ...schema.engine import LiveTable
from ...schema.tables import AttributeSchema, IndexSchema, TableSchema
from .ddl.statements import sparse_condition
from .file_format import BOOKKEEPING_TABLE
from .layout import (
    EXPIRES_SUFFIX,
    MEMORY,
    ORDER_SUFFIX,
    ORDINARY,
    UNKEPT,
    index_order,
    longest_item_name,
    quote,
)
from .payload import Select, SelectAll, Statement
from .record import Record, parse_record

Rows = Sequence[tuple[Any, ...]]

MOST_COUNTED = 1_000_000
"""Items are counted up to this number, which takes a fraction of a second."""

_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"

_COLUMNS = """
SELECT wanted.name, c.name, upper(c.type), c.pk
FROM wanted, pragma_table_info(wanted.name) c ORDER BY wanted.name, c.cid"""

_INDEXES = """
SELECT wanted.name, i.name, i."unique", i.partial, s.sql, c.name, c."desc", c.coll
FROM wanted, pragma_index_list(wanted.name) i, pragma_index_xinfo(i.name) c
JOIN sqlite_schema s ON s.name = i.name
WHERE i.origin = 'c' AND c.key ORDER BY wanted.name, i.seq DESC, c.seqno"""

_RECORDS = f"""
SELECT wanted.name, record.rowid, description
FROM wanted JOIN {quote(BOOKKEEPING_TABLE)} record USING (name) WHERE description <> ''"""


_NAMES = r"""
SELECT name FROM sqlite_schema WHERE type = 'table'
AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE 'trueup:%' ORDER BY name"""


def list_request() -> Request[list[str]]:
    """The request for the names of all tables, without SQLite's and Trueup's own."""
    return Request("ListTables", "", Select(_NAMES, ()), lambda rows: [name for (name,) in rows])


def inspect_request(names: Sequence[str], *, counts: bool = False) -> Request[dict[str, LiveTable]]:
    """The request for the existing tables among `names`, as of one moment.

    counts: whether their items are counted.
    """
    wanted = f"WITH wanted (name) AS (VALUES {', '.join(['(?)'] * len(names))})"
    selects = tuple(
        Statement(wanted + text, tuple(names)) for text in (_COLUMNS, _INDEXES, _RECORDS)
    )
    payload = SelectAll((Statement(_FILE), *selects), _counts if counts else None)
    return Request("DescribeTables", "", payload, _read)


def _counts(replies: Sequence[Rows]) -> list[Statement]:
    """A SELECT for each table that was found: its name, and its items up to a limit."""
    found = dict.fromkeys(name for name, *_ in replies[1])
    return [
        Statement(
            f"SELECT ?, count(*) FROM (SELECT 1 FROM {quote(name)} LIMIT {MOST_COUNTED + 1})",
            (name,),
        )
        for name in found
    ]


def _read(replies: Sequence[Rows]) -> dict[str, LiveTable]:
    [(file,)], columns, indexes, records, *counts = replies
    indexed = {name: list(rows) for name, rows in groupby(indexes, itemgetter(0))}
    recorded = {name: (number, parse_record(name, text)) for name, number, text in records}
    items = {name: count for [(name, count)] in counts if count <= MOST_COUNTED}
    found: dict[str, LiveTable] = {}
    for name, some in groupby(columns, itemgetter(0)):
        rows = list(some)
        number, record = recorded.get(name, ("", None))
        schema = _Table(name, rows, record).schema(indexed.get(name, ()))
        found[name] = LiveTable(
            replace(schema, source=file or MEMORY),
            problem=_problem(record, rows),
            identity=str(number),
            items=items.get(name),
            is_whole=True,
        )
    return found


def _problem(record: Record | None, rows: Rows) -> str:
    """Why a table cannot be used; empty if it can."""
    if record is None:
        return "it was not made by Trueup"
    if longest_item_name(column for _, column, *_ in rows) is None:
        return "it has no column with the items"
    return ""


class _Table:
    """A table in the catalogue, and its record. rows: its columns."""

    def __init__(self, name: str, rows: Rows, record: Record | None) -> None:
        self.record = record
        self._names = [column for _, column, _, _ in rows]
        self._attributes = _attributes([(column, kind) for _, column, kind, _ in rows])
        order = sorted((pk, column) for _, column, _, pk in rows if pk)
        key = [self._attributes[column] for _, column in order if column in self._attributes]
        split = len(record.partition) if record else 1
        self.keyed = TableSchema(name, tuple(key[:split]), tuple(key[split:]))

    def schema(self, indexes: Rows) -> TableSchema:
        """All that the file says. indexes: rows of the indexes' columns."""
        found = [
            self._index(name, bool(unique), sql if partial else "", list(rows))
            for (name, unique, partial, sql), rows in groupby(indexes, itemgetter(1, 2, 3, 4))
        ]
        live = {index.name: index for index in (*found, *self._unfinished())}
        return replace(self.keyed, indexes=live, ttl=self._ttl(), unkept=UNKEPT)

    def _unfinished(self) -> Iterator[IndexSchema]:
        """Indexes whose columns are being filled: they have no key yet."""
        filling = self.record.filling if self.record else None
        for name in filling.indexes if filling else ():
            yield IndexSchema(name, (), facts={"form": ORDINARY})

    def _ttl(self) -> str | None:
        filling = self.record.filling if self.record else None
        if filling and filling.ttl:
            return f"{filling.ttl} (not filled yet)"
        found = [
            name.removesuffix(EXPIRES_SUFFIX)
            for name in self._names
            if name.endswith(EXPIRES_SUFFIX)
        ]
        recorded = self.record.ttl if self.record else None
        return recorded if recorded in found else next(iter(found), None)

    def _index(self, full_name: str, unique: bool, partial: str, rows: Rows) -> IndexSchema:
        """The recorded index if the live columns agree with it; else an index of these columns.

        partial: the SQL of an index that does not hold all rows.
        """
        name = full_name.removeprefix(f"{self.keyed.name}.")
        columns = [column for *_, column, _, _ in rows]
        oddities = list(_oddities(unique, rows))
        recorded = self.record.indexes.get(name) if self.record else None
        index = recorded.index(name) if recorded else None
        if index is None or not self._holds(index, columns, partial):
            live = tuple(self._attributes[one] for one in columns if one in self._attributes)
            found = IndexSchema(name, live[:1], live[1:])
            if index is None:
                oddities.append("not recorded")
            elif found == index:
                oddities.append("of other columns or rows")
            index = found
        return replace(index, facts={"form": ", ".join(oddities) or ORDINARY})

    def _holds(self, index: IndexSchema, columns: list[str], partial: str) -> bool:
        """Whether an index of these columns has the key, and the rows, of the recorded one."""
        condition = sparse_condition(self.keyed, index)
        has_rows = partial.endswith(f"){condition}") if condition else not partial
        return has_rows and columns == list(index_order(self.keyed, index))


def _oddities(unique: bool, rows: Rows) -> Iterator[str]:
    """What makes an index another one than those that we make."""
    if unique:
        yield "unique"
    for *_, column, descending, collation in rows:
        if descending:
            yield f"{column} descending"
        if collation != "BINARY":
            yield f"{column} as {collation}"


def _attributes(rows: Sequence[tuple[str, str]]) -> dict[str, AttributeSchema]:
    """The attributes with their own columns, by the column that sorts."""
    names = {name for name, _ in rows}
    item = longest_item_name(names)
    found: dict[str, AttributeSchema] = {}
    for name, kind in rows:
        if name.endswith(ORDER_SUFFIX) and name.removesuffix(ORDER_SUFFIX) in names:
            found[name] = AttributeSchema(name.removesuffix(ORDER_SUFFIX), "N")
        elif name + ORDER_SUFFIX not in names and name != item:
            found[name] = AttributeSchema(name, "B" if kind == "BLOB" else "S")
    return found
