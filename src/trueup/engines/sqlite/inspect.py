"""Live tables, read from SQLite's catalogue.

The catalogue does not know where a partition key ends and a sort key begins: only that comes from
the bookkeeping table. Changes by other programs are shown.
Source: https://www.sqlite.org/pragma.html#pragma_index_xinfo
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from ...errors import ErrorCode, NeedsOperator, Place
from ...operations.operation import Request
from ...schema.engine import LiveTable
from ...schema.tables import AttributeSchema, IndexSchema, TableSchema
from .file_format import BOOKKEEPING_TABLE
from .layout import EXPIRES_SUFFIX, ORDER_SUFFIX, longest_item_name, quote
from .payload import Select, SelectAll, Statement

Rows = Sequence[tuple[Any, ...]]
_Pair = tuple[str, Literal["S", "N", "B"]]


class _Keys(BaseModel):
    partition: Annotated[list[_Pair], Field(min_length=1)]
    sort: list[_Pair]


class _Described(_Keys):
    """What `ddl.description` wrote of a table."""

    indexes: dict[str, _Keys]


_COLUMNS = """
SELECT wanted.name, c.name, upper(c.type), c.pk
FROM wanted, pragma_table_info(wanted.name) c ORDER BY wanted.name, c.cid"""

_INDEXES = """
SELECT wanted.name, i.name, i.partial, c.name
FROM wanted, pragma_index_list(wanted.name) i, pragma_index_xinfo(i.name) c
WHERE i.origin = 'c' AND c.key ORDER BY wanted.name, i.seq DESC, c.seqno"""

_DESCRIPTIONS = f"""
SELECT wanted.name, description FROM wanted JOIN {quote(BOOKKEEPING_TABLE)} USING (name)"""


_NAMES = r"""
SELECT name FROM sqlite_schema WHERE type = 'table'
AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE 'trueup:%' ORDER BY name"""


def list_request() -> Request[list[str]]:
    """The request for the names of all tables, without SQLite's and Trueup's own."""
    return Request("ListTables", "", Select(_NAMES, ()), lambda rows: [name for (name,) in rows])


def inspect_request(names: Sequence[str]) -> Request[dict[str, LiveTable]]:
    """The request for the existing tables among `names`."""
    wanted = f"WITH wanted (name) AS (VALUES {', '.join(['(?)'] * len(names))})"
    selects = tuple(
        Statement(wanted + text, tuple(names)) for text in (_COLUMNS, _INDEXES, _DESCRIPTIONS)
    )
    return Request("DescribeTables", "", SelectAll(selects), _read)


def _read(replies: Sequence[Rows]) -> dict[str, LiveTable]:
    columns, indexes, descriptions = replies
    described = {name: _described(name, text) for name, text in descriptions}
    indexed = {name: list(rows) for name, rows in groupby(indexes, itemgetter(0))}
    return {
        name: _table(name, list(rows), indexed.get(name, ()), described.get(name))
        for name, rows in groupby(columns, itemgetter(0))
    }


def _described(name: str, text: str | bytes) -> _Described:
    try:
        return _Described.model_validate_json(text)
    except ValidationError:
        pass  # it holds the text
    raise NeedsOperator(
        "the file's description of a table is damaged",
        code=ErrorCode.CORRUPT_FILE,
        where=Place("sqlite", table=name),
        fix=f"restore the file, or the table's row in {quote(BOOKKEEPING_TABLE)}, from a backup",
    )


def _table(name: str, rows: Rows, indexes: Rows, described: _Described | None) -> LiveTable:
    columns = _attributes([(column, kind) for _, column, kind, _ in rows])
    order = sorted((pk, column) for _, column, _, pk in rows if pk)
    key = [columns[column] for _, column in order if column in columns]
    split = len(described.partition) if described else 1
    found = _indexes(name, indexes, key, columns, described.indexes if described else {})
    schema = TableSchema(
        name,
        tuple(key[:split]),
        tuple(key[split:]),
        {index.name: index for index in found},
        _ttl([column for _, column, _, _ in rows]),
    )
    return LiveTable(schema, problem="" if described else "it was not made by Trueup")


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


def _ttl(names: Sequence[str]) -> str | None:
    found = [name for name in names if name.endswith(EXPIRES_SUFFIX)]
    return found[0].removesuffix(EXPIRES_SUFFIX) if found else None


def _indexes(
    table: str,
    rows: Rows,
    key: Sequence[AttributeSchema],
    columns: Mapping[str, AttributeSchema],
    described: Mapping[str, _Keys],
) -> Iterator[IndexSchema]:
    for (physical, partial), names in groupby(rows, itemgetter(1, 2)):
        live = [columns[column] for *_, column in names if column in columns]
        name = physical.removeprefix(f"{table}.")
        yield _index(name, live, bool(partial), key, described.get(name))


def _index(
    name: str,
    live: list[AttributeSchema],
    partial: bool,
    key: Sequence[AttributeSchema],
    described: _Keys | None,
) -> IndexSchema:
    """The described index if the live columns agree with it; else an index of the live columns."""
    if described is not None:
        partition = tuple(AttributeSchema(*pair) for pair in described.partition)
        sort = tuple(AttributeSchema(*pair) for pair in described.sort)
        expected = list(dict.fromkeys((*partition, *sort, *key)))
        sparse = any(attribute not in key for attribute in partition + sort)
        if (live, partial) == (expected, sparse):
            return IndexSchema(name, partition, sort)
    return IndexSchema(name, tuple(live[:1]), tuple(live[1:]))
