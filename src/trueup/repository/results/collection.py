"""Collection: the items of a partition by their entities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from ...model.declarations.base import Model

M_co = TypeVar("M_co", bound=Model, covariant=True)
E = TypeVar("E", bound=Model)


class Collection(Generic[M_co]):
    """The items of a partition, in order of the sort key, and by entity: `found.of(Order)`."""

    def __init__(self, items: Sequence[M_co]) -> None:
        self._items = tuple(items)

    def __repr__(self) -> str:
        names = [type(item).__name__ for item in self._items]
        counts = [f"{names.count(name)} {name}" for name in dict.fromkeys(names)]
        return f"Collection({', '.join(counts)})"

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[M_co]:
        return iter(self._items)

    def of(self, entity: type[E]) -> list[E]:
        """The items of an entity, and of those derived from it."""
        return [item for item in self._items if isinstance(item, entity)]

    def first(self, entity: type[E]) -> E | None:
        """The first item of an entity; None if there is none."""
        return next(iter(self.of(entity)), None)
