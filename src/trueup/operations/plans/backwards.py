"""The plan of a page before a cursor: the same query, read in the other order from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...errors import ErrorCode, InvalidCall
from ..actions import Position, Query
from .context import TableContext
from .cursor import refused_cursor
from .positions import can_start
from .reads import ReadPlan


def cursor_before(
    context: TableContext, plan: ReadPlan, positions: Sequence[Position | None]
) -> str | None:
    """The cursor of what comes before `positions`, one per shard; None where all of it does.

    plan: of the query, forwards. A scan has no such cursor: its items come in no order.
    """
    if not isinstance(plan.parts[0], Query):
        return None
    return context.cursors.write(_identity(plan), list(positions))


def plan_before(context: TableContext, plan: ReadPlan, before: str) -> ReadPlan:
    """The plan that reads backwards from a cursor that `cursor_before` wrote.

    Raises CursorRefused; InvalidCall (invalid-option) for a scan, or beside `after=`.
    """
    if any(part.start is not None for part in plan.parts):
        raise InvalidCall(
            "a page is asked for after one cursor and before another",
            code=ErrorCode.INVALID_OPTION,
            where=context.where,
            fix="give after= to the query, or before= to page()",
        )
    queries = [part for part in plan.parts if isinstance(part, Query)]
    if not queries:
        raise InvalidCall(
            "a scan is read backwards, and its items come in no order",
            code=ErrorCode.INVALID_OPTION,
            where=context.where,
            fix="keep the pages of a scan that were seen, or query",
        )
    starts = context.cursors.read(_identity(plan), before, context.where)
    if not can_start(queries, starts):
        raise refused_cursor("it is forged: no item of this query stands there", context.where)
    parts = tuple(
        replace(query, ascending=not query.ascending, start=start)
        for query, start in zip(queries, starts, strict=True)
    )
    return replace(plan, parts=parts, ascending=not plan.ascending)


def _identity(plan: ReadPlan) -> str:
    """The identity that these cursors are bound to: `after=` refuses them."""
    return f"{plan.identity} before"
