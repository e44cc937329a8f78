"""Frames: a function that is followed, with the values of its names and how it was reached."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ..uses import Site
from .modules import Module
from .values import ClassValue, FunctionValue, Instance, Values, united


# Changes while the function is followed.
@dataclass(eq=False, slots=True)
class Frame:
    """A function, or the body of a module or class, that is being followed.

    scopes: from the module inwards; the last is its own. branches: how many conditions it stands
    in, so that an assignment adds a value and replaces none. away: how many calls ago it left the
    code about DynamoDB.
    """

    module: Module
    scopes: tuple[dict[str, Values], ...]
    function: FunctionValue | None = None
    instance: Instance | ClassValue | None = None
    functions: tuple[str, ...] = ()
    callers: tuple[Site, ...] = ()
    branches: int = 0
    loops: int = 0
    guards: frozenset[str] = frozenset()
    returned: Values = ()
    away: int = 0
    global_names: set[str] = field(default_factory=set)

    def site(self, node: ast.AST) -> Site:
        """The place of a node."""
        return Site(self.module.file, getattr(node, "lineno", 0))

    def lookup(self, name: str) -> Values | None:
        """The value of a name in the scopes; None if none has it."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def bind(self, name: str, values: Values) -> None:
        """Assign a name: in a branch it may as well have the value that it had."""
        scope = self.scopes[0] if name in self.global_names else self.scopes[-1]
        scope[name] = united(scope.get(name, ()), values) if self.branches else values
