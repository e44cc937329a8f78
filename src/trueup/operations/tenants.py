"""The port of an engine whose tables can hold the rows of tenants, apart from each other."""

from __future__ import annotations

from typing import Protocol, Self, TypeVar, runtime_checkable

from ..errors import ErrorCode, InvalidCall, Place, UnsupportedByEngine
from .engine import Engine
from .run import AsyncWire, Wire

E = TypeVar("E", bound=Engine)
W = TypeVar("W", Wire, AsyncWire)


@runtime_checkable
class TenantEngine(Protocol):
    """An engine that keeps tenants apart."""

    def for_tenant(self, tenant: object) -> Self:
        """The same engine for the requests of one tenant. Raises InvalidCall."""
        ...

    def wire_of_tenant(self, wire: W) -> W:
        """A wire of the same flavour, on which requests are those of the engine's tenant.

        wire: one that the engine's driver opened.
        """
        ...


def engine_of_tenant(engine: E, tenant: object, current: str | None) -> E:
    """The engine for the requests of one tenant. current: the tenant of the engine; None for none.

    Raises UnsupportedByEngine if the engine does not keep tenants apart; InvalidCall.
    """
    where = Place(engine.rules.engine, note="tenant()")
    if not isinstance(engine, TenantEngine):
        raise UnsupportedByEngine(
            f"{engine.rules.engine} has no rows of tenants",
            where=where,
            fix="put the tenant into the partition key, or keep the tables on PostgreSQL",
        )
    if current is not None:
        raise InvalidCall(
            "this is the database of a tenant already",
            code=ErrorCode.INVALID_OPTION,
            where=where,
            fix="call tenant() on the database that connect() gave",
        )
    return engine.for_tenant(tenant)
