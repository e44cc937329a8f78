"""Recognition: which tables hold the state of some stage, so that no command touches them."""

from __future__ import annotations

from collections.abc import Iterable

from ...engines.open_tables import OpenTables
from ...errors import ConfigurationError, NeedsOperator, Place, TrueupError
from ...schema.tables import AttributeSchema, TableSchema
from .records import STATE_TABLE
from .store import Store

_KEY = (AttributeSchema("kind", "S"), AttributeSchema("id", "S"))


def check_state_name(state_table: str, names: Iterable[str], where: str) -> None:
    """Refuse a declared table that has the name of the state's table: the lock would be in what it
    locks. Case makes no difference, as in SQLite. names: physical ones. where: for the error.

    Raises ConfigurationError.
    """
    state = state_table or STATE_TABLE
    found = sorted(name for name in names if name.casefold() == state.casefold())
    if found:
        raise _refused(f"the table {found[0]!r} has the name of the state's table", where)


def check_no_state(opened: OpenTables, declared: Iterable[TableSchema], where: str) -> None:
    """Refuse a declared table in which a state is kept already. Raises ConfigurationError."""
    for schema in declared:
        if holds_state(opened, schema):
            raise _refused(f"the table {schema.name!r} holds the state of a stage", where)


def holds_state(opened: OpenTables, live: TableSchema) -> bool:
    """Whether a live table holds the state of some stage: it has its keys and no index, and locks
    are found there. One with such keys that may not be read is left alone as well."""
    if live.key != _KEY or live.indexes:
        return False
    try:
        return bool(Store(opened, live.name).locks())
    except NeedsOperator:
        return True
    except TrueupError:
        return False  # its items are none of ours


def _refused(what: str, where: str) -> ConfigurationError:
    return ConfigurationError(
        f"{what}, which has lock and ownership",
        where=Place(note=where),
        fix="give another state_table to the stage, or another name to the declared table",
    )
