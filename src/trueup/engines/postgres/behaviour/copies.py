"""Copies of live tables: in a schema that is undone, so that no live row is touched.

What is copied is what the catalogue says, and not what is declared: a trigger that is disabled
there does not act here either.
"""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

from ..payload import Statement, Steps
from ..values.names import literal, quote
from .live import Live, LiveConstraint

_BEFORE_REFERENCES = "puxc"
"""The kinds of constraints that a copy has from the beginning, in order."""


def copy_tables(tables: Mapping[str, Live]) -> Steps[None]:
    """Make copies of tables, without rows, references, triggers and policies, and put them first
    on the search path of the transaction."""
    schema = f"trueup_shadow_{token_hex(6)}"
    [(live_schema,)] = yield Statement("SELECT quote_ident(current_schema())")
    yield Statement(f"CREATE SCHEMA {quote(schema)}")
    for name in tables:
        yield Statement(
            f"CREATE TABLE {quote(schema)}.{quote(name)} (LIKE {live_schema}.{quote(name)} "
            "INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY INCLUDING STORAGE)"
        )
    path = f"{literal(quote(schema))} || ', ' || current_setting('search_path')"
    yield Statement(f"SELECT set_config('search_path', {path}, true)")
    for live in tables.values():
        yield from _constraints_and_indexes(live)


def _constraints_and_indexes(live: Live) -> Steps[None]:
    for kind in _BEFORE_REFERENCES:
        for constraint in live.constraints.values():
            if constraint.kind == kind:
                yield Statement(added(live, constraint))
    for index in live.indexes.values():
        if not index.is_of_constraint:
            yield Statement(index.sql)


def added(live: Live, constraint: LiveConstraint) -> str:
    """The statement that adds a constraint to a copy."""
    return (
        f"ALTER TABLE {quote(live.name)} ADD CONSTRAINT {quote(constraint.name)} {constraint.sql}"
    )


def add_triggers(tables: Mapping[str, Live]) -> Steps[None]:
    """Make the triggers that are enabled. Their functions are the live ones."""
    for live in tables.values():
        for sql in live.triggers.values():
            yield Statement(sql)
