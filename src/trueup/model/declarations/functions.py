"""Functions: the code that uses a layer's tables, with all that it reads and writes there.

Templates, permissions and triggers come from it, and from nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, field
from dataclasses import dataclass as standard_dataclass
from typing import Any, Literal

from ..._dataclass import dataclass
from .access import Access
from .table import Table

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


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
    retries: how often a failed batch is tried again, in halves, before where its records stand in
        the stream goes to the dead letters. oldest_s: the age at which records are given up.
    parallel: batches of a shard that are handled at once; the order of a key's records is kept.
    with_expired: whether records of items that expired are handed over.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
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
    timeout_s, memory_mb: limits of a call; with a route, API Gateway waits 29 seconds.
    environment: variables, in addition to the tables' names, TRUEUP_TABLE_<NAME>.
    database: whether it connects to the layer's PostgreSQL.
    leading_keys: patterns of partition keys that its calls are confined to, such as
        `TENANT#${aws:PrincipalTag/tenant}#*`, when its role is taken on for one tenant.
    concurrent: calls that run at once, at most, and that are set aside for it; None is the
        account's common limit.
    log_days: how long its log is kept.
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
    timeout_s: int = 29
    memory_mb: int = 256
    environment: Mapping[str, str] = field(default_factory=dict)
    database: bool = False
    leading_keys: Sequence[str] = ()
    concurrent: int | None = None
    log_days: int = 365
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
