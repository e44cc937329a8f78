"""PostgresEngine: actions become SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Self, cast

from ...errors import unhandled
from ...expressions.values import Item
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
from ...operations.engine import Rules
from ...operations.guards import alive
from ...operations.lost import may_be_resent
from ...operations.operation import Operation, Request, as_it_is, never, send, unchanged
from ...operations.plans.tenants import check_tenant
from ...operations.plans.transactions import check_together
from ...operations.sql.port import CopyStream
from ...operations.tenants import W
from ...schema.engine import NO_TABLES, LiveTable, Step
from ...schema.tables import TableSchema
from .errors import Stage
from .payload import Rows, SelectEach, Single, Statement, Steps, Transaction
from .reads.decoder import ItemDecoder
from .reads.nearest import nearest_request
from .reads.pages import count_request, page_request
from .sql.dialect import PostgresSql
from .sql.tenant_sql import TENANT_DIALECT
from .tables.compile import TableSql
from .tables.layout import check_names, is_relational
from .tenants import SET_TENANT, RoleCheck, tenant_values
from .values.names import quote
from .writes import Writer, batch_statements, single_statements, write_all, write_each

if TYPE_CHECKING:
    from ...schema.behaviour import Question
    from ...schema.changes import Change
    from ...schema.facts import Difference
    from ...schema.made import Made


class PostgresEngine(PostgresSql):
    """Compiles actions for the tables of one layer in one database.

    names: logical to physical table names.
    """

    def __init__(
        self, rules: Rules, tables: Mapping[str, TableDescription], names: Mapping[str, str]
    ) -> None:
        self.rules = rules
        self._tables = {name: TableSql(table, names, rules) for name, table in tables.items()}
        self._decoder = cache(self._new_decoder)
        self._guarded = [sql for sql in self._tables.values() if sql.table.tenant]
        self._role = RoleCheck({sql.schema.name: sql.schema for sql in self._guarded})
        self._setting: Statement | None = None
        self._tenants: Mapping[str, str] = {}
        self._made: Made | None = None
        self._declaration: str | None = None

    def _new_decoder(self, table: str, view: View) -> ItemDecoder:
        return ItemDecoder(self._tables[table], view)

    def compile(self, action: Action) -> Request[Any]:
        """The request that performs `action`."""
        if self.rules.refuse is not None:
            self.rules.refuse(self.rules, action)
        self._check_tenant(action)
        request = self._compiled(action)
        if self._setting is None:
            return request
        return replace(request, payload=replace(request.payload, tenant=self._setting))

    def _compiled(self, action: Action) -> Request[Any]:
        match action:
            case Get():
                return self._get(action)
            case Query() | Scan():
                return page_request(self._reading(action), action)
            case Count(of):
                return count_request(self._reading(of), action)
            case Nearest(of):
                return nearest_request(self._reading(of), action)
            case Put() | Update() | Delete():
                return self._write(action)
            case BatchWrite():
                return self._write_several("BatchWrite", action.writes, write_each, BatchWritten)
            case BatchGet():
                return self._batch_get(action)
            case BatchGetTables(several):
                return self._batch_get_tables(several)
            case TransactWrite():
                actions = action.actions
                return self._write_several("TransactWrite", actions, write_all, TransactWritten)
            case TransactGet():
                return self._transact_get(action)
            case _:
                raise unhandled(action)

    def for_tenant(self, tenant: object) -> Self:
        """The same engine for the requests of one tenant. Raises InvalidCall."""
        made = copy(self)
        described = {name: sql.table for name, sql in self._tables.items()}
        text, made._tenants = tenant_values(tenant, described)
        made._setting = Statement(SET_TENANT, (text,))
        made.dialect = TENANT_DIALECT
        return made

    def wire_of_tenant(self, wire: W) -> W:
        """The wire for requests of this engine's tenant."""
        from .wire.tenants import TenantWire, pooled

        assert self._setting is not None, "the engine is that of a tenant"
        made = TenantWire(pooled(wire), self._setting, self._role)
        return cast("W", made)  # it is of both flavours

    def check(self, tables: Sequence[TableDescription]) -> None:
        """Refuse names that PostgreSQL cannot have. Raises UnsupportedByEngine."""
        places = {f"{table.declared_at}: table {table.name!r}": table.name for table in tables}
        check_names({place: self._tables[name].schema for place, name in places.items()})

    def name_of(self, table: TableDescription) -> str:
        """The name of a table in the database."""
        return self._tables[table.name].schema.name

    def declared(self, table: TableDescription) -> TableSchema:
        """The schema of a declared table in the database."""
        return self._tables[table.name].schema

    @property
    def inspects_at_once(self) -> bool:
        """The catalogue says all of them in a fixed number of SELECTs."""
        return True

    def inspect(
        self,
        names: Sequence[str],
        *,
        all_facts: bool = True,
    ) -> Operation[Mapping[str, LiveTable]]:
        """The existing tables among `names`.

        all_facts: whether the SQL of relational tables is compared with that of live ones.
        """
        from .inspect.tables import inspect_request

        if not names:
            return {}
        declared = {sql.schema.name: sql.schema for sql in self._tables.values()}
        request = inspect_request(names, declared, self._made, all_facts=all_facts)
        return (yield from send(request))

    @property
    def declaration(self) -> str:
        """The fingerprint of the relational tables, and of the SQL that creates them."""
        if self._declaration is None:
            from .ddl.statements import create_statements
            from .inspect.recorded import fingerprint

            tables = self._relational
            self._declaration = fingerprint(tables, list(create_statements(tables)))
        return self._declaration

    def make(self) -> Operation[Made]:
        """What the server makes of the relational tables, in a transaction that is undone."""
        from .inspect.making import make_request

        return (yield from send(make_request(self._relational)))

    def with_made(self, made: Made) -> Self:
        """The same engine, whose `inspect` only reads."""
        found = copy(self)
        found._made = made
        return found

    @property
    def _relational(self) -> list[TableSchema]:
        return [sql.schema for sql in self._tables.values() if is_relational(sql.schema)]

    def try_behaviour(
        self, tables: Sequence[str], questions: Sequence[Question]
    ) -> Operation[Mapping[str, Sequence[Difference]]]:
        """What live tables do, tried on copies in a transaction that is undone."""
        from .behaviour.request import Tried, behaviour_request, sql_question

        found = [Tried(self._tables[name].table, self._tables[name].schema) for name in tables]
        asked = [sql_question(one, self._tables[one.table].schema) for one in questions]
        return (yield from send(behaviour_request(found, asked)))

    def list_tables(self) -> Operation[Sequence[str]]:
        """The names of all tables in the schema, sorted."""
        from .inspect.tables import list_request

        return (yield from send(list_request()))

    def render(
        self, changes: Sequence[Change], live: Mapping[str, LiveTable] = NO_TABLES
    ) -> Sequence[Step]:
        """The steps that make the changes; tables that follow each other are made together."""
        from .ddl.render import render

        return render(changes, live)

    def copy_in(self, table: str, items: Iterator[Item]) -> Request[int]:
        """The request that copies new items into a table, all or none."""
        from .sql.copying import copy_in_request

        sql = self._tables[table]
        self._check_tenant(Scan(sql.table))
        return copy_in_request(sql, self._of_tenant(sql, items))

    def _of_tenant(self, sql: TableSql, items: Iterator[Item]) -> Iterator[Item]:
        """The items, each checked to be the tenant's, if the table has tenants."""
        for item in items:
            self._check_tenant(Put(sql.table, item))
            yield item

    def _check_tenant(self, action: Action) -> None:
        if self._guarded:
            check_tenant(self.rules.engine, action, self._tenants)

    def copy_out(self, table: str, now_epoch_s: int | None, rows: int) -> CopyStream:
        """The requests that copy all items out, in parts of so many rows."""
        from .sql.copying import copy_out_stream

        sql = self._tables[table]
        self._check_tenant(Scan(sql.table))
        return copy_out_stream(sql, now_epoch_s, rows)

    def _reading(self, action: Get | Query | Scan) -> ItemDecoder:
        return self._decoder(action.table.name, action.view)

    def _get(self, action: Get) -> Request[Any]:
        decoder = self._reading(action)
        text, parameters = decoder.select, decoder.sql.key_parameters(action.key)
        if action.now_epoch_s is not None and decoder.sql.expires:
            text += f" AND {decoder.sql.expires.format(f'${len(parameters) + 1}')}"
            parameters += (str(action.now_epoch_s),)

        def decode(rows: Rows) -> Any:
            return decoder.models(rows)[0] if rows else None

        payload = Single(text, parameters)
        return Request("Get", action.table.name, payload, decode, after_loss=unchanged)

    def _decoded(self, action: Get | BatchGet) -> Callable[[Item], Any]:
        """What turns a stored item into a model, or into None if it has expired."""
        decoder = self._decoder(action.table.name, action.view)

        def decoded(item: Item) -> Any:
            is_alive = alive(action.table, item, action.now_epoch_s) is not None
            return decoder.item(item) if is_alive else None

        return decoded

    def _batch_get(self, action: BatchGet) -> Request[list[Any]]:
        """One SELECT; its rows come in any order."""
        sql = self._tables[action.table.name]
        decoded = self._decoded(action)
        parameters = [sql.key_parameters(key) for key in action.keys]
        places = iter(range(1, len(parameters) * len(sql.key) + 1))
        rows_of_places = ", ".join(
            f"({', '.join(column.placed(f'${next(places)}') for column in sql.key)})"
            for _ in parameters
        )
        names = ", ".join(quote(column.name) for column in sql.key)
        text = f"SELECT {sql.selected} FROM {sql.quoted} WHERE ({names}) IN ({rows_of_places})"

        def decode(rows: Rows) -> list[Any]:
            found = {action.table.key_of(item): item for item in map(sql.item, rows)}
            return [decoded(found[key]) if key in found else None for key in action.keys]

        payload = Single(text, tuple(value for key in parameters for value in key))
        return Request("BatchGet", action.table.name, payload, decode, after_loss=unchanged)

    def _batch_get_tables(self, actions: Sequence[BatchGet]) -> Request[list[Any]]:
        """One SELECT for each table, sent together."""
        requests = [self._batch_get(action) for action in actions]
        payloads = [request.payload for request in requests]
        selects = tuple(Statement(one.sql, one.parameters) for one in payloads)

        def decode(replies: Sequence[Rows]) -> list[Any]:
            pairs = zip(requests, replies, strict=True)
            lists: list[Any] = [request.decode(rows) for request, rows in pairs]
            return [model for models in lists for model in models]

        name = table_names(actions)
        return Request("BatchGet", name, SelectEach(selects), decode, after_loss=unchanged)

    def _transact_get(self, action: TransactGet) -> Request[list[Any]]:
        gets = action.gets
        tables = table_names(gets)
        sqls = [self._tables[get.table.name] for get in gets]
        selects = tuple(
            Statement(sql.select, sql.key_parameters(get.key))
            for sql, get in zip(sqls, gets, strict=True)
        )

        def decode(replies: Sequence[Rows]) -> list[Any]:
            items = [
                sql.item(rows[0]) if rows else None for sql, rows in zip(sqls, replies, strict=True)
            ]
            if self.rules.limits.transaction_bytes is not None:
                check_together(self.rules, (item for item in items if item is not None), tables)
            return [
                None if item is None else self._decoded(get)(item)
                for get, item in zip(gets, items, strict=True)
            ]

        return Request("TransactGet", tables, SelectEach(selects), decode, after_loss=unchanged)

    def _write(
        self, action: Put | Update | Delete, *, is_resent: bool = False
    ) -> Request[WriteResult[Any]]:
        """The request of one write. is_resent: an attempt without a reply may be applied."""
        writer = Writer(self._tables[action.table.name], action, is_resent=is_resent)
        name, table = type(action).__name__, action.table.name

        def after_loss(_: Request[WriteResult[Any]]) -> Request[WriteResult[Any]]:
            return self._write(action, is_resent=True)

        following = after_loss if may_be_resent(action) else never
        if writer.is_blind:
            assert writer.row is not None
            put = Single(writer.sql.upsert, writer.row, Stage.PERHAPS)
            return Request(name, table, put, lambda _: WriteResult(), following)
        if isinstance(action, Delete) and action.guard.is_open:
            taken = Single(writer.sql.take, writer.key, Stage.PERHAPS)
            return Request(name, table, taken, writer.taken, following)
        payload = Transaction(writer.statements, writer.perform)
        return Request(name, table, payload, as_it_is, following)

    def _write_several(
        self,
        name: str,
        actions: Sequence[Write | Check],
        perform: Callable[[Sequence[Writer]], Steps[Any]],
        decode: Callable[[Any], BatchWritten | TransactWritten],
        *,
        is_resent: bool = False,
    ) -> Request[Any]:
        """The request of several writes. is_resent: an attempt without a reply may be applied."""
        writers = [
            Writer(self._tables[action.table.name], action, is_resent=is_resent)
            for action in actions
        ]
        known = batch_statements if perform is write_each else single_statements
        payload = Transaction(lambda: known(writers), lambda: perform(writers))

        def after_loss(_: Request[Any]) -> Request[Any]:
            return self._write_several(name, actions, perform, decode, is_resent=True)

        is_repeatable = all(map(_is_repeatable if perform is write_each else _is_blind, actions))
        following = after_loss if is_repeatable else never
        parts = parts_of(actions, is_batch=perform is write_each)
        return Request(name, table_names(actions), payload, decode, following, parts=parts)


def _is_repeatable(action: Write | Check) -> bool:
    """Whether an action of a batch may be sent again, which has no result but its error."""
    return not isinstance(action, Check) and may_be_resent(action)


def _is_blind(action: Write | Check) -> bool:
    """Whether an action has one result, whatever is stored."""
    return isinstance(action, Put) and action.guard.is_open and action.returning is None
