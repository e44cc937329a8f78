"""Evaluation: the possible values of an expression."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod

from . import conditions
from .attributes import attribute
from .builtin import is_environment
from .calling import called
from .containers import (
    MOST_MEMBERS,
    concatenated,
    constant,
    member,
    merged,
    percent_formatted,
    set_entries,
    spread,
)
from .findings import Findings
from .frames import Frame
from .modules import Module
from .sdk import Calls
from .values import (
    Arguments,
    ClassValue,
    ConditionValue,
    Constant,
    External,
    FunctionValue,
    Hole,
    Instance,
    Items,
    Record,
    Sdk,
    Text,
    Value,
    Values,
    plain,
    truth,
    united,
)

DEEPEST_VALUE = 120
_ANNOTATED: dict[str, Value] = {
    "DynamoDBClient": Sdk("client"),
    "DynamoDBServiceResource": Sdk("resource"),
}
"""The names of types in boto3-stubs and types-boto3."""


class Evaluation(ABC):
    """Expressions and assignments. What only statements know is left to the interpreter."""

    def __init__(self) -> None:
        self.found = Findings()
        self.calls = Calls(self.found)
        self._depth = 0
        self.budget = 0

    @abstractmethod
    def run(
        self,
        function: FunctionValue,
        receiver: Instance | ClassValue | None,
        arguments: Arguments | None,
        caller: Frame,
        node: ast.AST | None,
    ) -> Values:
        """The values that a function of the project returns."""

    @abstractmethod
    def instantiate(
        self, kind: ClassValue, arguments: Arguments | None, frame: Frame, node: ast.AST
    ) -> Instance:
        """An object of a class of the project."""

    @abstractmethod
    def namespace(self, module: Module) -> dict[str, Values]:
        """The names of a module."""

    @abstractmethod
    def iterate(self, values: Values, function: Value, frame: Frame, node: ast.AST) -> Values:
        """What a function makes of each member."""

    def value(self, node: ast.expr, frame: Frame) -> Values:
        """The possible values of an expression; never none."""
        if self._depth > DEEPEST_VALUE:
            raise RecursionError
        self._depth += 1
        self.budget -= 1
        try:
            return self._value(node, frame) or (self._hole(node, frame),)
        finally:
            self._depth -= 1

    def _value(self, node: ast.expr, frame: Frame) -> Values:
        match node:
            case ast.Constant():
                return constant(node.value)
            case ast.Name():
                found = frame.lookup(node.id)
                return (External(node.id),) if found is None else found
            case ast.Attribute():
                owners = self.value(node.value, frame)
                return united(*(attribute(one, node, frame, self) for one in owners))
            case ast.Call():
                return self._call(node, frame)
            case ast.JoinedStr():
                return self._joined(node, frame)
            case ast.BinOp():
                return self.binary(node.op, node.left, node.right, frame)
            case ast.BoolOp():
                return self._either(node, frame)
            case ast.IfExp():
                return self._choice(node, frame)
            case ast.Compare():
                return self._comparison(node, frame)
            case ast.UnaryOp():
                return self._unary(node, frame)
            case _:
                return self._collected(node, frame)

    def _collected(self, node: ast.expr, frame: Frame) -> Values:
        match node:
            case ast.Dict():
                return (self._record(node, frame),)
            case ast.List() | ast.Tuple() | ast.Set():
                return (self._items(node, frame),)
            case ast.Subscript():
                return self._subscript(node, frame)
            case ast.Await() | ast.Starred() | ast.YieldFrom():
                return self.value(node.value, frame)
            case ast.NamedExpr():
                values = self.value(node.value, frame)
                self.assign(node.target, values, frame)
                return values
            case ast.Lambda():
                return (FunctionValue(node, frame.module, frame.scopes, "lambda"),)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return (self._comprehension(node.elt, node.generators, frame),)
            case ast.DictComp():
                self._comprehension(node.value, node.generators, frame)
                return (Record(is_whole=False),)
            case ast.Yield(value=ast.expr() as value):
                frame.returned = united(frame.returned, self.value(value, frame))
                return ()
            case _:
                return ()

    def _hole(self, node: ast.expr, frame: Frame) -> Hole:
        return Hole("unresolved", _last_name(node), frame.site(node))

    def _joined(self, node: ast.JoinedStr, frame: Frame) -> Values:
        texts: Values = (Text(""),)
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            is_changed = isinstance(part, ast.FormattedValue) and part.format_spec is not None
            found = (self._hole(inner, frame),) if is_changed else self.value(inner, frame)
            texts = concatenated(texts, found, frame.site(part))
        return texts

    def binary(
        self, operator: ast.operator, left: ast.expr, right: ast.expr, frame: Frame
    ) -> Values:
        """`a + b`, `a % b`, `a & b`, `a | b`."""
        ours, theirs = self.value(left, frame), self.value(right, frame)
        if isinstance(operator, ast.BitAnd | ast.BitOr):
            merged_conditions = conditions.combined(ours, theirs)
            return merged_conditions or merged(ours, theirs)
        if isinstance(operator, ast.Mod):
            return percent_formatted(ours, theirs, frame.site(left))
        if not isinstance(operator, ast.Add):
            return ()
        lists = [one for one in (*ours, *theirs) if isinstance(one, Items)]
        if lists:
            members = [member for one in lists for member in one.members]
            return (Items(members[:MOST_MEMBERS], all(one.is_whole for one in lists)),)
        return concatenated(ours, theirs, frame.site(left))

    def _either(self, node: ast.BoolOp, frame: Frame) -> Values:
        """`a or b`: what may be the result. A variable that is not set gives way to the default."""
        is_or = isinstance(node.op, ast.Or)
        found: list[Values] = []
        for operand in node.values:
            values = self.value(operand, frame)
            known = truth(values)
            if known is not None and known is not is_or and operand is not node.values[-1]:
                continue
            found.append(values)
            if known is is_or:
                break
        result = united(*found)
        if not is_or:
            return united(*found[-1:])
        settled = [one for one in result if not _is_empty(one) and not isinstance(one, Hole)]
        return tuple(settled) or result

    def _choice(self, node: ast.IfExp, frame: Frame) -> Values:
        known = truth(self.value(node.test, frame))
        if known is not None:
            return self.value(node.body if known else node.orelse, frame)
        return united(self.value(node.body, frame), self.value(node.orelse, frame))

    def _comparison(self, node: ast.Compare, frame: Frame) -> Values:
        left = self.value(node.left, frame)
        right = self.value(node.comparators[0], frame)
        if len(left) == len(right) == 1 and isinstance(node.ops[0], _EQUALITY):
            pair = (left[0], right[0])
            if all(_is_constant(one) for one in pair):
                differs = isinstance(node.ops[0], ast.NotEq | ast.IsNot)
                return (Constant((pair[0] == pair[1]) is not differs),)
        return ()

    def _unary(self, node: ast.UnaryOp, frame: Frame) -> Values:
        values = self.value(node.operand, frame)
        if isinstance(node.op, ast.Invert):
            return tuple(one for one in values if isinstance(one, ConditionValue))
        known = truth(values) if isinstance(node.op, ast.Not) else None
        return () if known is None else (Constant(not known),)

    # Collections

    def _record(self, node: ast.Dict, frame: Frame) -> Record:
        record = Record()
        for key, inner in zip(node.keys, node.values, strict=True):
            values = self.value(inner, frame)
            if key is None:
                spread(record, values)
                continue
            names = plain(self.value(key, frame))
            if not names:
                record.is_whole = False
                record.computed += self.value(key, frame)
            for name in names:
                record.entries[name] = united(record.entries.get(name, ()), values)
        return record

    def _items(self, node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Items:
        items = Items()
        for one in node.elts:
            values = self.value(one, frame)
            if isinstance(one, ast.Starred):
                inner = [value for value in values if isinstance(value, Items)]
                items.members += [member for value in inner for member in value.members]
                items.is_whole &= bool(inner) and all(value.is_whole for value in inner)
            else:
                items.members.append(values)
        return items

    def members(self, values: Values) -> list[Values]:
        """What a loop over a value takes, one by one; one that is not known if it is not known."""
        found: list[Values] = []
        for value in values:
            if isinstance(value, Items):
                found += value.members
            elif isinstance(value, Record):
                found += [(Text(key),) for key in value.entries]
        is_known = bool(values) and all(
            isinstance(value, Items | Record) and value.is_whole for value in values
        )
        return found if is_known or found else [()]

    def _comprehension(
        self, element: ast.expr, generators: list[ast.comprehension], frame: Frame
    ) -> Items:
        inner = Frame(
            frame.module,
            (*frame.scopes, {}),
            frame.function,
            frame.instance,
            frame.functions,
            frame.callers,
            loops=frame.loops + 1,
            guards=frame.guards,
        )
        first = generators[0]
        sources = self.value(first.iter, frame)
        items = Items(is_whole=all(isinstance(one, Items) and one.is_whole for one in sources))
        for taken in self.members(sources)[:64] or [()]:
            self.assign(first.target, taken, inner)
            for other in generators[1:]:
                for each in self.members(self.value(other.iter, inner))[:1]:
                    self.assign(other.target, each, inner)
            for test in (test for one in generators for test in one.ifs):
                self.value(test, inner)
            items.members.append(self.value(element, inner))
        return items

    def _subscript(self, node: ast.Subscript, frame: Frame) -> Values:
        owners, keys = self.value(node.value, frame), self.value(node.slice, frame)
        found: list[Values] = []
        for owner in owners:
            if isinstance(owner, External) and is_environment(owner.path):
                found.append(self._variable(keys, frame, node))
            elif isinstance(owner, Record):
                found += [owner.entries.get(key, ()) for key in plain(keys)]
            elif isinstance(owner, Items):
                found.append(member(owner, keys))
            elif isinstance(owner, ClassValue | External):
                found.append((owner,))  # Generic[T]
        self.found.read_key(frame.functions, frame.site(node), keys)
        return united(*found)

    def _variable(self, keys: Values, frame: Frame, node: ast.AST) -> Values:
        return tuple(Hole("environment", name, frame.site(node)) for name in plain(keys))

    # Assignment

    def assign(self, target: ast.expr, values: Values, frame: Frame) -> None:
        """Give a name, an attribute or an entry its values."""
        match target:
            case ast.Name():
                frame.bind(target.id, values)
            case ast.Attribute():
                for owner in self.value(target.value, frame):
                    if isinstance(owner, Instance):
                        before = owner.attributes.get(target.attr, ()) if frame.branches else ()
                        owner.attributes[target.attr] = united(before, values)
                    elif isinstance(owner, ClassValue):
                        owner.namespace[target.attr] = values
            case ast.Subscript():
                keys = self.value(target.slice, frame)
                for owner in self.value(target.value, frame):
                    if isinstance(owner, Record):
                        set_entries(owner, keys, values)
            case ast.Tuple() | ast.List():
                self._unpack(target, values, frame)
            case ast.Starred():
                self.assign(target.value, (), frame)
            case _:
                pass

    def _unpack(self, target: ast.Tuple | ast.List, values: Values, frame: Frame) -> None:
        for position, one in enumerate(target.elts):
            found = [
                value.members[position]
                for value in values
                if isinstance(value, Items) and position < len(value.members)
            ]
            self.assign(one, united(*found) or (self._hole(one, frame),), frame)

    def parameter(self, parameter: ast.arg, frame: Frame) -> Values:
        """A parameter that no caller gives: by its annotation, or its name."""
        for part in ast.walk(parameter.annotation) if parameter.annotation else ():
            name = getattr(part, "id", getattr(part, "attr", getattr(part, "value", "")))
            if isinstance(name, str) and name in _ANNOTATED:
                return (_ANNOTATED[name],)
        return (Hole("parameter", parameter.arg, frame.site(parameter)),)

    # Calls

    def _call(self, node: ast.Call, frame: Frame) -> Values:
        functions = self.value(node.func, frame)
        arguments = self._arguments(node, frame)
        return united(*(self.call(one, arguments, frame, node) for one in functions))

    def _arguments(self, node: ast.Call, frame: Frame) -> Arguments:
        arguments = Arguments([], {})
        for one in node.args:
            values = self.value(one, frame)
            if isinstance(one, ast.Starred):
                lists = [value for value in values if isinstance(value, Items)]
                arguments.positional += [member for value in lists for member in value.members]
            else:
                arguments.positional.append(values)
        for keyword in node.keywords:
            values = self.value(keyword.value, frame)
            if keyword.arg is not None:
                arguments.named[keyword.arg] = values
                continue
            record = Record(arguments.named, arguments.is_whole)
            spread(record, values)
            arguments.is_whole = record.is_whole
        return arguments

    def call(self, function: Value, arguments: Arguments, frame: Frame, node: ast.AST) -> Values:
        """What a call of a value returns."""
        return called(function, arguments, frame, node, self)


_EQUALITY = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)


def _is_constant(value: Value) -> bool:
    return isinstance(value, Constant) or (
        isinstance(value, Text) and not value.holes and not value.may_differ
    )


def _is_empty(value: Value) -> bool:
    return (isinstance(value, Constant) and not value.value) or value == Text("")


def _last_name(node: ast.expr) -> str:
    while isinstance(node, ast.Call | ast.Subscript | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "attr", getattr(node, "id", ""))
