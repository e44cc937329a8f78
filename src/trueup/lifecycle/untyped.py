"""Items as JSON that people and other programs read: no type letters, and every digit of a number.

    text, true, null, lists and maps   as JSON has them
    numbers                            in full, as JSON numbers: 0.1 and 38 digits alike
    bytes                              base64
    sets                               lists, in order

What is written so cannot be told apart by its types: it is for reading, not for storing again.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .._visible import visible_json


def json_text(value: Any) -> str:
    """One line of JSON for an item, or for any plain value in it."""
    if value is None or isinstance(value, bool | str):
        return visible_json(json.dumps(value, ensure_ascii=False))
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return f'"{b64encode(value).decode()}"'
    if isinstance(value, Mapping):
        pairs = (f"{json_text(name)}: {json_text(inner)}" for name, inner in value.items())
        return f"{{{', '.join(pairs)}}}"
    elements = sorted(value) if isinstance(value, set | frozenset) else value
    return f"[{', '.join(map(json_text, elements))}]"


def cell_text(value: Any) -> str:
    """A value for the eye: bare text, else JSON; empty for what is absent."""
    if value is None:
        return ""
    return value if isinstance(value, str) and value.isprintable() else json_text(value)
