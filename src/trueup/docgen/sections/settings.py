"""The settings of a table in its database, as the engine says them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model.declarations.table import NameFromEnvironment
from ...schema.facts import Value, known, shown
from ..documented import DocumentedTable
from ..text.markdown import Section, code, table
from .relational import SHOWN


def settings_section(documented: DocumentedTable) -> Section | None:
    """What the engine keeps of a table beyond keys and indexes; None if that is nothing."""
    rows = [(code(name), code(value)) for name, value in _settings(documented)]
    return Section("Settings", (table(("setting", "value"), rows),)) if rows else None


def _settings(documented: DocumentedTable) -> Iterator[tuple[str, str]]:
    schema = documented.schema
    shown_elsewhere = SHOWN if documented.table.relational else frozenset()
    facts = {name: fact for name, fact in schema.facts.items() if name not in shown_elsewhere}
    yield from _flat("", {"ttl": schema.ttl, "stream": schema.stream, **facts})


def _flat(path: str, fact: Value) -> Iterator[tuple[str, str]]:
    if isinstance(fact, Mapping):
        for name, inner in fact.items():
            yield from _flat(f"{path}.{name}".removeprefix("."), inner)
    elif known(fact) is not None:
        yield path, shown(fact)


def name_in_database(documented: DocumentedTable) -> str:
    """The physical name; of one from the environment, the variable too."""
    physical = documented.table.physical
    if isinstance(physical, NameFromEnvironment):
        return f"the value of {code(physical.variable)}, else {code(physical.default)}"
    return code(documented.schema.name)
