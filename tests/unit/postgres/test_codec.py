"""Values inside of JSON columns: each reads back as it was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from trueup.engines.postgres.values.codec import from_json, to_json
from trueup.errors import ErrorCode
from trueup.testing.suite.harness.refusals import refused

VALUES: list[Any] = [
    None,
    True,
    0,
    10**37 + 1,
    Decimal("0.12345678901234567890123456789012345678"),
    Decimal("1E-130"),
    "",
    'é \U0001f600 "\\ $b',
    b"\x00\xff",
    [],
    {},
    [1, [True, {"a": None}]],
    {"$b": "x", "$": 1, "$$ss": [], "plain": {"$n": "1"}},
    {"a", ""},
    {1, Decimal("0.5")},
    {b"\x00", b"b"},
]


@pytest.mark.parametrize("value", VALUES, ids=map(str, range(len(VALUES))))
def test_value_reads_back(value: Any) -> None:
    read = from_json(to_json(value))
    assert (read, type(read)) == (value, type(value))


def test_equal_sets_have_one_text() -> None:
    assert to_json({"b", "a"}) == to_json({"a", "b"}) == '{"$ss":["a","b"]}'


@pytest.mark.parametrize("value", ["\0", ["a\0"], {"\0": 1}, {"a": {"\0"}}])
def test_text_with_nul_is_refused(value: Any) -> None:
    with refused(ErrorCode.INVALID_TEXT):
        to_json(value)


def test_escape_of_nul_is_ordinary_text() -> None:
    assert from_json(to_json("\\u0000")) == "\\u0000"


@pytest.mark.parametrize("value", [{1, "a"}, object(), 0.5])
def test_what_is_no_plain_value_is_refused(value: Any) -> None:
    with refused(ErrorCode.WRONG_TYPE):
        to_json(value)


def test_nan_is_refused() -> None:
    with refused(ErrorCode.INVALID_NUMBER):
        to_json([Decimal("NaN")])


@pytest.mark.parametrize(
    "text", ["{", '{"$x": 1}', '{"$b": "%"}', '{"$b": "", "a": 1}', "NaN", '{"$ss": [[]]}']
)
def test_damaged_value_is_refused_without_its_text(text: str) -> None:
    with refused(ErrorCode.UNREADABLE_ITEM) as refusal:
        from_json(text)
    assert refusal.error is not None
    assert refusal.error.__cause__ is None
