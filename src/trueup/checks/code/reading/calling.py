"""Calls: what a call of a value returns, be it the project's, of a library, or of DynamoDB."""

from __future__ import annotations

import ast
from typing import Protocol

from . import conditions
from .attributes import Follower
from .builtin import builtin_call
from .cdk import cdk_call, cdk_method
from .containers import method_of_value
from .declarations import layer_call, repository_call, table_method
from .findings import Findings
from .frames import Frame
from .sdk import Calls
from .values import (
    Arguments,
    Bound,
    ClassValue,
    ConditionValue,
    External,
    FunctionValue,
    Instance,
    Items,
    Method,
    PynamoIndex,
    Record,
    Repository,
    Super,
    TableDeclaration,
    Text,
    Value,
    Values,
    united,
)


class Caller(Follower, Protocol):
    """What follows calls, and collects what they do."""

    @property
    def found(self) -> Findings:
        """What was found so far."""
        ...

    @property
    def calls(self) -> Calls:
        """The calls of DynamoDB."""
        ...

    def instantiate(
        self, kind: ClassValue, arguments: Arguments | None, frame: Frame, node: ast.AST
    ) -> Instance:
        """An object of a class of the project."""
        ...

    def iterate(self, values: Values, function: Value, frame: Frame, node: ast.AST) -> Values:
        """What a function makes of each member."""
        ...


def called(
    function: Value, arguments: Arguments, frame: Frame, node: ast.AST, caller: Caller
) -> Values:
    """What a call of a value returns."""
    match function:
        case FunctionValue():
            return caller.run(function, None, arguments, frame, node)
        case Bound():
            receiver = function.receiver
            if isinstance(receiver, Instance | ClassValue):
                return caller.run(function.function, receiver, arguments, frame, node)
            return ()
        case ClassValue():
            return (caller.instantiate(function, arguments, frame, node),)
        case External(path="super"):
            return _super(frame)
        case External():
            return _external(function, arguments, frame, node, caller)
        case Method():
            return _method(function, arguments, frame, node, caller)
        case _:
            return ()


def _super(frame: Frame) -> Values:
    owner = frame.function.owner if frame.function else None
    if owner is not None and isinstance(frame.instance, Instance):
        return (Super(frame.instance, owner),)
    return ()


def _external(
    function: External, arguments: Arguments, frame: Frame, node: ast.AST, caller: Caller
) -> Values:
    site = frame.site(node)
    if function.path.endswith(("conditions.Key", "conditions.Attr")):
        return conditions.named(arguments)
    if function.path in ("map", "filter") and len(arguments.positional) > 1:
        function_values, members = arguments.positional[:2]
        return united(*(caller.iterate(members, one, frame, node) for one in function_values))
    made = cdk_call(function.path, arguments, site, caller.found)
    if made is None:
        made = layer_call(function.path, arguments, site, caller.found)
    if made is None:
        made = builtin_call(function.path, arguments, site)
    if made is None:
        made = caller.calls.external(function.path, arguments, frame, node)
    return made or ()


def _method(
    method: Method, arguments: Arguments, frame: Frame, node: ast.AST, caller: Caller
) -> Values:
    owner, name = method.receiver, method.name
    if isinstance(owner, Items) and name in ("forEach", "map", "for_each"):
        function = arguments.at(0)
        return united(*(caller.iterate((owner,), one, frame, node) for one in function))
    if isinstance(owner, TableDeclaration):
        if owner.declared.by == "trueup":
            return table_method(owner, name)
        return cdk_method(owner, name, arguments, frame.site(node), caller.found)
    if isinstance(owner, ClassValue | PynamoIndex):
        return caller.calls.pynamo(owner, name, arguments, frame, node)
    if isinstance(owner, Repository):
        return caller.calls.repository(owner, name, frame, node)
    if name == "repository" and (repositories := repository_call(arguments)):
        return repositories
    if isinstance(owner, ConditionValue):
        made = conditions.compared(owner, name)
        return (made,) if made else ()
    if isinstance(owner, Text | Items | Record):
        return method_of_value(owner, name, arguments, frame.site(node))
    return caller.calls.method(owner, name, arguments, frame, node)
