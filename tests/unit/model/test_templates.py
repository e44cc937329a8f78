"""Key templates: built, taken apart, refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from trueup.errors import DeclarationError, ErrorCode, InvalidCall
from trueup.model.declarations.templates import parse_template


def build(template: str, *, raw: bool = False, **values: Any) -> str | None:
    return parse_template(template, raw=raw).build(values)


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("{a}#{b}", {"a": "x", "b": "y"}, "x#y"),
        ("{a}#{b}", {"a": "", "b": ""}, "#"),
        ("{a}#{b}", {"a": "x#", "b": "y"}, "x%23#y"),
        ("{a}#{b}", {"a": "x", "b": "#y"}, "x#%23y"),
        ("{a}#{b}", {"a": "50%", "b": "ü"}, "50%25#ü"),
        ("{a}::{b}", {"a": "x:y", "b": "z"}, "x%3Ay::z"),
        ("p#{a}", {"a": "x#%"}, "p#x#%"),
        ("{{{a}}}", {"a": "x"}, "{x}"),
        ("{a}#{a}", {"a": "x"}, "x#x"),
        ("{a}#{b}", {"a": True, "b": b"\x0f"}, "1#0f"),
        ("{a}#{b}", {"a": "x", "b": "y", "other": 1}, "x#y"),
    ],
)
def test_a_text_is_built_from_its_parts(template: str, values: dict[str, Any], text: str) -> None:
    assert build(template, **values) == text


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [
        ("{n}", 7, "00000000000000000007"),
        ("{n:06d}", 7, "000007"),
        ("{n:6}", 7, "000007"),
        ("{n:6}", -7, "-999992"),
        ("{n:6}", 0, "000000"),
        ("{n:3.2f}", Decimal("1.5"), "001.50"),
        ("{n:3.2f}", Decimal("-1.5"), "-998.49"),
        ("{n:3.2f}", 2, "002.00"),
        ("{n:38}", 10**37 + 1, "1" + "0" * 36 + "1"),
    ],
)
def test_numbers_have_a_fixed_width(form: str, number: int | Decimal, text: str) -> None:
    assert build(form, n=number) == text


@pytest.mark.parametrize(
    ("form", "number"),
    [("{n:3}", 1000), ("{n:3}", -1000), ("{n:3}", Decimal("1.5")), ("{n:3.1f}", Decimal("1.25"))],
)
def test_a_number_that_does_not_fit_is_refused(form: str, number: int | Decimal) -> None:
    with pytest.raises(InvalidCall) as caught:
        build(form, n=number)
    assert caught.value.code is ErrorCode.INVALID_NUMBER


def test_a_part_of_none_gives_no_text() -> None:
    assert build("{a}#{b}", a="x", b=None) is None


@pytest.mark.parametrize("part", ["x", "x#y", "50%", "%23", "", "ü"])
def test_parts_are_found_again(part: str) -> None:
    template = parse_template("p/{a}#{b}/s")
    text = template.build({"a": part, "b": part})
    assert text is not None
    assert template.parse(text) == {"a": part, "b": part}


@pytest.mark.parametrize("text", ["", "x", "q/x#y/s", "p/x/s", "p/x#y", "p/x#y#z/s"])
def test_a_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidCall) as caught:
        parse_template("p/{a}#{b}/s").parse(text)
    assert caught.value.code is ErrorCode.COMPOSED_MISMATCH


def test_raw_parts_are_not_escaped() -> None:
    assert build("{a}#{b}", raw=True, a="50%", b="%23") == "50%#%23"


def test_a_raw_part_with_a_separator_is_refused() -> None:
    with pytest.raises(InvalidCall) as caught:
        build("{a}#{b}", raw=True, a="secret#", b="y")
    assert caught.value.code is ErrorCode.RESERVED_SEPARATOR
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("fixed", "it names no field"),
        ("{a}{b}", "side by side"),
        ("{a}ü{b}", "ASCII"),
        ("{a}%{b}", "'%' begins an escape"),
        ("{}#{a}", "is not a field name"),
        ("{a.b}#{c}", "is not a field name"),
        ("{a!r}", "is not a field name"),
        ("{a:>9}", "neither a width"),
        ("{a", "expected '}'"),
    ],
)
def test_a_template_that_cannot_work_is_refused(template: str, why: str) -> None:
    with pytest.raises(DeclarationError, match=why) as caught:
        parse_template(template)
    assert template in str(caught.value)
