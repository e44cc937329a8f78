"""DatabasePreview: the requests that a database's calls would send, as values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, Unpack

from pydantic import BaseModel

from ...errors import ErrorCode, InvalidCall, Place
from ...model.declarations.table import Table
from ...operations.batching import split_tables
from ...operations.operation import Request
from ...operations.plans import reads
from ...operations.plans.transactions import plan_transact_get
from ...operations.sql.calls import execute_request, fetch_one_request, fetch_request
from ...operations.sql.port import sql_engine
from ..options import GetOptions
from .open_layer import OpenLayer
from .several import checked_pairs, plan_tables_read

B = TypeVar("B", bound=BaseModel)


class DatabasePreview:
    """The methods of a database that send requests; each returns the exact request.

    For a transaction, see `tx.request` in its block; a batch sends the requests of `put_many`.
    """

    def __init__(self, open_layer: OpenLayer) -> None:
        self._open_layer = open_layer

    def create_tables(self) -> Request[Any]:
        """The first request of `create_tables` that changes something, if no table exists yet."""
        from ...schema.create import first_request

        engine, layer = self._open_layer.engine, self._open_layer.layer
        request = first_request(engine, self._open_layer.tables)
        if request is None:
            raise InvalidCall(
                f"the layer {layer.name!r} has no tables",
                code=ErrorCode.INVALID_OPTION,
                where=Place(engine.rules.engine),
                fix="give the layer its tables: Layer(..., tables=[...])",
            )
        return request

    def transact_get(self, *wanted: tuple[Table[Any], Any]) -> Request[Any]:
        """The request of `transact_get`."""
        layer = self._open_layer
        pairs = checked_pairs(wanted, "transact_get((orders, key), (users, key))")
        gets = [reads.plan_get(layer.context(table), key) for table, key in pairs]
        return layer.engine.compile(plan_transact_get(layer.engine.rules, gets))

    def get_many(
        self, wanted: Iterable[tuple[Table[Any], Any]], **options: Unpack[GetOptions]
    ) -> Request[Any]:
        """The first request of `get_many`. Raises InvalidCall for no items, which send none."""
        engine = self._open_layer.engine
        planned = plan_tables_read(self._open_layer, wanted, options)
        if not planned.actions:
            raise InvalidCall(
                "a batch of nothing sends no request",
                code=ErrorCode.INVALID_OPTION,
                where=Place(engine.rules.engine),
                fix="give at least one (table, key)",
            )
        return engine.compile(split_tables(engine, planned.actions)[0])

    def fetch(self, model: type[B], sql: str, /, **parameters: Any) -> Request[list[B]]:
        """The request of `fetch`."""
        engine = sql_engine(self._open_layer.engine, "fetch")
        return fetch_request(engine, model, sql, parameters)

    def fetch_one(self, model: type[B], sql: str, /, **parameters: Any) -> Request[B | None]:
        """The request of `fetch_one`."""
        engine = sql_engine(self._open_layer.engine, "fetch_one")
        return fetch_one_request(engine, model, sql, parameters)

    def execute(self, sql: str, /, **parameters: Any) -> Request[int]:
        """The request of `execute`."""
        engine = sql_engine(self._open_layer.engine, "execute")
        return execute_request(engine, sql, parameters)
