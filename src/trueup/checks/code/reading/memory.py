"""What calls of a function have in common, so that none is followed twice."""

from __future__ import annotations

import ast

from .builtin import as_defaults
from .frames import Frame
from .values import (
    Arguments,
    ClassValue,
    Constant,
    FunctionValue,
    Instance,
    Items,
    Record,
    Text,
    Values,
)


def is_settled(test: ast.expr, frame: Frame) -> bool:
    """Whether a condition is about values of this call alone, which nothing else changes."""
    if frame.module.language == "typescript":
        return True
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    return names <= frame.scopes[-1].keys() and "self" not in names


def opened(values: Values) -> Values:
    """A default, if nobody is known to call: a number or truth value says nothing then."""
    kept = [one for one in values if not isinstance(one, Constant | Text)]
    return (*as_defaults(values), *kept)


def key_of(
    function: FunctionValue,
    receiver: Instance | ClassValue | None,
    arguments: Arguments | None,
    caller: Frame,
) -> tuple[object, ...]:
    """What tells one call of a function from another."""
    # A function within another is made anew, and sees other values, each time.
    same: object = function.node if len(function.scopes) <= 1 else function
    if arguments is None:
        return (same, receiver, None)
    return (
        same,
        receiver,
        caller.functions[:1],
        caller.functions[-1:],
        caller.guards,
        min(caller.loops, 1),
        tuple(_shape(one) for one in arguments.positional),
        tuple((name, _shape(one)) for name, one in sorted(arguments.named.items())),
    )


def _shape(values: Values, depth: int = 3) -> object:
    """What tells arguments apart: collections by their content, down to a depth."""
    if depth == 0:
        return len(values)
    shapes: list[object] = []
    for value in values:
        if isinstance(value, Record):
            inner = tuple((key, _shape(one, depth - 1)) for key, one in value.entries.items())
            shapes.append(("record", inner))
        elif isinstance(value, Items):
            shapes.append(("items", tuple(_shape(one, depth - 1) for one in value.members[:16])))
        else:
            shapes.append(value)
    return tuple(shapes)
