"""Conditions on an item, as frozen values that `& | ~` combine.

An operand is a `Path`, a `Size` or a literal. Literals are Python values as the user wrote them,
or plain values once the model layer has rewritten the condition (`rewrite.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import NoReturn, TypeAlias, cast, overload

from .._dataclass import dataclass
from .._kinds import kind_of_value
from ..errors import NOWHERE, ErrorCode, InvalidCall, Place, unhandled
from .path import Path
from .values import Kind

Operand: TypeAlias = object


class Op(StrEnum):
    """A comparison, in DynamoDB's spelling."""

    EQ = "="
    NE = "<>"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class Combinable:
    """The base of conditions: `&`, `|` and `~` combine them; they have no truth value."""

    __slots__ = ()

    def __and__(self, other: Condition | bool) -> Condition:
        return And((*_parts(And, self), *_parts(And, as_condition(other))))

    def __or__(self, other: Condition | bool) -> Condition:
        return Or((*_parts(Or, self), *_parts(Or, as_condition(other))))

    def __rand__(self, other: bool) -> Condition:
        return And((as_condition(other), *_parts(And, self)))

    def __ror__(self, other: bool) -> Condition:
        return Or((as_condition(other), *_parts(Or, self)))

    def __invert__(self) -> Condition:
        return Not(_closed(self))

    def __bool__(self) -> NoReturn:
        raise InvalidCall(
            "a condition has no truth value: it describes an item that was not read yet",
            fix="combine conditions with & | ~ instead of and, or, not; write "
            "at(path).between(low, high) instead of low <= path <= high",
            code=ErrorCode.INVALID_EXPRESSION,
        )


@dataclass(frozen=True, slots=True)
class Size:
    """The length of text in UTF-16 units, of bytes in bytes, of a list, map or set in elements."""

    path: Path


@dataclass(frozen=True, slots=True)
class Comparison(Combinable):
    """`left op right`; if an attribute is missing, only `<>` is true."""

    op: Op
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between(Combinable):
    """`low <= operand <= high`."""

    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class In(Combinable):
    """The operand equals any of the values."""

    operand: Operand
    values: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class BeginsWith(Combinable):
    """The text or the bytes at the path start with the prefix."""

    path: Path
    prefix: Operand


@dataclass(frozen=True, slots=True)
class Contains(Combinable):
    """The text or bytes at the path have this part; the list or set there has this element."""

    path: Path
    value: Operand


@dataclass(frozen=True, slots=True)
class Exists(Combinable):
    """The attribute is present and not NULL."""

    path: Path


@dataclass(frozen=True, slots=True)
class Missing(Combinable):
    """The attribute is absent or NULL."""

    path: Path


@dataclass(frozen=True, slots=True)
class HasType(Combinable):
    """The attribute is present and of this kind (NULL included)."""

    path: Path
    kind: Kind


@dataclass(frozen=True, slots=True)
class Related(Combinable):
    """A base: the value at the path stands in some relation to another."""

    path: Path
    value: Operand


@dataclass(frozen=True, slots=True)
class Includes(Related):
    """The map, list or set at the path has all that the value has: every key with a value that
    includes that of the key, every element."""


@dataclass(frozen=True, slots=True)
class Overlaps(Related):
    """The range at the path and the value have a value in common."""


@dataclass(frozen=True, slots=True)
class Within(Related):
    """The geometry at the path is at most so many metres away from the point, on the earth."""

    metres: float


@dataclass(frozen=True, slots=True)
class Intersects(Related):
    """The geometry at the path and the value have a point in common."""


@dataclass(frozen=True, slots=True)
class And(Combinable):
    """Every part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or(Combinable):
    """At least one part is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not(Combinable):
    """The part is false."""

    part: Condition


Relation: TypeAlias = Includes | Overlaps | Within | Intersects
"""Conditions that only engines of SQL evaluate, or only PostGIS."""

Condition: TypeAlias = (
    Comparison
    | Between
    | In
    | BeginsWith
    | Contains
    | Exists
    | Missing
    | HasType
    | Relation
    | And
    | Or
    | Not
)
"""Any condition on an item. Each `match` over conditions ends in `raise unhandled(...)`, so that
type checkers find a `match` that forgets a case."""


