"""Items survive the JSON of the file."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json as plain_json

from trueup.engines.sqlite.codec import from_json, has_tags, to_json
from trueup.errors import ErrorCode, InvalidCall, NeedsOperator, Place

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["", "$", "$$", "$n", "$b", "\0", "\u2028", '"$', '\\"$', "\U0001f600"]
)
NUMBERS = st.integers(-(10**38) + 1, 10**38 - 1) | st.decimals(
    allow_nan=False, allow_infinity=False
).filter(lambda number: -130 <= number.adjusted() <= 125 and len(number.as_tuple().digits) <= 38)
SETS = st.sets(TEXTS, max_size=4) | st.sets(NUMBERS, max_size=4) | st.sets(st.binary(), max_size=4)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.binary() | st.booleans() | st.none() | SETS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
ITEMS = st.dictionaries(TEXTS, VALUES, max_size=6)


def types_of(value: Any) -> Any:
    """The shape of a value by type, integral decimals counted as the int they come back as."""
    if isinstance(value, dict):
        return {key: types_of(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [types_of(inner) for inner in value]
    integral = isinstance(value, Decimal) and value == value.to_integral_value()
    return int if integral else type(value)


@given(ITEMS)
def test_an_item_comes_back_as_it_was(item: dict[str, Any]) -> None:
    back = from_json(to_json(item))
    assert back == item
    assert types_of(back) == types_of(item)


@given(ITEMS)
def test_plain_readers_see_the_item_where_there_are_no_tags(item: dict[str, Any]) -> None:
    text = to_json(item)
    if not has_tags(text):
        assert plain_json(text) == json.loads(text)
        assert json.loads(text, parse_float=Decimal) == item


@given(NUMBERS)
def test_a_json_number_keeps_its_value_through_a_binary_float(number: int | Decimal) -> None:
    text = to_json({"n": number})
    if not has_tags(text) and "." in text:
        assert Decimal(repr(json.loads(text)["n"])) == number


@given(ITEMS)
def test_the_text_has_no_raw_nul_and_is_utf8(item: dict[str, Any]) -> None:
    assert "\0" not in to_json(item).encode().decode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (Decimal("1.50"), "1.5"),
        (Decimal("100"), "100"),
        (Decimal("1E+20"), "100000000000000000000"),
        (10**37 + 1, "10000000000000000000000000000000000001"),
        (Decimal("0.123456789012345"), "0.123456789012345"),
        (Decimal("0.1234567890123456"), '{"$n":"0.1234567890123456"}'),
        (Decimal("1E-130"), "1e-130"),
        (b"", '{"$b":""}'),
        (b"\x00\xff", '{"$b":"AP8="}'),
        ({"b", "a"}, '{"$ss":["a","b"]}'),
        (frozenset({10, Decimal("2.5"), 9}), '{"$ns":[2.5,9,10]}'),
        ({b"b", b"a"}, '{"$bs":["YQ==","Yg=="]}'),
        (set(), '{"$ss":[]}'),
        ({"$x": 1, "$$y": {"$n": "1"}}, '{"$$x":1,"$$$y":{"$$n":"1"}}'),
        ("$n", '"$n"'),
        ("\u2028é", '"\u2028é"'),
        ([None, True, False], "[null,true,false]"),
    ],
)
def test_values_have_their_documented_form(value: Any, text: str) -> None:
    assert to_json({"v": value}) == f'{{"v":{text}}}'
    assert from_json(f'{{"v":{text}}}') == {"v": value}


def test_an_attribute_name_may_start_with_a_dollar() -> None:
    item = {"$n": "5", "$unknown": {"$b": b"x"}}
    assert from_json(to_json(item)) == item


@pytest.mark.parametrize("value", [object(), 1j, {1, "a"}, {True}, bytearray(b"x")])
def test_a_value_of_another_type_is_refused(value: Any) -> None:
    with pytest.raises(InvalidCall) as caught:
        to_json({"v": value})
    assert caught.value.code is ErrorCode.WRONG_TYPE


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), [Decimal("sNaN")]])
def test_no_number_is_refused(value: Any) -> None:
    with pytest.raises(InvalidCall) as caught:
        to_json({"v": value})
    assert caught.value.code is ErrorCode.INVALID_NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "5",
        '{"v":',
        '{"v":NaN}',
        '{"v":{"$n":"secret"}}',
        '{"v":{"$n":5.5}}',
        '{"v":{"$b":"secret!"}}',
        '{"v":{"$zz":1}}',
        '{"v":{"$n":"1","x":2}}',
        '{"v":{"$ss":[["secret"]]}}',
        '{"v":{"$n":"NaN"}}',
        '{"$n":"1"}',
    ],
)
def test_a_text_of_another_form_is_unreadable_and_not_shown(text: str) -> None:
    with pytest.raises(NeedsOperator) as caught:
        from_json(text, Place("sqlite", table="Orders"))
    assert caught.value.code is ErrorCode.UNREADABLE_ITEM
    assert caught.value.where == Place("sqlite", table="Orders")
    assert "secret" not in str(caught.value)
