"""Layer: all tables of an application, checked together at import."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Literal, get_args

from ...errors import DeclarationError, Place
from ..description.check import check_table, describe
from ..description.tables import TableDescription
from .table import Table

Target = Literal["dynamodb", "sqlite"]
TARGETS = get_args(Target)


class Layer:
    """The tables of an application and the engine they are meant for.

    target: the engine whose limits and abilities hold wherever the layer is opened, so that a
        development database refuses what production would.

    Raises DeclarationError with every problem of every table, each with its file and line.
    """

    def __init__(self, name: str, *, target: Target, tables: Iterable[Table[Any]]) -> None:
        self.name = name
        self.target: Target = target
        self.tables = tuple(tables)
        caller = sys._getframe(1)
        self.declared_at = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        problems = self._problems()
        if problems:
            raise DeclarationError(
                f"the layer {name!r} is declared wrongly\n  " + "\n  ".join(problems),
                where=Place(note=self.declared_at),
                fix="mend each line above",
                problems=problems,
            )
        self._described = {table: describe(table) for table in self.tables}

    def __repr__(self) -> str:
        return f"Layer({self.name!r}, target={self.target!r}, tables={len(self.tables)})"

    def _problems(self) -> list[str]:
        found: list[str] = []
        if self.target not in TARGETS:
            found.append(
                f"{self.declared_at}: no engine serves the target {self.target!r}; "
                f"the targets are {' and '.join(TARGETS)}"
            )
        seen: dict[str, Table[Any]] = {}
        for table in self.tables:
            found += check_table(table).problems
            found += [
                f"{table.declared_at}: table {table.name!r}: no engine honours "
                f"Relational({fact.name}=…) yet; leave it out"
                for fact in fields(table.relational)
                if getattr(table.relational, fact.name) is not None
            ]
            if table.name in seen:
                found.append(
                    f"{table.declared_at}: the table {table.name!r} is already declared at "
                    f"{seen[table.name].declared_at}"
                )
            seen[table.name] = table
        return found

    def describe(self, table: Table[Any]) -> TableDescription:
        """The description of one of this layer's tables."""
        described = self._described.get(table)
        if described is None:
            raise DeclarationError(
                f"the table {table.name!r} is not one of the layer {self.name!r}",
                where=Place(note=table.declared_at),
                fix="add it to the layer's tables=[...]",
            )
        return described

    def physical_names(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Logical to physical table names, environment variables resolved."""
        return {table.name: table.physical_name(environment) for table in self.tables}
