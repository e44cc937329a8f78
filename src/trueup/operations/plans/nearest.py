"""The plan of what is nearest to a point."""

from __future__ import annotations

from typing import Any, cast

from ..._kinds import kind_of_value
from ...errors import ErrorCode, InvalidCall
from ...expressions import At, Condition, Within
from ...expressions.values import PlainValue
from ..actions import Nearest, Scan
from ..distances import no_distances
from .context import TableContext
from .options import with_options
from .reads import MOST_ITEMS, bound_filter, entity_filter, view_of


@with_options
def plan_nearest(
    context: TableContext,
    path: Any,
    centre: Any,
    *,
    limit: int,
    filter: Condition | bool | None = None,
    include_expired: bool = False,
) -> Nearest:
    """The action, with the point and the path as the engine knows them."""
    if Within not in context.engine.rules.capabilities.conditions:
        raise no_distances(context.engine.rules, context.table)
    if not isinstance(path, At):
        raise _refused(context, f"{kind_of_value(path)} is no path", "give at(Model.field)")
    if not 1 <= limit <= MOST_ITEMS:
        what = f"limit is not from 1 to {MOST_ITEMS}"
        raise _refused(context, what, "say how many items are wanted")
    near = context.condition(path.within(centre, metres=0))
    assert isinstance(near, Within)
    of = Scan(
        table=context.table,
        filter=entity_filter(context, bound_filter(context, filter), None),
        view=view_of(context, None, None),
        now_epoch_s=context.visible_at(include_expired),
    )
    return Nearest(of, near.path, cast(PlainValue, near.value), limit)


def _refused(context: TableContext, what: str, fix: str) -> InvalidCall:
    return InvalidCall(what, code=ErrorCode.INVALID_OPTION, where=context.where, fix=fix)
