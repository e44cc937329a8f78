"""Infrastructure: what a layer has in AWS beside its tables and functions."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, field
from dataclasses import dataclass as standard_dataclass
from typing import Any

from ...._kinds import field_misfits
from ..functions import Function
from ..table import Table
from .alarms import DEFAULT_ALARMS, Alarms
from .api import RestApi, route_problems
from .database import RdsPostgres
from .outputs import TableOutputs, outputs_problems
from .overrides import override_problems


@standard_dataclass(frozen=True)
class Infrastructure:
    """The parts that functions are reached by, and that they reach.

    api: answers the routes of the layer's functions.
    database: of a layer with target="postgres".
    alarms: what is otherwise than by default in the alarms of all parts.
    outputs: how the outputs of tables are called and described, if not as by default.
    description: of the stack; empty for the usual one.
    overrides: properties of resources that nothing here has a word for, by the logical name of the
        resource in the template and in CloudFormation's words; None removes one.
    declared_at: file and line of the declaration.

    Mistakes do not raise here: `Layer` reports them together with all others.
    """

    _: KW_ONLY
    api: RestApi | None = None
    database: RdsPostgres | None = None
    alarms: Alarms = DEFAULT_ALARMS
    outputs: Sequence[TableOutputs] = ()
    description: str = ""
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    declared_at: str = field(init=False, compare=False, repr=False, default="")

    def __post_init__(self) -> None:
        frame = sys._getframe(2)  # past __init__, which has no module of its own
        place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        object.__setattr__(self, "declared_at", place)
        if isinstance(self.outputs, Iterable):  # else `problems` says what it is not
            object.__setattr__(self, "outputs", tuple(self.outputs))

    def problems(self, target: str, tables: Sequence[Table[Any]]) -> Iterator[str]:
        """What is wrong in it, each with its place. target, tables: of the layer."""
        kinds = list(field_misfits(self))
        found = kinds or [
            *self._problems(target),
            *outputs_problems(self.outputs, tables),
            *override_problems(self.overrides),
        ]
        yield from (f"{self.declared_at}: infrastructure: {one}" for one in found)

    def _problems(self, target: str) -> Iterator[str]:
        if self.database is not None:
            if target != "postgres":
                yield "database= is for layers with target='postgres'; leave it out"
            yield from self.database.problems()
        yield from self.alarms.problems()


def infrastructure_problems(
    given: Infrastructure | None,
    target: str,
    tables: Sequence[Table[Any]],
    functions: Sequence[Function],
) -> list[str]:
    """What is wrong between a layer's functions and its infrastructure, and in the latter."""
    api = given.api if given else None
    database = given.database if given else None
    found = list(given.problems(target, tables)) if given else []
    if given and isinstance(api, RestApi):
        found += [f"{given.declared_at}: infrastructure: {one}" for one in api.problems(functions)]
    problems = list(route_problems(functions))
    problems += [
        (function, "route=: the layer has no API; give it Infrastructure(api=RestApi(...))")
        for function in functions
        if function.routes and api is None
    ]
    problems += [
        (function, "database=: the layer has none; give it Infrastructure(database=RdsPostgres())")
        for function in functions
        if function.database and database is None
    ]
    return found + [
        f"{function.declared_at}: function {function.name!r}: {problem}"
        for function, problem in problems
    ]
