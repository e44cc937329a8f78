"""The port every engine fills: capabilities, limits, and the compilation of actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields
from typing import Any, Protocol, get_args

from .._dataclass import dataclass
from ..expressions.condition import Condition
from ..expressions.key_condition import SortOp
from ..expressions.update import Change
from .actions import Action
from .operation import Request


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an engine, as numbers; None for no limit. Sizes are in bytes.

    in_values: the number of values in an `is_in`. depth: lists and maps around a value.
    name_bytes: of the name of an attribute, or of a map's key.
    expression_bytes, expression_operators: of an expression, as the engine writes it.
    expression_values_bytes: of the names and values in all expressions of a request.
    Each engine's values are in its `limits.py`, with their sources.
    """

    item_bytes: int | None = None
    partition_key_bytes: int | None = None
    sort_key_bytes: int | None = None
    depth: int | None = None
    name_bytes: int | None = None
    transaction_actions: int | None = None
    transaction_bytes: int | None = None
    batch_get_keys: int = 100
    batch_write_items: int = 25
    in_values: int | None = None
    expression_bytes: int | None = None
    expression_operators: int | None = None
    expression_values_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The capabilities of an engine. A missing capability is refused by name, with an alternative.

    consistent_index_reads: an index can be read consistently, not only the table itself.
    filters_on_keys: a query's filter may use the attributes of the queried key.
    conditional_batches: writes of a batch may have guards; if not, they are made one by one.
    images_in_transactions: a transaction can return items that it did not write whole.
    empty_names: a map's key may be the empty text.
    sql: it takes SQL of the caller's own, and has interactive transactions.
    row_locks: a query in a session can lock the rows that it reads.
    copy: it takes and gives the items of a table in one statement.
    conditions, changes, sort_operators: the supported expressions.
    """

    consistent_index_reads: bool = True
    filters_on_keys: bool = True
    conditional_batches: bool = True
    images_in_transactions: bool = True
    empty_names: bool = True
    sql: bool = True
    row_locks: bool = True
    copy: bool = True
    conditions: frozenset[type] = frozenset(get_args(Condition))
    changes: frozenset[type] = frozenset(get_args(Change))
    sort_operators: frozenset[SortOp] = frozenset(SortOp)


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits and capabilities in force: an engine's own, narrowed by the layer's target.

    target: the engine whose limits hold as well; "" if it is the engine itself.
    refuse: refuses what the target would not perform and no number says, such as an expression
        that is too long. Compiling for the target itself refuses the same.
    """

    engine: str
    limits: Limits = field(default_factory=Limits)
    capabilities: Capabilities = field(default_factory=Capabilities)
    target: str = ""
    refuse: Callable[[Rules, Action], None] | None = None

    @property
    def whose(self) -> str:
        """The engine to name in errors about limits."""
        return self.target or self.engine


_BATCH_SIZES = frozenset({"batch_get_keys", "batch_write_items"})
_BATCH_ABILITIES = frozenset({"conditional_batches"})


def narrowed(engine: Rules, target: Rules) -> Rules:
    """The engine's rules, narrowed by a target. Limits of batches stay the engine's own: they split
    work, and refuse nothing."""
    limits: dict[str, Any] = {
        field.name: _smaller(getattr(engine.limits, field.name), getattr(target.limits, field.name))
        for field in fields(Limits)
    }
    limits |= {name: getattr(engine.limits, name) for name in _BATCH_SIZES}
    capabilities = {
        field.name: getattr(engine.capabilities, field.name)
        & getattr(target.capabilities, field.name)
        for field in fields(Capabilities)
    }
    capabilities |= {name: getattr(engine.capabilities, name) for name in _BATCH_ABILITIES}
    return Rules(
        engine.engine,
        Limits(**limits),
        Capabilities(**capabilities),
        target.engine,
        target.refuse if target.engine != engine.engine else None,
    )


def _smaller(own: int | None, target: int | None) -> int | None:
    known = [limit for limit in (own, target) if limit is not None]
    return min(known) if known else None


class Engine(Protocol):
    """A database. `compile` is pure: it describes a round trip and performs none."""

    rules: Rules

    def compile(self, action: Action) -> Request[Any]:
        """The request that performs `action`, with the decoder of its reply."""
        ...
