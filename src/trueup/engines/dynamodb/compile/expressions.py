"""Expressions as DynamoDB's text: every name and every value behind a placeholder.

Reserved words, dots and spaces in names do no harm, and no value becomes part of a text.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast

from ....errors import Place, UnsupportedByEngine, unhandled
from ....expressions.condition import (
    And,
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Contains,
    Exists,
    HasType,
    In,
    Includes,
    Intersects,
    Missing,
    Not,
    Operand,
    Or,
    Overlaps,
    Related,
    Relation,
    Size,
    Within,
)
from ....expressions.key_condition import SortCondition, SortOp
from ....expressions.path import Path
from ....expressions.values import Kind, PlainValue, size_bytes
from ....model.description.tables import KeyAttribute


class Parameters:
    """The names and values of one request: `#0`, `#1`, … and `:0`, `:1`, …"""

    __slots__ = ("_names", "_values")

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, PlainValue] = {}

    def name(self, attribute: str) -> str:
        """The placeholder of a name; a repeated name has the same placeholder."""
        return self._names.setdefault(attribute, f"#{len(self._names)}")

    def value(self, plain: object) -> str:
        """A placeholder for a value."""
        placeholder = f":{len(self._values)}"
        self._values[placeholder] = cast(PlainValue, plain)
        return placeholder

    def path(self, path: Path) -> str:
        """A path: `#0.#1[2]`."""
        text = ""
        for segment in path.segments:
            text += f"[{segment}]" if isinstance(segment, int) else f".{self.name(segment)}"
        return text.removeprefix(".")

    def size_bytes(self) -> int:
        """What all names and values are together."""
        return sum(map(size_bytes, self._names)) + sum(map(size_bytes, self._values.values()))

    def body(self, encode: Callable[[PlainValue], dict[str, Any]]) -> dict[str, Any]:
        """The request's parameters that declare the placeholders; empty if there are none."""
        declared: dict[str, Any] = {}
        if self._names:
            declared["ExpressionAttributeNames"] = {
                placeholder: name for name, placeholder in self._names.items()
            }
        if self._values:
            declared["ExpressionAttributeValues"] = {
                placeholder: encode(value) for placeholder, value in self._values.items()
            }
        return declared


class Clause(NamedTuple):
    """A text with the rank of its loosest operator."""

    text: str
    rank: int


_OR, _AND, _NOT, _LEAF = range(4)
"""OR binds least. DynamoDB refuses redundant parentheses, so only needed ones are written.
Source: the table of precedence on the page of operators above."""


def leaf(text: str) -> Clause:
    """A comparison or a function."""
    return Clause(text, _LEAF)


def all_of(*clauses: Clause) -> Clause:
    """Every clause is true."""
    return _joined(" AND ", _AND, clauses)


def any_of(*clauses: Clause) -> Clause:
    """At least one clause is true."""
    return _joined(" OR ", _OR, clauses)


def negated(clause: Clause) -> Clause:
    """The clause is false."""
    return Clause(f"NOT {_inside(clause, _LEAF)}", _NOT)


def _joined(word: str, rank: int, clauses: Sequence[Clause]) -> Clause:
    if len(clauses) == 1:
        return clauses[0]
    # A part of the same kind needs no parentheses; a part that binds less does.
    return Clause(word.join(_inside(clause, rank) for clause in clauses), rank)


def _inside(clause: Clause, rank: int) -> str:
    return clause.text if clause.rank >= rank else f"({clause.text})"


def clause_of(condition: Condition, parameters: Parameters) -> Clause:
    """A condition or filter. `exists()` is false of NULL, as everywhere in Trueup."""

    def operand(value: Operand) -> str:
        return _operand(value, parameters)

    match condition:
        case And(parts):
            return all_of(*(clause_of(part, parameters) for part in parts))
        case Or(parts):
            return any_of(*(clause_of(part, parameters) for part in parts))
        case Not(part):
            return negated(clause_of(part, parameters))
        case Exists(path):
            present = leaf(f"attribute_exists({parameters.path(path)})")
            return all_of(present, negated(_type_clause(path, Kind.NULL, parameters)))
        case Missing(path):
            absent = leaf(f"attribute_not_exists({parameters.path(path)})")
            return any_of(absent, _type_clause(path, Kind.NULL, parameters))
        case HasType(path, kind):
            return _type_clause(path, kind, parameters)
        case Comparison(op, left, right):
            return leaf(f"{operand(left)} {op.value} {operand(right)}")
        case Between(value, low, high):
            return leaf(f"{operand(value)} BETWEEN {operand(low)} AND {operand(high)}")
        case In(value, values):
            return leaf(f"{operand(value)} IN ({', '.join(map(operand, values))})")
        case BeginsWith() | Contains() | Related():
            return leaf(_function(condition, parameters))
        case _:
            raise unhandled(condition)


def _function(condition: BeginsWith | Contains | Relation, parameters: Parameters) -> str:
    match condition:
        case BeginsWith(path, value):
            name = "begins_with"
        case Contains(path, value):
            name = "contains"
        case Includes() | Overlaps() | Within() | Intersects():
            raise _unknown(condition)
        case _:
            raise unhandled(condition)
    return f"{name}({parameters.path(path)}, {_operand(value, parameters)})"


def _unknown(condition: Relation) -> UnsupportedByEngine:
    """The error for what `CAPABILITIES` lacks, if nothing asked them."""
    return UnsupportedByEngine(
        f"dynamodb has no {type(condition).__name__} in an expression",
        where=Place("dynamodb"),
        fix="say it with other conditions, or decide in the program",
    )


def _operand(value: Operand, parameters: Parameters) -> str:
    if isinstance(value, Path):
        return parameters.path(value)
    if isinstance(value, Size):
        return f"size({parameters.path(value.path)})"
    return parameters.value(value)


def _type_clause(path: Path, kind: Kind, parameters: Parameters) -> Clause:
    return leaf(f"attribute_type({parameters.path(path)}, {parameters.value(kind.value)})")


def key_condition_text(
    keys: Sequence[KeyAttribute],
    values: Sequence[PlainValue],
    sort: Sequence[SortCondition],
    parameters: Parameters,
) -> str:
    """Equality on every partition attribute, then the conditions on the sort key.

    keys: the partition attributes, in order; values: their values.
    """
    parts = [
        f"{parameters.name(key.attribute)} = {parameters.value(value)}"
        for key, value in zip(keys, values, strict=True)
    ]
    parts += [_sort_text(condition, parameters) for condition in sort]
    return " AND ".join(parts)


def _sort_text(condition: SortCondition, parameters: Parameters) -> str:
    name = parameters.path(condition.path)
    values = [parameters.value(value) for value in condition.values]
    match condition.op:
        case SortOp.BETWEEN:
            return f"{name} BETWEEN {values[0]} AND {values[1]}"
        case SortOp.BEGINS_WITH:
            return f"begins_with({name}, {values[0]})"
        case SortOp.EQ | SortOp.LT | SortOp.LE | SortOp.GT | SortOp.GE:
            return f"{name} {condition.op.value} {values[0]}"
        case _:
            raise unhandled(condition.op)


def projection_text(attributes: Iterable[str], parameters: Parameters) -> str:
    """The attributes to read, in the order of their names, so that equal views have equal texts."""
    return ", ".join(parameters.name(attribute) for attribute in sorted(attributes))
