"""The port every engine fills: capabilities, limits, and the compilation of actions."""

from __future__ import annotations

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
    """What an engine refuses, as numbers; None if it has no limit. Sizes in bytes.

    index_attributes: the partition fields of one index, and its sort fields, each.
    in_values: what one `is_in` compares with. depth: lists and maps around a value.
    name_bytes: of the name of an attribute, or of a key of a map.
    Each engine's own values stand in its `limits.py`, with their sources.
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
    indexes: int | None = None
    local_indexes: int | None = None
    index_attributes: int | None = None
    in_values: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do. What it cannot is refused by name, with what to do instead.

    consistent_index_reads: an index can be read consistently, not only the table itself.
    filters_on_keys: a query's filter may look at the attributes of the key that it reads by.
    conditional_batches: writes of a batch may have guards; if not, those are made one by one.
    images_in_transactions: a transaction can give back items that it did not get whole.
    empty_names: a key of a map can be the empty text.
    conditions, changes, sort_operators: what an expression may say.
    """

    consistent_index_reads: bool = True
    filters_on_keys: bool = True
    conditional_batches: bool = True
    images_in_transactions: bool = True
    empty_names: bool = True
    conditions: frozenset[type] = frozenset(get_args(Condition))
    changes: frozenset[type] = frozenset(get_args(Change))
    sort_operators: frozenset[SortOp] = frozenset(SortOp)


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits and capabilities in force: an engine's own, narrowed by the layer's target.

    target: the engine whose limits hold as well; "" where they are the engine's own.
    """

    engine: str
    limits: Limits = field(default_factory=Limits)
    capabilities: Capabilities = field(default_factory=Capabilities)
    target: str = ""

    @property
    def whose(self) -> str:
        """The engine to name where a limit is met."""
        return self.target or self.engine


_BATCH_SIZES = frozenset({"batch_get_keys", "batch_write_items"})
_BATCH_ABILITIES = frozenset({"conditional_batches"})


def narrowed(engine: Rules, target: Rules) -> Rules:
    """The engine's rules under a target. What concerns batches stays the engine's own: it is how
    work is split, not what is refused."""
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
    return Rules(engine.engine, Limits(**limits), Capabilities(**capabilities), target.engine)


def _smaller(own: int | None, target: int | None) -> int | None:
    known = [limit for limit in (own, target) if limit is not None]
    return min(known) if known else None


class Engine(Protocol):
    """A database. `compile` is pure: it describes a round trip and performs nothing."""

    rules: Rules

    def compile(self, action: Action) -> Request[Any]:
        """The request that performs `action`, with the decoder of its reply."""
        ...
