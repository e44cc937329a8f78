"""The plain values a stored item is made of: their kinds, limits, sizes, equality and order.

Codecs produce plain values and engines store them: no models, enums or dates are left.
Every function here means what DynamoDB means, on every engine.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import Context, Decimal, Inexact, Overflow, Subnormal
from enum import StrEnum
from typing import TypeAlias, cast

from ..errors import ErrorCode, InvalidCall, Place

PlainSet: TypeAlias = AbstractSet[str] | AbstractSet[int | Decimal] | AbstractSet[bytes]
PlainScalar: TypeAlias = bool | int | Decimal | str | bytes | None
PlainValue: TypeAlias = "PlainScalar | list[PlainValue] | dict[str, PlainValue] | PlainSet"
Item: TypeAlias = dict[str, PlainValue]

MAX_DIGITS = 38
MAX_EXPONENT = 125
MIN_EXPONENT = -130

COMPLEMENT = str.maketrans("0123456789", "9876543210")
"""Reverses the order of digits, for `str.translate`."""

_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-4, 1e16
"""Between these bounds a float's text has no exponent, no trailing zeros and at most 17 digits."""

_BELOW_38_DIGITS = 10**MAX_DIGITS
_TOO_LARGE = 10 ** (MAX_EXPONENT + 1)
# Refuses numbers out of range, in C: every written number passes through it.
_STORABLE = Context(
    prec=MAX_DIGITS, Emin=MIN_EXPONENT, Emax=MAX_EXPONENT, traps=[Inexact, Overflow, Subnormal]
)
# Wide enough that no sum of two valid numbers is rounded before it is checked.
_WIDE = Context(prec=MAX_EXPONENT - MIN_EXPONENT + MAX_DIGITS + 2)


class Kind(StrEnum):
    """The kind of a stored value, with DynamoDB's letters."""

    S = "S"
    N = "N"
    B = "B"
    BOOL = "BOOL"
    NULL = "NULL"
    L = "L"
    M = "M"
    SS = "SS"
    NS = "NS"
    BS = "BS"


ORDERED_KINDS = frozenset({Kind.S, Kind.N, Kind.B})

_KINDS: dict[type, Kind] = {
    type(None): Kind.NULL,
    bool: Kind.BOOL,
    int: Kind.N,
    Decimal: Kind.N,
    str: Kind.S,
    bytes: Kind.B,
    list: Kind.L,
    dict: Kind.M,
}
_SET_KINDS = ((str, Kind.SS), (int | Decimal, Kind.NS), (bytes, Kind.BS))


def kind_of(value: object) -> Kind:
    """The kind of a plain value.

    Raises:
        InvalidCall: (wrong-type) the value is not plain, or a set without a kind.
    """
    kind = _KINDS.get(type(value))
    if kind is None and isinstance(value, set | frozenset):
        kind = set_kind(value)
    if kind is not None:
        return kind
    raise InvalidCall(
        f"a {type(value).__name__} of this content cannot be stored",
        fix="store None, bool, int, Decimal, str, bytes, list, dict, or a filled set of "
        "text, numbers or bytes",
        code=ErrorCode.WRONG_TYPE,
    )


def set_kind(elements: Collection[object]) -> Kind | None:
    """The kind of a set; None if it is empty, or not all text, all numbers, or all bytes."""
    for types, kind in _SET_KINDS:
        if elements and all(
            isinstance(element, types) and not isinstance(element, bool) for element in elements
        ):
            return kind
    return None


def exact_number(value: int | Decimal | float) -> int | Decimal:
    """The number in its stored form: an int if whole, else a Decimal without trailing zeros.

    A float counts as the shortest decimal text that reads back as it (`repr`); -0 is 0.

    Raises:
        InvalidCall: (invalid-number) NaN, infinity, more than 38 significant digits, or a
            magnitude outside 1E-130 to 9.9999999999999999999999999999999999999E+125.
    """
    if isinstance(value, float):
        number = Decimal(repr(value))
        is_plain = _SMALLEST_PLAIN < abs(value) < _LARGEST_PLAIN and not value.is_integer()
        return number if is_plain else _normalised(number)
    if isinstance(value, Decimal):
        return _normalised(value)
    if type(value) is int and -_BELOW_38_DIGITS < value < _BELOW_38_DIGITS:
        return value
    if isinstance(value, bool):
        raise _bad_number("a bool is not a number", "pass an int or a Decimal")
    if abs(value) >= _TOO_LARGE:
        raise _bad_number("a number is too large", "stay below 1E+126")
    return _normalised(Decimal(value))


