"""What a server made of declared tables, recorded: facts that only it can put into its words.

declaration ──► make(), on a server where schemas may be made ──► a file
database    ──► inspect(), with what the file says            ──► live tables
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol, Self, runtime_checkable

from .._dataclass import dataclass
from ..operations.operation import Operation
from .facts import Value


@dataclass(frozen=True, slots=True)
class Made:
    """What a server made of the declared tables.

    declaration: the fingerprint of what was made. server: the major version of the server.
    extensions: the versions of those that are declared. tables: the facts of each table, by its
        physical name, in the server's words.
    """

    declaration: str
    server: int
    extensions: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Value]] = field(repr=False)


@runtime_checkable
class MakingEngine(Protocol):
    """An engine that compares SQL of declarations by what a server makes of it."""

    @property
    def declaration(self) -> str:
        """The fingerprint of all that is declared in SQL; empty if nothing is."""
        ...

    def make(self) -> Operation[Made]:
        """What the server makes of the declared tables, in a transaction that is undone.

        Raises AccessDenied if no schema may be made.
        """
        ...

    def with_made(self, made: Made) -> Self:
        """The same engine, whose `inspect` compares with what was made, and makes nothing."""
        ...
