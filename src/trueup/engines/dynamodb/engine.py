"""DynamoEngine: actions become calls of DynamoDB's API."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ...errors import Place, UnsupportedByEngine, unhandled
from ...model.description.dynamodb import refused_name, refused_table
from ...model.description.tables import TableDescription
from ...operations.actions import (
    Action,
    BatchGet,
    BatchGetTables,
    BatchWrite,
    Count,
    Delete,
    Get,
    Nearest,
    Put,
    Query,
    Scan,
    TransactGet,
    TransactWrite,
    Update,
    View,
)
from ...operations.distances import no_distances
from ...operations.engine import Rules
from ...operations.operation import Operation, Request
from ...schema.capabilities import refuse_relational
from ...schema.engine import NO_TABLES, LiveTable, Step
from ...schema.tables import TableSchema
from .codec.decoder import ItemDecoder
from .compile.pages import count_request, page_request
from .compile.table import TableCompiler
from .requests.batches import BatchGetting, BatchWriting, GettingPart
from .requests.replies import plain_request
from .requests.transactions import NewToken, TransactWriting, transact_get_request
from .requests.unprocessed import Resending
from .requests.writes import write_request

if TYPE_CHECKING:
    from ...schema.changes import Change


def _new_token() -> str:
    return str(uuid.uuid4())


class DynamoEngine:
    """Compiles actions for the tables of one layer in one account and region.

    names: logical to physical table names. resending: pauses for unprocessed parts of batches.
    new_token: tests pass known tokens.
    """

    def __init__(
        self,
        rules: Rules,
        tables: Mapping[str, TableDescription],
        names: Mapping[str, str],
        *,
        resending: Resending | None = None,
        new_token: NewToken = _new_token,
    ) -> None:
        self.rules = rules
        self._compilers = {
            name: TableCompiler(table, names[name], rules) for name, table in tables.items()
        }
        self._tables = tables
        self._resending = resending or Resending()
        self._transactions = TransactWriting(self._compilers, new_token)
        self._decoder = cache(self._new_decoder)

    def _new_decoder(self, table: str, view: View) -> ItemDecoder:
        return ItemDecoder(self._compilers[table].codec, view)

    def compile(self, action: Action) -> Request[Any]:
        """The first request of `action`; its decoder returns any that follow."""
        match action:
            case Get():
                return self._get(action)
            case Query() | Scan():
                decoder = self._decoder(action.table.name, action.view)
                return page_request(self._compilers[action.table.name], decoder, action)
            case Count(of):
                return count_request(self._compilers[of.table.name], action)
            case Put() | Update() | Delete():
                return write_request(self._compilers[action.table.name], action)
            case BatchWrite():
                return BatchWriting(self._compilers, action, self._resending).request()
            case BatchGet():
                return self._batch_get([action])
            case BatchGetTables(several):
                return self._batch_get(several)
            case TransactWrite(actions):
                return self._transactions.request(actions)
            case TransactGet(gets):
                decoders = [self._decoder(get.table.name, get.view) for get in gets]
                return transact_get_request(self._compilers, decoders, action)
            case Nearest(of):
                raise no_distances(self.rules, of.table)
            case _:
                raise unhandled(action)

    def _batch_get(self, actions: Sequence[BatchGet]) -> Request[list[Any]]:
        parts = [
            GettingPart(
                self._compilers[action.table.name],
                self._decoder(action.table.name, action.view),
                action,
            )
            for action in actions
        ]
        return BatchGetting(parts, self._resending).request()

    def _get(self, action: Get) -> Request[Any]:
        compiler = self._compilers[action.table.name]
        decoder = self._decoder(action.table.name, action.view)
        body = compiler.get(action)
        if action.consistent:
            body["ConsistentRead"] = True

        def decode(reply: bytes) -> Any:
            return decoder.one(reply, action.now_epoch_s)

        return plain_request("GetItem", action.table.name, compiler.where, body, decode)

    def check(self, tables: Sequence[TableDescription]) -> None:
        """Refuse DynamoDB's limits, for a layer that was declared for another target.

        Raises UnsupportedByEngine.
        """
        refuse_relational(tables, self.rules)
        problems = [
            f"{table.declared_at}: table {table.name!r}: {problem}"
            for table in tables
            for problem in (
                *refused_name("its name in the database", self._compilers[table.name].name),
                *refused_table(table),
            )
        ]
        if problems:
            raise UnsupportedByEngine(
                "DynamoDB cannot hold these tables\n  " + "\n  ".join(problems),
                where=Place(self.rules.engine),
                fix="fix every problem listed above",
                problems=problems,
            )

    def name_of(self, table: TableDescription) -> str:
        """The name of a table in the account and region."""
        return self._compilers[table.name].name

    def declared(self, table: TableDescription) -> TableSchema:
        """The schema of a declared table on DynamoDB."""
        from .ddl.declared import declared

        return declared(table, self._compilers[table.name].name)

    @property
    def inspects_at_once(self) -> bool:
        """Each table is described by requests of its own."""
        return False

    def inspect(
        self, names: Sequence[str], *, all_facts: bool = True
    ) -> Operation[Mapping[str, LiveTable]]:
        """The existing tables among `names`, a few at a time."""
        from .inspect.tables import inspect_tables

        logical = self._logical_names()
        asked = {name: logical.get(name, name) for name in names}
        wanted = {
            name: self.declared(self._tables[table])
            for name, table in asked.items()
            if name in logical
        }
        return (yield from inspect_tables(asked, wanted, all_facts=all_facts))

    def list_tables(self) -> Operation[Sequence[str]]:
        """The names of all tables in the account and region."""
        from .inspect.tables import list_tables

        return (yield from list_tables(Place(self.rules.engine)))

    def render(
        self, changes: Sequence[Change], live: Mapping[str, LiveTable] = NO_TABLES
    ) -> Sequence[Step]:
        """The requests that make the changes."""
        from .ddl.render import render

        return render(changes, self._logical_names(), live)

    def _logical_names(self) -> dict[str, str]:
        return {compiler.name: compiler.table.name for compiler in self._compilers.values()}
