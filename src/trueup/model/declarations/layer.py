"""Layer: all tables of an application, checked together at import."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Literal, get_args

from ..._kinds import kinds_of, misfits
from ...errors import DeclarationError, Place
from ..description.check import check_table, describe
from ..description.dynamodb import refused_name, refused_table
from ..description.relational import reference_problems
from ..description.shared_names import shared_names
from ..description.tables import TableDescription
from ..description.tenants import view_problems
from ..outside.item_forms import ItemForms
from .dynamodb import DynamoDB
from .function_problems import functions_problems
from .functions import Function
from .infrastructure.declared import Infrastructure, infrastructure_problems
from .table import NameFromEnvironment, Table

Target = Literal["dynamodb", "postgres", "sqlite"]
TARGETS = get_args(Target)


class Layer:
    """The tables of an application, and their target engine.

    target: the engine whose limits and capabilities hold wherever the layer is opened, so that a
        development database refuses what production would refuse.
    functions: the code in AWS Lambda that uses the tables, for infrastructure.
    infrastructure: what it has in AWS beside: the API of its functions, its PostgreSQL.
    description: what whoever reads its generated documentation and `schema.sql` has to know first,
        what is kept elsewhere, say. An empty line begins a paragraph.

    Raises DeclarationError with every problem of every table, each with its file and line.
    """

    def __init__(
        self,
        name: str,
        *,
        target: Target,
        tables: Iterable[Table[Any]],
        functions: Iterable[Function] = (),
        infrastructure: Infrastructure | None = None,
        description: str = "",
    ) -> None:
        self.name = name
        self.description = description
        self.target: Target = target
        self.tables: tuple[Table[Any], ...] = _as_tuple(tables)
        self.functions: tuple[Function, ...] = _as_tuple(functions)
        self.infrastructure = infrastructure
        caller = sys._getframe(1)
        self.declared_at = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        given = {
            "name": name,
            "tables": self.tables or tables,
            "functions": self.functions or functions,
            "infrastructure": infrastructure,
            "description": description,
        }
        kinds = misfits(given, kinds_of(Layer.__init__))
        problems = [f"{self.declared_at}: {problem}" for problem in kinds] or self._problems()
        if problems:
            raise DeclarationError(
                f"the layer {name!r} is declared wrongly\n  " + "\n  ".join(problems),
                where=Place(note=self.declared_at),
                fix="fix every problem listed above",
                problems=problems,
            )
        self._described = {table: describe(table) for table in self.tables}
        for table, described in self._described.items():
            object.__setattr__(table, "_items", ItemForms(described))

    def __repr__(self) -> str:
        return f"Layer({self.name!r}, target={self.target!r}, tables={len(self.tables)})"

    def _problems(self) -> list[str]:
        found: list[str] = []
        if self.target not in TARGETS:
            found.append(
                f"{self.declared_at}: no engine serves the target {self.target!r}; "
                f"the targets are {', '.join(TARGETS[:-1])} and {TARGETS[-1]}"
            )
        seen: dict[str, Table[Any]] = {}
        for table in self.tables:
            found += check_table(table).problems
            found += [f"{_place(table)}: {problem}" for problem in self._refused(table)]
            name = repr(table.name)
            if name in seen:
                found.append(
                    f"{table.declared_at}: the table {name} is already declared at "
                    f"{seen[name].declared_at}"
                )
            seen[name] = table
        found = found or self._reference_problems() or self._function_problems()
        return found or shared_names(self.tables, _known_names(self.tables))

    def _function_problems(self) -> list[str]:
        found = list(functions_problems(self.functions, self.tables))
        return found or infrastructure_problems(
            self.infrastructure, self.target, self.tables, self.functions
        )

    def _reference_problems(self) -> list[str]:
        described = {table.name: describe(table) for table in self.tables}
        relational = [(one.name, one.relational) for one in self.tables if one.relational]
        places = {table.name: _place(table) for table in self.tables}
        problems = [
            (table.name, problem)
            for table in self.tables
            for problem in reference_problems(described[table.name], described)
        ]
        problems += view_problems(relational)
        return [f"{places[name]}: {problem}" for name, problem in problems]

    def _refused(self, table: Table[Any]) -> Iterator[str]:
        if table.relational is not None and self.target != "postgres":
            yield "relational= is for layers with target='postgres'; leave it out"
        description = check_table(table).description
        if self.target == "dynamodb" and description is not None:
            yield from refused_table(description)

    def name_problems(self, names: Mapping[str, str]) -> list[str]:
        """Why the tables cannot have these names in a database. names: logical to physical."""
        found = shared_names(self.tables, names)
        if self.target == "dynamodb":
            found += [
                f"{_place(table)}: {problem}"
                for table in self.tables
                for problem in refused_name("its name in the database", names[table.name])
            ]
        return found

    def describe(self, table: Table[Any]) -> TableDescription:
        """The description of a table of this layer."""
        described = self._described.get(table)
        if described is None:
            raise DeclarationError(
                f"the table {table.name!r} is not one of the layer {self.name!r}",
                where=Place(note=table.declared_at),
                fix="add it to the layer's tables=[...]",
            )
        return described

    def with_dynamodb(self, settings: Mapping[str, DynamoDB]) -> Layer:
        """The same layer and the same tables, with other settings of DynamoDB.

        settings: by the logical names of tables; the others keep theirs. They are not checked.
        """
        other = copy(self)
        other._described = {
            table: replace(one, dynamodb=settings.get(table.name, one.dynamodb))
            for table, one in self._described.items()
        }
        return other

    def physical_names(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Logical to physical table names, with environment variables resolved."""
        return {table.name: table.physical_name(environment) for table in self.tables}


def _place(table: Table[Any]) -> str:
    return f"{table.declared_at}: table {table.name!r}"


def _known_names(tables: Sequence[Table[Any]]) -> dict[str, str]:
    """The physical names that no environment variable sets."""
    return {
        table.name: table.physical or table.name
        for table in tables
        if not isinstance(table.physical, NameFromEnvironment)
    }


def _as_tuple(given: object) -> tuple[Any, ...]:
    """What is declared; none of what cannot be iterated, which is then refused by its kind."""
    return tuple(given) if isinstance(given, Iterable) else ()
