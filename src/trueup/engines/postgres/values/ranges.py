"""Ranges between plain values, as `trueup.ranges` makes them, and PostgreSQL's range types.

Source: https://www.postgresql.org/docs/15/rangetypes.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....errors import ErrorCode, NeedsOperator, Place
from ....model.translation.shapes import Leaf
from .codec import from_json, number_text
from .columns import holds_exactly
from .types import PLAIN, ColumnType, Form, Translation, whole

_ELEMENTS = {
    Leaf.DATETIME: ("tstzrange", PLAIN[Form.INSTANT]),
    Leaf.DATE: ("daterange", PLAIN[Form.DATE]),
    Leaf.INTEGER: ("int8range", whole("bigint")),
    Leaf.NUMBER: ("numrange", PLAIN[Form.NUMBER]),
}
_READ = """json_build_array({lower}, {upper}, (lower_inc({{0}}) OR lower_inf({{0}}))
AND NOT upper_inc({{0}}) AND NOT isempty({{0}}))::text"""


def range_type(leaf: Leaf) -> ColumnType | None:
    """The type of a column for ranges of such values; None if PostgreSQL has none."""
    if leaf not in _ELEMENTS:
        return None
    name, element = _ELEMENTS[leaf]
    ends = {end: element.read.format(f"{end}({{0}})") for end in ("lower", "upper")}
    text = _READ.format(**ends)
    return ColumnType(
        Form.OTHER,
        name,
        write=f"{{}}::text::{name}",
        read=f"CASE WHEN {{0}} IS NOT NULL THEN {text} END",
        translation=Translation(lambda value: _written(element, value), _read),
    )


def _written(element: ColumnType, value: Any) -> str | None:
    """The text of a plain value; None if it is no range of such elements."""
    if not isinstance(value, dict) or not value.keys() <= {"lower", "upper"}:
        return None
    ends = [value.get("lower"), value.get("upper")]
    if not all(end is None or holds_exactly(element, end) for end in ends):
        return None
    return range_text(value)


def range_text(value: Mapping[str, Any]) -> str:
    """The text of the plain value of a range."""
    ends = (value.get("lower"), value.get("upper"))
    lower, upper = ["" if end is None else _end(end) for end in ends]
    return f"[{lower},{upper})"


def _end(value: Any) -> str:
    return value if isinstance(value, str) else number_text(value)


def _read(text: str) -> dict[str, Any]:
    lower, upper, is_half_open = from_json(text)
    if not is_half_open:
        raise NeedsOperator(
            "a stored range is empty, or is not open at its upper end alone",
            where=Place("postgres"),
            fix="write it as [lower,upper), the form that models have",
            code=ErrorCode.UNREADABLE_ITEM,
        )
    ends = (("lower", lower), ("upper", upper))
    return {name: end for name, end in ends if end is not None}
