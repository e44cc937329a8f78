"""Store: the table of the state, open; created by whoever needs it first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ...engines.open_tables import OpenTables
from ...errors import Blocked, ErrorCode, NeedsOperator, Place
from ...repository import Repository
from ...repository.database import Database
from .records import LOCKS, STATE_TABLE, TABLES, Lock, OwnedTable, StateLayer, state_layer

T = TypeVar("T")

_NOT_PERMITTED = {ErrorCode.ACCESS_DENIED, ErrorCode.READ_ONLY}


class Store:
    """The state in a database. name: the physical name of its table."""

    def __init__(self, opened: OpenTables, name: str = "") -> None:
        self.name = name or STATE_TABLE
        self._declared = state_layer(opened.open_layer.layer.target, self.name)
        self.database: Database = opened.beside(self._declared.layer)

    @property
    def declared(self) -> StateLayer:
        """The declaration of its table."""
        return self._declared

    def records(self, kind: type[Any]) -> Repository[Any]:
        """The items of one kind: `records(Lock)`."""
        return self.database.repository(self._declared.table, kind)

    def create(self) -> None:
        """Create the table, if it is missing. Many may do so at once.

        Raises Blocked (state-unusable), which names the permission that lacks.
        """
        self.permitted(self.database.create_tables)

    def locks(self) -> list[Lock]:
        """The locks of all layers and stages; none if there is no state yet."""
        return self._all(Lock, LOCKS)

    def owned(self) -> dict[str, OwnedTable]:
        """The tables of all layers and stages, by physical name; none if there is no state yet."""
        return {table.id: table for table in self._all(OwnedTable, TABLES)}

    def _all(self, kind: type[Any], partition: str) -> list[Any]:
        try:
            found = self.records(kind).query(partition, consistent=True).all()
        except NeedsOperator as error:
            if error.code is not ErrorCode.TABLE_NOT_FOUND:
                raise
            return []
        return list(found)

    def permitted(self, call: Callable[[], T]) -> T:
        """The result of a call, whose lack of permission blocks.

        Raises Blocked (state-unusable).
        """
        try:
            return call()
        except NeedsOperator as error:
            if error.code not in _NOT_PERMITTED:
                raise
            raise Blocked(
                f"the table {self.name!r}, which holds lock and ownership, cannot be used: "
                f"{error.what}",
                where=Place(error.where.engine, table=self.name, note=error.where.note),
                fix=f"{error.fix}; or name another table, by state_table of the stage",
                code=ErrorCode.STATE_UNUSABLE,
            ) from error
