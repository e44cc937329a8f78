"""Requests of the calls that take SQL, and what they make of a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar, cast, get_args

from pydantic import BaseModel

from ..._kinds import kind_of_value
from ...errors import ErrorCode, InvalidCall, Place
from ..actions import Expect
from ..batching import iterate
from ..engine import Engine
from ..operation import Request
from ..plans.context import TableContext
from ..plans.writes import plan_put
from .port import (
    CopyEngine,
    CopyStream,
    Isolation,
    RowStream,
    SessionOptions,
    SqlEngine,
    SqlResult,
    bind_sql,
)
from .rows import RowReader, row_reader
from .text import refused_sql

B = TypeVar("B", bound=BaseModel)

BATCH_ROWS = 1000
"""The rows of a stream that are in memory at a time."""
MOST_BATCH_ROWS = 1_000_000


def fetch_request(
    engine: SqlEngine, model: type[B], sql: str, given: Mapping[str, Any]
) -> Request[list[B]]:
    """The request whose reply is the models of all rows."""
    check_model(engine, model)

    def decode(result: SqlResult) -> list[B]:
        return reader_of(engine, model, result).models(result.rows)

    return engine.run_sql(bind_sql(engine, sql, given), decode)


def fetch_one_request(
    engine: SqlEngine, model: type[B], sql: str, given: Mapping[str, Any]
) -> Request[B | None]:
    """The request whose reply is the model of the only row, or None.

    Decoding raises InvalidCall (several-rows) if there are more.
    """
    check_model(engine, model)

    def decode(result: SqlResult) -> B | None:
        reader = reader_of(engine, model, result)
        if len(result.rows) > 1:
            raise InvalidCall(
                f"fetch_one found {len(result.rows)} rows",
                code=ErrorCode.SEVERAL_ROWS,
                where=Place(engine.rules.engine, note=f"model {model.__name__}"),
                fix="make the condition that of a key, add LIMIT 1 with an order, or use fetch",
            )
        models = reader.models(result.rows)
        return models[0] if models else None

    return engine.run_sql(bind_sql(engine, sql, given), decode)


def execute_request(engine: SqlEngine, sql: str, given: Mapping[str, Any]) -> Request[int]:
    """The request whose reply is the number of rows that a statement changed."""
    return engine.execute_sql(bind_sql(engine, sql, given))


def reader_of(engine: SqlEngine, model: type[B], result: SqlResult) -> RowReader[B]:
    """What reads the rows of a result. Raises InvalidCall if it has no columns, or others than the
    model has fields."""
    if not result.columns:
        fix = "add RETURNING, or use execute, which counts the rows that it changes"
        raise refused_sql(engine.rules.engine, "it returns no rows", fix)
    return row_reader(model, result.columns, engine.rules.engine, engine.read_json)


class ModelReader(Generic[B]):
    """Reads the parts of a stream as models; the first part says which columns there are."""

    def __init__(self, engine: SqlEngine, model: type[B]) -> None:
        self._engine = engine
        self._model = model
        self._reader: RowReader[B] | None = None
        self._taken = 0

    def __call__(self, part: SqlResult) -> list[B]:
        """The models of a part."""
        if self._reader is None:
            self._reader = reader_of(self._engine, self._model, part)
        models = self._reader.models(part.rows, self._taken + 1)
        self._taken += len(models)
        return models


def stream_requests(
    engine: SqlEngine,
    model: object,
    sql: str,
    given: Mapping[str, Any],
    name: str,
    batch: int,
) -> RowStream:
    """The requests of a stream. name: of a cursor.

    Raises InvalidCall for a statement that does more than read, and a wrong number of rows.
    """
    check_model(engine, model)
    bound = bind_sql(engine, sql, given)
    if not bound.text.reads:
        fix = "read with SELECT; fetch takes statements that write and return rows"
        raise refused_sql(engine.rules.engine, "a stream only reads", fix)
    return engine.stream_sql(bound, name, check_batch(engine, batch))


def copy_in_request(
    engine: CopyEngine, context: TableContext, items: Iterable[Any]
) -> Request[int]:
    """The request that stores new items of a table, planned one by one while they are sent."""
    waiting = iterate(context, items)
    plain = (plan_put(context, item, Expect.NOTHING).item for item in waiting)
    return engine.copy_in(context.table.name, plain)


def copy_out_stream(engine: CopyEngine, context: TableContext, batch: int) -> CopyStream:
    """The requests that read all items of a table."""
    now_epoch_s = context.visible_at(include_expired=False)
    return engine.copy_out(context.table.name, now_epoch_s, check_batch(engine, batch))


def check_model(engine: SqlEngine, model: object) -> None:
    """Raises InvalidCall (wrong-type) for what is no class of a model."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise InvalidCall(
            f"{kind_of_value(model)} was given where the class of a model belongs",
            code=ErrorCode.WRONG_TYPE,
            where=Place(engine.rules.engine),
            fix='call it as db.fetch(Order, "select …", a=1)',
        )


def check_batch(engine: SqlEngine, batch: object) -> int:
    """The number of rows to read at a time. Raises InvalidCall (invalid-option)."""
    if isinstance(batch, int) and not isinstance(batch, bool) and 1 <= batch <= MOST_BATCH_ROWS:
        return batch
    raise InvalidCall(
        f"batch is no whole number from 1 to {MOST_BATCH_ROWS}",
        code=ErrorCode.INVALID_OPTION,
        where=Place(engine.rules.engine),
        fix=f"give the rows to read at a time, such as {BATCH_ROWS}",
    )


def session_options(engine: Engine, isolation: object, read_only: object) -> SessionOptions:
    """The options of a session. Raises InvalidCall (invalid-option)."""
    if isolation not in get_args(Isolation) or not isinstance(read_only, bool):
        raise InvalidCall(
            "a session cannot begin so",
            code=ErrorCode.INVALID_OPTION,
            where=Place(engine.rules.engine, note="session()"),
            fix=f"isolation is one of {', '.join(get_args(Isolation))}; read_only is True or False",
        )
    return SessionOptions(cast(Isolation, isolation), read_only)
