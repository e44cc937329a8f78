"""The order of sort keys, case by case."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ....expressions import Kind
from .case import TYPES, KeyOrderCase


def _numbers(name: str, *values: int | Decimal) -> KeyOrderCase:
    return KeyOrderCase(name, Kind.N, values, TYPES)


def _text(name: str, *values: str) -> KeyOrderCase:
    return KeyOrderCase(name, Kind.S, values, TYPES)


def _bytes(name: str, *values: bytes) -> KeyOrderCase:
    return KeyOrderCase(name, Kind.B, values, TYPES)


_TINY, _HUGE = Decimal("1E-130"), Decimal("9.9999999999999999999999999999999999999E+125")
# Not by minus, which rounds to 28 digits.
_MINUS_TINY, _MINUS_HUGE = _TINY.copy_negate(), _HUGE.copy_negate()

KEY_ORDER_CASES: Final = (
    _numbers("by value, not by digits", 1, 2, 9, 10, 11, 100),
    _numbers("negative before zero before positive", -100, -10, -9, -1, 0, 1, 9),
    _numbers(
        "fractions", Decimal("-1.5"), -1, Decimal("-0.5"), 0, Decimal("0.05"), Decimal("0.5"), 1
    ),
    _numbers("the ends of the range", _MINUS_HUGE, _MINUS_TINY, 0, _TINY, _HUGE),
    _numbers("exponents", Decimal("1E-10"), Decimal("2E-10"), Decimal("1E-9"), 10**9, 10**10),
    _numbers("38 digits", 10**37 + 1, 10**37 + 2, 10**37 + 10, 10**38 - 1),
    _numbers(
        "38 digits behind the point",
        Decimal("0.12345678901234567890123456789012345678"),
        Decimal("0.12345678901234567890123456789012345679"),
        Decimal("0.1234567890123456789012345678901234568"),
    ),
    _numbers("beyond a double", 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64),
    _text("capitals before small letters", "A", "B", "Z", "a", "b", "z"),
    _text("a prefix first", "a", "a#", "a#1", "aa", "ab", "b"),
    _text("digits as text", "1", "10", "2", "9"),
    _text(
        "UTF-8 bytes", "z", "\u007f", "\u0080", "é", "\u07ff", "\u0800", "€", "\uffee", "\U0001f600"
    ),
    _text("no normal form", "e", "e\u0301", "f", "\u00e9"),
    _text("zero", "\x00", "\x00\x00", "\t"),
    _text("blanks", "\t", " ", "!", "a ", "a!"),
    _bytes("unsigned", b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff"),
    _bytes("shorter bytes first", b"\x00", b"\x00\x00", b"\x00\x01", b"\x01", b"\xfe\xff", b"\xff"),
)