def _normalised(number: Decimal) -> int | Decimal:
    if not number.is_finite():
        raise _bad_number("NaN and infinity cannot be stored", "leave the attribute out")
    try:
        exact = _STORABLE.normalize(number)
    except (Overflow, Subnormal):
        raise _bad_number("a number is out of range", "stay within 1E-130 to 9.99…E+125") from None
    except Inexact:
        raise _bad_number("a number has more than 38 significant digits", "round it") from None
    return int(exact) if exact == exact.to_integral_value() else exact


def _bad_number(what: str, fix: str) -> InvalidCall:
    return InvalidCall(what, fix=fix, code=ErrorCode.INVALID_NUMBER)


def add_exactly(a: int | Decimal, b: int | Decimal) -> int | Decimal:
    """The sum, never rounded.

    Raises:
        InvalidCall: (invalid-number) the sum has more than 38 digits or is out of range.
    """
    if isinstance(a, int) and isinstance(b, int):
        return exact_number(a + b)
    return exact_number(_WIDE.add(Decimal(a), Decimal(b)))


def is_text(text: str) -> bool:
    """Whether UTF-8 can encode the text: it holds no half of a surrogate pair."""
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def check_text(text: str) -> str:
    """Return the text unchanged.

    Raises:
        InvalidCall: (invalid-text) it holds half of a surrogate pair, which UTF-8 cannot encode.
    """
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
        return text
    except UnicodeEncodeError as error:
        start = error.start  # the error holds the text
    raise InvalidCall(
        "a text holds half of a surrogate pair and cannot be written as UTF-8",
        where=Place(note=f"character {start}"),
        fix="decode the text with errors='replace', or join the halves",
        code=ErrorCode.INVALID_TEXT,
    )


def size_bytes(value: PlainValue) -> int:
    """The size that counts towards the 400 KB of an item, in bytes, without the name.

    Numbers count one byte for two significant digits and one more, "approximately" as the page
    says. Lists and maps cost 3 bytes, and 1 for each element.
    """
    match value:
        case str():
            return len(value) if value.isascii() else len(value.encode("utf-8"))
        case None | bool():
            return 1
        case int() | Decimal():
            return (_digits(value) + 1) // 2 + 1
        case bytes():
            return len(value)
        case list():
            return 3 + sum(1 + size_bytes(element) for element in value)
        case dict():
            return 3 + len(value) + item_size_bytes(value)
        case _:
            return sum(size_bytes(element) for element in value)


def item_size_bytes(item: Mapping[str, PlainValue]) -> int:
    """The size that DynamoDB limits to 400 KB, in bytes: names as UTF-8 plus values."""
    return sum(size_bytes(name) + size_bytes(value) for name, value in item.items())


def _digits(number: int | Decimal) -> int:
    if isinstance(number, int):
        return len(str(abs(number)).rstrip("0"))
    return len("".join(map(str, number.as_tuple().digits)).strip("0"))


def depth(value: PlainValue) -> int:
    """The number of nested lists and maps: 0 for a scalar or a set, 1 for an empty list."""
    deepest = 0
    waiting: list[tuple[PlainValue, int]] = [(value, 0)]
    # Our own stack also measures input that is nested deeper than Python recurses.
    while waiting:
        current, level = waiting.pop()
        if isinstance(current, list | dict):
            deepest = max(deepest, level + 1)
            waiting += [(child, level + 1) for child in _children(current)]
    return deepest


def _children(value: list[PlainValue] | dict[str, PlainValue]) -> Iterator[PlainValue]:
    return iter(value.values() if isinstance(value, dict) else value)


def equal(a: PlainValue, b: PlainValue) -> bool:
    """Equality as stored: the same kind, numbers by value, sets in any order, at every depth.

    True is not 1, text is not bytes, and 1 is 1.0.
    """
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[name], b[name]) for name in a)
    return kind_of(a) is kind_of(b) and a == b


def compare(a: PlainValue, b: PlainValue) -> int | None:
    """-1, 0 or 1 by the order of keys and comparisons; None if the values have no order.

    Text is ordered by its UTF-8 bytes, which is the order of Python's code points (RFC 3629,
    section 1), numbers by exact value, bytes as unsigned. Other kinds have no order, and values of
    two kinds have none.
    """
    kind = kind_of(a)
    if kind not in ORDERED_KINDS or kind_of(b) is not kind:
        return None
    # Both are str, both bytes or both numbers, which no checker can follow from the kinds.
    left, right = cast("tuple[int, int]", (a, b))
    return (left > right) - (left < right)
