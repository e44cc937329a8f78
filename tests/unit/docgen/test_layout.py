"""Nested text takes one line where it fits."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from trueup.docgen.text.layout import WIDTH, Group, json_text, laid_out

LONG = "x" * 60


def test_text_that_fits_takes_one_line() -> None:
    assert laid_out(Group("f(", (("a=", "1"), ("b=", Group("[", (("", "2"),), "]"))), ")")) == (
        "f(a=1, b=[2])"
    )


def test_text_that_does_not_fit_takes_a_line_for_each_part() -> None:
    inner = Group("[", (("", f'"{LONG}"'), ("", '"yyyyyyyy"')), "]")
    call = Group("f(", (("a=", inner), ("b=", "1"), ("c=", "[2, 3, 4]")), ")")
    assert laid_out(call).splitlines() == [
        "f(",
        f'    a=["{LONG}", "yyyyyyyy"],',
        "    b=1,",
        "    c=[2, 3, 4],",
        ")",
    ]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": []},
        {"a": {"S": "x"}, "b": [1, None, True, "é\n"], LONG: {LONG: [LONG, LONG]}},
        [LONG, LONG],
        "text",
    ],
)
def test_json_is_the_value(value: Any) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert max(map(len, text.splitlines())) <= max(WIDTH, len(LONG) + 80)


def test_an_object_has_a_line_for_each_member() -> None:
    assert json_text({"a": 1, "b": {"c": 2}}) == '{\n    "a": 1,\n    "b": {"c": 2}\n}'


def test_plain_values_that_json_lacks_are_shown() -> None:
    shown = json_text([Decimal("1.50"), {"b", "a"}, b"\x00"])
    assert shown == '[1.50, ["a", "b"], "base64: AA=="]'
