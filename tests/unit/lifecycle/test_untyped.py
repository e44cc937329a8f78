"""Items as JSON: no type letters, and every digit."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from trueup.lifecycle.untyped import cell_text, json_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Grüße\n", '"Grüße\\n"'),
        (True, "true"),
        (None, "null"),
        (10**37, "1" + "0" * 37),
        (Decimal("4.5"), "4.5"),
        (Decimal("0." + "123456789" * 4), "0." + "123456789" * 4),
        (Decimal("1E+50"), "1E+50"),
        (b"\x00\x01", '"AAE="'),
        ({"b", "a"}, '["a", "b"]'),
        ({2, Decimal("1.5")}, "[1.5, 2]"),
        ([1, {"a": [None]}], '[1, {"a": [null]}]'),
        ({}, "{}"),
        ("\x7f\x9b\u202e\u200f", '"\\u007f\\u009b\\u202e\\u200f"'),
        ({"\x85": "\U000e0041"}, '{"\\u0085": "\\udb40\\udc41"}'),
    ],
)
def test_value_is_json_without_types(value: Any, text: str) -> None:
    assert json_text(value) == text
    json.loads(text)


@pytest.mark.parametrize(
    ("value", "text"), [("a b", "a b"), ("a\nb", '"a\\nb"'), (None, ""), (1, "1"), ([1], "[1]")]
)
def test_cell_is_bare_where_it_can_be(value: Any, text: str) -> None:
    assert cell_text(value) == text
