"""Pages: some items of a query, with the cursors of the pages beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Generic, TypeVar

from .._dataclass import dataclass
from ..errors import ErrorCode, InvalidCall
from ..model.declarations.base import Model
from ..model.translation.decode import Unreadable
from .operation import Operation
from .paging import PageStream
from .plans.backwards import cursor_before, plan_before
from .plans.context import TableContext
from .plans.reads import ReadPlan

R_co = TypeVar("R_co", bound=Model | Unreadable, covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[R_co]):
    """Some items of a query or scan, in its order. Cursors are texts that fit into a URL.

    next: the cursor of the page after this one, for `after=`; None if there is none.
    previous: the cursor of the page before this one, for `page(before=…)`; None on the first page,
        and for a scan, whose items come in no order.
    skipped: items that fit no model and were left out; see `on_unreadable` of `query`.
    capacity_units: the units that the page consumed; None on engines that charge nothing.
    """

    items: list[R_co]
    next: str | None
    previous: str | None
    skipped: int = 0
    capacity_units: float | None = None


def read_page(
    context: TableContext, plan: ReadPlan, before: str | None = None
) -> Operation[Page[Any]]:
    """The page of `limit` items at the start of a plan, or that ends before a cursor.

    One item more is read, to know whether another page follows.

    Raises CursorRefused; InvalidCall (invalid-option) if the plan has no limit.
    """
    if plan.limit is None:
        raise InvalidCall(
            "a page was asked for of a read without a limit",
            code=ErrorCode.INVALID_OPTION,
            where=context.where,
            fix="give limit=, the number of items of a page, or read all()",
        )
    read = plan if before is None else plan_before(context, plan, before)
    return _read(context, plan, read, plan.limit)


def _read(
    context: TableContext, plan: ReadPlan, read: ReadPlan, limit: int
) -> Operation[Page[Any]]:
    """read: the plan itself, or the one that reads it backwards."""
    stream = PageStream(context, replace(read, limit=limit + 1))
    items: list[Any] = []
    yield from stream.refill_empty()
    edge = stream.heads()
    while len(items) < limit and not stream.is_done:
        items.append(stream.take())
        yield from stream.refill_empty()
    is_last, end = stream.is_done, stream.positions()
    if read is plan:
        is_first = all(part.start is None for part in plan.parts)
    else:
        is_first, is_last = is_last, False
        edge, end = end, edge
        items.reverse()
    after = None if is_last else context.cursors.write(plan.identity, end)
    previous = None if is_first else cursor_before(context, plan, edge)
    return Page(items, after, previous, stream.skipped, stream.capacity_units)
