"""Reads that ask for exactly one item: their errors when there is none, or are several."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..errors import ErrorCode, InvalidCall, NotFound
from .actions import Get
from .plans.context import TableContext


def required(context: TableContext, action: Get, item: Any) -> Any:
    """The item that was read. Raises NotFound if it is None."""
    if item is None:
        raise NotFound(
            "no item with this key is stored",
            where=replace(context.where, key=context.table.key_text(action.key)),
            fix="use get if it may be missing",
        )
    return item


def none_found(context: TableContext) -> NotFound:
    """The error of `one` for a read without items."""
    return NotFound(
        "one() found no item",
        where=context.where,
        fix="use first() if there may be none",
    )


def several_found(context: TableContext) -> InvalidCall:
    """The error of `one` for a read of more than one item."""
    return InvalidCall(
        "one() found more than one item",
        code=ErrorCode.SEVERAL_ROWS,
        where=context.where,
        fix="narrow the read with sort= or filter=, or use first() or all()",
    )
