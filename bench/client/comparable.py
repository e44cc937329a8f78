"""Values of items in one form, whatever types a library gives them in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(\+0000|\+00:00)")


def comparable(value: Any) -> Any:
    """Numbers as text without trailing zeros, so that a float equals the Decimal it stands for;
    times as text in UTC, those of libraries that have none included; enums as their value."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int | float | Decimal):
        return f"number {Decimal(str(value)).normalize():f}"
    if isinstance(value, str):
        return _time(datetime.fromisoformat(value)) if _TIME.fullmatch(value) else value
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, Mapping):
        return {name: comparable(inner) for name, inner in value.items()}
    return [comparable(inner) for inner in value]


def _time(value: datetime) -> str:
    return f"time {value.astimezone(UTC).isoformat()}"
