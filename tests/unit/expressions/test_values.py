"""Kinds, limits, sizes, equality and order of plain values."""

import pickle
from decimal import Decimal

import pytest

from trueup.errors import ErrorCode, InvalidCall
from trueup.expressions import (
    Kind,
    add_exactly,
    check_text,
    compare,
    depth,
    equal,
    exact_number,
    item_size_bytes,
    kind_of,
    size_bytes,
)

LARGEST = Decimal("9.9999999999999999999999999999999999999E+125")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, Kind.NULL),
        (True, Kind.BOOL),
        (1, Kind.N),
        (Decimal("1.5"), Kind.N),
        ("", Kind.S),
        (b"", Kind.B),
        ([], Kind.L),
        ({}, Kind.M),
        ({"a"}, Kind.SS),
        (frozenset({1}), Kind.NS),
        (frozenset({Decimal("1.5")}), Kind.NS),
        ({b"a"}, Kind.BS),
    ],
)
def test_every_plain_value_has_a_kind(value: object, kind: Kind) -> None:
    assert kind_of(value) is kind


@pytest.mark.parametrize("value", [1.5, (), object(), set(), frozenset({True}), frozenset({None})])
def test_other_values_have_no_kind(value: object) -> None:
    with pytest.raises(InvalidCall) as caught:
        kind_of(value)
    assert caught.value.code is ErrorCode.WRONG_TYPE


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        (0, "0"),
        (-0.0, "0"),
        (Decimal("-0E+5"), "0"),
        (0.1, "0.1"),
        (1e22, "10000000000000000000000"),
        (Decimal("10.500"), "10.5"),
        (Decimal("1E+2"), "100"),
        (Decimal("-12.30E5"), "-1230000"),
        (10**125, "1" + "0" * 125),
        (10**38 - 1, "9" * 38),
        (Decimal("1E-130"), "1E-130"),
        (Decimal("100E-132"), "1E-130"),
    ],
)
def test_number_has_one_exact_form(given: int | Decimal | float, exact: str) -> None:
    number = exact_number(given)
    assert str(number) == exact
    assert isinstance(number, int) == (number == number // 1)


def test_largest_number_survives() -> None:
    assert exact_number(LARGEST) == LARGEST
    assert exact_number(LARGEST.copy_negate()) == LARGEST.copy_negate()


@pytest.mark.parametrize(
    "given",
    [
        float("nan"),
        float("inf"),
        Decimal("-Infinity"),
        Decimal("sNaN"),
        True,
        10**126,
        pytest.param(10**5000, id="5001 digits"),
        Decimal("1E+126"),
        Decimal("9E-131"),
        10**38 + 1,
        Decimal("0.123456789012345678901234567890123456789"),
    ],
)
def test_number_that_cannot_be_exact_is_refused(given: int | Decimal | float) -> None:
    with pytest.raises(InvalidCall) as caught:
        exact_number(given)
    assert caught.value.code is ErrorCode.INVALID_NUMBER


def test_sum_is_never_rounded() -> None:
    a, b = Decimal("1E-20"), Decimal("1.234567890123456789E+5")
    assert str(add_exactly(a, b)) == "123456.78901234567890000001"
    assert add_exactly(LARGEST, LARGEST.copy_negate()) == 0


def test_sum_that_needs_more_digits_is_refused() -> None:
    with pytest.raises(InvalidCall):
        add_exactly(LARGEST, Decimal("1E-130"))


@pytest.mark.parametrize("text", ["", "a", "é", "\U0001f600", "\x00"])
def test_text_is_returned(text: str) -> None:
    assert check_text(text) is text


@pytest.mark.parametrize("text", ["\ud800", "x\udc00", "\ude00\ud83d"])
def test_half_a_surrogate_pair_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(InvalidCall) as caught:
        check_text(text)
    assert caught.value.code is ErrorCode.INVALID_TEXT
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("abc", 3),
        ("é", 2),
        (None, 1),
        (True, 1),
        (1, 2),
        (12, 2),
        (1200, 2),
        (-123, 3),
        (Decimal("1.25"), 3),
        (b"\x00\x01", 2),
        ([], 3),
        ({}, 3),
        (["a", 1], 3 + 1 + 1 + 1 + 2),
        ({"key": "ab"}, 3 + 1 + 3 + 2),
        (frozenset({"ab", "c"}), 3),
    ],
)
def test_size_follows_the_documented_rules(value: object, size: int) -> None:
    assert size_bytes(value) == size  # type: ignore[arg-type] # the table holds plain values


def test_item_size_counts_names() -> None:
    assert item_size_bytes({"shirt-color": "R", "shirt-size": "M"}) == 23


def test_depth_is_measured_beyond_the_recursion_limit() -> None:
    value: list[object] = []
    for _ in range(5000):
        value = [value]
    assert depth(value) == 5001  # type: ignore[arg-type] # a plain value
    assert depth("x") == depth(frozenset({"x"})) == 0
    assert depth({"x": [1]}) == 2


@pytest.mark.parametrize(
    ("a", "b"), [(1, True), ("1", 1), ("a", b"a"), ([1], [True]), ({"x": 1}, {"x": "1"}), (None, 0)]
)
def test_values_of_two_kinds_differ_and_have_no_order(a: object, b: object) -> None:
    assert not equal(a, b)  # type: ignore[arg-type] # the table holds plain values
    assert compare(a, b) is None  # type: ignore[arg-type] # the table holds plain values
