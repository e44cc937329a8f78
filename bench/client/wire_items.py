"""Items as DynamoDB writes them: what libraries without types take and give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any


def item_to_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """An item, as DynamoDB writes it."""
    return {name: to_json(value) for name, value in values.items()}


def to_json(value: Any) -> dict[str, Any]:
    """One value, under the letters of its type."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float | Decimal):
        return {"N": str(value)}
    if isinstance(value, datetime):
        return {"S": time_to_text(value)}
    if isinstance(value, list):
        return {"L": [to_json(element) for element in value]}
    if isinstance(value, dict):
        return {"M": item_to_json(value)}
    return {"S": str(value)}


def time_to_text(value: datetime) -> str:
    """The one form that PynamoDB reads; the others read it as well."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.%f+0000")


def item_from_wire(item: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values of an item: numbers are Decimal, times are text."""
    return {name: _from_wire(value) for name, value in item.items()}


def _from_wire(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind == "N":
        return Decimal(content)
    if kind == "L":
        return [_from_wire(element) for element in content]
    if kind == "M":
        return item_from_wire(content)
    return None if kind == "NULL" else content
