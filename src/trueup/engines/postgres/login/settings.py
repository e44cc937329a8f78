"""The settings of the server that change what values become on their way.

A role, a database or a server may have others than PostgreSQL's own. Sources:
    https://www.postgresql.org/docs/15/runtime-config-client.html
    https://www.postgresql.org/docs/15/runtime-config-compatible.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..values.names import literal

FIXED = {
    "array_nulls": "on",
    "bytea_output": "hex",
    "datestyle": "ISO",  # leaves the order in which SQL of the caller's own writes dates
    "extra_float_digits": "1",
    "intervalstyle": "postgres",
    "standard_conforming_strings": "on",
    "timezone": "UTC",
}
"""What each connection of our own sets, by name."""

_AS_GOOD = {"datestyle": "ISO, .*", "extra_float_digits": "[123]", "timezone": "(Etc/)?UTC"}

SETTINGS = "SELECT lower(name), setting FROM pg_settings WHERE lower(name) = ANY ($1)"
"""What a session has of them."""


def fixing() -> str:
    """The expressions of a SELECT that sets them for a session."""
    return ", ".join(
        f"set_config('{name}', {literal(value)}, false)" for name, value in FIXED.items()
    )


def wrong(found: Iterable[tuple[str, str]]) -> list[str]:
    """The names of those that change values. found: names and values, as `SETTINGS` reads them."""
    return sorted(
        name
        for name, value in found
        if not re.fullmatch(_AS_GOOD.get(name, re.escape(FIXED[name])), value)
    )
