"""Functions: the code that uses a layer's tables, with all that it reads and writes there.

Templates, permissions and triggers come from it, and from nothing else.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, field
from dataclasses import dataclass as standard_dataclass
from typing import Any, Literal

from ..._dataclass import dataclass
from ..._kinds import field_misfits
from .access import READS, WRITES, Access
from .table import Table

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_HANDLER = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
LONGEST_TIMEOUT_S = 900
MEMORY_MB = (128, 10_240)
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


@dataclass(frozen=True, slots=True)
class Route:
    """A method and path of the layer's REST API that a function answers.

    key: whether a caller needs an API key. rate, burst: requests per second, and at once, that a
        client may send to this method; None is what the client's plan says.
    """

    method: Method
    path: str
    _: KW_ONLY
    key: bool = True
    rate: float | None = None
    burst: int | None = None


@dataclass(frozen=True, slots=True)
class ChangesOf:
    """The change records of a table's stream as the trigger of a function.

    batch_size: records that are handed over at once, at most. window_s: how long they are gathered.
    retries: how often a failed batch is tried again, in halves, before its records go to the dead
        letters. oldest_s: the age at which records are given up.
    parallel: batches of a shard that are handled at once; the order of a key's records is kept.
    with_expired: whether records of items that expired are handed over.
    """

    table: Table[Any]
    _: KW_ONLY
    batch_size: int = 100
    window_s: int = 1
    retries: int = 5
    oldest_s: int = 21_600
    parallel: int = 1
    with_expired: bool = True


# The standard decorator with identity: two declarations are two functions, even if equal.
@standard_dataclass(frozen=True, eq=False)
class Function:
    """A function in AWS Lambda, and what it does with the tables of its layer.

    handler: the callable that AWS calls, `app.handlers:enrich`.
    reads, writes: everything that it calls: `reads=[orders.pattern("orders_of_customer")]`,
        `writes=[orders.create]`. Calls beyond that are denied.
    stream: a table whose change records it handles, with or without settings.
    route: the methods and paths that it answers.
    timeout_s, memory_mb: limits of a call.
    environment: variables, in addition to the tables' names, TRUEUP_TABLE_<NAME>.
    database: whether it connects to the layer's PostgreSQL.
    declared_at: file and line of the declaration.

    Mistakes do not raise here: `Layer` reports the mistakes of all its functions together.
    """

    name: str
    _: KW_ONLY
    handler: str
    reads: Sequence[Access] = ()
    writes: Sequence[Access] = ()
    stream: ChangesOf | Table[Any] | None = None
    route: Route | Sequence[Route] = ()
    timeout_s: int = 30
    memory_mb: int = 256
    environment: Mapping[str, str] = field(default_factory=dict)
    database: bool = False
    description: str = ""
    declared_at: str = field(init=False)

    def __post_init__(self) -> None:
        frame = sys._getframe(1)
        while frame.f_globals.get("__name__") in (__name__, "dataclasses") and frame.f_back:
            frame = frame.f_back
        place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        object.__setattr__(self, "declared_at", place)
        for name in ("reads", "writes"):
            given = getattr(self, name)
            if isinstance(given, Iterable):  # else `problems` says what it is not
                object.__setattr__(self, name, tuple(given))

    def __repr__(self) -> str:
        return f"Function({self.name!r}, handler={self.handler!r})"

    @property
    def accesses(self) -> tuple[Access, ...]:
        """All that it does with tables, each once, in the order in which it is declared."""
        return tuple(dict.fromkeys((*self.reads, *self.writes)))

    @property
    def changes(self) -> ChangesOf | None:
        """The trigger with its settings, if it has one."""
        return ChangesOf(self.stream) if isinstance(self.stream, Table) else self.stream

    @property
    def routes(self) -> tuple[Route, ...]:
        """Its routes, be it one or several."""
        return (self.route,) if isinstance(self.route, Route) else tuple(self.route)

    def problems(self, tables: Sequence[Table[Any]]) -> Iterator[str]:
        """What is wrong in the declaration. tables: those of the layer."""
        kinds = list(field_misfits(self))
        yield from kinds or self._problems(tables)

    def _problems(self, tables: Sequence[Table[Any]]) -> Iterator[str]:
        if not _NAME.fullmatch(self.name):
            yield f"the name {self.name!r} is not 1 to 64 letters, digits, - and _"
        if not _HANDLER.fullmatch(self.handler):
            yield f"handler={self.handler!r} is not a callable in a module: app.handlers:enrich"
        if not 1 <= self.timeout_s <= LONGEST_TIMEOUT_S:
            yield f"timeout_s={self.timeout_s} is not 1 to {LONGEST_TIMEOUT_S} seconds"
        if not MEMORY_MB[0] <= self.memory_mb <= MEMORY_MB[1]:
            yield f"memory_mb={self.memory_mb} is not {MEMORY_MB[0]} to {MEMORY_MB[1]}"
        for given, known, where in ((self.reads, READS, "reads"), (self.writes, WRITES, "writes")):
            yield from (
                f"{where}=: {one} is not one of {', '.join(known)}"
                for one in given
                if one.call not in known
            )
        for access in self.accesses:
            yield from _access_problems(access, tables)
        if self.changes is not None:
            yield from _stream_problems(self.changes, tables)


def _access_problems(access: Access, tables: Sequence[Table[Any]]) -> Iterator[str]:
    table = access.table
    if table not in tables:
        yield f"{access}: the table {table.name!r} is not one of the layer"
        return
    names = {
        "pattern": [one.name for one in table.patterns],
        "query": ["", *(one.name for one in table.indexes)],
        "scan": ["", *(one.name for one in table.indexes)],
    }.get(access.call)
    if names is not None and access.of not in names:
        kind = "access pattern" if access.call == "pattern" else "index"
        known = ", ".join(filter(None, names)) or "none"
        yield f"{access}: there is no such {kind}; the table has {known}"


def _stream_problems(changes: ChangesOf, tables: Sequence[Table[Any]]) -> Iterator[str]:
    table = changes.table
    if table not in tables:
        yield f"stream=: the table {table.name!r} is not one of the layer"
    elif table.stream is None:
        yield f"stream=: the table {table.name!r} has no stream; declare it: stream='NEW_IMAGE'"
    for name, least, most in (
        ("batch_size", 1, 10_000),
        ("window_s", 0, 300),
        ("retries", 0, 10_000),
        ("oldest_s", 60, 604_800),
        ("parallel", 1, 10),
    ):
        value = getattr(changes, name)
        if not least <= value <= most:
            yield f"stream=: {name}={value} is not {least} to {most}"
