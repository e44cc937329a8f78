"""Expressions: reserved words, names that nothing writes, texts that callers complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...problem import Problem
from ..uses import Declared, Use
from .catalogue import BUILT, MISSING, RESERVED_WORD
from .reserved import RESERVED
from .tables import Known, shown

_WRITES = frozenset({"put_item", "Put"})
_ASKS = ("ConditionExpression", "FilterExpression")
_PARTLY = frozenset(
    {"update_item", "Update", "batch_write_item", "partiql_insert", "partiql_update"}
)


def expression_problems(use: Use) -> Iterator[Problem]:
    """Reserved words and holes in the expressions of a call."""
    for argument, expression in use.expressions:
        words = [name for name in expression.literals if name.upper() in RESERVED]
        for word in dict.fromkeys(words):
            what = f"{argument} has the reserved word {word}"
            yield RESERVED_WORD.problem(what, file=use.site.file, line=use.site.line)
        if expression.holes:
            names = ", ".join(dict.fromkeys(expression.holes))
            what = f"{argument} is built from {names}"
            yield BUILT.problem(what, file=use.site.file, line=use.site.line)


def missing_attributes(uses: Sequence[Use], known: Known) -> Iterator[Problem]:
    """Conditions on attributes that nothing writes, if all writes of a table are known."""
    written = _written(uses, known)
    for use in uses:
        declared = known.find(use.table)
        names = written.get(declared) if declared else None
        if names is None or declared is None:
            continue
        for argument in _ASKS:
            for name, sign in use.expression(argument).attributes:
                if name not in names and sign != "attribute_not_exists":
                    what = (
                        f"{argument} names {name}, which nothing writes to {shown(declared.name)}"
                    )
                    yield MISSING.problem(
                        what, file=use.site.file, line=use.site.line, of=shown(declared.name)
                    )


def _written(uses: Sequence[Use], known: Known) -> Mapping[Declared, set[str] | None]:
    """The attributes of each table that has writes; None if they are not all known."""
    found: dict[Declared, set[str] | None] = {}
    for use in uses:
        declared = known.find(use.table)
        names = _names(use)
        if declared is None or names == ():
            continue
        before = found.get(declared, _of_keys(declared))
        found[declared] = None if before is None or names is None else before | set(names)
    return found


def _names(use: Use) -> tuple[str, ...] | None:
    if use.operation in _WRITES:
        return use.written
    if use.operation in _PARTLY:
        expression = use.expression("UpdateExpression")
        return expression.names if expression.names and expression.is_whole else None
    return ()


def _of_keys(declared: Declared) -> set[str]:
    keys = [declared.keys, *(one for _, one in declared.indexes or ())]
    return {name for one in keys if one for name in (one.partition, one.sort) if name}
