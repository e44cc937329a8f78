"""The operators users write: comparisons of `Model.field`, and `at(Model.field).…`.

Type checkers see `Order.status` as a value of the field's type: they report a comparison with
another type, and take the comparison for a bool. At run time `Order.status` is a `FieldPath`, and
the comparison is a `Condition`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias, TypeVar, cast, overload

from .._kinds import kind_of_value
from ..errors import ErrorCode, InvalidCall, Place
from .condition import (
    BeginsWith,
    Between,
    Condition,
    Contains,
    Exists,
    HasType,
    In,
    Missing,
    Op,
    Operand,
    Or,
    Size,
    compared,
)
from .path import Path, Segment
from .relatable import Relatable
from .update import (
    Add,
    AddToSet,
    Append,
    Assign,
    AssignIfMissing,
    Change,
    Remove,
    RemoveFromSet,
)
from .values import Kind

T = TypeVar("T")
E = TypeVar("E")

AtText: TypeAlias = "At[str] | At[str | None]"
AtBytes: TypeAlias = "At[bytes] | At[bytes | None]"
AtNumber: TypeAlias = (
    "At[int] | At[int | None] | At[float] | At[float | None] | At[Decimal] | At[Decimal | None]"
)


class FieldPath:
    """The run-time value of `Model.field`; `.name`, `[0]` and `["key"]` go further down.

    It has no public methods, so that every field name of a nested model can follow a dot.
    """

    __slots__ = ("_path",)
    _path: Path

    def __init__(self, path: Path) -> None:
        self._path = path

    def __getattr__(self, name: str) -> FieldPath:
        # Copying, pickling and inspection look up such names and must not get a path.
        if name.startswith("_"):
            raise AttributeError(name)
        return FieldPath(self._path.child(name))

    def __getitem__(self, segment: Segment) -> FieldPath:
        return FieldPath(self._path.child(_checked(segment, self._path)))

    def __eq__(self, other: object) -> bool:
        return cast(bool, compared(Op.EQ, self._path, operand_of(other)))

    def __ne__(self, other: object) -> bool:
        return cast(bool, compared(Op.NE, self._path, operand_of(other)))

    def __lt__(self, other: object) -> Condition:
        return compared(Op.LT, self._path, operand_of(other))

    def __le__(self, other: object) -> Condition:
        return compared(Op.LE, self._path, operand_of(other))

    def __gt__(self, other: object) -> Condition:
        return compared(Op.GT, self._path, operand_of(other))

    def __ge__(self, other: object) -> Condition:
        return compared(Op.GE, self._path, operand_of(other))

    def __hash__(self) -> int:
        return hash(self._path)

    def __repr__(self) -> str:
        root = self._path.root
        return f"{root.__name__}.{self._path}" if root else str(self._path)

    def __bool__(self) -> NoReturn:
        raise _misused(self._path, "has no truth value", "compare it, or use at(path).exists()")

    def __call__(self, *_: object, **__: object) -> NoReturn:
        """Refused: it would be a method, and there are none."""
        *up, name = repr(self).split(".")
        is_method = len(self._path.segments) > 1
        fix = f"write at({'.'.join(up)}).{name}(...)" if is_method else f"use it as at({self!r})"
        raise _misused(self._path, f"cannot be called, as in .{name}(...)", fix)

    def __add__(self, other: object) -> NoReturn:
        raise _misused(self._path, "cannot be calculated with", "use at(path).add(amount)")

    __radd__ = __sub__ = __rsub__ = __add__

    def __contains__(self, value: object) -> NoReturn:
        raise _misused(self._path, "cannot be used with `in`", "use at(path).contains(value)")

    def __iter__(self) -> Iterator[NoReturn]:
        # Without this, iteration would fall back to [0], [1], … and never end.
        raise _misused(self._path, "cannot be iterated", "read the item first")


class SizeOf:
    """The size of an attribute, to be compared with a whole number."""

    __slots__ = ("_size",)

    def __init__(self, size: Size) -> None:
        self._size = size

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # no bool: see `~`
        return compared(Op.EQ, self._size, operand_of(other))

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # no bool: see `~`
        return compared(Op.NE, self._size, operand_of(other))

    def __lt__(self, other: int) -> Condition:
        return compared(Op.LT, self._size, operand_of(other))

    def __le__(self, other: int) -> Condition:
        return compared(Op.LE, self._size, operand_of(other))

    def __gt__(self, other: int) -> Condition:
        return compared(Op.GT, self._size, operand_of(other))

    def __ge__(self, other: int) -> Condition:
        return compared(Op.GE, self._size, operand_of(other))

    def __hash__(self) -> int:
        return hash(self._size)

    def between(self, low: int, high: int) -> Condition:
        """`low <= size <= high`."""
        return Between(self._size, operand_of(low), operand_of(high))


class At(Relatable[T]):
    """The conditions and changes of the attribute at a path; T is the field's type."""

    __slots__ = ()

    @property
    def path(self) -> Path:
        """The path of the attribute."""
        return self._path

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # no bool: see `~`
        return compared(Op.EQ, self._path, operand_of(other))

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # no bool: see `~`
        return compared(Op.NE, self._path, operand_of(other))

    def __lt__(self, other: T) -> Condition:
        return compared(Op.LT, self._path, operand_of(other))

    def __le__(self, other: T) -> Condition:
        return compared(Op.LE, self._path, operand_of(other))

    def __gt__(self, other: T) -> Condition:
        return compared(Op.GT, self._path, operand_of(other))

    def __ge__(self, other: T) -> Condition:
        return compared(Op.GE, self._path, operand_of(other))

    def __hash__(self) -> int:
        return hash(self._path)

    def __repr__(self) -> str:
        return f"at({FieldPath(self._path)!r})"

    def between(self, low: T, high: T) -> Condition:
        """`low <= attribute <= high`, both ends included."""
        return Between(self._path, operand_of(low), operand_of(high))

    def is_in(self, *values: T) -> Condition:
        """The attribute equals any of the values; None among them means "or is missing"."""
        present = tuple(operand_of(value) for value in values if value is not None)
        if len(present) == len(values):
            return In(self._path, present)
        return Or((Missing(self._path), In(self._path, present))) if present else self.missing()

    @overload
    def begins_with(self: AtText, prefix: str) -> Condition: ...
    @overload
    def begins_with(self: AtBytes, prefix: bytes) -> Condition: ...
    def begins_with(self, prefix: object) -> Condition:
        """The text or the bytes start with the prefix."""
        return BeginsWith(self._path, operand_of(prefix))

    @overload
    def contains(self: AtText, value: str) -> Condition: ...
    @overload
    def contains(self: AtBytes, value: bytes) -> Condition: ...
    @overload
    def contains(self: At[list[E]], value: E) -> Condition: ...
    @overload
    def contains(self: At[list[E] | None], value: E) -> Condition: ...
    @overload
    def contains(self: At[set[E]], value: E) -> Condition: ...
    @overload
    def contains(self: At[set[E] | None], value: E) -> Condition: ...
    @overload
    def contains(self: At[frozenset[E]], value: E) -> Condition: ...
    @overload
    def contains(self: At[frozenset[E] | None], value: E) -> Condition: ...
    def contains(self: At[Any], value: object) -> Condition:
        """The text or the bytes have this part, or the list or the set has this element."""
        return Contains(self._path, operand_of(value))

    def exists(self) -> Condition:
        """The attribute is present and not NULL."""
        return Exists(self._path)

    def missing(self) -> Condition:
        """The attribute is absent or NULL."""
        return Missing(self._path)

    def has_type(self, kind: Kind) -> Condition:
        """The attribute is stored as this kind; `Kind.NULL` tells NULL from absent."""
        return HasType(self._path, kind)

    def size(self) -> SizeOf:
        """The length of text in characters, of bytes, or the number of elements."""
        return SizeOf(Size(self._path))

    def assign(self, value: T) -> Change:
        """Replace the attribute; a list position past the end appends."""
        return Assign(self._path, self._literal(value))

    def assign_if_missing(self, value: T) -> Change:
        """Write the attribute only if it is absent; NULL counts as present."""
        return AssignIfMissing(self._path, self._literal(value))

    def add(self: AtNumber, amount: int | float | Decimal) -> Change:
        """Add to the number; an absent number counts as 0."""
        return Add(self._path, self._amount(amount))

    def subtract(self: AtNumber, amount: int | float | Decimal) -> Change:
        """Subtract from the number; an absent number counts as 0."""
        amount = self._amount(amount)
        # Minus would round a Decimal to the 28 digits of the default context.
        opposite = amount.copy_negate() if isinstance(amount, Decimal) else -amount
        return Add(self._path, opposite)

    @overload
    def append(self: At[list[E]], *values: E) -> Change: ...
    @overload
    def append(self: At[list[E] | None], *values: E) -> Change: ...
    def append(self: At[Any], *values: object) -> Change:
        """Add the values to the end of the list, in this order; an absent list is empty."""
        return Append(self._path, self._literals(values))

    @overload
    def prepend(self: At[list[E]], *values: E) -> Change: ...
    @overload
    def prepend(self: At[list[E] | None], *values: E) -> Change: ...
    def prepend(self: At[Any], *values: object) -> Change:
        """Add the values to the start of the list, in this order; an absent list is empty."""
        return Append(self._path, self._literals(values), at_front=True)

    @overload
    def add_to_set(self: At[set[E]], *values: E) -> Change: ...
    @overload
    def add_to_set(self: At[set[E] | None], *values: E) -> Change: ...
    @overload
    def add_to_set(self: At[frozenset[E]], *values: E) -> Change: ...
    @overload
    def add_to_set(self: At[frozenset[E] | None], *values: E) -> Change: ...
    def add_to_set(self: At[Any], *values: object) -> Change:
        """Add the values to the set; an absent set counts as empty."""
        return AddToSet(self._path, self._literals(values))

    @overload
    def remove_from_set(self: At[set[E]], *values: E) -> Change: ...
    @overload
    def remove_from_set(self: At[set[E] | None], *values: E) -> Change: ...
    @overload
    def remove_from_set(self: At[frozenset[E]], *values: E) -> Change: ...
    @overload
    def remove_from_set(self: At[frozenset[E] | None], *values: E) -> Change: ...
    def remove_from_set(self: At[Any], *values: object) -> Change:
        """Remove the values from the set; a set that becomes empty is removed."""
        return RemoveFromSet(self._path, self._literals(values))

    def remove(self) -> Change:
        """Remove the attribute, the map key or the list element."""
        return Remove(self._path)

    def _literals(self, values: tuple[object, ...]) -> tuple[object, ...]:
        if not values:
            raise InvalidCall(
                "a change of elements names none",
                where=Place(attribute=str(self._path)),
                fix="give at least one value",
                code=ErrorCode.INVALID_UPDATE,
            )
        return tuple(self._literal(value) for value in values)

    def _amount(self, value: object) -> int | float | Decimal:
        value = self._literal(value)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return value
        raise InvalidCall(
            f"{kind_of_value(value)} cannot be added to a number, or taken away from it",
            where=Place(attribute=str(self._path)),
            fix="give a number",
            code=ErrorCode.WRONG_TYPE,
        )

    def _literal(self, value: object) -> object:
        if not isinstance(value, FieldPath | At):
            return value
        raise InvalidCall(
            "an update takes a value, not another attribute",
            where=Place(attribute=str(self._path)),
            fix="read the item, then write the value with only_if= or a version",
            code=ErrorCode.INVALID_UPDATE,
        )


