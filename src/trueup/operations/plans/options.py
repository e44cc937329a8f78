"""The options of a call, checked by the annotations of its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..._kinds import kinds_of, misfits, misspelt
from ...errors import ErrorCode, InvalidCall
from .context import TableContext

P = ParamSpec("P")
R = TypeVar("R")

_REFUSED_ELSEWHERE = frozenset({"after", "filter", "only_if", "sort"})
"""Options whose plans refuse them with codes of their own: cursor-refused, not-a-condition."""

_FIXES = {
    "projection": "declare a model of the attributes to read, and pass its class",
    "version": "pass the stored version as a whole number, or ANY_VERSION",
}


def with_options(
    plan: Callable[Concatenate[TableContext, P], R],
) -> Callable[Concatenate[TableContext, P], R]:
    """The plan, which now refuses unknown options and values of another kind."""

    @wraps(plan)
    def checked(context: TableContext, /, *args: P.args, **options: P.kwargs) -> R:
        if options:
            _check(context, options, kinds_of(plan, options_only=True))
        return plan(context, *args, **options)

    return checked


def _check(context: TableContext, options: Mapping[str, object], kinds: Mapping[str, Any]) -> None:
    for name in options:
        if name not in kinds:
            raise InvalidCall(
                f"there is no option {name!r}",
                code=ErrorCode.INVALID_OPTION,
                where=context.where,
                fix=misspelt(name, kinds, "options"),
            )
    checked = {name: options[name] for name in options.keys() - _REFUSED_ELSEWHERE}
    problems = list(misfits(checked, kinds))
    if problems:
        raise InvalidCall(
            "; ".join(problems),
            code=ErrorCode.INVALID_OPTION,
            where=context.where,
            fix=_FIXES.get(problems[0].partition(" ")[0], "give it so, or leave it out"),
        )
