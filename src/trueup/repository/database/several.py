"""Reads of several tables: from pairs of a table and a key to the actions of each table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..._dataclass import dataclass
from ..._kinds import kind_of_value
from ...errors import ErrorCode, InvalidCall, Place
from ...model.declarations.base import Model
from ...model.declarations.table import Table
from ...operations.actions import BatchGet
from ...operations.batching import Address, get_many_of
from ...operations.left_out import only_entity
from ...operations.operation import Operation
from ...operations.plans.reads import plan_get_many
from ..options import GetOptions
from .open_layer import OpenLayer


@dataclass(frozen=True, slots=True)
class TablesRead:
    """What is read, in the order that was asked for, and the action for each table."""

    layer: OpenLayer
    addresses: tuple[Address, ...]
    actions: tuple[BatchGet, ...]

    def read(self) -> Operation[list[Any]]:
        """The models, None for absent items."""
        found = yield from get_many_of(self.layer.engine, self.actions)
        return [only_entity(found[address], None, Model, None) for address in self.addresses]


def plan_tables_read(layer: OpenLayer, wanted: Any, options: GetOptions) -> TablesRead:
    """The read of any number of items of any tables. Raises InvalidCall."""
    keys: dict[str, tuple[Table[Any], list[Any]]] = {}
    places: list[tuple[str, int]] = []
    for table, key in checked_pairs(wanted, "get_many([(orders, key), (users, key)])"):
        name = layer.context(table).table.name
        of_table = keys.setdefault(name, (table, []))[1]
        places.append((name, len(of_table)))
        of_table.append(key)
    actions = {
        name: plan_get_many(layer.context(table), given, **options)
        for name, (table, given) in keys.items()
    }
    addresses = tuple((name, actions[name].keys[number]) for name, number in places)
    return TablesRead(layer, addresses, tuple(actions.values()))


def checked_pairs(given: Any, call: str) -> list[tuple[Table[Any], Any]]:
    """The pairs of a table and a key. Raises InvalidCall (wrong-type) for anything else.

    call: an example of the right call, for the error.
    """
    if not isinstance(given, Iterable) or isinstance(given, Model | str | bytes | Mapping):
        raise _no_pair(given, call)
    pairs = list(given)
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise _no_pair(pair, call)
    return pairs


def _no_pair(given: object, call: str) -> InvalidCall:
    return InvalidCall(
        f"{kind_of_value(given)} was given where a pair of a table and a key belongs",
        code=ErrorCode.WRONG_TYPE,
        where=Place(note=f"{call.partition('(')[0]}()"),
        fix=f"call it as {call}",
    )
