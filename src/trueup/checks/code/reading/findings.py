"""Findings: what following a project collects."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..uses import Declared, Site, Use
from .values import TableDeclaration, Text, Values

_OF_STREAMS = frozenset({"NewImage", "OldImage"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A table name that an environment variable holds, without a default."""

    name: str
    site: Site


# Collects while code is followed.
@dataclass(eq=False, slots=True)
class Findings:
    """What was found.

    uses: each once, with each way that leads to it.

    variables: those that name tables. stream_readers: functions that read records of streams, and
    stream_sources: tables that a trigger reads, by the place of the trigger.
    permissions: what statements allow, by the place. declared_handlers: `app.handlers:enrich`, with
    the calls that it declares: `{"orders.check"}`.
    unfollowed: why a place was not followed to its end.
    """

    uses: dict[Use, None] = field(default_factory=dict)
    tables: list[TableDeclaration] = field(default_factory=list)
    variables: dict[Variable, None] = field(default_factory=dict)
    stream_readers: dict[Site, str] = field(default_factory=dict)
    stream_sources: dict[Site, TableDeclaration] = field(default_factory=dict)
    permissions: dict[Site, frozenset[str]] = field(default_factory=dict)
    declared_handlers: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    unfollowed: dict[Site, str] = field(default_factory=dict)

    @property
    def declared(self) -> tuple[Declared, ...]:
        """The tables that are declared, each once."""
        return tuple(dict.fromkeys(one.declared for one in self.tables))

    def declare(self, declared: Declared) -> TableDeclaration:
        """Note a table that is declared, which may still get indexes."""
        made = TableDeclaration(declared)
        self.tables.append(made)
        return made

    def read_key(self, functions: tuple[str, ...], site: Site, keys: Values) -> None:
        """Note that a function reads an entry: images of records tell that it handles a stream."""
        is_image = any(isinstance(one, Text) and one.value in _OF_STREAMS for one in keys)
        if functions and is_image and functions[-1] not in self.stream_readers.values():
            self.stream_readers[site] = functions[-1]
