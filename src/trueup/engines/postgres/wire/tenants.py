"""A wire for the requests of one tenant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeGuard

from ....operations.connections import ConnectionCounts
from ....operations.operation import Request
from ....operations.sql.port import SessionOptions
from ..errors import Stage
from ..payload import WRITES, Begin, Connectable, Statement, Steps, ask
from ..tenants import RoleCheck
from .transactions import session_begin


class PooledWire(Connectable, Protocol):
    """The methods of both wires of a database; those of the asynchronous wire return awaitables."""

    def at_once(self, statement: Statement, begin: Begin, deadline_s: float, table: str) -> Any:
        """The rows of one statement, in a transaction that is sent as a whole."""
        ...

    def open_session(self, begin: Begin, deadline_s: float) -> Any:
        """A connection with a transaction of the caller's own."""
        ...

    def count_connections(self) -> ConnectionCounts:
        """The present counts."""
        ...


def pooled(wire: object) -> PooledWire:
    """A wire that PostgreSQL's driver opened, as what it is."""
    assert _is_pooled(wire)
    return wire


def _is_pooled(wire: object) -> TypeGuard[PooledWire]:
    return hasattr(wire, "open_session")


class TenantWire:
    """A wire on which each transaction is one of a tenant. It belongs to both flavours: what an
    asynchronous wire returns is awaited by who asked for it.

    wire: the one that it uses, of which it shares the connections. tenant: the statement that
        sets the tenant of a transaction.
    """

    __slots__ = ("_check", "_close", "_setting", "_wire")

    def __init__(self, wire: PooledWire, tenant: Statement, check: RoleCheck) -> None:
        self._wire = wire
        self._close: Callable[[], Any] = getattr(
            wire, "aclose" if hasattr(wire, "aclose") else "close"
        )
        self._setting = tenant
        self._check = check

    def __repr__(self) -> str:
        return f"<TenantWire of {self._wire!r}>"

    @property
    def behind_pooler(self) -> bool:
        """Whether connections are shared by transactions of others."""
        return self._wire.behind_pooler

    def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Run the statements of a request and return the raw reply."""
        return request.payload.on(self, deadline_s, request.table)

    def single(self, statement: Statement, stage: Stage, deadline_s: float, table: str) -> Any:
        """The rows of one statement: a round trip."""
        begin = self._begin(replace(WRITES, at_commit=stage))
        if self._check.is_done:
            return self._wire.at_once(statement, begin, deadline_s, table)
        return self._wire.transact(lambda: ask(statement), begin, deadline_s, table)

    def transact(
        self, work: Callable[[], Steps[Any]], begin: Begin, deadline_s: float, table: str
    ) -> Any:
        """The result of a transaction."""
        return self._wire.transact(work, self._begin(begin), deadline_s, table)

    def session(self, options: SessionOptions, deadline_s: float) -> Any:
        """A connection with a transaction of the caller's own."""
        return self._wire.open_session(self._begin(session_begin(options)), deadline_s)

    def count_connections(self) -> ConnectionCounts:
        """The present counts."""
        return self._wire.count_connections()

    def close(self) -> Any:
        """Close the connections, those of the wire."""
        return self._close()

    def aclose(self) -> Any:
        """Close the connections, those of the wire."""
        return self._close()

    def _begin(self, begin: Begin) -> Begin:
        first = None if self._check.is_done else self._check.steps
        return replace(begin, settings=(self._setting,), first=first)
