"""The codec agrees with boto3's, loses nothing, and refuses what is no plain value."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as st

from trueup.engines.dynamodb.codec.values import (
    NotDynamoDB,
    decode_body,
    encode_body,
    from_json,
    item_from_json,
)
from trueup.errors import ErrorCode
from trueup.expressions import equal, exact_number
from trueup.model.outside.attribute_values import item_to_json, to_json
from trueup.testing.suite.harness.refusals import refused

DIGITS = st.integers(-(10**38) + 1, 10**38 - 1)
NUMBERS = st.one_of(
    DIGITS,
    st.builds(
        lambda digits, exponent: exact_number(Decimal(digits).scaleb(exponent)),
        DIGITS,
        st.integers(-80, 80),
    ),
)


# boto3 refuses to read whole numbers of more than 38 digits, end zeros included.
def boto3_reads(number: int | Decimal) -> bool:
    return -(10**38) < number < 10**38


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def values_of(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Plain values of every kind."""
    scalars = st.one_of(st.none(), st.booleans(), numbers, TEXTS, st.binary(max_size=8))
    ordered = (numbers, TEXTS, st.binary(max_size=8))
    sets = [st.frozensets(one, min_size=1, max_size=4) for one in ordered]
    return st.recursive(
        st.one_of(scalars, *sets),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)
        ),
        max_leaves=12,
    )


ITEMS = st.dictionaries(TEXTS, values_of(NUMBERS), max_size=5)


@pytest.mark.req("MT11")
@given(ITEMS)
def test_items_survive_the_wire(item: dict[str, Any]) -> None:
    sent = decode_body(encode_body(item_to_json(item)))
    assert equal(item_from_json(sent), item)


@given(values_of(NUMBERS.filter(boto3_reads)))
def test_boto3_reads_the_same_value(value: Any) -> None:
    def binary(wire: Any) -> Any:
        """boto3 reads bytes that botocore has decoded."""
        (kind, content), *_ = wire.items()
        if kind in ("B", "BS"):
            plain = from_json(wire)
            return {kind: plain if kind == "B" else list(plain)}
        if kind == "L":
            return {kind: [binary(one) for one in content]}
        if kind == "M":
            return {kind: {name: binary(one) for name, one in content.items()}}
        return wire

    def plain(read: Any) -> Any:
        if isinstance(read, list):
            return [plain(one) for one in read]
        if isinstance(read, dict):
            return {name: plain(one) for name, one in read.items()}
        if isinstance(read, set):
            return {plain(one) for one in read}
        return read.value if type(read).__name__ == "Binary" else read

    read = TypeDeserializer().deserialize(binary(json.loads(encode_body(to_json(value)))))
    assert equal(plain(read), value)


def test_sets_are_written_in_order() -> None:
    assert to_json(frozenset({"b", "a"})) == {"SS": ["a", "b"]}
    assert to_json({10, 9}) == {"NS": ["9", "10"]}


@pytest.mark.parametrize("text", ["1", "1.0", "1E0", "0.1E+1", "10e-1"])
def test_numbers_have_one_plain_form(text: str) -> None:
    value = from_json({"N": text})
    assert (value, type(value)) == (1, int)


@pytest.mark.parametrize("value", [frozenset(), {"a", 1}, {True}, object(), 1.5])
def test_what_is_no_plain_value_is_refused(value: Any) -> None:
    with refused(ErrorCode.WRONG_TYPE):
        to_json(value)


def test_half_a_surrogate_pair_is_no_json() -> None:
    with pytest.raises(ValueError, match="UTF-8"):
        encode_body({"a": "\ud800"})


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"1", b'{"a":'])
def test_reply_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(NotDynamoDB):
        decode_body(body)


@pytest.mark.fault("F28")
@pytest.mark.parametrize(
    "value",
    [
        *({}, [], 1, None, "S", {"X": "a"}, {"S": "a", "N": "1"}),
        *({"S": 1}, {"N": 1}, {"N": "abc"}, {"N": "NaN"}, {"N": "1E+999999999"}, {"N": "9" * 5000}),
        *({"B": "!!"}, {"B": "YQ"}, {"BOOL": "true"}, {"NULL": False}, {"L": {}}, {"L": "ab"}),
        *(
            {"M": []},
            {"SS": "ab"},
            {"SS": [1]},
            {"NS": ["x"]},
            {"BS": [""], "S": ""},
            {"M": {"a": 1}},
        ),
    ],
)
def test_what_no_value_is_written_as_is_not_dynamodbs(value: Any) -> None:
    with pytest.raises(NotDynamoDB):
        from_json(value)
