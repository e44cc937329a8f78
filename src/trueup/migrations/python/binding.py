"""The SQL of a Python step with its values, as sessions take them: placeholders are `:name`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ...operations.sql.slots import Slot
from ...operations.sql.text import Dialect, parse_sql, refused_sql


class Values(Protocol):
    """The part of an engine that gives values their form."""

    @property
    def dialect(self) -> Dialect:
        """How the engine writes statements."""
        ...

    def sql_value(self, value: Any, slot: Slot) -> Any:
        """The parameter for a value, never None."""
        ...


def bound(text: str, values: Mapping[str, Any], engine: Values) -> tuple[str, tuple[Any, ...]]:
    """A statement with the engine's placeholders, and their values in order.

    Raises InvalidCall (invalid-sql) for what a session refuses, too.
    """
    parsed = parse_sql(text, engine.dialect)
    differs = sorted(set(parsed.names) ^ values.keys())
    if differs:
        raise refused_sql(
            engine.dialect.engine,
            f"placeholders and values are not the same: :{', :'.join(differs)}",
            "give each placeholder its value, by its name",
        )
    given = [
        None if values[name] is None else engine.sql_value(values[name], slot)
        for name, slot in zip(parsed.names, parsed.slots, strict=True)
    ]
    return parsed.sql, tuple(given)
