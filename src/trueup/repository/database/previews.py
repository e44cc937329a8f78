"""DatabasePreview: the requests that a database's calls would send, as values."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from ..._kinds import kind_of_value
from ...errors import ErrorCode, InvalidCall, Place
from ...model.declarations.table import Table
from ...operations.operation import Request
from ...operations.plans import reads
from ...operations.plans.transactions import plan_transact_get
from ...operations.sql.calls import execute_request, fetch_one_request, fetch_request
from ...operations.sql.port import sql_engine
from .open_layer import OpenLayer

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
        given: tuple[object, ...] = wanted
        for pair in given:
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise InvalidCall(
                    f"{kind_of_value(pair)} was given where a pair of a table and a key belongs",
                    code=ErrorCode.WRONG_TYPE,
                    where=Place(note="transact_get()"),
                    fix="call it as transact_get((orders, key), (users, key))",
                )
        gets = [reads.plan_get(layer.context(table), key) for table, key in wanted]
        return layer.engine.compile(plan_transact_get(layer.engine.rules, gets))

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
