"""What another server made of the declared tables, in place of the shadow: nothing is made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from ....schema.facts import Unknown, Value
from ....schema.made import Made
from ....schema.tables import TableSchema
from ..payload import Rows, Statement, Steps, ask
from .catalogue import Facts

_VERSIONS = """SELECT current_setting('server_version_num')::int / 10000, e.extname, e.extversion
FROM (SELECT) AS server LEFT JOIN pg_extension e ON e.extname = ANY ($1::text[])
ORDER BY e.extname"""


_PARTS = ("columns", "constraints", "indexes", "shapes", "types")
"""Facts that have names, and that every table has."""


def fingerprint(tables: Sequence[TableSchema], statements: Sequence[Statement]) -> str:
    """The fingerprint of what is declared; empty if no table is."""
    if not tables:
        return ""
    said = [{table.name: table.facts for table in tables}, [one.sql for one in statements]]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def versions(tables: Sequence[TableSchema]) -> Steps[tuple[int, dict[str, str]]]:
    """The major version of the server, and the versions of the declared extensions."""
    rows: Rows = yield from ask(Statement(_VERSIONS, (sorted(_extensions(tables)),)))
    return rows[0][0], {name: version for _, name, version in rows if name is not None}


def recorded(tables: Sequence[TableSchema], made: Made) -> Steps[dict[str, Facts | Unknown]]:
    """The recorded facts of each table; unknown if this server says the same in other words."""
    server, present = yield from versions(tables)
    if server != made.server:
        why = Unknown(
            f"the lock file was made by PostgreSQL {made.server}, this server is {server}"
        )
        return {table.name: why for table in tables}
    return {table.name: _of_table(table, made, present) for table in tables}


def _of_table(table: TableSchema, made: Made, present: Mapping[str, str]) -> Facts | Unknown:
    for name in sorted(_extensions([table])):
        here, there = present.get(name, ""), made.extensions.get(name, "")
        if here and _major(here) != _major(there):
            return Unknown(f"the lock file was made with {name} {there}, here is {here}")
    facts = made.tables.get(table.name)
    if not facts:
        return Unknown("the lock file does not say what it was made")
    return {**facts, **{name: _part(facts.get(name)) for name in _PARTS}}


def _part(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else {}


def _major(version: str) -> str:
    return version.partition(".")[0]


def _extensions(tables: Sequence[TableSchema]) -> set[str]:
    return {name for table in tables for name in _named(table.facts.get("extensions"))}


def _named(value: Value) -> Sequence[str]:
    return list(value) if isinstance(value, Mapping) else []


def to_record(declared: Mapping[str, Value], made: Facts) -> Facts:
    """What was made of a declaration, without what is of other tables of the schema."""
    indexes = _named(declared.get("indexes"))
    shapes = {name: shape for name, shape in made["shapes"].items() if name in indexes}
    return {**dict(_kept(declared, made)), "shapes": shapes}


def _kept(declared: Mapping[str, Value], made: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    for name, value in declared.items():
        if name not in made:
            continue
        found = made[name]
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            yield name, dict(_kept(value, found))
        else:
            yield name, found
