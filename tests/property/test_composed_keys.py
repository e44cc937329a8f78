"""Composed keys are injective and sort as their parts do; so do single key attributes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trueup import InvalidCall
from trueup.expressions import compare
from trueup.model.declarations.templates import Template, parse_template
from trueup.model.translation.scalars import (
    encode_datetime,
    encode_epoch,
    encode_seconds,
    encode_time,
)

TEMPLATES = ["{a}#{b}", "{a}::{b}", "x#{a}#{b}#y", "{a}/{b}%", "{a}#{b}|{c}", "{a}-#{b}#-{c}"]
parts = st.text(alphabet="ab#|:-%23", max_size=5) | st.text(max_size=5)
values = st.fixed_dictionaries({"a": parts, "b": parts, "c": parts})
moments = st.datetimes(
    datetime(1, 1, 3),
    datetime(9999, 12, 29),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))]),
)


def of(template: Template, given: dict[str, Any]) -> dict[str, Any]:
    """The parts that this template has."""
    return {name: given[name] for name in template.fields}


@pytest.mark.parametrize("template", [*map(parse_template, TEMPLATES)], ids=TEMPLATES)
@given(values, values)
def test_two_sets_of_parts_never_give_one_text(
    template: Template, one: dict[str, str], other: dict[str, str]
) -> None:
    assume(of(template, one) != of(template, other))
    assert template.build(one) != template.build(other)


@pytest.mark.parametrize("template", [*map(parse_template, TEMPLATES)], ids=TEMPLATES)
@given(values)
def test_parsing_undoes_building(template: Template, given: dict[str, str]) -> None:
    text = template.build(given)
    assert text is not None
    assert template.parse(text) == of(template, given)


ALL = [*map(parse_template, [*TEMPLATES, "x#{a}", "{a}y", "{a}", "ab{a}b"])]


def test_literals_do_not_share_characters() -> None:
    with pytest.raises(InvalidCall):
        parse_template("ab{a}b").parse("ab")
    assert parse_template("{a}y").parse("y") == {"a": ""}


@pytest.mark.fault("F20")
@pytest.mark.parametrize("template", ALL, ids=lambda template: template.text)
@given(values)
def test_what_is_built_and_its_begins_could_be_built(
    template: Template, given: dict[str, str]
) -> None:
    text = template.build(given)
    assert text is not None
    assert template.could_build(text)
    assert all(template.could_begin(text[:end]) for end in range(len(text) + 1))


@pytest.mark.fault("F20")
@pytest.mark.parametrize("template", ALL, ids=lambda template: template.text)
@given(parts)
def test_what_could_be_built_is_built_of_its_parts(template: Template, text: str) -> None:
    if template.could_build(text):
        assert template.build(template.parse(text)) == text


@given(st.text(max_size=9), st.text(max_size=9))
def test_parts_without_separator_and_escape_are_unchanged(a: str, b: str) -> None:
    assume(not {"#", "%"} & set(a + b))
    assert parse_template("{a}#{b}").build({"a": a, "b": b}) == f"{a}#{b}"


@given(st.integers(-(10**6) + 1, 10**6 - 1), st.integers(-(10**6) + 1, 10**6 - 1))
def test_whole_numbers_in_a_key_sort_as_numbers(one: int, other: int) -> None:
    template = parse_template("{n:6}#{s}")
    built = [template.build({"n": number, "s": "x"}) or "" for number in (one, other)]
    assert compare(*built) == compare(one, other)


@given(
    st.decimals(-999, 999, places=2, allow_nan=False),
    st.decimals(-999, 999, places=2, allow_nan=False),
)
def test_decimals_in_a_key_sort_as_numbers(one: Decimal, other: Decimal) -> None:
    template = parse_template("{n:3.2f}#{s}")
    built = [template.build({"n": number, "s": "x"}) or "" for number in (one, other)]
    assert compare(*built) == compare(one, other)


@pytest.mark.parametrize("template", ["{t}#{s}", "{t}:{s}", "{t}-{s}", "{s}/{t}"])
@given(moments, moments)
def test_dates_in_a_key_sort_as_dates(template: str, one: datetime, other: datetime) -> None:
    built = [
        parse_template(template).build({"t": encode_datetime(moment), "s": "x"}) or ""
        for moment in (one, other)
    ]
    assert compare(*built) == (one > other) - (one < other)


@pytest.mark.parametrize("encode", [encode_datetime, encode_seconds, encode_epoch])
@given(moments, moments)
def test_dates_as_a_key_sort_as_dates(encode: Any, one: datetime, other: datetime) -> None:
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    assert compare(encode(one), encode(other)) == (one > other) - (one < other)


@given(st.times(), st.times())
def test_times_as_a_key_sort_as_times(one: Any, other: Any) -> None:
    assert compare(encode_time(one), encode_time(other)) == (one > other) - (one < other)


@given(st.text(max_size=4), st.text(max_size=4))
def test_texts_as_a_key_sort_as_their_utf_8(one: str, other: str) -> None:
    first, second = one.encode(), other.encode()
    assert compare(one, other) == (first > second) - (first < second)
