"""The reference meaning of conditions and updates, over plain items and paths of attributes.

The meaning is DynamoDB's unless a docstring says otherwise. Engines run this module or are tested
against it.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from enum import Enum
from typing import Final, Literal, Protocol, TypeAlias, cast

from ..errors import ErrorCode, InvalidCall, Place, UnsupportedByEngine, unhandled
from .condition import (
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
    Op,
    Operand,
    Or,
    Overlaps,
    Relation,
    Size,
    Within,
)
from .path import Path, Segment
from .relations import includes, overlap
from .update import (
    Add,
    AddToSet,
    Append,
    Assign,
    AssignIfMissing,
    Change,
    Remove,
    RemoveFromSet,
    check_updates,
)
from .values import Item, Kind, PlainSet, PlainValue, add_exactly, compare, equal, kind_of


class _Absent(Enum):
    ABSENT = "there is nothing at the path"


ABSENT: Final = _Absent.ABSENT
Found: TypeAlias = PlainValue | Literal[_Absent.ABSENT]


class _Container(Protocol):
    """A map or a list; the kind of the segment was checked."""

    def __setitem__(self, segment: Segment, value: PlainValue, /) -> None: ...
    def __delitem__(self, segment: Segment, /) -> None: ...


def holds(condition: Condition, item: Item | None) -> bool:
    """Whether the condition is true of the item; None is an item without attributes.

    Comparisons are false if an attribute is missing, the kinds differ or the values have no order;
    only `<>` is then true.
    """
    item = item or {}
    match condition:
        case And(parts):
            return all(holds(part, item) for part in parts)
        case Or(parts):
            return any(holds(part, item) for part in parts)
        case Not(part):
            return not holds(part, item)
        case Comparison(op, left, right):
            return _compares(op, _value(left, item), _value(right, item))
        case Between(operand, low, high):
            value = _value(operand, item)
            above = _compares(Op.GE, value, _value(low, item))
            return above and _compares(Op.LE, value, _value(high, item))
        case In(operand, values):
            value = _value(operand, item)
            return any(_compares(Op.EQ, value, _value(each, item)) for each in values)
        case BeginsWith(path, prefix):
            return _begins_with(find(path, item), _value(prefix, item))
        case Contains(path, part):
            return _contains(find(path, item), _value(part, item))
        case Exists(path) | Missing(path):
            return _is_present(find(path, item)) is isinstance(condition, Exists)
        case HasType(path, kind):
            found = find(path, item)
            return found is not ABSENT and kind_of(found) is kind
        case Includes() | Overlaps() | Within() | Intersects():
            return _is_related(condition, item)
        case _:
            raise unhandled(condition)


def _is_related(condition: Relation, item: Item) -> bool:
    if isinstance(condition, Within | Intersects):
        raise without_reference(condition)
    value, other = find(condition.path, item), _value(condition.value, item)
    if value is ABSENT or other is ABSENT:
        return False
    return (includes if isinstance(condition, Includes) else overlap)(value, other)


def without_reference(condition: Within | Intersects) -> UnsupportedByEngine:
    """The error for a condition that this module gives no meaning."""
    name = type(condition).__name__.lower()
    return UnsupportedByEngine(
        f"{name}() is decided by PostGIS alone, in the filter of a query or a scan",
        where=Place(attribute=str(condition.path)),
        fix="filter by it, joined to other conditions by & at the top, and by | and ~ only to "
        "conditions of whole attributes of plain types",
    )


def find(path: Path, item: Item) -> Found:
    """The value at the path, or ABSENT."""
    value: Found = item
    for segment in path.segments:
        value = _step(value, segment)
    return value


def _step(value: Found, segment: Segment) -> Found:
    match value:
        case dict():
            return value[segment] if isinstance(segment, str) and segment in value else ABSENT
        case list():
            return value[segment] if isinstance(segment, int) and segment < len(value) else ABSENT
        case _:
            return ABSENT


def _value(operand: Operand, item: Item) -> Found:
    if isinstance(operand, Path):
        return find(operand, item)
    if isinstance(operand, Size):
        return _size(find(operand.path, item))
    return cast(PlainValue, operand)


def _size(value: Found) -> Found:
    """UTF-16 units of text, else bytes or elements. The page says "characters"; AWS counts `é` as
    one and a character beyond U+FFFF as two.

    Source: https://github.com/ExtendDB/extenddb/pull/67
    """
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode("utf-16-le")) // 2
    if isinstance(value, bytes | list | dict | set | frozenset):
        return len(value)
    return ABSENT


def _is_present(value: Found) -> bool:
    return value is not ABSENT and value is not None


def _compares(op: Op, left: Found, right: Found) -> bool:
    if left is ABSENT or right is ABSENT:
        return op is Op.NE
    if op is Op.EQ:
        return equal(left, right)
    if op is Op.NE:
        return not equal(left, right)
    order = compare(left, right)
    if order is None:
        return False
    if op is Op.LT or op is Op.LE:
        return order < 0 or (op is Op.LE and order == 0)
    return order > 0 or (op is Op.GE and order == 0)


def _begins_with(value: Found, prefix: Found) -> bool:
    if isinstance(value, str) and isinstance(prefix, str):
        return value.startswith(prefix)
    return isinstance(value, bytes) and isinstance(prefix, bytes) and value.startswith(prefix)


def _contains(value: Found, part: Found) -> bool:
    if part is ABSENT:
        return False
    match value:
        case str():
            return isinstance(part, str) and part in value
        case bytes():
            return isinstance(part, bytes) and part in value
        case list():
            return any(equal(element, part) for element in value)
        case set() | frozenset():
            return any(equal(element, part) for element in value)
        case _:
            return False


def apply(updates: Sequence[Change], item: Item) -> Item:
    """A new item with all changes made; the old item is not touched.

    Every change reads the old item, list positions included, so the order of the changes does not
    matter. New list elements past the end come in the order of their positions.

    Appending to an absent list starts from an empty list. DynamoDB's `list_append` alone would
    refuse, so engines add `if_not_exists`.

    Raises:
        InvalidCall: (invalid-update) paths overlap (see `check_updates`), a path goes
            through a map or list that does not exist, or the stored value has the wrong kind;
            (invalid-number) a sum cannot be exact.
    """
    changed = dict(item)
    removed: list[Path] = []
    for update in sorted(check_updates(updates), key=_place):
        old = find(update.path, item)
        value = _outcome(update, old)
        container, last = _opened(changed, update.path)
        if value is not ABSENT:
            _put(container, last, value)
        elif old is not ABSENT:
            removed.append(update.path)
    # From the back, so that the positions still to be removed do not shift.
    for path in reversed(removed):
        container, last = _opened(changed, path)
        del container[last]
    return changed


def _place(update: Change) -> tuple[Segment, ...]:
    # check_updates refused names and positions in one container, so segments can be ordered.
    return update.path.segments


def _outcome(update: Change, old: Found) -> Found:
    """The new value at the path, which holds `old` now; ABSENT to remove it."""
    match update:
        case Assign(_, value):
            return cast(PlainValue, value)
        case AssignIfMissing(_, value):
            return cast(PlainValue, value) if old is ABSENT else old
        case Add(path, amount):
            return _sum(path, old, cast(PlainValue, amount))
        case Append(path, values, at_front):
            return _joined(path, old, cast("tuple[PlainValue, ...]", values), at_front)
        case AddToSet(path, values) | RemoveFromSet(path, values):
            change = cast("PlainSet", frozenset(values))
            before = _set_like(path, old, change)
            after = before | change if isinstance(update, AddToSet) else before - change
            return cast("PlainSet", after) or ABSENT
        case Remove():
            return ABSENT
        case _:
            raise unhandled(update)


def _sum(path: Path, old: Found, amount: PlainValue) -> PlainValue:
    before = 0 if old is ABSENT else old
    if kind_of(amount) is not Kind.N:
        raise _wrong_kind(path, "what is added is no number but", amount)
    if kind_of(before) is not Kind.N:
        raise _wrong_kind(path, "a number is added to something", before)
    try:
        return add_exactly(cast(int, before), cast(int, amount))
    except InvalidCall as error:
        error.locate(Place(attribute=str(path)))
        raise


def _joined(path: Path, old: Found, values: tuple[PlainValue, ...], at_front: bool) -> PlainValue:
    before = [] if old is ABSENT else old
    if not isinstance(before, list):
        raise _wrong_kind(path, "elements are appended to something", before)
    return [*values, *before] if at_front else [*before, *values]


def _set_like(path: Path, old: Found, change: PlainSet) -> frozenset[object]:
    """The stored set; refused unless its elements have the same kind as those of the change."""
    kind = kind_of(change)
    if old is not ABSENT and kind_of(old) is not kind:
        raise _wrong_kind(path, f"elements of kind {kind.value} meet something", old)
    return frozenset() if old is ABSENT else frozenset(cast(PlainSet, old))


def _opened(changed: Item, path: Path) -> tuple[_Container, Segment]:
    """The map or list that holds the last segment of the path, and that segment.

    changed: mutated; every map and list on the way is replaced by a copy that may be changed.
    """
    container = cast(_Container, changed)
    for length, segment in enumerate(path.segments[:-1], start=1):
        child = _step(cast(PlainValue, container), segment)
        if not isinstance(child, dict | list):
            raise _no_parent(path, length)
        opened = copy(child)
        container[segment] = opened
        container = cast(_Container, opened)
    if isinstance(container, list) is not isinstance(path.segments[-1], int):
        raise _no_parent(path, len(path.segments) - 1)
    return container, path.segments[-1]


def _put(container: _Container, last: Segment, value: PlainValue) -> None:
    if isinstance(container, list) and isinstance(last, int) and last >= len(container):
        container.append(value)
    else:
        container[last] = value


def _no_parent(path: Path, length: int) -> InvalidCall:
    needed = "list" if isinstance(path.segments[length], int) else "map"
    return InvalidCall(
        f"the {needed} {Path(None, path.segments[:length])} does not exist, so nothing in it can "
        "be changed",
        where=Place(attribute=str(path)),
        fix=f"assign the whole {needed} first",
        code=ErrorCode.INVALID_UPDATE,
    )


def _wrong_kind(path: Path, what: str, found: PlainValue) -> InvalidCall:
    return InvalidCall(
        f"{what} of kind {kind_of(found).value}",
        where=Place(attribute=str(path)),
        fix="assign a value of the right kind first",
        code=ErrorCode.INVALID_UPDATE,
    )