def at(path: T) -> At[T]:
    """The operators of the attribute at a path such as `Model.field`.

    Raises:
        InvalidCall: (not-a-condition) the argument is a value, such as the field of an instance.
    """
    if isinstance(path, FieldPath):
        return At(path._path)
    raise _no_path("at", path)


def _no_path(function: str, given: object) -> InvalidCall:
    return InvalidCall(
        f"{function}() was given {kind_of_value(given)}, not a path such as Model.field",
        fix=f"name the attribute on the class, not on an instance: {function}(Order.status)",
        code=ErrorCode.NOT_A_CONDITION,
    )


def present(path: T | None) -> T:
    """The same path, for type checkers, to which a field that may be None has no fields:
    `at(present(Order.address).city)`. A missing attribute is met in the condition as ever.

    Raises InvalidCall (not-a-condition) if the argument is no path.
    """
    if isinstance(path, FieldPath):
        return cast(T, path)
    raise _no_path("present", path)


def operand_of(value: object) -> Operand:
    """The operand for a user's value: another attribute, a size, or the value itself."""
    if isinstance(value, FieldPath | At):
        return value._path
    return value._size if isinstance(value, SizeOf) else value


def _checked(segment: Segment, path: Path) -> Segment:
    if isinstance(segment, str) or (type(segment) is int and segment >= 0):
        return segment
    raise InvalidCall(
        "a path goes on with a list position from 0 or with a map key",
        where=Place(attribute=str(path)),
        fix="use [0], [1], … or ['key']; there is no position from the end",
        code=ErrorCode.INVALID_EXPRESSION,
    )


def _misused(path: Path, what: str, fix: str) -> InvalidCall:
    return InvalidCall(
        f"a path such as Model.field {what}: the item was not read yet",
        where=Place(attribute=str(path)),
        fix=fix,
        code=ErrorCode.INVALID_EXPRESSION,
    )
