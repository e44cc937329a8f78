"""Condition objects of boto3: `Key("a").eq(x) & Attr("b").exists()`."""

from __future__ import annotations

from ..uses import Expression
from .values import Arguments, ConditionValue, Hole, Text, Values

_OPERATORS = {
    "eq": "=",
    "ne": "<>",
    "lt": "<",
    "lte": "<=",
    "gt": ">",
    "gte": ">=",
    "between": "between",
    "begins_with": "begins_with",
    "exists": "attribute_exists",
    "not_exists": "attribute_not_exists",
    "contains": "contains",
    "is_in": "in",
    "attribute_type": "attribute_type",
    "size": "size",
}
"""Source: https://boto3.amazonaws.com/v1/documentation/api/latest/reference/customizations/dynamodb.html"""


def named(arguments: Arguments) -> Values:
    """`Key("x")` or `Attr("x")`."""
    known = [one for one in arguments.at(0, "name") if isinstance(one, Text) and not one.holes]
    if not known:
        return (ConditionValue(Expression(is_whole=False)),)
    # What stands after a dot or bracket is within the attribute.
    return tuple(
        ConditionValue(Expression(((one.value.split(".")[0].split("[")[0], ""),))) for one in known
    )


def compared(condition: ConditionValue, method: str) -> ConditionValue | None:
    """`Key("x").eq(y)`; None if the method is none of a condition."""
    operator = _OPERATORS.get(method)
    if operator is None:
        return None
    found = condition.expression
    attributes = tuple((name, operator) for name, _ in found.attributes)
    return ConditionValue(Expression(attributes, is_whole=found.is_whole))


def combined(left: Values, right: Values) -> Values:
    """`a & b` or `a | b`, if either is a condition; the other may be unknown."""
    ours = [one for one in left if isinstance(one, ConditionValue)]
    theirs = [one for one in right if isinstance(one, ConditionValue)]
    if not ours and not theirs:
        return ()
    whole = not any(isinstance(one, Hole) for one in (*left, *right))
    found = [one.expression for one in (*ours, *theirs)]
    return (
        ConditionValue(
            Expression(
                tuple(dict.fromkeys(pair for one in found for pair in one.attributes)),
                is_whole=whole and all(one.is_whole for one in found),
            )
        ),
    )
