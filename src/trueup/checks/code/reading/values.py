"""What an expression may be: constants with holes, collections, classes, clients and tables.

An expression has several possible values; code is never run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass as standard_dataclass
from dataclasses import field
from typing import Literal, TypeAlias

from ...._dataclass import dataclass
from ..uses import Declared, Expression, Site, Use
from .modules import Module

HOLE = "\0"
MOST = 24
"""The number of possible values of one expression that are followed."""

Origin = Literal["environment", "parameter", "unresolved"]


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that is not known. name: of the variable or parameter, or the text of the code."""

    origin: Origin
    name: str
    site: Site


@dataclass(frozen=True, slots=True)
class Text:
    """A text, in which HOLE stands for each part that is not known.

    may_differ: whether it is a default, which a caller or the environment may replace.
    """

    value: str
    holes: tuple[Hole, ...] = ()
    may_differ: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """Another constant: a number, a truth value, None."""

    value: bool | int | float | None


# Identity: collections and instances change while code is followed.
@standard_dataclass(eq=False, slots=True)
class Record:
    """A dict or an object of TypeScript.

    is_whole: whether all its keys are known; computed: those that are not.
    """

    entries: dict[str, Values] = field(default_factory=dict)
    is_whole: bool = True
    computed: list[Value] = field(default_factory=list)


@standard_dataclass(eq=False, slots=True)
class Items:
    """A list, tuple or set."""

    members: list[Values] = field(default_factory=list)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class External:
    """A name of a package that is not read, such as `boto3.client`."""

    path: str


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module of the project."""

    module: Module


@standard_dataclass(eq=False, slots=True)
class FunctionValue:
    """A function, with the scopes that it sees, from its own module inwards.

    defaults: of its parameters, as they are where it is defined.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    module: Module
    scopes: tuple[dict[str, Values], ...]
    name: str
    owner: ClassValue | None = None
    defaults: dict[str, Values] = field(default_factory=dict)


@standard_dataclass(eq=False, slots=True)
class ClassValue:
    """A class. namespace: what its body defines. bases: those that were resolved."""

    node: ast.ClassDef
    module: Module
    namespace: dict[str, Values]
    bases: tuple[Value, ...]

    def lookup(self, name: str, seen: frozenset[str] = frozenset()) -> Values:
        """An attribute of the class or of its bases."""
        if name in self.namespace or self.node.name in seen:
            return self.namespace.get(name, ())
        for base in self.bases:
            found = (
                base.lookup(name, seen | {self.node.name}) if isinstance(base, ClassValue) else ()
            )
            if found:
                return found
        return ()

    def derives_from(self, *ends: str) -> bool:
        """Whether an external base has a path with one of these ends."""
        return any(
            base.path.endswith(ends)
            if isinstance(base, External)
            else isinstance(base, ClassValue) and base is not self and base.derives_from(*ends)
            for base in self.bases
        )


@standard_dataclass(eq=False, slots=True)
class Instance:
    """An object of a class of the project."""

    kind: ClassValue
    attributes: dict[str, Values] = field(default_factory=dict)


@standard_dataclass(eq=False, slots=True)
class Bound:
    """A method with its object or class, or `super()` within a method."""

    receiver: Value
    function: FunctionValue


@dataclass(frozen=True, slots=True)
class Super:
    """`super()`."""

    instance: Instance
    kind: ClassValue


Handle = Literal["session", "client", "resource", "paginator", "batch"]


@dataclass(frozen=True, slots=True)
class Sdk:
    """An object of boto3. operation: of a paginator. tables: of a batch writer."""

    handle: Handle
    operation: str = ""
    tables: tuple[Text | Hole, ...] = ()


@dataclass(frozen=True, slots=True)
class TableValue:
    """A table of boto3's resource."""

    names: tuple[Text | Hole, ...]


@dataclass(frozen=True, slots=True)
class ConditionValue:
    """Condition objects of boto3; a single name without an operator is `Key("x")` itself."""

    expression: Expression


@standard_dataclass(eq=False, slots=True)
class TableDeclaration:
    """A table that the code declares, which may still get indexes."""

    declared: Declared


@dataclass(frozen=True, slots=True)
class AccessValue:
    """`orders.create` of Trueup, or `orders.pattern("x")`: the table, and the call."""

    table: str
    call: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of Trueup."""

    table: str


@standard_dataclass(frozen=True, eq=False, slots=True)
class PynamoIndex:
    """An index of a model of PynamoDB. name: empty if it is not known."""

    model: ClassValue
    name: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value that is no function of the project."""

    receiver: Value
    name: str


Value: TypeAlias = (
    Hole
    | Text
    | Constant
    | Record
    | Items
    | External
    | ModuleValue
    | FunctionValue
    | ClassValue
    | Instance
    | Bound
    | Super
    | Sdk
    | TableValue
    | ConditionValue
    | TableDeclaration
    | AccessValue
    | Repository
    | PynamoIndex
    | Method
)
Values: TypeAlias = tuple[Value, ...]


def united(*groups: Iterable[Value]) -> Values:
    """All the values, each once, and no more than are followed."""
    return tuple(dict.fromkeys(value for group in groups for value in group))[:MOST]


def names_in(values: Values, site: Site) -> tuple[Text | Hole, ...]:
    """The texts among them, each once; what is no text is one hole."""
    found = [value for value in values if isinstance(value, Text)]
    texts = [value for value in found if value.value]
    if texts:
        return tuple(dict.fromkeys(texts))
    holes = [value for value in values if isinstance(value, Hole)]
    return tuple(dict.fromkeys(holes))[:1] or (Hole("unresolved", "", site),)


def plain(values: Values) -> list[str]:
    """The texts among them that are known in full."""
    return [one.value for one in values if isinstance(one, Text) and not one.holes]


def truth(values: Values) -> bool | None:
    """Whether all of them are true, or none; None if that is not known."""
    found = {_truth(value) for value in values}
    return found.pop() if len(found) == 1 else None


def _truth(value: Value) -> bool | None:
    match value:
        case Text(text, (), False):
            return bool(text)
        case Constant(constant):
            return bool(constant)
        case Items(members, True) if not members:
            return False
        case Record(entries, True) if not entries:
            return False
        case Hole() | Text() | External():
            return None
        case Items() | Record():
            return True if _has_content(value) else None
        case _:
            return True


def _has_content(value: Items | Record) -> bool:
    return bool(value.members if isinstance(value, Items) else value.entries)


@standard_dataclass(slots=True)
class Arguments:
    """The evaluated arguments of a call.

    is_whole: false if a `**` of keys that are not known is among them.
    """

    positional: list[Values]
    named: dict[str, Values]
    is_whole: bool = True

    def at(self, position: int, *names: str) -> Values:
        """An argument by its position or one of its names; empty if it is absent."""
        for name in names:
            if name in self.named:
                return self.named[name]
        return self.positional[position] if position < len(self.positional) else ()


Uses: TypeAlias = Sequence[Use]
Scope: TypeAlias = Mapping[str, Values]
