"""SqliteEngine: actions become SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ...errors import unhandled
from ...model.description.tables import TableDescription
from ...operations.actions import (
    Action,
    BatchGet,
    BatchGetTables,
    BatchWrite,
    BatchWritten,
    Check,
    Count,
    Delete,
    Get,
    Nearest,
    Put,
    Query,
    Scan,
    TransactGet,
    TransactWrite,
    TransactWritten,
    Update,
    View,
    Write,
    WriteResult,
    parts_of,
    table_names,
)
from ...operations.distances import no_distances
from ...operations.engine import Rules
from ...operations.guards import has_expired
from ...operations.operation import Operation, Request, as_it_is, send
from ...operations.plans.transactions import check_together
from ...schema.capabilities import refuse_relational
from ...schema.engine import NO_TABLES, LiveTable, Step
from ...schema.tables import TableSchema
from .codec import from_json
from .compile import TableSql
from .decoder import ItemDecoder
from .fence import Fence
from .layout import check_names
from .pages import count_request, page_request
from .payload import Select, SelectEach, Transaction
from .sql import SqliteSql
from .writes import Writer, write_all, write_each

if TYPE_CHECKING:
    from ...schema.changes import Change


def _accept(_rows: list[Any]) -> None:
    """Accept any rows: a batch may read any number of bytes."""


class SqliteEngine(SqliteSql):
    """Compiles actions for the tables of one layer in one file.

    names: logical to physical table names.
    """

    def __init__(
        self, rules: Rules, tables: Mapping[str, TableDescription], names: Mapping[str, str]
    ) -> None:
        self.rules = rules
        self._tables = {name: TableSql(table, names[name], rules) for name, table in tables.items()}
        self._decoder = cache(self._new_decoder)
        self._fence = Fence([sql.schema for sql in self._tables.values()])

    def _new_decoder(self, table: str, view: View) -> ItemDecoder:
        return ItemDecoder(self._tables[table].codec, view)

    def compile(self, action: Action) -> Request[Any]:
        """The request that performs `action`."""
        if self.rules.refuse is not None:
            self.rules.refuse(self.rules, action)
        match action:
            case Get():
                return self._get(action)
            case Query() | Scan():
                return page_request(*self._reading(action), action)
            case Count(of):
                return count_request(*self._reading(of), action)
            case Put() | Update() | Delete():
                return self._write(action)
            case BatchWrite():
                return self._batch_write(action)
            case BatchGet():
                return self._batch_get([action])
            case BatchGetTables(several):
                return self._batch_get(several)
            case TransactWrite():
                return self._transact_write(action)
            case TransactGet():
                return self._transact_get(action)
            case Nearest(of):
                raise no_distances(self.rules, of.table)
            case _:
                raise unhandled(action)

    def check(self, tables: Sequence[TableDescription]) -> None:
        """Refuse what SQLite cannot hold, or names that it cannot keep apart.

        Raises UnsupportedByEngine.
        """
        refuse_relational(tables, self.rules)
        places = {f"{table.declared_at}: table {table.name!r}": table.name for table in tables}
        check_names({place: self._tables[name].schema for place, name in places.items()})

    def name_of(self, table: TableDescription) -> str:
        """The name of a table in the file."""
        return self._tables[table.name].schema.name

    def declared(self, table: TableDescription) -> TableSchema:
        """The schema of a declared table in the file."""
        return self._tables[table.name].schema

    @property
    def inspects_at_once(self) -> bool:
        """The items of each table are counted."""
        return False

    def inspect(
        self, names: Sequence[str], *, all_facts: bool = True
    ) -> Operation[Mapping[str, LiveTable]]:
        """The existing tables among `names`, as of one moment.

        all_facts: whether items are counted; the catalogue holds everything else.
        """
        from .inspect import inspect_request

        if not names:
            return {}
        return (yield from send(inspect_request(names, counts=all_facts)))

    def list_tables(self) -> Operation[Sequence[str]]:
        """The names of all tables in the file, sorted."""
        from .inspect import list_request

        return (yield from send(list_request()))

    def render(
        self, changes: Sequence[Change], live: Mapping[str, LiveTable] = NO_TABLES
    ) -> Sequence[Step]:
        """The steps that make the changes; tables that follow each other are made together."""
        from .ddl.render import render

        return render(changes, live)

    def _reading(self, action: Query | Scan) -> tuple[TableSql, ItemDecoder]:
        name = action.table.name
        return self._tables[name], self._decoder(name, action.view)

    def _get(self, action: Get) -> Request[Any]:
        sql = self._tables[action.table.name]
        decoder = self._decoder(action.table.name, action.view)
        now = action.now_epoch_s

        def decode(rows: list[tuple[Any, ...]]) -> Any:
            if not rows:
                return None
            if now is not None and has_expired(rows[0][1], now):
                return None
            return decoder.text(rows[0][0])

        text = sql.select_item if now is None else sql.select_expiring
        return Request("Get", action.table.name, Select(text, sql.key(action.key)), decode)

    def _write(self, action: Put | Update | Delete) -> Request[WriteResult[Any]]:
        writer = Writer(self._tables[action.table.name], action)
        name = (writer.sql.schema.name,)

        def work(connection: sqlite3.Connection) -> WriteResult[Any]:
            self._fence.check(connection, name)
            return writer.perform(connection)

        payload = Transaction(writer.statements, work)
        return Request(type(action).__name__, action.table.name, payload, as_it_is)

    def _batch_write(self, action: BatchWrite) -> Request[Any]:
        return self._write_several("BatchWrite", action.writes, write_each, BatchWritten)

    def _transact_write(self, action: TransactWrite) -> Request[Any]:
        actions = action.actions
        return self._write_several("TransactWrite", actions, write_all, TransactWritten)

    def _write_several(
        self,
        name: str,
        actions: Sequence[Write | Check],
        perform: Callable[[sqlite3.Connection, list[Writer]], Any],
        decode: Callable[[Any], BatchWritten | TransactWritten],
    ) -> Request[Any]:
        writers = [Writer(self._tables[action.table.name], action) for action in actions]

        def work(connection: sqlite3.Connection) -> Any:
            self._fence.check(connection, (writer.sql.schema.name for writer in writers))
            return perform(connection, writers)

        payload = Transaction(
            lambda: tuple(statement for writer in writers for statement in writer.statements()),
            work,
        )
        parts = parts_of(actions, is_batch=perform is write_each)
        return Request(name, table_names(actions), payload, decode, parts=parts)

    def _batch_get(self, actions: Sequence[BatchGet]) -> Request[Any]:
        gets = tuple(
            Get(action.table, key, action.view, action.consistent, action.now_epoch_s)
            for action in actions
            for key in action.keys
        )
        return self._get_each("BatchGet", gets)

    def _transact_get(self, action: TransactGet) -> Request[Any]:
        tables = table_names(action.gets)

        def check(rows: list[Any]) -> None:
            texts = [row[0] for row in rows if row is not None]
            # An item's JSON has at least a quarter as many characters as the item has bytes.
            limit = self.rules.limits.transaction_bytes
            if limit is not None and sum(map(len, texts)) * 4 > limit:
                check_together(self.rules, map(from_json, texts), tables)

        return self._get_each("TransactGet", action.gets, check)

    def _get_each(
        self, name: str, gets: tuple[Get, ...], check: Callable[[list[Any]], None] = _accept
    ) -> Request[Any]:
        requests = [self._get(get) for get in gets]
        selects = tuple(request.payload.statements[0] for request in requests)

        def decode(rows: list[Any]) -> list[Any]:
            check(rows)
            pairs = zip(requests, rows, strict=True)
            return [request.decode([] if row is None else [row]) for request, row in pairs]

        return Request(name, table_names(gets), SelectEach(selects), decode)
