"""Ownership: the tables that a layer made in a stage, or took over. apply touches no others.

    missing ──intend──► intended ──CreateTable──► (live) ──settle──► created, with its identity

A run that is killed on the way finds its intention, and so recognises its own table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..._dataclass import dataclass
from ...schema.engine import LiveTable
from .lock import Lease
from .records import TABLES, OwnedTable, Ownership, Scope


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose the tables are, by physical name. ours: also those that are not there, or not yet.

    strangers: the live tables of others, with the reason, as far as the state knows it.
    """

    ours: Mapping[str, OwnedTable]
    strangers: Mapping[str, str]


def sort_owned(
    records: Mapping[str, OwnedTable], live: Mapping[str, LiveTable], scope: Scope
) -> Owned:
    """Whose the live tables are. records: of all scopes, by physical name."""
    strangers = {
        name: reason
        for name, table in live.items()
        if name in records and (reason := _why_not_ours(records[name], table, scope))
    }
    ours = {
        name: record
        for name, record in records.items()
        if record.scope == scope and name not in strangers
    }
    return Owned(ours, strangers)


def _why_not_ours(record: OwnedTable, live: LiveTable, scope: Scope) -> str:
    """The reason for which a live table is not the scope's; empty if it is."""
    if record.scope != scope:
        return f"it belongs to {record.scope}"
    if record.identity and live.identity and record.identity != live.identity:
        return "it is another table than the one that was made here: was it restored or recreated?"
    return ""


def intended(
    names: Iterable[str], scope: Scope, known: Mapping[str, OwnedTable], now_epoch_s: int
) -> Iterator[OwnedTable]:
    """The records of tables that are about to be created. known: those that there are; requests
    that were sent to a former table of that name still count."""
    for name in names:
        former = known.get(name)
        yield OwnedTable(
            kind=TABLES,
            id=name,
            layer=scope.layer,
            stage=scope.stage,
            protect=scope.protect or _is_protected(former, scope),
            ownership=Ownership.INTENDED,
            since_epoch_s=now_epoch_s,
            sent_at_epoch_s=former.sent_at_epoch_s if former else {},
        )


def _is_protected(former: OwnedTable | None, scope: Scope) -> bool:
    """Whether a former record of the same stage says that the stage protects its tables."""
    return former is not None and former.scope == scope and former.protect


def settled(
    known: Mapping[str, OwnedTable],
    live: Mapping[str, LiveTable],
    scope: Scope,
    *,
    lifts: bool = False,
) -> Iterator[OwnedTable]:
    """The records that a look at the tables completes: what was intended is there, and whether the
    stage protects it. lifts: whether a protection that was recorded may end."""
    for name, record in known.items():
        if name not in live:
            continue
        done: dict[str, object] = {"protect": scope.protect or (record.protect and not lifts)}
        if record.ownership is Ownership.INTENDED:
            done |= {"ownership": Ownership.CREATED, "identity": live[name].identity}
        if any(getattr(record, field) != value for field, value in done.items()):
            yield record.model_copy(update=done)


def own(
    lease: Lease, tables: Iterable[LiveTable], known: Mapping[str, OwnedTable], now_epoch_s: int
) -> list[OwnedTable]:
    """Record live tables as the lease's layer's and stage's. Return the records of former owners.

    known: all records, by physical name.
    """
    scope, found = lease.lock.scope, list(tables)
    names = [table.schema.name for table in found]
    claims = {record.id: record for record in intended(names, scope, known, now_epoch_s)}
    lease.write_all(settled(claims, {table.schema.name: table for table in found}, scope))
    return [known[name] for name in names if name in known and known[name].scope != scope]
