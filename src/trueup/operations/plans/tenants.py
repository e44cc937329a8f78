"""Whose rows an action is about: refused without a tenant, and if it writes those of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions import Assign
from ...model.description.tables import TableDescription
from ..actions import (
    Action,
    BatchGet,
    BatchGetTables,
    BatchWrite,
    Check,
    Count,
    Delete,
    Get,
    Nearest,
    Put,
    Query,
    Scan,
    TransactGet,
    TransactWrite,
    Update,
    Write,
)


def check_tenant(engine: str, action: Action, tenants: Mapping[str, str]) -> None:
    """Refuse an action on a table of tenants without one, and a write of an item of another.

    tenants: the plain value of the tenant in each table that has tenants; empty if there is none.

    Raises InvalidCall (tenant-required, other-tenant).
    """
    for one in _parts(action):
        table = one.table
        if table.tenant is None:
            continue
        where = Place(engine, table=table.name)
        if not tenants:
            raise InvalidCall(
                "the rows of this table are those of tenants, and no tenant is set",
                code=ErrorCode.TENANT_REQUIRED,
                where=where,
                fix='use the database of one: db.tenant("acme"); in commands, --tenant',
            )
        if any(value != tenants[table.name] for value in _written(one, table)):
            raise InvalidCall(
                "an item of another tenant would be written",
                code=ErrorCode.OTHER_TENANT,
                where=where,
                fix="write it through the database of its own tenant; no item changes its tenant",
            )


def _parts(action: Action) -> Iterator[Get | Write | Check | Query | Scan | BatchGet]:
    """The reads and writes of an action, each of one table."""
    match action:
        case Count(of) | Nearest(of):
            yield of
        case BatchWrite(writes):
            yield from writes
        case TransactWrite(actions):
            yield from actions
        case TransactGet(gets) | BatchGetTables(gets):
            yield from gets
        case _:
            yield action


def _written(
    action: Get | Write | Check | Query | Scan | BatchGet, table: TableDescription
) -> Iterator[Any]:
    """Every tenant that a write names: in the item, in the key, in a change. A change that names
    none, such as a removal, gives None."""
    assert table.tenant is not None
    name = table.tenant.attribute
    if isinstance(action, Put):
        yield action.item.get(name)
    elif isinstance(action, Update | Delete | Check):
        names = (key.attribute for key in table.key)
        yield from (value for one, value in zip(names, action.key, strict=True) if one == name)
    if isinstance(action, Update):
        for change in action.changes:
            if change.path.segments[0] == name:
                yield change.value if isinstance(change, Assign) else None