def as_condition(value: Condition | bool) -> Condition:
    """The argument as a condition, which is what `Order.status == "new"` is at run time.

    Raises:
        InvalidCall: (not-a-condition) the argument is a real bool: both sides were values.
    """
    if isinstance(value, Combinable):
        return value
    raise InvalidCall(
        f"{kind_of_value(value)} was given where a condition belongs: "
        "this is a comparison of a value, not of Model.field",
        fix="compare an attribute of the class, such as Order.status == 'new'",
        code=ErrorCode.NOT_A_CONDITION,
    )


def not_(condition: Condition | bool) -> Condition:
    """Negate a condition. Use it instead of `~`, which type checkers see as an int."""
    return Not(as_condition(condition))


@overload
def all_of() -> None: ...
@overload
def all_of(first: Condition | bool, /, *others: Condition | bool | None) -> Condition: ...
@overload
def all_of(*conditions: Condition | bool | None) -> Condition | None: ...
def all_of(*conditions: Condition | bool | None) -> Condition | None:
    """The condition that all of these hold; those that are None are left out. None if there are
    none, which as a filter means every item."""
    given = [as_condition(one) for one in conditions if one is not None]
    return reduce(and_, given) if given else None


def any_of(*conditions: Condition | bool) -> Condition:
    """The condition that at least one of these holds.

    Raises:
        InvalidCall: (not-a-condition) there are none, of which none can hold.
    """
    if not conditions:
        raise InvalidCall(
            "any_of() was given no condition, so that nothing would match",
            fix="give at least one condition, or ask nothing if there is none",
            code=ErrorCode.NOT_A_CONDITION,
        )
    return reduce(or_, map(as_condition, conditions))


def compared(op: Op, left: Operand, right: Operand) -> Condition:
    """The comparison; None means "missing", as it is not stored.

    Raises:
        InvalidCall: (invalid-expression) None is compared by order.
    """
    if right is not None:
        return Comparison(op, left, right)
    if isinstance(left, Path) and op is Op.EQ:
        return Missing(left)
    if isinstance(left, Path) and op is Op.NE:
        return Exists(left)
    raise InvalidCall(
        f"nothing is {op.value} None",
        where=Place(attribute=str(left)) if isinstance(left, Path) else NOWHERE,
        fix="compare with a value, or use == None, != None, .exists() or .missing()",
        code=ErrorCode.INVALID_EXPRESSION,
    )


def compared_as_stored(op: Op, left: Operand, right: Operand) -> Condition:
    """The comparison with a stored value; the empty set means "missing" as None does."""
    return compared(op, left, None if _is_nothing(right) else right)


def compared_to_any(operand: Operand, values: tuple[Operand, ...]) -> Condition:
    """`In`, with None and the empty set among the values understood as "missing"."""
    there = tuple(value for value in values if not _is_nothing(value))
    if len(there) == len(values) or not isinstance(operand, Path):
        return In(operand, values)
    return Or((Missing(operand), In(operand, there))) if there else Missing(operand)


def _is_nothing(value: Operand) -> bool:
    return value is None or value == frozenset()


def children(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that this one combines; none for a leaf."""
    match condition:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case (
            Comparison()
            | Between()
            | In()
            | BeginsWith()
            | Contains()
            | Exists()
            | Missing()
            | HasType()
            | Related()
        ):
            return ()
        case _:
            raise unhandled(condition)


def operands(condition: Condition) -> tuple[Operand, ...]:
    """The paths, sizes and literals of a leaf; none for `And`, `Or` and `Not`."""
    match condition:
        case Comparison(_, left, right):
            return left, right
        case Between(operand, low, high):
            return operand, low, high
        case In(operand, values):
            return operand, *values
        case BeginsWith(path, other) | Contains(path, other):
            return path, other
        case Related():
            return condition.path, condition.value
        case Exists(path) | Missing(path) | HasType(path, _):
            return (path,)
        case And() | Or() | Not():
            return ()
        case _:
            raise unhandled(condition)


def paths(condition: Condition) -> Iterator[Path]:
    """Every path the condition reads, in the order written, with repetitions."""
    for operand in operands(condition):
        if isinstance(operand, Path):
            yield operand
        elif isinstance(operand, Size):
            yield operand.path
    for child in children(condition):
        yield from paths(child)


def undecided(condition: Condition) -> Within | Intersects | None:
    """The first condition, this one or one inside it, that has no reference meaning."""
    if isinstance(condition, Within | Intersects):
        return condition
    found = map(undecided, children(condition))
    return next((one for one in found if one is not None), None)


def _parts(kind: type[And] | type[Or], condition: Combinable) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, kind) else (_closed(condition),)


def _closed(value: Combinable) -> Condition:
    return cast(Condition, value)  # its subclasses are those of the union
