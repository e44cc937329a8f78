"""What writes give back."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from .._dataclass import dataclass
from ..model.declarations.base import Model
from ..operations.actions import Written

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class WriteResult(Generic[M]):
    """What a write did.

    existed: whether an item was stored before; None where the engine was not asked.
    old, new: the item before and after, where `returning=` asked for it and it exists.
    capacity_units: what the write consumed on DynamoDB; None on engines that charge nothing, and
        in a transaction, whose own `capacity_units` is the total of its writes.
    """

    existed: bool | None = None
    old: M | None = None
    new: M | None = None
    capacity_units: float | None = None


def write_result(written: Written) -> WriteResult[Any]:
    """The caller's view of an engine's reply; the codec of the table made it of the right model."""
    return WriteResult(written.existed, written.old, written.new, written.capacity_units)
