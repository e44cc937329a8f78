"""Conditions on sort keys: every operator on text, numbers and bytes, in both directions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ....errors import ErrorCode
from ....expressions import Condition, at
from ....model import Table
from ....model.declarations.patterns import Order as Direction
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import BLOBS, NUMBERS, TEXTS, Blob, Number, Text

_D = Decimal
_38_DIGITS = _D("1.2345678901234567890123456789012345678")

STORED: dict[str, tuple[Table[Any], Any, list[Any]]] = {
    "text": (TEXTS, "g", ["B", "a", "aa", "ab", "b", "é", "\uffee", "\U0001f600"]),
    "number": (NUMBERS, 7, [_D(-20), _D("-1.5"), _D(-1), _D(0), _D("0.5"), _38_DIGITS, _D(10**37)]),
    "bytes": (BLOBS, b"g", [b"\x00", b"a", b"ab", b"b", b"\x7f", b"\x80", b"\xff", b"\xff\xff"]),
}
"""The table, the partition, and its sort keys in the order in which they are stored."""

CONDITIONS: list[tuple[str, str, Any, list[int]]] = [
    ("text", "equal", at(Text.key) == "aa", [2]),
    ("text", "below", at(Text.key) < "ab", [0, 1, 2]),
    ("text", "at most", at(Text.key) <= "ab", [0, 1, 2, 3]),
    ("text", "above", at(Text.key) > "é", [6, 7]),
    ("text", "at least", at(Text.key) >= "é", [5, 6, 7]),
    ("text", "between", at(Text.key).between("a", "b"), [1, 2, 3, 4]),
    ("text", "begins with", at(Text.key).begins_with("a"), [1, 2, 3]),
    ("text", "begins with the last character", at(Text.key).begins_with("\U0001f600"), [7]),
    ("text", "begins with a wildcard of SQL", at(Text.key).begins_with("%"), []),
    ("number", "equal", at(Number.key) == _38_DIGITS, [5]),
    ("number", "equal by value", at(Number.key) == _D("0.50"), [4]),
    ("number", "below", at(Number.key) < _D(-1), [0, 1]),
    ("number", "at most", at(Number.key) <= _D(-1), [0, 1, 2]),
    ("number", "above", at(Number.key) > _D(0), [4, 5, 6]),
    ("number", "at least", at(Number.key) >= _D(0), [3, 4, 5, 6]),
    ("number", "between", at(Number.key).between(_D("-1.5"), _D(1)), [1, 2, 3, 4]),
    ("bytes", "equal", at(Blob.key) == b"\x80", [5]),
    ("bytes", "below", at(Blob.key) < b"ab", [0, 1]),
    ("bytes", "at most", at(Blob.key) <= b"\x00", [0]),
    ("bytes", "above", at(Blob.key) > b"\x80", [6, 7]),
    ("bytes", "at least", at(Blob.key) >= b"\xff", [6, 7]),
    ("bytes", "between", at(Blob.key).between(b"\x7f", b"\xff"), [4, 5, 6]),
    ("bytes", "begins with", at(Blob.key).begins_with(b"a"), [1, 2]),
    ("bytes", "begins with the last byte", at(Blob.key).begins_with(b"\xff"), [6, 7]),
]


async def found_keys(
    contract: Contract, kind: str, sort: Condition | None, order: Direction
) -> list[Any]:
    """The sort keys that a query finds among those stored."""
    table, group, keys = STORED[kind]
    repository = await contract.repository(table)
    await repository.put_many(table.model(group=group, key=key) for key in reversed(keys))
    return [item.key for item in await repository.query(group, sort=sort, order=order).all()]


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize(
    ("kind", "condition", "expected"),
    [
        pytest.param(kind, condition, expected, id=f"{kind} {operator}")
        for kind, operator, condition, expected in CONDITIONS
    ],
)
async def test_condition_on_a_sort_key_selects_a_range(
    contract: Contract,
    kind: str,
    condition: Condition,
    expected: list[int],
    order: Direction,
) -> None:
    wanted = [STORED[kind][2][position] for position in expected]
    found = await found_keys(contract, kind, condition, order)
    assert found == (wanted if order == "ascending" else wanted[::-1])


@pytest.mark.req("N56")
@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("kind", STORED)
async def test_query_gives_a_partition_in_the_order_of_its_sort_key(
    contract: Contract, kind: str, order: Direction
) -> None:
    keys = STORED[kind][2]
    found = await found_keys(contract, kind, None, order)
    assert found == (keys if order == "ascending" else keys[::-1])


async def test_number_keys_that_are_equal_are_one_key(contract: Contract) -> None:
    numbers = await contract.repository(NUMBERS)
    await numbers.put(Number(group=1, key=Decimal("1.0")))
    assert await numbers.get(1, Decimal("1.00")) == Number(group=1, key=Decimal(1))
    assert await numbers.get(1, 1) is not None


async def test_number_key_that_cannot_be_kept_exactly_is_refused(contract: Contract) -> None:
    numbers = await contract.repository(NUMBERS)
    with refused(ErrorCode.INVALID_NUMBER) as refusal:
        await numbers.get(1, Decimal(10**38 + 1))
    assert refusal.says("table Numbers, attribute key")


async def test_condition_on_the_sort_key_of_another_kind_is_refused(contract: Contract) -> None:
    numbers: Any = await contract.repository(NUMBERS)
    with refused(ErrorCode.WRONG_TYPE):
        await numbers.query(1, sort=Number.key == "x").all()


async def test_prefix_of_a_number_is_refused(contract: Contract) -> None:
    numbers = await contract.repository(NUMBERS)
    key: Any = at(Number.key)
    with refused(ErrorCode.INVALID_EXPRESSION):
        await numbers.query(1, sort=key.begins_with("1")).all()


@pytest.mark.fault("F12")
@pytest.mark.parametrize("call", ["query", "count"])
@pytest.mark.parametrize(
    "condition",
    [
        at(Text.key).begins_with(""),
        at(Text.key) == "",
        at(Text.key) < "",
        at(Text.key) <= "",
        at(Text.key) > "",
        at(Text.key) >= "",
        at(Text.key).between("", "a"),
    ],
    ids=repr,
)
async def test_empty_text_in_a_condition_on_the_sort_key_is_refused(
    contract: Contract, condition: Any, call: str
) -> None:
    """Source: https://github.com/getmoto/moto/issues/7062 (what AWS says of an empty key)."""
    texts: Any = await contract.repository(TEXTS)
    with refused(ErrorCode.EMPTY_KEY):
        asked = getattr(texts, call)("g", sort=condition)
        await (asked if call == "count" else asked.all())


