"""Requests of the calls that take SQL, and what they make of a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel

from ..._kinds import kind_of_value
from ...errors import ErrorCode, InvalidCall, Place
from ..engine import Engine
from ..operation import Request
from .port import Isolation, SessionOptions, SqlEngine, SqlResult, bind_sql
from .rows import RowReader
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
    return RowReader(model, result.columns, engine)


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
