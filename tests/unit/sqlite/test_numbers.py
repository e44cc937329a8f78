"""Numbers as text keep their order and every digit."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.engines.sqlite.numbers import canonical_text, order_text
from trueup.errors import ErrorCode, InvalidCall

LARGEST = Decimal("9." + "9" * 37 + "E+125")
SMALLEST = Decimal("1E-130")


@st.composite
def stored_numbers(draw: st.DrawFn) -> int | Decimal:
    """Any number that DynamoDB stores, in any of its spellings."""
    digits = draw(st.integers(0, 10**38 - 1))
    exponent = draw(st.integers(-130 if digits == 0 else -130 - len(str(digits)) + 1, 88))
    sign = draw(st.sampled_from(["", "-"]))
    number = Decimal(f"{sign}{digits}E{exponent}")
    return int(number) if exponent >= 0 and draw(st.booleans()) else number


@given(stored_numbers(), stored_numbers())
def test_texts_sort_as_numbers_do(left: int | Decimal, right: int | Decimal) -> None:
    texts = order_text(left).encode(), order_text(right).encode()
    assert (texts[0] < texts[1], texts[0] == texts[1]) == (left < right, left == right)


@given(st.lists(st.integers(-1000, 1000).map(lambda n: Decimal(n) / 8), min_size=2))
def test_close_numbers_sort_as_numbers_do(numbers: list[Decimal]) -> None:
    assert sorted(numbers) == sorted(numbers, key=order_text)


@given(stored_numbers())
def test_canonical_text_is_exact_whatever_the_precision_of_the_context(
    number: int | Decimal,
) -> None:
    with localcontext() as context:
        context.prec = 3
        text = canonical_text(number)
    assert Decimal(text) == number


@given(stored_numbers())
def test_equal_numbers_have_one_canonical_text(number: int | Decimal) -> None:
    sign, digits, exponent = Decimal(number).as_tuple()
    assert isinstance(exponent, int)
    padded = Decimal((sign, (*digits, 0), exponent - 1))
    assert canonical_text(padded) == canonical_text(number)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (Decimal("-0.00"), "0"),
        (7, "7"),
        (-1200, "-1200"),
        (Decimal("12.50"), "12.5"),
        (Decimal("-0.05"), "-0.05"),
        (Decimal("0.000001"), "0.000001"),
        (Decimal("0.00000012"), "1.2E-7"),
        (Decimal("1E+37"), "1" + "0" * 37),
        (10**38, "1E+38"),
        (SMALLEST, "1E-130"),
        (LARGEST, "9." + "9" * 37 + "E+125"),
    ],
)
def test_canonical_text_is_plain_where_it_is_short(number: int | Decimal, text: str) -> None:
    assert canonical_text(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "="),
        (Decimal("1.25"), ">500125"),
        (Decimal("-1.25"), "<499874~"),
        (-7, "<4992~"),
        (int(LARGEST), ">625" + "9" * 38),
        (LARGEST.copy_negate(), "<374" + "0" * 38 + "~"),
        (SMALLEST, ">3701"),
        (-SMALLEST, "<6298~"),
    ],
)
def test_order_text_has_its_documented_form(number: int | Decimal, text: str) -> None:
    assert order_text(number) == text


@pytest.mark.parametrize(
    "number",
    [
        10**38 + 1,
        Decimal("0." + "1" * 39),
        Decimal("1E+126"),
        Decimal("9E-131"),
        Decimal("NaN"),
        Decimal("-Infinity"),
    ],
)
def test_a_number_out_of_range_is_refused(number: int | Decimal) -> None:
    with pytest.raises(InvalidCall) as caught:
        order_text(number)
    assert caught.value.code is ErrorCode.INVALID_NUMBER