@pytest.mark.fault("F12")
async def test_empty_bytes_in_a_condition_on_the_sort_key_are_refused(contract: Contract) -> None:
    blobs = await contract.repository(BLOBS)
    with refused(ErrorCode.EMPTY_KEY):
        await blobs.query(b"g", sort=at(Blob.key).begins_with(b"")).all()


async def test_range_upside_down_is_refused(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    with refused(ErrorCode.INVALID_EXPRESSION):
        await texts.query("g", sort=at(Text.key).between("b", "a")).all()


@pytest.mark.parametrize(
    "condition",
    [
        at(Text.key) != "a",
        (at(Text.key) == "a") | (at(Text.key) == "b"),
        at(Text.key).contains("a"),
        at(Text.key).exists(),
        at(Text.n) == 1,
        at(Text.key) == at(Text.label),
    ],
    ids=["unequal", "or", "contains", "exists", "another attribute", "two attributes"],
)
async def test_condition_that_no_key_answers_is_refused(contract: Contract, condition: Any) -> None:
    texts = await contract.repository(TEXTS)
    with refused(ErrorCode.INVALID_EXPRESSION):
        await texts.query("g", sort=condition).all()


async def test_filter_on_the_key_is_refused_for_dynamodb(contract: Contract) -> None:
    # DynamoDB: "Filter Expression can only contain non-primary key attributes".
    texts = await contract.repository(TEXTS)
    with refused(ErrorCode.INVALID_EXPRESSION) as refusal:
        await texts.query("g", filter=Text.key == "a").all()
    assert refusal.says("sort=")
